"""Parts of a goal that are one after all: a comparison and the rest of what it compares on.

"Compare the two quotes on price, how long they'd take and the guarantee" has a clause among its aspects, which looks like
a question of its own. `split.py` judges each side alone; this looks at both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.rules.shapes import Part

# "What does E5 mean and what should I do?": what is to be done about it stands where it is explained.
_SO_WHAT = re.compile(r"(?:and |then )*what (?:should|must|do|can|shall) (?:i|we|you) (?:then )?do(?: (?:about (?:it|that)|then|now|next|in that case))?[?. ]*", re.I)  # fmt: skip
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
        one = _SO_WHAT.fullmatch(part.text) or (
            _COMPARES.search(out[-1].text if out else "") and _CLAUSE.match(part.text)
        )
        if i and one and re.fullmatch(r"[\s,;?]*(?:and\s+)?", between):
            whole = flat[flat.find(out[-1].text.rstrip("?.! ")) : start + len(part.text)]
            out[-1] = replace(out[-1], text=whole)
        else:
            out.append(part)
        at = start + len(part.text.rstrip("?.! "))
    if len(out) == len(parts):
        return list(parts)
    return [replace(p, before=-1, context="") if p.before >= len(out) else p for p in out]
