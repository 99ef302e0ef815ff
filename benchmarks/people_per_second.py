"""How many simulated hours of people a second: 4 h of running, 1-minute output reduced on the fly.

Prints the compilation apart, then for each number of people the wall time, person-hours a second, time for one
person-hour against the smallest number of people, and the memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import time

import jax
import numpy as np

from cramplab.cohort.population import draw_people
from cramplab.simulation.assembly import assemble
from cramplab.simulation.event_run import Stretch
from cramplab.simulation.summarised_run import CHUNK_PEOPLE, THREADS, run_summarised

NAMES = (
    "core_temperature", "skin_temperature", "sweat_rate", "sweat_loss", "body_mass_change", "plasma_sodium",
    "plasma_volume_share", "fluid_intake", "sodium_loss", "heart_rate", "worked_interstitial_potassium",
    "worked_fatigue",
)  # fmt: skip


def four_hours(hours: float) -> Stretch:
    seconds = 3600.0 * hours
    steps = np.arange(int(seconds / 10.0))
    speed = 2.7 + 0.3 * np.sin(steps / 90.0)
    return Stretch(
        seconds,
        {
            "running_speed": speed,
            "grade": 0.02 * np.sin(steps / 50.0),
            "ground_speed": speed[:, None],
            "drink_by_thirst": np.ones(1),
            "upright": np.ones(1),
            "wind": np.full((1, 1), 1.0),
        },
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[100, 1000, 10_000, 100_000])
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--chunk", type=int, default=CHUNK_PEOPLE)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    print(f"jax {jax.__version__}, {os.cpu_count()} cores, {given.threads} threads, chunks of {given.chunk} people")
    print("   people  compile+first s  fastest s  person-hours/s  against first  failed  memory MB")
    first = None
    for people in given.people:
        drawn = draw_people(people, 1, "benchmark")
        body = assemble({name: values.astype(np.float32) for name, values in drawn.items()})
        stretch = four_hours(given.hours)
        times = []
        for _ in range(given.repeats + 1):
            begun = time.perf_counter()
            found = run_summarised(body, [stretch], people, NAMES, chunk_people=given.chunk, threads=given.threads)
            times.append(time.perf_counter() - begun)
        fastest = min(times[1:])
        rate = people * given.hours / fastest
        first = first or rate
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
        print(
            f"{people:9d}  {times[0]:15.2f}  {fastest:9.3f}  {rate:14.0f}  {first / rate:13.2f}  "
            f"{int(found.failed.sum()):6d}  {memory:9.0f}"
        )


if __name__ == "__main__":
    main()
