"""The single numbers drawn from a run's time courses: what a card, a table or a test reads.

A headline is one number per draw (the value at the end of the event, a peak, a mean, a change), then its median and
90 % interval over the draws that finished. A count says in how many simulated runs something happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.results import RunResult, interval

MILLIGRAM_PER_MILLIMOLE_SODIUM = 23.0
# Fewer finished draws, or a weaker rank correlation, is noise: at 50 draws chance alone often reaches 0.28.
FEWEST_DRAWS_FOR_INFLUENCE = 50
WEAKEST_INFLUENCE = 0.3


@dataclass(frozen=True)
class Headline:
    """One headline: its name, the words for it, the series it is read from and how.

    ``how`` is ``end`` (of the event), ``highest`` or ``lowest`` (over the event and the rest after it), ``mean`` (over
    the event), ``change`` (from its start to its end) or ``rate`` (that change per hour of the event).
    """

    name: str
    label: str
    series: str
    how: str
    unit: str = ""
    signed: bool = False


_BODY = (
    Headline("sweat_rate", "Sweat rate, mean over the event", "sweat_loss", "rate", unit="L/h"),
    Headline("sweat_loss", "Sweat lost by the end", "sweat_loss", "end"),
    Headline("water_loss", "Water lost by the end (sweat, breath, urine)", "water_loss", "end"),
    Headline("fluid_intake", "Drunk by the end", "fluid_intake", "end"),
    Headline("urine_volume", "Urine by the end", "urine_volume", "end"),
    Headline("sodium_loss", "Sodium lost by the end (sweat, urine)", "sodium_loss", "end"),
    Headline("body_mass_change", "Body mass at the end, against the start", "body_mass_change", "end", signed=True),
    Headline("plasma_sodium", "Plasma sodium at the end", "plasma_sodium", "end"),
    Headline("plasma_sodium_change", "Plasma sodium, change by the end", "plasma_sodium", "change", signed=True),
    Headline("lowest_plasma_sodium", "Plasma sodium at its lowest", "plasma_sodium", "lowest"),
    Headline("plasma_osmolality", "Plasma osmolality at the end", "plasma_osmolality", "end"),
    Headline("plasma_osmolality_change", "Plasma osmolality, change by the end", "plasma_osmolality", "change",
             signed=True),
    Headline("highest_plasma_potassium", "Plasma potassium at its highest", "plasma_potassium", "highest"),
    Headline("plasma_volume_change", "Plasma volume at the end, against the start", "plasma_volume_change", "end",
             signed=True),
    Headline("highest_core_temperature", "Core temperature at its highest", "core_temperature", "highest"),
    Headline("core_temperature", "Core temperature at the end", "core_temperature", "end"),
    Headline("heart_rate", "Heart rate, mean over the event", "heart_rate", "mean"),
)  # fmt: skip
# Name, words, series and how, for a worked and a rested muscle in turn.
_MUSCLE = (
    ("highest_{}_interstitial_potassium", "Potassium around {} muscle, highest", "interstitial_potassium", "highest"),
    ("{}_interstitial_potassium", "Potassium around {} muscle at the end", "interstitial_potassium", "end"),
    ("{}_fatigue", "Force capacity lost in the {} muscle at the end", "fatigue", "end"),
    ("{}_oxygen_supply_to_demand", "Oxygen supply to demand, {} muscle, mean", "oxygen_supply_to_demand", "mean"),
    ("lowest_{}_oxygen_supply_to_demand", "Oxygen supply to demand, {} muscle, lowest", "oxygen_supply_to_demand",
     "lowest"),
    ("{}_interstitial_volume_change", "Fluid around the {} muscle's cells, end", "interstitial_volume_change", "end"),
    ("{}_muscle_water_change", "Water in the {} muscle at the end", "muscle_water_change", "end"),
    ("lowest_{}_phosphocreatine", "Phosphocreatine, {} muscle, lowest", "phosphocreatine", "lowest"),
    ("highest_{}_lactate", "Lactate, {} muscle, highest", "lactate", "highest"),
    ("lowest_{}_ph", "pH, {} muscle, lowest", "ph", "lowest"),
    ("lowest_{}_cramp_margin", "Cramp margin, {} muscle, lowest", "cramp_margin", "lowest"),
)  # fmt: skip
HEADLINES: tuple[Headline, ...] = _BODY + tuple(
    Headline(name.format(part), label.format(part), f"{part}_{series}", how, signed=series.endswith("_change"))
    for name, label, series, how in _MUSCLE
    for part in ("worked", "rested")
)


@dataclass(frozen=True)
class Count:
    """Something that happens in some of the simulated runs: one number per draw lies above or below a limit."""

    name: str
    label: str
    series: str
    how: str
    above: float = np.inf
    below: float = -np.inf


# How each is read: its value at the end of the event, or its lowest or highest at any time.
COUNTS: tuple[Count, ...] = (
    Count("body_mass_gained", "heavier at the end than at the start", "body_mass_change", "end", above=0.0),
    Count("body_mass_below_minus_2", "more than 2 % of body mass lost", "body_mass_change", "end", below=-2.0),
    Count("plasma_sodium_below_135", "plasma sodium ever below 135 mmol/L", "plasma_sodium", "lowest", below=135.0),
    Count("plasma_sodium_below_130", "plasma sodium ever below 130 mmol/L", "plasma_sodium", "lowest", below=130.0),
    Count("core_temperature_above_40", "core temperature ever above 40 °C", "core_temperature", "highest", above=40.0),
)
_OUTCOMES = (
    "sweat_rate",
    "sodium_loss",
    "body_mass_change",
    "plasma_sodium",
    "highest_core_temperature",
    "worked_fatigue",
    "lowest_worked_cramp_margin",
)


def per_draw(result: RunResult, series: str, how: str) -> NDArray[np.float64]:
    """Give one number for each draw that finished, in the series' unit (per hour for ``rate``); shape [finished]."""
    values: NDArray[np.float64] = result.series[series].values[result.finished].astype(np.float64)
    end = int(np.searchsorted(result.time_s, result.event_end_s, side="right")) - 1
    match how:
        case "end":
            return np.asarray(values[:, end])
        case "change":
            return np.asarray(values[:, end] - values[:, 0])
        case "rate":
            return np.asarray((values[:, end] - values[:, 0]) / (result.time_s[end] - result.time_s[0]) * 3600.0)
        case "mean":
            return _time_mean(values[:, : end + 1], result.time_s[: end + 1])
        case "highest":
            return np.asarray(np.fmax.reduce(values, axis=1))
        case "lowest":
            return np.asarray(np.fmin.reduce(values, axis=1))
    raise ValueError(f"No way of reading a series named '{how}'.")


def _time_mean(values: NDArray[np.float64], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.trapezoid(values, time_s, axis=1) / (time_s[-1] - time_s[0]))


def headlines(result: RunResult) -> Iterator[tuple[Headline, dict[str, Any]]]:
    """Give every headline whose series the run has, with unit, median, low and high.

    Sodium is given in mmol, and again in mg under ``also``, since drinks and labels are in mg.
    """
    for each in HEADLINES:
        if each.series not in result.series:
            continue
        found = interval(per_draw(result, each.series, each.how))
        unit = each.unit or result.series[each.series].unit
        numbers = vars(found)
        entry = {
            "label": each.label,
            "unit": unit,
            "signed": each.signed,
            "series": each.series,
            "how": each.how,
            **numbers,
        }
        if each.name == "sodium_loss" and unit == "mmol":
            milligram = {key: value * MILLIGRAM_PER_MILLIMOLE_SODIUM for key, value in numbers.items()}
            entry["also"] = {"unit": "mg", **milligram}
        yield each, entry


def counts(result: RunResult) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give in how many of the finished draws each counted thing happened."""
    for each in COUNTS:
        if each.series in result.series:
            value = per_draw(result, each.series, each.how)
            value = value[np.isfinite(value)]
            yield (
                each.name,
                {
                    "label": each.label,
                    "runs": int(((value > each.above) | (value < each.below)).sum()),
                    "of": int(value.size),
                },
            )


def influences(result: RunResult) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give, per main headline, the drawn traits that move it most, by rank correlation over the finished draws.

    A trait that did not vary is left out; so is a correlation that chance alone could give.
    """
    finished = result.finished
    if finished.sum() < FEWEST_DRAWS_FOR_INFLUENCE:
        return
    traits = {name: trait.values[finished] for name, trait in result.traits.items()}
    for name in _OUTCOMES:
        headline = next(each for each in HEADLINES if each.name == name)
        if headline.series not in result.series:
            continue
        outcome = per_draw(result, headline.series, headline.how)
        found = {trait: rank_correlation(values, outcome) for trait, values in traits.items()}
        strong = sorted((-abs(value), trait) for trait, value in found.items() if abs(value) >= WEAKEST_INFLUENCE)
        yield name, [{"trait": trait, "rank_correlation": found[trait]} for _, trait in strong[:3]]


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Give Spearman's rank correlation over the draws that both have; 0 if they are too few, or one does not vary."""
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < FEWEST_DRAWS_FOR_INFLUENCE or np.ptp(one[both]) == 0 or np.ptp(other[both]) == 0:
        return 0.0
    return float(np.corrcoef(_ranks(one[both]), _ranks(other[both]))[0, 1])


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # Ties share their mean rank, so that a trait with few levels is not ranked by the order of the draws.
    _, level, size = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(size)
    return np.asarray((last - (size - 1) / 2.0)[level])
