"""An event as one plain line, for the command line."""

from __future__ import annotations

from graph import events as e


def line(event: e.Event) -> str:
    """ "" for what a reader does not need to see twice."""
    match event:
        case e.RunQueued(goal=goal):
            return f"goal: {' '.join(goal.split())}"
        case e.RunStarted(agent=agent, resumed=resumed):
            return f"{'resumed' if resumed else 'started'} with the {agent} agent"
        case e.FileIngested(name=name, status=status, message=message):
            return f"file {name}: {status}: {message}"
        case e.Recalled(passages=passages, facts=facts, episodes=episodes):
            return f"recalled {passages} passages, {facts} facts" + (f", {episodes} similar goals" if episodes else "")
        case e.PlanMade(plan=plan, number=number):
            steps = "; ".join(f"{s['id']} {s['title']}" for s in plan["steps"])
            return f"plan {number}: {plan['note'] or plan['intent']} — {steps}"
        case e.PlanRejected(reasons=reasons):
            return f"plan refused: {' '.join(reasons)}"
        case e.StepStarted(step=step, attempt=attempt):
            return f"{step} started" + (f" (attempt {attempt})" if attempt > 1 else "")
        case e.ToolCalled(step=step, tool=tool, args=args):
            shown = ", ".join(f"{k}={v!r}" for k, v in args.items() if v not in ("", [], None))
            return f"{step} {tool}({shown[:200]})"
        case e.ToolReturned(step=step, tool=tool, sources=sources, seconds=seconds):
            return f"{step} {tool} returned {len(sources)} sources in {seconds:.1f} s"
        case e.ToolErred(step=step, tool=tool, error=error):
            return f"{step} {tool} failed: {error}"
        case e.StepEnded(step=step, status=status, seconds=seconds):
            return f"{step} {status} · {seconds:.1f} s"
        case e.StepChecked(steps=steps, word=word, reason=reason, faults=faults):
            return f"checked {', '.join(steps)}: {word}" + "".join(f" · {x}" for x in [*faults, reason] if x)
        case e.QuestionAsked(question=question, options=options):
            return f"question: {question}" + (f" [{' | '.join(options)}]" if options else "")
        case e.QuestionAnswered(reply=reply):
            return f"reply: {reply}"
        case e.Tainted(source=source, why=why):
            return f"tainted: {why}: {source}"
        case e.ApprovalAsked(approval=approval, tool=tool, args=args, why=why):
            return f"waits for approval {approval}: {tool}({', '.join(f'{k}={v!r}' for k, v in args.items())[:200]}): {why}"
        case e.ApprovalDecided(approval=approval, tool=tool, word=word, by=by, reason=reason):
            return (
                f"approval {approval} of {tool}: {word}"
                + (f" by {by}" if by else "")
                + (f": {reason}" if reason else "")
            )
        case e.BudgetReached(budget=budget, limit=limit):
            return f"budget reached: {budget}" + (f" ({limit:g})" if limit else "")
        case e.BudgetExtended(budget=budget, limit=limit, by=by):
            return f"budget extended by {by}: {budget.replace('_', ' ')} ({limit:g})"
        case e.AnswerPart():
            return ""
        case e.Thought():
            return ""
        case e.ModelUsed(model=model, role=role, input_tokens=asked, output_tokens=said, seconds=seconds):
            return f"{model} as {role}: {asked} tokens read, {said} written, {seconds:.1f} s"
        case e.ModelChanged(before=before, after=after, reason=reason):
            return f"changed from {before} to {after}: {reason}"
        case e.ModelErred(error=error, retry_after=after):
            return f"{error} It was asked again " + (f"after {after:g} s." if after else "at once.")
        case e.StepAdded(added=added, before=before):
            return f"{before} asked the {added['role']} for: {added['title']}"
        case e.AnswerChecked(claims=claims, outcome=outcome):
            support = [c["support"] for c in claims]
            counts = ", ".join(
                f"{support.count(s)} {s}" for s in ("supported", "computed", "unsupported") if s in support
            )
            return f"answer checked: {outcome.replace('_', ' ')}" + (f" · {counts}" if counts else "")
        case e.StopRequested():
            return "stop requested"
        case e.PlanReviewAsked(review=review, why=why):
            return f"waits for a review of the plan {review}: {why}"
        case e.PlanReviewed(word=word, by=by, reason=reason, changes=changes):
            told = "; ".join(x for x in (reason, *changes) if x)
            return f"plan {word.replace('_', ' ')}" + (f" by {by}" if by else "") + (f": {told}" if told else "")
        case e.Undone(tool=tool, text=text, by=by):
            return f"{tool} was undone by {by}: {text}"
        case e.RunForked(run=run, step=step, changes=changes, taken=taken):
            told = f" {' '.join(changes)}" if changes else ""
            return f"run again from {step} of run {run}; taken over: {', '.join(taken) or 'nothing'}.{told}"
        case e.RunReopened(by=by):
            return f"reopened by {by}"
        case e.RunEnded(status=status, outcome=outcome, seconds=seconds):
            return f"ended: {status}" + (f", {outcome.replace('_', ' ')}" if outcome else "") + f" · {seconds:.1f} s"
