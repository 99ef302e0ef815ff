"""From the body to the states that theories read: exactly nothing at rest, and each from the right muscle."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort.situations import at_rest, quantities_for_states, states_of
from cramplab.core.situation import STATES
from cramplab.simulation.assembly import assemble
from cramplab.simulation.timeline import forcing_at_rest

REST = {name: np.array([1.7, 2.3]) for name in quantities_for_states()}


def moved(**changes):
    return {name: values + changes.get(name, 0.0) for name, values in REST.items()}


@pytest.mark.parametrize("part", ["worked", "rested"])
def test_a_body_at_its_own_rest_gives_every_state_its_resting_value_exactly(part):
    for name, values in states_of(part, REST, REST).items():
        np.testing.assert_array_equal(values, np.full(2, STATES[name].at_rest), err_msg=name)


def test_every_quantity_that_is_asked_for_is_one_of_the_body():
    body = assemble()
    assert set(quantities_for_states()) <= set(body.quantities(body.initial(), forcing_at_rest()))


def test_a_muscle_is_shown_its_own_fluid_and_fatigue_and_the_other_is_not():
    there = moved(worked_fatigue=0.3, worked_interstitial_potassium=2.0)
    worked, rested = (states_of(part, there, REST) for part in ("worked", "rested"))
    np.testing.assert_allclose(worked["fatigue"], 0.3)
    np.testing.assert_allclose(worked["interstitial_potassium_change"], 2.0)
    assert np.all(rested["fatigue"] == 0.0)
    assert np.all(rested["interstitial_potassium_change"] == 0.0)


def test_what_the_blood_brings_reaches_both():
    there = moved(plasma_sodium=-8.0, body_mass_change=-0.03)
    for part in ("worked", "rested"):
        found = states_of(part, there, REST)
        np.testing.assert_allclose(found["plasma_sodium_change"], -8.0)
        np.testing.assert_allclose(found["body_mass_change"], -0.03)


def test_a_shortage_of_oxygen_is_what_the_blood_cannot_bring_and_never_negative():
    short = {**REST, "worked_oxygen_supply_to_demand": np.array([0.6, 3.0])}
    np.testing.assert_allclose(states_of("worked", short, REST)["oxygen_shortfall"], [0.4, 0.0])


def test_only_the_muscle_that_works_is_warmed():
    there = moved(muscle_temperature=3.0)
    np.testing.assert_allclose(states_of("worked", there, REST)["muscle_temperature_change"], 3.0)
    assert np.all(states_of("rested", there, REST)["muscle_temperature_change"] == 0.0)


def test_a_course_has_the_states_of_every_moment():
    course = {name: np.stack([values, values + 1.0, values + 2.0]) for name, values in REST.items()}
    found = states_of("worked", course, REST)
    assert all(values.shape == (3, 2) for values in found.values())
    np.testing.assert_allclose(found["plasma_sodium_change"][:, 0], [0.0, 1.0, 2.0])


def test_every_state_has_a_resting_value():
    assert at_rest() == {name: state.at_rest for name, state in STATES.items()}
    assert set(states_of("worked", REST, REST)) <= set(STATES)
