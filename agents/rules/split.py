"""Compound goals into parts, and what links them: "it", "that amount", "the second one".

A goal is split only where each side is a goal of its own: "profit and loss", "between A and B" and lists of names stay
whole. What a part refers to is kept as the index of the part before it; nothing is resolved here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from agents.rules.carried import carried
from agents.rules.pronouns import without_relative
from agents.rules.shapes import Part
from agents.rules.split_wording import (
    AFTERTHOUGHT,
    ASIDE,
    AT_RATE,
    AUX,
    BARE_S,
    BARE_WH,
    COMPARES,
    DETERMINER,
    FOR_EACH,
    FORMAT,
    GOES_ON,
    HOW_OFTEN,
    IF,
    LED_IN,
    LINK,
    MANNER,
    MODIFIERS,
    MORE,
    MOST_OFTEN,
    NOUN_PAIR,
    NUMBERED,
    RANKED,
    RELATIVE,
    SAME_SUBJECT,
    SEPARATOR,
    SHARED,
    SHOW_CELLS,
    SHOWN_WITH,
    START,
    TAKES,
    THANKS,
    WH,
    WISH,
    WITH_IT,
)
from text.sentences import sentences


def split(goal: str, understood: Callable[[str], bool]) -> list[Part]:
    """The parts of a goal in order. `understood`: would this text be understood alone, by its wording?"""
    goal = AFTERTHOUGHT.sub("", goal)
    goal = SHOWN_WITH.sub("", goal)
    goal = SHOW_CELLS.sub("", BARE_S.sub(r"\1's", ASIDE.sub("", goal, count=1)))
    texts = [t for block in _blocks(goal) for t in _clauses(block, understood)]
    texts = [THANKS.sub("", t) for t in texts if re.search(r"\w", t)]
    texts = _which_ones([t for t in texts if re.search(r"\w", t)])
    if not texts:
        return [Part(goal.strip())]
    parts = link([part for t in _setting(texts, understood) for part in _at_a_rate(t)])
    return carried(_in_the_setting(parts, texts[0]))


def _in_the_setting(parts: list[Part], first: str) -> list[Part]:
    """ "I paid for a train on 3 May. Which form is it, and when is it due?": what is told first is told of both."""
    told = len(parts) > 1 and parts[0].text.startswith(first) and parts[0].text != first and not first.endswith("?")
    return [replace(p, context=first) if told and i and not p.context else p for i, p in enumerate(parts)]


_ONES = re.compile(r"\W*(?:and )?(?:which|what)(?: ones?)?(?: are (?:they|those|these))?\W*", re.I)
_HOW_MANY = re.compile(r"\W*(?:and )?how many (?=\w)", re.I)


def _which_ones(texts: list[str]) -> list[str]:
    """ "How many hires were cancelled, and which ones?": which hires were cancelled."""
    return [
        _HOW_MANY.sub("which ", before, count=1) if before and _ONES.fullmatch(t) and _HOW_MANY.match(before) else t
        for before, t in zip(["", *texts], texts, strict=False)
    ]


def _at_a_rate(text: str) -> list[str]:
    """ "…, and what does that make at the test-day price?": what the price is, and what it comes to for what was counted."""
    m = AT_RATE.fullmatch(text.strip())
    return [f"What is {m['rate'] or m['fees']}?", "how much does that come to?"] if m else [text]


def _blocks(goal: str) -> list[str]:
    items = [x.strip() for x in NUMBERED.split(goal) if x.strip()]
    if len(NUMBERED.findall(goal)) >= 2:
        first, rest = items[0], items[1:]
        if NUMBERED.match(goal):
            return items
        if first.endswith(":") or not _starts(first):  # "Please answer these: 1. … 2. …"
            return rest
        return items
    out = []
    for s in sentences(goal):
        out.append(s.text.strip())
    return out or [goal]


def _starts(text: str) -> bool:
    return bool(START.match(text.strip()) or IF.match(text.strip()))


def _clauses(text: str, understood: Callable[[str], bool]) -> list[str]:
    for m in SEPARATOR.finditer(text):
        left, right = text[: m.start()].strip(" ,"), text[m.end() :].strip()
        if not left or not right or _inside_pair(left, m.group()):
            continue
        if RELATIVE.search(left) and SAME_SUBJECT.match(right):
            continue
        if GOES_ON.match(right) or LED_IN.fullmatch(left) or MANNER.fullmatch(left):
            continue
        if re.match(
            r"(?:say |tell me |show )?by (?:how (?:much|many)|what)\b(?: (?:percent|percentage))?(?: (?:it|they|this|that) (?:has |have )?(?:changed?|differ(?:s|ed)?|rose|fell|grew|grown|risen))?[? .]*$",
            right,
            re.I,
        ):
            continue  # "which is cheaper, and by how much?" is one question
        if re.match(r"what(?:['’]s| is| was) the difference[?. ]*$", right, re.I) and MORE.search(left):
            continue
        if re.match(
            r"(?:to |for |from |by )?(?:whom?|which(?: \w+)?|when|where)[?. ]*$", right, re.I
        ) and RANKED.search(left):
            continue  # "the biggest payment, and to whom?" is answered by one row
        if HOW_OFTEN.fullmatch(right.rstrip("?. ")) and MOST_OFTEN.search(left):
            continue  # "which was repaired most often, and how many times?": the row that says which says how often
        if WITH_IT.match(right) and understood(left):
            return [left, right]
        if BARE_WH.match(right.rstrip("?. ")) and _starts(left):
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
        if "then" in m.group().lower() and TAKES.match(left) and DETERMINER.match(right):
            return [*_noun_list(left), *_clauses(f"take {right}", understood)]
        if re.search(r"\band\b|plus|well", m.group(), re.I) and (pair := _noun_pair(left, right)):
            return [pair[0], *_clauses(pair[1], understood)]
    return _noun_list(text)


def _noun_list(text: str) -> list[str]:
    """ "Tell me the hotel limit for London, the meal limit" -> one question each; [text] where it is no such list."""
    if (m := FOR_EACH.fullmatch(text.strip().rstrip("?. "))) and not COMPARES.search(m["head"]):
        return [f"{m['head']} {m['prep']} {m[x]}?" for x in ("a", "b")]
    items = [x.strip() for x in text.rstrip("?. ").split(",")]
    m = NOUN_PAIR.match(items[0])
    if not m or len(items) < 2 or not all(DETERMINER.match(x) and len(x.split()) <= 8 for x in items[1:]):
        return [text]
    if any(re.search(rf"\b{AUX}\b", x) for x in items[1:]):
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
    return re.sub(rf"^{WH}\s+", "", question.rstrip("?. "), count=1, flags=re.I)


def _noun_pair(left: str, right: str) -> tuple[str, str] | None:
    """ "What is the fee and the deposit in the lease?" -> one question each, sharing what stands at the end."""
    m = NOUN_PAIR.match(left)
    if (
        not m
        or not DETERMINER.match(right)
        or re.search(r"\b(?:between|and|both|difference|comparison)\b", m["first"], re.I)
    ):
        return None
    right = right.rstrip("?. ")
    if re.fullmatch(rf"(?:the|our|my|its|their|his|her)\s+(?:{MODIFIERS}|[A-Z]\w*)", m["first"].strip()):
        return None  # "the January and the March turnover"
    head = re.sub(r"\bare\b", "is", m["head"])
    head = re.sub(r"\bwere\b", "was", head)
    tail = SHARED.search(right)
    first = m["first"]
    if (own := re.match(r"(?:their|its)\b", first, re.I)) and re.match(r"the\b", right, re.I) and not tail:
        right = f"{own[0]}{right[3:]}"  # "their average price and the number of pieces": theirs as well
    if tail and not SHARED.search(first):
        first = f"{first} {tail.group()}"
    elif (
        not tail and (own := SHARED.search(first)) and re.match(r"(?:in|from|under|according to)\b", own.group(), re.I)
    ):
        right = f"{right.rstrip('?.')} {own.group()}"
    return f"{head}{first.rstrip('?.')}?", f"{head}{right.rstrip('?.')}?"


def _setting(texts: list[str], understood: Callable[[str], bool]) -> list[str]:
    """A sentence that asks nothing ("My flat is in Corder Street.") belongs to the question after it."""
    out: list[str] = []
    waiting = ""
    for i, t in enumerate(texts):
        if out and FORMAT.fullmatch(t.strip()):
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
    return bool(WISH.match(text.strip()))


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
        if i and (dated or LINK.search(without_relative(bare)) or re.search(r"\beach of \w+", bare, re.I)):
            parts.append(Part(bare, before=i - 1, context=parts[i - 1].text))
        else:
            parts.append(Part(bare))
    return parts
