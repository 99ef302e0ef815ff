"""Gaussian-process regression: a smooth surface through noisy points, and how much of the scatter is chance.

The equations are those of Rasmussen and Williams (2006), algorithms 2.1 and 5.1: a squared-exponential covariance with
a length of its own for every input, chosen by the marginal likelihood, and errors of points left out in closed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

FloatArray = NDArray[np.float64]
_SMALLEST_NOISE = 1e-3  # of the spread of the outputs; keeps the matrix away from singular
_LONGEST, _SHORTEST = 30.0, 0.15  # lengths in units of the inputs' spread
_STEPS = 40
MOST_POINTS = 400
"""On which the lengths are chosen; the surface itself goes through all points."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A fitted surface.

    Parameters
    ----------
    inputs
        Points that it was fitted to, over ``scale``; shape [points, inputs].
    weights
        Of each point; shape [points].
    scale
        Over which an input matters; shape [inputs]. An input that never varied has an infinite one.
    height
        Standard deviation of the surface, over that of the outputs.
    middle
        Far from all points.
    residuals
        What was left of each point when it was left out, sorted; shape [points].
    chosen
        Lengths, height and noise that were chosen, for a later fit to the same points.
    """

    inputs: FloatArray
    weights: FloatArray
    scale: FloatArray
    height: float
    middle: float
    residuals: FloatArray
    chosen: tuple[float, ...] = ()

    def __call__(self, points: FloatArray) -> FloatArray:
        """Give the surface at points of shape [n, inputs]; shape [n]."""
        return self.middle + _covariance(points / self.scale, self.inputs, self.height) @ self.weights

    @property
    def left_out_error(self) -> float:
        """Root mean square of what was left of points that were left out; it holds their chance as well."""
        return float(np.sqrt(np.mean(self.residuals**2)))


def fit_surface(points: FloatArray, values: FloatArray, chosen: Sequence[float] = ()) -> Surface:
    """Fit a surface.

    Parameters
    ----------
    points
        Shape [points, inputs].
    values
        Shape [points]; finite.
    chosen
        Lengths, height and noise that an earlier fit to the same points chose; chosen anew by default.
    """
    spread = points.std(axis=0)
    varied = spread > 1e-12 * (1.0 + np.abs(points).max(axis=0))
    middle, height = float(values.mean()), float(values.std())
    if height <= 1e-12 * (1.0 + abs(middle)) or not varied.any():
        nothing = np.zeros(len(values))
        return Surface(
            np.zeros((1, points.shape[1])), np.zeros(1), np.full(points.shape[1], np.inf), 0.0, middle,
            np.sort(values - middle) if height > 0.0 else nothing,
        )  # fmt: skip
    scaled, outputs = points[:, varied] / spread[varied], (values - middle) / height
    some = slice(None, MOST_POINTS)
    if len(chosen) == int(varied.sum()) + 2:
        lengths, signal, noise = np.asarray(chosen[:-2]), float(chosen[-2]), float(chosen[-1])
    else:
        lengths, signal, noise = _chosen(scaled[some], outputs[some])
    near = scaled / lengths
    matrix = _covariance(near, near, signal) + noise**2 * np.eye(len(near))
    inverse = linalg.inv(matrix)
    weights = inverse @ outputs
    left = weights / np.diag(inverse)  # Rasmussen and Williams (2006), equation 5.12
    scale = np.full(points.shape[1], np.inf)
    scale[varied] = lengths * spread[varied]
    inputs = points / scale
    kept = (*(float(each) for each in lengths), signal, noise)
    return Surface(inputs, weights * height, scale, signal, middle, np.sort(left * height), kept)


def _covariance(one: FloatArray, other: FloatArray, height: float) -> FloatArray:
    distance = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2.0 * one @ other.T
    return height**2 * np.exp(-0.5 * np.maximum(distance, 0.0))


def _chosen(points: FloatArray, values: FloatArray) -> tuple[FloatArray, float, float]:
    """Choose lengths, height and noise by the marginal likelihood."""
    count = points.shape[1]
    squares = [(column[:, None] - column[None]) ** 2 for column in points.T]

    def cost(logs: FloatArray) -> tuple[float, FloatArray]:
        lengths, signal, noise = np.exp(logs[:count]), np.exp(logs[count]), np.exp(logs[count + 1])
        smooth = signal**2 * np.exp(-0.5 * sum(each / length**2 for each, length in zip(squares, lengths, strict=True)))
        factor = linalg.cholesky(smooth + noise**2 * np.eye(len(points)), lower=True)
        weights = linalg.cho_solve((factor, True), values)
        gain = np.outer(weights, weights) - linalg.cho_solve((factor, True), np.eye(len(points)))
        pushed = gain * smooth
        slopes = [0.5 * np.sum(pushed * each) / length**2 for each, length in zip(squares, lengths, strict=True)]
        slopes += [float(np.sum(pushed)), float(np.trace(gain) * noise**2)]
        # Lengths are drawn towards long ones: an input that does nothing should look so.
        prior = 0.5 * np.sum((logs[:count] - np.log(3.0)) ** 2)
        likelihood = -0.5 * values @ weights - np.log(np.diag(factor)).sum()
        down = -np.asarray(slopes)
        down[:count] += logs[:count] - np.log(3.0)
        return float(-likelihood + prior), down

    start = np.concatenate([np.full(count, np.log(3.0)), [0.0, np.log(0.3)]])
    bounds = [(np.log(_SHORTEST), np.log(_LONGEST))] * count + [(-3.0, 2.0), (np.log(_SMALLEST_NOISE), 0.5)]
    found = optimize.minimize(cost, start, jac=True, bounds=bounds, options={"maxiter": _STEPS})
    return np.exp(found.x[:count]), float(np.exp(found.x[count])), float(np.exp(found.x[count + 1]))
