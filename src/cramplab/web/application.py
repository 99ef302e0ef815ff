"""Puts the app together: data, long runs, protection, pages; the only file that knows all of them."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from types import SimpleNamespace

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Match
from starlette.staticfiles import StaticFiles

import cramplab.web.pages as pages
from cramplab.core.errors import CramplabError, FaultsFoundError, UserError
from cramplab.web import results
from cramplab.web.background import Background
from cramplab.web.gain_words import do_first, gain_in
from cramplab.web.gains import recent_gains
from cramplab.web.lan_code import LanCodes, OnlyKnownDevices
from cramplab.web.protection import HEADERS, Protection
from cramplab.web.rendering import HERE, page
from cramplab.web.settings import Settings
from cramplab.web.storage import jobs
from cramplab.web.storage.database import Database, DiskFullError

_log = logging.getLogger(__name__)
_NOT_FOUND = "There is no such page here. It may have been deleted."


def create_app(settings: Settings, codes: LanCodes | None = None) -> FastAPI:
    """Give the app, ready to be served.

    Parameters
    ----------
    codes
        By which devices of the network come in; None if only this machine may.

    Raises
    ------
    UserError
        If the data file cannot be used.
    """
    database = Database(settings.data_file)
    jobs.mark_interrupted(database)

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        app.state.background = Background(database, results.KEEP, workers=settings.workers)
        yield
        app.state.background.close()

    app = FastAPI(
        title="cramplab", version=version("cramplab"), lifespan=running, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json",
        description="The local app as data. It answers on this machine alone; nothing here is medical advice.",
    )  # fmt: skip
    app.state.database, app.state.settings, app.state.codes = database, settings, codes
    app.state.gains = lambda: recent_gains(database)
    for module in sorted(pkgutil.iter_modules(pages.__path__), key=lambda each: each.name):
        app.include_router(importlib.import_module(f"{pages.__name__}.{module.name}").router)
    app.mount("/static", _Static(directory=HERE / "static"), name="static")
    _add_error_pages(app)
    # The last one added is the first to see a request.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    if codes is not None:
        app.add_middleware(OnlyKnownDevices, codes=codes)
    app.add_middleware(Protection, settings=settings)
    return app


class _Static(StaticFiles):
    """Files that change with the version alone; their names in pages carry it, so they may be kept."""

    def file_response(self, *args: object, **options: object) -> Response:
        answer = super().file_response(*args, **options)  # type: ignore[arg-type]
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


def _methods(app: FastAPI, request: Request) -> set[str]:
    """Give the methods of all routes of the path that was asked for."""
    # A newer framework keeps the routes of each group of pages together.
    inside = (getattr(route, "original_router", None) or SimpleNamespace(routes=[route]) for route in app.routes)
    routes = (route for group in inside for route in group.routes)
    found = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in found for method in getattr(route, "methods", None) or ()}


def _add_error_pages(app: FastAPI) -> None:
    def told(request: Request, status: int, words: str) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse({"detail": words}, status)
        try:
            return page(request, "problem.html.j2", status, words=words, code=status)
        except CramplabError:
            # What every page tells of gains cannot be read either: the message must not be lost with it.
            return page(request, "problem.html.j2", status, words=words, code=status, gains=())
        except Exception:  # noqa: BLE001 - the page for problems has a problem: the words alone then
            _log.exception("the page for problems failed")
            return PlainTextResponse(words, status)

    @app.exception_handler(HTTPException)
    def http(request: Request, problem: HTTPException) -> Response:
        known = problem.status_code == 404 and problem.detail == "Not Found"
        answer = told(request, problem.status_code, _NOT_FOUND if known else str(problem.detail))
        answer.headers.update(problem.headers or {})
        if problem.status_code == 405 and (methods := _methods(app, request)):
            # A path may have one route for each method; the framework names those of the first alone.
            answer.headers["allow"] = ", ".join(sorted(methods))
        return answer

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, problem: RequestValidationError) -> Response:
        faults = [f"{'.'.join(map(str, each['loc'][1:])) or 'the request'}: {each['msg']}" for each in problem.errors()]
        # A key of the request may hold half a sign, which no answer can.
        faults = [each.encode("utf-8", "replace").decode() for each in faults]
        if request.url.path.startswith("/api/"):
            answer: dict[str, object] = {"detail": "Not as expected. " + "; ".join(faults), "faults": faults}
            if gain_in(problem.body):
                answer |= {"gain": True, "do_first": do_first()}
            return JSONResponse(answer, 422)
        return told(request, 422, "Not as expected. " + "; ".join(faults))

    @app.exception_handler(CramplabError)
    def ours(request: Request, problem: CramplabError) -> Response:
        status = 507 if isinstance(problem, DiskFullError) else 422 if isinstance(problem, UserError) else 503
        if isinstance(problem, FaultsFoundError) and request.url.path.startswith("/api/"):
            return JSONResponse({"detail": str(problem), "faults": [str(each) for each in problem.faults]}, status)
        return told(request, status, str(problem))

    @app.exception_handler(Exception)
    def unforeseen(request: Request, problem: Exception) -> Response:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=problem)
        words = f"{type(problem).__name__}. This is our fault, please report it. What was kept before is untouched."
        answer = told(request, 500, words)
        answer.headers.update(
            {**HEADERS, "cache-control": "no-store"}
        )  # this answer is made outside the middleware that sets them
        return answer
