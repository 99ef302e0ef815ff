"""Reads a table of people or weighings as people really have it: good rows, bad rows, and every fault at once.

Nothing is lost on a bad row: its cells are kept as written, so that they can be shown and mended.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cramplab.core.errors import Fault, place_in
from cramplab.importers import table_values
from cramplab.importers.other_languages import misleading_letters
from cramplab.importers.table_columns import Column, Heading, known_units, plain
from cramplab.importers.table_days import notices_of_days
from cramplab.importers.table_layout import Block, blocks_of, score
from cramplab.importers.table_text import Line, split_table
from cramplab.importers.table_values import CellError, NoUnitError, Style, is_unknown, means_none

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
    written
        Key to what the header above the row calls it.
    absent
        What the row says instead of a number where nobody was there; empty if it does not.
    slipped
        True if there are more cells than the header has, so that none need be what its column says.
    """

    line: int
    cells: Mapping[str, str]
    values: Mapping[str, Any]
    sizes: Mapping[str, float]
    faults: tuple[Fault, ...]
    written: Mapping[str, str]
    absent: str = ""
    slipped: bool = False


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
    totals
        Rows that sum up others.
    notices
        What was guessed or left aside.
    keys
        Which columns there are.
    """

    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    notices: tuple[str, ...]
    keys: frozenset[str]


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
    text = split_table(data, place, lambda cells: score(cells, columns, needed))
    blocks, notices = blocks_of(text.lines, columns, needed, place)
    style = _style(blocks, text.delimiter)
    rows, totals = [], []
    for block in blocks:
        reader = _Reader(place, block, style)
        rows += [reader.read(line) for line in block.lines]
        totals += [reader.read(line) for line in block.totals]
    days = notices_of_days(_cells(blocks, "date"), style.days, place)
    keys = frozenset(key for block in blocks for key in block.written)
    return Table(tuple(rows), tuple(totals), (*text.notices, *notices, *days), keys)


def _fault_of_unit(found: Heading, where: str) -> Fault:
    assert found.column is not None
    said = f"says '{found.strange_unit}', which is no unit we know" if found.strange_unit else "does not tell its unit"
    example = f"{found.written.split('(')[0].strip()} ({known_units(found.column.unit).split(' or ')[0].split(',')[0]})"
    return Fault(
        f"The column '{found.written}' {said}", where, known_units(found.column.unit),
        f"Write it into the header, for example '{example}' if it is that",
    )  # fmt: skip


def _cells(blocks: Iterable[Block], *kinds: str) -> list[str]:
    return [
        line.cells[at]
        for block in blocks
        for at, each in enumerate(block.headings)
        if each.column and each.column.kind in kinds
        for line in (*block.lines, *block.totals)
        if at < len(line.cells)
    ]


def _style(blocks: Sequence[Block], delimiter: str) -> Style:
    return table_values.style_of(_cells(blocks, "number", "duration"), _cells(blocks, "date"), delimiter)


class _Reader:
    """Reads the rows beneath one header."""

    def __init__(self, place: str, block: Block, style: Style) -> None:
        self.place, self.headings, self.style, self.written = place, block.headings, style, block.written
        self.header = place_in(place, block.header)
        sexes = [at for at, each in enumerate(block.headings) if each.column and each.column.key == "sex"]
        self.misleading = {
            letter
            for at in sexes
            for letter in misleading_letters(
                block.headings[at].written, (line.cells[at] for line in block.lines if at < len(line.cells))
            )
        }

    def read(self, line: Line) -> Row:
        """Read one row; what cannot be read becomes a fault of it."""
        where = place_in(self.place, line.number)
        faults: list[Fault] = []
        cells: dict[str, str] = {}
        values: dict[str, Any] = {}
        sizes: dict[str, float] = {}
        absent = ""
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
            if found.column is None or (is_unknown(cell) and found.column.kind != "code"):
                continue
            if found.column.kind in ("number", "duration") and means_none(cell):
                absent = absent or cell
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
        named = tuple(faults[:1] if beyond else faults)
        return Row(line.number, cells, values, sizes, named, self.written, absent, beyond)

    def _value(self, cell: str, found: Heading) -> Any:
        column = found.column
        assert column is not None
        match column.kind:
            case "number":
                return table_values.number(cell, column, found.unit, self.style)
            case "duration":
                return table_values.duration(cell, column, found.unit, self.style, vague=found.weak)
            case "date":
                return table_values.day(cell, self.style)
            case "word":
                if column.key == "sex" and plain(cell) in self.misleading:
                    raise CellError("a word, for this letter may mean a woman here", "Write female or male")
                return table_values.word(cell, column)
            case "words":
                return table_values.words(cell, column)
            case "yes_no":
                return table_values.yes_or_no(cell, column)
        if column.kind == "code":
            # "#12", as shirts are written.
            cell = cell.removeprefix("#").strip()
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
