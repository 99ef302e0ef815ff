"""Finds out which column of a table is meant by what a header says, and in which unit it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from cramplab.physiology.weighing import constant

Kind = Literal["code", "text", "number", "duration", "date", "word", "words", "yes_no"]


# Compared by identity, so that what is made of all columns is made once.
@dataclass(frozen=True, eq=False)
class Column:
    """A column that a table may have.

    Parameters
    ----------
    key
        Name that we give it, with the unit it is turned into.
    kind
        What stands in its cells.
    names
        What people call it, in small letters without the unit.
    unit
        What numbers are turned into; a key of `UNITS`.
    usual
        Unit of numbers where neither header nor cell tells one; empty where such a number cannot be read.
    telling
        Names that tell the unit by themselves, with that unit.
    weaker
        Those of the names that give way where another column means the same: a name to a code, a time to a duration.
    words
        For ``word`` and ``words``: what people write, in small letters, to what it means.
    """

    key: str
    kind: Kind
    names: tuple[str, ...]
    unit: str = ""
    usual: str = ""
    telling: Mapping[str, str] = field(default_factory=dict)
    weaker: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """What one cell of a header says.

    Parameters
    ----------
    written
        As written.
    column
        None if we do not know it.
    unit
        As told by the header, or usual; empty if it is not told.
    strange_unit
        What stands in brackets and is no unit that we know.
    weak
        True if another column of the same meaning goes before.
    """

    written: str
    column: Column | None = None
    unit: str = ""
    strange_unit: str = ""
    weak: bool = False


CLOCK = (0.0, 0.0)
"""Stands for hours and minutes as on a clock, of which no factor makes minutes."""
_POUND, _FLUID_OUNCE = 0.45359237, 0.0295735296
# Unit that we use -> what people write (small letters, without spaces, dots, strokes and "per"): factor, and offset.
UNITS: dict[str, dict[str, tuple[float, float]]] = {
    "kg": {
        **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm", "kilogramme",
                         "kilogrammes", "kilogramo", "kilogramos", "chilogrammi", "quilogramas"), (1.0, 0.0)),
        **dict.fromkeys(("lb", "lbs", "pound", "pounds"), (_POUND, 0.0)),
    },
    "L": {
        **dict.fromkeys(("l", "ltr", "lt", "litre", "litres", "liter", "liters", "litro", "litros", "litri"),
                        (1.0, 0.0)),
        **dict.fromkeys(("ml", "mls", "millilitre", "millilitres", "milliliter", "milliliters", "mililitros",
                         "millilitri"), (1e-3, 0.0)),
        "dl": (0.1, 0.0), "cl": (0.01, 0.0),
        **dict.fromkeys(("oz", "floz", "usfloz", "ounce", "ounces", "fluidounce", "fluidounces"), (_FLUID_OUNCE, 0.0)),
    },
    "min": {
        **dict.fromkeys(("min", "mins", "minute", "minutes", "mn", "minuten", "minuto", "minutos", "minuti"),
                        (1.0, 0.0)),
        **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora",
                         "horas", "ora", "ore", "uur", "uren"), (60.0, 0.0)),
        **dict.fromkeys(("h:mm", "hh:mm", "h:mm:ss", "hh:mm:ss", "hmm", "hhmm", "hmmss", "hhmmss",
                         "std:min"), CLOCK),
    },
    "cm": {
        **dict.fromkeys(("cm", "zentimeter", "centimetres", "centimetros", "centimetri", "centimeter"), (1.0, 0.0)),
        "m": (100.0, 0.0), "mm": (0.1, 0.0),
        **dict.fromkeys(("in", "inch", "inches"), (2.54, 0.0)), **dict.fromkeys(("ft", "feet", "foot"), (30.48, 0.0)),
    },
    "y": dict.fromkeys(("y", "yr", "yrs", "year", "years", "jahre", "jahren", "ans", "annees", "anos", "anni",
                        "jaar", "jaren"), (1.0, 0.0)),
    "C": {
        **dict.fromkeys(("c", "degc", "celsius", "°c", "ºc"), (1.0, 0.0)),
        **dict.fromkeys(("f", "degf", "fahrenheit", "°f", "ºf"), (1 / 1.8, -32 / 1.8)),
    },
    "pct": dict.fromkeys(("%", "pct", "percent", "prozent", "pourcent"), (1.0, 0.0)),
    "L_per_h": {
        **dict.fromkeys(("lh", "lhr", "lhour", "lstd", "lheure", "lhora", "luur"), (1.0, 0.0)),
        **dict.fromkeys(("mlh", "mlhr", "mlhour"), (1e-3, 0.0)),
        **dict.fromkeys(("ozh", "ozhr", "ozhour", "flozh", "flozhr", "flozhour"), (_FLUID_OUNCE, 0.0)),
    },
    "mmol_per_L": {
        **dict.fromkeys(("mmoll", "mmol", "mm", "meql", "mmollitre"), (1.0, 0.0)),
        "mgl": (1.0 / constant("sodium_mass"), 0.0),
    },
}  # fmt: skip


_LONGEST_HEADING = 100
"""Letters; what is longer is a text and no name of a column."""


def plain(text: str) -> str:
    """Give a text in small letters and without accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", "".join(each for each in apart if not unicodedata.combining(each)))


def unit_name(text: str) -> str:
    """Give a unit as `UNITS` knows it: ``L per h``, ``l/h`` and ``L_per_h`` are the same."""
    text = re.sub(r"^in\s+|\bper\b", " ", plain(text).replace("_", " ").strip())
    return re.sub(r"[\s./⋅·-]", "", text)


def name_of(text: str) -> str:
    """Give what a header says in small letters and single spaces, without signs and accents."""
    return " ".join(re.sub(r"[^\w%°]|_", " ", plain(text)).split())


def heading(written: str, columns: Sequence[Column]) -> Heading:
    """Say which column a cell of the header means."""
    if len(written) > _LONGEST_HEADING:
        return Heading(written)
    by_name = _by_name(tuple(columns))
    for name, unit, surely in _readings(written):
        column = by_name.get(name)
        if column is None:
            continue
        weak = name in column.weaker
        if not unit:
            return Heading(written, column, column.telling.get(name, column.usual), weak=weak)
        if unit in UNITS.get(column.unit, {}):
            return Heading(written, column, unit, weak=weak)
        # What stands in brackets at a code or a word is a remark.
        if surely:
            return Heading(written, column, "", unit if column.unit else "", weak)
    return Heading(written)


@cache
def _by_name(columns: tuple[Column, ...]) -> dict[str, Column]:
    return {name: column for column in columns for name in (name_of(column.key), *column.names, *column.telling)}


def _readings(written: str) -> Iterator[tuple[str, str, bool]]:
    """Give every way to split a header into name and unit, the likeliest first, and whether that unit is surely one."""
    bracket = re.fullmatch(r"(.*?)[(\[]([^)\]]*)[)\]]?(.*)", written)
    if bracket and bracket.group(2).strip():
        name = name_of(f"{bracket.group(1)} {bracket.group(3)}")
        parts = [unit_name(part) for part in re.split(r"[,;]", bracket.group(2))]
        known = [part for part in parts if any(part in each for each in UNITS.values())]
        yield name, (known or parts)[0], True
    words = name_of(written).split()
    for count in range(min(4, len(words) - 1), 0, -1):
        unit = unit_name(" ".join(words[-count:]))
        if unit:
            yield " ".join(words[:-count]), unit, False
    yield " ".join(words), "", False
    # "kg before" and the like are not read: the unit stands behind, or in brackets.


def known_units(unit: str) -> str:
    """Name the units in which a column may stand, for messages."""
    shown = {"kg": "kg or lb", "L": "L, mL or oz", "min": "min, h or h:mm", "cm": "cm, m or in", "y": "years",
             "C": "C or F", "pct": "%", "L_per_h": "L/h, mL/h or oz/h", "mmol_per_L": "mmol/L or mg/L"}  # fmt: skip
    return shown[unit]
