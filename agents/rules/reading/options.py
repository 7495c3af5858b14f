"""Options that one text names side by side: "Pellow asked £3,650 and Carne £4,120", "Option 1: … Option 2: …", two rows.

Each option keeps its own words and, where exactly one is meant, its figure. Two figures are comparable only from the same
sentence, list or table: prices that merely stand in two documents are no pair. Nothing is said that does not stand there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from agents.rules.reading.pieces import clauses
from agents.rules.reading.sections import fit
from agents.rules.reading.types import Quoted
from agents.rules.reading.units import Unit, units
from agents.rules.reading.words import concepts, stems
from text.values import find_values

_SORT = r"(?:option|alternative|variant|offer|quote|quotation|package|plan|proposal|choice|scenario|tariff|possibility|version)"
_LABELLED = re.compile(rf"{_SORT}\s+(?:\d{{1,2}}|[A-H]|one|two|three|four)", re.I)
_GAP = re.compile(r"\n[>\s]*\n")
_TOTAL = re.compile(
    r"\W*(?:altogether|in total|in all|all in|all told|including|incl\b|inclusive|with (?:the )?(?:vat|tax))", re.I
)
_NAME = re.compile(r"(?:\W|and\s|but\s|the\s|from\s|by\s|while\s|whereas\s)*(?P<n>[A-Z][\w&'’.-]*(?:\s+(?:&\s+|and\s+|of\s+)?[A-Z][\w&'’-]*)*)")  # fmt: skip
_SUBJECT = re.compile(r"(?:\W|and\s|but\s|while\s|whereas\s)*(?P<n>(?:the |an? )?[\w&'’ -]{2,40}?)\s+(?:asks?|asked|costs?|is|was|are|were|comes?|came|charges?|charged|quoted|quotes|offers?|offered|wants?|wanted|would|will|at|for)\b")  # fmt: skip
_CELL = re.compile(r"([^:;\n]{1,40}): ([^;\n]*)")
_PRICED = {"price", "cost", "fee", "amount", "charg", "rate", "premium", "total", "rent"}
_SIGNS = {"£": "GBP", "€": "EUR", "$": "USD"}


@dataclass(frozen=True)
class Option:
    label: str
    quotes: tuple[Quoted, ...]
    number: float | None = None  # None: the text gives none, or several of which none is plainly the one meant
    unit: str = ""


def side_by_side(passages: Sequence[Mapping[str, Any]], topic: str, count: int, kinds: Sequence[str]) -> list[Option]:
    """`count` options on the topic with a figure each, from one sentence, list or paragraph; [] where not one such place
    was found, or several that differ."""
    about = set(stems(topic))
    found: list[tuple[int, list[Option]]] = []
    for i, p in enumerate(passages):
        us = units([p])
        own = [replace(u, passage=i) for u in us]
        near = stems(f"{p.get('title', '')} {p.get('locator', '')} {p['text']}")
        if about and not _covers(about, near):
            continue
        for group in (*_sentences(own, kinds), *labelled(own, kinds)):
            if len(group) == count and all(o.number is not None for o in group) and len({o.label for o in group}) == count:  # fmt: skip
                head = " ".join({u.heading for u in own if u.text == group[0].quotes[0].text})
                found.append((2 * _covers(about, stems(head)) + bool(_BIDDING.search(str(p["text"]))), group))
    best = [g for worth, g in found if worth == max(w for w, _ in found)]
    return best[0] if len({tuple(sorted(o.number or 0.0 for o in g)) for g in best}) == 1 else []


_BIDDING = re.compile(r"\b(?:quot\w+|offer(?:s|ed)?|estimate[sd]?|bids?|tender\w*|proposal\w*|options?|alternatives?|variants?|packages?|tariffs?)\b", re.I)  # fmt: skip


def _covers(wanted: Set[str], having: Sequence[str]) -> bool:
    groups = concepts(list(having))
    return all(w in having or concepts([w]) & groups for w in wanted)


def _sentences(us: Sequence[Unit], kinds: Sequence[str]) -> list[list[Option]]:
    """The options of each sentence that gives one figure a clause."""
    out = []
    for u in us:
        said = clauses(u.text, kinds)
        if len(said) < 2 or any(len(c.values) != 1 for c in said):
            continue
        named = [(_label(c.text), c.values[0]) for c in said]
        if all(label for label, _ in named):
            quote = (Quoted(u.text, u.passage),)
            out.append([Option(label, quote, v.number, v.unit) for label, v in named])
    return out


def _label(clause: str) -> str:
    m = _NAME.match(clause) or _SUBJECT.match(clause)
    return m["n"].strip() if m and not find_values(m["n"]) else ""


def labelled(us: Sequence[Unit], kinds: Sequence[str]) -> list[list[Option]]:
    """Runs of paragraphs that call themselves options: "Option 1: … Option 2: …", a run a passage."""
    groups: dict[int, list[list[Unit]]] = {}
    last: Unit | None = None
    for u in us:
        if u.label and _LABELLED.fullmatch(u.label.strip()):
            groups.setdefault(u.passage, []).append([u])
            last = u
        elif last is not None and u.passage == last.passage and not u.text.lstrip().startswith(">"):
            groups[u.passage][-1].append(u)
            last = u
        else:
            last = None
    return [[_option(block, kinds) for block in g] for g in groups.values() if len(g) > 1]


def _option(block: Sequence[Unit], kinds: Sequence[str]) -> Option:
    quotes = tuple(Quoted(re.sub(r"^[>\s]+", "", u.text), u.passage) for u in block)
    for q in quotes:
        values = [v for v in find_values(q.text) if v.kind in kinds and v.number is not None]
        totals = [v for v in values if _TOTAL.match(q.text[v.end : v.end + 30])]
        if one := totals if len(totals) == 1 else values if len(values) == 1 else []:
            return Option(block[0].label.strip(), quotes, one[0].number, one[0].unit)
        if values:
            break
    return Option(block[0].label.strip(), quotes)


def of_names(passages: Sequence[Mapping[str, Any]], names: Sequence[str], kinds: Sequence[str]) -> list[Option]:
    """The options that are called `names`, from one document: labelled paragraphs, rows of a table, or clauses."""
    every = [replace(u, passage=i) for i, p in enumerate(passages) for u in units([p])]
    for group in labelled(every, kinds):
        mine = [[o for o in group if _called(n, o.quotes[0].text, names)] for n in names]
        if all(len(m) == 1 for m in mine):
            return [replace(m[0], label=n) for n, m in zip(names, mine, strict=True)]
    places: dict[tuple[str, str], list[list[Option]]] = {}
    for u in every:
        place = (str(passages[u.passage].get("document") or u.title), u.heading)
        for k, n in enumerate(names):
            if option := _figure(n, u, names, kinds):
                places.setdefault(place, [[] for _ in names])[k].append(option)
    whole = [p for p in places.values() if all(len({o.number for o in options}) == 1 for options in p)]
    figures = {tuple(options[0].number for options in p) for p in whole}
    return [options[0] for options in whole[0]] if len(figures) == 1 else []


def called(name: str, passages: Sequence[Mapping[str, Any]], within: Sequence[int]) -> list[Option]:
    """The one labelled option that has all words of the name, of the passages numbered `within`; [] where none or two."""
    every = [replace(u, passage=i) for i in within for u in units([passages[i]])]
    found = [o for g in labelled(every, ("money",)) for o in g if _words(name) <= _words(o.quotes[0].text)]
    return found if len(found) == 1 else []


def _called(name: str, text: str, names: Sequence[str]) -> bool:
    """All words of the name are there, and none that only another option's name has."""
    own, said = _words(name), _words(text)
    others = {w for n in names if n != name for w in _words(n)} - own
    return own <= said and not others & said


def _words(text: str) -> set[str]:
    return {s for w in re.findall(r"[^\W_]+", text.casefold()) for s in (stems(w) or [w])} - {"the", "a", "an"}


def _figure(name: str, u: Unit, names: Sequence[str], kinds: Sequence[str]) -> Option | None:
    quote = (Quoted(u.text, u.passage),)
    if u.text.count(";") and (cells := _CELL.findall(u.text)) and len(cells) > 1:
        if not _called(name, u.text, names) or "money" not in kinds:
            return None
        priced = [(label, v) for label, cell in cells if set(stems(label)) & _PRICED for v in find_values(cell) if v.number is not None]  # fmt: skip
        if len(priced) != 1:
            return None
        label, v = priced[0]
        return Option(name, quote, v.number, v.unit or next((c for s, c in _SIGNS.items() if s in label), ""))
    if not fit(u):
        return None
    mine = [c for c in clauses(u.text, kinds) if _called(name, c.text, names)]
    if len(mine) != 1 or len(mine[0].values) != 1:
        return None
    v = mine[0].values[0]
    return Option(name, quote, v.number, v.unit)
