"""Electrical pulses on a nerve: which axons they excite, and what runs back along them to the spinal cord."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from cramplab.core.errors import UserError
from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter
from cramplab.core.quantities import from_internal, read_quantity

FloatArray = NDArray[np.float64]

# From 1 to 99 % of a normal distribution, in standard deviations to either side.
_TO_99_PER_CENT = 2.3263478740408408
# What a stimulator can do and a person can bear: lowest, highest.
RANGES: dict[str, tuple[str, str]] = {
    "current": ("0 mA", "200 mA"),
    "pulse_width": ("0.01 ms", "2 ms"),
    "frequency": ("0.1 Hz", "200 Hz"),
}


@dataclass(frozen=True)
class NerveStimulation(FastSubmodel):
    """A pulse excites the axons whose threshold it exceeds: large motor axons first, and Ia fibres before them.

    The threshold falls with the width of the pulse by the law of Weiss, further for sensory axons. Each excited motor
    axon carries one impulse to the muscle and one to the cord, which is lost if it meets one of the motor neuron.

    References
    ----------
    mogyoros1996 (strength and duration), cisi_kohn2008 (order and spread of thresholds), fwave_amplitude (F wave).
    """

    name: ClassVar[str] = "nerve_stimulation"

    motor_rheobase: float = parameter(
        "6 mA",
        "threshold of the first motor axons for a very long pulse",
        source="chosen",
        origin="chosen",
        spread="lognormal 30 %",
        limits=("0.1 mA", "100 mA"),
    )
    motor_strength_duration: float = parameter(
        "459 us",
        "strength-duration time of motor axons",
        source="mogyoros1996",
        origin="read",
        where="abstract",
        population="median nerve, 20 volunteers",
        spread="normal 126 us",
        limits=("50 us", "2000 us"),
    )
    afferent_strength_duration: float = parameter(
        "665 us",
        "strength-duration time of Ia fibres, taken to be that of sensory axons",
        source="mogyoros1996",
        origin="read",
        where="abstract",
        population="median nerve, 20 volunteers",
        spread="normal 182 us",
        limits=("50 us", "2000 us"),
    )
    motor_threshold_range: float = parameter(
        1.5, "threshold of the last motor axons over that of the first", source="cisi_kohn2008", origin="read"
    )
    afferent_threshold_range: float = parameter(
        2.25, "threshold of the last Ia fibres over that of the first", source="cisi_kohn2008", origin="read"
    )
    first_afferent: float = parameter(
        0.667,
        "threshold of the first Ia fibres over that of the first motor axons, for a pulse of the reference width",
        source="cisi_kohn2008",
        origin="read",
    )
    reference_pulse_width: float = parameter(
        "1 ms", "width of the pulse for which that holds", source="chosen", origin="chosen"
    )
    refractory: float = parameter(
        "5 ms", "time after an impulse in which an axon answers to no pulse", source="cisi_kohn2008", origin="read"
    )
    slowest_axon: float = parameter(
        "44 m/s", "conduction velocity of the smallest motor axon", source="cisi_kohn2008", origin="read"
    )
    fastest_axon: float = parameter(
        "53 m/s", "conduction velocity of the largest motor axon", source="cisi_kohn2008", origin="read"
    )
    backfire: float = parameter(
        "1 %",
        "chance that an antidromic impulse makes the motor neuron discharge again",
        source="fwave_amplitude",
        origin="read",
        where="mean F wave over the M wave",
        limits=("0 %", "20 %"),
    )

    def motor_threshold(self, pulse_width):
        r"""Give the current at which the first motor axons are excited.

        :math:`I(w) = I_{rh} (1 + \tau / w)`, the law of Weiss.

        Parameters
        ----------
        pulse_width : s

        Returns
        -------
        mA

        References
        ----------
        mogyoros1996.
        """
        return self.motor_rheobase * (1.0 + self.motor_strength_duration / pulse_width)

    def afferent_threshold(self, pulse_width):
        """Give the current at which the first Ia fibres are excited (mA); see `motor_threshold`."""
        motor = 1.0 + self.motor_strength_duration / self.reference_pulse_width
        afferent = 1.0 + self.afferent_strength_duration / self.reference_pulse_width
        rheobase = self.motor_rheobase * self.first_afferent * motor / afferent
        return rheobase * (1.0 + self.afferent_strength_duration / pulse_width)

    def motor_share(self, relative_current):
        """Give the share of motor axons that a pulse excites.

        Thresholds are lognormal; the first and last per cent count as first and last axon, so that all are excited at
        the declared range.

        Parameters
        ----------
        relative_current : 1
            Current over the motor threshold for this width.

        Returns
        -------
        1

        References
        ----------
        cisi_kohn2008.
        """
        if relative_current < 1.0:
            return 0.0
        if relative_current >= self.motor_threshold_range:
            return 1.0
        z = (2.0 * math.log(relative_current) / math.log(self.motor_threshold_range) - 1.0) * _TO_99_PER_CENT
        return (0.5 * (1.0 + math.erf(z / math.sqrt(2.0))) - 0.01) / 0.98

    def afferent_share(self, relative_current, pulse_width):
        """Give the share of Ia fibres that a pulse excites.

        Parameters
        ----------
        relative_current : 1
            Current over the motor threshold for this width.
        pulse_width : s
            Long pulses favour Ia fibres.

        Returns
        -------
        1

        References
        ----------
        mogyoros1996, cisi_kohn2008.
        """
        at_reference = (1.0 + self.motor_strength_duration / self.reference_pulse_width) / (
            1.0 + self.afferent_strength_duration / self.reference_pulse_width
        )
        here = (1.0 + self.motor_strength_duration / pulse_width) / (
            1.0 + self.afferent_strength_duration / pulse_width
        )
        over_first = relative_current * here / (at_reference * self.first_afferent)
        if over_first < 1.0:
            return 0.0
        if over_first >= self.afferent_threshold_range:
            return 1.0
        z = (2.0 * math.log(over_first) / math.log(self.afferent_threshold_range) - 1.0) * _TO_99_PER_CENT
        return (0.5 * (1.0 + math.erf(z / math.sqrt(2.0))) - 0.01) / 0.98

    def relative_threshold(self, position: FloatArray) -> FloatArray:
        """Give the threshold of every motor axon over that of the first: the largest axons have the lowest.

        Parameters
        ----------
        position : 1
            Of each unit in the pool, 0 smallest to 1 largest.

        Returns
        -------
        1
            From 1 to the declared range; the share of axons below a current is that of `motor_share`.

        References
        ----------
        cisi_kohn2008.
        """
        rank = 0.01 + 0.98 * (1.0 - np.asarray(position, dtype=np.float64))
        return self.motor_threshold_range ** (0.5 * (1.0 + ndtri(rank) / _TO_99_PER_CENT))

    def answers(self, since_spike):
        """Say whether an axon answers to a pulse.

        Parameters
        ----------
        since_spike : s
            Since an impulse last passed the electrode.

        Returns
        -------
        1
            1.0 or 0.0.
        """
        return 1.0 if since_spike >= self.refractory else 0.0

    def axon_velocity(self, position):
        """Give the conduction velocity of a motor axon (m/s) by its place in the pool, 0 smallest to 1 largest."""
        return self.slowest_axon + (self.fastest_axon - self.slowest_axon) * position

    def reaches_cord(self, since_discharge, position, nerve_length):
        """Say whether the antidromic impulse of a pulse gets past what the motor neuron sent before.

        An impulse that left the motor neuron within the time it takes to the electrode is still on its way when the
        pulse comes, and both are lost where they meet. A discharge of the motor neuron after the pulse, while the
        antidromic impulse is on its way, meets it too: whoever steps the pool has to cancel that one.

        Parameters
        ----------
        since_discharge : s
            Since the motor neuron last discharged, at the time of the pulse.
        position : 1
            Of the unit in the pool.
        nerve_length : m
            From the electrode to the cord.

        Returns
        -------
        1
            1.0 or 0.0.
        """
        velocity = self.slowest_axon + (self.fastest_axon - self.slowest_axon) * position
        return 1.0 if since_discharge > nerve_length / velocity else 0.0

    def collision_share(self, rate, position, nerve_length):
        """Give the share of antidromic impulses that are lost to a motor neuron which discharges steadily.

        Impulses collide if the motor neuron discharges within the conduction time before or after the pulse.

        Parameters
        ----------
        rate : imp/s
            Of the motor neuron.
        position : 1
            Of the unit in the pool.
        nerve_length : m
            From the electrode to the cord.

        Returns
        -------
        1
        """
        velocity = self.slowest_axon + (self.fastest_axon - self.slowest_axon) * position
        return min(2.0 * rate * nerve_length / velocity, 1.0)

    def backfire_probability(self, persistent_current_gain):
        """Give the chance that an antidromic impulse makes its motor neuron discharge again: one unit's F wave.

        Parameters
        ----------
        persistent_current_gain : 1
            Persistent inward current over the usual one.

        Returns
        -------
        1

        References
        ----------
        fwave_amplitude.
        """
        return min(self.backfire * max(persistent_current_gain, 0.0), 1.0)


def reflex_wave(
    amplitude: FloatArray, stands_for: FloatArray, discharged: FloatArray, recruited: FloatArray, synchrony: float
) -> float:
    """Give the H reflex: units that the volley discharged, less those whose axon the pulse itself excited.

    In these the reflex impulse meets the antidromic one and is lost, so that the H reflex falls as the M wave grows.

    Parameters
    ----------
    amplitude : mV
        Of one real unit.
    stands_for : 1
        Real units for each.
    discharged, recruited : 1
        Share of them discharged by the volley, and excited by the pulse.
    synchrony : 1
        Of the potentials, as for the M wave.

    Returns
    -------
    mV
        Peak to peak.
    """
    return float(synchrony * np.sum(amplitude * stands_for * discharged * (1.0 - np.asarray(recruited))))


def check_settings(**settings: float) -> None:
    """Refuse settings of a stimulator that are out of range.

    Parameters
    ----------
    settings
        ``current`` (mA), ``pulse_width`` (s), ``frequency`` (Hz); internal units.

    Raises
    ------
    UserError
        With the range, in the units of `RANGES`.
    """
    for name, value in settings.items():
        low, high = (read_quantity(each) for each in RANGES[name])
        if not low.value <= value <= high.value:
            unit_name = low.unit.name
            told = f"{from_internal(value, unit_name):g} {unit_name}"
            expected = f"{low.as_written:g} to {high.as_written:g} {unit_name}"
            raise UserError(f"The {name.replace('_', ' ')} is {told}. Expected {expected}.")
