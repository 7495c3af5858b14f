"""Summaries of one document, several or all: the telling sentences, quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.documents import chosen, name_words, of_month
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.words import STOP, stem, words
from text.numbers import numbers
from tools.base import Json

NAME = "summary"
EXAMPLES = (
    "Summarise the contract",
    "Give me a summary of the report in three sentences",
    "What is this document about?",
    "What are the main points of the policy?",
    "tl;dr of the meeting minutes",
    "Give me the gist of the study",
    "sum up everything I uploaded",
    "an overview of my documents please",
    "Condense the handbook to five bullet points",
    "what are the key takeaways from the paper?",
    "Boil the agreement down for me",
    "recap the email thread",
    "What's in this file?",
    "Give me the highlights of the report",
    "I have no time to read the lease, what matters in it?",
)
_CUE = re.compile(
    r"\b(?:summar(?:y|ies|i[sz]e[sd]?|i[sz]ing|i[sz]ation)|sum(?:ming)? (?:it |this |that |them |everything |all |the .{1,30}|my .{1,30})?up|gist|tl;?\s?dr|overview|recap|synopsis|digest|abstract of|in a nutshell|nutshell|"
    r"(?:key|main|most important|essential|central|major|principal|core) (?:points?|facts?|messages?|takeaways?|findings?|ideas?|results?|things|contents?|statements?|topics)|takeaways?|highlights|essence|"
    r"condense|boil(?:ed)? .{0,40}down|shorten|outline|abridge|brief me|run(?:-| )?down|what (?:is|are|'s|does) (?:this|the|that|my|these|those|it)\b.{0,50}\b(?:about|deal with|cover|contain)s?$|what(?:'s|’s| is) in (?:this|the|that|my)\b.{0,40}|(?:short|quick|brief) version|in \w+ (?:\w+ ){0,2}(?:sentences?|points|bullets|lines))\b",
    re.I,
)
_FORM = re.compile(
    r"\b(?P<n>\w+(?:-(?!sentence|line|bullet|point)\w+)?)[\s-]+(?:short |key |main |brief |important |plain |simple |clear |quick |concise |crisp |bullet ?)*(?P<unit>sentences?|lines?|bullet points?|bullets?|points?|key points|takeaways|highlights|facts|findings)\b",
    re.I,
)
_WORDS = re.compile(r"\b(?P<n>\d{2,4}|fifty|a hundred|two hundred)[\s-]words?\b", re.I)
_A_SENTENCE = 20  # words in it
_ROUGHLY = re.compile(
    rf"\b(?:in |with |of )?(?:about|around|roughly|approximately|circa|some|at most|no more than|not more than|max(?:imum)?|up to)\s+(?={_FORM.pattern}|{_WORDS.pattern.replace('<n>', '<w>')})",
    re.I,
)
_LISTED = re.compile(r"bullet|points|takeaways|highlights|\blist\b", re.I)
_FLOWING = re.compile(r"\b(?:paragraphs?|prose|nutshell|flowing|running text)\b", re.I)
_ALL = re.compile(
    r"\b(?:everything|all|each|every|both|my (?:documents|files|uploads)|the (?:documents|files|uploads)|uploads)\b",
    re.I,
)
_TOPIC = re.compile(
    r"\b(?:about|on|regarding|concerning|with regard to|with respect to|in terms of|focus(?:s?ing|ed)? on)\s+(?P<topic>.+)$",
    re.I,
)
_NOT_TOPIC = {"summary", "summarise", "summarize", "summaries", "summarised", "sum", "overview", "gist", "tl", "dr", "tldr", "recap", "outline", "condense", "shorten", "boil", "digest", "synopsis", "nutshell", "brief", "short", "quick", "key", "main", "point", "points", "important", "essential", "takeaway", "takeaways", "highlight", "highlights", "sentence", "sentences", "line", "lines", "bullet", "bullets", "paragraph", "word", "words", "page", "everything", "uploaded", "upload", "document", "documents", "file", "files", "text", "content", "contents", "finding", "findings", "fact", "facts", "idea", "ideas", "message", "messages", "make", "made", "version", "rundown", "about", "someone", "who", "away", "was", "were", "do", "will", "cover", "covers", "contain", "contains", "deal", "time", "read", "matters", "matter", "thing", "things", "whole", "entire", "full", "each", "separately", "few", "couple", "central", "core", "major", "principal", "essence", "abridge", "abstract"}  # fmt: skip


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    if not _CUE.search(text):
        return None
    if re.match(
        r"(?:what|which) (?:are|is|were|was) the (?:key|main|most important|major) (?:findings?|results?|facts?)\b.*\b(?:of|from|in) (?!the|this|my|that|our)",
        text,
        re.I,
    ):
        return None
    docs = of_month(text, look.texts, look.brief.text) or chosen(text, look)
    count = _count(text)
    topic = _topic(text, look)
    asks_about = re.search(r"\b(?:about|contain|cover|deal with|in)\b", text, re.I) and not re.search(
        r"\b(?:sum|gist|overview|point|recap|condense|tl;?\s?dr)", text, re.I
    )
    if asks_about and topic and not docs:
        return None  # "what is the rule about …": a question
    slots: dict[str, Json] = {
        "documents": [d.id for d in docs],
        "sentences": count,
        "topic": topic,
        "none": not look.brief.documents,
        "flowing": bool(_FLOWING.search(text)) and not _LISTED.search(text),
    }
    names = ", ".join(d.name for d in docs[:3]) or "all your documents"
    return Reading(
        NAME, 0.92 if docs or not topic else 0.75, slots, f"summarise {names}" + (f" on {topic}" if topic else "")
    )


def _count(text: str) -> int:
    for m in _FORM.finditer(text):
        if found := numbers(m["n"]):
            return max(1, min(40, int(found[0].value)))
    if (m := _WORDS.search(text)) and (found := numbers(m["n"])):
        return max(1, min(40, round(found[0].value / _A_SENTENCE)))
    if re.search(r"\b(?:one|a single|in a|in one) (?:sentence|line)\b", text, re.I):
        return 1
    if re.search(
        r"\b(?:few|couple of|some) (?:sentences|lines|words)\b|\b(?:short(?:er)?|brief(?:ly)?|quick)\b", text, re.I
    ):
        return 4
    return 5


def _topic(text: str, look: Look) -> str:
    """What the summary should be about, when the goal says more than which document."""
    m = _TOPIC.search(_WORDS.sub("", _FORM.sub("", _ROUGHLY.sub("", text))))  # "about six sentences" is no topic
    if not m:
        return ""
    names = {w for d in look.brief.documents for w in name_words(d.name)}
    said = [
        w
        for w in words(m["topic"])
        if w.text.casefold() not in STOP | _NOT_TOPIC and w.stem not in {stem(x) for x in _NOT_TOPIC}
    ]
    telling = [w for w in said if w.stem not in names]
    return m["topic"].strip(" .") if telling else ""


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    if reading.slots["none"]:
        return Planned(NAME, part.text, reading.slots, {})
    args: dict[str, Json] = {
        "documents": reading.slots["documents"],
        "sentences": reading.slots["sentences"],
        "topic": reading.slots["topic"],
    }
    if not args["documents"]:
        args["documents"] = []
    many = args["documents"] or look.brief.documents
    if isinstance(many, Sequence) and len(many) > 1:
        asked = reading.slots["sentences"]
        args["sentences"] = max(5, len(many)) if asked == 5 else asked
    step = draft.add(
        reading.understood[0].upper() + reading.understood[1:],
        "summarize",
        args,
        (),
        "researcher",
        "The goal asks for what matters in it.",
    )
    return Planned(NAME, part.text, reading.slots, {"summary": step}, f"${{{step}.value}}")


def write(work: Work) -> Piece:
    if work.part.slots["none"]:
        return Piece(
            "There is nothing to summarise yet: no document is uploaded. Add one with the paper clip beside the chat.",
            "not_answered",
            "Nothing is uploaded.",
        )
    if bad := work.failed():
        return bad
    found = work.data("summary").get("points") or []
    titles = list(dict.fromkeys(p["title"] for p in found))
    note = (work.ok("summary") or {}).get("note", "")
    blocks = []
    for title in titles:
        own = [f"{one_line(p['text'])} {work.cite('summary', p['source'])}" for p in found if p["title"] == title]
        said = " ".join(own) if work.part.slots.get("flowing") else "\n".join(f"- {x}" for x in own)
        blocks.append((f"**{title}**\n\n" if len(titles) > 1 else "") + said)
    if note:
        blocks.append(f"*{note}*")
    return Piece("\n\n".join(blocks))


def one_line(text: str) -> str:
    return " ".join(str(text).split()).lstrip("-*•# ")


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
