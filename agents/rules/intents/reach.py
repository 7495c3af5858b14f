"""How to reach whom the part before found: "who keeps the keys, and how do I get hold of her?"

The person stands in one upload, the number in another: the name that was read is searched for, and the telephone number
and e-mail address beside it are quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.base import Action, CallTool, Write
from agents.rules import say
from agents.rules.reading.names import find_names
from agents.rules.shapes import Draft, Intent, Look, Part, Piece, Planned, Reading, Work
from text.sentences import sentences
from text.values import find_values
from tools.base import Json

NAME = "reach"
EXAMPLES = (
    "and how do I get hold of them?",
    "what's her phone number?",
    "and how can we reach him",
    "what is their e-mail address",
    "how do I contact that person?",
)
_PHONE = r"(?:phone|telephone|mobile|cell)(?: numbers?| no\.?)?|numbers?|extension"
_EMAIL = r"e-?mails?(?: address(?:es)?)?"
_WHO = r"(?:them|they|her|she|him|he|it|that (?:person|one|firm|company)|the (?:person|lady|man|woman|firm|company))"
_REACH = re.compile(
    rf"\b(?:how|where|on what number|at what address|by what number)\b.*\b(?:reach|contact|get hold of|get in touch with|call|ring|phone|e-?mail|write to|find|speak to|talk to|message|get through to)(?: to)? {_WHO}\b|"
    rf"\b(?:their|her|his|its) (?:contact )?(?P<what>{_PHONE}|{_EMAIL}|contact details?|details)\b",
    re.I,
)
_LABEL = re.compile(r"\W*(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+)\s*[:,(–—]")
_AFTER = 2  # lines under a name in which its number may stand


def read(part: Part, look: Look) -> Reading | None:
    m = _REACH.search(part.text)
    if m is None or part.before < 0 or not look.brief.documents:
        return None
    said = m["what"] or m[0]
    mail, phone = (
        re.search(r"e-?mail|write to", said, re.I),
        re.search(r"phone|mobile|cell|number|call|ring", said, re.I),
    )
    kinds: list[Json] = [k for k, asked in (("phone", phone), ("email", mail)) if asked] or ["phone", "email"]
    return Reading(NAME, 0.96, {"kinds": kinds}, part.text.rstrip("?"))


def steps(part: Part, reading: Reading, draft: Draft, given: Sequence[Planned], look: Look) -> Planned:
    before = given[-1].value.removeprefix("${").split(".")[0] if given and given[-1].value else ""
    found = draft.add(
        "Find how to reach whoever was found",
        "",
        {"read": part.text},
        [before] if before else [],
        "researcher",
        "The name is known only then; its number may stand in another upload.",
    )
    return Planned(NAME, part.text, {**reading.slots, "of": before}, {"reach": found}, f"${{{found}.value}}")


def act(work: Work, name: str) -> Action | None:
    if name != "reach":
        return None
    before = work.task.results.get(str(work.part.slots["of"]))
    whom = names_of(before["data"] if before else {})
    if not whom:
        return Write("Whom to reach was not found.", data={"value": None, "why": "the part before named nobody"})
    kinds = [str(k) for k in work.part.slots["kinds"]]  # type: ignore[union-attr]
    asked = {"phone": "telephone number", "email": "e-mail address"}
    at = len(work.task.calls)
    if at:
        passages: Any = work.task.calls[-1]["data"].get("passages") or []
        for i, said, values in beside(whom[at - 1], passages, kinds):
            data: dict[str, Json] = {
                "value": values[0],
                "all": [*values],
                "sentence": said,
                "at": i,
                "call": at,
                "who": whom[at - 1],
            }
            return Write(", ".join(values), data=data)
    if at < len(whom):
        query = " ".join([whom[at], *(asked[k] for k in kinds)])
        return CallTool("search_memory", {"query": query, "k": 12})
    return Write(f"No number of {whom[0]} was found.", data={"value": None, "who": whom[0]})


def names_of(data: Mapping[str, Any]) -> list[str]:
    """Whom a part's answer names, the likeliest first: its value, then the people and the firms of its sentence."""
    label = data.get("label") or {}
    first = [str(label["value"])] if label.get("value") else []
    shown, sentence = str(data.get("shown") or ""), str(data.get("sentence") or "")
    if data.get("kind") in ("person", "organisation") and shown:
        first.append(shown)
    if m := _LABEL.match(sentence):  # a line of a list: "Tom Garrity: 07700 900417"
        first.append(m["name"])
    found = find_names(sentence)
    rest = [n.text for kind in ("person", "organisation", "name", "place") for n in found if n.kind == kind]
    named = [x for n in [*first, *rest] if (x := re.sub(r"['’]s$", "", n.strip(" ,.")))]
    return list(dict.fromkeys(named))[:3]


def beside(name: str, passages: Sequence[Mapping[str, Any]], kinds: Sequence[str]) -> list[tuple[int, str, list[str]]]:
    """(passage, what stands there, its numbers or addresses) where the name stands with them, the surest first."""
    parts = re.sub(r"^(?:Dr|Mr|Mrs|Ms|Prof|Sir|Dame|Rev)\.?\s+", "", name).split()
    out: list[tuple[int, int, str, list[str]]] = []
    for i, p in enumerate(passages):
        lines = [" ".join(s.text.split()) for s in sentences(str(p["text"]))]
        for k, line in enumerate(lines):
            whole = " ".join(parts).casefold() in line.casefold()
            if not whole and not (len(parts) > 1 and re.search(rf"\b{re.escape(parts[-1])}\b", line)):
                continue
            said, found = line, _values(line, kinds)
            for below in lines[k + 1 : k + 1 + _AFTER] if not found and len(line.split()) <= 8 else ():
                if find_names(below):
                    break
                said, found = f"{said} {below}", _values(below, kinds)
                if found:
                    break
            if found:
                out.append((0 if whole else 1, i, said, found))
    return [(i, said, found) for _, i, said, found in sorted(out, key=lambda x: x[:2])]


def _values(text: str, kinds: Sequence[str]) -> list[str]:
    return [v.text for kind in kinds for v in find_values(text) if v.kind == kind]


def write(work: Work) -> Piece:
    if bad := work.failed():
        return bad
    data = work.data("reach")
    if data.get("value") is None:
        who = str(data.get("who") or "")
        why = f"No telephone number or e-mail address of {who} stands in your documents." if who else "The part before named nobody to reach."  # fmt: skip
        return Piece(why, "not_answered", why)
    values: Any = data["all"]
    cite = work.cite("reach", int(data["at"]))
    return Piece(
        f"**{', '.join(values)}** — {data['who']}: {say.quote(str(data['sentence']))} {cite}".strip(),
        data={"value": data["value"]},
    )


INTENT = Intent(NAME, EXAMPLES, read, steps, write, act)
