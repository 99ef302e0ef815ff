"""The team's pages: a gain first on every view, nothing of a table lost, tables that come back as they went in."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from tests.web.app_client import AppClient

from cramplab.core.plan_result import Range
from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_result import Outlook, SessionAhead, SessionOutlook, team_tree
from cramplab.importers.roster import read_roster
from cramplab.importers.weigh_ins import read_team_weigh_ins
from cramplab.planner.team import team_result
from cramplab.safety.limits import load_limits
from cramplab.web.results import KEEP
from cramplab.web.storage.athletes import add_athlete, all_athletes, change_athlete
from cramplab.web.storage.team_settings import TeamSettings, team_settings
from cramplab.web.storage.unread_rows import all_unread
from cramplab.web.storage.weighings import add_weighing, all_weighings, withdraw
from cramplab.web.team.view import TITLE, team_view

ROSTER = """athlete_id;position;mass (kg);sickle_cell_trait;flags
B07;OL;136,0;yes;past_heat_stroke
B22;WR;84,5;no;
B54;LB;104,0;;
Jo Smith;LB;90;;
"""
WEIGHINGS = """athlete_id,session,date,mass_before_kg,mass_after_kg,drank_L,urine_L,duration_min
B07,AM,2026-08-04,136.4,128.9,1.8,0,135
B22,AM,2026-08-04,84.9,83.6,1.1,0,135
B54,AM,2026-08-04,104.1,104.9,3.9,0,135
B22,PM,2026-08-04,84.0,84.6,lots,0,135
"""


def bring(client: AppClient, kind: str, text: str, **options: Any) -> Any:
    """Paste a table."""
    return client.submit("/team/tables", {"kind": kind, "pasted": text}, **options)


@pytest.fixture
def team_client(app_client: AppClient) -> AppClient:
    """The app with a team in it, one of whom gained weight."""
    assert bring(app_client, "roster", ROSTER).status_code == 303
    assert bring(app_client, "weighings", WEIGHINGS).status_code == 303
    return app_client


def rows_of(text: str) -> list[str]:
    """Give the rows of the table of the team."""
    body = text.partition('class="team-table"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return body.split("</tr>")[:-1]


def outlook_for(client: AppClient, last_weighing: int) -> None:
    """Keep an outlook, as a run that is done does."""
    import dataclasses
    import json

    session = SessionAhead(90.0, None, None, None, "thirst", "As told: 90 min.")
    one = SessionOutlook(theories={"dehydration": Range(27.0, 11.0, 44.0, "1")}, runs=15.0)
    told = {"B07": one, "B22": SessionOutlook(unknown="too little is known")}
    outlook = json.loads(json.dumps(dataclasses.asdict(Outlook(session, told, {"dehydration": "x"}, "", 20, 1))))
    with client.database.writing() as connection:
        KEEP["outlook"](connection, {"last_weighing": last_weighing}, outlook)


def test_an_empty_team_tells_how_to_begin(app_client: AppClient) -> None:
    text = app_client.get("/team").text
    for path in ("/team/tables", "/team/new", "/team/weigh", "/team/example"):
        assert path in text
    for path in ("/team/cards", "/team/sheet", "/team/session", "/team/settings", "/team/unread"):
        assert app_client.get(path).status_code == 200


def test_the_invented_team_can_be_tried(app_client: AppClient) -> None:
    assert app_client.submit("/team/example").headers["location"] == "/team"
    view = team_view(app_client.database)
    assert len(view.athletes) >= 5
    assert not view.unread
    assert "gained" in rows_of(app_client.get("/team").text)[0]


def test_a_gain_is_first_on_every_view(team_client: AppClient) -> None:
    outlook_for(team_client, 1)  # an old one, which has a note of its own
    # B22 gained in a row that could not be read in full; B54 in a good one; B07 lost over five percent.
    text = team_client.get("/team").text
    rows = rows_of(text)
    assert [re.findall(r">(B\d\d)<", row)[0] for row in rows] == ["B54", "B22", "B07"]
    assert all(re.findall(r'class="team-flag ([a-z-]+)', row)[0] == "gain" for row in rows[:2])
    content = text.partition("<main")[2]
    assert content.index("team-gain") < min(content.index(word) for word in ("team-table", 'class="note"', "<dl"))
    cards = team_client.get("/team/cards").text
    assert re.findall(r'aria-label="Athlete (B\d\d)"', cards) == ["B54", "B22", "B07"]
    for path in (
        "/team",
        "/team/cards",
        "/team/sheet",
        "/team/tables",
        "/team/unread",
        "/team/session",
        "/team/settings",
    ):
        page = team_client.get(path).text
        assert "B54" in page.partition('role="alert"')[2].partition("</div>")[0], path


def test_bad_rows_keep_their_cells_until_they_are_mended(team_client: AppClient) -> None:
    kinds = {row.kind: row for row in all_unread(team_client.database)}
    assert kinds["roster"].line == 5
    assert kinds["roster"].cells["athlete_id"] == "Jo Smith"
    text = team_client.get("/team/unread").text
    assert text.index("MORE WEIGHT") < text.index("Jo Smith")
    answer = mend(team_client, kinds["roster"].id, dict(kinds["roster"].cells) | {"athlete_id": "Jo Smyth"})
    assert answer.status_code == 422
    assert 'value="Jo Smyth"' in answer.text
    assert mend(team_client, kinds["roster"].id, dict(kinds["roster"].cells) | {"athlete_id": "B90"}).status_code == 303
    assert "B90" in [each.athlete.id for each in all_athletes(team_client.database)]
    assert [row.kind for row in all_unread(team_client.database)] == ["weighings"]


def mend(client: AppClient, number: int, cells: Any) -> Any:
    """Send a row again."""
    return client.submit(f"/team/unread/{number}", {f"cell{n}": text for n, text in enumerate(cells.values())})


def test_a_mended_weighing_takes_the_place_of_what_was_kept_of_it(team_client: AppClient) -> None:
    row = next(row for row in all_unread(team_client.database) if row.kind == "weighings")
    before = [each.weighing for each in all_weighings(team_client.database, "B22")]
    assert [each.gained for each in before] == [False, True]
    mend(team_client, row.id, dict(row.cells) | {"drank_L": "2.9"})
    after = [each.weighing for each in all_weighings(team_client.database, "B22")]
    assert len(after) == 2
    assert after[-1] == Weighing("B22", "2026-08-04", "PM", 84.0, 84.6, 2.9, 0.0, 135.0)
    assert mend(team_client, row.id, row.cells).status_code == 404


def test_a_forgotten_row_leaves_its_gain_among_the_weighings(team_client: AppClient) -> None:
    row = next(row for row in all_unread(team_client.database) if row.kind == "weighings")
    team_client.submit(f"/team/unread/{row.id}/forget")
    assert all_weighings(team_client.database, "B22")[-1].weighing.gained


def test_a_table_brought_in_twice_counts_once(team_client: AppClient) -> None:
    before = len(all_weighings(team_client.database))
    told = bring(team_client, "weighings", WEIGHINGS, follow_redirects=True).text
    assert len(all_weighings(team_client.database)) == before
    assert "added 0" in told
    assert len(all_unread(team_client.database)) == 2


def test_what_goes_out_comes_back_the_same(team_client: AppClient) -> None:
    view = team_view(team_client.database)
    roster, weighings = team_client.get("/team/roster.csv"), team_client.get("/team/weighins.csv")
    assert "attachment" in roster.headers["content-disposition"]
    assert read_roster(roster.content, "x").athletes == view.athletes
    assert set(read_team_weigh_ins(weighings.content, "x").weighings) == set(view.weighings)


def test_a_file_is_read_and_its_name_is_only_shown(app_client: AppClient) -> None:
    files = {"table": ("../../<b>x</b>.csv", ROSTER.encode("utf-16"))}
    answer = app_client.submit("/team/tables", {"kind": "roster", "pasted": ""}, files=files)
    assert answer.status_code == 303
    text = app_client.get("/team/unread").text
    assert "<b>x" not in text
    assert ".." not in all_unread(app_client.database)[0].file


@pytest.mark.parametrize(
    ("kind", "text"),
    [("roster", ""), ("roster", "a,b\n1,2\n"), ("weighings", "PK\x03\x04nonsense"), ("other", ROSTER),
     ("weighings", "\x00\x00\x00")],
)  # fmt: skip
def test_what_is_no_table_is_told_and_changes_nothing(app_client: AppClient, kind: str, text: str) -> None:
    answer = bring(app_client, kind, text)
    assert answer.status_code == 422
    assert 'id="faults"' in answer.text
    assert team_view(app_client.database).is_empty


def test_units_and_sport_hold_for_the_whole_team(team_client: AppClient) -> None:
    team_client.submit("/team/settings", {"units": "us", "sport": "team_sport"})
    assert team_settings(team_client.database) == TeamSettings("us", "team_sport")
    text = team_client.get("/team").text
    assert "lb" in rows_of(text)[0]
    assert "fl oz" in text
    team_client.submit("/team/settings", {"units": "cubits", "sport": "<script>"})
    assert team_settings(team_client.database) == TeamSettings()


def test_the_session_ahead_is_asked_of_a_run_of_its_own(
    team_client: AppClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def ask(kind: str, title: str, payload: Any) -> str:
        asked.append((kind, payload))
        return "name"

    monkeypatch.setattr(team_client.app.state.background, "ask", ask)  # type: ignore[attr-defined]
    form = {
        "minutes": "1:30",
        "air_C": "31,5",
        "humidity_pct": "60",
        "humidity_pct_unknown": "yes",
        "intensity": "hard",
    }
    assert team_client.submit("/team/session", form).headers["location"] == "/jobs/name"
    ((kind, payload),) = asked
    assert kind == "outlook"
    assert payload["session"] == {
        "minutes": 90.0, "air_C": 31.5, "humidity_pct": None, "intensity": "hard", "sport": None,
    }  # fmt: skip
    assert len(payload["athletes"]) == 3
    assert payload["last_weighing"] == max(each.id for each in all_weighings(team_client.database))
    wrong = team_client.submit("/team/session", {"minutes": "long", "air_C": "400"})
    assert wrong.status_code == 422
    assert wrong.text.count('aria-invalid="true"') == 2
    assert len(asked) == 1


def test_an_outlook_that_is_older_than_the_team_says_so(team_client: AppClient) -> None:
    database = team_client.database
    last = max(each.id for each in all_weighings(database))
    outlook_for(team_client, last)
    assert "worked out" in team_client.get("/team").text
    assert "Older than the team" not in team_client.get("/team").text
    add_weighing(database, Weighing("B07", "2026-08-05", "AM", 135.0, 134.0))
    assert "Older than the team" in team_client.get("/team").text
    outlook_for(team_client, last + 1)
    assert "Older than the team" not in team_client.get("/team").text
    withdraw(database, last + 1)
    assert "Older than the team" in team_client.get("/team").text
    outlook_for(team_client, last + 1)
    kept = all_athletes(database)[0]
    change_athlete(database, Athlete(kept.athlete.id, mass_kg=120.0), kept.version)
    assert "Older than the team" in team_client.get("/team").text


def test_an_outlook_stands_beside_each_athlete(team_client: AppClient) -> None:
    outlook_for(team_client, max(each.id for each in all_weighings(team_client.database)))
    rows = {re.findall(r">(B\d\d)<", row)[0]: row for row in rows_of(team_client.get("/team").text)}
    assert "27" in rows["B07"].rpartition("<td")[2]
    assert "we do not know" in rows["B22"]
    assert list(rows) == ["B54", "B22", "B07"]
    text = team_client.get("/athlete/B07").text
    assert "The session ahead" in text
    assert "As told: 90 min." in text
    assert "27 (11 to 44)" in text
    assert "too little is known" in team_client.get("/athlete/B22").text
    assert team_client.get("/team/cards").status_code == 200


def test_the_view_is_what_the_planner_puts_together(team_client: AppClient) -> None:
    view = team_view(team_client.database)
    asked = team_result(view.athletes, view.weighings, title=TITLE, limits=load_limits())
    assert view.tree == team_tree(asked)


def test_words_of_users_are_inert(app_client: AppClient) -> None:
    add_athlete(app_client.database, Athlete("A1", position="<script>alert(1)</script>"))
    add_weighing(app_client.database, Weighing("A1", "2026-08-05", "<script>alert(2)</script>", 80.0, 79.0))
    for path in ("/team", "/team/cards", "/team/sheet", "/team/weigh", "/athlete/A1", "/athlete/A1/edit"):
        text = app_client.get(path).text
        assert "<script>alert" not in text, path
        assert "style=" not in text, path
        assert "<style" not in text, path


def test_none_of_these_pages_loads_the_engine() -> None:
    script = """
import sys, tempfile
from pathlib import Path
from starlette.testclient import TestClient
from cramplab.web.application import create_app
from cramplab.web.settings import Settings
from cramplab.web.team.tables import EXAMPLES, bring_in, invented_team
with tempfile.TemporaryDirectory() as folder:
    app = create_app(Settings(data_file=Path(folder) / "x.sqlite3"))
    for kind, name in EXAMPLES.items():
        bring_in(app.state.database, kind, invented_team(kind), name)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        for path in ("/team", "/team/cards", "/team/sheet", "/team/weigh", "/athlete/HB08", "/sweat?mass=70"):
            assert client.get(path).status_code == 200, path
print(sorted({"jax", "equinox", "numba"} & set(sys.modules)))
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
