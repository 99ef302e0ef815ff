"""Reads single cells as people fill them: numbers with comma or point and perhaps a unit, durations, days, words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cramplab.core.errors import did_you_mean
from cramplab.importers import table_days
from cramplab.importers.table_columns import CLOCK, UNITS, Column, known_units, name_of, plain, unit_name
from cramplab.importers.table_days import DayOrder

UNKNOWN = frozenset({
    "", "-", "--", "---", "–", "—", "?", "n/a", "n.a.", "na", "nd", "n.d.", "unknown", "not known", "don't know",
    "not told", "k.a.", "k. a.", "keine angabe", "unbekannt", "weiss nicht", "inconnu", "inconnue", "desconocido",
    "desconocida", "sconosciuto", "desconhecido", "onbekend",
})  # fmt: skip
"""What people write where they do not know; small letters without accents."""
ABSENT = frozenset({
    "dnp", "dns", "dnf", "out", "absent", "excused", "injured", "sick", "not weighed", "did not practice", "abwesend",
    "verletzt", "krank", "absente", "blesse", "malade", "ausente", "lesionado", "assente", "infortunato", "afwezig",
    "geblesseerd", "ziek",
})  # fmt: skip
"""What people write where somebody was not there to be weighed."""
_NUMBER = re.compile(r"([+\-−]?)(\d[\d.,' \u2009\u202f]*|[.,]\d+)\s*([^\d\s.,][^\d]*)?")
_PLAIN = re.compile(r"\d*[.,]?\d+|\d+[.,]?")
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?:\s?(?:h|hrs|std|uur)\.?)?", re.IGNORECASE)
_HOURS = re.compile(
    r"(\d{1,2})\s*(?:h|hr|hrs|hours?|std|stunden?|heures?|horas?|or[ae]|uur|uren)\.?\s*(?:([0-5]?\d)\s*(?:m|mn|mins?|minut\w+)?\.?)?",
    re.IGNORECASE,
)
_LATE = 6
"""Hours from which on ``7:30`` is more likely a time of day than how long somebody exercised."""
_MINUTES = re.compile(r"(\d{1,4})\s?['′’]")
_FEET = re.compile(r"""([3-8])\s?(?:'|’|′|-|ft\.?|feet|foot)\s?(\d{1,2})\s?(?:"|”|″|''|in\.?|inch|inches)?""")


_NONE = {"none", "no", "keine", "nein", "aucun", "aucune", "ninguno", "ninguna", "nessuno", "nessuna", "nenhum",
         "nenhuma", "geen"}  # fmt: skip
_FEET_HEADERS = ("", *(unit for unit, (factor, _) in UNITS["cm"].items() if factor in (2.54, 30.48)))


class CellError(ValueError):
    """A cell that cannot be read: what was expected, and what to do."""

    def __init__(self, expected: str, remedy: str = "") -> None:
        super().__init__(expected)
        self.expected, self.remedy = expected, remedy


class NoUnitError(CellError):
    """A number of which nothing tells the unit."""

    def __init__(self, column: Column) -> None:
        super().__init__(f"a unit: {known_units(column.unit)}", "Write the unit into the header, in brackets")


@dataclass(frozen=True)
class Style:
    """How the numbers and days of a table are written.

    Parameters
    ----------
    commas, points
        True if there are numbers that can only have a decimal comma, or point.
    days
        In which order days can stand.
    """

    commas: bool = False
    points: bool = False
    days: DayOrder = field(default_factory=DayOrder)


def style_of(numbers: Iterable[str], days: Iterable[str], delimiter: str) -> Style:
    """Find out how numbers and days are written, from all the cells that hold them."""
    found = [match.group(2).strip() for match in map(_NUMBER.fullmatch, numbers) if match]
    sure = [each for each in found if not _GROUPED.fullmatch(each)]
    commas = any(re.fullmatch(r"\d*,\d+", each) for each in sure)
    points = any(re.fullmatch(r"\d*\.\d+", each) for each in sure)
    # Semicolons stand between cells where the comma is taken by decimals.
    return Style(commas or (delimiter == ";" and not points), points, table_days.order_of(days))


def is_unknown(cell: str) -> bool:
    """Tell whether a cell says that something is not known, or nothing."""
    return plain(cell) in UNKNOWN


def means_none(cell: str) -> bool:
    """Tell whether a cell says that there is no number to be told."""
    return is_unknown(cell) or plain(cell) in ABSENT


def number(cell: str, column: Column, header_unit: str, style: Style) -> float:
    """Read a number in the unit of its column; a unit in the cell must not gainsay the header.

    Raises
    ------
    CellError
        If it is no number, could be two, or has no unit that we know.
    """
    found = _NUMBER.fullmatch(cell)
    feet = _FEET.fullmatch(cell) if column.unit == "cm" and header_unit in _FEET_HEADERS else None
    # A stroke alone could stand in any code or range.
    if feet and ("-" not in cell or header_unit) and int(feet.group(2)) < 12:
        return round(2.54 * (12 * int(feet.group(1)) + int(feet.group(2))), 6)
    if not found:
        raise CellError("a number")
    written_size = _size(found.group(2).strip(), style) * (-1.0 if found.group(1) in ("-", "−") else 1.0)
    written = unit_name(found.group(3) or "")
    known = UNITS.get(column.unit, {})
    if written and written not in known:
        raise CellError(f"a number, with no unit or one of {known_units(column.unit)}")
    if written and header_unit and known[written] != known[header_unit]:
        raise CellError(f"the unit of the header, {header_unit}", "Correct the header or the cell")
    unit = written or header_unit
    if not unit:
        raise NoUnitError(column)
    if known[unit] == CLOCK:
        raise CellError("a number")
    factor, offset = known[unit]
    value = written_size * factor + offset
    if not math.isfinite(value):
        raise CellError("a number")
    # What a conversion leaves beyond the sixth decimal is no reading of any scale, and would make a gain of nothing.
    return value if factor == 1.0 else round(value, 6)


def size(cell: str, style: Style) -> float | None:
    """Read the number of a cell as it is written, whatever its unit; None if it is none."""
    found = _NUMBER.fullmatch(cell)
    try:
        return None if found is None or found.group(1) in ("-", "−") else _size(found.group(2).strip(), style)
    except CellError:
        return None


def _size(text: str, style: Style) -> float:
    if not _PLAIN.fullmatch(text):
        raise CellError("one number without signs between thousands", "Write 1250, not 1,250 or 1 250")
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        comma = grouped.group(1) == ","
        if style.commas if not comma else not style.commas or style.points:
            raise CellError("a number that can be read in one way", "Write 1250, or 1.25, for what is meant")
    return float(text.replace(",", "."))


def duration(cell: str, column: Column, header_unit: str, style: Style, *, vague: bool = False) -> float:
    """Read a duration (min): a number, or hours and minutes as ``2:15``, ``2 h 15 min``, ``2h15``.

    Parameters
    ----------
    vague
        True if the column may as well hold times of day.
    """
    if found := _MINUTES.fullmatch(cell):
        return float(found.group(1))
    found = _CLOCK.fullmatch(cell)
    told_as_clock = UNITS[column.unit].get(header_unit) == CLOCK
    if found and not told_as_clock and (int(found.group(1)) >= _LATE or (vague and not header_unit)):
        raise CellError("a duration, for this could be a time of day", "Write minutes, such as 135, if it is one")
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return 60.0 * hours + minutes + seconds / 60.0
    found = _HOURS.fullmatch(cell)
    if found and found.group(2):
        return 60.0 * int(found.group(1)) + int(found.group(2))
    try:
        return number(cell, column, "" if told_as_clock else header_unit, style)
    except NoUnitError:
        raise
    except CellError as problem:
        raise CellError("minutes, hours, or h:mm such as 2:15", problem.remedy) from None


def day(cell: str, style: Style) -> str:
    """Read a day and give it as ISO writes it.

    Raises
    ------
    CellError
        If it is no day, or could be two.
    """
    try:
        return table_days.day(cell, style.days)
    except table_days.NoDayError as problem:
        raise CellError(problem.expected, problem.remedy) from None


def word(cell: str, column: Column) -> str:
    """Read one of the words that a column knows."""
    written = name_of(cell)
    if written in column.words:
        return column.words[written]
    meant = list(dict.fromkeys(column.words.values()))
    close = did_you_mean(cell, column.words)
    raise CellError("one of " + ", ".join(meant), close.rstrip(".") if close.startswith("Did") else "")


def words(cell: str, column: Column) -> tuple[str, ...]:
    """Read several words with commas, semicolons, strokes or plus signs between them."""
    parts = [part.strip() for part in re.split(r"[,;|/+]", cell)]
    found = [word(part, column) for part in parts if plain(part) not in UNKNOWN | _NONE]
    return tuple(dict.fromkeys(found))


def yes_or_no(cell: str, column: Column) -> bool:
    """Read yes or no."""
    written = plain(cell)
    if written in ("yes", "y", "true", "1", "x", "positive", "pos", "+") or column.words.get(written) == "yes":
        return True
    if written in ("no", "n", "false", "0", "none", "negative", "neg") or column.words.get(written) == "no":
        return False
    raise CellError("yes or no, or nothing if it is not known")
