"""Under an answer: a button that remembers what the user said of themselves in the goal. Never without the click.

Which sentences say something lasting about the user is decided by their form alone, and narrowly: a missed one can still
be remembered by saying so.
"""

from __future__ import annotations

import re

import streamlit as st

from memory.facts import subject_of
from runs.types import Run
from text.sentences import sentences
from ui import session
from ui.render import label

_LASTING = re.compile(
    r"^(?:i|we)(?:['’](?:m|re)|\s+(?:am|are))?\s+(?:now\s+)?(?:work|live|study|working|living|studying|based)\s+(?:at|in|for|with)\b"
    r"|^(?:my|our)\s+(?!goal|question|task|problem|request|file|document|table"
    r"|upload)[\w' -]{2,40}\s+(?:is|are)\s+(?!in\b|on\b|not\b|what|how|the\b|wrong|broken)"
    r"|^i\s+(?:prefer|always|never)\s+\w+",
    re.I,
)
_ASKED = re.compile(r"\?\s*$|^(?:what|who|when|where|how|why|which|is|are|do|does|can|could|please)\b", re.I)
_REMEMBERED = re.compile(r"\b(?:remember|forget|keep in mind|note that|bear in mind)\b", re.I)
_LONGEST = 160


def proposed(goal: str) -> str:
    """The sentence of a goal that says something lasting about the user, or "" ("I work at Acme. What is …?")."""
    if _REMEMBERED.search(goal) or len(goal) > 4000:
        return ""
    for s in sentences(goal):
        text = " ".join(goal[s.start : s.end].split())
        first = re.split(r",\s+(?=(?:so|and|what|how|can|could|please)\b)", text, maxsplit=1)[0].rstrip(" .,;!")
        if (
            len(first) <= _LONGEST
            and _LASTING.search(first)
            and not _ASKED.search(text if first in (text, text[:-1]) else first)
        ):
            return first
    return ""


def draw(run: Run) -> None:
    fact = proposed(run.goal)
    if not fact or run.id in st.session_state.get("fact-declined", set()):
        return
    known = session.groundwork().memory(session.user()).facts(k=1000)
    if any(f.text.casefold() == fact.casefold() for f in known):
        return
    old = next((f.text for f in known if subject_of(fact) and subject_of(f.text) == subject_of(fact)), "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"propose-{run.id}"):
        st.button(
            label(f"Remember: “{fact}”", 90), key=f"remember-{run.id}", icon=":material/bookmark_add:", type="tertiary",
            help=label(f"Takes the place of “{old}”") if old else None, on_click=_remember, args=(run.id, fact),
        )  # fmt: skip
        st.button(
            "Do not remember this", key=f"decline-{run.id}", icon=":material/close:", type="tertiary", help="Do not remember this",
            on_click=_decline, args=(run.id,),
        )  # fmt: skip


def _remember(run: str, fact: str) -> None:
    session.attempt(session.groundwork().memory(session.user()).remember, fact, f"{run}:proposed")


def _decline(run: str) -> None:
    st.session_state["fact-declined"] = st.session_state.get("fact-declined", set()) | {run}
