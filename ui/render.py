"""Text from anywhere, made safe to show: Markdown to HTML of our own making, and labels for Streamlit's widgets.

Answers, passages and file names are data. Streamlit's Markdown would read `$…$` as formulas, `:red[…]` and
`:material/…:` as directives and load `![…](http…)`; so answers are rendered here (raw HTML is escaped, images are left
out, a link shows where it leads) and go through `st.html`, whose sanitiser is the second line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape as _escape
from typing import Any
from urllib.parse import unquote, urlsplit

from agents.base import Claim, Source
from text.addresses import bare
from text.unseen import dropped, marked

_CITATION = re.compile(r"\[(\d{1,3})\]")
_DRAFT_CITATION = re.compile(r"\s?\[s\d+(?:\.\d+)?(?:\s*,\s*s\d+(?:\.\d+)?)*\]")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|~<>$^=-])")
_CLOSING = re.compile(r"[.!?%)\"'”’€$£]*")
_LONGEST_EXPRESSION = 70  # characters
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'`|(){}\[\]“”]+", re.IGNORECASE)
Live = Callable[[str], bool]  # a link's address -> may it be clicked
Chip = Callable[[str], str]  # citation number -> HTML, "" where there is no such source


def escape(text: str, quote: bool = True) -> str:
    """Text as HTML, as it is read: what nobody sees of it is left out. The only `escape` of the page."""
    return _escape(dropped(text), quote)


def exact(text: str, limit: int = 0) -> str:
    """What somebody decides on, as HTML: to the last letter, with marks for what nobody would see of it. Beyond the limit
    it is folded, never cut."""
    if limit and len(text) > limit:
        head, rest = _escape(marked(text[:limit])), _escape(marked(text[limit:]))
        return f"<details><summary>{head} …</summary>{rest}</details>"
    return _escape(marked(text))


def label(text: str, limit: int = 0) -> str:
    """Plain text as a Streamlit label. A zero-width space breaks `:name:` shortcodes, which escaping does not stop."""
    text = " ".join(dropped(text).split())
    if limit and len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return re.sub(r":(?=\S)", ":\u200b", _SPECIAL.sub(r"\\\1", text))


def told(name: str, message: str) -> str:
    """A file's name and what is said of it, as HTML; a message that begins with the name does not repeat it."""
    rest = message.removeprefix(name).lstrip(" :")
    return f"<b>{escape(name)}</b> {escape(rest)}"


def live_links(goal: str, sources: Sequence[Source]) -> Live:
    """Which addresses in an answer may be clicked: those that the user typed, or that stand whole in a source. Any other
    was put together by whoever wrote the answer, and may carry what was read to somebody else's machine."""
    known = {
        bare(w)
        for text in [goal, *(x for s in sources for x in (s["locator"], s["quote"]))]
        for w in _ADDRESS.findall(text)
    }
    return lambda href: bare(unquote(href)) in known or bare(href) in known


def answer_html(
    text: str, claims: Sequence[Claim] = (), chip: Chip = lambda n: "", live: Live = lambda href: False
) -> tuple[str, list[Claim]]:
    """The answer as HTML with its chips and marks, and the unsupported claims that could not be found in it.

    live: which links lead anywhere; the others show their address as text.
    """
    md = _parser()
    tokens = md.parse(_DRAFT_CITATION.sub("", dropped(text)))
    left = [c for c in claims if c["support"] != "supported"]
    for token in tokens:
        if token.type == "inline":
            left = _mark(token.children or [], left)
    html = md.renderer.render(tokens, md.options, {"chip": chip, "live": live})
    return f'<div class="gw-answer">{html}</div>', [c for c in left if c["support"] == "unsupported"]


@lru_cache(maxsize=1)
def _parser() -> Any:
    from markdown_it import MarkdownIt

    md: Any = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable(["reference"])
    rules: dict[str, Any] = {
        "text": _text,
        "code_inline": _code,
        "image": lambda t, i, o, e: f'<span class="gw-quiet">(image left out: {escape(t[i].content)})</span>',
        "link_open": _link_open,
        "link_close": _link_close,
        "table_open": lambda t, i, o, e: '<div class="gw-table"><table>',
        "table_close": lambda t, i, o, e: "</table></div>",
    }
    md.renderer.rules.update(rules)
    return md


def _link_open(tokens: Any, i: int, _options: Any, env: Any) -> str:
    href = str(tokens[i].attrGet("href") or "")
    if not env["live"](href):
        return "<span>"
    return f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer" title="{escape(href)}">'


def _link_close(tokens: Any, i: int, _options: Any, env: Any) -> str:
    """A link whose text is not its address says where it leads; one that may not be clicked, its whole address."""
    opened = next(t for t in reversed(tokens[:i]) if t.type == "link_open")
    href = str(opened.attrGet("href") or "")
    if not env["live"](href):
        shown = "" if tokens[i - 1].content == href else f' <span class="gw-quiet">({escape(href)})</span>'
        return f"{shown}</span>"
    host, shown = urlsplit(href).netloc, tokens[i - 1].content
    where = f' <span class="gw-quiet">({escape(host)})</span>' if host and host not in shown else ""
    return f"</a>{where}"


def _text(tokens: Any, i: int, _options: Any, env: Any) -> str:
    return _pieces(tokens[i], env["chip"])


def _code(tokens: Any, i: int, _options: Any, _env: Any) -> str:
    return f"<code>{_pieces(tokens[i], lambda n: '')}</code>"


def _pieces(token: Any, chip: Chip) -> str:
    """A token's text, cut where marks begin and end."""
    text, out, at = token.content, [], 0
    for start, end, claim, last in token.meta.get("marks", ()):
        out.append(_chips(text[at:start], chip))
        inner = _chips(text[start:end], chip)
        if claim["support"] == "unsupported":
            out.append(f'<span class="gw-unsupported" title="{escape(claim["reason"])}">{inner}</span>')
            out.append('<span class="gw-tag">not found in the sources</span>' if last else "")
        else:
            out.append(inner)
            out.append(_computed(claim) if last else "")
        at = end
    return "".join([*out, _chips(text[at:], chip)])


def _computed(claim: Claim) -> str:
    """A sum is shown unless the sentence holds it; one too long to read beside it (a query) is shown when pointed at."""
    expression = claim["expression"]
    if expression.replace(" ", "") in claim["text"].replace(" ", ""):
        return ""
    shown = f"= {expression}" if len(expression) <= _LONGEST_EXPRESSION else "= computed"
    return f'<span class="gw-computed" title="{escape(expression)}">{escape(shown)}</span>'


def _chips(text: str, chip: Chip) -> str:
    out, at = [], 0
    for m in _CITATION.finditer(text):
        drawn = chip(m[1])
        if drawn:
            out += [escape(text[at : m.start()].rstrip(" ")), drawn]
            at = m.end()
    return "".join([*out, escape(text[at:])])


def _mark(children: Sequence[Any], claims: Sequence[Claim]) -> list[Claim]:
    """Note in each text token which parts belong to a claim; returns the claims that are not in this block.

    Claims come without Markdown and citation marks, so both sides are compared by their letters and digits alone.
    """
    letters: list[str] = []
    where: list[tuple[int, int]] = []
    for n, token in enumerate(children):
        if token.type not in ("text", "code_inline"):
            continue
        skip = {i for m in _CITATION.finditer(token.content) for i in range(*m.span())}
        for i, c in enumerate(token.content):
            if c.isalnum() and i not in skip:
                letters.append(c.lower()[:1])
                where.append((n, i))
    flat, left = "".join(letters), []
    for claim in claims:
        wanted = "".join(c.lower()[:1] for c in _CITATION.sub("", claim["text"]) if c.isalnum())
        at = flat.find(wanted) if wanted else -1
        if at < 0:
            left.append(claim)
        elif claim["support"] == "unsupported" or claim["expression"]:
            _add_marks(children, where[at : at + len(wanted)], claim)
    return left


def _add_marks(children: Sequence[Any], places: Sequence[tuple[int, int]], claim: Claim) -> None:
    """From the claim's first letter to its last: whole tokens in between, and the full stop where it follows at once."""
    first, final = places[0][0], places[-1][0]
    for n in dict.fromkeys(n for n, _ in places):
        text = children[n].content
        start = places[0][1] if n == first else 0
        end = len(text)
        if n == final:
            end = places[-1][1] + 1
            end += len(_CLOSING.match(text, end)[0])  # type: ignore[index]
        marks = children[n].meta.setdefault("marks", [])
        if all(end <= s or start >= e for s, e, _, _ in marks):
            marks.append((start, end, claim, n == final))
            marks.sort(key=lambda m: m[0])
