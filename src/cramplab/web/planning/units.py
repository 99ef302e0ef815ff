"""Changes the units of a form that was begun: what was typed is converted, so that no number changes its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cramplab.web.planning import fields
from cramplab.web.planning.fields import from_metric, to_metric
from cramplab.web.storage.database import Database
from cramplab.web.storage.drafts import Draft, change_answers


def speaks_us(answers: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether the numbers of a form are in US units."""
    return answers.get("you", {}).get("units") == "us"


def change_units(database: Database, draft: Draft) -> None:
    """Change a draft from metric to US units, or back; all of it at once, or nothing.

    Raises
    ------
    UserError
        If the draft was changed in another window meanwhile, or is gone.
    """
    us = speaks_us(draft.answers)
    answers = {step: converted(step, dict(told), us=us) for step, told in draft.answers.items()}
    answers["you"] = answers.get("you", {}) | {"units": "metric" if us else "us"}
    change_answers(database, draft.id, answers, draft.version)


def converted(step: str, answers: dict[str, Any], *, us: bool) -> dict[str, Any]:
    """Give the answers of one step in metric units if they are in US units, and the other way round."""
    for number in fields.NUMBERS[step]:
        answers |= _one(answers, number.name, number.unit, us=us)
    if step == "drink":
        answers |= _one(answers, "serving", "mL", us=us)
    if step == "event" and "stations" in answers:
        parts = str(answers["stations"]).replace(",", " ").replace(";", " ").split()
        answers["stations"] = ", ".join(_other(each, "km", us=us) for each in parts)
    return answers


def _one(answers: dict[str, Any], name: str, unit: str, *, us: bool) -> dict[str, str]:
    typed = str(answers.get(name, "")).strip()
    return {name: _other(typed, unit, us=us)} if typed and unit in fields.UNITS else {}


def _other(typed: str, unit: str, *, us: bool) -> str:
    """Give a number in the other system; what is none stays as it was typed."""
    try:
        value = float(typed.replace(",", "."))
    except ValueError:
        return typed
    if not abs(value) < 1e9:
        return typed
    # One digit more on the way there, so that the way back ends where it began.
    return f"{to_metric(value, unit, us=True):.6g}" if us else f"{from_metric(value, unit, us=True):.7g}"
