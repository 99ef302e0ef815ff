"""The surface electromyogram of a pool: from the size and depth of each unit and its rate, without a time series."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter

FloatArray = NDArray[np.float64]

# The shape of an action potential is k x exp(-x^2), which peaks at x^2 = 1/2; k makes peak to peak one.
_SHAPE = math.sqrt(math.e / 2.0)
# Its energy, the integral of the square over x.
_ENERGY = _SHAPE**2 * math.sqrt(math.pi / 2.0) / 4.0


@dataclass(frozen=True)
class SurfaceEMG(FastSubmodel):
    """Every discharge adds one biphasic potential; depth makes it smaller and longer, slow conduction longer.

    Discharges of different units are independent enough that their powers add up. So amplitude and spectrum follow in
    closed form from rates. Sizes are scaled so that the potentials of all units together are the muscle's M wave.

    References
    ----------
    cisi_kohn2008 (shape, depth), milner_brown1975 (size), fortune_lowery2009 and farina_merletti2001 (conduction).
    """

    name: ClassVar[str] = "surface_emg"

    size_power: float = parameter(
        0.5, "power of a unit's force to which its potential grows", source="milner_brown1975", origin="remembered"
    )
    depth_of_decay: float = parameter(
        "5 mm", "depth over which a potential falls to 1/e", source="cisi_kohn2008", origin="read"
    )
    longest_duration: float = parameter(
        "1.6 ms",
        "time scale of the potential of the smallest unit at the skin",
        source="cisi_kohn2008",
        origin="chosen",
        where="twice that of the port, whose spectra are twice as fast as those of surface recordings",
    )
    shortest_duration: float = parameter(
        "1.0 ms",
        "the same of the largest unit",
        source="cisi_kohn2008",
        origin="chosen",
        where="twice that of the port",
    )
    duration_by_depth: float = parameter(
        "0.1 1/mm",
        "growth of the time scale with depth, in its value at the skin",
        source="cisi_kohn2008",
        origin="read",
    )
    detected_share: float = parameter(
        0.25,
        "what a closely spaced pair of electrodes sees of the potential from belly to tendon",
        source="chosen",
        origin="chosen",
    )
    m_wave_synchrony: float = parameter(
        0.75,
        "M wave over the sum of the units' potentials, which do not peak together",
        source="chosen",
        origin="chosen",
    )
    slowing_by_potassium: float = parameter(
        "0.05 L/mmol",
        "share of the conduction velocity lost per potassium gained around the fibres",
        source="fortune_lowery2009",
        origin="chosen",
        where="the direction is remembered",
    )
    resting_potassium: float = parameter(
        "4.2 mmol/L", "around resting fibres", source="juel2000", origin="read", where="4.19 at rest"
    )
    velocity_by_temperature: float = parameter(
        "5 %/K",
        "growth of the conduction velocity with temperature",
        source="farina_merletti2001",
        origin="remembered",
        where="0.2 of 4 m/s",
    )
    reference_temperature: float = parameter(
        "34 degC", "at which durations hold: a resting limb muscle", source="chosen", origin="chosen"
    )

    def power_of_discharge(self, amplitude, duration):
        r"""Give the integral of the squared potential of one discharge.

        Times the rate, this is the unit's share of the mean square of the signal. With the
        shape :math:`A \sqrt{e/2}\, x e^{-x^2}`, :math:`x = t / \lambda`, it is
        :math:`\sqrt{\pi/2}\,(e/8)\,A^2 \lambda`.

        Parameters
        ----------
        amplitude : mV
            Peak to peak.
        duration : s
            Time scale :math:`\lambda`.

        Returns
        -------
        mV^2 s

        References
        ----------
        cisi_kohn2008.
        """
        return _ENERGY * amplitude * amplitude * duration

    def velocity_factor(self, potassium, temperature):
        """Give the conduction velocity of muscle fibres over that at rest.

        Parameters
        ----------
        potassium : mmol/L
            Around the fibres.
        temperature : degC
            Of the muscle.

        Returns
        -------
        1
            At least 0.2.

        References
        ----------
        fortune_lowery2009, farina_merletti2001.
        """
        gained = potassium - self.resting_potassium
        warmed = temperature - self.reference_temperature
        return max(math.exp(-self.slowing_by_potassium * gained) * (1.0 + self.velocity_by_temperature * warmed), 0.2)

    def potentials(
        self,
        position: FloatArray,
        stands_for: FloatArray,
        tetanic_force: FloatArray,
        depth: FloatArray,
        maximal_m_wave: float,
    ) -> dict[str, FloatArray]:
        """Lay size and duration of the potentials out over a pool.

        Parameters
        ----------
        position, stands_for : 1
            Of each unit in the pool, 0 smallest to 1 largest; and real units for each.
        tetanic_force : N
            Of one real unit.
        depth : m
            Of its fibres under the electrode.
        maximal_m_wave : mV
            Of the muscle, from belly to tendon.

        Returns
        -------
        dict
            ``amplitude`` (mV, peak to peak, of one real unit between two close electrodes), ``duration`` (s).

        References
        ----------
        milner_brown1975, cisi_kohn2008.
        """
        relative = np.asarray(tetanic_force) ** self.size_power * np.exp(-np.asarray(depth) / self.depth_of_decay)
        belly_to_tendon = maximal_m_wave * relative / (self.m_wave_synchrony * np.sum(stands_for * relative))
        at_skin = self.longest_duration + (self.shortest_duration - self.longest_duration) * np.asarray(position)
        return {
            "amplitude": self.detected_share * belly_to_tendon,
            "duration": at_skin * (1.0 + self.duration_by_depth * np.asarray(depth)),
        }

    def m_wave(self, amplitude: FloatArray, stands_for: FloatArray, recruited: FloatArray) -> float:
        """Give the M wave of units that are excited together (mV, peak to peak, between two close electrodes).

        Parameters
        ----------
        amplitude : mV
            Of one real unit.
        stands_for : 1
            Real units for each.
        recruited : 1
            Share of them excited.
        """
        return float(self.m_wave_synchrony * np.sum(amplitude * stands_for * recruited))


def depths(units: int, skin_and_fat: float, thickness: float, generator: np.random.Generator) -> FloatArray:
    """Draw how deep each unit's fibres lie.

    Evenly over the muscle's thickness, independent of size.

    Parameters
    ----------
    units
        How many.
    skin_and_fat, thickness : m
        Above the muscle, and of it.
    generator
        Source of chance.

    Returns
    -------
    m
    """
    return skin_and_fat + thickness * generator.uniform(size=units)


def root_mean_square(rate: FloatArray, amplitude: FloatArray, duration: FloatArray) -> FloatArray:
    """Give the root mean square of the signal.

    Parameters
    ----------
    rate : imp/s
        Of each unit, all real units that it stands for together; the last axis is the units.
    amplitude : mV
        Of one real unit.
    duration : s
        Over the velocity factor, if conduction is slow.

    Returns
    -------
    mV
        Shape of ``rate`` without the units.
    """
    return np.sqrt(np.sum(_ENERGY * np.asarray(rate) * amplitude**2 * duration, axis=-1))


def average_rectified(rate: FloatArray, amplitude: FloatArray, duration: FloatArray) -> FloatArray:
    """Give the average rectified value of the signal (mV), which is that of Gaussian noise of the same power."""
    return math.sqrt(2.0 / math.pi) * root_mean_square(rate, amplitude, duration)


def median_frequency(rate: FloatArray, amplitude: FloatArray, duration: FloatArray) -> float:
    r"""Give the frequency that halves the power of the signal.

    The power of one unit is spread as :math:`f^2 e^{-2 (\pi f \lambda)^2}`, a Maxwell distribution with scale
    :math:`1/(2 \pi \lambda)`; the median of their sum is found by bisection.

    Parameters
    ----------
    rate : imp/s
        Of each unit, shape [units].
    amplitude, duration : mV, s
        Of one real unit.

    Returns
    -------
    Hz
        Not a number if nothing discharges.
    """
    power = np.asarray(rate) * np.asarray(amplitude) ** 2 * np.asarray(duration)
    total = float(np.sum(power))
    if total <= 0.0:
        return math.nan
    scale = 1.0 / (2.0 * math.pi * np.asarray(duration))
    low, high = 0.0, 10.0 * float(np.max(scale))
    for _ in range(60):
        middle = 0.5 * (low + high)
        z = middle / scale
        below = erf(z / math.sqrt(2.0)) - math.sqrt(2.0 / math.pi) * z * np.exp(-(z**2) / 2.0)
        if float(np.sum(power * below)) < 0.5 * total:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def waveform(
    time_s: FloatArray,
    spike_time_s: FloatArray,
    spike_unit: NDArray[np.int64],
    amplitude: FloatArray,
    duration: FloatArray,
) -> FloatArray:
    """Give the signal itself, from the spikes of every unit.

    Parameters
    ----------
    time_s : s
        Evenly spaced.
    spike_time_s : s
        When potentials reach the electrodes.
    spike_unit
        Whose.
    amplitude, duration : mV, s
        Of each unit.

    Returns
    -------
    mV
        Shape of ``time_s``.
    """
    signal = np.zeros(len(time_s))
    spacing = time_s[1] - time_s[0]
    for unit in np.unique(spike_unit):
        half = math.ceil(4.0 * duration[unit] / spacing)
        for at in spike_time_s[spike_unit == unit]:
            centre = round((at - time_s[0]) / spacing)
            first, last = max(centre - half, 0), min(centre + half + 1, len(time_s))
            if first < last:
                x = (time_s[first:last] - at) / duration[unit]
                signal[first:last] += amplitude[unit] * _SHAPE * x * np.exp(-(x**2))
    return signal
