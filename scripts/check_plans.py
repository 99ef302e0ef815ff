"""Runs the safety gate and the whole planner over very many invented cases, and records what came of it.

Run from anywhere: ``python scripts/check_plans.py --gate 10000 --planner 200``. The cases are those of the tests
(``tests/safety/gate_cases.py``, ``tests/planner/plan_scenarios.py``), which run a few of them each time; this runs them
in number, which takes most of an hour, and is a script and no slow test because it counts and records as well as
judging. A fault ends nothing: it is recorded, and the exit code is 1. A case can be seen again by its number. Whole
plans are recorded one by one; ``--first`` goes on where a run of the same commit was stopped.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "results"
SEED = 20_26
PROCESSES = 2
sys.path[:0] = [str(ROOT / "tests" / "safety"), str(ROOT / "tests" / "planner")]


def main() -> int:
    read = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    read.add_argument("--gate", type=int, default=0, metavar="N", help="how many invented people before the gate")
    read.add_argument("--planner", type=int, default=0, metavar="N", help="how many whole plans")
    read.add_argument("--first", type=int, default=0, metavar="NUMBER", help="number of the first whole plan")
    read.add_argument("--draws", type=int, default=1024, help="possible versions of the person in a whole plan")
    asked = read.parse_args()
    file = RESULTS / "plan_properties.json"
    made: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    told = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _git("rev-parse", "HEAD"),
        "changed_since_commit": bool(_git("status", "--porcelain", "--", "src/cramplab")),
    }

    def keep(part: str, found: Mapping[str, Any]) -> None:
        made[part] = {**told, **found}
        _write(file, json.dumps(made, indent=1, ensure_ascii=False) + "\n")
        _write(RESULTS / "plan_properties.md", "\n".join(page(made)) + "\n")

    if asked.gate:
        keep("gate", through_the_gate(asked.gate))
    if asked.planner:
        before = made.get("planner", {})
        goes_on = before.get("commit") == told["commit"] and before.get("draws") == asked.draws
        goes_on = goes_on and before["first"] + before["cases"] == asked.first
        through_the_planner(
            asked.first, asked.planner, asked.draws, before if goes_on else {}, lambda found: keep("planner", found)
        )
    faults = [each for part in made.values() for each in part["faults"]]
    print("\n".join(faults) or "no fault")
    return 1 if faults else 0


def through_the_gate(count: int) -> dict[str, Any]:
    """Send invented people to the gate; give what became of them."""
    from gate_cases import GateCase, faults_of, gate_cases, ruled, total, upper_bound

    seen: Counter[str] = Counter()
    faults: list[str] = []
    most = {"chance_of_gain": 0.0, "bound_of_low_sodium_added": 0.0, "litres": 0.0}
    each = iter(track(range(2 * count), "Before the gate", total=count))

    # What hypothesis would do once it has found a fault, making it smaller, is left to the test.
    @seed(SEED)
    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(gate_cases())
    def send(case: GateCase) -> None:
        next(each, None)
        ruling = ruled(case)
        faults.extend(f"gate: {fault}: {case}" for fault in faults_of(case))
        seen[ruling.plan.lead if ruling.plan else ruling.outcome] += 1
        seen["lowered"] += bool(ruling.lowered)
        if ruling.plan is None or ruling.foreseen is None:
            return
        happens = ruling.foreseen
        fell = int(((happens.sodium_lowest < 135.0) & (happens.sodium_at_start >= 135.0)).sum())
        gained = float((happens.mass_change > 0.0).mean())
        drunk = total(ruling.plan)
        most["chance_of_gain"] = max(most["chance_of_gain"], gained)
        most["litres"] = max(most["litres"], drunk)
        bound = upper_bound(fell, happens.sodium_lowest.size)
        most["bound_of_low_sodium_added"] = max(most["bound_of_low_sodium_added"], bound)

    send()
    return {"cases": count, "seed": SEED, "counts": dict(seen), "most": most, "faults": faults}


def whole_plan(case: tuple[int, int]) -> dict[str, Any]:
    """Make one whole plan and hold it against the limits; in a process of its own."""
    from plan_scenarios import ScenarioText, faults_of, planned

    number, draws = case
    try:
        with tempfile.TemporaryDirectory() as folder:
            result = planned(ScenarioText(number).text(), Path(folder), draws)
        found = faults_of(result)
    except Exception as problem:  # noqa: BLE001 - whatever goes wrong is what this script is for
        return {"counts": ["failed"], "faults": [f"planner {number}: {type(problem).__name__}: {problem}"]}
    drinks = result.plan.most_intake if result.plan is not None else 0.0
    counts = [result.outcome, *(f"refused by {each.limit}" for each in result.refusals)]
    return {
        "counts": counts + ["plans without a drop"] * (result.plan is not None and drinks == 0.0),
        "faults": [f"planner {number}: {fault}" for fault in found.words],
        "bound_by": result.bound_by[:1] or (("no limit",) if result.plan else ()),
        "most": {"chance_of_gain": found.chance_of_gain, "litres": drinks,
                 "bound_of_low_sodium_added": found.bound if result.plan is not None else 0.0},
    }  # fmt: skip


def through_the_planner(
    first: int, count: int, draws: int, before: Mapping[str, Any], keep: Callable[[Mapping[str, Any]], None]
) -> None:
    """Make whole plans with the engine, two at a time; keep what became of them after each, for it takes long."""
    seen: Counter[str] = Counter(before.get("counts", {}))
    faults: list[str] = list(before.get("faults", ()))
    most = dict(before.get("most", dict.fromkeys(_MOST, 0.0)))
    bound_by: Counter[str] = Counter(before.get("bound_by", {}))
    begin = before.get("first", first)
    cases = [(number, draws) for number in range(first, first + count)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        # In order of the numbers, so that what is kept is always the first so many.
        answers = pool.imap(whole_plan, cases)
        for (number, _), found in zip(cases, track(answers, "Whole plans", total=count), strict=True):
            seen.update(found["counts"])
            faults += found["faults"]
            bound_by.update(found.get("bound_by", ()))
            most = {name: max(value, found.get("most", {}).get(name, 0.0)) for name, value in most.items()}
            keep({
                "cases": number - begin + 1, "first": begin, "draws": draws, "seed": 1, "counts": dict(seen),
                "bound_by": dict(bound_by), "most": most, "faults": faults,
            })  # fmt: skip


_TITLES = {"gate": "The gate alone, with invented people and days", "planner": "The whole planner, with the engine"}
_MOST = {
    "chance_of_gain": ("largest share of runs that gain mass under a plan that passed", 100.0, "of 100"),
    "bound_of_low_sodium_added": ("largest upper 95 % bound of low plasma sodium added", 100.0, "of 100"),
    "litres": ("largest intake", 1.0, "L"),
}  # fmt: skip


def page(made: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Give the record as Markdown."""
    lines = [
        "# Plans against their limits",
        "",
        "Made by `scripts/check_plans.py`; not written by hand. Every plan is held against rules that were written a",
        "second time for the tests, from the published limits, and share no line with the program's own.",
    ]
    for part, found in made.items():
        changed = " (files of the program were changed since)" if found["changed_since_commit"] else ""
        lines += [
            "", f"## {_TITLES[part]}", "",
            f"{found['cases']} cases, seed {found['seed']}, {found['date']}, commit `{found['commit'][:12]}`{changed}.",
            f"Faults: {len(found['faults'])}.", "", "| what became of them | cases |", "|---|---|",
            *(f"| {name} | {count} |" for name, count in sorted(found["counts"].items())),
        ]  # fmt: skip
        if found.get("bound_by"):
            lines += ["", "| what set the drinking | plans |", "|---|---|"]
            lines += [f"| {name} | {count} |" for name, count in sorted(found["bound_by"].items())]
        lines += ["", "| | |", "|---|---|"]
        lines += [
            f"| {words} | {scale * found['most'][name]:.2f} {unit} |" for name, (words, scale, unit) in _MOST.items()
        ]
        lines += ["", *(f"- {each}" for each in found["faults"])] if found["faults"] else []
    return lines


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _write(file: Path, content: str) -> None:
    beside = file.with_name(f".{file.name}")
    beside.write_text(content, encoding="utf-8")
    beside.replace(file)


if __name__ == "__main__":
    raise SystemExit(main())
