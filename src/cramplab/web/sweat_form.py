"""Sweat tests as they are typed into a form: read in the person's own units, with every fault at its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cramplab.core.errors import Fault
from cramplab.core.team import Weighing
from cramplab.importers.weigh_ins import check_weigh_in
from cramplab.physiology.weighing import OTHER_READINGS, PATCHES, SodiumReading, WeighIn
from cramplab.planner.sweat_posterior import SPORTS
from cramplab.web.typed_numbers import FieldFault, TypedUnits

MOST_TESTS = 3
READ_BY = {**{site: f"patch, {site.replace('_', ' ')}" for site in PATCHES},
           "washdown": "washdown of the whole body", "wearable": "wearable sensor"}  # fmt: skip
EFFORTS = {"easy": "easy", "moderate": "moderate", "race_pace": "race pace", "hard": "hard"}
SODIUM_RANGE = (5.0, 150.0)
"""Readings that are taken (mmol/L), as on the command line and in a roster."""
MASS_RANGE = (25.0, 250.0)
_MASSES = ("mass_before_kg", "mass_after_kg")
_FIELDS = {
    "before": ("mass_before_kg", "Weight before", "kg"),
    "after": ("mass_after_kg", "Weight after", "kg"),
    "drank": ("drank_L", "Drank", "L"),
    "minutes": ("duration_min", "Time", "min"),
    "urine": ("urine_L", "Urine", "L"),
    "air": ("air_C", "Air", "degC"),
    "humidity": ("humidity_pct", "Humidity", "%"),
    "scale": ("scale_sd_kg", "Error of the scale", "kg"),
}


@dataclass(frozen=True)
class SweatQuestion:
    """What was typed, as far as it could be read.

    Parameters
    ----------
    asked
        False if nothing was typed.
    gains
        Weighings with more weight after than before; then there is no answer but what to do.
    """

    asked: bool
    units: TypedUnits
    tests: tuple[WeighIn, ...] = ()
    sport: str | None = None
    mass: float | None = None
    reading: float | None = None
    by: SodiumReading | None = None
    gains: tuple[Weighing, ...] = ()
    faults: tuple[FieldFault, ...] = ()


def read_question(typed: Mapping[str, str]) -> SweatQuestion:
    """Read what was typed into the fields ``before1``, ``after1`` and so on, and into those of the person."""
    units = TypedUnits(typed.get("units") == "us")
    faults: list[FieldFault] = []
    tests: list[WeighIn] = []
    gains: list[Weighing] = []
    told = [number for number in range(1, MOST_TESTS + 1) if any(typed.get(f"{name}{number}") for name in _FIELDS)]
    for number in told:
        values = _values(typed, number, units, faults)
        # What is no weight shows no gain; it is a fault of its own below.
        masses = [mass if mass and mass > 0.0 else None for mass in (values[key] for key in _MASSES)]
        weighing = Weighing(f"test {number}", mass_before_kg=masses[0], mass_after_kg=masses[1])
        if weighing.gained:
            gains.append(weighing)
            continue
        test = _test(values, number, units, faults)
        if test is not None:
            tests.append(test)
    sport = typed.get("sport") or None
    if sport not in (None, *SPORTS):
        faults.append(FieldFault("sport", "Sport: choose one of the list."))
    mass = _one(typed, "mass", "Body mass", "kg", MASS_RANGE, units, faults)
    reading = _one(typed, "sodium", "Sweat sodium", "mmol/L", SODIUM_RANGE, units, faults)
    by = (PATCHES | OTHER_READINGS).get(typed.get("by", ""))
    if reading is not None and by is None:
        faults.append(FieldFault("by", "Sweat sodium: tell how it was read, for one place reads higher than another."))
    asked = bool(told or mass is not None or reading is not None or sport or faults)
    return SweatQuestion(asked, units, tuple(tests), sport if sport in SPORTS else None, mass, reading, by,
                         tuple(gains), tuple(faults))  # fmt: skip


def _values(typed: Mapping[str, str], number: int, units: TypedUnits, faults: list[FieldFault]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, (key, label, unit) in _FIELDS.items():
        field = f"{name}{number}"
        try:
            values[key] = units.read(typed.get(field, ""), unit)
        except ValueError:
            faults.append(FieldFault(field, _no_number(f"{label}, test {number}", typed[field], unit)))
            values[key] = "?"
    intensity = typed.get(f"intensity{number}") or None
    values["intensity"] = intensity if intensity in EFFORTS else None
    return values | {key: None for key in _MASSES if values[key] == "?"}


def _test(values: dict[str, Any], number: int, units: TypedUnits, faults: list[FieldFault]) -> WeighIn | None:
    """Check one test as every other door does, and put each fault to its field."""
    unread = {each.field for each in faults}
    known = {key: value for key, value in values.items() if value != "?"}
    named = {key: f"{name}{number}" for name, (key, _, _) in _FIELDS.items()}
    found: list[Fault] = []
    test = check_weigh_in(known, found, "", named | {"intensity": f"intensity{number}"})
    for fault in found:
        field = next((each for each in named.values() if fault.message.startswith(f"{each} is")), "")
        if field in unread:
            continue
        if not field:
            faults.append(FieldFault(f"before{number}", f"Test {number}: {fault}".replace("\n", " ")))
            continue
        key, label, unit = _FIELDS[field.rstrip("123")]
        if fault.message.endswith("missing"):
            faults.append(FieldFault(field, f"{label}, test {number}, is missing."))
        else:
            shown = f"{units.write(known[key], unit)} {units.name(unit)}"
            metric = {"degC": "°C"}.get(unit, unit)
            faults.append(FieldFault(field, f"{label}, test {number}, is {shown}. Expected {fault.expected} {metric}."))
    return None if len(known) < len(values) else test


def _one(
    typed: Mapping[str, str], field: str, label: str, unit: str, limits: tuple[float, float], units: TypedUnits,
    faults: list[FieldFault],
) -> float | None:  # fmt: skip
    try:
        value = units.read(typed.get(field, ""), unit)
    except ValueError:
        faults.append(FieldFault(field, _no_number(label, typed[field], unit)))
        return None
    low, high = limits
    if value is not None and not low <= value <= high:
        hint = " Divide mg/L by 23." if field == "sodium" and value > high else ""
        shown = f"{units.write(low, unit)} to {units.write(high, unit)} {units.name(unit)}"
        faults.append(FieldFault(field, f"{label}: expected {shown}.{hint}"))
        return None
    return value


def _no_number(label: str, text: str, unit: str) -> str:
    like = "minutes, or h:mm such as 1:15" if unit == "min" else "a number like 62.4 or 62,4"
    return f"{label}: “{text[:20]}” is not {like}."
