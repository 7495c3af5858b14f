"""Numbers as people write them, with their offsets: digits in several conventions, words, multipliers.

`numbers(text)` finds "1,234.50", "1.234,50", "12k", "3.5 million", "twenty-five", "thirty (30)", "a dozen". It knows
nothing of units or currencies: that is `values.py`. Number words are English only.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Number(NamedTuple):
    start: int
    end: int
    value: float
    words: bool  # written in words


_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SMALL = {w: i for i, w in enumerate(_ONES)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)}
SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "grand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "lakh": 1e5,
    "crore": 1e7,
}
_SUFFIX = {"k": 1e3, "K": 1e3, "M": 1e6, "mn": 1e6, "mio": 1e6, "bn": 1e9, "tn": 1e12}
_MONEY_SUFFIX = {"m": 1e6, "b": 1e9, "B": 1e9, "t": 1e12, "MM": 1e6}  # only where a currency stands beside it
_HALVES = {"½": 0.5, "¼": 0.25, "¾": 0.75}

_SPACE = "\u00a0\u202f\u2009"
_DIGITS = (
    r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?"  # 1,234.50 and 1,23,456
    r"|\d{1,3}(?:\.\d{3})+,\d{1,4}|\d{1,3}(?:\.\d{3}){2,}"  # 1.234,50 and 1.234.567
    rf"|\d{{1,3}}(?:[{_SPACE}'’]\d{{3}})+(?:[.,]\d+)?"  # 1 234,50 and 1'234
    r"|\d{1,3}(?: \d{3})+,\d{1,2}|\d{1,3}(?: \d{3}){2,}"
    r"|\d+,\d{1,2}(?![\d,])"  # 17,5
    r"|\d+\.\d+(?:[eE][+-]?\d+)?|\d+(?:[eE][+-]?\d+)?|\.\d+"
)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>(?:(?<=[\s(=:|])|(?<=: \")|(?<=:\")|^)[-−+])?(?P<digits>{_DIGITS})(?P<half>[½¼¾])?"
    r"(?:(?P<suffix>mio|bn|mn|tn|[kKM])(?!\w)|[ \-](?P<scale>hundred|thousand|grand|million|billion|trillion|lakh|crore|mn|bn|mio)\b)?"
    r"|(?<!\w)[½¼¾]"
)
_GRAND = r"grand(?![ ](?:piano|total|prix|final|hotel|tour|opening)s?\b)"  # "five grand", not "two grand pianos"
_WORD = r"(?:" + "|".join([*sorted({*SMALL, *SCALES} - {"grand"}, key=len, reverse=True), _GRAND]) + r")"
_WORDS = re.compile(
    rf"\b(?:(?P<half>half a dozen)|(?P<dozen>(?:a|one|two|three|four|five|six) dozen)\b|a couple of"
    rf"|(?:an?[ ](?=hundred|thousand|million|billion|trillion))?(?!grand){_WORD}(?:(?:[ \-]|[ ]and[ ])(?:{_WORD}))*"
    rf"(?P<plus>[ ]and[ ](?:a[ ]half|a[ ]quarter|three[ ]quarters))?)\b(?!['’])",
    re.I,
)
_SAME_AGAIN = re.compile(rf"\s*[(\[]\s*({_DIGITS})\s*[)\]]")
_PLUS = {"half": 0.5, "quarter": 0.25, "quarters": 0.75}


def digits_value(digits: str) -> float:
    """The value of digits with separators. "1,234" is a thousand, "1.234" is one and a bit, "17,5" is 17.5."""
    d = re.sub(rf"[{_SPACE}'’ ]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}", d):
        d = d.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d+,\d{1,2}", d):
        d = d.replace(",", ".")
    else:
        d = d.replace(",", "")
    return float(d)


def words_value(words: str) -> float | None:
    """ "one hundred and twenty-five" -> 125; None when the words make no number ("five six")."""
    total = current = 0.0
    last = ""  # what came before: "" nothing, "ones", "tens", "scale"
    for w in re.split(r"[\s\-]+", words.lower()):
        if w in ("and", ""):
            continue
        if w in ("a", "an"):
            current = 1
        elif w in SCALES:
            scale = SCALES[w]
            if scale == 100:
                current = (current or 1) * 100
            else:
                total, current = total + (current or 1) * scale, 0
            last = "scale"
        else:
            kind = "tens" if SMALL[w] >= 20 else "ones"
            if last == "ones" or (last == "tens" and (kind == "tens" or SMALL[w] >= 10)):
                return None
            current, last = current + SMALL[w], kind
    return total + current


def numbers(text: str) -> list[Number]:
    """All numbers, in order, none overlapping."""
    found = [n for m in _NUMBER.finditer(text) if (n := _from_digits(m)) is not None]
    taken = [(n.start, n.end) for n in found]
    for m in _WORDS.finditer(text):
        for start, end, value in _from_words(m):
            again = _SAME_AGAIN.match(text, end)
            if again and digits_value(again[1]) == value:  # "thirty (30)"
                found = [n for n in found if not (end <= n.start < again.end())]
                end = again.end()
            if not any(s < end and start < e for s, e in taken if s < end and not (s >= start and e <= end)):
                found.append(Number(start, end, value, True))
    return sorted(found)


def _from_digits(m: re.Match[str]) -> Number | None:
    if not m["digits"]:
        return Number(m.start(), m.end(), _HALVES[m[0]], False)
    value = digits_value(m["digits"]) + _HALVES.get(m["half"] or "", 0.0)
    if m["suffix"]:
        value *= _SUFFIX[m["suffix"]]
    elif m["scale"]:
        value *= (SCALES | _SUFFIX)[m["scale"].lower()]
    if m["sign"] in ("-", "−"):
        value = -value
    return Number(m.start(), m.end(), round(value, 9), False)


def _from_words(m: re.Match[str]) -> list[tuple[int, int, float]]:
    whole = m[0].lower()
    if m["half"]:
        return [(m.start(), m.end(), 6.0)]
    if m["dozen"]:
        return [(m.start(), m.end(), 12.0 * SMALL.get(whole.split()[0], 1))]
    if whole == "a couple of":
        return [(m.start(), m.end(), 2.0)]
    plus = m["plus"] or ""
    value = words_value(whole[: len(whole) - len(plus)])
    if value is not None:
        return [(m.start(), m.end(), value + (_PLUS[plus.split()[-1]] if plus else 0.0))]
    out = []  # "twenty five and thirty", "five six": the longest runs of words that are numbers for themselves
    words = list(re.finditer(r"[a-z]+(?:-[a-z]+)*", whole))
    while words:
        run = next((n for n in range(len(words), 0, -1) if _is_run(whole, words[:n])), 0)
        if run:
            start, end = words[0].start(), words[run - 1].end()
            out.append((m.start() + start, m.start() + end, words_value(whole[start:end]) or 0.0))
        words = words[run or 1 :]
    return out


def _is_run(whole: str, words: list[re.Match[str]]) -> bool:
    ends = {words[0][0], words[-1][0]}
    return "and" not in ends and words_value(whole[words[0].start() : words[-1].end()]) is not None


def money_suffix(text: str, end: int) -> tuple[int, float]:
    """After a currency amount ending at `end`: the end and factor of "m", "b" … directly behind it, else (end, 1)."""
    m = re.compile(r"[ ]?(MM|m|b|B|t)(?!\w)").match(text, end)
    return (m.end(), _MONEY_SUFFIX[m[1]]) if m else (end, 1.0)


def normalise_number(text: str) -> float | None:
    """The value of a text that is one number ("1,234.50", "twenty-five", "12k", "$3m"); None otherwise."""
    found = numbers(text.strip())
    return found[0].value if len(found) == 1 else None
