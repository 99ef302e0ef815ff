"""Judges the emulator of the cramp margin: at points held out from its fit, and against the pool as it is now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.random_streams import stream
from cramplab.simulation.compile_cache import kept_compilations
from cramplab.simulation.cramp_margin import (
    HELD_OUT,
    INPUTS,
    SLOW_INPUTS,
    cramp_margin,
    emulator,
    judged,
    pool_fingerprint,
)

FloatArray = NDArray[np.float64]
_WORST = 5
_SAME_HZ = 0.05
"""Further apart, a threshold that is simulated again is another one: the stored ones are rounded, nothing else."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Points that judge the emulator, and what the full pool gave there.

    Parameters
    ----------
    points
        Shape [points, inputs]; columns as in `cramp_margin.INPUTS`.
    threshold_hz, standard_error_hz : Hz
        Mean over the pools, and its standard error; shape [points].
    usual
        True for points at which only what events move is moved; shape [points].
    """

    points: FloatArray
    threshold_hz: FloatArray
    standard_error_hz: FloatArray
    usual: NDArray[np.bool_]


@cache
def held_out() -> HeldOut:
    """Read the stored table."""
    with np.load(HELD_OUT) as stored:
        return HeldOut(
            stored["points"].astype(float), stored["threshold_hz"].astype(float),
            stored["standard_error_hz"].astype(float), stored["usual"],
        )  # fmt: skip


def validate_margin(
    rerun: int = 0, *, seed: int = 1, report_progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Set the shipped emulator against the stored table, and some of the table against the pool of today.

    Parameters
    ----------
    rerun
        How many points of the table to simulate again with the full pool; drawn at random.
    seed
        Which ones.
    report_progress
        Told how many points were simulated again, of how many.

    Returns
    -------
    dict
        ``emulator`` (date, commit, pool, points of its fit), ``pool_changed``, ``held_out`` and ``held_out_usual`` (as
        `judged` gives them, with ``recorded``, what the emulator's file says of itself), ``standard_error_hz``,
        ``worst`` (inputs, threshold, emulator), ``ranges``, and ``rerun`` (points, same, largest_difference_hz; None if
        none was asked for).
    """
    table, record = held_out(), emulator().record
    said = emulated_at(table.points)
    wrong = np.abs(said - table.threshold_hz)
    found: dict[str, Any] = {
        "emulator": {name: record[name] for name in ("date", "commit", "pool", "points", "muscle", "pools")},
        "pool_changed": record["pool"] != pool_fingerprint(),
        "standard_error_hz": float(f"{table.standard_error_hz.mean():.3g}"),
        "worst": [
            {"inputs": dict(zip(INPUTS, table.points[row].tolist(), strict=True)),
             "threshold_hz": float(table.threshold_hz[row]), "emulator_hz": float(said[row])}
            for row in np.argsort(-wrong)[:_WORST]
        ],
        "ranges": {name: {"low": each.low, "high": each.high, "unit": each.unit, "words": each.words}
                   for name, each in SLOW_INPUTS.items()},
        "rerun": None,
    }  # fmt: skip
    for name, rows in (("held_out", ~table.usual), ("held_out_usual", table.usual)):
        found[name] = judged(said[rows], table.threshold_hz[rows]) | {"recorded": record[name]}
    if rerun:
        found["rerun"] = _simulated_again(min(rerun, len(said)), seed, report_progress)
    return found


def emulated_at(points: FloatArray) -> FloatArray:
    """Give what the emulator says at points of shape [points, inputs], Hz."""
    with kept_compilations():
        return np.asarray(cramp_margin(dict(zip(INPUTS, points.T, strict=True))), dtype=float)


def _simulated_again(count: int, seed: int, report_progress: Callable[[int, int], None] | None) -> dict[str, Any]:
    # The pool is compiled only if it is asked for.
    from cramplab.simulation.kernel_cache import kept_kernels
    from cramplab.simulation.margin_thresholds import thresholds

    table = held_out()
    rows = stream(seed, "margin", "rerun").choice(len(table.points), count, replace=False)
    with kept_kernels():
        again = thresholds(table.points[rows], report_progress=report_progress).mean
    apart = np.abs(again - table.threshold_hz[rows])
    return {
        "points": count,
        "same": int(np.sum(apart <= _SAME_HZ)),
        "largest_difference_hz": float(f"{apart.max():.3g}"),
        "against_emulator": judged(emulated_at(table.points[rows]), again),
    }


def in_words(found: dict[str, Any]) -> list[str]:
    """Tell a judgement in lines."""
    made, general, usual = found["emulator"], found["held_out"], found["held_out_usual"]
    changed = (
        "The pool has changed since: --rerun tells whether its thresholds have; scripts/fit_cramp_margin.py fits anew."
    )
    pools = f"{made['pools']} pools of {made['muscle'].replace('_', ' ')}"
    lines = [
        f"Emulator of {made['date']}, commit {made['commit'][:10]}, fitted to {made['points']} points of {pools}.",
        changed if found["pool_changed"] else "The motor pool is still the one it was fitted to.",
    ]
    for words, each in (("Held out, anywhere in the ranges", general), ("Held out, where events go", usual)):
        share = 100.0 * each["share_within_1_hz"]
        lines.append(
            f"{words}: {share:.1f} % of {each['points']} points within 1 Hz, root mean square error "
            f"{each['rmse_hz']:.2f} Hz, median {each['median_error_hz']:.2f} Hz, largest "
            f"{each['largest_error_hz']:.1f} Hz."
        )
    lines.append(f"Standard error of a stored threshold, from pool to pool: {found['standard_error_hz']:.2f} Hz.")
    again = found["rerun"]
    if again:
        lines.append(
            f"Simulated again: {again['same']} of {again['points']} thresholds are what is stored (largest difference "
            f"{again['largest_difference_hz']:.2g} Hz); the emulator is within 1 Hz of "
            f"{100 * again['against_emulator']['share_within_1_hz']:.0f} % of the new ones."
        )
    return lines
