"""Runs many people through stretches of an event whose forcing changes from step to step, a chunk of people at a time.

A chunk fits the processor's cache, and all chunks have one size, so the engine is compiled once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import UserError, did_you_mean
from cramplab.simulation.assembly import Body, quantity_ports
from cramplab.simulation.solve import STEP_SECONDS, STEPS_PER_RECORD, advance
from cramplab.simulation.timeline import forcing_at_rest

Floats = NDArray[np.float32]
Forcing = NDArray[Any] | Callable[[slice], NDArray[Any]]
CHUNK_PEOPLE = 512
THREADS = 2
"""Chunks that are stepped at a time: while one gathers its numbers, another keeps the processor busy."""
BLOCK_RECORDS = 10
_COMPILED: set[tuple[int, tuple[str, ...]]] = set()
SAME_FOR_ALL = ("upright", "clothing_insulation", "drug_time")
"""Forcing of a stretch that is one for all people."""
EACH_THEIR_OWN = (
    "running_speed",
    "walking_speed",
    "grade",
    "cycling_power",
    "drink_rate_planned",
    "drink_by_thirst",
    "drink_ceiling",
    "drink_sodium",
    "drink_potassium",
    "drink_carbohydrate",
    "sodium_tablets",
    "ground_speed",
    "wind",
    "air_temperature",
    "relative_humidity",
    "solar",
    "heart_rate_asked",
)
"""Forcing of a stretch that may differ between people: what they do, what they drink and what air they are in."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """A part of an event.

    Parameters
    ----------
    duration_s : s
        The last step and the last record may be shorter than the others.
    forcing
        By name, internal units. Names of ``SAME_FOR_ALL`` have the shape [steps] or are one number; names of
        ``EACH_THEIR_OWN`` have a shape that broadcasts to [steps, people], or are a function that gives it for a slice
        of the people. What is not named is at rest.
    each_lasts : s
        Where people differ in how long it lasts for them: a function that gives it for a slice of the people, shape
        [people], at most ``duration_s``. Who is through keeps still until all are.
    """

    duration_s: float
    forcing: Mapping[str, Forcing]
    each_lasts: Callable[[slice], NDArray[Any]] | None = None

    def __post_init__(self) -> None:
        known = (*SAME_FOR_ALL, *EACH_THEIR_OWN)
        for name in self.forcing:
            if name not in known:
                raise UserError(f"A stretch cannot set '{name}'. {did_you_mean(name, known)}")

    @property
    def steps(self) -> int:
        """How many steps it takes, a short one at the end included."""
        return max(int(np.ceil(self.duration_s / STEP_SECONDS - 1e-6)), 1)

    @property
    def records(self) -> int:
        """How many records it takes, a short one at the end included."""
        return -(-self.steps // STEPS_PER_RECORD)

    def seconds_of(self, rows: slice) -> Any:
        """Give how long it lasts for some of the people (s); shape [people], float32."""
        people = rows.stop - rows.start
        lasting = self.duration_s if self.each_lasts is None else self.each_lasts(rows)
        return jnp.broadcast_to(jnp.asarray(lasting, dtype=jnp.float32), (people,))

    @property
    def record_ends_s(self) -> NDArray[np.float64]:
        """Times of the records, from the start of the stretch."""
        ends = STEP_SECONDS * STEPS_PER_RECORD * np.arange(1, self.records + 1)
        return np.minimum(ends, self.duration_s)


def records_in_all(stretches: Sequence[Stretch]) -> int:
    """Count the records of a run, the start included."""
    return 1 + sum(each.records for each in stretches)


def record_times(stretches: Sequence[Stretch]) -> NDArray[np.float64]:
    """Give the times of all records, the start included (s)."""
    times, begin = [np.zeros(1)], 0.0
    for each in stretches:
        times.append(begin + each.record_ends_s)
        begin += each.duration_s
    return np.concatenate(times)


def people_of(body: Body, rows: Any) -> Body:
    """Give the body of some of the people: a slice or positions."""
    return jax.tree.map(lambda leaf: leaf[rows] if getattr(leaf, "ndim", 0) == 1 else leaf, body)


def run_stretches(
    body: Body,
    stretches: Sequence[Stretch],
    people: int,
    names: Sequence[str],
    *,
    report_progress: Callable[[int], None] | None = None,
    only_the_end: bool = False,
    chunk_people: int = CHUNK_PEOPLE,
) -> dict[str, Floats]:
    """Run people from rest through stretches, and record by the minute.

    Parameters
    ----------
    body
        With parameters of shape [people] (NumPy arrays, float32) or one number.
    stretches
        One after the other.
    people
        How many.
    names
        Quantities to record.
    report_progress
        Told how many records of how many people are done, as their product: at the end ``people`` times the records
        after the start.
    only_the_end
        Keep the last record alone, so that a run of very many people takes little memory.
    chunk_people
        How many people are stepped together.

    Returns
    -------
    dict
        By quantity, internal units, float32, shape [people, records]; record 0 is the start, at rest.

    Raises
    ------
    UserError
        For a quantity that does not exist.
    """
    unknown = [name for name in names if name not in quantity_ports()]
    if unknown:
        raise UserError(f"No quantity named '{unknown[0]}'. {did_you_mean(unknown[0], quantity_ports())}")
    columns = 1 if only_the_end else records_in_all(stretches)
    recorded = {name: np.empty((people, columns), dtype=np.float32) for name in names}
    size = min(chunk_people, people)
    done, one_at_a_time = 0, Lock()

    def tell(records: int) -> None:
        nonlocal done
        with one_at_a_time:
            done += records
            if report_progress:
                report_progress(min(done, people * (records_in_all(stretches) - 1)))

    def run(begin: int) -> None:
        # The last chunk reaches back, so that all have one shape; what it repeats comes out the same again.
        rows = slice(min(begin, people - size), min(begin, people - size) + size)
        _run_chunk(people_of(body, rows), stretches, rows, recorded, tell)

    begins = list(range(0, people, size))
    compiled_for = (size, tuple(names))
    if compiled_for not in _COMPILED:
        run(begins.pop(0))  # alone, so that two threads do not compile the same engine
        _COMPILED.add(compiled_for)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, begins))
    return recorded


def _run_chunk(
    body: Body,
    stretches: Sequence[Stretch],
    rows: slice,
    recorded: Mapping[str, Floats],
    tell: Callable[[int], None],
) -> None:
    people = rows.stop - rows.start
    names = tuple(recorded)
    at_rest = {name: jnp.float32(value) for name, value in forcing_at_rest().items()}
    state, known = start_of(body, at_rest, people, names)
    only_the_end = recorded[names[0]].shape[1] == 1
    for name in names:
        recorded[name][rows, 0] = known[name]
    column = 1
    for stretch in stretches:
        left = stretch.seconds_of(rows)
        table = forcing_table(stretch, at_rest, rows)
        still: dict[str, Any] = {}
        for begin in range(0, stretch.records, BLOCK_RECORDS):
            course = forcing_block(table, stretch.steps, begin, people, still)
            steady = {name: value for name, value in at_rest.items() if name not in course}
            state, left, found, _ = advance(body, state, steady, course, left, {}, BLOCK_RECORDS, names)
            keep = min(BLOCK_RECORDS, stretch.records - begin)
            for name in () if only_the_end else names:
                recorded[name][rows, column : column + keep] = np.asarray(found[name])[:keep].T
            column += keep
            tell(keep * people)
    for name in names if only_the_end else ():
        recorded[name][rows, 0] = np.asarray(found[name])[keep - 1]


@eqx.filter_jit
def start_of(
    body: Body, at_rest: Mapping[str, Any], people: int, names: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the rested state and what is recorded of it, each of shape [people]."""
    wide = lambda value: jnp.broadcast_to(jnp.asarray(value, dtype=jnp.float32), (people,))  # noqa: E731
    state = {name: wide(value) for name, value in body.initial().items()}
    known = body.quantities(state, at_rest)
    return state, {name: wide(known[name]) for name in names}


def forcing_table(stretch: Stretch, at_rest: Mapping[str, Any], rows: slice) -> dict[str, Floats]:
    """Give the forcing of some people: shape [steps or 1] where it is one for all, else [steps or 1, people or 1]."""
    table: dict[str, Floats] = {}
    for name in (*SAME_FOR_ALL, *EACH_THEIR_OWN):
        given = stretch.forcing.get(name, at_rest[name])
        values = np.asarray(given(rows) if callable(given) else given, dtype=np.float32)
        if name in SAME_FOR_ALL:
            values = values.reshape(-1)
        else:
            values = values if values.ndim == 2 else values.reshape(-1, 1)
            if values.shape[1] != 1 and not callable(given):
                values = values[:, rows]
        if values.shape[0] not in (1, stretch.steps):
            raise ValueError(f"'{name}' has {values.shape[0]} steps, the stretch has {stretch.steps}.")
        table[name] = values
    return table


def forcing_block(
    table: Mapping[str, Floats], steps: int, begin: int, people: int, still: dict[str, Any]
) -> dict[str, Any]:
    """Cut one block of records out of a table; shape [records, steps of a record(, people)].

    Steps after the last one hold its values; nobody moves in them.

    Parameters
    ----------
    still
        Keeps what does not change from step to step, so that it is laid out once for all blocks of a stretch.
    """
    first = begin * STEPS_PER_RECORD
    wanted = np.minimum(np.arange(first, first + BLOCK_RECORDS * STEPS_PER_RECORD), steps - 1)
    block = dict(still)
    for name, values in table.items():
        if name in still:
            continue
        cut = values[wanted if values.shape[0] > 1 else np.zeros_like(wanted)]
        wide = cut if name in SAME_FOR_ALL else np.broadcast_to(cut, (wanted.size, people))
        block[name] = jnp.asarray(wide.reshape(BLOCK_RECORDS, STEPS_PER_RECORD, *wide.shape[1:]))
        if values.shape[0] == 1:
            still[name] = block[name]
    return block
