from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.base import ToolFailed
from tools.convert_units import convert_units


def convert(value: float, a: str, b: str) -> float:
    return float(str(convert_units.run(None, value, a, b).data["value"]))


@pytest.mark.parametrize(
    ("value", "a", "b", "expected"),
    [
        (5, "miles", "km", 8.04672),
        (70, "kg", "stone", 11.0231131092),
        (98.6, "°F", "celsius", 37),
        (0, "C", "Fahrenheit", 32),
        (-40, "degrees celsius", "degrees fahrenheit", -40),
        (20, "celsius", "kelvin", 293.15),
        (2, "cups", "ml", 473.176473),
        (1, "imperial gallon", "litres", 4.54609),
        (1, "US gallon", "liters", 3.785411784),
        (60, "mph", "km/h", 96.56064),
        (100, "kilometres per hour", "miles per hour", 62.1371192237),
        (1200, "sq ft", "square metres", 111.483648),
        (3, "acres", "hectares", 1.21405692672),
        (1, "GB", "GiB", 0.931322574615),
        (8, "Mb", "MB", 1),
        (3, "tbsp", "tsp", 9),
        (6, "feet", "cm", 182.88),
        (11, "inches", "cm", 27.94),
        (1, "cubic metre", "litres", 1000),
        (2, "hours", "minutes", 120),
        (180, "degrees", "radians", 3.14159265359),
        (1, "kWh", "MJ", 3.6),
        (12, "MW", "kW", 12000),
        (16, "oz", "lbs", 1),
        (1, "m²", "ft^2", 10.7639104167),
        (2, "tonnes", "kilos", 2000),
        (5, "feet 11 inches", "cm", 180.34),
        (5, "'11\"", "cm", 180.34),
        (1, "hour and 30 minutes", "seconds", 5400),
        (9, "stone 4 lbs", "kg", 58.9670081),
    ],
)
def test_understands_what_people_write(value: float, a: str, b: str, expected: float) -> None:
    assert convert(value, a, b) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "a", "b", "message"),
    [
        (1, "kg", "m", "weight.*length"),
        (1, "bananas", "km", "bananas"),
        (1, "kilometrs", "miles", "Did you mean"),
        (100, "USD", "EUR", "exchange rates"),
        (100, "dollars", "km", "exchange rates"),
        (1, "", "km", "missing"),
        (-500, "celsius", "kelvin", "absolute zero"),
        (1, "__class__", "km", "know"),
        (1, "km; import os", "m", "know"),
    ],
)
def test_says_why_it_cannot(value: float, a: str, b: str, message: str) -> None:
    with pytest.raises(ToolFailed, match=message):
        convert_units.run(None, value, a, b)


def test_shows_the_conversion_and_what_it_assumed() -> None:
    result = convert_units.run(None, 2, "gallons", "liters")
    assert result.data["expression"] == "2 gallon = 7.570823568 liter"
    assert "US" in result.note
    assert convert_units.run(None, 5, "miles", "km").note == ""


PAIRS = [("miles", "km"), ("celsius", "fahrenheit"), ("lb", "kg"), ("acres", "m2"), ("GiB", "MB"), ("mph", "m/s")]


@given(value=st.floats(0, 1e9), pair=st.sampled_from(PAIRS))
def test_there_and_back_is_where_it_was(value: float, pair: tuple[str, str]) -> None:
    assert convert(convert(value, *pair), pair[1], pair[0]) == pytest.approx(value, rel=1e-9, abs=1e-7)
