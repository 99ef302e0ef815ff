"""What tests say of a person: simulated people are found again, and nobody is said to be known better than so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cramplab.physiology.weighing import PATCHES, SHARES_OF_RESERVE, Measured, WeighIn, constant, sweat_rate
from cramplab.planner.sweat_answer import WeighedTest, answer
from cramplab.planner.sweat_posterior import (
    PUBLISHED,
    after_more_tests,
    another_day,
    days_differ_too_much,
    posterior,
    published,
    sodium_loss,
    whole_body_sodium,
)

RUNNERS = published("run")
SIMULATED = 2000


def test_no_test_gives_the_published_athletes():
    density = posterior([], RUNNERS)
    assert density.median == pytest.approx(RUNNERS.middle, rel=0.01)
    for share, reach in ((0.05, -1.645), (0.95, 1.645)):
        assert density.quantile(share) == pytest.approx(RUNNERS.middle * math.exp(reach * RUNNERS.spread), rel=0.01)


@pytest.mark.parametrize("whom", PUBLISHED)
def test_a_log_normal_has_the_published_mean_and_spread(whom):
    mean, deviation = (each.value for each in PUBLISHED[whom])
    rng = np.random.default_rng(1)
    prior = published() if whom == "athletes of all sports" else next(
        found for found in map(published, ("run", "american_football", "basketball", "soccer", "baseball"))
        if found.whom == whom
    )  # fmt: skip
    drawn = prior.middle * np.exp(prior.spread * rng.standard_normal(200_000))
    assert drawn.mean() == pytest.approx(mean, rel=0.01)
    assert drawn.std() == pytest.approx(deviation, rel=0.03)


def test_a_log_normal_reaches_as_far_as_the_506_athletes_did():
    # Lowest 0.26 and highest 5.73 L/h of 506 (baker2016); a normal of that mean and SD goes below 0.
    everybody = published()
    rng = np.random.default_rng(2)
    drawn = everybody.middle * np.exp(everybody.spread * rng.standard_normal((400, 506)))
    assert np.quantile(drawn.min(axis=1), 0.05) < 0.26 < np.quantile(drawn.min(axis=1), 0.95)
    assert np.quantile(drawn.max(axis=1), 0.05) < 5.73 < np.quantile(drawn.max(axis=1), 0.99)
    assert 1.21 - 3.0 * 0.68 < 0


def test_without_a_sport_body_mass_tells_more():
    assert published(None, 50.0).mean < published(None, 100.0).mean
    assert published("run", 100.0) == RUNNERS
    assert published("walk") == published()


# ------------------------------------------------------------------------------------- simulated people and their tests


def simulated_tests(rng, count, scale=0.10, urine_told=False, days=1):
    """Weigh people as they would be, by their own physics of breath and fuel, not by the reckoning under test."""
    low, high = SHARES_OF_RESERVE[None]
    usual = RUNNERS.middle * np.exp(RUNNERS.spread * rng.standard_normal(count))
    for rate in usual:
        tests, rates = [], []
        for _ in range(days):
            hours, mass = rng.uniform(0.75, 2.0), rng.uniform(50.0, 90.0)
            spread = math.sqrt(math.log1p(constant("session_to_session") ** 2))
            of_day = rate * math.exp(spread * rng.standard_normal() - 0.5 * spread**2)
            oxygen = 0.06 * mass * (3.5 + rng.uniform(low, high) * (rng.uniform(35.0, 60.0) - 3.5)) * hours  # L
            # 0.20 g/kcal, and drier or damper air than usual.
            other = 0.20e-3 * oxygen * 20.9 / 4.184 * rng.uniform(0.9, 1.1)
            urine, drank = rng.uniform(0.0, 0.25), rng.uniform(0.0, 1.0)
            after = mass - of_day * hours - other - urine + drank
            shown_before, shown_after = (each + scale * rng.standard_normal() for each in (mass, after))
            told = urine if urine_told else None
            tests.append(WeighIn(shown_before, shown_after, drank, hours, told, scale))
            rates.append(of_day)
        yield float(rate), rates, tests


def covered(pairs):
    return float(np.mean([low <= truth <= high for truth, (low, high) in pairs]))


@pytest.mark.parametrize(("scale", "urine_told"), [(0.1, False), (0.05, True), (0.3, False)])
def test_the_interval_of_a_test_holds_the_rate_of_that_day_about_90_times_in_100(scale, urine_told):
    rng = np.random.default_rng(3)
    pairs = [
        (rates[0], WeighedTest(tests[0], sweat_rate(tests[0])).interval)
        for _, rates, tests in simulated_tests(rng, SIMULATED, scale, urine_told)
    ]
    assert 0.85 <= covered(pairs) <= 0.95


def test_the_plain_formula_would_be_too_high():
    rng = np.random.default_rng(4)
    off = [tests[0].guideline_rate - rates[0] for _, rates, tests in simulated_tests(rng, 500)]
    corrected = [sweat_rate(tests[0]).value - rates[0] for _, rates, tests in simulated_tests(rng, 500)]
    assert np.mean(off) > 0.1
    assert abs(np.mean(corrected)) < 0.25 * np.mean(off)


@pytest.mark.parametrize("days", [1, 3])
def test_the_interval_of_the_usual_rate_holds_it_about_90_times_in_100(days):
    rng = np.random.default_rng(5)
    pairs, next_days = [], []
    for usual, rates, tests in simulated_tests(rng, 400, days=days + 1):
        density = posterior([sweat_rate(each) for each in tests[:-1]], RUNNERS)
        pairs.append((usual, density.interval))
        next_days.append((rates[-1], another_day(density).interval))
    assert 0.85 <= covered(pairs) <= 0.95
    assert 0.85 <= covered(next_days) <= 0.95


def test_many_tests_find_the_person_whatever_was_known_before():
    rng = np.random.default_rng(6)
    truth, error = 2.2, 0.15
    tests = [
        Measured(truth * (1.0 + constant("session_to_session") * rng.standard_normal()) + error * rng.standard_normal(),
                 error)
        for _ in range(150)
    ]  # fmt: skip
    for prior in (RUNNERS, published("baseball")):
        density = posterior(tests, prior)
        assert density.median == pytest.approx(truth, rel=0.05)
        low, high = density.interval
        assert high - low < 0.15


# ---------------------------------------------------------------------------------------------------------- properties

rates = st.floats(0.3, 4.0)
errors = st.floats(0.03, 0.5)


@settings(max_examples=40)
@given(rates, errors, st.floats(0.05, 1.0))
def test_a_higher_test_is_a_higher_person(rate, error, more):
    assert (
        posterior([Measured(rate + more, error)], RUNNERS).median > posterior([Measured(rate, error)], RUNNERS).median
    )


@settings(max_examples=40)
@given(st.floats(0.5, 2.6), errors)
def test_a_test_narrows_a_coarser_one_less_and_another_day_is_less_sure(rate, error):
    # Within what 95 of 100 runners show: a coarse test far outside contradicts the others and tells less than none.
    fine, coarse = (posterior([Measured(rate, each)], RUNNERS) for each in (error, 3.0 * error))
    assert fine.spread < coarse.spread < RUNNERS.spread * 1.001
    assert another_day(fine).spread > fine.spread
    low, high = fine.interval
    assert 0.0 < low < fine.median < high


def test_nothing_measured_still_gives_a_person_who_sweats():
    density = posterior([Measured(-0.1, 0.1)], RUNNERS)
    assert 0.0 < density.quantile(0.05) < density.median < 0.3


def test_what_more_tests_are_foretold_to_do_they_do():
    first = posterior([Measured(1.2, 0.15)], RUNNERS)
    low, high = after_more_tests(first, 0.15, 2)
    middle = first.median
    found = posterior([Measured(1.2, 0.15), Measured(middle, 0.15), Measured(middle, 0.15)], RUNNERS).interval
    assert (low, high) == pytest.approx(found, rel=0.06)


def test_tests_that_cannot_be_days_of_one_kind_are_told():
    apart = [Measured(0.6, 0.05), Measured(1.8, 0.05)]
    alike = [Measured(1.1, 0.05), Measured(1.3, 0.05)]
    assert days_differ_too_much(apart, posterior(apart, RUNNERS))
    assert not days_differ_too_much(alike, posterior(alike, RUNNERS))
    assert not days_differ_too_much(alike[:1], posterior(alike[:1], RUNNERS))


# -------------------------------------------------------------------------------------------------------------- sodium


def test_sodium_of_a_patch_and_its_loss():
    sodium = whole_body_sodium(48.0, PATCHES["dorsal_forearm"])
    assert sodium.value == pytest.approx(38.4, abs=0.05)
    assert sodium.range == pytest.approx((24.5, 52.3), abs=0.1)
    density = posterior([Measured(1.2, 0.1)], RUNNERS)
    middle, low, high = sodium_loss(density, sodium)
    rng = np.random.default_rng(7)
    drawn = np.array([density.quantile(each) for each in rng.random(4000)]) * np.maximum(
        rng.normal(sodium.value, sodium.error, 4000), 0.0
    )
    assert (low, middle, high) == pytest.approx(tuple(np.quantile(drawn, (0.05, 0.5, 0.95))), rel=0.05)


def test_sodium_that_was_not_read_is_that_of_athletes_and_says_so():
    sodium = whole_body_sodium()
    assert not sodium.measured
    assert sodium.value == pytest.approx(35.9)
    # Published by itself, in mmol/h, for endurance athletes: 51.7 +- 27.8 (barnes2019).
    middle, low, high = sodium_loss(posterior([], RUNNERS), sodium)
    assert low < 51.7 - 27.8 < middle < 51.7 < high


def test_a_low_reading_never_gives_negative_sodium():
    sodium = whole_body_sodium(20.0, PATCHES["chest"])
    assert sodium.range[0] == 0.0
    assert sodium_loss(posterior([], RUNNERS), sodium)[1] == 0.0


# --------------------------------------------------------------------------------------------------- what is told first


def test_weight_that_went_up_is_told_and_names_no_amount_to_drink():
    found = answer([WeighIn(104.1, 104.9, 3.9, 2.25, urine=0.0)])
    assert found.gains == ("WEIGHT WENT UP in this test (+0.8 %): more was drunk than was lost.",)
    assert answer([WeighIn(104.1, 104.1, 3.9, 2.25)]).gains == ()


@pytest.mark.parametrize(
    ("test", "word"),
    [
        (WeighIn(60.0, 59.9, 0.0, 0.4, urine=0.0), "short"),
        (WeighIn(60.0, 59.8, 0.1, 1.0, urine=0.0), "outside"),
        (WeighIn(60.0, 59.95, 0.0, 1.0, urine=0.0), "no sweat could be measured"),
        (WeighIn(60.0, 58.0, 0.0, 2.0, urine=0.0), "more than the 2 %"),
        (WeighIn(60.0, 59.5, 0.2, 1.0, urine=0.0, scale_error=0.5), "too coarse"),
    ],
)
def test_what_looks_odd_is_told(test, word):
    assert any(word in each for each in answer([test]).checks)


def test_an_ordinary_test_is_not_nagged_about():
    assert answer([WeighIn(62.4, 61.5, 0.6, 1.25, urine=0.0, scale_error=0.1)], "run").checks == ()


def test_odd_sodium_is_told():
    odd = answer([WeighIn(62.4, 61.5, 0.6, 1.25)], reading=120.0, by=PATCHES["thigh"])
    assert any("120 mmol/L" in each for each in odd.checks)
    low = answer([WeighIn(62.4, 61.5, 0.6, 1.25)], reading=20.0, by=PATCHES["chest"])
    assert any("low for its place" in each for each in low.checks)


@pytest.mark.slow
def test_people_kept_by_the_engine_for_the_marathon_agree_with_the_weigh_in():
    from pathlib import Path

    from cramplab.cohort.event import run_event
    from cramplab.importers.scenario import read_scenario
    from cramplab.importers.weigh_ins import from_sweat_test

    scenario = read_scenario(Path(__file__).resolve().parents[2] / "examples" / "marathon.toml")
    person = scenario.people[0]
    (told,) = person.sweat_test
    weighed = answer([from_sweat_test(told)], scenario.event.sport, person.mass_kg)
    (result,) = run_event(scenario, draws=100)
    # The test was at race pace in air 2 K cooler: the first part of the race, for as long, is nearly one more such day.
    sweat = result.series["sweat_loss"].values[:, round(told.duration_min)] / (told.duration_min / 60.0)
    low, middle, high = np.quantile(sweat, (0.05, 0.5, 0.95))
    assert weighed.next_day.interval[0] < middle < weighed.next_day.interval[1]
    assert low < weighed.usual.interval[1]
    assert high > weighed.usual.interval[0]
