"""A rested person who eats and drinks what they lose stays as they are, while everything flows."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from tests.laws.ledger import ACCOUNTS
from tests.laws.runs import HOUR, PEOPLE, body_of, different_people, forcing, known_and_rates, run

from cramplab.core.protocol import Segment
from cramplab.simulation.assembly import body_parameters, quantity_ports
from cramplab.simulation.timeline import food_that_keeps_balance

FED = ("water", "sodium", "potassium", "chloride", "calcium", "magnesium")
LEVELS = ("degC", "L", "mmol/L", "mosmol/L", "mmol/kg", "pmol/L", "bpm", "mmHg")
# What is added up since the start has no level to keep.
BOOKS = ("_total", "_loss", "fluid_intake", "urine_volume")


def people_at_rest() -> dict[str, np.ndarray]:
    """Different people, the first of them the reference person."""
    people = different_people(21)
    return {
        name: np.where(np.arange(PEOPLE) == 0, body_parameters()[name].value, each) for name, each in people.items()
    }


def thermoneutral_air(people) -> np.ndarray:
    """Air in which the heat of the skin closes at the start, found by halving; shape [people]."""
    body = body_of(people)
    state = body.initial()
    low, high = jnp.full_like(state["core_temperature"], 5.0), jnp.full_like(state["core_temperature"], 40.0)
    for _ in range(40):
        middle = 0.5 * (low + high)
        warming = known_and_rates(body, state, forcing({"air_temperature": middle}))[1]["skin_temperature"] > 0.0
        low, high = jnp.where(warming, low, middle), jnp.where(warming, middle, high)
    return np.asarray(0.5 * (low + high))


def losses_replaced(body, state, air) -> dict:
    """Food and drink of the day that balance every loss at this moment."""
    known, _ = known_and_rates(body, state, forcing({"air_temperature": air}))
    return {f"food_{substance}": -ACCOUNTS[substance].gained(known) for substance in FED}


@pytest.fixture(scope="module")
def day():
    """A day to settle, in which the meals follow the losses, and then a day."""
    people = people_at_rest()
    air, body = thermoneutral_air(people), body_of(people)
    assert np.all((air > 20.0) & (air < 34.0))
    state = {name: jnp.broadcast_to(value, (PEOPLE,)) for name, value in body.initial().items()}
    for hours in (1.0, 2.0, 5.0, 16.0):
        room = {"air_temperature": air} | losses_replaced(body, state, air)
        _, state = run([Segment("settle", "rest", hours * HOUR, room)], people, state=state)
    room = {"air_temperature": air} | losses_replaced(body, state, air)
    return run([Segment("day", "rest", 24.0 * HOUR, room)], people, state=state)[0]


def test_a_day_at_rest_moves_no_temperature_volume_or_concentration(day):
    kept = {name: port for name, port in quantity_ports().items() if port.unit in LEVELS and not name.endswith(BOOKS)}
    drift = {}
    for name, port in kept.items():
        if name.endswith("_change"):
            continue  # a small difference of two levels that are tested themselves
        # Row 0 is seen in the air of an ordinary room; the first minute is the first in this one.
        begin, end = day.series[name][1], day.series[name][-1]
        drift[name] = float(np.max(np.abs(end - begin) / np.maximum(np.abs(begin), 1e-3 * (port.typical or 1.0))))
    wrong = {name: f"{each:.2%}" for name, each in sorted(drift.items(), key=lambda item: -item[1]) if each > 1e-3}
    assert not wrong, wrong


def test_at_rest_everything_still_flows(day):
    for name in (
        "urine_flow",
        "respiratory_water_loss",
        "skin_diffusion",
        "urine_sodium_flow",
        "urine_potassium_flow",
        "skin_blood_flow",
        "worked_muscle_blood_flow",
        "metabolic_water",
        "metabolic_rate",
    ):
        assert np.all(day.series[name] > 0.0), name
    # Textbooks have about a litre and a half of urine a day; half to twice that, for people of all sizes.
    litres = day.series["urine_volume"][-1] - day.series["urine_volume"][0]
    assert np.all((litres > 0.5) & (litres < 3.0))


@pytest.mark.parametrize("substance", FED)
def test_who_eats_as_usual_replaces_every_loss_of_the_moment(substance):
    people = people_at_rest()
    body, outside = body_of(people), forcing({"air_temperature": thermoneutral_air(people) + 1.0})
    state = {name: jnp.broadcast_to(value, (PEOPLE,)) for name, value in body.initial().items()}
    state["sweat_rate"] = jnp.full(PEOPLE, 2e-6)  # a thermoneutral room has its owner sweat a little
    fed = outside | food_that_keeps_balance(body, state, outside)
    known, _ = known_and_rates(body, state, fed)
    moved = ACCOUNTS[substance].moved(known)
    np.testing.assert_allclose(ACCOUNTS[substance].gained(known) / moved, 0.0, atol=1e-12)
