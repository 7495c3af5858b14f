"""Where documents are: folders and tags, archives' names, a page drawn with its words marked, the proof of a deletion."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from memory.names import folder_name, tag_names
from memory.parsing.archive import is_archive, members
from memory.store import UserMemory
from memory.types import MemoryFault, UnreadableFile
from tests.memory import files
from tests.memory import more_files as more


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("Contracts/2026", "Contracts/2026"),
        ("../../etc", "etc"),
        ("C:\\Users\\me", "Users/me"),
        ("/ /a//", "a"),
        ("", ""),
    ],
)
def test_folder_names(path: str, kept: str) -> None:
    assert folder_name(path) == kept


def test_tag_names() -> None:
    assert tag_names(["#Tax ", "tax", "", " two  words "]) == ("Tax", "two words")


def test_a_document_is_placed_and_keeps_its_place_when_a_new_version_comes(anna: UserMemory) -> None:
    first = anna.add("a.txt", b"The first text.", folder="Notes").document
    anna.place(first, "Notes", ["draft", "Draft", "tax"])
    receipt = anna.add("a.txt", b"The second text.", folder="Notes")
    (document,) = anna.documents()
    assert (document.folder, tuple(document.tags)) == ("Notes", ("draft", "tax"))
    assert receipt.status == "replaced"
    assert receipt.replaced
    other = anna.add("a.txt", b"Another text.").document
    with pytest.raises(MemoryFault, match="Nothing was moved"):
        anna.place(other, "Notes", [])


def test_what_was_not_read_is_in_the_receipt(anna: UserMemory) -> None:
    receipt = anna.add("m.eml", files.eml())
    assert list(receipt.skipped) == ["the attachment plan.png (image/png, 3 KB)"]
    assert "Not read: the attachment plan.png" in receipt.message
    (document,) = anna.documents()
    assert tuple(document.skipped) == ("the attachment plan.png (image/png, 3 KB)",)  # also for who looks later
    assert document.replaced == ""
    anna.add("m.eml", files.eml() + b"\nOne line more.")
    assert anna.documents()[0].replaced == document.added


def test_a_deletion_is_proven(anna: UserMemory) -> None:
    document = anna.add("a.txt", b"The first text.").document
    proof = anna.delete(document).proof
    assert [p.rsplit(": ", 1)[1] for p in proof] == ["0 found", "0 found", "gone"]


def test_archives_and_documents_that_are_zips() -> None:
    assert is_archive(more.archive({"a.txt": b"x"}))
    assert is_archive(more.archive({"word/notes.txt": b"x"}))
    assert not any(map(is_archive, (files.docx(), files.pptx(), more.epub(), more.odt(), b"PK\x03\x04 broken")))


def test_a_bomb_in_an_archive_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    data = more.archive({"bomb.txt": bytes(20_000_000), "good.txt": b"Some words."})
    found = {m.name: m.skipped for m in members("a.zip", data)}
    assert found == {"bomb.txt": "it unpacks to far more than its size, as a bomb does", "good.txt": ""}
    monkeypatch.setattr("memory.parsing.archive.MOST_FILES", 1)
    with pytest.raises(UnreadableFile, match="Split it"):
        list(members("a.zip", data))


def marks(png: bytes) -> np.ndarray:
    """bool [height, width] as shares of the page: where it is marked."""
    page = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    return (page[..., 0] > 200) & (page[..., 1] > 180) & (page[..., 2] < 180)


def rows_marked(png: bytes) -> tuple[float, float]:
    """From where to where the page is marked, as shares of its height."""
    there = np.flatnonzero(marks(png).any(axis=1)) / len(marks(png))
    return float(there.min()), float(there.max())


def test_a_page_is_drawn_with_the_passage_marked(anna: UserMemory) -> None:
    document = anna.add("c.pdf", files.pdf([[("Title", "Lease"), ("BodyText", files.TERMS)]])).document

    def marked(*phrases: str) -> int:
        return int(marks(anna.draw_page(document, 1, phrases)).sum())

    assert marked() == 0
    assert marked("Words that are not there at all") == 0
    some, whole = marked("ninety days' written notice"), marked(files.TERMS)
    assert 0 < some < whole
    assert marked("- Either party may terminate this contract with") > 0  # a list item, whose bullet is another sign
    with pytest.raises(MemoryFault):
        anna.draw_page(document, 2)


def test_a_word_that_a_line_end_divides_is_marked_too() -> None:
    from memory.parsing.draw import _places

    class Page:
        text = "The notice takes ef\ufffe\r\nfect on the last day."

        def get_text_range(self) -> str:
            return self.text

        def count_chars(self) -> int:
            return len(self.text)

        def count_rects(self, start: int, length: int) -> int:
            self.found = self.text[start : start + length]
            return 1

        def get_rect(self, i: int) -> tuple[float, float, float, float]:
            return 0.0, 0.0, 1.0, 1.0

    page = Page()
    assert len(list(_places(page, ["takes effect on the last"]))) == 1
    assert page.found == "takes ef\ufffe\r\nfect on the last"


def test_a_scanned_page_is_marked_where_its_words_stand(anna: UserMemory) -> None:
    """The picture fills the page from 41% to 70% of its height (A4, 842 points); its fourth line stands at 53% of it."""
    document = anna.add("lease.pdf", more.scanned_pdf_with_text()).document
    top, bottom = rows_marked(anna.draw_page(document, 2, ["The notice period is ninety days."]))
    assert 0.36 < top < bottom < 0.45
    all_of_it = ["The tenant pays 1,250.00 EUR a month in advance, on the third working day at the latest."]
    assert rows_marked(anna.draw_page(document, 2, all_of_it))[1] < top
    assert not marks(anna.draw_page(document, 2, ["Something else that nobody wrote."])).any()


@pytest.mark.parametrize("turned", [0, 90, 180])
def test_a_picture_is_shown_upright_and_marked(anna: UserMemory, turned: int) -> None:
    out = io.BytesIO()
    Image.open(io.BytesIO(more.picture())).rotate(turned, expand=True).save(out, "PNG")
    document = anna.add("photo.png", out.getvalue()).document
    drawn = anna.draw_page(document, 1, ["The notice period is ninety days."])
    assert Image.open(io.BytesIO(drawn)).size == (1000, 500)
    top, bottom = rows_marked(drawn)
    assert 0.48 < top < bottom < 0.66  # the fourth line: 50 + 3 * 70 of 500 pixels
    assert not marks(anna.draw_page(document, 1)).any()


def test_the_second_page_of_a_fax_is_drawn(anna: UserMemory) -> None:
    document = anna.add("fax.tiff", more.picture("TIFF", ("This is page number # of the fax",), pages=2)).document
    assert marks(anna.draw_page(document, 2, ["This is page number 2 of the fax"])).any()
    with pytest.raises(MemoryFault):
        anna.draw_page(document, 3)


@pytest.mark.parametrize(
    ("phrase", "marked"),
    [
        ("A mooring may be given up in writing", [(1, 0.0, 1.0), (2, 0.0, 11 / 17)]),
        ("be given up", [(1, 11 / 18, 1.0), (2, 0.0, 2 / 17)]),
        ("Who wants to give up a mooring may do so at any time", []),  # "Notice" and "a mooring" alone say nothing
        ("Something else. Tell the harbour master. And more", [(3, 0.0, 1.0)]),  # not one after the other: whole lines
        ("…", []),
    ],
)
def test_where_recognised_lines_say_a_phrase(phrase: str, marked: list[tuple[int, float, float]]) -> None:
    from memory.parsing.draw import _letters, _said

    texts = ["Notice: a mooring", "A mooring may be given", "up in writing to Mr Li", "Tell the harbour master"]
    letters = [len(_letters(t)) for t in texts]
    assert letters == [14, 18, 17, 20]
    found = [(0.0, float(n), 100.0, n + 0.9, t) for n, t in enumerate(texts)]
    boxes = [(int(top), round(a), round(b)) for a, top, b, _ in _said(found, [phrase])]
    assert boxes == [(n, round(100 * a), round(100 * b)) for n, a, b in marked]


def test_files_that_go_in_together_are_as_if_they_came_one_by_one(anna: UserMemory) -> None:
    from memory.types import Incoming

    files_in = [
        Incoming("a.txt", b"The boat leaves at noon."),
        Incoming("bad.pdf", b"%PDF-1.4 nothing"),
        Incoming("b.txt", b"The harbour fee is 40 euros.", folder="Fees"),
        Incoming("a.txt", b"The boat leaves at six."),  # a newer one of the same name
        Incoming("copy.txt", b"The harbour fee is 40 euros."),
    ]
    receipts = anna.add_all(files_in)
    assert [r.status for r in receipts] == ["added", "failed", "added", "replaced", "unchanged"]
    assert {(d.folder, d.name): anna.text(d.id).strip() for d in anna.documents()} == {
        ("", "a.txt"): "The boat leaves at six.",
        ("Fees", "b.txt"): "The harbour fee is 40 euros.",
    }
    assert anna.search("harbour fee")[0].title == "b.txt"


def test_a_fault_in_a_group_leaves_nothing_half(anna: UserMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    from memory.types import Incoming
    from memory.vectors import Vectors

    def full(*args: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as m:
        m.setattr(Vectors, "put", full)
        with pytest.raises(OSError, match="disk full"):
            anna.add_all([Incoming(f"{i}.txt", b"Words number %d." % i) for i in range(3)])
    assert anna.documents() == []
    assert [r.status for r in anna.add_all([Incoming("0.txt", b"Words number 0.")])] == ["added"]
