"""When to stop and get help, and what every plan is held to: pages without log-in, cookie or script."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cramplab.safety.limits import ACTIONS, ORIGINS, load_limits
from cramplab.safety.red_flags import URGENCIES, load_red_flags
from cramplab.web.rendering import page

router = APIRouter(include_in_schema=False)
URGENCY_WORDS = {"now": "Now", "today": "Today", "soon": "Soon", "ask": "Ask first"}


@router.get("/redflags")
def redflags(request: Request) -> Response:
    """Give all red flags, first what to do, then when; and, of what was ticked, the most urgent first."""
    rows = load_red_flags()
    ticked = request.query_params.getlist("yes")
    true = [row for row in rows if row.id in ticked]
    return page(
        request, "redflags.html.j2", rows=rows, urgency=URGENCY_WORDS,
        told=sorted(true, key=lambda row: URGENCIES.index(row.urgency)),
        none_true=set(ticked) == {"none"},
        no_plan=any(row.plan == "none" for row in true),
    )  # fmt: skip


@router.get("/limits")
def limits(request: Request) -> Response:
    """Give every limit with what happens at it and where it is from, and the heat bands."""
    found = load_limits()
    bands = list(zip(found.bands, (*found.bands[1:], None), strict=True))
    return page(request, "limits.html.j2", limits=list(found.values()), bands=bands, actions=ACTIONS, origins=ORIGINS)
