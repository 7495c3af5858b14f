"""What a claim may stand on: the sources of a run and what its tools computed, line by line, with values and stems.

A line is a sentence, a list item or a table row; a row is read with its column names ("Limit: £500"). Judges nothing.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from agents.base import Result
from text.sentences import sentences
from text.values import Value, find_values
from text.words import STOP, lemma, stem, tokens
from tools.base import Source

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ROWS_READ = 200  # of a computed table


@dataclass(frozen=True)
class Line:
    text: str
    words: tuple[tuple[str, int], ...]  # content stems with their place in `text`
    values: tuple[Value, ...]
    row: bool = False  # of a table: "column: value; column: value"

    @cached_property
    def bag(self) -> frozenset[str]:
        return frozenset(w for w, _ in self.words)


@dataclass
class Evidence:
    id: str  # a source's id, or "" for what a tool computed
    step: str
    lines: list[Line]
    about: str  # title and place, for names and references
    source: Source | None = None
    expression: str = ""  # of what was computed
    failed: bool = False  # it says why a step did not work out: no ground for a sentence that says it did
    counts: tuple[float, ...] = ()  # how many rows, documents, passages
    bag: frozenset[str] = field(default=frozenset())
    folded: str = ""

    def __post_init__(self) -> None:
        self.bag = frozenset().union(*(x.bag for x in self.lines)) if self.lines else frozenset()
        quote = self.source["quote"] if self.source else ""  # a table's rows as they stand
        self.folded = fold(" \n ".join([self.about, *(x.text for x in self.lines), quote]))

    @cached_property
    def about_values(self) -> tuple[Value, ...]:
        """Kept, because every figure of every claim is looked for in them."""
        return tuple(find_values(self.about))


@lru_cache(maxsize=4_000)
def line(text: str, row: bool = False) -> Line:
    return Line(text, positions(text), tuple(find_values(text)), row)


@lru_cache(maxsize=4_000)
def positions(text: str) -> tuple[tuple[str, int], ...]:
    """Content stems with their places. Numbers are left to the values."""
    out = []
    for m in _WORD.finditer(text):
        for t in tokens(m[0]):
            if t not in STOP and not t[0].isdigit():
                out.append((root(t), m.start()))
    return tuple(out)


_ENDINGS = re.compile(r"(?:ment|anc|enc|eri|ation|ion|iv|abl|ibl|ness|al|or|er|at|i|e|y)$")


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """A coarser stem, under which "paid" is "payment" and "discovered" is "discovery"."""
    out = stem(lemma(word).lower())
    cut = _ENDINGS.sub("", out)
    return cut if len(cut) >= (3 if out.endswith("ment") else 4) else out


def fold(text: str) -> str:
    """For finding quotations and names: small letters, plain quotation marks and dashes, no Markdown signs, one space."""
    text = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    text = re.sub(r"[“”„«»″]|''", '"', text)
    text = re.sub(r"[‘’‚′`´]", "'", text)
    text = re.sub(r"[‐‑‒–—−]", "-", text)
    text = re.sub(r"(?<=\w)-\n\s*(?=[a-z])", "", text)  # a word broken at the end of a line
    text = re.sub(r"[*_#|>\\]+|\.{3}|…", " ", text)
    return " ".join(text.casefold().split())


def evidence(results: Mapping[str, Result]) -> list[Evidence]:
    """Of every result that is there: one evidence a source, and one for what its tool computed or listed."""
    out: list[Evidence] = []
    for step, r in results.items():
        told = [line(s.text) for s in sentences(f"{r['note']}\n\n{r['error']}")]
        if told:
            out.append(Evidence("", step, told, "", failed=r["status"] != "ok"))
        if r["status"] != "ok":
            continue
        sources = r["sources"]
        for i, s in enumerate(sources):
            whole = r["text"] if len(sources) == 1 and not computes(r) else ""
            extra = [x for x in _lines(whole) if x.text not in s["quote"]] if len(whole) < 60_000 else []
            out.append(
                Evidence(
                    s["id"] or f"{step}.{i + 1}",
                    step,
                    [*_lines(s["quote"]), *extra],
                    f"{s['title']} {_stripped(s['title'])} {s['locator']}",
                    source=s,
                )
            )
        out.append(_of_result(step, r))
    return out


def computes(r: Result) -> bool:
    """Did its tool compute something, rather than read it?"""
    d = r["data"]
    return any(k in d for k in ("expression", "shown", "sql", "rows", "timezone"))


def _of_result(step: str, r: Result) -> Evidence:
    data = r["data"]
    counts = [float(len(v)) for v in data.values() if isinstance(v, list)]
    counts += [float(len(r["sources"])), float(len({s["title"] for s in r["sources"]}))]
    value = data.get("value")
    if isinstance(value, int | float) and not isinstance(value, bool):
        counts.append(float(value))
    about = " ".join(dict.fromkeys(s["title"] for s in r["sources"]))
    if not computes(r):
        listed = [] if r["sources"] else _lines(r["text"])
        return Evidence("", step, listed, about, counts=tuple(counts))
    expression = str(data.get("shown") or data.get("expression") or data.get("sql") or "")
    lines = _rows(data.get("columns"), data.get("rows"))
    if not lines:
        shown = dict.fromkeys([r["text"], *(str(v) for v in data.values() if isinstance(v, str | int | float))])
        lines = [x for t in shown for x in _lines(t)]
    if lines and data.get("sql"):
        lines.append(line(expression))  # "Weekly hours < 37.5" is what was asked of the table
    return Evidence("", step, lines, about, expression=expression or r["text"][:200], counts=tuple(counts))


def _rows(columns: object, rows: object) -> list[Line]:
    if not isinstance(rows, list) or not rows:
        return []
    names = [str(c).replace("_", " ") for c in columns] if isinstance(columns, list) else []
    out = []
    for row in rows[:_ROWS_READ]:
        pairs = (
            row.items()
            if isinstance(row, dict)
            else zip(names or [""] * len(row), row, strict=False)
            if isinstance(row, list)
            else [("", row)]
        )
        out.append(line("; ".join(f"{k}: {_cell(v)}" if k else _cell(v) for k, v in pairs), True))
    return out


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    return re.sub(r"[T ]00:00:00(?:\.0+)?(?:Z|\+00:00)?$", "", str(value))


def _lines(text: str) -> list[Line]:
    """The sentences and rows of a source; a Markdown table's rows are read with its column names."""
    out: list[Line] = []
    header: list[str] = []
    rows: list[str] = []
    for s in sentences(text):
        if s.text.startswith("|") and s.text.endswith("|"):
            cells = [c.strip() for c in s.text.strip("|").split("|")]
            if all(re.fullmatch(r":?-+:?", c) for c in cells if c):
                header = [c.strip() for c in rows[-1].strip("|").split("|")] if rows else []
                continue
            rows.append(s.text)
            if header and len(header) == len(cells):
                out.append(line("; ".join(f"{h}: {c}" for h, c in zip(header, cells, strict=True)), True))
                continue
        else:
            header, rows = [], []
        out.append(line(" ".join(s.text.split())))
    return out


def _stripped(title: str) -> str:
    """ "services-agreement.pdf" also as "services agreement"."""
    return re.sub(r"[-_]+", " ", re.sub(r"\.\w{2,8}$", "", title))


class Rarity:
    """How much a word tells, by how few lines of this run hold it: 0.2 for one in all, 1 and more for a rare one."""

    def __init__(self, lines: Iterable[Line]) -> None:
        seen = list(lines)
        self._count = Counter(w for x in seen for w in x.bag)
        self._total = max(1, len(seen))

    def __call__(self, word: str) -> float:
        return 0.2 + math.log((1 + self._total) / (1 + self._count[word])) / math.log(2 + self._total)

    def sum(self, words: Iterable[str]) -> float:
        return sum(self(w) for w in words)


def best_lines(
    words: Sequence[str], values: Sequence[Value], lines: Sequence[Line], rarity: Rarity, most: int = 4
) -> list[int]:
    """Indices of the lines that together hold most of a claim, the best first; one must add something to be taken."""
    left = set(words)
    kinds = {(v.kind, v.number, v.unit, v.date) for v in values}
    chosen: list[int] = []
    while len(chosen) < most:
        scored = [
            (
                rarity.sum(x.bag & left)
                + 1.5 * len({(v.kind, v.number, v.unit, v.date) for v in x.values} & kinds)
                + 0.15 * len(x.bag & set(words)) * bool(chosen),
                -abs(i - chosen[0]) if chosen else 0,
                i,
            )
            for i, x in enumerate(lines)
            if i not in chosen
        ]
        if not scored:
            break
        score, _, i = max(scored)
        if score <= 0.35 * (1 + len(chosen)):
            break
        chosen.append(i)
        left -= lines[i].bag
        kinds -= {(v.kind, v.number, v.unit, v.date) for v in lines[i].values}
    return chosen
