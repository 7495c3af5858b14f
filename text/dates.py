"""Dates and clock times as people write them, with their offsets. Strict: a month name alone is no date.

A date comes out as ISO, whole or partial: "2026-03-12", "2026-03", "2026", "2026-Q3", "2026-H1", "--03-12" (no year),
"---12" (a day of an unnamed month). Relative dates ("tomorrow", "next Friday") only when `now` is given.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple


class Found(NamedTuple):
    start: int
    end: int
    date: str
    also: str  # the other reading of 03/04/2026, or ""


_EN = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_OTHERS = {  # other languages' names count only beside a year
    1: "januar janvier enero gennaio januari janeiro jänner", 2: "februar février fevrier febrero febbraio februari fevereiro",
    3: "märz maerz mars marzo maart março", 4: "avril abril aprile", 5: "mai mayo maggio mei maio",
    6: "juni juin junio giugno junho", 7: "juli juillet julio luglio julho", 8: "août aout agosto augustus",
    9: "septembre septiembre settembre setembro", 10: "oktober octobre octubre ottobre outubro",
    11: "novembre noviembre novembro", 12: "dezember décembre decembre diciembre dicembre dezembro",
}  # fmt: skip
MONTHS = {m: i + 1 for i, m in enumerate(_EN)} | {m[:3]: i + 1 for i, m in enumerate(_EN)} | {"sept": 9}
OTHER_MONTHS = {w: n for n, ws in _OTHERS.items() for w in ws.split()}
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]
ORDINALS = {w: i + 1 for i, w in enumerate(_ORDINALS)}
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_M = (
    "(?P<month>"
    + "|".join(sorted([*_EN, "sept"], key=len, reverse=True))
    + r"|(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\.?)"
)
_MF = "(?P<month>" + "|".join(sorted([*_EN, *OTHER_MONTHS], key=len, reverse=True)) + ")"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_DAYW = (
    r"(?:(?P<day>[12]\d|3[01]|0?[1-9])(?P<th>st|nd|rd|th|\.)?|(?P<word>"
    + "|".join(sorted(_ORDINALS, key=len, reverse=True))
    + "))"
)
_YEAR = r"(?P<year>(?:1[5-9]|2[01])\d\d)"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+(?:the\s+)?)?"
_EDGE = r"(?<![\w/.\-])"

_TEXTUAL = [
    re.compile(
        rf"{_EDGE}{_WEEKDAY}{_DAYW}[\s\-]+(?:day\s+)?(?:of\s+)?{_M}(?:,?[\s\-]+(?:of\s+)?{_YEAR}(?!\d))?(?![\w/])", re.I
    ),
    re.compile(rf"{_EDGE}{_DAYW}\s+(?:de\s+)?{_MF}\s+(?:de\s+)?{_YEAR}(?!\d)", re.I),
    re.compile(rf"{_EDGE}{_WEEKDAY}\b{_M}[\s\-]+(?:the\s+)?{_DAY}(?![\d.:%]\d|\d|\w)(?:,?\s+{_YEAR}(?!\d))?", re.I),
    re.compile(rf"{_EDGE}\b{_MF},?\s+(?:of\s+)?{_YEAR}(?![\d,]\d|\d)", re.I),
    re.compile(rf"{_EDGE}\b{_M},?[\s\-]+(?:of\s+)?{_YEAR}(?![\d,]\d|\d)", re.I),
]
_NUMERIC = re.compile(
    r"(?<![\w/.\-])(?:(?P<y1>(?:1[5-9]|2[01])\d\d)(?P<s1>[-/.])(?P<m1>0?[1-9]|1[0-2])(?P=s1)(?P<d1>[12]\d|3[01]|0?[1-9])(?=T\d|\D|$)"
    r"|(?P<a>[12]\d|3[01]|0?[1-9])(?P<s2>[-/.])(?P<b>[12]\d|3[01]|0?[1-9])(?P=s2)(?P<y2>(?:1[5-9]|2[01])\d\d|\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)-(?P<m3>0[1-9]|1[0-2]))(?![\d/]|[.\-]\d|-\w)"
)
_QUARTER = re.compile(
    r"(?<!\w)(?:(?P<kind>[QH])(?P<n>[1-4])(?:[\s\-/]+|\s+of\s+)(?:FY\s?)?(?P<y>(?:19|20)\d\d|['’]?\d\d(?!\d))"
    r"|(?P<y2>(?:19|20)\d\d)[\s\-]?(?P<kind2>[QH])(?P<n2>[1-4])"
    r"|(?P<word>first|second|third|fourth) (?P<long>quarter|half)(?: of)? (?P<y3>(?:19|20)\d\d))(?!\w)",
    re.I,
)
_YEAR_SPAN = re.compile(r"(?<![\w/.\-])(?P<y>(?:19|20)\d\d)[/](?P<z>\d\d)(?![\d/])")
_THE_DAY = re.compile(
    r"\b(?:on|by|before|after|until|till|from|of|to|and|is|for|due|since)\s+the\s+(?P<day>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)\b"
    r"(?=\s*(?:[,.;:!?)]|$|\n|of\s+(?:the|each|every|that|this|next)\b|and\b|or\b|at\b|in\b|if\b|to\b|when\b|how\b|what\b))",
    re.I,
)
_BARE_YEAR = re.compile(r"(?<![\w.,/$€£#\-])(?:FY\s?)?(?P<year>(?:1[5-9]|20)\d\d)(?:s)?(?![\w/]|[.,]\d|\s?%)")
# 1500 to 1899 are amounts as often as years: what stands around them must say so.
_OLD_YEAR_BEFORE = re.compile(r"\b(?:in|since|during|year|circa|born|died|founded|built|dated)\s*$", re.I)
_OLD_YEAR_AFTER = re.compile(r"\s+(?:for|on|at|from|after|before|under|it|he|she|they|an?|his|her|their|its)\b")
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|of|by|from|until|till|to|during|before|after|for|year|years|and|between|through"
    r"|late|early|mid|vs\.?|versus|than|FY|budget|fiscal|calendar)"
    r"|[(–—\-|,;'\"/:])\s*$",
    re.I,
)
_YEAR_AFTER = re.compile(
    r"\s*(?:[.,;:)\]|–—\-'’\"?!]|$|\n|(?:and|or|to|was|were|is|has|had|the|we|when|with|by|in|as|which"
    r"|edition|budget|figures?|report|results?)\b)"
)
_RELATIVE = re.compile(
    r"\b(?:(?P<word>today|tomorrow|yesterday|day after tomorrow|day before yesterday)"
    rf"|(?P<which>next|this|last|coming) (?P<day>{'|'.join(_DAYS)}))\b",
    re.I,
)
_TIME = re.compile(
    r"(?<![\d:.,\w])(?:(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?::[0-5]\d)?(?:\s?(?P<ap>[ap]\.?m\b\.?))?"
    r"|(?P<h2>1[0-2]|0?[1-9])(?:\.(?P<m2>[0-5]\d))?\s?(?P<ap2>[ap]\.?m\b\.?))"
    r"(?![\d:])",
    re.I,
)

_NOON = re.compile(r"\b(?:noon|midday|midnight)\b", re.I)
_HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_SPOKEN = re.compile(
    rf"(?<![\d:.,£$€])\b(?P<h>1[0-2]|[1-9]|{'|'.join(_HOURS)})(?:(?: o['’]?clock)?,? (?:in the (?P<part>morning|afternoon|evening)|at night)| o['’]?clock)\b",
    re.I,
)


def dates(text: str, now: datetime | None = None) -> list[Found]:
    """All dates, in order, none overlapping; numeric ones that say neither order are read as `_month_first` decides."""
    found: list[Found] = []
    for pattern in _TEXTUAL:
        for m in pattern.finditer(text):
            if (f := _textual(m)) is not None:
                _add(found, f)
    us = _month_first(text)
    for m in _NUMERIC.finditer(text):
        if (f := _numeric(m, us)) is not None:
            _add(found, f)
    for m in _QUARTER.finditer(text):
        n = m["n"] or m["n2"] or str(["first", "second", "third", "fourth"].index(m["word"].lower()) + 1)
        kind = (m["kind"] or m["kind2"] or ("Q" if (m["long"] or "").lower() == "quarter" else "H")).upper()
        year = (m["y"] or m["y2"] or m["y3"]).lstrip("'’")
        _add(found, Found(m.start(), m.end(), f"{year if len(year) == 4 else '20' + year}-{kind}{n}", ""))
    for m in _YEAR_SPAN.finditer(text):
        if int(m["z"]) == (int(m["y"]) + 1) % 100:
            _add(found, Found(m.start(), m.end(), f"{m['y']}/{int(m['y']) + 1}", ""))
    for m in _THE_DAY.finditer(text):
        _add(
            found,
            Found(
                text.index("the", m.start()) if "the" in m[0] else m.start("day"), m.end(), f"---{int(m['day']):02}", ""
            ),
        )
    if now is not None:
        for m in _RELATIVE.finditer(text):
            _add(found, Found(m.start(), m.end(), _relative(m, now.date()), ""))
    for m in _BARE_YEAR.finditer(text):
        if (m[0].endswith("s") and m["year"] >= "1900") or m[0].startswith("FY") or _reads_as_year(text, m):
            _add(found, Found(m.start(), m.end(), m["year"], ""))
    return sorted(found)


def times(text: str) -> list[tuple[int, int, float]]:
    """Clock times as (start, end, minutes since midnight)."""
    out = []
    for m in _TIME.finditer(text):
        hour, minute = int(m["h"] or m["h2"]), int(m["m"] or m["m2"] or 0)
        ap = (m["ap"] or m["ap2"] or "").lower()[:1]
        if ap and hour <= 12:
            hour = hour % 12 + (12 if ap == "p" else 0)
        out.append((m.start(), m.end(), float(hour * 60 + minute)))
    out += [(m.start(), m.end(), _spoken(m)) for m in _SPOKEN.finditer(text)]
    out += [(m.start(), m.end(), 0.0 if m[0].lower() == "midnight" else 720.0) for m in _NOON.finditer(text)]
    return sorted(out)


def _spoken(m: re.Match[str]) -> float:
    """ "10 in the evening", "two at night", "nine o'clock": minutes since midnight."""
    said = m["h"].lower()
    hour = (int(said) if said.isdigit() else _HOURS.index(said)) % 12
    late = (m["part"] or "").lower() in ("afternoon", "evening") or (m[0].lower().endswith("night") and hour >= 6)
    noonish = m[0].lower().endswith("clock") and hour == 0
    return 60.0 * (hour + 12 * (late or noonish))


def _add(found: list[Found], f: Found) -> None:
    if not any(f.start < o.end and o.start < f.end for o in found):
        found.append(f)


def _textual(m: re.Match[str]) -> Found | None:
    groups = m.groupdict()
    name = m["month"].rstrip(".").lower()
    month = MONTHS.get(name) or OTHER_MONTHS[name]
    year = groups.get("year")
    day = int(groups["day"]) if groups.get("day") else ORDINALS.get((groups.get("word") or "").lower(), 0)
    capital = m["month"][0].isupper()
    if (
        name in ("may", "march", "mar", "dec", "sep", "jun", "jan")
        and not capital
        and not year
        and not groups.get("th")
    ):
        return None  # "section 12 may be amended", "march 12 miles"
    if year is None and not day:
        return None
    if day:
        try:
            date(int(year or 2024), month, day)
        except ValueError:
            return None
        return Found(m.start(), m.end(), f"{year or '-'}-{month:02}-{day:02}", "")
    return Found(m.start(), m.end(), f"{year}-{month:02}", "")


def _numeric(m: re.Match[str], us: bool) -> Found | None:
    if m["y3"]:
        return Found(m.start(), m.end(), f"{m['y3']}-{m['m3']}", "")
    if m["y1"]:
        iso = _iso(m["y1"], m["m1"], m["d1"])
        return Found(m.start(), m.end(), iso, "") if iso else None
    year = m["y2"] if len(m["y2"]) == 4 else ("20" if int(m["y2"]) < 70 else "19") + m["y2"]
    if len(m["y2"]) == 2 and m["s2"] == "." and int(m["b"]) < 13 and len(m["a"]) == 1:
        return None  # 4.2.10 is a clause
    day_first, month_first = _iso(year, m["b"], m["a"]), _iso(year, m["a"], m["b"])
    if m["s2"] == ".":
        return Found(m.start(), m.end(), day_first, "") if day_first else None
    first, second = (month_first, day_first) if us else (day_first, month_first)
    if not first and not second:
        return None
    return Found(m.start(), m.end(), first or second, second if first and second != first else "")


def _month_first(text: str) -> bool:
    """True when another date of the same text can only be read month first."""
    pairs = [(int(m["a"]), int(m["b"])) for m in _NUMERIC.finditer(text) if m["a"] and m["s2"] != "."]
    return any(b > 12 for _, b in pairs) and not any(a > 12 for a, _ in pairs)


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _reads_as_year(text: str, m: re.Match[str]) -> bool:
    before, after = text[max(0, m.start() - 14) : m.start()], text[m.end() : m.end() + 12]
    if m["year"] < "1900":
        said = _YEAR_AFTER.match(after) or _OLD_YEAR_AFTER.match(after)
        return bool(_OLD_YEAR_BEFORE.search(before) and said)
    return (bool(_YEAR_BEFORE.search(before) or not before.strip()) and bool(_YEAR_AFTER.match(after))) or (
        bool(re.search(r"\b(?:in|since|during|until|year|FY)\s*$", before, re.I))
    )


def _relative(m: re.Match[str], today: date) -> str:
    words = {"today": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2, "day before yesterday": -2}
    if m["word"]:
        return (today + timedelta(days=words[m["word"].lower()])).isoformat()
    ahead = (_DAYS.index(m["day"].lower()) - today.weekday()) % 7
    which = m["which"].lower()
    if which == "last":
        ahead = ahead - 7
    elif which in ("next", "coming") and ahead == 0:
        ahead = 7
    return (today + timedelta(days=ahead)).isoformat()
