"""A short report on a topic: headings, findings by category, gaps and sources, saved as Markdown to download."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.base import Action, CallTool, Done, Write
from agents.rules import reading as read_passages
from agents.rules.documents import GENERIC, chosen, name_words, of_month
from agents.rules.intents.summary import one_line
from agents.rules.shapes import SPREADSHEETS, Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.words import STOP, words
from text.values import find_values
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
    r"""
    (?:\b(?:write|draft|prepare|create|make|put[ ]together|compile|produce|generate|give|need|want|do|assemble
        |build|compose|turn)
    \b.{0,40}\b(?:reports?|briefing|brief\b(?![ ]summary)|dossier|write-?up|memo|fact[ ]?sheet|report)\b)
    |^(?:a[ ])?(?:short[ ]|brief[ ])?(?:report|briefing|dossier)[ ](?:on|about|of)\b
    """,
    re.I | re.X,
)
_TOPIC = re.compile(
    r"""
    \b(?:reports?|briefing
        |brief(?![ ](?:\w+[ ])?(?:reports?|memo|note|write-?up|dossier))|dossier|write-?up|memo|fact[ ]?sheets?)
    \b\s*(?:(?:for|to)[ ](?:the|my|our)[ ]\w+\s+)?(?:that[ ]|which[ ])?
    (?:on|about|of|regarding|concerning|covering|summari[sz]ing|into|from|for)?\s*(?P<topic>.+)$
    """,
    re.I | re.X,
)
_DOCUMENTS = r"(?:my|the|our|all(?: (?:of )?(?:my|the|our))?|these|those|what'?s? (?:i|we) (?:have )?uploaded)\s*(?:\w+ )?(?:documents?|files?|uploads?|papers)?"
_HEADINGS = re.compile(r",?\s+with (?:the )?(?:headings?|sections?)\s*:\s*", re.I)  # "…, with headings: status, budget"
_READERS = "board|committee|boss|manager|management|team|partners?|directors?|owners?|trustees|colleagues?|client|customers?|staff|council|meeting"
# "…, with sources, on …", "a report with headings on …"
_ASIDE = re.compile(r",?\s*(?:complete )?with (?:(?:the|its|your|all|some|clear) )?(?:headings?|sources?|sections|citations|references)(?: and (?:headings?|sources?|sections|citations|references))?(?:\s*,\s*|\s+(?=(?:on|about|of|regarding|concerning|covering)\b))", re.I)  # fmt: skip
# Said about the report, not what it is on.
_TRIM = re.compile(
    r"(?:,?\s*(?:and|then)\s+(?:save|store|export|keep|let me download|make it downloadable|download|send|list|cite|name|give|include|say|show|quote)\b.*"
    r"|,?\s*(?:(?:complete |together )?with|including|and) (?:(?:the|its|your|all) )?(?:headings?|sources?|sections|citations|references|findings|gaps|quotes|quotations)\b.*"
    rf"|,?\s*(?:based on|from|using|out of|drawing on|on the basis of) {_DOCUMENTS}.*"
    rf"|,?\s*(?:for|to) (?:the|my|our) (?:\w+ )?(?:{_READERS})"
    r"|,?\s*(?:so that|that|which) (?:i|we) can (?:download|save|read|send|print|share)\b.*"
    r"|,?\s*(?:please|thanks|thank you|in (?:markdown|word|english|one page)|(?:one|a|half a) page(?: (?:long|at most))?|as a (?:file|download)))$",
    re.I,
)


# "When is the first report due?" asks about a report. ("What do my documents say … a report" is one to write.)
_ASKS = re.compile(
    r"(?:and |so )*(?:by |until |since )?(?:when|who|whose|where|why|how (?:many|much|long|often|soon))\b", re.I
)
# "How long do I have to report it?" is no report to be made.
_REPORTING = re.compile(
    r"\b(?:to|must|should|can|could|may|will|would|i|we|you|they|who|and|or) report(?:s|ed)?\b(?! (?:on|about)\b)", re.I
)


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    if _REPORTING.search(text) and not _CUE.search(_REPORTING.sub(" ", text)):
        return None
    if not _CUE.search(text) or _ASKS.match(text) or re.search(r"\b(?:book reports?|report cards?)\b", text, re.I):
        return None
    m = _TOPIC.search(_ASIDE.sub(" ", _HEADINGS.sub(": ", text)))
    topic = m["topic"].strip() if m else ""
    before = ""
    while topic != before:
        before, topic = topic, _TRIM.sub("", topic).strip(" ,.")
    topic = (
        re.sub(r"^(?:what|everything)\s+", "", topic, flags=re.I)
        if not re.match(r"what .* (?:say|offer|require)", topic, re.I)
        else topic
    )
    docs = _only(topic, text, look)
    slots: dict[str, Json] = {"topic": topic, "documents": [d.id for d in docs], "none": not look.texts}
    return Reading(NAME, 0.93 if look.texts else 0.5, slots, f"a report on {topic or 'your documents'}")


def _only(topic: str, text: str, look: Look) -> list[Any]:
    """The documents that the report is to be made from: those attached, or a document that is itself the topic. One
    whose name merely shares a word with the topic ("the hall roof", Heron_Roofs_offer.md) is not all there is on it."""
    if of := of_month(topic, look.texts, look.brief.text):
        return of  # "the September trustees' meeting": its minutes
    own = {w.stem for w in words(topic) if w.text.casefold() not in STOP}
    attached = set(look.brief.attached)
    return [
        d
        for d in chosen(text, look)
        if d.id in attached or d.name.casefold() in text.casefold() or (own and own <= {*name_words(d.name), *GENERIC})
    ]


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
    whole = draft.add(
        "Gather what the documents about it say",
        "search_memory",
        {"query": topic or "main findings, decisions, terms", "k": 50, **limit},
        [search],
        "researcher",
        "A document that is about it belongs to it with its figures, dates and terms.",
    )
    compose = draft.add(
        "Sort the findings into a report",
        "",
        {"report": topic},
        [search, whole],
        "analyst",
        "Findings by category, with gaps and sources.",
    )
    title = f"Report on {topic}" if topic else "Report on your documents"
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
        {"search": search, "whole": whole, "report": compose, "save": save},
        f"${{{save}.value}}",
    )


def act(work: Work, name: str) -> Action | None:
    if name == "whole" and not work.task.calls:
        return _gather(work)
    if name != "report":
        return None
    topic, passages = str(work.part.slots["topic"]), work.data("whole").get("passages") or []
    made = read_passages.report(topic or _ALL, passages, work.sense, work.texts(passages))
    if not made.groups:
        why = made.reason or "No passage says anything about this."
        return Write(why, data={"found": False, "reason": why})
    titles = [str(p["title"]) for p in passages]
    several = len({titles[f.passage] for g in made.groups for f in g.findings}) > 1
    blocks = [f"### {_heading(g.heading)}\n\n" + "\n".join(_bullets(work, g, titles, several)) for g in made.groups]
    if head := _in_short(work, made.groups, titles):
        blocks.insert(0, "### In short\n\n" + "\n".join(head))
    blocks.append("### Gaps\n\n" + "\n".join(_gaps(work, made, titles)))
    blocks = [b for b in blocks if b.strip() != "### Gaps"]
    text = "\n\n".join(blocks)
    used = {i: titles[i] for g in made.groups for i in sorted({f.passage for f in g.findings})}
    return Write(text, data={"found": True, "text": text + _sources(work, used), "file": _as_file(work, text, used)})


_ALL = "main findings, decisions, terms"
LONG = 7  # findings from which a report opens with the most telling ones


def _gather(work: Work) -> Action:
    """All passages of the documents that are about the topic, and of those whose best passage is plainly near it."""
    said = str(work.part.slots["topic"]) or _ALL
    topics = [read_passages.topic_of(t, work.sense) for t in dict.fromkeys([said, *read_passages.several(said)])]
    nearest = dict[str, float]()
    for p in work.data("search").get("passages") or []:
        nearest[p["document"]] = max(nearest.get(p["document"], 0.0), p["similarity"])
    only = work.part.slots["documents"]
    chosen: list[Json] = []
    for d in work.task.documents:
        if d.format in SPREADSHEETS or (only and isinstance(only, list) and d.id not in only):
            continue
        near = nearest.get(str(d.id), 0.0) >= PLAINLY_NEAR
        if near or only or any(read_passages.about(t, d.name, work.task.memory.text(d.id)) for t in topics):
            chosen.append(d.id)
    subject, colon, _ = said.partition(":")
    if colon:  # "our contracts: costs, notice": the documents that are contracts, where there are any
        of = read_passages.topic_of(subject, work.sense)
        texts = {str(d): work.task.memory.text(str(d)) for d in chosen}
        names = {d.id: d.name for d in work.task.documents}
        chosen = [d for d in chosen if read_passages.about(of, names[str(d)], texts[str(d)]) == "whole"] or chosen
    if not chosen:
        return Done()
    return CallTool("search_memory", {**work.task.step["args"], "documents": chosen})


def _heading(text: str) -> str:
    """A document's name as a heading of a page: "quote_brightwater.html" -> "quote brightwater"."""
    return re.sub(r"[_]+", " ", re.sub(r"\.\w{2,5}$", "", text)).strip() if re.search(r"\.\w{2,5}$", text) else text


def _bullets(work: Work, group: read_passages.Group, titles: Sequence[str], several: bool) -> list[str]:
    """The findings, those under one heading in one bullet, led by that heading (or by the document, if that is not said)."""
    by_document = _heading(titles[group.findings[0].passage]) == _heading(group.heading)
    runs: list[tuple[str, list[read_passages.Finding]]] = []
    for f in group.findings:
        lead = f.heading if by_document or not several else _heading(titles[f.passage])
        if runs and runs[-1][0] == lead and len(runs[-1][1]) < 5:
            runs[-1][1].append(f)
        else:
            runs.append((lead, [f]))
    return [_bullet(work, lead if _tells(lead, group.heading) else "", fs) for lead, fs in runs]


def _tells(lead: str, heading: str) -> bool:
    return bool(lead) and lead.casefold() != _heading(heading).casefold()


def _bullet(work: Work, lead: str, findings: Sequence[read_passages.Finding]) -> str:
    said = " ".join(f"{one_line(f.text)} {work.cite('whole', f.passage)}" for f in findings)
    return f"- **{lead}:** {said}" if lead else f"- {said}"


def _in_short(work: Work, groups: Sequence[read_passages.Group], titles: Sequence[str]) -> list[str]:
    """What each document says most plainly on it, where the report is long."""
    every = [f for g in groups for f in g.findings]
    if len(every) < LONG:
        return []
    best: dict[str, read_passages.Finding] = {}
    for f in every:
        if titles[f.passage] not in best or _weight(f) > _weight(best[titles[f.passage]]):
            best[titles[f.passage]] = f
    if len(best) < 2:
        return []
    top = sorted(best.values(), key=lambda f: -_weight(f))[:4]
    return [_bullet(work, _heading(titles[f.passage]), [f]) for f in top]


def _weight(f: read_passages.Finding) -> float:
    """What a sentence is worth on top: amounts of money are what reports are opened for."""
    money = any(v.kind in ("money", "percent") for v in find_values(f.text))
    return f.worth + 0.25 * money - 0.5 * bool(re.search(r"\b(?:attached|enclosed)\b", f.text, re.I))


def _gaps(work: Work, made: read_passages.Report, titles: Sequence[str]) -> list[str]:
    out = [f"- Nothing was found on {gap}." for gap in made.gaps]
    used = {titles[f.passage] for g in made.groups for f in g.findings}
    only = work.part.slots["documents"]
    silent = [d.name for d in work.task.documents if d.format not in SPREADSHEETS and d.name not in used]
    if silent and not only:
        out.append(f"- Nothing on it was found in: {', '.join(silent[:8])}{' …' if len(silent) > 8 else ''}.")
    sheets = [d.name for d in work.task.documents if d.format in SPREADSHEETS]
    if sheets and not only:
        out.append(f"- Tables were not searched: {', '.join(sheets[:6])}{' …' if len(sheets) > 6 else ''}.")
    return out


def _sources(work: Work, used: Mapping[int, str]) -> str:
    lines = []
    for title in dict.fromkeys(used.values()):
        cited = " ".join(dict.fromkeys(work.cite("whole", i) for i, t in used.items() if t == title))
        lines.append(f"- {title} {cited}")
    return "\n\n### Sources\n\n" + "\n".join(lines)


def _as_file(work: Work, text: str, used: Mapping[int, str]) -> str:
    """The report for the file: citations become the numbers of the listed sources, since there are no links in it."""
    sources = work.sources("whole")
    places = list(dict.fromkeys(_place(sources[i]) for i in used))
    number = {work.cite("whole", i): places.index(_place(sources[i])) + 1 for i in used}
    said = re.sub(r"\[\w+\.\d+\]", lambda m: f"[{number[str(m[0])]}]" if str(m[0]) in number else str(m[0]), text)
    listed = "\n".join(f"{n}. {p}" for n, p in enumerate(places, 1))
    made = f"*Made on {work.task.now:%-d %B %Y} from {len(set(used.values()))} of {len(work.task.documents)} documents. Every sentence is quoted.*"
    return f"{made}\n\n{said.replace('### ', '## ')}\n\n## Sources\n\n{listed}\n"


def _place(source: Mapping[str, Any]) -> str:
    return f"{source['title']}{', ' + str(source['locator']) if source['locator'] else ''}"


def write(work: Work) -> Piece:
    if work.part.slots["none"]:
        return Piece(
            "There is nothing to report on yet: no document is uploaded.", "not_answered", "Nothing is uploaded."
        )
    data = work.data("report")
    if not data.get("found"):
        on = f" on {work.part.slots['topic']}" if work.part.slots["topic"] else ""
        names = [d.name for d in work.task.documents if d.format not in SPREADSHEETS]
        looked = f" I looked in {', '.join(names[:8])}{' …' if len(names) > 8 else ''}." if names else ""
        why = f"Nothing{on} was found in your documents."
        return Piece(f"I found nothing{on} in your documents, so there is no report.{looked}", "not_answered", why)
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
