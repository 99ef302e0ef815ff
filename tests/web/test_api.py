"""The app as data: what goes in comes out, two who change one are told, and a gain of weight is answered first."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cramplab.safety.limits import load_limits
from cramplab.safety.red_flags import load_red_flags
from cramplab.web.storage.jobs import new_job

ROOT = Path(__file__).resolve().parents[2]
ATHLETE = {"id": "FB54", "position": "back", "sex": "male", "age_y": 22.0, "mass_kg": 104.0, "flags": ["diuretic"]}
WEIGHING = {"athlete": "FB54", "date": "2026-08-14", "mass_before_kg": 104.1, "mass_after_kg": 102.9, "drank_L": 1.2,
            "duration_min": 135.0}  # fmt: skip
GAIN = WEIGHING | {"mass_after_kg": 104.9, "drank_L": 3.9}
WHAT_TO_DO = next(row.say for row in load_red_flags() if row.id == "headache_or_heavier")
SCENARIO = """
schema = 1
title = "A run"
[person]
id = "A01"
sex = "female"
age_y = 30
mass_kg = 60.0
[event]
sport = "run"
duration = "1:00"
speed_km_per_h = 9.0
[weather]
air_C = 15.0
humidity_pct = 60
"""


@pytest.fixture
def asked(app_client, monkeypatch):
    """Give what long runs were asked for; none is run."""
    background, found = app_client.app.state.background, []

    def ask(kind, title, payload):
        found.append(new_job(app_client.database, kind, title, payload))
        return found[-1]

    monkeypatch.setattr(background, "ask", ask)
    return found


def test_safety_is_given_whole(app_client):
    assert [each["id"] for each in app_client.get("/api/redflags").json()] == [row.id for row in load_red_flags()]
    found = app_client.get("/api/limits").json()
    assert {each["id"]: each["value"] for each in found["limits"]} == {
        name: each.value for name, each in load_limits().items()
    }
    assert len(found["heat_bands"]) == len(load_limits().bands)


def test_an_athlete_goes_in_and_comes_out(app_client):
    made = app_client.post("/api/athletes", json=ATHLETE)
    assert made.status_code == 201
    assert app_client.get("/api/athletes/FB54").json() == made.json()
    assert ATHLETE.items() <= made.json().items()
    assert app_client.post("/api/athletes", json=ATHLETE | {"id": "fb54"}).status_code == 409
    assert [each["id"] for each in app_client.get("/api/athletes").json()] == ["FB54"]
    assert app_client.delete("/api/athletes/FB54").status_code == 204
    assert app_client.get("/api/athletes/FB54").status_code == 404


def test_the_second_of_two_who_change_an_athlete_is_told(app_client):
    version = app_client.post("/api/athletes", json=ATHLETE).json()["version"]
    first = app_client.put("/api/athletes/FB54", json={"mass_kg": 103.0, "version": version})
    second = app_client.put("/api/athletes/FB54", json={"mass_kg": 105.0, "version": version})
    assert (first.status_code, second.status_code) == (200, 409)
    assert app_client.get("/api/athletes/FB54").json()["mass_kg"] == 103.0


def test_a_gain_is_answered_with_what_to_do_first_and_leads_the_team(app_client):
    app_client.post("/api/weighings", json=WEIGHING | {"athlete": "A01", "mass_after_kg": 98.0})
    made = app_client.post("/api/weighings", json=GAIN)
    assert made.status_code == 201
    assert made.json()["gain"] is True
    assert made.json()["do_first"][0] == WHAT_TO_DO
    assert made.json()["change_kg"] == 0.8
    row = app_client.get("/api/team").json()["rows"][0]
    assert row["athlete"]["id"] == "FB54"
    assert row["flags"][0]["id"] == "gain"


def test_a_loss_has_a_minus_and_no_alarm(app_client):
    made = app_client.post("/api/weighings", json=WEIGHING).json()
    assert (made["gain"], made["do_first"], made["change_kg"]) == (False, [], -1.2)


@pytest.mark.parametrize(
    "wrong", [{"air_C": 99.0}, {"date": "2026-02-30"}, {"athlete": "two words"}, {"colour": "red"}]
)
def test_a_gain_is_told_even_where_the_weighing_is_refused(app_client, wrong):
    answer = app_client.post("/api/weighings", json=GAIN | wrong)
    assert answer.status_code == 422
    assert answer.json()["gain"] is True
    assert answer.json()["do_first"][0] == WHAT_TO_DO


def test_a_day_that_is_still_to_come_is_refused(app_client):
    answer = app_client.post("/api/weighings", json=WEIGHING | {"date": "2999-01-01"})
    assert answer.status_code == 422
    assert "2999-01-01 is still to come" in answer.json()["faults"][0]
    assert answer.json()["gain"] is False
    assert app_client.get("/api/weighings").json() == []


def test_a_gain_with_a_day_that_is_still_to_come_is_kept_without_it_and_told(app_client):
    answer = app_client.post("/api/weighings", json=GAIN | {"date": "2999-01-01"})
    assert answer.status_code == 422
    assert answer.json()["gain"] is True
    assert answer.json()["do_first"]
    (kept,) = app_client.get("/api/weighings").json()
    assert (kept["gain"], kept["date"]) == (True, "")
    assert f'"replaces": {kept["id"]}' in answer.json()["detail"]
    assert "FB54 weighed more after than before" in app_client.get("/team").text
    mended = app_client.post("/api/weighings", json=GAIN | {"replaces": kept["id"]})
    assert mended.status_code == 201
    assert [each["date"] for each in app_client.get("/api/weighings").json()] == [GAIN["date"]]


def test_a_gain_that_corrects_a_weighing_keeps_its_day_where_the_new_one_is_still_to_come(app_client):
    number = app_client.post("/api/weighings", json=WEIGHING).json()["id"]
    answer = app_client.post("/api/weighings", json=GAIN | {"date": "2999-01-01", "replaces": number})
    assert answer.status_code == 422
    assert [each["date"] for each in app_client.get("/api/weighings").json()] == [WEIGHING["date"]]


def test_a_gain_is_kept_where_what_it_corrects_is_not_there_or_was_corrected(app_client):
    number = app_client.post("/api/weighings", json=WEIGHING).json()["id"]
    app_client.post("/api/weighings", json=WEIGHING | {"replaces": number})
    for replaced in (number, 999):
        assert app_client.post("/api/weighings", json=WEIGHING | {"replaces": replaced}).status_code in (404, 409)
        answer = app_client.post("/api/weighings", json=GAIN | {"replaces": replaced})
        assert (answer.status_code, answer.json()["gain"], answer.json()["replaces"]) == (201, True, None)
    assert [each["gain"] for each in app_client.get("/api/weighings").json()].count(True) == 2


def test_a_weighing_sent_twice_is_kept_once(app_client):
    sent = WEIGHING | {"token": "0123456789abcdef"}
    numbers = {app_client.post("/api/weighings", json=sent).json()["id"] for _ in range(3)}
    assert len(numbers) == len(app_client.get("/api/weighings").json()) == 1


def test_a_weighing_is_completed_once(app_client):
    before = {key: WEIGHING[key] for key in ("athlete", "date", "mass_before_kg")}
    number = app_client.post("/api/weighings", json=before).json()["id"]
    assert app_client.post("/api/weighings", json=WEIGHING | {"replaces": number}).status_code == 201
    assert app_client.post("/api/weighings", json=WEIGHING | {"replaces": number}).status_code == 409
    assert app_client.post("/api/weighings", json=WEIGHING | {"athlete": "A01", "replaces": number}).status_code == 404
    assert [each["replaces"] for each in app_client.get("/api/weighings?athlete=FB54").json()] == [number]


def test_a_sweat_test_is_answered_with_its_interval_and_nothing_is_kept(app_client):
    test = {key: WEIGHING[key] for key in ("mass_before_kg", "mass_after_kg", "drank_L", "duration_min")}
    found = app_client.post("/api/sweat", json={"tests": [test]}).json()
    rate = found["answer"]["tests"][0]["sweat_rate_L_per_h"]
    assert rate["low"] < rate["median"] < rate["high"]
    assert app_client.get("/api/weighings").json() == []


def test_a_sweat_test_with_a_gain_gives_no_number(app_client):
    test = {key: GAIN[key] for key in ("mass_before_kg", "mass_after_kg", "drank_L", "duration_min")}
    found = app_client.post("/api/sweat", json={"tests": [test]}).json()
    assert (found["gain"], found["answer"]) == (True, None)
    assert found["do_first"][0] == WHAT_TO_DO


def test_a_weighing_that_is_no_sweat_test_is_told_and_left_out(app_client):
    test = {"mass_before_kg": 80.0, "mass_after_kg": 60.0, "drank_L": 5.0, "duration_min": 30.0}
    found = app_client.post("/api/sweat", json={"tests": [test]}).json()
    assert found["not_counted"][0]["number"] == 1
    assert found["answer"]["tests"] == []


def test_a_plan_is_asked_for_and_cancelled(app_client, asked):
    made = app_client.post("/api/plans", json={"scenario": SCENARIO, "red_flags": []})
    assert made.status_code == 202, made.text
    job = made.json()
    assert (job["state"], job["kind"], asked) == ("waiting", "plan", [job["id"]])
    assert app_client.get(f"/api/jobs/{job['id']}").json() == job
    assert app_client.post(f"/api/jobs/{job['id']}/cancel", json={}).json()["state"] == "cancelled"


def test_red_flags_have_to_be_answered_before_a_plan(app_client, asked):
    assert app_client.post("/api/plans", json={"scenario": SCENARIO}).status_code == 422
    assert app_client.post("/api/plans", json={"scenario": SCENARIO, "red_flags": ["headache"]}).status_code == 422
    assert asked == []


def test_every_fault_of_a_scenario_is_told_without_a_place_of_this_machine(app_client, asked):
    wrong = SCENARIO.replace("age_y = 30", "age_y = 300").replace("air_C = 15.0", "air_C = 99.0")
    answer = app_client.post("/api/plans", json={"scenario": wrong, "red_flags": []})
    assert answer.status_code == 422
    assert len(answer.json()["faults"]) == 2
    assert "/tmp" not in answer.text
    assert asked == []


@pytest.mark.parametrize("name", ["/etc/passwd", "../x.fit", "marathon.fit"])
def test_a_file_that_was_not_sent_is_never_looked_at(app_client, asked, name):
    named = SCENARIO.replace('duration = "1:00"\nspeed_km_per_h = 9.0', f'course = "{name}"')
    answer = app_client.post("/api/plans", json={"scenario": named, "red_flags": []})
    assert answer.status_code == 422
    assert "was not sent" in answer.json()["detail"]
    limited = f'{SCENARIO}[preferences]\nlimits = "{name}"\n'
    assert app_client.post("/api/plans", json={"scenario": limited, "red_flags": []}).status_code == 422


def test_a_plan_from_a_recording_takes_its_file_along(app_client, asked):
    named = SCENARIO.replace('duration = "1:00"\nspeed_km_per_h = 9.0', 'course = "marathon.fit"')
    recording = base64.b64encode((ROOT / "examples" / "marathon.fit").read_bytes()).decode()
    sent = {"scenario": named, "red_flags": [], "files": {"marathon.fit": recording}}
    assert app_client.post("/api/plans", json=sent).status_code == 202
    assert len(asked) == 1
    assert app_client.post("/api/plans", json=sent | {"files": {"../marathon.fit": recording}}).status_code == 422
    assert app_client.post("/api/plans", json=sent | {"files": {"marathon.fit": "%%%"}}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "A\x00"}', b'{"id": "\\ud800"}', b'{"\\ud800": 1}', b'{"id": "A", "mass_kg": NaN}',
        b'{"id": "A", "mass_kg": 1e999}', b'{"id": "A", "age_y": ' + b"9" * 5000 + b"}", b'{"id": "A", "age_y": "30"}',
        b'{"id": "A", "age_y": true}', b'{"id": "A", "position": "\\u0000"}', b"[" * 100_000, b"\xff\xfe", b"", b"null",
        b'{"id": "two words"}', b'{"id": "A\\n"}', b'{"id": "A", "name": "Somebody"}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(app_client, body):
    answer = app_client.post("/api/athletes", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]
    assert app_client.get("/api/athletes").json() == []


def test_only_json_is_taken_and_nothing_from_another_site(app_client):
    assert app_client.post("/api/athletes", data={"id": "A01"}).status_code == 415
    elsewhere = {"origin": "http://elsewhere.example"}
    assert app_client.post("/api/athletes", json=ATHLETE, headers=elsewhere).status_code == 403
    assert app_client.delete("/api/athletes/FB54", headers=elsewhere).status_code == 403
    assert app_client.get("/api/athletes").json() == []


def test_a_path_names_all_its_methods(app_client):
    answer = app_client.request("TRACE", "/api/athletes/FB54")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, PUT"


def test_what_is_not_there_is_told_as_data(app_client):
    for path in ("/api/athletes/A01", "/api/plans/x", "/api/jobs/x", "/api/nothing"):
        answer = app_client.get(path)
        assert answer.status_code == 404
        assert answer.json()["detail"]


def test_many_at_once_are_all_kept(app_client):
    def send(number: int) -> int:
        return app_client.post("/api/weighings", json=WEIGHING | {"session": str(number)}).status_code

    with ThreadPoolExecutor(8) as several:
        assert list(several.map(send, range(40))) == [201] * 40
    assert len({each["session"] for each in app_client.get("/api/weighings").json()}) == 40


def test_records_and_theories_are_given(app_client):
    assert app_client.get("/api/evidence").json()["studies"]
    assert app_client.get("/api/claims").json()["claims"]
    assert all(each["refuted_by"] for each in app_client.get("/api/theories").json())


def test_every_path_is_described_in_the_documentation(app_client):
    told = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    for path, methods in app_client.get("/api/openapi.json").json()["paths"].items():
        line = next(line for line in told.splitlines() if f"{path}`" in line)
        assert all(method.upper() in line for method in methods)
