"""Oxygen that the effort asks for: running, walking, cycling, knee extension, a share of the maximum, a heart rate."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class EnergyDemand(AbstractSubmodel):
    """Cost of locomotion above rest; no states, since uptake lags in the muscle itself.

    References
    ----------
    minetti2002 (running on slopes), acsm_metabolic (walking, cycling), radegran1999 (knee extension).
    """

    name: ClassVar[str] = "energy_demand"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("running_speed", "m/s", "speed while running", 0.0, typical=3.0),
        Port("walking_speed", "m/s", "speed while walking", 0.0, typical=1.5),
        Port("grade", "1", "rise over run", 0.0, typical=0.02),
        Port("cycling_power", "W", "at the pedals", 0.0, typical=150.0),
        Port("knee_extension_power", "W", "one leg", 0.0, typical=30.0),
        Port("calf_power_share", "1", "share of the calf's peak", 0.0, typical=0.5),
        Port("relative_intensity_asked", "1", "share of maximal uptake", 0.0, typical=0.6),
        Port("heart_rate_asked", "1", "share of the heart-rate reserve", 0.0, typical=0.6),
        Port("body_mass_at_start", "kg", "mass"),
        Port("maximal_oxygen_uptake", "L/s", "whole body"),
        Port("resting_metabolic_rate", "W", "at rest"),
        Port("worked_muscle_mass", "kg", "of the worked muscle"),
        Port("energy_per_oxygen", "J/L", "energy set free per litre of oxygen"),
    )
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("oxygen_demand", "L/s", "asked for above rest"),
        Port("oxygen_uptake_at_rest", "L/s", "whole body at rest"),
        Port("oxygen_reserve", "L/s", "maximal minus resting uptake"),
        Port("mechanical_power", "W", "work that leaves the body"),
    )
    place: str = ""

    running_cost_scale: float = parameter(
        "1 J/kg/m",
        "personal running cost relative to the published curve",
        source="minetti2002",
        origin="chosen",
        spread="normal 0.06 J/kg/m",
        limits=("0.7 J/kg/m", "1.4 J/kg/m"),
    )
    walking_cost: float = parameter(
        "0.1 mL/kg/m", "oxygen per distance on the level", source="acsm_metabolic", origin="remembered"
    )
    climbing_cost: float = parameter(
        "1.8 mL/kg/m", "oxygen per climbed distance while walking", source="acsm_metabolic", origin="remembered"
    )
    cycling_cost: float = parameter(
        "10.8 mL/min/W", "oxygen per pedal power", source="acsm_metabolic", origin="remembered"
    )
    cycling_unloaded: float = parameter(
        "3.5 mL/kg/min", "oxygen for moving the legs", source="acsm_metabolic", origin="remembered"
    )
    knee_extension_cost: float = parameter(
        "13 mL/min/W",
        "oxygen per power of one-leg knee extension (0.87 L/min at 67 W)",
        source="radegran1999",
        origin="read",
        where="abstract: peak muscle uptake and mass",
    )
    gravity: float = parameter("9.81 J/kg/m", "weight per mass", source="chosen", origin="read", where="physics")
    calf_peak_uptake: float = parameter(
        "0.15 L/min/kg", "oxygen uptake of calf muscle at its peak", source="chosen", origin="chosen"
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Sum the costs of what is being done; only one kind is at work at a time."""
        mass = inputs.body_mass_at_start
        at_rest = inputs.resting_metabolic_rate / inputs.energy_per_oxygen
        slope = jnp.clip(inputs.grade, -0.45, 0.45)
        # Minetti et al.: polynomial of energy per mass and distance, valid from -0.45 to 0.45
        running_cost = 3.6 + slope * (19.5 + slope * (46.3 + slope * (-43.3 + slope * (-30.4 + slope * 155.4))))
        running_cost = self.running_cost_scale * running_cost
        running = mass * inputs.running_speed * running_cost / inputs.energy_per_oxygen
        climbing = jnp.maximum(inputs.grade, 0.0)
        walking = mass * inputs.walking_speed * (self.walking_cost + self.climbing_cost * climbing)
        moving = jnp.where(inputs.cycling_power > 0.0, 1.0, 0.0)
        cycling = self.cycling_cost * inputs.cycling_power + moving * self.cycling_unloaded * mass
        kicking = self.knee_extension_cost * inputs.knee_extension_power
        calf = self.calf_peak_uptake * inputs.worked_muscle_mass * inputs.calf_power_share
        reserve = inputs.maximal_oxygen_uptake - at_rest
        asked = jnp.maximum(inputs.relative_intensity_asked * inputs.maximal_oxygen_uptake - at_rest, 0.0)
        by_heart_rate = jnp.maximum(inputs.heart_rate_asked, 0.0) * reserve
        speed = inputs.running_speed + inputs.walking_speed
        return {
            "oxygen_demand": running + walking + cycling + kicking + calf + asked + by_heart_rate,
            "oxygen_uptake_at_rest": at_rest,
            "oxygen_reserve": reserve,
            "mechanical_power": inputs.cycling_power
            + inputs.knee_extension_power
            + mass * self.gravity * speed * climbing,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}
