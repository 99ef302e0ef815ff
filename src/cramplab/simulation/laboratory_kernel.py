"""The compiled loop of the laboratory: nerve, cord, reflexes and muscle of one person in one segment of a protocol.

Two clocks run inside each other. Motor neurons take steps of 0.1 ms. Everything else (conduction, afferents, force,
the ends of the axons) takes blocks of 2 ms; no reflex is faster than that. People are independent and run in parallel.
The equations are those of the files on the shelf of physiology; this file only says what feeds what.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from cramplab.physiology.afferent_synapse import AfferentSynapse
from cramplab.physiology.motor_terminal import MotorTerminal
from cramplab.physiology.motor_unit import MotorUnit
from cramplab.physiology.motor_unit_fatigue import MotorUnitFatigue
from cramplab.physiology.muscle_relaxation import MuscleRelaxation
from cramplab.physiology.muscle_spindle import MuscleSpindle
from cramplab.physiology.muscle_tendon import MuscleTendon
from cramplab.physiology.renshaw_cells import RenshawCells
from cramplab.physiology.small_fibres import SmallFibres
from cramplab.physiology.spinal_drive import SpinalDrive
from cramplab.physiology.tendon_organ import TendonOrgan
from cramplab.simulation.pool_step import LANES, STATES, flush, step_block

BLOCK_S = 0.002
LONGEST_DELAY_BLOCKS = 64
SLOW_BLOCKS = 50
"""Fatigue and relaxation move once in so many blocks (0.1 s)."""
REMEMBERED_SPIKES = 6

SEGMENT = np.dtype(
    [
        ("blocks", np.int64),  # how long, at most
        ("pulse_interval_s", np.float64),  # 0 for no stimulation
        ("pulses", np.int64),
        ("afferent_share", np.float64),  # of the nerve's afferents that a pulse excites
        ("antidromic", np.float64),  # 1 if pulses travel up the motor axons too
        ("voluntary", np.float64),  # drive aimed at
        ("voluntary_rise_s", np.float64),
        ("length", np.float64),  # of muscle and tendon aimed at, m
        ("length_speed", np.float64),  # m/s
        ("blocked", np.float64),  # 1 while the nerve does not conduct
        ("tap_interval_s", np.float64),  # vibration or taps on the tendon; 0 for none
        ("tap_afferent_share", np.float64),  # of the primaries that a tap excites
        ("tap_organ_share", np.float64),  # of the tendon-organ afferents that a tap excites
        ("pain", np.float64),
        ("blood_flow", np.float64),
        ("taste", np.float64),
        ("quiet_s", np.float64),  # leave once the muscle has been quiet for so long; 0 to stay
        ("count", np.float64),  # 1 to keep the discharge statistics of each unit
    ]
)
PERSON = np.dtype(
    [
        ("persistent_gain", np.float64),
        ("volley_gain", np.float64),
        ("tendon_organ_gain", np.float64),
        ("renshaw_strength", np.float64),
        ("terminal_shift", np.float64),  # mV
        ("resting_drive", np.float64),  # S
        ("temperature", np.float64),
        ("potassium_excess", np.float64),
        ("hydrogen_excess", np.float64),
        ("dynamic_drive", np.float64),
        ("static_drive", np.float64),
        ("taste_inhibition", np.float64),  # S at a full stimulus
        ("motor_delay_blocks", np.int64),
        ("primary_delay_blocks", np.int64),
        ("secondary_delay_blocks", np.int64),
        ("organ_delay_blocks", np.int64),
        ("quiet_power", np.float64),  # mV^2, mean square of the EMG up to which the muscle counts as quiet
        ("maximal_force", np.float64),
        ("slow_share", np.float64),
        ("optimal_length", np.float64),
        ("tendon_slack_length", np.float64),
        ("pennation", np.float64),
        ("key", np.uint32),
        ("units", np.int64),
    ]
)
STATE = np.dtype(
    [
        ("time", np.int64),  # blocks since the start of the protocol
        ("step_count", np.int64),  # counts quartets of steps for the noise
        ("drive", np.float64),
        ("monosynaptic", np.float64),
        ("polysynaptic", np.float64),
        ("facilitation", np.float64),
        ("memory", np.float64),
        ("pool_rate", np.float64),  # imp/s, mean of the motor neurons over the last second
        ("resource", np.float64),
        ("organ_slow", np.float64),
        ("organ_fast", np.float64),
        ("organ_interneuron", np.float64),
        ("organ_habituation", np.float64),
        ("renshaw_excitation", np.float64),
        ("renshaw_resource", np.float64),
        ("group_iv", np.float64),
        ("taste", np.float64),
        ("bag1", np.float64),
        ("bag2", np.float64),
        ("chain", np.float64),
        ("active1", np.float64),
        ("active2", np.float64),
        ("muscle_length", np.float64),
        ("fibre_length", np.float64),
        ("velocity", np.float64),
        ("force_share", np.float64),
        ("slowness", np.float64),
        ("last_activity", np.int64),
        ("emg_power", np.float64),  # mV^2, smoothed over half a second
        ("pulses_done", np.int64),
        ("primary_rate", np.float64),
        ("secondary_rate", np.float64),
        ("organ_rate", np.float64),
    ]
)
UNIT_ROWS = (
    "twitch", "twitch_rate", "capacity", "last_fired", "potassium", "sodium", "discharging", "ectopic_phase",
    "mean_activation", "first", "last", "count", "lowest_rate", "highest_rate", "rate_sum", "rate_count",
)  # fmt: skip
TRAITS = (
    "contraction_time", "force_share", "emg_power", "stands_for", "position", "recruited", "persistent_sodium",
)  # fmt: skip
RECORD = (
    "force_share", "emg_power", "fibre_length", "stimulation", "voluntary_drive", "primary_afferent_rate",
    "secondary_afferent_rate", "tendon_organ_rate", "spinal_tone", "renshaw", "spikes", "active_units", "facilitation",
)  # fmt: skip
(
    _TWITCH, _TWITCH_RATE, _CAPACITY, _LAST_FIRED, _POTASSIUM, _SODIUM, _DISCHARGING, _PHASE, _MEAN_ACTIVATION, _FIRST,
    _LAST, _COUNT, _LOWEST, _HIGHEST, _RATE_SUM, _RATE_COUNT,
) = range(len(UNIT_ROWS))  # fmt: skip
(
    _CONTRACTION_TIME, _FORCE_SHARE, _EMG_POWER, _STANDS_FOR, _POSITION, _RECRUITED, _PERSISTENT_SODIUM,
) = range(len(TRAITS))  # fmt: skip
SPINAL, STIMULUS, ECTOPIC = 0, 1, 2
_FIRES_ROW = STATES.index("fires") * LANES
_GROUP = len(STATES) * LANES
_PUMP_ROW, _INACTIVATION_ROW, _SINCE_ROW = (STATES.index(name) for name in ("pump", "inactivation", "since_spike"))

_resource_step = numba.njit(AfferentSynapse.step)
_after_volley = numba.njit(AfferentSynapse.after_volley)
_organ_step = numba.njit(TendonOrgan.step)
_organ_rate = numba.njit(TendonOrgan.rate)
_interneuron_step = numba.njit(TendonOrgan.interneuron_step)
_organ_conductance = numba.njit(TendonOrgan.conductance)
_renshaw_step = numba.njit(RenshawCells.step)
_renshaw_conductance = numba.njit(RenshawCells.conductance)
_small_step = numba.njit(SmallFibres.step)
_presynaptic = numba.njit(SmallFibres.presynaptic_inhibition)
_stretch_inhibition = numba.njit(SmallFibres.stretch_inhibition)
_small_facilitation = numba.njit(SmallFibres.facilitation)
_voluntary_inhibition = numba.njit(SmallFibres.voluntary_inhibition)
_spindle_step = numba.njit(MuscleSpindle.step)
_primary_rate = numba.njit(MuscleSpindle.primary_rate)
_secondary_rate = numba.njit(MuscleSpindle.secondary_rate)
_monosynaptic_step = numba.njit(SpinalDrive.monosynaptic_step)
_polysynaptic_step = numba.njit(SpinalDrive.polysynaptic_step)
_facilitating_share = numba.njit(SpinalDrive.facilitating_share)
_facilitation_step = numba.njit(SpinalDrive.facilitation_step)
_voluntary = numba.njit(SpinalDrive.voluntary)
_twitch_step = numba.njit(MotorUnit.twitch_step)
_tetanus_share = numba.njit(MotorUnit.tetanus_share)
_capacity_step = numba.njit(MotorUnitFatigue.capacity_step)
_contraction_time_factor = numba.njit(MotorUnitFatigue.contraction_time_factor)
_slowness_step = numba.njit(MuscleRelaxation.slowness_step)
_relaxation_factor = numba.njit(MuscleRelaxation.relaxation_factor)
_tendon_step = numba.njit(MuscleTendon.step)
_terminal_step = numba.njit(MotorTerminal.step)
_terminal_excitability = numba.njit(MotorTerminal.excitability)
_terminal_starts = numba.njit(MotorTerminal.starts)
_terminal_rate = numba.njit(MotorTerminal.discharge_rate)


@numba.njit
def _note_discharge(unit, n, now_s, counting):
    """Keep what is asked about a motor unit's discharge: when first and last, how many, lowest and highest rate.

    Rates are means over five intervals; an interval above 0.4 s is a pause and starts anew.
    """
    if counting == 0.0:
        return
    rows = len(UNIT_ROWS)
    if unit[_COUNT, n] == 0.0:
        unit[_FIRST, n] = now_s
    elif now_s - unit[_LAST, n] > 0.4:
        unit[rows, n] = 0.0
    unit[_LAST, n] = now_s
    unit[_COUNT, n] += 1.0
    held = int(unit[rows, n])
    if held == REMEMBERED_SPIKES:
        for k in range(1, REMEMBERED_SPIKES):
            unit[rows + k, n] = unit[rows + k + 1, n]
        held -= 1
    unit[rows + 1 + held, n] = now_s
    held += 1
    unit[rows, n] = held
    if held == REMEMBERED_SPIKES:
        rate = (REMEMBERED_SPIKES - 1) / (now_s - unit[rows + 1, n])
        unit[_LOWEST, n] = min(unit[_LOWEST, n], rate)
        unit[_HIGHEST, n] = max(unit[_HIGHEST, n], rate)
        unit[_RATE_SUM, n] += rate
        unit[_RATE_COUNT, n] += 1.0


@numba.njit(fastmath=True, error_model="numpy")
def advance(
    segment, person, state, fast, properties, shared, steps_per_block, unit, traits, sent, volleys, rates, seed,
    spinal, spindle, organ, renshaw, fibres, synapse, unit_law, fatigue, relaxation, tendon, terminal,
    record, blocks_per_record, spike_time, spike_unit, spike_origin,
):  # fmt: skip
    """Move one person through a segment.

    Parameters
    ----------
    segment, person, state
        Records of `SEGMENT`, `PERSON` and `STATE`; the state is moved in place.
    fast, properties, shared, steps_per_block
        Of the motor neurons, see `cramplab.simulation.pool_step`.
    unit, traits
        Shape [rows, units], float64; rows as in `UNIT_ROWS` (with the remembered spikes behind them) and `TRAITS`.
    sent
        Shape [LONGEST_DELAY_BLOCKS, units], uint8: spikes on their way to the muscle.
    volleys
        Shape [LONGEST_DELAY_BLOCKS, 2 + units], float32: volleys on their way to the cord (all afferents, primaries
        alone), and antidromic spikes.
    rates
        Shape [LONGEST_DELAY_BLOCKS, 3]: afferent discharge on its way.
    seed
        uint32.
    spinal ... terminal
        One record of parameters of each part.
    record
        Shape [bins, RECORD], float64; filled from its first row on. No rows for no record.
    spike_time, spike_unit, spike_origin
        Filled from the start; no more is kept when they are full.

    Returns
    -------
    bins, spikes
        How many rows and discharges were written; spikes counts those too that found no room.
    """
    units = person.units
    groups = fast.size // _GROUP
    lanes = groups * LANES
    noise = np.zeros(4 * lanes, dtype=np.float32)
    antidromic = np.zeros(lanes, dtype=np.float32)
    returned = np.zeros(lanes, dtype=np.float32)
    row = np.zeros(len(RECORD))
    bins = 0
    spikes = 0
    in_bin = 0
    begun = state.time
    state.pulses_done = 0
    state.last_activity = state.time
    next_pulse = 0.0
    next_tap = 0.0
    stimulated = segment.pulse_interval_s > 0.0
    slowed = _relaxation_factor(relaxation, state.slowness, person.temperature)
    for _ in range(segment.blocks):
        now = state.time
        now_s = now * BLOCK_S
        at = now % LONGEST_DELAY_BLOCKS
        elapsed_s = (now - begun) * BLOCK_S

        # ---- the nerve: a pulse, and what arrives at the muscle
        pulse = stimulated and state.pulses_done < segment.pulses and elapsed_s >= next_pulse - 1e-9
        if pulse:
            state.pulses_done += 1
            next_pulse += segment.pulse_interval_s
        tap = segment.tap_interval_s > 0.0 and elapsed_s >= next_tap - 1e-9
        if tap:
            next_tap += segment.tap_interval_s
        if segment.blocked == 0.0:
            if pulse:
                arrives = (now + person.primary_delay_blocks) % LONGEST_DELAY_BLOCKS
                volleys[arrives, 0] += segment.afferent_share
            if tap:
                arrives = (now + person.primary_delay_blocks) % LONGEST_DELAY_BLOCKS
                volleys[arrives, 1] += segment.tap_afferent_share
        force = 0.0
        power = 0.0
        active = 0.0
        discharges = 0.0
        back = (now + person.motor_delay_blocks) % LONGEST_DELAY_BLOCKS
        for n in range(units):
            fired = -1
            if sent[at, n] > 0:
                sent[at, n] = 0
                if now_s - unit[_LAST_FIRED, n] > 0.0035:
                    fired = SPINAL
            if pulse and traits[_RECRUITED, n] > 0.0 and now_s - unit[_LAST_FIRED, n] > 0.0035 and fired < 0:
                fired = STIMULUS
            density = traits[_PERSISTENT_SODIUM, n]
            excitability = 0.0
            if fired >= 0 or unit[_DISCHARGING, n] > 0.0:
                excitability = _terminal_excitability(
                    terminal, unit[_POTASSIUM, n], unit[_SODIUM, n], person.terminal_shift, state.fibre_length
                )
            if unit[_DISCHARGING, n] > 0.0 and fired < 0:
                rate = _terminal_rate(terminal, excitability, density)
                if rate <= 0.0:
                    unit[_DISCHARGING, n] = 0.0
                    unit[_PHASE, n] = 0.0
                else:
                    unit[_PHASE, n] += rate * BLOCK_S
                    if unit[_PHASE, n] >= 1.0:
                        unit[_PHASE, n] -= 1.0
                        fired = ECTOPIC
            if fired >= 0:
                interval = now_s - unit[_LAST_FIRED, n]
                unit[_LAST_FIRED, n] = now_s
                if fired != ECTOPIC:
                    unit[_PHASE, n] = 0.0
                if _terminal_starts(terminal, excitability, density, interval):
                    unit[_DISCHARGING, n] = 1.0
                if fired != SPINAL and segment.blocked == 0.0 and (fired == ECTOPIC or segment.antidromic > 0.0):
                    # A spike on its way down meets the one on its way up, and both are lost.
                    met = False
                    for k in range(person.motor_delay_blocks):
                        place = (now + 1 + k) % LONGEST_DELAY_BLOCKS
                        if sent[place, n] > 0:
                            sent[place, n] = 0
                            met = True
                    if not met:
                        volleys[back, 2 + n] = 1.0
                discharges += 1.0
                if fired != STIMULUS:
                    power += traits[_EMG_POWER, n]
                    _note_discharge(unit, n, now_s, segment.count)
                if spikes < spike_time.size:
                    spike_time[spikes] = now_s
                    spike_unit[spikes] = n
                    spike_origin[spikes] = fired
                spikes += 1
            impulses = 1.0 if fired >= 0 else 0.0
            if impulses > 0.0 or unit[_POTASSIUM, n] > 1e-9 or unit[_SODIUM, n] > 1e-9:
                unit[_POTASSIUM, n], unit[_SODIUM, n] = _terminal_step(
                    terminal, unit[_POTASSIUM, n], unit[_SODIUM, n], impulses, BLOCK_S
                )
            if impulses > 0.0 or abs(unit[_TWITCH, n]) + abs(unit[_TWITCH_RATE, n]) > 1e-9:
                contraction = traits[_CONTRACTION_TIME, n] * _contraction_time_factor(fatigue, unit[_CAPACITY, n])
                unit[_TWITCH, n], unit[_TWITCH_RATE, n] = _twitch_step(
                    unit_law, unit[_TWITCH, n], unit[_TWITCH_RATE, n], impulses, contraction, slowed, BLOCK_S
                )
                share = _tetanus_share(unit_law, unit[_TWITCH, n])
                unit[_MEAN_ACTIVATION, n] += share / SLOW_BLOCKS
                force += traits[_FORCE_SHARE, n] * unit[_CAPACITY, n] * share
            if now_s - unit[_LAST_FIRED, n] < 0.15:
                active += traits[_STANDS_FOR, n]

        # ---- muscle and tendon, then what the receptors make of it
        way = segment.length - state.muscle_length
        reach = segment.length_speed * BLOCK_S
        state.muscle_length += min(max(way, -reach), reach)
        state.fibre_length, state.velocity, tendon_force = _tendon_step(
            tendon, state.fibre_length, state.muscle_length, force, person.maximal_force, BLOCK_S, person.slow_share,
            person.optimal_length, person.tendon_slack_length, person.pennation,
        )  # fmt: skip
        state.force_share = tendon_force / person.maximal_force
        state.bag1, state.bag2, state.chain, state.active1, state.active2 = _spindle_step(
            spindle, state.bag1, state.bag2, state.chain, state.active1, state.active2, state.fibre_length,
            state.velocity, person.dynamic_drive, person.static_drive, BLOCK_S,
        )  # fmt: skip
        state.primary_rate = _primary_rate(spindle, state.bag1, state.bag2, state.chain)
        state.secondary_rate = _secondary_rate(spindle, state.fibre_length, state.bag2, state.chain)
        state.organ_slow, state.organ_fast = _organ_step(
            organ, state.organ_slow, state.organ_fast, state.force_share, BLOCK_S
        )
        state.organ_rate = _organ_rate(organ, state.organ_slow, state.organ_fast, state.force_share)
        if now % SLOW_BLOCKS == 0:
            state.slowness = _slowness_step(
                relaxation, state.slowness, state.force_share, segment.blood_flow, SLOW_BLOCKS * BLOCK_S
            )
            slowed = _relaxation_factor(relaxation, state.slowness, person.temperature)
            for n in range(units):
                unit[_CAPACITY, n] = _capacity_step(
                    fatigue, unit[_CAPACITY, n], traits[_POSITION, n], min(unit[_MEAN_ACTIVATION, n], 1.0),
                    SLOW_BLOCKS * BLOCK_S,
                )  # fmt: skip
                unit[_MEAN_ACTIVATION, n] = 0.0
        state.group_iv = _small_step(
            fibres, state.group_iv, person.potassium_excess, person.hydrogen_excess, segment.pain, BLOCK_S
        )

        # ---- the cord
        passes = 1.0 - segment.blocked
        ahead = (now + person.primary_delay_blocks) % LONGEST_DELAY_BLOCKS
        rates[ahead, 0] = state.primary_rate * passes
        ahead = (now + person.secondary_delay_blocks) % LONGEST_DELAY_BLOCKS
        rates[ahead, 1] = state.secondary_rate * passes
        ahead = (now + person.organ_delay_blocks) % LONGEST_DELAY_BLOCKS
        rates[ahead, 2] = state.organ_rate * passes
        if tap:
            rates[ahead, 2] += segment.tap_organ_share / BLOCK_S * passes
        everything = min(volleys[at, 0], 1.0)
        primaries = min(everything + volleys[at, 1], 1.0)
        volleys[at, 0] = 0.0
        volleys[at, 1] = 0.0
        shut = _presynaptic(fibres, state.group_iv, state.force_share) if segment.blocked == 0.0 else 0.0
        impulses = rates[at, 0] * BLOCK_S + primaries
        state.monosynaptic = _monosynaptic_step(
            spinal, state.monosynaptic, impulses * (1.0 - shut), state.resource, BLOCK_S
        )
        state.resource = _resource_step(synapse, state.resource, rates[at, 0], BLOCK_S)
        if primaries > 0.0:
            state.resource -= primaries * (state.resource - _after_volley(synapse, state.resource))
        state.polysynaptic = _polysynaptic_step(
            spinal, state.polysynaptic, everything, rates[at, 1] * BLOCK_S, 1.0 - shut, BLOCK_S
        )
        together = _facilitating_share(spinal, everything, primaries)
        state.facilitation, state.memory = _facilitation_step(
            spinal, state.facilitation, state.memory, together, person.volley_gain, state.pool_rate, BLOCK_S
        )
        state.organ_interneuron, state.organ_habituation = _interneuron_step(
            organ, state.organ_interneuron, state.organ_habituation, rates[at, 2], state.fibre_length,
            person.tendon_organ_gain, 0.0, BLOCK_S,
        )  # fmt: skip
        aim = segment.voluntary
        rise = BLOCK_S / max(segment.voluntary_rise_s, BLOCK_S)
        state.drive += min(max(aim - state.drive, -rise), rise)
        state.taste += (segment.taste - state.taste) * (1.0 - math.exp(-BLOCK_S / 0.5))
        voluntary = state.drive * (1.0 - _voluntary_inhibition(fibres, state.group_iv) * passes)
        excitation = np.float32(
            1e6 * (state.monosynaptic + state.polysynaptic + person.resting_drive + _voluntary(spinal, voluntary))
        )
        inhibition = np.float32(
            1e6
            * (
                _organ_conductance(organ, state.organ_interneuron, state.organ_habituation)
                + _stretch_inhibition(fibres, state.fibre_length, state.drive) * passes
                + person.taste_inhibition * state.taste
            )
        )
        recurrent = np.float32(
            1e6
            * _renshaw_conductance(renshaw, state.renshaw_excitation, state.renshaw_resource, person.renshaw_strength)
        )
        gain = np.float32(
            person.persistent_gain * (1.0 + state.facilitation + _small_facilitation(fibres, state.group_iv) * passes)
        )
        for n in range(units):
            antidromic[n] = volleys[at, 2 + n]
            volleys[at, 2 + n] = 0.0
        arrives = (now + person.motor_delay_blocks) % LONGEST_DELAY_BLOCKS
        flush(fast)
        spinal_spikes = step_block(
            fast, properties, noise, groups, shared, person.key, seed, np.uint32(state.step_count), steps_per_block,
            excitation, inhibition, recurrent, gain, np.float32(0.0), np.float32(0.0), antidromic, returned,
        )  # fmt: skip
        state.step_count += steps_per_block // 4
        # What came from below is not sent back down; and a blocked nerve sends nothing.
        if spinal_spikes > 0.0 and segment.blocked == 0.0:
            for n in range(units):
                if fast[(n // LANES) * _GROUP + _FIRES_ROW + n % LANES] - returned[n] > 0.5:
                    sent[arrives, n] = 1
        state.pool_rate += (spinal_spikes / units / BLOCK_S - state.pool_rate) * BLOCK_S
        state.renshaw_excitation, state.renshaw_resource = _renshaw_step(
            renshaw, state.renshaw_excitation, state.renshaw_resource, spinal_spikes / units / BLOCK_S, BLOCK_S
        )
        state.emg_power += (power / BLOCK_S - state.emg_power) * (BLOCK_S / 0.5)
        if state.emg_power > person.quiet_power:
            state.last_activity = now

        # ---- the record
        if record.shape[0] > 0:
            row[0] += state.force_share
            row[1] += power / BLOCK_S
            row[2] += state.fibre_length
            row[3] += 1.0 / segment.pulse_interval_s if stimulated and state.pulses_done < segment.pulses else 0.0
            row[4] += state.drive
            row[5] += state.primary_rate
            row[6] += state.secondary_rate
            row[7] += state.organ_rate
            row[8] += excitation
            row[9] += recurrent
            row[10] += discharges
            row[11] += active
            row[12] += state.facilitation
            in_bin += 1
            if in_bin == blocks_per_record:
                if bins < record.shape[0]:
                    for k in range(len(RECORD)):
                        record[bins, k] = row[k] / in_bin
                    bins += 1
                row[:] = 0.0
                in_bin = 0
        state.time += 1
        quiet = segment.quiet_s > 0.0 and (state.time - state.last_activity) * BLOCK_S > segment.quiet_s
        if quiet and (not stimulated or state.pulses_done >= segment.pulses):
            break
    return bins, spikes


@numba.njit(fastmath=True, error_model="numpy")
def rest_for(
    seconds, blood_flow, person, state, fast, unit, traits, sent, volleys, pump_time,
    spinal, organ, renshaw, fibres, synapse, fatigue, relaxation, terminal,
):  # fmt: skip
    """Let a silent person rest, in one stride: every slow law is exact over a stretch in which nothing happens."""
    units = person.units
    state.monosynaptic = 0.0
    state.polysynaptic = 0.0
    state.facilitation, state.memory = _facilitation_step(
        spinal, state.facilitation, state.memory, 0.0, person.volley_gain, 0.0, seconds
    )
    state.resource = _resource_step(synapse, state.resource, state.primary_rate, seconds)
    state.organ_slow, state.organ_fast = _organ_step(organ, state.organ_slow, state.organ_fast, 0.0, seconds)
    state.organ_interneuron = 0.0
    state.organ_habituation = 0.0
    state.renshaw_excitation, state.renshaw_resource = _renshaw_step(
        renshaw, state.renshaw_excitation, state.renshaw_resource, 0.0, seconds
    )
    state.group_iv = _small_step(fibres, state.group_iv, person.potassium_excess, person.hydrogen_excess, 0.0, seconds)
    state.slowness = _slowness_step(relaxation, state.slowness, 0.0, blood_flow, seconds)
    state.force_share = 0.0
    state.taste = 0.0
    state.drive = 0.0
    state.pool_rate = 0.0
    for n in range(units):
        unit[_TWITCH, n] = 0.0
        unit[_TWITCH_RATE, n] = 0.0
        unit[_DISCHARGING, n] = 0.0
        unit[_PHASE, n] = 0.0
        unit[_CAPACITY, n] = _capacity_step(fatigue, unit[_CAPACITY, n], traits[_POSITION, n], 0.0, seconds)
        unit[_POTASSIUM, n], unit[_SODIUM, n] = _terminal_step(
            terminal, unit[_POTASSIUM, n], unit[_SODIUM, n], 0.0, seconds
        )
    sent[:] = 0
    volleys[:] = 0.0
    groups = fast.size // _GROUP
    left = np.float32(math.exp(-seconds / pump_time))
    for group in range(groups):
        for lane in range(LANES):
            start = group * _GROUP + lane
            for k in range(len(STATES)):
                place = start + k * LANES
                if k == _PUMP_ROW:
                    fast[place] *= left
                elif k == _INACTIVATION_ROW:
                    fast[place] = 1.0
                elif k == _SINCE_ROW:
                    fast[place] = 1e4
                else:
                    fast[place] = 0.0
    blocks = int(seconds / BLOCK_S + 0.5)
    state.time += blocks
    state.last_activity = state.time


@numba.njit(parallel=True)
def advance_people(
    rows, segments, persons, states, fast, properties, shared, steps_per_block, unit, traits, sent, volleys, rates,
    seed, spinal, spindle, organ, renshaw, fibres, synapse, unit_law, fatigue, relaxation, tendon, terminal,
    record, blocks_per_record,
):  # fmt: skip
    """Move some people through a segment of their own each, in parallel; see `advance` for the rest.

    Parameters
    ----------
    rows
        Which people.
    segments
        One record for each person of ``rows``.
    record
        Shape [rows, bins, RECORD].

    Returns
    -------
    array, shape [rows]
        How many bins of each record were filled.
    """
    filled = np.zeros(rows.size, dtype=np.int64)
    for each in numba.prange(rows.size):
        i = rows[each]
        no_time = np.zeros(0)
        no_unit = np.zeros(0, dtype=np.int32)
        no_origin = np.zeros(0, dtype=np.int8)
        bins, _ = advance(
            segments[each], persons[i], states[i], fast[i], properties[i], shared, steps_per_block, unit[i], traits[i],
            sent[i], volleys[i], rates[i], seed, spinal[i], spindle[i], organ[i], renshaw[i], fibres[i], synapse[i],
            unit_law[i], fatigue[i], relaxation[i], tendon[i], terminal[i], record[each], blocks_per_record, no_time,
            no_unit, no_origin,
        )  # fmt: skip
        filled[each] = bins
    return filled
