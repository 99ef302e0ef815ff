"""Reads and writes a roster: who is on the team, by code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cramplab.core.errors import Fault, place_in
from cramplab.core.team import CODE_PATTERN, Athlete
from cramplab.importers.field_ranges import expected_instead
from cramplab.importers.scenario_schema import FLAGS, Person, SweatSodium
from cramplab.importers.team_columns import ROSTER
from cramplab.importers.team_table import BadRow, Row, read_table, write_table
from cramplab.physiology.weighing import constant

LONGEST_TEXT = 60
"""Letters of a position or of the name of a session."""
_FIELDS = (
    "position", "sex", "age_y", "mass_kg", "height_cm", "sweat_rate_L_per_h", "sweat_sodium_mmol_per_L",
    "heat_acclimated", "sickle_cell_trait", "cramp_history",
)  # fmt: skip


@dataclass(frozen=True)
class RosterRead:
    """A roster as read.

    Parameters
    ----------
    athletes
        Of the good rows, in their order.
    bad_rows
        What was not taken, as written.
    faults
        All of them, each once.
    notices
        What was guessed or left aside.
    """

    athletes: tuple[Athlete, ...]
    bad_rows: tuple[BadRow, ...]
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]


def read_roster(data: bytes, place: str) -> RosterRead:
    """Read a roster.

    Parameters
    ----------
    data
        A table (CSV) as people save it.
    place
        Name of the file, for messages.

    Raises
    ------
    FaultsFoundError
        If it is no table, or its header does not tell what stands where.
    """
    table = read_table(data, place, ROSTER, [("athlete_id",)])
    athletes: dict[str, Athlete] = {}
    lines: dict[str, int] = {}
    bad_rows: list[BadRow] = []
    for row in table.rows:
        where = place_in(place, row.line)
        faults = [*row.faults, *_faults(row, where)]
        code = str(row.values.get("athlete_id", ""))
        # Codes that differ only in capitals would be taken for each other at the scale.
        if code.casefold() in lines:
            told = f"The code '{code}' stands in line {lines[code.casefold()]} too"
            faults.append(Fault(told, where, "a code of its own for each athlete", "Keep one of the two rows"))
        if faults:
            bad_rows.append(BadRow(row.line, row.cells, tuple(faults)))
            continue
        lines[code.casefold()] = row.line
        athletes[code] = _athlete(row.values)
    faults_found = tuple(dict.fromkeys([*(fault for row in bad_rows for fault in row.faults)]))
    if not table.rows:
        faults_found = (*faults_found, Fault("The roster has no athlete", place, "one row for each athlete"))
    return RosterRead(tuple(athletes.values()), tuple(bad_rows), faults_found, table.notices)


def fault_of_code(row: Row, where: str) -> Fault | None:
    """Say why an athlete's code cannot be taken; None if it can."""
    code, column = str(row.values.get("athlete_id", "")), row.written["athlete_id"]
    if not code:
        # A row with too few or too many cells has said so itself.
        return None if row.faults and "athlete_id" not in row.values else Fault(f"{column} is empty", where, _CODE)
    if " " in code:
        return Fault(f"{column} is '{code[:40]}', which looks like a name", where, _CODE, "Give each athlete a code")
    if not re.fullmatch(CODE_PATTERN, code):
        return Fault(f"{column} is '{code[:40]}'", where, _CODE, "Use letters, digits, '-', '_' and '.', at most 32")
    return None


_CODE = "a code, not a name, for example A01"


def fault_of_text(key: str, row: Row, where: str) -> Fault | None:
    """Say if a free text is too long."""
    if len(str(row.values.get(key, ""))) <= LONGEST_TEXT:
        return None
    return Fault(f"{row.written[key]} is longer than {LONGEST_TEXT} letters", where, remedy="Use a short word")


def _faults(row: Row, where: str) -> Iterable[Fault]:
    written = row.written
    for fault in (fault_of_code(row, where), fault_of_text("position", row, where)):
        if fault is not None:
            yield fault
    for key in ("age_y", "mass_kg", "height_cm"):
        if key in row.values and (expected := expected_instead(Person, key, row.values[key])):
            yield Fault(f"{written[key]} is '{row.cells[written[key]]}'", where, _with_unit(expected, key), _REMEDY)
    key = "sweat_sodium_mmol_per_L"
    if key in row.values and (expected := expected_instead(SweatSodium, "value_mmol_per_L", row.values[key])):
        yield Fault(f"{written[key]} is '{row.cells[written[key]]}'", where, f"{expected} mmol/L", _REMEDY)
    key, most = "sweat_rate_L_per_h", constant("sweat_beyond_belief")
    if key in row.values and not 0.0 < row.values[key] <= most:
        yield Fault(f"{written[key]} is '{row.cells[written[key]]}'", where, f"above 0, at most {most:g} L/h", _REMEDY)


_REMEDY = "Check the number and its unit"


def _with_unit(expected: str, key: str) -> str:
    return f"{expected} {key.rpartition('_')[2].replace('pct', '%')}"


def _athlete(values: Mapping[str, Any]) -> Athlete:
    told = {key: values[key] for key in _FIELDS if key in values}
    own_columns = tuple(flag for flag in FLAGS if flag != "sickle_cell_trait" and values.get(flag))
    flags = tuple(dict.fromkeys((*values.get("flags", ()), *own_columns)))
    if "sickle_cell_trait" in flags:
        told["sickle_cell_trait"] = True
    kept = tuple(flag for flag in FLAGS if flag in flags and flag != "sickle_cell_trait")
    return Athlete(id=values["athlete_id"], flags=kept, **told)


def to_csv(athletes: Iterable[Athlete]) -> str:
    """Write a roster that `read_roster` reads."""
    names = ("athlete_id", *_FIELDS, "flags")
    return write_table(
        names, ([each.id, *(getattr(each, key) for key in _FIELDS), "; ".join(each.flags)] for each in athletes)
    )
