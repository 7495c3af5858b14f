"""The files: good ones of every kind, broken in many ways; bombs; archives in archives; files that are two kinds at once.

The same seed makes the same files. Nothing here is larger than a few megabytes; what it unpacks to may be.
"""

from __future__ import annotations

import io
import json
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.memory import files, more_files


class Bad(NamedTuple):
    kind: str  # "broken", "bomb", "nested", "polyglot", "name"
    name: str
    data: bytes


def good() -> dict[str, bytes]:
    """One file of every family, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        mbox = more_files.mbox(Path(folder))
    rows = [["Item", "Fee"], ["Berth", 40], ["Locker", 65]]
    return {
        "terms.pdf": files.pdf([[("Title", "Terms"), ("BodyText", files.TERMS)]]),
        "handbook.docx": files.docx(),
        "plan.pptx": files.pptx(),
        "fees.xlsx": files.xlsx({"Fees": rows, "More": rows}),
        "keys.eml": files.eml(),
        "ferry.epub": more_files.epub(),
        "letter.odt": more_files.odt(),
        "sheet.ods": more_files.ods(),
        "box.mbox": mbox,
        "lease.png": more_files.picture(),
        "lease.jpg": more_files.picture("JPEG"),
        "fees.rtf": more_files.RTF,
        "fees.csv": b"item,fee\r\nberth,40\r\nlocker,65\r\n" * 20,
        "note.html": f"<html><body><h1>Terms</h1><p>{files.TERMS}</p></body></html>".encode(),
        "data.json": json.dumps([{"item": f"i{n}", "fee": n} for n in range(40)]).encode(),
        "fees.parquet": _parquet(),
        "all.zip": files.zip_of({"a/terms.md": files.TERMS.encode(), "b/fees.csv": b"item,fee\nberth,40\n"}),
    }


def _parquet() -> bytes:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.parquet")
        duckdb.sql(f"COPY (SELECT range AS item, range * 2 AS fee FROM range(50)) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


# --- broken
def _cut(data: bytes, r: Random) -> bytes:
    return data[: r.randrange(1, len(data))]


def _bits(data: bytes, r: Random) -> bytes:
    out = bytearray(data)
    for _ in range(max(8, len(out) // 200)):
        out[r.randrange(len(out))] ^= 1 << r.randrange(8)
    return bytes(out)


def _hole(data: bytes, r: Random) -> bytes:
    at, size = r.randrange(len(data)), max(4, len(data) // 4)
    return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]


def _noise(data: bytes, r: Random) -> bytes:
    """The first bytes are right, the rest is anything."""
    return data[:16] + r.randbytes(len(data))


def _twice(data: bytes, _r: Random) -> bytes:
    return data[: len(data) // 2] + data


def _shuffled(data: bytes, r: Random) -> bytes:
    blocks = [data[i : i + 64] for i in range(0, len(data), 64)]
    r.shuffle(blocks)
    return b"".join(blocks)


def _inside(data: bytes, r: Random) -> bytes:
    """In a ZIP a part holds something else; in anything else a stretch does."""
    if not data.startswith(b"PK"):
        return _hole(data, r)[::-1]
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        parts = {i.filename: z.read(i) for i in z.infolist() if not i.is_dir()}
    victim = r.choice(sorted(parts))
    parts[victim] = r.choice([b"", b"<a><b></a>", parts[victim][: len(parts[victim]) // 2], r.randbytes(400)])
    return files.zip_of(parts)


BREAKINGS: Mapping[str, Callable[[bytes, Random], bytes]] = {
    "cut": _cut, "cut again": _cut, "bits": _bits, "more bits": _bits, "hole": _hole, "noise": _noise, "twice": _twice,
    "shuffled": _shuffled, "inside": _inside, "inside again": _inside,
}  # fmt: skip


def broken(seed: int = 0) -> Iterator[Bad]:
    made = good()
    for name, data in made.items():
        for n, (how, breaking) in enumerate(BREAKINGS.items()):
            yield Bad("broken", f"{how.replace(' ', '-')}-{n}-{name}", breaking(data, Random(f"{seed} {name} {n}")))
    names = [*made]
    for a, b in zip(names, [*names[1:], names[0]], strict=True):
        yield Bad("broken", f"really-{a.replace('.', '-')}.{b.rsplit('.', 1)[1]}", made[a])


# --- bombs
def bombs() -> Iterator[Bad]:
    zeros = _deflated(b"0" * 1_000_000, 600)  # 600 MB from 600 kB
    yield Bad("bomb", "zeros.zip", _lying_zip("zeros.txt", zeros, 600_000_000))
    yield Bad("bomb", "zeros-that-lie.zip", _lying_zip("zeros.txt", zeros, 1_000))
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    rows = _deflated(sheet + b'<row r="1"><c r="A1"><v>1</v></c></row>' * 20_000, 1)
    yield Bad("bomb", "sheet.xlsx", _office("xl/worksheets/sheet1.xml", rows, 900))
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "lol">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
    )
    for name, part in (("laughs.docx", "word/document.xml"), ("laughs.xlsx", "xl/workbook.xml"), ("laughs.pptx", "ppt/presentation.xml")):  # fmt: skip
        yield Bad("bomb", name, files.zip_of({"[Content_Types].xml": b"<Types/>", part: laughs + b"]><l>&a11;</l>"}))
    yield Bad("bomb", "outside.docx", files.zip_of({
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    }))  # fmt: skip
    for name, side in (("wide.png", 60_000), ("wider.png", 2_000_000_000)):
        yield Bad("bomb", name, _png(side))
    yield Bad("bomb", "flate.pdf", _pdf(b"/FlateDecode", _deflated(b"0" * 1_000_000, 400, raw=False)))
    yield Bad("bomb", "loop.pdf", _pdf_loop())
    yield Bad("bomb", "deep.json", b"[" * 200_000 + b"]" * 200_000)
    yield Bad("bomb", "digits.json", b"[" + b"9" * 2_000_000 + b"]")
    yield Bad("bomb", "deep.html", b"<div>" * 100_000 + b"words")
    yield Bad("bomb", "deep.rtf", b"{\\rtf1" + b"{" * 200_000 + b"words")
    yield Bad("bomb", "wide.csv", b",".join(b"c%d" % n for n in range(60_000)) + b"\n" + b"1," * 59_999 + b"1\n")
    yield Bad("bomb", "line.csv", b'a,b\n"' + b"x" * 4_000_000)
    yield Bad("bomb", "line.txt", b"word" * 1_000_000)
    yield Bad("bomb", "marks.md", b"[" * 200_000 + b"*_`" * 100_000)
    yield Bad("bomb", "table.md", b"|" * 300_000 + b"\n" + b"|-" * 100_000 + b"|\n")
    yield Bad("bomb", "dots.txt", b"1." * 1_000_000 + b" " + b"." * 500_000 + b"?!" * 200_000)
    yield Bad("bomb", "parts.eml", _parts(2_000))
    yield Bad(
        "bomb", "headers.eml", b"From: a@example.org\nSubject: " + b"=?utf-8?q?" * 100_000 + b"\nDate: x\n\nwords"
    )
    yield Bad(
        "bomb",
        "many.mbox",
        b"From a@example.org Thu Jan  1 00:00:00 1970\nFrom: a\nSubject: b\nDate: c\n\nd\n\n" * 30_000,
    )
    yield Bad("bomb", "names.zip", _names(200_000))


def _deflated(data: bytes, times: int, raw: bool = True) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15 if raw else 15)
    return b"".join(packer.compress(data) for _ in range(times)) + packer.flush()


def _lying_zip(name: str, packed: bytes, size: int) -> bytes:
    """One deflated member whose unpacked size is what the directory says, true or not."""
    n, common = name.encode(), struct.pack("<HHHHHIIIH", 20, 0, 8, 0, 33, 0, len(packed), size, len(name))
    local = b"PK\x03\x04" + common + struct.pack("<H", 0) + n + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHHII", 0, 0, 0, 0, 0, 0) + n
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def _office(part: str, packed: bytes, times: int) -> bytes:
    """An Office file with a part of `times` sheets' length, written without holding it in memory."""
    out = io.BytesIO()
    row = zlib.decompress(packed, -15)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", "<workbook/>")
        with z.open(part, "w", force_zip64=True) as f:
            for _ in range(times):
                f.write(row)
    return out.getvalue()


def _png(side: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


def _pdf(filter: bytes, stream: bytes) -> bytes:
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter %s>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF"
        % (len(stream), filter, stream)
    )


def _pdf_loop() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>"
        b"endobj\ntrailer<</Root 1 0 R/Prev 0>>\nstartxref\n0\n%%EOF"
    )


def _parts(depth: int) -> bytes:
    out = b"From: a@example.org\nSubject: deep\nDate: x\nMIME-Version: 1.0\n"
    for n in range(depth):
        out += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
    return out + b"\nwords\n"


def _names(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for n in range(count):
            z.writestr(zipfile.ZipInfo(f"{n}"), b"")
    return out.getvalue()


# --- nested, two kinds at once, names
def nested() -> Iterator[Bad]:
    inner = files.zip_of({"terms.md": files.TERMS.encode()})
    for depth in (1, 2, 8, 40):
        data = inner
        for n in range(depth):
            data = files.zip_of({f"{n}.zip": data})
        yield Bad("nested", f"zip-{depth}.zip", data)
    yield Bad("nested", "wide.zip", files.zip_of({f"{n}.zip": inner for n in range(300)}))
    yield Bad("nested", "docx-in-zip-in-zip.zip", files.zip_of({"a.zip": files.zip_of({"a.docx": files.docx()})}))
    bomb = next(b for b in bombs() if b.name == "zeros.zip").data
    yield Bad("nested", "bomb-in-zip.zip", files.zip_of({"zeros.zip": bomb, "terms.md": files.TERMS.encode()}))
    yield Bad("nested", "zip-in-mail.eml", files.eml().replace(b"Bring your badge.", b"Bring " + inner.hex().encode()))


def polyglots() -> Iterator[Bad]:
    made = good()
    pdf, docx, zip_, png, html = (made[n] for n in ("terms.pdf", "handbook.docx", "all.zip", "lease.png", "note.html"))
    yield Bad("polyglot", "pdf-then-zip.pdf", pdf + zip_)
    yield Bad("polyglot", "zip-then-pdf.zip", zip_ + pdf)
    yield Bad("polyglot", "pdf-in-docx.docx", pdf[:600] + docx)
    yield Bad("polyglot", "png-then-zip.png", png + zip_)
    yield Bad("polyglot", "html-then-pdf.html", html + pdf)
    yield Bad("polyglot", "script-then-docx.docx", b"#!/bin/sh\nexit 1\n" + docx)
    yield Bad("polyglot", "gif.html", b"GIF89a/*" + html + b"*/=1;<script>alert(1)</script>")
    yield Bad("polyglot", "docx-and-xlsx.docx", files.zip_of({
        "[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>", "xl/workbook.xml": b"<a/>", "ppt/presentation.xml": b"<a/>",
    }))  # fmt: skip
    yield Bad("polyglot", "program.pdf", b"MZ" + bytes(60) + pdf)
    yield Bad("polyglot", "rtf-then-pdf.rtf", b"{\\rtf1 a}" + pdf)


def names() -> Iterator[Bad]:
    text = files.TERMS.encode()
    for n, name in enumerate((
        "../../../../etc/passwd.txt", "/etc/shadow.txt", "..\\..\\windows\\win.ini.txt", "a\0b.txt", "con.txt", "x" * 3000 + ".txt",
        "\u202etxt.exe", "<img src=x onerror=alert(1)>.txt", "'; DROP TABLE run; --.csv", ".", "", "\n\r\t.md", "😀" * 200 + ".md",
    )):  # fmt: skip
        yield Bad("name", name, text + b" %d" % n)
    slips = {"../../slip.md": text, "/tmp/groundwork-slip.md": text, "a/../../slip.md": text, "C:\\slip.md": text}
    yield Bad("name", "slips.zip", files.zip_of(slips))


def every(seed: int = 0) -> list[Bad]:
    return [*broken(seed), *bombs(), *nested(), *polyglots(), *names()]
