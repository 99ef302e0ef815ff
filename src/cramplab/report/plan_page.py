"""From the plain tree of a planned event to its pages: ``plan.html`` and the pocket card ``card.html``.

Both are complete by themselves: no network, no script, the same bytes for the same tree. Where there is no plan, the
page holds no number that could be taken for one, neither shown nor embedded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from cramplab.core.result_tree import tree_text
from cramplab.report import plan_figures, plan_theories
from cramplab.report import plan_words as words
from cramplab.report.document import assumption_rows, keys_and_values, style_sheet, style_sheets, template
from cramplab.report.prose import Wording, clock
from cramplab.safety.red_flags import heavier, stop_line

_ONLY_OF_PLANS = (
    "plan", "figures", "chances", "courses", "bound_by", "bound_words", "simplest_words", "theories", "theories_differ",
    "comparisons", "efforts", "effort_words", "pace_rows", "candidates", "swings", "measure_next",
)  # fmt: skip
MISSES = {
    "tc_per_pct": "the core gets warmer with each per cent of body mass lost, but by less than was measured, so heat "
    "in a plan with little drinking may be understated",
    "nk_error_gain": "in people who gained weight the published rule expects blood sodium to fall, and the model "
    "hardly does so; that is why a gain of weight is barred by a rule of its own and not left to the simulated sodium",
    "na_ironman_tablets": "salt tablets over a whole day raise blood sodium in the model, and did not in the study",
    "abs_10": "very sweet drinks leave the gut too easily",
}
"""Figures of the last recorded judgement that lie outside, by their id there, and what that means for a plan."""


_MEANS = {
    "mass_loss_target": "guidelines name it; others hold 2 to 4 % to be tolerable",
    "mass_loss_warn": "illness from heat becomes more likely",
    "mass_loss_severe": "a severe loss; slow down or stop early",
    "core_temperature_chance": "go easier",
    "wbgt_caution": "go easier if you are not used to heat",
}
"""What it means for somebody that a plan passes a limit which warns, by its id."""


def render_plan(tree: Mapping[str, Any]) -> str:
    """Give ``plan.html`` from the content of ``plan.json``."""
    style = {"css": style_sheet() + style_sheets()["plan"], "json": tree_text(_shown(tree)).replace("<", "\\u003c")}
    return template("plan.html.j2").render(plan_context(tree) | style)


def render_pocket_card(tree: Mapping[str, Any]) -> str:
    """Give ``card.html``, which prints on a quarter of a page, from the content of ``plan.json``."""
    css = style_sheet() + style_sheets()["plan"]
    return template("plan_card.html.j2").render(_context(tree) | {"css": css})


def plan_context(tree: Mapping[str, Any], *, red_flags_link: str | None = None) -> dict[str, Any]:
    """Give what ``plan_body.html.j2`` prints, for a page with another frame.

    Parameters
    ----------
    red_flags_link
        Where the red flags are asked; without it the page names the command.
    """
    say = words.wording(tree)
    of_page = _of_page(words.for_reader(_shown(tree), say), say, words.has_plan(tree))
    return _context(tree) | of_page | {"red_flags_link": red_flags_link}


def _shown(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    return tree if words.has_plan(tree) else _without_plan(tree)


def _context(tree: Mapping[str, Any]) -> dict[str, Any]:
    say = words.wording(tree)
    planned = words.has_plan(tree)
    shown = words.for_reader(_shown(tree), say)
    flags = words.shown_flags()
    by_flags = {f"red_flag.{name}" for name in tree["red_flags"]}
    context: dict[str, Any] = {
        "tree": shown, "say": say, "words": words, "clock": clock, "planned": planned, "stop_line": stop_line(),
        "day": _day(tree["start"]),
        "urgent": [row for row in flags if row["is_acute"]],
        "others": [row for row in flags if not row["is_acute"]],
        "answered": [row for row in flags if row["id"] in tree["red_flags"]],
        # What stands on top of the page is not told a second time as a reason.
        "refusals": [each for each in shown["refusals"] if each["limit"] not in by_flags],
        "by_flag": next((each["remedy"] for each in shown["refusals"] if each["limit"] in by_flags), ""),
        "heat": words.heat_words(tree, say), "ceiling_words": _most_an_hour(tree, say),
    }  # fmt: skip
    if planned:
        rows = words.serving_rows(tree, say)
        alike = len({row.volume for row in rows}) == 1
        context |= {"drink": words.drink_line(tree, say), "alike": alike, "tables": _columns(rows, 2),
                    "short_tables": _columns(rows, 3)}  # fmt: skip
    return context


def _without_plan(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out all that could be taken for a plan, also where the tree should hold none of it."""
    left = {key: value for key, value in tree.items() if key not in _ONLY_OF_PLANS}
    return left | {"limits": [{**each, "planned": None, "allowed": None, "words": ""} for each in tree["limits"]]}


def _of_page(tree: Mapping[str, Any], say: Wording, planned: bool) -> dict[str, Any]:
    context: dict[str, Any] = {
        "limits": list(_limit_rows(tree, say, planned)), "assumptions": list(assumption_rows(tree["assumptions"])),
        "scenario": list(keys_and_values(tree["scenario"])), "humidity": _humidity(tree["heat"]),
        "misses": list(MISSES.values()),
        "heavier": heavier().say,
    }  # fmt: skip
    # Of several limits on the same thing the last is passed furthest.
    warned = [row for row in context["limits"] if row["sign"] == words.STATES["warned"][0]]
    context["warnings"] = list({row["words"] or row["rule"]: row | {"means": _MEANS.get(row["id"], "")}
                                for row in warned}.values())  # fmt: skip
    context["longest"] = next((row["value"] for row in context["limits"] if row["id"] == "longest_known"), "")
    if planned:
        context |= {
            "mass_figure": plan_figures.fan(tree, plan_figures.BODY_MASS),
            "sodium_figure": plan_figures.fan(tree, plan_figures.PLASMA_SODIUM),
            "core_figure": plan_figures.fan(tree, plan_figures.CORE), "ways": plan_figures.comparison_figures(tree),
            "tornado": plan_figures.tornado(tree), "theory_figure": plan_theories.theory_figure(tree),
            "theories": plan_theories.theory_rows(tree), "by_way": plan_theories.by_way(tree),
            "all_alike": plan_theories.all_alike(tree), "missing": list(words.missing_rows(tree, say)),
            "pace_rows": list(_pace_rows(tree, say)),
        }  # fmt: skip
    return context


def _columns(rows: Sequence[words.ServingRow], most: int) -> list[Sequence[words.ServingRow]]:
    """Cut a long table in parts that stand side by side."""
    length = max(-(-len(rows) // most), 4)
    return [rows[begin : begin + length] for begin in range(0, len(rows), length)]


def _most_an_hour(tree: Mapping[str, Any], say: Wording) -> str:
    for each in tree["limits"]:
        if each["id"] == "hourly_absolute":
            return words.ceiling(say, each["value"], "L/h")
    return ""


def _limit_rows(tree: Mapping[str, Any], say: Wording, planned: bool) -> Iterator[dict[str, Any]]:
    """Give the limits as rows of a table; without a plan there is nothing planned or allowed to show."""
    refused_by = {each["limit"] for each in tree["refusals"]}
    for each in tree["limits"]:
        state = each["state"] if planned else "broken" if each["id"] in refused_by else "not asked"
        if planned and state == "broken":
            # A plan that breaks more than a warning is none.
            state = "warned"
        sign, told = words.STATES[state]
        if planned and each["id"] in tree["bound_by"]:
            sign, told = words.STATES["reached"][0], "set the plan"
        yield {
            **each, "sign": sign, "state": "refuses this plan" if state == "broken" and not planned else told,
            "name": each["id"].replace("_", " "), "value": words.limit_value(say, each["value"], each["unit"]),
            "planned": words.limit_value(say, each["planned"] if planned else None, each["unit"]),
            "allowed": words.limit_value(say, each["allowed"] if planned else None, each["unit"]),
            "words": each["words"] if planned else "",
        }  # fmt: skip


def _pace_rows(tree: Mapping[str, Any], say: Wording) -> Iterator[tuple[str, ...]]:
    for each in tree["pace_rows"]:
        place = [words.distance(say, each[key]) for key in ("from_km", "to_km")]
        told = [("speed_km_per_h", "km/h"), ("power_W", "W"), ("heart_rate_bpm", "bpm")]
        numbers = ["–" if each[key] is None else say.with_unit(each[key], unit) for key, unit in told]
        yield f"{clock(each['from_s'])} to {clock(each['to_s'])}", " to ".join(place) if all(place) else "–", *numbers


def _humidity(heat: Mapping[str, Any] | None) -> str:
    """Write the range of humidity, or one number where it does not change."""
    low, high = (f"{each:.0f}" for each in heat["humidity_pct"]) if heat else ("", "")
    return f"{low} %" if low == high else f"{low} to {high} %"


def _day(start: str | None) -> str:
    if start is None:
        return "no date given"
    return f"{datetime.fromisoformat(start):%Y-%m-%d, %H:%M}"
