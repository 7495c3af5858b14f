"""`python -m runs fork` and `compare`: a run again from one of its steps, and beside the one that it was made of."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from graph.events import OPEN
from runs.compare import compare, unified
from runs.database import Database
from runs.errors import BadGoal, NotFound
from runs.ledger import Ledger
from runs.log import Log
from runs.record import record
from runs.settings import Settings
from tools.base import Json


def add_parsers(commands: Any) -> None:
    fork = commands.add_parser("fork", help="run a run again from one of its steps, as a run of its own")
    fork.add_argument("run")
    fork.add_argument("step", nargs="?", default="", help="without it: the steps there are")
    fork.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an argument of that step; VALUE as JSON or text",
    )
    beside = commands.add_parser("compare", help="show a fork beside the run that it was made of")
    beside.add_argument("run", help="the fork")


def changed(args: dict[str, Json], given: Sequence[str]) -> dict[str, Json] | None:
    """The step's arguments with what was given; None when nothing was. Raises BadGoal."""
    out = dict(args)
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise BadGoal(f"“{pair}” is not NAME=VALUE. Nothing was started.")
        try:
            out[name.strip()] = json.loads(value)
        except ValueError:
            out[name.strip()] = value
    return out if given else None


def steps_of(settings: Settings, args: argparse.Namespace) -> int:
    """Without a step: what there is to begin at."""
    from runs.forks import plan_of

    database = Database(settings.home / "groundwork.sqlite3", readonly=True)
    try:
        Ledger(database).run(args.user, args.run)
        for s in plan_of(Log(database).read(args.run))["steps"]:
            print(
                f"{s['id']}  {s['title']}  [{s['tool'] or 'no tool'}] {json.dumps(s['args'], ensure_ascii=False)[:300]}"
            )
    finally:
        database.close()
    return 0


def beside(settings: Settings, args: argparse.Namespace) -> int:
    database = Database(settings.home / "groundwork.sqlite3", readonly=True)
    try:
        ledger, log = Ledger(database), Log(database)
        fork = ledger.run(args.user, args.run)
        if not fork.parent:
            raise NotFound(f"Run {fork.id} was made of no other run, so there is nothing to compare it with.")
        first = ledger.run(args.user, fork.parent)
        found = compare(record(first, log.read(first.id)), record(fork, log.read(fork.id)))
    finally:
        database.close()
    print(json.dumps(asdict(found), ensure_ascii=False, indent=2) if args.json else unified(found))
    if fork.status in OPEN:
        print("groundwork: the second run has not ended yet.", file=sys.stderr)
    return 0
