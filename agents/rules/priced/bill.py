"""Rates and counts put together: which rates a goal means, how often each is due, what changes the sum.

Every count of the goal must find its place, and every stretch of it one rate and not two: else there is no bill.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.rules.priced.counts import Count, Counted, counted
from agents.rules.priced.rates import OCCASIONS, Change, Rate
from agents.rules.reading.bands import at_least, in_band
from agents.rules.reading.words import groups_of
from agents.rules.say import number
from agents.rules.words import content, stem

_PEOPLE = frozenset(stem(w) for w in ("person", "people", "head", "guest", "adult", "participant", "visitor", "place", "seat"))  # fmt: skip
_MEASURES = frozenset(stem(w) for w in ("hour", "day", "night", "week", "month", "quarter", "year", "minute", "mile", "km", "kilometre", "metre", "litre", "kg", "kwh"))  # fmt: skip
_TAX = re.compile(r"\b(?:vat|gst|sales tax)\b", re.I)
_UNTAXED = re.compile(r"\b(?:without|before|excluding|excl?|exc|ex|net of|not (?:counting|including)|less|minus|no)\b\.? (?:the |any )?(?:vat|gst|sales tax)\b", re.I)  # fmt: skip
# "15% taken off the room rate": what it is taken off.
_TAKEN_OFF = re.compile(r"\b(?:off|on|from|of) (?:the |all |any |our )?(?P<of>[a-z]+) (?:rate|price|fee|charge|cost|hire|rent)s?\b", re.I)  # fmt: skip
_DEPOSIT = re.compile(r"\b(?:deposit|put down|down payment|up ?front|in advance|to (?:hold|secure|reserve|book)|when (?:i|we|you) book)\b", re.I)  # fmt: skip


@dataclass(frozen=True)
class Item:
    rate: Rate
    counts: tuple[tuple[float, str], ...]  # how many, and of what
    changes: tuple[Change, ...] = ()

    @property
    def expression(self) -> str:
        parts = [_plain(self.rate.amount), *(_plain(n) for n, _ in self.counts if n != 1.0)]
        out = " * ".join(parts)
        if self.rate.floor is not None:
            out = f"max({out}, {_plain(self.rate.floor)})"
        if self.rate.ceiling is not None:
            out = f"min({out}, {_plain(self.rate.ceiling)})"
        return " * ".join([out, *(_factor(c) for c in self.changes)])

    @property
    def said(self) -> str:
        """ "45p × 46 miles, less 10%"."""
        out = " × ".join([self.rate.shown, *(f"{number(n)} {of}".strip() for n, of in self.counts)])
        if self.rate.floor is not None:
            out += f" (at least {number(self.rate.floor)})"
        if self.rate.ceiling is not None:
            out += f" (at most {number(self.rate.ceiling)})"
        ways = {"less": "less {}", "more": "plus {}", "times": "{}"}
        return ", ".join([out, *(ways[c.way].format(c.shown) for c in self.changes)])


@dataclass(frozen=True)
class Bill:
    items: tuple[Item, ...]
    part: Change | None = None  # what of it is asked for: the deposit
    notes: tuple[tuple[str, int], ...] = ()  # rules that come near and do not apply, with their passages

    @property
    def expression(self) -> str:
        out = " + ".join(i.expression for i in self.items)
        if self.part is None:
            return out
        return f"{f'({out})' if len(self.items) > 1 else out} * {_factor(self.part)}"

    @property
    def unit(self) -> str:
        return self.items[0].rate.currency

    @property
    def said(self) -> str:
        out = " + ".join(i.said for i in self.items)
        return f"{out}; {self.part.shown} of it" if self.part else out

    @property
    def quoted(self) -> list[tuple[str, int]]:
        """The sentences it rests on, each once, with their passages."""
        found = [(i.rate.sentence, i.rate.passage) for i in self.items]
        found += [(c.sentence, c.passage) for i in self.items for c in i.changes]
        if self.part:
            found.append((self.part.sentence, self.part.passage))
        return list(dict.fromkeys(found))


def _factor(c: Change) -> str:
    return _plain(round(c.factor, 10))


def bill(text: str, found: Counted, rates: Sequence[Rate], changes: Sequence[Change]) -> Bill | None:
    """What the goal's counts come to; None where a count fits no rate, or two rates fit as well."""
    said = frozenset().union(*found.segments)
    used: set[int] = set()
    items: list[Item] = []
    order = sorted(range(len(found.segments)), key=lambda i: -_specific(i, found, rates))
    for i in order:
        own = [c for c in found.counts if c.segment == i]
        if own and all(found.counts.index(c) in used for c in own):
            continue
        if own:
            made = _priced(own, found, i, rates, said, used)
            if made is None:
                return None
            items += made
    bare = [i for i in range(len(found.segments)) if not any(c.segment == i for c in found.counts)]
    flat = [f for i in bare for f in _flat(found.segments[i], rates, items)]
    flat += [
        f for i in {c.segment for c in found.counts} for f in _flat(found.segments[i], rates, items) if f.rate.units
    ]
    items += [f for f in flat if not any(f.rate is x.rate for x in items)]
    if not items or len(used) < len(found.counts) or len({x.rate.currency for x in items}) > 1:
        return None
    made = _changed(items, text, found, changes)
    taxed = _TAX.search(text) and not _UNTAXED.search(text)
    if made is None or (taxed and not any(_TAX.search(s) for s, _ in made.quoted)):
        return None  # tax is to be in it, and nothing says how much it is or that it is in already
    return None if _unaccounted(made, found, rates) else made


def _specific(segment: int, found: Counted, rates: Sequence[Rate]) -> int:
    """How many of its counts are of a rate's subject rather than of its unit: these come first."""
    heads = {r.head for r in rates}
    return sum(any(n in heads for n in c.nouns) for c in found.counts if c.segment == segment)


def _same(a: str, b: str) -> bool:
    if a == b or (a in _PEOPLE and b in _PEOPLE):
        return True
    return bool(a and b and groups_of(a) & groups_of(b))


def _bind(
    rate: Rate, own: Sequence[Count], shared: Sequence[Count]
) -> tuple[tuple[float, str, Count | None], ...] | None:
    """(how many, of what, the count) for each unit of the rate and for its subject; None where one is missing."""
    out: list[tuple[float, str, Count | None]] = []
    taken: list[Count] = []

    def find(noun: str, pool: Sequence[Count]) -> Count | None:
        return next((c for c in pool if c not in taken and any(_same(n, noun) for n in c.nouns)), None)

    for unit in rate.units:
        if unit == "":
            continue
        c = find(unit, own) or find(unit, shared)
        if c is None and unit in _PEOPLE:
            c = next((x for x in own if not x.nouns and x not in taken), None)
        if c is None:
            through = next(
                ((n, w, x) for n, of, w in rate.within if _same(of, unit) and (x := find(w, [*own, *shared]))), None
            )
            if through:
                n, w, x = through
                taken.append(x)
                out += [(n, f"{unit}s a {w}", None), (x.number, f"{w}s", x)]
                continue
            if unit in OCCASIONS:
                continue
            if unit in _MEASURES or len(rate.units) < 2:
                return None
            out.append((1.0, unit, None))  # "for each tool", of a goal that names no number of them: told as one
            continue
        taken.append(c)
        out.append((c.number, c.word, c))
    if rate.head and not any(_same(rate.head, u) for u in rate.units) and (c := find(rate.head, own)):
        out.append((c.number, c.word, c))
    return tuple(out)


def _priced(
    own: Sequence[Count], found: Counted, segment: int, rates: Sequence[Rate], said: frozenset[str], used: set[int]
) -> list[Item] | None:
    """The item that a stretch of the goal is about; [] for one whose counts only multiply another; None for none."""
    shared = [c for c in found.counts if c.segment != segment]
    fits: list[tuple[float, Rate, tuple[tuple[float, str, Count | None], ...]]] = []
    for r in rates:
        if r.extra or (r.adds and not r.subject & found.segments[segment]):
            continue
        bound = _bind(r, own, shared)
        if not bound or not any(c in own for _, _, c in bound):
            continue
        hits = len(r.subject & found.segments[segment]) + 0.4 * len((r.subject & said) - found.segments[segment])
        counted = sum(c in own for _, _, c in bound)
        if not hits and len(r.units) == 0:
            continue
        fits.append((hits + 2 * counted, r, bound))
    if not fits:
        return None
    fits.sort(key=lambda x: -x[0])
    best = fits[0]
    rivals = [
        f for f in fits[1:] if f[0] >= best[0] - 0.3 and (f[1].amount, f[1].units) != (best[1].amount, best[1].units)
    ]
    if rivals or (not (best[1].subject & said) and best[1].subject and not _only(best[1], rates)):
        return None
    used.update(found.counts.index(c) for _, _, c in best[2] if c is not None)
    return _with_extra(best[1], best[2], rates)


def _only(rate: Rate, rates: Sequence[Rate]) -> bool:
    """Is no other rate counted by the same units?"""
    return not any(r is not rate and set(r.units) & set(rate.units) for r in rates)


def _with_extra(
    rate: Rate, bound: Sequence[tuple[float, str, Count | None]], rates: Sequence[Rate]
) -> list[Item] | None:
    """ "A second dog is £17 a night": two dogs are one at the one rate and one at the other."""
    counts = [(n, of) for n, of, _ in bound]
    many = next(
        (
            k
            for k, (n, _, c) in enumerate(bound)
            if c is not None and n > 1 and any(_same(x, rate.head) for x in c.nouns)
        ),
        None,
    )
    extra = [r for r in rates if r.extra and r.head == rate.head and set(r.units) == set(rate.units)]
    if many is None or not extra:
        return [Item(rate, tuple(counts))]
    n, of = counts[many]
    if len(extra) > 1 or (re.search(r"\bsecond\b", extra[0].sentence, re.I) and n != 2):
        return None
    rest = [x for k, x in enumerate(counts) if k != many]
    return [Item(rate, ((1.0, of), *rest)), Item(extra[0], ((n - 1, "more"), *rest))]


def _flat(segment: frozenset[str], rates: Sequence[Rate], items: Sequence[Item]) -> list[Item]:
    """What is named without a number: "plus the kitchen", "with a bath"."""
    out = []
    for r in rates:
        plain = all(u in OCCASIONS for u in r.units) and not r.extra
        if plain and r.head in segment and r.subject and not any(r is i.rate for i in items):
            named = len(r.subject & segment) / len(r.subject)
            out.append((named, r))
    if not out:
        return []
    best = max(n for n, _ in out)
    top = [r for n, r in out if n == best]
    return [Item(top[0], ())] if len(top) == 1 and best >= 0.5 else []


def _changed(items: Sequence[Item], text: str, found: Counted, changes: Sequence[Change]) -> Bill | None:
    """None where it is open which of several items a rule is about. With the shares that the goal's counts or words call for."""
    said = frozenset().union(*found.segments)
    part = next((c for c in changes if c.way == "part"), None) if _DEPOSIT.search(text) else None
    of: dict[int, list[Change]] = {}
    notes: list[tuple[str, int]] = []
    for c in changes:
        if c.way == "part" or (_UNTAXED.search(text) and c.way == "more" and _TAX.search(c.sentence)):
            continue
        on = _items_of(c, items)
        held = _held(c, found)
        if held is None:
            wanted = _condition(c, [items[i] for i in on])
            met = wanted & said
            held = None if not met else len(met) >= min(2, len(wanted))
        if held:
            if len(on) > 1 and (m := _TAKEN_OFF.search(c.sentence)) and stem(m["of"]) not in _ANY:
                return None
            for i in on:
                of.setdefault(i, []).append(c)
        elif held is False:
            notes.append((c.sentence, c.passage))
    made = tuple(replace(x, changes=tuple(of.get(i, ()))) for i, x in enumerate(items))
    return Bill(made, part, tuple(notes))


_ANY = frozenset(stem(w) for w in "full total whole hire list standard normal usual above quoted entire basic net".split())  # noqa: SIM905  # fmt: skip


def _items_of(c: Change, items: Sequence[Item]) -> list[int]:
    """Which items a rule is about: those that it names, else all."""
    named = [i for i, x in enumerate(items) if ({x.rate.head} | x.rate.subject) & c.subject]
    return named or list(range(len(items)))


def _held(c: Change, found: Counted) -> bool | None:
    """Is the threshold of the rule reached by the goal's count of the same thing? None where it has none."""
    rest = at_least(re.sub(r"\d+(?:\.\d+)?\s*(?:%|per ?cent)", " ", c.sentence))
    for limit in counted(rest).counts:
        for own in found.counts:
            if own.value is None or not any(_same(a, b) for a in own.nouns for b in limit.nouns):
                continue
            held = in_band([own.value], rest)
            if held is not None:
                return held
    return None


def _condition(c: Change, items: Sequence[Item]) -> frozenset[str]:
    """The words that say for whom or when: "registered local groups"."""
    generic = {stem(w) for w in "discount off reduction surcharge supplement charge price rate get carry reduce add extra pay paid apply give standard time hourly hour half double twice".split()}  # noqa: SIM905  # fmt: skip
    own = {w for x in items for w in ({x.rate.head} | x.rate.subject)}
    told = {w.stem for w in content(c.shown)}
    return frozenset(w for w in c.subject if w not in generic and w not in own and w not in told and not w[0].isdigit())


def _unaccounted(made: Bill, found: Counted, rates: Sequence[Rate]) -> bool:
    """Does the goal name what another rate is for ("overtime"), and the bill leaves it out?"""
    told = {w.stem for s, _ in [*made.quoted, *made.notes] for w in content(s)}
    said = frozenset().union(*found.segments) - told
    if all(i.rate.adds for i in made.items):
        return False  # what is added is asked for by its own name: "the holiday supplement"
    return any(r.head in said for r in rates if r.head)


def _plain(x: float) -> str:
    return number(x, plain=True)
