"""Runs that were accepted but never queued (killed in between), or were set aside after too many crashes: at every start."""

from __future__ import annotations

from graph.events import AT_WORK
from runs.engine import Engine
from runs.ledger import Ledger

_RUN = "Groundwork stopped unexpectedly again and again while it worked on this goal, so it was set aside."


def take_up(ledger: Ledger, engine: Engine) -> None:
    for run in ledger.with_status(*AT_WORK):
        leg = ledger.leg(run.id)
        if engine.set_aside(run.id, leg):
            ledger.end(run.id, "failed", None, _RUN, run.seconds)
        else:
            engine.enqueue_run(run.user, run.id, leg)
