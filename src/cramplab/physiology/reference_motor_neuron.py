"""The reference motor neuron: soma and dendrite with every current written out, in a pool ordered by size.

It is too slow for whole populations; it is what a faster motor neuron is held against.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter

FARADAY_CONSTANT = 96485.33212
"""Charge of a mole of single charges : A s/mol, which is mA s/mmol."""
LITRES_PER_CUBIC_METRE = 1000.0


class NeuronState(NamedTuple):
    """What one motor neuron remembers: voltages in mV, calcium in mmol/L, all others open shares of channels."""

    soma_voltage: float
    dendrite_voltage: float
    sodium_activation: float
    sodium_inactivation: float
    sodium_slow_inactivation: float
    persistent_sodium_activation: float
    rectifier_activation: float
    calcium_activation: float
    calcium: float
    calcium_potassium_activation: float
    soma_h_activation: float
    dendrite_h_activation: float
    persistent_calcium_activation: float
    persistent_calcium_inactivation: float


class NeuronProperties(NamedTuple):
    """What differs between the units of a pool; conductances of a whole compartment in S, capacitances in F."""

    soma_capacitance: Any
    dendrite_capacitance: Any
    coupling: Any
    soma_leak: Any
    dendrite_leak: Any
    leak_reversal: Any
    sodium: Any
    persistent_sodium: Any
    rectifier: Any
    calcium: Any
    calcium_potassium: Any
    soma_h: Any
    dendrite_h: Any
    persistent_calcium: Any
    activation_half: Any
    inactivation_half: Any
    calcium_removal_time: Any
    calcium_per_charge: Any


def _listed(value: str | float, meaning: str) -> Any:
    """Declare a number of the published table of the pool."""
    return parameter(value, meaning, source="powers_heckman2017", origin="read", where="table of the human-like pool")


def _channel(value: str | float, meaning: str) -> Any:
    """Declare a number of a published channel, the same in all units."""
    return parameter(value, meaning, source="powers_heckman2017", origin="read", where="description of the channels")


@dataclass(frozen=True)
class ReferenceMotorNeuron(FastSubmodel):
    """Spikes arise at the soma; a calcium current of the dendrite can keep the neuron firing with no input left.

    The published neuron has a soma and four dendrites of one shape. Here the four are one compartment of four times
    the area, tied to the soma by four times the conductance. While the four have equal channels and equal input this
    changes nothing: they start alike and obey one equation, so they stay at one voltage, and only the sums of their
    areas, currents and couplings reach the soma. The published dendrites differ in the density of their calcium
    channels; here each has the mean, which is the one approximation.

    In a pool, first means recruited first, the smallest unit; last means recruited last, the largest.

    References
    ----------
    powers_heckman2017 (its pool made to resemble human motor neurons, with a longer afterhyperpolarisation and a
    persistent inward current of lower threshold than in the cat).
    """

    name: ClassVar[str] = "reference_motor_neuron"

    # How the properties run from the first to the last unit of a pool.
    skew: float = _listed(2.0, "power of the place in the pool by which properties run from first to last")
    calcium_skew: float = _listed(4.0, "the same for the calcium channels of the soma")
    dendrites: float = _listed(4.0, "dendrites lumped into one")

    soma_diameter_first: float = _listed("22 um", "diameter of the soma, a cylinder, first unit")
    soma_diameter_last: float = _listed("30 um", "diameter of the soma, last unit")
    soma_length_first: float = _listed("2952 um", "length of the cylinder that has the area of the soma, first unit")
    soma_length_last: float = _listed("3665 um", "length of the cylinder that has the area of the soma, last unit")
    soma_capacitance_first: float = _listed("1.35546 uF/cm^2", "membrane capacitance of the soma, first unit")
    soma_capacitance_last: float = _listed("1.87853 uF/cm^2", "membrane capacitance of the soma, last unit")
    soma_leak_first: float = _listed("0.8109e-4 S/cm^2", "leak of the soma, first unit")
    soma_leak_last: float = _listed("3.7667e-4 S/cm^2", "leak of the soma, last unit")
    leak_reversal_first: float = _listed("-71 mV", "reversal of the leak, first unit")
    leak_reversal_last: float = _listed("-72 mV", "reversal of the leak, last unit")
    dendrite_diameter_first: float = _listed("8.73071 um", "diameter of each dendrite, first unit")
    dendrite_diameter_last: float = _listed("11.9055 um", "diameter of each dendrite, last unit")
    dendrite_length_first: float = _listed("1794.13 um", "length of each dendrite, first unit")
    dendrite_length_last: float = _listed("2226.91 um", "length of each dendrite, last unit")
    dendrite_capacitance_first: float = _listed("0.867781 uF/cm^2", "membrane capacitance of dendrites, first unit")
    dendrite_capacitance_last: float = _listed("0.880407 uF/cm^2", "membrane capacitance of dendrites, last unit")
    dendrite_leak_first: float = _listed("0.793445e-4 S/cm^2", "leak of the dendrites, first unit")
    dendrite_leak_last: float = _listed("1.7509e-4 S/cm^2", "leak of the dendrites, last unit")
    axial_resistivity_first: float = _listed("51.038 ohm*cm", "axial resistivity of the dendrites, first unit")
    axial_resistivity_last: float = _listed("40.755 ohm*cm", "axial resistivity of the dendrites, last unit")
    sodium_first: float = _listed("0.010 S/cm^2", "transient sodium channels, first unit")
    sodium_last: float = _listed("0.022 S/cm^2", "transient sodium channels, last unit")
    persistent_sodium_first: float = _listed("2.6e-5 S/cm^2", "persistent sodium channels, first unit")
    persistent_sodium_last: float = _listed("2.0e-5 S/cm^2", "persistent sodium channels, last unit")
    rectifier_first: float = _listed("0.015 S/cm^2", "delayed rectifier potassium channels, first unit")
    rectifier_last: float = _listed("0.020 S/cm^2", "delayed rectifier potassium channels, last unit")
    calcium_first: float = _listed("0.64e-5 S/cm^2", "calcium channels of the soma, first unit")
    calcium_last: float = _listed("1.05e-5 S/cm^2", "calcium channels of the soma, last unit")
    calcium_potassium_first: float = _listed("4.5e-4 S/cm^2", "potassium channels opened by calcium, first unit")
    calcium_potassium_last: float = _listed("6.0e-4 S/cm^2", "potassium channels opened by calcium, last unit")
    calcium_removal_time_first: float = _listed("90 ms", "removal of calcium, sets the afterhyperpolarisation, first")
    calcium_removal_time_last: float = _listed("30 ms", "removal of calcium, sets the afterhyperpolarisation, last")
    h_first: float = _listed("0.3e-4 S/cm^2", "channels of the h current, soma and dendrites, first unit")
    h_last: float = _listed("2.3e-4 S/cm^2", "channels of the h current, soma and dendrites, last unit")
    persistent_calcium_first: float = _listed("0.9875e-4 S/cm^2", "mean of the four L-type densities, first unit")
    persistent_calcium_last: float = _listed("1.3425e-4 S/cm^2", "mean of the four L-type densities, last unit")
    activation_half_first: float = _listed("-42 mV", "half activation of the L-type current, first unit")
    activation_half_last: float = _listed("-39 mV", "half activation of the L-type current, last unit")
    inactivation_half_first: float = _listed("10 mV", "half inactivation of the L-type current, first unit")
    inactivation_half_last: float = _listed("-10 mV", "half inactivation of the L-type current, last unit")

    # Reversal potentials.
    potassium_reversal: float = _listed("-80 mV", "reversal of potassium currents")
    sodium_reversal: float = parameter(
        "50 mV",
        "reversal of sodium currents",
        source="powers_heckman2017",
        origin="remembered",
        where="default of the simulator used",
    )
    calcium_reversal: float = parameter(
        "132.458 mV",
        "reversal of the calcium current of the soma",
        source="powers_heckman2017",
        origin="remembered",
        where="default of the simulator used",
    )
    persistent_calcium_reversal: float = _channel("80 mV", "reversal of the L-type current")
    h_reversal: float = _channel("-41 mV", "reversal of the h current")
    excitation_reversal: float = parameter("0 mV", "reversal of excitatory synapses", source="chosen", origin="chosen")

    # Transient sodium current.
    sodium_half: float = _channel("-29 mV", "where opening rate and closing rate of sodium channels turn")
    sodium_slope: float = _channel("7.2 mV", "slope of both rates")
    sodium_opening: float = _channel("0.4 1/ms/mV", "opening rate of sodium channels far above, per voltage")
    sodium_closing: float = _channel("0.124 1/ms/mV", "closing rate of sodium channels far below, per voltage")
    sodium_least_time: float = _channel("0.02 ms", "shortest time constant of sodium activation")
    inactivation_middle: float = _channel("-49 mV", "half inactivation of sodium channels")
    inactivation_slope: float = _channel("8 mV", "slope of sodium inactivation")
    inactivation_turn: float = _channel("-44 mV", "where the rates of sodium inactivation turn")
    inactivation_turn_slope: float = _channel("1.5 mV", "slope of these rates")
    inactivation_rate: float = _channel("0.03 1/ms/mV", "rate of sodium inactivation far above, per voltage")
    recovery_rate: float = _channel("0.01 1/ms/mV", "rate of recovery from sodium inactivation far below, per voltage")
    inactivation_least_time: float = _channel("0.5 ms", "shortest time constant of sodium inactivation")
    sodium_warming: float = _channel(
        2.4623, "rates of sodium channels at body temperature over those at 24 degC, doubling per 10 K"
    )
    slow_inactivation_spared: float = _listed(
        1.0, "share of sodium channels that never inactivate slowly; one switches slow inactivation off"
    )
    slow_recovery_rate: float = _channel("0.001 1/ms", "rate of recovery from slow inactivation")
    slow_recovery_voltage: float = _listed("-90 mV", "where this is the rate of recovery")
    slow_recovery_slope: float = _channel("30 mV", "by how much voltage it falls e-fold")
    slow_inactivation_rate: float = _channel("0.0034 1/ms", "largest rate of slow inactivation")
    slow_inactivation_half: float = _listed("-22 mV", "where the rate of slow inactivation is half of that")
    slow_inactivation_slope: float = _channel("10 mV", "slope of the rate of slow inactivation")

    # Persistent sodium, delayed rectifier, calcium of the soma and the potassium channels it opens, h current.
    persistent_sodium_half: float = _channel("-47.3 mV", "half activation of persistent sodium current")
    persistent_sodium_slope: float = _listed("5 mV", "slope of activation of persistent sodium current")
    persistent_sodium_time: float = _channel("1 ms", "time constant of persistent sodium current")
    rectifier_half: float = _listed("-21 mV", "half activation of the delayed rectifier, per gate")
    rectifier_slope: float = _channel("20 mV", "slope of activation of the delayed rectifier")
    rectifier_least_time: float = _listed("0.8 ms", "shortest time constant of the delayed rectifier")
    rectifier_added_time: float = _listed("20 ms", "four times what is added to it where it is slowest")
    rectifier_slowest: float = _channel("-39 mV", "where the delayed rectifier is slowest")
    rectifier_time_slope: float = _channel("5.5 mV", "slope of this slowing")
    calcium_half: float = _listed("-20 mV", "half activation of calcium channels of the soma")
    calcium_slope: float = _channel("4 mV", "slope of activation of calcium channels of the soma")
    calcium_time: float = _listed("2 ms", "time constant of calcium channels of the soma")
    shell_depth: float = _channel("0.1 um", "depth of the shell below the membrane that calcium enters")
    calcium_at_rest: float = _channel("0.1 umol/L", "free calcium in the shell at rest")
    calcium_of_half_opening: float = _channel(
        "1 umol/L", "calcium above rest that opens half of the potassium channels; a square law"
    )
    calcium_potassium_closing: float = _channel("0.1 1/ms", "closing rate of these potassium channels")
    h_half: float = _listed("-77 mV", "half activation of the h current")
    h_slope: float = _channel("8 mV", "slope of the h current")
    h_time: float = _listed("30 ms", "time constant of the h current")

    # Persistent calcium current of the dendrite.
    activation_slope: float = _channel("6 mV", "slope of activation of the L-type current")
    activation_time: float = _listed("40 ms", "time constant of activation of the L-type current")
    persistent_inactivation_slope: float = _listed("5 mV", "slope of inactivation of the L-type current")
    persistent_inactivation_time: float = _listed("2500 ms", "time constant of inactivation of the L-type current")

    # What is done to a neuron from outside.
    spike_level: float = parameter(
        "-10 mV", "voltage of the soma whose upward crossing counts as a spike", source="chosen", origin="chosen"
    )
    antidromic_rise: float = parameter(
        "40 mV", "by how much an antidromic spike charges the soma", source="chosen", origin="chosen"
    )
    antidromic_time: float = parameter("0.5 ms", "during which it does so", source="chosen", origin="chosen")

    def of_pool(self, units: int, persistent_current_gain: float = 1.0) -> dict[str, NDArray[np.float64]]:
        r"""Give the properties of the units of a pool, first recruited first.

        A property runs from first to last as :math:`x_1 + (x_N - x_1) u^k`, with :math:`u` from 0 to 1.

        Parameters
        ----------
        units
            How many. A pool of one is the first unit.
        persistent_current_gain
            Neuromodulation: what the L-type conductance is multiplied by.

        Returns
        -------
        dict of arrays, shape [units]
            By the names of :class:`NeuronProperties`; internal units.

        References
        ----------
        powers_heckman2017
        """
        place = np.arange(units) / max(units - 1, 1)
        along = place**self.skew

        def run(first: float, last: float, how: NDArray[np.float64] = along) -> NDArray[np.float64]:
            return first + (last - first) * how

        soma = math.pi * run(self.soma_diameter_first, self.soma_diameter_last)
        soma = soma * run(self.soma_length_first, self.soma_length_last)
        diameter = run(self.dendrite_diameter_first, self.dendrite_diameter_last)
        length = run(self.dendrite_length_first, self.dendrite_length_last)
        dendrite = self.dendrites * math.pi * diameter * length
        # From the soma, which is one potential, to the middle of a dendrite.
        axial_resistance = run(self.axial_resistivity_first, self.axial_resistivity_last) * (length / 2.0)
        axial_resistance = axial_resistance / (math.pi * diameter**2 / 4.0)
        h = run(self.h_first, self.h_last)
        shell = soma * self.shell_depth * LITRES_PER_CUBIC_METRE
        properties = NeuronProperties(
            soma_capacitance=soma * run(self.soma_capacitance_first, self.soma_capacitance_last),
            dendrite_capacitance=dendrite * run(self.dendrite_capacitance_first, self.dendrite_capacitance_last),
            coupling=self.dendrites / axial_resistance,
            soma_leak=soma * run(self.soma_leak_first, self.soma_leak_last),
            dendrite_leak=dendrite * run(self.dendrite_leak_first, self.dendrite_leak_last),
            leak_reversal=run(self.leak_reversal_first, self.leak_reversal_last),
            sodium=soma * run(self.sodium_first, self.sodium_last),
            persistent_sodium=soma * run(self.persistent_sodium_first, self.persistent_sodium_last),
            rectifier=soma * run(self.rectifier_first, self.rectifier_last),
            calcium=soma * run(self.calcium_first, self.calcium_last, place**self.calcium_skew),
            calcium_potassium=soma * run(self.calcium_potassium_first, self.calcium_potassium_last),
            soma_h=soma * h,
            dendrite_h=dendrite * h,
            persistent_calcium=persistent_current_gain
            * dendrite
            * run(self.persistent_calcium_first, self.persistent_calcium_last),
            activation_half=run(self.activation_half_first, self.activation_half_last),
            inactivation_half=run(self.inactivation_half_first, self.inactivation_half_last),
            calcium_removal_time=run(self.calcium_removal_time_first, self.calcium_removal_time_last),
            calcium_per_charge=1.0 / (2.0 * FARADAY_CONSTANT * shell),
        )
        return properties._asdict()

    def step(
        self,
        state: NeuronState,
        unit: NeuronProperties,
        soma_current: float,
        dendrite_current: float,
        excitation: float,
        step_s: float,
    ) -> NeuronState:
        """Let one neuron go on by one step.

        Every gate, and then each voltage, follows the exponential that it would follow if all else stood still (Rush
        and Larsen's method). After an endless step every gate is at its steady state.

        Parameters
        ----------
        state
            Before the step.
        unit
            Properties of this neuron: any record with the fields of :class:`NeuronProperties`.
        soma_current, dendrite_current : mA
            Injected; positive depolarises.
        excitation : S
            Excitatory synaptic conductance of the dendrite.
        step_s : s

        References
        ----------
        powers_heckman2017
        """
        soma, dendrite = state.soma_voltage, state.dendrite_voltage

        # Transient sodium. Both rates are a straight line far out and share one exponential.
        above = soma - self.sodium_half
        rising = math.exp(above / self.sodium_slope)
        bend = above / (rising - 1.0) if abs(above) > 1e-6 else self.sodium_slope
        opening, closing = self.sodium_opening * bend * rising, self.sodium_closing * bend
        rate = 1.0 / max(self.sodium_least_time, 1.0 / ((opening + closing) * self.sodium_warming))
        aim = opening / (opening + closing)
        m = aim + (state.sodium_activation - aim) * math.exp(-step_s * rate)

        above = soma - self.inactivation_turn
        rising = math.exp(above / self.inactivation_turn_slope)
        bend = above / (rising - 1.0) if abs(above) > 1e-6 else self.inactivation_turn_slope
        rate = (self.inactivation_rate * rising + self.recovery_rate) * bend * self.sodium_warming
        rate = 1.0 / max(self.inactivation_least_time, 1.0 / rate)
        aim = 1.0 / (1.0 + math.exp((soma - self.inactivation_middle) / self.inactivation_slope))
        h = aim + (state.sodium_inactivation - aim) * math.exp(-step_s * rate)

        recovering = self.slow_recovery_rate * math.exp((self.slow_recovery_voltage - soma) / self.slow_recovery_slope)
        inactivating = self.slow_inactivation_rate / (
            1.0 + math.exp((self.slow_inactivation_half - soma) / self.slow_inactivation_slope)
        )
        rate = recovering + inactivating
        aim = 1.0 - (1.0 - self.slow_inactivation_spared) * inactivating / rate
        s = aim + (state.sodium_slow_inactivation - aim) * math.exp(-step_s * rate)

        aim = 1.0 / (1.0 + math.exp((self.persistent_sodium_half - soma) / self.persistent_sodium_slope))
        p = aim + (state.persistent_sodium_activation - aim) * math.exp(-step_s / self.persistent_sodium_time)

        aim = 1.0 / (1.0 + math.exp((self.rectifier_half - soma) / self.rectifier_slope))
        bell = math.exp(-abs(soma - self.rectifier_slowest) / self.rectifier_time_slope)
        time = self.rectifier_least_time + self.rectifier_added_time * bell / (1.0 + bell) ** 2
        n = aim + (state.rectifier_activation - aim) * math.exp(-step_s / time)

        # Calcium enters the soma with each spike and opens potassium channels while it is removed.
        aim = 1.0 / (1.0 + math.exp((self.calcium_half - soma) / self.calcium_slope))
        c = aim + (state.calcium_activation - aim) * math.exp(-step_s / self.calcium_time)
        entry = max(0.0, unit.calcium * c * (self.calcium_reversal - soma)) * unit.calcium_per_charge
        aim = self.calcium_at_rest + entry * unit.calcium_removal_time
        calcium = aim + (state.calcium - aim) * math.exp(-step_s / unit.calcium_removal_time)
        opening = (
            self.calcium_potassium_closing * ((calcium - self.calcium_at_rest) / self.calcium_of_half_opening) ** 2
        )
        rate = opening + self.calcium_potassium_closing
        aim = opening / rate
        q = aim + (state.calcium_potassium_activation - aim) * math.exp(-step_s * rate)

        kept = math.exp(-step_s / self.h_time)
        aim = 1.0 / (1.0 + math.exp((soma - self.h_half) / self.h_slope))
        soma_h = aim + (state.soma_h_activation - aim) * kept
        aim = 1.0 / (1.0 + math.exp((dendrite - self.h_half) / self.h_slope))
        dendrite_h = aim + (state.dendrite_h_activation - aim) * kept

        aim = 1.0 / (1.0 + math.exp((unit.activation_half - dendrite) / self.activation_slope))
        activated = aim + (state.persistent_calcium_activation - aim) * math.exp(-step_s / self.activation_time)
        aim = 1.0 / (1.0 + math.exp((dendrite - unit.inactivation_half) / self.persistent_inactivation_slope))
        available = aim + (state.persistent_calcium_inactivation - aim) * math.exp(
            -step_s / self.persistent_inactivation_time
        )

        sodium = (unit.sodium * m**3 * h + unit.persistent_sodium * p) * s
        potassium = unit.rectifier * n**4 + unit.calcium_potassium * q
        calcium_channels = unit.calcium * c
        h_channels = unit.soma_h * soma_h
        total = sodium + potassium + calcium_channels + h_channels + unit.soma_leak + unit.coupling
        aim = (
            sodium * self.sodium_reversal
            + potassium * self.potassium_reversal
            + calcium_channels * self.calcium_reversal
            + h_channels * self.h_reversal
            + unit.soma_leak * unit.leak_reversal
            + unit.coupling * dendrite
            + soma_current
        ) / total
        soma_after = aim + (soma - aim) * math.exp(-step_s * total / unit.soma_capacitance)

        persistent = unit.persistent_calcium * activated * available
        h_channels = unit.dendrite_h * dendrite_h
        total = persistent + h_channels + unit.dendrite_leak + unit.coupling + excitation
        aim = (
            persistent * self.persistent_calcium_reversal
            + h_channels * self.h_reversal
            + unit.dendrite_leak * unit.leak_reversal
            + unit.coupling * soma
            + excitation * self.excitation_reversal
            + dendrite_current
        ) / total
        dendrite_after = aim + (dendrite - aim) * math.exp(-step_s * total / unit.dendrite_capacitance)

        return NeuronState(
            soma_after, dendrite_after, m, h, s, p, n, c, calcium, q, soma_h, dendrite_h, activated, available
        )
