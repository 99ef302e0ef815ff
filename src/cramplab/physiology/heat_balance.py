"""Temperatures of core, worked muscle and skin from a balance of heat."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class HeatBalance(AbstractSubmodel):
    """Three nodes: the worked muscle makes heat, blood carries it to core and skin, the skin gives it off.

    References
    ----------
    gagge1986 (core to skin conductance, tissue heat capacity).
    """

    name: ClassVar[str] = "heat_balance"
    states: ClassVar[tuple[Port, ...]] = (
        Port("core_temperature", "degC", "rectal or oesophageal", typical=38.0),
        Port("muscle_temperature", "degC", "worked muscle", typical=39.0),
        Port("skin_temperature", "degC", "mean skin", typical=33.0),
    )
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("resting_metabolic_rate", "W", "at rest"),
        Port("body_surface_area", "m^2", "skin surface"),
        Port("body_mass_at_start", "kg", "mass"),
        Port("worked_muscle_mass", "kg", "of the worked muscle"),
        Port("worked_muscle_blood_flow", "L/s", "through the worked muscle", typical=0.1),
        Port("oxygen_uptake", "L/s", "above rest, all muscles", gather="sum"),
        Port("mechanical_power", "W", "work that leaves the body"),
        Port("skin_blood_flow", "L/s", "through all skin", typical=0.03),
        Port("dry_heat_loss", "W", "from the skin", typical=150.0),
        Port("evaporative_heat_loss", "W", "from the skin", typical=300.0),
        Port("respiratory_heat_loss", "W", "by breathing", typical=60.0),
        Port("solar_heat_gain", "W", "absorbed", typical=60.0),
        Port("skin_flow_basal", "L/s/m^2", "skin flow of the neutral body"),
        Port("energy_per_oxygen", "J/L", "energy set free per litre of oxygen"),
        Port("skin_neutral", "degC", "neutral skin temperature"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("metabolic_rate", "W", "whole body"),
        Port("core_temperature_change", "K", "core above its own rest"),
        Port("shivering_heat", "W", "made by shivering"),
    )
    place: str = ""

    core_at_rest: float = parameter(
        "36.9 degC",
        "core temperature at rest",
        source="chosen",
        origin="chosen",
        spread="normal 0.2 K",
        limits=("35.5 degC", "38.3 degC"),
    )
    heat_capacity: float = parameter(
        "0.97 Wh/kg/K", "of tissue", source="gagge1986", origin="read", where="two-node model"
    )
    skin_share: float = parameter(
        0.10,
        "skin and tissue at skin temperature as a share of mass",
        source="gagge1986",
        origin="chosen",
        limits=("0.03", "0.3"),
    )
    conductance: float = parameter(
        "5.28 W/m^2/K", "core to skin without blood flow", source="gagge1986", origin="read", where="two-node model"
    )
    blood_heat: float = parameter(
        "1.163 Wh/L/K", "heat carried per volume of blood", source="gagge1986", origin="read", where="two-node model"
    )
    muscle_exchange: float = parameter(
        0.9, "share of the heat exchanged by blood passing the muscle", source="chosen", origin="chosen"
    )
    shivering: float = parameter(
        "19.4 W/m^2/K^2",
        "heat of shivering per fall of core and of skin temperature",
        source="gagge1986",
        origin="read",
        where="two-node model",
    )
    respiratory_share: float = parameter(
        0.08,
        "share of resting heat lost by breathing, for the first skin temperature",
        source="chosen",
        origin="chosen",
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """Core and muscle at rest; skin where conduction carries the resting heat."""
        heat = inputs.resting_metabolic_rate * (1.0 - self.respiratory_share)
        conductance = inputs.body_surface_area * (self.conductance + self.blood_heat * inputs.skin_flow_basal)
        core = self.core_at_rest + 0.0 * heat
        return {"core_temperature": core, "muscle_temperature": core, "skin_temperature": core - heat / conductance}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Heat made, and how warm the core is."""
        cold_core = jnp.maximum(self.core_at_rest - state.core_temperature, 0.0)
        cold_skin = jnp.maximum(inputs.skin_neutral - state.skin_temperature, 0.0)
        shivering = self.shivering * inputs.body_surface_area * cold_core * cold_skin
        return {
            "shivering_heat": shivering,
            "metabolic_rate": inputs.resting_metabolic_rate
            + shivering
            + inputs.energy_per_oxygen * inputs.oxygen_uptake,
            "core_temperature_change": state.core_temperature - self.core_at_rest,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Heat stored in each node."""
        muscle_capacity = self.heat_capacity * inputs.worked_muscle_mass
        skin_capacity = self.heat_capacity * self.skin_share * inputs.body_mass_at_start
        core_capacity = self.heat_capacity * inputs.body_mass_at_start - muscle_capacity - skin_capacity
        in_muscle = inputs.energy_per_oxygen * inputs.oxygen_uptake - inputs.mechanical_power
        elsewhere = inputs.resting_metabolic_rate + inputs.shivering_heat
        carried = self.blood_heat * self.muscle_exchange * inputs.worked_muscle_blood_flow
        to_core = carried * (state.muscle_temperature - state.core_temperature)
        conductance = self.conductance * inputs.body_surface_area + self.blood_heat * inputs.skin_blood_flow
        to_skin = conductance * (state.core_temperature - state.skin_temperature)
        lost = inputs.dry_heat_loss + inputs.evaporative_heat_loss - inputs.solar_heat_gain
        return {
            "core_temperature": (elsewhere + to_core - to_skin - inputs.respiratory_heat_loss) / core_capacity,
            "muscle_temperature": (in_muscle - to_core) / muscle_capacity,
            "skin_temperature": (to_skin - lost) / skin_capacity,
        }
