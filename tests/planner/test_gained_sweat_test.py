"""Heavier after a sweat test than before it: no amount is planned, whatever else was answered."""

from __future__ import annotations

import pytest
from tests.planner.plan_scenarios import scenario_of
from tests.planner.test_bound import TEXT

from cramplab.planner.plan_event import plan_event
from cramplab.safety.limits import load_limits
from cramplab.simulation.theory_shelf import load_theories

TEST = """[[person.sweat_test]]
mass_before_kg = 104.1
mass_after_kg = 104.9
drank_L = 3.9
duration_min = 135
"""


@pytest.mark.parametrize("answers", [None, {"P1": ()}, {"P1": ("dark_urine",)}])
def test_a_gain_in_a_sweat_test_leaves_no_plan(tmp_path, answers):
    scenario = scenario_of(TEXT.replace("mass_kg = 70", "mass_kg = 104") + TEST, tmp_path)
    (result,) = plan_event(scenario, load_limits(), load_theories(), runs=512, seed=1, red_flags=answers)
    assert result.plan is None
    assert result.outcome == "refused"
    assert "headache_or_heavier" in result.red_flags
