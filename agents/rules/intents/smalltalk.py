"""Greetings, thanks, "what can you do?": a short useful reply, without tools."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work

NAME = "smalltalk"
EXAMPLES = (
    "Hello!",
    "hi there",
    "good morning",
    "hey, how are you?",
    "What can you do?",
    "How can you help me?",
    "help",
    "who are you?",
    "what is Groundwork?",
    "How do I use this?",
    "What kind of questions can I ask you?",
    "thanks a lot",
    "thank you, that was helpful",
    "goodbye",
    "What are your capabilities?",
    "how does this work?",
)
_HELLO = re.compile(
    r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|greetings|howdy|yo|moin|hallo)(?: (?:there|all|everyone|groundwork|again|you))?",
    re.I,
)
_THANKS = re.compile(
    r"(?:ok(?:ay)?,? |great,? |perfect,? |super,? |cool,? )*(?:many )?(?:thanks?|thank you|thx|cheers|ta|much appreciated)(?:[ ,!.-]+.{0,60})?|great|perfect|nice|cool|awesome|well done|good job|ok(?:ay)?",
    re.I,
)
_BYE = re.compile(r"(?:good ?bye|bye(?: bye)?|see you(?: later)?|good night|ciao)", re.I)
_HOW = re.compile(r".*\bhow(?:'s| are| is) (?:you|it going|things)(?: doing| today)?", re.I)
_HELP = re.compile(
    r"""
    (?:help(?:[ ]me)?
        |what[ ](?:can|do|are)[ ]you(?:r)?[ ](?:do|capabilities|able[ ]to[ ]do|features|help[ ](?:me[ ])?with).*
        |how[ ](?:can|do|could)[ ]you[ ]help.*|who[ ]are[ ]you|what[ ]are[ ]you|what[ ]is[ ]groundwork
        |what[ ](?:can|could|should)[ ]i[ ](?:ask|do|type|say|try)
        (?:[ ](?:you|here|first|next|now|with[ ](?:this|it|you)|in[ ]here))*
        |how[ ]do[ ]i[ ](?:use|start|begin|get[ ]started).*|how[ ]does[ ](?:this|it|groundwork|that)[ ]work
        |what[ ](?:kinds?|sorts?|types?)[ ]of[ ].*(?:can[ ]i[ ]ask|do[ ]you|can[ ]you).*
        |(?:show|tell)[ ]me[ ]what[ ]you[ ]can[ ]do|what[ ]is[ ]this(?:[ ]app|[ ]tool)?|introduce[ ]yourself
        |tell[ ]me[ ]about[ ]yourself|what'?s[ ]this)
    """,
    re.I | re.X,
)
_ABLE = """I work on a goal in steps, with your documents and tables, and show every step. Without a language model I can:

- answer questions about your uploads, with the passage quoted, and summarise, compare or report on them
- count, add up, group and chart tables (CSV, Excel, Parquet, JSON lines), with the SQL shown
- do arithmetic, percentages, unit conversions and dates
- read a web page that you give me by its address, and search the web when you have switched that on
- remember facts that you tell me, and forget them again

Upload a file with the paper clip and ask, or try “What is 17.5% of 2,340?”"""


def read(part: Part, look: Look) -> Reading | None:
    text = re.sub(r"[!.?,\s]+$", "", part.text.strip())
    for kind, pattern in (("hello", _HELLO), ("thanks", _THANKS), ("bye", _BYE), ("how", _HOW), ("help", _HELP)):
        rest = re.sub(r"^(?:hi|hello|hey)[,!. ]+", "", text, flags=re.I) if kind not in ("hello",) else text
        if pattern.fullmatch(rest):
            return Reading(NAME, 0.95, {"kind": kind}, {"help": "what I can do"}.get(kind, "a greeting"))
    if len(text.split()) <= 9 and re.search(r"\byou(?:r)?\b|\bgroundwork\b|\bapp\b", text, re.I):
        return Reading(NAME, 0.35, {"kind": "help"}, "what I can do")
    return None


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    return Planned(NAME, part.text, reading.slots, {})


def write(work: Work) -> Piece:
    return Piece(
        {
            "hello": "Hello! Give me a goal: a question about your files, a calculation, a date. “What can you do?” lists more.",
            "how": "All is working, thank you. What shall I do for you?",
            "thanks": "You're welcome. What else shall I look at?",
            "bye": "Goodbye. Your files, facts and conversations are kept.",
        }.get(str(work.part.slots["kind"]), _ABLE)
    )


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
