"""A folder for scenario files, and the events that several tests look at, each planned once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.planner.plan_scenarios import planned

from cramplab.core.plan_result import PlanResult

RUNS = 512
"""The fewest with which a plan can show that it keeps the limit on low sodium: with none of them below, the upper bound
is 0.6 of 100, with one 0.9."""
EASY = """schema = 1
title = "Three quarters of an hour"
[person]
id = "P1"
sex = "female"
age_y = 34
mass_kg = 64
height_cm = 170
vo2max_mL_per_kg_min = 48
[[person.sweat_test]]
mass_before_kg = 64.0
mass_after_kg = 63.0
drank_L = 0.2
duration_min = 45
air_C = 24
intensity = "race_pace"
[event]
sport = "run"
duration = "1:30"
speed_km_per_h = 10.5
[weather]
air_C = 25
humidity_pct = 55
"""


@pytest.fixture(scope="session")
def scenario_folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("scenarios")


@pytest.fixture(scope="session")
def planning(scenario_folder) -> Callable[..., PlanResult]:
    """Give a function that plans the text of a scenario."""

    def plan(text: str, **more) -> PlanResult:
        return planned(text, scenario_folder, RUNS, **more)

    return plan


@pytest.fixture(scope="session")
def easy(planning) -> PlanResult:
    """Plan a short warm run."""
    return planning(EASY)
