"""Keeps what long runs bring, each in one transaction with the end of its job."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Mapping
from typing import Any

from cramplab.web.background import Keep
from cramplab.web.storage.drafts import DraftFile
from cramplab.web.storage.outlooks import insert_outlook
from cramplab.web.storage.plans import insert_plan


def keep_plan(connection: sqlite3.Connection, payload: Mapping[str, Any], tree: Mapping[str, Any]) -> str:
    """Keep a plan with the answers that it came from; its draft is then done with."""
    files = [DraftFile(role, name, base64.b64decode(payload["files"][name])) for role, name in payload["roles"].items()]
    made = insert_plan(
        connection, tree, payload["scenario"], payload["notes"], files, payload.get("parent"),
        payload.get("change", ""), payload.get("answers"), payload.get("draft"),
    )  # fmt: skip
    if payload.get("draft"):
        # What was changed in it while the plan was worked out is in no plan yet, so such a draft stays.
        connection.execute(
            "delete from draft where id = ? and version = ?", (payload["draft"], payload["draft_version"])
        )
    return f"/plan/{made}"


def keep_outlook(connection: sqlite3.Connection, payload: Mapping[str, Any], tree: Mapping[str, Any]) -> str:
    """Keep what a session may bring to the team."""
    insert_outlook(connection, tree, payload["last_weighing"])
    return "/team"


KEEP: Mapping[str, Keep] = {"plan": keep_plan, "outlook": keep_outlook}
