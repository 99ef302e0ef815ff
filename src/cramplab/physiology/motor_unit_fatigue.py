"""What work takes from each motor unit, and what rest gives back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class MotorUnitFatigue(FastSubmodel):
    """A unit loses capacity in proportion to how active it is, large units much faster than small ones.

    Rest gives back a share of what is lost, again faster in large units. What is lost makes the unit slower too.

    References
    ----------
    potvin_fuglevand2017 (loss and slowing), pymuscle2018 (recovery).
    """

    name: ClassVar[str] = "motor_unit_fatigue"

    fastest_loss: float = parameter(
        "0.0225 1/s",
        "capacity that the largest unit loses per time in its tetanus",
        source="potvin_fuglevand2017",
        origin="read",
        spread="lognormal 25 %",
        limits=("0 1/s", "0.2 1/s"),
    )
    loss_ratio: float = parameter(
        180.0, "loss of the largest unit over that of the smallest", source="potvin_fuglevand2017", origin="read"
    )
    loss_over_recovery: float = parameter(
        2.53, "loss of the largest unit over its recovery", source="pymuscle2018", origin="read"
    )
    slowing: float = parameter(
        0.379, "growth of contraction time per share of capacity lost", source="potvin_fuglevand2017", origin="read"
    )

    def capacity_step(self, capacity, position, activation, step_s):
        """Step the capacity of one unit.

        :math:`c' = -k_u a + r_u (1 - a)(1 - c)` with :math:`k_u = k R^{u-1}`; recovery :math:`r_u` runs from the
        loss of the smallest unit to its own largest value. Recovery while partly active is our joining of the
        published cases, activity without recovery and rest with it.

        Parameters
        ----------
        capacity : 1
            Tetanic force over the rested one.
        position : 1
            Of the unit in the pool, 0 smallest to 1 largest.
        activation : 1
            Share of its tetanus that it holds.
        step_s : s

        Returns
        -------
        1
            Capacity at the end of the step, exact while the activation stands.

        References
        ----------
        potvin_fuglevand2017, pymuscle2018.
        """
        smallest = self.fastest_loss / self.loss_ratio
        loss = smallest * self.loss_ratio**position
        recovery = smallest * (self.loss_ratio / self.loss_over_recovery) ** position
        regained = recovery * (1.0 - activation) * step_s
        kept = math.exp(-regained)
        held = (1.0 - kept) / regained if regained > 1e-9 else 1.0
        return min(max(1.0 - (1.0 - capacity) * kept - loss * activation * step_s * held, 0.0), 1.0)

    def contraction_time_factor(self, capacity):
        """Give how much longer a twitch takes to its peak.

        Parameters
        ----------
        capacity : 1
            Tetanic force over the rested one.

        Returns
        -------
        1
            Over the rested contraction time.

        References
        ----------
        potvin_fuglevand2017.
        """
        return 1.0 + self.slowing * (1.0 - capacity)
