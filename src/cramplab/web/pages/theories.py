"""What is held to cause cramps: a list, and for each theory its arrows, laws, numbers and what would refute it."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cramplab.simulation.theory_record import NO_ADVICE, theory_record
from cramplab.simulation.theory_shelf import load_theories
from cramplab.web.records import record
from cramplab.web.rendering import page

router = APIRouter(include_in_schema=False)


@cache
def theory_records() -> dict[str, dict[str, Any]]:
    """Give all that the shelf says of each theory, by name; nothing of the engine is loaded for it."""
    return {name: theory_record(theory) for name, theory in load_theories().items()}


@router.get("/theories")
def all_theories(request: Request) -> Response:
    """Give the list of theories."""
    return page(request, "theories.html.j2", theories=list(theory_records().values()), note=NO_ADVICE)


@router.get("/theories/{name}")
def one_theory(request: Request, name: str) -> Response:
    """Give all that there is to say about one theory."""
    found = theory_records().get(name)
    if found is None:
        raise HTTPException(404)
    founding = [(each, each.partition("/")[0]) for each in found["founding"]]
    board = record("evidence")
    known = set() if board is None else {study["key"] for study in board["studies"]}
    counts = [] if board is None else [each for each in board["counts"] if each["theory"] == name]
    return page(
        request, "theory.html.j2", theory=found, founding=founding, known_studies=known, counts=counts, board=board
    )
