"""How many tokens a text has, about: a little too many rather than too few. No tokenizer: each model has its own.

`Scale` learns from what a model bills: when it counts more than was estimated, later estimates grow with it, and shrink
again when it does not.
"""

from __future__ import annotations

import re

_ASCII_WORD = re.compile(r"[A-Za-z]+")


def estimate(text: str) -> int:
    """English words count one token for four letters begun, digits two a token, every other sign one."""
    words = _ASCII_WORD.findall(text)
    in_words = sum(1 + (len(w) - 1) // 5 for w in words)
    rest = _ASCII_WORD.sub("", text)
    spaces = sum(c == " " for c in rest)
    digits = sum(c.isdigit() for c in rest)
    other = sum(1 if ord(c) < 0x250 else 2 for c in rest if c != " " and not c.isdigit())
    return in_words + (digits + 1) // 2 + other + spaces // 12


def clip(text: str, tokens: int) -> str:
    """The head of a text that fits, cut at white space; "" when nothing does."""
    if estimate(text) <= tokens:
        return text
    low, high = 0, min(len(text), max(0, tokens) * 8)
    while low < high:
        middle = (low + high + 1) // 2
        if estimate(text[:middle]) <= tokens:
            low = middle
        else:
            high = middle - 1
    head = text[:low]
    cut = max(head.rfind(" "), head.rfind("\n"))
    return head[:cut] if cut > low * 0.6 else head


class Scale:
    """Billed tokens for each estimated one, at least 1. Follows upwards at once, downwards by a tenth of the way."""

    def __init__(self) -> None:
        self.factor = 1.0

    def learn(self, estimated: int, billed: int) -> None:
        if estimated < 300:  # what a server adds to every prompt would pass for a factor
            return
        seen = min(max(1.0, billed / estimated), 10.0)
        self.factor = seen if seen > self.factor else self.factor - (self.factor - seen) / 10

    def of(self, estimated: int) -> int:
        return int(estimated * self.factor) + 8
