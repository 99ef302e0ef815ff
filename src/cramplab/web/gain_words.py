"""What to do first when somebody weighs more than before: the words of the red flag, for whoever reads data."""

from __future__ import annotations

from typing import Any

from cramplab.safety.red_flags import heavier


def do_first() -> list[str]:
    """Give what to do, in order."""
    row = heavier()
    return [row.say, *([row.more] if row.more else [])]


def gain_in(told: Any) -> bool:
    """Tell whether something that was refused shows a gain all the same, as a weighing or a list of tests."""
    if isinstance(told, dict):
        before, after = told.get("mass_before_kg"), told.get("mass_after_kg")
        if isinstance(before, (int, float)) and isinstance(after, (int, float)):
            return after > before
        return gain_in(told.get("tests"))
    return isinstance(told, list) and any(gain_in(each) for each in told if isinstance(each, dict))
