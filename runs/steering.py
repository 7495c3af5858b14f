"""How a person steers runs: reviewing plans before they run. A part of `Groundwork`; every method checks the owner."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import cast

from agents.base import BUILT_IN, Plan, Step
from agents.roles import RoleSpec, allowed
from graph.plans import When, arranged, renamed
from graph.policy import decide, validate
from runs.basis import Basis
from runs.errors import BadGoal
from runs.reviews import Reviews
from runs.spending import Spent, in_thread
from runs.types import PlanReview
from runs.usual import Usual, usual
from tools.base import BadArguments, Json, Tool

WHEN: tuple[When, ...] = ("always", "risky", "never")
_REVIEW = "plan_review"
_EDGE = "at_edge"


class Steering:
    def __init__(
        self,
        basis: Basis,
        reviews: Reviews,
        roles: Callable[[], Mapping[str, RoleSpec]],
        wake: Callable[[str], None],
    ) -> None:
        """wake(run): let a waiting run go on."""
        self._database, self._reviews, self._tools = basis.database, reviews, basis.tools
        self._roles, self._rules, self._wake = roles, basis.rules, wake

    # --- when
    def review_when(self, user: str, agent: str) -> When:
        """As the user chose; else never for the built-in agent, and for a language model when a step is risky."""
        return self.chosen_review(user) or ("never" if agent == BUILT_IN else "risky")

    def chosen_review(self, user: str) -> When | None:
        value = self._choice(user, _REVIEW)
        return cast(When, value) if value in WHEN else None

    def choose_review(self, user: str, when: When) -> None:
        if when not in WHEN:
            raise BadGoal(f"A plan can be reviewed {', '.join(WHEN)}; not “{when}”. Nothing was changed.")
        self._choose(user, _REVIEW, when)

    def _choice(self, user: str, name: str) -> str:
        rows = self._database.read("SELECT value FROM choice WHERE user=? AND name=?", user, name)
        return rows[0]["value"] if rows else ""

    def _choose(self, user: str, name: str, value: str) -> None:
        with self._database.write() as c:
            c.execute("INSERT OR REPLACE INTO choice(user, name, value) VALUES(?,?,?)", (user, name, value))

    # --- budgets
    def asks_at_edge(self, user: str) -> bool:
        """Is the user asked, at the edge of a budget, whether to extend it? Else a run ends with a partial answer."""
        return self._choice(user, _EDGE) != "end"

    def choose_at_edge(self, user: str, ask: bool) -> None:
        self._choose(user, _EDGE, "ask" if ask else "end")

    # --- plans that wait
    def plans(self, user: str, run: str = "") -> list[PlanReview]:
        """Plans that wait for the user, of one run or across all threads; oldest first."""
        return self._reviews.waiting(user, run)

    def tools(self, user: str) -> dict[str, Tool]:
        """Those that the user may use."""
        rules = self._rules(user)
        return {
            n: t for n, t in self._tools().items() if decide(t, tainted=False, rules=rules, sends="").word != "deny"
        }

    def usual(self, user: str) -> Usual:
        return usual(self._database, user)

    def spent(self, user: str, thread: str) -> Spent:
        """What language models used in all runs of one conversation."""
        return in_thread(self._database, user, thread)

    def draft(self, user: str, review: str) -> Json:
        """What the user made of a plan so far, as its page left it; None at first. It counts for nothing."""
        return self._reviews.draft(user, review)

    def keep_draft(self, user: str, review: str, draft: Json) -> None:
        """So that a refresh, or another browser, finds it; None throws it away. Of a plan that no longer waits: nothing."""
        self._reviews.keep_draft(user, review, draft)

    def faults(self, user: str, review: str, steps: Sequence[Step], kept: Sequence[str]) -> list[str]:
        """What is wrong with the plan as edited, as sentences; [] when it may run."""
        return self._edited(user, self._reviews.get(user, review), steps, kept)[1]

    def approve_plan(
        self,
        user: str,
        review: str,
        steps: Sequence[Step] | None = None,
        kept: Sequence[str] | None = None,
        granted: Sequence[str] = (),
    ) -> PlanReview:
        """Let the plan run: with these steps (else as it is), of which only `kept` are done. granted: steps whose very
        calls are approved with it. Raises NotFound, AlreadyDecided, BadGoal (it may not run so; it still waits)."""
        asked = self._reviews.get(user, review)
        steps = asked.plan["steps"] if steps is None else steps
        plan, faults = self._edited(user, asked, steps, [s["id"] for s in steps] if kept is None else kept)
        if faults:
            raise BadGoal(f"The plan cannot run like this: {' '.join(faults)} Nothing was approved; it still waits.")
        names = _names(asked.plan, steps)
        done = self._reviews.approve(user, review, plan, [names.get(g, g) for g in granted])
        self._wake(done.run)
        return done

    def send_back_plan(self, user: str, review: str, reason: str = "") -> PlanReview:
        """The agent makes another plan, and is told why. Raises NotFound, AlreadyDecided."""
        done = self._reviews.send_back(user, review, reason.strip())
        self._wake(done.run)
        return done

    def _edited(
        self, user: str, asked: PlanReview, steps: Sequence[Step], kept: Sequence[str]
    ) -> tuple[Plan, list[str]]:
        before = asked.plan
        if not steps or steps[-1]["id"] != before["steps"][-1]["id"]:
            return before, ["The last step writes the answer; it stays where it is."]
        tools, roles = self.tools(user), self._roles()
        names = _names(before, steps)
        steps, kept = renamed(steps, names), [names.get(k, k) for k in kept]
        ids = {s["id"] for s in before["steps"]}
        tidy = [plain(s) if s["id"] in ids else _role(plain(s), roles) for s in steps]
        plan = arranged(before, tidy, kept)
        faults = validate(
            plan,
            tools,
            max_steps=asked.max_steps,
            known=dict.fromkeys(asked.known),
            rules=self._rules(user),
            roles=roles,
        )
        faults += [
            f"The result of {s['id']} is there already; give the step another name."
            for s in plan["steps"]
            if s["id"] in asked.known
        ]
        return canonical(plan, before, tools), faults


def _names(before: Plan, steps: Sequence[Step]) -> dict[str, str]:
    """A step that got another tool is another step, with a name of its own: what was planned on the first one's result
    (by the agent that writes the answer) must not find something of another kind under its name."""
    tools = {s["id"]: s["tool"] for s in before["steps"]}
    taken = {*tools, *(s["id"] for s in steps)}
    other = [s["id"] for s in steps[:-1] if tools.get(s["id"], s["tool"]) != s["tool"]]
    return {id: next(n for i in count(2) if (n := f"{id}v{i}") not in taken) for id in other}


def plain(step: Step) -> Step:
    """What the page sends is the user's input like any other: only these fields, and as JSON."""
    args = cast("dict[str, Json]", json.loads(json.dumps(dict(step["args"]), default=str)))
    title = " ".join(step["title"].split())[:300]
    out = Step(
        id=step["id"], title=title or step["tool"] or "Step", role=step["role"], tool=step["tool"], args=args,
        needs=[*dict.fromkeys(step["needs"])], reason=step["reason"],
    )  # fmt: skip
    return {**out, "asked": step["asked"]} if "asked" in step else out


def _role(step: Step, roles: Mapping[str, RoleSpec]) -> Step:
    """Who does an added step: the specialist that was named, if it may use the tool, else the first who may."""
    if not step["tool"] or (step["role"] in roles and allowed(roles[step["role"]], step["tool"], roles)):
        return step
    able = next((r.name for r in roles.values() if allowed(r, step["tool"], roles)), step["role"])
    return cast(Step, {**step, "role": able})


def canonical(plan: Plan, before: Plan, tools: Mapping[str, Tool]) -> Plan:
    """A step with other arguments than the agent's gets them with their types, so that "7" is 7 where a number is wanted."""
    old = {s["id"]: s["args"] for s in before["steps"]}
    steps = []
    for s in plan["steps"]:
        if s["tool"] in tools and s["args"] != old.get(s["id"]):
            try:
                typed = json.loads(json.dumps(tools[s["tool"]].validate(s["args"]), default=str))
                s = cast(Step, {**s, "args": {k: v for k, v in typed.items() if k in s["args"]}})
            except BadArguments:
                pass  # a reference stands where a value will be; what else is wrong was told by `validate`
        steps.append(s)
    return cast(Plan, {**plan, "steps": steps})
