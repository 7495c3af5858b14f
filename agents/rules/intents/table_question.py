"""Questions to tables: two queries, because planning reads nothing. The first shows which values the columns hold, the
second answers, decided when the first is there. A word that fits no column and no value is reported, never ignored; where
an upload's text could answer as well, it is read in parallel and used if the tables do not fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.rules.documents import chosen
from agents.rules.followup import OF_ONES
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.tables.absent import says_absent
from agents.rules.tables.answering import act
from agents.rules.tables.choose import by_file, in_rows, narrowed, profiled, rule_of, sheet_title
from agents.rules.tables.limit_wording import HOLE, goes_on, unresolved, with_hole
from agents.rules.tables.profile import profile_sql
from agents.rules.tables.ranking_wording import ranked
from agents.rules.tables.rates import goes_by, is_rate_alone, left_of, states_no_rate, with_rate
from agents.rules.tables.rows import called
from agents.rules.tables.rules import asks_for_rows
from agents.rules.tables.schema import Ask, Facts, Sheet, sheets
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
    if is_rate_alone(part.text):
        return None
    part = replace(
        part,
        text=with_rate(_PURPOSE.sub("", part.text).strip() or part.text, look.brief.goal),
    )
    everything = sheets(look.tables)
    part = replace(part, text=ranked(part.text, [c for s in everything for c in s.columns]))
    if look.texts and states_no_rate(part.text, [c for s in everything for c in s.columns]):
        return None
    named = chosen(part.text, look)
    tabular = {t.document for t in look.tables}
    rule = rule_of(part.text, everything, look)
    beyond = with_hole(part.text, [c for s in everything for c in s.columns]) if part.before >= 0 or part.value else ""
    rows_before = goes_on(part)
    if beyond or rows_before:
        return _limited(part, beyond, rows_before, everything, look)
    applies = rule is None and asks_for_rows(part.text, everything, look, named)
    if (
        named
        and not applies
        and not any(d.id in tabular for d in named)
        and rule is None
        and {d.id for d in named} != set(look.brief.attached)
    ):
        return None  # the goal names a text
    missing = says_absent(part.text, everything)
    pool = narrowed(everything, look, [d.id for d in by_file(part.text, named) if d.id in tabular and not missing])
    rest = left_of(part.text, [c for s in everything for c in s.columns]) if look.texts and rule is None else None
    text = rule[0] if rule else rest[0] if rest else part.text
    only = NAME in part.only or _of_rows_before(part, look)
    context = part.context if only or (part.before >= 0 and part.context) else ""
    asks = understand(text, pool, Facts(), look.embed, look.brief.now, context if only else "")
    best = asks[0]
    on = only or bool(part.before >= 0 and _OF_BEFORE.search(part.text))
    rivals = [
        a
        for a in asks[1:]
        if not on  # what it goes on from says which table
        and a.join is None
        and not a.left
        and not best.left
        and a.score > best.score - 0.05
        and best.score > 1
    ]
    about_one = _about_one(part, best, pool, look)
    if best.score + 2.5 * len(best.left) < 0.5 and not in_rows(best.left, look) and not about_one and not only:
        return None  # not a word of it belongs to a table
    grouped = bool(_EACH.search(part.text)) and best.agg != "" and best.score + 2.5 * len(best.left) > 0.5
    sure = _sureness(best, look, not look.texts or any(d.id in tabular for d in named), _lists_rows(part.text, best), grouped)  # fmt: skip
    if only or rule or about_one or applies or rest or missing:
        sure = 0.95
    clear = only or rule is not None or (_cued(best) and not best.left and best.score > 2.5)
    either = (
        bool(look.texts)
        and not unresolved(part.text, ())
        and (rest is not None or bool(goes_by(part.text)) or not clear)
    )
    slots: dict[str, Json] = {
        "question": part.text,
        "text": text,
        "tables": [s.name for s in profiled(pool, f"{context} {text}", look)],
        "either": either,
        "rule": rule[1] if rule else "",
        "context": context,
        "applies": applies,
        "left_of": rest[1] if rest else "",
        "goes_on": on,
        "rivals": [sheet_title(a.sheet) for a in (best, *rivals)] if rivals else [],
        "provisional": "" if best.left else to_sql(best),
    }
    return Reading(NAME, sure, slots, part.text.rstrip("?"))


def _limited(part: Part, beyond: str, same: bool, pool: Sequence[Sheet], look: Look) -> Reading | None:
    """Rows beyond a number that an earlier part found, or more about these rows. What the number is, is not known yet."""
    text = beyond or part.text
    tried = text.replace(HOLE, "7")  # any number: only whether a table has what is asked is seen here
    context = part.context.replace(HOLE, "7") if same else ""
    best = understand(tried, pool, Facts(), look.embed, look.brief.now, context)[0]
    if beyond and not same and best.score + 2.5 * len(best.left) < 0.5:
        return None
    slots: dict[str, Json] = {"question": part.text, "text": text, "context": part.context if same else ""}
    slots |= {"tables": [s.name for s in profiled(pool, f"{context} {tried}", look)], "goes_on": same}
    slots |= {"either": False, "rule": "", "applies": False, "left_of": "", "rivals": [], "provisional": ""}
    if beyond:
        slots |= {"limit_said": part.value} if part.before < 0 else {"limit": True}
    return Reading(NAME, 0.95, slots, part.text.rstrip("?"))


def _cued(best: Ask) -> bool:
    return bool(best.agg or best.group or best.bucket or best.limit or best.share or best.filters or best.difference)


def _lists_rows(text: str, best: Ask) -> bool:
    """ "Which payments were for fuel", of a table of payments."""
    m = re.match(r"\W*(?:and |so |please )?(?:which|list|show(?: me)?|name|give me)\b", text, re.I)
    return m is not None and any(called(w.stem, best.sheet) for w in content(text[m.end() :])[:1])


_EACH = re.compile(r"\b(?:for|of|in|by) (?:each|every)\b|\bper (?!cent)\w|\b(?:grouped|broken down|split) by\b", re.I)


def _sureness(best: Ask, look: Look, alone: bool, listed: bool, grouped: bool) -> float:
    """How much of the wording a table accounts for. alone: there is no text that it could be about instead; listed: rows
    are asked for by name; grouped: a number for each of something, which texts seldom hold."""
    inside = in_rows(best.left, look)
    known = all(w in inside for w in best.left)
    if not _cued(best) and not (listed and (alone or known)):
        return 0.5
    if not best.left and (best.score > 1.0 or alone):
        return 0.93
    return 0.86 if alone or grouped else 0.8 if known else 0.7


_OF_BEFORE = re.compile(r"\b(?:their|its|those|these|them|they|that|it|of which)\b", re.I)
_OF_THEM = re.compile(r"\b(?:(?:of|among) (?:it|that|this|them|those|these|which)|those|these|them|they|their)\b", re.I)


def _of_rows_before(part: Part, look: Look) -> bool:
    """ "Which supplier got the most of it?" after a turn that a table answered: of the same rows."""
    if part.before >= 0 or not part.context or not look.brief.turns:
        return False
    if not (_OF_THEM.search(part.text) or OF_ONES.match(part.text)):
        return False
    return any(r["data"].get("sql") and r["data"].get("found") for r in look.brief.turns[-1].results)


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
    before = given[-1] if given and given[-1].intent == NAME else None
    s = _with_limit(s, given)
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
    if limit := str(s.get("limit") or ""):
        needs.append(limit)
    if before is not None:
        needs.append(before.steps["read"])
        s = {**s, "after": before.steps["read"]}
    if s["either"]:  # before the query: what a text rules may be what decides which rows are meant
        ids["search"] = draft.add(
            f"Search your documents for: {reading.understood}",
            "search_memory",
            {"query": part.text, "k": 8, **_text_documents(look)},
            (),
            "researcher",
            "The answer, or a rule for the rows, may stand in a text.",
        )
        needs.append(ids["search"])
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


def _with_limit(s: Mapping[str, Json], given: Sequence[Planned]) -> Mapping[str, Json]:
    """The slots with the step that finds the limit; of a part that goes on, with all that the parts before asked."""
    before = given[-1] if given and given[-1].intent == NAME else None
    out = dict(s)
    held = {k: before.slots[k] for k in ("limit", "limit_said") if before and before.slots.get(k)}
    if before and s["goes_on"] and held:
        earlier = [str(before.slots["context"])] if before.slots["goes_on"] else []
        out["context"] = "\n".join([*filter(None, earlier), str(before.slots["text"])])
    if s.get("limit") is True:
        out["limit"] = given[-1].value.removeprefix("${").split(".")[0] if given else ""
    if held and (s.get("limit") is True or s["goes_on"]):
        out |= held  # "above that limit" again: the same one
    return out


def _text_documents(look: Look) -> dict[str, Json]:
    texts = [d.id for d in look.texts]
    return {"documents": texts} if texts and len(texts) < len(look.brief.documents) else {}


def write(work: Work) -> Piece:
    data = work.data("read")
    if not data:
        return work.failed() or Piece("The table could not be asked.", "not_answered", "The query was not reached.")
    if data.get("found"):
        kept: dict[str, Json] = {k: data[k] for k in ("chart", "sql") if data.get(k)}
        return Piece(str(data["text"]), data={**kept, "value": data.get("value")})
    why = str(data.get("reason"))
    if closest := str(data.get("closest") or ""):  # the texts were read too: one short sentence of the tables after it
        return Piece(f"{closest}\n\nI looked in your tables as well: {why}", "not_answered", why)
    return Piece(f"I cannot answer this from your tables. {why}", "not_answered", why)


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
