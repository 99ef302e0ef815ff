"""Every form of every page, sent as it stands and with a script in every field: answered, and never run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from tests.web.app_client import AppClient
from tests.web.crawling import crawl, is_page

from cramplab.web.protection import CSRF_FIELD

POISON = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
FINE = (200, 303, 409, 422)


@dataclass
class Form:
    """A form as a page shows it."""

    action: str
    method: str
    files: bool
    answers: dict[str, list[str]]
    typed: set[str]


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms = path, []
        self._select: str | None = None

    def handle_starttag(self, tag, pairs):
        told = dict(pairs)
        if tag == "form":
            action = urljoin(self.path, told.get("action") or self.path)
            multipart = told.get("enctype") == "multipart/form-data"
            self.forms.append(Form(action, (told.get("method") or "get").lower(), multipart, {}, set()))
        if not self.forms or not told.get("name", "x"):
            return
        form, name = self.forms[-1], told.get("name")
        if tag in ("input", "textarea") and name:
            kind = told.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in told:
                return
            if kind == "file":
                return
            form.answers.setdefault(name, []).append(told.get("value") or "")
            if kind not in ("hidden", "checkbox", "radio"):
                form.typed.add(name)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and (self._select not in form.answers or "selected" in told):
            form.answers[self._select] = [told.get("value") or ""]

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None


def forms_of(path: str, text: str) -> list[Form]:
    reader = _Reader(path)
    reader.feed(text)
    return reader.forms


def send(client: AppClient, form: Form, answers: dict[str, list[str]]):
    if form.method == "get":
        return client.get(form.action, params={name: each[-1] for name, each in answers.items()})
    files = {"nothing": ("", b"")} if form.files else None
    return client.post(form.action, data=answers, files=files)


@pytest.fixture
def in_use(app_client) -> Iterator[AppClient]:
    app_client.submit("/team/example")
    app_client.submit("/plan/new")
    return app_client


def all_forms(client: AppClient) -> list[Form]:
    pages = {path: answer.text for path, answer in crawl(client.get).items() if is_page(answer)}
    found = {(form.action, tuple(form.answers)): form for path, text in pages.items() for form in forms_of(path, text)}
    # What deletes goes last, so that the others still have something to be about.
    return sorted(found.values(), key=lambda form: ("delete" in form.action, form.action))


def test_every_form_can_be_sent_as_it_stands(in_use):
    forms = all_forms(in_use)
    assert sum(form.method == "post" for form in forms) > 5
    for form in forms:
        assert form.method == "get" or CSRF_FIELD in form.answers, form.action
        answer = send(in_use, form, form.answers)
        assert answer.status_code in (*FINE, 404), (form.action, answer.text[-500:])
        if answer.status_code == 303:
            assert in_use.get(answer.headers["location"]).status_code in (200, 303), form.action


def scripts_in(text: str) -> list[str]:
    """Give what of the poison stands in a page as more than text."""
    found = re.findall(r"<script>alert|<img src=x", text)
    shown = unescape(re.sub(r"<[^>]*>", "", text))
    return found + (["a template was filled"] if re.search(r"script>[^{]*49", shown) else [])


def test_a_script_in_any_field_is_shown_as_text_everywhere(in_use):
    for form in all_forms(in_use):
        poisoned = {name: [POISON] if name in form.typed else value for name, value in form.answers.items()}
        answer = send(in_use, form, poisoned)
        assert answer.status_code in (*FINE, 400, 404), (form.action, answer.text[-500:])
        assert scripts_in(answer.text) == [], form.action
    for path, answer in crawl(in_use.get).items():
        assert answer.status_code in FINE, path
        if is_page(answer):
            assert scripts_in(answer.text) == [], path


def test_a_script_that_was_kept_is_shown_as_text_everywhere(in_use):
    """In every field that takes words of one's own: position, session, a row that could not be read, a title."""
    poisoned = {
        "/api/athletes": {"id": "P1", "position": POISON[:60]},
        "/api/weighings": {"athlete": "P1", "session": POISON[:60], "mass_before_kg": 70.0, "mass_after_kg": 70.4},
    }
    for path, told in poisoned.items():
        answer = in_use.post(path, json=told)
        assert answer.status_code in (201, 422), answer.text
    bad = f"athlete,before (kg),after (kg)\n{POISON.replace(',', ' ')},x{POISON.replace(',', ' ')},70\nHB01,y,z\n"
    for form in forms_of("/team/tables", in_use.get("/team/tables").text):
        if form.files:
            tables = {"file": (f"{POISON}.csv", bad), "table": (f"{POISON}.csv", bad)}
            answer = in_use.post(form.action, data={**form.answers, "kind": "weighings"}, files=tables)
            assert scripts_in(answer.text) == []
    found = crawl(in_use.get)
    assert any("&lt;script&gt;" in answer.text for answer in found.values()), (
        "nothing of it was kept: this proves nothing"
    )
    for path, answer in found.items():
        assert answer.status_code in FINE, path
        if is_page(answer):
            assert scripts_in(answer.text) == [], path


@pytest.mark.parametrize(
    "code", ["../../etc/passwd", "%2e%2e", "<script>", "a b", "é", "x" * 300, "'; drop table athlete"]
)
def test_a_code_that_cannot_be_is_not_found_wherever_it_stands(in_use, code):
    for path in (
        "/athlete/{}",
        "/athlete/{}/edit",
        "/api/athletes/{}",
        "/plan/{}",
        "/jobs/{}",
        "/theories/{}",
        "/evidence/{}",
    ):
        answer = in_use.get(path.format(code))
        assert answer.status_code in (404, 422), path
        assert "<script>" not in answer.text
    assert in_use.get("/team").status_code == 200
