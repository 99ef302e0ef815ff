"""Force that one muscle has lost to work: a part that metabolites explain and that passes, and a part that lasts."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class MuscleFatigue(AbstractSubmodel):
    """Passing fatigue follows split phosphocreatine and acid; lasting fatigue builds with work done.

    References
    ----------
    allen2008 (metabolites and force), millet2003 (loss of force after hours of running).
    """

    name: ClassVar[str] = "muscle_fatigue"
    placed: ClassVar[bool] = True
    states: ClassVar[tuple[Port, ...]] = (
        Port("passing_fatigue", "1", "share of force lost to metabolites", typical=0.1),
        Port("lasting_fatigue", "1", "share of force lost to work done", typical=0.1),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("work_intensity", "1", "demand as a share of what this muscle can take up", typical=0.7),
        Port("phosphocreatine_share", "1", "of the resting store", typical=0.5),
        Port("ph", "1", "acidity of the cells", typical=6.9),
        Port("body_mass_at_start", "kg", "mass"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (Port("fatigue", "%", "share of the rested force that is lost"),)
    place: str = ""

    per_phosphocreatine: float = parameter(
        0.25, "force lost if all phosphocreatine is split", source="allen2008", origin="chosen"
    )
    per_acid: float = parameter(0.30, "force lost per unit of pH", source="allen2008", origin="chosen")
    ph_at_rest: float = parameter(7.05, "of resting cells", source="chosen", origin="remembered")
    passing_time: float = parameter("60 s", "time constant of the passing part", source="allen2008", origin="chosen")
    lasting_rate: float = parameter(
        "0.15 1/h",
        "share of force lost per time at the aerobic limit",
        source="millet2003",
        origin="chosen",
        spread="lognormal 35 %",
        limits=("0 1/h", "2 1/h"),
    )
    lasting_power: float = parameter(
        2.0, "lasting fatigue grows with intensity to this power", source="chosen", origin="chosen"
    )
    recovery_time: float = parameter(
        "24 h", "time constant of recovery of the lasting part", source="millet2003", origin="chosen"
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Rested."""
        zero = jnp.zeros_like(inputs.body_mass_at_start)
        return {"passing_fatigue": zero, "lasting_fatigue": zero}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Both parts together."""
        return {"fatigue": 1.0 - (1.0 - state.passing_fatigue) * (1.0 - state.lasting_fatigue)}

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Build up and recover."""
        acid = jnp.maximum(self.ph_at_rest - inputs.ph, 0.0)
        split = jnp.clip(1.0 - inputs.phosphocreatine_share, 0.0, 1.0)
        aimed = jnp.minimum(self.per_phosphocreatine * split + self.per_acid * acid, 0.9)
        worked = jnp.clip(inputs.work_intensity, 0.0, 1.2) ** self.lasting_power
        return {
            "passing_fatigue": (aimed - state.passing_fatigue) / self.passing_time,
            "lasting_fatigue": self.lasting_rate * worked * (1.0 - state.lasting_fatigue)
            - state.lasting_fatigue / self.recovery_time,
        }
