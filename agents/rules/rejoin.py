"""Parts of a goal that are one after all: a comparison and the rest of what it compares on.

"Compare the two quotes on price, how long they'd take and the guarantee" has a clause among its aspects, which looks like
a question of its own. `split.py` judges each side alone; this looks at both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.rules.shapes import Part

_COMPARES = re.compile(r"\b(?:compare|contrast|side by side|differences? between|how do .+ differ)\b", re.I)
# A clause, not a question: its verb follows its subject ("how long the work would take", not "how long does it take").
_CLAUSE = re.compile(
    r"(?:and\s+)?(?:(?:how(?: (?:long|much|many|often|far|big|soon|well|old|high))?|what|when|where|who|which \w+)\s+"
    r"(?!(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have)\b)|(?:whether|if)\s+)\w+",
    re.I,
)


def rejoined(parts: Sequence[Part], goal: str) -> list[Part]:
    """The parts, with clauses put back into the comparison before them where nothing but a comma or "and" parts them."""
    flat = " ".join(goal.split())
    out: list[Part] = []
    at = 0
    for i, part in enumerate(parts):
        start = flat.find(part.text.rstrip("?.! "), at)
        if start < 0:  # reworded by the splitter: nothing to put back
            return list(parts)
        between = flat[at:start]
        if i and _COMPARES.search(out[-1].text) and _CLAUSE.match(part.text) and re.fullmatch(r"[\s,;]*(?:and\s+)?", between):  # fmt: skip
            whole = flat[flat.find(out[-1].text.rstrip("?.! ")) : start + len(part.text)]
            out[-1] = replace(out[-1], text=whole)
        else:
            out.append(part)
        at = start + len(part.text.rstrip("?.! "))
    if len(out) == len(parts):
        return list(parts)
    return [replace(p, before=-1, context="") if p.before >= len(out) else p for p in out]
