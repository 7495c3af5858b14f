"""What a follow-up's search found in the very passages that the answer before was quoted from: it goes on there first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agents.base import Turn

_QUOTED = re.compile(r"“([^”]{12,})”")


def same_place(passages: Sequence[dict[str, Any]], turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Those of `passages` that the last turn's answer quotes; [] when it quotes none of them."""
    if not turns or turns[-1].outcome == "not_answered":
        return []
    quotes = [_flat(q) for q in _QUOTED.findall(turns[-1].answer)]
    return [p for p in passages if any(q in _flat(str(p["text"])) for q in quotes)]


def _flat(text: str) -> str:
    return " ".join(text.split())
