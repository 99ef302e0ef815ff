"""Distance, grade and direction along a track."""

from __future__ import annotations

import numpy as np

from cramplab.importers.track import FloatArray

STEEPEST = 0.45
_GRADE_HALF_WINDOW_M = 50.0
_EARTH_RADIUS_M = 6_371_009.0


def steps_between(latitude_deg: FloatArray, longitude_deg: FloatArray) -> FloatArray:
    """Give the great-circle distance between neighbours (m), shape (records - 1,)."""
    latitude, longitude = np.radians(latitude_deg), np.radians(longitude_deg)
    half = (
        np.sin(0.5 * np.diff(latitude)) ** 2
        + np.cos(latitude[:-1]) * np.cos(latitude[1:]) * np.sin(0.5 * np.diff(longitude)) ** 2
    )
    return np.asarray(2.0 * _EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def grade_along(distance_m: FloatArray, altitude_m: FloatArray) -> FloatArray:
    """Give the grade at each record: mean altitude of the next 50 m less that of the last 50 m, over 50 m.

    Parameters
    ----------
    distance_m : m
        Shape (records,), never falling.
    altitude_m : m
        Shape (records,), NaN where missing.

    Returns
    -------
    1
        Rise over run, within -0.45 and 0.45; all NaN without distance or altitude.
    """
    known = np.isfinite(altitude_m) & np.isfinite(distance_m)
    nothing = np.full(distance_m.shape, np.nan)
    if known.sum() < 2:
        return nothing
    along, first = np.unique(distance_m[known], return_index=True)
    if along.size < 2 or along[-1] - along[0] < _GRADE_HALF_WINDOW_M:
        return nothing
    height = altitude_m[known][first]
    area_to = np.concatenate(([0.0], np.cumsum(0.5 * (height[1:] + height[:-1]) * np.diff(along))))

    def area(at: FloatArray) -> FloatArray:
        place = np.clip(np.searchsorted(along, at, side="right") - 1, 0, along.size - 2)
        into = at - along[place]
        slope = (height[place + 1] - height[place]) / (along[place + 1] - along[place])
        return np.asarray(area_to[place] + into * (height[place] + 0.5 * slope * into))

    reach = min(_GRADE_HALF_WINDOW_M, 0.5 * (along[-1] - along[0]))
    middle = np.clip(distance_m, along[0] + reach, along[-1] - reach)
    rise = (area(middle + reach) - 2.0 * area(middle) + area(middle - reach)) / reach
    return np.asarray(np.clip(rise / reach, -STEEPEST, STEEPEST))


def bearing_along(latitude_deg: FloatArray, longitude_deg: FloatArray) -> FloatArray:
    """Give the direction of motion at each record; a pause keeps the direction before it."""
    bearing = np.full(latitude_deg.shape, np.nan)
    known = np.flatnonzero(np.isfinite(latitude_deg))
    if known.size < 2:
        return bearing
    latitude, longitude = np.radians(latitude_deg[known]), np.radians(longitude_deg[known])
    turn = np.diff(longitude)
    east = np.sin(turn) * np.cos(latitude[1:])
    north = np.cos(latitude[:-1]) * np.sin(latitude[1:]) - np.sin(latitude[:-1]) * np.cos(latitude[1:]) * np.cos(turn)
    moving = steps_between(latitude_deg[known], longitude_deg[known]) > 0.5
    if not moving.any():
        return bearing
    last_moving = np.maximum.accumulate(np.where(moving, np.arange(moving.size), -1))
    last_moving[last_moving < 0] = int(np.argmax(moving))
    direction = (np.degrees(np.arctan2(east, north)) % 360.0)[last_moving]
    bearing[known] = np.concatenate((direction, direction[-1:]))
    return bearing
