"""One athlete: what is known, every weighing that was ever written down, and how to change or delete it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cramplab.core.errors import UserError
from cramplab.core.team import Athlete
from cramplab.report.prose import Wording
from cramplab.report.team_page import athlete_context
from cramplab.web.protection import checked_form
from cramplab.web.rendering import page
from cramplab.web.storage.athletes import (
    ChangedMeanwhileError,
    Kept,
    add_athlete,
    change_athlete,
    delete_athlete,
    find_athlete,
)
from cramplab.web.storage.database import Database, DiskFullError
from cramplab.web.storage.team_settings import team_settings
from cramplab.web.storage.weighings import KeptWeighing, history_of
from cramplab.web.team.athlete_form import CHOICES, FLAG_WORDS, NUMBERS, read_athlete, written
from cramplab.web.team.athlete_plot import changes_over_time
from cramplab.web.team.view import team_view
from cramplab.web.typed_numbers import FieldFault, TypedUnits

router = APIRouter(include_in_schema=False)


@router.get("/team/new")
def new(request: Request, code: str = "") -> Response:
    """Ask for a new athlete."""
    return _form(request, None, {"code": code[:32]})


@router.post("/team/new")
def add(request: Request, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Add an athlete."""
    database: Database = request.app.state.database
    typed, flags = _typed(form)
    athlete, faults = read_athlete(typed, flags, _units(database), None)
    if athlete is not None:
        try:
            add_athlete(database, athlete)
        except DiskFullError:
            raise
        except UserError as problem:
            there = find_athlete(database, athlete.id)
            if there is not None and there.athlete == athlete:
                return RedirectResponse(f"/athlete/{athlete.id}", 303)  # the second of two clicks
            faults = [FieldFault("code", str(problem))]
        else:
            return RedirectResponse(f"/athlete/{athlete.id}", 303)
    return _form(request, None, typed | {"flags": flags}, faults)


@router.get("/athlete/{code}")
def show(request: Request, code: str) -> Response:
    """Show all that is known of an athlete."""
    database: Database = request.app.state.database
    view = team_view(database)
    row = next((each for each in view.tree["rows"] if each["athlete"]["id"].lower() == code.lower()), None)
    history = history_of(database, code)
    if row is None and not history:
        raise HTTPException(404, "There is no such athlete here. It may have been deleted.")
    if row is None:
        # Everything was taken back, and nobody is on the roster: the history is still told.
        row = {"athlete": {"id": history[0].weighing.athlete}}
        context: dict[str, Any] = {"each": None, "tree": view.tree, "stop_line": "", "not_blended": ""}
    else:
        context = athlete_context(view.tree, row["athlete"]["id"])
    say = Wording(view.settings.us)
    return page(
        request, "athlete_page.html.j2", code=row["athlete"]["id"], known=find_athlete(database, code), say=say,
        figure=None if context["each"] is None else changes_over_time(row, say),
        history=[_entry(each, history, say) for each in reversed(history)], outlook_is_old=view.outlook_is_old,
        **{key: context[key] for key in ("each", "tree", "stop_line", "not_blended")},
    )  # fmt: skip


@router.get("/athlete/{code}/edit")
def edit(request: Request, code: str) -> Response:
    """Ask what is to be changed."""
    kept = _kept(request, code)
    return _form(request, kept, written(kept.athlete, _units(request.app.state.database)))


@router.post("/athlete/{code}/edit")
def change(request: Request, code: str, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Change an athlete; who comes second is told what stands now, and loses nothing that was typed."""
    database: Database = request.app.state.database
    kept = _kept(request, code)
    typed, flags = _typed(form)
    athlete, faults = read_athlete(typed, flags, _units(database), kept.athlete)
    answers = typed | {"flags": flags, "code": kept.athlete.id}
    version = typed.get("version", "")
    number = int(version) if version.isdecimal() and len(version) < 18 else 0
    if athlete is None:
        return _form(request, kept, answers, faults, version=number)
    try:
        change_athlete(database, athlete, number)
    except ChangedMeanwhileError as problem:
        if problem.current is None:
            raise HTTPException(409, str(problem)) from None
        if problem.current.athlete == athlete:
            return RedirectResponse(f"/athlete/{athlete.id}", 303)  # the second of two clicks
        return _form(request, problem.current, answers, meanwhile=True)
    return RedirectResponse(f"/athlete/{athlete.id}", 303)


@router.get("/athlete/{code}/delete")
def ask_to_delete(request: Request, code: str) -> Response:
    """Ask before an athlete is deleted."""
    return page(request, "athlete_delete.html.j2", **_of(request, code))


@router.post("/athlete/{code}/delete", dependencies=[Depends(checked_form)])
def delete(request: Request, code: str) -> Response:
    """Delete an athlete with all weighings."""
    delete_athlete(request.app.state.database, _of(request, code)["code"])
    return RedirectResponse("/team", 303)


def _of(request: Request, code: str) -> dict[str, Any]:
    database: Database = request.app.state.database
    known, history = find_athlete(database, code), history_of(database, code)
    if known is None and not history:
        raise HTTPException(404, "There is no such athlete here. It may have been deleted.")
    return {"code": known.athlete.id if known else history[0].weighing.athlete, "count": len(history)}


def _kept(request: Request, code: str) -> Kept:
    found = find_athlete(request.app.state.database, code)
    if found is None:
        raise HTTPException(404, "There is no such athlete on the roster. It may have been deleted.")
    return found


def _units(database: Database) -> TypedUnits:
    return TypedUnits(team_settings(database).us)


def _typed(form: FormData) -> tuple[dict[str, Any], list[str]]:
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    flags = [value for value in form.getlist("flags") if isinstance(value, str)]
    return {name: value[:200] for name, value in typed.items() if name != "flags"}, flags


def _form(
    request: Request, kept: Kept | None, answers: dict[str, Any], faults: list[FieldFault] | None = None, *,
    version: int | None = None, meanwhile: bool = False,
) -> Response:  # fmt: skip
    units = _units(request.app.state.database)
    status = 409 if meanwhile else 422 if faults else 200
    return page(
        request, "athlete_form.html.j2", status, kept=kept, answers=answers, faults=faults or [], meanwhile=meanwhile,
        wrong={each.field: each.words for each in faults or []}, numbers=NUMBERS, choices=CHOICES, units=units,
        flag_words=FLAG_WORDS, number=version if version else kept.version if kept else 0,
        differing=_differing(kept.athlete, answers, units) if kept and meanwhile else [],
    )  # fmt: skip


def _differing(current: Athlete, typed: dict[str, Any], units: TypedUnits) -> list[tuple[str, str, str]]:
    """Give what stands now and what was typed, field by field, where the two differ."""
    stands = written(current, units)
    labels = {name: label for name, (label, _) in (NUMBERS | CHOICES).items()} | {"position": "Position"}
    found = [
        (label, str(stands[name]) or "–", str(typed.get(name, "")) or "–")
        for name, label in labels.items()
        if str(stands[name]) != str(typed.get(name, ""))
    ]
    now, then = (", ".join(sorted(each)).replace("_", " ") or "–" for each in (stands["flags"], typed["flags"]))
    return [*found, *([("Conditions and medicines", now, then)] if now != then else [])]


def _entry(each: KeptWeighing, history: tuple[KeptWeighing, ...], say: Wording) -> dict[str, Any]:
    """Word one line of the history: what was written, when, and whether it still holds."""
    weighing = each.weighing
    later = next((one for one in history if one.replaces == each.id), None)
    state = "holds"
    if each.withdrawn_at is not None:
        state = "taken back"
    elif later is not None:
        state = "completed" if weighing.mass_after_kg is None and later.weighing.mass_after_kg else "corrected"
    masses = [None if mass is None else say.with_unit(mass, "kg") for mass in
              (weighing.mass_before_kg, weighing.mass_after_kg)]  # fmt: skip
    change = "–" if weighing.change_pct is None else say.with_unit(weighing.change_pct, "%", signed=True)
    return {
        "id": each.id, "told": weighing.told or "no date", "state": state, "gain": weighing.gained, "change": change,
        "before": masses[0] or "–", "after": masses[1] or "–",
        "drank": "–" if weighing.drank_L is None else say.with_unit(weighing.drank_L, "L"),
        "minutes": "–" if weighing.duration_min is None else f"{weighing.duration_min:.0f} min",
        "entered": each.entered_at[:16].replace("T", " "), "weighing": weighing,
    }  # fmt: skip
