"""Citations: the numbered chips in an answer, and the passages that they open with the quotation marked.

A chip is a real button that opens a native popover: it works with the keyboard (Tab, Enter, Esc), in the history as
well as in a fresh answer, and needs no round trip. The passage is read from memory when the answer is drawn; when the
document is gone, only the quotation that the run kept is left, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote as url_quote

from agents.base import Source
from graph.events import AnswerChecked
from ui import session
from ui.render import escape

_QUOTATION = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_SHORTEST = 6  # characters of a quotation worth marking
_AROUND = 700  # characters of the passage shown on each side of the quotation


def chip(run: str, source: Source, number: str, text: str = "") -> str:
    name = escape(f"Source {number}: {where(source)}", quote=True)
    shown = f'{escape(number)}<span class="gw-chip-name">{escape(text)}</span>' if text else escape(number)
    return (
        f'<button type="button" class="gw-chip" popovertarget="{_id(run, number)}" aria-label="{name}">{shown}</button>'
    )


def where(source: Source) -> str:
    return " · ".join(x for x in (source["title"], source["locator"]) if x)


def sources_html(run: str, sources: Sequence[Source], said: Sequence[str] = ()) -> str:
    """The row of sources under an answer, and the popovers of all chips."""
    if not sources:
        return ""
    row = "".join(chip(run, s, number(s, i), _short(s)) for i, s in enumerate(sources))
    pops = "".join(_popover(run, s, number(s, i), said) for i, s in enumerate(sources))
    return f'<div class="gw-sources" role="group" aria-label="Sources">{row}</div>{pops}'


def number(source: Source, position: int) -> str:
    return source["id"] or str(position + 1)


def _passage_text(source: Source) -> str:
    """The passage with its neighbours, as it stands in memory now; "" when there is none or its document is gone.

    With them, because what is quoted may be the first or the last sentence of its passage.
    """
    return session.groundwork().memory(session.user()).around(source["passage"]) if source["passage"] else ""


def _id(run: str, number: str) -> str:
    return re.sub(r"[^\w-]", "-", f"gw-{run}-{number}")


def _short(source: Source) -> str:
    return " · ".join(x for x in (_cut(source["title"], 28), _cut(source["locator"], 40)) if x)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _popover(run: str, source: Source, number: str, said: Sequence[str]) -> str:
    text, quote = _passage_text(source), source["quote"]
    body, note = highlighted(text, quote, said) if text else f"<mark>{escape(quote)}</mark>", ""
    if source["passage"] and not text:
        note = "The document is no longer in memory; this is the quotation that the run kept."
    trust = '<span class="gw-tag">external content</span>' if source["trust"] == "external" else ""
    name = _id(run, number)
    if text:
        link = f"reader?passage={url_quote(source['passage'])}&q={url_quote(quote[:400])}"
        note = f'<a href="{escape(link, quote=True)}" target="_blank" rel="noopener">Open in the document</a>'
    return (
        f'<div popover id="{name}" class="gw-passage" role="dialog" aria-label="{escape("Source " + number)}">'
        f'<div class="gw-passage-head"><span><b>{escape(number)}</b> {_title(source)} {trust}</span>'
        f'<button type="button" class="gw-close" popovertarget="{name}" popovertargetaction="hide" aria-label="Close">✕</button></div>'
        f'<div class="gw-passage-text">{body}</div>' + (f'<p class="gw-quiet">{note}</p>' if note else "") + "</div>"
    )


def _title(source: Source) -> str:
    locator = source["locator"]
    if re.match(r"https?://", locator):
        link = f'<a href="{escape(locator)}" target="_blank" rel="noopener noreferrer">{escape(locator)}</a>'
        return f"{escape(source['title'])}<br>{link}"
    return escape(where(source))


def highlighted(text: str, quote: str, said: Sequence[str] = ()) -> str:
    """The passage as HTML with the quotation marked, shortened to its surroundings when it is long.

    A run may cite a whole passage: then what the answer says in the passage's own words (`said`) is what is marked.
    """
    whole = find_quote(text, quote)
    a, b = whole or (0, len(text))
    within = [s for s in (find_quote(text, x) for x in said) if s and a <= s[0] and s[1] <= b]
    spans = _merged(within) or ([whole] if whole else [])
    if not spans:
        return (f"<mark>{escape(quote)}</mark><hr>" if quote else "") + escape(text)
    first, last = max(0, spans[0][0] - _AROUND), min(len(text), spans[-1][1] + _AROUND)
    out, at = ["… " if first else ""], first
    for start, end in spans:
        out += [escape(text[at:start]), f"<mark>{escape(text[start:end])}</mark>"]
        at = end
    return "".join([*out, escape(text[at:last]), " …" if last < len(text) else ""])


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def in_own_words(answer: AnswerChecked) -> list[str]:
    """What an answer may have taken word for word: its quotations, and its sentences without a quotation."""
    out: list[str] = []
    for claim in answer.claims:
        quotations = [part for q in _QUOTATION.findall(claim["text"]) for part in re.split(r"…|\.\.\.", q)]
        out += quotations or [claim["text"].strip(" -*#|")]
    return [x.strip() for x in out if len(x.strip()) >= _SHORTEST]


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    words = quote.split()
    if not words:
        return None
    at = text.find(quote.strip())
    if at >= 0:
        return at, at + len(quote.strip())
    m = re.search(r"\s+".join(map(re.escape, words)), text, re.IGNORECASE)
    return m.span() if m else None
