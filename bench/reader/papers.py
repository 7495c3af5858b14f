"""The questions the reader is trained on: documents written for it, what each of their sentences answers, what none does.

A paper is plain text: `=== title`, `## heading`, `1. sentence`, then `Q 1,3: wording | wording` (sentences 1 and 3 each
answer) and `N: wording | wording` (nothing in the paper answers, however close it sounds).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agents.rules.reading.units import Unit

PAPERS = Path(__file__).parent / "papers"
# By name, so that a paper that is added moves no other.
LEFT_OUT = frozenset(
    [
        f"{x}/5"
        for x in [
            "a01",
            "a03",
            "b02",
            "b04",
            "b06",
            "b08",
            "c01",
            "c03",
            "c05",
            "c07",
            "c09",
            "d02",
            "d04",
            "d06",
            "d08",
        ]
    ]
    + [f"{x}{n}/2" for x in "efghi" for n in ("03", "08", "13")]
)
WHOLE = ("a04/", "a05/", "a06/", "a07/", "a08/", "a09/")
_UNIT = re.compile(r"(\d+)[.)]\s+(.+)")
_ASKED = re.compile(r"Q\s+([\d,\s]+):\s*(.+)")
_NONE = re.compile(r"N\s*:\s*(.+)")


@dataclass
class Paper:
    name: str  # of its file and its place there: "c03/2"
    title: str
    units: dict[int, Unit] = field(default_factory=dict)
    questions: list[tuple[str, frozenset[int]]] = field(default_factory=list)  # wording, the units that answer it


def papers(folder: Path = PAPERS) -> Iterator[Paper]:
    """Every paper of the folder. Raises ValueError with file and line where the form is not kept."""
    for file in sorted(folder.glob("*.txt")):
        paper, heading, before, n = None, "", "", 0
        for number, raw in enumerate(file.read_text("utf-8").splitlines(), 1):
            line = raw.strip()
            if not line or line.startswith("```"):
                continue
            if line.startswith("==="):
                if paper:
                    yield paper
                paper, heading, before, n = Paper(f"{file.stem}/{n + 1}", line.strip("= ")), "", "", n + 1
            elif paper is None:
                raise ValueError(f"{file.name}:{number}: text before the first title")
            elif line.startswith("#"):
                heading, before = line.lstrip("# "), ""
            elif m := _ASKED.match(line):
                answering = frozenset(int(x) for x in m[1].replace(",", " ").split())
                if not answering <= paper.units.keys():
                    raise ValueError(f"{file.name}:{number}: no such sentence")
                paper.questions += [(w, answering) for w in _wordings(m[2])]
            elif m := _NONE.match(line):
                paper.questions += [(w, frozenset()) for w in _wordings(m[1])]
            elif m := _UNIT.match(line):
                paper.units[int(m[1])] = Unit(m[2], 0, 0, 0, heading, paper.title, 0, before=before)
                before = m[2]
            else:
                raise ValueError(f"{file.name}:{number}: neither sentence nor question: {line[:60]}")
        if paper:
            yield paper


def left_out(everything: list[Paper]) -> list[Paper]:
    """The papers that are never trained on: what the reader, and the weights beside it, are judged by."""
    return [p for p in everything if p.name in LEFT_OUT or p.name.startswith(WHOLE)]


def as_text(paper: Paper) -> str:
    """The paper as a document somebody might upload, in Markdown."""
    out, heading = [f"# {paper.title}"], ""
    for u in paper.units.values():
        if u.heading != heading:
            heading = u.heading
            out.append(f"## {heading}")
        out.append(u.text)
    return "\n\n".join(out)


def _wordings(text: str) -> list[str]:
    return [w.strip() for w in text.split("|") if w.strip()]
