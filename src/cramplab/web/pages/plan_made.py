"""A plan that was made: its page, its card, its files, what would be if, and how to be rid of it."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cramplab.core.errors import UserError
from cramplab.report.plan_page import plan_context, render_plan
from cramplab.web.planning.answers import FormFault
from cramplab.web.planning.check import in_form_words
from cramplab.web.planning.family import family_table
from cramplab.web.planning.files import OF_FILES, without_file
from cramplab.web.planning.steps import GAIN_ROW, read_answers
from cramplab.web.planning.summary import gain_words
from cramplab.web.planning.what_if import SLOWER_PCT, WARMER_C, WhatIfError, changed, read_what_if
from cramplab.web.protection import checked_form
from cramplab.web.rendering import page
from cramplab.web.storage.drafts import new_draft
from cramplab.web.storage.plans import KeptPlan, all_plans, delete_plan, find_plan

router = APIRouter(include_in_schema=False)
RUNS, SEED = 1024, 1
_MOST_BESIDE = 8


@router.get("/plan/{name}")
def show(request: Request, name: str) -> Response:
    """Show a plan."""
    return _page(request, _plan(request, name))


@router.get("/plan/{name}/card")
def card(request: Request, name: str) -> Response:
    """Show the pocket card, which prints on a quarter of a page."""
    plan = _plan(request, name)
    return page(
        request,
        "plan_pocket.html.j2",
        kept=plan,
        alarms=_alarms(plan),
        **plan_context(plan.tree, red_flags_link="/redflags"),
    )


@router.post("/plan/{name}/change", dependencies=[Depends(checked_form)])
def change(request: Request, name: str) -> Response:
    """Begin a new plan with the answers and files of this one, which stays as it is."""
    plan = _plan(request, name)
    if not plan.answers or plan.parent:
        raise HTTPException(409, "The answers behind this plan are not here. Begin a new plan.")
    answers = {step: dict(told) for step, told in plan.answers.items()}
    for role in {*OF_FILES} - {each.role for each in plan.files}:
        # A file that was sent, but that the plan made no use of, was not kept.
        answers["event"] = without_file(answers.get("event", {}), role)
    draft = new_draft(request.app.state.database, answers, *plan.files)
    return RedirectResponse(f"/plan/new/{draft}/check", 303)


@router.post("/plan/{name}/what-if")
def what_if(request: Request, name: str, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Ask for the same plan with something changed."""
    plan = _plan(request, name)
    typed = {field: str(form.get(field, "")) for field in ("warmer", "slower", "own_rate")}
    us = plan.tree["units"] == "us"
    try:
        asked = read_what_if(typed["warmer"] or "0", typed["slower"] or "0", typed["own_rate"], us=us)
        scenario, files, notes = changed(plan.scenario, plan.files, asked)
    except WhatIfError as problem:
        return _page(request, plan, typed, {problem.field: str(problem)}, 422)
    except UserError as problem:
        return _page(request, plan, typed, {_field(typed): in_form_words(problem)}, 422)
    payload = {
        "scenario": scenario, "files": {each.name: base64.b64encode(each.content).decode() for each in files},
        "roles": {each.role: each.name for each in files}, "runs": RUNS, "seed": SEED,
        "red_flags": _red_flags(plan),
        "notes": [*plan.notes, *notes], "answers": plan.answers, "draft": None, "parent": plan.id,
        "change": asked.words(us=us),
    }  # fmt: skip
    job = request.app.state.background.ask("plan", f"What if: {plan.title}, {asked.words(us=us)}", payload)
    return RedirectResponse(f"/jobs/{job}", 303)


@router.get("/plan/{name}/plan.html")
def as_page(request: Request, name: str) -> Response:
    """Give the plan as one file that needs nothing else."""
    return _file(render_plan(_plan(request, name).tree), "text/html", "plan.html")


@router.get("/plan/{name}/plan.json")
def as_json(request: Request, name: str) -> Response:
    """Give the plan for programs."""
    text = json.dumps(_plan(request, name).tree, ensure_ascii=False, indent=2)
    return _file(text, "application/json", "plan.json")


@router.get("/plan/{name}/scenario.zip")
def as_scenario(request: Request, name: str) -> Response:
    """Give the scenario with its files: the command line makes the same plan of it."""
    plan = _plan(request, name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scenario.toml", plan.scenario)
        for each in plan.files:
            archive.writestr(each.name, each.content)
    return _file(packed.getvalue(), "application/zip", "scenario.zip")


@router.get("/plan/{name}/delete")
def ask_to_delete(request: Request, name: str) -> Response:
    """Ask before a plan is deleted."""
    plan = _plan(request, name)
    return page(request, "plan_delete.html.j2", what=f"the plan “{plan.title}”", back=f"/plan/{name}")


@router.post("/plan/{name}/delete", dependencies=[Depends(checked_form)])
def delete(request: Request, name: str) -> Response:
    """Delete a plan."""
    _plan(request, name)
    delete_plan(request.app.state.database, name)
    return RedirectResponse("/plan", 303)


def _plan(request: Request, name: str) -> KeptPlan:
    plan = find_plan(request.app.state.database, name)
    if plan is None:
        raise HTTPException(404)
    return plan


def _file(content: str | bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def _field(typed: dict[str, str]) -> str:
    """Give the field to which a refusal belongs: a pace is refused more often than a day."""
    return "slower" if typed["slower"] not in ("", "0") else "warmer"


def _red_flags(plan: KeptPlan) -> list[str] | None:
    """Give the red flags that were answered with yes; None if nobody answered them."""
    if plan.tree["asked"] != "answered":
        return None
    # The plan itself also tells those that follow from a condition, and finds them anew each time.
    return list(read_answers(plan.answers).red_flags) if plan.answers else list(plan.tree["red_flags"])


def _alarms(plan: KeptPlan) -> list[str]:
    """Say of each sweat test behind a plan after which somebody was heavier."""
    told = read_answers(plan.answers)
    return [gain_words(each, us=told.us) for each in told.gains]


def _degrees(warmer_C: float, us: bool) -> str:
    if not warmer_C:
        return "as planned"
    return f"{1.8 * warmer_C:+g} °F" if us else f"{warmer_C:+g} °C"


def _page(
    request: Request,
    plan: KeptPlan,
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    database, us = request.app.state.database, plan.tree["units"] == "us"
    root = (find_plan(database, plan.parent) if plan.parent else None) or plan
    others = [each.id for each in all_plans(database) if each.parent == root.id][:_MOST_BESIDE]
    found = [each for each in (find_plan(database, name) for name in reversed(others)) if each is not None]
    rows, columns = family_table([root, *found], plan.id) if found else ([], [])
    alarms, context = _alarms(plan), plan_context(plan.tree, red_flags_link="/redflags")
    if alarms:
        # Told on top, with what to do.
        context["answered"] = [each for each in context["answered"] if each["id"] != GAIN_ROW]
    return page(
        request, "plan_made.html.j2", status, kept=plan, root=root, alarms=alarms, typed=typed or {},
        wrong=wrong or {}, faults=[FormFault("", *each) for each in (wrong or {}).items()], rows=rows,
        columns=columns, us=us,
        degrees=[(str(each), _degrees(each, us)) for each in WARMER_C],
        paces=[(str(each), f"{each} % slower" if each else "as planned") for each in SLOWER_PCT],
        **context,
    )  # fmt: skip
