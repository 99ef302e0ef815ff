"""Sets a theory's strength from its founding observation alone, and says how well that determines it.

The strength is tried on a grid from nothing to the theory's strongest; the density of the founding figures at each is a
likelihood, and all strengths are equally likely before. For every strength the base rate of cramps is set first, from
the share of race entrants with cramps, so that a theory that lowers the margin of all runners gains nothing by it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from cramplab.cohort.cramp_hazard import chance_of_cramp
from cramplab.cohort.virtual_arm import BLOCKS
from cramplab.core.errors import CramplabError, UserError
from cramplab.core.experiment import Experiment
from cramplab.core.library import load_library
from cramplab.core.theory import Theory
from cramplab.inference.predictive import VirtualStudy
from cramplab.inference.score_cache import engine_digest
from cramplab.inference.scoring import published_error, score
from cramplab.inference.stances import CALIBRATED, Stance, drawn_scales, stance_of, strengths_at

FloatArray = NDArray[np.float64]
STRENGTHS = 21
SCALES_HZ = np.array([1.0, 1.5, 2.0, 3.0, 4.0, 5.5, 7.5, 10.0, 14.0, 20.0])
"""At which the base rate is worked out, and between which it is interpolated."""
BASE_STUDY = "dejager2022_safer22"
TALBOTT = "talbott1933"
WIDEST_IDENTIFIED = 0.6
"""Share of the strengths that were tried beyond which the 90 % interval is said to identify nothing (chosen)."""
_LIKELY_CRAMP = 0.5
_LOWEST, _HIGHEST = -40.0, 80.0
"""Logarithms of a rate in 1/s between which the base rate is looked for."""


def calibrate_theory(
    name: str, shelf: Mapping[str, Theory], *, seed: int = 1, report_progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Calibrate one theory.

    Parameters
    ----------
    name
        Of the theory.
    shelf
        All theories.
    seed
        Same seed, same files: same numbers.
    report_progress
        Told how many strengths were tried of how many.

    Returns
    -------
    dict
        theory, date, engine, strength (grid, weights, mode, low, high) or None, identifiable, words, founding (what the
        theory gives at the mode for each founding figure), base_rate (scale_hz, log_rate_per_s).
    """
    theory = shelf[name]
    studies = load_library((), ("studies",)).studies
    base = _BaseRates(studies, seed)
    found: dict[str, Any] = {
        "theory": name, "date": datetime.now(UTC).date().isoformat(), "commit": _commit(),
        "engine": engine_digest()[:16],
        "founding_words": theory.founding_words, "strength": None, "identifiable": None, "founding": [],
    }  # fmt: skip
    founding = _founding(theory, studies, seed)
    if not theory.couplings or theory.members or not founding:
        found["words"] = _without_founding(theory)
        found["base_rate"] = base.of(stance_of(theory, shelf, worlds=BLOCKS, seed=seed))
        return found
    grid = np.linspace(0.0, theory.strongest, STRENGTHS)
    likelihood = np.zeros(STRENGTHS)
    tried = []
    for number, strength in enumerate(grid):
        stance = stance_of(theory, shelf, worlds=BLOCKS, seed=seed, strengths=np.full(BLOCKS, strength))
        stance = base.applied(stance)
        told = [_fits(study, finding, stance) for study, finding in founding]
        tried.append(told)
        likelihood[number] = sum(each["log_density"] for each in told)
        if report_progress:
            report_progress(number + 1, STRENGTHS)
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    learnt = float(np.sum(weights * np.log(np.maximum(weights * STRENGTHS, 1e-300))))
    mode = int(np.argmax(weights))
    low, high = (float(each) for each in strengths_at(np.array([0.05, 0.95]), grid.tolist(), weights.tolist()))
    found["founding"] = tried[mode]
    found["identifiable"] = bool(high - low <= WIDEST_IDENTIFIED * grid[-1])
    found["strength"] = {
        "grid": [float(f"{each:.5g}") for each in grid], "weights": [float(f"{each:.4g}") for each in weights],
        "log_likelihood": [float(f"{each:.5g}") for each in likelihood], "mode": float(f"{grid[mode]:.4g}"),
        "low": float(f"{low:.4g}"), "high": float(f"{high:.4g}"), "learnt_nats": float(f"{max(learnt, 0.0):.3g}"),
    }  # fmt: skip
    found["words"] = _verdict(found, grid, likelihood)
    middles = (np.arange(BLOCKS) + 0.5) / BLOCKS
    drawn = strengths_at(middles, found["strength"]["grid"], found["strength"]["weights"])
    found["base_rate"] = base.of(stance_of(theory, shelf, worlds=BLOCKS, seed=seed, strengths=drawn))
    return found


def _founding(theory: Theory, studies: Mapping[str, Experiment], seed: int) -> list[tuple[VirtualStudy, Any]]:
    found = []
    made: dict[str, VirtualStudy] = {}
    for place in theory.founding:
        key, _, identity = place.partition("/")
        if key not in studies:
            raise UserError(f"Theory '{theory.name}' is founded on '{place}', and there is no study '{key}'.")
        finding = next((each for each in studies[key].findings if each.id == identity), None)
        if finding is None or not finding.calibrates:
            raise UserError(f"Theory '{theory.name}' is founded on '{place}', which is not marked to calibrate.")
        study = made.setdefault(key, VirtualStudy(studies[key], seed))
        if not study.why_not(finding):
            found.append((study, finding))
    return found


def _fits(study: VirtualStudy, finding: Any, stance: Stance) -> dict[str, Any]:
    """Give what a theory lets a founding study find, and its density at the printed figure."""
    factor = finding.unit.factor if finding.unit is not None else 1.0
    if study.experiment.key == TALBOTT:
        return _heat_cramps(study, finding, stance)
    made = study.predict(finding, stance)
    told = score(finding, study.experiment, made)
    over = lambda value: None if value is None else float(f"{value / factor:.4g}")  # noqa: E731
    return {
        "study": study.experiment.key, "finding": finding.id, "unit": finding.unit_name,
        "published": over(finding.published), "published_se": over(published_error(finding, study.experiment)),
        "predicted": over(told.predicted), "low": over(told.low), "high": over(told.high), "verdict": told.verdict,
        "log_density": -50.0 if told.log_density is None else told.log_density,
    }  # fmt: skip


def _heat_cramps(study: VirtualStudy, finding: Any, stance: Stance) -> dict[str, Any]:
    """Five workers had cramps, with salts down by up to so much: cramps must be likely in such a day's work.

    The observation has no people without cramps. So it says only that the chance of a cramp on such a day was not
    small, and bounds the strength from below.
    """
    arm = study.arm(finding.arms[-1])
    chance = study.chance(arm, stance)
    likely = float(np.clip(np.nanmean(chance), 1e-6, 1.0))
    return {
        "study": study.experiment.key, "finding": finding.id, "unit": "chance of a cramp on such a day",
        "published": None, "published_se": None, "predicted": float(f"{likely:.3g}"), "low": None, "high": None,
        "verdict": "agrees" if likely >= _LIKELY_CRAMP else "contradicts",
        # Five cases, told by two figures of the same people.
        "log_density": 2.5 * float(np.log(likely)),
    }  # fmt: skip


def _verdict(found: Mapping[str, Any], grid: FloatArray, likelihood: FloatArray) -> str:
    strength = found["strength"]
    failed = [each for each in found["founding"] if each["verdict"] == "contradicts"]
    words = []
    told = (
        f"strength {strength['mode']:g} (90 % {strength['low']:g} to {strength['high']:g} of 0 to {grid[-1]:g}); the "
        f"founding observation narrows it by {strength['learnt_nats']:g} nats."
    )
    words.append(told[0].upper() + told[1:] if found["identifiable"] else f"Not identifiable: {told}")
    if int(np.argmax(likelihood)) >= len(grid) - 2 and strength["learnt_nats"] > 0.0:
        words.append("It is bounded from below only: the strongest that was tried fits best.")
    if failed:
        words.append("Even at its best it does not reproduce its founding observation.")
    return " ".join(words)


def _without_founding(theory: Theory) -> str:
    if theory.members:
        return "Equal shares of its members, each at the strength that its own founding observation leaves."
    if not theory.couplings:
        return "It has no arrows, so nothing to calibrate."
    return "No founding observation identifies a strength: the laws stand as physiology and pharmacology write them."


class _BaseRates:
    """Sets the base rate of cramps from the share of race entrants who have had them."""

    def __init__(self, studies: Mapping[str, Experiment], seed: int) -> None:
        if BASE_STUDY not in studies:
            raise UserError(f"The base rate of cramps is set from the study '{BASE_STUDY}', which is not there.")
        experiment = studies[BASE_STUDY]
        self.seed = seed
        self.study = VirtualStudy(experiment, seed)
        self.finding = next(each for each in experiment.findings if each.calibrates)
        why = self.study.why_not(self.finding)
        if why:
            raise UserError(f"The base rate of cramps cannot be set: {why}")
        self.arms = [self.study.arm(name) for name in self.finding.arms]

    def of(self, stance: Stance) -> dict[str, list[float]]:
        """Give the logarithm of the rate at which both races together have the printed share, for every scale."""
        margins = [self.study.margin(arm, stance) for arm in self.arms]
        wanted = float(np.mean(self.finding.mean))
        rates = []
        for scale in SCALES_HZ:

            def apart(log_rate: float, scale: float = float(scale)) -> float:
                shares = [
                    float(np.nanmean(chance_of_cramp(margin, arm.seconds, log_rate, scale)))
                    for margin, arm in zip(margins, self.arms, strict=True)
                ]
                return float(np.mean(shares)) - wanted

            if apart(_LOWEST) > 0.0 or apart(_HIGHEST) < 0.0:
                told = f"no rate of cramps under {stance.name} gives the share of race entrants at {scale:g} Hz"
                raise CramplabError(f"The base rate cannot be set: {told}.")
            rates.append(float(f"{brentq(apart, _LOWEST, _HIGHEST, xtol=1e-4):.6g}"))
        return {"scale_hz": SCALES_HZ.tolist(), "log_rate_per_s": rates}

    def applied(self, stance: Stance) -> Stance:
        """Give a stance with its base rate set."""
        from dataclasses import replace

        found = self.of(stance)
        scales = drawn_scales(BLOCKS, self.seed)
        return replace(stance, log_rate=np.interp(scales, found["scale_hz"], found["log_rate_per_s"]))


def write_calibration(found: Mapping[str, Any]) -> Path:
    """Put a calibration in the place of the shipped one."""
    CALIBRATED.mkdir(exist_ok=True)
    file = CALIBRATED / f"{found['theory']}.json"
    beside = file.with_name(f".{file.name}")
    beside.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(file)
    return file


def _commit() -> str:
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "unknown"


def in_words(found: Mapping[str, Any]) -> list[str]:
    """Tell a calibration in lines."""
    lines = [f"{found['theory']}: {found['words']}"]
    if found["founding_words"]:
        lines.append(f"Founding observation: {found['founding_words']}")
    for each in found["founding"]:
        if each["published"] is None:
            lines.append(f"  {each['study']}/{each['finding']}: {each['unit']} {each['predicted']:.2g}")
        else:
            lines.append(
                f"  {each['study']}/{each['finding']}: published {each['published']:g} {each['unit']}, at the best "
                f"strength {each['predicted']:g} ({each['low']:g} to {each['high']:g}): {each['verdict']}"
            )
    rates = found["base_rate"]
    middle = int(np.argmin(np.abs(np.asarray(rates["scale_hz"]) - 4.0)))
    lines.append(
        f"Base rate of cramps at a margin of 0, if {rates['scale_hz'][middle]:g} Hz less margin make them e times as "
        f"frequent: exp({rates['log_rate_per_s'][middle]:.2f}) per second."
    )
    return lines
