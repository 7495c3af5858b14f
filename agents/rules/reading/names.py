"""Names in a sentence by how they are written: people, organisations, places.

Capitals, titles, legal forms and the words around; no list of the world's names. It prefers missing one to inventing
one: a capital at the start of a sentence counts only when more speaks for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from agents.rules.reading.words import STOP, groups_of, stem
from text.words import ordinary

NameKind = Literal["person", "organisation", "place", "name"]


@dataclass(frozen=True)
class Name:
    text: str
    start: int
    end: int
    kind: NameKind


_CAP = r"[A-ZÀ-ÖØ-Þ][\w'’]*(?:-[A-ZÀ-ÖØ-Þ]?[\w'’]+)*"
_RUN = re.compile(
    rf"""
    (?:(?:Dr|Mr|Mrs|Ms|Prof|Sir|Dame|Judge|Justice|Rev)\.?\s+)*(?:{_CAP}|(?:[A-Z]\.)+)(?:
        [ \u00a0](?:(?:of|the|and|de|der|den|van|von|di|da|del|la|le|al|bin|ter|zu)[ \u00a0])*(?:&[ \u00a0])?
        (?:A/S|{_CAP}|(?:[A-Z]\.)+|\d{{1,4}}(?=[ \u00a0][A-Z])))*
    (?:,?[ ](?:Inc|Ltd|LLC|LLP|PLC|plc|GmbH|AG|SE|S\.A|SA|B\.V|BV|NV|N\.V|Co|Corp|KG|Oy|AB|ApS|A/S|AS|Pty|Limited
            |SpA|SARL|e\.V)
        \b\.?)*
    """,
    re.X,
)
_TITLE = re.compile(r"(?:Dr|Mr|Mrs|Ms|Prof|Sir|Dame|Judge|Justice|Rev)\.?\s")
_ORGANISATION = re.compile(
    r"""
    \b(?:Inc|Ltd|LLC|LLP|PLC|plc|GmbH|AG|SE|SA|BV|NV|B\.V|N\.V|Co|Corp|KG|Limited|Corporation|Company|Bank
        |University|College|School|Institute|Hospital|Clinic|Foundation|Fund|Agency|Authority|Ministry
        |Department|Council|Association|Society|Group|Systems|Logistics|Partners|Holdings?|Services|Solutions
        |Technologies|Laborator(?:y|ies)|Labs|Centre|Center|Union|Commission|Board|Trust|Insurance|Museum
        |Airlines?|Press|&[ ]Sons|Bros|Brothers)
    \b\.?
    |&
    """,
    re.X,
)
_ADDRESS = re.compile(
    r"""
    \d{1,5}[A-Za-z]?,?[ ][A-Z][\w'’.\-]*(?:[ ][A-Z][\w'’.\-]*)*[ ]?(?:
        Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Drive|Boulevard|Blvd\.?|Square|Way|Place|Court|Quay|Terrace
        |Crescent|Row)
    (?:,[^.;\n]{2,60}(?=[.;\n]|$))?
    |[A-Z][\w\-]*(?:strasse|straße|straat|weg|platz|gasse|laan|gatan|gata|vej)[ ]\d+\w?(?:,[ ][\w\- ]+){0,2}
    |(?:Rue|Via|Calle|Avenida|Piazza)[ ][\w' \-]+[ ]\d+
    """,
    re.X,
)
_PLACE_BEFORE = re.compile(
    r"(?:\b(?:in|at|near|from|to|of|courts of|laws of|through|across|office in|based in|located in|outside)|,|·|^|:)\s*(?:the\s+)?$",
    re.I,
)
_MONTH = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?",
    re.I,
)
_ROLE = re.compile(
    r"""
    \b(?:(?:(?!The[ ]|An?[ ]|No[ ]|Our[ ]|Any[ ])[A-Z][\w-]+[ ](?:of[ ])?|head[ ]of[ ]|deputy[ ]|line[ ]|duty[ ]
        |team[ ]|finance[ ]|office[ ]|plant[ ]|site[ ]|shift[ ]|safety[ ]|project[ ])*)
    (?:(?i:leader|manager|director|officer|secretary|team|department|committee|board|president
            |chair(?:man|woman|person)?|head[ ]of[ ][\w ]+?|supervisor|owner|client|supplier|tenant|landlord
            |employer|employee|customer|user|buyer|seller|contractor|manufacturer|administrator|nurse|doctor
            |accountant|lawyer|authors?|participants?|parties|party|shareholders?|council|court|minister|mayor
            |technician|electrician|lender|borrower|insurer|insured|policyholder|licensee|licensor|parents?
        |members?|staff|company))
    \b
    """,
    re.X,
)


def find_names(text: str, common: frozenset[str] = frozenset()) -> list[Name]:
    """Names in order. `common`: words that also occur in lower case, which therefore are no names by themselves."""
    out: list[Name] = []
    for m in _ADDRESS.finditer(text):
        out.append(Name(m[0].rstrip(" ,"), m.start(), m.start() + len(m[0].rstrip(" ,")), "place"))
    for m in _RUN.finditer(text):
        start, end = _trim(text, m.start(), m.end(), common)
        shown = text[start:end]
        if len(shown) < 2 or any(start < n.end and n.start < end for n in out) or _no_name(shown, text, start, common):
            continue
        out.append(Name(shown, start, end, _kind(shown, text, start)))
    return sorted(out, key=lambda n: n.start)


def find_roles(text: str) -> list[Name]:
    """Who, when it is said by function: "the line manager", "Chief Operating Officer"."""
    out = []
    for m in _ROLE.finditer(text):
        led = _QUALIFIED.search(text[: m.start()])
        start = led.start("of") if led else m.start()
        body = _OF_BODY.match(text, m.end())
        end = body.end() if body else m.end()
        out.append(Name(text[start:end], start, end, "person"))
    return out


# "The workshop manager", "the Chair of the Board"
_QUALIFIED = re.compile(r"\b[Tt]he (?P<of>[a-z]{3,} )$")
_OF_BODY = re.compile(r" of the [A-Z]\w+(?: [A-Z]\w+)?")


def _trim(text: str, start: int, end: int, common: frozenset[str]) -> tuple[int, int]:
    """Take words off the front that are only capitalised because the sentence starts ("The", "After")."""
    while m := re.match(r"([\w'’]+)[ \u00a0]+", text[start:end]):
        w = m[1].lower()
        if w in STOP or (w in common and _starts_sentence(text, start)) or (_MONTH.fullmatch(m[1])):
            start += m.end()
        else:
            break
    shown = text[start:end].rstrip(" ,")
    if shown.endswith(".") and not re.search(r"(?:\b[A-Z]|Inc|Ltd|Co|Corp|B\.V|N\.V|S\.A|Jr|Sr)\.$", shown):
        shown = shown.rstrip(".")
    shown = re.sub(r"['’]s$", "", shown)
    return start, start + len(shown)


def _starts_sentence(text: str, at: int) -> bool:
    return not text[:at].strip() or bool(re.search(r"[.!?:\n>*•|]\W*$", text[:at]))


def _no_name(shown: str, text: str, start: int, common: frozenset[str]) -> bool:
    parts = shown.split()
    if re.search(r"\d", shown):
        return True  # a reference number
    if all(_MONTH.fullmatch(p) or p.isdigit() or p.lower() in STOP for p in parts):
        return True
    if _starts_sentence(text, start) and len(parts) == 1 and groups_of(stem(shown)):
        return True  # an ordinary word ("Goods remain …") that the sentence's start capitalises
    if len(parts) == 1 and ordinary(shown) and re.search(r"\b(?:the|a|an|no|any)\s+$", text[:start], re.I):
        return True  # "the Board", "the Client": a body or a party, which has a name elsewhere
    if _starts_sentence(text, start) and len(parts) == 1:
        rest = text[start + len(shown) :]
        label = re.match(r"\**\s*:", rest)  # "Chair: …" is a label
        return (
            bool(label)
            or shown.lower() in common
            or (
                not shown.isupper()
                and not re.match(
                    r"['’]s|\s+(?:is|was|will|has|had|remains?|reported|said|proposed|presented|asked|thanked|agreed|\w+ed)\b",
                    rest,
                )
                and bool(rest.strip(" ."))
            )
        )
    if re.match(r"\**\s*:", text[start + len(shown) :]) and _starts_sentence(text, start):
        return True
    return all(p.lower() in common for p in parts) and not _ORGANISATION.search(shown)


def _kind(shown: str, text: str, start: int) -> NameKind:
    if _TITLE.match(shown):
        return "person"
    if _ORGANISATION.search(shown) or (shown.isupper() and 2 <= len(shown) <= 6):
        return "organisation"
    parts = shown.split()
    person = 2 <= len(parts) <= 4 and all(
        re.fullmatch(rf"{_CAP}|(?:[A-Z]\.)+|van|von|de|der|den|da|di|del|la|le|al|bin|ter", p) for p in parts
    )
    before = text[:start]
    if (
        re.search(r"\b(?:in|at|near|from|to|of|through|across)\s+(?:the\s+)?$", before)
        and len(parts) <= 3
        and not re.search(
            r"\b(?:letter|mail|report|signature|approval|copy|owner|head|addressed|sent|goes?|go|send|write|speak|talk|report(?:s|ed)?) (?:to|from|of|in|at)\s+$",
            before,
        )
    ):
        return "place" if len(parts) <= 2 else "name"
    return "person" if person else "name"


def looks_like_place(name: Name, text: str) -> bool:
    return name.kind == "place" or (name.kind == "name" and bool(_PLACE_BEFORE.search(text[: name.start])))
