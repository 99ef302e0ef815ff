"""How much replaces what is missing after exercise, with its sources; the planner and the reports read it here."""

from __future__ import annotations

from cramplab.physiology.weighing import Constant

AFTER_L_PER_KG = (1.25, 1.5)
"""Least and most for each kilogram that is missing (L/kg)."""
AFTER_SOURCE = (
    "1.5 L for each kg: German Nutrition Society, position on fluid replacement in sports, 2020 (read in its summary); "
    "from 1.25 L: Gatorade Sports Science Institute, Sports Science Exchange 262 (second hand, a maker of drinks)"
)
UNHURRIED_LOSS_PCT, UNHURRIED_HOURS = 5.0, 24
"""Below this loss, and with no effort for so long, usual meals and drinks are enough (same position, 2020)."""
START_WITHIN = Constant(
    1.0, "%", "how near to the usual mass somebody starts", "nata2017", "remembered",
    "recommendation 4, from notes on the paper; not read again",
)  # fmt: skip
USUAL_FROM = Constant(
    3.0, "1", "mornings whose mean is taken for the usual mass", "nata2017", "remembered",
    "recommendation 22, from notes on the paper; not read again",
)  # fmt: skip
