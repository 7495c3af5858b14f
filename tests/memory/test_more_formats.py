"""The further formats, through the real child process: text, headings, tables, and what a file says of itself."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from memory.parsing import Parsed, parse
from memory.types import UnreadableFile
from tests.memory import files
from tests.memory import more_files as more


@pytest.fixture
def read(tmp_path: Path):
    def run(name: str, data: bytes) -> Parsed:
        parsed = parse(name, data, tmp_path)
        for heading in parsed.headings:
            assert heading.title in parsed.text[heading.start :].split("\n", 1)[0]
        return parsed

    return run


def test_epub_in_the_order_of_its_spine(read):
    parsed = read("book.epub", more.epub())
    assert [h.title for h in parsed.headings] == ["The ferry book", "The crossing", "Fares"]
    assert "leaves at 7:15" in parsed.text
    assert parsed.about == {"title": "The ferry book", "author": "Ida Moen", "date": "2024-05-02", "language": "en"}


def test_opendocument_text(read, tmp_path):
    parsed = read("rules.odt", more.odt())
    assert [(h.title, h.level) for h in parsed.headings] == [("Staff rules", 1), ("Pay", 2)]
    assert "27 days" in parsed.text
    assert "(Footnote: Pro rata.)" in parsed.text
    assert "- Ask early" in parsed.text
    assert pq.read_table(tmp_path / parsed.tables[0].file).to_pylist() == [{"Grade": "Junior", "Pay": 2800}]
    assert (parsed.about["author"], parsed.about["date"]) == ("Bo Lund", "2025-11-03")


def test_opendocument_sheet_whose_empty_cells_are_repeated_a_million_times(read, tmp_path):
    parsed = read("towns.ods", more.ods())
    rows = pq.read_table(tmp_path / parsed.tables[0].file).to_pylist()
    assert rows == [{"City": "Ghent", "People": 265000}, {"City": "Bruges", "People": 119000}]


def test_rtf(read, tmp_path):
    parsed = read("boats.rtf", more.RTF)
    assert "Boats pay € 40 a night in the harbour." in parsed.text
    assert "Dogs stay on board." in parsed.text
    assert parsed.about | {"language": ""} == {
        "title": "Boat rules", "author": "Rosa Müller", "date": "2026-03-04", "language": "",
    }  # fmt: skip
    assert pq.read_table(tmp_path / parsed.tables[0].file).num_rows == 2


def test_mailbox_keeps_conversations_together(read, tmp_path):
    parsed = read("team.mbox", more.mbox(tmp_path))
    assert [h.title for h in parsed.headings if h.level == 1] == ["Keys", "Invoice"]
    titles = [h.title for h in parsed.headings if h.level == 2]
    assert titles == ["Mail from Ann a, 2026-03-02", "Mail from Ann b, 2026-03-04", "Mail from Ann c, 2026-03-03"]
    assert "From noon on it is fine.\nFrom me as well." in parsed.text


def test_documents_attached_to_a_mail_are_read_and_what_is_not_is_told(read, tmp_path):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Rosa <rosa@example.org>", "team@example.org", "The lease"
    mail.set_content("Signed copies are attached.")
    for name, data in {
        "lease.pdf": files.pdf([[("Title", "Lease"), ("BodyText", files.TERMS)]]),
        "staff.docx": files.docx(),
        "prices.csv": "part;price\nhook;1,20\nchaîne;3,40\n".encode("cp1252"),
        "broken.pdf": b"%PDF-1.4 nothing",
        "photo.png": more.picture(),
        "all.zip": more.archive({"a.txt": b"x"}),
    }.items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    forwarded = EmailMessage()
    forwarded["From"], forwarded["Subject"] = "Ida <ida@example.org>", "Keys"
    forwarded.set_content("The keys are with the porter.")
    mail.add_attachment(forwarded)
    parsed = read("m.eml", bytes(mail))
    titles = {h.title: h.level for h in parsed.headings}
    assert titles["The lease"] == 1
    assert titles["Attachment lease.pdf"] == titles["Forwarded mail: Keys"] == 2
    assert titles["Holidays"] > 2  # of the attached document, below it
    assert "ninety days' written notice" in " ".join(parsed.text.split())
    assert "27 days of paid holiday" in parsed.text
    assert "The keys are with the porter." in parsed.text
    tables = {tuple(pq.read_table(tmp_path / t.file).column_names): t.rows for t in parsed.tables}
    assert tables == {("Grade", "Monthly pay"): 2, ("part", "price"): 2}
    assert "chaîne" in parsed.text
    assert [s.split(" (")[0] for s in parsed.skipped] == [
        "the attachment broken.pdf", "the attachment photo.png", "the attachment all.zip",
    ]  # fmt: skip
    assert "damaged" in parsed.skipped[0]


def test_scans_in_mails_are_not_recognised_and_mails_in_mails_end(read):
    mail = EmailMessage()
    mail["Subject"] = "Lease"
    mail.set_content("See the scan.")
    mail.add_attachment(more.scanned_pdf_with_text(), maintype="application", subtype="pdf", filename="scan.pdf")
    inner = bytes(mail)
    for n in range(5):
        outer = EmailMessage()
        outer["Subject"] = f"Outer {n}"
        outer.set_content(f"Forwarded for time {n}.")
        outer.add_attachment(mail)
        mail = outer
    parsed = read("m.eml", bytes(mail))
    assert "Forwarded for time 1." in parsed.text
    assert "a forwarded mail" in parsed.skipped
    parsed = read("n.eml", inner)
    assert "signed in Ghent" in parsed.text
    assert list(parsed.skipped) == ["in the attachment scan.pdf, page 2: a picture"]


def test_attachments_have_their_time_and_no_more(tmp_path, monkeypatch):
    from memory.parsing import attachments
    from memory.parsing.eml import read as read_mail
    from memory.parsing.parsed import Source, TextBuilder

    monkeypatch.setattr(attachments, "_SECONDS", -1.0)
    mail = EmailMessage()
    mail.set_content("Two are attached.")
    mail.add_attachment("Some words.", filename="a.txt")
    out = TextBuilder(tmp_path)
    read_mail(Source("m.eml", "eml", bytes(mail)), out)
    assert "Two are attached." in out.text
    assert "took all the time" in out.skipped[0]


@pytest.mark.parametrize(
    ("name", "text", "titles"),
    [
        ("a.py", "import os\n\n\ndef load(path):\n    def inner():\n        pass\n\n\nclass Box(dict):\n    x = 1\n", ["def load(path)", "class Box(dict)"]),
        ("a.ts", "export interface A {\n  x: number;\n}\nconst go = async (x: A) => {\n  return 1\n}\n", ["export interface A", "const go = async (x: A) =>"]),
        ("a.go", "package main\n\nfunc (s *S) Run(n int) error {\n\treturn nil\n}\n", ["func (s *S) Run(n int) error"]),
        ("a.rs", "use std::io;\npub async fn main() -> io::Result<()> {\n}\nimpl Foo for Bar {\n}\n", ["pub async fn main() -> io::Result<()>", "impl Foo for Bar"]),
        ("A.java", "package a;\npublic final class Shop {\n  void sell() {}\n}\n", ["public final class Shop"]),
        ("a.c", "#include <x.h>\nstatic int add(int a, int b)\n{\n  if (a) return b;\n}\n", ["static int add(int a, int b)"]),
        ("a.sql", "create table t(\n  a int\n);\nSELECT a FROM t;\n", ["create table t", "SELECT a FROM t;"]),
        ("a.sh", "#!/bin/sh\nset -e\nbuild() {\n  make\n}\n", ["build()"]),
    ],
)  # fmt: skip
def test_code_has_a_section_for_each_definition(read, name, text, titles):
    parsed = read(name, text.encode())
    assert parsed.text.strip() == text.strip()
    assert [h.title for h in parsed.headings] == titles
    assert parsed.format == name.rsplit(".", 1)[1]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_of_text(read, kind):
    parsed = read(f"photo.{kind.lower()}", more.picture(kind))
    assert "The tenant pays 1,250.00 EUR a month in advance, on the third working day at the latest." in parsed.text
    assert "The notice period is ninety days." in parsed.text


def test_a_fax_of_two_pages(read):
    parsed = read("fax.tiff", more.picture("TIFF", ("This is page number # of the fax",), pages=2))
    assert [parsed.text[p:].split("\n")[0] for p in parsed.pages] == [
        "This is page number 1 of the fax",
        "This is page number 2 of the fax",
    ]


def test_a_scanned_page_beside_one_with_text(read):
    parsed = read("lease.pdf", more.scanned_pdf_with_text())
    second = parsed.text[parsed.pages[1] :]
    assert "cover letter" in parsed.text[: parsed.pages[1]]
    assert "The notice period is ninety days." in second
    assert parsed.about["title"] == "Lease and cover letter"
    assert parsed.about["author"] == "Rosa Lind"


def test_a_photograph_of_a_telephone_is_no_recording(tmp_path):
    with pytest.raises(UnreadableFile, match="Save or export it as JPEG"):
        parse("IMG_1.HEIC", b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(400), tmp_path)


def test_a_picture_without_text_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match=r"No text was recognised in blank\.png"):
        parse("blank.png", more.picture(lines=()), tmp_path)


def test_a_picture_that_unpacks_to_too_much_is_refused_unopened(tmp_path):
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    with pytest.raises(UnreadableFile, match="3,600 million pixels"):
        parse("bomb.png", bomb, tmp_path)


def test_the_language_is_told_when_it_is_sure(read):
    german = "Der Mieter zahlt die Miete im Voraus, spätestens am dritten Werktag des Monats. " * 3
    assert read("a.txt", german.encode()).about["language"] == "de"
    assert "language" not in read("b.txt", b"Some words.").about


def test_authors_and_dates_of_office_files_and_mails(read):
    assert read("m.eml", files.eml()).about["author"] == "Rosa Lind <rosa@example.org>"
    assert read("m.eml", files.eml()).about["date"] == "2026-03-03"
    front = b"---\ntitle: Garden rules\nauthor: Ida\ndate: 2026-02-01\n---\n# Beds\n\nWater daily.\n"
    assert read("g.md", front).about == {"title": "Garden rules", "author": "Ida", "date": "2026-02-01"}


def test_a_child_that_failed_does_not_read_the_next_file(read, tmp_path):
    for _ in range(2):
        with pytest.raises(UnreadableFile):
            parse("a.json", b'{"a": [1, 2', tmp_path)
        assert read("a.txt", b"Some words to read.").text.strip() == "Some words to read."


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_lies_on_its_side_or_stands_on_its_head_is_read_from_the_top(turned):
    import io

    from PIL import Image

    from memory.parsing.ocr import paragraphs

    read = " ".join(paragraphs(Image.open(io.BytesIO(more.picture())).rotate(turned, expand=True)))
    assert read.index("Lease of a workshop") < read.index("third working day") < read.index("ninety days")
