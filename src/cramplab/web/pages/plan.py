"""Plans: the list of them, and the form in four steps that leads to a new one."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cramplab.core.errors import UserError
from cramplab.safety.red_flags import load_red_flags
from cramplab.web.planning import fields
from cramplab.web.planning.answers import FormFault, Told
from cramplab.web.planning.check import check_all, check_step
from cramplab.web.planning.meanwhile import all_words, changed_since, collisions, seen
from cramplab.web.planning.sent import Sent, read_sent
from cramplab.web.planning.steps import GAIN_ROW, read_answers
from cramplab.web.planning.summary import gain_words, rows_of
from cramplab.web.planning.units import change_units, speaks_us
from cramplab.web.protection import checked_form
from cramplab.web.rendering import page
from cramplab.web.storage.database import DiskFullError
from cramplab.web.storage.drafts import (
    Draft,
    DraftFile,
    all_drafts,
    change_step,
    delete_draft,
    files_of_draft,
    find_draft,
    new_draft,
    remove_file,
)  # fmt: skip
from cramplab.web.storage.plans import all_plans, plan_of_draft

router = APIRouter(include_in_schema=False)
RUNS, SEED = 1024, 1
"""Possible versions of the person and the day behind a plan, and the seed: as of `cramplab plan`."""
_LAST = "check"
Form = Annotated[FormData, Depends(checked_form)]


@router.get("/plan")
def plans(request: Request) -> Response:
    """List the plans that were made, and those in the making."""
    database = request.app.state.database
    made = all_plans(database)
    return page(
        request, "plan_list.html.j2", plans=made, titles={each.id: each.title for each in made},
        drafts=all_drafts(database),
    )  # fmt: skip


@router.get("/plan/new")
def begin_again() -> Response:
    """Lead to where a new plan is begun."""
    return RedirectResponse("/plan", 303)


@router.post("/plan/new", dependencies=[Depends(checked_form)])
def begin(request: Request) -> Response:
    """Begin a new plan."""
    draft = new_draft(request.app.state.database)
    return RedirectResponse(f"/plan/new/{draft}/you", 303)


@router.get("/plan/new/{name}/delete")
def ask_to_delete(request: Request, name: str) -> Response:
    """Ask before a plan in the making is deleted."""
    _draft(request, name)
    return page(request, "plan_delete.html.j2", what="the plan in the making", back=f"/plan/new/{name}/you")


@router.post("/plan/new/{name}/delete", dependencies=[Depends(checked_form)])
def delete(request: Request, name: str) -> Response:
    """Delete a plan in the making."""
    _draft(request, name)
    delete_draft(request.app.state.database, name)
    return RedirectResponse("/plan", 303)


@router.get("/plan/new/{name}/{step}")
def show_step(request: Request, name: str, step: str) -> Response:
    """Show one step of the form, or the summary after the last; once the plan is made, lead to it."""
    made = plan_of_draft(request.app.state.database, name)
    if made is not None and find_draft(request.app.state.database, name) is None:
        return RedirectResponse(f"/plan/{made}", 303)
    draft = _draft(request, name)
    if step == _LAST:
        return _summary(request, draft)
    return _step(request, draft, step)


@router.post("/plan/new/{name}/make")
def make(request: Request, name: str, form: Form) -> Response:
    """Ask for the plan; it is worked out in the background."""
    made = plan_of_draft(request.app.state.database, name)
    if made is not None and find_draft(request.app.state.database, name) is None:
        return RedirectResponse(f"/plan/{made}", 303)
    draft = _draft(request, name)
    if form.get("version") != str(draft.version):
        return _summary(request, draft, (FormFault("", "", _CHANGED),), 409)
    told = read_answers(draft.answers)
    files = _files_used(told, files_of_draft(request.app.state.database, name))
    faults = tuple(told.faults)
    if not faults and not told.missing:
        checked = check_all(told, files)
        faults = checked.faults
    if faults or told.missing:
        return _summary(request, draft, faults, 422)
    payload = {
        "scenario": checked.text, "files": {each.name: base64.b64encode(each.content).decode() for each in files},
        "roles": {each.role: each.name for each in files}, "red_flags": list(told.red_flags), "runs": RUNS,
        "seed": SEED, "notes": [*(gain_words(each, us=told.us) for each in told.gains), *told.notes], "draft": name,
        "draft_version": draft.version, "answers": draft.answers, "parent": None, "change": "",
    }  # fmt: skip
    job = request.app.state.background.ask("plan", f"Plan: {told.values['title']}", payload)
    return RedirectResponse(f"/jobs/{job}", 303)


@router.post("/plan/new/{name}/{step}")
def keep_step(request: Request, name: str, step: str, form: Form) -> Response:
    """Keep one step, and go on if it is in order; what two windows say differently is shown, and nothing of it lost."""
    if step not in fields.STEPS:
        raise HTTPException(404)
    database = request.app.state.database
    while True:
        draft = find_draft(database, name)
        if draft is None:
            return _gone(request, name, step, form)
        sent = read_sent(form, step, draft)
        if not changed_since(draft, step, sent):
            try:
                change_step(database, name, step, sent.answers, draft.version, *(file for file, _ in sent.files))
            except DiskFullError:
                raise
            except UserError:
                continue  # somebody wrote at this very moment: looked at again
        elif collided := collisions(draft, step, sent, files_of_draft(database, name)):
            return _step(request, draft, step, collided, 409, gains=_gains_in(step, sent))
        break
    return _go_on(request, _draft(request, name), step, sent)


def _go_on(request: Request, draft: Draft, step: str, sent: Sent) -> Response:
    """Lead on from a step that is kept: to where the button leads, or back to the step if something is wrong."""
    database, here = request.app.state.database, f"/plan/new/{draft.id}"
    if sent.file_taken_out and step == "event":
        remove_file(database, draft.id, sent.file_taken_out)
        return RedirectResponse(f"{here}/event#{'course' if sent.file_taken_out == 'course' else 'weather_file'}", 303)
    if sent.go == "units":
        # The second of two clicks finds it done.
        if sent.us == speaks_us(draft.answers):
            change_units(database, draft)
        return RedirectResponse(f"{here}/you", 303)
    places = [*fields.STEPS, _LAST]
    place = places.index(step)
    if sent.go == "back":
        return RedirectResponse(f"{here}/{places[place - 1]}" if place else "/plan", 303)
    told = read_answers(draft.answers)
    files = _files_used(told, files_of_draft(database, draft.id))
    checked = check_step(step, told, files if step == "event" else ())
    of_files = {each.field for each in sent.faults}
    faults = [*sent.faults, *(each for each in checked.faults if each.field not in of_files or not each.field)]
    if step == "event" and (checked.found or checked.weather_address):
        told_of_files = {"course_found": list(checked.found), "weather_address": checked.weather_address}
        try:
            change_step(database, draft.id, step, {**draft.answers[step], **told_of_files}, draft.version)
        except DiskFullError:
            raise
        except UserError:
            pass  # somebody wrote at this very moment: the step is kept, and the page shows what stands by now
        draft = _draft(request, draft.id)
    if faults:
        return _step(request, draft, step, tuple(faults), 422)
    # What was found in a file is shown before the form goes on, once for each file.
    if sent.go == "look" or sent.files:
        return RedirectResponse(f"{here}/{step}#files", 303)
    return RedirectResponse(f"{here}/{places[place + 1]}", 303)


_CHANGED = (
    "This plan was changed in another window after this page was opened, so nothing was changed. Below it stands as it "
    "is now."
)


_GONE = (
    "This plan in the making is not here: it was deleted, or it is made and stands in the list of plans, where its "
    "answers can be changed."
)


def _draft(request: Request, name: str) -> Draft:
    draft = find_draft(request.app.state.database, name)
    if draft is None:
        raise HTTPException(404, f"{_GONE} Nothing was kept of what was just sent.")
    return draft


def _gains_in(step: str, sent: Sent) -> list[str]:
    """Say of each gain of weight in what was sent, in the units in which it was typed."""
    return _alarms(read_answers({"you": {"units": "us" if sent.us else "metric"}, step: sent.answers}))


def _gone(request: Request, name: str, step: str, form: FormData) -> Response:
    """Give back what was sent for a draft that is no longer there, and raise the alarm if it holds a gain of weight."""
    sent = read_sent(form, step, Draft(name, {}, 0, ""))
    return page(
        request, "plan_gone.html.j2", 404, words=_GONE, alarms=_gains_in(step, sent), step=fields.STEPS[step],
        rows=all_words(sent.answers, us=sent.us), files=[shown for _, shown in sent.files],
        made=plan_of_draft(request.app.state.database, name),
    )  # fmt: skip


def _files_used(told: Told, files: tuple[DraftFile, ...]) -> tuple[DraftFile, ...]:
    """Give the files that the scenario names."""
    named = (told.values.get("event", {}).get("course"), told.values.get("weather", {}).get("file"))
    return tuple(each for each in files if each.name in named)


def _step(
    request: Request, draft: Draft, step: str, faults: tuple[FormFault, ...] = (), status: int = 200, *,
    gains: Iterable[str] = (),
) -> Response:  # fmt: skip
    if step not in fields.STEPS:
        raise HTTPException(404)
    told = read_answers(draft.answers)
    places = list(fields.STEPS)
    here = places.index(step)
    return page(
        request, f"plan_step_{step}.html.j2", status, draft=draft, step=step, steps=fields.STEPS, fields=fields,
        short=fields.SHORT,
        answers={"code": "me"} | dict(draft.answers.get(step, {})) if step == "you" else draft.answers.get(step, {}),
        us=told.us, faults=_named(each for each in faults if each.step in ("", step)),
        offsets=[(each, each) for each in fields.OFFSETS], mends=[(*each, "") for each in fields.MENDS],
        wrong={each.field: each.words for each in reversed(faults) if each.field},
        opened=_tests_opened(draft, faults),
        alarms=list(dict.fromkeys((*_alarms(told), *gains))), seen=seen(draft, step),
        red_flags=load_red_flags(), back=places[here - 1] if here else "",
        missing=[each for each in told.missing if places.index(each.step) < here],
    )  # fmt: skip


def _named(faults: Iterable[FormFault]) -> list[FormFault]:
    """Give faults for the list at the top, where nobody sees beside what they stand."""
    return [replace(each, words=": ".join(filter(None, (fields.named(each.field), each.words)))) for each in faults]


def _tests_opened(draft: Draft, faults: tuple[FormFault, ...]) -> set[int]:
    """Give the sweat tests that are shown unfolded: the first, and each that holds something or has a fault."""
    told = {name for name, each in draft.answers.get("sweat", {}).items() if each} | {each.field for each in faults}
    return {1, *(number for number in fields.TESTS if any(name.endswith(f"_{number}") for name in told))}


def _summary(request: Request, draft: Draft, faults: tuple[FormFault, ...] = (), status: int = 200) -> Response:
    told = read_answers(draft.answers)
    return page(
        request, "plan_check.html.j2", status, draft=draft, step=_LAST, steps=fields.STEPS, us=told.us,
        short=fields.SHORT, faults=_named(faults or told.faults), missing=told.missing, notes=told.notes,
        alarms=_alarms(told), rows=rows_of(draft.answers, us=told.us), can_make=not told.faults and not told.missing,
        # A gain is told above, with what to do.
        answered=[
            row for row in load_red_flags() if row.id in told.red_flags and (row.id != GAIN_ROW or not told.gains)
        ],
    )  # fmt: skip


def _alarms(told: Told) -> list[str]:
    return [gain_words(each, us=told.us) for each in told.gains]
