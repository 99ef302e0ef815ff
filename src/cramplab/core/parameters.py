"""Declares parameters with their provenance, and lays sets of them over each other.

A parameter is a field of a submodel. Its declaration carries value, unit, meaning, source, population and spread; its
value is converted to internal units here, once. Layers (a published set, a person, the command line) replace values by
their dotted name, and the chain of who set what is kept.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cramplab.core.errors import Fault, did_you_mean
from cramplab.core.quantities import from_internal, read_quantity

Origin = Literal["read", "remembered", "fitted", "chosen"]
ORIGINS: dict[str, str] = {
    "read": "read in the source named",
    "remembered": "recalled, not yet checked against a text",
    "fitted": "set by findings marked for calibration",
    "chosen": "our own choice",
}


@dataclass(frozen=True)
class Spread:
    """How a parameter differs between people.

    ``kind`` is ``normal`` (``size`` is the standard deviation, internal units), ``lognormal`` (``size`` is the
    coefficient of variation) or ``uniform`` (``size`` is the half-width).
    """

    kind: Literal["normal", "lognormal", "uniform"]
    size: float
    written: str


@dataclass(frozen=True)
class Declaration:
    """A parameter's number with all that is known about it; ``value``, ``low`` and ``high`` in internal units."""

    value: float
    unit: str
    meaning: str
    source: str
    origin: Origin
    where: str = ""
    population: str = ""
    spread: Spread | None = None
    low: float = -float("inf")
    high: float = float("inf")
    name: str = ""

    @property
    def value_as_written(self) -> float:
        """The value in the parameter's own unit."""
        return float(from_internal(self.value, self.unit))


@dataclass(frozen=True)
class Setting:
    """One layer's word on one parameter; ``value`` in internal units."""

    layer: str
    value: float
    source: str = ""
    where: str = ""
    place: str = ""


@dataclass(frozen=True)
class Resolved:
    """A parameter's final value with the chain of layers that set it, reference first."""

    declaration: Declaration
    chain: tuple[Setting, ...] = field(default=())

    @property
    def value(self) -> float:
        """The value that stands, in internal units."""
        return self.chain[-1].value


def read_spread(spread: str, unit_name: str) -> Spread:
    """Read ``"normal 0.2 degC"``, ``"lognormal 30 %"`` or ``"uniform 5 mL/min"``."""
    kind, _, size = spread.partition(" ")
    if kind == "lognormal":
        return Spread("lognormal", read_quantity(size, expect="%").value, spread)
    if kind in ("normal", "uniform"):
        return Spread(kind, read_quantity(size, expect=unit_name).value, spread)  # type: ignore[arg-type]
    raise ValueError(f"Spread '{spread}' must start with normal, lognormal or uniform.")


def parameter(
    value: str | float,
    meaning: str,
    *,
    source: str,
    origin: Origin,
    where: str = "",
    population: str = "",
    spread: str = "",
    limits: tuple[str, str] | None = None,
) -> Any:
    """Declare a field of a submodel as a parameter.

    Parameters
    ----------
    value
        A string with unit, or a bare number for pure numbers.
    meaning
        What it is, in the field's words.
    source
        Key of a source; ``"chosen"`` for a choice of ours.
    origin
        ``read``, ``remembered``, ``fitted`` or ``chosen``.
    where
        Place in the source.
    population
        Whom it was measured in.
    spread
        Between people, for example ``"lognormal 30 %"``.
    limits
        Smallest and largest plausible value, as strings with unit.

    Returns
    -------
    dataclasses.Field
        With the internal value as default and the declaration in its metadata.
    """
    quantity = read_quantity(value)
    unit_name = quantity.unit.name
    low, high = -float("inf"), float("inf")
    if limits is not None:
        low, high = (read_quantity(each, expect=unit_name).value for each in limits)
    declaration = Declaration(
        value=quantity.value,
        unit=unit_name,
        meaning=meaning,
        source=source,
        origin=origin,
        where=where,
        population=population,
        spread=read_spread(spread, unit_name) if spread else None,
        low=low,
        high=high,
    )
    return dataclasses.field(default=quantity.value, metadata={"parameter": declaration})


def declarations_of(owner: Any, name: str) -> dict[str, Declaration]:
    """Collect the declarations of one submodel class under their dotted names."""
    return {
        f"{name}.{each.name}": dataclasses.replace(each.metadata["parameter"], name=f"{name}.{each.name}")
        for each in dataclasses.fields(owner)
        if "parameter" in each.metadata
    }


def resolve(
    declarations: Mapping[str, Declaration], layers: Iterable[tuple[str, Mapping[str, Setting]]]
) -> tuple[dict[str, Resolved], list[Fault]]:
    """Lay sets of settings over the declared values, first layer lowest.

    Returns
    -------
    resolved
        By dotted name, each with the chain that set it.
    faults
        Unknown names and values outside the declared limits.
    """
    faults: list[Fault] = []
    chains = {name: [Setting("reference", each.value, each.source, each.where)] for name, each in declarations.items()}
    for layer, settings in layers:
        for name, setting in settings.items():
            if name not in declarations:
                faults.append(
                    Fault(
                        f"No parameter named '{name}' (set by {layer})",
                        setting.place,
                        remedy=did_you_mean(name, declarations),
                    )
                )
                continue
            declaration = declarations[name]
            if not declaration.low <= setting.value <= declaration.high:
                low, high = (from_internal(each, declaration.unit) for each in (declaration.low, declaration.high))
                written = f"{from_internal(setting.value, declaration.unit):g} {declaration.unit}"
                faults.append(
                    Fault(
                        f"{name} is {written} (set by {layer})",
                        setting.place,
                        expected=f"{low:g} to {high:g} {declaration.unit}",
                    )
                )
                continue
            chains[name].append(dataclasses.replace(setting, layer=layer))
    return {name: Resolved(declarations[name], tuple(chain)) for name, chain in chains.items()}, faults
