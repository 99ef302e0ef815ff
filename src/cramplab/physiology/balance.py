"""The ledger: what was drunk, sweated, breathed out and passed since the start, and the body mass that follows."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values

_IONS = ("sodium", "potassium", "chloride", "calcium", "magnesium")


class Balance(AbstractSubmodel):
    """Sums over time, and the mass of carbon dioxide breathed out over that of oxygen taken in.

    References
    ----------
    iom2005 (water of metabolism), maughan2007 (mass lost as fuel).
    """

    name: ClassVar[str] = "balance"
    states: ClassVar[tuple[Port, ...]] = (
        Port("fluid_intake", "L", "drunk", typical=1.0),
        Port("food_water_total", "L", "from daily food and drink", typical=0.1),
        Port("sweat_loss", "L", "sweated", typical=2.0),
        Port("respiratory_loss", "L", "breathed out", typical=0.2),
        Port("skin_loss", "L", "through dry skin", typical=0.03),
        Port("urine_volume", "L", "passed", typical=0.2),
        Port("metabolic_water_total", "L", "made by burning fuel", typical=0.3),
        Port("fuel_mass_lost", "kg", "carbon dioxide out minus oxygen in", typical=0.2),
        Port("absorbed_water_total", "L", "from the gut", typical=0.8),
        *(Port(f"sweat_{ion}_total", "mmol", "lost by sweat", typical=50.0) for ion in _IONS),
        *(Port(f"urine_{ion}_total", "mmol", "lost by urine", typical=10.0) for ion in _IONS),
        Port("drunk_sodium_total", "mmol", "swallowed", typical=20.0),
        Port("drunk_potassium_total", "mmol", "swallowed", typical=3.0),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("drink_flow", "L/s", "swallowed"),
        Port("drunk_sodium", "mmol/s", "swallowed"),
        Port("drunk_potassium", "mmol/s", "swallowed"),
        Port("food_water", "L/s", "from daily food", 0.0),
        Port("absorbed_water", "L/s", "from the gut"),
        Port("sweat_rate", "L/s", "lost"),
        Port("respiratory_water_loss", "L/s", "lost"),
        Port("skin_diffusion", "L/s", "lost"),
        Port("urine_flow", "L/s", "lost"),
        Port("metabolic_rate", "W", "whole body"),
        Port("relative_intensity", "1", "of exercise"),
        Port("body_mass_at_start", "kg", "mass"),
        Port("total_body_water_at_rest", "L", "all water"),
        *(Port(f"sweat_{ion}_flow", "mmol/s", "lost by sweat") for ion in _IONS),
        *(Port(f"urine_{ion}_flow", "mmol/s", "lost by urine") for ion in _IONS),
        Port("energy_per_oxygen", "J/L", "energy set free per litre of oxygen"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("metabolic_water", "L/s", "made by burning fuel"),
        Port("body_mass_change", "%", "from the start"),
        Port("body_mass_loss", "kg", "from the start"),
        Port("total_body_water_change", "%", "from the start"),
        Port("sodium_loss", "mmol", "by sweat and urine"),
        Port("water_loss", "L", "by every route"),
    )
    place: str = ""

    water_per_energy: float = parameter(
        "0.13 mL/kcal", "water made by burning fuel", source="iom2005", origin="remembered"
    )
    quotient_at_rest: float = parameter(
        0.82, "carbon dioxide over oxygen at rest", source="chosen", origin="remembered"
    )
    quotient_of_work: float = parameter(
        0.13, "rise of that quotient at the aerobic limit", source="chosen", origin="remembered"
    )
    carbon_dioxide: float = parameter(
        "1.964 g/L", "mass of carbon dioxide", source="chosen", origin="read", where="physics, 0 degC dry"
    )
    oxygen: float = parameter(
        "1.429 g/L", "mass of oxygen", source="chosen", origin="read", where="physics, 0 degC dry"
    )
    water_density: float = parameter("1 kg/L", "of water", source="chosen", origin="read", where="definition")

    def initial(self, inputs: Values) -> dict[str, People]:
        """Nothing yet."""
        zero = jnp.zeros_like(inputs.body_mass_at_start)
        return {port.name: zero for port in self.states}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Totals."""
        lost = state.sweat_loss + state.respiratory_loss + state.skin_loss + state.urine_volume
        taken = state.fluid_intake + state.food_water_total
        mass_lost = self.water_density * (lost - taken) + state.fuel_mass_lost
        return {
            "metabolic_water": self.water_per_energy * inputs.metabolic_rate,
            "body_mass_change": -mass_lost / inputs.body_mass_at_start,
            "body_mass_loss": mass_lost,
            "total_body_water_change": (taken + state.metabolic_water_total - lost) / inputs.total_body_water_at_rest,
            "sodium_loss": state.sweat_sodium_total + state.urine_sodium_total,
            "water_loss": lost,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Flows."""
        oxygen = inputs.metabolic_rate / inputs.energy_per_oxygen
        quotient = self.quotient_at_rest + self.quotient_of_work * inputs.relative_intensity
        flows = {
            "fluid_intake": inputs.drink_flow,
            "food_water_total": inputs.food_water,
            "sweat_loss": inputs.sweat_rate,
            "respiratory_loss": inputs.respiratory_water_loss,
            "skin_loss": inputs.skin_diffusion,
            "urine_volume": inputs.urine_flow,
            "metabolic_water_total": inputs.metabolic_water,
            # Burnt fuel leaves as carbon dioxide; the water it makes stays and is counted when it leaves.
            "fuel_mass_lost": oxygen * (quotient * self.carbon_dioxide - self.oxygen),
            "absorbed_water_total": inputs.absorbed_water,
            "drunk_sodium_total": inputs.drunk_sodium,
            "drunk_potassium_total": inputs.drunk_potassium,
        }
        for ion in _IONS:
            flows[f"sweat_{ion}_total"] = inputs[f"sweat_{ion}_flow"]
            flows[f"urine_{ion}_total"] = inputs[f"urine_{ion}_flow"]
        return flows
