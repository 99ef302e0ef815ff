"""Scores: each verdict by an example, a density that no figure can ruin, and errors read as papers print them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cramplab.inference.possible_studies import Prediction
from cramplab.inference.scoring import LEAST_SHARE, is_effect, published_error, score


def possible(middle: float, spread: float = 0.0, raised: float = 0.0, lowered: float = 0.0, failed: float = 0.0):
    figures = np.random.default_rng(1).normal(middle, spread, 2000) if spread else np.full(2000, float(middle))
    return Prediction(figures, raised, lowered, failed)


NOBODY = Prediction(np.zeros(0), 0.0, 0.0, 1.0)


@pytest.fixture
def scored(finding, experiment):
    """Score a prediction against a finding made of the given parts."""
    study = experiment()
    return lambda prediction, **parts: score(finding(**parts), study, prediction)


@pytest.mark.parametrize(
    ("told", "prediction", "verdict"),
    [
        # A fall by 4 Hz was found.
        ({"value": -4.0, "band": (-6.0, -2.0), "direction": "decrease"}, possible(-4.0, 1.0), "agrees"),
        ({"value": -4.0, "band": (-6.0, -2.0), "direction": "decrease"}, possible(0.0), "contradicts"),
        ({"value": -4.0, "band": (-6.0, -2.0), "direction": "decrease"}, possible(-4.0, 6.0), "cannot tell"),
        ({"value": -1.0, "band": (-5.0, 3.0), "direction": "decrease"}, possible(0.0), "cannot tell"),
        # Nothing was found.
        ({"value": 0.2, "band": (-1.8, 2.2), "direction": "none"}, possible(0.0), "agrees"),
        ({"value": 0.2, "band": (-1.8, 2.2), "direction": "none"}, possible(8.0, 1.0), "contradicts"),
        ({"value": 0.2, "band": (-1.8, 2.2), "direction": "none"}, possible(0.0, 6.0), "cannot tell"),
        # A level was found.
        ({"measure": "cramp_threshold_frequency", "value": 20.0, "band": (18.0, 22.0)}, possible(21.0, 2.0), "agrees"),
        ({"measure": "cramp_threshold_frequency", "value": 20.0, "band": (18.0, 22.0)}, possible(9.0), "contradicts"),
        (
            {"measure": "cramp_threshold_frequency", "value": 20.0, "band": (18.0, 22.0)},
            possible(20.0, 15.0),
            "cannot tell",
        ),
        # A ratio was found: one is no effect.
        (
            {"measure": "cramp_rate_relative", "unit_name": "1", "value": 3.0, "band": (2.0, 4.5)},
            possible(1.0),
            "contradicts",
        ),
        (
            {
                "measure": "cramp_rate_relative",
                "unit_name": "1",
                "value": 3.0,
                "band": (2.0, 4.5),
                "direction": "increase",
            },
            possible(3.0, 0.3),
            "agrees",
        ),
        # A direction alone was found.
        ({"direction": "decrease"}, possible(-4.0, 1.0, lowered=0.95), "agrees"),
        ({"direction": "decrease"}, possible(4.0, 1.0, raised=0.95), "contradicts"),
        ({"direction": "decrease"}, possible(-1.0, 1.0, lowered=0.4), "cannot tell"),
        ({"direction": "none"}, possible(0.0, 1.0, raised=0.03, lowered=0.03), "agrees"),
        ({"direction": "none"}, possible(-9.0, 1.0, lowered=0.99), "contradicts"),
        # Nobody showed what was measured.
        ({"measure": "cramp_duration", "unit_name": "s", "value": 12.0}, NOBODY, "contradicts"),
    ],
)
def test_a_verdict_by_example(scored, told, prediction, verdict):
    assert scored(prediction, **told).verdict == verdict


def test_the_density_is_that_of_a_normal_where_all_is_normal(scored):
    found = scored(possible(-4.0, 2.0), value=-3.0, band=(-3.5, -2.5))
    expected = math.log(math.exp(-0.5 * 0.25) / (2.0 * math.sqrt(2.0 * math.pi)))
    assert found.log_density == pytest.approx(expected, abs=0.08)


def test_no_figure_ruins_a_theory_and_every_wrong_theory_keeps_the_same(scored):
    floors = {
        scored(possible(middle, spread), value=-4.0, band=(-6.0, -2.0)).log_density
        for middle, spread in ((50.0, 0.0), (1e6, 1.0), (-900.0, 2.0))
    }
    (floor,) = floors
    assert floor == pytest.approx(math.log(LEAST_SHARE / (20.0 * 4.0)))


@pytest.mark.parametrize("told", [{"value": 0.0}, {"value": 0.0, "band": (0.0, 0.0)}, {"value": 5.0}])
def test_a_figure_without_an_error_or_of_nothing_has_a_bounded_density(scored, told):
    right, wrong = scored(possible(told["value"]), **told), scored(possible(1e3), **told)
    assert -12.0 < wrong.log_density < right.log_density < 3.0


def test_a_ratio_without_an_error_is_no_certainty_for_who_predicts_it(scored):
    told = {"measure": "cramp_rate_relative", "unit_name": "1", "value": 1.0}
    assert scored(possible(1.0), **told).log_density < 3.0


def test_half_and_twice_are_as_far_from_a_ratio_of_one(scored):
    told = {"measure": "cramp_rate_relative", "unit_name": "1", "value": 1.0, "band": (0.6, 1 / 0.6)}
    half, twice = (scored(possible(each), **told).log_density for each in (0.5, 2.0))
    assert half == pytest.approx(twice, abs=1e-6)


def test_virtual_people_who_are_too_alike_are_widened_to_what_the_paper_found(scored):
    found = scored(possible(-4.0), value=-4.0, band=(-4.0 - 1.96, -4.0 + 1.96))
    assert (found.low, found.high) == pytest.approx((-4.0 - 1.645, -4.0 + 1.645), abs=0.01)
    wide = scored(possible(-4.0, 3.0), value=-4.0, band=(-4.0 - 1.96, -4.0 + 1.96))
    assert wide.high - wide.low == pytest.approx(2 * 1.645 * 3.0, rel=0.05)


def test_a_figure_that_most_possible_studies_could_not_have_printed_weighs_less(scored):
    told = {"value": -4.0, "band": (-6.0, -2.0)}
    always, seldom = (scored(possible(-4.0, failed=share), **told).log_density for share in (0.0, 0.9))
    assert seldom == pytest.approx(always + math.log(0.1), abs=0.05)


def test_who_shows_nothing_fares_as_badly_as_who_is_far_off(scored):
    told = {"measure": "cramp_duration", "unit_name": "s", "value": 12.0}
    assert scored(NOBODY, **told).log_density == pytest.approx(scored(possible(1e4), **told).log_density)


def test_a_finding_that_says_neither_figure_nor_direction_has_no_density(scored):
    found = scored(possible(-4.0), band=(-6.0, -2.0))
    assert found.log_density is None
    assert found.direction_share is None
    assert found.verdict == "cannot tell"


def test_a_direction_is_scored_by_the_share_of_studies_that_would_have_reported_it(scored):
    assert scored(possible(-4.0, lowered=0.8), direction="decrease").log_density == pytest.approx(
        math.log(0.99 * 0.8 + 0.01 / 3), abs=1e-9
    )
    assert scored(possible(4.0), direction="decrease").log_density == pytest.approx(math.log(0.01 / 3), abs=1e-9)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"value": 2.0, "band": (0.04, 3.96), "band_kind": "95 % CI"}, 1.0),
        ({"mean": (5.0,), "spread": (3.0,), "spread_kind": "SD", "n": (9,)}, 1.0),
        ({"mean": (5.0,), "spread": (1.0,), "spread_kind": "SE", "n": (9,)}, 1.0),
        ({"mean": (5.0,), "spread": (1.0,), "spread_kind": "not stated, taken as SE", "n": (9,)}, 1.0),
        ({"mean": (5.0,), "spread": (3.0,), "spread_kind": "SD, read as SE * sqrt(n)", "n": (9,)}, 1.0),
        (
            {
                "arms": ("a", "b"),
                "mean": (5.0, 6.0),
                "spread": (3.0, 4.0),
                "spread_kind": "SD",
                "n": (9, 16),
            },
            math.sqrt(2),
        ),
        # What we judged to be inside is no error of the paper's, where the paper gives one.
        (
            {
                "mean": (5.0,),
                "spread": (3.0,),
                "spread_kind": "SD",
                "n": (9,),
                "band": (0.0, 50.0),
                "band_kind": "judgement",
            },
            1.0,
        ),
        ({"value": 2.0}, None),
    ],
)
def test_the_error_of_a_figure_is_read_as_the_paper_prints_it(finding, experiment, told, error):
    found = published_error(finding(**told), experiment())
    assert found == (None if error is None else pytest.approx(error))


def test_a_difference_or_a_change_is_an_effect_and_a_level_is_none(finding):
    assert is_effect(finding("cramp_threshold_frequency", arms=("a", "b")))
    assert is_effect(finding("cramp_threshold_frequency_change"))
    assert not is_effect(finding("cramp_threshold_frequency"))
