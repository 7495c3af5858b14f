"""Arithmetic as people write it, made into a Python expression: "17.5% of $2,340" -> "pct(17.5) * 2340".

Only rewriting; nothing is computed here (that is `calculate`). `pct(x)` stays in the result because what a percentage
means depends on the tree: in "200 + 8%" it is of the 200. Decimal point and comma as thousands separator, as in English.
"""

from __future__ import annotations

import re

from tools.base import ToolFailed

_N = r"\d+(?:\.\d+)?|\.\d+"
_PLAIN = str.maketrans({
    "×": "*", "✕": "*", "⋅": "*", "·": "*", "∙": "*", "÷": "/", "∕": "/", "⁄": "/", "−": "-", "–": "-", "—": "-", "％": "%",
    "（": "(", "）": ")", "[": "(", "]": ")", "{": "(", "}": ")", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "＋": "+", "＝": "=",
})  # fmt: skip
_POWERS = {"²": 2, "³": 3, "⁴": 4}
_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8", "⅕": "1/5"}
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9, "trillion": 12}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "usd": "USD", "eur": "EUR", "gbp": "GBP", "chf": "CHF",
          "jpy": "JPY", "inr": "INR", "dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP"}  # fmt: skip
_ASKING = re.compile(
    r"^(?:please\s+)?(?:can you\s+|tell me\s+)?(?:what\s+is|what's|what\s+are|what\s+would\s+be|calculate|compute|work\s+out|evaluate|find"
    r"|how\s+(?:much|many)\s+(?:is|are|would\s+be|makes?))\s+(?:an?\s+(?=\d))?",
    re.IGNORECASE,
)
_PCT = rf"(?P<p>{_N})\s*(?:%|per\s?cent\b|percent\b)"
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "eighth": 8,
    "tenth": 10,
}
_OF_MANY = {"sum": "sum", "total": "sum", "average": "avg", "mean": "avg", "median": "median", "maximum": "max", "max": "max",
            "largest": "max", "highest": "max", "minimum": "min", "min": "min", "smallest": "min", "lowest": "min"}  # fmt: skip
_SPELT = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    "|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_LIST = rf"(?:{_N})(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)(?:{_N}))+"
_CHARGES = r"(?:vat|tax|gst|tips?|discount|interest|commission|fees?|surcharge|mark-?up)"
_OPERAND = r"(?P<q>(?:[A-Za-z_]\w*)?\([^()]*\)|(?:\d+(?:\.\d+)?|\.\d+))"

# In this order. Words for operations first, then phrases around a percentage.
_PHRASES: tuple[tuple[str, str], ...] = (
    (rf"what\s+(?:percent(?:age)?|%)\s+of\s+(?P<q>{_N})\s+is\s+(?P<p>{_N})", r"(\g<p>) / (\g<q>) * 100"),
    (
        rf"(?P<p>{_N})\s+(?:is|as)\s+(?:an?\s+)?(?:what\s+)?(?:percent(?:age)?|%)\s+of\s+(?P<q>{_N})",
        r"(\g<p>) / (\g<q>) * 100",
    ),
    (
        rf"(?:the\s+)?percent(?:age)?\s+(?:change|increase|decrease|growth|difference)\s+from\s+(?P<p>{_N})\s+to\s+(?P<q>{_N})",
        r"((\g<q> - \g<p>) / \g<p> * 100)",
    ),
    (rf"(?:the\s+)?difference\s+between\s+(?P<p>{_N})\s+and\s+(?P<q>{_N})", r"abs(\g<p> - \g<q>)"),
    (rf"(?:the\s+)?product\s+of\s+(?P<p>{_N})\s+and\s+(?P<q>{_N})", r"(\g<p> * \g<q>)"),
    (
        rf"(?:the\s+)?remainder\s+(?:of|when)\s+(?P<p>{_N})\s+(?:is\s+)?(?:divided\s+by|/)\s+(?P<q>{_N})",
        r"(\g<p> mod \g<q>)",
    ),
    (r"^\s*add\s+(?P<p>.+?)\s+to\s+(?P<q>.+)$", r"\g<q> + \g<p>"),
    (r"^\s*(?:subtract|deduct|take)\s+(?P<p>.+?)\s+(?:from|off)\s+(?P<q>.+)$", r"\g<q> - \g<p>"),
    (r"^\s*divide\s+(?P<p>.+?)\s+by\s+(?P<q>.+)$", r"(\g<p>) / (\g<q>)"),
    (r"^\s*multiply\s+(?P<p>.+?)\s+by\s+(?P<q>.+)$", r"(\g<p>) * (\g<q>)"),
    (r"^\s*(?:increase|raise)\s+(?P<p>.+?)\s+by\s+(?P<q>.+)$", r"\g<p> + \g<q>"),
    (r"^\s*(?:reduce|decrease|lower|cut)\s+(?P<p>.+?)\s+by\s+(?P<q>.+)$", r"\g<p> - \g<q>"),
    (r"\bto\s+the\s+(\d+)(?:st|nd|rd|th)(?:\s+power)?\b", r" ** \1 "),
    (r"(?:to\s+the\s+power\s+(?:of\s+)?|\braised\s+to\s+|\^)", " ** "),
    (r"\bsquared\b", " ** 2 "),
    (r"\bcubed\b", " ** 3 "),
    (rf"(?:\b(?:the\s+)?square\s+root\s+of|√)\s*{_OPERAND}", r"sqrt(\g<q>)"),
    (rf"\b(?:the\s+)?cube\s+root\s+of\s*{_OPERAND}", r"cbrt(\g<q>)"),
    (r"\b(?:multiplied\s+by|times)\b", " * "),
    (r"\b(?:divided\s+by|over)\b", " / "),
    (r"\b(?:plus|added\s+to|(?:increased|raised)\s+by)\b", " + "),
    (r"\b(?:minus|less(?!\s+than)|(?:reduced|decreased|lowered|cut)\s+by)\b", " - "),
    (r"\bmod(?:ulo)?\b", " mod "),
    (r"\b(?:twice|double)\b", " 2 * "),
    (rf"{_PCT}\s+off\s+(?:of\s+)?{_OPERAND}", r"(\g<q> - pct(\g<p>))"),
    (rf"{_PCT}\s+(?:less|lower)\s+than\s+{_OPERAND}", r"(\g<q> - pct(\g<p>))"),
    (rf"{_PCT}\s+(?:(?:more|higher|greater)\s+than|on\s+top\s+of)\s+{_OPERAND}", r"(\g<q> + pct(\g<p>))"),
    (rf"{_PCT}\s+(?:{_CHARGES}\s+)?(?:of|on)\b", r"pct(\g<p>) * "),
    (rf"{_PCT}\s+{_CHARGES}\b", r"pct(\g<p>)"),
    (r"(?<=[\d)])\s+of\s+(?=[\d(])", " * "),
)


def as_expression(text: str) -> str:
    """A Python expression of numbers, + - * / ** % //, parentheses, functions and pct(). Raises ToolFailed."""
    s = _ASKING.sub("", " ".join(text.translate(_PLAIN).split()))
    s = re.sub(r"[\s=?]+$", "", s).removesuffix(".").strip()
    s = _words_to_digits(s)
    for sign, power in _POWERS.items():
        s = s.replace(sign, f" ** {power} ")
    for sign, fraction in _FRACTIONS.items():
        s = re.sub(rf"(\d+)\s*{sign}", rf"(\1 + {fraction})", s).replace(sign, f"({fraction})")
    s = _join_thousands(_without_currency(s))
    s = re.sub(rf"({_N})\s*({'|'.join(sorted(_SCALES, key=len, reverse=True))})\b", _scaled, s, flags=re.IGNORECASE)
    s = re.sub(r"(\d+|\([^()]*\))\s*!(?!=)", r"factorial(\1)", s)
    s = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[\d(.])|(?<=[\d)])\s+[xX]\s+(?=\w)", " * ", s)
    for pattern, replacement in _PHRASES:
        s = re.sub(pattern, replacement, s, flags=re.IGNORECASE)
    s = re.sub(rf"\b(?:the\s+)?({'|'.join(_OF_MANY)})\s+of\s+({_LIST})", _of_many, s, flags=re.IGNORECASE)
    s = _percentages(s)
    s = re.sub(r"\bmod\b", "%", s)
    s = re.sub(rf"({_N})\s*(?:°|\bdegrees?\b|\bdeg\b)", r"radians(\1)", s, flags=re.IGNORECASE)
    s = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(?=\()|(\))\s*(?=\()", r"\1\2 * ", s)  # 2(3 + 4)
    return " ".join(s.split())


def _words_to_digits(s: str) -> str:
    """ "two thirds of fifty" -> "2/3 * 50"."""
    if not re.search(r"[A-Za-z]{3}", s):
        return s
    from text_to_num import text2num

    many = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7}

    def part(m: re.Match[str]) -> str:
        top = (m[1] or "a").casefold()
        return f" {many.get(top, top)}/{_PARTS[m[2].casefold()]} * "

    s = re.sub(rf"\b(?:(\d+|{'|'.join(many)})\s+|the\s+)?({'|'.join(_PARTS)})s?\s+of\b", part, s, flags=re.IGNORECASE)

    def number(m: re.Match[str]) -> str:
        try:
            return str(text2num(m[0].casefold(), "en"))
        except ValueError:
            return m[0]

    return re.sub(
        rf"\b(?:{_SPELT})(?:[\s-]+(?:and\s+)?(?:{_SPELT}|hundred|thousand|million|billion))*\b",
        number,
        s,
        flags=re.IGNORECASE,
    )


def _of_many(m: re.Match[str]) -> str:
    numbers = re.split(r"(?:\s*,\s*|\s+)(?:and\s+)?", m[2].strip())
    return f"{_OF_MANY[m[1].casefold()]}({', '.join(numbers)})"


def _without_currency(s: str) -> str:
    sign = r"[$€£¥₹]"
    word = r"\b(?:usd|eur|gbp|chf|jpy|inr|dollars?|euros?|pounds)\b"
    used = {_SIGNS[m.casefold()] for m in re.findall(rf"{sign}|{word}", s, re.IGNORECASE)}
    if len(used) > 1:
        raise ToolFailed(
            f"The amounts are in different currencies ({', '.join(sorted(used))}), and I have no exchange rates offline."
        )
    s = re.sub(rf"(?:US|CA|AU|C|A)?{sign}\s*", "", s)
    return re.sub(word, "", s, flags=re.IGNORECASE)


def _join_thousands(s: str) -> str:
    """1,234 and 1'234 and 1 234 are one number; in a call such as max(100,200) a comma parts arguments.

    There, only if another comma of the same call is followed by a space, those without one are in numbers.
    """
    # 1.234,56 can only be meant one way
    s = re.sub(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+),(\d+)(?![\d,.])", lambda m: m[1].replace(".", "") + "." + m[2], s)
    s = re.sub(r"(?<![\d.])(\d{1,3})((?:['’_]\d{3})+)(?!\d)", lambda m: m[1] + re.sub(r"\D", "", m[2]), s)
    s = re.sub(r"(?<![\d.,])(\d{1,3})((?: \d{3})+)(?![\d,])", lambda m: m[1] + m[2].replace(" ", ""), s)
    calls = [m.span() for m in re.finditer(r"[A-Za-z_]\w*\s*\((?:[^()]|\([^()]*\))*\)", s)]

    def join(m: re.Match[str]) -> str:
        call = next((s[a:b] for a, b in calls if a <= m.start() < b), "")
        return m[0] if call and not re.search(r"[,;]\s", call) else m[0].replace(",", "")

    s = re.sub(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d|,\d)", join, s)
    return s.replace(";", ",")


def _scaled(m: re.Match[str]) -> str:
    from decimal import Decimal

    return f"{Decimal(m[1]).scaleb(_SCALES[m[2].casefold()]):f}"


def _percentages(s: str) -> str:
    """The % that follow a value become pct(value); those between two values ("10 % 3") stay: remainders."""
    s = re.sub(r"\s*\bper\s?cent\b", "%", s, flags=re.IGNORECASE)
    at = 0
    while (i := s.find("%", at)) >= 0:
        rest = s[i + 1 :].lstrip()
        if rest[:1].isalnum() or (rest[:1] in ("(", ".") and rest):
            at = i + 1
            continue
        before = s[:i].rstrip()
        start = _value_start(before)
        s = f"{before[:start]}pct({before[start:]}){s[i + 1 :]}"
        at = i + len("pct()")
    return s


def _value_start(s: str) -> int:
    """Where the value that ends `s` begins: a number, or a closed bracket with the function name before it."""
    if s.endswith(")"):
        depth = 0
        for i in range(len(s) - 1, -1, -1):
            depth += (s[i] == ")") - (s[i] == "(")
            if depth == 0:
                name = re.search(r"[A-Za-z_]\w*$", s[:i])
                return name.start() if name else i
    number = re.search(rf"(?:{_N}|[A-Za-z_]\w*)$", s)
    if not number:
        raise ToolFailed("A % sign stands where no number is before it.")
    return number.start()
