"""A value of a library file with what is known of it: fixed, a range, or a mean with its spread; read or assumed."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from cramplab.core.quantities import Unit

# Draws from a normal value stay within this many standard deviations: a drawn person should exist.
_FARTHEST = 2.5


@dataclass(frozen=True)
class Uncertain:
    """A number in internal units that may be a range or have a spread.

    Parameters
    ----------
    kind
        ``fixed``: one value. ``range``: anything between low and high, evenly. ``normal``: a mean and a standard
        deviation.
    value
        The value, the middle of the range, or the mean.
    low, high
        Ends of the range; for a normal value the ends that a draw never leaves; for a fixed value the value itself.
    spread
        The standard deviation of a normal value, otherwise 0.
    unit
        The unit it was written in. The numbers themselves are in internal units.
    assumed
        True where the paper does not say it and we assume it.
    """

    kind: Literal["fixed", "range", "normal"]
    value: float
    low: float
    high: float
    spread: float
    unit: Unit
    assumed: bool = False

    @classmethod
    def fixed(cls, value: float, unit: Unit, *, assumed: bool = False) -> Uncertain:
        """Make a value that is the same in every draw."""
        return cls("fixed", value, value, value, 0.0, unit, assumed)

    @classmethod
    def between(cls, low: float, high: float, unit: Unit, *, assumed: bool = False) -> Uncertain:
        """Make a value that lies anywhere in a range."""
        return cls("range", 0.5 * (low + high), low, high, 0.0, unit, assumed)

    @classmethod
    def normal(cls, mean: float, spread: float, unit: Unit, *, assumed: bool = False) -> Uncertain:
        """Make a value with a mean and a standard deviation; a draw stays within 2.5 of them, and keeps its sign."""
        low, high = mean - _FARTHEST * spread, mean + _FARTHEST * spread
        if mean > 0:
            low = max(low, 0.1 * mean)
        elif mean < 0:
            high = min(high, 0.1 * mean)
        return cls("normal", mean, low, high, spread, unit, assumed)

    def at(self, share: float) -> float:
        """Give the value below which a share of the draws lies.

        Parameters
        ----------
        share : 1
            Between 0 and 1; an even draw of it makes a draw of the value.
        """
        if self.kind == "fixed":
            return self.value
        if self.kind == "range":
            return self.low + share * (self.high - self.low)
        inside = min(max(share, 1e-6), 1 - 1e-6)
        return min(max(NormalDist(self.value, self.spread).inv_cdf(inside), self.low), self.high)

    def __str__(self) -> str:
        factor, name = self.unit.factor, self.unit.name
        name = "" if name == "1" else f" {name}"
        if self.kind == "fixed":
            text = f"{self.value / factor:.6g}{name}"
        elif self.kind == "range":
            text = f"{self.low / factor:.6g} to {self.high / factor:.6g}{name}"
        else:
            text = f"{self.value / factor:.6g} ± {self.spread / factor:.6g}{name}"
        return f"{text} (assumed)" if self.assumed else text


@dataclass(frozen=True)
class Choice:
    """A word of a library file, such as ``male`` or ``partly``; several words where any of them may be true."""

    values: tuple[str, ...]
    assumed: bool = False

    @property
    def value(self) -> str:
        """The word, or the first of several."""
        return self.values[0]

    def at(self, share: float) -> str:
        """Give the word that an even draw between 0 and 1 picks."""
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]

    def __str__(self) -> str:
        text = " or ".join(self.values)
        return f"{text} (assumed)" if self.assumed else text
