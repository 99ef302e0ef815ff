"""What is done to a person over time: kinds of segment, and the forcing that each sets."""

from __future__ import annotations

from dataclasses import dataclass, field

FORCING: dict[str, tuple[str, float, str]] = {
    # name: (unit, value at rest indoors, meaning)
    "running_speed": ("m/s", 0.0, "speed over ground while running"),
    "walking_speed": ("m/s", 0.0, "speed over ground while walking"),
    "ground_speed": ("m/s", 0.0, "speed that makes wind of its own; zero on a treadmill or ergometer"),
    "grade": ("1", 0.0, "rise over run"),
    "cycling_power": ("W", 0.0, "power at the pedals"),
    "knee_extension_power": ("W", 0.0, "power of one-leg knee extension"),
    "calf_power_share": ("1", 0.0, "calf work as a share of the calf's peak"),
    "relative_intensity_asked": ("1", 0.0, "oxygen uptake asked for, as a share of the maximum"),
    "heart_rate_asked": ("1", 0.0, "share of the heart-rate reserve asked for"),
    "air_temperature": ("degC", 22.0, "of the air around the person"),
    "relative_humidity": ("1", 0.5, "of the air around the person"),
    "wind": ("m/s", 0.15, "air movement that is not the person's own"),
    "solar": ("W/m^2", 0.0, "global horizontal irradiance"),
    "clothing_insulation": ("clo", 0.5, "intrinsic"),
    "drink_rate_planned": ("L/s", 0.0, "by schedule"),
    "drink_by_thirst": ("1", 0.0, "1 while the person drinks as thirst asks"),
    "drink_sodium": ("mmol/L", 0.0, "of the drink at hand"),
    "drink_potassium": ("mmol/L", 0.0, "of the drink at hand"),
    "drink_carbohydrate": ("mmol/L", 0.0, "of the drink at hand, as glucose"),
    "sodium_tablets": ("mmol/s", 0.0, "swallowed apart from the drink"),
    "food_water": ("L/s", 0.0, "water from food and drink of daily life, taken up at an even rate"),
    "food_sodium": ("mmol/s", 0.0, "sodium from food of daily life"),
    "food_potassium": ("mmol/s", 0.0, "potassium from food of daily life"),
    "food_chloride": ("mmol/s", 0.0, "chloride from food of daily life"),
    "food_calcium": ("mmol/s", 0.0, "calcium taken up from food of daily life"),
    "food_magnesium": ("mmol/s", 0.0, "magnesium taken up from food of daily life"),
    "cuff": ("1", 0.0, "1 while a cuff stops the flow to the worked limb"),
    "upright": ("1", 0.0, "1 while standing, running or cycling"),
    "drug_time": ("s", 0.0, "since the dose"),
}
"""Everything that the outside sets, with unit and the value of quiet rest in a room."""


@dataclass(frozen=True)
class Segment:
    """A stretch of time under constant forcing.

    Parameters
    ----------
    id
        Named in findings and results.
    duration : s
        How long it lasts at most.
    forcing
        By name, internal units; one number or one for each person. What is not named is at rest.
    until
        Ends a person's segment early: ``("body_mass_change", -0.03)`` and the like.
    """

    id: str
    duration: float
    forcing: dict[str, object] = field(default_factory=dict)
    until: tuple[str, object] | None = None


@dataclass(frozen=True)
class Protocol:
    """Named segments in order."""

    name: str
    segments: tuple[Segment, ...]
