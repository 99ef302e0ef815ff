"""Ions, warmth and length around an axon: physics, published shifts, and nothing at all at the reference."""

from __future__ import annotations

import dataclasses
import math

import jax.numpy as jnp
import numba
import numpy as np
import pytest
from scipy.optimize import brentq

from cramplab.physiology.axon_surroundings import AxonSurroundings

AXON = AxonSurroundings()
RECORD = AxonSurroundings.records(1)[0]
AT_REST = {"potassium": 4.2, "sodium": 142.0, "calcium": 1.2, "magnesium": 0.55, "temperature": 37.0, "length": 1.0}
CALLS = {
    "leak_opening": (39.0, 1.1),
    "resting_shift": (6.0, 135.0, 39.0, 1.2),
    "gate_shift": (1.0, 0.4, 135.0),
}


def shifted(**changes):
    return AXON.terminal_shift(**{**AT_REST, **changes})


def test_at_the_reference_nothing_is_shifted_to_the_last_bit():
    assert AXON.leak_opening(37.0, 1.0) == 1.0
    assert AXON.resting_shift(4.2, 142.0, 37.0, 1.0) == 0.0
    assert AXON.gate_shift(1.2, 0.55, 142.0) == 0.0
    assert shifted() == 0.0


def test_the_reference_is_the_declared_one():
    moved = AxonSurroundings(potassium_at_rest=5.0, sodium_at_rest=130.0, calcium_at_rest=1.0, magnesium_at_rest=0.7)
    assert moved.terminal_shift(5.0, 130.0, 1.0, 0.7, moved.reference_temperature) == 0.0


def test_potassium_moves_rest_as_the_goldman_equation_says():
    per_e_fold = 8.314 * 310.15 / 96.485
    expected = per_e_fold * math.log((8.0 + 0.02 * 142.0) / (4.2 + 0.02 * 142.0))
    assert AXON.resting_shift(8.0, 142.0, 37.0, 1.0) == pytest.approx(expected, rel=1e-3)


def test_without_sodium_permeability_rest_follows_the_nernst_potential():
    tight = AxonSurroundings(sodium_permeability=0.0)
    assert tight.resting_shift(42.0, 142.0, 37.0, 1.0) == pytest.approx(61.54, abs=0.02)


def test_a_tenfold_change_of_divalents_shifts_the_gates_by_the_published_20_to_25_mv():
    assert 20.0 <= -AXON.gate_shift(12.0, 5.5, 142.0) <= 25.0
    assert AXON.gate_shift(12.0, 5.5, 142.0) == pytest.approx(-AXON.gate_shift(0.12, 0.055, 142.0))


def test_magnesium_shifts_less_than_as_much_calcium():
    assert 0.0 < AXON.gate_shift(1.2, 0.35, 142.0) < AXON.gate_shift(1.0, 0.55, 142.0)


@pytest.mark.parametrize("charge", [0.02, 0.05, 0.1])
def test_dilution_shifts_the_gates_as_much_as_double_layer_theory_allows(charge):
    def surface_potential(sodium):
        ions = ((1.2 + 0.55, 2), (sodium + 4.2, 1), (sodium + 4.2 + 2 * 1.75, -1))  # mmol/L and charge
        thermal = 0.026727

        def balance(phi):
            screening = sum(c * (math.exp(-z * phi / thermal) - 1.0) for c, z in ions)
            return 2 * 74.0 * 8.854e-12 * 8.314 * 310.15 * screening - charge**2

        return 1e3 * brentq(balance, -0.3, -1e-4)

    # The screened surface is negative; the more so, the earlier the gates open.
    published = surface_potential(150.0) - surface_potential(130.0)
    law = AXON.gate_shift(1.2, 0.55, 142.0 * 130 / 150)
    assert law == pytest.approx(published, rel=0.4)


@pytest.mark.parametrize(
    ("changes", "direction"),
    [
        ({"potassium": 5.0}, 1), ({"potassium": 3.5}, -1), ({"sodium": 125.0}, 1), ({"calcium": 1.0}, 1),
        ({"calcium": 1.4}, -1), ({"magnesium": 0.3}, 1), ({"temperature": 40.0}, -1), ({"length": 1.2}, -1),
        ({"length": 0.8}, 1),
    ],
)  # fmt: skip
def test_the_direction_of_each_influence(changes, direction):
    assert math.copysign(1, shifted(**changes)) == direction


def test_six_degrees_hyperpolarise_by_about_two_millivolts():
    assert AXON.resting_shift(4.2, 142.0, 43.0, AXON.leak_opening(43.0, 1.0)) == pytest.approx(-2.0, abs=0.15)


def test_a_slack_axon_feels_no_more_shortening():
    assert AXON.leak_opening(37.0, 0.6) == AXON.leak_opening(37.0, 0.9) < 1.0 < AXON.leak_opening(37.0, 1.05)


def test_the_sum_weighs_rest_against_gates():
    opening = AXON.leak_opening(39.0, 1.1)
    parts = AXON.resting_shift(5.0, 135.0, 39.0, opening), AXON.gate_shift(1.0, 0.5, 135.0)
    assert AXON.terminal_shift(5.0, 135.0, 1.0, 0.5, 39.0, 1.1) == pytest.approx(0.68 * parts[0] + parts[1])


@pytest.mark.parametrize("numbers", [np, jnp], ids=["numpy", "jax"])
def test_arrays_are_answered_as_numbers_are(numbers):
    potassium, length = numbers.array([4.2, 6.0]), numbers.array([0.8, 1.2])
    many = AXON.terminal_shift(potassium, 135.0, 1.0, 0.5, 39.0, length, log=numbers.log)
    one_by_one = [AXON.terminal_shift(k, 135.0, 1.0, 0.5, 39.0, x) for k, x in ((4.2, 0.8), (6.0, 1.2))]
    assert np.asarray(many) == pytest.approx(one_by_one, abs=1e-4)


@pytest.mark.parametrize("name", CALLS)
def test_compiled_and_plain_agree(name):
    compiled = numba.njit(getattr(AxonSurroundings, name))
    assert compiled(RECORD, *CALLS[name]) == pytest.approx(getattr(AXON, name)(*CALLS[name]), rel=1e-14)


@pytest.mark.parametrize("name", AxonSurroundings.parameter_names())
def test_every_parameter_moves_some_answer(name):
    inputs = (6.0, 130.0, 1.0, 0.4, 39.0, 0.9)
    moved = dataclasses.replace(AXON, **{name: 1.01 * getattr(AXON, name)})
    assert moved.terminal_shift(*inputs) != AXON.terminal_shift(*inputs)
