"""The cramp margin through an event, for the muscle that works and the one that rests: from the body to the motor pool.

What a body does to its motor pools is what theories disagree about. This file says what stands without any of them, the
common ground: work tires a muscle, people differ, and nothing else moves. A theory adds arrows to the same
inputs by handing in a function of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.population import quantile
from cramplab.cohort.random_streams import stream
from cramplab.core.results import Assumption, Series
from cramplab.simulation.assembly import fast_parameters
from cramplab.simulation.cramp_margin import (
    HIGHEST_HZ,
    MUSCLE,
    POOLS,
    TEMPERATURE,
    cramp_margin,
    emulator,
    outside_ranges,
    stated_error,
)

FloatArray = NDArray[np.float64]
Quantities = Mapping[str, NDArray[np.float32]]
Coupling = Callable[[str, Quantities], dict[str, Any]]
"""Takes ``worked`` or ``rested`` and what was recorded of the body (internal units, shape [draws, times]); gives inputs
of `cramplab.simulation.cramp_margin.SLOW_INPUTS` by name."""
PARTS = ("worked", "rested")
BETWEEN_PEOPLE = {
    "persistent_gain": "neuromodulation.basic_gain",
    "volley_gain": "spinal_drive.facilitation_per_volley",
}
"""Inputs in which people differ, and the parameter whose spread says how much."""


@dataclass(frozen=True, eq=False)
class MarginCourse:
    """The cramp margin of every draw through an event.

    Parameters
    ----------
    hz : Hz
        By muscle, ``worked`` and ``rested``; shape [draws, times].
    notices
        What was outside the range of the emulator.
    """

    hz: Mapping[str, FloatArray]
    notices: tuple[str, ...]


def common_ground(part: str, recorded: Quantities) -> dict[str, Any]:
    """Give what moves without any theory: the share of the muscle's force that is lost."""
    return {"fatigue": recorded[f"{part}_fatigue"]}


def draw_pools(draws: int, seed: int, label: str) -> dict[str, FloatArray]:
    """Draw what differs between people's motor pools, by name of the parameter; internal units, shape [draws]."""
    declared = fast_parameters()
    return {name: quantile(declared[name], stream(seed, label, name).random(draws)) for name in BETWEEN_PEOPLE.values()}


def pool_factors(pools: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Give what was drawn of people's motor pools over its declared value, by input of the margin; shape [draws]."""
    declared = fast_parameters()
    return {each: pools[name] / declared[name].value for each, name in BETWEEN_PEOPLE.items()}


def margin_course(
    recorded: Quantities, pools: Mapping[str, FloatArray], coupling: Coupling = common_ground
) -> MarginCourse:
    """Give the margin at every record of an event.

    Parameters
    ----------
    recorded
        What the engine recorded, internal units, shape [draws, times].
    pools
        As `draw_pools` gives them.
    coupling
        From the body to the inputs of the margin. Where it gives an input in which people differ as well, the two are
        multiplied. An input that it does not give is at its reference; so is the length, the neutral one.
    """
    own = {each: factor[:, None] for each, factor in pool_factors(pools).items()}
    hz, notices = {}, []
    for part in PARTS:
        inputs = coupling(part, recorded)
        for name, factor in own.items():
            inputs[name] = factor * inputs.get(name, 1.0)
        hz[part] = np.asarray(cramp_margin(inputs), dtype=float)
        notices += [f"{told} ({part} muscle)" for told in outside_ranges(inputs)]
    return MarginCourse(hz, tuple(notices))


def margin_series(course: MarginCourse) -> dict[str, Series]:
    """Give the margin as series of a result; above 60 Hz it is told as 60."""
    return {
        f"{part}_cramp_margin": Series(
            f"{part}_cramp_margin", f"Cramp margin, {part} muscle (at most 60)", "Hz", "",
            np.clip(values, 0.0, HIGHEST_HZ).astype(np.float32),
        )
        for part, values in course.hz.items()
    }  # fmt: skip


def margin_assumptions() -> list[Assumption]:
    """Give what the margin rests on, beside the parameters of the motor pool."""
    error = emulator().record["held_out"]["rmse_hz"]
    muscle = MUSCLE.replace("_", " ")
    return [
        Assumption(
            "cramp_margin.emulator", "Error of the emulator of the motor pool, root mean square", error, "Hz",
            origin="fitted", where=stated_error(),
        ),
        Assumption(
            "cramp_margin.coupling", "What moves the cramp margin in an event", "fatigue of the muscle",
            where="common ground: no ion, no volume and no chemistry changes excitability",
        ),
        Assumption("cramp_margin.length", "Length of the muscle for the cramp margin", 1.0, "optimal lengths"),
        Assumption(
            "cramp_margin.temperature", "Temperature of the muscle for the cramp margin", TEMPERATURE, "degC",
            where="the event's own is not followed; at neutral length warmth moves the margin by a fraction of a hertz",
        ),
        Assumption(
            "cramp_margin.pool", "Motor pool that stands for every muscle", f"{muscle}, mean of {POOLS} pools"
        ),
    ]  # fmt: skip
