"""What has been uploaded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work

NAME = "list_documents"
EXAMPLES = (
    "What have I uploaded?",
    "Which documents do you have?",
    "list my files",
    "How many documents are there in your memory?",
    "show me all uploads",
    "what files can you see",
    "Which tables did I give you?",
    "what is in my memory",
    "do you have any documents from me?",
)
_THING = r"(?:documents?|files?|uploads?|pdfs?|spreadsheets?|tables?|attachments?|docs|papers)"
_FORMS = re.compile(
    rf"(?:.*\b(?:what|which|how many|list|show|see|name|any|tell)\b.*\b(?:uploaded|upload)\b(?:.*\b(?:so far|until now|yet|here|today|already)\b)?|"
    rf"(?:please |can you |could you )*(?:list|show|name|give|tell)(?: me)?(?: a list of| the names of| an overview of)? (?:all )?(?:of )?(?:my|the|your|our|all|these|uploaded)*(?: my| the| uploaded| of my)* {_THING}(?: (?:i|we) (?:have|'ve|gave you|have uploaded|uploaded))?(?: (?:you have|you know|that you have|in (?:your )?memory|that are there|i have uploaded|there are|i gave you))*|"
    rf"(?:what|which|how many)(?: kinds? of| of my| different)? {_THING} (?:do|did|have|are|can|were|has|i|there|you)\b(?! (?:mention|say|talk|contain|deal|cover|describe|state|refer|require|discuss|about|larger|above)).*?\b(?:you|i|there|we|memory|see|have|know|uploaded|here|me)\b(?: (?:so far|from me|have|see|now|access|to|in|memory|uploaded|know|of|about|there|given|you|your|my|at the moment|stored|read|got|mine|on file|for))*|"
    rf"(?:do|did) (?:you|i) have (?:any|some|my) {_THING}(?: .{{0,20}})?|what(?:'s| is) in (?:my|your|the) (?:memory|library|uploads)|my {_THING})",
    re.I,
)


def read(part: Part, look: Look) -> Reading | None:
    text = part.text.strip().rstrip("?.! ")
    if not _FORMS.fullmatch(text) or re.search(
        r"\b(?:about|mention|regarding|contain|say|largest|total|sum)\b(?! (?:me|you)\b)", text, re.I
    ):
        return None
    return Reading(
        NAME,
        0.95,
        {
            "count": bool(re.search(r"\bhow many\b", text, re.I)),
            "tables": bool(re.search(r"\b(?:tables?|spreadsheets?)\b", text, re.I)),
        },
        "what you have uploaded",
    )


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    step = draft.add(
        "List your documents", "list_documents", {}, (), "researcher", "The question is about the uploads themselves."
    )
    return Planned(NAME, part.text, reading.slots, {"list": step}, f"${{{step}.value}}")


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    documents = work.data("list").get("documents") or []
    if not documents:
        return Piece(
            "You have not uploaded anything yet. Add a file with the paper clip beside the chat, or on the Memory page."
        )
    head = f"You have uploaded **{len(documents)}** document{'s' * (len(documents) != 1)}:"
    lines = []
    for d in documents:
        pages = f", {d['pages']} page{'s' * (d['pages'] != 1)}" if d.get("pages") else ""
        lines.append(f"- {d['name']} ({str(d['format']).upper()}{pages})")
    return Piece(head + "\n\n" + "\n".join(lines), data={"value": len(documents)})


INTENT = Intent(NAME, EXAMPLES, read, steps, write)
