"""Rows of an imported table that could not be read, kept as they were so that nothing is lost until they are mended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cramplab.web.storage.database import Database, now


@dataclass(frozen=True)
class UnreadRow:
    """A row that could not be read.

    Parameters
    ----------
    kind
        ``roster`` or ``weighings``.
    file, line
        Where it stood.
    cells
        By column, as written.
    faults
        What is wrong, one sentence each.
    """

    kind: str
    file: str
    line: int
    cells: Mapping[str, str]
    faults: tuple[str, ...]
    id: int = 0


def keep_unread(database: Database, rows: Iterable[UnreadRow]) -> None:
    """Keep rows, in place of earlier ones of the same file and lines."""
    with database.writing() as connection:
        for row in rows:
            connection.execute(
                "delete from unread_row where kind = ? and file = ? and line = ?", (row.kind, row.file, row.line)
            )
            connection.execute(
                "insert into unread_row (kind, file, line, cells, faults, made_at) values (?, ?, ?, ?, ?, ?)",
                (row.kind, row.file, row.line, json.dumps(dict(row.cells)), json.dumps(row.faults), now()),
            )


def all_unread(database: Database) -> tuple[UnreadRow, ...]:
    """Give all rows that are still to be mended."""
    with database.reading() as connection:
        return tuple(
            UnreadRow(
                row["kind"], row["file"], row["line"], json.loads(row["cells"]), tuple(json.loads(row["faults"])),
                row["id"],
            )
            for row in connection.execute("select * from unread_row order by file, line")
        )  # fmt: skip


def forget_unread(database: Database, number: int) -> None:
    """Forget a row: it was mended, or is not wanted."""
    with database.writing() as connection:
        connection.execute("delete from unread_row where id = ?", (number,))
