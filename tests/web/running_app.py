"""The real server in a process of its own: started, asked, killed, as a user's would be."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2

from cramplab.web.protection import CSRF_COOKIE, CSRF_FIELD

BUSY = Path(__file__).with_name("busy_app.py")
_PATIENT = httpx2.Timeout(None)


class RunningApp:
    """``cramplab app`` on a free port.

    Parameters
    ----------
    data_file
        Where it keeps its data.
    script
        Stands in for ``cramplab``, to bring runs of its own.
    """

    def __init__(self, data_file: Path, *words: str, script: Path | None = None) -> None:
        self.data_file = data_file
        command = ["app", "--port", "0", "--data", str(data_file), *words]
        program = ["-m", "cramplab"] if script is None else [str(script)]
        self._process = subprocess.Popen(
            [sys.executable, *program, *command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=Path(__file__).parents[2],
            env={**os.environ, "JAX_NUMPY_RANK_PROMOTION": "allow"},
        )  # fmt: skip
        self.told: list[str] = []
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.told.append(line)
            if "Ctrl-C" in line:
                break
        found = re.search(r"http://127\.0\.0\.1:\d+", "".join(self.told))
        assert found, f"The app did not start: {''.join(self.told)}{self._process.stdout.read()}"
        self.address = found[0]
        self._guests = contextlib.ExitStack()

    def __enter__(self) -> RunningApp:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Id of its process."""
        return self._process.pid

    def visitor(self) -> Visitor:
        """Give a browser of its own."""
        return Visitor(self.address)

    def before_it_stops(self, leave: Callable[[], None]) -> None:
        """Send somebody away before it stops: what a browser fetches on its own, an icon say, would then be refused."""
        self._guests.callback(leave)

    def kill(self) -> None:
        """End it at once, as a power cut would; nothing in it gets to clean up."""
        self._process.kill()
        self._end()

    def stop(self) -> str:
        """End it as Ctrl-C does; gives what it printed meanwhile."""
        self._guests.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._end()

    def workers(self) -> set[int]:
        """Give the ids of the processes that it started."""
        return children_of(self.pid)

    def _end(self) -> str:
        if self._process.stdout is None or self._process.stdout.closed:
            return ""
        # Not communicate(): a worker that outlived it would hold the pipe open, and that is for a test to find.
        self._process.wait()
        os.set_blocking(self._process.stdout.fileno(), False)
        try:
            rest = os.read(self._process.stdout.fileno(), 1_000_000).decode()
        except BlockingIOError:
            rest = ""
        self._process.stdout.close()
        return rest


class Visitor(httpx2.Client):
    """One browser; redirects are not followed, so that a test sees them."""

    def __init__(self, address: str) -> None:
        super().__init__(base_url=address, timeout=_PATIENT, trust_env=False)

    def submit(self, path: str, answers: dict[str, Any] | None = None, **options: Any) -> httpx2.Response:
        """Send a form of a page, its token included."""
        if CSRF_COOKIE not in self.cookies:
            self.get("/")
        return self.post(path, data={CSRF_FIELD: self.cookies[CSRF_COOKIE], **(answers or {})}, **options)


def children_of(pid: int) -> set[int]:
    """Give the ids of all processes below one that live now."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(folder.name)] = int(parent)
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in {pid, *found}} - found:
        found |= more
    return found


def is_alive(pid: int) -> bool:
    """Tell whether a process lives; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
