"""Runs what takes long in processes of its own, a few at a time, with progress and cancel; pages never wait for it."""

from __future__ import annotations

import logging
import multiprocessing
import queue
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from cramplab.core.errors import CramplabError
from cramplab.web import worker
from cramplab.web.storage import jobs
from cramplab.web.storage.database import Database

Keep = Callable[[sqlite3.Connection, Any, Any], str]
"""Keeps a result: takes the open transaction, what was asked for and the result; gives the path to look at it."""
_LOOK_S = 0.1
_log = logging.getLogger(__name__)


@dataclass
class Progress:
    """How far a run is."""

    done: int = 0
    total: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event)

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.done / self.total if self.total else 0.0


class Background:
    """Takes runs, and sees to them in order.

    Parameters
    ----------
    keep
        By kind: what keeps a result, in one transaction with the job's state.
    workers
        How many run at a time.
    """

    def __init__(self, database: Database, keep: Mapping[str, Keep], *, workers: int) -> None:
        self._database, self._keep = database, keep
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._open: dict[str, Progress] = {}
        self._closing = threading.Event()
        self._asking = threading.Lock()
        self._threads = [
            threading.Thread(target=self._serve, name=f"long runs {number}", daemon=True) for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, kind: str, title: str, payload: Any) -> str:
        """Ask for a run; gives the id of its job. Who asks for the same again while it goes on gets the same job."""
        with self._asking:
            asked = jobs.open_job_like(self._database, kind, title, payload)
            if asked is not None:
                return asked
            name = jobs.new_job(self._database, kind, title, payload)
        self._open[name] = Progress()
        self._queue.put(name)
        return name

    def ask_again(self, name: str) -> str:
        """Ask once more for what failed, was cancelled or was interrupted; gives the id of the new job."""
        job = jobs.find_job(self._database, name)
        if job is None or job.is_open:
            raise CramplabError("There is nothing to start again: this run still goes on, or is not known.")
        again = self.ask(job.kind, job.title, jobs.payload_of(self._database, name))
        with self._database.writing() as connection:
            # An interrupted run that was started again need not be offered once more.
            jobs.set_state(connection, name, "cancelled", message="Started again.", only="interrupted")
        return again

    def progress(self, name: str) -> Progress | None:
        """Give how far a run is; None if it is not open."""
        return self._open.get(name)

    def cancel(self, name: str) -> bool:
        """Cancel a run; false if it was over already."""
        with self._database.writing() as connection:
            told = jobs.set_state(connection, name, "cancelled", message="Nothing else was changed.")
        progress = self._open.get(name)
        if progress is not None:
            progress.cancelled.set()
        return told

    def close(self) -> None:
        """Stop all runs; those that were not over are told as interrupted at the next start."""
        self._closing.set()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(5.0)

    def _serve(self) -> None:
        process = _Process()
        try:
            while (name := self._queue.get()) is not None and not self._closing.is_set():
                try:
                    self._run(name, process)
                except Exception:  # noqa: BLE001 - what goes wrong with one run must not end all later ones
                    _log.exception("a long run could not be seen to its end")
                    process.kill()
                    self._tell_failed(name, "It could not be kept. This is our fault, please report it.")
                finally:
                    self._open.pop(name, None)
        finally:
            process.kill()

    def _run(self, name: str, process: _Process) -> None:
        progress = self._open.setdefault(name, Progress())
        job = jobs.find_job(self._database, name)
        with self._database.writing() as connection:
            if job is None or not jobs.set_state(connection, name, "running", only="waiting"):
                return
        payload = jobs.payload_of(self._database, name)
        what, *told = process.run(job.kind, payload, progress, self._closing)
        if what == "stopped":
            return
        try:
            with self._database.writing() as connection:
                if what == "failed":
                    jobs.set_state(connection, name, "failed", message=told[0])
                # Cancelled at the last moment: nothing is kept.
                elif jobs.set_state(connection, name, "done"):
                    path = self._keep[job.kind](connection, payload, told[0])
                    connection.execute("update job set result = ? where id = ?", (path, name))
        except CramplabError as problem:  # a full disk
            self._tell_failed(name, str(problem))

    def _tell_failed(self, name: str, message: str) -> None:
        with suppress(CramplabError, sqlite3.Error), self._database.writing() as connection:
            jobs.set_state(connection, name, "failed", message=message)


class _Process:
    """One process with the engine in it, started when it is first needed, and again after it was killed."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def run(self, kind: str, payload: Any, progress: Progress, closing: threading.Event) -> tuple[Any, ...]:
        """Run one thing to its end; gives ``done``, ``failed`` or ``stopped`` with what belongs to it."""
        connection = self._started()
        try:
            connection.send((kind, payload))
            while True:
                if progress.cancelled.is_set() or closing.is_set():
                    self.kill()
                    return ("stopped",)
                if not connection.poll(_LOOK_S):
                    continue
                told = connection.recv()
                if told[0] != "progress":
                    return tuple(told)
                progress.done, progress.total = told[1], told[2]
        except (EOFError, OSError):
            self.kill()
            return ("failed", "The run ended without an answer, perhaps for want of memory. Start it again.")

    def kill(self) -> None:
        """End the process at once."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None

    def _started(self) -> Connection:
        if self._connection is None or self._process is None or not self._process.is_alive():
            self.kill()
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            process = context.Process(target=worker.work, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._process = process
        return self._connection
