"""Which possible versions of a person are kept: by what was measured, and by what is planned."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort.event_people import normalised, resampled, sustainable_share
from cramplab.cohort.known_traits import centres_by_sex, what_is_told
from cramplab.importers.scenario_schema import Person, Preferences

TEST = """
[[person.sweat_test]]
mass_before_kg = 62.4
mass_after_kg = {after}
drank_L = 0.3
urine_L = 0.0
duration_min = 60
air_C = 22
humidity_pct = 55
intensity = "moderate"
scale_sd_kg = 0.05
"""


def median(result, trait):
    return float(np.median(result.traits[trait].values))


def test_who_lost_more_in_the_test_sweats_more_in_the_event(run, person):
    little, much = (run(people=person + TEST.format(after=after)) for after in (62.3, 61.4))
    assert median(much, "sweat_gain") > 1.5 * median(little, "sweat_gain")
    assert np.median(much.series["sweat_loss"].values[:, -1]) > np.median(little.series["sweat_loss"].values[:, -1])


def test_a_test_of_the_event_itself_moves_the_answer_to_what_it_showed(run, person):
    before = run()
    lost = -before.series["body_mass_change"].values[:, -1] / 100.0 * 62.0
    # Somebody who lost as much as the one in ten who sweat most.
    shown = float(np.quantile(lost, 0.9))
    words = f"mass_before_kg = 62\nmass_after_kg = {62.0 - shown:.3f}\ndrank_L = 0\nurine_L = 0\nduration_min = 30\n"
    words += 'air_C = 24\nhumidity_pct = 60\nintensity = "race_pace"\nscale_sd_kg = 0.02\n'
    after = run(people=f"{person}[[person.sweat_test]]\n{words}")
    told = -after.series["body_mass_change"].values[:, -1] / 100.0 * 62.0
    assert np.std(told) < np.std(lost)
    assert abs(np.median(told) - shown) < abs(np.median(lost) - shown)
    assert any("possible versions" in each for each in after.notices)
    assert after.traits["sweat_gain"].source.endswith("narrowed by the sweat test")


def test_a_test_that_nobody_could_show_is_told_but_used(run, person):
    result = run(people=person + TEST.format(after=57.5))
    assert any("is unlikely for anybody like this person" in each for each in result.notices)


def test_a_patch_is_read_as_whole_body_sweat_and_a_guess_is_left_out(run, person):
    with_sodium = person + "[person.sweat_sodium]\nvalue_mmol_per_L = {}\nmethod = '{}'\n"
    low, high = (run(people=with_sodium.format(value, "lab_washdown")) for value in (20, 60))
    assert median(high, "sweat_sodium_level") > 1.3 * median(low, "sweat_sodium_level")
    guess = run(people=with_sodium.format(90, "guess"))
    assert median(guess, "sweat_sodium_level") == median(run(), "sweat_sodium_level")
    assert any("is a guess and was not used" in each for each in guess.notices)
    patch = run(people=with_sodium.format(48, "patch_forearm"))
    assert any("0.57" in str(each.value) and each.origin == "remembered" for each in patch.assumptions)


def test_who_plans_a_pace_can_hold_it_unless_the_scenario_tells_otherwise(run, person):
    fast = run(event='duration = "0:30"\nspeed_km_per_h = 15')
    slow = run(event='duration = "0:30"\nspeed_km_per_h = 8')
    assert median(fast, "aerobic_capacity") > median(slow, "aerobic_capacity") + 3.0
    assert fast.traits["aerobic_capacity"].source.endswith("able to hold the plan")
    assert not any("asked for more than the largest oxygen uptake" in each for each in fast.notices)
    told = run(people=person + "vo2max_mL_per_kg_min = 33\n", event='duration = "0:30"\nspeed_km_per_h = 15')
    np.testing.assert_allclose(told.traits["aerobic_capacity"].values, 33.0)
    assert any("Check goal time and vo2max" in each for each in told.notices)
    assert any("asked for more than the largest oxygen uptake" in each for each in told.notices)


def test_the_longer_the_less_can_be_held():
    shares = [sustainable_share(60.0 * minutes) for minutes in (3, 10, 60, 225, 1440)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1.0
    assert shares[2] == pytest.approx(0.9, abs=0.02)
    assert shares[-1] >= 0.6


def test_equal_weights_lose_nobody_and_a_single_heavy_one_takes_all():
    weights, fitting = normalised(np.zeros(50))
    assert fitting == pytest.approx(50.0)
    assert sorted(resampled(weights, 50, 1, "x")) == list(range(50))
    weights, fitting = normalised(np.array([-np.inf, 0.0, -np.inf]))
    assert fitting == 1.0
    assert set(resampled(weights, 7, 1, "x")) == {1}


def test_if_no_version_fits_all_are_kept_and_none_is_said_to_fit():
    weights, fitting = normalised(np.full(5, -np.inf))
    assert fitting == 0.0
    np.testing.assert_allclose(weights, 0.2)


def tell(**more):
    person = Person(id="A01", sex=more.pop("sex", "male"), age_y=30, mass_kg=70, height_cm=175, **more)
    return what_is_told(person, Preferences(), people=200, seed=1, label="A01")


def test_a_diuretic_acts_on_the_kidney_and_unmodelled_illness_is_told():
    told = tell(flags=("diuretic", "diabetes", "pregnant"))
    thiazide, loop = told.given["drugs.thiazide"], told.given["drugs.loop_diuretic"]
    assert 60 < np.sum(thiazide > 0) < 140
    assert np.all((thiazide > 0) != (loop > 0))
    assert any("knows nothing of pregnancy and diabetes" in each for each in told.notices)


def test_sex_not_told_is_drawn_half_and_half():
    female = tell(sex="unspecified").given["body_size.female"]
    assert set(np.unique(female)) == {0.0, 1.0}
    assert 0.4 < female.mean() < 0.6


def test_a_heavy_build_is_taken_to_hold_more_fat():
    heavy = Person(id="A01", sex="male", age_y=50, mass_kg=120, height_cm=175)
    told = what_is_told(heavy, Preferences(), people=2, seed=1, label="A01")
    assert np.all(told.centres["body_size.body_fat"] > 0.25)
    assert np.all(tell().centres["body_size.body_fat"] == centres_by_sex(np.zeros(200))["body_size.body_fat"])
