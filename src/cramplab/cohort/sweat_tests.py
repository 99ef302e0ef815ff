"""What a measured sweat loss or sweat sodium says about a person: each possible version lives through the test itself.

A test is simulated as it was done, with what it does not tell drawn, and each version of the person is weighed by how
well it gives what the scale and the patch showed, within their error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.random_streams import stream
from cramplab.core.results import Assumption
from cramplab.importers.scenario_schema import Person, SweatSodium, SweatTest
from cramplab.physiology.weighing import SHARES_OF_RESERVE, SODIUM_READINGS, constant, scale_error
from cramplab.simulation.assembly import Body
from cramplab.simulation.event_course import DEFAULT_CLOTHING
from cramplab.simulation.event_run import Stretch, run_stretches
from cramplab.simulation.own_motion import riding_speed

FloatArray = NDArray[np.float64]
RACE_PACE = (0.95, 1.06)
"""What people call race pace over the pace of the race."""
_UNLIKELY = 0.005
_HUMIDITY = (0.01 * constant("humidity_low"), 0.01 * constant("humidity_high"))
_ENERGY_PER_OXYGEN, _RUNNING, _WALKING, _PEDALLING = 20900.0, 3.6, 2.1, 1.8e-4  # J/L, J/kg/m, J/kg/m, L/s/W


@dataclass(frozen=True, eq=False)
class Weighing:
    """How well each possible version of a person fits what was measured.

    Parameters
    ----------
    log_weights
        Logarithm of the likelihood of all measurements; shape [people].
    notices, assumptions
        What has to be said about it.
    """

    log_weights: FloatArray
    notices: tuple[str, ...]
    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True, eq=False)
class Pool:
    """Possible versions of a person.

    Parameters
    ----------
    body
        With their parameters, NumPy arrays of shape [people].
    people, seed, label
        How many; of the run; of this person's streams.
    mass, reserve : kg, L/s
        Body mass and oxygen reserve; shape [people].
    event_share : 1
        Mean oxygen demand of the event over the reserve, or None if the event does not tell; shape [people].
    sport, indoors
        Of the event; a test is taken to be of the same kind.
    chunk_people
        How many are stepped together, as in the event.
    """

    body: Body
    people: int
    seed: int
    label: str
    mass: FloatArray
    reserve: FloatArray
    event_share: FloatArray | None
    sport: str
    indoors: bool
    chunk_people: int

    def between(self, name: str, low: float, high: float) -> FloatArray:
        """Draw evenly between two values; shape [people]."""
        return low + (high - low) * stream(self.seed, self.label, "sweat test", name).random(self.people)


def guessed(person: Person) -> bool:
    """Tell whether the sweat sodium is a guess: published spreads say more than that."""
    return person.sweat_sodium is not None and person.sweat_sodium.method == "guess"


def weigh(
    person: Person, pool: Pool, names: tuple[str, ...], report_progress: Callable[[int], None] | None = None
) -> Weighing:
    """Weigh possible versions of a person by their sweat tests and sweat sodium.

    Parameters
    ----------
    names
        Quantities that the engine records, the same as in the event so that it is compiled once.
    report_progress
        Told how many records of how many people are done.
    """
    log_weights = np.zeros(pool.people)
    notices: list[str] = []
    content: FloatArray | None = None
    tests = person.sweat_test
    sodium = None if guessed(person) else person.sweat_sodium
    for number, test in enumerate(tests):
        ended = _simulate(test, number, pool, names, report_progress)
        gained, told = _weigh_loss(test, number, len(tests), ended, pool)
        log_weights += gained
        notices += told
        content = ended["sweat_sodium_total"] / np.maximum(ended["sweat_loss"], 1e-6) if content is None else content
    if sodium is not None:
        if content is None:
            # A reading without a session is taken as one of an hour of steady work in mild air.
            nominal = SweatTest(mass_before_kg=60, mass_after_kg=59, drank_L=0, duration_min=60, intensity="moderate")
            ended = _simulate(nominal, 0, pool, names, report_progress)
            content = ended["sweat_sodium_total"] / np.maximum(ended["sweat_loss"], 1e-6)
        gained, told = _weigh_sodium(sodium, content)
        log_weights += gained
        notices += told
    return Weighing(log_weights, tuple(notices), tuple(_assumptions(person)))


def stretch_of_test(test: SweatTest, number: int, pool: Pool) -> Stretch:
    """Give the test as it was done; what it does not tell is drawn for each version of the person."""

    def told(name: str, value: float | None, low: float, high: float, factor: float = 1.0) -> FloatArray:
        drawn = pool.between(f"{name} {number}", low, high)
        return (np.full(pool.people, value * factor) if value is not None else drawn)[None, :]

    share = shares_in_test(test, number, pool)
    seconds = 60.0 * test.duration_min
    forcing: dict[str, Any] = {
        "heart_rate_asked": share[None, :],
        "air_temperature": told("air", test.air_C, constant("air_low"), constant("air_high")),
        "relative_humidity": told("humidity", test.humidity_pct, *_HUMIDITY, 0.01),
        "drink_rate_planned": np.asarray(test.drank_L / seconds),
        "clothing_insulation": np.asarray(DEFAULT_CLOTHING),
        "upright": np.ones(1),
    }
    if not pool.indoors:
        forcing |= {
            "ground_speed": _own_speed(share, pool)[None, :],
            "wind": pool.between(f"wind {number}", 0.3, 2.5)[None, :],
            "solar": pool.between(f"sun {number}", 0.0, 600.0)[None, :],
        }
    return Stretch(seconds, forcing)


def shares_in_test(test: SweatTest, number: int, pool: Pool) -> FloatArray:
    """Draw how hard the test was, as a share of the oxygen reserve; shape [people]."""
    if test.intensity == "race_pace" and pool.event_share is not None:
        asked = pool.event_share * pool.between(f"pace {number}", *RACE_PACE)
    else:
        word = None if test.intensity == "race_pace" else test.intensity
        asked = pool.between(f"intensity {number}", *SHARES_OF_RESERVE[word])
    return np.asarray(np.clip(asked, 0.1, 1.0))


def _own_speed(share: FloatArray, pool: Pool) -> FloatArray:
    uptake = share * pool.reserve
    if pool.sport in ("cycle", "triathlon"):
        return riding_speed(uptake / _PEDALLING, pool.mass)
    cost = _WALKING if pool.sport == "walk" else _RUNNING
    return uptake * _ENERGY_PER_OXYGEN / (cost * pool.mass)


def _simulate(
    test: SweatTest, number: int, pool: Pool, names: tuple[str, ...], report_progress: Callable[[int], None] | None
) -> dict[str, FloatArray]:
    stretch = stretch_of_test(test, number, pool)
    ended = run_stretches(
        pool.body,
        [stretch],
        pool.people,
        names,
        report_progress=report_progress,
        only_the_end=True,
        chunk_people=pool.chunk_people,
    )
    return {name: values[:, 0].astype(np.float64) for name, values in ended.items()}


def _weigh_loss(
    test: SweatTest, number: int, tests: int, ended: Mapping[str, FloatArray], pool: Pool
) -> tuple[FloatArray, list[str]]:
    shown = test.mass_before_kg - test.mass_after_kg
    # What the bladder holds is still on the scale; only what was passed is not.
    most = constant("urine_not_told")
    passed = pool.between(f"urine {number}", 0.0, most) if test.urine_L is None else test.urine_L
    expected = ended["body_mass_loss"] - ended["urine_volume"] + passed
    varies = constant("same_test_again") * ended["sweat_loss"]
    error = np.sqrt(2.0 * scale_error(test.scale_sd_kg) ** 2 + varies**2)
    which = "The sweat test" if tests == 1 else f"Sweat test {number + 1}"
    noise = error * stream(pool.seed, pool.label, "sweat test", "error", number).standard_normal(pool.people)
    told = _if_unlikely(which, shown, expected + noise, "kg lost", "masses, drink, urine and duration")
    return _log_normal(shown, expected, error), told


def _weigh_sodium(sodium: SweatSodium, content: FloatArray) -> tuple[FloatArray, list[str]]:
    by = SODIUM_READINGS[sodium.method]
    whole_body, error = by.whole_body(sodium.value_mmol_per_L), by.error
    told = _if_unlikely(
        "The sweat sodium", whole_body, content, "mmol/L in whole-body sweat", "value and method", error
    )
    return _log_normal(whole_body, content, np.full(content.shape, error)), told


def _log_normal(shown: float, expected: FloatArray, error: FloatArray) -> FloatArray:
    found = -0.5 * ((shown - expected) / error) ** 2 - np.log(error)
    return np.where(np.isfinite(found), found, -np.inf)


def _if_unlikely(
    which: str, shown: float, expected: FloatArray, unit: str, check: str, error: float = 0.0
) -> list[str]:
    known = expected[np.isfinite(expected)]
    below = float(np.mean(known < shown - 2.0 * error)) if known.size else 0.5
    above = float(np.mean(known > shown + 2.0 * error)) if known.size else 0.5
    if min(below, above) > _UNLIKELY:
        return []
    low, high = np.quantile(known, (0.05, 0.95))
    told = (
        f"{which} is unlikely for anybody like this person: {shown:.2f} {unit}, where 90 % of simulated people show "
        f"{low:.2f} to {high:.2f}. Check {check}; it was used as it stands."
    )
    return [told]


def _assumptions(person: Person) -> list[Assumption]:
    words = {test.intensity for test in person.sweat_test}
    found = [
        _chosen(f"intensity {word or 'not told'}", f"{low:g} to {high:g}", "1", "share of the oxygen reserve, drawn")
        for word, (low, high) in SHARES_OF_RESERVE.items()
        if word in words
    ]
    if "race_pace" in words:
        found.append(_chosen("race pace", f"{RACE_PACE[0]:g} to {RACE_PACE[1]:g}", "1", "over the event's mean effort"))
    if person.sweat_test:
        found.append(
            _chosen(
                "one person on another day", 100.0 * constant("same_test_again"), "%", "SD of sweat loss over its mean"
            )
        )
    if any(test.scale_sd_kg is None for test in person.sweat_test):
        found.append(_chosen("error of a scale, not told", constant("scale_error"), "kg", "standard deviation"))
    if person.sweat_sodium is not None and person.sweat_sodium.method == "patch_forearm":
        by = SODIUM_READINGS["patch_forearm"]
        patch = Assumption(
            "sweat_test.patch",
            "Whole-body sweat sodium from a forearm patch",
            f"{by.slope:g} x patch + {by.offset:g}",
            "mmol/L",
            f"SD {by.error:g} mmol/L",
            origin="remembered",
            source="baker2016",
            where="regression; limits of agreement of 14 mmol/L from a later study",
            population="athletes",
        )
        found.append(patch)
    return found


def _chosen(name: str, value: float | str, unit: str, where: str) -> Assumption:
    return Assumption(f"sweat_test.{name.replace(' ', '_')}", f"Sweat test, {name}", value, unit, where=where)
