"""Every parameter that differs between people can be learned: slopes are finite, also at corners, and they are right.

The quick tests push one small change of each parameter through a minute, forwards, for all parameters and corners at
once and without compiling; the slow one takes ``jax.grad`` backwards through the engine itself.
"""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.laws.runs import spread_parameters

from cramplab.simulation.assembly import assemble
from cramplab.simulation.solve import advance, heun_step
from cramplab.simulation.timeline import forcing_at_rest

SPREAD = {name: each.value for name, each in spread_parameters().items()}
ENDS = ("core_temperature", "plasma_sodium", "worked_interstitial_potassium")
STEPS = 6
WARM_RUN = {
    "running_speed": 3.0,
    "ground_speed": 3.0,
    "upright": 1.0,
    "air_temperature": 30.0,
    "drink_rate_planned": 2e-4,
    "drink_sodium": 20.0,
    "drink_carbohydrate": 300.0,
    "drink_by_thirst": 1.0,
}
CORNERS = {
    "a warm run with drinking": WARM_RUN,
    "a run with an empty stomach": WARM_RUN | {"drink_rate_planned": 0.0, "drink_by_thirst": 0.0},
    "no speed at all": {},
    "no sweat in the cold": {"air_temperature": 0.0, "clothing_insulation": 0.0},
    "no wind, no vapour, no sun": {"wind": 0.0, "relative_humidity": 0.0},
    "saturated air as warm as the skin": {"air_temperature": 36.9, "relative_humidity": 1.0, "running_speed": 2.0},
    "a cuff on a resting leg": {"cuff": 1.0},
    "beyond the aerobic limit": {"relative_intensity_asked": 1.3},
}
COUNT = len(SPREAD) * len(CORNERS)


def _outside():
    """Forcing with the corners along the people, each corner once for each parameter."""
    return {
        name: jnp.repeat(jnp.asarray([given.get(name, value) for given in CORNERS.values()]), len(SPREAD))
        for name, value in forcing_at_rest().items()
    }


def _ends(parameters):
    body, outside = assemble(parameters), _outside()
    state = {name: jnp.asarray(value) for name, value in body.initial().items()}
    for _ in range(STEPS):
        state = heun_step(body, state, outside, jnp.asarray(10.0))
    known = body.quantities(state, outside)
    return {name: known[name].reshape(len(CORNERS), len(SPREAD)) for name in ENDS}


@cache
def _directions():
    """Person i of each corner differs in parameter i alone, by its own size."""
    sizes = {name: abs(value) or 1.0 for name, value in SPREAD.items()}
    values = {name: jnp.full(COUNT, value) for name, value in SPREAD.items()}
    ways = {
        name: jnp.asarray(np.tile(np.arange(len(SPREAD)) == place, len(CORNERS)) * sizes[name])
        for place, name in enumerate(SPREAD)
    }
    return values, ways


@pytest.fixture(scope="module")
def slopes():
    """Change of each end per relative change of each parameter, by corner; shape [corners, parameters]."""
    values, ways = _directions()
    return {name: np.asarray(each) for name, each in jax.jvp(_ends, (values,), (ways,))[1].items()}


@pytest.mark.parametrize("corner", CORNERS)
def test_slopes_are_finite(corner, slopes):
    row = list(CORNERS).index(corner)
    wrong = [
        f"{end} by {name}"
        for end, each in slopes.items()
        for name, slope in zip(SPREAD, each[row], strict=True)
        if not np.isfinite(slope)
    ]
    assert not wrong, ", ".join(wrong)


def test_slopes_agree_with_small_differences(slopes):
    values, ways = _directions()
    width = 1e-6
    high, low = (_ends({name: values[name] + sign * width * ways[name] for name in values}) for sign in (1.0, -1.0))
    row = list(CORNERS).index("a warm run with drinking")
    for end, found in slopes.items():
        measured = np.asarray(high[end] - low[end])[row] / (2.0 * width)
        # Differences at this width resolve rounding of the end (1e-15 of 300) over the width; kinks are elsewhere.
        np.testing.assert_allclose(found[row], measured, rtol=1e-4, atol=1e-6, err_msg=end)


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
def test_slopes_backwards_through_an_hour_of_the_engine_are_finite(end):
    def last(parameters, outside):
        body = assemble(parameters)
        state = {name: jnp.asarray(value) for name, value in body.initial().items()}
        state, *_ = advance(body, state, outside, {}, jnp.asarray(3600.0), {}, 60, ())
        return body.quantities(state, outside)[end]

    backwards = jax.jit(jax.grad(last))
    for corner, given in CORNERS.items():
        outside = {name: jnp.asarray(value) for name, value in (forcing_at_rest() | given).items()}
        found = backwards({name: jnp.asarray(value) for name, value in SPREAD.items()}, outside)
        assert all(np.isfinite(each) for each in found.values()), corner
