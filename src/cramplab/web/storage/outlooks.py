"""What sessions may bring to the team, as last worked out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cramplab.web.storage.database import Database, now


@dataclass(frozen=True)
class KeptOutlook:
    """An outlook as kept.

    Parameters
    ----------
    tree
        Plain form of `cramplab.core.team_result.Outlook`.
    weighings
        Number of the last weighing that it knew of.
    """

    tree: Mapping[str, Any]
    weighings: int
    made_at: str

    def is_old(self, last: int) -> bool:
        """Tell whether there were weighings after it."""
        return last > self.weighings


def insert_outlook(connection: sqlite3.Connection, tree: Mapping[str, Any], weighings: int) -> None:
    """Keep an outlook, in place of the one before, as a part of what is being written."""
    connection.execute("delete from outlook")
    connection.execute(
        "insert into outlook (tree, weighings, made_at) values (?, ?, ?)",
        (json.dumps(tree, ensure_ascii=False, allow_nan=False), weighings, now()),
    )


def latest_outlook(database: Database) -> KeptOutlook | None:
    """Give the last outlook, or None."""
    with database.reading() as connection:
        row = connection.execute("select * from outlook order by id desc limit 1").fetchone()
    return None if row is None else KeptOutlook(json.loads(row["tree"]), row["weighings"], row["made_at"])


def is_older_than_team(database: Database, outlook: KeptOutlook) -> bool:
    """Tell whether anybody was weighed, corrected, taken back or changed after an outlook."""
    with database.reading() as connection:
        last = connection.execute("select max(id) from weighing").fetchone()[0] or 0
        withdrawn = connection.execute("select max(withdrawn_at) from weighing").fetchone()[0] or ""
        changed = connection.execute("select max(changed_at) from athlete").fetchone()[0] or ""
    return outlook.is_old(last) or max(withdrawn, changed) > outlook.made_at
