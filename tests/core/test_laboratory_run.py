"""The record of a laboratory run and its folder: whole, true to what was recorded, and readable without the engine."""

from __future__ import annotations

import gzip
import json
import math
import subprocess
import sys

import numpy as np
import pytest
import xarray
from tests.laboratory_fake import PROTOCOL, SOURCES, make_laboratory_run

from cramplab.core import laboratory_folder
from cramplab.core.errors import CramplabError, UserError
from cramplab.core.laboratory_folder import (
    FOLDER,
    Waveform,
    laboratory_record,
    load_laboratory_run,
    load_record,
    record_text,
    spikes_bytes,
    waveform_bytes,
    write_laboratory_folder,
)
from cramplab.core.laboratory_run import MEASURES, SERIES, STIMULUS, UNITS, Measured, cramp_window
from cramplab.core.openhdemg_export import export_window, openhdemg_bytes

OURS = {"run.json", "result.nc", "spikes.npz", "report.html"}


@pytest.fixture(scope="module")
def run():
    return make_laboratory_run()


@pytest.fixture
def folder(tmp_path, run):
    return write(tmp_path / "record", run)


def write(place, run):
    return write_laboratory_folder(place, run, laboratory_record(run, PROTOCOL, SOURCES), lambda: "<!doctype html>")


# --- the record


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"time_s": [0.0]}, "at least two times"),
        ({"series": {"forse": [1.0]}}, "no series has the name 'forse'"),
        ({"series": {"force": [1.0]}}, "series 'force' has shape"),
        ({"units": {}}, "motor units"),
        ({"units": {"twitch_force": [1.0, 2.0], "contraction_time": [1.0]}}, "motor units"),
        ({"units": {"colour": [1.0]}}, "no motor-unit property"),
        ({"spike_unit": [0]}, "one length"),
        ({"spike_time_s": [1.0], "spike_unit": [99], "spike_origin": [0]}, "motor unit 99"),
        ({"spike_time_s": [1.0], "spike_unit": [-1], "spike_origin": [0]}, "motor unit"),
        ({"spike_time_s": [1.0], "spike_unit": [0], "spike_origin": [7]}, "origin"),
    ],
)
def test_a_record_that_does_not_fit_together_is_refused(changes, told):
    with pytest.raises(CramplabError, match=told):
        make_laboratory_run(**changes)


def test_a_silent_muscle_is_a_record_too():
    silent = make_laboratory_run(spike_time_s=[], spike_unit=[], spike_origin=[], events=(), trials=())
    assert silent.spike_time_s.size == 0
    assert cramp_window(silent) == (0.0, pytest.approx(silent.duration_s))


def test_the_window_holds_the_last_train_and_the_whole_cramp(run):
    start, end = cramp_window(run)
    cramp = run.events[0]
    assert start < run.trials[-1].start_s < cramp.start_s < cramp.end_s < end
    assert start > run.trials[-2].end_s


# --- the folder


def test_the_folder_holds_its_four_files(folder):
    assert {path.name for path in folder.iterdir()} == OURS


def test_what_was_written_is_read_back(folder, run):
    again, record = load_laboratory_run(folder)
    for name in SERIES:
        np.testing.assert_array_equal(again.series[name], run.series[name])
    for name in run.units:
        np.testing.assert_array_equal(again.units[name], run.units[name])
    for name in ("time_s", "spike_time_s", "spike_unit", "spike_origin"):
        np.testing.assert_array_equal(getattr(again, name), getattr(run, name))
    for name in ("protocol", "muscle", "person", "seed", "step_s", "duration_s", "trials", "events", "measures"):
        assert getattr(again, name) == getattr(run, name), name
    assert again.assumptions == run.assumptions
    assert record["protocol"] == PROTOCOL
    assert record["run"]["discharges"] == run.spike_time_s.size


def test_the_same_run_gives_the_same_bytes(run):
    record = laboratory_record(run, PROTOCOL, SOURCES)
    assert record_text(record) == record_text(laboratory_record(make_laboratory_run(), PROTOCOL, SOURCES))
    assert spikes_bytes(run) == spikes_bytes(make_laboratory_run())


def test_what_could_not_be_measured_is_null_and_comes_back_as_not_a_number(tmp_path):
    none = make_laboratory_run(measures={"cramp_duration": Measured(math.nan, "s", "no cramp")})
    place = write(tmp_path / "none", none)
    assert load_record(place)["measures"]["cramp_duration"]["value"] is None
    assert math.isnan(load_laboratory_run(place)[0].measures["cramp_duration"].value)


def test_every_series_has_a_unit_and_words_in_the_netcdf_file(folder):
    with xarray.open_dataset(folder / "result.nc", engine="h5netcdf") as dataset:
        for name, (unit, words) in (SERIES | {each: UNITS[each] for each in ("twitch_force", "stands_for")}).items():
            assert dataset[name].attrs["unit_shown"] == unit
            assert dataset[name].attrs["long_name"] == words
        assert dataset["motor_unit_rate"].attrs["units"] == "s-1"
        assert dataset.attrs["Conventions"].startswith("CF-")


def test_spikes_are_plain_arrays(folder, run):
    with np.load(folder / "spikes.npz", allow_pickle=False) as spikes:
        assert spikes["time_s"].shape == spikes["unit"].shape == spikes["origin"].shape == run.spike_time_s.shape
        assert list(spikes["origin_words"]) == ["spinal", "stimulus", "ectopic"]


def test_a_record_is_read_without_the_engine(folder):
    program = (
        "import sys\n"
        "from cramplab.core.laboratory_folder import load_laboratory_run\n"
        "from cramplab.report.laboratory_page import render_laboratory_page\n"
        f"render_laboratory_page(*load_laboratory_run({str(folder)!r}))\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('jax', 'numba', 'equinox')\n"
        "       or name.startswith(('cramplab.simulation', 'cramplab.cohort'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_folder_with_something_else_in_it_is_refused_and_kept(tmp_path, run):
    place = tmp_path / "mine"
    place.mkdir()
    (place / "notes.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(UserError, match=r"holds no earlier laboratory run \(no run.json\)"):
        write(place, run)
    assert [path.name for path in place.iterdir()] == ["notes.txt"]


def test_the_folder_of_an_event_is_not_replaced_by_one_of_the_laboratory(tmp_path, run):
    place = tmp_path / "event"
    place.mkdir()
    (place / "result.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="Name another folder"):
        FOLDER.check_place(place)


def test_a_repeated_run_replaces_our_files_and_keeps_those_of_the_user(folder):
    (folder / "notes.txt").write_text("keep me", encoding="utf-8")
    (folder / "openhdemg.json").write_bytes(b"of the earlier run")
    write(folder, make_laboratory_run(seed=2))
    assert {path.name for path in folder.iterdir()} == {*OURS, "notes.txt"}
    assert load_record(folder)["run"]["seed"] == 2


def test_nothing_is_left_behind_when_the_page_cannot_be_made(tmp_path, run):
    def broken() -> str:
        raise CramplabError("no page")

    with pytest.raises(CramplabError, match="no page"):
        write_laboratory_folder(tmp_path / "new", run, laboratory_record(run, PROTOCOL, SOURCES), broken)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda place: (place / "run.json").unlink(), "there is no run.json"),
        (lambda place: (place / "run.json").write_text("{"), "not whole JSON"),
        (lambda place: (place / "run.json").write_text('{"kind": "run"}'), "not the record of a laboratory run"),
        (lambda place: (place / "run.json").write_text('{"kind": "laboratory", "schema": 9}'), "has schema 9"),
        (lambda place: (place / "result.nc").unlink(), "'.*result.nc' is missing"),
        (lambda place: (place / "result.nc").write_bytes(b"no"), "is damaged"),
        (lambda place: (place / "spikes.npz").write_bytes(b"no"), "is damaged"),
        (lambda place: (place / "run.json").write_text(altered(place)), "a part is missing"),
        (lambda place: (place / "run.json").write_text(altered(place, seed=5)), "two different runs"),
    ],
)
def test_a_damaged_folder_is_told_in_words(folder, damage, told):
    damage(folder)
    with pytest.raises(UserError, match=told):
        load_laboratory_run(folder)


def altered(place, **run: object) -> str:
    record = json.loads((place / "run.json").read_text(encoding="utf-8"))
    record["run"].update(run)
    if not run:
        del record["trials"]
    return json.dumps(record)


def test_every_measure_and_series_has_a_unit_that_we_can_read():
    from cramplab.core.quantities import unit

    for name, words in (MEASURES | SERIES | UNITS).values():
        assert unit(name)
        assert words


def test_the_waveform_is_a_plain_array(tmp_path):
    path = tmp_path / "waveform.npz"
    path.write_bytes(waveform_bytes(Waveform(2048.0, np.arange(5.0), 1.5)))
    with np.load(path, allow_pickle=False) as read:
        assert float(read["rate_hz"]) == 2048.0
        assert float(read["start_s"]) == 1.5
        assert read["emg_mV"].tolist() == [0, 1, 2, 3, 4]


# --- for openhdemg


@pytest.fixture(scope="module")
def exported(run):
    waveform = Waveform(2048.0, np.sin(np.arange(int(run.duration_s * 2048))), 0.0)
    content = json.loads(gzip.decompress(openhdemg_bytes(run, waveform)))
    return {key: json.loads(text) for key, text in content.items()}


def test_the_export_has_the_keys_that_openhdemg_reads(exported):
    assert set(exported) == {
        "SOURCE", "FILENAME", "RAW_SIGNAL", "REF_SIGNAL", "ACCURACY", "IPTS", "MUPULSES", "FSAMP", "IED", "EMG_LENGTH",
        "NUMBER_OF_MUS", "BINARY_MUS_FIRING", "EXTRAS",
    }  # fmt: skip
    for key in ("RAW_SIGNAL", "REF_SIGNAL", "ACCURACY", "IPTS", "BINARY_MUS_FIRING", "EXTRAS"):
        table = exported[key]
        assert len(table["index"]) == len(table["data"])
        assert {len(row) for row in table["data"]} == {len(table["columns"])}


def test_the_export_holds_every_discharge_of_its_time_once(exported, run):
    start, end = export_window(run, 2048.0)
    samples = exported["EMG_LENGTH"]
    assert samples == int((end - start) * 2048) == len(exported["RAW_SIGNAL"]["data"])
    inside = (run.spike_time_s >= start) & (run.spike_time_s < start + samples / 2048)
    for column, pulses in enumerate(exported["MUPULSES"]):
        mine = np.unique(((run.spike_time_s[inside & (run.spike_unit == column)] - start) * 2048).astype(int))
        assert pulses == mine.tolist()
        fired = [at for at, row in enumerate(exported["BINARY_MUS_FIRING"]["data"]) if row[column]]
        assert fired == pulses
    assert exported["NUMBER_OF_MUS"] == run.unit_count
    assert sum(
        row[exported["EXTRAS"]["columns"].index("stimulus_discharges")] for row in exported["EXTRAS"]["data"]
    ) == (int(np.count_nonzero(inside & (run.spike_origin == STIMULUS))))


def test_the_reference_signal_is_the_force(exported, run):
    force = np.array(exported["REF_SIGNAL"]["data"])[:, 0]
    assert force.max() == pytest.approx(run.series["force"].max(), rel=1e-5)


def test_a_long_cramp_of_a_large_pool_is_cut_to_what_the_other_program_can_bear():
    long = make_laboratory_run(unit_count=120)
    start, end = export_window(long, 10_000.0)
    assert (end - start) * 10_000 * 120 == pytest.approx(25e6)


def test_a_muscle_without_a_discharge_can_be_exported():
    silent = make_laboratory_run(spike_time_s=[], spike_unit=[], spike_origin=[], events=(), trials=())
    content = json.loads(gzip.decompress(openhdemg_bytes(silent, Waveform(100.0, np.zeros(10), 0.0))))
    assert json.loads(content["NUMBER_OF_MUS"]) == 0


def test_the_folder_knows_every_file_that_it_may_hold():
    named = {value for key, value in vars(laboratory_folder).items() if key.endswith("_FILE")}
    assert named == set(FOLDER.files)
