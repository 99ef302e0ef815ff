"""What is known of one athlete as a form: typed in the team's units, checked by the same ranges as a roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cramplab.core.team import Athlete
from cramplab.importers.field_ranges import expected_instead
from cramplab.importers.roster import LONGEST_TEXT
from cramplab.importers.scenario_schema import FLAGS, Person, SweatSodium
from cramplab.physiology.weighing import constant
from cramplab.web.team.scale_people import is_code
from cramplab.web.typed_numbers import FieldFault, TypedUnits

NUMBERS = {
    "age_y": ("Age", "y"),
    "mass_kg": ("Usual weight", "kg"),
    "height_cm": ("Height", "cm"),
    "sweat_rate_L_per_h": ("Sweat rate", "L/h"),
    "sweat_sodium_mmol_per_L": ("Sweat sodium", "mmol/L"),
}
CHOICES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "sex": ("Sex", [("female", "female"), ("male", "male")]),
    "heat_acclimated": ("Used to heat", [("no", "no"), ("partly", "partly"), ("yes", "yes")]),
    "sickle_cell_trait": ("Sickle cell trait", [("yes", "yes"), ("no", "no")]),
    "cramp_history": (
        "Cramps so far", [("never", "never"), ("sometimes", "sometimes"), ("most_events", "in most events")]
    ),
}  # fmt: skip
_SHORT = {"nsaid": "painkillers such as ibuprofen (NSAID)", "ssri": "SSRI", "iv_iron": "iron by vein",
          "past_hyponatremia": "low blood sodium before", "past_heat_stroke": "heat stroke before"}  # fmt: skip
FLAG_WORDS = [(each, _SHORT.get(each, each.replace("_", " "))) for each in FLAGS if each != "sickle_cell_trait"]


def written(athlete: Athlete, units: TypedUnits) -> dict[str, Any]:
    """Give the text of each field for an athlete, and under ``flags`` what is ticked."""
    trait = {True: "yes", False: "no", None: ""}[athlete.sickle_cell_trait]
    answers: dict[str, Any] = {name: units.write(getattr(athlete, name), unit) for name, (_, unit) in NUMBERS.items()}
    answers |= {
        "code": athlete.id, "position": athlete.position, "sex": "" if athlete.sex == "unspecified" else athlete.sex,
        "heat_acclimated": athlete.heat_acclimated or "", "sickle_cell_trait": trait,
        "cramp_history": athlete.cramp_history or "", "flags": list(athlete.flags),
    }  # fmt: skip
    return answers


def read_athlete(
    typed: Mapping[str, str], flags: Sequence[str], units: TypedUnits, before: Athlete | None
) -> tuple[Athlete | None, list[FieldFault]]:
    """Read the form; None with every fault if it cannot be kept.

    Parameters
    ----------
    before
        As kept, whose code stays; None for a new one.
    """
    faults: list[FieldFault] = []
    code = before.id if before is not None else typed.get("code", "").strip()
    if not is_code(code):
        shown = f"“{code[:40]}” is no code" if code else "A code is needed"
        faults.append(FieldFault("code", f"{shown}: letters, digits, '-', '_' and '.', at most 32; never a name."))
    position = " ".join(typed.get("position", "").split())
    if len(position) > LONGEST_TEXT:
        faults.append(FieldFault("position", f"Position: at most {LONGEST_TEXT} letters."))
    kept = {} if before is None else written(before, units)
    values: dict[str, Any] = {}
    for name in NUMBERS:
        text = typed.get(name, "").strip()
        # A field that nobody changed keeps its number to the last digit.
        values[name] = getattr(before, name) if text and text == kept.get(name) else _number(name, text, units, faults)
    for name, (label, options) in CHOICES.items():
        value = typed.get(name, "")
        if value and value not in dict(options):
            faults.append(FieldFault(name, f"{label}: choose one of the list."))
        values[name] = value or None
    if faults:
        return None, faults
    values["sex"] = values["sex"] or "unspecified"
    values["sickle_cell_trait"] = {"yes": True, "no": False, None: None}[values["sickle_cell_trait"]]
    chosen = tuple(name for name, _ in FLAG_WORDS if name in flags)
    return Athlete(code, position=position, flags=chosen, **values), []


def _number(name: str, text: str, units: TypedUnits, faults: list[FieldFault]) -> float | None:
    label, unit = NUMBERS[name]
    try:
        value = units.read(text, unit)
    except ValueError:
        faults.append(FieldFault(name, f"{label}: “{text[:20]}” is no number. Write it like 62.4 or 62,4."))
        return None
    if value is None:
        return None
    if name == "sweat_rate_L_per_h":
        most = constant("sweat_beyond_belief")
        expected = "" if 0.0 < value <= most else f"above 0, at most {most:g}"
    elif name == "sweat_sodium_mmol_per_L":
        expected = expected_instead(SweatSodium, "value_mmol_per_L", value)
    else:
        expected = expected_instead(Person, name, value)
    if expected:
        shown = f"{units.write(value, unit)} {units.name(unit)}"
        faults.append(FieldFault(name, f"{label} is {shown}. Expected {expected} {'years' if unit == 'y' else unit}."))
    return value
