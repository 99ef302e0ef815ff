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
    "interneuron_step": (0.2, 0.05, 60.0, 0.9, 0.8, 0.1, 0.002),
    "conductance": (0.4, 0.1),
}


def held(force_share, seconds, step_s=0.002):
    """Rate at each step after a step of force."""
    slow = fast = 0.0
    rates = []
    for _ in range(round(seconds / step_s)):
        slow, fast = ORGAN.step(slow, fast, force_share, step_s)
        rates.append(ORGAN.rate(slow, fast, force_share))
    return np.array(rates)


def interneurons(rate, length, seconds, gain=1.0, presynaptic=0.0):
    """Activity and what the cord has got used to, after each step of a constant discharge."""
    activity = habituated = 0.0
    course = []
    for _ in range(round(seconds / 0.002)):
        activity, habituated = ORGAN.interneuron_step(activity, habituated, rate, length, gain, presynaptic, 0.002)
        course.append((activity, habituated))
    return np.array(course)


def activity_of(force_share, length, gain=1.0, presynaptic=0.0):
    """Activity of the interneurons that a held force ends in."""
    return interneurons(held(force_share, 30.0, 0.01)[-1], length, 0.4, gain, presynaptic)[-1, 0]


def conductances(force_shares, length=1.2, step_s=0.002):
    """Conductance (uS) in the course of a force."""
    slow = fast = activity = habituated = 0.0
    course = []
    for share in force_shares:
        slow, fast = ORGAN.step(slow, fast, share, step_s)
        rate = ORGAN.rate(slow, fast, share)
        activity, habituated = ORGAN.interneuron_step(activity, habituated, rate, length, 1.0, 0.0, step_s)
        course.append(ORGAN.conductance(activity, habituated) * 1e6)
    return np.array(course)


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
    assert activity_of(0.0, 1.0) == 0.0
    assert conductances(np.zeros(500)).max() == 0.0


def test_no_discharge_below_zero_after_release():
    slow, fast = ORGAN.step(0.0, 0.0, 1.0, 20.0)
    assert ORGAN.rate(slow, fast, 0.0) == 0.0
    assert ORGAN.step(slow, fast, -0.1, 0.002) == ORGAN.step(slow, fast, 0.0, 0.002)


def test_discharge_grows_with_force_but_less_and_less():
    rates = [held(share, 30.0, 0.05)[-1] for share in (0.1, 0.2, 0.3, 0.4)]
    assert np.all(np.diff(rates) > 0)
    assert np.all(np.diff(rates, 2) < 0)


def test_maximal_force_of_a_well_stretched_muscle_excites_the_interneurons_fully():
    assert activity_of(1.0, 1.3) == pytest.approx(1.0, rel=1e-2)
    assert ORGAN.conductance(1.0, 0.0) == ORGAN.peak_conductance


def test_inhibition_is_lost_in_the_shortened_position_and_grows_with_length():
    by_length = [activity_of(0.5, length) for length in (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)]
    assert by_length[0] == by_length[1] == 0.0
    assert np.all(np.diff(by_length[1:-1]) > 0)
    assert by_length[-2] == by_length[-1]


def test_what_a_theory_or_presynaptic_inhibition_takes_away_is_taken_away():
    assert activity_of(0.5, 1.0, gain=0.5) == pytest.approx(activity_of(0.5, 1.0) / 2)
    assert activity_of(0.5, 1.0, presynaptic=0.25) == pytest.approx(activity_of(0.5, 1.0) * 0.75)
    assert activity_of(0.5, 1.0, gain=0.0) == 0.0


def test_activity_never_passes_one():
    assert ORGAN.interneuron_step(1.0, 0.0, 1e4, 1.5, 3.0, 0.0, 0.002)[0] == 1.0


def test_interneurons_follow_within_their_time_constant():
    activity, _ = ORGAN.interneuron_step(0.0, 0.0, 40.0, 1.0, 1.0, 0.0, ORGAN.interneuron_time)
    aim, _ = ORGAN.interneuron_step(0.0, 0.0, 40.0, 1.0, 1.0, 0.0, 10.0)
    assert activity / aim == pytest.approx(1 - np.exp(-1))


def test_the_cord_gets_used_to_a_steady_discharge_within_its_time_constant():
    course = interneurons(60.0, 1.2, 10 * ORGAN.habituation_time)
    # The interneurons are much faster, so what is left of them at each moment is a single exponential.
    after = round(ORGAN.habituation_time / 0.002)
    left = 1.0 - course[after, 1] / course[-1, 0]
    assert left == pytest.approx(np.exp(-1), abs=0.03)
    assert course[-1, 1] == pytest.approx(course[-1, 0], rel=1e-3)


def test_inhibition_by_a_steady_contraction_fades_to_what_is_not_got_used_to():
    course = interneurons(60.0, 1.2, 4 * ORGAN.habituation_time)
    inhibition = np.array([ORGAN.conductance(*each) for each in course])
    unused = ORGAN.peak_conductance * course[-1, 0]
    assert inhibition[-1] == pytest.approx((1.0 - ORGAN.habituation) * unused, rel=0.2)
    assert inhibition[-1] < 0.2 * inhibition.max()


def test_a_rise_of_force_is_answered_with_a_burst_and_a_fall_with_silence():
    forces = np.repeat([0.2, 0.5, 0.2], 1500)  # three seconds each
    course = conductances(forces)
    before, burst, later, fall = course[1499], course[1500:1600].max(), course[2999], course[3000:3200].min()
    assert burst > 3.0 * before
    assert burst > 3.0 * later
    assert fall == 0.0
    assert course.min() == 0.0


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
