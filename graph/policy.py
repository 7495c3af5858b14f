"""Who may call what: deterministic, the same for every agent. No model is a security boundary.

`validate` refuses a plan before anything of it runs; `decide` is asked before every single tool call, also for a plan
that a person edited.

**Rules.** For each tool and role: allow, ask or deny. What an admin has not set follows from the tool's risk:

    ==========  ======  ===========================  ==========
    role        read    write                        external
    ==========  ======  ===========================  ==========
    viewer      allow   deny                         deny
    member      allow   allow (tainted: ask)         ask
    admin       allow   allow (tainted: ask)         ask
    ==========  ======  ===========================  ==========

**Taint.** Once untrusted content has entered a run, it stays tainted to its end: a tool that writes or leaves the
machine then needs a person's yes, whatever the plan, a model or an admin's "allow" says. What counts as untrusted
depends on who decides, and on nothing that the content says:

- For every agent: what came from outside (web pages, tools marked `external`, sources with trust "external").
- For an agent that is *suggestible* (every language model; an agent that does not say is taken for one): also the
  user's own documents, their names and tables, remembered facts, descriptions of tools that other programs wrote (MCP),
  earlier tainted turns, and the output of any tool that is not `pure`. An upload is often somebody else's text, and
  a fact may once have been taken from one.
- The built-in agent never follows instructions in content: its plans are made from the goal alone. So reading an
  upload does not taint its runs, and "remember …" or "save that as a report" go without an approval.

A tainted run may send out (fetch, search) only what the user typed, or an address that came from outside itself: so an
address made up of what was read in the user's documents waits for a person.

**Not covered:** what a read tool discloses to the agent (and to the provider of its model); an answer's text that
persuades a reader; a choice among addresses that all came from outside, which can carry a few bits; what an approved
call does once it was approved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from agents.base import Plan, Step
from agents.roles import RoleSpec, allowed
from text.addresses import bare
from tools.base import BadArguments, Json, Tool

Word = Literal["allow", "ask", "deny"]
UserRole = Literal["viewer", "member", "admin"]
ROLES: tuple[UserRole, ...] = ("viewer", "member", "admin")
REFERENCE = re.compile(r"\$\{(?P<step>\w+)\.(?P<path>[\w.]+)\}")
# With a scheme or without: "evil.example/x" is fetched as well, and its words may each be known while the whole is not.
_ADDRESS = re.compile(r"https?://\S+|\w[\w.-]*(?:\.\w+|:\d+)(?:[/?#:]\S*)?|\S+/\S+", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"[^\s<>\"'()\[\]{}|“”]+")


NOT_ALLOWED = "is not allowed for your role"


@dataclass(frozen=True)
class Rules:
    """One user's rules, as they stand now."""

    role: UserRole
    set: Mapping[str, Word]  # by tool, for this role: what an admin decided


@dataclass(frozen=True)
class Ruling:
    word: Word
    reason: str  # for people: "writes need a yes in a run that has read external content"


def decide(tool: Tool, *, tainted: bool, rules: Rules, sends: str) -> Ruling:
    """Nothing has a default here: what a caller forgot would be taken for allowed.

    sends: what the call would send off the machine that neither the user typed nor came from outside, else ""."""
    word = rules.set.get(tool.name) or default(tool, rules.role)
    if word == "deny":
        return Ruling("deny", f"{tool.name} {NOT_ALLOWED} ({rules.role}).")
    if tainted and tool.risk != "read":
        return Ruling("ask", "This run has read content that may carry instructions of others")
    if tainted and tool.external and sends:
        return Ruling(
            "ask", f"This run has read content of others, and this would send “{sends[:80]}” off this machine"
        )
    if word == "ask":
        given = "an admin asked for it" if tool.name in rules.set else "it leaves this machine or cannot be undone"
        return Ruling("ask", f"{tool.name} needs a yes every time: {given}")
    return Ruling("allow", "rule: allow")


def default(tool: Tool, role: UserRole) -> Word:
    """What follows from the risk where no admin has set anything."""
    if tool.risk == "read":
        return "allow"
    if role == "viewer":
        return "deny"
    return "ask" if tool.risk == "external" else "allow"


def unseen(args: Mapping[str, Json], said: Iterable[str], outside: Iterable[str]) -> str:
    """The first part of the arguments that the user did not type and that did not come from outside, or "".

    An address must stand there whole; of other text every word must.
    """
    known = "\n".join([*said, *outside])
    addresses = {bare(t) for t in _TOKEN.findall(known)}
    words = {w.casefold() for w in _WORD.findall(known)}
    for text in _strings(args):
        for address in _ADDRESS.findall(text):
            if bare(address) not in addresses:
                return address
        for word in _WORD.findall(_ADDRESS.sub(" ", text)):
            if word.casefold() not in words:
                return word
    return ""


def _strings(value: Json | Mapping[str, Json]) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [s for v in value for s in _strings(v)]
    if isinstance(value, Mapping):
        return [s for v in value.values() for s in _strings(v)]
    return []


def validate(
    plan: Plan,
    tools: Mapping[str, Tool],
    *,
    max_steps: int,
    known: Mapping[str, object],
    rules: Rules,
    roles: Mapping[str, RoleSpec],
) -> list[str]:
    """What is wrong with a plan, as sentences the planner can act on; [] when it may run.

    known: results of an earlier plan of this run, which the steps may need as well. roles: the specialists there are.
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
        faults += _role_faults(s, tools, roles)
        faults += _argument_faults(s["id"], s["tool"], s["args"], s["needs"], tools)
        if (
            s["tool"] in tools
            and (ruling := decide(tools[s["tool"]], tainted=False, rules=rules, sends="")).word == "deny"
        ):
            faults.append(f"Step {s['id']}: {ruling.reason}")
    if steps[-1]["tool"]:
        faults.append("The last step must write the answer, so it has no tool.")
    if cycle := _cycle({s["id"]: s["needs"] for s in steps}):
        faults.append(f"The steps wait for each other: {' → '.join(cycle)}.")
    return faults


def _role_faults(s: Step, tools: Mapping[str, Tool], roles: Mapping[str, RoleSpec]) -> list[str]:
    role = roles.get(s["role"])
    if role is None:
        return [f"Step {s['id']} is given to “{s['role']}”; there are only: {', '.join(roles)}."]
    if s["tool"] in tools and not allowed(role, s["tool"], roles):
        able = ", ".join(r.name for r in roles.values() if allowed(r, s["tool"], roles)) or "nobody"
        return [f"Step {s['id']}: the {role.name} may not use {s['tool']}; allowed is it to: {able}."]
    return []


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
