"""The server killed at any moment: what it answered for is there, once; what it had not answered for can be sent again.

Ending a process tries all but the disk itself: what the system had taken but not yet written survives it. That every
answer waits for the disk is SQLite's ``synchronous = full``, which is held here by asking for it.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter

import httpx2
import pytest
from tests.web import busy_app
from tests.web.running_app import BUSY, RunningApp, Visitor, is_alive

from cramplab.web.storage import jobs
from cramplab.web.storage.database import Database
from cramplab.web.storage.weighings import all_weighings

KILLS = 6


def send(visitor: Visitor, session: str) -> bool:
    """Send a weighing by the form of the scale or as data; true if it was answered for."""
    who, number = session.split("-")[0], int(session.split("-")[-1])
    if number % 2:
        answers = {
            "athlete": who, "date": "2026-07-01", "session": session, "before": "70.4", "after": "69.1",
            "token": f"token-of-a-form-{session}",
        }  # fmt: skip
        answer = visitor.submit("/team/weigh", answers)
        assert answer.status_code == 303, answer.text
        return "saved=" in answer.headers["location"]
    told = {
        "athlete": who, "date": "2026-07-01", "session": session, "mass_before_kg": 70.4, "mass_after_kg": 69.1,
        "token": f"token-of-a-form-{session}",
    }  # fmt: skip
    answer = visitor.post("/api/weighings", json=told)
    assert answer.status_code == 201, answer.text
    return True


def sessions(database: Database) -> Counter[str]:
    return Counter(each.weighing.session for each in all_weighings(database))


def test_every_commit_waits_for_the_disk(data_file):
    with Database(data_file).reading() as connection:
        assert connection.execute("pragma synchronous").fetchone()[0] == 2
        assert connection.execute("pragma journal_mode").fetchone()[0] == "wal"


def test_no_weighing_that_was_answered_for_is_lost_when_the_server_is_killed(data_file):
    moments = random.Random(20260701)
    answered: set[str] = set()
    unanswered: set[str] = set()
    wrong: list[BaseException] = []

    def weigh(running: RunningApp, kill: int, who: int, begun: threading.Event) -> None:
        with running.visitor() as visitor:
            for number in range(100_000):
                session = f"T{who}-{kill}-{number}"
                try:
                    if send(visitor, session):
                        answered.add(session)
                        begun.set()
                except httpx2.TransportError:
                    unanswered.add(session)
                    return
                except BaseException as problem:
                    wrong.append(problem)
                    begun.set()
                    raise

    for kill in range(KILLS):
        with RunningApp(data_file) as running:
            begun = threading.Event()
            threads = [threading.Thread(target=weigh, args=(running, kill, who, begun)) for who in range(4)]
            for thread in threads:
                thread.start()
            begun.wait()
            time.sleep(moments.uniform(0.0, 0.4))
            running.kill()
            for thread in threads:
                thread.join()
        assert wrong == []
        kept = sessions(Database(data_file))
        assert set(kept.values()) == {1}
        assert answered <= set(kept)
        assert set(kept) <= answered | unanswered
    assert len(answered) >= KILLS
    assert unanswered, "no request was open when the server was killed: the moments prove nothing"
    with RunningApp(data_file) as running, running.visitor() as visitor:
        assert all(send(visitor, session) for session in sorted(unanswered))
        assert sessions(Database(data_file)) == Counter(answered | unanswered)
    with Database(data_file).reading() as connection:
        assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize("each", [10_000, 10**12], ids=["tells how far it is", "is silent"])
@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_run_that_was_cut_off_is_told_and_can_be_started_again(data_file, how, each):
    (name,) = busy_app.ask_before_start(Database(data_file), "Long", steps=1_000_000, each=each)
    with RunningApp(data_file, script=BUSY) as running:
        with running.visitor() as visitor:
            path = visitor.submit(f"/jobs/{name}/again").headers["location"]
            while "Working: " not in visitor.get(path).text:
                time.sleep(0.05)
        while len(below := running.workers()) < 2:  # the run, and what Python keeps beside it
            time.sleep(0.05)
        getattr(running, how)()
        # The engine must not go on alone; a test that waits for ever here says that it does.
        while any(is_alive(pid) for pid in below):
            time.sleep(0.05)
    with RunningApp(data_file, script=BUSY) as running, running.visitor() as visitor:
        assert "Interrupted" in visitor.get(path).text
        home = visitor.get("/").text
        assert path in home
        assert "interrupted" in home
        again = visitor.submit(f"{path}/again").headers["location"]
        while "Working: " not in visitor.get(again).text:
            time.sleep(0.05)
        assert path not in visitor.get("/").text
    assert [job.title for job in jobs.unfinished_jobs(Database(data_file))] == ["Long"]
