"""How wrong a forecast is: errors of air, humidity, wind and sun, drawn for the possible versions of one day.

A plan is made before the day. One error holds for the whole event, since a forecast that is too cool at noon is mostly
too cool at two. Air and relative humidity err against each other: with the same water in it, warmer air is less damp.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cramplab.core.parameters import Declaration, parameter
from cramplab.core.results import Assumption

FloatArray = NDArray[np.float64]
USUAL_DAYS_AHEAD = 3.0
"""Age of a forecast that nobody dated (d); our choice, about when people look before a race."""
_FIRST_DAY, _LAST_DAY = 1.0, 10.0


@dataclass(frozen=True)
class ForecastSkill:
    """How far forecasts are off."""

    name: ClassVar[str] = "forecast"

    air_sd: float = parameter(
        "2.0 degC", "error of the air temperature one day ahead, standard deviation", source="page2018", origin="read",
        where="abstract: root mean square error of about 2 degC",
        population="forecasts of the US weather service in 2015, at stations prone to wildfire; hot and dry afternoons",
    )  # fmt: skip
    air_sd_per_day: float = parameter(
        "0.25 degC", "what each further day ahead adds to it", source="chosen", origin="chosen",
        where="about as fast as verifications of forecasts one to seven days ahead grow, remembered",
    )  # fmt: skip
    humidity_sd: float = parameter(
        "10.5 %", "error of the relative humidity one day ahead, standard deviation, in points of humidity",
        source="page2018", origin="read", where="abstract: root mean square error of 10 to 11 %",
        population="as for the air temperature",
    )  # fmt: skip
    humidity_sd_per_day: float = parameter(
        "0.5 %", "what each further day ahead adds to it", source="chosen", origin="chosen"
    )
    air_with_humidity: float = parameter(
        -0.7, "correlation of the errors of air temperature and relative humidity", source="chosen", origin="chosen",
        where="2 degC in air of a known dew point move a humidity of 60 % by 7 points, of the 10.5 that are seen",
    )  # fmt: skip
    wind_sd: float = parameter(
        0.4, "error of the wind as a factor, standard deviation of its logarithm", source="chosen", origin="chosen",
        where="1.5 to 2 m/s in winds of 4 to 5 m/s, remembered; strong winds are foretold too weak (page2018)",
    )  # fmt: skip
    solar_sd: float = parameter(
        0.3, "error of the sunlight as a factor, standard deviation of its logarithm", source="chosen", origin="chosen",
        where="day-ahead errors of single hours are 20 to 60 % by climate, remembered; over an event they even out",
    )  # fmt: skip
    solar_most: float = parameter(
        1.4, "most sunlight over what was foretold: clouds that stay away", source="chosen", origin="chosen"
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class WeatherError:
    """Errors of one forecast in its possible days; each of shape [draws].

    Parameters
    ----------
    air_C : degC
        To be added.
    humidity : 1
        To be added to the relative humidity as a fraction; the sum is to be kept between 0 and 1.
    wind_factor, solar_factor : 1
        To be multiplied with.
    """

    air_C: FloatArray
    humidity: FloatArray
    wind_factor: FloatArray
    solar_factor: FloatArray


def _days_beyond_the_first(days_ahead: float) -> float:
    # Beyond about ten days a forecast is no better than the season's usual weather, and so no worse either.
    return min(max(days_ahead, _FIRST_DAY), _LAST_DAY) - _FIRST_DAY


def drawn_weather_error(
    draws: int,
    stream: Callable[[str], np.random.Generator],
    air_sd_C: float | None = None,
    days_ahead: float = USUAL_DAYS_AHEAD,
    skill: ForecastSkill | None = None,
) -> WeatherError:
    """Draw how wrong a forecast may be.

    Parameters
    ----------
    draws
        How many possible days.
    stream
        Gives the random numbers of a name.
    air_sd_C : degC
        Own standard deviation of the error of the air temperature; 0 if the weather is known. None: by age. A better
        forecast of the air than usual is taken to be a better one of all the rest, in the same share.
    days_ahead : d
        Age of the forecast on the day.
    skill
        How far forecasts are off; the published by default.
    """
    skill = skill or ForecastSkill()
    later = _days_beyond_the_first(days_ahead)
    usual_air_sd = skill.air_sd + later * skill.air_sd_per_day
    air_sd = usual_air_sd if air_sd_C is None else air_sd_C
    share = min(air_sd / usual_air_sd, 1.0)
    humidity_sd = share * (skill.humidity_sd + later * skill.humidity_sd_per_day)
    air, other, wind, solar = (stream(name).standard_normal(draws) for name in ("air", "humidity", "wind", "sun"))
    together = skill.air_with_humidity
    humidity = together * air + np.sqrt(1.0 - together**2) * other
    return WeatherError(
        air_sd * air,
        humidity_sd * humidity,
        np.exp(share * skill.wind_sd * wind),
        np.minimum(np.exp(share * skill.solar_sd * solar), skill.solar_most),
    )


def assumptions_of_weather_error(
    air_sd_C: float | None = None, days_ahead: float = USUAL_DAYS_AHEAD
) -> tuple[Assumption, ...]:
    """List what the drawn errors rest on, each with its source."""
    found = []
    for each in fields(ForecastSkill):
        declared: Declaration = each.metadata["parameter"]
        told = each.name == "air_sd" and air_sd_C is not None
        if air_sd_C is not None and each.name == "air_sd_per_day":
            continue
        found.append(
            Assumption(
                f"{ForecastSkill.name}.{each.name}", declared.meaning[:1].upper() + declared.meaning[1:],
                float(air_sd_C) if told and air_sd_C is not None else declared.value_as_written, declared.unit,
                origin="read" if told else declared.origin, source="scenario" if told else declared.source,
                where="air_sd_C" if told else declared.where, population="" if told else declared.population,
            )
        )  # fmt: skip
    age = Assumption("forecast.days_ahead", "Age of the forecast on the day", days_ahead, "d")
    return (age, *found)
