"""A short report on a topic: headings, findings by category, gaps and sources, saved as Markdown to download."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.base import Action, CallTool, Done, Write
from agents.rules import reading as read_passages
from agents.rules.documents import chosen
from agents.rules.intents.summary import one_line
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from text.sentences import sentences
from tools.base import Json

NAME = "report"
PLAINLY_NEAR = 0.45  # cosine of the topic and a passage; unrelated ones lie below 0.2
EXAMPLES = (
    "Write a report on the safety rules in my documents",
    "Put together a short report about the project and save it",
    "Prepare a briefing on the suppliers",
    "Create a report with headings and sources on employee benefits",
    "make me a dossier on the building from my files",
    "Compile the findings on energy use into a report",
    "draft a report about our travel rules for the board",
    "I need a write-up of what the documents say about data protection",
)
_CUE = re.compile(
    r"\b(?:write|draft|prepare|create|make|put together|compile|produce|generate|give|need|want|do|assemble|build|compose|turn)\b.{0,40}\b(?:reports?|briefing|brief\b(?! summary)|dossier|write-?up|memo|fact ?sheet|report)\b|^(?:a )?(?:short |brief )?(?:report|briefing|dossier) (?:on|about|of)\b",
    re.I,
)
_TOPIC = re.compile(
    r"\b(?:report|briefing|brief|dossier|write-?up|memo|fact ?sheet)s?\b\s*(?:(?:for|to) (?:the|my|our) \w+\s+)?(?:that |which )?(?:on|about|of|regarding|concerning|covering|summari[sz]ing|into|from|for)?\s*(?P<topic>.+)$",
    re.I,
)
_TRIM = re.compile(
    r"(?:,?\s*(?:and|then)\s+(?:save|store|export|keep|let me download|make it downloadable|download)\b.*|,?\s*with (?:headings?|sources?|sections|citations|findings|gaps)\b.*|,?\s*(?:based on|from|using|out of) (?:my|the|our|all(?: my)?|these) (?:documents?|files?|uploads?).*|,?\s*(?:so that|that) i can (?:download|save|read|send)\b.*|,?\s*please)$",
    re.I,
)


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    if not _CUE.search(text) or re.search(r"\bbook report|report card\b", text, re.I):
        return None
    m = _TOPIC.search(text)
    topic = m["topic"].strip() if m else ""
    before = ""
    while topic != before:
        before, topic = topic, _TRIM.sub("", topic).strip(" ,.")
    topic = (
        re.sub(r"^(?:what|everything)\s+", "", topic, flags=re.I)
        if not re.match(r"what .* (?:say|offer|require)", topic, re.I)
        else topic
    )
    docs = chosen(text, look)
    slots: dict[str, Json] = {"topic": topic, "documents": [d.id for d in docs], "none": not look.texts}
    return Reading(NAME, 0.93 if look.texts else 0.5, slots, f"a report on {topic or 'your documents'}")


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    if reading.slots["none"]:
        return Planned(NAME, part.text, reading.slots, {})
    topic, documents = str(reading.slots["topic"]), reading.slots["documents"]
    limit: dict[str, Json] = {"documents": documents} if documents else {}
    search = draft.add(
        f"Search your documents for: {topic or 'everything'}",
        "search_memory",
        {"query": topic or "main findings, decisions, terms", "k": 24, **limit},
        (),
        "researcher",
        "All that is said on the topic.",
    )
    gist = draft.add(
        "Pick the sentences that say most on it",
        "summarize",
        {"documents": documents or [], "sentences": 6, "topic": topic},
        [search],
        "researcher",
        "A report opens with what matters most.",
    )
    compose = draft.add(
        "Sort the findings into a report",
        "",
        {"report": topic},
        [search, gist],
        "analyst",
        "Findings by category, with gaps and sources.",
    )
    title = f"Report: {topic}" if topic else "Report on your documents"
    save = draft.add(
        "Save the report to download",
        "save_report",
        {"title": title[:110], "text": f"${{{compose}.file}}"},
        [compose],
        "writer",
        "The report can be downloaded as Markdown.",
    )
    return Planned(
        NAME,
        part.text,
        {**reading.slots, "title": title},
        {"search": search, "gist": gist, "report": compose, "save": save},
        f"${{{save}.value}}",
    )


def act(work: Work, name: str) -> Action | None:
    if name == "gist" and not work.task.calls:
        return _gist(work)
    if name != "report":
        return None
    topic, passages = str(work.part.slots["topic"]), _near(work)
    made = read_passages.report(topic, passages, work.sense)
    groups = made.groups or _by_section(work, passages)
    if not groups:
        why = made.reason or "No passage says anything about this."
        return Write(why, data={"found": False, "reason": why})
    blocks, used = [], dict[str, int]()
    for g in groups:
        lines = [f"- {one_line(q.text)} {work.cite('search', q.passage)}" for q in g.findings]
        blocks.append(f"### {g.heading}\n\n" + "\n".join(lines))
        for q in g.findings:
            used.setdefault(str(passages[q.passage]["title"]), q.passage)
    if made.gaps:
        blocks.append("### Gaps\n\n" + "\n".join(f"- Nothing was found on {gap}." for gap in made.gaps))
    points = work.data("gist").get("points") or [] if made.groups else []
    head = [f"- {one_line(p['text'])} {work.cite('gist', p['source'])}" for p in points[:4]]
    if head:
        blocks.insert(0, "### In short\n\n" + "\n".join(head))
    text = "\n\n".join(blocks)
    return Write(text, data={"found": True, "text": text, "file": _as_file(work, text, list(used))})


def _near(work: Work) -> list[dict]:
    """The passages that are about the topic: those not much farther from it than the best. The best stand first, so an
    index into these is one into all."""
    passages = work.data("search").get("passages") or []
    best = max((p["similarity"] for p in passages), default=0.0)
    near = [i for i, p in enumerate(passages) if p["similarity"] >= max(0.15, 0.55 * best)]
    return passages[: max(near) + 1] if near else passages


def _by_section(work: Work, passages: Sequence[Mapping[str, Any]]) -> list[read_passages.Group]:
    """Where no sentence has the topic's own words: what the nearest passages say, under their headings. Only passages
    that are plainly near; a report on what nobody wrote about stays empty."""
    points = work.data("gist").get("points") or []
    if not points or max((p["similarity"] for p in passages), default=0.0) < PLAINLY_NEAR:
        return []
    said = {" ".join(p["text"].split()) for p in points}
    groups: dict[str, list[read_passages.Quoted]] = {}
    for i, p in enumerate(passages):
        for s in sentences(p["text"]):
            if " ".join(s.text.split()) in said:
                said.discard(" ".join(s.text.split()))
                groups.setdefault(p["locator"] or p["title"], []).append(read_passages.Quoted(s.text, i))
    return [read_passages.Group(re.sub(r"^[\d.§\s]+", "", h), tuple(q)) for h, q in groups.items()]


def _gist(work: Work) -> Action | None:
    """The opening sentences come from the documents that the best passages are of, not from all uploads."""
    nearest: dict[str, float] = {}
    for p in work.data("search").get("passages") or []:
        nearest[p["document"]] = max(nearest.get(p["document"], 0.0), p["similarity"])
    best = max(nearest.values(), default=0.0)
    documents = [d for d, s in nearest.items() if s >= 0.85 * best][:3]
    if not documents:
        return Done()
    args = {**work.task.step["args"], "documents": documents}
    return CallTool("summarize", args)


def _as_file(work: Work, text: str, titles: Sequence[str]) -> str:
    """The report for the file: citations become the document and the place, since there are no links in it."""
    places = {
        s["id"]: f"{s['title']}{', ' + s['locator'] if s['locator'] else ''}"
        for name in ("search", "gist")
        for s in work.sources(name)
    }
    said = re.sub(r"\[(\w+\.\d+)\]", lambda m: f"({places.get(m[1], m[1])})", text)
    listed = "\n".join(f"- {t}" for t in titles)
    return f"{said.replace('### ', '## ')}\n\n## Sources\n\n{listed}\n"


def write(work: Work) -> Piece:
    if work.part.slots["none"]:
        return Piece(
            "There is nothing to report on yet: no document is uploaded.", "not_answered", "Nothing is uploaded."
        )
    data = work.data("report")
    if not data.get("found"):
        why = str(data.get("reason") or "The report could not be made.")
        return Piece(f"I found nothing in your documents for this report. {why}", "not_answered", why)
    saved = work.ok("save")
    tail = (
        f"\n\nSaved as **{saved['data']['value']}**; you can download it."
        if saved
        else f"\n\nThe report could not be saved: {(work.result('save') or {}).get('error', '')}"
    )
    return Piece(
        f"## {work.part.slots['title']}\n\n{data['text']}{tail}",
        "answered" if saved else "partial",
        "" if saved else "The report could not be saved.",
    )


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
