"""Words of a question that restrict nothing: that somebody does something, that it is about now, that tables are matched.

They are no reason to refuse; the answer names those that could have been meant otherwise as not used. A word that could
be a condition (a name, a value, a state, what rows of which nothing is known did) is never one of these.
"""

from __future__ import annotations

import re

from agents.rules.tables.findings import Mention, Read
from agents.rules.tables.schema import Ask, Column
from agents.rules.words import stem

# Closed classes of English: pronouns of no one in particular, adverbs of manner and frequency.
_ANYBODY = {stem(w) for w in ["anything", "anyone", "anybody", "something", "someone", "somebody", "everything", "everyone", "everybody", "people", "persons", "folk", "folks", "guys", "ones", "whatever", "whichever", "whoever", "thing", "things", "stuff", "lot"]}  # fmt: skip
_MANNER = {stem(w) for w in ["usually", "normally", "generally", "typically", "actually", "basically", "mainly", "mostly", "chiefly", "roughly", "approximately", "honestly", "quickly", "simply", "together", "really", "altogether", "obviously", "ultimately", "apparently", "presumably"]}  # fmt: skip
_NOW = {stem(w) for w in ["season", "term", "period", "session", "time", "moment", "present"]}
# Who keeps the table: "our club", "at the practice".
_OURS = {stem(w) for w in "club society association charity shop school practice clinic office studio brewery bakery restaurant café cafe hotel gym museum library council organisation organization firm company centre center farm nursery surgery".split()}  # fmt: skip  # noqa: SIM905
_KINDS = {stem(w) for w in ["type", "kind", "category", "sort"]}
_JOINS = {stem(w) for w in ["match", "join", "link", "combine", "merge", "connect", "pair"]}
_LASTED = {stem(w) for w in ["run", "ran", "take", "took", "last", "lasted", "stay", "stayed", "need", "needed", "wait", "waited", "weigh", "weighed", "measure", "measured"]}  # fmt: skip
_SPENT = {stem(w) for w in ["spend", "spent", "log", "logged", "take", "took", "taken", "book", "booked"]}
_OWE = {stem(w) for w in ["owe", "owes", "owed", "owing"]}
_DEBT = {stem(w) for w in ["arrears", "debt", "debts", "balance", "outstanding"]}
_TIME = {stem(w) for w in ["minute", "minutes", "hour", "hours", "hrs", "day", "days"]}
_PERSONS = {stem(w) for w in ["person", "people", "staff", "colleague", "member", "individual"]}
_SUBJECT = re.compile(
    r"\b(?:we|they|you|i|people|everyone|everybody|folks|somebody|someone|one)\s+(?:(?:\w+ly|ever|then|just)\s+)?$",
    re.I,
)
_DEICTIC = re.compile(
    r"\b(?:this|our|the current|the present|the whole|all|(?:through|throughout|over|during|across) the(?: (?:whole|entire|full))?)\s+$",
    re.I,
)


_AUXILIARIES = ("has", "have", "had", "did", "does", "do", "was", "were", "is", "are")
_LEVELS = {stem(w) for w in ["level", "point", "threshold", "quantity", "figure", "mark"]}
_BEFORE_BEST = re.compile(
    r"\s+(?:in |us |up )?(?:the |our )?(?:single )?(?:\w+est|most|least|fewest|best|worst)\b", re.I
)


def spare(r: Read, ask: Ask) -> set[int]:
    """The indices among the words left over that restrict nothing."""
    return {i for i in r.left if restricts_nothing(r, ask, i)}


def restricts_nothing(r: Read, ask: Ask, i: int) -> bool:
    word, before = r.tokens[i], r.text[: r.tokens[i].start]
    if _BY.search(before):
        return False  # "for each person": left out, the whole would be told instead of the parts
    if word.stem in _ANYBODY | _MANNER:
        return True
    if word.text[:1].isupper() and any(r.text[word.end : r.tokens[v.start].start] == " (" for v in r.values):
        return True  # "Juniper (YJ21 BWN)": the value says which
    if word.stem in _NOW and _DEICTIC.search(before):
        return True
    if word.stem in _OURS and re.search(r"\b(?:our|the|my|this|your)\s+(?:[a-z]+\s+)?$", before):
        return True
    if word.stem in _LEVELS and any(m.end == i and m.column.kind == "number" for m in r.columns):
        return True  # "below the reorder level", of a column "Reorder at"
    if word.text.casefold() in ("percent", "percentage", "percentages") and r.has("share"):
        return True
    if (
        word.text.islower()
        and r.cue("order", "limit")
        and _BEFORE_BEST.match(r.text[word.end :])
        and _has_subject(r, i)
    ):
        return True  # "which date pulled the biggest crowd": what the superlative says is all that is asked
    season = word if word.stem in _NOW else r.tokens[i + 1] if i + 1 < len(r.tokens) else word
    if season.stem in _NOW and re.search(r"\b(?:last|past)\s+$", r.text[: season.start], re.I) and _one_year(r):
        return True  # "last season" of a table that has one
    if word.stem in _JOINS and i < 2 and any(i < j < i + 9 for j in (*r.rows, *(m.start for m in r.columns))):
        return True
    if word.stem in _KINDS and any(m.end == i and m.column.kind == "text" for m in r.columns):
        return True  # "by pitch type", of a column Pitch
    if word.stem in _KINDS and any(m.start in (i + 2, i + 3) and m.column.kind == "text" for m in r.columns):
        between = r.text[word.end : next(r.tokens[m.start].start for m in r.columns if m.start in (i + 2, i + 3))]
        if re.fullmatch(r" of (?:the |a |an )?", between, re.I):
            return True  # "which kind of machine"
    if any(m.end == i - 1 and m.column in ask.group for m in r.columns) and r.tokens[i - 1].text == "of":
        return True  # "by make of car"
    if word.stem in _LASTED and any(c.kind == "compare" and 0 < c.start - word.end < 3 for c in r.found):
        return True  # "which jobs ran longer than 6 hours"
    if word.stem in _SPENT and _measured(r, ask) and ask.measure is not None and _TIME & set(ask.measure.stems):
        return True  # "how many hours did Ann Lee spend on repairs"
    if word.stem in _OWE and ask.measure is not None and _DEBT & set(ask.measure.stems) & {w.stem for w in r.tokens}:
        return True  # "how much do they owe us in arrears"
    if _put_down(r, i) or _done_by(r, i) or _has_value(r, i) or (ask.order and _ranks_rows(r, i)):
        return True
    # "the average number of nights people stay": what is measured is named, the verb only says it again. Of rows that
    # are merely counted a verb tells which ("how many pots did we break").
    if not word.text.islower() or not _measured(r, ask):
        return False
    return bool(_SUBJECT.search(before)) or _says_who(r, ask, i)


_PUT_DOWN = {stem(w) for w in "booked charged logged posted put claimed allocated assigned recorded entered".split()}  # noqa: SIM905


def _put_down(r: Read, i: int) -> bool:
    """ "All claims BOOKED on G-1123": the word only leads to the code that says which rows."""
    word = r.tokens[i]
    led = (r.text[word.end : r.tokens[v.start].start] for v in r.values if v.start > i and re.search(r"\d", v.value))
    return word.stem in _PUT_DOWN and any(re.fullmatch(r" (?:on|to|against|under|for|at) (?:the )?", x) for x in led)


_DID = re.compile(r"\b(?:did|do|does)\s+(?:\S+ ){0,4}$", re.I)


def _done_by(r: Read, i: int) -> bool:
    """ "How many tickets did Harbourline (C01) RAISE": what whoever is named did with the rows; no state that rows have."""
    verb, before = r.tokens[i], r.text[: r.tokens[i].start]
    subject = any(v.end in (i, i - 1) and not v.negated for v in r.values)
    told = {stem(w) for c in r.sheet.of_kind("text") for v in r.facts.of(c)[:40] for w in v.split()}
    named = {s for c in r.sheet.columns for s in c.stems}
    return subject and bool(_DID.search(before)) and verb.text.islower() and verb.stem not in told | named


def _has_subject(r: Read, i: int) -> bool:
    """Does the word say what the rows, or whom a column names, did ("which mechanic has BOOKED")?"""
    before = next((j for j in range(i - 1, -1, -1) if r.tokens[j].text.casefold() not in _AUXILIARIES), -1)
    return before in [*r.rows, *(m.end - 1 for m in r.columns)]


def _has_value(r: Read, i: int) -> bool:
    """ "Pupils who DRIVE an automatic": a verb of the rows' nouns in its plain form, right before a value, only leads to it."""
    verb, rows = r.tokens[i], [j for j in (*r.rows, *(m.end - 1 for m in r.columns)) if 0 < i - j <= 2]
    plain = verb.text.islower() and not verb.text.endswith(("ed", "ing", "s")) and bool(rows)
    beside = bool(rows) and re.fullmatch(r"\s+(?:(?:who|that|which)\s+)?", r.text[r.tokens[rows[-1]].end : verb.start], re.I)  # fmt: skip
    return bool(plain and beside) and any(re.fullmatch(r"\s+(?:(?:an?|the)\s+)?", r.text[verb.end : r.tokens[v.start].start], re.I) for v in r.values if v.start > i and not v.negated)  # fmt: skip


_MOST = re.compile(r"\s+(?:the )?(?:most|least|highest|lowest|biggest|largest)\s+(?:(?:in|on|for|of)\s+)?(?:(?:our|the|all)\s+)?", re.I)  # fmt: skip


def _ranks_rows(r: Read, i: int) -> bool:
    """ "Who CLAIMED the most in expenses": the verb between who and how much of what the table's rows are."""
    verb, after = r.tokens[i], _MOST.match(r.text[r.tokens[i].end :])
    asked = re.search(r"\b(?:who|(?:which|what) \w+)\s+$", r.text[: verb.start], re.I)
    rows = {r.tokens[j].start for j in r.rows}
    return bool(asked and after and verb.text.islower()) and after is not None and verb.end + after.end() in rows


def _one_year(r: Read) -> bool:
    spans = [r.facts.span.get((c.table, c.name)) for c in r.sheet.of_kind("date")]
    return bool(spans) and len({end[:4] for span in spans if span for end in span}) == 1


def _says_who(r: Read, ask: Ask, i: int) -> bool:
    """ "Which mechanic PUT in the fewest hours", "who RACKED up the most in fines": the verb of a ranking; "… for which
    CAR": what of the one row is asked for, which is shown whole."""
    before = r.text[: r.tokens[i].start]
    if re.search(r"\b(?:for|and|of) (?:which|what)\s+$", before, re.I):
        return ask.limit == 1 and not ask.agg
    noun = next((m for m in r.columns if m.end == i), None)
    asked = r"\bwho\s*$" if noun is None else r"\b(?:which|what)\s+(?:of (?:the|our) )?$"
    return bool(ask.order) and bool(
        re.search(asked, before if noun is None else r.text[: r.tokens[noun.start].start], re.I)
    )


def _measured(r: Read, ask: Ask) -> bool:
    return (
        ask.measure is not None
        and (ask.agg in ("avg", "median", "min", "max", "sum") or (ask.agg == "" and bool(ask.order)))
        and any(m.column is ask.measure and not m.guessed for m in r.columns)
    )


_AND_SO_ON = r"(?:\betc\b\.?|\band so on\b|\band so forth\b|\band the like\b|\bor whatever\b|…|\.\.\.)"
_EXAMPLES = re.compile(rf"\((?P<a>[^()]+)\)|\b(?:such as|like|e\.g\.|for example|i\.e\.)\s+(?P<b>[^?.;]+)|(?P<c>[^?.;(]+?),?\s*{_AND_SO_ON}", re.I)  # fmt: skip
_BY = re.compile(r"\b(?:by|per|each|every|for each)\s+(?:the |our |different )*$", re.I)
_GROUPING = re.compile(
    r"\b(?:by|per|each|every|across|for each|which|what)\s+(?:the |our |different |various )*(?=\w)", re.I
)


def examples(r: Read) -> None:
    """ "bookings per source (website, phone and so on)": values that only tell which column is meant are no condition."""
    for m in _EXAMPLES.finditer(r.text):
        start, end = next(m.span(g) for g in "abc" if m[g])
        inside = [v for v in r.values if start <= r.tokens[v.start].start < end and not v.negated]
        columns = {(v.column.table, v.column.name) for v in inside}
        grouping = list(_GROUPING.finditer(r.text[: m.start()] if not m["c"] else r.text[: r.tokens[inside[0].start].start] if inside else ""))  # fmt: skip
        if len(columns) != 1 or not grouping or (len(inside) < 2 and not m["a"]):
            continue
        at = next((i for i, w in enumerate(r.tokens) if w.start >= grouping[-1].end()), None)
        if at is None:
            continue
        column = inside[0].column
        r.values[:] = [v for v in r.values if v not in inside]
        r.left[:] = [i for i in r.left if not m.start() <= r.tokens[i].start < m.end() or i < inside[0].start]
        # Whatever stood for the column in the question's own words ("source", "way people found us") is understood.
        said = range(at, inside[0].start)
        r.left[:] = [i for i in r.left if i not in said]
        r.columns[:] = [x for x in r.columns if x.start not in said]
        r.columns.append(Mention(at, at + 1, column, 1.0))
        r.read_as[r.tokens[at].text] = column.name


def meant_groups(r: Read) -> None:
    """ "loans by genre" where the column Shelf has Crime and History: taken by the meaning of its values, and said."""
    for i in list(r.left):
        if not _BY.search(r.text[: r.tokens[i].start]) or r.lexicon is None or r.tokens[i].text[:1].isupper():
            continue
        two = i + 1 in r.left and r.tokens[i + 1].start - r.tokens[i].end == 1
        phrase = " ".join(w.text for w in r.tokens[i : i + 1 + two])
        named = {m.column.name for m in r.columns} | {v.column.name for v in r.values}
        open_ = [(c, r.facts.of(c)) for c in r.sheet.of_kind("text") if c.name not in named and _few(r, c)]
        column = _by_whom(r, i) or r.lexicon.meant(phrase, open_)
        if column is None:
            continue
        r.columns.append(Mention(i, i + 1 + two, column, 0.6))
        r.left[:] = [j for j in r.left if not i <= j <= i + two]
        r.read_as[phrase] = column.name


def _by_whom(r: Read, i: int) -> Column | None:
    """ "Each person", where the table says "Collected by"."""
    if r.tokens[i].stem not in _PERSONS:
        return None
    found = [c for c in r.sheet.of_kind("text") if re.search(r"\bby\W*$", c.name, re.I) and _few(r, c)]
    return found[0] if len(found) == 1 else None


def _few(r: Read, c: Column) -> bool:
    return 2 <= r.facts.distinct.get((c.table, c.name), 0) <= min(40, max(2, r.sheet.rows // 2))


def part_of_names(r: Read) -> None:
    """ "an electric hook-up": a word that is one of several of some value ("Electric tent"), standing right before a
    column's name, belongs to that name and is no condition of its own."""
    starts = {m.start for m in r.columns}
    for v in list(r.values):
        whole = len(re.findall(r"\w+", v.value)) > v.end - v.start
        gap = r.text[r.tokens[v.end - 1].end : r.tokens[v.end].start] if v.end < len(r.tokens) else ","
        if whole and v.end in starts and not gap.strip(" -") and not _named_like(r, v):
            r.values.remove(v)
            r.unused.append(v.start)


def _named_like(r: Read, v: Mention) -> bool:
    """Is it a value of the very column that follows ("the Harbour branch")?"""
    return any(m.start == v.end and m.column is v.column for m in r.columns)
