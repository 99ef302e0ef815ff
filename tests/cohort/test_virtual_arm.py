"""One arm of a virtual study: who takes part, and in which situation every test and every moment finds them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from cramplab.cohort import virtual_arm
from cramplab.cohort.participants import NotSimulatedError
from cramplab.cohort.situations import quantities_for_states
from cramplab.cohort.virtual_arm import SLEEPING_LENGTH, draws_of, part_of, run_arm
from cramplab.core.experiment import read_experiment
from cramplab.core.situation import STATES
from cramplab.simulation.timeline import Trace

WORLDS, PEOPLE = 3, 4
LADDER = 'kind = "threshold_ladder"\nmuscle = "gastrocnemius_medialis"'
RUN = 'kind = "exercise"\nmode = "run"\nintensity = "10 km/h"\nduration = "1 h"'
DRINK = 'kind = "drink"\nvolume = "0.5 L"\nduration = "10 min"'
SLEEP = 'kind = "sleep"\nduration = "8 h"'
FINDING = '[[finding]]\nid = "it"\narm = "only"\nmeasure = "cramp_incidence"\nvalue = "20 %"\nstatus = "verified"\n'


@pytest.fixture
def experiment(tmp_path):
    """Read an experiment; arms are given by name as lists of steps."""

    def read(design="paired", who="n = 5", **arms):
        text = (
            f'schema = 1\nkey = "it"\ncitation = "Nobody"\njudge = "lab"\ndesign = "{design}"\n[participants]\n{who}\n'
        )
        for name, steps in arms.items():
            text += f'[[arm]]\nid = "{name}"\n' + "".join(f"[[arm.step]]\n{each}\n" for each in steps)
        file = tmp_path / "it.toml"
        file.write_text(text + FINDING, encoding="utf-8")
        return read_experiment(file)

    return read


@pytest.fixture
def arm(experiment):
    """Run the arm of some steps with a handful of people."""

    def run(*steps, name="only", seed=1, **parts):
        made = experiment(only=steps, **parts)
        return run_arm(made, name, draws_of(made, seed, worlds=WORLDS, people=PEOPLE))

    return run


@pytest.fixture
def body(monkeypatch):
    """Put in the place of the body one in which everything rises by one with every minute that is recorded."""
    asked = SimpleNamespace(segments=(), parameters={})

    def assembled(people):
        asked.parameters = people
        return "body"

    def ran(_body, segments, people, recorded, steps_per_record):
        asked.segments = segments
        minutes = [int(np.max(each.duration)) // 60 for each in segments]
        last = np.cumsum(minutes)
        rows = np.arange(1 + last[-1], dtype=float)[:, None].repeat(people, axis=1)
        spans = tuple((int(end) - count + 1, int(end)) for end, count in zip(last, minutes, strict=True))
        seconds = np.full(rows.shape, 60.0)
        seconds[0] = 0.0
        names = {*recorded, *quantities_for_states()}
        failed = np.zeros(people, dtype=bool)
        return Trace(dict.fromkeys(names, rows), seconds, spans, tuple(segments), failed, {}), None

    monkeypatch.setattr(virtual_arm, "assemble", assembled)
    monkeypatch.setattr(virtual_arm, "run_segments", ran)
    return asked


# ------------------------------------------------------------------------------------------------------- on the bench
def test_a_rested_person_is_tested_in_a_situation_at_rest(arm):
    (test,) = arm(LADDER).tests
    for name, value in test.states.items():
        if name != "fibre_length":
            assert value == STATES[name].at_rest, name


def test_on_the_bench_alone_no_body_is_run(arm):
    found = arm(LADDER)
    assert found.ran is None
    assert not found.course


def test_what_was_taken_and_who_they_are_is_known_at_every_test(arm):
    tests = arm(
        'kind = "body_state"\ncondition = "caffeine"', LADDER, LADDER, who='n = 5\ncramp_history = "prone"'
    ).tests
    for each in tests:
        assert each.states["stimulant"] == 1.0
        assert each.states["cramp_history"] == 1.0


def test_a_group_with_a_mixed_history_is_taken_as_unknown(arm):
    (test,) = arm(LADDER, who='n = 5\ncramp_history = "mixed"').tests
    assert test.states["cramp_history"] == 0.0


def test_a_cramp_that_a_file_tells_of_is_a_recent_cramp(arm):
    first, second = arm(LADDER, 'kind = "body_state"\ncondition = "cramp"', LADDER).tests
    assert first.states["recent_cramp"] == 0.0
    assert second.states["recent_cramp"] == 1.0


def test_the_same_seed_draws_the_same_people_and_another_seed_others(arm):
    one, same, other = (arm(LADDER, seed=seed).pools["persistent_gain"] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert one.shape == (WORLDS * PEOPLE,)


@pytest.mark.parametrize(("design", "same"), [("paired", True), ("single", True), ("parallel", False)])
def test_the_people_of_two_arms_are_the_same_where_the_study_had_the_same(experiment, design, same):
    made = experiment(design=design, only=[LADDER], other=[LADDER])
    draws = draws_of(made, 1, worlds=WORLDS, people=PEOPLE)
    one, other = (run_arm(made, name, draws).pools for name in ("only", "other"))
    for name in one:
        assert np.array_equal(one[name], other[name]) is same


def test_an_arm_in_which_nothing_happens_is_not_simulated(arm):
    with pytest.raises(NotSimulatedError, match="nothing in the arm is done to the body"):
        arm('kind = "rest"\nduration = "1 h"')


def test_a_group_without_an_arm_of_its_own_is_not_simulated(arm):
    with pytest.raises(NotSimulatedError, match="without an arm"):
        arm(LADDER, name="crampers")


# ------------------------------------------------------------------------------------------------------- with a body
def test_every_test_finds_the_body_where_it_stands_when_the_test_begins(arm, body):
    before, after = arm(LADDER, RUN, DRINK, LADDER).tests
    # A ladder takes ten minutes of the body's clock, the run an hour, the drink ten minutes.
    assert np.all(before.states["plasma_sodium_change"] == 0.0)
    assert np.all(after.states["plasma_sodium_change"] == 10 + 60 + 10)
    assert [each.kind for each in body.segments] == ["rest", "exercise", "drink", "rest"]


def test_a_calf_that_ran_is_the_worked_muscle_and_one_of_the_other_leg_is_not(experiment):
    worked = experiment(only=[RUN, LADDER]).arm("only")
    other = experiment(only=[RUN + '\nleg = "other"', LADDER]).arm("only")
    arms = experiment(only=[RUN.replace('"run"', '"arm_crank"').replace("10 km/h", "50 W"), LADDER]).arm("only")
    assert part_of(worked, "gastrocnemius_medialis") == "worked"
    assert part_of(other, "gastrocnemius_medialis") == "rested"
    assert part_of(arms, "gastrocnemius_medialis") == "rested"


def test_kicking_with_a_thigh_works_the_thigh_and_rests_the_calf(experiment):
    kick = RUN.replace('"run"', '"one_leg_knee_extension"').replace("10 km/h", "30 W")
    made = experiment(only=[kick, LADDER]).arm("only")
    assert part_of(made, "vastus_lateralis") == "worked"
    assert part_of(made, "gastrocnemius_medialis") == "rested"


def test_a_medicine_reaches_the_body_as_well_as_the_theories(arm, body):
    (test,) = arm('kind = "body_state"\ncondition = "thiazide"', DRINK, LADDER).tests
    assert np.all(body.parameters["drugs.thiazide"] == 1.0)
    assert test.states["medicine"] == 1.0


def test_a_race_has_a_course_in_which_every_second_of_the_race_is_counted_once(arm, body):
    found = arm('kind = "rest"\nduration = "1 h"', RUN)
    assert not found.tests
    assert found.seconds.shape[1] == WORLDS * PEOPLE
    assert np.all(found.seconds.sum(axis=0) == 3600.0)
    assert np.all(found.course["body_mass_change"][-1] == 120.0)
    assert set(found.course) == set(STATES)


def test_a_night_is_slept_by_a_rested_muscle_that_lies_short(arm, body):
    night = arm(RUN, SLEEP)
    assert night.asleep
    assert np.all(night.course["fibre_length"] == SLEEPING_LENGTH)
    assert np.all(night.seconds.sum(axis=0) == 8 * 3600.0)
    # The last look is in the morning, however few looks there are.
    assert np.all(night.course["body_mass_change"][-1] == 9 * 60.0)


def test_work_that_was_done_is_no_night(arm, body):
    assert not arm(RUN).asleep


def test_people_who_were_picked_by_their_outcome_come_from_one_group(experiment, body):
    def picked(word):
        return [f'kind = "body_state"\noutcome = "{word}"', RUN]

    made = experiment(design="case_control", only=picked("cramp"), other=picked("no cramp"))
    draws = draws_of(made, 1, worlds=WORLDS, people=PEOPLE)
    one, other = (run_arm(made, name, draws) for name in ("only", "other"))
    assert (one.outcome, other.outcome) == ("cramp", "no_cramp")
    assert np.array_equal(one.pools["persistent_gain"], other.pools["persistent_gain"])


def test_a_body_that_hardly_anybody_survives_is_a_reason_and_no_result(arm, body, monkeypatch):
    ran = virtual_arm.run_segments

    def failing(*given, **named):
        trace, rest = ran(*given, **named)
        trace.failed[:] = True
        return Trace(trace.series, trace.seconds, trace.spans, trace.segments, trace.failed, {0: "too hot"}), rest

    monkeypatch.setattr(virtual_arm, "run_segments", failing)
    with pytest.raises(NotSimulatedError, match=r"12 of 12 simulated people: too hot"):
        arm(RUN)
