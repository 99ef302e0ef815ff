"""Writes the folder of a team, whole or not at all (`cramplab.core.whole_folder`), and reads it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cramplab.core.errors import UserError
from cramplab.core.team_result import FORMAT, SCHEMA, TeamResult, team_tree
from cramplab.core.whole_folder import FolderKind

DATA_FILE, PAGE_FILE, CARDS_FILE, SHEET_FILE = "team.json", "team.html", "cards.html", "weigh_in_sheet.html"
_TEAM = FolderKind("team", (DATA_FILE, PAGE_FILE, CARDS_FILE, SHEET_FILE), marker=DATA_FILE)
Render = Callable[[Mapping[str, Any]], str]


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
    text = json.dumps(tree, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    _TEAM.write(folder, {DATA_FILE: text.encode, **_pages(tree, page, cards, sheet)})
    return tree


def check_team_place(folder: Path | str) -> None:
    """Refuse a place where a team must not be written; call it before any computing."""
    _TEAM.check_place(folder)


def is_team_folder(folder: Path | str) -> bool:
    """Tell whether a team stands in a folder."""
    return (Path(folder) / DATA_FILE).is_file()


def load_team(folder: Path | str) -> dict[str, Any]:
    """Read the ``team.json`` of a folder: all that page, cards and sheet need.

    Raises
    ------
    UserError
        If there is no team there, the file is damaged, or another version of the layout is in it.
    """
    _TEAM.put_back_interrupted(Path(folder))
    file = Path(folder) / DATA_FILE
    try:
        tree = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise UserError(f"No team in '{folder}': there is no {DATA_FILE}. Name the folder of a team.") from None
    except OSError as problem:
        raise UserError(f"'{file}' cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise UserError(f"'{file}' is damaged: it is not whole JSON ({problem}). Write the team again.") from problem
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise UserError(f"'{file}' is not a team. Name the folder of a team.")
    if tree.get("schema") != SCHEMA:
        raise UserError(
            f"'{file}' has schema {tree.get('schema')}; this version reads schema {SCHEMA}. Write it again."
        )
    return tree


def replace_team_pages(folder: Path | str, page: Render, cards: Render, sheet: Render) -> Path:
    """Write the pages of an earlier team again from its ``team.json``."""
    tree = load_team(folder)
    text = (Path(folder) / DATA_FILE).read_bytes()
    _TEAM.write(folder, {DATA_FILE: lambda: text, **_pages(tree, page, cards, sheet)})
    return Path(folder) / PAGE_FILE


def _pages(tree: Mapping[str, Any], page: Render, cards: Render, sheet: Render) -> dict[str, Callable[[], bytes]]:
    return {
        PAGE_FILE: lambda: page(tree).encode(),
        CARDS_FILE: lambda: cards(tree).encode(),
        SHEET_FILE: lambda: sheet(tree).encode(),
    }
