"""People go through segments: they stop where they should, keep still when done, and failures are told."""

from __future__ import annotations

import numpy as np
import pytest
from tests.laws.runs import HOUR, PEOPLE, different_people, run

from cramplab.core.errors import UserError
from cramplab.core.protocol import FORCING, Segment
from cramplab.simulation.timeline import forcing_at_rest

HARD = {"running_speed": 3.2, "upright": 1.0, "air_temperature": 33.0, "relative_humidity": 0.6}


@pytest.fixture(scope="module")
def until_hot():
    """Half of the people run until 38.3 degC, half rest; then all rest."""
    working = np.arange(PEOPLE) % 2 == 0
    plan = [
        Segment(
            "heat",
            "exercise",
            2.0 * HOUR,
            {**HARD, "running_speed": 3.2 * working},
            {"core_temperature": 38.3},
            must_stop=True,
        ),
        Segment("after", "rest", 600.0),
    ]
    return working, run(plan, different_people(8))[0]


def test_who_reaches_the_threshold_stops_there(until_hot):
    working, trace = until_hot
    first, last = trace.spans[0]
    core, spent = trace.series["core_temperature"][:, working], trace.seconds[first : last + 1, working].sum(axis=0)
    assert np.all(core[last] >= 38.3)
    # A record is a minute; nobody warms by more than 0.3 K in one.
    assert np.all(core[last] < 38.6)
    assert np.all(spent < 2.0 * HOUR)
    assert np.unique(spent).size > 3


def test_who_has_stopped_keeps_still_while_others_go_on(until_hot):
    working, trace = until_hot
    first, last = trace.spans[0]
    for person in np.flatnonzero(working):
        halted = first + np.flatnonzero(trace.seconds[first : last + 1, person] == 0.0)
        for name in ("core_temperature", "sweat_loss", "plasma_sodium", "worked_lasting_fatigue"):
            values = trace.series[name][halted, person]
            assert np.all(values == trace.series[name][last, person])


def test_who_never_reaches_the_threshold_has_failed_and_is_told(until_hot):
    working, trace = until_hot
    assert list(trace.failed) == list(~working)
    assert set(trace.reasons) == set(np.flatnonzero(~working))
    assert all("did not reach the end that 'heat' asks for" in reason for reason in trace.reasons.values())


def test_all_go_on_together_in_the_next_segment(until_hot):
    _, trace = until_hot
    first, last = trace.spans[1]
    np.testing.assert_allclose(trace.seconds[first : last + 1].sum(axis=0), 600.0, rtol=1e-12)
    np.testing.assert_array_equal(trace.series["sweat_loss"][first - 1] <= trace.series["sweat_loss"][last], True)


def test_a_threshold_that_need_not_be_reached_fails_nobody():
    plan = [Segment("easy", "exercise", 300.0, {"walking_speed": 1.0}, {"core_temperature": 41.0})]
    trace, _ = run(plan)
    assert not trace.failed.any()
    assert not trace.reasons


def test_durations_of_each_person_are_kept_to_the_second():
    durations = 60.0 + 17.0 * np.arange(PEOPLE)
    trace, _ = run([Segment("rest", "rest", durations)])
    np.testing.assert_allclose(trace.seconds.sum(axis=0), durations, rtol=1e-9)
    # The same person for longer: metabolic water counts the seconds.
    rate = trace.series["metabolic_water_total"][-1] / durations
    np.testing.assert_allclose(rate, rate[0], rtol=1e-3)


def test_falling_mass_may_end_a_segment():
    plan = [Segment("sweat", "exercise", 5.0 * HOUR, HARD, {"body_mass_change": -0.01, "core_temperature": 40.5}, True)]
    trace, _ = run(plan, different_people(9))
    change, core = trace.series["body_mass_change"][-1], trace.series["core_temperature"][-1]
    assert not trace.failed.any()
    assert np.all((change <= -0.01) | (core >= 40.5))
    assert np.all(change > -0.0115)


def test_a_share_of_the_loss_is_drunk():
    plan = [
        Segment("dry", "exercise", HOUR, HARD, {"core_temperature": 40.0}),
        Segment("drink", "drink", 600.0, share_to_drink=0.5),
    ]
    trace, _ = run(plan)
    lost = trace.series["body_mass_loss"][trace.spans[0][1]]
    drunk = trace.series["fluid_intake"][-1]
    np.testing.assert_allclose(drunk, 0.5 * lost, rtol=1e-6)


def test_numbers_that_are_not_finite_fail_the_person_and_not_the_group():
    mass = np.full(PEOPLE, 70.0)
    mass[3] = np.nan
    trace, _ = run([Segment("rest", "rest", 60.0)], {"body_size.mass": mass})
    assert list(np.flatnonzero(trace.failed)) == [3]
    assert trace.reasons == {3: "the numbers stopped being finite"}


def test_a_misspelt_forcing_is_answered_with_the_nearest_name():
    with pytest.raises(UserError, match=r"Segment 'x' sets 'air_temperatur', which does not exist.*air_temperature"):
        run([Segment("x", "rest", 60.0, {"air_temperatur": 30.0})])


def test_a_quantity_that_cannot_end_a_segment_is_refused():
    with pytest.raises(
        UserError, match=r"Segment 'x' is to end at 'core_temperatur', which cannot end one.*core_temperature"
    ):
        run([Segment("x", "rest", 60.0, {}, {"core_temperatur": 39.0})])


def test_row_0_is_the_start_and_spans_follow_each_other(until_hot):
    _, trace = until_hot
    assert trace.spans[0][0] == 1
    assert trace.spans[1][0] == trace.spans[0][1] + 1
    assert trace.spans[-1][1] == len(trace.seconds) - 1
    assert np.all(trace.seconds[0] == 0.0)
    assert trace.position("after") == 1
    assert trace.position("nowhere") is None


def test_the_room_at_rest_has_every_forcing():
    assert set(forcing_at_rest()) == set(FORCING)
