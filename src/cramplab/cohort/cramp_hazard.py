"""How likely a cramp comes by itself in an hour, as the cramp margin falls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cramplab.core.parameters import parameter

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class CrampHazard:
    r"""Inputs to a motor pool fluctuate; the further it is from latching, the rarer they carry it over.

    .. math:: h = h_0 \, e^{-m / s}

    The base rate is set from the share of race entrants with cramps, for each theory by itself, so that none is helped
    or hurt by it. How fast the rate falls with the margin nobody has measured: it is drawn from a wide range.
    """

    name: ClassVar[str] = "cramp_hazard"

    scale: float = parameter(
        "4 Hz",
        "fall of the margin that makes cramps e times as frequent",
        source="chosen",
        origin="chosen",
        where="nobody has measured it; two people in three lie between 2.4 and 6.6 Hz of the draws",
        spread="lognormal 50 %",
        limits=("1 Hz", "20 Hz"),
    )
    base_rate: float = parameter(
        "1 1/h",
        "rate at a margin of nothing, before it is set for each theory",
        source="dejager2022_safer22",
        origin="fitted",
        where="lifetime prevalence of entrants of 21.1 and 56 km, taken as if of one race",
    )


def chance_of_cramp(margin_hz: Any, seconds: Any, log_base_rate: Any, scale_hz: Any) -> FloatArray:
    """Give the chance of at least one cramp of every person.

    Parameters
    ----------
    margin_hz : Hz
        Shape [times, people].
    seconds : s
        That each person spent before each row; shape [times, people].
    log_base_rate
        Natural logarithm of the base rate in 1/s; a number or shape [people].
    scale_hz : Hz
        A number or shape [people].

    Returns
    -------
    array, shape [people]
    """
    return np.asarray(-np.expm1(-expected_cramps(margin_hz, seconds, log_base_rate, scale_hz)))


def expected_cramps(margin_hz: Any, seconds: Any, log_base_rate: Any, scale_hz: Any) -> FloatArray:
    """Give the number of cramps to be expected if each were forgotten at once; arguments as in `chance_of_cramp`."""
    rate = np.exp(np.asarray(log_base_rate) - np.asarray(margin_hz) / np.asarray(scale_hz))
    return np.asarray((rate * np.asarray(seconds)).sum(axis=0))
