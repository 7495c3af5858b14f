"""`python -m runs plan`: plans that wait for their user, on the command line. They are edited on the page."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from runs.database import Database
from runs.errors import GroundworkError
from runs.reviews import Reviews
from runs.terminal import exact_json, exact_lines
from runs.types import PlanReview


def add_parser(commands: Any) -> None:
    plan = commands.add_parser("plan", help="plans that wait for your review: list, show, approve, or send back")
    plan.add_argument("word", nargs="?", choices=("list", "show", "approve", "back"), default="list")
    plan.add_argument("plan", nargs="?", default="", metavar="ID")
    plan.add_argument("--reason", default="", help="with back: what the agent is told")


def plan(database: Database, days: float, args: argparse.Namespace) -> int:
    reviews = Reviews(database, dict, days)
    if args.word == "list":
        return _list(reviews.waiting(args.user), args.json)
    if not args.plan:
        raise GroundworkError(f"Which one? python -m runs plan {args.word} ID; `plan list` names them.")
    asked = reviews.get(args.user, args.plan)
    if args.word == "show":
        print(exact_json(asdict(asked)) if args.json else _readable(asked))
        return 0
    if args.word == "approve":
        done = reviews.approve(args.user, asked.id, asked.plan)
    else:
        done = reviews.send_back(args.user, asked.id, args.reason.strip())
    print(
        f"{done.state.replace('_', ' ')}. The run goes on in the Groundwork that is open on this home, or at its next start."
    )
    return 0


def _list(waiting: list[PlanReview], as_json: bool) -> int:
    if as_json:
        print(exact_json([asdict(p) for p in waiting]))
        return 0
    for p in waiting:
        print(f"{p.id}  {p.asked[:19]}  {len(p.plan['steps'])} steps  {' '.join(p.goal.split())[:90]}\n    {p.why}")
    if not waiting:
        print("No plan waits for your review.", file=sys.stderr)
    return 0


def _readable(p: PlanReview) -> str:
    lines = [p.goal, "", f"{p.plan['note']} ({p.state})", p.why, ""]
    last = len(p.plan["steps"]) - 1
    for i, s in enumerate(p.plan["steps"]):
        after = f" after {', '.join(s['needs'])}" if s["needs"] else ""
        lines.append(f"{s['id']}  {s['title']}  [{s['tool'] or 'no tool'}]{after}")
        lines += [f"      {x}" for x in exact_lines(s["args"]) if i < last]
    return "\n".join(lines)
