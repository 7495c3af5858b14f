"""What kind of statement a sentence is, by its form: a date, a duty, something to do, a decision, a risk, an amount, an
open point. Modal verbs, past participles of deciding, values and labels tell; what it is about is not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from text.sentences import sentences
from text.values import Value, find_values
from tools.base import Passage
from tools.prose import BOILERPLATE, COURTESY, Sections

Kind = Literal["dates", "deadlines", "duties", "actions", "decisions", "risks", "amounts", "figures", "open points"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Statement:
    """`quote` == whole[start:end]."""

    start: int
    end: int
    quote: str
    line: str  # on one line, without its bullet
    section: str  # the headings it stands under
    values: tuple[Value, ...]  # of `line`
    before: str = ""  # the statement before it, under the same heading


_BULLET = re.compile(r"^\s*(?:>\s*)*(?:[-*•‣▪–#]+|\d{1,3}(?:\.\d{1,3})*[.)]?|\([a-z0-9]{1,4}\)|\[[ xX]?\])\s+")
_NAME = r"[A-Z][\w'’-]+(?: (?:[A-Z]\.? ?)?[A-Z][\w'’-]+)*"
_SOMEBODY = rf"(?:{_NAME}(?:(?:,| and| &| or) {_NAME})*|[Tt]he [\w'’-]+(?: [\w'’-]+)?|[Ww]e|[Yy]ou|I|[Ee]veryone|[Ee]verybody|[Aa]ll [\w'’-]+|[Ee]ach [\w'’-]+|[A-Z][\w'’-]+s)"
_MUST = re.compile(
    r"\b(?:must|shall|ha(?:s|ve) to|needs? to|(?:is|are|be) (?:required|obliged|expected|bound) to"
    r"|(?:is|are) to (?!be\b.{0,20}\bby\b)|undertakes? to|agrees?:? (?:\([a-z0-9]{1,3}\) )?(?:not )?to"
    r"|(?:is|are) responsible for|responsibility of|should"
    r"|may not|cannot|(?:is|are) not (?:allowed|permitted)|(?:is|are) (?:forbidden|prohibited|banned)"
    r"|no \w+(?: \w+)? (?:is|are|may be)|only (?:with|after|if) )\b",
    re.I,
)
_DO = "please|do not|don['’]t|never|always|make sure|ensure|remember to|keep|return|bring|pay|send|submit|report|call|ring|check|wear|leave|use|contact|notify|inform|tell|ask|clean|close|lock|switch|turn|store|fill|complete|sign|hand|wash|avoid|follow|place|remove|replace|read|wait|stop|start|book|apply|attach|keep|obtain|record|take"
_IMPERATIVE = re.compile(rf"(?:{_DO})\b(?! (?:is|are|was|were|of)\b)", re.I)
_WILL = re.compile(rf"(?:^|[,;:] |\b(?:and|that|but) ){_SOMEBODY}(?:'ll|’ll| will| is going to| is to| are to| agreed to| offered to| volunteered to| promised to| undertook to| to) (?:(?:also|then|now) )?(?!be\b|have\b|not\b|take place|the\b|a\b|an\b|[A-Z\d])[a-z]+")  # fmt: skip
_ASSIGNED = re.compile(
    rf"(?i:(?<!what )\b(?:actions?|to[- ]?do|assigned to|responsible|ap ?\d+)\b(?: ?\d+)?\s*[:\-–])|\((?i:action: ?)?{_NAME}\)\s*\.?$"
    rf"|:\s*(?:[A-Z]\. ?)?{_NAME},? (?:by|before|until|due)\b|(?i:\b(?:asked|instructed|requested|tasked) ){_SOMEBODY} to\b"
    r"|(?i:\bwas (?:asked|instructed|requested|tasked) to\b)"
)
# A row of a list of tasks: what, and whose.
_TASK_ROW = re.compile(
    r"\b(?:task|action|what|item|step)\w*: .*\b(?:owner|who|responsible|assigned|lead|by whom)\b[^:;]*: ", re.I
)
_TO_DO = re.compile(
    r"\b(?:actions?|action (?:items?|points?|list)|to[- ]?dos?|next steps?|tasks?|follow[- ]?ups?)\b", re.I
)
_DECIDED = re.compile(
    r"""
    \b(?:agreed|decided|resolved|approved|adopted|accepted|rejected|declined|refused|chose|chosen|selected
        |elected|re-elected|appointed|voted|(?:was|were|motion)[ ]carried|carried[ ]unanimously|ratified
        |authori[sz]ed|granted|awarded|deferred|postponed|endorsed|opted|settled[ ]on
        |go(?:ing)?[ ](?:ahead[ ])?with|signed[ ]off|was[ ]set[ ](?:at|to)|were[ ]set[ ](?:at|to)
        |unanimous(?:ly)?|resolution[ ](?:was|to|that)|decision[ ](?:was|is|to|that))
    \b
    """,
    re.I | re.X,
)
# "must be approved", "if agreed", "the agreed price", "is approved by the director": rules and adjectives, nothing decided.
_NOT_DECIDED = re.compile(
    r"""
    \b(?:must|shall|may|can|could|should|to|will|would|if|when|unless|until|once|not|where|as|the|an?|any|each|no
        |is|are|by|every|previously)
    [ ](?:have[ ]|has[ ])?(?:been[ ]|be[ ]|only[ ])?(?:\w+ly[ ])?(?:
        agreed|decided|resolved|approved|adopted|accepted|rejected|declined|refused|chosen|selected|elected
        |appointed|carried|authori[sz]ed|granted|awarded|deferred|postponed|go|decision|resolution)
    \b
    """,
    re.I | re.X,
)
_DECISIONS = re.compile(r"\b(?:decisions?|resolutions?|resolved|agreed|outcome)\b", re.I)
_RISK = re.compile(
    r"""
    \b(?:risks?|hazard\w*|danger\w*|warnings?|caution|threat\w*|concern(?:s|ed)?[ ](?:that|about|over)
        |penalt(?:y|ies)|liab(?:le|ility)|fined?|fines|breach\w*|fails?[ ]to|failure|delay(?:s|ed)?|overruns?
        |shortages?|damage[sd]?|loss|losses|injur\w+|accidents?|not[ ](?:be[ ])?covered|excluded|forfeit\w*|void
        |vulnerab\w+|uncertain\w*
        |(?:may|might|could|can)[ ](?:lead|result|cause|fail|collapse|leak|slip)\w*
        |at[ ](?:your|their|our|its|own)[ ](?:own[ ])?risk|shortfall|contingenc(?:y|ies)|worst[ ]case|lapses?
        |late[ ](?:payment|delivery|fee|charge))
    \b
    """,
    re.I | re.X,
)
_RISKS = re.compile(
    r"\b(?:risks?|hazards?|dangers?|safety|warnings?|penalt(?:y|ies)|liabilit(?:y|ies)|exclusions?)\b", re.I
)
_OPEN = re.compile(
    r"""
    \?[\"”']?$
    |\bto[ ]be[ ](?:confirmed|decided|agreed|announced|determined|discussed|settled)\b|\bTB[CDA]\b
    |\bnot[ ](?:yet|been)[ ](?:\w+[ ])?(?:decided|agreed|confirmed|settled|clear|known|received|resolved)
    |\bno[ ]decision\b
    |\bstill[ ](?:open|to|waiting|pending|unclear|need|outstanding|not)\b
    |\b(?:outstanding|pending|unclear|unresolved|awaiting|undecided)\b
    |\bopen[ ](?:questions?|points?|issues?|items?)\b|\bto[ ]follow\b|\bdeferred\b
    """,
    re.I | re.X,
)
_BY_THEN = re.compile(
    r"\b(?:by|until|till|before|no later than|not later than|at the latest|due|deadline|closing date"
    r"|cut-?off|expir\w+|ends?|last day|within|no more than|latest|must|at least)\b",
    re.I,
)
_ROW = re.compile(r"[^:;.]{1,40}: [^;]+; [^:;.]{1,40}: |^\s*\|.*\|\s*$", re.S)
_RULER = re.compile(r"[\s|:\-–=_*+]+")


def statements(whole: str, passages: Sequence[Passage]) -> list[Statement]:
    """The sentences, list items and table rows of a document, in its order; no headings, greetings, page furniture."""
    sections = Sections(passages)
    out: list[Statement] = []
    for start, end in _joined(whole, [x for s in sentences(whole) for x in _lines(whole, s.start, s.end)]):
        quote = whole[start:end]
        line = " ".join(_BULLET.sub("", quote).replace("**", "").split())
        if len(line.split()) < 3 or _RULER.fullmatch(line) or BOILERPLATE.search(line):
            continue
        if COURTESY.match(line.lstrip("*# ")) or quote.lstrip().startswith(("#", ">")) or _titles(line):
            continue
        section = sections.at(start)
        before = out[-1].line if out and out[-1].section == section else ""
        out.append(Statement(start, end, quote, line, section, tuple(find_values(line)), before))
    return out


def _titles(line: str) -> bool:
    """ "Liability and insurance": a heading of plain text."""
    return len(line.split()) <= 6 and not re.search(r"[.!?;:\d]", line)


def _joined(whole: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """ "The Tenants agree" above "(a) to keep …": an item that goes on with what stands above it is one with it."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        item = _BULLET.sub("", whole[start:end])
        above = whole[out[-1][0] : out[-1][1]].strip() if out else ""
        if above and item[:1].islower() and not re.search(r"[.!?;|]$", above) and start - out[-1][1] < 12:
            out[-1] = out[-1][0], end
        else:
            out.append((start, end))
    return out


def _lines(whole: str, start: int, end: int) -> list[tuple[int, int]]:
    """A run of short lines is several statements; a line wrapped at the margin is none of its own."""
    out, at = [], start
    for m in re.finditer(r"\n+", whole[start:end]):
        before, after = whole[at : start + m.start()], whole[start + m.end() : end]
        label = re.match(r"\s*\**[A-Z][^:.!?\n]{1,40}:\**\s", after)
        if (
            len(before.strip()) < 50 and re.match(r"\s*[A-Z•\-*]", after) and not before.rstrip().endswith(",")
        ) or label:
            out.append((at, start + m.start()))
            at = start + m.end()
    out.append((at, end))
    trimmed = [
        (a + len(whole[a:b]) - len(whole[a:b].lstrip()), b - (len(whole[a:b]) - len(whole[a:b].rstrip())))
        for a, b in out
    ]
    return [x for x in trimmed if x[1] > x[0]]


def has_to(who: str, s: Statement) -> bool:
    """Is it said of that person or party what they do ("the Tenants return all five keys"), may or must do?"""
    name = r"\W+".join(re.escape(w.rstrip("s")) + "s?" for w in re.findall(r"[\w&-]+", who))
    verb = r"(?!and\b|or\b|of\b|in\b|at\b|is\b|are\b|was\b|were\b|on\b|with\b|for\b|by\b|to the\b)[a-z]+"
    return bool(re.search(rf"(?:^|[,;:.] |\b(?:the|and|that|then|if) ){name},? (?:\w+ly )?{verb}", s.line, re.I))


def is_a(kind: str, s: Statement) -> bool:
    """Has the statement the form of this kind?"""
    line = s.line
    if line.endswith("?") and kind != "open points":
        return False
    if kind == "dates":
        return any(_a_day(v) for v in s.values)
    if kind == "deadlines":
        return bool(when(s)) and bool(_BY_THEN.search(line))
    if kind == "duties":
        return bool(_MUST.search(line) or _IMPERATIVE.match(line) or _WILL.search(line))
    if kind == "actions":
        return _to_do(s)
    if kind == "decisions":
        return bool(_DECISIONS.search(s.section) and not _ROW.search(line)) or bool(
            _DECIDED.search(_NOT_DECIDED.sub(" ", line))
        )
    if kind == "risks":
        return bool(_RISK.search(line) or (_RISKS.search(s.section) and len(line.split()) > 4))
    if kind == "open points":
        return bool(_OPEN.search(line))
    wanted = ("money",) if kind == "amounts" else ("money", "percent", "quantity", "duration")
    return any(v.kind in wanted for v in s.values)


def _a_day(v: Value) -> bool:
    return v.kind == "date" and not re.fullmatch(r"\d{4}", v.date)


def _to_do(s: Statement) -> bool:
    """Something that somebody is to do: assigned by name, or under a heading of things to do."""
    if _TO_DO.search(s.section) or _ASSIGNED.search(s.line) or _TASK_ROW.search(s.line):
        return True
    return bool(_WILL.search(s.line)) or bool(
        _MUST.search(s.line) and when(s) and re.search(rf"\b{_SOMEBODY}\b", s.line)
    )


def when(s: Statement) -> str:
    """The days a statement names, or how long it gives ("within 14 days"), as written; "" for none."""
    days = [v.text for v in s.values if _a_day(v)]
    spans = [
        v.text
        for v in s.values
        if v.kind == "duration"
        and re.search(r"\b(?:within|in|after|before|at least|every)\s+(?:the\s+)?$", s.line[: v.start], re.I)
    ]
    return ", ".join(dict.fromkeys(days or spans))


def day_of(s: Statement) -> str:
    """For putting statements in order of time: the first full or partial date, ISO; after all others without a year."""
    days = [v.date for v in s.values if _a_day(v)]
    dated = sorted(d for d in days if re.match(r"\d{4}", d))
    return dated[0] if dated else "9999" + days[0] if days else "99999"
