"""Simulates every bench test that the library asks for with the full motor pool, and keeps the tables as emulators.

Run from anywhere: ``python scripts/make_bench_emulators.py``; takes some minutes for each test. Tests whose table is
there and was made with the motor pool as it is now are left alone, so a run that was stopped goes on where it was.
With ``--prune`` tables that nothing asks for any more are deleted.
"""

from __future__ import annotations

import argparse
import time

from cramplab.cli.progress import progress_bar
from cramplab.cohort.bench_emulator import (
    SHIPPED,
    errors_of,
    fitted,
    in_words,
    is_good,
    people_for,
    read_table,
    write_table,
)
from cramplab.cohort.bench_episodes import episodes_of, is_on_the_bench
from cramplab.cohort.bench_table import further_points, joined, key_of, simulate
from cramplab.cohort.laboratory_timeline import Plan
from cramplab.cohort.participants import NotSimulatedError
from cramplab.core.errors import UserError
from cramplab.core.library import find_muscle, load_library
from cramplab.simulation.bench_measures import LABORATORY_MEASURES, read_bench_measure
from cramplab.simulation.kernel_cache import kept_kernels


def plans() -> dict[str, Plan]:
    """Give every test of every study, design and claim of the library, by its key."""
    library = load_library((), ("studies", "designs", "claims"))
    found: dict[str, Plan] = {}
    of_claims = [each.experiment for each in library.claims.values() if each.experiment is not None]
    for experiment in (*library.studies.values(), *library.designs.values(), *of_claims):
        asked = {
            name for each in experiment.findings if not each.not_simulated and _on_the_bench(each.measure)
            for name in each.arms
        }  # fmt: skip
        for arm in experiment.arms:
            if experiment.judge in ("body", "pool") or arm.id not in asked or not is_on_the_bench(arm):
                continue
            try:
                for episode in episodes_of(arm, lambda _key: 0.5):
                    find_muscle(episode.plan.muscle)
                    found[key_of(episode.plan)] = episode.plan
            except NotSimulatedError as reason:
                print(f"{experiment.key}, {arm.id}: {reason}")
            except UserError as reason:
                print(f"{experiment.key}, {arm.id}: {reason}")
    return found


def _on_the_bench(measure: str) -> bool:
    try:
        return bool(read_bench_measure(measure, LABORATORY_MEASURES))
    except UserError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prune", action="store_true")
    given = parser.parse_args()
    SHIPPED.mkdir(parents=True, exist_ok=True)
    asked = plans()
    if given.prune:
        for file in SHIPPED.glob("*.npz"):
            if file.stem not in asked:
                file.unlink()
                print(f"deleted {file.name}")
    began = time.monotonic()
    with kept_kernels():
        for key, plan in asked.items():
            file = SHIPPED / f"{key}.npz"
            if is_good(file, plan):
                continue
            started = time.monotonic()
            with progress_bar(key) as advance:
                table = simulate(plan, people_for(plan), report_progress=advance)
                further = further_points(plan)
                if len(further):
                    table = joined(table, simulate(plan, len(further), inputs=further, first=people_for(plan)))
                seconds = time.monotonic() - started
                write_table(file, table, plan, seconds)
            print(f"{key}: {seconds:.0f} s: {in_words(plan)}", flush=True)
    print(f"{len(asked)} tests, {time.monotonic() - began:.0f} s")
    for key in asked:
        file = SHIPPED / f"{key}.npz"
        if file.is_file():
            errors = errors_of(fitted(str(file), key), read_table(file))
            told = errors.get("cramp_threshold_frequency") or errors.get("cramp_incidence") or {}
            error, spread = told.get("held_out_error", float("nan")), told.get("spread", float("nan"))
            print(f"{key}: held-out error {error:.3g} of spread {spread:.3g}")


if __name__ == "__main__":
    main()
