"""How slowly a muscle lets go: after work, without blood, and in the cold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import parameter


@dataclass(frozen=True)
class MuscleRelaxation(FastSubmodel):
    """Force held over time slows relaxation, a stopped circulation slows it a little, blood flow undoes both.

    References
    ----------
    wiles_edwards1982 (temperature, ischaemia, recovery), adductor_cold1990 (cold).
    """

    name: ClassVar[str] = "muscle_relaxation"

    slowing_by_force: float = parameter(
        "1 1/min",
        "growth of the relaxation time, in its rested value, per time at full force",
        source="chosen",
        origin="chosen",
        limits=("0 1/min", "10 1/min"),
    )
    slowing_without_blood: float = parameter(
        "1.5 %/min",
        "growth of the relaxation time at rest while no blood flows",
        source="wiles_edwards1982",
        origin="read",
        where="abstract, fall of the rate",
    )
    recovery_time: float = parameter(
        "87 s",
        "time constant of recovery at full flow",
        source="wiles_edwards1982",
        origin="read",
        where="abstract, half of it in a minute",
        limits=("10 s", "1000 s"),
    )
    reference_temperature: float = parameter(
        "34 degC",
        "of the resting limb muscles in which contraction times were measured",
        source="chosen",
        origin="chosen",
        limits=("25 degC", "38 degC"),
    )
    per_ten_degrees: float = parameter(
        2.3,
        "relaxation rate over that at 10 degC less",
        source="wiles_edwards1982",
        origin="read",
        where="25 to 37 degC",
    )
    cold_below: float = parameter(
        "28 degC", "temperature below which cold slows more", source="adductor_cold1990", origin="read"
    )
    per_ten_degrees_in_cold: float = parameter(
        3.5, "the same below that", source="adductor_cold1990", origin="chosen", where="only the direction is read"
    )

    def slowness_step(self, slowness, force_share, blood_flow, step_s):
        r"""Step the slowness of one muscle.

        :math:`s' = k_F F + k_0 (1 - q) - q (s - 1) / \tau`: nothing is undone while no blood flows.

        Parameters
        ----------
        slowness : 1
            Relaxation time over the rested one.
        force_share : 1
            Force over the largest.
        blood_flow : 1
            Over what recovery needs: 0 under a cuff, 1 or more at rest.
        step_s : s

        Returns
        -------
        1
            Slowness at the end of the step, exact while force and flow stand.

        References
        ----------
        wiles_edwards1982.
        """
        flow = min(max(blood_flow, 0.0), 1.0)
        growth = self.slowing_by_force * force_share + self.slowing_without_blood * (1.0 - flow)
        undone = flow * step_s / self.recovery_time
        kept = math.exp(-undone)
        held = (1.0 - kept) / undone if undone > 1e-9 else 1.0
        return 1.0 + (slowness - 1.0) * kept + growth * step_s * held

    def relaxation_factor(self, slowness, temperature):
        """Give how much longer the falling phase of a twitch takes.

        Parameters
        ----------
        slowness : 1
            Of the muscle.
        temperature : degC
            Of the muscle.

        Returns
        -------
        1
            Over the rested falling time at the reference temperature.

        References
        ----------
        wiles_edwards1982, adductor_cold1990.
        """
        mild = max(temperature, self.cold_below)
        factor = self.per_ten_degrees ** ((self.reference_temperature - mild) / 10.0)
        cold = self.cold_below - min(temperature, self.cold_below)
        return slowness * factor * self.per_ten_degrees_in_cold ** (cold / 10.0)
