"""E-mail: the headers people read, the body, and what is attached (`attachments.py`)."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime

from memory.parsing.attachments import Attachments
from memory.parsing.html import read_html
from memory.parsing.parsed import Source, TextBuilder, clean
from memory.parsing.plain import decode

_QUOTED = re.compile(r"((?:> ?)+)")
_ITEM = re.compile(r"[-*•]\s|\d{1,2}[.)]\s")
_FULL = 48  # characters of a line that was broken because the next word had no place
_HEADERS = ("From", "To", "Cc", "Date", "Subject")
ReadMessage = Callable[[EmailMessage, TextBuilder, int], None]


def read(source: Source, out: TextBuilder) -> None:
    message = email.message_from_bytes(source.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    out.tell(title=header(message, "Subject"), author=header(message, "From"), date=date_of(message))
    out.heading(header(message, "Subject") or "E-mail")
    reader()(message, out, 1)


def reader() -> ReadMessage:
    """For the mails of one file: (mail, out, level of the heading above it) puts headers, body and attachments of it."""
    attachments = Attachments(lambda mail, out, level: _read_message(mail, out, level, attachments))
    return lambda mail, out, level: _read_message(mail, out, level, attachments)


def _read_message(message: EmailMessage, out: TextBuilder, level: int, attachments: Attachments) -> None:
    out.paragraph("\n".join(f"- {h}: {header(message, h)}" for h in _HEADERS if header(message, h)))
    body = message.get_body(("plain", "html"))
    if body is not None:
        _part(body, out)
    for part in message.iter_attachments():
        attachments.read(part, out, level + 1)


def header(message: EmailMessage, name: str) -> str:
    """A header as people read it; "" when it is not there or cannot be decoded."""
    try:
        return " ".join(str(message[name] or "").split())
    except (ValueError, TypeError, LookupError, AttributeError, IndexError):  # the standard library on malformed ones
        return ""


def date_of(message: EmailMessage) -> str:
    """ "2026-03-03", or ""."""
    try:
        return parsedate_to_datetime(header(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return ""


def _part(part: MIMEPart, out: TextBuilder) -> None:
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    if part.get_content_type() == "text/html":
        read_html(data, out, titled=False)
        return
    try:
        text = data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = decode(data)
    out.paragraph(unwrapped(clean(text)))


def unwrapped(text: str) -> str:
    """Quoted lines of one paragraph joined: else a sentence that was broken reads "a place within > an hour of"."""
    out: list[str] = []
    depth, full = "", False
    for line in text.split("\n"):
        m = _QUOTED.match(line)
        mark, words = (m[1].replace(" ", ""), line[m.end() :]) if m else ("", line)
        goes_on = bool(mark) and mark == depth and full and bool(words) and not _ITEM.match(words)
        if goes_on:
            out[-1] += f" {words}"
        else:
            out.append(line)
        depth, full = mark, len(words) >= _FULL
    return "\n".join(out)
