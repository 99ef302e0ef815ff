"""The app as data: the same team, plans, limits and records as the pages, as JSON."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from cramplab.core.days import last_possible_day
from cramplab.core.errors import UserError
from cramplab.core.team import CODE_PATTERN, Athlete, Weighing
from cramplab.importers.sweat_test import as_weigh_in, why_no_sweat_test
from cramplab.physiology.weighing import OTHER_READINGS, PATCHES
from cramplab.planner.sweat_answer import answer
from cramplab.safety.limits import load_limits
from cramplab.safety.red_flags import load_red_flags
from cramplab.web import api_models as models
from cramplab.web.api_plans import plan_payload
from cramplab.web.gain_words import do_first
from cramplab.web.pages.theories import theory_records
from cramplab.web.records import MADE_BY, record
from cramplab.web.storage import athletes, jobs, plans, weighings
from cramplab.web.storage.database import Database, DiskFullError
from cramplab.web.team.view import team_view


def _may(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare answers that tell why something was not done; those given before a page is reached are plain text."""
    content = {"text/plain": {"schema": {"type": "string"}}}
    return {status: {"model": models.Problem, "content": content, "description": _TOLD[status]} for status in statuses}


_TOLD = {
    400: "Not readable.", 403: "Asked for by a page of another site.", 404: "Not here.",
    409: "Somebody else changed it meanwhile, or it is there already.", 413: "Too large.", 415: "Not JSON.",
    422: "Not as expected; every fault is told at once.", 503: "The data file is busy.", 507: "The disk is full.",
}  # fmt: skip
_WRITES = (400, 403, 413, 415, 422, 503, 507)
router = APIRouter(prefix="/api", responses=_may(503))
OneCode = Annotated[str, Path(pattern=CODE_PATTERN, description="Code of an athlete.", examples=["FB54"])]
OneName = Annotated[str, Path(max_length=64, description="Id.")]


def _data(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


@router.get("/redflags", tags=["safety"])
def redflags() -> list[dict[str, Any]]:
    """Give when to stop and get help: first what to do, then when."""
    return [asdict(each) for each in load_red_flags()]


@router.get("/limits", tags=["safety"])
def limits() -> dict[str, Any]:
    """Give what every plan is held to, and the heat bands."""
    found = load_limits()
    return {"limits": [asdict(each) for each in found.values()], "heat_bands": [asdict(each) for each in found.bands]}


@router.get("/team", tags=["team"])
def team(request: Request) -> dict[str, Any]:
    """Give the team as in ``team.json``: whoever gained weight stands first."""
    return dict(team_view(_data(request)).tree)


@router.get("/athletes", tags=["team"])
def all_athletes(request: Request) -> list[models.KnownAthlete]:
    """Give all athletes by code."""
    return [_athlete(each) for each in athletes.all_athletes(_data(request))]


@router.post("/athletes", status_code=201, responses=_may(409, *_WRITES), tags=["team"])
def add_athlete(request: Request, told: models.NewAthlete) -> models.KnownAthlete:
    """Add an athlete."""
    athlete = Athlete(**{**told.model_dump(), "flags": tuple(told.flags)})
    try:
        athletes.add_athlete(_data(request), athlete)
    except DiskFullError:
        raise
    except UserError as problem:
        raise HTTPException(409, str(problem)) from None
    return _found_athlete(request, told.id)


@router.get("/athletes/{code}", responses=_may(404, 422), tags=["team"])
def one_athlete(request: Request, code: OneCode) -> models.KnownAthlete:
    """Give one athlete."""
    return _found_athlete(request, code)


@router.put("/athletes/{code}", responses=_may(404, 409, *_WRITES), tags=["team"])
def change_athlete(request: Request, code: OneCode, told: models.ChangedAthlete) -> models.KnownAthlete:
    """Change an athlete, if nobody else did since ``version``."""
    known = _found_athlete(request, code)
    fields = told.model_dump(exclude={"version"})
    try:
        athletes.change_athlete(
            _data(request), Athlete(id=known.id, **{**fields, "flags": tuple(told.flags)}), told.version
        )
    except athletes.ChangedMeanwhileError as problem:
        raise HTTPException(409, str(problem)) from None
    return _found_athlete(request, code)


@router.delete("/athletes/{code}", status_code=204, responses=_may(403, 404, 422, 507), tags=["team"])
def delete_athlete(request: Request, code: OneCode) -> None:
    """Delete an athlete with all their weighings."""
    athletes.delete_athlete(_data(request), _found_athlete(request, code).id)


@router.get("/weighings", responses=_may(422), tags=["team"])
def all_weighings(
    request: Request, athlete: Annotated[str | None, Query(pattern=CODE_PATTERN)] = None
) -> list[models.KnownWeighing]:
    """Give the weighings that hold now, by day; of one athlete or of all."""
    return [_weighing(each) for each in weighings.all_weighings(_data(request), athlete)]


@router.post(
    "/weighings",
    status_code=201,
    response_model=models.KnownWeighing,
    responses=_may(404, 409, *_WRITES),
    tags=["team"],
)
def add_weighing(request: Request, told: models.NewWeighing) -> models.KnownWeighing | JSONResponse:
    """Keep a weighing; a gain of weight is kept whatever else is wrong, and answered with what to do first."""
    database = _data(request)
    weighing = Weighing(**{**told.model_dump(exclude={"replaces", "token"}), "date": told.date or ""})
    earlier = None if told.replaces is None else weighings.find_weighing(database, told.replaces)
    if earlier is not None and earlier.weighing.athlete.casefold() != told.athlete.casefold():
        earlier = None
    if told.replaces is not None and earlier is None and not weighing.gained:
        raise HTTPException(404, f"{told.athlete} has no weighing number {told.replaces}.")
    is_to_come = weighing.date > last_possible_day()
    if is_to_come and not weighing.gained:
        return _refused_day(weighing.date, None)
    if is_to_come:
        # What is corrected keeps its day, as at the scale.
        weighing = replace(weighing, date=earlier.weighing.date if earlier else "")
    try:
        number = weighings.add_weighing(database, weighing, token=told.token, replaces=earlier.id if earlier else None)
    except DiskFullError:
        raise
    except UserError as problem:
        if not weighing.gained:
            raise HTTPException(409, str(problem)) from None
        # Two wrote at the same moment; both are kept, and the gain is the later one.
        number = weighings.add_weighing(database, weighing, token=told.token)
    kept = weighings.find_weighing(database, number)
    if kept is None:
        raise HTTPException(409, "The data were deleted at the same moment.")
    return _refused_day(told.date or "", kept) if is_to_come else _weighing(kept)


@router.post("/sweat", responses=_may(*_WRITES), tags=["sweat"])
def sweat(told: models.SweatQuestion) -> models.SweatAnswer:
    """Work out a sweat rate with its interval; nothing is kept."""
    tests = [Weighing("", **each.model_dump()) for each in told.tests]
    if any(each.gained for each in tests):
        return models.SweatAnswer(gain=True, do_first=do_first(), not_counted=[], answer=None)
    by = {**PATCHES, **OTHER_READINGS}.get(told.sodium_read_by or "")
    found = answer(
        [test for test in map(as_weigh_in, tests) if test is not None], told.sport, told.mass_kg,
        told.sodium_mmol_per_L, by,
    )  # fmt: skip
    left = [(number, why) for number, each in enumerate(tests, start=1) if (why := why_no_sweat_test(each))]
    not_counted = [models.NotCounted(number=number, why=why) for number, why in left]
    return models.SweatAnswer(gain=False, do_first=[], not_counted=not_counted, answer=found.as_plain())


@router.get("/plans", tags=["plans"])
def all_plans(request: Request) -> list[models.PlanInList]:
    """Give all plans, the latest first."""
    return [models.PlanInList(**asdict(each)) for each in plans.all_plans(_data(request))]


@router.get("/plans/{name}", responses=_may(404, 422), tags=["plans"])
def one_plan(request: Request, name: OneName) -> models.KnownPlan:
    """Give one plan with all that it holds."""
    found = plans.find_plan(_data(request), name)
    if found is None:
        raise HTTPException(404)
    return models.KnownPlan(
        id=found.id, title=found.title, person=found.person, outcome=found.outcome, parent=found.parent,
        change=found.change, made_at=found.made_at, plan=dict(found.tree), scenario=found.scenario,
        notes=list(found.notes),
    )  # fmt: skip


@router.post("/plans", status_code=202, responses=_may(*_WRITES), tags=["plans"])
def ask_for_plan(request: Request, told: models.NewPlan) -> models.Job:
    """Ask for a plan; it is worked out in the background, and its job leads to it."""
    title, payload = plan_payload(told)
    return _job(request, request.app.state.background.ask("plan", f"Plan: {title}", payload))


@router.get("/jobs/{name}", responses=_may(404, 422), tags=["plans"])
def one_job(request: Request, name: OneName) -> models.Job:
    """Tell how far a long run is."""
    return _job(request, name)


@router.post("/jobs/{name}/cancel", responses=_may(404, *_WRITES), tags=["plans"])
def cancel(request: Request, name: OneName, _told: models.Nothing) -> models.Job:
    """Cancel a long run; one that is over stays as it is."""
    _job(request, name)
    request.app.state.background.cancel(name)
    return _job(request, name)


@router.get("/evidence", responses=_may(404), tags=["research"])
def evidence() -> dict[str, Any]:
    """Give the recorded scoreboard: theories, studies, findings, verdicts and weights."""
    return _record("evidence")


@router.get("/claims", responses=_may(404), tags=["research"])
def claims() -> dict[str, Any]:
    """Give the recorded answers to what people say about cramps."""
    return _record("claims")


@router.get("/theories", tags=["research"])
def theories() -> list[dict[str, Any]]:
    """Give every theory with its arrows, laws, numbers and sources."""
    return list(theory_records().values())


def _record(name: str) -> dict[str, Any]:
    found = record(name)
    if found is None:
        raise HTTPException(404, f"This installation brought no such record along. {MADE_BY[name]} makes it.")
    return found


def _athlete(kept: athletes.Kept) -> models.KnownAthlete:
    return models.KnownAthlete(**asdict(kept.athlete), version=kept.version, changed_at=kept.changed_at)


def _found_athlete(request: Request, code: str) -> models.KnownAthlete:
    kept = athletes.find_athlete(_data(request), code)
    if kept is None:
        raise HTTPException(404, f"There is no athlete {code}.")
    return _athlete(kept)


def _weighing(kept: weighings.KeptWeighing) -> models.KnownWeighing:
    told = kept.weighing
    return models.KnownWeighing(
        **asdict(told), id=kept.id, entered_at=kept.entered_at, replaces=kept.replaces, gain=told.gained,
        change_kg=told.change_kg, change_pct=told.change_pct, do_first=do_first() if told.gained else [],
    )  # fmt: skip


def _refused_day(day: str, kept: weighings.KeptWeighing | None) -> JSONResponse:
    """Refuse a day that is still to come, and tell of the gain of weight that was kept all the same."""
    fault = f"date: {day} is still to come."
    told = f"Not as expected. {fault}"
    if kept is not None:
        under = f"the day {kept.weighing.date}" if kept.weighing.date else "no day"
        told += (
            f" The gain of weight was kept as weighing number {kept.id}, with {under}: send it again with its day, a "
            f'new token and "replaces": {kept.id}.'
        )
    gained = kept is not None
    problem = models.Problem(detail=told, faults=[fault], gain=gained, do_first=do_first() if gained else [])
    return JSONResponse(problem.model_dump(), 422)


def _job(request: Request, name: str) -> models.Job:
    job = jobs.find_job(_data(request), name)
    if job is None:
        raise HTTPException(404)
    progress = request.app.state.background.progress(name)
    share = 1.0 if job.state == "done" else min(progress.share, 1.0) if progress is not None else 0.0
    return models.Job(**asdict(job), share=share)
