"""A theory as it enters a prediction: neutral when off or at rest, one strength a world, within its ports."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort.situations import at_rest
from cramplab.core.situation import PORTS, STATES
from cramplab.core.theory import Coupling, Theory
from cramplab.inference import stances
from cramplab.inference.stances import NEUTRAL, drawn_scales, drawn_strengths, log_rates, stance_of, strengths_at
from cramplab.simulation.theory_shelf import packaged_theories

SHELF = packaged_theories()
BY_NAME = pytest.mark.parametrize("name", sorted(SHELF))
WORLDS, EACH = 4, 5


def wild() -> dict[str, np.ndarray]:
    chance = np.random.default_rng(3)
    return {name: chance.uniform(state.low, state.high, WORLDS * EACH) for name, state in STATES.items()}


def assert_neutral(inputs) -> None:
    for name, value in inputs.items():
        neutral = NEUTRAL[f"motor_pool.{name}"]
        np.testing.assert_array_equal(value, np.full(np.shape(value), neutral), err_msg=name)


@BY_NAME
def test_at_rest_a_theory_gives_the_pool_its_neutral_inputs_bit_for_bit(name):
    assert_neutral(stance_of(SHELF[name], SHELF, worlds=WORLDS, seed=1).inputs(at_rest(), EACH))


@pytest.mark.parametrize("name", sorted(name for name in SHELF if not SHELF[name].members))
def test_a_theory_that_is_off_gives_the_pool_its_neutral_inputs_bit_for_bit(name):
    off = stance_of(SHELF[name], SHELF, worlds=WORLDS, seed=1, strengths=np.zeros(WORLDS))
    assert_neutral(off.inputs(wild(), EACH))


@BY_NAME
def test_no_input_leaves_the_range_of_its_port(name, monkeypatch):
    monkeypatch.setattr(stances, "calibration_of", lambda _name: {})
    inputs = stance_of(SHELF[name], SHELF, worlds=WORLDS, seed=1).inputs(wild(), EACH)
    for short, value in inputs.items():
        port = PORTS[f"motor_pool.{short}"]
        assert np.all(np.isfinite(value)), short
        # What surrounds the axon comes on top as a shift, and whoever reads the shift bounds it.
        if short != "terminal_shift":
            assert np.all((value >= port.low) & (value <= port.high)), short


def test_the_people_of_a_world_share_its_strength(stance):
    found = stance(np.array([0.0, 1.0, 2.0]), worlds=3).inputs(at_rest() | {"stimulant": 1.0}, 2)
    np.testing.assert_allclose(found["persistent_gain"], [1.0, 1.0, 1.1, 1.1, 1.2, 1.2])


def test_ions_around_the_axon_reach_the_pool_as_a_shift_of_its_terminals_alone():
    states = at_rest() | {"interstitial_potassium_change": 2.0}
    electrolyte = stance_of(SHELF["electrolyte"], SHELF, worlds=2, seed=1, strengths=np.ones(2))
    found = electrolyte.inputs(states, 1)
    assert np.all(found["terminal_shift"] > 0.0)
    assert not any("axon" in name for name in found)
    assert_neutral({name: value for name, value in found.items() if name != "terminal_shift"})


def test_a_law_that_pushes_too_far_is_taken_at_the_end_of_its_port(stance):
    arrow = Coupling(("pain",), "motor_pool.persistent_gain", lambda pain: 1.0 + 50.0 * pain, "multiply", "nobody")
    found = stance(theory=Theory("loud", "Too much.", (arrow,))).inputs(at_rest() | {"pain": 1.0}, 1)
    assert np.all(found["persistent_gain"] == PORTS["motor_pool.persistent_gain"].high)


def test_a_joint_theory_has_in_every_world_shares_of_its_members_that_add_up_to_one(monkeypatch):
    monkeypatch.setattr(stances, "calibration_of", lambda _name: {})
    joint = stance_of(SHELF["multifactorial"], SHELF, worlds=50, seed=1)
    assert [theory.name for theory, _ in joint.parts] == list(SHELF["multifactorial"].members)
    np.testing.assert_allclose(sum(strengths for _, strengths in joint.parts), 1.0)


def test_strengths_are_drawn_around_what_calibration_found():
    record = {"strength": {"grid": [0.0, 1.0, 2.0, 3.0], "weights": [0.0, 0.0, 1.0, 0.0]}}
    drawn = drawn_strengths(record, 200, 1, "any")
    assert np.all((drawn >= 1.5) & (drawn <= 2.5))
    assert drawn.mean() == pytest.approx(2.0, abs=0.01)


def test_even_weights_reach_from_end_to_end_and_favour_neither():
    drawn = strengths_at((np.arange(1000) + 0.5) / 1000, np.linspace(0.0, 3.0, 21), np.full(21, 1 / 21))
    assert drawn.mean() == pytest.approx(1.5, abs=0.01)
    assert drawn.min() < 0.01
    assert drawn.max() > 2.99


def test_a_theory_that_was_never_calibrated_has_strength_one_in_every_world():
    assert np.all(drawn_strengths({}, 7, 1, "any") == 1.0)


def test_the_same_seed_draws_the_same_worlds_and_another_seed_others():
    assert np.array_equal(drawn_scales(20, 1), drawn_scales(20, 1))
    assert not np.array_equal(drawn_scales(20, 1), drawn_scales(20, 2))
    # Evenly over the spread: another seed only orders them otherwise.
    np.testing.assert_allclose(np.sort(drawn_scales(20, 1)), np.sort(drawn_scales(20, 2)))


def test_the_base_rate_goes_with_the_scale_of_the_hazard():
    record = {"base_rate": {"scale_hz": [2.0, 4.0], "log_rate_per_s": [-4.0, -6.0]}}
    np.testing.assert_allclose(log_rates(record, np.array([2.0, 3.0, 4.0])), [-4.0, -5.0, -6.0])
    assert np.all(log_rates({}, np.array([3.0])) == np.log(1.0 / 3600.0))
