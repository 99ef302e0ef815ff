"""How long ``cramplab plan`` takes from Enter to the card, and the commands that somebody may need in a hurry.

Each in a fresh process. A plan is timed with nothing compiled before and with what an earlier plan compiled; a red flag
shows how soon a refusal comes, since nothing is simulated for it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "marathon.toml"
REFUSED = 3


def seconds(words: list[str], cache: str, expected: int = 0) -> float:
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cramplab", *words],
        env=os.environ | {"CRAMPLAB_CACHE_DIR": cache},
        capture_output=True,
        text=True,
    )
    took = time.perf_counter() - begun
    if done.returncode != expected:
        raise SystemExit(f"cramplab {' '.join(words)} left with {done.returncode}, not {expected}:\n{done.stderr}")
    return took


def line(name: str, times: Iterable[float]) -> str:
    found = list(times)
    return f"{name:<36} {min(found):9.2f}  {max(found):9.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--scenario", type=Path, default=EXAMPLE)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = str(Path(folder) / "cache")

        def plan(answer: str) -> list[str]:
            return ["plan", str(asked.scenario), "--answer", answer, "--out", str(Path(folder) / answer), "--quiet"]

        print(f"{'':<36} fastest s  slowest s")
        repeats = range(asked.repeats)
        print(line("plan, nothing compiled before", [seconds(plan("none"), "") for _ in repeats]), flush=True)
        seconds(plan("none"), kept)
        print(line("plan, compiled before", [seconds(plan("none"), kept) for _ in repeats]), flush=True)
        print(line("plan refused by a red flag", [seconds(plan("1"), kept, REFUSED) for _ in repeats]))
        weighed = ["sweat", "--before", "62.4", "--after", "61.3", "--drank", "0.4", "--minutes", "75"]
        for words in (weighed, ["limits"], ["redflags", "--answer", "none"], ["--help"]):
            print(line(f"cramplab {words[0]}", [seconds(words, kept) for _ in repeats]))


if __name__ == "__main__":
    main()
