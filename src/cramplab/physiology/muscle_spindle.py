"""Muscle spindle: how fast its primary and secondary endings discharge when the muscle changes length."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter

# The method of the step is diagonally implicit and of second order with this weight, and forgets stiff transients.
_WEIGHT = 1.0 - 1.0 / math.sqrt(2.0)
# Where no force is left in the polar region, its lever would pass through zero; it stops just before.
_SHORTEST_LEVER = 0.02


@dataclass(frozen=True)
class MuscleSpindle(FastSubmodel):
    """Three intrafusal fibres, each a sensory spring in series with a polar region that damps, stiffens and contracts.

    The sensory spring is what the endings feel. Its tension follows from the balance of forces without the mass of the
    fibre, which is so small that it only adds a tremor of a few milliseconds. Damping grows with a low power of the
    stretching speed, so a slow stretch is felt almost as strongly as a fast one. Dynamic fusimotor drive acts on bag
    1, static drive on bag 2 and chain. Tensions are in force units of the published model, lengths in optimal fibre
    lengths.

    References
    ----------
    mileusnic2006a (structure, mechanics), myogen (gains for people).
    """

    name: ClassVar[str] = "muscle_spindle"

    sensory_stiffness: float = parameter(
        10.4649,
        "spring of the sensory region, force units per optimal length",
        source="mileusnic2006a",
        origin="read",
        where="table 1",
    )
    polar_stiffness: float = parameter(
        0.15,
        "spring of the polar region, force units per optimal length",
        source="mileusnic2006a",
        origin="read",
        where="table 1",
    )
    sensory_rest_length: float = parameter(
        0.04, "of the sensory region, optimal lengths", source="mileusnic2006a", origin="read", where="table 1"
    )
    polar_rest_length: float = parameter(
        0.76, "of the polar region, optimal lengths", source="mileusnic2006a", origin="read", where="table 1"
    )
    sensory_threshold_length: float = parameter(
        0.0423,
        "of the sensory region at which an ending begins to discharge",
        source="mileusnic2006a",
        origin="read",
        where="table 1",
    )
    polar_threshold_length: float = parameter(
        0.89,
        "of the polar region at which a secondary ending begins to discharge",
        source="mileusnic2006a",
        origin="read",
        where="table 1",
    )
    forceless_length: float = parameter(
        0.46,
        "of the polar region at which its damping vanishes",
        source="mileusnic2006a",
        origin="read",
        where="table 1",
    )
    velocity_power: float = parameter(
        0.3, "damping grows with speed to this power", source="mileusnic2006a", origin="read", where="table 1"
    )
    shortening_damping: float = parameter(
        0.42, "damping in shortening, of that in stretch", source="mileusnic2006a", origin="read", where="table 1"
    )
    damping_bag1: float = parameter(
        0.0605,
        "damping without drive, force units per optimal length per second",
        source="mileusnic2006a",
        origin="read",
        where="table 1",
    )
    damping_bag2: float = parameter(0.0822, "the same, bag 2", source="mileusnic2006a", origin="read", where="table 1")
    damping_chain: float = parameter(0.0822, "the same, chain", source="mileusnic2006a", origin="read", where="table 1")
    driven_damping_bag1: float = parameter(
        0.2592, "damping added by full dynamic drive", source="mileusnic2006a", origin="read", where="table 1"
    )
    driven_damping_bag2: float = parameter(
        -0.0460, "damping added by full static drive", source="mileusnic2006a", origin="read", where="table 1"
    )
    driven_damping_chain: float = parameter(
        -0.0690, "damping added by full static drive", source="mileusnic2006a", origin="read", where="table 1"
    )
    force_bag1: float = parameter(
        0.0289, "force of full dynamic drive, force units", source="mileusnic2006a", origin="read", where="table 1"
    )
    force_bag2: float = parameter(
        0.0636, "force of full static drive, force units", source="mileusnic2006a", origin="read", where="table 1"
    )
    force_chain: float = parameter(
        0.0954, "force of full static drive, force units", source="mileusnic2006a", origin="read", where="table 1"
    )
    half_drive_bag1: float = parameter(
        "60 imp/s", "dynamic drive that activates by half", source="mileusnic2006a", origin="read", where="table 1"
    )
    half_drive_bag2: float = parameter(
        "60 imp/s", "static drive that activates by half", source="mileusnic2006a", origin="read", where="table 1"
    )
    half_drive_chain: float = parameter(
        "90 imp/s", "static drive that activates by half", source="mileusnic2006a", origin="read", where="table 1"
    )
    activation_time_bag1: float = parameter(
        "149 ms", "time constant of activation", source="mileusnic2006a", origin="read", where="table 1"
    )
    activation_time_bag2: float = parameter(
        "205 ms", "time constant of activation", source="mileusnic2006a", origin="read", where="table 1"
    )
    primary_gain_bag1: float = parameter(
        "6500 imp/s",
        "discharge of the primary ending per optimal length of stretch",
        source="myogen",
        origin="read",
        where="human, case 1",
    )
    primary_gain_bag2: float = parameter(
        "3250 imp/s", "the same, from bag 2", source="myogen", origin="read", where="human, case 1"
    )
    primary_gain_chain: float = parameter(
        "3250 imp/s", "the same, from chain", source="myogen", origin="read", where="human, case 1"
    )
    occlusion: float = parameter(
        0.156,
        "share of the weaker of its two sources that still adds to the primary ending",
        source="mileusnic2006a",
        origin="read",
        where="table 1",
    )
    secondary_gain_bag2: float = parameter(
        "3500 imp/s",
        "discharge of the secondary ending per optimal length of stretch",
        source="myogen",
        origin="read",
        where="human, case 1",
    )
    secondary_gain_chain: float = parameter(
        "3500 imp/s", "the same, from chain", source="myogen", origin="read", where="human, case 1"
    )
    secondary_on_sensory: float = parameter(
        0.7,
        "share of the secondary ending that lies on the sensory region",
        source="mileusnic2006a",
        origin="read",
        where="table 1",
    )
    secondary_rest_length: float = parameter(
        0.04, "of the secondary ending, optimal lengths", source="mileusnic2006a", origin="read", where="table 1"
    )

    def step(
        self,
        tension_bag1: float,
        tension_bag2: float,
        tension_chain: float,
        activation_bag1: float,
        activation_bag2: float,
        length: float,
        velocity: float,
        dynamic_drive: float,
        static_drive: float,
        step_s: float,
    ) -> tuple[float, float, float, float, float]:
        r"""Move the spindle by one step; muscle length and velocity are those at its end.

        .. math::
            \dot T = K_s (v - u), \qquad
            T - \Gamma - K_p \left( L - \tfrac{T}{K_s} - L_s - L_p \right)
            = C \beta\, \mathrm{sign}(u) |u|^a \left( L - \tfrac{T}{K_s} - L_s - R \right)

        Parameters
        ----------
        tension_bag1, tension_bag2, tension_chain
            Tension of the three fibres, force units.
        activation_bag1, activation_bag2
            Fusimotor activation, 0 to 1; chain follows its drive at once.
        length
            Muscle fibre length, optimal lengths.
        velocity
            Its rate, 1/s; positive in stretch.
        dynamic_drive, static_drive
            Fusimotor discharge, imp/s.
        step_s
            Length of the step, s.

        Returns
        -------
        tuple of float
            The five states at the end of the step, in the order of the arguments.

        References
        ----------
        mileusnic2006a
        """
        dynamic_squared = dynamic_drive * dynamic_drive
        static_squared = static_drive * static_drive
        aim = dynamic_squared / (dynamic_squared + self.half_drive_bag1 * self.half_drive_bag1)
        next_bag1 = aim + (activation_bag1 - aim) * math.exp(-step_s / self.activation_time_bag1)
        aim = static_squared / (static_squared + self.half_drive_bag2 * self.half_drive_bag2)
        next_bag2 = aim + (activation_bag2 - aim) * math.exp(-step_s / self.activation_time_bag2)

        speed_power = 1.0 / self.velocity_power
        implicit = _WEIGHT * step_s * self.sensory_stiffness
        tension_after_bag1, tension_after_bag2, tension_after_chain = tension_bag1, tension_bag2, tension_chain
        for fibre in range(3):
            if fibre == 0:
                tension, activation = tension_bag1, 0.5 * (activation_bag1 + next_bag1)
                damping = self.damping_bag1 + self.driven_damping_bag1 * activation
                driven_force = self.force_bag1 * activation
            elif fibre == 1:
                tension, activation = tension_bag2, 0.5 * (activation_bag2 + next_bag2)
                damping = self.damping_bag2 + self.driven_damping_bag2 * activation
                driven_force = self.force_bag2 * activation
            else:
                tension = tension_chain
                activation = static_squared / (static_squared + self.half_drive_chain * self.half_drive_chain)
                damping = self.damping_chain + self.driven_damping_chain * activation
                driven_force = self.force_chain * activation

            # Two implicit stages; in each the tension is found by Newton's method on a rising function.
            begun_from, rate = tension, 0.0
            for stage in range(2):
                length_now = length
                if stage == 0:
                    length_now -= (1.0 - _WEIGHT) * step_s * velocity
                else:
                    begun_from = tension + (1.0 - _WEIGHT) * step_s * rate
                drawn = begun_from + implicit * velocity
                found = begun_from
                for _ in range(12):
                    polar = length_now - self.sensory_rest_length - found / self.sensory_stiffness
                    excess = found - driven_force - self.polar_stiffness * (polar - self.polar_rest_length)
                    lever = max(polar - self.forceless_length, _SHORTEST_LEVER)
                    resistance = damping * lever
                    if excess < 0.0:
                        resistance *= self.shortening_damping
                    polar_speed = (abs(excess) / resistance) ** speed_power
                    slope = 1.0
                    if excess != 0.0:
                        slope += (
                            implicit
                            * speed_power
                            * polar_speed
                            / abs(excess)
                            * (1.0 + self.polar_stiffness / self.sensory_stiffness)
                        )
                    if excess < 0.0:
                        polar_speed = -polar_speed
                    change = (found - drawn + implicit * polar_speed) / slope
                    found -= change
                    if abs(change) < 1e-12:
                        break
                rate = (found - begun_from) / (_WEIGHT * step_s)
            if fibre == 0:
                tension_after_bag1 = found
            elif fibre == 1:
                tension_after_bag2 = found
            else:
                tension_after_chain = found
        return tension_after_bag1, tension_after_bag2, tension_after_chain, next_bag1, next_bag2

    def steady(
        self, length: float, dynamic_drive: float, static_drive: float
    ) -> tuple[float, float, float, float, float]:
        r"""Give the five states that a held length and a held drive end in.

        .. math:: T \left( 1 + \frac{K_p}{K_s} \right) = \Gamma + K_p (L - L_s - L_p)

        Parameters
        ----------
        length
            Muscle fibre length, optimal lengths.
        dynamic_drive, static_drive
            Fusimotor discharge, imp/s.

        Returns
        -------
        tuple of float
            Three tensions and two activations, as ``step`` takes them.

        References
        ----------
        mileusnic2006a
        """
        dynamic_squared = dynamic_drive * dynamic_drive
        static_squared = static_drive * static_drive
        bag1 = dynamic_squared / (dynamic_squared + self.half_drive_bag1 * self.half_drive_bag1)
        bag2 = static_squared / (static_squared + self.half_drive_bag2 * self.half_drive_bag2)
        chain = static_squared / (static_squared + self.half_drive_chain * self.half_drive_chain)
        stretched = self.polar_stiffness * (length - self.sensory_rest_length - self.polar_rest_length)
        series = 1.0 + self.polar_stiffness / self.sensory_stiffness
        return (
            (self.force_bag1 * bag1 + stretched) / series,
            (self.force_bag2 * bag2 + stretched) / series,
            (self.force_chain * chain + stretched) / series,
            bag1,
            bag2,
        )

    def primary_rate(self, tension_bag1: float, tension_bag2: float, tension_chain: float) -> float:
        """Give the discharge of one primary (Ia) ending, imp/s.

        Bag 1 on one side, bag 2 with chain on the other, drive the ending; the weaker side is mostly occluded.

        Parameters
        ----------
        tension_bag1, tension_bag2, tension_chain
            Tension of the three fibres, force units.

        Returns
        -------
        float
            Discharge, imp/s.

        References
        ----------
        mileusnic2006a, myogen
        """
        slack = self.sensory_threshold_length - self.sensory_rest_length
        dynamic_side = self.primary_gain_bag1 * max(tension_bag1 / self.sensory_stiffness - slack, 0.0)
        static_side = self.primary_gain_bag2 * max(tension_bag2 / self.sensory_stiffness - slack, 0.0)
        static_side += self.primary_gain_chain * max(tension_chain / self.sensory_stiffness - slack, 0.0)
        return max(dynamic_side, static_side) + self.occlusion * min(dynamic_side, static_side)

    def secondary_rate(self, length: float, tension_bag2: float, tension_chain: float) -> float:
        """Give the discharge of one secondary (II) ending, imp/s.

        The ending lies partly on the sensory and partly on the polar region of bag 2 and chain.

        Parameters
        ----------
        length
            Muscle fibre length, optimal lengths.
        tension_bag2, tension_chain
            Tension of the fibres, force units.

        Returns
        -------
        float
            Discharge, imp/s.

        References
        ----------
        mileusnic2006a, myogen
        """
        slack = self.sensory_threshold_length - self.sensory_rest_length
        on_sensory = self.secondary_on_sensory * self.secondary_rest_length / self.sensory_rest_length
        on_polar = (1.0 - self.secondary_on_sensory) * self.secondary_rest_length / self.polar_rest_length
        beyond = length - self.sensory_rest_length - self.polar_threshold_length
        stretch = tension_bag2 / self.sensory_stiffness
        bag2 = self.secondary_gain_bag2 * (on_sensory * (stretch - slack) + on_polar * (beyond - stretch))
        stretch = tension_chain / self.sensory_stiffness
        chain = self.secondary_gain_chain * (on_sensory * (stretch - slack) + on_polar * (beyond - stretch))
        return max(bag2, 0.0) + max(chain, 0.0)
