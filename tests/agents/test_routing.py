"""Routing by meaning: wordings that stand in no list of examples, and the lists themselves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents.base import Brief
from agents.rules.agent import RuleAgent
from agents.rules.intents import intents
from agents.rules.intents.summary import read as read_summary
from agents.rules.router import Router
from agents.rules.shapes import Look, Part
from tests.agents.drive import NOW
from tools.registry import all_tools


def brief(memory: Any, goal: str) -> Brief:
    return Brief(
        goal,
        "u",
        NOW,
        all_tools(),
        documents=memory.documents(),
        tables=memory.tables(),
        passages=memory.search(goal),
        facts=memory.facts(goal, 5),
    )


def routed(agent: RuleAgent, memory: Any, goal: str) -> str:
    return asyncio.run(agent.plan(brief(memory, goal)))["intent"]


@pytest.mark.parametrize(
    ("goal", "intent"),
    [
        ("what do 23 times 41 make", "arithmetic"),
        ("take 12% off 80", "arithmetic"),
        ("a third of 99", "arithmetic"),
        ("how many yards in 3 kilometres", "units"),
        ("what's 30 centigrade in Fahrenheit", "units"),
        ("which weekday was 20 July 1969?", "dates"),
        ("five weeks prior to 1 June 2026 is which date", "dates"),
        ("tell me the time in Lisbon", "current_time"),
        ("jot down that my bike is blue", "remember"),
        ("please don't forget that Mondays are my day off", "remember"),
        ("forget about my bike", "forget"),
        ("what have you stored about me?", "recall"),
        ("which files have I given you so far", "list_documents"),
        ("boil the lease down to three sentences", "summary"),
        ("what does the workshop lease boil down to, in a nutshell?", "summary"),
        ("how do the lease and the buying rules differ on payment", "compare"),
        ("put together a dossier on the workshop", "report"),
        ("read https://example.org/a and give me the gist", "web"),
        ("find out on the internet who invented the zip", "web"),
        ("good evening!", "smalltalk"),
        ("what are you able to do?", "smalltalk"),
        ("compose a sonnet about my cat", "needs_model"),
        ("could you translate the lease into Polish", "needs_model"),
        ("do you reckon we should move?", "needs_model"),
        ("how long beforehand must we say that we move out?", "document_question"),
        ("whom do I get the keys from?", "document_question"),
        ("date of the next rent review", "document_question"),
        ("am I allowed a barbecue in the yard", "document_question"),
        ("when does the landlord want our first report by", "document_question"),
        ("number of orders by country", "table_question"),
        ("which customer brought in the most revenue", "table_question"),
    ],
)
def test_wordings_that_are_no_examples(agent: RuleAgent, everything: Any, goal: str, intent: str) -> None:
    assert all(goal.casefold() not in map(str.casefold, i.examples) for i in intents().values())
    assert routed(agent, everything, goal) == intent


def test_every_intent_has_examples_that_are_its_own() -> None:
    seen: dict[str, str] = {}
    for name, intent in intents().items():
        assert intent.name == name
        assert len(intent.examples) >= 3
        for example in intent.examples:
            assert seen.setdefault(example.casefold(), name) == name


def test_examples_are_nearest_to_their_own_intent_without_their_twin(agent: RuleAgent) -> None:
    """An example's second-nearest meaning must not be far in another intent, or the data contradicts itself."""
    router = Router(agent.sense.embed)
    wrong = [
        e
        for name, i in intents().items()
        for e in i.examples
        if max(router.meanings(e).items(), key=lambda x: x[1])[0] != name and len(i.examples) > 5
    ]
    assert len(wrong) <= 8, wrong


def test_what_cannot_be_read_needs_a_model(agent: RuleAgent, nothing: Any) -> None:
    router = Router(agent.sense.embed)
    found = router.choices(Part("zxq blorp"), Look(brief(nothing, "zxq blorp"), agent.sense.embed))
    assert found[0].reading.intent == "needs_model"


def test_the_same_goal_gets_the_same_plan(agent: RuleAgent, everything: Any) -> None:
    goal = "What is the monthly rent, what is 12 times that, and which country has the highest revenue?"
    again = RuleAgent(agent.sense)
    assert asyncio.run(agent.plan(brief(everything, goal))) == asyncio.run(again.plan(brief(everything, goal)))


@pytest.mark.parametrize(
    ("goal", "count", "topic"),
    [
        ("Give me the gist of it in about 100 words", 5, ""),
        ("a three-sentence summary of my documents, please", 3, ""),
        ("Give me a short summary, about six sentences", 6, ""),
        ("Summarise what they say about rent in two sentences", 2, "rent in two sentences"),
    ],
)
def test_how_long_a_summary_is_to_be_is_no_topic(
    agent: RuleAgent, everything: Any, goal: str, count: int, topic: str
) -> None:
    found = read_summary(Part(goal), Look(brief(everything, goal), agent.sense.embed))
    assert found is not None
    assert found.slots["sentences"] == count
    assert topic.split(" in ")[0] in str(found.slots["topic"])
    assert bool(topic) == bool(found.slots["topic"])
