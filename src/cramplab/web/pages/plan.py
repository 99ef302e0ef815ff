"""Plans: the list of them, and the form in four steps that leads to a new one."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

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
from cramplab.web.planning.files import OF_FILES, take_upload, without_file
from cramplab.web.planning.steps import read_answers
from cramplab.web.planning.summary import gain_words, rows_of
from cramplab.web.planning.units import change_units
from cramplab.web.protection import CSRF_FIELD, checked_form
from cramplab.web.rendering import page
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
from cramplab.web.storage.jobs import payload_of, unfinished_jobs
from cramplab.web.storage.plans import all_plans, plan_of_draft

router = APIRouter(include_in_schema=False)
RUNS, SEED = 1024, 1
"""Possible versions of the person and the day behind a plan, and the seed: as of `cramplab plan`."""
_SEVERAL = ("flags", "red_flags", "mends")
_OURS = tuple(each for several in OF_FILES.values() for each in several)
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
    job = _asked_already(request, name, draft.version) or request.app.state.background.ask(
        "plan", f"Plan: {told.values['title']}", payload
    )
    return RedirectResponse(f"/jobs/{job}", 303)


@router.post("/plan/new/{name}/{step}")
def keep_step(request: Request, name: str, step: str, form: Form) -> Response:
    """Keep one step, and go on if it is in order."""
    draft = _draft(request, name)
    if step not in fields.STEPS:
        raise HTTPException(404)
    answers, uploads, faults = _sent(form, step, draft)
    version, go = str(form.get("version", "")), str(form.get("go", "next"))
    taken_out = go.removeprefix("without_") if step == "event" and go in ("without_course", "without_weather") else ""
    if taken_out:
        answers, uploads = without_file(answers, taken_out), [each for each in uploads if each.role != taken_out]
    try:
        change_step(
            request.app.state.database, name, step, answers, int(version) if version.isdecimal() else -1, *uploads
        )
    except UserError:
        return _step(request, _draft(request, name), step, (FormFault(step, "", _CHANGED),), 409)
    draft = _draft(request, name)
    if taken_out:
        remove_file(request.app.state.database, name, taken_out)
        return RedirectResponse(f"/plan/new/{name}/event#{'course' if taken_out == 'course' else 'weather_file'}", 303)
    if go == "units":
        change_units(request.app.state.database, draft)
        return RedirectResponse(f"/plan/new/{name}/you", 303)
    places = [*fields.STEPS, _LAST]
    here = places.index(step)
    if go == "back":
        return RedirectResponse(f"/plan/new/{name}/{places[here - 1]}" if here else "/plan", 303)
    told = read_answers(draft.answers)
    files = _files_used(told, files_of_draft(request.app.state.database, name))
    checked = check_step(step, told, files if step == "event" else ())
    faults += [each for each in checked.faults if each.field not in [fault.field for fault in faults] or not each.field]
    if step == "event" and (checked.found or checked.weather_address):
        told_of_files = {"course_found": list(checked.found), "weather_address": checked.weather_address}
        change_step(request.app.state.database, name, step, {**answers, **told_of_files}, draft.version)
        draft = _draft(request, name)
    if faults:
        return _step(request, draft, step, tuple(faults), 422)
    # What was found in a file is shown before the form goes on, once for each file.
    if go == "look" or (uploads and step == "event"):
        return RedirectResponse(f"/plan/new/{name}/{step}#files", 303)
    return RedirectResponse(f"/plan/new/{name}/{places[here + 1]}", 303)


_CHANGED = (
    "This plan was changed in another window after this page was opened, so nothing was changed. Below it stands as it "
    "is now."
)


def _draft(request: Request, name: str) -> Draft:
    draft = find_draft(request.app.state.database, name)
    if draft is None:
        raise HTTPException(
            404,
            "This plan in the making is not here: it was deleted, or it is made and stands in the list of plans, where "
            "its answers can be changed. Nothing was kept of what was just sent.",
        )
    return draft


def _sent(form: FormData, step: str, draft: Draft) -> tuple[dict[str, Any], list[DraftFile], list[FormFault]]:
    """Give what was sent as plain text by field, with the files and what is wrong with them."""
    before = draft.answers.get(step, {})
    answers: dict[str, Any] = {name: before[name] for name in _OURS if name in before}
    for name in dict.fromkeys(form.keys()):
        if name in (CSRF_FIELD, "version", "go", *_OURS):
            continue
        values = [each for each in form.getlist(name) if isinstance(each, str)]
        if values:
            answers[name] = [each[:200] for each in values] if name in _SEVERAL else values[-1][:1000]
    if step == "you":
        answers["units"] = before.get("units", "metric")
    uploads, faults = [], []
    for role, kept in (("course", "course_file"), ("weather", "weather_stored")) if step == "event" else ():
        sent = take_upload(form, role)
        if isinstance(sent, FormFault):
            faults.append(sent)
        elif sent is not None:
            uploads.append(sent[0])
            answers |= {kept: sent[0].name, f"{role}_name": sent[1]}
            answers.pop(f"{role}_found", None)
    return answers, uploads, faults


def _files_used(told: Told, files: tuple[DraftFile, ...]) -> tuple[DraftFile, ...]:
    """Give the files that the scenario names."""
    named = (told.values.get("event", {}).get("course"), told.values.get("weather", {}).get("file"))
    return tuple(each for each in files if each.name in named)


def _asked_already(request: Request, name: str, version: int) -> str | None:
    """Give the run that was asked for by the first of two clicks."""
    for job in unfinished_jobs(request.app.state.database):
        if job.is_open and job.kind == "plan":
            payload = payload_of(request.app.state.database, job.id)
            if payload.get("draft") == name and payload.get("draft_version") == version:
                return job.id
    return None


def _step(request: Request, draft: Draft, step: str, faults: tuple[FormFault, ...] = (), status: int = 200) -> Response:
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
        alarms=_alarms(told), red_flags=load_red_flags(), back=places[here - 1] if here else "",
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
        answered=[row for row in load_red_flags() if row.id in told.red_flags],
    )  # fmt: skip


def _alarms(told: Told) -> list[str]:
    return [gain_words(each, us=told.us) for each in told.gains]
