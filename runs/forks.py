"""Running a run again from one of its steps, with changed input or as it was. A part of `Groundwork`.

A fork is a run of its own in the same conversation. It takes over the results of the steps that do not depend on that
step (they are not executed again, so nothing is written twice), and does that step, what depends on it and the answer
anew, under the rules, approvals and limits as they stand now. Taint is inherited. Both runs are kept, each names the other.

Everything that the fork starts from is copied in the transaction that accepts it: what happens to the first run later
changes nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from agents.base import Plan, Result, Step
from agents.roles import RoleSpec
from graph import events as ev
from graph.events import OPEN
from graph.keys import call_key, result_key, taint_note, tainted_key
from graph.plan_fold import final_plan, waits_for
from graph.plans import changes
from graph.policy import validate
from graph.results import head_of, result
from graph.state import State, TurnState, initial
from runs.basis import Basis
from runs.database import Connection, Database
from runs.errors import BadGoal
from runs.journal import RunJournal, put
from runs.ledger import new_id
from runs.log import stamp
from runs.steering import canonical, plain
from runs.types import Run, Stamped
from tools.base import Json

SEED = "fork"  # key in the journal of the fork


class Forks:
    def __init__(
        self,
        basis: Basis,
        roles: Callable[[], Mapping[str, RoleSpec]],
        max_steps: int,
        enqueue: Callable[[str, str], None],
    ) -> None:
        """enqueue(user, run): queue an accepted run."""
        self._database, self._ledger, self._log = basis.database, basis.ledger, basis.log
        self._tools, self._roles, self._rules = basis.tools, roles, basis.rules
        self._max_steps, self._enqueue = max_steps, enqueue

    def anew(self, user: str, run: str, step: str) -> list[Step]:
        """The steps that would be done again, in the plan's order. Raises NotFound, BadGoal."""
        self._ledger.run(user, run)
        plan = plan_of(self._log.read(run))
        again = downstream(plan, step)
        return [s for s in plan["steps"] if s["id"] in again]

    def of(self, user: str, run: str) -> list[str]:
        """Ids of the runs that were made of this one, oldest first."""
        rows = self._database.read("SELECT id FROM run WHERE parent=? AND user=? ORDER BY number", run, user)
        return [r["id"] for r in rows]

    def start(
        self,
        user: str,
        run: str,
        step: str,
        args: Mapping[str, Json] | None = None,
        title: str = "",
        ask_at_edge: bool = False,
    ) -> Run:
        """Accept and queue the fork. args, title: of that step, None and "" to leave them as they are.

        Raises NotFound, BadGoal (still at work, no such step, the input does not fit), OverLimit."""
        parent = self._ledger.run(user, run)
        if parent.status in OPEN:
            raise BadGoal("This run is still at work, or waits. Stop it first. Nothing was started.")
        log = self._log.read(run)
        before = plan_of(log)
        again = downstream(before, step)
        known = {k: r for k, r in self._results(parent.id, log).items() if k not in again}
        plan = self._edited(user, before, step, args, title, [k for k in known if k not in _ids(before)])
        taints = [e.event for e in log if isinstance(e.event, ev.Tainted)]
        fork = new_id()
        seed = {
            "plan": plan,
            "results": {k: head_of(r) for k, r in known.items()},
            "attached": [e.event.document for e in log if isinstance(e.event, ev.FileIngested) and e.event.document],
            "replies": [[e.event.question, e.event.reply] for e in log if isinstance(e.event, ev.QuestionAnswered)],
            "tainted": bool(taints),
        }
        told = ev.RunForked(run, step, changes(before, plan), [*known], user)

        def also(c: Connection) -> None:
            put(c, fork, SEED, cast(Json, seed))
            self._copy(c, parent.id, fork, known)
            stamp(c, fork, told)
            for tainted in taints[:1]:
                stamp(c, fork, tainted)
                put(c, fork, tainted_key(fork), taint_note(tainted))
            stamp(c, fork, ev.PlanMade(plan, 1, 0.0))
            for id in (s["id"] for s in plan["steps"] if s["id"] in known):
                r = known[id]
                stamp(c, fork, ev.StepEnded(id, r["status"], (r["text"] or r["error"])[:2_000], 0, 0.0, 0))

        accepted = self._ledger.accept(
            fork, user, parent.goal, parent.thread, [], ask_at_edge, parent=run, from_step=step, also=also
        )
        self._enqueue(user, accepted.id)
        return accepted

    def _edited(
        self, user: str, before: Plan, step: str, args: Mapping[str, Json] | None, title: str, known: Sequence[str]
    ) -> Plan:
        steps = list[Step]()
        for s in before["steps"]:
            mine = s["id"] == step
            changed = {"args": dict(args)} if mine and args is not None else {}
            changed |= {"title": title} if mine and title.strip() else {}
            steps.append(plain(cast(Step, {**s, **changed})) if changed else s)
        rules, tools = self._rules(user), self._tools()
        plan = canonical(cast(Plan, {**before, "steps": steps}), before, tools)
        plan.pop("sure", None)  # what was called by the first run is not known here
        # Hand-overs of the first run may have made the plan longer than a plan may be.
        most = max(self._max_steps, len(steps))
        if faults := validate(
            plan, tools, max_steps=most, known=dict.fromkeys(known), rules=rules, roles=self._roles()
        ):
            raise BadGoal(f"It cannot run like this: {' '.join(faults)} Nothing was started.")
        return plan

    def _results(self, run: str, log: Sequence[Stamped]) -> dict[str, Result]:
        """What the run's finished steps produced, whole, in the order of their end."""
        journal, out = RunJournal(self._database, run), dict[str, Result]()
        for e in (s.event for s in log):
            if isinstance(e, ev.StepStarted):
                out.pop(e.step, None)
            elif isinstance(e, ev.StepEnded):
                kept = cast("Result | None", journal.load(result_key(run, e.step)))
                if e.status == "skipped" or kept is None:
                    kept = result(e.step, status=e.status, error=e.text, attempts=e.attempts)
                kept["data"].pop("over", None)  # the fork has budgets of its own
                out[e.step] = kept
        return {k: r for k, r in out.items() if "hand_over" not in r["data"]}

    def _copy(self, c: Connection, run: str, fork: str, known: Mapping[str, Result]) -> None:
        journal = RunJournal(self._database, run)
        for step, r in known.items():
            put(c, fork, result_key(fork, step), cast(Json, r))
            number = 0
            while (called := journal.load(call_key(run, step, number))) is not None:
                put(c, fork, call_key(fork, step, number), called)
                number += 1


def seeded(database: Database, run: str, turns: Sequence[TurnState], budgets: Any, earlier: str, asks: bool) -> State:
    """The state that a fork begins with."""
    seed = cast("dict[str, Any]", RunJournal(database, run).load(SEED))
    rows = database.read("SELECT goal FROM run WHERE id=?", run)
    state = initial(rows[0]["goal"], seed["attached"], turns, budgets, earlier, asks)
    taken = {"plan": seed["plan"], "results": seed["results"], "replies": seed["replies"], "tainted": seed["tainted"]}
    return cast(State, {**state, **taken, "checked": [*seed["results"]], "number": 1})


def plan_of(log: Sequence[Stamped]) -> Plan:
    """The run's last plan, with what its user made of it and what specialists added. Raises BadGoal when it has none."""
    plan = final_plan(s.event for s in log)
    if not plan["steps"]:
        raise BadGoal("This run has no plan, so there is no step to begin at. Nothing was started.")
    return plan


def downstream(plan: Plan, step: str) -> set[str]:
    """The step, all that depends on it, and the answer. Raises BadGoal when the plan has no such step."""
    if step not in _ids(plan):
        raise BadGoal(f"There is no step {step} in the plan of this run. Nothing was started.")
    again = {step, plan["steps"][-1]["id"]}
    for _ in plan["steps"]:
        again |= {s["id"] for s in plan["steps"] if again & {*waits_for(s)} - {plan["steps"][-1]["id"]}}
    return again


def _ids(plan: Plan) -> list[str]:
    return [s["id"] for s in plan["steps"]]
