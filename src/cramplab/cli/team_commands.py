"""``team``: from a roster and weighings to who has to be looked at first, a page, cards and a sheet for the scale."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cramplab.cli.progress import progress_bar
from cramplab.cli.run_commands import JsonOption, OutOption, QuietOption, SeedOption
from cramplab.cli.safety_commands import LimitsOption
from cramplab.core.errors import Fault, FaultsFoundError, UserError, did_you_mean

if TYPE_CHECKING:
    from cramplab.core.team import Athlete, Weighing
    from cramplab.core.team_result import Outlook, TeamResult
    from cramplab.safety.limits import Limits

_AIR = (-30.0, 55.0)
"""Air temperatures (degC) that a scenario takes too."""


class Units(StrEnum):
    """Units in which the answer is written; tables say their own."""

    metric = "metric"
    us = "us"


class Intensity(StrEnum):
    """How hard the session ahead is."""

    easy = "easy"
    moderate = "moderate"
    race_pace = "race_pace"
    hard = "hard"


def team(
    roster: Annotated[Path, typer.Argument(metavar="ROSTER.csv", help="A table of athletes, by code.")],
    weighins: Annotated[
        Path | None, typer.Option("--weighins", metavar="FILE.csv", help="Weighings before and after sessions.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=10, max=1440, help="Length of the session ahead; else as the last one.")
    ] = None,
    air: Annotated[float | None, typer.Option(help="Its air temperature (degC; degF with --units us).")] = None,
    humidity: Annotated[float | None, typer.Option(min=0, max=100, help="Its relative humidity (%).")] = None,
    intensity: Annotated[Intensity | None, typer.Option(help="How hard it is.")] = None,
    sport: Annotated[
        str | None, typer.Option(help="Which published athletes to compare with: american_football, soccer ...")
    ] = None,
    own_limits: LimitsOption = None,
    out: OutOption = None,
    draws: Annotated[int, typer.Option("--draws", min=50, max=2000, help="Simulated runs for each athlete.")] = 200,
    seed: SeedOption = 1,
    units: Annotated[
        Units, typer.Option(help="Units of --air and of what is written; tables keep their own.")
    ] = Units.metric,
    outlook: Annotated[
        bool, typer.Option("--outlook/--no-outlook", help="Simulate what the session ahead may bring.")
    ] = True,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Look at a team: who gained weight first, what is to be replaced, sweat rates, and what a session may bring.

    Writes a folder with team.html, cards.html, weigh_in_sheet.html and team.json. Rows that cannot be read are listed
    at the end, and all others are worked out.
    """
    from cramplab.core.team_folder import check_team_place, write_team_folder
    from cramplab.planner.sweat_posterior import SPORTS
    from cramplab.planner.team import team_result
    from cramplab.report.team_card import team_card
    from cramplab.report.team_page import render_cards, render_team, render_weigh_in_sheet
    from cramplab.safety.limits import load_limits

    if sport is not None and sport not in SPORTS:
        raise UserError(f"No sport named '{sport}'. {did_you_mean(sport, SPORTS)}")
    limits, air_C = load_limits(own_limits), _celsius(air, units)
    folder = out if out is not None else Path("out") / f"{roster.stem}-team"
    check_team_place(folder)
    read = _read(roster, weighins)
    for sentence in read.untold_gains:
        typer.echo(f"!! {sentence}", err=True)
    found = team_result(
        read.athletes, read.weighings, title=roster.stem, limits=limits, sport=sport, units=units.value,
        unread=[_in_one_line(fault) for fault in read.faults], input_files=read.sha256,
    )  # fmt: skip
    if outlook or quiet or as_json:
        # Nobody who gained weight waits for a simulation, or is lost where no card is printed.
        for line in _gains(found, card_follows=not (quiet or as_json)):
            typer.echo(line, err=True)
    if outlook or quiet or as_json or not _gains(found, card_follows=True):
        # Beneath every gain that is known, and above all else.
        for sentence in read.unchecked:
            typer.echo(f"!! {sentence}", err=True)
    if outlook:
        ahead = _outlook(
            read, limits, minutes, air_C, humidity, intensity, sport, draws, seed,
            shown=not (quiet or as_json), told=not quiet,
        )  # fmt: skip
        found = replace(found, outlook=ahead)
    tree = write_team_folder(folder, found, render_team, render_cards, render_weigh_in_sheet)
    if as_json:
        json.dump(tree, sys.stdout, indent=2, ensure_ascii=False)
        print()
    elif not quiet:
        print(team_card(tree, folder))
    sys.stdout.flush()
    # Behind the card: nothing stands above a gain.
    for notice in () if quiet else read.notices:
        typer.echo(notice, err=True)
    if read.faults:
        raise FaultsFoundError(read.faults)


@dataclass(frozen=True)
class _Read:
    """What could be read of the tables, and what could not."""

    athletes: tuple[Athlete, ...]
    weighings: tuple[Weighing, ...]
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]
    sha256: Mapping[str, str]
    untold_gains: tuple[str, ...]
    """Gains that no weighing shows."""
    unchecked: tuple[str, ...]
    """Where no gain could be looked for."""


def _read(roster: Path, weighins: Path | None) -> _Read:
    """Read both tables; what is wrong with one does not keep the other from being read.

    Raises
    ------
    FaultsFoundError
        If no row can be read.
    """
    from cramplab.importers.roster import read_roster
    from cramplab.importers.weigh_ins import read_team_weigh_ins

    athletes: tuple[Athlete, ...] = ()
    weighings: tuple[Weighing, ...] = ()
    faults: list[Fault] = []
    notices: list[str] = []
    untold_gains: tuple[Fault, ...] = ()
    unchecked: list[str] = []
    data = {file: _bytes_of(file) for file in (weighins, roster) if file is not None}
    if weighins is not None:
        try:
            weighed = read_team_weigh_ins(data[weighins], weighins.name)
        except FaultsFoundError as problem:
            faults += problem.faults
            unchecked.append(f"{weighins.name} could not be read: NOBODY IN IT WAS CHECKED FOR A GAIN OF WEIGHT.")
        else:
            weighings = weighed.weighings
            untold_gains = weighed.untold_gains
            unchecked += [_in_one_line(weighed.unchecked)] if weighed.unchecked else []
            faults += weighed.faults
            notices += weighed.notices
    try:
        people = read_roster(data[roster], roster.name)
    except FaultsFoundError as problem:
        faults += problem.faults
    else:
        athletes = people.athletes
        faults += people.faults
        notices += people.notices
    notices += _strangers(athletes, weighings, roster.name)
    if not athletes and not weighings:
        raise FaultsFoundError(faults or [Fault("The roster has no athlete", roster.name, "one row for each athlete")])
    sums = {file.name: hashlib.sha256(each).hexdigest() for file, each in data.items()}
    return _Read(
        athletes,
        weighings,
        tuple(faults),
        tuple(notices),
        sums,
        tuple(map(_in_one_line, untold_gains)),
        tuple(unchecked),
    )


def _in_one_line(fault: Fault) -> str:
    return str(fault).replace("\n  ", " ")


def _strangers(athletes: Sequence[Athlete], weighings: Sequence[Weighing], place: str) -> list[str]:
    """Say who was weighed and is not in the roster: perhaps somebody there under a code written in another way."""
    from cramplab.importers.table_layout import some_of

    def bare(code: str) -> str:
        return re.sub(r"(?<!\d)0+(?=\d)", "", code.casefold())

    known = {each.id.casefold() for each in athletes}
    alike = {bare(each.id): each.id for each in athletes}
    strange = {each.athlete for each in weighings if each.athlete.casefold() not in known}
    if not strange or not athletes:
        return []
    named = (f"{code} (is that {alike[bare(code)]}?)" if bare(code) in alike else code for code in sorted(strange))
    return [f"Weighed, and not in the roster: {some_of(named)}. ({place})"]


def _gains(found: TeamResult, *, card_follows: bool) -> list[str]:
    """Say of everybody whose first flag is a gain of weight what to do and what was seen.

    Parameters
    ----------
    card_follows
        True where the card tells soon in full what to do; here is then only what comes first.
    """
    first = [(row.athlete.id, row.flags[0]) for row in found.rows if row.flags and row.flags[0].id == "gain"]
    lines = []
    for code, flag in first:
        at_once, _, rest = flag.do.partition(". ")
        more = "" if card_follows else rest
        lines.append(f"!! {code}: {at_once.removesuffix('.')}. {flag.words} {more}".rstrip())
    return lines


def _celsius(air: float | None, units: Units) -> float | None:
    if air is None:
        return None
    found = (air - 32.0) / 1.8 if units is Units.us else air
    low, high = _AIR
    if not low <= found <= high:
        ends = (1.8 * low + 32.0, 1.8 * high + 32.0) if units is Units.us else _AIR
        unit = "degF" if units is Units.us else "degC"
        raise FaultsFoundError([Fault(f"--air is {air:g}", expected=f"{ends[0]:g} to {ends[1]:g} {unit}")])
    return found


def _outlook(
    read: _Read,
    limits: Limits,
    minutes: float | None,
    air: float | None,
    humidity: float | None,
    intensity: Intensity | None,
    sport: str | None,
    draws: int,
    seed: int,
    *,
    shown: bool,
    told: bool,
) -> Outlook:
    """Work out what the session may bring; here the engine is loaded."""
    from cramplab.planner.team_outlook import team_outlook
    from cramplab.simulation.compile_cache import kept_compilations
    from cramplab.simulation.theory_shelf import load_theories

    with kept_compilations() as sentences, progress_bar("Simulating", shown=shown) as advance:
        for sentence in sentences if told else ():
            typer.echo(sentence, err=True)
        return team_outlook(
            read.athletes, read.weighings, load_theories(), limits, minutes=minutes, air_C=air, humidity_pct=humidity,
            intensity=None if intensity is None else intensity.value, sport=sport, draws=draws, seed=seed,
            report_progress=advance,
        )  # fmt: skip


def _bytes_of(file: Path) -> bytes:
    from cramplab.importers.table_text import LARGEST_FILE

    try:
        # One byte beyond what the reader takes, so that it can say that the file is too large.
        with file.open("rb") as opened:
            return opened.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise UserError(f"There is no file '{file}'.") from None
    except OSError as problem:
        raise UserError(f"'{file}' cannot be read: {problem.strerror}.") from problem
