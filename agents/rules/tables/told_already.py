"""What a ranking tells anyway: "who claimed the most, and how much was it?" is one question, not two."""

from __future__ import annotations

import re

from agents.rules.shapes import Look
from agents.rules.tables.cues import cues
from agents.rules.tables.schema import Facts, sheets
from agents.rules.tables.understand import understand

_IT = r"(?:it|that|this|they|them|he|she|those|these)"
_HOW_MUCH = re.compile(
    rf"\W*(?:and )?(?:how (?:much|many|high|big|large)|(?:for|at|with) how (?:much|many)|what(?:['’]?s| was| is) (?:the|its|their|his|her) (?:amount|total|value|sum|figure|number))"
    rf"(?:\s+(?:was|is|were|are|did|does|do|has|have|had|in|all|total|altogether|come|comes|to|sell|spend|cost|worth|earn|make|get|claim|{_IT}))*\W*",
    re.I,
)


_SINCE_WHEN, _LONGEST = re.compile(r"\W*(?:and )?since when\b", re.I), re.compile(r"\blongest\b", re.I)
# "… and who owns them?": who stands beside each row of a list.
_WHO_THEM = re.compile(r"\W*(?:and )?who (?:is |are )?(?:[a-z]+ ){1,3}(?:them|these|those)\W*", re.I)
# "… and who claimed it?": a row is shown whole.
_OF_THE_ROW = re.compile(rf"\W*(?:and )?(?:who|when|where|on what day|on which date)\s+[a-z]+(?:\s+[a-z]+)?\s+{_IT}\W*|\W*(?:and )?(?:when|where) (?:was|is) (?:it|that|this)\W*", re.I)  # fmt: skip
_LISTS = re.compile(r"\W*(?:please )?(?:which|list|show|give me|name|what)\b", re.I)
_WHOLE = 10  # columns of a row that is shown whole


def told_already(text: str, before: str, look: Look) -> bool:
    """Does `text` only ask what is told with the one that `before`, a question to a table, ranks first: how much it was,
    or of a single row, who and when?"""
    kinds = {c.kind for c in cues(before, look.brief.now)}
    if "order" not in kinds or "limit" in kinds:
        return False
    if _HOW_MUCH.fullmatch(text) or (_SINCE_WHEN.match(text) and _LONGEST.search(before)):
        return True
    if not _OF_THE_ROW.fullmatch(text):
        return False
    first = understand(before, sheets(look.tables), Facts(), look.embed, look.brief.now)[0]
    then = understand(text, [first.sheet], Facts(), look.embed, look.brief.now)[0]
    of_a_row = first.limit == 1 and not first.agg and not first.group and len(first.sheet.columns) <= _WHOLE
    return of_a_row and bool(then.left)


def asks_who(text: str, before: str) -> bool:
    """Does `text` only ask who has to do with the rows that `before`, a question to a table, lists?"""
    return bool(_WHO_THEM.fullmatch(text) and _LISTS.match(before))
