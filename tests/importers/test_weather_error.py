"""How wrong a forecast is: the spreads that were declared, their signs, and that nothing else moves the numbers."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cramplab.core.library import load_library
from cramplab.importers.weather_error import (
    ForecastSkill,
    assumptions_of_weather_error,
    drawn_weather_error,
)

DRAWS = 40_000


def stream(name: str) -> np.random.Generator:
    return np.random.default_rng([7, *name.encode()])


def test_one_day_ahead_the_errors_spread_as_published():
    error = drawn_weather_error(DRAWS, stream, days_ahead=1.0)
    assert np.std(error.air_C) == pytest.approx(2.0, rel=0.02)
    assert np.std(error.humidity) == pytest.approx(0.105, rel=0.02)
    assert np.std(np.log(error.wind_factor)) == pytest.approx(0.4, rel=0.02)
    for values, middle in (
        (error.air_C, 0.0),
        (error.humidity, 0.0),
        (error.wind_factor, 1.0),
        (error.solar_factor, 1.0),
    ):
        assert np.median(values) == pytest.approx(middle, abs=0.03)
    assert error.solar_factor.max() <= ForecastSkill().solar_most


def test_warmer_than_foretold_is_drier_in_relative_humidity():
    error = drawn_weather_error(DRAWS, stream)
    assert np.corrcoef(error.air_C, error.humidity)[0, 1] == pytest.approx(-0.7, abs=0.02)
    # What that stands for: at 25 degC and 60 % the dew point errs by a degree or two, and not by the four or more that
    # independent errors of this size would need.
    vapour = lambda air, humidity: humidity * np.exp(17.27 * air / (237.7 + air))  # noqa: E731
    together = vapour(25.0 + error.air_C, np.clip(0.6 + error.humidity, 0.03, 1.0))
    apart = vapour(25.0 + error.air_C, np.clip(0.6 + np.roll(error.humidity, 1), 0.03, 1.0))
    assert np.std(together) < 0.8 * np.std(apart)


def test_older_forecasts_err_more_up_to_the_age_where_they_tell_nothing():
    spreads = [
        np.std(drawn_weather_error(DRAWS, stream, days_ahead=days).air_C) for days in (0.0, 1.0, 3.0, 7.0, 10.0, 90.0)
    ]
    assert spreads[0] == spreads[1]
    assert spreads[1] < spreads[2] < spreads[3] < spreads[4]
    assert spreads[4] == spreads[5]


def test_weather_that_is_known_has_no_error():
    error = drawn_weather_error(50, stream, air_sd_C=0.0)
    assert not error.air_C.any()
    assert not error.humidity.any()
    assert (error.wind_factor == 1.0).all()
    assert (error.solar_factor == 1.0).all()


@given(own=st.floats(0.0, 10.0), days=st.floats(0.0, 30.0))
def test_an_own_error_is_taken_at_any_age_and_widens_nothing_else_beyond_the_usual(own, days):
    error, usual = (drawn_weather_error(200, stream, air_sd_C=each, days_ahead=days) for each in (own, None))
    assert np.std(error.air_C) == pytest.approx(own * np.std(stream("air").standard_normal(200)), rel=1e-9, abs=1e-12)
    assert np.std(error.humidity) <= np.std(usual.humidity) * (1.0 + 1e-12)
    assert np.std(error.wind_factor) <= np.std(usual.wind_factor) * (1.0 + 1e-12)


def test_each_error_has_its_own_stream():
    names: list[str] = []
    drawn_weather_error(3, lambda name: names.append(name) or stream(name))
    assert sorted(names) == ["air", "humidity", "sun", "wind"]
    steadier = replace(ForecastSkill(), wind_sd=0.0)
    first, second = drawn_weather_error(9, stream), drawn_weather_error(9, stream, skill=steadier)
    np.testing.assert_array_equal(first.air_C, second.air_C)
    assert (second.wind_factor == 1.0).all()


def test_every_number_is_listed_with_its_source():
    sources = load_library(shelves=("sources",)).sources
    listed = {each.name.removeprefix("forecast."): each for each in assumptions_of_weather_error()}
    assert set(listed) == {each.name for each in fields(ForecastSkill)} | {"days_ahead"}
    for each in listed.values():
        assert each.source in sources or each.origin == "chosen", each.name
        assert not (each.origin == "read" and not each.where), each.name


def test_an_own_error_is_listed_as_told():
    air = next(each for each in assumptions_of_weather_error(1.5) if each.name == "forecast.air_sd")
    assert (air.value, air.source) == (1.5, "scenario")
    assert all(each.name != "forecast.air_sd_per_day" for each in assumptions_of_weather_error(1.5))
