"""The plans that were made, each with the scenario and the files that it came from; its link stays good."""

from __future__ import annotations

import json
import secrets
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cramplab.web.storage.database import Database, now
from cramplab.web.storage.drafts import DraftFile


@dataclass(frozen=True)
class PlanInList:
    """A plan as a list shows it.

    Parameters
    ----------
    outcome
        As in `cramplab.core.plan_result.PlanResult`.
    parent
        The plan of which this is a "what if", or None.
    change
        What was changed against it, in words.
    """

    id: str
    title: str
    person: str
    outcome: str
    parent: str | None
    change: str
    made_at: str


@dataclass(frozen=True)
class KeptPlan(PlanInList):
    """A plan with all that it holds.

    Parameters
    ----------
    tree
        The content of a ``plan.json``.
    scenario
        The scenario file (TOML) that gives this plan again on the command line.
    notes
        What the form assumed for what was not known, one sentence each.
    files
        That the scenario names.
    answers
        Of the form, by step, then by field; empty if the plan came in another way.
    """

    tree: Mapping[str, Any]
    scenario: str
    notes: tuple[str, ...]
    files: tuple[DraftFile, ...]
    answers: Mapping[str, Mapping[str, Any]]


def insert_plan(
    connection: sqlite3.Connection,
    tree: Mapping[str, Any],
    scenario: str,
    notes: Iterable[str],
    files: Iterable[DraftFile],
    parent: str | None = None,
    change: str = "",
    answers: Mapping[str, Any] | None = None,
    draft: str | None = None,
) -> str:
    """Keep a plan as a part of what is being written; gives its id.

    Parameters
    ----------
    draft
        From which it was made: who goes back to that is led to the plan.
    """
    name = secrets.token_urlsafe(9)
    packed = zlib.compress(json.dumps(tree, ensure_ascii=False, allow_nan=False).encode())
    connection.execute(
        "insert into plan (id, title, person, outcome, tree, scenario, notes, parent, change, answers, draft, "
        "made_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            name, tree["title"], tree["person_id"], tree["outcome"], packed, scenario, json.dumps(list(notes)), parent,
            change, json.dumps(answers or {}), draft, now(),
        ),
    )  # fmt: skip
    connection.executemany(
        "insert into plan_file (plan, role, name, content) values (?, ?, ?, ?)",
        [(name, file.role, file.name, file.content) for file in files],
    )
    return name


def all_plans(database: Database) -> tuple[PlanInList, ...]:
    """Give all plans, the latest first."""
    with database.reading() as connection:
        rows = connection.execute(
            "select id, title, person, outcome, parent, change, made_at from plan order by made_at desc"
        )
        return tuple(PlanInList(*row) for row in rows)


def find_plan(database: Database, name: str) -> KeptPlan | None:
    """Give a plan, or None."""
    with database.reading() as connection:
        row = connection.execute("select * from plan where id = ?", (name,)).fetchone()
        if row is None:
            return None
        files = connection.execute("select role, name, content from plan_file where plan = ?", (name,)).fetchall()
    return KeptPlan(
        row["id"], row["title"], row["person"], row["outcome"], row["parent"], row["change"], row["made_at"],
        json.loads(zlib.decompress(row["tree"])), row["scenario"], tuple(json.loads(row["notes"])),
        tuple(DraftFile(*file) for file in files), json.loads(row["answers"]),
    )  # fmt: skip


def plan_of_draft(database: Database, draft: str) -> str | None:
    """Give the id of the latest plan that was made from a draft, or None."""
    with database.reading() as connection:
        row = connection.execute("select id from plan where draft = ? order by made_at desc", (draft,)).fetchone()
    return None if row is None else str(row["id"])


def delete_plan(database: Database, name: str) -> None:
    """Delete a plan with its files."""
    with database.writing() as connection:
        connection.execute("delete from plan where id = ?", (name,))
