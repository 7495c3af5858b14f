"""A model that leaves out the tool that a goal cannot be done without: told once, then the built-in agent does it."""

from __future__ import annotations

from graph import events as ev
from runs.types import Upload
from tests.agents.model_runs import answer, ended, plan, step
from tests.agents.test_model_goals import FINISH
from tests.model_server import Said
from tests.runs.conftest import to_the_end

GIBBERISH = Said("The dentist Dr Patel is a dentist of teeth, and good morning.\nOUTCOME: answered")
DENTIST = "Remember that my dentist is Dr Patel"


def _plans(events):
    return [e.plan for e in events if isinstance(e, ev.PlanMade)]


def test_what_should_be_remembered_and_was_not_is_remembered_by_the_built_in_agent(model, server):
    server.expect(plan(step("a", role="writer")), schema="plan", times=2)
    server.expect(GIBBERISH, times=2)
    g = model()
    run, events = ended(g, DENTIST)
    server.finish()
    assert (run.status, run.outcome) == ("done", "answered")
    assert "Dr Patel" in g.memory("u").facts()[0].text
    assert "good morning" not in run.answer
    assert [p.get("by", "built-in").split(":")[0] for p in _plans(events)] == ["openai", "openai", "built-in"]
    assert "the tool remember" in str(answer(events).data["notes"])
    assert "Remember this" in server.asked[2].text, "the second plan is asked for with the reason"


def test_a_model_that_is_told_does_it_itself(model, server):
    server.expect(plan(step("a", role="writer")), schema="plan")
    server.expect(GIBBERISH)
    kept = plan(step("a", "remember", fact="my dentist is Dr Patel"), step("b", role="writer", needs=["a"]))
    server.expect(kept, schema="plan", text="the tool remember")
    server.expect(Said("I'll remember that your dentist is Dr Patel.\nOUTCOME: answered"))
    server.expect(FINISH, schema="review")
    g = model()
    run, events = ended(g, DENTIST)
    server.finish()
    assert (run.status, run.outcome) == ("done", "answered")
    assert [f.text for f in g.memory("u").facts()] == ["my dentist is Dr Patel"]
    assert "notes" not in answer(events).data


def test_a_plain_computation_is_computed(model, server):
    server.expect(plan(step("a", role="writer")), schema="plan", times=2)
    server.expect(Said("It is about as much as one would think.\nOUTCOME: answered"), times=2)
    run, _ = ended(model(), "What is 17.5% of 2,340?")
    server.finish()
    assert run.outcome == "answered"
    assert "409.5" in run.answer


def test_a_computation_that_stands_without_a_tool_is_left_alone(model, server):
    server.expect(plan(step("a", role="writer")), schema="plan")
    server.expect(Said("0.175 × 2,340 = 409.5.\nOUTCOME: answered"))
    server.expect(FINISH, schema="review")
    run, events = ended(model(), "What is 17.5% of 2,340?")
    server.finish()
    assert run.outcome == "answered"
    assert [c["support"] for c in answer(events).claims] == ["computed"]


def test_a_row_is_no_sum_of_the_rows(model, server):
    orders = Upload("orders.csv", b"region,revenue\nNorth,120\nSouth,480\nNorth,300\n")
    looked = plan(step("a", "search_memory", query="revenue"), step("b", role="writer", needs=["a"]))
    server.expect(looked, schema="plan", times=2)
    server.expect(Said("The total revenue is 480 [s1.1].\nOUTCOME: answered"))
    server.expect(Said("The total revenue is 480 [s3.1].\nOUTCOME: answered"))
    run, _ = ended(model(), "What is the total revenue?", orders)
    server.finish()
    assert "900" in run.answer


def test_what_only_a_model_can_do_is_not_handed_to_the_built_in_agent(model, server):
    server.expect(plan(step("a", role="writer")), schema="plan", times=2)
    server.expect(Said("Here is the verse that you wanted.\nOUTCOME: answered"), times=2)
    server.expect(FINISH, schema="review")
    g = model()
    run, events = ended(g, f"{DENTIST}. Write a poem about the sea")
    server.finish()
    assert (run.status, run.outcome) == ("done", "partial")
    assert "the tool remember" in run.reason
    assert not g.memory("u").facts()
    assert len(_plans(events)) == 2


def test_a_change_that_did_not_happen_is_no_whole_answer(model, server):
    tried = plan(step("a", "forget", about="my shoe size"), step("b", role="writer", needs=["a"]))
    server.expect(tried, schema="plan")
    server.expect(FINISH, schema="review", times=2)
    server.expect(Said("Done.\nOUTCOME: answered"))
    g = model()
    run, _ = ended(g, "Forget my shoe size")
    server.finish()
    assert run.outcome == "partial"
    assert "“Do a” was not done: There is nothing to forget" in run.reason


def test_a_no_is_told_once(model, server):
    tried = plan(step("a", "remember", fact="My locker is number 14."), step("b", role="writer", needs=["a"]))
    server.expect(tried, schema="plan", times=None)
    server.expect(FINISH, schema="review", times=None)
    server.expect(Said("Done.\nOUTCOME: answered"), times=None)
    g = model()
    note = Upload("note.md", b"# Note\n\nThe lockers are in the hall.\n")
    run = to_the_end(g, "u", g.submit("u", "Remember that my locker is number 14.", "", [note]))
    g.reject("u", g.approvals("u", run.id)[0].id, "")
    run = to_the_end(g, "u", run)
    assert run.outcome == "partial"
    assert "You did not approve remember" in run.reason
    told = answer([s.event for s in g.events("u", run.id)])
    assert "You did not approve" not in str(told.data.get("notes", "")), "the reason says it"
