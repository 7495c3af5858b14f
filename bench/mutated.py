"""Right answers, and every way to make one wrong in one place. `bench/mutations.py` measures how many are noticed.

A change that leaves the meaning true (a citation moved to a source that says the same) is not made.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.claims.items import is_term
from graph.claims.units import marks
from text.values import Value, find_values, same_value
from text.words import names, stems

ANSWERS = Path(__file__).parent / "answers"
PER_SITE = 2
_FOREIGN = ["Margit Olsen", "Tarkwell Group", "Lisbon", "Ferdinand Quist", "Bluefin Systems", "Ottawa"]
_UNITS = [("days", "months"), ("day", "month"), ("weeks", "years"), ("months", "weeks"), ("years", "months"), ("hours", "days"), ("minutes", "hours"),
          ("km", "kg"), ("£", "€"), ("$", "£"), ("€", "$"), ("SEK ", "USD "), ("%", " km"), ("million", "billion"), ("°C", "°F"), ("miles", "metres")]  # fmt: skip
_DIRECTIONS = [("at least", "at most"), ("at most", "at least"), ("up to", "more than"), ("above", "below"), ("over", "under"), ("below", "above"), ("rose", "fell"),
               ("fell", "rose"), ("before", "after"), ("after", "before"), ("highest", "lowest"), ("lowest", "highest"), ("maximum", "minimum"), ("more than", "less than"),
               ("increase", "decrease"), ("less than", "more than"), ("dropped", "rose"), ("reduction", "increase"), ("no later than", "no earlier than")]  # fmt: skip
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|must|shall|may|can|will|has|have|should)\b(?! (?:not|no|never|only|just)\b)(?!['’n])"
)
_NEGATED = re.compile(
    r"\b(is|are|was|were|do|does|did|must|shall|may|can|will|has|have|should|would)(n't| not\b)|\bcannot\b|\bnever |\bnot (?=[a-z])",
    re.I,
)


@dataclass(frozen=True)
class Case:
    name: str
    held_out: bool
    goal: str
    text: str
    results: dict[str, Any]

    @property
    def sources(self) -> list[dict[str, Any]]:
        return [s for r in self.results.values() for s in r["sources"]]


def cases() -> list[Case]:
    out = []
    for path in sorted(ANSWERS.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        out += [
            Case(f"{path.stem}/{i}", data["held_out"], a["goal"], a["text"], data["results"])
            for i, a in enumerate(data["answers"])
        ]
    return out


def mutations(case: Case, rng: random.Random) -> Iterator[tuple[str, str]]:
    """(kind, changed text) for every place of the answer that can be changed."""
    for make in (_numbers, _swapped_values, _dates, _names, _citations, _negations, _units, _quotations, _directions):
        for kind, text in make(case, rng):
            if " ".join(text.split()) != " ".join(case.text.split()):
                yield kind, text


def _open(case: Case) -> str:
    """The text with everything blanked that is no statement: marks, code, document names, list numbers."""
    text = case.text
    hidden = [m.span() for m in marks(text)] + [m.span() for m in re.finditer(r"`[^`]*`|^\s*\d+\. |^#.*$", text, re.M)]
    hidden += [m.span() for s in case.sources for m in re.finditer(re.escape(s["title"]), text)]
    for a, b in hidden:
        text = text[:a] + "\x00" * (b - a) + text[b:]
    return text


def _put(case: Case, v: Value, new: str) -> str:
    return case.text[: v.start] + new + case.text[v.end :]


def _every_value(case: Case) -> list[Value]:
    return [x for s in case.sources for x in find_values(s["quote"])] + find_values(case.text) + find_values(case.goal)


def _numbers(case: Case, rng: random.Random) -> Iterator[tuple[str, str]]:
    known = _every_value(case)
    for v in find_values(_open(case)):
        if (
            v.kind not in ("number", "money", "percent", "duration", "quantity")
            or v.number is None
            or v.text.lower() == "one"
        ):
            continue
        digits = re.search(r"\d[\d.,]*\d|\d", v.text)
        for _ in range(PER_SITE):
            new = _other_digits(digits[0], rng) if digits else None
            if new is None:
                word = re.search(r"[A-Za-z]+(?:-[A-Za-z]+)?", v.text)
                changed = (
                    v.text.replace(word[0], rng.choice(["three", "seven", "eleven", "sixteen", "forty"]), 1)
                    if word
                    else v.text
                )
            else:
                changed = v.text.replace(digits[0], new, 1) if digits else v.text
                changed = re.sub(r"^[a-z\-]+ \(", "(", changed) if "(" in changed else changed
            found = find_values(changed)
            if found and not any(same_value(found[0], k) for k in known):
                yield "number", _put(case, v, changed)


def _other_digits(shown: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(shown) if c.isdigit()]
    i = rng.choice(places)
    new = rng.choice([d for d in "123456789" if d != shown[i]])
    return shown[:i] + new + shown[i + 1 :]


def _swapped_values(case: Case, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Another value of the same kind that does stand in the cited source: right figure, wrong place."""
    for v in find_values(_open(case)):
        if v.kind not in ("money", "percent", "duration", "date", "quantity"):
            continue
        pool = {
            x.text: x
            for s in _cited(case, v.start)
            for x in find_values(s["quote"])
            if x.kind == v.kind and not same_value(x, v)
        }
        own = find_values(_sentence(case.text, v.start))
        pool = {t: x for t, x in pool.items() if not any(same_value(x, o) for o in own) and len(x.date) == len(v.date)}
        for other in rng.sample(sorted(pool), min(PER_SITE, len(pool))):
            yield "value of another place", _put(case, v, other)


def _cited(case: Case, at: int) -> list[dict[str, Any]]:
    mark = next((m for m in marks(case.text) if m.start() >= at), None)
    ids = re.findall(r"s\d+\.\d+", mark[0]) if mark else []
    return [s for s in case.sources if s["id"] in ids]


def _sentence(text: str, at: int) -> str:
    start = max((m.end() for m in re.finditer(r"[.!?\]]\s+(?=[A-Z])|\n", text[:at])), default=0)
    end = next((m.start() for m in re.finditer(r"\.\s|\n", text[at:])), len(text) - at)
    return text[start : at + end]


def _dates(case: Case, rng: random.Random) -> Iterator[tuple[str, str]]:
    known = _every_value(case)
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    for v in find_values(_open(case)):
        if v.kind != "date":
            continue
        ways = [lambda t: re.sub(r"\b(\d{1,2})\b(?!\d)", lambda m: str(int(m[1]) % 27 + 1), t, count=1), lambda t: re.sub(r"\b(19|20)(\d\d)\b", lambda m: m[1] + f"{(int(m[2]) + 3) % 100:02}", t),
                lambda t: re.sub("|".join(months), lambda m: months[(months.index(m[0]) + rng.randint(1, 10)) % 12], t)]  # fmt: skip
        for way in ways:
            changed = way(v.text)
            found = find_values(changed)
            if changed != v.text and found and not any(same_value(found[0], k) for k in known):
                yield "date", _put(case, v, changed)


def _names(case: Case, rng: random.Random) -> Iterator[tuple[str, str]]:
    text = _open(case)
    everywhere = " ".join(s["quote"] for s in case.sources)
    said = re.sub(r"\W+", " ", text)
    for name in names(text.replace("\x00", " ")):
        if name not in everywhere or name not in case.text:
            continue  # a term of the writer's own
        at = text.find(name)
        if at < 0:
            continue
        yield "name", case.text[:at] + rng.choice(_FOREIGN) + case.text[at + len(name) :]
        others = [
            n
            for s in _cited(case, at)
            for n in names(s["quote"])
            if len(n.split()) >= 2
            and n not in said
            and not is_term(n, s["quote"])
            and not n.isupper()
            and not set(n.split()) & set(name.split())
        ]
        if len(name.split()) >= 2 and others and not is_term(name, text):
            yield "name of another place", case.text[:at] + rng.choice(others) + case.text[at + len(name) :]


def _citations(case: Case, rng: random.Random) -> Iterator[tuple[str, str]]:
    for m in marks(case.text):
        sentence = _sentence(case.text, m.start())
        said = case.text[max(0, m.start() - len(sentence)) : m.start()].split("\n")[-1]
        yield "citation of nothing", case.text[: m.start()] + " [s7.9]" + case.text[m.end() :]
        own = next((s for s in case.sources if s["id"] in m[0]), None)
        foreign = [s for s in case.sources if s["id"] not in m[0] and own and not _says_as_much(said, s, own)]
        for s in rng.sample(foreign, min(PER_SITE, len(foreign))):
            yield "citation swapped", case.text[: m.start()] + f" [{s['id']}]" + case.text[m.end() :]


def _says_as_much(sentence: str, other: dict[str, Any], own: dict[str, Any]) -> bool:
    """Could the other source stand for this sentence too? Then moving the citation there changes nothing."""
    if other["quote"] == own["quote"]:
        return True
    values = [v for v in find_values(sentence) if v.kind != "ordinal"]
    there = find_values(other["quote"])
    if values and any(not any(same_value(v, x) for x in there) for v in values):
        return False
    words = set(stems(sentence))
    mine, theirs = len(words & set(stems(own["quote"]))), len(words & set(stems(other["quote"])))
    return theirs > 0.5 * mine


def _negations(case: Case, _rng: random.Random) -> Iterator[tuple[str, str]]:
    text = _open(case)
    for m in _NEGATED.finditer(text):
        if re.search(r"not (?:less|more|later|earlier|only|significan)", text[m.start() : m.end() + 14]):
            continue
        word = m[0].lower()
        new = {"cannot": "can", "never ": "always "}.get(word, (m[1] or "") if m[1] else "")
        if word.startswith("can't"):
            new = "can"
        yield "not dropped", case.text[: m.start()] + new + case.text[m.end() :]
    for m in _AUXILIARY.finditer(text):
        rest = text[m.end() : m.end() + 20]
        if (m.start() and text[m.start() - 1] == "'") or re.match(r"\s*[,.\n:]", rest):
            continue
        if re.match(r"[^.\n\[]*:\s*(?:\n|$)", text[m.end() :]):
            continue  # framing: "Here is what I found:"
        yield "not inserted", case.text[: m.end()] + " not" + case.text[m.end() :]


def _units(case: Case, _rng: random.Random) -> Iterator[tuple[str, str]]:
    text = _open(case)
    for v in find_values(text):
        if v.kind not in ("money", "duration", "quantity", "percent"):
            continue
        for old, new in _UNITS:
            if re.search(rf"(?<![A-Za-z]){re.escape(old)}(?![A-Za-z])", v.text):
                changed = re.sub(rf"(?<![A-Za-z]){re.escape(old)}(?![A-Za-z])", lambda _, new=new: new, v.text, count=1)
                yield "unit", _put(case, v, changed)
                break


def _quotations(case: Case, rng: random.Random) -> Iterator[tuple[str, str]]:
    for m in re.finditer(r"“([^”]+)”", case.text):
        words = list(re.finditer(r"[A-Za-z]{4,}", m[1]))
        for w in rng.sample(words, min(4, len(words))):
            at = m.start(1) + w.start()
            new = rng.choice(["broadly", "seldom", "entire", "written", ""])
            if new != w[0].lower():
                yield "quotation", case.text[:at] + new + case.text[at + len(w[0]) :]


def _directions(case: Case, _rng: random.Random) -> Iterator[tuple[str, str]]:
    text = _open(case)
    for old, new in _DIRECTIONS:
        for m in re.finditer(rf"\b{old}\b", text, re.I):
            yield "direction", case.text[: m.start()] + new + case.text[m.end() :]
