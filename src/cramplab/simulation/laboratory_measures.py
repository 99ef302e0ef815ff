"""What a laboratory reads off its record: cramps, trials, and the measures in the field's words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cramplab.core.laboratory_run import MEASURES, SPINAL, STIMULUS, Event, Measured, Trial
from cramplab.physiology.nerve_stimulation import reflex_wave
from cramplab.simulation import laboratory_kernel as kernel
from cramplab.simulation.laboratory_bench import (
    BIN_S,
    BINS_PER_WINDOW,
    SILENT_AFTER_TRAIN_S,
    WINDOW_S,
    Bench,
    Busy,
    bins_of,
)
from cramplab.simulation.laboratory_steps import Course, Train

FloatArray = NDArray[np.float64]
UNPROVOKED_S = 3.0
"""How long activity has to last to count as a cramp where no train came just before it (chosen)."""
_PAUSE_S, _INTERVALS = 0.4, 5
_REFLEX_S = (0.020, 0.065)
"""When a discharge after a pulse can have come through the spinal cord."""
_LARGEST_REFLEX_SHARE = 0.5
_DONE_TO_A_CRAMP = ("stretch", "taste", "tendon_stimulation", "vibration", "nerve_block", "cuff")


def _free_times(busy: Sequence[Busy], end_s: float) -> Iterator[tuple[float, float, bool]]:
    """Give the times in which activity would be the muscle's own, and whether a train came right before."""
    start, after_train = 0.0, False
    for each in sorted(busy, key=lambda each: each.start_s):
        if each.start_s > start + 1e-9:
            yield start, each.start_s, after_train
        start, after_train = max(start, each.end_s), each.is_train
    if end_s > start:
        yield start, end_s, after_train


def find_cramps(bench: Bench, floor: float, criterion_s: float) -> list[Event]:
    """Find the cramps: involuntary activity of a tenth of the highest EMG or more that lasts.

    Parameters
    ----------
    floor : mV^2
        Mean square of the EMG from which the muscle counts as active.
    criterion_s : s
        How long it has to last after a train; elsewhere ``UNPROVOKED_S``.
    """
    found = []
    for start, end, after_train in _free_times(bench.busy, bench.now_s):
        for first, last in bench.spells(start, end, floor):
            needed = criterion_s if after_train and first <= SILENT_AFTER_TRAIN_S else UNPROVOKED_S
            if last - first >= needed - 1e-9:
                begin = bins_of(start) * BIN_S + first
                ended = min(begin + last - first, end)
                found.append(Event(round(begin, 3), round(ended, 3), "cramp", "the muscle goes on by itself"))
    return found


def trials_of(course: Course) -> tuple[Trial, ...]:
    """Describe the trains of the ladders, with how long the muscle stayed active after each."""
    found = []
    for train in course.trains:
        if train.of_ladder:
            period_end = train.start_s + train.pulses / train.frequency_hz
            until = min(
                (each.start_s for each in course.bench.busy if each.start_s >= period_end - 1e-9), default=math.inf
            )
            _, last = course.bench.spell_after(period_end, course.floor, until)
            outlasted = last + period_end - train.end_s if last > 0.0 else 0.0
            cramped = course.left_cramp(period_end, until)
            found.append(Trial(train.frequency_hz, train.start_s, train.end_s, outlasted, cramped))
    return tuple(found)


def measures_of(course: Course, trials: Sequence[Trial], cramps: Sequence[Event]) -> dict[str, Measured]:
    """Read off every measure that the protocol allows."""
    bench = course.bench
    found = {
        "mvc_force": _measured("mvc_force", float(bench.subjects.mvc_force[0]), "at the tendon, at neutral length")
    }
    if trials:
        reached = [each.frequency_hz for each in trials if each.cramped]
        highest = max(each.frequency_hz for each in trials)
        words = "" if reached else f"no cramp up to {highest:g} Hz"
        if len(reached) > 1:
            words = f"mean of {len(reached)} ladders"
        found["cramp_threshold_frequency"] = _measured(
            "cramp_threshold_frequency", float(np.mean(reached)) if reached else math.nan, words
        )
    if any(_could_cramp(course)) or cramps:
        found |= _measures_of_cramp(course, _the_cramp(trials, cramps))
    found |= _measures_of_pulses(course)
    return {name: found[name] for name in (*MEASURES, *found) if name in found}


def _could_cramp(course: Course) -> Iterator[bool]:
    yield any(train.pulses > 1 for train in course.trains)
    yield any(event.kind in ("voluntary_contraction", "fatigue_bouts", "vibration") for event in course.events)


def _the_cramp(trials: Sequence[Trial], cramps: Sequence[Event]) -> Event | None:
    """Choose the cramp that is measured: of a ladder the one that its last train left, else the first."""
    begun = [each.end_s for each in trials if each.cramped]
    found = [each for each in cramps if not trials or (begun and each.start_s >= begun[0])]
    return found[0] if found else None


def _measures_of_cramp(course: Course, cramp: Event | None) -> dict[str, Measured]:
    names = ("cramp_duration", "cramp_emg", *_OF_UNITS)
    if cramp is None:
        return {name: _measured(name, math.nan, "no cramp came") for name in names}
    bench = course.bench
    share = math.sqrt(bench.windows(cramp.start_s, cramp.end_s).max() / float(bench.subjects.mvc_power[0]))
    ended = cramp.end_s < bench.now_s - WINDOW_S
    found = {
        "cramp_duration": _measured(
            "cramp_duration", cramp.end_s - cramp.start_s, "" if ended else "still there as the recording ended"
        ),
        "cramp_emg": _measured("cramp_emg", 100.0 * share, "highest quarter of a second"),
    }
    rates = rates_of_units(bench, cramp)
    found |= {name: _measured(name, value, "") for name, value in zip(_OF_UNITS, rates, strict=True)}
    for event in course.events:
        if event.kind in _DONE_TO_A_CRAMP and cramp.start_s < event.start_s < cramp.end_s:
            after = f"{'' if ended else 'at least, '}after the {event.kind.replace('_', ' ')}"
            found["cramp_time_left"] = _measured("cramp_time_left", cramp.end_s - event.start_s, after)
            break
    return found


_OF_UNITS = (
    "motor_unit_discharge_rate", "motor_unit_minimum_rate", "motor_unit_maximum_rate", "motor_unit_active_time",
)  # fmt: skip


def rates_of_units(bench: Bench, cramp: Event) -> tuple[float, float, float, float]:
    """Give mean, lowest and highest discharge rate (imp/s) and time of activity (s), means over units in a cramp.

    A rate is a mean over five intervals; an interval above 0.4 s is a pause, which no rate spans. A unit took part if
    it discharged long enough to have a rate. Answers to a stimulus are left out.
    """
    times, units, origins = bench.discharges()
    inside = (times >= cramp.start_s) & (times <= cramp.end_s) & (origins != STIMULUS)
    found = []
    for unit in np.unique(units[inside]):
        own = np.sort(times[inside & (units == unit)])
        runs = np.split(own, np.flatnonzero(np.diff(own) > _PAUSE_S) + 1)
        rates = np.concatenate(
            [_INTERVALS / (run[_INTERVALS:] - run[:-_INTERVALS]) for run in runs if run.size > _INTERVALS]
            or [np.zeros(0)]
        )
        if rates.size:
            found.append((rates.mean(), rates.min(), rates.max(), own[-1] - own[0]))
    if not found:
        return (math.nan,) * 4
    mean = np.mean(found, axis=0)
    return float(mean[0]), float(mean[1]), float(mean[2]), float(mean[3])


# --- single pulses


def _measures_of_pulses(course: Course) -> dict[str, Measured]:
    """Give M, H and F wave of every step of single pulses; the first step's have the plain names."""
    pulses = [train for train in course.trains if train.pulses == 1 and not train.of_ladder]
    found: dict[str, Measured] = {}
    steps = list(dict.fromkeys(train.step for train in pulses))
    for at, step in enumerate(steps):
        mine = [train for train in pulses if train.step == step]
        behind = f"_{step or at + 1}" if at else ""
        named = f", {step}" if len(steps) > 1 and step else ""
        for name, (value, words) in _waves(course, mine).items():
            found[name + behind] = _measured(name, value, words + named)
    return found


def _waves(course: Course, pulses: Sequence[Train]) -> dict[str, tuple[float, str]]:
    subjects = course.bench.subjects
    amplitude, stands_for = subjects.emg_amplitude[0], subjects.units.stands_for
    largest = subjects.emg.m_wave(amplitude, stands_for, np.ones_like(amplitude))
    times, units, origins = course.bench.discharges()
    muscle, reflex = [], []
    for pulse in pulses:
        after = times - pulse.start_s
        direct = _share(units[(origins == STIMULUS) & (np.abs(after) < _REFLEX_S[0])], amplitude.size)
        late = (origins == SPINAL) & (after >= _REFLEX_S[0]) & (after <= _REFLEX_S[1])
        discharged = _share(units[late], amplitude.size)
        muscle.append(subjects.emg.m_wave(amplitude, stands_for, direct))
        reflex.append(reflex_wave(amplitude, stands_for, discharged, direct, subjects.emg.m_wave_synchrony))
    count = f"of {len(pulses)} pulses" if len(pulses) > 1 else "of one pulse"
    found = {"m_wave_amplitude": (float(np.mean(muscle)), count)}
    if all(pulse.motor_share <= _LARGEST_REFLEX_SHARE for pulse in pulses):
        found["h_reflex_amplitude"] = (float(np.mean(reflex)), count)
        found["h_reflex_share"] = (100.0 * float(np.mean(reflex)) / largest, count)
    elif not course.bench.blocked:
        gain = float(subjects.person["persistent_gain"][0])
        share = 100.0 * float(subjects.stimulation.backfire_probability(gain))
        found["f_wave_share"] = (share, "by the chance that an impulse is sent back; not simulated pulse by pulse")
    return found


def _share(units: NDArray[np.int32], count: int) -> FloatArray:
    return (np.bincount(units, minlength=count) > 0).astype(np.float64)


def _measured(name: str, value: float, words: str) -> Measured:
    unit, meaning = MEASURES[name]
    if math.isnan(value) and words:
        return Measured(value, unit, f"{meaning}: {words}")
    return Measured(value, unit, f"{meaning} ({words.lstrip(', ')})" if words else meaning)


# --- series


def series_of(
    bench: Bench, cramps: Iterable[Event], bins_together: int = 1
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Give the middles of the time bins (s) and every series of a run.

    Parameters
    ----------
    bins_together
        How many bins of the bench make one of the record.
    """
    subjects, record = bench.subjects, bench.record()
    together = max(min(bins_together, record.shape[0] // 2), 1)
    count = record.shape[0] // together
    averaged = record[: count * together].reshape(count, together, record.shape[1]).mean(axis=1)
    width = BIN_S * together
    time = (np.arange(count) + 0.5) * width
    row = {name: averaged[:, at] for at, name in enumerate(kernel.RECORD)}
    force = row["force_share"] * subjects.muscle.peak_force
    cramping = np.zeros(count)
    for each in cramps:
        cramping[(time >= each.start_s) & (time <= each.end_s)] = 1.0
    emg = np.sqrt(_smoothed(row["emg_power"], BINS_PER_WINDOW if together == 1 else 1))
    same = (
        "fibre_length", "stimulation", "voluntary_drive", "primary_afferent_rate", "secondary_afferent_rate",
        "tendon_organ_rate", "spinal_tone", "renshaw", "active_units",
    )  # fmt: skip
    return time, {name: row[name] for name in same} | {
        "force": force,
        "force_share": force / max(float(subjects.mvc_force[0]), 1e-9),
        "emg": emg,
        "emg_share": 100.0 * emg / math.sqrt(max(float(subjects.mvc_power[0]), 1e-18)),
        "motor_unit_rate": mean_rate(bench, count, width),
        "cramping": cramping,
    }


def _smoothed(values: FloatArray, bins: int) -> FloatArray:
    """Give the running mean over some bins, an odd number; fewer at the ends of the record."""
    if values.size < bins:
        return values
    weights = np.ones(bins)
    return np.convolve(values, weights, "same") / np.convolve(np.ones(values.size), weights, "same")


def mean_rate(bench: Bench, count: int, width_s: float) -> FloatArray:
    """Give the discharge rate (imp/s) in each bin: mean over the units that are active, of one over the interval."""
    times, units, _ = bench.discharges()
    order = np.lexsort((times, units))
    times, units = times[order], units[order]
    interval = np.diff(times)
    one_unit = (np.diff(units) == 0) & (interval <= _PAUSE_S)
    begin = np.minimum((times[:-1][one_unit] / width_s).astype(np.int64), count)
    end = np.minimum((times[1:][one_unit] / width_s).astype(np.int64), count)
    # An interval shorter than a bin counts in its own.
    end = np.minimum(np.maximum(end, begin + 1), count)
    sums, active = np.zeros(count + 1), np.zeros(count + 1)
    for target, weight in ((sums, 1.0 / interval[one_unit]), (active, np.ones(begin.size))):
        np.add.at(target, begin, weight)
        np.add.at(target, end, -weight)
    sums, active = np.cumsum(sums)[:-1], np.cumsum(active)[:-1]
    return np.where(active > 0.5, sums / np.maximum(active, 1.0), 0.0)
