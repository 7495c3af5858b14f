"""Names of currencies and units in running text, and their normal form. Exact factors only: no exchange rates, no
temperatures, no "month in days". Converting for the user is the tool `convert_units`, not this.
"""

from __future__ import annotations

import re

CODES = [
    "USD",
    "EUR",
    "GBP",
    "CHF",
    "JPY",
    "CNY",
    "INR",
    "AUD",
    "CAD",
    "NZD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "TRY",
    "RUB",
    "BRL",
    "MXN",
    "ZAR",
    "KRW",
    "SGD",
    "HKD",
    "AED",
    "SAR",
    "ILS",
    "THB",
    "IDR",
    "MYR",
    "PHP",
    "VND",
    "NGN",
    "KES",
    "EGP",
    "ARS",
    "CLP",
    "COP",
    "UAH",
    "BGN",
    "ISK",
    "Rs",
]
SYMBOLS = {
    "$": "USD", "US$": "USD", "A$": "AUD", "C$": "CAD", "R$": "BRL", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB",
    "dollar": "USD", "dollars": "USD", "us dollar": "USD", "us dollars": "USD", "american dollar": "USD", "american dollars": "USD",
    "canadian dollar": "CAD", "canadian dollars": "CAD", "australian dollar": "AUD", "australian dollars": "AUD",
    "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "pound sterling": "GBP", "pounds sterling": "GBP", "quid": "GBP",
    "swiss franc": "CHF", "swiss francs": "CHF", "franc": "CHF", "francs": "CHF", "yen": "JPY", "rupee": "INR", "rupees": "INR",
    "cents": "cents",
}  # fmt: skip

# normal form: (names, base, factor to the base)
_UNITS: dict[str, tuple[str, str, float]] = {
    "seconds": ("second seconds sec secs", "seconds", 1),
    "minutes": ("minute minutes min mins", "seconds", 60),
    "hours": ("hour hours hr hrs h", "seconds", 3600),
    "days": ("day days", "seconds", 86400),
    "weeks": ("week weeks", "seconds", 604800),
    "fortnights": ("fortnight fortnights", "seconds", 1209600),
    "months": ("month months", "months", 1),
    "quarters": ("quarters", "months", 3),
    "years": ("year years yr yrs annum", "months", 12),
    "decades": ("decade decades", "months", 120),
    "working days": ("", "working days", 1),
    "mm": ("mm millimetre millimetres millimeter millimeters", "m", 0.001),
    "cm": ("cm centimetre centimetres centimeter centimeters", "m", 0.01),
    "m": ("m metre metres meter meters", "m", 1),
    "km": ("km kilometre kilometres kilometer kilometers", "m", 1000),
    "miles": ("mile miles mi", "miles", 1),
    "feet": ("foot feet ft", "in", 12),
    "in": ("inch inches", "in", 1),
    "yards": ("yard yards yd", "in", 36),
    "m2": ("m² m2 sqm square|metres square|meters square|metre square|meter", "m2", 1),
    "km2": ("km² km2 square|kilometres square|kilometers", "m2", 1e6),
    "sqft": ("sqft square|feet", "sqft", 1),
    "ha": ("ha hectare hectares", "m2", 1e4),
    "acres": ("acre acres", "acres", 1),
    "m3": ("m³ m3 cubic|metres cubic|meters", "l", 1000),
    "mg": ("mg milligram milligrams", "g", 0.001),
    "g": ("g gram grams", "g", 1),
    "kg": ("kg kilo kilos kilogram kilograms", "g", 1000),
    "t": ("t tonne tonnes metric|tons", "g", 1e6),
    "tons": ("ton tons", "tons", 1),
    "lb": ("lb lbs pound pounds", "oz", 16),
    "oz": ("oz ounce ounces", "oz", 1),
    "ml": ("ml millilitre millilitres milliliter milliliters", "l", 0.001),
    "l": ("l litre litres liter liters", "l", 1),
    "gal": ("gallon gallons gal", "gal", 1),
    "KB": ("KB kB kilobyte kilobytes", "KB", 1),
    "MB": ("MB megabyte megabytes", "MB", 1),
    "GB": ("GB gigabyte gigabytes", "GB", 1),
    "TB": ("TB terabyte terabytes", "TB", 1),
    "Mbit/s": ("Mbit/s Mbps", "Mbit/s", 1),
    "Gbit/s": ("Gbit/s Gbps", "Gbit/s", 1),
    "ms": ("ms millisecond milliseconds", "seconds", 0.001),
    "W": ("W watt watts", "W", 1),
    "kW": ("kW kilowatt kilowatts", "W", 1000),
    "MW": ("MW megawatt megawatts", "W", 1e6),
    "kWh": ("kWh kilowatt-hours kilowatt|hours", "kWh", 1),
    "MWh": ("MWh", "kWh", 1000),
    "V": ("V volt volts", "V", 1),
    "Hz": ("Hz hertz", "Hz", 1),
    "kHz": ("kHz", "Hz", 1e3),
    "MHz": ("MHz", "Hz", 1e6),
    "GHz": ("GHz", "Hz", 1e9),
    "bar": ("bar", "bar", 1),
    "kPa": ("kPa", "kPa", 1),
    "psi": ("psi", "psi", 1),
    "N": ("N newton newtons", "N", 1),
    "kN": ("kN", "N", 1000),
    "dB": ("dB decibel decibels", "dB", 1),
    "km/h": ("km/h kph kmh", "km/h", 1),
    "mph": ("mph", "mph", 1),
    "rpm": ("rpm", "rpm", 1),
    "°C": ("°C ℃ degrees|Celsius degree|Celsius celsius degrees|C", "°C", 1),
    "°F": ("°F ℉ degrees|Fahrenheit degree|Fahrenheit fahrenheit degrees|F", "°F", 1),
    "degrees": ("° degree degrees", "degrees", 1),
    "kcal": ("kcal calories", "kcal", 1),
    "ppm": ("ppm", "ppm", 1),
}
_TIME_UNITS = {"seconds", "minutes", "hours", "days", "weeks", "fortnights", "months", "quarters", "years", "decades"}
_NAMES = {name.replace("|", " "): unit for unit, (names, _, _) in _UNITS.items() for name in names.split()}


def canonical(name: str) -> str:
    """The normal form of a unit's name as found by DURATION or QUANTITY."""
    plain = re.sub(r"\s+", " ", name)
    return _NAMES.get(plain) or _NAMES.get(plain.lower()) or plain


def unit_names(unit: str) -> list[str]:
    """The names of two letters and more under which a normal form goes: "km" -> km, kilometre, kilometres …"""
    return [n for n, u in _NAMES.items() if u == unit and len(n) > 1]


def in_base(value: float, unit: str) -> tuple[float, str]:
    """The value in its base unit, and that unit's name; an unknown unit is its own base."""
    if unit in _UNITS:
        _, base, factor = _UNITS[unit]
        return value * factor, base
    return value, unit


def _either(units: set[str] | None, short: bool) -> str:
    """Alternatives, longest first; names of up to three letters and with capitals are matched with their case."""
    names = [
        n for n, u in _NAMES.items() if (units is None) == (u not in _TIME_UNITS) and (u in units if units else True)
    ]
    pick = [n for n in names if (len(n) <= 3 or (not n.islower() and " " not in n)) == short]
    return "|".join(re.escape(n).replace(r"\ ", r"\s") for n in sorted(pick, key=len, reverse=True))


DURATION = re.compile(
    r"[\s\-]{0,2}(?P<adjective>(?:(?:working|business|banking|trading|calendar|consecutive|full|clear"
    r"|further|additional|more|successive|complete|whole|extra)[\s\-])+)?"
    rf"(?P<unit>(?i:{_either(_TIME_UNITS, False)})|(?i:{_either(_TIME_UNITS, True)}))(?![\w²³])"
)
QUANTITY = re.compile(
    rf"(?:[\s\-]?(?P<unit>(?:{_either(None, True)})(?![\w²³/'’])|(?i:{_either(None, False)})(?![\w²³]))|(?=[°℃℉]))",
)
