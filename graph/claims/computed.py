"""What of a claim was computed: by a tool of the run, or by the writer from figures that stand. Verified, not believed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.claims.evidence import Evidence, Line, positions
from graph.claims.match import constant, covers, formulas, near, reckoned, rounds_to, unit_named
from graph.claims.units import Unit
from text.values import Value, find_values, normalise_number

_EXTREME = re.compile(
    r"\b(?:(?P<top>highest|largest|biggest|most|greatest|maximum|top|best)|(?P<low>lowest|smallest|least|fewest|minimum|worst))\b",
    re.I,
)
_REFERS = re.compile(
    r"\b(?:that|this|these|those|together|total|combined|so|which|sum|in all|difference|reduction"
    r"|increase|decrease|overall|half|twice|altogether|therefore|hence)\b",
    re.I,
)
_QUERY = [  # words of a claim, what of a query bears them out, what speaks against them
    (r"\b(?:average|mean|on average)\b", r"\bavg\s*\(|/|\bmean|median", r"\b(?:sum|count|max|min)\s*\("),
    (r"\b(?:highest|largest|biggest|most|best|maximum|greatest|top|longest|latest)\b", r"\bmax\s*\(|\bdesc\b|arg_max|rank|>", r"\bmin\s*\(|\basc\b|arg_min|order by"),
    (r"\b(?:lowest|smallest|least|fewest|minimum|worst|cheapest|shortest|earliest)\b", r"\bmin\s*\(|\basc\b|arg_min|order by (?!.*\bdesc\b)|<", r"\bmax\s*\(|\bdesc\b|arg_max"),
]  # fmt: skip
_SUPPOSED = re.compile(
    r"\s*(?:for|if|at|with|since|given|when|your|assuming|because|as|an?|on|after|before|by|where|should)\b", re.I
)
_STATES = re.compile(r"\b(?:is|are|needs?|requires?|must|would|falls?|exceeds?|lies)\b")
_DENIED = re.compile(r"\b(?:is|are|was|were|does|do|did|has|have|had|can|will) not\b|n['’]t\b|\bnever\b", re.I)
_BETWEEN = re.compile(r",\s*(?:and|or)?\s*|;\s*(?:and)?\s*|\s+(?:and|or)\s+|\s\+\s")


def tool_value(v: Value, unit: Unit, tools: Sequence[Evidence], goal: str, units: frozenset[str]) -> Evidence | None:
    """The tool whose result holds the value, rounded for reading or with the unit that the run speaks of."""
    for e in tools:
        for x in e.lines:
            if any(
                covers(v, s, unit.text, f"{x.text} {e.expression}") or _same_amount(v, s, unit, e, tools, goal, units)
                for s in x.values
            ):
                return e
        if v.number in e.counts and re.match(
            r"(?: of \d[\d,]*)? (?:matching |more )?(?:rows|results|entries|records)\b", unit.text[v.end :]
        ):
            return e
        if v.kind in ("code", "url", "email") and re.search(rf"(?<![\w.]){re.escape(v.unit)}(?!\w)", e.folded):
            return e
    return None


def _same_amount(
    v: Value, s: Value, unit: Unit, e: Evidence, tools: Sequence[Evidence], goal: str, units: frozenset[str]
) -> bool:
    if (
        s.kind != "number"
        or s.number is None
        or v.number is None
        or v.kind not in ("money", "percent", "duration", "quantity")
    ):
        return False
    readings = [s.number, 100 * s.number] if v.kind == "percent" else [s.number]
    if not any(near(v.number, x) or rounds_to(v, x, unit.text) for x in readings):
        return False
    places = [goal, *(f"{r.expression} {r.about} " + " ".join(x.text for x in r.lines[:3]) for r in (e, *tools))]
    return (v.kind == "money" and v.unit in units) or any(unit_named(v, p) for p in places)


def derived(
    v: Value,
    good: Sequence[Value],
    pending: Sequence[Value],
    unit: Unit,
    goal_values: Sequence[Value],
    before: Sequence[Value],
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
    parts = _BETWEEN.split(m[1]) if m else []
    return len([p for p in parts if p.strip()])


def given(v: Value, unit: Unit, goal_values: Sequence[Value], goal: str) -> bool:
    """The user's own figure, in a clause that repeats the question ("For an order of £12,000, …")."""
    if not any(covers(v, g, unit.text, goal) for g in goal_values):
        return False
    head = re.split(r"[.;]|,\s(?=[a-z]+ (?:is|are|must|needs?|requires?)\b)", unit.text[: v.start])[-1]
    opens = _SUPPOSED.match(head)
    return bool(opens) and ("," in unit.text[v.end :] or bool(_STATES.search(unit.text[v.end :])))


def against_query(text: str, behind: Sequence[Evidence]) -> str:
    """ "highest" over a query that sorts upwards, "before" over an addition of days, "not" over what was computed."""
    shown = " ; ".join(dict.fromkeys(e.expression for e in behind)).lower()
    ranked = _wrong_end(text, [x for e in behind for x in e.lines if x.row])
    if ranked:
        return ranked
    if re.search(r"\bselect\b", shown) and (ranked is None or re.search(r"\blimit\b", shown)):
        for words, needs, against in _QUERY:
            m = re.search(words, text, re.I)
            if m and not re.search(needs, shown) and re.search(against, shown):
                return f"“{m[0]}” is not what the query computed"
    if re.search(r"\d{4}-\d\d-\d\d[\dT:]* [+-] \d", shown):
        added = re.search(r"\d{4}-\d\d-\d\d[\dT:]* \+ \d", shown)
        against = r"\b(?:before|earlier|prior to|ago)\b" if added else r"\b(?:after|later|from)\b"
        agrees = r"\b(?:after|later|from|plus|following|in)\b" if added else r"\b(?:before|earlier|prior|minus|ago)\b"
        if (m := re.search(against, text, re.I)) and not re.search(agrees, text, re.I):
            return f"“{m[0]}” is not what was computed"
    if _DENIED.search(text):
        found = " ".join([shown, *(x.text.lower() for e in behind for x in e.lines[:20])])
        if not re.search(r"\bnot\b|<>|!=|is null|without|except", found):
            return "the result does not deny this"
    return ""


def _wrong_end(text: str, rows: Sequence[Line]) -> str | None:
    """ "The South had the lowest total", where the rows show another below it; None when the rows cannot tell."""
    verdict: str | None = None
    for clause in re.split(r"[;.]\s|,? (?:and|but|while) ", text) if len(rows) > 1 else ():
        m = _EXTREME.search(clause)
        told = _at_end(clause, m, rows) if m else None
        if m and told is False:
            return f"“{m[0]}” is not what the rows show"
        verdict = "" if told else verdict
    return verdict


def _at_end(clause: str, m: re.Match[str], rows: Sequence[Line]) -> bool | None:
    """Does the row that the clause names stand at that end of the column it speaks of? None when it cannot be told."""
    about = {w for w, _ in positions(re.split(r"[\d,;.(]", clause[m.end() :])[0])}
    said = find_values(clause)
    for x in rows:
        cells = _cells(x)
        if not cells or not re.search(rf"(?<!\w){re.escape(cells[0][1])}(?!\w)", clause, re.I):
            continue
        named = [i for i, (column, _) in enumerate(cells) if i and {w for w, _ in positions(column)} & about]
        stated = [
            i
            for i, (_, c) in enumerate(cells)
            if i and any(covers(v, s, clause) or _as_percent(v, s) for v in said for s in find_values(c))
        ]
        for i in named or stated or range(1, len(cells) if len(cells) == 2 else 1):
            numbers = [n for y in rows if len(c := _cells(y)) > i and (n := normalise_number(c[i][1])) is not None]
            mine = normalise_number(cells[i][1])
            if mine is not None and len(numbers) == len(rows):
                return mine == (max(numbers) if m["top"] else min(numbers))
    return None


def _as_percent(v: Value, s: Value) -> bool:
    return v.kind == "percent" and v.number is not None and s.number is not None and near(v.number, 100 * s.number)


def _cells(x: Line) -> list[tuple[str, str]]:
    parts = [p.partition(": ") for p in x.text.split("; ")]
    return [(head, value) if dot else ("", head) for head, dot, value in parts]
