"""Fits the emulators of the cramp margin to the full motor pool, and tests them on points held out from the fit.

Run from anywhere: ``python scripts/fit_cramp_margin.py``; takes about an hour of one core. What was simulated is kept
in the cache folder, under the pool's digest, so that a run that was stopped goes on where it was. It writes
``src/cramplab/simulation/emulators/*.json``, and ``cramp_margin_held_out.npz`` with the points that judge them.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import hashlib
import itertools
import json
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy.stats import qmc

from cramplab.cli.progress import progress_bar
from cramplab.physiology.motor_terminal import MotorTerminal
from cramplab.physiology.muscle_spindle import MuscleSpindle
from cramplab.physiology.small_fibres import SmallFibres
from cramplab.physiology.spinal_drive import SpinalDrive
from cramplab.simulation.compile_cache import cache_root
from cramplab.simulation.cramp_margin import (
    EMULATORS,
    HELD_OUT,
    INPUTS,
    MUSCLE,
    POOLS,
    SEED,
    SLOW_INPUTS,
    Rest,
    features,
    judged,
    network,
    pool_fingerprint,
    scaled_input,
)
from cramplab.simulation.margin_thresholds import provoked_cramps, thresholds

ROOT = Path(__file__).resolve().parents[1]
FIRST = 160  # without a guess where the threshold is; the others begin near what a first fit says
CHUNK = 40  # points simulated between two writes to disk
POOLS_OF_FIT = 5  # of twenty, drawn for each point: a point more tells the network more than a pool more
# Seed of the scramble of each design; no two share points.
SCRAMBLES = {"first": 11, "fit": 12, "choosing": 13, "held_out": 14, "usual": 15, "cramps": 16, "stretched": 17}
# What an event under the common ground moves, so that the fit is best there.
USUAL = ("persistent_gain", "volley_gain", "fatigue")
WIDTHS = ((48, 48, 48), (64, 64, 64), (80, 80, 80))
DECAYS = (3e-3, 1e-2)
STEPS, BATCH = 10_000, 512


def main() -> None:
    given = _arguments()
    folder = given.folder or (cache_root() or Path()) / f"cramp_margin-{pool_fingerprint()}"
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    print(f"pool {pool_fingerprint()}, kept in {folder}")
    first = simulate(folder, "first", sobol("first", FIRST))
    guess = fitted(*first, (32, 32), 3e-2, steps=3000)
    near = functools.partial(thresholds_of, guess)
    fit = [first, simulate(folder, "fit", sobol("fit", given.points - FIRST - given.usual - given.stretched), near)]
    fit.append(simulate(folder, "usual", sobol("usual", given.usual, USUAL), near))
    fit.append(simulate(folder, "stretched", stretched(given.stretched), near))
    choosing = simulate(folder, "choosing", sobol("choosing", given.choosing), near, POOLS)
    held_out = simulate(folder, "held_out", sobol("held_out", given.held_out), near, POOLS)
    usual = simulate(folder, "held_out_usual", sobol("held_out", given.usual, USUAL), near, POOLS)
    data = tuple(np.concatenate(each) for each in zip(*fit, strict=True))
    layers, chosen = choose(data, choosing)
    # One more look at the fit's own points and at those that chose; the held-out points stay out.
    wrong = np.abs(thresholds_of(layers, held_out[0]).mean(axis=1) - held_out[2].mean(axis=1))
    print(f"held out: {100 * np.mean(wrong <= 1.0):.1f} % within 1 Hz; chosen {chosen}")
    record = provenance(data, choosing, chosen) | {
        "held_out": judged(thresholds_of(layers, held_out[0]).mean(axis=1), held_out[2].mean(axis=1)),
        "held_out_usual": judged(thresholds_of(layers, usual[0]).mean(axis=1), usual[2].mean(axis=1)),
        "standard_error_hz": float(f"{np.mean(standard_error(held_out[2])):.3g}"),
    }
    write("cramp_margin", "cramp margin", "Hz", layers, BOUNDS, record)
    np.savez_compressed(
        HELD_OUT,
        points=np.concatenate([held_out[0], usual[0]]).astype(np.float32),
        threshold_hz=np.concatenate([held_out[2].mean(axis=1), usual[2].mean(axis=1)]).astype(np.float32),
        standard_error_hz=np.concatenate([standard_error(held_out[2]), standard_error(usual[2])]).astype(np.float32),
        usual=np.arange(len(held_out[0]) + len(usual[0])) >= len(held_out[0]),
    )
    fit_cramps(folder, given.cramps, layers)
    print(f"{time.monotonic() - began:.0f} s in all")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=3000, help="of the fit")
    parser.add_argument("--usual", type=int, default=300, help="where events are; as many are held out")
    parser.add_argument("--stretched", type=int, default=600, help="of the fit, at lengths at which stretch inhibits")
    parser.add_argument("--choosing", type=int, default=300, help="that choose the network's size")
    parser.add_argument("--held-out", type=int, default=2000, help="that judge it")
    parser.add_argument("--cramps", type=int, default=300, help="at which provoked cramps are simulated to their end")
    parser.add_argument("--folder", type=Path, help="for what was simulated; the cache by default")
    return parser.parse_args()


# --------------------------------------------------------------------------------------------------------- simulating
Data = tuple[np.ndarray, np.ndarray, np.ndarray]  # points, pools, thresholds
Layers = list[tuple[Any, Any]]
BOUNDS = (-1.0, 63.0)  # a little beyond what a threshold can be, or the network would have to grow without end


def sobol(name: str, points: int, moved: tuple[str, ...] = INPUTS) -> np.ndarray:
    """Spread points evenly over the ranges of some inputs; the others stay at their reference."""
    share = qmc.Sobol(len(moved), rng=np.random.default_rng(SCRAMBLES[name])).random_base2(
        max(points - 1, 1).bit_length()
    )
    design = np.tile([SLOW_INPUTS[each].reference for each in INPUTS], (points, 1))
    for column, each in enumerate(moved):
        span = SLOW_INPUTS[each]
        design[:, INPUTS.index(each)] = span.low + (span.high - span.low) * share[:points, column]
    return design


def stretched(points: int) -> np.ndarray:
    """Spread points like `sobol`, but over the upper part of the lengths: there thresholds change fastest."""
    design, span, column = sobol("stretched", points), SLOW_INPUTS["fibre_length"], INPUTS.index("fibre_length")
    share = (design[:, column] - span.low) / (span.high - span.low)
    design[:, column] = span.reference + (span.high - span.reference) * share
    return design


def simulate(
    folder: Path, name: str, points: np.ndarray, near: Callable[[np.ndarray], np.ndarray] | None = None,
    pools: int = POOLS_OF_FIT,
) -> Data:  # fmt: skip
    """Simulate a design in chunks, each kept on disk as soon as it is done."""
    # Points, pools and files are the same for a design that begins alike, so that one can be made longer later.
    order = np.random.default_rng(SCRAMBLES["fit"])
    asked = order.permuted(np.tile(np.arange(POOLS), (len(points), 1)), axis=1)[:, :pools]
    found = np.empty(asked.shape)
    began = time.monotonic()
    with progress_bar(name) as advance:
        for begin in range(0, len(points), CHUNK):
            rows = slice(begin, begin + CHUNK)
            file = folder / f"{name}-{begin}-{len(points[rows])}.npy"
            if not file.exists():
                guess = None if near is None else np.take_along_axis(near(points[rows]), asked[rows], axis=1)
                each = thresholds(points[rows], pools=asked[rows], guess_hz=guess).each
                np.save(file.with_suffix(".partial.npy"), each)
                file.with_suffix(".partial.npy").rename(file)
            found[rows] = np.load(file)
            advance(min(begin + CHUNK, len(points)), len(points))
    print(f"{name}: {len(points)} points, {pools} pools each, {time.monotonic() - began:.0f} s", flush=True)
    return points, asked, found


def standard_error(each: np.ndarray) -> np.ndarray:
    return each.std(axis=1, ddof=1) / np.sqrt(each.shape[1])


# ------------------------------------------------------------------------------------------------------------ fitting
def at_rest() -> Rest:
    """Read off the equations what the network is told: endings answer a held stretch in a straight line."""
    terminal, spindle, drive = MotorTerminal(), MuscleSpindle(), SpinalDrive()

    def rates(length: float) -> tuple[float, float]:
        bag1, bag2, chain, *_ = spindle.steady(length, 0.0, 0.0)
        return spindle.primary_rate(bag1, bag2, chain), spindle.secondary_rate(length, bag2, chain)

    near, far = rates(1.1), rates(1.2)
    slopes = [(two - one) / 0.1 for one, two in zip(near, far, strict=True)]
    silent = [1.1 - rate / slope for rate, slope in zip(near, slopes, strict=True)]
    return Rest(
        terminal.stretch_effect, terminal.slack_length,
        silent[0], slopes[0] * drive.monosynaptic_conductance * drive.monosynaptic_time,
        silent[1], slopes[1] * drive.polysynaptic_conductance * drive.polysynaptic_time * drive.secondary_share,
        SmallFibres().stretch_begins, SmallFibres().stretch_full,
    )  # fmt: skip


def seen(points: np.ndarray) -> Any:
    scaled = jnp.stack([scaled_input(name, points[:, k]) for k, name in enumerate(INPUTS)], axis=-1)
    return features(scaled.astype(jnp.float32), at_rest()).astype(jnp.float32)


def thresholds_of(layers: Layers, points: np.ndarray) -> np.ndarray:
    """Give what the network says of every pool, Hz; shape [points, pools]."""
    return np.asarray(network(layers, seen(points), *BOUNDS), dtype=float)


def batches(count: int, steps: int) -> Iterator[np.ndarray]:
    order = np.random.default_rng(5)
    for _ in range(steps):
        yield order.integers(0, count, min(BATCH, count))


def fitted(
    points: np.ndarray, pools: np.ndarray, found: np.ndarray, widths: tuple[int, ...], decay: float,
    steps: int = STEPS, heads: int = POOLS, bounds: tuple[float, float] = BOUNDS,
) -> Layers:  # fmt: skip
    """Fit a network by Adam with a falling step; ``pools`` says which output each number belongs to."""
    sizes = (seen(points[:1]).shape[1], *widths, heads)
    random = np.random.default_rng(3)
    layers = [
        (jnp.asarray(random.standard_normal((a, b)) / np.sqrt(a), jnp.float32), jnp.zeros(b, jnp.float32))
        for a, b in itertools.pairwise(sizes)
    ]
    inputs, which = seen(points), jnp.asarray(pools)
    aims, known = jnp.nan_to_num(jnp.asarray(found, jnp.float32)), jnp.isfinite(jnp.asarray(found))
    span = bounds[1] - bounds[0]

    def loss(layers: Layers, rows: Any) -> Any:
        said = jnp.take_along_axis(network(layers, inputs[rows], *bounds), which[rows], axis=1)
        wrong = jnp.where(known[rows], (said - aims[rows]) / span, 0.0)
        # The mean over pools is what is asked for in the end, so that it counts by itself too.
        together = (wrong.sum(axis=1) / jnp.maximum(known[rows].sum(axis=1), 1)) ** 2
        weights = sum((matrix**2).sum() for matrix, _ in layers)
        return jnp.mean(wrong**2) + 4.0 * jnp.mean(together) + 1e-3 * decay * weights

    @jax.jit
    def step(layers: Layers, first: Layers, second: Layers, rows: Any, number: Any) -> tuple[Layers, Layers, Layers]:
        slope = jax.grad(loss)(layers, rows)
        rate = 4e-3 * 0.5 * (1.0 + jnp.cos(jnp.pi * number / steps))
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, second, slope)

        def move(weight: Any, m: Any, v: Any) -> Any:
            return weight - rate * (m / (1 - 0.9 ** (number + 1))) / (jnp.sqrt(v / (1 - 0.999 ** (number + 1))) + 1e-8)

        return jax.tree.map(move, layers, first, second), first, second

    first = second = jax.tree.map(jnp.zeros_like, layers)
    for number, rows in enumerate(batches(len(points), steps)):
        layers, first, second = step(layers, first, second, rows, number)
    return layers


def choose(data: Data, choosing: Data) -> tuple[Layers, dict[str, Any]]:
    """Fit networks of some sizes, and take the one that is best at points that neither fitted nor judge."""
    truth = choosing[2].mean(axis=1)
    best: tuple[float, Layers, dict[str, Any]] | None = None
    for widths in WIDTHS:
        for decay in DECAYS:
            began = time.monotonic()
            layers = fitted(*data, widths, decay)
            found = judged(thresholds_of(layers, choosing[0]).mean(axis=1), truth)
            print(f"  {widths}, decay {decay:g}: {found['share_within_1_hz']:.3f} within 1 Hz, root mean square "
                  f"{found['rmse_hz']:.2f} Hz, {time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
            if best is None or found["rmse_hz"] < best[0]:
                best = (found["rmse_hz"], layers, {"widths": list(widths), "decay": decay})
    assert best is not None
    return best[1], best[2]


def fit_cramps(folder: Path, points: int, margin: Layers) -> None:
    """Fit duration and EMG of the cramp that a train a quarter above threshold leaves."""
    design = sobol("cramps", 4 * points)
    threshold = thresholds_of(margin, design).mean(axis=1)
    able = np.flatnonzero((threshold > 5.0) & (threshold < 48.0))[:points]
    design, threshold = design[able], threshold[able]
    parts = []
    with progress_bar("cramps") as advance:
        for begin in range(0, len(design), CHUNK):
            rows = slice(begin, begin + CHUNK)
            # Which points, and how strong a train, hangs on the emulator that was just fitted.
            asked = np.column_stack([design[rows], threshold[rows]])
            file = folder / f"cramps-{hashlib.sha256(asked.tobytes()).hexdigest()[:12]}.npz"
            if not file.exists():
                duration, emg = provoked_cramps(design[rows], threshold[rows])
                np.savez(file, duration=duration, emg=emg)
            parts.append(dict(np.load(file)))
            advance(min(begin + CHUNK, len(design)), len(design))
    held = np.arange(len(design)) % 4 == 0
    for name, quantity, unit, bounds in (
        ("cramp_duration", "duration of the cramp that a train a quarter above threshold leaves", "s", (0.0, 185.0)),
        ("cramp_emg", "highest EMG of that cramp, of that in a maximal contraction", "%", (0.0, 150.0)),
    ):
        found = np.concatenate([part[name.removeprefix("cramp_")] for part in parts])
        found = 100.0 * found if unit == "%" else found
        with warnings.catch_warnings(action="ignore"):  # a point at which no pool cramped
            mean = np.nanmean(found, axis=1, keepdims=True)
        use = np.isfinite(mean[:, 0])
        one = np.zeros_like(mean, dtype=int)
        fit, test = use & ~held, use & held
        layers = fitted(design[fit], one[fit], mean[fit], (16, 16), 1e-2, 3000, 1, bounds)
        wrong = np.asarray(network(layers, seen(design[test]), *bounds))[:, 0] - mean[test, 0]
        record = provenance((design, one, found), None, {"widths": [16, 16], "decay": 1e-2}) | {
            "held_out": {
                "points": int(test.sum()), "rmse": float(f"{np.sqrt(np.mean(wrong**2)):.3g}"),
                "median_error": float(f"{np.median(np.abs(wrong)):.3g}"),
                "standard_deviation": float(f"{mean[test, 0].std():.3g}"),
            },
        }  # fmt: skip
        print(f"{name}: {record['held_out']}")
        write(name, quantity, unit, layers, bounds, record)


# ------------------------------------------------------------------------------------------------------------ writing
def provenance(data: Data, choosing: Data | None, chosen: dict[str, Any]) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _git("rev-parse", "HEAD"),
        "pool": pool_fingerprint(),
        "muscle": MUSCLE,
        "seed": SEED,
        "pools": POOLS,
        "points": len(data[0]),
        "points_choosing": 0 if choosing is None else len(choosing[0]),
        "scrambles": SCRAMBLES,
        "network": chosen,
        "ranges": {name: [each.low, each.high, each.unit] for name, each in SLOW_INPUTS.items()},
    }


def write(
    name: str, quantity: str, unit: str, layers: Layers, bounds: tuple[float, float], record: dict[str, Any]
) -> None:
    rounded = [
        {"weights": [[_five(each) for each in row] for row in np.asarray(weights)],
         "bias": [_five(each) for each in np.asarray(bias)]}
        for weights, bias in layers
    ]  # fmt: skip
    found = {"schema": 1, "quantity": quantity, "unit": unit, "lowest": bounds[0], "highest": bounds[1], **record}
    found["rest"] = {key: _five(value) for key, value in dataclasses.asdict(at_rest()).items()}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in {**found, "layers": rounded}.items()]
    EMULATORS.mkdir(exist_ok=True)
    (EMULATORS / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _five(value: Any) -> float:
    return float(f"{float(value):.5g}")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
