"""The first page, and the reports' style sheets as files."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cramplab.report.document import style_sheets
from cramplab.web.rendering import page
from cramplab.web.storage.drafts import all_drafts
from cramplab.web.storage.jobs import unfinished_jobs

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request) -> Response:
    """Give the first page: three doors, and what was begun and not finished."""
    database = request.app.state.database
    return page(request, "home.html.j2", unfinished=unfinished_jobs(database), drafts=all_drafts(database))


@router.get("/style/{name}.css")
def style(name: str) -> Response:
    """Give a style sheet of the reports; it changes with the version alone."""
    sheets = style_sheets()
    if name not in sheets:
        raise HTTPException(404)
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(sheets[name], media_type="text/css", headers=kept)
