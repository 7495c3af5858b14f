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
    r"^(?:please\s+)?(?:can you\s+)?(?:what\s+is|what's|what\s+are|calculate|compute|work\s+out|evaluate|how\s+much\s+(?:is|are))\s+",
    re.IGNORECASE,
)
_PCT = rf"(?P<p>{_N})\s*(?:%|per\s?cent\b|percent\b)"
_OPERAND = r"(?P<q>(?:[A-Za-z_]\w*)?\([^()]*\)|(?:\d+(?:\.\d+)?|\.\d+))"

# In this order. Words for operations first, then phrases around a percentage.
_PHRASES: tuple[tuple[str, str], ...] = (
    (rf"what\s+(?:percent(?:age)?|%)\s+of\s+(?P<q>{_N})\s+is\s+(?P<p>{_N})", r"(\g<p>) / (\g<q>) * 100"),
    (
        rf"(?P<p>{_N})\s+(?:is|as)\s+(?:an?\s+)?(?:what\s+)?(?:percent(?:age)?|%)\s+of\s+(?P<q>{_N})",
        r"(\g<p>) / (\g<q>) * 100",
    ),
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
    (r"(?:\bthe\s+)?\bhalf\s+(?:of\b)?", " 1/2 * "),
    (r"\b(?:an?|one)\s+third\s+of\b", " 1/3 * "),
    (r"\b(?:an?|one)\s+quarter\s+of\b", " 1/4 * "),
    (r"\bthree\s+quarters\s+of\b", " 3/4 * "),
    (r"\b(?:twice|double)\b", " 2 * "),
    (rf"{_PCT}\s+off\s+(?:of\s+)?{_OPERAND}", r"(\g<q> - pct(\g<p>))"),
    (rf"{_PCT}\s+(?:less|lower)\s+than\s+{_OPERAND}", r"(\g<q> - pct(\g<p>))"),
    (rf"{_PCT}\s+(?:(?:more|higher|greater)\s+than|on\s+top\s+of|on)\s+{_OPERAND}", r"(\g<q> + pct(\g<p>))"),
    (rf"{_PCT}\s+of\b", r"pct(\g<p>) * "),
)


def as_expression(text: str) -> str:
    """A Python expression of numbers, + - * / ** % //, parentheses, functions and pct(). Raises ToolFailed."""
    s = _ASKING.sub("", " ".join(text.translate(_PLAIN).split()))
    s = re.sub(r"[\s=?]+$", "", s).removesuffix(".").strip()
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
    s = _percentages(s)
    s = re.sub(r"\bmod\b", "%", s)
    s = re.sub(rf"({_N})\s*(?:°|\bdegrees?\b|\bdeg\b)", r"radians(\1)", s, flags=re.IGNORECASE)
    s = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(?=\()|(\))\s*(?=\()", r"\1\2 * ", s)  # 2(3 + 4)
    return " ".join(s.split())


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
