"""Holds the laboratory against published cramp experiments, each done as it was done.

Every arm is run once with some hundreds of virtual people. From these, *possible studies* are drawn, each with as many
people as the real one had, so that a verdict knows how much a small study can be off by chance.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.bench_rows import bench_row
from cramplab.cohort.laboratory_arm import Observation, run_plan
from cramplab.cohort.laboratory_people import ThresholdTest, assumed_spreads, draw_people_on_the_bench
from cramplab.cohort.laboratory_timeline import LadderAct, Plan, has_ranges, plan_of
from cramplab.cohort.participants import NotSimulatedError
from cramplab.cohort.random_streams import stream
from cramplab.cohort.validation import Row, findings_for_the_judge
from cramplab.core.errors import UserError
from cramplab.core.experiment import Arm, Experiment
from cramplab.core.experiment_findings import Finding
from cramplab.core.laboratory_protocol import length_of
from cramplab.core.library import find_muscle, load_library
from cramplab.core.quantities import unit
from cramplab.simulation.bench_measures import LABORATORY_MEASURES, BenchReading, read_bench_measure
from cramplab.simulation.threshold_ladder import Ladder

FloatArray = NDArray[np.float64]
POSSIBLE_STUDIES = 400
SETTINGS = 4
"""Into how many groups people are parted where a file leaves a value of the protocol open; each group has its own."""
PEOPLE_ELSEWHERE = 120
USUAL_GROUP = 10
_THRESHOLD = "cramp_threshold_frequency"


def validate_lab(
    libraries: Iterable[Path] = (),
    *,
    people: int = 500,
    seed: int = 1,
    report_progress: Callable[[int, int], None] | None = None,
    only: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Judge the laboratory by every experiment of the libraries whose judge is ``lab``.

    Parameters
    ----------
    libraries
        Further folders of experiment files.
    people
        Virtual people in each arm of an experiment that may set parameters; possible studies are drawn from them. The
        others, which are compared by means of small groups, get at most `PEOPLE_ELSEWHERE`.
    seed
        Same seed and same files: same numbers.
    report_progress
        Told how many experiments are done of how many.
    only
        Keys of experiments to run; all by default.

    Returns
    -------
    list of rows
        With the keys of `cramplab.cohort.validation.Row`. ``failed`` counts people who did not cramp.

    Raises
    ------
    FaultsFoundError
        With every fault of the files.
    """
    folders = tuple(libraries)
    library = load_library(folders, shelves=("studies",))
    experiments = [each for each in library.studies.values() if each.judge == "lab" and (not only or each.key in only)]
    bench = _Laboratory(people, seed, folders)
    rows: list[Row] = []
    for position, experiment in enumerate(experiments):
        rows += bench.judge(experiment)
        if report_progress:
            report_progress(position + 1, len(experiments))
    return [row.plain() for row in rows]


@dataclass
class _Laboratory:
    """Runs arms with one set of people, and each plan once however many papers did the same."""

    all_people: int
    seed: int
    folders: tuple[Path, ...]
    people: int = 0
    done: dict[tuple[Plan, tuple[int, ...]], list[Observation]] = field(default_factory=dict)

    def judge(self, experiment: Experiment) -> list[Row]:
        """Answer every finding of an experiment."""
        calibrates = any(finding.calibrates for finding in findings_for_the_judge(experiment))
        self.people = self.all_people if calibrates else min(self.all_people, PEOPLE_ELSEWHERE)
        ran: dict[str, list[Observation] | str] = {}
        rows: list[Row] = []
        for finding in findings_for_the_judge(experiment):
            for name in finding.arms:
                if name not in ran:
                    ran[name] = self._arm(experiment, name)
            rows.append(self._answer(finding, experiment, ran))
        return rows

    def _arm(self, experiment: Experiment, name: str) -> list[Observation] | str:
        visit = next((index for index, each in enumerate(experiment.arms) if each.id == name), None)
        if visit is None:
            return "groups picked by their outcome"
        arm = experiment.arms[visit]
        blocks = np.array_split(np.arange(self.people), SETTINGS if has_ranges(arm) else 1)
        parts: list[list[Observation]] = []
        for index, block in enumerate(blocks):
            if not len(block):
                continue

            def share(key: str, index: int = index) -> float:
                order = stream(self.seed, experiment.key, key).permutation(len(blocks))
                return (float(order[index]) + 0.5) / len(blocks)

            try:
                plan = plan_of(arm, visit, share)
                muscle = find_muscle(plan.muscle, self.folders)
                parts.append(self._run(plan, muscle, block))
            except UserError as reason:
                return str(reason)
        return _joined(parts)

    def _run(self, plan: Plan, muscle: Any, block: NDArray[np.intp]) -> list[Observation]:
        place = (plan, (int(block[0]), int(block[-1])))
        if place not in self.done:
            drawn = draw_people_on_the_bench(self.all_people, self.seed)
            values = {name: each[block] for name, each in drawn.items()}
            self.done[place] = run_plan(plan, muscle, block, values, self.seed)
        return self.done[place]

    def _answer(self, finding: Finding, experiment: Experiment, ran: Mapping[str, list[Observation] | str]) -> Row:
        arms = [ran[name] for name in finding.arms]
        reasons = [each for each in arms if isinstance(each, str)]
        reasons += _differ([each for each in experiment.arms if each.id in finding.arms])
        if finding.select is not None:
            reasons.append("groups picked by their outcome")
        reading: BenchReading | None = None
        try:
            reading = read_bench_measure(finding.measure, LABORATORY_MEASURES)
            wrong = _unit_fault(finding, reading)
            if wrong:
                reasons.append(wrong)
        except UserError as reason:
            reasons.append(str(reason))
        if reasons or reading is None:
            return bench_row(finding, experiment, LABORATORY_MEASURES, None, None, reasons[0] if reasons else "", 0)
        try:
            values = [
                self._values(finding, reading, each, experiment, name)
                for each, name in zip(arms, finding.arms, strict=True)
                if not isinstance(each, str)
            ]
        except NotSimulatedError as reason:
            return bench_row(finding, experiment, LABORATORY_MEASURES, None, None, str(reason), 0)
        without = int(max(np.isnan(each).sum() for each in values))
        empty = [name for name, each in zip(finding.arms, values, strict=True) if np.isnan(each).all()]
        if empty:
            told = f"nobody showed it in the arm '{empty[0]}'"
            return bench_row(finding, experiment, LABORATORY_MEASURES, None, None, told, without, missed=True)
        groups = self._possible_studies(finding, experiment, reading, values)
        alone = values[0] if len(values) == 1 else values[-1] - values[0] if not reading.relation else None
        told = f"{without} of {self.people} people showed none of it" if without > self.people / 2 else ""
        return bench_row(finding, experiment, LABORATORY_MEASURES, groups, alone, told, without)

    def _values(
        self, finding: Finding, reading: BenchReading, seen: Sequence[Observation], experiment: Experiment, arm: str
    ) -> FloatArray:
        """Give what the laboratory noted of every person; NaN where there was nothing to note."""
        fitting = [each for each in seen if reading.base in each.values]
        if not fitting:
            raise NotSimulatedError(f"no step of the arm '{arm}' measures {reading.base}")
        named = {each.step: each for each in fitting}
        last = named.get(finding.end, fitting[-1]) if finding.end else fitting[-1]
        first = named.get(finding.begin, fitting[0]) if finding.begin else fitting[0]
        of = lambda each: self._read(reading.base, each, experiment, arm)  # noqa: E731
        if reading.change or (reading.relation and len(finding.arms) == 1):
            if first is last:
                raise NotSimulatedError(f"the arm '{arm}' measures {reading.base} only once")
            return of(last) - of(first) if reading.change else of(last) / of(first) - _none_of(reading)
        return of(last)

    def _read(self, base: str, seen: Observation, experiment: Experiment, arm: str) -> FloatArray:
        values = seen.values[base]
        if base != _THRESHOLD:
            return values
        chance = stream(self.seed, "retest", experiment.key, arm, seen.ladders_before)
        return ThresholdTest().measured(values, seen.ladders_before, chance)

    def _possible_studies(
        self, finding: Finding, experiment: Experiment, reading: BenchReading, values: Sequence[FloatArray]
    ) -> FloatArray:
        chance = stream(self.seed, "possible studies", experiment.key, finding.id)
        sizes = _sizes(finding, experiment)
        blocks = np.array_split(np.arange(self.people), SETTINGS)
        ranges = any(has_ranges(each) for each in experiment.arms if each.id in finding.arms)
        paired = experiment.design in ("paired", "single", "cohort")
        figures = []
        for study in range(POSSIBLE_STUDIES):
            pool = blocks[study % SETTINGS] if ranges and self.people >= SETTINGS else np.arange(self.people)
            who = [_drawn(chance, pool, size) for size in sizes[: len(values)]]
            if paired and len(set(sizes)) == 1:
                who = [who[0]] * len(values)
            figures.append(_figure([each[rows] for each, rows in zip(values, who, strict=True)], finding, reading))
        made = np.asarray(figures)
        return made[~np.isnan(made)]


def _differ(arms: Sequence[Arm]) -> list[str]:
    """Say why arms that differ in more than what is done on the bench cannot be told apart there."""
    reasons = []
    if any(replace(each.participants, n=()) != replace(arms[0].participants, n=()) for each in arms[1:]):
        reasons.append("the arms differ in who took part, and the common ground knows no such difference")
    if any(each.environment != arms[0].environment for each in arms[1:]):
        reasons.append("the arms differ in climate, and the bench has none")
    return reasons


def _none_of(reading: BenchReading) -> float:
    return 1.0 if reading.relation == "relative_change" else 0.0


def _unit_fault(finding: Finding, reading: BenchReading) -> str:
    if not finding.unit_name or finding.unit is None:
        return "" if not finding.unit_name else f"a figure in {finding.unit_name}, which cannot be converted"
    if finding.unit.dimensions != unit(reading.unit).dimensions:
        return f"{finding.measure} is in {reading.unit}, not in {finding.unit_name}"
    return ""


def _sizes(finding: Finding, experiment: Experiment) -> list[int]:
    """How many people each arm had; where a finding counts motor units, those of the study count."""
    given = finding.n if finding.n and finding.unit_of_n == "person" else experiment.participants.n
    given = tuple(each for each in given if each > 0) or (USUAL_GROUP,)
    arms = max(len(finding.arms), 1)
    return list(given[:arms]) + [given[-1]] * (arms - len(given))


def _drawn(chance: np.random.Generator, pool: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    return chance.choice(pool, size=size, replace=size > pool.size)


def _figure(groups: Sequence[FloatArray], finding: Finding, reading: BenchReading) -> float:
    """Combine people into the figure that a paper prints; a mean is over those who cramped, a median over all."""
    if finding.centre == "median":
        # Who never cramped stands above the last train that was tried, for a cramp's threshold; elsewhere he has none.
        top = np.inf if reading.base == _THRESHOLD else np.nan
        middles = [float(np.nanmedian(np.where(np.isnan(each), top, each))) for each in groups]
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            middles = [float(np.nanmean(each)) for each in groups]
    if len(middles) == 1:
        return middles[0]
    if reading.relation:
        return middles[1] / middles[0] - _none_of(reading) if middles[0] else np.nan
    return middles[1] - middles[0]


def _joined(parts: Sequence[Sequence[Observation]]) -> list[Observation]:
    if len(parts) == 1:
        return list(parts[0])
    joined = []
    for same in zip(*parts, strict=True):
        common = set.intersection(*(set(each.values) for each in same))
        values = {name: np.concatenate([each.values[name] for each in same]) for name in sorted(common)}
        joined.append(Observation(same[0].step, values, same[0].ladders_before))
    return joined


# ------------------------------------------------------------------------------ how much of the spread is assumed
_ACCOUNTED_LADDER = Ladder(start_hz=4.0, step_hz=2.0, stop_hz=60.0, pulses=150, gap_s=60.0)
AXONS = "axons and electrode"
EVERYTHING = "all of them"


def spread_accounting(people: int = 100, seed: int = 1, muscle: str = "abductor_hallucis") -> list[dict[str, Any]]:
    """Tell how much of the spread of thresholds between people is put in by assumption.

    The same test (trains of 150 pulses) is run with each assumed spread switched off in turn, and with all of them.
    What then is left is chance within one person.

    Returns
    -------
    list of dict
        ``switched off``, ``mean`` and ``spread`` of the threshold (Hz), ``share`` of the variance that goes with it,
        and ``failed``: people who did not cramp.
    """
    found = find_muscle(muscle)
    plan = Plan(muscle, length_of("short"), None, (LadderAct("ladder", _ACCOUNTED_LADDER, length_of("short")),), 0)
    rows: list[dict[str, Any]] = []
    whole = np.nan
    for off in ("nothing", *assumed_spreads(), AXONS, EVERYTHING):
        without = assumed_spreads() if off == EVERYTHING else (off,)
        values = draw_people_on_the_bench(people, seed, without)
        seen = run_plan(plan, found, np.arange(people), values, seed, alike=off in (AXONS, EVERYTHING))
        threshold = seen[-1].values[_THRESHOLD]
        variance = float(np.nanvar(threshold)) if np.isfinite(threshold).any() else np.nan
        whole = variance if off == "nothing" else whole
        rows.append(
            {
                "switched off": off,
                "mean": float(np.nanmean(threshold)) if np.isfinite(threshold).any() else None,
                "spread": float(np.sqrt(variance)) if np.isfinite(variance) else None,
                "share": float(1.0 - variance / whole) if whole > 0.0 and off != "nothing" else None,
                "failed": int(np.isnan(threshold).sum()),
            }
        )
    return rows
