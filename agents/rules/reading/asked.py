"""What kind of answer a question asks for, from its question word and the noun after it.

Data first: the adjectives of "how …" and the nouns of "what is the …", each with the kinds of value that answer.
"""

from __future__ import annotations

import re

from agents.rules.reading.types import Kind
from agents.rules.reading.words import STOP, WORD, stem, stems

YES_NO = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would|has|have|had|am|is it|isn't|aren't|doesn't|don't|can't)\b",
    re.I,
)
_QUANTITY = {
    "heavy": ("quantity", "weight"), "loud": ("quantity", "noise"), "noisy": ("quantity", "noise"),
    "tall": ("quantity", "height"), "high": ("any", ""), "wide": ("quantity", "width"), "deep": ("quantity", "depth"),
    "big": ("quantity", "size"), "large": ("quantity", "size"), "far": ("quantity", "distance"), "hot": ("quantity", "temperature"),
    "warm": ("quantity", "temperature"), "cold": ("quantity", "temperature"), "thick": ("quantity", "thickness"),
    "old": ("age", "age"), "expensive": ("money", "price"), "cheap": ("money", "price"), "costly": ("money", "price"),
    "fast": ("rate", "speed"), "quickly": ("duration", ""), "soon": ("duration", ""), "late": ("time", ""), "early": ("time", ""),
    "often": ("frequency", ""), "frequently": ("frequency", ""), "long": ("long", ""), "strong": ("any", "strength"),
    "powerful": ("quantity", "power"),
}  # fmt: skip
# Words for what is asked -> kinds of value that answer, whether the word itself may then be absent from the answer.
_HEADS: list[tuple[str, Kind, str, bool]] = [
    (r"e-?mail(?: address(?:es)?)?", "email", "email", True),
    (r"(?:tele)?phone(?: numbers?)?|hotline|telephone|mobile number|cell number|fax(?: number)?", "phone", "phone", True),
    (r"deadlines?|due date|cut-off(?: date)?|closing date", "date", "date duration time weekday", False),
    (r"dates?|day|year|month|birthday", "date", "date weekday", True),
    (r"price|costs?|prices|fees?|salary|wages?|pay|rent|remuneration|budget|fine|revenue|turnover|profit|bonus|discount|subtotal|balance|premium|rebate|earnings|expenses|fare|surcharge|deposit|penalt(?:y|ies)|charges?|settlement|award|reward|grant|funding|refund|contribution|excess|down ?payment|inst?al?lments?|sum|allowance|compensation|ceiling", "money", "money percent", False),
    (r"value|limit|cap|maximum|minimum|threshold", "number", "money percent quantity number duration date", False),
    (r"amount|total", "money", "money percent quantity number", True),
    (r"percentage|percent|share|proportion|interest rate|rate|ratio|growth|increase|decrease|fraction", "percent", "percent money", False),
    (r"duration|length|period|term|time limit|notice period|lifespan|validity|lead time|delivery time|retention period|waiting period", "duration", "duration date", False),
    (r"weight|size|height|width|depth|capacity|volume|distance|speed|temperature|power|voltage|wattage|range|area|dimensions?|mass", "number", "quantity number code", False),
    (r"age", "number", "number duration", False),
    (r"number|quantity|count", "number", "number code phone quantity", True),
    (r"version|serial number|part number|order number|invoice number|reference|reference number|model(?: number)?|code|article number|account number|policy number|registration number|grant number|tax id|vat (?:id|number)|iban|id", "code", "code number", False),
    (r"address", "place", "address", True),
    (r"time", "date", "time date duration", True),
    (r"places?|location|venue|cit(?:y|ies)|countr(?:y|ies)|town|room|state|region|street", "place", "place", False),
    (r"person|name|author|authors|ceo|manager|director|chair(?:man|woman|person)?|owner|contact(?: person)?|head|president|doctor|signator(?:y|ies)", "person", "name", False),
    (r"compan(?:y|ies)|organi[sz]ations?|firms?|bank|agenc(?:y|ies)|universit(?:y|ies)|school|hospital|carrier|courier|supplier|vendor|employer|manufacturer|customer|client|insurer|auditor|court|hotel|airline|broker|sponsor", "organisation", "name", False),
]  # fmt: skip
_ASPECTS = {
    "weight": r"how (?:heavy|much does .+ weigh)|\bweight|\bmass\b", "length": r"how (?:tall|wide|deep|far|thick)\b|\b(?:height|width|depth|distance|length)\b",
    "noise": r"how (?:loud|noisy)|noise level", "power": r"how powerful|\bwattage|power consumption|rated power", "temperature": r"how (?:hot|warm|cold)|\btemperature",
}  # fmt: skip


def aspect(low: str) -> str:
    return next(
        (a for a, pattern in _ASPECTS.items() if re.search(pattern, low.split(" of ")[0])),
        "length or time" if low.startswith("how long") else "",
    )


# "What does it cost a year?" asks for the cost, not for a year.
_RATE = re.compile(r"(?<=\w) (?:an?|per|each|every) (?:hour|day|night|week|fortnight|month|quarter|year|term|season|annum|person|head|child|guest|item|page|piece)$")  # fmt: skip

# "What is the most we can claim?", "what's the least notice that I have to give", "… the most per night"
LIMIT = re.compile(
    r"what is the (?P<how>most|least|highest|lowest|longest|shortest|biggest|largest|smallest)(?: (?P<what>amount|sum|number|time|figure|value|share|notice|delay|period|(?<=most )(?!of\b|per\b)[a-z]+|(?<=least )[a-z]+))?"
    r"(?: (?:that|which))? (?:(?:per|a|an) [a-z]+\b|(?:we|i|you|they|he|she|one|(?:the|a|an|my|our) [a-z]+) (?:can|could|may|must|might|will|would|should|am|are|is|ha(?:s|ve)|get|pay)\b)"
)

_MONEY = re.compile(r"\b(?:claim\w*|pay|paid|spen[dt]|charge[ds]?|cost|costs|reimburse\w*|price|expenses?)\b")


def asked(low: str) -> tuple[Kind, str, bool, str, frozenset[str], str]:
    """(kind, values that answer, must one be there, head words, words that the kind implies, noun counted)."""
    if m := re.match(r"(?:for |in |at |within |after |by |up to |until |over |to )?how (many|much|\w+)\b(.*)", low):
        return _how(m[1], m[2])
    if re.match(r"(?:by |until |since |from |on |till )?(?:when\b|(?:what|which) (?:date|day|year|month|time)\b)", low):
        return (
            "date",
            "date time duration ordinal weekday",
            True,
            "",
            frozenset({"date", "day", "year", "month", "time"}),
            "",
        )
    if re.match(
        r"(?:to |for |from |by |with |on whose |in whose )?(?:who|whom|whose|which (?:person|people|employee|colleague|author)s?)\b",
        low,
    ):
        return "person", "name role", True, "", frozenset({"person", "people", "name"}), ""
    if re.match(
        r"(?:from |to )?where\b|(?:in |at |to |from )(?:which|what) (?:city|town|country|room|place|building|location)",
        low,
    ):
        return "place", "place", False, "", frozenset({"place", "location"}), ""
    if re.match(
        r"what\b.*\b(?:costs?|charges?)\b(?! (?:code|number|centre|center|name|type|account))", low
    ) and not re.match(r"what (?:is|are|was|were)\b", low):
        return "money", "money", True, "", frozenset({"cost", "costs", "charge", "charges", "price", "pay"}), ""
    if m := LIMIT.match(low):
        wants = "money percent" if _MONEY.search(low) else "money percent quantity number duration"
        return "number", wants, True, m["what"] or "", frozenset({m["how"], "amount"}), ""
    if re.match(r"why\b|for what reason|how come", low):
        return "text", "", False, "", frozenset({"reason"}), ""
    if re.match(
        r"(?:what (?:does|do)\b.*\b(?:mean|stand for|refer to)s?$|(?:what is|what's) meant by|define\b|meaning of\b)",
        low,
    ):
        return "definition", "", False, "", frozenset({"mean", "meaning"}), ""
    if YES_NO.match(low):
        return (
            "yes_no",
            "",
            False,
            "",
            frozenset({"allowed", "permitted", "possible", "there", "exist", "entitled", "required", "ok"}),
            "",
        )
    return _what(low)


def _how(word: str, rest: str) -> tuple[Kind, str, bool, str, frozenset[str], str]:
    first = WORD.search(rest.replace("'s", ""))
    noun = stem(first[0]) if first and first[0] not in STOP else ""
    if word == "many":
        units = {"day", "week", "month", "year", "hour", "minut", "second"}
        spent = noun in units or units & set(stems(" ".join(rest.split()[:3])))
        wants = "duration" if spent else "number quantity"
        return (
            ("duration" if wants == "duration" else "number"),
            wants,
            True,
            first[0] if first and noun not in units else "",
            frozenset(),
            noun,
        )
    if word == "much":
        if noun in {"time", "notic", "leav", "holiday", "vacat", "day"}:
            return "duration", "duration number", True, "", frozenset({"time"}), ""
        money = noun in {"", "money", "is", "tax", "rent", "extra"} or re.search(
            r"\b(?:costs?|pay|paid|charged?|spen[dt]|price|owe|earn|worth|fee|rent|save|budget|money)\b", rest
        )
        price = bool(re.search(r"\b(?:costs?|price|paid|pay|charged?|spent|owe|worth)\b", rest)) and noun != "tax"
        wants = "money" if price else "money percent" if money else "money percent quantity number duration"
        return (
            ("money" if money else "number"),
            wants,
            True,
            "",
            frozenset({"cost", "pay", "price", "money", "charge", "amount", "worth", "be"}),
            "",
        )
    value, aspect = _QUANTITY.get(word, ("", ""))
    if not value:
        return "text", "", False, "", frozenset(), ""
    kinds = {
        "quantity": "quantity number", "money": "money", "long": "duration date quantity", "duration": "duration date",
        "frequency": "frequency duration", "age": "number duration date", "time": "time date duration", "rate": "quantity number duration percent code",
        "any": "money percent quantity number",
    }[value]  # fmt: skip
    kind: Kind = (
        "money"
        if value == "money"
        else "duration"
        if value in ("long", "duration", "frequency")
        else "date"
        if value == "time"
        else "number"
    )
    if re.match(r" (?:is|are|was|were) (?:the |my |our |your |its )?\w+'?s? ?(?:french|english|german|spanish)", rest):
        return "text", "", False, "", frozenset(), ""
    # "how high", "how large": the adjective asks for the kind of value and seldom stands beside it.
    return kind, kinds, True, aspect, frozenset({word, aspect} if value in ("money", "any") else {word}), ""


def _what(low: str) -> tuple[Kind, str, bool, str, frozenset[str], str]:
    m = re.match(
        r"(?:(?:in|on|at|to|for|from|by|with|under|until|since|of|up to|within) )?(?:what|which)(?:'s)?\b(?: (?:is|are|was|were|will be|kind of|type of|sort of)\b)*(.*)",
        low,
    )
    topic = m is None
    rest = (m[1] if m else low).strip()
    rest = re.sub(r"^(?:the|a|an|my|our|your|his|her|their|its|this|that|any)\s+", "", rest)
    rest = (
        re.sub(r"^(?:name|names|title) of (?:the |an? )?", "", rest)
        if not re.match(r"names? of (?:the )?(?:person|people)", rest)
        else rest
    )
    asks_name = bool(re.match(r"(?:what|which) (?:is|are|was) (?:the )?names? of", low))
    subject = re.split(
        r"\s+(?:of|for|on|in|to|that|which|who|is|are|was|were|do|does|did|has|have|had|can|may|must|should|if|when|at|from|with|by|per|under|after|before|between|about|will|would|during|not)\b|[,:;]",
        rest,
        maxsplit=1,
    )[0]
    subject = _RATE.sub("", subject)
    tokens = [re.sub(r"['’]s$", "", t) for t in subject.split()]
    for pattern, kind, wants, implied in _HEADS:
        for n in (3, 2, 1):
            if len(tokens) >= n and re.fullmatch(pattern, " ".join(tokens[-n:])):
                dropped = frozenset(tokens[-n:]) if implied else frozenset()
                strict = not topic and kind in (
                    "email",
                    "phone",
                    "date",
                    "money",
                    "percent",
                    "duration",
                    "number",
                    "code",
                )
                return kind, wants, strict, "" if implied else " ".join(tokens[-n:]), dropped, ""
    if m and not re.match(
        r"what(?:'s| (?:is|are|was|were))\b", low
    ):  # "which carrier delivered …": the noun comes first
        for pattern, kind, wants, implied in _HEADS:
            if tokens and re.fullmatch(pattern, re.sub(r"['’]s?$", "", tokens[0])):
                return kind, wants, False, "" if implied else tokens[0], frozenset(tokens[:1] if implied else ()), ""
        if tokens:
            return "text", "", False, tokens[0], frozenset(), stem(tokens[0])
    if asks_name:
        return "person", "name", True, subject, frozenset(), ""
    plural = bool(re.match(r"(?:what|which) are\b|list\b|which \w+s\b", low)) or (
        m is not None and bool(re.search(r"(?<!s)s$", subject)) and not low.startswith("what is")
    )
    return ("list" if plural else "text"), "", False, tokens[-1] if tokens else "", frozenset(), ""
