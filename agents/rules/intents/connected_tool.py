"""A tool of another program (MCP) that the goal asks for: “use the time server to convert 14:00 London to Tokyo”.

Nothing is guessed. An argument gets a value only where the goal says it plainly (`plain_arguments`), and the tool is called
only when the goal holds nothing beside it: a word that would be left out may be the one that matters. Else the answer
says what the tool needs. The values stand in the step, on the card that waits for a yes, and in the answer.

Not covered: lists and objects as arguments; a tool that is meant without being named, unless its own name's words and
all its values are what the goal consists of.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from agents.rules import say
from agents.rules.plain_arguments import Filled, fill
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from agents.rules.words import STOP, join, stems, words
from tools.base import BadArguments, Json, Tool

NAME = "connected_tool"
EXAMPLES = (
    "Use the time server to convert 14:00 London to Tokyo",
    "ask the crm tool for all companies with status lead",
    "list the open issues through the github server",
    "fetch https://example.org/news with the fetch tool",
    "call create_task with title “Call Ann” and due 2026-03-02",
    "run the query SELECT count(*) FROM orders on the sqlite server",
)
_KINDS = r"(?:mcp[ ]?)?(?:server|app|tools?|connector|integration|mcp)"
_USED = r"(?:use|using|via|through|ask|call|run|with the help of)"
_COMMANDS = stems(
    "use using via through ask call run please get show tell give find look up check read open load page let know want need like help can could "
    "would server app tool mcp connector integration now currently right value argument parameter set result"
)
_CHANGES = re.compile(r"\b(?:not|never|without|except|no|\w+n['’]t|how many|how much)\b", re.I)
_NOT_IT = re.compile(r"\b(?:not|never|without|instead of|rather than|\w+n['’]t)(?:\s+\w+){0,3}\s*$", re.I)
CLOSE = 0.04  # nearer than this, two tools are meant as much as each other
LINES = 60  # of a result that the answer shows
LITERAL = 20_000  # characters of a text that is looked at as rows
LONGEST = 2_000  # characters of a text that it shows


@dataclass(frozen=True)
class _Fit:
    tool: str
    filled: Filled
    left: str  # what of the goal the call would leave out
    near: float

    @property
    def whole(self) -> bool:
        return not self.filled.missing and not self.left


def read(part: Part, look: Look) -> Reading | None:
    tools = {n: t for n, t in look.brief.tools.items() if t.json_schema is not None}
    if not tools and not look.brief.withheld:
        return None
    meant, rest, plainly = _named(part.text, [*tools, *look.brief.withheld], look)
    off = {n: look.brief.withheld[n] for n in meant if n in look.brief.withheld}
    able = {n: tools[n] for n in meant if n in tools}
    fits = sorted((_fit(n, t, rest, look) for n, t in (able or tools).items()), key=lambda f: (-f.whole, -f.near))
    # Of a server of which some tools are off: is it one of these that the goal's words name?
    called = [n for n in off if stems(n.partition("__")[2].replace("_", " ")) <= stems(rest)]
    if meant and (not able or (called and not fits[0].whole)):
        name = called[0] if called else next(iter(off))
        why = off[name]
        return Reading(
            NAME,
            0.99 if plainly else 0.89,
            {"off": f"{_shown(name)} cannot be used: {why}"},
            f"a tool that is off ({name})",
        )
    if not meant:
        return _unnamed(fits)
    best = fits[0]
    others = [f.tool for f in fits if f.whole == best.whole and best.near - f.near < CLOSE]
    if best.whole and len(others) == 1 and (best.near > 0 or len(fits) == 1):
        args: Json = {"tool": best.tool, "args": best.filled.args}
        return Reading(NAME, 0.99 if plainly else 0.93, cast("dict[str, Json]", args), _understood(best))
    slots: dict[str, Json] = {"needs": _needs(able[best.tool]), "found": best.filled.args, "left": best.left}
    slots |= {"tool": best.tool, "which": [*others] if len(others) > 1 else []}
    return Reading(NAME, 0.99 if plainly else 0.89, slots, f"{_shown(best.tool)}, without all that it needs")


def kept_together(parts: list[Part], look: Look) -> list[Part]:
    """ "Use the crm: update company … with status lead and note “…”" is one call: a part that begins with the name of an
    argument belongs to the part before it, when that one asks for the tool."""
    out: list[Part] = []
    for part in parts:
        reading = read(out[-1], look) if out else None
        tool = look.brief.tools.get(str(reading.slots.get("tool"))) if reading and reading.sure > 0.9 else None
        first = re.match(r"\w+", part.text)
        if tool and first and first[0].casefold() in {n.casefold() for n in _properties(tool)}:
            out[-1] = replace(out[-1], text=f"{out[-1].text.rstrip(' ,.;')} and {part.text}")
        else:
            out.append(part)
    return out if len(out) < len(parts) else parts


def _unnamed(fits: Sequence[_Fit]) -> Reading | None:
    """Below what wording makes certain, so that our own tools come first; a person still sees the call on the card."""
    whole = [f for f in fits if f.whole and f.filled.args and f.near > 0]
    if len(whole) != 1:
        return None
    return Reading(NAME, 0.85, {"tool": whole[0].tool, "args": whole[0].filled.args}, _understood(whole[0]))


def _named(text: str, names: Sequence[str], look: Look) -> tuple[list[str], str, bool]:
    """(the tools and servers that the text names, the text without that naming, whether it can mean nothing else)."""
    for n in names:
        own = n.partition("__")[2]
        spaced = re.sub(r"[_-]+", "[ _-]", own)
        said = rf"(?<!\w){re.escape(n)}(?!\w)" if own else ""
        said += rf"|(?<![\w-]){re.escape(own)}(?![\w-])" if re.search(r"[_-]", own) else ""
        said += rf"|(?<![\w-]){spaced}[ ](?:tool|server)\b|\btool[ ]{spaced}(?![\w-])" if own else ""
        if said and (m := re.search(said, text, re.I)) and not _NOT_IT.search(text[: m.start()]):
            return [n], _without(text, m), True
    for server in dict.fromkeys(n.partition("__")[0] for n in names):
        s = re.sub(r"\\?[_-]", "[ _-]", re.escape(server))
        said = rf"\b{s}(?:['’]s)?[ ]{_KINDS}\b|\bmcp[ ](?:server[ ]|tool[ ])?{s}(?![\w-])"
        said += rf"|\b{_USED}[ ](?:the[ ]|my[ ]|our[ ])?{s}\b(?=[ ](?:to|for|and|with)\b|[,:.?!]|$)"
        if (m := re.search(said, text, re.I)) and not _NOT_IT.search(text[: m.start()]):
            return [n for n in names if n.partition("__")[0] == server], _without(text, m), True
        # "in the crm": of a document as well, where one is called so, and nothing that wording alone decides.
        if any(re.search(rf"\b{s}\b", d.name.replace("_", " "), re.I) for d in look.brief.documents):
            continue
        said = rf"\b(?:in|from|on|into|to)[ ](?:the|my|our)[ ]{s}\b(?=\s*(?:[,:.?!]|$|(?:for|with|and|where|whose|that)\b))"
        if (m := re.search(said, text, re.I)) and not _NOT_IT.search(text[: m.start()]):
            return [n for n in names if n.partition("__")[0] == server], _without(text, m), False
    return [], text, False


def _without(text: str, m: re.Match[str]) -> str:
    before = re.sub(
        rf"\b(?:{_USED}|with|in|from|on|into|by)(?:[ ](?:the|my|our|its))?[ ]*$", " ", text[: m.start()], flags=re.I
    )
    return f"{before} {text[m.end() :]}"


def _fit(name: str, tool: Tool, rest: str, look: Look) -> _Fit:
    filled = fill(tool.schema(), rest, look.brief.now)
    if not filled.missing:
        try:
            tool.validate(filled.args)
        except BadArguments as e:
            filled = Filled(filled.args, [str(e)], filled.spans)
    own = name.partition("__")[2].replace("_", " ")
    about = _COMMANDS | stems(name.replace("_", " ")) | stems(" ".join(_properties(tool)).replace("_", " "))
    # What only reads may be asked for in its description's words; of what changes something they may be values.
    about |= stems(tool.description) if tool.risk == "read" else set()
    left = [
        m[0].strip(".,;:?!")
        for m in re.finditer(r"\S+", rest)
        if not any(start < m.end() and m.start() < end for start, end in filled.spans)
        and any(w.text.casefold() not in STOP and w.stem not in about for w in words(m[0]))
    ]
    # "not" and "how many" are no words of content, and the call would leave out what they say.
    outside = "".join(" " if any(a <= i < b for a, b in filled.spans) else c for i, c in enumerate(rest))
    left = [*(m[0] for m in _CHANGES.finditer(outside)), *left]
    wanted = stems(rest) - _COMMANDS - stems(" ".join(STOP))
    shared = len(stems(own) & stems(rest)) / len(stems(own)) + 0.1 * len(stems(tool.description) & wanted)
    a, b = look.embed([rest, f"{own}. {tool.description[:300]}"])
    return _Fit(name, filled, " ".join(left), shared + float(np.dot(a, b)) * 0.5 if shared else 0.0)


def _properties(tool: Tool) -> Mapping[str, Any]:
    found = tool.schema().get("properties")
    return found if isinstance(found, Mapping) else {}


def _needs(tool: Tool) -> list[Json]:
    """Each argument that must be given, with what its schema says of it."""
    required = tool.schema().get("required") or []
    out: list[Json] = []
    for n, about in _properties(tool).items():
        told = str(about.get("description") or about.get("type") or "") if isinstance(about, Mapping) else ""
        told = " ".join(told.split())[:120]
        out.append(f"`{n}`{'' if n in required else ' (optional)'}{f': {told}' if told else ''}")
    return out


def _shown(name: str) -> str:
    server, _, own = name.partition("__")
    return f"“{own}” of {server}" if own else f"“{server}”"


def _said(args: Any) -> str:
    return ", ".join(f"{k} = {v}" for k, v in args.items()) if isinstance(args, Mapping) else ""


def _understood(fit: _Fit) -> str:
    return f"{_shown(fit.tool)} with {_said(fit.filled.args) or 'no values'}"


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    args = reading.slots.get("args")
    if not isinstance(args, dict):
        return Planned(NAME, part.text, reading.slots, {})
    name = str(reading.slots["tool"])
    call = draft.add(
        f"Use {_shown(name)}",
        name,
        args,
        (),
        "researcher",
        "The goal asks for this tool; its values stand in the goal.",
    )
    return Planned(NAME, part.text, reading.slots, {"call": call})


def write(work: Work) -> Piece:
    slots = work.part.slots
    if off := slots.get("off"):
        return Piece(f"This could not be done: {off}", "not_answered", "What the goal names is off.")
    if "args" not in slots:
        return _asking(slots)
    if bad := work.failed():
        return bad
    found = work.ok("call")
    assert found is not None
    value, cited = found["data"].get("value"), work.cite("call", 0)
    with_ = f" (with {_said(slots['args'])})" if slots["args"] else ""
    head = f"{_shown(str(slots['tool']))} returned{with_}:"
    if isinstance(value, str):
        value = _listed(value)
    return Piece("\n\n".join([head, _rendered(value, found["text"], cited)]))


def _asking(slots: Mapping[str, Json]) -> Piece:
    name, needs, rivals = str(slots["tool"]), slots["needs"], slots["which"]
    if isinstance(rivals, list) and rivals:
        which = join([_shown(str(r)) for r in rivals], "or")
        return Piece(
            f"I cannot tell which tool is meant: {which}. Name one.",
            "not_answered",
            "Which tool is meant is not clear.",
        )
    lines = [f"I cannot use {_shown(name)} with what the goal says, and I guess no values."]
    if slots["found"]:
        lines.append(f"I can see {_said(slots['found'])}.")
    if slots["left"]:
        lines.append(f"I cannot tell what it should do with “{slots['left']}”.")
    if isinstance(needs, list) and needs:
        lines.append("Give me each value plainly, as in `name = value`, for:")
    listed = "\n".join(f"- {n}" for n in needs) if isinstance(needs, list) else ""
    return Piece(
        " ".join(lines) + (f"\n\n{listed}" if listed else ""),
        "not_answered",
        "The goal does not say plainly all that the tool needs.",
    )


def _listed(text: str) -> Any:
    """Rows that a server wrote as Python does, [{'region': 'North'}]; else the text itself."""
    if len(text) > LITERAL or not text.startswith("[{"):
        return text
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _rendered(value: Any, text: str, cited: str) -> str:
    """A list of objects as a table, an object as lines, anything else as it came; all with the source."""
    if isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
        columns = list(dict.fromkeys(k for v in value for k in v))[:8]
        rows = [[_plain(v.get(c)) for c in columns] for v in value[:LINES]]
        rows[-1][-1] = f"{'' if rows[-1][-1] is None else rows[-1][-1]} {cited}"
        more = f"\n\n{LINES} of {len(value)} rows are shown." if len(value) > LINES else ""
        return say.table(columns, rows) + more
    if isinstance(value, Mapping) and value:
        return "\n".join(f"- {k}: {v} {cited}" for k, v in list(_flat(value))[:LINES])
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"
    return "\n".join(f"> {line} {cited}" if line.strip() else ">" for line in shown.splitlines())


def _flat(value: Mapping[str, Any], at: str = "") -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for k, v in value.items():
        out += _flat(v, f"{at}{k} ") if isinstance(v, Mapping) else [(f"{at}{k}", _plain(v))]
    return out


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | bool) else value


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
