"""Runs a laboratory protocol on one muscle of one person, and gives the signal that electrodes would see."""

from __future__ import annotations

import math
import platform
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.core.laboratory_protocol import LaboratoryProtocol, longest_time
from cramplab.core.laboratory_run import STIMULUS, LaboratoryRun
from cramplab.core.muscle import Muscle
from cramplab.core.parameters import Declaration, resolve
from cramplab.core.person import Person
from cramplab.core.quantities import from_internal
from cramplab.core.results import Assumption
from cramplab.physiology.motor_neuron import MotorNeuron
from cramplab.physiology.nerve_stimulation import NerveStimulation
from cramplab.physiology.neuromodulation import Neuromodulation
from cramplab.physiology.surface_emg import SurfaceEMG, waveform
from cramplab.simulation.assembly import fast_parameters
from cramplab.simulation.laboratory_bench import (
    BINS_PER_WINDOW,
    Bench,
    check_room,
    drive_for,
    measure_maximal_contraction,
)
from cramplab.simulation.laboratory_measures import find_cramps, measures_of, series_of, trials_of
from cramplab.simulation.laboratory_steps import Course, take_step
from cramplab.simulation.subjects import PARTS, Inputs, Subjects

_VERSIONS_TOLD = ("cramplab", "numpy", "numba")
_DOUBT = ("chosen", "remembered", "fitted")  # most doubtful first
_SETS_UP = ("length", "pain", "body_state", "nerve_block")
"""Steps that, at the start of a protocol, are done before the clock starts."""


def run_protocol(
    protocol: LaboratoryProtocol,
    muscle: Muscle,
    person: Person | None = None,
    *,
    seed: int = 1,
    inputs: Inputs | None = None,
    keep_record: bool = True,
    report_progress: Callable[[int, int], None] | None = None,
) -> LaboratoryRun:
    """Do to a muscle what a protocol says, and record it.

    Parameters
    ----------
    protocol
        The steps.
    muscle
        Whose motor pool, nerve and fibres are simulated.
    person
        Whose parameters are taken; the declared values if left out.
    seed
        From which noise and the properties of single axons are drawn.
    inputs
        What the body or a theory changes about nerve and muscle; nothing by default.
    keep_record
        If false, no single discharges are kept, and the record is coarser.
    report_progress
        Told how many seconds are done, of how many at most.

    Raises
    ------
    UserError
        If the protocol takes no time, a parameter of the person is out of its limits, or memory is too small.
    """
    if protocol.longest_s <= 0.0:
        raise UserError(f"The protocol '{protocol.key}' takes no time. Add a step that does, for example a rest.")
    values, spoken = _own_values(person)
    subjects = Subjects(muscle, 1, seed=seed, values=values, inputs=inputs)
    check_room(subjects, protocol.longest_s)
    measure_maximal_contraction(subjects)
    total = max(math.ceil(protocol.longest_s), 1)
    tell = report_progress or (lambda _done, _total: None)
    # A ladder that ended early, or a cramp that went on, moves the clock against the plan.
    behind = [0.0]
    bench = Bench(subjects, lambda now: tell(min(int(now + behind[0]), total), total))
    course = Course(bench, drives={share: drive_for(subjects, share) for share in _intensities(protocol)})
    steps = list(protocol.steps)
    while steps and steps[0].kind in _SETS_UP and len(steps) > 1:
        take_step(course, steps.pop(0))
    bench.begin()
    planned = 0.0
    for at, step in enumerate(steps):
        course.last_step = at == len(steps) - 1
        take_step(course, step)
        planned += longest_time(step)
        behind[0] = planned - bench.now_s
    cramps = find_cramps(bench, course.floor, course.criterion_s)
    trials = trials_of(course)
    time, series = series_of(bench, cramps, 1 if keep_record else BINS_PER_WINDOW)
    events = [replace(each, end_s=min(each.end_s, bench.now_s)) for each in (*course.events, *cramps)]
    spike_time, spike_unit, spike_origin = bench.discharges()
    kept = slice(None) if keep_record else slice(0)
    tell(total, total)
    return LaboratoryRun(
        protocol=protocol.key,
        muscle=muscle.key,
        person="reference" if person is None else person.key,
        seed=seed,
        step_s=subjects.step_ms * 1e-3,
        duration_s=bench.now_s,
        time_s=time,
        series=series,  # type: ignore[arg-type]  # made single precision by the record
        spike_time_s=spike_time[kept],
        spike_unit=spike_unit[kept],
        spike_origin=spike_origin[kept],
        units={
            "twitch_force": subjects.twitch_force,
            "contraction_time": subjects.contraction_time,
            "emg_amplitude": subjects.emg_amplitude[0],
            "emg_duration": subjects.emg_duration[0],
            "stands_for": subjects.units.stands_for,
        },
        trials=trials,
        events=tuple(sorted(events, key=lambda each: (each.start_s, each.end_s))),
        measures=measures_of(course, trials, cramps),
        assumptions=tuple(_assumptions(muscle, values, protocol)),
        notes=(*spoken, *course.notes),
        versions={name: version(name) for name in _VERSIONS_TOLD} | {"python": platform.python_version()},
    )


def surface_waveform(run: LaboratoryRun, *, start_s: float, end_s: float, rate_hz: float) -> NDArray[np.float32]:
    """Give the surface EMG as a pair of close electrodes would see it, M waves and all.

    Where a simulated motor unit stands for several, these discharge apart from each other, so that their powers add;
    a stimulus makes them discharge together.

    Parameters
    ----------
    start_s, end_s : s
        From the start of the protocol.
    rate_hz : Hz
        Samples per second.

    Returns
    -------
    array, shape [samples], float32
        mV.

    Raises
    ------
    UserError
        If the run kept no single discharges, or the times or the rate make no sense.
    """
    if not (rate_hz > 0.0 and 0.0 <= start_s < end_s):
        raise UserError(f"No EMG from {start_s:g} to {end_s:g} s at {rate_hz:g} samples per second.")
    if not run.spike_time_s.size and float(run.series["emg"].max(initial=0.0)) > 0.0:
        raise UserError("This run kept no single discharges, so there is no waveform. Repeat it with its record.")
    samples = max(round((end_s - start_s) * rate_hz), 1)
    time = start_s + np.arange(max(samples, 2)) / rate_hz
    amplitude, duration, count = (run.units[name] for name in ("emg_amplitude", "emg_duration", "stands_for"))
    reach = 5.0 * float(duration.max())
    near = (run.spike_time_s > start_s - reach) & (run.spike_time_s < end_s + reach)
    together = run.spike_origin == STIMULUS
    signal = np.zeros(time.size)
    for chosen, size in ((near & ~together, np.sqrt(count)), (near & together, count)):
        units = run.spike_unit[chosen].astype(np.int64)
        signal += waveform(time, run.spike_time_s[chosen], units, amplitude * size, duration)
    return signal[:samples].astype(np.float32)


def _intensities(protocol: LaboratoryProtocol) -> Iterator[float]:
    for step in protocol.steps:
        found = step.number("intensity")
        if found is not None:
            yield min(found.value, 1.0)


def _own_values(person: Person | None) -> tuple[dict[str, float], list[str]]:
    """Give the person's values for nerve and muscle, and what has to be said about the others."""
    if person is None:
        return {}, []
    known, settings = fast_parameters(), person.settings()
    own = {name: each for name, each in settings.items() if name in known}
    resolved, faults = resolve({name: known[name] for name in own}, [(f"person {person.key}", own)])
    if faults:
        raise FaultsFoundError(faults)
    told = []
    if not own:
        told.append(
            f"Nothing that the file of '{person.key}' says is about nerve or muscle within minutes: "
            "this is the person of the declared values."
        )
    elif len(own) < len(settings):
        left = len(settings) - len(own)
        told.append(
            f"{left} further value{'s' if left > 1 else ''} of '{person.key}' act on the body over hours, not here."
        )
    return {name: each.value for name, each in resolved.items()}, told


def _assumptions(muscle: Muscle, values: dict[str, float], protocol: LaboratoryProtocol) -> Iterator[Assumption]:
    """List the numbers that were not read anywhere, the most doubtful first."""
    parts: tuple[type[Any], ...] = (MotorNeuron, Neuromodulation, NerveStimulation, SurfaceEMG, *PARTS)
    used = {part.name for part in parts}
    if any(step.kind == "body_state" for step in protocol.steps):
        used.add("axon_surroundings")
    declared = [each for name, each in fast_parameters().items() if name.partition(".")[0] in used]
    for origin in _DOUBT:
        for name, value in muscle.values.items():
            if value.origin == origin:
                written = value.quantity
                label = f"{muscle.title}: {name.replace('_', ' ')}"
                yield Assumption(
                    f"muscle.{name}", label, float(written.as_written), written.unit.name, "", origin, value.source,
                    value.where,
                )  # fmt: skip
        for each in declared:
            if each.origin == origin or (each.name in values and origin == _DOUBT[0]):
                yield _assumption(each, values.get(each.name))


def _assumption(declaration: Declaration, own: float | None) -> Assumption:
    value = declaration.value_as_written if own is None else float(from_internal(own, declaration.unit))
    return Assumption(
        declaration.name,
        declaration.meaning[:1].upper() + declaration.meaning[1:],
        float(f"{value:.6g}"),
        declaration.unit,
        declaration.spread.written if declaration.spread is not None else "",
        declaration.origin,
        declaration.source,
        declaration.where,
        declaration.population,
    )
