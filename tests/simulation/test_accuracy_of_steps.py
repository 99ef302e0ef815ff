"""Heun's method at 10 s gives the answer: second order, and as an adaptive solver with a tight tolerance has it."""

from __future__ import annotations

from functools import cache

import diffrax
import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from tests.laws.runs import HOUR, PEOPLE, body_of, different_people, forcing, known_and_rates, run

from cramplab.core.errors import UserError
from cramplab.core.protocol import Segment
from cramplab.simulation.solve import LONGEST_STEP_SECONDS, STEP_SECONDS, advance, check_step

RUN = {
    "running_speed": 3.0,
    "ground_speed": 3.0,
    "upright": 1.0,
    "air_temperature": 28.0,
    "drink_rate_planned": 0.6 / HOUR,
    "drink_sodium": 20.0,
    "drink_carbohydrate": 300.0,
}
SPRINT = {"cycling_power": 400.0, "upright": 1.0, "wind": 2.0}
# One day of all kinds: a run, a sprint, rest; seconds each.
PLAN = {"run": (RUN, 1800.0), "sprint": (SPRINT, 120.0), "rest": ({"drink_by_thirst": 1.0}, 1500.0)}
# How far 10 s may be from the exact answer: well below what a good laboratory resolves (0.1 K of core and skin, 1 % of
# plasma). The widest gaps come from the first steps of the sprint, when skin and capillaries answer within seconds.
NEAR = {
    "core_temperature": 1e-2,
    "skin_temperature": 5e-2,
    "plasma_sodium": 5e-2,
    "plasma_potassium": 1e-2,
    "worked_interstitial_potassium": 5e-2,
    "plasma_volume_share": 2e-3,
    "sweat_loss": 1e-3,
    "urine_volume": 1e-3,
    "plasma_lactate": 5e-2,
    "worked_phosphocreatine_share": 5e-3,
    "stomach_volume": 1e-3,
}
FINEST = 15.0 / 16.0


@cache
def _people():
    body = body_of(different_people(31))
    return body, {name: jnp.broadcast_to(value, (PEOPLE,)) for name, value in body.initial().items()}


@cache
def _stepped(step: float) -> dict[str, dict]:
    """At the end of each segment, at a step (s); step and count are numbers in the engine: it is compiled once."""
    body, state = _people()
    ends = {}
    for name, (given, seconds) in PLAN.items():
        outside, left = forcing(given), jnp.full(PEOPLE, seconds)
        state, *_ = advance(
            body, state, outside, {}, left, {}, 1, (), jnp.asarray(round(seconds / step)), jnp.asarray(step)
        )
        ends[name] = _seen(body, state, outside)
    return ends


def _seen(body, state, outside) -> dict:
    known, _ = known_and_rates(body, state, outside)
    return {name: np.asarray(known[name]) for name in NEAR}


@eqx.filter_jit
def _adaptive(body, state, outside, seconds):
    return diffrax.diffeqsolve(
        diffrax.ODETerm(lambda _, now, given: body.rates(now, given)),
        diffrax.Tsit5(),
        0.0,
        seconds,
        1.0,
        state,
        outside,
        stepsize_controller=diffrax.PIDController(rtol=1e-8, atol=1e-10),
        max_steps=1_000_000,
    ).ys


@cache
def _exactly() -> dict[str, dict]:
    body, state = _people()
    ends = {}
    for name, (given, seconds) in PLAN.items():
        outside = forcing(given)
        state = {each: values[-1] for each, values in _adaptive(body, state, outside, jnp.asarray(seconds)).items()}
        ends[name] = _seen(body, state, outside)
    return ends


@pytest.mark.parametrize("name", PLAN)
def test_steps_of_ten_seconds_agree_with_an_adaptive_solver(name):
    ours, exact = _stepped(STEP_SECONDS)[name], _exactly()[name]
    off = {quantity: np.abs(ours[quantity] - exact[quantity]).max() for quantity in NEAR}
    wrong = [
        f"{quantity}: {off[quantity]:.2g} off, at most {near:g}"
        for quantity, near in NEAR.items()
        if not off[quantity] < near
    ]
    assert not wrong, "; ".join(wrong)


@pytest.mark.parametrize("name", ["core_temperature", "plasma_sodium", "worked_interstitial_potassium"])
def test_halving_the_step_quarters_the_error(name):
    finest = _stepped(FINEST)["run"][name]
    errors = {step: np.sqrt(np.mean((_stepped(step)["run"][name] - finest) ** 2)) for step in (10.0, 5.0, 2.5)}
    for step in (10.0, 5.0):
        # Second order is a factor of four; kinks in the laws (thresholds, ceilings) blur it.
        assert 2.8 < errors[step] / errors[step / 2.0] < 7.0, errors


def test_single_precision_is_enough_for_hours():
    segments = [Segment("run", "exercise", 3.0 * HOUR, RUN)]
    people = different_people(31)
    double, single = (run(segments, people, dtype=each)[0] for each in (np.float64, np.float32))
    # A tenth of what the best laboratory resolves: 0.01 K, 0.1 mmol/L, 10 mL.
    for name, near in {
        "core_temperature": 1e-3,
        "plasma_sodium": 1e-2,
        "plasma_potassium": 1e-3,
        "worked_interstitial_potassium": 1e-3,
        "sweat_loss": 1e-3,
        "plasma_volume_share": 1e-4,
    }.items():
        assert np.abs(double.series[name] - single.series[name]).max() < near, name


@pytest.mark.parametrize("step", [0.0, -1.0, LONGEST_STEP_SECONDS + 0.1, 60.0, float("nan")])
def test_a_step_at_which_the_answer_would_be_wrong_is_refused(step):
    with pytest.raises(UserError, match=r"outside 0 to 15 s: potassium .*Choose a step of 10 s"):
        check_step(step)


def test_the_usual_step_is_allowed():
    check_step(STEP_SECONDS)
