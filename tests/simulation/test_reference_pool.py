"""The reference pool against an independent solution, an earlier program of the same neurons, and its own limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from cramplab.core.errors import UserError
from cramplab.physiology.reference_motor_neuron import ReferenceMotorNeuron
from cramplab.simulation.motor_neuron_tests import (
    STEP,
    afterhyperpolarisation_duration,
    delta_f,
    frequency_current_gain,
    input_resistance,
    rate_at_recruitment,
    resting_voltage,
    rheobase,
    self_sustained_rate,
    triangle,
)
from cramplab.simulation.reference_pool import ReferencePool, excitatory_train

SHOWN = [0, 5, 10, 15, 19]  # of a pool of twenty


def pool_of(units, gain=1.0, **changes) -> ReferencePool:
    return ReferencePool.of(20, gain, ReferenceMotorNeuron(**changes)).only(units)


# ------------------------------------------------------------------------------ five compartments, solved by SciPy


def linear_rate(above, slope):
    return slope if abs(above) < 1e-6 else above / (1.0 - np.exp(-above / slope))


def open_share(above, slope):
    return 1.0 / (1.0 + np.exp(-above / slope))


def five_compartments(unit, densities, current_nA):
    """Rates of change of a soma with four dendrites, written apart from the project's own equations: mV, ms, nA, uS."""
    shares = np.array(densities) / np.mean(densities) / 4.0
    conductance = {name: 1e6 * unit[name] for name in unit.dtype.names}  # uS where it is one
    leak_reversal, coupling = unit["leak_reversal"], conductance["coupling"] / 4.0

    def rates(_, y):
        soma, (m, h, p, n, c, calcium, q, r) = y[0], y[5:13]
        dendrites, h_gates, activated, available = y[1:5], y[13:17], y[17:21], y[21:25]
        opening, closing = 0.4 * linear_rate(soma + 29, 7.2), 0.124 * linear_rate(-soma - 29, 7.2)
        m_time = max(0.02, 1 / (opening + closing) / 2**1.3)
        blocking, freeing = 0.03 * linear_rate(soma + 44, 1.5), 0.01 * linear_rate(-soma - 44, 1.5)
        h_time = max(0.5, 1 / (blocking + freeing) / 2**1.3)
        bell = np.exp((soma + 39) / 5.5)
        calcium_current = conductance["calcium"] * c * (soma - 132.458)
        outward = (
            (conductance["sodium"] * m**3 * h + conductance["persistent_sodium"] * p) * (soma - 50)
            + (conductance["rectifier"] * n**4 + conductance["calcium_potassium"] * q) * (soma + 80)
            + calcium_current
            + conductance["soma_h"] * r * (soma + 41)
            + conductance["soma_leak"] * (soma - leak_reversal)
            + coupling * np.sum(soma - dendrites)
        )
        of_dendrites = (
            conductance["persistent_calcium"] * shares * activated * available * (dendrites - 80)
            + conductance["dendrite_h"] / 4 * h_gates * (dendrites + 41)
            + conductance["dendrite_leak"] / 4 * (dendrites - leak_reversal)
            + coupling * (dendrites - soma)
        )
        entry = max(0.0, -calcium_current) * 1e-6 * unit["calcium_per_charge"] * 1e-3
        q_opening = 0.1 * (1e3 * (calcium - 1e-4)) ** 2
        return np.concatenate(
            [
                [(current_nA - outward) / (1e9 * unit["soma_capacitance"])],
                -of_dendrites / (1e9 * unit["dendrite_capacitance"] / 4),
                [
                    (opening / (opening + closing) - m) / m_time,
                    (open_share(-soma - 49, 8) - h) / h_time,
                    open_share(soma + 47.3, 5) - p,
                    (open_share(soma + 21, 20) - n) / (0.8 + 20 * bell / (1 + bell) ** 2),
                    (open_share(soma + 20, 4) - c) / 2,
                    entry - (calcium - 1e-4) / (1e3 * unit["calcium_removal_time"]),
                    q_opening - (q_opening + 0.1) * q,
                    (open_share(-soma - 77, 8) - r) / 30,
                ],
                (open_share(-dendrites - 77, 8) - h_gates) / 30,
                (open_share(dendrites - unit["activation_half"], 6) - activated) / 40,
                (open_share(unit["inactivation_half"] - dendrites, 5) - available) / 2500,
            ]
        )

    return rates


def solved_spikes(unit, densities, current_nA, until_s):
    def spike(_, y):
        return y[0] + 10.0

    spike.direction = 1
    start = np.array([*[-70.0] * 5, 0.01, 0.93, 0.01, 0.07, 0, 1e-4, 0, 0.3, *[0.3] * 4, *[0.01] * 4, *[1.0] * 4])
    accuracy = {"method": "LSODA", "rtol": 1e-6, "atol": 1e-8}
    rested = solve_ivp(five_compartments(unit, densities, 0.0), (0, 1000), start, **accuracy).y[:, -1]
    driven = five_compartments(unit, densities, current_nA)
    return 1e-3 * solve_ivp(driven, (0, 1e3 * until_s), rested, events=spike, max_step=2.0, **accuracy).t_events[0]


@pytest.mark.parametrize(("place", "current_nA"), [(0, 5.0), (10, 10.0), (19, 28.0)])
def test_the_lumped_neuron_fires_as_one_with_four_equal_dendrites_does(place, current_nA):
    pool = pool_of([place])
    solved = solved_spikes(pool.properties[0], [1.0, 1.0, 1.0, 1.0], current_nA, 0.6)
    (fine,), _ = pool.run(np.full(24000, current_nA), 0.0, 2.5e-5)
    (usual,), _ = pool.run(np.full(6000, current_nA), 0.0, STEP)
    assert len(solved) == len(fine) == len(usual) >= 5
    # What is left falls with the step: it is the error of stepping.
    assert np.diff(fine) == pytest.approx(np.diff(solved), rel=0.005)
    assert np.diff(usual) == pytest.approx(np.diff(solved), rel=0.02)


@pytest.mark.parametrize(
    ("place", "current_nA", "densities"), [(0, 5.0, [0.85, 0.95, 1.0, 1.15]), (19, 28.0, [1.18, 1.28, 1.38, 1.53])]
)
def test_giving_four_unequal_dendrites_their_mean_changes_little(place, current_nA, densities):
    pool = pool_of([place])
    unequal = solved_spikes(pool.properties[0], densities, current_nA, 0.6)
    (lumped,), _ = pool.run(np.full(24000, current_nA), 0.0, 2.5e-5)
    assert np.diff(lumped) == pytest.approx(np.diff(unequal), rel=0.03)


# ------------------------------------------------ figures that an earlier program of the same neurons gave


def test_neurons_rest_where_they_should():
    assert resting_voltage(pool_of(range(20)).run) == pytest.approx(np.full(20, -67.15), abs=0.2)


def test_input_resistance_falls_with_size():
    found = input_resistance(pool_of(SHOWN).run)
    assert found == pytest.approx([3.06, 2.36, 1.33, 0.69, 0.41], rel=0.01)


@pytest.mark.parametrize(("gain", "first", "last"), [(1.0, 2.1, 23.9), (0.0, 3.4, 25.2)])
def test_rheobase_rises_with_size(gain, first, last):
    found = rheobase(pool_of(range(20), gain).run)
    assert np.all(np.diff(found) > 0.0)
    assert found[[0, -1]] == pytest.approx([first, last], rel=0.03)


def test_persistent_current_lowers_rheobase_in_every_unit():
    found = [rheobase(pool_of(SHOWN, gain).run) for gain in (0.0, 0.5, 1.0, 1.2)]
    assert np.all(np.diff(found, axis=0) < 0.0)


def test_recruitment_rates_are_those_of_human_units_and_higher_in_large_ones():
    # Earlier program 4.5 to 9.4 imp/s on a ramp that is not known.
    found = rate_at_recruitment(pool_of([0, 19]).run)
    assert found == pytest.approx([4.5, 9.4], rel=0.25)
    assert found[0] < found[1]


def test_without_persistent_current_the_gain_is_near_one():
    found = frequency_current_gain(pool_of(SHOWN, 0.0).run)
    assert found == pytest.approx(np.linspace(1.07, 0.74, 5), rel=0.15)


def test_a_persistent_current_takes_off_in_small_units_alone():
    found = frequency_current_gain(pool_of([0, 19]).run)
    assert found[0] > 3.0
    assert found[1] < 1.2


def test_afterhyperpolarisation_is_longer_in_small_units():
    found = afterhyperpolarisation_duration(pool_of(SHOWN).run)
    assert np.all(np.diff(found) < 0.0)
    assert found[0] > 0.10
    assert 0.04 < found[-1] < 0.08


def test_the_smaller_half_of_the_pool_goes_on_firing_by_itself_at_the_rates_of_the_earlier_program():
    found = self_sustained_rate(pool_of(range(20)).run)
    latched = found > 0.0
    assert 7 <= latched.sum() <= 12
    assert latched[: latched.sum()].all(), "the smallest go on"
    assert np.all((found[latched] >= 12.0) & (found[latched] <= 17.5))


def test_a_fifth_less_persistent_current_and_none_goes_on():
    assert not self_sustained_rate(pool_of(range(20), 0.8).run).any()


def test_a_fifth_more_and_most_go_on_faster():
    found = self_sustained_rate(pool_of(range(20), 1.2).run)
    assert (found > 0.0).mean() == pytest.approx(0.7, abs=0.1)
    assert np.all((found[found > 0.0] >= 16.0) & (found[found > 0.0] <= 22.0))


def test_pairs_differ_with_a_persistent_current_and_hardly_without():
    without = delta_f(pool_of(range(20), 0.0).run, peak_nA=8.0)
    human = delta_f(pool_of(range(20), 0.9).run, peak_nA=8.0)
    assert abs(without.mean) < 0.5
    assert len(human.test) >= 20
    assert 2.0 < human.mean < 5.0
    # Current into the soma acts past the dendrite, where the persistent current is.
    assert delta_f(pool_of(range(20), 0.9).run, peak_nA=8.0, at_dendrite=False).mean < 0.25 * human.mean


# --------------------------------------------------------------------------------- what stops and what starts them


def latched_then(gain, soma_nA=0.0, dendrite_nA=0.0):
    """Spikes in the last second, after half a second of current into a unit that fires by itself."""
    current = triangle(20.0, 4.0, after_s=4.0)
    extra = np.zeros_like(current)
    extra[round(9.5 / STEP) : round(10.0 / STEP)] = 1.0
    trains, _ = pool_of([0, 3], gain).run(current + soma_nA * extra, dendrite_nA * extra, STEP)
    return [int((train > 11.5).sum()) for train in trains]


def test_a_latched_unit_is_stopped_at_the_dendrite_and_not_at_the_soma():
    assert min(latched_then(1.0)) > 5
    assert min(latched_then(1.0, soma_nA=-3.0)) > 5
    assert latched_then(1.0, dendrite_nA=-2.25) == [0, 0]


def test_a_stronger_persistent_current_takes_more_to_stop():
    assert min(latched_then(1.2, dendrite_nA=-4.5)) > 5
    assert latched_then(1.2, dendrite_nA=-9.0) == [0, 0]


def after_train(frequency_hz, peak_uS, antidromic=True):
    """How many of six units fire on after a train of four seconds."""
    arrivals = np.arange(0.5, 4.5, 1.0 / frequency_hz)
    volleys = excitatory_train(arrivals, peak_uS, 0.030, 8.0, STEP)
    trains, _ = pool_of([0, 3, 6, 9, 12, 15]).run(
        0.0, 0.0, STEP, excitation_uS=volleys, antidromic_s=arrivals if antidromic else ()
    )
    return sum(bool((train > 6.8).any()) for train in trains)


def test_a_train_latches_units_from_a_frequency_on():
    found = [after_train(frequency, 0.1) for frequency in (10, 18, 24, 30, 40)]
    assert found[:3] == [0, 0, 0]
    assert found == sorted(found)
    assert found[3] >= 1


def test_larger_volleys_latch_units_at_lower_frequencies():
    assert after_train(18, 0.2) > after_train(18, 0.1) == 0


def test_every_antidromic_spike_fires_every_unit_once_and_latches_none():
    arrivals = np.arange(0.5, 4.5, 1.0 / 40.0)
    trains, _ = pool_of(range(20)).run(np.zeros(60000), 0.0, STEP, antidromic_s=arrivals)
    assert [len(train) for train in trains] == [len(arrivals)] * 20
    for train in trains:
        assert np.all((train - arrivals > 0.0) & (train - arrivals < 2e-3))


def test_a_neuron_that_has_just_fired_does_not_answer_an_antidromic_spike():
    trains, _ = pool_of(SHOWN).run(np.zeros(3000), 0.0, STEP, antidromic_s=[0.1, 0.1025])
    assert [len(train) for train in trains] == [1] * 5


@pytest.mark.parametrize("name", ["spike_level", "antidromic_rise", "antidromic_time"])
def test_every_parameter_of_the_run_moves_some_answer(name):
    def answer(**changes):
        trains, _ = pool_of([0], **changes).run(np.zeros(500), 0.0, STEP, antidromic_s=[0.01])
        return trains[0][0]

    assert answer(**{name: 1.5 * getattr(ReferenceMotorNeuron(), name)}) != answer()


# ------------------------------------------------------------------------------------------------------ the stepping


def test_half_the_step_gives_the_same_number_of_spikes_within_a_hundredth():
    current = triangle(15.0, 4.0)
    finer = np.interp(np.arange(2 * len(current)) / 2.0, np.arange(len(current)), current)
    pool = pool_of(range(16), 0.9)
    counts, counts_finer = (
        np.array([len(train) for train in pool.run(each, 0.0, step_s)[0]])
        for each, step_s in ((current, STEP), (finer, STEP / 2.0))
    )
    assert counts.sum() == pytest.approx(counts_finer.sum(), rel=0.01)
    # One spike more or less at the ends of a ramp is no error of stepping.
    assert np.all(np.abs(counts - counts_finer) <= 1 + 0.01 * counts)


def test_units_do_not_know_each_other():
    current = np.full(5000, 8.0, np.float32)
    together, _ = pool_of([0, 4, 8]).run(current, 0.0, STEP)
    (alone,), _ = pool_of([4]).run(current, 0.0, STEP)
    assert np.array_equal(together[1], alone)


def test_a_row_per_unit_does_what_one_row_for_all_does():
    current = np.linspace(0.0, 10.0, 6000)
    shared, voltage = pool_of([0, 4]).run(current, 0.0, STEP)
    own, voltage_of_own = pool_of([0, 4]).run(np.stack([current, current]), np.zeros((2, 1)), STEP)
    assert all(np.array_equal(one, other) for one, other in zip(shared, own, strict=True))
    assert np.array_equal(voltage, voltage_of_own)


def test_a_step_that_is_too_long_is_refused():
    with pytest.raises(UserError, match=r"0\.2 ms"):
        pool_of([0]).run(np.zeros(10), 0.0, 1e-3)


def test_inputs_that_do_not_fit_are_refused():
    with pytest.raises(UserError, match="do not fit 2 units and 10 steps"):
        pool_of([0, 1]).run(np.zeros((3, 10)), 0.0, STEP)


def test_a_train_of_volleys_jumps_decays_and_adds_up():
    found = excitatory_train([0.01, 0.02], 0.1, 0.030, 0.05, STEP)
    assert found[99] == 0.0
    assert found[100] == pytest.approx(0.1)
    assert found[200] == pytest.approx(0.1 * np.exp(-1.0 / 3.0) + 0.1)
    assert found[499] == pytest.approx(found[200] * np.exp(-299 * STEP / 0.030), rel=1e-4)
