"""The effort over time that a scenario asks for."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from cramplab.core.errors import UserError
from cramplab.importers.event_effort import event_effort, event_weather
from cramplab.importers.scenario import Scenario, read_scenario


def changed(examples: Path, folder: Path, name: str, *changes: tuple[str, str]) -> Scenario:
    text = (examples / f"{name}.toml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    for file in examples.glob("*.*"):
        if file.suffix in (".fit", ".gpx", ".tcx"):
            shutil.copy(file, folder / file.name)
    (folder / "race.toml").write_text(text)
    return read_scenario(folder / "race.toml")


def test_a_goal_time_changes_the_pace_evenly_and_keeps_the_distance(examples):
    effort = event_effort(read_scenario(examples / "marathon.toml"))
    assert effort.kind == "pace"
    assert effort.duration_s == 13_500.0
    assert 10.0 * effort.speed_m_per_s.sum() == pytest.approx(42_195.0, rel=1e-9)
    assert any("its pace was changed evenly to finish in 3:45:00" in notice for notice in effort.notices)


@pytest.mark.parametrize("kind", ["gpx", "tcx"])
def test_the_other_formats_ask_for_the_same_effort(examples, tmp_path, kind):
    ours = event_effort(read_scenario(examples / "marathon.toml"))
    other = event_effort(changed(examples, tmp_path, "marathon", ('"marathon.fit"', f'"marathon.{kind}"')))
    # One step of 10 s is 30 m long; GPX distances differ by up to 1 part in 10 000.
    np.testing.assert_allclose(other.speed_m_per_s, ours.speed_m_per_s, rtol=1e-3)
    np.testing.assert_allclose(other.grade, ours.grade, atol=0.004)


def test_a_ride_is_driven_by_power_and_an_indoor_run_by_heart_rate(examples):
    ride = event_effort(read_scenario(examples / "ride_with_power.toml"))
    assert ride.kind == "power"
    assert np.all(np.isfinite(ride.power_W))
    indoor = event_effort(read_scenario(examples / "treadmill_heart_rate.toml"))
    assert indoor.kind == "heart_rate"
    assert np.all(np.isfinite(indoor.heart_rate_bpm))


def test_an_effort_that_the_course_does_not_tell_is_refused(examples, tmp_path):
    scenario = changed(examples, tmp_path, "marathon", ('effort_from = "auto"', 'effort_from = "power"'))
    with pytest.raises(UserError, match=r"does not tell power.*one of what it tells: pace, heart rate"):
        event_effort(scenario)


def test_power_cannot_be_stretched_to_a_goal_time(examples, tmp_path):
    scenario = changed(examples, tmp_path, "ride_with_power", ("effort_from", 'goal_time = "1:30"\neffort_from'))
    with pytest.raises(UserError, match=r"which cannot be stretched.*Leave goal_time out"):
        event_effort(scenario)


def test_a_much_faster_goal_makes_the_recorded_heart_rate_unknown(examples, tmp_path):
    effort = event_effort(changed(examples, tmp_path, "marathon", ('"3:45"', '"3:00"')))
    assert np.all(np.isnan(effort.heart_rate_bpm))


def test_an_impossible_goal_is_refused(examples, tmp_path):
    scenario = changed(examples, tmp_path, "marathon", ('"3:45"', '"1:05"'))
    with pytest.raises(UserError, match=r"42\.2 km in 1:05:00 is 39 km/h"):
        event_effort(scenario)


CONSTANT = 'course = "marathon.fit"         # a recorded .fit, .gpx or .tcx, looked for beside this file\n'


def test_a_distance_and_a_time_without_course_give_an_even_pace(examples, tmp_path):
    effort = event_effort(changed(examples, tmp_path, "marathon", (CONSTANT, "distance_km = 42.195\n")), step_s=7.0)
    assert 7.0 * effort.speed_m_per_s.sum() == pytest.approx(42_195.0, rel=1e-9)
    assert effort.distance_m[-1] == pytest.approx(42_195.0)
    assert np.all(effort.grade == 0.0)


def test_a_speed_and_a_distance_give_the_time(examples, tmp_path):
    scenario = changed(
        examples, tmp_path, "marathon",
        (CONSTANT, "distance_km = 20\nspeed_km_per_h = 10\n"), ("goal_time", "# goal_time"),
        ("[5, 10, 15, 20, 25, 30, 35, 40]", "[5, 10, 15]"),
    )  # fmt: skip
    assert event_effort(scenario).duration_s == pytest.approx(7200.0)


def test_weather_must_cover_the_rest_after_the_event_too(examples, tmp_path):
    rows = "time,air_C,humidity_pct\n2026-06-07T08:00+01:00,20,60\n2026-06-07T12:20+01:00,24,40\n"
    (tmp_path / "w.csv").write_text(rows)
    constants = "air_C = 24.0\nhumidity_pct = 60\nwind_m_per_s = 2.0\nsolar_W_per_m2 = 600\n"
    scenario = changed(examples, tmp_path, "marathon", (constants, 'file = "w.csv"\n'))
    with pytest.raises(UserError, match=r"ends at 2026-06-07 12:20 \+0100, before the event's end at 2026-06-07 12:45"):
        event_weather(scenario, event_effort(scenario))


def test_constants_leave_the_unknown_unknown(examples, tmp_path):
    scenario = changed(examples, tmp_path, "marathon", ("wind_m_per_s = 2.0\n", ""))
    weather = event_weather(scenario, event_effort(scenario))
    assert np.isnan(weather.wind_m_per_s[0])
    assert weather.air_C[0] == 24.0


def test_a_station_after_the_finish_of_the_course_is_refused(examples, tmp_path):
    scenario = changed(examples, tmp_path, "marathon", ("35, 40]", "35, 400]"))
    with pytest.raises(UserError, match=r"The last station, 400 km, is after the end of marathon\.fit"):
        event_effort(scenario)


def test_a_ride_used_as_a_run_is_told(examples, tmp_path):
    scenario = changed(examples, tmp_path, "ride_with_power", ('sport = "cycle"', 'sport = "walk"'))
    with pytest.raises(UserError, match="km/h for this sport"):
        event_effort(scenario)
    scenario = changed(examples, tmp_path, "marathon", ('sport = "run"', 'sport = "cycle"'), ('"auto"', '"pace"'))
    assert any("was recorded as running" in notice for notice in event_effort(scenario).notices)
