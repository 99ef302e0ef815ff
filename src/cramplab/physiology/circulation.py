"""Cardiac output and who gets it: muscles, skin and the rest compete when heat and work ask for more than there is."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class Circulation(AbstractSubmodel):
    """Demands are added; what exceeds the largest output is taken from the skin first, then from the muscles.

    References
    ----------
    fortney1984 (less plasma and higher osmolality, less skin flow), gagge1986 (skin flow), coyle1994 (output per
    litre lost).
    """

    name: ClassVar[str] = "circulation"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("flow_asked", "L/s", "by all muscles", gather="sum"),
        Port("oxygen_uptake", "L/s", "above rest, by all muscles", gather="sum"),
        Port("oxygen_reserve", "L/s", "largest uptake above rest"),
        Port("maximal_oxygen_uptake", "L/s", "whole body"),
        Port("core_temperature_change", "K", "core above its own rest", typical=1.2),
        Port("skin_temperature", "degC", "skin", typical=33.0),
        Port("body_surface_area", "m^2", "skin surface"),
        Port("body_mass_at_start", "kg", "mass"),
        Port("plasma_volume_share", "1", "plasma volume over its resting value", typical=0.95),
        Port("plasma_osmolality_change", "mosmol/L", "from rest", typical=4.0),
        Port("plasma_shift_of_work", "1", "share of plasma that work at the aerobic limit moves into muscle at once"),
        Port("beta_blockade", "1", "share of the beta receptors blocked", 0.0),
        Port("skin_flow_basal", "L/s/m^2", "skin flow of the neutral body"),
        Port("skin_neutral", "degC", "neutral skin temperature"),
        Port(
            "threshold_per_osmolality",
            "K/(mosmol/L)",
            "shift of the thresholds of skin flow and sweating with osmolality",
        ),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("cardiac_output", "L/s", "of the heart"),
        Port("heart_rate", "bpm", "of the heart"),
        Port("arterial_pressure", "mmHg", "mean"),
        Port("muscle_flow_granted", "1", "share of the asked muscle flow that can be delivered"),
        Port("skin_blood_flow", "L/s", "through all skin"),
        Port("relative_intensity", "1", "oxygen uptake above rest as a share of the reserve"),
    )
    place: str = ""

    output_per_uptake: float = parameter(
        "5.2 L/L", "rise of the largest output per oxygen uptake", source="chosen", origin="remembered"
    )
    output_offset: float = parameter("0.071 L/min/kg", "output at rest per mass", source="chosen", origin="remembered")
    output_per_plasma: float = parameter(
        1.0, "fall of the largest output per relative fall of plasma volume", source="coyle1994", origin="chosen"
    )
    other_flow: float = parameter(
        "0.043 L/min/kg", "to all but muscle and skin at rest", source="chosen", origin="remembered"
    )
    other_flow_lost: float = parameter(
        0.5, "share of that flow given up at the highest intensity", source="chosen", origin="chosen"
    )
    skin_flow_per_core: float = parameter(
        "120 L/h/m^2/K",
        "rise of skin flow per rise of core temperature",
        source="gagge1986",
        origin="read",
        where="two-node model",
    )
    skin_flow_most: float = parameter(
        "90 L/h/m^2", "largest skin flow", source="gagge1986", origin="read", where="two-node model"
    )
    skin_flow_least: float = parameter(
        "0.5 L/h/m^2", "smallest skin flow", source="gagge1986", origin="read", where="two-node model"
    )
    skin_constriction: float = parameter(
        "0.5 1/K",
        "constriction per fall of skin temperature",
        source="gagge1986",
        origin="read",
        where="two-node model",
    )
    skin_flow_per_plasma: float = parameter(
        2.5, "relative fall of skin flow per relative fall of plasma volume", source="fortney1984", origin="chosen"
    )
    heart_rate_at_rest: float = parameter(
        "60 bpm",
        "lying or sitting",
        source="chosen",
        origin="chosen",
        spread="normal 7 bpm",
        limits=("30 bpm", "110 bpm"),
    )
    heart_rate_most: float = parameter(
        "188 bpm",
        "at the highest effort",
        source="chosen",
        origin="chosen",
        spread="normal 8 bpm",
        limits=("100 bpm", "225 bpm"),
    )
    heart_rate_per_core: float = parameter(
        "9 bpm/K", "rise with core temperature at equal work", source="chosen", origin="remembered"
    )
    heart_rate_per_plasma: float = parameter(
        "60 bpm", "rise at equal work if all plasma were lost", source="coyle1994", origin="chosen"
    )
    core_rise_at_work: float = parameter(
        "1.3 K", "rise of core temperature at which heart rate and work agree", source="chosen", origin="chosen"
    )
    pressure_at_rest: float = parameter("93 mmHg", "mean arterial pressure", source="chosen", origin="chosen")
    pressure_of_work: float = parameter("15 mmHg", "rise at the highest intensity", source="chosen", origin="chosen")

    def initial(self, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Share the output of the heart."""
        intensity = jnp.clip(inputs.oxygen_uptake / inputs.oxygen_reserve, 0.0, 1.0)
        expected = inputs.plasma_shift_of_work * intensity
        lost = jnp.maximum(1.0 - inputs.plasma_volume_share - expected, 0.0)
        osmotic = inputs.threshold_per_osmolality * jnp.maximum(inputs.plasma_osmolality_change, 0.0)
        warm = jnp.maximum(inputs.core_temperature_change - osmotic, 0.0)
        cold = jnp.maximum(inputs.skin_neutral - inputs.skin_temperature, 0.0)
        skin = (inputs.skin_flow_basal + self.skin_flow_per_core * warm) / (1.0 + self.skin_constriction * cold)
        skin = skin * jnp.clip(1.0 - self.skin_flow_per_plasma * lost, 0.3, 1.0)
        skin_asked = jnp.clip(skin, self.skin_flow_least, self.skin_flow_most) * inputs.body_surface_area
        other = self.other_flow * inputs.body_mass_at_start * (1.0 - self.other_flow_lost * intensity)
        most = self.output_offset * inputs.body_mass_at_start + self.output_per_uptake * inputs.maximal_oxygen_uptake
        most = most * jnp.clip(1.0 - self.output_per_plasma * lost, 0.4, 1.0) * (1.0 - 0.15 * inputs.beta_blockade)
        least_skin = self.skin_flow_least * inputs.body_surface_area
        too_much = jnp.maximum(inputs.flow_asked + skin_asked + other - most, 0.0)
        # Half of what the skin asks for is given up before the muscles lose anything.
        from_skin = jnp.minimum(too_much, 0.5 * jnp.maximum(skin_asked - least_skin, 0.0))
        granted = jnp.clip(1.0 - (too_much - from_skin) / inputs.flow_asked, 0.3, 1.0)
        ceiling = self.heart_rate_most * (1.0 - 0.25 * inputs.beta_blockade)
        strain = (
            self.heart_rate_per_core
            * (inputs.core_temperature_change - self.core_rise_at_work)
            * jnp.minimum(2.0 * intensity, 1.0)
        )
        rate = (
            self.heart_rate_at_rest
            + (ceiling - self.heart_rate_at_rest) * intensity
            + strain
            + self.heart_rate_per_plasma * lost
        )
        return {
            "cardiac_output": inputs.flow_asked * granted + skin_asked - from_skin + other,
            "heart_rate": jnp.clip(rate, 0.8 * self.heart_rate_at_rest, ceiling),
            "arterial_pressure": self.pressure_at_rest + self.pressure_of_work * intensity,
            "muscle_flow_granted": granted,
            "skin_blood_flow": skin_asked - from_skin,
            "relative_intensity": intensity,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}
