"""Reads single cells as people fill them: numbers with comma or point and perhaps a unit, durations, days, words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cramplab.core.errors import did_you_mean
from cramplab.importers.table_columns import CLOCK, UNITS, Column, known_units, unit_name

UNKNOWN = frozenset({"", "-", "–", "—", "?", "n/a", "na", "unknown", "not known", "don't know", "not told"})
"""What people write where they do not know."""
_NUMBER = re.compile(r"([+\-−]?)(\d[\d.,' \u2009\u202f]*|[.,]\d+)\s*([^\d\s.,][^\d]*)?")
_PLAIN = re.compile(r"\d*[.,]?\d+|\d+[.,]?")
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?")
_HOURS = re.compile(
    r"(\d{1,2})\s*(?:h|hr|hrs|hour|hours)\.?\s*(?:([0-5]?\d)\s*(?:m|min|mins|minutes)?\.?)?", re.IGNORECASE
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:.*)?")
_DOTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_STROKES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: \d{1,2}:.*)?")


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
    day_first
        For days such as 4/8/2026; None if nothing in the column decides.
    """

    commas: bool = False
    points: bool = False
    day_first: bool | None = None


def style_of(numbers: Iterable[str], days: Iterable[str], delimiter: str) -> Style:
    """Find out how numbers and days are written, from all the cells that hold them."""
    found = [match.group(2).strip() for match in map(_NUMBER.fullmatch, numbers) if match]
    sure = [each for each in found if not _GROUPED.fullmatch(each)]
    commas = any(re.fullmatch(r"\d*,\d+", each) for each in sure)
    points = any(re.fullmatch(r"\d*\.\d+", each) for each in sure)
    # Semicolons stand between cells where the comma is taken by decimals.
    orders = {first > 12 for first, second in map(_parts, days) if (first > 12) != (second > 12)}
    return Style(commas or (delimiter == ";" and not points), points, orders.pop() if len(orders) == 1 else None)


def _parts(cell: str) -> tuple[int, int]:
    found = _STROKES.fullmatch(cell)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


def number(cell: str, column: Column, header_unit: str, style: Style) -> float:
    """Read a number in the unit of its column; a unit in the cell must not gainsay the header.

    Raises
    ------
    CellError
        If it is no number, could be two, or has no unit that we know.
    """
    found = _NUMBER.fullmatch(cell)
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
        if (comma and not (style.commas and not style.points)) or (not comma and style.commas and not style.points):
            raise CellError("a number that can be read in one way", "Write 1250, or 1.25, for what is meant")
    return float(text.replace(",", "."))


def duration(cell: str, column: Column, header_unit: str, style: Style) -> float:
    """Read a duration (min): a number, or hours and minutes as ``2:15``, ``2 h 15 min``, ``2h15``."""
    found = _CLOCK.fullmatch(cell)
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return 60.0 * hours + minutes + seconds / 60.0
    found = _HOURS.fullmatch(cell)
    if found and found.group(2):
        return 60.0 * int(found.group(1)) + int(found.group(2))
    try:
        return number(cell, column, "" if UNITS[column.unit].get(header_unit) == CLOCK else header_unit, style)
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
    expected, remedy = "a day such as 2026-08-04", "Write year-month-day"
    if found := _ISO.fullmatch(cell):
        year, month, of_month = (int(part) for part in found.groups())
    elif found := _DOTS.fullmatch(cell):
        of_month, month, year = (int(part) for part in found.groups())
    elif found := _STROKES.fullmatch(cell):
        first, second, year = (int(part) for part in found.groups())
        if style.day_first is None and first != second:
            raise CellError("a day that can be read in one way", "Write year-month-day, such as 2026-08-04")
        of_month, month = (first, second) if style.day_first else (second, first)
    else:
        raise CellError(expected, remedy)
    try:
        return date(year, month, of_month).isoformat()
    except ValueError:
        raise CellError(expected, remedy) from None


def word(cell: str, column: Column) -> str:
    """Read one of the words that a column knows."""
    written = " ".join(cell.casefold().replace("_", " ").replace("-", " ").split())
    if written in column.words:
        return column.words[written]
    meant = list(dict.fromkeys(column.words.values()))
    close = did_you_mean(cell, column.words)
    raise CellError("one of " + ", ".join(meant), close.rstrip(".") if close.startswith("Did") else "")


def words(cell: str, column: Column) -> tuple[str, ...]:
    """Read several words with commas, semicolons, strokes or plus signs between them."""
    parts = [part.strip() for part in re.split(r"[,;|/+]", cell)]
    found = [word(part, column) for part in parts if part.casefold() not in UNKNOWN | {"none", "no"}]
    return tuple(dict.fromkeys(found))


def yes_or_no(cell: str) -> bool:
    """Read yes or no."""
    written = cell.casefold()
    if written in ("yes", "y", "true", "1", "x", "positive", "pos", "+"):
        return True
    if written in ("no", "n", "false", "0", "none", "negative", "neg"):
        return False
    raise CellError("yes or no, or nothing if it is not known")
