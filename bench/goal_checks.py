"""Is a goal's answer right? The checks that `goals.json` may ask for, each with how it is read.

    outcome        "answered", "partial", "not_answered", or several with "|"
    contains       all of these texts, whatever their case, emphasis, dashes or thousands separators; "a|b": either
    any_of         at least one of these texts; one of letters only also as part of a word ("purchas")
    not_contains   none of these texts; when it declined, the closest passages it quotes do not count
    number(s)      these numbers occur, within `tolerance` (default: rounded to cents or to 5 significant digits)
    date(s)        these days occur, in any usual writing that has a year; date_any: at least one of them
    today_plus     {"days": n}: the date n days from today occurs
    order          these texts occur in this order
    cites          a source of the answer is this document
    sentences, words   [least, most] of them in the answer
    chart, table, headings   true: the answer has one
An answer that opens with a value in bold before a dash ("**30 days** — …") must have asked-for text in that value: the
right words further down in the quotation do not make up for a wrong value up front.
Beside these, the goal's `tools` must all have been called ("a|b": either).

Not here: whether an answer is well written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

CITATION = re.compile(r"\[\d+\](?!\()")
WORDS = {
    w: n for n, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
}
MONTHS = {
    m: n for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9}
NUMBER = re.compile(r"(?<![\w.,])(-?)(\d+(?:[ .,’']\d+)*)(?: ?(thousand|million|billion|bn|m|k)\b)?", re.I)
MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {MONTH},? (\d{{4}})\b", re.I)
MONTH_FIRST = re.compile(rf"\b{MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.I)
LEAD = re.compile(r"\s*\*\*([^*\n]+)\*\*(?: rows\b|\s*(?:\([^)]*\)\s*)?[—–-])")
ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})")
NUMERIC = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")


@dataclass(frozen=True)
class Reply:
    """What came back for a goal."""

    text: str  # the answer's Markdown, or the question asked back
    outcome: str  # answered, partial, not_answered, asked; "" when the run failed
    reason: str
    tools: Sequence[str]  # as called, in order
    sources: Sequence[str]  # titles
    data: Mapping[str, Any]  # the answer's data: chart, sql …
    seconds: float


def plain(text: str) -> str:
    """Without citations, emphasis and typographic variants, lower case, digits ungrouped: for comparing texts."""
    text = unicodedata.normalize("NFKC", CITATION.sub("", text))
    text = text.translate(
        str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "“": '"', "”": '"'})
    )
    text = re.sub(r"[*`]|(?<!\w)_|_(?!\w)|\\(?=\W)", "", text)
    text = re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", text)
    return re.sub(r"\s+", " ", text).strip().lower()


def numbers(text: str) -> list[float]:
    """Every number in a text: 1,234.50, 1 234,5, 1.234,50, -14, 12%, £18.6 million, words from zero to ten."""
    flat = unicodedata.normalize("NFKC", CITATION.sub("", text)).replace("−", "-")
    found = [float(WORDS[w]) for w in re.findall(r"[a-z]+", flat.lower()) if w in WORDS]
    for sign, digits, scale in NUMBER.findall(flat):
        for value in readings(digits):
            found.append((-value if sign else value) * SCALES.get(scale.lower(), 1.0))
            found.append(-value if sign else value)
    return found


def readings(digits: str) -> list[float]:
    """What "1,234.5", "1 234,5" or "12,500" may mean; parts of a list that only looks like a number ("3, 14") as well."""
    parts = re.split(r"[ .,’']", digits)
    marks = re.findall(r"[ .,’']", digits)
    values = [float(p) for p in parts] if " " in marks else []
    if all(len(p) == 3 for p in parts[1:]) and len(parts[0]) <= 3 and len(set(marks)) <= 1:
        values.append(float("".join(parts)))  # 12,500 or 12 500 or plain 12500
    if marks and marks[-1] in ".," and all(len(p) == 3 for p in parts[1:-1]) and marks[-1] not in marks[:-1]:
        values.append(float("".join(parts[:-1]) + "." + parts[-1]))  # 1,234.5 or 1.234,5 or 12,5
    return values or [float("".join(parts[:1]))]


def dates(text: str) -> set[date]:
    """Every day with a year in a text. 03/04/2026 is read both ways."""
    flat = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", CITATION.sub("", text)).replace("*", ""))
    triples = [(int(y), int(m), int(d)) for y, m, d in ISO.findall(flat)]
    triples += [(int(y), MONTHS[m.lower()[:3]], int(d)) for d, m, y in DAY_FIRST.findall(flat)]
    triples += [(int(y), MONTHS[m.lower()[:3]], int(d)) for m, d, y in MONTH_FIRST.findall(flat)]
    for a, b, y in NUMERIC.findall(flat):
        triples += [(int(y), int(b), int(a)), (int(y), int(a), int(b))]
    found = set()
    for y, m, d in triples:
        if 1 <= m <= 12 and 1 <= d <= 31:
            try:
                found.add(date(y, m, d))
            except ValueError:  # 31 June: not a date
                continue
    return found


def has_text(text: str, wanted: str) -> bool:
    return any(has_one(text, w) for w in wanted.split("|"))


def has_one(text: str, wanted: str) -> bool:
    """The wanted text, not inside a longer word or number."""
    return re.search(rf"(?<![\w.]){re.escape(plain(wanted))}(?!\w|[.,]\d)", text) is not None if wanted else False


def has_number(found: Sequence[float], wanted: float, tolerance: float | None) -> bool:
    slack = tolerance if tolerance is not None else max(0.00501, abs(wanted) * 0.00005)
    return any(abs(abs(x) - abs(wanted)) <= slack and (wanted >= 0 or x < 0) for x in found)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def faults(goal: Mapping[str, Any], reply: Reply) -> list[str]:
    """What is wrong with the reply; [] when the goal is done."""
    expect, found = goal["expect"], []
    wanted_outcomes = expect.get("outcome", "answered|partial|not_answered").split("|")
    if reply.outcome not in wanted_outcomes:
        found.append(f"outcome is {reply.outcome or 'none'}, not {' or '.join(wanted_outcomes)}")
    found += text_faults(expect, reply)
    found += lead_faults(goal, reply.text)
    found += value_faults(expect, reply.text)
    found += shape_faults(expect, reply)
    if "cites" in expect and expect["cites"] not in reply.sources:
        found.append(f"does not cite {expect['cites']}")
    for wanted in goal["tools"]:
        if not set(wanted.split("|")) & set(reply.tools):
            found.append(f"tool {wanted} was not used")
    return found


def text_faults(expect: Mapping[str, Any], reply: Reply) -> list[str]:
    declined = reply.outcome == "not_answered"
    text = plain(f"{reply.text}\n{reply.reason}" if declined else reply.text)
    own = plain(re.sub(r"“[^”]*”", "", reply.text)) if declined else text
    found = [f"lacks {w!r}" for w in expect.get("contains", []) if not has_text(text, w)]
    if "any_of" in expect and not any(
        has_text(text, w) or (w.isalpha() and plain(w) in text) for w in expect["any_of"]
    ):
        found.append(f"has none of {expect['any_of']}")
    found += [f"has {w!r}" for w in expect.get("not_contains", []) if plain(w) in own]
    places = [text.find(plain(w)) for w in expect.get("order", [])]
    if places and (min(places) < 0 or places != sorted(places)):
        found.append(f"not in the order {expect['order']}")
    return found


def lead_faults(goal: Mapping[str, Any], text: str) -> list[str]:
    """A wrong value up front. Rows and compound goals lead with other things; there only a lone number is judged."""
    expect = goal["expect"]
    lead = LEAD.match(text)
    if not lead or goal["group"] not in ("questions", "tables", "arithmetic", "followup"):
        return []
    value = lead[1]
    bare = re.fullmatch(r"[\d.,]+", value) is not None
    wanted = listed(expect.get("number", [])) + expect.get("numbers", [])
    right = any(has_number(numbers(value), w, expect.get("tolerance")) for w in wanted)
    if goal["group"] == "questions" or (goal["group"] == "followup" and not bare):
        shown = plain(value)
        right = right or any(has_text(shown, w) for w in [*expect.get("contains", []), *expect.get("any_of", [])])
        days = {date.fromisoformat(w) for w in [*listed(expect.get("date", [])), *expect.get("dates", [])]}
        right = right or bool(days & dates(value))
    elif not (bare and wanted):
        return []
    return [] if right else [f"leads with {value!r}"]


def value_faults(expect: Mapping[str, Any], text: str) -> list[str]:
    have, days = numbers(text), dates(text)
    wanted = listed(expect.get("number", [])) + expect.get("numbers", [])
    found = [f"lacks the number {w:g}" for w in wanted if not has_number(have, w, expect.get("tolerance"))]
    wanted_days = listed(expect.get("date", [])) + expect.get("dates", [])
    found += [f"lacks the date {w}" for w in wanted_days if date.fromisoformat(w) not in days]
    if "date_any" in expect and not {date.fromisoformat(w) for w in expect["date_any"]} & days:
        found.append(f"lacks a date of {expect['date_any']}")
    if "today_plus" in expect:
        shift = timedelta(**expect["today_plus"])
        if not {date.today() + shift, datetime.now(UTC).date() + shift} & days:
            found.append(f"lacks the date {date.today() + shift}")
    return found


def shape_faults(expect: Mapping[str, Any], reply: Reply) -> list[str]:
    found = []
    prose = CITATION.sub("", reply.text)
    counts = {
        "sentences": len(re.findall(r"[.!?…][\"”’)*]*(?=\s|$)", re.sub(r"(?m)^\s*(?:\d+[.)]|#+ .*)\s", "", prose))),
        "words": len(prose.split()),
    }
    for unit, n in counts.items():
        least, most = expect.get(unit, [0, n])
        if not least <= n <= most:
            found.append(f"{n} {unit}, not {least} to {most}")
    if expect.get("chart") and not reply.data.get("chart"):
        found.append("no chart")
    if expect.get("table") and not re.search(r"(?m)^\s*\|.*\|\s*$", reply.text):
        found.append("no table")
    if expect.get("headings") and not re.search(r"(?m)^#{1,6} \S", reply.text):
        found.append("no headings")
    return found
