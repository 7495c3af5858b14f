from __future__ import annotations

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from memory.chunking import OVERLAP, SIZE, Heading, heading_level, passages

_texts = st.text(st.characters(codec="utf-8"), max_size=3000) | st.lists(
    st.sampled_from(
        ["One sentence here.", "Und noch einer!", "\n\n", " ", "word", "\n- item", "x" * 1300, "第一句。", "4. Title\n"]
    )
).map(" ".join)


@given(_texts, st.lists(st.integers(0, 3000), max_size=6), st.lists(st.integers(0, 3000), max_size=6))
def test_passages_are_slices_that_lose_nothing(text, page_starts, heading_starts):
    pages = [0, *sorted({p for p in page_starts if 0 < p < len(text)})]
    headings = [Heading(h, 1 + h % 3, f"h{h}") for h in sorted(set(heading_starts)) if h < len(text)]
    cuts = passages(text, pages, headings)
    covered = set()
    for cut in cuts:
        piece = text[cut.start : cut.end]
        assert piece == piece.strip() != ""
        assert len(piece) <= SIZE
        middle = (cut.start + cut.end) // 2
        assert pages[cut.page - 1] <= middle
        assert cut.page == len(pages) or middle < pages[cut.page]
        covered.update(range(cut.start, cut.end))
    assert all(text[i].isspace() or i in covered for i in range(len(text)))
    assert [c.start for c in cuts] == sorted(c.start for c in cuts)


def _prose(n: int, word: str = "alpha") -> str:
    return " ".join(f"Sentence {i} speaks about {word} in a few plain words." for i in range(n))


def test_a_long_text_overlaps_at_whole_sentences():
    text = _prose(100)
    cuts = passages(text)
    assert len(cuts) > 4
    for a, b in pairwise(cuts):
        shared = text[b.start : a.end]
        assert 0 < len(shared) <= OVERLAP
        assert shared.startswith("Sentence")
        assert shared.endswith(".")


def test_a_passage_never_crosses_a_heading_and_knows_its_path():
    first, second, third = _prose(10), _prose(3, "beta"), _prose(3, "gamma")
    text = f"Contract\n\n1 Scope\n\n{first}\n\n1.1 Limits\n\n{second}\n\n2 End\n\n{third}"
    titles = (("Contract", 1), ("1 Scope", 2), ("1.1 Limits", 3), ("2 End", 2))
    headings = [Heading(text.index(t), level, t) for t, level in titles]
    cuts = passages(text, headings=headings)
    starts = [
        h.start for h in headings if h.title != "1 Scope"
    ]  # which stands right under the title, and shares its passage
    assert not any(c.start < s < c.end for c in cuts for s in starts)
    assert {text[c.start : c.end].count("beta") > 0 and c.heading for c in cuts} == {
        False,
        "Contract > 1 Scope > 1.1 Limits",
    }
    assert cuts[-1].heading == "Contract > 2 End"
    assert text[cuts[0].start : cuts[0].end].startswith("Contract\n\n1 Scope")


def test_only_a_sentence_that_crosses_a_page_takes_its_passage_across():
    text = "The first page ends here.\n\nThe second one begins. It has a sentence that goes on to the third page."
    pages = [0, text.index("The second"), text.index("to the third")]
    cuts = passages(text, pages)
    assert [(text[c.start : c.end], c.page) for c in cuts] == [
        ("The first page ends here.", 1),
        ("The second one begins. It has a sentence that goes on to the third page.", 2),
    ]


def test_a_heading_at_the_foot_of_a_page_goes_with_its_text():
    text = "Some words first.\n\n6. Liability\n\nLiability is limited to one million. The limit is per year."
    pages = [0, text.index("Liability is")]
    cuts = passages(text, pages, [Heading(text.index("6."), 1, "6. Liability")])
    assert [(text[c.start : c.end][:12], c.page) for c in cuts] == [("Some words f", 1), ("6. Liability", 2)]


def test_headings_by_looks():
    for line in ("4. Termination", "PAYMENT TERMS", "Annex B", "2.1 Scope of services", "Article 5", "Section 12"):
        assert heading_level(line), line
    for line in (
        "4. The parties shall agree on a price before the work begins and put it in writing, signed.",
        "1. Buy milk.",
        "Dear Mr Jones,",
        "GO",
        "12 May 2024",
        "We met in Rome",
        "3 apples 4 pears",
        "42",
    ):
        assert not heading_level(line), line
    assert heading_level("2.1 Scope of services") == 2
    assert not heading_level("2. Pears", above="1. Apples", below="3. Plums")
    assert heading_level(
        "2. Term", above="1.4 The last clause of the section before.", below="This contract begins today."
    )


def many(headings: int) -> tuple[str, list[Heading]]:
    parts, found, at = [], [], 0
    for n in range(headings):
        parts.append(f"Mail {n}\nFrom: a@example.org\n\nSome words of it.\n\n")
        found.append(Heading(at, 1, f"Mail {n}"))
        at += len(parts[-1])
    return "".join(parts), found


def test_tens_of_thousands_of_headings_take_no_more_time_each() -> None:
    """The work is done in the process that answers everybody: a file may not keep it busy for minutes. In processor time,
    so that other programs do not count: eight times the headings take eight times as long, and not sixty-four."""

    def seconds(headings: int) -> float:
        taken = []
        for _ in range(3):
            text, found = many(headings)
            began = time.process_time()
            assert len(passages(text, (), found)) == headings
            taken.append(time.process_time() - began)
        return min(taken)

    assert seconds(8_000) < 30 * seconds(1_000)


def test_a_heading_of_a_million_letters_does_not_stand_in_every_passage() -> None:
    title = "spam " * 200_000
    text = title.strip() + "\n" + "One more sentence of this very text. " * 200
    cuts = passages(text, (), [Heading(0, 1, title.strip())])
    assert max(len(c.heading) for c in cuts) <= 200
    assert cuts[-1].heading.startswith("spam spam")
    deep = [Heading(i * 10, i + 1, f"level {i}") for i in range(2_000)]
    cuts = passages("".join(f"level{i:04}\n" for i in range(2_000)) + "And a text.\nOf two lines.", (), deep)
    assert max(len(c.heading) for c in cuts) < 300
