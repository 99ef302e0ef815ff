"""``plan``: from a scenario to a plan that passed the safety gate, or to the reason why there is none."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cramplab.cli.progress import progress_bar
from cramplab.cli.run_commands import JsonOption, OutOption, QuietOption, SeedOption
from cramplab.cli.safety_commands import AnswerOption, LimitsOption, ask_red_flags
from cramplab.core.errors import RefusedBySafetyError, UserError

if TYPE_CHECKING:
    from cramplab.core.plan_result import PlanResult
    from cramplab.importers.scenario import Scenario
    from cramplab.safety.limits import Limits

RunsOption = Annotated[
    int,
    typer.Option(
        "--draws", min=512, max=100_000,
        help="Possible versions of the person and of the day; fewer cannot show that a plan keeps the limits.",
    ),
]  # fmt: skip


def plan(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario (TOML): person, event, weather, drinks.")],
    answer: AnswerOption = None,
    own_limits: LimitsOption = None,
    out: OutOption = None,
    draws: RunsOption = 1024,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Plan an event: what to drink and when, how hard to go; or say why there is no plan.

    Red flags are asked first. Every plan passes the safety limits (cramplab limits); one that cannot is refused with
    exit code 3. Writes a folder with plan.html, card.html and plan.json.
    """
    from cramplab.core.plan_folder import check_plan_place, write_plan_folder
    from cramplab.importers.scenario import read_scenario
    from cramplab.report.plan_card import plan_card
    from cramplab.report.plan_page import render_plan, render_pocket_card

    scenario = read_scenario(file)
    limits = _limits(scenario, own_limits)
    folder = out if out is not None else Path("out") / f"{file.stem}-plan"
    several = len(scenario.people) > 1
    places = {person.id: folder / person.id if several else folder for person in scenario.people}
    for place in places.values():
        check_plan_place(place)
    answers = _answers(scenario, answer)
    from cramplab.planner.plan_event import plan_event
    from cramplab.simulation.compile_cache import kept_compilations
    from cramplab.simulation.theory_shelf import load_theories

    with kept_compilations() as told, progress_bar("Planning", shown=not (quiet or as_json)) as advance:
        for sentence in () if quiet else told:
            typer.echo(sentence, err=True)
        results = plan_event(
            scenario, limits, load_theories(), runs=draws, seed=seed, red_flags=answers, report_progress=advance
        )
    trees = [write_plan_folder(places[result.person_id], result, render_plan, render_pocket_card) for result in results]
    if as_json:
        json.dump(trees[0] if len(trees) == 1 else trees, sys.stdout, indent=2, ensure_ascii=False)
        print()
    elif not quiet:
        print("\n\n".join(plan_card(tree, places[tree["person_id"]]) for tree in trees))
    _leave_if_refused(results)


def _limits(scenario: Scenario, own: Path | None) -> Limits:
    from cramplab.safety.limits import load_limits

    named = next((each.path for each in scenario.inputs if each.role == "limits"), None)
    if own is not None and named is not None and own.resolve() != named.resolve():
        raise UserError(f"Limits are named twice: --limits {own}, and {named.name} in [preferences]. Keep one of them.")
    return load_limits(own or named)


def _answers(scenario: Scenario, answer: str | None) -> dict[str, tuple[str, ...]]:
    """Take what the scenario answers; ask the rest."""
    from cramplab.safety.red_flags import read_answer

    found: dict[str, tuple[str, ...]] = {}
    open_ones = []
    for person in scenario.people:
        if answer is None and person.red_flags is not None:
            written = ",".join(person.red_flags) or "none"
            found[person.id] = tuple(row.id for row in read_answer(written))
        else:
            open_ones.append(person.id)
    if open_ones:
        rows, asked = ask_red_flags(answer)
        if asked == "answered":
            found |= dict.fromkeys(open_ones, tuple(row.id for row in rows))
    return found


def _leave_if_refused(results: Any) -> None:
    """Leave with exit code 3 if there is no plan for somebody; what to do instead stands on the card and the page."""
    refused: list[PlanResult] = [result for result in results if result.plan is None]
    if refused:
        told = "; ".join(f"{result.person_id}: {result.refusals[0].words}" for result in refused)
        raise RefusedBySafetyError(f"No plan. {told}")
