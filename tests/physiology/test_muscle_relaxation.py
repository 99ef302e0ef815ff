"""Relaxation: slowed by force held, by a stopped circulation and by cold; mended by blood."""

from __future__ import annotations

import dataclasses

import numba
import pytest

from cramplab.physiology.muscle_relaxation import MuscleRelaxation

RELAXATION = MuscleRelaxation()


def test_a_resting_muscle_with_blood_stays_as_it_is():
    assert RELAXATION.slowness_step(1.0, 0.0, 1.0, 1000.0) == 1.0
    assert RELAXATION.relaxation_factor(1.0, RELAXATION.reference_temperature) == 1.0


def test_without_blood_a_resting_muscle_slows_by_the_published_share_a_minute():
    assert RELAXATION.slowness_step(1.0, 0.0, 0.0, 60.0) == pytest.approx(1.015)


def test_contraction_without_blood_slows_more_than_ischaemia_alone():
    working = RELAXATION.slowness_step(1.0, 0.5, 0.0, 60.0)
    assert working - 1.0 > 10.0 * (RELAXATION.slowness_step(1.0, 0.0, 0.0, 60.0) - 1.0)


def test_only_force_times_time_counts():
    long = RELAXATION.slowness_step(1.0, 0.25, 0.0, 80.0) - RELAXATION.slowness_step(1.0, 0.0, 0.0, 80.0)
    short = RELAXATION.slowness_step(1.0, 1.0, 0.0, 20.0) - RELAXATION.slowness_step(1.0, 0.0, 0.0, 20.0)
    assert long == pytest.approx(short)


def test_nothing_recovers_until_the_blood_flows():
    slowed = RELAXATION.slowness_step(1.0, 1.0, 0.0, 30.0)
    assert RELAXATION.slowness_step(slowed, 0.0, 0.0, 120.0) >= slowed


def test_half_is_recovered_in_a_minute_and_all_in_five_to_seven():
    assert RELAXATION.slowness_step(2.0, 0.0, 1.0, 60.0) - 1.0 == pytest.approx(0.5, abs=0.01)
    assert RELAXATION.slowness_step(2.0, 0.0, 1.0, 360.0) - 1.0 < 0.02


@pytest.mark.parametrize("flow", [0.0, 0.4, 1.0])
def test_one_long_step_is_many_short_ones(flow):
    slowness = 1.3
    for _ in range(5000):
        slowness = RELAXATION.slowness_step(slowness, 0.2, flow, 0.002)
    assert slowness == pytest.approx(RELAXATION.slowness_step(1.3, 0.2, flow, 10.0), rel=1e-9)


def test_ten_degrees_between_25_and_37_change_the_rate_by_the_published_factor():
    cold, warm = (RELAXATION.relaxation_factor(1.0, each) for each in (28.0, 37.0))
    assert cold / warm == pytest.approx(2.3**0.9)


def test_below_28_degrees_each_degree_slows_more():
    mild = RELAXATION.relaxation_factor(1.0, 30.0) / RELAXATION.relaxation_factor(1.0, 32.0)
    deep = RELAXATION.relaxation_factor(1.0, 24.0) / RELAXATION.relaxation_factor(1.0, 26.0)
    assert deep > mild > 1.0


def test_cold_and_slowness_multiply():
    assert RELAXATION.relaxation_factor(1.5, 30.0) == pytest.approx(1.5 * RELAXATION.relaxation_factor(1.0, 30.0))


def test_the_compiled_equations_are_the_same():
    record = MuscleRelaxation.records(1)[0]
    step, factor = numba.njit(MuscleRelaxation.slowness_step), numba.njit(MuscleRelaxation.relaxation_factor)
    for arguments in ((1.0, 0.5, 0.0, 0.002), (1.6, 0.1, 0.7, 1.0), (1.6, 0.1, 3.0, 1.0)):
        assert step(record, *arguments) == pytest.approx(RELAXATION.slowness_step(*arguments), rel=1e-14)
    for temperature in (20.0, 28.0, 36.0):
        assert factor(record, 1.2, temperature) == pytest.approx(RELAXATION.relaxation_factor(1.2, temperature))


@pytest.mark.parametrize("name", MuscleRelaxation.parameter_names())
def test_every_parameter_moves_some_answer(name):
    def answers(model):
        return (
            model.slowness_step(1.4, 0.3, 0.5, 10.0),
            model.relaxation_factor(1.0, 32.0),
            model.relaxation_factor(1.0, 20.0),
        )

    assert answers(dataclasses.replace(RELAXATION, **{name: 1.2 * getattr(RELAXATION, name)})) != answers(RELAXATION)
