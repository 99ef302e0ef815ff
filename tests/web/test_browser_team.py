"""At the scale, in a real browser: somebody who weighs more afterwards is the first thing on every page."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page
from tests.web.crawling import crawl, is_page
from tests.web.people import DESK, TABLET, People, serious_findings, too_wide
from tests.web.running_app import RunningApp

GAIN = "FB54"
SESSION = "athlete=FB54&date=2026-07-28&session=AM"


@pytest.fixture
def weighed(people: People, server: RunningApp) -> Page:
    """The scale after FB54 weighed 0.8 kg more than before, with 3.9 L drunk in 135 minutes."""
    with server.visitor() as visitor:
        for code, before, after in (("FB07", "98,0", "94,1"), ("FB31", "120", "119")):
            told = {"athlete": code, "date": "2026-07-28", "session": "AM", "before": before, "after": after}
            assert "saved=" in visitor.submit("/team/weigh", told).headers["location"]
    page = people.come(server, TABLET)
    page.goto(f"/team/weigh?{SESSION}")
    page.fill("[name=before]", "104,1")
    page.get_by_role("button", name=re.compile("save|keep", re.IGNORECASE)).first.click()
    page.goto(f"/team/weigh?{SESSION}")
    assert page.input_value("[name=before]") == "104.1"
    page.fill("[name=after]", "104.9")
    page.fill("[name=drank]", "3.9")
    page.fill("[name=minutes]", "135")
    page.get_by_role("button", name=re.compile("save|keep", re.IGNORECASE)).first.click()
    page.get_by_role("alert").first.wait_for()
    return page


def test_the_alarm_comes_at_once_and_first(weighed: Page):
    alarm = weighed.get_by_role("alert").first
    words = alarm.inner_text()
    assert GAIN in words
    assert "+0.8 kg" in words
    assert "+0.8 %" in words
    assert "Stop drinking" in words
    assert alarm.locator("a[href='/redflags#headache_or_heavier']").count() >= 1
    box = alarm.bounding_box()
    assert box is not None
    assert box["y"] + 60 < TABLET[1], "the alarm is seen without moving the page"
    before = weighed.evaluate(
        "first => document.querySelector('h1').compareDocumentPosition(document.querySelector('[role=alert]'))"
    )
    assert before & 2, "the alarm stands before the heading"
    assert serious_findings(weighed) == []
    assert too_wide(weighed) == []


def test_a_gain_is_the_first_thing_on_every_page(weighed: Page, server: RunningApp):
    with server.visitor() as visitor:
        pages = {path: answer.text for path, answer in crawl(visitor.get).items() if is_page(answer)}
        assert len(pages) > 10
        for path, text in pages.items():
            alarm, heading = text.find('role="alert"'), text.find("<h1")
            assert 0 < alarm < heading, path
            assert f"{GAIN} weighed more after than before" in text[alarm:heading], path
        told = {"athlete": GAIN, "date": "2026-07-28", "session": "PM", "before": "104", "after": "103"}
        assert "saved=" in visitor.submit("/team/weigh", told).headers["location"]
        # Low blood sodium may show up hours later: what is lost afterwards takes nothing back.
        assert "weighed more after than before" in visitor.get("/").text


def test_a_gain_is_the_first_row_everywhere(weighed: Page, server: RunningApp):
    weighed.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    weighed.goto("/team")
    first = weighed.locator("main table").first.locator("tbody tr").first.inner_text()
    assert GAIN in first
    assert re.search(r"\+0\.8", first)
    with server.visitor() as visitor:
        rows = visitor.get("/api/team").json()["rows"]
        assert rows[0]["athlete"]["id"] == GAIN
        assert rows[0]["flags"][0]["id"] == "gain"
        cards = visitor.get("/team/cards").text
        assert cards.index(GAIN, cards.index("<h1")) < cards.index("FB07", cards.index("<h1"))
        kept = visitor.get("/team/weighins.csv").text
    assert any(row[0] == GAIN and "104.9" in row for row in csv.reader(io.StringIO(kept)))


def test_two_windows_that_change_one_athlete(people: People, server: RunningApp):
    with server.visitor() as visitor:
        visitor.submit("/team/example")
        code = visitor.get("/api/athletes").json()[0]["id"]
    first, second = (people.come(server) for _ in range(2))
    for page in (first, second):
        page.goto(f"/athlete/{code}/edit")
    first.fill("[name=position]", "Of the first")
    first.locator("main form button[type=submit]").first.click()
    second.fill("[name=position]", "Of the second")
    second.locator("main form button[type=submit]").first.click()
    told = second.locator("main").inner_text()
    assert "another window" in told
    assert "Of the first" in told
    assert "Of the second" in told or "Of the second" in second.input_value("[name=position]")
    with server.visitor() as visitor:
        found = [each for each in visitor.get("/api/athletes").json() if each["id"] == code]
    assert "Of the first" in str(found)
