"""Which words refer to something said before, and what "it" and "they" of a follow-up stand for: noun phrases, no grammar.

"Who managed the almshouse project?" + "when did they start on it?" -> "when did they start on the almshouse project?".
Where no phrase plainly stands for the pronoun the text is left as it is.
"""

from __future__ import annotations

import re

from agents.rules.words import STOP

_DETERMINERS = r"(?:the|our|my|your|his|her|their|an?|this|that|each|all)"
_AUX = r"(?:do|does|did|can|could|will|would|must|should|shall|may|might|is|are|was|were|has|have|had)"
# Verbs that a noun phrase of a question runs into: "how much does the school trip | cost".
_VERBS = {
    "cost", "costs", "take", "takes", "last", "lasts", "start", "starts", "begin", "begins", "end", "ends", "weigh", "come", "comes", "run", "runs", "open", "opens",
    "close", "closes", "arrive", "arrives", "leave", "leaves", "work", "works", "pay", "pays", "expire", "expires", "happen", "happens", "say", "says", "check",
    "need", "needs", "get", "gets", "go", "goes", "finish", "belong", "apply", "include", "live", "sit", "stand", "meet", "charge", "mean", "contain", "use",
}  # fmt: skip
_PHRASE = re.compile(rf"\b{_DETERMINERS}\s+(?P<rest>[\w'’&-]+(?:\s+[\w'’&-]+){{0,4}})", re.I)
_SUBJECT = re.compile(rf"\b{_AUX}\s+(?P<rest>[a-z][\w'’-]+(?:\s+[a-z][\w'’-]+){{0,2}})", re.I)
_MANY = re.compile(r"\b(?:they|them)\b", re.I)
_ONE = re.compile(r"\bit\b(?!\s+(?:is|was|be)?\s*(?:possible|allowed|true|okay|ok)\b)", re.I)
_CONJUNCTION = re.compile(
    r"\b(?:remember|note|forget|know|mind|think|believe|says?|states?|so|such|ensure|means?|sure)\s+that\b", re.I
)
_IT_OF_NOTHING = re.compile(
    r"\b(?:how (?:much|long|many|far|old|often) (?:is|was|does|will|did|do) it"
    r"|(?:is|was|does|did|will) it|it (?:is|was|takes|has"
    r"|must)(?= (?:to|from|until|possible|allowed|in)\b))\b(?= (?:from|until|till|since|take|to"
    r"|between|in|allowed|possible|cost to)\b)",
    re.I,
)
_THERE = re.compile(r"\b(?:is|are|was|were) there\b|\bthere (?:is|are|was|were)\b", re.I)
_RELATIVE = re.compile(
    r"(?<=\w)\s+(?:that|which)\s+(?=(?:is|are|was|were|has|have|had|can|must|may|says?|i|we|they|you|sent|the|needs?|cost|came)\b)",
    re.I,
)
_ASKS_OF_THAT = re.compile(r"(?:what|how much|and|how many)\b[^,]*\bthat\b", re.I)


def resolved(text: str, before: str) -> str:
    """`text` with "it", "they" and "them" replaced by the phrase of `before` that they plainly stand for."""
    one, many = _phrases(before)
    if many:
        text = _MANY.sub(many[0], text, count=1)
    if one:
        text = _ONE.sub(one[-1], text, count=1)
    return text


def phrase_of(question: str) -> str:
    """The last noun phrase of a question with a determiner, what it most likely is about; "" where it has none."""
    one, many = _phrases(question)
    return (one or many or [""])[-1]


def _phrases(question: str) -> tuple[list[str], list[str]]:
    """(phrases that "it" may stand for, phrases that "they" may stand for), in the question's order."""
    found: list[tuple[int, str]] = []
    for m in _PHRASE.finditer(question):
        if kept := _kept(m["rest"]):
            found.append((m.start(), f"{m[0].split()[0]} {kept}"))
    for m in _SUBJECT.finditer(question):
        kept = _kept(m["rest"])
        if kept and _plural(kept):
            found.append((m.start("rest"), kept))
    ordered = [p for _, p in sorted(found)]
    return [p for p in ordered if not _plural(p)], [p for p in ordered if _plural(p)]


def _kept(words: str) -> str:
    """The words up to the first that is no part of a noun phrase."""
    out: list[str] = []
    for w in words.split():
        if w.casefold() in STOP or (out and w.casefold() in _VERBS):
            break
        out.append(w)
    return " ".join(out)


def _plural(phrase: str) -> bool:
    last = phrase.split()[-1].casefold()
    return (last.endswith("s") and not last.endswith(("ss", "us", "is", "'s", "’s"))) or last in ("people", "children", "staff", "men", "women")  # fmt: skip


def without_relative(text: str) -> str:
    """ "that" as a conjunction or relative pronoun refers to nothing before: "the rule that says", "remember that"."""
    out = _CONJUNCTION.sub(" ", text)
    out = _IT_OF_NOTHING.sub(" ", out)
    out = _THERE.sub(" ", out)
    return _RELATIVE.sub(" ", out) if not _ASKS_OF_THAT.match(out) else out
