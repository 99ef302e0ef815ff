"""What is kept and where, taking all of it along, and deleting all of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from cramplab.web.export import archive, counts
from cramplab.web.protection import checked_form
from cramplab.web.rendering import page
from cramplab.web.storage.jobs import unfinished_jobs

router = APIRouter(include_in_schema=False)
DELETE = "delete"
"""What has to be typed before all is deleted."""


@router.get("/data")
def data(request: Request) -> Response:
    """Tell what is kept, and where."""
    return _data(request)


@router.get("/data/cramplab.zip")
def export(request: Request) -> Response:
    """Give all that is kept as one archive."""
    headers = {"content-disposition": 'attachment; filename="cramplab.zip"'}
    return StreamingResponse(archive(request.app.state.database), media_type="application/zip", headers=headers)


@router.get("/data/delete")
def ask_to_delete(request: Request) -> Response:
    """Ask before all is deleted."""
    return _ask(request)


@router.post("/data/delete")
def delete(request: Request, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Delete all that is kept, if the word was typed; long runs are stopped first."""
    typed = str(form.get("word", "")).strip().lower()
    if typed != DELETE:
        return _ask(request, wrong=f"Type {DELETE} if you mean it. Nothing was deleted.", typed=typed, status=422)
    state = request.app.state
    for job in unfinished_jobs(state.database):
        state.background.cancel(job.id)
    state.database.wipe()
    return RedirectResponse("/data?deleted=yes", 303)


def _data(request: Request) -> Response:
    state = request.app.state
    file = state.settings.data_file
    beside = (file, file.with_name(f"{file.name}-wal"))
    found = counts(state.database)
    deleted = request.query_params.get("deleted") == "yes" and not any(found.values())
    size = sum(each.stat().st_size for each in beside if each.exists())
    return page(request, "data.html.j2", file=file.absolute(), size=size, counts=found, deleted=deleted)


def _ask(request: Request, *, wrong: str = "", typed: str = "", status: int = 200) -> Response:
    found = counts(request.app.state.database)
    return page(request, "data_delete.html.j2", status, word=DELETE, wrong=wrong, answers={"word": typed}, counts=found)
