"""Hands a laboratory run on to openhdemg, a program for recordings of motor units, as one of its JSON files.

The layout is the one that its version 0.1.2 writes and reads: a compressed JSON object of JSON texts, with tables by
columns, index and rows. Nothing of that program is needed to write it.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cramplab.core.laboratory_folder import Waveform
from cramplab.core.laboratory_run import ORIGINS, LaboratoryRun, cramp_window

# The one of the sources known there that means a recording of no amplifier in particular.
_SOURCE = "CUSTOMCSV"
_ELECTRODE_DISTANCE_MM = 8.0  # of the one channel; only its number of samples matters there
_LARGEST = 25_000_000  # cells of a table: samples by motor units


def openhdemg_bytes(run: LaboratoryRun, waveform: Waveform) -> bytes:
    """Give the content of a file for openhdemg: the time around the first cramp, or the last train.

    Every motor unit that discharged in that time is one of its motor units, smallest first; its source signal is 1
    where it discharges and 0 elsewhere, and its accuracy is 1, since nothing had to be decomposed. The reference signal
    is the force in N. Times of the discharges are samples from the first one of the file.

    Parameters
    ----------
    waveform
        Surface EMG that covers that time.
    """
    start, end = export_window(run, waveform.rate_hz)
    rate = waveform.rate_hz
    samples = int((end - start) * rate)
    first = round((start - waveform.start_s) * rate)
    emg = np.zeros(samples)
    given = np.asarray(waveform.values, dtype=np.float64)[max(first, 0) : max(first, 0) + samples]
    emg[: given.size] = given
    force = np.interp(start + np.arange(samples) / rate, run.time_s, run.series["force"])

    inside = (run.spike_time_s >= start) & (run.spike_time_s < start + samples / rate)
    at, unit = ((run.spike_time_s[inside] - start) * rate).astype(np.int64), run.spike_unit[inside]
    active = np.unique(unit)
    pulses = [np.unique(at[unit == each]).tolist() for each in active]
    firing = _firing_table(pulses, samples)
    extras = {
        "unit": [int(each) + 1 for each in active],
        **{name: [float(values[each]) for each in active] for name, values in run.units.items()},
    }
    for origin, (word, _) in ORIGINS.items():
        mine = unit[run.spike_origin[inside] == origin]
        extras[f"{word}_discharges"] = [int(np.count_nonzero(mine == each)) for each in active]
    content = {
        "SOURCE": json.dumps(_SOURCE),
        "FILENAME": json.dumps(f"{run.protocol}_{run.muscle}_seed_{run.seed}"),
        "RAW_SIGNAL": _table([0], _one_column(emg)),
        "REF_SIGNAL": _table([0], _one_column(force)),
        "ACCURACY": _table([0], ["[1.0]"] * active.size),
        "IPTS": firing,
        "MUPULSES": json.dumps(pulses),
        "FSAMP": json.dumps(float(rate)),
        "IED": json.dumps(_ELECTRODE_DISTANCE_MM),
        "EMG_LENGTH": json.dumps(samples),
        "NUMBER_OF_MUS": json.dumps(int(active.size)),
        "BINARY_MUS_FIRING": firing,
        "EXTRAS": _table(list(extras), [json.dumps(row) for row in zip(*extras.values(), strict=True)]),
    }
    stream = io.BytesIO()
    # No clock time in the file, so that the same run gives the same bytes.
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=4, mtime=0) as packed:
        packed.write(json.dumps(content).encode())
    return stream.getvalue()


def export_window(run: LaboratoryRun, rate_hz: float) -> tuple[float, float]:
    """Give the time (s) that the file covers: around the first cramp, and no longer than the other program can bear."""
    start, end = cramp_window(run)
    return start, min(end, start + _LARGEST / (rate_hz * max(run.unit_count, 1)))


def _one_column(values: NDArray[np.float64]) -> Iterable[str]:
    return (f"[{value:.6g}]" for value in values.tolist())


def _firing_table(pulses: list[list[int]], samples: int) -> str:
    """Give the table of zeros and ones; nearly all of its rows are the same text."""
    silent = [0] * len(pulses)
    rows = [json.dumps(silent)] * samples
    found: dict[int, list[int]] = {}
    for unit, mine in enumerate(pulses):
        for sample in mine:
            found.setdefault(sample, list(silent))[unit] = 1
    for sample, row in found.items():
        rows[sample] = json.dumps(row)
    return _table(list(range(len(pulses))), rows)


def _table(columns: list[int] | list[str], rows: Iterable[str]) -> str:
    rows = list(rows)
    index = ",".join(map(str, range(len(rows))))
    return f'{{"columns":{json.dumps(columns)},"index":[{index}],"data":[{",".join(rows)}]}}'
