"""Nerve stimulation: strength and duration, who is excited first, what collides, F and H waves."""

from __future__ import annotations

import dataclasses

import numba
import numpy as np
import pytest

from cramplab.core.errors import UserError
from cramplab.physiology.nerve_stimulation import NerveStimulation, check_settings, reflex_wave

NERVE = NerveStimulation()
RECORD = NerveStimulation.records(1)[0]


def test_a_pulse_of_the_strength_duration_time_needs_twice_the_rheobase():
    assert NERVE.motor_threshold(459e-6) == pytest.approx(2.0 * NERVE.motor_rheobase)
    assert NERVE.motor_threshold(1e3) == pytest.approx(NERVE.motor_rheobase, rel=1e-5)


def test_threshold_charge_grows_in_a_straight_line_with_the_width():
    widths = np.array([1e-4, 2e-4, 3e-4, 1e-3])
    charge = np.array([NERVE.motor_threshold(width) * width for width in widths])
    slope = np.diff(charge) / np.diff(widths)
    np.testing.assert_allclose(slope, slope[0])


def test_long_pulses_favour_afferents():
    ratios = [NERVE.afferent_threshold(width) / NERVE.motor_threshold(width) for width in (5e-5, 2e-4, 1e-3)]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] == pytest.approx(0.667)
    for current in (0.75, 0.9, 1.1):
        assert NERVE.afferent_share(current, 1e-3) > NERVE.afferent_share(current, 5e-5)


@pytest.mark.parametrize("width", [5e-5, 2e-4, 1e-3])
def test_afferents_answer_before_motor_axons(width):
    assert NERVE.afferent_threshold(width) < NERVE.motor_threshold(width)
    assert NERVE.motor_share(0.99) == 0.0
    assert NERVE.afferent_share(0.99, width) > 0.0


def test_shares_start_at_the_threshold_and_reach_all():
    currents = np.linspace(0.5, 3.0, 251)
    motor = np.array([NERVE.motor_share(current) for current in currents])
    afferent = np.array([NERVE.afferent_share(current, 1e-3) for current in currents])
    for share in (motor, afferent):
        assert np.all(np.diff(share) >= 0.0)
        assert share[0] == 0.0
        assert share[-1] == 1.0
        assert np.max(np.diff(share)) < 0.2
    assert motor[currents >= 1.5].min() == 1.0


def test_afferents_are_excited_where_their_own_threshold_says():
    width = 3e-4
    first = NERVE.afferent_threshold(width) / NERVE.motor_threshold(width)
    assert NERVE.afferent_share(0.999 * first, width) == 0.0
    assert NERVE.afferent_share(1.02 * first, width) > 0.0


def test_large_motor_axons_are_excited_first():
    thresholds = NERVE.relative_threshold(np.linspace(0.0, 1.0, 43))
    assert np.all(np.diff(thresholds) < 0.0)
    assert thresholds[-1] == pytest.approx(1.0)
    assert thresholds[0] == pytest.approx(NERVE.motor_threshold_range)


@pytest.mark.parametrize("current", [1.05, 1.2, 1.35])
def test_thresholds_of_single_axons_give_the_share_of_all(current):
    thresholds = NERVE.relative_threshold(np.linspace(0.0, 1.0, 2001))
    assert np.mean(thresholds <= current) == pytest.approx(NERVE.motor_share(current), abs=2e-3)


def test_thirty_per_cent_above_the_maximal_m_wave_excites_everyone():
    current = 1.3 * NERVE.motor_threshold_range
    assert NERVE.motor_share(current) == 1.0
    assert NERVE.afferent_share(current, 1e-3) == 1.0


def test_an_axon_answers_only_after_its_refractory_time():
    assert NERVE.answers(0.0049) == 0.0
    assert NERVE.answers(0.005) == 1.0


def test_large_axons_conduct_faster():
    assert NERVE.axon_velocity(0.0) == pytest.approx(44.0)
    assert NERVE.axon_velocity(1.0) == pytest.approx(53.0)


def test_an_impulse_still_on_its_way_stops_the_antidromic_one():
    # 0.8 m at 44 m/s are 18.2 ms.
    assert NERVE.reaches_cord(0.0181, 0.0, 0.8) == 0.0
    assert NERVE.reaches_cord(0.0183, 0.0, 0.8) == 1.0
    assert NERVE.reaches_cord(0.016, 1.0, 0.8) == 1.0


def test_the_share_of_collisions_is_that_of_steady_trains():
    generator = np.random.default_rng(4)
    rate, length, position = 12.0, 0.8, 0.5
    travel = length / NERVE.axon_velocity(position)
    # A pulse at a random moment of the interval collides with the last discharge or with the next.
    since = generator.uniform(0.0, 1.0 / rate, 20000)
    lost = (since <= travel) | (1.0 / rate - since <= travel)
    assert NERVE.collision_share(rate, position, length) == pytest.approx(np.mean(lost), abs=0.01)
    assert NERVE.collision_share(1000.0, position, length) == 1.0
    assert NERVE.collision_share(0.0, position, length) == 0.0


def test_the_f_wave_has_the_published_mean_and_largest_size():
    generator = np.random.default_rng(9)
    # A pool of a small muscle, with potentials that differ threefold or so; 32 responses in each of many people.
    size = 12.4 ** (0.5 * np.linspace(0.0, 1.0, 43))
    fired = generator.uniform(size=(400, 32, 43)) < NERVE.backfire_probability(1.0)
    waves = np.sum(fired * size, axis=-1) / np.sum(size)
    assert np.mean(waves) == pytest.approx(0.01, rel=0.05)
    assert np.mean(waves.max(axis=1)) == pytest.approx(0.045, rel=0.5)


def test_the_f_wave_grows_and_falls_with_the_persistent_current():
    assert NERVE.backfire_probability(0.0) == 0.0
    assert NERVE.backfire_probability(-1.0) == 0.0
    assert NERVE.backfire_probability(1.5) == pytest.approx(0.015)
    assert NERVE.backfire_probability(1e9) == 1.0


def test_the_h_reflex_rises_before_the_m_wave_and_falls_as_it_grows():
    position = np.linspace(0.0, 1.0, 100)
    amplitude, one = 1.0 + position, np.ones(100)
    heights = []
    for current in np.linspace(0.6, 1.6, 51):
        # The volley discharges the smallest units first, at most half of the pool.
        discharged = position < 0.5 * NERVE.afferent_share(current, 1e-3)
        recruited = NERVE.relative_threshold(position) <= current
        heights.append(reflex_wave(amplitude, one, discharged, recruited, 1.0))
    peak = int(np.argmax(heights))
    assert heights[0] == 0.0
    assert heights[peak] > 0.0
    assert heights[-1] == 0.0
    assert 10 < peak < 45


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"pulse_width": 0.005}, r"The pulse width is 5 ms. Expected 0.01 to 2 ms"),
        ({"frequency": 500.0}, "The frequency is 500 Hz. Expected 0.1 to 200 Hz"),
        ({"current": -1.0}, "The current is -1 mA. Expected 0 to 200 mA"),
        ({"current": float("nan")}, "Expected 0 to 200 mA"),
    ],
)
def test_impossible_settings_are_refused_with_the_range(settings, told):
    with pytest.raises(UserError, match=told):
        check_settings(**settings)


def test_usual_settings_pass():
    check_settings(current=20.0, pulse_width=1e-3, frequency=30.0)


SCALARS = [
    ("motor_threshold", [(2e-4,), (1e-3,)]),
    ("afferent_threshold", [(2e-4,), (1e-3,)]),
    ("motor_share", [(0.9,), (1.2,), (1.6,)]),
    ("afferent_share", [(0.5, 1e-3), (1.0, 2e-4), (3.0, 1e-3)]),
    ("answers", [(0.004,), (0.006,)]),
    ("axon_velocity", [(0.3,)]),
    ("reaches_cord", [(0.010, 0.4, 0.8), (0.030, 0.4, 0.8)]),
    ("collision_share", [(10.0, 0.4, 0.8)]),
    ("backfire_probability", [(1.3,), (-1.0,)]),
]


@pytest.mark.parametrize(("name", "cases"), SCALARS, ids=[name for name, _ in SCALARS])
def test_the_compiled_equations_are_the_same(name, cases):
    compiled = numba.njit(getattr(NerveStimulation, name))
    for case in cases:
        assert compiled(RECORD, *case) == pytest.approx(getattr(NERVE, name)(*case), rel=1e-13)


@pytest.mark.parametrize("parameter", NerveStimulation.parameter_names())
def test_every_parameter_moves_some_answer(parameter):
    moved = dataclasses.replace(NERVE, **{parameter: 1.2 * getattr(NERVE, parameter)})

    def answers(nerve):
        found = [getattr(nerve, name)(*case) for name, cases in SCALARS for case in cases]
        return [*found, nerve.answers(0.0055), *nerve.relative_threshold(np.array([0.0, 0.5]))]

    assert answers(moved) != answers(NERVE)
