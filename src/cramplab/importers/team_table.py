"""Reads a table of people or weighings as people really have it: good rows, bad rows, and every fault at once.

Nothing is lost on a bad row: its cells are kept as written, so that they can be shown and mended.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cramplab.core.errors import Fault, FaultsFoundError, did_you_mean, nearest, place_in
from cramplab.importers import table_values
from cramplab.importers.table_columns import Column, Heading, heading, known_units
from cramplab.importers.table_text import Line, split_table
from cramplab.importers.table_values import UNKNOWN, CellError, NoUnitError, Style

_FORMULA = ("=", "+", "-", "@", "'")


@dataclass(frozen=True)
class Row:
    """One row.

    Parameters
    ----------
    line
        As the spreadsheet counts.
    cells
        As written, by what the header says.
    values
        By key, in the column's unit; what is not told or cannot be read is left out.
    sizes
        Numbers as they are written, by key, whatever their unit.
    faults
        What cannot be read; empty for a good row.
    """

    line: int
    cells: Mapping[str, str]
    values: Mapping[str, Any]
    sizes: Mapping[str, float]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class BadRow:
    """A row that was not taken, whole as written.

    Parameters
    ----------
    line
        As the spreadsheet counts.
    cells
        By what the header says.
    faults
        Why.
    """

    line: int
    cells: Mapping[str, str]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Table:
    """A table as read.

    Parameters
    ----------
    rows
        All of them, good and bad.
    notices
        What was guessed or left aside.
    written
        Key to what the header calls it.
    """

    rows: tuple[Row, ...]
    notices: tuple[str, ...]
    written: Mapping[str, str]


def read_table(data: bytes, place: str, columns: Sequence[Column], needed: Sequence[Sequence[str]]) -> Table:
    """Read a table.

    Parameters
    ----------
    data
        As the file holds them.
    place
        Name of the file, for messages.
    columns
        Which columns it may have; what else stands in it is kept in the cells and told in a notice.
    needed
        Groups of keys; of each group one must be there.

    Raises
    ------
    FaultsFoundError
        If it is no table, or its header does not tell what stands where.
    """

    def score(cells: Sequence[str]) -> int:
        known = {found.key for cell in cells if cell and (found := heading(cell, columns).column)}
        # Cells of a row may hold names of columns too, such as those of conditions; a header tells whose row it is.
        return len(known) if known & {*needed[0]} else 0

    text = split_table(data, place, score)
    # A title may stand above the header; the line with the most names of columns is the header.
    at = max(range(min(5, len(text.lines))), key=lambda each: (score(text.lines[each].cells), -each))
    header, lines = text.lines[at], text.lines[at + 1 :]
    headings = [heading(cell, columns) for cell in header.cells]
    where = place_in(place, header.number)
    _raise_faults_of_header(headings, columns, needed, where)
    notices = list(text.notices)
    if at:
        notices.append(f"What stands above the header in line {header.number} was not read. ({place})")
    others = [each.written for each in headings if each.column is None and each.written]
    if others:
        named = ", ".join(f"'{each}'" for each in others)
        notices.append(f"Not used: column{'s' if len(others) > 1 else ''} {named}. ({where})")
    reader = _Reader(place, header.number, headings, _style(headings, lines, text.delimiter))
    rows = tuple(reader.read(line) for line in lines)
    if reader.style.day_first is not None:
        order = "day/month/year" if reader.style.day_first else "month/day/year"
        notices.append(f"Days with strokes were read as {order}, which is what those above 12 leave. ({place})")
    return Table(rows, tuple(notices), {each.column.key: each.written for each in headings if each.column})


def _raise_faults_of_header(
    headings: Sequence[Heading], columns: Sequence[Column], needed: Sequence[Sequence[str]], where: str
) -> None:
    faults: list[Fault] = []
    by_key: dict[str, list[str]] = {}
    for each in headings:
        if each.column:
            by_key.setdefault(each.column.key, []).append(each.written)
    for key, written in by_key.items():
        if len(written) > 1:
            both = " and ".join(f"'{name}'" for name in written)
            faults.append(
                Fault(f"The columns {both} both mean {key}", where, "one of them", "Rename or delete the other")
            )
    spare = [each.written for each in headings if each.column is None and each.written]
    for keys in needed:
        if not any(key in by_key for key in keys):
            names = [name for column in columns if column.key in keys for name in (column.key, *column.names)]
            close = [each for each in spare if nearest(each, [*keys])]
            remedy = f"For '{close[0]}': {did_you_mean(close[0], [*keys])}" if close else ""
            if not close and spare:
                shown = ", ".join(f"'{each[:30]}'" for each in spare[:8])
                remedy = f"Rename the one that is meant; not known are {shown}"
            others = ", ".join(names[1:7])
            faults.append(Fault(f"There is no column '{keys[0]}'", where, f"that name, or {others}", remedy))
    if faults:
        raise FaultsFoundError(faults)


def _fault_of_unit(found: Heading, where: str) -> Fault:
    assert found.column is not None
    said = f"says '{found.strange_unit}', which is no unit we know" if found.strange_unit else "does not tell its unit"
    example = f"{found.written.split('(')[0].strip()} ({known_units(found.column.unit).split(' or ')[0].split(',')[0]})"
    return Fault(
        f"The column '{found.written}' {said}", where, known_units(found.column.unit),
        f"Write it into the header, for example '{example}' if it is that",
    )  # fmt: skip


def _style(headings: Sequence[Heading], lines: Sequence[Line], delimiter: str) -> Style:
    def cells(*kinds: str) -> list[str]:
        chosen = [at for at, each in enumerate(headings) if each.column and each.column.kind in kinds]
        return [line.cells[at] for line in lines for at in chosen if at < len(line.cells)]

    return table_values.style_of(cells("number", "duration"), cells("date"), delimiter)


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, place: str, header_line: int, headings: Sequence[Heading], style: Style) -> None:
        self.place, self.headings, self.style = place, headings, style
        self.header = place_in(place, header_line)

    def read(self, line: Line) -> Row:
        """Read one row; what cannot be read becomes a fault of it."""
        where = place_in(self.place, line.number)
        faults: list[Fault] = []
        cells: dict[str, str] = {}
        values: dict[str, Any] = {}
        sizes: dict[str, float] = {}
        beyond = any(line.cells[len(self.headings) :])
        if beyond:
            remedy = "Put cells that have a comma inside into quotes, or save with semicolons between cells"
            told = f"The row has {len(line.cells)} cells and the header {len(self.headings)}"
            faults.append(Fault(told, where, "as many cells as the header", remedy))
        for at, cell in enumerate(line.cells):
            found = self.headings[at] if at < len(self.headings) else Heading("")
            name = found.written or f"column {at + 1}"
            if cell or found.written:
                cells[name if name not in cells else f"{name} (column {at + 1})"] = cell
            if found.column is None or (cell.casefold() in UNKNOWN and found.column.kind != "code"):
                continue
            if found.column.kind == "number" and (size := table_values.size(cell, self.style)) is not None:
                sizes[found.column.key] = size
            try:
                values[found.column.key] = self._value(cell, found)
            except NoUnitError:
                # One fault for the whole column: it is mended in one place.
                faults.append(_fault_of_unit(found, self.header))
            except CellError as problem:
                faults.append(Fault(f"{found.written} is '{cell[:40]}'", where, problem.expected, problem.remedy))
        # Where cells have slipped to the right that is the one fault; a gain of weight is looked for all the same.
        return Row(line.number, cells, values, sizes, tuple(faults[:1] if beyond else faults))

    def _value(self, cell: str, found: Heading) -> Any:
        column = found.column
        assert column is not None
        match column.kind:
            case "number":
                return table_values.number(cell, column, found.unit, self.style)
            case "duration":
                return table_values.duration(cell, column, found.unit, self.style)
            case "date":
                return table_values.day(cell, self.style)
            case "word":
                return table_values.word(cell, column)
            case "words":
                return table_values.words(cell, column)
            case "yes_no":
                return table_values.yes_or_no(cell)
        return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA and cell[1:] else cell


def write_table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write a table that `read_table` reads; no spreadsheet takes any of its texts for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_as_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _as_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
