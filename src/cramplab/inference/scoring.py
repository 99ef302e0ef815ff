"""Sets what a study printed against what a theory let it find: density, interval, verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from cramplab.core.experiment import Experiment
from cramplab.core.experiment_findings import Finding
from cramplab.inference.predictive import Prediction, sizes_of

FloatArray = NDArray[np.float64]
AGREES, CONTRADICTS, CANNOT_TELL, NOT_SIMULATED = "agrees", "contradicts", "cannot tell", "not simulated"
LEAST_SHARE = 0.01
"""Chance that a study is not what we take it for (chosen): no single figure can ruin a theory altogether."""
_RANGE_OF_ANYTHING = 20.0  # times the scale of the finding: where a figure may lie if the study is something else
_MOSTLY = 0.9
_LEAST_RATIO = 1e-4
_UNTOLD_ERROR = 0.1  # of a figure that was printed without an error (chosen)
_KERNELS = 400  # possible studies whose neighbourhoods make the density
RESOLUTION = {"cramp_threshold_frequency": 2.0}
"""Changes that no laboratory can tell from nothing, by measure, internal units: repeated thresholds move so far."""


@dataclass(frozen=True)
class Score:
    """How one theory fares with one finding; numbers in internal units.

    Parameters
    ----------
    predicted, low, high
        Middle of the possible studies, and the interval that holds 90 % of them; None if there is none.
    verdict
        See the module's constants.
    log_density
        Natural logarithm of the predictive density at the printed figure, or of the chance of the printed direction;
        None for a finding that says neither.
    direction_share
        Share of possible studies that would have reported the printed direction; None if there is no direction.
    """

    predicted: float | None
    low: float | None
    high: float | None
    verdict: str
    log_density: float | None
    direction_share: float | None


def published_error(finding: Finding, experiment: Experiment) -> float | None:
    """Give the standard error of the printed figure: from its band where that is an interval, else from its spread."""
    if finding.band is not None and "judgement" not in finding.band_kind and "range" not in finding.band_kind:
        return (finding.band[1] - finding.band[0]) / 3.92
    if not finding.spread or finding.published is None:
        return None if finding.band is None else (finding.band[1] - finding.band[0]) / 3.92
    kind = finding.spread_kind.lower()
    sizes = sizes_of(finding, experiment, max(len(finding.mean), 1))
    spreads = (finding.spread * len(sizes))[: len(sizes)]
    if "se" in kind.split() and not kind.startswith("sd"):
        errors = list(spreads)
    else:
        errors = [each / np.sqrt(size) for each, size in zip(spreads, sizes, strict=True)]
    return float(np.sqrt(sum(each**2 for each in errors)))


def score(finding: Finding, experiment: Experiment, prediction: Prediction) -> Score:
    """Score one prediction."""
    share = _share_of_direction(finding, prediction)
    if finding.published is None:
        return _by_direction(prediction, share)
    ratio = is_ratio(finding) and finding.published > 0.0
    # Ratios are weighed by their logarithm: twice and half are as far from one.
    scaled = np.log if ratio else np.asarray
    published = float(scaled(finding.published))
    reach = _reach(finding, published, ratio)
    error = _scaled_error(finding, experiment, ratio) or _UNTOLD_ERROR * reach
    # Where a figure may lie if the study is not what we take it for: the same for all theories.
    anywhere = 1.0 / (_RANGE_OF_ANYTHING * max(error, reach))
    if not len(prediction.figures):
        # Nobody did what was measured, and a printed figure says that people do.
        return Score(None, None, None, CONTRADICTS, float(np.log(LEAST_SHARE * anywhere)), share)
    figures = scaled(np.maximum(prediction.figures, _LEAST_RATIO)) if ratio else prediction.figures
    spread = float(np.std(figures))
    # Virtual people may be more alike than real ones: the figure is at least as uncertain as the paper found it.
    widened = np.sqrt(max(error**2 - spread**2, 0.0))
    even = norm.ppf((np.arange(len(figures)) + 0.5) / len(figures))
    blurred = figures + widened * np.random.default_rng(len(figures)).permutation(even)
    low, high = (float(each) for each in np.quantile(blurred, (0.05, 0.95)))
    middle = float(np.median(blurred))
    # A study in which nobody showed it would have printed no figure.
    inside = (1.0 - prediction.failed) * _density(published, figures, widened, spread, error)
    density = float(np.log((1.0 - LEAST_SHARE) * inside + LEAST_SHARE * anywhere))
    verdict = _verdict(finding, published, low, high, error)
    if ratio:
        middle, low, high = (float(np.exp(each)) for each in (middle, low, high))
    return Score(middle, low, high, verdict, density, share)


def is_ratio(finding: Finding) -> bool:
    """Say whether a finding is a ratio, for which one is no effect."""
    return finding.measure.endswith(("_relative", "_ratio", "_fold_change"))


def _scaled_error(finding: Finding, experiment: Experiment, ratio: bool) -> float:
    error = published_error(finding, experiment) or 0.0
    if not ratio or not finding.published:
        return error
    if finding.band is not None and finding.band[0] > 0.0:
        return float(np.log(finding.band[1] / finding.band[0])) / 3.92
    return error / finding.published


def _reach(finding: Finding, published: float, ratio: bool) -> float:
    """Give the size of a figure; of one that is nothing at all, one of the unit that it was printed in."""
    one = 1.0 if ratio or finding.unit is None else finding.unit.factor
    return abs(published) if abs(published) > 1e-6 * one else one


def _density(published: float, figures: FloatArray, widened: float, spread: float, error: float) -> float:
    """Give the density of possible studies at a figure, by a kernel for each."""
    some = figures[:: max(len(figures) // _KERNELS, 1)]
    own = 1.06 * spread * len(some) ** -0.2
    width = np.sqrt(own**2 + widened**2 + (1e-3 * max(error, spread)) ** 2)
    return float(np.mean(norm.pdf(published, some, width)))


def _share_of_direction(finding: Finding, prediction: Prediction) -> float | None:
    if finding.direction == "increase":
        return prediction.raised
    if finding.direction == "decrease":
        return prediction.lowered
    if finding.direction == "none" and is_effect(finding):
        return 1.0 - prediction.raised - prediction.lowered
    return None


def _by_direction(prediction: Prediction, share: float | None) -> Score:
    figures = prediction.figures
    if len(figures):
        middle = float(np.median(figures))
        low, high = (float(each) for each in np.quantile(figures, (0.05, 0.95)))
    else:
        middle = low = high = None  # type: ignore[assignment]
    if share is None:
        return Score(middle, low, high, CANNOT_TELL, None, None)
    verdict = AGREES if share >= _MOSTLY else CONTRADICTS if share <= 1.0 - _MOSTLY else CANNOT_TELL
    density = float(np.log((1.0 - LEAST_SHARE) * share + LEAST_SHARE / 3.0))
    return Score(middle, low, high, verdict, density, share)


def _verdict(finding: Finding, published: float, low: float, high: float, error: float) -> str:
    """Say agrees, contradicts or cannot tell.

    Outside the interval is a contradiction. Inside it agrees only if the theory stuck its neck out: for an effect,
    nothing at all must lie outside the interval; for no effect, a change that matters must; for a level, the interval
    must not be wider than half the level itself or than what the study knew.
    """
    if not low <= published <= high:
        return CONTRADICTS
    # No effect is nothing: of a ratio, the logarithm of one.
    neutral = 0.0
    if not is_effect(finding):
        known = max(0.25 * abs(published), 2.0 * error)
        return AGREES if 0.5 * (high - low) <= known else CANNOT_TELL
    if finding.direction in ("increase", "decrease"):
        return CANNOT_TELL if low <= neutral <= high else AGREES
    base = finding.measure.removesuffix("_change")
    matters = max(1.96 * error, RESOLUTION.get(base, 0.0)) + abs(published - neutral)
    return AGREES if neutral - matters <= low and high <= neutral + matters else CANNOT_TELL


def is_effect(finding: Finding) -> bool:
    """Say whether a finding is a change or a difference, not a level."""
    return len(finding.arms) == 2 or finding.measure.endswith(("_change", "_relative", "_fold_change", "_ratio"))
