"""An answer when no model can write it: what the steps found, as they found it, each piece with its source."""

from __future__ import annotations

from agents.base import Result, Task, Write
from text.sentences import sentences

PIECES = 3  # quotations of one step
LONGEST = 300  # characters of one quotation


def pieced_together(task: Task, why: str) -> Write:
    titles = {s["id"]: s["title"] for s in task.plan["steps"]}
    found = [
        (titles.get(k, k), lines) for k, r in task.results.items() if r["status"] == "ok" and (lines := _pieces(r))
    ]
    reason = f"The answer was not written by a language model: {why}"
    if not found:
        return Write("There is nothing to show yet.", "not_answered", reason)
    text = "\n\n".join(f"**{title}**\n\n" + "\n".join(f"- {line}" for line in lines) for title, lines in found)
    return Write(text, "partial", reason)


def as_found(task: Task, why: str) -> Write | None:
    """What a specialist's calls brought, when no model says more of it; None when they brought nothing."""
    lines = list(dict.fromkeys(line for c in task.calls if c["status"] == "ok" for line in _pieces(c)))
    reason = f"Not gone through to the end: {why}"
    return Write("\n".join(f"- {line}" for line in lines), "partial", reason) if lines else None


def _pieces(r: Result) -> list[str]:
    if r["sources"]:
        return [f"“{_short(s['quote'])}” [{s['id']}]" for s in r["sources"][:PIECES] if s["quote"].strip()]
    text = " ".join(r["text"].split())
    return [text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"] if text else []


def _short(quote: str) -> str:
    first = next((s.text for s in sentences(quote) if len(s.text.split()) > 3), quote)
    line = " ".join(first.split())
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0]
