"""The door for other devices: one code for one device, and none for guessing; this machine needs none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.web.app_client import AppClient, routes
from tests.web.running_app import RunningApp, Visitor

from cramplab.core.team import Weighing
from cramplab.web.application import create_app
from cramplab.web.lan_code import DEVICE_COOKIE, LanCodes
from cramplab.web.server import own_addresses
from cramplab.web.settings import Settings
from cramplab.web.storage.weighings import add_weighing

ADDRESS = "192.168.1.20"
OTHER_DEVICE = ("192.168.1.77", 50_000)


@pytest.fixture
def printed() -> list[str]:
    """What was printed where the app was started."""
    return []


@pytest.fixture
def device(data_file, printed) -> Iterator[Callable[..., AppClient]]:
    """Give further devices, each with cookies of its own, of one app that lets others in."""
    codes = LanCodes(printed.append)
    settings = Settings(data_file=data_file, lan=True, names=(ADDRESS, "trainer.local"))
    app = create_app(settings, codes)
    codes.begin()

    def make(where: tuple[str, int] = OTHER_DEVICE, address: str = f"http://{ADDRESS}") -> AppClient:
        return AppClient(app, address, client=where)

    with make():
        yield make


def enter(client: AppClient, code: str):
    client.get("/code")
    return client.submit("/code", {"code": code})


def test_another_device_sees_nothing_before_it_has_given_the_code(device):
    client = device()
    for path in sorted({route.path for route in routes() if "GET" in route.methods}):
        if path in ("/code", "/redflags") or path.startswith("/style/"):
            continue
        answer = client.get(path.replace("{", "").replace("}", ""))
        assert (answer.status_code, answer.headers["location"]) == (303, "/code"), path
    assert client.get("/api/openapi.json").status_code == 303
    assert client.post("/jobs/x/cancel").headers["location"] == "/code"


def test_the_code_lets_one_device_in_and_no_second_one(device, printed):
    code = printed[-1]
    first, second = device(), device()
    entered = enter(first, code.lower().replace(" ", "-"))
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert first.get("/").status_code == 200
    assert enter(second, code).status_code == 403
    assert second.get("/").status_code == 303
    assert enter(second, printed[-1]).status_code == 303
    assert second.get("/").status_code == 200
    assert len(set(printed)) == len(printed) == 3


def test_five_wrong_guesses_use_a_code_up(device, printed):
    client = device()
    code = printed[-1]
    for _ in range(5):
        assert enter(client, "AAAA AAAA").status_code == 403
    assert len(printed) == 2
    assert enter(client, code).status_code == 403
    assert enter(client, printed[-1]).status_code == 303


@pytest.mark.parametrize("code", ["", " ", "é" * 8, "A" * 5000, "\x00"])
def test_what_is_no_code_lets_nobody_in(device, code):
    client = device()
    assert enter(client, code).status_code in (400, 403)
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded", "x-forwarded-host"])
def test_a_header_makes_nobody_this_machine(device, header):
    value = "for=127.0.0.1" if header == "forwarded" else "127.0.0.1"
    assert device().get("/", headers={header: value}).status_code == 303


def test_a_made_up_key_lets_nobody_in(device):
    for key in ("", "x", "0" * 43):
        assert device().get("/", headers={"cookie": f"{DEVICE_COOKIE}={key}"}).status_code == 303


@pytest.mark.parametrize("path", ["/redflags", "/static/app.css", "/style/report.css"])
def test_when_to_get_help_is_behind_no_door(device, path):
    if path == "/redflags" and path not in {route.path for route in routes()}:
        pytest.fail("There is no page with the red flags.")
    assert device().get(path).status_code == 200


def test_the_door_tells_nothing_of_the_team(device, printed):
    client = device()
    add_weighing(client.database, Weighing("FB54", mass_before_kg=104.1, mass_after_kg=104.9))
    for path in ("/code", "/redflags", "/redflags/nothing", "/code/nothing", "/static/nothing", "/style/nothing"):
        assert "FB54" not in client.get(path).text, path
    assert "FB54" not in enter(client, "AAAA AAAA").text
    assert enter(client, printed[-1]).status_code == 303
    assert "FB54" in client.get("/").text


@pytest.mark.parametrize("here", ["127.0.0.1", "::1", "127.8.8.8"])
def test_this_machine_needs_no_code(device, here):
    assert device((here, 50_000), "http://127.0.0.1").get("/").status_code == 200


def test_no_address_at_all_is_not_this_machine(device):
    for nobody in ("", "localhost", "::ffff:192.168.1.77"):
        assert device((nobody, 0)).get("/").status_code == 303


@pytest.mark.parametrize("name", ["evil.example", "192.168.1.21"])
def test_it_is_called_by_its_addresses_alone(device, name):
    assert device(address=f"http://{name}").get("/code").status_code == 421


def test_there_is_no_door_where_nobody_else_may_come_in(app_client):
    assert app_client.get("/code").status_code == 404
    assert app_client.submit("/code", {"code": "x"}).status_code == 404


def test_the_real_app_prints_a_code_and_its_addresses(data_file):
    addresses = own_addresses()
    with RunningApp(data_file, "--lan") as running:
        told = "".join(running.told)
        assert "Code for one more device: " in told
        assert "not encrypted" in told
        port = running.address.rpartition(":")[2]
        for address in addresses:
            assert f"http://{address}:{port}" in told
        with Visitor(running.address) as here:
            assert here.get("/").status_code == 200
            for address in addresses:
                assert here.get("/", headers={"host": f"{address}:{port}"}).status_code == 200
            assert here.get("/", headers={"host": "evil.example"}).status_code == 421
