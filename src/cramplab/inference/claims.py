"""What the theories and the studies say to the claims that people make about cramps.

The verdict comes from the studies alone: what a model gives is no evidence. What the theories answer stands beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from cramplab.cohort.conditions import outcome_of
from cramplab.cohort.virtual_arm import BLOCKS
from cramplab.core.claim import Claim, Link, faults_of_claims, finding_of
from cramplab.core.errors import Fault, UserError, did_you_mean
from cramplab.core.experiment import Experiment
from cramplab.core.experiment_findings import Finding
from cramplab.core.library import read_library
from cramplab.core.quantities import unit
from cramplab.core.theory import Theory
from cramplab.inference.measure_names import unit_of_measure
from cramplab.inference.predictive import OF_THE_COURSE, VirtualStudy
from cramplab.inference.score_cache import ScoreCache, digest_of
from cramplab.inference.scoreboard import in_words
from cramplab.inference.scoring import RESOLUTION
from cramplab.inference.stances import Stance, stances
from cramplab.simulation.bench_measures import LABORATORY_MEASURES, read_bench_measure
from cramplab.simulation.theory_shelf import load_theories

SUPPORTED, CONTRADICTED, MIXED, UNTESTED, OUTSIDE = (
    "supported", "contradicted", "mixed", "untested", "outside this system",
)  # fmt: skip
SUPPORTS, CONTRADICTS, CANNOT_TELL, NOTHING = "supports", "contradicts", "cannot tell", "nothing"
NULL = "null"
EVERY_THEORY = "every theory"
"""In place of a theory, where only the body is asked: no theory changes the body, so all give the same."""
PEOPLE = 100
"""In each virtual study of a claim (chosen): so many that chance alone hardly moves the answer."""
TOO_SMALL: Mapping[str, float] = {
    **RESOLUTION, "cramp_duration": 10.0, "cramp_incidence": 2.0, "cramp_incidence_relative": 0.05,
    "cramp_rate_relative": 0.05, "core_temperature": 0.1, "heart_rate": 2.0, "plasma_sodium": 0.5,
    "plasma_potassium": 0.1,
}  # fmt: skip
"""Effects too small to matter, by measure, in the unit in which it is printed (chosen, but for that of a threshold)."""
_OF_RANGE, _OF_WHAT_MATTERS = 0.1, 0.25
"""Shares of the common ground's own range, and of an effect that matters: a theory that moves a prediction by less says
nothing (chosen)."""


@dataclass(frozen=True, eq=False)
class Asked:
    """Claims that are put to theories and studies.

    Parameters
    ----------
    claims
        In order.
    studies
        By key.
    theories
        By name.
    faults
        Of files, and of links that lead nowhere.
    """

    claims: tuple[Claim, ...]
    studies: Mapping[str, Experiment]
    theories: Mapping[str, Theory]
    faults: tuple[Fault, ...]


def gather(libraries: Iterable[Path] = (), only: Sequence[str] = ()) -> Asked:
    """Read claims, studies and theories; faults are gathered, and what could be read goes on.

    Raises
    ------
    UserError
        If a claim is asked for that is not there.
    """
    folders = tuple(libraries)
    library, faults = read_library(folders, ("claims", "studies"))
    for name in only:
        if name not in library.claims:
            raise UserError(f"There is no claim '{name}'. {did_you_mean(name, library.claims)}".rstrip())
    chosen = tuple(each for key, each in sorted(library.claims.items()) if not only or key in only)
    faults += faults_of_claims(chosen, library.studies)
    return Asked(chosen, library.studies, load_theories(folders), tuple(faults))


def answer_claims(
    asked: Asked,
    *,
    seed: int = 1,
    names: Sequence[str] = (),
    cache: ScoreCache | None = None,
    report_progress: Callable[[int, int], None] | None = None,
    report_bench: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Put every claim to the theories and to the studies.

    Parameters
    ----------
    asked
        As `gather` gives it.
    seed
        Same seed, same files: same numbers.
    names
        Theories; all by default.
    cache
        Where predictions are kept between runs; the usual folder by default.
    report_progress
        Told how many claims are answered of how many.
    report_bench
        Told how many people of how many were simulated, where a test has no emulator yet.

    Returns
    -------
    dict
        The content of ``claims.json``.
    """
    began = time.monotonic()
    kept = cache if cache is not None else ScoreCache()
    shelf = asked.theories
    # Without what no theory gives nobody can say whether a theory changes anything.
    chosen = [NULL, *(name for name in sorted(shelf) if name != NULL and (not names or name in names))]
    entering = stances(shelf, chosen, worlds=BLOCKS, seed=seed)
    told = []
    notices = [str(each) for each in asked.faults]
    for number, claim in enumerate(asked.claims):
        answers = _Question(claim, shelf, seed, kept, report_bench).answers(entering) if claim.experiment else []
        shown = [each for each in answers if not names or each["theory"] in (*names, EVERY_THEORY)]
        notices += sorted({f"{claim.id}: {each['reason']}" for each in shown if each["reason"]})
        told.append(_told(claim, shown, asked.studies))
        if report_progress:
            report_progress(number + 1, len(asked.claims))
    return {
        "schema": 1, "version": version("cramplab"), "date": datetime.now(UTC).date().isoformat(), "seed": seed,
        "claims": told, "notices": notices, "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


# --------------------------------------------------------------------------------------------------- from the studies
def verdict_of(claim: Claim) -> str:
    """Give the verdict on a claim, from what studies found.

    All that speak do so for it: supported. All against it: contradicted. Some for and some against: mixed. No study
    speaks either way: untested. A claim about what this system does not hold is outside it, whatever is linked.
    """
    if claim.outside:
        return OUTSIDE
    spoken = {link.speaks for link in claim.links} - {"neither"}
    if not spoken:
        return UNTESTED
    if len(spoken) == 2:
        return MIXED
    return SUPPORTED if spoken == {"for"} else CONTRADICTED


def _told(claim: Claim, answers: Sequence[Mapping[str, Any]], studies: Mapping[str, Experiment]) -> dict[str, Any]:
    return {
        "id": claim.id, "claim": claim.claim, "experiment": claim.told, "kind": claim.kind, "answers": list(answers),
        "studies": [
            {"study": link.study, "finding": link.finding, "words": _words_of(link, studies), "speaks": link.speaks}
            for link in claim.links if finding_of(link, studies) is not None
        ],
        "verdict": verdict_of(claim), "words": claim.words, "red_flags": claim.red_flags,
    }  # fmt: skip


def _words_of(link: Link, studies: Mapping[str, Experiment]) -> str:
    """Tell a finding: the study, what was measured, what came out, and what it has to do with the claim."""
    study, finding = studies[link.study], finding_of(link, studies)
    assert finding is not None
    name = study.title or study.key.replace("_", " ")
    text = f"{name}. {in_words(finding)}; {_outcome(finding)}."
    return f"{text} {link.why}".rstrip()


def _outcome(finding: Finding) -> str:
    """Say what came out: the figure as it was printed, else the direction."""
    said = {"increase": "a rise", "decrease": "a fall", "none": "no difference told"}.get(
        finding.direction, "described"
    )
    if finding.published is None:
        return said
    factor = finding.unit.factor if finding.unit is not None else 1.0
    name = finding.unit_name if finding.unit_name != "1" else ""
    figure = f"{finding.published / factor:.4g} {name}".rstrip()
    is_change = (len(finding.arms) == 2 and len(finding.mean) == 2) or finding.measure.endswith("_change")
    if is_change and finding.published > 0:
        figure = f"+{figure}"
    return f"{figure} (no clear difference)" if finding.direction == "none" else figure


# -------------------------------------------------------------------------------------------------- from the theories
class _Question:
    """The experiment of one claim, put to theories; numbers from the cache where they are there."""

    def __init__(
        self, claim: Claim, shelf: Mapping[str, Theory], seed: int, kept: ScoreCache,
        report_bench: Callable[[int, int], None] | None,
    ) -> None:  # fmt: skip
        assert claim.experiment is not None
        self.shelf, self.seed, self.kept = shelf, seed, kept
        people = replace(claim.experiment.participants, n=(PEOPLE,))
        self.experiment = replace(claim.experiment, participants=people)
        self.study = VirtualStudy(self.experiment, seed, report_bench)

    def answers(self, entering: Sequence[Stance]) -> list[dict[str, Any]]:
        """Give what every theory says to every finding of the experiment; the first theory is none."""
        numbers = {stance.name: self._numbers(stance) for stance in entering}
        found = []
        for finding in self.experiment.findings:
            without = numbers[NULL][finding.id]
            if is_of_the_body(self.experiment, finding):
                row = {"theory": EVERY_THEORY, **without}
                found.append(row | {"says": _by_its_range(finding, row) or CANNOT_TELL})
                continue
            for stance in entering:
                row = {"theory": stance.name, **numbers[stance.name][finding.id]}
                found.append(row | {"says": says(finding, row, without, is_null=stance.name == NULL)})
        return found

    def _numbers(self, stance: Stance) -> dict[str, dict[str, Any]]:
        digest = f"claim-{PEOPLE}-" + digest_of(self.experiment, self.shelf[stance.name], self.shelf, self.seed)
        stored = self.kept.read(digest)
        if stored is None:
            stored = {each.id: self._predicted(each, stance) for each in self.experiment.findings}
            self.kept.write(digest, stored)
        return dict(stored)

    def _predicted(self, finding: Finding, stance: Stance) -> dict[str, Any]:
        name = unit_of_measure(finding.measure)
        row: dict[str, Any] = {
            "measure": finding.measure, "unit": name, "predicted": None, "predicted_low": None, "predicted_high": None,
            "reason": "",
        }  # fmt: skip
        if stance.name != NULL and is_of_the_body(self.experiment, finding):
            return row
        try:
            figures = self.study.predict(finding, stance).figures / unit(name).factor
        except UserError as reason:
            return row | {"reason": str(reason)}
        if not len(figures):
            return row | {"reason": "in the simulation nobody showed it"}
        low, middle, high = (float(f"{each:.5g}") for each in np.quantile(figures, (0.05, 0.5, 0.95)))
        return row | {"predicted": middle, "predicted_low": low, "predicted_high": high}


def is_of_the_body(experiment: Experiment, finding: Finding) -> bool:
    """Say whether only the body is asked, which no theory changes: nobody is picked by cramp, no muscle is tested."""
    if finding.measure in OF_THE_COURSE or _is_on_the_bench(finding.measure):
        return False
    return not any(outcome_of(experiment.arm(name).steps) for name in finding.arms)


def _is_on_the_bench(measure: str) -> bool:
    try:
        return bool(read_bench_measure(measure, LABORATORY_MEASURES))
    except UserError:
        return False


def says(finding: Finding, row: Mapping[str, Any], without: Mapping[str, Any], *, is_null: bool = False) -> str:
    """Say what a theory's prediction says to a claim.

    ``nothing`` where it gives what the common ground gives without any theory. Else ``supports`` or ``contradicts``
    where its range of 90 % lies on one side, or is too small to matter; and ``cannot tell`` where the range leaves it
    open. The common ground itself may show what the claim says, or its opposite; otherwise it too says nothing.

    Parameters
    ----------
    finding
        With the direction that the claim expects.
    row, without
        ``predicted``, ``predicted_low`` and ``predicted_high`` under the theory, and under none.
    is_null
        Whether the theory is none.
    """
    if row["predicted"] is None:
        return CANNOT_TELL
    found = _by_its_range(finding, row)
    if is_null:
        return found if found == SUPPORTS or (found == CONTRADICTS and not _too_small(finding, row)) else NOTHING
    if without["predicted"] is not None and _is_the_same(finding, row, without):
        return NOTHING
    return found


def _by_its_range(finding: Finding, row: Mapping[str, Any]) -> str:
    if row["predicted"] is None:
        return CANNOT_TELL
    low, middle, high = (row[key] - _neutral(finding) for key in ("predicted_low", "predicted", "predicted_high"))
    small = _too_small(finding, row)
    if finding.direction == "none":
        side = low > 0.0 or high < 0.0
        return SUPPORTS if small else CONTRADICTS if side and abs(middle) > _matters(finding) else CANNOT_TELL
    if finding.direction == "decrease":
        low, middle, high = -high, -middle, -low
    if small:
        return CONTRADICTS
    if low > 0.0 and middle > _matters(finding):
        return SUPPORTS
    return CONTRADICTS if high < 0.0 else CANNOT_TELL


def _neutral(finding: Finding) -> float:
    return 1.0 if finding.measure.endswith(("_relative", "_ratio", "_fold_change")) else 0.0


def _matters(finding: Finding) -> float:
    """Give the smallest effect that matters, in the unit in which the measure is printed."""
    return TOO_SMALL.get(finding.measure, TOO_SMALL.get(finding.measure.removesuffix("_change"), 0.0))


def _too_small(finding: Finding, row: Mapping[str, Any]) -> bool:
    matters, neutral = _matters(finding), _neutral(finding)
    return bool(abs(row["predicted_low"] - neutral) <= matters and abs(row["predicted_high"] - neutral) <= matters)


def _is_the_same(finding: Finding, row: Mapping[str, Any], without: Mapping[str, Any]) -> bool:
    wide = 0.5 * (without["predicted_high"] - without["predicted_low"])
    allowed = max(_OF_RANGE * wide, _OF_WHAT_MATTERS * _matters(finding))
    keys = ("predicted", "predicted_low", "predicted_high")
    return all(abs(row[key] - without[key]) <= allowed for key in keys)
