"""Amounts of sodium, potassium, chloride, calcium and magnesium outside the cells of the body."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Electrolytes(AbstractSubmodel):
    """Bookkeeping of ions in plasma and interstitium, with cells that take up potassium and bone that lends calcium.

    Sodium and potassium of muscle live with each muscle; here is the space outside muscle. Chloride, calcium and
    magnesium are held for all extracellular water together. Lactate replaces bicarbonate one for one.

    References
    ----------
    iom2005 (intakes and losses), mckenna2024 (potassium in exercise).
    """

    name: ClassVar[str] = "electrolytes"
    states: ClassVar[tuple[Port, ...]] = (
        Port("extracellular_sodium", "mmol", "outside muscle", typical=1300.0),
        Port("extracellular_potassium", "mmol", "outside muscle", typical=40.0),
        Port("extracellular_chloride", "mmol", "in all extracellular water", typical=1300.0),
        Port("extracellular_calcium", "mmol", "diffusible, in all extracellular water", typical=16.0),
        Port("extracellular_magnesium", "mmol", "in all extracellular water", typical=9.0),
        Port("cell_potassium_gained", "mmol", "by cells outside muscle, exchanged for sodium", typical=5.0),
        Port("bone_calcium_lent", "mmol", "by bone", typical=0.3),
        Port("plasma_lactate", "mmol/L", "in extracellular water", typical=2.0),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("extracellular_volume_at_rest", "L", "plasma and interstitium"),
        Port("worked_muscle_mass", "kg", "muscle"),
        Port("rested_muscle_mass", "kg", "muscle"),
        Port("extracellular_volume", "L", "plasma and interstitium outside muscle", typical=9.0),
        Port("plasma_potassium", "mmol/L", "in plasma", typical=4.5),
        Port("sodium_to_blood", "mmol/s", "from muscles", gather="sum"),
        Port("potassium_to_blood", "mmol/s", "from muscles", gather="sum"),
        Port("lactate_release", "mmol/s", "from muscles", gather="sum"),
        Port("absorbed_sodium", "mmol/s", "from the gut"),
        Port("absorbed_potassium", "mmol/s", "from the gut"),
        *(
            Port(f"food_{ion}", "mmol/s", "from daily food", 0.0)
            for ion in ("sodium", "potassium", "chloride", "calcium", "magnesium")
        ),
        *(
            Port(f"sweat_{ion}_flow", "mmol/s", "lost by sweat")
            for ion in ("sodium", "potassium", "chloride", "calcium", "magnesium")
        ),
        *(
            Port(f"urine_{ion}_flow", "mmol/s", "lost by urine")
            for ion in ("sodium", "potassium", "chloride", "calcium", "magnesium")
        ),
        Port("catecholamines", "1", "0 at rest, 1 at the highest effort", typical=0.5),
        Port("beta_drive", "1", "extra drive of cell uptake by a medicine", 0.0),
        Port("relative_intensity", "1", "of exercise", typical=0.6),
        Port("sodium_at_rest", "mmol/L", "plasma and interstitial sodium at rest"),
        Port("potassium_at_rest", "mmol/L", "plasma and interstitial potassium at rest"),
        Port("plasma_lactate_at_rest", "mmol/L", "in plasma"),
        Port("muscle_interstitium_per_mass", "L/kg", "interstitial water in muscle"),
        Port("muscle_water_per_mass", "L/kg", "water in muscle"),
        Port("muscle_lactate_at_rest", "mmol/kg", "in muscle"),
        Port("lactate_permeability", "L/kg/s", "exchange of lactate between muscle cell and blood"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("plasma_chloride", "mmol/L", "in plasma"),
        Port("plasma_bicarbonate", "mmol/L", "in plasma"),
        Port("ionised_calcium", "mmol/L", "free, in plasma"),
        Port("plasma_magnesium", "mmol/L", "in plasma"),
    )
    place: str = ""

    chloride_at_rest: float = parameter("103 mmol/L", "plasma chloride", source="chosen", origin="remembered")
    bicarbonate_at_rest: float = parameter("25 mmol/L", "plasma bicarbonate", source="chosen", origin="remembered")
    calcium_at_rest: float = parameter("1.2 mmol/L", "ionised calcium", source="chosen", origin="remembered")
    magnesium_at_rest: float = parameter("0.80 mmol/L", "plasma magnesium", source="chosen", origin="remembered")
    calcium_per_lactate: float = parameter(
        0.006,
        "rise of the ionised share of calcium per mmol/L of lactate (acid frees calcium)",
        source="chosen",
        origin="remembered",
    )
    lactate_unit: float = parameter(
        "1 mmol/L", "unit of lactate in that law", source="chosen", origin="read", where="definition"
    )
    cell_uptake: float = parameter(
        "0.7 L/min", "potassium uptake of cells outside muscle per rise in plasma", source="chosen", origin="chosen"
    )
    uptake_per_catecholamines: float = parameter(
        1.5, "gain of that uptake at the highest drive", source="chosen", origin="chosen"
    )
    bone_rate: float = parameter(
        "0.05 L/min", "calcium lent by bone per fall in plasma", source="chosen", origin="chosen"
    )
    lactate_clearance: float = parameter(
        "1.2 L/min",
        "lactate used by heart, liver and resting muscle per rise in plasma",
        source="chosen",
        origin="chosen",
    )
    clearance_of_work: float = parameter(
        1.5, "relative rise of that clearance in moderate work", source="chosen", origin="chosen"
    )

    def _outside_muscle(self, inputs: Values) -> People:
        muscle = inputs.worked_muscle_mass + inputs.rested_muscle_mass
        return inputs.extracellular_volume_at_rest - inputs.muscle_interstitium_per_mass * muscle

    def initial(self, inputs: Values) -> dict[str, People]:
        """Resting concentrations in resting volumes."""
        outside, everywhere = self._outside_muscle(inputs), inputs.extracellular_volume_at_rest
        return {
            "extracellular_sodium": inputs.sodium_at_rest * outside,
            "extracellular_potassium": inputs.potassium_at_rest * outside,
            "extracellular_chloride": self.chloride_at_rest * everywhere,
            "extracellular_calcium": self.calcium_at_rest * everywhere,
            "extracellular_magnesium": self.magnesium_at_rest * everywhere,
            "cell_potassium_gained": 0.0 * everywhere,
            "bone_calcium_lent": 0.0 * everywhere,
            "plasma_lactate": inputs.plasma_lactate_at_rest + 0.0 * everywhere,
        }

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Concentrations in plasma."""
        muscle = inputs.muscle_interstitium_per_mass * (inputs.worked_muscle_mass + inputs.rested_muscle_mass)
        everywhere = inputs.extracellular_volume + muscle
        lactate = state.plasma_lactate - inputs.plasma_lactate_at_rest
        return {
            "plasma_chloride": state.extracellular_chloride / everywhere,
            "plasma_bicarbonate": jnp.maximum(self.bicarbonate_at_rest - lactate, 0.0),
            "ionised_calcium": state.extracellular_calcium
            / everywhere
            * (1.0 + self.calcium_per_lactate * lactate / self.lactate_unit),
            "plasma_magnesium": state.extracellular_magnesium / everywhere,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """In minus out."""
        uptake = self.cell_uptake * (1.0 + self.uptake_per_catecholamines * inputs.catecholamines)
        to_cells = uptake * (inputs.plasma_potassium - inputs.potassium_at_rest)
        to_cells = to_cells + self.cell_uptake * inputs.potassium_at_rest * inputs.beta_drive
        muscle = inputs.muscle_interstitium_per_mass * (inputs.worked_muscle_mass + inputs.rested_muscle_mass)
        calcium = state.extracellular_calcium / (inputs.extracellular_volume + muscle)
        lent = self.bone_rate * (self.calcium_at_rest - calcium)
        space = inputs.extracellular_volume + muscle
        released_at_rest = (
            inputs.lactate_permeability
            * (inputs.worked_muscle_mass + inputs.rested_muscle_mass)
            * (inputs.muscle_lactate_at_rest / inputs.muscle_water_per_mass - inputs.plasma_lactate_at_rest)
        )
        clearance = self.lactate_clearance * (1.0 + self.clearance_of_work * inputs.relative_intensity)
        cleared = released_at_rest + clearance * (state.plasma_lactate - inputs.plasma_lactate_at_rest)
        anions = inputs.absorbed_sodium + inputs.absorbed_potassium
        return {
            # Cells outside muscle take up potassium in exchange for sodium, as muscle does.
            "extracellular_sodium": inputs.absorbed_sodium
            + inputs.food_sodium
            + inputs.sodium_to_blood
            + to_cells
            - inputs.sweat_sodium_flow
            - inputs.urine_sodium_flow,
            "extracellular_potassium": inputs.absorbed_potassium
            + inputs.food_potassium
            + inputs.potassium_to_blood
            - to_cells
            - inputs.sweat_potassium_flow
            - inputs.urine_potassium_flow,
            "extracellular_chloride": anions
            + inputs.food_chloride
            - inputs.sweat_chloride_flow
            - inputs.urine_chloride_flow,
            "extracellular_calcium": inputs.food_calcium + lent - inputs.sweat_calcium_flow - inputs.urine_calcium_flow,
            "extracellular_magnesium": inputs.food_magnesium
            - inputs.sweat_magnesium_flow
            - inputs.urine_magnesium_flow,
            "cell_potassium_gained": to_cells,
            "bone_calcium_lent": lent,
            "plasma_lactate": (inputs.lactate_release - cleared) / space,
        }
