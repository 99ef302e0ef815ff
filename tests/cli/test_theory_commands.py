"""The commands around theories: what they print, and what they refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cramplab.cli import theory_commands
from cramplab.cli.app import app
from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.simulation import theory_record
from cramplab.simulation.theory_shelf import packaged_theories, theory_parameters

RUNNER = CliRunner()
OWN = """
from cramplab.core.theory import Coupling, Theory

THEORY = Theory(
    name="cold_feet",
    claim="Cold muscle cramps.",
    couplings=(
        Coupling(
            sources=("muscle_temperature_change",),
            target="motor_pool.persistent_gain",
            law=lambda warmer: 1.0 - 0.01 * warmer,
            how="multiply",
            basis="our own guess",
            equation="1 - 0.01 * muscle_temperature_change",
        ),
    ),
    members=("null",),
)
"""


def run(*arguments: str):
    return RUNNER.invoke(app, ["theories", *arguments])


def folder_with(place: Path, **files: str) -> str:
    (place / "theories").mkdir()
    for name, text in files.items():
        (place / "theories" / f"{name}.py").write_text(text, encoding="utf-8")
    return str(place)


def test_all_theories_are_listed_with_claim_arrows_and_founding_observation():
    rows = {row["name"]: row for row in json.loads(run("list", "--json").stdout)}
    assert set(rows) == set(packaged_theories())
    assert rows["electrolyte"]["arrows"] == 4
    assert rows["dehydration"]["founding"] == ["kona2021/dehyd"]
    assert all(row["claim"] for row in rows.values())
    table = run("list").stdout
    assert all(name in table for name in rows)
    assert "no advice" in table


@pytest.mark.parametrize("name", sorted(packaged_theories()))
def test_a_theory_is_shown_with_equations_numbers_and_citations(name):
    record = json.loads(run("show", name, "--json").stdout)
    theory = packaged_theories()[name]
    assert [each["to"] for each in record["couplings"]] == [each.target for each in theory.couplings]
    assert [each["key"] for each in record["sources"]] == list(theory.sources)
    shown = " ".join(run("show", name).stdout.split())
    for each in theory.couplings:
        assert " ".join(each.equation.split()) in shown
    for each in record["numbers"]:
        assert f"{each['name'].partition('.')[2]} = {each['value']:.5g}" in shown
    assert all(each["citation"] and each["read"] for each in record["sources"])


def test_a_misspelt_theory_is_answered_with_the_nearest_names():
    shown = run("show", "dehidration")
    assert isinstance(shown.exception, UserError)
    assert shown.exception.exit_code == 2
    assert "Did you mean 'dehydration'" in str(shown.exception)


def test_what_a_calibration_recorded_is_shown(monkeypatch, tmp_path):
    assert "Not calibrated yet" in theory_commands._calibrated(None)
    (tmp_path / "inference" / "calibrated").mkdir(parents=True)
    record = {"strength": {"mode": 1.25, "low": 0.5, "high": 2.0}, "identifiable": False, "words": "Flat.", "date": "x"}
    (tmp_path / "inference" / "calibrated" / "dehydration.json").write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setattr("cramplab.core.library.PACKAGED", tmp_path / "library")
    assert theory_record.calibration_of("dehydration") == record
    assert theory_record.calibration_of("vascular") is None
    told = theory_commands._calibrated(record)
    assert "mode 1.25, low 0.5, high 2" in told
    assert "does not fix it" in told


def test_a_theory_of_the_users_own_is_listed_and_shown(tmp_path):
    library = folder_with(tmp_path, cold_feet=OWN.replace('members=("null",),', ""))
    assert "cold_feet" in run("list", "--library", library).stdout
    record = json.loads(run("show", "cold_feet", "--library", library, "--json").stdout)
    assert record["couplings"][0]["to"] == "motor_pool.persistent_gain"


def test_all_faults_of_all_theories_are_told_at_once_with_the_nearest_names(tmp_path):
    wrong = (
        OWN.replace("muscle_temperature_change", "muscle_temprature_change", 1)
        .replace("motor_pool.persistent_gain", "motor_pool.persistant_gain")
        .replace('("null",)', '("nul",), sources=("hile1975",), founding=("kona2021",)')
    )
    unsteady = OWN.replace("1.0 - 0.01", "1.1 - 0.01").replace("cold_feet", "unsteady")
    broken, empty = "THEORY = (", "x = 1"
    library = folder_with(tmp_path, cold_feet=wrong, unsteady=unsteady, broken=broken, empty=empty)
    listed = run("list", "--library", library)
    assert isinstance(listed.exception, FaultsFoundError)
    assert listed.exception.exit_code == 2
    told = str(listed.exception)
    for part in (
        "Did you mean 'muscle_temperature_change'", "Did you mean 'motor_pool.persistent_gain'", "'null'?",
        "Did you mean 'hille1975'", "study/finding", "must give exactly 1", "This is no Python", "It holds no theory",
    ):  # fmt: skip
        assert part in told, part


def test_a_theory_that_takes_a_name_on_the_shelf_is_refused(tmp_path):
    library = folder_with(tmp_path, null=OWN.replace("cold_feet", "null"))
    assert "There is a theory named 'null' already" in str(run("list", "--library", library).exception)


def test_two_couplings_that_set_one_input_are_refused_with_both_named(tmp_path):
    coupling = OWN[OWN.index("        Coupling(") : OWN.index("    ),\n    members")]
    second = coupling.replace("our own guess", "another guess")
    doubled = OWN.replace(coupling, coupling + second).replace('"multiply"', '"set"')
    told = str(run("list", "--library", folder_with(tmp_path, cold_feet=doubled)).exception)
    assert "'our own guess' and 'another guess'" in told


def test_a_law_that_fails_or_overflows_is_a_fault_and_no_crash(tmp_path):
    failing = OWN.replace("lambda warmer: 1.0 - 0.01 * warmer", "lambda: 1.0")
    endless = OWN.replace("1.0 - 0.01 * warmer", "1.0 / (1.0 - warmer / 10.0)").replace("cold_feet", "endless")
    told = str(run("list", "--library", folder_with(tmp_path, cold_feet=failing, endless=endless)).exception)
    assert "TypeError" in told
    assert "not finite everywhere" in told


def test_a_folder_that_is_not_there_is_a_fault(tmp_path):
    assert "There is no folder" in str(run("list", "--library", str(tmp_path / "nowhere")).exception)


def test_the_numbers_of_theories_are_among_the_parameters():
    rows = {row["parameter"] for row in json.loads(RUNNER.invoke(app, ["parameters", "--json"]).stdout)}
    assert set(theory_parameters()) <= rows
    shown = json.loads(RUNNER.invoke(app, ["show", "parameter", "dehydration.shift_of_all", "--json"]).stdout)
    assert shown["source"] == "boucher2012"


def test_theories_are_listed_without_loading_the_engine():
    code = (
        "import sys; from typer.testing import CliRunner; from cramplab.cli.app import app; "
        "CliRunner().invoke(app, ['theories', 'list']); print(sorted({'jax', 'numba', 'equinox'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_page_of_a_theory_joins_drinking_and_cramp_as_advice():
    for name in packaged_theories():
        shown = run("show", name).stdout.lower()
        assert "quinine" not in shown
        assert "you should" not in shown
        assert "no advice" in shown
