"""The short values of a text by kind: money, percentages, dates, durations, quantities, codes … each with its offsets.

`find_values` reports every span once, as the most specific kind it can be; `same_value` tells whether two ways of
writing mean the same ("thirty (30) days" and "30 days", "$1,200.00" and "1200 USD"). English words, European and
English number formats. It does not judge what a value is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from text.dates import ORDINALS, dates, times
from text.numbers import Number, money_suffix, normalise_number, numbers
from text.units import CODES, DURATION, QUANTITY, SYMBOLS, canonical, in_base

__all__ = ["Kind", "Value", "find_values", "normalise_number", "same_value"]

Kind = Literal[
    "number", "money", "percent", "date", "duration", "quantity", "time", "code", "email", "phone", "url", "ordinal"
]  # fmt: skip


@dataclass(frozen=True)
class Value:
    kind: Kind
    text: str
    start: int
    end: int
    number: float | None = None  # a duration in its own unit, a percentage as written (17.5), a time in minutes
    unit: str = ""  # "USD", "days", "km", "%"; of a code its normal form
    date: str = ""  # ISO, whole or partial: see text/dates.py
    also: str = ""  # the other reading of an ambiguous date


_URL = re.compile(r"\bhttps?://[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+", re.I)
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+\d{1,3}[ \-.]?)(?:\(?\d{1,5}\)?[ \-./]?){2,6}\d{2,}(?!\w)|(?<![\w.\-])\(?\d{3}\)?[ \-.]\d{3}[\-.]\d{4}(?!\w)"
    # As people write it at home: 020 7946 0123, 01584 555 210, (01872) 555014.
    r"|(?<![\w.\-/])\(?(?=0(?:[ ()\-]{0,2}\d){8,10}(?![\w]|[.,\-/]\d))0\d{2,4}\)?[ \-]\d{3,4}(?:[ \-]?\d{2,4})?"
)
_REFERENCE = re.compile(
    r"""
    (?:\b(?:sections?|clauses?|articles?|art\.|sec\.|cl\.|paragraphs?|para\.|annex|appendix|schedule|exhibit
            |chapter|rule|recital|regulation|no\.|nr\.|item|figure|fig\.|step|version|page|room|level|grade
            |class|phase|part|tier|lot|line)
        \s+
        |§{1,2}\s?|\#)
    (?P<id>\d+(?:\.\d+)*[a-z]?(?:\([a-z0-9]{1,4}\))*|[A-Z]\d*(?:\.\d+)*|[IVX]+)(?![\w%]|[.,]\d)
    """,
    re.I | re.X,
)
_STANDARD = re.compile(
    r"\b(?:ISO(?:/IEC)?|IEC|EN|DIN|RFC|IEEE|BS|ANSI|NIST|SOC|IFRS|IAS|SS|PEP|CVE|ASTM|UL)[ \-]\d[\d\-.:]*\d*\b"
)
_CODE = re.compile(r"(?<![\w.@/\-])(?=[\w/\-.]*\d)(?=[\w/\-.]*[A-Za-z])[A-Za-z0-9]+(?:[\-/_.][A-Za-z0-9]+)*(?![\w@])")
_CLAUSE = re.compile(
    r"(?<![\w.,])\d+(?:\.\d+){2,}(?:\([a-z0-9]{1,3}\))*(?![\w%]|,\d)|(?<![\w.,])\d{1,2}(?:\.\d+)?(?:\([a-z]{1,3}\))+"
)
_LONG_ID = re.compile(r"(?<![\w.,+\-])\d{2,}(?:-\d{2,})+(?![\w\-]|\.\d)|(?<![\w.,\-])0\d{3,}(?![\w,.\-])")
_NOT_CODE = re.compile(
    r"\d[\d.,]*(?:k|m|bn|b|mn|tn|mio|p|st|nd|rd|th|s|x|am|pm|e\d+)|\d+(?:\.\d+)?-[a-z]+(?:-[a-z]+)*"
    r"|(?:top|mid|post|pre|sub|early|late|non|under|over|up|plus)-\d+|[a-z]+(?:[\-/][a-z]+)*|[QH]\d"
    r"|\d+[\-–]\d+|and/or",
    re.I,
)
_ORDINAL = re.compile(
    r"\b(?:(\d+)(?:st|nd|rd|th)|(" + "|".join(sorted(ORDINALS, key=len, reverse=True)) + r"))\b", re.I
)
_PERCENT = re.compile(
    r"\s?(?P<pct>%|per\s?cent\b|pct\b)(?P<points>\s(?:age )?points?\b)?"
    r"|\s?(?P<pp>percentage points?\b|pp\b)|\s?(?P<bps>basis points?\b|bps\b)|(?P<mille>\s?‰)",
    re.I,
)
_BEFORE_MONEY = re.compile(
    rf"(?:(?<![A-Za-z])(?P<code>{'|'.join(CODES)})|(?P<sym>US\$|A\$|C\$|R\$|[$€£¥₹₩₽]))\s?(?P<sign>[-−])?$"
)
_AFTER_MONEY = re.compile(
    rf"[ \u00a0\u202f]?(?P<sym>[$€£¥₹₩₽])|[ \u00a0\u202f\-]?(?P<code>{'|'.join(CODES)})\b|[ \-](?P<word>(?:US |American |Canadian |Australian )?dollars?|euros?|pounds?(?: sterling)?|quid|Swiss francs?|francs?|yen|rupees?|cents)\b",
    re.I,
)
_PENCE = re.compile(r"p(?![\w.])| ?pence\b")
_RANGE = re.compile(r"\s?(?:[-–—]|to|or|and|through|up to)\s?(?:US\$|[$€£¥]|[A-Z]{3} ?)?$")
_A_UNIT = re.compile(
    r"\b(?:for|within|after|in|of|lasts?|at least|than|over|under|every|about|or)\s+(?:(?P<half>half an?)|(?P<a>an?))\s+",
    re.I,
)


def find_values(text: str, now: datetime | None = None) -> list[Value]:
    """Every value of `text` in order of appearance; spans never overlap. `now` allows "tomorrow", "next Friday"."""
    found: list[Value] = []

    def add(v: Value) -> None:
        if not any(v.start < o.end and o.start < v.end for o in found):
            found.append(v)

    for kind, pattern in (("url", _URL), ("email", _EMAIL)):
        for m in pattern.finditer(text):
            shown = m[0].rstrip(".,;:!?")
            add(Value(kind, shown, m.start(), m.start() + len(shown), unit=shown.lower()))  # type: ignore[arg-type]
    for d in dates(text, now):
        add(Value("date", text[d.start : d.end], d.start, d.end, date=d.date, also=d.also))
    for m in _PHONE.finditer(text):
        add(Value("phone", m[0], m.start(), m.end(), unit=re.sub(r"\D", "", m[0])))
    for start, end, minutes in times(text):
        add(Value("time", text[start:end], start, end, minutes))
    counted = [v for n in numbers(text) if (v := _classify(text, n)) is not None]
    for v in counted:
        if v.kind != "number":
            add(v)
    for v in (*_single_units(text), *_codes(text), *_ordinals(text), *counted):
        add(v)
    return _share_units(text, sorted(found, key=lambda v: v.start))


def same_value(a: Value, b: Value) -> bool:
    """Do both mean the same, however written? A bare number equals the same number with a unit only where the
    unit is implied (a year, a fraction for a percentage)."""
    if a.kind == b.kind == "date":
        return bool({a.date, a.also} & {b.date, b.also} - {""})
    kinds = {a.kind, b.kind}
    if kinds == {"date", "number"}:
        d, n = (a, b) if a.kind == "date" else (b, a)
        return len(d.date) == 4 and n.number == float(d.date)
    if "code" in kinds:
        other = b if a.kind == "code" else a
        return (
            _code(a) == _code(b) if kinds == {"code"} else other.kind in ("number", "ordinal") and _code(a) == _code(b)
        )
    if kinds == {"percent", "number"}:
        p, n = (a, b) if a.kind == "percent" else (b, a)
        return p.number is not None and n.number is not None and _close(p.number / 100, n.number)
    if a.kind != b.kind or a.number is None or b.number is None:
        return a.kind == b.kind and a.unit == b.unit and a.unit != ""
    if a.kind in ("duration", "quantity"):
        (x, base_x), (y, base_y) = in_base(a.number, a.unit), in_base(b.number, b.unit)
        return base_x == base_y and _close(x, y)
    return a.unit == b.unit and _close(a.number, b.number)


def _close(x: float, y: float) -> bool:
    return abs(x - y) <= 1e-9 * max(1.0, abs(x), abs(y))


def _code(v: Value) -> str:
    return v.unit if v.kind == "code" else re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", v.text.lower())


def _classify(text: str, n: Number) -> Value | None:
    start, end, value = n.start, n.end, n.value
    if p := _PERCENT.match(text, end):
        unit = "pp" if p["pp"] or p["points"] else "bps" if p["bps"] else "‰" if p["mille"] else "%"
        return Value("percent", text[start : p.end()], start, p.end(), value, unit)
    if b := _BEFORE_MONEY.search(text, max(0, start - 6), start):
        stop, factor = money_suffix(text, end)
        first = b.start() - 1 if b.start() and text[b.start() - 1] in "-−" else b.start()
        negative = bool(b["sign"]) or (first < b.start() and (first == 0 or text[first - 1] in " (|="))
        first = first if negative and not b["sign"] else b.start()
        after = _AFTER_MONEY.match(text, stop)
        stop = after.end() if after and after["code"] and after["code"].isupper() else stop  # "$500 USD"
        unit = after["code"] if after and after["code"] and after["code"].isupper() else b["code"] or SYMBOLS[b["sym"]]
        return Value("money", text[first:stop], first, stop, -value * factor if negative else value * factor, unit)
    if p := _PENCE.match(text, end):
        return Value("money", text[start : p.end()], start, p.end(), round(value / 100, 9), "GBP")
    stop, factor = money_suffix(text, end)
    a = _AFTER_MONEY.match(text, stop) if factor != 1 else _AFTER_MONEY.match(text, end)
    if a and (
        a["sym"]
        or (a["code"] and a["code"].isupper())
        or (a["word"] and not (a["word"].lower() == "pounds" and _weighs(text, a.end())))
    ):
        unit = a["code"] or SYMBOLS[(a["sym"] or a["word"].lower())]
        return Value("money", text[start : a.end()], start, a.end(), value * factor, unit)
    if d := DURATION.match(text, end):
        return Value("duration", text[start : d.end()], start, d.end(), value, _duration_unit(d))
    if (q := QUANTITY.match(text, end)) and not (n.words and len(q["unit"]) == 1):
        return Value("quantity", text[start : q.end()], start, q.end(), value, canonical(q["unit"]))
    if n.words and text[start:end].lower() == "one" and _pronoun(text, start, end):
        return None
    return Value("number", text[start:end], start, end, value)


def _duration_unit(m: re.Match[str]) -> str:
    working = re.match(r"(?:working|business|banking|trading)", (m["adjective"] or "").lower())
    return ("working " if working else "") + canonical(m["unit"].lower())


def _weighs(text: str, end: int) -> bool:
    return bool(re.match(r"\s+(?:of\s+(?!sterling)|in weight|heavy)", text[end : end + 16]))


def _pronoun(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 12) : start].lower(), text[end : end + 10].lower()
    return bool(
        re.search(r"\b(?:no|any|some|every|each|this|that|the|which|another|only|other)\s$", before)
        or re.match(
            r"\s(?:another|can|may|must|who|whose|that|which|is|should|of)\b|[’']|-(?!\w*(?:year|month|day|week|hour))",
            after,
        )
    )


def _single_units(text: str) -> list[Value]:
    """ "within a month", "after half a year": an article before a unit of time."""
    out = []
    for m in _A_UNIT.finditer(text):
        if d := re.compile(
            r"(?P<adjective>(?:working|business|calendar)\s)?(?P<unit>minute|hour|day|week|fortnight|month|year|decade)\b(?!ly)"
        ).match(text, m.end()):
            start = m.start("half") if m["half"] else m.start("a")
            out.append(
                Value("duration", text[start : d.end()], start, d.end(), 0.5 if m["half"] else 1.0, _duration_unit(d))
            )
    return out


def _codes(text: str) -> list[Value]:
    out = []
    for m in _STANDARD.finditer(text):
        out.append(
            Value(
                "code",
                m[0].rstrip(".:"),
                m.start(),
                m.start() + len(m[0].rstrip(".:")),
                unit=m[0].rstrip(".:").lower().replace("-", " "),
            )
        )
    for m in _REFERENCE.finditer(text):
        if re.search(r"\d", m["id"]) or (m["id"].isupper() and (len(m["id"]) > 1 or m["id"] != "I")):
            out.append(Value("code", m[0], m.start(), m.end(), unit=m["id"].lower()))
    for pattern in (_CLAUSE, _LONG_ID):
        out += [Value("code", m[0], m.start(), m.end(), unit=m[0].lower()) for m in pattern.finditer(text)]
    for m in _CODE.finditer(text):
        shown = m[0].rstrip(".-/")
        if not _NOT_CODE.fullmatch(shown):
            out.append(Value("code", shown, m.start(), m.start() + len(shown), unit=shown.lower()))
    return out


def _ordinals(text: str) -> list[Value]:
    out = []
    for m in _ORDINAL.finditer(text):
        number = float(m[1]) if m[1] else float(ORDINALS[m[2].lower()])
        out.append(Value("ordinal", m[0], m.start(), m.end(), number))
    return out


def _share_units(text: str, found: list[Value]) -> list[Value]:
    """In "30 to 60 days" the first number has the second's unit, in "$10–20 million" each has the other's."""
    out = list(found)
    for i in range(len(out) - 2, -1, -1):
        a, b = out[i], out[i + 1]
        gap = text[a.end : b.start]
        if (
            a.kind == "number"
            and b.kind in ("money", "percent", "duration", "quantity")
            and len(gap) < 12
            and _RANGE.fullmatch(gap)
        ):
            if gap.strip() != "and" or re.search(r"\bbetween\s+$", text[: a.start]):
                out[i] = replace(a, kind=b.kind, unit=b.unit)
        elif (iso := _day_of_range(a, b, gap)) is not None:
            out[i] = replace(a, kind="date", date=iso)
        elif a.kind == "money" and b.kind == "number" and len(gap) < 12 and re.fullmatch(r"\s?(?:[-–—]|to)\s?", gap):
            out[i + 1] = replace(b, kind="money", unit=a.unit)
            scale = _scale(b)
            if scale > 1 and _scale(a) == 1 and a.number is not None and a.number < 1000:
                out[i] = replace(a, number=a.number * scale)
    return out


def _day_of_range(a: Value, b: Value, gap: str) -> str | None:
    """The date of the "8" in "8 to 19 June 2026" and "25 and 26 December"."""
    if (
        a.kind != "number"
        or b.kind != "date"
        or not re.fullmatch(r"\d{1,2}", a.text)
        or not re.match(r"\d{1,2}\D", b.text)
    ):
        return None
    if not re.fullmatch(r"\s?(?:[-–—]|to|and|or|until|,)\s?", gap) or not re.search(r"-\d\d-\d\d$", b.date):
        return None
    return f"{b.date[:-2]}{int(a.text):02}" if 1 <= int(a.text) <= 31 else None


def _scale(v: Value) -> float:
    """1e6 for "20 million", 1 for "20"."""
    bare = re.search(r"\d[\d.,]*", v.text)
    stated = normalise_number(bare[0]) if bare else None
    return round(v.number / stated) if stated and v.number else 1.0
