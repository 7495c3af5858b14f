"""Were the tools used that the goal cannot be done without? For plans of language models; the plan says which (`Sure`).

A model that does not remember what it was told to remember, and answers all the same, is sent back once with the reason;
then the built-in agent does what it can do with certainty. What can be neither is told as not done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.base import Claim, Verdict, made_by_model
from graph.edges import closing, may_replan
from graph.state import Answer, State
from graph.updates import CheckerUpdate
from tools.base import Document, Tool

COMPUTING = frozenset({"calculate", "convert_units", "date_math", "run_python", "query_table"})
_OTHERS = {**dict.fromkeys(COMPUTING - {"query_table"}, COMPUTING), "query_table": {"query_table", "run_python"}}
_SHEETS = ("csv", "tsv", "xlsx", "xls", "ods", "parquet", "jsonl", "ndjson", "json")


@dataclass(frozen=True)
class Missing:
    """A tool that the goal needs and the run never called. titles: of the steps that it is for."""

    tools: Sequence[str]
    titles: Sequence[str]

    @property
    def reason(self) -> str:
        what = " and ".join(f"“{t}” (the tool {n})" for t, n in zip(self.titles, self.tools, strict=True))
        return f"This goal needs {what}, and no step did that."


def missing(
    state: State, answer: Answer | None, tools: Mapping[str, Tool], documents: Sequence[Document]
) -> Missing | None:
    """What the finished answer was made without, and should not have been; None when nothing."""
    plan = state["plan"]
    if not answer or not made_by_model(plan):
        return None
    demanded = sure["tools"] if (sure := plan.get("sure")) else {}
    left = [n for n in demanded if n in tools and not _called(tools[n], state, tools)]
    left = [n for n in left if tools[n].risk != "read" or not _proved(n, answer, documents)]
    return Missing(left, [demanded[n] for n in left]) if left else None


def _called(tool: Tool, state: State, tools: Mapping[str, Tool]) -> bool:
    """Called, whatever came of it; or a tool of another app, which may do the same, and who could tell."""
    if {tool.name, *_OTHERS.get(tool.name, ())} & {*state["used"]}:
        return True
    foreign = [tools[n] for n in state["used"] if n in tools and tools[n].json_schema is not None]
    return any(tool.risk == "read" or f.risk != "read" for f in foreign)


def _proved(tool: str, answer: Answer, documents: Sequence[Document]) -> bool:
    """Does every sentence stand without this tool: reckoned from what is given, or read in a text?"""
    claims: Sequence[Claim] = answer["claims"]
    if not claims or any(c["support"] == "unsupported" for c in claims):
        return False
    if tool == "query_table":  # a row is no sum of the rows
        sheets = {d.id for d in documents if d.format in _SHEETS}
        return bool(answer["sources"]) and not any(s["document"] in sheets for s in answer["sources"])
    return tool in COMPUTING and any(c["support"] == "computed" for c in claims)


def sent_back(state: State, lacks: Missing | None, tools: Mapping[str, Tool]) -> tuple[Verdict | None, CheckerUpdate]:
    """The verdict on a run that lacks something, and what it changes in the state: back to the model once, then to the
    built-in agent. (None, {}) when neither may be: what was written once must not be written a second time."""
    if lacks is None or has_changed(state, tools) or closing(state) or not may_replan(state):
        return None, {}
    able = bool(sure["whole"]) if (sure := state["plan"].get("sure")) else False
    times, left = state.get("missed", 0), state["budgets"]["replans"] - state["replans"]
    again = times == 0 and (left > 1 or not able)
    if not again and not able:
        return None, {}
    by = state["plan"].get("by", "")
    why = f"{lacks.reason} {by} was told and still left it out." if times else f"{lacks.reason} {by} left it out."
    verdict = Verdict(word="replan", reason=lacks.reason if again else why, steps=[], question="", options=[])
    return verdict, {"missed": times + 1, "instead": "" if again else why}


def not_done(state: State, lacks: Missing | None, tools: Mapping[str, Tool]) -> str:
    """Why a model's answer cannot count as the whole one: it was made without what it needs, or a change did not happen."""
    if lacks or not made_by_model(state["plan"]):
        return lacks.reason if lacks else ""
    steps = [(s, state["results"].get(s["id"])) for s in state["plan"]["steps"] if _changes(s["tool"], tools)]
    for step, r in steps:
        if r and r["status"] != "ok":
            return f"“{step['title']}” was not done: {r['error'] or 'it was skipped.'}"
    failed = [n for n, status in state["used"].items() if status == "failed" and _changes(n, tools)]
    return f"The tool {failed[0]} was tried, and what it should do was not done." if failed else ""


def with_cause(state: State, reason: str, text: str) -> str:
    """A model's reason for not answering, with what went wrong with a tool: often only that tells what can be done.
    text: of the answer; what it tells itself is not told a second time."""
    if not made_by_model(state["plan"]):
        return reason
    ended = [(s, state["results"].get(s["id"])) for s in state["plan"]["steps"] if s["tool"]]
    failed = next(((s, r["error"]) for s, r in ended if r and r["status"] == "failed" and r["error"]), None)
    if failed is None or failed[1] in f"{reason}\n{text}":
        return reason
    return f"{reason.rstrip('. ')}. “{failed[0]['title']}” did not work out: {failed[1]}".removeprefix(". ")


def has_changed(state: State, tools: Mapping[str, Tool]) -> bool:
    """Has this run changed something?"""
    return any(status == "ok" and _changes(n, tools) for n, status in state["used"].items())


def _changes(tool: str, tools: Mapping[str, Tool]) -> bool:
    return tool in tools and tools[tool].risk != "read"
