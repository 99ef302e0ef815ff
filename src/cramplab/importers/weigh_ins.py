"""Reads and writes weighings before and after exercise, with every fault at once and no gain of weight ever lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from cramplab.core.days import last_possible_day
from cramplab.core.errors import Fault, FaultsFoundError, place_in
from cramplab.core.team import Weighing
from cramplab.importers.field_ranges import expected_instead
from cramplab.importers.roster import fault_of_code, fault_of_text
from cramplab.importers.scenario_schema import SweatTest
from cramplab.importers.sweat_test import as_weigh_in, check_weigh_in, from_sweat_test, why_no_sweat_test
from cramplab.importers.table_layout import some_of
from cramplab.importers.table_text import LARGEST_FILE
from cramplab.importers.table_values import means_none
from cramplab.importers.team_columns import WEIGHINGS
from cramplab.importers.team_table import BadRow, Row, read_table, write_table
from cramplab.physiology.weighing import WeighIn

__all__ = [
    "WeighInsRead", "Weighed", "as_weigh_in", "check_weigh_in", "from_sweat_test", "read_team_weigh_ins",
    "read_weigh_ins", "to_csv", "why_no_sweat_test",
]  # fmt: skip
_NUMBERS = tuple(column.key for column in WEIGHINGS if column.kind in ("number", "duration"))
_MASSES = ("mass_before_kg", "mass_after_kg")
_MEASURED = (*_MASSES, "drank_L", "urine_L")
_MANY, _MOST = 4, 0.75
"""From how many weighings on, and which part of them with a gain, it is asked whether the columns were swapped."""
_OF_A_TEST = ("athlete_id", *_MASSES, "drank_L", "duration_min")


@dataclass(frozen=True)
class Weighed:
    """One weighing of one athlete that is a sweat test.

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


@dataclass(frozen=True)
class WeighInsRead:
    """A table of weighings as read.

    Parameters
    ----------
    weighings
        Of the good rows, and of bad rows that still show a gain of weight; in their order.
    lines
        Where each of them stands.
    bad_rows
        What was not taken whole, as written.
    faults
        All of them, each once; those that tell of a gain come first.
    untold_gains
        Those of them that tell of a gain that no weighing shows, for nobody knows how much it is.
    unchecked
        The one of them that names the rows in which no gain could be looked for; None if there are none.
    notices
        What was guessed or left aside.
    keys
        Which columns there are, by our names.
    """

    weighings: tuple[Weighing, ...]
    lines: tuple[int, ...]
    bad_rows: tuple[BadRow, ...]
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]
    keys: frozenset[str]
    untold_gains: tuple[Fault, ...] = ()
    unchecked: Fault | None = None


def read_team_weigh_ins(data: bytes, place: str) -> WeighInsRead:
    """Read a team's weighings.

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
    try:
        table = read_table(data, place, WEIGHINGS, [("athlete_id",), _MASSES])
    except FaultsFoundError as problem:
        raise FaultsFoundError([*problem.faults, _not_looked_for(place)]) from problem
    weighings: dict[Weighing, int] = {}
    bad_rows: list[BadRow] = []
    heavier: list[Fault] = []
    untold: list[Fault] = []
    unchecked: list[int] = []
    notices = list(table.notices)
    twice: list[int] = []
    absent: list[Row] = []
    for row in table.rows:
        where = place_in(place, row.line)
        code_fault = fault_of_code(row, where)
        faults = [*row.faults, *([code_fault] if code_fault else []), *_faults(row, where)]
        if not faults and not any(key in row.values for key in _MEASURED):
            absent.append(row)
        elif not faults:
            weighing = _weighing(row.values)
            if weighing in weighings:
                twice.append(row.line)
            weighings.setdefault(weighing, row.line)
        if not faults:
            continue
        gain = _gain_of_bad_row(row, named=code_fault is None and "athlete_id" in row.values)
        if gain is not None:
            weighings.setdefault(gain, row.line)
        # Where a unit is missing nobody knows how much it is, but that it is more still shows.
        no_unit = not all(key in row.values for key in _MASSES) and _is_heavier(row.sizes)
        if gain is not None or no_unit:
            faults.insert(0, _fault_of_gain(row, where))
            heavier.append(faults[0])
            untold += [] if gain is not None else [faults[0]]
        elif _weights_unread(row):
            unchecked.append(row.line)
        bad_rows.append(BadRow(row.line, row.cells, tuple(faults)))
    for row in table.totals:
        if _is_heavier(row.values) or _is_heavier(row.sizes):
            # Whoever is called like a total, and more so a team of which that is the mean, is not passed over.
            where = place_in(place, row.line)
            told = Fault("The row looks like a total or a mean", where, remedy="Delete it, or give the athlete a code")
            heavier.append(_fault_of_gain(row, where))
            gain = _gain_of_bad_row(row, named=False)
            if gain is not None:
                weighings.setdefault(gain, row.line)
            untold += [] if gain is not None else [heavier[-1]]
            bad_rows.append(BadRow(row.line, row.cells, (heavier[-1], told)))
    if absent:
        named = some_of(f"{row.line} ('{row.absent[:20]}')" if row.absent else row.line for row in absent)
        notices.append(f"Nobody was weighed in line {named}. ({place})")
    gains, whole = sum(each.gained for each in weighings), sum(each.change_kg is not None for each in weighings)
    if whole >= _MANY and gains >= _MOST * whole:
        notices.append(
            f"Of {whole} weighings {gains} show more after than before. If the two columns are swapped, swap their"
            f" names: until then each counts as a gain, and whoever truly gained does not show. ({place})"
        )
    if twice:
        notices.append(f"Rows that are the same as one before count once: line {some_of(twice)}. ({place})")
    blind = _fault_of_unchecked(unchecked, place) if unchecked else None
    found = [*heavier, *([blind] if blind else []), *(fault for row in bad_rows for fault in row.faults)]
    if not weighings and not bad_rows:
        found.append(Fault("The table has no weighing", place, "one row for each weighing"))
    return WeighInsRead(
        tuple(weighings), tuple(weighings.values()), tuple(bad_rows), tuple(dict.fromkeys(found)), tuple(notices),
        table.keys, tuple(untold), blind,
    )  # fmt: skip


def _fault_of_unchecked(lines: Iterable[int], place: str) -> Fault:
    told = f"Weights that cannot be read were not checked for a gain: line {some_of(lines)}"
    return Fault(told, place, remedy="Look yourself who weighs more after than before")


def _not_looked_for(place: str) -> Fault:
    """Say what a reader would else take for granted."""
    return Fault(
        "Nothing in this table was checked for a gain of weight", place,
        remedy="Until it can be read, look yourself for anybody who weighs more after than before",
    )  # fmt: skip


def _faults(row: Row, where: str) -> Iterable[Fault]:
    written = row.written
    text = fault_of_text("session", row, where)
    if text is not None:
        yield text
    if row.values.get("date", "") > last_possible_day():
        yield Fault(f"{written['date']} is {row.values['date']}, a day still to come", where, remedy="Correct the year")
    # Where cells have slipped to the right, none is what its column says.
    for key in () if row.slipped else _NUMBERS:
        value = row.values.get(key)
        expected = "" if value is None else expected_instead(SweatTest, key, value)
        # A weighing of a few minutes is no sweat test, and it is a weighing.
        if expected and not (key == "duration_min" and 0.0 < row.values[key] < 60.0):
            unit = key.rpartition("_")[2].replace("pct", "%")
            yield Fault(f"{written[key]} is '{row.cells[written[key]]}'", where, f"{expected} {unit}", _REMEDY)
    if not row.faults and {"drank_L", "urine_L"} & {*row.values} and not {*_MASSES} & {*row.values}:
        yield Fault("The row has no weight", where, "the mass before, the mass after, or both")


_REMEDY = "Check the number and its unit"


def _weights_unread(row: Row) -> bool:
    """Tell whether a gain may stand in a row that nothing was made of."""
    if row.slipped:
        return True
    told = [key for key in _MASSES if key in row.written and not means_none(row.cells.get(row.written[key], ""))]
    return len(told) == len(_MASSES) and not all(key in row.values or key in row.sizes for key in told)


def _is_heavier(masses: Mapping[str, float]) -> bool:
    before, after = (masses.get(key) for key in _MASSES)
    return before is not None and after is not None and 0.0 < before < after


def _gain_of_bad_row(row: Row, *, named: bool) -> Weighing | None:
    """Give what is left of a row that cannot be used but shows a gain of weight: nothing may hide that."""
    masses = {key: row.values[key] for key in _MASSES if key in row.values}
    if not _is_heavier(masses):
        return None
    # A name, or nothing, is no code; the line tells whom to look for.
    athlete = row.values["athlete_id"] if named else f"line-{row.line}"
    day, session = (str(row.values.get(key, "")) for key in ("date", "session"))
    # A day that cannot be is none; without a day a gain counts as of today.
    return Weighing(athlete, "" if day > last_possible_day() else day, session[:60], **masses)


def _fault_of_gain(row: Row, where: str) -> Fault:
    before, after = (row.cells[row.written[key]] for key in _MASSES)
    return Fault(
        f"This row shows MORE WEIGHT AFTER than before ({before}, then {after}), and cannot be read in full", where,
        remedy="Look for this athlete first. If the weights are right: no more drinking, and read the red flags",
    )  # fmt: skip


def _weighing(values: Mapping[str, Any]) -> Weighing:
    keys = {each.name for each in fields(Weighing)} & set(values)
    return Weighing(athlete=values["athlete_id"], **{key: values[key] for key in keys})


def to_csv(weighings: Iterable[Weighing]) -> str:
    """Write a table that `read_team_weigh_ins` reads."""
    names = [each.name for each in fields(Weighing)]
    rows = ([getattr(each, name) for name in names] for each in weighings)
    return write_table(["athlete_id", *names[1:]], rows)


def read_weigh_ins(path: Path) -> tuple[Weighed, ...]:
    """Read a table of sweat tests: weighings that are all there, and that show a loss of sweat.

    Raises
    ------
    FaultsFoundError
        With every fault of every row.
    """
    try:
        with path.open("rb") as file:
            # One byte more than is read is enough to tell that it is too large.
            read = read_team_weigh_ins(file.read(LARGEST_FILE + 1), str(path))
    except OSError as problem:
        raise FaultsFoundError([Fault(f"The file cannot be read: {problem.strerror}", str(path))]) from problem
    return _sweat_tests(path, read)


def _sweat_tests(path: Path, read: WeighInsRead) -> tuple[Weighed, ...]:
    faults = [Fault(f"There is no column '{key}'", str(path)) for key in _OF_A_TEST if key not in read.keys]
    if faults:
        raise FaultsFoundError([*read.faults, *faults])
    faults = list(read.faults)
    unusable = {row.line for row in read.bad_rows}
    found: list[Weighed] = []
    for weighing, line in zip(read.weighings, read.lines, strict=True):
        if line in unusable:
            continue
        told = {key: getattr(weighing, key) for key in _NUMBERS} | {"intensity": weighing.intensity}
        test = check_weigh_in(told, faults, place_in(path, line))
        if test is not None:
            found.append(Weighed(weighing.athlete, weighing.told, test))
    if faults:
        raise FaultsFoundError(faults)
    return tuple(found)
