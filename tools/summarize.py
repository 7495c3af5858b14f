"""The tool `summarize`: the sentences of documents that say most of what they say, quoted word for word.

Extractive: nothing is reworded, so nothing can be made up. Sentences are rated by how central they are (cosine
graph over their embeddings, in the manner of LexRank), by place and by the topic, then chosen one by one so that each
adds something (maximal marginal relevance) and sections are spread. Long documents are thinned before embedding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from text.values import find_values
from tools.base import Document, Json, Passage, Source, ToolContext, ToolFailed, ToolResult, source, tool
from tools.prose import Candidate, candidates, words
from tools.quoting import ROWS, quoted
from tools.which_document import find_documents

_TELLING = re.compile(r"\b(?:abstract|summary|overview|conclusions?|(?:key |main )?findings|results?|recommendations?|decisions?|outcome|purpose)\b", re.I)  # fmt: skip
_ASIDE = re.compile(r"\b(?:methods?|limits|limitations|references|acknowledge?ments?|appendix|funding|contact|definitions)\b", re.I)  # fmt: skip
# What was decided, and what is owed or due, against what is only there for form.
_DECIDED = re.compile(r"\b(?:resolved|resolution|decided|decision|agreed (?:to|that|by)|it was agreed|approved|adopted|accepted|rejected|appointed|elected|carried (?:unanimously|by)|voted)\b", re.I)  # fmt: skip
_LABELLED = re.compile(
    r"\W*(?:\d[\d.]*\s+)?\W*(?-i:RESOLVED|DECISION|AGREED|ACTION|Resolved|Decision|Agreed|Action)\b[^.:]{0,20}:"
)
_FORMAL = re.compile(r"\b(?:minutes of [^.]*\b(?:were|was) (?:approved|agreed|read|taken|accepted)\b|^\W*(?:the meeting (?:was )?)?(?:held|opened|closed|began|ended) (?:on|at|in)\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day,? \d{1,2} [A-Z][a-z]+ \d{4},? (?:at )?\d{1,2}[.:]\d\d|apologies|quor(?:um|ate)|signed as|next meeting|welcomed|thanked|this (?:document|agreement|policy|handbook|manual) (?:is|was|has been|comes|sets|describes))", re.I)  # fmt: skip
_EMBEDDED = 160  # sentences embedded in all; what bounds the time


@tool(risk="read", timeout=60, retries=1)
def summarize(
    ctx: ToolContext,
    documents: Annotated[list[str], "ids or names of the documents; empty: all uploads"] = [],  # noqa: B006 - validation copies it, nothing changes it
    sentences: Annotated[int, "how many sentences, 1 to 40"] = 5,
    topic: Annotated[str, "what the summary should be about; empty: the documents as a whole"] = "",
) -> ToolResult:
    """Summarize uploaded documents by their most telling sentences, quoted word for word with their places.

    Use it for "summarize …", "what is this about?", "key points of …", and with a topic for "what do they say about …?".

    data: {"points": [{"text", "source": index into the sources, "document": id, "title"}], "value": the sentences as one
    text}. In the documents' order; each is one source with its exact quote.
    """
    docs = find_documents(ctx.memory, documents)
    wanted = max(1, min(40, sentences))
    passages = {d.id: ctx.memory.passages(d.id) for d in docs}
    prose = [d for d in docs if d.format not in ROWS]
    pools = {d.id: candidates(d.id, ctx.memory.text(d.id), passages[d.id]) if d in prose else [] for d in docs}
    tables = _table_points(ctx, [d for d in docs if not pools[d.id]], topic)
    room = max(1, wanted - len(tables)) if any(pools.values()) else 0
    chosen = _choose(ctx, [pools[d.id] for d in docs if pools[d.id]], room, topic.strip()) if room else []
    order = {d.id: i for i, d in enumerate(docs)}
    said = [(c.text, _source(c, docs[order[c.document]], passages[c.document])) for c in chosen]
    points = said + tables[:wanted]
    if not points:
        raise ToolFailed(
            f"{' and '.join(d.name for d in docs[:3])}: no sentences to summarize were found (only headings, rows or fragments)."
        )
    points.sort(key=lambda p: order[p[1]["document"]])
    return _result(points, docs, topic)


def _result(points: Sequence[tuple[str, Source]], docs: Sequence[Document], topic: str) -> ToolResult:
    data: list[Json] = [
        {"text": text, "source": i, "document": s["document"], "title": s["title"]}
        for i, (text, s) in enumerate(points)
    ]
    covered = {s["document"] for _, s in points}
    left = [d.name for d in docs if d.id not in covered]
    note = f"Not represented: {', '.join(left[:6])}{' …' if len(left) > 6 else ''}." if left and not topic else ""
    value = " ".join(text for text, _ in points)
    text = "\n".join(f"- {t} ({s['title']}{', ' + s['locator'] if s['locator'] else ''})" for t, s in points)
    return ToolResult(text, {"points": data, "value": value}, [s for _, s in points], note)


def _source(c: Candidate, document: Document, passages: Sequence[Passage]) -> Source:
    return quoted(document, c.quote, c.start, c.end, passages)


def _table_points(ctx: ToolContext, docs: Sequence[Document], topic: str) -> list[tuple[str, Source]]:
    """What a table is, in a line, for documents that hold no prose. The quote is the line with its column names."""
    if not docs or topic:
        return []
    by_id = {d.id: d for d in docs}
    out = []
    for t in ctx.memory.tables():
        if t.document in by_id:
            names = [name for name, _ in t.columns]
            where = f", sheet {t.sheet}," if t.sheet and t.sheet.casefold() not in t.title.casefold() else ""
            line = f"{t.title}{where} is a table of {t.rows:,} row{'s' * (t.rows != 1)} with the columns {', '.join(names)}."
            quote, passage = _heading_line(ctx.memory.passages(t.document), names)
            locator = f"sheet {t.sheet}" if where else "column names"
            out.append(
                (line, source(t.title, quote, locator=locator, trust=t.trust, document=t.document, passage=passage))
            )
    return out


def _heading_line(passages: Sequence[Passage], names: Sequence[str]) -> tuple[str, str]:
    """The document's first line that has all column names, with its passage's id; else the names alone."""
    for p in passages:
        for line in p.text.splitlines():
            if all(n in line for n in names):
                return line.strip(), p.id
    return ", ".join(names), ""


def _choose(ctx: ToolContext, pools: Sequence[Sequence[Candidate]], wanted: int, topic: str) -> list[Candidate]:
    """`wanted` sentences, in document order; every document gets one as long as there are enough."""
    import numpy as np

    share = max(12, _EMBEDDED // len(pools))
    thinned = [_thin(pool, share, topic) for pool in pools]
    flat = [c for pool in thinned for c in pool][: max(_EMBEDDED, wanted)]
    vectors = np.asarray(ctx.memory.embed([c.text for c in flat] + ([topic] if topic else [])), dtype=np.float32)
    scores = _scores(flat, vectors[: len(flat)], vectors[-1] if topic else None, topic)
    picked = _spread(flat, vectors[: len(flat)], scores, wanted, each=not topic)
    return [flat[i] for i in sorted(picked)]


def _thin(pool: Sequence[Candidate], most: int, topic: str) -> list[Candidate]:
    """The likeliest `most` of a document: the best of each section first, so that no part drops out; in order."""
    if len(pool) <= most:
        return list(pool)
    asked = set(words(topic))

    def weight(i: int) -> float:
        c = pool[i]
        return c.weight * (1.0 + 2.0 * len(asked & set(words(c.text)))) if asked else c.weight

    ranked = sorted(range(len(pool)), key=weight, reverse=True)
    taken: Counter[str] = Counter()
    # A section's second sentence competes at half its weight, the third at a third.
    rated = []
    for i in ranked:
        key = pool[i].section or str(int(pool[i].place * 20))
        taken[key] += 1
        rated.append((weight(i) / taken[key] ** 0.5, i))
    rated.sort(reverse=True)
    return [pool[i] for i in sorted(i for _, i in rated[:most])]


def _scores(flat: Sequence[Candidate], vectors: Any, topic: Any, asked: str) -> Any:
    """One score a sentence, about 0 to 1: its centrality, its words, its place; with a topic mostly its nearness to that."""
    import numpy as np

    alike = np.clip(vectors @ vectors.T, 0.0, 1.0)
    np.fill_diagonal(alike, 0.0)
    alike[alike < 0.15] = 0.0
    base = 0.6 * _unit(_stationary(alike)) + 0.3 * _unit(np.array([c.weight for c in flat]))
    base += np.array(
        [
            (0.12 if c.place < 0.03 else 0.0)
            + (0.08 if c.specific else 0.0)
            - (0.12 if c.leans else 0.0)
            + (0.12 if _TELLING.search(c.section) else -0.12 if _ASIDE.search(c.section) else 0.0)
            + _worth(c)
            for c in flat
        ]
    )
    if topic is None:
        return base
    # The heading above a sentence says what it is about when the sentence itself does not ("Either party may …").
    stems = set(words(asked))
    said = np.array([len(stems & set(words(f"{c.section} {c.text}"))) / max(1, len(stems)) for c in flat])
    near = vectors @ topic + 0.25 * said
    # What the topic does not touch is left out, however central it is.
    return near + 0.15 * base - np.where(near < max(0.2, 0.6 * float(near.max())), 2.0, 0.0)


def _worth(c: Candidate) -> float:
    """What a sentence does in its document: it decides, it names a sum of money, or it is there for form."""
    if _FORMAL.search(c.text):
        return -0.8
    decided = 0.3 if _LABELLED.match(c.text) else 0.15 if _DECIDED.search(c.text) else 0.0
    money = any(v.kind == "money" for v in find_values(c.text))
    return decided or 0.08 * money


def _stationary(alike: Any) -> Any:
    """PageRank on the similarity graph (damping 0.85), by power iteration."""
    import numpy as np

    n = len(alike)
    sums = alike.sum(axis=1, keepdims=True)
    move = np.divide(alike, sums, out=np.full_like(alike, 1.0 / n), where=sums > 0)
    rank = np.full(n, 1.0 / n)
    for _ in range(40):
        rank = 0.15 / n + 0.85 * (rank @ move)
    return rank


def _unit(x: Any) -> Any:
    spread = float(x.max() - x.min())
    return (x - x.min()) / spread if spread > 1e-9 else x * 0.0 + 0.5


def _spread(flat: Sequence[Candidate], vectors: Any, scores: Any, wanted: int, each: bool) -> list[int]:
    """Greedy choice: high score, unlike what is chosen, from sections (and with `each` documents) not yet heard."""
    import numpy as np

    picked: list[int] = []
    nearest = np.zeros(len(flat))
    heard: Counter[str] = Counter()
    total = len({c.document for c in flat})
    long = {d for d, n in Counter(c.document for c in flat).items() if n >= 30}
    # A long document's sections are many: its eighths are to be heard from as well.
    places = [
        (c.document, f"{c.document} {c.section}", f"{c.document} {int(c.place * 8) if c.document in long else c.start}")
        for c in flat
    ]
    while len(picked) < min(wanted, len(flat)):
        # With a topic the chosen are alike by nature, and stand in few sections.
        value = 0.7 * scores - (0.45 if each else 0.2) * nearest
        value -= (0.12 if each else 0.024) * np.array([heard[section] + heard[part] for _, section, part in places])
        if each and sum(heard[d] > 0 for d in {c.document for c in flat}) < total:
            # Every document is heard once before any is heard twice.
            value -= np.array([10.0 if heard[document] else 0.0 for document, _, _ in places])
        value[picked] = -np.inf
        i = int(np.argmax(value))
        if not each and picked and scores[i] < 0:
            break  # nothing more on the topic
        picked.append(i)
        nearest = np.maximum(nearest, vectors @ vectors[i])
        heard.update(places[i])
    return picked
