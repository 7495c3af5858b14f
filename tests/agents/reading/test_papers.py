"""The papers that the reader is trained on, and what it is told of a sentence."""

from pathlib import Path

import pytest

from agents.rules.reading.told import told
from agents.rules.reading.units import Unit
from bench.reader.papers import as_text, left_out, papers


def test_every_paper_is_sound_and_those_left_out_exist():
    everything = list(papers())
    assert len({p.name for p in everything}) == len(everything) > 150
    for p in everything:
        assert p.title
        assert any(of for _, of in p.questions), p.name
        assert any(not of for _, of in p.questions), p.name
    assert len(left_out(everything)) == 55
    first = everything[0]
    assert all(u.text in as_text(first) for u in first.units.values())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1. Before a title.", "before the first title"),
        ("=== T\n1. A.\nQ 2: what?", "no such sentence"),
        ("=== T\nprose", "neither sentence nor question"),
    ],
)
def test_a_paper_in_another_form_is_refused_with_its_line(tmp_path: Path, text: str, why: str):
    (tmp_path / "x.txt").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=why) as e:
        list(papers(tmp_path))
    assert "x.txt:" in str(e.value)


def test_a_unit_is_told_with_what_it_stands_under_and_what_it_leans_on():
    def unit(text: str) -> Unit:
        return Unit(text, 0, 0, 0, "Fees", "Lease", 0, before="The **rent** is £900.")

    long = "The tenant pays for all repairs that a wilful act of the tenant or of a guest has made necessary."
    assert told(unit("It is due on the first.")) == "It is due on the first. [SEP] Lease. Fees. The rent is £900."
    assert told(unit(long)) == f"{long} [SEP] Lease. Fees. "
    assert "[SEP] [SEP]" not in told(unit("A [SEP] trick"))
