"""``lab`` and ``demo cramp`` as a person meets them. The engine is replaced by one that knows its answer."""

from __future__ import annotations

import gzip
import json
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from tests.laboratory_fake import make_laboratory_run

from cramplab.cli import app as front_door
from cramplab.core.errors import CramplabError
from cramplab.core.laboratory_run import LaboratoryRun

OURS = {"report.html", "run.json", "result.nc", "spikes.npz"}
MINE = 'schema = 1\nabout = "Mine."\n[[step]]\nkind = "rest"\nduration = "2 s"\n'


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Put a known engine in the place of ours, go to an empty folder, and note what it was asked for."""
    notes: list[dict[str, object]] = []

    def run_protocol(protocol, muscle, person, *, seed, keep_record=True, report_progress=None) -> LaboratoryRun:
        notes.append({"protocol": protocol.key, "muscle": muscle.key, "person": person and person.key, "seed": seed})
        report_progress(1, 2)
        return make_laboratory_run(
            protocol=protocol.key, muscle=muscle.key, person=person.key if person else "reference", seed=seed
        )

    def surface_waveform(run, *, start_s, end_s, rate_hz):
        return np.zeros(int((end_s - start_s) * rate_hz), dtype=np.float32)

    engine = types.ModuleType("cramplab.simulation.laboratory")
    engine.run_protocol, engine.surface_waveform = run_protocol, surface_waveform
    monkeypatch.setitem(sys.modules, engine.__name__, engine)
    monkeypatch.chdir(tmp_path)
    return notes


def cramplab(*words: object) -> int:
    with pytest.raises(SystemExit) as leaving:
        front_door.main([str(word) for word in words])
    return int(leaving.value.code or 0)


def test_a_protocol_of_the_shelf_runs_on_its_own_muscle(asked, capsys):
    assert cramplab("lab", "threshold_150_pulses") == 0
    assert asked == [{"protocol": "threshold_150_pulses", "muscle": "abductor_hallucis", "person": None, "seed": 1}]
    assert {path.name for path in Path("out/lab/threshold_150_pulses").iterdir()} == OURS
    printed = capsys.readouterr().out
    assert "cramp_threshold_frequency" in printed
    assert "18.0 Hz" in printed


def test_muscle_person_seed_and_folder_are_the_ones_asked_for(asked):
    words = ("--muscle", "fhb", "--person", "late_cramper", "--seed", 7, "--out", "there")
    assert cramplab("lab", "threshold_150_pulses", *words) == 0
    assert asked[0]["muscle"] == "flexor_hallucis_brevis"
    assert asked[0]["person"] == "late_cramper"
    assert asked[0]["seed"] == 7
    assert Path("there/run.json").is_file()


def test_a_file_of_ones_own_runs(asked):
    Path("mine.toml").write_text(MINE, encoding="utf-8")
    assert cramplab("lab", "mine.toml", "--muscle", "soleus") == 0
    assert asked[0] == {"protocol": "mine", "muscle": "soleus", "person": None, "seed": 1}
    assert Path("out/lab/mine/report.html").is_file()


def test_a_protocol_without_a_muscle_asks_for_one(asked, capsys):
    Path("mine.toml").write_text(MINE, encoding="utf-8")
    assert cramplab("lab", "mine.toml") == 2
    assert "--muscle" in capsys.readouterr().err


def test_a_protocol_of_a_further_library_runs(asked):
    Path("mylab/protocols").mkdir(parents=True)
    Path("mylab/protocols/mine.toml").write_text(MINE, encoding="utf-8")
    assert cramplab("lab", "mine", "--muscle", "soleus", "--library", "mylab") == 0
    assert asked[0]["protocol"] == "mine"


def test_json_is_the_stored_record_and_nothing_else(asked, capsys):
    assert cramplab("lab", "h_reflex", "--json") == 0
    stored = json.loads(Path("out/lab/h_reflex/run.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == stored
    assert stored["protocol"]["key"] == "h_reflex"
    assert "harmsen2021" in stored["protocol"]["sources"]


def test_quiet_prints_nothing(asked, capsys):
    assert cramplab("lab", "h_reflex", "-q") == 0
    assert capsys.readouterr() == ("", "")


def test_the_waveform_and_the_export_are_written_if_asked_for(asked):
    assert cramplab("lab", "h_reflex", "--waveform", "--export", "openhdemg", "-q") == 0
    folder = Path("out/lab/h_reflex")
    assert {path.name for path in folder.iterdir()} == {*OURS, "waveform.npz", "openhdemg.json"}
    assert "MUPULSES" in json.loads(gzip.decompress((folder / "openhdemg.json").read_bytes()))


def test_an_unknown_export_is_refused_with_the_known_one(asked, capsys):
    assert cramplab("lab", "h_reflex", "--export", "openhd") == 2
    assert "openhdemg" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("threshold_150_pulse",), "Did you mean 'threshold_150_pulses'"),
        (("qqqq",), "cramplab lab --list"),
        (("nowhere.toml",), "nowhere.toml"),
        (("h_reflex", "--muscle", "soleos"), "Did you mean 'soleus'"),
        (("h_reflex", "--person", "late_crampr"), "Did you mean 'late_cramper'"),
        ((), "Which protocol"),
    ],
)
def test_what_is_not_there_is_answered_with_the_nearest_and_nothing_is_written(asked, capsys, words, told):
    assert cramplab("lab", *words) == 2
    message = capsys.readouterr().err
    assert told in message
    assert "Traceback" not in message
    assert asked == []
    assert list(Path().iterdir()) == []


def test_every_fault_of_a_file_is_told_with_its_line(asked, capsys):
    Path("mine.toml").write_text(MINE.replace('"2 s"', '"2 mV"').replace("about", "abuot"), encoding="utf-8")
    assert cramplab("lab", "mine.toml", "--muscle", "soleus") == 2
    message = capsys.readouterr().err
    assert "mine.toml, line 2" in message
    assert "mine.toml, line 5" in message
    assert asked == []


def test_a_place_that_holds_something_else_is_refused_before_the_work(asked, capsys):
    Path("notes").mkdir()
    Path("notes/mine.txt").write_text("keep me", encoding="utf-8")
    assert cramplab("lab", "h_reflex", "--out", "notes") == 2
    assert "notes" in capsys.readouterr().err
    assert asked == []
    assert [path.name for path in Path("notes").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("problem", "code"), [(KeyboardInterrupt(), 2), (CramplabError("The pool blew up."), 1)])
def test_a_run_that_does_not_finish_leaves_the_earlier_one_as_it_was(asked, monkeypatch, problem, code, capsys):
    assert cramplab("lab", "h_reflex") == 0
    before = {path.name: path.read_bytes() for path in Path("out/lab/h_reflex").iterdir()}

    def stopped(*args, **named):
        raise problem

    monkeypatch.setattr(sys.modules["cramplab.simulation.laboratory"], "run_protocol", stopped)
    assert cramplab("lab", "h_reflex", "--seed", 2) == code
    assert {path.name: path.read_bytes() for path in Path("out/lab/h_reflex").iterdir()} == before
    assert [path.name for path in Path("out/lab").iterdir()] == ["h_reflex"]


def test_a_waveform_that_cannot_be_made_leaves_nothing_half_written(asked, monkeypatch):
    def broken(*args, **named):
        raise CramplabError("no waveform")

    monkeypatch.setattr(sys.modules["cramplab.simulation.laboratory"], "surface_waveform", broken)
    assert cramplab("lab", "h_reflex", "--waveform") == 1
    assert list(Path("out/lab").iterdir()) == []


def test_the_list_names_every_protocol_with_what_it_is_for(asked, capsys):
    from cramplab.core.library import load_library

    assert cramplab("lab", "--list") == 0
    printed = capsys.readouterr().out
    for key in load_library(shelves=("protocols",)).protocols:
        assert key in printed
    assert cramplab("lab", "--list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert set(rows[0]) == {"protocol", "muscle", "at most", "what for"}
    assert asked == []


def test_demo_cramp_draws_the_classic_picture_and_writes_the_page(asked, capsys):
    assert cramplab("demo", "cramp") == 0
    assert asked[0]["protocol"] == "stretch_ends_cramp"
    printed = capsys.readouterr().out
    assert "^stretch" in printed
    assert "stimulus at the axon" in printed
    assert Path("out/demo_cramp/report.html").is_file()


def test_demo_without_a_word_is_still_the_event(monkeypatch, asked):
    from cramplab.cli import run_commands

    called: list[tuple[object, ...]] = []
    monkeypatch.setattr(run_commands, "run", lambda *words, **named: called.append((*words, named)))
    assert cramplab("demo", "--draws", 5) == 0
    assert called == [(run_commands._shipped_example(), Path("out/demo"), 5, 1, {"as_json": False, "quiet": False})]
    assert asked == []


def test_demo_of_something_else_is_answered_with_what_there_is(asked, capsys):
    assert cramplab("demo", "crump") == 2
    assert "cramp" in capsys.readouterr().err


def test_the_picture_is_plain_ascii_where_nothing_else_can_be_printed(asked, monkeypatch, capsys):
    from cramplab.cli import laboratory_commands

    monkeypatch.setattr(laboratory_commands, "_can_print", lambda text: False)
    assert cramplab("demo", "cramp") == 0
    assert capsys.readouterr().out.isascii()


def test_a_protocol_is_shown_checked_and_made_like_everything_of_the_library(asked, capsys):
    assert cramplab("show", "protocol", "vibration") == 0
    assert "vibration: " in capsys.readouterr().out
    assert cramplab("new", "protocol", "my_ladder") == 0
    assert cramplab("check", "protocols/my_ladder.toml") == 0
    assert cramplab("lab", "protocols/my_ladder.toml", "-q") == 0
    assert asked[0]["protocol"] == "my_ladder"


def test_the_page_of_an_earlier_run_is_written_again_as_it_was(asked, capsys):
    assert cramplab("lab", "h_reflex", "-q") == 0
    page = Path("out/lab/h_reflex/report.html")
    before = page.read_bytes()
    page.unlink()
    assert cramplab("report", "out/lab/h_reflex") == 0
    assert page.read_bytes() == before
    assert capsys.readouterr().out.strip().endswith("report.html")
