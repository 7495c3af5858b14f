"""Two goals of `test_model_goals.py` again, with a model double that reads its prompt instead of a script: what it is
told of tools, tables and results has to be enough to work with, and its own additions have to be found out.
"""

from __future__ import annotations

from collections.abc import Callable

from graph import events as ev
from runs.service import Groundwork
from runs.types import Upload
from tests.agents.model_runs import answer
from tests.agents.test_model_goals import approving, pdf, web
from tests.model_server import ModelServer
from tests.model_server.competent import OWN, Competent
from tests.runs.conftest import to_the_end

__all__ = ["web"]
LOADS = b"week,port,pallets\n1,Varde,40\n2,Varde,35\n3,Esbjerg,20\n"


def opened(model: Callable[..., Groundwork], server: ModelServer, **service: object) -> Groundwork:
    server.respond(Competent())
    return model(service={"allow_private_addresses": True, **service})


def test_one_answer_from_a_pdf_a_table_and_a_page(
    model: Callable[..., Groundwork], server: ModelServer, web: str
) -> None:
    g = opened(model, server)
    contract = pdf("Carriage contract\n\nThe carrier delivers to the port of Varde on two days of each week.")
    files = [Upload("contract.pdf", contract), Upload("loads.csv", LOADS)]
    run = to_the_end(g, "u", g.submit("u", f"What does {web}/notice mean for our pallets to Varde?", "", files))
    server.finish()
    events = [s.event for s in g.events("u", run.id)]
    assert (run.status, run.outcome) == ("done", "answered"), run
    assert {"contract.pdf", "loads.csv"} <= {s["title"] for s in answer(events).sources}
    assert any(s["locator"].startswith(web) for s in answer(events).sources)
    assert OWN not in run.answer, "what nothing supports went back to it, and is gone"
    assert any(OWN[:30] in e.text for e in events if isinstance(e, ev.AnswerPart)) or len(
        [e for e in events if isinstance(e, ev.AnswerPart) and e.anew]
    )
    thoughts = " ".join(e.text for e in events if isinstance(e, ev.Thought))
    assert "The material has what is asked for" in thoughts
    assert "The material has what is asked for" not in run.answer


def test_competitors_are_compared_and_a_draft_is_saved_after_a_yes(
    model: Callable[..., Groundwork], server: ModelServer, web: str
) -> None:
    g = opened(model, server)
    goal = f"Compare what {web}/alba and {web}/brisa sell, in categories, with the gaps, as a draft report."
    run, asked = approving(g, g.submit("u", goal))
    server.finish()
    assert asked == ["save_report Draft for review"]
    assert run.outcome == "answered"
    assert "24 euros [1]" in g.report("u", "Draft for review.md").decode()
