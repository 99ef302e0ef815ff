"""A plan from a recording, in a real browser with the real engine, by keyboard alone; and what then stands where."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.web import busy_app
from tests.web.people import SIZES, People, serious_findings, too_wide
from tests.web.running_app import BUSY, RunningApp
from typer.testing import CliRunner

from cramplab.cli.app import app
from cramplab.safety.red_flags import load_red_flags
from cramplab.web.storage.database import Database

RECORDING = Path(__file__).parents[2] / "examples" / "marathon.fit"
MOST_STOPS = 200
MOST_BYTES = 150_000


NOTES_PROGRESS = """
  const told = JSON.parse(sessionStorage.shares || "[]");
  new MutationObserver(() => {
    const share = document.querySelector("progress")?.value;
    if (share && share !== told.at(-1)) sessionStorage.shares = JSON.stringify((told.push(share), told));
  }).observe(document, { subtree: true, childList: true, attributes: true });
"""
"""Notes each share of a run that a page shows, however fast it goes on to the next."""


class Keyboard:
    """Somebody without a mouse.

    Parameters
    ----------
    page
        What is before them.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, selector: str) -> None:
        """Press Tab until it is reached; what has the focus must be seen to have it."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            at, seen = self.page.evaluate(
                """selector => {
                  const at = document.activeElement;
                  const style = getComputedStyle(at);
                  const box = at.getBoundingClientRect();
                  // The parts inside a field for a date are the browser's own, and so is what marks them.
                  if (["date", "datetime-local", "time"].includes(at.type)) return [at.matches(selector), true];
                  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                  return [at.matches(selector), at === document.body || (outlined && box.width > 0)];
                }""",
                selector,
            )
            assert seen, self.page.evaluate("document.activeElement.outerHTML")
            if at:
                return
        raise AssertionError(f"{selector} is not reached by keyboard on {self.page.url}")

    def type_into(self, name: str, text: str) -> None:
        self.go_to(f"[name={name}]")
        self.page.keyboard.type(text)

    def choose(self, name: str, words: str) -> None:
        """Choose in a list by typing the first letters."""
        self.go_to(f"select[name={name}]")
        self.page.keyboard.type(words)

    def tick(self, selector: str) -> None:
        self.go_to(selector)
        self.page.keyboard.press("Space")

    def pick(self, name: str, value: str) -> None:
        """Pick one of several: Tab leads to the one that is picked, arrows to the others."""
        self.go_to(f"[name={name}]")
        for _ in range(10):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowUp")
        raise AssertionError(f"{value} is not among the choices of {name}")

    def press(self, selector: str) -> None:
        self.go_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_a_plan_from_a_recording_by_keyboard_alone(people: People, app_in_use, tmp_path):
    page = people.come(app_in_use)
    page.add_init_script(NOTES_PROGRESS)
    page.goto("/")
    keys = Keyboard(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    keys.press("a.door[href='/plan']")
    keys.press("form[action='/plan/new'] button")
    assert page.url.endswith("/you")

    keys.press("button[name=go][value=next]:not(.unseen)")
    faults = page.locator("[role=alert] li")
    assert faults.count() >= 1, "the questions on what is wrong now have to be answered"
    assert serious_findings(page) == []

    keys.choose("sex", "Male")
    keys.type_into("age", "34")
    keys.type_into("mass", "72,5")
    keys.type_into("height", "178")
    keys.tick("[name=red_flags][value=none]")
    keys.press("button[name=go][value=next]:not(.unseen)")
    assert page.url.endswith("/sweat"), page.locator("main").inner_text()
    keys.press("button[name=go][value=next]:not(.unseen)")
    assert page.url.endswith("/event")

    keys.type_into("title", "A <b>marathon</b> & more")
    keys.choose("sport", "Run")
    keys.pick("effort", "file")
    keys.go_to("input[name=course]")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(RECORDING)
    keys.pick("weather", "typed")
    keys.type_into("air", "18")
    keys.type_into("humidity", "60")
    keys.press("button[name=go][value=next]:not(.unseen)")
    assert "42" in page.locator("main").inner_text(), "what was found in the file is shown"
    keys.press("button[name=go][value=next]:not(.unseen)")
    assert page.url.endswith("/drink"), page.locator("main").inner_text()
    keys.press("button[name=go][value=next]:not(.unseen)")
    assert page.url.endswith("/check")
    assert serious_findings(page) == []
    keys.press("form[action$='/make'] button")

    assert "/jobs/" in page.url
    assert serious_findings(page) == []
    page.wait_for_url(re.compile(r"/plan/[^/]+$"))
    shares = page.evaluate("JSON.parse(sessionStorage.shares)")
    assert len(set(shares)) > 1, "the progress is told while the run goes on, without a reload"
    main = page.locator("main").inner_text()
    assert "A <b>marathon</b> & more" in page.content().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert page.locator("main b", has_text="marathon").count() == 0
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert too_wide(page) == []
    assert serious_findings(page) == []
    assert "of 100" in main or "Refused" in main

    path = page.url.removeprefix(app_in_use.address)
    with app_in_use.visitor() as visitor:
        tree = json.loads(visitor.get(f"{path}/plan.json").content)
        assert tree["format"] == "cramplab plan"
        told = visitor.get(f"{path}/plan.html")
        parts = [path, *re.findall(r'(?:href|src)="(/(?:static|style)/[^"]+)"', page.content())]
        assert len(parts) > 2
        assert sum(visitor.get(part).num_bytes_downloaded for part in parts) < MOST_BYTES
    in_file = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", told.text)))
    for row in load_red_flags():
        assert row.say in in_file, f"{row.id} is not in the plan's own file"


def test_the_red_flags_are_the_same_rows_on_the_page_and_on_the_command_line(people: People, app_in_use):
    page = people.come(app_in_use, javascript=False)
    page.goto("/redflags")
    shown = re.sub(r"\s+", " ", page.locator("main").inner_text())
    printed = re.sub(r"\s+", " ", CliRunner().invoke(app, ["redflags"]).output)
    for row in load_red_flags():
        for words in (row.say, row.when):
            assert words in shown, row.id
            assert words in printed, row.id
        assert page.locator(f"[id='{row.id}']").count() == 1
    assert shown.index(load_red_flags()[0].say) < shown.index(load_red_flags()[0].when)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_long_run_is_cancelled_and_started_again(people: People, tmp_path, javascript):
    file = tmp_path / "kept.sqlite3"
    (name,) = busy_app.ask_before_start(Database(file), "A long run", steps=1_000_000)
    with RunningApp(file, script=BUSY) as running:
        page = people.come(running, javascript=javascript)
        page.goto(f"/jobs/{name}")
        page.get_by_role("button", name="Start it again").click()
        page.get_by_text("Working: ").wait_for()
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Cancelled.").wait_for()
        page.get_by_role("button", name="Start it again").click()
        page.get_by_text("Working: ").wait_for()
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Cancelled.").wait_for()
