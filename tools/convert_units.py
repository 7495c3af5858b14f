"""The tool `convert_units`: `pint`, with the names that people use for units.

Currencies are not units: their rates change daily and none are known offline.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Any

from tools.base import ToolContext, ToolFailed, ToolResult, tool

# What people write -> pint's name. Only what pint does not know itself, or knows as something else.
_NAMES = {
    "c": "degree_Celsius", "°c": "degree_Celsius", "celsius": "degree_Celsius", "centigrade": "degree_Celsius",
    "degc": "degree_Celsius", "degrees c": "degree_Celsius", "f": "degree_Fahrenheit", "°f": "degree_Fahrenheit",
    "fahrenheit": "degree_Fahrenheit", "degf": "degree_Fahrenheit", "degrees f": "degree_Fahrenheit", "k": "kelvin",
    "°k": "kelvin", "ft": "foot", "feet": "foot", "'": "foot", "′": "foot", "in": "inch", "inches": "inch", '"': "inch", "″": "inch",
    "lb": "pound", "lbs": "pound", "pound": "pound", "pounds": "pound", "oz": "ounce", "ounces": "ounce", "st": "stone",
    "stones": "stone", "t": "metric_ton", "tonne": "metric_ton", "tonnes": "metric_ton", "ton": "US_ton", "tons": "US_ton",
    "us ton": "US_ton", "short ton": "US_ton", "uk ton": "UK_ton", "long ton": "UK_ton", "imperial ton": "UK_ton",
    "kilo": "kilogram", "kilos": "kilogram", "mph": "mile/hour", "miles per hour": "mile/hour", "kph": "kilometer/hour",
    "kmh": "kilometer/hour", "km/h": "kilometer/hour", "kmph": "kilometer/hour", "knot": "knot", "knots": "knot", "kn": "knot",
    "gallon": "US_liquid_gallon", "gal": "US_liquid_gallon", "us gallon": "US_liquid_gallon", "us gal": "US_liquid_gallon",
    "uk gallon": "imperial_gallon", "imperial gallon": "imperial_gallon", "imp gal": "imperial_gallon", "uk gal": "imperial_gallon",
    "pint": "US_pint", "us pint": "US_pint", "uk pint": "imperial_pint", "imperial pint": "imperial_pint",
    "quart": "US_liquid_quart", "us quart": "US_liquid_quart", "uk quart": "imperial_quart", "imperial quart": "imperial_quart",
    "fl oz": "US_fluid_ounce", "fluid ounce": "US_fluid_ounce", "us fl oz": "US_fluid_ounce", "us fluid ounce": "US_fluid_ounce",
    "uk fl oz": "imperial_fluid_ounce", "imperial fluid ounce": "imperial_fluid_ounce", "uk fluid ounce": "imperial_fluid_ounce",
    "cup": "US_cup", "us cup": "US_cup", "metric cup": "metric_cup", "uk cup": "imperial_cup", "imperial cup": "imperial_cup",
    "tbsp": "tablespoon", "tbs": "tablespoon", "tsp": "teaspoon", "l": "liter", "lt": "liter", "ltr": "liter", "cc": "milliliter",
    "sqft": "foot**2", "sqm": "meter**2", "sqkm": "kilometer**2", "sqmi": "mile**2", "ha": "hectare", "ac": "international_acre",
    "acre": "international_acre", "acres": "international_acre",
    "m2": "meter**2", "m3": "meter**3", "km2": "kilometer**2", "cm2": "centimeter**2", "cm3": "centimeter**3", "ft2": "foot**2",
    "ft3": "foot**3", "in2": "inch**2", "mi2": "mile**2", "min": "minute", "mins": "minute", "hr": "hour", "hrs": "hour", "h": "hour",
    "sec": "second", "secs": "second", "wk": "week", "wks": "week", "yr": "year", "yrs": "year", "mo": "month",
    "b": "byte", "kb": "kilobyte", "mb": "megabyte", "gb": "gigabyte", "tb": "terabyte", "pb": "petabyte", "kib": "kibibyte",
    "mib": "mebibyte", "gib": "gibibyte", "tib": "tebibyte", "mbps": "megabit/second", "gbps": "gigabit/second",
    "kbps": "kilobit/second", "cal": "calorie", "calories": "calorie", "kcal": "kilocalorie", "hp": "horsepower",
    "kwh": "kilowatt_hour", "wh": "watt_hour", "psi": "psi", "mmhg": "mmHg", "m": "meter", "g": "gram", "mi": "mile",
    "mpg": "mile/US_liquid_gallon", "miles per gallon": "mile/US_liquid_gallon", "uk mpg": "mile/imperial_gallon",
    "nm": "nanometer", "decade": "10*year", "decades": "10*year", "century": "100*year", "centuries": "100*year", "nmi": "nautical_mile", "nautical mile": "nautical_mile", "thou": "mil_length", "%": "percent",
}  # fmt: skip
# Where a capital letter decides.
_EXACT = {"Kb": "kilobit", "kb": "kilobit", "Mb": "megabit", "Gb": "gigabit", "Tb": "terabit", "b": "bit", "Nm": "newton*meter",
          "MW": "megawatt", "mW": "milliwatt", "GW": "gigawatt", "Mbps": "megabit/second", "MBps": "megabyte/second",
          "MB/s": "megabyte/second", "Mb/s": "megabit/second", "Mg": "megagram", "PS": "metric_horsepower"}  # fmt: skip
_MONEY = """
usd eur gbp chf jpy cny inr aud cad nzd sek nok dkk pln czk huf brl mxn zar krw sgd hkd try rub dollar dollars euro
euros yen yuan rupee rupees franc francs peso pesos krona kronor krone zloty bitcoin btc sterling quid $ € £ ¥ ₹
"""
CURRENCIES = frozenset(_MONEY.split())
_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}


@tool(risk="read", timeout=15, pure=True)
def convert_units(
    ctx: ToolContext,  # noqa: ARG001
    value: Annotated[float, "how many of the first unit"],
    from_unit: Annotated[str, "the unit it is in, as people write it: miles, kg, °F, sq ft, US gallons, km/h, GiB"],
    to_unit: Annotated[str, "the unit it should be in"],
) -> ToolResult:
    """Convert a quantity from one unit to another: length, weight, area, volume, temperature, speed, data, energy, time …

    Use it for every conversion of units. Not for currencies: there are no exchange rates offline. Gallons, pints, cups
    and tons are US ones unless "UK" or "imperial" is said.

    data: {"value": number, "unit": the unit's name, "expression": "5 mile = 8.04672 kilometer"}.
    """
    import pint

    ureg = unit_registry()
    value, from_unit = _in_one_unit(ureg, value, from_unit)
    a, b = unit_in(ureg, from_unit), unit_in(ureg, to_unit)
    try:
        result = float(ureg.Quantity(value, a).to(b).magnitude)
    except pint.DimensionalityError as e:
        raise ToolFailed(
            f"{from_unit} cannot be converted to {to_unit}: one measures {_kind(ureg, a)}, the other {_kind(ureg, b)}."
        ) from e
    except (OverflowError, ValueError, ArithmeticError) as e:
        raise ToolFailed(f"{value:g} {from_unit} cannot be converted to {to_unit}: {e}.") from e
    if result != result or abs(result) == float("inf"):
        raise ToolFailed(f"{value:g} {from_unit} is too large to be converted.")
    if _below_absolute_zero(ureg, value, a):
        raise ToolFailed(f"{value:g} {from_unit} is below absolute zero, so it is no temperature.")
    tidy = _tidy(result)
    shown = f"{_show(value)} {_label(a)} = {_show(tidy)} {_label(b)}"
    return ToolResult(shown, {"value": tidy, "unit": _label(b), "expression": shown}, note=_assumed(from_unit, to_unit))


@lru_cache(maxsize=1)
def unit_registry() -> Any:
    import pint

    # The default cache would write files; autoconvert lets temperatures be converted with their offsets.
    ureg = pint.UnitRegistry(autoconvert_offset_to_baseunit=True, cache_folder=None)
    ureg.define(
        "international_acre = 43560 * foot ** 2"
    )  # pint's own is the US survey acre, 4 parts in a million larger
    return ureg


def unit_in(ureg: Any, text: str) -> Any:
    """The unit that people call `text`. Raises ToolFailed."""
    import pint

    if not text.strip():
        raise ToolFailed("A unit is missing: say from which unit to which.")
    plain = " ".join(text.replace("_", " ").strip(" .").split())
    if plain.casefold() in CURRENCIES:
        raise ToolFailed(
            "Currencies cannot be converted: I have no exchange rates offline. Give me the rate and I can calculate it."
        )
    for candidate in [_EXACT[plain]] if plain in _EXACT else _spellings(plain):
        try:
            return ureg.Unit(candidate)
        except (
            pint.errors.UndefinedUnitError,
            pint.errors.DefinitionSyntaxError,
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
        ):
            continue
    raise ToolFailed(f"I don't know the unit “{plain}”.{_near(ureg, plain)}")


def _in_one_unit(ureg: Any, value: float, text: str) -> tuple[float, str]:
    """5 and "feet 11 inches" (or `'11"`) -> 71 and "inches"; 1 and "hour 30 minutes" -> 90 and "minutes"."""
    import pint

    m = re.fullmatch(r"\s*(\D+?)[\s,]*(?:and\s+)?(\d+(?:\.\d+)?)\s*(\D*)", text)
    if (
        not m
        or not (m[3].strip() or m[1].strip() in ("'", "′", "ft", "feet", "foot"))
        or re.fullmatch(r"[a-z]*[23]", text.strip())
    ):
        return value, text
    small = m[3].strip() or "inches"
    try:
        whole = ureg.Quantity(value, unit_in(ureg, m[1])).to(unit_in(ureg, small)).magnitude
    except (ToolFailed, pint.DimensionalityError):
        return value, text  # not two units side by side: "m2", "H2O"
    return float(whole) + (float(m[2]) if value >= 0 else -float(m[2])), small


def _spellings(plain: str) -> list[str]:
    low = (
        re.sub(r"^(degrees?|deg\.?)\s+(?=\w)", "", plain.casefold())
        if plain.casefold() not in _NAMES
        else plain.casefold()
    )
    low = (
        low.replace("metre", "meter")
        .replace("litre", "liter")
        .replace("u.s.", "us")
        .replace("u.k.", "uk")
        .replace("american", "us")
    )
    low = low.replace("british", "uk").replace("²", "2").replace("³", "3").replace("^", "")
    out = [_NAMES[x] for x in (low, low.removesuffix("s")) if x in _NAMES]
    # Case matters to pint (MB, Mb, mW, MW), so exact spelling goes before the folded one.
    if power := re.match(r"(?:(square|sq|cubic|cu)\.?\s+(.+)|(.+?)\s+(squared|cubed))$", low):
        inner = _spellings(power[2] or power[3])
        exponent = _POWERS.get(power[1] or "", 2 if power[4] == "squared" else 3)
        out += [f"({i})**{exponent}" for i in inner]
    if parts := re.match(r"(.+?)\s*(?:/|\bper\b)\s*(.+)$", low):
        out += [f"({a})/({b})" for a in _spellings(parts[1])[:3] for b in _spellings(parts[2])[:3]]
    under = low.replace(" ", "_")
    words = [plain.replace(" ", "_"), under, under.removesuffix("s"), under.removesuffix("es")]
    return list(dict.fromkeys(out + [w for w in words if w]))


def _near(ureg: Any, text: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(
        text.casefold().removesuffix("s"), [n for n in dir(ureg) if not n.startswith("_")], n=2, cutoff=0.75
    )
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _kind(ureg: Any, unit: Any) -> str:
    text = str(ureg.Quantity(1, unit).dimensionality).replace("[", "").replace("]", "")
    known = {
        "mass": "weight",
        "length ** 2": "area",
        "length ** 3": "volume",
        "length / time": "speed",
        "dimensionless": "a plain number",
    }
    return known.get(text, text)


def _below_absolute_zero(ureg: Any, value: float, unit: Any) -> bool:
    q = ureg.Quantity(value, unit)
    return q.check("[temperature]") and "delta" not in str(unit) and q.to("kelvin").magnitude < -1e-9


def _tidy(x: float) -> float | int:
    """Without the noise of binary fractions: 12 significant digits."""
    short = float(f"{x:.12g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def _show(x: float) -> str:
    return f"{x:.10g}" if isinstance(x, int) or abs(x) >= 1e-4 or x == 0 else f"{x:.6g}"


def _label(unit: Any) -> str:
    text = (
        str(unit)
        .replace("international_acre", "acre")
        .replace("degree_Celsius", "°C")
        .replace("degree_Fahrenheit", "°F")
        .replace("_", " ")
        .replace(" ** 2", "²")
        .replace(" ** 3", "³")
    )
    return text.replace(" / ", "/")


def _assumed(*units: str) -> str:
    loose = [
        u
        for u in units
        if re.fullmatch(r"(gallons?|gal|pints?|quarts?|cups?|tons?|fl\.? oz|fluid ounces?)", u.strip(), re.IGNORECASE)
    ]
    return f"Read as US {' and '.join(loose)}; say “UK” or “imperial” for the others." if loose else ""
