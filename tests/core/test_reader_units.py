"""Numbers in the reader's units: by definition, with what stands behind a unit kept."""

from __future__ import annotations

import pytest

from cramplab.core.reader_units import converted, in_drink, said


@pytest.mark.parametrize(
    ("value", "unit", "metric", "us"),
    [(33.3, "degC WBGT", "33.3 °C WBGT", "91.9 °F WBGT"), (1.42, "L/h", "1.42 L/h", "48 fl oz/h"),
     (11.4, "L/d", "11.4 L/d", "385 fl oz/d"), (0.05, "1", "5 %", "5 %"), (0.000977, "1", "0.0977 %", "0.0977 %"),
     (50.0, "mmol/L", "50 mmol/L", "50 mmol/L"), (6.0, "h", "6 h", "6 h"), (1500.0, "mL", "1,500 mL", "50.7 fl oz")],
)  # fmt: skip
def test_a_number_is_said_in_the_readers_unit(value, unit, metric, us):
    assert said(value, unit, False) == metric
    assert said(value, unit, True) == us


def test_units_are_those_of_their_definitions():
    assert converted(40.0, "degC", True) == (pytest.approx(104.0), "°F")
    assert converted(0.45359237, "kg", True) == (pytest.approx(1.0), "lb")
    assert converted(1.609344, "km", True) == (pytest.approx(1.0), "mi")
    assert converted(0.0295735296, "L", True) == (pytest.approx(1.0), "fl oz")
    assert converted(1013.25, "hPa", True)[0] == pytest.approx(29.92, abs=0.005)
    # A can of 12 fl oz is 355 mL.
    assert in_drink(100.0, "mg/L", True) == (pytest.approx(35.5, abs=0.02), "mg in 12 fl oz")
    assert in_drink(100.0, "mg/L", False) == (100.0, "mg/L")
