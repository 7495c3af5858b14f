"""What rules cannot do honestly: free writing, opinions, world knowledge, translation, code. It says so and says how to
connect a language model. It makes nothing up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules import say
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work

NAME = "needs_model"
EXAMPLES = (
    "Write a poem about autumn",
    "Write an email to my landlord asking for a repair",
    "Translate this sentence into French",
    "What do you think about remote work?",
    "Tell me a joke",
    "Write a Python function that sorts a list",
    "Explain quantum physics to a child",
    "Who won the world cup in 1998?",
    "What is the capital of Australia?",
    "Give me ideas for a birthday party",
    "Draft a cover letter for a job as a nurse",
    "What should I cook tonight?",
    "Rewrite this paragraph in a friendlier tone",
    "How do I learn to play the guitar?",
    "Should I buy or rent a house?",
    "Compose a tweet announcing our product",
    "Fix the bug in my code",
    "Recommend me a good book",
    "Who is the president of France?",
    "Plan a three-day trip to Rome",
    "Invent a slogan for a bakery",
    "Which stocks will go up next year?",
    "What will the weather be tomorrow?",
    "Roleplay as a pirate",
)
HOW = (
    "Connect one by setting a key in the environment before starting (for example `OPENAI_API_KEY`), or by running Ollama on this machine. "
    "Until then I can answer from your documents and tables, calculate, convert units, work with dates, read a web page and remember facts."
)


AGAIN = (
    "Try again later, or choose another model under Settings. What I can do without one is under “What can you do?”."
)
_FREE = re.compile(
    r"""
    \b(?:write|compose|draft|invent|create|make[ ]up|generate|give[ ]me|sing|tell)\b.{0,30}\b(?:
        poem|haiku|song|lyrics|story|tale|essay|e-?mail|letter|speech|tweet|post|slogan|joke|riddle|limerick
        |blog|script|function|program|code|recipe|cover[ ]letter|toast|ad|advert|caption|novel|rap|verse|sonnet
        |message[ ]to)
    \b
    |\btranslate\b
    |\b(?:into|in|to)[ ]
    (?:french|german|spanish|italian|polish|dutch|portuguese|chinese|japanese|russian|arabic|latin)\b
    |\b(?:rewrite|rephrase|paraphrase|proofread|polish|reword|brainstorm|role-?play)\b
    |\b(?:do|what[ ]do|would|don't)[ ]you[ ]
    (?:think|believe|reckon|feel|prefer|make[ ]of|recommend|advise|suggest)\b
    |\byour[ ](?:honest[ ]|own[ ]|personal[ ])*(?:opinion|view|advice|thoughts|take|recommendation)\b
    |\b(?:recommend|suggest)[ ]me\b|\bideas[ ]for\b|\bin[ ]the[ ]style[ ]of\b
    |^\W*say[ ](?!what|which|who|when|where|how|if)\w+
    """,
    re.I | re.X,
)


def read(part: Part, look: Look) -> Reading | None:
    if _FREE.search(part.text) and not re.search(r"\b(?:report|summary|table)\b", part.text, re.I):
        return Reading(NAME, 0.93, {}, "something that needs a language model")
    return Reading(NAME, 0.3, {}, "something that needs a language model")


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    return Planned(NAME, part.text, reading.slots, {})


def write(work: Work) -> Piece:
    documents = work.task.documents
    why = "" if documents else " Nothing is uploaded either that I could answer it from."
    model = say.failed_model(work.task.plan)
    there = f"{model} gave no usable reply" if model else "none is connected"
    then = AGAIN if model else HOW
    return Piece(
        f"This needs a language model, and {there}.{why} {then}",
        "not_answered",
        "This needs a language model.",
    )


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
