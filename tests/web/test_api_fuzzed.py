"""Everything that the description of the data interface allows, and much that it does not, asked of it at random."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

import cramplab.web.application
from cramplab.web.background import Background
from cramplab.web.settings import Settings

# Other methods than those of a path are refused before it is looked up unless they bring JSON (415 instead of 405).
NOT_ASKED = [unsupported_method]
# No description says which text is a scenario, or which day is still to come.
NOT_ALL_TAKEN = [unsupported_method, positive_data_acceptance]


class NoRuns(Background):
    """Takes long runs and runs none."""

    def _serve(self) -> None:
        return


# Tests are made of the description while they are collected, so the app is there before the first of them. What is
# asked of it is kept in its file from test to test.
FOLDER = tempfile.TemporaryDirectory(prefix="cramplab-")
with pytest.MonkeyPatch.context() as patched:
    patched.setattr(cramplab.web.application, "Background", NoRuns)
    APP = cramplab.web.application.create_app(
        Settings(data_file=Path(FOLDER.name) / "kept.sqlite3", names=("testserver",))
    )
SCHEMA = schemathesis.openapi.from_asgi("/api/openapi.json", APP)


@pytest.fixture(autouse=True)
def no_runs(monkeypatch):
    """Keep the app from starting real runs: it makes them when it is started, once for each request here."""
    monkeypatch.setattr(cramplab.web.application, "Background", NoRuns)


@SCHEMA.parametrize()
@hypothesis.settings(
    max_examples=12, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)  # fmt: skip
def test_every_answer_is_as_described(case):
    case.call_and_validate(
        excluded_checks=NOT_ALL_TAKEN if case.operation.path in ("/api/plans", "/api/weighings") else NOT_ASKED
    )
