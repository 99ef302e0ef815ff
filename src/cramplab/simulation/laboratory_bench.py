"""One muscle on the bench while a protocol runs: what holds at the moment, and the record that grows.

Every stretch of time is a whole number of time bins. A muscle in which nothing has discharged for two seconds is
carried over the rest of a pause in one stride: all that still changes then follows laws that are exact over any time.
"""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.physiology.small_fibres import SmallFibres
from cramplab.simulation import laboratory_kernel as kernel
from cramplab.simulation.subjects import Segment, Subjects, check_memory

FloatArray = NDArray[np.float64]
BIN_S = 0.05
WINDOW_S = 0.25
"""Over which the EMG is averaged to tell whether the muscle is active; as in the threshold test of a cohort."""
CLOSED_GAP_S = 0.5
"""A gap in the activity up to which it counts as one (chosen)."""
SILENT_AFTER_TRAIN_S = 2.0
"""Within which a cramp has to begin after the train that left it: it may build up from a few units (chosen)."""
BINS_PER_WINDOW = round(WINDOW_S / BIN_S)
MOVING_S, RELEASE_S = 0.3, 0.2
"""How long a passive movement takes, and the end of a contraction (chosen)."""
_SILENCE_S, _LOOK_S = 2.0, 1.0
_MVC_S, _MVC_BINS = 3.0, 6
_HIGHEST_RATE = 300.0  # no axon carries more impulses in a second
_POWER, _FORCE = kernel.RECORD.index("emg_power"), kernel.RECORD.index("force_share")


@dataclass(frozen=True)
class Busy:
    """A time in which the muscle was stimulated, driven or vibrated, so that its activity is no cramp."""

    start_s: float
    end_s: float
    is_train: bool


class Bench:
    """Moves one person through a protocol and keeps what happens.

    Parameters
    ----------
    subjects
        One person, at rest.
    report
        Told the time since the start (s) now and then.
    """

    def __init__(self, subjects: Subjects, report: Callable[[float], None] | None = None) -> None:
        self.subjects, self._report = subjects, report or (lambda _now: None)
        self.length, self.blocked = 1.0, False
        self._small_fibres = part_of(subjects, SmallFibres)
        self.busy: list[Busy] = []
        self._held: dict[str, tuple[float, float]] = {}
        self._rows: list[FloatArray] = []
        self._bins = 0
        self._spikes: list[tuple[FloatArray, NDArray[np.int32], NDArray[np.int8]]] = []
        self._start = int(subjects.state["time"][0])
        self._last_discharge_s = self._last_move_s = -math.inf
        self._usual = {name: float(subjects.person[name][0]) for name in ("terminal_shift", "temperature")}

    # ------------------------------------------------------------------------------------------------ what holds
    @property
    def now_s(self) -> float:
        """Time since the start of the protocol, s."""
        return round(self._bins * BIN_S, 6)

    def move(self, length: float) -> None:
        """Move the muscle, from now on, to where its relaxed fibres have a length (in optimal lengths)."""
        self.length, self._last_move_s = length, self.now_s

    def hold(self, name: str, value: float, duration_s: float = math.inf) -> None:
        """Let something hold from now on.

        Parameters
        ----------
        name
            ``pain``, ``blood_flow`` or ``taste`` as in a segment; ``terminal_shift`` (mV, on top of what is usual) or
            ``temperature`` (degC) of the person.
        duration_s : s
            Until when.
        """
        self._held[name] = (value, self.now_s + duration_s)

    def held(self, name: str, otherwise: float) -> float:
        """Give what holds at the moment, or what is usual."""
        value, until = self._held.get(name, (otherwise, 0.0))
        return value if self.now_s < until - 1e-9 else otherwise

    def _bins_to_next_change(self) -> int:
        ends = [until for _, until in self._held.values() if self.now_s < until - 1e-9 and math.isfinite(until)]
        return max(round((min(ends) - self.now_s) / BIN_S), 1) if ends else 1 << 40

    def _surround(self) -> None:
        person = self.subjects.person
        person["terminal_shift"] = self._usual["terminal_shift"] + self.held("terminal_shift", 0.0)
        person["temperature"] = self.held("temperature", self._usual["temperature"])

    # --------------------------------------------------------------------------------------------------- acting
    def begin(self, settle_s: float = 2.0) -> None:
        """Let the muscle come to rest at its length before the clock starts; nothing of it is kept."""
        self.act(Segment(settle_s))
        self._rows, self._spikes, self._bins, self.busy = [], [], 0, []
        self._start = int(self.subjects.state["time"][0])
        self._last_discharge_s = self._last_move_s = -math.inf

    def act(self, segment: Segment) -> None:
        """Move through a segment, with all that holds; its duration is rounded up to whole bins."""
        bins = bins_of(segment.duration_s)
        self._surround()
        whole = dataclasses.replace(
            segment, duration_s=bins * BIN_S, fibre_length=self.length, length_time=MOVING_S, blocked=self.blocked,
            pain=self.held("pain", 0.0), blood_flow=self.held("blood_flow", 1.0), taste=self.held("taste", 0.0),
        )  # fmt: skip
        most = int(len(self.subjects.units) * (bins * BIN_S * _HIGHEST_RATE + 1))
        done = self.subjects.advance_one(whole, bin_s=BIN_S, most_spikes=most)
        # A single pulse leaves nothing behind that could be taken for a cramp.
        if segment.pulses > 1 or segment.voluntary > 0.0 or segment.tap_afferent_share * segment.tap_hz > 0.0:
            last = segment.pulses / segment.frequency_hz if segment.pulses > 1 else segment.duration_s
            released = RELEASE_S if segment.voluntary > 0.0 else 0.0
            self.busy.append(Busy(self.now_s, self.now_s + min(last, bins * BIN_S) + released, segment.pulses > 1))
        self._rows.append(done["record"])
        self._bins += bins
        times = done["spike_time_s"] - self._start * kernel.BLOCK_S
        if times.size:
            self._spikes.append((times, done["spike_unit"].copy(), done["spike_origin"].copy()))
            self._last_discharge_s = float(times[-1])
        self._report(self.now_s)

    def wait(self, seconds: float) -> None:
        """Do nothing for some time."""
        left = bins_of(seconds)
        while left > 0:
            change = self._bins_to_next_change()
            if self.now_s - max(self._last_discharge_s, self._last_move_s, 0.0) >= _SILENCE_S:
                stride = min(left, change)
                self._stride(stride)
            else:
                stride = min(left, bins_of(_LOOK_S), change)
                self.act(Segment(stride * BIN_S, voluntary_rise_s=RELEASE_S))
            left -= stride

    def _stride(self, bins: int) -> None:
        """Carry a silent muscle over some bins at once."""
        self._surround()
        subjects, seconds = self.subjects, bins * BIN_S
        small = float(subjects.state["group_iv"][0])
        excess = [float(subjects.person[name][0]) for name in ("potassium_excess", "hydrogen_excess")]
        subjects.rest(seconds, [0], self.held("blood_flow", 1.0))
        # The stride knows no pain and no taste; both last.
        subjects.state["group_iv"] = self._small_fibres.step(small, *excess, self.held("pain", 0.0), seconds)
        row = self._rows[-1][-1:].copy()
        row[0, [kernel.RECORD.index(name) for name in ("force_share", "emg_power", "spikes", "active_units")]] = 0.0
        self._rows.append(np.repeat(row, bins, axis=0))
        self._bins += bins
        self._report(self.now_s)

    # -------------------------------------------------------------------------------------------------- reading
    def spells(self, start_s: float, end_s: float, floor: float) -> list[tuple[float, float]]:
        """Give when the muscle was active between two times (s from the first): EMG at or above a floor, gaps closed.

        Parameters
        ----------
        start_s, end_s : s
            Rounded up to whole bins.
        floor : mV^2
        """
        active = np.concatenate(([False], self.windows(start_s, end_s) >= floor, [False]))
        edges = np.flatnonzero(np.diff(active.astype(np.int8))) * WINDOW_S
        found: list[tuple[float, float]] = []
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if found and first - found[-1][1] <= CLOSED_GAP_S:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
        return found

    def spell_after(self, start_s: float, floor: float, end_s: float = math.inf) -> tuple[float, float]:
        """Give the activity that a train or an effort left: from when to when (s after it); no length for none.

        For some tenths of a second after a train motor neurons are silent even if they then go on.
        """
        found = self.spells(start_s, min(end_s, self.now_s), floor)
        return found[0] if found and found[0][0] <= SILENT_AFTER_TRAIN_S else (0.0, 0.0)

    def windows(self, start_s: float, end_s: float) -> FloatArray:
        """Give the mean square of the EMG (mV^2) in windows between two times; a window cut short counts as one."""
        first, last = bins_of(start_s), bins_of(end_s)
        power = self.tail(last - first, self._bins - last)[:, _POWER]
        whole = power.size // BINS_PER_WINDOW
        found = list(power[: whole * BINS_PER_WINDOW].reshape(whole, BINS_PER_WINDOW).mean(axis=1))
        rest = power[whole * BINS_PER_WINDOW :]
        return np.array([*found, rest.mean()] if rest.size > BINS_PER_WINDOW // 2 else found)

    def tail(self, bins: int, before_end: int = 0) -> FloatArray:
        """Give the rows of some bins, counted from the end of the record."""
        self._join()
        end = self._bins - before_end
        return self._rows[0][max(end - bins, 0) : end] if self._rows else np.zeros((0, len(kernel.RECORD)))

    def _join(self) -> None:
        if len(self._rows) > 1:
            self._rows = [np.concatenate(self._rows)]

    def record(self) -> FloatArray:
        """Give all rows so far; see `laboratory_kernel.RECORD`."""
        return self.tail(self._bins)

    def discharges(self) -> tuple[FloatArray, NDArray[np.int32], NDArray[np.int8]]:
        """Give time (s), unit and origin of every discharge so far."""
        if not self._spikes:
            return np.zeros(0), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int8)
        times, units, origins = (np.concatenate(each) for each in zip(*self._spikes, strict=True))
        return times, units, origins


def bins_of(seconds: float) -> int:
    """Give the number of bins that hold a time, the last one perhaps in part."""
    return math.ceil(seconds / BIN_S - 1e-6)


def part_of(subjects: Subjects, owner: type[Any]) -> Any:
    """Make a fast submodel with the one person's own values."""
    start = f"{owner.name}."
    own = {name.removeprefix(start): value for name, value in subjects.values.items() if name.startswith(start)}
    return owner(**{name: float(np.mean(value)) for name, value in own.items()})


def measure_maximal_contraction(subjects: Subjects) -> None:
    """Measure force and EMG of a maximal contraction on a copy of the one person, as they are now."""
    row = _contract(subjects, 1.0)
    subjects.mvc_power[0] = row[_POWER]
    subjects.mvc_force[0] = subjects.muscle.peak_force * row[_FORCE]


def drive_for(subjects: Subjects, share: float) -> float:
    """Give the voluntary drive with which a rested muscle has a share of its highest force, by bisection."""
    if share >= 1.0:
        return 1.0
    aim = share * float(subjects.mvc_force[0]) / subjects.muscle.peak_force
    low, high = 0.0, 1.0
    for _ in range(8):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if _contract(subjects, middle)[_FORCE] > aim else (middle, high)
    return 0.5 * (low + high)


def _contract(subjects: Subjects, drive: float) -> Any:
    """Give the mean row of the record over the last half of a contraction of a copy."""
    twin = copy.deepcopy(subjects)
    done = twin.advance_one(Segment(_MVC_S, voluntary=drive, voluntary_rise_s=MOVING_S), bin_s=WINDOW_S)
    return done["record"][-_MVC_BINS:].mean(axis=0)


def check_room(subjects: Subjects, longest_s: float) -> None:
    """Refuse a protocol whose record would not fit into memory."""
    # Twice, because the record is joined; discharges of all units at a usual rate for the whole time at most.
    discharges = longest_s * len(subjects.units) * 13 * 2
    check_memory(1, len(subjects.units), bins_of(longest_s) * 2 + int(discharges) // (8 * len(kernel.RECORD)))
