"""What a question asks for: the kind of answer, the words that must be met, the names and numbers that must be there.

English questions and bare topics ("notice period"). It reads the question alone, never the passages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from agents.rules.reading.asked import YES_NO, asked, aspect
from agents.rules.reading.types import Kind
from agents.rules.reading.words import GENERIC, STOP, WORD, groups_of, phrases, stem, stems, words
from text.sentences import sentences
from text.values import find_values


@dataclass(frozen=True)
class Term:
    """One thing the question is about: a word, or a phrase that the thesaurus knows."""

    text: str
    stems: tuple[str, ...]
    groups: frozenset[int]
    weight: float  # 1; less for words that only name the document or that the kind of answer implies
    head: bool = False  # what is asked for ("penalty" of "the penalty for late delivery")

    def hit(self, of: Sequence[str], having: Set[int]) -> float:
        """1 where its words are among the stems `of`, 0.9 where a synonym's group is in `having`, 0.7 where it is a long
        word's beginning ("defib"), else 0."""
        if all(s in of for s in self.stems):
            return 1.0
        if self.groups & having:
            return 0.9
        cut = self.stems[0] if len(self.stems) == 1 and len(self.stems[0]) >= 5 else ""
        return 0.7 if cut and any(s.startswith(cut) and len(s) >= len(cut) + 3 for s in of) else 0.0


@dataclass(frozen=True)
class Question:
    text: str  # without politeness
    kind: Kind
    wants: frozenset[str]  # kinds of text.values.Value, or "name", "place", that the answer must contain; empty: any
    strict: bool  # without such a value it is no answer
    terms: tuple[Term, ...]
    names: tuple[str, ...]  # capitalised names as written
    codes: tuple[str, ...]  # "E7", "PO-66120", "clause 4.2": identifiers that must stand there
    years: tuple[str, ...]
    days: tuple[str, ...]  # full dates, ISO: what happened on another day does not answer
    noun: str = ""  # of "how many X", "which X": the stem of X
    aspect: str = ""  # "weight" of "how heavy": the value must be in such a unit
    who_is: bool = False  # "who is the X": the name must stand beside the X
    told: str = ""  # what was told before the question itself ("My son is ill.")
    wording: str = ""  # all of it as it was typed


_POLITE = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please|ok|okay|so|and|also|now|well)\b[,\s]*)*"
    r"(?:(?:can|could|would|will) you (?:please )?(?:tell|show|give|let) (?:me|us)(?: know)?(?: about)?|(?:please )?(?:tell|show|give) (?:me|us)(?: about)?|"
    r"i(?:'d| would)? (?:like|want|need) to (?:know|find out)|do you know|(?:please )?(?:find(?: out)?|look up|check|see|name|state)\b(?! the differ)|"
    r"i(?:'m| am) (?:wondering|looking for)|i wonder|any idea|remind me(?: of)?)?[\s,:]*(?:if (?=\w+ (?:is|are|can|has|have|must|may))|whether )?",
    re.I,
)
_FRAME = re.compile(
    r"""
    (?:,?\s*\b(?:according[ ]to|based[ ]on|as[ ]per|in|from|per|under)\s+(?:the|this|my|our|that)\s+
        (?:uploaded[ ]|attached[ ]|above[ ])?(?:
            document|contract|agreement|policy|handbook|manual|paper|report|file|invoice|bill|text|passage
            |minutes|mail|e-?mail|letter|cv|resume|article|study|pdf)
        s?\b)
    |\b(?:what|where|when|how)[ ]does[ ](?:the|this)[ ]
    (?:document|contract|agreement|policy|handbook|manual|paper|report|file|text)[ ]
    (?:say|state|mention|specify)[ ](?:about|that|on)\b
    |\bdoes[ ](?:the|this)[ ](?:document|contract|agreement|policy|handbook|manual|paper|report|file|text)[ ]
    (?:say|state|mention|specify)(?:[ ]anything)?(?:[ ]about|[ ]on|[ ]that)?\b
    """,
    re.I | re.X,
)
# "Which rule says who approves it?" asks who approves it.
_WHICH_RULE = re.compile(
    r"(?:which|what) (?:rule|clause|section|policy|document|part|paragraph|passage|page)s? (?:says?|states?|tells?|defines?|sets? out|explains?|lays? down)(?: us| me)?\s+(?=(?:who|what|when|how|where|which|why)\b)",
    re.I,
)
_SHORT = re.compile(r"\b(what|where|who|when|how)(?:['’]s|s)\b", re.I)
# "Have you got a phone number for Ann?" wants the number, not a yes.
_GOT = re.compile(r"^(?:(?:have|has|do|does|is|are) (?:you|we|they|there)(?: (?:got|have))? (?:an?|any|the) )(?=(?:(?:tele)?phone|e-?mail|mobile|address|contact|number|reference|postcode|price|date)\b)", re.I)  # fmt: skip
_WHO_IS = re.compile(
    r"(?:who (?:is|was|are|were)|what (?:is|was) the name of|what (?:is|was) (?:\w+ )?\w+['’]s name)\b(?!.*\b(?:for|to|\w+(?:ed|ing|en))\b)"
)
_NUMBERED = re.compile(
    r"""
    \b(?:error|code|clause|section|article|chapter|version|invoice|order|project|phase|step|table|figure|annex
        |appendix|schedule|exhibit|model|room|building|item|lot|ticket|case|part|no\.?|number|nr\.?|q[1-4]|§)
    \s+\#?([A-Z]?\d[\w.\-/]*|(?-i:[A-HJ-Z])\b)
    """,
    re.I | re.X,
)
_CODE = re.compile(r"(?<!\w)(?=[\w/\-.]*\d)(?=[\w/\-.]*[A-Z])[A-Za-z0-9]+(?:[\-/_.][A-Za-z0-9]+)*")
_YEAR = re.compile(r"(?<![\d.,\-/])(?:19|20)\d\d(?![\d\-/]|[.,]\d)")
_TRAILING = re.compile(
    r"(?P<what>(?!what|who|when|where|which|why|how)\S.*?),? (?P<be>is|are|was|were|will be|costs?|lasts?|takes?) (?P<wh>how (?:much|many|long|high|old|far|big|often)|what|when|who|where)",
    re.I,
)
_SMALL = {"i", "i'm", "i'd", "i've", "ok", "pdf", "cv", "faq", "what", "who", "when", "where", "which", "how", "why"}


_TOLD = 0.2  # weight of a word that is only told, not asked about
_ASKS = re.compile(
    r"(?:(?:on|in|at|by|to|for|from|with|until|since|under|of|within) (?=what|which|whom?\b|whose|how|when))?(?:what|when|who|whom|whose|where|which|why|how|can|could|may|must|do|does|did|is|are|was|were|will|would|should|shall|has|have|am)\b",
    re.I,
)


def apart(question: str) -> tuple[str, str]:
    """(what is told first, the question itself): "I feel ill today. When do I call?", "I'm late, what does she charge?"."""
    whole = " ".join(question.split())
    said = [s.text.strip() for s in sentences(whole)]
    asking = [s for s in said if s.endswith("?") or _ASKS.match(s)]
    main = asking[-1] if len(said) > 1 and asking else whole
    told = whole[: whole.rfind(main)].strip()
    clause = re.match(r"(?P<told>[^,?]{8,}?)(?:,|:| [-–—])\s*(?:so |and |but )?(?P<asked>(?:what|when|who|where|which|why|how|will|do|does|can|may|must|is|are)\b.{8,})", main, re.I)  # fmt: skip
    if (
        clause
        and not _ASKS.match(main)
        and not re.match(
            r"(?:in|on|at|for|under|according|after|before|during|by|with|from|to|of|as|per)\b", main, re.I
        )
    ):
        told, main = f"{told} {clause['told']}".strip(), clause["asked"]
    return told, main


def analyse(question: str) -> Question:
    wording = " ".join(question.split())
    told, question = apart(question)
    text = _FRAME.sub(" ", _SHORT.sub(r"\1 is", " ".join(question.split())))
    text = _GOT.sub("What is the ", text, count=1)
    text = _POLITE.sub("", text, count=1).strip(" ,?!.") or question.strip()
    text = _WHICH_RULE.sub("", text, count=1)
    if m := _TRAILING.fullmatch(text):  # "The grant was how much?"
        text = f"{m['wh']} {m['be']} {m['what']}"
    low = text.lower()
    kind, wants, strict, head, implied, noun = asked(low)
    codes = _codes(text)
    years = tuple(dict.fromkeys(_YEAR.findall(text)))
    names = _names(text)
    terms = _terms(text, head, implied, codes, years)
    known = {s for t in terms for s in t.stems}
    told_weight = _TOLD if any(t.weight >= 0.7 for t in terms) else 0.8  # "… Am I allowed to give them to him?"
    terms += tuple(
        replace(t, weight=told_weight, head=False)
        for t in _terms(told, "", frozenset(), (), ())
        if told and not known & set(t.stems)
    )
    return Question(
        text,
        kind,
        frozenset(wants.split()),
        strict,
        terms,
        names,
        codes,
        years,
        _days(text),
        noun,
        aspect(low),
        bool(_WHO_IS.match(low)),
        told,
        wording,
    )


def _days(text: str) -> tuple[str, ...]:
    """Full dates that the question is about, ISO; none where it only supposes one."""
    if YES_NO.match(text) or re.search(r"\bif\b", text, re.I):
        return ()  # "May I cancel on 3 June 2026?" is answered by a rule that names no day
    return tuple(
        v.date
        for v in find_values(text)
        if v.kind == "date"
        and re.fullmatch(r"\d{4}-\d{2}-\d{2}", v.date)
        and re.search(r"\b(?:on|of|dated)\s+(?:the\s+)?$", text[: v.start], re.I)
    )


def _codes(text: str) -> tuple[str, ...]:
    found = [m[1].rstrip(".") for m in _NUMBERED.finditer(text)] + [m[0].rstrip(".-/") for m in _CODE.finditer(text)]
    return tuple(
        dict.fromkeys(c for c in found if (not _YEAR.fullmatch(c) and any(ch.isdigit() for ch in c)) or len(c) == 1)
    )


def _names(text: str) -> tuple[str, ...]:
    """Capitalised words that are not merely the start of the question; none where everything is capitalised."""
    found = [m for m in WORD.finditer(text) if m[0][0].isupper()]
    content = [m for m in WORD.finditer(text) if m[0].lower() not in STOP]
    if len(content) > 2 and len([m for m in content if m[0][0].isupper()]) > 0.7 * len(content):
        return ()  # a title, or capitals throughout: capitals say nothing
    out: list[str] = []
    last = -9
    for m in found:
        w = re.sub(r"['’]s$", "", m[0])
        if (
            w.lower() in _SMALL
            or w.lower() in STOP
            or (m.start() == 0 and not m[0].isupper() and not _known_name_start(text))
        ):
            continue
        joined = out and m.start() - last <= 1
        if joined:
            out[-1] += " " + w
        else:
            out.append(w)
        last = m.end()
    return tuple(dict.fromkeys(out))


def _known_name_start(text: str) -> bool:
    """Does the text start with a name, as "Falcon go-live" does, rather than with a word of the question?"""
    first = text.split()[0].lower()
    return first not in STOP and not YES_NO.match(first) and len(text.split()) > 1 and text.split()[1][:1].isupper()


def _terms(
    text: str, head: str, implied: frozenset[str], codes: tuple[str, ...], years: tuple[str, ...]
) -> tuple[Term, ...]:
    ws = words(text)
    of = [stem(w) for w in ws]
    taken: set[int] = set()
    out: list[Term] = []
    heads = set(stems(head)) if head else set()
    skip = {c.lower() for c in codes} | set(years)
    for a, b, groups in phrases(of):
        span = range(a, b)
        if taken & set(span) or all(ws[i] in STOP for i in span):
            continue
        taken |= set(span)
        parts = frozenset(groups)
        weight = 1.0 if not set(ws[a:b]) <= implied else 0.3
        out.append(Term(" ".join(ws[a:b]), tuple(of[a:b]), parts, weight, bool(heads & set(of[a:b]))))
    for i, w in enumerate(ws):
        if i in taken or w in STOP or w in skip or (len(w) < 2 and not w.isdigit()):
            continue
        generic = w in GENERIC or of[i] in GENERIC
        if generic and i + 1 < len(ws) and ws[i + 1] not in STOP and ws[i + 1] not in GENERIC and ws[i + 1] not in skip:
            generic = False  # it qualifies what follows: "study leave", "delivery date"
        weight = 0.3 if w in implied or generic else 1.0
        if not any(t.stems == (of[i],) for t in out):
            out.append(Term(w, (of[i],), frozenset(groups_of(of[i])), weight, of[i] in heads))
    if head and not any(t.head for t in out):
        for w in (w for w in words(head) if w not in STOP):
            out.append(Term(w, (stem(w),), frozenset(groups_of(stem(w))), 0.7, True))
    return tuple(out)
