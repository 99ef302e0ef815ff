"""Numbers in the planner's sentences, in both systems of units."""

from __future__ import annotations

import pytest
from tests.planner.plan_scenarios import scenario_of
from tests.planner.test_bound import TEXT

from cramplab.planner.words import difference_words, rate_words


@pytest.mark.parametrize(
    ("units", "rate", "difference"), [("metric", "0.80 L/h", "+5.0 °C"), ("us", "27 fl oz/h", "+9 °F")]
)
def test_numbers_are_in_the_units_of_the_scenario(tmp_path, units, rate, difference):
    scenario = scenario_of(f'{TEXT}[preferences]\nunits = "{units}"\n', tmp_path)
    assert rate_words(0.8, scenario) == rate
    assert difference_words(5.0, scenario) == difference
