"""Documents side by side on a topic: a table with one column a document, and gaps shown as gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.base import Action, CallTool, Write
from agents.rules import reading as read_passages
from agents.rules import say
from agents.rules.compare_wording import ADJECTIVES, CUE, HOW, LEAST, PAPERS, STRONG, THE_PAPERS, WEAK, WH, WORDS
from agents.rules.documents import GENERIC, chosen, name_words, without_names
from agents.rules.on_topic import on_topic
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.words import STOP, words
from tools.base import Json

NAME = "compare"
EXAMPLES = (
    "Compare the two offers with regard to price and warranty",
    "What is the difference between the lease and the contract on notice?",
    "How do the two policies differ in travel expenses?",
    "side by side, what do the documents say about termination?",
    "Compare my two uploads",
    "Which of the two printers is lighter?",
    "contrast the January and the March report",
    "put the handbook and the policy next to each other on holidays",
    "Which offer is cheaper?",
    "What changed between the first and the second version?",
    "lease versus contract: who pays for repairs?",
)


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    if not CUE.search(text) or not look.texts:
        return None
    docs = _meant(text, look)
    if len(docs) < 2 or len(docs) > 6:
        return None
    aspects = _aspects(text, docs)
    adjective = next((a for a in ADJECTIVES if re.search(rf"\b{a}\b", text, re.I)), "")
    slots: dict[str, Json] = {
        "documents": [d.id for d in docs],
        "names": [d.name for d in docs],
        "aspects": aspects,
        "adjective": adjective,
        "topic": _topic(text, docs) if adjective else [],
    }
    names = " and ".join(d.name for d in docs)
    return Reading(
        NAME,
        0.9 if len(docs) >= 2 else 0.5,
        slots,
        f"compare {names} on {', '.join(map(str, aspects)) or 'their main points'}",
    )


def _topic(text: str, docs: Sequence) -> list[Json]:
    """What the things compared are ("roof" of "which of the two roof quotes is cheaper"), for the figures must be theirs."""
    bare = re.sub(rf"\b(?:{PAPERS})\b", " ", without_names(text.split(",")[0], docs), flags=re.I)
    names = {w for d in docs for w in name_words(d.name)}
    own = [w for w in words(bare) if w.text.casefold() not in STOP | WORDS and w.text.casefold() not in ADJECTIVES]
    return [w.text for w in own if w.stem not in names | GENERIC]


def _meant(text: str, look: Look) -> list:
    docs = [d for d in chosen(text, look) if d in look.texts]
    near = _by_content(look)
    if len(docs) > 2 and re.search(r"\b(?:two|both)\b", text, re.I):
        return [d for d in near if d in docs][:2] if len([d for d in near if d in docs]) > 1 else docs[:2]
    if len(docs) >= 2:
        return docs
    if len(look.texts) == 2 and re.search(
        r"\b(?:two|both|documents|files|uploads|them|other|versus|vs|compare|differ|side)\b", text, re.I
    ):
        return list(look.texts)
    if len(docs) == 1 and (other := [d for d in near if d.id != docs[0].id]):
        return [*docs, other[0]]  # "the agreement and the tenancy": the second is named by what it is, not by its file
    return near[:2] if len(near) > 1 and re.search(r"\b(?:two|both|either|other|which|compare)\b", text, re.I) else docs


def _by_content(look: Look) -> list:
    """ "The two label printers": the documents of the recalled passages, the one with the nearest passage first. Not the
    sum over passages: a long document would outweigh the two short ones that are meant."""
    nearest: dict[str, list[float]] = {}
    for p in look.brief.passages:
        nearest.setdefault(p.document, []).append(max(0.0, p.similarity))
    known = {d.id: d for d in look.texts}
    rated = {d: sum(sorted(x, reverse=True)[:2]) for d, x in nearest.items() if d in known}
    return [known[d] for d in sorted(rated, key=lambda d: -rated[d])]


def _aspects(text: str, docs: Sequence) -> list[Json]:
    """What they are compared on: what is left of the goal without the documents and the words of comparing."""
    bare = re.sub(r"\bside[ -]by[ -]side\b|\bnext to each other\b", " ", without_names(text, docs), flags=re.I)
    bare = re.sub(r"\s+between the\b.*$", "", bare, flags=re.I)
    names = {w for d in docs for w in name_words(d.name)}
    for adjective, noun in ADJECTIVES.items():
        if re.search(rf"\b{adjective}\b", bare, re.I):
            return [noun]
    before, colon, after = bare.partition(":")
    m = None if colon and after.strip() else HOW.search(bare) or STRONG.search(bare) or WEAK.search(bare)
    said = after if colon and _telling(after, names) else m["aspects"] if m and _telling(m["aspects"], names) else ""
    if not said:
        left = THE_PAPERS.sub(" ", before)
        kept = [w.text for w in words(left) if w.text.casefold() not in STOP | WORDS and w.stem not in names | GENERIC]
        said = " ".join(kept)
    listed = [x.strip() for x in re.split(r"\s*(?:,|;|\band\b|\bor\b|&)\s*", said)]
    found = [x for x in listed if _telling(x, names) or (WH.match(x) and len(x.split()) > 2)]
    if any(len(x.split()) > 4 and not WH.match(x) for x in found) and "," not in said:
        found = [said.strip()]  # a clause, not a list
    return [_bare_aspect(x) for x in found]


def _bare_aspect(text: str) -> str:
    if WH.match(text):
        return text
    text = re.sub(
        r"\s+(?:that |which )?(?:they|it|each(?: of them)?) (?:can|could|may|must|are|is|do|does|have|has)\b.*$",
        "",
        text,
        flags=re.I,
    )
    return re.sub(r"^(?:(?:the|their|its|a|an|be|get|it)\s+)+", "", text, flags=re.I)


def _telling(phrase: str, names: set[str]) -> bool:
    return any(w.text.casefold() not in STOP | WORDS and w.stem not in names | GENERIC for w in words(phrase))


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    documents, names = reading.slots["documents"], reading.slots["names"]
    aspects = reading.slots["aspects"]
    assert isinstance(documents, list)
    assert isinstance(names, list)
    assert isinstance(aspects, list)
    ids: dict[str, str] = {}
    for i, (document, name) in enumerate(zip(documents, names, strict=True)):
        for j, aspect in enumerate(aspects or [_MAIN]):
            query = " ".join(dict.fromkeys([str(aspect), *read_passages.questions(str(aspect))])) if aspects else _MAIN
            args: dict[str, Json] = {"query": query, "k": 6 if aspects else 20, "documents": [document]}
            if len(documents) * max(1, len(aspects)) > 12 and j:
                continue
            ids[f"d{i}a{j}"] = draft.add(
                f"Search {name} for: {aspect}",
                "search_memory",
                args,
                (),
                "researcher",
                "Each document is asked the same.",
            )
    compared = draft.add(
        "Put the documents side by side",
        "",
        {"compare": aspects},
        list(ids.values()),
        "analyst",
        "What one of them does not say is a gap.",
    )
    return Planned(NAME, part.text, reading.slots, {**ids, "compare": compared}, f"${{{compared}.value}}")


def act(work: Work, name: str) -> Action | None:
    if name != "compare":
        return None
    names, aspects = work.part.slots["names"], work.part.slots["aspects"]
    assert isinstance(names, list)
    assert isinstance(aspects, list)
    rows: list[Json] = []
    typed: dict[str, float] = {}
    off = False
    for j, row in _rows(work, [str(a) for a in aspects], [str(n) for n in names]):
        cells: list[Json] = [row.aspect]
        for i, n in enumerate(names):
            cell = row.cells.get(str(n))
            cells.append(_cell(work, f"d{i}a{j}", cell))
            said = (cell.value or " ".join(q.text for q in cell.quotes[:1])) if cell and cell.found else ""
            if said and cell and not _fits(work, f"d{i}a{j}", cell.quotes[0].passage):
                off = True
            if said and (v := _number(said)) is not None:
                typed[str(n)] = v
        rows.append(cells)
    difference = ""
    if (
        work.part.slots["adjective"]
        and not off
        and len(names) == 2
        and len(typed) == 2
        and len(set(typed.values())) == 2
    ):
        if not work.task.calls:
            high, low = max(typed.values()), min(typed.values())
            return CallTool(
                "calculate", {"expression": f"{say.number(high, plain=True)} - {say.number(low, plain=True)}"}
            )
        difference = str(work.task.calls[-1]["data"].get("shown") or "")
    text = say_table(["", *map(str, names)], rows)
    gaps = [
        f"{r[0]} in {names[i - 1]}" for r in rows if isinstance(r, list) for i, c in enumerate(r) if i and c == _GAP
    ]
    found = any(c != _GAP for r in rows if isinstance(r, list) for c in r[1:])
    data: dict[str, Json] = {
        "text": text,
        "gaps": list(gaps),
        "found": found,
        "value": None,
        "numbers": dict(typed.items()),
        "difference": difference,
        "off": off,
    }
    return Write(text, data=data)


def _fits(work: Work, search: str, passage: int) -> bool:
    """Is the figure's passage about the things that are compared?"""
    topic = [str(t) for t in work.part.slots.get("topic") or []]  # type: ignore[union-attr]
    found = (work.data(search).get("passages") or [])[passage]
    return on_topic(topic, found, work.task.memory.text(str(found["document"])))


def _rows(work: Work, aspects: Sequence[str], names: Sequence[str]) -> list[tuple[int, read_passages.Row]]:
    """The rows with the number of the search that their cells quote."""

    def passages(j: int) -> dict[str, list]:
        return {n: work.data(f"d{i}a{j}").get("passages") or [] for i, n in enumerate(names)}

    if aspects:
        return [
            (j, read_passages.Row(a, {n: read_passages.cell(a, p, work.sense) for n, p in passages(j).items()}))
            for j, a in enumerate(aspects)
        ]
    shared = read_passages.common(passages(0), work.sense).rows
    return [(0, r) for r in shared or read_passages.compare(_MAIN, passages(0), work.sense).rows]


_MAIN = "main points, terms, dates and amounts"
_GAP = "— (not found)"


def _cell(work: Work, search: str, cell: read_passages.Cell | None) -> str:
    if cell is None or not cell.found:
        return _GAP
    quotes = " ".join(f"{say.quote(q.text)} {work.cite(search, q.passage)}" for q in cell.quotes)
    return f"**{cell.value}** — {quotes}" if cell.value else quotes


def _number(text: str) -> float | None:
    from text.values import find_values

    found = [
        v
        for v in find_values(text)
        if v.number is not None and v.kind in ("money", "quantity", "percent", "duration", "number")
    ]
    return found[0].number if found else None


def say_table(columns: Sequence[str], rows: Sequence[Json]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += [
        "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in r) + " |"
        for r in rows
        if isinstance(r, list)
    ]
    return "\n".join(lines)


def write(work: Work) -> Piece:
    data = work.data("compare")
    if not data:
        return work.failed() or Piece(
            "The documents could not be compared.", "not_answered", "Nothing was found to compare."
        )
    if data.get("off"):
        why = "What I found in the documents is not about the same thing, so nothing is compared in numbers."
        return Piece(f"I did not find a figure for each of these. {why}", "not_answered", why)
    if not data["found"]:
        return Piece(
            "I found nothing about this in any of the documents.",
            "not_answered",
            "I found nothing about this in any of the documents.",
        )
    head = ""
    adjective, figures = str(work.part.slots["adjective"]), data.get("numbers") or {}
    if adjective and len(figures) == len(work.part.slots["names"]) and len(set(figures.values())) > 1:  # type: ignore[arg-type]
        pick = min if adjective in LEAST else max
        head = (
            f"**{pick(figures, key=lambda n: figures[n])}** is the {adjective} one."
            + (f" The difference: {data['difference']}." if data.get("difference") else "")
            + "\n\n"
        )
    tail = "\n\nGaps, not found: " + "; ".join(data["gaps"]) + "." if data["gaps"] else ""
    return Piece(head + str(data["text"]) + tail)


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
