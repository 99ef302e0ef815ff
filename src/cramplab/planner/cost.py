"""What the search for a plan makes small: loss of body mass, low and high plasma sodium, heat, and a full stomach.

Nothing else decides about drinks; no theory of cramp has a say in it. Each part is nothing inside its comfortable
range, and grows with the square of the distance from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cramplab.core.parameters import declarations_of, parameter
from cramplab.core.quantities import from_internal
from cramplab.safety.foreseen import Foreseen

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PlanCost:
    """Where discomfort begins, and how much beyond it counts as one.

    References
    ----------
    nata2017 (loss of mass, volume in the stomach); all scales are chosen.
    """

    name: ClassVar[str] = "plan_cost"

    mass_loss: float = parameter("2 %", "loss of body mass aimed for at most", source="nata2017", origin="read")
    mass_scale: float = parameter(
        "1 %", "loss of body mass beyond it that counts as one", source="chosen", origin="chosen"
    )
    gain_scale: float = parameter("0.25 %", "gain of body mass that counts as one", source="chosen", origin="chosen")
    sodium_low: float = parameter(
        "137 mmol/L", "plasma sodium below which distance counts", source="chosen", origin="chosen"
    )
    sodium_high: float = parameter(
        "145 mmol/L", "plasma sodium above which distance counts", source="chosen", origin="chosen"
    )
    low_sodium_scale: float = parameter(
        "2 mmol/L", "plasma sodium below it that counts as one", source="chosen", origin="chosen"
    )
    high_sodium_scale: float = parameter(
        "4 mmol/L", "plasma sodium above it that counts as one", source="chosen", origin="chosen",
        where="twice the scale of the low side: what falls harms within half the distance of what rises",
    )  # fmt: skip
    core: float = parameter("39 degC", "core temperature above which distance counts", source="chosen", origin="chosen")
    core_scale: float = parameter(
        "0.5 K", "core temperature beyond it that counts as one", source="chosen", origin="chosen"
    )
    stomach: float = parameter(
        "400 mL", "volume in the stomach above which it is felt", source="nata2017", origin="read"
    )
    stomach_scale: float = parameter("200 mL", "volume beyond it that counts as one", source="chosen", origin="chosen")
    worth_it: float = parameter(
        0.1, "difference of cost, over that of the best plan, for which nobody should have to carry out a harder one",
        source="chosen", origin="chosen", where="the scales are chosen, so less than this means nothing",
    )  # fmt: skip
    worst_share: float = parameter(
        0.1, "share of the runs that counts once more: the worst of them", source="chosen", origin="chosen"
    )


@cache
def _written() -> SimpleNamespace:
    """Give the declared values in the units they are written in, which are those of `Foreseen`."""
    declared = declarations_of(PlanCost, PlanCost.name)
    return SimpleNamespace(**{
        name.rpartition(".")[2]: from_internal(each.value, each.unit) for name, each in declared.items()
    })  # fmt: skip


def worth_it() -> float:
    """Give the difference of cost, over that of the best plan, below which the simpler plan is taken (1)."""
    return float(_written().worth_it)


def cost_by_run(seen: Foreseen) -> FloatArray:
    """Give the cost of a plan in every run, without the extra weight of the worst; shape [runs], unit 1."""
    w, change = _written(), seen.mass_change_percent
    parts = (
        (-change - w.mass_loss) / w.mass_scale,
        change / w.gain_scale,
        (w.sodium_low - seen.sodium_lowest) / w.low_sodium_scale,
        (seen.sodium_end - w.sodium_high) / w.high_sodium_scale,
        (seen.core_highest - w.core) / w.core_scale,
        (seen.stomach_highest - w.stomach) / w.stomach_scale,
    )
    return np.sum([np.maximum(part, 0.0) ** 2 for part in parts], axis=0)


def shares_of_cost(by_run: FloatArray) -> FloatArray:
    """Give numbers whose mean is the cost of a plan: half the mean over all runs, half that of the worst of them.

    A plan that holds up does well where things go badly; a mean alone would trade that for a little comfort elsewhere.

    Parameters
    ----------
    by_run
        Shape [runs].

    Returns
    -------
    1
        Shape [runs].

    References
    ----------
    Rockafellar and Uryasev 2000: the mean of the worst tail as an expectation.
    """
    share = _written().worst_share
    line = float(np.quantile(by_run, 1.0 - share))
    return 0.5 * by_run + 0.5 * (line + np.maximum(by_run - line, 0.0) / share)


def difference(shares: FloatArray, others: FloatArray) -> tuple[float, float]:
    """Give by how much one plan costs more than another, and the standard error: the same people under both."""
    apart = shares - others
    return float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(apart.size)) if apart.size > 1 else 0.0
