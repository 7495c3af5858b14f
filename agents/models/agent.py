"""`ModelAgent`: plans, acts and checks with a language model, and leaves to the built-in agent what no model can be had for.

Made for one run (`runs/models.py`). A step with a tool costs no call of a model; a step of a specialist is a loop of typed
decisions; the last step is written as a stream of text. Which tool may run, and how often, is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from agents.base import (
    Action,
    Agent,
    AgentError,
    Brief,
    CallTool,
    Done,
    HandOver,
    Plan,
    Review,
    Task,
    Verdict,
    Word,
    Write,
    made_by_model,
)
from agents.errors import OverBudget
from agents.models import prompts
from agents.models.chain import Chain, Line, NoModel
from agents.models.chat import Chat
from agents.models.draft import Draft, taken_apart
from agents.models.faults import Invalid
from agents.models.made import OPTIONS, SENTENCE, TITLE, as_plan, no_plan
from agents.models.results import render
from agents.models.room import part_of
from agents.models.shapes import NextShape, PlanShape, ReviewShape
from agents.models.spec import ModelSettings
from agents.models.typed import decide
from agents.models.without import as_found, pieced_together
from agents.reports import Reasoning, Switched
from agents.roles import RoleSpec, allowed
from tools.base import BadArguments, Json

PLAN_TOKENS = 2_000
REVIEW_TOKENS = 700
REFUSED = 2  # plans for the same goal that were refused; then the built-in agent plans
OPENED = 4  # parts of long results that a specialist may read before it must act
NEEDS_MODEL = "needs_model"  # the built-in agent's intent for what it cannot do


@dataclass(frozen=True)
class _Open:
    """Not an action: part of a result that the specialist wants to read first."""

    step: str
    part: int


class ModelAgent:
    def __init__(
        self, settings: ModelSettings, chat: Callable[[str], Chat], roles: Mapping[str, RoleSpec], built_in: Agent
    ) -> None:
        """chat(model string) -> a chat model, shared between runs. built_in: what goes on when no model can be had."""
        self._settings, self._roles, self._built_in = settings, roles, built_in
        self._chain = Chain(settings, chat)
        self._refused: dict[tuple[int, int], int] = {}  # by what there was when the plan was asked for
        self._brief: Brief | None = None  # what the last plan was made from
        self._unwritten = ""  # why no model could write the answer
        self._changed = False  # something was asked for that is no reading: it is not planned a second time

    @property
    def name(self) -> str:
        return self._settings.model

    async def plan(self, brief: Brief) -> Plan:
        async def work(line: Line) -> PlanShape:
            messages = prompts.plan(brief, self._roles, line.room)
            return await decide(line.chat, line.say, messages, PlanShape, lambda made: no_plan(made, brief))

        self._brief = brief
        if brief.instead:
            brief.report(Switched(self.name, "the built-in agent", brief.instead))
            return await self._by_built_in(brief, brief.instead)
        if self._unwritten:
            return await self._by_built_in(brief, self._unwritten)
        here = (len(brief.results), len(brief.replies))
        self._refused[here] = self._refused.get(here, -1) + 1
        if self._refused[here] >= REFUSED:
            why = f"The plans of {self.name} did not pass the checks."
            brief.report(Switched(self.name, "the built-in agent", why))
            return await self._by_built_in(brief, why)
        try:
            shape = await self._chain.use("planner", PLAN_TOKENS, work, brief.report, brief.allowance)
        except NoModel as e:
            return await self._by_built_in(brief, str(e))
        made = as_plan(shape, brief, self.name)
        # What the goal's own wording makes certain, as the rules read it: the graph holds the run to it.
        rules = await self._built_in.plan(replace(brief, problems=()))
        if "sure" not in rules:
            return made
        sure = rules["sure"]
        return {**made, "sure": {**sure, "tools": {}} if rules.get("question") else sure}

    async def _by_built_in(self, brief: Brief, why: str) -> Plan:
        made = await self._built_in.plan(brief)
        return {**made, "note": f"{made['note']} (By the built-in agent. {why})", "instead_of": self.name}

    async def act(self, task: Task) -> Action:
        if not made_by_model(task.plan):
            return await self._built_in.act(task)
        if task.step["tool"]:
            action = Done() if task.calls else CallTool(task.step["tool"], task.step["args"])
        elif task.step["id"] == task.plan["steps"][-1]["id"]:
            action = await self._write(task)
        else:
            action = await self._next(task)
        if isinstance(action, CallTool) and (tool := task.tools.get(action.tool)) and tool.risk != "read":
            self._changed = True
        return action

    async def check(self, review: Review) -> Verdict:
        if not made_by_model(review.plan):
            return await self._built_in.check(review)
        if not review.answer and not review.faults:
            return _verdict("accept", "Done as planned.")
        if self._unwritten and review.outcome != "answered" and await self._built_in_can(review):
            return _verdict("replan", f"{self._unwritten} The built-in agent plans it anew.")

        async def work(line: Line) -> ReviewShape:
            messages = prompts.review(review, self._role("reviewer"), line.room)
            return await decide(line.chat, line.say, messages, ReviewShape, lambda made: _odd(made, review))

        try:
            made = await self._chain.use("reviewer", REVIEW_TOKENS, work, review.report, review.allowance)
        except NoModel:
            return await self._built_in.check(review)
        word = cast(Word, made.word if review.answer or made.word != "finish" else "accept")
        steps = made.steps or [review.plan["steps"][-1]["id"]]
        options = [o[:TITLE] for o in made.options[:OPTIONS]]
        return Verdict(
            word=word, reason=made.reason[:SENTENCE], steps=steps, question=made.question[:SENTENCE], options=options
        )

    async def _built_in_can(self, review: Review) -> bool:
        """Is this goal the built-in agent's kind, and may all of it be planned a second time?"""
        if self._brief is None or self._changed or review.replans_left <= 0:
            return False
        return NEEDS_MODEL not in (await self._built_in.plan(self._brief))["intent"].split("+")

    def _role(self, name: str) -> RoleSpec:
        role = self._roles.get(name)
        if role is None:
            raise AgentError(f"There is no specialist called {name}.")
        return role

    async def _write(self, task: Task) -> Write:
        role = self._role(task.step["role"])

        async def work(line: Line) -> str:
            draft = Draft(task.report)
            reply = await line.stream(prompts.write(task, role, line.room), draft)
            if not taken_apart(reply.text)[0]:
                why = f"declined to answer: {reply.refusal}" if reply.refusal else "wrote nothing."
                raise Invalid(f"{line.chat.name} {why}")
            if reply.filtered:
                return f"{reply.text}\nOUTCOME: partial: a filter of the model's provider ended the answer early"
            if not reply.cut:
                return reply.text
            return f"{reply.text}\nOUTCOME: partial: the answer became too long and was cut off"

        try:
            text = await self._chain.use(role.name, role.tokens, work, task.report, task.allowance)
        except (NoModel, OverBudget) as e:
            self._unwritten = str(e) if isinstance(e, NoModel) else ""
            made = pieced_together(task, str(e))
            over: dict[str, Json] = {"over": e.what} if isinstance(e, OverBudget) else {}
            return replace(made, data={**made.data, **over})
        written, outcome, reason = taken_apart(text)
        return Write(written, outcome, reason)

    async def _next(self, task: Task) -> Action:
        role, opened = self._role(task.step["role"]), list[str]()
        last = len(task.calls) >= role.calls or task.calls_left <= 0
        while True:
            try:
                action = await self._decided(task, role, opened, last or len(opened) >= OPENED)
            except NoModel as e:
                if not (found := as_found(task, str(e))):
                    raise
                return found
            if not isinstance(action, _Open):
                return action
            opened.append(_opened(task, action))

    async def _decided(self, task: Task, role: RoleSpec, opened: list[str], last: bool) -> Action | _Open:
        async def work(line: Line) -> NextShape:
            messages = prompts.step(task, role, self._roles, opened, line.room)
            if last:  # in the same message: some models take no two of the user in a row
                role_, text = messages[-1]
                messages[-1] = (role_, f"{text}\n\nYou have used your tool calls. Finish now with what you have.")
            return await decide(line.chat, line.say, messages, NextShape, lambda n: self._wrong(n, task, role, last))

        made = await self._chain.use(role.name, role.tokens, work, task.report, task.allowance)
        if made.thinking.strip():
            task.report(Reasoning(f"{made.thinking.strip()[:SENTENCE]}\n"))
        match made.do:
            case "tool":
                return CallTool(made.tool, _resolved(made, task))
            case "open":
                return _Open(made.step, made.part)
            case "hand_over":
                return HandOver(made.role, made.what[:SENTENCE])
            case _:
                return Write(made.text)

    def _wrong(self, made: NextShape, task: Task, role: RoleSpec, last: bool) -> str:
        if last and made.do in ("tool", "open"):
            return "no further tool call is allowed in this step; finish with what you have."
        if made.do == "finish" and not made.text.strip():
            return "text is empty; say what the result is, or that nothing was found."
        if made.do == "open" and made.step not in _openable(task):
            return f"there is no result “{made.step}”; there are: {', '.join(_openable(task)) or 'none'}."
        if made.do == "hand_over" and (
            task.handovers_left <= 0 or made.role not in self._roles or not made.what.strip()
        ):
            return "handing over needs a known role, what it should do, and is possible only a few times."
        if made.do != "tool":
            return ""
        if made.tool in task.off:
            return f"the tool “{made.tool}” is switched off by the user."
        if made.tool not in task.tools or not allowed(role, made.tool, self._roles):
            return f"the tool “{made.tool}” does not exist or is not one of yours."
        try:
            task.tools[made.tool].validate(_resolved(made, task))
        except BadArguments as e:
            return str(e)
        return ""


def _resolved(made: NextShape, task: Task) -> Mapping[str, Json]:
    """With earlier results in it. Once, here: what those results say is never read for references again."""
    return cast("dict[str, Json]", task.resolve(cast(Json, made.args)))


def _openable(task: Task) -> dict[str, str]:
    wanted = {*task.step["needs"], *task.step.get("asked", [])}
    found = {k: render(r) for k, r in task.results.items() if k in wanted}
    return found | {f"call {i}": render(c) for i, c in enumerate(task.calls, 1)}


def _opened(task: Task, asked: _Open) -> str:
    return f"{asked.step} {part_of(_openable(task)[asked.step], asked.part)}"


def _odd(made: ReviewShape, review: Review) -> str:
    unknown = [s for s in made.steps if s not in review.results]
    if made.word == "retry" and unknown:
        return f"there is no step {', '.join(unknown)} to do again."
    return "the question is missing." if made.word == "ask" and not made.question.strip() else ""


def _verdict(word: Word, reason: str) -> Verdict:
    return Verdict(word=word, reason=reason, steps=[], question="", options=[])
