"""The measurements, on made-up neurons of which the answers are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from cramplab.simulation.motor_neuron_tests import (
    STEP,
    PairedUnits,
    afterhyperpolarisation_duration,
    delta_f,
    frequency_current_gain,
    input_resistance,
    rate_at_recruitment,
    resting_voltage,
    rheobase,
    self_sustained_rate,
    synaptic_noise,
    triangle,
)


@dataclass
class MadeUpNeurons:
    """Each fires at ``least + gain * (current - start)`` once current passes ``start``, until it falls below ``stop``.

    Rest -70 mV, 2 mV per nA; after a spike a voltage that comes back to rest with the given time constant.
    """

    start: tuple[float, ...] = (3.0,)
    stop: tuple[float, ...] = (3.0,)
    gain: float = 1.5
    least: float = 6.0
    recovery_s: float = 0.04
    shows_voltage: bool = True

    def __call__(self, soma_current_nA, dendrite_current_nA, step_s):
        shape = (len(self.start), soma_current_nA.shape[-1])
        current = np.broadcast_to(soma_current_nA, shape) + np.broadcast_to(dendrite_current_nA, shape)
        trains, voltages = [], []
        for row, start, stop in zip(current, self.start, self.stop, strict=True):
            train, phase, firing = [], 1.0, False
            for now, given in enumerate(row):
                if not firing and given > start:
                    firing, phase = True, 1.0
                elif firing and given < stop:
                    firing = False
                if firing:
                    phase += step_s * max(self.least + self.gain * (given - start), 1.0)
                    if phase >= 1.0:
                        phase -= 1.0
                        train.append(now * step_s)
            voltage = -70.0 + 2.0 * row
            for spike in train[:1]:
                since = np.arange(len(row)) * step_s - spike
                voltage = np.where(since < 0, voltage, -70.0 - 8.0 * np.exp(-since / self.recovery_s))
                voltage[(since >= 0) & (since < 1e-3)] = 20.0
            trains.append(np.array(train))
            voltages.append(voltage)
        return trains, np.array(voltages, np.float32) if self.shows_voltage else None


def test_voltage_at_rest_and_input_resistance():
    assert resting_voltage(MadeUpNeurons()) == pytest.approx([-70.0])
    assert input_resistance(MadeUpNeurons()) == pytest.approx([2.0])


def test_neurons_without_a_voltage_say_so():
    with pytest.raises(ValueError, match="no voltage"):
        input_resistance(MadeUpNeurons(shows_voltage=False))


def test_rheobase_is_the_current_of_the_first_spike_and_nan_beyond_the_ramp():
    found = rheobase(MadeUpNeurons(start=(3.0, 7.5, 50.0), stop=(3.0, 7.5, 50.0)), most_nA=10.0)
    assert found == pytest.approx([3.0, 7.5, np.nan], abs=1e-3, nan_ok=True)


def test_rate_at_recruitment_is_that_of_the_first_intervals():
    found = rate_at_recruitment(MadeUpNeurons(start=(3.0, 50.0), stop=(3.0, 50.0)), most_nA=8.0, rate_nA_per_s=0.5)
    assert found == pytest.approx([6.2, np.nan], rel=0.02, nan_ok=True)


def test_gain_is_the_slope_of_rate_on_current():
    found = frequency_current_gain(MadeUpNeurons(start=(3.0, 9.0), stop=(3.0, 9.0)), most_nA=14.0)
    # Of the second unit the ramp shows too little.
    assert found == pytest.approx([1.5, np.nan], rel=0.02, nan_ok=True)


def test_only_a_neuron_that_needs_no_current_fires_by_itself():
    neurons = MadeUpNeurons(start=(3.0, 3.0), stop=(3.0, -1.0), least=20.0)
    # At zero current the second fires at 20 - 1.5 * 3.
    found = self_sustained_rate(neurons, peak_nA=6.0)
    assert found == pytest.approx([0.0, 15.5], rel=0.01)


@pytest.mark.parametrize("left", [0.5, 0.1])
def test_afterhyperpolarisation_lasts_as_long_as_its_time_constant_says(left):
    found = afterhyperpolarisation_duration(MadeUpNeurons(recovery_s=0.04), left=left)
    assert found == pytest.approx([0.04 * np.log(1.0 / left)], abs=1.5e-3)


def test_a_neuron_that_cannot_be_fired_has_no_afterhyperpolarisation():
    found = afterhyperpolarisation_duration(MadeUpNeurons(start=(1e6,), stop=(1e6,)), most_nA=100.0)
    assert np.isnan(found[0])


def test_paired_units_give_back_the_hysteresis_that_was_put_in():
    # The test unit starts at 4 and stops at 2 nA; the control unit shows the current at 2 imp/s per nA.
    neurons = MadeUpNeurons(start=(1.0, 4.0), stop=(0.5, 2.0), gain=2.0)
    found = delta_f(neurons, peak_nA=8.0, rise_s=10.0, noise_nA=0.0)
    assert found.control.tolist() == [0]
    assert found.test.tolist() == [1]
    assert found.mean == pytest.approx(4.0, abs=0.4)


def test_paired_units_without_hysteresis_differ_by_nothing():
    neurons = MadeUpNeurons(start=(1.0, 4.0), stop=(1.0, 4.0), gain=2.0)
    # The last spike comes up to an interval before the unit stops: a sixth of a second, on a drive of 0.8 nA/s.
    assert delta_f(neurons, peak_nA=8.0, noise_nA=0.0).mean == pytest.approx(0.0, abs=0.4)
    assert delta_f(neurons, peak_nA=8.0, noise_nA=0.0, at_dendrite=False).mean == pytest.approx(0.0, abs=0.4)


@pytest.mark.parametrize(
    ("start", "stop", "gain"),
    [
        ((1.0, 1.5), (0.5, 1.5), 2.0),  # recruited too soon after the control unit
        ((1.0, 4.0), (3.0, 2.0), 2.0),  # outlasts the control unit
        ((1.0, 4.0), (0.5, 2.0), 0.0),  # a control unit whose rate does not follow the drive
    ],
)
def test_pairs_that_could_not_show_the_difference_are_left_out(start, stop, gain):
    found = delta_f(MadeUpNeurons(start=start, stop=stop, gain=gain), peak_nA=8.0, noise_nA=0.0)
    assert len(found.test) == 0
    assert np.isnan(found.mean)


def test_the_mean_counts_each_test_unit_once():
    pairs = PairedUnits(np.array([0, 1, 0]), np.array([2, 2, 1]), np.array([3.0, 5.0, 1.0]))
    assert pairs.mean == pytest.approx(2.5)


def test_a_triangle_rises_from_rest_to_its_peak_and_back():
    current = triangle(6.0, 3.0, before_s=0.5, after_s=1.0)
    assert len(current) * STEP == pytest.approx(7.5)
    assert current.max() == pytest.approx(6.0, abs=1e-3)
    assert current[0] == current[-1] == 0.0
    assert np.argmax(current) * STEP == pytest.approx(3.5, abs=1e-3)


def test_noise_has_its_spread_its_time_and_its_common_share():
    noise = synaptic_noise(4, 200_000, 0.8, 5e-3, 0.3, np.random.default_rng(3))
    assert noise.std() == pytest.approx(0.8, rel=0.05)
    correlation = np.corrcoef(noise)[np.triu_indices(4, 1)]
    assert correlation == pytest.approx(np.full(6, 0.3), abs=0.06)
    lag = round(5e-3 / STEP)
    assert np.corrcoef(noise[0, :-lag], noise[0, lag:])[0, 1] == pytest.approx(np.exp(-1.0), abs=0.05)
    assert np.array_equal(noise, synaptic_noise(4, 200_000, 0.8, 5e-3, 0.3, np.random.default_rng(3)))
