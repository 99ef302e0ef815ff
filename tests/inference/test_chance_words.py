"""What is said of chances side by side: when theories differ, and which measurement moves them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cramplab.core.results import Trait
from cramplab.inference.chance_words import SHARE, TIMES, differ_words, measure_words

RANDOM = np.random.default_rng(1)
CHANCE = RANDOM.uniform(0.05, 0.2, 200)


def trait(name, values, known=False):
    return Trait(name, f"Label of {name}", "1", np.asarray(values, dtype=float), "invented", known)


def test_theories_that_say_the_same_do_not_differ_enough():
    words = differ_words({"null": CHANCE, "salty": CHANCE * 1.1})
    assert words.startswith("The theories do not differ enough to act on")
    assert "0 %" in words


def test_a_theory_with_twice_the_chance_in_enough_draws_is_named_with_the_other():
    words = differ_words({"null": CHANCE, "dry_muscle": CHANCE * (TIMES + 0.1)})
    assert words.startswith("They differ: dry muscle has 2 times the chance of null in 100 % of the runs")
    assert "Which of them is right is not known." in words


@pytest.mark.parametrize(("share", "differ"), [(SHARE - 0.05, False), (SHARE + 0.05, True)])
def test_twice_the_chance_in_too_few_draws_is_not_enough(share, differ):
    many = np.where(np.arange(200) < share * 200, 3.0, 1.0)
    assert differ_words({"null": CHANCE, "other": CHANCE * many}).startswith("They differ") is differ


def test_chances_that_are_small_for_everybody_do_not_differ_however_many_times():
    assert "do not differ enough" in differ_words({"null": CHANCE / 100.0, "other": CHANCE / 10.0})


def test_further_pairs_are_counted():
    words = differ_words({"null": CHANCE, "alike": CHANCE, "more": CHANCE * 3.0})
    assert "so does one more pair" in words


def test_draws_that_failed_are_left_out():
    spoiled = CHANCE.copy()
    spoiled[::2] = np.nan
    assert "in 100 % of the runs" in differ_words({"null": spoiled, "other": CHANCE * 3.0})


def test_the_measurable_trait_that_moves_the_chances_most_is_named_with_its_correlation():
    traits = {
        each.name: each for each in (
            trait("sweat_gain", CHANCE + RANDOM.normal(0.0, 0.01, 200)), trait("body_fat", RANDOM.random(200)),
            trait("persistent_current", RANDOM.random(200)),
        )
    }  # fmt: skip
    words = measure_words({"null": CHANCE, "other": CHANCE**2}, traits, {}, RANDOM.random(200))
    found = re.match(r"Sweat rate, by weighing .* \(rank correlation with the chance (0\.\d\d)\)\.$", words)
    assert found
    assert float(found[1]) > 0.9


def test_what_nobody_can_measure_at_home_is_said_to_be_so():
    traits = {each.name: each for each in (trait("persistent_current", CHANCE), trait("body_fat", RANDOM.random(200)))}
    words = measure_words({"null": CHANCE}, traits, {}, RANDOM.random(200))
    assert "label of persistent_current (rank correlation 1.00), not measurable at home" in words
    assert words.startswith("No test that a person can do")


def test_the_strength_of_a_theory_and_the_steepness_of_the_hazard_count_as_hidden():
    noise = {"body_fat": trait("body_fat", RANDOM.random(200))}
    assert "how steeply cramps follow" in measure_words({"null": CHANCE}, noise, {}, CHANCE)
    assert "how strong each theory is" in measure_words({"null": CHANCE}, noise, {"null": CHANCE}, RANDOM.random(200))


def test_intake_is_never_named_beside_a_chance_of_a_cramp():
    traits = {name: trait(name, CHANCE) for name in ("drinking_by_thirst", "drinking_habit", "drinking_most")}
    assert "drink" not in measure_words({"null": CHANCE}, traits, {}, RANDOM.random(200)).lower()


def test_too_few_draws_tell_no_measurement():
    few = {"null": CHANCE[:10]}
    assert "simulated runs or more" in measure_words(few, {}, {}, CHANCE[:10])
