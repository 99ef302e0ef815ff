"""Long runs in processes of their own: told how far, cancelled, failed, side by side, never in the way of pages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.web import busy_app
from tests.web.app_client import routes
from tests.web.running_app import BUSY, RunningApp, is_alive

from cramplab.core.errors import CramplabError, UserError
from cramplab.web import worker
from cramplab.web.background import Background
from cramplab.web.storage import jobs
from cramplab.web.storage.database import Database

LONG = 1_000_000


def waited_for(true: Callable[[], Any]) -> Any:
    """Wait until something holds; whoever runs the tests decides how long is too long."""
    while not (found := true()):
        time.sleep(0.02)
    return found


@pytest.fixture
def database(data_file) -> Database:
    return Database(data_file)


@pytest.fixture
def background(database) -> Iterator[Background]:
    running = Background(database, {"busy": busy_app.keep_busy}, workers=2)
    yield running
    running.close()


@pytest.fixture
def in_this_process(monkeypatch) -> None:
    """Have runs of the kind ``busy`` without processes: tells what it is given."""

    def run(self: Any, kind: str, payload: Any, progress: Any, closing: Any) -> tuple[Any, ...]:
        return tuple(payload["told"])

    monkeypatch.setattr("cramplab.web.background._Process.run", run)


class Pipe:
    """The other end of a worker: gives it what is asked for, and keeps what it tells."""

    def __init__(self, *asked: tuple[str, Mapping[str, Any]]) -> None:
        self.asked, self.told = list(asked), []

    def recv(self) -> tuple[str, Mapping[str, Any]]:
        if not self.asked:
            raise EOFError
        return self.asked.pop(0)

    def send(self, told: tuple[Any, ...]) -> None:
        self.told.append(told)


def over(database: Database, name: str) -> jobs.Job | None:
    job = jobs.find_job(database, name)
    return None if job is None or job.is_open else job


def test_a_worker_tells_how_far_it_is_and_goes_on_after_a_failure(monkeypatch):
    def theirs(payload: Mapping[str, Any], report: worker.Report) -> dict[str, Any]:
        raise UserError("No such sport.")

    def ours(payload: Mapping[str, Any], report: worker.Report) -> dict[str, Any]:
        raise ZeroDivisionError("division\nTraceback of many lines")

    monkeypatch.setattr(worker, "KINDS", {"busy": busy_app.busy, "theirs": theirs, "ours": ours})
    monkeypatch.setattr(worker.os, "nice", lambda by: None)
    pipe = Pipe(("theirs", {}), ("ours", {}), ("nothing", {}), ("busy", {"steps": 2, "each": 1}))
    worker.work(pipe)
    failures = [told[1] for told in pipe.told if told[0] == "failed"]
    assert failures[0] == "No such sport."
    assert "our fault" in failures[1]
    assert "Traceback" not in failures[1]
    assert "KeyError" in failures[2]
    assert [told[:2] for told in pipe.told[-3:-1]] == [("progress", 1), ("progress", 2)]
    assert pipe.told[-1][0] == "done"


@pytest.mark.usefixtures("in_this_process")
def test_what_is_done_is_kept_with_the_end_of_its_run(background, database):
    done = background.ask("busy", "A run", {"told": ["done", {}]})
    failed = background.ask("busy", "A run", {"told": ["failed", "No sweat test."]})
    assert waited_for(lambda: over(database, done)).state == "done"
    assert over(database, done).result == "/?done"
    told = waited_for(lambda: over(database, failed))
    assert (told.state, told.message) == ("failed", "No sweat test.")
    waited_for(lambda: background.progress(failed) is None)


@pytest.mark.usefixtures("in_this_process")
def test_a_result_that_cannot_be_kept_ends_neither_the_run_half_way_nor_later_ones(database):
    def full(connection: Any, payload: Any, tree: Any) -> str:
        connection.execute("insert into setting values ('half', 'written')")
        raise CramplabError("The disk is full.")

    def broken(connection: Any, payload: Any, tree: Any) -> str:
        raise KeyError("no such thing")

    running = Background(database, {"full": full, "broken": broken, "busy": busy_app.keep_busy}, workers=1)
    names = [running.ask(kind, kind, {"told": ["done", {}]}) for kind in ("full", "broken", "busy")]
    states = {name: waited_for(lambda name=name: over(database, name)).state for name in names}
    running.close()
    assert list(states.values()) == ["failed", "failed", "done"]
    with database.reading() as connection:
        assert connection.execute("select * from setting").fetchall() == []


def test_who_asks_for_the_same_again_while_it_goes_on_gets_the_same_run(database):
    nobody = Background(database, {}, workers=0)
    names = [nobody.ask("busy", title, {"steps": 1}) for title in ("A run", "A run", "Another one")]
    assert names[0] == names[1] != names[2]
    nobody.cancel(names[0])
    again = nobody.ask_again(names[0])
    assert again not in names
    assert nobody.ask_again(names[0]) == again


def test_only_what_is_over_can_be_started_again(background, database):
    with pytest.raises(CramplabError, match="nothing to start again"):
        background.ask_again("nothing")


def test_a_run_that_was_cancelled_while_it_waited_never_runs(database):
    nobody = Background(database, {}, workers=0)
    name = nobody.ask("busy", "A run", {"steps": 1})
    assert nobody.cancel(name)
    assert not nobody.cancel(name)
    assert jobs.find_job(database, name).state == "cancelled"
    again = nobody.ask_again(name)
    assert again != name
    assert jobs.find_job(database, again).state == "waiting"


def test_the_pages_of_the_app_load_no_engine(server):
    with server.visitor() as visitor:
        for route in routes():
            if "GET" in route.methods and not route.path.endswith("/events"):
                visitor.get(re.sub(r"{.*?}", "1", route.path))
    loaded = Path(f"/proc/{server.pid}/maps").read_text()
    assert "sqlite" in loaded
    assert not [library for library in ("jaxlib", "llvmlite", "numba") if library in loaded]


def test_two_runs_go_on_at_once_and_cancel_ends_one_alone(data_file):
    """In the real app: two people, two processes, pages in between."""
    names = busy_app.ask_before_start(Database(data_file), "Ann's", "Bob's", steps=LONG)
    with RunningApp(data_file, script=BUSY) as running:
        with running.visitor() as ann, running.visitor() as bob:
            database = Database(data_file)
            paths = [
                who.submit(f"/jobs/{name}/again").headers["location"]
                for who, name in zip((ann, bob), names, strict=True)
            ]
            waited_for(lambda: all("Working: " in ann.get(path).text for path in paths))
            # A run is told as begun a moment before its process is there.
            both = waited_for(lambda: [found for found in [engines_of(running)] if len(found) == 2])[0]
            assert ann.submit(f"{paths[0]}/cancel").headers["location"] == paths[0]
            assert "Cancelled" in ann.get(paths[0]).text
            left = waited_for(lambda: [pids for pids in [{pid for pid in both if is_alive(pid)}] if len(pids) == 1])[0]
            assert "Working: " in bob.get(paths[1]).text
            assert [job.state for job in jobs.unfinished_jobs(database)] == ["running"]
            again = ann.submit(f"{paths[0]}/again").headers["location"]
            waited_for(lambda: "Working: " in ann.get(again).text)
        running.stop()
        waited_for(lambda: not any(is_alive(pid) for pid in left))
    states = {job.title: job.state for job in jobs.unfinished_jobs(Database(data_file))}
    assert set(states) == {"Ann's", "Bob's"}


def engines_of(running: RunningApp) -> set[int]:
    return {pid for pid in running.workers() if "spawn_main" in command_of(pid)}


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
