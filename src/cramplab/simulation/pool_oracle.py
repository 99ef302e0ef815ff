"""The judge of the compiled pool: the same equations of one step, in JAX, in whichever precision. Never the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from cramplab.physiology.motor_neuron import MotorNeuron, make_step
from cramplab.simulation.pool_step import PROPERTIES, SHARED, STATES

_ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24, 13, 15, 26, 6, 17)


def threefry_words(key0: Any, key1: Any, counter0: Any, counter1: Any) -> tuple[Any, Any]:
    """Give two random words as `cramplab.simulation.counter_noise.threefry` does, for arrays of JAX."""
    keys = (key0, key1, key0 ^ key1 ^ jnp.uint32(0x1BD11BDA))
    x0, x1 = counter0 + keys[0], counter1 + keys[1]
    for rounds, left in enumerate(_ROTATIONS):
        if rounds and rounds % 4 == 0:
            group = rounds // 4
            x0, x1 = x0 + keys[group % 3], x1 + keys[(group + 1) % 3] + jnp.uint32(group)
        x0 = x0 + x1
        x1 = ((x1 << jnp.uint32(left)) | (x1 >> jnp.uint32(32 - left))) ^ x0
    return x0, x1


def four_uniforms(key: Any, neuron: Any, seed: Any, quartet: Any, number: Any) -> Any:
    """Give the uniform numbers of four steps, mean 0 and variance 1; shape [4, ...]."""
    one, other = threefry_words(key, neuron, quartet, seed)
    scale, shift = number(2.0 * np.sqrt(3.0) / 65536.0), number(np.sqrt(3.0) * (1.0 - 1.0 / 65536.0))
    words = jnp.stack([one & 0xFFFF, one >> 16, other & 0xFFFF, other >> 16])
    return words.astype(jnp.int32).astype(number) * scale - shift


def make_runner(neuron: MotorNeuron, step_ms: float, steps_per_input: int, number: Any) -> Any:
    """Give a compiled function that runs pools from rest and counts spikes during each input.

    It takes properties by name (shape [people, units], as `MotorNeuron.of_pool` gives them, made ready by
    `ready_properties`), keys, seed, excitation and current by input, and returns spikes [inputs, people, units].
    """
    step = make_step(jnp.where, jnp.exp, number)
    factors = neuron.shared(step_ms)
    shared = tuple(number(factors[name]) for name in SHARED)

    def run(properties: tuple[Any, ...], keys: Any, seed: Any, g_excitation: Any, soma_current: Any) -> Any:
        shape = properties[0].shape
        resting = [jnp.zeros(shape, number) for _ in STATES[:-1]]
        resting[STATES.index("inactivation")] = jnp.ones(shape, number)
        resting[STATES.index("since_spike")] = jnp.full(shape, number(1e4))
        person = jnp.broadcast_to(keys[:, None], shape)
        unit = jnp.broadcast_to(jnp.arange(shape[1], dtype=jnp.uint32)[None], shape)
        quiet = number(0.0)

        def quartet(carry: Any, at: Any) -> Any:
            state, excitation, current = carry[0], carry[1], carry[2]
            noise = four_uniforms(person, unit, seed, at.astype(jnp.uint32), number)

            def one(inner: Any, uniform: Any) -> Any:
                values, fired = inner
                *moved, fires = step(
                    *values, *properties, *shared, excitation, quiet, quiet, number(1.0), current, quiet, uniform, quiet
                )
                return (tuple(moved), fired + fires), None

            (state, fired), _ = jax.lax.scan(one, (state, jnp.zeros(shape, number)), noise)
            return (state, excitation, current), fired

        def held(state: Any, of_input: Any) -> Any:
            at, excitation, current = of_input
            quartets = at * (steps_per_input // 4) + jnp.arange(steps_per_input // 4)
            (state, _, _), fired = jax.lax.scan(quartet, (state, excitation, current), quartets)
            return state, fired.sum(axis=0)

        inputs = (jnp.arange(g_excitation.shape[0]), g_excitation, soma_current)
        _, spikes = jax.lax.scan(held, tuple(resting), inputs)
        return spikes

    return jax.jit(run)


def ready_properties(of_units: Mapping[str, NDArray[np.float64]], step_ms: float, number: Any) -> tuple[Any, ...]:
    """Make the properties of neurons ready for `make_runner`."""
    made = []
    for name in PROPERTIES:
        if name.startswith("twice_"):
            values = 2.0 * of_units[name.removeprefix("twice_")] / step_ms
        elif name == "slow_potassium_closing":
            values = np.exp(-of_units[name] * step_ms)
        else:
            values = of_units.get(name, np.ones_like(of_units["threshold"]))
        made.append(jnp.asarray(values, number))
    return tuple(made)
