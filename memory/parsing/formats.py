"""Which parser reads a file: by its first bytes where they are telling, else by its name's ending."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import NamedTuple

from memory.types import UnreadableFile


class Format(NamedTuple):
    name: str  # "pdf"
    module: str  # in this package; has read(source, out)


FORMATS = {
    "pdf": Format("pdf", "pdf"),
    "docx": Format("docx", "docx"),
    "pptx": Format("pptx", "pptx"),
    "xlsx": Format("xlsx", "xlsx"),
    "xlsm": Format("xlsx", "xlsx"),
    "csv": Format("csv", "delimited"),
    "tsv": Format("csv", "delimited"),
    "html": Format("html", "html"),
    "htm": Format("html", "html"),
    "xhtml": Format("html", "html"),
    "md": Format("md", "plain"),
    "markdown": Format("md", "plain"),
    "txt": Format("txt", "plain"),
    "text": Format("txt", "plain"),
    "log": Format("txt", "plain"),
    "rst": Format("txt", "plain"),
    "eml": Format("eml", "eml"),
    "json": Format("json", "records"),
    "jsonl": Format("jsonl", "records"),
    "ndjson": Format("jsonl", "records"),
    "parquet": Format("parquet", "parquet"),
    "epub": Format("epub", "epub"),
    "odt": Format("odt", "opendocument"),
    "ods": Format("ods", "opendocument"),
    "odp": Format("odp", "opendocument"),
    "rtf": Format("rtf", "rtf"),
    "mbox": Format("mbox", "mbox"),
    "png": Format("png", "image"),
    "jpg": Format("jpg", "image"),
    "jpeg": Format("jpg", "image"),
    "webp": Format("webp", "image"),
    "tif": Format("tiff", "image"),
    "tiff": Format("tiff", "image"),
    "bmp": Format("bmp", "image"),
}
DRAWN = frozenset(f.name for f in FORMATS.values() if f.module in ("pdf", "image"))  # these can be shown as they look
_CODE = """
bash c cc cfg clj cpp cs css cxx dart elm erl ex exs f90 fs go gradle groovy h hpp hs ini java jl js jsx kt kts less lua
m ml mm nix php pl pm proto ps1 py pyi r rb rs scala scss sh sol sql svelte swift tcl tf toml ts tsx vb vue yaml yml zig zsh
"""
FORMATS |= {end: Format(end, "code") for end in _CODE.split()}
_HEARD = ("mp3", "m4a", "ogg", "flac", "aac", "opus", "wav", "wma", "mp4", "mov", "avi", "mkv", "webm")
FORMATS |= {end: Format(end, "audio") for end in _HEARD}
KNOWN = (
    "PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), OpenDocument (.odt, .ods, .odp), RTF, EPUB, CSV, HTML, Markdown, "
    "text, source code, e-mail (.eml, .mbox), JSON, Parquet, pictures of text (.png, .jpg, .tiff, .webp), recordings of speech (.mp3, .m4a, .wav, .ogg, with the extra) and ZIP archives of these"
)
_PICTURES = (
    (b"\x89PNG\r\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"II*\0", "tiff"), (b"MM\0*", "tiff"), (b"BM", "bmp"),
)  # fmt: skip
_PHOTOS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")  # beside `ftyp`
_SOUND = (b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1")
_MIMETYPES = {
    "application/epub+zip": "epub",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
_BINARY = [
    "pdf",
    "parquet",
    "docx",
    "pptx",
    "xlsx",
    "xlsm",
    "epub",
    "odt",
    "ods",
    "odp",
    "rtf",
    "png",
    "jpg",
    "jpeg",
    "webp",
    "tif",
    "tiff",
    "bmp",
]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD = {"doc": "docx", "xls": "xlsx", "ppt": "pptx"}
_EMAIL = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3,}", re.M)


def ending(name: str) -> str:
    return name.rsplit(".", 1)[1].lower() if "." in name else ""


def detect(name: str, data: bytes) -> Format:
    """The format of a file, or UnreadableFile that names what can be read instead."""
    head, end = data[:4096], ending(name)
    if b"%PDF-" in head[:1024]:
        return FORMATS["pdf"]
    if head.startswith(b"PAR1"):
        return FORMATS["parquet"]
    if head.startswith(b"{\\rtf"):
        return FORMATS["rtf"]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FORMATS["webp"]
    for mark, kind in _PICTURES:
        if head.startswith(mark) and (kind != "bmp" or end == "bmp"):
            return FORMATS[kind]
    if head[4:8] == b"ftyp" and head[8:12] in _PHOTOS:
        raise UnreadableFile(
            f"{name} is a photograph in the format of new telephones (HEIC or AVIF), which cannot be read. Save or export it as "
            "JPEG and upload that."
        )
    if head.startswith(_SOUND) or head[4:8] == b"ftyp" or head[8:12] == b"WAVE" or (end in _HEARD and _is_binary(data)):
        return FORMATS[end if end in _HEARD else "mp3"]  # what it really is, its decoder finds out
    if head.startswith(_OLE):
        raise UnreadableFile(_about_ole(name, end, data))
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _office(name, data)
    if end in _BINARY:
        raise UnreadableFile(
            f"{name} is damaged: it is not a {FORMATS[end].name.upper()} file inside. Save or download it again."
        )
    if _is_binary(data) and end in FORMATS:
        raise UnreadableFile(f"{name} holds binary data where text should be: it is damaged or has the wrong ending.")
    if _is_binary(data):
        raise UnreadableFile(f"{name} is of a kind that cannot be read ({end or 'no ending'}). These can: {KNOWN}.")
    if head.startswith(b"From ") and (end == "mbox" or _EMAIL.match(head.split(b"\n", 1)[-1])):
        return FORMATS["mbox"]
    if end in FORMATS:
        return FORMATS[end]
    return FORMATS[_textual(head)]


def _about_ole(name: str, end: str, data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return (
            f"{name} is protected with a password. Remove the password in the program that made it and upload it again."
        )
    if end in _OLD:
        return f"{name} is in the old .{end} format. Save it as .{_OLD[end]} and upload that."
    return f"{name} is in an old Office or an Outlook format. Save it as .docx, .xlsx, .pptx or .eml and upload that."


def _office(name: str, data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            kind = zipped_kind(z)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError) as e:
        raise UnreadableFile(f"{name} is damaged and cannot be opened ({e}). Save or download it again.") from e
    if kind:
        return FORMATS[kind]
    raise UnreadableFile(
        f"{name} is an archive or a kind of file that cannot be read. Unpack it and upload the files in it: {KNOWN}."
    )


def zipped_kind(z: zipfile.ZipFile) -> str:
    """Which document a ZIP is inside, "" when it is none: then it is an archive."""
    members = z.namelist()
    if "mimetype" in members and z.getinfo("mimetype").file_size < 200:
        kind = z.read("mimetype").decode("ascii", "replace").strip()
        if kind in _MIMETYPES:
            return _MIMETYPES[kind]
    if "META-INF/container.xml" in members:
        return "epub"
    for part, end in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
        if "[Content_Types].xml" in members and any(m.startswith(part) for m in members):
            return end
    return ""


def _is_binary(data: bytes) -> bool:
    sample = data[:65536]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if sample.count(b"\0"):
        # UTF-16 without a mark has its zeros at every other place, almost all at even or all at odd ones.
        even, odd = sample[::2].count(b"\0"), sample[1::2].count(b"\0")
        return not (max(even, odd) > 0.6 * len(sample) / 2 and min(even, odd) < 0.05 * len(sample) / 2)
    control = sum(sample.count(bytes([c])) for c in range(32) if c not in (9, 10, 12, 13, 27))
    return control > len(sample) * 0.02


def _textual(head: bytes) -> str:
    """The format of a text without a telling name."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb"(?i)<(!doctype html|html|head|body)\b", start):
        return "html"
    if _EMAIL.match(head) and re.search(rb"(?im)^(from|message-id|received):", head):
        return "eml"
    if start[:1] in b"{[" and re.match(rb'[\[{]\s*["{\[\]}]', start):
        return "json"
    return "txt"
