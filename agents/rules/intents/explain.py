"""Why?, how did you get that?, which document says so?: answered from the steps and sources of the turn before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.base import Action, Write
from agents.rules import say
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work

NAME = "explain"
EXAMPLES = (
    "Why?",
    "How did you get that number?",
    "Where does that come from?",
    "Which document says that?",
    "Explain how you worked it out",
    "show me the steps",
    "are you sure?",
)


def read(part: Part, look: Look) -> Reading | None:
    if NAME not in part.only or not look.brief.turns:
        return None
    return Reading(NAME, 0.99, {}, "how the last answer came about")


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    step = draft.add(
        "Look at the steps of the last answer",
        "",
        {"explain": look.brief.turns[-1].goal},
        (),
        "analyst",
        "They are kept with the conversation.",
    )
    return Planned(NAME, part.text, reading.slots, {"steps": step})


def act(work: Work, name: str) -> Action | None:
    if name != "steps" or not work.task.turns:
        return None
    last = work.task.turns[-1]
    by_step = {r["step"]: r for r in last.results}
    lines = []
    for s in last.steps[:-1]:
        r = by_step.get(s["id"])
        if r is None:
            continue
        state = "" if r["status"] == "ok" else f" ({r['status']}: {r['error']})"
        shown = str(r["data"].get("expression") or r["data"].get("shown") or "") if r["status"] == "ok" else ""
        lines.append(f"- {s['title']}{state}{f': {shown}' if shown else ''}")
        if sql := str(
            (
                s["tool"] == "query_table"
                and r["data"].get("sql")
                and s["title"].startswith("Query")
                and r["data"]["sql"]
            )
            or ""
        ):
            lines.append(f"  `{' '.join(sql.split())}`")
    text = f"To “{last.goal}” I did this:\n\n" + "\n".join(lines or ["- I answered directly, without a step."])
    if last.sources:
        text += "\n\nIt comes from:\n\n" + "\n".join(
            f"- {s['title']}{', ' + s['locator'] if s['locator'] else ''} [before.{n}]"
            for n, s in enumerate(last.sources[:5], 1)
        )
    if last.answer:
        text += f"\n\nThe answer was:\n\n{_first(last.answer)}"
    return Write(text, data={"text": text})


def _first(answer: str) -> str:
    block = re.sub(r"\[(\d+)\]", r"[before.\1]", answer.strip().split("\n\n")[0]).replace("**", "")
    return say.quote(block).strip("“”") if len(block) < 600 else say.quote(block[:600]).strip("“”") + " …"


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    return Piece(str(work.data("steps")["text"]))


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
