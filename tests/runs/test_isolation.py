"""Two users, every method of the service, every id of the one tried by the other: no cross read, no cross write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.approvals import Request
from memory.types import MemoryFault
from runs.approvals import Approvals
from runs.audit import Line
from runs.errors import GroundworkError
from runs.ledger import Ledger
from tests.fakes import ScriptedAgent

MARK = "Xylographer"  # stands in everything that is ann's
RUNS = 70


@pytest.fixture
def world(open_groundwork: Any) -> tuple[Any, dict[str, list[str]]]:
    """ann's runs, threads, approvals, documents, facts and reports, made as the service makes them."""
    g = open_groundwork(ScriptedAgent([], {}))
    ledger: Ledger = g._ledger
    ids: dict[str, list[str]] = {"run": [], "thread": [], "approval": [], "document": [], "fact": [], "report": []}
    for n in range(RUNS):
        run = ledger.accept(f"annrun{n}", "ann", f"{MARK} {n}", "", [])
        ledger.set_running(run.id)
        desk = Approvals(g._database, 7).desk(run.id, "ann")
        desk.ask(
            Request(f"annask{n}", "s1", "save_report", {"title": MARK, "text": MARK}, "h", "write", MARK, "", "", False)
        )
        ledger.set_waiting(run.id, f"i{n}", f"{MARK}?", [MARK], 0.1)
        ids["run"].append(run.id)
        ids["thread"].append(run.thread)
        ids["approval"].append(f"annask{n}")
    for n in range(5):
        ids["document"].append(g.memory("ann").add(f"{MARK}{n}.txt", f"The {MARK} has number {n}.".encode()).document)
        ids["fact"].append(g.memory("ann").remember(f"{MARK} likes {n}.", f"k{n}").id)
    from runs.worker import reports_of

    folder = reports_of(g.settings.home, "ann")
    folder.mkdir(parents=True)
    (folder / f"{MARK}.md").write_text(MARK)
    ids["report"] = [f"{MARK}.md", f"../{folder.name}/{MARK}.md", str(folder / f"{MARK}.md")]
    return g, ids


def tries(g: Any, ids: dict[str, list[str]], who: str) -> list[tuple[str, Callable[[], Any]]]:
    memory, out = g.memory(who), []
    for run in ids["run"]:
        out += [
            (f"run {run}", lambda run=run: g.run(who, run)),
            (f"events {run}", lambda run=run: g.events(who, run)),
            (f"wait {run}", lambda run=run: g.wait(who, run, 0, 0)),
            (f"reply {run}", lambda run=run: g.reply(who, run, "yes")),
            (f"stop {run}", lambda run=run: g.stop(who, run)),
            (f"runs before {run}", lambda run=run: g.runs(who, before=run)),
            (f"approvals of {run}", lambda run=run: g.approvals(who, run)),
            (f"audit of {run}", lambda run=run: g.control.audit(who, run=run)),
            (f"steps of {run}", lambda run=run: g.forks.anew(who, run, "s1")),
            (f"fork {run}", lambda run=run: g.forks.start(who, run, "s1")),
            (f"forks of {run}", lambda run=run: g.forks.of(who, run)),
            *((f"undo {n} of {run}", lambda run=run, n=n: g.undoing.undo(who, run, n)) for n in range(1, 12)),
            (f"audit of ann, {run}", lambda run=run: g.control.audit(who, of="ann", run=run)),
        ]
    for thread in ids["thread"]:
        out += [
            (f"runs of {thread}", lambda thread=thread: g.runs(who, thread)),
            (f"submit in {thread}", lambda thread=thread: g.submit(who, "read it", thread)),
            (f"delete {thread}", lambda thread=thread: g.delete_thread(who, thread)),
        ]
    for approval in ids["approval"]:
        out += [
            (f"approve {approval}", lambda a=approval: g.approve(who, a)),
            (f"edit {approval}", lambda a=approval: g.approve(who, a, {"title": "x", "text": "y"})),
            (f"allow {approval}", lambda a=approval: g.approve(who, a, None, True)),
            (f"reject {approval}", lambda a=approval: g.reject(who, a, "no")),
        ]
    for document in ids["document"]:
        out += [
            (f"text {document}", lambda d=document: memory.text(d)),
            (f"original {document}", lambda d=document: memory.original(d).read_bytes()),
            (f"passages {document}", lambda d=document: memory.passages(d)),
            (f"search in {document}", lambda d=document: memory.search(MARK, 8, [d])),
            (f"delete {document}", lambda d=document: g.delete_document(who, d)),
        ]
    for review in [*ids["run"], *ids["approval"]]:
        out.append((f"draft {review}", lambda r=review: g.steering.draft(who, r)))
    for fact in ids["fact"]:
        out.append((f"forget {fact}", lambda f=fact: memory.forget([f])))
    for report in ids["report"]:
        out.append((f"report {report}", lambda r=report: g.report(who, r)))
        out.append((f"put back {report}", lambda r=report: g.undoing.put_back(who, r)))
    out += [
        ("threads", lambda: g.threads(who)),
        ("trash", lambda: g.undoing.trash(who)),
        ("what ann used", lambda: g.control.day(who, "ann")),
        ("limit of ann", lambda: g.control.set_limit(who, "ann", "runs", 1)),
        ("runs", lambda: g.runs(who, limit=1000)),
        ("waiting", lambda: g.waiting(who)),
        ("approvals", lambda: g.approvals(who)),
        ("jobs", lambda: g.jobs(who)),
        ("documents", memory.documents),
        ("tables", memory.tables),
        ("facts", lambda: memory.facts(MARK)),
        ("search", lambda: memory.search(MARK)),
        ("audit", lambda: g.control.audit(who)),
        ("audit export", lambda: g.control.audit_export(who, "csv", "ann")),
        ("audit choices", lambda: g.control.audit_choices(who)),
        ("export", lambda: g.own_data.export(who, "ann")),
        ("erase", lambda: g.own_data.erase(who, "ann")),
        ("users", lambda: g.control.users(who)),
        ("end sessions", lambda: g.control.end_sessions(who, "ann")),
    ]
    return out


def told(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    lines = [x for x in value if isinstance(x, Line)] if isinstance(value, list) else []
    return str(value) + "".join(str(x.body) for x in lines)


def test_nothing_of_ann_is_read_or_changed_by_bob(world: tuple[Any, dict[str, list[str]]]) -> None:
    g, ids = world
    before = _state(g, ids)
    attempts = tries(g, ids, "bob")
    assert len(attempts) >= 1_000
    through = []
    for name, attempt in attempts:
        try:
            value = told(attempt())
        except (GroundworkError, MemoryFault, KeyError):
            continue
        if MARK in value or "annrun" in value or "annask" in value:
            through.append((name, value[:200]))
    assert not through
    assert _state(g, ids) == before
    print(f"isolation: {len(attempts)} tried, {len(through)} read")


def test_the_same_tries_show_ann_her_own(world: tuple[Any, dict[str, list[str]]]) -> None:
    """So that the test above cannot pass because nothing works."""
    g, ids = world
    reads = [
        t
        for t in tries(g, ids, "ann")
        if t[0].split()[0] in ("run", "events", "approvals", "text", "report", "facts", "threads")
    ]
    found = sum(
        MARK in told(attempt()) for name, attempt in reads if "../" not in name and not name.startswith("report /")
    )
    assert found >= 3 * RUNS


def _state(g: Any, ids: dict[str, list[str]]) -> Any:
    runs = [(r.id, r.status, r.goal) for r in g.runs("ann", limit=1000)]
    facts = sorted(f.text for f in g.memory("ann").facts())
    return (
        runs,
        [a.id for a in g.approvals("ann")],
        facts,
        sorted(d.id for d in g.memory("ann").documents()),
        g.report("ann", f"{MARK}.md"),
    )
