"""What the user reads when a run ends without a checked answer: never silence, never an invention.

A text that an agent wrote has not been compared with anything here, so it is not shown: its sources speak for it.
"""

from __future__ import annotations

import re

from agents.base import Result
from graph.edges import exhausted
from graph.policy import NOT_ALLOWED
from graph.state import Answer, State
from tools.base import Source

QUOTES = 2  # of the sources of one written step


def close(state: State) -> Answer:
    """The checked answer, or what was done and why there is no more."""
    if state["answer"] is not None and not state["stopped"]:
        return state["answer"]
    reason = _reason(state)
    titles = {s["id"]: s["title"] for s in state["plan"]["steps"]}
    sources: list[Source] = []
    done = [
        (titles.get(k, k), said)
        for k, r in state["results"].items()
        if r["status"] == "ok" and (said := _found(r, sources))
    ]
    lines = [reason]
    if done:
        lines += ["", "Done so far:", *(f"- {title}: {said}" for title, said in done)]
    return Answer(
        text="\n".join(lines),
        outcome="partial" if done else "not_answered",
        reason=reason,
        claims=[],
        sources=sources,
        data={"notes": [*notes]} if (notes := [n for n in state.get("notes", []) if n not in reason]) else {},
    )


def _found(r: Result, sources: list[Source]) -> str:
    """What a tool returned, or what the sources of a written text say; those go to `sources`, as [1], [2] …"""
    if "outcome" not in r["data"]:
        return _short(r["text"])
    said = []
    for s in [s for s in r["sources"] if s["quote"].strip()][:QUOTES]:
        sources.append({**s, "id": str(len(sources) + 1)})
        said.append(f"“{_short(s['quote'])}” [{len(sources)}]")
    return " ".join(said)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else line[:299] + "…"


def _reason(state: State) -> str:
    if state["stopped"]:
        return "Stopped at your request. What was finished is kept."
    if exhausted(state):
        return (
            f"The time for one run ({state['budgets']['seconds']:g} seconds) was used up before the answer was ready."
        )
    if state.get("spent") and not state["plan"]["steps"]:
        return " ".join(state["problems"])
    if not state["plan"]["steps"]:
        if denied := [re.sub(r"^Step \S+: ", "", p) for p in state["problems"] if NOT_ALLOWED in p]:
            return f"{' '.join(dict.fromkeys(denied))} Nothing was done. An admin sets what each role may do."
        why = " ".join(state["problems"]) or "no plan could be made"
        return f"No plan for this goal passed the checks: {why} Try to say it in other words or in smaller parts."
    failed = [r["error"] for r in state["results"].values() if r["status"] == "failed" and r["error"]]
    why = failed[-1] if failed else state["verdict"]["reason"] or "the answer could not be written"
    return f"This could not be finished: {why}"
