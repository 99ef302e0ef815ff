"""Muscle and tendon: the published curves with their right signs, equilibrium, stability at two milliseconds."""

from __future__ import annotations

import dataclasses
import math

import numba
import numpy as np
import pytest

from cramplab.core.library import find_muscle, load_library
from cramplab.physiology.muscle_tendon import MuscleTendon

PLANT = MuscleTendon()
RECORD = MuscleTendon.records(1)[0]
STEP = numba.njit(MuscleTendon.step)
KEYS = sorted(load_library(shelves=("muscles",)).muscles)


def geometry(muscle):
    return muscle.slow_fibre_share, muscle.optimal_fibre_length, muscle.tendon_slack_length, muscle.pennation


def hold(muscle, fibre_length, activation, seconds=1.0, step_s=0.002):
    """Activate a muscle whose ends are held where it rests with fibres of this length."""
    shape = geometry(muscle)
    length = fibre_length
    fixed = PLANT.rest_length(fibre_length, *shape[1:])
    force = velocity = 0.0
    for _ in range(round(seconds / step_s)):
        length, velocity, force = STEP(RECORD, length, fixed, activation, muscle.peak_force, step_s, *shape)
    return length, velocity, force / muscle.peak_force


def speeds_and_forces(slow_share, pulls, fibre_length=1.0):
    """Speed, and force of the filaments alone, of fully active fibres whose tendon is suddenly pulled or let go."""
    found = []
    for pull in pulls:
        ends = 0.05 * fibre_length + 0.2 / PLANT.tendon_onset + pull
        length, speed, force = STEP(RECORD, fibre_length, ends, 1.0, 1.0, 0.002, slow_share, 0.05, 0.2, 0.0)
        found.append((speed, force - math.exp(10.0 * (length - 1.5)) - 0.01 * speed))
    return found


LET_GO, PULLED = np.linspace(-0.009, -0.001, 9), np.linspace(0.001, 0.008, 8)


def test_shortening_slow_fibres_follow_the_published_curve():
    for speed, force in speeds_and_forces(1.0, LET_GO):
        assert -7.88 < speed < 0.0
        assert force == pytest.approx((-7.88 - speed) / (-7.88 + 5.88 * speed), abs=1e-6)


@pytest.mark.parametrize("fibre_length", [0.8, 1.0, 1.2])
def test_shortening_fast_fibres_have_the_sign_that_an_implementation_dropped(fibre_length):
    held = math.exp(-(abs((fibre_length**1.55 - 1.0) / 0.75) ** 2.12))
    for speed, force in speeds_and_forces(0.0, LET_GO, fibre_length):
        assert -9.15 < speed < 0.0
        curve = (-9.15 - speed) / (-9.15 + (-5.70 + 9.18 * fibre_length) * speed)
        assert force == pytest.approx(held * curve, abs=1e-6)


def test_stretched_fibres_follow_the_published_curves_and_pull_harder_than_held_ones():
    for speed, force in speeds_and_forces(1.0, PULLED):
        assert speed > 0.0
        assert force == pytest.approx((0.35 - (-4.70 + 8.41 - 5.34) * speed) / (0.35 + speed), abs=1e-6)
        assert force > 1.0
    for speed, force in speeds_and_forces(0.0, PULLED):
        assert force == pytest.approx((0.69 + 1.53 * speed) / (0.69 + speed), abs=1e-6)


def test_no_fibre_shortens_faster_than_unloaded():
    muscle = find_muscle("st")
    shape = geometry(muscle)
    length, _, _ = 1.2, 0.0, 0.0
    for _ in range(5):
        length, velocity, force = STEP(RECORD, length, 0.3, 1.0, 1.0, 0.002, *shape)
        assert -9.15 - 1e-6 <= velocity < 0.0
        assert force == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("fibre_length", [0.6, 0.8, 1.0, 1.2, 1.4])
def test_a_resting_muscle_stays_at_its_rest_length(key, fibre_length):
    length, velocity, force = hold(find_muscle(key), fibre_length, 0.0)
    assert length == pytest.approx(fibre_length, abs=1e-4)
    assert abs(velocity) < 1e-6
    assert force == pytest.approx(math.exp(10.0 * (fibre_length - 1.5)), rel=0.2, abs=1e-4)


@pytest.mark.parametrize("key", KEYS)
def test_force_falls_as_the_muscle_is_held_shorter(key):
    forces = [hold(find_muscle(key), length, 1.0)[2] for length in (1.0, 0.85, 0.7, 0.6)]
    assert forces == sorted(forces, reverse=True)
    assert forces[-1] < 0.4 * forces[0]


@pytest.mark.parametrize("key", KEYS)
def test_no_muscle_pulls_much_harder_than_its_peak_force(key):
    forces = [hold(find_muscle(key), length, 1.0)[2] for length in np.arange(0.6, 1.31, 0.05)]
    assert 0.85 < max(forces) < 1.15


def test_fibres_shorten_into_the_tendon():
    length, _, _ = hold(find_muscle("soleus"), 1.0, 1.0)
    # The tendon stretches by a few per cent of its own length, which is some sixth or quarter of the fibres'.
    assert 0.7 < length < 0.9


def test_active_force_ends_where_the_filaments_do():
    for length in (0.46, 0.40):
        active, passive = (STEP(RECORD, length, 0.41, each, 1.0, 0.002, 0.5, 0.05, 0.38, 0.0) for each in (1.0, 0.0))
        assert active == passive
    assert STEP(RECORD, 0.6, 0.41, 1.0, 1.0, 0.002, 0.5, 0.05, 0.38, 0.0)[2] > 0.0


@pytest.mark.parametrize("key", ["ah", "soleus", "mg", "st"])
@pytest.mark.parametrize("fibre_length", [0.75, 1.0, 1.3])
def test_two_milliseconds_give_the_answer_of_a_tenth_of_one(key, fibre_length):
    muscle = find_muscle(key)
    for seconds in (0.05, 1.0):
        coarse = hold(muscle, fibre_length, 1.0, seconds)[2]
        assert coarse == pytest.approx(hold(muscle, fibre_length, 1.0, seconds, 0.0001)[2], abs=0.015)


@pytest.mark.parametrize("step_s", [0.0005, 0.002, 0.01])
def test_wild_ends_and_activation_do_not_shake_it(step_s):
    muscle = find_muscle("ah")
    shape = geometry(muscle)
    generator = np.random.default_rng(5)
    middle = PLANT.rest_length(1.0, *shape[1:])
    length = 1.0
    for _ in range(2000):
        ends = middle + muscle.optimal_fibre_length * generator.uniform(-0.5, 0.5)
        length, velocity, force = STEP(RECORD, length, ends, generator.uniform(), 100.0, step_s, *shape)
        assert 0.2 <= length < 2.0
        assert math.isfinite(velocity)
        assert force >= 0.0


def test_a_passive_stretch_needs_a_little_force_that_speed_raises():
    muscle = find_muscle("ah")
    shape = geometry(muscle)
    start = PLANT.rest_length(1.0, *shape[1:])
    peaks = []
    for seconds in (0.05, 1.0):
        length, forces = 1.0, []
        for step in range(600):
            ends = start + 0.3 * muscle.optimal_fibre_length * min(step * 0.002 / seconds, 1.0)
            length, _, force = STEP(RECORD, length, ends, 0.0, 1.0, 0.002, *shape)
            forces.append(force)
        peaks.append(max(forces))
    assert peaks[0] > peaks[1]
    assert 0.02 < peaks[1] < 0.1


def test_low_activation_moves_the_optimum_to_longer_fibres():
    # Ends chosen so that the fibres are held: the force at no speed.
    def active(length, activation):
        def speed(ends):
            return STEP(RECORD, length, ends, activation, 1.0, 1e-6, 0.0, 0.05, 0.2, 0.0)[1]

        low, high = 0.05 * length + 0.15, 0.05 * length + 0.25
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if speed(middle) < 0.0 else (low, middle)
        force = STEP(RECORD, length, low, activation, 1.0, 1e-6, 0.0, 0.05, 0.2, 0.0)[2]
        return (force - math.exp(10.0 * (length - 1.5))) / activation

    assert active(1.0, 1.0) > active(1.12, 1.0)
    assert active(1.12, 0.2) > active(1.0, 0.2)


@pytest.mark.parametrize("fibre_length", [0.5, 0.9, 1.1, 1.5])
@pytest.mark.parametrize("activation", [0.0, 0.3, 1.0])
def test_the_compiled_step_is_the_same(fibre_length, activation):
    shape = geometry(find_muscle("ah"))
    ends = PLANT.rest_length(1.0, *shape[1:])
    arguments = (fibre_length, ends, activation, 150.0, 0.002, *shape)
    assert STEP(RECORD, *arguments) == pytest.approx(PLANT.step(*arguments), rel=1e-9, abs=1e-12)
    rest = numba.njit(MuscleTendon.rest_length)
    assert rest(RECORD, fibre_length, *shape[1:]) == pytest.approx(PLANT.rest_length(fibre_length, *shape[1:]))


@pytest.mark.parametrize("name", MuscleTendon.parameter_names())
def test_every_parameter_moves_some_answer(name):
    shape = (0.5, 0.0232, 0.11, 0.3)

    def answers(plant):
        ends = PLANT.rest_length(1.0, *shape[1:])
        return [
            plant.step(length, ends + shift, 0.7, 150.0, 0.002, *shape)
            for length in (0.55, 0.9, 1.2)
            for shift in (-0.004, 0.0, 0.004)
        ] + [plant.rest_length(1.1, *shape[1:])]

    assert answers(dataclasses.replace(PLANT, **{name: 1.05 * getattr(PLANT, name)})) != answers(PLANT)
