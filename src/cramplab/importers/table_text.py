"""Turns the bytes of a table as people save it (CSV) into lines of cells; knows nothing of what the cells mean."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cramplab.core.errors import Fault, FaultsFoundError, place_in

LARGEST_FILE = 5_000_000
"""Bytes."""
MOST_ROWS = 5000
DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 200
TITLE_LINES = 12
"""Lines with something in them among which the header is looked for."""
_LONGEST_CELL = 20
"""Lines over which one cell in quotes may go."""
_OTHER_FILES = (
    (b"PK\x03\x04", "a workbook (such as XLSX) or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (XLS)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"<", "a web page or XML"),
)
_SAVE_AS = "Open it in the spreadsheet and save it as 'CSV UTF-8'"


@dataclass(frozen=True)
class Line:
    """One line of a table.

    Parameters
    ----------
    number
        As the spreadsheet counts its rows, from 1.
    cells
        As written, without the spaces around them.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TableText:
    """The lines of a table that have something in them.

    Parameters
    ----------
    delimiter
        What stands between cells.
    notices
        What had to be guessed in reading.
    """

    lines: tuple[Line, ...]
    delimiter: str
    notices: tuple[str, ...]


def split_table(data: bytes, place: str, score: Callable[[Sequence[str]], int]) -> TableText:
    """Split a table into lines of cells.

    Parameters
    ----------
    data
        UTF-8, UTF-16 with a byte-order mark, or Windows-1252; between cells one of `DELIMITERS`.
    place
        Name of the file, for messages.
    score
        Tells how many cells of a line are names of columns; decides what stands between cells.

    Raises
    ------
    FaultsFoundError
        If it is no table, too large or empty.
    """
    if len(data) > LARGEST_FILE:
        raise _no_table("The table is too large", place, f"at most {LARGEST_FILE / 1e6:g} MB")
    text, notices = _decoded(data, place)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    told = re.match(r'"?sep=(.)"?[ \t]*\n', text, re.IGNORECASE)
    if told:
        text = text[told.end() :]
    if any(line.count(each) >= MOST_COLUMNS for line in text.split("\n") for each in DELIMITERS):
        raise _no_table("The table has too many columns", place, f"at most {MOST_COLUMNS}", _SAVE_AS)
    if text.count("\n") > _LONGEST_CELL * MOST_ROWS:
        raise _too_many_rows(place)
    delimiter = told.group(1) if told else _likeliest(text, score)
    lines: list[Line] = []
    # A spreadsheet does not count the line that tells the separator.
    for number, cells in enumerate(_records(text.split("\n"), delimiter), start=1):
        cleaned = tuple(_clean(cell) for cell in cells)
        if any(cleaned):
            lines.append(Line(number, cleaned))
        if len(lines) > MOST_ROWS + 1:
            raise _too_many_rows(place)
    if not lines:
        raise _no_table("The table is empty", place, "a header and a row for each athlete")
    return TableText(tuple(lines), delimiter, tuple(notices))


def _too_many_rows(place: str) -> FaultsFoundError:
    remedy = "Split it into several files, and delete empty rows at the end"
    return _no_table("The table has too many rows", place, f"at most {MOST_ROWS}", remedy)


def _no_table(message: str, place: str, expected: str = "", remedy: str = "") -> FaultsFoundError:
    return FaultsFoundError([Fault(message, place, expected, remedy)])


def _decoded(data: bytes, place: str) -> tuple[str, list[str]]:
    notices: list[str] = []
    for start, what in _OTHER_FILES:
        if data.lstrip()[:8].startswith(start):
            raise _no_table(f"The file is {what}, and no CSV", place, remedy=_SAVE_AS)
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise _no_table("The file is no text", place, remedy=_SAVE_AS) from None
        notices.append(f"The file is not UTF-8 and was read as Windows-1252: check accents and signs. ({place})")
    if "\x00" in text:
        raise _no_table("The file holds bytes that are no text (NUL)", place_in(place), remedy=_SAVE_AS)
    return text, notices


def _likeliest(text: str, score: Callable[[Sequence[str]], int]) -> str:
    """Choose what stands between cells: what gives the most names of columns, then the most cells."""
    first = [line for line in text[:20_000].split("\n") if line.strip()][:TITLE_LINES]

    def found(delimiter: str) -> tuple[int, int]:
        lines = [[_clean(cell) for cell in cells] for cells in _records(first, delimiter)]
        return max((score(cells) for cells in lines), default=0), max((len(cells) for cells in lines), default=0)

    return max(DELIMITERS, key=found)


def _records(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    """Split each line; one with an open quote takes in what follows only if that makes a line of a usual width.

    A quote that nobody closed would otherwise swallow the rest of the table, and with it whoever stands there.
    """
    at, widths = 0, _widths(lines, delimiter)
    while at < len(lines):
        line, at = lines[at], at + 1
        cells = None
        if line.count('"') % 2:
            cells, at = _over_lines(lines, at, delimiter, widths)
            if cells is None:
                cells = line.split(delimiter)
        elif line:
            cells = next(iter(_parsed(line, delimiter)), [])
        yield cells or []


def _widths(lines: Sequence[str], delimiter: str) -> list[int]:
    """Give the numbers of cells that lines have, that of most cells first; titles and parts of a line have fewer."""
    counts = Counter(
        len(_parsed(line, delimiter)[0]) if '"' in line else line.count(delimiter) + 1
        for line in lines
        if line.strip() and line.count('"') % 2 == 0
    )
    # Where a few athletes stand beneath many titles, the cells of the athletes are still more.
    return sorted(counts, key=lambda width: (width > 1, counts[width] * width), reverse=True)


def _over_lines(lines: Sequence[str], at: int, delimiter: str, widths: Sequence[int]) -> tuple[list[str] | None, int]:
    """Join the line before ``at`` with the next that closes its quote; None if that gives no usual line."""
    for end in range(at, min(at + _LONGEST_CELL, len(lines))):
        if lines[end].count('"') % 2:
            found = _parsed("\n".join(lines[at - 1 : end + 1]), delimiter)
            # A line that has all the cells of a row is a row, and no part of a text.
            rows_inside = any(line.count(delimiter) + 1 >= widths[0] for line in lines[at : end + 1] if widths)
            usual = not widths or len(found[0]) in widths or len(found[0]) > widths[0]
            if len(found) == 1 and usual and not rows_inside:
                return found[0], end + 1
            break
    return None, at


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True))
    except (csv.Error, TypeError, ValueError):
        return [text.split(delimiter)]


def _clean(cell: str) -> str:
    """Take away spaces of every kind around a cell, and what makes one line of several inside it."""
    return " ".join(cell.replace("\ufeff", " ").split())
