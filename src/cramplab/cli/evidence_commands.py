"""``evidence``: puts theories on trial before the published studies; and ``calibrate``, which sets their strengths."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cramplab.cli.progress import progress_bar
from cramplab.core.errors import FaultsFoundError, UserError, did_you_mean

Libraries = Annotated[
    list[Path] | None,
    typer.Option("--library", help="A further folder of studies (and theories); may be given more than once."),
]
Studies = Annotated[list[str] | None, typer.Option("--study", help="Only this study; may be given more than once.")]
Theories = Annotated[list[str] | None, typer.Option("--theory", help="Only this theory; may be given more than once.")]
Seed = Annotated[int, typer.Option(min=0, help="Same seed and same files: same numbers.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print rows as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, and only the last lines.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for evidence.html, evidence.json and evidence.nc.")]

evidence = typer.Typer(
    name="evidence", help="Put the theories on trial before the published studies.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip


@evidence.callback()
def _group() -> None:
    """Put the theories on trial before the published studies."""


@evidence.command("score")
def score(
    library: Libraries = None,
    study: Studies = None,
    theory: Theories = None,
    seed: Seed = 1,
    out: Out = Path("out/evidence"),
    check: Annotated[int, typer.Option(min=0, max=200, help="Rows to work out again with the full motor pool.")] = 5,
    fresh: Annotated[bool, typer.Option("--fresh", help="Do not read rows kept from earlier runs.")] = False,
    rows: Annotated[bool, typer.Option("--rows", help="Print a line for every theory and finding.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Score every theory on every finding, and say what the studies cannot tell.

    Writes evidence.html (a matrix to look at), evidence.json and evidence.nc. Rows are kept between runs; a study or a
    theory that changed is worked out again. A theory that fails a study is a finding: the exit code stays 0. Files with
    faults are listed at the end, all at once (exit code 2), and the other studies are scored.
    """
    from cramplab.inference.score_cache import ScoreCache
    from cramplab.inference.scoreboard import gather, scoreboard
    from cramplab.inference.scoreboard_files import write_scoreboard
    from cramplab.simulation.compile_cache import kept_compilations

    found = gather(library or (), study or ())
    for name in theory or ():
        if name not in found.theories:
            raise UserError(f"There is no theory '{name}'. {did_you_mean(name, found.theories)}")
    with kept_compilations(), progress_bar("Scoring studies", shown=not (quiet or as_json)) as advance:
        data = scoreboard(
            found, seed=seed, names=theory or (), checked_rows=check, cache=ScoreCache(fresh=fresh),
            report_progress=advance, libraries=[each.name for each in library or ()],
        )  # fmt: skip
    from cramplab.report.evidence_card import evidence_rows_text, evidence_text
    from cramplab.report.evidence_page import render_evidence

    places = write_scoreboard(out, data, render_evidence(data))
    if as_json:
        json.dump(data["rows"], sys.stdout, indent=2, ensure_ascii=False)
        print()
    elif rows:
        print(evidence_rows_text(data))
    elif not quiet:
        print(evidence_text(data))
    if not as_json:
        print(f"Page    {places['html']}\nData    {places['json']}  {places['netcdf']}   ({data['seconds']:.0f} s)")
    if found.faults:
        raise FaultsFoundError(found.faults)


@evidence.command("list")
def list_studies(library: Libraries = None, as_json: AsJson = False) -> None:
    """List the studies: who, how many people, which theories they speak about, how many findings."""
    from cramplab.cli.library_commands import print_rows
    from cramplab.core.library import load_library

    studies = load_library(library or (), ("studies",)).studies
    print_rows(
        [
            {
                "study": key, "judge": each.judge, "laboratory": each.laboratory, "title": each.title,
                "n": str(sum(each.participants.n) or ""), "findings": str(len(each.findings)),
                "bears_on": ", ".join(dict.fromkeys(n for f in each.findings for n in f.bears_on or ())),
            }
            for key, each in studies.items()
        ],
        as_json=as_json,
    )  # fmt: skip


@evidence.command("show")
def show_one_study(
    name: Annotated[str, typer.Argument(help="Key of the study, for example lau_2019.")],
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """Show one study: its citation, what was done in each arm, and what was found."""
    from cramplab.cli.library_commands import show_study
    from cramplab.core.library import load_library

    show_study(load_library(library or (), ("studies",)).get("studies", name), as_json)


@evidence.command("next")
def next_experiment(
    library: Libraries = None,
    theory: Theories = None,
    seed: Seed = 1,
    sizes: Annotated[str, typer.Option(help="Numbers of people to try, with commas.")] = "8,12,20,40",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Name the feasible experiments that would tell the theories apart best, by expected information gain."""
    from cramplab.inference.next_experiment import in_words, rank_experiments
    from cramplab.simulation.compile_cache import kept_compilations
    from cramplab.simulation.kernel_cache import kept_kernels

    try:
        people = [int(each) for each in sizes.split(",")]
    except ValueError:
        raise UserError(f"--sizes is '{sizes}'. Write whole numbers with commas, for example 8,12,20,40.") from None
    if not people or min(people) < 2 or max(people) > 200:
        raise UserError(f"--sizes is '{sizes}'. An experiment has 2 to 200 people.")
    with kept_compilations(), kept_kernels(), progress_bar("Trying designs", shown=not (quiet or as_json)) as advance:
        ranked = rank_experiments(library or (), theory or (), people, seed=seed, report_progress=advance)
    if as_json:
        json.dump(ranked, sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    for line in in_words(ranked):
        print(line)


def calibrate(
    theory: Annotated[str, typer.Argument(help="Its name, for example electrolyte.")],
    seed: Seed = 1,
    write: Annotated[bool, typer.Option("--write", help="Replace the shipped calibration by this one.")] = False,
    library: Libraries = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Work out the strength of a theory from its founding observation alone, and say how well that determines it."""
    from cramplab.inference.calibration import calibrate_theory, in_words, write_calibration
    from cramplab.simulation.compile_cache import kept_compilations
    from cramplab.simulation.kernel_cache import kept_kernels
    from cramplab.simulation.theory_shelf import load_theories

    shelf = load_theories(library or ())
    if theory not in shelf:
        raise UserError(f"There is no theory '{theory}'. {did_you_mean(theory, shelf)}")
    with kept_compilations(), kept_kernels(), progress_bar("Calibrating", shown=not (quiet or as_json)) as advance:
        found: dict[str, Any] = calibrate_theory(theory, shelf, seed=seed, report_progress=advance)
    if write:
        print(f"Written: {write_calibration(found)}", file=sys.stderr)
    if as_json:
        json.dump(found, sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    for line in in_words(found):
        print(line)
