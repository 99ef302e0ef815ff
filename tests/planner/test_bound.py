"""Which limit set a plan, and what one unknown does to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.planner.plan_scenarios import scenario_of
from tests.safety.gate_cases import World

from cramplab.core.plan import Plan
from cramplab.core.plan_result import Swing
from cramplab.importers.event_effort import event_effort
from cramplab.planner.bound import bound_by
from cramplab.planner.swings import allowed_rate, measure_next
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
"""
RUNNER = Asked(age_y=30.0, duration_s=10_800.0, hottest_air_C=20.0, sweat_tests=1)


@pytest.mark.parametrize(
    ("world", "own", "litres", "name"),
    [
        (World(sweat=1.0, spread=0.5), 9.0, 1.3, "low_end_of_sweat"),
        (World(sweat=0.9, spread=0.0), 9.0, 2.16, "share_of_sweat"),
        (World(sweat=3.0, spread=0.0), 9.0, 2.4, "hourly_default"),
        (World(sweat=3.0, spread=0.0), 0.5, 1.5, "own_most"),
    ],
)
def test_the_strictest_limit_is_named(tmp_path, world, own, litres, name):
    scenario = scenario_of(TEXT, tmp_path)
    plan = Plan("thirst", 10_800.0, (), litres / 3.0, litres)
    asked = replace(RUNNER, own_most_L_per_h=own)
    names, words = bound_by(plan, world.foresee(plan), asked, LIMITS, scenario, event_effort(scenario, 10.0))
    assert names[0] == name
    assert words


def test_who_drinks_less_than_any_limit_lets_through_is_bound_by_none(tmp_path):
    scenario = scenario_of(TEXT, tmp_path)
    plan = Plan("numbers", 10_800.0)
    seen = World(sweat=1.0).foresee(plan)
    assert bound_by(plan, seen, RUNNER, LIMITS, scenario, event_effort(scenario, 10.0))[0] == ()


def test_the_allowed_rate_is_the_strictest_of_three():
    assert allowed_rate(np.full(100, 2.0), LIMITS, 2.0) == pytest.approx(0.8)
    assert allowed_rate(np.full(100, 1.0), LIMITS, 2.0) == pytest.approx(0.4)
    spread = np.linspace(0.0, 10.0, 1001)
    assert allowed_rate(spread, LIMITS, 2.0) == pytest.approx(0.25, abs=0.01)


def test_what_cannot_be_measured_is_not_proposed(tmp_path):
    scenario = scenario_of(TEXT, tmp_path)
    fate, scale = Swing("Fate", "low", "high", 0.1, 0.8), Swing("Sweat", "low", "high", 0.5, 0.3, "a sweat test")
    assert "No single measurement" in measure_next([fate], scenario)
    told = measure_next([fate, scale], scenario)
    assert "a sweat test" in told
    assert "0.30 L/h and 0.50 L/h" in told
