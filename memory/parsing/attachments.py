"""What is attached to mails: documents and tables are read like uploads, forwarded mails as mails; the rest is named.

An attachment that cannot be read is told and the mail goes in all the same. Left out: archives, sound, and pictures (most
are logos and signatures), scanned pages among them, because to recognise text takes long; and what comes after the time
that a mail or a mailbox may take for its attachments.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage, MIMEPart

from memory.chunking import Heading
from memory.parsing.child import LIMITS, check_expansion
from memory.parsing.formats import detect
from memory.parsing.parsed import Source, TextBuilder
from memory.types import UnreadableFile

_READ = ("pdf", "docx", "pptx", "xlsx", "delimited", "html", "plain", "records", "epub", "opendocument", "rtf", "code")
_SECONDS = 60.0  # of computing for all attachments of one file
_DEEPEST = 3  # a mail in a mail in a mail


class Attachments:
    """Of one file. `read_message` reads a forwarded mail: (mail, out, level)."""

    def __init__(self, read_message: Callable[[EmailMessage, TextBuilder, int], None]) -> None:
        self._read_message, self._spent, self._depth = read_message, 0.0, 0

    def read(self, part: MIMEPart, out: TextBuilder, level: int) -> None:
        """Put one attachment into `out`, under a heading at `level`; or say that it was not read, and why."""
        kind = part.get_content_type()
        if kind == "message/rfc822":
            self._forwarded(part, out, level)
            return
        data = part.get_payload(decode=True)
        data = data if isinstance(data, bytes) else b""
        if kind.startswith("text/") and kind != "text/html" and (charset := part.get_content_charset()):
            with suppress(LookupError, UnicodeDecodeError):  # a wrong one: the reader finds out by itself
                data = data.decode(charset).encode()
        name = part.get_filename() or ("without a name.txt" if kind == "text/plain" else "without a name")
        size = f"{len(data) / 1024:,.0f} KB"
        why = self._content(name, data, kind, out, level) if data.strip() else "it is empty"
        if why is not None:
            out.paragraph(f"Attachment {name} ({kind}, {size}) was not read.")
            out.skipped.append(f"the attachment {name} ({kind}, {size}){': ' + why if why else ''}")

    def _forwarded(self, part: MIMEPart, out: TextBuilder, level: int) -> None:
        inner = part.get_content()
        if not isinstance(inner, EmailMessage) or self._depth >= _DEEPEST:
            out.skipped.append("a forwarded mail")
            return
        self._depth += 1
        out.heading(f"Forwarded mail: {inner['Subject'] or 'without a subject'}", level)
        self._read_message(inner, out, level)
        self._depth -= 1

    def _content(self, name: str, data: bytes, kind: str, out: TextBuilder, level: int) -> str | None:
        """None when it was read, else why not ("": it is of a kind that is not read)."""
        began = time.process_time()
        if self._spent > _SECONDS:
            return "the attachments before it took all the time there is for them; save it and upload it by itself"
        inside = TextBuilder(out.folder, tables=out.tables)
        try:
            fmt = detect(name, data)
            if fmt.module not in _READ:
                return ""
            if data.startswith(b"PK"):
                check_expansion(name, data, LIMITS)
            module = importlib.import_module(f"memory.parsing.{fmt.module}")
            module.read(Source(name, fmt.name, data, {"recognise": False}), inside)
        except UnreadableFile as e:
            return "" if kind.startswith(("image/", "audio/", "video/")) else str(e).split(". ")[0].rstrip(".")
        except Exception as e:  # noqa: BLE001
            # A parser library meets a file that it did not expect; the mail is worth having without it.
            return f"it is damaged or not what its name says ({type(e).__name__})"
        finally:
            self._spent += time.process_time() - began
        if not inside.text.strip():
            return "there is no text in it"
        out.heading(f"Attachment {name}", level)
        out.verbatim(inside.text.rstrip(), [Heading(h.start, h.level + level, h.title) for h in inside.headings])
        out.skipped += [f"in the attachment {name}, {s}" for s in inside.skipped]
        return None
