"""Each format from bytes to text, headings, pages and tables, through the real child process."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from memory.chunking import passages
from memory.parsing import Parsed, parse
from tests.memory import files


@pytest.fixture
def read(tmp_path: Path):
    def run(name: str, data: bytes) -> Parsed:
        parsed = parse(name, data, tmp_path)
        for heading in parsed.headings:
            line = parsed.text[heading.start :].split("\n", 1)[0]
            assert heading.title in line
        assert parsed.cuts == passages(parsed.text, parsed.pages, parsed.headings)
        return parsed

    return run


def _rows(tmp_path: Path, parsed: Parsed, i: int = 0) -> list[dict]:
    table = pq.read_table(tmp_path / parsed.tables[i].file)
    assert table.num_rows == parsed.tables[i].rows
    assert table.column_names == [c for c, _ in parsed.tables[i].columns]
    return table.to_pylist()


def test_pdf_paragraphs_pages_and_headings(read):
    long = " ".join([files.TERMS] * 3)
    parsed = read(
        "c.pdf",
        files.pdf(
            [
                [("Title", "Lease of a workshop"), ("Heading2", "1. Rent"), ("BodyText", long)],
                [("Heading2", "2. Repairs"), ("BodyText", "Small repairs are paid by the tenant. " + long)],
                [("BodyText", "Signed in Ghent.")],
            ],
            footer="Lease, page",
        ),
    )
    assert long in parsed.text  # lines joined, nothing hyphenated or doubled
    assert [parsed.text[p:][:9] for p in parsed.pages] == ["Lease of ", "2. Repair", "Signed in"]
    assert [(h.title, h.level) for h in parsed.headings] == [
        ("Lease of a workshop", 1),
        ("1. Rent", 2),
        ("2. Repairs", 2),
    ]
    assert "Lease, page" not in parsed.text


def test_pdf_mends_words_hyphenated_at_the_end_of_a_line(read):
    import io

    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    lines = (
        "The supplier is responsible for the transpor-",
        "tation of all goods and for a well-known long-",
        "term problem, a long-term one that is called shrink",
    )
    for i, line in enumerate(lines):
        canvas.drawString(72, 700 - 14 * i, line)
    canvas.save()
    text = read("h.pdf", out.getvalue()).text
    assert "the transportation of all goods and for a well-known long-term problem, a long-term one" in text


def test_pdf_table_becomes_a_table(read, tmp_path):
    import io

    from reportlab.platypus import SimpleDocTemplate, Table

    out = io.BytesIO()
    rows = [["Material", "Stock", "Price"], ["Oak", "120", "$4.50"], ["Pine", "80", "$2.10"], ["Beech", "95", "$3.75"]]
    SimpleDocTemplate(out).build([Table(rows, colWidths=[120, 80, 80])])
    parsed = read("wood.pdf", out.getvalue())
    assert _rows(tmp_path, parsed)[1] == {"Material": "Pine", "Stock": 80, "Price": 2.1}
    assert "- Material: Pine; Stock: 80; Price: $2.10" in parsed.text


def test_docx(read, tmp_path):
    parsed = read("handbook.docx", files.docx())
    assert [(h.title, h.level) for h in parsed.headings] == [
        ("Staff handbook", 1),
        ("Holidays", 2),
        ("Carrying over", 3),
        ("Pay", 2),
    ]
    assert parsed.pages == []
    assert "Every employee has 27 days of paid holiday a year." in parsed.text
    assert _rows(tmp_path, parsed) == [
        {"Grade": "Junior", "Monthly pay": 2800},
        {"Grade": "Senior", "Monthly pay": 4150},
    ]


def test_pptx(read, tmp_path):
    parsed = read("plan.pptx", files.pptx())
    assert [h.title for h in parsed.headings] == ["Our plan", "Costs"]
    assert [parsed.text[p:][:5] for p in parsed.pages] == ["Our p", "Costs"]
    assert "Open a shop in Lyon in May" in parsed.text
    assert "Notes: Ask the bank before summer" in parsed.text
    assert _rows(tmp_path, parsed) == [{"Item": "Rent", "Amount": 2400}]


def test_xlsx_sheets_types_and_titles(read, tmp_path):
    from datetime import date

    sheets = {
        "Orders": [
            ["Orders of the spring"],
            [],
            ["Day", "Customer", "Amount", "Discount"],
            [date(2025, 3, 1), "Blum", 1250.5, "0.125%!"],
            [date(2025, 3, 9), "Kraus", 900, "0.05%!"],
        ],
        "Notes": [["Prices without tax"]],
    }
    parsed = read("o.xlsx", files.xlsx(sheets))
    assert [h.title for h in parsed.headings] == ["Orders", "Notes"]
    assert parsed.tables[0].columns == [
        ("Day", "DATE"),
        ("Customer", "VARCHAR"),
        ("Amount", "DOUBLE"),
        ("Discount", "DOUBLE"),
    ]
    assert parsed.tables[0].units == {"Discount": "%"}
    assert _rows(tmp_path, parsed)[0] == {
        "Day": date(2025, 3, 1),
        "Customer": "Blum",
        "Amount": 1250.5,
        "Discount": 12.5,
    }
    assert "Orders of the spring" in parsed.text
    assert "- Day: 2025-03-01; Customer: Blum; Amount: 1250.5; Discount: 12.5%" in parsed.text
    assert "Prices without tax" in parsed.text


def test_xlsx_cells_merged_downwards_and_hidden_sheets(read, tmp_path):
    import io

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("Team", "Person"), ("Red", "Ada"), (None, "Bo"), ("Blue", "Cy")):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    hidden = book.create_sheet("secret")
    hidden.append(("never", "shown"))
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    parsed = read("t.xlsx", out.getvalue())
    assert [r["Team"] for r in _rows(tmp_path, parsed)] == ["Red", "Red", "Blue"]
    assert "never" not in parsed.text
    assert list(parsed.skipped) == ["the sheet secret, which is hidden"]


def test_xlsx_formulas_that_were_never_computed_are_told(read):
    import io

    import openpyxl

    book = openpyxl.Workbook()  # writes formulas and computes none
    for row in (("Item", "Price", "With tax"), ("Rope", 12, "=B2*1.2"), ("Hook", 5, "=B3*1.2")):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    (said,) = read("t.xlsx", out.getvalue()).skipped
    assert said.startswith("2 formulas without a value; open the file in a spreadsheet program")
    assert not read("u.xlsx", files.xlsx({"A": [["Item", "Price"], ["Rope", 12], ["Hook", 5]]})).skipped


@pytest.mark.parametrize(
    ("data", "first"),
    [
        (b"city,people\nParis,2100000\nLyon,520000\n", {"city": "Paris", "people": 2100000}),
        ("Stadt;Gr\u00f6\u00dfe\nK\u00f6ln;405,2\nUlm;118,7\n".encode("cp1252"), {"Stadt": "Köln", "Größe": 405.2}),
        ('\ufeffname\tquote\nAnn\t"a\tb"\nBob\tc\n'.encode(), {"name": "Ann", "quote": "a b"}),
        ("a|b\n1|2\n3|4\n".encode("utf-16"), {"a": 1, "b": 2}),
        (b'sep=;\nx;y\n1;"two; 2"\n3;four\n', {"x": 1, "y": "two; 2"}),
    ],
)
def test_csv(read, tmp_path, data, first):
    assert _rows(tmp_path, read("t.csv", data))[0] == first


def test_csv_rows_beyond_the_described_ones_are_in_the_table(read, tmp_path):
    data = "n,square\n" + "".join(f"{i},{i * i}\n" for i in range(2000))
    parsed = read("squares.csv", data.encode())
    assert parsed.tables[0].rows == 2000
    assert "(1,500 more rows are in the table.)" in parsed.text
    assert _rows(tmp_path, parsed)[-1] == {"n": 1999, "square": 1999 * 1999}


def test_html(read, tmp_path):
    page = """<!doctype html><html><head><title>Ferry times</title><style>p{}</style><script>alert(1)</script></head>
    <body><nav>Home Contact</nav><main><h2>Winter</h2><p>The ferry leaves at <b>7:15</b>&nbsp;and 18:40.</p>
    <ul><li>Bring a ticket</li><li>No dogs</li></ul><p hidden>draft</p>
    <table><tr><th>Route</th><th>Fare</th></tr><tr><td>Island</td><td>€12.00</td></tr><tr><td>Fort</td><td>€9.50</td></tr>
    </table></main></body></html>"""
    parsed = read("f.html", page.encode())
    assert [h.title for h in parsed.headings] == ["Ferry times", "Winter"]
    assert "The ferry leaves at 7:15 and 18:40." in parsed.text
    assert "- Bring a ticket" in parsed.text
    assert not any(w in parsed.text for w in ("alert", "Contact", "draft"))
    assert _rows(tmp_path, parsed)[0] == {"Route": "Island", "Fare": 12.0}


def test_markdown_keeps_its_text_and_finds_its_tables(read, tmp_path):
    text = "# Garden\n\nWater *daily*.\n\n## Beds\n\n| Bed | Plants |\n|---|---:|\n| East | 12 |\n| West | 30 |\n\n```\n# no heading\n```"
    parsed = read("g.md", text.encode())
    assert parsed.text.startswith(text)
    assert [(h.title, h.level) for h in parsed.headings] == [("Garden", 1), ("Beds", 2)]
    assert _rows(tmp_path, parsed) == [{"Bed": "East", "Plants": 12}, {"Bed": "West", "Plants": 30}]


def test_text_in_old_and_in_cyrillic_encodings(read):
    assert "Müller zahlt 5 €" in read("a.txt", "Herr Müller zahlt 5 € Gebühr.".encode("cp1252")).text
    russian = "Договор вступает в силу с момента подписания и действует в течение одного года. " * 3
    assert russian.strip() in read("b.txt", russian.encode("cp1251")).text


def test_email(read):
    parsed = read("m.eml", files.eml())
    assert parsed.headings[0].title == "Übergabe on Friday"
    for part in (
        "From: Rosa Lind <rosa@example.org>",
        "Date: Tue, 03 Mar 2026",
        "15:00 at the office in Kiel",
        "Bring your badge.",
    ):
        assert part in parsed.text
    assert "Attachment plan.png (image/png, 3 KB) was not read." in parsed.text


def test_json_and_json_lines(read, tmp_path):
    records = [{"id": 1, "who": {"name": "Ida"}, "tags": ["a", "b"]}, {"id": 2, "who": {"name": "Jon"}}]
    parsed = read("r.json", json.dumps(records).encode())
    assert _rows(tmp_path, parsed)[0] == {"id": 1, "who.name": "Ida", "tags": "a, b"}
    parsed = read("r.jsonl", "\n".join(map(json.dumps, records)).encode())
    assert parsed.tables[0].rows == 2
    parsed = read("s.json", json.dumps({"shop": {"city": "Porto", "open": True}, "items": records}).encode())
    assert "- shop.city: Porto" in parsed.text
    assert parsed.tables[0].name == "items"


def test_parquet(read, tmp_path):
    pq.write_table(
        pa.table({"k": ["x", "y"], "v": pa.array([1, None], pa.int32()), "l": [[1], [2, 3]]}), tmp_path / "in.parquet"
    )
    parsed = read("p.parquet", (tmp_path / "in.parquet").read_bytes())
    assert _rows(tmp_path, parsed) == [{"k": "x", "v": 1, "l": "[1]"}, {"k": "y", "v": None, "l": "[2, 3]"}]
    assert parsed.tables[0].columns == [("k", "VARCHAR"), ("v", "BIGINT"), ("l", "VARCHAR")]


def test_content_decides_where_the_name_is_wrong(read):
    assert read("report.txt", files.docx()).format == "docx"
    assert read("noname", files.pdf([[("BodyText", files.TERMS)]])).format == "pdf"
    assert read("page", b"<html><body><p>Hello there</p></body></html>").format == "html"
    assert read("mail", files.eml()).format == "eml"
    assert read("data", b'{"a": 1}').format == "json"


def test_a_pdf_tables_header_and_long_rows_belong_to_it(read, tmp_path):
    """A header is set narrower than its column, and a long cell leaves a narrow gap: both are still rows."""
    from reportlab.platypus import SimpleDocTemplate, Table

    rows = [["Bridge", "Sensors", "Inspection cycle"], ["Wear Crossing", "8", "every 3 months"]]
    rows += [["Kielder Road", "3", "every 12 months"], ["Stanhope", "2", "every 12 months"]]
    rows += [["Seven others, listed in the asset register", "23", "every 12 months"]]
    path = tmp_path / "bridges.pdf"
    SimpleDocTemplate(str(path)).build([Table(rows)])
    parsed = read("bridges.pdf", path.read_bytes())
    assert "Bridge: Wear Crossing; Sensors: 8; Inspection cycle: every 3 months" in parsed.text
    assert "Sensors: 23" in parsed.text


def test_quoted_lines_of_a_mail_are_one_paragraph():
    from memory.parsing.eml import unwrapped

    text = "> > we are launching a new drink in May and look for a place within an hour of\n> > Grimsby for 140 people.\n> >\n> > - stage\n> > - kitchen"
    assert unwrapped(text).split("\n")[0].endswith("within an hour of Grimsby for 140 people.")
    assert unwrapped(text).count("\n") == 3
