"""The specialists: one Markdown file each, with a head that says what it may do. A file added here, or to the folder
`roles` of the home, is a new specialist.

    +++
    about = "what it is for, for the planner"
    tools = ["search_memory", "web_*"]    # names or patterns
    others = true                         # also tools that no role names: those of other programs (MCP)
    output = "what its result looks like"
    calls = 6                             # tool calls in one step
    tokens = 1200                         # of one reply
    model = "openai:gpt-5-mini"           # its own, where the Settings page and the environment name none for it
    +++
    The prompt.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path


class BadRole(ValueError):
    """A role's file cannot be used. Read by users."""


@dataclass(frozen=True)
class RoleSpec:
    name: str
    about: str
    tools: tuple[str, ...]
    others: bool
    output: str
    calls: int
    tokens: int
    prompt: str
    model: str = ""

    def allows(self, tool: str, named: Iterable[str]) -> bool:
        """named: the patterns of all roles together."""
        if any(fnmatchcase(tool, p) for p in self.tools):
            return True
        return self.others and not any(fnmatchcase(tool, p) for p in named)


def allowed(role: RoleSpec, tool: str, roles: Mapping[str, RoleSpec]) -> bool:
    return role.allows(tool, [p for r in roles.values() for p in r.tools])


@cache
def built_in_roles() -> Mapping[str, RoleSpec]:
    return load_roles(Path(__file__).parent)


def load_roles(folder: Path) -> dict[str, RoleSpec]:
    """Roles by name. Raises BadRole."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.md"))}


def usable_roles(folder: Path) -> tuple[dict[str, RoleSpec], list[str]]:
    """The roles that can be read, and why the others cannot: one bad file costs nobody the good ones."""
    found, faults = dict[str, RoleSpec](), list[str]()
    for path in sorted(folder.glob("*.md")):
        try:
            found[path.stem] = _read(path)
        except BadRole as e:
            faults.append(str(e))
    return found, faults


def _read(path: Path) -> RoleSpec:
    try:
        _, head, prompt = path.read_text(encoding="utf-8").split("+++", 2)
        told = tomllib.loads(head)
        if not isinstance(told.get("tools", []), list):
            raise TypeError("tools must be a list of names")
        role = RoleSpec(
            name=path.stem,
            about=str(told.get("about", "")),
            tools=tuple(str(t) for t in told.get("tools", [])),
            others=bool(told.get("others", False)),
            output=str(told.get("output", "a short text")),
            calls=int(told.get("calls", 6)),
            tokens=int(told.get("tokens", 1200)),
            prompt=prompt.strip(),
            model=str(told.get("model", "")),
        )
    except (OSError, ValueError, TypeError) as e:
        raise BadRole(f"The role in {path.name} cannot be read ({e}). It needs a head between +++ lines.") from e
    if role.name == "planner":
        raise BadRole("The role in planner.md needs another name: the planner is no specialist.")
    if not role.name.isidentifier() or not role.prompt or role.calls < 0 or role.tokens < 64:
        raise BadRole(
            f"The role in {path.name} needs a plain name, a prompt, calls of 0 or more, tokens of 64 or more."
        )
    return role
