"""Takes values out of one table of a TOML file, notes what is wrong with them, and knows which keys nobody took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cramplab.core.errors import UserError, did_you_mean
from cramplab.core.quantities import Quantity, read_quantity, unit
from cramplab.core.toml_reading import Place, TomlFile
from cramplab.core.uncertain import Choice, Uncertain

# From a unit to the lowest and highest value that make sense in it, or to None where anything goes.
Limits = Mapping[str, tuple[float, float] | None]
_OF_A_VALUE = ("value", "range", "spread", "spread_kind", "assumed", "note")


def as_written(value: object) -> str:
    """Show a value in a message without filling the screen with it."""
    text = repr(value) if not isinstance(value, str) else f"'{value}'"
    return text if len(text) <= 60 else text[:57] + "..."


class Table:
    """One table of a TOML file while it is being read.

    Every method that takes a key marks it as known. `finish` notes the keys of the table that nobody asked for.

    Parameters
    ----------
    file
        The file; faults are noted there.
    place
        Where the table is in the file.
    values
        The keys and values of the table.
    owner
        Whose table it is, for messages: ``study 'x', arm 'hot'``.
    """

    def __init__(self, file: TomlFile, place: Place, values: Mapping[str, Any], owner: str) -> None:
        self.file = file
        self.place = place
        self.values = values
        self.owner = owner
        self.known: set[str] = set()

    def fault(self, key: str, message: str, *, expected: str = "", remedy: str = "") -> None:
        """Note a fault at a key of this table, or at the table if it has no such key."""
        self.file.fault((*self.place, key), f"{self.owner}: {message}", expected=expected, remedy=remedy)

    def raw(self, key: str, *, required: bool = False) -> Any:
        """Take a value as it stands, or None."""
        self.known.add(key)
        if key not in self.values:
            if required:
                near = [each for each in self.values if did_you_mean(each, [key]).startswith("Did you mean")]
                remedy = f"Is '{near[0]}' meant to be it?" if near else ""
                self.fault(key, f"'{key}' is missing", remedy=remedy)
            return None
        return self.values[key]

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        """Take a text."""
        value = self.raw(key, required=required)
        if value is None:
            return default
        if not isinstance(value, str) or (required and not value.strip()):
            self.fault(key, f"{key} is {as_written(value)}", expected="a text in quotes")
            return default
        return value

    def one_of(self, key: str, allowed: Sequence[str], *, required: bool = False, default: str = "") -> str:
        """Take one of a few words."""
        value = self.text(key, required=required, default=default)
        if value != default and value not in allowed:
            self.fault(
                key, f"{key} is {as_written(value)}", expected=" | ".join(allowed), remedy=_nearest(value, allowed)
            )
            return default
        return value

    def boolean(self, key: str, *, default: bool = False) -> bool:
        """Take true or false."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(key, f"{key} is {as_written(value)}", expected="true or false, without quotes")
            return default
        return value

    def counts(self, key: str) -> tuple[int, ...]:
        """Take a count, or a list of counts; nothing gives an empty tuple."""
        value = self.raw(key)
        if value is None:
            return ()
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in listed):
            self.fault(key, f"{key} is {as_written(value)}", expected="a whole number, or a list of them")
            return ()
        return tuple(listed)

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a text or a list of texts; nothing gives an empty tuple."""
        value = self.raw(key)
        if value is None:
            return ()
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in listed):
            self.fault(key, f"{key} is {as_written(value)}", expected="a text, or a list of texts")
            return ()
        return tuple(listed)

    def quantity(self, key: str, limits: Limits, *, required: bool = False) -> Quantity | None:
        """Take one quantity with its unit."""
        value = self.raw(key, required=required)
        return None if value is None else self.as_quantity(key, value, limits)

    def as_quantity(self, key: str, value: object, limits: Limits) -> Quantity | None:
        """Read a value as a quantity in one of the units (or another of their dimensions), within its limits."""
        example = next(iter(limits))
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            self.fault(key, f"{key} is {as_written(value)}", expected=f'a quantity such as "... {example}"')
            return None
        if "yr" in limits and not isinstance(value, str):
            value = f"{value} yr"  # years and counts are the only bare numbers
        try:
            found = read_quantity(value)
        except UserError as problem:
            self.fault(key, f"{key}: {problem}")
            return None
        for name, ends in limits.items():
            wanted = unit(name)
            if wanted.dimensions != found.unit.dimensions:
                continue
            if isinstance(value, (int, float)) and wanted.factor != 1.0:
                break
            low, high = ends if ends is not None else (float("-inf"), float("inf"))
            if not low <= found.value / wanted.factor <= high:
                self.fault(key, f"{key} is {as_written(value)}", expected=f"{low:g} to {high:g} {name}")
                return None
            return found
        units = " or ".join(f"in {name}" if name not in ("", "1") else "a pure number" for name in limits)
        has_unit = isinstance(value, str) and found.unit.name not in ("", "1")
        trouble = "has another kind of unit" if has_unit else "has no unit"
        remedy = "" if has_unit else f'Write the unit too, for example {key} = "{value} {example}"'
        self.fault(key, f"{key} is {as_written(value)}, which {trouble}", expected=f"a quantity {units}", remedy=remedy)
        return None

    def uncertain(self, key: str, limits: Limits, *, required: bool = False) -> Uncertain | None:
        """Take a quantity, or a table with ``value`` and perhaps ``spread``, or ``range``, and perhaps ``assumed``."""
        value = self.raw(key, required=required)
        return None if value is None else self.as_uncertain(key, value, limits)

    def as_uncertain(
        self, key: str, value: object, limits: Limits, also: Sequence[str] = (), *, owner: str = ""
    ) -> Uncertain | None:
        """Read a value as `uncertain` does; ``also`` names further keys that its table may hold."""
        if not isinstance(value, dict):
            found = self.as_quantity(key, value, limits)
            return None if found is None else Uncertain.fixed(found.value, found.unit)
        part = Table(self.file, (*self.place, key), value, owner or f"{self.owner}, {key}")
        part.known.update(_OF_A_VALUE, also)
        part.finish()
        assumed = part.boolean("assumed")
        if "range" in value:
            ends = part.pair("range", limits)
            if ends is None:
                return None
            return Uncertain.between(ends[0].value, ends[1].value, ends[0].unit, assumed=assumed)
        middle = part.quantity("value", limits, required=True)
        if middle is None or "spread" not in value:
            return None if middle is None else Uncertain.fixed(middle.value, middle.unit, assumed=assumed)
        spread = part.quantity("spread", {middle.unit.name or "1": None})
        if spread is None:
            return None
        if spread.value < 0:
            part.fault("spread", f"the spread is {as_written(value['spread'])}", expected="zero or more")
            return None
        return Uncertain.normal(middle.value, spread.value, middle.unit, assumed=assumed)

    def pair(self, key: str, limits: Limits) -> tuple[Quantity, Quantity] | None:
        """Take a list of two quantities, the lower one first."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2:
            self.fault(key, f"{key} is {as_written(value)}", expected="a list of two quantities, the lower one first")
            return None
        low, high = (self.as_quantity(key, each, limits) for each in value)
        if low is None or high is None:
            return None
        if low.unit.dimensions != high.unit.dimensions:
            self.fault(key, f"{key} is {as_written(value)}", expected="two quantities of one kind")
            return None
        if low.value > high.value:
            self.fault(key, f"{key} is {as_written(value)}", expected="the lower one first")
            return None
        return low, high

    def words(self, key: str, allowed: Sequence[str] = ()) -> Choice | None:
        """Take a word, or a table with ``value`` or ``range`` (a list of words) and perhaps ``assumed``."""
        value = self.raw(key)
        if value is None:
            return None
        assumed, listed = False, value
        if isinstance(value, dict):
            part = Table(self.file, (*self.place, key), value, f"{self.owner}, {key}")
            part.known.update(_OF_A_VALUE)
            part.finish()
            assumed = part.boolean("assumed")
            listed = value.get("range", value.get("value"))
        listed = listed if isinstance(listed, list) else [listed]
        for each in listed:
            if not isinstance(each, str) or (allowed and each not in allowed):
                expected = " | ".join(allowed) if allowed else "a word in quotes"
                self.fault(key, f"{key} is {as_written(each)}", expected=expected, remedy=_nearest(str(each), allowed))
                return None
        return Choice(tuple(listed), assumed) if listed else None

    def table(self, key: str) -> Table | None:
        """Take a table."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(key, f"{key} is {as_written(value)}", expected=f"a table, [{key}]")
            return None
        return Table(self.file, (*self.place, key), value, self.owner)

    def tables(self, key: str) -> list[Table]:
        """Take a list of tables."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            dotted = ".".join(str(each) for each in (*self.place, key) if isinstance(each, str))
            self.fault(key, f"{key} is {as_written(value)}", expected=f"tables, each under [[{dotted}]]")
            return []
        return [Table(self.file, (*self.place, key, at), each, self.owner) for at, each in enumerate(value)]

    def finish(self) -> None:
        """Note every key of the table that nobody asked for."""
        self.file.unknown_keys(self.place, self.values, sorted(self.known), f" ({self.owner})")


def _nearest(word: str, allowed: Sequence[str]) -> str:
    found = did_you_mean(word, allowed)
    return found if found.startswith("Did you mean") else ""
