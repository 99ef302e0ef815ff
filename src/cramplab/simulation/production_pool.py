"""Runs the motor neurons of the laboratory one by one under injected currents, as the tests of single neurons do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from cramplab.core.errors import UserError
from cramplab.physiology.motor_neuron import MotorNeuron, make_step
from cramplab.simulation.counter_noise import threefry, two_uniforms
from cramplab.simulation.pool_step import LARGEST_STEP_MS, PROPERTIES, SHARED, fast_exp

FloatArray = NDArray[np.float64]
_EVERY_SAMPLE = 0.5e-3
"""Between two samples of voltage : s."""


@numba.njit
def _choose(condition, then, otherwise):
    return then if condition else otherwise


_step = numba.njit(make_step(_choose, fast_exp, np.float32), error_model="numpy")


@numba.njit(error_model="numpy")
def _run(properties, shared, gain, soma_current, dendrite_current, key, seed, every):
    """Run all units; give the number of spikes, the steps at which they came, and the sampled voltage of each."""
    units, steps = properties.shape[0], soma_current.shape[1]
    step_ms = shared[15]
    counts = np.zeros(units, np.int64)
    times = np.zeros((units, int(steps * step_ms / 5.0) + 2))
    voltage = np.zeros((units, (steps + every - 1) // every), np.float32)
    zero = np.float32(0.0)
    for n in range(units):
        p = properties[n]
        (soma, dendrite, inactivation, fast, slow, persistent, since, noise, pump) = (
            zero, zero, np.float32(1.0), zero, zero, zero, np.float32(1e4), zero, zero,
        )  # fmt: skip
        soma_row, dendrite_row = soma_current[n % len(soma_current)], dendrite_current[n % len(dendrite_current)]
        drawn = np.zeros(4, np.float32)
        for now in range(steps):
            if now % 4 == 0:
                one, other = threefry(key, np.uint32(n), np.uint32(now // 4), seed)
                drawn[0], drawn[1] = two_uniforms(one)
                drawn[2], drawn[3] = two_uniforms(other)
            if now % every == 0:
                voltage[n, now // every] = soma
            soma, dendrite, inactivation, fast, slow, persistent, since, noise, pump, fires = _step(
                soma, dendrite, inactivation, fast, slow, persistent, since, noise, pump,
                p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13],
                shared[0], shared[1], shared[2], shared[3], shared[4], shared[5], shared[6], shared[7], shared[8],
                shared[9], shared[10], shared[11], shared[12], shared[13], shared[14], shared[15],
                zero, zero, zero, gain, soma_row[now], dendrite_row[now], drawn[now % 4], zero,
            )  # fmt: skip
            if fires > zero:
                times[n, counts[n]] = (now + 1) * step_ms * 1e-3
                counts[n] += 1
    return counts, times, voltage


@dataclass(frozen=True)
class ProductionPool:
    """Motor neurons of one person, first recruited first; `run` is what `motor_neuron_tests` measure on.

    Parameters
    ----------
    properties
        By name as `MotorNeuron.of_pool` gives them, shape [units].
    neuron
        Whose shared constants hold.
    persistent_gain : 1
        On the persistent inward current.
    key, seed
        Of the noise.
    noise : 1
        Factor on the synaptic noise; 0 for none.
    """

    properties: dict[str, FloatArray]
    neuron: MotorNeuron
    persistent_gain: float = 1.0
    key: int = 0
    seed: int = 1
    noise: float = 1.0

    @classmethod
    def of(
        cls, position: ArrayLike, slow_share: float, *, neuron: MotorNeuron | None = None, **what: Any
    ) -> ProductionPool:
        """Make a pool of neurons at some places, with the share of slow ones of a muscle."""
        chosen = neuron or MotorNeuron()
        laws = chosen.of_pool(np.asarray(position, dtype=float), slow_share, 0.75 * (1.0 - slow_share))
        return cls(laws, chosen, **what)

    def run(
        self, soma_current_nA: ArrayLike, dendrite_current_nA: ArrayLike, step_s: float
    ) -> tuple[list[FloatArray], NDArray[np.float32]]:
        """Run from rest; voltages are relative to rest. See `motor_neuron_tests.RunNeurons`.

        Raises
        ------
        UserError
            If the step is too long.
        """
        step_ms = step_s * 1e3
        if not 0.0 < step_ms <= LARGEST_STEP_MS:
            raise UserError(f"A step of {step_ms:g} ms is not between 0 and {LARGEST_STEP_MS:g} ms.")
        soma, dendrite = (
            np.atleast_2d(np.asarray(each, np.float32)) for each in (soma_current_nA, dendrite_current_nA)
        )
        factors = self.neuron.shared(step_ms)
        shared = tuple(np.float32(factors[name]) for name in SHARED)
        counts, times, voltage = _run(
            self._table(step_ms), shared, np.float32(self.persistent_gain), soma, dendrite, np.uint32(self.key),
            np.uint32(self.seed), max(1, round(_EVERY_SAMPLE / step_s)),
        )  # fmt: skip
        return [train[:count].copy() for train, count in zip(times, counts, strict=True)], voltage

    def _table(self, step_ms: float) -> NDArray[np.float32]:
        """Lay the properties out, one row for each unit, in the order of the loop."""
        units = len(self.properties["threshold"])
        table = np.ones((units, len(PROPERTIES)))
        for place, name in enumerate(PROPERTIES):
            if name.startswith("twice_"):
                values = 2.0 * self.properties[name.removeprefix("twice_")] / step_ms
            elif name == "slow_potassium_closing":
                values = np.exp(-self.properties[name] * step_ms)
            else:
                values = self.properties.get(name, np.ones(units))
            table[:, place] = values * (self.noise if name == "noise" else 1.0)
        return table.astype(np.float32)
