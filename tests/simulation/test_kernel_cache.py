"""The laboratory's compiled loop kept between runs: never of other equations, never damaged, never in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cramplab.core.library import find_muscle
from cramplab.simulation import laboratory_kernel
from cramplab.simulation.kernel_cache import fingerprint, kept_kernels
from cramplab.simulation.subjects import Segment, Subjects

_PROGRAM = """
from pathlib import Path
from cramplab.core.library import find_muscle
from cramplab.simulation.kernel_cache import kept_kernels
from cramplab.simulation.laboratory_kernel import advance
from cramplab.simulation.subjects import Segment, Subjects
with kept_kernels(Path({folder!r})) as told:
    bench = Subjects(find_muscle("abductor_hallucis", ()), 1)
    done = bench.advance_one(Segment(0.3, voluntary=0.6))
    bench.rest(1.0)
print(len(told), sum(advance.stats.cache_hits.values()), repr(float(done["record"].sum())), done["spike_time_s"].size)
"""


def in_a_new_process(folder: Path) -> list[str]:
    surroundings = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(folder=str(folder))], env=surroundings, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout.split()


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("numba-*/*/*.nb[ic]"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    return folder, in_a_new_process(folder)


def test_a_second_process_loads_what_the_first_compiled_and_answers_the_same(filled):
    folder, first = filled
    assert first[:2] == ["0", "0"]
    assert entries(folder)
    second = in_a_new_process(folder)
    assert second[:2] == ["0", "1"]
    assert second[2:] == first[2:]


def test_a_damaged_entry_is_told_and_compiled_again(filled):
    folder, first = filled
    (code,) = folder.glob("numba-*/*/laboratory_kernel.advance-*.nbc")
    code.write_bytes(code.read_bytes()[:-100])
    again = in_a_new_process(folder)
    assert again == ["1", "0", *first[2:]]
    assert in_a_new_process(folder)[:2] == ["0", "1"]


def test_another_equation_version_or_processor_is_another_folder(tmp_path, monkeypatch):
    from cramplab.simulation import kernel_cache

    source = tmp_path / "equation.py"
    source.write_text("y = 2 * x\n", encoding="utf-8")
    first = fingerprint([tmp_path])
    assert fingerprint([tmp_path]) == first
    source.write_text("y = 3 * x\n", encoding="utf-8")
    assert fingerprint([tmp_path]) != first
    source.write_text("y = 2 * x\n", encoding="utf-8")
    assert fingerprint([tmp_path]) == first
    monkeypatch.setattr(kernel_cache, "processor", lambda: "another")
    assert fingerprint([tmp_path]) != first


def test_equations_and_engine_both_count():
    package = Path(laboratory_kernel.__file__).parents[1]
    assert fingerprint() == fingerprint([package / "physiology", package / "simulation"])
    assert fingerprint([package / "simulation"]) != fingerprint()


def test_old_folders_go_and_nothing_else(tmp_path):
    for age, name in enumerate(("numba-new", "numba-middle", "numba-old", "mine")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x", encoding="utf-8")
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    with kept_kernels(tmp_path) as told:
        assert told == []
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {f"numba-{fingerprint()}", "numba-new", "numba-middle", "mine"}


def test_a_place_that_cannot_be_used_is_told_and_the_run_goes_on(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with kept_kernels(tmp_path / "file" / "cache") as told:
        bench = Subjects(find_muscle("abductor_hallucis", ()), 1)
        assert np.isfinite(bench.advance_one(Segment(0.02))["record"]).all()
    assert len(told) == 1
    assert "cannot be used" in told[0]


def test_without_a_cache_nothing_is_written(monkeypatch, tmp_path):
    monkeypatch.setenv("CRAMPLAB_CACHE_DIR", "")
    monkeypatch.chdir(tmp_path)
    with kept_kernels() as told:
        assert told == []
    assert list(tmp_path.iterdir()) == []


def test_numba_is_as_it_was(tmp_path):
    from numba import config

    before = config.CACHE_DIR
    with kept_kernels(tmp_path):
        assert before != config.CACHE_DIR
    assert before == config.CACHE_DIR
    assert laboratory_kernel.advance._cache.cache_path is None
