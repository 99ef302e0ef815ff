"""Small faults are mended and told, never silently."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.importers.activity import read_activity
from cramplab.importers.terrain import grade_along


def only_notice(activity) -> str:
    assert len(activity.notices) == 1
    return activity.notices[0]


def test_a_clean_recording_has_nothing_to_tell(write_gpx):
    assert read_activity(write_gpx()).notices == ()


def test_repeated_times_are_left_out_and_counted(write_gpx):
    seconds = np.arange(200) * 10.0
    seconds[50] = seconds[49]
    activity = read_activity(write_gpx(seconds=seconds, metres=np.arange(200) * 30.0))
    assert len(activity.time_s) == 199
    assert (
        "1 track points repeat the time of the one before and were left out, the first is track point 51"
        in only_notice(activity)
    )


def test_a_time_that_slips_back_a_little_is_left_out(write_gpx):
    seconds = np.arange(200) * 10.0
    seconds[50] -= 15.0
    activity = read_activity(write_gpx(seconds=seconds, metres=np.arange(200) * 30.0))
    assert np.all(np.diff(activity.time_s) > 0.0)
    assert "lie before the one ahead of them in time" in only_notice(activity)


def test_a_gap_of_some_minutes_is_bridged_at_an_even_pace_and_told(write_gpx):
    seconds = np.concatenate((np.arange(100) * 10.0, np.arange(100) * 10.0 + 1500.0))
    activity = read_activity(write_gpx(seconds=seconds))
    assert "has a gap of 0:08:30 after track point 100" in only_notice(activity)
    assert activity.total_distance_m == pytest.approx(3.0 * seconds[-1], rel=1e-4)


def test_a_stray_position_is_left_out_and_told(write_gpx):
    metres = np.arange(200) * 30.0
    metres[120] += 2000.0
    activity = read_activity(write_gpx(metres=metres))
    assert "1 stray positions were left out, the first is 2030 m away at track point 121" in only_notice(activity)
    assert activity.total_distance_m == pytest.approx(199 * 30.0, rel=1e-4)


def test_a_position_at_zero_zero_is_no_position(write_gpx):
    file = write_gpx()
    text = file.read_text().replace('lat="40.00000000" lon="-30.0"', 'lat="0.0" lon="0.0"')
    file.write_text(text)
    activity = read_activity(file)
    assert "impossible positions were taken as missing" in only_notice(activity)


def test_an_impossible_heart_rate_is_taken_as_missing(write_tcx):
    extra = "<HeartRateBpm><Value>999</Value></HeartRateBpm>"
    activity = read_activity(write_tcx([[30.0 * index for index in range(20)]], extra=extra))
    assert np.all(np.isnan(activity.heart_rate_bpm))
    assert "20 values of heart_rate_bpm outside 25 to 250 were taken as missing" in only_notice(activity)


def test_a_pause_keeps_its_length_and_its_place(write_tcx):
    metres = [*(30.0 * index for index in range(50)), *([1470.0] * 50), *(1470.0 + 30.0 * index for index in range(50))]
    activity = read_activity(write_tcx([metres]))
    assert activity.notices == ()
    assert np.all(activity.speed_m_per_s[60:90] == 0.0)
    assert np.all(np.isfinite(activity.distance_m))


def test_the_grade_never_leaves_its_bounds_and_noise_is_smoothed():
    generator = np.random.default_rng(3)
    distance = np.cumsum(generator.uniform(0.0, 5.0, 2000))
    noisy = 0.02 * distance + generator.normal(0.0, 0.5, 2000)
    grade = grade_along(distance, noisy)
    assert np.sqrt(np.mean((grade[50:-50] - 0.02) ** 2)) < 0.006
    assert np.all(np.abs(grade_along(distance, 1e3 * noisy)) <= 0.45)


def test_a_course_without_altitude_has_no_grade():
    distance = np.arange(10) * 100.0
    assert np.all(np.isnan(grade_along(distance, np.full(10, np.nan))))
