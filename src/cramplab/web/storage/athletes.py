"""The athletes of the team; two people who change one at the same time do not overwrite each other unawares."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields

from cramplab.core.errors import UserError
from cramplab.core.team import Athlete
from cramplab.web.storage.database import Database, now

_COLUMNS = tuple(field.name for field in fields(Athlete) if field.name != "id")


class ChangedMeanwhileError(UserError):
    """Somebody else changed this athlete after the page was opened.

    Parameters
    ----------
    current
        As it stands now.
    """

    def __init__(self, current: Kept | None) -> None:
        self.current = current
        gone = "was deleted" if current is None else "was changed"
        super().__init__(f"This athlete {gone} in another window after this page was opened, so nothing was changed.")


@dataclass(frozen=True)
class Kept:
    """An athlete as kept.

    Parameters
    ----------
    version
        Counts the changes; who wants to change has to know it.
    """

    athlete: Athlete
    version: int
    changed_at: str


def all_athletes(database: Database) -> tuple[Kept, ...]:
    """Give all athletes by code."""
    with database.reading() as connection:
        return tuple(_kept(row) for row in connection.execute("select * from athlete order by code"))


def find_athlete(database: Database, code: str) -> Kept | None:
    """Give one athlete, or None."""
    with database.reading() as connection:
        row = connection.execute("select * from athlete where code = ?", (code,)).fetchone()
    return None if row is None else _kept(row)


def add_athlete(database: Database, athlete: Athlete) -> None:
    """Keep a new athlete.

    Raises
    ------
    UserError
        If there is one of this code.
    """
    try:
        with database.writing() as connection:
            _insert(connection, athlete)
    except sqlite3.IntegrityError:
        raise UserError(f"There is an athlete '{athlete.id}' already. Choose another code.") from None


def change_athlete(database: Database, athlete: Athlete, version: int) -> None:
    """Change an athlete whose version is known; the code stays.

    Raises
    ------
    ChangedMeanwhileError
        If it is no longer of that version.
    """
    assigned = ", ".join(f"{name} = ?" for name in _COLUMNS)
    with database.writing() as connection:
        changed = connection.execute(
            f"update athlete set {assigned}, version = version + 1, changed_at = ? where code = ? and version = ?",
            (*_values(athlete), now(), athlete.id, version),
        ).rowcount
    if not changed:
        raise ChangedMeanwhileError(find_athlete(database, athlete.id))


def import_athletes(database: Database, athletes: Iterable[Athlete]) -> tuple[int, int]:
    """Add athletes, or change those that are there; what a roster does not tell stays as it was.

    Returns
    -------
    added, changed
        How many.
    """
    added = changed = 0
    with database.writing() as connection:
        for athlete in athletes:
            row = connection.execute("select * from athlete where code = ?", (athlete.id,)).fetchone()
            if row is None:
                _insert(connection, athlete)
                added += 1
                continue
            told = {name: value for name, value in zip(_COLUMNS, _values(athlete), strict=True) if _is_told(value)}
            if all(row[name] == value for name, value in told.items()):
                continue
            assigned = ", ".join(f"{name} = ?" for name in told)
            connection.execute(
                f"update athlete set {assigned}, version = version + 1, changed_at = ? where code = ?",
                (*told.values(), now(), athlete.id),
            )
            changed += 1
    return added, changed


def delete_athlete(database: Database, code: str) -> None:
    """Delete an athlete with all their weighings."""
    with database.writing() as connection:
        connection.execute("pragma defer_foreign_keys = on")
        connection.execute("delete from weighing where code = ?", (code,))
        connection.execute("delete from athlete where code = ?", (code,))
        # What was worked out for the whole team holds numbers of this athlete too.
        connection.execute("delete from outlook")


def _is_told(value: object) -> bool:
    return value is not None and value not in ("", "unspecified")


def _insert(connection: sqlite3.Connection, athlete: Athlete) -> None:
    names = ("code", *_COLUMNS, "made_at", "changed_at")
    connection.execute(
        f"insert into athlete ({', '.join(names)}) values ({', '.join('?' * len(names))})",
        (athlete.id, *_values(athlete), now(), now()),
    )


def _values(athlete: Athlete) -> tuple[object, ...]:
    told = {name: getattr(athlete, name) for name in _COLUMNS}
    told["flags"] = " ".join(athlete.flags)
    if athlete.sickle_cell_trait is not None:
        told["sickle_cell_trait"] = int(athlete.sickle_cell_trait)
    return tuple(told.values())


def _kept(row: sqlite3.Row) -> Kept:
    told = {name: row[name] for name in _COLUMNS}
    told["flags"] = tuple(row["flags"].split())
    if row["sickle_cell_trait"] is not None:
        told["sickle_cell_trait"] = bool(row["sickle_cell_trait"])
    return Kept(Athlete(id=row["code"], **told), row["version"], row["changed_at"])
