"""Size and composition of the body: surface, lean mass, water, muscles, resting heat, largest oxygen uptake."""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from cramplab.core.parameters import parameter
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values


class BodySize(AbstractSubmodel):
    """Anthropometry; no states. Everything else scales with what it gives.

    References
    ----------
    dubois1916 (surface), wang1999 (water and muscle in lean mass), harris_benedict1984 (resting metabolism).
    """

    name: ClassVar[str] = "body_size"
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("body_mass_at_start", "kg", "mass before the event"),
        Port("body_surface_area", "m^2", "skin surface"),
        Port("fat_free_mass", "kg", "lean mass"),
        Port("total_body_water_at_rest", "L", "all water"),
        Port("osmotic_water_at_rest", "L", "water that exchanges within hours"),
        Port("plasma_volume_at_rest", "L", "plasma"),
        Port("extracellular_volume_at_rest", "L", "plasma and interstitium, muscles included"),
        Port("worked_muscle_mass", "kg", "muscle that does the work"),
        Port("rested_muscle_mass", "kg", "all other skeletal muscle"),
        Port("resting_metabolic_rate", "W", "heat of an awake, sitting person"),
        Port("maximal_oxygen_uptake", "L/s", "whole body"),
    )
    place: str = ""

    mass: float = parameter("70 kg", "body mass", source="chosen", origin="chosen", limits=("25 kg", "250 kg"))
    height: float = parameter("1.75 m", "height", source="chosen", origin="chosen", limits=("1.2 m", "2.3 m"))
    age: float = parameter("30 yr", "age", source="chosen", origin="chosen", limits=("10 yr", "100 yr"))
    female: float = parameter(
        0.0,
        "1 for a woman's resting metabolism, 0 for a man's, 0.5 if not told",
        source="chosen",
        origin="chosen",
        limits=("0", "1"),
    )
    body_fat: float = parameter(
        "15 %",
        "fat as a share of mass, active men",
        source="chosen",
        origin="chosen",
        spread="normal 4 %",
        limits=("3 %", "60 %"),
    )
    fitness: float = parameter(
        "50 mL/kg/min",
        "maximal oxygen uptake per mass, trained amateur men",
        source="chosen",
        origin="chosen",
        spread="normal 6 mL/kg/min",
        limits=("8 mL/kg/min", "95 mL/kg/min"),
    )
    lean_water: float = parameter("0.73 L/kg", "water in lean mass", source="wang1999", origin="read", where="abstract")
    lean_muscle: float = parameter(
        0.50, "skeletal muscle as a share of lean mass", source="wang1999", origin="read", where="introduction"
    )
    extracellular_share: float = parameter(
        0.31,
        "share of body water outside cells that exchanges within hours; textbooks give 0.33 for all",
        source="andersen2013",
        origin="chosen",
        limits=("0.25", "0.55"),
    )
    plasma_per_lean_mass: float = parameter(
        "0.051 L/kg",
        "plasma volume per lean mass (about 5 % of water-rich mass)",
        source="andersen2013",
        origin="chosen",
        spread="normal 0.004 L/kg",
        limits=("0.03 L/kg", "0.09 L/kg"),
    )
    slowly_exchanging_share: float = parameter(
        0.15,
        "share of body water in bone and dense connective tissue, which takes no part in shifts of hours",
        source="edelman1959",
        origin="remembered",
        limits=("0", "0.4"),
    )
    sitting: float = parameter(
        1.15, "resting heat of an awake, sitting person over the basal", source="chosen", origin="chosen"
    )
    worked_share: float = parameter(
        0.50,
        "worked muscle as a share of skeletal muscle (legs and hips); set by the kind of exercise",
        source="chosen",
        origin="chosen",
        limits=("0.005", "0.7"),
    )

    def initial(self, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}

    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Scale the body."""
        centimetres, years = self.height * 100.0, self.age / (365.25 * 86400.0)
        fat_free_mass = self.mass * (1.0 - self.body_fat)
        water = self.lean_water * fat_free_mass
        muscle = self.lean_muscle * fat_free_mass
        kcal_per_day_in_watt = 4184.0 / 86400.0
        men = 88.362 + 13.397 * self.mass + 4.799 * centimetres - 5.677 * years
        women = 447.593 + 9.247 * self.mass + 3.098 * centimetres - 4.330 * years
        return {
            "body_mass_at_start": jnp.asarray(self.mass),
            # DuBois: 0.202 m^2 at 1 kg and 1 m
            "body_surface_area": 0.202 * self.mass**0.425 * self.height**0.725,
            "fat_free_mass": fat_free_mass,
            "total_body_water_at_rest": water,
            "osmotic_water_at_rest": water * (1.0 - self.slowly_exchanging_share),
            "plasma_volume_at_rest": self.plasma_per_lean_mass * fat_free_mass,
            "extracellular_volume_at_rest": self.extracellular_share * water,
            "worked_muscle_mass": muscle * self.worked_share,
            "rested_muscle_mass": muscle * (1.0 - self.worked_share),
            "resting_metabolic_rate": self.sitting * kcal_per_day_in_watt * (men + self.female * (women - men)),
            "maximal_oxygen_uptake": self.fitness * self.mass,
        }

    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """No states."""
        return {}
