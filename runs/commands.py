"""The commands of `python -m runs` about control: approvals.

They write to the database beside a running Groundwork, which sees it within seconds; without one, the next start does.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from runs.approvals import Approvals
from runs.database import Database
from runs.errors import GroundworkError
from runs.settings import Settings


def approvals(settings: Settings, args: argparse.Namespace) -> int:
    with opened(settings) as database:
        desk = Approvals(database, settings.approval_days)
        if args.word == "list":
            return _list(desk, args)
        if not args.approval:
            raise GroundworkError(f"Which one? python -m runs approvals {args.word} ID; `approvals list` names them.")
        if args.word == "approve":
            done = desk.decide(args.user, args.approval, "approved", for_run=args.for_run)
        else:
            done = desk.decide(args.user, args.approval, "rejected", reason=args.reason.strip())
    print(
        f"{done.state}: {done.tool}. The run goes on in the Groundwork that is open on this home, or at its next start."
    )
    return 0


def _list(desk: Approvals, args: argparse.Namespace) -> int:
    waiting = desk.waiting(args.user)
    if args.json:
        print(json.dumps([asdict(a) for a in waiting], ensure_ascii=False, indent=2))
        return 0
    for a in waiting:
        shown = json.dumps(dict(a.args), ensure_ascii=False)
        print(f"{a.id}  {a.asked[:19]}  {a.tool} {shown[:300]}\n    {a.why}\n    goal: {' '.join(a.goal.split())[:90]}")
    if not waiting:
        print("Nothing waits for your approval.", file=sys.stderr)
    return 0


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The home's database; GroundworkError when there is none yet."""
    path = settings.home / "groundwork.sqlite3"
    if not path.exists():
        raise GroundworkError(f"There is no Groundwork in {settings.home} yet. Nothing was changed.")
    database = Database(path)
    try:
        yield database
    finally:
        database.close()
