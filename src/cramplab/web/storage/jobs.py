"""The long runs that were asked for, and what became of them; what a killed server left is told, not forgotten."""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from cramplab.web.storage.database import Database, now

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
OPEN: tuple[State, ...] = ("waiting", "running")


@dataclass(frozen=True)
class Job:
    """A long run.

    Parameters
    ----------
    kind
        ``plan`` or ``outlook``.
    title
        What it is for, for people.
    message
        Why it failed, or empty.
    result
        Where its result is to be seen, as a path of the app; empty until it is done.
    """

    id: str
    kind: str
    title: str
    state: State
    message: str
    result: str
    made_at: str

    @property
    def is_open(self) -> bool:
        """True while it waits or runs."""
        return self.state in OPEN


def new_job(database: Database, kind: str, title: str, payload: Any) -> str:
    """Keep what was asked for (plain JSON values); gives its id."""
    name = secrets.token_urlsafe(9)
    with database.writing() as connection:
        connection.execute(
            "insert into job (id, kind, title, payload, state, made_at, changed_at) values (?, ?, ?, ?, ?, ?, ?)",
            (name, kind, title, json.dumps(payload), "waiting", now(), now()),
        )
    return name


def find_job(database: Database, name: str) -> Job | None:
    """Give a job, or None."""
    with database.reading() as connection:
        row = connection.execute(
            "select id, kind, title, state, message, result, made_at from job where id = ?", (name,)
        ).fetchone()
    return None if row is None else Job(*row)


def open_job_like(database: Database, kind: str, title: str, payload: Any) -> str | None:
    """Give the id of a job that waits or runs and was asked for in the same words, or None."""
    with database.reading() as connection:
        row = connection.execute(
            "select id from job where kind = ? and title = ? and payload = ? and state in ('waiting', 'running')",
            (kind, title, json.dumps(payload)),
        ).fetchone()
    return None if row is None else str(row["id"])


def unfinished_jobs(database: Database) -> tuple[Job, ...]:
    """Give what waits, runs or was interrupted, the latest first."""
    with database.reading() as connection:
        rows = connection.execute(
            "select id, kind, title, state, message, result, made_at from job "
            "where state in ('waiting', 'running', 'interrupted') order by made_at desc"
        )
        return tuple(Job(*row) for row in rows)


def payload_of(database: Database, name: str) -> Any:
    """Give what a job was asked for."""
    with database.reading() as connection:
        row = connection.execute("select payload from job where id = ?", (name,)).fetchone()
    return json.loads(row["payload"])


def set_state(
    connection: sqlite3.Connection, name: str, state: State, *, message: str = "", result: str = "", only: str = ""
) -> bool:
    """Tell what became of a job, as a part of what is being written; false if it was no longer open.

    Parameters
    ----------
    only
        The state in which it must be; by default any open one.
    """
    known = (only,) if only else OPEN
    marks = ", ".join("?" * len(known))
    changed = connection.execute(
        f"update job set state = ?, message = ?, result = ?, changed_at = ? where id = ? and state in ({marks})",
        (state, message, result, now(), name, *known),
    )
    return changed.rowcount > 0


def mark_interrupted(database: Database) -> None:
    """Mark what a server that was killed had begun; call it before anything runs."""
    told = "The app was closed while this ran. Nothing else is lost; start it again."
    with database.writing() as connection:
        connection.execute(
            "update job set state = 'interrupted', message = ?, changed_at = ? where state in ('waiting', 'running')",
            (told, now()),
        )
