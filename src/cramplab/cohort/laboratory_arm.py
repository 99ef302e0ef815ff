"""Runs one arm of a laboratory experiment with many people, and keeps what the laboratory would have noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.laboratory_timeline import LadderAct, Plan, RestAct, SegmentAct
from cramplab.core.muscle import Muscle
from cramplab.simulation import laboratory_kernel as kernel
from cramplab.simulation.subjects import Inputs, Segment, Subjects
from cramplab.simulation.threshold_ladder import (
    BIN_S,
    CRAMP_EMG,
    LONGEST_CRAMP_S,
    SILENT_AFTER_TRAIN_S,
    Threshold,
    outlasting,
    run_ladder,
)

FloatArray = NDArray[np.float64]
CRITERION_S = 1.0
"""How long activity has to outlast a voluntary contraction to count as a cramp."""
_AT_THE_ONSET_S = 0.5  # beyond the criterion, until something is done to the cramp
_SETTLING_S = 2.0
_STEPS_OF_A_VISIT = 1 << 24  # quartets of steps, almost two hours: no visit is longer
_EDGE_S = 2.0  # over which a rate is taken at the start and at the end of a contraction
_QUIET_S = SILENT_AFTER_TRAIN_S + 0.25
_POWER, _FORCE = kernel.RECORD.index("emg_power"), kernel.RECORD.index("force_share")
_DISCHARGES, _ACTIVE = kernel.RECORD.index("spikes"), kernel.RECORD.index("active_units")
LOST_BEFORE = "force_lost_before"
"""Name under which the share of force that was lost when a test began is noted."""
_FROM_THRESHOLD = {
    "cramp_threshold_frequency": "frequency_hz",
    "cramp_duration": "duration_s",
    "cramp_emg": "emg_share",
    "peak_cramp_emg": "emg_mv",
    "motor_unit_discharge_rate": "unit_rate",
    "motor_unit_minimum_rate": "unit_lowest_rate",
    "motor_unit_maximum_rate": "unit_highest_rate",
    "motor_unit_active_time": "unit_active_s",
    "active_motor_units": "active_units",
}


@dataclass(frozen=True)
class Observation:
    """What was noted at one step.

    Parameters
    ----------
    step
        Its id, or its kind.
    values
        By measure, shape [people], internal units; NaN for people in whom there was nothing to measure.
    ladders_before
        How many thresholds had been looked for in the arm before.
    """

    step: str
    values: Mapping[str, FloatArray]
    ladders_before: int = 0


def run_plan(
    plan: Plan,
    muscle: Muscle,
    people: NDArray[np.intp],
    values: Mapping[str, FloatArray],
    seed: int,
    *,
    alike: bool = False,
    ports: Mapping[str, Any] | None = None,
) -> list[Observation]:
    """Run one arm.

    Parameters
    ----------
    plan, muscle
        What is done, and to which muscle.
    people
        Their names in the noise, one for each.
    values
        What differs between them, by dotted name.
    seed
        Of noise and of the properties of single axons.
    alike
        Whether all get the axons and the electrode of the first.
    ports
        What the body and a theory change about nerve and muscle, by name as in `Inputs`; nothing by default.
    """
    inputs = Inputs(**(ports or {}))
    if plan.temperature is not None:
        inputs = replace(inputs, temperature=plan.temperature)
    subjects = Subjects(muscle, people.size, seed=seed, values=values, inputs=inputs, keys=people.tolist())
    if alike:
        subjects.traits[:] = subjects.traits[:1]
    # Another visit meets other noise; the person's own axons stay.
    subjects.state["step_count"] += plan.visit * _STEPS_OF_A_VISIT
    subjects.advance(Segment(_SETTLING_S, fibre_length=plan.fibre_length, length_time=0.5))
    subjects.measure_maximal_contraction()
    return _Bench(subjects).run(plan)


class _Bench:
    def __init__(self, subjects: Subjects) -> None:
        self.subjects = subjects
        self.floor = CRAMP_EMG**2 * subjects.mvc_power
        subjects.person["quiet_power"] = self.floor
        self.seen: list[Observation] = []
        self.ladders = 0
        # A cramp that was left alone at its onset, until all is done to it.
        self.open: Threshold | None = None
        self.open_step = ""
        self.open_lost: FloatArray = np.zeros(0)
        self.rows = np.zeros(0, dtype=np.intp)
        self.power: list[FloatArray] = []
        self.last = Segment(1.0)

    def run(self, plan: Plan) -> list[Observation]:
        for act in plan.acts:
            if isinstance(act, LadderAct):
                self._close()
                self._ladder(act)
            elif isinstance(act, RestAct):
                self._rest(act)
            elif act.contraction and self.open is None:
                self._contraction(act)
            else:
                self._segments(act)
        self._close()
        if not self.seen:
            self._note("", {})
        return self.seen

    def _lost_force(self) -> FloatArray:
        """Give the share of the muscle's force that is lost, each unit counted by its own."""
        traits, unit = self.subjects.traits, self.subjects.unit
        share = traits[:, kernel.TRAITS.index("force_share")]
        left = (share * unit[:, kernel.UNIT_ROWS.index("capacity")]).sum(axis=1) / share.sum(axis=1)
        return np.asarray(1.0 - left)

    def _note(self, step: str, values: Mapping[str, FloatArray], ladders_before: int = 0) -> None:
        force = {"mvc_force": self.subjects.mvc_force * self.subjects.muscle.lever}
        self.seen.append(Observation(step, {**force, **values}, ladders_before))

    def _ladder(self, act: LadderAct) -> None:
        lost = self._lost_force()
        longest = act.ladder.criterion_s + _AT_THE_ONSET_S if act.leave_cramping else LONGEST_CRAMP_S
        found = run_ladder(self.subjects, act.ladder, longest_cramp_s=longest)
        self.last = Segment(
            1.0, blocked=act.ladder.blocked, pain=act.ladder.pain, blood_flow=act.ladder.blood_flow,
            fibre_length=act.fibre_length,
        )  # fmt: skip
        self.ladders += 1
        if act.leave_cramping:
            self.open, self.open_step, self.power = found, act.step, []
            self.open_lost = lost
            self.rows = np.flatnonzero(np.isfinite(found.frequency_hz))
        else:
            self._note(act.step, {**_values_of(found), LOST_BEFORE: lost}, self.ladders - 1)

    def _advance(self, segment: Segment, rows: NDArray[np.intp] | None) -> FloatArray:
        record, _ = self.subjects.advance(segment, rows, bins=max(int(segment.duration_s / BIN_S), 1), bin_s=BIN_S)
        return record

    def _segments(self, act: SegmentAct) -> None:
        rows = self.rows if self.open is not None else None
        for segment in act.segments:
            if rows is None or rows.size:
                self.power.append(self._advance(segment, rows)[:, :, _POWER])
            self.last = segment
        if self.open is None:
            self.power = []

    def _rest(self, act: RestAct) -> None:
        if self.open is not None:
            self._close()
        self.last = Segment(1.0, blood_flow=act.blood_flow, blocked=self.last.blocked, fibre_length=act.fibre_length)
        self.subjects.rest(act.seconds, blood_flow=act.blood_flow)

    def _close(self) -> None:
        """Let a cramp to which something was done run out, and note it."""
        if self.open is None:
            return
        found, rows, people = self.open, self.rows, self.subjects.people
        duration, left = found.duration_s.copy(), np.full(people, np.nan)
        if rows.size:
            alone = replace(
                self.last, duration_s=LONGEST_CRAMP_S, frequency_hz=0.0, pulses=0, voluntary=0.0, tap_hz=0.0,
                quiet_s=_QUIET_S,
            )  # fmt: skip
            power = np.concatenate([*self.power, self._advance(alone, rows)[:, :, _POWER]], axis=1)
            left[rows] = outlasting(power, self.floor[rows])
            duration[rows] += left[rows]
        values = {"cramp_duration": duration, "cramp_time_left": left, LOST_BEFORE: self.open_lost}
        self._note(self.open_step, {**_values_of(found), **values}, self.ladders - 1)
        self.open, self.power = None, []

    def _contraction(self, act: SegmentAct) -> None:
        subjects, (segment,) = self.subjects, act.segments
        lost = self._lost_force()
        record = self._advance(segment, None)
        edge = max(int(min(_EDGE_S, segment.duration_s / 2.0) / BIN_S), 1)
        rising = min(int(segment.voluntary_rise_s / BIN_S), record.shape[1] - edge)
        self._note(act.step, {"voluntary_rate": self._rate(record[:, rising : rising + edge])})
        force = record[:, :, _FORCE].max(axis=1) * subjects.muscle.peak_force * subjects.muscle.lever
        values = {"voluntary_rate": self._rate(record[:, -edge:]), LOST_BEFORE: lost}
        if segment.voluntary >= 0.95:
            values["mvc_force"] = force
        # The muscle is left alone, and goes on or does not.
        alone = replace(segment, duration_s=LONGEST_CRAMP_S, voluntary=0.0, quiet_s=_QUIET_S)
        power = self._advance(alone, None)[:, :, _POWER]
        lasted = outlasting(power, self.floor)
        cramped = lasted >= CRITERION_S
        values["cramp_incidence"] = cramped.astype(float)
        values["cramp_duration"] = np.where(cramped, lasted, np.nan)
        emg = np.where(cramped, np.sqrt(power.max(axis=1)), np.nan)
        values["peak_cramp_emg"], values["cramp_emg"] = emg, emg / np.sqrt(subjects.mvc_power)
        self._note(act.step, values)
        self.last = alone

    def _rate(self, record: FloatArray) -> FloatArray:
        active = record[:, :, _ACTIVE].mean(axis=1) * len(self.subjects.units)
        discharges = record[:, :, _DISCHARGES].mean(axis=1) / kernel.BLOCK_S
        return np.where(active > 0.0, discharges / np.maximum(active, 1e-9), np.nan)


def _values_of(found: Threshold) -> dict[str, FloatArray]:
    values = {measure: getattr(found, name) for measure, name in _FROM_THRESHOLD.items()}
    return {**values, "cramp_incidence": np.isfinite(found.frequency_hz).astype(float)}
