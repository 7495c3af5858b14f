"""What of a claim was computed: by a tool of the run, or by the writer from figures that stand. Verified, not believed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.grounding_evidence import Evidence
from graph.grounding_items import Items
from graph.grounding_match import constant, covers, formulas, near, reckoned, rounds_to, unit_named
from graph.grounding_units import Unit
from text.values import Value

_REFERS = re.compile(r"\b(?:that|this|these|those|together|total|combined|so|which|sum|in all|difference|reduction|increase|decrease|overall|half|twice|altogether|therefore|hence)\b", re.I)
_QUERY = [  # words of a claim, what of a query bears them out, what speaks against them
    (r"\b(?:average|mean|on average)\b", r"\bavg\s*\(|/|\bmean|median", r"\b(?:sum|count|max|min)\s*\("),
    (r"\b(?:highest|largest|biggest|most|best|maximum|greatest|top|longest|latest)\b", r"\bmax\s*\(|\bdesc\b|arg_max|rank|>", r"\bmin\s*\(|\basc\b|arg_min|order by"),
    (r"\b(?:lowest|smallest|least|fewest|minimum|worst|cheapest|shortest|earliest)\b", r"\bmin\s*\(|\basc\b|arg_min|order by (?!.*\bdesc\b)|<", r"\bmax\s*\(|\bdesc\b|arg_max"),
]  # fmt: skip


def tool_value(v: Value, unit: Unit, tools: Sequence[Evidence], goal: str) -> Evidence | None:
    """The tool whose result holds the value, rounded for reading or with the unit that the run speaks of."""
    for e in tools:
        for x in e.lines:
            if any(covers(v, s, unit.text, f"{x.text} {e.expression}") or _same_amount(v, s, unit, e, tools, goal) for s in x.values):
                return e
        if v.kind in ("code", "url", "email") and re.search(rf"(?<![\w.]){re.escape(v.unit)}(?!\w)", e.folded):
            return e
    return None


def _same_amount(v: Value, s: Value, unit: Unit, e: Evidence, tools: Sequence[Evidence], goal: str) -> bool:
    if s.kind != "number" or s.number is None or v.number is None or v.kind not in ("money", "percent", "duration", "quantity"):
        return False
    if not near(v.number, s.number) and not rounds_to(v, s.number, unit.text):
        if not (v.kind == "percent" and (near(v.number, 100 * s.number) or rounds_to(v, 100 * s.number, unit.text))):
            return False
    places = [goal, *(f"{r.expression} {r.about} " + " ".join(x.text for x in r.lines[:3]) for r in (e, *tools))]
    return any(unit_named(v, p) for p in places)


def derived(
    v: Value, good: Sequence[Value], pending: Sequence[Value], unit: Unit, goal_values: Sequence[Value], before: Sequence[Value], items: Items
) -> str:
    """How the writer got the value: counted in what follows, or reckoned from figures that stand; "" if it cannot be seen."""
    if how := _counted(v, unit):
        return how
    given = [p for p in pending if any(covers(p, g, unit.text) for g in goal_values)]
    pool = [*good, *given]
    if how := _written_out(v, pool, before, unit.text):
        return how
    if how := reckoned(v, pool, unit.text):
        return how
    if before and _REFERS.search(unit.text):
        return reckoned(v, [*before, *pool], f"{unit.text} =")
    return ""


def _written_out(v: Value, pool: Sequence[Value], before: Sequence[Value], text: str) -> str:
    """ "12 × £11,400 = £136,800": right, with an operand that stands and another that stands or is a constant."""
    if v.number is None:
        return ""
    if v.kind == "money" and not any(p.kind == "money" and p.unit == v.unit for p in (*pool, *before)):
        return ""
    stand = [p.number for p in (*pool, *before) if p.number is not None]
    for shown, operands, result in formulas(text):
        known = [any(near(o, n) for n in stand) for o in operands]
        if not any(known) or not all(k or constant(o) for k, o in zip(known, operands, strict=True)):
            continue
        if near(v.number, result) or any(near(v.number, o) for o in operands):
            return shown
    return ""


def _counted(v: Value, unit: Unit) -> str:
    if v.kind != "number" or v.number is None or v.number != int(v.number) or not 0 <= v.number <= 1000:
        return ""
    n = int(v.number)
    if unit.following and n == unit.following:
        return f"{n} counted below"
    if 2 <= n <= 12 and _parts(unit.text, v) == n:
        return f"{n} counted in the sentence"
    return ""


def _parts(text: str, v: Value) -> int:
    """How many things are listed after the value: "three sites: Oslo, Bergen and Hamar"."""
    m = re.search(r"[:(–—]\s*(.+?)(?:[).]|$)", text[v.end :])
    parts = re.split(r",\s*(?:and|or)?\s*|;\s*(?:and)?\s*|\s+(?:and|or)\s+|\s\+\s", m[1]) if m else []
    return len([p for p in parts if p.strip()])


def given(v: Value, unit: Unit, goal_values: Sequence[Value], goal: str) -> bool:
    """The user's own figure, in a clause that repeats the question ("For an order of £12,000, …")."""
    if not any(covers(v, g, unit.text, goal) for g in goal_values):
        return False
    head = re.split(r"[.;]|,\s(?=[a-z]+ (?:is|are|must|needs?|requires?)\b)", unit.text[: v.start])[-1]
    opens = re.match(r"\s*(?:for|if|at|with|since|given|when|your|assuming|because|as|an?|on|after|before|by|where|should)\b", head, re.I)
    return bool(opens) and ("," in unit.text[v.end :] or bool(re.search(r"\b(?:is|are|needs?|requires?|must|would|falls?|exceeds?|lies)\b", unit.text[v.end :])))


def against_query(text: str, behind: Sequence[Evidence]) -> str:
    """ "highest" over a query that sorts upwards, "before" over an addition of days, "not" over what was computed."""
    shown = " ; ".join(dict.fromkeys(e.expression for e in behind)).lower()
    if re.search(r"\bselect\b", shown):
        for words, needs, against in _QUERY:
            m = re.search(words, text, re.I)
            if m and not re.search(needs, shown) and re.search(against, shown):
                return f"“{m[0]}” is not what the query computed"
    if doubt := _wrong_end(text, behind):
        return doubt
    if re.search(r"\d{4}-\d\d-\d\d[\dT:]* [+-] \d", shown):
        added = re.search(r"\d{4}-\d\d-\d\d[\dT:]* \+ \d", shown)
        against = r"\b(?:before|earlier|prior to|ago)\b" if added else r"\b(?:after|later|from)\b"
        agrees = r"\b(?:after|later|from|plus|following|in)\b" if added else r"\b(?:before|earlier|prior|minus|ago)\b"
        if (m := re.search(against, text, re.I)) and not re.search(agrees, text, re.I):
            return f"“{m[0]}” is not what was computed"
    if re.search(r"\b(?:is|are|was|were|does|do|did|has|have|had|can|will) not\b|n['’]t\b|\bnever\b", text, re.I):
        found = " ".join([shown, *(x.text.lower() for e in behind for x in e.lines[:20])])
        if not re.search(r"\bnot\b|<>|!=|is null|without|except", found):
            return "the result does not deny this"
    return ""


def _wrong_end(text: str, behind: Sequence[Evidence]) -> str:
    """ "The South had the lowest total, 184,320.50", where the rows show others below it."""
    m = re.search(r"\b(?:(?P<top>highest|largest|biggest|most|greatest|maximum|top)|(?P<low>lowest|smallest|least|fewest|minimum))\b", text, re.I)
    rows = [x for e in behind for x in e.lines if x.row]
    if not m or len(rows) < 3:
        return ""
    clause = re.split(r"[;.]\s|, (?:and|but|while)", text[m.start() :])[0]
    first = text[: m.end()] + clause[len(m[0]) :]
    for x in rows:
        label = re.split(r";", x.text)[0].partition(":")[2].strip() or x.text.partition(";")[0]
        if not label or not re.search(rf"(?<!\w){re.escape(label)}(?!\w)", first, re.I):
            continue
        for i, s in enumerate(x.values):
            column = [y.values[i].number for y in rows if len(y.values) == len(x.values) and y.values[i].kind == s.kind]
            if None in column or len(column) < 3 or s.number is None or (not re.search(re.escape(s.text[:4]), text.replace(" ", " ")) and not _said(s, text)):
                continue
            values = [c for c in column if c is not None]
            if (m["top"] and s.number == min(values) != max(values)) or (m["low"] and s.number == max(values) != min(values)):
                return f"“{m[0]}” is not what the rows show"
    return ""


def _said(s: Value, text: str) -> bool:
    from text.values import find_values

    return any(covers(v, s, text) for v in find_values(text))
