"""The web: a page that the goal names by its address, and a search when the user asks for one.

A page is read like an upload. No network, a page that is not there, search switched off: said as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.base import Action, Write
from agents.rules import reading as read_passages
from agents.rules import say
from agents.rules.intents.document_question import answer_text, as_data
from agents.rules.reading_points import points
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work

NAME = "web"
EXAMPLES = (
    "Summarise https://www.example.com/article",
    "What does the page https://example.org/prices say about shipping?",
    "Read example.com and tell me the main points",
    "Search the web for the current price of gold",
    "look up online who makes this pump",
    "Google the latest news about oat prices",
    "find on the internet the opening hours of the museum",
    "what does the web say about heat pumps",
    "any recent news on the merger?",
    "what's the latest on interest rates",
)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'”)\]]+|\b(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|de|co\.uk|eu|info)(?:/[^\s<>\"'”)\]]*)?\b",
    re.I,
)
_SEARCH = re.compile(
    r"\b(?:search(?:ing)?|look(?:ing)?(?: it| this| that)?(?: up)?|find(?: out)?|check|google|browse|research|query|ask)\b.{0,40}\b(?:the )?(?:web|internet|online|google|net|duckduckgo|bing)\b|\b(?:google|web ?search)\b|"
    r"(?<!reached )(?<!reachable )(?<!accessible )(?<!connected )(?<!exposed )(?<!visible )\b(?:on|from|in) the (?:web|internet)\b|\bonline\b.*\b(?:search|find|look)\b|\bwhat does the (?:web|internet) say\b",
    re.I,
)
_NEWS = re.compile(
    r"\b(?:latest|recent|current|today's|breaking|newest)\b.{0,20}\b(?:news|headlines|developments|exchange rates?|stock price|share price)\b|\bnews (?:about|on|from|of)\b|\bwhat(?:'s| is) (?:the latest|new) (?:on|about|with)\b",
    re.I,
)
_GIST = re.compile(
    r"\b(?:summar\w*|sum (?:it |this )?up|gist|overview|main points|key points|tl;?dr|condense|what (?:is|'s) (?:it|this|that|the (?:page|article|site)) about|in (?:short|brief)|read)\b",
    re.I,
)


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip()
    if m := _URL.search(text):
        url = m[0].rstrip(".,;:!?")
        if (
            "://" not in url
            and not url.startswith("www.")
            and any(url.casefold() in d.name.casefold() for d in look.brief.documents)
        ):
            return None
        about = " ".join((text[: m.start()] + " " + text[m.start() + len(url) :]).split())
        about = re.sub(
            r"\b(?:the|this|that)? ?(?:page|website|site|article|link|url|address)\b(?: at)?",
            "the page",
            about,
            flags=re.I,
        ).strip(" .:?")
        topic = re.search(r"\b(?:about|on|regarding|concerning|say(?:s)? (?:about|on))\s+(.{3,})$", about, re.I)
        asks = not _GIST.search(about) and len(about.split()) > 1
        return Reading(
            NAME,
            0.97,
            {
                "url": url,
                "question": (topic[1] if topic and not _GIST.search(about) else about) if asks else "",
                "sentences": _count(about),
            },
            f"read {url}",
        )
    if _SEARCH.search(text):
        return Reading(NAME, 0.95, {"query": _query(text)}, f"search the web: {_query(text)}")
    if _NEWS.search(text):
        return Reading(
            NAME,
            0.9 if "web_search" in look.brief.tools else 0.5,
            {"query": _query(text)},
            f"search the web: {_query(text)}",
        )
    return None


def _count(text: str) -> int:
    from text.numbers import numbers

    m = re.search(r"\b(?:in|with|of)?\s*(\w+)\s+(?:sentences?|lines?|bullet points?|points?|bullets)\b", text, re.I)
    found = numbers(m[1]) if m else []
    return int(found[0].value) if found else 5


def _query(text: str) -> str:
    out = re.sub(
        r"^(?:(?:please|can you|could you|would you|also|and|then)\s+)*", "", text.strip().rstrip("?.! "), flags=re.I
    )
    out = re.sub(
        r"\b(?:search|look up|look|find out|find|check|google|browse|research)\b\s*(?:for\s+|up\s+)?(?=(?:on |in |from )?(?:the )?(?:web|internet|online|net)\b)",
        "",
        out,
        flags=re.I,
    )
    out = re.sub(
        r"\b(?:on|in|from)?\s*(?:the )?(?:web|internet|online)\b\s*(?:for|about|to find(?: out)?)?\s*",
        " ",
        out,
        flags=re.I,
    )
    out = re.sub(r"^\s*(?:(?:google|search|look|find|for|up|do a|web search|search for|me)\s+)+", "", out, flags=re.I)
    return " ".join(out.split()) or text


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    slots = reading.slots
    if "url" in slots:
        page = draft.add(
            f"Fetch {slots['url']}", "fetch_page", {"url": slots["url"]}, (), "researcher", "The goal names this page."
        )
        title = "Read the page for the answer" if slots["question"] else "Pick the page's main points"
        read = draft.add(
            title,
            "",
            {"read": slots["question"] or "main points"},
            [page],
            "analyst",
            "Only what the page says may be said.",
        )
        return Planned(NAME, part.text, slots, {"page": page, "read": read}, f"${{{read}.value}}")
    found = draft.add(
        f"Search the web: {slots['query']}",
        "web_search",
        {"query": slots["query"], "k": 5},
        (),
        "researcher",
        "The goal asks for the web.",
    )
    return Planned(NAME, part.text, slots, {"search": found})


def act(work: Work, name: str) -> Action | None:
    if name != "read":
        return None
    passages = [{"title": s["title"], "locator": s["locator"], "text": s["quote"]} for s in work.sources("page")]
    question = str(work.part.slots["question"])
    if question:
        found = read_passages.answer(question, passages, work.sense)
        text = answer_text(work, "page", passages, found).replace("in your documents", "on this page")
        return Write(found.value or text, data={**as_data(found), "text": text})
    count = work.part.slots["sentences"]
    chosen = points([str(p["text"]) for p in passages], work.embed, int(count) if isinstance(count, int | float) else 5)
    lines = [f"- {s} {work.cite('page', i)}" for s, i in chosen]
    return Write("\n".join(lines), data={"found": bool(lines), "text": "\n".join(lines), "value": None})


def write(work: Work) -> Piece:
    if bad := work.failed():
        return Piece(
            bad.text.replace("This could not be done", "The web could not be read"), "not_answered", bad.reason
        )
    if "page" in work.part.steps:
        read, page = work.data("read"), work.data("page")
        head = f"From “{page.get('title') or page.get('url')}”:\n\n" if not work.part.slots["question"] else ""
        if not read.get("found"):
            return Piece(
                str(read.get("text")), "not_answered", str(read.get("reason") or "The page does not say this.")
            )
        return Piece(head + str(read["text"]), data={"value": read.get("value")})
    results = work.data("search").get("results") or []
    if not results:
        return Piece("The web search found nothing for this.", "not_answered", "The web search found nothing.")
    lines = [
        f"- [{r['title']}]({r['url']}): {say.quote(r['snippet'])} {work.cite('search', i)}"
        for i, r in enumerate(results)
    ]
    return Piece("The web search found:\n\n" + "\n".join(lines))


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
