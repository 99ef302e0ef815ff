"""What the rested person is like inside: concentrations, shared constants, and how far heat has trained them."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class RestingState(AbstractSubmodel):
    """Resting concentrations and shared constants; no states.

    References
    ----------
    juel2000 (interstitial potassium at rest), gagge1986 (skin flow), endotext_avp.
    """

    name: ClassVar[str] = "resting_state"
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("sodium_at_rest", "mmol/L", "plasma and interstitial sodium"),
        Port("potassium_at_rest", "mmol/L", "plasma and interstitial potassium"),
        Port("osmolality_at_rest", "mosmol/L", "effective osmolality"),
        Port("osmoles_per_cation", "mosmol/mmol", "osmoles per cation with its anion"),
        Port("plasma_lactate_at_rest", "mmol/L", "in plasma"),
        Port("muscle_lactate_at_rest", "mmol/kg", "in muscle"),
        Port("lactate_permeability", "L/kg/s", "exchange of lactate between muscle cell and blood"),
        Port("muscle_water_per_mass", "L/kg", "water in muscle"),
        Port("muscle_interstitium_per_mass", "L/kg", "interstitial water in muscle"),
        Port("acclimated", "1", "0 not, 1 fully acclimated to heat"),
        Port("plasma_shift_of_work", "1", "share of plasma that work at the aerobic limit moves into muscle at once"),
        Port("constriction_of_work", "mmHg", "fall of capillary pressure in resting tissue at the aerobic limit"),
        Port("energy_per_oxygen", "J/L", "energy set free per litre of oxygen"),
        Port("skin_neutral", "degC", "neutral skin temperature"),
        Port("threshold_per_osmolality", "K/(mosmol/L)", "shift of the thresholds of skin flow and sweating"),
        Port("skin_flow_basal", "L/s/m^2", "skin flow of the neutral body"),
    )
    place: str = ""

    sodium: float = parameter(
        "140 mmol/L",
        "sodium in plasma and interstitium",
        source="chosen",
        origin="chosen",
        spread="normal 1.6 mmol/L",
        limits=("120 mmol/L", "160 mmol/L"),
    )
    potassium: float = parameter(
        "4.2 mmol/L",
        "potassium in plasma and interstitium",
        source="juel2000",
        origin="fitted",
        where="interstitium at rest",
        spread="normal 0.2 mmol/L",
        limits=("2 mmol/L", "7 mmol/L"),
    )
    osmoles: float = parameter(
        "2 mosmol/mmol", "osmoles per cation with its anion", source="chosen", origin="read", where="definition"
    )
    plasma_lactate: float = parameter("1 mmol/L", "lactate in plasma", source="chosen", origin="chosen")
    muscle_lactate: float = parameter("1 mmol/kg", "lactate in muscle", source="chosen", origin="chosen")
    lactate_exchange: float = parameter(
        "0.12 L/kg/min", "exchange of lactate between muscle cell and blood", source="chosen", origin="chosen"
    )
    muscle_water: float = parameter("0.77 L/kg", "water in muscle", source="chosen", origin="remembered")
    muscle_interstitium: float = parameter(
        "0.12 L/kg", "interstitial water in muscle", source="chosen", origin="chosen", limits=("0.05 L/kg", "0.25 L/kg")
    )
    heat_acclimation: float = parameter(
        0.5,
        "0 not, 1 fully acclimated to heat; half-way if not told",
        source="chosen",
        origin="chosen",
        spread="uniform 0.5",
        limits=("0", "1"),
    )
    plasma_shift: float = parameter(
        0.10,
        "share of plasma that work at the aerobic limit moves into muscle at once (no lack of volume)",
        source="pvonset1992",
        origin="fitted",
        where="abstract: 6.5 % at 65 % of maximal uptake",
    )
    constriction: float = parameter(
        "3 mmHg",
        "fall of capillary pressure in resting tissue at the aerobic limit, where its vessels narrow",
        source="chosen",
        origin="remembered",
        limits=("0 mmHg", "10 mmHg"),
    )
    oxygen_energy: float = parameter(
        "20900 J/L", "energy set free per litre of oxygen", source="chosen", origin="chosen"
    )
    skin_temperature: float = parameter(
        "33.7 degC", "neutral skin temperature", source="gagge1986", origin="read", where="two-node model"
    )
    osmotic_threshold: float = parameter(
        "0.02 K/(mosmol/L)",
        "shift of the thresholds of skin flow and sweating per rise of osmolality",
        source="fortney1984",
        origin="read",
        where="abstract: 0.22 K at +11 mosmol/kg",
    )
    skin_flow: float = parameter(
        "6.3 L/h/m^2", "skin flow of the neutral body", source="gagge1986", origin="read", where="two-node model"
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Hand the parameters on."""
        return {
            "sodium_at_rest": jnp.asarray(self.sodium),
            "potassium_at_rest": jnp.asarray(self.potassium),
            "osmolality_at_rest": jnp.asarray(self.osmoles * (self.sodium + self.potassium)),
            "osmoles_per_cation": jnp.asarray(self.osmoles),
            "plasma_lactate_at_rest": jnp.asarray(self.plasma_lactate),
            "muscle_lactate_at_rest": jnp.asarray(self.muscle_lactate),
            "lactate_permeability": jnp.asarray(self.lactate_exchange),
            "muscle_water_per_mass": jnp.asarray(self.muscle_water),
            "muscle_interstitium_per_mass": jnp.asarray(self.muscle_interstitium),
            "acclimated": jnp.asarray(self.heat_acclimation),
            "plasma_shift_of_work": jnp.asarray(self.plasma_shift),
            "constriction_of_work": jnp.asarray(self.constriction),
            "energy_per_oxygen": jnp.asarray(self.oxygen_energy),
            "skin_neutral": jnp.asarray(self.skin_temperature),
            "threshold_per_osmolality": jnp.asarray(self.osmotic_threshold),
            "skin_flow_basal": jnp.asarray(self.skin_flow),
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}
