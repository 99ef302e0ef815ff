"""What a laboratory run prints on the terminal: a table of measures, and the record drawn with characters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.laboratory_folder import RECORD_FILE, REPORT_FILE
from cramplab.core.laboratory_run import ECTOPIC, SPINAL, STIMULUS, LaboratoryRun, Window, cramp_window
from cramplab.report.prose import Wording

_NAME, _BEHIND = 12, 16  # columns before and behind the drawing
_MOST_ROWS = 14
_LINES = (
    ("stimulation", "stimulation", "Hz"),
    ("voluntary_drive", "drive", ""),
    ("emg", "EMG", "mV"),
    ("force", "force", "N"),
    ("fibre_length", "length", ""),
)


@dataclass(frozen=True)
class Signs:
    """Characters to draw with: those of a level from low to high, and one for each origin of a discharge."""

    levels: str
    origins: Mapping[int, str]


UNICODE = Signs("▁▂▃▄▅▆▇█", {SPINAL: "│", STIMULUS: "·", ECTOPIC: "×"})
ASCII = Signs(" .:-=+*#", {SPINAL: "|", STIMULUS: ".", ECTOPIC: "x"})


def measures_table(record: Mapping[str, Any], folder: Path | str | None = None) -> str:
    """Give what was done and measured as plain text.

    Parameters
    ----------
    record
        The content of ``run.json``.
    folder
        Where the run was written; the last line names the files in it.
    """
    say, run = Wording(minus="-"), record["run"]
    heading = (run["protocol"], run["muscle"], f"person {run['person']}", f"{run['duration_s']:.0f} s")
    rows = ["   ".join((*heading, f"seed {run['seed']}", "simulated, not measured"))]
    values = {name: say.with_unit(each["value"], each["unit"]) for name, each in record["measures"].items()}
    names = max(map(len, values), default=0)
    width = max(map(len, values.values()), default=0)
    for name, value in values.items():
        rows.append(f"  {name:<{names}}  {value:>{width}}  {record['measures'][name]['words']}")
    if not values:
        rows.append("  nothing to measure in this protocol")
    rows += [f"  {sentence}" for sentence in record["notes"]]
    if folder is not None:
        rows.append(f"Report  {Path(folder) / REPORT_FILE}     data  {Path(folder) / RECORD_FILE}")
    return "\n".join(rows)


def picture(run: LaboratoryRun, width: int = 100, signs: Signs = UNICODE, window: Window | None = None) -> str:
    """Draw the record with characters: motor units by size, then stimulation, EMG, force and length.

    Parameters
    ----------
    width
        Columns of the terminal; fewer than 48 are not enough.
    window : s
        From when to when; around the first cramp if left out.
    """
    start, end = window or cramp_window(run)
    columns = max(width - _NAME - _BEHIND, 20)
    edges = np.linspace(start, end, columns + 1)
    rows = [*_discharges(run, edges, signs), _events(run, edges)]
    for name, label, unit in _LINES:
        if name in run.series:
            rows.append(_line(run, name, label, unit, edges, signs))
    rows.append(_axis(edges))
    marks = {SPINAL: "spinal", STIMULUS: "stimulus at the axon", ECTOPIC: "ectopic, at the terminal"}
    told = "   ".join(f"{signs.origins[origin]} {words}" for origin, words in marks.items())
    rows.append(f"{'':<{_NAME}}  {told}   = cramp")
    return "\n".join(row.rstrip() for row in rows if row)


def _discharges(run: LaboratoryRun, edges: NDArray[np.float64], signs: Signs) -> list[str]:
    """Draw a row for a few motor units each, the largest on top; of several origins the most frequent is shown."""
    groups = min(run.unit_count, _MOST_ROWS)
    row_of_unit = (np.arange(run.unit_count) * groups) // run.unit_count
    counts = np.zeros((len(signs.origins), groups, edges.size - 1), dtype=np.int64)
    inside = (run.spike_time_s >= edges[0]) & (run.spike_time_s < edges[-1])
    columns = np.searchsorted(edges, run.spike_time_s[inside], side="right") - 1
    np.add.at(counts, (run.spike_origin[inside], row_of_unit[run.spike_unit[inside]], columns), 1)
    rows = []
    for row in reversed(range(groups)):
        units = np.flatnonzero(row_of_unit == row) + 1
        label = f"unit {units[0]}" if units.size == 1 else f"{units[0]}-{units[-1]}"
        cells = zip(counts[:, row].max(axis=0), counts[:, row].argmax(axis=0), strict=True)
        drawn = "".join(signs.origins[int(origin)] if count else " " for count, origin in cells)
        rows.append(f"{label:>{_NAME}}  {drawn}")
    return rows


def _events(run: LaboratoryRun, edges: NDArray[np.float64]) -> str:
    """Draw a line of signs under the cramps, and the first letters of what was done where it was done."""
    line = [" "] * (edges.size - 1)

    def column(time_s: float) -> int:
        return int(np.clip(np.searchsorted(edges, time_s, side="right") - 1, 0, edges.size - 2))

    for event in run.events:
        if event.kind == "cramp" and event.end_s > edges[0] and event.start_s < edges[-1]:
            for at in range(column(event.start_s), column(event.end_s) + 1):
                line[at] = "="
    for event in run.events:
        if event.kind != "cramp" and edges[0] <= event.start_s < edges[-1]:
            first = column(event.start_s)
            for at, letter in enumerate(f"^{event.kind.replace('_', ' ')} "):
                if first + at < len(line):
                    line[first + at] = letter
    text = "".join(line).rstrip()
    return f"{'':<{_NAME}}  {text}" if text else ""


def _line(run: LaboratoryRun, name: str, label: str, unit: str, edges: NDArray[np.float64], signs: Signs) -> str:
    values = run.series[name].astype(np.float64)
    levels = _per_column(run.time_s, values, edges, np.max)
    if not np.isfinite(levels).any() or (name != "emg" and np.nanmax(levels) - np.nanmin(levels) < 1e-9):
        return ""
    low, high = (float(np.nanmin(levels)) if name == "fibre_length" else 0.0), float(np.nanmax(levels))
    span = (high - low) or 1.0
    drawn = "".join(
        " " if not math.isfinite(level) else signs.levels[round((len(signs.levels) - 1) * (level - low) / span)]
        for level in levels
    )
    return f"{label:>{_NAME}}  {drawn}  to {high:.3g} {unit}"


def _per_column(
    times: NDArray[np.float64],
    values: NDArray[np.float64],
    edges: NDArray[np.float64],
    how: Callable[[NDArray[np.float64]], float],
) -> NDArray[np.float64]:
    """Summarise a series in each column; a column between two bins has the value of the bin before."""
    found = np.full(edges.size - 1, np.nan)
    bounds = np.searchsorted(times, edges)
    for at in range(found.size):
        inside = values[bounds[at] : bounds[at + 1]]
        if inside.size:
            found[at] = how(inside)
        elif at:
            found[at] = found[at - 1]
    return found


def _axis(edges: NDArray[np.float64]) -> str:
    """Write times under the columns, about one in every twelve."""
    line = [" "] * (edges.size + 6)
    for at in range(0, edges.size - 1, max((edges.size - 1) // 6, 8)):
        for offset, letter in enumerate(f"|{edges[at]:.0f} s"):
            if at + offset < len(line):
                line[at + offset] = letter
    return f"{'':<{_NAME}}  {''.join(line)}"
