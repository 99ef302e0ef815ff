"""Card and pages of real plans say every number in the reader's units, whatever the outcome; quotes keep their own."""

from __future__ import annotations

import html
import re

import pytest
from tests.planner.conftest import EASY
from tests.planner.plan_scenarios import tree_of

from cramplab.report import plan_words
from cramplab.report.plan_card import plan_card
from cramplab.report.plan_page import render_plan, render_pocket_card

US = '[preferences]\nunits = "us"\n'
UNWEIGHED = re.sub(r"(?s)\[\[person\.sweat_test\]\].*?\[event\]", "[event]", EASY)
# Amounts of matter alone stay: mmol/L is how blood is told there too, and labels have mg and g.
_METRIC = re.compile(r"\d[\d.,]* ?(?:°C|degC|mL|L|L/h|kg|km|km/h|m/s|hPa|cm|mg/L|g/L)(?![\w/])")
_US = re.compile(r"\d[\d.,]* ?(?:°F|degF|fl oz|fl oz/h|lb|mi|mph|inHg)(?![\w/])")


def told(result) -> str:
    """Give what a reader reads of a plan, without what is quoted: sources, the scenario's file, the model's numbers."""
    tree = tree_of(result)
    page = re.sub(r"(?s)<details><summary>(?:The scenario as|All \d|Versions).*?</details>", "", render_plan(tree))
    text = re.sub(r"(?is)<(script|style)\b.*?</\1>", "", page + render_pocket_card(tree))
    text = html.unescape(re.sub(r"<[^>]+>", " ", text)) + plan_card(tree, None)
    quoted = [each[key] for each in tree["limits"] for key in ("source", "status")]
    quoted += [each["source"] for each in tree["refusals"]]
    for each in sorted((*quoted, plan_words.AFTER_SOURCE), key=len, reverse=True):
        text = text.replace(each, " ") if each else text
    return text


@pytest.mark.parametrize(("text", "outcome"), [(EASY, "numbers"), (UNWEIGHED, "thirst")])
def test_a_plan_in_us_units_has_no_metric_number(planning, text, outcome):
    result = planning(text + US)
    assert result.outcome == outcome
    words = told(result)
    assert _METRIC.findall(words) == []
    assert _US.search(words)


@pytest.mark.parametrize(
    ("change", "answers", "outcome", "said"),
    [(("air_C = 25", "air_C = 33\nwbgt_C = 33.6"), (), "refused", "reaches 92.5 °F, the limit is 91.9 °F"),
     (("air_C = 25", "air_C = 41"), (), "unknown", "air above 104 °F"),
     (("", ""), ("headache_or_heavier",), "refused", "medical help now")],
)  # fmt: skip
def test_without_a_plan_the_reason_is_in_us_units(planning, change, answers, outcome, said):
    before, after = EASY.rsplit("[weather]", 1)
    result = planning(f"{before}[weather]{after.replace(*change)}{US}", red_flags={"P1": answers})
    assert result.outcome == outcome
    words = told(result)
    assert said in words
    assert _METRIC.findall(words) == []


def test_a_plan_in_metric_units_has_no_us_number(easy):
    words = told(easy)
    assert _US.findall(words) == []
    assert _METRIC.search(words)
