"""The effort of an event at another pace: slower throughout, or easier at the start."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cramplab.core.plan import Pacing
from cramplab.core.plan_result import PaceRow
from cramplab.importers.event_effort import EventEffort
from cramplab.importers.scenario import Scenario
from cramplab.simulation.solve import STEP_SECONDS

FloatArray = NDArray[np.float64]
START_SHARE = 0.2
"""Part of the event's time that counts as its start."""
_ROWS = 8
_NICE_KM = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0)


def stretches_time(effort: EventEffort, scenario: Scenario) -> bool:
    """Tell whether going slower takes longer: a way of known length, covered at a pace.

    Where only power or heart rate is known, or a time and no distance, easier means less work in the same time.
    """
    return effort.kind == "pace" and bool(np.isfinite(effort.distance_m[-1])) and scenario.event.sport != "team_sport"


def paced(effort: EventEffort, scenario: Scenario, pacing: Pacing) -> EventEffort:
    """Give the effort of an event at a pacing; its warm-up is not part of it.

    Parameters
    ----------
    effort
        As asked for.
    pacing
        ``pace`` 1 and ``start`` 1 give the effort back as it is.
    """
    if pacing.pace == 1.0 and pacing.start == 1.0:
        return effort
    slower = _slower(effort, pacing.pace) if stretches_time(effort, scenario) else _easier(effort, pacing.pace)
    return _started(slower, pacing.start) if pacing.start != 1.0 else slower


def _slower(effort: EventEffort, pace: float) -> EventEffort:
    """Cover the same way at this share of the speed."""
    if pace == 1.0:
        return effort
    duration = effort.duration_s / pace
    begins: FloatArray = STEP_SECONDS * np.arange(max(1, int(np.ceil(duration / STEP_SECONDS - 1e-9))), dtype=float)
    then = np.minimum(pace * begins, effort.time_s[-1])

    def at(values: FloatArray) -> FloatArray:
        known = np.isfinite(values)
        if not known.any():
            return np.full(begins.size, np.nan)
        return np.interp(then, effort.time_s[known], values[known])

    ends = np.minimum(begins + STEP_SECONDS, duration)
    reached = np.concatenate(([0.0], effort.distance_m))
    edges = np.concatenate(([0.0], np.minimum(effort.time_s + STEP_SECONDS, effort.duration_s)))
    nearest = np.minimum((then / STEP_SECONDS).astype(int), effort.time_s.size - 1)
    return replace(
        effort,
        time_s=begins,
        duration_s=duration,
        speed_m_per_s=pace * at(effort.speed_m_per_s) * (ends - begins) / STEP_SECONDS,
        grade=at(effort.grade),
        power_W=np.full(begins.size, np.nan),
        heart_rate_bpm=np.full(begins.size, np.nan),
        distance_m=np.interp(pace * ends, edges, reached),
        bearing_deg=effort.bearing_deg[nearest],
        altitude_m=at(effort.altitude_m),
    )


def _easier(effort: EventEffort, pace: float) -> EventEffort:
    return replace(
        effort,
        speed_m_per_s=pace * effort.speed_m_per_s,
        power_W=pace * effort.power_W,
        heart_rate_bpm=pace * effort.heart_rate_bpm,
        distance_m=pace * effort.distance_m,
    )


def _started(effort: EventEffort, start: float) -> EventEffort:
    """Go at another share of the mean in the first fifth, and make up for it evenly in the rest."""
    later = (1.0 - START_SHARE * start) / (1.0 - START_SHARE)
    share = np.where(effort.time_s < START_SHARE * effort.duration_s, start, later)
    moved = np.diff(effort.distance_m, prepend=0.0)
    return replace(
        effort,
        speed_m_per_s=share * effort.speed_m_per_s,
        power_W=share * effort.power_W,
        heart_rate_bpm=share * effort.heart_rate_bpm,
        distance_m=np.cumsum(share * moved),
    )


def pace_rows(effort: EventEffort) -> tuple[PaceRow, ...]:
    """Give how fast or hard to go, part by part: by round kilometres where the distance is known, else by time."""
    length = float(effort.distance_m[-1])
    edges = np.minimum(effort.time_s + STEP_SECONDS, effort.duration_s)
    if np.isfinite(length) and length > 500.0:
        step = next((1000.0 * each for each in _NICE_KM if length / (1000.0 * each) <= 1.3 * _ROWS), length / _ROWS)
        marks = np.append(np.arange(0.0, length - 0.1 * step, step), length)
        reached = np.concatenate(([0.0], effort.distance_m))
        times = np.interp(marks, reached, np.concatenate(([0.0], edges)))
    else:
        times = np.linspace(0.0, effort.duration_s, _parts(effort.duration_s) + 1)
    return tuple(_row(effort, begin, end) for begin, end in pairwise(times) if end > begin)


def _parts(duration_s: float) -> int:
    return int(np.clip(round(duration_s / 1800.0), 2, _ROWS))


def _row(effort: EventEffort, begin: float, end: float) -> PaceRow:
    inside = (effort.time_s + 0.5 * STEP_SECONDS >= begin) & (effort.time_s + 0.5 * STEP_SECONDS < end)

    def mean(values: FloatArray) -> float | None:
        known = values[inside & np.isfinite(values)]
        return float(known.mean()) if known.size else None

    edges = np.concatenate(([0.0], np.minimum(effort.time_s + STEP_SECONDS, effort.duration_s)))
    reached = np.concatenate(([0.0], effort.distance_m))
    if np.isfinite(reached[-1]):
        from_m, to_m = (float(np.interp(moment, edges, reached)) for moment in (begin, end))
        speed: float | None = 3.6 * (to_m - from_m) / (end - begin)
        places: tuple[float | None, float | None] = (from_m / 1000.0, to_m / 1000.0)
    else:
        speed, places = mean(3.6 * effort.speed_m_per_s), (None, None)
    return PaceRow(begin, end, *places, speed, mean(effort.power_W), mean(effort.heart_rate_bpm))
