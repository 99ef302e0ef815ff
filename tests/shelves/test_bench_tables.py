"""The shipped tables of bench tests belong to the motor pool of today, and cover what the library asks for."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from cramplab.cohort.bench_emulator import SHIPPED, errors_of, fitted, read_table, told_of
from cramplab.cohort.bench_table import muscle_digest
from cramplab.simulation.cramp_margin import pool_fingerprint

ROOT = Path(__file__).resolve().parents[2]
TABLES = sorted(SHIPPED.glob("*.npz"))


def _plans():
    script = ROOT / "scripts" / "make_bench_emulators.py"
    spec = importlib.util.spec_from_file_location("make_bench_emulators", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.plans()


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_every_table_was_made_with_the_motor_pool_as_it_is(file):
    told = told_of(file)
    assert told["pool"] == pool_fingerprint()
    assert told["muscle"] == muscle_digest(file.stem.rpartition("-")[0])


def test_every_test_that_the_library_asks_for_has_a_table_and_no_table_is_left_over(capsys):
    assert set(_plans()) == {file.stem for file in TABLES}


def test_an_emulator_knows_more_than_the_mean_of_its_table():
    file = next(each for each in TABLES if each.stem.startswith("flexor_hallucis_brevis-bd4b92a0af36"))
    error = errors_of(fitted(str(file), file.stem), read_table(file))["cramp_threshold_frequency"]
    assert error["held_out_error"] < 0.6 * error["spread"]
