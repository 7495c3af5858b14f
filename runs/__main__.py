"""`python -m runs`: Groundwork without the page. Events go to stderr, answers to stdout.

Exit codes: 0 answered (or done), 2 not answered or only in part (the reason is on stderr), 1 failed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs.service import Groundwork
    from runs.settings import Settings
    from runs.types import Run, Upload


def main(argv: Sequence[str] | None = None) -> int:
    from runs.terminal import guard

    guard()
    try:
        args = _parse(argv)
    except SystemExit as e:  # argparse ends with 2, which here means "not answered"
        return 1 if e.code else 0
    from runs.errors import GroundworkError
    from runs.settings import Settings

    settings = Settings.from_environment()
    try:
        from runs import commands, listing

        known = {
            "mcp": _mcp,
            "ask": _ask,
            "fork": _fork,
            "ingest": _ingest,
            "list": listing.show,
            "show": _show,
            **commands.COMMANDS,
        }
        return known[args.command](settings, args)
    except GroundworkError as e:
        print(f"groundwork: {e}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("groundwork: interrupted; an accepted goal goes on at the next start.", file=sys.stderr)
        return 1


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Several paths may follow one --file: what is left over after the goal are such paths."""
    parser = _parser()
    args, more = parser.parse_known_args(argv)
    if more and args.command == "ask" and args.file and not any(x.startswith("-") for x in more):
        args.file += more
    elif more:
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    return args


def _parser() -> argparse.ArgumentParser:
    from runs.commands import add_parsers

    parser = argparse.ArgumentParser(
        prog="python -m runs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="work on a goal and print the answer")
    ask.add_argument("goal")
    ask.add_argument(
        "--file",
        action="append",
        default=[],
        metavar="PATH",
        help="documents to take in first; one or more paths, may be repeated",
    )
    ask.add_argument("--thread", default="", metavar="ID", help="go on in this conversation")
    ask.add_argument("--web", action="store_true", help="allow web search for this goal")
    ingest = commands.add_parser("ingest", help="take documents into memory")
    ingest.add_argument("paths", nargs="+", metavar="PATH", help="files, archives and whole folders")
    listing = commands.add_parser("list", help="list runs, newest last")
    listing.add_argument("--limit", type=int, default=20)
    listing.add_argument("--threads", action="store_true", help="conversations instead, each with what it used")
    show = commands.add_parser("show", help="show a run with all its steps")
    show.add_argument("run")
    add_parsers(commands)
    for command in commands.choices.values():
        command.add_argument("--user", default="local", metavar="NAME")
        command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    commands.add_parser(
        "mcp", help="serve run_goal, search_memory and ingest to other agents, over stdio"
    ).add_argument("--user", default="local", metavar="NAME")
    return parser


def _ask(settings: Settings, args: argparse.Namespace) -> int:
    from runs.service import Groundwork

    uploads = _read(args.file)
    groundwork = Groundwork.open(replace(settings, web_search=args.web or settings.web_search))
    return _to_the_end(groundwork, args, lambda: groundwork.submit(args.user, args.goal, args.thread, uploads))


def _fork(settings: Settings, args: argparse.Namespace) -> int:
    from runs.fork_commands import changed, steps_of
    from runs.service import Groundwork

    if not args.step:
        return steps_of(settings, args)
    groundwork = Groundwork.open(settings)

    def start() -> Run:
        step = groundwork.forks.anew(args.user, args.run, args.step)
        old = next((s["args"] for s in step if s["id"] == args.step), {})
        return groundwork.forks.start(args.user, args.run, args.step, changed(old, args.set))

    return _to_the_end(groundwork, args, start)


def _to_the_end(groundwork: Groundwork, args: argparse.Namespace, start: Callable[[], Run]) -> int:
    from runs.record import record

    try:
        run = _follow(groundwork, args.user, start())
        events = groundwork.events(args.user, run.id)
    finally:
        groundwork.close()
    told = record(run, events)
    print(json.dumps(told, ensure_ascii=False, indent=2) if args.json else _readable(told))
    if run.status == "done" and run.outcome == "answered":
        return 0
    print(f"groundwork: {run.status} ({run.outcome or 'no answer'}): {run.reason or run.question}", file=sys.stderr)
    return 1 if run.status == "failed" else 2


def _follow(groundwork: Groundwork, user: str, run: Run) -> Run:
    from graph.events import AT_WORK
    from runs.lines import line

    seen = 0
    while True:
        for stamped in groundwork.wait(user, run.id, seen, timeout=1.0):
            seen = stamped.sequence
            if text := line(stamped.event):
                print(text, file=sys.stderr, flush=True)
        now = groundwork.run(user, run.id)
        if now.status not in AT_WORK and now.last == seen:
            return now


def _ingest(settings: Settings, args: argparse.Namespace) -> int:
    from runs.archives import unpacked
    from runs.service import Groundwork

    uploads = _read(args.paths, folders=True)
    groundwork = Groundwork.open(settings)
    receipts = []
    try:
        for upload in unpacked(uploads):
            folder = upload.folder or upload.name.rpartition("/")[0]
            receipt = groundwork.memory(args.user).add(upload.name, upload.data, folder=folder)
            receipts.append(receipt)
            print(f"{receipt.name}: {receipt.status}: {receipt.message}", file=sys.stderr, flush=True)
    finally:
        groundwork.close()
    if args.json:
        print(json.dumps({"files": [vars(r) for r in receipts]}, ensure_ascii=False, indent=2))
    return 1 if any(r.status == "failed" for r in receipts) else 0


def _mcp(settings: Settings, args: argparse.Namespace) -> int:
    from runs.mcp_server import serve
    from runs.service import Groundwork

    groundwork = Groundwork.open(settings)
    try:
        serve(groundwork, args.user)
    finally:
        groundwork.close()
    return 0


def _show(settings: Settings, args: argparse.Namespace) -> int:
    from runs.database import Database
    from runs.ledger import Ledger
    from runs.lines import line
    from runs.log import Log
    from runs.record import record

    database = Database(settings.home / "groundwork.sqlite3", readonly=True)
    run = Ledger(database).run(args.user, args.run)
    events = Log(database).read(run.id)
    database.close()
    if args.json:
        print(json.dumps(record(run, events), ensure_ascii=False, indent=2))
        return 0
    print(f"{run.goal}\n")
    for stamped in events:
        if text := line(stamped.event):
            print(f"  {text}")
    print(f"\n{_readable(record(run, events))}")
    return 0


def _readable(told: dict) -> str:
    sources = [f"[{s['id']}] {s['title']}{', ' + s['locator'] if s['locator'] else ''}" for s in told["sources"]]
    missing = [f"- {c['text']}" for c in told["claims"] if c["support"] == "unsupported"]
    parts = [told["answer"], "\n".join(["Not found in the sources:", *missing]) if missing else ""]
    notes = "\n".join(str(n) for n in told["data"].get("notes", []))
    return "\n\n".join(p for p in [*parts, notes, "\n".join(sources)] if p)


def _read(paths: Sequence[str], folders: bool = False) -> list[Upload]:
    from runs.errors import GroundworkError
    from runs.types import Upload

    uploads = []
    for name in paths:
        path = Path(name).expanduser()
        try:
            uploads += _in_folder(path) if folders and path.is_dir() else [Upload(path.name, path.read_bytes())]
        except OSError as e:
            raise GroundworkError(f"{name} cannot be read ({e.strerror or e}). Nothing was started.") from e
    return uploads


def _in_folder(folder: Path) -> list[Upload]:
    """The files below it that can be read, in their folders; links are not followed, and what is left out is counted."""
    from runs.feeds import LARGEST
    from runs.folder_look import FolderGone, look, read_inside
    from runs.types import Upload

    root = folder.resolve()
    try:
        found, left_out, trouble = look(root)
    except FolderGone as e:
        raise OSError(str(e)) from e
    uploads = []
    for inside in found:
        below, _, name = f"{root.name}/{inside}".rpartition("/")
        try:
            uploads.append(Upload(name, read_inside(root, inside, LARGEST), below))
        except (OSError, ValueError) as e:
            print(f"{inside}: left out: {getattr(e, 'strerror', None) or e}", file=sys.stderr)
    if left_out or trouble:
        print(f"{folder}: left out, as of a kind that is not read: {left_out:,}. {trouble}".rstrip(), file=sys.stderr)
    return uploads


if __name__ == "__main__":
    sys.exit(main())
