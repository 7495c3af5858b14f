"""How values and quotations look in an answer, and what is said of a language model that is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.base import Plan


def number(value: float, plain: bool = False, money: bool = False) -> str:
    """1234.5 -> "1,234.5"; plain: without separators, exact enough to compute with; money: two decimals."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    whole = float(value) == int(value) if abs(value) < 1e15 else False
    if plain:
        return str(int(value)) if whole else repr(float(value))
    if whole:
        return f"{int(value):,}"
    if money or abs(value) >= 1:
        text = f"{value:,.2f}"
        return text if money else text.rstrip("0").rstrip(".")
    return f"{value:.4g}"


def cell(value: Any, column: str = "") -> str:
    """A value of a table's cell for a Markdown table."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if isinstance(value, int) and re.search(r"year|\bid\b|_id$|number|no\.?$|code|zip|phone", column, re.I):
            return str(value)
        return number(value)
    text = re.sub(r"[T ]00:00:00(?:\.0+)?(?:Z|\+00:00)?$", "", str(value))
    return text.replace("|", "\\|").replace("\n", " ")


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], codes: frozenset[str] = frozenset()) -> str:
    """A Markdown table; numbers to the right. codes: columns whose numbers only number the rows."""
    numeric = [all(isinstance(r[i], int | float) or r[i] is None for r in rows) for i in range(len(columns))]
    head = "| " + " | ".join(cell(c) for c in columns) + " |"
    rule = "|" + "|".join(" ---: " if n else " --- " for n in numeric) + "|"
    plain = [c in codes for c in columns]
    body = [
        "| " + " | ".join(str(v) if plain[i] and v is not None else cell(v, columns[i]) for i, v in enumerate(r)) + " |"
        for r in rows
    ]
    return "\n".join([head, rule, *body])


def quote(text: str) -> str:
    """A passage's words in quotation marks, on one line; a heading's marks and bullets in front are left out."""
    flat = " ".join(text.split())
    return "“" + re.sub(r"^(?:[-*•#>|]+\s*)+", "", flat).strip("“” ") + "”"


def quoted(passages: Sequence[Mapping[str, Any]], index: int) -> str:
    """Document and place of a quotation, for people."""
    if not 0 <= index < len(passages):
        return ""
    p = passages[index]
    return ", ".join(x for x in (str(p.get("title", "")), str(p.get("locator", ""))) if x)


def failed_model(plan: Plan) -> str:
    """The language model that should have planned this and could not, without the address at which it is; "" when none is
    connected. Of a plan that the built-in agent made."""
    return plan.get("instead_of", "").partition("@")[0]


def general_knowledge(plan: Plan) -> str:
    """What to add to "I did not find this" when the documents are about something else."""
    if model := failed_model(plan):
        return f"If this is general knowledge, it needs a language model, and {model} gave no usable reply: try again later."
    return "If this is general knowledge, it needs a language model: Settings says how to connect one."
