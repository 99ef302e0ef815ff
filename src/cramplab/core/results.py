"""What one simulated event leaves behind: every draw of every quantity, and where each number came from.

The layout on disk is specified in ``docs/schema.md``. Nothing here needs the engine, so a result made on a cluster can
be read and reported on a laptop without JAX.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.cramp_chances import CrampChances
from cramplab.core.errors import CramplabError

SCHEMA = 1
LOW, HIGH = 0.05, 0.95
ORIGINS = ("read", "remembered", "fitted", "chosen")


@dataclass(frozen=True, eq=False)
class Series:
    """One quantity over time, for every draw.

    Parameters
    ----------
    name
        Lower-case identifier, for example ``core_temperature``; also the variable's name in ``result.nc``.
    label
        What a reader sees, for example ``Core temperature``.
    unit
        Unit of ``values`` as displayed, for example ``degC``, ``mmol/L``, ``%``, ``1``.
    standard_name
        The CF standard name where CF has one for exactly this quantity, else empty.
    values : ``unit``
        Shape [draws, times]; kept as float32. A draw that failed may hold NaN.
    """

    name: str
    label: str
    unit: str
    standard_name: str
    values: NDArray[np.float32]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.asarray(self.values, dtype=np.float32))


@dataclass(frozen=True, eq=False)
class Trait:
    """One property of the person, or of the day, with the value that each draw used.

    Parameters
    ----------
    values : ``unit``
        Shape [draws].
    source
        Where the value or its spread comes from: a key of the run's sources, or words such as ``scenario``.
    known
        True if the scenario gave it, even with a measurement error; False if it was drawn from a published spread.
    """

    name: str
    label: str
    unit: str
    values: NDArray[np.float64]
    source: str
    known: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.asarray(self.values, dtype=np.float64))


@dataclass(frozen=True)
class Assumption:
    """One number that the run rests on, with its source and how it was obtained.

    Parameters
    ----------
    value
        A number in ``unit``, or words where it is a choice and not a number.
    spread
        In words with unit, for example ``SD 0.3 L/h``; empty if the value was held fixed.
    origin
        ``read`` in the source, ``remembered`` and not yet checked against it, ``fitted`` to data, or ``chosen`` by us.
    source, where, population
        Key of the run's sources, the place in it, and the people it was measured in.
    """

    name: str
    label: str
    value: float | str
    unit: str = "1"
    spread: str = ""
    origin: str = "chosen"
    source: str = ""
    where: str = ""
    population: str = ""

    def __post_init__(self) -> None:
        if self.origin not in ORIGINS:
            raise CramplabError(
                f"Assumption '{self.name}': origin is '{self.origin}'. Expected one of {', '.join(ORIGINS)}."
            )


@dataclass(frozen=True)
class FailedDraw:
    """A draw that gave no answer; it is counted and told, never dropped silently."""

    draw: int
    reason: str


@dataclass(frozen=True, eq=False)
class RunResult:
    """The result of one person's simulated event.

    Parameters
    ----------
    person_id
        A code, never a name.
    start
        Start of the event, ISO 8601 with offset, or None if the scenario gives no date.
    time_s : s
        Shape [times], from the start of the event, increasing; every series has these times.
    event_end_s : s
        End of the event; times after it are the rest that follows.
    seed
        The one integer from which every random number was drawn.
    draws
        How many people-like-this-one were simulated, failed ones included.
    input_sha256
        One hash over all inputs.
    input_files
        File name to the sha256 of its content; names without folders.
    versions
        Package name to version, of what computed the result.
    scenario
        What the user wrote, as plain JSON values.
    sources
        Key to citation, for every key that traits and assumptions name.
    chances
        What each theory makes of the event; None if the theories were not asked.
    created
        When the run was made, ISO 8601; kept in ``result.nc`` alone, so that the other files repeat byte for byte.

    Raises
    ------
    CramplabError
        If the shapes disagree, a failed draw does not exist, or ``start`` is not a date with offset.
    """

    title: str
    person_id: str
    sport: str
    start: str | None
    seed: int
    draws: int
    version: str
    input_sha256: str
    time_s: NDArray[np.float64]
    event_end_s: float
    series: Mapping[str, Series]
    traits: Mapping[str, Trait] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    failed: tuple[FailedDraw, ...] = ()
    notices: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    input_files: Mapping[str, str] = field(default_factory=dict)
    scenario: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    drink_description: str = ""
    chances: CrampChances | None = None
    created: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", np.asarray(self.time_s, dtype=np.float64))
        problem = _shape_problem(self) or _meaning_problem(self)
        if problem:
            raise CramplabError(f"Run '{self.title}': {problem}.")

    @property
    def finished(self) -> NDArray[np.bool_]:
        """Which draws did not fail; shape [draws]."""
        keep = np.ones(self.draws, dtype=bool)
        keep[[each.draw for each in self.failed]] = False
        return keep


def _shape_problem(result: RunResult) -> str:
    times = result.time_s.size
    if result.time_s.ndim != 1 or times < 2 or not np.all(np.diff(result.time_s) > 0):
        return "time_s must be one-dimensional, increasing and hold at least two times"
    for name, each in result.series.items():
        if each.values.shape != (result.draws, times):
            return f"series '{name}' has shape {each.values.shape}, expected [draws, times] = {(result.draws, times)}"
    for name, trait in result.traits.items():
        if trait.values.shape != (result.draws,):
            return f"trait '{name}' has shape {trait.values.shape}, expected [draws] = {(result.draws,)}"
    for answer in result.chances.answers if result.chances is not None else ():
        if answer.chance.shape not in ((0,), (result.draws,)):
            return f"chance under '{answer.theory}' has shape {answer.chance.shape}, expected {(result.draws,)} or none"
    return ""


def _meaning_problem(result: RunResult) -> str:
    named = {name: each.name for name, each in result.series.items()} | {
        name: each.name for name, each in result.traits.items()
    }
    for filed, name in named.items():
        if filed != name:
            return f"'{name}' is filed under the name '{filed}'"
    for failure in result.failed:
        if not 0 <= failure.draw < result.draws:
            return f"failed draw {failure.draw} is not one of the {result.draws} draws"
    if not result.time_s[0] < result.event_end_s <= result.time_s[-1]:
        return f"event_end_s is {result.event_end_s} and lies outside time_s"
    if result.start is not None:
        try:
            moment = datetime.fromisoformat(result.start)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            return f"start is '{result.start}', expected an ISO 8601 date and time with offset"
    return ""


@dataclass(frozen=True)
class Interval:
    """Median and 90 % interval over draws; NaN where no draw gave a number."""

    median: float
    low: float
    high: float


def quantiles(values: NDArray[Any], shares: tuple[float, ...]) -> NDArray[np.float64]:
    """Give quantiles over draws, leaving out what is not a number.

    Parameters
    ----------
    values
        Shape [draws] or [draws, times], of draws that did not fail.
    shares : 1
        For example ``(0.05, 0.5, 0.95)``.

    Returns
    -------
    same unit as ``values``
        Shape [shares] or [shares, times]; NaN where no draw has a finite number.
    """
    finite = np.where(np.isfinite(values), values, np.nan).astype(np.float64)
    found = np.full((len(shares), *finite.shape[1:]), np.nan)
    usable = np.isfinite(finite).any(axis=0)
    if usable.any():
        found[:, usable] = np.nanquantile(finite[:, usable] if finite.ndim > 1 else finite, shares, axis=0).reshape(
            found[:, usable].shape
        )
    return found


def interval(values: NDArray[Any]) -> Interval:
    """Give the median, 5th and 95th percentile of one number per draw; shape [draws]."""
    low, median, high = quantiles(np.asarray(values), (LOW, 0.5, HIGH))
    return Interval(float(median), float(low), float(high))
