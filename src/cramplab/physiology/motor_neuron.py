"""The production motor neuron: two compartments, a pulse for each spike, and a persistent calcium current that latches.

A spike is not computed from channel kinetics: once the soma crosses its threshold, sodium and fast and slow potassium
conductances follow a pulse of fixed length. That keeps the charge which a spike gives to the dendrite, without which a
plateau does not survive, at a small part of the cost. The dendrite carries an L-type calcium current whose activation
is a smooth function of voltage. With enough of it the neuron is bistable: a kick sends it into firing that goes on.

Within the equations voltages are relative to rest (mV), times in ms, currents in nA, conductances in uS and
capacitances in nF, so that no factor appears in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter

FloatArray = NDArray[np.float64]
SODIUM, POTASSIUM, CALCIUM, EXCITATION, INHIBITION = 120.0, -10.0, 140.0, 70.0, -16.0
"""Reversal potentials, mV from rest (cisi_kohn2008, elias_kohn2013; excitation and inhibition of the synapses too)."""
_NANO, _MICRO = 1e9, 1e6


@dataclass(frozen=True)
class MotorNeuron(FastSubmodel):
    """Size-graded motor neurons of a pool, smallest first.

    Each property is given at four places of the pool: the smallest slow neuron, the border of slow and
    fatigue-resistant, the border of resistant and fatigable, and the largest neuron; it runs straight between them.

    References
    ----------
    cisi_kohn2008, elias_kohn2013 (compartments, pulses, sizes, in open implementations), powers_heckman2017 (duration
    of the afterhyperpolarisation in a human-like pool).
    """

    name: ClassVar[str] = "motor_neuron"

    soma_diameter_smallest: float = parameter(
        "77.5 um", "diameter and length of the soma", source="cisi_kohn2008", origin="read"
    )
    soma_diameter_resistant: float = parameter(
        "82.5 um", "the same, first resistant", source="cisi_kohn2008", origin="read"
    )
    soma_diameter_fatigable: float = parameter(
        "87.5 um", "the same, first fatigable", source="cisi_kohn2008", origin="read"
    )
    soma_diameter_largest: float = parameter("112.5 um", "the same, largest", source="cisi_kohn2008", origin="read")
    dendrite_diameter_smallest: float = parameter(
        "41.5 um", "diameter of the equivalent dendrite", source="cisi_kohn2008", origin="read"
    )
    dendrite_diameter_resistant: float = parameter(
        "62.5 um", "the same, first resistant", source="cisi_kohn2008", origin="read"
    )
    dendrite_diameter_fatigable: float = parameter(
        "83.5 um", "the same, first fatigable", source="cisi_kohn2008", origin="read"
    )
    dendrite_diameter_largest: float = parameter("92.5 um", "the same, largest", source="cisi_kohn2008", origin="read")
    dendrite_length_smallest: float = parameter(
        "5519 um", "length of the equivalent dendrite", source="cisi_kohn2008", origin="read"
    )
    dendrite_length_resistant: float = parameter(
        "6789 um", "the same, first resistant", source="cisi_kohn2008", origin="read"
    )
    dendrite_length_fatigable: float = parameter(
        "8058 um", "the same, first fatigable", source="cisi_kohn2008", origin="read"
    )
    dendrite_length_largest: float = parameter("10578 um", "the same, largest", source="cisi_kohn2008", origin="read")
    soma_resistance_smallest: float = parameter(
        "1150 ohm*cm^2", "specific resistance of the soma's membrane", source="cisi_kohn2008", origin="read"
    )
    soma_resistance_resistant: float = parameter(
        "1050 ohm*cm^2", "the same, first resistant", source="cisi_kohn2008", origin="read"
    )
    soma_resistance_fatigable: float = parameter(
        "950 ohm*cm^2", "the same, first fatigable", source="cisi_kohn2008", origin="read"
    )
    soma_resistance_largest: float = parameter(
        "650 ohm*cm^2", "the same, largest", source="cisi_kohn2008", origin="read"
    )
    dendrite_resistance_smallest: float = parameter(
        "14350 ohm*cm^2", "specific resistance of the dendrite's membrane", source="cisi_kohn2008", origin="read"
    )
    dendrite_resistance_resistant: float = parameter(
        "10650 ohm*cm^2", "the same, first resistant", source="cisi_kohn2008", origin="read"
    )
    dendrite_resistance_fatigable: float = parameter(
        "6950 ohm*cm^2", "the same, first fatigable", source="cisi_kohn2008", origin="read"
    )
    dendrite_resistance_largest: float = parameter(
        "6050 ohm*cm^2", "the same, largest", source="cisi_kohn2008", origin="read"
    )
    threshold_smallest: float = parameter(
        "12.35 mV", "depolarisation of the soma at which it fires", source="cisi_kohn2008", origin="read"
    )
    threshold_resistant: float = parameter(
        "16.45 mV", "the same, first resistant", source="cisi_kohn2008", origin="read"
    )
    threshold_fatigable: float = parameter(
        "19.3 mV", "the same, first fatigable", source="cisi_kohn2008", origin="read"
    )
    threshold_largest: float = parameter("20.9 mV", "the same, largest", source="cisi_kohn2008", origin="read")
    capacitance: float = parameter("1 uF/cm^2", "of all membrane", source="cisi_kohn2008", origin="read")
    axial_resistivity: float = parameter("70 ohm*cm", "of the cytoplasm", source="cisi_kohn2008", origin="read")
    sodium_conductance: float = parameter("30 mS/cm^2", "of the spike", source="cisi_kohn2008", origin="read")
    fast_potassium_slow_type: float = parameter(
        "4 mS/cm^2", "fast potassium of slow and resistant neurons", source="cisi_kohn2008", origin="read"
    )
    fast_potassium_largest: float = parameter("0.5 mS/cm^2", "the same, largest", source="cisi_kohn2008", origin="read")
    slow_potassium: float = parameter(
        "17 mS/cm^2",
        "slow potassium, which makes the afterhyperpolarisation",
        source="cisi_kohn2008",
        origin="read",
        where="slow neurons; the ports give 8 to 37.5 for the others and disagree",
        limits=("5 mS/cm^2", "40 mS/cm^2"),
    )
    afterhyperpolarisation_decay_slow: float = parameter(
        "0.016 1/ms",
        "closing rate of slow potassium, smallest",
        source="minetto2009",
        origin="fitted",
        where="within 0.011 to 0.025: powers_heckman2017 and cisi_kohn2008",
        limits=("0.008 1/ms", "0.05 1/ms"),
    )
    afterhyperpolarisation_decay_fast: float = parameter(
        "0.05 1/ms", "the same, from the first resistant on", source="cisi_kohn2008", origin="read"
    )
    slow_potassium_opening: float = parameter("1.5 1/ms", "during the pulse", source="cisi_kohn2008", origin="read")
    fast_potassium_opening: float = parameter("1.5 1/ms", "during the pulse", source="cisi_kohn2008", origin="read")
    fast_potassium_closing: float = parameter("0.1 1/ms", "after the pulse", source="cisi_kohn2008", origin="read")
    sodium_inactivation: float = parameter("4 1/ms", "during the pulse", source="cisi_kohn2008", origin="read")
    sodium_recovery: float = parameter("0.5 1/ms", "after the pulse", source="cisi_kohn2008", origin="read")
    pulse: float = parameter("0.6 ms", "length of the pulse of a spike", source="cisi_kohn2008", origin="read")
    refractory: float = parameter("5 ms", "no further spike", source="cisi_kohn2008", origin="read")
    persistent_calcium: float = parameter(
        "1.11e-5 S/cm^2",
        "L-type calcium of the smallest neuron's dendrite at a neuromodulatory gain of one",
        source="minetto2011",
        origin="fitted",
        limits=("0 S/cm^2", "4e-5 S/cm^2"),
    )
    persistent_calcium_rise: float = parameter(
        1.36,
        "density of the largest neuron over that of the smallest",
        source="powers_heckman2017",
        origin="read",
        where="means of four dendrites, 0.9875 and 1.3425e-4 S/cm2",
    )
    persistent_half: float = parameter(
        "9 mV", "depolarisation of the dendrite at which half of it is open", source="chosen", origin="chosen"
    )
    persistent_slope: float = parameter(
        "2.5 mV",
        "steepness; a flatter one makes the smallest neurons fire by themselves",
        source="chosen",
        origin="chosen",
    )
    persistent_time: float = parameter(
        "40 ms", "time constant of its activation", source="powers_heckman2017", origin="read"
    )
    pump_per_spike: float = parameter(
        0.002,
        "share by which the slow outward current of the sodium pump grows with a spike",
        source="zhang_sillar2012",
        origin="chosen",
    )
    pump_time: float = parameter(
        "60 s", "time constant of the pump's afterhyperpolarisation", source="zhang_sillar2012", origin="remembered"
    )
    pump_conductance: float = parameter(
        0.02,
        "slow outward conductance when saturated, as a share of the dendrite's leak",
        source="chosen",
        origin="chosen",
    )
    background_noise: float = parameter(
        "0.5 nA", "standard deviation of the synaptic noise at the dendrite", source="chosen", origin="chosen"
    )
    background_noise_time: float = parameter("5 ms", "its correlation time", source="chosen", origin="chosen")

    def of_pool(self, position: FloatArray, slow_share: float, resistant_share: float) -> dict[str, FloatArray]:
        """Give the electrical properties of neurons at places in the pool.

        Parameters
        ----------
        position : 1
            0 for the smallest neuron, 1 for the largest; any shape.
        slow_share, resistant_share : 1
            Of the pool; the rest is fatigable.

        Returns
        -------
        dict
            ``soma_capacitance``, ``dendrite_capacitance`` (nF), ``soma_leak``, ``dendrite_leak``, ``coupling``,
            ``sodium``, ``fast_potassium``, ``slow_potassium``, ``persistent_calcium`` (uS), ``threshold`` (mV),
            ``slow_potassium_closing`` (1/ms), ``noise`` (nA).
        """
        slow = min(max(slow_share, 1e-6), 1.0 - 2e-6)
        resistant = min(max(resistant_share, 1e-6), 1.0 - 1e-6 - slow)
        places = (0.0, slow, slow + resistant, 1.0)

        def along(name: str) -> FloatArray:
            return np.interp(
                position,
                places,
                [getattr(self, f"{name}_{at}") for at in ("smallest", "resistant", "fatigable", "largest")],
            )

        soma, diameter, length = along("soma_diameter"), along("dendrite_diameter"), along("dendrite_length")
        soma_area, dendrite_area = np.pi * soma**2, np.pi * diameter * length
        axial = self.axial_resistivity / np.pi * (soma / (0.5 * soma) ** 2 + length / (0.5 * diameter) ** 2)
        fast = np.interp(position, places, [self.fast_potassium_slow_type] * 3 + [self.fast_potassium_largest])
        closing = np.interp(
            position, places,
            [self.afterhyperpolarisation_decay_slow, 1.3 * self.afterhyperpolarisation_decay_slow,
             *[self.afterhyperpolarisation_decay_fast] * 2],
        )  # fmt: skip
        return {
            "soma_capacitance": _NANO * self.capacitance * soma_area,
            "dendrite_capacitance": _NANO * self.capacitance * dendrite_area,
            "soma_leak": _MICRO * soma_area / along("soma_resistance"),
            "dendrite_leak": _MICRO * dendrite_area / along("dendrite_resistance"),
            "coupling": _MICRO * 2.0 / axial,
            "sodium": _MICRO * self.sodium_conductance * soma_area,
            "fast_potassium": _MICRO * fast * soma_area,
            "slow_potassium": _MICRO * self.slow_potassium * soma_area,
            "persistent_calcium": _MICRO
            * self.persistent_calcium
            * (1.0 + (self.persistent_calcium_rise - 1.0) * np.asarray(position) ** 2)
            * dendrite_area,
            "threshold": along("threshold"),
            "slow_potassium_closing": 1e-3 * closing,
            "noise": np.full(np.shape(position), self.background_noise * _MICRO),
        }

    def shared(self, step_ms: float) -> dict[str, float]:
        """Give the factors of one step that all neurons share.

        Parameters
        ----------
        step_ms : ms
        """
        per_ms = 1e-3
        return {
            "sodium_recovers": float(np.exp(-per_ms * self.sodium_recovery * step_ms)),
            "sodium_inactivates": float(np.exp(-per_ms * self.sodium_inactivation * step_ms)),
            "fast_opens": float(np.exp(-per_ms * self.fast_potassium_opening * step_ms)),
            "fast_closes": float(np.exp(-per_ms * self.fast_potassium_closing * step_ms)),
            "slow_opens": float(np.exp(-per_ms * self.slow_potassium_opening * step_ms)),
            "persistent_follows": float(-np.expm1(-step_ms * per_ms / self.persistent_time)),
            "persistent_half": self.persistent_half,
            "per_persistent_slope": 1.0 / self.persistent_slope,
            "noise_keeps": float(np.exp(-step_ms * per_ms / self.background_noise_time)),
            "noise_gets": float(np.sqrt(-np.expm1(-2.0 * step_ms * per_ms / self.background_noise_time))),
            "pump_per_spike": self.pump_per_spike,
            "pump_keeps": float(np.exp(-step_ms * per_ms / self.pump_time)),
            "pump_conductance": self.pump_conductance,
            # Half a step is added so that rounding of the clock cannot change the number of steps in a pulse.
            "pulse": self.pulse / per_ms + 0.5 * step_ms,
            "refractory": self.refractory / per_ms,
            "step": step_ms,
        }


def make_step(
    where: Callable[..., Any], exp: Callable[..., Any], number: Callable[[float], Any]
) -> Callable[..., tuple[Any, ...]]:
    r"""Give the equations of one step, for whichever back end chooses, exponentiates and makes numbers.

    The one source of the equations: the compiled loop, the JAX oracle and the check in another simulator all use it.
    Both compartments are solved together by the midpoint rule with conductances held over the step (second order,
    stable for any conductance); gates follow their exact exponentials.

    .. math::

        C_s \dot V_s &= g_{Na} h\,\mathbb 1_{pulse}(120 - V_s) + (g_{Kf} n^4 + g_{Ks} q^2 + g_R)(-10 - V_s)
                        - g_{Ls} V_s + g_c (V_d - V_s) + I_s \\
        C_d \dot V_d &= G\, g_{CaL}\, p\,(140 - V_d) + g_E (70 - V_d) + g_I (-16 - V_d) + g_U U (-10 - V_d)
                        - g_{Ld} V_d + g_c (V_s - V_d) + I_d + \sigma \eta \\
        \tau_p \dot p &= \frac{1}{1 + \exp((\theta - V_d) / k)} - p

    Activation of sodium is taken as instantaneous (its time constant is below the step).
    """
    nothing, one, half, two = number(0.0), number(1.0), number(0.5), number(2.0)
    sodium, potassium, calcium = number(SODIUM), number(POTASSIUM), number(CALCIUM)
    excitation, inhibition = number(EXCITATION), number(INHIBITION)

    def step(
        soma, dendrite, inactivation, fast, slow, persistent, since_spike, noise, pump,
        twice_soma_capacitance, twice_dendrite_capacitance, soma_leak, dendrite_leak, coupling, g_sodium, g_fast,
        g_slow, g_persistent, threshold, slow_closes, noise_size, excitation_share, persistent_share,
        sodium_recovers, sodium_inactivates, fast_opens, fast_closes, slow_opens, persistent_follows, persistent_half,
        per_persistent_slope, noise_keeps, noise_gets, pump_per_spike, pump_keeps, pump_conductance, pulse, refractory,
        step_ms, g_excitation, g_inhibition, g_recurrent, persistent_gain, soma_current, dendrite_current, uniform,
        antidromic,
    ):  # fmt: skip
        since_spike = since_spike + step_ms
        in_pulse = since_spike < pulse
        inactivation = where(in_pulse, inactivation * sodium_inactivates, one - (one - inactivation) * sodium_recovers)
        fast = where(in_pulse, one - (one - fast) * fast_opens, fast * fast_closes)
        slow = where(in_pulse, one - (one - slow) * slow_opens, slow * slow_closes)
        wanted = one / (one + exp((persistent_half - dendrite) * per_persistent_slope))
        persistent = persistent + (wanted - persistent) * persistent_follows
        noise = noise * noise_keeps + noise_gets * uniform
        pump = pump * pump_keeps

        to_sodium = where(in_pulse, g_sodium * inactivation, nothing)
        squared = fast * fast
        to_potassium = g_fast * squared * squared + g_slow * slow * slow + g_recurrent
        to_calcium = g_persistent * persistent * (one + (persistent_gain - one) * persistent_share)
        to_excitation = g_excitation * excitation_share
        to_pump = pump_conductance * pump * dendrite_leak
        soma_total = twice_soma_capacitance + to_sodium + to_potassium + soma_leak + coupling
        soma_drive = twice_soma_capacitance * soma + to_sodium * sodium + to_potassium * potassium + soma_current
        dendrite_total = (
            twice_dendrite_capacitance + to_calcium + dendrite_leak + coupling + to_excitation + g_inhibition + to_pump
        )
        dendrite_drive = (
            twice_dendrite_capacitance * dendrite
            + to_calcium * calcium
            + to_excitation * excitation
            + g_inhibition * inhibition
            + to_pump * potassium
            + dendrite_current
            + noise_size * noise
        )
        per_determinant = two / (soma_total * dendrite_total - coupling * coupling)
        new_soma = (soma_drive * dendrite_total + coupling * dendrite_drive) * per_determinant - soma
        new_dendrite = (dendrite_drive * soma_total + coupling * soma_drive) * per_determinant - dendrite

        fires = ((new_soma >= threshold) | (antidromic > half)) & (since_spike > refractory)
        since_spike = where(fires, nothing, since_spike)
        pump = where(fires, pump + (one - pump) * pump_per_spike, pump)
        return (
            new_soma, new_dendrite, inactivation, fast, slow, persistent, since_spike, noise, pump,
            where(fires, one, nothing),
        )  # fmt: skip

    return step
