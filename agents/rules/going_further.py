"""The step after a question was read: what `worked_out.py` says is still to be found and reckoned is searched, read and given
to the tools. Where a value is missing or two could be meant nothing is reckoned, and the text's own words stay the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.base import Action, CallTool, Write
from agents.rules import reading as read_passages
from agents.rules import say
from agents.rules.date_wording import UNITS, unit_name
from agents.rules.reading.options import called
from agents.rules.reading.types import Quoted
from agents.rules.reading.words import stems
from agents.rules.shapes import Piece, Work
from agents.rules.worked_out import Onward, base_of, event_of, told_of
from text.values import find_values
from tools.base import Json

STEP = "onward"
_NOTHING = Write("Nothing is to be worked out further.", data={"value": None})


def go_further(work: Work) -> Action:
    """Search for what is still needed, read it, reckon: a call at a time."""
    read, calls = work.data("read"), work.task.calls
    onward = next_of(work)
    if onward is None:
        return _NOTHING
    if not calls:
        args: dict[str, Json] = {"query": f"{onward.question} {_about(work)}".strip(), "k": 8}
        if read.get("document"):
            args["documents"] = [read["document"]]
        return CallTool("search_memory", args)
    passages: Any = calls[0]["data"].get("passages") or []
    base = _day(onward, passages, work) if work.part.slots["way"] == "date" else _amount(onward, passages, work)
    if base is None:
        return _NOTHING
    if len(calls) == 1:
        return base.call
    data = calls[1]["data"]
    kept: dict[str, Json] = {"value": data.get("value"), "how": data.get("expression"), "shown": data.get("shown")}
    kept |= {"weekday": data.get("weekday"), "quote": base.said.text, "at": base.said.passage, "unit": base.unit}
    return Write(str(data.get("expression") or ""), data=kept)


@dataclass(frozen=True)
class _Base:
    """What the reckoning starts from, and where it stands."""

    call: CallTool
    said: Quoted
    unit: str = ""


def next_of(work: Work) -> Onward | None:
    """What is still needed for the answer that was read; None where it is one already."""
    read = work.data("read")
    sentence, value = str(read.get("sentence") or ""), str(read.get("shown") or "")
    if not read.get("found"):
        return None
    if work.part.slots.get("way") == "share":
        return base_of(sentence, value) if read.get("unit") == "%" else None
    return None if re.match(r"[\d-]*\d\d-\d\d", str(read.get("value") or "")) else event_of(sentence)


_ABOUT = re.compile(r"\s+\b(?:for|on|of)\s+(?P<thing>(?:the|our|my|this|that|a|an)\s+[\w'’ -]{2,40}?)[\s?.]*$", re.I)


def _about(work: Work) -> str:
    """ "for the boiler" of the question: the base that is looked for is that thing's."""
    m = _ABOUT.search(str(work.part.slots["question"]))
    return m["thing"] if m else ""


def of_each_option(work: Work, passages: Sequence[dict]) -> read_passages.Reading | None:
    """ "In both cases a deposit of 15 per cent" names no option: the share is read without it, where the option that is
    asked about stands in the same passage."""
    question = str(work.part.slots["question"])
    m = _ABOUT.search(question) if work.part.slots.get("way") == "share" else None
    if m is None:
        return None
    found = read_passages.answer(f"{question[: m.start()]}?", passages, work.sense, work.texts(passages))
    beside = found.found and found.unit == "%" and called(m["thing"], passages, [found.sentences[0].passage])
    return found if beside else None


def _day(onward: Onward, passages: Sequence[dict], work: Work) -> _Base | None:
    found = read_passages.answer(onward.question, passages, work.sense, work.texts(passages))
    unit, day = unit_name(onward.span.unit), str(found.typed)
    rival = found.rival and found.rival[1].text != str(work.data("read")["sentence"])
    if not found.found or rival or unit not in UNITS or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        return None
    operation = "subtract" if onward.back else "add"
    args: dict[str, Json] = {"operation": operation, "date": day, "amount": onward.span.number, "unit": unit}
    return _Base(CallTool("date_math", args), found.sentences[0])


def _amount(onward: Onward, passages: Sequence[dict], work: Work) -> _Base | None:
    """The amount that the share is of: the option's that is asked about, where the share stands beside the options; else
    the one that a sentence with the base's own words gives."""
    sentence = " ".join(str(work.data("read")["sentence"]).split())
    beside = [i for i, p in enumerate(passages) if sentence in " ".join(str(p["text"]).split())]
    if (about := _about(work)) and beside:
        for option in called(about, passages, beside):
            return _share(onward, option.number, option.unit, option.quotes[0]) if option.number is not None else None
    found = read_passages.answer(onward.question, passages, work.sense, work.texts(passages))
    if not found.found or found.rival:
        return None
    said, must = found.sentences[0], told_of(onward.question)
    if not (must <= set(stems(said.text)) if must else said.passage in beside):
        return None
    amounts = [v for v in find_values(said.text) if v.kind == "money" and v.number is not None]
    return _share(onward, amounts[0].number, amounts[0].unit, said) if len(amounts) == 1 else None


def _share(onward: Onward, amount: float | None, unit: str, said: Quoted) -> _Base:
    percent, of = (say.number(x or 0.0, plain=True) for x in (onward.span.number, amount))
    return _Base(CallTool("calculate", {"expression": f"{percent} / 100 * {of}"}), said, unit)


def worked(work: Work, answer: str) -> Piece | None:
    """The piece with what was reckoned first; None where nothing was."""
    data = work.data(STEP)
    value = data.get("value")
    if value is None:
        return None
    quote = f"{say.quote(str(data['quote']))} {work.cite(STEP, int(data['at']))}".strip()
    if isinstance(value, int | float):
        shown, unit = say.number(value, money=True), str(data.get("unit") or "")
        head = f"**{shown} {unit}** — {data.get('shown') or data['how']}"
        return Piece(f"{head}\n\n{answer}\n\n{quote}", data={"value": value, "unit": unit})
    from agents.rules.intents.dates import long_date

    head = f"**{long_date(str(value))}** ({data['weekday']}) — {data['how']}."
    return Piece(f"{head}\n\n{answer}\n\n{quote}", data={"value": value})
