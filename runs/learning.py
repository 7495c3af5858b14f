"""What is kept of runs that have ended: an episode for the planner, and the conversation to be found again.

One background thread works through the runs that were not learned from yet; which these are stands in the runs' own rows,
so a crash at any point loses and doubles nothing. What is deleted is written down in the transaction that deletes it and
taken out of the index as soon as may be; until then `search` and `similar` leave it out, because they ask the rows.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import cast

from agents.base import BUILT_IN, Plan
from agents.episodes import Episode, from_record, to_record
from graph import events as ev
from graph.plan_fold import plan_after
from graph.state import NO_PLAN
from memory.store import Memory, UserMemory
from memory.types import MemoryFault, Passage
from runs.database import Database, unstored
from runs.errors import NotFound
from runs.ledger import Ledger
from runs.log import Log
from runs.redaction import redacted_json
from runs.types import Match, Run, Stamped
from tools.scope import scope_of

logger = logging.getLogger("groundwork.learning")
LOOK = 1.0  # seconds between two looks at what has ended
NEW, LEARNED, FORGOTTEN = 0, 1, 2  # of a run's column `learned`; FORGOTTEN: found again, but no episode any more
_ENDED = f"status IN {ev.ENDED}"
_ID = re.compile(r"\b[0-9a-f]{16}\b")  # of a document
_SENTENCES = 12  # of what failed, and of what was corrected


class Learning:
    """Thread-safe. Every method that takes a user reaches only what is theirs."""

    def __init__(self, database: Database, ledger: Ledger, log: Log, memory: Memory) -> None:
        self._database, self._ledger, self._log, self._memory = database, ledger, log, memory
        self._news, self._closing = threading.Event(), threading.Event()
        self._checked: set[str] = set()  # users whose index was compared with the rows
        self._one = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._work, name="learning", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """A run has ended, or was deleted: look now."""
        self._news.set()

    def close(self) -> None:
        self._closing.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is learned while it lasts: a run that has just ended would come back into a memory that was erased."""
        with self._one:
            yield

    # --- in the background
    def _work(self) -> None:
        while not self._closing.is_set():
            self._news.wait(LOOK)
            self._news.clear()
            try:
                while not self._closing.is_set() and self.catch_up():
                    pass
            except Exception as e:  # the next look tries again; nothing else depends on it
                if self._closing.is_set() or unstored(e):
                    continue
                logger.exception("learning from ended runs failed; tried again")
                self._closing.wait(30)

    def catch_up(self, most: int = 20) -> int:
        """Take out what was deleted, put in what has ended; how many runs were worked on. 0: nothing is left to do."""
        with self._one:
            gone = self._database.read("SELECT run, user FROM unlearned LIMIT ?", most)
            for row in gone:
                self._take_out(row["user"], [row["run"]])
            new = self._database.read(
                f"SELECT id FROM run WHERE learned={NEW} AND {_ENDED} ORDER BY number LIMIT ?", most
            )
            for row in new:
                if self._closing.is_set():
                    break
                self._learn(row["id"])
            return len(gone) + len(new)

    def _take_out(self, user: str, runs: Sequence[str]) -> None:
        memory = self._memory.for_user(user)
        memory.conversations.remove(runs)
        memory.episodes.remove(runs)
        memory.freed()
        with self._database.write() as c:
            c.executemany("DELETE FROM unlearned WHERE run=?", [(r,) for r in runs])

    def _learn(self, id: str) -> None:
        try:
            run = self._ledger.run_of_any_user(id)
        except NotFound:
            return  # deleted meanwhile
        memory = self._memory.for_user(run.user)
        self._compare(run.user, memory)
        memory.conversations.put(run.id, run.goal, run.answer)
        episode = episode_of(run, self._log.read(run.id), self._plan_before(memory))
        if episode is not None:
            names = {d.id: d.name for d in memory.documents()}
            told = [_ID.sub(lambda m: names.get(m[0], m[0]), c) for c in episode.corrected]
            episode = replace(episode, corrected=told)
            memory.episodes.keep(
                run.id, run.goal, redacted_json(json.loads(to_record(episode)), ensure_ascii=False), episode.added
            )
        with self._database.write() as c:
            there = c.execute(f"UPDATE run SET learned={LEARNED} WHERE id=? AND learned={NEW}", (id,)).rowcount
            if not there and not c.execute("SELECT 1 FROM run WHERE id=?", (id,)).fetchone():
                c.execute("INSERT OR IGNORE INTO unlearned(run, user) VALUES(?,?)", (id, run.user))

    def _plan_before(self, memory: UserMemory):
        def made(run: str) -> Plan | None:
            found = [from_record(e.record) for e in memory.episodes.get([run])]
            return found[0].made if found and found[0] else None

        return made

    def _compare(self, user: str, memory: UserMemory) -> None:
        """Once a user and process: what the index lacks is learned anew, what it has too much is taken out."""
        if user in self._checked:
            return
        self._checked.add(user)
        rows = self._database.read(f"SELECT id, learned FROM run WHERE user=? AND {_ENDED}", user)
        if not memory.conversations.sound():
            logger.warning("the index of past conversations was not whole; it is made anew")
            memory.conversations.clear()
        there, known = memory.conversations.runs(), {r["id"]: r["learned"] for r in rows}
        keep = {i for i, learned in known.items() if learned != FORGOTTEN}
        memory.episodes.remove(sorted(memory.episodes.ids() - keep))
        memory.conversations.remove(sorted(there - set(known)))
        lost = [(i,) for i, learned in known.items() if learned == LEARNED and i not in there]
        with self._database.write() as c:
            c.executemany(f"UPDATE run SET learned={NEW} WHERE id=?", lost)

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until everything that has ended is learned from. For measurements and tests."""
        until = time.monotonic() + seconds
        sql = f"SELECT (SELECT COUNT(*) FROM unlearned) + (SELECT COUNT(*) FROM run WHERE learned={NEW} AND {_ENDED}) AS n"
        while self._database.read(sql)[0]["n"]:
            if time.monotonic() > until:
                raise TimeoutError("Past runs were not learned from in time.")
            self.wake()
            time.sleep(0.05)

    # --- for planners
    def similar(self, user: str, goal: str, run: str = "", k: int = 8) -> list[Episode]:
        """Past goals of the user that are like this one, most alike first; not `run` itself."""
        try:
            found = self._memory.for_user(user).episodes.find(goal, k + 1)
        except MemoryFault as e:
            logger.warning("no similar goals were recalled: %s", e)
            return []
        theirs = self._theirs(user, [e.id for e in found])
        read = [from_record(e.record, e.similarity) for e in found if e.id in theirs and e.id != run]
        return [e for e in read if e is not None][:k]

    # --- for the user
    def seen(self, user: str, query: str, k: int = 8) -> tuple[str, list[Passage]]:
        """(to what the query restricts itself, "" for nothing; the passages that a planner would recall for it)."""
        memory = self._memory.for_user(user)
        scope = scope_of(query, memory.documents(), datetime.now().astimezone())
        if scope is None:
            return "", memory.search(query, k)
        if scope.unknown:
            return f"There is no {scope.unknown}; this is from everywhere.", memory.search(query, k)
        return f"Only {scope.said}.", memory.search(scope.rest or query, k, scope.documents)

    def episodes(self, user: str, limit: int = 20, before: str = "") -> list[Episode]:
        """What is kept of the user's goals, newest first; `before` a run: those before it."""
        out: list[Episode] = []
        memory = self._memory.for_user(user)
        while len(out) < limit:
            runs = self._ledger.runs(user, "", 50, before)
            if not runs:
                break
            before = runs[0].id
            kept = memory.episodes.get([r.id for r in reversed(runs)])
            out += [e for k in kept if (e := from_record(k.record))]
        return out[:limit]

    def forget(self, user: str, run: str) -> None:
        """No plan starts from this run any more. The run itself, and finding it again, stay."""
        with self._database.write() as c:
            if not c.execute(f"UPDATE run SET learned={FORGOTTEN} WHERE id=? AND user=?", (run, user)).rowcount:
                raise NotFound("There is nothing kept of this goal (any more).")
        memory = self._memory.for_user(user)
        memory.episodes.remove([run])
        memory.freed()

    def forget_all(self, user: str) -> int:
        """How many episodes there were."""
        memory = self._memory.for_user(user)
        with self._database.write() as c:
            c.execute(f"UPDATE run SET learned={FORGOTTEN} WHERE user=? AND {_ENDED}", (user,))
        gone = sorted(memory.episodes.ids())
        memory.episodes.remove(gone)
        memory.freed()
        return len(gone)

    def search(self, user: str, query: str, k: int = 20) -> list[Match]:
        """The user's runs that fit, best first, with the piece that does."""
        memory = self._memory.for_user(user)
        found = memory.conversations.search(query, k)
        runs = self._theirs(user, [f.run for f in found])
        return [
            Match(r.thread, r.id, r.goal, r.created, f.text, f.score, f.similarity, f.by_word)
            for f in found
            if (r := runs.get(f.run))
        ]

    def _theirs(self, user: str, ids: Iterable[str]) -> dict[str, Run]:
        out = {}
        for id in ids:
            try:
                out[id] = self._ledger.run(user, id)
            except NotFound:
                continue  # deleted; the index follows
        return out


def episode_of(run: Run, events: Sequence[Stamped], made_before) -> Episode | None:
    """What a run's events teach; None when it came to no plan. made_before(run): the first plan of an earlier run."""
    made: Plan = NO_PLAN
    plan: Plan = NO_PLAN
    failed, corrected = list[str](), list[str]()
    replies: list[tuple[str, str]] = []
    tainted, begun = False, set[str]()
    for stamped in events:
        plan = plan_after(plan, stamped.event)
        match stamped.event:
            case ev.PlanMade(plan=p):
                first = p
                if like := p.get("like"):
                    first = made_before(like["run"]) or p
                made = made if made["steps"] else first
            case ev.PlanReviewed(word="approved", plan=p, changes=changes) if p["steps"]:
                corrected += changes
            case ev.PlanReviewed(word="sent_back", reason=reason):
                corrected.append(f"Sent the plan back{': ' + reason if reason else '.'}")
            case ev.PlanRejected(reasons=reasons):
                failed.append(f"A plan was refused: {' '.join(reasons)}")
            case ev.ToolErred(tool=tool, error=error, retry_after=after) if after < 0:
                failed.append(f"{tool}: {error}")
            case ev.StepChecked(word="replan", reason=reason):
                failed.append(f"Planned anew: {reason}")
            case ev.ApprovalDecided(word="rejected", tool=tool, reason=reason):
                corrected.append(f"Did not allow {tool}{': ' + reason if reason else '.'}")
            case ev.ApprovalDecided(word="approved", tool=tool, edited=edited) if edited:
                corrected.append(f"Changed what {tool} was given.")
            case ev.QuestionAnswered(question=question, reply=reply):
                replies.append((question, reply))
                corrected.append(f"Asked “{question}”, said “{reply}”.")
            case ev.Tainted():
                tainted = True
            case ev.StepStarted(step=id):
                begun.add(id)
    if not plan["steps"]:
        return None
    if run.status != "done" and run.reason:
        failed.append(run.reason)
    return Episode(
        run.id, run.thread, run.goal, run.created, run.status, run.outcome, plan.get("by") or BUILT_IN,
        _bare(made), _bare(plan), len(begun), _heads(failed), _heads(corrected), tuple(replies[:5]), tainted,
    )  # fmt: skip


def _bare(plan: Plan) -> Plan:
    """Without what it itself started from."""
    return cast(Plan, {k: v for k, v in plan.items() if k != "like"})


def _heads(lines: Sequence[str]) -> list[str]:
    flat = (" ".join(x.split()) for x in lines)
    return [x if len(x) <= 300 else x[:299] + "…" for x in dict.fromkeys(flat)][:_SENTENCES]
