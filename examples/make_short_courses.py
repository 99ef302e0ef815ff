"""Writes the two short shipped activities: a ride with power, and a treadmill run with heart rate alone.

Both are invented. The files are written beside this script, the same to the last byte each time:

    python examples/make_short_courses.py
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from make_marathon_course import Recording, loop_position, write_fit, write_tcx

SEED = 1912
RIDE_START = datetime(2025, 7, 12, 9, 0, tzinfo=UTC)
RUN_START = datetime(2025, 1, 18, 17, 30, tzinfo=UTC)


def ride() -> Recording:
    """Invent 50 minutes on the bicycle: easy, four hard efforts of 5 min, easy; one record every 2 s."""
    generator = np.random.default_rng(SEED)
    time_s = np.arange(0.0, 50 * 60.0 + 1.0, 2.0)
    minute = time_s / 60.0
    hard = (minute > 10.0) & (minute < 42.0) & (np.mod(minute - 10.0, 8.0) < 5.0)
    wish = np.where(hard, 245.0, 140.0)
    power = np.clip(np.round(wish + generator.normal(0.0, 14.0, time_s.size)), 0.0, None)
    speed = (np.convolve(power, np.ones(16) / 16.0, mode="same") / 0.24) ** (1.0 / 3.0)
    distance = np.concatenate(([0.0], np.cumsum(0.5 * (speed[1:] + speed[:-1]) * 2.0)))
    latitude, longitude = loop_position(distance, 12_000.0, (31.0, -41.0))
    altitude = 60.0 + 18.0 * np.sin(2.0 * np.pi * distance / 12_000.0)
    heart_rate = np.empty_like(time_s)
    heart_rate[0] = 92.0
    for index in range(1, time_s.size):
        goal = 88.0 + 0.31 * power[index] + 0.12 * minute[index]
        heart_rate[index] = heart_rate[index - 1] + 2.0 / 45.0 * (goal - heart_rate[index - 1])
    return Recording(
        "Invented ride",
        "cycling",
        RIDE_START,
        time_s,
        distance,
        latitude,
        longitude,
        altitude,
        np.round(heart_rate),
        power,
    )


def treadmill_run() -> Recording:
    """Invent 40 minutes on a treadmill whose watch knows only the heart rate."""
    generator = np.random.default_rng(SEED + 1)
    time_s = np.arange(0.0, 40 * 60.0 + 1.0, 4.0)
    drift = 148.0 + 9.0 * time_s / time_s[-1] - 55.0 * np.exp(-time_s / 70.0)
    return Recording(
        "Invented treadmill run", "running", RUN_START, time_s,
        heart_rate_bpm=np.round(drift + generator.normal(0.0, 1.0, time_s.size)),
    )  # fmt: skip


def main(folder: Path) -> None:
    """Write the two files into a folder."""
    write_fit(ride(), folder / "ride_with_power.fit")
    write_tcx(treadmill_run(), folder / "treadmill_heart_rate.tcx")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
