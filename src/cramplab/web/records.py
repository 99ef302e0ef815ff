"""Finds what was recorded with this version: the last scoreboard, the last answers to claims, and how it is judged."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

JUDGES = {
    "body": ("The body: heat, sweat, water, salts, circulation", "cramplab validate body"),
    "pool": ("Nerve and muscle", "cramplab validate pool"),
    "lab": ("Cramps provoked in the laboratory", "cramplab validate lab"),
}
"""Records that set the model against published figures: of what, and the command that does it again."""
MADE_BY = {
    "evidence": "python scripts/record_evidence.py",
    "claims": "python scripts/record_claims.py",
    **dict.fromkeys(JUDGES, "python scripts/record_validation.py"),
}
"""What makes each record, in a checkout."""
_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def record(name: str) -> dict[str, Any] | None:
    """Give a record by its name in `MADE_BY`, or None if this installation has none."""
    file = _place(f"{name}.json", _PACKAGE.parents[1] / "docs" / "results")
    return None if file is None else json.loads(file.read_text(encoding="utf-8"))


@cache
def credibility() -> tuple[tuple[str, str], ...]:
    """Give the rows of CREDIBILITY.md as pairs of a heading and where we stand; empty if it is not there."""
    file = _place("CREDIBILITY.md", _PACKAGE.parents[1])
    if file is None:
        return ()
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in _lines(file)]
    return tuple((row[1], row[2]) for row in cells if len(row) == 3 and row[0].isdigit())


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("|")]


def _place(name: str, in_checkout: Path) -> Path | None:
    """Find a file in the package (installed) or in the checkout."""
    places = (_PACKAGE / "results" / name, in_checkout / name)
    return next((place for place in places if place.is_file()), None)
