"""Steps all motor neurons of one person: the production equations, compiled and vectorised, with their noise.

Neurons lie in groups of sixteen, state and parameters each in one flat array (group, property, neuron). So the compiler
knows every distance between two numbers and works on eight or sixteen neurons at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from cramplab.physiology.motor_neuron import MotorNeuron, make_step
from cramplab.simulation.counter_noise import threefry, two_uniforms

LANES = 16
STATES = ("soma", "dendrite", "inactivation", "fast", "slow", "persistent", "since_spike", "noise", "pump", "fires")
PROPERTIES = (
    "twice_soma_capacitance", "twice_dendrite_capacitance", "soma_leak", "dendrite_leak", "coupling", "sodium",
    "fast_potassium", "slow_potassium", "persistent_calcium", "threshold", "slow_potassium_closing", "noise",
    "excitation_share", "persistent_share",
)  # fmt: skip
SHARED = (
    "sodium_recovers", "sodium_inactivates", "fast_opens", "fast_closes", "slow_opens", "persistent_follows",
    "persistent_half", "per_persistent_slope", "noise_keeps", "noise_gets", "pump_per_spike", "pump_keeps",
    "pump_conductance", "pulse", "refractory", "step",
)  # fmt: skip
LARGEST_STEP_MS = 0.125
"""Above it the pulse of a spike falls between steps and rates are off by more than a per cent."""
_F = np.float32
_STATE_SIZE, _PROPERTY_SIZE = np.uint64(len(STATES) * LANES), np.uint64(len(PROPERTIES) * LANES)
# Offsets of the rows within a group; a signed index would make the compiler look for negative ones.
_R1, _R2, _R3, _R4, _R5, _R6, _R7 = (np.uint64(k * LANES) for k in range(1, 8))
_R8, _R9, _R10, _R11, _R12, _R13 = (np.uint64(k * LANES) for k in range(8, 14))
_NONE, _ONE, _SMALLEST = _F(0.0), _F(1.0), _F(1e-18)


@numba.njit
def _choose(condition, then, otherwise):
    return then if condition else otherwise


@numba.njit(fastmath=True)
def fast_exp(x):
    """Give e to the power of x, as well as single precision knows x, without a call that stops vectorising."""
    y = x * _F(1.44269504)
    y = min(max(y, _F(-100.0)), _F(100.0))
    # The polynomial holds from 0 to 1.
    whole = np.floor(y)
    part = y - whole
    power = _F(1.8775767e-3)
    power = power * part + _F(8.9893397e-3)
    power = power * part + _F(5.5826318e-2)
    power = power * part + _F(2.4015361e-1)
    power = power * part + _F(6.9315308e-1)
    power = power * part + _F(1.0)
    # The exponent of a float is set directly: 2 to the power of a whole number.
    return power * np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)


_step = numba.njit(make_step(_choose, fast_exp, np.float32), fastmath=True, error_model="numpy")


@numba.njit(fastmath=True, error_model="numpy")
def draw_noise(noise, groups, person_key, seed, counter):
    """Fill the noise of four steps; ``noise`` has shape [4 * groups * 16], float32."""
    size = np.uint64(groups * LANES)
    for j in range(groups * LANES):
        i = np.uint64(j)
        one, other = threefry(person_key, np.uint32(i), counter, seed)
        noise[i], noise[size + i] = two_uniforms(one)
        noise[size + size + i], noise[size + size + size + i] = two_uniforms(other)


@numba.njit(fastmath=True, error_model="numpy")
def step_block(
    state, properties, noise, groups, shared, person_key, seed, counter, steps, g_excitation, g_inhibition, g_recurrent,
    persistent_gain, soma_current, dendrite_current, antidromic, returned,
):  # fmt: skip
    """Move all neurons by some steps under a held input, and give how many spikes there were.

    The row ``fires`` counts the spikes of each neuron in these steps; how long ago its last one was is in
    ``since_spike``. All steps are in one compiled function, so that what they share is unpacked once.

    Parameters
    ----------
    state, properties
        Flat, float32; rows as in `STATES` and `PROPERTIES`.
    noise
        Room for the uniform numbers of four steps, shape [4 * groups * 16], float32.
    shared
        Tuple of float32, as in `SHARED`.
    person_key, seed, counter
        uint32: whose noise, and how many quartets of steps came before.
    steps
        A multiple of four.
    g_excitation, g_inhibition, g_recurrent : uS
    persistent_gain : 1
    soma_current, dendrite_current : nA
    antidromic
        Shape [groups * 16], float32: 1 where a spike comes back along the axon in the first step.
    returned
        The same shape, filled: 1 where such a spike made the neuron fire.
    """
    (
        sodium_recovers, sodium_inactivates, fast_opens, fast_closes, slow_opens, persistent_follows, persistent_half,
        per_persistent_slope, noise_keeps, noise_gets, pump_per_spike, pump_keeps, pump_conductance, pulse, refractory,
        step_ms,
    ) = shared  # fmt: skip
    lanes = groups * LANES
    size = np.uint64(lanes)
    for group in range(groups):
        row = np.uint64(group) * _STATE_SIZE + _R9
        for lane in range(LANES):
            state[row + np.uint64(lane)] = _NONE
    for k in range(steps):
        if k % 4 == 0:
            draw_noise(noise, groups, person_key, seed, np.uint32(counter + k // 4))
        first = _ONE if k == 0 else _NONE
        for group in range(groups):
            s, p = np.uint64(group) * _STATE_SIZE, np.uint64(group) * _PROPERTY_SIZE
            a = np.uint64(group * LANES)
            n = np.uint64(k % 4) * size + a
            for lane in range(LANES):
                i = np.uint64(lane)
                x = s + i
                y = p + i
                (
                    soma, dendrite, inactivation, fast, slow, persistent, since, own_noise, pump, fires,
                ) = _step(
                    state[x], state[x + _R1], state[x + _R2], state[x + _R3], state[x + _R4], state[x + _R5],
                    state[x + _R6], state[x + _R7], state[x + _R8],
                    properties[y], properties[y + _R1], properties[y + _R2], properties[y + _R3], properties[y + _R4],
                    properties[y + _R5], properties[y + _R6], properties[y + _R7], properties[y + _R8],
                    properties[y + _R9], properties[y + _R10], properties[y + _R11], properties[y + _R12],
                    properties[y + _R13],
                    sodium_recovers, sodium_inactivates, fast_opens, fast_closes, slow_opens, persistent_follows,
                    persistent_half, per_persistent_slope, noise_keeps, noise_gets, pump_per_spike, pump_keeps,
                    pump_conductance, pulse, refractory, step_ms, g_excitation, g_inhibition, g_recurrent,
                    persistent_gain, soma_current, dendrite_current, noise[n + i], antidromic[a + i] * first,
                )  # fmt: skip
                state[x] = soma
                state[x + _R1] = dendrite
                state[x + _R2] = inactivation
                state[x + _R3] = fast
                state[x + _R4] = slow
                state[x + _R5] = persistent
                state[x + _R6] = since
                state[x + _R7] = own_noise
                state[x + _R8] = pump
                state[x + _R9] += fires
        if k == 0:
            for group in range(groups):
                row, a = np.uint64(group) * _STATE_SIZE + _R9, np.uint64(group * LANES)
                for lane in range(LANES):
                    i = np.uint64(lane)
                    returned[a + i] = antidromic[a + i] * state[row + i]
    fired = _NONE
    for group in range(groups):
        row = np.uint64(group) * _STATE_SIZE + _R9
        for lane in range(LANES):
            fired += state[row + np.uint64(lane)]
    return fired


@numba.njit(fastmath=True, error_model="numpy")
def flush(state):
    """Set to zero what has all but died away: processors work slowly on numbers below the smallest normal one."""
    for j in range(state.size):
        i = np.uint64(j)
        value = state[i]
        state[i] = value if abs(value) > _SMALLEST else _NONE


def groups_of(units: int) -> int:
    """Give how many groups of sixteen hold so many neurons."""
    return -(-units // LANES)


def lay_out_properties(of_units: Mapping[str, NDArray[np.float64]], step_ms: float) -> NDArray[np.float32]:
    """Lay the properties of people's neurons out for the loop.

    Parameters
    ----------
    of_units
        By name as `MotorNeuron.of_pool` gives them, shape [people, units]; ``excitation_share`` and
        ``persistent_share`` may be left out (1).
    step_ms : ms

    Returns
    -------
    array, shape [people, groups * properties * 16], float32
        Places behind the last neuron are filled with one that never fires.
    """
    people, units = of_units["threshold"].shape
    groups = groups_of(units)
    table = np.zeros((people, len(PROPERTIES), groups * LANES), dtype=np.float64)
    for row, name in enumerate(PROPERTIES):
        if name.startswith("twice_"):
            values = 2.0 * of_units[name.removeprefix("twice_")] / step_ms
        elif name == "slow_potassium_closing":
            values = np.exp(-of_units[name] * step_ms)
        else:
            values = of_units.get(name, np.ones((people, units)))
        table[:, row, :units] = values
        table[:, row, units:] = values[:, -1:]
    table[:, PROPERTIES.index("threshold"), units:] = 1e9
    table[:, PROPERTIES.index("noise"), units:] = 0.0
    grouped = table.reshape(people, len(PROPERTIES), groups, LANES).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(grouped, dtype=np.float32).reshape(people, -1)


def resting_state(people: int, units: int) -> NDArray[np.float32]:
    """Give the state of rested neurons, shape [people, groups * states * 16]."""
    state = np.zeros((people, groups_of(units), len(STATES), LANES), dtype=np.float32)
    state[:, :, STATES.index("inactivation")] = 1.0
    state[:, :, STATES.index("since_spike")] = 1e4
    return state.reshape(people, -1)


def shared_factors(neuron: MotorNeuron, step_ms: float) -> tuple[Any, ...]:
    """Give what all neurons share in one step, as the loop takes it."""
    factors = neuron.shared(step_ms)
    return tuple(np.float32(factors[name]) for name in SHARED)
