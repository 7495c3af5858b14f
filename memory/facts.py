"""What the user told us about themselves: short texts with a date, in a Chroma collection of their own.

There is no second record of them: Chroma holds a fact's text, date and key, so nothing can disagree. A newer fact takes
the place of an older one about the same thing; what counts as the same thing is decided by form alone (`subject_of`),
so it is always the same. A fact that says until when it holds is not told any more after that day, and is deleted when
the memory is next opened or something is remembered or forgotten; until then it is part of an export and an erasure.
"""

from __future__ import annotations

import hashlib
import re
import threading
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from memory.embedding import Embedder
from memory.types import Fact, MemoryFault
from memory.vectors import Vectors
from text.dates import MONTHS, dates

_LONGEST = 2000
_HAVE_MANY = """
son daughter child kid brother sister friend colleague cousin aunt uncle neighbour neighbor pet dog cat client customer
supplier project hobby favourite favorite book tip idea goal task note allergy
"""
_MANY = frozenset(_HAVE_MANY.split())
_OWNED = re.compile(r"^(?:(my|our)\s+(.{2,60}?))\s+(?:is|are|was|will be|has been|isn['’]t|is not)\b", re.I)
_DONE = re.compile(
    r"^(?:i|we)(?:['’]m|\s+am|['’]re|\s+are)?\s+(?:now\s+|currently\s+)?(work|live|study|bank|reside"
    r"|working|living|studying|based|called|named|from)\b\s*(at|in|for|with|as)?",
    re.I,
)
_UNTIL = re.compile(r"\b(?:until|till|til|through|by the end of|only on|up to)\s+(.{3,40})", re.I)
_DAY = re.compile(r"^(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I)
_END = re.compile(
    rf"(?:the )?end of (?:(?P<unit>(?:the|this|next) (?:week|month|year))|(?P<month>{'|'.join(MONTHS)})\b\.?(?: (?P<year>20\d\d))?|(?P<whole>20\d\d))\b", re.I
)  # fmt: skip
_FROM_THEN = re.compile(
    rf"(?:next (?P<unit>week|month|year)|(?P<month>{'|'.join(MONTHS)})\b\.?(?: (?P<year>20\d\d))?)(?![\w ]*\d)", re.I
)
_FOR = re.compile(r"\bfor the next (?P<n>\d{1,3}|[a-z]+)? ?(?P<unit>day|week|month)s?\b", re.I)
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
_FEW = {w: n for n, w in enumerate(re.findall(r"\w+", _NUMBERS), start=1)}


class Facts:
    """One user's facts. Thread-safe."""

    def __init__(self, vectors: Vectors, embedder: Embedder) -> None:
        self._vectors = vectors
        self._embedder = embedder
        self._lock = threading.Lock()

    def remember(self, text: str, key: str) -> Fact:
        """Keep a fact. The same key stores once; a text that is known already is not stored again.

        key: what the call is known by; what stands before its first ":" is the id of the run.
        """
        text = _sound(text)
        id = "f" + hashlib.sha256(key.encode()).hexdigest()[:15]
        with self._lock:
            every = self._every()
            for known in every:
                if known.id == id or known.text.casefold() == text.casefold():
                    return known
            subject = subject_of(text)
            old = [f for f in every if subject and subject_of(f.text) == subject]
            fact = Fact(
                id, text, utc_now(), run=key.split(":", 1)[0] if ":" in key else "", until=until_of(text),
                replaces=old[0].text if old else "",
            )  # fmt: skip
            self._put(fact, key)  # the new one first: a crash in between leaves two, never none
            self._vectors.remove([f.id for f in old] + self._expired())
            return fact

    def put_back(self, text: str, key: str, added: str) -> Fact:
        """Keep a fact again that was taken away, with its date of then; nothing newer gives way to it. The same key
        stores once, and a text that is known already is not stored again."""
        text = _sound(text)
        id = "f" + hashlib.sha256(key.encode()).hexdigest()[:15]
        with self._lock:
            for known in self._every():
                if known.id == id or known.text.casefold() == text.casefold():
                    return known
            fact = Fact(
                id, text, added or utc_now(), run=key.split(":", 1)[0] if ":" in key else "", until=until_of(text)
            )
            self._put(fact, key)
            return fact

    def change(self, id: str, text: str, until: str | None = None) -> Fact:
        """Write a fact anew, as its user edited it. Its date becomes that of the change.

        until: the ISO date of its last day, "" for good; None: what the text says.
        """
        text = _sound(text)
        with self._lock:
            known = next((f for f in self._every() if f.id == id), None)
            if known is None:
                raise MemoryFault("This fact is not in your memory (any more). Nothing was changed.")
            until = until_of(text) if until is None else until
            fact = replace(known, text=text, added=utc_now(), until=until, replaces="")
            self._put(fact, str(self._vectors.records([id])[id][1].get("key", "")))
            return fact

    def _put(self, fact: Fact, key: str) -> None:
        kept = {"added": fact.added, "key": key, "run": fact.run, "until": fact.until, "replaces": fact.replaces}
        self._vectors.put([fact.id], self._embedder.embed([fact.text]), [fact.text], [kept])

    def find(self, query: str = "", k: int = 50) -> list[Fact]:
        """With a query the `k` nearest, nearest first; else the newest first."""
        if not query.strip():
            return self._every()[:k]
        vector = self._embedder.embed_one(query)
        ids = self._vectors.nearest(vector, k)
        records, vectors = self._vectors.records(ids), self._vectors.vectors(ids)
        found = [
            _fact(i, *records[i], similarity=float(vectors[i] @ vector)) for i in ids if i in records and i in vectors
        ]
        return [f for f in found if _holds(f)]

    def stored(self) -> list[Fact]:
        """All that is there, also what is over and not told any more; the newest first."""
        every = [_fact(i, *record) for i, record in self._vectors.records().items()]
        return sorted(every, key=lambda f: f.added, reverse=True)

    def forget(self, ids: Sequence[str]) -> list[Fact]:
        """Delete facts by id, with what is over; of `ids` the ones that were there."""
        with self._lock:
            wanted = set(ids)
            gone = [f for f in self.stored() if f.id in wanted]
            self._vectors.remove(sorted({f.id for f in gone} | set(self._expired())))
            return gone

    def count(self) -> int:
        """How many are stored, those included that are over and not told any more."""
        return self._vectors.count()

    def clear(self) -> None:
        """Delete every fact, those that are over too."""
        with self._lock:
            self._vectors.remove(sorted(self._vectors.ids()))

    def drop_expired(self) -> None:
        with self._lock:
            self._vectors.remove(self._expired())

    def _every(self) -> list[Fact]:
        return [f for f in self.stored() if _holds(f)]

    def _expired(self) -> list[str]:
        return [f.id for f in self.stored() if not _holds(f)]


def subject_of(text: str) -> str:
    """What a fact is about, where it can be true of one value only: "my manager", "i work at"; else ""."""
    if m := _OWNED.match(text):
        words = [w for w in re.findall(r"\w+", m[2].casefold()) if w not in ("new", "current", "present", "own")]
        return "" if any(w in _MANY or w.removesuffix("s") in _MANY for w in words) else f"my {' '.join(words)}"
    if m := _DONE.match(text):
        return f"i {m[1].casefold().removesuffix('ing')[:4]} {(m[2] or '').casefold()}".strip()
    return ""


def until_of(text: str, now: datetime | None = None) -> str:
    """The last day on which a fact holds, if it says so ("until Friday", "until the end of March", "for the next two
    weeks"); ISO date or ""."""
    now = now or datetime.now().astimezone()
    if (m := _FOR.search(text)) and (
        n := _FEW.get((m["n"] or "one").lower()) or (int(m["n"]) if m["n"].isdigit() else 0)
    ):
        return _after(now.date(), n, m["unit"].lower()).isoformat()
    if not (m := _UNTIL.search(text)):
        return ""
    if (period := _period(m, now.date())) is not None:
        return period.isoformat()
    said = f"this {m[1]}" if _DAY.match(m[1]) else m[1]
    days = sorted(f for f in dates(said, now) if f.start < 12)
    if not days:
        return ""
    iso = days[0].date if re.fullmatch(r"(\d{4}|-)-\d{2}-\d{2}", days[0].date) else ""
    try:
        found = date.fromisoformat(iso if iso[0] != "-" else f"{now.year}{iso[1:]}") if iso else None
    except ValueError:
        return ""
    if found and iso[0] == "-" and found < now.date():
        found = found.replace(year=found.year + 1)
    return found.isoformat() if found else ""


def _period(m: re.Match[str], today: date) -> date | None:
    """The last day of "until the end of March", the first of "until March" and "until next week"."""
    ends = m[0].lower().startswith("by the end of")
    if (e := _END.match(f"the end of {m[1]}" if ends else m[1])) is not None:
        if e["unit"]:
            which, unit = e["unit"].lower().split()
            return _after(_first(today, unit), 2 if which == "next" else 1, unit) - timedelta(days=1)
        if e["whole"]:
            return date(int(e["whole"]), 12, 31)
        first = _month(e["month"], e["year"], today)
        return _after(first, 1, "month") - timedelta(days=1)
    if (f := _FROM_THEN.match(m[1])) is None:
        return None
    if f["unit"]:
        return _after(_first(today, f["unit"].lower()), 1, f["unit"].lower())
    first = _month(f["month"], f["year"], today)
    return first if first >= today or f["year"] else first.replace(year=first.year + 1)


def _month(name: str, year: str | None, today: date) -> date:
    """The first day of the month that is meant: this year's, or next year's where this year's is over."""
    number = MONTHS[name.lower()]
    return date(int(year) if year else today.year + (number < today.month), number, 1)


def _first(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _after(day: date, n: int, unit: str) -> date:
    """The day so many days, weeks, months or years later; of a shorter month its last."""
    if unit in ("day", "week"):
        return day + timedelta(days=n * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + n * (12 if unit == "year" else 1)
    last = monthrange(months // 12, months % 12 + 1)[1]
    return date(months // 12, months % 12 + 1, min(day.day, last))


def _sound(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise MemoryFault("There was nothing to remember.")
    if len(text) > _LONGEST:
        raise MemoryFault(
            f"That is too long for a fact: {_LONGEST:,} characters are the most. Upload it as a document."
        )
    return text


def _fact(id: str, text: str, kept: Mapping[str, Any], similarity: float = 0.0) -> Fact:
    more = {n: str(kept.get(n) or "") for n in ("run", "until", "replaces")}
    return Fact(id, text, str(kept["added"]), similarity, **more)


def _holds(fact: Fact) -> bool:
    return not fact.until or fact.until >= date.today().isoformat()


def utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
