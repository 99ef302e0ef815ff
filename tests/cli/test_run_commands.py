"""``run`` and ``report`` as a person meets them. The engine is replaced by one that knows its answer."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

from cramplab.cli import app as front_door
from cramplab.core.errors import CramplabError
from cramplab.core.results import RunResult, Series

SCENARIO = """
schema = 1
title = "An hour"
{people}
[event]
sport = "run"
duration = "1:00"
speed_km_per_h = 10
[weather]
air_C = 18
humidity_pct = 60
"""
ONE = '[person]\nid = "A01"\nsex = "female"\nage_y = 41\nmass_kg = 62.0\nheight_cm = 168\n'
TWO = ONE.replace("[person]", "[[person]]") + ONE.replace("[person]", "[[person]]").replace("A01", "A02")


@pytest.fixture
def asked(monkeypatch):
    """Put a known engine in the place of ours, and note what it was asked for."""
    notes: list[dict[str, object]] = []

    def run_event(scenario, *, draws, seed, report_progress, ask_theories):
        assert callable(ask_theories)
        notes.append({"title": scenario.title, "draws": draws, "seed": seed})
        report_progress(draws, draws)
        times = np.linspace(0.0, 3600.0, 7)
        warm = Series("core_temperature", "Core temperature", "degC", "", np.full((draws, 7), 38.0))
        return [
            RunResult(
                title=scenario.title, person_id=person.id, sport="run", start=None, seed=seed, draws=draws, version="0",
                input_sha256="0" * 64, time_s=times, event_end_s=3600.0, series={warm.name: warm},
            )
            for person in scenario.people
        ]  # fmt: skip

    engine = types.ModuleType("cramplab.cohort.event")
    engine.run_event = run_event
    monkeypatch.setitem(sys.modules, engine.__name__, engine)
    return notes


@pytest.fixture
def scenario(tmp_path, monkeypatch):
    """Write a scenario into an empty folder, and go there."""
    monkeypatch.chdir(tmp_path)

    def write(people: str = ONE) -> Path:
        file = tmp_path / "hour.toml"
        file.write_text(SCENARIO.format(people=people), encoding="utf-8")
        return file

    return write


def cramplab(*words: object) -> int:
    with pytest.raises(SystemExit) as leaving:
        front_door.main([str(word) for word in words])
    return int(leaving.value.code or 0)


def test_a_run_writes_its_folder_under_out_by_the_name_of_the_file(asked, scenario, capsys):
    assert cramplab("run", scenario()) == 0
    written = {path.name for path in Path("out/hour").iterdir()}
    assert written == {"report.html", "result.json", "result.nc"}
    assert "An hour" in capsys.readouterr().out
    assert asked == [{"title": "An hour", "draws": 200, "seed": 1}]


def test_draws_seed_and_folder_are_the_ones_asked_for(asked, scenario):
    assert cramplab("run", scenario(), "--draws", 3, "--seed", 7, "--out", "there") == 0
    assert asked == [{"title": "An hour", "draws": 3, "seed": 7}]
    assert Path("there/result.json").is_file()


def test_json_is_the_stored_summary_and_nothing_else(asked, scenario, capsys):
    assert cramplab("run", scenario(), "--json") == 0
    assert json.loads(capsys.readouterr().out) == json.loads(Path("out/hour/result.json").read_text(encoding="utf-8"))


def test_quiet_prints_nothing(asked, scenario, capsys):
    assert cramplab("run", scenario(), "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_two_people_get_a_folder_each_and_may_run_again(asked, scenario):
    file = scenario(TWO)
    assert cramplab("run", file) == 0
    assert cramplab("run", file) == 0
    assert sorted(path.name for path in Path("out/hour").iterdir()) == ["A01", "A02"]


def test_a_place_that_holds_something_else_is_refused_before_the_work(asked, scenario, capsys):
    Path("notes").mkdir()
    Path("notes/mine.txt").write_text("keep me", encoding="utf-8")
    assert cramplab("run", scenario(), "--out", "notes") == 2
    assert "notes" in capsys.readouterr().err
    assert asked == []
    assert Path("notes/mine.txt").read_text(encoding="utf-8") == "keep me"


def test_a_cancelled_run_leaves_the_earlier_result_as_it_was(asked, scenario, monkeypatch, capsys):
    file = scenario()
    assert cramplab("run", file) == 0
    before = {path.name: path.read_bytes() for path in Path("out/hour").iterdir()}

    def cancelled(*args, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["cramplab.cohort.event"], "run_event", cancelled)
    assert cramplab("run", file, "--seed", 2) == 2
    assert "Cancelled" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in Path("out/hour").iterdir()} == before


def test_a_faulty_scenario_leaves_with_2_and_names_file_and_line(asked, scenario, capsys):
    file = scenario(ONE.replace("mass_kg = 62.0", "mass_kg = 5"))
    assert cramplab("run", file) == 2
    message = capsys.readouterr().err
    assert "hour.toml, line 8" in message  # the line of the mass
    assert "Traceback" not in message
    assert asked == []


def test_too_few_draws_are_refused_in_words(asked, scenario, capsys):
    assert cramplab("run", scenario(), "--draws", 1) == 2
    assert "--draws" in capsys.readouterr().err


def test_the_report_of_an_earlier_run_can_be_written_again(asked, scenario, capsys):
    assert cramplab("run", scenario()) == 0
    page = Path("out/hour/report.html")
    first = page.read_bytes()
    page.unlink()
    assert cramplab("report", "out/hour") == 0
    assert page.read_bytes() == first


def test_a_folder_without_a_run_is_named(scenario, capsys):
    scenario()
    assert cramplab("report", "nowhere") == 2
    assert "No run in 'nowhere'" in capsys.readouterr().err


def test_several_people_with_one_id_leave_with_2_before_the_work(asked, scenario, capsys):
    file = scenario(TWO.replace("A02", "A01"))
    assert cramplab("run", file) == 2
    assert "Two people have the id 'A01'" in capsys.readouterr().err
    assert asked == []


def test_an_event_of_no_time_leaves_with_2_before_the_work(asked, scenario, capsys):
    file = scenario()
    file.write_text(file.read_text(encoding="utf-8").replace('"1:00"', '"0:00"'), encoding="utf-8")
    assert cramplab("run", file) == 2
    assert "lasts 0 s" in capsys.readouterr().err
    assert asked == []


def test_a_full_disk_leaves_with_2_and_the_earlier_result_as_it_was(asked, scenario, monkeypatch, capsys):
    from cramplab.core import run_folder

    file = scenario()
    assert cramplab("run", file) == 0
    before = {path.name: path.read_bytes() for path in Path("out/hour").iterdir()}

    def no_room(result):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_folder, "run_bytes", no_room)
    assert cramplab("run", file, "--seed", 2) == 2
    assert "The disk is full" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in Path("out/hour").iterdir()} == before
    assert [path.name for path in Path("out").iterdir()] == ["hour"]


def test_a_run_of_which_every_draw_fails_leaves_with_1_and_writes_nothing(asked, scenario, monkeypatch, capsys):
    def failed(*args, **named):
        raise CramplabError("All 200 simulated runs of A01 gave no finite numbers.")

    monkeypatch.setattr(sys.modules["cramplab.cohort.event"], "run_event", failed)
    assert cramplab("run", scenario()) == 1
    assert "no finite numbers" in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_cache_that_cannot_be_used_is_told_in_one_line_and_the_run_is_whole(asked, scenario, monkeypatch, capsys):
    file = scenario()
    Path("occupied").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("CRAMPLAB_CACHE_DIR", "occupied")
    assert cramplab("run", file) == 0
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert "cannot be used" in told.err
    assert Path("out/hour/result.json").is_file()


@pytest.mark.slow
def test_ctrl_c_in_the_middle_of_a_real_run_leaves_no_half_folder(scenario, tmp_path):
    file = scenario()
    (tmp_path / "out").mkdir()
    command = [sys.executable, "-c", "from cramplab.cli.app import main; main()"]
    source = Path(front_door.__file__).resolve().parents[2]
    running = subprocess.Popen(
        [*command, "run", str(file), "--draws", "20000"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(source)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(12.0)
    assert running.poll() is None, "it was over before it could be cancelled"
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=120)
    assert running.returncode == 2
    assert told.strip().endswith("Cancelled; earlier results are untouched.")
    assert "Traceback" not in told
    assert list((tmp_path / "out").iterdir()) == []
