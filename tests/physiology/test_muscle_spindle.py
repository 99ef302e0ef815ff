"""The spindle against worked values, against its published form with mass, and at the step of the laboratory."""

from __future__ import annotations

import dataclasses
import math

import numba
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from cramplab.physiology.muscle_spindle import MuscleSpindle

SPINDLE = MuscleSpindle()
RECORD = MuscleSpindle.records(1)[0]
COMPILED = {
    name: numba.njit(getattr(MuscleSpindle, name)) for name in ("step", "steady", "primary_rate", "secondary_rate")
}
STATE = (0.03, 0.05, 0.06, 0.2, 0.4)
CALLS = {
    "step": (*STATE, 1.02, 0.4, 40.0, 60.0, 0.002),
    "steady": (1.1, 40.0, 60.0),
    "primary_rate": (0.06, 0.05, 0.06),
    "secondary_rate": (1.1, 0.05, 0.06),
}


def stretched(step_s, drive, speed=0.22, start=0.95, end=1.06, hold_s=1.0):
    """Ramp and hold after half a second of rest; primary and secondary rate at each step."""
    state, length, rates = SPINDLE.steady(start, drive, drive), start, []
    for count in range(1, round((0.5 + abs(end - start) / speed + hold_s) / step_s) + 1):
        moved = min(max(count * step_s - 0.5, 0.0) * speed, abs(end - start))
        new_length = start + math.copysign(moved, end - start)
        velocity = (new_length - length) / step_s
        length = new_length
        state = COMPILED["step"](RECORD, *state, length, velocity, drive, drive, step_s)
        rates.append((SPINDLE.primary_rate(*state[:3]), SPINDLE.secondary_rate(length, state[1], state[2])))
    return np.array(rates)


@pytest.mark.parametrize(
    ("length", "primary", "secondary"), [(0.8, 0.5, 0), (0.9, 9.3, 3), (1.0, 20, 21), (1.1, 30.6, 39), (1.2, 41, 57)]
)
def test_a_held_muscle_with_drive_discharges_as_worked_out(length, primary, secondary):
    state = SPINDLE.steady(length, 50.0, 50.0)
    assert SPINDLE.primary_rate(*state[:3]) == pytest.approx(primary, abs=0.25)
    assert SPINDLE.secondary_rate(length, state[1], state[2]) == pytest.approx(secondary, abs=0.5)


@pytest.mark.parametrize(
    ("drive", "base", "peak", "hold", "secondary_base", "secondary_hold"),
    [(0, 0, 29.9, 12.5, 1.1, 22), (30, 6, 41.4, 19.9, 6.1, 27), (70, 22.5, 70.2, 36.4, 17.5, 38)],
)
def test_a_ramp_is_answered_as_worked_out(drive, base, peak, hold, secondary_base, secondary_hold):
    rates = stretched(0.002, drive)
    assert rates[0] == pytest.approx((base, secondary_base), abs=0.1)
    assert rates[:, 0].max() == pytest.approx(peak, abs=0.1)
    assert rates[-1] == pytest.approx((hold, secondary_hold), abs=0.2)


@pytest.mark.parametrize(("speed", "tolerance"), [(0.22, 0.1), (1.0, 0.4), (4.4, 2.5)])
@pytest.mark.parametrize("drive", [0.0, 70.0])
def test_two_milliseconds_answer_as_a_tenth_of_one(speed, tolerance, drive):
    coarse = stretched(0.002, drive, speed, end=1.17)
    fine = stretched(0.0001, drive, speed, end=1.17)[19::20]
    assert coarse[:, 0].max() == pytest.approx(fine[:, 0].max(), rel=1e-3)
    assert np.abs(coarse - fine).max() < tolerance


def test_leaving_the_mass_out_changes_the_answer_little():
    # The published form: a second-order equation for each fibre with a mass of 2e-4 force units per (L0/s^2).
    p, mass, speed, start, drive = SPINDLE, 2e-4, 0.22, 0.95, 70.0
    initial = p.steady(start, drive, drive)
    fibres = (
        (p.damping_bag1 + p.driven_damping_bag1 * initial[3], p.force_bag1 * initial[3]),
        (p.damping_bag2 + p.driven_damping_bag2 * initial[4], p.force_bag2 * initial[4]),
    )

    def published(_, state, damping, driven_force, time_length):
        tension, rate = state
        length, velocity = time_length(_)
        u = velocity - rate / p.sensory_stiffness
        lever = length - p.sensory_rest_length - tension / p.sensory_stiffness - p.forceless_length
        side = 1.0 if u >= 0 else p.shortening_damping
        polar = length - p.sensory_rest_length - tension / p.sensory_stiffness - p.polar_rest_length
        force = side * damping * np.sign(u) * abs(u) ** p.velocity_power * lever + p.polar_stiffness * polar
        return rate, p.sensory_stiffness / mass * (force + driven_force - tension)

    for number, (damping, driven_force) in enumerate(fibres):
        solved = solve_ivp(
            published, (0.0, 0.5), (initial[number], 0.0), method="LSODA", rtol=1e-6, atol=1e-9, max_step=1e-3,
            args=(damping, driven_force, lambda t: (start + speed * t, speed)), t_eval=np.arange(0.04, 0.5, 0.02),
        )  # fmt: skip
        state, ours = initial, []
        for count in range(1, 250):
            state = COMPILED["step"](RECORD, *state, start + speed * count * 0.002, speed, drive, drive, 0.002)
            if count % 10 == 0 and count > 10:
                ours.append(state[number])
        assert np.array(ours) == pytest.approx(solved.y[0], rel=0.01)


def test_a_held_muscle_stays_where_it_is():
    state = SPINDLE.steady(1.05, 30.0, 80.0)
    after = state
    for _ in range(1000):
        after = COMPILED["step"](RECORD, *after, 1.05, 0.0, 30.0, 80.0, 0.002)
    assert after == pytest.approx(state, abs=1e-9)


@pytest.mark.parametrize("velocity", [-20.0, -5.0, -0.01, 0.01, 5.0, 20.0])
@pytest.mark.parametrize("length", [0.4, 0.7, 1.0, 1.6])
def test_no_speed_and_no_length_breaks_it(velocity, length):
    state = SPINDLE.steady(length, 0.0, 100.0)
    for _ in range(50):
        state = SPINDLE.step(*state, length, velocity, 100.0, 0.0, 0.002)
        assert all(math.isfinite(each) and abs(each) < 5.0 for each in state)
    for _ in range(5000):
        state = COMPILED["step"](RECORD, *state, length, 0.0, 100.0, 0.0, 0.002)
    settled = SPINDLE.steady(length, 100.0, 0.0)
    # A slow creep remains: damping vanishes only by a low power of speed.
    assert state[:3] == pytest.approx(settled[:3], abs=0.02)
    assert state[3:] == pytest.approx(settled[3:], abs=1e-6)


def test_a_slack_muscle_without_drive_is_silent():
    state = SPINDLE.steady(0.7, 0.0, 0.0)
    assert SPINDLE.primary_rate(*state[:3]) == 0.0
    assert SPINDLE.secondary_rate(0.7, state[1], state[2]) == 0.0


def test_shortening_silences_the_primary_ending():
    assert stretched(0.002, 30.0, speed=1.0, start=1.0, end=0.9, hold_s=0.0)[-1, 0] == 0.0


def test_dynamic_drive_raises_the_answer_to_movement_and_static_drive_the_one_to_length():
    def answer(dynamic, static):
        state, length = SPINDLE.steady(1.0, dynamic, static), 1.0
        base = SPINDLE.primary_rate(*state[:3])
        for _ in range(100):
            length += 0.5 * 0.002
            state = SPINDLE.step(*state, length, 0.5, dynamic, static, 0.002)
        return base, SPINDLE.primary_rate(*state[:3]) - base

    base, moved = answer(0.0, 0.0)
    assert answer(100.0, 0.0)[1] > 1.5 * moved
    assert answer(0.0, 100.0)[0] > base + 15.0


def test_both_sides_of_the_primary_ending_occlude_each_other():
    dynamic_side = SPINDLE.primary_rate(0.06, 0.0, 0.0)
    static_side = SPINDLE.primary_rate(0.0, 0.05, 0.05)
    assert max(dynamic_side, static_side) < SPINDLE.primary_rate(0.06, 0.05, 0.05) < dynamic_side + static_side


@pytest.mark.parametrize("method", COMPILED)
def test_compiled_is_as_plain(method):
    plain = getattr(SPINDLE, method)(*CALLS[method])
    assert COMPILED[method](RECORD, *CALLS[method]) == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(MuscleSpindle)])
def test_every_parameter_moves_an_answer(field):
    def answers(spindle):
        rates = (spindle.primary_rate(0.08, 0.05, 0.06), spindle.primary_rate(0.03, 0.05, 0.06))
        shortening = spindle.step(*STATE, 1.0, -0.5, 40.0, 60.0, 0.002)
        told = [getattr(spindle, method)(*arguments) for method, arguments in CALLS.items()]
        return [*rates, *shortening, *np.hstack(told)]

    changed = dataclasses.replace(SPINDLE, **{field: getattr(SPINDLE, field) * 1.05})
    assert answers(changed) != answers(SPINDLE)
