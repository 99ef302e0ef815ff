"""The scoreboard: every theory against every finding of every study, with totals and what the studies cannot tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from cramplab.cohort.bench_emulator import SHIPPED, errors_of, read_table, told_of
from cramplab.cohort.virtual_arm import BLOCKS
from cramplab.core.errors import Fault, FaultsFoundError, UserError
from cramplab.core.experiment import Experiment
from cramplab.core.experiment_findings import Finding
from cramplab.core.library import read_library
from cramplab.core.quantities import unit
from cramplab.core.theory import Theory
from cramplab.inference import comparison
from cramplab.inference.checked_rows import checked_rows as check
from cramplab.inference.measure_names import misspelt_measure, unit_of_measure
from cramplab.inference.predictive import VirtualStudy
from cramplab.inference.score_cache import ScoreCache, digest_of
from cramplab.inference.scoring import NOT_SIMULATED, published_error, score
from cramplab.inference.stances import Stance, calibration_of, stances
from cramplab.simulation.kernel_cache import kept_kernels
from cramplab.simulation.theory_shelf import load_theories, packaged_theories

JUDGES_SCORED = ("lab", "field")
OUR_FAULT = "cramplab failed here"
_SLIPS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a scoreboard is made from.

    Parameters
    ----------
    studies
        Experiments with findings to be scored.
    theories
        By name.
    faults
        Of files that could not be read, and of findings that name what does not exist.
    """

    studies: tuple[Experiment, ...]
    theories: Mapping[str, Theory]
    faults: tuple[Fault, ...]


def gather(libraries: Iterable[Path] = (), only: Sequence[str] = ()) -> Evidence:
    """Read studies and theories; faults are gathered, and what could be read goes on."""
    folders = tuple(libraries)
    library, faults = read_library(folders, ("studies",))
    chosen = [each for each in library.studies.values() if _is_scored(each) and (not only or each.key in only)]
    if only:
        missing = [key for key in only if key not in library.studies]
        faults += [Fault(f"There is no study '{key}'") for key in missing]
    for experiment in chosen:
        for finding in experiment.findings:
            near = misspelt_measure(finding)
            if near:
                place = f"{experiment.file}, line {finding.line}" if finding.line else str(experiment.file)
                told = f"study '{experiment.key}', finding '{finding.id}': no measure named '{finding.measure}'"
                faults.append(Fault(told, place, remedy=near))
    try:
        theories = load_theories(folders)
    except FaultsFoundError as problem:
        # The package's own go on without the user's.
        faults += problem.faults
        theories = packaged_theories()
    return Evidence(tuple(chosen), theories, tuple(faults))


def _is_scored(experiment: Experiment) -> bool:
    return experiment.judge in JUDGES_SCORED or any(each.bears_on is not None for each in experiment.findings)


def scoreboard(
    evidence: Evidence,
    *,
    seed: int = 1,
    names: Sequence[str] = (),
    checked_rows: int = 5,
    cache: ScoreCache | None = None,
    report_progress: Callable[[int, int], None] | None = None,
    libraries: Sequence[str] = (),
) -> dict[str, Any]:
    """Score every theory on every finding.

    Parameters
    ----------
    evidence
        As `gather` gives it.
    seed
        Same seed, same files: same numbers.
    names
        Theories; all by default.
    checked_rows
        How many rows on the bench are worked out again with the full motor pool.
    cache
        Where rows are kept between runs; the usual folder by default.
    report_progress
        Told how many studies are done of how many.
    libraries
        Names of further libraries, to be told.

    Returns
    -------
    dict
        As docs/schema.md describes ``evidence.json``.
    """
    began = time.monotonic()
    kept = cache if cache is not None else ScoreCache()
    shelf = evidence.theories
    chosen = [name for name in _in_order(shelf) if not names or name in names]
    entering = stances(shelf, chosen, worlds=BLOCKS, seed=seed)
    rows: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    timing: list[dict[str, Any]] = []
    tables: dict[str, str] = {}
    with kept_kernels():
        for number, experiment in enumerate(evidence.studies):
            started = time.monotonic()
            study = _Study(experiment, seed, shelf, kept)
            rows += study.rows(entering)
            told.append(study.told(rows))
            tables |= study.tables()
            timing.append({"what": experiment.key, "seconds": round(time.monotonic() - started, 2)})
            if report_progress:
                report_progress(number + 1, len(evidence.studies))
        studies = {each.key: each for each in evidence.studies}
        checked = check(studies, shelf, entering, rows, checked_rows, seed, kept)
    laboratory = {each.key: laboratory_of(each) for each in evidence.studies}
    found: dict[str, Any] = {
        "schema": 1,
        "version": version("cramplab"),
        "date": datetime.now(UTC).date().isoformat(),
        "seed": seed,
        "library": ["packaged", *libraries],
        "theories": [_theory(shelf[name]) for name in chosen],
        "studies": told,
        "rows": rows,
        "counts": _counts(rows, {each.key: each.judge for each in evidence.studies}),
        "totals": comparison.totals(rows, laboratory),
        "weights": comparison.weights(rows, seed),
        "pairs": comparison.pairs(rows),
        "unreproduced": _unreproduced(rows, told),
        "calibrating": _calibrating(evidence.studies, shelf),
        "emulators": _emulators(tables),
        "rebuild_seconds": sum(told_of(SHIPPED / f"{key}.npz")["seconds"] or 0 for key in tables if _is_shipped(key)),
        "sampled_rows": checked,
        "notices": [*(str(each) for each in evidence.faults), *_our_faults(rows)],
        "timing": sorted(timing, key=lambda each: -float(each["seconds"]))[:12],
    }
    found["seconds"] = round(time.monotonic() - began, 1)
    return found


def _our_faults(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    told = (f"{row['study']}/{row['finding']}: {row['reason']}" for row in rows if row["reason"].startswith(OUR_FAULT))
    return list(dict.fromkeys(told))


def _in_order(shelf: Mapping[str, Theory]) -> list[str]:
    first = [
        "null", "neuromuscular_control", "electrolyte", "dehydration", "vascular", "medication", "motor_neuron_plateau",
        "oropharyngeal_reflex", "multifactorial",
    ]  # fmt: skip
    return [name for name in first if name in shelf] + sorted(set(shelf) - set(first))


def laboratory_of(experiment: Experiment) -> str:
    """Give the group that did a study: as the file says, or the first author."""
    return experiment.laboratory or experiment.citation.split(" ")[0].strip(",.;") or experiment.key


class _Study:
    """One study and its rows, from the cache where they are there."""

    def __init__(self, experiment: Experiment, seed: int, shelf: Mapping[str, Theory], kept: ScoreCache) -> None:
        self.experiment, self.seed, self.shelf, self.kept = experiment, seed, shelf, kept
        self.study = VirtualStudy(experiment, seed)
        self._tables: dict[str, str] = {}

    def rows(self, entering: Sequence[Stance]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for stance in entering:
            digest = digest_of(self.experiment, self.shelf[stance.name], self.shelf, self.seed)
            stored = self.kept.read(digest)
            if stored is None:
                stored = {"rows": [self._row(each, stance) for each in self.experiment.findings]}
                stored["tables"] = {each.key: each.key for each in self.study.emulators()}
                self.kept.write(digest, stored)
            found += stored["rows"]
            self._tables |= stored["tables"]
        return found

    def tables(self) -> dict[str, str]:
        return self._tables

    def _row(self, finding: Finding, stance: Stance) -> dict[str, Any]:
        experiment = self.experiment
        factor, unit_name = _unit_of(finding)
        error = published_error(finding, experiment)
        memory = finding.status == "memory"
        row: dict[str, Any] = {
            "theory": stance.name, "study": experiment.key, "finding": finding.id, "measure": finding.measure,
            "unit": unit_name, "published": None if memory else _over(finding.published, factor),
            "published_se": None if memory else _over(error, factor), "predicted": None, "predicted_low": None,
            "predicted_high": None, "verdict": NOT_SIMULATED, "log_density": None,
            "used_to_calibrate": finding.calibrates or _founds(self.shelf[stance.name], experiment, finding),
            "scored": finding.scored and not memory, "direction": "" if memory else finding.direction,
            "predicted_direction_share": None, "reason": "",
        }  # fmt: skip
        if memory:
            row["reason"] = "nobody has read it: kept, never scored"
            return row
        try:
            row["reason"] = self.study.why_not(finding)
            if row["reason"]:
                return row
            made = self.study.predict(finding, stance)
        except UserError as reason:
            row["reason"] = str(reason)
            return row
        except _SLIPS as problem:
            # One finding that trips us must not cost the user all the others; the row and the notices tell it.
            row["reason"] = f"{OUR_FAULT}: {type(problem).__name__}: {problem}. Please report it."
            return row
        found = score(finding, experiment, made)
        row["reason"] = "" if len(made.figures) else "nobody showed it"
        row |= {
            "predicted": _over(found.predicted, factor), "predicted_low": _over(found.low, factor),
            "predicted_high": _over(found.high, factor), "verdict": found.verdict,
            "log_density": _rounded(found.log_density), "predicted_direction_share": _rounded(found.direction_share),
        }  # fmt: skip
        return row

    def told(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Tell the study and its findings."""
        experiment = self.experiment
        of_study = {row["finding"]: row for row in rows if row["study"] == experiment.key}
        findings = []
        for finding in experiment.findings:
            row = of_study[finding.id]
            memory = finding.status == "memory"
            factor, _ = _unit_of(finding)
            band = None if finding.band is None or memory else [_over(each, factor) for each in finding.band]
            findings.append(
                {
                    "id": finding.id, "measure": finding.measure, "unit": row["unit"], "words": in_words(finding),
                    "published": row["published"], "published_se": row["published_se"], "band": band,
                    "direction": row["direction"], "n": list(finding.n), "p": "" if memory else finding.p,
                    "used_to_calibrate": finding.calibrates, "scored": row["scored"],
                    "why_not_scored": finding.why_not_scored or ("from memory" if memory else ""),
                    "simulated": row["verdict"] != NOT_SIMULATED, "reason": row["reason"],
                    "bears_on": list(finding.bears_on or ()),
                }
            )  # fmt: skip
        bears = dict.fromkeys(name for each in experiment.findings for name in each.bears_on or ())
        return {
            "key": experiment.key, "title": experiment.title or experiment.key.replace("_", " "),
            "citation": experiment.citation, "doi": experiment.doi, "url": experiment.url,
            "laboratory": laboratory_of(experiment), "judge": experiment.judge, "bears_on": list(bears),
            "n": sum(experiment.participants.n) or None, "note": experiment.note.strip(), "findings": findings,
        }  # fmt: skip


def _founds(theory: Theory, experiment: Experiment, finding: Finding) -> bool:
    return f"{experiment.key}/{finding.id}" in theory.founding


def in_words(finding: Finding) -> str:
    """Tell a finding in a line."""
    measure = finding.measure.replace("_", " ")
    return f"{measure}: {' -> '.join(each.replace('_', ' ') for each in finding.arms)}".rstrip(": ")


def _unit_of(finding: Finding) -> tuple[float, str]:
    if finding.unit is not None:
        return finding.unit.factor, finding.unit_name or finding.unit.name
    if finding.unit_name:
        return 1.0, finding.unit_name
    name = unit_of_measure(finding.measure)
    return unit(name).factor, name


def _over(value: float | None, factor: float) -> float | None:
    return None if value is None or not np.isfinite(value) else _rounded(float(value) / factor)


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(f"{value:.5g}")


def _theory(theory: Theory) -> dict[str, Any]:
    record = calibration_of(theory.name)
    strength = record.get("strength")
    return {
        "name": theory.name, "claim": theory.claim,
        "strength": None if not strength else {key: strength[key] for key in ("mode", "low", "high")},
        "identifiable": record.get("identifiable"), "calibration_words": record.get("words", ""),
    }  # fmt: skip


def _counts(rows: Sequence[Mapping[str, Any]], judges: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for theory in dict.fromkeys(row["theory"] for row in rows):
        for kind in ("lab", "field"):
            of_kind = [
                row for row in rows
                if row["theory"] == theory and (judges[row["study"]] == "field") == (kind == "field")
                and row["scored"] and not row["used_to_calibrate"]
            ]  # fmt: skip
            words = ("agrees", "contradicts", "cannot tell", NOT_SIMULATED)
            found.append(
                {
                    "theory": theory,
                    "kind": kind,
                    **{word: sum(row["verdict"] == word for row in of_kind) for word in words},
                }
            )
    return found


def _unreproduced(rows: Sequence[Mapping[str, Any]], studies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Name every finding that all theories contradict."""
    words = {(study["key"], each["id"]): each["words"] for study in studies for each in study["findings"]}
    found = []
    for place in dict.fromkeys((row["study"], row["finding"]) for row in rows):
        of_place = [row for row in rows if (row["study"], row["finding"]) == place and row["scored"]]
        if of_place and all(row["verdict"] == "contradicts" for row in of_place):
            found.append({"study": place[0], "finding": place[1], "words": words[place]})
    return found


def _calibrating(studies: Sequence[Experiment], shelf: Mapping[str, Theory]) -> list[dict[str, Any]]:
    founded = {place: theory.name for theory in shelf.values() for place in theory.founding}
    return [
        {"study": each.key, "finding": finding.id, "words": in_words(finding),
         "sets": f"strength of {founded[f'{each.key}/{finding.id}']}" if f"{each.key}/{finding.id}" in founded
         else "base rate of cramps" if each.judge == "field" else "common ground"}
        for each in studies for finding in each.findings if finding.calibrates
    ]  # fmt: skip


def _is_shipped(key: str) -> bool:
    return (SHIPPED / f"{key}.npz").is_file()


def _emulators(tables: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for key in sorted(tables):
        file = SHIPPED / f"{key}.npz"
        if not file.is_file():
            continue
        told, table = told_of(file), read_table(file)
        from cramplab.cohort.bench_emulator import fitted

        for measure, error in errors_of(fitted(str(file), key), table).items():
            if measure in ("force_lost_before",):
                continue
            found.append(
                {"test": told["words"], "measure": measure, "unit": "factor" if error["logarithmic"] else "internal",
                 "held_out_error": _rounded(float(np.exp(error["held_out_error"])) if error["logarithmic"]
                                            else error["held_out_error"]),
                 "spread": _rounded(float(np.exp(error["spread"])) if error["logarithmic"] else error["spread"]),
                 "points": told["people"]}
            )  # fmt: skip
    return found
