"""Weather from constants, Open-Meteo answers and tables: units, coverage, and what is refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.importers.weather import constant_weather, open_meteo_address, read_weather, weather_on_grid

START = datetime(2026, 6, 7, 8, 30, tzinfo=timezone(timedelta(hours=1)))
HOURS = [f"2026-06-07T{hour:02d}:00" for hour in range(6, 16)]


def answer(**changes) -> dict:
    count = len(HOURS)
    content = {
        "latitude": 30.0,
        "utc_offset_seconds": 3600,
        "hourly_units": {
            "time": "iso8601", "temperature_2m": "°C", "relative_humidity_2m": "%", "wind_speed_10m": "km/h",
            "wind_direction_10m": "°", "shortwave_radiation": "W/m²",
        },
        "hourly": {
            "time": HOURS, "temperature_2m": [20.0 + hour for hour in range(count)],
            "relative_humidity_2m": [50] * count, "wind_speed_10m": [18.0] * count, "wind_direction_10m": [270] * count,
            "shortwave_radiation": [100.0 * hour for hour in range(count)],
        },
    }  # fmt: skip
    for name, (unit, values) in changes.items():
        content["hourly_units"][name], content["hourly"][name] = unit, values
    return content


def save(folder: Path, content: object, name: str = "weather.json") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_an_open_meteo_answer_is_read_in_its_own_units_and_zone(tmp_path):
    weather = read_weather(save(tmp_path, answer()), START, 3 * 3600.0)
    grid = weather_on_grid(weather, np.array([0.0, 1800.0, 3 * 3600.0]))
    np.testing.assert_allclose(grid["air_C"], [22.5, 23.0, 25.5])
    np.testing.assert_allclose(grid["humidity_fraction"], 0.5)
    np.testing.assert_allclose(grid["wind_m_per_s"], 5.0)
    np.testing.assert_allclose(grid["wind_from_deg"], 270.0)


def test_radiation_is_the_mean_of_the_hour_before_its_time(tmp_path):
    weather = read_weather(save(tmp_path, answer()), START, 3 * 3600.0)
    # Mean of 08:00-09:00 is written at 09:00 (300 W/m2), and belongs to 08:30, the start.
    assert weather_on_grid(weather, np.array([0.0]))["solar_W_per_m2"][0] == pytest.approx(300.0)


@pytest.mark.parametrize(("unit", "value"), [("km/h", 36.0), ("m/s", 10.0), ("mp/h", 22.369), ("kn", 19.438)])
def test_every_unit_of_wind_gives_the_same_wind(tmp_path, unit, value):
    file = save(tmp_path, answer(wind_speed_10m=(unit, [value] * 10)))
    np.testing.assert_allclose(read_weather(file, START, 3600.0).wind_m_per_s, 10.0, rtol=1e-4)


def test_fahrenheit_becomes_celsius(tmp_path):
    file = save(tmp_path, answer(temperature_2m=("°F", [86.0] * 10)))
    np.testing.assert_allclose(read_weather(file, START, 3600.0).air_C, 30.0)


def test_an_unknown_unit_is_refused(tmp_path):
    file = save(tmp_path, answer(temperature_2m=("°R", [500.0] * 10)))
    with pytest.raises(UserError, match=r"temperature_2m in weather\.json has the unit '°R'\. Expected °C or °F"):
        read_weather(file, START, 3600.0)


def test_weather_that_ends_before_the_event_is_refused_with_both_times_and_an_address(tmp_path):
    with pytest.raises(
        UserError, match=r"ends at 2026-06-07 15:00 \+0100, before the event's end at 2026-06-07 16:30 \+0100"
    ):
        read_weather(save(tmp_path, answer()), START, 8 * 3600.0)
    with pytest.raises(UserError, match=r"opening https://api\.open-meteo\.com/v1/forecast\?latitude=30\.000"):
        read_weather(save(tmp_path, answer()), START, 8 * 3600.0, (30.0, -40.0))


def test_weather_that_starts_after_the_event_is_refused_with_both_times(tmp_path):
    early = START - timedelta(hours=5)
    with pytest.raises(
        UserError, match=r"starts at 2026-06-07 06:00 \+0100, after the event's start at 2026-06-07 03:30"
    ):
        read_weather(save(tmp_path, answer()), early, 3600.0)


def test_a_missing_hour_is_filled_and_told_and_a_long_hole_is_refused(tmp_path):
    one = [20.0, 21.0, 22.0, None, 24.0, *[25.0] * 5]
    weather = read_weather(save(tmp_path, answer(temperature_2m=("°C", one))), START, 3 * 3600.0)
    assert any("1 missing values of air_C" in notice for notice in weather.notices)
    many = [20.0, 21.0, None, None, None, None, None, 25.0, 25.0, 25.0]
    with pytest.raises(UserError, match=r"has no air_C for 6:00:00 during the event"):
        read_weather(save(tmp_path, answer(temperature_2m=("°C", many))), START, 3 * 3600.0)


def test_an_error_instead_of_weather_is_shown(tmp_path):
    file = save(tmp_path, {"error": True, "reason": "Latitude must be in range"})
    with pytest.raises(UserError, match="holds an error instead of weather: Latitude must be in range"):
        read_weather(file, START, 3600.0)


@pytest.mark.parametrize(
    "content", ["", "[]", "{", "nonsense", "[" * 100_000, '{"hourly": 3}', '{"a": ' + "9" * 6000 + "}"]
)
def test_json_that_is_no_weather_is_refused(tmp_path, content):
    with pytest.raises(UserError, match=r"weather\.json"):
        read_weather(save(tmp_path, content), START, 3600.0)


def test_the_address_names_the_days_of_the_event_in_utc():
    late = datetime(2026, 6, 7, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    address = open_meteo_address(30.0, -40.0, late, 3600.0)
    assert "start_date=2026-06-06&end_date=2026-06-07" in address
    assert "wind_speed_unit=ms" in address


TABLE = "time,air_C,humidity_pct,wind_km_per_h\n2026-06-07T08:00+01:00,20,60,18\n2026-06-07T12:00+01:00,24,40,18\n"


def test_a_table_carries_its_units_in_the_header(tmp_path):
    weather = read_weather(save(tmp_path, TABLE, "station.csv"), START, 3600.0)
    grid = weather_on_grid(weather, np.array([0.0]))
    assert grid["air_C"][0] == pytest.approx(20.5)
    assert grid["wind_m_per_s"][0] == pytest.approx(5.0)
    assert np.isnan(grid["solar_W_per_m2"][0])


def test_a_table_with_semicolons_and_decimal_commas_is_the_same_table(tmp_path):
    text = "\ufeff" + TABLE.replace(",", ";").replace(";20;", ";20,0;")
    weather = read_weather(save(tmp_path, text, "station.csv"), START, 3600.0)
    assert weather.air_C[0] == 20.0


def test_all_faults_of_a_table_are_told_at_once_with_their_lines(tmp_path):
    text = TABLE + "2026-06-07T13:00,25,40,18\n2026-06-07T14:00+01:00,hot,140,18\n2026-06-07T15:00+01:00,25\n"
    with pytest.raises(FaultsFoundError) as caught:
        read_weather(save(tmp_path, text, "station.csv"), START, 3600.0)
    said = str(caught.value)
    assert len(caught.value.faults) == 4
    assert "'2026-06-07T13:00' has no time zone" in said
    assert "station.csv, line 4" in said
    assert "air_C is 'hot'" in said
    assert "humidity_pct is '140'" in said
    assert "The row has 2 cells" in said


def test_a_column_without_unit_is_answered_with_the_right_name(tmp_path):
    text = TABLE.replace("wind_km_per_h", "wind (kts)")
    with pytest.raises(FaultsFoundError, match=r"Unknown column 'wind \(kts\)'.*Write wind_m_per_s or wind_km_per_h"):
        read_weather(save(tmp_path, text, "station.csv"), START, 3600.0)


def test_rows_out_of_order_are_refused_with_their_line(tmp_path):
    lines = TABLE.splitlines()
    text = "\n".join([lines[0], lines[2], lines[1]])
    with pytest.raises(UserError, match=r"(?s)do not rise.*station\.csv, line 3"):
        read_weather(save(tmp_path, text, "station.csv"), START, 3600.0)


def test_constant_weather_leaves_the_unknown_unknown():
    weather = constant_weather(24.0, 60.0, wind_m_per_s=2.0)
    grid = weather_on_grid(weather, np.arange(5) * 60.0)
    assert grid["humidity_fraction"].tolist() == [0.6] * 5
    assert np.all(np.isnan(grid["solar_W_per_m2"]))
