"""The heat of an event: against the original program, against what must hold of any weather, and without an engine."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythermalcomfort.models import wbgt as iso_7243

from cramplab.safety.limits import load_limits
from cramplab.safety.sun_position import cosine_of_zenith
from cramplab.safety.wet_bulb_globe import MODEL_ERROR_C, clear_sky, highest_wbgt

UNKNOWN = float("nan")
AIR = st.floats(-30.0, 55.0)
HUMIDITY = st.floats(0.0, 1.0)
WIND = st.one_of(st.just(UNKNOWN), st.floats(0.0, 60.0))
SOLAR = st.one_of(st.just(UNKNOWN), st.floats(0.0, 1400.0))


@pytest.mark.parametrize(("start", "where", "weather", "original"), [
    # Printed by Liljegren's own C program (as lwbgt 1.2.1 packs it): urban, 1013.25 hPa, wind at 10 m.
    ("2024-04-15T06:30+00:00", (1.3521, 103.8198), (32.1, 0.68, 2.8, 742.0), 32.460),
    ("2024-07-01T18:00+00:00", (33.0, -84.0), (35.0, 0.45, 2.0, 900.0), 32.848),
    ("2024-07-01T14:00+00:00", (33.0, -84.0), (28.0, 0.70, 3.0, 500.0), 28.016),
    ("2024-08-10T13:00+00:00", (50.0, 8.0), (30.0, 0.60, 1.0, 250.0), 28.352),
    ("2024-06-07T09:00+00:00", (51.5, 0.0), (24.0, 0.60, 4.0, 600.0), 23.379),
    ("2024-07-01T05:00+00:00", (33.0, -84.0), (26.0, 0.85, 1.5, 0.0), 24.417),
    ("2024-07-01T18:00+00:00", (33.0, -84.0), (41.0, 0.20, 5.0, 1000.0), 31.473),
])  # fmt: skip
def test_outdoors_agrees_with_the_original_program(start, where, weather, original):
    sun = cosine_of_zenith(datetime.fromisoformat(start), [0.0], *where)
    found = highest_wbgt(*weather, cosine_of_zenith=sun)
    assert found.wbgt_C == pytest.approx(original, abs=0.15)
    # What is known leaves only the error of the model.
    assert found.high_C - found.low_C == pytest.approx(2.0 * MODEL_ERROR_C)
    without_place = highest_wbgt(*weather)
    # Under a thick cloud the sun is taken to stand too low, which errs on the hot side.
    assert original - 0.2 < without_place.wbgt_C < original + 0.8
    assert without_place.low_C < original < without_place.high_C


@pytest.mark.parametrize(("moment", "where", "cosine"), [
    # From pvlib 0.16 (solarposition.get_solarposition, true zenith).
    ("2026-06-07T08:30+01:00", (51.5, 0.0), 0.5251), ("2026-12-21T12:00+00:00", (40.0, -3.7), 0.4460),
    ("2026-03-20T22:00+00:00", (-33.9, 151.2), 0.4059), ("2026-07-01T18:00+00:00", (33.0, -84.0), 0.9821),
    ("2026-09-10T03:00+00:00", (51.5, 0.0), -0.3653), ("2024-02-29T16:45+00:00", (1.3, -75.0), 0.9809),
])  # fmt: skip
def test_the_sun_stands_where_an_almanac_has_it(moment, where, cosine):
    start = datetime.fromisoformat(moment)
    assert cosine_of_zenith(start, [0.0], *where)[0] == pytest.approx(cosine, abs=0.006)
    assert cosine_of_zenith(start, [86_400.0], *where)[0] == pytest.approx(cosine, abs=0.012)


@pytest.mark.parametrize(("air", "humidity", "wet_bulb"), [(20.0, 0.5, 13.7), (30.0, 0.4, 20.1), (35.0, 0.6, 28.1)])
def test_indoors_is_the_standards_sum_for_a_globe_as_warm_as_the_air(air, humidity, wet_bulb):
    # Wet bulbs from psychrometric tables at sea level; a natural wet bulb indoors lies a little above.
    found = highest_wbgt(air, humidity, UNKNOWN, UNKNOWN, indoors=True)
    standard = iso_7243(twb=wet_bulb, tg=air, round_output=False).wbgt
    assert standard - 0.3 < found.wbgt_C < standard + 0.6
    assert found.low_C < standard < found.high_C
    assert highest_wbgt(air, humidity, 9.0, 900.0, indoors=True).wbgt_C == found.wbgt_C


def test_it_is_the_highest_of_the_event_and_not_its_mean():
    hours = np.array([18.0, 24.0, 31.0, 26.0])
    hottest = highest_wbgt(31.0, 0.5, 2.0, 500.0)
    assert highest_wbgt(hours, 0.5, 2.0, 500.0).wbgt_C == pytest.approx(hottest.wbgt_C)
    assert highest_wbgt(np.repeat(hours, 5000), 0.5, 2.0, 500.0).wbgt_C == pytest.approx(hottest.wbgt_C)


def test_what_is_not_told_is_said_and_widens_the_range():
    told = highest_wbgt(28.0, 0.6, 3.0, 600.0)
    no_wind = highest_wbgt(28.0, 0.6, UNKNOWN, 600.0)
    nothing = highest_wbgt(28.0, 0.6, UNKNOWN, UNKNOWN)
    widths = [each.high_C - each.low_C for each in (told, no_wind, nothing)]
    assert widths == sorted(widths)
    assert widths[0] < widths[1] < widths[2]
    assert not any("Wind, not told" in each for each in told.assumed)
    assert any("Wind, not told" in each for each in nothing.assumed)
    assert any("Sunlight, not told" in each for each in nothing.assumed)
    assert all("instrument" in each.assumed[-1] for each in (told, nothing))


def test_at_night_no_sun_is_assumed():
    day = highest_wbgt(24.0, 0.6, 2.0, UNKNOWN, cosine_of_zenith=0.9)
    night = highest_wbgt(24.0, 0.6, 2.0, UNKNOWN, cosine_of_zenith=-0.3)
    assert night.wbgt_C < day.wbgt_C - 2.0
    assert clear_sky(0.0)[()] < 1.0


def test_light_that_was_told_counts_even_where_place_and_time_say_night():
    by_place = highest_wbgt(28.0, 0.6, 3.0, 600.0, cosine_of_zenith=-0.2).wbgt_C
    assert by_place == pytest.approx(highest_wbgt(28.0, 0.6, 3.0, 600.0).wbgt_C, abs=0.6)


@given(air=AIR, humidity=HUMIDITY, wind=WIND, solar=SOLAR, indoors=st.booleans())
def test_any_weather_that_a_scenario_may_hold_gives_a_number_inside_its_range(air, humidity, wind, solar, indoors):
    found = highest_wbgt(air, humidity, wind, solar, indoors=indoors)
    assert found.low_C <= found.wbgt_C - MODEL_ERROR_C + 1e-9
    assert found.wbgt_C + MODEL_ERROR_C - 1e-9 <= found.high_C
    assert -60.0 < found.wbgt_C < 75.0


@given(air=st.floats(5.0, 40.0), humidity=st.floats(0.1, 0.85), indoors=st.booleans())
def test_warmer_and_damper_are_never_cooler(air, humidity, indoors):
    here = highest_wbgt(air, humidity, 2.0, 500.0, indoors=indoors).wbgt_C
    assert highest_wbgt(air + 1.0, humidity, 2.0, 500.0, indoors=indoors).wbgt_C > here
    assert highest_wbgt(air, humidity + 0.1, 2.0, 500.0, indoors=indoors).wbgt_C > here


def test_the_bands_of_the_limits_take_any_estimate_and_the_last_is_the_stop():
    limits = load_limits()
    assert limits.band(-60.0) == limits.bands[0]
    assert limits.bands[-1].from_C == limits["wbgt_stop"].value
    assert limits.band(highest_wbgt(41.0, 0.5, 1.0, 1000.0).wbgt_C) == limits.bands[-1]
    assert [each.from_C for each in limits.bands] == sorted(each.from_C for each in limits.bands)


def test_nothing_is_loaded_before_an_estimate_is_asked_for():
    code = (
        "import sys, cramplab.safety.wet_bulb_globe; "
        "print([each for each in ('jax', 'equinox', 'numba', 'thermofeel') if each in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
