"""What the numbers of a column are, by its name: amounts to add up, levels, money, or names in figures (a phone number)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.rules.tables.schema import Column
from agents.rules.words import stem

_ADDITIVE = {stem(w) for w in "amount revenue sales total cost quantity units qty turnover value spend expense kwh consumption profit income net gross payment paid sum volume count stock visits views clicks hours minutes".split()}  # fmt: skip  # noqa: SIM905

_LEVEL = {stem(w) for w in "price rate salary age temperature temp humidity score rating percent percentage grade weight height level margin discount wage speed pressure length size unit".split()}  # fmt: skip  # noqa: SIM905

_MONEY = {stem(w) for w in "amount revenue sales total cost price value turnover net gross salary spend expense fee budget payment income paid eur gbp usd charge charged fare rent earnings takings proceeds wage fine donation cash".split()}  # fmt: skip  # noqa: SIM905

_NAMES_SOMETHING_WORDS = """
id no number code sku year zip postcode phone telephone tel mobile fax extension ext room pin ref reference serial
ean barcode isbn account iban vat plate seat desk locker table line
"""
_NAMES_SOMETHING = frozenset(stem(w) for w in _NAMES_SOMETHING_WORDS.split())


def is_additive(c: Column) -> bool:
    return (any(s in _ADDITIVE for s in c.stems) and not any(s in _LEVEL for s in c.stems)) or not any(
        s in _LEVEL for s in c.stems
    )


# "Payment terms (days)", "Paid hours": what is counted is the unit, whatever else the name says.
_UNITS = {stem(w) for w in "day week month hour hr minute kg g km m percent pct number count qty quantity piece points".split()}  # fmt: skip  # noqa: SIM905
# Money that is kept beside what was charged or spent, and is meant only by its own name.
_ASIDE = {stem(w) for w in "grant discount deposit tax vat tip fee commission refund budget estimate estimated limit target allowance insurance excess credit balance".split()}  # fmt: skip  # noqa: SIM905


# What has been paid or is still to come of an amount that has a column of its own.
_SETTLED = {stem(w) for w in ("paid", "received", "settled", "outstanding", "open", "owed", "due", "billed")}


# "Invoice ex VAT", "Cost incl. tax", "net of VAT": an amount, and not the tax.
_TAXED = re.compile(r"\b(?:ex|excl|exc|inc|incl|excluding|including|before|after|without|with|net of|plus|less)\b[. _]*(?:vat|tax|gst)\b", re.I)  # fmt: skip
_PER_MONTH = re.compile(r"\b(?:pcm|p\.c\.m|pw|pa|p\.a)\b", re.I)


def is_money(c: Column) -> bool:
    own = c.stems[: c.stems.index("per")] if "per" in c.stems else c.stems
    named = any(s in _MONEY for s in c.stems) or re.search(r"[£$€¥]", c.name) or _TAXED.search(c.name.replace("_", " "))
    return bool(named) and not any(s in _UNITS for s in own)


def is_aside(c: Column) -> bool:
    """ "Deposit", "VAT": kept beside what rows bring or cost."""
    return any(s in _ASIDE for s in c.stems) and not _TAXED.search(c.name.replace("_", " "))


def is_each(c: Column) -> bool:
    """ "Rate per night", "unit_cost", "price_each": of one piece, so its sum says nothing."""
    return any(s in ("per", "each", "unit", "rate", "apiec") for s in c.stems) or bool(_PER_MONTH.search(c.name))


def principal(numbers: Sequence[Column]) -> Column | None:
    """The money that rows bring or cost: the one amount that is neither of a piece nor set aside; None when unclear."""
    whole = [c for c in numbers if is_money(c) and not is_each(c)]
    money = [c for c in whole if not is_aside(c)] or whole
    if len(money) > 1:
        money = [c for c in money if not any(s in _SETTLED for s in c.stems)] or money
    total = [c for c in money if "total" in c.stems] if len(money) > 1 else money
    return total[0] if len(total) == 1 else None


# How little of a thing there may be before more is bought.
LEVEL = {stem(w) for w in "reorder minimum min threshold safety level".split()}  # noqa: SIM905


def pieces(numbers: Sequence[Column]) -> Column | None:
    """How many there are of each row's thing."""
    named = {stem(w) for w in ("quantity", "qty", "units", "count", "stock", "pieces", "hand")}
    return next((c for c in numbers if named & set(c.stems) and not is_money(c)), None)


# "NO3 nitrate (mg/L)", "Line speed (m/s)": what has a unit is measured, whatever else its name says.
_UNIT = re.compile(r"\((?:[^()]*/[^()]*|[^()\w]*(?:k?g|mg|[cmk]?m|m?l|[kmg]?wh?|°?[cf]|h|hrs?|hours|min|s|days|[$€£¥%]|eur|gbp|usd)\b[^()]*|[$€£¥%])\)", re.I)  # fmt: skip


def is_identifier(c: Column) -> bool:
    if (
        c.stems[:2] == ("number", "of") or _UNIT.search(c.name) or _TAXED.search(c.name.replace("_", " "))
    ):  # "No. of nights" counts
        return False
    return any(s in _NAMES_SOMETHING for s in c.stems) and not any(s in ("units", "count") for s in c.stems)
