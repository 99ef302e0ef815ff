"""What keeps pages of others out, however they come: by form, by name, by size, and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from tests.web.app_client import AppClient, routes

from cramplab.web.application import create_app
from cramplab.web.protection import CSRF_COOKIE, CSRF_FIELD, HEADERS
from cramplab.web.settings import Settings

POSTS = sorted({route.path for route in routes() if "POST" in route.methods and not route.path.startswith("/api/")})
API_POSTS = sorted({route.path for route in routes() if "POST" in route.methods and route.path.startswith("/api/")})
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
MOST_BYTES = 60_000


@pytest.fixture
def small_client(data_file) -> Iterator[AppClient]:
    """The app, told to take no more than 60 kB at once; what is not foreseen is answered, not raised."""
    app = create_app(Settings(data_file=data_file, largest_upload_bytes=MOST_BYTES))

    @app.get("/breaks")
    def breaks(request: Request) -> None:
        raise RuntimeError("secret words of a traceback")

    @app.post("/takes")
    async def takes(request: Request) -> int:
        return len(await request.body())

    with AppClient(app, raise_server_exceptions=False) as client:
        yield client


def somewhere(path: str) -> str:
    """Fill the places of a path."""
    return re.sub(r"\{[^}]*\}", "1", path)


def test_there_are_forms_to_protect():
    assert "/jobs/{name}/cancel" in POSTS


def test_pages_change_things_by_post_alone():
    others = {
        (route.path, method)
        for route in routes()
        for method in route.methods
        if method in CHANGING - {"POST"} and not route.path.startswith("/api/")
    }
    assert not others


@pytest.mark.parametrize("path", POSTS)
def test_a_form_without_the_token_of_its_browser_is_refused(app_client, path):
    before = app_client.database.copy()
    token = app_client.token()
    for sent in ({}, {CSRF_FIELD: ""}, {CSRF_FIELD: "x" * 43}, {CSRF_FIELD: token[:-1]}):
        assert app_client.post(somewhere(path), data=sent).status_code == 403, sent
    assert app_client.post(somewhere(path), files={CSRF_FIELD: ("token.txt", token)}).status_code == 403
    app_client.cookies.clear()
    for cookie in ("", "short"):
        headers = {"cookie": f"{CSRF_COOKIE}={cookie}"}
        assert app_client.post(somewhere(path), data={CSRF_FIELD: cookie}, headers=headers).status_code == 403, cookie
    assert app_client.database.copy() == before


@pytest.mark.parametrize(
    "header",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:81"},
        {"origin": "http://127.0.0.1.evil.example"},
        {"origin": "http://127.0.0.1@evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=lambda header: " ".join(*header.items()),
)
@pytest.mark.parametrize("path", [*POSTS, *API_POSTS])
def test_a_page_of_another_site_cannot_send_a_form_even_with_the_right_token(app_client, path, header):
    answer = app_client.submit(somewhere(path), headers=header)
    assert answer.status_code == 403
    assert "another site" in answer.text


@pytest.mark.parametrize("path", API_POSTS)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_the_data_interface_takes_no_kind_that_a_form_of_another_site_can_send(app_client, path, kind):
    assert app_client.post(somewhere(path), content=b"{}", headers={"content-type": kind}).status_code == 415


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
        "",
        "[::2]",
        "[::1",
        "0.0.0.0",
        "2130706433",
        "127.0.0.2",
        "localhost:80@evil.example",
        "127.0.0.1, evil.example",
        " ",
        "127.0.0.1:80:evil.example/",
        "evil.example@127.0.0.1",
        "127.0.0.1/evil.example",
        "127.0.0.1?evil.example",
        "127.0.0.1:",
        "127.0.0.1:x",
    ],
)
def test_a_name_that_is_not_its_own_gets_no_answer(app_client, host):
    for path in ("/", "/redflags", "/static/app.css", "/api/openapi.json"):
        answer = app_client.get(path, headers={"host": host})
        assert answer.status_code == 421
        assert "set-cookie" not in answer.headers
        assert host.strip() == "" or host not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8642", "localhost", "LOCALHOST:1", "[::1]", "[::1]:8642"])
def test_it_answers_to_its_own_names(app_client, host):
    assert app_client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 200),
        ("GET", "/static/app.css", {}, 200),
        ("GET", "/no/such/page", {}, 404),
        ("GET", "/static/../settings.py", {}, 404),
        ("GET", "/", {"host": "evil.example"}, 421),
        ("POST", "/", {}, 405),
        ("POST", "/jobs/x/cancel", {}, 403),
        ("POST", "/takes", {"content-length": "60001"}, 413),
        ("POST", "/takes", {"content-length": "many"}, 400),
        ("POST", "/takes", {"content-length": "-1"}, 400),
        ("GET", "/breaks", {}, 500),
    ],
)
def test_every_answer_carries_what_protects_it(small_client, method, path, headers, status):
    answer = small_client.request(method, path, headers=headers)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
    # Sheets and scripts are the program's own; everything else may tell of somebody's health.
    kept = path.startswith("/static/") and status == 200
    assert kept or answer.headers["cache-control"] == "no-store"
    assert "Traceback" not in answer.text
    assert "secret words" not in answer.text


def test_nothing_may_be_loaded_from_elsewhere_or_written_into_a_page():
    policy = HEADERS["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("told", [None, "100"], ids=["no length", "too small a length"])
def test_what_is_too_large_is_stopped_whatever_was_said_of_its_length(small_client, told):
    def pieces() -> Iterator[bytes]:
        for _ in range(10):
            yield b"x" * 10_000

    headers = {} if told is None else {"content-length": told}
    answer = small_client.post("/takes", content=pieces(), headers=headers)
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_what_is_as_large_as_allowed_is_taken(small_client):
    assert small_client.post("/takes", content=b"x" * MOST_BYTES).json() == MOST_BYTES
    assert small_client.post("/takes", content=b"x" * (MOST_BYTES + 1)).status_code == 413


@pytest.mark.parametrize("path", POSTS)
def test_a_form_that_is_too_large_or_broken_is_told_on_a_page(small_client, path):
    where = somewhere(path)
    token = small_client.token()
    large = small_client.post(where, data={CSRF_FIELD: token}, files={"file": ("a.fit", b"x" * (MOST_BYTES + 1))})
    assert large.status_code == 413
    many = "&".join(f"a{number}=1" for number in range(2500))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert small_client.post(where, content=many, headers=kind).status_code == 400
    broken = small_client.post(where, content=b"--x\r\nnot a form", headers={"content-type": "multipart/form-data"})
    assert broken.status_code in (400, 403)
    for answer in (large, broken):
        assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/..%2fsettings.py",
        "/static/%2e%2e/settings.py",
        "/style/../x.css",
        "/style/..%2f..%2fapp.css",
        "/jobs/..%2f..%2fetc%2fpasswd",
        "/static//etc/passwd",
        "/jobs/%00",
        "/jobs/" + "x" * 5000,
    ],
)
def test_a_path_never_leads_out_of_what_is_served(app_client, path):
    assert app_client.get(path).status_code == 404


def test_the_cookie_is_for_this_app_alone_and_no_script_reads_it(app_client):
    cookie = app_client.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie


def test_a_cookie_made_up_elsewhere_is_escaped(app_client):
    page = app_client.get("/no/such/page", headers={"cookie": f'{CSRF_COOKIE}="><script>alert(1)</script>{"x" * 40}'})
    assert "<script>alert" not in page.text
