"""The commands around the library."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cramplab.cli.app import app
from cramplab.core.errors import FaultsFoundError, UserError

RUNNER = CliRunner()


def run(*arguments: str):
    return RUNNER.invoke(app, list(arguments))


@pytest.mark.parametrize("kind", ["study", "person", "source", "parameters"])
def test_a_new_example_is_sound_as_it_is(tmp_path, kind):
    made = run("new", kind, "heat_walk", "--library", str(tmp_path))
    assert made.exit_code == 0
    (file,) = tmp_path.rglob("*.toml")
    assert run("check", str(file)).stdout == "1 file checked: no fault\n"


def test_nothing_is_overwritten(tmp_path):
    run("new", "source", "heat_walk", "--library", str(tmp_path))
    (file,) = tmp_path.rglob("*.toml")
    file.write_text("mine")
    again = run("new", "source", "heat_walk", "--library", str(tmp_path))
    assert isinstance(again.exception, UserError)
    assert "already" in str(again.exception)
    assert file.read_text() == "mine"
    assert len(list(tmp_path.rglob("*"))) == 2


@pytest.mark.parametrize("name", ["../evil", "With Space", "3rd", ".hidden", "a/b"])
def test_a_name_that_is_no_key_is_refused(tmp_path, name):
    made = run("new", "study", name, "--library", str(tmp_path))
    assert isinstance(made.exception, UserError)
    assert not list(tmp_path.iterdir())


def test_check_tells_all_faults_of_a_file_and_leaves_with_2(tmp_path):
    run("new", "study", "heat_walk", "--library", str(tmp_path))
    (file,) = tmp_path.rglob("*.toml")
    file.write_text(
        file.read_text().replace('air         = "36 degC"', "air = 36").replace('kind      = "ex', 'kin = "ex')
    )
    checked = run("check", str(file))
    assert isinstance(checked.exception, FaultsFoundError)
    assert checked.exception.exit_code == 2
    assert len(checked.exception.faults) >= 2
    as_json = run("check", str(file), "--json")
    assert as_json.exit_code == 2
    assert len(json.loads(as_json.stdout)) == len(checked.exception.faults)


def test_a_person_is_shown_with_the_chain_that_set_each_value():
    shown = run("show", "person", "late_cramper", "--json", "--set", "muscle_fatigue.lasting_rate=0.3 1/h")
    rows = {row["value of"]: row for row in json.loads(shown.stdout)}
    assert rows["mass"]["is"] == "74 kg"
    chain = rows["muscle_fatigue.lasting_rate"]["set by"]
    assert chain.split(" <- ")[0].startswith("command line 0.3")
    assert "person late_cramper" in chain
    assert "reference" in chain
    assert rows["sweating.gain"]["set by"] == "reference"


def test_a_parameter_is_shown_with_source_and_origin():
    record = json.loads(run("show", "parameter", "sweating.gain", "--json").stdout)
    assert record["source"]
    assert record["origin"].split(":")[0] in ("read", "remembered", "fitted", "chosen")


def test_a_misspelt_parameter_is_answered_with_the_nearest():
    shown = run("show", "parameter", "sweating.gian")
    assert "Did you mean 'sweating.gain'" in str(shown.exception)


def test_a_wrong_unit_on_the_command_line_is_refused():
    shown = run("show", "person", "late_cramper", "--set", "sweating.gain=3 L")
    assert "mL/h/m^2/K" in str(shown.exception)


def test_a_study_and_a_source_are_shown():
    study = json.loads(run("show", "study", "myhre_1977_passive_heat", "--json").stdout)
    assert study["findings"][0]["finding"] == "pv_per_pct_rest"
    assert "heat_exposure" in run("show", "study", "myhre_1977_passive_heat").stdout
    assert "Juel" in run("show", "source", "juel2000").stdout


def test_every_parameter_is_listed_with_unit_source_and_origin():
    rows = json.loads(run("parameters", "--json").stdout)
    assert len(rows) > 50
    assert all(row["source"] and row["origin"] and row["meaning"] for row in rows)


def test_measures_are_listed_with_units_and_the_words_that_modify_them():
    rows = json.loads(run("measures", "--json").stdout)
    assert {"sweat_rate", "intestinal_absorption_rate"} <= {row["measure"] for row in rows}
    assert all(row["unit"] and row["meaning"] for row in rows)
    assert "peak_" in run("measures").stdout
