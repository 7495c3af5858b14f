"""What a model turned out not to be able to do, remembered for a while: one odd reply must not make it small for ever.

A prompt that was too long lowers the context in proportion to its own size; a reply that took too long may be half as
long; a way of asking that failed is left for the one that served instead. All are tried again after a wait that doubles each time they fail again, and all is forgotten
once they have succeeded. Not kept across starts.
"""

from __future__ import annotations

import time
from typing import Literal

Mode = Literal["native", "tools", "text"]
MODES: tuple[Mode, ...] = ("native", "tools", "text")
SMALLEST_CONTEXT = 2_048
SHORTER = 0.75  # of the size that did not fit
AGAIN = 600.0  # seconds until what the server refused is tried again
AGAIN_UNTOLD = 3_600.0  # until what it only did badly is; finding out costs calls
LONGEST = 86_400.0
SHORTEST_REPLY = 256  # tokens
THINKING = (4_000, 16_000)  # tokens that a reply may have beside its own for a model that thinks before it answers


def now() -> float:
    return time.monotonic()


class _Wait:
    """Until when something is left alone."""

    def __init__(self) -> None:
        self._until = self._length = 0.0

    def over(self) -> bool:
        return now() >= self._until

    def begin(self, first: float) -> None:
        if self._length and not self.over():
            return  # a second call of the same time found the same
        self._length = min(max(first, self._length * 2), LONGEST)
        self._until = now() + self._length

    def forget(self) -> None:
        self._until = self._length = 0.0


class Learned:
    def __init__(self, context: int) -> None:
        """context: tokens of a prompt and its reply, as it was set or is known."""
        self._whole = self._fits = context
        self._mode: Mode = "native"  # the best that the model is hoped to do
        self._proven: set[Mode] = set()  # it has given a valid decision so
        self._shorter, self._otherwise, self._briefer = _Wait(), _Wait(), _Wait()
        self._reply = 0  # tokens of a reply that there was time for
        self.thinking = 0  # tokens of a reply that go into thoughts, for which its limit has to leave room

    def thinks_longer(self) -> bool:
        """A reply was at its limit before it said anything. False when more room has been given already, or there is none."""
        more = next((n for n in THINKING if n > self.thinking), 0)
        if not more or more > self.context // 2:
            more = self.context // 4 if not self.thinking and self.context >= 4 * SMALLEST_CONTEXT else 0
        self.thinking = more or self.thinking
        return bool(more)

    @property
    def context(self) -> int:
        return self._whole if self._shorter.over() else self._fits

    def in_time(self, most: int) -> int:
        """Of `most` tokens of a reply, as many as there is hope for within the time of a call."""
        return most if self._briefer.over() else min(most, self._reply)

    def too_slow(self, most: int) -> None:
        """A reply of at most `most` tokens took longer than a call may: half as many are asked for, for a while. A model
        on a small machine that rambles would otherwise never come to an end, at each goal anew."""
        self._briefer.begin(AGAIN)
        self._reply = max(SHORTEST_REPLY, most // 2)

    def too_long(self, size: int) -> bool:
        """A prompt of `size` tokens, its reply counted in, was too long. False when none that is shorter makes sense."""
        fits = int(min(size, self.context) * SHORTER)
        if fits < SMALLEST_CONTEXT:
            return False
        self._shorter.begin(AGAIN)
        self._fits = min(fits, self._whole)
        return True

    def fitted(self, size: int, reply: int) -> None:
        """A prompt and its reply had room, and the reply came in time. In tokens, as they were allowed for."""
        if reply > self._reply:
            self._briefer.forget()
        if size > self._fits:
            self._fits = self._whole
            self._shorter.forget()

    @property
    def mode(self) -> Mode:
        return MODES[0] if self._otherwise.over() else self._mode

    def proven(self, mode: Mode) -> bool:
        return mode in self._proven

    def served(self, mode: Mode) -> None:
        """A valid decision came in this mode, the first that was tried."""
        self._proven.add(mode)
        if mode == MODES[0]:
            self._otherwise.forget()

    def instead(self, mode: Mode, told: bool) -> None:
        """A better mode failed and this one has to do. told: the server said that it does not know the better one."""
        self._mode = mode
        self._otherwise.begin(AGAIN if told else AGAIN_UNTOLD)
