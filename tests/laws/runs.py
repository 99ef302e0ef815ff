"""Runs many different people at once through one compiled engine.

Compiling the body takes seconds and running it through hours takes a fraction of one. So everything here has one shape:
every declared parameter is an array of ``PEOPLE`` numbers, every quantity is recorded, and the engine is compiled once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from cramplab.cohort.population import quantile
from cramplab.core.parameters import Declaration
from cramplab.core.protocol import Segment
from cramplab.simulation.assembly import Body, assemble, body_parameters, quantity_ports
from cramplab.simulation.timeline import Trace, forcing_at_rest, run_segments

PEOPLE = 24
NAMES = tuple(sorted(quantity_ports()))
HOUR = 3600.0


def parameters(given: Mapping[str, Any] | None = None, dtype: Any = np.float64) -> dict[str, Any]:
    """Every declared parameter for every person, with some replaced."""
    given = given or {}
    assert set(given) <= set(body_parameters())
    return {
        name: np.broadcast_to(np.asarray(given.get(name, each.value), dtype=dtype), (PEOPLE,)).copy()
        for name, each in body_parameters().items()
    }


def spread_parameters() -> dict[str, Declaration]:
    """Parameters that differ between people."""
    return {name: each for name, each in body_parameters().items() if each.spread is not None}


def different_people(seed: int) -> dict[str, Any]:
    """Draw what differs between people, with mass, height, age and sex beside it."""
    random = np.random.default_rng(seed)
    drawn = {name: quantile(each, random.random(PEOPLE)) for name, each in spread_parameters().items()}
    female = random.integers(0, 2, PEOPLE).astype(float)
    height = np.where(female > 0, 1.65, 1.78) + random.normal(0.0, 0.06, PEOPLE)
    return drawn | {
        "body_size.female": female,
        "body_size.height": height,
        "body_size.mass": np.clip(random.normal(23.0, 2.5, PEOPLE), 18.0, 32.0) * height**2,
        "body_size.age": random.uniform(18.0, 70.0, PEOPLE) * 365.25 * 86400.0,
    }


def body_of(given: Mapping[str, Any] | None = None, dtype: Any = np.float64) -> Body:
    """The body of `PEOPLE` people."""
    return assemble(parameters(given, dtype))


def run(
    segments: Sequence[Segment],
    given: Mapping[str, Any] | None = None,
    *,
    state: Mapping[str, Any] | None = None,
    dtype: Any = np.float64,
) -> tuple[Trace, dict[str, Any]]:
    """Run `PEOPLE` people; the same people if ``given`` holds single numbers."""
    return run_segments(body_of(given, dtype), segments, PEOPLE, NAMES, state=state, dtype=dtype)


def forcing(given: Mapping[str, Any] | None = None, dtype: Any = np.float64) -> dict[str, Any]:
    """Every forcing at rest, with some replaced, for every person."""
    everything = forcing_at_rest() | dict(given or {})
    return {name: jnp.broadcast_to(jnp.asarray(value, dtype=dtype), (PEOPLE,)) for name, value in everything.items()}


@eqx.filter_jit
def known_and_rates(body: Body, state: Any, outside: Any) -> tuple[Any, Any]:
    """Every quantity and every rate of change at one moment."""
    return body.quantities(state, outside), body.rates(state, outside)


def at(trace: Trace, row: int) -> dict[str, Any]:
    """Every recorded quantity in one row."""
    return {name: values[row] for name, values in trace.series.items()}


@cache
def samples() -> tuple[Body, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """States that different people really come through in work, heat and drinking, each shaken by up to a third.

    Returns
    -------
    body, state, forcing, known
        ``PEOPLE`` people at a few moments each; shape [PEOPLE * moments].
    """
    random = np.random.default_rng(7)
    given = parameters(different_people(7))
    hard = {
        "running_speed": random.uniform(0.0, 4.0, PEOPLE),
        "walking_speed": random.uniform(0.0, 1.5, PEOPLE) * random.integers(0, 2, PEOPLE),
        "ground_speed": random.uniform(0.0, 4.0, PEOPLE),
        "grade": random.uniform(-0.3, 0.3, PEOPLE),
        "cycling_power": 80.0 * random.integers(0, 2, PEOPLE),
        "knee_extension_power": 10.0 * random.integers(0, 2, PEOPLE),
        "calf_power_share": 0.3 * random.integers(0, 2, PEOPLE),
        "relative_intensity_asked": 0.2 * random.integers(0, 2, PEOPLE),
        "heart_rate_asked": 0.1 * random.integers(0, 2, PEOPLE),
        "air_temperature": random.uniform(5.0, 42.0, PEOPLE),
        "relative_humidity": random.uniform(0.1, 0.9, PEOPLE),
        "wind": random.uniform(0.1, 5.0, PEOPLE),
        "solar": random.uniform(0.0, 900.0, PEOPLE),
        "clothing_insulation": random.uniform(0.0, 0.2, PEOPLE),
        "drink_rate_planned": random.uniform(0.0, 1.0, PEOPLE) / HOUR,
        "drink_by_thirst": 1.0 * random.integers(0, 2, PEOPLE),
        "drink_share_of_sweat": 0.3 * random.integers(0, 2, PEOPLE),
        "drink_share_of_loss": 0.3 * random.integers(0, 2, PEOPLE),
        "drink_sodium": random.uniform(0.0, 60.0, PEOPLE),
        "drink_potassium": random.uniform(0.0, 10.0, PEOPLE),
        "drink_carbohydrate": random.uniform(0.0, 500.0, PEOPLE),
        "sodium_tablets": random.uniform(0.0, 20.0, PEOPLE) / HOUR,
        **{f"food_{what}": random.uniform(0.0, 1e-4, PEOPLE) for what in ("water", "calcium", "magnesium")},
        **{f"food_{what}": random.uniform(0.0, 3e-3, PEOPLE) for what in ("sodium", "potassium", "chloride")},
        "cuff": 0.5 * random.integers(0, 2, PEOPLE),
        "upright": 1.0 * random.integers(0, 2, PEOPLE),
        "drug_time": random.uniform(0.0, 4.0, PEOPLE) * HOUR,
    }
    trace, _ = run_segments(
        assemble(given),
        [Segment("work", "exercise", 2.0 * HOUR, hard, {"core_temperature": 40.5})],
        PEOPLE,
        NAMES,
        dtype=np.float64,
    )
    rows = (3, 20, 118)
    body = assemble({name: np.tile(values, len(rows)) for name, values in given.items()})
    moments = PEOPLE * len(rows)
    state = {}
    for name in body.initial():
        values = np.concatenate([trace.series[name][row] for row in rows])
        shake = 0.03 if quantity_ports()[name].unit == "degC" else 0.3
        state[name] = jnp.asarray(values * random.uniform(1.0 - shake, 1.0 + shake, moments))
    outside = {name: jnp.tile(value, len(rows)) for name, value in forcing(hard).items()}
    return body, state, outside, body.quantities(state, outside)
