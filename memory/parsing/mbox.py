"""Mailboxes (mbox): every mail a section, those of one conversation together, in the order of their dates.

A conversation is told by References and In-Reply-To, else by the subject without its "Re:". Text attachments are read as
in a single mail.
"""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from memory.parsing.eml import date_of, header, reader
from memory.parsing.parsed import Source, TextBuilder

_MOST = 5000  # mails of one file
_START = re.compile(rb"^From [^\n]*\d{4}[^\n]*\r?\n", re.M)
_REPLY = re.compile(r"^\s*((re|aw|fwd?|wg|sv|antw|rif|tr)\s*(\[\d+\])?:\s*)+", re.I)


def read(source: Source, out: TextBuilder) -> None:
    mails = _mails(source.data, out)
    threads, read_message = _threads(mails), reader()
    for subject, thread in threads:
        out.heading(subject or "Without a subject")
        for mail in thread:
            sender = header(mail, "From").split("<")[0].strip(' "') or header(mail, "From") or "unknown"
            out.heading(f"Mail from {sender}, {date_of(mail) or 'no date'}", 2)
            read_message(mail, out, 2)
    dates = sorted(d for m in mails if (d := date_of(m)))
    out.tell(date=dates[-1] if dates else "")


def _mails(data: bytes, out: TextBuilder) -> list[EmailMessage]:
    starts = [
        m.span() for m in _START.finditer(data) if m.start() == 0 or data[: m.start()].endswith((b"\n\n", b"\n\r\n"))
    ]
    if len(starts) > _MOST:
        out.skipped.append(f"{len(starts) - _MOST:,} mails after the first {_MOST:,}; split the mailbox")
    mails = []
    for n, (_, begin) in enumerate(starts[:_MOST]):
        end = starts[n + 1][0] if n + 1 < len(starts) else len(data)
        raw = re.sub(rb"^>(>*From )", rb"\1", data[begin:end], flags=re.M)
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        if isinstance(mail, EmailMessage):
            mails.append(mail)
    return mails


def _threads(mails: list[EmailMessage]) -> list[tuple[str, list[EmailMessage]]]:
    """(subject, mails by date), in the order in which the conversations began."""
    group: dict[str, int] = {}  # message id or subject -> number of its conversation
    threads: dict[int, list[EmailMessage]] = {}
    for number, mail in enumerate(mails):
        subject = _REPLY.sub("", header(mail, "Subject")).casefold()
        before = re.findall(r"<[^<>]+>", f"{header(mail, 'References')} {header(mail, 'In-Reply-To')}")
        keys = [*before, *([f"subject {subject}"] if subject else [])]
        at = next((group[k] for k in keys if k in group), number)
        threads.setdefault(at, []).append(mail)
        for key in [header(mail, "Message-ID"), *keys]:
            if key:
                group.setdefault(key, at)
    ordered = [sorted(t, key=_when) for t in threads.values()]
    return [(_REPLY.sub("", header(t[0], "Subject")), t) for t in sorted(ordered, key=lambda t: _when(t[0]))]


def _when(mail: EmailMessage) -> float:
    try:
        return parsedate_to_datetime(header(mail, "Date")).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
