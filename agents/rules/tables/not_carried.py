"""What of a question its query does not carry: a bound that somebody sets, a rate, a condition that was not heard.

One such thing and the table answers nothing: a number that is nearly what was asked is worse than none.
"""

from __future__ import annotations

import re

from agents.rules.tables.denied import is_flag
from agents.rules.tables.findings import Read
from agents.rules.tables.limit_wording import unresolved
from agents.rules.tables.money import only_akin
from agents.rules.tables.schema import Ask
from agents.rules.tables.spare import restricts_nothing

_PRODUCT = re.compile(
    r"\b(?:quantity|number|units|amount|count|price|cost|rate|hours|days)\s+(?:times|multiplied by|×)", re.I
)


def not_carried(r: Read, ask: Ask) -> list[str]:
    """In the words of the question where there are any."""
    out: list[str] = []
    named = [r.text[r.tokens[m.start].start : r.tokens[m.end - 1].end] for m in r.columns]
    if said := unresolved(r.text, named):
        out.append(said)  # a number of which nothing is known here: its rows are not simply all rows
    if m := _MAY.search(r.text):  # "how many items may an adult have out": what is allowed, not what the rows say
        out.append(m["modal"])
    if m := _FROM_WHEN.search(r.text):
        out.append(m[0])
    if (m := _BOUND.search(r.text)) and ask.agg not in ("avg", "median"):
        out.append(m[0])
    out += _asks_a_rate(r, ask) + _conditions_unheard(r, ask) + _chosen_by_nothing(r, ask)
    out += [m[0] for m in _FAILED.finditer(r.text) if not ask.bucket and m[0] not in r.read_as]
    if ask.agg in ("sum", "count") and not ask.group and not ask.bucket and (m := _EACH.search(r.text)):
        out.append(m["of"])  # one number for all is no answer to "for each show"
    if ask.bucket and ask.measure is not None and of_a_rate(r, ask):
        # "the monthly fee" is stated somewhere; months of a price are not it
        out.append(f"what of {ask.measure.name}")
    if ask.times is None and _PRODUCT.search(r.text):
        out.append("times")
    return out


def unused_guesses(r: Read, ask: Ask, used: set[int]) -> list[str]:
    """A word that was taken for a column by meaning alone, and then had no effect, was not understood."""
    in_use = [
        ask.measure,
        ask.times,
        ask.when,
        *ask.group,
        *ask.show,
        *(f.column for f in ask.filters),
        *(f.other for f in ask.filters),
    ]
    names = {c.name for c in in_use if c is not None}
    words_ = {m.start: [x.column.name for x in r.columns if x.start == m.start] for m in r.columns if m.guessed}
    idle = [i for i, columns in words_.items() if not names & set(columns)]
    flags = [
        m.start
        for m in r.columns
        if is_flag(r, m.column) and m.column.name not in names and r.tokens[m.start].stem in m.column.stems
    ]
    idle += [i for i in flags if i not in idle]  # a yes or no that was named decides something
    if ask.agg == "count" and not ask.limit:  # "how many staff LEFT last year" over "Leave days left"
        near = {m.start: {x.column.name for x in r.columns if x.start <= m.start < x.end} for m in r.columns}
        said = [m.start for m in r.columns if m.column.kind == "number" and not near[m.start] & names]
        idle += [i for i in dict.fromkeys(said) if i not in idle and i not in r.rows and i not in used]
    return [r.tokens[i].text for i in idle if not restricts_nothing(r, ask, i)]


def _asks_a_rate(r: Read, ask: Ask) -> list[str]:
    """ "What are students paid an hour": the hours are what something is counted by, and no total of them is asked for."""
    if ask.measure is None or ask.agg not in ("", "sum", "avg") or ask.order:
        return []
    out = []
    for m in (m for m in r.columns if m.column is ask.measure):
        per = re.search(r"\b(?:an?|per)\s+$", r.text[: r.tokens[m.start].start], re.I)
        again = any(w.stem == r.tokens[m.start].stem for i, w in enumerate(r.tokens) if i != m.start)
        if per and not again:
            out.append(f"{per[0].strip()} {r.tokens[m.start].text}")
    return out


_CONDITION = re.compile(r"\b(?:with|whose|where|having|have|has|had)\s+(?:(?:the|a|an)\s+)?$", re.I)


def _conditions_unheard(r: Read, ask: Ask) -> list[str]:
    """ "With status off": a column that is named to say which rows, when no value of it was heard."""
    if not r.facts.distinct:
        return []
    used = [*ask.group, *ask.show, *(f.column for f in ask.filters), *(f.other for f in ask.filters)]
    names = {c.name for c in used if c is not None}
    out = []
    for m in r.columns:
        if m.column.kind != "text" or m.column.name in names or m.guessed or m.column is ask.measure:
            continue
        if not set(m.column.stems) & {w.stem for w in r.tokens[m.start : m.end]}:
            continue
        after = r.text[r.tokens[m.end - 1].end :]
        if _CONDITION.search(r.text[: r.tokens[m.start].start]) and re.match(r"\s*(?:[:=]|is\b|are\b)?\s*\w", after):
            out.append(f"{r.text[r.tokens[m.start].start : r.tokens[m.end - 1].end]} {' '.join(after.split()[:1])}".rstrip(" ,.?"))  # fmt: skip
    return out


_OF_WHICH = re.compile(r"\W*(?:and |so )?(?:which|what|who|any)\b(?!['’]s\b)(?! (?:is|are|was|were)\b)", re.I)
_VERB = re.compile(
    r"\b(?:needs?|are|is|was|were|have|has|should|must|can|could|will|do|does|did)\s+(?:be |to )?$", re.I
)


def _chosen_by_nothing(r: Read, ask: Ask) -> list[str]:
    """ "Which items need ordering", of a column "Reorder at": what was to choose the rows only names a column of them."""
    if ask.agg or ask.group or ask.bucket or ask.filters or ask.limit or ask.share or not _OF_WHICH.match(r.text):
        return []
    verbs = [
        m for m in r.columns if m.column.kind in ("number", "date") and _VERB.search(r.text[: r.tokens[m.start].start])
    ]
    return [r.text[r.tokens[m.start].start : r.tokens[m.end - 1].end] for m in verbs[:1]]


# What became of the rows: no table knows it but by a column, however plain the words.
_FAILED = re.compile(
    r"""
    \b(?:fell|falls?|fallen|dropped|went|gone|goes|came|come|broke|called|pulled|sent|given|brought|stood)\s+
    (?:through|off|apart|wrong|astray|back|away|bust|short)\b
    (?=\s*(?:$|[?.!,;]|(?:this|last|in|since|during|so|and|on|by|yet)\b))
    """,
    re.I | re.X,
)
_A_RATE = re.compile(
    r"\b(?:is|are|was|were|['’]s)\s+(?:the|our|your|their|my)\s+(?:[\w-]+ ){0,3}(?:charge|fee|rate|price|tariff|surcharge)\b",
    re.I,
)


def of_a_rate(r: Read, ask: Ask) -> bool:
    """ "What is our dog charge?" asks for a rate, and no sum of a column that is only akin to "charge"."""
    return bool(_A_RATE.search(r.text)) and ask.measure is not None and only_akin(r, ask.measure)


_EACH = re.compile(r"\b(?:for|of|in|at|by) (?:each|every) (?:of the |the )?(?P<of>[a-z]+)", re.I)
# "Within how many days do we want to answer?": a bound is set by somebody, it is not counted.
_BOUND = re.compile(r"\b(?:within|up to|above|beyond|below|under|over|at least|at most|(?:longer|more|higher|less|lower|heavier|larger|bigger|older|shorter) than)\s+(?:how (?:many|much|long)|what|which)\b", re.I)  # fmt: skip
# "From what day do we charge more": when a rule begins or ends; no row's date is it.
_FROM_WHEN = re.compile(r"\b(?:from|until|till|by|as of|starting|since)\s+(?:what|which)\s+(?:day|date|month|year|time|point)\b|\b(?:from|until|till|since) when\b", re.I)  # fmt: skip
_MAY = re.compile(r"\bhow (?:many|much|long|often)\b[^,?;]*?\b(?P<modal>may|must|should|shall|can)\s+(?:an?|one|i|we|you|they|each|every|any|the)\b", re.I)  # fmt: skip
