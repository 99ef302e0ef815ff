"""How fast the app answers: from Enter to the first page, each page, and fifty requests at once beside a long run.

The long run is the planning of examples/marathon.toml by the real engine, in the worker process of the app; with
``--runs 0`` there is none, and the last two lines are left out.
"""

from __future__ import annotations

import argparse
import gzip
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "six_hour_marathon.toml"
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--runs", type=int, default=1, choices=(0, 1, 2), help="long runs at the same time")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kept.sqlite3"
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
                scenario = EXAMPLE.read_text(encoding="utf-8")
                asked = [
                    visitor.post("/api/plans", json={"scenario": scenario, "red_flags": []}) for _ in range(told.runs)
                ]
                jobs = [re.search(r"[\w-]{10,}", each.raise_for_status().json()["id"])[0] for each in asked]  # type: ignore[index]
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
