"""Serves the app: on this machine alone, or on the network with a code for each device."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from dataclasses import replace

from cramplab.core.errors import UserError
from cramplab.web.application import create_app
from cramplab.web.lan_code import LanCodes
from cramplab.web.settings import Settings

_CLOSE_S = 3
_WAITING = 2048
"""Requests that may wait to be taken up; as many as uvicorn lets wait."""


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve the app until it is stopped.

    Parameters
    ----------
    tell
        Told what the user has to know: the address, where the data are, and codes for devices.

    Raises
    ------
    UserError
        If the port is taken, or the data file cannot be used.
    """
    import uvicorn

    codes = None
    if settings.lan:
        addresses = own_addresses()
        settings = replace(settings, host="0.0.0.0", names=(*settings.names, *addresses))
        codes = LanCodes(lambda code: tell(f"Code for one more device: {code}"))
    taken = _bound(settings)
    port = taken.getsockname()[1]
    with taken:
        app = create_app(settings, codes)
        tell(f"cramplab app   http://127.0.0.1:{port}")
        tell(f"Data           {settings.data_file}")
        if codes is not None:
            for address in settings.names:
                tell(f"Other devices  http://{address}:{port}   (not encrypted: only among people you trust)")
            codes.begin()
        tell("Ctrl-C ends it; what was kept stays.")
        config = uvicorn.Config(
            app, log_level="warning", proxy_headers=False, server_header=False, access_log=False,
            timeout_graceful_shutdown=_CLOSE_S,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[taken])


def own_addresses() -> tuple[str, ...]:
    """Give the addresses by which this machine is known on its network, its name included."""
    name = socket.gethostname().lower()
    found = {name, f"{name}.local"}
    try:
        # Nothing is sent: it only asks which of our addresses would be used.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            found.add(probe.getsockname()[0])
    except OSError:
        pass
    return tuple(sorted(found))


def _bound(settings: Settings) -> socket.socket:
    # Named as TCP, so that asyncio sends small pieces at once: otherwise every answer waits 40 ms for a receipt.
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
        # Whoever reads the address opens it at once: their request then waits until pages can be given.
        taken.listen(_WAITING)
    except OSError as problem:
        taken.close()
        if problem.errno == errno.EADDRINUSE:
            raise UserError(
                f"Port {settings.port} is taken, perhaps by this app in another window. Use that one, or name another "
                "with --port."
            ) from problem
        raise UserError(
            f"Port {settings.port} cannot be used: {problem.strerror}. Name another with --port."
        ) from problem
    return taken
