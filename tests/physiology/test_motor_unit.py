"""Motor units: the published twitch and force against rate, pools whose tetani add up to the muscle's."""

from __future__ import annotations

import dataclasses
import math

import numba
import numpy as np
import pytest

from cramplab.core.library import find_muscle
from cramplab.core.muscle import simulated_units
from cramplab.physiology.motor_unit import MotorUnit

UNIT = MotorUnit()
# Mean contraction time and the rate of half the tetanus of motor units of human toe extensors (macefield1996).
TOE_CONTRACTION_TIME, TOE_HALF_RATE = 0.0748, 9.6


def train(unit, rate, contraction_time, seconds=3.0, step_s=0.002, relaxation=1.0):
    """Mean share of the tetanus in the second half of a train."""
    state = slope = 0.0
    shares, sent = [], 0
    for at in np.arange(0.0, seconds, step_s):
        due = int(at * rate + 1e-9) + 1 - sent
        sent += due
        state, slope = unit.twitch_step(state, slope, due, contraction_time, relaxation, step_s)
        shares.append(unit.tetanus_share(state))
    return float(np.mean(shares[len(shares) // 2 :]))


def twitch(unit, contraction_time, step_s=0.0005, relaxation=1.0):
    """Force of one twitch over time, after each step."""
    state, slope, forces = 0.0, 0.0, []
    for step in range(int(1.5 / step_s)):
        state, slope = unit.twitch_step(state, slope, float(step == 0), contraction_time, relaxation, step_s)
        forces.append(unit.tetanus_share(state))
    return np.array(forces)


def half_relaxation(forces, step_s=0.0005):
    peak = int(np.argmax(forces))
    return step_s * int(np.argmax(forces[peak:] < 0.5 * forces[peak]))


@pytest.mark.parametrize("contraction_time", [0.03, 0.0748, 0.17])
def test_a_twitch_peaks_at_its_contraction_time(contraction_time):
    forces = twitch(UNIT, contraction_time)
    assert (np.argmax(forces) + 1) * 0.0005 == pytest.approx(contraction_time, abs=0.0006)


def test_a_twitch_has_the_published_shape():
    time = 0.0005 * np.arange(1, 601)
    shape = time / 0.09 * np.exp(1.0 - time / 0.09)
    forces = twitch(UNIT, 0.09)[:600]
    np.testing.assert_allclose(forces / forces.max(), shape, atol=2e-3)


def test_twitch_over_tetanus_is_that_of_the_published_curves():
    # A ninth of the tetanus: slope of the curve at no rate, over e.
    assert twitch(UNIT, 0.09).max() == pytest.approx((1.0 - math.exp(-0.128)) / 0.4 / math.e, rel=1e-3)


@pytest.mark.parametrize("rate", [3.0, 5.0, 15.0, 30.0])
def test_force_against_rate_is_the_published_curve(rate):
    q = 0.0748 * rate
    published = q / 0.4 * (1.0 - math.exp(-2.0 * 0.4**3)) if q <= 0.4 else 1.0 - math.exp(-2.0 * q**3)
    # Unfused, ripple crosses the bend of the curve and adds some force.
    assert train(UNIT, rate, 0.0748) == pytest.approx(published, rel=0.25 if rate < 10.0 else 0.02)


def test_toe_extensors_reach_half_their_tetanus_at_the_measured_rate():
    rates = np.arange(6.0, 14.0, 0.25)
    shares = [train(UNIT, rate, TOE_CONTRACTION_TIME) for rate in rates]
    assert np.interp(0.5, shares, rates) == pytest.approx(TOE_HALF_RATE, rel=0.05)


def test_two_small_steps_are_one_large_step():
    for state, slope in ((0.3, 2.0), (0.3, -0.5)):
        large = UNIT.twitch_step(state, slope, 0, 0.09, 1.0, 0.002)
        small = UNIT.twitch_step(*UNIT.twitch_step(state, slope, 0, 0.09, 1.0, 0.001), 0, 0.09, 1.0, 0.001)
        assert large == pytest.approx(small, rel=1e-12)


@pytest.mark.parametrize("rate", [8.0, 12.0, 20.0])
def test_the_step_of_two_milliseconds_is_small_enough(rate):
    assert train(UNIT, rate, 0.05) == pytest.approx(train(UNIT, rate, 0.05, step_s=0.0002), abs=0.02)


def test_slow_relaxation_stretches_the_falling_phase_alone():
    usual, slow = twitch(UNIT, 0.08), twitch(UNIT, 0.08, relaxation=2.0)
    assert slow.max() == pytest.approx(usual.max())
    assert half_relaxation(slow) == pytest.approx(2.0 * half_relaxation(usual), rel=0.03)
    assert half_relaxation(usual) == pytest.approx(0.08 * UNIT.half_relaxation_ratio(), rel=0.03)


def test_slow_relaxation_fuses_twitches_and_never_passes_the_tetanus():
    assert train(UNIT, 8.0, 0.0748, relaxation=1.5) > train(UNIT, 8.0, 0.0748)
    assert train(UNIT, 60.0, 0.0748, relaxation=5.0) <= 1.0


def test_a_unit_without_impulses_makes_no_force():
    assert UNIT.twitch_step(0.0, 0.0, 0, 0.09, 1.0, 0.002) == (0.0, 0.0)
    assert UNIT.tetanus_share(0.0) == 0.0
    assert UNIT.tetanus_share(-0.01) == 0.0


def test_the_curve_of_force_has_no_jump():
    below, above = UNIT.tetanus_share(0.4), UNIT.tetanus_share(0.4 + 1e-9)
    assert above == pytest.approx(below, abs=1e-7)


@pytest.mark.parametrize("key", ["ah", "fhb", "soleus", "ta", "vl"])
def test_the_tetani_of_a_pool_add_up_to_the_peak_force(key):
    muscle = find_muscle(key)
    units = simulated_units(muscle.motor_units)
    pool = UNIT.pool(
        units.position,
        units.stands_for,
        muscle.peak_force,
        muscle.twitch_force_ratio,
        muscle.longest_contraction_time,
        muscle.contraction_time_ratio,
    )
    assert np.sum(units.stands_for * pool["tetanic_force"]) == pytest.approx(muscle.peak_force)
    assert np.sum(pool["force_share"]) == pytest.approx(1.0)
    assert np.all(np.diff(pool["tetanic_force"]) > 0.0)
    assert np.all(np.diff(pool["contraction_time"]) < 0.0)
    assert np.all(pool["twitch_force"] < 0.2 * pool["tetanic_force"])


def test_abductor_hallucis_has_the_mean_contraction_time_of_toe_muscles():
    muscle = find_muscle("ah")
    units = simulated_units(muscle.motor_units)
    pool = UNIT.pool(
        units.position, units.stands_for, 1.0, 12.4, muscle.longest_contraction_time, muscle.contraction_time_ratio
    )
    assert np.mean(pool["contraction_time"]) == pytest.approx(TOE_CONTRACTION_TIME, rel=0.02)
    assert pool["tetanic_force"][-1] / pool["tetanic_force"][0] == pytest.approx(12.4)


@pytest.mark.parametrize("arguments", [(0.2, 1.5, 1, 0.08, 1.3, 0.002), (0.9, -3.0, 0, 0.05, 2.0, 0.002)])
def test_the_compiled_step_is_the_same(arguments):
    record = MotorUnit.records(1)[0]
    assert numba.njit(MotorUnit.twitch_step)(record, *arguments) == pytest.approx(UNIT.twitch_step(*arguments))


@pytest.mark.parametrize("state", [-0.1, 0.0, 0.2, 0.7, 2.0])
def test_the_compiled_curve_is_the_same(state):
    record = MotorUnit.records(1)[0]
    assert numba.njit(MotorUnit.tetanus_share)(record, state) == pytest.approx(UNIT.tetanus_share(state))


def _answers(unit):
    return (
        unit.tetanus_share(0.2),
        unit.tetanus_share(0.7),
        *unit.twitch_step(0.3, -0.5, 0, 0.09, 1.0, 0.002),
        unit.half_relaxation_ratio(),
    )


@pytest.mark.parametrize("name", MotorUnit.parameter_names())
def test_every_parameter_moves_some_answer(name):
    moved = dataclasses.replace(UNIT, **{name: 1.2 * getattr(UNIT, name)})
    assert _answers(moved) != _answers(UNIT)
