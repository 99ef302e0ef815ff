"""Runs very many people and keeps only what sums them up: by the minute over all, and each one's state at the end.

Nothing of the size people x time is ever held: every chunk of people is reduced while it runs, and the chunks are added
up in a fixed order, so the answer does not depend on how many threads worked on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from cramplab.simulation.assembly import Body
from cramplab.simulation.event_run import (
    BLOCK_RECORDS,
    Stretch,
    forcing_block,
    forcing_table,
    people_of,
    record_times,
    records_in_all,
    start_of,
)
from cramplab.simulation.solve import advance
from cramplab.simulation.timeline import forcing_at_rest

FloatArray = NDArray[np.float64]
CHUNK_PEOPLE = 1024
"""Their states and parameters fit the second-level cache of one core."""
THREADS = 2


@dataclass(frozen=True, eq=False)
class Summary:
    """What many people's runs come to; internal units.

    Parameters
    ----------
    time_s : s
        Of the records, the start included; shape [records].
    mean, standard_deviation, least, most
        Over people, by quantity; shape [records]. A number that is not finite is left out.
    at_the_end
        By quantity, shape [people], float32.
    failed
        True for people with a number that is not finite in any record; shape [people].
    """

    time_s: FloatArray
    mean: Mapping[str, FloatArray]
    standard_deviation: Mapping[str, FloatArray]
    least: Mapping[str, FloatArray]
    most: Mapping[str, FloatArray]
    at_the_end: Mapping[str, NDArray[np.float32]]
    failed: NDArray[np.bool_]


def run_summarised(
    body: Body,
    stretches: Sequence[Stretch],
    people: int,
    names: Sequence[str],
    *,
    report_progress: Callable[[int, int], None] | None = None,
    chunk_people: int = CHUNK_PEOPLE,
    threads: int = THREADS,
) -> Summary:
    """Run people through stretches and sum them up by the minute.

    Parameters
    ----------
    body
        With parameters of shape [people] (NumPy arrays, float32) or one number.
    stretches
        One after the other.
    names
        Quantities to sum up.
    report_progress
        Told how many people are done, and how many there are.
    chunk_people
        How many people are stepped together.
    threads
        Chunks worked on at the same time.

    Returns
    -------
    Summary
        The same for any number of threads.
    """
    size = min(chunk_people, people)
    # The last chunk reaches back so that all have one shape; who was counted before is masked out.
    begins = [min(begin, people - size) for begin in range(0, people, size)]
    counted = [begin - at for begin, at in zip(range(0, people, size), begins, strict=True)]
    total = _Total(records_in_all(stretches), people, tuple(names))

    def work(number: int) -> _Reduced:
        rows = slice(begins[number], begins[number] + size)
        return _reduce_chunk(people_of(body, rows), stretches, rows, counted[number], tuple(names))

    with ThreadPoolExecutor(threads) as pool:
        # In order of the chunks, whichever thread is ready first: sums of floats depend on their order.
        for number, reduced in enumerate(pool.map(work, range(len(begins)))):
            total.add(slice(begins[number], begins[number] + size), reduced)
            if report_progress:
                report_progress(min(begins[number] + size, people), people)
    return total.summary(record_times(stretches))


@dataclass(frozen=True, eq=False)
class _Reduced:
    """One chunk: moments of shape [records, 5] by quantity (count, mean, squares, least, most), and the ends."""

    moments: Mapping[str, NDArray[np.float32]]
    at_the_end: Mapping[str, NDArray[np.float32]]
    failed: NDArray[np.bool_]


def _reduce_chunk(
    body: Body, stretches: Sequence[Stretch], rows: slice, counted: int, names: tuple[str, ...]
) -> _Reduced:
    people = rows.stop - rows.start
    at_rest = {name: jnp.float32(value) for name, value in forcing_at_rest().items()}
    state, known = start_of(body, at_rest, people, names)
    new = jnp.arange(people) >= counted
    failed = jnp.zeros(people, dtype=bool)
    moments, at_the_end, failed = _moments({name: known[name][None] for name in names}, new, failed)
    rows_of = [{name: np.asarray(values) for name, values in moments.items()}]
    for stretch in stretches:
        left = stretch.seconds_of(rows)
        table = forcing_table(stretch, at_rest, rows)
        still: dict[str, Any] = {}
        for begin in range(0, stretch.records, BLOCK_RECORDS):
            course = forcing_block(table, stretch.steps, begin, people, still)
            steady = {name: value for name, value in at_rest.items() if name not in course}
            state, left, found, _ = advance(body, state, steady, course, left, {}, BLOCK_RECORDS, names)
            moments, at_the_end, failed = _moments(found, new, failed)
            keep = min(BLOCK_RECORDS, stretch.records - begin)
            rows_of.append({name: np.asarray(values)[:keep] for name, values in moments.items()})
    return _Reduced(
        {name: np.concatenate([each[name] for each in rows_of]) for name in names},
        {name: np.asarray(values) for name, values in at_the_end.items()},
        np.asarray(failed),
    )


@eqx.filter_jit
def _moments(found: Mapping[str, Any], new: Any, failed: Any) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """Give count, mean, sum of squares about it, least and most over people for each record; shape [records, 5]."""
    moments = {}
    for name, values in found.items():
        finite = jnp.isfinite(values)
        failed = failed | ~finite.all(axis=0)
        use = finite & new[None]
        count = use.sum(axis=1).astype(values.dtype)
        mean = jnp.where(use, values, 0.0).sum(axis=1) / jnp.maximum(count, 1.0)
        squares = jnp.where(use, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
        least = jnp.where(use, values, jnp.inf).min(axis=1)
        most = jnp.where(use, values, -jnp.inf).max(axis=1)
        moments[name] = jnp.stack([count, mean, squares, least, most], axis=1)
    return moments, {name: values[-1] for name, values in found.items()}, failed


class _Total:
    """Adds chunks up, in float64, by the rule for joining means and squares of two groups."""

    def __init__(self, records: int, people: int, names: tuple[str, ...]) -> None:
        self._sums = {name: np.zeros((records, 5)) for name in names}
        for each in self._sums.values():
            each[:, 3], each[:, 4] = np.inf, -np.inf
        self._end = {name: np.empty(people, dtype=np.float32) for name in names}
        self._failed = np.zeros(people, dtype=bool)

    def add(self, rows: slice, reduced: _Reduced) -> None:
        for name, sums in self._sums.items():
            count, mean, squares, least, most = reduced.moments[name].astype(np.float64).T
            together = np.maximum(sums[:, 0] + count, 1.0)
            apart = mean - sums[:, 1]
            sums[:, 2] += squares + apart**2 * sums[:, 0] * count / together
            sums[:, 1] += apart * count / together
            sums[:, 0] += count
            np.minimum(sums[:, 3], least, out=sums[:, 3])
            np.maximum(sums[:, 4], most, out=sums[:, 4])
            self._end[name][rows] = reduced.at_the_end[name]
        self._failed[rows] = reduced.failed

    def summary(self, time_s: FloatArray) -> Summary:
        nobody = {name: sums[:, 0] == 0 for name, sums in self._sums.items()}

        def column(values: Callable[[Any], FloatArray]) -> dict[str, FloatArray]:
            return {name: np.where(nobody[name], np.nan, values(sums)) for name, sums in self._sums.items()}

        return Summary(
            time_s,
            column(lambda sums: sums[:, 1]),
            column(lambda sums: np.sqrt(sums[:, 2] / np.maximum(sums[:, 0], 1.0))),
            column(lambda sums: sums[:, 3]),
            column(lambda sums: sums[:, 4]),
            self._end,
            self._failed,
        )
