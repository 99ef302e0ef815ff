"""Keeps others out: what every request has to pass before a page sees it, and what every answer carries.

The app has no log-in, because it answers on this machine alone. What is left to fear is a page of somebody else in the
same browser: it can send requests here (cross-site request forgery), or have a name of its own point here (DNS
rebinding). So a request must call the app by a name of its own, must not come from another site, and a form must carry
the token of the cookie that only this app's pages can read out to it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import AsyncIterator, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cramplab.web.settings import Settings

CSRF_COOKIE, CSRF_FIELD = "cramplab_form", "form_token"
_SAFE = ("GET", "HEAD", "OPTIONS")
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
MOST_FIELDS, MOST_FILES = 2000, 4
_LARGEST_FIELD = 200_000
_SHORTEST_TOKEN = 32
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""Sent with every answer: nothing is loaded from elsewhere, no script inside a page is run, nobody frames it."""


class Protection:
    """Middleware: host, origin, size and kind of a request; headers of the answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self._names = {*_THIS_MACHINE, *(name.lower() for name in settings.names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        if refused is not None:
            status, words = refused
            await PlainTextResponse(words, status)(scope, receive, _with_headers(send))
            return
        await self.app(scope, _limited(receive, self.settings.largest_upload_bytes), _with_headers(send))

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if _name_of(host) not in self._names:
            return 421, "This app is not called by that name. Use the address that it printed when it started.\n"
        if scope["method"] in _SAFE:
            return None
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "A page of another site asked for this, so nothing was done.\n"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, "A page of another site asked for this, so nothing was done.\n"
        if scope["path"].startswith("/api/") and scope["method"] in ("POST", "PUT", "PATCH"):
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                return 415, "Send JSON, with the header Content-Type: application/json.\n"
        length = headers.get("content-length", "0")
        if not length.isdigit():
            return 400, "The length of the request is no number.\n"
        if int(length) > self.settings.largest_upload_bytes:
            return 413, too_large(self.settings.largest_upload_bytes) + "\n"
        return None


def too_large(most_bytes: int) -> str:
    """Say that a request is too large."""
    return f"That is too large: at most {most_bytes / 1e6:g} MB are taken. No activity and no table is that long."


def _name_of(host: str) -> str:
    """Give the name in a Host header, without its port; empty if it is anything else than a name and a port."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:@/?#\[\]]+))(?::\d{1,5})?", host)
    return (found[1] or found[2]).lower() if found else ""


def _limited(receive: Receive, most: int) -> Receive:
    """Count what comes in: a length that was not told, or told wrongly, is stopped here."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413, too_large(most))
        return message

    return limited


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=_as_scope(message))
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            # What people told of their health is not left behind in a shared browser's cache.
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending


def _as_scope(message: Message) -> MutableMapping[str, Any]:
    message.setdefault("headers", [])
    return message


def form_token(request: Request) -> str:
    """Give the token that forms of this browser have to carry; made on the first page."""
    known: str | None = getattr(request.state, "form_token", None) or request.cookies.get(CSRF_COOKIE)
    if not known or len(known) < _SHORTEST_TOKEN:
        known = secrets.token_urlsafe(32)
    request.state.form_token = known
    return known


async def checked_form(request: Request) -> AsyncIterator[FormData]:
    """Read a form, and refuse one that did not come from a page of this app. Every POST of a page depends on it.

    Its files are closed once the request is answered.

    Raises
    ------
    HTTPException
        403 without the right token, 400 if it cannot be read, 413 if a part is too large.
    """
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=_LARGEST_FIELD) as form:
        sent, known = form.get(CSRF_FIELD), request.cookies.get(CSRF_COOKIE, "")
        right = isinstance(sent, str) and hmac.compare_digest(sent.encode(), known.encode())
        if not right or len(known) < _SHORTEST_TOKEN:
            raise HTTPException(
                403, "This form is not from a page that was opened here, or its cookie is gone. Open the page again."
            )
        yield form
