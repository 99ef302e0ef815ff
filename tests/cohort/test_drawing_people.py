"""Random numbers have names, and people are drawn as their declarations say."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort.population import draw_people, quantile
from cramplab.cohort.random_streams import stream
from cramplab.core.parameters import Declaration, Spread
from cramplab.simulation.assembly import body_parameters

SPREAD = {name: each for name, each in body_parameters().items() if each.spread is not None}
MANY = 20_000


def declared(kind, size, value=10.0, low=-np.inf, high=np.inf):
    return Declaration(value, "1", "made up", "chosen", "chosen", spread=Spread(kind, size, ""), low=low, high=high)


def test_a_stream_is_the_same_whatever_was_drawn_elsewhere():
    alone = stream(5, "traits", "sweating.gain").random(4)
    stream(5, "traits", "another").random(1000)
    other = stream(5, "traits", "sweating.gain")
    np.testing.assert_array_equal(other.random(4), alone)


@pytest.mark.parametrize(
    "names", [("traits", "sweating.gains"), ("trait", "sweating.gain"), ("traits",), ("sweating.gain", "traits")]
)
def test_another_name_is_another_stream(names):
    assert not np.array_equal(stream(5, *names).random(4), stream(5, "traits", "sweating.gain").random(4))
    assert not np.array_equal(stream(6, *names).random(4), stream(5, *names).random(4))


def test_giving_one_value_moves_no_other_draw():
    free = draw_people(50, 1, "group")
    held = draw_people(50, 1, "group", {"sweating.gain": 1e-4, "body_size.mass": np.linspace(50.0, 90.0, 50)})
    np.testing.assert_array_equal(held["sweating.gain"], 1e-4)
    np.testing.assert_array_equal(held["body_size.mass"], np.linspace(50.0, 90.0, 50))
    for name in set(free) - {"sweating.gain"}:
        np.testing.assert_array_equal(held[name], free[name], err_msg=name)


def test_every_parameter_with_a_spread_is_drawn_and_no_other():
    assert set(draw_people(3, 1, "group")) == set(SPREAD)


def test_same_seed_same_people_and_another_seed_others():
    one, same, other = (draw_people(20, seed, "group") for seed in (1, 1, 2))
    for name in SPREAD:
        np.testing.assert_array_equal(one[name], same[name])
        assert not np.array_equal(one[name], other[name])


@pytest.mark.parametrize("name", SPREAD)
def test_drawn_values_keep_their_limits(name):
    values, each = draw_people(2000, 3, "group")[name], SPREAD[name]
    assert np.all((values >= each.low) & (values <= each.high))
    assert np.ptp(values) > 0.0


@pytest.mark.parametrize(
    ("kind", "size", "mean", "deviation"),
    [("normal", 2.0, 10.0, 2.0), ("lognormal", 0.3, 10.0, 3.0), ("uniform", 3.0, 10.0, 3.0 / np.sqrt(3.0))],
)
def test_big_samples_have_the_declared_mean_and_spread(kind, size, mean, deviation):
    drawn = quantile(declared(kind, size), stream(1, "shares", kind).random(MANY))
    # Standard errors at this size are below 0.5 % of either; cutting the tails at 2.5 SD takes another 2 %.
    np.testing.assert_allclose(drawn.mean(), mean, rtol=0.01)
    np.testing.assert_allclose(drawn.std(), deviation, rtol=0.05)


def test_nobody_is_further_out_than_two_and_a_half_deviations():
    drawn = quantile(declared("normal", 2.0), np.array([0.0, 1e-12, 0.5, 1.0 - 1e-12, 1.0]))
    np.testing.assert_allclose(drawn, [5.0, 5.0, 10.0, 15.0, 15.0])


def test_limits_clip_and_the_middle_may_be_moved():
    drawn = quantile(declared("uniform", 5.0, low=8.0, high=11.0), np.array([0.0, 0.5, 1.0]))
    np.testing.assert_allclose(drawn, [8.0, 10.0, 11.0])
    np.testing.assert_allclose(quantile(declared("normal", 2.0), np.array([0.5]), 7.0), 7.0)
    np.testing.assert_allclose(
        quantile(declared("normal", 2.0), np.array([0.5, 0.5]), np.array([7.0, 8.0])), [7.0, 8.0]
    )


def test_a_centre_moves_the_people_around_it():
    women = draw_people(4000, 1, "group", centres={"body_size.body_fat": 0.23})["body_size.body_fat"]
    np.testing.assert_allclose(women.mean(), 0.23, rtol=0.02)
