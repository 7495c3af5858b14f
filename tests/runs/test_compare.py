"""What the comparison of two runs says of them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runs.compare import compare, rows, unified
from ui.compare_page import comparison_html


def side(answer: str, *steps: Any) -> dict[str, Any]:
    return {
        "answer": answer,
        "steps": list(steps),
        "outcome": "answered",
        "status": "done",
        "reason": "",
        "seconds": 1.0,
    }


def step(id: str, output: str, **args: Any) -> dict[str, Any]:
    return {
        "id": id, "title": f"Step {id}", "tool": "look", "args": args, "needs": [], "status": "ok", "output": output, "attempts": 1,
    }  # fmt: skip


def test_steps_are_the_same_changed_new_or_gone() -> None:
    found = compare(
        side("The sum is 3.", step("s1", "one", v=1), step("s2", "two"), step("s3", "gone")),
        side("The sum is 8.", step("s1", "one", v=1), step("s2", "seven"), step("u1", "new")),
    )
    assert [(p.id, p.kind) for p in found.steps] == [("s1", "same"), ("s2", "changed"), ("u1", "new"), ("s3", "gone")]
    row = found.answer[0]
    assert [t for differs, t in row.left if differs] == ["3"]
    assert [t for differs, t in row.right if differs] == ["8"]
    assert "- two" in unified(found)
    assert "+ seven" in unified(found)


def test_changed_input_is_told_apart_from_changed_results() -> None:
    found = compare(side("A", step("s1", "same", v=1)), side("A", step("s1", "same", v=2)))
    assert found.steps[0].kind == "changed"
    assert [r.kind for r in found.steps[0].output] == ["same"]
    assert "changed" in [r.kind for r in found.steps[0].input]


def test_what_is_compared_is_never_taken_for_markup() -> None:
    html = comparison_html(compare(side("<b>x</b>", step("s1", "<img src=x>")), side("<i>y</i>")), "<s1>")
    assert "<img" not in html
    assert "<b>x" not in html
    assert "&lt;s1&gt;" in html


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_back_from_their_sides(a: str, b: str) -> None:
    found = rows(a, b)
    assert ["".join(t for _, t in r.left) for r in found if r.kind != "new"] == a.splitlines()
    assert ["".join(t for _, t in r.right) for r in found if r.kind != "gone"] == b.splitlines()
    if a == b:
        assert all(r.kind == "same" for r in found)
