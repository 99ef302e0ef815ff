"""The hazard of a cramp: e times as frequent for each scale that the margin falls, and chances add up over time."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort.cramp_hazard import CrampHazard, chance_of_cramp, expected_cramps
from cramplab.core.parameters import declarations_of

HOUR = np.full((1, 1), 3600.0)
PER_HOUR = np.log(1.0 / 3600.0)


def chance(margin, seconds=HOUR, rate=PER_HOUR, scale=4.0):
    return chance_of_cramp(np.asarray(margin, dtype=float), seconds, rate, scale)


def test_an_hour_at_no_margin_brings_one_cramp_at_the_rate_of_one_an_hour():
    assert expected_cramps(np.zeros((1, 1)), HOUR, PER_HOUR, 4.0)[0] == pytest.approx(1.0)
    assert chance([[0.0]])[0] == pytest.approx(1.0 - np.exp(-1.0))


def test_a_margin_lower_by_the_scale_makes_cramps_e_times_as_frequent():
    near, far = (expected_cramps(np.full((1, 1), margin), HOUR, PER_HOUR, 4.0)[0] for margin in (8.0, 12.0))
    assert near / far == pytest.approx(np.e)


def test_the_chance_rises_as_the_margin_falls_and_never_leaves_nothing_to_one():
    found = chance(np.linspace(60.0, -60.0, 50)[None], np.full((1, 50), 3600.0))
    assert np.all(np.diff(found) >= 0.0)
    assert found.min() >= 0.0
    assert found.max() <= 1.0


def test_two_halves_of_an_hour_are_an_hour():
    halves = chance([[5.0], [5.0]], np.full((2, 1), 1800.0))
    assert halves[0] == pytest.approx(chance([[5.0]])[0])


def test_no_time_brings_no_cramp():
    assert chance([[0.0]], np.zeros((1, 1)))[0] == 0.0


def test_every_person_has_a_rate_and_a_scale_of_their_own():
    both = chance_of_cramp(
        np.full((1, 2), 6.0), np.full((1, 2), 3600.0), np.array([PER_HOUR, -3.0]), np.array([4.0, 2.0])
    )
    assert both[0] == chance([[6.0]])[0]
    assert both[1] == chance([[6.0]], rate=-3.0, scale=2.0)[0]


def test_small_chances_are_not_lost_in_rounding():
    assert chance([[200.0]])[0] == pytest.approx(np.exp(-50.0), rel=1e-6)


def test_what_nobody_has_measured_is_declared_as_chosen_and_drawn_wide():
    scale = declarations_of(CrampHazard, CrampHazard.name)["cramp_hazard.scale"]
    assert scale.origin == "chosen"
    assert scale.spread.size == pytest.approx(0.5)
