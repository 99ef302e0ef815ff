"""Turns an event's effort, weather and drinks into forcing: how fast, how steep, in what air, drinking what, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.quantities import to_internal
from cramplab.importers.event_effort import EventEffort
from cramplab.importers.scenario import Scenario
from cramplab.importers.weather import Weather, weather_on_grid
from cramplab.simulation.event_run import Stretch
from cramplab.simulation.own_motion import WALK_TO_RUN, riding_power, riding_speed, running_speed_for_power
from cramplab.simulation.solve import STEP_SECONDS

FloatArray = NDArray[np.float64]
DEFAULT_CLOTHING = to_internal(0.3, "clo")
GLUCOSE_G_PER_MMOL = 0.180156
SIP_SECONDS = 60.0
"""A drink at a station is swallowed over this time."""
_INDOOR_WIND = 0.5


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What the scenario leaves open about the air, drawn for each person, and what it tells.

    Parameters
    ----------
    wind_share : 1
        Wind at the height of the body over wind as given; shape [people].
    wind : m/s
        As a station gives it, used where the scenario is silent; shape [people].
    solar : W/m^2
        Used where the scenario is silent; shape [people].
    indoors
        No own wind, and the wind is what was given.
    """

    wind_share: FloatArray
    wind: FloatArray
    solar: FloatArray
    indoors: bool


def is_indoors(effort: EventEffort, weather: Weather) -> bool:
    """Tell whether the event is indoors: nowhere on the map, without sun, and with hardly any wind."""
    no_sun = bool(np.all(weather.solar_W_per_m2 == 0.0))
    still = bool(np.all(weather.wind_m_per_s <= _INDOOR_WIND))
    return effort.latitude_deg is None and no_sun and still


def moves(scenario: Scenario, effort: EventEffort, mass: float) -> tuple[dict[str, FloatArray], list[str]]:
    """Give the forcing of the work itself, but not of a heart rate; shape [steps].

    Parameters
    ----------
    mass : kg
        Of the person.

    Returns
    -------
    forcing, notices
    """
    nothing = np.zeros(effort.time_s.size)
    forcing = dict.fromkeys(("running_speed", "walking_speed", "cycling_power"), nothing)
    # A partial last interval holds the distance of its own time only.
    ends = np.minimum(effort.time_s + STEP_SECONDS, effort.duration_s)
    share = np.maximum((ends - effort.time_s) / STEP_SECONDS, 1e-3)
    speed = np.nan_to_num(effort.speed_m_per_s, nan=0.0) / share
    sport, notices = scenario.event.sport, []
    if effort.kind == "heart_rate":
        return forcing | {"grade": nothing}, []
    if effort.kind == "power":
        power = np.maximum(effort.power_W, 0.0)
        if sport in ("run", "walk"):
            notices.append(
                "A running power meter does not measure work at a pedal: its watts were read as the speed on the level "
                "that goes with them (1.04 W per kg and m/s)."
            )
            return forcing | {"running_speed": running_speed_for_power(power, mass), "grade": nothing}, notices
        return forcing | {"cycling_power": power, "grade": nothing}, []
    riding = np.zeros(speed.size, dtype=bool)
    if sport == "cycle":
        riding[:] = True
    elif sport == "triathlon":
        riding = speed > 5.5
    if riding.any():
        notices.append(
            "The recording tells no power: what the pedals took was worked out from speed and slope, without wind and "
            "without other riders. A power meter would tell it better."
        )
        forcing["cycling_power"] = np.where(riding, riding_power(speed, effort.grade, mass), 0.0)
    on_foot = np.where(riding, 0.0, speed)
    runs = on_foot > (WALK_TO_RUN if sport != "walk" else WALK_TO_RUN + 0.3)
    forcing["running_speed"] = np.where(runs, on_foot, 0.0)
    forcing["walking_speed"] = np.where(runs, 0.0, on_foot)
    return forcing | {"grade": np.where(riding, 0.0, effort.grade)}, notices


def own_speed(scenario: Scenario, effort: EventEffort, mass: float) -> tuple[FloatArray | None, list[str]]:
    """Give the speed over ground that makes wind; None if neither file nor power tells it; shape [steps]."""
    known = np.isfinite(effort.speed_m_per_s)
    if known.any():
        return np.where(known, effort.speed_m_per_s, 0.0), []
    if effort.kind == "power" and scenario.event.sport not in ("run", "walk"):
        told = "The speed is not known: own wind was worked out from the power, on the level and without wind."
        return riding_speed(effort.power_W, mass), [told]
    if effort.kind == "power":
        return running_speed_for_power(effort.power_W, mass), []
    return None, []


def air_past_the_body(
    speed: FloatArray, wind: FloatArray, wind_from_deg: FloatArray, bearing_deg: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give own motion and wind so that the root of the sum of their squares is the speed of the air past the body.

    Where direction of wind and motion are both known this is the length of their vector sum; else the wind comes from
    any side as often as from any other.

    Parameters
    ----------
    speed, wind : m/s
        Over ground, and of the air at the height of the body; shapes that broadcast.
    wind_from_deg, bearing_deg : degrees
        Clockwise from north; NaN if unknown.
    """
    angle = np.radians(wind_from_deg - bearing_deg)
    known = np.isfinite(angle)
    ahead = speed + wind * np.cos(np.where(known, angle, 0.0))
    aside = wind * np.sin(np.where(known, angle, 0.0))
    return np.where(known, np.abs(ahead), speed), np.where(known, np.abs(aside), wind)


def _air(
    weather: Mapping[str, FloatArray], around: Surroundings, speed: FloatArray, bearing: FloatArray
) -> dict[str, Any]:
    column = {name: values[:, None] for name, values in weather.items()}
    solar_known = np.isfinite(column["solar_W_per_m2"])
    forcing: dict[str, Any] = {
        "air_temperature": column["air_C"],
        "relative_humidity": column["humidity_fraction"],
        "solar": column["solar_W_per_m2"]
        if solar_known.all()
        else lambda rows: np.where(solar_known, column["solar_W_per_m2"], around.solar[None, rows]),
    }
    if around.indoors:
        still = np.nan_to_num(column["wind_m_per_s"], nan=to_internal(0.15, "m/s"))
        return forcing | {"wind": still, "ground_speed": np.zeros((1, 1))}

    def past(rows: slice) -> tuple[FloatArray, FloatArray]:
        given = column["wind_m_per_s"]
        wind = np.where(np.isfinite(given), given, around.wind[None, rows]) * around.wind_share[None, rows]
        return air_past_the_body(speed[:, None], wind, column["wind_from_deg"], bearing[:, None])

    return forcing | {"ground_speed": lambda rows: past(rows)[0], "wind": lambda rows: past(rows)[1]}


def event_stretches(
    scenario: Scenario,
    effort: EventEffort,
    weather: Weather,
    around: Surroundings,
    mass: float,
    heart_rates: tuple[FloatArray, FloatArray],
) -> tuple[list[Stretch], list[str]]:
    """Give the event, and the rest after it.

    Parameters
    ----------
    scenario, effort, weather
        As read.
    around
        What was drawn of the surroundings.
    mass : kg
        Of the person.
    heart_rates : 1/s
        At rest and at its highest; shape [people] each.

    Returns
    -------
    stretches, notices
    """
    work, notices = moves(scenario, effort, mass)
    speed, told = own_speed(scenario, effort, mass)
    notices += told
    if speed is None:
        speed = np.zeros(effort.time_s.size)
        if not around.indoors:
            notices.append(
                "The speed is not known, so the wind of the person's own motion is left out: they are cooled less than "
                "they would be. A recording with distance or positions would tell it."
            )
    drinks, told = drinking(scenario, effort)
    notices += told
    clothing = scenario.event.clothing_clo
    constant = {
        "clothing_insulation": np.asarray(DEFAULT_CLOTHING if clothing is None else to_internal(clothing, "clo")),
        **drink_content(scenario),
    }
    during = weather_on_grid(weather, effort.time_s + 0.5 * STEP_SECONDS)
    forcing: dict[str, Any] = {
        **work,
        **constant,
        **drinks,
        **_air(during, around, speed, effort.bearing_deg),
        "upright": np.ones(1),
        "drug_time": effort.time_s,
    }
    if effort.kind == "heart_rate":
        beats = effort.heart_rate_bpm[:, None] / 60.0
        rest, most = heart_rates
        forcing["heart_rate_asked"] = lambda rows: np.clip(
            (beats - rest[None, rows]) / (most - rest)[None, rows], 0.0, 1.05
        )
    stretches = [Stretch(effort.duration_s, forcing)]
    if scenario.recovery_s > 0.0:
        times = effort.duration_s + np.arange(0.0, scenario.recovery_s, STEP_SECONDS)
        after = weather_on_grid(weather, times + 0.5 * STEP_SECONDS)
        still = np.zeros(times.size)
        rest_forcing = {
            **constant,
            "drink_by_thirst": np.asarray(float(scenario.drink.behaviour == "thirst")),
            **_air(after, around, still, np.full(times.size, np.nan)),
            "drug_time": times,
        }
        stretches.append(Stretch(scenario.recovery_s, rest_forcing))
    return stretches, notices


def drink_content(scenario: Scenario) -> dict[str, FloatArray]:
    """Give what is in the drink (mmol/L); what is not told is none."""
    drink = scenario.drink
    return {
        "drink_sodium": np.asarray(drink.sodium_mmol_per_L or 0.0),
        "drink_potassium": np.asarray(drink.potassium_mmol_per_L or 0.0),
        "drink_carbohydrate": np.asarray((drink.carbohydrate_g_per_L or 0.0) / GLUCOSE_G_PER_MMOL),
    }


def drinking(scenario: Scenario, effort: EventEffort) -> tuple[dict[str, FloatArray], list[str]]:
    """Give the drinking of the event by step: a planned rate (L/s), or thirst.

    Never more than the person's ``max_drink_L_per_h``: a rate is cut to it, and at a station no more is swallowed than
    that rate would have given since the last one.
    """
    drink, limit = scenario.drink, scenario.preferences.max_drink_L_per_h
    if drink.behaviour != "schedule":
        return {"drink_by_thirst": np.asarray(float(drink.behaviour == "thirst"))}, []
    most = np.inf if limit is None else limit
    notices: list[str] = []
    if drink.rate_L_per_h is not None:
        if drink.rate_L_per_h > most:
            notices.append(
                f"The schedule of {drink.rate_L_per_h:g} L/h was cut to max_drink_L_per_h, {most:g} L/h, of "
                "[preferences]."
            )
        return {"drink_rate_planned": np.full(effort.time_s.size, min(drink.rate_L_per_h, most) / 3600.0)}, notices
    rate = np.zeros(effort.time_s.size)
    before, cut = 0.0, 0
    for station_km in scenario.event.drink_stations_km:
        moment = time_at(effort, 1000.0 * station_km)
        volume = (drink.each_station_mL or 0.0) / 1000.0
        allowed = most * (moment - before) / 3600.0
        if volume > allowed and station_km > 0.0:
            volume, cut = allowed, cut + 1
        rate += swallowed(effort, moment, volume)
        before = moment
    if cut:
        notices.append(
            f"At {cut} of {len(scenario.event.drink_stations_km)} stations less than {drink.each_station_mL:g} mL was "
            f"drunk: more would have passed max_drink_L_per_h, {most:g} L/h, of [preferences]."
        )
    return {"drink_rate_planned": rate}, notices


def time_at(effort: EventEffort, distance_m: float) -> float:
    """Give the moment at which a distance (m) is reached (s)."""
    ends = np.minimum(effort.time_s + STEP_SECONDS, effort.duration_s)
    reached = np.concatenate(([0.0], np.nan_to_num(effort.distance_m, nan=0.0)))
    return float(np.interp(distance_m, reached, np.concatenate(([0.0], ends))))


def swallowed(effort: EventEffort, begin: float, volume: float) -> FloatArray:
    """Spread a volume (L) evenly over a minute from the moment on, or over what is left of the event."""
    begin = min(begin, effort.duration_s - STEP_SECONDS)
    end = min(begin + SIP_SECONDS, effort.duration_s)
    starts = effort.time_s
    ends = np.minimum(starts + STEP_SECONDS, effort.duration_s)
    overlap = np.maximum(np.minimum(ends, end) - np.maximum(starts, begin), 0.0)
    # What falls into a short last interval flows at its rate only for the time that it lasts.
    return np.asarray(volume * overlap / overlap.sum() / np.maximum(ends - starts, 1e-9))
