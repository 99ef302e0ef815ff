"""Turns the steps of a laboratory arm into what is done on the bench, one act after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cramplab.cohort.participants import NotSimulatedError
from cramplab.core.errors import UserError
from cramplab.core.experiment import Arm, Choice, Step, Uncertain
from cramplab.core.laboratory_protocol import SITES, length_of
from cramplab.physiology.nerve_stimulation import NerveStimulation
from cramplab.simulation.subjects import Segment
from cramplab.simulation.threshold_ladder import Ladder

USUAL_LENGTH = "short"
"""Of a muscle in which a cramp is looked for, where a file does not say it (chosen)."""
STRETCHING_S = 0.25
MOUTHFUL_S = 0.5
TASTE_LASTS_S = 300.0
"""In which a taste fades to a third (chosen: its effect on cramps is reported within minutes and gone within a quarter
of an hour)."""
_USUAL_PULSE_WIDTH_S, _USUAL_ABOVE_MAXIMAL = 1e-3, 0.30
_STILL_KNOWN = ("rest", "nerve_block", "length", "pain", "taste", "cuff")
_AT_THE_ONSET = (
    "stretch", "tendon_stimulation", "vibration", "voluntary_contraction", "stimulation", "nerve_block", "length",
    "pain", "taste",
)  # fmt: skip


@dataclass(frozen=True)
class LadderAct:
    """A ladder; ``leave_cramping`` if what comes next is done to the cramp that it starts."""

    step: str
    ladder: Ladder
    fibre_length: float
    leave_cramping: bool = False


@dataclass(frozen=True)
class RestAct:
    """Nothing is done for some seconds."""

    step: str
    seconds: float
    blood_flow: float
    fibre_length: float


@dataclass(frozen=True)
class SegmentAct:
    """Stretches of a protocol, one after the other; ``contraction`` marks a voluntary one that is measured."""

    step: str
    segments: tuple[Segment, ...]
    contraction: bool = False


Act = LadderAct | RestAct | SegmentAct


@dataclass(frozen=True)
class Plan:
    """What is done to one muscle in one arm.

    Parameters
    ----------
    muscle
        By its name.
    fibre_length
        At the start, in optimal lengths.
    temperature : degC
        Of the muscle; None for the usual.
    acts
        In order.
    visit
        Which of the visits of the same people this is: the noise is another at each.
    """

    muscle: str
    fibre_length: float
    temperature: float | None
    acts: tuple[Act, ...]
    visit: int


def plan_of(arm: Arm, visit: int, share: Callable[[str], float]) -> Plan:
    """Plan one arm.

    Parameters
    ----------
    arm
        Of the experiment.
    visit
        Number of the visit.
    share
        Gives for the name of an assumed value the share (0 to 1) of its range at which it is taken.

    Raises
    ------
    NotSimulatedError
        For a step or a word that has no meaning on the bench.
    """
    return _Planner(share).plan(arm, visit)


def has_ranges(arm: Arm) -> bool:
    """Say whether anything in the arm is a range, so that the answer could turn over within it."""
    return any(
        isinstance(value, Uncertain) and value.kind != "fixed" for step in arm.steps for value in step.values.values()
    )


class _Planner:
    """Holds what goes on while the steps are read one by one."""

    def __init__(self, share: Callable[[str], float]) -> None:
        self.share = share
        self.length = length_of(USUAL_LENGTH)
        self.blocked, self.pain, self.taste, self.blood_flow = False, 0.0, 0.0, 1.0
        self.temperature: float | None = None

    def plan(self, arm: Arm, visit: int) -> Plan:
        muscles = {word for step in arm.steps if (word := _word(step, "muscle"))}
        if not muscles:
            raise NotSimulatedError("no step names the muscle")
        if len(muscles) > 1:
            raise NotSimulatedError("more than one muscle in one arm: " + ", ".join(sorted(muscles)))
        before = next((index for index, step in enumerate(arm.steps) if step.kind not in _STILL_KNOWN), len(arm.steps))
        for step in arm.steps[:before]:
            if step.kind == "length":
                self.length = self._length(step, "value")
        start = self.length
        acts: list[Act] = []
        for index, step in enumerate(arm.steps):
            following = arm.steps[index + 1 : index + 2]
            acts += self._acts(step, bool(following) and following[0].kind in _AT_THE_ONSET)
        return Plan(muscles.pop(), start, self.temperature, tuple(acts), visit)

    def _acts(self, step: Step, interrupted: bool) -> list[Act]:
        if step.kind == "threshold_ladder":
            return [self._threshold_ladder(step, interrupted)]
        known: Mapping[str, Callable[[Step], list[Act]]] = {
            "rest": self._rest, "stimulation": self._stimulation, "voluntary_contraction": self._contraction,
            "fatigue_bouts": self._fatigue_bouts, "stretch": self._stretch, "length": self._move,
            "tendon_stimulation": lambda each: self._taps(each, 3.0), "vibration": lambda each: self._taps(each, 80.0),
            "nerve_block": self._nerve_block, "pain": self._pain, "taste": self._taste, "cuff": self._cuff,
            "body_state": self._body_state,
        }  # fmt: skip
        if step.kind not in known:
            raise NotSimulatedError(f"a step of kind '{step.kind}' is not done on the bench")
        return known[step.kind](step)

    def _number(self, step: Step, key: str, usual: float) -> float:
        value = step.values.get(key)
        if isinstance(value, Uncertain):
            return value.value if value.kind == "fixed" else value.at(self.share(f"{step.kind}.{key}"))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if value is None:
            return usual
        raise NotSimulatedError(f"{step.kind}: {key} is {value!r}")

    def _duration(self, step: Step) -> float:
        value = step.number("duration")
        if value is None:
            raise NotSimulatedError(f"{step.kind}: no duration")
        return self._number(step, "duration", 0.0)

    def _length(self, step: Step, key: str) -> float:
        value = step.values.get(key)
        try:
            return length_of(value.value if isinstance(value, Choice) else "long" if value is None else value)
        except (UserError, ValueError, TypeError) as reason:
            raise NotSimulatedError(f"{step.kind}: {reason}") from reason

    def _pulse(self, step: Step) -> tuple[float, float, bool]:
        """Give the shares of afferents and of motor axons that a pulse excites, and whether it runs up these."""
        site = _word(step, "site") or "nerve"
        if site not in SITES:
            raise NotSimulatedError(f"no site '{site}' to stimulate at; known: {', '.join(SITES)}")
        law = NerveStimulation()
        width = self._number(step, "pulse_width", _USUAL_PULSE_WIDTH_S)
        if "of_motor_threshold" in step.values:
            relative = self._number(step, "of_motor_threshold", 1.0)
        else:
            relative = law.motor_threshold_range * (1.0 + self._number(step, "above_maximal", _USUAL_ABOVE_MAXIMAL))
        afferents = 0.0 if site == "motor_axons" else float(law.afferent_share(relative, width))
        return afferents, float(law.motor_share(relative)), True

    def _threshold_ladder(self, step: Step, interrupted: bool) -> LadderAct:
        if self._number(step, "repeats", 1.0) != 1.0:
            raise NotSimulatedError("a ladder with repeats")
        afferents, motor, antidromic = self._pulse(step)
        usual = Ladder()
        pulses = round(self._number(step, "pulses", 0.0))
        try:
            ladder = Ladder(
                start_hz=self._number(step, "start", usual.start_hz),
                step_hz=self._number(step, "step", usual.step_hz),
                stop_hz=self._number(step, "stop", usual.stop_hz),
                pulses=pulses,
                train_s=self._number(step, "train", usual.train_s),
                gap_s=self._number(step, "gap", usual.gap_s),
                criterion_s=self._number(step, "cramp_criterion", usual.criterion_s),
                afferent_share=afferents,
                motor_share=motor,
                antidromic=antidromic,
                blocked=self.blocked,
                pain=self.pain,
                blood_flow=self.blood_flow,
            )
        except NotSimulatedError:
            raise
        except UserError as reason:
            raise NotSimulatedError(str(reason)) from reason
        return LadderAct(step.id or step.kind, ladder, self.length, interrupted)

    def _stimulation(self, step: Step) -> list[Act]:
        frequency = self._number(step, "frequency", 20.0)
        pulses = round(self._number(step, "pulses", self._number(step, "train", 2.0) * frequency))
        afferents, motor, antidromic = self._pulse(step)
        train = self._segment(
            max(pulses / max(frequency, 0.1), 0.002), frequency_hz=frequency, pulses=max(pulses, 1),
            afferent_share=afferents, motor_share=motor, antidromic=float(antidromic),
        )  # fmt: skip
        pause = self._segment(self._number(step, "gap", 10.0))
        repeats = max(round(self._number(step, "repeats", 1.0)), 1)
        return [SegmentAct(step.id or step.kind, (train, pause) * repeats)]

    def _segment(self, seconds: float, **what: Any) -> Segment:
        held: Mapping[str, Any] = {
            "blocked": self.blocked, "pain": self.pain, "blood_flow": self.blood_flow, "taste": self.taste,
            "fibre_length": self.length,
        }  # fmt: skip
        return Segment(seconds, **{**held, **what})

    def _contraction(self, step: Step) -> list[Act]:
        value = step.number("intensity")
        if value is not None and value.unit.name != "%MVC":
            raise NotSimulatedError(f"an intensity in {value.unit.name} says nothing about one muscle")
        drive = min(self._number(step, "intensity", 1.0), 1.0)
        seconds = self._number(step, "duration", 5.0)
        rise = self._number(step, "rise", 0.5)
        return [
            SegmentAct(
                step.id or step.kind,
                (self._segment(seconds, voluntary=drive, voluntary_rise_s=rise),),
                contraction=True,
            )
        ]

    def _fatigue_bouts(self, step: Step) -> list[Act]:
        counts = [self._number(step, key, usual) for key, usual in (("bouts", 5.0), ("repetitions", 20.0))]
        drive = min(self._number(step, "intensity", 0.6), 1.0)
        work = self._segment(self._number(step, "contraction", 2.0), voluntary=drive)
        pause = self._segment(self._number(step, "relaxation", 2.0))
        between = self._segment(self._number(step, "gap", 60.0))
        bout = (work, pause) * round(counts[1])
        return [SegmentAct(step.id or step.kind, (*bout, between)) for _ in range(round(counts[0]))]

    def _rest(self, step: Step) -> list[Act]:
        self.taste *= math.exp(-self._duration(step) / TASTE_LASTS_S)
        return [RestAct(step.id or step.kind, self._duration(step), self.blood_flow, self.length)]

    def _stretch(self, step: Step) -> list[Act]:
        seconds = self._number(step, "duration", 10.0)
        long = self._length(step, "length")
        there = self._segment(seconds, fibre_length=long, length_time=STRETCHING_S)
        back = self._segment(STRETCHING_S, length_time=STRETCHING_S)
        return [SegmentAct(step.id or step.kind, (there, back))]

    def _taps(self, step: Step, usual: float) -> list[Act]:
        seconds = self._number(step, "duration", 10.0)
        tapped = self._segment(seconds, tap_hz=self._number(step, "frequency", usual))
        return [SegmentAct(step.id or step.kind, (tapped,))]

    def _move(self, step: Step) -> list[Act]:
        self.length = self._length(step, "value")
        moved = self._segment(STRETCHING_S, length_time=STRETCHING_S)
        return [SegmentAct(step.id or step.kind, (moved,))]

    def _nerve_block(self, step: Step) -> list[Act]:
        self.blocked = True
        return []

    def _pain(self, step: Step) -> list[Act]:
        self.pain = self._number(step, "level", 0.6)
        return []

    def _taste(self, step: Step) -> list[Act]:
        self.taste = 1.0
        # A mouthful takes a moment, and what it does goes on in all that follows.
        return [SegmentAct(step.id or step.kind, (self._segment(MOUTHFUL_S),))]

    def _cuff(self, step: Step) -> list[Act]:
        self.blood_flow = 0.0
        if step.number("duration") is None:
            return []
        return [RestAct(step.id or step.kind, self._duration(step), 0.0, self.length)]

    def _body_state(self, step: Step) -> list[Act]:
        others = sorted(key for key in step.values if key not in ("muscle_temperature", "duration"))
        if others:
            raise NotSimulatedError(f"a body state with {', '.join(others)} changes nothing on the bench")
        self.temperature = self._number(step, "muscle_temperature", 34.0)
        return []


def _word(step: Step, key: str) -> str:
    value = step.values.get(key)
    return value.value if isinstance(value, Choice) else value if isinstance(value, str) else ""
