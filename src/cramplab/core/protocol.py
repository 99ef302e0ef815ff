"""What is done to a person over time: kinds of segment, and the forcing that each sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
    "drink_ceiling": ("L/s", 1.0, "thirst asks for no more than this; at rest far above what anybody swallows"),
    "drink_share_of_sweat": ("1", 0.0, "drinking that keeps up with this share of the sweat"),
    "drink_share_of_loss": ("1", 0.0, "drinking that keeps up with this share of the body mass lost"),
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
    """A stretch of time under forcing that stands still.

    Parameters
    ----------
    id, kind
        Named in findings and results; ``exercise``, ``rest`` and so on.
    duration : s
        How long it lasts at most; one number, or one for each person.
    forcing
        By name, internal units; one number or one for each person. What is not named is at rest.
    stops
        Thresholds that end a person's segment early, by the name of a quantity.
    must_stop
        True if the segment is there to reach its threshold; who does not reach it in time has failed.
    share_to_drink
        Share of the body mass lost so far that is drunk in this segment.
    """

    id: str
    kind: str
    duration: Any
    forcing: Mapping[str, Any] = field(default_factory=dict)
    stops: Mapping[str, Any] = field(default_factory=dict)
    must_stop: bool = False
    share_to_drink: Any = None


@dataclass(frozen=True)
class Protocol:
    """Named segments in order."""

    name: str
    segments: tuple[Segment, ...]
