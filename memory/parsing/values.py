"""Types of a table's columns: from cells as they stand in a file to numbers, dates, booleans or text.

A column has one type, and only if every cell that says something fits it; else it stays text, as written. Numbers may
carry thousands separators, a currency sign or "%"; 12% is kept as 12.0 with the unit "%", which is how people read it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

NOTHING = frozenset(
    {"", "-", "–", "—", "n/a", "na", "#n/a", "null", "none", "nan", "nil", "?", "#value!", "#ref!", "#div/0!"}
)
_SIGNS = "$€£¥₹"
_CODES = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "CHF": "CHF"}
_NUMBER = re.compile(
    rf"^(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?P<before>[{_SIGNS}]|{'|'.join(_CODES)})?\s*(?P<sign2>[-+−])?\s*"
    rf"(?P<digits>\d[\d.,' \u00a0\u202f]*(?:[eE][-+]?\d+)?|[.,]\d+)\s*(?P<after>%|[{_SIGNS}]|{'|'.join(_CODES)})?\s*(?P<close>\))?$"
)
_DOT = re.compile(r"^(?:\d{1,3}(?:[,' ]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?$")
_COMMA = re.compile(r"^(?:\d{1,3}(?:[.' ]\d{3})+|\d+)?(?:,\d+)?(?:[eE][-+]?\d+)?$")
_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d-%m-%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y", "%d. %B %Y", "%a, %d %b %Y",
)  # fmt: skip
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
_BIGGEST = 2**63


class Column(NamedTuple):
    type: str  # DuckDB's: BIGINT, DOUBLE, DATE, TIMESTAMP, BOOLEAN, VARCHAR
    values: list[Any]
    unit: str  # "%", "$" ... or ""


def column(cells: Sequence[Any], comma: bool = False) -> Column:
    """The column's type and values. comma: "1,234" and its like are more likely decimal than thousands."""
    said = [c for c in cells if not is_nothing(c)]
    if not said:
        return Column("VARCHAR", [None] * len(cells), "")
    if all(isinstance(c, bool) for c in said):
        return Column("BOOLEAN", [None if is_nothing(c) else c for c in cells], "")
    if all(isinstance(c, str) and c.strip().lower() in ("true", "false") for c in said):
        return Column("BOOLEAN", [None if is_nothing(c) else c.strip().lower() == "true" for c in cells], "")
    return (
        _numbers(cells, said, comma) or _dates(cells, said) or Column("VARCHAR", [shown(c) or None for c in cells], "")
    )


def is_nothing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in NOTHING) or cell != cell


def shown(cell: Any) -> str:
    """A cell as text, for passages and for text columns."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.10g}"
    return " ".join(str(cell).split())


# --- numbers


def _numbers(cells: Sequence[Any], said: Sequence[Any], comma: bool) -> Column | None:
    if any(isinstance(c, (bool, date, time)) for c in said):
        return None
    written = [c for c in said if isinstance(c, str)]
    matches = [_NUMBER.match(c.strip()) for c in written]
    if not all(matches) or any(_is_code(c.strip()) for c in written):
        return None
    comma = _decimal_comma([m["digits"].strip() for m in matches if m], comma)
    units = {_unit(m) for m in matches if m} - {""}
    if len(units) > 1:
        return None
    values = [None if is_nothing(c) else _number(c, comma) for c in cells]
    if any(v is None and not is_nothing(c) for v, c in zip(values, cells, strict=True)):
        return None
    present = [v for v in values if v is not None]
    if all(isinstance(v, int) and abs(v) < _BIGGEST for v in present):
        return Column("BIGINT", values, next(iter(units), ""))
    return Column("DOUBLE", [None if v is None else float(v) for v in values], next(iter(units), ""))


def _is_code(text: str) -> bool:
    """Digits that name something rather than count: "00123", a card or account number."""
    digits = re.sub(r"\D", "", text)
    return bool(re.fullmatch(r"0\d+", text)) or (text.isdigit() and len(digits) > 15)


def _decimal_comma(digits: Sequence[str], likely: bool) -> bool:
    comma = sum(bool(re.search(r"\.\d{3},|^\d+,(\d{1,2}|\d{4,})$|(\.\d{3}){2}", d)) for d in digits)
    dot = sum(bool(re.search(r",\d{3}\.|^\d+\.(\d{1,2}|\d{4,})$|(,\d{3}){2}", d)) for d in digits)
    return comma > dot if comma or dot else likely


def _unit(m: re.Match[str]) -> str:
    found = m["after"] or m["before"] or ""
    return _CODES.get(found, found)


def _number(cell: Any, comma: bool) -> int | float | None:
    if not isinstance(cell, str):
        return cell
    m = _NUMBER.match(cell.strip())
    if m is None or bool(m["open"]) != bool(m["close"]):
        return None
    digits = re.sub(r"[\u00a0\u202f]", " ", m["digits"]).strip()
    if not (_COMMA if comma else _DOT).match(digits):
        return None
    plain = re.sub(r"[.' ]", "", digits).replace(",", ".") if comma else re.sub(r"[,' ]", "", digits)
    value = int(plain) if plain.isdigit() else float(plain)
    return -value if m["open"] or "-" in (s := (m["sign"] or "") + (m["sign2"] or "")) or "−" in s else value


# --- dates


def _dates(cells: Sequence[Any], said: Sequence[Any]) -> Column | None:
    if all(isinstance(c, date) for c in said):
        moments = [None if is_nothing(c) else c for c in cells]
    elif all(isinstance(c, str) for c in said):
        parse = _date_format([c.strip() for c in said])
        if parse is None:
            return None
        moments = [None if is_nothing(c) else parse(c.strip()) for c in cells]
    else:
        return None
    if all(m is None or not isinstance(m, datetime) or m.time() == time() for m in moments):
        return Column("DATE", [m.date() if isinstance(m, datetime) else m for m in moments], "")
    naive = [datetime.combine(m, time()) if m is not None and not isinstance(m, datetime) else m for m in moments]
    return Column("TIMESTAMP", [None if m is None else m.replace(tzinfo=None) for m in naive], "")


def _date_format(texts: Sequence[str]) -> Any:
    """A function that reads every one of `texts`, or None. Of 03/04 the American reading is tried first."""
    if not re.search(r"\d", texts[0]) or len(texts[0]) > 35:
        return None
    if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", texts[0]) and _reads_all(datetime.fromisoformat, texts):
        return datetime.fromisoformat
    for day in _DATES:
        for form in (day, *(f"{day} {clock}" for clock in _TIMES)):

            def parse(text: str, form: str = form) -> datetime:
                return datetime.strptime(text, form)

            if _reads_all(parse, texts):
                return parse
    return None


def _reads_all(parse: Any, texts: Sequence[str]) -> bool:
    try:
        return all(parse(t) for t in texts)
    except ValueError:
        return False
