"""From a brief to a plan: split, route each part, let its intent add steps, link values, close with the writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.base import Brief, Plan
from agents.rules.another_way import KEY, WAYS, tried, ways_left
from agents.rules.followup import going_on
from agents.rules.intents.connected_tool import kept_together
from agents.rules.intents.table_question import NAME as TABLES
from agents.rules.left_after import continues
from agents.rules.rejoin import rejoined
from agents.rules.router import Choice, Router, intent_of
from agents.rules.shapes import Before, Draft, Look, Part, Planned
from agents.rules.split import split
from agents.rules.sure import sure_of
from agents.rules.tables.limit_wording import after_limit
from agents.rules.tables.told_already import asks_who, told_already
from tools.base import Json

LOOKUP = ("document_question", "table_question", "recall")  # what may find the value of a noun phrase


def plan(brief: Brief, router: Router) -> Plan:
    if brief.replies and brief.replies[-1][1].strip():
        brief = replace(brief, goal=f"{brief.goal.rstrip('?.! ')} in {brief.replies[-1][1].strip()}")
    look = Look(brief, router.embed)
    parts = rejoined(split(brief.goal, lambda text: router.parses(text, look)), brief.goal)
    parts = going_on(kept_together(parts, look), brief)
    draft = Draft(frozenset(brief.results))
    planned: list[Planned] = []
    shown: list[Planned] = []  # with the lookups, in the order of the answer
    chosen: list[Choice] = []
    before = tried(brief.problems)
    left: list[str] = []
    done: list[Before] = []
    for part in parts:
        part = after_limit(replace(part, done=tuple(done)))
        if part.before < 0 and done and continues(part.text):
            part = replace(part, before=len(done) - 1, context=done[-1].text)
        if done and done[-1].intent == TABLES and told_already(part.text, done[-1].text, look):
            continue
        if done and done[-1].intent == TABLES and asks_who(part.text, done[-1].text):
            own = replace(planned[-1], slots={**planned[-1].slots, "who": True})
            shown[shown.index(planned[-1])] = planned[-1] = own
            continue
        choices = router.choices(part, look) or router.choices(replace(part, only=()), look)
        choice = (
            next((c for c in choices if c.reading.intent in WAYS and c.reading.intent not in before), None)
            if before
            else choices[0]
        )
        choice = choice or choices[0]  # needs_model reads everything
        left = ways_left(choices, choice, len(parts), before)
        chosen.append(choice)
        own = _add(part, choice, draft, planned, shown, look, router)
        planned.append(own)
        done.append(Before(own.intent, part.text, bool(own.slots.get("limit") or own.slots.get("limit_said"))))
    note = _note(chosen)
    draft.add(
        "Write the answer",
        "",
        {"parts": [p.to_json() for p in shown], **({KEY: [*left]} if left else {})},
        [s["id"] for s in draft.steps],
        "writer",
        "Everything that was found, with its sources.",
    )
    intents = dict.fromkeys(c.reading.intent for c in chosen)
    sure = sure_of(chosen, planned, draft.steps, brief.tools)
    made = Plan(steps=draft.steps, note=note, intent="+".join(intents), sure=sure)
    rivals = next((c.reading.slots["rivals"] for c in chosen if c.reading.slots.get("rivals")), None)
    if isinstance(rivals, list) and not brief.replies:
        made["question"] = (
            f"This can be read in {'two' if len(rivals) == 2 else len(rivals)} ways. Which table do you mean?"
        )
        made["options"] = [str(r) for r in rivals]
    return made


def _add(
    part: Part,
    choice: Choice,
    draft: Draft,
    planned: Sequence[Planned],
    shown: list[Planned],
    look: Look,
    router: Router,
) -> Planned:
    last = part.before if part.before >= 0 or choice.reading.over == 1 else len(planned) - 1
    first = max(0, last + 1 - choice.reading.over)
    given: list[Planned] = list(planned[first : last + 1])
    under: list[Planned] = []
    for noun in choice.reading.lookups:
        asked = Part(noun if noun.rstrip().endswith("?") else f"What is {noun}?", context=part.context)
        # Not `only=LOOKUP`: an intent that alone may read a part takes words for its own that it would leave to others.
        found = next((c for c in router.choices(asked, look) if c.reading.intent in LOOKUP), None)
        if found is None:
            continue
        sub = intent_of(found.reading.intent).steps(asked, found.reading, draft, (), look)
        under.append(sub)
    own = intent_of(choice.reading.intent).steps(part, choice.reading, draft, [*given, *under], look)
    shown.append(own)
    for sub in under:
        slots: dict[str, Json] = {**sub.slots, "under": True}
        shown.append(Planned(sub.intent, sub.text, slots, sub.steps, sub.value))
    return own


def _note(chosen: Sequence[Choice]) -> str:
    said = [c.reading.understood or c.reading.intent.replace("_", " ") for c in chosen]
    if len(said) == 1:
        return f"Understood as: {said[0]}."
    return "Understood as: " + "; ".join(f"({i}) {s}" for i, s in enumerate(said, 1)) + "."
