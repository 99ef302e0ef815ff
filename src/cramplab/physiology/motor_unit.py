"""Motor units of one muscle: how strong and how fast each is, and the force that follows from its impulses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class MotorUnit(FastSubmodel):
    """Each impulse adds a twitch to the unit's active state; the active state gives a share of the unit's tetanus.

    Forces rise and contraction times fall along the pool, both exponentially. The active state is the impulse rate in
    units of the contraction time, smoothed by a critically damped second-order filter. The share of tetanus that it
    gives is the published curve of force against rate, so that one impulse gives the published twitch and a fused train
    the published force.

    References
    ----------
    fuglevand1993 (distributions and twitch), potvin_fuglevand2017 (force against rate), macefield1996 (toe extensors).
    """

    name: ClassVar[str] = "motor_unit"

    linear_until: float = parameter(
        0.4, "active state up to which force grows in proportion", source="potvin_fuglevand2017", origin="read"
    )
    saturation: float = parameter(
        2.0, "how fast force nears the tetanus above that", source="potvin_fuglevand2017", origin="read"
    )
    saturation_power: float = parameter(
        3.0, "power of the active state in the nearing", source="potvin_fuglevand2017", origin="read"
    )
    falling_time_share: float = parameter(
        1.0,
        "time constant of a falling active state, over that of a rising one",
        source="fuglevand1993",
        origin="read",
        where="the twitch of the model is critically damped",
        limits=("0.3", "3"),
    )

    def twitch_step(self, active_state, active_rate, impulses, contraction_time, relaxation_factor, step_s):
        """Step the active state of one unit.

        With :math:`T` the contraction time while rising, and that times the falling share and the relaxation factor
        while falling, :math:`T^2 a'' + 2 T a' + a = 0` between impulses; each impulse adds :math:`1/T` to :math:`a'`.

        Parameters
        ----------
        active_state, active_rate : 1, 1/s
            At the start of the step.
        impulses : 1
            That arrive at the start of the step.
        contraction_time : s
            From impulse to peak of a twitch, as slowed by fatigue.
        relaxation_factor : 1
            By which cold, work and lack of blood stretch the falling phase.
        step_s : s

        Returns
        -------
        active_state, active_rate : 1, 1/s
            At its end; exact for any step in which the state does not turn.

        References
        ----------
        fuglevand1993.
        """
        rate = active_rate + impulses / contraction_time
        time = contraction_time
        if rate < 0.0:
            time = contraction_time * self.falling_time_share * relaxation_factor
        slope = rate + active_state / time
        decay = math.exp(-step_s / time)
        state = (active_state + slope * step_s) * decay
        return state, slope * decay - state / time

    def tetanus_share(self, active_state):
        """Give the share of its tetanus that a unit holds.

        Parameters
        ----------
        active_state : 1
            In a fused train the impulse rate times the contraction time.

        Returns
        -------
        1
            From 0 to 1: in proportion up to a bend, then :math:`1 - e^{-s a^p}`.

        References
        ----------
        potvin_fuglevand2017.
        """
        if active_state <= self.linear_until:
            bend = 1.0 - math.exp(-self.saturation * self.linear_until**self.saturation_power)
            return max(active_state, 0.0) / self.linear_until * bend
        return 1.0 - math.exp(-self.saturation * active_state**self.saturation_power)

    def pool(
        self,
        position: FloatArray,
        stands_for: FloatArray,
        peak_force: float,
        twitch_force_ratio: float,
        longest_contraction_time: float,
        contraction_time_ratio: float,
    ) -> dict[str, FloatArray]:
        """Lay strength and speed out over a pool.

        Parameters
        ----------
        position : 1
            Of each unit in the pool, 0 smallest to 1 largest.
        stands_for : 1
            Real units for each.
        peak_force : N
            Of the fused tetanus of all.
        twitch_force_ratio, contraction_time_ratio : 1
            Largest over smallest.
        longest_contraction_time : s
            Of the smallest unit.

        Returns
        -------
        dict
            ``tetanic_force`` and ``twitch_force`` (N, of one real unit), ``contraction_time`` and ``half_relaxation``
            (s), ``force_share`` (1, of the muscle's tetanus, all real units that it stands for together).

        References
        ----------
        fuglevand1993.
        """
        relative = float(twitch_force_ratio) ** np.asarray(position)
        tetanic = peak_force * relative / np.sum(stands_for * relative)
        contraction = longest_contraction_time * float(contraction_time_ratio) ** -np.asarray(position)
        return {
            "tetanic_force": tetanic,
            "twitch_force": tetanic * self.tetanus_share(math.exp(-1.0)),
            "contraction_time": contraction,
            "half_relaxation": contraction * self.half_relaxation_ratio(),
            "force_share": stands_for * tetanic / peak_force,
        }

    def half_relaxation_ratio(self) -> float:
        """Give the half-relaxation time of a twitch over its contraction time.

        The falling twitch is :math:`(1 + x) e^{-x}` with :math:`x` the time after the peak over the falling time; it is
        one half at :math:`x = 1.678`.
        """
        after_peak = 1.678346990016661
        return after_peak * self.falling_time_share
