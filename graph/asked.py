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


def expects(goal: str) -> Asked:
    """The kind of value that the goal asks for; "text" when it asks for none in particular (or for several things)."""
    text = " ".join(goal.split()).lower().replace("’", "'")
    if re.search(r"\b(?:summar|compare|list all|report on|write|draft|explain|describe|table of|overview)\w*", text):
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
    kinds = {v.kind for v in find_values(text)}
    if kind == "text":
        return bool(re.search(r"\w", text))
    if kind == "person":
        return (
            bool(names(text))
            or "email" in kinds
            or bool(
                re.search(
                    r"\b(?:the|an?) \w*(?:director|manager|officer|board|chair|team|department|landlord|tenant"
                    r"|supplier|client|customer|agent|head|lead|party|parties|employee|owner|nobody)\w*\b"
                    r"|\b(?:nobody|no one|everyone|either party|both parties)\b",
                    text,
                    re.I,
                )
            )
        )
    if kind == "yes_no":
        said = re.search(r"^\W*(?:yes|no|not|only|it depends|partly|correct|true|false)\b", text, re.I)
        return (
            bool(said)
            or has_negation(text)
            or bool(
                re.search(
                    r"\b(?:is|are|was|were|may|must|can|shall|will|does|do|did|has|have|allowed|permitted|required"
                    r"|included|covered|needs?|approved)\b",
                    text,
                    re.I,
                )
            )
        )
    if kind == "date":
        return (
            bool(kinds & {"date", "time"})
            or bool(
                re.search(
                    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:at once|immediately|daily|weekly|monthly)\b",
                    text,
                    re.I,
                )
            )
            or "duration" in kinds
        )
    if kind == "duration":
        counted = "number" in kinds and re.search(_UNIT_OF_TIME, text, re.I)  # "250 — total hours"
        return bool(kinds & {"duration", "date", "time"} or counted) or bool(
            re.search(
                r"\b(?:indefinite\w*|perpetual\w*|forever|immediately|at once|daily|weekly|monthly|quarterly|yearly|annually)\b",
                text,
                re.I,
            )
        )
    if kind == "money":
        return bool(kinds & {"money", "number", "percent"}) or bool(
            re.search(r"\b(?:free|nothing|no charge|at no cost)\b", text, re.I)
        )
    if kind == "percent":
        return bool(kinds & {"percent", "number"}) or bool(
            re.search(r"\b(?:half|third|quarter|none|all)\b", text, re.I)
        )
    return bool(kinds & {"number", "money", "percent", "quantity", "duration", "time", "ordinal", "date"}) or bool(
        re.search(r"\b(?:none|no|both|once|twice|one)\b", text, re.I)
    )
