"""A language model's own word: what it may say of its own, and when that is no answer to the goal.

The check of claims (`claims`) says of each sentence whether the run bears it out. Here is what follows for the whole:
an answer of which nothing is borne out, that says nothing, repeats itself or is about something else, is not `answered`.
Where the goal asks for words of the model's own (a letter, a chat), they need no source, but must still be about the goal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from agents.base import Claim, Talk, made_by_model
from graph.claims.sense import absent
from graph.state import Answer, State
from text.values import find_values
from text.words import names, stems, tokens

Embed = Callable[[Sequence[str]], Any]  # texts -> array [len(texts), n], L2-normalised
NEAR = 0.25  # cosine from which a text without a shared word is still about the goal; unrelated texts are below 0.15
LONG = 40  # words from which repetition says something
LOOP = 0.6  # share of four-word pieces that occurred before: a song's chorus stays below


def says_a_fact(text: str) -> bool:
    """A figure, a date or a name: what a model must not say from memory. "Good morning to you" says none."""
    return bool(find_values(text) or names(text))


def from_memory(state: State, claims: Sequence[Claim]) -> list[Claim]:
    """The claims that a model made of its own: nothing supports them, and they are more than small talk."""
    if not made_by_model(state["plan"]):
        return []
    looked = any(r["sources"] for r in state["results"].values())
    return [c for c in claims if c["support"] == "unsupported" and (looked or says_a_fact(c["text"]))]


def hollow(state: State, answer: Answer, embed: Embed, changed: bool) -> str:
    """Why a model's text is no answer to the goal, in a sentence for the user; "" when it may count as one.

    changed: the run changed something, and a bare "Done." is then enough."""
    if not made_by_model(state["plan"]):
        return ""
    claims, text = answer["claims"], answer["text"]
    sure = state["plan"].get("sure")
    asked: Talk = sure["talk"] if sure else "text"
    own = len(from_memory(state, claims)) == len(claims)
    if claims and (own or (not asked and all(c["support"] == "unsupported" for c in claims))):
        return "Nothing that this run found supports the answer: it is the model's own word."
    if not claims and not asked and not changed:
        if absent(text):
            return "The answer says that what was asked was not found."
        return "The answer says nothing that could be compared with what this run found."
    if loops(text):
        return "The answer repeats itself over and over."
    computed = any(c["support"] == "computed" for c in claims)
    if sure and asked != "chat" and not computed and not changed and not touches(state, answer, embed):
        return "The answer does not touch what was asked."
    return ""


def loops(text: str) -> bool:
    words = [*tokens(text)]
    pieces = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    return len(words) >= LONG and 1 - len({*pieces}) / len(pieces) > LOOP


def touches(state: State, answer: Answer, embed: Embed) -> bool:
    """Is it about the goal, or about what was said before it: in its words, or in those of the passages it cites?"""
    asked = [state["goal"], *(r for _, r in state["replies"])]
    asked += [t for turn in state["turns"][-1:] for t in (turn["goal"], turn["answer"])]
    said = [answer["text"], *(f"{s['title']} {s['locator']} {s['quote']}" for s in answer["sources"])]
    words = {s for t in asked for s in stems(t)}
    if not words or words & {s for t in said for s in stems(t)}:
        return True
    vectors = embed([state["goal"], answer["text"][:1_000]])
    return float(vectors[0] @ vectors[1]) >= NEAR
