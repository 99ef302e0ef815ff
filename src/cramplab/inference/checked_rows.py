"""Works a sample of the scoreboard's rows out again with the full motor pool: the same people, the same situations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cramplab.cohort.bench_emulator import emulator_for
from cramplab.cohort.laboratory_arm import run_plan
from cramplab.cohort.random_streams import stream
from cramplab.core.errors import CramplabError
from cramplab.core.experiment import Experiment
from cramplab.core.library import find_muscle
from cramplab.core.theory import Theory
from cramplab.inference.predictive import VirtualStudy
from cramplab.inference.score_cache import ScoreCache, digest_of
from cramplab.inference.stances import Stance
from cramplab.simulation.assembly import fast_parameters

FULL_POOL_PEOPLE = 40
MOVED_HZ = 0.5
"""A prediction further from that of the null theory is one in which the theory does something: those are checked."""
_THRESHOLD = "cramp_threshold_frequency"
_TIME = "spinal_drive.facilitation_time"


def checked_rows(
    studies: Mapping[str, Experiment],
    shelf: Mapping[str, Theory],
    entering: Sequence[Stance],
    rows: Sequence[Mapping[str, Any]],
    count: int,
    seed: int,
    kept: ScoreCache,
) -> list[dict[str, Any]]:
    """Check a sample of rows.

    Parameters
    ----------
    studies, shelf
        By key and by name.
    entering
        Theories as they entered the predictions.
    rows
        Of the scoreboard.
    count
        How many to check.
    seed
        Of the run.
    kept
        Where earlier checks are kept.

    Returns
    -------
    list of dict
        study, finding, theory, emulator and full_pool (mean threshold of the same people, Hz), difference, unit,
        people.
    """
    without = {(row["study"], row["finding"]): row["predicted"] for row in rows if row["theory"] == "null"}
    measured = [row for row in rows if row["predicted"] is not None and row["measure"].startswith(_THRESHOLD)]
    moved = [row for row in measured if _apart(row["predicted"], without.get((row["study"], row["finding"])))]
    able = sorted({(row["study"], row["finding"], row["theory"]) for row in moved or measured})
    found = []
    for number in stream(seed, "checked rows").permutation(len(able))[:count]:
        key, finding, name = able[number]
        digest = "check-" + digest_of(studies[key], shelf[name], shelf, seed) + finding
        stored = kept.read(digest)
        if stored is None:
            stance = next(each for each in entering if each.name == name)
            stored = _checked(studies[key], finding, stance, seed)
            kept.write(digest, stored)
        found.append(stored)
    return found


def _apart(predicted: float, null: float | None) -> bool:
    return null is not None and abs(predicted - null) > MOVED_HZ


def _checked(experiment: Experiment, identity: str, stance: Stance, seed: int) -> dict[str, Any]:
    finding = next(each for each in experiment.findings if each.id == identity)
    study = VirtualStudy(experiment, seed)
    if study.why_not(finding):
        raise CramplabError(f"'{experiment.key}/{identity}' was simulated and cannot be checked")
    arm = study.arm(finding.arms[-1])
    test = arm.tests[-1]
    plan = test.episode.plan
    inputs = study.bench_inputs(arm, test, stance)
    total = len(next(iter(arm.pools.values())))
    people = stream(seed, "checked people").choice(total, FULL_POOL_PEOPLE, replace=False)
    wide = {name: np.broadcast_to(np.asarray(value, dtype=float), (total,)) for name, value in inputs.items()}
    emulator = emulator_for(plan)
    # The full pool is given what the theory says, also beyond the ranges of the table: that is part of the error.
    ports = {name: value[people] for name, value in wide.items() if name != "facilitation_time"}
    times = {_TIME: arm.pools["facilitation_time"][people] * fast_parameters()[_TIME].value}
    full = run_plan(plan, find_muscle(plan.muscle), people, times, seed, ports=ports)[-1].values[_THRESHOLD]
    # Everybody in the middle of those alike, and everybody cramping: the usual, without chance.
    middle = {_THRESHOLD: np.full(total, 0.5), "showing": np.zeros(total)}
    emulated = emulator.measures(inputs, middle, total, (_THRESHOLD,))[_THRESHOLD][people]
    there = np.isfinite(full)
    said, simulated = float(np.mean(emulated[there])), float(np.mean(full[there]))
    return {
        "study": experiment.key, "finding": identity, "theory": stance.name, "emulator": _short(said),
        "full_pool": _short(simulated), "difference": _short(said - simulated), "unit": "Hz",
        "people": int(there.sum()),
    }  # fmt: skip


def _short(value: float) -> float | None:
    return float(f"{value:.5g}") if np.isfinite(value) else None
