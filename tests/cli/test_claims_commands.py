"""The command ``claims``: what it writes, prints and refuses.

Only claims in words are asked, so nothing is simulated.
"""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cramplab.cli.app import app
from cramplab.core.errors import FaultsFoundError, UserError

RUNNER = CliRunner()
BROKEN = """
schema = 1
id = "X01"
kind = "words"
claim = "Cold water makes the calf cramp."
words = "Nobody knows."
[[evidence]]
study = "no_such_study"
finding = "x"
speaks = "for"
[[evidence]]
study = "nor_this_one"
finding = "x"
speaks = "for"
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def run(*arguments: str):
    return RUNNER.invoke(app, ["claims", *arguments])


def test_it_writes_a_page_and_its_data(tmp_path):
    done = run("C19", "c29", "--out", str(tmp_path / "here"))
    assert done.exit_code == 0, done.output
    data = json.loads((tmp_path / "here" / "claims.json").read_text(encoding="utf-8"))
    assert [each["id"] for each in data["claims"]] == ["C19", "C29"]
    page = (tmp_path / "here" / "claims.html").read_text(encoding="utf-8")
    assert "Red flags: stop and get help" in page
    assert "UNTESTED" in done.output
    assert "OUTSIDE THIS SYSTEM" in done.output
    assert "not medical advice" in done.output


def test_the_usual_place_is_out_claims(tmp_path):
    assert run("C29", "--quiet").exit_code == 0
    assert {each.name for each in (tmp_path / "out" / "claims").iterdir()} == {"claims.html", "claims.json"}


def test_json_is_all_that_is_printed():
    data = json.loads(run("C14", "--json").stdout)
    assert data["claims"][0]["verdict"] == "mixed"
    assert data["schema"] == 1


def test_an_unknown_claim_or_theory_is_refused():
    assert isinstance(run("C99").exception, UserError)
    refused = run("C29", "--theory", "dehydratoin").exception
    assert isinstance(refused, UserError)
    assert "'dehydration'" in str(refused)


def test_all_links_that_lead_nowhere_are_told_after_the_answers(tmp_path):
    (tmp_path / "mine" / "claims").mkdir(parents=True)
    (tmp_path / "mine" / "claims" / "X01.toml").write_text(BROKEN, encoding="utf-8")
    done = run("X01", "--library", str(tmp_path / "mine"))
    assert isinstance(done.exception, FaultsFoundError)
    assert len(done.exception.faults) == 2
    assert (tmp_path / "out" / "claims" / "claims.html").is_file()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "claims.html").write_text("mine", encoding="utf-8")
    assert isinstance(run("C29", "--out", str(tmp_path / "mine")).exception, UserError)
    assert (tmp_path / "mine" / "claims.html").read_text(encoding="utf-8") == "mine"
