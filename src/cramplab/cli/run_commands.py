"""``run``, ``demo`` and ``report``: from a scenario to a card and a folder with the report."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cramplab.cli.progress import progress_bar
from cramplab.core.errors import UserError

if TYPE_CHECKING:
    from cramplab.core.results import RunResult

_EXAMPLE = "marathon.toml"

OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Folder for the results.", show_default="out/ and the file's name")
]
DrawsOption = Annotated[
    int, typer.Option("--draws", min=2, max=100_000, help="How many times to draw what is not known about the person.")
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Same seed and same files: same numbers.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON instead of the card.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No card and no progress bar.")]


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario (TOML): person, event, weather, drinks.")],
    out: OutOption = None,
    draws: DrawsOption = 200,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Simulate an event and write its report.

    Prints a card, and writes a folder with report.html, result.json and result.nc. An earlier folder of the same name
    is replaced only once the new one is whole.
    """
    from cramplab.core.run_folder import check_run_place, write_run_folder
    from cramplab.importers.scenario import read_scenario
    from cramplab.report.document import render_report

    scenario = read_scenario(file)
    folder = out if out is not None else Path("out") / file.stem
    # One person: the folder itself. Several: one folder each, named by their code.
    several = len(scenario.people) > 1
    places = {person.id: folder / person.id if several else folder for person in scenario.people}
    for place in places.values():
        check_run_place(place)  # before the work, not after it
    from cramplab.cohort.event import run_event
    from cramplab.inference.event_chances import ask_theories
    from cramplab.simulation.compile_cache import kept_compilations
    from cramplab.simulation.theory_shelf import load_theories

    with kept_compilations() as told, progress_bar("Simulating", shown=not (quiet or as_json)) as advance:
        for sentence in () if quiet else told:
            typer.echo(sentence, err=True)
        results = run_event(
            scenario, draws=draws, seed=seed, report_progress=advance, ask_theories=ask_theories(load_theories())
        )
    finished: list[tuple[RunResult, Path]] = []
    with progress_bar("Writing the report", shown=not (quiet or as_json)) as advance:
        for result in results:
            advance(len(finished), len(results))
            write_run_folder(places[result.person_id], result, render_report)
            finished.append((result, places[result.person_id]))
    _tell(finished, as_json=as_json, quiet=quiet)


class Demo(StrEnum):
    """What can be shown without a file at hand."""

    event = "event"
    cramp = "cramp"


def demo(
    what: Annotated[Demo, typer.Argument(help="An event of hours, or a cramp of seconds.")] = Demo.event,
    out: OutOption = None,
    draws: DrawsOption = 200,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Run a shipped example: an invented runner's marathon, or a cramp in the laboratory.

    The cramp: a train of pulses, the train is off, the muscle goes on by itself, and a stretch ends it.
    """
    if what is Demo.cramp:
        from cramplab.cli.laboratory_commands import show_classic_cramp

        show_classic_cramp(out if out is not None else Path("out") / "demo_cramp", seed, as_json=as_json, quiet=quiet)
        return
    run(_shipped_example(), out if out is not None else Path("out") / "demo", draws, seed, as_json=as_json, quiet=quiet)


def report(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that an earlier run or plan wrote.")],
) -> None:
    """Write the report of an earlier run or plan again."""
    from cramplab.core.laboratory_folder import RECORD_FILE, load_laboratory_run
    from cramplab.core.plan_folder import is_plan_folder, replace_pages
    from cramplab.core.run_folder import load_tree, replace_report
    from cramplab.report.document import render_tree

    if (folder / RECORD_FILE).is_file():
        from cramplab.report.laboratory_page import render_laboratory_page

        typer.echo(str(replace_report(folder, render_laboratory_page(*load_laboratory_run(folder)))))
        return
    if is_plan_folder(folder):
        from cramplab.report.plan_page import render_plan, render_pocket_card

        typer.echo(str(replace_pages(folder, render_plan, render_pocket_card)))
        return
    typer.echo(str(replace_report(folder, render_tree(load_tree(folder)))))


def _tell(finished: list[tuple[RunResult, Path]], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        stored: list[Any] = [json.loads((place / "result.json").read_text(encoding="utf-8")) for _, place in finished]
        json.dump(stored[0] if len(stored) == 1 else stored, sys.stdout, indent=2, ensure_ascii=False)
        print()
    elif not quiet:
        from cramplab.report.card import card

        print("\n\n".join(card(result, place) for result, place in finished))


def _shipped_example() -> Path:
    """Find the example beside the package (installed) or in the checkout."""
    package = Path(__file__).resolve().parents[1]
    places = (package / "examples" / _EXAMPLE, package.parents[1] / "examples" / _EXAMPLE)
    for place in places:
        if place.is_file():
            return place
    raise UserError(f"The example {_EXAMPLE} is missing from this installation. Install cramplab again.")
