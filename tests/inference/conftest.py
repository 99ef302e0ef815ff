"""An invented bench test, an invented theory and small studies, so that predictions are made without the motor pool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from cramplab.cohort.bench_emulator import BenchEmulator, MeasureSurface
from cramplab.cohort.bench_table import INPUTS, RANGES
from cramplab.core.experiment import read_experiment
from cramplab.core.experiment_findings import Finding
from cramplab.core.quantities import unit
from cramplab.core.theory import Coupling, Theory
from cramplab.inference import predictive
from cramplab.inference.predictive import VirtualStudy
from cramplab.inference.stances import stance_of

WORLDS, PEOPLE = 20, 40
ARMS = """
[[arm]]
id = "first"
[[arm.step]]
id = "test"
kind = "threshold_ladder"
muscle = "flexor_hallucis_brevis"
[[arm]]
id = "again"
[[arm.step]]
id = "test"
kind = "threshold_ladder"
muscle = "flexor_hallucis_brevis"
[[arm]]
id = "stimulated"
[[arm.step]]
kind = "body_state"
condition = "caffeine"
[[arm.step]]
id = "test"
kind = "threshold_ladder"
muscle = "flexor_hallucis_brevis"
"""
FINDING = """
[[finding]]
id = "threshold"
measure = "cramp_threshold_frequency"
contrast = ["first", "stimulated"]
value = "-4 Hz"
band = ["-8 Hz", "0 Hz"]
band_kind = "95 % CI"
direction = "decrease"
status = "verified"
"""


@dataclass(frozen=True, eq=False)
class Plane:
    """Stands in for a fitted surface: falls with the gain of the persistent current, and leaves some chance over."""

    middle: float
    per_gain: float
    residuals: np.ndarray

    def __call__(self, points):
        gain = points[:, INPUTS.index("persistent_gain")]
        return self.middle - self.per_gain * (gain - 1.0)


def spread_of(size: float) -> np.ndarray:
    return np.sort(np.random.default_rng(0).normal(0.0, size, 100)) if size else np.zeros(2)


def emulator(size: float = 3.0) -> BenchEmulator:
    surfaces = {
        "cramp_threshold_frequency": MeasureSurface(Plane(25.0, 30.0, spread_of(size)), 1.0, False, 0.5, 60.0),
        "cramp_duration": MeasureSurface(Plane(40.0, 30.0, spread_of(size)), 1.0, False, 0.0, 400.0),
        "cramp_emg": MeasureSurface(None, 0.0, False, 0.0, 0.0),
    }
    lowest, highest = np.array([RANGES[name] for name in INPUTS]).T
    return BenchEmulator("invented", 100, surfaces, lowest, highest)


@pytest.fixture
def bench(monkeypatch):
    """Put an invented test in the place of every emulator."""
    invented = emulator()
    monkeypatch.setattr(predictive, "emulator_for", lambda plan, report=None: invented)
    return invented


@pytest.fixture
def experiment(tmp_path):
    """Read a small study with some parts replaced."""

    def read(findings=FINDING, arms=ARMS, design="paired", n="10", key="invented", judge="lab"):
        file = tmp_path / f"{key}.toml"
        head = f'schema = 1\nkey = "{key}"\ncitation = "Nobody N. 2026"\njudge = "{judge}"\ndesign = "{design}"\n'
        file.write_text(f"{head}[participants]\nn = {n}\n{arms}{findings}", encoding="utf-8")
        return read_experiment(file)

    return read


@pytest.fixture
def virtual(bench, experiment):
    """Make a virtual study of the usual small size."""
    return lambda seed=1, **parts: VirtualStudy(experiment(**parts), seed, worlds=WORLDS, people=PEOPLE)


def invented_theory(strength: float = 1.0, name: str = "invented_gain") -> Theory:
    """Say that a stimulant raises the gain of the persistent current by a tenth."""
    coupling = Coupling(
        ("stimulant",), "motor_pool.persistent_gain", lambda level: 1.0 + 0.1 * level, "multiply", "nobody 2026"
    )
    return Theory(name, "A stimulant raises a gain.", (coupling,)).at_strength(strength)


@pytest.fixture
def stance():
    """Give the invented theory with a strength in every world."""

    def of(strengths=1.0, seed=1, theory=None, worlds=WORLDS):
        theory = invented_theory() if theory is None else theory
        return stance_of(
            theory, {theory.name: theory}, worlds=worlds, seed=seed, strengths=np.broadcast_to(strengths, (worlds,))
        )

    return of


@pytest.fixture
def nothing(stance):
    """Give a theory without arrows."""
    return stance(theory=Theory("no_arrows", "Nothing happens."))


@pytest.fixture
def finding():
    """Make a finding; internal units."""

    def make(measure="cramp_threshold_frequency_change", **given):
        unit_name = given.pop("unit_name", "Hz")
        usual = {
            "id": "it", "arms": ("one",), "mean": (), "spread": (), "spread_kind": "", "value": None, "n": (10,),
            "unit_of_n": "person", "centre": "mean", "band": None, "band_kind": "95 % CI", "direction": "", "p": "",
            "status": "verified", "calibrates": False, "scored": True, "why_not_scored": "", "begin": "", "end": "",
            "select": None, "where": "", "note": "", "unit": unit(unit_name), "unit_name": unit_name, "line": None,
        }  # fmt: skip
        return Finding(measure=measure, **(usual | given))

    return make
