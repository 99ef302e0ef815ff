"""Weighs the simulated sessions of an athlete by what the scale showed of earlier ones.

The session ahead stands in for the tests: no test is simulated apart. A version of the athlete weighs by how likely the
readings are if its sweat rate in the session were the athlete's own. Where a test's weather or effort may have been
another, the readings say less: the spread between unlike sessions takes the place of that between like ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cramplab.core.results import Assumption
from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_result import SessionAhead
from cramplab.importers.sweat_test import as_weigh_in
from cramplab.physiology.weighing import OTHER_READINGS, Measured, constant, sweat_rate
from cramplab.planner.team_session import assumed

FloatArray = NDArray[np.float64]
FEWEST = 30
"""Equal runs below which the numbers of an athlete are called rough."""


@dataclass(frozen=True)
class Reading:
    """A sweat rate as measured.

    Parameters
    ----------
    rate : L/h
        With the error of the measurement alone.
    alike
        Whether the session ahead is of the same weather and effort, as far as anybody tells.
    """

    rate: Measured
    alike: bool


def readings_of(athlete: Athlete, weighings: Sequence[Weighing], session: SessionAhead) -> list[Reading]:
    """Give the athlete's sweat rates as measured: weighings that are sweat tests, and the roster's own figure."""
    found = []
    for each in weighings:
        test = as_weigh_in(each)
        if test is not None:
            found.append(Reading(sweat_rate(test), _alike(each, session)))
    own = athlete.sweat_rate_L_per_h
    if own is not None:
        found.append(Reading(Measured(own, 0.2 * own), _is_open(session)))
    return found


def _is_open(session: SessionAhead) -> bool:
    """Tell whether nothing is told of the session: it is then taken as one like those that were weighed."""
    return session.air_C is None and session.intensity is None


def _alike(test: Weighing, session: SessionAhead) -> bool:
    same_air = session.air_C is None or (
        test.air_C is not None and abs(test.air_C - session.air_C) <= assumed("like_air")
    )
    return same_air and session.intensity in (None, test.intensity)


def log_likelihood(readings: Sequence[Reading], simulated: FloatArray) -> FloatArray:
    """Give the logarithm of how likely the readings are under each simulated sweat rate; shape [runs].

    Parameters
    ----------
    simulated : L/h
        Mean over the session; shape [runs].
    """
    found = np.zeros(simulated.size)
    for alike in (True, False):
        rates = [each.rate for each in readings if each.alike is alike]
        if not rates:
            continue
        # More tests tell the usual rate better; how far the session ahead is from it, they do not.
        own = [1.0 / (each.error**2 + (constant("session_to_session") * max(each.value, 0.1)) ** 2) for each in rates]
        shown = sum(weight * each.value for weight, each in zip(own, rates, strict=True)) / sum(own)
        apart = constant("session_to_session") if alike else assumed("unlike_session")
        variance = 1.0 / sum(own) + (apart * simulated) ** 2
        found -= 0.5 * ((shown - simulated) ** 2 / variance + np.log(variance))
    return np.where(np.isfinite(found), found, -np.inf)


def log_likelihood_of_sodium(value: float | None, simulated: FloatArray) -> FloatArray:
    """Give the logarithm of how likely a sweat sodium (mmol/L) of unknown method is; shape [runs].

    Parameters
    ----------
    simulated : mmol/L
        Of all sweat of the session; shape [runs].
    """
    if value is None:
        return np.zeros(simulated.size)
    by = OTHER_READINGS["wearable"]
    found = -0.5 * ((by.whole_body(value) - simulated) / by.error) ** 2
    return np.where(np.isfinite(found), found, -np.inf)


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
            "the simulated sweat rate of the session is compared with the measured ones",
            where="so that a whole team is worked out in seconds; a plan for one athlete simulates each test",
        ),
        Assumption(
            "team.another_day", "One person's sweat on another day of the same kind",
            100.0 * constant("session_to_session"), "%", "SD over mean", source="smith2021",
        ),
    )  # fmt: skip
