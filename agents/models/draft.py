"""The stream of a written reply, taken apart while it comes: the answer, the model's reasoning, and its last line.

The last line says how far the goal is answered ("OUTCOME: partial: the fee was not found"); it is not part of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from agents.base import Outcome
from agents.reports import Reasoning, Report, TextPart

_OUTCOME = re.compile(
    r"^[\s*_#>`]*OUTCOME[*_`]*\s*[:=-]\s*[*_`]*\s*(answered|partial|not[ _]answered)\b[*_`]*[\s:.,;(–—-]*(.*?)\)?[\s*_`]*$",
    re.I | re.M,
)
_TAG = re.compile(r"</?(?:think|thinking|reasoning)>|\[/?THINK\]", re.I)
_HELD = 24  # characters at the end of a line or a tag begun that may still turn out not to be text


class Draft:
    def __init__(self, report: Callable[[Report], None]) -> None:
        self._report = report
        self._held, self._told, self._thinking = "", "", False

    def start(self) -> None:
        """Also for a further try: what was written before is thrown away."""
        self._held, self._told, self._thinking = "", "", False
        self._report(TextPart("", anew=True))

    def hear(self, text: str, reasoning: str) -> None:
        if reasoning:
            self._report(Reasoning(reasoning))
        self._held += text
        while tag := _TAG.search(self._held):
            closes = tag[0].startswith(("</", "[/"))
            if (
                closes and not self._thinking
            ):  # it began to think in its prompt: what was told as the answer was thought
                self._report(TextPart("", anew=True))
                self._report(Reasoning(self._told + self._held[: tag.start()]))
                self._told = ""
            else:
                self._tell(self._held[: tag.start()])
            self._held = self._held[tag.end() :]
            self._thinking = not closes
        if self._thinking:
            self._tell(self._held)
            self._held = ""
            return
        keep = _begun(self._held)
        self._tell(self._held[: len(self._held) - keep])
        self._held = self._held[len(self._held) - keep :]

    def end(self) -> None:
        """What was held back and turned out to be text after all."""
        self._tell(_OUTCOME.sub("", self._held))
        self._held = ""

    def _tell(self, text: str) -> None:
        if text:
            self._told += "" if self._thinking else text
            self._report(Reasoning(text) if self._thinking else TextPart(text))


def _begun(text: str) -> int:
    """How many characters at the end may be the start of a tag or of the outcome's line."""
    line = text[text.rfind("\n") + 1 :]
    bare = line.lstrip(" \t*_#>`").upper()
    if not bare or ("OUTCOME".startswith(bare[:7]) and len(bare) < 8) or bare.startswith("OUTCOME"):
        return len(line)
    angle = max(text.rfind("<"), text.rfind("["))
    return (
        len(text) - angle if angle >= 0 and len(text) - angle < _HELD and not re.search(r"[>\]]", text[angle:]) else 0
    )


def taken_apart(text: str) -> tuple[str, Outcome, str]:
    """(the answer, outcome, reason) of a whole reply; without the line it counts as answered."""
    found = [*_OUTCOME.finditer(text)]
    if not found:
        return text.strip(), "answered" if text.strip() else "not_answered", ""
    last = found[-1]
    outcome: Outcome = "answered"
    word = last[1].lower().replace(" ", "_")
    if word in ("partial", "not_answered"):
        outcome = "partial" if word == "partial" else "not_answered"
    why = "" if outcome == "answered" else last[2].strip() or "The model did not say what is missing."
    return _OUTCOME.sub("", text).strip(), outcome, why
