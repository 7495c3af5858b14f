"""Which documents a goal restricts itself to by where they are: a folder, a tag, an author, when they were added or dated.

Read from the goal's wording and from the names that there are. A document's own name in a goal is read elsewhere
(`which_document.py` for tools, `agents/rules/documents.py`). Pure: searches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

_Q = r"[\"“”'‘’]?"
_IN = r"(?:(?:that (?:are|is) )?(?:in|inside|within|from|of|under)\s+)"
_THE = r"(?:(?:the|my|our|this)\s+)?"
_FOLDER = r"(?:folder|directory)"
_TAGGED = r"(?:(?:that (?:are|is) )?(?:tagged|labelled|labeled)(?:\s+(?:as|with))?|with\s+the\s+(?:tag|label))"
_THINGS = r"(?:documents?|files?|uploads?|e-?mails?|letters?|notes?|ones?)"
# A folder or tag that is named so plainly that not knowing it must be said: quoted, "called", or with a capital.
_NO_FOLDER = re.compile(
    rf"\b{_IN}{_THE}{_FOLDER}\s+(?:(?:called|named)\s+)?(?:[\"“‘']([^\"”’']{{1,60}})[\"”’']|([A-Z][\w/&-]*(?: [A-Z0-9][\w/&-]*)*))"
)
_NO_TAG = re.compile(rf"\b{_TAGGED}\s+(?:[\"“‘']([^\"”’']{{1,40}})[\"”’']|#?([\w-]{{2,40}}))", re.I)
_ADDED = re.compile(
    r"\b(?:that (?:were|was|i|we) )?(?:uploaded|added|put in|took in)\s+(today|yesterday"
    r"|(?:this|last) (?:week|month|year)|in (?:19|20)\d\d)\b",
    re.I,
)
_DATED = re.compile(rf"\b({_THINGS})\s+(?:(?:that are )?dated|from|of)\s+((?:19|20)\d\d)\b(?!\s*(?:to|and|[-–]))", re.I)
_AUTHOR = re.compile(rf"\b({_THINGS})\s+(?:written\s+)?by\s+", re.I)


@dataclass(frozen=True)
class Scope:
    documents: tuple[str, ...]  # ids; none when `unknown`
    said: str  # for people: "in folder Contracts"
    rest: str  # the goal without these words
    unknown: str = ""  # a folder or tag that was named and is not there: "folder “Contrcts”"
    options: tuple[str, ...] = ()  # the ones that are there


def scope_of(goal: str, documents: Sequence[Any], now: datetime) -> Scope | None:
    """None when the goal restricts itself to nothing. documents: [tools.base.Document] with `folder` and `tags`."""
    said: list[str] = []
    rest, kept = goal, [*documents]
    for find in (_by_folder, _by_tag, _by_added, _by_dated, _by_author):
        found = find(rest, kept, now)
        if found is None:
            continue
        words, left, rest = found
        said.append(words)
        kept = left
    if said:
        return Scope(tuple(d.id for d in kept), " and ".join(said), _tidy(rest))
    return _unknown(goal, documents)


def named_scope(reply: str, documents: Sequence[Any]) -> Scope | None:
    """For a reply that is a folder or a tag, as one of the options of `Scope.options` is."""
    for find, name in ((in_folder, reply.strip()), (tagged, reply.strip().lstrip("#"))):
        if name and (ids := tuple(d.id for d in find(documents, name))):
            return Scope(ids, f"in folder {name}" if find is in_folder else f"tagged {name}", "")
    return None


def in_folder(documents: Iterable[Any], name: str) -> list[Any]:
    """Those in the folder of that path, or of that last part of a path, and below it."""
    wanted = name.strip("/ ").casefold()

    def inside(folder: str) -> bool:
        parts = folder.casefold().split("/")
        return any("/".join(parts[a:b]) == wanted for a in range(len(parts)) for b in range(a + 1, len(parts) + 1))

    return [d for d in documents if getattr(d, "folder", "") and inside(d.folder)]


def tagged(documents: Iterable[Any], name: str) -> list[Any]:
    return [d for d in documents if name.casefold() in {t.casefold() for t in getattr(d, "tags", ())}]


def _names(folders: Iterable[str]) -> list[str]:
    """Every way to name one of the folders, the longest first."""
    out = set[str]()
    for folder in folders:
        parts = folder.split("/")
        out |= {"/".join(parts[a:b]) for a in range(len(parts)) for b in range(a + 1, len(parts) + 1)}
    return sorted((n for n in out if n.strip()), key=lambda n: (-len(n), n))


def _by_folder(goal: str, documents: Sequence[Any], _now: datetime) -> tuple[str, list[Any], str] | None:
    for name in _names({d.folder for d in documents if getattr(d, "folder", "")}):
        n = re.escape(name)
        said = (
            rf"{_THE}(?:{_FOLDER}\s+(?:(?:called|named)\s+)?{_Q}{n}{_Q}(?![\w/])|{_Q}(?<![\w/]){n}{_Q}\s+{_FOLDER}\b)"
        )
        said += rf"|{_Q}(?<![\w/]){n}/?{_Q}(?![\w/])" if "/" in name else ""
        if m := re.search(rf"\b{_IN}(?:{said})", goal, re.I):
            return f"in folder {name}", in_folder(documents, name), goal[: m.start()] + " " + goal[m.end() :]
    return None


def _by_tag(goal: str, documents: Sequence[Any], _now: datetime) -> tuple[str, list[Any], str] | None:
    for tag in sorted({t for d in documents for t in getattr(d, "tags", ())}, key=lambda t: (-len(t), t)):
        n = re.escape(tag)
        if m := re.search(rf"\b{_TAGGED}\s+{_Q}#?{n}{_Q}(?!\w)|(?:\b(?:in|from|of)\s+)?(?<!\w)#{n}(?!\w)", goal, re.I):
            return f"tagged {tag}", tagged(documents, tag), goal[: m.start()] + " " + goal[m.end() :]
    return None


def _by_added(goal: str, documents: Sequence[Any], now: datetime) -> tuple[str, list[Any], str] | None:
    if not (m := _ADDED.search(goal)):
        return None
    first, last = _period(m[1].casefold(), now.date())
    kept = [d for d in documents if first <= _day(d.added, now) <= last]
    return (f"added {m[1].casefold()}", kept, goal[: m.start()] + goal[m.end() :]) if kept else None


def _by_dated(goal: str, documents: Sequence[Any], _now: datetime) -> tuple[str, list[Any], str] | None:
    m = _DATED.search(goal)
    kept = [d for d in documents if str(getattr(d, "date", "")).startswith(m[2])] if m else []
    return (f"dated {m[2]}", kept, goal[: m.end(1)] + goal[m.end() :]) if m and kept else None


def _by_author(goal: str, documents: Sequence[Any], _now: datetime) -> tuple[str, list[Any], str] | None:
    if not (m := _AUTHOR.search(goal)):
        return None
    for author in sorted({d.author for d in documents if getattr(d, "author", "")}, key=lambda a: (-len(a), a)):
        if goal[m.end() :].casefold().startswith(author.casefold()):
            kept = [d for d in documents if d.author == author]
            return f"by {author}", kept, goal[: m.end(1)] + goal[m.end() + len(author) :]
    return None


def _unknown(goal: str, documents: Sequence[Any]) -> Scope | None:
    folders = tuple(sorted({d.folder for d in documents if getattr(d, "folder", "")}))
    tags = tuple(sorted({t for d in documents for t in getattr(d, "tags", ())}))
    if folders and (m := _NO_FOLDER.search(goal)):
        return Scope((), "", goal, f"folder “{m[1] or m[2]}”", folders[:6])
    if tags and (m := _NO_TAG.search(goal)):
        return Scope((), "", goal, f"tag “{m[1] or m[2]}”", tuple(f"#{t}" for t in tags[:6]))
    return None


def _period(said: str, today: date) -> tuple[date, date]:
    if said in ("today", "yesterday"):
        day = today - timedelta(days=said == "yesterday")
        return day, day
    which, _, unit = said.partition(" ")
    if which == "in":
        return date(int(unit), 1, 1), date(int(unit), 12, 31)
    if unit == "week":
        first = today - timedelta(days=today.weekday())
    else:
        first = today.replace(day=1) if unit == "month" else date(today.year, 1, 1)
    if which == "this":
        return first, today
    last = first - timedelta(days=1)
    if unit == "week":
        return last - timedelta(days=6), last
    return (last.replace(day=1) if unit == "month" else date(last.year, 1, 1)), last


def _day(iso: str, now: datetime) -> date:
    try:
        return datetime.fromisoformat(iso.replace("Z", "+00:00")).astimezone(now.tzinfo).date()
    except ValueError:
        return date.min


def _tidy(text: str) -> str:
    text = re.sub(r"\s+([?.!,;:])", r"\1", " ".join(text.split()))
    text = re.sub(r"^[,;:\s]+|[,;:\s]+(?=[?.!]*$)", "", text)
    return text[:1].upper() + text[1:]
