"""Documents side by side on a topic: a table with one column a document, and gaps shown as gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.base import Action, CallTool, Write
from agents.rules import reading as read_passages
from agents.rules import say
from agents.rules.documents import GENERIC, chosen, name_words, without_names
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
_CUE = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison)|contrast(?:s|ed|ing)?|differ(?:s|ed|ence|ences|ent|ently|ing)?|versus|vs\.?|side by side|side-by-side|next to each other|(?:which|what) (?:one )?(?:of )?(?:the )?(?:two|both|three)\b|"
    r"which\b[^?]{0,40}\bis (?:the )?(?:\w+er|more \w+|less \w+|better|best|\w+est)\b|changed? (?:about|in|between|from|to|since)|how (?:is|are|does|do) .{3,60} (?:different|compare|differ)|opposed to|in common|similarit)",
    re.I,
)
_WORDS = {"compare", "compares", "compared", "comparing", "comparison", "contrast", "difference", "differences", "differ", "differs", "different", "versus", "vs", "side", "next", "other", "two", "both", "three", "changed", "change", "between", "with", "regard", "regards", "respect", "terms", "regarding", "concerning", "about", "on", "table", "show", "put", "which", "one", "better", "document", "documents", "say", "says", "per", "each", "of", "how", "what", "do", "does", "the"}  # fmt: skip
_ASPECTS = re.compile(
    r"\b(?:with (?:regards?|respect) to|in terms of|regarding|concerning|on|about|as to|as regards|by|in|for|when it comes to|say(?:s)? about|(?<=\S )how)\s+(?P<aspects>[^?.:]+)$",
    re.I,
)
_HOW = re.compile(
    r"\bhow\b.*\band\b.*?\b(?:can|could|may|must|is|are|should|will|handle|treat|deal with)\s+(?P<aspects>.+)$", re.I
)
_ADJECTIVES = {
    "lighter": "weight", "heavier": "weight", "cheaper": "price", "more expensive": "price", "faster": "speed", "slower": "speed", "quicker": "speed",
    "bigger": "size", "larger": "size", "smaller": "size", "louder": "noise", "quieter": "noise", "longer": "length", "shorter": "length", "older": "date",
    "newer": "date", "lightest": "weight", "heaviest": "weight", "cheapest": "price", "fastest": "speed", "hotter": "temperature", "colder": "temperature",
    "costlier": "price", "dearer": "price", "pricier": "price", "priciest": "price",
}  # fmt: skip
_LEAST = {"lighter", "cheaper", "slower", "smaller", "quieter", "shorter", "older", "lightest", "cheapest", "colder"}


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    if not _CUE.search(text) or not look.texts:
        return None
    docs = _meant(text, look)
    if len(docs) < 2 or len(docs) > 6:
        return None
    aspects = _aspects(text, docs)
    adjective = next((a for a in _ADJECTIVES if re.search(rf"\b{a}\b", text, re.I)), "")
    slots: dict[str, Json] = {
        "documents": [d.id for d in docs],
        "names": [d.name for d in docs],
        "aspects": aspects,
        "adjective": adjective,
    }
    names = " and ".join(d.name for d in docs)
    return Reading(
        NAME,
        0.9 if len(docs) >= 2 else 0.5,
        slots,
        f"compare {names} on {', '.join(map(str, aspects)) or 'their main points'}",
    )


def _meant(text: str, look: Look) -> list:
    docs = [d for d in chosen(text, look) if d in look.texts]
    if len(docs) >= 2:
        return docs
    if len(look.texts) == 2 and re.search(
        r"\b(?:two|both|documents|files|uploads|them|other|versus|vs|compare|differ|side)\b", text, re.I
    ):
        return list(look.texts)
    near = _by_content(text, look)
    if len(docs) == 1 and (other := [d for d in near if d.id != docs[0].id]):
        return [*docs, other[0]]  # "the agreement and the tenancy": the second is named by what it is, not by its file
    return near if len(near) == 2 and re.search(r"\b(?:two|both|either|other|which)\b", text, re.I) else docs


def _by_content(text: str, look: Look) -> list:
    """ "The two label printers": the two documents that the recalled passages come from, if they are clearly two."""
    order: dict[str, float] = {}
    for p in look.brief.passages:
        order[p.document] = order.get(p.document, 0.0) + max(0.0, p.similarity)
    known = {d.id: d for d in look.texts}
    best = [known[i] for i in sorted(order, key=lambda i: -order[i]) if i in known]
    return best[:2]


def _aspects(text: str, docs: Sequence) -> list[Json]:
    """What they are compared on: what is left of the goal without the documents and the words of comparing."""
    bare = re.sub(r"\bside[ -]by[ -]side\b|\bnext to each other\b", " ", without_names(text, docs), flags=re.I)
    bare = re.sub(
        r"\s+between the\b.*$|\s+(?:that |which )?(?:they|it|each(?: of them)?) (?:can|could|may|must|are|is|do|does|have|has)\b.*$",
        "",
        bare,
        flags=re.I,
    )
    names = {w for d in docs for w in name_words(d.name)}
    for adjective, noun in _ADJECTIVES.items():
        if re.search(rf"\b{adjective}\b", bare, re.I):
            return [noun]
    m = _HOW.search(bare) or _ASPECTS.search(bare)
    said = m["aspects"] if m and _telling(m["aspects"], names) else ""
    if not said:
        left = [w.text for w in words(bare) if w.text.casefold() not in STOP | _WORDS and w.stem not in names | GENERIC]
        said = " ".join(left)
    found = [x.strip() for x in re.split(r"\s*(?:,|;|\band\b|\bor\b|&)\s*", said) if _telling(x, names)]
    if any(len(x.split()) > 4 for x in found) and "," not in said:
        found = [said.strip()]  # a clause, not a list
    return [re.sub(r"^(?:(?:the|their|its|a|an|be|get|it)\s+)+", "", x, flags=re.I) for x in found]


def _telling(phrase: str, names: set[str]) -> bool:
    return any(w.text.casefold() not in STOP | _WORDS and w.stem not in names | GENERIC for w in words(phrase))


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    documents, names = reading.slots["documents"], reading.slots["names"]
    aspects = reading.slots["aspects"]
    assert isinstance(documents, list)
    assert isinstance(names, list)
    assert isinstance(aspects, list)
    ids: dict[str, str] = {}
    for i, (document, name) in enumerate(zip(documents, names, strict=True)):
        for j, aspect in enumerate(aspects or ["main points, terms, dates and amounts"]):
            args: dict[str, Json] = {"query": str(aspect), "k": 4, "documents": [document]}
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
    for j, aspect in enumerate(aspects or ["main points, terms, dates and amounts"]):
        by_document = {str(n): work.data(f"d{i}a{j}").get("passages") or [] for i, n in enumerate(names)}
        row = read_passages.compare(str(aspect), by_document, work.sense).rows
        for r in row:
            cells: list[Json] = [r.aspect]
            for i, n in enumerate(names):
                cell = r.cells.get(str(n))
                cells.append(_cell(work, f"d{i}a{j}", cell))
                if (
                    cell
                    and cell.found
                    and (v := _number(cell.value or " ".join(q.text for q in cell.quotes[:1]))) is not None
                ):
                    typed[str(n)] = v
            rows.append(cells)
    difference = ""
    if work.part.slots["adjective"] and len(names) == 2 and len(typed) == 2 and len(set(typed.values())) == 2:
        if not work.task.calls:
            high, low = max(typed.values()), min(typed.values())
            return CallTool(
                "calculate", {"expression": f"{say.number(high, plain=True)} - {say.number(low, plain=True)}"}
            )
        difference = str(work.task.calls[-1]["data"].get("shown") or "")
    text = say_table(["", *map(str, names)], rows)
    gaps = [
        f"{names[i - 1]} says nothing about {r[0]}"
        for r in rows
        if isinstance(r, list)
        for i, c in enumerate(r)
        if i and c == _GAP
    ]
    found = any(c != _GAP for r in rows if isinstance(r, list) for c in r[1:])
    data: dict[str, Json] = {
        "text": text,
        "gaps": list(gaps),
        "found": found,
        "value": None,
        "numbers": dict(typed.items()),
        "difference": difference,
    }
    return Write(text, data=data)


_GAP = "— (not stated)"


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
    if not data["found"]:
        return Piece(
            "None of the documents says anything about this.",
            "not_answered",
            "None of the documents says anything about this.",
        )
    head = ""
    adjective, figures = str(work.part.slots["adjective"]), data.get("numbers") or {}
    if adjective and len(figures) == len(work.part.slots["names"]) and len(set(figures.values())) > 1:  # type: ignore[arg-type]
        pick = min if adjective in _LEAST else max
        head = (
            f"**{pick(figures, key=lambda n: figures[n])}** is the {adjective} one."
            + (f" The difference: {data['difference']}." if data.get("difference") else "")
            + "\n\n"
        )
    tail = "\n\nGaps: " + "; ".join(data["gaps"]) + "." if data["gaps"] else ""
    return Piece(head + str(data["text"]) + tail)


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
