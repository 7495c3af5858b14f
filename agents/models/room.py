"""What goes into a prompt, and how much of it: parts share the room that the model's context leaves.

Text of others stands inside fences with a name that nobody can guess, so that a document cannot pretend to end its own.
That makes it plain to the model what is data; it is not what keeps the user safe (`graph/policy.py` is).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from agents.models.tokens import clip, estimate

PART = 3_000  # characters of one part of a long result


@dataclass(frozen=True)
class Part:
    title: str
    text: str
    share: int = 1  # of the room, when not everything fits, compared with the other parts
    data: bool = True  # text of others: fenced
    more: str = ""  # how to see the rest, when it is cut


def lay_out(parts: Sequence[Part], tokens: int) -> str:
    """The parts one after the other within `tokens`; those that need less than their share leave it to the others."""
    fence = f"data-{secrets.token_hex(6)}"
    parts = [p for p in parts if p.text.strip()]
    room = tokens - sum(estimate(p.title) + 24 for p in parts)
    need = [estimate(p.text) for p in parts]
    given = _shares(need, [p.share for p in parts], max(0, room))
    return "\n\n".join(_shown(p, g, n, fence) for p, g, n in zip(parts, given, need, strict=True))


def _shares(need: Sequence[int], share: Sequence[int], room: int) -> list[int]:
    if sum(need) <= room:
        return list(need)
    given, open_ = [0] * len(need), set(range(len(need)))
    while open_:
        unit = room / (sum(share[i] for i in open_) or 1)
        small = {i for i in open_ if need[i] <= unit * share[i]}
        for i in small:
            given[i] = need[i]
            room -= need[i]
        if not small:
            for i in open_:
                given[i] = int(unit * share[i])
            break
        open_ -= small
    return given


def _shown(part: Part, given: int, need: int, fence: str) -> str:
    text = part.text if need <= given else clip(part.text, given)
    if len(text) < len(part.text):
        text += f"\n… (cut: {len(part.text) - len(text):,} more characters{'; ' + part.more if part.more else ''})"
    if part.data:
        text = f"<{fence}>\n{text}\n</{fence}>"
    return f"## {part.title}\n{text}"


def part_of(text: str, number: int) -> str:
    """Part `number` (from 1) of a long text, with how many there are."""
    count = max(1, -(-len(text) // PART))
    number = min(max(1, number), count)
    return f"(part {number} of {count})\n{text[(number - 1) * PART : number * PART]}"


def parts_in(text: str) -> int:
    return max(1, -(-len(text) // PART))
