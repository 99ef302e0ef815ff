"""Water of plasma and of the rest of the body; cells and interstitium in osmotic equilibrium at every moment."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class BodyWater(AbstractSubmodel):
    """Plasma and the rest of the body outside muscle; Starling filtration, lymph and protein between them.

    Cells and interstitium share their water so that both have one osmolality: with T the water of plasma and the
    rest, N the osmoles outside cells and O those inside, the cells hold ``T O / (O + N)``.

    References
    ----------
    xie1995 (filtration, protein exchange, lymph), landis_pappenheimer1963 (oncotic pressure).
    """

    name: ClassVar[str] = "body_water"
    states: ClassVar[tuple[Port, ...]] = (
        Port("plasma_volume", "L", "plasma water and protein", typical=3.0),
        Port("rest_water", "L", "interstitium and cells outside muscle", typical=11.0),
        Port("plasma_protein", "kg", "in plasma", typical=0.21),
        Port("interstitial_protein", "kg", "in the interstitium outside muscle", typical=0.2),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("osmotic_water_at_rest", "L", "water that takes part"),
        Port("plasma_volume_at_rest", "L", "plasma"),
        Port("extracellular_volume_at_rest", "L", "plasma and interstitium"),
        Port("worked_muscle_mass", "kg", "muscle"),
        Port("rested_muscle_mass", "kg", "muscle"),
        Port("extracellular_sodium", "mmol", "in plasma and interstitium outside muscle", typical=1300.0),
        Port("extracellular_potassium", "mmol", "in the same space", typical=40.0),
        Port("absorbed_water", "L/s", "from the gut"),
        Port("food_water", "L/s", "from daily food and drink", 0.0),
        Port("metabolic_water", "L/s", "made by burning fuel"),
        Port("sweat_rate", "L/s", "lost"),
        Port("respiratory_water_loss", "L/s", "lost"),
        Port("skin_diffusion", "L/s", "lost"),
        Port("urine_flow", "L/s", "lost"),
        Port("water_to_muscle", "L/s", "leaving plasma into muscles", gather="sum"),
        Port("skin_blood_flow", "L/s", "through skin", typical=0.02),
        Port("relative_intensity", "1", "of exercise", typical=0.6),
        Port("constriction_of_work", "mmHg", "fall of capillary pressure in resting tissue at the aerobic limit"),
        Port("body_surface_area", "m^2", "skin"),
        Port("osmolality_at_rest", "mosmol/L", "effective osmolality"),
        Port("osmoles_per_cation", "mosmol/mmol", "osmoles per cation with its anion"),
        Port("muscle_water_per_mass", "L/kg", "water in muscle"),
        Port("muscle_interstitium_per_mass", "L/kg", "interstitial water in muscle"),
        Port("skin_flow_basal", "L/s/m^2", "skin flow of the neutral body"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("plasma_osmolality", "mosmol/L", "effective"),
        Port("plasma_osmolality_change", "mosmol/L", "from rest"),
        Port("plasma_sodium", "mmol/L", "in plasma"),
        Port("plasma_potassium", "mmol/L", "in plasma"),
        Port("plasma_volume_share", "1", "over its resting value"),
        Port("extracellular_volume", "L", "plasma and interstitium outside muscle"),
        Port("interstitial_volume_share", "1", "interstitium outside muscle over its resting value"),
        Port("oncotic_pressure_change", "mmHg", "of plasma, from rest"),
    )
    place: str = ""

    filtration: float = parameter(
        "2.0 mL/min/mmHg", "filtration per pressure, outside muscle", source="xie1995", origin="remembered"
    )
    reflection: float = parameter(0.95, "reflection of protein", source="xie1995", origin="chosen")
    capillary_pressure: float = parameter("17 mmHg", "in capillaries", source="xie1995", origin="remembered")
    interstitial_pressure: float = parameter("-1 mmHg", "in the interstitium", source="xie1995", origin="remembered")
    pressure_per_plasma: float = parameter(
        "5 mmHg", "capillary pressure per relative plasma volume", source="chosen", origin="chosen"
    )
    lymph_of_work: float = parameter(
        2.0, "relative rise of lymph flow at the aerobic limit (muscle pump)", source="chosen", origin="remembered"
    )
    pressure_per_skin_flow: float = parameter(
        "0.006 mmHg/(L/h/m^2)", "capillary pressure gained by an open skin", source="chosen", origin="chosen"
    )
    stiffness: float = parameter(
        "8.0 mmHg/L",
        "interstitial pressure per volume",
        source="myhre1977",
        origin="fitted",
        where="plasma lost per mass lost in passive heat",
    )
    lymph_per_pressure: float = parameter(
        "43 mL/h/mmHg", "lymph per interstitial pressure", source="xie1995", origin="remembered"
    )
    protein: float = parameter("70 g/L", "in plasma", source="chosen", origin="remembered")
    interstitial_share: float = parameter(
        0.42, "protein of the interstitium over that of plasma", source="xie1995", origin="chosen"
    )
    oncotic_linear: float = parameter(
        "0.21 mmHg/(g/L)",
        "oncotic pressure, first order in protein",
        source="landis_pappenheimer1963",
        origin="read",
        where="2.1 c + 0.16 c^2 + 0.009 c^3 with c in g/dL",
    )
    oncotic_squared: float = parameter(
        "0.0016 mmHg/(g/L)^2", "second order", source="landis_pappenheimer1963", origin="read", where="as above"
    )
    oncotic_cubed: float = parameter(
        "0.000009 mmHg/(g/L)^3", "third order", source="landis_pappenheimer1963", origin="read", where="as above"
    )

    def _spaces_at_rest(self, inputs: Values) -> tuple[People, People, People]:
        """Interstitium (L) and cells (L) outside muscle, and cell osmoles (mosmol)."""
        muscle = inputs.worked_muscle_mass + inputs.rested_muscle_mass
        outside_muscle = (
            inputs.osmotic_water_at_rest - inputs.plasma_volume_at_rest - inputs.muscle_water_per_mass * muscle
        )
        interstitium = (
            inputs.extracellular_volume_at_rest
            - inputs.plasma_volume_at_rest
            - inputs.muscle_interstitium_per_mass * muscle
        )
        cells = outside_muscle - interstitium
        return interstitium, cells, cells * inputs.osmolality_at_rest

    def _oncotic(self, concentration: People | float) -> People:
        return jnp.asarray(concentration) * (
            self.oncotic_linear + concentration * (self.oncotic_squared + concentration * self.oncotic_cubed)
        )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Spaces of the rested body."""
        interstitium, cells, _ = self._spaces_at_rest(inputs)
        return {
            "plasma_volume": inputs.plasma_volume_at_rest,
            "rest_water": interstitium + cells,
            "plasma_protein": self.protein * inputs.plasma_volume_at_rest,
            "interstitial_protein": self.protein * self.interstitial_share * interstitium,
        }

    def _interstitium(self, state: Values, inputs: Values) -> tuple[People, People]:
        """Interstitial water outside muscle now and at rest (L)."""
        at_rest, _, cell_osmoles = self._spaces_at_rest(inputs)
        outside = inputs.osmoles_per_cation * (inputs.extracellular_sodium + inputs.extracellular_potassium)
        cells = (state.plasma_volume + state.rest_water) * cell_osmoles / (cell_osmoles + outside)
        return state.rest_water - cells, at_rest

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Volumes and concentrations that follow from osmotic equilibrium."""
        interstitium, at_rest = self._interstitium(state, inputs)
        volume = state.plasma_volume + interstitium
        sodium, potassium = inputs.extracellular_sodium / volume, inputs.extracellular_potassium / volume
        osmolality = inputs.osmoles_per_cation * (sodium + potassium)
        return {
            "plasma_osmolality": osmolality,
            "plasma_osmolality_change": osmolality - inputs.osmolality_at_rest,
            "plasma_sodium": sodium,
            "plasma_potassium": potassium,
            "plasma_volume_share": state.plasma_volume / inputs.plasma_volume_at_rest,
            "extracellular_volume": volume,
            "interstitial_volume_share": interstitium / at_rest,
            "oncotic_pressure_change": self._oncotic(state.plasma_protein / state.plasma_volume)
            - self._oncotic(self.protein),
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Starling filtration against lymph, and all that enters or leaves plasma."""
        interstitium, at_rest = self._interstitium(state, inputs)
        plasma_protein = state.plasma_protein / state.plasma_volume
        tissue_protein = state.interstitial_protein / interstitium
        swelling = self.stiffness * (interstitium - at_rest)
        open_skin = inputs.skin_blood_flow / inputs.body_surface_area - inputs.skin_flow_basal
        capillary = (
            self.capillary_pressure
            + self.pressure_per_plasma * (inputs.plasma_volume_share - 1.0)
            - inputs.constriction_of_work * inputs.relative_intensity
            + self.pressure_per_skin_flow * jnp.maximum(open_skin, 0.0)
        )
        oncotic_at_rest = self._oncotic(self.protein) - self._oncotic(self.protein * self.interstitial_share)
        filtered_at_rest = self.filtration * (
            self.capillary_pressure - self.interstitial_pressure - self.reflection * oncotic_at_rest
        )
        oncotic = self._oncotic(plasma_protein) - self._oncotic(tissue_protein)
        filtered = self.filtration * (capillary - self.interstitial_pressure - swelling - self.reflection * oncotic)
        # Straight near rest with the published slope, never negative far from it.
        pumped = 1.0 + self.lymph_of_work * inputs.relative_intensity
        lymph = (
            filtered_at_rest
            * pumped
            * jnp.exp(jnp.clip(self.lymph_per_pressure * swelling / filtered_at_rest, -1.0, 3.0))
        )
        # Protein leaks and is dragged out at rest exactly as fast as lymph brings it back: the permeability is taken
        # so.
        dragged_at_rest = (1.0 - self.reflection) * filtered_at_rest * self.protein
        leak_at_rest = filtered_at_rest * self.protein * self.interstitial_share - dragged_at_rest
        leak = leak_at_rest * (plasma_protein - tissue_protein) / (self.protein * (1.0 - self.interstitial_share))
        leaving = leak + (1.0 - self.reflection) * jnp.maximum(filtered, 0.0) * plasma_protein
        returned = lymph * tissue_protein
        gained = inputs.absorbed_water + inputs.food_water + inputs.metabolic_water
        lost = inputs.sweat_rate + inputs.respiratory_water_loss + inputs.skin_diffusion + inputs.urine_flow
        return {
            "plasma_volume": gained - lost - filtered + lymph - inputs.water_to_muscle,
            "rest_water": filtered - lymph,
            "plasma_protein": returned - leaving,
            "interstitial_protein": leaving - returned,
        }
