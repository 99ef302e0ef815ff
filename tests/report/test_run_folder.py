"""The folder of a run: whole or not there, readable by others, and read back as it was written."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray

from cramplab.core import run_folder
from cramplab.core.errors import UserError
from cramplab.core.result_netcdf import cf_unit
from cramplab.core.result_tree import result_tree
from cramplab.core.run_folder import check_run_place, load_run, load_tree, replace_report, write_run_folder
from cramplab.report.document import render_report


def plain(_result: object) -> str:
    return "<!doctype html><title>report</title>"


@pytest.fixture(scope="module")
def small(make_result):
    return make_result(draws=4, failed=(2,))


@pytest.fixture
def folder(tmp_path, small):
    return write_run_folder(tmp_path / "out" / "marathon", small, plain)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_run_leaves_three_files_and_nothing_beside_them(folder):
    assert sorted(contents(folder)) == ["report.html", "result.json", "result.nc"]
    assert [each.name for each in folder.parent.iterdir()] == ["marathon"]


def test_the_same_run_gives_the_same_files(folder, small, tmp_path):
    assert contents(write_run_folder(tmp_path / "again", small, plain)) == contents(folder)


def test_a_stored_run_comes_back_as_it_was(folder, small):
    loaded = load_run(folder)
    assert result_tree(loaded) == result_tree(small)
    for name, each in small.series.items():
        np.testing.assert_array_equal(loaded.series[name].values, each.values)
    np.testing.assert_array_equal(loaded.time_s, small.time_s)
    assert loaded.assumptions == small.assumptions


def test_what_the_theories_said_comes_back_with_every_draw(asked, not_known, tmp_path):
    write_run_folder(tmp_path / "asked", asked, render_report)
    loaded = load_run(tmp_path / "asked")
    assert loaded.chances is not None
    assert result_tree(loaded) == result_tree(asked)
    for kept, given in zip(loaded.chances.answers, asked.chances.answers, strict=True):
        np.testing.assert_array_equal(kept.chance, given.chance)
    assert render_report(loaded) == (tmp_path / "asked" / "report.html").read_text(encoding="utf-8")
    write_run_folder(tmp_path / "silent", not_known, render_report)
    assert load_run(tmp_path / "silent").chances.unknown == not_known.chances.unknown


def test_a_summary_without_a_part_of_what_the_theories_said_is_damaged(asked, tmp_path):
    write_run_folder(tmp_path / "asked", asked, render_report)
    file = tmp_path / "asked" / "result.json"
    tree = json.loads(file.read_text(encoding="utf-8"))
    del tree["margin_by_theory"]
    file.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(UserError, match="damaged"):
        load_run(tmp_path / "asked")


def test_a_report_rebuilt_from_the_stored_run_is_the_same_report(folder, small):
    rebuilt = replace_report(folder, render_report(load_run(folder)))
    assert rebuilt.read_text(encoding="utf-8") == render_report(small)
    assert [each.name for each in folder.parent.iterdir()] == ["marathon"]


def test_xarray_opens_the_draws_with_cf_names_units_and_dates(folder):
    with xarray.open_dataset(folder / "result.nc") as stored:
        assert stored.attrs["Conventions"] == "CF-1.11"
        assert stored["core_temperature"].dims == ("draw", "time")
        assert stored["core_temperature"].attrs["units"] == "degree_Celsius"
        assert stored["core_temperature"].attrs["long_name"] == "Core temperature"
        assert stored["air_temperature"].attrs["standard_name"] == "air_temperature"
        assert "standard_name" not in stored["plasma_sodium"].attrs
        assert stored["time"].to_numpy()[0] == np.datetime64("2026-06-07T07:30:00")
        assert stored["elapsed"].to_numpy()[1] == 60.0
        assert stored["failed"].to_numpy().tolist() == [0, 0, 1, 0]


def test_a_run_without_a_date_has_elapsed_time_only(make_result, tmp_path):
    folder = write_run_folder(tmp_path / "run", make_result(draws=2, failed=(), start=None), plain)
    with xarray.open_dataset(folder / "result.nc") as stored:
        assert stored["time"].to_numpy()[1] == 60.0
    assert load_run(folder).start is None


def test_the_clock_time_of_a_run_is_kept_in_the_netcdf_file_only(make_result, tmp_path):
    when = "2026-06-08T10:00:00+00:00"
    folder = write_run_folder(tmp_path / "run", make_result(draws=2, failed=(), created=when), plain)
    assert load_run(folder).created == when
    assert when not in (folder / "result.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("unit", "written"),
    [("mmol/L", "mmol L-1"), ("L/h", "L h-1"), ("%", "percent"), ("1", "1"), ("mosmol/kg", "mmol kg-1"),
     ("bpm", "min-1"), ("mL/kg/min", "mL kg-1 min-1"), ("1/s", "s-1"), ("W", "W")],
)  # fmt: skip
def test_units_are_written_for_udunits(unit, written):
    assert cf_unit(unit) == written


def test_a_repeated_run_replaces_the_earlier_one_and_keeps_what_the_user_put_there(folder, make_result):
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    write_run_folder(folder, make_result(draws=4, seed=2, failed=()), plain)
    assert load_tree(folder)["run"]["seed"] == 2
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [each.name for each in folder.parent.iterdir()] == ["marathon"]


def test_a_failing_report_leaves_the_earlier_run_untouched(folder, small):
    before = contents(folder)

    def broken(_result: object) -> str:
        raise RuntimeError("no report")

    with pytest.raises(RuntimeError, match="no report"):
        write_run_folder(folder, small, broken)
    assert contents(folder) == before
    assert [each.name for each in folder.parent.iterdir()] == ["marathon"]


def test_a_cancelled_write_leaves_the_earlier_run_untouched(folder, small):
    before = contents(folder)

    def cancelled(_result: object) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_run_folder(folder, small, cancelled)
    assert contents(folder) == before
    assert [each.name for each in folder.parent.iterdir()] == ["marathon"]


def test_a_failing_move_puts_the_earlier_run_back(folder, small, monkeypatch):
    before, rename = contents(folder), os.rename

    def refuse_the_new(source, target):
        if str(source).endswith(".partial"):
            raise OSError(errno.EIO, "Input/output error")
        rename(source, target)

    monkeypatch.setattr(run_folder.os, "rename", refuse_the_new)
    with pytest.raises(UserError, match=r"could not be written to .*Earlier results there are untouched"):
        write_run_folder(folder, small, plain)
    assert contents(folder) == before
    assert [each.name for each in folder.parent.iterdir()] == ["marathon"]


def test_a_full_disk_is_told_and_leaves_the_earlier_run_untouched(folder, small, monkeypatch):
    before = contents(folder)

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(run_folder.os, "fsync", full)
    with pytest.raises(UserError, match=r"The disk is full.*Free some space.*untouched"):
        write_run_folder(folder, small, plain)
    assert contents(folder) == before
    assert [each.name for each in folder.parent.iterdir()] == ["marathon"]


_KILLED = """
import os, signal, sys
from cramplab.core import run_folder
loaded = run_folder.load_run(sys.argv[1])
rename, moves = os.rename, []
def killed(source, target):
    moves.append(1)
    if len(moves) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    rename(source, target)
run_folder.os.rename = killed
run_folder.write_run_folder(sys.argv[1], loaded, lambda result: "new")
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
@pytest.mark.parametrize("move", [1, 2])
def test_a_run_killed_at_any_move_leaves_the_earlier_run_to_be_read(folder, move):
    before = contents(folder)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), str(move)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert load_tree(folder)["run"]["seed"] == 1
    assert contents(folder) == before


def test_a_folder_that_holds_something_else_is_not_replaced(tmp_path, small):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UserError, match=r"not empty and holds no earlier run .*--out"):
        write_run_folder(tmp_path, small, plain)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_not_taken_for_a_folder(tmp_path, small):
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(UserError, match="is a file, not a folder"):
        check_run_place(tmp_path / "out" / "marathon")
    with pytest.raises(UserError, match=r"is a file, not a folder"):
        write_run_folder(tmp_path / "out" / "marathon", small, plain)


def test_a_link_to_a_run_stays_a_link(folder, small, tmp_path):
    link = tmp_path / "latest"
    link.symlink_to(folder, target_is_directory=True)
    write_run_folder(link, small, plain)
    assert link.is_symlink()
    assert load_tree(link)["kind"] == "run"


def test_a_place_without_a_run_is_named(tmp_path):
    with pytest.raises(UserError, match=r"No run in .*there is no result.json"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text[: len(text) // 2], "is damaged: it is not whole JSON"),
        (lambda text: text.replace(b'"kind": "run"', b'"kind": "other"'), "is not the summary of a run"),
        (lambda text: text.replace(b'"schema": 1,', b'"schema": 7,'), "has schema 7; this version reads schema 1"),
        (lambda text: text.replace(b'"person_id"', b'"person"'), "is damaged: a part is missing or altered"),
        (lambda text: text.replace(b'"origin": "read"', b'"origin": "said"'), "is damaged: a part is missing"),
        (lambda text: b"\xff" + text, "is damaged: it is not whole JSON"),
        (lambda text: text.replace(b'"seed": 1', b'"seed": 5'), "are of two different runs"),
    ],
)  # fmt: skip
def test_a_damaged_summary_is_told_in_words(folder, damage, message):
    file = folder / "result.json"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(UserError, match=message):
        load_run(folder)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_truncated_data_file_is_told_in_words(folder, share):
    file = folder / "result.nc"
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(UserError, match=r"result.nc' is damaged"):
        load_run(folder)


def test_one_changed_byte_in_the_draws_is_noticed(folder):
    file = folder / "result.nc"
    with h5py.File(file) as opened:
        place = opened["core_temperature"].id.get_chunk_info(0).byte_offset
    whole = bytearray(file.read_bytes())
    whole[place + 20] ^= 0xFF
    file.write_bytes(whole)
    with pytest.raises(UserError, match=r"result.nc' is damaged"):
        load_run(folder)


def test_a_missing_data_file_is_named(folder):
    (folder / "result.nc").unlink()
    with pytest.raises(UserError, match=r"result.nc' is missing. Repeat the run"):
        load_run(folder)
