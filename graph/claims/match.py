"""Do two values say the same for a reader: rounded, less exact, with the unit in a column's name? And what can be
reckoned from the numbers of a sentence. Pure; knows no answers and no sources.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations

from text.units import in_base, unit_names
from text.values import Value, same_value

_HEDGE = re.compile(
    r"(?:about|around|roughly|approximately|approx\.|circa|ca\.|nearly|almost|some|~|≈"
    r"|just (?:over|under)|close to|more than|over|well over|under)\s*(?:US\$|[$€£])?$",
    re.I,
)
_UNIT_NAMES = {
    "USD": r"\$|usd|dollars?", "EUR": r"€|eur|euros?", "GBP": r"£|gbp|pounds?|sterling", "CHF": r"chf|francs?", "JPY": r"¥|jpy|yen", "INR": r"₹|inr|rupees?",
    "%": r"%|per ?cent|percent\w*|pct|share|rate|ratio|growth|margin|proportion",
}  # fmt: skip


def covers(said: Value, stands: Value, text: str = "", around: str = "") -> bool:
    """Is `said` (in the answer's `text`) borne out by `stands`, found in a line that reads `around`?"""
    if same_value(said, stands):
        return True
    if said.kind == "date" and stands.kind in ("date", "number"):
        return _date_covers(said, stands)
    if said.kind == "ordinal" and stands.kind in ("ordinal", "number"):
        return said.number == stands.number
    if said.number is None or stands.number is None:
        return False
    if not _unit_fits(said, stands, around):
        return False
    y = stands.number
    if said.unit != stands.unit and said.unit and stands.unit:
        (one, a), (y, b) = in_base(1.0, said.unit), in_base(y, stands.unit)
        if a != b:
            return False
        y /= one
    return near(said.number, y) or rounds_to(said, y, text)


def near(x: float, y: float) -> bool:
    return abs(x - y) <= 1e-9 * max(1.0, abs(x), abs(y))


def rounds_to(said: Value, exact: float, text: str = "") -> bool:
    """Is `said` the number `exact`, rounded to the digits it shows? At least two digits, or a word like "about"."""
    if said.number is None:
        return False
    m = re.search(r"\d[\d.,'’\u00a0\u202f ]*", said.text)
    digits = re.sub(r"[^\d.]", "", m[0].rstrip(".,' ")) if m else ""
    if not digits:  # "roughly three times"
        hedged = bool(_HEDGE.search(text[: said.start][-24:]))
        return hedged and 0 < said.number <= 12 and abs(said.number - exact) <= 0.08 * said.number
    if said.number == 0:
        return False
    shown = float(digits) if digits.count(".") <= 1 else 0.0
    scale = abs(said.number) / shown if shown else 1.0
    decimals = len(digits.split(".")[1]) if "." in digits else 0
    step = scale * 10.0**-decimals
    significant = len(digits.replace(".", "").strip("0"))
    if "." not in digits and scale == 1 and abs(exact) >= 100 and _HEDGE.search(text[: said.start][-24:]):
        step = 10.0 ** (len(digits) - len(digits.rstrip("0")))
    elif (significant < 2 and not _HEDGE.search(text[: said.start][-24:]) and decimals == 0) or (
        significant < 2 and abs(exact - said.number) > 0.05 * abs(exact)
    ):
        return False
    return abs(said.number - exact) <= step / 2 * (1 + 1e-9)


def _unit_fits(said: Value, stands: Value, around: str) -> bool:
    if said.kind == stands.kind and said.kind in ("number", "time"):
        return True
    if said.kind == stands.kind:
        return (
            said.unit == stands.unit
            or in_base(1, said.unit)[1] == in_base(1, stands.unit)[1] != said.unit
            or in_base(1, said.unit)[1] == in_base(1, stands.unit)[1]
        )
    if said.kind == "number":  # "| 30 |" under "Days", where the passage says "30 days"
        return stands.kind in ("money", "percent", "duration", "quantity", "ordinal")
    if stands.kind != "number":
        return False
    return unit_named(said, around)


def unit_named(said: Value, text: str) -> bool:
    """Does the text (a column's name, a goal) name the unit of `said`?"""
    if said.kind in ("ordinal", "time"):
        return True
    names = (
        _UNIT_NAMES.get(said.unit)
        or "|".join(re.escape(n.lower()) for n in unit_names(said.unit))
        or re.escape(said.unit.lower().removesuffix("s").removeprefix("working ")) + "(?:s|ly)?"
    )
    if said.kind == "duration":
        names = re.escape(said.unit.removesuffix("s").removeprefix("working ")) + "(?:s|ly)?"
        names += r"|(?<=/)h|kph|mph" if said.unit == "hours" else ""
    return bool(re.search(rf"(?:(?<![a-z])|(?<=_))(?:{names})(?![a-z])", text.lower()))


def _date_covers(said: Value, stands: Value) -> bool:
    """ "March 2026" is borne out by "12 March 2026", "12 March" as well; not the other way round."""
    if stands.kind == "number":
        return len(said.date) == 4 and stands.number == float(said.date)
    for there in filter(None, (stands.date, stands.also)):
        for here in filter(None, (said.date, said.also)):
            if here == there or there.startswith(here + "-"):
                return True
            if here.startswith("--") and there.endswith(here[1:]):
                return True
            if re.fullmatch(r"\d{4}/\d{4}", there) and here in there.split("/"):
                return True
            if re.fullmatch(r"\d{4}-[QH]\d", here) and re.match(r"\d{4}-\d\d", there) and here[:4] == there[:4]:
                month = int(there[5:7])
                if (month - 1) // (3 if here[5] == "Q" else 6) + 1 == int(here[6]):
                    return True
    return False


_SUM = re.compile(
    r"\b(?:total\w*|sum|together|combined|altogether|plus|add\w*|in all|overall|both|average|mean|aggregate)\b|\+|=",
    re.I,
)
_DIFFERENCE = re.compile(
    r"\b(?:differ\w*|more|less|fewer|higher|lower|longer|shorter|older|younger|cheaper|dearer|faster"
    r"|slower|quicker|sooner|increas\w*|decreas\w*|r[io]se\w*|fell|falls?|fallen|drop\w*|grew|grow\w*"
    r"|chang\w*|minus|remain\w*|left|gap|"
    r"later|earlier|shortfall|exceed\w*|reduc\w*|gain\w*|saving\w*|saves?)\b|\d\s[−–-]\s[\d$€£]|=",
    re.I,
)
_RATIO = re.compile(
    r"%|\b(?:per ?cent|times|twice|double[ds]?|half|halv\w*|third|quarter|ratio|share|per|each|average"
    r"|mean|rate|proportion|fraction|fold)\b|[×*/÷=]|\d\s?x\b",
    re.I,
)


def reckoned(said: Value, given: Sequence[Value], text: str) -> str:
    """ "12 + 30 = 42" when `said` is a sum, difference, product, ratio or percentage of two or three of `given`."""
    if said.kind in ("date", "duration"):
        found = _dated(said, given)
        if found:
            return found
    if said.number is None:
        return ""
    usable = [
        v
        for v in given
        if v.number is not None and v.kind in ("number", "money", "percent", "duration", "quantity") and v is not said
    ]
    for a, b in permutations(usable, 2):
        found = _of_two(said, a, b, text)
        if found:
            return found
    if len(usable) > 2 and _SUM.search(text):
        pool = [v for v in usable if v.kind == said.kind and v.unit == said.unit][:8]
        for n in range(len(pool), 2, -1):
            for start in range(len(pool) - n + 1):
                part = pool[start : start + n]
                total = sum(v.number or 0 for v in part)
                shown = " + ".join(_show(v) for v in part)
                if _same(said, total, text):
                    return f"{shown} = {said.text}"
                if re.search(r"\b(?:average|mean)\b", text, re.I) and _same(said, total / n, text):
                    return f"({shown}) / {n} = {said.text}"
    return ""


def _of_two(said: Value, a: Value, b: Value, text: str) -> str:
    x, y = a.number or 0.0, b.number or 0.0
    alike = a.kind == b.kind and a.unit == b.unit
    mine = alike and (said.kind == a.kind and said.unit == a.unit)
    p, q = _show(a), _show(b)
    cue = text[max(0, said.start - 60) : said.end + 40]  # the word for it stands near the result
    if mine and a.start < b.start and _SUM.search(cue) and _same(said, x + y, text):
        return f"{p} + {q} = {said.text}"
    if mine and _DIFFERENCE.search(cue) and _same(said, x - y, text):
        return f"{p} - {q} = {said.text}"
    if (
        mine
        and a.start < b.start
        and re.search(r"\b(?:average|mean|midpoint|half ?way)\b", cue, re.I)
        and _same(said, (x + y) / 2, text)
    ):
        return f"({p} + {q}) / 2 = {said.text}"
    if not _RATIO.search(cue):
        return ""
    if alike and y:
        if said.kind == "percent" and _same(said, 100 * x / y, text):
            return f"{p} / {q} = {said.text}"
        if said.kind == "percent" and _same(said, 100 * abs(x - y) / abs(y), text):
            return f"({p} - {q}) / {q} = {said.text}"
        if said.kind == "number" and _same(said, x / y, text):
            return f"{p} / {q} = {said.text}"
    if a.kind == "percent" and said.kind == b.kind and said.unit == b.unit:
        for factor, shown in ((x / 100, f"{p} of {q}"), (1 + x / 100, f"{q} + {p}"), (1 - x / 100, f"{q} - {p}")):
            if _same(said, y * factor, text):
                return f"{shown} = {said.text}"
    if a.kind in ("number", "duration") and b.kind != "percent" and (said.kind, said.unit) == (b.kind, b.unit):
        if x not in (0, 1) and _same(said, x * y, text):
            return f"{p} × {q} = {said.text}"
        if x not in (0, 1) and _same(said, y / x, text):
            return f"{q} / {p} = {said.text}"
    return ""


def _same(said: Value, exact: float, text: str) -> bool:
    return said.number is not None and (near(said.number, exact) or rounds_to(said, exact, text))


def _dated(said: Value, given: Sequence[Value]) -> str:
    days = [(v, d) for v in given if v.kind == "date" and v is not said and (d := _day(v))]
    if said.kind == "duration" and said.number is not None:
        seconds, base = in_base(said.number, said.unit)
        for (a, x), (b, y) in permutations(days, 2):
            if base == "seconds" and x <= y and near(seconds, (y - x).days * 86400.0):
                return f"{a.text} to {b.text} = {said.text}"
            if (
                base == "months"
                and x <= y
                and _add_months(x, said.number * (12 if said.unit == "years" else 1)) in (y, y + timedelta(1))
            ):
                return f"{a.text} to {b.text} = {said.text}"
    if said.kind == "date" and (target := _day(said)):
        for a, x in days:
            for v in given:
                if v.kind != "duration" or v.number is None or v.unit.startswith("working"):
                    continue
                amount, base = in_base(v.number, v.unit)
                for sign, mark in ((1, "+"), (-1, "-")):
                    end = x + timedelta(seconds=sign * amount) if base == "seconds" else _add_months(x, sign * amount)
                    if end is not None and target in (end, end - timedelta(1) if base == "months" else end):
                        return f"{a.text} {mark} {v.text} = {said.text}"
    return ""


def _day(v: Value) -> date | None:
    return date.fromisoformat(v.date) if re.fullmatch(r"\d{4}-\d\d-\d\d", v.date) else None


def _add_months(day: date, months: float) -> date | None:
    if months != int(months):
        return None
    index = day.year * 12 + day.month - 1 + int(months)
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:
        return None
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day if year < 9999 else 28
    return date(year, month, min(day.day, last))


def _show(v: Value) -> str:
    return v.text


_FORMULA = re.compile(
    r"(?P<a>[$€£]?[\d.,]*\d)\s?(?P<op>[×x*·+÷/−–-])\s?(?P<b>[$€£]?[\d.,]*\d%?)\s?=\s?(?P<c>[$€£]?[\d.,]*\d)"
)
_CONSTANTS = {2.0, 4.0, 7.0, 12.0, 24.0, 52.0, 60.0, 100.0, 365.0, 1000.0}  # of the calendar and of percentages


def formulas(text: str) -> list[tuple[str, list[float], float]]:
    """Sums the writer wrote out ("12 × £11,400 = £136,800") that are right: as shown, their operands, the result."""
    out = []
    for m in _FORMULA.finditer(text):
        a, b, c = (_plain_number(m[g]) for g in ("a", "b", "c"))
        op = m["op"]
        if op in "÷/" and not b:
            continue
        exact = a * b if op in "×x*·" else a + b if op == "+" else a / b if op in "÷/" else a - b
        if near(exact, c) or (abs(exact - c) <= 0.5 * 10.0 ** -len(m["c"].partition(".")[2]) and "." in m["c"]):
            out.append((m[0], [a, b], c))
    return out


def constant(number: float) -> bool:
    return number in _CONSTANTS


def _plain_number(text: str) -> float:
    value = float(re.sub(r"[^\d.]", "", text) or 0)
    return value / 100 if text.endswith("%") else value
