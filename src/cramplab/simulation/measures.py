"""What a laboratory would have reported: functions of a trace with the field's names, and the words that modify them.

A measure is a base name, perhaps with ``peak_`` before it and ``_change``, ``_relative``, ``_relative_change``,
``_fold_change`` or ``_per_mass_loss`` behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import UserError, did_you_mean
from cramplab.simulation.timeline import Trace

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """Rows of a trace: ``start`` is the row before the window, ``end`` its last row."""

    start: int
    end: int


@dataclass(frozen=True)
class Measure:
    """How one base measure is taken.

    Parameters
    ----------
    unit
        In which it is printed.
    meaning
        One sentence.
    how
        ``level``: value at the end of the window. ``mean``: time average of the quantity. ``flow``: rise of the first
        quantity over the time spent. ``content``: rise of the first over the rise of the second quantity. ``own``: a
        function below.
    quantities
        That it reads.
    scale
        Multiplies the quantity, in internal units.
    """

    unit: str
    meaning: str
    how: str
    quantities: tuple[str, ...]
    scale: float = 1.0


def _level(unit: str, meaning: str, quantity: str, scale: float = 1.0) -> Measure:
    return Measure(unit, meaning, "level", (quantity,), scale)


# Osmolality per kilogram of water and per litre of plasma water are taken as one (water has about 1 kg/L).
MEASURES: dict[str, Measure] = {
    "sweat_rate": Measure("L/h", "sweat over the time in work or heat", "flow", ("sweat_loss",)),
    **{
        f"sweat_{ion}": Measure(
            "mmol/L", f"{ion} lost by sweat over sweat lost", "content", (f"sweat_{ion}_total", "sweat_loss")
        )
        for ion in ("sodium", "potassium", "chloride", "calcium", "magnesium")
    },
    "sweat_sodium_loss_rate": Measure(
        "mmol/h", "sodium lost by sweat over the time in work or heat", "flow", ("sweat_sodium_total",)
    ),
    "sweat_loss": Measure("L", "sweat lost", "rise", ("sweat_loss",)),
    **{
        f"sweat_{ion}_loss": Measure("mmol", f"{ion} lost by sweat", "rise", (f"sweat_{ion}_total",))
        for ion in ("sodium", "potassium", "chloride", "calcium", "magnesium")
    },
    "sodium_loss": Measure("mmol", "sodium lost by sweat and urine", "rise", ("sodium_loss",)),
    "fluid_intake": Measure("L", "drunk", "rise", ("fluid_intake",)),
    "fluid_intake_rate": Measure("L/h", "drunk over time", "flow", ("fluid_intake",)),
    "urine_volume": Measure("L", "urine passed", "rise", ("urine_volume",)),
    "urine_flow": Measure("mL/h", "urine passed over time", "flow", ("urine_volume",)),
    "urine_sodium_loss": Measure("mmol", "sodium lost by urine", "rise", ("urine_sodium_total",)),
    "urine_osmolality": _level("mosmol/kg", "of urine", "urine_osmolality"),
    "body_mass": _level("kg", "body mass", "body_mass_loss", -1.0),
    "body_mass_change": _level("%", "body mass from the start", "body_mass_change"),
    "total_body_water_change": _level("%", "body water from the start", "total_body_water_change"),
    "plasma_volume": _level("%", "plasma volume over its resting value", "plasma_volume_share"),
    "plasma_sodium": _level("mmol/L", "sodium in plasma", "plasma_sodium"),
    "plasma_potassium": _level("mmol/L", "potassium in plasma", "plasma_potassium"),
    "plasma_chloride": _level("mmol/L", "chloride in plasma", "plasma_chloride"),
    "plasma_magnesium": _level("mmol/L", "magnesium in plasma", "plasma_magnesium"),
    "ionised_calcium": _level("mmol/L", "free calcium in plasma", "ionised_calcium"),
    "plasma_osmolality": _level("mosmol/kg", "effective osmolality of plasma", "plasma_osmolality"),
    "plasma_lactate": _level("mmol/L", "lactate in plasma", "plasma_lactate"),
    "plasma_vasopressin": _level("pmol/L", "vasopressin in plasma", "vasopressin"),
    "aldosterone": _level("1", "aldosterone over its resting level", "aldosterone"),
    "thirst": _level("cm", "on a 10 cm scale", "thirst"),
    "core_temperature": _level("degC", "of the core", "core_temperature"),
    "skin_temperature": _level("degC", "mean skin", "skin_temperature"),
    "muscle_temperature": _level("degC", "of the worked muscle", "muscle_temperature"),
    "heart_rate": _level("bpm", "of the heart", "heart_rate"),
    "cardiac_output": _level("L/min", "of the heart", "cardiac_output"),
    "skin_blood_flow": _level("L/min", "through all skin", "skin_blood_flow"),
    "glomerular_filtration": _level("%", "filtration over its resting value", "filtration_share"),
    "worked_muscle_volume": _level("%", "volume of the worked muscle from rest", "worked_muscle_volume_change"),
    "rested_muscle_volume": _level("%", "volume of the rested muscle from rest", "rested_muscle_volume_change"),
    "interstitial_potassium": _level("mmol/L", "in the worked muscle", "worked_interstitial_potassium"),
    "rested_interstitial_potassium": _level("mmol/L", "in the rested muscle", "rested_interstitial_potassium"),
    "interstitial_volume": _level("%", "of the worked muscle from rest", "worked_interstitial_volume_change"),
    "femoral_venous_potassium": _level("mmol/L", "in blood that leaves the worked muscle", "worked_venous_potassium"),
    "muscle_lactate": _level("mmol/kg", "in the worked muscle", "worked_lactate"),
    "muscle_ph": _level("1", "of the worked muscle", "worked_ph"),
    "muscle_fatigue": _level("%", "force that the worked muscle has lost", "worked_fatigue"),
    "phosphocreatine": _level("%", "of the worked muscle's resting store", "worked_phosphocreatine_share"),
    "muscle_perfusion": Measure(
        "mL/min/kg", "flow per mass of the worked muscle", "mean", ("worked_muscle_blood_flow", "worked_muscle_mass")
    ),
    "gastric_emptying_rate": Measure(
        "mL/min", "emptied into the gut over time", "own", ("fluid_intake", "stomach_volume")
    ),
    "absorbed_share": Measure(
        "%", "share of what was drunk that was taken up", "content", ("absorbed_water_total", "fluid_intake")
    ),
    "plasma_volume_restoration": Measure(
        "%", "share of the lost plasma that came back", "own", ("plasma_volume_share",)
    ),
    "nguyen_kurtz_error": Measure(
        "mmol/L",
        "plasma sodium predicted from the balance less that of the model",
        "own",
        (
            "plasma_sodium",
            "total_body_water_at_rest",
            "drunk_sodium_total",
            "drunk_potassium_total",
            "sweat_sodium_total",
            "sweat_potassium_total",
            "urine_sodium_total",
            "urine_potassium_total",
            "fluid_intake",
            "food_water_total",
            "water_loss",
        ),
    ),
    "phosphocreatine_recovery_time": Measure(
        "s", "time in which 63 % of the spent phosphocreatine is back", "own", ("worked_phosphocreatine",)
    ),
}
# Published names for the same thing.
_ALIASES = {
    "serum_sodium": "plasma_sodium",
    "serum_osmolality": "plasma_osmolality",
    "rectal_temperature": "core_temperature",
    "venous_potassium": "femoral_venous_potassium",
    "muscle_interstitial_potassium": "interstitial_potassium",
}
BEYOND_TRACE = {"intestinal_absorption_rate": ("mL/h/cm", "water taken up per length of a perfused segment of gut")}


@dataclass(frozen=True)
class Reading:
    """A measure's name taken apart."""

    base: str
    peak: bool
    change: bool
    relation: str
    """Empty, ``relative``, ``relative_change``, ``fold_change``, ``per_mass_loss`` or ``per_litre_lost``."""

    @property
    def measure(self) -> Measure:
        """The base measure."""
        return MEASURES[self.base]

    @property
    def unit(self) -> str:
        """The unit of the whole measure."""
        if self.relation in ("relative", "fold_change"):
            return "1"
        if self.relation == "relative_change":
            return "%"
        return self.measure.unit + {"per_mass_loss": "/%", "per_litre_lost": "/L"}.get(self.relation, "")


def read_measure(name: str) -> Reading:
    """Take a measure's name apart.

    Raises
    ------
    UserError
        With the nearest name, if there is no such measure.
    """
    rest = name
    peak = rest.startswith("peak_")
    rest = rest.removeprefix("peak_")
    relation = ""
    for each in ("relative_change", "fold_change", "per_mass_loss", "per_litre_lost", "relative"):
        if rest.endswith(f"_{each}") and rest not in MEASURES:
            relation, rest = each, rest.removesuffix(f"_{each}")
            break
    rest = _ALIASES.get(rest, rest)
    if rest in MEASURES:
        return Reading(rest, peak, False, relation)
    base = rest.removesuffix("_change")
    base = _ALIASES.get(base, base)
    if rest.endswith("_change") and base in MEASURES:
        return Reading(base, peak, True, relation)
    raise UserError(f"No measure named '{name}'. {did_you_mean(base, MEASURES)}")


_LOSS = {"per_mass_loss": ("body_mass_change",), "per_litre_lost": ("body_mass_loss",)}


def quantities_needed(reading: Reading) -> tuple[str, ...]:
    """Quantities that a trace must hold for this measure."""
    return (*reading.measure.quantities, *_LOSS.get(reading.relation, ()))


def loss_of(trace: Trace, reading: Reading, window: Window) -> FloatArray:
    """Body mass lost by the end of the window: a share of the mass, or litres taken as kilograms; shape [people]."""
    (quantity,) = _LOSS[reading.relation]
    sign = -1.0 if reading.relation == "per_mass_loss" else 1.0
    return np.asarray(sign * trace.series[quantity][window.end])


def window_of(trace: Trace, reading: Reading, begin: str, end: str) -> Window:
    """Rows between two named segments, or what is usual for the measure.

    A flow or content is by default taken over the segments of work or heat (urine: over the last segment; a rise: since
    the last drinking began), a level at the end of all.
    """
    last = trace.position(end) if end else len(trace.segments) - 1
    first = trace.position(begin) if begin else None
    if last is None or (begin and first is None):
        raise UserError(f"No segment named '{end if last is None else begin}'.")
    if first is None:
        first = 0
        how = reading.measure.how
        if not end and how in ("flow", "content", "mean", "own"):
            if reading.base in ("urine_flow", "muscle_perfusion", "gastric_emptying_rate"):
                first = last
            elif reading.base.startswith("sweat"):
                busy = [
                    index for index, each in enumerate(trace.segments) if each.kind in ("exercise", "heat_exposure")
                ]
                first, last = (busy[0], busy[-1]) if busy else (0, last)
        elif not end and how == "rise":
            drinks = [index for index, each in enumerate(trace.segments) if each.kind == "drink"]
            first = drinks[-1] if drinks else 0
    return Window(trace.spans[first][0] - 1, trace.spans[last][1])


def _mean_over(trace: Trace, values: FloatArray, window: Window) -> FloatArray:
    weights = trace.seconds[window.start + 1 : window.end + 1]
    return np.asarray(
        (values[window.start + 1 : window.end + 1] * weights).sum(axis=0) / np.maximum(weights.sum(axis=0), 1e-9)
    )


def _time_spent(trace: Trace, window: Window) -> FloatArray:
    return np.maximum(trace.seconds[window.start + 1 : window.end + 1].sum(axis=0), 1e-9)


def take(trace: Trace, reading: Reading, window: Window) -> FloatArray:
    """Take a measure of every person.

    Returns
    -------
    internal units, shape [people]
        Before the relation to another arm or to the mass lost.
    """
    measure = reading.measure
    series = trace.series
    if measure.how == "own":
        return _OWN[reading.base](trace, window)
    if measure.how == "rise":
        rise = series[measure.quantities[0]]
        return rise[window.end] - rise[window.start]
    if measure.how in ("flow", "content"):
        rise = series[measure.quantities[0]]
        over = series[measure.quantities[1]] if measure.how == "content" else np.cumsum(trace.seconds, axis=0)
        if reading.peak:
            with np.errstate(divide="ignore", invalid="ignore"):
                steps = np.diff(rise[window.start : window.end + 1], axis=0) / np.diff(
                    over[window.start : window.end + 1], axis=0
                )
            return np.asarray(np.nanmax(np.where(np.isfinite(steps), steps, np.nan), axis=0))
        return np.asarray(
            (rise[window.end] - rise[window.start]) / np.maximum(over[window.end] - over[window.start], 1e-12)
        )
    values = series[measure.quantities[0]] * measure.scale
    if len(measure.quantities) > 1:
        values = values / series[measure.quantities[1]]
    inside = values[window.start + 1 : window.end + 1]
    level = (
        inside.max(axis=0)
        if reading.peak
        else (_mean_over(trace, values, window) if measure.how == "mean" else values[window.end])
    )
    if reading.base == "plasma_volume" and reading.change:
        return np.asarray(level / values[window.start] - 1.0)
    return np.asarray(level - values[window.start]) if reading.change else np.asarray(level)


def _gastric_emptying(trace: Trace, window: Window) -> FloatArray:
    left = trace.series["fluid_intake"] - trace.series["stomach_volume"]
    return np.asarray((left[window.end] - left[window.start]) / _time_spent(trace, window))


def _plasma_restoration(trace: Trace, window: Window) -> FloatArray:
    volume = trace.series["plasma_volume_share"]
    low = trace.spans[next(index for index, span in enumerate(trace.spans) if span[0] - 1 == window.start)][1]
    return np.asarray((volume[window.end] - volume[low]) / np.maximum(volume[0] - volume[low], 1e-6))


def nguyen_kurtz(
    sodium: FloatArray, water: FloatArray, cations_gained: FloatArray, water_gained: FloatArray
) -> FloatArray:
    """Plasma sodium after a change of balance, by the equation of Nguyen and Kurtz.

    Parameters
    ----------
    sodium : mmol/L
        Before.
    water : L
        Total body water before.
    cations_gained : mmol
        Sodium and potassium taken in less those lost.
    water_gained : L

    Returns
    -------
    mmol/L

    References
    ----------
    nguyen_kurtz2005.
    """
    return ((sodium + 23.8) * water + 1.03 * cations_gained) / (water + water_gained) - 23.8


def _nguyen_kurtz_error(trace: Trace, window: Window) -> FloatArray:
    rise = {name: values[window.end] - values[window.start] for name, values in trace.series.items()}
    cations = rise["drunk_sodium_total"] + rise["drunk_potassium_total"]
    cations = cations - sum(rise[f"{by}_{ion}_total"] for by in ("sweat", "urine") for ion in ("sodium", "potassium"))
    water = rise["fluid_intake"] + rise["food_water_total"] - rise["water_loss"]
    before = trace.series["plasma_sodium"][window.start]
    predicted = nguyen_kurtz(before, trace.series["total_body_water_at_rest"][0], cations, water)
    return np.asarray(predicted - trace.series["plasma_sodium"][window.end])


def _phosphocreatine_recovery(trace: Trace, window: Window) -> FloatArray:
    busy = [index for index, each in enumerate(trace.segments) if each.kind == "exercise"]
    begin = trace.spans[busy[-1]][1] if busy else window.start
    store = trace.series["worked_phosphocreatine"]
    clock = np.cumsum(trace.seconds[begin + 1 :], axis=0)
    wanted = store[begin] + 0.632 * (store[0] - store[begin])
    answer = np.full(store.shape[1], np.nan)
    for person in range(store.shape[1]):
        after = store[begin + 1 :, person]
        past = np.flatnonzero(after >= wanted[person])
        if len(past):
            row = past[0]
            low, early = (store[begin, person], 0.0) if row == 0 else (after[row - 1], clock[row - 1, person])
            share = (wanted[person] - low) / max(after[row] - low, 1e-9)
            answer[person] = early + share * (clock[row, person] - early)
    return answer


_OWN: Mapping[str, Callable[[Trace, Window], FloatArray]] = {
    "gastric_emptying_rate": _gastric_emptying,
    "plasma_volume_restoration": _plasma_restoration,
    "nguyen_kurtz_error": _nguyen_kurtz_error,
    "phosphocreatine_recovery_time": _phosphocreatine_recovery,
}


def combine(reading: Reading, groups: list[FloatArray], mass_lost: list[FloatArray]) -> float:
    """Combine the groups' values into the figure that a paper reports; means are taken over people first.

    Parameters
    ----------
    groups
        One array of people for each arm, internal units.
    mass_lost
        One array for each arm, from `loss_of`; empty for measures that do not need it.
    """
    means = [float(np.nanmean(each)) for each in groups]
    difference = means[-1] - means[0] if len(means) == 2 else means[0]
    if reading.relation in ("relative", "fold_change"):
        return means[1] / means[0]
    if reading.relation == "relative_change":
        return means[1] / means[0] - 1.0
    if reading.relation in _LOSS:
        losses = [float(np.nanmean(each)) for each in mass_lost]
        return difference / (losses[-1] - losses[0] if len(losses) == 2 else losses[0])
    return difference
