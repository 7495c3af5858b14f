"""Whole runs with a language model: the real service, graph, tools and memory; a scripted server in the model's place."""

from __future__ import annotations

import pytest

from graph import events as ev
from graph.state import DEFAULT_BUDGETS
from runs.types import Upload
from tests.agents.model_runs import answer, ended, plan, step
from tests.model_server import Decided, Failed, Said, Silent
from tests.runs.conftest import to_the_end

LEASE = "# Lease\n\n## Rent\nThe monthly rent is EUR 1,850.\n\n## Term\nThe lease ends on 30 April 2028.\n"
FINISH = {"word": "finish", "reason": "It answers the goal."}


def test_a_question_is_planned_searched_written_checked_and_reviewed(model, server):
    server.expect(plan(step("a", "search_memory", query="rent"), step("b", role="writer", needs=["a"])), schema="plan")
    server.expect(Said("The monthly rent is EUR 1,850 [s1.1].\nOUTCOME: answered", reasoning="Look at the rent."))
    server.expect(Decided(FINISH), schema="review")
    g = model()
    run, events = ended(g, "How much is the rent?", Upload("lease.md", LEASE.encode()))
    server.finish()
    assert (run.status, run.outcome) == ("done", "answered")
    assert answer(events).text == "The monthly rent is EUR 1,850 [1]."
    assert answer(events).claims[0]["support"] == "supported"
    assert "".join(e.text for e in events if isinstance(e, ev.AnswerPart)) == "The monthly rent is EUR 1,850 [s1.1].\n"
    assert [e.text for e in events if isinstance(e, ev.Thought)] == ["Look at the rent."]
    used = [e for e in events if isinstance(e, ev.ModelUsed)]
    assert [u.role for u in used] == ["planner", "writer", "reviewer"]
    assert all(u.input_tokens and u.output_tokens for u in used)
    assert next(e.agent for e in events if isinstance(e, ev.RunStarted)).startswith("openai:test-model@")


def test_stop_does_not_wait_for_the_model(model, server):
    server.expect(Silent(60))
    g = model(timeout=60.0)
    run = g.submit("u", "What is there to see?")
    seen = 0
    while not server.asked:
        seen = max([s.sequence for s in g.wait("u", run.id, seen, 0.2)], default=seen)
    g.stop("u", run.id)
    run = to_the_end(g, "u", run, 20)
    assert run.status == "cancelled"


def test_a_model_that_stalls_leaves_the_built_in_agent_time_to_answer(model, server):
    server.expect(Silent(60), times=None)
    g = model(timeout=60.0, service={"budgets": {**DEFAULT_BUDGETS, "seconds": 16}})
    run, events = ended(g, "What is 17.5% of 2,340?")
    assert (run.status, run.outcome) == ("done", "answered")
    assert "409.5" in run.answer
    assert "took all the time that this run has for planning" in str(answer(events).data["notes"])


def test_time_is_up_while_the_model_writes(model, server):
    server.expect(plan(step("z", role="writer")), schema="plan")
    server.expect(Silent(60), times=None)
    g = model(timeout=60.0, service={"budgets": {**DEFAULT_BUDGETS, "seconds": 10}})
    run, _ = ended(g, "What is there to see?")
    assert run.status == "done"
    assert "time for one run" in run.reason


@pytest.mark.parametrize(
    ("fault", "tries", "said"), [(Failed(503), 3, "out of order"), (Silent(20), 1, "did not answer within 1 seconds")]
)
def test_a_call_that_is_made_again_is_told_as_it_happens(model, server, fault, tries, said):
    """Each of them can take as long as a call may: minutes in which nothing else is seen of the run."""
    server.expect(fault, times=None)
    run, events = ended(model(timeout=1.0), "What is 17.5% of 2,340?")
    erred = [e for e in events if isinstance(e, ev.ModelErred)]
    assert len(erred) == tries
    assert all(said in e.error and e.step == "" for e in erred)
    assert "409.5" in run.answer


def test_after_a_call_that_took_all_its_time_the_next_try_has_half_of_it(model, server):
    server.expect(Silent(20), times=None)
    run, events = ended(model(timeout=2.0), "What is 17.5% of 2,340?")
    assert [e.error for e in events if isinstance(e, ev.ModelErred)] == [
        f"{run_model(events)} did not answer within 2 seconds."
    ]
    changed = [e.reason for e in events if isinstance(e, ev.ModelChanged)]
    assert changed == [f"{run_model(events)} did not answer within 1 seconds."]
    assert len(server.asked) == 2
    assert "409.5" in run.answer


def run_model(events):
    return next(e.agent for e in events if isinstance(e, ev.RunStarted))


def test_when_no_model_answers_the_built_in_agent_does_and_says_so(model, server):
    server.expect(Failed(503), times=None)
    run, events = ended(model(), "What is 17.5% of 2,340?")
    server.finish()
    assert (run.status, run.outcome) == ("done", "answered")
    assert "409.5" in run.answer
    assert "built-in agent" in str(answer(events).data["notes"])
    assert [e.after for e in events if isinstance(e, ev.ModelChanged)] == ["the built-in agent"]


def test_a_model_that_plans_and_then_cannot_write_leaves_the_goal_to_the_built_in_agent(model, server):
    server.expect(plan(step("a", "search_memory", query="rent"), step("b", role="writer", needs=["a"])), schema="plan")
    server.expect(Failed(503), times=None)
    run, events = ended(model(), "How much is the monthly rent?", Upload("lease.md", LEASE.encode()))
    server.finish()
    assert (run.status, run.outcome) == ("done", "answered")
    assert "1,850" in run.answer
    assert [e.plan.get("by", "built-in") for e in events if isinstance(e, ev.PlanMade)][1] == "built-in"
    assert "out of order" in str(answer(events).data["notes"])


def test_a_name_that_names_no_model_is_told_in_the_answer(open_groundwork, monkeypatch):
    monkeypatch.setenv("GROUNDWORK_MODEL", "gpt five")
    run, events = ended(open_groundwork(), "What is 17.5% of 2,340?")
    assert "409.5" in run.answer
    assert "names no model" in str(answer(events).data["notes"])


def test_kept_choices_that_make_no_sense_are_told_and_not_used(open_groundwork):
    g = open_groundwork()
    g.preferences.set("models", {"model": "ollama:x", "context": "a lot", "roles": [1]})
    assert g.models.choice().models.model == ""
    assert "cannot be read" in g.models.choice().faults[0]
