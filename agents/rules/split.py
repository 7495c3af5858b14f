"""Compound goals into parts, and what links them: "it", "that amount", "the second one".

A goal is split only where each side is a goal of its own: "profit and loss", "between A and B" and lists of names stay
whole. What a part refers to is kept as the index of the part before it; nothing is resolved here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from agents.rules.carried import carried
from agents.rules.pronouns import without_relative
from agents.rules.shapes import Part
from agents.rules.split_wording import ASIDE, LED_IN
from text.sentences import sentences

_WH = r"(?:what|what's|what’s|whats|when|when's|who|who's|whom|whose|where|where's|which|why|how)"
_AUX = r"(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|had|am|might|isn't|aren't|doesn't|don't|didn't)"
_VERBS = (
    "summari[sz]e|sum up|compare|contrast|list|show|tell|give|find|calculate|compute|work out|figure out|convert|add|subtract|multiply|divide|"
    "count|remember|forget|note|keep in mind|search|look up|look for|write|draft|make|create|put together|prepare|draw|plot|chart|graph|explain|describe|"
    "translate|name|identify|extract|save|store|fetch|read|open|check|determine|state|quote|sort|rank|group|break down|condense|outline|recap|report|"
    "increase|decrease|reduce|round|split|delete|remove|turn|express|let me know|say|provide|generate|compile|estimate|order by when|take|highlight|point out|review|analy[sz]e|total|average|sum"
)
_START = re.compile(
    rf"^(?:(?:please|then|also|and|now|next|finally|afterwards?|after that|so|first(?:ly)?|second(?:ly)?|third(?:ly)?|lastly|additionally|ok(?:ay)?|thanks?|hi|hello|hey)[\s,]+)*"
    rf"(?:(?:can|could|would|will) you\s+(?:please\s+|also\s+)?(?:{_VERBS})\b|(?:i(?:'d| would) like|i want|i need)\b|"
    rf"(?:on|in|at|by|to|from|for|with|under|of|until|since|within|about|up to|above|over|below|beyond|after|before|against|through|between|as of|more than|less than)\s+{_WH}\b|{_WH}\b|{_AUX}\s+\w+|(?:{_VERBS})\b)",
    re.I,
)
_SEPARATOR = re.compile(
    r"""
    \s*;\s*(?:and\s+|then\s+)*|,?\s+and\s+(?:then\s+|also\s+|finally\s+)*|,?\s+(?:and\s+)?then\s+
    |,\s+(?:also\s+|plus\s+|next\s+|finally\s+)|,?\s+(?:as[ ]well[ ]as|plus)\s+
    |,\s+(?=(?:what|when|who|where|which|why|how)\b)
    |,\s+(?=(?:at|for|by|in|from|up[ ]to|above|within|after|with)[ ](?:how[ ](?:much|many|long)|what)\b)
    |,\s+(?=(?:add|subtract|deduct|multiply|divide|knock[ ]off|take[ ]off|convert|work[ ]out)\b)
    |,?\s+(?:after[ ]that|afterwards)\s+
    """,
    re.I | re.X,
)
_NUMBERED = re.compile(r"(?:^|\n|\s)(?:\(?\d{1,2}[.)]|[-*•])\s+(?=\S)")
_LINK = re.compile(
    r"\b(?:it|its|that|this|those|these|them|they|their|he|she|his|her|him|the (?:result|answer|total|amount|sum|former|latter|same)|"
    r"(?:later|earlier|afterwards)(?=\W*$)|"
    r"the (?:sale|order|invoice|deal|purchase|payment)(?=\W*$)|the (?:first|second|third|last|other) one|that (?:many|much)|such|thereof|each of them|of which|there|one|the two(?: up)?)\b",
    re.I,
)
# "the fee for the Kestrel and for the Norddruck": the preposition said twice makes it two questions.
_EACH = r"(?:the |our |my )?[\w'’-]+(?: [\w'’-]+){0,3}"
_FOR_EACH = re.compile(
    rf"(?P<head>(?:{_WH}|tell me|give me|find|show me)\b.+?)\s+(?P<prep>for|of|in|at|under|from) (?P<a>{_EACH}) and (?P=prep) (?P<b>{_EACH})",
    re.I,
)
_THANKS = re.compile(
    r"(?<=\w)(?<!\ba)[,\s]+(?:please|pls|plz|thanks|thank you|thx|cheers|ta)(?:[,\s]+(?:please|thanks|thank you))?(?=[\s.!?]*$)",
    re.I,
)
_COMPARES = re.compile(
    r"\b(?:differ|compar|contrast|between|versus|vs|chang|more|less|higher|lower|better|both|together|total|sum|average)\w*\b",
    re.I,
)
_COUNT_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple(?: of)?|\d{1,2})"
_FORMAT = re.compile(
    rf"(?:please[, ]+)?(?:(?:in|as|use|make it|keep it(?: to)?|give me|not more than|no more than|at most|max(?:imum)?|about|around|just|only|limit it to)\s+)*(?:about |at most |no more than |not more than |maximum |max )?"
    rf"(?:{_COUNT_WORD}\s+(?:short |brief )?(?:sentences?|bullets?|bullet points?|points|lines|paragraphs?)|(?:bullet points?|bullets|a (?:bulleted )?list|a table|plain text|short|brief|concise))"
    rf"(?:\s+(?:will do|would do|is enough|are enough|is fine|are fine|at most|max(?:imum)?|or (?:less|fewer)|please|is plenty|suffice|is sufficient|only|would be (?:fine|great|enough)))*[.! ]*",
    re.I,
)
# "… were charged the most? Names and amounts please": what is to be shown of the rows, and no goal of its own.
_CELLS = r"(?:the(?:ir)? )?(?:names?|amounts?|dates?|totals?|numbers?|figures?|prices?|values?)"
_SHOW_CELLS = re.compile(rf"(?<=[.?!])\s+(?:please[, ]+)?(?:(?:give|list|show|tell|name|with|i(?:['’]d| would) like|i need)\s+(?:me\s+|us\s+)?)?{_CELLS}(?:\s*(?:,|and|&|plus)\s*{_CELLS})*(?:\s+(?:please|too|as well|only))*\s*[.?!]*$", re.I)  # fmt: skip
_AT_RATE = re.compile(
    r"(?:and |so )?(?:what|how much) (?:does|would|will|do|is|are) (?:(?:that|this|it|they|those|these|all of (?:that|them)) "
    r"(?:make|come to|cost|amount to|be|bring in|add up to)(?: (?:in total|in all|altogether))? (?:at|with|by|using) (?P<rate>(?:the|our) [^?]+?)|"
    r"(?P<fees>(?:the|our) [^?]+?) (?:come|amount|add up) to (?:for|on|with) (?:them|these|those|all of them|these rows))[? .]*",
    re.I,
)
_BARE_WH = re.compile(
    r"^(?:when|where|why|how|how much|how many|how soon|how quickly|how often|who|by whom|since when|until when|for how long|how long|by when)$",
    re.I,
)
# "How much do I get for that? (It's my first trip this year.)": told beside the question, and no goal of its own.
_AFTERTHOUGHT = re.compile(
    r"(?<=\?)\s*\((?:i|it|we|my|our|this|that|he|she|they|the|just|for)\b[^()?]{2,120}\)\W*$", re.I
)
# What somebody has in mind is why they ask, and no fact: "I would like to move two goats. Which trailer may I take?"
_WISH = re.compile(rf"(?:i|we)(?:(?:['’]d| would) (?:like|love|prefer)| (?:want|wanted|need|hope|plan|intend|have)|(?:['’]m| am|['’]re| are) (?:hoping|planning|intending|looking|going|about)) to (?!(?:{_VERBS}|know|ask|see|get|hear|understand|learn|have|be)\b)\w+", re.I)  # fmt: skip
_BARE_S = re.compile(r"\b(what|where|who|when|how)s\b", re.I)  # "wheres the key"
_SHARED = re.compile(r"\b(?:in|from|of|under|according to|for|at|by)\s+(?:the|our|my|this|that|its)\s+[^?]*$", re.I)
_NOUN_PAIR = re.compile(
    rf"^(?P<head>(?:please\s+)?(?:{_WH}\s+(?:is|are|was|were)|what's|tell me|give me|find|show me|list|state|name)\s+)(?P<first>(?:the|our|my|its|their|his|her)\s+.+)$",
    re.I,
)
_MODIFIERS = "first|second|third|last|new|old|other|next|previous|north|south|east|west|monthly|annual|yearly|daily|former|latter|highest|lowest|largest|smallest|minimum|maximum|total|average"
_IF = re.compile(
    r"if\s+(?:we|i|you|it|they|he|she|the \w+)\b.*,\s*(?:then\s+)?(?:what|when|who|where|which|how|by when)\b", re.I
)
_RANKED = re.compile(r"\b(?:\w+est|most|least|top|maximum|minimum)\b", re.I)
_HOW_OFTEN = re.compile(r"how (?:often|many(?: times)?|frequently)(?: (?:was|is|were|are|did) (?:it|that|this|they|there|he|she)(?: \w+)?)?", re.I)  # fmt: skip
_MOST_OFTEN = re.compile(r"\b(?:most|least|fewest|(?:most|least) (?:often|frequent(?:ly)?|common))\b", re.I)
_MORE = re.compile(
    r"\b(?:cheaper|dearer|lighter|heavier|longer|shorter|(?:more|less) expensive|\w+er (?:one|of))\b", re.I
)
_WITH_IT = re.compile(
    r"(?:what(?:'s|’s| is) )?the total(?: (?:with|including|after|without|less) (?:it|that|this|the \w+))?[?. ]*$", re.I
)
# "Take the rate from the guide, then the hours from the table": each is fetched.
_TAKES = re.compile(r"(?:please\s+)?(?:first\s+)?(?:take|get|find|look up|fetch|use|start with|read off|give me|tell me)\s+(?:the|our|my|its|their)\b", re.I)  # fmt: skip
# "… which are above the limit and should be specified": the same clause goes on, its subject was said.
_GOES_ON = re.compile(rf"(?:(?:so|therefore|also|then)\s+)?{_AUX}\s+(?:be|been|have|not|no|to|also|still|therefore|already|never)\b", re.I)  # fmt: skip
# "… that start in July and are confirmed": of the same rows, its subject was said.
_RELATIVE = re.compile(r"\b(?:that|which|who)\s+[^,?;]*$", re.I)
_SAME_SUBJECT = re.compile(r"(?:are|is|was|were|have|has|had)\s+(?!(?:the|an?|our|my|your|their|his|her|its|this|that|these|those|there|it|they|we|you|i|he|she|any|anyone|all|some|no)\b)[a-z]+\b")  # fmt: skip
# "On average, how many nights …": how it is counted, and no goal of its own.
_MANNER = re.compile(
    r"(?:so |and )?(?:on average|in total|in all|all in all|altogether|overall|roughly|approximately)", re.I
)
_DETERMINER = re.compile(r"^(?:the|our|my|its|their|his|her)\s+\w+", re.I)


def split(goal: str, understood: Callable[[str], bool]) -> list[Part]:
    """The parts of a goal in order. `understood`: would this text be understood alone, by its wording?"""
    goal = _AFTERTHOUGHT.sub("", goal)
    goal = _SHOW_CELLS.sub("", _BARE_S.sub(r"\1's", ASIDE.sub("", goal, count=1)))
    texts = [t for block in _blocks(goal) for t in _clauses(block, understood)]
    texts = [_THANKS.sub("", t) for t in texts if re.search(r"\w", t)]
    texts = [t for t in texts if re.search(r"\w", t)]
    if not texts:
        return [Part(goal.strip())]
    return carried(link([part for t in _setting(texts, understood) for part in _at_a_rate(t)]))


def _at_a_rate(text: str) -> list[str]:
    """ "…, and what does that make at the test-day price?": what the price is, and what it comes to for what was counted."""
    m = _AT_RATE.fullmatch(text.strip())
    return [f"What is {m['rate'] or m['fees']}?", "how much does that come to?"] if m else [text]


def _blocks(goal: str) -> list[str]:
    items = [x.strip() for x in _NUMBERED.split(goal) if x.strip()]
    if len(_NUMBERED.findall(goal)) >= 2:
        first, rest = items[0], items[1:]
        if _NUMBERED.match(goal):
            return items
        if first.endswith(":") or not _starts(first):  # "Please answer these: 1. … 2. …"
            return rest
        return items
    out = []
    for s in sentences(goal):
        out.append(s.text.strip())
    return out or [goal]


def _starts(text: str) -> bool:
    return bool(_START.match(text.strip()) or _IF.match(text.strip()))


def _clauses(text: str, understood: Callable[[str], bool]) -> list[str]:
    for m in _SEPARATOR.finditer(text):
        left, right = text[: m.start()].strip(" ,"), text[m.end() :].strip()
        if not left or not right or _inside_pair(left, m.group()):
            continue
        if _RELATIVE.search(left) and _SAME_SUBJECT.match(right):
            continue
        if _GOES_ON.match(right) or LED_IN.fullmatch(left) or _MANNER.fullmatch(left):
            continue
        if re.match(
            r"(?:say |tell me |show )?by (?:how (?:much|many)|what)\b(?: (?:percent|percentage))?(?: (?:it|they|this|that) (?:has |have )?(?:changed?|differ(?:s|ed)?|rose|fell|grew|grown|risen))?[? .]*$",
            right,
            re.I,
        ):
            continue  # "which is cheaper, and by how much?" is one question
        if re.match(r"what(?:['’]s| is| was) the difference[?. ]*$", right, re.I) and _MORE.search(left):
            continue
        if re.match(
            r"(?:to |for |from |by )?(?:whom?|which(?: \w+)?|when|where)[?. ]*$", right, re.I
        ) and _RANKED.search(left):
            continue  # "the biggest payment, and to whom?" is answered by one row
        if _HOW_OFTEN.fullmatch(right.rstrip("?. ")) and _MOST_OFTEN.search(left):
            continue  # "which was repaired most often, and how many times?": the row that says which says how often
        if _WITH_IT.match(right) and understood(left):
            return [left, right]
        if _BARE_WH.match(right.rstrip("?. ")) and _starts(left):
            return [left, f"{right.rstrip('?. ')}: {_declarative(left)}?"]
        left_ok = (_starts(left) or understood(left)) and len(left.split()) > 1
        if left_ok and _starts(right) and len(right.split()) > 1 and not _belongs(left, right):
            return [*_noun_list(left), *_clauses(right, understood)]
        if (
            re.search(r"\band\b", m.group(), re.I)
            and understood(left)
            and understood(right)
            and not _belongs(left, right)
        ):
            return [*_noun_list(left), *_clauses(right, understood)]
        if "then" in m.group().lower() and _TAKES.match(left) and _DETERMINER.match(right):
            return [*_noun_list(left), *_clauses(f"take {right}", understood)]
        if re.search(r"\band\b|plus|well", m.group(), re.I) and (pair := _noun_pair(left, right)):
            return [pair[0], *_clauses(pair[1], understood)]
    return _noun_list(text)


def _noun_list(text: str) -> list[str]:
    """ "Tell me the hotel limit for London, the meal limit" -> one question each; [text] where it is no such list."""
    if (m := _FOR_EACH.fullmatch(text.strip().rstrip("?. "))) and not _COMPARES.search(m["head"]):
        return [f"{m['head']} {m['prep']} {m[x]}?" for x in ("a", "b")]
    items = [x.strip() for x in text.rstrip("?. ").split(",")]
    m = _NOUN_PAIR.match(items[0])
    if not m or len(items) < 2 or not all(_DETERMINER.match(x) and len(x.split()) <= 8 for x in items[1:]):
        return [text]
    if any(re.search(rf"\b{_AUX}\b", x) for x in items[1:]):
        return [text]  # "the tenant, the court has held, …" is no list
    head = re.sub(r"\bare\b", "is", m["head"])
    return [f"{head}{m['first']}?", *(f"{head}{x}?" for x in items[1:])]


def _inside_pair(left: str, separator: str) -> bool:
    """The "and" of "between A and B", "both A and B", "from … to … and"."""
    return "and" in separator.lower() and bool(
        re.search(
            r"\b(?:between|both|difference|compare|average of|mean of|sum of|product of|ratio of|median of)\b(?!.*\b(?:and|with|to)\b)[^?]*$",
            left,
            re.I,
        )
    )


def _belongs(left: str, right: str) -> bool:
    """The right side only goes on with the left: "find the rule and quote it" needs no step of its own."""
    return bool(
        re.match(r"(?:show|give|tell|list|quote|cite|state|say)\s+(?:me\s+)?(?:it|them|its?\s+sources?|the sources?|your sources?|sources?|both(?:\s+\w+)?|the sql|where)\b", right, re.I)
        or re.match(r"(?:save|download|export|store)\b.*\b(?:it|them|this|that|file|report|markdown)\b", right, re.I)
        or (re.match(r"(?:draw|plot|chart|graph|show|make)\b.*\b(?:chart|graph|plot|table)\b", right, re.I) and len(right.split()) <= 6)
        or (re.match(r"(?:give|tell|show|send)\s+(?:me\s+)?(?:the |a |its? )?(?:short |brief )?(?:gist|summary|main points|key points|overview|essence|takeaways)[. ]*$|summari[sz]e(?: it| this| that)?[. ]*$", right, re.I)
        and re.search(r"https?://|\b(?:read|open|fetch)\b", left, re.I))
        or re.match(r"(?:round|express|give)\b.*\b(?:decimals?|nearest|whole|places)\b", right, re.I)
    )  # fmt: skip


def _declarative(question: str) -> str:
    return re.sub(rf"^{_WH}\s+", "", question.rstrip("?. "), count=1, flags=re.I)


def _noun_pair(left: str, right: str) -> tuple[str, str] | None:
    """ "What is the fee and the deposit in the lease?" -> one question each, sharing what stands at the end."""
    m = _NOUN_PAIR.match(left)
    if (
        not m
        or not _DETERMINER.match(right)
        or re.search(r"\b(?:between|and|both|difference|comparison)\b", m["first"], re.I)
    ):
        return None
    right = right.rstrip("?. ")
    if re.fullmatch(rf"(?:the|our|my|its|their|his|her)\s+(?:{_MODIFIERS}|[A-Z]\w*)", m["first"].strip()):
        return None  # "the January and the March turnover"
    head = re.sub(r"\bare\b", "is", m["head"])
    head = re.sub(r"\bwere\b", "was", head)
    tail = _SHARED.search(right)
    first = m["first"]
    if (own := re.match(r"(?:their|its)\b", first, re.I)) and re.match(r"the\b", right, re.I) and not tail:
        right = f"{own[0]}{right[3:]}"  # "their average price and the number of pieces": theirs as well
    if tail and not _SHARED.search(first):
        first = f"{first} {tail.group()}"
    elif (
        not tail and (own := _SHARED.search(first)) and re.match(r"(?:in|from|under|according to)\b", own.group(), re.I)
    ):
        right = f"{right.rstrip('?.')} {own.group()}"
    return f"{head}{first.rstrip('?.')}?", f"{head}{right.rstrip('?.')}?"


def _setting(texts: list[str], understood: Callable[[str], bool]) -> list[str]:
    """A sentence that asks nothing ("My flat is in Corder Street.") belongs to the question after it."""
    out: list[str] = []
    waiting = ""
    for i, t in enumerate(texts):
        if out and _FORMAT.fullmatch(t.strip()):
            out[-1] = f"{out[-1].rstrip('?.! ')}, {t[:1].lower()}{t[1:]}"  # "Three sentences will do."
            continue
        fragment = not _starts(t) and not t.rstrip().endswith("?") and not understood(t)
        asked_next = i + 1 < len(texts) and (_starts(texts[i + 1]) or texts[i + 1].rstrip().endswith("?"))
        if asked_next and not t.rstrip().endswith("?") and is_wish(t):
            waiting = f"{waiting} {t}".strip()
        elif fragment and asked_next and not out:
            waiting = f"{waiting} {t}".strip()  # "My son threw up in the night. How long must he stay at home?"
        elif fragment and not _plain_statement(t) and out:
            out[-1] = f"{out[-1]} {t}"  # "Your honest opinion." belongs to what was asked before it
        elif not fragment or not _plain_statement(t):
            out.append(f"{waiting} {t}".strip())
            waiting = ""
        else:
            waiting = f"{waiting} {t}".strip()
    if waiting:
        if out:
            out[-1] = f"{out[-1]} {waiting}"
        else:
            out.append(waiting)
    return out


def is_wish(text: str) -> bool:
    return bool(_WISH.match(text.strip()))


def _plain_statement(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:is|are|was|were|has|have|had|am|'m|'s|went|costs?|takes?|gets?|got|feel|need|buy|bought|works?|live|think|believe)\b",
            text,
            re.I,
        )
    )


def link(texts: list[str]) -> list[Part]:
    parts: list[Part] = []
    for i, text in enumerate(texts):
        bare = (
            re.sub(
                r"^(?:(?:and|then|also|next|finally|afterwards?|so|now|after that)[\s,]+)+",
                "",
                text.strip(),
                flags=re.I,
            )
            or text
        )
        dated = (
            i
            and re.search(r"\b(?:date|when|day|due|deadline|expires?|hired|born)\b", texts[i - 1], re.I)
            and re.search(r"\b(?:is|was|will) (?:it|that)\b", bare, re.I)
        )
        if i and (dated or _LINK.search(without_relative(bare)) or re.search(r"\beach of \w+", bare, re.I)):
            parts.append(Part(bare, before=i - 1, context=parts[i - 1].text))
        else:
            parts.append(Part(bare))
    return parts
