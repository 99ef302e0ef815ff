"""A cleaned activity as arrays, and its average over even intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from cramplab.importers.track import FloatArray

MENDS = {
    "gap_as_rest": "a long gap in the recording is spent standing still",
    "gap_cut": "a long gap in the recording is taken out, as if the clock had stood still",
    "jump": "positions and distances that jump impossibly far are left out",
    "speed": "impossibly fast stretches are brought down to the pace around them",
    "clock": "a clock that was put back or forward is put right",
    "time_zone": "times without zone are taken as written, in the zone of the event's start",
    "damage": "the readable part of a damaged FIT file is used",
}
_LONGEST_HOLE_TO_FILL_S = 120.0


@dataclass(frozen=True, eq=False)
class Activity:
    """A recorded activity, cleaned; every array has the shape (records,), dtype float64, and NaN where missing.

    Parameters
    ----------
    start : datetime
        Of the first record, with zone; None if the device did not know the date.
    time_s : s
        Since the first record, strictly increasing from 0.
    distance_m : m
        Covered so far, never falling; all NaN if the file tells neither distance, speed nor position.
    altitude_m : m
    speed_m_per_s : m/s
        Slope of the distance.
    grade : 1
        Rise over run, smoothed over about 100 m, within -0.45 and 0.45.
    power_W : W
    heart_rate_bpm : 1/min
    bearing_deg : degrees
        Direction of motion, clockwise from north.
    latitude_deg, longitude_deg : degrees
    device_temperature_C, core_temperature_C : degC
        The device is warmed by the body: its temperature is not the air's.
    sport : str
        As the file names it, or None.
    notices : tuple of str
        What was mended, with record number and time.
    source : str
        File name.
    """

    start: datetime | None
    time_s: FloatArray
    distance_m: FloatArray
    altitude_m: FloatArray
    speed_m_per_s: FloatArray
    grade: FloatArray
    power_W: FloatArray
    heart_rate_bpm: FloatArray
    bearing_deg: FloatArray
    latitude_deg: FloatArray
    longitude_deg: FloatArray
    device_temperature_C: FloatArray
    core_temperature_C: FloatArray
    sport: str | None
    notices: tuple[str, ...]
    source: str

    @property
    def duration_s(self) -> float:
        """Time from the first to the last record (s)."""
        return float(self.time_s[-1])

    @property
    def total_distance_m(self) -> float:
        """Distance covered (m), NaN if unknown."""
        return float(self.distance_m[-1])

    def has(self, name: str) -> bool:
        """Whether at least half of the records have a value in the named column."""
        return bool(np.mean(np.isfinite(getattr(self, name))) >= 0.5)


def effort_on_grid(activity: Activity, step_s: float) -> dict[str, FloatArray]:
    """Average an activity over even intervals, keeping its distance.

    Parameters
    ----------
    activity
        As read.
    step_s : s
        Length of an interval.

    Returns
    -------
    dict
        ``time_s`` (start of each interval), ``distance_m`` (at its end), ``speed_m_per_s`` (its sum times the step is
        the whole distance), and the averages ``grade``, ``power_W``, ``heart_rate_bpm``, ``altitude_m``,
        ``bearing_deg``; each of shape (intervals,). Holes of at most 2 minutes are filled; longer ones stay NaN.
    """
    count = max(1, int(np.ceil(activity.duration_s / step_s - 1e-9)))
    edges = np.minimum(np.arange(count + 1) * step_s, activity.duration_s)
    middle = 0.5 * (edges[:-1] + edges[1:])
    grid: dict[str, FloatArray] = {"time_s": np.arange(count, dtype=np.float64) * step_s}
    reached = np.interp(edges, activity.time_s, activity.distance_m)
    grid["distance_m"] = reached[1:]
    grid["speed_m_per_s"] = np.diff(reached) / step_s
    for name in ("grade", "power_W", "heart_rate_bpm", "altitude_m"):
        averaged = _interval_average(activity.time_s, getattr(activity, name), edges)
        grid[name] = _fill_short_holes(middle, averaged)
    angle = np.radians(activity.bearing_deg)
    north = _fill_short_holes(middle, _interval_average(activity.time_s, np.cos(angle), edges))
    east = _fill_short_holes(middle, _interval_average(activity.time_s, np.sin(angle), edges))
    grid["bearing_deg"] = np.degrees(np.arctan2(east, north)) % 360.0
    return grid


def _interval_average(time_s: FloatArray, values: FloatArray, edges: FloatArray) -> FloatArray:
    """Average a piecewise linear signal between edges, over the parts where it is known; NaN where it is not."""
    known = np.isfinite(values[:-1]) & np.isfinite(values[1:])
    step = np.diff(time_s)
    area = np.where(known, 0.5 * (values[:-1] + values[1:]) * step, 0.0)
    area_to = np.concatenate(([0.0], np.cumsum(area)))
    known_to = np.concatenate(([0.0], np.cumsum(np.where(known, step, 0.0))))
    area_within = np.diff(np.interp(edges, time_s, area_to))
    known_within = np.diff(np.interp(edges, time_s, known_to))
    enough = known_within > 1e-6
    return np.where(enough, area_within / np.where(enough, known_within, 1.0), np.nan)


def _fill_short_holes(time_s: FloatArray, values: FloatArray) -> FloatArray:
    known = np.flatnonzero(np.isfinite(values))
    if known.size == 0 or known.size == values.size:
        return values
    filled = np.interp(time_s, time_s[known], values[known])
    before = np.searchsorted(known, np.arange(values.size), side="right") - 1
    earlier = np.where(before >= 0, time_s[known[np.maximum(before, 0)]], -np.inf)
    after = np.minimum(before + 1, known.size - 1)
    later = np.where(before + 1 < known.size, time_s[known[after]], np.inf)
    # At the ends one side is open: hold the nearest value for as long as a hole may be.
    hole = np.where(np.isfinite(earlier) & np.isfinite(later), later - earlier,
                    np.minimum(time_s - earlier, later - time_s))  # fmt: skip
    filled = np.where(hole <= _LONGEST_HOLE_TO_FILL_S + 1e-9, filled, np.nan)
    return np.where(np.isfinite(values), values, filled)
