"""Words for what people have taken or are: each means states that theories read, or a reason why it means nothing."""

from __future__ import annotations

import pytest

from cramplab.cohort.conditions import CONDITIONS, condition_of, outcome_of, word_in
from cramplab.cohort.participants import NotSimulatedError
from cramplab.core.experiment import Choice, Step
from cramplab.core.situation import STATES
from cramplab.simulation.assembly import body_parameters


def state(**values):
    return Step("body_state", "", {key: Choice((each,)) for key, each in values.items()})


@pytest.mark.parametrize("word", sorted(CONDITIONS))
def test_every_word_sets_only_states_and_parameters_that_exist_within_their_ranges(word):
    condition = condition_of(state(condition=word))
    for name, value in condition.states.items():
        assert STATES[name].low <= value <= STATES[name].high
    for name, value in condition.parameters.items():
        assert body_parameters()[name].low <= value <= body_parameters()[name].high


@pytest.mark.parametrize("word", ["placebo", "no medicine", "vehicle", "healthy", "untreated"])
def test_taking_nothing_changes_nothing(word):
    condition = condition_of(state(condition=word))
    assert not condition.states
    assert not condition.parameters


@pytest.mark.parametrize(
    ("written", "same"),
    [("inhaled beta agonist", "beta_agonist"), ("Thiazide-diuretic", "thiazide"), ("dexamphetamine", "amphetamine")],
)
def test_another_name_for_the_same_thing_means_the_same(written, same):
    assert condition_of(state(condition=written)) == condition_of(state(condition=same))


def test_a_word_that_nobody_knows_is_not_simulated_and_the_nearest_is_named():
    with pytest.raises(NotSimulatedError, match="Did you mean 'caffeine'"):
        condition_of(state(condition="cafeine"))
    with pytest.raises(NotSimulatedError, match="the state 'under the moon' is not in the model"):
        condition_of(state(condition="under the moon"))


def test_a_key_that_nothing_here_can_set_is_not_simulated():
    with pytest.raises(NotSimulatedError, match="salt_intake"):
        condition_of(state(salt_intake="10 g/day"))


def test_a_step_without_a_condition_means_nothing():
    assert condition_of(Step("body_state", "", {})).states == {}


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("cramp", "cramp"), ("cramps", "cramp"), ("no cramp", "no_cramp"), ("without-cramp", "no_cramp"),
        ("never", "no_cramp"), ("non cramping", "no_cramp"),
    ],
)  # fmt: skip
def test_people_picked_by_what_happened_to_them_are_those_with_or_without_a_cramp(word, outcome):
    assert outcome_of((Step("rest", "", {}), state(outcome=word))) == outcome


def test_people_who_were_not_picked_have_no_outcome():
    assert outcome_of((state(condition="healthy"),)) == ""


def test_a_word_is_read_in_small_letters_with_underscores():
    assert word_in(state(condition="  Beta-Agonist taken "), "condition") == "beta_agonist_taken"
    assert word_in(Step("rest", "", {}), "condition") == ""
