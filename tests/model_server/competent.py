"""A model double that is competent and fallible: it reads the goal, the tools and the results in its prompt and answers from
them, whatever their order. It is no language model: it knows a handful of ways to go about a goal.

    server.respond(Competent())        # server: a ModelServer

Fallible: its first draft of an answer adds a sentence of its own, and a figure that is not there, which only the check of
claims can find; told so, it leaves them out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.model_server.asked import Asked
from tests.model_server.replies import Decided, Reply, Said, Slow

_STOP = {
    "the",
    "and",
    "for",
    "what",
    "with",
    "that",
    "our",
    "this",
    "from",
    "does",
    "mean",
    "each",
    "find",
    "them",
    "than",
}
OWN = "Analysts expect this market to grow by 14% next year."


@dataclass
class Competent:
    pause: float = 0.0  # seconds between the pieces of a written answer

    def __call__(self, asked: Asked) -> Reply:
        prompt = Prompt(asked.text)
        if "You are the planner" in asked.text:
            return Decided(_plan(prompt), reasoning="First see what is there, then decide who does what.")
        if "Decide what comes next" in asked.text:
            return Decided(_next(prompt))
        if "Review the work below" in asked.text:
            return Decided({"word": "finish", "reason": "It answers the goal as far as the sources allow."})
        said = Said(_written(prompt), reasoning="The material has what is asked for. I put the most important first.")
        return Slow(said, self.pause) if self.pause else said


class Prompt:
    """The parts of a prompt by their titles."""

    def __init__(self, text: str) -> None:
        self.parts = {m[1].strip(): m[2].strip() for m in re.finditer(r"^## (.+)\n((?:(?!^## ).*\n?)*)", text, re.M)}
        self.role = m[1] if (m := re.search(r"You are the (\w+)\.", text)) else ""

    def part(self, title: str) -> str:
        found = next((v for k, v in self.parts.items() if k.startswith(title)), "")
        return re.sub(r"</?data-\w+>\n?", "", found)

    @property
    def goal(self) -> str:
        return self.part("Goal") or self.part("The goal")

    def tools(self, title: str = "Tools") -> dict[str, str]:
        """By name: the arguments as they are described."""
        return {m[1]: m[2] for m in re.finditer(r"^- (\w+)\((.*?)\)(?: \(| \[|:)", self.part(title), re.M)}

    def sources(self, title: str) -> list[tuple[str, str, str]]:
        """(id, where it is from, what it says) of every source in a part."""
        return re.findall(r"^\[([\w.]+)\] (.+?): (?!the same)(.+)$", self.part(title), re.M)

    def tables(self) -> list[tuple[str, list[tuple[str, str]]]]:
        lines = re.findall(r"^- (\w+) \(.*?rows\): (.+)$", self.part("The user's tables"), re.M)
        return [(name, [tuple(c.rsplit(" ", 1)) for c in columns.split(", ")]) for name, columns in lines]  # type: ignore[misc]


def _words(text: str) -> set[str]:
    return {w[:5] for w in re.findall(r"[a-z]{3,}", text.lower())} - {w[:5] for w in _STOP}


def _plan(p: Prompt) -> dict[str, Any]:
    tools, steps = p.tools(), list[dict[str, Any]]()

    def add(title: str, role: str, tool: str = "", needs: list[str] | None = None, **args: Any) -> str:
        steps.append(
            {"id": f"x{len(steps)}", "title": title, "role": role, "tool": tool, "args": args, "needs": needs or []}
        )
        return steps[-1]["id"]

    for url in re.findall(r"https?://[^\s,)]+[^\s,).?]", p.goal):
        add(f"Read {url}", "researcher", "fetch_page", url=url)
    for name, columns in p.tables():
        add(f"Ask the table {name}", "analyst", "query_table", sql=_sql(p.goal, name, columns))
    if p.part("The user's documents") and "search_memory" in tools and len(p.tables()) < _files(p):
        add("Search the documents", "researcher", "search_memory", query=re.sub(r"https?://\S+", "", p.goal)[:200])
    gathered = [s["id"] for s in steps]
    crm = [t for t in tools if "__" in t]
    if look := next((t for t in crm if "list" in t), ""):
        gathered.append(add("Look into the CRM", "researcher", look))
    wants = p.goal.lower()
    if re.search(r"compar|score|gap|categor", wants):
        gathered.append(add("Compare, sort and find the gaps", "analyst", needs=[*gathered]))
    if re.search(r"\b(?:draft a mail|mails?)\b", wants):
        gathered.append(add("Draft a mail to each", "writer", needs=[*gathered]))
    if any("update" in t for t in crm) and "crm" in wants:
        gathered.append(add("Bring the CRM up to date", "writer", needs=[*gathered]))
    if "report" in wants:
        gathered.append(add("Save the draft report", "writer", needs=[*gathered]))
    add("Write the answer", "writer", needs=gathered)
    return {"understood": f"The user wants: {p.goal[:150]}", "steps": steps}


def _files(p: Prompt) -> int:
    return len(re.findall(r"^- ", p.part("The user's documents"), re.M))


def _sql(goal: str, name: str, columns: list[tuple[str, str]]) -> str:
    numeric = next((c for c, kind in columns if re.search(r"int|double|decimal|number|float", kind, re.I) and _words(c) & _words(goal)), "") or next((c for c, kind in columns if re.search("int|double|decimal|float", kind, re.I)), "")  # fmt: skip
    if (m := re.search(r"more than (\d+)", goal)) and numeric:
        return f'SELECT * FROM {name} WHERE "{numeric}" > {m[1]} ORDER BY "{numeric}" DESC'
    text = next((c for c, kind in columns if re.search("varchar|text", kind, re.I)), "")
    if numeric and text:
        return f'SELECT "{text}", sum("{numeric}") AS "{numeric}" FROM {name} GROUP BY 1 ORDER BY 2 DESC'
    return f"SELECT * FROM {name} LIMIT 20"


def _next(p: Prompt) -> dict[str, Any]:
    step, tools, done = p.part("Step"), p.tools("Your tools"), p.part("Your tool calls in this step so far")
    found = p.sources("Results of earlier steps")
    if "You have used your tool calls" in "".join(p.parts.values()):
        return {"do": "finish", "text": "Done as far as the calls allowed."}
    if "CRM up to date" in step:
        every = re.findall(r'"id":\s*"(\w+)",\s*"name":\s*"([^"]+)"', p.part("Results of earlier steps"))
        wanted = [(i, n) for i, n in every if any(n in s for _, where, s in found if "__" not in where)] or every[:2]
        for id, name in wanted:
            for tool, args in (("update", {"id": id, "status": "contacted", "note": "Scored, mail drafted"}), ("task", {"company": id, "title": f"Call {name}", "due": "2027-01-11"})):  # fmt: skip
                full = next((t for t in tools if tool in t), "")
                if full and not re.search(rf'{full} .*"{id}"', done):
                    return {"do": "tool", "thinking": f"{name} comes next.", "tool": full, "args": args}
        return {"do": "finish", "text": f"The CRM is up to date for {', '.join(n for _, n in wanted)}."}
    if "Save the draft report" in step and "save_report" in tools and "save_report" not in done:
        text = "# Draft for review\n\n" + "\n".join(f"- {_best(s, p.goal)} [{i}]" for i, _, s in found[:6])
        return {"do": "tool", "thinking": "What was found is enough for a draft.", "tool": "save_report", "args": {"title": "Draft for review", "text": text}}  # fmt: skip
    lines = [f"{_best(said, p.goal)} [{id}]" for id, _, said in found[:6]]
    return {
        "do": "finish",
        "thinking": "I have what I need.",
        "text": "\n".join(f"- {x}" for x in lines) or "Nothing was found.",
    }


def _best(said: str, goal: str) -> str:
    """The sentence of a source that shares most words with the goal."""
    every = [s.strip() for s in re.split(r"(?<=[.!?])\s+|\n", said) if len(s.strip()) > 3] or [said]
    return max(every, key=lambda s: len(_words(s) & _words(goal))).rstrip(".")


def _written(p: Prompt) -> str:
    sources, told = p.sources("Material"), set[str]()
    lines = list[str]()
    for id, where, said in sources:
        best = _best(said, p.goal)
        if best not in told and len(lines) < 8:
            told.add(best)
            lines.append(f"{best} [{id}]." if ": " not in best else f"{where.split(' · ')[0]} says: {best} [{id}].")
    if not lines:
        return "Nothing was found about this.\nOUTCOME: not_answered: nothing was found"
    if not p.part("What was wrong with it"):
        lines.append(OWN)
    return "\n\n".join(lines) + "\nOUTCOME: answered"
