"""Who may call what: deterministic, the same for every agent. No model is a security boundary.

`validate` refuses a plan before anything of it runs; `decide` is asked before every single tool call. Taint: once
external content has entered a run, a tool that writes or leaves the machine needs a person's yes, whatever the plan or
a model says.

Not covered: what a read tool discloses to the agent itself, and text that a person copies out of an answer by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from agents.base import Plan
from tools.base import BadArguments, Json, Tool

Decision = Literal["allow", "ask"]
REFERENCE = re.compile(r"\$\{(?P<step>\w+)\.(?P<path>[\w.]+)\}")


def decide(tool: Tool, tainted: bool) -> Decision:
    return "ask" if tainted and tool.risk != "read" else "allow"


def validate(plan: Plan, tools: Mapping[str, Tool], max_steps: int, known: Mapping[str, object]) -> list[str]:
    """What is wrong with a plan, as sentences the planner can act on; [] when it may run.

    known: results of an earlier plan of this run, which the steps may need as well.
    """
    steps = plan["steps"]
    faults: list[str] = []
    if not steps:
        return ["The plan has no steps."]
    if len(steps) > max_steps:
        return [f"The plan has {len(steps)} steps; at most {max_steps} are allowed."]
    ids = [s["id"] for s in steps]
    if len(set(ids)) < len(ids):
        faults.append("Two steps have the same id.")
    for s in steps:
        faults += [
            f"Step {s['id']} needs {n}, which does not exist." for n in s["needs"] if n not in ids and n not in known
        ]
        faults += _argument_faults(s["id"], s["tool"], s["args"], s["needs"], tools)
    if steps[-1]["tool"]:
        faults.append("The last step must write the answer, so it has no tool.")
    if cycle := _cycle({s["id"]: s["needs"] for s in steps}):
        faults.append(f"The steps wait for each other: {' → '.join(cycle)}.")
    return faults


def references(value: Json) -> set[str]:
    """Ids of the steps that an argument refers to."""
    if isinstance(value, str):
        return {m["step"] for m in REFERENCE.finditer(value)}
    if isinstance(value, list):
        return set().union(*map(references, value))
    if isinstance(value, dict):
        return set().union(*map(references, value.values()))
    return set()


def _argument_faults(
    step: str, name: str, args: dict[str, Json], needs: list[str], tools: Mapping[str, Tool]
) -> list[str]:
    faults = [
        f"Step {step} uses the result of {r} without needing it." for r in sorted(references(args)) if r not in needs
    ]
    if not name:
        return faults
    if name not in tools:
        return [*faults, f"Step {step} uses the tool {name}, which does not exist or is not allowed here."]
    later = {k for k, v in args.items() if references(v)}
    try:
        tools[name].validate(args)
    except BadArguments as e:
        # A reference has its value only later, so its own type cannot be judged yet; everything else can.
        fields = {str(x["loc"][0]) for x in e.__cause__.errors()} if hasattr(e.__cause__, "errors") else {""}  # type: ignore[union-attr]
        if fields - later:
            faults.append(f"Step {step}: {e}")
    return faults


def _cycle(needs: Mapping[str, list[str]]) -> list[str]:
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done or node not in needs:
            return []
        for n in needs[node]:
            if found := walk(n, [*path, node]):
                return found
        done.add(node)
        return []

    for start in needs:
        if found := walk(start, []):
            return found
    return []
