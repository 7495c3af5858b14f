"""What is kept of ended runs: the same goal starts from the plan its user made of it; conversations are found again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.base import Write
from graph.events import PlanMade, QuestionAsked, Recalled
from runs.errors import NotFound
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end

ROOT = Path(__file__).parents[2]
NOTE = b"The notice period of the services agreement is sixty days. The fee is 1,500 EUR a month."
OTHER = b"The notice period of the lease is three months. The rent is 900 EUR a month."


def asked(g: Any, goal: str, user: str = "u", thread: str = "") -> Any:
    run = to_the_end(g, user, g.submit(user, goal, thread))
    g.learning.settle()
    return run


def plans(g: Any, run: Any) -> list[Any]:
    return [e.event.plan for e in g.events(run.user, run.id) if isinstance(e.event, PlanMade)]


def with_notes(g: Any, user: str = "u") -> None:
    g.memory(user).add("agreement.txt", NOTE)
    g.memory(user).add("lease.txt", OTHER)


def corrected(g: Any, goal: str = "What is the notice period?") -> tuple[Any, Any]:
    """The user reviews the plan and restricts its search to the agreement."""
    with_notes(g)
    g.steering.choose_review("u", "always")
    run = to_the_end(g, "u", g.submit("u", goal))
    (review,) = g.steering.plans("u", run.id)
    document = next(d.id for d in g.memory("u").documents() if d.name == "agreement.txt")
    steps = [
        {**s, "args": {**s["args"], "documents": [document]}} if s["tool"] == "search_memory" else s
        for s in review.plan["steps"]
    ]
    g.steering.approve_plan("u", review.id, steps)
    ended = to_the_end(g, "u", run)
    assert (ended.status, ended.outcome) == ("done", "answered")
    assert "sixty" in ended.answer
    g.steering.choose_review("u", "never")
    g.learning.settle()
    return ended, document


def test_the_same_goal_starts_from_the_plan_that_its_user_made(open_groundwork: Callable[..., Any]) -> None:
    g = open_groundwork()
    first, document = corrected(g)
    again = asked(g, "what is the notice period please")
    (made,) = plans(g, again)
    assert made["like"]["run"] == first.id
    assert made["like"]["thread"] == first.thread
    assert "agreement.txt" in made["like"]["why"]
    assert next(s for s in made["steps"] if s["tool"] == "search_memory")["args"]["documents"] == [document]
    assert "sixty" in again.answer
    assert again.outcome == "answered"
    assert next(e.event for e in g.events("u", again.id) if isinstance(e.event, Recalled)).episodes == 1
    third = asked(g, "What is the notice period?")  # it goes on, though the second run's plan began from the first's
    assert plans(g, third)[0]["like"]["goal"]
    assert "sixty" in third.answer


@pytest.mark.parametrize(
    "goal", ["What is the notice period of the lease?", "What is the rent?", "What is not the notice period?"]
)
def test_another_goal_does_not(open_groundwork: Callable[..., Any], goal: str) -> None:
    g = open_groundwork()
    corrected(g)
    assert "like" not in plans(g, asked(g, goal))[0]


def test_nor_does_it_when_documents_changed(open_groundwork: Callable[..., Any]) -> None:
    g = open_groundwork()
    _, document = corrected(g)
    g.delete_document("u", document)
    run = asked(g, "What is the notice period?")
    assert "like" not in plans(g, run)[0]
    assert "three months" in run.answer


def test_nor_when_the_user_forgot_it_deleted_the_thread_or_is_another(open_groundwork: Callable[..., Any]) -> None:
    g = open_groundwork()
    first, _ = corrected(g)
    with_notes(g, "v")
    assert g.learning.similar("v", "What is the notice period?") == []
    with pytest.raises(NotFound):
        g.learning.forget("v", first.id)
    assert [e.run for e in g.learning.episodes("u")] == [first.id]
    g.learning.forget("u", first.id)
    assert g.learning.episodes("u") == []
    assert "like" not in plans(g, asked(g, "What is the notice period?"))[0]


def test_a_question_is_not_asked_a_second_time(open_groundwork: Callable[..., Any]) -> None:
    g = open_groundwork()
    for name, amount in (("north.csv", 10), ("south.csv", 20)):
        g.memory("u").add(name, f"region,revenue\na,{amount}\nb,{amount * 3}\n".encode())
    run = to_the_end(g, "u", g.submit("u", "Total revenue"))
    assert run.status == "waiting", "two tables fit equally, so the goal is asked about"
    option = run.options[0]
    g.reply("u", run.id, option)
    first = to_the_end(g, "u", run)
    g.learning.settle()
    again = asked(g, "total revenue?")
    assert again.status == "done"
    assert again.outcome == first.outcome
    assert not [e for e in g.events("u", again.id) if isinstance(e.event, QuestionAsked)]
    assert option in plans(g, again)[0]["like"]["why"]


def test_conversations_are_found_by_word_and_meaning_and_only_by_their_owner(
    open_groundwork: Callable[..., Any],
) -> None:
    answers = {
        "Plan the trip": "The train to Lisbon leaves at nine.",
        "The budget": "Costs rise by 4 percent. Ref ZX-4417.",
    }
    agent = ScriptedAgent([plan(step("s1"))] * 3, {"s1": [Write(a) for a in (*answers.values(), "Lisbon is mine.")]})
    g = open_groundwork(agent)
    trip, budget = asked(g, "Plan the trip"), asked(g, "The budget")
    mine = asked(g, "My secret journey", "v")
    assert next(m.run for m in g.learning.search("u", "ZX-4417")) == budget.id
    found = g.learning.search("u", "rail journey to Portugal")
    assert found[0].run == trip.id
    assert found[0].thread == trip.thread
    assert not found[0].by_word
    assert mine.id not in {m.run for m in g.learning.search("u", "secret journey Lisbon")}
    g.delete_thread("u", trip.thread)
    assert trip.id not in {m.run for m in g.learning.search("u", "train to Lisbon")}  # before the index follows
    g.learning.settle()
    assert trip.id not in g.memory("u").conversations.runs() | g.memory("u").episodes.ids()
    assert budget.id in g.memory("u").conversations.runs()


def test_a_lost_index_is_made_again(open_groundwork: Callable[..., Any]) -> None:
    agent = ScriptedAgent([plan(step("s1"))], {"s1": [Write("The train to Lisbon leaves at nine.")]})
    g = open_groundwork(agent)
    run = asked(g, "Plan the trip")
    memory = g.memory("u")
    memory.conversations._collection(True).remove([f"{run.id}-0"])  # one half of it
    memory.episodes.keep("stray", "a goal of no run", "{}", "2026-01-01")
    del memory
    g.close()
    g = open_groundwork(ScriptedAgent([plan(step("s1"))], {"s1": [Write("Done.")]}))
    asked(g, "Another")
    g.learning.settle()
    assert run.id in {m.run for m in g.learning.search("u", "Lisbon")}
    assert "stray" not in g.memory("u").episodes.ids()


def test_erased_and_exported_with_the_rest(open_groundwork: Callable[..., Any]) -> None:
    g = open_groundwork()
    first, _ = corrected(g)
    import json
    import zipfile

    with zipfile.ZipFile(g.own_data.export("u", "u")) as z:
        (kept,) = json.loads(z.read("episodes.json"))
    assert kept["run"] == first.id
    assert kept["corrected"]
    counts = g.own_data.erase("u", "u")
    assert counts["before"]["episode"] == 1
    assert counts["before"]["conversation index"] == 1
    assert not any(counts["after"].values()), counts["after"]
    assert g.learning.search("u", "notice period") == []


def test_a_goal_stays_in_the_folder_that_it_names(open_groundwork: Callable[..., Any]) -> None:
    g = open_groundwork()
    for folder, text in (("Offices", NOTE), ("Homes", OTHER)):
        receipt = g.memory("u").add("paper.txt", text, folder=folder)
        g.memory("u").place(receipt.document, folder, ["lease"] if folder == "Homes" else [])
    run = asked(g, "What is the notice period in folder Homes?")
    assert "three months" in run.answer
    assert "Only in folder Homes (1 document)" in plans(g, run)[0]["note"]
    assert "sixty" in asked(g, "What is the notice period in the Offices folder?").answer
    assert "three months" in asked(g, "What is the notice period in the documents tagged lease?").answer
    run = to_the_end(g, "u", g.submit("u", "What is the notice period in folder Boats?"))
    assert run.status == "waiting"
    assert "no folder “Boats”" in run.question
    g.reply("u", run.id, "Offices")
    assert "sixty" in to_the_end(g, "u", run).answer
