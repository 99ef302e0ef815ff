"""From the summary of a run to one self-contained HTML file: no network, no script, the same bytes for the same run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cramplab.core.result_tree import result_tree, tree_text
from cramplab.core.results import RunResult
from cramplab.report.figures import figures
from cramplab.report.margin_figure import margin_figure
from cramplab.report.panels import BODY, COURSE, MUSCLE
from cramplab.report.prose import Wording, clock, in_runs, strength
from cramplab.report.theory_panel import theory_section
from cramplab.safety.red_flags import load_red_flags

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_HERE = Path(__file__).parent
_FIRST_TABLE = ("sweat_rate", "water_loss", "sodium_loss", "fluid_intake", "body_mass_change", "plasma_sodium",
                "lowest_plasma_sodium", "highest_core_temperature")  # fmt: skip
# What each theory holds to be the driver, and the headline (of either muscle) that says what happened to it.
_DRIVERS = (
    ("dehydration", "less fluid around the muscle's cells", "{}_interstitial_volume_change"),
    ("electrolyte", "sodium of plasma off its usual value", "plasma_sodium_change"),
    ("electrolyte", "osmolality of plasma off its usual value", "plasma_osmolality_change"),
    ("neuromuscular_control", "a tired muscle", "{}_fatigue"),
    ("vascular", "too little oxygen for the work, mean over the event", "{}_oxygen_supply_to_demand"),
    ("vascular", "potassium that the blood does not carry off, highest", "highest_{}_interstitial_potassium"),
)  # fmt: skip
_ORIGIN_WORDS = {
    "read": "read in the source",
    "remembered": "FROM MEMORY, not yet checked against the source",
    "fitted": "fitted to data",
    "chosen": "chosen by us",
}


def render_report(result: RunResult) -> str:
    """Give the report of one run as one HTML file that loads nothing else."""
    return render_tree(result_tree(result))


def render_tree(tree: Mapping[str, Any]) -> str:
    """Give the report from the content of a ``result.json``; every number on the page is read from it."""
    say = Wording.of(tree)
    context = {
        "tree": tree, "run": tree["run"], "program": tree["program"], "say": say, "clock": clock, "in_runs": in_runs,
        "day": _day(tree["run"]["start"]), "red_flag_rows": load_red_flags(),
        "body_figures": figures(tree, BODY), "muscle_figures": figures(tree, MUSCLE),
        "course_figures": figures(tree, COURSE),
        "by_theory": "" if tree.get("cramp_unknown") else theory_section(tree),
        "cramp_unknown": tree.get("cramp_unknown", ""), "margin_by_theory": margin_figure(tree),
        "first": [tree["headline"][name] for name in _FIRST_TABLE if name in tree["headline"]],
        "others": [entry for name, entry in tree["headline"].items() if name not in _FIRST_TABLE],
        "drivers": list(_drivers(tree, say)), "influences": list(_influences(tree)),
        "drawn": [trait for trait in tree["traits"].values() if not trait["known"]],
        "given": [trait for trait in tree["traits"].values() if trait["known"]],
        "assumptions": list(assumption_rows(tree["assumptions"])), "scenario": list(keys_and_values(tree["scenario"])),
        "failures": _failures(tree), "css": style_sheet(),
        "json": _embedded(tree),
    }  # fmt: skip
    return template("report.html.j2").render(context)


def style_sheet() -> str:
    """Give the style of every page."""
    return style_sheets()["report"]


def style_sheets() -> dict[str, str]:
    """Give all styles by name: ``report`` for every page, and what single pages add to it."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(templates_folder().glob("*.css"))}


def templates_folder() -> Path:
    """Give the folder of the templates; those named ``_body`` are the inside of a page, without frame and style."""
    return _HERE / "templates"


def template(name: str) -> Template:
    """Give one of our templates; what it prints is escaped, and a word that is missing is an error."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def _embedded(tree: Mapping[str, Any]) -> str:
    # Inside a script element only "</" and "<!--" could end or comment out the data.
    return tree_text(tree).replace("<", "\\u003c")


def _day(start: str | None) -> str:
    if start is None:
        return "no date given"
    moment = datetime.fromisoformat(start)
    return f"{moment:%Y-%m-%d, %H:%M} (UTC{moment:%z})"


def _drivers(tree: Mapping[str, Any], say: Wording) -> Iterator[dict[str, Any]]:
    found = tree["headline"]
    for theory, driver, headline in _DRIVERS:
        worked, rested = headline.format("worked"), headline.format("rested")
        if worked in found:
            local = worked != rested
            other = say.estimate(found.get(rested)) if local else "the same in all muscles"
            numbers = {"worked": say.estimate(found[worked]), "rested": other}
            yield {"theory": theory, "driver": driver, "local": local, **numbers}


def _influences(tree: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, found in tree["influences"].items():
        words = [f"{tree['traits'][each['trait']]['label']} ({strength(each['rank_correlation'])})" for each in found]
        yield {"outcome": tree["headline"][name]["label"], "moved_by": words or ["no single one"]}


def assumption_rows(assumptions: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the assumptions as rows of a table, those from memory first: they are the ones to doubt."""
    for each in sorted(assumptions, key=lambda each: each["origin"] != "remembered"):
        value = each["value"]
        written = f"{value:.6g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
        unit = "" if each["unit"] == "1" else each["unit"]
        place = ", ".join(part for part in (each["source"], each["where"], each["population"]) if part)
        yield {
            **each,
            "written": f"{written} {unit}".strip(),
            "origin_words": _ORIGIN_WORDS[each["origin"]],
            "place": place,
        }


def _failures(tree: Mapping[str, Any]) -> list[tuple[str, int]]:
    reasons: dict[str, int] = {}
    for each in tree["run"]["failed"]:
        reasons[each["reason"]] = reasons.get(each["reason"], 0) + 1
    return sorted(reasons.items(), key=lambda item: (-item[1], item[0]))


def keys_and_values(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Give what a scenario wrote as pairs of dotted key and value."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from keys_and_values(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(each, (Mapping, list)) for each in value):
        for number, inner in enumerate(value, start=1):
            yield from keys_and_values(inner, f"{name}[{number}]")
    elif value is not None:
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
