"""From the body to the motor pool: what moves the cramp margin in an event, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort.margin_course import (
    BETWEEN_PEOPLE,
    common_ground,
    draw_pools,
    margin_course,
    margin_series,
)
from cramplab.core.headlines import headlines
from cramplab.core.result_tree import result_tree
from cramplab.simulation.assembly import fast_parameters
from cramplab.simulation.cramp_margin import SLOW_INPUTS, cramp_margin

DECLARED = {name: np.full(3, fast_parameters()[name].value) for name in BETWEEN_PEOPLE.values()}


@pytest.fixture
def recorded():
    """Give three draws at three times: one muscle tires, the other does not."""
    rise = np.array([0.0, 0.5, 1.0], dtype=np.float32) * np.ones((3, 1), dtype=np.float32)
    return {
        "worked_fatigue": 0.4 * rise, "rested_fatigue": 0.0 * rise, "plasma_sodium": 140.0 - 10.0 * rise,
    }  # fmt: skip


def test_under_the_common_ground_only_fatigue_moves_the_margin(recorded):
    assert set(common_ground("worked", recorded)) == {"fatigue"}
    course = margin_course(recorded, DECLARED)
    salty = margin_course({**recorded, "plasma_sodium": recorded["plasma_sodium"] + 30.0}, DECLARED)
    for part in ("worked", "rested"):
        np.testing.assert_array_equal(course.hz[part], salty.hz[part])
    assert np.ptp(course.hz["rested"]) == 0.0
    expected = np.asarray(cramp_margin({"fatigue": np.array([0.0, 0.2, 0.4])}))
    np.testing.assert_allclose(course.hz["worked"][0], expected, rtol=1e-4)
    assert np.ptp(expected) > 0.0


def test_people_differ_by_the_gains_that_are_drawn(recorded):
    people = {**DECLARED, "neuromodulation.basic_gain": DECLARED["neuromodulation.basic_gain"] * [0.9, 1.0, 1.1]}
    margins = margin_course(recorded, people).hz["rested"][:, 0]
    assert margins[0] > margins[1] > margins[2]


def test_a_theory_adds_an_arrow_to_the_same_inputs_and_gains_are_multiplied(recorded):
    def salty(part, quantities):
        low = 140.0 - quantities["plasma_sodium"]
        return {**common_ground(part, quantities), "persistent_gain": 1.0 + 0.01 * low}

    plain, theory = margin_course(recorded, DECLARED), margin_course(recorded, DECLARED, salty)
    np.testing.assert_allclose(theory.hz["rested"][:, 0], plain.hz["rested"][:, 0], rtol=1e-6)
    assert np.all(theory.hz["rested"][:, -1] < plain.hz["rested"][:, -1])
    people = {**DECLARED, "neuromodulation.basic_gain": DECLARED["neuromodulation.basic_gain"] * 1.1}
    both = margin_course(recorded, people, salty).hz["rested"][0, -1]
    expected = cramp_margin({"persistent_gain": 1.1 * 1.1})
    assert both == pytest.approx(float(expected), rel=1e-3)


def test_what_lies_outside_the_emulators_range_is_told_with_its_muscle(recorded):
    spent = {**recorded, "worked_fatigue": recorded["worked_fatigue"] + 0.3}
    assert margin_course(recorded, DECLARED).notices == ()
    (told,) = margin_course(spent, DECLARED).notices
    assert "fatigue" in told
    assert "worked" in told


def test_above_sixty_the_series_says_sixty(recorded):
    course = margin_course(recorded, DECLARED)
    course.hz["worked"][:] = 61.7
    assert np.all(margin_series(course)["worked_cramp_margin"].values == 60.0)


def test_pools_are_drawn_from_the_seed_alone():
    one, again, other = draw_pools(50, 1, "person A"), draw_pools(50, 1, "person A"), draw_pools(50, 2, "person A")
    for name in BETWEEN_PEOPLE.values():
        np.testing.assert_array_equal(one[name], again[name])
        assert not np.array_equal(one[name], other[name])
        assert np.ptp(one[name]) > 0.0


def test_a_run_carries_the_margin_of_both_muscles_and_what_it_rests_on(with_rest):
    for part in ("worked", "rested"):
        values = with_rest.series[f"{part}_cramp_margin"].values
        assert np.all((values >= 0.0) & (values <= 60.0))
    names = {each.name for each in with_rest.assumptions}
    assert {"cramp_margin.emulator", "cramp_margin.coupling", "cramp_margin.length", "cramp_margin.pool"} <= names
    assert {"neuromodulation.basic_gain", "spinal_drive.facilitation_per_volley"} <= names
    assert {"persistent_current", "volley_facilitation"} <= set(with_rest.traits)
    found = {each.name: entry for each, entry in headlines(with_rest)}
    for part in ("worked", "rested"):
        entry = found[f"lowest_{part}_cramp_margin"]
        lowest = np.median(with_rest.series[f"{part}_cramp_margin"].values.min(axis=1))
        assert entry["median"] == pytest.approx(float(lowest), rel=1e-6)
        assert entry["unit"] == "Hz"
    assert "worked_cramp_margin" in result_tree(with_rest)["series"]


def test_the_length_at_which_the_margin_is_asked_for_is_neutral():
    assert SLOW_INPUTS["fibre_length"].reference == 1.0
