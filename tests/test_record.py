"""The recorded judgement and the pages that explain it belong together."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
RECORD = json.loads((DOCS / "results" / "body.json").read_text(encoding="utf-8"))
MISSED = [
    row["id"] for row in RECORD["rows"] if row["scored"] and not row["used_to_calibrate"] and row["inside"] is not True
]


def test_the_record_says_when_and_from_what_it_was_made():
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", RECORD["date"])
    assert re.fullmatch(r"[0-9a-f]{40}", RECORD["commit"])


@pytest.mark.parametrize("figure", MISSED)
def test_every_judged_figure_that_is_not_inside_is_explained(figure):
    page = (DOCS / "explanation" / "misses.md").read_text(encoding="utf-8")
    assert re.search(rf"^### {figure}:", page, flags=re.MULTILINE)


@pytest.mark.parametrize(
    "submodel", sorted(path.stem for path in (DOCS.parent / "src/cramplab/physiology").glob("[!_]*.py"))
)
def test_every_part_of_the_body_has_its_page_of_equations(submodel):
    rooms = (DOCS / "explanation" / room for room in ("body", "pool"))
    pages = "".join(page.read_text(encoding="utf-8") for room in rooms for page in sorted(room.glob("*.md")))
    assert f"{{py:mod}}`cramplab.physiology.{submodel}`" in pages
    assert f"```{{parameters}} {submodel}\n" in pages
