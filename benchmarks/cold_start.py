"""How long ``cramplab run examples/marathon.toml`` takes from Enter to the card, in a fresh process.

Three times side by side: nothing compiled before, compiled by an earlier run, and ``cramplab --help`` for scale.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "marathon.toml"


def seconds(words: list[str], cache: str) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "cramplab", *words],
        check=True,
        env=os.environ | {"CRAMPLAB_CACHE_DIR": cache},
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = range(parser.parse_args().repeats)
    with tempfile.TemporaryDirectory() as folder:
        run = ["run", str(EXAMPLE), "--out", str(Path(folder) / "out")]
        kept = str(Path(folder) / "cache")
        nothing = [seconds(run, "") for _ in repeats]
        seconds(run, kept)
        again = [seconds(run, kept) for _ in repeats]
        help_page = [seconds(["--help"], "") for _ in repeats]
    print("                        fastest s  slowest s  against the first line")
    for words, times in (
        ("nothing compiled before", nothing),
        ("compiled before", again),
        ("cramplab --help", help_page),
    ):
        print(f"{words:<23} {min(times):9.2f}  {max(times):9.2f}  {min(times) / min(nothing):8.2f}")


if __name__ == "__main__":
    main()
