"""What volleys do to motor neurons: conductances that decay, and facilitation that only repetition builds."""

from __future__ import annotations

import dataclasses
import math

import numba
import numpy as np
import pytest

from cramplab.physiology.spinal_drive import SpinalDrive

DRIVE = SpinalDrive()
RECORD = SpinalDrive.records(1)[0]
BLOCK_S = 0.002
CALLS = {
    "monosynaptic_step": (2e-8, 0.7, 0.6, BLOCK_S),
    "polysynaptic_step": (2e-8, 0.7, 0.2, 0.8, BLOCK_S),
    "facilitation_step": (0.2, 1.4, 0.9, 1.1, 3.0, BLOCK_S),
    "voluntary": (0.4,),
    "facilitating_share": (0.0, 0.9),
}


FIRING = 1e9
"""A pool that is as active as can be, imp/s."""


def train(frequency_hz, pulses, gain=1.0, volley=1.0, drive=DRIVE):
    """Facilitation after each volley of a train in a firing pool, with one exact stride from volley to volley."""
    facilitation = memory = 0.0
    course = []
    for _ in range(pulses):
        facilitation, memory = drive.facilitation_step(facilitation, memory, volley, gain, FIRING, 1.0 / frequency_hz)
        course.append(facilitation)
    return np.array(course)


def rise_per_second(frequency_hz, drive):
    """Facilitation per second once the memory of volleys is steady, far from saturation and decay."""
    course = train(frequency_hz, 200, drive=drive)
    return (course[-1] - course[-101]) * frequency_hz / 100


ENDLESS = dataclasses.replace(DRIVE, facilitation_per_volley=1e-9, facilitation_time=1e9)
"""Neither decays nor saturates within a test."""


def test_one_volley_facilitates_nothing():
    facilitation, memory = DRIVE.facilitation_step(0.0, 0.0, 1.0, 1.0, 0.0, BLOCK_S)
    assert facilitation == 0.0
    assert memory == 1.0
    assert DRIVE.facilitation_step(0.0, 0.0, 0.0, 1.0, 0.0, BLOCK_S) == (0.0, 0.0)


def test_two_volleys_facilitate_by_what_is_left_of_the_first():
    for interval in (0.02, 0.1, 1.0):
        course = train(1.0 / interval, 2)
        remembered = math.exp(-interval / DRIVE.volley_memory)
        assert course[1] == pytest.approx(DRIVE.facilitation_per_volley * remembered)


def test_at_fast_trains_facilitation_grows_with_the_square_of_frequency():
    # Where the interval is short against the memory of a volley, each volley finds in proportion to frequency.
    fast = 20.0 / DRIVE.volley_memory
    assert rise_per_second(2 * fast, ENDLESS) / rise_per_second(fast, ENDLESS) == pytest.approx(4.0, rel=0.03)


def test_slow_volleys_hardly_know_of_each_other():
    slow = 0.2 / DRIVE.volley_memory
    assert rise_per_second(slow, ENDLESS) < 0.02 * rise_per_second(10 * slow, ENDLESS)


def test_the_rise_is_the_closed_form_of_the_law():
    for frequency in (5.0, 15.0, 40.0):
        # What earlier volleys have left when the next one comes: a geometric series.
        left = 1.0 / math.expm1(1.0 / (frequency * ENDLESS.volley_memory))
        expected = ENDLESS.facilitation_per_volley * frequency * left
        assert rise_per_second(frequency, ENDLESS) == pytest.approx(expected, rel=1e-6)


def test_facilitation_saturates():
    strong = dataclasses.replace(DRIVE, facilitation_time=1e9)
    course = train(200.0, 20_000, drive=strong)
    assert np.all(np.diff(course) >= 0)
    assert course[-1] == pytest.approx(strong.facilitation_most, rel=1e-3)
    assert course.max() <= strong.facilitation_most * (1 + 1e-12)


def test_a_large_step_over_the_top_is_not_answered_with_a_fall():
    above = 1.5 * DRIVE.facilitation_most
    assert DRIVE.facilitation_step(above, 5.0, 1.0, 1.0, 0.0, 0.0)[0] == above


@pytest.mark.parametrize(("pool_rate", "time"), [(FIRING, "facilitation_time"), (0.0, "facilitation_time_silent")])
def test_facilitation_decays_with_the_time_of_a_firing_or_of_a_silent_pool(pool_rate, time):
    stride = getattr(DRIVE, time)
    at_once, _ = DRIVE.facilitation_step(0.5, 0.0, 0.0, 1.0, pool_rate, stride)
    assert at_once == pytest.approx(0.5 / math.e)
    facilitation, memory = 0.5, 0.0
    for _ in range(1000):
        facilitation, memory = DRIVE.facilitation_step(facilitation, memory, 0.0, 1.0, pool_rate, stride / 1000)
    assert facilitation == pytest.approx(at_once)


def test_firing_keeps_facilitation_and_silence_loses_it():
    rates = (0.0, 0.5 * DRIVE.half_active_rate, DRIVE.half_active_rate, 5.0, 20.0)
    kept = [DRIVE.facilitation_step(0.5, 0.0, 0.0, 1.0, rate, 2.0)[0] for rate in rates]
    assert np.all(np.diff(kept) > 0)
    half = 0.5 / DRIVE.facilitation_time + 0.5 / DRIVE.facilitation_time_silent
    assert kept[2] == pytest.approx(0.5 * math.exp(-2.0 * half))


def test_half_of_the_afferents_facilitate_by_a_quarter():
    # A volley meets what the same share has left behind.
    assert train(30.0, 2, volley=0.5)[1] == pytest.approx(train(30.0, 2)[1] / 4)


def test_a_theory_scales_facilitation_and_can_take_it_away():
    assert train(30.0, 2, gain=2.0)[1] == pytest.approx(2 * train(30.0, 2)[1])
    assert train(30.0, 60, gain=0.0)[-1] == 0.0


@pytest.mark.parametrize("name", ["monosynaptic", "polysynaptic"])
def test_a_volley_leaves_its_conductance_which_decays(name):
    step = getattr(DRIVE, f"{name}_step")
    rest = (1.0,) if name == "monosynaptic" else (0.0, 1.0)
    peak, time = getattr(DRIVE, f"{name}_conductance"), getattr(DRIVE, f"{name}_time")
    conductance = step(0.0, 1.0, *rest, BLOCK_S)
    assert conductance == pytest.approx(peak)
    assert step(conductance, 0.0, *rest, time) == pytest.approx(peak / math.e)
    assert step(0.0, 0.0, *rest, BLOCK_S) == 0.0


@pytest.mark.parametrize("frequency_hz", [5.0, 50.0])
def test_the_mean_conductance_of_a_train_is_rate_times_charge(frequency_hz):
    conductance, total = 0.0, 0.0
    gap = round(1.0 / frequency_hz / 1e-4)
    for k in range(200 * gap):
        conductance = DRIVE.polysynaptic_step(conductance, 1.0 if k % gap == 0 else 0.0, 0.0, 1.0, 1e-4)
        total += conductance if k >= 100 * gap else 0.0
    mean = total / (100 * gap)
    assert mean == pytest.approx(frequency_hz * DRIVE.polysynaptic_conductance * DRIVE.polysynaptic_time, rel=0.02)


def test_a_tired_synapse_passes_on_what_it_has_left():
    whole = DRIVE.monosynaptic_step(0.0, 1.0, 1.0, BLOCK_S)
    assert DRIVE.monosynaptic_step(0.0, 1.0, 0.3, BLOCK_S) == pytest.approx(0.3 * whole)


def test_secondary_fibres_leave_their_share_and_presynaptic_inhibition_closes_both_ways():
    volley = DRIVE.polysynaptic_step(0.0, 1.0, 0.0, 1.0, BLOCK_S)
    impulse = DRIVE.polysynaptic_step(0.0, 0.0, 1.0, 1.0, BLOCK_S)
    assert impulse == pytest.approx(DRIVE.secondary_share * volley)
    assert DRIVE.polysynaptic_step(0.0, 1.0, 1.0, 0.4, BLOCK_S) == pytest.approx(0.4 * (volley + impulse))
    assert DRIVE.polysynaptic_step(0.0, 1.0, 1.0, 0.0, BLOCK_S) == 0.0


def test_voluntary_drive_is_in_proportion():
    assert DRIVE.voluntary(0.0) == 0.0
    assert DRIVE.voluntary(1.0) == DRIVE.voluntary_conductance
    assert DRIVE.voluntary(0.3) == pytest.approx(0.3 * DRIVE.voluntary(1.0))


@pytest.mark.parametrize("method", CALLS)
def test_compiled_is_as_plain(method):
    compiled = numba.njit(getattr(SpinalDrive, method))
    plain = getattr(DRIVE, method)(*CALLS[method])
    assert compiled(RECORD, *CALLS[method]) == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(SpinalDrive)])
def test_every_parameter_moves_an_answer(field):
    def answers(drive):
        return [*np.hstack([getattr(drive, method)(*arguments) for method, arguments in CALLS.items()])]

    changed = dataclasses.replace(DRIVE, **{field: getattr(DRIVE, field) * 1.05})
    assert answers(changed) != answers(DRIVE)
