"""The recorded judgement and the pages that explain it belong together."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {"body": "misses.md", "pool": "misses_of_nerve_and_muscle.md", "lab": "misses_of_nerve_and_muscle.md"}
RECORDS = {
    judge: json.loads((DOCS / "results" / f"{judge}.json").read_text(encoding="utf-8"))
    for judge in PAGES
    if (DOCS / "results" / f"{judge}.json").is_file()
}
MISSED = [
    (judge, row["id"])
    for judge, record in RECORDS.items()
    for row in record["rows"]
    if row["scored"] and not row["used_to_calibrate"] and row["inside"] is not True
]


@pytest.mark.parametrize("judge", PAGES)
def test_every_judge_has_a_record(judge):
    assert judge in RECORDS
    assert (DOCS / "results" / f"{judge}.md").is_file()


@pytest.mark.parametrize("judge", RECORDS)
def test_the_record_says_when_and_from_what_it_was_made(judge):
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", RECORDS[judge]["date"])
    assert re.fullmatch(r"[0-9a-f]{40}", RECORDS[judge]["commit"])


@pytest.mark.parametrize(("judge", "figure"), MISSED)
def test_every_judged_figure_that_is_not_inside_is_explained(judge, figure):
    page = (DOCS / "explanation" / PAGES[judge]).read_text(encoding="utf-8")
    assert re.search(rf"^### {figure}:", page, flags=re.MULTILINE)


TESTS_ON_A_BODY = {"weighing"}
"""What is done to a body, and no part of it: its page is elsewhere."""


@pytest.mark.parametrize(
    "submodel",
    sorted({path.stem for path in (DOCS.parent / "src/cramplab/physiology").glob("[!_]*.py")} - TESTS_ON_A_BODY),
)
def test_every_part_of_the_body_has_its_page_of_equations(submodel):
    rooms = (DOCS / "explanation" / room for room in ("body", "pool"))
    pages = "".join(page.read_text(encoding="utf-8") for room in rooms for page in sorted(room.glob("*.md")))
    assert f"{{py:mod}}`cramplab.physiology.{submodel}`" in pages
    assert f"```{{parameters}} {submodel}\n" in pages


PLANS = DOCS / "results" / "plan_properties.json"


@pytest.mark.parametrize(("part", "cases"), [("gate", 10_000), ("planner", 200)])
def test_so_many_plans_were_held_against_their_limits_without_a_fault(part, cases):
    record = json.loads(PLANS.read_text(encoding="utf-8"))[part]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", record["date"])
    assert re.fullmatch(r"[0-9a-f]{40}", record["commit"])
    assert record["cases"] >= cases
    assert record["faults"] == []
    assert record["most"]["chance_of_gain"] <= 0.05
    assert record["most"]["bound_of_low_sodium_added"] <= 0.01
