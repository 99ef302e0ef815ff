"""Quantities: a number never travels without its unit, and is converted once."""

from __future__ import annotations

import pytest

from cramplab.core.errors import UserError
from cramplab.core.quantities import SHARES, from_internal, read_quantity, to_internal, unit


@pytest.mark.parametrize(
    ("text", "internal"),
    [
        ("58 mmol/L", 58.0),
        ("2.5 L/h", 2.5 / 3600),
        ("12 km/h", 12 / 3.6),
        ("3.5 mph", 3.5 * 1609.344 / 3600),
        ("37.2 degC", 37.2),
        ("37.2 °C", 37.2),
        ("-3 %", -0.03),
        ("1 clo", 0.155),
        ("246 mL/min/100 g", 0.246 / 60 / 0.1),
        ("246 mL/min/100g", 0.246 / 60 / 0.1),
        ("13.3 mL/h/cm", 0.0133 / 3600 / 0.01),
        ("60 bpm", 1.0),
        ("10 imp/s", 10.0),
        ("500 W/m^2", 500.0),
        ("500 W/m2", 500.0),
        ("0.17 degC/%", 17.0),
        ("-1.9 %/%", -1.9),
        ("288 mosmol/kg", 288.0),
        ("5 pmol/L", 5e-9),
        ("900 mg/L", 9e-4),
        ("0.3 cm/(mosmol/L)", 0.003),
        ("+.5e1 s", 5.0),
    ],
)
def test_units_of_the_field_are_read_and_converted_to_internal_units(text, internal):
    assert read_quantity(text).value == pytest.approx(internal, rel=1e-12)


@pytest.mark.parametrize("share", SHARES)
def test_a_per_cent_of_something_is_not_a_per_cent_of_something_else(share):
    assert read_quantity(f"65 %{share}").value == pytest.approx(0.65)
    with pytest.raises(UserError, match="measures something else"):
        read_quantity(f"65 %{share}", expect="%")
    with pytest.raises(UserError, match="measures something else"):
        read_quantity("65 %", expect=f"%{share}")


def test_a_bare_number_is_refused_where_a_unit_is_needed():
    with pytest.raises(UserError, match=r"'58' has no unit. Write the unit too, for example \"58 mmol/L\""):
        read_quantity("58", expect="mmol/L")
    with pytest.raises(UserError, match="has no unit"):
        read_quantity(58, expect="mmol/L")


def test_a_bare_number_is_fine_where_a_pure_number_is_meant():
    assert read_quantity(1.5, expect="1").value == 1.5


def test_litres_are_no_cubic_metres_and_volume_no_length():
    with pytest.raises(UserError, match="measures something else"):
        read_quantity("3 m^3", expect="L")


def test_a_misspelt_share_is_answered_with_the_nearest_name():
    with pytest.raises(UserError, match="Did you mean 'VO2max'"):
        read_quantity("65 %VO2mx")


@pytest.mark.parametrize(
    "text", ["5 parsecs", "7 of 22 trials", "9 9**9**9", "3 __import__('os')", "1 m^99", "1 " + "m/" * 400]
)
def test_what_is_no_unit_is_refused_and_never_worked_out(text):
    with pytest.raises(UserError, match="No unit named"):
        read_quantity(text)


@pytest.mark.parametrize("text", ["", "mmol/L", "nan L", "inf L", "--3 L", None, True, [3]])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(UserError, match="is not a quantity"):
        read_quantity(text)


def test_a_number_beyond_all_bounds_is_refused():
    with pytest.raises(UserError, match="too large"):
        read_quantity("1e400 s")


def test_a_decimal_comma_is_named():
    with pytest.raises(UserError, match="decimal comma"):
        read_quantity("3,5 L")


def test_there_and_back_again_changes_nothing():
    assert from_internal(to_internal(1.23, "mL/h/cm"), "mL/h/cm") == pytest.approx(1.23)


def test_the_written_unit_is_kept():
    quantity = read_quantity("1.3 L/h")
    assert quantity.unit.name == "L/h"
    assert quantity.as_written == pytest.approx(1.3)


def test_degrees_and_kelvin_are_one_scale_of_differences():
    assert unit("degC").dimensions == unit("K").dimensions
    assert unit("degC").factor == unit("K").factor == 1.0
