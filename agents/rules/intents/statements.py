"""All statements of a kind from the documents, quoted: key dates, duties, what is to be done by whom, decisions, risks.

Where a summary chooses what is central, this leaves nothing of the kind out. What a sentence is, its form tells
(`tools/statements.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.rules.documents import GENERIC, chosen, name_words, of_month
from agents.rules.intents.summary import one_line
from agents.rules.shapes import SPREADSHEETS, Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.statement_wording import ABOUT, AHEAD, ANYBODY, KINDS, WHO
from agents.rules.tables.rows import called
from agents.rules.tables.schema import sheets
from agents.rules.words import STOP, content, words
from text.values import find_values
from tools.base import Json

NAME = "statements"
EXAMPLES = (
    "What are the key dates in the contract?",
    "Who has to do what by when?",
    "List all action items from the minutes",
    "What was decided at the meeting?",
    "Which deadlines do I have to keep?",
    "What are the risks mentioned in the report?",
    "What are the tenant's obligations?",
    "Give me a timeline of everything in my files",
    "which points are still open?",
    "List every decision with its source",
    "pull out the key figures",
)
_FORMS = {"dates": "day", "deadlines": "deadline", "decisions": "decision", "duties": "duty", "actions": "action", "risks": "risk", "amounts": "amount", "figures": "figure", "open points": "open point"}  # fmt: skip
_HEADS = {"dates": "Dates", "deadlines": "Deadlines", "decisions": "Decisions", "duties": "Duties", "actions": "Who has to do what", "risks": "Risks", "amounts": "Amounts", "figures": "Figures", "open points": "Open points"}  # fmt: skip


_DRAWN = re.compile(r"\b(?:chart|graph|plot|diagram|histogram)\b", re.I)  # of a table's numbers


def kinds_of(text: str) -> list[str]:
    """The kinds that a goal asks to have listed, in its order; [] when it asks for something else."""
    found = [(m.start(), kind) for kind, pattern in KINDS if (m := pattern.search(text))]
    return [kind for _, kind in sorted(found)]


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    kinds = kinds_of(text)
    if not kinds or not look.texts or (look.tables and _DRAWN.search(text)):
        return None
    docs = of_month(text, look.texts, look.brief.text) or chosen(text, look)
    unnamed = {d.id for d in docs} <= set(look.brief.attached)
    if unnamed and any(called(w.stem, s) for s in sheets(look.tables) for w in content(text)):
        return None  # "list Ann's tasks", of a table of tasks
    texts = [d for d in docs if d.format not in SPREADSHEETS]
    if (docs and not texts) or (kinds[0] in ("amounts", "figures") and not texts and look.tables):
        return None
    if any(v.kind == "date" for v in find_values(text)) and not texts:
        return None  # "what did they decide on 28 May?": about one day, which a passage must name
    who = _who(text, look)
    slots: dict[str, Json] = {
        "kinds": [*kinds[:3]],
        "documents": [d.id for d in texts],
        "topic": _topic(text, look),
        "who": who,
        "ahead": bool(AHEAD.search(text)),
    }
    names = ", ".join(d.name for d in texts[:3]) or "all your documents"
    said = " and ".join(kinds[:3]) + (f" of {who}" if who else "") + (f" on {slots['topic']}" if slots["topic"] else "")
    return Reading(NAME, 0.93, slots, f"list the {said} in {names}")


def _who(text: str, look: Look) -> str:
    """The person or party whose duties or tasks are asked for; "" for everybody's."""
    m = WHO.search(text)
    said = (m["a"] or m["b"]) if m else ""
    for kind, pattern in KINDS:
        if not said and kind == "duties" and (m := pattern.search(text)):
            said = m["who"] or m["them"] or ""
    said = re.sub(r"^(?:the|our|my|each|every|all|a|an)\s+", "", said.strip(), flags=re.I)
    named = {w for d in look.brief.documents for w in name_words(d.name)}
    own = [w for w in words(said) if w.text.casefold() not in ANYBODY | STOP]
    return said if own and not all(w.stem in named | GENERIC for w in own) else ""


def _topic(text: str, look: Look) -> str:
    m = ABOUT.search(text)
    if not m:
        return ""
    named = {w for d in look.brief.documents for w in name_words(d.name)}
    own = [w for w in words(m["topic"]) if w.text.casefold() not in STOP and w.stem not in named | GENERIC]
    told = {"me", "us", "everybody", "everyone", "boss", "team", "source", "sources", "each", "page", "date", "dates", "order", "quote", "quotes", "who", "one", "meeting", "diary", "calendar"}  # fmt: skip
    own = [w for w in own if w.text.casefold() not in told]
    return " ".join(w.text for w in own)


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    slots = reading.slots
    ids: dict[str, str] = {}
    for kind in slots["kinds"]:  # type: ignore[union-attr]
        args: dict[str, Json] = {
            "kind": kind,
            "documents": slots["documents"],
            "topic": slots["topic"],
            "who": slots["who"],
        }
        if kind not in ("duties", "actions"):
            args["who"] = ""
        ids[str(kind)] = draft.add(
            f"List the {kind} in {'the documents named' if slots['documents'] else 'your documents'}",
            "list_statements",
            args,
            (),
            "researcher",
            f"All are asked for, so no {_FORMS[str(kind)]} may be left out.",
        )
    return Planned(NAME, part.text, slots, ids)


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    kinds = [str(k) for k in work.part.slots["kinds"]]  # type: ignore[union-attr]
    blocks, gaps = [], []
    for kind in kinds:
        points = _wanted(work, work.data(kind).get("points") or [])
        if not points:
            gaps.append(kind)
            continue
        said = _by_time(work, kind, points) if kind in ("dates", "deadlines") else _by_document(work, kind, points)
        note = (work.ok(kind) or {}).get("note", "")
        blocks.append((f"### {_HEADS[kind]}\n\n" if len(kinds) > 1 else "") + said + (f"\n\n*{note}*" if note else ""))
    of = " ".join(filter(None, [f"of {work.part.slots['who']}" if work.part.slots["who"] else "", f"on {work.part.slots['topic']}" if work.part.slots["topic"] else ""]))  # fmt: skip
    missing = (
        f"I found no {' and no '.join(gaps)}{' ' + of if of else ''} in {_looked_in(work, kinds[0])}." if gaps else ""
    )
    if not blocks:
        return Piece(missing, "not_answered", missing)
    return Piece("\n\n".join([*blocks, *([missing] if missing else [])]), "partial" if gaps else "answered", missing)


def _looked_in(work: Work, kind: str) -> str:
    names = [str(n) for n in work.data(kind).get("looked_in") or []]
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "") or "your documents"


def _wanted(work: Work, points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if not work.part.slots["ahead"]:
        return list(points)
    today = f"{work.task.now:%Y-%m-%d}"
    return [
        p
        for p in points
        if any(v.kind == "date" and (v.date >= today or v.date[:1] == "-") for v in find_values(p["text"]))
    ]


def _by_time(work: Work, kind: str, points: Sequence[Mapping[str, Any]]) -> str:
    several = len({p["title"] for p in points}) > 1
    lines = []
    for p in points:
        where = f" ({p['title']})" if several else ""
        lead = f"**{p['when']}** — " if p["when"] else ""
        lines.append(f"- {lead}{one_line(p['text'])} {work.cite(kind, p['source'])}{where}")
    return "\n".join(lines)


def _by_document(work: Work, kind: str, points: Sequence[Mapping[str, Any]]) -> str:
    titles = list(dict.fromkeys(p["title"] for p in points))
    blocks = []
    for title in titles:
        own = [f"- {one_line(p['text'])} {work.cite(kind, p['source'])}" for p in points if p["title"] == title]
        blocks.append((f"**{title}**\n\n" if len(titles) > 1 else "") + "\n".join(own))
    return "\n\n".join(blocks)


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
