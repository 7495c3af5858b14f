"""Which uploads a goal names, and what is left of the goal when the name is taken out. No search by content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from agents.rules.shapes import SPREADSHEETS
from agents.rules.words import STOP, stem, words
from text.dates import MONTHS
from text.values import find_values

# Words that say "an upload" without saying which.
GENERIC = {
    stem(w)
    for w in [
        "document",
        "documents",
        "file",
        "files",
        "upload",
        "uploads",
        "uploaded",
        "pdf",
        "docx",
        "text",
        "page",
        "pages",
        "attachment",
        "attached",
        "doc",
        "docs",
    ]
}
_NAMELESS = re.compile(
    r"\b(?:the|this|that|my|our|these|those|attached|uploaded|both|all"
    r"|all the)\s+(?:\w+\s+)?(?:documents?|files?|uploads?|pdfs?|attachments?|docs?)\b",
    re.I,
)
_TYPES = {
    "pdf": "pdf",
    "spreadsheet": "xlsx csv",
    "excel": "xlsx",
    "workbook": "xlsx",
    "csv": "csv",
    "word": "docx",
    "presentation": "pptx",
    "slides": "pptx",
    "deck": "pptx",
    "email": "eml",
    "e-mail": "eml",
    "markdown": "md",
    "webpage": "html",
}
_NAMED = re.compile(
    r"(?:\b(?:in|from|of|to|with|by|per|under|see|summari[sz]e|compare|read|about|does|do|the|our|my"
    r"|this|and)\s+(?:(?:the|our|my|this|that|a|your)\s+)?(?:[\w&.'-]+\s+){0,3})$"
)
_CALLED_A_FILE = re.compile(r"\s+(?:document|file|pdf|upload|spreadsheet|doc)\b")
_BOTH = re.compile(r"\band\b|,|\bvs\b|\bversus\b|\bbetween\b|\bboth\b")
_DETERMINED = re.compile(r"(?:\b(?:the|my|our|this|that)|\w['’]s)\s+([\w-]+)")


def name_words(name: str) -> list[str]:
    """Stems of a file name's words: "Sales_2025Q1.csv" -> sale, 2025, q, 1."""
    bare = re.sub(r"\.\w{1,8}$", "", name)
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_]+", bare)
    return [stem(p) for p in parts]


def named(text: str, documents: Sequence[Any]) -> list[Any]:
    """The documents whose name stands in `text`: the file name itself, or its words; [] when none is named.

    A single word counts when no other document has it in its name and it is used as a name ("the handbook", "in the
    contract"), so that "staff" in "how many staff …" does not name staff-rules.pdf.
    """
    known = {w for d in documents for w in name_words(d.name)}
    # "the post-mortem" is postmortem_0914.md
    text = re.sub(r"\b\w+-\w+\b", lambda m: joined if stem(joined := m[0].replace("-", "")) in known else m[0], text)
    low = text.casefold()
    whole = [
        d
        for d in documents
        if d.name.casefold() in low
        or (len(name_words(d.name)) > 1 and re.sub(r"\.\w{1,8}$", "", d.name).casefold() in low)
    ]
    if whole:
        return whole
    said = words(text)
    stems_said = {w.stem for w in said}
    named_by: list[tuple[float, Any, set[str]]] = []
    for d in documents:
        # "and" of "rules_and_recipes.md" names nothing.
        own = [w for w in name_words(d.name) if w not in GENERIC and w not in STOP and len(w) > 1]
        hits = [w for w in own if w in stems_said or _near(w, stems_said)]
        if not hits or (all(_dates(w) for w in hits) and not _one_of_a_series(d, documents)):
            continue  # "in March 2026" is a time, and no name of minutes-march-2026.txt
        shared = {w for w in hits for o in documents if o is not d and w in name_words(o.name)}
        telling = [w for w in hits if w not in shared]
        if (
            len(hits) >= 2
            or (telling and any(_as_name(text, w, d) for w in telling))
            or (hits and any(_as_name(text, w, d) for w in hits))
        ):
            named_by.append((len(hits) / max(1, len(own)) + len(hits), d, set(hits)))
    every = [hits for _, _, hits in named_by]
    rated = [(rate, d) for rate, d, hits in named_by if not _said_of_another(hits, every, said)]
    if not rated:
        return []
    if len(rated) > 1 and not _BOTH.search(low):
        best = max(r for r, _ in rated)
        return [d for r, d in rated if r >= best - 0.26]
    return [d for _, d in sorted(rated, key=lambda x: -x[0])]


def _said_of_another(own: set[str], others: Iterable[set[str]], said: Sequence[Any]) -> bool:
    """Of "the vehicle policy" the policy is the vehicle policy's, and names no safeguarding policy."""
    once = all(sum(w.stem == s for w in said) < 2 and not any(w.text.endswith("ies") for w in said if w.stem == s) for s in own)  # fmt: skip
    return once and any(own < other for other in others)


def _dates(word: str) -> bool:
    return word.isdigit() or word in _MONTH_STEMS


_MONTH_STEMS = {stem(m) for m in MONTHS}


def _one_of_a_series(d: Any, documents: Sequence[Any]) -> bool:
    """Only its date tells it from another document: minutes of March, minutes of April."""
    own = {w for w in name_words(d.name) if not _dates(w)}
    return any(o is not d and {w for w in name_words(o.name) if not _dates(w)} == own for o in documents)


def _near(word: str, said: set[str]) -> bool:
    return len(word) > 5 and any(
        abs(len(s) - len(word)) < 3 and SequenceMatcher(None, s, word).ratio() > 0.87 for s in said if len(s) > 4
    )


# What a document is called by its kind. Any other word in lower case may as well be what is asked for ("the fee").
_KINDS_OF_TEXT = {stem(w) for w in "agreement article bill book booklet brief briefing brochure bylaws catalogue certificate chapter charter checklist circular code constitution contract deed draft email essay faq flyer form glossary guide guideline handbook handout instruction invoice journal law lease leaflet ledger letter licence list log mail manual memo memorandum minutes newsletter note notice offer order overview paper plan policy presentation proposal protocol quote quotation readme record register regulation report review roadmap roster rota rule schedule script sheet spec specification spreadsheet standard statement statute study summary survey table tender term terms transcript will workbook".split()}  # fmt: skip  # noqa: SIM905
_PLACED = re.compile(
    r"\b(?:in|from|per|under|see|summari[sz]e|compare|read|about|according to"
    r"|by)\s+(?:(?:the|our|my|this|that|a|your)\s+)?(?:[\w&.'-]+\s+)?$"
)


def _as_name(text: str, name_stem: str, d: Any) -> bool:
    """The word stands where a document is named: after "in/from/of/to the", "according to", before "document". A table is
    named by what its rows are ("how much do we owe the suppliers")."""
    for w in words(text):
        if w.stem != name_stem and not _near(name_stem, {w.stem}):
            continue
        before = text[max(0, w.start - 40) : w.start].casefold()
        after = text[w.end : w.end + 40].casefold()
        kind = w.stem in _KINDS_OF_TEXT or not w.text.islower() or d.format in SPREADSHEETS
        if (kind or _PLACED.search(before)) and _NAMED.search(before):
            return True
        if _CALLED_A_FILE.match(after):
            return True
    return False


def of_type(text: str, documents: Sequence[Any]) -> list[Any]:
    """Documents of the type that is said ("the spreadsheet", "my PDF"), if exactly one type is said."""
    for word in _DETERMINED.findall(text.casefold()):
        if word in _TYPES:
            return [d for d in documents if d.format in _TYPES[word].split()]
    return []


_OF_MONTH = re.compile(
    rf"\b(?P<month>{'|'.join(m for m in MONTHS if len(m) > 3 or m == 'may')})(?:['’]s)? (?:(?:19|20)\d\d )?(?:[\w'’]+ )?(?:meeting|minutes|session|call|report|newsletter|invoice|statement|review|visit|inspection)s?\b"
    r"|\b(?:meeting|minutes|session|call|report|newsletter|invoice|statement|review|visit"
    r"|inspection)s? (?:of|from|in|on|for) (?P<day>\d{1,2}(?:st|nd|rd|th)? )?(?P<other>[a-z]+)\b",
    re.I,
)
_HEAD = 300  # characters at a document's start in which its own date stands


def of_month(text: str, documents: Sequence[Any], whole: Callable[[str], str]) -> list[Any]:
    """ "The January meeting": the documents that bear a date of that month in their name or head; [] where none or all do."""
    asked = {MONTHS[w] for m in _OF_MONTH.finditer(text) if (w := (m["month"] or m["other"]).casefold()) in MONTHS}
    hits = [d for d in documents if asked & _months(d.name, whole(d.id)[:_HEAD])]
    return hits if asked and len(hits) < len(documents) else []


def _months(name: str, head: str) -> set[int]:
    """The months of a document's name, or else of the first date in its head."""
    in_name = {int(m[1]) for m in re.finditer(r"(?:19|20)\d\d[-_. ]?(0[1-9]|1[0-2])(?!\d)", name)}
    in_name |= {MONTHS[w] for w in re.findall(r"[a-z]+", name.casefold()) if w in MONTHS}
    if in_name:
        return in_name
    found = next(
        (m for v in find_values(head) if v.kind == "date" and (m := re.search(r"-(\d\d)(?:-|$)", v.date))), None
    )
    return {int(found[1])} if found else set()


def without_names(text: str, documents: Sequence[Any]) -> str:
    """`text` with the file names and "in the uploaded document" taken out."""
    out = text
    for d in documents:
        for name in (d.name, re.sub(r"\.\w{1,8}$", "", d.name)):
            if len(name) > 3:
                out = re.sub(
                    rf"\b(?:(?:in|from|of|according to|per|see)\s+)?(?:the\s+)?(?:(?:file|document)\s+)?{re.escape(name)}\b",
                    " ",
                    out,
                    flags=re.I,
                )
    out = re.sub(rf"\b(?:in|from|of|according to|by)\s+{_NAMELESS.pattern}", " ", out, flags=re.I)
    return " ".join(out.split()).strip(" ,")


_MENTIONED = re.compile(r",?\s*\b(?:in|from|according to|per|under)\s+(?:the|our|my|their|this|that)\s+(?P<name>[\w'’-]+(?: [\w'’-]+){0,3}?)(?=\s*(?:[,?.]|$))", re.I)  # fmt: skip


def without_mention(text: str, documents: Sequence[Any]) -> str:
    """`text` without "in the staff guide", where that is the name of one of `documents`: its sentences need not say so."""
    for m in _MENTIONED.finditer(text):
        said = [w.stem for w in words(m["name"])]
        if any(set(said) <= {*name_words(d.name), *GENERIC} for d in documents):
            return " ".join(f"{text[: m.start()]}{text[m.end() :]}".split()).strip(" ,")
    return text


def placed(text: str, documents: Sequence[Any]) -> bool:
    """Does `text` say that the answer stands in these ("in the handbook", a file's name)? "For a project meeting" does not,
    though it has the words of project-meeting-minutes.txt."""
    if without_mention(text, documents) != text or without_names(text, documents) != " ".join(text.split()).strip(" ,"):
        return True
    if of_type(text, documents):
        return True
    return any(_as_name(text, w, d) for d in documents for w in name_words(d.name))


def chosen(text: str, look: Any) -> list[Any]:
    """The documents a part is about: named in it, else of the type said, else the ones that came with the goal."""
    documents = list(look.brief.documents)
    if hits := named(text, documents) or of_type(text, documents):
        return hits
    attached = set(look.brief.attached)
    return [d for d in documents if d.id in attached]
