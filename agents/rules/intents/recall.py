"""What the user told about themselves: all of it, or the fact that answers a question about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agents.base import Action, Write
from agents.rules import reading as read_passages
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.words import content

NAME = "recall"
EXAMPLES = (
    "What do you know about me?",
    "What have I told you so far?",
    "Which facts do you remember?",
    "what's my name?",
    "Where do I live?",
    "When is my birthday?",
    "Who is my manager?",
    "Do you remember my shoe size?",
    "list everything you remember",
    "what did I ask you to remember",
    "show me my stored facts",
)
_ALL = re.compile(
    r"""
    (?:.*\b(?:what|which|everything|anything|all|list|show|tell)\b.*\b(?:you|you've|you[ ]have|i|i've)\b.*\b
        (?:know|remember|remembered|memori[sz]ed|stored|saved|told|learned|noted|kept)\b
        (?:.*\b(?:about[ ]me|of[ ]me|so[ ]far|for[ ]me|you|on[ ]me|to[ ]remember)\b.*)?
        |.*\b(?:my|stored|saved|remembered)\s+(?:stored[ ]|saved[ ])?(?:facts|notes|memories)\b.*
        |(?:what[ ])?(?:facts|notes)[ ](?:do[ ]you[ ]have|are[ ]there).*|who[ ]am[ ]i)
    """,
    re.I | re.X,
)
_MINE = re.compile(r"\b(?:my|i|me|our|we|i'm|mine)\b", re.I)
_SAID = re.compile(
    r"\b(?:did|have) i (?:ever )?(?:say|said|tell|told|mention|ask)|\bi(?:['’]ve| have)? (?:told|said|mentioned)\b",
    re.I,
)
_NEAR = 0.42  # cosine from which a fact may be about the question at all


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    if _ALL.fullmatch(text) and not re.search(r"\b(?:documents?|files?|uploads?|table)\b", text, re.I):
        about = re.search(r"\babout (?!me\b|myself\b)(.+)$", text, re.I)
        if not about or re.match(r"(?:me|myself|us)\b", about[1], re.I):
            return Reading(NAME, 0.95, {"all": True}, "what I know about you")
    facts = [f for f in look.brief.facts if _fits(f, text)]
    if facts and (
        part.text.rstrip().endswith("?")
        or re.match(r"(?:what|who|when|where|which|how|do|does|is|tell|show|remind)", text, re.I)
    ):
        best = max(f.similarity for f in facts)
        named = {w for w in re.findall(r"\b[A-Z][a-z]+\b", part.text[1:]) if any(w in f.text for f in facts)}
        if named and best >= _NEAR:  # the user told something of that very person or thing
            return Reading(NAME, 0.91, {"all": False, "question": part.text}, f"what you told me: {text}")
        sure = 0.92 if _MINE.search(text) and best >= 0.5 else 0.75 if best >= 0.6 else 0.5
        if _SAID.search(text) or any(_plainly(f, text, look) for f in facts):
            sure = 0.93
        return Reading(NAME, sure, {"all": False, "question": part.text}, f"what you told me: {text}")
    if (
        _MINE.search(text)
        and re.match(
            r"(?:what|who|when|where|which)(?:'s|’s| is| are| do| does)? (?:(?:is|are) )?(?:my|i)\b", text, re.I
        )
        and not look.brief.documents
    ):
        return Reading(NAME, 0.6, {"all": False, "question": part.text}, f"what you told me: {text}")
    return None


def _fits(fact, question: str) -> bool:
    """A fact may answer when it is near in meaning and shares the word that is asked for, or is very near."""
    asked, told = {w.stem for w in content(question)}, {w.stem for w in content(fact.text)}
    return fact.similarity >= 0.6 or (fact.similarity >= _NEAR and bool(asked & told))


def _plainly(fact: Any, question: str, look: Look) -> bool:
    """It tells of somebody whom the question names and no recalled passage does: "When is Elin's birthday?"."""
    named = [re.sub(r"['’]s$", "", n) for n in re.findall(r"(?<!^)\b[A-Z][\w'’-]+", question)]
    named += [w for w in re.findall(r"^\W*([A-Z]\w+)['’]s\b", question) if w.casefold() not in _ASKING]
    named = [n for n in named if n.casefold() not in _ASKING and re.search(rf"\b{re.escape(n)}\b", fact.text)]
    return any(not any(re.search(rf"\b{re.escape(n)}\b", p.text) for p in look.brief.passages) for n in named)


_ASKING = {"i", "what", "when", "who", "where", "which", "how", "why", "it", "that", "there", "here", "let"}


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    if reading.slots["all"]:
        step = draft.add(
            "Look up what you told me",
            "search_memory",
            {"query": "", "k": 50, "kind": "facts"},
            (),
            "researcher",
            "These are the user's own facts.",
        )
        return Planned(NAME, part.text, reading.slots, {"facts": step})
    args = {"query": part.text, "k": 8, "kind": "facts"}
    step = draft.add(
        "Look up what you told me", "search_memory", args, (), "researcher", "The user may have told this before."
    )
    read = draft.add(
        "Find the fact that answers", "", {"read": part.text}, [step], "analyst", "Only a fact that fits may be quoted."
    )
    return Planned(NAME, part.text, reading.slots, {"facts": step, "read": read}, f"${{{read}.value}}")


def act(work: Work, name: str) -> Action | None:
    if name != "read":
        return None
    facts = work.data("facts").get("facts") or []
    question = str(work.part.slots["question"])
    vectors = work.embed([question, *(f["text"] for f in facts)])
    near = vectors[1:] @ vectors[0]
    asked = {w.stem for w in content(question)}
    rated = []
    for i, f in enumerate(facts):
        shared = asked & {w.stem for w in content(f["text"])}
        rated.append((float(near[i]) + 0.3 * len(shared) / max(1, len(asked)), i))
    rated.sort(reverse=True)
    good = [i for r, i in rated if r >= 0.52 and r >= rated[0][0] - 0.1]
    if not good:
        return Write("No fact that you told me answers this.", data={"found": False, "value": None})
    passages = [{"id": "", "document": "", "title": "", "locator": "", "text": facts[i]["text"]} for i in good]
    found = read_passages.answer(question, passages, work.sense)
    value = found.typed if found.found and found.typed is not None else facts[good[0]]["text"]
    return Write(facts[good[0]]["text"], data={"found": True, "value": value, "unit": found.unit, "facts": list(good)})


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    facts = work.data("facts").get("facts") or []
    if work.part.slots["all"]:
        if not facts:
            return Piece("I know nothing about you yet. Tell me what to remember and I will.")
        return Piece(
            "This is what you told me:\n\n"
            + "\n".join(f"- {f['text']} {work.cite('facts', i)}" for i, f in enumerate(facts))
        )
    read = work.data("read")
    if not read.get("found"):
        more = " Tell me to remember it and I will." if not facts else ""
        return Piece(
            f"I know no fact from you that answers this.{more}",
            "not_answered",
            "No fact that you told me answers this.",
        )
    return Piece(
        "\n".join(f"You told me: “{facts[i]['text']}” {work.cite('facts', i)}" for i in read["facts"][:3]),
        data={"value": read.get("value")},
    )


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
