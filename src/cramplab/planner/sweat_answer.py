"""The whole answer of a sweat test, as plain numbers: each test, the person, sodium, and what to check first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from cramplab.physiology.weighing import Measured, SodiumReading, WeighIn, breath_and_fuel, constant, sweat_rate
from cramplab.planner.sweat_posterior import (
    Density,
    Published,
    Sodium,
    after_more_tests,
    another_day,
    days_differ_too_much,
    posterior,
    published,
    sodium_loss,
    whole_body_sodium,
)

_REACH = NormalDist().inv_cdf(0.95)
_MORE_TESTS = 2


@dataclass(frozen=True)
class WeighedTest:
    """One test with what it says by itself."""

    test: WeighIn
    rate: Measured

    @property
    def interval(self) -> tuple[float, float]:
        """Where the sweat rate of that day lies, 90 % (L/h); never below zero."""
        reach = _REACH * self.rate.error
        return max(self.rate.value - reach, 0.0), max(self.rate.value + reach, 0.0)


@dataclass(frozen=True)
class Answer:
    """All that a person's sweat tests say.

    Parameters
    ----------
    tests
        One by one.
    known_before
        Published athletes.
    usual, next_day : L/h
        The person's mean rate over days like those of the tests, and the rate of one more such day.
    with_more_tests : L/h
        90 % interval of the usual rate after two more tests; None without a test.
    sodium : mmol/L
        Of whole-body sweat.
    loss : mmol/h
        Sodium with sweat on a day like those of the tests: median, low and high.
    gains
        What has to be said of weight that went up, before anything else.
    checks
        What looks odd, or is worth a word.
    """

    tests: tuple[WeighedTest, ...]
    known_before: Published
    usual: Density
    next_day: Density
    with_more_tests: tuple[float, float] | None
    sodium: Sodium
    loss: tuple[float, float, float]
    gains: tuple[str, ...]
    checks: tuple[str, ...]

    def as_plain(self) -> dict[str, Any]:
        """Give everything as plain JSON values in metric units."""
        per_mmol = constant("sodium_mass")
        return {
            "weight_gain": list(self.gains),
            "check": list(self.checks),
            "tests": [
                {
                    "mass_change_kg": each.test.mass_change,
                    "mass_change_pct": each.test.percent_change,
                    "drank_L": each.test.drank,
                    "duration_h": each.test.hours,
                    "guideline_L_per_h": each.test.guideline_rate,
                    "breath_and_fuel_kg": breath_and_fuel(each.test).value,
                    "sweat_rate_L_per_h": _interval(max(each.rate.value, 0.0), *each.interval),
                }
                for each in self.tests
            ],
            "known_before": {
                "whom": self.known_before.whom,
                "mean_L_per_h": self.known_before.mean,
                "sd_L_per_h": self.known_before.deviation,
            },
            "usual_L_per_h": _interval(self.usual.median, *self.usual.interval),
            "another_day_L_per_h": _interval(self.next_day.median, *self.next_day.interval),
            "usual_after_2_more_tests_L_per_h": self.with_more_tests,
            "whole_body_sodium_mmol_per_L": {
                "mean": self.sodium.value, "range_95_pct": self.sodium.range, "measured": self.sodium.measured,
            },
            "sodium_loss_mmol_per_h": _interval(*self.loss),
            "sodium_loss_mg_per_h": _interval(*(per_mmol * each for each in self.loss)),
        }  # fmt: skip


def answer(
    tests: Sequence[WeighIn],
    sport: str | None = None,
    mass: float | None = None,
    reading: float | None = None,
    by: SodiumReading | None = None,
) -> Answer:
    """Work out what a person's tests say.

    Parameters
    ----------
    tests
        Weighings; none gives published athletes.
    sport, mass : kg
        To choose the published athletes by.
    reading : mmol/L
        Sweat sodium as read.
    by
        How it becomes that of the whole body.
    """
    tested = tuple(WeighedTest(test, sweat_rate(test)) for test in tests)
    rates = [each.rate for each in tested]
    prior = published(sport, mass)
    usual = posterior(rates, prior)
    next_day = another_day(usual)
    sodium = whole_body_sodium(reading, by)
    loss = sodium_loss(next_day, sodium)
    checks = [word for number, each in enumerate(tested, start=1) for word in _checks(each, number, len(tested))]
    if days_differ_too_much(rates, usual):
        checks.append("The tests lie further apart than scales and days explain: compare weather and effort of each.")
    checks += _sodium_checks(reading, by, loss)
    more = None
    if tested:
        typical = sum(rate.error for rate in rates) / len(rates)
        more = after_more_tests(usual, typical, _MORE_TESTS)
    gains = tuple(word for number, each in enumerate(tested, 1) for word in _gains(each.test, number, len(tested)))
    return Answer(tested, prior, usual, next_day, more, sodium, loss, gains, tuple(checks))


def _interval(middle: float, low: float, high: float) -> Mapping[str, float]:
    return {"median": middle, "low": low, "high": high}


def _which(number: int, of: int) -> str:
    return "this test" if of == 1 else f"test {number}"


def _gains(test: WeighIn, number: int, of: int) -> list[str]:
    if test.mass_change <= 0.0:
        return []
    # Per cent only: it reads the same in pounds and kilograms.
    return [f"WEIGHT WENT UP in {_which(number, of)} ({test.percent_change:+.1f} %): more was drunk than was lost."]


def _checks(tested: WeighedTest, number: int, of: int) -> list[str]:
    test, which, found = tested.test, _which(number, of), []
    low, high = constant("sweat_low"), constant("sweat_high")
    if tested.rate.value <= 0.0:
        found.append(f"Breath and fuel alone explain what was lost in {which}: no sweat could be measured.")
    elif not low <= test.guideline_rate <= high:
        found.append(f"The rate of {which} is outside {low:g} to {high:g} L/h: check masses, drink and time.")
    if -test.percent_change > constant("loss_worth_a_word"):
        limit = constant("loss_worth_a_word")
        found.append(
            f"{test.percent_change:+.1f} % of body mass in {which}: more than the {limit:g} % that guidelines name."
        )
    if 60.0 * test.hours < constant("short_test"):
        found.append(f"{60.0 * test.hours:.0f} min is short for {which}: the scale's error counts for much.")
    elif tested.rate.error > 0.5 * tested.rate.value > 0.0:
        found.append(f"The scale is too coarse for {which}: weigh to 0.1 kg or better, or go longer.")
    return found


def _sodium_checks(reading: float | None, by: SodiumReading | None, loss: tuple[float, float, float]) -> list[str]:
    found = []
    low, high = constant("sodium_low"), constant("sodium_high")
    if reading is not None and not low <= reading <= high:
        found.append(
            f"Sweat sodium of {reading:g} mmol/L is outside {low:g} to {high:g}: check the reading and its unit."
        )
    if reading is not None and by is not None and by.whole_body(reading) < low:
        found.append(
            "The reading is low for its place on the body: whole-body sodium comes out below what is plausible."
        )
    grams = 1e-3 * constant("sodium_mass") * loss[0]
    low, high = constant("sodium_loss_low"), constant("sodium_loss_high")
    if reading is not None and not low <= grams <= high:
        found.append(f"Sodium loss of {grams:.1f} g/h is outside {low:g} to {high:g} g/h: check both readings.")
    return found
