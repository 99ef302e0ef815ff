"""What each step of a laboratory protocol does to the muscle on the bench."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cramplab.core.experiment_steps import Step
from cramplab.core.laboratory_protocol import length_of, rungs
from cramplab.core.laboratory_run import Event
from cramplab.core.quantities import from_internal
from cramplab.physiology.axon_surroundings import AxonSurroundings
from cramplab.physiology.nerve_stimulation import check_settings
from cramplab.simulation.laboratory_bench import CLOSED_GAP_S, SILENT_AFTER_TRAIN_S, WINDOW_S, Bench, part_of
from cramplab.simulation.subjects import Segment
from cramplab.simulation.threshold_ladder import CRAMP_EMG, LONGEST_CRAMP_S

_TASTE_S = 30.0
"""How long a mouthful is tasted (chosen)."""
_AFTER_CRAMP_S = 3.0
_IONS = ("potassium", "sodium", "calcium", "magnesium")


@dataclass(frozen=True)
class Train:
    """A train that was given; its first and last pulse in s, and whether it belongs to a ladder."""

    frequency_hz: float
    pulses: int
    start_s: float
    end_s: float
    motor_share: float
    afferent_share: float
    of_ladder: bool
    step: str


@dataclass
class Course:
    """What was done so far, and what the reader has to know."""

    bench: Bench
    trains: list[Train] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    criterion_s: float = 1.0
    drives: dict[float, float] = field(default_factory=dict)
    last_step: bool = False

    @property
    def floor(self) -> float:
        """Mean square of the EMG from which the muscle counts as active, mV^2."""
        return CRAMP_EMG**2 * float(self.bench.subjects.mvc_power[0])

    def left_cramp(self, onset_s: float, end_s: float = math.inf) -> bool:
        """Say whether the muscle goes on by itself after a train that ended at a time (s), by the criterion."""
        first, last = self.bench.spell_after(onset_s, self.floor, end_s)
        return last - first >= self.criterion_s - 1e-9

    def tell(self, sentence: str) -> None:
        """Note a sentence for the reader, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def did(self, step: Step, start_s: float, words: str, end_s: float | None = None) -> None:
        """Note what was done, until now or until an end that may lie beyond the record."""
        self.events.append(Event(start_s, self.bench.now_s if end_s is None else end_s, step.kind, words))


def take_step(course: Course, step: Step) -> None:
    """Do what a step says."""
    _ACTS[step.kind](course, step)


# --- electricity


def _pulse(course: Course, step: Step) -> Segment:
    """Give what a pulse of this step excites, as a segment without duration."""
    law = course.bench.subjects.stimulation
    width, site = _value(step, "pulse_width"), str(step.values["site"].value)
    below = step.number("of_motor_threshold")
    # The largest M wave takes every motor axon.
    over = below.value if below is not None else (1.0 + _value(step, "above_maximal")) * law.motor_threshold_range
    check_settings(pulse_width=width, current=over * float(law.motor_threshold(width)))
    if site == "motor_axons":
        course.tell("Pulses to the motor axons excite no afferent, which no electrode can do.")
    elif course.bench.blocked:
        course.tell("The block lies between the spinal cord and the electrode.")
    afferents = 0.0 if site == "motor_axons" else float(law.afferent_share(over, width))
    return Segment(0.0, motor_share=float(law.motor_share(over)), afferent_share=afferents, antidromic=1.0)


def _train(course: Course, step: Step, frequency: float, length_s: float) -> Train:
    check_settings(frequency=frequency)
    pulses = max(round(length_s * frequency), 1)
    pulse, start = _pulse(course, step), course.bench.now_s
    course.bench.act(replace(pulse, duration_s=pulses / frequency, frequency_hz=frequency, pulses=pulses))
    end = start + (pulses - 1) / frequency
    of_ladder = step.kind == "threshold_ladder"
    done = Train(frequency, pulses, start, end, pulse.motor_share, pulse.afferent_share, of_ladder, step.id)
    course.trains.append(done)
    return done


def _ladder(course: Course, step: Step) -> None:
    """Give trains until one leaves a cramp; the step ends as soon as the cramp is recognised."""
    bench, gap = course.bench, _value(step, "gap")
    course.criterion_s = _value(step, "cramp_criterion")
    looked_s = _whole_windows(course.criterion_s + SILENT_AFTER_TRAIN_S)
    repeats, cramped, onset = int(step.values["repeats"]), False, bench.now_s
    for repeat in range(repeats):
        for frequency, length_s in rungs(step):
            _train(course, step, frequency, length_s)
            onset = bench.now_s
            bench.wait(min(looked_s, gap))
            cramped = course.left_cramp(onset)
            if cramped:
                break
            bench.wait(gap - min(looked_s, gap))
        if cramped and (repeat < repeats - 1 or course.last_step):
            _see_it_end(course, onset)
        if cramped and repeat < repeats - 1:
            bench.wait(gap)
    if not course.last_step and cramped:
        course.tell(
            "The ladder ends with the first train that leaves a cramp; what follows begins once it is recognised."
        )


def _whole_windows(seconds: float) -> float:
    """Round a time up to whole windows of the EMG."""
    windows = -(-round(seconds * 1e6) // round(WINDOW_S * 1e6))
    return windows * WINDOW_S


def _see_it_end(course: Course, onset_s: float) -> None:
    """Go on to the end of a cramp and a little longer."""
    bench = course.bench
    while bench.spell_after(onset_s, course.floor)[1] >= bench.now_s - onset_s - CLOSED_GAP_S - WINDOW_S:
        if bench.now_s - onset_s >= LONGEST_CRAMP_S:
            course.tell(f"The cramp was still there after {LONGEST_CRAMP_S:.0f} s; the recording ends then.")
            return
        bench.wait(1.0)
    bench.wait(_AFTER_CRAMP_S)


def _stimulation(course: Course, step: Step) -> None:
    start = course.bench.now_s
    site = str(step.values["site"].value).replace("_", " ")
    trains = rungs(step)
    for frequency, length_s in trains:
        begun = course.bench.now_s
        train = _train(course, step, frequency, length_s)
        if train.pulses > 1:
            words = f"{train.pulses} pulses at {frequency:g} Hz, {site}"
            course.did(step, begun, words, train.end_s)
        course.bench.wait(_value(step, "gap"))
    if trains and course.trains[-1].pulses == 1:
        named = f" ({step.id})" if step.id else ""
        course.did(step, start, f"single pulses to the {site}, {len(trains)} of them{named}")


def _block(course: Course, step: Step) -> None:
    course.bench.blocked = True
    course.did(step, course.bench.now_s, "the nerve conducts no more, in either direction", math.inf)


# --- effort and movement


def _contract(course: Course, intensity: float, duration_s: float, rise_s: float) -> None:
    drive = course.drives[min(intensity, 1.0)]
    course.bench.act(Segment(duration_s, voluntary=drive, voluntary_rise_s=max(rise_s, 0.01)))


def _contraction(course: Course, step: Step) -> None:
    start, rise = course.bench.now_s, _value(step, "rise")
    intensity = _value(step, "intensity")
    _contract(course, intensity, _value(step, "duration") + rise, rise)
    course.did(step, start, f"voluntary contraction, {100 * intensity:.0f} % of the highest")


def _bouts(course: Course, step: Step) -> None:
    bench, intensity = course.bench, _value(step, "intensity")
    for bout in range(int(step.values["bouts"])):
        start = bench.now_s
        for _ in range(int(step.values["repetitions"])):
            _contract(course, intensity, _value(step, "contraction"), 0.1)
            bench.wait(_value(step, "relaxation"))
        course.did(step, start, f"bout {bout + 1}, contractions of {100 * intensity:.0f} % of the highest")
        bench.wait(_value(step, "gap"))
    course.tell("Contractions below the highest are held at the drive that gives this force in the rested muscle.")


def _length(course: Course, step: Step) -> None:
    length = length_of(step.values["value"])
    course.bench.move(length)
    course.did(step, course.bench.now_s, f"held at {length:g} optimal lengths")


def _stretch(course: Course, step: Step) -> None:
    bench, before = course.bench, course.bench.length
    start, length = bench.now_s, length_of(step.values["length"])
    bench.move(length)
    bench.wait(_value(step, "duration"))
    bench.move(before)
    course.did(step, start, f"stretched to {length:g} optimal lengths")


def _rest(course: Course, step: Step) -> None:
    course.bench.wait(_value(step, "duration"))


# --- receptors


def _vibration(course: Course, step: Step) -> None:
    start, frequency = course.bench.now_s, _value(step, "frequency")
    course.bench.act(Segment(_value(step, "duration"), tap_hz=frequency, tap_afferent_share=1.0))
    course.did(step, start, f"vibration at {frequency:g} Hz, which all primary spindle afferents follow")


def _tendon(course: Course, step: Step) -> None:
    start, frequency = course.bench.now_s, _value(step, "frequency")
    course.bench.act(Segment(_value(step, "duration"), tap_hz=frequency, tap_afferent_share=0.0, tap_organ_share=1.0))
    course.did(step, start, f"pulses to the tendon at {frequency:g} Hz, which excite all tendon-organ afferents")


def _pain(course: Course, step: Step) -> None:
    level, duration = _value(step, "level"), _duration(step)
    course.bench.hold("pain", level, duration)
    now = course.bench.now_s
    course.did(step, now, f"muscle pain, {100 * level:.0f} % of the strongest", now + duration)
    course.tell(
        "How strongly pain acts on motor neurons is our choice: that it lowers the threshold was read, not by how much."
    )


def _cuff(course: Course, step: Step) -> None:
    duration = _value(step, "duration")
    course.bench.hold("blood_flow", 0.0, duration)
    course.did(step, course.bench.now_s, f"cuff for {duration / 60:g} min", course.bench.now_s + duration)
    course.tell(
        "Under the cuff relaxation recovers no more. The laboratory does not follow the metabolism of the muscle, so "
        "what work left in it does not excite its small fibres here."
    )


def _taste(course: Course, step: Step) -> None:
    course.bench.hold("taste", 1.0, _TASTE_S)
    substance = str(step.values["substance"].value).replace("_", " ") if "substance" in step.values else "strong taste"
    course.did(step, course.bench.now_s, f"{substance} in the mouth")
    if float(course.bench.subjects.person["taste_inhibition"][0]) == 0.0:
        course.tell("What all theories share couples no taste to the motor neurons, so the mouthful does nothing here.")


def _body_state(course: Course, step: Step) -> None:
    """Set the surroundings of the axons' endings, and the temperature of the muscle."""
    bench, duration = course.bench, _duration(step)
    law = part_of(bench.subjects, AxonSurroundings)
    warmth = bench.held("temperature", float(bench.subjects.inputs.temperature))
    rest = [getattr(law, f"{ion}_at_rest") for ion in _IONS]
    told = [step.number(f"interstitial_{ion}") for ion in _IONS]
    now = [each.value if each is not None else usual for each, usual in zip(told, rest, strict=True)]
    heat = step.number("muscle_temperature")
    warmed = heat.value if heat is not None else warmth
    # Against the same axon before: a muscle on the bench is cooler than the reference of the law.
    shift = law.terminal_shift(*now, warmed) - law.terminal_shift(*rest, warmth)
    bench.hold("terminal_shift", shift, duration)
    words = [f"{ion} {each.value:g} mmol/L" for ion, each in zip(_IONS, told, strict=True) if each is not None]
    if heat is not None:
        bench.hold("temperature", warmed, duration)
        words.append(f"muscle at {from_internal(warmed, 'degC'):.3g} °C")
    course.did(step, bench.now_s, f"around the axons' endings: {', '.join(words)}", bench.now_s + duration)
    course.tell(
        f"The step sets what surrounds the axons' endings, as if they were depolarised by {shift:.2g} mV. "
        "What all theories share couples nothing else to it: motor neurons and small fibres do not feel it."
    )


def _duration(step: Step) -> float:
    """Give how long something holds: to the end unless the step says otherwise."""
    found = step.number("duration")
    return math.inf if found is None else found.value


def _value(step: Step, key: str) -> float:
    found = step.number(key)
    if found is None:
        raise KeyError(key)
    return found.value


_ACTS: dict[str, Callable[[Course, Step], None]] = {
    "threshold_ladder": _ladder, "stimulation": _stimulation, "voluntary_contraction": _contraction,
    "length": _length, "stretch": _stretch, "fatigue_bouts": _bouts, "nerve_block": _block,
    "tendon_stimulation": _tendon, "vibration": _vibration, "pain": _pain, "cuff": _cuff, "taste": _taste,
    "body_state": _body_state, "rest": _rest,
}  # fmt: skip
