"""Stretches of an event: chunks, short last steps, and summing up on the fly give what one plain run gives."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.core.errors import UserError
from cramplab.simulation.assembly import assemble
from cramplab.simulation.event_course import air_past_the_body
from cramplab.simulation.event_run import Stretch, record_times, run_stretches
from cramplab.simulation.own_motion import riding_power, riding_speed
from cramplab.simulation.summarised_run import run_summarised

PEOPLE = 10
NAMES = ("core_temperature", "sweat_loss", "fluid_intake")
WALK = Stretch(
    1000.0,
    {
        "running_speed": np.linspace(2.0, 3.0, 100),
        "ground_speed": np.full((1, 1), 2.5),
        "drink_rate_planned": np.asarray(1e-4),
        "air_temperature": 20.0 + np.arange(PEOPLE)[None, :],
    },
)
REST = Stretch(300.0, {})


@pytest.fixture(scope="module")
def body():
    gain = np.linspace(4e-5, 2e-4, PEOPLE).astype(np.float32)
    return assemble({"sweating.gain": gain})


@pytest.fixture(scope="module")
def whole(body):
    return run_stretches(body, [WALK, REST], PEOPLE, NAMES, chunk_people=4)


def test_times_are_minutes_and_the_ends_of_the_stretches():
    times = record_times([WALK, REST])
    assert list(times[:3]) == [0.0, 60.0, 120.0]
    assert list(times[15:]) == [900.0, 960.0, 1000.0, 1060.0, 1120.0, 1180.0, 1240.0, 1300.0]


def test_everybody_is_run_once_with_their_own_parameters_and_their_own_air(body, whole):
    assert whole["core_temperature"].shape == (PEOPLE, 23)
    alone = run_stretches(body, [WALK, REST], PEOPLE, NAMES, chunk_people=PEOPLE)
    for name in NAMES:
        np.testing.assert_allclose(whole[name], alone[name], rtol=2e-6, atol=1e-7)
    assert np.all(np.diff(whole["sweat_loss"][:, 17]) > 0.0)


def test_a_rate_over_a_short_last_step_gives_its_volume(whole):
    np.testing.assert_allclose(whole["fluid_intake"][:, 17], 0.1, rtol=1e-5)
    np.testing.assert_allclose(whole["fluid_intake"][:, -1], 0.1, rtol=1e-5)


def test_the_end_alone_is_the_end_of_the_whole(body, whole):
    end = run_stretches(body, [WALK, REST], PEOPLE, NAMES, chunk_people=4, only_the_end=True)
    for name in NAMES:
        np.testing.assert_array_equal(end[name][:, 0], whole[name][:, -1])


@pytest.mark.parametrize("threads", [1, 2])
def test_summing_up_on_the_fly_is_summing_up_afterwards(body, whole, threads):
    summary = run_summarised(body, [WALK, REST], PEOPLE, NAMES, chunk_people=4, threads=threads)
    np.testing.assert_array_equal(summary.time_s, record_times([WALK, REST]))
    assert not summary.failed.any()
    for name in NAMES:
        values = whole[name].astype(np.float64)
        np.testing.assert_allclose(summary.mean[name], values.mean(axis=0), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(summary.standard_deviation[name], values.std(axis=0), rtol=1e-3, atol=2e-5)
        np.testing.assert_allclose(summary.least[name], values.min(axis=0), rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(summary.most[name], values.max(axis=0), rtol=1e-6, atol=1e-7)
        np.testing.assert_array_equal(summary.at_the_end[name], whole[name][:, -1])


def test_the_number_of_threads_changes_no_bit(body):
    one, two = (run_summarised(body, [WALK, REST], PEOPLE, NAMES, chunk_people=4, threads=count) for count in (1, 2))
    for name in NAMES:
        np.testing.assert_array_equal(one.mean[name], two.mean[name])
        np.testing.assert_array_equal(one.standard_deviation[name], two.standard_deviation[name])


def test_who_fails_is_counted_and_left_out_of_the_sums(body):
    gain = np.linspace(4e-5, 2e-4, PEOPLE).astype(np.float32)
    gain[7] = np.nan
    summary = run_summarised(assemble({"sweating.gain": gain}), [WALK, REST], PEOPLE, NAMES, chunk_people=4)
    assert list(np.flatnonzero(summary.failed)) == [7]
    assert np.isfinite(summary.mean["sweat_loss"]).all()


def test_a_misspelt_forcing_or_quantity_is_answered_with_the_nearest_name(body):
    with pytest.raises(UserError, match="running_speed"):
        Stretch(60.0, {"runing_speed": np.zeros(6)})
    with pytest.raises(UserError, match="sweat_loss"):
        run_stretches(body, [REST], PEOPLE, ["sweat_los"])


def test_forcing_of_the_wrong_length_is_refused(body):
    with pytest.raises(ValueError, match="'grade' has 5 steps, the stretch has 30"):
        run_stretches(body, [Stretch(300.0, {"grade": np.zeros(5)})], PEOPLE, NAMES, chunk_people=4)


@pytest.mark.parametrize(
    ("bearing", "passing"), [(0.0, 5.0), (180.0, 1.0), (90.0, np.hypot(3.0, 2.0)), (np.nan, np.hypot(3.0, 2.0))]
)
def test_a_head_wind_is_felt_more_than_a_tail_wind(bearing, passing):
    own, wind = air_past_the_body(np.array([3.0]), np.array([2.0]), np.array([0.0]), np.array([bearing]))
    assert np.hypot(own, wind)[0] == pytest.approx(passing)


def test_riding_power_and_speed_are_each_others_inverse():
    speed = riding_speed(np.array([100.0, 200.0, 300.0]), 75.0)
    np.testing.assert_allclose(riding_power(speed, np.zeros(3), 75.0), [100.0, 200.0, 300.0], rtol=1e-9)
    assert riding_power(np.array([8.0]), np.array([-0.1]), 75.0)[0] == 0.0
