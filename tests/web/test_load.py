"""Fifty requests at once while a long run goes on: all are answered, and none waits for the run."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter

from tests.web import busy_app
from tests.web.running_app import BUSY, RunningApp

from cramplab.core.team import Athlete, Weighing
from cramplab.web.server import _bound
from cramplab.web.settings import Settings
from cramplab.web.storage.athletes import import_athletes
from cramplab.web.storage.database import Database
from cramplab.web.storage.weighings import all_weighings, import_weighings

AT_ONCE = 50
PAGES = ("/", "/redflags", "/team", "/team/weigh", "/limits", "/api/weighings", "/plan", "/static/app.css")


def test_fifty_requests_at_once_are_all_answered_while_two_long_runs_go_on(data_file):
    database = Database(data_file)
    codes = [f"A{number:02d}" for number in range(60)]
    import_athletes(database, [Athlete(code, mass_kg=70.0) for code in codes])
    import_weighings(database, [Weighing(code, "2026-07-01", "AM", 70.0, 69.2) for code in codes])
    names = busy_app.ask_before_start(database, "Ann's", "Bob's", steps=1_000_000)
    answers: list[tuple[str, int]] = []
    with RunningApp(data_file, script=BUSY) as running:
        with running.visitor() as first:
            runs = [first.submit(f"/jobs/{name}/again").headers["location"] for name in names]
            while not all("Working: " in first.get(run).text for run in runs):
                time.sleep(0.05)
        together = threading.Barrier(AT_ONCE)

        def ask(number: int) -> None:
            with running.visitor() as visitor:
                if number % 5 == 0:
                    told = {"athlete": f"A{number:02d}", "session": f"at once {number}", "mass_before_kg": 70.0}
                    together.wait()
                    answers.append(("weighing", visitor.post("/api/weighings", json=told).status_code))
                else:
                    path = PAGES[number % len(PAGES)]
                    together.wait()
                    answers.append((path, visitor.get(path).status_code))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with running.visitor() as last:
            assert all("Working: " in last.get(run).text for run in runs), "the runs were over before the requests"
    assert len(answers) == AT_ONCE
    assert Counter(status for _, status in answers) == {200: 40, 201: 10}, answers
    assert sum(each.weighing.session.startswith("at once") for each in all_weighings(database)) == 10


def test_answers_go_out_at_once(data_file):
    """Without a delay that waits for receipts: asyncio turns it off for sockets that say that they are TCP."""
    with _bound(Settings(data_file=data_file, port=0)) as taken:
        assert taken.proto == socket.IPPROTO_TCP
