"""Two users, every method of the service, every id of the one tried by the other: no cross read, no cross write."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import IO, Any

import pytest

from graph.approvals import Request
from graph.plans import ReviewRequest
from memory.types import MemoryFault
from runs.approvals import Approvals
from runs.audit import Line
from runs.errors import GroundworkError
from runs.jobs import NewJob
from runs.ledger import Ledger
from runs.reviews import Reviews
from tests.fakes import ScriptedAgent, plan, step

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
    _newer(g, ids)
    from runs.home import reports_of

    folder = reports_of(g.settings.home, "ann")
    folder.mkdir(parents=True)
    (folder / f"{MARK}.md").write_text(MARK)
    ids["report"] = [f"{MARK}.md", f"../{folder.name}/{MARK}.md", str(folder / f"{MARK}.md")]
    return g, ids


def _newer(g: Any, ids: dict[str, list[str]]) -> None:
    """Plans that wait, past conversations, watched places, uploads that failed."""
    for n in range(10):
        run = g._ledger.accept(f"annplan{n}", "ann", f"{MARK} plan {n}", "", [])
        made = plan(step("s1", "save_report", title=MARK, text=MARK), step("s2", needs=["s1"]))
        request = ReviewRequest(f"annreview{n}", 1, made, (), 20, MARK)
        Reviews(g._database, dict, 7).desk(run.id, "ann").ask(request)
        ids.setdefault("review", []).append(f"annreview{n}")
        ids.setdefault("planned", []).append(run.id)
    for run in ids["run"][:5]:
        g.memory("ann").conversations.put(run, f"{MARK} again", f"{MARK} was found")
    ids["passage"] = [p.id for d in g.memory("ann").documents() for p in g.memory("ann").passages(d.id)]
    for n in range(3):
        g.files.watching._rows.add(f"annwatch{n}", "ann", "feed", f"https://{MARK}.example/{n}", "Web", "")
        g.files.watching._rows.pause("ann", f"annwatch{n}", True)
        g.files.jobs.add("ann", [NewJob(f"annjob{n}", f"{MARK}.txt")])
        g.files.jobs.update(f"annjob{n}", state="failed", message=MARK)
    ids |= {"watch": [f"annwatch{n}" for n in range(3)], "job": [f"annjob{n}" for n in range(3)]}


def newer(g: Any, ids: dict[str, list[str]], who: str) -> list[tuple[str, Callable[[], Any]]]:
    memory, watching, out = g.memory(who), g.files.watching, []
    for r in ids["review"]:
        steps = [step("s2")]
        out += [
            (f"faults of {r}", lambda r=r, s=steps: g.steering.faults(who, r, s, ["s2"])),
            (f"approve plan {r}", lambda r=r: g.steering.approve_plan(who, r)),
            (f"send back {r}", lambda r=r: g.steering.send_back_plan(who, r, "no")),
            (f"draft of {r}", lambda r=r: g.steering.keep_draft(who, r, {"steps": []})),
        ]
    for run in [*ids["run"], *ids["planned"]]:
        out += [
            (f"plans of {run}", lambda run=run: g.steering.plans(who, run)),
            (f"go on with {run}", lambda run=run: g.go_on(who, run)),
            (f"forget what was learned of {run}", lambda run=run: g.learning.forget(who, run)),
            (f"lines of {run}", lambda run=run: g.control.audit_export(who, "jsonl", "ann", run=run[:6])),
        ]
    out += [(f"spent in {t}", lambda t=t: g.steering.spent(who, t)) for t in ids["thread"]]
    out += [(f"passage {p}", lambda p=p: memory.passage(p)) for p in ids["passage"]]
    for d in ids["document"]:
        out += [
            (f"page of {d}", lambda d=d: memory.draw_page(d, 1)),
            (f"move {d}", lambda d=d: memory.place(d, "Mine", ["mine"])),
        ]
    out += [(f"change {f}", lambda f=f: memory.change_fact(f, "nothing")) for f in ids["fact"]]
    for w in ids["watch"]:
        out += [
            (f"watch {w}", lambda w=w: watching.watch_of(who, w)),
            (f"look at {w}", lambda w=w: watching.look_now(who, w)),
            (f"go on watching {w}", lambda w=w: watching.pause(who, w, False)),
            (f"watch {w} no more", lambda w=w: watching.remove(who, w, True)),
            (f"confirm {w}", lambda w=w: watching.confirm_gone(who, w)),
        ]
    for j in ids["job"]:
        out += [
            (f"retry {j}", lambda j=j: g.files.retry(who, j)),
            (f"dismiss {j}", lambda j=j: g.files.dismiss(who, j)),
        ]
    return [
        *out,
        ("watched", lambda: watching.list(who)),
        ("queue", lambda: g.files.queue(who)),
        ("empty the queue", lambda: g.files.cancel(who)),
        ("search of conversations", lambda: g.learning.search(who, MARK)),
        ("similar goals", lambda: g.learning.similar(who, MARK)),
        ("episodes", lambda: g.learning.episodes(who)),
        ("what a planner sees", lambda: g.learning.seen(who, MARK)),
        ("plans", lambda: g.steering.plans(who)),
        ("own data", lambda: _unzipped(g.own_data.export(who, who))),
    ]


def _unzipped(data: IO[bytes]) -> str:
    with data, zipfile.ZipFile(data) as z:
        return " ".join(z.namelist()) + "".join(z.read(n).decode("utf-8", "replace") for n in z.namelist())


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
    attempts = [*tries(g, ids, "bob"), *newer(g, ids, "bob")]
    assert len(attempts) >= 1_800
    through = []
    for name, attempt in attempts:
        try:
            value = told(attempt())
        except (GroundworkError, MemoryFault, KeyError):
            continue
        if any(x in value for x in (MARK, "annrun", "annask", "annplan", "annreview", "annwatch", "annjob")):
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
    new = [
        t
        for t in newer(g, ids, "ann")
        if t[0].split()[0] in ("plans", "passage", "watch", "watched", "search", "own", "queue")
    ]
    lines = [n for n, attempt in new if not n.endswith("no more") and MARK not in told(attempt())]
    assert all(n.startswith("plans of annrun") for n in lines)  # these have none
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
        [(p.id, p.plan) for p in g.steering.plans("ann")],
        [g.steering.draft("ann", r) for r in ids["review"]],
        [(w.id, w.paused, w.ending) for w in g.files.watching.list("ann")],
        [(j.id, j.state) for j in g.files.jobs.failed("ann", 100)],
    )
