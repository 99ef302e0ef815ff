"""Every page in a real browser: at three sizes, to axe, by weight, and with JavaScript off."""

from __future__ import annotations

import itertools
import re

import pytest
from tests.web.app_client import routes
from tests.web.crawling import crawl, is_page, route_of
from tests.web.people import DESK, PHONE, SIZES, People, serious_findings, too_wide

MOST_BYTES = 150_000
UNLINKED = {
    "/code",  # the door, where nobody but this machine may come in
    "/style/{name}.css", "/jobs/{name}/events",  # loaded by pages
    "/jobs/{name}", "/evidence/{study}", "/plan/new", "/plan/new/{name}/delete", "/plan/new/{name}/{step}",
    "/plan/{name}", "/plan/{name}/card", "/plan/{name}/plan.html", "/plan/{name}/plan.json",
    "/plan/{name}/scenario.zip", "/plan/{name}/delete",  # there once a run or a plan is
    "/team/unread",  # there once something could not be read
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(app_in_use) -> list[str]:
    """Every page that can be reached, two of a kind; one form in the making and one row to be mended among them."""
    with app_in_use.visitor() as visitor:
        visitor.submit("/plan/new")
        found = crawl(visitor.get)
    return [path for path, answer in found.items() if is_page(answer)]


def test_every_page_can_be_found_and_every_link_leads_somewhere(app_in_use):
    with app_in_use.visitor() as visitor:
        visitor.submit("/plan/new")
        found = crawl(visitor.get, each=1000)
    assert {path: answer.status_code for path, answer in found.items() if answer.status_code not in (200, 303)} == {}
    known = {route.path for route in routes() if "GET" in route.methods and not route.path.startswith("/api/")}
    assert known - {route_of(path) for path in found} - UNLINKED == set()


def test_every_anchor_is_there(app_in_use):
    missing = set()
    with app_in_use.visitor() as visitor:
        found = crawl(visitor.get)
        for path, answer in found.items():
            if not is_page(answer):
                continue
            for where, name in re.findall(r'<a\b[^>]*\shref="([^"#]*)#([^"]+)"', answer.text):
                there = answer if not where else found.get(where) or visitor.get(where)
                if f'id="{name}"' not in there.text:
                    missing.add(f"{path} leads to {where}#{name}")
    assert missing == set()


def test_no_page_is_too_wide_and_axe_finds_nothing_serious(people: People, app_in_use, pages):
    page = people.come(app_in_use)
    found = []
    for path in pages:
        page.goto(path)
        for width, height in reversed(SIZES):
            page.set_viewport_size({"width": width, "height": height})
            found += too_wide(page)
        found += serious_findings(page)
        headings = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(each => +each.tagName[1])")
        found += [] if headings.count(1) == 1 else [f"{path}: {headings.count(1)} main headings"]
        jumps = [pair for pair in itertools.pairwise(headings) if pair[1] > pair[0] + 1]
        found += [f"{path}: a heading of level {after} below one of level {before}" for before, after in jumps]
    assert found == []


def test_whatever_is_pressed_is_large_enough_for_a_thumb(people: People, app_in_use, pages):
    page = people.come(app_in_use, PHONE)
    small = []
    for path in pages:
        page.goto(path)
        small += page.evaluate(
            """() => [...document.querySelectorAll("main button, main select, main input, header a")]
              .filter(each => !each.closest(".unseen") && each.offsetParent && each.type !== "hidden")
              .map(each => [each, (["checkbox", "radio"].includes(each.type) && each.closest("label")) || each])
              .map(([each, area]) => [each.outerHTML.slice(0, 80), area.getBoundingClientRect()])
              .filter(([words, box]) => box.height < 43.5 || box.width < 24)
              .map(([words, box]) => `${location.pathname}: ${words} ${box.width}x${box.height}`)"""
        )
    assert small == []


def test_no_page_weighs_more_than_150_kilobytes(people: People, app_in_use, pages):
    """As it comes over the line, with sheets and scripts, to somebody who was never here."""
    heavy = {}
    for path in pages:
        page = people.come(app_in_use, DESK)
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        came: list[float] = []
        line.on("Network.loadingFinished", lambda each, came=came: came.append(each["encodedDataLength"]))
        page.goto(path, wait_until="load")
        assert came, path
        if sum(came) >= MOST_BYTES:
            heavy[path] = sum(came)
        page.context.close()
    assert heavy == {}


def test_every_page_answers_without_javascript(people: People, app_in_use, pages):
    page = people.come(app_in_use, PHONE, javascript=False)
    for path in pages:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        assert page.locator("h1").is_visible()
        for form in page.locator("main form").all():
            sends = form.locator("button:not([type=button]), input[type=submit]")
            assert sends.count() > 0, f"{path}: a form that cannot be sent"
            assert form.get_attribute("method") in ("get", "post", None), path
