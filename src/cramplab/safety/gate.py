"""The one function that every plan passes: it lowers what is above a cap, hands the lead to thirst, or refuses.

It knows no engine. What a plan would do is asked of a function that it is given, and asked again after every change, so
that nothing passes which was not foreseen as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from cramplab.core.plan import Plan, Serving
from cramplab.core.plan_result import LimitCheck, Refusal
from cramplab.core.reader_units import said
from cramplab.safety.comparing import Case, as_told, broken, checks, compare, most_intake_by_sweat, unasked
from cramplab.safety.foreseen import Asked, Foreseen
from cramplab.safety.limits import Limits
from cramplab.safety.red_flags import RedFlag, load_red_flags, rows_for
from cramplab.safety.tested_range import outside_tested_range

ROUNDS = 12
"""How often a plan may be lowered and foreseen again before it is refused."""
_LESS = 0.8
_NOTHING_L = 0.02
_BELOW = 1.0 - 1e-6
_REMEDIES = {
    "wbgt_stop": "Another time of day, another day, or indoors; an instrument there is better (wbgt_C in a scenario)",
    "no_mass_gain": "A longer or harder event, or a sweat test that shows a higher sweat rate",
    "chance_of_mass_gain": "A sweat test, so that the sweat rate is better known",
    "plasma_sodium": "A shorter or easier event, and a blood test with a clinician before it",
}


@dataclass(frozen=True, eq=False)
class Ruling:
    """What the gate made of a plan.

    Parameters
    ----------
    outcome
        ``passed``; ``refused`` by a limit or a red flag; ``unknown``, outside what was ever tested.
    plan
        The plan as it may be shown, perhaps lowered; None unless it passed.
    foreseen
        What is foreseen under that plan; None unless it passed.
    checks
        Every limit.
    lowered
        Ids of limits that brought the plan down.
    reasons
        Why thirst leads, in sentences.
    refusals
        Why there is no plan.
    """

    outcome: Literal["passed", "refused", "unknown"]
    plan: Plan | None
    foreseen: Foreseen | None
    checks: tuple[LimitCheck, ...]
    lowered: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def pass_plan(plan: Plan, asked: Asked, foresee: Callable[[Plan], Foreseen], limits: Limits) -> Ruling:
    """Let a plan pass, lower it until it may pass, or refuse it.

    Parameters
    ----------
    plan
        As proposed.
    asked
        Who asks, for what.
    foresee
        Gives what a plan would do; called for each version of the plan.
    limits
        As shipped, or tightened by a user.

    Returns
    -------
    Ruling
        If it passed, its plan keeps every limit under what ``foresee`` says of that very plan.
    """
    stop = no_plan_at_all(asked, limits)
    if stop is not None:
        return stop
    plan, reasons = who_leads(plan, asked, limits)
    lowered: list[str] = []
    for round_ in range(ROUNDS):
        case = Case(plan, foresee(plan), asked, limits)
        too_much = broken(case, ("cap", "gate", "refuse"))
        if not too_much:
            return Ruling("passed", plan, case.foreseen, checks(case, frozenset(lowered)), tuple(lowered), reasons)
        lower = _lowered(case)
        if lower == plan:
            if plan.most_intake <= 0.0:
                return _refused(case, too_much)
            # The last round asks whether drinking nothing would pass, so that how much was proposed never decides.
            share = _LESS if plan.most_intake > _NOTHING_L and round_ < ROUNDS - 2 else 0.0
            lower = plan.drinking_less(share)
        lowered += [name for name in too_much if name not in lowered]
        plan = lower
    return _refused(case, too_much)


def no_plan_at_all(asked: Asked, limits: Limits) -> Ruling | None:
    """Refuse before anything is simulated: red flags, what was never tested, and too much heat."""
    rows = [row for row in load_red_flags() if row.plan == "none"]
    answered = [row for row in rows if row.id in asked.red_flags]
    stopping = [row for row in rows if row in answered or row in rows_for(asked.flags)]
    refusals = [
        Refusal(f"red_flag.{row.id}", _because_of(row), "Settle this first; until then there is no plan", row.source)
        for row in stopping
    ]
    untested = outside_tested_range(
        age_y=asked.age_y, flags=asked.flags, duration_s=asked.duration_s, hottest_air_C=asked.hottest_air_C,
        limits=limits, us_units=asked.us_units,
    )  # fmt: skip
    if untested and not answered:
        words = f"We do not know. Nothing that this plan would rest on was ever tested for this: {'; '.join(untested)}."
        remedy = "Nothing that can be typed in. Ask somebody who can watch the person"
        refusals.insert(0, Refusal("tested_range", words, remedy))
        return Ruling("unknown", None, None, unasked(limits), refusals=tuple(refusals))
    if refusals:
        return Ruling("refused", None, None, unasked(limits), refusals=tuple(refusals))
    stop = limits["wbgt_stop"]
    if asked.outdoors and asked.wbgt_C is not None and asked.wbgt_C > stop.value:
        reached, most = (said(each, "degC", asked.us_units, 1) for each in (asked.wbgt_C, stop.value))
        words = f"The wet-bulb globe temperature reaches {reached}, the limit is {most}. {stop.rule}"
        refusal = Refusal(stop.id, words, _REMEDIES["wbgt_stop"], stop.source)
        return Ruling("refused", None, None, unasked(limits), refusals=(refusal,))
    return None


def _because_of(row: RedFlag) -> str:
    # Told by somebody, by a weighing or by an entry of the scenario: who it was does not matter here.
    return f"{row.say} What was told fits this: {row.when.rstrip('?')}{'.' if row.when.endswith('?') else ''}"


def who_leads(plan: Plan, asked: Asked, limits: Limits) -> tuple[Plan, tuple[str, ...]]:
    """Hand the lead to thirst where no fixed volume may be told, and say why."""
    reasons = thirst_reasons(asked, limits)
    if plan.lead != "numbers" or not reasons:
        return plan, reasons
    ceiling = limits["hourly_default"].value
    led = replace(plan, lead="thirst", servings=(), at_most_L_per_h=ceiling, at_most_L=ceiling * asked.hours)
    return led, reasons


def thirst_reasons(asked: Asked, limits: Limits) -> tuple[str, ...]:
    """Say why no fixed volume may be told; empty if one may."""
    reasons = []
    longest = limits["long_event"]
    if asked.hours > longest.value:
        reasons.append(
            f"The event lasts more than {longest.value:g} h: slow runners had low blood sodium more often, so no fixed "
            "volume is told."
        )
    if not asked.sweat_tests:
        reasons.append("There is no sweat test, so nobody knows what this person loses: no fixed volume is told.")
    return tuple(reasons)


def most_allowed(foreseen: Foreseen, asked: Asked, limits: Limits) -> dict[str, float]:
    """Give the most that may be drunk over the event (L) by each limit that has a say in it, the strictest first."""
    case = Case(Plan("nothing", asked.duration_s), foreseen, asked, limits)
    most = most_intake_by_sweat(case) | {
        "hourly_default": case.value("hourly_default") * asked.hours,
        "daily_absolute": case.value("daily_absolute"),
    }
    if asked.own_most_L_per_h < case.value("hourly_default"):
        most["own_most"] = asked.own_most_L_per_h * asked.hours
    return dict(sorted(most.items(), key=lambda each: each[1]))


def _lowered(case: Case) -> Plan:
    """Bring a plan down to every cap at once; the same plan if nothing is above one."""
    over = {name for name, each in compare(case).items() if not each.holds}
    plan = case.plan
    if over & {"salt_supplement_sweat_rate", "salt_supplement_hours"}:
        plan = replace(plan, salt_mmol_per_h=0.0)
    if over & {"share_of_sweat", "low_end_of_sweat", "daily_absolute"}:
        most = min(*most_intake_by_sweat(case).values(), case.value("daily_absolute"))
        plan = plan.drinking_less(_BELOW * most / plan.most_intake)
    if over & {"hourly_default", "hourly_absolute", "single_drink"}:
        plan = _slower(plan, case)
    content = plan.content
    if over & {"drink_sodium", "carbohydrate"}:
        content = replace(
            content, sodium_mmol_per_L=min(content.sodium_mmol_per_L, case.value("drink_sodium")),
            carbohydrate_g_per_L=min(content.carbohydrate_g_per_L, case.value("carbohydrate")),
        )  # fmt: skip
        plan = replace(plan, content=content)
    return _less_sodium(plan, case) if "sodium_not_above_loss" in over else plan


def _slower(plan: Plan, case: Case) -> Plan:
    fastest = min(case.value("hourly_default"), case.asked.own_most_L_per_h)
    if plan.lead == "thirst":
        rate = min(plan.at_most_L_per_h, fastest, case.value("hourly_absolute"))
        return replace(plan, at_most_L_per_h=rate, at_most_L=min(plan.at_most_L, rate * plan.hours))
    servings, before = [], 0.0
    for each in plan.servings:
        most = min(fastest * max(each.time_s - before, 60.0) / 3600.0, case.value("single_drink"))
        servings.append(Serving(each.time_s, min(each.volume_L, _BELOW * most), each.at_km))
        before = each.time_s
    slower = replace(plan, servings=tuple(servings))
    most_in_hour = case.value("hourly_absolute")
    if slower.most_in_an_hour > most_in_hour:
        slower = slower.drinking_less(_BELOW * most_in_hour / slower.most_in_an_hour)
    return slower


def _less_sodium(plan: Plan, case: Case) -> Plan:
    """Leave out salt beside the drink first, then thin the drink."""
    most = _BELOW * case.value("sodium_not_above_loss") * float(np.median(case.foreseen.sweat_sodium))
    drunk = plan.most_intake * plan.content.sodium_mmol_per_L
    salt = max(min(plan.salt_mmol_per_h, (most - drunk) / plan.hours), 0.0)
    if drunk <= most:
        return replace(plan, salt_mmol_per_h=salt)
    thinner = replace(plan.content, sodium_mmol_per_L=most / plan.most_intake)
    return replace(plan, salt_mmol_per_h=0.0, content=thinner)


def _refused(case: Case, names: tuple[str, ...]) -> Ruling:
    compared = compare(case)
    refusals = []
    for name in names:
        limit, found = case.limits[name], compared[name]
        # Some limits are compared with their sign turned.
        planned, allowed = (case.said(each, limit.unit) for each in as_told(name, found))
        words = f"{limit.rule} Here, however little is drunk: {found.words} is {planned}, allowed is {allowed}."
        remedy = _REMEDIES.get(name, "A shorter or easier event, or cooler weather")
        refusals.append(Refusal(name, words, remedy, limit.source))
    return Ruling("refused", None, None, checks(case), refusals=tuple(refusals))
