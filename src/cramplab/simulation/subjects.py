"""People on the bench: one muscle of each, with its nerve and its motor pool, laid out for the compiled loop."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import UserError, did_you_mean
from cramplab.core.muscle import Muscle, simulated_units
from cramplab.physiology.afferent_synapse import AfferentSynapse
from cramplab.physiology.motor_neuron import MotorNeuron
from cramplab.physiology.motor_terminal import MotorTerminal
from cramplab.physiology.motor_unit import MotorUnit
from cramplab.physiology.motor_unit_fatigue import MotorUnitFatigue
from cramplab.physiology.muscle_relaxation import MuscleRelaxation
from cramplab.physiology.muscle_spindle import MuscleSpindle
from cramplab.physiology.muscle_tendon import MuscleTendon
from cramplab.physiology.nerve_stimulation import NerveStimulation
from cramplab.physiology.neuromodulation import Neuromodulation
from cramplab.physiology.renshaw_cells import RenshawCells
from cramplab.physiology.small_fibres import SmallFibres
from cramplab.physiology.spinal_drive import SpinalDrive
from cramplab.physiology.surface_emg import SurfaceEMG, depths
from cramplab.physiology.tendon_organ import TendonOrgan
from cramplab.simulation import laboratory_kernel as kernel
from cramplab.simulation.assembly import fast_parameters
from cramplab.simulation.pool_step import (
    LARGEST_STEP_MS,
    lay_out_properties,
    resting_state,
    shared_factors,
)

FloatArray = NDArray[np.float64]
STEP_MS = 0.1
# In the order in which the compiled loop takes them.
PARTS: tuple[type[Any], ...] = (
    SpinalDrive, MuscleSpindle, TendonOrgan, RenshawCells, SmallFibres, AfferentSynapse, MotorUnit, MotorUnitFatigue,
    MuscleRelaxation, MuscleTendon, MotorTerminal,
)  # fmt: skip
_BYTES_OF_MEMORY_KEPT_FREE = 1 << 30
USUAL_DYNAMIC_DRIVE, USUAL_STATIC_DRIVE = 0.0, 0.0
"""Fusimotor discharge of a relaxed person, imp/s (chosen): at rest spindles are driven hardly at all."""


@dataclass(frozen=True)
class Inputs:
    """What the body and the theories may change about nerve and muscle; each one number or shape [people].

    At these values nothing is changed. They are the ports to which couplings lead.

    Parameters
    ----------
    persistent_gain, volley_gain, tendon_organ_gain : 1
        Factors on the persistent inward current, on the facilitation by volleys, and on tendon-organ inhibition.
    terminal_shift : mV
        Effective depolarisation of the axons' terminals by their surroundings.
    resting_drive : S
        Tonic excitation of the motor neurons.
    temperature : degC
        Of the muscle.
    potassium_excess, hydrogen_excess : mmol/L
        Between the muscle's cells, above rest.
    fatigue : 1
        Share of every unit's force that is lost at the start.
    taste_inhibition : S
        Inhibition of the motor neurons by a strong taste in the mouth.
    dynamic_drive, static_drive : imp/s
        To the spindles.
    """

    persistent_gain: Any = 1.0
    volley_gain: Any = 1.0
    tendon_organ_gain: Any = 1.0
    terminal_shift: Any = 0.0
    resting_drive: Any = 0.0
    temperature: Any = 34.0
    potassium_excess: Any = 0.0
    hydrogen_excess: Any = 0.0
    fatigue: Any = 0.0
    taste_inhibition: Any = 0.0
    dynamic_drive: Any = USUAL_DYNAMIC_DRIVE
    static_drive: Any = USUAL_STATIC_DRIVE


@dataclass(frozen=True)
class Segment:
    """A stretch of a protocol; see the meaning and unit of each field in `laboratory_kernel.SEGMENT`.

    ``fibre_length`` is what the fibres of the relaxed muscle would have, in optimal lengths; ``length_time`` (s) how
    long a change takes. What is None goes on as it was (length) or is at rest.
    """

    duration_s: float
    frequency_hz: float = 0.0
    pulses: int = 0
    afferent_share: float = 1.0
    motor_share: float = 1.0
    antidromic: float = 1.0
    voluntary: float = 0.0
    voluntary_rise_s: float = 0.5
    fibre_length: float | None = None
    length_time: float = 0.5
    blocked: bool = False
    tap_hz: float = 0.0
    tap_afferent_share: float = 1.0
    tap_organ_share: float = 0.0
    pain: float = 0.0
    blood_flow: float = 1.0
    taste: float = 0.0
    quiet_s: float = 0.0
    count: bool = False


class Subjects:
    """The same muscle of some people, ready to be stimulated.

    Parameters
    ----------
    muscle
        Whose pool is simulated.
    people
        How many.
    seed
        From which noise and the properties of single axons are drawn.
    values
        Parameters by dotted name, internal units; one number or shape [people].
    inputs
        What the body or a theory changes.
    keys
        Shape [people]: names of the people in the noise; 0, 1, ... by default. The same key meets the same noise.
    step_ms : ms
        Of the motor neurons.

    Raises
    ------
    UserError
        If a parameter is unknown, the step too large, or the people do not fit into memory.
    """

    def __init__(
        self,
        muscle: Muscle,
        people: int = 1,
        *,
        seed: int = 1,
        values: Mapping[str, Any] | None = None,
        inputs: Inputs | None = None,
        keys: Sequence[int] | None = None,
        step_ms: float = STEP_MS,
    ) -> None:
        self.muscle, self.people, self.seed, self.step_ms = muscle, people, seed, step_ms
        self.inputs = inputs or Inputs()
        self.values = dict(values or {})
        self.keys = np.arange(people, dtype=np.uint32) if keys is None else np.asarray(keys, dtype=np.uint32)
        steps = kernel.BLOCK_S * 1e3 / step_ms
        if step_ms > LARGEST_STEP_MS or abs(steps - round(steps)) > 1e-6 or round(steps) % 4:
            raise UserError(
                f"A step of {step_ms:g} ms is refused: a spike lasts 0.6 ms, and above {LARGEST_STEP_MS:g} ms rates "
                "are wrong by more than a per cent. Take 0.1, 0.05 or 0.025 ms."
            )
        self.steps_per_block = round(steps)
        for name in self.values:
            if name not in fast_parameters():
                raise UserError(f"No parameter named '{name}'. {did_you_mean(name, fast_parameters())}")
        self.units = simulated_units(muscle.motor_units)
        check_memory(people, len(self.units))
        self._lay_out()

    # ------------------------------------------------------------------------------------------------- laying out
    def _of(self, owner: type[Any]) -> dict[str, Any]:
        """Give the values that were set for one part, by field name."""
        start = owner.name + "."
        return {name.removeprefix(start): value for name, value in self.values.items() if name.startswith(start)}

    def _mean_of(self, owner: type[Any]) -> Any:
        """Make a part with the mean of what was set, for laws that are not person by person."""
        return owner(**{name: float(np.mean(value)) for name, value in self._of(owner).items()})

    def _neurons(self) -> dict[str, FloatArray]:
        """Lay the motor neurons out, shape [people, units]; one by one only where people differ."""
        share = self.muscle.slow_fibre_share
        own = self._of(MotorNeuron)
        shape = (self.people, len(self.units))
        varied = {name: np.asarray(each) for name, each in own.items() if np.size(each) > 1}
        fixed = {name: float(each) for name, each in own.items() if np.size(each) == 1}
        fast_share = 1.0 - share

        def pool(extra: Mapping[str, float]) -> dict[str, FloatArray]:
            neuron = MotorNeuron(**{**fixed, **extra})
            return neuron.of_pool(self.units.position, slow_share=share, resistant_share=0.75 * fast_share)

        if not varied:
            return {name: np.broadcast_to(each, shape).copy() for name, each in pool({}).items()}
        each_person = [pool({name: float(each[i]) for name, each in varied.items()}) for i in range(self.people)]
        return {name: np.stack([one[name] for one in each_person]) for name in each_person[0]}

    def _lay_out(self) -> None:
        people, units, muscle = self.people, len(self.units), self.muscle
        self.neuron = self._mean_of(MotorNeuron)
        self.properties = lay_out_properties(self._neurons(), self.step_ms)
        self.shared = shared_factors(self.neuron, self.step_ms)
        self.fast = resting_state(people, units)
        self.parts = [part.records(people, self._of(part)) for part in PARTS]
        self.emg, self.stimulation = self._mean_of(SurfaceEMG), self._mean_of(NerveStimulation)
        self.tendon = self._mean_of(MuscleTendon)
        self.traits = np.zeros((people, len(kernel.TRAITS), units))
        self._lay_out_units()
        self.unit = np.zeros((people, len(kernel.UNIT_ROWS) + 2 + kernel.REMEMBERED_SPIKES, units))
        self.unit[:, kernel.UNIT_ROWS.index("capacity")] = 1.0 - np.reshape(
            np.broadcast_to(self.inputs.fatigue, (people,)), (people, 1)
        )
        self.unit[:, kernel.UNIT_ROWS.index("last_fired")] = -1e3
        self.forget_discharges()
        self.sent = np.zeros((people, kernel.LONGEST_DELAY_BLOCKS, units), dtype=np.uint8)
        self.volleys = np.zeros((people, kernel.LONGEST_DELAY_BLOCKS, 2 + units), dtype=np.float32)
        self.rates = np.zeros((people, kernel.LONGEST_DELAY_BLOCKS, 3))
        self.person = self._persons()
        self.state = self._states(muscle)
        self.mvc_power = np.full(people, np.nan)
        self.mvc_force = np.full(people, np.nan)

    def _lay_out_units(self) -> None:
        muscle, units = self.muscle, self.units
        laws = self._mean_of(MotorUnit).pool(
            units.position, units.stands_for, muscle.peak_force, muscle.twitch_force_ratio,
            muscle.longest_contraction_time, muscle.contraction_time_ratio,
        )  # fmt: skip
        terminal = self._mean_of(MotorTerminal)
        row = kernel.TRAITS.index
        self.twitch_force, self.contraction_time = laws["twitch_force"], laws["contraction_time"]
        self.emg_amplitude = np.zeros((self.people, len(units)))
        self.emg_duration = np.zeros((self.people, len(units)))
        for i in range(self.people):
            chance = np.random.default_rng(np.random.SeedSequence([self.seed, int(self.keys[i]), 0x61786F6E]))
            depth = depths(len(units), muscle.skin_and_fat, muscle.thickness, chance)
            seen = self.emg.potentials(
                units.position, units.stands_for, laws["tetanic_force"], depth, muscle.maximal_m_wave
            )
            power = self.emg.power_of_discharge(seen["amplitude"], seen["duration"])
            self.emg_amplitude[i], self.emg_duration[i] = seen["amplitude"], seen["duration"]
            self.traits[i, row("contraction_time")] = laws["contraction_time"]
            self.traits[i, row("force_share")] = laws["force_share"]
            # Units that one simulated unit stands for do not fire together: their powers add.
            self.traits[i, row("emg_power")] = power * units.stands_for
            self.traits[i, row("stands_for")] = units.stands_for / muscle.motor_units
            self.traits[i, row("position")] = units.position
            self.traits[i, row("recruited")] = 1.0
            score = chance.standard_normal(len(units))
            self.traits[i, row("persistent_sodium")] = [terminal.persistent_sodium(float(z)) for z in score]

    def _persons(self) -> NDArray[Any]:
        person = np.zeros(self.people, dtype=kernel.PERSON)
        modulation = Neuromodulation.records(self.people, self._of(Neuromodulation))
        for name in (each.name for each in dataclasses.fields(Inputs) if each.name != "fatigue"):
            person[name] = getattr(self.inputs, name)
        person["persistent_gain"] *= [Neuromodulation.gain(each, 0.0, 0.0) for each in modulation]
        synapse = self._mean_of(AfferentSynapse)
        length, block = self.muscle.nerve_length, kernel.BLOCK_S
        speed = float(np.mean(self.stimulation.axon_velocity(self.units.position)))
        for name, delay in (
            ("motor_delay_blocks", length / speed),
            ("primary_delay_blocks", synapse.primary_delay(length)),
            ("secondary_delay_blocks", synapse.secondary_delay(length)),
            ("organ_delay_blocks", synapse.tendon_organ_delay(length)),
        ):
            person[name] = min(max(round(delay / block), 1), kernel.LONGEST_DELAY_BLOCKS - 2)
        person["maximal_force"] = self.muscle.peak_force
        for name in ("optimal_length", "tendon_slack_length", "pennation", "slow_share"):
            there = {"optimal_length": "optimal_fibre_length", "slow_share": "slow_fibre_share"}.get(name, name)
            person[name] = getattr(self.muscle, there)
        person["renshaw_strength"] = getattr(self.muscle, "recurrent_inhibition", 0.0)
        person["key"] = self.keys
        person["units"] = len(self.units)
        return person

    def _states(self, muscle: Muscle) -> NDArray[Any]:
        state = np.zeros(self.people, dtype=kernel.STATE)
        state["resource"] = 1.0
        state["renshaw_resource"] = 1.0
        state["slowness"] = 1.0
        state["fibre_length"] = 1.0
        state["muscle_length"] = self.tendon_length(1.0)
        spindle = self._mean_of(MuscleSpindle)
        for i in range(self.people):
            drive = (float(self.person["dynamic_drive"][i]), float(self.person["static_drive"][i]))
            found = spindle.steady(1.0, *drive)
            for name, value in zip(("bag1", "bag2", "chain", "active1", "active2"), found, strict=True):
                state[name][i] = value
        return state

    def tendon_length(self, fibre_length: float) -> float:
        """Give the length of muscle and tendon at which the relaxed fibres have a length (m)."""
        return float(
            self.tendon.rest_length(
                fibre_length, self.muscle.optimal_fibre_length, self.muscle.tendon_slack_length, self.muscle.pennation
            )
        )

    # --------------------------------------------------------------------------------------------------- running
    def forget_discharges(self, rows: Any = slice(None)) -> None:
        """Begin to count discharges anew."""
        place = kernel.UNIT_ROWS.index
        for name in ("first", "last", "count", "highest_rate", "rate_sum", "rate_count"):
            self.unit[rows, place(name)] = 0.0
        self.unit[rows, place("lowest_rate")] = np.inf
        self.unit[rows, len(kernel.UNIT_ROWS) :] = 0.0

    def _segment(self, segment: Segment, i: int) -> Any:
        made = np.zeros((), dtype=kernel.SEGMENT)
        made["blocks"] = max(round(segment.duration_s / kernel.BLOCK_S), 1)
        if segment.frequency_hz > 0.0 and segment.pulses > 0:
            made["pulse_interval_s"] = 1.0 / segment.frequency_hz
            made["pulses"] = segment.pulses
        for name in ("afferent_share", "antidromic", "voluntary", "voluntary_rise_s", "blocked", "pain", "blood_flow",
                     "taste", "quiet_s", "count", "tap_afferent_share", "tap_organ_share"):  # fmt: skip
            made[name] = float(getattr(segment, name))
        made["tap_interval_s"] = 1.0 / segment.tap_hz if segment.tap_hz > 0.0 else 0.0
        now = float(self.state["muscle_length"][i])
        made["length"] = now if segment.fibre_length is None else self.tendon_length(segment.fibre_length)
        made["length_speed"] = abs(float(made["length"]) - now) / max(segment.length_time, kernel.BLOCK_S)
        return made

    def _recruit(self, rows: NDArray[np.intp], segment: Segment) -> None:
        # A pulse excites the axons of the lowest thresholds, and those are the largest.
        position = self.units.position
        share = np.cumsum(self.units.stands_for[::-1])[::-1] / self.muscle.motor_units
        excited = (share <= segment.motor_share + 1e-9).astype(float)
        self.traits[rows[:, None], kernel.TRAITS.index("recruited"), np.arange(position.size)] = excited

    def advance(
        self, segment: Segment | Sequence[Segment], rows: Sequence[int] | NDArray[np.intp] | None = None, *,
        bins: int = 0, bin_s: float = 0.25,
    ) -> tuple[FloatArray, NDArray[np.int64]]:  # fmt: skip
        """Move people through a segment, in parallel.

        Parameters
        ----------
        segment
            One for all, or one for each of ``rows``; then all excite the same share of the motor axons.
        rows
            Which people; all by default.
        bins, bin_s
            How many time bins to record at most, and how long each is (s).

        Returns
        -------
        record
            Shape [rows, bins, quantities]; see `laboratory_kernel.RECORD`.
        filled
            Shape [rows]: bins recorded.
        """
        which = np.arange(self.people) if rows is None else np.asarray(rows, dtype=np.intp)
        each = [segment] * which.size if isinstance(segment, Segment) else segment
        self._recruit(which, each[0])
        record = np.zeros((which.size, bins, len(kernel.RECORD)))
        segments = np.array([self._segment(one, int(i)) for one, i in zip(each, which, strict=True)])
        filled = kernel.advance_people(
            which, segments, self.person, self.state, self.fast, self.properties, self.shared, self.steps_per_block,
            self.unit, self.traits, self.sent, self.volleys, self.rates, np.uint32(self.seed), *self.parts, record,
            max(round(bin_s / kernel.BLOCK_S), 1),
        )  # fmt: skip
        return record, filled

    def advance_one(
        self, segment: Segment, i: int = 0, *, bin_s: float = 0.02, most_spikes: int = 200_000
    ) -> dict[str, Any]:
        """Move one person through a segment and keep everything: the record in bins, and every discharge.

        Returns
        -------
        dict
            ``record`` (shape [bins, quantities]), ``spike_time_s``, ``spike_unit``, ``spike_origin``.
        """
        self._recruit(np.array([i]), segment)
        made = self._segment(segment, i)
        per_bin = max(round(bin_s / kernel.BLOCK_S), 1)
        record = np.zeros((int(made["blocks"]) // per_bin + 1, len(kernel.RECORD)))
        times, units = np.zeros(most_spikes), np.zeros(most_spikes, dtype=np.int32)
        origins = np.zeros(most_spikes, dtype=np.int8)
        bins, spikes = kernel.advance(
            np.array([made])[0], self.person[i : i + 1][0], self.state[i : i + 1][0], self.fast[i], self.properties[i],
            self.shared, self.steps_per_block, self.unit[i], self.traits[i], self.sent[i], self.volleys[i],
            self.rates[i], np.uint32(self.seed), *(part[i] for part in self.parts), record, per_bin, times, units,
            origins,
        )  # fmt: skip
        kept = min(spikes, most_spikes)
        return {
            "record": record[:bins], "spike_time_s": times[:kept], "spike_unit": units[:kept],
            "spike_origin": origins[:kept],
        }  # fmt: skip

    def rest(self, seconds: float, rows: Sequence[int] | None = None, blood_flow: float = 1.0) -> None:
        """Let silent people rest for some seconds, in one stride."""
        (spinal, _, organ, renshaw, fibres, synapse, _, fatigue, relaxation, _, terminal) = self.parts
        for i in range(self.people) if rows is None else rows:
            kernel.rest_for(
                float(seconds), float(blood_flow), self.person[i], self.state[i], self.fast[i], self.unit[i],
                self.traits[i], self.sent[i], self.volleys[i], float(self.neuron.pump_time), spinal[i], organ[i],
                renshaw[i], fibres[i], synapse[i], fatigue[i], relaxation[i], terminal[i],
            )  # fmt: skip

    def measure_maximal_contraction(self, seconds: float = 3.0) -> None:
        """Measure force and EMG of a maximal voluntary contraction on a copy of everybody, as they are now."""
        twin = copy.deepcopy(self)
        record, _ = twin.advance(Segment(seconds, voluntary=1.0, voluntary_rise_s=0.3), bins=round(seconds / 0.25))
        last = record[:, -6:]
        self.mvc_power = last[:, :, kernel.RECORD.index("emg_power")].mean(axis=1)
        self.mvc_force = self.muscle.peak_force * last[:, :, kernel.RECORD.index("force_share")].mean(axis=1)


def check_memory(people: int, units: int, bins: int = 0) -> None:
    """Refuse a run that would need more memory than there is.

    Raises
    ------
    UserError
        With what is needed and what is free.
    """
    needed = people * (memory_per_person(units) + bins * len(kernel.RECORD) * 8)
    free = _free_memory()
    if free is not None and needed > free - _BYTES_OF_MEMORY_KEPT_FREE:
        raise UserError(
            f"{people:,} people with {units} motor units need {needed / 2**30:.1f} GiB, and {free / 2**30:.1f} GiB are "
            "free. Run fewer people at a time."
        )


def memory_per_person(units: int) -> int:
    """Give the bytes that one person takes on the bench, without a record."""
    groups = -(-units // 16)
    fast = groups * 16 * 4 * 24
    slow = units * 8 * (len(kernel.UNIT_ROWS) + 2 + kernel.REMEMBERED_SPIKES + len(kernel.TRAITS) + 1)
    ways = kernel.LONGEST_DELAY_BLOCKS * (units + 4 * (2 + units) + 24)
    parts = sum(part.record_type().itemsize for part in PARTS)
    return fast + slow + ways + parts + kernel.PERSON.itemsize + kernel.STATE.itemsize


def _free_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)
