"""Blood flow of one muscle: what it asks for, what a narrowed artery lets through, the oxygen that comes with it."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class MusclePerfusion(AbstractSubmodel):
    """Flow follows the oxygen that is wanted; a narrowing costs pressure a Q + b Q^2, in parallel with a collateral.

    With G the conductance of the bed, R the collateral's resistance, and n arteries, the flow Q through one narrowing
    solves ``b (G + 1/R) Q^2 + (1 + a (G + 1/R)) Q = G (Pa - Pv)``; without narrowing a = b = 0 and the flow is what
    was asked for.

    References
    ----------
    young_tsai1973 (pressure drop), radegran1999 (flow per uptake, peak perfusion), padmri2015 (narrowed arteries).
    """

    name: ClassVar[str] = "muscle_perfusion"
    placed: ClassVar[bool] = True
    states: ClassVar[tuple[Port, ...]] = (
        Port("flow_asked", "L/s", "flow that the open vessels would pass", typical=0.05),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("oxygen_wanted", "L/s", "by the muscle"),
        Port("muscle_mass", "kg", "of this muscle"),
        Port("muscle_flow_granted", "1", "share of the asked flow that the heart can deliver"),
        Port("arterial_pressure", "mmHg", "mean"),
        Port("cuff", "1", "1 while the flow is stopped", 0.0),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("muscle_blood_flow", "L/s", "reaching this muscle"),
        Port("oxygen_supply", "L/s", "most that the blood can give up"),
        Port("oxygen_supply_to_demand", "1", "supply over what is wanted, at most 2"),
        Port("distal_pressure", "mmHg", "behind the narrowing"),
    )
    place: str = ""

    flow_at_rest: float = parameter("30 mL/min/kg", "of resting muscle", source="chosen", origin="remembered")
    flow_per_uptake: float = parameter(
        "6.3 L/L",
        "rise of flow per rise of oxygen uptake",
        source="radegran1999",
        origin="fitted",
        where="peak perfusion and peak uptake",
        spread="normal 0.4 L/L",
        limits=("4 L/L", "10 L/L"),
    )
    hyperaemia: float = parameter(
        "1.1 L/min/kg", "flow asked for after the supply was stopped for minutes", source="chosen", origin="chosen"
    )
    opening_time: float = parameter("15 s", "time constant of opening vessels", source="chosen", origin="chosen")
    closing_time: float = parameter("45 s", "time constant of closing vessels", source="chosen", origin="chosen")
    ischaemia_time: float = parameter(
        "60 s", "time constant of opening while the flow is stopped", source="chosen", origin="chosen"
    )
    oxygen_content: float = parameter("0.2 L/L", "oxygen in arterial blood", source="chosen", origin="remembered")
    extraction_most: float = parameter(0.85, "largest share of oxygen given up", source="chosen", origin="chosen")
    venous_pressure: float = parameter("5 mmHg", "behind the bed", source="chosen", origin="chosen")
    narrowing: float = parameter(
        0.0, "share of the artery's area that is lost", source="chosen", origin="chosen", limits=("0", "0.97")
    )
    arteries: float = parameter(2.0, "arteries that feed the worked muscle", source="chosen", origin="chosen")
    viscous_unit: float = parameter(
        "0.36 mmHg/(L/min)",
        "pressure drop per flow of the whole artery segment (6 mm wide, 20 mm long)",
        source="young_tsai1973",
        origin="remembered",
    )
    turbulent_unit: float = parameter(
        "2.1 mmHg/(L/min)^2",
        "pressure drop per squared flow at a narrowing of half the area",
        source="young_tsai1973",
        origin="remembered",
    )
    collateral: float = parameter(
        "60 mmHg/(L/min)",
        "resistance of the vessels around a narrowing",
        source="chosen",
        origin="chosen",
        spread="lognormal 40 %",
        limits=("5 mmHg/(L/min)", "1000 mmHg/(L/min)"),
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Resting flow."""
        return {"flow_asked": self.flow_at_rest * inputs.muscle_mass}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Solve the flow through the narrowing."""
        asked = state.flow_asked * inputs.muscle_flow_granted
        driving = inputs.arterial_pressure - self.venous_pressure
        conductance = asked / driving / self.arteries
        share_left = 1.0 - self.share_of_work * self.narrowing
        wider = 1.0 / share_left
        # Young-Tsai: viscous loss grows with the area ratio squared and the lesion's length; turbulent with (A0/A1 -
        # 1)^2.
        viscous = self.viscous_unit * (wider**2 - 1.0)
        turbulent = self.turbulent_unit * (wider - 1.0) ** 2
        around = jnp.where(share_left < 1.0, 1.0, 0.0) / self.collateral
        squared = turbulent * (conductance + around)
        linear = 1.0 + viscous * (conductance + around)
        through = 2.0 * conductance * driving / (linear + jnp.sqrt(linear**2 + 4.0 * squared * conductance * driving))
        drop = viscous * through + turbulent * through**2
        flow = self.arteries * conductance * (driving - drop) * (1.0 - inputs.cuff * self.share_of_work)
        supply = flow * self.oxygen_content * self.extraction_most
        basal = self.flow_at_rest * inputs.muscle_mass * self.oxygen_content * 0.3
        return {
            "muscle_blood_flow": flow,
            "oxygen_supply": supply,
            "oxygen_supply_to_demand": jnp.minimum(supply / (inputs.oxygen_wanted + basal), 2.0),
            "distal_pressure": inputs.arterial_pressure - drop,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Vessels open and close towards what is wanted."""
        stopped = inputs.cuff * self.share_of_work
        wanted = self.flow_at_rest * inputs.muscle_mass + self.flow_per_uptake * inputs.oxygen_wanted
        aimed = jnp.where(stopped > 0.5, jnp.maximum(self.hyperaemia * inputs.muscle_mass, wanted), wanted)
        time = jnp.where(
            stopped > 0.5,
            self.ischaemia_time,
            jnp.where(aimed > state.flow_asked, self.opening_time, self.closing_time),
        )
        return {"flow_asked": (aimed - state.flow_asked) / time}
