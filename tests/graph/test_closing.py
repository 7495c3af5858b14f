from __future__ import annotations

from graph.closing import close
from graph.results import head_of, number_sources, result
from graph.state import initial
from tests.fakes import plan, step
from tools.base import source


def test_a_text_that_was_never_checked_is_not_shown_only_its_sources_are() -> None:
    state = initial("What is the fee?")
    state["plan"] = plan(step("s1", "give"), step("s2", needs=["s1"]), step("s3", needs=["s2"]))
    found = result("s1", text="The fee is 120 euros.")
    written = number_sources("s2", result("s2", text="The fee is 987,654 euros [s2.1]."))
    written["sources"] = [source("terms.md", "The fee is 120 euros.", locator="page 1")]
    written["data"] = {"outcome": "answered", "table": ["x" * 20_000]}
    bare = result("s3", text="It was 987,654 all along.")
    bare["data"] = {"outcome": "answered"}
    state["results"] = {k: head_of(number_sources(k, r)) for k, r in (("s1", found), ("s2", written), ("s3", bare))}
    answer = close(state)
    assert "987,654" not in answer["text"]
    assert "“The fee is 120 euros.” [1]" in answer["text"]
    assert answer["sources"][0]["id"] == "1"
    assert answer["outcome"] == "partial"
