"""What a person's sweat tests say about that person, with published athletes as what was known before.

A person's usual rate is log-normal among athletes; a test shows that rate as it was on one day, with the error of the
weighing. All of it on a grid of rates, in plain Python: exact enough, and there at once.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from operator import mul
from statistics import NormalDist

from cramplab.physiology.weighing import CONSTANTS, Constant, Measured, SodiumReading, constant

_STEP = 0.01
_RATES = tuple(0.02 * math.exp(_STEP * step) for step in range(651))
_LOGARITHMS = tuple(math.log(rate) for rate in _RATES)
_FINE = 120

_BARNES = "abstract; 1303 athletes of all sports"
# name: mean, standard deviation
PUBLISHED = {
    "endurance athletes": (
        Constant(1.28, "L/h", "sweat rate of endurance athletes, mean", "barnes2019", "read", _BARNES),
        Constant(0.57, "L/h", "its SD between athletes", "barnes2019", "read", _BARNES),
    ),
    "American football players": (
        Constant(1.51, "L/h", "sweat rate of American football players, mean", "barnes2019", "read", _BARNES),
        Constant(0.70, "L/h", "its SD between athletes", "barnes2019", "read", _BARNES),
    ),
    "basketball players": (
        Constant(0.95, "L/h", "sweat rate of basketball players, mean", "barnes2019", "read", _BARNES),
        Constant(0.42, "L/h", "its SD between athletes", "barnes2019", "read", _BARNES),
    ),
    "soccer players": (
        Constant(0.94, "L/h", "sweat rate of soccer players, mean", "barnes2019", "read", _BARNES),
        Constant(0.38, "L/h", "its SD between athletes", "barnes2019", "read", _BARNES),
    ),
    "baseball players": (
        Constant(0.83, "L/h", "sweat rate of baseball players, mean", "barnes2019", "read", _BARNES),
        Constant(0.34, "L/h", "its SD between athletes", "barnes2019", "read", _BARNES),
    ),
    "athletes of all sports": (
        Constant(1.21, "L/h", "sweat rate of athletes, mean", "baker2016", "read", "abstract; n = 506, 0.26 to 5.73"),
        Constant(0.68, "L/h", "its SD between athletes", "baker2016", "read", "abstract; n = 506"),
    ),
}
PER_MASS = (
    Constant(15.3, "mL/kg/h", "sweat rate of athletes over body mass, mean", "baker2016", "read", "abstract; n = 506"),
    Constant(6.8, "mL/kg/h", "its SD between athletes", "baker2016", "read", "abstract; n = 506"),
)
WHOLE_BODY_SODIUM = (
    Constant(
        35.9, "mmol/L", "whole-body sweat sodium of athletes, mean", "baker2016", "read", "abstract; from patches"
    ),
    Constant(
        10.4, "mmol/L", "its SD between athletes", "baker2016", "read", "abstract; from patches, so on the low side"
    ),
)
_OF_SPORT = {
    "run": "endurance athletes", "cycle": "endurance athletes", "triathlon": "endurance athletes",
    "american_football": "American football players", "basketball": "basketball players", "soccer": "soccer players",
    "baseball": "baseball players",
}  # fmt: skip
SPORTS = (*_OF_SPORT, "team_sport", "walk", "other")


@dataclass(frozen=True)
class Density:
    """How likely each rate of a grid is.

    Parameters
    ----------
    weights
        One for each rate of the grid, summing to 1.
    """

    weights: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """Give the rate (L/h) below which this share of the probability lies."""
        summed = list(accumulate(self.weights))
        at = min(bisect_left(summed, share), len(summed) - 1)
        before = summed[at - 1] if at else 0.0
        inside = (share - before) / (summed[at] - before) if summed[at] > before else 0.5
        return _RATES[at] * math.exp(_STEP * (inside - 0.5))

    @property
    def median(self) -> float:
        """The rate (L/h) that is as likely too low as too high."""
        return self.quantile(0.5)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the middle 90 % lie (L/h)."""
        return self.quantile(0.05), self.quantile(0.95)

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm of the rate."""
        mean = sum(weight * log for weight, log in zip(self.weights, _LOGARITHMS, strict=True))
        squares = sum(weight * (log - mean) ** 2 for weight, log in zip(self.weights, _LOGARITHMS, strict=True))
        return math.sqrt(squares)


@dataclass(frozen=True)
class Published:
    """What is known of somebody who has done no test.

    Parameters
    ----------
    whom
        Whom it was measured in.
    mean, deviation : L/h
        Between athletes.
    """

    whom: str
    mean: float
    deviation: float

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm, of the log-normal with this mean and standard deviation."""
        return math.sqrt(math.log1p((self.deviation / self.mean) ** 2))

    @property
    def middle(self) -> float:
        """Median of that log-normal (L/h)."""
        return self.mean * math.exp(-0.5 * self.spread**2)


def published(sport: str | None = None, mass: float | None = None) -> Published:
    """Choose the published athletes nearest to a person: of the sport, else by body mass (kg), else all."""
    whom = _OF_SPORT.get(sport or "")
    if whom is None and mass is not None:
        mean, deviation = (1e-3 * each.value * mass for each in PER_MASS)
        return Published(f"athletes of {mass:.0f} kg", mean, deviation)
    whom = whom or "athletes of all sports"
    mean, deviation = (each.value for each in PUBLISHED[whom])
    return Published(whom, mean, deviation)


def posterior(tests: Sequence[Measured], prior: Published) -> Density:
    """Weigh a person's usual rate by tests and by what was known before.

    Parameters
    ----------
    tests : L/h
        Sweat rates with the error of the weighing alone, of days that were alike.
    prior
        Published athletes.
    """
    # The same person is asked for by more than one part of a page.
    return _posterior(tuple(tests), prior)


@lru_cache(maxsize=1000)
def _posterior(tests: tuple[Measured, ...], prior: Published) -> Density:
    known = NormalDist(math.log(prior.middle), prior.spread)
    logs = [-0.5 * ((log - known.mean) / known.stdev) ** 2 for log in _LOGARITHMS]
    of_days = [(constant("session_to_session") * rate) ** 2 for rate in _RATES]
    for test in tests:
        value, of_test = test.value, test.error**2
        logs = [
            log - 0.5 * ((value - rate) ** 2 / (of_test + of_day) + math.log(of_test + of_day))
            for log, rate, of_day in zip(logs, _RATES, of_days, strict=True)
        ]
    highest = max(logs)
    weights = [math.exp(each - highest) for each in logs]
    total = sum(weights)
    return Density(tuple(each / total for each in weights))


def another_day(usual: Density) -> Density:
    """Give the rate on one more day like those of the tests: the usual one, and how days differ."""
    kernel = _between_days()
    reach, last = len(kernel) // 2, len(_RATES) - 1
    # Beyond what is as good as impossible nothing is added up.
    likely = [at for at, weight in enumerate(usual.weights) if weight >= 1e-9]
    first, beyond = likely[0], likely[-1] + 1
    weights = [0.0] * len(_RATES)
    for at in range(first - reach, beyond + reach):
        low, high = max(at - reach, first), min(at + reach + 1, beyond)
        # The kernel is turned round, so that both run upwards.
        shares = kernel[low - at + reach : high - at + reach]
        weights[min(max(at, 0), last)] += sum(map(mul, usual.weights[low:high], shares))
    return Density(tuple(weights))


@cache
def _between_days() -> tuple[float, ...]:
    """Give how likely a usual rate lies each number of steps above that of a day, from the lowest to the highest."""
    spread = math.sqrt(math.log1p(constant("session_to_session") ** 2))
    reach = math.ceil(4.0 * spread / _STEP)
    kernel = [math.exp(-0.5 * (0.5 * spread - _STEP * step / spread) ** 2) for step in range(-reach, reach + 1)]
    total = sum(kernel)
    return tuple(each / total for each in kernel)


def after_more_tests(usual: Density, error: float, more: int) -> tuple[float, float]:
    """Foretell the 90 % interval of the usual rate (L/h) after more tests, if they come out at its median.

    Parameters
    ----------
    error : L/h
        Of one weighing of the kind.
    """
    middle = usual.median
    of_one = math.hypot(constant("session_to_session"), error / middle)
    left = 1.0 / math.sqrt(usual.spread**-2 + more / of_one**2)
    reach = NormalDist().inv_cdf(0.95) * left
    return middle * math.exp(-reach), middle * math.exp(reach)


def days_differ_too_much(tests: Sequence[Measured], usual: Density) -> bool:
    """Tell whether tests lie further apart than weighing and days of one kind explain."""
    middle, varies = usual.median, constant("session_to_session")
    squares = sum((test.value - middle) ** 2 / (test.error**2 + (varies * middle) ** 2) for test in tests)
    freedom = len(tests) - 1
    return freedom > 0 and squares > freedom + 3.0 * math.sqrt(2.0 * freedom)


@dataclass(frozen=True)
class Sodium:
    """Whole-body sweat sodium of a person.

    Parameters
    ----------
    value, error : mmol/L
        Mean and standard deviation.
    measured
        False where it is that of published athletes.
    """

    value: float
    error: float
    measured: bool

    @property
    def range(self) -> tuple[float, float]:
        """Where 95 % lie (mmol/L); never below zero."""
        reach = NormalDist().inv_cdf(0.975) * self.error
        return max(self.value - reach, 0.0), self.value + reach


def whole_body_sodium(reading: float | None = None, by: SodiumReading | None = None) -> Sodium:
    """Give whole-body sodium from a reading (mmol/L), or that of published athletes if there is none."""
    if reading is None or by is None:
        mean, deviation = (each.value for each in WHOLE_BODY_SODIUM)
        return Sodium(mean, deviation, measured=False)
    return Sodium(by.whole_body(reading), by.error, measured=True)


def sodium_loss(rate: Density, sodium: Sodium) -> tuple[float, float, float]:
    """Give sodium lost with sweat (mmol/h): median, and where the middle 90 % lie.

    Rate and concentration are taken as independent. In one person they are not quite: sodium rises with the rate.
    """
    shares = [(at + 0.5) / _FINE for at in range(_FINE)]
    concentration = NormalDist(sodium.value, sodium.error)
    contents = [max(concentration.inv_cdf(share), 0.0) for share in shares]
    rates = [rate.quantile(share) for share in shares]
    losses = sorted(one * other for one in rates for other in contents)
    low, middle, high = (losses[round(share * (len(losses) - 1))] for share in (0.05, 0.5, 0.95))
    return middle, low, high


def constants() -> dict[str, Constant]:
    """Give every constant that a sweat test rests on, by name."""
    found = dict(CONSTANTS)
    for whom, (mean, deviation) in PUBLISHED.items():
        key = whom.lower().replace(" ", "_")
        found |= {f"{key}.mean": mean, f"{key}.sd": deviation}
    for key, (mean, deviation) in {"by_mass": PER_MASS, "whole_body_sodium": WHOLE_BODY_SODIUM}.items():
        found |= {f"{key}.mean": mean, f"{key}.sd": deviation}
    return found
