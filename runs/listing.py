"""`python -m runs list`: runs, or conversations, with what language models used for each. Reads the database; opens nothing."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from runs.database import Database
from runs.ledger import Ledger
from runs.settings import Settings
from runs.spending import Spent, by_run, in_thread


def show(settings: Settings, args: argparse.Namespace) -> int:
    path = settings.home / "groundwork.sqlite3"
    rows = _rows(path, args) if path.exists() else []
    if args.json:
        print(json.dumps([row for row, _ in rows], ensure_ascii=False, indent=2))
    else:
        for _, text in rows:
            print(text)
        if not rows:
            print('No runs yet. Try: python -m runs ask "What is 17.5% of 2,340?"', file=sys.stderr)
    return 0


def _rows(path: Path, args: argparse.Namespace) -> list[tuple[dict[str, Any], str]]:
    """Each as JSON and as a line."""
    database = Database(path, readonly=True)
    try:
        return _threads(database, args) if args.threads else _runs(database, args)
    finally:
        database.close()


def _runs(database: Database, args: argparse.Namespace) -> list[tuple[dict[str, Any], str]]:
    runs = Ledger(database).runs(args.user, "", args.limit, "")
    spent = by_run(database, args.user, [r.id for r in runs])
    out = []
    for r in runs:
        kept = {k: getattr(r, k) for k in ("thread", "goal", "status", "outcome", "created", "seconds")}
        used = spent.get(r.id, Spent())
        line = f"{r.id}  {r.created[:19]}  {r.status:9}  {r.outcome:12}  {_head(r.goal)}"
        out.append(({"run_id": r.id, **kept, **_cost(used)}, line + _said(used)))
    return out


def _threads(database: Database, args: argparse.Namespace) -> list[tuple[dict[str, Any], str]]:
    out = []
    for t in reversed(Ledger(database).threads(args.user, args.limit)):
        used = in_thread(database, args.user, t.id)
        kept = {k: getattr(t, k) for k in ("title", "runs", "created", "updated")}
        line = f"{t.id}  {t.updated[:19]}  {t.runs:4} goals  {_head(t.title)}"
        out.append(({"thread_id": t.id, **kept, **_cost(used)}, line + _said(used)))
    return out


def _cost(used: Spent) -> dict[str, Any]:
    return {"tokens": used.tokens, "money": used.money, "money_known": used.money_known}


def _said(used: Spent) -> str:
    return f"  ({used})" if used.calls else ""


def _head(text: str) -> str:
    return " ".join(text.split())[:90]
