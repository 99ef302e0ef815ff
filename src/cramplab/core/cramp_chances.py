"""What each theory makes of one event: the chance of a cramp in every draw, and what can be said of them together.

A part of a run's result. It is empty of numbers, with the reason, where nobody should be told any.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TheoryAnswer:
    """What would follow for one event if one theory were right.

    Parameters
    ----------
    theory, claim
        Its name, and what it says in one sentence.
    chance : 1
        Of at least one cramp in the event; shape [draws], NaN for a draw that failed. Empty if it is not told.
    margin_hz : Hz
        Cramp margin of the worked muscle at every look, median over the draws; shape [looks].
    why_not
        Why no chance is told; empty if one is.
    """

    theory: str
    claim: str
    chance: FloatArray
    margin_hz: FloatArray
    why_not: str = ""


@dataclass(frozen=True, eq=False)
class CrampChances:
    """What all theories make of one event, side by side.

    Parameters
    ----------
    answers
        One for each theory; empty if no number is to be told.
    look_s : s
        Times of the looks at the muscle, from the start of the event; shape [looks].
    differ
        A sentence: whether the theories differ enough to act on.
    measure_next
        A sentence: which measurement of the person would move the chances most.
    reference
        Sentences: what the chances rest on.
    unknown
        Why nothing is told at all; empty if something is.
    """

    answers: tuple[TheoryAnswer, ...] = ()
    look_s: FloatArray = field(default_factory=lambda: np.zeros(0))
    differ: str = ""
    measure_next: str = ""
    reference: str = ""
    unknown: str = ""
