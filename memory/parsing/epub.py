"""EPUB: the book's chapters in the order of its spine. Pictures, styles and fonts are left out; there are no pages."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any
from urllib.parse import unquote

from memory.parsing.html import read_html
from memory.parsing.parsed import Source, TextBuilder
from memory.types import UnreadableFile

_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_DC = "{http://purl.org/dc/elements/1.1/}"


def read(source: Source, out: TextBuilder) -> None:
    with zipfile.ZipFile(io.BytesIO(source.data)) as book:
        if "META-INF/encryption.xml" in book.namelist() and b"EncryptedData" in book.read("META-INF/encryption.xml"):
            _refuse_if_locked(source.name, book.read("META-INF/encryption.xml"))
        root = _xml(book.read("META-INF/container.xml"))
        package = next(str(e.get("full-path")) for e in root.iter() if _local(e) == "rootfile")
        opf = _xml(book.read(package))
        _about(opf, out)
        items = {e.get("id"): e for e in opf.iter() if _local(e) == "item"}
        for ref in (e for e in opf.iter() if _local(e) == "itemref"):
            item = items.get(ref.get("idref"))
            if item is None or item.get("media-type") not in _PAGES or "nav" in (item.get("properties") or "").split():
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(item.get("href") or "")))
            if path not in book.namelist():
                out.skipped.append(f"the chapter {path}, which is missing in the file")
                continue
            chapter = book.read(path)
            if chapter.strip():
                read_html(chapter, out, titled=False)


def _refuse_if_locked(name: str, encryption: bytes) -> None:
    """Fonts are often obfuscated, which does no harm; a chapter that is encrypted cannot be read."""
    locked = [str(e.get("URI") or "") for e in _xml(encryption).iter() if _local(e) == "CipherReference"]
    if any(x.lower().endswith((".xhtml", ".html", ".htm", ".xml")) for x in locked):
        raise UnreadableFile(
            f"{name} is protected against copying (DRM) and cannot be read. Upload a copy without protection."
        )


def _about(opf: Any, out: TextBuilder) -> None:
    def said(name: str) -> str:
        return " ".join((opf.findtext(f".//{_DC}{name}") or "").split())

    authors = [" ".join((e.text or "").split()) for e in opf.iter(f"{_DC}creator")]
    out.tell(title=said("title"), author=", ".join(a for a in authors if a), date=said("date"))
    language = re.match(r"[a-z]{2}(?![a-z])", said("language").lower())  # pandoc writes "C" where it was told none
    out.tell(language=language[0] if language else "")
    if title := said("title"):
        out.heading(title)


def _xml(data: bytes) -> Any:
    """Without entities and without the network: the file is a stranger's."""
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))


def _local(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
