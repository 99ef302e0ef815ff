"""How fast the app answers: from Enter to the first page, each page, and fifty requests at once beside a long run.

The long run is the planning of an example by the real engine, in the worker process of the app; with ``--runs 0`` there
is none, and the last two lines are left out. ``--two-plans`` measures something else instead: two visitors ask for a
plan each at the same time while a third weighs, beside one plan alone in the same app.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "marathon.toml"
PAGES = (
    "/", "/redflags", "/limits", "/plan", "/team", "/team/weigh", "/team/cards", "/sweat", "/research", "/theories",
    "/evidence", "/claims", "/about", "/static/app.css", "/style/report.css",
)  # fmt: skip
FIFTY = 50


def started(file: Path) -> tuple[subprocess.Popen[str], str]:
    app = subprocess.Popen(
        [sys.executable, "-m", "cramplab", "app", "--port", "0", "--data", str(file)], stdout=subprocess.PIPE, text=True
    )
    assert app.stdout is not None
    return app, app.stdout.readline().split()[-1]


def client(address: str) -> httpx2.Client:
    return httpx2.Client(base_url=address, timeout=120.0, trust_env=False)


def first_page(file: Path) -> float:
    """Give the time from Enter to the first page in a fresh process (s)."""
    begun = time.perf_counter()
    app, address = started(file)
    with client(address) as visitor:
        visitor.get("/").raise_for_status()
    taken = time.perf_counter() - begun
    app.terminate()
    app.wait()
    return taken


def seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def fifty_at_once(address: str) -> tuple[float, float, int]:
    """Give requests per second, the slowest answer (s) and how many were answered with a page."""
    together = threading.Barrier(FIFTY + 1)
    times: list[float] = []
    statuses: list[int] = []

    def ask(number: int) -> None:
        with client(address) as visitor:
            together.wait()
            begun = time.perf_counter()
            statuses.append(visitor.get(PAGES[number % len(PAGES)]).status_code)
            times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(FIFTY)]
    for thread in threads:
        thread.start()
    together.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return FIFTY / (time.perf_counter() - begun), max(times), statuses.count(200)


def ask_for_plan(visitor: httpx2.Client, seed: int) -> str:
    """Ask for the plan of the example; gives its job. Another seed makes it another plan, of the same size."""
    text = EXAMPLE.read_text(encoding="utf-8")
    files = [each for each in EXAMPLE.parent.iterdir() if f'"{each.name}"' in text]
    content = {each.name: base64.b64encode(each.read_bytes()).decode() for each in files}
    told = {"scenario": text, "red_flags": [], "seed": seed, "files": content}
    return str(visitor.post("/api/plans", json=told).raise_for_status().json()["id"])


def until_over(visitor: httpx2.Client, job: str) -> str:
    """Wait for a job; gives how it ended."""
    while (state := visitor.get(f"/api/jobs/{job}").json()["state"]) in ("waiting", "running"):
        time.sleep(0.05)
    return str(state)


def planned(address: str, seeds: tuple[int, ...]) -> tuple[list[float], list[str]]:
    """Have visitors ask for a plan each at once; gives the time of each (s) and how each ended."""
    together = threading.Barrier(len(seeds))
    times, states = [0.0] * len(seeds), [""] * len(seeds)

    def ask(number: int) -> None:
        with client(address) as visitor:
            together.wait()
            begun = time.perf_counter()
            states[number] = until_over(visitor, ask_for_plan(visitor, seeds[number]))
            times[number] = time.perf_counter() - begun

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(seeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, states


def weigh_meanwhile(address: str, over: threading.Event, answers: dict[str, list[float]], wrong: list[str]) -> None:
    """Weigh one athlete after the other and look at pages until it is over; keeps the time of each answer (s)."""
    with client(address) as visitor:
        visitor.get("/")
        token = {"form_token": visitor.cookies["cramplab_form"]}
        number = 0
        while not over.is_set():
            told = {
                "athlete": f"A{number % 40:02d}",
                "session": f"S{number}",
                "before": "70.4",
                "after": "69.3",
            } | token
            for what, action, status in (
                ("a weighing", lambda told=told: visitor.post("/team/weigh", data=told), 303),
                *((path, lambda path=path: visitor.get(path), 200) for path in ("/", "/team", "/team/weigh", "/plan")),
            ):
                begun = time.perf_counter()
                answer = action()
                answers.setdefault(what, []).append(time.perf_counter() - begun)
                if answer.status_code != status:
                    wrong.append(f"{what}: {answer.status_code}")
            number += 1
            time.sleep(0.2)  # nobody steps on a scale faster


def two_plans(address: str) -> None:
    """Print how long two plans at once take beside one alone, and how long a third person at the scale waits."""
    first, _ = planned(address, (1,))
    (alone,), states = planned(address, (2,))
    over, answers, wrong = threading.Event(), {}, []
    third = threading.Thread(target=weigh_meanwhile, args=(address, over, answers, wrong))
    third.start()
    both, more = planned(address, (3, 4))
    over.set()
    third.join()
    print(f"one plan, the first of an app        {first[0]:6.1f} s")
    print(f"one plan alone                       {alone:6.1f} s   {', '.join(states)}")
    for who, taken, state in zip(("Ann", "Bob"), both, more, strict=True):
        print(f"one of two at once, {who}              {taken:6.1f} s   {state}   {taken / alone:.2f} of one alone")
    print(
        f"both at once                         {max(both):6.1f} s   {max(both) / alone / 2:.2f} of one after the other"
    )
    print("meanwhile              median ms   slowest ms   answers")
    for what, times in answers.items():
        print(f"{what:<22} {1000 * statistics.median(times):9.1f}  {1000 * max(times):11.1f}  {len(times):8d}")
    print(f"answers that were not as expected    {wrong or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--runs", type=int, default=1, choices=(0, 1, 2), help="long runs at the same time")
    parser.add_argument("--two-plans", action="store_true", help="two plans at once, while a third person weighs")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kept.sqlite3"
        if told.two_plans:
            app, address = started(file)
            try:
                print("load before, of 1, 5 and 15 minutes  " + "  ".join(f"{each:.2f}" for each in os.getloadavg()))
                two_plans(address)
            finally:
                app.terminate()
                app.wait()
            return
        times = [first_page(file) for _ in range(told.repeats)]
        print(f"Enter to first page, fresh process   {min(times):.2f} to {max(times):.2f} s")
        app, address = started(file)
        try:
            with client(address) as visitor:
                visitor.get("/")
                token = {"form_token": visitor.cookies["cramplab_form"]}
                visitor.post("/team/example", data=token)
                print("page                   median ms   slowest ms   kB as sent")
                for path in PAGES:
                    answer = visitor.get(path)
                    of_page = [1000 * seconds(lambda path=path: visitor.get(path)) for _ in range(told.repeats)]
                    size = len(gzip.compress(answer.content, 6)) / 1000
                    print(f"{path:<22} {statistics.median(of_page):9.1f}  {max(of_page):11.1f}  {size:11.1f}")
                alone = fifty_at_once(address)
                print("fifty at once          requests/s   slowest s   answered   against the first line")
                print(f"no long run            {alone[0]:10.1f}  {alone[1]:10.2f}  {alone[2]:9d}")
                if not told.runs:
                    return
                jobs = [ask_for_plan(visitor, seed) for seed in range(told.runs)]
                while not all(visitor.get(f"/api/jobs/{job}").json()["state"] == "running" for job in jobs):
                    time.sleep(0.1)
                time.sleep(3.0)  # past the loading of the engine
                beside = fifty_at_once(address)
                states = [visitor.get(f"/api/jobs/{job}").json()["state"] for job in jobs]
                words = f"{told.runs} long run{'s' * (told.runs > 1)}"
                print(f"{words:<22} {beside[0]:10.1f}  {beside[1]:10.2f}  {beside[2]:9d}  {beside[0] / alone[0]:9.2f}")
                if states != ["running"] * told.runs:
                    print(f"The long runs were not going on all the time: {states}")
        finally:
            app.terminate()
            app.wait()


if __name__ == "__main__":
    main()
