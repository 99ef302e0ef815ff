"""The reference motor neuron: its published pool, its steady states, and each of its numbers at work."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest

from cramplab.physiology.reference_motor_neuron import NeuronProperties, NeuronState, ReferenceMotorNeuron

NEURON = ReferenceMotorNeuron()
SQUARE_CM = 1e-4  # m^2
# From far below rest over the two voltages at which a rate is 0/0 to the top of a spike.
VOLTAGES = [-95.0, -78.0, -67.0, -49.0, -44.0, -43.0, -30.0, -29.0, -21.0, -9.0, 10.0, 45.0]


def unit_of(neuron: ReferenceMotorNeuron, place: int, units: int = 3, gain: float = 1.0) -> NeuronProperties:
    return NeuronProperties(**{name: float(each[place]) for name, each in neuron.of_pool(units, gain).items()})


def state_at(soma: float, dendrite: float, gates: float = 0.3) -> NeuronState:
    return NeuronState(soma, dendrite, *[gates] * 6, 5e-4, *[gates] * 5)


def answers(neuron: ReferenceMotorNeuron) -> np.ndarray:
    return np.array(
        [
            neuron.step(state_at(soma, 0.7 * soma), unit_of(neuron, place), 1e-6, 2e-6, 1e-7, 2e-4)
            for soma in VOLTAGES
            for place in range(3)
        ]
    )


@pytest.mark.parametrize("soma", VOLTAGES)
def test_compiled_and_plain_steps_agree(soma):
    compiled = numba.njit(ReferenceMotorNeuron.step)
    record = ReferenceMotorNeuron.records(1)[0]
    inputs = (state_at(soma, -50.0), unit_of(NEURON, 1), 2e-6, -1e-6, 3e-8, 1e-4)
    assert compiled(record, *inputs) == pytest.approx(NEURON.step(*inputs), rel=1e-12)


def test_the_ends_of_the_pool_have_the_published_values():
    pool = NEURON.of_pool(20)
    area = math.pi * 22e-4 * 2952e-4  # cm^2
    assert pool["soma_leak"][0] == pytest.approx(0.8109e-4 * area)
    assert pool["soma_capacitance"][0] == pytest.approx(1.35546e-6 * area)
    assert pool["rectifier"][-1] == pytest.approx(0.02 * math.pi * 30e-4 * 3665e-4)
    assert pool["leak_reversal"][[0, -1]] == pytest.approx([-71.0, -72.0])
    assert pool["calcium_removal_time"][[0, -1]] == pytest.approx([0.090, 0.030])
    # Half the length of each of four dendrites, worked out by hand.
    assert pool["coupling"][[0, -1]] == pytest.approx([0.523e-6, 0.981e-6], rel=1e-3)


def test_the_eleventh_of_twenty_units_is_the_one_that_was_deposited():
    # Cell 10 of the deposited pool; it tells by which power each property runs from end to end.
    pool = NEURON.of_pool(20)
    area = math.pi * 24.21606648199446e-4 * 3149.506925207756e-4
    dendrites = 4.0 * math.pi * 9.6101532132964e-4 * 1914.0136565096952e-4
    densities = np.mean([9.414127423822714e-05, 0.00010414127423822714, 0.00011052631578947368, 0.0001255263157894737])
    deposited = {
        "soma_leak": 0.0001629681163434903 * area,
        "sodium": 0.01332409972299169 * area,
        "persistent_sodium": 2.4337950138504154e-05 * area,
        "calcium": 6.714607776183424e-06 * area,
        "soma_h": 8.54016620498615e-05 * area,
        "dendrite_leak": 0.00010586679916897506 * dendrites,
        "dendrite_capacitance": 0.8712785069252078e-6 * dendrites,
        "persistent_calcium": densities * dendrites,
        "activation_half": -41.16897506925208,
        "inactivation_half": 4.459833795013851,
        "calcium_removal_time": 73.37950138504155e-3,
    }
    assert {name: pool[name][10] for name in deposited} == pytest.approx(deposited, rel=1e-9)


def test_neuromodulation_scales_the_persistent_calcium_current_and_nothing_else():
    plain, raised = NEURON.of_pool(5), NEURON.of_pool(5, persistent_current_gain=1.3)
    assert raised.pop("persistent_calcium") == pytest.approx(1.3 * plain.pop("persistent_calcium"))
    assert all(np.array_equal(raised[name], plain[name]) for name in plain)


def test_a_pool_of_one_is_the_first_unit():
    assert {name: each[0] for name, each in NEURON.of_pool(1).items()} == {
        name: each[0] for name, each in NEURON.of_pool(9).items()
    }


def test_a_gate_is_half_open_at_its_half_voltage():
    unit = unit_of(NEURON, 0)
    for gate, soma in (
        ("sodium_inactivation", -49.0),
        ("persistent_sodium_activation", -47.3),
        ("rectifier_activation", -21.0),
        ("calcium_activation", -20.0),
        ("soma_h_activation", -77.0),
    ):
        settled = NEURON.step(state_at(soma, -70.0), unit, 0.0, 0.0, 0.0, math.inf)
        assert getattr(settled, gate) == pytest.approx(0.5), gate
    for gate, dendrite in (("persistent_calcium_activation", -42.0), ("persistent_calcium_inactivation", 10.0)):
        settled = NEURON.step(state_at(-70.0, dendrite), unit, 0.0, 0.0, 0.0, math.inf)
        assert getattr(settled, gate) == pytest.approx(0.5), gate


def test_a_micromolar_above_rest_opens_half_of_the_calcium_activated_potassium_channels():
    held = state_at(-80.0, -80.0)._replace(calcium=1.1e-3, calcium_activation=0.0)
    unit = unit_of(NEURON, 0)._replace(calcium_removal_time=1e9)
    gate = held
    for _ in range(2000):
        gate = NEURON.step(gate._replace(soma_voltage=-80.0, calcium=1.1e-3), unit, 0.0, 0.0, 0.0, 1e-4)
    assert gate.calcium_potassium_activation == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("middle", [-29.0, -44.0])
def test_rates_run_through_the_voltage_at_which_they_are_zero_over_zero(middle):
    unit = unit_of(NEURON, 0)
    at, near = (NEURON.step(state_at(soma, -60.0), unit, 0.0, 0.0, 0.0, 1e-4) for soma in (middle, middle + 1e-5))
    assert near == pytest.approx(at, rel=1e-5)


def test_no_gate_leaves_its_range_and_calcium_is_not_pumped_below_rest():
    for step_s in (1e-5, 2e-4, 0.1):
        for soma in VOLTAGES:
            after = NEURON.step(state_at(soma, soma), unit_of(NEURON, 2), 0.0, 0.0, 0.0, step_s)
            gates = [getattr(after, name) for name in after._fields if name.endswith("activation")]
            assert len(gates) == 11
            assert all(0.0 <= gate <= 1.0 for gate in gates)
            assert after.calcium >= NEURON.calcium_at_rest


def test_slow_inactivation_is_off_as_published_and_can_be_switched_on():
    published = NEURON.step(state_at(0.0, -60.0), unit_of(NEURON, 0), 0.0, 0.0, 0.0, math.inf)
    assert published.sodium_slow_inactivation == 1.0
    other = ReferenceMotorNeuron(slow_inactivation_spared=0.4)
    inactivated = other.step(state_at(20.0, -60.0), unit_of(NEURON, 0), 0.0, 0.0, 0.0, math.inf)
    assert inactivated.sodium_slow_inactivation == pytest.approx(0.4, abs=0.01)


# These belong to the run, not to the step; tests of the reference pool move them.
OF_THE_RUN = {"spike_level", "antidromic_rise", "antidromic_time"}


@pytest.mark.parametrize("name", sorted(set(ReferenceMotorNeuron.parameter_names()) - OF_THE_RUN))
def test_every_parameter_moves_some_answer(name):
    # With slow inactivation switched on: as published it has no effect, and neither have its numbers.
    plain = ReferenceMotorNeuron(slow_inactivation_spared=0.5)
    moved = 1.3 * getattr(plain, name) or 1.0
    changed = ReferenceMotorNeuron(**{"slow_inactivation_spared": 0.5, name: moved})
    assert not np.array_equal(answers(changed), answers(plain))
