"""Pools of motor neurons alone, under a given course of input: for judging and timing the loop that steps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from cramplab.physiology.motor_neuron import MotorNeuron
from cramplab.simulation.pool_step import (
    LANES,
    STATES,
    flush,
    groups_of,
    lay_out_properties,
    resting_state,
    shared_factors,
    step_block,
)

_FIRES, _GROUP = STATES.index("fires") * LANES, len(STATES) * LANES


@numba.njit(fastmath=True, error_model="numpy")
def _advance_pool(
    state, properties, groups, shared, key, seed, steps_per_input, g_excitation, soma_current, counts, raster
):
    lanes = groups * LANES
    noise = np.zeros(4 * lanes, dtype=np.float32)
    antidromic = np.zeros(lanes, dtype=np.float32)
    returned = np.zeros(lanes, dtype=np.float32)
    none, one = np.float32(0.0), np.float32(1.0)
    for k in range(g_excitation.size):
        flush(state)
        fired = step_block(
            state, properties, noise, groups, shared, key, seed, np.uint32(k * (steps_per_input // 4)), steps_per_input,
            g_excitation[k], none, none, one, soma_current[k], none, antidromic, returned,
        )  # fmt: skip
        if fired > none:
            for n in range(lanes):
                number = state[(n // LANES) * _GROUP + _FIRES + n % LANES]
                counts[n] += number
                if raster.shape[0] > 0:
                    raster[k, n] = number


@numba.njit(parallel=True)
def advance_pools(
    state, properties, groups, shared, keys, seed, steps_per_input, g_excitation, soma_current, counts, raster
):
    """Move the pools of some people through a course of input; people are shared out over threads.

    Parameters
    ----------
    state, properties, groups, shared
        See `cramplab.simulation.pool_step`; the state is moved in place.
    keys, seed
        uint32: whose noise.
    steps_per_input
        For so many steps an input is held; a multiple of four.
    g_excitation, soma_current : uS, nA
        Shape [inputs], float32.
    counts
        Shape [people, groups * 16], float32: spikes are added.
    raster
        Shape [people, inputs, groups * 16], uint8: spikes during each input; no rows for none.
    """
    for person in numba.prange(keys.size):
        _advance_pool(
            state[person], properties[person], groups, shared, keys[person], seed, steps_per_input, g_excitation,
            soma_current, counts[person], raster[person],
        )  # fmt: skip


def run_pools(
    neuron: MotorNeuron,
    of_units: Mapping[str, NDArray[np.float64]],
    g_excitation: NDArray[Any],
    soma_current: NDArray[Any],
    *,
    step_ms: float = 0.1,
    steps_per_input: int = 4,
    seed: int = 1,
    keys: NDArray[np.uint32] | None = None,
    threads: int = 1,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Run pools from rest.

    Parameters
    ----------
    neuron
        Gives what all neurons share.
    of_units
        As `MotorNeuron.of_pool` gives it, shape [people, units].
    g_excitation, soma_current : uS, nA
        Shape [inputs]; each is held for ``steps_per_input`` steps.
    step_ms : ms
    steps_per_input
        A multiple of four.
    seed, keys
        Of the noise; people are 0, 1, ... by default.
    threads
        On how many cores.

    Returns
    -------
    raster
        Shape [people, inputs, units]: spikes during each input.
    state
        Shape [people, states, units], at the end.
    """
    people, units = of_units["threshold"].shape
    groups = groups_of(units)
    state = resting_state(people, units)
    raster = np.zeros((people, len(g_excitation), groups * LANES), dtype=np.uint8)
    counts = np.zeros((people, groups * LANES), dtype=np.float32)
    names = np.arange(people, dtype=np.uint32) if keys is None else keys
    before = numba.get_num_threads()
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    try:
        advance_pools(
            state, lay_out_properties(of_units, step_ms), groups, shared_factors(neuron, step_ms), names,
            np.uint32(seed), steps_per_input, np.asarray(g_excitation, np.float32),
            np.asarray(soma_current, np.float32), counts, raster,
        )  # fmt: skip
    finally:
        numba.set_num_threads(before)
    if raster[:, :, units:].any():
        raise AssertionError("A place behind the last neuron fired.")
    rows = state.reshape(people, groups, len(STATES), LANES).transpose(0, 2, 1, 3).reshape(people, len(STATES), -1)
    return raster[:, :, :units], rows[:, :, :units]
