"""Draws people for the laboratory, and what a laboratory itself adds to a threshold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.population import quantile
from cramplab.cohort.random_streams import stream
from cramplab.core.parameters import parameter
from cramplab.simulation.assembly import fast_parameters

FloatArray = NDArray[np.float64]
_LABEL = "people on the bench"
# The electrode is set for each person until all axons answer, so their thresholds change nothing.
_SET_BY_THE_LABORATORY = ("nerve_stimulation",)


@dataclass(frozen=True)
class ThresholdTest:
    """What a laboratory finds when it tests the same threshold twice and nothing has been done in between.

    References
    ----------
    behringer2017 (the placebo group).
    """

    name: ClassVar[str] = "threshold_test"

    drift: float = parameter(
        "1.5 Hz",
        "rise of the threshold from one test to the next of the same session",
        source="behringer2017",
        origin="chosen",
        where="placebo group 2.0 Hz higher after 15 min; people who only rested 1.6 Hz in another laboratory",
    )
    retest_spread: float = parameter(
        "2 Hz",
        "standard deviation of the difference of two tests of one person",
        source="chosen",
        origin="chosen",
        where="1.5 Hz in the placebo group of behringer2017, and the tests go in steps of 2 Hz",
    )

    def measured(self, threshold: FloatArray, earlier: int, chance: np.random.Generator) -> FloatArray:
        """Give what the laboratory reads (Hz).

        Parameters
        ----------
        threshold : Hz
            Of each person, NaN for who did not cramp.
        earlier
            Tests that the people had before in the same session.
        chance
            From which the error of each test is drawn.
        """
        error = chance.standard_normal(threshold.shape) * self.retest_spread / np.sqrt(2.0)
        return np.maximum(threshold + earlier * self.drift + error, 0.5)


def assumed_spreads() -> tuple[str, ...]:
    """Name every parameter of nerve and muscle that is drawn for each person on the bench."""
    return tuple(
        name
        for name, declaration in fast_parameters().items()
        if declaration.spread is not None and name.partition(".")[0] not in _SET_BY_THE_LABORATORY
    )


def draw_people_on_the_bench(people: int, seed: int, without: Collection[str] = ()) -> dict[str, FloatArray]:
    """Draw what differs between people in nerve and muscle.

    Parameters
    ----------
    people
        How many. More people are the same people and further ones.
    seed
        Of the run.
    without
        Parameters that are the same in all.

    Returns
    -------
    dict
        By dotted name, shape [people], internal units.
    """
    declared = fast_parameters()
    return {
        name: quantile(declared[name], stream(seed, _LABEL, name).random(people))
        for name in assumed_spreads()
        if name not in without
    }
