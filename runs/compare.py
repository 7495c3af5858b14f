"""Two runs side by side: what differs in their plans, in what each step produced, and in their answers. Pure."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["same", "changed", "gone", "new"]
Part = tuple[bool, str]  # (does it differ from the other side?, text)
_WORD = re.compile(r"\s+|\d[\d.,]*\d|\w+|[^\w\s]")  # a number is one word
_LONGEST = 20_000  # characters compared word by word; what is longer only line by line


@dataclass(frozen=True)
class Row:
    """A line of a text, on both sides; () where a side has none."""

    kind: Kind
    left: Sequence[Part]
    right: Sequence[Part]


@dataclass(frozen=True)
class StepPair:
    id: str
    kind: Kind
    left: Mapping[str, Any] | None  # of `runs.record`
    right: Mapping[str, Any] | None
    input: Sequence[Row]  # title, tool, arguments and needs, a line each
    output: Sequence[Row]


@dataclass(frozen=True)
class Comparison:
    steps: Sequence[StepPair]
    answer: Sequence[Row]
    facts: Sequence[tuple[str, str, str]]  # (what, left, right): outcome, seconds, tool calls


def compare(left: Mapping[str, Any], right: Mapping[str, Any]) -> Comparison:
    """left, right: records of runs, see `runs.record.record`."""
    a, b = ({s["id"]: s for s in side["steps"]} for side in (left, right))
    order = [*b, *(i for i in a if i not in b)]
    pairs = [_pair(i, a.get(i), b.get(i)) for i in order]
    facts = [
        ("outcome", _outcome(left), _outcome(right)),
        ("worked for", f"{left['seconds']:.1f} s", f"{right['seconds']:.1f} s"),
        ("steps done", str(_done(left)), str(_done(right))),
    ]
    return Comparison(pairs, rows(_plain(left["answer"]), _plain(right["answer"])), facts)


def _pair(id: str, a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> StepPair:
    said, made = rows(_input(a), _input(b)), rows(_output(a), _output(b))
    if a is None or b is None:
        return StepPair(id, "new" if a is None else "gone", a, b, said, made)
    same = all(r.kind == "same" for r in (*said, *made))
    return StepPair(id, "same" if same else "changed", a, b, said, made)


def _input(step: Mapping[str, Any] | None) -> str:
    if step is None:
        return ""
    # What a step without a tool was given is the agent's own note to itself.
    given = step["args"].items() if step["tool"] else ()
    args = [f"{k}: {v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)}" for k, v in given]
    after = [f"after {', '.join(step['needs'])}"] if step["needs"] else []
    return "\n".join([step["title"], f"uses {step['tool']}" if step["tool"] else "writes", *args, *after])


def _output(step: Mapping[str, Any] | None) -> str:
    return "" if step is None else _plain(str(step["output"])) or f"({step['status']})"


def _plain(answer: str) -> str:
    """Without the marks of bold type."""
    return answer.replace("**", "")


def _outcome(side: Mapping[str, Any]) -> str:
    word = str(side["outcome"] or side["status"]).replace("_", " ")
    return f"{word}: {side['reason']}" if side["reason"] else word


def _done(side: Mapping[str, Any]) -> int:
    return sum(s["status"] == "ok" and s["attempts"] > 0 for s in side["steps"])


def rows(left: str, right: str) -> list[Row]:
    """Line by line, and within changed lines word by word."""
    a, b = left.splitlines(), right.splitlines()
    out = list[Row]()
    for word, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if word == "equal":
            out += [Row("same", [(False, x)], [(False, x)]) for x in a[i:j]]
            continue
        for n in range(max(j - i, m - k)):
            x, y = (a[i + n] if i + n < j else None), (b[k + n] if k + n < m else None)
            out.append(_row(x, y))
    return out


def _row(x: str | None, y: str | None) -> Row:
    if x is None or y is None:
        return Row("new", (), [(True, y or "")]) if x is None else Row("gone", [(True, x)], ())
    if len(x) + len(y) > _LONGEST:
        return Row("changed", [(True, x)], [(True, y)])
    a, b = _WORD.findall(x), _WORD.findall(y)
    left, right = list[Part](), list[Part]()
    for word, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        left += [(word != "equal", "".join(a[i:j]))] if j > i else []
        right += [(word != "equal", "".join(b[k:m]))] if m > k else []
    return Row("changed", left, right)


def unified(found: Comparison) -> str:
    """The same as text, for a terminal."""
    out = [f"{what}: {a}  →  {b}" for what, a, b in found.facts]
    for p in found.steps:
        out.append(f"\n{p.id} [{p.kind}] {(p.right or p.left or {}).get('title', '')}")
        if p.kind != "same":
            out += _lines([*p.input, *p.output])
    return "\n".join([*out, "\nanswer", *_lines(found.answer)])


def _lines(found: Sequence[Row]) -> list[str]:
    out = []
    for r in found:
        left, right = ("".join(t for _, t in side) for side in (r.left, r.right))
        if r.kind == "same":
            out.append(f"    {left}")
        else:
            out += [f"  - {left}"] if r.left else []
            out += [f"  + {right}"] if r.right else []
    return out
