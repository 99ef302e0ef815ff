"""Post-activation depression against what was published of it, and the delays of the reflex arcs."""

from __future__ import annotations

import dataclasses

import numba
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from cramplab.physiology.afferent_synapse import AfferentSynapse

SYNAPSE = AfferentSynapse()
RECORD = AfferentSynapse.records(1)[0]
CALLS = {
    "step": (0.7, 12.0, 0.002),
    "steady": (12.0,),
    "after_volley": (0.7,),
    "primary_delay": (0.8,),
    "secondary_delay": (0.8,),
    "tendon_organ_delay": (0.8,),
    "fibres": (100.0,),
}


def after_train(frequency, volleys=200):
    """What a volley of a regular train finds."""
    resource = 1.0
    for _ in range(volleys):
        resource = SYNAPSE.step(SYNAPSE.after_volley(resource), 0.0, 1 / frequency)
    return resource


def test_a_silent_fibre_is_rested():
    assert SYNAPSE.step(1.0, 0.0, 0.002) == 1.0
    assert SYNAPSE.steady(0.0) == 1.0


def test_one_volley_depresses_for_more_than_eight_seconds_and_not_for_half_a_minute():
    depressed = [1.0 - SYNAPSE.step(SYNAPSE.after_volley(1.0), 0.0, seconds) for seconds in (0.1, 4, 8, 10, 30)]
    assert depressed[0] > 0.2
    assert 0.02 < depressed[2] < 0.05
    assert 0.01 < depressed[3] < depressed[2]
    assert depressed[4] < 0.001
    assert np.all(np.diff(depressed) < 0)


def test_a_reflex_every_ten_seconds_is_hardly_depressed_and_one_every_second_is():
    assert after_train(0.1) > 0.95
    assert after_train(0.2) > after_train(1.0) + 0.2
    assert after_train(1.0) < 0.65


def test_depression_deepens_with_frequency_down_to_its_floor():
    left = [after_train(frequency) for frequency in (0.1, 0.2, 1, 2, 5, 10, 30)]
    assert np.all(np.diff(left) < 0)
    assert SYNAPSE.floor < left[-1] < SYNAPSE.floor + 0.05


def test_a_volley_depresses_a_fibre_that_discharges_already_little():
    # As in a contraction, where a second reflex is hardly smaller than the first.
    active = SYNAPSE.steady(15.0)
    assert 1 - SYNAPSE.after_volley(1.0) > 0.2
    assert 1 - SYNAPSE.after_volley(active) / active < 0.05


def test_faster_discharge_still_drives_harder():
    drive = [rate * SYNAPSE.steady(rate) for rate in (2, 5, 10, 20, 40, 80)]
    assert np.all(np.diff(drive) > 0)
    # Used up wholly, the same resource would carry less than one impulse per second at any rate.
    spent = dataclasses.replace(SYNAPSE, floor=0.0)
    assert 80.0 * spent.steady(80.0) < 1.0


def test_the_step_is_the_solution_of_the_equation():
    def rate(_, resource):
        return (1 - resource) / SYNAPSE.recovery_time - SYNAPSE.use * (resource - SYNAPSE.floor) * 7.0

    solved = solve_ivp(rate, (0, 0.8), (0.9,), rtol=1e-9, atol=1e-12).y[0, -1]
    assert SYNAPSE.step(0.9, 7.0, 0.8) == pytest.approx(solved, rel=1e-6)
    assert SYNAPSE.step(0.9, 7.0, 1000.0) == pytest.approx(SYNAPSE.steady(7.0))


def test_the_resource_stays_between_its_floor_and_one():
    resource = 1.0
    for _ in range(200):
        resource = SYNAPSE.step(SYNAPSE.after_volley(resource), 100.0, 0.002)
        assert SYNAPSE.floor < resource <= 1.0


def test_the_reflex_of_the_calf_comes_after_about_thirty_milliseconds():
    # Stimulated behind the knee, 0.65 m from the cord; back at 50 m/s, and 5 ms to and in the muscle.
    latency = SYNAPSE.primary_delay(0.65) + 0.65 / 50.0 + 0.005
    assert 0.027 < latency < 0.034


def test_secondary_fibres_are_later_than_tendon_organs_and_those_than_primary_ones():
    assert SYNAPSE.primary_delay(0.8) < SYNAPSE.tendon_organ_delay(0.8) < SYNAPSE.secondary_delay(0.8)
    assert SYNAPSE.secondary_delay(0.8) - SYNAPSE.primary_delay(0.8) > 0.008


def test_fibres_are_counted_from_the_primary_ones():
    assert SYNAPSE.fibres(400.0) == (400.0, 400.0 * SYNAPSE.secondary_per_primary, 200.0)


@pytest.mark.parametrize("method", CALLS)
def test_compiled_is_as_plain(method):
    compiled = numba.njit(getattr(AfferentSynapse, method))
    plain = getattr(SYNAPSE, method)(*CALLS[method])
    assert compiled(RECORD, *CALLS[method]) == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(AfferentSynapse)])
def test_every_parameter_moves_an_answer(field):
    def answers(synapse):
        return [*np.hstack([getattr(synapse, method)(*arguments) for method, arguments in CALLS.items()])]

    changed = dataclasses.replace(SYNAPSE, **{field: getattr(SYNAPSE, field) * 1.05})
    assert answers(changed) != answers(SYNAPSE)
