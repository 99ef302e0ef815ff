"""Changes the units of a form that was begun: what was typed is converted, so that no number changes its meaning."""

from __future__ import annotations

from typing import Any

from cramplab.web.planning import fields
from cramplab.web.planning.fields import from_metric, to_metric
from cramplab.web.storage.database import Database
from cramplab.web.storage.drafts import Draft, change_step


def change_units(database: Database, draft: Draft) -> None:
    """Change a draft from metric to US units, or back."""
    us = draft.answers.get("you", {}).get("units") == "us"
    version = draft.version
    for step in fields.STEPS:
        if step not in draft.answers and step != "you":
            continue
        answers = _converted(step, dict(draft.answers.get(step, {})), us=us)
        if step == "you":
            answers["units"] = "metric" if us else "us"
        change_step(database, draft.id, step, answers, version)
        version += 1


def _converted(step: str, answers: dict[str, Any], *, us: bool) -> dict[str, Any]:
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
