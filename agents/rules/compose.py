"""The answer from the parts' pieces. Adds no fact of its own: headings repeat the user's words, the rest is the pieces."""

from __future__ import annotations

from collections.abc import Sequence

from agents.base import Outcome, Task, Write
from agents.rules.reading.types import Sense
from agents.rules.router import intent_of
from agents.rules.shapes import Piece, Planned, Work
from agents.rules.spelling import KEY
from tools.base import Json

QUOTED = 3  # sources quoted of a step that the user added
LONGEST = 1_000  # characters of its text, when it has no sources


def compose(task: Task, parts: Sequence[Planned], sense: Sense) -> Write:
    pieces = [(p, intent_of(p.intent).write(Work(task, p, sense))) for p in parts]
    pieces += _added(task, parts)
    top = [(p, x) for p, x in pieces if not p.slots.get("under")]
    text = "\n\n".join(_shown(p, x, len(top)) for p, x in pieces if x.text)
    if read_as := task.step["args"].get(KEY):
        text += f"\n\n*(read as: {', '.join(map(str, read_as))})*" if isinstance(read_as, list) else ""
    outcome, reason = judged([x for _, x in pieces])
    return Write(text, outcome, reason, gathered([x for _, x in pieces]))


def _added(task: Task, parts: Sequence[Planned]) -> list[tuple[Planned, Piece]]:
    """Steps that no part planned were added by the user: what they brought stands at the end, as it came."""
    own = {s for p in parts for s in p.steps.values()}
    out = []
    for step in task.plan["steps"][:-1]:
        found = task.results.get(step["id"])
        if not step["tool"] or step["id"] in own or found is None:
            continue
        if found["status"] != "ok":
            why = found["error"] or "a step before it did not work out"
            piece = Piece(f"{step['title']}: this could not be done: {why}", "not_answered", why)
        elif quotes := [f"“{s['quote']}” [{s['id']}]" for s in found["sources"][:QUOTED] if s["quote"]]:
            piece = Piece("\n".join(f"- {q}" for q in quotes))
        else:
            piece = Piece(found["text"][:LONGEST])
        out.append((Planned("", step["title"], {}, {}), piece))
    return out


def _shown(part: Planned, piece: Piece, count: int) -> str:
    if part.slots.get("under"):
        return piece.text
    if count == 1:
        return piece.text
    return f"**{part.text.rstrip('?. ')}**\n\n{piece.text}" if "\n" in piece.text else piece.text


def judged(pieces: Sequence[Piece]) -> tuple[Outcome, str]:
    good = [p for p in pieces if p.outcome == "answered"]
    bad = [p for p in pieces if p.outcome != "answered"]
    reason = " ".join(dict.fromkeys(p.reason for p in bad if p.reason))
    if not bad:
        return "answered", ""
    if good or any(p.outcome == "partial" for p in bad):
        return "partial", reason
    return "not_answered", reason


def gathered(pieces: Sequence[Piece]) -> dict[str, Json]:
    """What the page draws: the first chart, all SQL, all closest passages; the last value for follow-ups."""
    out: dict[str, Json] = {}
    closest: list[Json] = []
    sql: list[str] = []
    for p in pieces:
        if "chart" in p.data and "chart" not in out:
            out["chart"] = p.data["chart"]
        if p.data.get("sql"):
            sql.append(str(p.data["sql"]))
        found = p.data.get("closest")
        closest += found if isinstance(found, list) else []
        if p.data.get("value") is not None:
            out["value"] = p.data["value"]
            out |= {k: p.data[k] for k in ("unit", "per") if p.data.get(k)}
    if sql:
        out["sql"] = ";\n\n".join(sql)
    if closest:
        out["closest"] = closest
    return out
