"""One athlete: added, changed by two people, weighed, corrected and deleted; a gain is the first thing on the page."""

from __future__ import annotations

import re

import pytest
from tests.web.app_client import AppClient

from cramplab.core.team import Athlete, Weighing
from cramplab.web.storage.athletes import add_athlete, all_athletes, find_athlete
from cramplab.web.storage.team_settings import TeamSettings, keep_team_settings
from cramplab.web.storage.weighings import add_weighing, all_weighings, history_of, withdraw

FORM = {
    "code": "B22", "position": "WR", "age_y": "21", "mass_kg": "84,5", "height_cm": "185", "sweat_rate_L_per_h": "1.6",
    "sweat_sodium_mmol_per_L": "62", "sex": "male", "heat_acclimated": "yes", "sickle_cell_trait": "no",
    "cramp_history": "most_events",
}  # fmt: skip
ATHLETE = Athlete("B22", "WR", "male", 21.0, 84.5, 185.0, 1.6, 62.0, "yes", False, "most_events", ("nsaid", "ssri"))


def version_on(client: AppClient, code: str) -> str:
    """Open the form, and give the version that it carries."""
    found = re.search(r'name="version" value="(\d+)"', client.get(f"/athlete/{code}/edit").text)
    assert found
    return found[1]


def test_an_athlete_is_added_as_typed(app_client: AppClient) -> None:
    answer = app_client.submit("/team/new", FORM | {"flags": ["nsaid", "ssri", "no such thing"]})
    assert answer.headers["location"] == "/athlete/B22"
    kept = find_athlete(app_client.database, "B22")
    assert kept is not None
    assert set(kept.athlete.flags) == {"nsaid", "ssri"}
    assert kept.athlete == Athlete(**{**vars(ATHLETE), "flags": kept.athlete.flags})
    assert app_client.get("/athlete/b22").status_code == 200


def test_a_code_is_enough(app_client: AppClient) -> None:
    app_client.submit("/team/new", {"code": "A1"})
    assert [each.athlete for each in all_athletes(app_client.database)] == [Athlete("A1")]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"code": "Jo Smith"}, "code"), ({"code": ""}, "code"), ({"code": "../x"}, "code"),
     ({"age_y": "5"}, "age_y"), ({"mass_kg": "846"}, "mass_kg"), ({"height_cm": "tall"}, "height_cm"),
     ({"sweat_rate_L_per_h": "9"}, "sweat_rate_L_per_h"), ({"sweat_sodium_mmol_per_L": "1400"},
     "sweat_sodium_mmol_per_L"), ({"sex": "x"}, "sex"), ({"position": "x" * 61}, "position")],
)  # fmt: skip
def test_each_fault_stands_at_its_field(app_client: AppClient, wrong: dict[str, str], field: str) -> None:
    answer = app_client.submit("/team/new", FORM | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="WR"' in answer.text or "position" in wrong
    assert not all_athletes(app_client.database)


def test_a_code_is_given_once(app_client: AppClient) -> None:
    app_client.submit("/team/new", FORM)
    answer = app_client.submit("/team/new", FORM | {"code": "b22"})
    assert answer.status_code == 422
    assert "already" in answer.text


def test_two_clicks_are_one(app_client: AppClient) -> None:
    for _ in range(2):
        assert app_client.submit("/team/new", FORM).headers["location"] == "/athlete/B22"
    typed = FORM | {"version": version_on(app_client, "B22"), "mass_kg": "86"}
    for _ in range(2):
        assert app_client.submit("/athlete/B22/edit", typed).headers["location"] == "/athlete/B22"
    found = find_athlete(app_client.database, "B22")
    assert found is not None
    assert (found.athlete.mass_kg, found.version) == (86.0, int(typed["version"]) + 1)


def test_the_second_of_two_windows_sees_both_and_decides(app_client: AppClient) -> None:
    add_athlete(app_client.database, ATHLETE)
    version = version_on(app_client, "B22")
    typed = {key: value for key, value in FORM.items() if key != "code"} | {"version": version}
    assert app_client.submit("/athlete/B22/edit", typed | {"mass_kg": "86"}).status_code == 303
    answer = app_client.submit("/athlete/B22/edit", typed | {"mass_kg": "81", "position": "TE"})
    assert answer.status_code == 409
    assert "in another window" in answer.text
    for words in ("<td>86</td><td>81</td>", "<td>WR</td><td>TE</td>", 'value="81"'):
        assert words in answer.text
    kept = find_athlete(app_client.database, "B22")
    assert kept is not None
    assert kept.athlete.mass_kg == 86.0
    again = re.search(r'name="version" value="(\d+)"', answer.text)
    assert again
    app_client.submit("/athlete/B22/edit", typed | {"mass_kg": "81", "version": again[1]})
    kept = find_athlete(app_client.database, "B22")
    assert kept is not None
    assert kept.athlete.mass_kg == 81.0


def test_a_number_that_nobody_changed_keeps_its_last_digit_in_pounds(app_client: AppClient) -> None:
    keep_team_settings(app_client.database, TeamSettings("us"))
    add_athlete(app_client.database, Athlete("A1", mass_kg=84.51234))
    text = app_client.get("/athlete/A1/edit").text
    mass = re.search(r'id="mass_kg"[^>]*value="([\d.]+)"', text)
    assert mass
    assert mass[1] == "186.3"
    app_client.submit(
        "/athlete/A1/edit", {"mass_kg": "186.3", "position": "QB", "version": version_on(app_client, "A1")}
    )
    kept = find_athlete(app_client.database, "A1")
    assert kept is not None
    assert (kept.athlete.mass_kg, kept.athlete.position) == (84.51234, "QB")


def test_a_gain_is_the_first_thing_of_the_page_and_of_the_flags(app_client: AppClient) -> None:
    add_athlete(app_client.database, Athlete("B54", sickle_cell_trait=True, flags=("past_heat_stroke",)))
    add_weighing(app_client.database, Weighing("B54", "2026-08-03", "AM", 104.0, 98.0))
    add_weighing(app_client.database, Weighing("B54", "2026-08-04", "AM", 104.1, 104.9, 3.9, 0.0, 135.0))
    text = app_client.get("/athlete/B54").text
    assert "B54" in text.partition('role="alert"')[2].partition("</div>")[0]
    content = text.partition("<main")[2]
    assert content.count("went UP") == 1, "on the card to be printed; the page itself has told it on top"
    assert 'class="team-flag gain"' in content.partition('<ul class="team-flags">')[2].partition("</li>")[0]
    assert "gain +0.8 %" in content
    with app_client.database.writing() as connection:
        connection.execute("update weighing set entered_at = '2026-08-04T08:00:00.000+00:00'")
    text = app_client.get("/athlete/B54").text
    content = text.partition("<main")[2]
    assert 'role="alert"' not in text.partition("<main")[0], "told on every page for a day"
    assert content.index("went UP") < content.index("<h1")


def test_the_history_holds_what_was_corrected_and_taken_back(app_client: AppClient) -> None:
    database = app_client.database
    first = add_weighing(database, Weighing("A1", "2026-08-04", "AM", 80.0))
    second = add_weighing(database, Weighing("A1", "2026-08-04", "AM", 80.0, 79.0), replaces=first)
    third = add_weighing(database, Weighing("A1", "2026-08-04", "AM", 80.0, 79.2), replaces=second)
    text = app_client.get("/athlete/A1").text.partition('id="history"')[2]
    assert [text.count(f"<td>{state}</td>") for state in ("holds", "corrected", "completed")] == [1, 1, 1]
    assert "Add to the roster" in app_client.get("/athlete/A1").text
    withdraw(database, third)
    answer = app_client.get("/athlete/A1")
    assert answer.status_code == 200
    assert "taken back" in answer.text


def test_sessions_are_drawn_over_time_with_the_numbers_beside(app_client: AppClient) -> None:
    add_weighing(app_client.database, Weighing("A1", "2026-08-03", "AM", 80.0, 79.0))
    assert "over-time" not in app_client.get("/athlete/A1").text
    add_weighing(app_client.database, Weighing("A1", "2026-08-04", "AM", 80.0, 80.4))
    text = app_client.get("/athlete/A1").text
    assert "<svg" in text
    assert "✕ a gain: 1" in text
    assert "<td>+0.5</td>" in text
    assert "style=" not in text


def test_an_athlete_is_deleted_after_a_question_with_all_weighings(app_client: AppClient) -> None:
    add_athlete(app_client.database, ATHLETE)
    add_weighing(app_client.database, Weighing("B22", "2026-08-04", "AM", 84.9, 83.6))
    assert "<strong>1</strong>" in app_client.get("/athlete/B22/delete").text
    assert find_athlete(app_client.database, "B22") is not None
    app_client.submit("/athlete/B22/delete")
    assert not all_athletes(app_client.database)
    assert not history_of(app_client.database, "B22")
    for path in ("/athlete/B22", "/athlete/B22/edit", "/athlete/B22/delete", "/athlete/nobody", "/athlete/..%2Fx"):
        assert app_client.get(path).status_code == 404
    assert app_client.submit("/athlete/B22/delete").status_code == 404
    assert not all_weighings(app_client.database)


def test_an_athlete_may_be_called_new(app_client: AppClient) -> None:
    assert app_client.submit("/team/new", {"code": "new"}).headers["location"] == "/athlete/new"
    assert "<h1>new" in app_client.get("/athlete/new").text
