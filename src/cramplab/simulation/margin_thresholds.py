"""The cramp margin as the full motor pool gives it: the train that would just leave a cramp, looked for by halving.

A laboratory climbs a ladder of trains. Here every train meets a pool that has rested, and only trains near the
threshold are given: one that leaves a cramp and one that does not are moved together until they are one step apart.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.library import load_library
from cramplab.core.muscle import Muscle
from cramplab.physiology.muscle_spindle import MuscleSpindle
from cramplab.simulation import laboratory_kernel as kernel
from cramplab.simulation.cramp_margin import (
    ABOVE_ALL,
    BELOW_ALL,
    BY_ITSELF,
    HIGHEST_HZ,
    INPUTS,
    LOWEST_HZ,
    MUSCLE,
    POOLS,
    SEED,
    STEP_HZ,
)
from cramplab.simulation.subjects import Inputs, Segment, Subjects
from cramplab.simulation.threshold_ladder import BIN_S, CRAMP_EMG, SILENT_AFTER_TRAIN_S, outlasting

FloatArray = NDArray[np.float64]
TRAIN_S = 2.0
CRITERION_S = 1.0
_PEOPLE_AT_ONCE = 400
_QUIET_S = SILENT_AFTER_TRAIN_S + BIN_S
_GLANCES_S = (1.25, SILENT_AFTER_TRAIN_S + BIN_S - 1.25, CRITERION_S + BIN_S)
"""Most cramps have shown themselves by the end of the first, all have begun by that of the second."""
_PEOPLE_AT_ONCE = 400
_QUIET_S = SILENT_AFTER_TRAIN_S + BIN_S
_WATCHED_S = SILENT_AFTER_TRAIN_S + CRITERION_S + 2.0 * BIN_S
_GLANCE_S = 1.25
"""Most cramps have shown themselves so long after the train; the others are watched to the end."""
_POWER = kernel.RECORD.index("emg_power")
_TRAIN_OVER_THRESHOLD = 1.25
_LONGEST_CRAMP_S = 180.0


@dataclass(frozen=True, eq=False)
class Thresholds:
    """Threshold frequencies at some points of the slow states.

    Parameters
    ----------
    each : Hz
        Shape [points, pools].
    """

    each: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Over the pools, Hz; shape [points]."""
        return self.each.mean(axis=1)

    @property
    def error(self) -> FloatArray:
        """Standard error of that mean, Hz; shape [points]."""
        return self.each.std(axis=1, ddof=1) / np.sqrt(self.each.shape[1])


@cache
def margin_muscle() -> Muscle:
    """Give the muscle whose pool stands for all."""
    return load_library(shelves=("muscles",)).muscles[MUSCLE]


def rungs(pool: int) -> FloatArray:
    """Give the frequencies that are tried on one pool, Hz.

    Pools are tried on ladders shifted by quarters of a step, so that their mean is not tied to even numbers; every
    train keeps a whole number of pulses in its two seconds.
    """
    first = LOWEST_HZ + STEP_HZ * (pool % 4) / 4.0
    return np.arange(first, HIGHEST_HZ + 1e-9, STEP_HZ)


def thresholds(
    points: FloatArray,
    *,
    pools: NDArray[np.int_] | None = None,
    guess_hz: FloatArray | None = None,
    report_progress: Callable[[int, int], None] | None = None,
) -> Thresholds:
    """Look for the threshold of some pools at some points of the slow states.

    The pools are the same at every point: the same axons, the same electrodes, the same noise. What differs between two
    points is what the states do.

    Parameters
    ----------
    points
        Shape [points, inputs]; columns as in `cramp_margin.INPUTS`, in the units given there.
    pools
        Numbers of the pools to ask, shape [points, pools]; all of them at every point by default.
    guess_hz : Hz
        Where to begin to look; shape [points, pools]. It changes how long that takes, and nothing else where a pool has
        one threshold.
    report_progress
        Told how many points are done of how many.
    """
    points = np.atleast_2d(np.asarray(points, dtype=float))
    asked = np.tile(np.arange(POOLS), (len(points), 1)) if pools is None else np.asarray(pools)
    at_once = max(_PEOPLE_AT_ONCE // asked.shape[1], 1)
    guess = np.full(asked.shape, 24.0) if guess_hz is None else np.asarray(guess_hz, dtype=float)
    found = np.empty(asked.shape)
    for begin in range(0, len(points), at_once):
        rows = slice(begin, begin + at_once)
        found[rows] = _Search(points[rows], asked[rows]).run(guess[rows])
        if report_progress:
            report_progress(min(begin + at_once, len(points)), len(points))
    return Thresholds(found)


def provoked_cramps(
    points: FloatArray,
    threshold_hz: FloatArray,
    *,
    pools: int = 4,
    report_progress: Callable[[int, int], None] | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Give duration (s) and highest EMG (share of maximal) of the cramp that a train a quarter above threshold leaves.

    Parameters
    ----------
    threshold_hz : Hz
        Mean threshold of each point.

    Returns
    -------
    duration, emg
        Shape [points, pools]; NaN for a pool that did not cramp.
    """
    points = np.atleast_2d(np.asarray(points, dtype=float))
    asked = np.tile(np.arange(pools), (len(points), 1))
    duration, emg = np.full(asked.shape, np.nan), np.full(asked.shape, np.nan)
    at_once = max(_PEOPLE_AT_ONCE // pools, 1)
    for begin in range(0, len(points), at_once):
        rows = slice(begin, begin + at_once)
        search = _Search(points[rows], asked[rows])
        frequency = np.repeat(_TRAIN_OVER_THRESHOLD * np.asarray(threshold_hz, dtype=float)[rows], pools)
        lasted, power = search.give(np.arange(frequency.size), frequency, _LONGEST_CRAMP_S)
        cramped = lasted >= CRITERION_S
        highest = np.sqrt(power.max(axis=1) / search.maximal)
        duration[rows] = np.where(cramped, lasted, np.nan).reshape(-1, pools)
        emg[rows] = np.where(cramped, highest, np.nan).reshape(-1, pools)
        if report_progress:
            report_progress(min(begin + at_once, len(points)), len(points))
    return duration, emg


@cache
def _maximal_power() -> FloatArray:
    """EMG power of each pool's maximal contraction before anything is changed, mV^2."""
    subjects = Subjects(margin_muscle(), POOLS, seed=SEED)
    subjects.measure_maximal_contraction()
    return subjects.mvc_power


class _Search:
    """Some pools at some points: who needs which train next."""

    def __init__(self, points: FloatArray, pools: NDArray[np.int_]) -> None:
        self.shape, self.keys = pools.shape, pools.ravel()
        given = {
            name: np.repeat(column, pools.shape[1]) for name, column in zip(INPUTS, points.T, strict=True)
        }  # fmt: skip
        ports: dict[str, Any] = {name: values for name, values in given.items() if name != "fibre_length"}
        self.maximal = _maximal_power()[self.keys]
        self.rested = Subjects(
            margin_muscle(), self.keys.size, seed=SEED, inputs=Inputs(**ports), keys=self.keys.tolist()
        )
        _put_at_length(self.rested, given["fibre_length"])
        self.rested.person["quiet_power"] = CRAMP_EMG**2 * self.maximal

    def give(self, rows: NDArray[np.intp], frequency_hz: FloatArray, watched_s: float) -> tuple[FloatArray, FloatArray]:
        """Give rested pools a train each (none at 0 Hz) and watch them: how long activity outlasts it, and the EMG."""
        pools = self._after_trains(rows, frequency_hz)
        power = _watch(pools, rows, watched_s)
        return self._outlasting(power, rows), power

    def cramps(self, rows: NDArray[np.intp], frequency_hz: FloatArray) -> NDArray[np.bool_]:
        """Say which rested pools are left with a cramp by a train each; as `give`, and no longer than it takes."""
        pools = self._after_trains(rows, frequency_hz)
        cramped = np.zeros(rows.size, dtype=bool)
        left, power = np.arange(rows.size), np.zeros((rows.size, 0))
        for glance in _GLANCES_S:
            power = np.concatenate([power, _watch(pools, rows[left], glance)], axis=1)
            cramped[left] = self._outlasting(power, rows[left]) >= CRITERION_S
            begun = (power >= CRAMP_EMG**2 * self.maximal[rows[left], None]).any(axis=1)
            still = ~cramped[left] & (begun | (power.shape[1] * BIN_S <= SILENT_AFTER_TRAIN_S))
            left, power = left[still], power[still]
            if left.size == 0:
                break
        return cramped

    def _after_trains(self, rows: NDArray[np.intp], frequency_hz: FloatArray) -> Subjects:
        pools = copy.deepcopy(self.rested)
        given = np.flatnonzero(frequency_hz > 0.0)
        if given.size:
            pools.advance([_train(float(each)) for each in frequency_hz[given]], rows[given])
        return pools

    def _outlasting(self, power: FloatArray, rows: NDArray[np.intp]) -> FloatArray:
        return outlasting(power, CRAMP_EMG**2 * self.maximal[rows])

    def run(self, guess_hz: FloatArray) -> FloatArray:
        """Give the thresholds, shape [points, pools]."""
        first = np.array([rungs(int(key))[0] for key in self.keys])
        count = np.array([rungs(int(key)).size for key in self.keys])
        # Between a rung that leaves none (or the one below the lowest) and a rung that does (or the one above the top).
        below, above = np.full(first.size, -1), count.copy()
        trial = np.clip(np.rint((guess_hz.ravel() - first) / STEP_HZ).astype(int), 0, count - 1)
        stride = np.ones(first.size, dtype=int)
        while (left := np.flatnonzero(above - below > 1)).size:
            cramped = self.cramps(left, first[left] + STEP_HZ * trial[left])
            above[left[cramped]] = trial[left[cramped]]
            below[left[~cramped]] = trial[left[~cramped]]
            bracketed = (below >= 0) & (above < count)
            outward = np.where(above < count, above - stride, below + stride)
            trial = np.where(bracketed, (below + above) // 2, outward)
            trial = np.clip(trial, below + 1, np.maximum(above - 1, below + 1))
            stride = stride * 2
        found = first + STEP_HZ * (above - 0.5)
        found[above == count] = ABOVE_ALL
        lowest = np.flatnonzero(above == 0)
        if lowest.size:
            found[lowest] = np.where(self.cramps(lowest, np.zeros(lowest.size)), BY_ITSELF, BELOW_ALL)
        return found.reshape(self.shape)


def _watch(pools: Subjects, rows: NDArray[np.intp], seconds: float) -> FloatArray:
    """Give the EMG power of the time that follows, mV^2; shape [rows, bins]."""
    bins = round(seconds / BIN_S)
    record, _ = pools.advance(Segment(bins * BIN_S, quiet_s=_QUIET_S), rows, bins=bins, bin_s=BIN_S)
    return record[:, :, _POWER]


def _train(frequency_hz: float) -> Segment:
    pulses = max(round(TRAIN_S * frequency_hz), 1)
    return Segment(pulses / frequency_hz, frequency_hz=frequency_hz, pulses=pulses)


def _put_at_length(subjects: Subjects, fibre_length: FloatArray) -> None:
    """Let every muscle, and its spindles, have lain at a length for long."""
    state, spindle = subjects.state, MuscleSpindle()
    for length in np.unique(fibre_length):
        there = fibre_length == length
        state["fibre_length"][there] = length
        state["muscle_length"][there] = subjects.tendon_length(float(length))
        drives = (float(subjects.person["dynamic_drive"][0]), float(subjects.person["static_drive"][0]))
        found = spindle.steady(float(length), *drives)
        for name, value in zip(("bag1", "bag2", "chain", "active1", "active2"), found, strict=True):
            state[name][there] = value
