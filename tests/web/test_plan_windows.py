"""Two windows on one plan in the making, and careless fingers: nothing typed is lost, or read in a wrong unit."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from tests.report import plan_fake
from tests.web.app_client import AppClient
from tests.web.test_plan_pages import STEPS, ask_for, asked, begin, kept, send  # noqa: F401 - a fixture among them

from cramplab.web.planning.meanwhile import all_words
from cramplab.web.planning.units import change_units
from cramplab.web.storage.database import DiskFullError
from cramplab.web.storage.drafts import files_of_draft, find_draft

EXAMPLES = Path(__file__).parents[2] / "examples"
GAIN = {"before_1": "104.1", "after_1": "104.9", "drank_1": "3.9", "minutes_1": "135"}


def hidden(client: AppClient, draft: str, step: str) -> dict[str, str]:
    """Open a window, and give what its form carries unseen."""
    text = client.get(f"/plan/new/{draft}/{step}").text
    return dict(re.findall(r'<input type="hidden" name="(version|seen|page_units)" value="([^"]*)"', text))


def stands(client: AppClient, draft: str, step: str) -> dict[str, Any]:
    found = find_draft(client.database, draft)
    assert found is not None
    return dict(found.answers.get(step, {}))


def words_beside(text: str, field: str) -> str:
    found = re.search(rf'<p class="error" id="{field}-error">.*?</span>(.*?)</p>', text)
    return html.unescape(found[1]) if found else ""


def test_what_the_second_window_typed_stands_beside_each_field_that_differs(app_client: AppClient) -> None:
    draft = begin(app_client)
    window = hidden(app_client, draft, "you")
    send(app_client, draft, "you")
    mine = {**STEPS["you"], "mass": "63", "sex": "male", "height": "", "height_unknown": "yes", "flags": ["statin"],
            "red_flags": ["headache_or_heavier"]}  # fmt: skip
    answer = app_client.submit(f"/plan/new/{draft}/you", {**mine, **window})
    assert answer.status_code == 409
    assert stands(app_client, draft, "you")["mass"] == "62,4"
    assert 'value="62,4"' in answer.text
    assert words_beside(answer.text, "mass") == "You typed here: 63 kg."
    assert words_beside(answer.text, "sex") == "You chose here: Male."
    assert words_beside(answer.text, "height") == "You typed here: “I don’t know”."
    assert words_beside(answer.text, "age") == "", "the two say the same of it"
    assert "Conditions and medicines: You ticked here: A statin" in answer.text
    assert "Red flags: You ticked here: " in answer.text
    for field in ("mass", "sex", "flags", "red_flags"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text


def test_what_was_typed_is_told_in_the_units_of_its_own_window(app_client: AppClient) -> None:
    draft = begin(app_client)
    send(app_client, draft, "you")
    send(app_client, draft, "sweat")
    window = hidden(app_client, draft, "sweat")
    send(app_client, draft, "you", {**STEPS["you"], "go": "units"})
    before = stands(app_client, draft, "sweat")
    answer = app_client.submit(f"/plan/new/{draft}/sweat", {**STEPS["sweat"], "after_1": "60,3", **window})
    assert answer.status_code == 409
    assert stands(app_client, draft, "sweat") == before
    assert words_beside(answer.text, "after_1") == "You typed here: 60,3 kg, which is 132.9387 lb."
    assert words_beside(answer.text, "before_1") == "", "62.4 kg is what stands, in pounds"


def test_the_same_number_in_another_unit_of_the_label_is_told(app_client: AppClient) -> None:
    draft = begin(app_client)
    window = hidden(app_client, draft, "sweat")
    send(app_client, draft, "sweat", {"sweat_sodium": "40", "sweat_sodium_unit": "mmol_per_L"})
    answer = app_client.submit(
        f"/plan/new/{draft}/sweat", {"sweat_sodium": "40", "sweat_sodium_unit": "mg_per_L", **window}
    )
    assert words_beside(answer.text, "sweat_sodium") == "You typed here: 40 mg in a litre."


@pytest.mark.parametrize("step", [step for step in STEPS if step != "you"])
def test_a_step_that_nobody_else_changed_is_kept(app_client: AppClient, step: str) -> None:
    draft = begin(app_client)
    window = hidden(app_client, draft, step)
    send(app_client, draft, "you")
    assert app_client.submit(f"/plan/new/{draft}/{step}", {**STEPS[step], **window}).status_code == 303
    assert stands(app_client, draft, step).items() >= STEPS[step].items()
    assert stands(app_client, draft, "you")["mass"] == "62,4"


@pytest.mark.parametrize("step", list(STEPS))
def test_two_clicks_on_save_are_one(app_client: AppClient, step: str) -> None:
    draft = begin(app_client)
    form = {**STEPS[step], **hidden(app_client, draft, step)}
    first, second = (app_client.submit(f"/plan/new/{draft}/{step}", form) for _ in range(2))
    assert (second.status_code, second.headers["location"]) == (303, first.headers["location"])


def test_two_clicks_on_the_units_change_them_once(app_client: AppClient) -> None:
    draft = begin(app_client)
    form = {**STEPS["you"], **hidden(app_client, draft, "you"), "go": "units"}
    for _ in range(2):
        assert app_client.submit(f"/plan/new/{draft}/you", form).status_code == 303
    assert stands(app_client, draft, "you")["units"] == "us"
    assert stands(app_client, draft, "you")["mass"] == "137.5685"


def test_two_clicks_with_a_file_keep_it_once(app_client: AppClient) -> None:
    draft = begin(app_client)
    form = {**STEPS["event"], "effort": "file", **hidden(app_client, draft, "event")}
    content = (EXAMPLES / "marathon.fit").read_bytes()
    for _ in range(2):
        answer = app_client.submit(f"/plan/new/{draft}/event", form, files={"course": ("mine.fit", content)})
        assert answer.status_code == 303
    assert len(files_of_draft(app_client.database, draft)) == 1


def test_a_file_that_was_not_kept_is_to_be_chosen_again(app_client: AppClient) -> None:
    draft = begin(app_client)
    window = hidden(app_client, draft, "event")
    send(app_client, draft, "event")
    content = (EXAMPLES / "marathon.fit").read_bytes()
    answer = app_client.submit(
        f"/plan/new/{draft}/event", {**STEPS["event"], "effort": "file", **window},
        files={"course": ("mine<b>.fit", content)},
    )  # fmt: skip
    assert answer.status_code == 409
    assert (
        words_beside(answer.text, "course")
        == "The file “mine<b>.fit” that you chose here was not kept: choose it again."
    )
    assert "mine<b>" not in answer.text
    assert "You chose here: A recording of the course" in answer.text
    assert not files_of_draft(app_client.database, draft)


@pytest.mark.parametrize("units", ["kept", "changed"])
def test_a_gain_that_the_second_window_typed_raises_the_alarm_all_the_same(app_client: AppClient, units: str) -> None:
    draft = begin(app_client)
    send(app_client, draft, "sweat")
    window = hidden(app_client, draft, "sweat")
    if units == "changed":
        send(app_client, draft, "you", {**STEPS["you"], "go": "units"})
    else:
        send(app_client, draft, "sweat", {**STEPS["sweat"], "after_1": "61.2"})
    answer = app_client.submit(f"/plan/new/{draft}/sweat", {**GAIN, **window})
    assert answer.status_code == 409
    main = answer.text[answer.text.index("<main") :]
    assert main.index("weight went up, +0.8 kg (+0.8 %)") < main.index("<h1")
    assert main.count("weight went up") == 1
    assert words_beside(main, "after_1").startswith("You typed here: 104.9 kg")


@pytest.mark.parametrize("over", ["deleted", "made"])
def test_what_is_sent_for_a_draft_that_is_gone_is_given_back(
    app_client: AppClient, asked: list[tuple[str, str, Any]], over: str  # noqa: F811 - the fixture
) -> None:  # fmt: skip
    draft = begin(app_client)
    for step in STEPS:
        send(app_client, draft, step)
    window = hidden(app_client, draft, "sweat")
    if over == "made":
        ask_for(app_client, draft)
        plan = kept(app_client, asked[0][2], plan_fake.numbers())
    else:
        app_client.submit(f"/plan/new/{draft}/delete")
    answer = app_client.submit(f"/plan/new/{draft}/sweat", {**GAIN, **window})
    assert answer.status_code == 404
    main = answer.text[answer.text.index("<main") :]
    assert main.index("weight went up, +0.8 kg") < main.index("<h1")
    assert '<th scope="row">Test 1, fluid taken in between</th><td>3.9 L</td>' in main
    if over == "made":
        assert f'href="{plan}"' in main
        again = app_client.submit(f"/plan/new/{draft}/make", window)
        assert (again.status_code, again.headers["location"]) == (303, plan)


def test_a_change_of_units_changes_all_steps_or_none(app_client: AppClient) -> None:
    """The draft that it read is no longer the one that is kept: a number must not get another meaning by that."""
    draft = begin(app_client)
    send(app_client, draft, "you")
    send(app_client, draft, "sweat")
    old = find_draft(app_client.database, draft)
    assert old is not None
    send(app_client, draft, "drink")
    with pytest.raises(Exception, match="another window"):
        change_units(app_client.database, old)
    assert stands(app_client, draft, "you")["units"] == "metric"
    assert stands(app_client, draft, "sweat")["before_1"] == "62.4"


def test_a_full_disk_is_told_as_such_and_not_as_another_window(
    app_client: AppClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = begin(app_client)

    def full(*_: object) -> None:
        raise DiskFullError("The disk is full.")

    monkeypatch.setattr("cramplab.web.pages.plan.change_step", full)
    answer = send(app_client, draft, "you")
    assert answer.status_code == 507
    assert "The disk is full" in answer.text


def test_every_field_of_every_step_has_a_name_for_the_second_window(app_client: AppClient) -> None:
    draft = begin(app_client)
    for step in STEPS:
        text = app_client.get(f"/plan/new/{draft}/{step}").text
        names = re.findall(r'<(?:input|select)[^>]* name="(\w+)"', text)
        ours = {"form_token", "version", "seen", "page_units", "go", "course", "weather_file"}
        for name in {each.removesuffix("_unknown") for each in names} - ours:
            assert all_words({name: ["x"] if name in ("flags", "red_flags", "mends") else "x"}, us=False), name
