"""Weighs the simulated sessions of an athlete by what the scale showed of earlier ones.

The session ahead stands in for the tests: no test is simulated apart. What the weather and effort of a run add to its
sweat is taken off first; what is left is the athlete's own, and a run weighs by how likely the readings are if that
were so. Where the weather or effort of a test is not told, the reading says less; but the session ahead is one like
that of the last day, so what nobody tells of that day is taken to come again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cramplab.core.results import Assumption
from cramplab.core.team import Athlete, Weighing
from cramplab.importers.sweat_test import as_weigh_in
from cramplab.physiology.weighing import OTHER_READINGS, SHARES_OF_RESERVE, Measured, constant, sweat_rate
from cramplab.planner.team import roster_reading
from cramplab.planner.team_session import assumed

FloatArray = NDArray[np.float64]
FEWEST = 30
"""Equal runs below which the numbers of an athlete are called rough."""
CONDITIONS = ("air_temperature", "relative_humidity", "heart_rate_asked", "wind", "solar")
"""Forcing of a session that moves the sweat of anybody; internal units, but the effort is a share of the reserve."""


@dataclass(frozen=True)
class Reading:
    """A sweat rate as measured, or a sweat sodium.

    Parameters
    ----------
    rate : L/h or mmol/L
        With the error of the measurement alone.
    conditions
        Mean and variance of what is told of its weather and effort, by names of `CONDITIONS`.
    comes_again
        Whether the session ahead is one like it in what nobody tells.
    """

    rate: Measured
    conditions: tuple[tuple[str, float, float], ...] = ()
    comes_again: bool = False


def readings_of(athlete: Athlete, weighings: Sequence[Weighing], last_date: str | None = None) -> list[Reading]:
    """Give the athlete's sweat rates as measured: weighings that are sweat tests, and the roster's own figure.

    Parameters
    ----------
    weighings
        The athlete's own.
    last_date
        Latest day on which anybody of the team was weighed.
    """
    found = []
    for each in weighings:
        test = as_weigh_in(each)
        if test is not None:
            found.append(Reading(sweat_rate(test), _conditions_of(each), each.date == last_date))
    told = roster_reading(athlete)
    # A roster does not tell in what weather its figure was found.
    return found if told is None else [*found, Reading(told)]


def sodium_of(athlete: Athlete) -> list[Reading]:
    """Give the sweat sodium of the roster (mmol/L) as a reading, a rough one: nobody tells how it was measured."""
    told, by = athlete.sweat_sodium_mmol_per_L, OTHER_READINGS["wearable"]
    return [] if told is None else [Reading(Measured(by.whole_body(told), by.error))]


def _conditions_of(test: Weighing) -> tuple[tuple[str, float, float], ...]:
    found = []
    if test.air_C is not None:
        found.append(("air_temperature", test.air_C, 0.0))
    if test.humidity_pct is not None:
        found.append(("relative_humidity", 0.01 * test.humidity_pct, 0.0))
    # Race pace differs with the race, and counts as not told.
    if test.intensity in SHARES_OF_RESERVE and test.intensity is not None:
        low, high = SHARES_OF_RESERVE[test.intensity]
        found.append(("heart_rate_asked", 0.5 * (low + high), (high - low) ** 2 / 12.0))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Own:
    """An athlete's simulated sweat rates or sodium, apart from what each run's weather and effort make of them.

    Parameters
    ----------
    logarithm
        Of the rate (L/h) or sodium (mmol/L) at the mean weather and effort of the runs; shape [runs], NaN where a run
        failed.
    slopes, means, variances
        Of the logarithm by each condition, and of the condition over the runs. A condition that does not differ
        between runs has no slope.
    effects
        What each condition adds to the logarithm in each run; shape [runs].
    """

    logarithm: FloatArray
    slopes: Mapping[str, float]
    means: Mapping[str, float]
    variances: Mapping[str, float]
    effects: Mapping[str, FloatArray]


def own_part(simulated: FloatArray, conditions: Mapping[str, FloatArray]) -> Own:
    """Split simulated sweat rates into what is the athlete's and what is the session's, by linear regression.

    Parameters
    ----------
    simulated : L/h or mmol/L
        Mean over the session; shape [runs].
    conditions
        By names of `CONDITIONS`; shape [runs].
    """
    known = np.isfinite(simulated) & (simulated > 0.0)
    log_rate = np.where(known, np.log(np.where(known, simulated, 1.0)), np.nan)
    means = {name: float(values.mean()) for name, values in conditions.items()}
    variances = {name: float(values.var()) for name, values in conditions.items()}
    drawn = [name for name in conditions if variances[name] > 1e-9 * (1.0 + means[name] ** 2)]
    gaps = (
        np.stack([conditions[name] - means[name] for name in drawn], axis=1) if drawn else np.zeros((simulated.size, 0))
    )
    slopes = np.zeros(len(drawn))
    if known.sum() > 4 * len(drawn):
        columns = np.column_stack([np.ones(int(known.sum())), gaps[known]])
        slopes = np.linalg.lstsq(columns, log_rate[known], rcond=None)[0][1:]
    by_name = dict(zip(drawn, map(float, slopes), strict=True))
    effects = {name: slope * (conditions[name] - means[name]) for name, slope in by_name.items()}
    return Own(log_rate - gaps @ slopes, by_name, means, variances, effects)


def log_likelihood(readings: Sequence[Reading], own: Own) -> FloatArray:
    """Give the logarithm of how likely the readings are in each run; shape [runs], NaN where a run failed."""
    found = np.zeros(own.logarithm.size)
    days = constant("session_to_session") ** 2
    for kind in dict.fromkeys((each.conditions, each.comes_again) for each in readings):
        rates = [each.rate for each in readings if (each.conditions, each.comes_again) == kind]
        # A rate that drowns in its error is taken as no larger than that.
        logs = [math.log(max(each.value, each.error)) for each in rates]
        # More tests tell the usual rate better; how far any one session is from it, they do not.
        weights = [1.0 / ((each.error / max(each.value, each.error)) ** 2 + days) for each in rates]
        shown = sum(weight * log for weight, log in zip(weights, logs, strict=True)) / sum(weights)
        shift, variance = _between(*kind, own)
        found -= 0.5 * (shown - shift - own.logarithm) ** 2 / (1.0 / sum(weights) + days + variance)
    return found


def _between(conditions: tuple[tuple[str, float, float], ...], comes_again: bool, own: Own) -> tuple[FloatArray, float]:
    """Give what a test's weather and effort add to the logarithm of the rate, and the variance of what is not known."""
    shift, variance = np.zeros(own.logarithm.size), 0.0
    told = {name: (mean, spread) for name, mean, spread in conditions}
    for name, slope in own.slopes.items():
        if comes_again and name not in told:
            shift = shift + own.effects[name]
            continue
        mean, spread = told.get(name, (own.means[name], own.variances[name]))
        shift = shift + slope * (mean - own.means[name])
        variance += slope**2 * spread
    # Where the session's own are told, its runs do not show what others would make of them.
    air, effort = "air_temperature", "heart_rate_asked"
    if air not in own.slopes and not (air in told and abs(told[air][0] - own.means[air]) <= assumed("like_air")):
        variance += assumed("unlike_air") ** 2
    if effort not in own.slopes and effort not in told:
        variance += assumed("unlike_effort") ** 2
    return shift, variance


def told_fit(draws: int, fitting: float) -> str:
    """Say to how many equal runs the weighed ones amount."""
    if fitting == 0.0:
        return (
            f"None of {draws} runs comes near what was measured, so the measurements did not weigh them: check masses, "
            "drink and minutes."
        )
    words = f"What was measured fits the equivalent of {fitting:.0f} of {draws} runs"
    return f"{words}: few, so the numbers are rough." if fitting < FEWEST else f"{words}."


def assumptions() -> tuple[Assumption, ...]:
    """Give what the weighing of the runs rests on."""
    return (
        Assumption(
            "team.session_stands_for_tests", "Sweat tests are not simulated one by one",
            "the simulated sweat rate of the session, set to the weather and effort of each test, stands for them",
            where="so that a whole team is worked out in seconds; a plan for one athlete simulates each test",
        ),
        Assumption(
            "team.another_day", "One person's sweat on another day of the same kind",
            100.0 * constant("session_to_session"), "%", "SD over mean", source="smith2021",
        ),
    )  # fmt: skip
