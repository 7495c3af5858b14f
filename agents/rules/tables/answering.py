"""The second half of a table question, when the columns' values are known: what is asked, its query, what the result says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agents.base import Action, CallTool, Done, Write
from agents.rules import reading as read_passages
from agents.rules import say
from agents.rules.intents.document_question import answer_text, as_data
from agents.rules.priced.listed import stated_in_a_list
from agents.rules.shapes import Work
from agents.rules.tables.absent import absent
from agents.rules.tables.doubted import confirmed, doubted, unsure
from agents.rules.tables.limits import compared, limit_of, said_limit
from agents.rules.tables.naming import with_names
from agents.rules.tables.overlay import about, called_alike
from agents.rules.tables.profile import facts
from agents.rules.tables.ranking_people import people_of
from agents.rules.tables.rates import goes_by, is_column, of_its_year, rated, stated
from agents.rules.tables.rules import applied
from agents.rules.tables.schema import Ask, Facts, Sheet, sheets
from agents.rules.tables.show import chart, described, label_of, problem, shown, value_of
from agents.rules.tables.sql import to_sql
from agents.rules.tables.understand import understand
from tools.base import Json


def act(work: Work, name: str) -> Action | None:
    if name == "query":
        return _query(work)
    if name in ("rule", "text"):
        question = str(work.part.slots["rule"] if name == "rule" else work.part.slots["question"])
        passages = work.data("search").get("passages") or []
        found = read_passages.answer(question, passages, work.sense, work.texts(passages))
        if not found.found:
            found = stated_in_a_list(question, passages) or found
        text = answer_text(work, "search", passages, found)
        sentence = found.sentences[0].text if found.sentences else ""
        return Write(found.value or text, data={**as_data(found), "text": text, "sentence": sentence})
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
    pool = sheets([t for t in work.task.memory.tables() if t.name in names])
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
    if s.get("limit") or s.get("limit_said"):
        return _beyond(work, text, pool, known)
    if s.get("left_of"):
        return _left_of(work, text, pool, known)
    asks = understand(text, pool, known, work.embed, work.task.now, str(s["context"]) if s["goes_on"] else "")
    if (
        asks[0].left and s["context"] and not s["goes_on"]
    ):  # "… and what was their average?": of the rows just asked for
        asks = understand(text, pool, known, work.embed, work.task.now, str(s["context"]))
    best = asks[0]
    if best.left and s["goes_on"] and (rule := _data_before(work).get("rule")):  # more about the rows that a rule chose
        same = applied(str(s["context"]), asks[:4], [{"text": rule}], known, work.embed, work.task.now, True)
        if same is not None:
            return replace(same, rule=None)
    if (named := goes_by(text)) and best.agg in ("", "sum") and not is_column(named, best.sheet):
        passages = work.data("search").get("passages") or [] if s["either"] else []
        at_rate = rated(text, asks[:4], passages, known, work.embed, work.task.now)
        return at_rate or f"I did not find in your documents what “{named}” comes to for these rows."
    if (missing := absent(text, pool, known, work.embed, work.task.now)) is not None:
        return missing
    if label := _label(work):
        # "… and how many pitches does that field have": of what was found, but maybe of another table's rows.
        alone = understand(text, pool, known, work.embed, work.task.now)[0]
        named = any(called_alike(c, str(label["column"])) for c in alone.sheet.columns)
        own = named and alone.join is None and not alone.left and alone.agg in ("count", "sum", "avg")
        best = about(alone if own and alone.sheet is not best.sheet else best, label)
    alone = not (s["context"] or s["rule"] or s["goes_on"] or _label(work))  # a question that says all itself
    if best.left:
        passages = work.data("search").get("passages") or [] if s["either"] else []
        explicit = bool(s.get("applies"))
        ruled = applied(text, asks[:4], passages, known, work.embed, work.task.now, explicit) if passages else None
        ruled = ruled or (rated(text, asks[:4], passages, known, work.embed, work.task.now) if passages else None)
        if ruled is None and alone and confirmed(text, best, work.sense):
            return replace(best, left=[], unused=[*best.unused, *dict.fromkeys(best.left)])
        return ruled or problem(best, known, brief=bool(s["either"]))
    if alone and doubted(text, best, work.sense):
        return unsure(best, brief=bool(s["either"]))
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
    if s.get("who") and not (best.agg or best.group) and (person := people_of(best.sheet, known)) is not None:
        best.show = [person, *(c for c in best.show if c is not person)]
    return with_names(best, pool, known)


def _beyond(work: Work, text: str, pool: list[Sheet], known: Facts) -> Ask | str:
    """Rows compared with the number that an earlier part found; a number that was not found is compared with nothing."""
    s = work.part.slots
    found = work.task.results.get(str(s.get("limit") or ""))
    limit = said_limit(str(s["limit_said"])) if s.get("limit_said") else limit_of(found["data"] if found else {})
    if limit is None:
        return "The limit that these rows are compared with was not found, so nothing is counted."
    context = str(s["context"]) if s["goes_on"] else ""
    ask = compared(text, limit, pool, known, work.embed, work.task.now, context)[0]
    if limit.working and not any("work" in f.column.stems for f in ask.filters):
        return f"The limit is {limit.shown}; which days of the table's dates are working days is not known, so nothing is counted."  # fmt: skip
    return ask if not ask.left else problem(ask, known)


def _left_of(work: Work, text: str, pool: list[Sheet], known: Facts) -> Ask | str:
    """What was spent, taken from the amount that a text states."""
    noun = str(work.part.slots["left_of"])
    ask = understand(text, pool, known, work.embed, work.task.now)[0]
    found = stated(noun, work.data("search").get("passages") or [])
    if found is None:
        return f"I did not find one amount for the “{noun}” in your documents."
    if ask.left or ask.agg != "sum" or ask.group or ask.bucket:
        return problem(ask, known)
    if not of_its_year(ask, found[1], known):
        return f"The rows run over several years, and the “{noun}” in your documents does not say which it is of."
    ask.minuend, ask.rule = found[0], found[1:]
    return ask


def _label(work: Work) -> Any:
    """Which one the part before found ("which region sold the most" -> North), when this part goes on about it."""
    return _data_before(work).get("label")


def _data_before(work: Work) -> Mapping[str, Any]:
    before = work.task.results.get(str(work.part.slots.get("after") or ""))
    return before["data"] if before else {}


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
            if ask.rule:
                cite = f"{cite}\n\nThe rule: {say.quote(ask.rule[0])} {work.cite('search', ask.rule[1])}"
            out: dict[str, Json] = {
                "text": shown(ask, data, cite),
                "found": True,
                "value": value_of(data, ask),
                "label": label_of(data, ask)
                or _label(work)
                or {},  # "and who leads it, and how many hours …": the same
                "agg": "" if ask.group or ask.bucket or ask.share or ask.difference else ask.agg,
                "measured": ask.measure.name if ask.measure is not None else "",
                "rows": [ask.sheet.title, *(f.column.name for f in ask.filters)],
                "sql": data.get("sql"),
                "rule": ask.rule[0] if ask.rule else "",
            }
            if drawn := chart(ask, data):
                out["chart"] = drawn
            return Write(str(out["text"]), data=out)
        problem_ = f"No row of {ask.sheet.title} fits" + (f" ({described(ask.filters)})." if ask.filters else ".")
        if ask.filters and not ask.agg and all(f.op == "null" for f in ask.filters):  # "which have no phone number?"
            none = f"**None** — n{problem_[1:]} {work.cite('query', 0)}"
            return Write(none, data={"text": none, "found": True, "value": 0, "sql": data.get("sql")})
    if text.get("found"):
        return Write(str(text.get("text")), data={**text, "from": "text"})
    why = problem_ or "The query did not work out."
    return Write(why, data={"found": False, "value": None, "reason": why, "closest": str(text.get("text") or "")})


def empty(data: Any, ask: Ask) -> bool:
    rows = data.get("rows") or []
    if not rows:
        return True
    return ask.agg not in ("count", "distinct", "") and len(rows) == 1 and all(v is None or v == 0 for v in rows[0])
