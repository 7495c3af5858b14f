"""How a part of a goal says that rows are compared with a number that an earlier part found: "longer than that", "over this
limit", "and how many were longer?". The number's place becomes a hole; nothing is looked up here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.rules.shapes import Part
from agents.rules.tables.schema import Column
from agents.rules.words import stem, words

HOLE = "¤"
MORE = r"(?:more|greater|higher|larger|bigger|longer|older|heavier|warmer|hotter|later|dearer|taller|wider|deeper|further|faster)"
LESS = r"(?:fewer|less|lower|smaller|shorter|younger|lighter|colder|cooler|cheaper|slower|sooner)"
OP = rf"(?:{MORE}|{LESS})(?: [\w'’-]+){{0,3}}? than|over|above|exceed(?:s|ed|ing)?|in excess of|beyond|upwards of|past|under|below|beneath|within|at least|at most|up to|no more than|not more than"
_LIMIT = r"(?:limit|threshold|maximum|minimum|cap|ceiling|target|allowance|mark|boundary)"
_SIZE = r"(?:amount|figure|number|sum|value|percentage|share|period|time|span|duration|length|age|weight|height|width|price|rate|size|distance|speed|temperature|level)"
_END = r"(?=\W*(?:$|[,.;:?!)]|(?:and|or|but|in|from|between|for|by|during|since|at|on|this|last|with|without|among|to|so|then|according|there|we|did|do|were|was|are|is|please)\b))"
_REF = rf"(?:(?:that|this|these|those|the same)(?: \w+)? (?:{_LIMIT}|(?P<noun>{_SIZE}))|the {_LIMIT}|that (?:many|much|long|old|high)(?: \w+)?|that|this|it|those){_END}"
_BEYOND = re.compile(rf"\b(?P<op>{OP})\s+(?P<ref>{_REF})", re.I)
# "…, and how many were longer?": than what was just found.
_BARE = re.compile(rf"\b(?P<op>{MORE}|{LESS}|above|over|below|under|beyond)(?=\W*$)", re.I)
# "…, and which customers live too far out for it?"
_TOO = re.compile(
    r"""
    \b(?:(?:is|are|was|were|live|lives|lie|lies|get|got|became)\s+)?too[ ](?:
        (?P<less>near|close|short|young|low|small|light|few|little|early|cold|cheap)|far|long|late|heavy|large
        |big|expensive|dear|old|high|tall|many|much|wide|deep|hot|warm)
    (?:[ ](?:out|away|off))?(?:[ ](?:for|by|under)[ ](?:it|that|this|them|the[ ](?:limit|rule|rules|policy)))?
    (?=\W*(?:$|[,.;:?!]))
    """,
    re.I | re.X,
)
_COUNTS = re.compile(r"\b(?:how many|how much|count|number of|list|which|show|name|add up|total|sum|average|mean|median|what share|what percentage)\b", re.I)  # fmt: skip
_COUNTED = re.compile(r"\b(?:how many|count|number of|list)\b", re.I)
_SUMS_UP = re.compile(r"\b(?:average|mean|median|total|sum|add up|altogether|highest|lowest|largest|smallest|longest|shortest)\b|^(?:and )?the number of\b", re.I)  # fmt: skip
_ITS_OWN = re.compile(r"\d|(?<=\s)[A-Z]|\b(?:all|overall|whole|every|each|by|per|in general|everything)\b")
_OF_THEM = re.compile(r"\b(?:those|these|them|they|their|theirs|of which)\b", re.I)


def with_hole(text: str, columns: Sequence[Column]) -> str:
    """The text with ¤ where an earlier part's number belongs; "" where it compares with no such thing."""
    if not _COUNTS.search(text):
        return ""
    if m := _BEYOND.search(text):
        noun = m["noun"] or ""
        own = f"{noun} " if noun and any(stem(noun) in c.stems for c in columns) else ""
        return f"{text[: m.start()]}{own}{m['op']} {HOLE}{text[m.end() :]}"
    if m := _TOO.search(text):
        return f"{text[: m.start()]}{'below' if m['less'] else 'above'} {HOLE}{text[m.end() :]}"
    if (m := _BARE.search(text)) and _COUNTED.search(text):
        than = "" if m["op"].casefold() in ("above", "over", "below", "under", "beyond") else " than"
        return f"{text[: m.end()]}{than} {HOLE}{text[m.end() :]}"
    return ""


def unresolved(text: str, columns: Sequence[str]) -> str:
    """ "above that" in a question that no number stands for; "" where there is none, or a column of that name."""
    m = _BEYOND.search(text)
    own = m is not None and any(c.casefold() in m["ref"].casefold() for c in columns)
    return m[0] if m and not own and _COUNTS.search(text) and HOLE not in text else ""


def goes_on(part: Part) -> bool:
    """Does a part speak of the rows that the part before counted: "and what is the average of those?"."""
    if not part.done or not part.done[-1].limited:
        return False
    if _OF_THEM.search(part.text):
        return True
    # "…, and what is the average estimate?": names no rows of its own and no other condition
    rows = {w.stem for w in words(part.done[-1].text) if w.text.endswith("s")}
    own = {w.stem for w in words(part.text)}
    return bool(_SUMS_UP.search(part.text)) and not own & rows and not _ITS_OWN.search(part.text) and len(part.text.split()) <= 9  # fmt: skip


def after_limit(part: Part) -> Part:
    """The part, as one that refers to the part before where only "the limit" or a bare "longer" says so."""
    if part.before >= 0 or not part.done or not (with_hole(part.text, ()) or goes_on(part)):
        return part
    return replace(part, before=len(part.done) - 1, context=part.done[-1].text)
