"""Fatigue of motor units: the published loss, recovery at rest, any step length."""

from __future__ import annotations

import dataclasses

import numba
import pytest

from cramplab.physiology.motor_unit_fatigue import MotorUnitFatigue

FATIGUE = MotorUnitFatigue()


def after(capacity, position, activation, seconds, step_s):
    for _ in range(round(seconds / step_s)):
        capacity = FATIGUE.capacity_step(capacity, position, activation, step_s)
    return capacity


@pytest.mark.parametrize(("position", "lost"), [(1.0, 0.0225), (0.0, 0.0225 / 180.0), (0.5, 0.0225 / 180.0**0.5)])
def test_a_tetanus_costs_the_published_share_each_second(position, lost):
    assert 1.0 - FATIGUE.capacity_step(1.0, position, 1.0, 1.0) == pytest.approx(lost, rel=1e-9)


def test_the_largest_unit_is_spent_after_44_seconds_of_tetanus():
    assert after(1.0, 1.0, 1.0, 44.0, 0.1) == pytest.approx(0.01, abs=1e-6)
    assert after(1.0, 1.0, 1.0, 60.0, 0.1) == 0.0


def test_loss_is_in_proportion_to_activity():
    half = 1.0 - FATIGUE.capacity_step(1.0, 0.8, 0.5, 0.1)
    full = 1.0 - FATIGUE.capacity_step(1.0, 0.8, 1.0, 0.1)
    assert full == pytest.approx(2.0 * half, rel=1e-3)


def test_a_rested_unit_stays_rested():
    assert FATIGUE.capacity_step(1.0, 0.7, 0.0, 100.0) == 1.0


def test_the_largest_unit_recovers_at_the_published_rate():
    # Recovery of the largest unit is its loss over 2.53: a time constant of 112 s.
    gained = FATIGUE.capacity_step(0.5, 1.0, 0.0, 1e-3) - 0.5
    assert gained == pytest.approx(0.5 * 0.0225 / 2.53 * 1e-3, rel=1e-5)
    assert FATIGUE.capacity_step(0.0, 1.0, 0.0, 2.53 / 0.0225) == pytest.approx(1.0 - 0.36788, abs=1e-4)


def test_small_units_recover_as_slowly_as_they_tire():
    gained = FATIGUE.capacity_step(0.5, 0.0, 0.0, 1.0) - 0.5
    assert gained == pytest.approx(0.5 * 0.0225 / 180.0, rel=1e-3)


@pytest.mark.parametrize("activation", [0.0, 0.3, 0.999, 1.0])
def test_one_long_step_is_many_short_ones(activation):
    assert after(0.6, 0.6, activation, 10.0, 10.0) == pytest.approx(after(0.6, 0.6, activation, 10.0, 0.002), abs=1e-9)


@pytest.mark.parametrize("capacity", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("activation", [0.0, 0.5, 1.0])
def test_capacity_stays_between_none_and_all(capacity, activation):
    assert 0.0 <= FATIGUE.capacity_step(capacity, 1.0, activation, 1e5) <= 1.0


def test_a_spent_unit_is_slower_by_the_published_share():
    assert FATIGUE.contraction_time_factor(1.0) == 1.0
    assert FATIGUE.contraction_time_factor(0.0) == pytest.approx(1.379)


@pytest.mark.parametrize("arguments", [(1.0, 1.0, 1.0, 0.002), (0.4, 0.3, 0.2, 0.1), (0.4, 0.3, 1.0, 0.1)])
def test_the_compiled_equations_are_the_same(arguments):
    record = MotorUnitFatigue.records(1)[0]
    compiled = numba.njit(MotorUnitFatigue.capacity_step)(record, *arguments)
    assert compiled == pytest.approx(FATIGUE.capacity_step(*arguments), rel=1e-12)
    slowed = numba.njit(MotorUnitFatigue.contraction_time_factor)(record, 0.3)
    assert slowed == FATIGUE.contraction_time_factor(0.3)


@pytest.mark.parametrize("name", MotorUnitFatigue.parameter_names())
def test_every_parameter_moves_some_answer(name):
    def answers(model):
        return model.capacity_step(0.5, 0.6, 0.4, 1.0), model.contraction_time_factor(0.5)

    assert answers(dataclasses.replace(FATIGUE, **{name: 1.2 * getattr(FATIGUE, name)})) != answers(FATIGUE)
