"""The verdict on one claim: is everything in it to be found where it says, and does that place say the same?

Lexical first; the embedding decides only whether a paraphrase without shared words is close enough. Every verdict
`unsupported` carries a reason in words for users.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graph.grounding_evidence import Evidence, Line, Rarity, best_lines, positions
from graph.grounding_items import Items, name_in, quote_in, term_in
from graph.grounding_match import covers, reckoned, rounds_to, unit_named
from graph.grounding_sense import contradiction, limit_at, opposed
from graph.grounding_units import Unit
from text.values import Value, find_values

Similar = Callable[[str, Sequence[str]], float]  # cosine of a text with the closest of several

# Chosen on bench/answers (development part): right paraphrases stay above, sentences under a foreign source below.
LEXICAL = 0.34  # share of the claim's words, weighted by rarity, that the passage must hold
CLOSE = 0.42  # or this cosine with its best lines
BLEND = 0.36  # or this mean of the two
_RIVAL = 1.6  # another value must lie this much closer to the claim's words to cast doubt
_CONDITION = re.compile(
    r"(?:\b(?:for|if|at|with|since|as|given|when|your|assuming|because|suppose|of|on|from|by|an?|per|after|before|until|the)\b[^.;]*)$",
    re.I,
)


@dataclass
class Finding:
    ok: bool
    reason: str = ""
    expression: str = ""
    used: tuple[str, ...] = ()  # ids of sources
    score: float = 0.0  # how well it is covered, for choosing among sources
    missing: tuple[str, ...] = ()


@dataclass
class Run:
    """All that a run gathered, and the goal's own values."""

    sources: dict[str, Evidence]
    results: list[Evidence]  # what tools computed or listed
    rarity: Rarity
    similar: Similar
    goal: str = ""
    goal_values: list[Value] = field(default_factory=list)
    folded_goal: str = ""

    @property
    def computed(self) -> list[Evidence]:
        return [e for e in self.results if e.expression]


def judge(unit: Unit, items: Items, cited: Sequence[Evidence], run: Run, strict: bool = True) -> Finding:
    """Is the unit borne out by `cited` (sources), with what the run computed? strict: every cited source must help."""
    own = [e for e in run.computed if not cited or any(e.step == c.step for c in cited)] or run.computed
    expressions: list[str] = []
    missing: list[str] = []
    pending: list[Value] = []
    good: list[Value] = []
    for v in items.values:
        if _stands(v, unit, cited):
            good.append(v)
        elif where := _computed(v, unit, own) or _computed(v, unit, run.computed):
            expressions.append(where.expression)
            good.append(v)
        else:
            pending.append(v)
    for v in pending:
        if shown := _derived(v, good, pending, unit, cited, run):
            expressions.append(shown)
        elif not _given(v, unit, run):
            missing.append(_called(v))
    missing += _missing_words(unit, items, cited, run, bool(expressions))
    where = "in the cited passage" if cited and strict else "in any result"
    if missing:
        return Finding(False, _not_there(missing, where), missing=tuple(missing), score=-len(missing))
    if expressions and len([x for x in good if not _stands(x, unit, cited)]) >= 1:
        return _judge_computed(unit, items, cited, run, expressions)
    return _judge_passage(unit, items, cited, run, expressions, strict)


def _judge_computed(unit: Unit, items: Items, cited: Sequence[Evidence], run: Run, expressions: list[str]) -> Finding:
    shown = "; ".join(dict.fromkeys(expressions))
    behind = [e for e in run.computed if e.expression in expressions]
    lines = [x for e in behind for x in e.lines]
    if lines and (doubt := _misplaced(unit, items, lines, run)):
        return Finding(False, doubt)
    if doubt := _against_query(unit.text, shown, behind):
        return Finding(False, doubt)
    helpers = tuple(c.id for c in cited)
    return Finding(True, expression=shown, used=helpers, score=1.0)


def _judge_passage(
    unit: Unit, items: Items, cited: Sequence[Evidence], run: Run, expressions: list[str], strict: bool
) -> Finding:
    lines = [x for e in cited for x in e.lines]
    if not lines:
        return Finding(False, "no source of this run says this")
    for check in (_misplaced(unit, items, lines, run), _limits(unit, items, lines)):
        if check:
            return Finding(False, check)
    words = [w for w, _ in positions(unit.text)]
    chosen = best_lines(words, items.values, lines, run.rarity)
    basis = [lines[i] for i in chosen]
    verbatim = bool(items.quotes) and sum(map(len, items.quotes)) > 0.6 * len(unit.text)
    if not verbatim and (doubt := contradiction(_claim_text(unit), [x.text for x in basis[:3]])):
        return Finding(False, doubt)
    score = _coverage(unit, words, basis, cited, run, items)
    if verbatim:
        score = 1.0
    if score < 0:
        return Finding(False, f"{'the cited passage does' if strict else 'the sources do'} not say this", score=score)
    if strict and len(cited) > 1 and (idle := _idle(unit, items, words, cited, run)):
        return Finding(False, f"the source [{idle}] does not support this sentence", score=score)
    return Finding(True, expression="; ".join(dict.fromkeys(expressions)), used=tuple(e.id for e in cited), score=score)


def _claim_text(unit: Unit) -> str:
    return unit.text


def _stands(v: Value, unit: Unit, cited: Sequence[Evidence]) -> bool:
    for e in cited:
        if v.kind in ("code", "url", "email", "phone") and _reference(v, e):
            return True
        for x in e.lines:
            if any(covers(v, s, unit.text, x.text + " " + e.about) for s in x.values):
                return True
        if any(covers(v, s, unit.text, e.about) for s in _values_of(e.about)):
            return True
        if _dated_by_document(v, e):
            return True
    return (v.kind == "number" and v.text.lower() == "one") or (
        v.kind == "ordinal"
        and not any(s.kind == "ordinal" for e in cited for x in e.lines for s in x.values)
        and bool(cited)
    )


def _values_of(text: str) -> list[Value]:
    return find_values(text)


def _dated_by_document(v: Value, e: Evidence) -> bool:
    """ "26 March 2026" where the line says "26 March" and the document 2026."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", v.date):
        return False
    every = [s for x in e.lines for s in x.values if s.kind == "date"] + [
        s for s in _values_of(e.about) if s.kind == "date"
    ]
    return any(s.date == "-" + v.date[4:] for s in every) and any(s.date.startswith(v.date[:4]) for s in every)


def _reference(v: Value, e: Evidence) -> bool:
    token = re.escape(v.unit)
    return bool(re.search(rf"(?<![\w.]){token}(?![\w]|\.\d)", e.folded)) or v.text.casefold() in e.folded


def _computed(v: Value, unit: Unit, results: Sequence[Evidence]) -> Evidence | None:
    for e in results:
        for x in e.lines:
            for s in x.values:
                if covers(v, s, unit.text, x.text + " " + e.expression) or _same_amount(v, s, unit, e, results):
                    return e
        if v.kind in ("code", "url") and e.lines and _reference(v, e):
            return e
    return None


def _same_amount(v: Value, s: Value, unit: Unit, e: Evidence, results: Sequence[Evidence]) -> bool:
    """A computed bare number, written with the unit that the run's tools or the goal speak of."""
    if (
        s.kind != "number"
        or s.number is None
        or v.number is None
        or v.kind not in ("money", "percent", "duration", "quantity")
    ):
        return False
    return (abs(v.number - s.number) <= 1e-9 * max(1, abs(s.number)) or rounds_to(v, s.number, unit.text)) and any(
        unit_named(v, r.expression + " " + r.about + " " + " ".join(x.text for x in r.lines[:3])) for r in (e, *results)
    )


def _derived(
    v: Value, good: Sequence[Value], pending: Sequence[Value], unit: Unit, cited: Sequence[Evidence], run: Run
) -> str:
    """Computed by the writer: from numbers of the sentence that stand, or counted in what follows."""
    counted = _counted(v, unit, run)
    if counted:
        return counted
    stated = [g for g in run.goal_values if any(covers(p, g, unit.text) for p in pending if p is not v)]
    pool = [*good, *(p for p in pending if p is not v and any(covers(p, g, unit.text) for g in stated))]
    if shown := reckoned(v, pool, unit.text):
        return shown
    return ""


def _counted(v: Value, unit: Unit, run: Run) -> str:
    if v.kind != "number" or v.number is None or v.number != int(v.number) or not 0 <= v.number <= 1000:
        return ""
    n = int(v.number)
    if unit.following and n == unit.following:
        return f"{n} counted below"
    if _parts(unit.text, v) == n and 2 <= n <= 12:
        return f"{n} counted in the sentence"
    return ""


def _parts(text: str, v: Value) -> int:
    """How many things are listed after the value: "three sites: Oslo, Bergen and Hamar"."""
    m = re.search(r"[:(–—]\s*(.+?)(?:[).]|$)", text[v.end :])
    listed = m[1] if m else ""
    parts = [p for p in re.split(r",\s*(?:and|or)?\s*|;\s*(?:and)?\s*|\s+(?:and|or)\s+|\s\+\s", listed) if p.strip()]
    return len(parts)


def _given(v: Value, unit: Unit, run: Run) -> bool:
    """The user's own figure, in a clause that repeats the question ("For an order of £12,000, …")."""
    if not any(covers(v, g, unit.text, run.goal) for g in run.goal_values):
        return False
    clause = unit.text[: v.start]
    rest = unit.text[v.end :]
    head = re.split(r"[.;]|,\s(?=[a-z]+ (?:is|are|must|needs?|requires?)\b)", clause)[-1]
    opens = re.match(r"\s*(?:for|if|at|with|since|given|when|your|assuming|because|as|an?)\b", head, re.I)
    return bool(
        opens and ("," in rest or re.search(r"\b(?:is|are|needs?|requires?|must|would|falls?|exceeds?|lies)\b", rest))
    ) and bool(_CONDITION.search(clause))


def _missing_words(unit: Unit, items: Items, cited: Sequence[Evidence], run: Run, computed: bool) -> list[str]:
    """Names, terms, quotations and weekdays that stand nowhere."""
    places = [*cited] if cited else []
    places += [e for e in run.results if computed or not cited or any(e.step == c.step and e.expression for c in cited)]
    text = " \n ".join(e.folded for e in places)
    known = (
        text + " \n " + run.folded_goal + " \n " + " ".join(e.about.casefold() for e in (cited or run.sources.values()))
    )
    out = [f"the name {n}" for n in items.names if not name_in(n, known)]
    bags = frozenset().union(
        *(e.bag for e in places),
        (w for w, _ in positions(run.goal)),
        *({w for w, _ in positions(e.about)} for e in places),
    )
    out += [f"“{t}”" for t in items.terms if not term_in(t, bags)]
    out += [f"the quotation “{_short(q)}”" for q in items.quotes if not _quoted(q, cited, run, text)]
    for day in items.weekdays:
        if not _weekday(day, items, text) and day.lower() not in run.folded_goal:
            out.append(day)
    return out


def _quoted(quote: str, cited: Sequence[Evidence], run: Run, text: str) -> bool:
    if any(quote_in(quote, e.folded) for e in cited) or quote_in(quote, text):
        return True
    if len(quote.split()) <= 3:  # a word in quotation marks: the user's, or a document's name
        return quote_in(quote, run.folded_goal + " " + " ".join(e.about.casefold() for e in run.sources.values()))
    return quote_in(quote, run.folded_goal)


def _weekday(day: str, items: Items, text: str) -> bool:
    from datetime import date

    whole = [v.date for v in items.values if re.fullmatch(r"\d{4}-\d\d-\d\d", v.date)]
    if whole:
        return any(f"{date.fromisoformat(d):%A}" == day for d in whole)
    return day.lower() in text


def _misplaced(unit: Unit, items: Items, lines: Sequence[Line], run: Run) -> str:
    """A value that stands in the passage, but with something else, while another one stands where this should."""
    for v in items.values:
        if v.kind in ("code", "url", "email", "phone", "ordinal", "time"):
            continue
        anchors = _anchors(unit, v)
        if not anchors:
            continue
        here = there = 0.0
        rival = ""
        for i, x in enumerate(lines):
            for s in x.values:
                if s.kind != v.kind and not covers(v, s, unit.text, x.text):
                    continue
                pull = _pull(anchors, lines, i, s, run.rarity)
                if covers(v, s, unit.text, x.text):
                    here = max(here, pull)
                elif (
                    not any(covers(o, s, unit.text, x.text) for o in items.values)
                    and _comparable(v, s)
                    and pull > there
                ):
                    there, rival = pull, s.text
        if (
            here
            and there > _RIVAL * here
            and there - here > 0.35 * run.rarity.sum(set(anchors)) / max(1, len(set(anchors)))
        ):
            return f"the passage gives {rival} here, not {v.text}"
    return ""


def _comparable(v: Value, s: Value) -> bool:
    if v.kind == "date":
        return len(v.date) == len(s.date)
    return v.kind == s.kind and (v.kind != "money" or v.unit == s.unit)


def _anchors(unit: Unit, v: Value) -> list[str]:
    """The content words of the value's clause; of a row, all of it and its column's name."""
    if unit.cells:
        column, at = "", 0
        for i, c in enumerate(unit.cells):
            at = unit.text.find(c, at)
            if at <= v.start <= at + len(c):
                column = unit.columns[i] if i < len(unit.columns) else ""
                break
            at += len(c)
        return [w for w, _ in positions(unit.cells[0] + " " + column)]
    cuts = [m.start() for m in re.finditer(r"[,;:](?=\s)|\s(?:and|but|while|whereas)\s", unit.text)]
    left = max([c for c in cuts if c < v.start], default=0)
    right = min([c for c in cuts if c >= v.end], default=len(unit.text))
    words = [w for w, p in positions(unit.text) if left <= p < right and not v.start <= p < v.end]
    return words if len(words) >= 2 else [w for w, p in positions(unit.text) if not v.start <= p < v.end]


def _pull(anchors: Sequence[str], lines: Sequence[Line], i: int, s: Value, rarity: Rarity) -> float:
    """How near the anchors stand to the value `s` of line `i`: whole when in its clause, less with distance."""
    total = 0.0
    for word in set(anchors):
        best = 0.0
        for w, p in lines[i].words:
            if w == word:
                gap = lines[i].text[min(p, s.end) : max(p, s.start)]
                cuts = len(re.findall(r"[,;:(]|\b(?:and|but|while|or)\b", gap))
                best = max(best, 1.0 / (1 + 0.35 * cuts + len(gap) / 120))
        for j in (i - 1, i + 1):
            if best < 0.25 and 0 <= j < len(lines) and word in lines[j].bag:
                best = max(best, 0.3 if j < i else 0.15)
        total += best * rarity(word)
    return total


def _limits(unit: Unit, items: Items, lines: Sequence[Line]) -> str:
    for v in items.values:
        mine = limit_at(unit.text, v.start, v.end)
        if not mine:
            continue
        theirs = [limit_at(x.text, s.start, s.end) for x in lines for s in x.values if covers(v, s, unit.text, x.text)]
        if theirs and all(opposed(mine, t) for t in theirs):
            return f"the passage says “{theirs[0]} {v.text}”, not “{mine}”"
    return ""


def _coverage(
    unit: Unit, words: Sequence[str], basis: Sequence[Line], cited: Sequence[Evidence], run: Run, items: Items
) -> float:
    """0…1 when the lines carry the claim, negative when they do not."""
    about = frozenset(w for e in cited for w, _ in positions(e.about))
    bag = frozenset().union(*(x.bag for x in basis), about) if basis else about
    distinct = list(dict.fromkeys(words))
    whole = run.rarity.sum(distinct)
    lexical = run.rarity.sum(w for w in distinct if w in bag) / whole if whole else 1.0
    if items.values and not distinct:
        return 1.0
    solid = sum(v.kind != "ordinal" for v in items.values) + len(items.names)
    if lexical >= LEXICAL + (0.16 if not solid else 0.0):
        return lexical
    if not basis:
        return lexical - 1
    close = run.similar(_said(unit), [" ".join(x.text for x in basis[:3]), *(x.text for x in basis[:2])])
    if close >= CLOSE + (0.06 if not solid else 0.0) or (lexical + close) / 2 >= BLEND + (0.05 if not solid else 0.0):
        return (lexical + close) / 2
    return (lexical + close) / 2 - 1


def _said(unit: Unit) -> str:
    return f"{unit.before} {unit.text}" if unit.shape in ("item", "row") and unit.before else unit.text


def _idle(unit: Unit, items: Items, words: Sequence[str], cited: Sequence[Evidence], run: Run) -> str:
    """The id of a cited source that has nothing of the sentence, or ""."""
    for e in cited:
        if any(_stands(v, unit, [e]) for v in items.values if v.kind != "ordinal") or any(
            name_in(n, e.folded) for n in items.names
        ):
            continue
        bag = e.bag | frozenset(w for w, _ in positions(e.about))
        whole = run.rarity.sum(set(words)) or 1.0
        if run.rarity.sum(w for w in set(words) if w in bag) / whole >= 0.2:
            continue
        if run.similar(_said(unit), [x.text for x in e.lines[:8]]) < 0.38:
            return e.id
    return ""


_QUERY = [
    (r"\b(?:average|mean|on average)\b", r"\bavg\s*\(|/|\bmean|median", r"\b(?:sum|count|max|min)\s*\("),
    (r"\b(?:highest|largest|biggest|most|best|maximum|greatest|top|longest|latest)\b", r"\bmax\s*\(|\bdesc\b|arg_max|rank|>", r"\bmin\s*\(|\basc\b|arg_min|order by"),
    (r"\b(?:lowest|smallest|least|fewest|minimum|worst|cheapest|shortest|earliest)\b", r"\bmin\s*\(|\basc\b|arg_min|order by (?!.*\bdesc\b)|<", r"\bmax\s*\(|\bdesc\b|arg_max"),
]  # fmt: skip


def _against_query(text: str, shown: str, behind: Sequence[Evidence]) -> str:
    """ "highest" over a query that sorts upwards; a "not" over a number that was computed."""
    low = shown.lower()
    if re.search(r"\bselect\b", low):
        for words, needs, against in _QUERY:
            if (m := re.search(words, text, re.I)) and not re.search(needs, low) and re.search(against, low):
                return f"“{m[0]}” is not what the query computed"
    if re.search(r"\b(?:is|are|was|were|does|do|did|has|have) not\b|n['’]t\b|\bnever\b", text, re.I):
        said = " ".join([low, *(x.text.lower() for e in behind for x in e.lines[:20])])
        if not re.search(r"\bnot\b|<>|!=|\bno\b|is null|without|un\w+|except", said):
            return "the result does not deny this"
    return ""


def _called(v: Value) -> str:
    word = {"number": "the figure", "money": "the amount", "percent": "the percentage", "date": "the date", "duration": "the period", "quantity": "the quantity", "time": "the time",
            "code": "the reference", "email": "the address", "phone": "the number", "url": "the address", "ordinal": "the"}[v.kind]  # fmt: skip
    return f"{word} {v.text}"


def _not_there(missing: Sequence[str], where: str) -> str:
    listed = ", ".join(missing[:3]) + (" and more" if len(missing) > 3 else "")
    return f"{listed} {'is' if len(missing) == 1 else 'are'} not {where}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
