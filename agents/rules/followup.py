"""A goal that goes on from the turn before: "and for the South?", "make it a table", "why?", "multiply that by 12".

It only says which earlier words and values the new ones stand beside; what they mean together is the intents' business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agents.base import Brief, Turn
from agents.rules.periods import is_period, stated_in
from agents.rules.pronouns import resolved
from agents.rules.same_again import again, swapped
from agents.rules.shapes import Part
from agents.rules.words import content
from text.values import find_values

_WHY = re.compile(
    r"""
    (?:but[ ]|and[ ]|so[ ])?(?:
        why(?:[ ](?:is[ ](?:that|this|it)|so|do[ ]you[ ](?:say|think)[ ](?:so|that)|that))?|how[ ]come
        |how[ ](?:did|do)[ ]you[ ](?:get|know|find|compute|calculate|work|come|arrive|reach)\b.*
        |how[ ](?:was|is)[ ](?:that|this|it)[ ](?:calculated|computed|derived|worked[ ]out|found)
        |explain(?:[ ](?:that|this|it|your[ ]answer|how).*)?
        |where[ ](?:does|did|do|is)[ ](?:that|this|it|you|the[ ](?:number|answer|figure))\b.{0,40}\b
        (?:come|from|get|find|say|stated|written|stand)\b.*
        |where[ ](?:does[ ]it|did[ ]you)[ ].*
        |what(?:'s|[ ]is|[ ]are)[ ](?:the|your)[ ](?:sources?|evidence|proof|basis)
        (?:[ ](?:for|of)[ ](?:that|this|it))?
        |which[ ](?:document|file|source|page|passage|table)[ ]
        (?:says|said|states|is|was|does|did|has|contains|mentions)\b.{0,25}
        |sources?|are[ ]you[ ]sure(?:[ ]about[ ](?:that|this|it))?|says[ ]who
        |show[ ](?:me[ ])?(?:the[ ]|your[ ])?(?:sql|steps|work(?:ing)?|sources?|query|calculation)|prove[ ]it
        |what[ ]did[ ]you[ ]do)
    """,
    re.I | re.X,
)
_LOOKS = re.compile(
    r"""
    (?:(?:please|can[ ]you|could[ ]you|now|and|ok|also|then)[\s,]+)*(?:
        (?:make|turn|show|give|draw|plot|put|display|present|format|render|convert|do|i(?:'d|[ ]would)[ ]like
            |i[ ]want)
        \s+)?
    (?:me\s+)?(?:it|that|this|them|those|the[ ](?:result|answer|data|numbers|same))?\s*
    (?:(?:in|as|into|to|with)\s+)?(?:an?\s+|the\s+)?(?P<what>
        (?:(?:bar|line|column|pie)[- ]?)?(?:chart|graph|diagram|plot)|table|list|bullet(?:s|[ ]points)?
        |(?:\w+[ ])?sentences?)
    (?:\s+(?:please|instead|of[ ](?:it|that|this|them)|now|too))*
    """,
    re.I | re.X,
)
_MORE = re.compile(
    r"""
    ^(?:and|what[ ]about|how[ ]about|same[ ](?:thing[ ])?(?:for|with|in)|the[ ]same[ ](?:for|with|in|again)
        |now[ ](?:the[ ]same[ ])?(?:for|with|in|only|just)|now|only|just|but|or|also|then|instead|with|without
        |except|for|in|as[ ]for|not|on|at|to|from|under|by|during|after|before|outside|inside)
    \b[\s,:]*
    """,
    re.I | re.X,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|may|must)\b|^(?:how (?:much|many|long|old)|what|when|who|where|which|why)\b",
    re.I,
)
_REFERS = re.compile(
    r"\b(?:it|its|that|this|those|these|them|they|their|he|she|his|her|there|the (?:result|answer|total|amount|same|sum|first|second|other))\b",
    re.I,
)
# "and what if it's only a week before?": the same question with another value in it.
_SORTED = re.compile(r"(?:(?:and|now|please|but)[\s,]+)*(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?|arrange[d]?)(?: (?:it|them|that|those|these))? by\b", re.I)  # fmt: skip
# "make it a table, biggest first"
_PUT_FIRST = re.compile(
    r"""
    (?:^|[,\s]+)(?:and[ ]|but[ ]|now[ ])?(?:with[ ])?(?:the[ ])?(?:
        biggest|largest|highest|most|newest|latest|longest|best|dearest|smallest|lowest|least|fewest|oldest
        |earliest|shortest|worst|cheapest)
    (?:[ ]ones?)?[ ]first$
    """,
    re.I | re.X,
)
_SUPPOSE = re.compile(
    r"^(?:(?:and|but|so|ok|okay)[\s,]+)*(?:what|how about) (?:if|about if|when)(?: (?:it|that|this|they|we|i|you|there)(?:['’]s|['’]re| is| are| was| were| had been| would be| only)?)?(?:\s+(?:only|just|more like|actually|instead))*\s+",
    re.I,
)
# "and once I've been here six years?": the earlier question under a condition.
_CLAUSE = re.compile(r"(?:(?:and|but|so|ok|okay)[\s,]+)*(?P<clause>(?:if|once|unless|as soon as|while|as long as)\s+[^,?]+)", re.I)  # fmt: skip
_STILL = re.compile(r"\bhow much\b.*\b(?:left|still|remains?|remaining|outstanding|more)\b", re.I)
# "What do the ones in pounds add up to?": of the rows before. "What each supplier invoiced, only the ones in pounds" says
# itself which ones.
OF_ONES = re.compile(
    r"\W*(?:(?:and|so|now|but|ok|okay|what|which|how (?:much|many)|who|list|show|give|me|add|up|sum|total|count|do|does|did|is|are|was|were|of|all)[\s,]+)*(?:the )?ones\b",
    re.I,
)
# "now only the ones that are still live": the same of fewer rows.
_ONLY_SOME = re.compile(r"(?:(?:and|but|now|ok|okay|please|also)[\s,]+)*(?:(?:show|give|list)(?: me)? )?(?:only|just)(?: for)? (?:the )?(?:ones?|those|these|rows)\b", re.I)  # fmt: skip
_READ = ("document_question", "recall", "summary")  # what answers in a text's own words


def going_on(parts: Sequence[Part], brief: Brief) -> list[Part]:
    """The parts with what they take from the turn before; unchanged when they stand on their own."""
    if not brief.turns or not parts:
        return list(parts)
    last = brief.turns[-1]
    first, rest = replace(parts[0], text=_named(_SPOKEN.sub("", parts[0].text) or parts[0].text, last)), list(parts[1:])
    bare = first.text.strip().rstrip("?.! ")
    if _WHY.fullmatch(bare):
        return [Part(first.text, only=("explain",)), *rest]
    if (m := _LOOKS.fullmatch(bare)) and m["what"]:
        return [_shown_as(m["what"], last), *rest]
    bare = _SUPPOSE.sub("", bare) or bare
    put_first = _PUT_FIRST.search(bare)
    shaped = put_first is not None and (not (rest_ := bare[: put_first.start()].strip(" ,")) or _LOOKS.fullmatch(rest_))
    if (_SORTED.match(bare) or shaped) and _kind(last) == "table_question":
        return [Part(first.text, context=_asked(last), only=("table_question",)), *rest]
    if _ONLY_SOME.match(bare) and _kind(last) == "table_question":
        return [Part(first.text, context=_asked(last), only=("table_question",)), *rest]
    if (m := _CLAUSE.fullmatch(bare)) and len(bare.split()) <= 14 and _kind(last) in _READ:
        under = f"{_asked(last).rstrip('?. ')} {m['clause']}?"
        return [Part(under, context=_asked(last), only=(_kind(last),)), *rest]
    if (_elliptical(bare) or (len(parts) == 1 and _led_on(brief.goal, bare))) and (more := _more(bare, last)):
        return [more, *rest]
    if (m := _SUPPOSE.match(first.text.strip())) and (other := swapped(_asked(last), first.text[m.end() :])):
        return [Part(other, only=(_kind(last) or "document_question",)), *rest]
    if _STILL.search(bare) and (value := value_of(last)):
        return [replace(first, value=value, context=_asked(last)), *rest]
    if _REFERS.search(bare) or OF_ONES.match(bare):
        return [_referring(first, last), *rest]
    return [first, *rest]


_NTH = re.compile(
    r"\bthe (?P<nth>first|second|third|fourth|fifth|last|top|bottom)(?: (?P<noun>one|\w+))?\b(?! (?:of|in|on|to|two|three)\b)",
    re.I,
)
_PLACES = {"first": 0, "top": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "bottom": -1}


def _named(text: str, last: Turn) -> str:
    """ "How many units of the second one?" after a ranking: its second row by name. Unchanged where nothing was ranked."""
    tables: list[Mapping[str, Any]] = [r["data"] for r in reversed(last.results)]
    data = next((d for d in tables if isinstance(d.get("rows"), list) and len(d["rows"]) > 1), None)
    m = _NTH.search(text)
    if data is None or m is None:
        return text
    heads = {str(c).casefold() for c in data.get("columns") or []}
    noun = (m["noun"] or "one").casefold()
    if noun != "one" and noun not in heads and noun.rstrip("s") not in heads:
        return text
    rows, place = data["rows"], _PLACES[m["nth"].lower()]
    label = next((c for c in rows[place] if isinstance(c, str)), None) if place < len(rows) else None
    return f"{text[: m.start()]}{label}{text[m.end() :]}" if label else text


def _elliptical(text: str) -> bool:
    words = text.split()
    if _MORE.match(text) and len(words) <= 12 and not _VERB.search(_MORE.sub("", text)):
        return True
    return (
        len(words) <= 4
        and not _VERB.search(text)
        and bool(re.match(r"(?:the|in|for|only|just|outside|per|by|with|as|and|on|at|under|\d)", text, re.I))
    )


_SPOKEN = re.compile(r"^(?:(?:ok|okay|right|great|cool|alright|fine|thanks|thank you|cheers)[\s,.!]+)+", re.I)
_LED_ON = re.compile(r"(?:(?:ok|okay|so|right|thanks|great)[\s,.]+)*(?:and|or|but|plus|also|then)[\s,]+", re.I)


def _led_on(goal: str, bare: str) -> bool:
    """ "And Small Hours?": splitting has taken the "and" off, yet nothing but a name or two is left to stand alone."""
    return bool(_LED_ON.match(goal.strip())) and len(bare.split()) <= 5 and not _VERB.search(bare)


def _part(turn: Turn) -> Mapping[str, Any]:
    """The last part of the earlier turn's plan, as its writer step keeps it; {} for another agent's turn."""
    if not turn.steps:
        return {}
    parts: Any = turn.steps[-1]["args"].get("parts")
    if not isinstance(parts, list):
        return {}
    tops = [p for p in parts if isinstance(p, dict) and not p.get("slots", {}).get("under")]
    return tops[-1] if tops else {}


def _asked(turn: Turn) -> str:
    """What the earlier turn asked, with what it itself went on from."""
    part = _part(turn)
    text, slots = str(part.get("text") or turn.goal), part.get("slots") or {}
    if part.get("intent") == "table_question" and slots.get("context"):
        return f"{slots['context']}\n{text}"
    return text


def value_of(turn: Turn) -> str:
    """The value that the earlier answer gave, with its unit if it had one ("402.336 km"); "" if none."""
    for r in reversed(turn.results):
        value = r["data"].get("value")
        if (isinstance(value, int | float) and not isinstance(value, bool)) or (
            isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
        ):
            same = [x["data"] for x in (r, *turn.results) if x["data"].get("value") == value]
            unit, per = (next((d[k] for d in same if d.get(k)), "") for k in ("unit", "per"))
            per = per or stated_in(turn.goal)  # "And per year?" gave a yearly amount
            shown = value if isinstance(value, str) else f"{value:.15g}"
            return f"{shown} {unit}".strip() + (f" per {per}" if per else "")
    found = [v for v in find_values(turn.answer) if v.number is not None]
    return f"{found[0].number:.15g}" if found and turn.outcome == "answered" else ""


def _shown_as(what: str, last: Turn) -> Part:
    """ "make it a table", "as a chart": the same question, shown another way."""
    before = _asked(last)
    intent = str(_part(last).get("intent") or "")
    if intent == "table_question":
        return Part(f"as a {what}", context=before, only=("table_question",))
    if re.search(r"table", what, re.I):
        return Part(before, context=last.answer, only=("retell",))
    return Part(
        f"{before.rstrip('?. ')} in {what}" if re.search(r"sentence|bullet", what, re.I) else f"as a {what}",
        only=(intent,) if re.search(r"sentence|bullet", what, re.I) and intent else ("retell",),
        context=last.answer,
    )


def _more(text: str, last: Turn) -> Part | None:
    part = _part(last)
    intent, before = _kind(last), str(part.get("text") or last.goal)
    new = _MORE.sub("", text).strip() or text
    if intent == "table_question":
        return Part(text, context=_asked(last), only=("table_question",))
    if intent in ("arithmetic", "units", "dates") and not is_period(new):
        if other := swapped(before, new):
            return Part(other, only=(intent,))
        return Part(text, value=value_of(last), context=before)
    if intent in ("document_question", "arithmetic", "recall") and is_period(new) and (value := value_of(last)):
        return Part(f"How much is that {new}?", value=value, context=_asked(last))
    if intent in ("document_question", "summary", "compare", "web", "recall"):
        return Part(again(before, text, new), context=before, only=(intent,))
    return None


def _kind(turn: Turn) -> str:
    """The intent that answered the earlier turn: a question to the tables may have been answered by a text."""
    intent = str(_part(turn).get("intent") or "")
    computed = any(r["data"].get("sql") and r["data"].get("found") for r in turn.results)
    return "document_question" if intent == "table_question" and not computed else intent


def _referring(part: Part, last: Turn) -> Part:
    """ "how much will that cost?": of what the turn before found; after a text's answer the texts are asked on."""
    before = _asked(last)
    if len(content(part.text)) < 2:
        part = replace(part, text=resolved(part.text, before))
    if _kind(last) != "document_question" or find_values(part.text):
        return replace(part, value=value_of(last), context=before)
    topic = re.sub(r"^(?:who|what|when|where|why|how(?: \w+)?|which)(?:['’]s)?\s+(?:(?:is|are|was|were|do|does|did|will|would|can|could)\s+)?", "", before.rstrip("?. "), flags=re.I)  # fmt: skip
    if len(content(part.text)) < 2:  # nothing in it says what it is about
        part = replace(part, text=f"{part.text.rstrip('?. ')} ({topic})?")
    only = ("document_question", "arithmetic", "units", "dates", "recall", "remember", "forget", "report", "summary")
    return replace(part, value=value_of(last), context=before, only=only)
