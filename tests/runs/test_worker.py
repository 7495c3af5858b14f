"""The worker by itself: what the queue may call at the same time."""

from __future__ import annotations

import asyncio
from typing import Any

from runs.worker import Worker


def test_of_many_legs_of_a_run_one_is_at_work_at_a_time() -> None:
    """A leg that is woken when the one before it ends, while another one arrives at this very moment."""
    worker = object.__new__(Worker)  # of all its parts only the turns take part
    worker._turns = {}
    at_work, most, done = 0, 0, 0

    async def leg(run: str) -> bool:
        nonlocal at_work, most, done
        at_work += 1
        most = max(most, at_work)
        for _ in range(3):
            await asyncio.sleep(0)
        at_work -= 1
        done += 1
        return True

    worker._stored = leg  # type: ignore[method-assign]

    async def drive() -> None:
        legs: list[Any] = [asyncio.create_task(worker.execute("r1")) for _ in range(2)]
        while not legs[0].done():
            await asyncio.sleep(0)
        legs += [asyncio.create_task(worker.execute("r1")) for _ in range(2)]
        await asyncio.gather(*legs)

    asyncio.run(drive())
    assert (most, done) == (1, 4)
    assert worker._turns == {}, "no lock is left behind"
