"""Emulators of bench tests: what a person in a situation would have shown, without running the motor pool.

For every test the full pool was run once with some hundred people (`cramplab.cohort.bench_table`). A smooth surface
through them gives what is usual at given inputs; what is left over is chance between people, and is drawn again. Who
shows nothing (no cramp up to the strongest train) has a surface of his own: the chance of it.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.bench_table import INPUTS, BenchTable, digest_of, key_of, muscle_digest, simulate
from cramplab.cohort.laboratory_timeline import Plan
from cramplab.simulation.compile_cache import cache_root
from cramplab.simulation.cramp_margin import pool_fingerprint
from cramplab.simulation.process_regression import Surface, fit_surface

FloatArray = NDArray[np.float64]
SHIPPED = Path(__file__).parents[1] / "simulation" / "emulators" / "bench"
PEOPLE = 250
"""In the tables of shipped tests."""
PEOPLE_OF_LONG_TESTS = 80
"""In those of a test with more than `LONG_S` of effort or rest with movement: it costs as many times more."""
LONG_S = 100.0
PEOPLE_ELSEWHERE = 120
"""For a test that no shipped table holds: it is simulated when it is asked for, and kept."""
_ALWAYS_POSITIVE = (
    "cramp_duration", "cramp_emg", "peak_cramp_emg", "cramp_time_left", "motor_unit_active_time",
    "motor_unit_discharge_rate", "motor_unit_minimum_rate", "motor_unit_maximum_rate",
)  # fmt: skip
"""Spread over decades: the surface is that of their logarithm."""
_LEAST = 1e-3
_FEWEST = 30


@dataclass(frozen=True, eq=False)
class MeasureSurface:
    """One measure of one test.

    Parameters
    ----------
    usual
        Of those in whom there was something to measure; of the logarithm if ``logarithmic``.
    shown
        Chance that there is something to measure; None if there always was, a number if it is the same for all.
    logarithmic
        See ``usual``.
    lowest, highest
        Among the people of the table.
    """

    usual: Surface | None
    shown: Surface | float
    logarithmic: bool
    lowest: float
    highest: float

    def __call__(self, points: FloatArray, chance_of_value: FloatArray, chance_of_showing: FloatArray) -> FloatArray:
        """Give what people show, NaN for nothing.

        Parameters
        ----------
        points
            Shape [people, inputs].
        chance_of_value, chance_of_showing
            Between 0 and 1, shape [people]: where each person stands among those with the same inputs.
        """
        if self.usual is None:
            return np.full(len(points), np.nan)
        rank = chance_of_value * (len(self.usual.residuals) - 1)
        left = np.interp(rank, np.arange(len(self.usual.residuals)), self.usual.residuals)
        values = self.usual(points) + left
        values = np.exp(values) if self.logarithmic else values
        values = np.clip(values, self.lowest, self.highest)
        likely = self.shown(points) if isinstance(self.shown, Surface) else np.full(len(points), self.shown)
        return np.where(chance_of_showing < likely, values, np.nan)

    def expected(self, points: FloatArray) -> FloatArray:
        """Give the mean over chance, for a share of people such as who cramps."""
        return np.zeros(len(points)) if self.usual is None else self.usual(points)


@dataclass(frozen=True, eq=False)
class BenchEmulator:
    """All measures of one test; beyond the inputs of its table it takes the nearest that was simulated."""

    key: str
    people: int
    surfaces: Mapping[str, MeasureSurface]
    lowest: FloatArray
    highest: FloatArray

    def measures(
        self, inputs: Mapping[str, Any], chance: Mapping[str, FloatArray], people: int, wanted: tuple[str, ...]
    ) -> dict[str, FloatArray]:
        """Give what people show in the test; shape [people] each, internal units.

        Parameters
        ----------
        inputs
            By name as in `cramplab.cohort.bench_table.INPUTS`; what is left out is at rest.
        chance
            By measure and for ``showing``: where each person stands among those alike, 0 to 1.
        people
            How many.
        wanted
            Measures.
        """
        rest = {"fatigue": 0.0, "terminal_shift": 0.0, "resting_drive": 0.0, "taste_inhibition": 0.0}
        columns = [
            np.broadcast_to(np.clip(inputs.get(name, rest.get(name, 1.0)), low, high), (people,))
            for name, low, high in zip(INPUTS, self.lowest, self.highest, strict=True)
        ]
        points = _seen(np.stack(columns, axis=1))
        found: dict[str, FloatArray] = {}
        for name in wanted:
            if name in self.surfaces:
                if name == "cramp_incidence":
                    # Whether one person cramps is yes or no; the surface is the chance of it.
                    likely = self.surfaces[name].expected(points)
                    found[name] = (chance["showing"] < likely).astype(float)
                else:
                    found[name] = self.surfaces[name](points, chance[name], chance["showing"])
        return found


def _seen(points: FloatArray) -> FloatArray:
    """Give what the surfaces see: a conductance of taste works over decades, so its logarithm is taken."""
    seen = points.copy()
    taste = INPUTS.index("taste_inhibition")
    seen[:, taste] = np.log10(np.maximum(points[:, taste], 1e-9))
    return seen


def fit(table: BenchTable, key: str, chosen: Mapping[str, Sequence[float]] | None = None) -> BenchEmulator:
    """Fit surfaces to a table; ``chosen`` as `chosen_for` gave it after an earlier fit."""
    known = chosen or {}
    points = _seen(table.inputs)
    surfaces: dict[str, MeasureSurface] = {}
    for name, values in table.outputs.items():
        there = np.isfinite(values)
        logarithmic = name in _ALWAYS_POSITIVE
        if there.sum() < _FEWEST:
            shown: Surface | float = float(there.mean())
            usual = fit_surface(points[there], values[there]) if there.sum() >= 2 else None
            surfaces[name] = MeasureSurface(
                usual, shown, False, *((float(values[there].min()), float(values[there].max())) if usual else (0, 0))
            )
            continue
        kept = np.log(np.maximum(values[there], _LEAST)) if logarithmic else values[there]
        shown = 1.0 if there.all() else fit_surface(points, there.astype(float), known.get(f"{name}/shown", ()))
        surfaces[name] = MeasureSurface(
            fit_surface(points[there], kept, known.get(name, ())), shown, logarithmic, float(values[there].min()),
            float(values[there].max()),
        )  # fmt: skip
    return BenchEmulator(key, len(table.inputs), surfaces, table.inputs.min(axis=0), table.inputs.max(axis=0))


def chosen_for(emulator: BenchEmulator) -> dict[str, list[float]]:
    """Give what was chosen for each surface, so that the next fit to the same table takes a moment."""
    found: dict[str, list[float]] = {}
    for name, surface in emulator.surfaces.items():
        if surface.usual is not None:
            found[name] = list(surface.usual.chosen)
        if isinstance(surface.shown, Surface):
            found[f"{name}/shown"] = list(surface.shown.chosen)
    return found


def errors_of(emulator: BenchEmulator, table: BenchTable) -> dict[str, dict[str, float]]:
    """Give for each measure how far people who were left out lay from the surface, beside their spread.

    Returns
    -------
    dict
        ``held_out_error`` (root mean square; of the logarithm, as a factor, for durations), ``spread`` of the people of
        the table likewise, ``shown``: share of people in whom there was something to measure.
    """
    found = {}
    for name, surface in emulator.surfaces.items():
        values = table.outputs[name]
        there = np.isfinite(values)
        if surface.usual is None or not there.any():
            continue
        kept = np.log(np.maximum(values[there], _LEAST)) if surface.logarithmic else values[there]
        found[name] = {
            "held_out_error": surface.usual.left_out_error,
            "spread": float(kept.std()),
            "shown": float(there.mean()),
            "logarithmic": float(surface.logarithmic),
        }
    return found


def people_for(plan: Plan) -> int:
    """Give how many people the shipped table of a test has."""
    seconds = sum(each.duration_s for act in plan.acts for each in getattr(act, "segments", ()))
    return PEOPLE if seconds <= LONG_S else PEOPLE_OF_LONG_TESTS


# ------------------------------------------------------------------------------------------------ where tables are kept
def emulator_for(plan: Plan, report_progress: Callable[[int, int], None] | None = None) -> BenchEmulator:
    """Give the emulator of a test: shipped, kept from before, or made now from the full pool (minutes).

    Parameters
    ----------
    plan
        The test.
    report_progress
        Told how many people were simulated of how many, if it has to be made.
    """
    return fitted(str(table_file(plan, report_progress)), key_of(plan))


@lru_cache(maxsize=256)
def fitted(file: str, key: str) -> BenchEmulator:
    """Read a table and fit it; once for each file."""
    return fit(read_table(Path(file)), key, told_of(Path(file)).get("chosen"))


def table_file(plan: Plan, report_progress: Callable[[int, int], None] | None = None) -> Path:
    """Find the table of a test, or simulate it."""
    shipped = SHIPPED / f"{key_of(plan)}.npz"
    if is_good(shipped, plan):
        return shipped
    folder = (cache_root() or Path(tempfile.gettempdir()) / "cramplab") / "bench"
    for people in (PEOPLE, PEOPLE_ELSEWHERE):
        kept = folder / f"{digest_of(plan, people)}.npz"
        if kept.is_file():
            return kept
    folder.mkdir(parents=True, exist_ok=True)
    write_table(kept, simulate(plan, PEOPLE_ELSEWHERE, report_progress=report_progress), plan)
    return kept


def is_at_hand(plan: Plan) -> bool:
    """Say whether a test need not be simulated."""
    shipped = SHIPPED / f"{key_of(plan)}.npz"
    if is_good(shipped, plan):
        return True
    folder = (cache_root() or Path(tempfile.gettempdir()) / "cramplab") / "bench"
    return any((folder / f"{digest_of(plan, people)}.npz").is_file() for people in (PEOPLE, PEOPLE_ELSEWHERE))


def write_table(file: Path, table: BenchTable, plan: Plan, seconds: float | None = None) -> None:
    """Write a table, whole or not at all; ``seconds`` is how long the full pool took for it."""
    # As it will be read: single precision.
    table = BenchTable(
        table.inputs.astype(np.float32).astype(float),
        {name: values.astype(np.float32).astype(float) for name, values in table.outputs.items()},
    )
    told = {
        "pool": pool_fingerprint(), "muscle": muscle_digest(plan.muscle), "test": key_of(plan),
        "people": len(table.inputs), "words": in_words(plan), "seconds": None if seconds is None else round(seconds),
        "chosen": chosen_for(fit(table, "")),
    }  # fmt: skip
    content = io.BytesIO()
    arrays: dict[str, Any] = {f"output_{name}": values.astype(np.float32) for name, values in table.outputs.items()}
    np.savez_compressed(content, inputs=table.inputs.astype(np.float32), told=np.asarray(json.dumps(told)), **arrays)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    beside.write_bytes(content.getvalue())
    beside.replace(file)


def read_table(file: Path) -> BenchTable:
    """Read a table."""
    with np.load(file) as stored:
        outputs = {
            name.removeprefix("output_"): stored[name].astype(float)
            for name in stored.files
            if name.startswith("output_")
        }
        return BenchTable(stored["inputs"].astype(float), outputs)


def is_good(file: Path, plan: Plan) -> bool:
    """Say whether a table is there and was made with the pool and the muscle as they are."""
    if not file.is_file():
        return False
    told = told_of(file)
    return bool(told["pool"] == pool_fingerprint() and told["muscle"] == muscle_digest(plan.muscle))


def told_of(file: Path) -> dict[str, Any]:
    """Give what a table says of itself: pool, test, people, words."""
    with np.load(file) as stored:
        return dict(json.loads(str(stored["told"])))


def in_words(plan: Plan) -> str:
    """Tell a test in a line."""
    from cramplab.cohort.laboratory_timeline import LadderAct, RestAct

    parts = []
    for act in plan.acts:
        if isinstance(act, LadderAct):
            ladder = act.ladder
            train = f"{ladder.pulses} pulses" if ladder.pulses else f"{ladder.train_s:g} s"
            blocked = ", nerve blocked" if ladder.blocked else ""
            pain = f", pain {ladder.pain:g}" if ladder.pain else ""
            flow = f", blood flow {ladder.blood_flow:g}" if ladder.blood_flow != 1.0 else ""
            parts.append(
                f"trains of {train} from {ladder.start_hz:g} by {ladder.step_hz:g} Hz at length "
                f"{act.fibre_length:g}{blocked}{pain}{flow}"
            )
        elif isinstance(act, RestAct):
            parts.append(f"rest {act.seconds:g} s")
        else:
            seconds = sum(each.duration_s for each in act.segments)
            effort = max(each.voluntary for each in act.segments)
            what = f"effort {100 * effort:.0f} %" if effort else "taste" if any(
                each.taste for each in act.segments) else "stimulation or movement"  # fmt: skip
            if effort or seconds > 1.0 or what == "taste":
                parts.append(f"{what}, {seconds:g} s")
    return f"{plan.muscle.replace('_', ' ')}: " + "; ".join(parts)
