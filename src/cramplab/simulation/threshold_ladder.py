"""The threshold test: trains of rising frequency, until the muscle goes on by itself when one of them ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import UserError
from cramplab.simulation import laboratory_kernel as kernel
from cramplab.simulation.subjects import Segment, Subjects

FloatArray = NDArray[np.float64]
CRAMP_EMG = 0.10
"""Share of the EMG of a maximal contraction from which involuntary activity counts as a cramp."""
BIN_S = 0.25
LONGEST_CRAMP_S = 180.0
HIGHEST_HZ = 200.0
SILENT_AFTER_TRAIN_S = 2.0
LONGEST_PAUSE_S = 0.5
_QUIET_S = SILENT_AFTER_TRAIN_S + 0.25
_POWER = kernel.RECORD.index("emg_power")


@dataclass(frozen=True)
class Ladder:
    """How a laboratory looks for the threshold.

    Parameters
    ----------
    start_hz, step_hz, stop_hz : Hz
        First train, rise from train to train, and the last that is tried.
    pulses
        In every train; or ``train_s``, the length of every train.
    gap_s : s
        From the end of a train to the next.
    criterion_s : s
        How long activity has to outlast a train.
    afferent_share, motor_share : 1
        Of the axons that a pulse excites.
    antidromic
        Whether pulses travel up the motor axons.
    blocked
        Whether the nerve is blocked above the stimulus.
    """

    start_hz: float = 4.0
    step_hz: float = 2.0
    stop_hz: float = 60.0
    pulses: int = 0
    train_s: float = 2.0
    gap_s: float = 60.0
    criterion_s: float = 1.0
    afferent_share: float = 1.0
    motor_share: float = 1.0
    antidromic: bool = True
    blocked: bool = False
    pain: float = 0.0
    blood_flow: float = 1.0

    def __post_init__(self) -> None:
        if self.step_hz <= 0.0 or self.stop_hz < self.start_hz or self.start_hz <= 0.0:
            raise UserError(
                f"A ladder from {self.start_hz:g} Hz by {self.step_hz:g} Hz to {self.stop_hz:g} Hz never ends. "
                "It has to start above zero, rise, and end above its start."
            )
        if self.stop_hz > HIGHEST_HZ:
            raise UserError(f"A ladder to {self.stop_hz:g} Hz: nerves do not follow above {HIGHEST_HZ:g} Hz.")
        if self.pulses <= 0 and self.train_s <= 0.0:
            raise UserError("A train needs pulses or a length above zero.")

    @property
    def frequencies(self) -> FloatArray:
        """All rungs, Hz."""
        rungs = int(np.floor((self.stop_hz - self.start_hz) / self.step_hz + 1e-9)) + 1
        return self.start_hz + self.step_hz * np.arange(rungs, dtype=np.float64)

    def train(self, frequency_hz: float) -> Segment:
        """Give the train of one rung."""
        pulses = self.pulses or max(round(self.train_s * frequency_hz), 1)
        return Segment(
            pulses / frequency_hz, frequency_hz=frequency_hz, pulses=pulses, afferent_share=self.afferent_share,
            motor_share=self.motor_share, antidromic=float(self.antidromic), blocked=self.blocked, pain=self.pain,
            blood_flow=self.blood_flow,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Threshold:
    """What a ladder found; every array has shape [people], NaN for people who did not cramp.

    Parameters
    ----------
    frequency_hz : Hz
        Of the first train that left a cramp.
    duration_s : s
        Of that cramp.
    emg_share : 1
        Highest EMG in it, over that of a maximal contraction.
    emg_mv : mV
        The same as a root mean square.
    unit_rate, unit_lowest_rate, unit_highest_rate : imp/s
        Mean over the motor units that took part.
    unit_active_s : s
        Mean over the motor units that took part.
    active_units : 1
        Share of the pool that took part.
    outlasted_s
        Shape [people, rungs]: how long activity outlasted each train (s); NaN where it was not given.
    """

    frequency_hz: FloatArray
    duration_s: FloatArray
    emg_share: FloatArray
    emg_mv: FloatArray
    unit_rate: FloatArray
    unit_lowest_rate: FloatArray
    unit_highest_rate: FloatArray
    unit_active_s: FloatArray
    active_units: FloatArray
    outlasted_s: FloatArray


def outlasting(power: FloatArray, floor: FloatArray, bin_s: float = BIN_S) -> FloatArray:
    """Give how long the activity goes on that a train has left, s; 0 for none.

    For some tenths of a second after a train the motor neurons are silent even if they then go on. So activity counts
    that begins within `SILENT_AFTER_TRAIN_S`; pauses up to `LONGEST_PAUSE_S` belong to it.

    Parameters
    ----------
    power : mV^2
        Shape [people, bins], from the end of the train on; a record that ended early is filled up with zeros.
    floor : mV^2
        Shape [people]: what counts as activity.
    """
    lasted = np.zeros(floor.size)
    pause, latest = round(LONGEST_PAUSE_S / bin_s), round(SILENT_AFTER_TRAIN_S / bin_s)
    for person in range(floor.size):
        active = np.flatnonzero(power[person] >= floor[person])
        if active.size and active[0] <= latest:
            breaks = np.flatnonzero(np.diff(active) > pause + 1)
            last = active[breaks[0]] if breaks.size else active[-1]
            lasted[person] = (last + 1 - active[0]) * bin_s
    return lasted


def run_ladder(
    subjects: Subjects,
    ladder: Ladder,
    *,
    longest_cramp_s: float = LONGEST_CRAMP_S,
    report_progress: Callable[[int, int], None] | None = None,
) -> Threshold:
    """Look for everybody's cramp threshold; who has cramped is left alone while the others go on.

    Parameters
    ----------
    subjects
        At the length at which they are tested; the reference contraction is measured first if it was not.
    ladder
        The laboratory's own.
    longest_cramp_s : s
        After which a cramp is broken off.
    report_progress
        Told how many rungs are done of how many.
    """
    if np.isnan(subjects.mvc_power).any():
        subjects.measure_maximal_contraction()
    floor = CRAMP_EMG**2 * subjects.mvc_power
    subjects.person["quiet_power"] = floor
    people, rungs = subjects.people, ladder.frequencies
    found = {name: np.full(people, np.nan) for name in Threshold.__dataclass_fields__ if name != "outlasted_s"}
    outlasted = np.full((people, rungs.size), np.nan)
    left = np.arange(people)
    bins = int(longest_cramp_s / BIN_S)
    after = Segment(
        longest_cramp_s, quiet_s=_QUIET_S, count=True, blocked=ladder.blocked, pain=ladder.pain,
        blood_flow=ladder.blood_flow,
    )  # fmt: skip
    for rung, frequency in enumerate(rungs):
        subjects.advance(ladder.train(float(frequency)), left)
        subjects.forget_discharges(left)
        # The units' own delay to the muscle has passed by the first bin's end.
        record, _ = subjects.advance(after, left, bins=bins, bin_s=BIN_S)
        power = record[:, :, _POWER]
        lasted = outlasting(power, floor[left])
        outlasted[left, rung] = lasted
        cramped = lasted >= ladder.criterion_s
        _note(subjects, left[cramped], lasted[cramped], power[cramped], float(frequency), found)
        left = left[~cramped]
        if report_progress:
            report_progress(rung + 1, rungs.size)
        if left.size == 0:
            break
        subjects.advance(Segment(ladder.gap_s, quiet_s=0.5, blocked=ladder.blocked), left)
        subjects.rest(ladder.gap_s, left.tolist(), ladder.blood_flow)
    return Threshold(**found, outlasted_s=outlasted)


def _note(
    subjects: Subjects,
    rows: NDArray[np.intp],
    lasted: FloatArray,
    power: FloatArray,
    frequency: float,
    found: dict[str, FloatArray],
) -> None:
    if rows.size == 0:
        return
    place = kernel.UNIT_ROWS.index
    unit = subjects.unit[rows]
    # A unit took part if it fired long enough to have a rate.
    part = unit[:, place("rate_count")] >= 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(part, unit[:, place("rate_sum")] / unit[:, place("rate_count")], np.nan)
        lowest = np.where(part, unit[:, place("lowest_rate")], np.nan)
        highest = np.where(part, unit[:, place("highest_rate")], np.nan)
        active = np.where(part, unit[:, place("last")] - unit[:, place("first")], np.nan)
    found["frequency_hz"][rows] = frequency
    found["duration_s"][rows] = lasted
    found["emg_mv"][rows] = np.sqrt(power.max(axis=1))
    found["emg_share"][rows] = found["emg_mv"][rows] / np.sqrt(subjects.mvc_power[rows])
    for name, values in (
        ("unit_rate", rate),
        ("unit_lowest_rate", lowest),
        ("unit_highest_rate", highest),
        ("unit_active_s", active),
    ):
        found[name][rows] = _mean_of_rows(values)
    found["active_units"][rows] = part.mean(axis=1)


def _mean_of_rows(values: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    return np.where(known.any(axis=1), np.nansum(values, axis=1) / np.maximum(known.sum(axis=1), 1), np.nan)
