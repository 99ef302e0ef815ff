"""What is drunk is what the scenario says, and never more than the person tolerates."""

from __future__ import annotations

import numpy as np
import pytest

STATIONS = 'duration = "0:30"\nspeed_km_per_h = 10\ndrink_stations_km = [1, 2, 3, 4]'


def drunk(result):
    return result.series["fluid_intake"].values[:, -1]


def test_nothing_is_drunk_by_who_drinks_nothing(run):
    assert np.all(drunk(run()) == 0.0)


def test_a_rate_gives_its_volume(run):
    result = run(drink='behaviour = "schedule"\nrate_L_per_h = 0.6\nsodium_mmol_per_L = 20')
    np.testing.assert_allclose(drunk(result), 0.3, rtol=1e-4)
    assert "0.6 L/h" in result.drink_description
    assert "460 mg/L" in result.drink_description


def test_stations_give_their_volumes_when_they_are_passed(run):
    result = run(event=STATIONS, drink='behaviour = "schedule"\neach_station_mL = 100')
    np.testing.assert_allclose(drunk(result), 0.4, rtol=1e-4)
    # 1 km takes 6 minutes: nothing before, 100 mL a minute later.
    np.testing.assert_allclose(result.series["fluid_intake"].values[:, 6], 0.0, atol=1e-6)
    np.testing.assert_allclose(result.series["fluid_intake"].values[:, 7], 0.1, rtol=1e-3)


def test_a_station_at_the_finish_still_gives_its_whole_volume(run):
    event = STATIONS.replace("[1, 2, 3, 4]", "[5]")
    np.testing.assert_allclose(
        drunk(run(event=event, drink='behaviour = "schedule"\neach_station_mL = 100')), 0.1, rtol=1e-3
    )


@pytest.mark.parametrize(
    ("event", "drink"),
    [
        ('duration = "0:30"\nspeed_km_per_h = 10', 'behaviour = "schedule"\nrate_L_per_h = 2.0'),
        (STATIONS, 'behaviour = "schedule"\neach_station_mL = 500'),
    ],
)
def test_a_schedule_is_cut_to_what_is_tolerated_and_that_is_told(run, event, drink):
    result = run(event=event, drink=drink, preferences="max_drink_L_per_h = 0.5")
    assert np.all(drunk(result) <= 0.25 + 1e-4)
    assert any("max_drink_L_per_h" in each for each in result.notices)


def test_thirst_drinks_no_faster_than_is_tolerated(run):
    free = run(drink='behaviour = "thirst"')
    held = run(drink='behaviour = "thirst"', preferences="max_drink_L_per_h = 0.2")
    assert np.all(drunk(held) <= 0.1 + 1e-4)
    assert np.median(drunk(free)) > np.median(drunk(held))


def test_same_seed_same_people_whatever_they_drink(run):
    none, much = run(), run(drink='behaviour = "schedule"\nrate_L_per_h = 0.8')
    for name in ("sweat_gain", "aerobic_capacity", "body_fat"):
        np.testing.assert_array_equal(none.traits[name].values, much.traits[name].values)
