"""A muscle: its motor units, fibres, tendon and nerve, each number with its source. One TOML file each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import UserError, place_in
from cramplab.core.parameters import ORIGINS
from cramplab.core.quantities import Quantity
from cramplab.core.toml_reading import read_toml
from cramplab.core.toml_tables import Limits, Table, as_written

# What a file tells of a muscle, with the range in which a value makes sense.
_LIMITS: dict[str, Limits] = {
    "motor_units": {"1": (5.0, 3000.0)},
    "peak_force": {"N": (1.0, 20000.0)},
    "optimal_fibre_length": {"mm": (5.0, 400.0)},
    "tendon_slack_length": {"mm": (5.0, 800.0)},
    "pennation": {"deg": (0.0, 45.0)},
    "slow_fibre_share": {"%": (0.0, 100.0)},
    "nerve_length": {"m": (0.05, 1.8)},
    "thickness": {"mm": (2.0, 80.0)},
    "skin_and_fat": {"mm": (0.5, 60.0)},
    "maximal_m_wave": {"mV": (0.1, 50.0)},
    "twitch_force_ratio": {"1": (1.0, 500.0)},
    "longest_contraction_time": {"ms": (20.0, 250.0)},
    "contraction_time_ratio": {"1": (1.0, 10.0)},
    "spindle_primaries": {"1": (1.0, 2000.0)},
    "usual_maximal_rate": {"imp/s": (5.0, 80.0)},
    "lever": {"1": (0.01, 5.0)},
}
_OPTIONAL = {"lever": 1.0}
LARGEST_SIMULATED_POOL = 120


@dataclass(frozen=True)
class MuscleValue:
    """One number of a muscle, in the unit it was written in, and where it comes from."""

    quantity: Quantity
    source: str
    origin: str
    where: str
    place: str


@dataclass(frozen=True)
class Muscle:
    """A muscle of the library; numbers in internal units.

    Parameters
    ----------
    key
        The name of its file.
    title
        Its name as people write it.
    aliases
        Short names that mean it too.
    about
        What to mind.
    motor_units : 1
        How many its nerve holds.
    peak_force : N
        Fused tetanus of all fibres at their optimal length, along the fibres.
    optimal_fibre_length, tendon_slack_length : m
        The tendon with its aponeurosis.
    pennation : rad
        Between fibre and tendon, at the optimal length.
    slow_fibre_share : 1
        Type I, of the number of fibres.
    nerve_length : m
        From the muscle to the spinal cord.
    thickness, skin_and_fat : m
        Of the muscle, and of what lies between it and an electrode.
    maximal_m_wave : mV
        Peak to peak, from belly to tendon.
    twitch_force_ratio : 1
        Largest over smallest motor unit.
    longest_contraction_time : s
        Of the smallest unit.
    contraction_time_ratio : 1
        Longest over shortest.
    spindle_primaries : 1
        Ia fibres.
    usual_maximal_rate : imp/s
        Mean rate of its units in a maximal voluntary contraction.
    lever : 1
        Force that an instrument at the usual place shows, over the force in the tendon.
    values
        All of these by name, with where they come from.
    file
        Where it stands.
    """

    key: str
    title: str
    aliases: tuple[str, ...]
    about: str
    motor_units: int
    peak_force: float
    optimal_fibre_length: float
    tendon_slack_length: float
    pennation: float
    slow_fibre_share: float
    nerve_length: float
    thickness: float
    skin_and_fat: float
    maximal_m_wave: float
    twitch_force_ratio: float
    longest_contraction_time: float
    contraction_time_ratio: float
    spindle_primaries: int
    usual_maximal_rate: float
    lever: float
    values: Mapping[str, MuscleValue]
    file: Path

    @property
    def names(self) -> tuple[str, ...]:
        """Key and aliases."""
        return (self.key, *self.aliases)


def read_muscle(path: Path) -> Muscle:
    """Read one muscle file.

    Raises
    ------
    FaultsFoundError
        With every fault of the file.
    """
    file = read_toml(path)
    top = Table(file, (), file.values, f"muscle '{path.stem}'")
    schema = top.raw("schema")
    if schema not in (None, 1):
        top.fault("schema", f"schema is {as_written(schema)}", expected="1")
    key = top.text("key", default=path.stem)
    if key != path.stem:
        top.fault("key", f"key is {as_written(key)}", expected=f"the file's own name, '{path.stem}'")
    title, aliases, about = top.text("title", required=True), top.texts("aliases"), top.text("about")
    values: dict[str, MuscleValue] = {}
    for name, limits in _LIMITS.items():
        if name not in file.values and name in _OPTIONAL:
            top.known.add(name)
            continue
        value = _read_value(top, name, limits)
        if value is not None:
            values[name] = value
    top.finish()
    file.raise_faults()
    numbers = {**_OPTIONAL, **{name: each.quantity.value for name, each in values.items()}}
    # The unit of an angle is the degree; sines want radians.
    numbers["pennation"] = math.radians(numbers["pennation"])
    return Muscle(
        key=key,
        title=title,
        aliases=aliases,
        about=about,
        motor_units=round(numbers.pop("motor_units")),
        spindle_primaries=round(numbers.pop("spindle_primaries")),
        values=values,
        file=path,
        **numbers,
    )


def _read_value(top: Table, name: str, limits: Limits) -> MuscleValue | None:
    if top.raw(name, required=True) is None:
        return None
    part = top.table(name)
    if part is None:
        return None
    part.owner = f"{top.owner}, {name}"
    quantity = part.quantity("value", limits, required=True)
    source = part.text("source", required=True)
    origin = part.one_of("origin", tuple(ORIGINS), required=True)
    where = part.text("where")
    part.finish()
    place = place_in(part.file.path, part.file.line(part.place))
    return None if quantity is None else MuscleValue(quantity, source, origin, where, place)


@dataclass(frozen=True)
class SimulatedUnits:
    """The motor units that are simulated in place of all of a pool, smallest first.

    Parameters
    ----------
    position : 1
        Where each lies in the pool: 0 is the smallest unit, 1 the largest.
    stands_for : 1
        How many real units each stands for.
    """

    position: NDArray[np.float64]
    stands_for: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.position)


def simulated_units(motor_units: int, most: int = LARGEST_SIMULATED_POOL) -> SimulatedUnits:
    """Choose the units to simulate: all of a small pool, else the middle units of equal stretches of the pool.

    Parameters
    ----------
    motor_units
        How many the muscle has.
    most
        How many may be simulated.

    Raises
    ------
    UserError
        If a pool has fewer than two units.
    """
    if motor_units < 2 or most < 2:
        raise UserError(f"A pool of {motor_units} motor units, {most} of them simulated, is too small: at least 2.")
    edges = np.rint(np.linspace(0.0, motor_units, min(motor_units, most) + 1))
    middle = (edges[:-1] + edges[1:] - 1.0) / 2.0
    return SimulatedUnits(middle / (motor_units - 1.0), np.diff(edges))
