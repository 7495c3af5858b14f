"""What has become of something, said in other words than the table's: "went ahead", "called off", "current members".

Said words stand for a value only where just one value of a column of few values says the same. What a word of a table
means exactly is read before (`values`).
"""

from __future__ import annotations

import re

from agents.rules.tables.cue import DENIES, left_out
from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import Column
from agents.rules.words import words

# A line: ways to say one state; values and what the goal says are both looked for here.
_ALIKE = """
completed|complete|delivered|done|finished|closed|resolved|fixed|repaired|sorted|sorted out|played|fulfilled|happened|went ahead|gone ahead|went through|gone through|took place|taken place|carried out|came and stayed|dealt with|wrapped up
cancelled|canceled|withdrawn|scrapped|abandoned|called off|cried off|fell through|fallen through|pulled out|backed out
active|current|present|serving|still with us
left|former|resigned|departed|gone|no longer with us
confirmed|definite|firm
provisional|tentative|pencilled in|penciled in|unconfirmed
postponed|put off|rescheduled|moved to later
vacant|empty|standing empty|stand empty|sitting empty|unoccupied|unlet|untenanted|void
no show|no-show|noshow|did not turn up|didn't turn up|never turned up|did not show up|didn't show up|failed to turn up
disputed|contested|in dispute|queried|being argued about
rejected|refused|declined|turned down|denied
approved|accepted|signed off|agreed
shipped|dispatched|despatched|sent out|on its way
awaiting parts|waiting parts|waiting for parts|waiting on parts|stuck waiting for parts|stuck waiting on parts|parts on order|held up for parts
"""
_FEW = 8  # values of a state
_DENIED = re.compile(rf"(?:\b{DENIES}|\b(?:nobody|no one|no-one|nothing|never)\b)[^,;]{{0,14}}$", re.I)
_NOBODY = ("nobody", "no", "one", "nothing", "never")
_LINES = [line.split("|") for line in _ALIKE.strip().splitlines()]


def _said(phrase: str) -> re.Pattern[str]:
    """ "Called off", "called-off"; not "sorted by"."""
    spaced = "[ -]".join(map(re.escape, re.split(r"[ -]", phrase)))
    return re.compile(rf"(?<![\w-]){spaced}(?![\w-]|[ ](?:by|order)\b)", re.I)


_DOING = re.compile(r"\b(?:has|have|had|did)\b(?!.*\bbeen\b)[^,;?]{2,40}$", re.I)
# The longest first: "sorted out" before "sorted".
_SAID = sorted(((p, n, _said(p)) for n, line in enumerate(_LINES) for p in line), key=lambda x: -len(x[0]))


def states(r: Read, free: list[bool]) -> None:
    """Takes such words for the value that they mean; with the word and the value told in the answer."""
    for phrase, n, pattern in _SAID:
        for m in pattern.finditer(r.text):
            span = [i for i, w in enumerate(r.tokens) if m.start() <= w.start < m.end()]
            sorting = [
                c
                for c in r.found
                if (c.kind == "sort" and (c.start, c.end) == m.span())
                or (c.kind == "null" and m.start() <= c.start and c.end <= m.end())  # "standing empty"
            ]
            if phrase == "done" and _DOING.search(r.text[: m.start()]):
                continue  # "how many miles has Ann done"
            if not span or not (sorting or all(free[i] for i in span)):
                continue
            found = _means(r, n)
            if len({v for _, v in found}) != 1 or _beside_a_noun_of_money(r, phrase, m.end()):
                continue
            column, value = found[0]
            said = _DENIED.search(r.text[: m.start()])
            denied = said is not None or left_out(r.text[m.end() :])
            for i, w in enumerate(r.tokens):
                if said and said.start() <= w.start < m.start() and w.text.casefold() in _NOBODY:
                    free[i] = False
            r.values.append(Mention(span[0], span[-1] + 1, column, 1.0, value, denied))
            r.found[:] = [c for c in r.found if c not in sorting]  # "nobody has sorted it" puts nothing in order
            r.read_as[m[0]] = f"{column.name} {value}"
            for i in span:
                free[i] = False


def _means(r: Read, line: int) -> list[tuple[Column, str]]:
    """The values of that state, in columns that hold few."""
    return [
        (c, v)
        for c in r.sheet.of_kind("text")
        if 1 < r.facts.distinct.get((c.table, c.name), 0) <= _FEW
        for v in r.facts.of(c)
        if " ".join(w.text for w in words(v.replace("-", " "))).casefold() in _LINES[line]
    ]


def _beside_a_noun_of_money(r: Read, phrase: str, end: int) -> bool:
    """ "The current balance", "present value": no state of a row."""
    after = re.match(r"\s*(?:balance|price|value|total|rate|cost|stock|level|year|month)s?\b", r.text[end:], re.I)
    return phrase in ("current", "present") and after is not None
