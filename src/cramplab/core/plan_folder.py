"""Writes the folder of a planned event, whole or not at all (`cramplab.core.whole_folder`), and reads it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cramplab.core.errors import UserError
from cramplab.core.plan_result import FORMAT, SCHEMA, PlanResult, plan_tree
from cramplab.core.whole_folder import FolderKind

DATA_FILE, PAGE_FILE, CARD_FILE = "plan.json", "plan.html", "card.html"
_PLAN = FolderKind("plan", (DATA_FILE, PAGE_FILE, CARD_FILE), marker=DATA_FILE)
Render = Callable[[Mapping[str, Any]], str]


def write_plan_folder(folder: Path | str, result: PlanResult, page: Render, card: Render) -> dict[str, Any]:
    """Write ``plan.json``, ``plan.html`` and ``card.html``, replacing an earlier plan of the same name.

    Returns
    -------
    dict
        What stands in ``plan.json``.

    Raises
    ------
    UserError
        If the place is taken by something that is no plan, the disk is full, or it may not be written to. What stood
        there is then as it was.
    """
    tree = plan_tree(result)
    text = json.dumps(tree, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    _PLAN.write(
        folder,
        {DATA_FILE: text.encode, PAGE_FILE: lambda: page(tree).encode(), CARD_FILE: lambda: card(tree).encode()},
    )
    return tree


def check_plan_place(folder: Path | str) -> None:
    """Refuse a place where a plan must not be written; call it before any computing."""
    _PLAN.check_place(folder)


def is_plan_folder(folder: Path | str) -> bool:
    """Tell whether a plan stands in a folder."""
    return (Path(folder) / DATA_FILE).is_file()


def load_plan(folder: Path | str) -> dict[str, Any]:
    """Read the ``plan.json`` of a folder: all that the page and the card need.

    Raises
    ------
    UserError
        If there is no plan there, the file is damaged, or another version of the layout is in it.
    """
    _PLAN.put_back_interrupted(Path(folder))
    file = Path(folder) / DATA_FILE
    try:
        tree = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise UserError(f"No plan in '{folder}': there is no {DATA_FILE}. Name the folder that a plan wrote.") from None
    except OSError as problem:
        raise UserError(f"'{file}' cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise UserError(f"'{file}' is damaged: it is not whole JSON ({problem}). Plan again to write it.") from problem
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise UserError(f"'{file}' is not a plan. Name the folder that a plan wrote.")
    if tree.get("schema") != SCHEMA:
        raise UserError(f"'{file}' has schema {tree.get('schema')}; this version reads schema {SCHEMA}. Plan again.")
    return tree


def replace_pages(folder: Path | str, page: Render, card: Render) -> Path:
    """Write the page and the card of an earlier plan again from its ``plan.json``."""
    tree = load_plan(folder)
    text = (Path(folder) / DATA_FILE).read_bytes()
    _PLAN.write(
        folder,
        {DATA_FILE: lambda: text, PAGE_FILE: lambda: page(tree).encode(), CARD_FILE: lambda: card(tree).encode()},
    )
    return Path(folder) / PAGE_FILE
