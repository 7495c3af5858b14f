"""Real files for the tests, each made by a library other than the one that reads it where there is one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any

TERMS = (
    "Either party may terminate this contract with ninety days' written notice to the other party. "
    "The notice takes effect on the last day of a calendar month and must be signed by a director."
)


def pdf(pages: Sequence[Sequence[tuple[str, str]]], footer: str = "", password: str = "") -> bytes:
    """Pages of (style, text); style is Title, Heading2 or BodyText. reportlab, with its own line breaking."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    story: list[Flowable] = []
    for page in pages:
        story += [Paragraph(text, styles[style]) for style, text in page] + [PageBreak()]
    out = io.BytesIO()

    def foot(canvas: Any, document: Any) -> None:
        canvas.drawString(72, 30, f"{footer} {document.page}" if footer else "")

    lock = StandardEncryption(password) if password else None
    SimpleDocTemplate(out, pagesize=A4, encrypt=lock).build(story[:-1], onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def scanned_pdf() -> bytes:
    """Two pages with nothing but a drawing."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(2):
        canvas.rect(100, 100, 300, 500, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def docx() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("Staff handbook", 0)
    document.add_heading("Holidays", 1)
    document.add_paragraph("Every employee has 27 days of paid holiday a year.")
    document.add_heading("Carrying over", 2)
    document.add_paragraph("Up to five days may be carried over to the next year.")
    document.add_heading("Pay", 1)
    table = document.add_table(rows=0, cols=2)
    for grade, pay in (("Grade", "Monthly pay"), ("Junior", "2,800"), ("Senior", "4,150")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = grade, pay
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pptx() -> bytes:
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    for title, text in (("Our plan", "Open a shop in Lyon in May"), ("Costs", "The shop costs 80,000 euros")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, text  # pyright: ignore
    box = slide.shapes.add_table(2, 2, Inches(1), Inches(3), Inches(4), Inches(1)).table  # pyright: ignore
    for i, word in enumerate(("Item", "Amount", "Rent", "2,400")):
        box.cell(i // 2, i % 2).text = word
    slide.notes_slide.notes_text_frame.text = "Ask the bank before summer"  # pyright: ignore
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def xlsx(sheets: dict[str, list[list[Any]]]) -> bytes:
    """Made by XlsxWriter, read by openpyxl."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    percent = book.add_format({"num_format": "0.0%"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, str) and value.endswith("%!"):
                    sheet.write_number(r, c, float(value[:-2]), percent)
                else:
                    sheet.write(r, c, value)
    book.close()
    return out.getvalue()


def eml() -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Rosa Lind <rosa@example.org>", "Team <team@example.org>"
    message["Subject"], message["Date"] = "Übergabe on Friday", "Tue, 03 Mar 2026 09:30:00 +0100"
    message.set_content("The keys are handed over on Friday at 15:00 at the office in Kiel.")
    message.add_attachment("Bring your badge.", filename="list.txt")
    message.add_attachment(b"\x89PNG" + bytes(3000), maintype="image", subtype="png", filename="plan.png")
    return bytes(message)


def zip_of(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members.items():
            z.writestr(name, data)
    return out.getvalue()
