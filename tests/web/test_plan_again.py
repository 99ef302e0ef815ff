"""A plan of the app, taken along as its scenario: the command line makes the same of it, in either units."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path
from types import NoneType
from typing import Any

import pytest
from tests.web.app_client import AppClient
from typer.testing import CliRunner

from cramplab.cli.app import app
from cramplab.core.errors import RefusedBySafetyError
from cramplab.web.storage.drafts import find_draft
from cramplab.web.storage.jobs import find_job

RECORDING = Path(__file__).parents[2] / "examples" / "marathon.fit"
METRIC: dict[str, dict[str, Any]] = {
    "you": {"code": "A01", "age": "41", "mass": "62,4", "sex": "female", "red_flags": "none"},
    "sweat": {"before_1": "62,4", "after_1": "61,3", "drank_1": "0,4", "minutes_1": "75"},
    "event": {"title": "A “short” one", "sport": "run", "effort": "file", "weather": "typed", "air": "18",
              "humidity": "60"},
    "drink": {"drink": "water"},
}  # fmt: skip
US: dict[str, dict[str, Any]] = {
    "you": {"code": "A01", "age": "41", "mass": "137.6", "sex": "female", "red_flags": "none"},
    "sweat": {"before_1": "137.6", "after_1": "135", "drank_1": "14", "minutes_1": "75"},
    "event": {"sport": "run", "effort": "distance", "distance": "6", "goal": "1:00", "stations": "2, 4",
              "weather": "typed", "air": "65", "humidity": "60"},
    "drink": {"drink": "own", "label": "per_serving", "serving": "12", "sodium": "150", "most": "27"},
}  # fmt: skip


GAINED = METRIC | {"sweat": {"before_1": "104,1", "after_1": "104,9", "drank_1": "3,9", "minutes_1": "135"}}


@pytest.mark.parametrize("answers", [METRIC, US, GAINED], ids=["metric, from a recording", "US", "gained"])
def test_the_scenario_of_a_plan_gives_the_same_plan(app_client: AppClient, tmp_path: Path, answers: Any) -> None:
    draft = app_client.submit("/plan/new").headers["location"].split("/")[3]
    if answers is US:
        app_client.submit(f"/plan/new/{draft}/you", {"version": _version(app_client, draft), "go": "units"})
    for step, told in answers.items():
        files = {"course": ("mine.fit", RECORDING.read_bytes())} if told.get("effort") == "file" else None
        form = {"version": _version(app_client, draft), **told}
        answer = app_client.submit(f"/plan/new/{draft}/{step}", form, files=files)
        assert answer.status_code == 303, answer.text
    asked = app_client.submit(f"/plan/new/{draft}/make", {"version": _version(app_client, draft)})
    job = find_job(app_client.database, asked.headers["location"].split("/")[2])
    while job is not None and job.is_open:
        time.sleep(0.2)
        job = find_job(app_client.database, job.id)
    assert job is not None
    assert job.state == "done", job.message

    with zipfile.ZipFile(io.BytesIO(app_client.get(f"{job.result}/scenario.zip").content)) as archive:
        archive.extractall(tmp_path)
    command = ["plan", str(tmp_path / "scenario.toml"), "--quiet", "--out", str(tmp_path / "out")]
    printed = CliRunner().invoke(app, command)
    assert isinstance(printed.exception, RefusedBySafetyError if answers is GAINED else NoneType), printed.output
    again = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert again == json.loads(app_client.get(f"{job.result}/plan.json").text)


def _version(client: AppClient, draft: str) -> int:
    found = find_draft(client.database, draft)
    assert found is not None
    return found.version
