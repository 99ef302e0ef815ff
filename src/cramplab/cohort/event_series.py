"""Which quantities of a run are kept over time, and under which name, label and unit they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.situations import quantities_for_states
from cramplab.core.quantities import from_internal
from cramplab.core.results import Series
from cramplab.importers.event_effort import EventEffort
from cramplab.importers.weather import Weather, weather_on_grid
from cramplab.simulation.solve import STEP_SECONDS

Floats = NDArray[np.float32]
Recorded = Mapping[str, Floats]


@dataclass(frozen=True)
class _Shown:
    """A series of the result, and how it comes from what the engine records (internal units)."""

    label: str
    unit: str
    quantities: tuple[str, ...]
    value: Callable[..., Floats] = lambda only: only
    standard_name: str = ""


def _percent_above_rest(share: Floats) -> Floats:
    return share - 1.0


_BODY: dict[str, _Shown] = {
    "intensity": _Shown(
        "Effort, oxygen uptake over its maximum",
        "%",
        ("worked_oxygen_uptake", "rested_oxygen_uptake", "oxygen_uptake_at_rest", "maximal_oxygen_uptake"),
        lambda worked, rested, at_rest, most: (worked + rested + at_rest) / most,
    ),
    "heart_rate": _Shown("Heart rate", "bpm", ("heart_rate",)),
    "core_temperature": _Shown("Core temperature", "degC", ("core_temperature",)),
    "skin_temperature": _Shown("Skin temperature", "degC", ("skin_temperature",)),
    "muscle_temperature": _Shown("Temperature of the worked muscle", "degC", ("muscle_temperature",)),
    "sweat_rate": _Shown("Sweat rate", "L/h", ("sweat_rate",)),
    "sweat_loss": _Shown("Sweat lost", "L", ("sweat_loss",)),
    "sodium_loss": _Shown("Sodium lost by sweat and urine", "mmol", ("sodium_loss",)),
    "sweat_sodium": _Shown("Sodium in sweat", "mmol/L", ("sweat_sodium",)),
    "water_loss": _Shown("Water lost by sweat, breath, skin and urine", "L", ("water_loss",)),
    "fluid_intake": _Shown("Drunk", "L", ("fluid_intake",)),
    "urine_volume": _Shown("Urine", "L", ("urine_volume",)),
    "body_mass_change": _Shown("Body mass, change from the start", "%", ("body_mass_change",)),
    "plasma_sodium": _Shown("Plasma sodium", "mmol/L", ("plasma_sodium",)),
    "plasma_osmolality": _Shown("Plasma osmolality (effective)", "mosmol/kg", ("plasma_osmolality",)),
    "plasma_potassium": _Shown("Plasma potassium", "mmol/L", ("plasma_potassium",)),
    "plasma_volume_change": _Shown(
        "Plasma volume, change from rest", "%", ("plasma_volume_share",), _percent_above_rest
    ),
    "vasopressin": _Shown("Vasopressin", "pmol/L", ("vasopressin",)),
    "thirst": _Shown("Thirst, on a line of 10 cm", "cm", ("thirst",)),
    "stomach_volume": _Shown("Fluid in the stomach", "mL", ("stomach_volume",)),
}
_MUSCLE: dict[str, _Shown] = {
    "interstitial_potassium": _Shown("Potassium around {} muscle", "mmol/L", ("{}_interstitial_potassium",)),
    "fatigue": _Shown("Force capacity lost, {} muscle", "%", ("{}_fatigue",)),
    "oxygen_supply_to_demand": _Shown(
        "Oxygen supply to demand, {} muscle (at most 2)", "1", ("{}_oxygen_supply_to_demand",)
    ),
    "muscle_water_change": _Shown("Water in {} muscle, change from rest", "%", ("{}_muscle_water_change",)),
    "interstitial_volume_change": _Shown(
        "Fluid around the cells of {} muscle, change from rest", "%", ("{}_interstitial_volume_change",)
    ),
    "phosphocreatine": _Shown("Phosphocreatine, {} muscle, of that at rest", "%", ("{}_phosphocreatine_share",)),
    "lactate": _Shown(
        "Lactate in the water of {} muscle",
        "mmol/L",
        ("{}_lactate", "muscle_water_per_mass"),
        lambda lactate, water: lactate / water,
    ),
    "ph": _Shown("pH of {} muscle", "1", ("{}_ph",)),
}
_SHOWN = _BODY | {
    f"{part}_{name}": _Shown(
        each.label.format(part), each.unit, tuple(one.format(part) for one in each.quantities), each.value
    )
    for part in ("worked", "rested")
    for name, each in _MUSCLE.items()
}
DEMAND_OVER_CAPACITY = "worked_work_intensity"
RECORDED: tuple[str, ...] = tuple(
    sorted(
        {one for each in _SHOWN.values() for one in each.quantities}
        | {DEMAND_OVER_CAPACITY, "body_mass_loss", "sweat_sodium_total"}
        | set(quantities_for_states())
    )
)
"""What the engine records in every run of an event and of a sweat test, so that it is compiled once."""
# mosmol per litre of plasma water is per kilogram of it, since that weighs one.
_SAME_NUMBER = {"mosmol/kg": "mosmol/L"}


def body_series(recorded: Recorded) -> dict[str, Series]:
    """Turn what the engine recorded into series as shown; values of shape [draws, records]."""
    found = {}
    for name, each in _SHOWN.items():
        value = each.value(*(recorded[one] for one in each.quantities))
        shown = from_internal(value, _SAME_NUMBER.get(each.unit, each.unit))
        found[name] = Series(name, each.label, each.unit, each.standard_name, shown)
    return found


def course_series(effort: EventEffort, weather: Weather, time_s: NDArray[np.float64], draws: int) -> dict[str, Series]:
    """Give the series that the files tell: speed, grade, power (mean of the minute before), air; one for all draws."""
    rows: list[tuple[str, str, str, str, Any]] = []
    speed = effort.speed_m_per_s
    if np.isfinite(speed).any():
        rows.append(("speed", "Speed", "km/h", "", _mean_before(effort, speed, time_s) * 3.6))
    if np.ptp(effort.grade) > 0.0:
        rows.append(("grade", "Grade", "%", "", _mean_before(effort, effort.grade, time_s) * 100.0))
    if np.isfinite(effort.power_W).any():
        rows.append(("power", "Power, as recorded", "W", "", _mean_before(effort, effort.power_W, time_s)))
    air = weather_on_grid(weather, time_s)["air_C"]
    rows.append(("air_temperature", "Air temperature", "degC", "air_temperature", air))
    return {
        name: Series(name, label, unit, standard_name, np.broadcast_to(values.astype(np.float32), (draws, time_s.size)))
        for name, label, unit, standard_name, values in rows
    }


def _mean_before(effort: EventEffort, values: NDArray[np.float64], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average a column of the effort between the times of the records; 0 before the start and after the event."""
    known = np.nan_to_num(values, nan=0.0)
    edges = np.concatenate((effort.time_s, effort.time_s[-1:] + STEP_SECONDS))
    total = np.concatenate(([0.0], np.cumsum(known) * STEP_SECONDS))
    reached = np.interp(time_s, edges, total)
    means = np.concatenate(([known[0]], np.diff(reached) / np.diff(time_s)))
    return np.where(time_s <= effort.duration_s, means, 0.0)
