"""Says in words whether theories differ enough to act on, and which measurement would move their chances most."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from cramplab.core.headlines import FEWEST_DRAWS_FOR_INFLUENCE, rank_correlation
from cramplab.core.results import Trait

FloatArray = NDArray[np.float64]
TIMES, SHARE, PEOPLE = 2.0, 0.8, 5.0
"""Two theories differ if one gives at least so many times the chance of the other in such a share of the draws, and
their medians lie so many of 100 people apart (chosen)."""
_MEASURED_BY = {
    "sweat_gain": "sweat rate, by weighing before and after exercise",
    "sweat_sodium_level": "sweat sodium, by a patch or a laboratory",
    "aerobic_capacity": "aerobic capacity, by a test on treadmill or ergometer",
    "highest_heart_rate": "highest heart rate, by a chest strap in a hard effort",
    "resting_heart_rate": "resting heart rate, by a watch",
    "body_fat": "body fat, by a scan or callipers",
    "heat_acclimation": "days of heat lately, which the scenario can tell",
    "running_cost": "energy cost of running, by breath on a treadmill",
    "wind": "wind, by a forecast",
    "sun": "sunlight, by a forecast",
}
"""Short names of traits that somebody can measure or tell, and how. Intake is left out: it is no measurement, and no
sentence here may join it with cramps."""
_LEFT_OUT = ("drinking",)
_STEEPNESS = "how steeply cramps follow the margin"
_STRENGTH = "how strong each theory is"


def differ_words(chances: Mapping[str, FloatArray]) -> str:
    """Say whether the theories differ enough to act on, by the rule of `TIMES`, `SHARE` and `PEOPLE`.

    Parameters
    ----------
    chances
        Of a cramp under each theory, in the same draws; shape [draws], NaN where a draw failed.
    """
    if len(chances) < 2:
        return "With one theory alone there is nothing to set against it."
    shares = {pair: _share_of_twice(chances, *pair) for pair in permutations(chances, 2)}
    apart = [pair for pair, share in shares.items() if share >= SHARE and _apart(chances, *pair) >= PEOPLE]
    # Of pairs equally far apart in ratio, the one that is further apart in people is named.
    pairs = sorted(apart or shares, key=lambda pair: (-shares[pair], -_apart(chances, *pair), pair))
    more, less = (name.replace("_", " ") for name in pairs[0])
    how = f"{TIMES:g} times the chance of"
    if not apart:
        return (
            f"The theories do not differ enough to act on: none has {how} another in {100 * SHARE:.0f} % of the runs "
            f"and {PEOPLE:g} of 100 more (nearest to it: {more} over {less}, {100 * shares[pairs[0]]:.0f} %)."
        )
    others = len(apart) - 1
    also = f"; so do {others} more pairs" if others > 1 else "; so does one more pair" if others else ""
    return (
        f"They differ: {more} has {how} {less} in {100 * shares[pairs[0]]:.0f} % of the runs{also}. "
        "Which of them is right is not known."
    )


def _share_of_twice(chances: Mapping[str, FloatArray], more: str, less: str) -> float:
    one, other = chances[more], chances[less]
    both = np.isfinite(one) & np.isfinite(other)
    return float(np.mean(one[both] >= TIMES * other[both])) if both.any() else 0.0


def _apart(chances: Mapping[str, FloatArray], more: str, less: str) -> float:
    """Give by how many of 100 people the medians lie apart."""
    return float(100.0 * (np.nanmedian(chances[more]) - np.nanmedian(chances[less])))


def measure_words(
    chances: Mapping[str, FloatArray],
    traits: Mapping[str, Trait],
    strengths: Mapping[str, FloatArray],
    scale_hz: FloatArray,
) -> str:
    """Say which measurement of the person would move the chances most, and what moves them more that nobody can take.

    Correlations are means over the theories, of their sizes.

    Parameters
    ----------
    chances
        Under each theory; shape [draws].
    traits
        What was drawn of the person and of the day, by short name.
    strengths
        Of the theories whose strength is open, in every draw; shape [draws].
    scale_hz : Hz
        Steepness of the hazard in every draw; shape [draws].
    """
    draws = scale_hz.size
    if draws < FEWEST_DRAWS_FOR_INFLUENCE:
        return f"Not known: that takes {FEWEST_DRAWS_FOR_INFLUENCE} simulated runs or more."
    found = {
        name: _mean_size(trait.values, chances)
        for name, trait in traits.items()
        if not name.startswith(_LEFT_OUT) and np.ptp(trait.values) > 0.0
    }
    hidden = {traits[name].label: size for name, size in found.items() if name not in _MEASURED_BY}
    hidden[_STEEPNESS] = _mean_size(scale_hz, chances)
    if strengths:
        own = [abs(rank_correlation(values, chances[name])) for name, values in strengths.items()]
        hidden[_STRENGTH] = float(np.mean(own))
    unseen = max(hidden, key=lambda name: hidden[name])
    beyond = f"{unseen[0].lower()}{unseen[1:]} (rank correlation {hidden[unseen]:.2f}), not measurable at home"
    open_to_test = {name: size for name, size in found.items() if name in _MEASURED_BY}
    # Two standard errors of a rank correlation of things that have nothing to do with each other.
    noise = 2.0 / np.sqrt(draws)
    best = max(open_to_test, key=lambda name: open_to_test[name], default="")
    if not best or open_to_test[best] < noise:
        return f"No test that a person can do moves the chances beyond luck. Most of all they follow the {beyond}."
    first = f"{_MEASURED_BY[best]} (rank correlation with the chance {open_to_test[best]:.2f})."
    rest = f" They follow the {beyond}, more." if hidden[unseen] > open_to_test[best] else ""
    return f"{first[0].upper()}{first[1:]}{rest}"


def _mean_size(values: FloatArray, chances: Mapping[str, FloatArray]) -> float:
    """Give the size of the rank correlation with the chance, mean over theories."""
    return float(np.mean([abs(rank_correlation(values, chance)) for chance in chances.values()]))
