"""What weighing before and after exercise tells about sweat: the guideline's arithmetic, and what it leaves out.

Plain Python, so that a sweat test is answered at once. Every constant is declared with unit, source and standing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from statistics import fmean

from cramplab.core.parameters import Origin


@dataclass(frozen=True)
class Constant:
    """A number with where it comes from.

    Parameters
    ----------
    value : unit
        The number, in ``unit``.
    unit
        As written.
    meaning
        What it is, in the field's words.
    source
        Key of a source; ``chosen`` for a choice of ours.
    origin
        ``read``, ``remembered``, ``fitted`` or ``chosen``.
    where
        Place in the source, or the reason for the choice.
    """

    value: float
    unit: str
    meaning: str
    source: str
    origin: Origin
    where: str = ""


CONSTANTS = {
    "scale_error": Constant(0.15, "kg", "error of one weighing, SD, if not told", "chosen", "chosen", "bathroom scale"),
    "least_scale_error": Constant(0.02, "kg", "smallest error that a scale is believed to have", "chosen", "chosen"),
    "urine_not_told": Constant(0.25, "L", "most urine passed, if not told; evenly from none", "chosen", "chosen"),
    "same_test_again": Constant(
        0.07, "1", "SD over mean of sweat in the same test on another day", "chosen", "chosen",
        "near 5 to 7 %, which is remembered for controlled repeats"),
    "session_to_session": Constant(
        0.15, "1", "SD over mean of sweat between a person's sessions in like weather", "smith2021", "chosen",
        "mean differences of 0.14 to 0.16 L/h in training as the athletes chose it are 0.10 to 0.15 of usual rates"),
    "carbon_dioxide": Constant(1.964, "g/L", "mass of carbon dioxide", "chosen", "read", "physics, 0 degC dry"),
    "oxygen": Constant(1.429, "g/L", "mass of oxygen", "chosen", "read", "physics, 0 degC dry"),
    "quotient_at_rest": Constant(0.82, "1", "carbon dioxide out over oxygen in, at rest", "chosen", "remembered"),
    "quotient_of_work": Constant(0.13, "1", "its rise at the aerobic limit", "chosen", "remembered"),
    "energy_per_oxygen": Constant(20.9, "kJ/L", "energy set free per litre of oxygen", "chosen", "remembered"),
    "oxygen_at_rest": Constant(3.5, "mL/kg/min", "oxygen uptake at rest", "chosen", "remembered", "one MET"),
    "fitness_low": Constant(35.0, "mL/kg/min", "low end of aerobic capacity, not told", "chosen", "chosen"),
    "fitness_high": Constant(60.0, "mL/kg/min", "high end of aerobic capacity, not told", "chosen", "chosen"),
    "breath_wet": Constant(
        0.0173, "1/kPa", "latent heat breathed out per metabolic rate", "gagge1986", "read", "two-node model"),
    "breath_pressure": Constant(
        5.87, "kPa", "vapour pressure of air breathed out", "gagge1986", "read", "two-node model"),
    "latent_heat": Constant(2430.0, "kJ/L", "heat that takes a litre of water away", "iom2005", "read", "p. 83"),
    "saturation": Constant(
        0.6105, "kPa", "vapour pressure of water at 0 degC", "iso7933_2023", "read", "equations"),
    "saturation_slope": Constant(
        17.27, "1", "exponent of the vapour pressure curve", "iso7933_2023", "read", "equations"),
    "saturation_offset": Constant(
        237.3, "K", "offset of the vapour pressure curve", "iso7933_2023", "read", "equations"),
    "air_low": Constant(12.0, "degC", "coolest air of a test, not told", "chosen", "chosen"),
    "air_high": Constant(26.0, "degC", "warmest air of a test, not told", "chosen", "chosen"),
    "humidity_low": Constant(40.0, "%", "driest air of a test, not told", "chosen", "chosen"),
    "humidity_high": Constant(80.0, "%", "most humid air of a test, not told", "chosen", "chosen"),
    "sodium_mass": Constant(22.99, "mg/mmol", "mass of sodium", "chosen", "read", "physics"),
    "loss_worth_a_word": Constant(2.0, "%", "loss of body mass worth a word", "nata2017", "read", "recommendation 7"),
    "short_test": Constant(30.0, "min", "a shorter test says little", "chosen", "chosen", "scale error over duration"),
    "sweat_low": Constant(0.5, "L/h", "low end of plausible sweat rates", "nata2017", "read", "text"),
    "sweat_high": Constant(4.0, "L/h", "high end of plausible sweat rates", "nata2017", "read", "text"),
    "sweat_beyond_belief": Constant(6.0, "L/h", "above this it is a slip of the pen", "baker2016", "chosen",
        "highest of 506 athletes is 5.73"),
    "sodium_low": Constant(10.0, "mmol/L", "low end of plausible sweat sodium", "nata2017", "read", "text"),
    "sodium_high": Constant(100.0, "mmol/L", "high end of plausible sweat sodium", "nata2017", "read", "text"),
    "sodium_loss_low": Constant(0.2, "g/h", "low end of plausible sodium loss", "nata2017", "read", "text"),
    "sodium_loss_high": Constant(7.3, "g/h", "high end of plausible sodium loss", "nata2017", "read", "text"),
}  # fmt: skip
SHARES_OF_RESERVE: dict[str | None, tuple[float, float]] = {
    "easy": (0.40, 0.60), "moderate": (0.55, 0.75), "hard": (0.75, 0.90), None: (0.45, 0.80),
}  # fmt: skip
"""Oxygen uptake above rest over its reserve that the words for an intensity stand for; chosen.

Race pace differs with the race, and counts as not told.
"""


def constant(name: str) -> float:
    """Give the number of a declared constant, in its own unit."""
    return CONSTANTS[name].value


@dataclass(frozen=True)
class SodiumReading:
    """How a reading of sweat sodium becomes one of the whole body: slope x reading + offset, with its error.

    Parameters
    ----------
    slope : 1
    offset : mmol/L
    error : mmol/L
        Standard deviation of what is left; limits of agreement over 1.96 where those are published.
    source, origin, where
        As for a constant.
    """

    slope: float
    offset: float
    error: float
    source: str
    origin: Origin
    where: str

    def whole_body(self, reading: float) -> float:
        """Give the whole-body sodium of a reading (mmol/L)."""
        return self.slope * reading + self.offset


def _raw_patch(bias: float, limits_of_agreement: float) -> SodiumReading:
    where = f"abstract, uncorrected: bias {bias:+g}, 95 % limits of agreement {limits_of_agreement:g} mmol/L, 49 people"
    return SodiumReading(1.0, -bias, round(limits_of_agreement / 1.96, 1), "baker2020", "read", where)


# The abstract of 2020 has the errors after regressions for seven sites, and not the regressions. The one known to us is
# for the dorsal forearm; elsewhere the reading is shifted by the bias that was found without any regression.
PATCHES = {
    "dorsal_forearm": SodiumReading(
        0.57, 11.05, 7.1, "baker2016", "read",
        "abstract: regression; its error, 95 % limits of agreement of 14 mmol/L, from baker2020"),
    "ventral_forearm": _raw_patch(0.0, 19.0),
    "upper_arm": _raw_patch(9.0, 20.0),
    "chest": _raw_patch(22.0, 25.0),
    "back": _raw_patch(23.0, 24.0),
    "thigh": _raw_patch(0.0, 15.0),
    "calf": _raw_patch(-4.0, 18.0),
}  # fmt: skip
OTHER_READINGS = {
    "washdown": SodiumReading(1.0, 0.0, 3.0, "chosen", "chosen", "whole-body washdown in a laboratory"),
    "wearable": SodiumReading(1.0, 0.0, 10.0, "chosen", "chosen", "taken to read whole-body sodium, with a wide error"),
}
# By the methods that a scenario knows; "guess" says nothing.
SODIUM_READINGS = {
    "patch_forearm": PATCHES["dorsal_forearm"],
    "lab_washdown": OTHER_READINGS["washdown"],
    "wearable": OTHER_READINGS["wearable"],
}
CROSS_VALIDATED_BIAS = Constant(
    3.0, "mmol/L", "predicted minus measured whole-body sodium, dorsal forearm", "baker2020", "read", "abstract"
)


@dataclass(frozen=True)
class WeighIn:
    """One weighing before and after exercise.

    Parameters
    ----------
    mass_before, mass_after : kg
    drank : L
    hours : h
    urine : L
        Passed between the weighings; None if not told.
    scale_error : kg
        Standard deviation of one weighing; None if not told.
    air, humidity : degC, %
        None if not told.
    intensity
        ``easy``, ``moderate``, ``race_pace`` or ``hard``; None if not told.
    """

    mass_before: float
    mass_after: float
    drank: float
    hours: float
    urine: float | None = None
    scale_error: float | None = None
    air: float | None = None
    humidity: float | None = None
    intensity: str | None = None

    @property
    def mass_change(self) -> float:
        """After minus before (kg); a loss is negative."""
        return self.mass_after - self.mass_before

    @property
    def percent_change(self) -> float:
        """Change of body mass (%); a loss is negative."""
        return 100.0 * self.mass_change / self.mass_before

    @property
    def guideline_rate(self) -> float:
        """Sweat rate by the guideline's formula (L/h): mass lost, plus drink, minus urine, over time."""
        return (self.mass_before - self.mass_after + self.drank - (self.urine or 0.0)) / self.hours


@dataclass(frozen=True)
class Measured:
    """A number with the standard deviation of its error."""

    value: float
    error: float


def scale_error(told: float | None) -> float:
    """Give the error of one weighing (kg, SD): as told, or usual; never smaller than is believed."""
    return max(constant("scale_error") if told is None else told, constant("least_scale_error"))


def vapour_pressure(air: float, humidity: float) -> float:
    """Give the vapour pressure of air (kPa) at a temperature (degC) and a relative humidity (%)."""
    saturated = constant("saturation") * math.exp(
        constant("saturation_slope") * air / (air + constant("saturation_offset"))
    )
    return 0.01 * humidity * saturated


def breathed_out_and_burnt(mass: float, share: float, fitness: float, vapour: float) -> float:
    """Give the mass lost by breathing out water, and carbon dioxide beyond the oxygen taken in.

    Parameters
    ----------
    mass : kg
    share : 1
        Oxygen uptake above rest over its reserve.
    fitness : mL/kg/min
        Aerobic capacity.
    vapour : kPa
        Vapour pressure of the air breathed in.

    Returns
    -------
    kg/h
    """
    rest = constant("oxygen_at_rest")
    oxygen = 0.06 * mass * (rest + share * (fitness - rest))  # L/h
    quotient = constant("quotient_at_rest") + constant("quotient_of_work") * share
    fuel = 1e-3 * oxygen * (quotient * constant("carbon_dioxide") - constant("oxygen"))
    heat = oxygen * constant("energy_per_oxygen")  # kJ/h
    moist = constant("breath_wet") * max(constant("breath_pressure") - vapour, 0.0)
    return fuel + heat * moist / constant("latent_heat")


def breath_and_fuel(test: WeighIn) -> Measured:
    """Give the mass breathed out and burnt in a test (kg), over everything that the test does not tell."""
    of_each = _breath_and_fuel_of_each(test.air, test.humidity, test.intensity)
    scale = test.mass_before * test.hours
    return Measured(scale * of_each.value, scale * of_each.error)


@lru_cache(maxsize=1000)
def _breath_and_fuel_of_each(air: float | None, humidity: float | None, intensity: str | None) -> Measured:
    """Give it for each kilogram and hour, to which it is in proportion: a team has few kinds of session."""
    airs, humidities = _between("air", air), _between("humidity", humidity)
    shares = _evenly(*SHARES_OF_RESERVE.get(intensity, SHARES_OF_RESERVE[None]))
    vapours = [vapour_pressure(air, humidity) for air, humidity in product(airs, humidities)]
    rates = [
        breathed_out_and_burnt(1.0, share, fitness, vapour)
        for share, fitness, vapour in product(shares, _between("fitness", None), vapours)
    ]
    middle = fmean(rates)
    return Measured(middle, math.sqrt(fmean((rate - middle) ** 2 for rate in rates)))


def sweat_rate(test: WeighIn) -> Measured:
    """Give the sweat rate of a test (L/h) after all that is not sweat, with the error of the measurement alone."""
    other = breath_and_fuel(test)
    most = constant("urine_not_told")
    urine = Measured(0.5 * most, most / math.sqrt(12.0)) if test.urine is None else Measured(test.urine, 0.0)
    lost = test.mass_before - test.mass_after + test.drank - urine.value - other.value
    # Two weighings, each with its own error.
    error = math.hypot(math.sqrt(2.0) * scale_error(test.scale_error), urine.error, other.error)
    return Measured(lost / test.hours, error / test.hours)


def _between(name: str, told: float | None) -> Iterable[float]:
    return (told,) if told is not None else _evenly(constant(f"{name}_low"), constant(f"{name}_high"))


def _evenly(low: float, high: float, parts: int = 5) -> tuple[float, ...]:
    """Give the middles of equal parts between two values."""
    return tuple(low + (high - low) * (part + 0.5) / parts for part in range(parts))
