"""The door for other devices of the network: a code that was printed where the app was started."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cramplab.web.lan_code import DEVICE_COOKIE
from cramplab.web.protection import checked_form
from cramplab.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/code")
def ask(request: Request) -> Response:
    """Ask for the code."""
    if request.app.state.codes is None:
        raise HTTPException(404)
    return page(request, "code.html.j2", wrong="", gains=())


@router.post("/code")
def enter(request: Request, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Take the code, and let the device in."""
    if request.app.state.codes is None:
        raise HTTPException(404)
    key = request.app.state.codes.enter(str(form.get("code", "")))
    if key is None:
        told = "That is not the code, or it was used already. The one that holds stands where the app was started."
        return page(request, "code.html.j2", 403, wrong=told, gains=())
    answer = RedirectResponse("/", 303)
    answer.set_cookie(DEVICE_COOKIE, key, httponly=True, samesite="strict", path="/")
    return answer
