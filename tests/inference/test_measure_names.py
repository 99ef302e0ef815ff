"""Names of measures: every one has a unit, and a slip of the pen is told from a measure that nobody here takes."""

from __future__ import annotations

import pytest

from cramplab.core.quantities import unit
from cramplab.inference.measure_names import is_known, misspelt_measure, unit_of_measure
from cramplab.inference.predictive import OF_THE_COURSE
from cramplab.simulation.bench_measures import LABORATORY_MEASURES, POOL_MEASURES
from cramplab.simulation.measures import MEASURES


@pytest.mark.parametrize("name", sorted({*OF_THE_COURSE, *LABORATORY_MEASURES, *POOL_MEASURES, *MEASURES}))
def test_every_measure_is_known_and_has_a_unit_that_can_be_read(name):
    assert is_known(name)
    assert unit(unit_of_measure(name)).factor > 0.0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("cramp_threshold_frequency_change", "Hz"),
        ("cramp_threshold_frequency_relative_change", "%"),
        ("cramp_incidence_relative", "1"),
        ("plasma_sodium_change", "mmol/L"),
    ],
)
def test_a_measure_derived_from_another_has_the_unit_that_fits(name, shown):
    assert is_known(name)
    assert unit_of_measure(name) == shown


def test_a_slip_of_the_pen_is_answered_with_the_nearest_names(finding):
    assert "Did you mean 'cramp_threshold_frequency'" in misspelt_measure(finding("cramp_treshold_frequency"))
    assert "'plasma_sodium'" in misspelt_measure(finding("plasma_sodum"))


def test_a_measure_that_nobody_here_takes_is_no_slip(finding):
    assert not is_known("soreness_on_a_scale")
    assert misspelt_measure(finding("soreness_on_a_scale")) == ""
    assert unit_of_measure("soreness_on_a_scale") == "1"


def test_a_finding_that_says_why_it_is_not_simulated_may_call_its_measure_as_it_likes(finding):
    assert misspelt_measure(finding("cramp_treshold_frequency", not_simulated="told by memory")) == ""
