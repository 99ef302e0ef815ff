"""What a virtual person costs in a bench test: by the emulator, and by the full motor pool; reading the table apart."""

from __future__ import annotations

import argparse
import os
import time

import numpy as np

from cramplab.cohort.bench_emulator import SHIPPED, fitted, read_table, told_of
from cramplab.cohort.bench_episodes import episodes_of
from cramplab.cohort.bench_table import INPUTS, key_of, simulate
from cramplab.core.library import load_library
from cramplab.simulation.kernel_cache import kept_kernels

STUDY, ARM, MEASURE = "minetto_2011", "intact", "cramp_threshold_frequency"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", type=int, default=40, help="people of the full pool")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    study = load_library((), ("studies",)).studies[STUDY]
    (episode, *_) = episodes_of(study.arm(ARM), lambda _key: 0.5)
    file = SHIPPED / f"{key_of(episode.plan)}.npz"
    began = time.perf_counter()
    emulator = fitted(str(file), file.stem)
    print(f"{os.cpu_count()} cores; {told_of(file)['words']}")
    print(f"reading and fitting the table of {emulator.people} people: {time.perf_counter() - began:.2f} s, once")
    table = read_table(file)
    chance = np.random.default_rng(1)
    costs = {}
    for people in (100, 1_000, 10_000):
        rows = table.inputs[chance.integers(0, len(table.inputs), people)]
        inputs = {name: rows[:, INPUTS.index(name)] for name in INPUTS}
        standing = {name: chance.random(people) for name in (MEASURE, "showing")}
        times = []
        for _ in range(given.repeats):
            began = time.perf_counter()
            emulator.measures(inputs, standing, people, (MEASURE,))
            times.append(time.perf_counter() - began)
        costs[people] = min(times) / people
        print(f"emulator, {people:6,} people: {1e6 * costs[people]:8.2f} us for each")
    with kept_kernels():
        simulate(episode.plan, 2)  # compiles
        began = time.perf_counter()
        simulate(episode.plan, given.full, inputs=table.inputs[: given.full])
        full = (time.perf_counter() - began) / given.full
    print(
        f"full pool, {given.full:6,} people: {1e6 * full:8.0f} us for each, {full / costs[10_000]:,.0f} times as much"
    )


if __name__ == "__main__":
    main()
