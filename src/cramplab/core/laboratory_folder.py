"""The folder of a laboratory run: what is in its files, how they are written, and how they are read back.

``run.json`` holds what was done and measured, ``result.nc`` the record over time, ``spikes.npz`` every discharge as
plain arrays, ``report.html`` the page. ``waveform.npz`` and ``openhdemg.json`` are there if they were asked for.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import CramplabError, UserError
from cramplab.core.laboratory_run import ORIGINS, SCHEMA, SERIES, UNITS, Event, LaboratoryRun, Measured, Trial
from cramplab.core.result_netcdf import COMPRESSED, CONVENTIONS, cf_unit
from cramplab.core.result_tree import tree_text
from cramplab.core.results import Assumption
from cramplab.core.whole_folder import FolderKind

if TYPE_CHECKING:
    import xarray

RECORD_FILE, DATA_FILE, SPIKES_FILE, REPORT_FILE = "run.json", "result.nc", "spikes.npz", "report.html"
WAVEFORM_FILE, OPENHDEMG_FILE = "waveform.npz", "openhdemg.json"
FOLDER = FolderKind(
    "laboratory run",
    (RECORD_FILE, DATA_FILE, SPIKES_FILE, REPORT_FILE, WAVEFORM_FILE, OPENHDEMG_FILE),
    marker=RECORD_FILE,
)


@dataclass(frozen=True, eq=False)
class Waveform:
    """The surface EMG as a differential amplifier would show it.

    Parameters
    ----------
    rate_hz : Hz
        Samples per second.
    values : mV
        Shape [samples].
    start_s : s
        Time of the first sample, from the start of the protocol.
    """

    rate_hz: float
    values: NDArray[np.float32]
    start_s: float = 0.0


def laboratory_record(run: LaboratoryRun, protocol: Mapping[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    """Give the content of ``run.json`` as plain values; the same run gives the same text.

    Parameters
    ----------
    protocol
        The protocol described, as `cramplab.core.laboratory_protocol.protocol_record` does.
    sources
        Key to citation of every source that the assumptions name.
    """
    return {
        "schema": SCHEMA,
        "kind": "laboratory",
        "run": {
            "protocol": run.protocol, "muscle": run.muscle, "person": run.person, "seed": run.seed,
            "step_s": run.step_s, "duration_s": run.duration_s, "motor_units": run.unit_count,
            "discharges": int(run.spike_time_s.size),
        },
        "protocol": dict(protocol),
        "measures": {
            name: {"value": _finite(each.value), "unit": each.unit, "words": each.words}
            for name, each in run.measures.items()
        },
        "trials": [{**vars(each), "outlasted_s": _finite(each.outlasted_s)} for each in run.trials],
        "events": [vars(each) for each in run.events],
        "notes": list(run.notes),
        "assumptions": [vars(each) for each in run.assumptions],
        "sources": dict(sources),
        "versions": dict(run.versions),
    }  # fmt: skip


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def record_text(record: Mapping[str, Any]) -> str:
    """Write a record as JSON, one top-level key a line."""
    return tree_text(record)


def laboratory_dataset(run: LaboratoryRun) -> xarray.Dataset:
    """Give the record over time and the motor units as an xarray dataset."""
    import xarray

    counted = np.arange(1, run.unit_count + 1, dtype=np.int32)
    coordinates = {
        "time": (
            "time",
            run.time_s,
            {"units": "s", "axis": "T", "long_name": "time from the start, middle of a bin"},
        ),
        "motor_unit": ("motor_unit", counted, {"units": "1", "long_name": "motor unit, 1 the smallest"}),
    }
    variables: dict[str, Any] = {}
    for dimension, arrays, described in (("time", run.series, SERIES), ("motor_unit", run.units, UNITS)):
        for name, values in arrays.items():
            unit, words = described[name]
            attributes = {"long_name": words, "units": cf_unit(unit), "unit_shown": unit}
            variables[name] = (dimension, values, attributes)
    about: dict[str, Any] = {
        "Conventions": CONVENTIONS,
        "title": f"{run.protocol}, {run.muscle}",
        "source": f"simulated by cramplab {run.versions.get('cramplab', '')}".strip(),
        "comment": "Simulated, not measured. Not medical advice.",
        "cramplab_schema": np.int32(SCHEMA),
        "protocol": run.protocol,
        "muscle": run.muscle,
        "person": run.person,
        "seed": str(run.seed),
    }
    return xarray.Dataset(variables, coords=coordinates, attrs=about)


def _dataset_bytes(run: LaboratoryRun) -> bytes:
    dataset = laboratory_dataset(run)
    encoding: dict[str, Any] = {str(name): dict(COMPRESSED) for name in dataset.data_vars}
    encoding |= {name: {"_FillValue": None} for name in ("time", "motor_unit")}
    return bytes(dataset.to_netcdf(None, engine="h5netcdf", encoding=encoding))


def _arrays(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def spikes_bytes(run: LaboratoryRun) -> bytes:
    """Give the content of ``spikes.npz``: ``time_s``, ``unit`` (0 the smallest), ``origin`` and its words."""
    words = np.array([word for word, _ in ORIGINS.values()])
    return _arrays(time_s=run.spike_time_s, unit=run.spike_unit, origin=run.spike_origin, origin_words=words)


def waveform_bytes(waveform: Waveform) -> bytes:
    """Give the content of ``waveform.npz``: ``rate_hz``, ``start_s`` and ``emg_mV``."""
    return _arrays(rate_hz=waveform.rate_hz, start_s=waveform.start_s, emg_mV=np.asarray(waveform.values, np.float32))


def write_laboratory_folder(
    folder: Path | str,
    run: LaboratoryRun,
    record: Mapping[str, Any],
    make_report: Callable[[], str],
    further: Mapping[str, Callable[[], bytes]] | None = None,
) -> Path:
    """Write the folder of a run, replacing an earlier one of the same name; files that a user added are kept.

    Parameters
    ----------
    folder
        Where it shall stand.
    record
        The content of ``run.json``.
    make_report
        Gives the page's HTML; called before anything is moved.
    further
        Name of a file to what makes its content: the waveform, an export.

    Raises
    ------
    UserError
        If the place is taken by something that is no laboratory run, the disk is full, or it may not be written to.
    """
    contents: dict[str, Callable[[], bytes]] = {
        RECORD_FILE: lambda: record_text(record).encode(),
        REPORT_FILE: lambda: make_report().encode(),
        SPIKES_FILE: lambda: spikes_bytes(run),
        DATA_FILE: lambda: _dataset_bytes(run),
        **(further or {}),
    }
    return FOLDER.write(folder, contents)


def load_record(folder: Path | str) -> dict[str, Any]:
    """Read the ``run.json`` of a laboratory run.

    Raises
    ------
    UserError
        If there is none, it is damaged, or another version of the layout is in it.
    """
    place = Path(folder)
    FOLDER.put_back_interrupted(place)
    file = place / RECORD_FILE
    try:
        record = json.loads(file.read_bytes())
    except FileNotFoundError:
        message = (
            f"No laboratory run in '{folder}': there is no {RECORD_FILE}. Name the folder that cramplab lab wrote."
        )
        raise UserError(message) from None
    except OSError as problem:
        raise UserError(f"'{file}' cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise _damaged(file, f"it is not whole JSON ({problem})") from problem
    if not isinstance(record, dict) or record.get("kind") != "laboratory":
        raise UserError(f"'{file}' is not the record of a laboratory run. Name the folder that cramplab lab wrote.")
    if record.get("schema") != SCHEMA:
        raise UserError(
            f"'{file}' has schema {record.get('schema')}; this version reads schema {SCHEMA}. "
            "Use the version of cramplab that wrote it, or repeat the run."
        )
    return record


def load_laboratory_run(folder: Path | str) -> tuple[LaboratoryRun, dict[str, Any]]:
    """Read a laboratory run back, without the engine: the run, and its ``run.json``.

    Raises
    ------
    UserError
        If a file is missing or damaged, or if the files are of two different runs.
    """
    import xarray

    record, place = load_record(folder), Path(folder)
    file = place / DATA_FILE
    try:
        with xarray.open_dataset(file, engine="h5netcdf", decode_times=False, mask_and_scale=False) as opened:
            dataset = opened.load()
        file = place / SPIKES_FILE
        with np.load(file, allow_pickle=False) as spikes:
            times, units, origins = (spikes[name] for name in ("time_s", "unit", "origin"))
    except FileNotFoundError:
        raise UserError(f"'{file}' is missing. Repeat the run to write it again.") from None
    except (OSError, KeyError, ValueError, RuntimeError) as problem:
        raise _damaged(file, f"it cannot be read ({problem})") from problem
    told = record.get("run", {})
    named = (dataset.attrs.get("protocol"), dataset.attrs.get("muscle"), dataset.attrs.get("seed"))
    if named != (told.get("protocol"), told.get("muscle"), str(told.get("seed"))):
        raise UserError(f"{DATA_FILE} and {RECORD_FILE} in '{folder}' are of two different runs. Repeat the run.")
    try:
        run = LaboratoryRun(
            **{key: told[key] for key in ("protocol", "muscle", "person", "seed", "step_s", "duration_s")},
            time_s=dataset["time"].to_numpy(),
            series={name: dataset[name].to_numpy() for name in SERIES if name in dataset},
            units={name: dataset[name].to_numpy() for name in UNITS if name in dataset},
            spike_time_s=times,
            spike_unit=units,
            spike_origin=origins,
            trials=tuple(Trial(**{**each, "outlasted_s": _number(each["outlasted_s"])}) for each in record["trials"]),
            events=tuple(Event(**each) for each in record["events"]),
            measures={
                name: Measured(_number(each["value"]), each["unit"], each["words"])
                for name, each in record["measures"].items()
            },
            assumptions=tuple(Assumption(**each) for each in record["assumptions"]),
            notes=tuple(record["notes"]),
            versions=record["versions"],
        )
    except (KeyError, TypeError, AttributeError, CramplabError) as problem:
        raise _damaged(place / RECORD_FILE, f"a part is missing or altered ({problem})") from problem
    return run, record


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _damaged(file: Path, why: str) -> UserError:
    return UserError(f"'{file}' is damaged: {why}. Repeat the run to write it again.")
