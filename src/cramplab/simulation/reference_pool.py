"""Runs a pool of reference motor neurons, each on its own, under injected currents, synapses and antidromic spikes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from cramplab.core.errors import UserError
from cramplab.core.quantities import unit
from cramplab.physiology.reference_motor_neuron import NeuronProperties, NeuronState, ReferenceMotorNeuron

NANOAMPERE = unit("nA").factor
MICROSIEMENS = unit("uS").factor
LONGEST_STEP = 0.2e-3
"""Longer steps miss what makes a spike : s."""
_SETTLING = 0.5
"""Without input before the run begins, so that the h current and the voltages are at rest : s."""
_EVERY_SAMPLE = 0.5e-3
"""Between two samples of voltage : s."""

_step = numba.njit(ReferenceMotorNeuron.step, error_model="numpy")


# Compiled anew by each process, in a second or two: a kept compilation would not notice that the equations, which stand
# in another file, have changed.
@numba.njit(error_model="numpy")
def _run(parameters, properties, soma_current, dendrite_current, excitation, antidromic, settling_steps, step_s, every):
    """Run all units; give the number of spikes, their times and the sampled voltage of each.

    Inputs (nA, nA, uS) have shape [units, steps], or [1, steps] for all units alike; ``antidromic`` holds the steps at
    which spikes arrive, in order, and ends with one that is never reached.
    """
    units, steps = len(properties), soma_current.shape[1]
    counts = np.zeros(units, np.int64)
    # Two spikes in a millisecond are beyond any neuron.
    times = np.zeros((units, int(steps * step_s * 1000.0) + 2))
    voltage = np.zeros((units, (steps + every - 1) // every), np.float32)
    pulse_steps = max(1, round(parameters.antidromic_time / step_s))
    for each in range(units):
        unit_properties = properties[each]
        rest = unit_properties.leak_reversal
        calcium = parameters.calcium_at_rest
        state = NeuronState(rest, rest, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, calcium, 0.0, 0.0, 0.0, 0.0, 0.0)
        steady = _step(parameters, state, unit_properties, 0.0, 0.0, 0.0, math.inf)
        state = NeuronState(
            rest, rest, steady[2], steady[3], steady[4], steady[5], steady[6], steady[7], calcium, 0.0,
            steady[10], steady[11], steady[12], steady[13],
        )  # fmt: skip
        for _ in range(settling_steps):
            state = _step(parameters, state, unit_properties, 0.0, 0.0, 0.0, step_s)
        pulse = parameters.antidromic_rise * unit_properties.soma_capacitance / (pulse_steps * step_s)
        soma_row = soma_current[each % len(soma_current)]
        dendrite_row = dendrite_current[each % len(dendrite_current)]
        excitation_row = excitation[each % len(excitation)]
        arriving = 0
        pulse_left = 0
        for now in range(steps):
            if now % every == 0:
                voltage[each, now // every] = state.soma_voltage
            injected = soma_row[now] * NANOAMPERE
            if now == antidromic[arriving]:
                arriving += 1
                pulse_left = pulse_steps
            if pulse_left > 0:
                pulse_left -= 1
                injected += pulse
            before = state.soma_voltage
            state = _step(
                parameters,
                state,
                unit_properties,
                injected,
                dendrite_row[now] * NANOAMPERE,
                excitation_row[now] * MICROSIEMENS,
                step_s,
            )
            if before < parameters.spike_level <= state.soma_voltage:
                share = (parameters.spike_level - before) / (state.soma_voltage - before)
                times[each, counts[each]] = (now + share) * step_s
                counts[each] += 1
    return counts, times, voltage


@dataclass(frozen=True)
class ReferencePool:
    """Reference motor neurons, first recruited first; :meth:`run` is what :mod:`motor_neuron_tests` measure on."""

    parameters: Any
    properties: NDArray[Any]

    @classmethod
    def of(
        cls, units: int, persistent_current_gain: float = 1.0, neuron: ReferenceMotorNeuron | None = None
    ) -> ReferencePool:
        """Make a pool.

        Parameters
        ----------
        units
            How many.
        persistent_current_gain
            What the L-type conductance of the dendrite is multiplied by.
        neuron
            Other than the published one.
        """
        chosen = neuron or ReferenceMotorNeuron()
        parameters = chosen.records(1, {name: getattr(chosen, name) for name in chosen.parameter_names()})[0]
        properties = np.empty(units, dtype=[(name, np.float64) for name in NeuronProperties._fields])
        for name, values in chosen.of_pool(units, persistent_current_gain).items():
            properties[name] = values
        return cls(parameters, properties)

    def only(self, units: Sequence[int]) -> ReferencePool:
        """Give some of the units, by their place in the pool."""
        return ReferencePool(self.parameters, self.properties[list(units)])

    def run(
        self,
        soma_current_nA: ArrayLike,
        dendrite_current_nA: ArrayLike,
        step_s: float,
        *,
        excitation_uS: ArrayLike = 0.0,
        antidromic_s: Sequence[float] = (),
    ) -> tuple[list[NDArray[np.float64]], NDArray[np.float32]]:
        """Run from rest.

        Parameters
        ----------
        soma_current_nA, dendrite_current_nA : nA
            Injected, shape [steps] for all units or [units, steps]; positive depolarises. At least one has steps.
        step_s : s
        excitation_uS : uS
            Excitatory conductance at the dendrite, shaped like the currents.
        antidromic_s : s
            When antidromic spikes arrive at every soma.

        Returns
        -------
        spike_times : s
            One array per unit.
        soma_voltage : mV
            Shape [units, samples], evenly spaced over the run from its start.

        Raises
        ------
        UserError
            If the step is too long, or shapes do not agree.
        """
        if not 0.0 < step_s <= LONGEST_STEP:
            raise UserError(f"A step of {step_s * 1e3:g} ms is not between 0 and {LONGEST_STEP * 1e3:g} ms.")
        given = [
            np.atleast_2d(np.asarray(each, dtype=np.float32))
            for each in (soma_current_nA, dendrite_current_nA, excitation_uS)
        ]
        units, steps = len(self.properties), max(each.shape[1] for each in given)
        if any(len(each) not in (1, units) or each.shape[1] not in (1, steps) for each in given):
            shapes = ", ".join(str(each.shape) for each in given)
            raise UserError(f"Inputs of shapes {shapes} do not fit {units} units and {steps} steps.")
        soma, dendrite, excitation = (np.broadcast_to(each, (len(each), steps)).copy() for each in given)
        arrivals = np.sort(np.round(np.asarray(antidromic_s, dtype=float) / step_s)).astype(np.int64)
        counts, times, voltage = _run(
            self.parameters,
            self.properties,
            soma,
            dendrite,
            excitation,
            np.append(arrivals, steps),
            round(_SETTLING / step_s),
            step_s,
            max(1, round(_EVERY_SAMPLE / step_s)),
        )
        return [train[:count].copy() for train, count in zip(times, counts, strict=True)], voltage


def excitatory_train(
    volleys_s: Sequence[float], peak_uS: float, decay_s: float, duration_s: float, step_s: float
) -> NDArray[np.float32]:
    """Give the conductance of excitatory volleys that jump up, decay and add up.

    Parameters
    ----------
    volleys_s : s
        When they arrive.
    peak_uS : uS
        By how much each raises the conductance.
    decay_s : s
        Time constant of decay.
    duration_s, step_s : s

    Returns
    -------
    array, shape [steps]
        uS
    """
    jumps = np.zeros(round(duration_s / step_s))
    for arrival in volleys_s:
        jumps[round(arrival / step_s)] += peak_uS
    kept = math.exp(-step_s / decay_s)
    conductance = np.empty_like(jumps)
    left = 0.0
    for now, jump in enumerate(jumps):
        left = left * kept + jump
        conductance[now] = left
    return conductance.astype(np.float32)
