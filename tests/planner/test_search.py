"""The search for how to drink, before people who are a bag of water: limits hold, simple wins unless it costs."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from tests.planner.plan_scenarios import scenario_of
from tests.safety.gate_cases import World, total

from cramplab.core.plan import Pacing, Plan
from cramplab.core.quantities import to_internal
from cramplab.importers.event_effort import event_effort
from cramplab.planner.planned_event import Lived
from cramplab.planner.search import DrinkSearch
from cramplab.safety.foreseen import Asked
from cramplab.safety.limits import load_limits

LIMITS = load_limits()
TEXT = """schema = 1
[person]
id = "P1"
sex = "male"
age_y = 30
mass_kg = 70
height_cm = 178
[event]
sport = "run"
duration = "3:00"
speed_km_per_h = 10
[weather]
air_C = 20
humidity_pct = 50
[drink]
"""


class BagOfWater:
    """Stands in for an event that the engine lives through."""

    def __init__(self, world: World, folder, drink: str = "") -> None:
        self.world, self.scenario = world, scenario_of(TEXT + drink, folder)
        self.effort = event_effort(self.scenario, 10.0)
        self.person = self.scenario.people[0]
        self.some_rows = np.arange(world.runs)
        self.lived: list[Plan] = []

    def forcing_of(self, pacing: Pacing):
        return self.effort, {}

    def live(self, plans, rows) -> list[Lived]:
        self.lived += plans
        return [self.one(plan) for plan in plans]

    def one(self, plan: Plan) -> Lived:
        seen = self.world.foresee(plan)

        def course(before, after, unit: str):
            return np.asarray(to_internal(np.stack([np.broadcast_to(before, seen.sweat_loss.shape), after], 1), unit))

        recorded = {
            "body_mass_loss": course(0.0, -seen.mass_change, "kg"), "sweat_loss": course(0.0, seen.sweat_loss, "L"),
            "sweat_sodium_total": course(0.0, seen.sweat_sodium, "mmol"),
            "plasma_sodium": course(seen.sodium_at_start, seen.sodium_end, "mmol/L"),
            "plasma_potassium": course(4.2, np.full(seen.sweat_loss.shape, 4.6), "mmol/L"),
            "core_temperature": course(37.0, seen.core_highest, "degC"),
            "stomach_volume": course(0.0, seen.stomach_highest, "mL"),
            "fluid_intake": course(0.0, np.full(seen.sweat_loss.shape, total(plan)), "L"),
        }  # fmt: skip
        return Lived(plan, np.arange(self.world.runs), np.array([0.0, plan.duration_s]), recorded)


def searched(world: World, folder, *, lead="numbers", most_L=1.5, drink="", limits=LIMITS):
    event = BagOfWater(world, folder, drink)
    duration = event.effort.duration_s
    asked = Asked(age_y=30.0, duration_s=duration, hottest_air_C=20.0, sweat_tests=1)
    nothing = event.one(Plan("nothing", duration))
    chosen, candidates = DrinkSearch(event, asked, limits, lead=lead, most_L=most_L, nothing=nothing).run()
    return SimpleNamespace(event=event, chosen=chosen, plan=chosen.plan, candidates=candidates)


WET = World(runs=128, sweat=1.2, spread=0.2)


@pytest.mark.parametrize("lead", ["numbers", "thirst"])
@pytest.mark.parametrize("most", [0.0, 0.04, 1.5])
def test_exactly_one_is_chosen_and_it_is_among_those_told(tmp_path, lead, most):
    found = searched(WET, tmp_path, lead=lead, most_L=most)
    assert [each.chosen for each in found.candidates].count(True) == 1
    assert total(found.plan) <= most + 1e-9
    assert [each.cost for each in found.candidates] == sorted(each.cost for each in found.candidates)


def test_who_loses_much_is_let_drink_what_the_limits_let_through(tmp_path):
    found = searched(WET, tmp_path, most_L=2.0)
    assert total(found.plan) > 1.5


def test_who_loses_little_need_not_drink(tmp_path):
    found = searched(World(runs=128, sweat=0.2, spread=0.1, start_sd=0.1), tmp_path, most_L=0.4)
    assert found.chosen.cost <= min(each.cost for each in found.candidates) + 1e-9
    assert total(found.plan) == 0.0


def test_where_thirst_leads_the_ceiling_is_the_limits_own(tmp_path):
    found = searched(WET, tmp_path, lead="thirst", most_L=1.7)
    assert {round(total(plan), 6) for plan in found.event.lived} == {1.7}
    assert found.plan.lead == "thirst"


def test_nothing_that_breaks_a_cap_is_chosen_while_something_keeps_them(tmp_path):
    found = searched(World(runs=128, sweat=0.9, spread=0.02), tmp_path, most_L=2.4)
    assert found.chosen.broken == ()
    assert any("above a limit" in each.label for each in found.candidates)
    assert not any(each.chosen for each in found.candidates if "above a limit" in each.label)


def test_a_drink_above_a_cap_is_thinned_and_says_so(tmp_path):
    found = searched(WET, tmp_path, drink='name = "syrup"\nsodium_mmol_per_L = 80\ncarbohydrate_g_per_L = 120\n')
    for plan in found.event.lived:
        assert plan.content.sodium_mmol_per_L <= 50.0
        assert plan.content.carbohydrate_g_per_L <= 80.0
    assert any("thinned" in plan.content.name for plan in found.event.lived)


@pytest.mark.parametrize(("sweat", "salted"), [(1.0, False), (2.0, True)])
def test_salt_beside_the_drink_comes_up_only_for_who_sweats_much(tmp_path, sweat, salted):
    found = searched(replace(WET, sweat=sweat), tmp_path)
    assert any(plan.salt_mmol_per_h > 0.0 for plan in found.event.lived) is salted


def test_the_own_drink_stays_where_no_other_does_better(tmp_path):
    """Nobody's sodium leaves the comfortable range here, so every drink is as good as the own one."""
    easy = World(runs=128, sweat=0.9, spread=0.1, sweat_sodium=5.0, start_sd=0.1)
    found = searched(easy, tmp_path, drink='name = "mine"\nsodium_mmol_per_L = 17\n')
    assert found.plan.content.name == "mine"
    assert found.chosen.choice.simplicity == 1
