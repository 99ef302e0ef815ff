"""What this is for and what it is not, and how far it can be believed: from the records of this version."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cramplab.web.records import JUDGES, credibility, record
from cramplab.web.rendering import page

router = APIRouter(include_in_schema=False)
_LIBRARIES = ("fastapi", "starlette", "uvicorn", "jinja2", "pydantic", "jax", "numba", "numpy", "scipy", "matplotlib")


@router.get("/about")
def about(request: Request) -> Response:
    """Give the page about the program."""
    judged = [(words, command, found) for name, (words, command) in JUDGES.items() if (found := record(name))]
    return page(
        request, "about.html.j2", program=version("cramplab"), judged=judged, board=record("evidence"),
        credibility=credibility(), libraries=[(name, version(name)) for name in _LIBRARIES],
    )  # fmt: skip
