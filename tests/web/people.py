"""People with a browser each, cut off from the network, whose every error in a script is found."""

from __future__ import annotations

import re
from functools import partial
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route
from tests.web.running_app import RunningApp

PHONE, TABLET, DESK = (390, 844), (820, 1180), (1440, 900)
SIZES = (PHONE, TABLET, DESK)
_REFUSED = re.compile(r"the server responded with a status of 4\d\d")


class People:
    """Opens browsers, and looks at what they met when all are closed.

    Parameters
    ----------
    browser
        The browser in which each gets a profile of their own.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open: list[BrowserContext] = []
        self.errors: list[str] = []
        self.elsewhere: list[str] = []

    def __enter__(self) -> People:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in list(self._open):
            self._leave(context)
        if kind is None:
            assert not self.elsewhere, f"a page asked for something that is not on this machine: {self.elsewhere}"
            assert not self.errors, f"a page caused an error in the browser: {self.errors}"

    def come(self, app: RunningApp, size: tuple[int, int] = DESK, *, javascript: bool = True) -> Page:
        """Give somebody's empty page; paths are those of the app."""
        width, height = size
        context = self._browser.new_context(
            base_url=app.address, viewport={"width": width, "height": height}, java_script_enabled=javascript,
            reduced_motion="reduce",
        )  # fmt: skip
        # Whoever runs the tests decides how long is too long.
        context.set_default_timeout(0)
        self._open.append(context)
        app.before_it_stops(partial(self._leave, context))
        context.route("**/*", self._only_here)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        return page

    def _leave(self, context: BrowserContext) -> None:
        # Once only: either the app stops first, or the test ends first.
        if context in self._open:
            self._open.remove(context)
            context.close()

    def _only_here(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that says what is wrong with a form answers with a status that the browser notes; that is no error.
        if message.type in ("error", "warning") and not _REFUSED.search(message.text):
            self.errors.append(f"{message.location.get('url')}: {message.text}")


def serious_findings(page: Page) -> list[str]:
    """Give what axe finds that keeps somebody from using a page."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{page.url}: {each['id']} ({each['impact']}): {node['html'][:160]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """Tell whether the page as a whole has to be moved sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{page.url}: {wide} px too wide at {page.viewport_size}"] if wide > 0 else []
