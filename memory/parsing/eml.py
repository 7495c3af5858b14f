"""E-mail: the headers people read, the body, and attachments that are text; other attachments are only named."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime

from memory.parsing.html import read_html
from memory.parsing.parsed import Source, TextBuilder, clean
from memory.parsing.plain import decode

_QUOTED = re.compile(r"((?:> ?)+)")
_ITEM = re.compile(r"[-*•]\s|\d{1,2}[.)]\s")
_FULL = 48  # characters of a line that was broken because the next word had no place
_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read(source: Source, out: TextBuilder) -> None:
    message = email.message_from_bytes(source.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    out.tell(title=header(message, "Subject"), author=header(message, "From"), date=date_of(message))
    out.heading(header(message, "Subject") or "E-mail")
    read_message(message, out)


def read_message(message: EmailMessage, out: TextBuilder, level: int = 1) -> None:
    """Headers, body and attachments of one mail; the heading above them is the caller's, at `level`."""
    out.paragraph("\n".join(f"- {h}: {header(message, h)}" for h in _HEADERS if header(message, h)))
    body = message.get_body(("plain", "html"))
    if body is not None:
        _part(body, out)
    for part in message.iter_attachments():
        name, kind = part.get_filename() or "without a name", part.get_content_type()
        data = part.get_payload(decode=True)
        if kind.startswith("text/") and isinstance(data, bytes):
            out.heading(f"Attachment {name}", level + 1)
            _part(part, out)
        else:
            size = f", {len(data) / 1024:,.0f} KB" if isinstance(data, bytes) else ""
            out.paragraph(f"Attachment {name} ({kind}{size}) was not read.")
            out.skipped.append(f"the attachment {name} ({kind}{size})")


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
