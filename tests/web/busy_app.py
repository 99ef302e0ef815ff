"""The real app with one more kind of long run, which keeps a processor busy and knows nothing of bodies.

``python tests/web/busy_app.py app ...`` takes the words of ``cramplab app``. The kind is known in its workers too: a
process that is spawned imports this file again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from cramplab.cli.app import main
from cramplab.web import results, worker
from cramplab.web.storage.database import Database
from cramplab.web.storage.jobs import mark_interrupted, new_job


def busy(payload: Mapping[str, Any], report_progress: worker.Report) -> dict[str, Any]:
    """Keep a processor busy for a number of steps; each takes about a hundredth of a second."""
    content = b"busy"
    for step in range(payload["steps"]):
        for _ in range(payload.get("each", 10_000)):
            content = hashlib.sha256(content).digest()
        report_progress(step + 1, payload["steps"])
    return {"digest": content.hex()}


def keep_busy(connection: object, payload: object, tree: object) -> str:
    """Keep nothing; the result is to be seen on the first page."""
    return "/?done"


cast(dict, worker.KINDS)["busy"] = busy
cast(dict, results.KEEP)["busy"] = keep_busy


def ask_before_start(database: Database, *titles: str, steps: int, each: int = 10_000) -> list[str]:
    """Leave runs behind as a server does that was killed; each can then be started again. Gives their ids."""
    names = [new_job(database, "busy", title, {"steps": steps, "each": each}) for title in titles]
    mark_interrupted(database)
    return names


if __name__ == "__main__":
    main()
