"""Emptying of the stomach: faster when full, braked by energy, by very hard work and by heat strain."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Stomach(AbstractSubmodel):
    """Outflow = rate x volume; the rate falls with energy density by a Hill curve.

    Solutes leave at stomach concentration.
    Chloride is carried by charge: as much as sodium and potassium together.

    References
    ----------
    duchman1997, gisolfi1998 (rates), murray1999 (energy).
    """

    name: ClassVar[str] = "stomach"
    states: ClassVar[tuple[Port, ...]] = (
        Port("stomach_volume", "L", "fluid", typical=0.3),
        Port("stomach_sodium", "mmol", "dissolved", typical=6.0),
        Port("stomach_potassium", "mmol", "dissolved", typical=1.0),
        Port("stomach_carbohydrate", "mmol", "as glucose", typical=80.0),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("drink_flow", "L/s", "swallowed"),
        Port("drunk_sodium", "mmol/s", "swallowed"),
        Port("drunk_potassium", "mmol/s", "swallowed"),
        Port("drunk_carbohydrate", "mmol/s", "swallowed"),
        Port("relative_intensity", "1", "of exercise", typical=0.8),
        Port("core_temperature", "degC", "core", typical=39.2),
        Port("plasma_volume_share", "1", "plasma volume over its resting value", typical=0.95),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("emptied_water", "L/s", "into the gut"),
        Port("emptied_sodium", "mmol/s", "into the gut"),
        Port("emptied_potassium", "mmol/s", "into the gut"),
        Port("emptied_carbohydrate", "mmol/s", "into the gut"),
    )
    place: str = ""

    rate: float = parameter(
        "0.05 1/min",
        "share emptied of plain water",
        source="duchman1997",
        origin="fitted",
        spread="lognormal 25 %",
        limits=("0.01 1/min", "0.15 1/min"),
    )
    energy_of_glucose: float = parameter(
        "0.72 kcal/mmol", "energy of glucose (4 kcal/g)", source="chosen", origin="read", where="food tables"
    )
    energy_half: float = parameter(
        "600 kcal/L", "energy density that halves the rate", source="murray1999", origin="chosen"
    )
    energy_steepness: float = parameter(2.5, "steepness of the energy brake", source="murray1999", origin="chosen")
    hard_work: float = parameter(
        0.6, "share of the rate lost between 70 and 100 % of maximal uptake", source="chosen", origin="remembered"
    )
    hard_from: float = parameter(0.70, "intensity from which work slows emptying", source="chosen", origin="remembered")
    strain: float = parameter(
        0.3, "share of the rate lost in heat strain with dehydration", source="chosen", origin="remembered"
    )
    strain_core: float = parameter(
        "39 degC", "core temperature of half that effect", source="chosen", origin="remembered"
    )
    strain_width: float = parameter("0.3 K", "width of that step", source="chosen", origin="chosen")
    smallest: float = parameter(
        "1 mL", "volume below which concentrations are not asked", source="chosen", origin="chosen"
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Empty."""
        zero = jnp.zeros_like(inputs.body_mass_at_start)
        return {port.name: zero for port in self.states}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Empty into the gut."""
        density = (
            self.energy_of_glucose
            * jnp.maximum(state.stomach_carbohydrate, 0.0)
            / (state.stomach_volume + self.smallest)
        )
        relative = jnp.maximum(density / self.energy_half, 1e-3)
        by_energy = 1.0 / (1.0 + relative**self.energy_steepness)
        by_work = 1.0 - self.hard_work * jnp.clip(
            (inputs.relative_intensity - self.hard_from) / (1.0 - self.hard_from), 0.0, 1.0
        )
        hot = 1.0 / (1.0 + jnp.exp((self.strain_core - inputs.core_temperature) / self.strain_width))
        dry = jnp.clip(10.0 * (1.0 - inputs.plasma_volume_share), 0.0, 1.0)
        rate = self.rate * by_energy * by_work * (1.0 - self.strain * hot * dry)
        return {
            "emptied_water": rate * state.stomach_volume,
            "emptied_sodium": rate * state.stomach_sodium,
            "emptied_potassium": rate * state.stomach_potassium,
            "emptied_carbohydrate": rate * state.stomach_carbohydrate,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """In minus out."""
        return {
            "stomach_volume": inputs.drink_flow - inputs.emptied_water,
            "stomach_sodium": inputs.drunk_sodium - inputs.emptied_sodium,
            "stomach_potassium": inputs.drunk_potassium - inputs.emptied_potassium,
            "stomach_carbohydrate": inputs.drunk_carbohydrate - inputs.emptied_carbohydrate,
        }
