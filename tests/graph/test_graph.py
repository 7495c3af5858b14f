"""The real graph with a scripted agent: order, parallel steps, retries, replans, questions, taint, stop."""

from __future__ import annotations

import asyncio
from typing import Any

from agents.base import CallTool, Write
from graph.closing import close
from graph.events import AnswerChecked, PlanMade, PlanRejected, StepEnded, ToolCalled
from graph.state import DEFAULT_BUDGETS
from tests.fakes import ScriptedAgent, plan, step, verdict
from tests.graph.conftest import PUT


def go(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def test_a_result_is_handed_to_the_step_that_needs_it(drive):
    agent = ScriptedAgent(
        [plan(step("s1", "give", value=7), step("s2", "give", ["s1"], value="${s1.value}"), step("s3", needs=["s2"]))],
        {"s3": [Write("The value is 7 [s2.1].")]},
    )
    run = drive(agent)
    state = go(run.start())
    agent.finish()
    assert [e.args for e in run.events if isinstance(e, ToolCalled)] == [{"value": 7}, {"value": 7}]
    assert state["answer"]["text"] == "The value is 7 [1]."
    assert state["answer"]["sources"][0]["quote"] == "the value is 7"
    assert isinstance(run.events[-1], AnswerChecked)


def test_steps_without_needs_start_together(drive):
    agent = ScriptedAgent(
        [plan(step("s1", "give"), step("s2", "give"), step("s3", needs=["s1", "s2"]))], {"s3": [Write("Done.")]}
    )
    run = drive(agent)
    go(run.start())
    kinds = run.kinds()
    ended = kinds.index("StepEnded")
    assert kinds[:ended].count("StepStarted") == 2


def test_an_invalid_plan_goes_back_with_the_reasons_twice_at_most(drive):
    bad = plan(step("s1", "nonsense"), step("s2", needs=["s1"]))
    agent = ScriptedAgent([bad, bad, bad], {})
    run = drive(agent)
    state = go(run.start())
    agent.finish()
    assert run.kinds().count("PlanRejected") == 3
    assert "nonsense" in agent.briefs[1].problems[0]
    answer = close(state)
    assert answer["outcome"] == "not_answered"
    assert "nonsense" in answer["text"]


def test_a_failed_step_still_lets_the_answer_be_written_and_skips_what_needs_it(drive):
    agent = ScriptedAgent(
        [
            plan(
                step("s1", "fail"), step("s2", "give", ["s1"]), step("s3", "give"), step("s4", needs=["s1", "s2", "s3"])
            )
        ],
        {"s4": [Write("Only a part.", outcome="partial", reason="s1 failed")]},
    )
    run = drive(agent)
    state = go(run.start())
    agent.finish()
    ended = {e.step: e.status for e in run.events if isinstance(e, StepEnded)}
    assert ended == {"s1": "failed", "s2": "skipped", "s3": "ok", "s4": "ok"}
    assert (state["answer"]["outcome"], state["answer"]["reason"]) == ("partial", "s1 failed")


def test_a_retry_is_granted_until_the_attempts_are_used_up(drive):
    agent = ScriptedAgent(
        [plan(step("s1", "give"), step("s2", needs=["s1"]))],
        {"s2": [Write("x")]},
        [verdict("retry", "again", ["s1"]), verdict("retry", "again", ["s1"]), verdict("finish")],
    )
    run = drive(agent)
    state = go(run.start())
    agent.finish()
    assert run.kinds().count("ToolCalled") == 2
    assert state["answer"]["text"] == "x"


def test_a_replan_keeps_the_first_results_under_their_ids(drive):
    first = plan(step("s1", "give", value=1), step("s2", needs=["s1"]))
    second = plan(step("s1", "give", value=2), step("s2", needs=["s1"]))
    agent = ScriptedAgent([first, second], {"p2s2": [Write("two")]}, [verdict("replan", "one is not enough")])
    run = drive(agent)
    state = go(run.start())
    agent.finish()
    assert set(state["results"]) == {"s1", "p2s1", "p2s2"}
    assert agent.briefs[1].problems == ["one is not enough"]
    assert agent.briefs[1].results["s1"]["data"] == {"value": 1}


def test_replans_are_bounded_and_the_answer_is_still_written(drive):
    plans = [plan(step("s1", "give", value=n), step("s2", needs=["s1"])) for n in range(3)]
    agent = ScriptedAgent(plans, {"p3s2": [Write("the last")]}, [verdict("replan")] * 3)
    run = drive(agent)
    state = go(run.start())
    agent.finish()
    assert run.kinds().count("PlanMade") == 3
    assert "BudgetReached" in run.kinds()
    assert state["answer"]["text"] == "the last"


def test_a_question_waits_and_the_reply_reaches_the_planner(drive):
    asking = {**plan(note="two readings"), "question": "Which one?", "options": ["a", "b"]}
    agent = ScriptedAgent([asking, plan(step("s1"))], {"s1": [Write("b it is")]})  # type: ignore[list-item]
    run = drive(agent)

    async def both() -> Any:
        await run.start()
        assert await run.waits()
        assert "AnswerChecked" not in run.kinds()
        return await run.reply("b")

    state = go(both())
    agent.finish()
    assert agent.briefs[1].replies == [("Which one?", "b")]
    assert state["answer"]["text"] == "b it is"
    assert run.kinds().count("QuestionAsked") == 1


def test_a_write_without_external_content_needs_none(drive):
    agent = ScriptedAgent([plan(step("s1", "put", value=3), step("s2", needs=["s1"]))], {"s2": [Write("ok")]})
    go(drive(agent).start())
    assert [v for _, v in PUT] == [3]


def test_a_step_may_call_several_tools_and_is_bounded(drive):
    calls = [CallTool("give", {"value": n}) for n in range(20)]
    budgets = {**DEFAULT_BUDGETS, "calls_per_step": 4}
    agent = ScriptedAgent([plan(step("s1"), step("s2", needs=["s1"]))], {"s1": calls, "s2": [Write("end")]})
    run = drive(agent, budgets)
    state = go(run.start())
    assert run.kinds().count("ToolCalled") == 4
    assert len({s["id"] for s in agent.tasks[-1].results["s1"]["sources"]}) == 4
    assert state["answer"]["text"] == "end"


def test_stop_starts_no_further_step(drive):
    agent = ScriptedAgent(
        [plan(step("s1", "give"), step("s2", "give", ["s1"]), step("s3", needs=["s2"]))], {"s3": [Write("x")]}
    )
    run = drive(agent)
    emit = run.events.append
    run.events = type(
        "L",
        (list,),
        {"append": lambda self, e: (list.append(self, e), run.stop.set() if isinstance(e, StepEnded) else None)},
    )()
    del emit
    state = go(run.start())
    assert run.kinds().count("StepStarted") == 1
    answer = close(state)
    assert answer["outcome"] == "partial"
    assert "the value is 1" in answer["text"]


def test_when_time_is_up_the_run_ends_with_what_is_there(drive):
    agent = ScriptedAgent([plan(step("s1", "give"), step("s2", needs=["s1"]))], {"s2": [Write("x")]})
    run = drive(agent, {**DEFAULT_BUDGETS, "seconds": 5.0})
    made = run.events.append
    run.events = type(
        "L",
        (list,),
        {
            "append": lambda self, e: (
                list.append(self, e),
                setattr(run, "clock", 9.0) if isinstance(e, PlanMade) else None,
            )
        },
    )()
    del made
    state = go(run.start())
    assert "5 seconds" in close(state)["text"]


def test_a_cyclic_plan_is_refused(drive):
    agent = ScriptedAgent(
        [plan(step("s1", "give", ["s2"]), step("s2", "give", ["s1"]), step("s3", needs=["s1"])), plan(step("s1"))],
        {"s1": [Write("fine")]},
    )
    run = drive(agent)
    go(run.start())
    rejected = [e for e in run.events if isinstance(e, PlanRejected)]
    assert "wait for each other" in rejected[0].reasons[0]


def test_a_batch_of_parallel_steps_never_passes_the_budget_of_tool_calls(drive):
    steps = plan(*(step(f"s{n}", "give") for n in range(1, 6)), step("s6", needs=[f"s{n}" for n in range(1, 6)]))
    agent = ScriptedAgent([steps], {"s6": [Write("What there is.", outcome="partial")]})
    run = drive(agent, {**DEFAULT_BUDGETS, "tool_calls": 3})
    state = go(run.start())
    assert run.kinds().count("ToolCalled") == 3
    assert "BudgetReached" in run.kinds()
    assert state["answer"]["outcome"] == "partial"


def test_what_an_agent_wrote_is_no_evidence_for_its_answer(drive):
    steps = plan(step("s1"), step("s2", needs=["s1"]))
    agent = ScriptedAgent(
        [steps], {"s1": [Write("The contract ends on 5 May 2031.")], "s2": [Write("The contract ends on 5 May 2031.")]}
    )
    state = go(drive(agent).start())
    assert [c["support"] for c in state["answer"]["claims"]] == ["unsupported"]


def test_what_a_tool_returned_inside_a_written_step_is_evidence(drive):
    steps = plan(step("s1"), step("s2", needs=["s1"]))
    inside = [CallTool("give", {"value": 41}), Write("It is 41 [s1.1].")]
    agent = ScriptedAgent([steps], {"s1": inside, "s2": [Write("The value is 41 [s1.1].")]})
    state = go(drive(agent).start())
    assert [c["support"] for c in state["answer"]["claims"]] == ["supported"]
    assert state["answer"]["text"] == "The value is 41 [1]."


def test_an_answer_without_the_kind_of_value_asked_for_is_partial(drive):
    agent = ScriptedAgent([plan(step("s1", "give"), step("s2", needs=["s1"]))], {"s2": [Write("It is so [s1.1].")]})
    state = go(drive(agent).start("When does the lease end?"))
    assert state["answer"]["outcome"] == "partial"
    assert "a date" in state["answer"]["reason"]
