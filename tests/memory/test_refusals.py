"""What cannot be read says why, in words of its own, and never takes anything else down."""

from __future__ import annotations

import os
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from memory.parsing import Limits, parse
from memory.types import UnreadableFile
from tests.memory import files

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def _refusal(tmp_path: Path, name: str, data: bytes, **limits) -> str:
    with pytest.raises(UnreadableFile) as e:
        parse(name, data, tmp_path, Limits(**limits))
    assert name in str(e.value)
    return str(e.value)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t ", "is empty"),
        ("a.pdf", b"%PDF-1.7\nnothing of a PDF follows", "is damaged"),
        ("a.pdf", b"this is just text", "is damaged"),
        ("a.docx", b"PK\x03\x04 not a zip at all", "is damaged"),
        ("a.docx", _OLE + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
        ("a.doc", _OLE, "old .doc format. Save it as .docx"),
        ("a.xls", _OLE, "old .xls format. Save it as .xlsx"),
        ("a.exe", b"MZ\x90\x00" + bytes(range(256)) * 8, "kind that cannot be read"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(500), "cannot be opened as a picture"),
        ("a.epub", b"not a zip", "it is not a EPUB file inside"),
        ("a.csv", bytes(range(256)) * 8, "holds binary data"),
        ("a.json", b'{"a": [1, 2', "not valid JSON"),
        ("a.jsonl", b'{"a": 1}\n{"a": oops}\n', "line 2"),
        ("a.html", b"<html><body><script>x()</script></body></html>", "holds no text"),
    ],
)
def test_refusals(tmp_path, name, data, said):
    assert said in _refusal(tmp_path, name, data)


def test_locked_pdf(tmp_path):
    locked = files.pdf([[("BodyText", files.TERMS)]], password="secret")
    assert "protected with a password" in _refusal(tmp_path, "l.pdf", locked)


def test_scan_without_text(tmp_path):
    said = _refusal(tmp_path, "scan.pdf", files.scanned_pdf())
    assert "its 2 pages are pictures" in said
    assert "OCR" in said


def test_too_large(tmp_path):
    assert "2.0 MB, and 1 MB is the most" in _refusal(tmp_path, "big.txt", b"x" * 2 * 1024 * 1024, bytes=1024 * 1024)


def test_zip_that_is_no_document(tmp_path):
    assert "archive" in _refusal(tmp_path, "photos.zip", files.zip_of({"a.jpg": b"x"}))


def test_expansion_is_checked_before_anything_is_unpacked(tmp_path):
    bomb = files.zip_of({"[Content_Types].xml": b"x", "xl/worksheets/sheet1.xml": bytes(80 * 1024 * 1024)})
    assert len(bomb) < 200_000
    assert "unpacks to 80 MB" in _refusal(tmp_path, "bomb.xlsx", bomb)


def test_truncated_office_file(tmp_path):
    whole = files.docx()
    assert "damaged" in _refusal(tmp_path, "cut.docx", whole[: len(whole) // 2])


def test_office_file_with_a_broken_part(tmp_path):
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(files.docx())) as whole, zipfile.ZipFile(out, "w") as broken:
        for item in whole.infolist():
            broken.writestr(item.filename, b"<not xml" if item.filename == "word/document.xml" else whole.read(item))
    assert "damaged" in _refusal(tmp_path, "broken.docx", out.getvalue())


def test_too_slow(tmp_path):
    assert "longer than 0 seconds" in _refusal(tmp_path, "slow.txt", b"some words", seconds=0.001)


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of memory and computing time are the system's")
def test_memory_and_computing_time_are_limited(tmp_path):
    many = ("a,b\n" + "1,2\n" * 600_000).encode()
    assert "memory" in _refusal(tmp_path, "many.csv", many, memory=180 * 1024 * 1024)
    assert "computing time" in _refusal(tmp_path, "many.csv", many, cpu=1)


def test_the_child_sees_no_secrets(tmp_path, monkeypatch):
    import subprocess

    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    seen = {}
    run = subprocess.run

    def watched(*args, **kwargs):
        seen.update(kwargs["env"])
        return run(*args, **kwargs)

    monkeypatch.setattr(subprocess, "run", watched)
    assert parse("a.txt", b"Some words to read.", tmp_path).text.strip() == "Some words to read."
    assert "sk-canary" not in seen.values()
    assert "OPENAI_API_KEY" in os.environ


def test_works_from_any_directory(tmp_path, monkeypatch):
    (tmp_path / "memory.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    assert parse("a.txt", b"Some words to read.", out).text.strip() == "Some words to read."
