"""Runs one arm of a virtual study up to the point where theories disagree: who takes part, and in which situation.

What happens to the body, and what is done to the muscle, is common ground and is worked out once. A theory then says
what the situation does to nerve and muscle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.bench_episodes import (
    ON_THE_BENCH,
    WEAK_TASTES,
    Episode,
    episodes_of,
    is_on_the_bench,
    needs_the_body,
    seconds_of,
)
from cramplab.cohort.conditions import OUTCOME_NONE, condition_of, outcome_of, word_in
from cramplab.cohort.experiment_timeline import segments_of
from cramplab.cohort.participants import Draws, NotSimulatedError, participants_of
from cramplab.cohort.population import quantile
from cramplab.cohort.random_streams import stream
from cramplab.cohort.situations import at_rest, quantities_for_states, states_of
from cramplab.cohort.validation import RECORDED, SHORT, RanArm
from cramplab.core.experiment import Arm, Experiment, Step
from cramplab.core.quantities import unit
from cramplab.core.uncertain import Uncertain
from cramplab.simulation.assembly import assemble, fast_parameters
from cramplab.simulation.timeline import Trace, run_segments

FloatArray = NDArray[np.float64]
BLOCKS, PEOPLE_IN_A_BLOCK = 12, 70
"""Possible studies, each with its own room, assumed values and strength of a theory; and how many people in each."""
_POOLS = {
    "persistent_gain": "neuromodulation.basic_gain",
    "volley_gain": "spinal_drive.facilitation_per_volley",
    "facilitation_time": "spinal_drive.facilitation_time",
}
_HISTORY = {"prone": 1.0, "none": -1.0}
_LEGS = ("run", "walk", "cycle", "one_leg_cycling", "step", "race", "mixed", "calf_raise", "row", "swim")
_THIGH = ("vastus", "rectus", "biceps_femoris", "semi", "quadriceps", "hamstring", "knee")
_CRAMP = ("cramp", "voluntary_cramp")
LONG = 6 * 3600.0
"""Above so many seconds the body is recorded every five minutes, not every minute."""
LOOKS = 40
"""At the muscle in the course of a race or a night."""
SLEEPING_LENGTH = 0.8
"""Of the calf's fibres under a blanket, in optimal lengths (chosen: the foot points)."""
_RECORDED = tuple(sorted({*RECORDED, *quantities_for_states()}))


@dataclass(frozen=True, eq=False)
class Test:
    """One test of the arm's muscle, and the situation in which it found every person.

    Parameters
    ----------
    episode
        What is done.
    states
        By name of the state; one number, or shape [people].
    """

    episode: Episode
    states: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class VirtualArm:
    """One arm, run.

    Parameters
    ----------
    arm
        As read.
    pools
        What differs between people's motor pools, over its declared value; by input of a bench test, shape [people].
    tests
        In order; empty where no muscle is tested.
    ran
        The body through the arm; None where nothing happened to it.
    course
        States in the course of the last stretch of work or sleep, shape [times, people]; empty for a bench study.
    seconds
        Time that each person spent before each row of the course, shape [times, people].
    outcome
        ``cramp`` or ``no_cramp`` where the people of the arm were picked by it.
    asleep
        Whether the course is a night.
    """

    arm: Arm
    pools: Mapping[str, FloatArray]
    tests: tuple[Test, ...]
    ran: RanArm | None
    course: Mapping[str, FloatArray]
    seconds: FloatArray
    outcome: str
    asleep: bool


def draws_of(experiment: Experiment, seed: int, *, worlds: int = BLOCKS, people: int = PEOPLE_IN_A_BLOCK) -> Draws:
    """Give the shares behind every draw of an experiment: of so many worlds, with so many people each."""
    return Draws(worlds, people, seed, experiment.key, experiment.design == "cohort")


def run_arm(experiment: Experiment, name: str, draws: Draws) -> VirtualArm:
    """Run one arm.

    Parameters
    ----------
    experiment
        Which one.
    name
        Of the arm.
    draws
        Shared by all arms of the experiment, so that they see the same people and the same room.

    Raises
    ------
    NotSimulatedError
        With the reason, if this version cannot do something in it.
    """
    visit = next((index for index, each in enumerate(experiment.arms) if each.id == name), None)
    if visit is None:
        raise NotSimulatedError("groups picked by their outcome, without an arm of their own")
    arm = experiment.arms[visit]
    same_people = experiment.design in ("paired", "single", "cohort")
    label = experiment.key if same_people or outcome_of(arm.steps) else f"{experiment.key}/{name}"
    pools = {
        each: quantile(fast_parameters()[parameter], stream(draws.seed, label, "pool", parameter).random(draws.total))
        / fast_parameters()[parameter].value
        for each, parameter in _POOLS.items()
    }
    fixed = _fixed_states(arm)
    episodes = episodes_of(arm, lambda _key: 0.5) if is_on_the_bench(arm) else []
    ran, places = _body(experiment, arm, draws) if needs_the_body(arm) else (None, {})
    if not episodes and ran is None:
        raise NotSimulatedError("nothing in the arm is done to the body, and no muscle is tested")
    tests = tuple(
        Test(each, _states_at_test(each, arm, fixed, ran, places)) for each in episodes
    )  # fmt: skip
    course, seconds = _course(arm, fixed, ran, places) if ran is not None and not episodes else ({}, np.zeros((0, 0)))
    asleep = any(step.kind == "sleep" for step in arm.steps)
    return VirtualArm(arm, pools, tests, ran, course, seconds, outcome_of(arm.steps), asleep)


def _fixed_states(arm: Arm) -> dict[str, Any]:
    """Give the states that hold through the whole arm: who they are, and what they have taken."""
    states: dict[str, Any] = {}
    for step in arm.steps:
        if step.kind == "body_state":
            states |= condition_of(_without_cramp(step)).states
            history = word_in(step, "cramp_history")
            if history in _HISTORY:
                states["cramp_history"] = _HISTORY[history]
    known = arm.participants.cramp_history
    if known is not None and len(known.values) == 1 and known.value in _HISTORY:
        states.setdefault("cramp_history", _HISTORY[known.value])
    return states


def _without_cramp(step: Step) -> Step:
    """Leave out a cramp that just was: it is a state of its own, no condition."""
    if word_in(step, "condition") not in _CRAMP:
        return step
    return replace(step, values={key: value for key, value in step.values.items() if key != "condition"})


def _states_at_test(
    episode: Episode, arm: Arm, fixed: Mapping[str, Any], ran: RanArm | None, places: Mapping[int, int]
) -> dict[str, Any]:
    states: dict[str, Any] = {**at_rest(), **fixed}
    if ran is not None:
        row = ran.trace.spans[places[episode.position]][0] - 1
        found = states_of(part_of(arm, episode.plan.muscle), _row(ran.trace, row), _row(ran.trace, 0))
        states |= _with_conditions(found, fixed)
    states["fibre_length"] = episode.fibre_length
    states["pain"], states["strong_taste"] = episode.pain, episode.strong_taste
    before = any(
        step.kind == "body_state" and word_in(step, "condition") in _CRAMP for step in arm.steps[: episode.position]
    )
    states["recent_cramp"] = 1.0 if before else episode.recent_cramp
    return states


def _with_conditions(found: Mapping[str, Any], fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Add what a condition changes by itself, such as magnesium by mouth, to what the body did."""
    return {name: value + fixed[name] if name in fixed else value for name, value in found.items()}


def part_of(arm: Arm, muscle: str) -> str:
    """Say whether the tested muscle is one that the arm's exercise works: ``worked`` or ``rested``."""
    for step in arm.steps:
        if step.kind in ("exercise", "heat_exposure") and word_in(step, "leg") not in ("other", "rested", "untested"):
            mode = word_in(step, "mode") or ("cycle" if step.kind == "exercise" else "")
            if mode in _LEGS or (mode.endswith("knee_extension") and any(each in muscle for each in _THIGH)):
                return "worked"
    return "rested"


def _row(trace: Trace, row: int) -> dict[str, FloatArray]:
    return {name: trace.series[name][row] for name in quantities_for_states()}


def _body(experiment: Experiment, arm: Arm, draws: Draws) -> tuple[RanArm, dict[int, int]]:
    """Run the body through the arm; on the bench it rests. Gives also which step became which segment."""
    steps: list[Step] = []
    places: dict[int, int] = {}
    parameters: dict[str, float] = {}
    for position, step in enumerate(arm.steps):
        if step.kind == "body_state":
            parameters |= condition_of(_without_cramp(step)).parameters
            continue
        if step.kind in ON_THE_BENCH and step.kind != "cuff":
            step = _as_rest(step, position)
        places[position] = len(steps)
        steps.append(step)
    plain = replace(arm, steps=tuple(steps))
    drawn = participants_of(experiment, plain, draws)
    segments = segments_of(plain, draws, drawn)
    if len(segments) != len(steps):
        raise NotSimulatedError("a step that takes no time in the body")
    people = {key: values.astype(np.float32) for key, values in drawn.items()}
    people |= {name: np.full(draws.total, value, dtype=np.float32) for name, value in parameters.items()}
    longest = sum(float(np.max(each.duration)) for each in segments)
    per_record = 1 if longest <= SHORT else 6 if longest <= LONG else 30
    trace, _ = run_segments(assemble(people), segments, draws.total, _RECORDED, steps_per_record=per_record)
    if trace.failed.mean() > 0.5:
        why = next(iter(trace.reasons.values()), "most people failed")
        raise NotSimulatedError(f"{int(trace.failed.sum())} of {draws.total} simulated people: {why}")
    return RanArm(plain, trace, drawn), places


def _as_rest(step: Step, position: int) -> Step:
    value = Uncertain.fixed(seconds_of(step), unit("s"))
    return Step("rest", step.id or f"{step.kind}_{position + 1}", {"duration": value}, line=step.line)


def _course(
    arm: Arm, fixed: Mapping[str, Any], ran: RanArm, places: Mapping[int, int]
) -> tuple[dict[str, FloatArray], FloatArray]:
    """Give the states through the last stretch in which cramps are looked for: work in heat, a race, or a night."""
    kinds = ("sleep",) if any(step.kind == "sleep" for step in arm.steps) else ("exercise", "heat_exposure")
    rows: list[int] = []
    for position, step in enumerate(arm.steps):
        if step.kind in kinds:
            first, last = ran.trace.spans[places[position]]
            rows += range(first, last + 1)
    if not rows:
        return {}, np.zeros((0, 0))
    # A muscle's state changes over minutes: some dozen looks at it are enough for the chance of a cramp.
    looks = np.array_split(np.asarray(rows), min(len(rows), LOOKS))
    seconds = np.stack([np.asarray(ran.trace.seconds[each], dtype=float).sum(axis=0) for each in looks])
    rows = [int(each[len(each) // 2]) for each in looks[:-1]] + [int(looks[-1][-1])]
    part = "rested" if kinds == ("sleep",) else "worked"
    recorded = {name: ran.trace.series[name][rows] for name in quantities_for_states()}
    found = _with_conditions(states_of(part, recorded, _row(ran.trace, 0)), fixed)
    states: dict[str, Any] = {**at_rest(), **fixed, **found}
    if part == "rested":
        states["fibre_length"] = SLEEPING_LENGTH
    # The last look is at the end, so that what is left at the finish can be read.
    shape = seconds.shape
    return {name: np.broadcast_to(np.asarray(value, dtype=float), shape) for name, value in states.items()}, seconds


__all__ = [
    "BLOCKS", "OUTCOME_NONE", "PEOPLE_IN_A_BLOCK", "SLEEPING_LENGTH", "WEAK_TASTES", "Test", "VirtualArm", "draws_of",
    "part_of", "run_arm",
]  # fmt: skip
