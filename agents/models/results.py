"""How a result is put before a model: with the ids of its sources, whole when it fits, else what concerns the question.

The whole can be opened in parts; a part shows the same ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agents.base import Result
from agents.models.room import PART, parts_in
from agents.models.tokens import clip, estimate
from text.words import stems
from tools.base import Source

Told = dict[tuple[str, str, str], str]  # passages shown so far: under which id


def entries(result: Result, told: Told | None = None) -> list[str]:
    """A result as pieces with their source ids; the first is its own text where the sources do not hold that already.

    told: of the results before it; what stands there already is only pointed at."""
    if result["status"] != "ok":
        return [f"({result['status']}: {result['error'] or result['note'] or 'no reason is known'})"]
    sources = result["sources"]
    quoted = sum(len(s["quote"]) for s in sources if s["quote"] in result["text"])
    whole = quoted > 0.6 * len(result["text"]) and "outcome" not in result["data"]
    out = [] if whole else [result["text"]]
    for s in sources:
        key = s["title"], s["locator"], s["quote"]
        first = told.setdefault(key, s["id"]) if told is not None else s["id"]
        out.append(_entry(s, whole) if first == s["id"] else f"[{s['id']}] the same passage as [{first}]")
    return [*out, f"(note: {result['note']})"] if result["note"] else out


def _entry(s: Source, whole: bool) -> str:
    quote = s["quote"] if whole or len(s["quote"]) <= 400 else s["quote"][:400] + " …"
    return f"[{s['id']}] {s['title']}{' · ' + s['locator'] if s['locator'] else ''}: {' '.join(quote.split())}"


def render(result: Result) -> str:
    return "\n".join(entries(result))


def shown(name: str, result: Result, question: str, tokens: int, every: Sequence[str] = ()) -> str:
    """The result within `tokens`: its pieces that share most words with the question, in their order. every: those
    pieces, where some stand elsewhere already."""
    every = every or entries(result)
    if estimate("\n".join(every)) <= tokens:
        return "\n".join(every)
    room = tokens - 40
    picked: dict[int, str] = {}
    for i in _by_relevance(every, question):
        piece = clip(every[i], min(room, max(120, tokens // 3)))
        if len(piece) < 40 < len(every[i]):
            break
        picked[i] = piece + (" …" if len(piece) < len(every[i]) else "")
        room -= estimate(picked[i]) + 1
        if room < 40:
            break
    count = parts_in(render(result))
    left = len(every) - len(picked)
    note = (
        f"(shortened{f', {left} pieces are not shown' if left else ''}: open “{name}”, part 1 to {count}, to read all)"
    )
    return "\n".join([*(picked[i] for i in sorted(picked)), note])


def _by_relevance(every: Sequence[str], question: str) -> list[int]:
    wanted = set(stems(question))
    score = [len(wanted & set(stems(e[:PART]))) for e in every]
    return sorted(range(len(every)), key=lambda i: (-score[i], i))


def share_out(results: Mapping[str, Result], question: str, tokens: int) -> dict[str, str]:
    """Every result within its share of `tokens`; short ones leave theirs to the long ones. A passage is told once."""
    told: Told = {}
    pieces = {k: entries(r, told) for k, r in results.items()}
    need = {k: estimate("\n".join(p)) for k, p in pieces.items()}
    given: dict[str, int] = {}
    left, room = dict(need), tokens
    while left:
        fair = room // len(left)
        small = {k: n for k, n in left.items() if n <= fair}
        for k, n in [*(small or left).items()]:
            given[k] = n if small else fair
            room -= given[k]
            del left[k]
    return {k: shown(k, results[k], question, max(60, given[k]), pieces[k]) for k in results}
