"""Steps the body through hours with Heun's method at a fixed step, many people at once, and records by the minute.

The body is not stiff: osmosis between cells and interstitium is solved algebraically, and the fastest process left
(potassium in the interstitium of working muscle) takes longer than the step of 10 s.
diffrax is the check in the tests, not the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from cramplab.core.errors import UserError
from cramplab.core.submodel import People
from cramplab.simulation.assembly import Body

STEP_SECONDS = 10.0
STEPS_PER_RECORD = 6
LONGEST_STEP_SECONDS = 15.0
"""Above this the interstitial potassium of working muscle is no longer stable."""

STOPS: dict[str, int] = {
    "body_mass_change": -1,
    "core_temperature": +1,
    "total_body_water_change": -1,
    "worked_fatigue": +1,
}
"""Quantities that may end a segment, and whether by falling (-1) or rising (+1) to the value."""


def heun_step(
    body: Body, state: Mapping[str, People], forcing: Mapping[str, People], step: People
) -> dict[str, People]:
    """Advance every state by one step (s) under forcing that stands still meanwhile."""
    change = _heun_change(body, state, forcing, step)
    return {name: value + change[name] for name, value in state.items()}


def _heun_change(
    body: Body, state: Mapping[str, People], forcing: Mapping[str, People], step: People
) -> dict[str, People]:
    first = body.rates(state, forcing)
    ahead = {name: value + step * first[name] for name, value in state.items()}
    second = body.rates(ahead, forcing)
    return {name: 0.5 * step * (first[name] + second[name]) for name in state}


def _add_exactly(value: People, change: People, lost: People) -> tuple[People, People]:
    """Add a small change to a large value and keep what rounding loses for the next step (Kahan's sum)."""
    owed = change - lost
    total = value + owed
    return total, (total - value) - owed


def no_stops(people: int, dtype: Any = jnp.float32) -> dict[str, Float[Array, " people"]]:
    """Thresholds that nobody reaches."""
    return {name: jnp.full(people, sign * jnp.inf, dtype=dtype) for name, sign in STOPS.items()}


def _reached(known: Mapping[str, People], stops: Mapping[str, People]) -> Any:
    hit = jnp.zeros((), dtype=bool)
    for name, sign in STOPS.items():
        if name in stops:
            hit = hit | (sign * known[name] >= sign * stops[name])
    return hit


@eqx.filter_jit
def advance(
    body: Body,
    state: Mapping[str, People],
    steady: Mapping[str, People],
    course: Mapping[str, Float[Array, "records steps"]],
    time_left: People,
    stops: Mapping[str, People],
    records: int,
    names: tuple[str, ...],
    steps_per_record: int = STEPS_PER_RECORD,
    step: float = STEP_SECONDS,
) -> tuple[dict[str, People], People, dict[str, Float[Array, "records people"]], Float[Array, "records people"]]:
    """Advance by some records of several steps each.

    Parameters
    ----------
    state
        By name, one number for each person.
    steady
        Forcing that stands still, internal units.
    course
        Forcing that changes from step to step: shape [records, steps] if it is the same for all, else
        [records, steps, people].
    time_left : s
        Until each person's segment ends; a person at the end keeps still.
    stops
        Thresholds of ``STOPS`` that end a person's segment.
    records
        How many records; static.
    names
        Quantities to record; static.
    steps_per_record
        Steps between records; static.
    step : s
        Length of a step.

    Returns
    -------
    state, time_left, recorded, moved
        ``recorded`` holds the quantities at the end of each record, ``moved`` the time (s) that each person moved in
        it.
    """

    def one_step(index: Any, carry: Any, slices: Mapping[str, Any]) -> Any:
        now, lost, left = carry
        moving = jnp.clip(left / step, 0.0, 1.0)
        forcing = {**steady, **{name: values[index] for name, values in slices.items()}}
        change = _heun_change(body, now, forcing, step * moving)
        # Thousands of small steps on large stores: without this, single precision loses the last digits of the balance.
        added = {name: _add_exactly(value, change[name], lost[name]) for name, value in now.items()}
        ahead = {name: pair[0] for name, pair in added.items()}
        return ahead, {name: pair[1] for name, pair in added.items()}, left - step * moving

    def one_record(carry: Any, slices: Mapping[str, Any]) -> Any:
        before = carry[2]
        now, lost, left = jax.lax.fori_loop(
            0, steps_per_record, lambda index, each: one_step(index, each, slices), carry
        )
        known = body.quantities(now, {**steady, **{name: values[-1] for name, values in slices.items()}})
        moved, shape = before - left, jnp.shape(left)
        if stops:
            left = jnp.where(_reached(known, stops), 0.0, left)
        return (now, lost, left), ({name: jnp.broadcast_to(known[name], shape) for name in names}, moved)

    nothing = {name: jnp.zeros_like(value) for name, value in state.items()}
    (ended, _, time_left), (recorded, moved) = jax.lax.scan(
        one_record, (dict(state), nothing, time_left), dict(course), length=records
    )
    return ended, time_left, recorded, moved


def check_step(step: float) -> None:
    """Refuse a step at which the answer would be wrong.

    Raises
    ------
    UserError
        With the longest step and the reason.
    """
    if not 0.0 < step <= LONGEST_STEP_SECONDS:
        raise UserError(
            f"A step of {step:g} s is outside 0 to {LONGEST_STEP_SECONDS:g} s: potassium around working muscle cells "
            "settles in about 10 s and would swing. Choose a step of 10 s."
        )
