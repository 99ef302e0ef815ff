"""Drinks in cups at real moments: whatever is asked for, the cups keep volume, pace and place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planner.plan_scenarios import scenario_of

from cramplab.core.plan import Pacing, Plan, Serving
from cramplab.importers.event_effort import event_effort
from cramplab.planner.choices import (
    SHAPES,
    Choice,
    contents,
    moments,
    most_by_moments,
    own_content,
    plan_of,
    rounded,
    servings_of,
    simplicity,
)
from cramplab.safety.limits import load_limits

LIMITS = load_limits()
PERSON = '[person]\nid = "P1"\nsex = "male"\nage_y = 30\nmass_kg = 70\nheight_cm = 178\n'


def written(tmp_path, *, stations=(), hours="3:00", drink="", wishes=""):
    event = f'[event]\nsport = "run"\nduration = "{hours}"\nspeed_km_per_h = 10\ndrink_stations_km = {list(stations)}\n'
    text = f"schema = 1\n{PERSON}{event}[weather]\nair_C = 20\nhumidity_pct = 50\n{drink}\n[preferences]\n{wishes}\n"
    scenario = scenario_of(text, tmp_path)
    return scenario, event_effort(scenario, 10.0)


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """Give events with stations and without, and cups of several sizes."""
    folder = tmp_path_factory.mktemp("choices")
    places = ((), (5, 10, 15, 20, 25), (1, 1.1, 1.2, 14, 29.9), (29,))
    cups = [f"min_drink_step_mL = {cup}" for cup in (50, 7.5, 250)]
    return [written(folder, stations=stations, wishes=wishes) for stations in places for wishes in cups]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    which=st.integers(0, 11),
    litres=st.floats(0.0, 6.0),
    shape=st.sampled_from(sorted(SHAPES)),
    own=st.floats(0.05, 3.0),
    hourly=st.floats(0.05, 0.8),
    single=st.floats(0.05, 0.4),
)
def test_servings_keep_volume_pace_place_and_cup(several, which, litres, shape, own, hourly, single):
    scenario, effort = several[which]
    wishes = scenario.preferences.model_copy(update={"max_drink_L_per_h": own})
    limits = {**LIMITS, "hourly_default": replace(LIMITS["hourly_default"], value=hourly),
              "single_drink": replace(LIMITS["single_drink"], value=single)}  # fmt: skip
    drinks = servings_of(litres, shape, replace(scenario, preferences=wishes), effort, limits)
    plan = Plan("numbers", effort.duration_s, drinks)
    assert plan.most_intake <= litres + 1e-9
    assert plan.fastest_drinking <= min(own, hourly) + 1e-6
    assert plan.most_in_an_hour <= LIMITS["hourly_absolute"].value + 1e-6
    cup = scenario.preferences.min_drink_step_mL / 1000.0
    for each in drinks:
        assert 0.0 < each.volume_L <= single + 1e-9
        assert each.volume_L / cup == pytest.approx(round(each.volume_L / cup), abs=1e-3)
        assert (each.time_s, each.at_km) in moments(scenario, effort)


def test_an_hour_without_stations_has_a_drink_each_quarter_of_an_hour_but_none_at_the_finish(tmp_path):
    scenario, effort = written(tmp_path, hours="1:00")
    assert [moment / 60.0 for moment, _ in moments(scenario, effort)] == [15.0, 30.0, 45.0]


def test_stations_are_reached_at_the_pace_of_the_course(tmp_path):
    scenario, effort = written(tmp_path, stations=(0, 5, 12))
    found = moments(scenario, effort)
    assert [km for _, km in found] == [5, 12]
    np.testing.assert_allclose([moment for moment, _ in found], [1800.0, 4320.0], rtol=1e-3)


def test_the_most_by_moments_is_reached_and_not_passed(tmp_path):
    scenario, effort = written(tmp_path, stations=(9, 18, 27), wishes="min_drink_step_mL = 1")
    litres, name = most_by_moments(scenario, effort, LIMITS)
    assert name == "single_drink"
    drinks = servings_of(litres, "even", scenario, effort, LIMITS)
    assert max(each.volume_L for each in drinks) == pytest.approx(LIMITS["single_drink"].value, abs=0.002)


def test_an_event_too_short_for_any_drink_has_none(tmp_path):
    scenario, effort = written(tmp_path, hours="0:10")
    assert most_by_moments(scenario, effort, LIMITS)[0] == 0.0
    assert servings_of(1.0, "even", scenario, effort, LIMITS) == ()


def test_own_drink_comes_first_and_nothing_comes_twice(tmp_path):
    scenario, _ = written(tmp_path, drink="[drink]\nsodium_mmol_per_L = 20\ncarbohydrate_g_per_L = 30")
    found = contents(scenario)
    assert found[0] == own_content(scenario)
    kinds = [(each.sodium_mmol_per_L, each.carbohydrate_g_per_L) for each in found]
    assert len(set(kinds)) == len(kinds)


def test_the_person_own_drink_evenly_and_without_salt_is_simplest(tmp_path):
    scenario, _ = written(tmp_path)
    own = own_content(scenario)
    others = [
        simplicity(shape, drink, salt, own) for shape in SHAPES for drink in contents(scenario) for salt in (0, 9)
    ]
    assert simplicity("even", own, 0.0, own) == min(others) == 1
    assert others.count(1) == 1


def test_where_thirst_leads_a_choice_is_a_ceiling(tmp_path):
    scenario, effort = written(tmp_path)
    choice = Choice(1.5, "even", own_content(scenario), 0.0, 1)
    plan = plan_of(choice, scenario, effort, LIMITS, Pacing(), "thirst")
    assert (plan.servings, plan.at_most_L, plan.at_most_L_per_h) == ((), 1.5, pytest.approx(0.5))
    assert rounded(plan, scenario) == plan


def test_cups_are_rounded_down_and_empty_ones_left_out(tmp_path):
    scenario, _ = written(tmp_path)
    plan = Plan("numbers", 3600.0, (Serving(900.0, 0.149), Serving(1800.0, 0.04), Serving(2700.0, 0.15)))
    assert [each.volume_L for each in rounded(plan, scenario).servings] == [0.1, 0.15]
