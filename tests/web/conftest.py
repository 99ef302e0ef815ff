"""The app in this process, and as a real server, both with a data file of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.app_client import AppClient
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
