"""Parts a laboratory arm into episodes: each test with what was done to the muscle just before it.

Between two tests of one arm the body may run, drink or rest for hours, so each test finds nerve and muscle in another
situation. An episode is one test that can be run, or emulated, by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cramplab.cohort.laboratory_timeline import USUAL_LENGTH, Act, LadderAct, Plan, RestAct, SegmentAct, plan_of
from cramplab.cohort.participants import NotSimulatedError
from cramplab.core.errors import UserError
from cramplab.core.experiment import Arm, Step
from cramplab.core.laboratory_protocol import length_of
from cramplab.core.quantities import unit
from cramplab.core.uncertain import Uncertain
from cramplab.simulation.subjects import Segment

ON_THE_BENCH = (
    "threshold_ladder", "voluntary_contraction", "length", "stretch", "fatigue_bouts", "nerve_block", "stimulation",
    "tendon_stimulation", "vibration", "pain", "cuff", "taste",
)  # fmt: skip
"""Kinds of step that are done to one muscle; the others happen to the whole body."""
_TESTS = ("threshold_ladder", "voluntary_contraction")
CRAMP_FADES_S = 3600.0
"""In which the state "recent cramp" falls to a third (chosen: a changed threshold has been seen for an hour)."""
TASTE_IS_GONE_S = 1800.0
_ALL_ONES_STRENGTH, _SHORTENED = 0.9, 0.9
_FORGOTTEN_S = 4 * 3600.0
"""What was done to the muscle longer ago is no part of an episode (chosen)."""
_BRIEF_S, _BRIEFLY_FELT_S = 10.0, 60.0
"""An effort of so many seconds leaves nothing in the model's muscle after a minute."""
_SECONDS_OF_A_TEST = {"threshold_ladder": 600.0, "voluntary_contraction": 30.0, "fatigue_bouts": 600.0}
_SECONDS_OF_ANYTHING_ELSE = 30.0
_SECONDS_OFF_THE_BENCH = {"drink": 300.0, "body_state": 0.0}
"""Of steps without a duration; the body takes the same."""
_LONG_S = 3600.0
"""Of work that ends when something is reached (chosen): for what is left of a taste, a cramp or an effort."""
WEAK_TASTES = ("water", "deionised_water", "deionized_water", "vehicle", "placebo", "sham", "control", "none")


@dataclass(frozen=True)
class Episode:
    """One test.

    Parameters
    ----------
    step
        Its id, or its kind.
    position
        Of its step in the arm.
    plan
        What is done to the muscle, the test last.
    ladders_before
        Thresholds looked for in the arm before: each raises the next reading a little.
    recent_cramp
        1 just after an earlier cramp of the arm, fading; 0 if there was none.
    strong_taste
        Whether something sharp was in the mouth.
    pain : 1
        From the muscle.
    fibre_length : 1
        During the test, in optimal lengths.
    """

    step: str
    position: int
    plan: Plan
    ladders_before: int
    recent_cramp: float
    strong_taste: float
    pain: float
    fibre_length: float


def is_on_the_bench(arm: Arm) -> bool:
    """Say whether the arm has a test of a muscle."""
    return any(step.kind in _TESTS for step in arm.steps)


def needs_the_body(arm: Arm) -> bool:
    """Say whether something happens to the whole body that a rested person would not have."""
    return any(step.kind in ("exercise", "heat_exposure", "drink", "infusion", "sleep") for step in arm.steps)


def seconds_of(step: Step) -> float:
    """Estimate how long a step on the bench takes (s); for the clock of the body, which goes on meanwhile."""
    value = step.number("duration")
    if value is not None and value.kind == "fixed":
        return float(value.value)
    return _SECONDS_OF_A_TEST.get(step.kind, _SECONDS_OF_ANYTHING_ELSE)


def episodes_of(arm: Arm, share: Callable[[str], float]) -> list[Episode]:
    """Part an arm.

    Parameters
    ----------
    arm
        With at least one test.
    share
        Gives for the name of an assumed value the share (0 to 1) of its range at which it is taken.

    Raises
    ------
    NotSimulatedError
        For a step or a word that has no meaning on the bench.
    """
    made: list[Episode] = []
    ladders, cramp_ago, taste, tasted_ago, length = 0, math.inf, 0.0, 0.0, USUAL_LENGTH
    for position, step in enumerate(arm.steps):
        if step.kind == "taste":
            taste, tasted_ago = (0.0 if _word(step, "substance") in WEAK_TASTES else 1.0), 0.0
        if step.kind == "length":
            length = _word(step, "value")
        if step.kind in _TESTS and not _at_an_onset(arm, position):
            plan = _plan(arm, position, share)
            recent = 0.0 if math.isinf(cramp_ago) else math.exp(-cramp_ago / CRAMP_FADES_S)
            # How much of it is left is for the test itself: there the taste fades.
            still = taste if tasted_ago < TASTE_IS_GONE_S else 0.0
            after = still if still else _taste_at_the_onset(arm, position)
            pain = 1.0 if any(each.kind == "pain" and _hurts(each) for each in arm.steps[:position]) else 0.0
            there = _length_of_test(plan)
            made.append(Episode(step.id or step.kind, position, plan, ladders, recent, after, pain, there))
            ladders += step.kind == "threshold_ladder"
            if step.kind == "threshold_ladder" or _cramps_by_effort(step, length):
                cramp_ago = 0.0
        else:
            cramp_ago += _seconds(step)
            tasted_ago += _seconds(step) if step.kind != "taste" else 0.0
    if not made:
        raise NotSimulatedError("no step tests a muscle")
    return made


def _is_still_at_work(step: Step, ago: float) -> bool:
    """Say whether a thing done so long ago still shows in the model's muscle: effort does, a movement does not."""
    if step.kind in ("taste", "cuff"):
        return ago < TASTE_IS_GONE_S
    if step.kind == "voluntary_contraction":
        return ago < (_FORGOTTEN_S if seconds_of(step) > _BRIEF_S else _BRIEFLY_FELT_S)
    return step.kind in ("fatigue_bouts", "stimulation") and ago < _FORGOTTEN_S


def _seconds(step: Step) -> float:
    return seconds_of(step) if step.kind in ON_THE_BENCH else _time_of(step)


def _time_of(step: Step) -> float:
    value = step.number("duration")
    if value is None:
        return _SECONDS_OFF_THE_BENCH.get(step.kind, _LONG_S)
    return float(value.value if value.kind == "fixed" else value.at(0.5))


def _cramps_by_effort(step: Step, length: str) -> bool:
    """Say whether an effort is one by which laboratories provoke a cramp: all the strength of a shortened muscle."""
    value = step.number("intensity")
    full = value is None or value.value >= _ALL_ONES_STRENGTH
    try:
        return full and length_of(length if not length.replace(".", "").isdigit() else float(length)) < _SHORTENED
    except (UserError, ValueError):
        return full


def _length_of_test(plan: Plan) -> float:
    """Give the length of the fibres in the test, the last ladder or effort of a plan."""
    for act in reversed(plan.acts):
        if isinstance(act, LadderAct):
            return act.fibre_length
        if _measured(act) and isinstance(act, SegmentAct):
            length = act.segments[-1].fibre_length
            return plan.fibre_length if length is None else length
    return plan.fibre_length


def _at_an_onset(arm: Arm, position: int) -> bool:
    """Say whether a contraction is done to the cramp that the ladder before it started."""
    return arm.steps[position].kind != "threshold_ladder" and (
        position > 0 and arm.steps[position - 1].kind == "threshold_ladder"
    )


def _taste_at_the_onset(arm: Arm, position: int) -> float:
    following = arm.steps[position + 1 : position + 2]
    if following and following[0].kind == "taste":
        return 0.0 if _word(following[0], "substance") in WEAK_TASTES else 1.0
    return 0.0


def _hurts(step: Step) -> bool:
    return not any(word in _word(step, "substance") for word in ("isotonic", "none", "control", "placebo"))


def _word(step: Step, key: str) -> str:
    value = step.values.get(key)
    return str(getattr(value, "value", value) or "").strip().lower().replace(" ", "_").replace("-", "_")


def _plan(arm: Arm, position: int, share: Callable[[str], float]) -> Plan:
    """Plan the test at a place of the arm, with what is still at work of what was done before."""
    kept: list[Step] = []
    ago = 0.0
    for step in reversed(arm.steps[:position]):
        # A threshold test has no mouthful in it, so a taste before it is a matter for theories alone.
        if step.kind == "taste" and arm.steps[position].kind == "threshold_ladder":
            continue
        if step.kind in ("length", "nerve_block", "pain", "rest") or _is_still_at_work(step, ago):
            kept.append(step)
        elif step.kind not in (*ON_THE_BENCH, "body_state"):
            # What the body does meanwhile is a rest for the muscle on the bench.
            kept.append(Step("rest", "", {"duration": Uncertain.fixed(_time_of(step), unit("s"))}))
        ago += _seconds(step)
    kept.reverse()
    # A rest before anything was done to the muscle changes nothing there.
    first = next((index for index, step in enumerate(kept) if _conditions(step)), len(kept))
    kept = [step for index, step in enumerate(kept) if step.kind != "rest" or index > first]
    after: list[Step] = []
    for step in arm.steps[position + 1 :]:
        if step.kind not in _DONE_TO_A_CRAMP:
            break
        after.append(step)
    # At the onset of a cramp things happen only to the cramp of a ladder.
    after = after if arm.steps[position].kind == "threshold_ladder" else []
    states = [step for step in arm.steps[:position] if step.kind == "body_state" and _is_only_warmth(step)]
    part = replace(arm, steps=(*states, *kept, arm.steps[position], *after))
    plan = plan_of(_with_muscle(part, arm), 0, share)
    acts = _without_earlier_tests(_without_settling(plan))
    return replace(plan, acts=tuple(_renamed(act) for act in acts))


def _without_settling(plan: Plan) -> tuple[Act, ...]:
    """Leave out movements to the length at which the muscle lies from the start."""
    acts = list(plan.acts)
    while len(acts) > 1 and isinstance(acts[0], SegmentAct) and not acts[0].contraction:
        if any(not _is_mere_movement(each) or each.fibre_length != plan.fibre_length for each in acts[0].segments):
            break
        acts.pop(0)
    return tuple(acts)


def _is_mere_movement(segment: Segment) -> bool:
    return not (segment.voluntary or segment.pulses or segment.taste or segment.tap_hz) and segment.duration_s < 1.0


_DONE_TO_A_CRAMP = (
    "stretch", "tendon_stimulation", "vibration", "voluntary_contraction", "stimulation", "taste", "nerve_block",
    "pain",
)  # fmt: skip


def _conditions(step: Step) -> bool:
    return step.kind in ON_THE_BENCH and step.kind not in ("length", "nerve_block", "pain", "taste")


def _is_only_warmth(step: Step) -> bool:
    return "muscle_temperature" in step.values and not set(step.values) - {"muscle_temperature", "duration"}


def _with_muscle(part: Arm, arm: Arm) -> Arm:
    """Let a test that names no muscle be of the one that the arm names elsewhere."""
    named = next((step.values["muscle"] for step in arm.steps if "muscle" in step.values), None)
    if named is None or any("muscle" in step.values for step in part.steps):
        return part
    last = part.steps[-1]
    values: Mapping[str, object] = {**last.values, "muscle": named}
    return replace(part, steps=(*part.steps[:-1], replace(last, values=values)))


def _without_earlier_tests(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Let an earlier contraction of the episode be a thing done, not a thing measured."""
    tests = [index for index, act in enumerate(acts) if isinstance(act, LadderAct) or _measured(act)]
    last = tests[-1] if tests else len(acts)
    ladder = next((index for index, act in enumerate(acts) if isinstance(act, LadderAct)), None)
    last = last if ladder is None else ladder
    return tuple(
        replace(act, contraction=False) if index < last and isinstance(act, SegmentAct) else act
        for index, act in enumerate(acts)
    )


def _measured(act: Act) -> bool:
    return isinstance(act, SegmentAct) and act.contraction


def _renamed(act: Act) -> Act:
    """Take names of steps out, so that the same thing done in two studies is one plan."""
    name = "test" if isinstance(act, LadderAct) or _measured(act) else "rest" if isinstance(act, RestAct) else "done"
    return replace(act, step=name)
