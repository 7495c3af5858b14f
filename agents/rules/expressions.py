"""From wording to an arithmetic expression: "add 19% VAT to 250" -> "250 * (1 + 0.19)". Computes nothing.

An expression may have holes: {ref} for a value that was found before, {0} … for noun phrases to be looked up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from agents.rules.expression_forms import FORMS, INFIX, LISTS, OPERAND
from agents.rules.periods import asked, noun_and_period, without_size
from agents.rules.say import number
from text.values import find_values

_SIGNS = re.compile(r"[\d\s.,+\-−*/^()%×÷x]+")


_REF = (
    r"(?:the (?:result|answer|outcome|former|latter)"
    r"|(?:that|this|the same|the resulting)(?: (?:amount|number|sum|figure|total|value|price|fee|"
    r"cost|total amount|rate|result|salary|rent|count|quantity|revenue|budget|limit|duration|length"
    r"|percentage|average|many|much))?|(?:his or her|his|her|their|its|this) (?:sales|revenue|total"
    r"|amount|salary|price|fee|cost|value|rent|pay|income|turnover|result|spending|budget)|it|them"
    r"|those)"
)


_NOUNS = (
    r"(?:the|our|my|its|their|your|his|her|each|one|a"
    r"|an)\s(?:(?!\b(?:by|times|plus|minus|divided|multiplied|if|is|are|and|or)\b)[\w'’./-]+\s?){1,14}"
)


_LEAD = re.compile(
    r"^(?:please|kindly|ok(?:ay)?|hi|hey|hello|(?:can|could|would|will) you(?: please)?"
    r"|what(?:'s|’s| is| are| was| would be| will be| do i get (?:if|when) i| does| do| would)?|"
    r"how much (?:is|are|was|would be|will be|does|do|would)|how much|how many (?:is|are)|calculate"
    r"|compute|evaluate|determine|work out|figure out|find(?: out)?|tell me|give me|"
    r"show me|solve|the (?:result|answer|value|outcome|total|amount|price|cost) (?:of|to|for|when|if)"
    r"|what|so|and|then|also|now|next|finally|i need(?: to know)?|i(?:'d| would) like to know"
    r"|i want to know|"
    r"do you know|if (?:i|you|we)|when (?:i|you|we)|i|we|you|to|its|'s|,|:|is|exactly|quickly|just|let's|make it|take)\b[\s,:]*",
    re.I,
)


_TAIL = re.compile(
    r"[\s,]*(?:equals?|equal to|come(?:s)? (?:out )?to|make(?:s)?|give(?:s)?(?: me)?|be|is|are"
    r"|in total|altogether|in all|please|then|for me|worth|=|\?|\.|!|"
    r"as a number|exactly|now|instead|too|as well|(?:what|how much) (?:is|do i (?:get|pay)|does it (?:cost|come to)))$",
    re.I,
)


_ROUND = re.compile(
    r",?\s*(?:and )?(?:round(?:ed)?(?: it| that| the result)?(?: off)? to"
    r"|to) (?:the nearest (?P<whole>whole number|integer|unit|cent|hundredth|tenth)"
    r"|(?P<n>\d) (?:decimals?(?: places)?|d\.?p\.?))",
    re.I,
)
_FORM_START = re.compile(
    r"(?:what (?:percent|share|fraction|proportion)"
    r"|how much (?:more|less|larger|smaller|bigger|higher|lower|greater|cheaper|dearer)"
    r"|by (?:how|what)|take (?:@|¤|off|away))",
    re.I,
)
_NO_OPERAND = re.compile(r"@|\b(?:average|sum|product|percentage|percent|square|difference|half|power|change|median)\b")
_UNIT_SAID = re.compile(r"(?<=[@\d¤»])\s+(?:euros?|dollars?|pounds?|percent)\b")


@dataclass(frozen=True)
class Sum:
    """An expression whose holes {0}, {1} … are lookups and {ref} an earlier value."""

    expression: str
    lookups: tuple[str, ...]
    unit: str  # of the result: "EUR", "%" or ""
    per: str = ""  # the period asked for ("year"): what the value is stated for decides the rest, see `periods.py`


def parse(text: str, refs: bool = False) -> Sum | None:
    """The expression that `text` asks for; None when a word of it would be ignored."""
    bare = text.strip().rstrip("?=.! ").strip()
    if _SIGNS.fullmatch(_strip(bare)) and re.search(r"\d\s*[-+−*/^×÷x]\s*[\d(-]|\d\)", bare):
        return _signs(_strip(bare))
    rounding, bare = _rounding(_fractions(without_size(bare)))
    line, operands, percents, unit = _mark(bare, refs)
    line = _strip(_unary(line, operands))
    if refs and (
        m := re.fullmatch(
            rf"(?:what |how much )?(?:does |do |would |will |must |is |has )?each(?: of(?: the)?)? {OPERAND}(?: \w+)?(?: \w+){{0,3}}",
            line,
        )
    ):
        line = f"¤ / {m[1]}"
    if not operands and "¤" not in line and not noun_and_period(line):
        return None
    for nouns in (False, True):
        candidate, lookups = _lookups(line) if nouns else (line, ())
        if nouns and (recurring := noun_and_period(line)):
            candidate, lookups = f"«0» {recurring[1]}", (recurring[0],)
        if nouns and (not lookups or len(lookups) > 2):
            return None
        per = ""
        if (recurring := asked(candidate)) and not recurring[0].startswith("@"):
            operand, count, per = recurring
            found = f"{operand} * {count}" if count and operands[int(count[1:])] != "1" else operand
        else:
            found = _form(candidate, percents) or _list(candidate) or _infix(candidate, percents)
        if found is None:
            continue
        expression, _, mark = found.partition(" #")
        expression = re.sub(r"@(\d+)", lambda m: operands[int(m[1])], expression).replace("¤", "({ref})")
        expression = re.sub(r"«(\d+)»", r"({\1})", expression)
        if rounding is not None:
            expression = f"round({expression}, {rounding})"
        return Sum(expression, lookups, mark or unit, per)
    return None


def _fractions(text: str) -> str:
    """ "three quarters of" before the quarters are taken for a time."""
    for words, value in (
        ("three[- ]quarters", "0.75"),
        ("(?:one|a)[- ]quarter", "0.25"),
        ("two[- ]thirds", "2/3"),
        ("(?:one|a)[- ]third", "1/3"),
    ):
        text = re.sub(rf"\b{words} of (?=[\d£$€]|it\b|that\b)", f"{value} times ", text, flags=re.I)
    return text


def _unary(line: str, operands: list[str]) -> str:
    """Roots and squares become operands of their own, so that they can stand in a longer expression."""
    forms = (
        (rf"(?:the )?square root of {OPERAND}", "sqrt({0})"),
        (rf"{OPERAND} squared", "({0}) ** 2"),
        (rf"{OPERAND} cubed", "({0}) ** 3"),
        (rf"(?:a |one )?half of {OPERAND}", "({0}) / 2"),
        (rf"(?:twice|double) {OPERAND}", "2 * ({0})"),
    )

    def make(form: str):
        def put(m: re.Match[str]) -> str:
            inner = operands[int(m[1][1:])] if m[1].startswith("@") else "({ref})" if m[1] == "¤" else m[1]
            operands.append(f"({form.format(inner)})" if not form.startswith("sqrt") else form.format(inner))
            return f"@{len(operands) - 1}"

        return put

    for pattern, form in forms:
        if re.search(pattern, line) and not re.fullmatch(pattern, _strip(line)):
            line = re.sub(pattern, make(form.replace("{ref}", "{{ref}}")), line)
    return line


def _strip(line: str) -> str:
    line = line.strip()
    while True:
        shorter = (
            _TAIL.sub("", _LEAD.sub("", line, count=1)).strip()
            if not _is_form_start(line)
            else _TAIL.sub("", line).strip()
        )
        if shorter == line or not shorter:
            return line
        line = shorter


def _is_form_start(line: str) -> bool:
    return bool(_FORM_START.match(line))


def _signs(line: str) -> Sum | None:
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", line)
    plain = re.sub(r"(\d+(?:\.\d+)?)\s*%", r"(\1 / 100)", plain)
    for old, new in (("×", "*"), ("x", "*"), ("÷", "/"), ("−", "-"), ("^", "**")):
        plain = plain.replace(old, new)
    return None if "," in plain else Sum(" ".join(plain.split()), (), "")


def _rounding(text: str) -> tuple[int | None, str]:
    if m := _ROUND.search(text):
        digits = int(m["n"]) if m["n"] else {"cent": 2, "hundredth": 2, "tenth": 1}.get(m["whole"].lower(), 0)
        return digits, (text[: m.start()] + text[m.end() :]).strip()
    return None, text


def _mark(text: str, refs: bool) -> tuple[str, list[str], set[int], str]:
    """Numbers become @0, @1 …, references to an earlier value ¤. Also: which are percentages, and the currency."""
    line, operands, percents, units = "", list[str](), set[int](), list[str]()
    at = 0
    spaced = re.sub(r"(?<=\d)\s*([x×*/+])\s*(?=\d)", r" \1 ", text)
    for v in find_values(spaced):
        if v.number is None or v.kind in ("date", "code", "time", "ordinal", "phone"):
            continue
        line += spaced[at : v.start].lower() + f"@{len(operands)}"
        at = v.end
        if v.kind == "percent" and v.unit == "%":
            percents.add(len(operands))
            operands.append(format(Decimal(repr(v.number)) / 100, "f"))
        else:
            operands.append(number(v.number, plain=True) if v.number >= 0 else f"({number(v.number, plain=True)})")
        if v.kind == "money":
            units.append(v.unit)
        elif v.kind in ("duration", "quantity"):
            line += f" {spaced[v.start : v.end].split()[-1].lower()}" if " " in spaced[v.start : v.end] else ""
    line += spaced[at:].lower()
    if refs:
        line = re.sub(rf"\b{_REF}\b", "¤", line, flags=re.I)
    line = _UNIT_SAID.sub("", re.sub(r"[“”\"]", "", line))
    unit = units[0] if units and len(set(units)) == 1 else ""
    return " ".join(line.split()), operands, percents, unit


def _lookups(line: str) -> tuple[str, tuple[str, ...]]:
    """Noun phrases as operands: "12 times the monthly fee" -> "@0 times «0»"."""
    found: list[str] = []

    def hold(m: re.Match[str]) -> str:
        phrase = m[0].strip()
        if _NO_OPERAND.search(phrase):
            return m[0]
        found.append(phrase)
        return f"«{len(found) - 1}»"

    marked = re.sub(rf"(?<![\w@]){_NOUNS}", hold, line)
    return " ".join(marked.replace("»", "» ").split()), tuple(found)


def _form(line: str, percents: set[int]) -> str | None:
    for pattern, expression in FORMS:
        m = re.fullmatch(pattern.replace("P(", "("), line)
        if not m:
            continue
        groups = [g for g in m.groups() if g]
        if not _percents_fit(pattern, m, percents):
            continue
        return expression.format(*groups)
    return None


def _percents_fit(pattern: str, m: re.Match[str], percents: set[int]) -> bool:
    wanted = [i for i, piece in enumerate(pattern.split(OPERAND)[:-1], 1) if piece.endswith("P")]
    return all((g := m.group(i)) and g.startswith("@") and int(g[1:]) in percents for i in wanted)


def _list(line: str) -> str | None:
    for pattern, function in LISTS.items():
        if m := re.fullmatch(
            rf"(?:{pattern})(?: (?:these|the following|these numbers|the numbers):?)? (?P<items>.+)", line
        ):
            items = [x for x in re.split(r"\s*(?:,|;|\band\b|&)\s*", m["items"]) if x]
            if len(items) < 2 or not all(re.fullmatch(OPERAND, x) for x in items):
                return None
            total = " + ".join(items)
            if function == "mean":
                return f"({total}) / {len(items)}"
            if function in ("sum", "product"):
                return total if function == "sum" else " * ".join(items)
            if function == "median":
                return f"median({', '.join(items)})"
            return f"{function}({', '.join(items)})"
    return None


def _infix(line: str, percents: set[int]) -> str | None:
    out = line
    for pattern, sign in INFIX:
        edge = r"(?:(?<=\s)|(?<=[\d¤»)]))"
        out = re.sub(rf"{edge}\s*{pattern}\s*(?=[@¤«(])", f" {sign} ", out)
    out = " ".join(out.split())
    # "20% of @1 + @2": a percentage before "of" is a factor
    out = re.sub(
        rf"{OPERAND} of (?=[@¤«(])",
        lambda m: f"{m[1]} * " if m[1].startswith("@") and int(m[1][1:]) in percents else m[0],
        out,
    )
    if not re.fullmatch(rf"[\s()]*{OPERAND}(?:[\s()]*(?:\*\*|[-+*/])[\s()]*{OPERAND})+[\s()]*", out):
        return None
    m = re.search(r"([-+]) @(\d+)$", out)
    if m and int(m[2]) in percents:  # "250 + 19%": of what stands before it
        return f"({out[: m.start()].strip()}) * (1 {m[1]} @{m[2]})"
    return out
