"""The recorded trial of all theories before the published studies, and the claims; each study has its own page."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cramplab.report.claims_page import claims_context
from cramplab.report.evidence_page import evidence_context, study_context
from cramplab.web.records import MADE_BY, record
from cramplab.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/research")
def research(request: Request) -> Response:
    """Give the page that leads to theories, evidence and claims."""
    return page(request, "research.html.j2")


@router.get("/evidence")
def evidence(request: Request) -> Response:
    """Give the scoreboard without what opens below each study."""
    data = record("evidence")
    if data is None:
        return _missing(request, "Evidence", "evidence", "cramplab evidence score")
    return page(request, "evidence_overview.html.j2", **_overview())


@router.get("/evidence/{study}")
def one_study(request: Request, study: str) -> Response:
    """Give one study: what was published, and what each theory predicts."""
    data = record("evidence")
    if data is None:
        return _missing(request, "Evidence", "evidence", "cramplab evidence score")
    try:
        context = study_context(data, study, totals_link="/evidence#totals-of")
    except KeyError:
        raise HTTPException(404) from None
    return page(request, "evidence_study.html.j2", data=data, **context)


@router.get("/claims")
def claims(request: Request) -> Response:
    """Give what people say about cramps, put to the theories and to the studies."""
    if record("claims") is None:
        return _missing(request, "Claims", "claims", "cramplab claims")
    return page(request, "claims_overview.html.j2", **_claims())


@cache
def _overview() -> dict[str, Any]:
    data = record("evidence")
    assert data is not None
    return evidence_context(data, study_pages="/evidence/")


@cache
def _claims() -> dict[str, Any]:
    data = record("claims")
    assert data is not None
    return claims_context(data)


def _missing(request: Request, title: str, name: str, command: str) -> Response:
    return page(request, "record_missing.html.j2", title=title, command=command, made_by=MADE_BY[name])
