"""Tells which lines of a table are headers, units, athletes or totals, also where two tables were pasted together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from cramplab.core.errors import Fault, FaultsFoundError, did_you_mean, nearest, place_in
from cramplab.importers.table_columns import UNITS, Column, Heading, heading, name_of, unit_name
from cramplab.importers.table_text import TITLE_LINES, Line

# Some of these words stand for people too ("Max", initials "SD"), and are a total only beneath another one.
_TOTALS = frozenset({
    "total", "totals", "sum", "mean", "average", "avg", "median", "summe", "gesamt", "mittelwert", "durchschnitt",
    "schnitt", "moyenne", "somme", "promedio", "suma", "media", "mediana", "totale", "somma", "soma", "gemiddelde",
    "totaal",
})  # fmt: skip
_BENEATH_TOTALS = frozenset({"max", "min", "maximum", "minimum", "sd", "stdev", "std", "n", "count", "range", "se"})


@dataclass(frozen=True)
class Block:
    """A header and what stands beneath it.

    Parameters
    ----------
    header
        Its line, as the spreadsheet counts.
    headings
        What its cells say.
    lines
        Those of athletes.
    totals
        Those that sum up others.
    """

    header: int
    headings: tuple[Heading, ...]
    lines: list[Line] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)

    @property
    def written(self) -> dict[str, str]:
        """Key to what the header calls it."""
        return {each.column.key: each.written for each in self.headings if each.column}


def score(cells: Sequence[str], columns: Sequence[Column], needed: Sequence[Sequence[str]]) -> int:
    """Count the names of columns in a line; none if there is not even the first needed one."""
    known = _keys(cells, columns)
    # Cells of a row may hold names of columns too, such as those of conditions; a header tells whose row it is.
    return len(known) if known & {*needed[0]} else 0


def _keys(cells: Sequence[str], columns: Sequence[Column]) -> set[str]:
    return {found.key for cell in cells if cell and (found := heading(cell, columns).column)}


def _is_header(cells: Sequence[str], columns: Sequence[Column], needed: Sequence[Sequence[str]]) -> bool:
    told = [cell for cell in cells if cell]
    if any(re.match(r"[-+]?\d", cell) for cell in told):
        return False
    known = _keys(told, columns)
    return len(known) >= max(2, len(told) / 2) and all(known & {*keys} for keys in needed)


def blocks_of(
    lines: Sequence[Line], columns: Sequence[Column], needed: Sequence[Sequence[str]], place: str
) -> tuple[list[Block], list[str]]:
    """Give every header with what stands beneath it, and what has to be told of that.

    Parameters
    ----------
    needed
        Groups of keys; of each group a header has to have one.

    Raises
    ------
    FaultsFoundError
        If a header does not tell what stands where.
    """
    first = range(min(TITLE_LINES, len(lines)))
    likely = [at for at in first if _is_header(lines[at].cells, columns, needed)]
    # Without a line that has all that is needed: the one with the most names of columns.
    start = likely[0] if likely else max(first, key=lambda at: (score(lines[at].cells, columns, needed), -at))
    notices = []
    if start:
        notices.append(f"What stands above the header in line {lines[start].number} was not read. ({place})")
    blocks: list[Block] = []
    for line in lines[start:]:
        if not blocks or _is_header_again(line.cells, blocks[-1], columns, needed):
            same = blocks and line.cells[: len(blocks[0].headings)] == tuple(
                each.written for each in blocks[0].headings
            )
            told = "the same header" if same else "another header, and what follows was read by that one"
            if blocks:
                notices.append(f"In line {line.number} stands {told}. ({place})")
            blocks.append(Block(line.number, _headings(line, columns, needed, place)))
        elif not blocks[-1].lines and _are_units(line.cells, blocks[-1].headings):
            blocks[-1] = Block(blocks[-1].header, _with_units(blocks[-1].headings, line.cells, columns))
        elif _is_total(line.cells, blocks[-1]):
            blocks[-1].totals.append(line)
        else:
            blocks[-1].lines.append(line)
    totals = [line.number for block in blocks for line in block.totals]
    if totals:
        told = f"Totals and means are no athletes and were left aside: line {some_of(totals)}"
        notices.append(f"{told}. ({place})")
    notices += [told for block in blocks for told in _not_used(block, place)]
    return blocks, list(dict.fromkeys(notices))


def some_of(things: Iterable[object], most: int = 10) -> str:
    """Name some things, and say if there are more."""
    named = list(map(str, things))
    return ", ".join(named[:most]) + (" and others" if len(named) > most else "")


def _is_header_again(
    cells: Sequence[str], block: Block, columns: Sequence[Column], needed: Sequence[Sequence[str]]
) -> bool:
    if not _is_header(cells, columns, needed):
        return False
    code = _code_at(block.headings)
    # Where a code is all that is needed, words of a row could look like a header; its code does not.
    return len(needed) > 1 or (code < len(cells) and heading(cells[code], columns).column is not None)


def _code_at(headings: Sequence[Heading]) -> int:
    return next((at for at, each in enumerate(headings) if each.column and each.column.kind == "code"), 0)


def _headings(
    line: Line, columns: Sequence[Column], needed: Sequence[Sequence[str]], place: str
) -> tuple[Heading, ...]:
    headings = [heading(cell, columns) for cell in line.cells]
    strong = {each.column.key for each in headings if each.column and not each.weak}
    # "No" and "Name" side by side: the code is read, and the name is not. So with "Position" and "Group".
    headings = [Heading(each.written) if each.column and each.weak and each.column.key in strong else each
                for each in headings]  # fmt: skip
    _raise_faults_of_header(headings, columns, needed, place_in(place, line.number))
    return tuple(headings)


def _not_used(block: Block, place: str) -> Iterator[str]:
    others = [each.written for each in block.headings if each.column is None and each.written]
    if others:
        named = ", ".join(f"'{each}'" for each in others)
        yield f"Not used: column{'s' if len(others) > 1 else ''} {named}. ({place_in(place, block.header)})"


def _unit_in(cell: str) -> str:
    return unit_name(cell.strip("()[] "))


def _are_units(cells: Sequence[str], headings: Sequence[Heading]) -> bool:
    """Tell whether a line holds units of the columns above and nothing else."""
    code = _code_at(headings)
    if code < len(cells) and cells[code].strip("-–()[] "):
        return False
    told = [(cell, each) for cell, each in zip(cells, headings, strict=False) if cell.strip("-–()[] ")]
    units = [each for cell, each in told if each.column and _unit_in(cell) in UNITS.get(each.column.unit, {})]
    digits = any(re.search(r"\d", cell) for cell, _ in told)
    return bool(units) and not digits and len(units) >= len(told) / 2


def _with_units(headings: Sequence[Heading], cells: Sequence[str], columns: Sequence[Column]) -> tuple[Heading, ...]:
    """Give headings the units that stand in a line of their own beneath them."""
    units = [*map(_unit_in, cells), *[""] * len(headings)]
    return tuple(_with_unit(each, unit, columns) for each, unit in zip(headings, units, strict=False))


def _with_unit(found: Heading, unit: str, columns: Sequence[Column]) -> Heading:
    known = UNITS.get(found.column.unit, {}) if found.column else {}
    if found.column is None or unit not in known:
        return found
    if found.unit in ("", found.column.usual):
        return heading(f"{found.written} ({unit})", columns)
    # Which of two units is right nobody can know; that more stands after than before still shows.
    gainsaid = known[unit] != known[found.unit]
    return replace(found, unit="", strange_unit=f"{found.unit} and {unit}") if gainsaid else found


def _is_total(cells: Sequence[str], block: Block) -> bool:
    code = _code_at(block.headings)
    # A total often stands in another column than the codes.
    said = (cells[code] if code < len(cells) else "") or next((cell for cell in cells if cell), "")
    words = name_of(said).split()
    found = bool(_TOTALS & {*words}) and (len(words) == 1 or " " in said)
    last = block.lines[-1].number if block.lines else 0
    beneath = bool(block.totals) and block.totals[-1].number > last and " ".join(words) in _BENEATH_TOTALS
    return found or beneath


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
