"""The whole planner with the engine: no plan breaks a limit, and what decides a plan is what should."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.planner.conftest import EASY
from tests.planner.plan_scenarios import ScenarioText, faults_of, litres, tree_of

from cramplab.safety.limits import Limits, load_limits
from cramplab.simulation.theory_shelf import load_theories

QUICK = (2, 33, 36, 110)
"""Of the drawn scenarios those that are soon planned: numbers and thirst, with stations and without, cold and warm."""
LONG = (5, 6, 8, 10, 14, 17, 21, 29, 37, 90, 98)
"""Others, which take longer: very long, very hot or with several sweat tests."""
WALK = """schema = 1
title = "Hot walk, nobody was weighed"
[person]
id = "P1"
sex = "male"
age_y = 61
mass_kg = 88
height_cm = 176
[event]
sport = "walk"
duration = "2:30"
speed_km_per_h = 5
recovery_min = 30
[weather]
air_C = 31
humidity_pct = 50
"""
# Two runners of a guideline on fluid replacement, known there by age, sweat rate and time alone. Body, air and the
# weighings that show these sweat rates are invented.
FAST = """schema = 1
title = "Marathon in two and a quarter hours"
[person]
id = "P1"
sex = "male"
age_y = 28
mass_kg = 68
height_cm = 180
vo2max_mL_per_kg_min = 80
heat_acclimated = "yes"
[[person.sweat_test]]
mass_before_kg = 68.0
mass_after_kg = 66.2
drank_L = 0.4
duration_min = 60
air_C = 22
humidity_pct = 60
intensity = "race_pace"
[[person.sweat_test]]
mass_before_kg = 68.2
mass_after_kg = 66.5
drank_L = 0.5
duration_min = 60
air_C = 22
humidity_pct = 60
intensity = "race_pace"
[event]
sport = "run"
distance_km = 42.195
goal_time = "2:15"
drink_stations_km = [5, 10, 15, 20, 25, 30, 35, 40]
[weather]
air_C = 20
humidity_pct = 60
"""
SLOW = """schema = 1
title = "Marathon in six hours"
[person]
id = "P1"
sex = "female"
age_y = 50
mass_kg = 58
height_cm = 163
[[person.sweat_test]]
mass_before_kg = 58.0
mass_after_kg = 57.8
drank_L = 0.2
duration_min = 60
air_C = 18
intensity = "race_pace"
[event]
sport = "run"
distance_km = 42.195
goal_time = "6:00"
drink_stations_km = [5, 10, 15, 20, 25, 30, 35, 40]
[weather]
air_C = 18
humidity_pct = 60
"""


@pytest.mark.parametrize("number", QUICK)
def test_no_drawn_scenario_gives_a_plan_that_breaks_a_limit(planning, number):
    assert faults_of(planning(ScenarioText(number).text())).words == ()


@pytest.mark.slow
@pytest.mark.parametrize("number", LONG)
def test_no_long_or_hard_scenario_gives_a_plan_that_breaks_a_limit(planning, number):
    assert faults_of(planning(ScenarioText(number).text())).words == ()


def test_who_was_never_weighed_gets_a_ceiling_and_no_volumes(planning):
    result = planning(WALK)
    assert faults_of(result).words == ()
    assert (result.outcome, result.plan.servings) == ("thirst", ())
    assert "no sweat test" in result.reasons[0]


def test_two_marathoners_of_the_guideline_get_different_plans(planning):
    slow, fast = planning(SLOW), planning(FAST)
    assert faults_of(slow).words == faults_of(fast).words == ()
    assert (slow.outcome, slow.plan.servings) == ("thirst", ())
    assert "4 h" in slow.reasons[0]
    assert fast.outcome == "numbers"
    assert len(fast.plan.servings) >= 4
    assert fast.figures["sweat_rate"].median > 2.0 * slow.figures["sweat_rate"].median
    assert fast.plan.most_intake / fast.plan.hours > slow.plan.most_intake / slow.plan.hours


# -------------------------------------------------------------------------------------- what decides, and what does not


def test_an_easy_plan_is_by_numbers_and_keeps_every_limit(easy):
    assert faults_of(easy).words == ()
    assert easy.outcome == "numbers"
    assert easy.plan.most_intake > 0.0


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_body(planning, easy):
    again = planning(EASY)
    assert json.dumps(tree_of(again)) == json.dumps(tree_of(easy))
    other = planning(EASY, seed=2)
    assert other.figures["sweat_rate"] != easy.figures["sweat_rate"]
    assert other.figures["sweat_rate"].median == pytest.approx(easy.figures["sweat_rate"].median, rel=0.15)


def test_no_theory_decides_a_drink(planning, easy):
    named = sorted(load_theories())
    for shelf in ({"null": load_theories()["null"]}, {name: load_theories()[name] for name in named[:2]}):
        other = planning(EASY, shelf=shelf)
        assert {each.theory for each in other.theories} == set(shelf) != {each.theory for each in easy.theories}
        assert [each.cost for each in other.candidates] == [each.cost for each in easy.candidates]
        assert (other.plan.content, other.plan.salt_mmol_per_h) == (easy.plan.content, easy.plan.salt_mmol_per_h)
        if other.plan.pacing == easy.plan.pacing:
            assert other.plan == easy.plan


def test_stricter_limits_lower_the_plan(planning, easy):
    shipped = load_limits()
    value = 0.5 * easy.plan.fastest_drinking
    tight = replace(shipped["hourly_default"], value=value, tightened=True)
    other = planning(EASY, limits=Limits({**shipped, "hourly_default": tight}, shipped.bands))
    assert other.plan.most_intake < easy.plan.most_intake
    assert other.plan.fastest_drinking <= value + 1e-9
    assert next(each for each in other.limits if each.id == "hourly_default").tightened


def test_an_own_ceiling_of_the_person_is_kept(planning, easy):
    own = 0.4 * easy.plan.fastest_drinking
    result = planning(f"{EASY}[preferences]\nmax_drink_L_per_h = {own:.3f}\nmin_drink_step_mL = 10\n")
    assert faults_of(result).words == ()
    assert result.plan.fastest_drinking <= own + 1e-9


def test_all_ways_are_lived_through_by_the_same_people(easy):
    tree = tree_of(easy)
    by_name = {each["name"]: each for each in tree["comparisons"]}
    intake = {name: each["figures"]["intake"]["median"] for name, each in by_name.items()}
    assert intake["nothing"] == 0.0
    assert intake["water"] == pytest.approx(intake["plan"])
    assert intake["most"] == max(intake.values())
    ends = {name: each["figures"]["body_mass_change"]["median"] for name, each in by_name.items()}
    assert ends["nothing"] < ends["plan"] < ends["most"]
    assert "hourly_default" in by_name["most"]["broken"]
    assert by_name["plan"]["figures"]["body_mass_change"]["median"] == pytest.approx(
        tree["figures"]["body_mass_change"]["median"], abs=0.3
    )


def test_the_course_ends_where_the_figures_say(easy):
    course = easy.courses["body_mass_change"]
    assert course.median[-1] == pytest.approx(easy.figures["body_mass_change"].median, abs=0.02)
    assert course.median[0] == pytest.approx(0.0, abs=0.05)
    assert np.all(np.array(course.low) <= np.array(course.median))
    assert litres(tree_of(easy)["plan"]) == pytest.approx(easy.plan.most_intake)


def test_swings_are_of_what_is_not_known_and_the_strongest_comes_first(easy):
    apart = [abs(each.at_high - each.at_low) for each in easy.swings]
    assert apart == sorted(apart, reverse=True)
    assert easy.measure_next
    most = load_limits()["hourly_default"].value
    assert all(0.0 <= at <= most for each in easy.swings for at in (each.at_low, each.at_high))
