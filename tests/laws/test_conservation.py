"""Water, ions, protein and sugar are neither made nor lost: what is inside changes by intake less losses."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from tests.laws.ledger import ACCOUNTS, error_of, error_of_flows, totals_between
from tests.laws.runs import HOUR, PEOPLE, at, body_of, different_people, forcing, run, samples

from cramplab.core.protocol import Segment
from cramplab.simulation.timeline import food_that_keeps_balance

FOODS = ("food_water", "food_sodium", "food_potassium", "food_chloride", "food_calcium", "food_magnesium")
HOURS_OF_A_RUN = ("water", "sodium", "potassium", "chloride", "calcium", "magnesium", "protein")


def eight_hours(dtype: type) -> tuple[dict, dict, dict]:
    """Five hours in heat with drinking and tablets, then three of rest and food; first row, last row, food eaten."""
    people = different_people(3)
    random = np.random.default_rng(4)
    hot = {
        "air_temperature": random.uniform(15.0, 36.0, PEOPLE),
        "running_speed": random.uniform(1.5, 3.0, PEOPLE),
        "ground_speed": 2.0,
        "upright": 1.0,
        "drink_rate_planned": random.uniform(0.0, 1.2, PEOPLE) / HOUR,
        "drink_sodium": random.uniform(0.0, 60.0, PEOPLE),
        "drink_potassium": 4.0,
        "drink_carbohydrate": 300.0,
        "sodium_tablets": random.uniform(0.0, 15.0, PEOPLE) / HOUR,
    }
    rest = {"eats_as_usual": 1.0, "drink_by_thirst": 1.0}
    segments = [
        Segment("race", "exercise", 5.0 * HOUR, hot, {"core_temperature": 40.0}),
        Segment("after", "rest", 3.0 * HOUR, rest),
    ]
    trace, _ = run(segments, people, dtype=dtype)
    assert not trace.failed.any(), trace.reasons
    body = body_of(people, dtype)
    food = food_that_keeps_balance(
        body, {name: jnp.asarray(value) for name, value in body.initial().items()}, forcing()
    )
    spent = trace.seconds[trace.spans[1][0] : trace.spans[1][1] + 1].sum(axis=0)
    eaten = {name: np.asarray(food[name]) * spent for name in FOODS if name != "food_water"}
    return at(trace, 0), at(trace, -1), eaten


# Of the amount that moved. Single precision keeps this only because the solver carries on what rounding loses.
TOLERANCES = {np.float64: 1e-6, np.float32: 1e-4}


@pytest.fixture(scope="module", params=TOLERANCES, ids=["float64", "float32"])
def hours(request):
    return (*eight_hours(request.param), TOLERANCES[request.param])


@pytest.mark.parametrize("substance", HOURS_OF_A_RUN)
def test_eight_hours_of_work_drinking_and_rest_conserve(substance, hours):
    before, after, eaten, tolerance = hours
    account = ACCOUNTS[substance]
    totals = totals_between(before, after, eaten)
    error = np.abs(error_of(account, before, after, totals))
    # Protein moves between its two stores only, so there the amount is measured by what is there.
    moved = account.moved(totals) if account.intake else account.inside(before)
    assert np.all(moved > 0.0)
    assert np.max(error / moved) < tolerance


@pytest.mark.parametrize("substance", ACCOUNTS)
def test_at_any_moment_rates_of_all_stores_add_up_to_intake_less_losses(substance):
    body, state, outside, known = samples()
    account = ACCOUNTS[substance]
    rates = body.rates(state, outside)
    error = np.abs(error_of_flows(account, rates, known))
    turnover = sum(np.abs(rates[name]) for name in account.stores) + 1e-15
    np.testing.assert_array_less(error / turnover, 1e-9)


def test_every_store_of_an_amount_is_in_the_ledger():
    body, state, _, _ = samples()
    ports = {port.name: port for part in body.submodels for port in part.states}
    amounts = {
        name
        for name in state
        if ports[name.removeprefix("worked_").removeprefix("rested_")].unit in ("L", "mmol", "kg")
    }
    books = {port.name for part in body.submodels if part.name == "balance" for port in part.states}
    assert amounts - books == {name for account in ACCOUNTS.values() for name in account.stores}
