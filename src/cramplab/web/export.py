"""All that the app keeps, as files in one archive that other programs and the command line read."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO

from cramplab.importers import roster, weigh_ins
from cramplab.web.storage.athletes import all_athletes
from cramplab.web.storage.database import Database
from cramplab.web.storage.plans import all_plans, find_plan
from cramplab.web.storage.weighings import all_weighings

_IN_MEMORY_BYTES = 8_000_000
_PIECE_BYTES = 64_000
_READ_ME = """What is in here

roster.csv        the athletes, by code: cramplab team roster.csv --weighins weighins.csv
weighins.csv      the weighings that hold now
plans/            of each plan: plan.json, scenario.toml (cramplab plan scenario.toml) and the files that it names
cramplab.sqlite3  all of it, with what was corrected or withdrawn: cramplab app --data cramplab.sqlite3
"""


def counts(database: Database) -> Mapping[str, int]:
    """Give how much is kept, by what it is."""
    asked = {
        "athletes": "select count(*) from athlete",
        "weighings, those corrected or withdrawn included": "select count(*) from weighing",
        "rows of tables that could not be read": "select count(*) from unread_row",
        "outlooks on a session": "select count(*) from outlook",
        "plans": "select count(*) from plan",
        "plans in the making": "select count(*) from draft",
        "recordings and weather files": "select (select count(*) from plan_file) + (select count(*) from draft_file)",
        "long runs": "select count(*) from job",
    }
    with database.reading() as connection:
        return {name: int(connection.execute(question).fetchone()[0]) for name, question in asked.items()}


def archive(database: Database) -> Iterator[bytes]:
    """Give the archive (zip), piece by piece; it is written whole before the first piece is given."""
    stream = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - closed once it was sent
    try:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
            _fill(packed, database)
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return _pieces(stream)


def _fill(packed: zipfile.ZipFile, database: Database) -> None:
    packed.writestr("READ_ME.txt", _READ_ME)
    packed.writestr("roster.csv", roster.to_csv(each.athlete for each in all_athletes(database)))
    packed.writestr("weighins.csv", weigh_ins.to_csv(each.weighing for each in all_weighings(database)))
    for listed in all_plans(database):
        plan = find_plan(database, listed.id)
        if plan is None:
            continue
        folder = f"plans/{plan.id}"
        packed.writestr(f"{folder}/plan.json", json.dumps(plan.tree, ensure_ascii=False, indent=1))
        packed.writestr(f"{folder}/scenario.toml", plan.scenario)
        for file in plan.files:
            # The scenario names it so; a name is never a way out of the folder.
            packed.writestr(f"{folder}/{file.name.replace(chr(92), '/').rpartition('/')[2] or file.role}", file.content)
    packed.writestr("cramplab.sqlite3", database.copy())


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece
