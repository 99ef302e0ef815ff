"""A muscle pulling on its tendon: force, length and speed of its fibres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class MuscleTendon(FastSubmodel):
    """Fibres of two speeds and an elastic, slightly viscous sheath beside them, in series with a tendon; no mass.

    The fibres take at every instant the speed at which their pull along the tendon equals the tendon's. A shortened
    muscle is weak: its filaments overlap too far, and part of its shortening goes into taking up the tendon.

    References
    ----------
    cheng2000 (curves), thelen2003 (passive force), caillet2023 (optimal length at low activation), walker_schrodt1974
    (length of the filaments).
    """

    name: ClassVar[str] = "muscle_tendon"

    slow_length_power: float = parameter(2.3, "force-length curve of slow fibres", source="cheng2000", origin="read")
    slow_length_width: float = parameter(1.12, "its width", source="cheng2000", origin="read")
    slow_length_flatness: float = parameter(1.62, "its flatness", source="cheng2000", origin="read")
    fast_length_power: float = parameter(1.55, "force-length curve of fast fibres", source="cheng2000", origin="read")
    fast_length_width: float = parameter(0.75, "its width", source="cheng2000", origin="read")
    fast_length_flatness: float = parameter(2.12, "its flatness", source="cheng2000", origin="read")
    length_shift: float = parameter(
        0.15, "rise of the optimal length from full to no activation", source="caillet2023", origin="read"
    )
    shortest_length: float = parameter(
        0.47, "fibre length without active force", source="walker_schrodt1974", origin="remembered"
    )
    steep_until: float = parameter(
        0.65,
        "fibre length at which the steep loss of force begins",
        source="walker_schrodt1974",
        origin="remembered",
    )
    slow_fastest: float = parameter(
        "7.88 1/s", "speed of shortening of unloaded slow fibres", source="cheng2000", origin="read"
    )
    slow_curvature: float = parameter(5.88, "of their force-speed curve", source="cheng2000", origin="read")
    fast_fastest: float = parameter(
        "9.15 1/s", "speed of shortening of unloaded fast fibres", source="cheng2000", origin="read"
    )
    fast_curvature: float = parameter(
        -5.70,
        "of their force-speed curve at no length",
        source="cheng2000",
        origin="read",
        where="an implementation that keeps the sign; another drops it",
    )
    fast_curvature_by_length: float = parameter(9.18, "its growth with length", source="cheng2000", origin="read")
    slow_stretched: float = parameter(
        -4.70, "force-speed curve of stretched slow fibres", source="cheng2000", origin="read"
    )
    slow_stretched_by_length: float = parameter(8.41, "the same, by length", source="cheng2000", origin="read")
    slow_stretched_by_square: float = parameter(-5.34, "the same, by its square", source="cheng2000", origin="read")
    slow_stretched_speed: float = parameter("0.35 1/s", "speed scale of the same", source="cheng2000", origin="read")
    fast_stretched: float = parameter(
        -1.53, "force-speed curve of stretched fast fibres", source="cheng2000", origin="read"
    )
    fast_stretched_speed: float = parameter("0.69 1/s", "speed scale of the same", source="cheng2000", origin="read")
    passive_shape: float = parameter(
        5.0, "steepness of the passive force-length curve", source="thelen2003", origin="remembered"
    )
    passive_strain: float = parameter(
        0.5, "stretch at which passive force equals the peak force", source="thelen2003", origin="remembered"
    )
    viscosity: float = parameter(
        "0.01 s",
        "force of the fibres over the peak force, per optimal length a second",
        source="cheng2000",
        origin="read",
    )
    tendon_stiffness: float = parameter(
        27.8, "of the stretched tendon, peak forces per its length", source="cheng2000", origin="read"
    )
    tendon_curvature: float = parameter(0.0047, "strain over which it stiffens", source="cheng2000", origin="read")
    tendon_onset: float = parameter(
        0.964, "length at which it stiffens, over that at peak force", source="cheng2000", origin="read"
    )

    def step(
        self,
        fibre_length,
        muscle_tendon_length,
        activation,
        maximal_force,
        step_s,
        slow_share,
        optimal_length,
        tendon_slack_length,
        pennation,
    ):
        r"""Step the fibres of one muscle; the speed is found for the end of the step, so that any step is stable.

        Solves for the speed :math:`v`

        .. math::
            F_T(L_{mt} - l \cos\alpha) = (A \, [s f_1 g_1(v) + (1 - s) f_2 g_2(v)] + F_p(l) + b v) \cos\alpha

        Parameters
        ----------
        fibre_length : 1
            In optimal lengths.
        muscle_tendon_length : m
            At the end of the step.
        activation : 1
            Share of the tetanus that the units hold.
        maximal_force : N
            Of the muscle as it is now.
        step_s : s
        slow_share : 1
            Of the active force at the optimal length.
        optimal_length, tendon_slack_length : m
        pennation : rad
            At the optimal length; the thickness of the muscle stays.

        Returns
        -------
        fibre_length, velocity, tendon_force : 1, 1/s, N
            Velocity in optimal lengths a second, positive when the fibres lengthen.

        References
        ----------
        cheng2000, caillet2023.
        """
        length_at_peak = tendon_slack_length / self.tendon_onset
        thickness = math.sin(pennation)
        shortest = max(0.2, 1.02 * thickness)
        length = max(fibre_length, shortest)

        # Force of the filaments at this length; low activation needs a longer fibre for the same overlap.
        overlap = length / (1.0 + self.length_shift * (1.0 - activation))
        steep = min(max((overlap - self.shortest_length) / (self.steep_until - self.shortest_length), 0.0), 1.0)
        slow = abs((overlap**self.slow_length_power - 1.0) / self.slow_length_width) ** self.slow_length_flatness
        fast = abs((overlap**self.fast_length_power - 1.0) / self.fast_length_width) ** self.fast_length_flatness
        slow = activation * slow_share * steep * math.exp(-slow)
        fast = activation * (1.0 - slow_share) * steep * math.exp(-fast)
        slow_bend = self.slow_curvature
        # Below some length the published coefficient changes sign and the curve would have a pole.
        fast_bend = max(self.fast_curvature + self.fast_curvature_by_length * length, 0.0)
        slow_limit = -(
            self.slow_stretched + self.slow_stretched_by_length * length + self.slow_stretched_by_square * length**2
        )

        low, high = max((shortest - length) / step_s, -60.0), 60.0
        velocity = 0.0
        tendon = 0.0
        for _ in range(40):
            new_length = length + velocity * step_s
            along = math.sqrt(max(new_length * new_length - thickness * thickness, 1e-6))
            cosine = along / new_length
            if velocity <= 0.0:
                speed = -velocity
                slow_force = max(self.slow_fastest - speed, 0.0) / (self.slow_fastest + slow_bend * speed)
                fast_force = max(self.fast_fastest - speed, 0.0) / (self.fast_fastest + fast_bend * speed)
                slow_slope = (1.0 + slow_bend) * self.slow_fastest / (self.slow_fastest + slow_bend * speed) ** 2
                fast_slope = (1.0 + fast_bend) * self.fast_fastest / (self.fast_fastest + fast_bend * speed) ** 2
                if speed > self.slow_fastest:
                    slow_slope = 0.0
                if speed > self.fast_fastest:
                    fast_slope = 0.0
            else:
                slow_sum = self.slow_stretched_speed + velocity
                fast_sum = self.fast_stretched_speed + velocity
                slow_force = (self.slow_stretched_speed + slow_limit * velocity) / slow_sum
                fast_force = (self.fast_stretched_speed - self.fast_stretched * velocity) / fast_sum
                slow_slope = self.slow_stretched_speed * (slow_limit - 1.0) / (slow_sum * slow_sum)
                fast_slope = self.fast_stretched_speed * (-self.fast_stretched - 1.0) / (fast_sum * fast_sum)
            steepness = self.passive_shape / self.passive_strain
            passive = math.exp(min(steepness * (new_length - 1.0 - self.passive_strain), 20.0))
            strain = (muscle_tendon_length - optimal_length * along) / length_at_peak - self.tendon_onset
            toe = strain / self.tendon_curvature
            taut = toe + math.log1p(math.exp(-toe)) if toe > 0.0 else math.log1p(math.exp(toe))
            tendon = self.tendon_stiffness * self.tendon_curvature * taut
            stiffness = self.tendon_stiffness / (1.0 + math.exp(-min(max(toe, -60.0), 60.0)))
            pull = (slow * slow_force + fast * fast_force + passive + self.viscosity * velocity) * cosine
            excess = tendon - pull
            # Too much pull in the tendon: the fibres lengthen faster.
            if excess > 0.0:
                low = velocity
            else:
                high = velocity
            if abs(excess) < 1e-9 or high - low < 1e-9:
                break
            resistance = (
                stiffness * optimal_length * step_s / (length_at_peak * cosine)
                + (slow * slow_slope + fast * fast_slope + passive * steepness * step_s + self.viscosity) * cosine
            )
            velocity += excess / resistance
            if not low < velocity < high:
                velocity = 0.5 * (low + high)
        return length + velocity * step_s, velocity, tendon * maximal_force

    def rest_length(self, fibre_length, optimal_length, tendon_slack_length, pennation):
        """Give the length of muscle and tendon at which a resting muscle has fibres of some length.

        The tendon is as long as the passive force of the fibres makes it.

        Parameters
        ----------
        fibre_length : 1
            In optimal lengths.
        optimal_length, tendon_slack_length : m
        pennation : rad
            At the optimal length.

        Returns
        -------
        m

        References
        ----------
        cheng2000, thelen2003.
        """
        thickness = math.sin(pennation)
        along = math.sqrt(max(fibre_length * fibre_length - thickness * thickness, 1e-6))
        steepness = self.passive_shape / self.passive_strain
        passive = math.exp(min(steepness * (fibre_length - 1.0 - self.passive_strain), 20.0)) * along / fibre_length
        taut = passive / (self.tendon_stiffness * self.tendon_curvature)
        strain = self.tendon_curvature * (math.log(math.expm1(taut)) if taut < 50.0 else taut)
        return optimal_length * along + tendon_slack_length / self.tendon_onset * (self.tendon_onset + strain)
