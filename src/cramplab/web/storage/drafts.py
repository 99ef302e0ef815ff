"""Plans in the making: each step of the form is kept as it is sent, so that nobody starts again."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cramplab.core.errors import UserError
from cramplab.web.storage.database import Database, now


@dataclass(frozen=True)
class DraftFile:
    """A file that belongs to a draft or a plan.

    Parameters
    ----------
    role
        ``course`` or ``weather``.
    name
        As the user called it; for show, never a path.
    """

    role: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """A plan in the making.

    Parameters
    ----------
    answers
        By step, then by field: what was sent, as text.
    version
        Counts the changes; who wants to change has to know it.
    """

    id: str
    answers: Mapping[str, Mapping[str, Any]]
    version: int
    changed_at: str


def new_draft(database: Database, answers: Mapping[str, Mapping[str, Any]] | None = None, *files: DraftFile) -> str:
    """Begin a draft, perhaps with the answers and files of a plan; gives its id."""
    name = secrets.token_urlsafe(9)
    with database.writing() as connection:
        connection.execute(
            "insert into draft (id, answers, made_at, changed_at) values (?, ?, ?, ?)",
            (name, json.dumps(answers or {}), now(), now()),
        )
        connection.executemany(
            "insert into draft_file (draft, role, name, content) values (?, ?, ?, ?)",
            [(name, file.role, file.name, file.content) for file in files],
        )
    return name


def find_draft(database: Database, name: str) -> Draft | None:
    """Give a draft, or None."""
    with database.reading() as connection:
        row = connection.execute("select * from draft where id = ?", (name,)).fetchone()
    return None if row is None else Draft(row["id"], json.loads(row["answers"]), row["version"], row["changed_at"])


def all_drafts(database: Database) -> tuple[Draft, ...]:
    """Give all drafts, the latest first."""
    with database.reading() as connection:
        return tuple(
            Draft(row["id"], json.loads(row["answers"]), row["version"], row["changed_at"])
            for row in connection.execute("select * from draft order by changed_at desc")
        )


def change_step(
    database: Database, name: str, step: str, answers: Mapping[str, Any], version: int, *files: DraftFile
) -> None:
    """Keep the answers of one step, with its files.

    Raises
    ------
    UserError
        If the draft was changed in another window meanwhile, or is gone; nothing is then changed.
    """
    with database.writing() as connection:
        _write(connection, name, {**_current(connection, name, version), step: dict(answers)})
        for file in files:
            connection.execute(
                "insert or replace into draft_file (draft, role, name, content) values (?, ?, ?, ?)",
                (name, file.role, file.name, file.content),
            )


def change_answers(database: Database, name: str, answers: Mapping[str, Mapping[str, Any]], version: int) -> None:
    """Keep the answers of all steps at once.

    Raises
    ------
    UserError
        As for one step.
    """
    with database.writing() as connection:
        _current(connection, name, version)
        _write(connection, name, answers)


def files_of_draft(database: Database, name: str) -> tuple[DraftFile, ...]:
    """Give the files of a draft."""
    with database.reading() as connection:
        found = connection.execute("select role, name, content from draft_file where draft = ?", (name,))
        return tuple(DraftFile(row["role"], row["name"], row["content"]) for row in found)


def remove_file(database: Database, name: str, role: str) -> None:
    """Take a file out of a draft."""
    with database.writing() as connection:
        connection.execute("delete from draft_file where draft = ? and role = ?", (name, role))


def delete_draft(database: Database, name: str) -> None:
    """Delete a draft with its files."""
    with database.writing() as connection:
        connection.execute("delete from draft where id = ?", (name,))


def _current(connection: sqlite3.Connection, name: str, version: int) -> dict[str, Any]:
    """Give the answers that stand, if they are those of a version."""
    row = connection.execute("select answers, version from draft where id = ?", (name,)).fetchone()
    if row is None:
        raise UserError("This draft is gone: its plan was made, or it was deleted. Begin a new one.")
    if row["version"] != version:
        raise UserError(
            "This draft was changed in another window after this page was opened, so nothing was changed. Go on "
            "from the page below, which shows it as it is now."
        )
    found: dict[str, Any] = json.loads(row["answers"])
    return found


def _write(connection: sqlite3.Connection, name: str, answers: Mapping[str, Mapping[str, Any]]) -> None:
    connection.execute(
        "update draft set answers = ?, version = version + 1, changed_at = ? where id = ?",
        (json.dumps(answers), now(), name),
    )
