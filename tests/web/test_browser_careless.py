"""The app under careless people in a real browser: narrow windows, long and foreign words, clicks twice, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.report import plan_fake
from tests.web.app_client import AppClient
from tests.web.crawling import crawl, is_page
from tests.web.people import People, too_wide
from tests.web.running_app import RunningApp

from cramplab.core.plan_result import plan_tree
from cramplab.core.team import Athlete, Weighing
from cramplab.web.storage.athletes import add_athlete
from cramplab.web.storage.database import Database
from cramplab.web.storage.drafts import all_drafts, new_draft
from cramplab.web.storage.jobs import new_job
from cramplab.web.storage.plans import insert_plan
from cramplab.web.storage.weighings import add_weighing, all_weighings

NARROW = (320, 640)
"""What is left of a window of 1280 px at 400 %; WCAG asks for pages that need no moving sideways there."""
LONG_CODE = "W" * 32
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 5
FOREIGN = "🏉🏃🏿‍♀️ تدريب الصباح \u202eabc\u202c 𝔘𝔫𝔦"


def fill(database: Database) -> list[str]:
    """Keep what makes pages wide or turns words around; gives paths that no link leads to."""
    add_athlete(database, Athlete(LONG_CODE, LONG_WORD[:60], mass_kg=70.0))
    add_athlete(database, Athlete("A1", FOREIGN, mass_kg=70.0))
    for session in (FOREIGN, LONG_WORD[:60]):
        add_weighing(database, Weighing(LONG_CODE, "2026-07-01", session, 70.0, 69.0, 1.0, 0.0, 60.0))
        add_weighing(database, Weighing("A1", "2026-07-01", session, 70.0, 70.6, 2.0, 0.0, 60.0))
    answers = {"you": {"mass": "9" * 300, "red_flags": ["none"]}, "event": {"title": LONG_WORD, "goal": "x" * 300}}
    draft = new_draft(database, answers)
    tree = plan_tree(plan_fake.numbers()) | {"title": LONG_WORD, "person_id": LONG_CODE}
    with database.writing() as connection:
        plans = [
            insert_plan(connection, tree, "schema = 1", (LONG_WORD, FOREIGN), (), answers=answers),
            insert_plan(connection, tree | {"title": FOREIGN}, "schema = 1", (), ()),
        ]
        insert_plan(connection, tree, "schema = 1", (), (), parent=plans[0], change=LONG_WORD)
    job = new_job(database, "plan", f"Plan: {LONG_WORD}", {})
    steps = [f"/plan/new/{draft}/{step}" for step in ("you", "sweat", "event", "drink", "check")]
    return [*steps, *(f"/plan/{plan}{page}" for plan in plans for page in ("", "/card")), f"/jobs/{job}"]


@pytest.fixture(scope="module")
def in_long_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningApp, list[str]]]:
    file = tmp_path_factory.mktemp("app") / "kept.sqlite3"
    more = fill(Database(file))
    with RunningApp(file) as running:
        with running.visitor() as visitor:
            found = [path for path, answer in crawl(visitor.get).items() if is_page(answer)]
        yield running, list(dict.fromkeys((*found, *more)))


def test_no_page_has_to_be_moved_sideways_in_a_very_narrow_window(people: People, in_long_words) -> None:
    running, paths = in_long_words
    page = people.come(running, NARROW)
    wide = []
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        wide += too_wide(page)
    assert wide == []


def test_no_button_stands_on_end(people: People, in_long_words) -> None:
    """A cell that gives way leaves a button one letter wide."""
    running, paths = in_long_words
    page = people.come(running, NARROW)
    found = []
    for path in paths:
        page.goto(path)
        found += page.evaluate(
            """() => [...document.querySelectorAll("button, .button")]
              .filter(each => each.offsetParent && !each.closest(".unseen") && each.offsetHeight > each.offsetWidth)
              .map(each => `${location.pathname}: ${each.outerHTML.slice(0, 90)}`)"""
        )
    assert found == []


def test_a_name_that_turns_the_direction_of_text_turns_no_number(app_client: AppClient) -> None:
    turning = "\u202eevening\u2066"
    add_weighing(app_client.database, Weighing("A1", "2026-07-01", turning, 70.0, 70.6, 2.0, 0.0, 60.0))
    for path, answer in crawl(app_client.get).items():
        if is_page(answer):
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", answer.text), path
    text = app_client.get("/team").text
    assert "evening" in text
    assert "&lt;section" not in text, "what is HTML stays HTML"


def test_two_clicks_and_the_back_button_lose_nothing_of_a_plan_in_the_making(
    people: People, server: RunningApp
) -> None:
    page = people.come(server)
    page.goto("/plan")
    page.locator("form[action='/plan/new'] button").first.dblclick()
    page.wait_for_url("**/you")
    page.fill("[name=age]", "34")
    page.fill("[name=mass]", "62")
    page.check("[name=red_flags][value=none]")
    page.get_by_role("button", name="Keep and go on").dblclick()
    page.wait_for_url("**/sweat")
    page.get_by_role("button", name="Keep and go on").click()
    page.wait_for_url("**/event")
    page.go_back()
    page.go_back()
    page.wait_for_url("**/you")
    page.fill("[name=mass]", "63")
    page.get_by_role("button", name="Keep and go on").click()
    page.locator("#mass-error, #before_1").first.wait_for()
    # A browser that shows the page as it was asked, and one that asks for it again, are both right.
    told = "You typed here: 63 kg" in page.content()
    draft = next(each for each in all_drafts(Database(server.data_file)) if each.answers)
    assert told or draft.answers["you"]["mass"] == "63"


def test_two_clicks_and_a_reload_at_the_scale_keep_one_weighing(people: People, server: RunningApp) -> None:
    page = people.come(server)
    page.goto("/team/weigh?athlete=A1&session=AM")
    page.fill("#before", "80")
    page.get_by_role("button", name="Save").dblclick()
    page.get_by_text("Saved: A1").wait_for()
    page.reload()
    page.get_by_text("Saved: A1").wait_for()
    page.go_back()
    assert len(all_weighings(Database(server.data_file))) == 1


def test_without_cookies_nothing_is_kept_and_the_page_says_why(server: RunningApp) -> None:
    with server.visitor() as visitor:
        page = visitor.get("/team/new").text
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        assert token
        visitor.cookies.clear()
        answer = visitor.post("/team/new", data={"form_token": token[1], "code": "A1"})
    assert answer.status_code == 403
    assert "cookie" in answer.text.lower()


@pytest.mark.parametrize("colours", [{"forced_colors": "active"}, {"color_scheme": "dark"}])
def test_an_alarm_has_a_frame_and_words_in_other_colours_too(
    people: People, server: RunningApp, colours: dict[str, Any]
) -> None:
    page = people.come(server)
    page.emulate_media(**colours)
    add_weighing(Database(server.data_file), Weighing("A1", "2026-07-01", "AM", 70.0, 70.6, 2.0, 0.0, 60.0))
    page.goto("/athlete/A1")
    alarm = page.get_by_role("alert").first
    assert alarm.evaluate("each => parseFloat(getComputedStyle(each).borderTopWidth)") >= 2
    seen = alarm.evaluate("each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor]")
    assert seen[0] != seen[1]


def test_on_paper_a_sentence_with_a_link_is_whole(people: People, server: RunningApp) -> None:
    page = people.come(server)
    add_weighing(Database(server.data_file), Weighing("A1", "2026-07-01", "AM", 70.0, 70.6, 2.0, 0.0, 60.0))
    page.goto("/")
    page.emulate_media(media="print")
    assert "look at what to do now" in page.get_by_role("alert").first.inner_text()
