"""The card of about a dozen lines that a run prints on the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cramplab.core.result_tree import result_tree
from cramplab.core.results import RunResult
from cramplab.core.run_folder import REPORT_FILE, SUMMARY_FILE
from cramplab.report.prose import WIDTH, Wording, clock
from cramplab.report.theory_panel import theory_lines
from cramplab.safety.red_flags import stop_line

_NAME = 14
STOP_LINE = stop_line()


def card(result: RunResult, folder: Path | str) -> str:
    """Give the card as plain text, at most 110 characters wide.

    Parameters
    ----------
    folder
        Where the run was written; the last line names the report and the data in it.
    """
    return card_of_tree(result_tree(result), folder)


def card_of_tree(tree: Mapping[str, Any], folder: Path | str) -> str:
    """Give the card from the content of a ``result.json``."""
    say = Wording.of(tree, minus="-")
    found = tree["headline"]
    rows = [_header(tree)]

    def one(name: str) -> str:
        return say.estimate(found.get(name))

    def both(name: str) -> str:
        return f"worked {one(name.format('worked'))}, rested {one(name.format('rested'))}"

    def put(name: str, text: str) -> None:
        # Paths and codes are never broken at a hyphen: a reader copies them.
        line = f"{name:<{_NAME}}{text}"
        rows.extend(textwrap.wrap(line, WIDTH, subsequent_indent=" " * _NAME, break_on_hyphens=False))

    milligram = found.get("sodium_loss", {}).get("also")
    same = f" = {say.estimate(milligram)}" if milligram else ""
    put("Sweat rate", f"{one('sweat_rate')}, mean over the event; in brackets 90 % of simulated runs")
    put("LOST", f"water {one('water_loss')}; sodium {one('sodium_loss')}{same}")
    gained = _happened(tree, "body_mass_gained", "GAIN")
    put("BODY MASS", f"{one('body_mass_change')} at the end; drank {one('fluid_intake')}{gained}")
    low = _happened(tree, "plasma_sodium_below_135", "below 135 at some time")
    put("BLOOD SODIUM", f"{one('plasma_sodium')} at the end{low}")
    hot = _happened(tree, "core_temperature_above_40", "above 40 °C")
    put("CORE", f"{one('highest_core_temperature')} at its highest{hot}")
    asked = "cramp_by_theory" in tree
    if not asked:
        put(
            "Water", f"plasma {one('plasma_volume_change')}; around the muscle: {both('{}_interstitial_volume_change')}"
        )
        put("Salts", f"plasma sodium {one('plasma_sodium_change')}, osmolality {one('plasma_osmolality_change')}")
        put("Potassium", f"around the muscle, highest: {both('highest_{}_interstitial_potassium')}")
    put("Fatigue", f"force capacity lost: {both('{}_fatigue')}")
    if not asked:
        put("Blood supply", f"oxygen supply to demand: {both('{}_oxygen_supply_to_demand')}")
    if "lowest_worked_cramp_margin" in found:
        put("Cramp margin", f"lowest: {both('lowest_{}_cramp_margin')}; emulated, common ground")
    if asked and tree["cramp_unknown"]:
        put("CRAMP", f"we do not know. {tree['cramp_unknown']}")
    elif asked:
        # The drivers of the theories stand in the report; the card keeps to what fits a screen.
        rows += theory_lines(tree)
    undecided = "Which theory is right" if asked else "chance of a cramp. Whether any of these changes causes cramps"
    put("NOT COMPUTED", f"drink advice{'.' if asked else ';'} {undecided} is not decided here.")
    if tree["run"]["failed"]:
        failed = f"{len(tree['run']['failed'])} of {tree['run']['draws']} simulated runs"
        put("FAILED", f"{failed} gave no answer; the numbers leave them out")
    put("STOP, get help", " " + STOP_LINE)
    # Not wrapped: a reader copies the paths.
    rows.append(f"{'Report':<{_NAME}}{Path(folder) / REPORT_FILE}     data  {Path(folder) / SUMMARY_FILE}")
    return "\n".join(rows)


def _header(tree: Mapping[str, Any]) -> str:
    run, program = tree["run"], tree["program"]
    mass = tree["traits"].get("mass")
    weight = f"  {Wording.of(tree, minus='-').median(mass)}" if mass and mass["known"] else ""
    who = f"{run['person_id']}{weight}  {run['sport']} {clock(run['event_end_s'])} h"
    version = f"cramplab {program['version']}  seed {run['seed']}  {run['draws']} draws"
    space = WIDTH - len(who) - len(version) - 6
    title = run["title"] if len(run["title"]) <= space else run["title"][: max(space - 3, 0)] + "..."
    return f"{title}   {who}   {version}"


def _happened(tree: Mapping[str, Any], name: str, words: str) -> str:
    count = tree["counts"].get(name)
    return f"; {words} in {count['runs']} of {count['of']} runs" if count else ""
