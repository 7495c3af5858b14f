"""What kind of answer a goal asks for, and whether a text holds one. Says nothing about whether it is right."""

from __future__ import annotations

import re
from typing import Literal

from text.values import find_values
from text.words import has_negation, names

Asked = Literal["date", "number", "money", "person", "duration", "percent", "yes_no", "text"]

_WHEN = (
    r"(?:(?:^|[,;:.?!(]\s*|\b(?:and|say|says|know|tell me|since|until|till|by|from|exactly|ask|but|or"
    r"|then|so|also)\s+)when\b)|\b(?:what (?:is the )?(?:date|day)|which (?:date|day|month|year)"
    r"|by when|on what date|what (?:date|year|month|time)|deadline|due date|expiry date|start date"
    r"|end date)\b"
)
_LONG = (
    r"\b(?:how long|what (?:is|was|are) the (?:\w+ ){0,3}(?:period|term|duration|length of time)"
    r"|notice period|for how (?:many|much) (?:days|weeks|months|years|time)"
    r"|how (?:soon|quickly|fast|often)|how many (?:seconds|minutes|hours|days|working days|weeks"
    r"|months|years))\b"
)
_UNIT_OF_TIME = r"\b(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?)\b"
# "How fast may I drive" asks for a speed, "how fast will you reply" for a length of time.
_SPEED = (
    r"\bhow fast\b[^?]*\b(?:drive|driving|go|goes|going|travel|ride|riding|run|runs|running|sail|fly"
    r"|spin|turn|turns|rotate|move|moves|tow|km/h|kph|mph|knots|rpm"
    r"|(?:metres|miles|kilometres) (?:per|an))\b"
)
_MONEY = (
    r"\b(?:how much (?:money|does|do|did|is|was|are|will|would|must|should|can)[^?]*\b(?:cost|pay|paid"
    r"|charge|owe|spend|spent|earn|fee|price|rent|salary|worth|budget|fine|penalty)\w*"
    r"|what (?:does|do|did|will|would) [^?]*\bcosts?\b"
    r"|(?:what(?:'s| is| was| are)|how (?:high|big|large) (?:is|was)) the (?:\w+ ){0,4}(?:price|cost"
    r"|fee|rent|salary|budget|deposit|fine|penalty|excess|charge|wage|turnover|revenue))\b"
)
_PERCENT = (
    r"\b(?:what|which|how many) (?:percentage|percent|per cent|share|proportion|fraction)"
    r"|\b(?:interest|tax|growth|discount|commission|vat) rate\b|what (?:share|percentage)\b"
    r"|\bby how many per ?cent\b"
)
_COUNT = (
    r"\b(?:how many|how much|number of|count(?: the| of)?"
    r"|how (?:big|large|high|tall|heavy|far|old|wide|deep|hot|cold|warm)|total|sum|average|mean|median"
    r"|maximum|minimum|what(?:'s| is) [\d(][^?]*[\d)])\b"
)
_WHO = r"\b(?:who|whom|whose|which (?:person|people|employee|company|supplier|customer|party|rep|director|manager)|name of the)\b"
_YES_NO = (
    r"^(?:(?:and|so|but|then|ok|also|please tell me(?: if| whether)?|tell me (?:if|whether)"
    r"|check (?:if|whether)|do you know (?:if|whether))[, ]+)*(?:is|are|was|were|do|does|did|can|could"
    r"|may|must|should|shall|will|would|has|have|had|am|if|whether"
    r"|need)\b(?! (?:you )?(?:tell|show|give|find|list|summari|compare|make|write|calculate|convert"
    r"|explain)\w*)"
)
_TO_BE_WRITTEN = re.compile(
    r"\b(?:summar|compare|list all|report on|write|draft|explain|describe|table of|overview)\w*"
)
_SOMEBODY = re.compile(
    r"\b(?:the|an?) \w*(?:director|manager|officer|board|chair|team|department|landlord|tenant"
    r"|supplier|client|customer|agent|head|lead|party|parties|employee|owner|nobody)\w*\b"
    r"|\b(?:nobody|no one|everyone|either party|both parties)\b",
    re.I,
)
_SAID = re.compile(r"^\W*(?:yes|no|not|only|it depends|partly|correct|true|false)\b", re.I)
_STATED = re.compile(
    r"\b(?:is|are|was|were|may|must|can|shall|will|does|do|did|has|have|allowed|permitted|required"
    r"|included|covered|needs?|approved)\b",
    re.I,
)
# Which values answer it, and which words do without one.
_HELD: dict[Asked, tuple[set[str], re.Pattern[str]]] = {
    "date": (
        {"date", "time", "duration"},
        re.compile(
            r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
            r"|\b(?:at once|immediately|daily|weekly|monthly)\b",
            re.I,
        ),
    ),
    "duration": (
        {"duration", "date", "time"},
        re.compile(
            r"\b(?:indefinite\w*|perpetual\w*|forever|immediately|at once|daily|weekly|monthly|quarterly"
            r"|yearly|annually)\b",
            re.I,
        ),
    ),
    "money": ({"money", "number", "percent"}, re.compile(r"\b(?:free|nothing|no charge|at no cost)\b", re.I)),
    "percent": ({"percent", "number"}, re.compile(r"\b(?:half|third|quarter|none|all)\b", re.I)),
    "number": (
        {"number", "money", "percent", "quantity", "duration", "time", "ordinal", "date"},
        re.compile(r"\b(?:none|no|both|once|twice|one)\b", re.I),
    ),
}


def expects(goal: str) -> Asked:
    """The kind of value that the goal asks for; "text" when it asks for none in particular (or for several things)."""
    text = " ".join(goal.split()).lower().replace("’", "'")
    if _TO_BE_WRITTEN.search(text):
        return "text"
    if re.match(_YES_NO, text) and not re.match(r"(?:is|was) it (?:how|when|who)", text):
        return "yes_no"
    if re.search(_LONG, text) and not re.search(r"\bhow often\b", text) and not re.search(_SPEED, text):
        return "duration"
    for kind, pattern in (
        ("percent", _PERCENT),
        ("money", _MONEY),
        ("date", _WHEN),
        ("person", _WHO),
        ("number", _COUNT),
    ):
        if re.search(pattern, text):
            return kind  # type: ignore[return-value]
    return "text"


def answers(kind: Asked, text: str) -> bool:
    """Does the text hold a value of this kind? An empty text answers nothing."""
    if not text.strip():
        return False
    if kind == "text":
        return bool(re.search(r"\w", text))
    if kind == "yes_no":
        return bool(_SAID.search(text)) or has_negation(text) or bool(_STATED.search(text))
    kinds = {v.kind for v in find_values(text)}
    if kind == "person":
        return bool(names(text)) or "email" in kinds or bool(_SOMEBODY.search(text))
    if kind == "duration" and "number" in kinds and re.search(_UNIT_OF_TIME, text, re.I):
        return True  # "250 — total hours"
    values, in_words = _HELD[kind]
    return bool(kinds & values) or bool(in_words.search(text))
