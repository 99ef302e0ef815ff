"""What one run of a laboratory protocol leaves behind: every discharge, the record in time bins, and what was measured.

Nothing here needs the engine, so a record made elsewhere can be read and reported without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import CramplabError
from cramplab.core.results import Assumption

SCHEMA = 1
Window = tuple[float, float]
LONGEST_WINDOW = 120.0
"""What is shown or handed on of every single discharge and sample at once, in s."""
SERIES: dict[str, tuple[str, str]] = {
    # name: (unit of the values, what it is)
    "force": ("N", "force of the muscle at its tendon"),
    "force_share": ("1", "force as a share of the highest voluntary force"),
    "emg": ("mV", "surface EMG without M waves, root mean square over a quarter of a second"),
    "emg_share": ("%", "surface EMG as a share of that of a maximal voluntary contraction"),
    "fibre_length": ("1", "length of the muscle fibres, in optimal lengths"),
    "stimulation": ("Hz", "frequency of the electrical stimulation; zero while it is off"),
    "voluntary_drive": ("1", "voluntary drive to the motor pool, as a share of the highest"),
    "primary_afferent_rate": ("imp/s", "discharge of a primary spindle afferent, mean over the muscle"),
    "secondary_afferent_rate": ("imp/s", "discharge of a secondary spindle afferent, mean over the muscle"),
    "tendon_organ_rate": ("imp/s", "discharge of a tendon-organ afferent, mean over the muscle"),
    "spinal_tone": ("uS", "excitatory conductance on a motor neuron from afferents and tonic input"),
    "renshaw": ("uS", "inhibitory conductance on a motor neuron from Renshaw cells"),
    "motor_unit_rate": ("imp/s", "discharge rate, mean over the motor units that are active"),
    "active_units": ("1", "share of the motor units that are active"),
    "cramping": ("1", "1 while the muscle cramps, otherwise 0"),
}
MEASURES: dict[str, tuple[str, str]] = {
    # name: (unit, what it is)
    "cramp_threshold_frequency": ("Hz", "lowest stimulation frequency that left a cramp"),
    "cramp_duration": ("s", "how long the cramp lasted"),
    "cramp_emg": ("%", "EMG in the cramp, as a share of that of a maximal voluntary contraction"),
    "motor_unit_discharge_rate": ("imp/s", "discharge rate of a motor unit in the cramp, mean"),
    "motor_unit_minimum_rate": ("imp/s", "lowest discharge rate of a motor unit in the cramp, mean over units"),
    "motor_unit_maximum_rate": ("imp/s", "highest discharge rate of a motor unit in the cramp, mean over units"),
    "motor_unit_active_time": ("s", "how long a motor unit stayed active in the cramp, mean over units"),
    "cramp_time_left": ("s", "how long the cramp went on after something was done to it"),
    "h_reflex_amplitude": ("mV", "H reflex, peak to peak, mean over single pulses"),
    "h_reflex_share": ("%", "H reflex over the largest M wave"),
    "m_wave_amplitude": ("mV", "M wave, peak to peak, mean over single pulses"),
    "f_wave_share": ("%", "mean F wave over the M wave"),
    "mvc_force": ("N", "force of a maximal voluntary contraction"),
}
UNITS: dict[str, tuple[str, str]] = {
    # what is known of every motor unit: (unit, what it is)
    "twitch_force": ("N", "peak force of a twitch"),
    "contraction_time": ("s", "time from the start of a twitch to its peak"),
    "emg_amplitude": ("mV", "amplitude of the unit's action potential at the skin"),
    "emg_duration": ("s", "duration of the unit's action potential at the skin"),
    "stands_for": ("1", "how many real motor units the simulated one stands for"),
}
SPINAL, STIMULUS, ECTOPIC = 0, 1, 2
ORIGINS: dict[int, tuple[str, str]] = {
    SPINAL: ("spinal", "from the motor neuron"),
    STIMULUS: ("stimulus", "from a stimulus pulse at the axon"),
    ECTOPIC: ("ectopic", "from the axon's terminal by itself"),
}
"""Where a discharge of the muscle fibres began: the number kept, a word, and its meaning."""


@dataclass(frozen=True)
class Trial:
    """One train of a threshold ladder.

    Parameters
    ----------
    frequency_hz : Hz
    start_s, end_s : s
        First and last pulse of the train, from the start of the protocol.
    outlasted_s : s
        How long the muscle stayed active after the last pulse.
    cramped
        Whether that counted as a cramp by the protocol's criterion.
    """

    frequency_hz: float
    start_s: float
    end_s: float
    outlasted_s: float
    cramped: bool


@dataclass(frozen=True)
class Event:
    """Something that was done or happened: a stretch, a block, a contraction, a cramp.

    Parameters
    ----------
    start_s, end_s : s
        From the start of the protocol.
    kind
        The kind of step, or ``cramp``.
    words
        What it was, for a reader.
    """

    start_s: float
    end_s: float
    kind: str
    words: str


@dataclass(frozen=True)
class Measured:
    """One thing measured, in the field's words.

    Parameters
    ----------
    value : ``unit``
        NaN where there was nothing to measure, for example no cramp.
    words
        What it is, or why there is none.
    """

    value: float
    unit: str
    words: str


@dataclass(frozen=True, eq=False)
class LaboratoryRun:
    """The record of one protocol on one muscle of one person.

    Parameters
    ----------
    protocol, muscle, person
        Their keys; ``reference`` for the person of the declared values.
    seed
        The one integer from which every random number was drawn.
    step_s, duration_s : s
        Length of the engine's short step, and of the whole protocol.
    time_s : s
        Shape [bins]: the middle of each time bin, increasing.
    series
        Shape [bins] by name; names and units as in `SERIES`.
    spike_time_s : s
        Shape [spikes]: when a motor unit's fibres were excited.
    spike_unit
        Shape [spikes]: which motor unit, 0 the smallest.
    spike_origin
        Shape [spikes]: where it began; see `ORIGINS`.
    units
        Shape [units] by name; names and units as in `UNITS`.
    trials
        Trains of a threshold ladder, in order.
    events
        What was done and what happened, in order.
    measures
        By name; those of `MEASURES` and perhaps further ones.
    assumptions
        Numbers that the run rests on.
    notes
        Sentences for the reader.
    versions
        Package name to version, of what computed the run.

    Raises
    ------
    CramplabError
        If shapes disagree, or a name is none of ours.
    """

    protocol: str
    muscle: str
    person: str
    seed: int
    step_s: float
    duration_s: float
    time_s: NDArray[np.float64]
    series: Mapping[str, NDArray[np.float32]]
    spike_time_s: NDArray[np.float64]
    spike_unit: NDArray[np.int32]
    spike_origin: NDArray[np.int8]
    units: Mapping[str, NDArray[np.float64]]
    trials: tuple[Trial, ...] = ()
    events: tuple[Event, ...] = ()
    measures: Mapping[str, Measured] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds: dict[str, Any] = {
            "time_s": np.float64, "spike_time_s": np.float64, "spike_unit": np.int32, "spike_origin": np.int8,
        }  # fmt: skip
        for name, kind in kinds.items():
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=kind))
        for name, kind in (("series", np.float32), ("units", np.float64)):
            arrays = {key: np.asarray(values, dtype=kind) for key, values in getattr(self, name).items()}
            object.__setattr__(self, name, arrays)
        for name in ("trials", "events", "assumptions", "notes"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        problem = _problem(self)
        if problem:
            raise CramplabError(f"Run of the protocol '{self.protocol}': {problem}.")

    @property
    def unit_count(self) -> int:
        """How many motor units were simulated."""
        return next(iter(self.units.values())).size


def cramps_of(run: LaboratoryRun) -> list[Event]:
    """Give the cramps among the events, in order."""
    return [each for each in run.events if each.kind == "cramp"]


def cramp_window(run: LaboratoryRun) -> Window:
    """Choose the two minutes at most that show how the first cramp came and went, or else the last train.

    Returns
    -------
    s
        From when to when, from the start of the protocol.
    """
    cramps = cramps_of(run)
    if cramps:
        before = [each.start_s for each in run.trials if each.start_s < cramps[0].end_s]
        start = max(before[-1] if before else 0.0, cramps[0].start_s - 20.0) - 2.0
        end = cramps[0].end_s + 8.0
    elif run.trials:
        start, end = run.trials[-1].start_s - 2.0, run.trials[-1].end_s + 10.0
    else:
        start, end = 0.0, run.duration_s
    start = max(start, 0.0)
    return start, min(end, start + LONGEST_WINDOW, max(run.duration_s, start + 1.0))


def _problem(run: LaboratoryRun) -> str:
    bins, spikes = run.time_s.shape, run.spike_time_s.shape
    if len(bins) != 1 or bins[0] < 2 or not np.all(np.diff(run.time_s) > 0):
        return "time_s must be one-dimensional, increasing and hold at least two times"
    for what, found, known in (("series", run.series, SERIES), ("motor-unit property", run.units, UNITS)):
        unknown = [name for name in found if name not in known]
        if unknown:
            return f"no {what} has the name '{unknown[0]}'"
    for name, values in run.series.items():
        if values.shape != bins:
            return f"series '{name}' has shape {values.shape}, expected [bins] = {bins}"
    shapes = {name: values.shape for name, values in run.units.items()}
    if not shapes or len(set(shapes.values())) != 1 or len(next(iter(shapes.values()))) != 1:
        return f"the motor units are described by arrays of shape {shapes}, expected [units] for each"
    if len(spikes) != 1 or run.spike_unit.shape != spikes or run.spike_origin.shape != spikes:
        return "spike_time_s, spike_unit and spike_origin must be of one length"
    if spikes[0] and not 0 <= run.spike_unit.min() <= run.spike_unit.max() < run.unit_count:
        return f"a discharge is of motor unit {run.spike_unit.max()}, but there are {run.unit_count}"
    if spikes[0] and not set(np.unique(run.spike_origin).tolist()) <= set(ORIGINS):
        return f"the origin of a discharge is none of {sorted(ORIGINS)}"
    return ""
