"""What the numbers of a column are, by its name: amounts to add up, levels, money, or names in figures (a phone number)."""

from __future__ import annotations

import re

from agents.rules.tables.schema import Column
from agents.rules.words import stem

_ADDITIVE = {
    stem(w)
    for w in [
        "amount",
        "revenue",
        "sales",
        "total",
        "cost",
        "quantity",
        "units",
        "qty",
        "turnover",
        "value",
        "spend",
        "expense",
        "kwh",
        "consumption",
        "profit",
        "income",
        "net",
        "gross",
        "payment",
        "paid",
        "sum",
        "volume",
        "count",
        "stock",
        "visits",
        "views",
        "clicks",
        "hours",
        "minutes",
    ]
}

_LEVEL = {
    stem(w)
    for w in [
        "price",
        "rate",
        "salary",
        "age",
        "temperature",
        "temp",
        "humidity",
        "score",
        "rating",
        "percent",
        "percentage",
        "grade",
        "weight",
        "height",
        "level",
        "margin",
        "discount",
        "wage",
        "speed",
        "pressure",
        "length",
        "size",
        "unit",
    ]
}

_MONEY = {
    stem(w)
    for w in [
        "amount",
        "revenue",
        "sales",
        "total",
        "cost",
        "price",
        "value",
        "turnover",
        "net",
        "gross",
        "salary",
        "spend",
        "expense",
        "fee",
        "budget",
        "payment",
        "income",
        "paid",
        "eur",
        "gbp",
        "usd",
    ]
}

_NAMES_SOMETHING = {stem(w) for w in ("id", "no", "number", "code", "sku", "year", "zip", "postcode", "phone", "telephone", "tel", "mobile", "fax", "extension", "ext", "room", "pin", "ref", "reference", "serial", "ean", "barcode", "isbn", "account", "iban", "vat", "plate", "seat", "desk", "locker", "table", "line")}  # fmt: skip


def is_additive(c: Column) -> bool:
    return (any(s in _ADDITIVE for s in c.stems) and not any(s in _LEVEL for s in c.stems)) or not any(
        s in _LEVEL for s in c.stems
    )


def is_money(c: Column) -> bool:
    return any(s in _MONEY for s in c.stems)


# "NO3 nitrate (mg/L)", "Line speed (m/s)": what has a unit is measured, whatever else its name says.
_UNIT = re.compile(r"\((?:[^()]*/[^()]*|[^()\w]*(?:k?g|mg|[cmk]?m|m?l|[kmg]?wh?|°?[cf]|h|hrs?|hours|min|s|days|[$€£¥%]|eur|gbp|usd)\b[^()]*|[$€£¥%])\)", re.I)  # fmt: skip


def is_identifier(c: Column) -> bool:
    if c.stems[:2] == ("number", "of") or _UNIT.search(c.name):  # "No. of nights" counts
        return False
    return any(s in _NAMES_SOMETHING for s in c.stems) and not any(s in ("units", "count") for s in c.stems)
