"""The event list of a run, folded into what the page shows. Pure: no Streamlit, no clock, no service.

`fold(events)` is the whole of it: the same events give the same view, all at once or piece by piece, so a refresh, a
second tab and the history show the same panel. What is drawn, and how, is `ui/panel.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from agents.base import Plan, Step
from graph import events as ev
from graph.plan_fold import plan_after
from runs.types import Stamped
from ui.views import PlanView, StepView, Thinking, ToolUse, Verdict

OF_PEOPLE = (ev.ApprovalDecided, ev.PlanReviewed, ev.StopRequested, ev.RunReopened, ev.Undone, ev.RunQueued)


@dataclass
class RunView:
    goal: str = ""
    files: Sequence[str] = ()
    ingested: list[ev.FileIngested] = field(default_factory=list)
    agent: str = ""
    resumed: int = 0  # how often it went on after a crash or a wait
    recalled: ev.Recalled | None = None
    plans: list[PlanView] = field(default_factory=list)
    rejected: list[ev.PlanRejected] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)  # (question, reply or "")
    options: Sequence[str] = ()  # of the question that waits
    tainted: ev.Tainted | None = None
    asking: dict[str, ev.ApprovalAsked] = field(default_factory=dict)  # approvals that wait, by id
    limits: Mapping[str, float] = field(default_factory=dict)  # the run's budgets
    reviewing: ev.PlanReviewAsked | None = None  # the plan that waits for its user
    reviewed: list[ev.PlanReviewed] = field(default_factory=list)
    budgets: list[ev.BudgetReached] = field(default_factory=list)
    forked: ev.RunForked | None = None  # of which run it was made
    extended: list[ev.BudgetExtended] = field(default_factory=list)
    thoughts: str = ""  # while it planned and reviewed
    used: list[ev.ModelUsed] = field(default_factory=list)  # every call of a language model
    changed: list[ev.ModelChanged | ev.ModelErred] = field(default_factory=list)
    draft: str = ""  # the answer as it is being written
    answer: ev.AnswerChecked | None = None
    stopping: bool = False
    ended: ev.RunEnded | None = None
    begun: float = 0.0  # time of the first event
    since: float = 0.0  # when it was last taken up; 0 before that
    before: float = 0.0  # seconds of work until then
    at_work: float = 0.0  # time of the last event that came of work, not of a person
    last: int = 0  # sequence of the last event
    moment: float = 0.0  # its time

    @property
    def plan(self) -> PlanView | None:
        return self.plans[-1] if self.plans else None

    def worked(self, now: float) -> float:
        """Seconds of work, as its budget counts them: without those in the queue, and without waits for a person."""
        waits = self.waiting or self.reviewing or self.at_work < self.moment or self.ended
        return self.before + max(0.0, (self.at_work if waits else now) - self.since) if self.since else 0.0

    @property
    def waiting(self) -> str:
        """The question that waits for the user, or ""."""
        return self.questions[-1][0] if self.questions and not self.questions[-1][1] and not self.ended else ""

    def calls(self, tool: str) -> list[ToolUse]:
        """Calls of one tool that returned, in the plan that counts."""
        steps = self.plan.steps.values() if self.plan else ()
        return [c for s in steps for c in s.calls if c.tool == tool and c.returned]

    def activity(self) -> str:
        """What it is doing now, for one line."""
        if self.stopping:
            return "Stopping"
        if self.waiting:
            return "Waiting for your reply"
        if self.asking:
            return "Waiting for your approval"
        if self.reviewing:
            return "Waiting for your review of the plan"
        if len(self.ingested) < len(self.files) and not self.plans:
            return f"Reading your files ({len(self.ingested) + 1} of {len(self.files)})"
        if not self.plan:
            return "Planning" if self.recalled or self.agent else "Waiting to start"
        running = [s for s in self.plan.steps.values() if s.state == "running"]
        if running:
            more = f" and {len(running) - 1} more" if len(running) > 1 else ""
            return running[0].title + more
        return "Checking the work"

    def summary(self) -> str:
        """What it did, for one line: "4 steps · 3.2 s · checked"."""
        done = [s for p in self.plans for s in p.steps.values() if s.attempts and p is _owner(self, s)]
        parts = [f"{len(done)} step{'' if len(done) == 1 else 's'}"] if done else ["no steps"]
        failed = sum(s.state == "failed" for s in self.plan.steps.values()) if self.plan and self.ended else 0
        parts += [f"{failed} failed"] if failed else []
        if self.ended:
            parts.append(seconds(self.ended.seconds))
            parts += {"failed": ["failed"], "cancelled": ["stopped"]}.get(self.ended.status, [])
        if self.answer and not (self.ended and self.ended.status == "cancelled"):
            missing = sum(c["support"] == "unsupported" for c in self.answer.claims)
            parts.append(f"checked, {missing} not found in the sources" if missing else "checked")
        return " · ".join(parts)


def _owner(view: RunView, step: StepView) -> PlanView:
    """The first plan that holds this very step: one carried over into a new plan counts once."""
    return next(p for p in view.plans if any(s is step for s in p.steps.values()))


def seconds(value: float) -> str:
    """A duration for people: "20 ms", "2.1 s", "3 min 5 s"."""
    if value < 0.095:
        return f"{max(value, 0.0) * 1000:.0f} ms"
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


def fold(events: Sequence[Stamped], view: RunView | None = None) -> RunView:
    """view: what came before is folded into it already; it is changed and returned."""
    view = view or RunView()
    for stamped in events:
        view.begun = view.begun or stamped.time
        view.last, view.moment = stamped.sequence, stamped.time
        _fold_time(view, stamped.event, stamped.time)
        _fold_one(view, stamped.event, stamped.time)
    return view


def _fold_time(view: RunView, event: ev.Event, time: float) -> None:
    if isinstance(event, ev.RunStarted):
        view.before += max(0.0, view.at_work - view.since) if view.since else 0.0
        view.since = time
    if not isinstance(event, OF_PEOPLE):
        view.at_work = time


def _fold_one(view: RunView, event: ev.Event, time: float) -> None:
    match event:
        case ev.RunQueued():
            view.goal, view.files = event.goal, event.files
        case ev.RunStarted():
            view.agent, view.limits = event.agent, event.budgets
            view.resumed += event.resumed
        case ev.FileIngested():
            view.ingested = [f for f in view.ingested if f.name != event.name] + [event]
        case ev.Recalled():
            view.recalled = event
        case ev.PlanMade():
            _take_plan(view, event)
        case ev.PlanRejected():
            view.rejected.append(event)
        case ev.StepStarted() | ev.ToolCalled() | ev.ToolReturned() | ev.ToolErred() | ev.StepEnded():
            if view.plan and event.step in view.plan.steps:
                _fold_step(view, view.plan.steps[event.step], event, time)
        case ev.StepChecked():
            verdict = Verdict(event.steps, event.word, event.reason, event.faults)
            view.verdicts.append(verdict)
            for step in event.steps:
                if view.plan and step in view.plan.steps:
                    view.plan.steps[step].verdicts.append(verdict)
        case ev.QuestionAsked():
            view.questions.append((event.question, ""))
            view.options = event.options
        case ev.QuestionAnswered():
            view.questions = [(q, event.reply if q == event.question and not r else r) for q, r in view.questions]
            view.options = ()
        case ev.Tainted():
            view.tainted = view.tainted or event
        case ev.ApprovalAsked():
            view.asking[event.approval] = event
            if view.plan and event.step in view.plan.steps:
                view.plan.steps[event.step].approvals.append((event, None))
        case ev.ApprovalDecided():
            view.asking.pop(event.approval, None)
            if view.plan and event.step in view.plan.steps:
                s = view.plan.steps[event.step]
                s.approvals = [(a, event if a.approval == event.approval else d) for a, d in s.approvals]
        case ev.PlanReviewAsked():
            view.reviewing = event
        case ev.PlanReviewed():
            _take_review(view, event)
        case ev.BudgetReached():
            view.budgets.append(event)
        case ev.RunForked():
            view.forked = event
        case ev.Undone():
            for use in (c for p in view.plans for s in p.steps.values() for c in s.calls if c.at == event.call):
                use.undone = event
        case ev.BudgetExtended():
            view.extended.append(event)
            view.limits = {**view.limits, event.budget: event.limit}
        case ev.AnswerPart():
            view.draft = event.text if event.anew else view.draft + event.text
        case ev.Thought() | ev.ModelUsed() | ev.ModelChanged() | ev.ModelErred():
            _fold_model(view, event)
        case ev.StepAdded():
            _add_step(view, event)
        case ev.AnswerChecked():
            view.answer = event
        case ev.StopRequested():
            view.stopping = True
        case ev.RunEnded():
            _end(view, event)
        case ev.RunReopened():
            view.ended, view.answer, view.stopping = None, None, False
            for s in view.plan.steps.values() if view.plan else ():
                s.state = "pending" if s.state == "stopped" else s.state


def _take_plan(view: RunView, event: ev.PlanMade) -> None:
    before = view.plan.steps if view.plan else {}
    over = {id: s for id, s in before.items() if s.state in ("ok", "failed", "skipped")}
    view.plans.append(PlanView(event.plan, event.number, event.seconds, _steps(event.plan, over)))
    view.draft, view.answer = "", None


def _take_review(view: RunView, event: ev.PlanReviewed) -> None:
    """What was approved takes the place of the plan that was asked about."""
    view.reviewing = None
    view.reviewed.append(event)
    if view.plan and (plan := plan_after(view.plan.plan, event)) is not view.plan.plan:
        view.plans[-1] = replace(view.plan, plan=plan, steps=_steps(plan, view.plan.steps))


def _fold_model(view: RunView, event: ev.Thought | ev.ModelUsed | ev.ModelChanged | ev.ModelErred) -> None:
    s = view.plan.steps.get(event.step) if view.plan else None
    match event:
        case ev.Thought():
            if s is None:
                view.thoughts += event.text
            elif s.thoughts and s.thoughts[-1].at == len(s.calls):
                s.thoughts[-1].text += event.text
            else:
                s.thoughts.append(Thinking(event.text, len(s.calls)))
        case ev.ModelUsed():
            view.used.append(event)
            if s is not None:
                s.used.append(event)
        case ev.ModelChanged() | ev.ModelErred():
            view.changed.append(event)
            if s is not None:
                s.changed.append(event)


def _add_step(view: RunView, event: ev.StepAdded) -> None:
    """Before the step that asked for it, which waits again."""
    if not view.plan or event.before not in view.plan.steps:
        return
    before, plan = view.plan.steps, plan_after(view.plan.plan, event)
    view.plans[-1] = replace(view.plan, plan=plan, steps=_steps(plan, before))
    asking = view.plans[-1].steps[event.before]
    asking.step = next(s for s in plan["steps"] if s["id"] == event.before)
    asking.state = "pending"


def _steps(plan: Plan, before: Mapping[str, StepView]) -> dict[str, StepView]:
    """The plan's steps in its order, each with what is known of it already."""
    known = {s["id"]: before.get(s["id"]) for s in plan["steps"]}
    return {s["id"]: old if (old := known[s["id"]]) and _same(old.step, s) else StepView(s) for s in plan["steps"]}


def _same(a: Step, b: Step) -> bool:
    return a["tool"] == b["tool"] and a["args"] == b["args"] and a["title"] == b["title"]


def _fold_step(view: RunView, s: StepView, event: ev.Event, time: float) -> None:
    match event:
        case ev.StepStarted():
            s.state, s.attempts = "running", max(s.attempts, event.attempt)
            s.started = s.started or time
            if s.thoughts:
                s.thoughts.append(Thinking("", len(s.calls)))  # another attempt thinks anew
            if not s.step["tool"]:
                view.draft = ""  # it is written anew
        case ev.ToolCalled():
            s.calls.append(ToolUse(event.tool, event.args, event.risk, at=view.last))
        case ev.ToolReturned():
            use = _open_call(s, event.tool)
            use.text, use.data, use.sources = event.text, event.data, event.sources
            use.seconds, use.returned = event.seconds, True
        case ev.ToolErred():
            use = _open_call(s, event.tool)
            use.error, use.retry_after = event.error, event.retry_after
        case ev.StepEnded():
            s.state, s.text = event.status, event.text
            s.attempts, s.seconds, s.tokens = max(s.attempts, event.attempts), event.seconds, event.tokens


def _open_call(s: StepView, tool: str) -> ToolUse:
    """The call that an outcome belongs to: the tool's last one without an outcome (a crash may have cut one off)."""
    for use in reversed(s.calls):
        if use.tool == tool and not use.returned and not use.error:
            return use
    s.calls.append(ToolUse(tool, {}, "read"))
    return s.calls[-1]


def _end(view: RunView, event: ev.RunEnded) -> None:
    view.ended, view.stopping = event, False
    for plan in view.plans:
        for s in plan.steps.values():
            if s.state == "running":
                s.state = "stopped"
