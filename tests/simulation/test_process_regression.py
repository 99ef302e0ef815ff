"""A surface through noisy points: it finds what is smooth, and tells honestly how much is chance."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.simulation.process_regression import fit_surface


def wave(points):
    return np.sin(2.0 * points[:, 0]) + 0.5 * points[:, 1]


def noisy(count=100, noise=0.3, inputs=3, seed=1):
    chance = np.random.default_rng(seed)
    points = chance.uniform(-1.5, 1.5, (count, inputs))
    return points, 10.0 + 4.0 * (wave(points) + noise * chance.standard_normal(count))


@pytest.mark.parametrize("noise", [0.1, 0.3, 0.8])
def test_a_noise_that_is_known_is_found_again_in_the_points_that_were_left_out(noise):
    points, values = noisy(180, noise)
    assert fit_surface(points, values).left_out_error == pytest.approx(4.0 * noise, rel=0.2)


def test_new_points_lie_as_far_from_the_surface_as_those_that_were_left_out():
    surface = fit_surface(*noisy(150))
    points, values = noisy(400, seed=2)
    error = float(np.sqrt(np.mean((surface(points) - values) ** 2)))
    assert error == pytest.approx(surface.left_out_error, rel=0.2)


def test_what_was_left_of_a_point_is_what_a_fit_without_it_leaves():
    points, values = noisy(40)
    whole = fit_surface(points, values)
    chosen = whole.chosen
    left = []
    for number in range(len(values)):
        others = np.arange(len(values)) != number
        # The same lengths and noise, in the units that the other points alone have.
        spread, height = points.std(axis=0) / points[others].std(axis=0), values.std() / values[others].std()
        same = (*(np.asarray(chosen[:-2]) * spread), chosen[-2] * height, chosen[-1] * height)
        left.append(values[number] - fit_surface(points[others], values[others], same)(points[[number]])[0])
    # Only the middle to which the surface returns far out is another without the point.
    np.testing.assert_allclose(np.sort(left), whole.residuals, atol=0.05 * whole.left_out_error)


def test_a_smooth_surface_without_noise_is_followed_closely():
    surface = fit_surface(*noisy(80, noise=0.0, inputs=2))
    points = noisy(200, inputs=2, seed=3)[0]
    assert np.abs(surface(points) - 10.0 - 4.0 * wave(points)).max() < 0.3


def test_an_input_that_does_nothing_gets_a_longer_reach_than_those_that_do():
    surface = fit_surface(*noisy(150, inputs=4))
    assert surface.scale[2:].min() > 2.0 * surface.scale[0]


def test_an_input_that_never_varied_changes_nothing():
    points, values = noisy(60)
    points[:, 2] = 7.0
    surface = fit_surface(points, values)
    moved = points.copy()
    moved[:, 2] = 9.0
    assert np.array_equal(surface(points), surface(moved))


def test_values_that_are_all_the_same_make_a_flat_surface_without_chance():
    surface = fit_surface(noisy(30)[0], np.full(30, 2.5))
    assert np.all(surface(noisy(5)[0]) == 2.5)
    assert surface.left_out_error == 0.0


def test_where_nothing_varied_the_surface_is_the_mean_and_all_else_is_chance():
    values = noisy(50)[1]
    surface = fit_surface(np.ones((50, 3)), values)
    assert surface(np.zeros((1, 3)))[0] == pytest.approx(values.mean())
    assert surface.left_out_error == pytest.approx(values.std())


def test_a_fit_with_what_an_earlier_one_chose_is_the_same_fit():
    points, values = noisy(60)
    first = fit_surface(points, values)
    again = fit_surface(points, values, first.chosen)
    np.testing.assert_allclose(again(points), first(points), rtol=1e-9)
    assert again.chosen == first.chosen


def test_two_points_at_one_place_are_no_trouble():
    points, values = noisy(30)
    surface = fit_surface(np.concatenate([points, points]), np.concatenate([values, values]))
    assert np.all(np.isfinite(surface(points)))
