"""The surface EMG: closed forms against the signal itself, size by force and depth, slow conduction."""

from __future__ import annotations

import dataclasses

import numba
import numpy as np
import pytest

from cramplab.core.library import find_muscle
from cramplab.core.muscle import simulated_units
from cramplab.physiology.surface_emg import (
    SurfaceEMG,
    average_rectified,
    depths,
    median_frequency,
    root_mean_square,
    waveform,
)

EMG = SurfaceEMG()


def pool(muscle):
    units = simulated_units(muscle.motor_units)
    force = muscle.twitch_force_ratio**units.position
    depth = depths(len(units), muscle.skin_and_fat, muscle.thickness, np.random.default_rng(3))
    potentials = EMG.potentials(units.position, units.stands_for, force, depth, muscle.maximal_m_wave)
    return units, potentials["amplitude"], potentials["duration"]


def one_potential(amplitude, duration):
    time = np.arange(0.0, 0.1, 1e-5)
    signal = waveform(time, np.array([0.05]), np.array([0]), np.array([amplitude]), np.array([duration]))
    return time, signal


def test_the_amplitude_of_a_potential_is_its_peak_to_peak():
    _, signal = one_potential(0.3, 0.002)
    assert np.ptp(signal) == pytest.approx(0.3, rel=1e-4)
    assert np.mean(signal) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("amplitude", "duration"), [(0.3, 0.002), (0.02, 0.0011)])
def test_the_power_of_a_discharge_is_the_integral_of_its_square(amplitude, duration):
    _, signal = one_potential(amplitude, duration)
    assert EMG.power_of_discharge(amplitude, duration) == pytest.approx(np.sum(signal**2) * 1e-5, rel=1e-4)


def test_the_power_of_a_discharge_is_near_the_published_closed_form():
    # 0.4437 for a potential 2 % larger from peak to peak than its nominal amplitude.
    assert EMG.power_of_discharge(1.0, 1.0) == pytest.approx(0.4437 / 1.0207**2, rel=1e-3)


def test_one_unit_has_the_published_median_frequency():
    assert median_frequency(np.array([10.0]), np.array([0.1]), np.array([0.002])) == pytest.approx(
        0.2448 / 0.002, rel=1e-3
    )


def test_the_median_frequency_is_that_of_the_signal():
    _, signal = one_potential(1.0, 0.002)
    padded = np.concatenate([signal, np.zeros(9 * len(signal))])
    power = np.cumsum(np.abs(np.fft.rfft(padded)) ** 2)
    frequency = np.fft.rfftfreq(len(padded), 1e-5)
    assert np.interp(0.5 * power[-1], power, frequency) == pytest.approx(0.2448 / 0.002, rel=0.01)


def test_the_median_of_two_units_lies_between_theirs_nearer_the_stronger():
    rates, durations = np.array([10.0, 10.0]), np.array([0.001, 0.003])
    equal = median_frequency(rates, np.array([0.1, 0.1]), durations)
    uneven = median_frequency(rates, np.array([0.3, 0.1]), durations)
    assert 0.2448 / 0.003 < equal < uneven < 0.2448 / 0.001


def test_the_median_of_silence_is_no_number():
    assert np.isnan(median_frequency(np.zeros(2), np.ones(2), np.ones(2)))


def test_amplitudes_in_closed_form_are_those_of_a_long_recording():
    generator = np.random.default_rng(11)
    muscle = find_muscle("ah")
    units, amplitude, duration = pool(muscle)
    rate, seconds = 15.0, 20.0
    spikes = [generator.uniform(0.0, seconds, generator.poisson(rate * seconds)) for _ in range(len(units))]
    owner = np.concatenate([np.full(len(each), unit) for unit, each in enumerate(spikes)])
    time = np.arange(0.0, seconds, 5e-4)
    signal = waveform(time, np.concatenate(spikes), owner, amplitude, duration)
    rates = np.full(len(units), rate)
    assert np.sqrt(np.mean(signal**2)) == pytest.approx(root_mean_square(rates, amplitude, duration), rel=0.05)
    assert np.mean(np.abs(signal)) == pytest.approx(average_rectified(rates, amplitude, duration), rel=0.08)


def test_rates_may_come_with_time_before_the_units():
    _, amplitude, duration = pool(find_muscle("ah"))
    rates = np.vstack([np.zeros(43), np.full(43, 4.0), np.full(43, 16.0)])
    found = root_mean_square(rates, amplitude, duration)
    assert found[0] == 0.0
    assert found[2] == pytest.approx(2.0 * found[1])


@pytest.mark.parametrize("key", ["ah", "soleus", "vl"])
def test_all_units_together_are_the_m_wave_of_the_muscle(key):
    muscle = find_muscle(key)
    units, amplitude, _ = pool(muscle)
    whole = EMG.m_wave(amplitude, units.stands_for, np.ones(len(units)))
    assert whole == pytest.approx(EMG.detected_share * muscle.maximal_m_wave)
    assert EMG.m_wave(amplitude, units.stands_for, np.arange(len(units)) >= len(units) // 2) < whole


def test_strong_and_shallow_units_have_large_potentials_and_deep_ones_long():
    position, one = np.array([0.0, 1.0]), np.ones(2)
    by_force = EMG.potentials(position, one, np.array([1.0, 100.0]), np.array([0.005, 0.005]), 10.0)
    assert by_force["amplitude"][1] / by_force["amplitude"][0] == pytest.approx(10.0)
    by_depth = EMG.potentials(np.ones(2), one, one, np.array([0.005, 0.010]), 10.0)
    assert by_depth["amplitude"][0] / by_depth["amplitude"][1] == pytest.approx(np.e)
    assert by_depth["duration"][1] / by_depth["duration"][0] == pytest.approx(2.0 / 1.5)


@pytest.mark.parametrize("key", ["ah", "mg", "vl", "ta"])
def test_spectra_of_hard_contractions_are_where_surface_spectra_are(key):
    muscle = find_muscle(key)
    units, amplitude, duration = pool(muscle)
    rate = units.stands_for * muscle.usual_maximal_rate
    assert 60.0 < median_frequency(rate, amplitude, duration) < 180.0
    assert 0.03 < root_mean_square(rate, amplitude, duration) < 1.0


def test_depths_lie_within_the_muscle():
    found = depths(1000, 0.003, 0.013, np.random.default_rng(1))
    assert found.min() >= 0.003
    assert found.max() <= 0.016
    assert np.mean(found) == pytest.approx(0.0095, rel=0.05)


def test_potassium_and_cold_slow_conduction():
    assert EMG.velocity_factor(4.2, 34.0) == pytest.approx(1.0)
    assert EMG.velocity_factor(10.0, 34.0) < EMG.velocity_factor(6.0, 34.0) < 1.0
    assert EMG.velocity_factor(4.2, 28.0) < 1.0 < EMG.velocity_factor(4.2, 38.0)
    assert EMG.velocity_factor(80.0, 0.0) == 0.2


def test_slow_conduction_compresses_the_spectrum_and_raises_the_amplitude():
    units, amplitude, duration = pool(find_muscle("ah"))
    rate = np.full(len(units), 15.0)
    slow = duration / EMG.velocity_factor(9.0, 34.0)
    assert median_frequency(rate, amplitude, slow) < 0.85 * median_frequency(rate, amplitude, duration)
    assert root_mean_square(rate, amplitude, slow) > root_mean_square(rate, amplitude, duration)


def test_the_compiled_equations_are_the_same():
    record = SurfaceEMG.records(1)[0]
    power = numba.njit(SurfaceEMG.power_of_discharge)
    assert power(record, 0.2, 0.001) == pytest.approx(EMG.power_of_discharge(0.2, 0.001), rel=1e-14)
    factor = numba.njit(SurfaceEMG.velocity_factor)
    for potassium, temperature in ((4.2, 34.0), (9.0, 38.0), (60.0, 5.0)):
        assert factor(record, potassium, temperature) == pytest.approx(EMG.velocity_factor(potassium, temperature))


@pytest.mark.parametrize("name", SurfaceEMG.parameter_names())
def test_every_parameter_moves_some_answer(name):
    def answers(emg):
        position = np.array([0.0, 0.5, 1.0])
        found = emg.potentials(position, np.ones(3), 10.0**position, 0.01 - 0.004 * position, 10.0)
        return [
            *found["amplitude"],
            *found["duration"],
            emg.velocity_factor(7.0, 30.0),
            emg.m_wave(np.ones(2), np.ones(2), np.ones(2)),
        ]

    assert answers(dataclasses.replace(EMG, **{name: 1.2 * getattr(EMG, name)})) != answers(EMG)
