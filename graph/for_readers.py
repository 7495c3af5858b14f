"""A text that a model wrote and that leaves the run, like a saved report: checked as its answers are, before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agents.base import Result
from graph.claims.grounding import Embed, ground

LONGEST = 20_000  # characters that are compared; a report that a model writes itself is much shorter


def checked(results: Callable[[], Mapping[str, Result]], embed: Embed, goal: str) -> Callable[[str], str]:
    """text -> the text with its citations numbered, its sources, and the sentences that nothing of this run supports."""

    def check(text: str) -> str:
        if len(text) > LONGEST:
            return f"{text.rstrip()}\n\n*This text is too long to be compared with its sources.*\n"
        found = ground(text, results(), embed, goal)
        missing = [c for c in found.claims if c["support"] == "unsupported"]
        lines = [found.text.rstrip()]
        if missing:
            lines += ["", "**Not found in the sources:**", ""]
            lines += [f"- {c['text']}" + (f" *({c['reason']})*" if c["reason"] else "") for c in missing]
        if found.sources:
            lines += ["", "## Sources", ""]
            for s in found.sources:
                where = f"{s['title']}{', ' + s['locator'] if s['locator'] else ''}"
                lines.append(
                    f"{s['id']}. {where}" + (f": “{' '.join(s['quote'].split())[:400]}”" if s["quote"] else "")
                )
        return "\n".join(lines) + "\n"

    return check
