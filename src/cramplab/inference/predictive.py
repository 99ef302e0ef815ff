"""What a study would have found if a theory were right: many possible studies, each as large as the real one.

A *world* is one set of what nobody knows (the room, the strength of the theory, how fast the hazard falls); its people
are drawn, what was done to them is done, and the laboratory's own noise is added. From the people of each world studies
of the real size are drawn, and of each the statistic is taken that the paper prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.bench_emulator import BenchEmulator, emulator_for
from cramplab.cohort.bench_table import INPUTS
from cramplab.cohort.conditions import OUTCOME_CRAMP
from cramplab.cohort.cramp_hazard import chance_of_cramp, expected_cramps
from cramplab.cohort.laboratory_arm import LOST_BEFORE
from cramplab.cohort.laboratory_people import ThresholdTest
from cramplab.cohort.laboratory_timeline import Plan
from cramplab.cohort.measurement_noise import MeasurementNoise
from cramplab.cohort.participants import Draws, NotSimulatedError
from cramplab.cohort.random_streams import stream
from cramplab.cohort.validation import body_values
from cramplab.cohort.virtual_arm import BLOCKS, PEOPLE_IN_A_BLOCK, Test, VirtualArm, draws_of, run_arm
from cramplab.core.errors import UserError
from cramplab.core.experiment import Experiment
from cramplab.core.experiment_findings import Finding
from cramplab.core.quantities import unit
from cramplab.inference import possible_studies
from cramplab.inference.possible_studies import THRESHOLD, Prediction, Shown, means_of_worlds, of_worlds, sizes_of
from cramplab.inference.stances import Stance
from cramplab.simulation.bench_measures import LABORATORY_MEASURES, BenchReading, read_bench_measure
from cramplab.simulation.cramp_margin import SLOW_INPUTS, cramp_margin
from cramplab.simulation.measures import Reading

FloatArray = NDArray[np.float64]
MOST_LOST = -0.03
"""Body-mass change below which a tent diagnosis of dehydration is taken to be made (our reading)."""
OF_THE_COURSE: Mapping[str, tuple[str, str]] = {
    "cramp_incidence": ("%", "people who cramp in a race, at work or in a night, of all"),
    "cramp_incidence_relative": ("1", "that share over the share in the first arm"),
    "cramp_rate_relative": ("1", "cramps to be expected over those in the first arm; odds too are taken so"),
    "dehydration_odds_ratio": ("1", "odds of a body-mass loss above 3 % in those who cramp over the others"),
}
"""Measures of what comes by itself, beside those of body and bench."""
_SAME_PEOPLE = ("paired", "single", "cohort")


@dataclass
class VirtualStudy:
    """One experiment with everything that does not depend on a theory worked out once.

    Parameters
    ----------
    experiment
        As read.
    seed
        Same seed, same files: same numbers.
    report_bench
        Told how many people of how many were simulated, where a test has no emulator yet.
    worlds, people
        How many possible worlds, and how many people are drawn in each; stances have as many worlds.
    """

    experiment: Experiment
    seed: int
    report_bench: Callable[[int, int], None] | None = None
    worlds: int = BLOCKS
    people: int = PEOPLE_IN_A_BLOCK
    _arms: dict[str, VirtualArm | str] = field(default_factory=dict)
    _emulators: dict[Plan, BenchEmulator] = field(default_factory=dict)
    _margins: dict[tuple[str, Stance], FloatArray] = field(default_factory=dict)

    def why_not(self, finding: Finding) -> str:
        """Say why a finding is not simulated; empty if it is."""
        if finding.not_simulated:
            return finding.not_simulated
        if finding.select is not None:
            return "groups picked by their outcome, in a way of the paper's own"
        if not finding.arms:
            return "it names no arm"
        try:
            self._checked(finding)
        except UserError as reason:
            return str(reason)
        return ""

    def predict(self, finding: Finding, stance: Stance) -> Prediction:
        """Give the possible figures of a finding under a theory.

        Raises
        ------
        UserError
            With the reason, if it is not simulated.
        """
        kind, reading = self._checked(finding)
        arms = [self.arm(name) for name in finding.arms]
        if kind == "bench":
            shown = [self._on_the_bench(finding, reading, each, name, stance)
                     for each, name in zip(arms, finding.arms, strict=True)]  # fmt: skip
            relation = reading.relation
        elif kind == "body":
            people, losses, body_reading = body_values(finding, [each.ran for each in arms if each.ran is not None])
            people = [self._read(each, body_reading, name) for each, name in zip(people, finding.arms, strict=True)]
            if losses:
                people = [each / np.maximum(np.abs(loss), 1e-9) for each, loss in zip(people, losses, strict=True)]
            shown = [Shown(values, self._weights(arm, stance)) for values, arm in zip(people, arms, strict=True)]
            relation = body_reading.relation if not losses else ""
        else:
            return self._of_the_course(finding, arms, stance)
        shown = [Shown(self._standing(each.values, arm), each.weights) for each, arm in zip(shown, arms, strict=True)]
        return self._studies(finding, shown, relation)

    def _read(self, values: FloatArray, reading: Reading, arm: str) -> FloatArray:
        """Add the laboratory's own error of reading to what the body did; the same under every theory."""
        chance = stream(self.seed, self.experiment.key, arm, "reading", reading.base)
        readings = 2 if reading.change else 1
        return MeasurementNoise().added(reading.base, values, chance, readings=readings)

    # ------------------------------------------------------------------------------------------------ what there is
    def _draws(self) -> Draws:
        return draws_of(self.experiment, self.seed, worlds=self.worlds, people=self.people)

    def arm(self, name: str) -> VirtualArm:
        """Give an arm, run; raises `UserError` with the reason if it cannot be."""
        if name not in self._arms:
            try:
                self._arms[name] = run_arm(self.experiment, name, self._draws())
            except UserError as reason:
                self._arms[name] = str(reason)
        found = self._arms[name]
        if isinstance(found, str):
            raise NotSimulatedError(found)
        return found

    def _checked(self, finding: Finding) -> tuple[str, Any]:
        """Say which part of the model answers: ``bench``, ``body`` or ``course``; with the measure taken apart."""
        arms = [self.arm(name) for name in finding.arms]
        if finding.measure in OF_THE_COURSE and not any(arm.tests for arm in arms):
            if any(not arm.course for arm in arms):
                raise NotSimulatedError("no race, no work and no night in which cramps could come by themselves")
            return "course", None
        try:
            reading = read_bench_measure(finding.measure, LABORATORY_MEASURES)
        except UserError:
            if any(arm.ran is None for arm in arms):
                reason = f"nothing happens to the body in it, and {finding.measure} is no measure of the bench"
                raise NotSimulatedError(reason) from None
            body_values(finding, [arm.ran for arm in arms if arm.ran is not None])
            return "body", None
        if finding.unit_name and (finding.unit is None or finding.unit.dimensions != unit(reading.unit).dimensions):
            raise NotSimulatedError(f"{finding.measure} is in {reading.unit}, not in {finding.unit_name}")
        for arm in arms:
            if not arm.tests:
                raise NotSimulatedError("no step of the arm tests the muscle")
            self._steps(finding, reading, arm)
        return "bench", reading

    def _steps(self, finding: Finding, reading: BenchReading, arm: VirtualArm) -> tuple[int, int]:
        """Give which tests of the arm are the first and the last that the finding speaks of."""
        able = [i for i, test in enumerate(arm.tests) if reading.base in self._emulator(test).surfaces]
        if not able:
            raise NotSimulatedError(f"no step of the arm measures {reading.base}")
        named = {arm.tests[i].episode.step: i for i in able}
        last = named.get(finding.end, able[-1]) if finding.end else able[-1]
        first = named.get(finding.begin, able[0]) if finding.begin else able[0]
        if reading.change or (reading.relation and len(finding.arms) == 1):
            if first == last:
                raise NotSimulatedError(f"the arm measures {reading.base} only once")
        elif finding.begin and not finding.end:
            last = first
        return first, last

    def _emulator(self, test: Test) -> BenchEmulator:
        plan = test.episode.plan
        if plan not in self._emulators:
            self._emulators[plan] = emulator_for(plan, self.report_bench)
        return self._emulators[plan]

    def emulators(self) -> list[BenchEmulator]:
        """Give every emulator that was asked."""
        return list(self._emulators.values())

    def tests(self) -> list[tuple[str, Test]]:
        """Give every test of every arm that was run, with the arm's name."""
        return [(name, test) for name, arm in self._arms.items() if not isinstance(arm, str) for test in arm.tests]

    # ------------------------------------------------------------------------------------------------ on the bench
    def bench_inputs(self, arm: VirtualArm, test: Test, stance: Stance) -> dict[str, Any]:
        """Give the inputs of nerve and muscle of every person of an arm at a test, under a theory."""
        emulator = self._emulator(test)
        total = self.worlds * self.people
        lost = np.broadcast_to(np.asarray(test.states["fatigue"], dtype=float), (total,))
        states = dict(test.states)
        if test.episode.plan.acts and LOST_BEFORE in emulator.surfaces:
            # What was done to the muscle within the test has tired it as well; that was noted in the full pool.
            middle = {"showing": np.zeros(total), LOST_BEFORE: np.full(total, 0.5)}
            before = emulator.measures({"fatigue": lost}, middle, total, (LOST_BEFORE,))[LOST_BEFORE]
            tired = _is_conditioned(test)
            states["fatigue"] = np.clip(before, 0.0, 1.0) if tired else test.states["fatigue"]
        ports = stance.inputs(states, self.people)
        inputs = {name: ports[name] for name in INPUTS if name in ports}
        inputs["fatigue"] = lost
        for name, factor in arm.pools.items():
            inputs[name] = factor * inputs.get(name, 1.0)
        return inputs

    def _on_the_bench(
        self, finding: Finding, reading: BenchReading, arm: VirtualArm, name: str, stance: Stance
    ) -> Shown:
        first, last = self._steps(finding, reading, arm)

        def of(place: int) -> FloatArray:
            test = arm.tests[place]
            inputs = self.bench_inputs(arm, test, stance)
            chance = self._chance(name, reading.base)
            shown = self._emulator(test).measures(inputs, chance, self.worlds * self.people, (reading.base,))
            found = shown[reading.base]
            if reading.base != THRESHOLD:
                return found
            retest = stream(self.seed, "retest", self.experiment.key, name, place)
            return ThresholdTest().measured(found, test.episode.ladders_before, retest)

        if reading.change:
            return Shown(of(last) - of(first))
        if reading.relation and len(finding.arms) == 1:
            with np.errstate(divide="ignore", invalid="ignore"):
                return Shown(of(last) / of(first) - (1.0 if reading.relation == "relative_change" else 0.0))
        return Shown(of(last))

    def _chance(self, arm: str, measure: str) -> dict[str, FloatArray]:
        """Where each person stands among those alike: as in every arm of the same people, and under every theory."""
        who = self.experiment.key if self.experiment.design in _SAME_PEOPLE else f"{self.experiment.key}/{arm}"
        return {
            name: stream(self.seed, who, "standing", name).random(self.worlds * self.people)
            for name in (measure, "showing", LOST_BEFORE)
        }

    # ------------------------------------------------------------------------------------------ what comes by itself
    def margin(self, arm: VirtualArm, stance: Stance) -> FloatArray:
        """Give the cramp margin in the course of an arm, Hz; shape [times, people]."""
        # Kept with the stance itself: a number for it could be given out again once it is gone.
        place = (arm.arm.id, stance)
        if place not in self._margins:
            self._margins[place] = self._margin(arm, stance)
        return self._margins[place]

    def _margin(self, arm: VirtualArm, stance: Stance) -> FloatArray:
        inputs = stance.inputs(arm.course, self.people)
        slow: dict[str, Any] = {name: inputs[name] for name in SLOW_INPUTS if name in inputs}
        slow["fatigue"] = arm.course["fatigue"]
        slow["fibre_length"] = arm.course["fibre_length"]
        for name in ("persistent_gain", "volley_gain"):
            slow[name] = arm.pools[name] * slow.get(name, 1.0)
        shape = arm.seconds.shape
        wide = {name: np.broadcast_to(np.asarray(value, dtype=np.float32), shape) for name, value in slow.items()}
        return np.asarray(cramp_margin(wide), dtype=float)

    def chance(self, arm: VirtualArm, stance: Stance) -> FloatArray:
        """Give every person's chance of a cramp in the course of an arm."""
        rate, scale = (np.repeat(each, self.people) for each in (stance.log_rate, stance.scale_hz))
        return chance_of_cramp(self.margin(arm, stance), arm.seconds, rate, scale)

    def _weights(self, arm: VirtualArm, stance: Stance) -> FloatArray | None:
        if not arm.outcome:
            return None
        if not arm.course:
            raise NotSimulatedError(
                "people picked by whether they cramped, with no work and no night for cramps to come"
            )
        chance = self.chance(arm, stance)
        return chance if arm.outcome == OUTCOME_CRAMP else 1.0 - chance

    def _of_the_course(self, finding: Finding, arms: Sequence[VirtualArm], stance: Stance) -> Prediction:
        if finding.measure == "dehydration_odds_ratio":
            dry = [self._standing(arm.course["body_mass_change"][-1] < MOST_LOST, arm) for arm in arms]
            shares = [
                self._means(np.asarray(each, dtype=float), self._weights(arm, stance))
                for each, arm in zip(dry, arms, strict=True)
            ]
            odds = [np.clip(each, 1e-3, 1 - 1e-3) / (1.0 - np.clip(each, 1e-3, 1 - 1e-3)) for each in shares]
            return of_worlds(odds[-1] / odds[0] if len(odds) == 2 else odds[0], 1.0)
        if finding.measure == "cramp_incidence" and len(arms) == 1:
            chance = stream(self.seed, self.experiment.key, "cramped").random(self.worlds * self.people)
            cramped = (chance < self.chance(arms[0], stance)).astype(float)
            return self._studies(finding, [Shown(self._standing(cramped, arms[0]))], "")
        if finding.measure == "cramp_rate_relative":
            rate, scale = (np.repeat(each, self.people) for each in (stance.log_rate, stance.scale_hz))
            means = [
                self._means(self._standing(expected_cramps(self.margin(arm, stance), arm.seconds, rate, scale), arm))
                for arm in arms
            ]
        else:
            means = [self._means(self._standing(self.chance(arm, stance), arm)) for arm in arms]
        if len(means) == 1:
            raise NotSimulatedError(f"{finding.measure} compares two arms")
        ratio = finding.measure.endswith("_relative")
        figures = means[1] / np.maximum(means[0], 1e-12) if ratio else means[1] - means[0]
        return of_worlds(figures, 1.0 if ratio else 0.0)

    def _means(self, values: FloatArray, weights: FloatArray | None = None) -> FloatArray:
        return means_of_worlds(values, self.worlds, weights)

    def _standing(self, values: Any, arm: VirtualArm) -> FloatArray:
        """Leave out whom the body model could not follow."""
        found = np.asarray(values, dtype=float)
        return found if arm.ran is None else np.where(arm.ran.trace.failed, np.nan, found)

    def _studies(self, finding: Finding, shown: Sequence[Shown], relation: str) -> Prediction:
        sizes = sizes_of(finding, self.experiment, len(shown))
        chance = stream(self.seed, "possible studies", self.experiment.key, finding.id)
        if max(sizes) > possible_studies.LARGEST_DRAWN:
            against_zero = possible_studies.is_change(finding)
            return possible_studies.large_groups(shown, sizes, relation, chance, self.worlds, change=against_zero)
        paired = self.experiment.design in _SAME_PEOPLE and len(set(sizes)) == 1
        return possible_studies.drawn_studies(finding, shown, sizes, relation, chance, self.worlds, paired=paired)


def _is_conditioned(test: Test) -> bool:
    return any(
        getattr(segment, "voluntary", 0.0) > 0.0 or getattr(segment, "pulses", 0) > 0
        for act in test.episode.plan.acts[:-1]
        for segment in getattr(act, "segments", ())
    )


__all__ = ["OF_THE_COURSE", "Prediction", "VirtualStudy", "sizes_of"]
