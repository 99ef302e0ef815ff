"""Rosters and weighings brought in: good rows are kept, bad ones wait as they are until somebody mends them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.importers.roster import read_roster
from cramplab.importers.weigh_ins import read_team_weigh_ins
from cramplab.web.storage.athletes import import_athletes
from cramplab.web.storage.database import Database
from cramplab.web.storage.unread_rows import UnreadRow, forget_unread, keep_unread
from cramplab.web.storage.weighings import add_weighing, all_weighings, import_weighings

KINDS = {"roster": "a roster", "weighings": "weighings"}
EXAMPLES = {"roster": "roster.csv", "weighings": "weighins.csv"}
_LONGEST_NAME = 80


@dataclass(frozen=True)
class BroughtIn:
    """What came of a table.

    Parameters
    ----------
    words
        What was kept, in one sentence.
    notices
        What was guessed or left aside.
    bad
        Rows that wait to be mended.
    """

    words: str
    notices: tuple[str, ...]
    bad: int


def bring_in(database: Database, kind: str, data: bytes, name: str) -> BroughtIn:
    """Read a table and keep all that can be kept.

    Parameters
    ----------
    kind
        Of `KINDS`.
    name
        Of the file, as the user knows it; only ever shown.

    Raises
    ------
    FaultsFoundError
        If it is no table, or its header does not tell what stands where; nothing is then kept.
    """
    name = _shown(name)
    if kind == "roster":
        roster = read_roster(data, name)
        bad_rows, notices, faults = roster.bad_rows, roster.notices, roster.faults
        found = len(roster.athletes)
    else:
        table = read_team_weigh_ins(data, name)
        bad_rows, notices, faults = table.bad_rows, table.notices, table.faults
        found = len(table.weighings)
    if not found and not bad_rows:
        raise FaultsFoundError(faults)
    # Bad rows first: were the disk full between the two, the same file could simply be brought in again.
    keep_unread(database, [
        UnreadRow(kind, name, row.line, dict(row.cells), tuple(str(fault).replace("\n", " ") for fault in row.faults))
        for row in bad_rows
    ])  # fmt: skip
    if kind == "roster":
        added, changed = import_athletes(database, roster.athletes)
        words = f"{name}: athletes added {added}, changed {changed}, the same as before {found - added - changed}."
    else:
        added, known = import_weighings(database, table.weighings)
        words = f"{name}: weighings added {added}, known already {known}."
    return BroughtIn(words, tuple(notices), len(bad_rows))


def mend(database: Database, row: UnreadRow, cells: Mapping[str, str]) -> None:
    """Read a row again with other cells; keep it and forget the bad one.

    Raises
    ------
    FaultsFoundError
        If it still cannot be read; nothing is then changed.
    """
    data = _as_table(cells)
    if row.kind == "roster":
        roster = read_roster(data, row.file)
        if roster.faults:
            raise FaultsFoundError(roster.faults)
        import_athletes(database, roster.athletes)
    else:
        table = read_team_weigh_ins(data, row.file)
        if table.faults:
            raise FaultsFoundError(table.faults)
        stands = _kept_of(database, row)
        known = {each.weighing for each in all_weighings(database) if each.id != stands}
        for weighing in table.weighings:
            if weighing not in known or stands is not None:
                add_weighing(database, weighing, replaces=stands)
                stands = None
    forget_unread(database, row.id)


def _kept_of(database: Database, row: UnreadRow) -> int | None:
    """Give the number of the weighing that was kept of a bad row because it shows a gain; None if there is none."""
    try:
        partial = read_team_weigh_ins(_as_table(row.cells, line=row.line), row.file).weighings
    except UserError:
        return None
    return next((each.id for each in all_weighings(database) if each.weighing in partial), None)


def _as_table(cells: Mapping[str, str], line: int = 2) -> bytes:
    """Write one row as a table; blank lines above it put it on the line on which it stood."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(cells.keys())
    text.write("\n" * (line - 2))
    writer.writerow(cells.values())
    return text.getvalue().encode()


def invented_team(kind: str) -> bytes:
    """Give a table of the invented team that comes with the program."""
    package = Path(__file__).resolve().parents[2]
    places = (package / "examples" / EXAMPLES[kind], package.parents[1] / "examples" / EXAMPLES[kind])
    for place in places:
        if place.is_file():
            return place.read_bytes()
    raise UserError(f"The example {EXAMPLES[kind]} is missing from this installation. Install cramplab again.")


def _shown(name: str) -> str:
    """Give the last part of a file's name, short and without signs that nobody sees."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(sign for sign in last if sign.isprintable())[:_LONGEST_NAME] or "table"
