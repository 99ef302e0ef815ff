"""Estimates the wet-bulb globe temperature (WBGT) of an event from its weather, with a range; no instrument's reading.

Outdoors by Liljegren's energy balances of the globe and of the wetted wick (J Occup Environ Hyg 5:645-655, 2008), as
the European weather centre's library thermofeel solves them. Indoors by the form of Bernard's equation that Lemke and
Kjellstrom recommend (Ind Health 50:267-278, 2012). The wind of one's own running or riding is no part of it: WBGT is of
the place, and its limits were made for instruments that stand still.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
MODEL_ERROR_C = 1.0
"""Error of the outdoor model against instruments: its authors report better than 1 degC at all their sites (read in the
abstract). It widens the range on both sides; indoors the same is our choice."""
UNKNOWN_WIND = (1.5, 0.5, 5.0)
"""Wind 10 m above the ground where it is not told (m/s): for the estimate a light one, and the ends of the range. Our
choice, on the hot side."""
UNKNOWN_SUN = (0.75, 0.0, 1.0)
"""Sunlight where it is not told, as a share of a clear sky's: for the estimate a bright day, and the ends of the range.
Our choice, on the hot side."""
HIGHEST_SUN = 0.94
"""Cosine of the zenith angle where neither place and time nor sunlight tell it: near noon in summer at mid latitudes.
Our choice, on the hot side."""
BRIGHT_DAY = 0.65
"""Sunlight on the ground over that above the air on a bright day. It tells about how high the sun stands if only the
sunlight is known. Our choice."""
CLEAREST = 0.80
"""The same at most; it tells how low the sun can stand."""
ABOVE_THE_AIR = 1361.0
"""Sunlight above the air at the Earth's mean distance (W/m^2)."""
PRESSURE_HPA = 1013.25
MOST_MOMENTS = 200
STRONGEST_WIND = 18.0
"""Stronger wind counts as this (m/s): the library finds no answer in a cold gale, and little is left to blow away."""
INDOOR_WIND = (1.0, 3.0, 0.3)
"""Air that moves indoors (m/s): of a walking person or a fan for the estimate, and for the low and the high end."""


@dataclass(frozen=True)
class Estimate:
    """The WBGT of an event at its highest.

    Parameters
    ----------
    wbgt_C : degC
    low_C, high_C : degC
        Range over what is not known of wind, sun and its height, and the error of the model.
    assumed
        What was assumed, in sentences.
    """

    wbgt_C: float
    low_C: float
    high_C: float
    assumed: tuple[str, ...]


def highest_wbgt(
    air_C: ArrayLike,
    humidity_fraction: ArrayLike,
    wind_m_per_s: ArrayLike,
    solar_W_per_m2: ArrayLike,
    *,
    indoors: bool = False,
    cosine_of_zenith: ArrayLike | None = None,
) -> Estimate:
    """Estimate the highest WBGT during an event.

    Parameters
    ----------
    air_C : degC
        Shape (times,), as all the others, or scalars.
    humidity_fraction : 1
    wind_m_per_s : m/s
        10 m above the ground; NaN where unknown. Not used indoors.
    solar_W_per_m2 : W/m^2
        On level ground; NaN where unknown. Not used indoors.
    indoors
        No sun, and air that hardly moves.
    cosine_of_zenith
        Height of the sun, from `cramplab.safety.sun_position`, if place and time are known.
    """
    sun = np.nan if cosine_of_zenith is None else cosine_of_zenith
    columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(each, dtype=float)) for each in (
        air_C, humidity_fraction, wind_m_per_s, solar_W_per_m2, sun)))  # fmt: skip
    thinned = np.unique(np.linspace(0, columns[0].size - 1, MOST_MOMENTS).round().astype(int))
    air, humidity, wind, solar, sun = (each[thinned] for each in columns)
    # Neither equation holds for air without any vapour or above saturation.
    humidity = np.clip(humidity, 0.05, 0.99)
    if indoors:
        usual, low, high = (_indoors(air, humidity, each) for each in INDOOR_WIND)
        assumed = [f"Indoors: no sun, walls as warm as the air, air moving at {INDOOR_WIND[0]:g} m/s."]
        versions = np.stack([usual, low, high])
    else:
        versions, assumed = _outdoors(air, humidity, wind, solar, sun)
    highest = np.max(versions, axis=1)
    return Estimate(
        float(highest[0]), float(np.min(highest)) - MODEL_ERROR_C, float(np.max(highest)) + MODEL_ERROR_C,
        (*assumed, "Estimated from air, humidity, wind and sun; an instrument at the place says more."),
    )  # fmt: skip


def _indoors(air: FloatArray, humidity: FloatArray, wind: float) -> FloatArray:
    import thermofeel  # read only where an estimate is asked for

    wet_bulb = thermofeel.calculate_wbt(air + 273.15, 100.0 * humidity) - 273.15
    # Bernard's share of the wet bulb between 0.3 and 3 m/s; 0.67 at the 1 m/s that Lemke and Kjellstrom recommend (read
    # in a program that follows them), its slope remembered.
    share = 0.67 + 0.048 * np.log10(wind)
    return np.asarray(share * wet_bulb + (1.0 - share) * air)


def _outdoors(
    air: FloatArray, humidity: FloatArray, wind: FloatArray, solar: FloatArray, sun: FloatArray
) -> tuple[FloatArray, list[str]]:
    """Work out the WBGT for what is assumed, first, and for every mixture of what else it may be; [versions, times]."""
    from thermofeel import calculate_wbgt_liljegren
    from thermofeel.approximations import approximate_fdir_erbs

    no_wind, no_solar, no_sun = np.isnan(wind), np.isnan(solar), np.isnan(sun)
    assumed = [f"At sea level ({PRESSURE_HPA:g} hPa)."]
    if no_wind.any():
        assumed.append(
            f"Wind, not told: {UNKNOWN_WIND[0]:g} m/s 10 m above the ground, "
            f"with {UNKNOWN_WIND[1]:g} to {UNKNOWN_WIND[2]:g} m/s as its range."
        )
    if no_solar.any():
        assumed.append(
            f"Sunlight, not told: {100 * UNKNOWN_SUN[0]:g} % of a clear sky's, with none to all as its range."
        )
    if no_sun.any():
        assumed.append(
            "Place or time not known: how high the sun stands was taken from how bright it is, with a range."
        )
    winds = UNKNOWN_WIND if no_wind.any() else (1.0,)
    suns = UNKNOWN_SUN if no_solar.any() else (1.0,)
    heights = range(3) if no_sun.any() else range(1)
    fields: list[list[FloatArray]] = []
    for assumed_wind, share, height in product(winds, suns, heights):
        cosine = np.where(no_sun, _likely_sun(solar, height), sun)
        light = np.where(no_solar, share * clear_sky(cosine), solar)
        # Light that was told is believed; the sun then stands at least as high as a clear sky needs for so much of it.
        cosine = np.maximum(cosine, light / (CLEAREST * ABOVE_THE_AIR))
        fields.append([np.where(no_wind, assumed_wind, np.minimum(wind, STRONGEST_WIND)), light, cosine])
    together: FloatArray = np.array(fields)
    speed, light, cosine = together[:, 0], together[:, 1], together[:, 2]
    direct = approximate_fdir_erbs(light, cosine) / np.maximum(light, 1.0)
    kelvin = calculate_wbgt_liljegren(
        np.broadcast_to(air + 273.15, speed.shape), np.broadcast_to(100.0 * humidity, speed.shape),
        np.full(speed.shape, PRESSURE_HPA), speed, light, direct, cosine,
    )  # fmt: skip
    return np.asarray(kelvin - 273.15), assumed


def _likely_sun(solar: FloatArray, height: int) -> FloatArray:
    """Give a cosine of the zenith angle that fits the sunlight: on a bright day, at the lowest, and overhead."""
    if height == 2:
        return np.ones_like(solar)
    share = (BRIGHT_DAY, CLEAREST)[height]
    return np.where(np.isnan(solar), HIGHEST_SUN, np.clip(solar / (share * ABOVE_THE_AIR), 0.15, 1.0))


def clear_sky(cosine_of_zenith: ArrayLike) -> FloatArray:
    """Give the sunlight on level ground under a clear sky (W/m^2), by Haurwitz 1945 (remembered).

    Parameters
    ----------
    cosine_of_zenith
        Shape (times,).
    """
    cosine = np.maximum(np.asarray(cosine_of_zenith, dtype=float), 1e-3)  # 0 without dividing by it
    return np.asarray(1098.0 * cosine * np.exp(-0.057 / cosine))
