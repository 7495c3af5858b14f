"""Options inside the texts: "which of the two roof quotes was cheaper and by how much?", "the 7 or the 9, which is cheaper?".

Not two documents but two things that the documents name. Both figures must come from one place that is about what was
asked; else nothing is compared in numbers, and what was found is quoted. Where the goal may as well mean two documents,
`compare` plans along and answers when no one place names the options.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.base import Action, CallTool, Write
from agents.rules import say
from agents.rules.documents import chosen
from agents.rules.intents import compare
from agents.rules.option_wording import COUNTED, Asked, asked
from agents.rules.reading.options import Option, labelled, of_names, side_by_side
from agents.rules.reading.units import units
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from tools.base import Json

NAME = "options"
EXAMPLES = (
    "Which of the two window quotes was cheaper and by how much?",
    "Compare the two options the plumber gave us",
    "oil or gas, which one works out cheaper?",
    "Is the small van cheaper than the large one?",
    "What are the three packages the caterer offered?",
)
_OTHER = "compare."  # before the names of the steps that `compare` planned


def read(part: Part, look: Look) -> Reading | None:
    found = asked(part.text)
    if found is None or not look.texts:
        return None
    rest = COUNTED.sub(" ", part.text)
    for n in found.names:
        rest = rest.replace(n, " ")
    named = [d for d in chosen(rest, look) if d in look.texts]
    own = [{d.id for d in chosen(f"in the {n}", look) if d in look.texts} for n in found.names]
    if len(named) > 1 or (own and all(own) and not set.intersection(*own)):
        return None  # the options are documents
    within = [d.id for d in (named or look.texts)]
    slots: dict[str, Json] = {**found.to_json(), "within": list(within)}
    other = compare.read(part, look) if not found.names and found.more else None
    if other is not None:
        slots["documents"] = dict(other.slots)
    said = " or ".join(found.names) if found.names else f"the {found.count or ''} {found.topic}".replace("  ", " ")
    return Reading(NAME, 0.94, slots, f"compare {said}")


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    slots = dict(reading.slots)
    names = slots["names"]
    args: dict[str, Json] = {"k": 8, "documents": slots.pop("within")}
    ids: dict[str, str] = {}
    for i, query in enumerate([part.text, *(f"{slots['aspect']} {n}" for n in names)]):  # type: ignore[union-attr]
        ids[f"search{i}"] = draft.add(f"Search for: {query.rstrip('?')}", "search_memory", {"query": query, **args}, (), "researcher", "The options may be named in one text.")  # fmt: skip
    if other := slots.pop("documents", None):
        assert isinstance(other, dict)
        planned = compare.steps(part, Reading(compare.NAME, 0.9, other), draft, (), look)
        slots["other"] = planned.to_json()
        ids |= {f"{_OTHER}{k}": v for k, v in planned.steps.items()}
    ids["options"] = draft.add("Put the options side by side", "", {"options": part.text}, list(ids.values()), "analyst", "Only figures from one place can be compared.")  # fmt: skip
    return Planned(NAME, part.text, slots, ids, f"${{{ids['options']}.value}}")


def act(work: Work, name: str) -> Action | None:
    if name.startswith(_OTHER):
        return compare.act(_compared(work), name.removeprefix(_OTHER))
    if name != "options":
        return None
    q = Asked.from_json(work.part.slots)
    found, search = _found(work, q)
    figures = [o.number for o in found if o.number is not None]
    able = q.more and not q.adjusted and len(found) == len(figures) == 2 and len({o.unit for o in found}) == 1
    difference = ""
    if able and len(set(figures)) == 2:
        if not work.task.calls:
            high, low = (say.number(f, plain=True) for f in (max(figures), min(figures)))
            return CallTool("calculate", {"expression": f"{high} - {low}"})
        difference = str(work.task.calls[-1]["data"].get("shown") or "")
    best = (min if q.least else max)(found, key=lambda o: o.number or 0.0).label if difference else ""
    quotes = [f"**{o.label}**: {_quoted(work, search, o)}" for o in found]
    data: dict[str, Json] = {"best": best, "difference": difference, "quotes": list(quotes), "value": None}
    return Write(best or f"{len(found)} options were found.", data=data)


def _compared(work: Work) -> Work:
    return work.of(Planned.from_json(work.part.slots["other"]))  # type: ignore[arg-type]


def _found(work: Work, q: Asked) -> tuple[list[Option], str]:
    searches = [s for s in work.part.steps if s.startswith("search")]
    for s in searches:
        passages = work.data(s).get("passages") or []
        if q.names:
            found = of_names(passages, q.names, q.kinds)
        elif q.more:
            found = side_by_side(passages, q.topic, q.count, q.kinds)
        else:
            found = _listed(passages, q)
        if found:
            return found, s
    return [], searches[0]


def _listed(passages: Sequence[dict], q: Asked) -> list[Option]:
    every = [replace(u, passage=i) for i, p in enumerate(passages) for u in units([p])]
    groups = labelled(every, q.kinds)
    return next((g for g in groups if not q.count or len(g) == q.count), [])


def _quoted(work: Work, search: str, o: Option) -> str:
    return " ".join(f"{say.quote(x.text)} {work.cite(search, x.passage)}".strip() for x in o.quotes)


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    data, q = work.data("options"), Asked.from_json(work.part.slots)
    quotes = "\n".join(f"- {x}" for x in data.get("quotes") or [])
    if best := data.get("best"):
        return Piece(f"**{best}** is the {q.more} one. The difference: {data['difference']}.\n\n{quotes}")
    if quotes and not q.more:
        return Piece(quotes)
    if not quotes and work.part.slots.get("other"):
        return compare.write(_compared(work))
    why = f"I did not find one place that gives a figure for each of {' and '.join(q.names) if q.names else 'the ' + q.topic}."  # fmt: skip
    if quotes:
        why = "What the documents say of these is not enough to compare them surely."
        return Piece(f"{why} They say:\n\n{quotes}", "not_answered", why)
    return Piece(f"{why} So nothing is compared in numbers.", "not_answered", why)


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
