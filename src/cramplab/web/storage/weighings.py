"""The weighings: only ever added. A correction is a new one that takes the place of an earlier one, which is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields

from cramplab.core.errors import UserError
from cramplab.core.team import Weighing
from cramplab.web.storage.database import Database, now

_COLUMNS = tuple(field.name for field in fields(Weighing) if field.name != "athlete")
_CURRENT = (
    "select * from weighing as this where withdrawn_at is null "
    "and not exists (select 1 from weighing as later where later.replaces = this.id)"
)


@dataclass(frozen=True)
class KeptWeighing:
    """A weighing as kept.

    Parameters
    ----------
    replaces
        Number of the one that it corrects or completes, or None.
    entered_at
        When it was written down; UTC.
    """

    id: int
    weighing: Weighing
    entered_at: str
    replaces: int | None
    withdrawn_at: str | None


def all_weighings(database: Database, code: str | None = None) -> tuple[KeptWeighing, ...]:
    """Give the weighings that hold now, by day and then as they were written down; of one athlete or of all."""
    where, values = ("", ()) if code is None else (" and code = ?", (code,))
    with database.reading() as connection:
        return tuple(_kept(row) for row in connection.execute(f"{_CURRENT}{where} order by date, id", values))


def history_of(database: Database, code: str) -> tuple[KeptWeighing, ...]:
    """Give everything that was ever written down of an athlete, what was corrected or withdrawn included."""
    with database.reading() as connection:
        found = connection.execute("select * from weighing where code = ? order by id", (code,))
        return tuple(_kept(row) for row in found)


def find_weighing(database: Database, number: int) -> KeptWeighing | None:
    """Give one weighing, or None."""
    with database.reading() as connection:
        row = connection.execute("select * from weighing where id = ?", (number,)).fetchone()
    return None if row is None else _kept(row)


def weighing_of_form(database: Database, token: str) -> KeptWeighing | None:
    """Give the weighing that a form has brought already, or None."""
    with database.reading() as connection:
        row = connection.execute("select * from weighing where token = ?", (token,)).fetchone()
    return None if row is None else _kept(row)


def add_weighing(
    database: Database, weighing: Weighing, *, token: str | None = None, replaces: int | None = None
) -> int:
    """Keep a weighing; when this returns it is on the disk.

    Parameters
    ----------
    token
        Of the form that it came from: the same form sent twice is kept once.
    replaces
        Number of the weighing that it corrects or completes.

    Returns
    -------
    int
        Its number.

    Raises
    ------
    UserError
        If the one that it corrects was corrected or withdrawn meanwhile; nothing is then changed.
    """
    with database.writing() as connection:
        if token is not None:
            again = connection.execute("select id from weighing where token = ?", (token,)).fetchone()
            if again is not None:
                return int(again["id"])
        if replaces is not None:
            _check_current(connection, replaces)
        return _insert(connection, weighing, token, replaces)


def import_weighings(database: Database, weighings: Iterable[Weighing]) -> tuple[int, int]:
    """Keep weighings of a table; one that is there already, number for number, is not kept twice.

    Returns
    -------
    added, known
        How many.
    """
    added = known = 0
    with database.writing() as connection:
        there = {_kept(row).weighing for row in connection.execute(_CURRENT)}
        for weighing in weighings:
            if weighing in there:
                known += 1
                continue
            _insert(connection, weighing, None, None)
            there.add(weighing)
            added += 1
    return added, known


def withdraw(database: Database, number: int) -> None:
    """Take a weighing out of all that is told; it stays in the history.

    Raises
    ------
    UserError
        If it was corrected or withdrawn meanwhile.
    """
    with database.writing() as connection:
        _check_current(connection, number)
        connection.execute("update weighing set withdrawn_at = ? where id = ?", (now(), number))


def _check_current(connection: sqlite3.Connection, number: int) -> None:
    if connection.execute(f"{_CURRENT} and id = ?", (number,)).fetchone() is None:
        raise UserError(
            "This weighing was changed or taken back in another window after this page was opened, so nothing was "
            "changed. Look at it again, then change it if it is still wrong."
        )


def _insert(connection: sqlite3.Connection, weighing: Weighing, token: str | None, replaces: int | None) -> int:
    names = ("code", *_COLUMNS, "entered_at", "replaces", "token")
    values = (weighing.athlete, *(getattr(weighing, name) for name in _COLUMNS), now(), replaces, token)
    marks = ", ".join("?" * len(names))
    made = connection.execute(f"insert into weighing ({', '.join(names)}) values ({marks})", values)
    return int(made.lastrowid or 0)


def _kept(row: sqlite3.Row) -> KeptWeighing:
    weighing = Weighing(row["code"], **{name: row[name] for name in _COLUMNS})
    return KeptWeighing(row["id"], weighing, row["entered_at"], row["replaces"], row["withdrawn_at"])
