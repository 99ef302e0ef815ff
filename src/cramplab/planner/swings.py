"""What would change the plan: each unknown's lowest and highest fifth, and the drinking rate that is allowed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cramplab.core.plan_result import Swing
from cramplab.core.quantities import from_internal
from cramplab.importers.scenario import Scenario
from cramplab.planner.planned_event import PlannedEvent
from cramplab.planner.words import difference_words, rate_words
from cramplab.safety.foreseen import Foreseen
from cramplab.safety.limits import Limits
from cramplab.simulation.assembly import body_parameters

FloatArray = NDArray[np.float64]
_FIFTH = 0.2
_MOST_SHOWN = 8
_SWEAT_TEST = "a sweat test: weigh before and after an hour at this effort in such weather"
_FORECAST = "a forecast nearer to the day"


@dataclass(frozen=True)
class _Unknown:
    label: str
    values: FloatArray
    unit: str
    measure: str


_SAID = ("mL/kg/min", "%", "1")
"""Units of traits that a reader knows."""
_OF_PEOPLE = {
    "sweating.gain": ("Sweat rate for a given warmth of the body", _SWEAT_TEST),
    "sweating.threshold": ("Warmth at which sweating starts", _SWEAT_TEST),
    "sweat_composition.sodium_factor": ("Personal level of sweat sodium", "sweat collected and analysed"),
    "resting_state.heat_acclimation": ("Acclimation to heat", "heat_acclimated in the scenario"),
    "body_size.fitness": ("Aerobic capacity", "a test of the largest oxygen uptake"),
    "energy_demand.running_cost_scale": ("Energy cost of running", "oxygen uptake on a treadmill"),
    "body_size.body_fat": ("Body fat", "a measurement of body composition"),
    "heat_balance.core_at_rest": ("Core temperature at rest", ""),
}


def swings(event: PlannedEvent, seen: Foreseen, limits: Limits, hours: float, keep: NDArray[np.bool_]) -> list[Swing]:
    """Give the unknowns that move the allowed drinking rate most, the strongest first.

    Parameters
    ----------
    seen
        Under the plan, for the runs that finished.
    keep
        Which of all runs these are; shape [runs].

    Notes
    -----
    Chance alone moves a fifth of the runs too: an unknown that moves the rate less than one drawn at random does is
    left out.
    """
    found = []
    for unknown in _unknowns(event):
        values = unknown.values[keep]
        low, high = np.quantile(values, (_FIFTH, 1.0 - _FIFTH))
        lowest, highest = values <= low, values >= high
        rates = [allowed_rate(seen.sweat_loss[each], limits, hours) for each in (lowest, highest)]
        low_words, high_words = (_words(values[each], unknown, event.scenario) for each in (lowest, highest))
        found.append(Swing(unknown.label, low_words, high_words, rates[0], rates[1], unknown.measure))
    by_chance = _by_chance(seen, limits, hours, event.seed)
    strong = [each for each in found if abs(each.at_high - each.at_low) > by_chance]
    return sorted(strong, key=lambda each: -abs(each.at_high - each.at_low))[:_MOST_SHOWN]


def allowed_rate(sweat_loss: FloatArray, limits: Limits, hours: float) -> float:
    """Give the drinking rate (L/h) that the two limits on sweat allow people who lose this (L; shape [runs])."""
    most = min(
        limits["share_of_sweat"].value * float(np.median(sweat_loss)),
        float(np.quantile(sweat_loss, limits["low_end_of_sweat"].value)),
    )
    return min(most / hours, limits["hourly_default"].value)


def measure_next(found: list[Swing], scenario: Scenario) -> str:
    """Say which measurement would move the plan most."""
    measurable = [each for each in found if each.measure]
    if not measurable:
        return "No single measurement would move the drinking that the limits allow."
    first = measurable[0]
    return (
        f"Next best measurement: {first.measure}. What it tells ({first.label[0].lower()}{first.label[1:]}) moves the "
        "drinking that the limits allow between "
        f"{rate_words(min(first.at_low, first.at_high), scenario)} and "
        f"{rate_words(max(first.at_low, first.at_high), scenario)}."
    )


def _unknowns(event: PlannedEvent) -> list[_Unknown]:
    declared = body_parameters()
    found = []
    for name, (label, measure) in _OF_PEOPLE.items():
        values = np.asarray(event.people.drawn.get(name, 0.0), dtype=float)
        if values.ndim and np.ptp(values) > 0.0 and name not in event.people.known:
            unit = declared[name].unit
            shown = unit if unit in _SAID else ""
            found.append(_Unknown(label, np.asarray(from_internal(values, unit)), shown, measure))
    around = event.people.around
    day: Mapping[str, tuple[FloatArray, str, str]] = {
        "Air, against the forecast": (event.error.air_C, "K", _FORECAST),
        "Humidity, against the forecast": (100.0 * event.error.humidity, "points", _FORECAST),
        "Wind, over the forecast": (event.error.wind_factor, "1", _FORECAST),
        "Sun, over the forecast": (event.error.solar_factor, "1", _FORECAST),
        "Wind at the body over wind as given": (around.wind_share, "1", ""),
    }
    found += [_Unknown(label, *each) for label, each in day.items() if np.ptp(each[0]) > 0.0]
    return found


def _words(values: FloatArray, unknown: _Unknown, scenario: Scenario) -> str:
    middle = float(np.median(values))
    match unknown.unit:
        case "K":
            return difference_words(middle, scenario)
        case "points":
            return f"{middle:+.0f} points"
        case "1":
            return f"{middle:.2f} times"
        case "":
            # A trait of the model whose unit tells a reader nothing: where it lies among all, in words.
            return f"higher than in {100.0 * float(np.mean(unknown.values < middle)):.0f} of 100"
    return f"{middle:.3g} {unknown.unit}"


def _by_chance(seen: Foreseen, limits: Limits, hours: float, seed: int) -> float:
    """Give how far two fifths picked at random lie apart, 95 % of the time."""
    generator = np.random.default_rng([seed, 20])
    size = max(int(_FIFTH * seen.sweat_loss.size), 1)
    apart = []
    for _ in range(60):
        order = generator.permutation(seen.sweat_loss.size)
        pair = [allowed_rate(seen.sweat_loss[order[begin : begin + size]], limits, hours) for begin in (0, size)]
        apart.append(abs(pair[0] - pair[1]))
    return float(np.quantile(apart, 0.95))
