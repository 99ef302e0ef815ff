"""Parameter values with their sources, laid over the declared ones: a published set, or what a person brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cramplab.core.errors import Fault, UserError, place_in
from cramplab.core.parameters import Declaration, Setting
from cramplab.core.quantities import Quantity, read_quantity, unit
from cramplab.core.toml_reading import read_toml
from cramplab.core.toml_tables import Table, as_written


@dataclass(frozen=True)
class ParameterValue:
    """One parameter's value in a set; the quantity keeps the unit it was written in."""

    name: str
    quantity: Quantity
    source: str
    where: str
    population: str
    spread: str
    note: str
    place: str

    def setting(self, layer: str) -> Setting:
        """Give it in the form in which layers are laid over each other."""
        return Setting(layer, self.quantity.value, self.source, self.where, self.place)


@dataclass(frozen=True)
class ParameterSet:
    """Named values that replace declared ones; it names only what it changes.

    Parameters
    ----------
    key
        The name of its file.
    about
        What the set is, in a sentence.
    overlays
        The set that it is meant to lie on; empty for the reference values.
    values
        By dotted name, ``submodel.parameter``.
    file
        Where it stands.
    """

    key: str
    about: str
    overlays: str
    values: Mapping[str, ParameterValue]
    file: Path

    def settings(self) -> dict[str, Setting]:
        """Give the values as one layer."""
        return {name: value.setting(self.key) for name, value in self.values.items()}


def read_parameter_set(path: Path) -> ParameterSet:
    """Read one parameter set.

    Raises
    ------
    FaultsFoundError
        With every fault of the file.
    """
    file = read_toml(path)
    top = Table(file, (), file.values, f"parameter set '{path.stem}'")
    schema = top.raw("schema")
    if schema not in (None, 1):
        top.fault("schema", f"schema is {as_written(schema)}", expected="1")
    about, overlays = top.text("about", required=True), top.text("overlays")
    values: dict[str, ParameterValue] = {}
    for key in file.values:
        if key not in top.known:
            part = top.table(key)
            if part is not None:
                values.update(read_parameter_values(part, (key,)))
    if not values:
        top.fault(
            "about", "it changes nothing", expected="at least one table [submodel.parameter] with value and source"
        )
    file.raise_faults()
    return ParameterSet(path.stem, about, overlays, values, path)


def read_parameter_values(table: Table, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ParameterValue]]:
    """Take every parameter value out of a table, whether its name is nested or dotted.

    Parameters
    ----------
    table
        ``[sweat.gain]`` under ``[sweat]``, or ``"sweat.gain" = {...}``.
    prefix
        The part of the name that leads to this table.
    """
    for key, raw in table.values.items():
        name = ".".join((*prefix, key))
        if not isinstance(raw, dict):
            remedy = f'Write {name} = {{ value = "...", source = "..." }}'
            table.fault(key, f"{name} is {as_written(raw)}", expected="a value with its source", remedy=remedy)
            continue
        part = Table(table.file, (*table.place, key), raw, f"{table.owner}, {name}")
        if "value" not in raw and any(isinstance(each, dict) for each in raw.values()):
            yield from read_parameter_values(part, (*prefix, key))
            continue
        value = _one_value(part, name)
        if value is not None:
            yield name, value


def _one_value(part: Table, name: str) -> ParameterValue | None:
    raw = part.raw("value", required=True)
    quantity = None if raw is None else _quantity(part, raw)
    texts = {key: part.text(key) for key in ("where", "population", "note")}
    source = part.text("source", required=True)
    spread = part.raw("spread")
    if isinstance(spread, dict):  # { kind = "residual SD", value = "3.76 L" }
        spread = " ".join(str(spread[key]) for key in ("kind", "value") if key in spread)
    part.finish()
    if quantity is None:
        return None
    place = place_in(part.file.path, part.file.line(part.place))
    return ParameterValue(name, quantity, source, spread=str(spread or ""), place=place, **texts)


def _quantity(part: Table, raw: object) -> Quantity | None:
    try:
        return read_quantity(raw)
    except UserError as problem:
        part.fault("value", str(problem))
        return None


def unit_faults(
    values: Mapping[str, ParameterValue], declarations: Mapping[str, Declaration], owner: str
) -> list[Fault]:
    """Note every value whose unit is of another kind than the parameter it is meant for.

    Unknown names and values outside the limits are noted by `cramplab.core.parameters.resolve`.
    """
    faults = []
    for name, value in values.items():
        if name in declarations and unit(declarations[name].unit).dimensions != value.quantity.unit.dimensions:
            written = f"{value.quantity.as_written:g} {value.quantity.unit.name}"
            expected = f"a quantity in {declarations[name].unit}"
            faults.append(Fault(f"{owner}: {name} is '{written}'", value.place, expected))
    return faults
