"""Lets further devices of the network in, each by a code that is printed where the app was started, and used once."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from ipaddress import ip_address

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

DEVICE_COOKIE = "cramplab_device"
_MOST_WRONG = 5
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without signs that look like others."""
_OPEN, _OPEN_FOLDERS = ("/code", "/redflags"), ("/static/", "/style/")
"""What everybody may see: when to get help is never behind a door."""


class LanCodes:
    """The code of the moment, and the devices that came in by one.

    Parameters
    ----------
    tell
        Told each new code; prints it.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell, self._lock = tell, threading.Lock()
        self._devices: set[str] = set()
        self._wrong = 0
        self._code = ""

    def begin(self) -> None:
        """Make the first code."""
        with self._lock:
            self._renew()

    def enter(self, code: str) -> str | None:
        """Take a code; gives the key of the device, or None if the code is wrong.

        A code is used up by the device that enters it, and by five wrong guesses.
        """
        entered = "".join(sign for sign in code.upper() if sign.isalnum())
        with self._lock:
            if not hmac.compare_digest(entered.encode(), self._code.encode()):
                self._wrong += 1
                if self._wrong >= _MOST_WRONG:
                    self._renew()
                return None
            key = secrets.token_urlsafe(32)
            self._devices.add(key)
            self._renew()
            return key

    def knows(self, key: str) -> bool:
        """Tell whether a device has come in."""
        with self._lock:
            return key in self._devices

    def _renew(self) -> None:
        self._code, self._wrong = "".join(secrets.choice(_ALPHABET) for _ in range(8)), 0
        self._tell(f"{self._code[:4]} {self._code[4:]}")


class OnlyKnownDevices:
    """Middleware: who is not this machine has to enter a code first."""

    def __init__(self, app: ASGIApp, codes: LanCodes) -> None:
        self.app, self.codes = app, codes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let this machine and known devices through; send all others to the page for the code."""
        if scope["type"] == "http":
            known = _is_here(scope) or self.codes.knows(HTTPConnection(scope).cookies.get(DEVICE_COOKIE, ""))
            path = scope["path"]
            if not known and path not in _OPEN and not path.startswith(_OPEN_FOLDERS):
                await RedirectResponse("/code", 303)(scope, receive, send)
                return
            # Pages ask for it: who has not come in is told nothing of the team, not even who gained weight.
            scope.setdefault("state", {})["stranger"] = not known
        await self.app(scope, receive, send)


def _is_here(scope: Scope) -> bool:
    """Tell whether a request comes from this machine, by the address of the connection; headers are not asked."""
    client = scope.get("client")
    try:
        return client is not None and ip_address(client[0]).is_loopback
    except ValueError:
        return False
