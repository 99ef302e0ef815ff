"""How many cramp margins a second the emulator gives, and its gradient; compilation apart."""

from __future__ import annotations

import argparse
import os
import time

import jax
import numpy as np

from cramplab.simulation.cramp_margin import INPUTS, SLOW_INPUTS, cramp_margin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    share = np.random.default_rng(1).random((len(INPUTS), given.points), dtype=np.float32)
    points = {
        name: np.float32(SLOW_INPUTS[name].low + (SLOW_INPUTS[name].high - SLOW_INPUTS[name].low) * column)
        for name, column in zip(INPUTS, share, strict=True)
    }
    slope = jax.jit(jax.grad(lambda inputs: cramp_margin(inputs).sum()))
    print(f"jax {jax.__version__}, {os.cpu_count()} cores, {given.points:,} points")
    for words, work in (("margin", lambda: cramp_margin(points)), ("gradient", lambda: slope(points))):
        began = time.perf_counter()
        jax.block_until_ready(work())
        first = time.perf_counter() - began
        times = []
        for _ in range(given.repeats):
            began = time.perf_counter()
            jax.block_until_ready(work())
            times.append(time.perf_counter() - began)
        fastest = min(times)
        print(f"{words:9s} {given.points / fastest:12,.0f} a second ({fastest:.3f} s; first call {first:.2f} s)")


if __name__ == "__main__":
    main()
