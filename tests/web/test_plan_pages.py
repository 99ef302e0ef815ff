"""The pages of plans in this process: four steps, two windows, hostile names, the page of a plan and its "what ifs"."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.report import plan_fake
from tests.web.app_client import AppClient

from cramplab.core.plan_result import plan_tree
from cramplab.safety.red_flags import load_red_flags
from cramplab.web.results import keep_plan
from cramplab.web.storage.drafts import DraftFile, files_of_draft, find_draft
from cramplab.web.storage.jobs import payload_of
from cramplab.web.storage.plans import all_plans, insert_plan

EXAMPLES = Path(__file__).parents[2] / "examples"
SCENARIO = """schema = 1
[person]
id = "A01"
sex = "female"
age_y = 34
mass_kg = 62
[event]
sport = "run"
distance_km = 42.195
goal_time = "3:45"
[weather]
air_C = 24
humidity_pct = 60
"""
STEPS: dict[str, dict[str, Any]] = {
    "you": {"code": "A01", "age": "41", "mass": "62,4", "sex": "female", "red_flags": "none"},
    "sweat": {"before_1": "62.4", "after_1": "61.3", "drank_1": "0,4", "minutes_1": "75"},
    "event": {"sport": "run", "effort": "distance", "distance": "10", "goal": "1:00", "weather": "typed", "air": "18",
              "humidity": "60"},
    "drink": {"drink": "water"},
}  # fmt: skip


@pytest.fixture
def asked(app_client: AppClient, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """What was asked of the long runs, which are not run."""
    told: list[tuple[str, str, Any]] = []

    def ask(kind: str, title: str, payload: Any) -> str:
        told.append((kind, title, payload))
        return "job"

    monkeypatch.setattr(app_client.app.state.background, "ask", ask)  # type: ignore[attr-defined]
    return told


def begin(client: AppClient) -> str:
    answer = client.submit("/plan/new")
    assert answer.status_code == 303
    return answer.headers["location"].split("/")[3]


def version_of(client: AppClient, draft: str) -> int:
    found = find_draft(client.database, draft)
    assert found is not None
    return found.version


def send(client: AppClient, draft: str, step: str, answers: dict[str, Any] | None = None, **options: Any) -> Any:
    told = {"version": version_of(client, draft), **(STEPS[step] if answers is None else answers)}
    return client.submit(f"/plan/new/{draft}/{step}", told, **options)


def made(client: AppClient, result: Any, scenario: str = SCENARIO, **more: Any) -> str:
    with client.database.writing() as connection:
        return insert_plan(
            connection, plan_tree(result), scenario, more.pop("notes", ()), more.pop("files", ()), **more
        )


def test_four_steps_lead_to_a_plan(app_client: AppClient, asked: list[tuple[str, str, Any]]) -> None:
    draft = begin(app_client)
    after = ["sweat", "event", "drink", "check"]
    for step, following in zip(STEPS, after, strict=True):
        answer = send(app_client, draft, step)
        assert (answer.status_code, answer.headers.get("location")) == (303, f"/plan/new/{draft}/{following}")
    summary = app_client.get(f"/plan/new/{draft}/check").text
    assert "Make the plan" in summary
    assert "62,4 kg" in summary
    answer = app_client.submit(f"/plan/new/{draft}/make", {"version": version_of(app_client, draft)})
    assert answer.headers["location"] == "/jobs/job"
    kind, title, payload = asked[0]
    assert (kind, title) == ("plan", "Plan: Run")
    assert payload["red_flags"] == []
    assert payload["draft"] == draft
    assert "mass_kg = 62.4" in payload["scenario"]


def test_a_second_click_makes_no_second_plan(app_client: AppClient) -> None:
    draft = begin(app_client)
    for step in STEPS:
        send(app_client, draft, step)
    form = {"version": version_of(app_client, draft)}
    first, second = (app_client.submit(f"/plan/new/{draft}/make", form).headers["location"] for _ in range(2))
    assert first == second
    assert payload_of(app_client.database, first.split("/")[2])["runs"] == 1024
    app_client.submit(f"{first}/cancel")


def test_faults_keep_what_was_typed_and_are_tied_to_their_fields(app_client: AppClient) -> None:
    draft = begin(app_client)
    answer = send(app_client, draft, "you", {**STEPS["you"], "mass": "9000", "age": "old"})
    assert answer.status_code == 422
    assert 'value="9000"' in answer.text
    assert 'value="old"' in answer.text
    assert 'id="faults" autofocus' in answer.text, "the browser goes to the list, also without JavaScript"
    assert ">Weight: “9000” is out of range." in answer.text
    for field in ("mass", "age"):
        assert f'href="#{field}"' in answer.text
        assert re.search(
            rf'id="{field}"[^>]*aria-describedby="[^"]*{field}-error"[^>]*aria-invalid="true"', answer.text
        )


def test_all_red_flags_are_asked_and_none_is_an_answer(app_client: AppClient) -> None:
    draft = begin(app_client)
    text = app_client.get(f"/plan/new/{draft}/you").text
    for row in load_red_flags():
        assert f'name="red_flags" value="{row.id}"' in text
    assert 'name="red_flags" value="none"' in text
    answer = send(app_client, draft, "you", {**STEPS["you"], "red_flags": []})
    assert answer.status_code == 422


def test_i_do_not_know_stands_on_every_field(app_client: AppClient) -> None:
    draft = begin(app_client)
    for step in STEPS:
        text = app_client.get(f"/plan/new/{draft}/{step}").text
        for name in re.findall(r'<input id="(\w+)"[^>]* type="(?:text|datetime-local)"', text):
            assert f'name="{name}_unknown"' in text or name in ("code", "title"), name
        for name in re.findall(r'<select id="(\w+)"', text):
            assert re.search(rf'<select id="{name}".*?<option value="">I don’t know', text, re.S) or name == (
                "sweat_sodium_unit"
            ), name


def test_without_mass_there_is_no_plan_but_a_way_on(app_client: AppClient, asked: list[tuple[str, str, Any]]) -> None:
    draft = begin(app_client)
    for step in STEPS:
        send(app_client, draft, step, {**STEPS[step], "mass": "", "mass_unknown": "yes"})
    text = app_client.get(f"/plan/new/{draft}/check").text
    assert "We do not know: no plan" in text
    assert "Weigh yourself" in text
    assert "Make the plan" not in text
    answer = app_client.submit(f"/plan/new/{draft}/make", {"version": version_of(app_client, draft)})
    assert answer.status_code == 422
    assert not asked


def test_a_gain_is_the_first_thing_on_every_step(app_client: AppClient, asked: list[tuple[str, str, Any]]) -> None:
    draft = begin(app_client)
    gained = {"before_1": "104.1", "after_1": "104.9", "drank_1": "3.9", "minutes_1": "135"}
    for step in STEPS:
        send(app_client, draft, step, gained if step == "sweat" else None)
    for step in (*STEPS, "check"):
        text = app_client.get(f"/plan/new/{draft}/{step}").text
        main = text[text.index("<main") :]
        assert main.index("weight went up, +0.8 kg (+0.8 %)") < main.index("<h1")
    assert "You told of something that comes first" not in main, "the sentence on top tells what to do"
    app_client.submit(f"/plan/new/{draft}/make", {"version": version_of(app_client, draft)})
    payload = asked[0][2]
    assert payload["red_flags"] == ["headache_or_heavier"]
    assert tomllib.loads(payload["scenario"])["person"]["red_flags"] == ["headache_or_heavier"]
    assert "weight went up" in payload["notes"][0]
    assert "sweat_test" not in payload["scenario"]


def test_units_are_changed_without_changing_a_number_s_meaning(app_client: AppClient) -> None:
    draft = begin(app_client)
    send(app_client, draft, "you", {**STEPS["you"], "go": "units"})
    text = app_client.get(f"/plan/new/{draft}/you").text
    assert 'value="137.5685"' in text
    assert '<span class="unit">lb</span>' in text
    send(app_client, draft, "you", {**STEPS["you"], "mass": "137.5685", "go": "units"})
    assert 'value="62.4"' in app_client.get(f"/plan/new/{draft}/you").text


def test_the_second_of_two_windows_is_told(app_client: AppClient) -> None:
    draft = begin(app_client)
    old = version_of(app_client, draft)
    send(app_client, draft, "you")
    answer = app_client.submit(f"/plan/new/{draft}/you", {**STEPS["you"], "mass": "99", "version": old})
    assert answer.status_code == 409
    assert "another window" in answer.text
    found = find_draft(app_client.database, draft)
    assert found is not None
    assert found.answers["you"]["mass"] == "62,4"


def test_going_back_keeps_what_was_typed(app_client: AppClient) -> None:
    draft = begin(app_client)
    answer = send(app_client, draft, "sweat", {"before_1": "x", "go": "back"})
    assert answer.headers["location"] == f"/plan/new/{draft}/you"
    assert 'value="x"' in app_client.get(f"/plan/new/{draft}/sweat").text


@pytest.mark.parametrize(
    "name", ["../../x.fit", "C:\\x.fit", "x" * 300 + ".fit", "<script>alert(1)</script>.fit", "/etc/passwd.fit"]
)
def test_a_recording_is_kept_under_a_name_of_ours(app_client: AppClient, name: str) -> None:
    draft = begin(app_client)
    content = (EXAMPLES / "marathon.fit").read_bytes()
    event = {**STEPS["event"], "effort": "file"}
    answer = send(app_client, draft, "event", event, files={"course": (name, content)})
    assert answer.status_code == 303
    assert [each.name for each in files_of_draft(app_client.database, draft)] == ["course.fit"]
    text = app_client.get(f"/plan/new/{draft}/event").text
    assert "42.2 km, 3:44 h" in text
    assert "<script>alert" not in text
    assert send(app_client, draft, "event", event).headers["location"] == f"/plan/new/{draft}/drink"


@pytest.mark.parametrize("content", [b"", b"junk", b"\x00" * 5000, b"<gpx></gpx>", b"PK\x03\x04"])
def test_what_is_no_recording_is_told(app_client: AppClient, content: bytes) -> None:
    draft = begin(app_client)
    answer = send(
        app_client, draft, "event", {**STEPS["event"], "effort": "file"}, files={"course": ("x.fit", content)}
    )
    assert answer.status_code == 422
    assert 'id="course-error"' in answer.text


def test_hostile_words_are_shown_as_words(app_client: AppClient) -> None:
    draft = begin(app_client)
    hostile = '"><script>alert(1)</script>\n[person]\nmass_kg = 1'
    assert send(app_client, draft, "event", {**STEPS["event"], "title": hostile}).status_code == 303
    for page in ("/plan", f"/plan/new/{draft}/event", f"/plan/new/{draft}/check"):
        assert "<script>alert" not in app_client.get(page).text


@pytest.mark.parametrize("path", ["/plan/nowhere", "/plan/new/nowhere/you", "/plan/nowhere/card", "/plan/a%2F..%2Fb"])
def test_what_is_not_there_is_told(app_client: AppClient, path: str) -> None:
    assert app_client.get(path).status_code == 404


def test_a_step_that_is_none_is_not_there(app_client: AppClient) -> None:
    draft = begin(app_client)
    assert app_client.get(f"/plan/new/{draft}/other").status_code == 404
    assert app_client.submit(f"/plan/new/{draft}/other").status_code == 404


@pytest.mark.parametrize("outcome", [plan_fake.numbers, plan_fake.thirst, plan_fake.refused, plan_fake.unknown])
@pytest.mark.parametrize("units", ["metric", "us"])
def test_the_page_of_a_plan(app_client: AppClient, outcome: Any, units: str) -> None:
    result = outcome(units)
    plan = made(app_client, result, notes=("The air <b>was</b> assumed.",))
    text = app_client.get(f"/plan/{plan}").text
    assert text.count("<h1") == 1
    assert "The air &lt;b&gt;was&lt;/b&gt; assumed." in text
    assert text.index("assumed.") < text.index('id="do"')
    assert ("This page holds no amount to drink, on purpose." in text) == (result.plan is None)
    assert " style=" not in text
    assert "onclick" not in text
    card = app_client.get(f"/plan/{plan}/card").text
    assert 'class="pocket"' in card


def test_the_list_tells_the_outcome_by_sign_and_word(app_client: AppClient) -> None:
    for outcome in (plan_fake.numbers, plan_fake.thirst, plan_fake.refused, plan_fake.unknown):
        made(app_client, outcome())
    text = app_client.get("/plan").text
    for words in ("amounts", "led by thirst", "no plan: refused", "no plan: we do not know"):
        assert f"</span>{words}" in text


def test_a_plan_is_taken_along(app_client: AppClient) -> None:
    plan = made(app_client, plan_fake.numbers(), files=[DraftFile("course", "course.fit", b"bytes")])
    tree = app_client.get(f"/plan/{plan}/plan.json")
    assert "attachment" in tree.headers["content-disposition"]
    assert json.loads(tree.text)["outcome"] == "numbers"
    assert "<!doctype html>" in app_client.get(f"/plan/{plan}/plan.html").text
    with zipfile.ZipFile(io.BytesIO(app_client.get(f"/plan/{plan}/scenario.zip").content)) as archive:
        assert archive.read("scenario.toml").decode() == SCENARIO
        assert archive.read("course.fit") == b"bytes"


def test_a_plan_is_deleted_after_a_question(app_client: AppClient) -> None:
    plan = made(app_client, plan_fake.numbers())
    assert "cannot be brought back" in app_client.get(f"/plan/{plan}/delete").text
    assert all_plans(app_client.database)
    app_client.submit(f"/plan/{plan}/delete")
    assert not all_plans(app_client.database)
    assert app_client.get(f"/plan/{plan}").status_code == 404


def test_what_if_asks_for_a_changed_plan(app_client: AppClient, asked: list[tuple[str, str, Any]]) -> None:
    plan = made(app_client, plan_fake.numbers())
    answer = app_client.submit(f"/plan/{plan}/what-if", {"warmer": "5", "slower": "10", "own_rate": "0,9"})
    assert answer.headers["location"] == "/jobs/job"
    payload = asked[0][2]
    assert payload["parent"] == plan
    assert payload["change"] == "air +5 °C, 10 % slower, own amount, 0.90 L/h"
    for line in ("air_C = 29", 'goal_time = "4:07:30"', "rate_L_per_h = 0.9", 'behaviour = "schedule"'):
        assert line in payload["scenario"]


@pytest.mark.parametrize("form", [{}, {"warmer": "7"}, {"slower": "-5"}, {"own_rate": "99"}, {"own_rate": "lots"}])
def test_what_if_tells_what_it_cannot_do(
    app_client: AppClient, asked: list[tuple[str, str, Any]], form: dict[str, str]
) -> None:
    plan = made(app_client, plan_fake.numbers())
    answer = app_client.submit(f"/plan/{plan}/what-if", form)
    assert answer.status_code == 422
    assert re.search(r'id="faults" autofocus.*?<a href="#(warmer|slower|own_rate)"', answer.text, re.S)
    assert 'class="error"' in answer.text
    assert not asked


def test_what_if_beyond_what_a_scenario_takes_is_told_without_places_in_files(
    app_client: AppClient, asked: list[tuple[str, str, Any]]
) -> None:
    plan = made(app_client, plan_fake.numbers(), scenario=SCENARIO.replace("air_C = 24", "air_C = 50"))
    answer = app_client.submit(f"/plan/{plan}/what-if", {"warmer": "10"})
    assert answer.status_code == 422
    assert "Air temperature is 60" in answer.text
    assert ", line " not in answer.text
    assert not asked


def test_a_plan_stands_beside_its_what_ifs(app_client: AppClient) -> None:
    plan = made(app_client, plan_fake.numbers())
    other = made(app_client, plan_fake.numbers(), parent=plan, change="own amount, 1.00 L/h")
    made(app_client, plan_fake.refused(), parent=plan, change="air +10 °C")
    for name in (plan, other):
        text = app_client.get(f"/plan/{name}").text
        table = text[text.index('class="sticky family"') :]
        table = table[: table.index("</table>")]
        assert "Shown, not advised: it breaks chance of mass gain." in table
        assert "✕ no plan. You told of a kidney disease." in table
        assert "−2.4 % (−5.0 to −0.3)" in table
        assert "Cramp, if dehydration is right" in table


def test_pages_of_plans_bring_no_engine() -> None:
    """The engine belongs to the worker's process alone."""
    brought = "import sys, cramplab.web.pages.plan, cramplab.web.pages.plan_made; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", brought], check=True, capture_output=True, text=True).stdout.split()
    assert not {"jax", "equinox", "numba"} & set(found)


def kept(client: AppClient, payload: Any, result: Any = None) -> str:
    """Keep a plan as a run does at its end; gives its path."""
    with client.database.writing() as connection:
        return keep_plan(connection, payload, plan_tree(result or plan_fake.numbers()))


def ask_for(client: AppClient, draft: str) -> None:
    client.submit(f"/plan/new/{draft}/make", {"version": version_of(client, draft)})


@pytest.mark.parametrize("outcome", [plan_fake.numbers, plan_fake.refused, plan_fake.unknown])
def test_one_answer_of_a_plan_is_changed_without_the_others(
    app_client: AppClient, asked: list[tuple[str, str, Any]], outcome: Any
) -> None:
    draft = begin(app_client)
    content = (EXAMPLES / "marathon.fit").read_bytes()
    for step in STEPS:
        send(app_client, draft, step)
    event = {**STEPS["event"], "effort": "file"}
    send(app_client, draft, "event", event, files={"course": ("mine.fit", content)})
    ask_for(app_client, draft)
    plan = kept(app_client, asked[0][2], outcome())
    assert find_draft(app_client.database, draft) is None
    assert f'action="{plan}/change"' in app_client.get(plan).text
    place = app_client.submit(f"{plan}/change").headers["location"]
    again = place.split("/")[3]
    assert place.endswith("/check")
    assert "62,4 kg" in app_client.get(place).text
    assert "mine.fit" in app_client.get(place).text
    send(app_client, again, "you", {**STEPS["you"], "mass": "63"})
    ask_for(app_client, again)
    assert asked[1][2]["files"] == asked[0][2]["files"]
    before, after = (each[2]["scenario"].splitlines() for each in asked)
    assert set(after) - set(before) == {"mass_kg = 63.0"}
    assert app_client.get(plan).status_code == 200, "the plan that was begun from stays"


def test_the_answers_of_a_what_if_are_those_of_its_plan(
    app_client: AppClient, asked: list[tuple[str, str, Any]]
) -> None:
    draft = begin(app_client)
    for step in STEPS:
        send(app_client, draft, step)
    ask_for(app_client, draft)
    plan = kept(app_client, asked[0][2])
    app_client.submit(f"{plan}/what-if", {"warmer": "5"})
    other = kept(app_client, asked[1][2])
    assert f'action="{plan}/change"' in app_client.get(other).text
    assert app_client.submit(f"{other}/change").status_code == 409
    app_client.submit(f"{plan}/delete")
    assert "/change" not in app_client.get(other).text


def test_a_what_if_has_the_red_flags_that_were_answered(
    app_client: AppClient, asked: list[tuple[str, str, Any]]
) -> None:
    draft = begin(app_client)
    for step in STEPS:
        send(app_client, draft, step, {**STEPS[step], "flags": "pregnant"})
    ask_for(app_client, draft)
    result = replace(plan_fake.unknown(), red_flags=("condition",), asked="answered")
    plan = kept(app_client, asked[0][2], result)
    app_client.submit(f"{plan}/what-if", {"warmer": "5"})
    assert asked[1][2]["red_flags"] == asked[0][2]["red_flags"] == [], "what follows from a condition is found anew"


def test_a_plan_that_came_in_another_way_has_no_answers_to_change(app_client: AppClient) -> None:
    plan = made(app_client, plan_fake.numbers())
    assert "/change" not in app_client.get(f"/plan/{plan}").text
    assert app_client.submit(f"/plan/{plan}/change").status_code == 409


def test_going_back_after_the_plan_is_made_leads_to_it(
    app_client: AppClient, asked: list[tuple[str, str, Any]]
) -> None:
    draft = begin(app_client)
    for step in STEPS:
        send(app_client, draft, step)
    ask_for(app_client, draft)
    plan = kept(app_client, asked[0][2])
    for step in (*STEPS, "check"):
        assert app_client.get(f"/plan/new/{draft}/{step}").headers["location"] == plan


def test_a_draft_that_was_changed_while_its_plan_was_worked_out_stays(
    app_client: AppClient, asked: list[tuple[str, str, Any]]
) -> None:
    draft = begin(app_client)
    for step in STEPS:
        send(app_client, draft, step)
    ask_for(app_client, draft)
    send(app_client, draft, "you", {**STEPS["you"], "mass": "70"})
    kept(app_client, asked[0][2])
    found = find_draft(app_client.database, draft)
    assert found is not None
    assert found.answers["you"]["mass"] == "70"
    assert app_client.get(f"/plan/new/{draft}/you").status_code == 200


def test_a_file_is_taken_out_and_the_rest_stays(app_client: AppClient) -> None:
    draft = begin(app_client)
    content = (EXAMPLES / "marathon.fit").read_bytes()
    event = {**STEPS["event"], "effort": "file"}
    send(app_client, draft, "event", event, files={"course": ("mine.fit", content)})
    assert 'value="without_course"' in app_client.get(f"/plan/new/{draft}/event").text
    assert send(app_client, draft, "event", {**event, "go": "without_course"}).status_code == 303
    assert not files_of_draft(app_client.database, draft)
    text = app_client.get(f"/plan/new/{draft}/event").text
    assert "mine.fit" not in text
    assert "42.2 km" not in text
    assert 'value="1:00"' in text


def test_a_gain_is_the_first_thing_on_the_page_of_its_plan(
    app_client: AppClient, asked: list[tuple[str, str, Any]]
) -> None:
    draft = begin(app_client)
    gained = {"before_1": "104.1", "after_1": "104.9", "drank_1": "3.9", "minutes_1": "135"}
    for step in STEPS:
        send(app_client, draft, step, gained if step == "sweat" else None)
    ask_for(app_client, draft)
    plan = kept(app_client, asked[0][2], replace(plan_fake.refused(), red_flags=("headache_or_heavier",)))
    for path in (plan, f"{plan}/card"):
        text = app_client.get(path).text
        main = text[text.index("<main") :]
        assert main.index("weight went up, +0.8 kg (+0.8 %)") < main.index("<h1")
    text = app_client.get(plan).text
    assert text.count("weight went up") == 1
    assert "You told of something that comes first" not in text, "the sentence on top tells what to do"


def test_a_cancelled_plan_leads_back_to_its_answers(app_client: AppClient) -> None:
    draft = begin(app_client)
    for step in STEPS:
        send(app_client, draft, step)
    job = app_client.submit(f"/plan/new/{draft}/make", {"version": version_of(app_client, draft)}).headers["location"]
    app_client.submit(f"{job}/cancel")
    assert f'href="/plan/new/{draft}/check"' in app_client.get(job).text
    app_client.submit(f"/plan/new/{draft}/delete")
    assert "Change the answers" not in app_client.get(job).text
