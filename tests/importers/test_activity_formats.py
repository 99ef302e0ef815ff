"""The three formats: what is read from each, and that they agree."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from cramplab.core.errors import UserError
from cramplab.importers.activity import effort_on_grid, read_activity


def test_fit_gpx_and_tcx_of_one_run_give_the_same_run(examples):
    fit, gpx, tcx = (read_activity(examples / f"marathon.{kind}", sport="run") for kind in ("fit", "gpx", "tcx"))
    for other in (gpx, tcx):
        assert other.start == fit.start
        np.testing.assert_array_equal(other.time_s, fit.time_s)
        # The loop is drawn on a map that is true at its middle; along the sphere parts of it are 1 in 10 000 longer.
        np.testing.assert_allclose(other.distance_m, fit.distance_m, atol=1.0)
        # FIT stores altitude to 0.2 m, the others to 0.1 m; over 50 m that is a grade of 0.004.
        np.testing.assert_allclose(other.altitude_m, fit.altitude_m, atol=0.21)
        np.testing.assert_allclose(other.grade, fit.grade, atol=0.004)
        np.testing.assert_array_equal(other.heart_rate_bpm, fit.heart_rate_bpm)
        turn = (other.bearing_deg - fit.bearing_deg + 180.0) % 360.0 - 180.0
        assert np.abs(turn).max() < 0.2  # 1 cm across a step of 12 m
    assert fit.notices == gpx.notices == tcx.notices == ()


def test_the_marathon_is_as_long_as_a_marathon(examples):
    activity = read_activity(examples / "marathon.fit")
    assert activity.total_distance_m == pytest.approx(42_195.0, abs=1.0)
    assert activity.duration_s == 3 * 3600 + 44 * 60 + 20
    assert activity.sport == "running"


def test_the_shipped_files_are_what_their_scripts_write(examples, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(examples))
    for script in ("make_marathon_course.py", "make_short_courses.py"):
        monkeypatch.setattr(sys, "argv", [script, str(tmp_path)])
        runpy.run_path(str(examples / script), run_name="__main__")
    written = sorted(file.name for file in tmp_path.iterdir())
    assert written == [
        "marathon.fit", "marathon.gpx", "marathon.tcx", "ride_with_power.fit", "treadmill_heart_rate.tcx",
    ]  # fmt: skip
    fresh, shipped = read_activity(tmp_path / "marathon.fit"), read_activity(examples / "marathon.fit")
    np.testing.assert_allclose(fresh.distance_m, shipped.distance_m, atol=0.02)  # last digit of a sine may differ
    for name in written:
        assert abs((tmp_path / name).stat().st_size - (examples / name).stat().st_size) < 100


def test_a_ride_gives_its_power_and_an_indoor_run_its_heart_rate(examples):
    ride = read_activity(examples / "ride_with_power.fit")
    assert ride.has("power_W")
    assert ride.sport == "cycling"
    indoor = read_activity(examples / "treadmill_heart_rate.tcx")
    assert indoor.has("heart_rate_bpm")
    assert not indoor.has("distance_m")
    assert np.isnan(indoor.total_distance_m)


def test_distances_that_restart_at_each_lap_are_joined_up_and_told(write_tcx):
    lap = [30.0 * index for index in range(20)]
    activity = read_activity(write_tcx([lap, lap, lap]))
    assert activity.total_distance_m == pytest.approx(3 * 570.0)
    assert any("it restarts at each lap and was joined up" in notice for notice in activity.notices)


def test_power_and_heart_rate_are_found_in_the_extensions_of_tcx(write_tcx):
    extra = "<HeartRateBpm><Value>150</Value></HeartRateBpm><Extensions><TPX><Watts>210</Watts></TPX></Extensions>"
    activity = read_activity(write_tcx([[30.0 * index for index in range(20)]], extra=extra))
    assert np.all(activity.power_W == 210.0)
    assert np.all(activity.heart_rate_bpm == 150.0)


def test_a_gpx_in_utf_16_is_read_too(write_gpx):
    file = write_gpx()
    file.write_text(file.read_text().replace("UTF-8", "UTF-16"), encoding="utf-16")
    assert read_activity(file).total_distance_m == pytest.approx(3.0 * 1990.0, rel=1e-4)


def test_every_grid_keeps_the_whole_distance(examples):
    activity = read_activity(examples / "marathon.gpx")
    for step_s in (1.0, 7.0, 10.0, 60.0, 5000.0):
        grid = effort_on_grid(activity, step_s)
        assert np.sum(grid["speed_m_per_s"]) * step_s == pytest.approx(activity.total_distance_m, rel=1e-12)


def test_a_grid_averages_over_time_not_over_records(write_tcx):
    activity = read_activity(write_tcx([[30.0 * index for index in range(61)]]))
    grid = effort_on_grid(activity, 60.0)
    np.testing.assert_allclose(grid["speed_m_per_s"], 3.0)
    assert grid["time_s"].tolist() == [60.0 * index for index in range(10)]


def test_the_grade_of_an_even_slope_is_its_slope(tmp_path, write_gpx):
    file = write_gpx(points=300)
    lines = file.read_text().splitlines()
    lines = [
        line.replace("<ele>10</ele>", f"<ele>{10 + index * 30 * 0.05:.3f}</ele>") for index, line in enumerate(lines)
    ]
    file.write_text("\n".join(lines))
    grade = read_activity(file).grade
    np.testing.assert_allclose(grade[5:-5], 0.05, atol=1e-4)


@pytest.mark.parametrize(("content", "said"), [
    (b"", r"is empty \(0 bytes\)"),
    (b"dear diary, today I ran", r"is no FIT file \(it begins with 'dear diary, toda'\)"),
    (b"\x1f\x8b\x08\x00rest", "packed with gzip"),
    (b"PK\x03\x04rest", "a ZIP archive"),
    (b"<html><body>log in</body></html>", "XML, but neither GPX nor TCX"),
    (b"<?xml version='1.0'?><gpx></gpx>", r"is not a FIT file: its content is GPX.*Rename it to 'run\.gpx'"),
])  # fmt: skip
def test_a_file_that_is_not_what_its_ending_says_is_refused(tmp_path: Path, content, said):
    file = tmp_path / "run.fit"
    file.write_bytes(content)
    with pytest.raises(UserError, match=said):
        read_activity(file)


def test_a_missing_file_is_answered_with_the_nearest_name(tmp_path: Path):
    (tmp_path / "marathon.fit").write_bytes(b"x")
    with pytest.raises(UserError, match=r"no file 'marathn\.fit'.*Did you mean 'marathon\.fit'"):
        read_activity(tmp_path / "marathn.fit")
