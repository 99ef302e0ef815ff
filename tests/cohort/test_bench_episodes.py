"""An arm is parted into tests, each with what is still at work of what was done before and nothing else."""

from __future__ import annotations

import math

import pytest

from cramplab.cohort.bench_episodes import (
    CRAMP_FADES_S,
    episodes_of,
    is_on_the_bench,
    needs_the_body,
    seconds_of,
)
from cramplab.cohort.bench_table import key_of
from cramplab.cohort.laboratory_timeline import LadderAct, RestAct, SegmentAct
from cramplab.cohort.participants import NotSimulatedError
from cramplab.core.experiment import read_experiment

LADDER = 'kind = "threshold_ladder"\nmuscle = "flexor_hallucis_brevis"'
EFFORT = 'kind = "voluntary_contraction"\nmuscle = "flexor_hallucis_brevis"\nduration = "{}"\nintensity = "{} %MVC"'
FINDING = '[[finding]]\nid = "it"\nmeasure = "cramp_threshold_frequency"\nvalue = "20 Hz"\nstatus = "verified"\n'


@pytest.fixture
def arm(tmp_path):
    """Read an arm of steps, each given as its lines."""

    def read(*steps):
        text = 'schema = 1\nkey = "it"\ncitation = "Nobody"\njudge = "lab"\n[[arm]]\nid = "only"\n'
        text += "".join(f"[[arm.step]]\n{each}\n" for each in steps) + FINDING
        file = tmp_path / "it.toml"
        file.write_text(text, encoding="utf-8")
        return read_experiment(file).arm("only")

    return read


@pytest.fixture
def parted(arm):
    return lambda *steps: episodes_of(arm(*steps), lambda _key: 0.5)


def pause(duration):
    return f'kind = "rest"\nduration = "{duration}"'


def kinds(episode):
    return [type(act) for act in episode.plan.acts]


def test_the_same_test_done_twice_is_one_plan_whatever_it_is_called(parted):
    first, second = parted(f'id = "before"\n{LADDER}', pause("1 h"), f'id = "after"\n{LADDER}')
    assert key_of(first.plan) == key_of(second.plan)
    assert (first.step, second.step) == ("before", "after")
    assert (first.position, second.position) == (0, 2)


def test_other_trains_or_another_muscle_are_another_plan(parted):
    plain, longer = parted(LADDER), parted(f'{LADDER}\ntrain = "5 s"')
    (other,) = parted(LADDER.replace("flexor_hallucis_brevis", "soleus"))
    assert len({key_of(each.plan) for each in (*plain, *longer, other)}) == 3


def test_every_ladder_is_counted_for_the_tests_after_it_and_an_effort_is_not(parted):
    found = parted(LADDER, LADDER, pause("1 h"), EFFORT.format("5 s", 100), pause("1 h"), LADDER)
    assert [each.ladders_before for each in found] == [0, 1, 2, 2]


def test_an_earlier_cramp_fades_in_about_an_hour(parted):
    first, soon, late = parted(LADDER, pause("1 s"), LADDER, pause("60 min"), LADDER)
    assert first.recent_cramp == 0.0
    assert soon.recent_cramp == pytest.approx(math.exp(-1.0 / CRAMP_FADES_S))
    assert late.recent_cramp == pytest.approx(math.exp(-1.0), rel=1e-6)


def test_a_step_that_takes_no_time_lets_nothing_fade(parted):
    _, after = parted(LADDER, 'kind = "body_state"\ncondition = "caffeine"', LADDER)
    assert after.recent_cramp == 1.0


def test_a_drink_takes_the_minutes_that_the_body_takes_for_it(parted):
    _, after = parted(LADDER, 'kind = "drink"\nvolume = "0.2 L"', LADDER)
    assert after.recent_cramp == pytest.approx(math.exp(-300.0 / CRAMP_FADES_S))


def test_all_the_strength_of_a_shortened_muscle_is_a_cramp_for_what_comes_after_and_a_weak_effort_is_none(parted):
    short = 'kind = "length"\nvalue = "short"'
    assert parted(short, EFFORT.format("5 s", 100), LADDER)[-1].recent_cramp == 1.0
    assert parted(short, EFFORT.format("5 s", 40), LADDER)[-1].recent_cramp == 0.0
    assert parted('kind = "length"\nvalue = "long"', EFFORT.format("5 s", 100), LADDER)[-1].recent_cramp == 0.0


def test_a_long_effort_before_a_test_is_part_of_it_and_one_of_yesterday_is_not(parted):
    tired = parted(EFFORT.format("60 s", 60), pause("5 min"), LADDER)[-1]
    assert kinds(tired) == [SegmentAct, RestAct, LadderAct]
    assert not tired.plan.acts[0].contraction
    assert kinds(parted(EFFORT.format("60 s", 60), pause("24 h"), LADDER)[-1]) == [LadderAct]


def test_a_brief_effort_leaves_nothing_after_a_minute(parted):
    assert kinds(parted(EFFORT.format("5 s", 60), pause("5 min"), LADDER)[-1]) == [LadderAct]


def test_a_rest_before_anything_was_done_is_no_part_of_a_test(parted):
    assert kinds(parted(pause("20 min"), LADDER)[0]) == [LadderAct]


def test_what_the_body_does_after_an_effort_is_a_rest_for_the_muscle(parted):
    drunk = parted(EFFORT.format("60 s", 60), 'kind = "drink"\nvolume = "0.5 L"\nduration = "10 min"', LADDER)[-1]
    rested = parted(EFFORT.format("60 s", 60), pause("10 min"), LADDER)[-1]
    assert drunk.plan == rested.plan


def test_an_effort_at_the_onset_of_a_cramp_is_done_to_it_and_no_test_of_its_own(parted):
    (only,) = parted(LADDER, EFFORT.format("5 s", 100))
    assert kinds(only) == [LadderAct, SegmentAct]
    assert only.plan.acts[0].leave_cramping


def test_a_strong_taste_is_a_state_of_the_test_and_water_is_none(parted):
    def taste(substance):
        return f'kind = "taste"\nsubstance = "{substance}"'

    assert parted(taste("pickle juice"), LADDER)[0].strong_taste == 1.0
    assert parted(taste("deionised water"), LADDER)[0].strong_taste == 0.0
    assert parted(taste("vehicle"), LADDER)[0].strong_taste == 0.0
    assert parted(taste("pickle juice"), pause("1 h"), LADDER)[0].strong_taste == 0.0
    assert key_of(parted(taste("pickle juice"), LADDER)[0].plan) == key_of(parted(LADDER)[0].plan)


def test_a_taste_at_the_onset_reaches_the_cramp_of_the_ladder_before_it(parted):
    (only,) = parted(LADDER, 'kind = "taste"\nsubstance = "pickle juice"')
    assert only.strong_taste == 1.0
    assert kinds(only) == [LadderAct, SegmentAct]


def test_pain_is_a_state_and_a_painless_injection_is_none(parted):
    assert parted('kind = "pain"\nsubstance = "hypertonic saline"', LADDER)[0].pain == 1.0
    assert parted('kind = "pain"\nsubstance = "isotonic saline"', LADDER)[0].pain == 0.0


def test_the_length_at_which_a_muscle_is_tested_is_a_state_of_the_test(parted):
    short, long = (parted(f'kind = "length"\nvalue = "{each}"', LADDER)[0] for each in ("short", "long"))
    assert short.fibre_length < 1.0 < long.fibre_length
    assert kinds(long) == [LadderAct]


def test_a_test_that_names_no_muscle_is_of_the_one_that_the_arm_names(parted):
    first, second = parted(LADDER, 'kind = "voluntary_contraction"\nduration = "5 s"')[:1] * 2
    assert first.plan.muscle == second.plan.muscle == "flexor_hallucis_brevis"
    later = parted(LADDER, pause("1 min"), 'kind = "voluntary_contraction"\nduration = "5 s"')[-1]
    assert later.plan.muscle == "flexor_hallucis_brevis"


def test_two_muscles_in_one_test_are_not_simulated(parted):
    with pytest.raises(NotSimulatedError, match="more than one muscle"):
        parted(EFFORT.format("60 s", 60).replace("flexor_hallucis_brevis", "soleus"), LADDER)


def test_an_arm_without_a_test_is_not_simulated_on_the_bench(arm, parted):
    walk = 'kind = "exercise"\nmode = "walk"\nintensity = "5 km/h"\nduration = "1 h"'
    assert not is_on_the_bench(arm(walk))
    with pytest.raises(NotSimulatedError, match="no step tests a muscle"):
        parted(walk)


def test_only_what_happens_to_the_whole_body_needs_the_body(arm):
    assert not needs_the_body(arm(LADDER, pause("1 h")))
    assert needs_the_body(arm('kind = "drink"\nvolume = "1 L"', LADDER))


def test_the_clock_of_the_body_goes_on_while_the_muscle_is_tested(arm):
    ladder, effort, bouts = arm(LADDER, EFFORT.format("40 s", 60), 'kind = "fatigue_bouts"').steps
    assert seconds_of(effort) == 40.0
    assert seconds_of(ladder) == 600.0
    assert seconds_of(bouts) == 600.0
