"""Arithmetic that an answer spells out, in signs or in words: "17.5% of 2,340 is 409.5", "adding 12 to 30 gives 42".

Read with the wording that the tool `calculate` reads, and computed anew. Says what is right and what is wrong; whether
the figures that it starts from stand anywhere is judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graph.claims.match import constant, covers, near, rounds_to
from text.values import Value

_KINDS = ("number", "money", "percent", "duration", "quantity")
_HEDGE = r"(?:(?:equal to|exactly|about|approximately|roughly|around|nearly|almost|a total of|simply|just)\s+)*"
_IS = re.compile(
    rf"(?:\s*(?:=|≈|→|->|:)\s*|(?:,?\s+(?:which|that|this|it|the (?:result|answer|total|product|sum|difference)))?,?\s*\b(?:is|are|was|were|equals?|"
    r"makes?|gives?(?: you| us)?|(?:you|we) (?:get|have)|comes? (?:out )?(?:to|at|as)|amounts? to|yields?|results? in|leaves?|"
    rf"works? out (?:to|at|as)|totals?|becomes?)\s+{_HEDGE})(?=[-−$€£¥₹]?\s?(?:US\$|[A-Z]{{3}} )?\S)",
    re.I,
)
_STARTS = re.compile(
    r"\b(?:half|twice|double|triple|(?:a|one|two|three)[ -](?:third|quarter|fifth|tenth|eighth)s?"
    r"|(?:the )?(?:square root|cube root|sum|product|difference|average|"
    r"mean|total)|(?:add|subtract|multiply|divid|deduct|tak|increas|rais|reduc|decreas|lower|cutt?)(?:ing|e)?)\b|[(√]",
    re.I,
)
_GERUNDS = {
    "adding": "add", "subtracting": "subtract", "multiplying": "multiply", "dividing": "divide", "deducting": "deduct",
    "taking": "take", "increasing": "increase", "raising": "raise", "reducing": "reduce", "decreasing": "decrease",
    "lowering": "lower", "cutting": "cut",
}  # fmt: skip
_PASSIVE = re.compile(r"\b(?:is|are|was|when|if|and then)\s+(?=(?:multiplied|divided|increased|reduced|decreased|raised|lowered|cut|added)\b)", re.I)  # fmt: skip
_N = r"(\d[\d.]*%?)"
_REWORDED = (
    (re.compile(rf"{_N} (?:subtracted|deducted|taken) (?:from|off) {_N}", re.I), r"\2 - \1"),
    (re.compile(rf"{_N} out of (?:the )?{_N}", re.I), r"\1 / \2"),
    (
        re.compile(rf"{_N}(?: [a-z]+){{0,2}} (?:at|@) {_N}(?: (?:each|apiece|per \w+|an? \w+|every \w+))?", re.I),
        r"\1 * \2",
    ),
)
_OPERATION = re.compile(
    r"[+*/×÷^²³√%−–]|\s-\s|\d\s?[xX]\s?\d"
    r"|\b(?:per ?cent|times|multipl\w+|divid\w+|over|plus|minus|less|add\w*|subtract\w*|deduct\w*"
    r"|tak\w+|increas\w+|rais\w+|"
    r"each|per|at|reduc\w+|decreas\w+|lower\w*|cut\w*|half|thirds?|quarters?|fifths?|tenths?|twice"
    r"|double|triple|sum|product|difference|average|mean|root|squared|cubed|of|off)\b",
    re.I,
)
_NOUNS = re.compile(r"(?<=\d)((?:\s+(?!of\b|off\b|on\b|and\b|to\b|from\b|by\b|times\b|plus\b|minus\b|less\b|more\b|over\b|divided\b|multiplied\b|is\b|x\b)[a-z]+){1,3})(?=\s*[+*/×÷−–)-]|\s+(?:times|plus|minus|divided|multiplied|x|and)\b|\s*$)")  # fmt: skip
_CURRENCY = re.compile(r"(?:US\$|[$€£¥₹]|\b(?:USD|EUR|GBP|CHF)\s?)$")
_RANGE = re.compile(r"\d\s?[-–]\s?\d")  # "10-12 people are 5 too many" is no subtraction
_LONGEST = 160  # characters of one sum


@dataclass(frozen=True)
class Sum:
    shown: str  # "17.5% of 2,340 = 409.5"
    operands: tuple[Value, ...]
    result: Value
    right: bool
    exact: float
    explicit: bool = False  # with an equals sign: nothing else can be meant

    @property
    def fault(self) -> str:
        said, _, result = self.shown.rpartition(" = ")
        return f"{said} is {self.exact:,.10g}, not {result}"


def wrong(spelt: Sequence[Sum], pending: Sequence[Value], known: Sequence[Value]) -> str:
    """Why a sum of known figures is wrong; "" when none is. pending: what nothing bears out yet."""
    for s in spelt:
        if not s.right and (s.explicit or s.result in pending) and _founded(s, known, spelt):
            return s.fault
    return ""


def settle(
    spelt: Sequence[Sum], pending: list[Value], good: list[Value], given: Sequence[Value], goal: str, text: str
) -> list[str]:
    """How figures were worked out: by right sums of known figures, or by a goal that is arithmetic itself. What is
    settled so, the user's own figures among it, goes from `pending` to `good`. given: of the goal, and said before."""
    shown: list[str] = []
    for s in spelt:
        if s.right and _founded(s, [*good, *given], spelt):
            shown.append(s.shown)
            settled = [v for v in pending if v in (*s.operands, s.result)]
            good += settled
            pending[:] = [v for v in pending if v not in settled]
    if not pending or (wanted := asked(goal)) is None:
        return shown
    for v in [*pending]:
        theirs = v.kind in ("number", "percent") or any(v.unit == g.unit for g in given)
        if v.number is not None and theirs and (near(v.number, wanted) or rounds_to(v, wanted, text)):
            shown.append(f"{goal.strip(' ?.')} = {v.text}")
            good.append(v)
            pending.remove(v)
    return shown


def _founded(s: Sum, known: Sequence[Value], spelt: Sequence[Sum]) -> bool:
    """Does it start from figures that stand, that are the user's, or that were said or worked out before? Twelve months
    and the like need no such ground, but are none either."""
    before = [*known, *(o.result for o in spelt if o.right and o.result.start < s.result.start)]
    stand = [v in known or any(_same_figure(v, g) for g in before) for v in s.operands]
    return any(stand) and all(
        ok or (v.number is not None and constant(v.number)) for ok, v in zip(stand, s.operands, strict=True)
    )


def _same_figure(v: Value, g: Value) -> bool:
    if v.number is None or g.number is None or not {v.kind, g.kind} <= {"number", "percent"}:
        return covers(v, g)
    x = v.number / 100 if v.kind == "percent" else v.number
    y = g.number / 100 if g.kind == "percent" else g.number
    return covers(v, g) or near(x, y)  # "0.175" for the user's 17.5%


def asked(goal: str) -> float | None:
    """What the goal comes to when it is arithmetic and nothing else: "What is 17.5% of 2,340?" -> 409.5."""
    return _worth(goal) if len(goal) <= _LONGEST and _OPERATION.search(goal) and re.search(r"\d", goal) else None


def sums(text: str, values: Sequence[Value]) -> list[Sum]:
    """The sums that the text spells out. Wrong ones only where nothing else can be meant."""
    usable = [v for v in values if v.kind in _KINDS and v.number is not None]
    out = list[Sum]()
    for m in _IS.finditer(text):
        after = next((v for v in usable if 0 <= v.start - m.end() <= 1), None)
        before = next(
            (v for v in reversed(usable) if v.end <= m.start() and text[v.end : m.start()].strip() in ("", "(")), None
        )
        found = _best(_before(text, usable, m.start(), after)) if after else None
        if not (found and found.right) and before:
            found = _best(_after(text, usable, m.end(), before)) or found
        if found and (found.right or "=" in m[0] or not _RANGE.search(found.shown)):
            out.append(replace(found, explicit="=" in m[0]))
    settled = {s.result.start for s in out if s.right} | {v.start for s in out if s.right for v in s.operands}
    return [s for s in out if s.right or s.result.start not in settled]


def _best(found: Iterator[Sum]) -> Sum | None:
    """A right one, else the longest."""
    every = list(found)
    return next((s for s in every if s.right), every[0] if every else None)


def _before(text: str, usable: Sequence[Value], end: int, result: Value) -> Iterator[Sum]:
    """The expressions that end there, the longest first."""
    starts = {v.start for v in usable if v.end <= end} | {m.start() for m in _STARTS.finditer(text[:end])}
    for start in sorted(s for s in starts if end - s <= _LONGEST):
        if found := _sum(text, usable, start, end, result):
            yield found


def _after(text: str, usable: Sequence[Value], start: int, result: Value) -> Iterator[Sum]:
    ends = sorted((v.end for v in usable if start < v.end <= start + _LONGEST), reverse=True)
    for end in ends:
        for stop in (end + 1, end) if text[end : end + 1] == ")" else (end,):
            if found := _sum(text, usable, start, stop, result):
                yield found


def _sum(text: str, usable: Sequence[Value], start: int, end: int, result: Value) -> Sum | None:
    inside = tuple(v for v in usable if start <= v.start and v.end <= end)
    said = text[start:end]
    if not inside or not _OPERATION.search(said) or not _units_fit(inside, result):
        return None
    exact = _worth(_plain(text, inside, start, end))
    if exact is None or result.number is None:
        return None
    readings = (exact, 100 * exact) if result.kind == "percent" else (exact,)
    right = any(near(result.number, x) or rounds_to(result, x, text) or _rounded(result, x) for x in readings)
    return Sum(f"{' '.join(said.split())} = {result.text}", inside, result, right, readings[-1])


def _rounded(result: Value, exact: float) -> bool:
    """409.5 for 409.4999, 33.3 for 33.3333: with the decimals that it shows, where it shows any."""
    decimals = len(result.text.rstrip("% ").partition(".")[2])
    return bool(decimals) and abs((result.number or 0.0) - exact) <= 0.5 * 10.0**-decimals * (1 + 1e-9)


def _units_fit(inside: Sequence[Value], result: Value) -> bool:
    if result.kind in ("number", "percent"):
        return True
    return any((v.kind, v.unit) == (result.kind, result.unit) for v in inside)


def _plain(text: str, inside: Sequence[Value], start: int, end: int) -> str:
    """The expression with bare numbers, and verbs as one would ask for it."""
    out, at = "", start
    for v in inside:
        out += _CURRENCY.sub("", text[at : v.start]) + f"{v.number:.15g}" + ("%" if v.kind == "percent" else "")
        at = v.end
    out = _PASSIVE.sub("", out + text[at:end])
    for said, meant in _REWORDED:
        out = said.sub(meant, out)
    out = re.sub(r"\b(\w+ing)\b", lambda m: _GERUNDS.get(m[1].lower(), m[1]), out)
    return re.sub(r",(?=\s*(?:[-+*/×÷−]|plus|minus|times)\s)", "", _NOUNS.sub("", out)).strip(" ,")


def _worth(expression: str) -> float | None:
    from tools.base import ToolFailed
    from tools.calculate import worth

    if re.fullmatch(r"[-−]?[\d.,%\s]*", expression):
        return None  # a number alone
    try:
        return float(worth(expression))
    except (ToolFailed, OverflowError, ValueError):
        return None
