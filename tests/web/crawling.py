"""Finds every page of the app as people do: from link to link, from the first page on."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from starlette.routing import Match
from tests.web.app_client import routes


class Answer(Protocol):
    """What an asked page gives."""

    status_code: int
    text: str
    headers: Any


def route_of(path: str) -> str:
    """Give the route that serves a path, such as ``/athlete/{code}``; the path itself if none does."""
    scope = {"type": "http", "method": "GET", "path": urlsplit(path).path, "root_path": "", "headers": []}
    for route in routes():
        if route.matches(scope)[0] is Match.FULL:
            return route.path
    return path


def links_of(answer: Answer, path: str) -> set[str]:
    """Give the paths that a page leads to, without their anchors."""
    found = set()
    for link in re.findall(r"<(?:a|area)\b[^>]*?\shref=\"([^\"]*)\"", answer.text):
        parts = urlsplit(urljoin(path, unescape(link)))
        if not parts.scheme and not parts.netloc and parts.path.startswith("/"):
            found.add(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def crawl(get: Callable[[str], Answer], begin: str = "/", *, each: int = 2) -> dict[str, Answer]:
    """Give the answers of all that can be reached, by path.

    Parameters
    ----------
    each
        How many paths of one route are followed.
    """
    seen: dict[str, Answer] = {}
    count: dict[str, int] = {}
    waiting = [begin]
    while waiting:
        path = waiting.pop(0)
        route = route_of(path)
        if path in seen or count.get(route, 0) >= each:
            continue
        count[route] = count.get(route, 0) + 1
        answer = seen[path] = get(path)
        if answer.status_code == 303:
            waiting.append(answer.headers["location"])
        if answer.headers.get("content-type", "").startswith("text/html"):
            waiting += sorted(links_of(answer, path))
    return seen


def is_page(answer: Answer) -> bool:
    """Tell whether an answer is a page to look at, rather than a file to keep."""
    kind, way = answer.headers.get("content-type", ""), answer.headers.get("content-disposition", "")
    return answer.status_code == 200 and kind.startswith("text/html") and "attachment" not in way
