"""Runs people through a protocol, segment by segment, and keeps what was recorded with the time that each spent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import UserError, did_you_mean
from cramplab.core.protocol import FORCING, Segment
from cramplab.core.quantities import to_internal
from cramplab.simulation.assembly import Body
from cramplab.simulation.solve import STEP_SECONDS, STEPS_PER_RECORD, STOPS, advance

BLOCK_RECORDS = 10
FloatArray = NDArray[np.float64]


def forcing_at_rest() -> dict[str, float]:
    """Every forcing at quiet rest in a room, internal units."""
    return {name: to_internal(value, unit) for name, (unit, value, _) in FORCING.items()}


@dataclass(frozen=True)
class Trace:
    """What was recorded of one group of people.

    Parameters
    ----------
    series
        By quantity: internal units, shape [records, people]; row 0 is the start.
    seconds
        Time that each person moved forward before each record: shape [records, people]; row 0 is 0.
    spans
        By position of the segment: first and last row of its records; the row before the first is its start.
    segments
        The segments themselves.
    failed
        True for people with numbers that are not finite, or who did not reach what a segment was to reach: shape
        [people].
    reasons
        For failed people, by position.
    """

    series: Mapping[str, FloatArray]
    seconds: FloatArray
    spans: tuple[tuple[int, int], ...]
    segments: tuple[Segment, ...]
    failed: NDArray[np.bool_]
    reasons: Mapping[int, str]

    def position(self, identity: str) -> int | None:
        """Position of the segment of that id."""
        return next((index for index, each in enumerate(self.segments) if each.id == identity), None)


def food_that_keeps_balance(body: Body, state: Mapping[str, Any], forcing: Mapping[str, Any]) -> dict[str, Any]:
    """Intake from daily food and drink that balances every loss of the rested person at this moment."""
    known = body.quantities(state, forcing)
    lost = known["urine_flow"] + known["respiratory_water_loss"] + known["skin_diffusion"] + known["sweat_rate"]
    ions = ("sodium", "potassium", "chloride", "calcium", "magnesium")
    return {
        "food_water": lost - known["metabolic_water"],
        **{f"food_{ion}": known[f"urine_{ion}_flow"] + known[f"sweat_{ion}_flow"] for ion in ions},
    }


def run_segments(
    body: Body,
    segments: Sequence[Segment],
    people: int,
    names: Sequence[str],
    *,
    state: Mapping[str, Any] | None = None,
    steps_per_record: int = STEPS_PER_RECORD,
    dtype: Any = np.float32,
    progress: Callable[[float], None] | None = None,
) -> tuple[Trace, dict[str, Any]]:
    """Run people through segments of steady forcing.

    Parameters
    ----------
    body
        With parameters of shape [people] or none.
    names
        Quantities to record.
    state
        To start from; the rested person by default.
    progress
        Told the share done, from 0 to 1.

    Returns
    -------
    trace, state

    Raises
    ------
    UserError
        For a forcing or a stop that does not exist.
    """
    wide = lambda value: jnp.broadcast_to(jnp.asarray(value, dtype=dtype), (people,))  # noqa: E731
    now = {name: wide(value) for name, value in (state or body.initial()).items()}
    resting = {name: wide(value) for name, value in forcing_at_rest().items()}
    start = now
    known = body.quantities(now, resting)
    rows: dict[str, list[Any]] = {name: [np.asarray(wide(known[name]))[None]] for name in names}
    seconds: list[Any] = [np.zeros((1, people), dtype=dtype)]
    spans: list[tuple[int, int]] = []
    count, unreached = 1, np.zeros(people, dtype=bool)
    record_seconds = STEP_SECONDS * steps_per_record
    for index, segment in enumerate(segments):
        steady = resting | {name: wide(value) for name, value in _known_forcing(segment).items()}
        if segment.forcing.get("eats_as_usual") is not None:
            steady |= {name: wide(value) for name, value in food_that_keeps_balance(body, start, steady).items()}
        if segment.share_to_drink is not None:
            lost = (
                wide(-body.quantities(now, steady)["body_mass_change"])
                * body.quantities(now, steady)["body_mass_at_start"]
            )
            volume = jnp.maximum(lost, 0.0) * wide(segment.share_to_drink)
            steady["drink_rate_planned"] = volume / wide(segment.duration)
        stops = {name: wide(sign * np.inf) for name, sign in STOPS.items()}
        stops |= {name: wide(value) for name, value in segment.stops.items()}
        left = wide(segment.duration)
        longest, first = float(jnp.max(left)), count
        records = max(int(np.ceil(longest / record_seconds - 1e-6)), 1)
        for begin in range(0, records, BLOCK_RECORDS):
            now, left, recorded, times = advance(
                body, now, steady, {}, left, stops, BLOCK_RECORDS, tuple(names), steps_per_record
            )
            keep = min(BLOCK_RECORDS, records - begin)
            for name in names:
                rows[name].append(np.asarray(recorded[name][:keep]))
            seconds.append(np.asarray(times[:keep]))
            count += keep
            if progress:
                progress((index + min(1.0, (begin + keep) / records)) / len(segments))
            if not bool(jnp.any(left > 0.0)):
                break
        spans.append((first, count - 1))
        if segment.must_stop:
            unreached |= ~_has_stopped(body, now, steady, segment)
    series = {name: np.concatenate(parts).astype(np.float64) for name, parts in rows.items()}
    failed, reasons = _failures(series, unreached, segments)
    return Trace(
        series, np.concatenate(seconds).astype(np.float64), tuple(spans), tuple(segments), failed, reasons
    ), now


def _known_forcing(segment: Segment) -> dict[str, Any]:
    given = {name: value for name, value in segment.forcing.items() if name != "eats_as_usual"}
    for name in given:
        if name not in FORCING:
            raise UserError(
                f"Segment '{segment.id}' sets '{name}', which does not exist. {did_you_mean(name, FORCING)}"
            )
    for name in segment.stops:
        if name not in STOPS:
            raise UserError(
                f"Segment '{segment.id}' is to end at '{name}', which cannot end one. {did_you_mean(name, STOPS)}"
            )
    return given


def _has_stopped(body: Body, now: Mapping[str, Any], steady: Mapping[str, Any], segment: Segment) -> NDArray[np.bool_]:
    known = body.quantities(now, steady)
    reached = np.zeros((), dtype=bool)
    for name, value in segment.stops.items():
        sign = STOPS[name]
        # A person halts at the first record past the threshold, so a hair of tolerance covers rounding only.
        reached = reached | np.asarray(sign * known[name] >= sign * jnp.asarray(value) - 1e-6)
    return np.asarray(reached)


def _failures(
    series: Mapping[str, FloatArray], unreached: NDArray[np.bool_], segments: Sequence[Segment]
) -> tuple[NDArray[np.bool_], dict[int, str]]:
    finite = np.all([np.isfinite(values).all(axis=0) for values in series.values()], axis=0) if series else ~unreached
    reasons = {int(index): "the numbers stopped being finite" for index in np.flatnonzero(~finite)}
    named = ", ".join(each.id or each.kind for each in segments if each.must_stop)
    for index in np.flatnonzero(finite & unreached):
        reasons[int(index)] = f"did not reach the end that '{named}' asks for in the time allowed"
    return ~finite | unreached, reasons
