"""Sentences written in our units are read in the reader's."""

from __future__ import annotations

import pytest

from cramplab.report.prose import Wording


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("air of 31 °C, humidity of 50 %", "air of 88 °F, humidity of 50 %"),
        ("air from 12 to 26 °C", "air from 54 to 79 °F"),
        ("above 40 degC in the abstract", "above 104 °F in the abstract"),
        ("+5 °C warmer", "+9 °F warmer"),
        ("\u22122 °C at night", "28 °F at night"),
        ("2.70 L in all, even, water", "91 fl oz in all, even, water"),
        ("outside 0.5 to 4 L/h", "outside 17 to 135 fl oz/h"),
        ("athletes of 61 kg", "athletes of 134 lb"),
        ("At sea level (1013.25 hPa).", "At sea level (29.92 inHg)."),
        ("0.5 m/s of wind", "1.1 mph of wind"),
        ("jumps 2.3 km in 0:10", "jumps 1.4 mi in 0:10"),
        ("135 mmol/L, 50 mL/kg/min, 900 mg, 21 g, 12 L/d", "135 mmol/L, 50 mL/kg/min, 900 mg, 21 g, 12 L/d"),
        ("38 fl oz/h, 98.6 °F, 12 lb", "38 fl oz/h, 98.6 °F, 12 lb"),
        ("kg, L and 5 Lines", "kg, L and 5 Lines"),
    ],
)
def test_numbers_in_sentences_follow_the_reader(text, us):
    assert Wording(us_units=True).in_text(text) == us
    assert Wording().in_text(text) == text
