"""The last answer in another shape ("make it a table") where it was no table question: its lines as rows, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.base import Action, Write
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work

NAME = "retell"
EXAMPLES = ("make it a table", "show that as a table", "put it into a table please")


def read(part: Part, look: Look) -> Reading | None:
    if NAME not in part.only or not look.brief.turns:
        return None
    return Reading(NAME, 0.99, {}, "the last answer as a table")


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    step = draft.add(
        "Put the last answer into a table",
        "",
        {"retell": look.brief.turns[-1].goal},
        (),
        "writer",
        "The same statements in another shape.",
    )
    return Planned(NAME, part.text, reading.slots, {"table": step})


def act(work: Work, name: str) -> Action | None:
    if name != "table" or not work.task.turns:
        return None
    answer = re.sub(r"\s*\[\w+(?:\.\d+)?\]", "", work.task.turns[-1].answer)  # its citations were of that run
    if "|---" in answer.replace(" ", "") or "|:---" in answer.replace(" ", ""):
        return Write(answer, data={"text": answer})
    lines = [re.sub(r"^[-*>]\s+|^\*\*|\*\*$", "", x).strip() for x in answer.splitlines() if x.strip()]
    rows = [f"| {i} | {_split(x)} |" for i, x in enumerate(lines, 1)]
    two = all(r.count("|") == 4 for r in rows)
    head = "|  | What | Statement |\n| --- | --- | --- |" if two else "|  | Statement |\n| --- | --- |"
    if not two:
        rows = [f"| {i} | {x.replace('|', ' ')} |" for i, x in enumerate(lines, 1)]
    text = "\n".join([head, *rows])
    return Write(text, data={"text": text})


def _split(line: str) -> str:
    value, dash, rest = line.partition(" — ")
    return f"{value.replace('|', ' ')} | {rest.replace('|', ' ')}" if dash else line.replace("|", " ")


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    return Piece(str(work.data("table")["text"]))


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
