"""Each limit against a plan: one small function for each, all of one form. Nothing is decided here.

The numbers come from ``limits.toml``; what follows when one does not hold stands in `cramplab.safety.gate`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from cramplab.core.plan import Plan
from cramplab.core.plan_result import LimitCheck, State
from cramplab.core.reader_units import said
from cramplab.safety.foreseen import Asked, Foreseen
from cramplab.safety.limits import Limit, Limits

CLOSE = 0.9
"""A planned figure above this share of what is allowed is told as having reached its limit."""
_SLACK = 1.0 + 1e-6


@dataclass(frozen=True)
class Case:
    """A plan, what is foreseen under it, who asks, and the limits."""

    plan: Plan
    foreseen: Foreseen
    asked: Asked
    limits: Limits

    def value(self, name: str) -> float:
        """Give the value of a limit in its unit."""
        return self.limits[name].value

    def said(self, value: float, unit: str, decimals: int | None = None) -> str:
        """Write a number in the units of whoever asks."""
        return said(value, unit, self.asked.us_units, decimals)


@dataclass(frozen=True)
class Compared:
    """What a plan has against what a limit allows, in the limit's unit; ``above`` where more is worse."""

    planned: float
    allowed: float
    words: str
    in_question: bool = True

    @property
    def holds(self) -> bool:
        """True if the plan is within the limit."""
        return self.planned <= self.allowed + (_SLACK - 1.0) * max(1.0, abs(self.allowed))


def most_intake_by_sweat(case: Case) -> dict[str, float]:
    """Give the most that may be drunk over the event (L), by each limit that looks at the sweat lost."""
    loss = case.foreseen.sweat_loss
    return {
        "share_of_sweat": case.value("share_of_sweat") * float(np.median(loss)),
        # The largest volume that no more than this share of the runs lies below: it is what the limit is judged by.
        "low_end_of_sweat": float(np.quantile(loss, case.value("low_end_of_sweat"), method="inverted_cdf")),
    }


def _no_mass_gain(case: Case) -> Compared:
    change = float(np.median(case.foreseen.mass_change))
    drinks = case.plan.most_intake > 0.0
    return Compared(
        change, case.value("no_mass_gain"), "median change of body mass at the end, against the start", drinks
    )


def _chance_of_mass_gain(case: Case) -> Compared:
    heavier = case.foreseen.gained(case.value("no_mass_gain")).share
    return Compared(heavier, case.value("chance_of_mass_gain"), "share of runs that end heavier than they start")


def _share_of_sweat(case: Case) -> Compared:
    loss = float(np.median(case.foreseen.sweat_loss))
    words = f"the most that is drunk, over the median sweat loss of {case.said(loss, 'L')}"
    return Compared(case.plan.most_intake / max(loss, 1e-9), case.value("share_of_sweat"), words)


def _low_end_of_sweat(case: Case) -> Compared:
    low = most_intake_by_sweat(case)["low_end_of_sweat"]
    # The limit is a share of runs; what is compared are litres, so both are told as the share of runs below the intake.
    below = float(np.mean(case.foreseen.sweat_loss < case.plan.most_intake / _SLACK))
    words = f"share of runs that sweat less than the most that is drunk (the low end is {case.said(low, 'L')})"
    return Compared(below, case.value("low_end_of_sweat"), words)


def _hourly_default(case: Case) -> Compared:
    most = min(case.value("hourly_default"), case.asked.own_most_L_per_h)
    words = "fastest drinking: a drink over the time since the one before, or the ceiling where thirst leads"
    if case.asked.own_most_L_per_h < case.value("hourly_default"):
        words += "; the person's own ceiling is lower than the limit"
    return Compared(case.plan.fastest_drinking, most, words)


def _hourly_absolute(case: Case) -> Compared:
    return Compared(case.plan.most_in_an_hour, case.value("hourly_absolute"), "the most within any 60 min")


def _daily_absolute(case: Case) -> Compared:
    # An event of more than a day is not planned, so what is drunk in it is drunk within a day.
    return Compared(case.plan.most_intake, case.value("daily_absolute"), "the most that is drunk in the event")


def _single_drink(case: Case) -> Compared:
    largest = max((each.volume_L for each in case.plan.servings), default=0.0)
    return Compared(largest, case.value("single_drink"), "the largest single drink", case.plan.lead == "numbers")


def _drink_sodium(case: Case) -> Compared:
    return Compared(case.plan.content.sodium_mmol_per_L, case.value("drink_sodium"), "sodium of the drink")


def _carbohydrate(case: Case) -> Compared:
    return Compared(case.plan.content.carbohydrate_g_per_L, case.value("carbohydrate"), "carbohydrate of the drink")


def _sodium_not_above_loss(case: Case) -> Compared:
    lost = float(np.median(case.foreseen.sweat_sodium))
    words = f"sodium of drink and salt, over the median sweat sodium loss of {23.0 * lost:.0f} mg"
    return Compared(case.plan.most_sodium / max(lost, 1e-9), case.value("sodium_not_above_loss"), words)


def _salt(case: Case, has: float, name: str, words: str) -> Compared:
    """Salt beside the drink has two gates that must be passed; both are told as negative, since more passes them."""
    return Compared(-has, -case.value(name), words, case.plan.salt_mmol_per_h > 0.0)


def _salt_rate(case: Case) -> Compared:
    rate = float(np.median(case.foreseen.sweat_loss)) / case.asked.hours
    return _salt(case, rate, "salt_supplement_sweat_rate", "median sweat rate; salt beside the drink asks for more")


def _salt_hours(case: Case) -> Compared:
    return _salt(case, case.asked.hours, "salt_supplement_hours", "length; salt beside the drink asks for more")


def _plasma_sodium(case: Case) -> Compared:
    # Who starts below a stricter line is not counted at it, so the line as shipped is asked as well.
    limit = case.limits["plasma_sodium_line"]
    chances = {line: case.foreseen.low_sodium_added(line) for line in (limit.value, limit.shipped)}
    line, added = max(chances.items(), key=lambda each: each[1].upper)
    words = (
        f"upper 95 % bound of the chance that the plan adds of a plasma sodium below {line:g} mmol/L "
        f"({added.count} of {added.of} runs)"
    )
    return Compared(added.upper, case.value("plasma_sodium"), words)


def _mass_loss(name: str) -> Callable[[Case], Compared]:
    def compare(case: Case) -> Compared:
        loss = -float(np.median(case.foreseen.mass_change_percent))
        return Compared(loss, case.value(name), "median loss of body mass at the end")

    return compare


def _core_temperature(case: Case) -> Compared:
    line = case.value("core_temperature_line")
    above = float(np.mean(case.foreseen.core_highest > line))
    words = f"share of runs with a core temperature above {case.said(line, 'degC')}"
    return Compared(above, case.value("core_temperature_chance"), words)


def _stomach(case: Case) -> Compared:
    most = float(np.median(case.foreseen.stomach_highest))
    return Compared(most, case.value("stomach_comfort"), "fluid in the stomach at its highest, median of the runs")


def _wbgt(case: Case) -> Compared:
    known = case.asked.wbgt_C is not None and case.asked.outdoors
    words = "wet-bulb globe temperature at its highest; an estimate never replaces an instrument"
    return Compared(case.asked.wbgt_C or 0.0, case.value("wbgt_stop"), words, known)


def _wbgt_caution(case: Case) -> Compared:
    return replace(_wbgt(case), allowed=case.value("wbgt_caution"))


def _long_event(case: Case) -> Compared:
    words = "length of the event; above the limit thirst leads"
    return Compared(case.asked.hours, case.value("long_event"), words, case.plan.lead == "numbers")


def _longest(case: Case) -> Compared:
    return Compared(case.asked.hours, case.value("longest_known"), "length of the event")


def _hottest(case: Case) -> Compared:
    return Compared(case.asked.hottest_air_C, case.value("hottest_known"), "air at its hottest")


def _youngest(case: Case) -> Compared:
    return Compared(-case.asked.age_y, -case.value("youngest_known"), "age")


RULES: dict[str, Callable[[Case], Compared]] = {
    "no_mass_gain": _no_mass_gain,
    "chance_of_mass_gain": _chance_of_mass_gain,
    "share_of_sweat": _share_of_sweat,
    "low_end_of_sweat": _low_end_of_sweat,
    "hourly_default": _hourly_default,
    "hourly_absolute": _hourly_absolute,
    "daily_absolute": _daily_absolute,
    "single_drink": _single_drink,
    "drink_sodium": _drink_sodium,
    "sodium_not_above_loss": _sodium_not_above_loss,
    "salt_supplement_sweat_rate": _salt_rate,
    "salt_supplement_hours": _salt_hours,
    "carbohydrate": _carbohydrate,
    "plasma_sodium": _plasma_sodium,
    "mass_loss_target": _mass_loss("mass_loss_target"),
    "mass_loss_warn": _mass_loss("mass_loss_warn"),
    "mass_loss_severe": _mass_loss("mass_loss_severe"),
    "core_temperature_chance": _core_temperature,
    "stomach_comfort": _stomach,
    "wbgt_stop": _wbgt,
    "wbgt_caution": _wbgt_caution,
    "long_event": _long_event,
    "longest_known": _longest,
    "hottest_known": _hottest,
    "youngest_known": _youngest,
}
"""By id of the limit. A limit without a row here is a line that another one compares with."""
NEGATIVE = frozenset({"salt_supplement_sweat_rate", "salt_supplement_hours", "youngest_known"})
"""Limits where more is better: compared with the sign turned."""


def as_told(name: str, compared: Compared) -> tuple[float, float]:
    """Give what is planned and what is allowed as a reader has them, not as they are compared."""
    sign = -1.0 if name in NEGATIVE else 1.0
    return sign * compared.planned, sign * compared.allowed


def compare(case: Case) -> dict[str, Compared]:
    """Compare a plan with every limit that is in question for it, by id."""
    found = {name: rule(case) for name, rule in RULES.items()}
    return {name: each for name, each in found.items() if each.in_question}


def broken(case: Case, actions: tuple[str, ...] = ("refuse", "cap", "gate")) -> tuple[str, ...]:
    """Name the limits with these actions that a plan does not keep."""
    return tuple(name for name, each in compare(case).items() if case.limits[name].action in actions and not each.holds)


def checks(case: Case, lowered: frozenset[str] = frozenset()) -> tuple[LimitCheck, ...]:
    """Give every limit with what this plan made of it.

    Parameters
    ----------
    lowered
        Ids of limits that brought the plan down.
    """
    compared = compare(case)
    return tuple(_check(limit, compared.get(name), name in lowered) for name, limit in case.limits.items())


def unasked(limits: Limits) -> tuple[LimitCheck, ...]:
    """Give every limit as not asked: there is no plan."""
    return tuple(_check(limit, None, was_lowered=False) for limit in limits.values())


def _check(limit: Limit, compared: Compared | None, was_lowered: bool) -> LimitCheck:
    planned = allowed = None
    state: State = "not asked"
    words = "not in question for this plan"
    if compared is not None:
        planned, allowed = as_told(limit.id, compared)
        words = compared.words
        state = "inside"
        if not compared.holds:
            state = "broken" if limit.action in ("cap", "refuse", "gate") else "warned"
        elif was_lowered:
            state = "lowered"
        elif limit.action in ("cap", "refuse") and compared.allowed > 0.0 < compared.planned:
            state = "reached" if compared.planned > CLOSE * compared.allowed else "inside"
    return LimitCheck(
        limit.id, limit.rule, limit.value, limit.unit, limit.action, limit.source, limit.url, limit.status, planned,
        allowed, state, words, limit.tightened,
    )  # fmt: skip
