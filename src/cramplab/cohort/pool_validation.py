"""Holds motor neurons, motor units and their reflexes against published figures of each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.bench_rows import bench_row
from cramplab.cohort.laboratory_people import draw_people_on_the_bench
from cramplab.cohort.participants import NotSimulatedError
from cramplab.cohort.random_streams import stream
from cramplab.cohort.validation import Row, findings_for_the_judge
from cramplab.core.errors import UserError
from cramplab.core.experiment import Arm, Choice, Experiment, Step
from cramplab.core.experiment_findings import Finding
from cramplab.core.library import find_muscle, load_library
from cramplab.core.muscle import Muscle, simulated_units
from cramplab.core.quantities import unit
from cramplab.physiology.motor_unit import MotorUnit
from cramplab.physiology.muscle_relaxation import MuscleRelaxation
from cramplab.physiology.nerve_stimulation import NerveStimulation
from cramplab.physiology.neuromodulation import Neuromodulation
from cramplab.physiology.surface_emg import SurfaceEMG, depths
from cramplab.simulation import laboratory_kernel as kernel
from cramplab.simulation import motor_neuron_tests as tests
from cramplab.simulation.bench_measures import POOL_MEASURES, BenchReading, read_bench_measure
from cramplab.simulation.production_pool import ProductionPool
from cramplab.simulation.reference_pool import ReferencePool
from cramplab.simulation.subjects import Segment, Subjects

FloatArray = NDArray[np.float64]
POSSIBLE_STUDIES = 400
UNITS = 20
"""Motor neurons of a pool that are tested, evenly from the smallest to the largest."""
USUAL_PEOPLE = {"production": 24, "reference": 3}
_USUAL_MUSCLE = "soleus"
_PEAK_NA, _RISE_S = 40.0, 20.0
_TRIANGLE_NA = 10.0
_H_REFLEX_WINDOW_S = 0.06
_H_REFLEX_PEOPLE = 6
_F_WAVES = 32
_DOUBLET_S = 0.01
# What a drug does to the drives of serotonin and noradrenaline (chosen; 1 is the highest, -1 a full block).
_CONDITIONS = {"amphetamine": (0.0, 1.0), "cyproheptadine": (-1.0, 0.0)}


def validate_pool(
    libraries: Iterable[Path] = (),
    *,
    people: int = USUAL_PEOPLE["production"],
    seed: int = 1,
    report_progress: Callable[[int, int], None] | None = None,
    only: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Judge motor neurons and units by every experiment of the libraries whose judge is ``pool``.

    Parameters
    ----------
    libraries
        Further folders of experiment files.
    people
        Whose pools are drawn where a figure is of people; the slower reference neurons get fewer.
    seed
        Same seed and same files: same numbers.
    report_progress
        Told how many experiments are done of how many.
    only
        Keys of experiments to run; all by default.

    Returns
    -------
    list of rows
        With the keys of `cramplab.cohort.validation.Row`.

    Raises
    ------
    FaultsFoundError
        With every fault of the files.
    """
    folders = tuple(libraries)
    library = load_library(folders, shelves=("studies",))
    experiments = [each for each in library.studies.values() if each.judge == "pool" and (not only or each.key in only)]
    rows: list[Row] = []
    for position, experiment in enumerate(experiments):
        bench = _Tests(experiment, people, seed, folders)
        rows += [bench.answer(finding) for finding in findings_for_the_judge(experiment)]
        if report_progress:
            report_progress(position + 1, len(experiments))
    return [row.plain() for row in rows]


@dataclass(frozen=True)
class _Settings:
    """How one arm is tested, read from its steps."""

    muscle: Muscle
    neuron: str
    site: str
    peak_nA: float | None
    rise_s: float | None
    gain: float
    pulses: int
    interval_s: float
    relative_current: float
    pulse_width_s: float
    temperature: float | None
    cuff_s: float
    people: int
    seed: int

    @property
    def ramp_rate(self) -> float:
        return (self.peak_nA or _PEAK_NA) / (self.rise_s or _RISE_S)

    def run(self, key: int = 0, gain: float = 1.0, noise: float = 1.0) -> Any:
        """Give the pool of one person as a callable."""
        if self.neuron == "reference":
            return ReferencePool.of(UNITS, gain * self.gain).run
        return ProductionPool.of(
            np.linspace(0.0, 1.0, UNITS), self.muscle.slow_fibre_share, persistent_gain=gain * self.gain, key=key,
            seed=self.seed, noise=noise,
        ).run  # fmt: skip


@dataclass
class _Tests:
    """Tests the arms of one experiment, each measure once."""

    experiment: Experiment
    people: int
    seed: int
    folders: tuple[Path, ...]
    done: dict[tuple[str, str], FloatArray] = field(default_factory=dict)

    def answer(self, finding: Finding) -> Row:
        """Answer one finding."""
        try:
            reading = read_bench_measure(finding.measure, POOL_MEASURES)
            _check(finding, reading)
            values = [self._take(name, reading.base) for name in finding.arms]
        except UserError as reason:
            return bench_row(finding, self.experiment, POOL_MEASURES, None, None, str(reason), 0)
        missing = int(max(np.isnan(each).sum() for each in values))
        if any(np.isnan(each).all() for each in values):
            told = "no motor neuron did what is measured"
            return bench_row(finding, self.experiment, POOL_MEASURES, None, None, told, missing, missed=True)
        groups = self._possible_studies(finding, reading, values)
        if not len(groups):
            told = "nothing to compare with: the first arm shows none of it"
            return bench_row(finding, self.experiment, POOL_MEASURES, None, None, told, missing, missed=True)
        alone = values[0] if len(values) == 1 and len(values[0]) > 1 else None
        return bench_row(finding, self.experiment, POOL_MEASURES, groups, alone, "", missing)

    def _take(self, arm: str, base: str) -> FloatArray:
        if (arm, base) not in self.done:
            settings = self._settings(self.experiment.arm(arm))
            self.done[arm, base] = np.atleast_1d(np.asarray(_TESTS[base](settings), dtype=float))
        return self.done[arm, base]

    def _settings(self, arm: Arm) -> _Settings:
        known = ("current_ramp", "single_stimulus", "body_state", "cuff", "rest")
        for step in arm.steps:
            if step.kind not in known:
                raise NotSimulatedError(f"a step of kind '{step.kind}' is no test of single motor neurons or units")
        word = lambda key: next((found for step in arm.steps if (found := _word(step, key))), "")  # noqa: E731
        number = lambda key: next((_number(step, key) for step in arm.steps if key in step.values), None)  # noqa: E731
        serotonin, noradrenaline = 0.0, 0.0
        condition = word("condition")
        if condition:
            if condition not in _CONDITIONS:
                told = ", ".join(sorted(_CONDITIONS))
                raise NotSimulatedError(f"no condition '{condition}' of the brain stem's drives; known: {told}")
            serotonin, noradrenaline = _CONDITIONS[condition]
        plain, law = Neuromodulation(), NerveStimulation()
        neuron = word("neuron") or "production"
        threshold, above = number("of_motor_threshold"), number("above_maximal")
        relative = threshold if threshold is not None else law.motor_threshold_range * (1.0 + (above or 0.0))
        return _Settings(
            muscle=find_muscle(word("muscle") or _USUAL_MUSCLE, self.folders),
            neuron=neuron,
            site=word("site"),
            peak_nA=None if (peak := number("peak")) is None else peak / unit("nA").factor,
            rise_s=number("rise"),
            gain=plain.gain(serotonin, noradrenaline) / plain.gain(0.0, 0.0),
            pulses=round(number("pulses") or 1.0),
            interval_s=number("interval") or _DOUBLET_S,
            relative_current=relative,
            pulse_width_s=number("pulse_width") or 1e-3,
            temperature=number("muscle_temperature"),
            cuff_s=next((_number(step, "duration") or 0.0 for step in arm.steps if step.kind == "cuff"), 0.0),
            people=self.people if neuron == "production" else min(self.people, USUAL_PEOPLE["reference"]),
            seed=self.seed,
        )

    def _possible_studies(self, finding: Finding, reading: BenchReading, values: Sequence[FloatArray]) -> FloatArray:
        if max(len(each) for each in values) == 1:
            return np.array([_figure([float(each[0]) for each in values], reading)])
        chance = stream(self.seed, "possible studies", self.experiment.key, finding.id)
        given = finding.n if finding.n and finding.unit_of_n == "person" else self.experiment.participants.n
        size = next((each for each in given if each > 0), 10)
        figures = []
        for _ in range(POSSIBLE_STUDIES):
            # Each pool stands for many people, so a person may come twice.
            who = chance.integers(0, min(len(each) for each in values), size)
            middles = [float(np.nanmean(each[who])) if np.isfinite(each[who]).any() else np.nan for each in values]
            figures.append(_figure(middles, reading))
        made = np.asarray(figures)
        return made[~np.isnan(made)]


def _word(step: Step, key: str) -> str:
    value = step.values.get(key)
    return value.value if isinstance(value, Choice) else value if isinstance(value, str) else ""


def _number(step: Step, key: str) -> float | None:
    value = step.values.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    figure = step.number(key)
    return None if figure is None else figure.value


def _check(finding: Finding, reading: BenchReading) -> None:
    if finding.select is not None:
        raise NotSimulatedError("groups picked by their outcome")
    if reading.change:
        raise NotSimulatedError(f"{reading.base} is measured once in an arm")
    if finding.unit_name and finding.unit is None:
        raise NotSimulatedError(f"a figure in {finding.unit_name}, which cannot be converted")
    if finding.unit is not None and finding.unit.dimensions != unit(reading.unit).dimensions:
        raise NotSimulatedError(f"{finding.measure} is in {reading.unit}, not in {finding.unit_name}")
    if reading.relation and len(finding.arms) != 2:
        raise NotSimulatedError(f"{finding.measure} needs two arms")


def _figure(middles: Sequence[float], reading: BenchReading) -> float:
    if len(middles) == 1:
        return middles[0]
    if reading.relation:
        less = 1.0 if reading.relation == "relative_change" else 0.0
        return middles[1] / middles[0] - less if middles[0] else np.nan
    return middles[1] - middles[0]


# ------------------------------------------------------------------------------------- tests of single motor neurons
def _resistances(of: _Settings) -> FloatArray:
    return tests.input_resistance(of.run(noise=0.0)) * unit("mV/nA").factor


def _rheobases(of: _Settings) -> FloatArray:
    return tests.rheobase(of.run(), of.peak_nA or _PEAK_NA, of.ramp_rate) * unit("nA").factor


def _recruitment_rate(of: _Settings) -> float:
    peak, rate = of.peak_nA or _PEAK_NA, of.ramp_rate
    run = of.run()
    if of.site == "dendrite":
        into_soma = run

        def run(soma: Any, dendrite: Any, step_s: float) -> Any:
            return into_soma(dendrite, soma, step_s)

    return float(np.nanmean(tests.rate_at_recruitment(run, peak, rate)))


def _current_gain(of: _Settings) -> float:
    gains = tests.frequency_current_gain(of.run(), of.peak_nA or _PEAK_NA, of.ramp_rate)
    return float(np.nanmean(gains)) * unit("imp/s/nA").factor


def _half_decay(of: _Settings) -> float:
    return float(np.nanmean(tests.afterhyperpolarisation_duration(of.run(noise=0.0), left=0.5)))


def _delta_f(of: _Settings) -> FloatArray:
    drawn = draw_people_on_the_bench(of.people, of.seed).get("neuromodulation.basic_gain", np.ones(of.people))
    peak, rise = of.peak_nA or _TRIANGLE_NA, of.rise_s or 10.0
    return np.array(
        [
            tests.delta_f(of.run(key, float(gain)), peak, rise, seed=of.seed + key, at_dendrite=of.site != "soma").mean
            for key, gain in enumerate(drawn)
        ]
    )


# -------------------------------------------------------------------------------------------- tests of units and axons
def _unit_laws(of: _Settings) -> tuple[dict[str, FloatArray], FloatArray]:
    units, muscle = simulated_units(of.muscle.motor_units), of.muscle
    laws = MotorUnit().pool(
        units.position, units.stands_for, muscle.peak_force, muscle.twitch_force_ratio,
        muscle.longest_contraction_time, muscle.contraction_time_ratio,
    )  # fmt: skip
    return laws, units.stands_for


def _mean_over_units(of: _Settings, name: str) -> float:
    laws, weight = _unit_laws(of)
    return float(np.average(laws[name], weights=weight))


def _half_force_frequency(of: _Settings) -> float:
    law = MotorUnit()
    states = np.linspace(0.0, 2.0, 4001)
    half = states[np.searchsorted([law.tetanus_share(float(each)) for each in states], 0.5)]
    laws, weight = _unit_laws(of)
    return float(np.average(half / laws["contraction_time"], weights=weight))


def _f_waves(of: _Settings) -> FloatArray:
    """Give F waves of a nerve that is stimulated again and again, over its largest M wave; shape [people, waves]."""
    units, muscle = simulated_units(of.muscle.motor_units), of.muscle
    laws, _ = _unit_laws(of)
    chance_of_one = NerveStimulation().backfire_probability(of.gain)
    waves = np.zeros((of.people, _F_WAVES))
    for person in range(of.people):
        chance = stream(of.seed, "F waves", person)
        seen = SurfaceEMG().potentials(
            units.position, units.stands_for, laws["tetanic_force"],
            depths(len(units), muscle.skin_and_fat, muscle.thickness, chance), muscle.maximal_m_wave,
        )  # fmt: skip
        count = chance.binomial(np.rint(units.stands_for).astype(int), chance_of_one, (_F_WAVES, len(units)))
        waves[person] = count @ seen["amplitude"] / np.sum(units.stands_for * seen["amplitude"])
    return waves


def _h_reflex(of: _Settings) -> FloatArray:
    """Give the share of the pool that the last of some volleys discharges."""
    law = NerveStimulation()
    subjects = Subjects(of.muscle, min(of.people, _H_REFLEX_PEOPLE), seed=of.seed)
    pulse = Segment(
        _H_REFLEX_WINDOW_S + 0.04, frequency_hz=1.0, pulses=1,
        afferent_share=float(law.afferent_share(of.relative_current, of.pulse_width_s)),
        motor_share=float(law.motor_share(of.relative_current)),
    )  # fmt: skip
    answers = np.zeros(subjects.people)
    for person in range(subjects.people):
        for volley in range(of.pulses):
            ran = subjects.advance_one(pulse, person)
            spinal = ran["spike_unit"][ran["spike_origin"] == kernel.SPINAL]
            answers[person] = np.unique(spinal).size / len(subjects.units)
            if volley < of.pulses - 1:
                subjects.advance_one(Segment(max(of.interval_s - pulse.duration_s, 0.002)), person)
    return answers


def _twitch(of: _Settings) -> tuple[float, float]:
    """Give contraction and half-relaxation time of the whole muscle (s), by one or more pulses to all axons."""
    subjects = Subjects(of.muscle, 1, seed=of.seed)
    bin_s = kernel.BLOCK_S
    train = Segment(1.0, frequency_hz=1.0 / of.interval_s, pulses=of.pulses, afferent_share=0.0, blocked=True)
    record, _ = subjects.advance(train, bins=round(1.0 / bin_s), bin_s=bin_s)
    force = record[0, :, kernel.RECORD.index("force_share")]
    force = force - force[0]
    peak = int(np.argmax(force))
    begin = int(np.argmax(force > 0.01 * force[peak]))
    half = peak + int(np.argmax(force[peak:] < 0.5 * force[peak]))
    return (peak - begin) * bin_s, (half - peak) * bin_s


# ------------------------------------------------------------------------------------------------ tests of relaxation
def _per_ten_degrees(_of: _Settings) -> float:
    law = MuscleRelaxation()
    cold, warm = 25.0, 37.0
    faster = law.relaxation_factor(1.0, cold) / law.relaxation_factor(1.0, warm)
    return float(faster ** (10.0 / (warm - cold)))


def _relaxation_rate(of: _Settings) -> float:
    law = MuscleRelaxation()
    temperature = of.temperature if of.temperature is not None else law.reference_temperature
    slowness = law.slowness_step(1.0, 0.0, 0.0, of.cuff_s)
    return float(law.relaxation_factor(1.0, law.reference_temperature) / law.relaxation_factor(slowness, temperature))


def _recovery_half_time(_of: _Settings) -> float:
    law = MuscleRelaxation()
    seconds = np.arange(0.0, 1800.0, 0.1)
    left = np.array([law.slowness_step(2.0, 0.0, 1.0, float(each)) - 1.0 for each in seconds])
    return float(seconds[np.argmax(left <= 0.5)])


def _strength_duration(thresholds: Callable[[float], float]) -> float:
    """Fit the law of Weiss to the thresholds of a short and a long pulse, as a laboratory does."""
    short, long = 0.1e-3, 1e-3
    charge = [thresholds(width) * width for width in (short, long)]
    rheobase = (charge[1] - charge[0]) / (long - short)
    return charge[0] / rheobase - short


_TESTS: Mapping[str, Callable[[_Settings], Any]] = {
    "input_resistance": lambda of: np.nanmean(_resistances(of)),
    "lowest_input_resistance": lambda of: np.nanmin(_resistances(of)),
    "highest_input_resistance": lambda of: np.nanmax(_resistances(of)),
    "rheobase": lambda of: np.nanmean(_rheobases(of)),
    "lowest_rheobase": lambda of: np.nanmin(_rheobases(of)),
    "highest_rheobase": lambda of: np.nanmax(_rheobases(of)),
    "rate_at_recruitment": _recruitment_rate,
    "frequency_current_gain": _current_gain,
    "afterhyperpolarisation_half_decay": _half_decay,
    "delta_f": _delta_f,
    "f_wave": lambda of: _f_waves(of).mean(axis=1),
    "largest_f_wave": lambda of: _f_waves(of).max(axis=1),
    "h_reflex": _h_reflex,
    "relaxation_rate_per_ten_degrees": _per_ten_degrees,
    "relaxation_rate": _relaxation_rate,
    "relaxation_recovery_half_time": _recovery_half_time,
    "motor_strength_duration_time": lambda _: _strength_duration(NerveStimulation().motor_threshold),
    "sensory_strength_duration_time": lambda _: _strength_duration(NerveStimulation().afferent_threshold),
    "unit_twitch_force": lambda of: _mean_over_units(of, "twitch_force") * of.muscle.lever,
    "unit_contraction_time": lambda of: _mean_over_units(of, "contraction_time"),
    "unit_half_relaxation_time": lambda of: _mean_over_units(of, "half_relaxation"),
    "half_force_frequency": _half_force_frequency,
    "muscle_contraction_time": lambda of: _twitch(of)[0],
    "muscle_half_relaxation_time": lambda of: _twitch(of)[1],
}
