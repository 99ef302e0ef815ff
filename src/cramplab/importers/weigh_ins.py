"""Reads weighings before and after exercise: one at a time, or a team's table (CSV), with every fault at once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cramplab.core.errors import Fault, FaultsFoundError, did_you_mean, place_in
from cramplab.importers.scenario_faults import expectation
from cramplab.importers.scenario_schema import SweatTest
from cramplab.physiology.weighing import WeighIn, constant

_NEEDED = ("athlete_id", "mass_before_kg", "mass_after_kg", "drank_L", "duration_min")
_KNOWN = (
    *_NEEDED, "session", "date", "urine_L", "air_C", "humidity_pct", "intensity", "scale_sd_kg",
)  # fmt: skip
_NUMBERS = (
    "mass_before_kg",
    "mass_after_kg",
    "drank_L",
    "urine_L",
    "duration_min",
    "air_C",
    "humidity_pct",
    "scale_sd_kg",
)
_LARGEST_FILE = 5_000_000


@dataclass(frozen=True)
class Weighed:
    """One weighing of one athlete.

    Parameters
    ----------
    athlete
        Code.
    told
        Day and session, as written.
    test
        The weighing.
    """

    athlete: str
    told: str
    test: WeighIn


def as_weigh_in(test: SweatTest) -> WeighIn:
    """Turn a test of a scenario into a weighing."""
    return WeighIn(
        mass_before=test.mass_before_kg, mass_after=test.mass_after_kg, drank=test.drank_L,
        hours=test.duration_min / 60.0, urine=test.urine_L, scale_error=test.scale_sd_kg, air=test.air_C,
        humidity=test.humidity_pct, intensity=test.intensity,
    )  # fmt: skip


def check_weigh_in(
    values: Mapping[str, Any], faults: list[Fault], place: str = "", named: Mapping[str, str] | None = None
) -> WeighIn | None:
    """Check one weighing; notes every fault, and gives None if there is one.

    Parameters
    ----------
    values
        By the keys of a sweat test in a scenario; what is not told is left out or None.
    faults
        To which faults are added.
    place
        Where the values stand.
    named
        What the user calls a key, where that is something else.
    """
    called = {key: key for key in SweatTest.model_fields} | dict(named or {})
    try:
        test = SweatTest.model_validate({key: value for key, value in values.items() if value is not None})
    except ValidationError as problem:
        for found in problem.errors(include_url=False, include_context=False):
            key = str(found["loc"][0])
            expected = expectation(("person", "sweat_test", key))[0]
            if found["type"] == "missing":
                faults.append(Fault(f"{called[key]} is missing", place, expected))
            else:
                faults.append(Fault(f"{called[key]} is {found['input']}", place, expected or found["msg"]))
        return None
    weighing = as_weigh_in(test)
    if weighing.guideline_rate <= 0.0:
        said = f"This test gives a sweat loss of {weighing.guideline_rate * weighing.hours:.2f} L"
        remedy = "Check that before and after are not swapped, and the units of drink and urine"
        if weighing.mass_change > 0.0:
            said = f"Weight went up ({weighing.percent_change:+.1f} %). {said}"
            remedy += ". If the numbers are right, stop drinking and read cramplab redflags"
        faults.append(Fault(said, place, "mass before - after + drink - urine above 0", remedy))
        return None
    most = constant("sweat_beyond_belief")
    if weighing.guideline_rate > most:
        faults.append(
            Fault(f"This test gives a sweat rate of {weighing.guideline_rate:.1f} L/h", place, f"at most {most:g} L/h",
                  "Check masses, drink and duration")
        )  # fmt: skip
        return None
    return weighing


def read_weigh_ins(path: Path) -> tuple[Weighed, ...]:
    """Read a table of weighings (CSV, comma or semicolon; UTF-8 with or without byte-order mark).

    Raises
    ------
    FaultsFoundError
        With every fault of every row.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise FaultsFoundError([Fault("The table is too large", str(path), f"under {_LARGEST_FILE / 1e6:g} MB")])
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise FaultsFoundError([Fault("The file is not UTF-8 text", str(path), remedy="Save it as UTF-8")]) from problem
    except OSError as problem:
        raise FaultsFoundError([Fault(f"The file cannot be read: {problem.strerror}", str(path))]) from problem
    lines = text.splitlines()
    if not lines:
        raise FaultsFoundError([Fault("The table is empty", str(path), "a header and a row for each weighing")])
    semicolons = lines[0].count(";") > lines[0].count(",")
    rows = csv.DictReader(lines, delimiter=";" if semicolons else ",", skipinitialspace=True)
    faults = _faults_of_header([name.strip() for name in rows.fieldnames or ()], path)
    if faults:
        raise FaultsFoundError(faults)
    found: list[Weighed] = []
    for row in rows:
        weighed = _read_row(row, place_in(path, rows.line_num), faults, decimal_comma=semicolons)
        if weighed is not None:
            found.append(weighed)
    if not found and not faults:
        faults.append(Fault("The table has no weighing", str(path), "one row for each weighing"))
    if faults:
        raise FaultsFoundError(faults)
    return tuple(found)


def _faults_of_header(names: list[str], path: Path) -> list[Fault]:
    place = place_in(path, 1)
    faults = [Fault(f"There is no column '{name}'", place) for name in _NEEDED if name not in names]
    faults += [
        Fault(f"Unknown column '{name}'", place, remedy=did_you_mean(name, _KNOWN))
        for name in names
        if name not in _KNOWN
    ]
    faults += [Fault(f"Two columns are named '{name}'", place) for name in sorted({*names}) if names.count(name) > 1]
    return faults


def _read_row(row: Mapping[str | None, Any], place: str, faults: list[Fault], *, decimal_comma: bool) -> Weighed | None:
    if None in row or None in row.values():
        faults.append(Fault("The row has not as many cells as the header", place))
        return None
    cells = {str(name).strip(): str(value).strip() for name, value in row.items()}
    before = len(faults)
    values: dict[str, Any] = {}
    for key, cell in cells.items():
        if key not in _NUMBERS or not cell:
            continue
        try:
            values[key] = float(cell.replace(",", ".") if decimal_comma else cell)
        except ValueError:
            faults.append(Fault(f"{key} is '{cell[:40]}'", place, "a number, with the unit in the header only"))
    values["intensity"] = cells.get("intensity") or None
    if not cells["athlete_id"]:
        faults.append(Fault("athlete_id is empty", place, "a code, not a name"))
    if len(faults) > before:
        return None
    test = check_weigh_in(values, faults, place)
    told = " ".join(cells[key] for key in ("date", "session") if cells.get(key))
    return None if test is None else Weighed(cells["athlete_id"], told, test)
