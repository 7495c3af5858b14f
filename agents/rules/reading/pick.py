"""The short value in a unit that a question asks for: which date of three, whose name.

It finds candidates of the kind asked for and ranks them by how close they stand to the question's words. It never
changes a value's spelling: what it returns stands in the unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agents.rules.reading.cells import cell_at, cell_named
from agents.rules.reading.names import find_names, find_roles, looks_like_place
from agents.rules.reading.nearness import nearness, spots_of
from agents.rules.reading.question import Question
from agents.rules.reading.ranges import range_end, whole_ranges
from agents.rules.reading.units import Unit
from agents.rules.reading.words import stem
from text.values import Value, find_values

FREQUENCY = re.compile(
    r"\b(?:(?:once|twice|(?:\w+|\d+) times)(?: (?:a|per|every|each))?(?: (?:\w+ )?(?:day|week|month|quarter|year|hour))?|(?:every|each) (?:(?:other|second|third|\d+|two|three|four|five|six|twelve|few) )?(?:working |business )?\w+|"
    r"(?:per|a) (?:day|week|month|quarter|year|hour)|daily|weekly|monthly|quarterly|yearly|annually|hourly|fortnightly|biweekly|regularly)\b",
    re.I,
)
_CLOCK = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?: (?:noon|morning|evening|afternoon|night))?|weekends?|noon|midnight|immediately|"
    r"(?:first|second|third|fourth|last) (?:working |business )?(?:day|quarter|week|half) of (?:\w+ ){0,2}\w+|(?:spring|summer|autumn|fall|winter) (?:of )?(?:19|20)\d\d|Q[1-4](?: (?:19|20)\d\d)?)\b",
    re.I,
)
_WHEN_CLAUSE = re.compile(
    r"\b(?:when|after|before|until|once|upon|as soon as|within(?! (?:an?|\d+|\w+) (?:hour|minute|mile|kilomet)\w* of)|from|on (?:the )?(?:day|date|receipt|delivery|signature|arrival|completion)|if)\b",
    re.I,
)
_MONEY_WORDS = re.compile(r"[$€£¥]|\b(?:usd|eur|gbp|chf|price|cost|amount|fee|total|subtotal|tax)\b", re.I)
_CHARGED = re.compile(
    r"\b(?:charg(?:e|es|ed)|costs?|fees?|deposits?|rates?|rents?|pays?|paid|prices?|priced|budgets?|fines?|surcharges?|salary|salaries|wages?|allowances?|grants?|estimates?|worth)\b[^.;|]{0,28}$",
    re.I,
)
_COUNTS_NOTHING = re.compile(
    r"\s*(?:$|[.,;:)|”\"]|(?:per|each|an?|and|or|plus|for|in|to|on|at|if|when|excl\w*|incl\w*|before|after|extra)\b)",
    re.I,
)

_LENGTH = r"(?:m|cm|mm|km|µm|nm|in|inch(?:es)?|ft|feet|foot|yd|yards?|mi|miles?|met(?:er|re)s?|(?:centi|milli|kilo)met(?:er|re)s?)$"
_UNITS = {
    "weight": re.compile(
        r"(?:k?g|mg|t|lbs?|oz|(?:kilo)?grams?|pounds?|ounces?|tonnes?|tons?|metric_ton|stone)s?$", re.I
    ),
    "length": re.compile(_LENGTH, re.I),
    "length or time": re.compile(_LENGTH, re.I),
    "noise": re.compile(r"d(?:eci)?b", re.I),
    "power": re.compile(r"(?:[km]?w|h?hp|(?:kilo|mega)?watts?|horsepower)", re.I),
    "temperature": re.compile(r".*(?:c|f|k|celsius|fahrenheit|kelvin)$|deg|°", re.I),
}
_CLOCKED = re.compile(
    r"\b(?:time|hour|o'clock|late|early|open|clos|respond|response|repl|report|quick|soon|fast)\w*\b|\bby when\b", re.I
)
_OF_CLOCK = re.compile(r"\b(?:what|which) time\b|\bhow late\b|\bo['’]clock\b", re.I)
_UNTIL = re.compile(
    r"\b(?:until|till|to|through|by|ends?|expires?|up to|before|no later than)\s+(?:on\s+|and including\s+|the\s+)*$",
    re.I,
)
CHANGED = re.compile(
    r"\b(?:mov|postpon|reschedul|rais|increas|chang|reduc|extend|lower|rose|rise|fell|fall|brought|shift|grew|drop|cut)\w*\b.*\bfrom\b",
    re.I,
)
ASKS_OLD = re.compile(
    r"\b(?:old|previous(?:ly)?|original(?:ly)?|before|former(?:ly)?|from|initial(?:ly)?|first)\b", re.I
)


@dataclass(frozen=True)
class Candidate:
    text: str
    start: int  # in the unit
    end: int
    kind: str
    value: Value | None
    score: float  # 0..1: how near it stands to the words of the question


def candidates(q: Question, u: Unit, common: frozenset[str]) -> list[Candidate]:
    """Values of the kind asked for, best first; empty when the unit has none or the question asks for none."""
    if cell := cell_named(q.text, u):
        text, start = cell
        value = next((v for v in find_values(text) if v.text == text), None)
        return [Candidate(text, start, start + len(text), value.kind if value else "text", value, 1.0)]
    spots = spots_of(q.terms, u)
    timed = q.kind == "date" and not _CLOCKED.search(q.text)
    found = [c for c in (*_values(q, u), *_named(q, u, common)) if c[0].lower() not in q.text.lower()]
    if _OF_CLOCK.search(q.text) and any(c[3] == "time" for c in found):
        found = [c for c in found if c[3] == "time"]  # "what time" is answered by the hour, not by the day beside it
    if timed and any(c[3] == "date" for c in found):
        found = [c for c in found if c[3] != "time"]  # "when is the launch" asks for the day before the hour
    if q.kind == "date" and any(v and re.fullmatch(r"[\d-]*\d\d-\d\d", v.date or "") for *_, v in found):
        found = [c for c in found if c[3] != "duration"]  # "14 May, four days before the launch" says when by its date
    out = [Candidate(t, s, e, k, v, nearness(q, u, s, e, spots)) for t, s, e, k, v in found]
    out.sort(key=lambda c: (not _beside_name(q, u, c), -c.score))
    sides = [t.stems for t in q.terms] + [("end",)] * bool(_RUNS_OUT.search(q.text))
    ends = [at for of in sides if (at := range_end(of, u.text)) is not None] if q.kind == "date" else []
    if ends:  # "from 1 May to 30 April": the side of the range that was asked for
        out.sort(key=lambda c: min(abs(c.start - at) for at in ends))
    if len(out) > 1 and out[0].kind == out[1].kind and CHANGED.search(u.text) and not ASKS_OLD.search(q.text):
        a, b = sorted(out[:2], key=lambda c: c.start)  # "moved from 3 May to 9 May": what holds now is the second
        if re.fullmatch(r"\s*(?:to|until)\s*", u.text[a.end : b.start]):
            out[:2] = [b, a]
    return out


def _beside_name(q: Question, u: Unit, c: Candidate) -> bool:
    """ "£90 for one filling, and £120 for Juniper": the value that is said of the very name asked about."""
    before, after = u.text[: c.start], u.text[c.end :]
    return any(
        re.match(rf"\s+(?:for|in|at|to|on|with)\s+(?:the\s+)?{re.escape(n)}\b", after)
        or re.search(
            rf"\b(?:for|in|at|to|on|with)\s+(?:the\s+)?{re.escape(n)}:?,?\s+(?:up to |at most |only )?$", before
        )
        for n in q.names
    )


_RUNS_OUT = re.compile(r"\b(?:r[ua]ns?|running) out\b", re.I)
_Found = tuple[str, int, int, str, Value | None]


def _values(q: Question, u: Unit) -> list[_Found]:
    wants = q.wants
    if not wants or wants <= {"name", "role", "place"}:
        return []
    out: list[_Found] = []
    for v in whole_ranges(u.text, find_values(u.text)):
        if v.kind == "number" and _numbers_a_part(u.text, v):
            continue
        if v.kind == "quantity" and q.aspect and not _UNITS[q.aspect].match(v.unit):
            continue
        if v.kind in wants or (v.kind == "number" and "money" in wants and _is_money(u, v)):
            if v.kind == "number" and not v.text[0].isdigit() and v.number == 1:
                continue  # "one" is seldom a count
            if q.kind == "date" and v.kind == "duration" and not _since(u.text, v):
                continue  # "two years" says how long, "within two years" says when
            if timed_apart(q, v):
                continue
            if q.kind == "duration" and v.kind == "date" and not _UNTIL.search(u.text[: v.start]):
                continue  # "until 3 May" says how long, "on 3 May" says when
            out.append((v.text, v.start, v.end, v.kind, v))
    if "frequency" in wants:
        out = [c for c in out if c[3] != "duration"]
        out += [(m[0], m.start(), m.end(), "frequency", None) for m in FREQUENCY.finditer(u.text)]
    if "weekday" in wants and not any(c[3] == "date" for c in out):
        out += [(m[0], m.start(), m.end(), "date", None) for m in _CLOCK.finditer(u.text)]
    return out


def _is_money(u: Unit, v: Value) -> bool:
    """A document in one currency leaves its sign away: "Deposit per hire: 250", "Labour is charged at 46 per hour"."""
    if re.search(r"[$€£¥]", u.text):
        return False
    charged = _CHARGED.search(u.text[: v.start]) and _COUNTS_NOTHING.match(u.text[v.end :])
    return bool(charged or _MONEY_WORDS.search(u.label + u.header + u.heading))


def timed_apart(q: Question, v: Value) -> bool:
    """ "Within an hour of Grimsby" is no answer to "when is the launch", only to what is asked by the clock."""
    return (
        q.kind == "date"
        and v.kind == "duration"
        and v.unit.rstrip("s") in ("hour", "minute", "second")
        and not _CLOCKED.search(q.text)
    )


def _numbers_a_part(text: str, v: Value) -> bool:
    """ "16.1 Notices …", "between (1) A and (2) B", "clause 4.2": a number that names a part of the text counts nothing."""
    before, after = text[: v.start], text[v.end :]
    return (
        (not before.strip(" #*-•(") and bool(re.match(r"[.)]?\s+[A-Z(]", after)) and "." in v.text)
        or (
            before.endswith("(")
            and after.startswith(")")
            and v.text.isdigit()
            and not re.search(
                r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\w+ty|\w+teen|eleven|twelve|hundred)\s*\($",
                before,
                re.I,
            )
        )
        or bool(
            re.search(
                r"\b(?:clause|section|article|schedule|annex|appendix|chapter|paragraph|page|table|figure|no\.?)\s*$",
                before,
                re.I,
            )
        )
    )


def _since(text: str, v: Value) -> bool:
    before, after = text[max(0, v.start - 24) : v.start], text[v.end : v.end + 24]
    return bool(
        re.search(
            r"\b(?:within|after|in|before|later than|by|next|following|first|last|every|at least)\s+(?:the\s+)?$",
            before,
            re.I,
        )
        or re.match(
            r"['’]?\s*(?:notice\s+)?\(?(?:after|before|from|of|prior|later|ago|following|net|since|in advance)\b",
            after,
            re.I,
        )
    )


def _named(q: Question, u: Unit, common: frozenset[str]) -> list[_Found]:
    if not q.wants & {"name", "place", "address"}:
        return []
    names = find_names(u.text, common)
    asked = {w for n in q.names for w in n.lower().split()}
    asked |= {w for t in q.terms for w in t.text.split()}
    names = [n for n in names if not set(n.text.lower().split()) & asked]
    if q.wants & {"place", "address"}:
        places = [n for n in names if looks_like_place(n, u.text)]
        if "address" in q.wants:
            places = [n for n in places if any(ch.isdigit() for ch in n.text)]
        else:
            places = places or [n for n in names if n.kind == "organisation"]
        return [(n.text, n.start, n.end, "place", None) for n in places]
    if q.kind == "organisation":
        names = [n for n in names if n.kind == "organisation"] or [n for n in names if n.kind == "name"]
    else:
        people = [n for n in names if n.kind == "person"]
        names = people or [n for n in names if n.kind in ("name", "organisation") and not _acronym(n.text)]
    out: list[_Found] = [(n.text, n.start, n.end, "name", None) for n in names]
    if "role" in q.wants and not any(n.kind == "person" for n in names):
        asked = {s for t in q.terms for s in t.stems}
        roles = [n for n in find_roles(u.text) if stem(n.text.split()[-1]) not in asked]
        inside = [(n.start, n.end) for n in names]
        roles = [n for n in roles if not any(a <= n.start < b for a, b in inside)]
        out += [(*(cell_at(u, n.start) or (n.text, n.start, n.end)), "role", None) for n in roles]
    return out


def _acronym(text: str) -> bool:
    return text.isupper() and len(text) <= 4


def identity(q: Question, u: Unit, c: Candidate) -> bool:
    """For "who is the X": does the name stand right beside the X ("the X, Ann Lee"; "X: Ann Lee"; "Ann Lee is X")?"""
    for a, b, _ in spots_of(q.terms, u):
        between = u.text[c.end : a] if a >= c.end else u.text[b : c.start] if b <= c.start else ""
        if len(between) <= 30 and not re.search(r"[;.]|\b(?:to|from|with|by|for|of|told|asked|met|and)\b", between):
            return True
    return False


def when_clause(text: str) -> bool:
    return bool(_WHEN_CLAUSE.search(text) or _CLOCK.search(text))
