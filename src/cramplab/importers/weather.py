"""The weather during an event: constants, or hours read from a file that the user brings. Nothing is ever fetched."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from cramplab.core.errors import Fault, UserError
from cramplab.importers.track import FloatArray, duration_text
from cramplab.importers.weather_files import WEATHER_RANGES, WeatherTable, read_open_meteo, read_weather_csv

LONGEST_HOLE_S = 3 * 3600.0


@dataclass(frozen=True, eq=False)
class Weather:
    """Weather at some moments of an event; every array has the shape (moments,), dtype float64, NaN where unknown.

    Parameters
    ----------
    time_s : s
        Since the start of the event, strictly rising; a single moment stands for weather that stays the same.
    air_C : degC
    humidity_fraction : 1
    wind_m_per_s : m/s
        As given, at the height of the source (stations and forecasts: 10 m above the ground).
    wind_from_deg : degrees
        Where the wind comes from, clockwise from north.
    solar_W_per_m2 : W/m^2
        On level ground, sun and sky together.
    notices : tuple of str
    source : str
    """

    time_s: FloatArray
    air_C: FloatArray
    humidity_fraction: FloatArray
    wind_m_per_s: FloatArray
    wind_from_deg: FloatArray
    solar_W_per_m2: FloatArray
    notices: tuple[str, ...] = ()
    source: str = "constants"


def constant_weather(
    air_C: float,
    humidity_pct: float,
    wind_m_per_s: float | None = None,
    solar_W_per_m2: float | None = None,
    wind_from_deg: float | None = None,
) -> Weather:
    """Give weather that stays the same; what is left out is NaN.

    Parameters
    ----------
    air_C : degC
    humidity_pct : %
    wind_m_per_s : m/s
    solar_W_per_m2 : W/m^2
    wind_from_deg : degrees
    """
    values = (air_C, humidity_pct / 100.0, wind_m_per_s, wind_from_deg, solar_W_per_m2)
    columns = [np.array([np.nan if value is None else float(value)]) for value in values]
    return Weather(np.zeros(1), columns[0], columns[1], columns[2], columns[3], columns[4])


def read_weather(
    path: Path | str,
    start: datetime,
    duration_s: float,
    where: tuple[float, float] | None = None,
) -> Weather:
    """Read an Open-Meteo answer (JSON) or a station's table (CSV) for one event.

    Parameters
    ----------
    path
        The file.
    start
        Of the event, with time zone.
    duration_s : s
        Of the event.
    where : degrees
        Latitude and longitude of the event; only to print the address of a file that would fit.

    Raises
    ------
    UserError
        If the file is damaged, has no unit where one is needed, or does not cover the event.
    """
    path = Path(path)
    if start.tzinfo is None:
        raise UserError(
            str(Fault("The event's start has no time zone", remedy="Write start = 2026-06-07T08:30:00+01:00"))
        )
    if path.suffix.lower() == ".json":
        table = read_open_meteo(path)
    elif path.suffix.lower() in (".csv", ".txt"):
        table = read_weather_csv(path)
    else:
        raise UserError(
            str(Fault(f"{path.name} is no kind of weather file that can be read", path.name,
                      "an Open-Meteo answer (.json) or a table (.csv)"))
        )  # fmt: skip
    return _during_event(table, path.name, start, duration_s, where)


def open_meteo_address(latitude_deg: float, longitude_deg: float, start: datetime, duration_s: float) -> str:
    """Give the address that answers with the weather of an event; the user opens it and saves the answer."""
    first, last = start - timedelta(hours=1), start + timedelta(seconds=duration_s) + timedelta(hours=2)
    wanted = "temperature_2m,relative_humidity_2m,wind_speed_10m,wind_direction_10m,shortwave_radiation"
    utc = timedelta(0)
    days = [(moment - (moment.utcoffset() or utc)).date().isoformat() for moment in (first, last)]
    return (
        f"https://api.open-meteo.com/v1/forecast?latitude={latitude_deg:.3f}&longitude={longitude_deg:.3f}"
        f"&hourly={wanted}&wind_speed_unit=ms&start_date={days[0]}&end_date={days[1]}"
    )


def _during_event(
    table: WeatherTable, name: str, start: datetime, duration_s: float, where: tuple[float, float] | None
) -> Weather:
    begin = start.timestamp()
    end = begin + duration_s
    first, last = float(table.unix_s[0]), float(table.unix_s[-1])
    remedy = "Save weather that covers the whole event"
    if where is not None:
        remedy += ", for example by opening " + open_meteo_address(*where, start, duration_s)
    zone = start.tzinfo
    times = [datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M %z") for moment in (first, last, begin, end)]
    if first > begin + 1.0:
        message = f"The weather in {name} starts at {times[0]}, after the event's start at {times[2]}"
        raise UserError(str(Fault(message, name, remedy=remedy)))
    if last < end - 1.0:
        message = f"The weather in {name} ends at {times[1]}, before the event's end at {times[3]}"
        raise UserError(str(Fault(message, name, remedy=remedy)))
    time_s = table.unix_s - begin
    inside = _span(time_s, duration_s)
    filled: dict[str, FloatArray] = {}
    for column in WEATHER_RANGES:
        values = table.columns.get(column)
        if values is None:
            filled[column] = np.full(time_s.shape, np.nan)
            continue
        moments = time_s
        if column == "solar_W_per_m2" and table.solar_is_mean_of_hour_before:
            moments = time_s - 1800.0  # a mean belongs to the middle of its hour
        filled[column] = _without_holes(moments, time_s, values, column, name, inside, table.notices)
    for needed in ("air_C", "humidity_fraction"):
        if not np.isfinite(filled[needed][inside]).all():
            raise UserError(str(Fault(f"{name} has no {needed} during the event", name, remedy=remedy)))
    return Weather(
        time_s[inside], **{column: values[inside] for column, values in filled.items()},
        notices=tuple(table.notices), source=name,
    )  # fmt: skip


def _span(time_s: FloatArray, duration_s: float) -> slice:
    """Keep the moments of the event and one on each side of it."""
    low = max(0, int(np.searchsorted(time_s, 0.0, side="right")) - 1)
    high = min(time_s.size, int(np.searchsorted(time_s, duration_s, side="left")) + 1)
    return slice(low, high)


def _without_holes(
    moments: FloatArray, time_s: FloatArray, values: FloatArray, column: str, name: str, inside: slice, told: list[str]
) -> FloatArray:
    known = np.isfinite(values)
    if not known.any():
        return np.full(time_s.shape, np.nan)
    if column == "wind_from_deg":
        angle = np.radians(values[known])
        north, east = (np.interp(time_s, moments[known], part) for part in (np.cos(angle), np.sin(angle)))
        return np.asarray(np.degrees(np.arctan2(east, north)) % 360.0)
    steps = np.diff(moments[known])
    near = (moments[known][:-1] < time_s[inside][-1]) & (moments[known][1:] > time_s[inside][0])
    widest = float(np.max(steps[near], initial=0.0))
    if widest > max(LONGEST_HOLE_S, 1.01 * float(np.median(np.diff(time_s))) if time_s.size > 1 else 0.0):
        raise UserError(
            str(Fault(f"{name} has no {column} for {duration_text(widest)} during the event", name,
                      f"holes of at most {duration_text(LONGEST_HOLE_S)}", "Fill in the missing hours"))
        )  # fmt: skip
    if not known[inside].all():
        told.append(
            f"{name}: {np.sum(~known[inside])} missing values of {column} were taken from the hours around them."
        )
    return np.asarray(np.interp(time_s, moments[known], values[known]))


def weather_on_grid(weather: Weather, time_s: FloatArray) -> dict[str, FloatArray]:
    """Give the weather at the times of a grid, joined by straight lines (directions the short way round).

    Parameters
    ----------
    weather
        As read.
    time_s : s
        Since the start of the event, shape (times,).

    Returns
    -------
    dict
        ``air_C``, ``humidity_fraction``, ``wind_m_per_s``, ``wind_from_deg``, ``solar_W_per_m2``; shape (times,).
    """
    grid: dict[str, FloatArray] = {}
    for field in fields(weather):
        if field.name not in WEATHER_RANGES:
            continue
        values = getattr(weather, field.name)
        if field.name == "wind_from_deg":
            angle = np.radians(values)
            north, east = (np.interp(time_s, weather.time_s, part) for part in (np.cos(angle), np.sin(angle)))
            grid[field.name] = np.degrees(np.arctan2(east, north)) % 360.0
        else:
            grid[field.name] = np.interp(time_s, weather.time_s, values)
    return grid
