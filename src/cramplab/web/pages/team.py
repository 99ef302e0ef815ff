"""The team: who has to be looked at first, cards, a sheet for the scale, settings, and the session ahead."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cramplab.importers.field_ranges import expected_instead
from cramplab.importers.scenario_schema import SweatTest
from cramplab.planner.sweat_posterior import SPORTS
from cramplab.report.team_page import cards_context, weigh_in_sheet_context
from cramplab.web.protection import checked_form
from cramplab.web.rendering import page
from cramplab.web.storage.team_settings import TeamSettings, keep_team_settings, team_settings
from cramplab.web.sweat_form import EFFORTS
from cramplab.web.team.view import team_body, team_view
from cramplab.web.typed_numbers import FieldFault, TypedUnits

router = APIRouter(include_in_schema=False)
SPORT_WORDS = [(name, name.replace("_", " ")) for name in SPORTS]
_SESSION = {
    "minutes": ("duration_min", "Length", "min"),
    "air_C": ("air_C", "Air", "degC"),
    "humidity_pct": ("humidity_pct", "Humidity", "%"),
}
_SEED = 1


@router.get("/team")
def team(request: Request) -> Response:
    """Show the team, the most pressing athlete first; how to begin where there is nobody."""
    view = team_view(request.app.state.database)
    body = "" if view.is_empty else team_body(view.tree)
    return page(request, "team_page.html.j2", view=view, body=body)


@router.get("/team/cards")
def cards(request: Request) -> Response:
    """Show a card for every athlete, to be printed."""
    view = team_view(request.app.state.database)
    return page(request, "team_all_cards.html.j2", **cards_context(view.tree))


@router.get("/team/sheet")
def sheet(request: Request) -> Response:
    """Show the sheet to be printed and filled in at the scale."""
    view = team_view(request.app.state.database)
    return page(request, "team_sheet.html.j2", **weigh_in_sheet_context(view.tree))


@router.get("/team/settings")
def ask_settings(request: Request) -> Response:
    """Ask for the units and the sport of the team."""
    kept = team_settings(request.app.state.database)
    answers = {"units": kept.units, "sport": kept.sport or ""}
    return page(request, "team_settings.html.j2", answers=answers, sports=SPORT_WORDS)


@router.post("/team/settings")
def keep_settings(request: Request, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Keep the units and the sport of the team."""
    sport = str(form.get("sport", ""))
    settings = TeamSettings("us" if form.get("units") == "us" else "metric", sport if sport in SPORTS else None)
    keep_team_settings(request.app.state.database, settings)
    return RedirectResponse("/team", 303)


@router.get("/team/session")
def ask_session(request: Request) -> Response:
    """Ask for the session ahead."""
    return _session(request, {})


@router.post("/team/session")
def work_out(request: Request, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Ask for what the session may bring to everybody; leads to the run."""
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    view = team_view(request.app.state.database)
    units = TypedUnits(view.settings.us)
    faults: list[FieldFault] = []
    session: dict[str, Any] = {name: _told(typed, name, units, faults) for name in _SESSION}
    intensity = typed.get("intensity") or None
    session |= {"intensity": intensity if intensity in EFFORTS else None, "sport": view.settings.sport}
    if view.is_empty:
        faults.append(FieldFault("", "There is nobody on the team yet."))
    if faults:
        return _session(request, typed, faults)
    payload = {
        "athletes": [dataclasses.asdict(each) for each in view.athletes],
        "weighings": [dataclasses.asdict(each) for each in view.weighings],
        "session": session, "seed": _SEED, "last_weighing": view.last_weighing,
    }  # fmt: skip
    job = request.app.state.background.ask("outlook", "What a session may bring to the team", payload)
    return RedirectResponse(f"/jobs/{job}", 303)


def _session(request: Request, typed: dict[str, str], faults: list[FieldFault] | None = None) -> Response:
    view = team_view(request.app.state.database)
    wrong = {each.field: each.words for each in faults or []}
    return page(
        request, "team_session.html.j2", 422 if faults else 200, view=view, answers=typed, faults=faults or [],
        wrong=wrong, units=TypedUnits(view.settings.us), efforts=list(EFFORTS.items()), fields=_SESSION,
    )  # fmt: skip


def _told(typed: dict[str, str], name: str, units: TypedUnits, faults: list[FieldFault]) -> float | None:
    key, label, unit = _SESSION[name]
    if typed.get(f"{name}_unknown"):
        return None
    try:
        value = units.read(typed.get(name, ""), unit)
    except ValueError:
        faults.append(FieldFault(name, f"{label}: “{typed[name][:20]}” is no number."))
        return None
    expected = "" if value is None else expected_instead(SweatTest, key, value)
    if expected:
        metric = {"degC": " °C"}.get(unit, f" {unit}")
        faults.append(FieldFault(name, f"{label}: expected {expected}{metric}."))
    return value
