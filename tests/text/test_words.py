from __future__ import annotations

import sys
import threading

import pytest

from agents.rules.words import stem as stem_of_goal
from text.words import has_negation, names, stem, stems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("However, Kowalski did not pay Acme Corp.", ["Kowalski", "Acme Corp"]),
        ("In Berlin, Maria van der Berg and John Smith met.", ["Berlin", "Maria van der Berg", "John Smith"]),
        ("Payment is due. Termination needs notice.", []),
        ("Who is J. R. Smith?", ["J. R. Smith"]),
        ("It was signed at the University of Oxford.", ["University of Oxford"]),
        ("- Anna: will send it", ["Anna"]),
        ("Mr. O'Neill's AT&T plan", ["O'Neill", "AT&T"]),
        ("On Monday in March", []),
        ("", []),
    ],
)
def test_names(text, expected):
    assert names(text) == expected


def test_stems_fold_and_leave_out_function_words():
    assert stems("The Payments are paid by the café's owners") == ["payment", "paid", "cafe", "owner"]
    assert stems("支払い") == ["支", "払", "い"]


@pytest.mark.parametrize(
    "text", ["shall not be liable", "It doesn't apply", "no refunds", "cannot", "without notice", "Neither party"]
)
def test_negation(text):
    assert has_negation(text)


@pytest.mark.parametrize("text", ["Clause No. 7 applies", "not only A but B", "a notable knot", "shall be liable"])
def test_no_negation(text):
    assert not has_negation(text)


@pytest.mark.parametrize("stem", [stem, stem_of_goal])
def test_threads_do_not_mix_their_words_up(stem) -> None:
    """Steps run at the same time; a stemmer is not safe to share, and a wrong stem would be kept."""
    words = [
        f"{w}{ending}" for w in ("relat", "nation", "organis", "terminat") for ending in ("ional", "ing", "ations")
    ]
    stem.cache_clear()
    right = {w: stem(w) for w in words}
    wrong: list[object] = []

    def work() -> None:
        for _ in range(60):
            for w in words:
                try:
                    found = stem.__wrapped__(w)
                except IndexError as e:
                    found = e
                if found != right[w]:
                    wrong.append((w, found))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work) for _ in range(6)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    finally:
        sys.setswitchinterval(interval)
    assert not wrong
