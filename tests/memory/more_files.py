"""Real files of the further formats, in the shapes that the programs named here write them."""

from __future__ import annotations

import io
import mailbox
import zipfile
from email.message import EmailMessage
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SCANNED = (
    "Lease of a workshop",
    "The tenant pays 1,250.00 EUR a month in advance,",
    "on the third working day at the latest.",
    "The notice period is ninety days.",
)


def picture(kind: str = "PNG", lines: tuple[str, ...] = SCANNED, pages: int = 1) -> bytes:
    def page(number: int) -> Image.Image:
        image = Image.new("RGB", (1000, 500), "white")
        font = ImageFont.load_default(30)
        for i, line in enumerate(lines):
            ImageDraw.Draw(image).text((60, 50 + 70 * i), line.replace("#", str(number)), fill="black", font=font)
        return image

    out = io.BytesIO()
    first, *more = [page(n + 1) for n in range(pages)]
    first.save(out, kind, **({"save_all": True, "append_images": more} if more else {}))
    return out.getvalue()


def scanned_pdf_with_text() -> bytes:
    """One page as a picture, as a scanner writes it, after one with text."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setTitle("Lease and cover letter")
    canvas.setAuthor("Rosa Lind")
    canvas.drawString(72, 700, "This cover letter comes with the lease that was signed in Ghent.")
    canvas.showPage()
    canvas.drawImage(ImageReader(io.BytesIO(picture())), 40, 400, 500, 250)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def epub() -> bytes:
    """As calibre writes it: chapters in files, a table of contents, Dublin Core in the package."""
    chapter = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><h1>%s</h1><p>%s</p></body></html>'
    opf = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata
    xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The ferry book</dc:title><dc:creator>Ida Moen</dc:creator>
    <dc:language>en-GB</dc:language><dc:date>2024-05-02T00:00:00+00:00</dc:date></metadata><manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
    <item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/></manifest>
    <spine><itemref idref="nav"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
    container = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
    <rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
    return archive(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "OEBPS/book.opf": opf.encode(),
            "OEBPS/nav.xhtml": (chapter % ("Contents", "One, two")).encode(),
            "OEBPS/text/one.xhtml": (
                chapter % ("The crossing", "The ferry leaves at 7:15 and takes forty minutes.")
            ).encode(),
            "OEBPS/text/two b.xhtml": (chapter % ("Fares", "A return ticket costs 24 euros.")).encode(),
        }
    )


_ODF = " ".join(
    f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text", "table", "meta")
)


def odt() -> bytes:
    body = """<text:h text:outline-level="1">Staff rules</text:h><text:p>Every employee has<text:s text:c="2"/>27 days of
    leave.<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Pro rata.</text:p></text:note-body>
    </text:note></text:p><text:list><text:list-item><text:p>Ask early</text:p></text:list-item></text:list>
    <text:h text:outline-level="2">Pay</text:h><table:table table:name="T1"><table:table-row><table:table-cell><text:p>Grade</text:p>
    </table:table-cell><table:table-cell><text:p>Pay</text:p></table:table-cell></table:table-row><table:table-row>
    <table:table-cell><text:p>Junior</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="2800">
    <text:p>2.800</text:p></table:table-cell></table:table-row></table:table>"""
    return _opendocument("text", body)


def ods() -> bytes:
    row = """<table:table-row><table:table-cell><text:p>%s</text:p></table:table-cell><table:table-cell office:value-type="float"
    office:value="%s"><text:p>x</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>"""
    head = "<table:table-row><table:table-cell><text:p>City</text:p></table:table-cell><table:table-cell><text:p>People</text:p></table:table-cell></table:table-row>"
    rows = head + row % ("Ghent", 265000) + row % ("Bruges", 119000)
    tail = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    return _opendocument("spreadsheet", f'<table:table table:name="Towns">{rows}{tail}</table:table>')


def _opendocument(kind: str, body: str) -> bytes:
    content = f"<office:document-content {_ODF}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    meta = f"""<office:document-meta {_ODF} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>Rules</dc:title>
    <meta:initial-creator>Bo Lund</meta:initial-creator><meta:creation-date>2025-11-03T10:00:00</meta:creation-date>
    </office:meta></office:document-meta>"""
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return archive({"mimetype": mimetype.encode(), "content.xml": content.encode(), "meta.xml": meta.encode()})


RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\info{\title Boat rules}{\author Rosa M\'fcller}"
    rb"{\creatim\yr2026\mo3\dy4\hr9\min30}}\pard\b MOORING\b0\par\pard Boats pay \'80 40 a night in the harbour.\par"
    rb"\trowd\cellx2000\cellx4000\intbl Length\cell Fee\cell\row\trowd\cellx2000\cellx4000\intbl 8 m\cell 40\cell\row"
    rb"\trowd\cellx2000\cellx4000\intbl 12 m\cell 65\cell\row\pard Dogs stay on board.\par}"
)


def mbox(tmp_path: Path) -> bytes:
    """Written by Python's mailbox module: a conversation, out of order, and a mail of its own."""
    box = mailbox.mbox(tmp_path / "box")
    for id, subject, day, text, before in (
        ("b", "Re: Keys", "04", "From noon on it is fine.\nFrom me as well.", "a"),
        ("c", "Invoice", "03", "The invoice is 240 euros.", ""),
        ("a", "Keys", "02", "When may I fetch the keys?", ""),
    ):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Ann {id} <{id}@example.org>", "team@example.org", subject
        mail["Date"], mail["Message-ID"] = f"Mon, {day} Mar 2026 09:00:00 +0100", f"<{id}@x>"
        if before:
            mail["In-Reply-To"] = f"<{before}@x>"
        mail.set_content(text)
        box.add(mail)
    box.flush()
    return (tmp_path / "box").read_bytes()


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members.items():
            z.writestr(name, data)
    return out.getvalue()
