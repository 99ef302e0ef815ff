"""Beyond what was tested we do not know, and the numbers for that come from the limits."""

from __future__ import annotations

import math

import pytest

from cramplab.safety.limits import load_limits
from cramplab.safety.tested_range import outside_tested_range, why_unknown

USUAL = {"age_y": 41.0, "flags": (), "duration_s": 3.75 * 3600.0, "hottest_air_C": 24.0}


def test_an_ordinary_race_of_a_grown_up_is_inside_up_to_the_very_edge():
    assert why_unknown(**USUAL) == ""
    edge = {"age_y": 18.0, "duration_s": 6 * 3600.0, "hottest_air_C": 40.0}
    assert outside_tested_range(**(USUAL | edge)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [({"age_y": 17.9}, "age below 18"), ({"flags": ("pregnant",)}, "pregnancy"), ({"flags": ("dialysis",)}, "dialysis"),
     ({"flags": ("kidney_disease", "statin")}, "kidney disease"), ({"duration_s": 6.01 * 3600.0}, "more than 6 h"),
     ({"hottest_air_C": 40.1}, "air above 40 °C")],
)  # fmt: skip
def test_beyond_it_the_reason_is_told(change, words):
    assert words in why_unknown(**(USUAL | change))


def test_several_reasons_stand_in_one_sentence():
    told = why_unknown(**(USUAL | {"age_y": 15.0, "flags": ("pregnant",), "duration_s": 9 * 3600.0}))
    assert "pregnancy, an age below 18 and an event of more than 6 h" in told


@pytest.mark.parametrize("name", ["age_y", "duration_s", "hottest_air_C"])
def test_a_value_that_is_not_a_number_is_outside(name):
    assert len(outside_tested_range(**(USUAL | {name: math.nan}))) == 1


def test_a_users_tighter_limits_hold(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[limit]]\nid = "longest_known"\nvalue = 3.0\n[[limit]]\nid = "youngest_known"\nvalue = 50\n')
    found = outside_tested_range(**USUAL, limits=load_limits(own))
    assert found == ["an age below 50", "an event of more than 3 h"]
