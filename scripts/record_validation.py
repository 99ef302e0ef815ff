"""Judges the model and writes what came out into docs/results: body.json for tables, body.md to be read.

Run from anywhere: ``python scripts/record_validation.py`` for the body, with ``pool`` or ``lab`` behind it for motor
neurons or the laboratory. The record says its date and the commit, and whether files of the model were changed since
that commit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cramplab.cli.judge_commands import totals
from cramplab.cohort.laboratory_validation import validate_lab
from cramplab.cohort.pool_validation import validate_pool
from cramplab.cohort.validation import validate_body

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "results"
# What can change a number of the judgement.
MODEL = ("src/cramplab",)
# Judge: people or draws by default, title of the page, what was drawn, page that explains the misses.
JUDGES = {
    "body": (800, "The last recorded judgement", "draws for each arm", "misses.md"),
    "pool": (24, "The last recorded judgement of the motor pool", "people", "misses_of_nerve_and_muscle.md"),
    "lab": (
        500,
        "The last recorded judgement of the laboratory",
        "people in each arm",
        "misses_of_nerve_and_muscle.md",
    ),
}
GROUPS = (
    ("Judged: never used to set a parameter", lambda row: row["scored"] and not row["used_to_calibrate"]),
    ("Calibrating: allowed to set parameters", lambda row: row["scored"] and row["used_to_calibrate"]),
    ("Shown, not counted", lambda row: not row["scored"]),
)


def record(judge: str, draws: int, seed: int) -> dict[str, Any]:
    """Judge and say when, with what, and from which state of the files.

    Returns
    -------
    dict
        With date, commit, changed_since_commit, draws, seed, totals and rows; numbers rounded to six digits.
    """
    if judge == "body":
        rows = validate_body(draws=draws, seed=seed, report_progress=_tell)
    else:
        validate = validate_pool if judge == "pool" else validate_lab
        rows = validate(people=draws, seed=seed, report_progress=_tell)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _git("rev-parse", "HEAD"),
        "changed_since_commit": bool(_git("status", "--porcelain", "--", *MODEL)),
        "draws": draws,
        "seed": seed,
        "totals": totals(rows),
        "rows": [{key: _rounded(value) for key, value in row.items()} for row in rows],
    }


def _tell(done: int, of: int) -> None:
    print(f"\rjudged {done} of {of} experiments", end="" if done < of else "\n", flush=True)


def _rounded(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def as_page(judge: str, made: Mapping[str, Any]) -> str:
    """Write the record as a page of the documentation."""
    _, title, drawn, misses = JUDGES[judge]
    changed = ", with changes of the model that were not yet committed" if made["changed_since_commit"] else ""
    told = (
        f"Made by `scripts/record_validation.py` on {made['date']} at commit `{made['commit'][:12]}`{changed}: "
        f"seed {made['seed']}, {made['draws']} {drawn}. "
        "[How the model is judged](../explanation/judging.md) says what the words mean; "
        f"[where the model misses](../explanation/{misses}) explains each judged figure that is not inside. "
        f"`cramplab validate {judge}` makes the table anew."
    )
    lines = [
        f"# {title}",
        "",
        told,
        "",
        *(f"- {line}" for line in made["totals"]),
        "",
    ]
    for heading, belongs in GROUPS:
        lines += [f"## {heading}", "", *_table([row for row in made["rows"] if belongs(row)]), ""]
    return "\n".join(lines)


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        "| figure | unit | published | band | model | possible studies | verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        inside = row["inside"]
        verdict = ("inside" if inside else "outside") if isinstance(inside, bool) else str(inside)
        words = f"{verdict}: {row['why']}" if row["why"] else verdict
        band = _span(row["low"], row["high"]) or row["direction"]
        cells = [
            f"`{row['id']}`",
            row["unit"],
            _number(row["published"]),
            band,
            _number(row["model"]),
            _span(row["model_low"], row["model_high"]),
            words,
        ]
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return lines


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.4g} to {high:.4g}"


def main() -> None:
    """Read the options, judge, and write both files."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("judge", nargs="?", choices=tuple(JUDGES), default="body")
    options.add_argument("--draws", type=int, help="people drawn for each arm")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    judge = given.judge
    made = record(judge, given.draws or JUDGES[judge][0], given.seed)
    RESULTS.mkdir(exist_ok=True)
    texts = {
        f"{judge}.json": json.dumps(made, indent=1, ensure_ascii=False) + "\n",
        f"{judge}.md": as_page(judge, made),
    }
    for name, text in texts.items():
        temporary = RESULTS / f".{name}.new"
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, RESULTS / name)
    print("\n".join(made["totals"]))


if __name__ == "__main__":
    main()
