"""What the reader model is told of a unit: its words, then what they stand under. Training uses the same function."""

from __future__ import annotations

from agents.rules.reading.units import LEANS_BACK, Unit

SHORT = 60  # characters; a unit this short says little without the one before it


def told(u: Unit) -> str:
    leans = len(u.text) < SHORT or LEANS_BACK.match(u.text)
    before = u.header or (u.before if leans else "")
    return f"{_plain(u.text)[:500]} [SEP] {_plain(u.title)[:60]}. {_plain(u.heading)[:60]}. {_plain(before)[-140:]}"


def _plain(text: str) -> str:
    return " ".join(text.replace("|", " ").replace("*", " ").replace("#", " ").replace("[SEP]", " ").split())
