"""E-mail: the headers people read, the body, and attachments that are text; other attachments are only named."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage, MIMEPart

from memory.parsing.html import read_html
from memory.parsing.parsed import Source, TextBuilder, clean
from memory.parsing.plain import decode

_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read(source: Source, out: TextBuilder) -> None:
    message = email.message_from_bytes(source.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    out.heading(str(message["Subject"] or "E-mail"))
    out.paragraph("\n".join(f"- {h}: {' '.join(str(message[h]).split())}" for h in _HEADERS if message[h]))
    body = message.get_body(("plain", "html"))
    if body is not None:
        _part(body, out)
    for part in message.iter_attachments():
        name, kind = part.get_filename() or "without a name", part.get_content_type()
        data = part.get_payload(decode=True)
        if kind.startswith("text/") and isinstance(data, bytes):
            out.heading(f"Attachment {name}", 2)
            _part(part, out)
        else:
            size = f", {len(data) / 1024:,.0f} KB" if isinstance(data, bytes) else ""
            out.paragraph(f"Attachment {name} ({kind}{size}) was not read.")


def _part(part: MIMEPart, out: TextBuilder) -> None:
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    if part.get_content_type() == "text/html":
        read_html(data, out)
        return
    try:
        text = data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = decode(data)
    out.paragraph(clean(text))
