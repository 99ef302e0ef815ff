"""The heat of an event as the gate and the report read it: air, humidity, and the wet-bulb globe temperature."""

from __future__ import annotations

import numpy as np

from cramplab.core.plan_result import Heat
from cramplab.importers.event_effort import EventEffort
from cramplab.importers.scenario import Scenario
from cramplab.importers.weather import Weather, weather_on_grid
from cramplab.safety.limits import Limits
from cramplab.safety.sun_position import cosine_of_zenith
from cramplab.safety.wet_bulb_globe import highest_wbgt
from cramplab.simulation.event_course import is_indoors


def heat_of_the_day(scenario: Scenario, effort: EventEffort, weather: Weather, limits: Limits) -> Heat:
    """Give the heat as forecast; an instrument's reading, where the scenario has one, outweighs any estimate."""
    grid = weather_on_grid(weather, effort.time_s)
    air, humidity = grid["air_C"], 100.0 * grid["humidity_fraction"]
    measured = scenario.weather.wbgt_C
    ranges = (float(air.min()), float(air.max())), (float(humidity.min()), float(humidity.max()))
    if measured is not None:
        return Heat(*ranges, measured, True, limits.band(measured).words)
    sun = None
    start, latitude, longitude = scenario.event.start, effort.latitude_deg, effort.longitude_deg
    if start is not None and latitude is not None and longitude is not None:
        sun = cosine_of_zenith(start, effort.time_s, latitude, longitude)
    found = highest_wbgt(
        air, grid["humidity_fraction"], grid["wind_m_per_s"], grid["solar_W_per_m2"],
        indoors=is_indoors(effort, weather), cosine_of_zenith=sun,
    )  # fmt: skip
    if not np.isfinite(found.wbgt_C):
        return Heat(*ranges, None, False, "")
    band = limits.band(found.wbgt_C).words
    return Heat(*ranges, found.wbgt_C, False, band, (found.low_C, found.high_C), found.assumed)
