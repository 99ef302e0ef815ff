"""``validate``: sets the model against published figures, and prints where it misses."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cramplab.cli.progress import progress_bar

Libraries = Annotated[
    list[Path] | None,
    typer.Option("--library", help="A further folder of experiment files; may be given more than once."),
]
Seed = Annotated[int, typer.Option(min=0, help="Same seed and same files: same numbers.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a list of rows as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the totals only, and no progress bar.")]
_MISSES = "misses_of_nerve_and_muscle.md"

validate = typer.Typer(
    name="validate",
    help="Set the model against published figures.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@validate.callback()
def _group() -> None:
    """Set the model against published figures."""


@validate.command()
def body(
    library: Libraries = None,
    draws: Annotated[int, typer.Option(min=2, max=100_000, help="People drawn for each arm of an experiment.")] = 800,
    seed: Seed = 1,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Judge the body engine: heat, sweat, gut, water, salts, kidney, vessels, muscle.

    For every figure: the published value and band, the model's value and spread, and whether it lies inside. Figures
    that were allowed to set parameters are totalled apart from those that only judge. A miss is a finding, not an
    error: the exit code stays 0.
    """
    from cramplab.cohort.validation import validate_body

    with progress_bar("Judging", shown=not (quiet or as_json)) as advance:
        rows = validate_body(library or (), draws=draws, seed=seed, report_progress=advance)
    if as_json:
        json.dump(list(rows), sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    if not quiet:
        _print_table(rows)
    for line in totals(rows):
        print(line)


@validate.command()
def pool(
    library: Libraries = None,
    people: Annotated[int, typer.Option(min=2, max=10_000, help="People whose motor pools are drawn.")] = 24,
    seed: Seed = 1,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Judge single motor neurons and motor units: rates, currents, twitches, reflexes, relaxation.

    Motor neurons are judged in both kinds: the fast ones of the laboratory, and the reference ones.
    """
    from cramplab.cohort.pool_validation import validate_pool

    with progress_bar("Judging", shown=not (quiet or as_json)) as advance:
        rows = validate_pool(library or (), people=people, seed=seed, report_progress=advance)
    _show(rows, as_json, quiet)


@validate.command()
def lab(
    library: Libraries = None,
    people: Annotated[int, typer.Option(min=4, max=100_000, help="Virtual people in each arm.")] = 500,
    seed: Seed = 1,
    as_json: AsJson = False,
    quiet: Quiet = False,
    spread: Annotated[
        bool, typer.Option("--spread", help="Also tell how much of the spread between people is assumed.")
    ] = False,
) -> None:
    """Judge the laboratory: cramps provoked in people, as published experiments did it.

    From the people of each arm possible studies are drawn, each as large as the real one was. All of it takes many
    minutes; --people 50 gives a rough answer sooner.
    """
    from cramplab.cohort.laboratory_validation import spread_accounting, validate_lab

    with progress_bar("Judging", shown=not (quiet or as_json)) as advance:
        rows = validate_lab(library or (), people=people, seed=seed, report_progress=advance)
    _show(rows, as_json, quiet)
    if spread and not as_json:
        _print_spread(spread_accounting(min(people, 100), seed))


def _show(rows: Sequence[Mapping[str, Any]], as_json: bool, quiet: bool) -> None:
    if as_json:
        json.dump(list(rows), sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    if not quiet:
        _print_table(rows)
        for told in reasons(rows):
            print(told)
    for line in totals(rows):
        print(line)


def _print_spread(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print how much of the variance of thresholds goes with each assumed spread."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, title="Spread of thresholds between people, by what is assumed")
    table.add_column("switched off")
    for heading in ("mean, Hz", "SD, Hz", "share of the variance", "without a cramp"):
        table.add_column(heading, justify="right")
    for row in rows:
        share = "" if row["share"] is None else f"{100.0 * row['share']:.0f} %"
        numbers = (_number(row["mean"]), _number(row["spread"]), share, str(row["failed"]))
        table.add_row(str(row["switched off"]), *numbers)
    Console().print(table)


def missing_mechanisms() -> dict[str, str]:
    """Read which mechanism is thought to be missing for each figure, from the page that explains the misses.

    Returns
    -------
    dict
        By the id of the figure; empty if the page was not installed.
    """
    package = Path(__file__).parents[1]
    places = (package / "explanation" / _MISSES, package.parents[1] / "docs" / "explanation" / _MISSES)
    page = next((each for each in places if each.is_file()), None)
    if page is None:
        return {}
    headings = re.findall(r"^### (\w+): (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(headings)


def reasons(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Tell of every judged figure that is not inside what is missing, as the record has it.

    Parameters
    ----------
    rows
        Rows of the judge.
    """
    known = missing_mechanisms()
    told = []
    for row in rows:
        if row.get("scored", True) and not row["used_to_calibrate"] and row["inside"] is not True:
            why = str(row.get("why") or known.get(str(row["id"]), "not yet explained"))
            told.append(f"{row['id']}: {_verdict(row)}: {why}")
    return told


@validate.command()
def margin(
    rerun: Annotated[
        int, typer.Option(min=0, max=10_000, help="Points to simulate again with the full motor pool; about 1 s each.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Which points are simulated again.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the judgement as JSON.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No table of the worst points, no progress bar.")
    ] = False,
) -> None:
    """Judge the emulator of the cramp margin at points held out from its fit.

    Says whether the motor pool has changed since the emulator was fitted. With --rerun some of the stored thresholds
    are worked out again by the pool as it is now.
    """
    from cramplab.cohort.margin_validation import in_words, validate_margin

    with progress_bar("Simulating", shown=not (quiet or as_json)) as advance:
        found = validate_margin(rerun, seed=seed, report_progress=advance)
    if as_json:
        json.dump(found, sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    for line in in_words(found):
        print(line)
    if quiet:
        return
    print("Ranges: " + "; ".join(f"{name} {each['low']:g} to {each['high']:g} {each['unit']}".removesuffix(" 1")
                                  for name, each in found["ranges"].items()))  # fmt: skip
    print("Farthest off:")
    for each in found["worst"]:
        where = ", ".join(f"{name} {value:.3g}" for name, value in each["inputs"].items())
        print(f"  pool {each['threshold_hz']:.1f} Hz, emulator {each['emulator_hz']:.1f} Hz at {where}")


def totals(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Count what lies inside, apart for figures that set parameters, that judge, and that are only shown.

    Parameters
    ----------
    rows
        Rows of the judge. ``inside`` is true, false, "undetermined" or "not simulated"; ``scored`` may be left out.
    """
    scored = [row for row in rows if row.get("scored", True)]
    groups = (
        ("Judged (never used to set a parameter)", [row for row in scored if not row["used_to_calibrate"]]),
        ("Calibrating (allowed to set parameters)", [row for row in scored if row["used_to_calibrate"]]),
        ("Shown, not counted", [row for row in rows if not row.get("scored", True)]),
    )
    return [f"{title}: {_count(members)}" for title, members in groups if members]


def _count(rows: Sequence[Mapping[str, Any]]) -> str:
    inside = sum(row["inside"] is True for row in rows)
    others = {word: sum(_verdict(row) == word for row in rows) for word in ("outside", "undetermined", "not simulated")}
    told = [f"{number} {word}" for word, number in others.items() if number]
    return f"{inside} of {len(rows)} inside" + (f" ({', '.join(told)})" if told else "")


def _verdict(row: Mapping[str, Any]) -> str:
    inside = row["inside"]
    if isinstance(inside, bool):
        return "inside" if inside else "outside"
    return str(inside)


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else "-"


def _span(low: Any, high: Any) -> str:
    return f"{_number(low)} to {_number(high)}" if low is not None and high is not None else "-"


def _use_of(row: Mapping[str, Any]) -> str:
    """Name what a figure is used for, with a number in front that sorts it."""
    if not row.get("scored", True):
        return "3 shown"
    return "2 calibrating" if row["used_to_calibrate"] else "1 judged"


def _print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("figure", "unit"):
        table.add_column(heading, overflow="fold")
    for heading in ("published", "band", "model", "its spread"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    table.add_column("use")
    for row in sorted(rows, key=_use_of):
        use = _use_of(row)[2:]
        table.add_row(
            str(row["id"]),
            str(row["unit"]),
            str(row.get("direction", "")) if row["published"] is None else _number(row["published"]),
            _span(row["low"], row["high"]),
            _number(row["model"]),
            _span(row["model_low"], row["model_high"]),
            _verdict(row),
            use,
        )
    console = Console()
    # A pipe has no width of its own; cutting ids short there would make the table useless to grep.
    Console(width=console.width if console.is_terminal else 160).print(table)
