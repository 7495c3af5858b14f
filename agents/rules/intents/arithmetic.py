"""Arithmetic in words and signs: "17.5% of 2,340", "add 19% VAT to that", "12 times the monthly fee in the contract".

The wording becomes an expression for the tool `calculate`; this file computes nothing. What an operand stands for may be
a value that another part found, or that must be looked up first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.rules.intents.stories import story
from agents.rules.say import number
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from text.values import find_values

NAME = "arithmetic"
EXAMPLES = (
    "What is 17.5% of 2,340?",
    "Calculate 12 times 45",
    "how much is 99 divided by 7",
    "(3 + 4) * 12 - 5",
    "Add 19% VAT to 250 euros",
    "What is 1,200 minus a 15% discount?",
    "What percentage of 80 is 20?",
    "the average of 4, 8 and 15",
    "Work out the square root of 144",
    "multiply that by three",
    "Split 240 between six people",
    "By how many percent is 130 more than 100?",
)

_SIGNS = re.compile(r"[\d\s.,+\-−*/^()%×÷x]+")
_REF = (
    r"(?:the (?:result|answer|outcome|former|latter)|(?:that|this|the same|the resulting)(?: (?:amount|number|sum|figure|total|value|price|fee|"
    r"cost|total amount|rate|result|salary|rent|count|quantity|revenue|budget|limit|duration|length|percentage|average|many|much))?|(?:his or her|his|her|their|its|this) (?:sales|revenue|total|amount|salary|price|fee|cost|value|rent|pay|income|turnover|result|spending|budget)|it|them|those)"
)
_NOUNS = r"(?:the|our|my|its|their|your|his|her|each|one|a|an)\s(?:(?!\b(?:by|times|plus|minus|divided|multiplied|if|is|are|and|or)\b)[\w'’./-]+\s?){1,14}"
_O = r"(@\d+|¤|«\d+»)"
_LEAD = re.compile(
    r"^(?:please|kindly|ok(?:ay)?|hi|hey|hello|(?:can|could|would|will) you(?: please)?|what(?:'s|’s| is| are| was| would be| will be| do i get (?:if|when) i| does| do| would)?|"
    r"how much (?:is|are|was|would be|will be|does|do|would)|how much|how many (?:is|are)|calculate|compute|evaluate|determine|work out|figure out|find(?: out)?|tell me|give me|"
    r"show me|solve|the (?:result|answer|value|outcome|total|amount|price|cost) (?:of|to|for|when|if)|what|so|and|then|also|now|next|finally|i need(?: to know)?|i(?:'d| would) like to know|i want to know|"
    r"do you know|if (?:i|you|we)|when (?:i|you|we)|i|we|you|to|its|'s|,|:|is|exactly|quickly|just|let's|make it|take)\b[\s,:]*",
    re.I,
)
_TAIL = re.compile(
    r"[\s,]*(?:equals?|equal to|come(?:s)? (?:out )?to|make(?:s)?|give(?:s)?(?: me)?|be|is|are|in total|altogether|in all|please|then|for me|worth|=|\?|\.|!|"
    r"as a number|exactly|now|instead|too|as well|(?:what|how much) (?:is|do i (?:get|pay)|does it (?:cost|come to)))$",
    re.I,
)
_ROUND = re.compile(
    r",?\s*(?:and )?(?:round(?:ed)?(?: it| that| the result)?(?: off)? to|to) (?:the nearest (?P<whole>whole number|integer|unit|cent|hundredth|tenth)|(?P<n>\d) (?:decimals?(?: places)?|d\.?p\.?))",
    re.I,
)
_UNIT_WORDS = r"(?:\s(?:people|persons|friends|ways|parts|colleagues|employees|teams?|months?|years?|weeks?|days?|of us|partners|equal parts|equal shares|men|women|kids|children|guests|customers|units|departments))?"

# Each: what the wording looks like once numbers are @0, @1 …; how it is written as an expression. {0} {1} are the
# operands in the order of the groups; P stands before an operand that must be a percentage.
_FORMS: tuple[tuple[str, str], ...] = (
    (rf"P{_O} (?:of|from) {_O}", "{0} * {1}"),
    (rf"what (?:percent(?:age)?|share|fraction|proportion) of {_O} (?:is|are|was|would be|does) {_O}(?: make up| represent)?", "{1} / {0} * 100 #%"),
    (rf"(?:of {_O}|{_O}) (?:is|are|as|was|represents?|makes? up) (?:what|which|how many|how much|a) (?:percent(?:age)?|share|fraction|proportion|%) (?:of )?{_O}", "{0} / {1} * 100 #%"),
    (rf"(?:percent(?:age)?|%) (?:is|are) {_O} (?:of|out of) {_O}", "{0} / {1} * 100 #%"),
    (rf"{_O} (?:is|are) (?:what|which|how many) (?:percent(?:age)?|%) of {_O}", "{0} / {1} * 100 #%"),
    (rf"{_O} as (?:a )?(?:percent(?:age)?|%) of {_O}", "{0} / {1} * 100 #%"),
    (rf"(?:the )?(?:percent(?:age)?|%|relative) (?:change|increase|decrease|growth|rise|drop|fall|difference|reduction) (?:from|between) {_O} (?:to|and) {_O}", "({1} - {0}) / {0} * 100 #%"),
    (rf"by (?:how many|what) (?:percent(?:age)?|%) (?:is|are|was) {_O} (?:more|higher|greater|larger|bigger|less|lower|smaller) than {_O}", "({0} - {1}) / {1} * 100 #%"),
    (rf"by (?:how many|what) (?:percent(?:age)?|%) (?:did|does|do|has|have) [\w\s]*?(?:grow|grown|rise|risen|increase|increased|fall|fallen|drop|dropped|change|changed|go up|gone up)[\w\s]*? from {_O} to {_O}", "({1} - {0}) / {0} * 100 #%"),
    (rf"{_O} (?:is|are) P{_O} of (?:what|which)(?: number| amount)?", "{0} / {1}"),
    (rf"P{_O} of (?:what|which)(?: number| amount)? (?:is|are) {_O}", "{1} / {0}"),
    (rf"(?:a |an |the )?P{_O} (?:vat|tax|sales tax|gst|tip|commission|interest|deposit|share|fee|service charge|gratuity|royalty)(?: on| of| for| from)(?: top of)? {_O}", "{0} * {1}"),
    (rf"(?:add|adding)(?: the)? (?:vat|tax|sales tax|gst|a tip|interest|a surcharge)(?: at| of)?(?: a rate of)? P{_O} (?:to|onto|on) {_O}", "{1} * (1 + {0})"),
    (rf"(?:how long )?(?:does |will |would )?{_O} (?:takes?|last)(?: to (?:drive|travel|cover))? at {_O} (?:km/h|mph|kph)", "{0} / {1} #hours"),
    (rf"(?:if )?{_O} (?:had been|is|were|was|be|gets?|got)? ?(?:split|divided|shared|spread|distributed)(?: evenly| equally| fairly)? (?:over|between|among|amongst|into|across|by) (?:the )?{_O}(?: \w+)?,? (?:what|how much) (?:would|does|will|do|did|is)(?: \w+)* ?each(?: \w+)*", "{0} / {1}"),
    (rf"(?:add|adding) P{_O}(?: \w+){{0,2}}? (?:to|onto|on top of) {_O}", "{1} * (1 + {0})"),
    (rf"{_O} (?:plus|with|including|incl\.?|and|increased by|raised by|with an additional|\+)(?: an?)? P{_O}(?: (?:of )?(?:vat|tax|sales tax|gst|tip|interest|markup|surcharge|service|increase|raise|more|added|on top|extra|service charge))*", "{0} * (1 + {1})"),
    (rf"(?:increase|raise|grow|mark up|bump)(?: the (?:price|amount) of)? {_O} by P{_O}", "{0} * (1 + {1})"),
    (rf"{_O} (?:grows|rises|increases|goes up|grown|raised|increased) by P{_O}", "{0} * (1 + {1})"),
    (rf"(?:decrease|reduce|lower|cut|discount|mark down|shrink)(?: the (?:price|amount) of)? {_O} by P{_O}", "{0} * (1 - {1})"),
    (rf"{_O} (?:falls|drops|decreases|goes down|reduced|lowered|cut|decreased|discounted) by P{_O}", "{0} * (1 - {1})"),
    (rf"(?:a |an )?P{_O} (?:off|discount on|discount off|reduction on|reduction of|less than)(?: of)? {_O}", "{1} * (1 - {0})"),
    (rf"(?:subtract|deduct|take|remove|takes?) P{_O}(?: \w+)? (?:off|from|away from) {_O}", "{1} * (1 - {0})"),
    (rf"{_O} (?:minus|less|after|with|-|without)(?: a| an)? P{_O}(?: (?:discount|off|reduction|rebate|deduction|tax))*", "{0} * (1 - {1})"),
    (rf"(?:add|adding) {_O} (?:to|and|onto|with) {_O}", "{0} + {1}"),
    (rf"(?:subtract|deduct|take|remove)(?: away)? {_O} (?:from|off|away from) {_O}", "{1} - {0}"),
    (rf"(?:multiply|multiplying) {_O} (?:by|with|and|times) {_O}", "{0} * {1}"),
    (rf"(?:the product of) {_O} (?:and|with) {_O}", "{0} * {1}"),
    (rf"(?:divide|dividing|split|share|splitting|spread|distribute) {_O} (?:equally |evenly |fairly )?(?:by|into|among|amongst|between|over|across) {_O}{_UNIT_WORDS}(?: (?:equally|evenly))?", "{0} / {1}"),
    (rf"{_O} (?:split|divided|shared|spread|distributed) (?:equally |evenly )?(?:by|into|among|amongst|between|over|across)? ?{_O}{_UNIT_WORDS}(?: (?:equally|evenly))?", "{0} / {1}"),
    (rf"(?:how much (?:is|does) )?{_O}(?: (?:add up to|amount to|come to|cost|total))? (?:over|for|in|across|times|during|after)(?: the (?:whole|full|entire|total)(?: \w+)? of| a (?:whole|full|period of))? {_O} (?:months?|weeks?|years?|days?|hours?|quarters?|people|persons|guests|heads?|units|pieces|employees|items|nights|participants|visitors|seats|users|licen[cs]es|copies)", "{0} * {1}"),
    (rf"(?:what |how much )?(?:does |do |would |will )?{_O} (?:adds?|comes?|amounts?|sums?) (?:up )?to (?:in|over|for|per|within) (?:a|one|the|each|every) (?:whole |full )?year", "{0} * 12"),
    (rf"{_O} (?:for|over|in) (?:a|one|the|the whole|a whole|a full) year|{_O} (?:a|per) year(?: in total)?|{_O} (?:annually|yearly)", "{0} * 12"),
    (rf"{_O} (?:each|apiece|per (?:head|person)) for {_O}(?: [a-z]+)?", "{0} * {1}"),
    (rf"(?:the )?(?:difference|gap) between {_O} and {_O}", "abs({0} - {1})"),
    (rf"how much (?:more|larger|bigger|higher|greater) is {_O} than {_O}", "{0} - {1}"),
    (rf"how much (?:less|smaller|lower) is {_O} than {_O}", "{1} - {0}"),
    (rf"(?:the )?square root of {_O}", "sqrt({0})"),
    (rf"(?:the )?cube root of {_O}", "{0} ** (1 / 3)"),
    (rf"{_O} squared|(?:the )?square of {_O}|square {_O}", "{0} ** 2"),
    (rf"{_O} cubed|(?:the )?cube of {_O}", "{0} ** 3"),
    (rf"{_O} (?:raised )?to the (?:power(?: of)?|exponent) {_O}|{_O} to the {_O} power", "{0} ** {1}"),
    (rf"(?:the )?(?:remainder|modulo|rest) (?:of|when|if)? ?{_O} (?:is )?(?:divided by|over|mod) {_O}", "{0} % {1}"),
    (rf"(?:a |one )?half (?:of )?{_O}|halve {_O}", "{0} / 2"),
    (rf"(?:a |one )(?:third) of {_O}", "{0} / 3"),
    (rf"(?:a |one )(?:quarter|fourth) of {_O}", "{0} / 4"),
    (rf"three[- ]quarters of {_O}", "{0} * 3 / 4"),
    (rf"two[- ]thirds of {_O}", "{0} * 2 / 3"),
    (rf"(?:double|twice|two times) {_O}", "{0} * 2"),
    (rf"(?:triple|treble|thrice|three times) {_O}", "{0} * 3"),
    (rf"{_O} (?:doubled)", "{0} * 2"),
    (rf"{_O}(?: [a-z][\w-]*){{0,3}} (?:at|for|costing|priced at|worth|of) {_O} (?:each|apiece|a piece|per [a-z]+|an? [a-z]+|every [a-z]+)", "{0} * {1}"),
    (rf"{_O} (?:per|a|an|every|each) (?:month|week|day|year|hour|person|head|unit|item|piece|quarter) (?:for|over|times|across) {_O}(?: [a-z]+)?", "{0} * {1}"),
)  # fmt: skip
_LISTS = {
    r"(?:the )?(?:average|mean)(?: value)? of": "mean",
    r"(?:the )?(?:sum|total|sum total) of|add(?: up| together)?|sum(?: up)?|total(?: up)?": "sum",
    r"(?:the )?(?:product) of": "product",
    r"(?:the )?(?:largest|maximum|highest|biggest|max) (?:of|among)": "max",
    r"(?:the )?(?:smallest|minimum|lowest|min) (?:of|among)": "min",
    r"(?:the )?median of": "median",
}
_INFIX = (
    (r"(?:to the power of|\*\*|\^)", "**"),
    (r"(?:multiplied by|multiplied with|times|\*|×|x)", "*"),
    (r"(?:divided by|over|÷|/)", "/"),
    (r"(?:plus|\+|and add|added to)", "+"),
    (r"(?:minus|less|-|−|–)", "-"),
)


@dataclass(frozen=True)
class Sum:
    """An expression whose holes {0}, {1} … are lookups and {ref} an earlier value."""

    expression: str
    lookups: tuple[str, ...]
    unit: str  # of the result: "EUR", "%" or ""


def read(part: Part, look: Look) -> Reading | None:
    found = parse(part.text, refs=part.before >= 0 or bool(part.value))
    if found is None:
        return _story(part, look)
    if found.lookups and not (look.brief.documents or look.brief.facts):
        return None
    shown = found.expression.replace("{ref}", "that")
    for i, noun in enumerate(found.lookups):
        shown = shown.replace(f"{{{i}}}", noun)
    slots = {"expression": found.expression, "unit": found.unit, "shown": shown}
    return Reading(NAME, 0.92 if found.lookups else 0.97, slots, shown, found.lookups)


def _story(part: Part, look: Look) -> Reading | None:
    told = story(part.text)
    if told is None:
        return None
    expression, unit = told
    return Reading(
        NAME,
        0.92 if not look.brief.documents else 0.84,
        {"expression": expression, "unit": unit, "shown": expression},
        expression,
    )


def parse(text: str, refs: bool = False) -> Sum | None:
    """The expression that `text` asks for; None when a word of it would be ignored."""
    bare = text.strip().rstrip("?=.! ").strip()
    if _SIGNS.fullmatch(_strip(bare)) and re.search(r"\d\s*[-+−*/^×÷x]\s*[\d(-]|\d\)", bare):
        return _signs(_strip(bare))
    rounding, bare = _rounding(_fractions(bare))
    line, operands, percents, unit = _mark(bare, refs)
    line = _strip(_unary(line, operands))
    if refs and (
        m := re.fullmatch(
            rf"(?:what |how much )?(?:does |do |would |will |must |is |has )?each(?: of(?: the)?)? {_O}(?: \w+)?(?: \w+){{0,3}}",
            line,
        )
    ):
        line = f"¤ / {m[1]}"
    if not operands and "¤" not in line:
        return None
    for nouns in (False, True):
        candidate, lookups = _lookups(line) if nouns else (line, ())
        if nouns and (not lookups or len(lookups) > 2):
            return None
        found = _form(candidate, percents) or _list(candidate) or _infix(candidate, percents)
        if found is None:
            continue
        expression, _, mark = found.partition(" #")
        expression = re.sub(r"@(\d+)", lambda m: operands[int(m[1])], expression).replace("¤", "({ref})")
        expression = re.sub(r"«(\d+)»", r"({\1})", expression)
        if rounding is not None:
            expression = f"round({expression}, {rounding})"
        return Sum(expression, lookups, mark or unit)
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
        (rf"(?:the )?square root of {_O}", "sqrt({0})"),
        (rf"{_O} squared", "({0}) ** 2"),
        (rf"{_O} cubed", "({0}) ** 3"),
        (rf"(?:a |one )?half of {_O}", "({0}) / 2"),
        (rf"(?:twice|double) {_O}", "2 * ({0})"),
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
    return bool(
        re.match(
            r"(?:what (?:percent|share|fraction|proportion)|how much (?:more|less|larger|smaller|bigger|higher|lower|greater)|by (?:how|what)|take (?:@|¤|off|away))",
            line,
            re.I,
        )
    )


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
    line = re.sub(r"(?<=[@\d¤»])\s+(?:euros?|dollars?|pounds?|percent)\b", "", re.sub(r"[“”\"]", "", line))
    unit = units[0] if units and len(set(units)) == 1 else ""
    return " ".join(line.split()), operands, percents, unit


def _lookups(line: str) -> tuple[str, tuple[str, ...]]:
    """Noun phrases as operands: "12 times the monthly fee" -> "@0 times «0»"."""
    found: list[str] = []

    def hold(m: re.Match[str]) -> str:
        phrase = m[0].strip()
        if re.search(
            r"@|\b(?:average|sum|product|percentage|percent|square|difference|half|power|change|median)\b", phrase
        ):
            return m[0]
        found.append(phrase)
        return f"«{len(found) - 1}»"

    marked = re.sub(rf"(?<![\w@]){_NOUNS}", hold, line)
    return " ".join(marked.replace("»", "» ").split()), tuple(found)


def _form(line: str, percents: set[int]) -> str | None:
    for pattern, expression in _FORMS:
        m = re.fullmatch(pattern.replace("P(", "("), line)
        if not m:
            continue
        groups = [g for g in m.groups() if g]
        if not _percents_fit(pattern, m, percents):
            continue
        return expression.format(*groups)
    return None


def _percents_fit(pattern: str, m: re.Match[str], percents: set[int]) -> bool:
    wanted = [i for i, piece in enumerate(pattern.split(_O)[:-1], 1) if piece.endswith("P")]
    return all((g := m.group(i)) and g.startswith("@") and int(g[1:]) in percents for i in wanted)


def _list(line: str) -> str | None:
    for pattern, function in _LISTS.items():
        if m := re.fullmatch(
            rf"(?:{pattern})(?: (?:these|the following|these numbers|the numbers):?)? (?P<items>.+)", line
        ):
            items = [x for x in re.split(r"\s*(?:,|;|\band\b|&)\s*", m["items"]) if x]
            if len(items) < 2 or not all(re.fullmatch(_O, x) for x in items):
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
    for pattern, sign in _INFIX:
        edge = r"(?:(?<=\s)|(?<=[\d¤»)]))"
        out = re.sub(rf"{edge}\s*{pattern}\s*(?=[@¤«(])", f" {sign} ", out)
    out = " ".join(out.split())
    # "20% of @1 + @2": a percentage before "of" is a factor
    out = re.sub(
        rf"{_O} of (?=[@¤«(])",
        lambda m: f"{m[1]} * " if m[1].startswith("@") and int(m[1][1:]) in percents else m[0],
        out,
    )
    if not re.fullmatch(rf"[\s()]*{_O}(?:[\s()]*(?:\*\*|[-+*/])[\s()]*{_O})+[\s()]*", out):
        return None
    m = re.search(r"([-+]) @(\d+)$", out)
    if m and int(m[2]) in percents:  # "250 + 19%": of what stands before it
        return f"({out[: m.start()].strip()}) * (1 {m[1]} @{m[2]})"
    return out


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    expression, needs = str(reading.slots["expression"]), list[str]()
    looked = given[len(given) - len(reading.lookups) :] if reading.lookups else []
    for i, p in enumerate(looked):
        expression = expression.replace(f"{{{i}}}", p.value)
        needs.append(_step(p.value))
    if "{ref}" in expression:
        ref = given[0].value if len(given) > len(looked) else part.value
        expression = expression.replace("{ref}", ref)
        if len(given) > len(looked):
            needs.append(_step(ref))
    step = draft.add(
        f"Calculate {reading.understood}",
        "calculate",
        {"expression": expression},
        needs,
        "analyst",
        "The goal asks for a computed number.",
    )
    return Planned(NAME, part.text, reading.slots, {"calculate": step}, f"${{{step}.value}}")


def _step(reference: str) -> str:
    return reference.removeprefix("${").split(".")[0]


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    data = work.data("calculate")
    value, unit = data.get("value"), str(work.part.slots.get("unit") or "")
    shown = number(value, money=len(unit) == 3) if isinstance(value, int | float) else str(value)
    short = f"{shown}%" if unit == "%" else f"{shown} {unit}".strip()
    text = f"**{short}**"
    if how := str(data.get("shown") or data.get("expression") or ""):
        text += f" — {how}" if "=" in how else f" — {how} = {shown}"
    return Piece(text, data={"value": value})


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
