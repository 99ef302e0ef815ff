"""The effort at another pace: a way takes longer, a time holds less work, an easy start is made up for."""

from __future__ import annotations

import numpy as np
import pytest
from tests.planner.plan_scenarios import scenario_of

from cramplab.core.plan import Pacing
from cramplab.importers.event_effort import event_effort
from cramplab.planner.pacing import START_SHARE, pace_rows, paced, stretches_time

PERSON = '[person]\nid = "P1"\nsex = "male"\nage_y = 30\nmass_kg = 70\nheight_cm = 178\n'
PACES = (0.95, 0.9, 0.83)


def effort_of(folder, event):
    text = f"schema = 1\n{PERSON}[event]\n{event}\n[weather]\nair_C = 20\nhumidity_pct = 50\n"
    scenario = scenario_of(text, folder)
    return scenario, event_effort(scenario, 10.0)


@pytest.fixture
def run(tmp_path):
    return effort_of(tmp_path, 'sport = "run"\nduration = "2:07"\nspeed_km_per_h = 11')


@pytest.fixture
def ride(tmp_path):
    return effort_of(tmp_path, 'sport = "cycle"\nduration = "1:30"\npower_W = 180')


def test_as_asked_is_left_as_it_is(run):
    scenario, effort = run
    assert paced(effort, scenario, Pacing(warm_up_min=10.0)) is effort


@pytest.mark.parametrize("pace", PACES)
def test_the_same_way_at_a_slower_pace_takes_longer(run, pace):
    scenario, effort = run
    assert stretches_time(effort, scenario)
    slower = paced(effort, scenario, Pacing(pace))
    assert slower.duration_s == pytest.approx(effort.duration_s / pace)
    assert slower.distance_m[-1] == pytest.approx(effort.distance_m[-1], rel=1e-6)
    assert np.all(np.diff(slower.distance_m) > 0.0)
    assert slower.time_s.size == int(np.ceil(slower.duration_s / 10.0 - 1e-9))
    assert slower.speed_m_per_s[:-1].max() == pytest.approx(pace * 11.0 / 3.6, rel=1e-6)


@pytest.mark.parametrize("pace", PACES)
def test_where_only_power_is_known_easier_is_less_of_it_in_the_same_time(ride, pace):
    scenario, effort = ride
    easier = paced(effort, scenario, Pacing(pace))
    assert easier.duration_s == effort.duration_s
    np.testing.assert_allclose(easier.power_W, pace * effort.power_W)


def test_an_easy_start_is_made_up_for(run):
    scenario, effort = run
    eased = paced(effort, scenario, Pacing(1.0, 0.95))
    assert eased.duration_s == effort.duration_s
    assert eased.distance_m[-1] == pytest.approx(effort.distance_m[-1], rel=2e-3)
    first = effort.time_s < START_SHARE * effort.duration_s
    np.testing.assert_allclose(eased.speed_m_per_s[first], 0.95 * effort.speed_m_per_s[first])
    assert np.all(eased.speed_m_per_s[~first][:-1] > effort.speed_m_per_s[~first][:-1])


@pytest.mark.parametrize("pacing", [Pacing(), Pacing(0.9), Pacing(1.0, 0.95)])
def test_rows_cover_the_whole_event_without_gap(run, pacing):
    scenario, effort = run
    other = paced(effort, scenario, pacing)
    rows = pace_rows(other)
    assert rows[0].from_s == 0.0
    assert rows[-1].to_s == pytest.approx(other.duration_s)
    assert [each.from_s for each in rows[1:]] == [each.to_s for each in rows[:-1]]
    assert rows[-1].to_km == pytest.approx(other.distance_m[-1] / 1000.0)
    covered = sum(each.speed_km_per_h * (each.to_s - each.from_s) / 3600.0 for each in rows)
    assert covered == pytest.approx(other.distance_m[-1] / 1000.0, rel=1e-6)


def test_rows_of_a_ride_tell_its_power(ride):
    rows = pace_rows(ride[1])
    assert [each.power_W for each in rows] == pytest.approx([180.0] * len(rows))
