"""The folder of a team: ``team.json``, the page, everybody's cards and the sheet for the scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cramplab.core.team_result import FORMAT, SCHEMA, TeamResult, team_tree
from cramplab.core.tree_folder import Render, TreeFolder

DATA_FILE, PAGE_FILE, CARDS_FILE, SHEET_FILE = "team.json", "team.html", "cards.html", "weigh_in_sheet.html"
_TEAM = TreeFolder("team", DATA_FILE, (PAGE_FILE, CARDS_FILE, SHEET_FILE), FORMAT, SCHEMA, "Write the team again")
check_team_place, is_team_folder, load_team = _TEAM.check_place, _TEAM.is_there, _TEAM.load


def write_team_folder(
    folder: Path | str, result: TeamResult, page: Render, cards: Render, sheet: Render
) -> dict[str, Any]:
    """Write ``team.json``, ``team.html``, ``cards.html`` and ``weigh_in_sheet.html``, replacing an earlier team there.

    Returns
    -------
    dict
        What stands in ``team.json``.

    Raises
    ------
    UserError
        If the place is taken by something that is no team, the disk is full, or it may not be written to. What stood
        there is then as it was.
    """
    tree = team_tree(result)
    _TEAM.write(folder, tree, {PAGE_FILE: page, CARDS_FILE: cards, SHEET_FILE: sheet})
    return tree


def replace_team_pages(folder: Path | str, page: Render, cards: Render, sheet: Render) -> Path:
    """Write the pages of an earlier team again from its ``team.json``."""
    _TEAM.make_pages_again(folder, {PAGE_FILE: page, CARDS_FILE: cards, SHEET_FILE: sheet})
    return Path(folder) / PAGE_FILE
