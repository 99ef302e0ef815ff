"""The folder of a planned event: ``plan.json``, the page and the pocket card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cramplab.core.plan_result import FORMAT, SCHEMA, PlanResult, plan_tree
from cramplab.core.tree_folder import Render, TreeFolder

DATA_FILE, PAGE_FILE, CARD_FILE = "plan.json", "plan.html", "card.html"
_PLAN = TreeFolder("plan", DATA_FILE, (PAGE_FILE, CARD_FILE), FORMAT, SCHEMA, "Plan again to write it")
check_plan_place, is_plan_folder, load_plan = _PLAN.check_place, _PLAN.is_there, _PLAN.load


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
    _PLAN.write(folder, tree, {PAGE_FILE: page, CARD_FILE: card})
    return tree


def replace_pages(folder: Path | str, page: Render, card: Render) -> Path:
    """Write the page and the card of an earlier plan again from its ``plan.json``."""
    _PLAN.make_pages_again(folder, {PAGE_FILE: page, CARD_FILE: card})
    return Path(folder) / PAGE_FILE
