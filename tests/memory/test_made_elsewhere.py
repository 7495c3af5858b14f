"""Files that LibreOffice, pandoc and poppler made of one handbook (and slides, and a sheet), read by the real child.

`made/`: Aarhus, Bergen, Cadiz, Dover, Esbjerg, the `.odp`, `leith-lo.pptx` and the sheets are LibreOffice 7.4's; Genoa, Haifa,
Izmir, Kotor and `leith.pptx` pandoc 2.17's; Ostend is a page that LibreOffice printed, drawn by `pdftoppm` at 150 dpi, turned by
0.6 degrees and saved as a PDF of pictures. Each handbook has its own fee, notice and harbour master.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from memory.parsing import Parsed, parse

MADE = Path(__file__).parent / "made"
# file, fee, days of notice, harbour master
HANDBOOKS = [
    ("handbook-aarhus.odt", 310, 21, "Mette Holm"),
    ("handbook-bergen.docx", 420, 35, "Nils Aune"),
    ("handbook-cadiz.rtf", 275, 14, "Lucia Vega"),
    ("handbook-dover.pdf", 515, 45, "Harriet Cole"),
    ("handbook-genoa.docx", 390, 25, "Carla Rossi"),
    ("handbook-haifa.rtf", 455, 40, "Noa Levi"),
    ("handbook-izmir.epub", 225, 18, "Deniz Kaya"),
    ("handbook-kotor.html", 205, 12, "Iva Radan"),
]


@pytest.fixture
def read(tmp_path: Path):
    def run(name: str) -> Parsed:
        return parse(name, (MADE / name).read_bytes(), tmp_path)

    return run


@pytest.mark.parametrize(("name", "fee", "days", "master"), HANDBOOKS)
def test_a_handbook(read, tmp_path: Path, name: str, fee: int, days: int, master: str) -> None:
    parsed = read(name)
    words = " ".join(parsed.text.split())
    town = name.removeprefix("handbook-").split(".")[0].capitalize()
    assert f"The monthly mooring fee in {town} is {fee} euros for a boat of up to ten metres." in words
    assert (
        f"A mooring in {town} may be given up with {days} days’ notice in writing to the harbour master, {master}."
        in words
    )
    assert "set by the council in January 2026 and does not include electricity" in words  # a footnote
    assert "- Dogs are kept on a lead." in words
    titles = [h.title for h in parsed.headings]
    assert [t for t in titles if not t.startswith("Harbour")][:5] == [
        "Moorings", "Notice", "Rules on the quay", "Prices", "Storm",
    ]  # fmt: skip
    (table,) = parsed.tables
    assert table.name == "Prices"
    rows = pq.read_table(tmp_path / table.file).to_pylist()
    assert [(r["Service"], r["Unit"], float(r["Price"])) for r in rows] == [
        ("Water", "tank", days + 0.5), ("Electricity", "day", 6.2), ("Crane", "lift", fee - 100),
    ]  # fmt: skip
    assert parsed.about["language"] == "en"
    assert name.startswith("handbook-haifa") or parsed.about["author"] == master  # pandoc's RTF says nothing of itself
    assert not parsed.skipped


def test_a_book_whose_program_keeps_no_headings(read) -> None:
    parsed = read("handbook-esbjerg.epub")
    assert "The monthly mooring fee in Esbjerg is 260 euros" in parsed.text
    assert parsed.about["title"] == "Harbour handbook of Esbjerg"
    assert parsed.tables[0].rows == 3


def test_a_scan_that_is_a_little_crooked(read, tmp_path: Path) -> None:
    parsed = read("handbook-ostend-scan.pdf")
    assert "The monthly mooring fee in Ostend is 365 euros for a boat of up to ten metres" in parsed.text
    (table,) = parsed.tables
    assert pq.read_table(tmp_path / table.file).to_pylist()[2] == {"Service": "Crane", "Unit": "lift", "Price": 265.0}


@pytest.mark.parametrize("name", ["leith.pptx", "leith-lo.pptx", "leith-odp.odp"])
def test_slides_with_what_is_said_beside_them(read, tmp_path: Path, name: str) -> None:
    parsed = read(name)
    assert [h.title for h in parsed.headings] == ["Winter works in Leith", "Dredging", "Lights"]
    second = parsed.text[parsed.pages[1] : parsed.pages[2]]
    assert "It costs 84,000 pounds." in second
    assert "Notes: Do not tell the press before the council has voted on 19 February." in second
    assert pq.read_table(tmp_path / parsed.tables[0].file).to_pylist()[1] == {"Lamp": "Slipway", "Watts": 90}


@pytest.mark.parametrize("name", ["quay-takings-ods.ods", "quay-takings-xlsx.xlsx"])
def test_sheets_with_dates_and_computed_cells(read, tmp_path: Path, name: str) -> None:
    parsed = read(name)
    takings, crew = (pq.read_table(tmp_path / t.file).to_pylist() for t in parsed.tables)
    assert [str(r["Paid on"])[:10] for r in takings][:2] == ["2026-01-15", "2026-02-15"]
    assert [round(float(r["With tax"]), 2) for r in takings] == [1440.6, 996.3, 492.0, 1188.9]
    assert crew[1] == {"Crew member": "Bert", "Hours": 41.5}
    assert not parsed.skipped
