"""Questions to tables: two queries, because planning reads nothing. The first shows which values the columns hold, the
second answers, decided when the first is there. A word that fits no column and no value is reported, never ignored; where
an upload's text could answer as well, it is read in parallel and used if the tables do not fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.base import Action, CallTool, Done, Write
from agents.rules import reading as read_passages
from agents.rules.documents import chosen
from agents.rules.intents.document_question import answer_text, as_data
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.tables.choose import by_file, in_rows, narrowed, profiled, rule_of, sheet_title
from agents.rules.tables.overlay import about
from agents.rules.tables.profile import facts, profile_sql
from agents.rules.tables.schema import Ask, Facts, Sheet, sheets
from agents.rules.tables.show import chart, described, label_of, problem, shown, value_of
from agents.rules.tables.sql import to_sql
from agents.rules.tables.understand import understand
from agents.rules.words import content
from tools.base import Json

NAME = "table_question"
EXAMPLES = (
    "How many orders were there in March?",
    "What is the total revenue by region?",
    "average salary per department",
    "Which product sold the most?",
    "Top 5 customers by amount",
    "show me sales by month as a chart",
    "What share of the orders came from Germany?",
    "How many invoices are unpaid?",
    "sum of the costs for each site",
    "list all employees in the finance department",
    "Who has the highest score?",
    "How much did we spend on travel last quarter?",
    "Which items are below their minimum stock?",
    "compare the revenue of North and South",
    "how many different suppliers are there",
    "median price of the flats",
    "Which invoices are above the limit in the purchasing rules?",
)


# "For the shop's insurance I need the stock's value": what it is for changes nothing.
_PURPOSE = re.compile(r"^for (?:the|my|our|a|an|his|her|their) [^,.?]{2,50}?(?:,\s*|\s+(?=(?:i|we) (?:need|want|would like)\b))(?:(?:i|we) (?:need|want|would like)(?: to know)?\b)?", re.I)  # fmt: skip


def read(part: Part, look: Look) -> Reading | None:
    if not look.tables:
        return None
    part = replace(part, text=_PURPOSE.sub("", part.text).strip() or part.text)
    everything = sheets(look.tables)
    named = chosen(part.text, look)
    tabular = {t.document for t in look.tables}
    rule = rule_of(part.text, everything, look)
    if (
        named
        and not any(d.id in tabular for d in named)
        and rule is None
        and {d.id for d in named} != set(look.brief.attached)
    ):
        return None  # the goal names a text
    pool = narrowed(everything, look, [d.id for d in by_file(part.text, named) if d.id in tabular])
    text = rule[0] if rule else part.text
    context = part.context if NAME in part.only or (part.before >= 0 and part.context) else ""
    asks = understand(text, pool, Facts(), look.embed, look.brief.now, context if NAME in part.only else "")
    best = asks[0]
    rivals = [
        a
        for a in asks[1:]
        if a.join is None and not a.left and not best.left and a.score > best.score - 0.05 and best.score > 1
    ]
    cued = bool(best.agg or best.group or best.bucket or best.limit or best.share or best.filters or best.difference)
    known = len(best.left) == 0
    inside = in_rows(best.left, look)
    about_one = _about_one(part, best, pool, look)
    if best.score + 2.5 * len(best.left) < 0.5 and not inside and not about_one and NAME not in part.only:
        return None  # not a word of it belongs to a table
    open_words = [w for w in best.left if w not in inside]
    alone = not look.texts or any(d.id in tabular for d in named)
    sure = (
        0.93
        if cued and known and (best.score > 1.0 or alone)
        else 0.86
        if alone and cued
        else 0.8
        if cued and not open_words
        else 0.7
        if cued
        else 0.5
    )
    if NAME in part.only or rule or about_one:
        sure = 0.95
    either = (
        bool(look.texts)
        and NAME not in part.only
        and not (cued and known and best.score > 2.5 and not rule)
        and rule is None
    )
    slots: dict[str, Json] = {
        "question": part.text,
        "text": text,
        "tables": [s.name for s in profiled(pool, f"{context} {text}", look)],
        "either": either,
        "rule": rule[1] if rule else "",
        "context": context,
        "goes_on": NAME in part.only
        or bool(
            part.before >= 0 and re.search(r"\b(?:their|its|those|these|them|they|that|it|of which)\b", part.text, re.I)
        ),
        "rivals": [sheet_title(a.sheet) for a in (best, *rivals)] if rivals else [],
        "provisional": "" if best.left else to_sql(best),
    }
    return Reading(NAME, sure, slots, part.text.rstrip("?"))


def _about_one(part: Part, best: Ask, pool: Sequence[Sheet], look: Look) -> bool:
    """ "…, and who made the sale?" after "what was our biggest order": one more column of the row just found."""
    if part.before < 0 or best.left or not re.match(r"\W*(?:and )?(?:who|which|what|when|where)\b", part.text, re.I):
        return False
    before = understand(part.context, pool, Facts(), look.embed, look.brief.now)[0]
    return before.limit == 1 and not before.left


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    s = reading.slots
    chosen_names = s["tables"]
    assert isinstance(chosen_names, list)
    pool = [x for x in sheets(look.tables) if x.name in chosen_names]
    titles = ", ".join(dict.fromkeys(x.title for x in pool))
    ids: dict[str, str] = {}
    text = f"{s['text']} {s['context']}"
    ids["profile"] = draft.add(
        f"Look at the columns of {titles}",
        "query_table",
        {"sql": profile_sql(pool, [w.stem for w in content(text)])},
        (),
        "analyst",
        "Which values there are decides what the words mean.",
    )
    needs = [ids["profile"]]
    if s["rule"]:
        question = f"What is {s['rule']}?" if not str(s["rule"]).startswith("what") else f"{s['rule']}?"
        ids["search"] = draft.add(
            f"Search your documents for: {s['rule']}",
            "search_memory",
            {"query": question, "k": 8, **_text_documents(look)},
            (),
            "researcher",
            "The rows are compared with what a document says.",
        )
        ids["rule"] = draft.add(
            "Read the rule's value",
            "",
            {"read": question},
            [ids["search"]],
            "analyst",
            "The number in the rule is needed for the query.",
        )
        needs.append(ids["rule"])
    before = given[-1] if given and given[-1].intent == NAME else None
    if before is not None:
        needs.append(before.steps["read"])
        s = {**s, "after": before.steps["read"]}
    provisional = str(s["provisional"]) or f'SELECT COUNT(*) FROM "{pool[0].name}"'
    ids["query"] = draft.add(
        "Query the table",
        "query_table",
        {"sql": provisional},
        needs,
        "analyst",
        "The answer is computed from the rows.",
    )
    if s["either"]:
        ids["search"] = draft.add(
            f"Search your documents for: {reading.understood}",
            "search_memory",
            {"query": part.text, "k": 8, **_text_documents(look)},
            (),
            "researcher",
            "The answer may stand in a text as well.",
        )
        ids["text"] = draft.add(
            "Read the passages found for the answer",
            "",
            {"read": part.text},
            [ids["search"]],
            "analyst",
            "Used if the tables do not fit.",
        )
    ids["read"] = draft.add(
        "Read the result",
        "",
        {"read": part.text},
        [v for k, v in ids.items() if k in ("query", "text")],
        "analyst",
        "What the numbers say to the question.",
    )
    return Planned(NAME, part.text, s, ids, f"${{{ids['read']}.value}}")


def _text_documents(look: Look) -> dict[str, Json]:
    texts = [d.id for d in look.texts]
    return {"documents": texts} if texts and len(texts) < len(look.brief.documents) else {}


def act(work: Work, name: str) -> Action | None:
    if name == "query":
        return _query(work)
    if name in ("rule", "text"):
        question = str(work.part.slots["rule"] if name == "rule" else work.part.slots["question"])
        passages = work.data("search").get("passages") or []
        found = read_passages.answer(question, passages, work.sense, work.texts(passages))
        text = answer_text(work, "search", passages, found)
        return Write(found.value or text, data={**as_data(found), "text": text})
    if name == "read":
        return _read(work)
    return None


def _query(work: Work) -> Action:
    if work.task.calls:
        return Done()
    ask = _asked(work)
    if isinstance(ask, str):
        return Write(ask, data={"problem": ask, "value": None})
    return CallTool("query_table", {"sql": to_sql(ask)})


def _asked(work: Work) -> Ask | str:
    """What is asked, now that the values are known; or, as a sentence, why it cannot be asked of these tables."""
    s = work.part.slots
    names = s["tables"]
    assert isinstance(names, list)
    pool = [x for x in sheets(work.task.memory.tables()) if x.name in names]
    known = facts(work.data("profile"))
    text = str(s["text"])
    if s["rule"]:
        value = work.data("rule").get("value")
        if not isinstance(value, int | float):
            return (
                f"I did not find a number for “{s['rule']}” in your documents, so the rows cannot be compared with it."
            )
        unit = str(work.data("rule").get("unit") or "")
        text = text.replace("¤", f"{value:.10g} {unit}" if unit.isupper() else f"{value:.10g}")
    asks = understand(text, pool, known, work.embed, work.task.now, str(s["context"]) if s["goes_on"] else "")
    if (
        asks[0].left and s["context"] and not s["goes_on"]
    ):  # "… and what was their average?": of the rows just asked for
        asks = understand(text, pool, known, work.embed, work.task.now, str(s["context"]))
    best = asks[0]
    if label := _label(work):
        best = about(best, label)
    if best.left:
        return problem(best, known)
    rival = next(
        (
            a
            for a in asks[1:]
            if not a.left and a.join is None and a.sheet.name != best.sheet.name and a.score > best.score - 0.05
        ),
        None,
    )
    if rival is not None:
        best.notes.append(f"read from {best.sheet.title}; {rival.sheet.title} could be meant as well")
    return best


def _label(work: Work) -> Any:
    """Which one the part before found ("which region sold the most" -> North), when this part goes on about it."""
    before = work.task.results.get(str(work.part.slots.get("after") or ""))
    return before["data"].get("label") if before else None


def _read(work: Work) -> Action:
    """The piece of the answer: the table's result, else what a text says, else why not."""
    query, text = work.ok("query"), work.data("text")
    problem_ = str(query["data"].get("problem") or "") if query else ""
    if query and not problem_:
        ask = _asked(work)
        assert isinstance(ask, Ask)
        data = query["data"]
        if not empty(data, ask):
            cite = work.cite("query", 0)
            if s := work.data("rule"):
                cite = f"{cite}\n\nThe rule: {s.get('text')}"
            out: dict[str, Json] = {
                "text": shown(ask, data, cite),
                "found": True,
                "value": value_of(data, ask),
                "label": label_of(data, ask),
                "sql": data.get("sql"),
            }
            if drawn := chart(ask, data):
                out["chart"] = drawn
            return Write(str(out["text"]), data=out)
        problem_ = f"No row of {ask.sheet.title} fits" + (f" ({described(ask.filters)})." if ask.filters else ".")
    if text.get("found"):
        return Write(str(text.get("text")), data={**text, "from": "text"})
    why = problem_ or "The query did not work out."
    return Write(why, data={"found": False, "value": None, "reason": why, "closest": str(text.get("text") or "")})


def empty(data: Any, ask: Ask) -> bool:
    rows = data.get("rows") or []
    if not rows:
        return True
    return ask.agg not in ("count", "distinct", "") and len(rows) == 1 and all(v is None or v == 0 for v in rows[0])


def write(work: Work) -> Piece:
    data = work.data("read")
    if not data:
        return work.failed() or Piece("The table could not be asked.", "not_answered", "The query was not reached.")
    if data.get("found"):
        kept: dict[str, Json] = {k: data[k] for k in ("chart", "sql") if data.get(k)}
        return Piece(str(data["text"]), data={**kept, "value": data.get("value")})
    why = str(data.get("reason"))
    closest = f"\n\n{data['closest']}" if data.get("closest") else ""
    return Piece(f"I cannot answer this from your tables. {why}{closest}", "not_answered", why)


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
