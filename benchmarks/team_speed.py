"""How long ``cramplab team`` takes from Enter to the card, for one athlete, a squad and a full roster.

Each in a fresh process, with nothing compiled before and with what an earlier run compiled, and without the outlook.
The teams are invented: a weighing for each athlete, so that every run is weighed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEAMS = (1, 15, 60)


def write_team(folder: Path, athletes: int) -> tuple[Path, Path]:
    """Write a roster and weighings of invented players."""
    roster, weighins = folder / f"roster_{athletes}.csv", folder / f"weighins_{athletes}.csv"
    people = ["athlete_id,position,sex,age_y,mass_kg,height_cm,heat_acclimated,sweat_rate_L_per_h"]
    weighed = ["athlete_id,date,session,mass_before_kg,mass_after_kg,drank_L,urine_L,duration_min"]
    for number in range(athletes):
        code, mass = f"P{number:03d}", 62 + number % 60
        people.append(f"{code},G{number % 7},male,{19 + number % 12},{mass},{172 + number % 25},yes,")
        lost = round(0.010 * mass * (1 + number % 4) / 2, 1)
        weighed.append(f"{code},2026-08-04,AM,{mass},{mass - lost:.1f},{0.6 + 0.1 * (number % 9):.1f},0,120")
    roster.write_text("\n".join(people) + "\n", encoding="utf-8")
    weighins.write_text("\n".join(weighed) + "\n", encoding="utf-8")
    return roster, weighins


def seconds(words: list[str], cache: str) -> float:
    """Run one command in a fresh process."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cramplab", *words],
        env=os.environ | {"CRAMPLAB_CACHE_DIR": cache},
        capture_output=True,
        text=True,
    )
    took = time.perf_counter() - begun
    if done.returncode != 0:
        raise SystemExit(f"cramplab {' '.join(words)} left with {done.returncode}:\n{done.stderr}")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    asked = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = str(folder / "cache")
        for athletes in TEAMS:
            roster, weighins = write_team(folder, athletes)
            words = ["team", str(roster), "--weighins", str(weighins), "--out", str(folder / "out"), "--quiet"]
            cold = [seconds(words, "") for _ in range(asked.repeats)]
            seconds(words, kept)
            warm = [seconds(words, kept) for _ in range(asked.repeats)]
            bare = [seconds([*words, "--no-outlook"], kept) for _ in range(asked.repeats)]
            found.append({"athletes": athletes, "cold_s": cold, "warm_s": warm, "no_outlook_s": bare})
            if not asked.json:
                _tell(found)
    if asked.json:
        print(json.dumps(found, indent=1))


def _tell(found: list[dict]) -> None:
    """Print the last line, with what each further athlete costs since the team before."""
    last = found[-1]
    if len(found) == 1:
        print(f"{'athletes':>8} {'nothing compiled':>18} {'compiled before':>18} {'no outlook':>14} {'each more':>10}")
    shown = [f"{min(last[key]):.2f} to {max(last[key]):.2f}" for key in ("cold_s", "warm_s", "no_outlook_s")]
    more = ""
    if len(found) > 1:
        before = found[-2]
        more = f"{(min(last['warm_s']) - min(before['warm_s'])) / (last['athletes'] - before['athletes']):.3f}"
    print(f"{last['athletes']:>8} {shown[0]:>18} {shown[1]:>18} {shown[2]:>14} {more:>10}", flush=True)


if __name__ == "__main__":
    main()
