"""Where the sun stands: the cosine of its angle from straight overhead, at a place over the hours of an event."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
# Fourier series of the sun's declination and of the equation of time over a year (Spencer, Search 2:172, 1971; the
# coefficients as the US National Oceanic and Atmospheric Administration prints them in its solar calculation notes).
_DECLINATION = ((0.006918, 0.0), (-0.399912, 0.070257), (-0.006758, 0.000907), (-0.002697, 0.00148))
_EQUATION_OF_TIME = ((0.000075, 0.0), (0.001868, -0.032077), (-0.014615, -0.040849))
_MINUTES_PER_RADIAN = 229.18


def _series(terms: tuple[tuple[float, float], ...], angle: FloatArray) -> FloatArray:
    """Sum cosine and sine terms of rising order."""
    return np.asarray(sum(a * np.cos(k * angle) + b * np.sin(k * angle) for k, (a, b) in enumerate(terms)))


def cosine_of_zenith(start: datetime, time_s: ArrayLike, latitude_deg: float, longitude_deg: float) -> FloatArray:
    """Give the cosine of the angle between the sun and straight overhead; below 0 the sun is down.

    Parameters
    ----------
    start
        Of the event, with time zone.
    time_s : s
        Since the start, shape (times,).
    latitude_deg, longitude_deg : degrees
        North and east are positive.

    Returns
    -------
    ndarray
        Shape (times,).
    """
    midnight = datetime(start.astimezone(UTC).year, 1, 1, tzinfo=UTC)
    day = (start - midnight).total_seconds() / 86_400.0 + np.asarray(time_s, dtype=float) / 86_400.0
    angle = 2.0 * np.pi * (day - 0.5) / 365.0
    declination = _series(_DECLINATION, angle)
    # True solar time runs 4 min per degree of longitude; at solar noon the hour angle is 0.
    minutes = 1440.0 * (day % 1.0) + _MINUTES_PER_RADIAN * _series(_EQUATION_OF_TIME, angle) + 4.0 * longitude_deg
    hour_angle = np.radians(minutes / 4.0 - 180.0)
    latitude = np.radians(latitude_deg)
    return np.asarray(
        np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    )
