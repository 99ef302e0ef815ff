"""Small scenarios, all run with the same number of draws, so that the engine is compiled once for all of them."""

from __future__ import annotations

import pytest

from cramplab.cohort.event import run_event
from cramplab.importers.scenario import read_scenario

DRAWS = 24
PERSON = """
[[person]]
id = "A01"
sex = "female"
age_y = 41
mass_kg = 62.0
height_cm = 168
"""
SCENARIO = """
schema = 1
title = "Half an hour"
{people}
[event]
sport = "run"
{event}
[weather]
air_C = 24
humidity_pct = 60
wind_m_per_s = 2.0
solar_W_per_m2 = 400
[drink]
{drink}
[preferences]
{preferences}
"""


def write_scenario(folder, people=PERSON, event=None, drink='behaviour = "none"', preferences=""):
    file = folder / "half_hour.toml"
    event = 'duration = "0:30"\nspeed_km_per_h = 10' if event is None else event
    file.write_text(SCENARIO.format(people=people, event=event, drink=drink, preferences=preferences), encoding="utf-8")
    return file


@pytest.fixture
def scenario(tmp_path):
    """Write and read a small scenario with some parts replaced."""
    return lambda **parts: read_scenario(write_scenario(tmp_path, **parts))


@pytest.fixture
def run(scenario):
    """Run a small scenario with some parts replaced, and give the result of its first person."""
    return lambda seed=1, **parts: run_event(scenario(**parts), draws=DRAWS, seed=seed)[0]


@pytest.fixture
def person():
    """Give the text of the person, to add lines to."""
    return PERSON


@pytest.fixture
def draws():
    """Give the number of draws of all these tests."""
    return DRAWS


@pytest.fixture(scope="module")
def with_rest(tmp_path_factory):
    """Give the result of half an hour with ten minutes of rest after it."""
    event = 'start = 2026-06-07T08:30:00+01:00\nduration = "0:30"\nspeed_km_per_h = 10\nrecovery_min = 10'
    file = write_scenario(tmp_path_factory.mktemp("event"), event=event)
    return run_event(read_scenario(file), draws=DRAWS, seed=1)[0]
