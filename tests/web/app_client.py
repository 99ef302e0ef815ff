"""A visitor of the app in this process, who fills in forms as a browser does."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

import cramplab.web.pages as pages
from cramplab.web.protection import CSRF_COOKIE, CSRF_FIELD
from cramplab.web.storage.database import Database

HERE = "http://127.0.0.1"


class AppClient(TestClient):
    """A browser on this machine, to the app; redirects are not followed, so that a test sees them."""

    __test__ = False

    def __init__(self, app: FastAPI, address: str = HERE, **options: Any) -> None:
        super().__init__(app, address, follow_redirects=False, **options)

    @property
    def database(self) -> Database:
        """What the app keeps."""
        found: Database = self.app.state.database  # type: ignore[attr-defined]
        return found

    def token(self) -> str:
        """Open a page if none was opened yet, and give the token that its forms carry."""
        if CSRF_COOKIE not in self.cookies:
            self.get("/")
        return str(self.cookies[CSRF_COOKIE])

    def submit(self, path: str, answers: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """Send a form of a page, its token included."""
        return self.post(path, data={CSRF_FIELD: self.token(), **(answers or {})}, **options)


def routes() -> list[APIRoute]:
    """Give every route of every group of pages."""
    modules = (
        importlib.import_module(f"{pages.__name__}.{each.name}") for each in pkgutil.iter_modules(pages.__path__)
    )
    return [route for module in modules for route in module.router.routes if isinstance(route, APIRoute)]
