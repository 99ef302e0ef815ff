"""Recurrent inhibition: nothing at rest, weak at work, tiring."""

from __future__ import annotations

import dataclasses

import numba
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from cramplab.physiology.renshaw_cells import RenshawCells

CELLS = RenshawCells()
RECORD = RenshawCells.records(1)[0]
CALLS = {"step": (8.0, 0.6, 15.0, 0.002), "conductance": (8.0, 0.6, 0.9)}


def settled(rate, seconds=3.0):
    state = (0.0, 1.0)
    for _ in range(round(seconds / 0.002)):
        state = CELLS.step(*state, rate, 0.002)
    return state


def test_a_silent_pool_is_not_inhibited_at_all():
    state = (0.0, 1.0)
    for _ in range(100):
        state = CELLS.step(*state, 0.0, 0.002)
    assert state == (0.0, 1.0)
    assert CELLS.conductance(*state, 1.0) == 0.0


def test_the_step_is_the_solution_of_the_equations():
    def rates(_, state):
        return (
            (25.0 - state[0]) / CELLS.excitation_time,
            (1 - state[1]) / CELLS.recovery_time - CELLS.use * state[1] * 25.0,
        )

    solved = solve_ivp(rates, (0, 0.1), (2.0, 0.9), rtol=1e-9, atol=1e-12).y[:, -1]
    assert CELLS.step(2.0, 0.9, 25.0, 0.1) == pytest.approx(tuple(solved), rel=1e-6)


def test_at_20_impulses_per_second_it_is_worth_one_to_two_nanoamperes():
    # On a soma some 28 mV above the reversal potential of inhibition, as between the spikes of a discharging neuron.
    current = CELLS.conductance(*settled(20.0), 1.0) * 28.0 * 1e6
    assert 1.0 < current < 2.0


def test_it_grows_with_discharge_but_less_and_less_and_never_past_its_peak():
    conductances = [CELLS.conductance(*settled(rate), 1.0) for rate in (0, 10, 20, 30, 40)]
    assert np.all(np.diff(conductances) > 0)
    assert np.all(np.diff(conductances, 2) < 0)
    assert CELLS.conductance(*settled(500.0), 1.0) < CELLS.peak_conductance


def test_the_synapse_tires_and_recovers():
    state = settled(30.0)
    assert state[1] == pytest.approx(1 / (1 + CELLS.use * 30.0 * CELLS.recovery_time))
    assert CELLS.step(*state, 0.0, 1.0)[1] > 0.99


def test_a_synchronous_volley_inhibits_for_tens_of_milliseconds():
    state = CELLS.step(0.0, 1.0, 1 / 0.002, 0.002)
    at_once = CELLS.conductance(*state, 1.0)
    later = CELLS.conductance(*CELLS.step(*state, 0.0, 0.1), 1.0)
    assert at_once > 0.5 * CELLS.peak_conductance
    assert later < 0.01 * at_once


def test_a_muscle_without_recurrent_inhibition_has_none():
    assert CELLS.conductance(*settled(30.0), 0.0) == 0.0


@pytest.mark.parametrize("method", CALLS)
def test_compiled_is_as_plain(method):
    compiled = numba.njit(getattr(RenshawCells, method))
    plain = getattr(CELLS, method)(*CALLS[method])
    assert compiled(RECORD, *CALLS[method]) == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(RenshawCells)])
def test_every_parameter_moves_an_answer(field):
    def answers(cells):
        return [*np.hstack([getattr(cells, method)(*arguments) for method, arguments in CALLS.items()])]

    changed = dataclasses.replace(CELLS, **{field: getattr(CELLS, field) * 1.05})
    assert answers(changed) != answers(CELLS)
