"""What the gate is told: who asks for what kind of event, and what the engine foresees under a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cramplab.core.plan_result import Chance

FloatArray = NDArray[np.float64]
UPPER_SHARE = 0.95


@dataclass(frozen=True)
class Asked:
    """What limits need to know of a person and an event.

    Parameters
    ----------
    age_y : y
    duration_s : s
    hottest_air_C : degC
    flags
        Of the scenario.
    red_flags
        Ids of rows that were answered with yes.
    sweat_tests
        How many weighings before and after the person has.
    wbgt_C : degC
        Wet-bulb globe temperature at its highest, measured or estimated; None if nothing tells it.
    outdoors
        WBGT limits are for work outdoors.
    own_most_L_per_h : L/h
        What the person says that the gut tolerates.
    us_units
        Words have the units of the United States.
    """

    age_y: float
    duration_s: float
    hottest_air_C: float
    flags: frozenset[str] = frozenset()
    red_flags: tuple[str, ...] = ()
    sweat_tests: int = 0
    wbgt_C: float | None = None
    outdoors: bool = True
    own_most_L_per_h: float = float("inf")
    us_units: bool = False

    @property
    def hours(self) -> float:
        """Length of the event (h)."""
        return self.duration_s / 3600.0


@dataclass(frozen=True, eq=False)
class Foreseen:
    """What is foreseen under a plan, for possible versions of the person and of the day; arrays of shape [runs].

    Parameters
    ----------
    sweat_loss : L
        By the end of the event.
    sweat_sodium : mmol
        Lost by then with it.
    mass_change : kg
        At the end of the event, against the start; losses are negative.
    mass_at_start : kg
    sodium_at_start, sodium_lowest, sodium_end : mmol/L
        In plasma: before the event, at its lowest in it and the rest after it, and at its end.
    core_highest : degC
    stomach_highest : mL
    without_answer
        Runs, beside these, that gave no finite numbers. They may be just those in which things go wrong, so each counts
        as one in which what nobody wants happens.
    """

    sweat_loss: FloatArray
    sweat_sodium: FloatArray
    mass_change: FloatArray
    mass_at_start: FloatArray
    sodium_at_start: FloatArray
    sodium_lowest: FloatArray
    sodium_end: FloatArray
    core_highest: FloatArray
    stomach_highest: FloatArray
    without_answer: int = 0

    @property
    def mass_change_percent(self) -> FloatArray:
        """Change of body mass (%); shape [runs]."""
        return 100.0 * self.mass_change / self.mass_at_start

    def low_sodium_added(self, line: float) -> Chance:
        """Count runs that fall below a plasma sodium (mmol/L) and did not start below it.

        The lowest value of a run is never above its start, so this is the chance under the plan less that of the same
        people before it.
        """
        added = (self.sodium_lowest < line) & ~(self.sodium_at_start < line)
        return chance_of(added, self.without_answer)

    def gained(self, more_than: float) -> Chance:
        """Count runs that end heavier than they start by more than this (kg)."""
        return chance_of(self.mass_change > more_than, self.without_answer)


def chance_of(happens: NDArray[np.bool_], without_answer: int = 0) -> Chance:
    """Count in how many runs something happens, with the one-sided upper 95 % bound of its share.

    Parameters
    ----------
    happens
        Shape [runs].
    without_answer
        Further runs, in which it is taken to happen.

    References
    ----------
    Clopper and Pearson 1934: the bound is a quantile of a beta distribution.
    """
    from scipy.special import betaincinv

    of, count = int(happens.size) + without_answer, int(happens.sum()) + without_answer
    upper = 1.0 if count >= of else float(betaincinv(count + 1, of - count, UPPER_SHARE))
    return Chance(count, of, upper)
