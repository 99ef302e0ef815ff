"""What is kept: counted, taken along whole, deleted only after it was asked for twice."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from cramplab.core.team import Athlete, Weighing
from cramplab.importers.roster import read_roster
from cramplab.importers.weigh_ins import read_team_weigh_ins
from cramplab.web.storage.athletes import add_athlete, all_athletes
from cramplab.web.storage.database import Database
from cramplab.web.storage.drafts import DraftFile
from cramplab.web.storage.jobs import new_job
from cramplab.web.storage.plans import all_plans, insert_plan
from cramplab.web.storage.weighings import add_weighing, all_weighings

ATHLETE = Athlete("FB54", position="back", sex="male", age_y=22.0, mass_kg=104.0, flags=("diuretic",))
WEIGHING = Weighing("FB54", date="2026-08-14", session="AM", mass_before_kg=104.1, mass_after_kg=103.0, drank_L=1.5,
                    duration_min=90.0)  # fmt: skip
TREE = {"title": "A run", "person_id": "me", "outcome": "unknown"}


@pytest.fixture
def kept(app_client):
    """A client of an app that holds one of each."""
    add_athlete(app_client.database, ATHLETE)
    add_weighing(app_client.database, WEIGHING)
    with app_client.database.writing() as connection:
        files = [DraftFile("course", "course.fit", b"abc"), DraftFile("weather", "..\\..\\evil.json", b"{}")]
        insert_plan(connection, TREE, "schema = 1\n", [], files)
    return app_client


def archive_of(client) -> zipfile.ZipFile:
    answer = client.get("/data/cramplab.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_the_page_tells_where_the_file_is_and_what_it_holds(kept):
    page = kept.get("/data").text
    assert str(kept.database.file) in page
    assert '<th scope="row">Athletes</th><td>1</td>' in page
    assert '<th scope="row">Plans</th><td>1</td>' in page


def test_all_can_be_taken_along_and_read_again(kept, tmp_path):
    packed = archive_of(kept)
    assert read_roster(packed.read("roster.csv"), "roster.csv").athletes == (ATHLETE,)
    assert read_team_weigh_ins(packed.read("weighins.csv"), "weighins.csv").weighings == (WEIGHING,)
    (plan,) = all_plans(kept.database)
    assert json.loads(packed.read(f"plans/{plan.id}/plan.json")) == TREE
    assert packed.read(f"plans/{plan.id}/course.fit") == b"abc"
    assert all(".." not in name and "\\" not in name for name in packed.namelist())
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(packed.read("cramplab.sqlite3"))
    assert [each.athlete for each in all_athletes(Database(copy))] == [ATHLETE]


def test_an_empty_file_can_be_taken_along_too(app_client):
    assert "roster.csv" in archive_of(app_client).namelist()


@pytest.mark.parametrize("typed", ["", "yes", "delete all", "löschen"])
def test_nothing_is_deleted_without_the_word(kept, typed):
    answer = kept.submit("/data/delete", {"word": typed})
    assert answer.status_code == 422
    assert "Nothing was deleted" in answer.text
    assert len(all_weighings(kept.database)) == 1


def test_opening_the_question_deletes_nothing(kept):
    assert "cannot be undone" in kept.get("/data/delete").text
    assert len(all_athletes(kept.database)) == 1


def test_nothing_is_deleted_without_the_token_of_a_page(kept):
    assert kept.post("/data/delete", data={"word": "delete"}).status_code == 403
    assert len(all_athletes(kept.database)) == 1


def test_all_is_deleted_and_told(kept):
    answer = kept.submit("/data/delete", {"word": " Delete "})
    assert answer.status_code == 303
    assert "All was deleted" in kept.get(answer.headers["location"]).text
    assert (all_athletes(kept.database), all_weighings(kept.database), all_plans(kept.database)) == ((), (), ())
    assert b"FB54" not in kept.database.file.read_bytes()


def test_the_page_never_says_deleted_while_something_is_kept(kept):
    assert "All was deleted" not in kept.get("/data?deleted=yes").text


def test_long_runs_are_stopped_before_all_is_deleted(kept, monkeypatch):
    stopped = []
    monkeypatch.setattr(kept.app.state.background, "cancel", stopped.append)
    name = new_job(kept.database, "plan", "A plan", {})
    kept.submit("/data/delete", {"word": "delete"})
    assert stopped == [name]
