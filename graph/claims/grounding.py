"""The check of an answer against what its run found: every claim, every figure, every citation. For every agent.

Deterministic: the same answer over the same results gets the same verdicts. Lexical, with an embedding where words
differ. What it does not cover: it sees that a passage holds the sentence's figures, names and words and does not deny
them; whether the sentence follows from the passage in a subtler way it cannot tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.base import Claim, Result
from graph.claims.evidence import Evidence, Rarity, evidence, fold, positions
from graph.claims.gathered import Finding, Run
from graph.claims.invented import invented
from graph.claims.items import Items, asserts, items, name_in, of_itself, quote_in
from graph.claims.judge import judge
from graph.claims.match import covers
from graph.claims.units import Unit, ids_of, in_quotation, marks, units
from text.values import find_values
from text.words import has_negation
from tools.base import Source

Embed = Callable[[Sequence[str]], Any]  # texts -> array [len(texts), n], L2-normalised
_SHORTLIST = 4  # sources tried for a sentence that cites none


@dataclass(frozen=True)
class Grounded:
    """text: citations renumbered [1], [2] … by first use. sources: those cited, with ids "1", "2" … claims: in the
    answer's order. faults: what is wrong, in sentences for users; empty when nothing is."""

    text: str
    sources: list[Source] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def ground(answer: str, results: Mapping[str, Result], embed: Embed, goal: str = "") -> Grounded:
    """Judge every claim of `answer` (Markdown, citing "[s1.2]") against `results`; see `Grounded`. Never raises for bad input."""
    run = _run(results, embed, goal)
    # "page 1 · 4. Charges" is where it stands, and no figure of it.
    places = [name for e in run.sources.values() if e.source for name in (e.source["title"], e.source["locator"])]
    titles = list(dict.fromkeys(filter(None, places)))
    faults: list[str] = []
    judged: list[tuple[Unit, Claim | None, bool]] = []
    for u in units(answer):
        unknown = [i for i in u.ids if i not in run.sources]
        faults += [f"The citation [{i}] points at no source of this run." for i in unknown]
        found = items(u, titles)
        claim, attach = _claim(u, found, run, unknown)
        judged.append((u, claim, attach))
        if claim and claim["support"] != "unsupported":
            run.before = [*run.before[-6:], *found.values]
            run.spoken_of |= {w for w, _ in positions(u.text)}
        if claim and claim["support"] == "unsupported":
            faults.append(_fault(claim))
    text, order = _renumbered(answer, judged, run)
    number = {i: str(n + 1) for n, i in enumerate(order)}
    sources = [Source(**{**s, "id": number[i]}) for i in order if (s := run.sources[i].source)]  # type: ignore[typeddict-item]
    claims = [Claim(**{**c, "sources": [number[i] for i in c["sources"] if i in number]}) for _, c, _ in judged if c]  # type: ignore[typeddict-item]
    return Grounded(text, sources, claims, list(dict.fromkeys(faults)))


def _run(results: Mapping[str, Result], embed: Embed, goal: str) -> Run:
    every = evidence(results)
    vectors: dict[str, Any] = {}

    def similar(text: str, others: Sequence[str]) -> float:
        wanted = [t for t in dict.fromkeys([text, *others]) if t.strip() and t not in vectors]
        if wanted:
            vectors.update(zip(wanted, embed(wanted), strict=True))
        return max((float(vectors[text] @ vectors[o]) for o in others if o in vectors and text in vectors), default=0.0)

    return Run(
        sources={e.id: e for e in every if e.source},
        results=[e for e in every if not e.source],
        rarity=Rarity(x for e in every for x in e.lines),
        similar=similar,
        goal=goal,
        goal_values=find_values(goal),
        folded_goal=fold(goal),
        units=frozenset(v.unit for e in every if e.source for x in e.lines for v in x.values if v.unit),
    )


def _claim(unit: Unit, found: Items, run: Run, unknown: list[str]) -> tuple[Claim | None, bool]:
    """The claim of a unit, or None; and whether its sources have to be marked in the text."""
    ids = [i for i in unit.ids if i in run.sources]
    if not asserts(unit, found):
        made_up = invented(unit, found, run) if found and not of_itself(unit) else ""
        if not made_up and not unknown:
            return None, False
        return _made(unit, Finding(False, made_up or f"the source [{unknown[0]}] does not exist"), ids), False
    if ids:
        finding = _cited(unit, found, [run.sources[i] for i in ids], run)
        if finding.ok and unknown:
            finding = Finding(False, f"the source [{unknown[0]}] does not exist")
        return _made(unit, finding, ids), False
    if unknown:
        return _made(unit, Finding(False, f"the source [{unknown[0]}] does not exist"), []), False
    finding = _uncited(unit, found, run)
    return _made(unit, finding, list(finding.used)), finding.ok


def _made(unit: Unit, finding: Finding, ids: list[str]) -> Claim:
    support = ("computed" if finding.expression else "supported") if finding.ok else "unsupported"
    return Claim(
        text=unit.text,
        support=support,
        sources=ids,
        expression=finding.expression if finding.ok else "",
        reason=finding.reason,
    )


def _cited(unit: Unit, found: Items, cited: Sequence[Evidence], run: Run) -> Finding:
    if other := _other_title(unit, cited, run):
        return Finding(False, other)
    finding = judge(unit, found, cited, run)
    if finding.ok:
        if wrong := _wrong_place(unit, run):
            return Finding(False, wrong)
        if better := _better(unit, found, cited, run, finding):
            return Finding(False, better)
    return finding


def _wrong_place(unit: Unit, run: Run) -> str:
    """In "A is 5 [s1.1] and B is 6 [s1.2]" each figure must stand in the source cited behind it."""
    marked = [s for s in unit.segments if s.ids]
    if len({s.ids for s in marked}) < 2:
        return ""
    for s in marked:
        here = [run.sources[i] for i in s.ids if i in run.sources]
        for v in find_values(s.text):
            if v.kind in ("ordinal", "code") or not here:
                continue
            made = [e for e in run.computed if any(e.step == h.step for h in here)]
            there = any(covers(v, x, s.text, ln.text) for e in (*here, *made) for ln in e.lines for x in ln.values)
            if not there and any(
                covers(v, x, s.text, ln.text) for e in run.sources.values() for ln in e.lines for x in ln.values
            ):
                return f"{v.text} is not in the source [{s.ids[0]}] cited for it"
    return ""


def _other_title(unit: Unit, cited: Sequence[Evidence], run: Run) -> str:
    """The sentence names one document and cites another."""
    text = unit.text.casefold()
    named = {
        e.source["title"]
        for e in run.sources.values()
        if e.source and len(e.source["title"]) > 4 and e.source["title"].casefold() in text
    }
    mine = {e.source["title"] for e in cited if e.source}
    if named and not named & mine:
        return f"the sentence speaks of {min(named)} and cites {min(mine)}"
    return ""


def _better(unit: Unit, found: Items, cited: Sequence[Evidence], run: Run, finding: Finding) -> str:
    """A sentence whose words hardly stand in its source, while another source has them: the citation is wrong."""
    if finding.score >= 0.5 or finding.expression:
        return ""
    ranked = _ranked(unit, found, run)
    mine = {e.id for e in cited}
    if not ranked or ranked[0].id in mine or (any(e.id in mine for e in ranked[:2]) and finding.score > 0.4):
        return ""
    other = judge(unit, found, [ranked[0]], run)
    if other.ok and other.score - finding.score > 0.3:
        return f"the cited passage does not say this; {ranked[0].source['title'] if ranked[0].source else 'another source'} does"
    return ""


def _uncited(unit: Unit, found: Items, run: Run) -> Finding:
    ranked = _ranked(unit, found, run)
    best = Finding(False, "no source of this run says this", score=-99)
    for cited in [[e] for e in ranked[:_SHORTLIST]] + ([ranked[:2]] if len(ranked) > 1 else []) + [[]]:
        finding = judge(unit, found, cited, run, strict=False)
        if finding.ok:
            used = (
                finding.used
                or tuple(
                    i
                    for e in run.computed
                    if e.expression in finding.expression
                    for i, s in run.sources.items()
                    if s.step == e.step
                )[:1]
            )
            return Finding(True, "", finding.expression, used, finding.score)
        if finding.score > best.score or best.score == -99:
            best = finding
    if listed := _listed(unit, found, run):
        return Finding(True, "", listed, (), 1.0)
    return best


def _listed(unit: Unit, found: Items, run: Run) -> str:
    """A statement over what a tool listed (uploads, facts) rather than computed."""
    words = {w for w, _ in positions(unit.text)}
    for e in run.results:
        if e.expression or not e.lines or (e.failed and not has_negation(unit.text)):
            continue
        true = all(
            any(covers(v, s, unit.text, x.text) for x in e.lines for s in x.values)
            or (v.number in e.counts and v.kind == "number")
            for v in found.values
        )
        true = (
            true and all(name_in(n, e.folded) for n in found.names) and all(quote_in(q, e.folded) for q in found.quotes)
        )
        if true and (found.values or found.names or run.rarity.sum(words & e.bag) >= 0.5 * run.rarity.sum(words)):
            return f"listed by step {e.step}"
    return ""


def _ranked(unit: Unit, found: Items, run: Run) -> list[Evidence]:
    """Sources by how much of the sentence they hold, best first."""
    words = {w for w, _ in positions(unit.text)}
    scored = []
    for e in run.sources.values():
        hit = run.rarity.sum(max(((words & x.bag) for x in e.lines), key=len, default=frozenset()))
        hit += 0.3 * run.rarity.sum(words & e.bag)
        hit += 2.0 * sum(any(covers(v, s, unit.text, x.text) for x in e.lines for s in x.values) for v in found.values)
        hit += sum(name_in(n, e.folded) for n in found.names) + 4.0 * sum(quote_in(q, e.folded) for q in found.quotes)
        if hit > 0:
            scored.append((hit, e))
    scored.sort(key=lambda p: -p[0])
    return [e for _, e in scored]


def _fault(claim: Claim) -> str:
    reason = claim["reason"]
    return f"“{claim['text'] if len(claim['text']) <= 120 else claim['text'][:119] + '…'}”: {reason}."


def _renumbered(answer: str, judged: Sequence[tuple[Unit, Claim | None, bool]], run: Run) -> tuple[str, list[str]]:
    """The text with its marks as [1], [2] …, unknown ones gone, found ones put in; and the source ids in that order."""
    edits: list[tuple[int, int, list[str]]] = [(m.start(), m.end(), ids_of(m)) for m in marks(answer)]
    for unit, claim, attach in judged:
        if claim and attach and claim["sources"] and unit.shape in ("prose", "item", "quote"):
            at = _before_stop(answer, unit)
            if not in_quotation(answer, at):  # the mark after the closing quotation mark stands for all of it
                edits.append((at, at, list(claim["sources"])))
    order: list[str] = []
    out, at = "", 0
    for start, end, ids in sorted(edits, key=lambda e: e[:2]):
        known = [i for i in ids if i in run.sources]
        order += [i for i in known if i not in order]
        mark = "".join(f"[{order.index(i) + 1}]" for i in known)
        out += answer[at:start]
        if mark and out and not out[-1].isspace() and not out.endswith("]"):
            mark = " " + mark
        out, at = out + mark, end
    for _, claim, _ in judged:
        order += [i for i in (claim["sources"] if claim else []) if i not in order and i in run.sources]
    return out + answer[at:], order


def _before_stop(answer: str, unit: Unit) -> int:
    """Where a mark goes at the end of a unit: before its full stop."""
    m = re.search(r"[.!?;:]*[*_\s]*$", answer[unit.start : unit.end])
    tail = m[0] if m else ""
    stop = len(tail) - len(tail.lstrip(".!?;:"))
    return (
        unit.end - len(tail) if stop and not re.search(r"[*_]", tail) else unit.end - (len(tail) - len(tail.rstrip()))
    )
