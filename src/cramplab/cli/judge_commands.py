"""``validate``: sets the model against published figures, and prints where it misses."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cramplab.cli.progress import progress_bar

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
    library: Annotated[
        list[Path] | None,
        typer.Option("--library", help="A further folder of experiment files; may be given more than once."),
    ] = None,
    draws: Annotated[int, typer.Option(min=2, max=100_000, help="People drawn for each arm of an experiment.")] = 800,
    seed: Annotated[int, typer.Option(min=0, help="Same seed and same files: same numbers.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of rows as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the totals only, and no progress bar.")] = False,
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
