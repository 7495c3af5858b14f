"""The earlier question once more, about something else: "17.5% of 2,340" + "2,900", "What is the limit in London?" +
"outside London". Only wording is changed; what it means then is the intents' business.
"""

from __future__ import annotations

import re

from text.values import Value, find_values

_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w'’-]*(?: (?:(?:&|and|of) )?[A-Z][\w'’-]*)*")
_PREPOSITION = r"(?:in|at|for|outside|inside|on|of|from|to|under|by|during|within|with|since|before|after)"


def _in_unit_of(o: Value, v: Value) -> str:
    """ "two hours" as the question before said it, "120-minute"; "" where it is the same unit or no whole number of it."""
    whole, part = (_MINUTES.get(u.rstrip("s")) for u in (v.unit, o.unit))
    if o.kind != "duration" or v.number is None or o.unit == v.unit or whole is None or part is None:
        return ""
    number = v.number * whole / part
    if number != int(number):
        return ""
    return f"{number:g}-{o.unit.rstrip('s')}" if "-" in o.text else f"{number:g} {o.unit}"


_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}


def swapped(before: str, new: str) -> str:
    """The earlier wording with its value of the same kind replaced: "17.5% of 2,340" + "2,900" -> "17.5% of 2,900"."""
    new = re.sub(r"\b(?:an?|one) (?=(?:minute|hour|day|night|week|month|quarter|year)\b)", "1 ", new, flags=re.I)
    new = re.sub(r"\b(?:an?|one) fortnight\b", "2 weeks", new, flags=re.I)
    values = [v for v in find_values(new) if v.number is not None or v.date]
    if len(values) != 1:
        return ""
    v = values[0]
    same = [o for o in find_values(before) if _alike(o, v)]
    if not same:
        return ""
    o = same[-1]
    return before[: o.start] + (_in_unit_of(o, v) or v.text) + before[o.end :]


def _alike(a: Value, b: Value) -> bool:
    if a.kind == b.kind:
        return True
    return {a.kind, b.kind} <= {"number", "money", "quantity"} and a.kind != "percent"


def _other_name(before: str, new: str) -> str:
    """ "How long would Dale & Sons need?" + "Brightwater" -> the same about Brightwater; "" where no one name stands."""
    names = list(dict.fromkeys(m[0] for m in _NAME.finditer(before)))
    bare = re.match(r"(?:what about|how about|and|or|for|with|of)?\s*(?P<n>[^\W\d_][\w&'’ -]*)$", new.strip(), re.I)
    if (
        len(names) != 1
        or bare is None
        or re.match(rf"(?:the|a|an|our|my|their|its|per|as|only|{_PREPOSITION})\b", bare["n"], re.I)
    ):
        return ""
    said = names[0]
    owned = "’s" if said.endswith("’s") else "'s" if said.endswith("'s") else ""
    return before.replace(said, f"{bare['n']}{owned}")


def again(before: str, text: str, new: str) -> str:
    """The earlier question about something else: "What is the limit in London?" + "outside London"."""
    bare = before.rstrip("?. ")
    if other := swapped(before, new):
        return other
    if len(new.split()) <= 5 and (renamed := _other_name(before, new)):
        return renamed
    lead = re.match(rf"(?:and |what about |how about |same )*(?P<pp>{_PREPOSITION}\b.+)", text, re.I)
    if lead:
        tails = list(re.finditer(rf"\s{_PREPOSITION}\s+(?:the |our |my )?[^\s].*?(?=\s{_PREPOSITION}\s|$)", bare, re.I))
        if tails:
            word = lead["pp"].split()[0].lower()
            tail = next((t for t in tails if t[0].split()[0].lower() == word), tails[-1])
            said = re.sub(r"\bone$", tail[0].split()[-1], lead["pp"])  # "for a second one": a second car
            return f"{bare[: tail.start()]} {said}{bare[tail.end() :]}?"
    head = re.match(
        r"(?:please\s+)?(?:who|what|when|where|how (?:much|many|long|old|big|far|heavy)|which \w+)(?:'s|’s| is| are| was| were| does| do| did)?",
        bare,
        re.I,
    )
    if head:
        verb = (
            head[0]
            if re.search(r"(?:is|are|was|were|'s|’s)$", head[0])
            else f"{head[0]} is"
            if not re.search(r"(?:does|do|did)$", head[0])
            else re.sub(r"(?:does|do|did)$", "is", head[0])
        )
        return f"{verb} {new}?"
    return f"{bare} {new}?"
