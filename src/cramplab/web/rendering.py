"""From a template to an answer: the app's own templates, and those of the reports, with the same care for text."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cramplab.report.document import style_sheets, templates_folder
from cramplab.web.protection import CSRF_COOKIE, form_token

HERE = Path(__file__).parent
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Unicode's embeddings, overrides and isolates; text in Arabic or Hebrew reads as it should without them."""


def page(request: Request, name: str, /, status: int = 200, **context: Any) -> HTMLResponse:
    """Fill a template of a page.

    Parameters
    ----------
    name
        Of the template.
    context
        What it needs beside what every page has: ``request``, ``form_token``, ``path`` and ``gains``.
    """
    token = form_token(request)
    gains = context.pop("gains", None)
    if gains is None:
        stranger = getattr(request.state, "stranger", False)
        gains = () if stranger else request.app.state.gains()
    filled = (
        environment()
        .get_template(name)
        .render(request=request, form_token=token, path=request.url.path, gains=gains, **context)
    )
    answer = HTMLResponse(filled, status)
    answer.set_cookie(CSRF_COOKIE, token, httponly=True, samesite="strict", path="/")
    return answer


@cache
def environment() -> jinja2.Environment:
    """Give the templates; what they print is escaped, and a word that is missing is an error."""
    found = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.FileSystemLoader(HERE / "templates"), jinja2.FileSystemLoader(templates_folder())]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_as_it_reads,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Browsers keep sheets and scripts for long; a change of any gives all of them a new address.
    found.globals["version"] = _kept_until()
    return found


def _as_it_reads(printed: Any) -> Any:
    """Take out what turns the direction of all that follows: a session's name must not turn +0.8 into 8.0+."""
    if isinstance(printed, str) and _TURNS.search(printed):
        return type(printed)(_TURNS.sub("", printed))  # of its own kind: what is safe HTML stays so
    return printed


def _kept_until() -> str:
    """Give a name for the sheets and scripts as they are now."""
    files = (file.read_bytes() for file in sorted((HERE / "static").iterdir()) if file.is_file())
    sheets = (sheet.encode() for sheet in style_sheets().values())
    return hashlib.sha256(b"\0".join((*files, *sheets))).hexdigest()[:12]
