"""``theories``: what is held to cause cramps, as couplings with laws, numbers, predictions and sources."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cramplab.cli.library_commands import JsonOption, print_rows
from cramplab.core.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from cramplab.core.theory import Theory

TheoryLibraryOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--library",
        help="A further library folder; its theories/*.py are run, so name only what you trust. May be given again.",
    ),
]
_WIDTH = 110

theories = typer.Typer(
    name="theories",
    help="List what is held to cause cramps, or show one theory.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@theories.callback()
def _group() -> None:
    """List what is held to cause cramps, or show one theory."""


@theories.command("list")
def list_theories(library: TheoryLibraryOption = None, as_json: JsonOption = False) -> None:
    """List every theory: its claim, what it moves, and the observation on which its strength is calibrated."""
    from cramplab.simulation.theory_record import NO_ADVICE, theory_summary
    from cramplab.simulation.theory_shelf import load_theories

    shelf = load_theories(library or ())
    if as_json:
        _print_json([theory_summary(theory) for theory in shelf.values()])
        return
    print_rows([_row(theory) for theory in shelf.values()], as_json=False)
    print(f"\n{NO_ADVICE}")


@theories.command("show")
def show_theory(
    name: Annotated[str, typer.Argument(help="Its name, for example dehydration.")],
    library: TheoryLibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one theory: couplings with their laws, numbers, predictions, founding observation and sources."""
    from cramplab.simulation.theory_record import theory_record
    from cramplab.simulation.theory_shelf import load_theories

    shelf = load_theories(library or ())
    if name not in shelf:
        raise UserError(f"No theory named '{name}'. {did_you_mean(name, shelf)}".rstrip())
    record = theory_record(shelf[name], library or ())
    if as_json:
        _print_json(record)
        return
    print("\n".join(_lines_of(record)))


def _print_json(record: Any) -> None:
    json.dump(record, sys.stdout, indent=2, ensure_ascii=False)
    print()


def _row(theory: Theory) -> dict[str, str]:
    from cramplab.simulation.theory_record import moves

    moved = ", ".join(target.partition(".")[2] for target in moves(theory))
    arrows = f"joins {len(theory.members)} theories" if theory.members else f"{len(theory.couplings)}: {moved}"
    return {
        "theory": theory.name,
        "claim": theory.claim,
        "arrows": arrows if theory.couplings else "none",
        "founding observation": theory.founding_words or "none",
    }


def _lines_of(record: Mapping[str, Any]) -> list[str]:
    lines = [*_wrapped(f"{record['name']}: {record['claim']}", ""), ""]
    if record["members"]:
        lines += _wrapped("Joins " + ", ".join(record["members"]) + ", each at an equal share of its strength.", "")
        lines.append("")
    lines.append("Couplings" if record["couplings"] else "No couplings: it changes nothing.")
    for each in record["couplings"]:
        unit = "" if each["unit"] == "1" else f", {each['unit']}"
        lines.append(f"  {', '.join(each['from'])} -> {each['to']}{unit}")
        lines += _wrapped(f"{each['how']}: {each['equation']}  (strength {each['strength']:.3g})", "    ")
        lines += _wrapped(each["basis"], "    ")
    for title, told in (
        ("Numbers", [_number(each) for each in record["numbers"]]),
        ("Predicts", record["predicts"]),
        ("What would refute it", [record["refuted_by"]] if record["refuted_by"] else []),
        ("Founding observation", _founding(record)),
        ("Sources", [_source(each) for each in record["sources"]]),
    ):
        if told:
            lines += ["", title, *(line for each in told for line in _wrapped(each, "  "))]
    return [*lines, "", record["note"]]


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)


def _number(each: Mapping[str, Any]) -> str:
    value = f"{each['value']:.5g}" + ("" if each["unit"] == "1" else f" {each['unit']}")
    where = f"; {each['where']}" if each["where"] else ""
    from_whom = each["origin"] if each["source"] == "chosen" else f"{each['origin']}, {each['source']}"
    return f"{each['name'].partition('.')[2]} = {value}: {each['meaning']} ({from_whom}{where})"


def _founding(record: Mapping[str, Any]) -> list[str]:
    told = [record["founding_words"]] if record["founding_words"] else []
    if record["founding"]:
        told.append(
            "Calibrated on " + ", ".join(record["founding"]) + f" alone, at strengths 0 to {record['strongest']:g}."
        )
        told.append(_calibrated(record["calibration"]))
    return told


def _calibrated(calibration: Mapping[str, Any] | None) -> str:
    if calibration is None:
        return "Not calibrated yet: it stands at strength 1."
    strength = calibration["strength"] or {}
    span = ", ".join(f"{key} {strength[key]:.3g}" for key in ("mode", "low", "high") if strength.get(key) is not None)
    known = "" if calibration["identifiable"] else " The observation does not fix it."
    words = f" {calibration['words']}" if calibration["words"] else ""
    return f"Strength found: {span or 'none'}.{known}{words} ({calibration['date']})"


def _source(each: Mapping[str, str]) -> str:
    doi = f" doi:{each['doi']}" if each["doi"] else ""
    note = f" {each['note']}" if each["note"] else ""
    return f"{each['key']}: {each['citation']}{doi} Read: {each['read']}.{note}"
