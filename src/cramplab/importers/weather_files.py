"""Reads weather tables: the JSON that Open-Meteo answers with, and CSV with the unit in each column's name."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np

from cramplab.core.errors import Fault, FaultsFoundError, UserError, did_you_mean, place_in

WEATHER_RANGES = {
    "air_C": (-30.0, 55.0),
    "humidity_fraction": (0.0, 1.0),
    "wind_m_per_s": (0.0, 60.0),
    "wind_from_deg": (0.0, 360.0),
    "solar_W_per_m2": (0.0, 1400.0),
}
_LARGEST_FILE_BYTES = 20_000_000
_MOST_FAULTS = 20
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Converter = Callable[[float], float]
_SAME: Converter = float
_CELSIUS_FROM_F: Converter = lambda value: (value - 32.0) / 1.8  # noqa: E731  (a table of one-liners reads best)
_FRACTION: Converter = lambda value: value / 100.0  # noqa: E731


def _scaled(factor: float) -> Converter:
    return lambda value: value * factor


_WIND = {"m/s": 1.0, "km/h": 1.0 / 3.6, "mp/h": 0.44704, "mph": 0.44704, "kn": 1852.0 / 3600.0}
_OPEN_METEO: dict[str, tuple[str, dict[str, Converter]]] = {
    "temperature_2m": ("air_C", {"°C": _SAME, "°F": _CELSIUS_FROM_F}),
    "relative_humidity_2m": ("humidity_fraction", {"%": _FRACTION}),
    "wind_speed_10m": ("wind_m_per_s", {unit: _scaled(factor) for unit, factor in _WIND.items()}),
    "wind_direction_10m": ("wind_from_deg", {"°": _SAME}),
    "shortwave_radiation": ("solar_W_per_m2", {"W/m²": _SAME, "W/m2": _SAME}),
    "shortwave_radiation_instant": ("solar_W_per_m2", {"W/m²": _SAME, "W/m2": _SAME}),
}
_CSV: dict[str, tuple[str, Converter]] = {
    "air_C": ("air_C", _SAME),
    "air_F": ("air_C", _CELSIUS_FROM_F),
    "humidity_pct": ("humidity_fraction", _FRACTION),
    "wind_m_per_s": ("wind_m_per_s", _SAME),
    "wind_km_per_h": ("wind_m_per_s", _scaled(1.0 / 3.6)),
    "wind_mph": ("wind_m_per_s", _scaled(0.44704)),
    "wind_from_deg": ("wind_from_deg", _SAME),
    "solar_W_per_m2": ("solar_W_per_m2", _SAME),
}


@dataclass
class WeatherTable:
    """What a weather file holds: times in s since 1970 and columns in the units of ``Weather``."""

    unix_s: np.ndarray
    columns: dict[str, np.ndarray]
    notices: list[str]
    solar_is_mean_of_hour_before: bool = False


def _refuse(name: str, message: str, expected: str = "", remedy: str = "") -> UserError:
    return UserError(str(Fault(message, name, expected, remedy)))


def _read_text(path: Path) -> str:
    name = path.name
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise _refuse(name, f"{name} has {path.stat().st_size / 1e6:.0f} MB", "a weather file below 20 MB")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise _refuse(name, f"{name} is not UTF-8 text", remedy="Save it as UTF-8") from problem
    except OSError as problem:
        raise _refuse(
            name, f"{name} cannot be read: {problem.strerror or problem}", remedy="Check the name"
        ) from problem


def read_open_meteo(path: Path) -> WeatherTable:
    """Read the hourly values of an Open-Meteo answer, by the units that it states itself.

    Radiation is the mean of the hour before its time, as Open-Meteo documents it, unless it is the instant value.

    Raises
    ------
    UserError
        If it is no such answer, a needed variable or unit is missing, or its times do not rise.
    """
    name = path.name
    try:
        answer = json.loads(_read_text(path))
    except (ValueError, RecursionError) as problem:
        raise _refuse(
            name, f"{name} is not valid JSON: {problem}", remedy="Save the answer again as it came"
        ) from problem
    if isinstance(answer, list):
        raise _refuse(name, f"{name} holds {len(answer)} places", "the answer for one place")
    if isinstance(answer, dict) and answer.get("error"):
        raise _refuse(name, f"{name} holds an error instead of weather: {answer.get('reason', 'no reason given')}")
    hourly = answer.get("hourly") if isinstance(answer, dict) else None
    units = answer.get("hourly_units") if isinstance(answer, dict) else None
    if not isinstance(hourly, dict) or not isinstance(units, dict) or not isinstance(hourly.get("time"), list):
        raise _refuse(
            name, f"{name} has no hourly values with units", "an Open-Meteo answer with 'hourly' and 'hourly_units'",
            "Ask for &hourly=temperature_2m,relative_humidity_2m,wind_speed_10m,wind_direction_10m,shortwave_radiation",
        )  # fmt: skip
    unix_s = _open_meteo_times(hourly["time"], answer, units, name)
    columns: dict[str, np.ndarray] = {}
    mean_of_hour = False
    for variable, (column, converters) in _OPEN_METEO.items():
        values = hourly.get(variable)
        if values is None:
            continue
        unit = units.get(variable)
        if not isinstance(unit, str) or unit not in converters:
            shown = f"the unit '{unit}'" if unit is not None else "no unit"
            raise _refuse(name, f"{variable} in {name} has {shown}", " or ".join(converters))
        if not isinstance(values, list) or len(values) != len(unix_s):
            raise _refuse(name, f"{variable} in {name} has not as many values as there are times")
        columns[column] = _converted(values, converters[unit], column, variable, name)
        if column == "solar_W_per_m2":
            mean_of_hour = variable == "shortwave_radiation"
    for needed, variable in (("air_C", "temperature_2m"), ("humidity_fraction", "relative_humidity_2m")):
        if needed not in columns:
            raise _refuse(name, f"{name} has no {variable}", remedy=f"Add {variable} to the hourly variables")
    return WeatherTable(unix_s, columns, [], mean_of_hour)


def _open_meteo_times(times: list[Any], answer: Mapping[str, Any], units: Mapping[str, Any], name: str) -> np.ndarray:
    if not times:
        raise _refuse(name, f"{name} holds no hours")
    offset = answer.get("utc_offset_seconds", 0)
    if not isinstance(offset, (int, float)) or isinstance(offset, bool) or not abs(offset) <= 86_400:
        raise _refuse(name, f"utc_offset_seconds in {name} is {offset!r}", "a number of seconds")
    unix_s = np.empty(len(times))
    for index, written in enumerate(times):
        if units.get("time") == "unixtime" and isinstance(written, (int, float)) and not isinstance(written, bool):
            unix_s[index] = float(written) if abs(written) < 1e11 else np.nan
            continue
        moment = _read_moment(written)
        if moment is None:
            raise _refuse(name, f"Time {index + 1} in {name} is {written!r}", "a time such as 2026-06-07T08:00")
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone(timedelta(seconds=float(offset))))
        unix_s[index] = (moment - _UNIX_EPOCH).total_seconds()
    _check_rising(unix_s, name, "time")
    return unix_s


def _read_moment(written: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written.strip()) if isinstance(written, str) else None
    except ValueError:
        return None
    # The years at the edge of the calendar cannot be moved between zones.
    return moment if moment is not None and 1900 <= moment.year <= 2200 else None


def _check_rising(unix_s: np.ndarray, name: str, word: str, lines: list[int] | None = None) -> None:
    wrong = np.flatnonzero(~(np.diff(unix_s) > 0.0))
    if wrong.size or not np.isfinite(unix_s).all():
        at = int(wrong[0]) + 1 if wrong.size else int(np.argmin(np.isfinite(unix_s)))
        where = f"line {lines[at]}" if lines else f"{word} {at + 1}"
        raise _refuse(
            f"{name}, {where}", f"The times in {name} do not rise", remedy="Sort the rows; remove repeated times"
        )


def _converted(values: list[Any], converter: Converter, column: str, variable: str, name: str) -> np.ndarray:
    low, high = WEATHER_RANGES[column]
    converted = np.full(len(values), np.nan)
    for index, value in enumerate(values):
        if value is None:
            continue
        number = float("nan")
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9:
            number = converter(float(value))
        if not low - 1e-9 <= number <= high + 1e-9:
            raise _refuse(
                f"{name}, hour {index + 1}", f"{variable} is {value!r}", f"{column} between {low:g} and {high:g}"
            )
        converted[index] = number
    return converted


def read_weather_csv(path: Path) -> WeatherTable:
    """Read a table with the columns ``time`` (ISO 8601 with offset), ``air_C``, ``humidity_pct`` and more.

    Comma or semicolon; with semicolons a decimal comma is read too. Empty cells are missing values.

    Raises
    ------
    FaultsFoundError
        With every fault and its line (the first 20).
    """
    name = path.name
    text = _read_text(path)
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    separator = ";" if ";" in first_line else ","
    try:
        reader = csv.reader(text.splitlines(), delimiter=separator, strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as problem:
        raise _refuse(
            name, f"{name} is not a readable table: {problem}", "a table with one row per moment"
        ) from problem
    rows = [(line, row) for line, row in rows if any(row) and not row[0].startswith("#")]
    if len(rows) < 2:
        raise _refuse(name, f"{name} holds no rows", "a header and one row per moment")
    header_line, header = rows[0]
    faults = _header_faults(name, header_line, header)
    if faults:
        raise FaultsFoundError(faults)
    times: list[float] = []
    lines: list[int] = []
    cells: dict[str, list[float]] = {column: [] for column in header if column != "time" and column}
    for line, row in rows[1:]:
        _read_row(place_in(name, line), header, row, separator, times, cells, faults)
        lines.append(line)
        if len(faults) >= _MOST_FAULTS:
            break
    if faults:
        raise FaultsFoundError(faults)
    unix_s = np.array(times)
    _check_rising(unix_s, name, "row", lines)
    return WeatherTable(unix_s, {_CSV[column][0]: np.array(values) for column, values in cells.items()}, [])


def _header_faults(name: str, line: int, header: list[str]) -> list[Fault]:
    place = place_in(name, line)
    known = ["time", *_CSV]
    faults = []
    for column in header:
        if column and column not in known:
            right = [each for each in _CSV if each.split("_")[0] == re.split(r"[_ (\[]", column.lower())[0]]
            remedy = f"Write {' or '.join(right)}" if right else did_you_mean(column, known).rstrip(".")
            faults.append(Fault(f"Unknown column '{column}'", place, "the unit in the column's name", remedy))
    kinds = [_CSV[column][0] if column in _CSV else column for column in header if column]
    twice = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    faults += [Fault(f"Two columns give {kind}", place, remedy="Keep one of them") for kind in twice]
    for needed, column in (("time", "time"), ("air_C", "air_C"), ("humidity_fraction", "humidity_pct")):
        if needed not in kinds:
            faults.append(Fault(f"There is no column '{column}'", place, "time, air_C and humidity_pct at least"))
    return faults


def _read_row(
    place: str, header: list[str], row: list[str], separator: str, times: list[float], cells: dict[str, list[float]],
    faults: list[Fault],
) -> None:  # fmt: skip
    if len(row) != len(header):
        faults.append(Fault(f"The row has {len(row)} cells", place, f"{len(header)}, as in the header"))
        return
    for column, cell in zip(header, row, strict=True):
        if column == "time":
            moment = _read_moment(cell)
            if moment is None or moment.tzinfo is None:
                missing = "has no time zone" if moment else "is not a time"
                expected = "ISO 8601 with offset, for example 2026-06-07T08:00+01:00"
                faults.append(Fault(f"The time '{cell}' {missing}", place, expected))
                continue
            times.append((moment - _UNIX_EPOCH).total_seconds())
        elif column:
            cells[column].append(_read_cell(place, column, cell, separator, faults))


def _read_cell(place: str, column: str, cell: str, separator: str, faults: list[Fault]) -> float:
    if not cell:
        return float("nan")
    kind, converter = _CSV[column]
    low, high = WEATHER_RANGES[kind]
    try:
        number = converter(float(cell.replace(",", ".") if separator == ";" else cell))
    except ValueError:
        number = float("nan")
    if not low - 1e-9 <= number <= high + 1e-9:
        faults.append(Fault(f"{column} is '{cell}'", place, f"a number ({kind} between {low:g} and {high:g})"))
        return float("nan")
    return number
