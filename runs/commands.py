"""The commands of `python -m runs` about control: approvals, accounts, rules, the audit log.

Most of them write to the database beside a running Groundwork, which sees it within seconds; without one, the next start
does. They trust whoever can read the home: see `runs/accounts.py`.
"""

from __future__ import annotations

import argparse
import getpass
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from runs import fork_commands, plan_commands
from runs.accounts import Accounts
from runs.approvals import Approvals
from runs.audit_book import Book, export
from runs.database import Database
from runs.errors import GroundworkError
from runs.limits import Limits
from runs.rules import RuleBook
from runs.settings import Settings
from runs.terminal import exact_json, exact_lines
from text.unseen import marked

BY = "(command line)"


def add_parsers(commands: Any) -> None:
    approvals = commands.add_parser("approvals", help="list what waits for a yes; approve or reject it")
    approvals.add_argument("word", nargs="?", choices=("list", "approve", "reject"), default="list")
    approvals.add_argument("approval", nargs="?", default="", metavar="ID")
    approvals.add_argument("--reason", default="", help="with reject: what the agent is told")
    approvals.add_argument("--for-run", action="store_true", help="with approve: the tool for the rest of the run")
    plan_commands.add_parser(commands)
    fork_commands.add_parsers(commands)
    limit = commands.add_parser("limit", help="what a user, or everybody, may use in a day")
    limit.add_argument("kind", nargs="?", default="", help="runs, tool_calls, seconds, tokens or money")
    limit.add_argument("most", nargs="?", default="", help="a number; 0 is without limit, default takes it away")
    limit.add_argument("--of", default="", metavar="NAME", help="one user's own; without it: everybody's")
    user = commands.add_parser("user", help="accounts: add, list, change, disable, export or erase a user's data")
    user.add_argument("word", choices=("add", "list", "role", "disable", "enable", "export", "erase"))
    user.add_argument("name", nargs="?", default="")
    user.add_argument("--role", default="member", help="viewer, member or admin")
    user.add_argument("--provider", action="store_true", help="with add: no password; signs in through OIDC")
    user.add_argument("--to", default="", metavar="PATH", help="with export: the file to write (default NAME.zip)")
    user.add_argument("--yes", action="store_true", help="with erase: do not ask")
    rule = commands.add_parser("rule", help="what a role may do with a tool")
    rule.add_argument("tool", nargs="?", default="")
    rule.add_argument("role", nargs="?", default="")
    rule.add_argument("word", nargs="?", default="", help="allow, ask, deny, or default")
    audit = commands.add_parser("audit", help="verify or export the audit log")
    audit.add_argument("word", choices=("verify", "export"))
    audit.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")


def _approvals(settings: Settings, args: argparse.Namespace) -> int:
    with _opened(settings) as database:
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
        print(exact_json([asdict(a) for a in waiting]))
        return 0
    for a in waiting:
        print(f"{a.id}  {a.asked[:19]}  {marked(a.tool)}\n    {a.why}\n    goal: {' '.join(a.goal.split())[:90]}")
        print("\n".join(f"      {x}" for x in exact_lines(a.args)) or "      without arguments")
    if not waiting:
        print("Nothing waits for your approval.", file=sys.stderr)
    return 0


def _user(settings: Settings, args: argparse.Namespace) -> int:
    if args.word != "list" and not args.name:
        raise GroundworkError(f"Whose? python -m runs user {args.word} NAME")
    if args.word in ("export", "erase"):
        return _data(settings, args)
    with _opened(settings, make=args.word == "add") as database:
        accounts = Accounts(database)
        if args.word == "add":
            accounts.add(BY, args.name, args.role, None if args.provider else _password())
            print(f"{args.name} ({args.role}) can sign in now. From here on everybody has to.")
        elif args.word == "list":
            for a in accounts.all():
                print(f"{a.name:24} {a.role:8} {'disabled' if a.disabled else ''} {a.sessions} sessions")
        else:
            role = args.role if args.word == "role" else None
            disabled = {"disable": True, "enable": False}.get(args.word)
            accounts.change(BY, args.name, role=role, disabled=disabled)
            print(f"{args.name}: {args.word} done.")
    return 0


def _password() -> str:
    """Asked for on a terminal, else the first line of the input; never an argument, which others could see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise GroundworkError("The two differ. No account was made.")
    return password


def _data(settings: Settings, args: argparse.Namespace) -> int:
    from runs.service import Groundwork

    if args.word == "erase" and not args.yes:
        raise GroundworkError(
            f"This erases everything of {args.name} for good. Say it with --yes. Nothing was changed."
        )
    groundwork = Groundwork.open(settings)
    try:
        if args.word == "erase":
            print(json.dumps(groundwork.own_data.erase(BY, args.name), indent=2))
            return 0
        path = Path(args.to or f"{Path(args.name).name}.zip")
        with groundwork.own_data.export(BY, args.name) as data, path.open("wb") as out:
            shutil.copyfileobj(data, out)
        print(path)
        return 0
    finally:
        groundwork.close()


def _rule(settings: Settings, args: argparse.Namespace) -> int:
    with _opened(settings) as database:
        rules = RuleBook(database, Accounts(database))
        if args.word:
            rules.set(BY, args.tool, args.role, "" if args.word == "default" else args.word)
        for (tool, role), word in sorted(rules.all().items()):
            print(f"{tool:24} {role:8} {word}")
    return 0


def _audit(settings: Settings, args: argparse.Namespace) -> int:
    """verify: exit code 0 when every line is as it was written, else 1."""
    with _opened(settings) as database:
        book = Book(database)
        if args.word == "verify":
            count, problems = book.verify()
            print(f"audit: {count} lines, {len(problems)} problems")
            for problem in problems:
                print(f"  {problem}", file=sys.stderr)
            return 1 if problems else 0
        lines = book.lines(limit=10_000_000)[::-1]
        book.add("AuditExported", BY, {"form": args.format, "lines": len(lines)})
        sys.stdout.write(export(lines, args.format))
    return 0


def _plan(settings: Settings, args: argparse.Namespace) -> int:
    with _opened(settings) as database:
        return plan_commands.plan(database, settings.approval_days, args)


def _limit(settings: Settings, args: argparse.Namespace) -> int:
    with _opened(settings) as database:
        limits = Limits(database)
        if args.kind:
            try:
                limits.set(BY, args.of, args.kind, None if args.most == "default" else float(args.most))
            except ValueError as e:
                raise GroundworkError(f"“{args.most}” is no number. Nothing was changed.") from e
        for kind, most in sorted(limits.own(args.of).items()):
            print(f"{args.of or '(everybody)':24} {kind:12} {most:g}")
    return 0


COMMANDS = {
    "limit": _limit,
    "compare": fork_commands.beside,
    "approvals": _approvals,
    "plan": _plan,
    "user": _user,
    "rule": _rule,
    "audit": _audit,
}


@contextmanager
def _opened(settings: Settings, make: bool = False) -> Iterator[Database]:
    """The home's database; GroundworkError when there is none yet and none is to be made."""
    path = settings.home / "groundwork.sqlite3"
    if make:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    elif not path.exists():
        raise GroundworkError(f"There is no Groundwork in {settings.home} yet. Nothing was changed.")
    database = Database(path)
    try:
        yield database
    finally:
        database.close()
