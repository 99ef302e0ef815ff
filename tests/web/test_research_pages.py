"""Theories, evidence, claims and the page about the program: from the shelf and from the records, never typed."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cramplab.simulation.theory_record import theory_record, what_would_refute
from cramplab.simulation.theory_shelf import packaged_theories
from cramplab.web import records
from cramplab.web.pages import evidence
from cramplab.web.records import record

ROOT = Path(__file__).resolve().parents[2]
LARGEST_PAGE_BYTES = 100_000
BOARD, CLAIMS = record("evidence"), record("claims")
STUDIES = [study["key"] for study in BOARD["studies"]]


@pytest.fixture
def no_records(monkeypatch, tmp_path):
    """An installation without records."""
    monkeypatch.setattr(records, "_PACKAGE", tmp_path / "src" / "cramplab")
    for cached in (record, records.credibility, evidence._overview, evidence._claims):
        cached.cache_clear()
    yield
    monkeypatch.undo()
    for cached in (record, records.credibility, evidence._overview, evidence._claims):
        cached.cache_clear()


@pytest.mark.parametrize("name", sorted(packaged_theories()))
def test_a_theory_shows_its_arrows_numbers_predictions_and_what_would_refute_it(app_client, name):
    page = app_client.get(f"/theories/{name}").text
    squeezed = re.sub(r"\s+", " ", page)
    found = theory_record(packaged_theories()[name])
    for each in found["numbers"]:
        assert each["name"] in page
        assert f"{each['value']:.5g}" in page
    for words in (*found["predicts"], found["refuted_by"], found["claim"]):
        assert words.replace("'", "&#39;").replace(">", "&gt;") in squeezed
    assert page.count('<tr><th scope="row"') >= len(found["couplings"]) + len(found["numbers"])
    assert f"cramplab evidence score --theory {name}" in page


@pytest.mark.parametrize("name", sorted(packaged_theories()))
def test_every_theory_says_what_would_refute_it(name):
    assert len(what_would_refute(name)) > 20


@pytest.mark.parametrize(
    "path", ["/theories/none_such", "/evidence/none_such", "/evidence/..%2f..%2fetc", "/theories/%00"]
)
def test_what_is_not_there_is_not_found(app_client, path):
    assert app_client.get(path).status_code == 404


def test_the_overview_names_every_study_and_theory_and_when_it_was_made(app_client):
    page = app_client.get("/evidence").text
    for key in STUDIES:
        assert f'href="/evidence/{key}"' in page
    assert BOARD["date"] in page
    assert BOARD["commit"][:12] in page
    assert all(each["name"].replace("_", " ") in page for each in BOARD["theories"])


@pytest.mark.parametrize("key", STUDIES[::12])
def test_a_study_shows_every_finding(app_client, key):
    page = app_client.get(f"/evidence/{key}").text
    study = next(each for each in BOARD["studies"] if each["key"] == key)
    assert page.count('class="finding"') == len(study["findings"])


def test_the_claims_page_holds_every_claim(app_client):
    page = app_client.get("/claims").text
    assert all(f'id="c-{each["id"]}"' in page for each in CLAIMS["claims"])


@pytest.mark.parametrize(
    "path", ["/evidence", "/claims", "/limits", f"/evidence/{STUDIES[0]}", "/theories/multifactorial"]
)
def test_pages_are_small_and_hold_no_style_and_no_script(app_client, path):
    answer = app_client.get(path, headers={"accept-encoding": "identity"})
    assert len(gzip.compress(answer.content)) < LARGEST_PAGE_BYTES
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", answer.text)


def test_without_records_the_pages_say_how_to_make_them(app_client, no_records):
    for path, command in (("/evidence", "cramplab evidence score"), ("/claims", "cramplab claims")):
        answer = app_client.get(path)
        assert answer.status_code == 200
        assert command in answer.text
    assert app_client.get("/evidence/lau_2019").status_code == 200
    assert app_client.get("/theories/dehydration").status_code == 200
    assert app_client.get("/about").status_code == 200
    assert app_client.get("/api/evidence").status_code == 404


def test_the_page_about_the_program_prints_what_was_recorded(app_client):
    page = app_client.get("/about").text
    for name in records.JUDGES:
        assert all(line in page for line in record(name)["totals"])
    assert "not a medical device" in page
    assert len(records.credibility()) == 10


@pytest.mark.parametrize("name", ["evidence", "claims"])
def test_a_record_says_from_what_it_was_made(name):
    found = json.loads((ROOT / "docs" / "results" / f"{name}.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"[0-9a-f]{40}", found["commit"])
    assert isinstance(found["changed_since_commit"], bool)


def test_the_records_know_the_theories_and_studies_of_the_shelves():
    assert {each["name"] for each in BOARD["theories"]} == set(packaged_theories())
    shelf = ROOT / "src" / "cramplab" / "library"
    assert {path.stem for path in (shelf / "claims").glob("*.toml")} == {each["id"] for each in CLAIMS["claims"]}
    assert set(STUDIES) <= {path.stem for path in (shelf / "studies").glob("*.toml")}


def test_the_pages_never_load_the_engine():
    code = (
        "import sys, tempfile, pathlib\n"
        "from starlette.testclient import TestClient\n"
        "from cramplab.web.application import create_app\n"
        "from cramplab.web.settings import Settings\n"
        "app = create_app(Settings(data_file=pathlib.Path(tempfile.mkdtemp()) / 'x.sqlite3'))\n"
        "with TestClient(app, 'http://127.0.0.1') as client:\n"
        "    for path in ('/theories/dehydration', '/evidence', '/claims', '/about', '/api/team', '/api/theories'):\n"
        "        assert client.get(path).status_code == 200, path\n"
        "assert not {'jax', 'equinox', 'numba'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
