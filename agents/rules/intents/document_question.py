"""A question whose answer stands in an upload: the passages are searched, read, and the sentence that answers is quoted.

What is not in a passage is not said; then the closest passages are named instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from agents.base import Action, Write
from agents.rules import reading as read_passages
from agents.rules import say
from agents.rules.documents import chosen, placed, without_mention
from agents.rules.going_further import STEP, go_further, of_each_option, worked
from agents.rules.onward import same_place
from agents.rules.periods import stated
from agents.rules.priced.listed import stated_in_a_list
from agents.rules.shapes import SPREADSHEETS, Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.words import content
from agents.rules.worked_out import bare, way_of
from tools.base import Json

NAME = "document_question"
PASSAGES = 16  # read for an answer: of 62 development questions the right one was the 9th to 16th for 8
EXAMPLES = (
    "What is the notice period in the contract?",
    "When does the lease end?",
    "Who signed the agreement?",
    "According to the handbook, how many days of leave do employees get?",
    "What does the policy say about travel expenses?",
    "Which temperature must the cold room keep?",
    "How much is the monthly fee in the agreement?",
    "Is smoking allowed in the flat?",
    "Where was the board meeting held?",
    "Find the clause on liability",
    "What did the minutes decide about the new site?",
    "Why was the project delayed, according to the report?",
    "What warranty do we get?",
    "Who is responsible for maintenance?",
    "Does the agreement mention penalties?",
    "Tell me what my documents say about data protection",
)
_QUESTION = re.compile(
    r"""
    ^(?:and[ ]|so[ ]|then[ ]|also[ ]|please[ ]|now[ ]|ok,?[ ])*(?:
        in[ ]|according[ ]to[ ]|from[ ]|under[ ]|per[ ]|as[ ]|for[ ]|at[ ]|on[ ]|by[ ]|of[ ]|to[ ]|with[ ]
        |within[ ])?
    .{0,60}?\b(?:
        what|when|who|whom|whose|where|which|why|how|am|is|are|was|were|does|do|did|can|could|may|must|has|have
        |will|would|should|shall)
    \b
    """,
    re.I | re.X,
)
# "date of the next meeting": a question without its verb. What begins with a verb wants something done.
_NOUN_PHRASE = re.compile(
    r"(?!(?:write|compose|draft|make|create|tell|translate|imagine|invent|plan|fix|send|book|order|buy|recommend|suggest|remember|forget|say|play|sing|help|thanks?|hello|hi)\b)"
    r"(?!.*\b(?:is|are|was|were|am|has|have|had|will|got|gets?)\b)(?:(?:the|our|my|any) )?[\w'’-]+(?: [\w'’-]+){0,3} (?:of|for|in|at|on|per|between) [\w'’ -]+",
    re.I,
)
_FORMAT = re.compile(
    r"^(?:(?:in |as |give me |with )?(?:a )?(?:bullet points?|bullets|(?:bulleted )?list|briefly|short answer|quick question|one sentence)(?: please)?\s*[:,.-]\s*)+",
    re.I,
)
_ASK = re.compile(
    r"""
    ^(?:and[ ]|so[ ]|then[ ]|also[ ]|please[ ]|now[ ])*(?:
        find|tell[ ]me|show[ ]me|look[ ]up|look[ ]for|search|give[ ]me|quote|state|name|identify|locate|extract
        |check|explain|describe|list|get|take|fetch|pull[ ]out|bullet[ ]points|what[ ]about|i[ ]need
        |i[ ]want[ ]to[ ]know|i'd[ ]like[ ]to[ ]know)
    \b
    """,
    re.I | re.X,
)


# "… and who approves orders of that size?": the amount found before stands for these words when the passages are read.
_THAT_AMOUNT = re.compile(
    r"\b(?:(?:that|this|such an?|the same) (?:size|amount|value|sum|price|cost|number|total|figure|length|weight)|(?:that|this) (?:much|many|big|large|high|long|heavy))\b",
    re.I,
)


def read(part: Part, look: Look) -> Reading | None:
    part = replace(part, text=_FORMAT.sub("", part.text))
    words = content(part.text)
    if not words:
        return None
    asks = part.text.rstrip().endswith("?") or bool(_QUESTION.match(part.text)) or bool(_ASK.match(part.text))
    asks = asks or (len(words) > 1 and bool(_NOUN_PHRASE.fullmatch(part.text.strip(" .!"))))
    if not asks and not part.only:
        return None
    if not look.brief.documents:
        return None
    docs = chosen(part.text, look)
    # A spreadsheet that is named is asked with SQL: what is read may stand in any text ("the deposit per pontoon stay").
    if look.texts and all(d.format in SPREADSHEETS for d in docs) and {d.id for d in docs} != set(look.brief.attached):
        docs = []
    sure = 0.6 + (0.2 if docs else 0.0)
    way = way_of(part.text)
    slots: dict[str, Json] = {"question": part.text, "documents": [d.id for d in docs], "context": part.context}
    if way:
        slots |= {"question": bare(part.text, way), "way": way}
        sure = min(0.88, sure + 0.15)  # below what wording alone decides: "in pounds" may be of a weight
    return Reading(NAME, sure, slots, part.text.rstrip("?"))


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    documents = list(reading.slots["documents"])  # type: ignore[arg-type]
    question = str(reading.slots["question"])
    names = [d.name for d in look.brief.documents if d.id in documents]
    where = " and ".join(names) if 0 < len(names) < 3 else "your documents"
    query = question if not part.context else f"{question} ({part.context})"
    args: dict[str, Json] = {"query": query, "k": PASSAGES}
    if documents and len(documents) < len(look.brief.documents):
        args["documents"] = documents
    found = draft.add(
        f"Search {where} for: {question.rstrip('?')}",
        "search_memory",
        args,
        (),
        "researcher",
        "The answer may stand in an upload.",
    )
    ids = {"search": found}
    meant = [d for d in look.brief.documents if d.id in documents]
    fewer = bool(documents) and len(meant) < len(look.brief.documents)
    if fewer and (set(documents) <= set(look.brief.attached) or not placed(question, meant)):
        everywhere = {"query": query, "k": PASSAGES}
        ids["wider"] = draft.add(
            "Search all your documents too",
            "search_memory",
            everywhere,
            (),
            "researcher",
            "In case these do not say it.",
        )
    slots = reading.slots
    needs = list(ids.values())
    if given and given[-1].value and _THAT_AMOUNT.search(question):
        amount = given[-1].value.removeprefix("${").split(".")[0]
        slots, needs = {**slots, "amount": amount}, [*needs, amount]
    read = draft.add(
        "Read the passages found for the answer",
        "",
        {"read": question},
        needs,
        "analyst",
        "Only a sentence that answers may be quoted.",
    )
    ids["read"] = read
    if slots.get("way"):
        ids[STEP] = draft.add(
            "Work it out from what was read",
            "",
            {"onward": question},
            [read],
            "analyst",
            "The goal asks for the date or amount itself.",
        )
    return Planned(NAME, part.text, slots, ids, f"${{{read}.value}}")


def act(work: Work, name: str) -> Action | None:
    if name == STEP:
        return go_further(work)
    if name != "read":
        return None
    question = _with_amount(work, str(work.part.slots["question"]))
    best = _where_it_left_off(work, question)
    for search in ("search", "wider") if best is None else ():
        passages = work.data(search).get("passages") or []
        found = read_passages.answer(question, passages, work.sense, work.texts(passages))
        named = cast("list[str]", work.part.slots["documents"] or [])
        asked = without_mention(question, [d for d in work.task.documents if d.id in named])
        if not found.found:
            found = of_each_option(work, passages) or stated_in_a_list(asked, passages) or found
        if found.found or best is None:
            best = (search, passages, found)
        if found.found:
            break
    assert best is not None
    search, passages, found = best
    data = {**as_data(found), "search": search, "text": answer_text(work, search, passages, found)}
    if found.found and found.sentences:
        said = found.sentences[0]
        data |= {"sentence": said.text, "document": str(passages[said.passage].get("document") or "")}
    return Write(_summary(found), data=data)


def _where_it_left_off(work: Work, question: str) -> tuple[str, list[dict], read_passages.Reading] | None:
    """A follow-up read in the passage that the answer before stands in: that is what it goes on about."""
    passages = work.data("search").get("passages") or []
    near = same_place(passages, work.task.turns) if work.part.slots.get("context") else []
    found = read_passages.answer(question, near, work.sense, work.texts(near)) if near else None
    if found is None or not found.found:
        return None
    at = [passages.index(p) for p in near]
    moved = [replace(q, passage=at[q.passage]) for q in found.sentences]
    return "search", passages, replace(found, sentences=moved, rival=None)


def _with_amount(work: Work, question: str) -> str:
    brought = work.task.results.get(str(work.part.slots.get("amount") or ""))
    data = brought["data"] if brought else {}
    value = data.get("shown") or data.get("value")
    if value is None or value == "":
        return question
    shown = f"{value:,}" if isinstance(value, int | float) else str(value)
    return _THAT_AMOUNT.sub(shown, question, count=1)


def as_data(found: read_passages.Reading) -> dict[str, Json]:
    value = found.typed if found.typed is not None else found.value or None
    return {
        "found": found.found,
        "value": value,
        "shown": found.value,
        "unit": found.unit,
        "kind": found.kind,
        "per": stated(found.sentences[0].text, found.value) if found.value and found.sentences else "",
        "confidence": round(found.confidence, 3),
        "reason": found.reason,
    }


def _summary(found: read_passages.Reading) -> str:
    if not found.found:
        return found.reason or "No passage answers this."
    return found.value or " ".join(q.text for q in found.sentences)


def answer_text(work: Work, search: str, passages: Sequence[dict], found: read_passages.Reading) -> str:
    """The value first, then the sentences it stands in, each with its citation; or the closest passages."""
    if found.found:
        quotes = [f"{say.quote(q.text)} {work.cite(search, q.passage)}".strip() for q in found.sentences]
        if found.kind == "list" and len(quotes) > 1 and not found.value:
            return "\n".join(f"- {q}" for q in quotes)
        text = f"**{found.value.strip()}** — {' '.join(quotes)}" if found.value.strip() else " ".join(quotes)
        if found.rival:
            other, said = found.rival
            text += (
                f"\n\nAs close to your question: **{other}** — {say.quote(said.text)} {work.cite(search, said.passage)}"
            )
        return text.strip()
    return not_found(work, search, passages, found)


def not_found(work: Work, search: str, passages: Sequence[dict], found: read_passages.Reading) -> str:
    shown = [
        f"{say.quoted(passages, q.passage)}: {say.quote(_short(q.text))} {work.cite(search, q.passage)}"
        for q in found.closest[:3]
    ]
    if found.likely:
        doubt = f"{found.reason} What comes closest says it in other words, if at all:"
        also = "Also close:\n\n" + "\n".join(f"- {s}" for s in shown[1:]) if shown[1:] else ""
        return "\n\n".join(filter(None, [doubt, shown[0], also]))
    lines = ["I did not find this in your documents."]
    if found.reason and found.reason.rstrip(".").casefold() not in lines[0].casefold():
        lines[0] += f" {found.reason}"
    if shown:
        lines[0] += " The closest passages are:"
    general = [say.general_knowledge(work.task.plan)] if found.confidence < FAR else []
    return "\n\n".join([lines[0], "\n".join(f"- {s}" for s in shown), *general]) if shown else lines[0]


FAR = 0.01  # below, the documents are about something else


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 300 else flat[:300].rsplit(" ", 1)[0]


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    data = work.data("read")
    text = str(data.get("text") or "")
    if data.get("found") and (further := worked(work, text)):
        return further
    if data.get("found"):
        return Piece(text, data={k: data.get(k) for k in ("value", "unit", "per")})
    sources = work.sources(str(data.get("search") or "search"))
    closest: list[Json] = [s["id"] for s in sources[:3]]
    return Piece(
        text, "not_answered", str(data.get("reason") or "Nothing in the documents answers this."), {"closest": closest}
    )


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
