"""A person: what athletes can measure about themselves, and the parameters they bring. One TOML file each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cramplab.core.parameter_sets import ParameterValue, read_parameter_values
from cramplab.core.parameters import Setting
from cramplab.core.quantities import Quantity
from cramplab.core.toml_reading import read_toml
from cramplab.core.toml_tables import Limits, Table, as_written

SEXES = ("female", "male", "unspecified")
HEAT_ACCLIMATED = ("no", "partly", "yes")
CRAMP_HISTORIES = ("never", "sometimes", "most_events")
_LIMITS: dict[str, Limits] = {
    "age": {"yr": (10.0, 100.0)},
    "height": {"cm": (110.0, 230.0)},
    "mass": {"kg": (25.0, 250.0)},
    "fitness": {"mL/kg/min": (8.0, 95.0)},
    "body_fat": {"%": (3.0, 60.0)},
    "sweat_rate": {"L/h": (0.1, 6.0)},
    "sweat_sodium": {"mmol/L": (5.0, 150.0)},
}


@dataclass(frozen=True)
class Person:
    """A person of the library. Quantities are in internal units and keep the unit they were written in.

    Parameters
    ----------
    key
        A code or a made-up name, which is also the name of the file; never a real name.
    about
        Who this is, in a sentence or two.
    sex
        ``female``, ``male`` or ``unspecified``.
    age : s
    height : m
    mass : kg
    fitness : L/kg/s
        Highest oxygen uptake.
    body_fat : 1
    sweat_rate : L/s
        Measured in a weighed session, at the person's usual effort.
    sweat_sodium : mmol/L
        Of the whole body.
    heat_acclimated
        ``no``, ``partly`` or ``yes``.
    cramp_history
        ``never``, ``sometimes`` or ``most_events``.
    invented
        Always true: no real person may be in a library.
    parameters
        Values of the model that this person brings, by dotted name.
    file
        Where it stands.
    """

    key: str
    about: str
    sex: str
    age: Quantity | None
    height: Quantity | None
    mass: Quantity | None
    fitness: Quantity | None
    body_fat: Quantity | None
    sweat_rate: Quantity | None
    sweat_sodium: Quantity | None
    heat_acclimated: str
    cramp_history: str
    invented: bool
    parameters: Mapping[str, ParameterValue]
    file: Path

    def settings(self) -> dict[str, Setting]:
        """Give the parameters as one layer."""
        return {name: value.setting(f"person {self.key}") for name, value in self.parameters.items()}

    def known(self) -> dict[str, Quantity]:
        """Give the measured quantities that are there, by name."""
        return {key: value for key in _LIMITS if (value := getattr(self, key)) is not None}


def read_person(path: Path) -> Person:
    """Read one person file.

    Raises
    ------
    FaultsFoundError
        With every fault of the file.
    """
    file = read_toml(path)
    top = Table(file, (), file.values, f"person '{path.stem}'")
    schema = top.raw("schema")
    if schema not in (None, 1):
        top.fault("schema", f"schema is {as_written(schema)}", expected="1")
    key = top.text("key", default=path.stem)
    if key != path.stem:
        top.fault("key", f"key is {as_written(key)}", expected=f"the file's own name, '{path.stem}'")
    overlay = top.table("parameters")
    person = Person(
        key=key,
        about=top.text("about"),
        sex=top.one_of("sex", SEXES, required=True),
        heat_acclimated=top.one_of("heat_acclimated", HEAT_ACCLIMATED, default="no"),
        cramp_history=top.one_of("cramp_history", CRAMP_HISTORIES, default="never"),
        invented=top.boolean("invented"),
        parameters=dict(read_parameter_values(overlay)) if overlay is not None else {},
        file=path,
        **{name: top.quantity(name, limits, required=name == "mass") for name, limits in _LIMITS.items()},
    )
    if not person.invented:
        remedy = "Files of real people stay outside a library; describe them in a scenario"
        top.fault("invented", "it does not say that the person is invented", expected="invented = true", remedy=remedy)
    top.finish()
    file.raise_faults()
    return person
