"""From the plain tree of a team to its pages: ``team.html``, a card for each athlete, and the sheet for the scale.

All are complete by themselves: no network, no script, the same bytes for the same tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cramplab.core.result_tree import tree_text
from cramplab.report import team_words as words
from cramplab.report.document import assumption_rows, style_sheets, template
from cramplab.report.team_figures import changes, sweat_rates
from cramplab.safety.red_flags import heavier, load_red_flags, stop_line

CARDS_ON_A_PAGE = 4
BLANK_ROWS = 6  # of the sheet: people whom the roster does not know turn up


def render_team(tree: Mapping[str, Any]) -> str:
    """Give ``team.html`` from the content of ``team.json``."""
    own = {"css": _style(), "json": tree_text(tree).replace("<", "\\u003c")}
    return template("team.html.j2").render(team_context(tree) | own)


def render_cards(tree: Mapping[str, Any]) -> str:
    """Give ``cards.html``: a card of a quarter page for every athlete, those who gained weight first."""
    return template("team_cards.html.j2").render(cards_context(tree) | {"css": _style()})


def render_weigh_in_sheet(tree: Mapping[str, Any]) -> str:
    """Give ``weigh_in_sheet.html``, to be printed and filled in at the scale; athletes by code, then blank rows."""
    return template("weigh_in_sheet.html.j2").render(weigh_in_sheet_context(tree) | {"css": _style()})


def cards_context(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Give what ``team_cards_body.html.j2`` prints, for a page with another frame."""
    shown = words.athletes(tree, words.wording(tree))
    pages = [shown[begin : begin + CARDS_ON_A_PAGE] for begin in range(0, len(shown), CARDS_ON_A_PAGE)]
    return {"tree": tree, "pages": pages, "stop_line": stop_line()}


def weigh_in_sheet_context(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Give what ``weigh_in_sheet_body.html.j2`` prints, for a page with another frame."""
    say = words.wording(tree)
    people = sorted((row["athlete"] for row in tree["rows"]), key=lambda each: each["id"])
    rows = [(each["id"], each["position"], say.number(each["mass_kg"], "kg") if each["mass_kg"] else "")
            for each in people]  # fmt: skip
    blank = [("", "", "")] * BLANK_ROWS
    return {"tree": tree, "rows": [*rows, *blank], "say": say, "heavier": heavier(), "stop_line": stop_line()}


def team_context(
    tree: Mapping[str, Any], *, athlete_pages: str = "", no_outlook: str = words.NO_OUTLOOK
) -> dict[str, Any]:
    """Give what ``team_body.html.j2`` and ``team_table.html.j2`` print, for a page with another frame.

    Parameters
    ----------
    athlete_pages
        Address before a code, such as ``/athlete/``, where each athlete has a page of its own. Without it all stand
        folded on this one.
    no_outlook
        How an outlook is to be had, said where there is none.
    """
    say = words.wording(tree)
    tree = words.for_reader(tree, say)
    shown = words.athletes(tree, say)
    outlook = tree["outlook"]
    return {
        "tree": tree, "say": say, "athletes": shown, "gains": [each for each in shown if each.gain],
        "weighed": sum(row["change_pct"] is not None for row in tree["rows"]),
        "theories": [name.replace("_", " ") for name in words.theory_names(tree)],
        "not_blended": words.NOT_BLENDED, "claims": _claims(tree), "no_outlook": no_outlook,
        "athlete_pages": athlete_pages, "urgencies": list(words.URGENCIES.values()),
        "flag_sources": _flag_sources(shown), "changes": changes(tree, say), "sweat_rates": sweat_rates(tree, say),
        "assumptions": list(assumption_rows(outlook["assumptions"])) if outlook else [],
        "red_flag_rows": load_red_flags(), "stop_line": stop_line(),
    }  # fmt: skip


def athlete_context(tree: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Give what ``athlete_card.html.j2`` and ``athlete_details.html.j2`` print of one athlete.

    Raises
    ------
    KeyError
        If the team has nobody of that code.
    """
    row = {each["athlete"]["id"]: each for each in tree["rows"]}[code]
    say = words.wording(tree)
    tree = words.for_reader(tree, say)
    alone = words.athletes({**tree, "rows": [row]}, say)[0]
    return {"tree": tree, "each": alone, "stop_line": stop_line(), "not_blended": words.NOT_BLENDED, "heading": "h2"}


def _style() -> str:
    sheets = style_sheets()
    return sheets["report"] + sheets["team"]


def _claims(tree: Mapping[str, Any]) -> list[tuple[str, str]]:
    return (
        [(name.replace("_", " "), claim) for name, claim in tree["outlook"]["claims"].items()]
        if tree["outlook"]
        else []
    )


def _flag_sources(shown: Sequence[words.AthleteShown]) -> list[words.FlagShown]:
    """Give every kind of flag of the team once, to name where it is from."""
    return list({flag.id: flag for each in shown for flag in each.flags if flag.source}.values())
