"""Scores every theory on the packaged studies and writes docs/results: evidence.json for tables, evidence.md.

Run from anywhere: ``python scripts/record_evidence.py``. Rows that an earlier run kept are worked out again, so the
time that it records is that of a cold start. The record says its date and the commit, and whether files of the model
were changed since that commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recording import RESULTS, one_a_line, origin, write

from cramplab.inference.score_cache import ScoreCache
from cramplab.inference.scoreboard import gather, scoreboard
from cramplab.simulation.compile_cache import kept_compilations

KEPT = (
    "schema", "version", "library", "notices", "date", "seed", "seconds", "theories", "counts", "totals", "weights",
    "pairs", "unreproduced", "calibrating", "sampled_rows", "emulators", "timing", "rebuild_seconds",
)  # fmt: skip
_OF_A_ROW = (
    "theory", "study", "finding", "unit", "published", "predicted", "predicted_low", "predicted_high",
    "predicted_direction_share", "verdict", "reason", "log_density", "used_to_calibrate", "scored",
)  # fmt: skip


def main() -> None:
    with kept_compilations():
        data = scoreboard(gather(), cache=ScoreCache(fresh=True), report_progress=_tell)
    made: dict[str, Any] = {name: data[name] for name in KEPT}
    made |= origin()
    made["studies"] = data["studies"]
    # Of a finding that no theory answers the study itself says why: its rows would say it once for each theory.
    told = {(study["key"], each["id"]) for study in data["studies"] for each in study["findings"] if each["simulated"]}
    made["rows"] = [
        {key: row[key] for key in _OF_A_ROW} for row in data["rows"] if (row["study"], row["finding"]) in told
    ]
    write(RESULTS / "evidence.json", one_a_line(made, ("studies", "rows")))
    write(RESULTS / "evidence.md", "\n".join(page(made)) + "\n")


def _tell(done: int, of: int) -> None:
    if done == of or done % 20 == 0:
        print(f"scored {done} of {of} studies", flush=True)


def page(made: Mapping[str, Any]) -> Iterator[str]:
    """Write the record as a page of the documentation."""
    changed = ", with changes of the model that were not yet committed" if made["changed_since_commit"] else ""
    yield "# The last recorded scoreboard"
    yield ""
    yield (
        f"Made by `scripts/record_evidence.py` on {made['date']} at commit `{made['commit'][:12]}`{changed}: seed "
        f"{made['seed']}, {made['seconds']:.0f} s from a cold start. [How theories are "
        "scored](../explanation/scoreboard.md) says what the words mean; `cramplab evidence score` makes it anew, as a "
        "page to look at."
    )
    yield ""
    yield (
        f"The emulators of bench tests are shipped. To make them anew with the full motor pool took "
        f"{made['rebuild_seconds']} s (`scripts/make_bench_emulators.py`)."
    )
    yield ""
    yield "## Verdicts"
    yield ""
    yield "| theory | kind | agrees | contradicts | cannot tell | not simulated |"
    yield "|---|---|---|---|---|---|"
    for each in made["counts"]:
        yield (
            f"| {each['theory']} | {each['kind']} | {each['agrees']} | {each['contradicts']} | {each['cannot tell']} | "
            f"{each['not simulated']} |"
        )
    yield ""
    yield "## Totals and weights"
    yield ""
    yield "| theory | log density, all studies | standard error | weight | 90 % | without any one study |"
    yield "|---|---|---|---|---|---|"
    weights = {each["theory"]: each for each in made["weights"]}
    for each in made["totals"]:
        if not each["without"]:
            weight = weights[each["theory"]]
            yield (
                f"| {each['theory']} | {each['log_density']:.1f} | {each['standard_error']:.1f} | "
                f"{weight['weight']:.2f} | "
                f"{weight['low']:.2f} to {weight['high']:.2f} | {weight['lowest_without_a_study']:.2f} to "
                f"{weight['highest_without_a_study']:.2f} |"
            )
    yield ""
    yield "## What the studies cannot tell"
    yield ""
    for each in made["pairs"]:
        yield f"- {each['words']} (difference {each['difference']:.1f}, standard error {each['standard_error']:.1f})"
    yield ""
    yield "## What no theory reproduces"
    yield ""
    for each in made["unreproduced"]:
        yield f"- `{each['study']}/{each['finding']}`: {each['words']}"
    yield ""
    yield "## Strengths"
    yield ""
    for each in made["theories"]:
        yield f"- {each['name']}: {each['calibration_words']}"
    yield ""
    yield "## Findings that may set something, and are not counted"
    yield ""
    for each in made["calibrating"]:
        yield f"- `{each['study']}/{each['finding']}`: {each['words']} ({each['sets']})"
    yield ""
    yield "## Rows worked out again with the full motor pool"
    yield ""
    for each in made["sampled_rows"]:
        yield (
            f"- `{each['study']}/{each['finding']}` under {each['theory']}: emulator {each['emulator']:g}, full pool "
            f"{each['full_pool']:g} {each['unit']} ({each['people']} people)"
        )


if __name__ == "__main__":
    main()
