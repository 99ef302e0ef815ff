"""Draws studies of the real size out of virtual people, and takes of each the figure that a paper would print."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cramplab.core.experiment import Experiment
from cramplab.core.experiment_findings import Finding

FloatArray = NDArray[np.float64]
STUDIES_IN_A_WORLD = 170
"""With 12 worlds the ends of the interval are known to 5 % of its standard deviation."""
LARGEST_DRAWN = 200
"""A larger group is not drawn person by person: its mean is that of the world, with the error that its size leaves."""
USUAL_GROUP = 10
THRESHOLD = "cramp_threshold_frequency"
_NO_CHANGE = 0.02  # of a ratio or a share: a smaller one nobody would report
_TWO_SIDED = 0.975  # of the 5 % level


@dataclass(frozen=True, eq=False)
class Prediction:
    """Possible figures of one finding under one theory.

    Parameters
    ----------
    figures
        Of every possible study, internal units; those without a figure are left out.
    raised, lowered
        Share of possible studies that would have reported a change at the 5 % level, in either direction.
    failed
        Share of possible studies that had nothing to report.
    """

    figures: FloatArray
    raised: float
    lowered: float
    failed: float


@dataclass(frozen=True, eq=False)
class Shown:
    """What every person of one arm showed, and how likely each is to be among its people.

    Parameters
    ----------
    values
        Shape [people], one world after the other; NaN for nothing.
    weights
        Shape [people]; None if all are equally likely.
    """

    values: FloatArray
    weights: FloatArray | None = None


def sizes_of(finding: Finding, experiment: Experiment, arms: int) -> list[int]:
    """Give how many people each arm had; where a finding counts motor units, those of the study count."""
    given = finding.n if finding.n and finding.unit_of_n == "person" else experiment.participants.n
    given = tuple(each for each in given if each > 0) or (USUAL_GROUP,)
    return list(given[:arms]) + [given[-1]] * (arms - len(given))


def is_change(finding: Finding) -> bool:
    """Say whether a finding of one arm is held against nothing at all."""
    return finding.measure.endswith("_change")


def means_of_worlds(values: FloatArray, worlds: int, weights: FloatArray | None = None) -> FloatArray:
    """Give the mean of every world, shape [worlds]."""
    table = values.reshape(worlds, -1)
    shares = np.ones_like(table) if weights is None else weights.reshape(worlds, -1)
    known = np.isfinite(table)
    sums = np.where(known, table * shares, 0.0).sum(axis=1)
    return np.asarray(sums / np.maximum(np.where(known, shares, 0.0).sum(axis=1), 1e-12))


def of_worlds(figures: FloatArray, neutral: float) -> Prediction:
    """Give a figure that has one value for every world, without the chance of a small group."""
    rises, falls = float(np.mean(figures > neutral + _NO_CHANGE)), float(np.mean(figures < neutral - _NO_CHANGE))
    return Prediction(np.repeat(figures, STUDIES_IN_A_WORLD), rises, falls, 0.0)


def drawn_studies(
    finding: Finding,
    shown: Sequence[Shown],
    sizes: Sequence[int],
    relation: str,
    chance: np.random.Generator,
    worlds: int,
    *,
    paired: bool,
) -> Prediction:
    """Draw the people of every possible study.

    Parameters
    ----------
    finding
        Which figure is taken of each.
    shown
        What the people of each arm showed.
    sizes
        Of each arm.
    relation
        Of the second arm to the first: ``relative``, ``relative_change``, ``fold_change``, or empty for a difference.
    chance
        From which people are drawn.
    worlds
        How many.
    paired
        Whether the same people are in all arms.
    """
    world = np.repeat(np.arange(worlds), STUDIES_IN_A_WORLD)
    drawn: list[FloatArray] = []
    rows: NDArray[np.intp] | None = None
    for each, size in zip(shown, sizes, strict=True):
        if rows is None or not paired or each.weights is not None:
            rows = _rows(chance, world, size, each, worlds)
        drawn.append(each.values[rows])
    middle = np.nanmedian if finding.centre == "median" else np.nanmean
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        if finding.centre == "median" and finding.measure == THRESHOLD:
            # Who never cramped stands above the strongest train.
            drawn = [np.where(np.isnan(each), np.inf, each) for each in drawn]
        figures = _combined([middle(each, axis=1) for each in drawn], relation)
        # A direction of one arm without a figure says that there was some, or less than none.
        against_zero = len(drawn) == 1 and (is_change(finding) or finding.published is None)
        raised, lowered = _significance(drawn, paired and len(drawn) == 2, against_zero)
    good = np.isfinite(figures)
    return Prediction(figures[good], raised, lowered, float(np.mean(~good)))


def _rows(
    chance: np.random.Generator, world: NDArray[np.intp], size: int, shown: Shown, worlds: int
) -> NDArray[np.intp]:
    """Draw the people of every possible study out of its world, some more likely than others."""
    people = len(shown.values) // worlds
    shares = chance.random((world.size, size))
    if shown.weights is None:
        inside = (shares * people).astype(np.intp)
    else:
        each = np.maximum(np.nan_to_num(shown.weights.reshape(worlds, people)), 1e-12)
        reached = np.cumsum(each, axis=1) / each.sum(axis=1, keepdims=True)
        inside = np.empty(shares.shape, dtype=np.intp)
        for number in range(worlds):
            there = world == number
            inside[there] = np.searchsorted(reached[number], shares[there])
    return np.asarray(np.minimum(inside, people - 1) + world[:, None] * people)


def large_groups(
    shown: Sequence[Shown],
    sizes: Sequence[int],
    relation: str,
    chance: np.random.Generator,
    worlds: int,
    *,
    change: bool = False,
) -> Prediction:
    """Give the figures of groups too large to be drawn person by person; ``change`` if one arm is held against zero."""
    means, errors = [], []
    for each, size in zip(shown, sizes, strict=True):
        middle = means_of_worlds(each.values, worlds, each.weights)
        spread = np.sqrt(np.maximum(means_of_worlds(each.values**2, worlds, each.weights) - middle**2, 0.0))
        error = np.repeat(spread / np.sqrt(size), STUDIES_IN_A_WORLD)
        means.append(np.repeat(middle, STUDIES_IN_A_WORLD) + error * chance.standard_normal(error.size))
        errors.append(error)
    figures = _combined(means, relation)
    raised = lowered = 0.0
    if len(means) == 2 or change:
        total = np.sqrt(sum(each**2 for each in errors))
        score = (means[1] - means[0] if len(means) == 2 else means[0]) / np.maximum(total, 1e-12)
        raised, lowered = float(np.mean(score > 1.96)), float(np.mean(score < -1.96))
    good = np.isfinite(figures)
    return Prediction(figures[good], raised, lowered, float(np.mean(~good)))


def _combined(means: Sequence[FloatArray], relation: str) -> FloatArray:
    if len(means) == 1:
        return np.asarray(means[0])
    if relation in ("relative", "fold_change"):
        return np.asarray(means[1] / means[0])
    if relation == "relative_change":
        return np.asarray(means[1] / means[0] - 1.0)
    return np.asarray(means[1] - means[0])


def _significance(drawn: Sequence[FloatArray], paired: bool, against_zero: bool) -> tuple[float, float]:
    """Give the share of possible studies whose t test finds a rise, and a fall, at the 5 % level."""
    from scipy.stats import t as student

    def score(values: FloatArray) -> tuple[FloatArray, FloatArray]:
        count = np.maximum(np.isfinite(values).sum(axis=1), 2)
        return np.nanmean(values, axis=1), np.nanvar(values, axis=1, ddof=1) / count

    if against_zero:
        mean, variance = score(drawn[0])
        free = drawn[0].shape[1] - 1
    elif paired and len(drawn) == 2:
        mean, variance = score(drawn[1] - drawn[0])
        free = drawn[0].shape[1] - 1
    elif len(drawn) == 2:
        (first, of_first), (second, of_second) = score(drawn[0]), score(drawn[1])
        mean, variance = second - first, of_first + of_second
        free = drawn[0].shape[1] + drawn[1].shape[1] - 2
    else:
        return 0.0, 0.0
    tiny = 1e-9 * (1.0 + np.abs(np.nan_to_num(mean)))
    ratio = np.where(np.abs(mean) > tiny, mean / np.sqrt(np.maximum(variance, 1e-24)), 0.0)
    edge = float(student.ppf(_TWO_SIDED, max(free, 1)))
    return float(np.mean(np.nan_to_num(ratio) > edge)), float(np.mean(np.nan_to_num(ratio) < -edge))
