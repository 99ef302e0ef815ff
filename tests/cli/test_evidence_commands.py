"""Claims about ``evidence`` and ``calibrate`` on the command line."""

from __future__ import annotations

import json

import pytest

from cramplab.cli.app import main

STUDY = """
schema = 1
key = "outside"
citation = "Nobody N. Nowhere 2020."
judge = "lab"
design = "paired"
laboratory = "Nobody"
[participants]
n = 8
[[arm]]
id = "before"
[[arm.step]]
kind = "threshold_ladder"
muscle = "flexor_hallucis_brevis"
start = "4 Hz"
step = "2 Hz"
stop = "60 Hz"
train = "2 s"
gap = "60 s"
[[finding]]
id = "level"
measure = "MEASURE"
arm = "before"
value = "20 Hz"
band = ["15 Hz", "25 Hz"]
band_kind = "95 % CI"
status = "STATUS"
"""


@pytest.fixture
def library(tmp_path):
    def write(measure="happiness_of_the_foot", status="verified"):
        folder = tmp_path / "library" / "studies"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "outside.toml").write_text(STUDY.replace("MEASURE", measure).replace("STATUS", status))
        return str(folder.parent)

    return write


def _run(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main(words)
    told = capsys.readouterr()
    return left.value.code, told.out, told.err


def test_a_row_has_the_keys_of_the_contract(capsys, library, tmp_path):
    code, out, _ = _run(
        capsys, "evidence", "score", "--library", library(), "--study", "outside", "--json", "--check", "0",
        "--out", str(tmp_path / "out"),
    )  # fmt: skip
    rows = json.loads(out)
    assert code == 0
    assert len(rows) == 9
    assert {
        "theory", "study", "finding", "unit", "published", "published_se", "predicted", "predicted_low",
        "predicted_high", "verdict", "log_density", "used_to_calibrate",
    } <= set(rows[0])  # fmt: skip
    assert {row["verdict"] for row in rows} == {"not simulated"}
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"evidence.html", "evidence.json", "evidence.nc"}


def test_a_misspelt_measure_is_told_with_the_nearest_name_and_the_rest_is_scored(capsys, library, tmp_path):
    code, out, err = _run(
        capsys, "evidence", "score", "--library", library("cramp_treshold_frequency"), "--study", "outside", "--json",
        "--check", "0", "--out", str(tmp_path / "out"),
    )  # fmt: skip
    assert code == 2
    assert "Did you mean 'cramp_threshold_frequency'" in err
    assert len(json.loads(out)) == 9


def test_a_figure_from_memory_is_not_shown(capsys, library):
    code, out, _ = _run(capsys, "evidence", "show", "outside", "--library", library(status="memory"))
    assert code == 0
    assert "20 Hz" not in out
    assert "from memory, never scored" in out


def test_an_unknown_study_and_an_unknown_theory_leave_with_code_2(capsys, tmp_path):
    for words in (("evidence", "show", "lau_2091"), ("calibrate", "dehydraton")):
        code, _, err = _run(capsys, *words)
        assert code == 2
        assert "Did you mean" in err


def test_sizes_that_are_no_numbers_are_refused(capsys):
    code, _, err = _run(capsys, "evidence", "next", "--sizes", "ten")
    assert code == 2
    assert "whole numbers" in err


def test_studies_are_listed_with_their_laboratory(capsys):
    code, out, _ = _run(capsys, "evidence", "list", "--json")
    rows = json.loads(out)
    assert code == 0
    assert len([row for row in rows if row["judge"] in ("lab", "field")]) >= 118
    assert next(row for row in rows if row["study"] == "lau_2019")["laboratory"] == "Nosaka"
