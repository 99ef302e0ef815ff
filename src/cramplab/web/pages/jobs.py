"""Long runs: how far they are, live where the browser can and by reloading where it cannot; cancel, and start again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from cramplab.web.protection import checked_form
from cramplab.web.rendering import environment, page
from cramplab.web.storage import jobs
from cramplab.web.storage.drafts import find_draft

router = APIRouter(include_in_schema=False)
_LOOK_S = 0.3


@router.get("/jobs/{name}")
def show(request: Request, name: str) -> Response:
    """Show a run; the one that is done leads to its result."""
    job = _job(request, name)
    if job.state == "done" and job.result:
        return RedirectResponse(job.result, 303)
    return page(request, "job.html.j2", job=job, percent=_percent(request, name), answers=_answers(request, job))


@router.get("/jobs/{name}/events")
async def events(request: Request, name: str) -> Response:
    """Send the state of a run whenever it changes, as server-sent events, and ``over`` at its end."""
    await run_in_threadpool(_job, request, name)

    async def told() -> AsyncIterator[str]:
        before = ""
        while not await request.is_disconnected():
            job = await run_in_threadpool(_job, request, name)
            filled = environment().get_template("job_state.html.j2").render(job=job, percent=_percent(request, name))
            if filled != before:
                before = filled
                lines = "".join(f"data: {line}\n" for line in filled.splitlines())
                yield f"event: state\n{lines}\n"
            if not job.is_open:
                yield "event: over\ndata: over\n\n"
                return
            await asyncio.sleep(_LOOK_S)

    return StreamingResponse(told(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@router.post("/jobs/{name}/cancel", dependencies=[Depends(checked_form)])
def cancel(request: Request, name: str) -> Response:
    """Cancel a run."""
    _job(request, name)
    request.app.state.background.cancel(name)
    return RedirectResponse(f"/jobs/{name}", 303)


@router.post("/jobs/{name}/again", dependencies=[Depends(checked_form)])
def again(request: Request, name: str) -> Response:
    """Start a run again that failed, was cancelled or was interrupted."""
    _job(request, name)
    return RedirectResponse(f"/jobs/{request.app.state.background.ask_again(name)}", 303)


def _job(request: Request, name: str) -> jobs.Job:
    job = jobs.find_job(request.app.state.database, name)
    if job is None:
        raise HTTPException(404)
    return job


def _answers(request: Request, job: jobs.Job) -> str:
    """Give where the answers behind a run that brought nothing can be changed; empty if nowhere."""
    if job.kind != "plan" or job.state in (*jobs.OPEN, "done"):
        return ""
    draft = jobs.payload_of(request.app.state.database, job.id).get("draft")
    return f"/plan/new/{draft}/check" if draft and find_draft(request.app.state.database, draft) else ""


def _percent(request: Request, name: str) -> int:
    progress = request.app.state.background.progress(name)
    return 0 if progress is None else int(100 * progress.share)
