"""The tendon organ against its transfer function, and its inhibition at the ends of its range."""

from __future__ import annotations

import dataclasses

import numba
import numpy as np
import pytest
from scipy.signal import lti, step

from cramplab.physiology.tendon_organ import TendonOrgan

ORGAN = TendonOrgan()
RECORD = TendonOrgan.records(1)[0]
CALLS = {
    "step": (10.0, 12.0, 0.4, 0.002),
    "rate": (10.0, 12.0, 0.4),
    "interneuron_step": (0.2, 60.0, 0.9, 0.8, 0.1, 0.002),
    "conductance": (0.4,),
}


def held(force_share, seconds, step_s=0.002):
    """Rate at each step after a step of force."""
    slow = fast = 0.0
    rates = []
    for _ in range(round(seconds / step_s)):
        slow, fast = ORGAN.step(slow, fast, force_share, step_s)
        rates.append(ORGAN.rate(slow, fast, force_share))
    return np.array(rates)


def inhibition(force_share, length, gain=1.0, presynaptic=0.0):
    """Conductance (uS) that a force ends in after its adaptation."""
    activity = 0.0
    rate = held(force_share, 30.0, 0.01)[-1]
    for _ in range(200):
        activity = ORGAN.interneuron_step(activity, rate, length, gain, presynaptic, 0.002)
    return ORGAN.conductance(activity) * 1e6


def test_a_step_of_force_is_answered_as_the_published_transfer_function_says():
    published = lti([1.7, 2.58, 0.4], [1.0, 2.2, 0.4])
    times = np.arange(0, 20.0, 0.002)
    sustained = ORGAN.logarithmic_gain * np.log(1 + 0.5 / ORGAN.force_scale)
    expected = step(published, T=times)[1][1:] * sustained
    assert held(0.5, 20.0)[: len(expected)] == pytest.approx(expected, rel=1e-6)


def test_the_step_is_exact_at_any_length():
    slow, fast = ORGAN.step(3.0, 4.0, 0.3, 1.0)
    many = (3.0, 4.0)
    for _ in range(1000):
        many = ORGAN.step(*many, 0.3, 0.001)
    assert many == pytest.approx((slow, fast), rel=1e-9)


def test_a_muscle_without_force_is_silent_and_inhibits_nothing():
    assert held(0.0, 1.0).max() == 0.0
    assert inhibition(0.0, 1.0) == 0.0


def test_no_discharge_below_zero_after_release():
    slow, fast = ORGAN.step(0.0, 0.0, 1.0, 20.0)
    assert ORGAN.rate(slow, fast, 0.0) == 0.0
    assert ORGAN.step(slow, fast, -0.1, 0.002) == ORGAN.step(slow, fast, 0.0, 0.002)


def test_discharge_grows_with_force_but_less_and_less():
    rates = [held(share, 30.0, 0.05)[-1] for share in (0.1, 0.2, 0.3, 0.4)]
    assert np.all(np.diff(rates) > 0)
    assert np.all(np.diff(rates, 2) < 0)


def test_maximal_force_of_a_well_stretched_muscle_gives_the_whole_conductance():
    assert inhibition(1.0, 1.3) == pytest.approx(ORGAN.peak_conductance * 1e6, rel=1e-2)


def test_inhibition_is_lost_in_the_shortened_position_and_grows_with_length():
    by_length = [inhibition(0.5, length) for length in (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)]
    assert by_length[0] == by_length[1] == 0.0
    assert np.all(np.diff(by_length[1:-1]) > 0)
    assert by_length[-2] == by_length[-1]


def test_what_a_theory_or_presynaptic_inhibition_takes_away_is_taken_away():
    assert inhibition(0.5, 1.0, gain=0.5) == pytest.approx(inhibition(0.5, 1.0) / 2)
    assert inhibition(0.5, 1.0, presynaptic=0.25) == pytest.approx(inhibition(0.5, 1.0) * 0.75)
    assert inhibition(0.5, 1.0, gain=0.0) == 0.0


def test_activity_never_passes_one():
    assert ORGAN.interneuron_step(1.0, 1e4, 1.5, 3.0, 0.0, 0.002) == 1.0


def test_interneurons_follow_within_their_time_constant():
    activity = ORGAN.interneuron_step(0.0, 40.0, 1.0, 1.0, 0.0, ORGAN.interneuron_time)
    aim = ORGAN.interneuron_step(0.0, 40.0, 1.0, 1.0, 0.0, 10.0)
    assert activity / aim == pytest.approx(1 - np.exp(-1))


@pytest.mark.parametrize("method", CALLS)
def test_compiled_is_as_plain(method):
    compiled = numba.njit(getattr(TendonOrgan, method))
    plain = getattr(ORGAN, method)(*CALLS[method])
    assert compiled(RECORD, *CALLS[method]) == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(TendonOrgan)])
def test_every_parameter_moves_an_answer(field):
    def answers(organ):
        return [*np.hstack([getattr(organ, method)(*arguments) for method, arguments in CALLS.items()])]

    changed = dataclasses.replace(ORGAN, **{field: getattr(ORGAN, field) * 1.05})
    assert answers(changed) != answers(ORGAN)
