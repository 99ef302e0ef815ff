"""What somebody tells of themselves, as parameters of the body; and where to look for the rest of them.

What is told is kept. What is not told is drawn around the middle of people like them: of their sex, age and build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.random_streams import stream
from cramplab.core.quantities import to_internal
from cramplab.core.results import Assumption
from cramplab.importers.scenario_checks import BUILDS
from cramplab.importers.scenario_schema import Person, Preferences
from cramplab.simulation.assembly import body_parameters

FloatArray = NDArray[np.float64]
CENTRE_OF_WOMEN = {
    "body_size.mass": 62.0,
    "body_size.height": 1.66,
    "body_size.body_fat": 0.23,
    "body_size.fitness": to_internal(44.0, "mL/kg/min"),
}
"""Middles of active women where they differ from the declared ones, which are those of active men; internal units."""
TALLER, HEIGHTS_APART = 0.18, 0.06
"""Rise of the middle height (m) for a body mass that is e times as large, within one sex, and the spread of heights of
one mass; both our choice, near what a correlation of 0.45 gives for adults."""
_ACCLIMATED = {"no": 0.0, "partly": 0.5, "yes": 1.0}
_NOT_MODELLED = {
    "pregnant": "pregnancy",
    "kidney_disease": "kidney disease",
    "dialysis": "dialysis",
    "liver_disease": "liver disease",
    "heart_disease": "heart disease",
    "thyroid_disease": "thyroid disease",
    "diabetes": "diabetes",
    "low_salt_order": "a low-salt order",
    "sickle_cell_trait": "sickle cell trait",
    "statin": "statins",
    "nsaid": "NSAIDs",
    "raloxifene": "raloxifene",
    "oestrogen": "oestrogen",
    "teriparatide": "teriparatide",
    "iv_iron": "iron by vein",
    "lithium": "lithium",
    "past_hyponatremia": "an earlier low blood sodium",
    "past_heat_stroke": "an earlier heat stroke",
}


def centres_by_sex(female: FloatArray) -> dict[str, FloatArray]:
    """Give the middles of the population for each person, by dotted name; internal units.

    Parameters
    ----------
    female
        1 for a woman, 0 for a man; shape [people].
    """
    declared = body_parameters()
    return {name: np.where(female > 0.5, woman, declared[name].value) for name, woman in CENTRE_OF_WOMEN.items()}


@dataclass(frozen=True)
class Told:
    """A person as told.

    Parameters
    ----------
    given
        Parameters that are told or follow from a flag, by dotted name; internal units, one number or one for each
        person.
    centres
        Middles to draw the rest around.
    known
        Names in ``given`` that the scenario itself told.
    notices, assumptions
        What has to be said about it.
    """

    given: Mapping[str, Any]
    centres: Mapping[str, Any]
    known: frozenset[str]
    notices: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = field(default=())


def what_is_told(person: Person, preferences: Preferences, people: int, seed: int, label: str) -> Told:
    """Take what a scenario tells of a person, and set the middles for what it does not.

    Parameters
    ----------
    people
        How many possible versions of the person are drawn.
    seed, label
        Of the run, and of this person's streams.
    """
    given = _measured(person)
    known = set(given)
    assumptions = []
    if person.sex == "unspecified":
        given["body_size.female"] = (stream(seed, label, "sex").random(people) < 0.5).astype(float)
        assumptions.append(
            Assumption("person.sex", "Sex, not told", "a woman in half of the simulated runs, a man in the others")
        )
    else:
        given["body_size.female"] = float(person.sex == "female")
        known.add("body_size.female")
    female = np.broadcast_to(np.asarray(given["body_size.female"], dtype=float), (people,))
    if person.height_cm is None:
        given["body_size.height"], assumed = _height_for(person, female, stream(seed, label, "height"))
        assumptions.append(assumed)
    centres, more = _centres(person, female, given["body_size.height"])
    notices, by_flags = _flags(person, people, seed, label)
    given |= by_flags
    if preferences.max_drink_L_per_h is not None:
        declared = body_parameters()["drinking.rate_most"]
        most = to_internal(preferences.max_drink_L_per_h, "L/h")
        given["drinking.rate_most"] = float(np.clip(most, declared.low, declared.high))
        known.add("drinking.rate_most")
    return Told(given, centres, frozenset(known), tuple(notices), (*assumptions, *more))


def _measured(person: Person) -> dict[str, Any]:
    told = {
        "body_size.mass": (person.mass_kg, "kg"),
        "body_size.height": (person.height_cm, "cm"),
        "body_size.age": (person.age_y, "yr"),
        "body_size.body_fat": (person.body_fat_pct, "%"),
        "body_size.fitness": (person.vo2max_mL_per_kg_min, "mL/kg/min"),
        "circulation.heart_rate_at_rest": (person.resting_heart_rate_bpm, "bpm"),
        "circulation.heart_rate_most": (person.max_heart_rate_bpm, "bpm"),
    }
    given: dict[str, Any] = {
        name: to_internal(value, unit) for name, (value, unit) in told.items() if value is not None
    }
    if person.heat_acclimated is not None:
        given["resting_state.heat_acclimation"] = _ACCLIMATED[person.heat_acclimated]
    return given


def _centres(person: Person, female: FloatArray, height: Any) -> tuple[dict[str, FloatArray], list[Assumption]]:
    """Middles by sex, age and build, and how they were set."""
    declared = body_parameters()
    centres = centres_by_sex(female)
    assumptions = []
    if person.vo2max_mL_per_kg_min is None:
        years = max(person.age_y - 30.0, 0.0)
        centres["body_size.fitness"] = centres["body_size.fitness"] * max(1.0 - 0.008 * years, 0.4)
        assumptions.append(
            Assumption(
                "person.fitness_and_age", "Fall of the middle aerobic capacity with age, from 30 years on", 0.8, "%/yr",
                population="trained amateurs",
            )
        )  # fmt: skip
    if person.body_fat_pct is None:
        build = person.mass_kg / np.asarray(height) ** 2
        expected = 0.01 * (1.20 * build + 0.23 * person.age_y - 10.8 * (1.0 - female) - 5.4)
        # Who trains is leaner than the people of that equation; it only matters for heavy builds.
        centres["body_size.body_fat"] = np.maximum(centres["body_size.body_fat"], expected - 0.06)
        assumptions.append(
            Assumption(
                "person.body_fat_and_build", "Middle of body fat by body mass index and age, less 6 % for training",
                "at least that of active people of this sex", origin="remembered",
                where="1.20 BMI + 0.23 age - 10.8 (men) - 5.4", population="adults",
            )
        )  # fmt: skip
    if person.max_heart_rate_bpm is None:
        centres["circulation.heart_rate_most"] = np.full(female.shape, to_internal(208.0 - 0.7 * person.age_y, "bpm"))
        assumptions.append(
            Assumption(
                "person.heart_rate_and_age", "Middle of the highest heart rate", "208 less 0.7 for each year of age",
                "bpm", origin="remembered", population="healthy adults",
            )
        )  # fmt: skip
    for name, values in centres.items():
        centres[name] = np.clip(values, declared[name].low, declared[name].high)
    return centres, assumptions


def _height_for(person: Person, female: FloatArray, chance: np.random.Generator) -> tuple[FloatArray, Assumption]:
    """Draw heights (m) that go with a mass, and say how: heavy people are taller as a rule."""
    middles, declared = centres_by_sex(female), body_parameters()["body_size.height"]
    middle = middles["body_size.height"] + TALLER * np.log(person.mass_kg / middles["body_size.mass"])
    drawn = middle + HEIGHTS_APART * np.clip(chance.standard_normal(female.size), -2.5, 2.5)
    # An assumed height must not make somebody thinner or heavier than people are.
    slimmest, stoutest = (np.sqrt(person.mass_kg / index) for index in reversed(BUILDS))
    return np.clip(drawn, max(slimmest, declared.low), min(stoutest, declared.high)), Assumption(
        "person.height", "Height, not told", "drawn around the middle of that sex, for the mass", "m",
        f"SD {HEIGHTS_APART:g} m", where=f"middle rises by {TALLER:g} m for each factor e of mass",
    )  # fmt: skip


def _flags(person: Person, people: int, seed: int, label: str) -> tuple[list[str], dict[str, Any]]:
    """Notices for every flag, and parameters for those that the body has a place for."""
    notices: list[str] = []
    given: dict[str, Any] = {}

    def level(name: str, low: float = 0.0, high: float = 1.0) -> FloatArray:
        return np.asarray(low + (high - low) * stream(seed, label, "flag", name).random(people))

    flags = set(person.flags)
    if "diuretic" in flags:
        loop = stream(seed, label, "flag", "kind of diuretic").random(people) < 0.5
        size = level("diuretic")
        given["drugs.thiazide"], given["drugs.loop_diuretic"] = np.where(loop, 0.0, size), np.where(loop, size, 0.0)
        notices.append(
            "The flag 'diuretic' does not say which and since when: half of the simulated runs take a thiazide, half a "
            "loop diuretic, at any level from none to a full first dose."
        )
    if "long_acting_beta_agonist" in flags:
        given["drugs.beta_agonist"] = level("beta agonist")
        notices.append(
            "The flag 'long_acting_beta_agonist' is taken as a dose at the start, at any level from none to a usual "
            "dose."
        )
    if "ssri" in flags:
        given["drugs.antidiuretic"] = level("antidiuretic")
        notices.append(
            "The flag 'ssri' is taken as a medicine that may keep vasopressin up, at any level from none to usual."
        )
    if "peripheral_artery_disease" in flags:
        given["muscle_perfusion.narrowing"] = level("narrowing", 0.5, 0.9)
        notices.append(
            "The flag 'peripheral_artery_disease' is taken as arteries of the worked muscle narrowed by 50 to 90 % of "
            "their area, since how much is not told."
        )
    left_out = [words for flag, words in _NOT_MODELLED.items() if flag in flags]
    if left_out:
        notices.append(
            f"The body model knows nothing of {_listed(left_out)}: the numbers are those of somebody without, and may "
            "not hold for this person. Ask a doctor who knows the case."
        )
    return notices, given


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
