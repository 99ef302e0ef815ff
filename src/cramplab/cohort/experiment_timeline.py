"""Turns the steps of a published experiment into segments of forcing, with every assumed condition drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.participants import Draws, NotSimulatedError, word_of
from cramplab.core.experiment import Arm, Drink, Environment, Step, Uncertain, Until
from cramplab.core.protocol import Segment
from cramplab.core.quantities import to_internal

FloatArray = NDArray[np.float64]
SITTING = 0.3  # share of standing's pressure on the capillaries (chosen)
_POSTURES = {"lying": 0.0, "sitting": SITTING, "standing": 1.0}
_LONGEST_UNTIL = 12 * 3600.0
_CANNOT = ("swim", "row", "step")


def segments_of(arm: Arm, draws: Draws, drawn: Mapping[str, FloatArray]) -> tuple[Segment, ...]:
    """Turn the steps of an arm into segments.

    Raises
    ------
    NotSimulatedError
        For a step that this version cannot do.
    """
    segments: list[Segment] = []
    for position, step in enumerate(arm.steps):
        # Steps at the same place of two arms share their draws, so that a contrast is not blurred by the room.
        make = _SEGMENT_OF.get(step.kind)
        if make is None:
            raise NotSimulatedError(f"the body model has no step '{step.kind}'")
        segment = make(_Context(arm, step, position, draws, drawn))
        if segment is not None:
            segments.append(segment)
    if not segments:
        raise NotSimulatedError("no step of the arm takes time")
    return tuple(segments)


@dataclass(frozen=True)
class _Context:
    arm: Arm
    step: Step
    position: int
    draws: Draws
    drawn: Mapping[str, FloatArray]

    def value(self, key: str) -> FloatArray | None:
        found = self.step.number(key)
        return None if found is None else self.draws.condition(f"{self.step.kind}.{key}.{self.position}", found)

    def drink_value(self, key: str, value: Uncertain) -> FloatArray:
        return self.draws.condition(f"drink.{key}.{self.position}", value)

    @property
    def mass(self) -> FloatArray:
        return self.drawn["body_size.mass"]

    def identity(self) -> str:
        return self.step.id or f"{self.step.kind}_{self.position + 1}"


def _room(context: _Context) -> dict[str, Any]:
    names = {
        "air": "air_temperature",
        "humidity": "relative_humidity",
        "wind": "wind",
        "solar": "solar",
        "clothing": "clothing_insulation",
    }
    forcing: dict[str, Any] = {}
    environment: Environment = context.arm.environment
    for key, name in names.items():
        own = context.value(key) if key in ("air", "humidity", "wind") else None
        given = getattr(environment, key)
        if own is not None:
            forcing[name] = own
        elif given is not None:
            forcing[name] = context.draws.condition(f"environment.{key}", given)
    return forcing


def _drinking(context: _Context, drink: Drink | None) -> tuple[dict[str, Any], Any]:
    """Give the forcing of drinking, and the share of the mass lost that is drunk in the step."""
    if drink is None:
        return {}, None
    forcing: dict[str, Any] = {}
    for key, name in (("sodium", "drink_sodium"), ("potassium", "drink_potassium")):
        value = getattr(drink, key)
        if value is not None:
            forcing[name] = context.drink_value(key, value)
    if drink.carbohydrate is not None:
        forcing["drink_carbohydrate"] = context.drink_value("carbohydrate", drink.carbohydrate) / _GLUCOSE
    if drink.behaviour == "ad_libitum" or drink.amount is None:
        return forcing | {"drink_by_thirst": 1.0}, None
    amount, unit = context.drink_value("amount", drink.amount), drink.amount.unit.name
    dimensions = dict(drink.amount.unit.dimensions)
    if unit == "%mass_loss":
        return (forcing, amount) if context.step.kind == "rest" else (forcing | {"drink_share_of_loss": amount}, None)
    if unit == "%sweat_loss":
        return forcing | {"drink_share_of_sweat": amount}, None
    if unit == "%body_mass":
        amount = amount * context.mass
        dimensions = {"[volume]": 1.0}
    if "[mass]" in dimensions:
        amount = amount * context.mass
    if "[time]" not in dimensions:
        duration = context.value("duration")
        if duration is None:
            raise NotSimulatedError("a volume to drink needs the duration of its step")
        amount = amount / duration
    return forcing | {"drink_rate_planned": amount}, None


_GLUCOSE = 180.156e-6  # kg/mmol


def _rest(context: _Context) -> Segment:
    drink = context.step.values.get("drink")
    forcing, share = _drinking(context, drink if isinstance(drink, Drink) else None)
    if drink is None:
        # Rest without a word on drinking is daily life: food and drink keep the balance.
        forcing["eats_as_usual"] = 1.0
    if context.step.kind == "rest":
        forcing["upright"] = _POSTURES.get(word_of(context.step, "posture") or "", SITTING)
    duration = context.value("duration")
    return Segment(context.identity(), context.step.kind, duration, _room(context) | forcing, share_to_drink=share)


def _drink(context: _Context) -> Segment:
    volume = context.step.number("volume")
    if volume is None:
        raise NotSimulatedError("a drink needs its volume")
    duration = context.value("duration")
    duration = np.full(context.draws.total, 300.0) if duration is None else duration
    drink = Drink(
        "amount", volume, *(context.step.number(key) for key in ("sodium", "potassium", "chloride", "carbohydrate"))
    )
    share: Any = None
    if volume.unit.name == "%mass_loss":
        share = context.drink_value("amount", volume)
        drink = replace(
            drink, amount=Uncertain.fixed(0.0, replace(volume.unit, name="L", dimensions=(("[volume]", 1.0),)))
        )
    elif volume.unit.name == "%sweat_loss":
        raise NotSimulatedError("a drink of a share of the sweat: give it as a share of the mass lost")
    forcing, _ = _drinking(
        _WithDuration(context.arm, context.step, context.position, context.draws, context.drawn, duration), drink
    )
    return Segment(context.identity(), "drink", duration, _room(context) | forcing, share_to_drink=share)


@dataclass(frozen=True)
class _WithDuration(_Context):
    duration: FloatArray

    def value(self, key: str) -> FloatArray | None:
        return self.duration if key == "duration" else super().value(key)


def _exercise(context: _Context) -> Segment:
    drink = context.step.values.get("drink")
    forcing, share = _drinking(context, drink if isinstance(drink, Drink) else None)
    mode = word_of(context.step, "mode") or "cycle"
    forcing = _room(context) | forcing | _work(context, mode)
    duration, stops, must = _end(context, forcing)
    return Segment(context.identity(), context.step.kind, duration, forcing, stops, must, share)


def _work(context: _Context, mode: str) -> dict[str, Any]:
    """Give the forcing of the work itself."""
    if mode in _CANNOT:
        raise NotSimulatedError(f"the body model has no mode '{mode}'")
    usual = {"rest": SITTING, "cycle": SITTING, "one_leg_cycling": SITTING, "calf_raise": 0.0}
    posture = word_of(context.step, "posture") or ""
    upright = {"upright": _POSTURES.get(posture, usual.get(mode, SITTING if "knee_extension" in mode else 1.0))}
    found = context.step.number("intensity")
    intensity = context.value("intensity")
    if found is None or intensity is None:
        if mode in ("rest", "upright_rest") or context.step.kind == "heat_exposure":
            return upright
        raise NotSimulatedError("the work has no intensity")
    unit = found.unit.name
    grade = context.value("grade")
    slope = {"grade": grade} if grade is not None else {}
    fitness = context.drawn["body_size.fitness"]
    if unit in ("%VO2max", "%VO2peak") and mode not in (
        "calf_raise",
        "one_leg_knee_extension",
        "two_leg_knee_extension",
    ):
        asked: dict[str, Any] = {"relative_intensity_asked": intensity}
    elif unit in ("%Wmax", "%MVC") and mode == "calf_raise":
        asked = {"calf_power_share": intensity}
    elif unit == "%Wmax":
        asked = {"relative_intensity_asked": intensity}
    elif unit in ("%VO2reserve", "%HRreserve"):
        asked = {"heart_rate_asked": intensity}
    elif unit in ("bpm", "%HRmax"):
        at_rest, most = context.drawn["circulation.heart_rate_at_rest"], context.drawn["circulation.heart_rate_most"]
        rate = intensity * most if unit == "%HRmax" else intensity
        asked = {"heart_rate_asked": (rate - at_rest) / (most - at_rest)}
    elif unit == "W" and "knee_extension" in mode:
        asked = {"knee_extension_power": intensity}
    elif unit in ("W", "W/kg"):
        asked = {"cycling_power": intensity * (context.mass if unit == "W/kg" else 1.0)}
    elif dict(found.unit.dimensions) == {"[length]": 1.0, "[time]": -1.0}:
        asked = {"walking_speed" if mode == "walk" else "running_speed": intensity}
    elif unit == "met":
        asked = {"relative_intensity_asked": intensity * to_internal(3.5, "mL/kg/min") / fitness}
    elif unit == "mL/kg/min":
        asked = {"relative_intensity_asked": intensity / fitness}
    elif unit == "L/min":
        asked = {"relative_intensity_asked": intensity / (fitness * context.mass)}
    else:
        raise NotSimulatedError(f"work in '{unit}' by '{mode}' is not known to the body model")
    return asked | slope | upright | _own_wind(context, mode, asked)


def _own_wind(context: _Context, mode: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Outdoors the runner makes wind; a laboratory says its wind, and a treadmill makes none."""
    distance = isinstance(context.step.values.get("until"), Until) and context.step.values["until"].what == "distance"
    outdoors = distance or mode == "race" or context.arm.environment.solar is not None
    return {"ground_speed": _speed(context, mode, asked)} if outdoors else {}


def _speed(context: _Context, mode: str, asked: Mapping[str, Any]) -> FloatArray:
    """Speed that goes with the work on level ground (m/s)."""
    for key in ("running_speed", "walking_speed"):
        if key in asked:
            return np.asarray(asked[key])
    mass = context.mass
    uptake = context.drawn["body_size.fitness"] * mass
    at_rest = to_internal(3.5, "mL/kg/min") * mass
    if "relative_intensity_asked" in asked:
        net = np.asarray(asked["relative_intensity_asked"]) * uptake - at_rest
    elif "heart_rate_asked" in asked:
        net = np.asarray(asked["heart_rate_asked"]) * (uptake - at_rest)
    else:
        net = to_internal(10.8, "mL/min/W") * np.asarray(asked["cycling_power"])
    if mode == "cycle":
        power = np.maximum((net - at_rest) / to_internal(10.8, "mL/min/W"), 20.0)
        # Air drag of an upright rider and rolling resistance, P = 0.5 rho CdA v^3 + m g Crr v, by Newton's method.
        speed = np.full_like(power, 8.0)
        for _ in range(20):
            slope = 3 * 0.5 * 1.2 * 0.32 * speed**2 + (mass + 9.0) * 9.81 * 0.005
            speed = speed - (0.5 * 1.2 * 0.32 * speed**3 + (mass + 9.0) * 9.81 * 0.005 * speed - power) / slope
        return np.asarray(speed)
    cost = 2.1 if mode == "walk" else 3.6
    return np.maximum(net * 20900.0 / (cost * mass), 0.3)


def _end(context: _Context, forcing: Mapping[str, Any]) -> tuple[Any, dict[str, Any], bool]:
    """How long the work lasts, what ends it, and whether it must be reached."""
    until, duration = context.step.values.get("until"), context.value("duration")
    if not isinstance(until, Until):
        return duration, {}, False
    if until.what == "exhaustion" or until.value is None:
        if duration is None:
            raise NotSimulatedError("exhaustion without a duration: the body model has no will to stop")
        return duration, {}, False
    value = context.draws.condition(f"until.{until.what}.{context.position}", until.value)
    if until.what == "distance":
        speed = forcing.get("ground_speed")
        if speed is None:
            raise NotSimulatedError("a distance without a speed")
        return value / speed, {}, False
    if until.what == "heart_rate":
        raise NotSimulatedError("work until a heart rate")
    return np.full(context.draws.total, _LONGEST_UNTIL), {until.what: value}, True


def _cuff(context: _Context) -> Segment:
    duration = context.value("duration")
    return Segment(
        context.identity(),
        "cuff",
        np.full(context.draws.total, 300.0) if duration is None else duration,
        _room(context) | {"cuff": 1.0, "eats_as_usual": 1.0},
    )


def _infusion(context: _Context) -> Segment | None:
    if word_of(context.step, "site") == "duodenojejunum":
        # A perfused segment of gut is measured by itself; the body rests.
        duration = context.value("duration")
        return Segment(
            context.identity(),
            "infusion",
            np.full(context.draws.total, 3600.0) if duration is None else duration,
            _room(context) | {"eats_as_usual": 1.0},
        )
    volume, duration = context.step.number("volume"), context.value("duration")
    rate = context.value("rate")
    if duration is None or (volume is None and rate is None):
        raise NotSimulatedError("an infusion needs volume and duration")
    if volume is not None:
        amount = context.drink_value("amount", volume)
        if "[mass]" in dict(volume.unit.dimensions):
            amount = amount * context.mass
        rate = amount / duration
    assert rate is not None
    sodium = context.value("sodium")
    if sodium is None:
        sodium = 0.5 * _infused_osmolality(context, rate * duration)
    forcing = {"food_water": rate, "food_sodium": rate * sodium, "food_chloride": rate * sodium}
    return Segment(context.identity(), "infusion", duration, _room(context) | forcing)


def _infused_osmolality(context: _Context, volume: FloatArray) -> FloatArray:
    """Give the osmolality of what is infused (mosmol/L); two osmoles are one sodium with its anion."""
    for key in ("osmolality", "osmoles"):
        value = context.value(key)
        found = context.step.number(key)
        if value is not None and found is not None:
            # Per kilogram of water it is a concentration, else the whole amount.
            return value if "[mass]" in dict(found.unit.dimensions) else value / volume
    return np.zeros(context.draws.total)


_SEGMENT_OF: Mapping[str, Callable[[_Context], Segment | None]] = {
    "rest": _rest,
    "sleep": _rest,
    "drink": _drink,
    "exercise": _exercise,
    "heat_exposure": _exercise,
    "cuff": _cuff,
    "infusion": _infusion,
}
