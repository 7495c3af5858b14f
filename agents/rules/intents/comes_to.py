"""What a rate of a text comes to for what a table counted: "the rate per hour, the hours of May, and what does that come to?".

The two parts before have found the rate and the count; here it is seen whether the one is of the other: a rate per hour
is multiplied by hours, a deposit per hire by the number of hires. Where they do not belong together nothing is reckoned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.base import Action, CallTool, Write
from agents.rules import say
from agents.rules.priced.listed import COUNTED_BY
from agents.rules.priced.rates import OCCASIONS, rates
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.tables.column_kinds import is_money
from agents.rules.tables.limits import Limit, limit_of
from agents.rules.tables.rows import same_rows
from agents.rules.tables.schema import Column
from agents.rules.words import content, stem, stems
from text.values import find_values
from tools.base import Json

NAME = "comes_to"
EXAMPLES = (
    "and how much does that come to?",
    "what is that in money altogether",
    "how much deposit is that in total",
    "work out what these hours cost",
)
_ASKS = re.compile(r"\b(?:what|how much|work out|calculate|compute|multiply|figure out)\b", re.I)
_COMES = re.compile(
    r"""
    \b(?:comes?[ ](?:out[ ])?(?:to|at)|amounts?[ ]to|adds?[ ]up[ ]to|makes?|cost|costs|worth
        |in[ ](?:money|total|all|pounds|euros|dollars)|altogether|overall|total|multiply|the[ ]product|owe[ds]?
        |is[ ](?:that|it|this)|works?[ ]out[ ](?:at|to))
    \b
    """,
    re.I | re.X,
)
_OTHER = re.compile(r"\b(?:than|average|mean|median|difference|differ|more|less|left|remain\w*|per|share|percent\w*|each|without|minus)\b|\d", re.I)  # fmt: skip
_REFERS = re.compile(r"\b(?:that|it|this|those|these|them|both|the two)\b", re.I)
_SAYS_NOTHING_WORDS = """
come comes total money altogether amount sum cost costs worth make makes work calculate compute multiply together
overall pound pounds euro euros dollar dollars value price charge pay bill therefore result times two figure figures
number out owe product all exact
"""
_SAYS_NOTHING = frozenset(stem(w) for w in _SAYS_NOTHING_WORDS.split())
_FOUND, _TABLE = ("document_question", "recall", "table_question"), "table_question"
_TIMES = {stem(u) for u in ("minute", "hour", "day", "night", "week", "month", "quarter", "year")}
_ADVERBS = {"hourly": "hour", "daily": "day", "nightly": "night", "weekly": "week", "monthly": "month", "yearly": "year", "annual": "year"}  # fmt: skip


def read(part: Part, look: Look) -> Reading | None:
    if len(part.done) < 2 or not _ASKS.search(part.text) or not _COMES.search(part.text) or _OTHER.search(part.text):
        return None
    before = part.done[-2:]
    if any(b.limited for b in before):
        return None  # a limit is no rate
    if _TABLE not in (b.intent for b in before) or not all(b.intent in _FOUND for b in before):
        return None
    told = stems(" ".join(b.text for b in before))
    own = {w.stem for w in content(part.text)} - _SAYS_NOTHING
    if not own <= told or not (own or _REFERS.search(part.text)):
        return None  # it asks for something of its own
    return Reading(NAME, 0.96, {}, "the one times the other", over=2)


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    if len(given) != 2 or not all(p.value for p in given):
        return Planned(NAME, part.text, {"missing": True}, {})
    found = [p.value.removeprefix("${").split(".")[0] for p in given]
    reckon = draft.add(
        "Work out what that comes to",
        "",
        {"reckon": part.text},
        found,
        "analyst",
        "The rate that was read times what the table counted.",
    )
    slots: dict[str, Json] = {"found": [*found], "asked": [p.text for p in given]}
    return Planned(NAME, part.text, slots, {"reckon": reckon}, f"${{{reckon}.value}}")


def act(work: Work, name: str) -> Action | None:
    if name != "reckon":
        return None
    pair = _pair(work)
    if pair is None:
        why = "This needs a rate from a text and a count from a table, and these were not both found."
        return Write(why, data={"value": None, "why": why})
    if work.task.calls:
        data = work.task.calls[0]["data"]
        rate = rate_of(pair[0])
        unit = rate.unit if rate else ""
        kept: dict[str, Json] = {"value": data.get("value"), "shown": data.get("shown"), "unit": "" if unit == "%" else unit}  # fmt: skip
        return Write(str(data.get("shown")), data=kept)
    expression, why = product(*pair)
    return CallTool("calculate", {"expression": expression}) if expression else Write(why, data={"value": None, "why": why})  # fmt: skip


def _pair(work: Work) -> tuple[Mapping[str, Any], Mapping[str, Any], str, str] | None:
    """(what the text gave, what the table gave, and what was asked of each); None where it is not one of each."""
    slots = work.part.slots
    both: Any = list(zip(slots["found"], slots["asked"], strict=True))  # type: ignore[arg-type]
    results = [(r["data"] if (r := work.task.results.get(str(i))) and r["status"] == "ok" else {}, str(q)) for i, q in both]  # fmt: skip
    counts = [x for x in results if "agg" in x[0]]
    told = [x for x in results if "agg" not in x[0] and x[0].get("found")]
    if len(counts) != 1 or len(told) != 1:
        return None
    return told[0][0], counts[0][0], told[0][1], counts[0][1]


def rate_of(data: Mapping[str, Any]) -> Limit | None:
    """The rate that was read: its value, or the one amount of the quoted sentence that is said to be for each of something."""
    if isinstance(data.get("value"), int | float):
        return limit_of(data)
    sentence = str(data.get("sentence") or "")
    found = [v for v in find_values(sentence) if v.number is not None and v.kind in ("money", "number") and COUNTED_BY.match(sentence, v.end)]  # fmt: skip
    return Limit(found[0].number or 0.0, found[0].unit, sentence) if len(found) == 1 else None


def product(rate: Mapping[str, Any], count: Mapping[str, Any], asked: str, counted: str) -> tuple[str, str]:
    """(expression, "") of a rate and what it is a rate of; ("", why not) where they do not belong together."""
    price, number = rate_of(rate), count.get("value")
    if price is None:
        return "", "The rate that this needs was not found, so nothing is reckoned."
    if not isinstance(number, int | float) or isinstance(number, bool):
        return "", "What the rate is to be multiplied by was not found, so nothing is reckoned."
    shown, many = say.number(price.number, plain=True), say.number(float(number), plain=True)
    measured, agg = str(count.get("measured") or ""), str(count.get("agg") or "")
    if agg not in ("count", "sum", "distinct"):
        return "", "What the table gave is no total and no count, so nothing is multiplied with it."
    own = {stem(w) for w in re.findall(r"[^\W\d_]+", measured)}
    if price.unit == "%":
        of_money = agg == "sum" and is_money(Column("", measured, "number", tuple(own)))
        return (f"{shown} / 100 * {many}", "") if of_money else ("", "A percentage was found, and the table gave no amount that it could be of.")  # fmt: skip
    units = _units(price.number, price.sentence, asked)
    timed = [u for u in units if u in _TIMES]
    if timed:
        fits = agg == "sum" and bool(own & set(timed))
    elif agg == "sum":
        fits = bool(own & set(units))
    else:
        rows = " ".join(str(x) for x in count.get("rows") or [])  # "an instrument" of violins, in a column Instrument
        said = stems(counted) | {stem(w) for w in re.findall(r"[^\W\d_]+", rows)}
        fits = any(u in said or u in OCCASIONS or any(same_rows(u, s) for s in said) for u in units) or (not units and bool({w.stem for w in content(asked)} & said))  # fmt: skip
    if not fits:
        per = f"per {units[0]}" if units else "for one of something else"
        return "", f"What was found is stated {per}, and the table gave {measured or 'a number of rows'}, so they are not multiplied."  # fmt: skip
    return f"{shown} * {many}", ""


def _units(amount: float, sentence: str, asked: str) -> list[str]:
    """What the amount is counted by, as its sentence says it, else as it was asked for."""
    found = [u for r in rates([{"text": sentence}])[0] if r.amount == amount for u in r.units if u]
    if not found:
        found = [stem(m["unit"]) for m in re.finditer(r"\bper\s+(?P<unit>[a-z]+)", sentence, re.I)]
    if not found:
        said = [stem(unit) for word, unit in _ADVERBS.items() if re.search(rf"\b{word}\b", f"{sentence} {asked}", re.I)]
        found = said or [stem(m["unit"]) for m in re.finditer(r"\bper\s+(?:\w+\s+)?(?P<unit>[a-z]+)\b", asked, re.I)]
    return list(dict.fromkeys(found))


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    data = work.data("reckon")
    value = data.get("value")
    if not isinstance(value, int | float):
        why = str(data.get("why") or "A value that this needs was not found.")
        return Piece(f"I cannot work this out. {why}", "not_answered", why)
    unit = str(data.get("unit") or "")
    head = f"{say.number(value, money=True)} {unit}".strip()
    return Piece(f"**{head}** — {data['shown']}", data={"value": value, "unit": unit})


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
