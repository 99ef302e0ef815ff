"""Many plans in one run of the engine: each is lived through as if alone, by the same people, drinking what it says."""

from __future__ import annotations

import numpy as np
import pytest
from tests.planner.conftest import EASY
from tests.planner.plan_scenarios import scenario_of

from cramplab.core.plan import DrinkContent, Pacing, Plan, Serving
from cramplab.importers.event_effort import event_effort, event_weather
from cramplab.planner.outcomes import finished, foreseen
from cramplab.planner.planned_event import PlannedEvent
from cramplab.simulation.solve import STEP_SECONDS

COURSE = EASY.replace('duration = "1:30"', 'duration = "0:40:25"\nrecovery_min = 10')
NAMES = ("body_mass_loss", "sweat_loss", "fluid_intake", "core_temperature", "plasma_sodium")
SALTED = DrinkContent("salted", 40.0, 30.0)


@pytest.fixture(scope="module")
def event(scenario_folder) -> PlannedEvent:
    scenario = scenario_of(COURSE, scenario_folder)
    effort = event_effort(scenario, STEP_SECONDS)
    return PlannedEvent(scenario.people[0], scenario, effort, event_weather(scenario, effort), runs=60, seed=3)


@pytest.fixture(scope="module")
def plans(event) -> list[Plan]:
    whole, slower = event.duration(Pacing()), event.duration(Pacing(0.9))
    cups = (Serving(600.0, 0.1), Serving(1500.0, 0.15))
    return [
        Plan("nothing", whole),
        Plan("numbers", whole, cups),
        Plan("numbers", whole, cups, content=SALTED, salt_mmol_per_h=10.0),
        Plan("thirst", whole, (), 0.3, 0.25),
        Plan("numbers", slower, cups, pacing=Pacing(0.9)),
        Plan("nothing", whole, pacing=Pacing(1.0, 1.0, 10.0)),
    ]


@pytest.fixture(scope="module")
def together(event, plans):
    return event.live(plans, event.all_rows)


@pytest.mark.parametrize("number", range(6))
def test_each_plan_is_lived_through_as_if_it_were_alone(event, plans, together, number):
    alone = event.live([plans[number]], event.all_rows)[0]
    mixed = together[number]
    for name in NAMES:
        here = mixed.recorded[name][:, [mixed.first, mixed.last, -1]]
        np.testing.assert_allclose(here, alone.recorded[name][:, [alone.first, alone.last, -1]], rtol=3e-6, atol=2e-6)


def test_everybody_drinks_what_the_plan_says(plans, together):
    for number in (0, 1, 2, 4, 5):
        lived = together[number]
        np.testing.assert_allclose(lived.recorded["fluid_intake"][:, lived.last], plans[number].most_intake, atol=1e-5)


def test_nobody_who_drinks_by_thirst_passes_the_ceiling(plans, together):
    lived = together[3]
    drunk = lived.recorded["fluid_intake"][:, lived.last]
    assert drunk.max() <= plans[3].most_intake + 1e-5
    each_minute = np.diff(lived.recorded["fluid_intake"][:, : lived.last + 1].astype(float), axis=1)
    assert each_minute.max() <= 0.3 / 60.0 + 1e-5


def test_the_same_people_sweat_the_same_until_the_first_drink(together):
    nothing, cups = together[0], together[1]
    before = slice(0, nothing.first + 9)
    for name in NAMES:
        np.testing.assert_array_equal(nothing.recorded[name][:, before], cups.recorded[name][:, before])


def test_what_is_drunk_weighs_what_it_weighs(event, together):
    nothing, cups = (foreseen(each, event.person.mass_kg) for each in together[:2])
    gained = cups.mass_change - nothing.mass_change
    np.testing.assert_allclose(gained, 0.25, atol=0.02)


def test_salt_and_a_salted_drink_raise_plasma_sodium_over_water(event, together):
    water, salted = (foreseen(each, event.person.mass_kg) for each in together[1:3])
    assert np.all(salted.sodium_end >= water.sodium_end - 1e-3)
    assert salted.sodium_end.mean() > water.sodium_end.mean()


def test_slower_takes_longer_and_is_cooler(event, together):
    asked, slower = (foreseen(together[number], event.person.mass_kg) for number in (1, 4))
    assert together[4].plan.duration_s == pytest.approx(together[1].plan.duration_s / 0.9)
    assert slower.core_highest.mean() < asked.core_highest.mean()


def test_a_change_of_mass_counts_from_before_the_warm_up(event, together):
    lived = together[5]
    seen = foreseen(lived, event.person.mass_kg)
    loss = lived.recorded["body_mass_loss"]
    np.testing.assert_allclose(seen.mass_change, loss[:, 0] - loss[:, lived.last], atol=1e-6)
    assert lived.time_s[0] == pytest.approx(-600.0)


def test_some_of_the_people_are_the_same_people(event, together):
    rows = np.array([0, 7, 59])
    few = together[1].of(rows)
    np.testing.assert_array_equal(few.recorded["sweat_loss"], together[1].recorded["sweat_loss"][rows])
    assert finished(few).all()
