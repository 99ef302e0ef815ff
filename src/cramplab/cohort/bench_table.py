"""Simulates one bench test with many virtual people who differ in every input of nerve and muscle: emulators learn it.

Every row is one person with axons, electrode and noise of their own, in a situation of their own. So a table holds both
what the inputs do and how much is left to chance.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.laboratory_arm import run_plan
from cramplab.cohort.laboratory_timeline import LadderAct, Plan
from cramplab.cohort.random_streams import stream
from cramplab.core.library import find_muscle
from cramplab.simulation.assembly import fast_parameters
from cramplab.simulation.cramp_margin import pool_fingerprint

FloatArray = NDArray[np.float64]
INPUTS = (
    "persistent_gain", "volley_gain", "tendon_organ_gain", "terminal_shift", "resting_drive", "fatigue",
    "taste_inhibition", "facilitation_time",
)  # fmt: skip
"""In the order of a table's columns. The last is a property of people alone: the decay over its declared value."""
_AT_REST = {"persistent_gain": 1.0, "volley_gain": 1.0, "tendon_organ_gain": 1.0, "facilitation_time": 1.0}
RANGES: Mapping[str, tuple[float, float]] = {
    "persistent_gain": (0.75, 1.4), "volley_gain": (0.4, 2.4), "tendon_organ_gain": (0.0, 1.5),
    "terminal_shift": (-3.0, 8.0), "resting_drive": (0.0, 4e-8), "fatigue": (0.0, 0.6),
    "taste_inhibition": (0.0, 1e-6), "facilitation_time": (0.4, 2.2),
}  # fmt: skip
"""Beyond which an input is taken at the nearest end."""
FACILITATION_TIME = "spinal_drive.facilitation_time"
_LEAST_TASTE_S = 1e-9
SEED = 1
CHUNK = 100


@dataclass(frozen=True, eq=False)
class BenchTable:
    """What became of some hundred people in one test.

    Parameters
    ----------
    inputs
        Shape [people, inputs]; columns as in `INPUTS`.
    outputs
        By measure of the test: shape [people], internal units, NaN where there was nothing to measure.
    """

    inputs: FloatArray
    outputs: Mapping[str, FloatArray]


def key_of(plan: Plan) -> str:
    """Give the name of a test: a digest of what is done, and to which muscle. The pool itself is not part of it."""
    told = json.dumps(dataclasses.asdict(plan), sort_keys=True, default=str)
    return f"{plan.muscle}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


@cache
def muscle_digest(name: str) -> str:
    """Give a digest of the numbers of a muscle: a table is good only for the muscle that it was made with."""
    told = {key: each.quantity.value for key, each in sorted(find_muscle(name).values.items())}
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def digest_of(plan: Plan, people: int) -> str:
    """Give the name under which a table is kept: the test, the pool, the muscle, and the people."""
    return f"{key_of(plan)}-{pool_fingerprint()}-{muscle_digest(plan.muscle)}-{people}"


def points(people: int, *, taste: bool) -> FloatArray:
    """Draw the situations of a table: most near what people and events are like, some far out.

    Returns
    -------
    array, shape [people, inputs]
    """
    chance = stream(SEED, "bench table")
    near = chance.random(people) < 0.6
    drawn: dict[str, FloatArray] = {}
    declared = fast_parameters()
    gain = declared["neuromodulation.basic_gain"].spread
    volley = declared["spinal_drive.facilitation_per_volley"].spread
    memory = declared[FACILITATION_TIME].spread
    assert gain is not None
    assert volley is not None
    assert memory is not None
    drawn["persistent_gain"] = np.where(
        near, 1.0 + 1.3 * gain.size * chance.standard_normal(people), chance.uniform(0.8, 1.35, people)
    )
    drawn["volley_gain"] = np.where(
        near, np.exp(1.2 * volley.size * chance.standard_normal(people)), chance.uniform(0.5, 2.2, people)
    )
    drawn["facilitation_time"] = np.exp(memory.size * chance.standard_normal(people))
    for name in ("tendon_organ_gain", "terminal_shift", "resting_drive", "fatigue"):
        moved = chance.random(people) < 0.5
        drawn[name] = np.where(moved, chance.uniform(*RANGES[name], people), _AT_REST.get(name, 0.0))
    decades = chance.uniform(np.log10(_LEAST_TASTE_S), np.log10(RANGES["taste_inhibition"][1]), people)
    drawn["taste_inhibition"] = np.where(taste & (chance.random(people) < 0.6), 10.0**decades, 0.0)
    return np.stack([np.clip(drawn[name], *RANGES[name]) for name in INPUTS], axis=1)


FURTHER_PEOPLE = 80
"""With a persistent inward current far above the usual, in tests that theories ask of people prone to cramps."""
_FAR_GAIN = (1.3, 2.4)
_LONG_EFFORT_S = 100.0  # a test with more costs too much to be widened


def further_points(plan: Plan) -> FloatArray:
    """Draw situations with a strong persistent inward current, for two-second trains on a shortened muscle.

    Returns
    -------
    array, shape [people, inputs]
        Empty for other tests.
    """
    ladders = [act for act in plan.acts if isinstance(act, LadderAct)]
    effort = sum(each.duration_s for act in plan.acts for each in getattr(act, "segments", ()) if each.voluntary)
    if effort > _LONG_EFFORT_S or not any(
        act.fibre_length < 1.0 and not act.ladder.blocked and not act.ladder.pulses for act in ladders
    ):
        return np.zeros((0, len(INPUTS)))
    drawn = points(FURTHER_PEOPLE, taste=tasted(plan))
    chance = stream(SEED, "bench table", "further")
    drawn[:, INPUTS.index("persistent_gain")] = chance.uniform(*_FAR_GAIN, FURTHER_PEOPLE)
    for name in ("terminal_shift", "resting_drive", "fatigue"):
        drawn[:, INPUTS.index(name)] = 0.0
    return drawn


def joined(one: BenchTable, other: BenchTable) -> BenchTable:
    """Give the people of two tables of one test as one table."""
    outputs = {name: np.concatenate([values, other.outputs[name]]) for name, values in one.outputs.items()}
    return BenchTable(np.concatenate([one.inputs, other.inputs]), outputs)


def simulate(
    plan: Plan,
    people: int,
    *,
    report_progress: Callable[[int, int], None] | None = None,
    inputs: Any = None,
    first: int = 0,
) -> BenchTable:
    """Run a test with the full motor pool.

    Parameters
    ----------
    plan
        The test.
    people
        How many, each in a situation of their own.
    report_progress
        Told how many people are done of how many.
    inputs
        Situations to take in place of those drawn, shape [people, inputs].
    first
        Number of the first person: another number is another person.
    """
    rows = points(people, taste=tasted(plan)) if inputs is None else np.asarray(inputs, dtype=float)
    muscle = find_muscle(plan.muscle)
    outputs: list[Mapping[str, FloatArray]] = []
    for begin in range(0, len(rows), CHUNK):
        part = rows[begin : begin + CHUNK]
        ports = {name: part[:, INPUTS.index(name)] for name in INPUTS if name != "facilitation_time"}
        declared = fast_parameters()[FACILITATION_TIME].value
        values = {FACILITATION_TIME: part[:, INPUTS.index("facilitation_time")] * declared}
        names = np.arange(first + begin, first + begin + len(part))
        outputs.append(run_plan(plan, muscle, names, values, SEED, ports=ports)[-1].values)
        if report_progress:
            report_progress(begin + len(part), len(rows))
    return BenchTable(rows, {name: np.concatenate([each[name] for each in outputs]) for name in sorted(outputs[0])})


def tasted(plan: Plan) -> bool:
    """Say whether there is something in the mouth in the test."""
    return any(getattr(segment, "taste", 0.0) > 0.0 for act in plan.acts for segment in getattr(act, "segments", ()))
