"""One weighing as it is typed at the scale: read, checked, and put together with what stands already.

A number that cannot be right is asked back and never thrown away. A gain of weight is asked about by nothing: it is
kept at once, whatever else is wrong with the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cramplab.core.team import Weighing
from cramplab.importers.field_ranges import expected_instead
from cramplab.importers.scenario_schema import SweatTest
from cramplab.web.typed_numbers import FieldFault, TypedUnits

LARGEST_CHANGE_PCT = 12.0
"""Beyond it a change in one session is asked about; chosen: far above any loss that studies of exercise report."""
FAR_FROM_USUAL = 0.15
"""Share by which a weight may differ from the one before; chosen: more than people gain or lose between sessions."""
_LB_AS_KG = (1.9, 2.5)  # a weight in pounds, taken for kilograms, is 2.2 times too large; chosen


@dataclass(frozen=True)
class Measure:
    """One field of the form.

    Parameters
    ----------
    name
        Of the field.
    key
        Of `Weighing`.
    """

    name: str
    key: str
    label: str
    unit: str


MEASURES = (
    Measure("before", "mass_before_kg", "Before", "kg"),
    Measure("after", "mass_after_kg", "After", "kg"),
    Measure("drank", "drank_L", "Drank", "L"),
    Measure("urine", "urine_L", "Urine", "L"),
    Measure("minutes", "duration_min", "Time", "min"),
)


def written(weighing: Weighing, units: TypedUnits) -> dict[str, str]:
    """Give the text of each field for a weighing."""
    return {each.name: units.write(getattr(weighing, each.key), each.unit) for each in MEASURES}


def read_weighing(
    typed: Mapping[str, str], base: Weighing, units: TypedUnits, *, standing: bool
) -> tuple[Weighing, list[FieldFault]]:
    """Read the fields into a weighing; what cannot be read is a fault, and stays unknown.

    Parameters
    ----------
    base
        The weighing that stands, with what the form does not ask for; or an empty one of this athlete and session.
    standing
        True if ``base`` stands. A field that still says what was written into it keeps the number to its last digit.
    """
    faults: list[FieldFault] = []
    values: dict[str, Any] = {}
    before = written(base, units) if standing else {}
    for each in MEASURES:
        text = typed.get(each.name, "").strip()
        if text and text == before.get(each.name):
            values[each.key] = getattr(base, each.key)
            continue
        values[each.key] = None
        try:
            number = units.read(text, each.unit)
        except ValueError:
            words = f"{each.label}: “{text[:20]}” is no number. Write it like 62.4 or 62,4."
            faults.append(FieldFault(each.name, words))
            continue
        if number is not None and (number < 0.0 or (number == 0.0 and each.unit in ("kg", "min"))):
            faults.append(FieldFault(each.name, f"{each.label}: it has to be above zero."))
            continue
        values[each.key] = number
    weighing = replace(base, **values)
    if not faults and weighing.mass_before_kg is None and weighing.mass_after_kg is None:
        faults.append(FieldFault("before", "There is no weight yet: write the one before, the one after, or both."))
    return weighing, faults


def filled_up(weighing: Weighing, standing: Weighing) -> Weighing:
    """Fill what a form left empty with what stands."""
    told = {each.key: getattr(weighing, each.key) for each in MEASURES}
    return replace(standing, **{key: value for key, value in told.items() if value is not None})


def doubts(weighing: Weighing, usual_kg: float | None, units: TypedUnits) -> list[FieldFault]:
    """Say what can hardly be right; nothing for a gain of weight, which waits for no answer.

    Parameters
    ----------
    usual_kg : kg
        What this athlete weighed last, or usually; None if not known.
    """
    if weighing.gained:
        return []
    return [*_of_ranges(weighing, units), *doubts_of_weights(weighing, usual_kg, units)]


def _of_ranges(weighing: Weighing, units: TypedUnits) -> list[FieldFault]:
    found = []
    for each in MEASURES:
        value = getattr(weighing, each.key)
        expected = None if value is None else expected_instead(SweatTest, each.key, value)
        # A weighing of a few minutes is no sweat test, and it is a weighing.
        if expected and not (each.unit == "min" and value < 60.0):
            typed = f"{units.write(value, each.unit)} {units.name(each.unit)}"
            metric = f" {each.unit}" if each.unit in ("kg", "L", "min") else ""
            found.append(FieldFault(each.name, f"{each.label} is {typed}. Usual is {expected}{metric}."))
    return found


def doubts_of_weights(weighing: Weighing, usual_kg: float | None, units: TypedUnits) -> list[FieldFault]:
    """Say which weight looks like a slip; takes the same as `doubts`, and looks at a gain too."""
    found = []
    for each in MEASURES[:2]:
        value = getattr(weighing, each.key)
        if value is None or not usual_kg:
            continue
        times = value / usual_kg
        typed, usual = (f"{units.write(mass, 'kg')} {units.name('kg')}" for mass in (value, usual_kg))
        if not units.us and _LB_AS_KG[0] < times < _LB_AS_KG[1]:
            found.append(FieldFault(each.name, f"{each.label} is {typed}, after {usual}: are these pounds?"))
        elif units.us and _LB_AS_KG[0] < 1.0 / times < _LB_AS_KG[1]:
            found.append(FieldFault(each.name, f"{each.label} is {typed}, after {usual}: are these kilograms?"))
        elif abs(times - 1.0) > FAR_FROM_USUAL:
            found.append(FieldFault(each.name, f"{each.label} is {typed}; this athlete weighed {usual} otherwise."))
    if weighing.change_pct is not None and abs(weighing.change_pct) > LARGEST_CHANGE_PCT:
        words = f"{weighing.change_pct:+.1f} % in one session is more than a session takes.".replace("-", "−")
        found.append(FieldFault("after", words))
    return found
