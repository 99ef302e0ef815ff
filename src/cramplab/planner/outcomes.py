"""Reads what people lived through under a plan: what the gate asks, and what is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import CramplabError
from cramplab.core.headlines import MILLIGRAM_PER_MILLIMOLE_SODIUM
from cramplab.core.plan_result import Chance, Course, Range
from cramplab.core.quantities import from_internal
from cramplab.core.results import interval, quantiles
from cramplab.planner.planned_event import Lived
from cramplab.safety.foreseen import Foreseen, chance_of
from cramplab.safety.limits import Limits

FloatArray = NDArray[np.float64]
_COURSES = {
    "body_mass_change": ("Body mass, change from the start", "%"),
    "plasma_sodium": ("Plasma sodium", "mmol/L"),
    "core_temperature": ("Core temperature", "degC"),
}
MOST_POTASSIUM = 10.0
"""Potassium in plasma (mmol/L) above which a run counts as impossible; well above all that was measured in exercise."""
_POINTS = 60
"""Times at which a course is kept."""


def finite(lived: Lived) -> NDArray[np.bool_]:
    """Tell which runs gave finite numbers throughout; shape [runs]."""
    return np.all([np.isfinite(values).all(axis=1) for values in lived.recorded.values()], axis=0)


def beyond_a_body(lived: Lived) -> NDArray[np.bool_]:
    """Tell in which runs the simulation left what a living body can be; shape [runs].

    In very hard work the modelled muscle gives off potassium for sodium one to one, and in a few runs far more than any
    muscle does; plasma sodium then falls for a reason that no body has. Such runs say nothing about a plan.

    References
    ----------
    Vollestad, Hallen and Sejersted, "Effect of exercise intensity on potassium balance in muscle and blood of man",
    abstract: arterial potassium rose to 8.0 (SE 0.2) mmol/L at 110 % of the maximal oxygen uptake.
    """
    potassium = from_internal(lived.recorded["plasma_potassium"].astype(float), "mmol/L")
    return np.asarray(np.nanmax(potassium, axis=1) > MOST_POTASSIUM)


def finished(lived: Lived) -> NDArray[np.bool_]:
    """Tell which runs gave an answer that can be one; shape [runs]."""
    return finite(lived) & ~beyond_a_body(lived)


def foreseen(lived: Lived, mass_kg: float) -> Foreseen:
    """Give what the gate asks of a plan, from the runs that finished."""
    keep, first, last = finished(lived), lived.first, lived.last
    if not keep.any():
        raise CramplabError(
            f"None of {keep.size} simulated runs of a plan gave an answer that can be one, so nothing was "
            "written. Please report it with the scenario."
        )

    def at(name: str, when: Any, unit: str) -> FloatArray:
        return np.asarray(from_internal(lived.recorded[name][keep][:, when].astype(float), unit))

    change = -at("body_mass_loss", last, "kg") + at("body_mass_loss", 0, "kg")
    sodium = at("plasma_sodium", slice(None), "mmol/L")
    return Foreseen(
        sweat_loss=at("sweat_loss", last, "L") - at("sweat_loss", first, "L"),
        sweat_sodium=at("sweat_sodium_total", last, "mmol") - at("sweat_sodium_total", first, "mmol"),
        mass_change=change,
        mass_at_start=np.full(change.size, mass_kg),
        sodium_at_start=sodium[:, 0],
        sodium_lowest=sodium.min(axis=1),
        sodium_end=sodium[:, last],
        core_highest=at("core_temperature", slice(0, last + 1), "degC").max(axis=1),
        stomach_highest=at("stomach_volume", slice(None), "mL").max(axis=1),
        without_answer=int((~finite(lived)).sum()),
    )


def figures(lived: Lived, seen: Foreseen) -> dict[str, Range]:
    """Give the single numbers of a plan, each with its 90 % interval over the runs."""
    keep, last = finished(lived), lived.last
    hours = lived.plan.duration_s / 3600.0
    drunk = np.asarray(from_internal(lived.recorded["fluid_intake"][keep][:, last].astype(float), "L"))
    plan = lived.plan
    sodium_in = drunk * plan.content.sodium_mmol_per_L + plan.salt_mmol_per_h * hours
    milligram = MILLIGRAM_PER_MILLIMOLE_SODIUM
    found = {
        "sweat_rate": (seen.sweat_loss / hours, "L/h"),
        "sweat_loss": (seen.sweat_loss, "L"),
        "sodium_loss_rate": (milligram * seen.sweat_sodium / hours, "mg/h"),
        "intake": (drunk, "L"),
        "intake_rate": (drunk / hours, "L/h"),
        "sodium_intake_rate": (milligram * sodium_in / hours, "mg/h"),
        "body_mass_change": (seen.mass_change_percent, "%"),
        "body_mass_change_kg": (seen.mass_change, "kg"),
        "plasma_sodium_end": (seen.sodium_end, "mmol/L"),
        "plasma_sodium_lowest": (seen.sodium_lowest, "mmol/L"),
        "core_temperature_highest": (seen.core_highest, "degC"),
        "stomach_highest": (seen.stomach_highest, "mL"),
    }
    return {name: range_of(values, unit) for name, (values, unit) in found.items()}


def range_of(values: FloatArray, unit: str) -> Range:
    """Give median and 90 % interval; what is not finite is left out."""
    found = interval(np.asarray(values, dtype=float))
    return Range(found.median, found.low, found.high, unit)


def chances(seen: Foreseen, limits: Limits) -> dict[str, Chance]:
    """Count in how many runs what nobody wants happens."""
    line, loss = limits["plasma_sodium_line"].value, limits["mass_loss_target"].value
    return {
        "mass_gain": seen.gained(0.0),
        "loss_above_2": chance_of(-seen.mass_change_percent > loss),
        "sodium_below_135": chance_of(seen.sodium_lowest < line),
        "sodium_below_135_added": seen.low_sodium_added(line),
        "sodium_below_130": chance_of(seen.sodium_lowest < 130.0),
        "core_above_40": chance_of(seen.core_highest > 40.0),
    }


def courses(lived: Lived) -> Mapping[str, Course]:
    """Give the course of what is drawn over the event, at some dozen times."""
    keep, first, last = finished(lived), lived.first, lived.last
    rows = np.unique(np.linspace(first, last, min(_POINTS, last - first + 1)).astype(int))
    found = {}
    for name, (label, unit) in _COURSES.items():
        values = np.asarray(from_internal(lived.recorded[name][keep][:, rows].astype(float), unit))
        low, median, high = quantiles(values, (0.05, 0.5, 0.95))
        times = tuple(float(each) for each in lived.time_s[rows])
        found[name] = Course(label, unit, times, *(tuple(map(float, each)) for each in (low, median, high)))
    return found
