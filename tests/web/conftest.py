"""The app in this process, and as a real server, both with a data file of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.web.app_client import AppClient
from tests.web.people import People
from tests.web.running_app import RunningApp

from cramplab.web.application import create_app
from cramplab.web.settings import Settings


@pytest.fixture
def data_file(tmp_path: Path) -> Path:
    """Where the app under test keeps its data."""
    return tmp_path / "kept.sqlite3"


@pytest.fixture
def app_client(data_file: Path) -> Iterator[AppClient]:
    """The app in this process, its data file empty."""
    with AppClient(create_app(Settings(data_file=data_file))) as client:
        yield client


@pytest.fixture
def server(data_file: Path) -> Iterator[RunningApp]:
    """A real ``cramplab app`` in a process of its own, its data file empty."""
    with RunningApp(data_file) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium, that of the system; its processes are shared by the tests of one file."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CRAMPLAB_NEEDS_BROWSER") == "1":
            pytest.fail("There is no Chromium here, and CRAMPLAB_NEEDS_BROWSER=1 asks for one.")
        pytest.skip("There is no Chromium on this system (Debian's package: chromium).")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"], timeout=0)
        yield chromium
        chromium.close()


@pytest.fixture
def people(browser: Browser) -> Iterator[People]:
    """Gives people with a browser each; nothing they do may reach another machine, or cause an error in a script."""
    with People(browser) as found:
        yield found


@pytest.fixture(scope="module")
def app_in_use(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """A real app with the invented team of the package in it; shared by the tests of one file."""
    with RunningApp(tmp_path_factory.mktemp("app") / "kept.sqlite3") as running:
        with running.visitor() as visitor:
            assert visitor.submit("/team/example").status_code == 303
        yield running
