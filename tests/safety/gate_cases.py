"""Invented people, days and proposals for the gate, and the rules that a passed plan must keep, in words of their own.

No engine: a person is a bag of water that drinks and sweats. The rules here are written from the published limits a
second time and share no line with `cramplab.safety.comparing`, so that a slip there is seen.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from scipy.stats import beta

import cramplab.safety
from cramplab.core.plan import DrinkContent, Plan, Serving
from cramplab.safety.foreseen import Asked, Foreseen
from cramplab.safety.gate import Ruling, pass_plan
from cramplab.safety.limits import Limits, load_limits

ROWS = tomllib.loads((Path(cramplab.safety.__file__).parent / "red_flags.toml").read_text(encoding="utf-8"))["row"]
UNTESTED = ("pregnant", "kidney_disease", "dialysis")
HARMLESS_FLAGS = ("statin", "nsaid", "sickle_cell_trait", "ssri", "diuretic")
OTHER_FLAGS = ("heart_disease", "past_hyponatremia", "diabetes", "low_salt_order", "peripheral_artery_disease")
PUBLISHED = {
    "share_of_sweat": 0.8, "low_end_of_sweat": 0.05, "hourly_default": 0.8, "hourly_absolute": 1.42,
    "daily_absolute": 11.4, "single_drink": 0.4, "drink_sodium": 50.0, "sodium_not_above_loss": 1.0,
    "carbohydrate": 80.0, "no_mass_gain": 0.0, "chance_of_mass_gain": 0.05, "plasma_sodium": 0.01, "long_event": 4.0,
    "longest_known": 6.0, "hottest_known": 40.0, "wbgt_stop": 33.3,
}  # fmt: skip
"""Where less is stricter. A limit of the program that is looser than its number here is found out by the properties."""
PUBLISHED_AT_LEAST = {
    "plasma_sodium_line": 135.0, "salt_supplement_sweat_rate": 1.2, "salt_supplement_hours": 2.0,
    "youngest_known": 18.0,
}  # fmt: skip
SLACK = 3e-6


@dataclass(frozen=True)
class World:
    """People as bags of water, and one day.

    Parameters
    ----------
    runs, seed
        How many versions of the person, drawn from what.
    sweat : L/h
        Median rate; ``spread`` is the standard deviation of its logarithm, ``fading`` its fall per hour (1).
    answer : 1
        How much more is sweated if a litre is drunk, over the rate: what is foreseen changes with every plan.
    breath : L/h
        Lost beside sweat; negative where food or clothing adds mass.
    sweat_sodium, at_start, start_sd : mmol/L
    thirst : 1
        What the thirstiest drink of what a ceiling allows.
    """

    runs: int = 1024
    seed: int = 0
    mass_kg: float = 70.0
    sweat: float = 1.0
    spread: float = 0.3
    fading: float = 0.0
    answer: float = 0.0
    breath: float = 0.05
    sweat_sodium: float = 40.0
    at_start: float = 140.0
    start_sd: float = 1.5
    thirst: float = 1.0

    def foresee(self, plan: Plan) -> Foreseen:
        """Give what every version of the person would look like under a plan."""
        draw = np.random.default_rng(self.seed)
        normal = draw.standard_normal((5, self.runs))
        hours, drunk = plan.duration_s / 3600.0, total(plan)
        wish = np.ones(self.runs)
        if plan.lead == "thirst":
            wish = self.thirst * draw.random(self.runs)
            wish[0] = self.thirst
        rate = self.sweat * np.exp(self.spread * normal[0])
        lasting = hours * (1.0 - 0.5 * min(self.fading * hours, 1.0))
        loss = rate * lasting * (1.0 + self.answer * drunk)
        salt_lost = loss * self.sweat_sodium * np.exp(0.3 * normal[1])
        water = 0.55 * self.mass_kg
        swallowed = drunk * wish
        start = self.at_start + self.start_sd * normal[2]
        sodium_in = swallowed * plan.content.sodium_mmol_per_L + plan.salt_mmol_per_h * hours
        end = (start * water + sodium_in - salt_lost) / np.maximum(water + swallowed - loss, 0.2 * water)
        return Foreseen(
            sweat_loss=loss,
            sweat_sodium=salt_lost,
            mass_change=swallowed - loss - self.breath * hours,
            mass_at_start=np.full(self.runs, self.mass_kg),
            sodium_at_start=start,
            sodium_lowest=np.minimum(start, end),
            sodium_end=end,
            core_highest=38.5 + 0.5 * normal[3],
            stomach_highest=np.abs(200.0 + 300.0 * drunk / hours + 50.0 * normal[4]),
        )


@dataclass(frozen=True)
class GateCase:
    """Somebody who proposes a plan to the gate."""

    proposal: Plan
    asked: Asked
    limits: Limits
    world: World


def total(plan: Plan) -> float:
    """Give the most that a plan lets somebody drink (L)."""
    if plan.lead == "nothing":
        return 0.0
    if plan.lead == "thirst":
        return min(plan.at_most_L, plan.at_most_L_per_h * plan.duration_s / 3600.0)
    return float(sum(drink.volume_L for drink in plan.servings))


def _numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False).map(lambda value: round(value, 3))


def _mostly(usual: st.SearchStrategy, rare: st.SearchStrategy) -> st.SearchStrategy:
    return st.integers(0, 4).flatmap(lambda pick: rare if pick == 4 else usual)


@st.composite
def limits_of_a_user(draw) -> Limits:
    """Give the limits as shipped, or some of them stricter, anywhere between the value and where it means nothing."""
    shipped = load_limits()
    if draw(st.booleans()):
        return shipped
    chosen = draw(st.sets(st.sampled_from(list(shipped)), min_size=1, max_size=5))
    found = dict(shipped)
    for name in sorted(chosen):
        limit = shipped[name]
        share = draw(st.sampled_from((0.05, 0.2, 0.5, 0.9)))
        value = limit.value + share * (limit.furthest - limit.value)
        found[name] = replace(limit, value=value, tightened=True)
    usual, absolute = found["hourly_default"], found["hourly_absolute"]
    # As in a user's file: the usual ceiling follows the absolute one.
    found["hourly_default"] = replace(usual, value=min(usual.value, absolute.value))
    return Limits(found, shipped.bands)


@st.composite
def proposals(draw, duration_s: float) -> Plan:
    """Give a plan of any lead, as absurd as it comes."""
    content = DrinkContent(
        "drink", draw(_mostly(_numbers(0, 60), _numbers(0, 300))), draw(_mostly(_numbers(0, 80), _numbers(0, 300)))
    )
    salt = draw(_mostly(st.just(0.0), _numbers(0, 200)))
    lead = draw(st.sampled_from(("numbers", "numbers", "thirst", "nothing")))
    if lead == "numbers":
        times = sorted(draw(st.lists(_numbers(0.0, duration_s), max_size=24)))
        most = draw(st.sampled_from((0.1, 0.3, 1.0, 5.0)))
        volumes = [draw(_numbers(0.0, most)) for _ in times]
        servings = tuple(Serving(time, volume) for time, volume in zip(times, volumes, strict=True))
        return Plan("numbers", duration_s, servings, content=content, salt_mmol_per_h=salt)
    if lead == "thirst":
        ceiling = draw(_numbers(0.0, 6.0))
        return Plan("thirst", duration_s, (), ceiling, draw(_numbers(0.0, 40.0)), content, salt)
    return Plan("nothing", duration_s, content=content, salt_mmol_per_h=salt)


@st.composite
def worlds(draw) -> World:
    """Give a person and a day, from the driest to the wettest."""
    return World(
        seed=draw(st.integers(0, 10_000)),
        mass_kg=draw(_numbers(35, 150)),
        sweat=draw(_mostly(_numbers(0.4, 2.5), _numbers(0.0, 4.5))),
        spread=draw(_numbers(0.0, 0.8)),
        fading=draw(_mostly(st.just(0.0), _numbers(0.0, 0.15))),
        answer=draw(_mostly(st.just(0.0), _numbers(0.0, 0.1))),
        breath=draw(_mostly(_numbers(0.0, 0.1), _numbers(-0.4, 0.0))),
        sweat_sodium=draw(_numbers(5, 110)),
        at_start=draw(_mostly(_numbers(138, 143), _numbers(133, 138))),
        start_sd=draw(_numbers(0.0, 2.0)),
        thirst=draw(_numbers(0.2, 1.0)),
    )


@st.composite
def gate_cases(draw, hours: st.SearchStrategy[float] | None = None) -> GateCase:
    """Give somebody who asks: most could get a plan, some could not."""
    lasting = hours if hours is not None else _mostly(_numbers(0.2, 4.0), _numbers(0.2, 9.0))
    duration_s = round(3600.0 * draw(lasting), 1)
    asked = Asked(
        age_y=draw(_mostly(_numbers(18, 80), _numbers(10, 100))),
        duration_s=duration_s,
        hottest_air_C=draw(_mostly(_numbers(-10, 38), _numbers(30, 50))),
        flags=draw(_mostly(st.frozensets(st.sampled_from(HARMLESS_FLAGS), max_size=2),
                           st.frozensets(st.sampled_from(UNTESTED + OTHER_FLAGS), max_size=2))),
        red_flags=draw(_mostly(st.just(()), st.lists(st.sampled_from([row["id"] for row in ROWS]), max_size=2)
                               .map(tuple))),
        sweat_tests=draw(_mostly(st.integers(1, 3), st.just(0))),
        wbgt_C=draw(_mostly(st.none() | _numbers(-5, 32), _numbers(25, 45))),
        outdoors=draw(st.booleans()),
        own_most_L_per_h=draw(_mostly(st.just(float("inf")), _numbers(0.1, 3.0))),
    )  # fmt: skip
    return GateCase(draw(proposals(duration_s)), asked, draw(limits_of_a_user()), draw(worlds()))


# ------------------------------------------------------------------------------------------ what must hold, once more


def at_most(limits: Limits, name: str) -> float:
    """Give a limit where less is stricter: the published number, or what a user made of it if that is less."""
    return min(PUBLISHED[name], limits[name].value)


def at_least(limits: Limits, name: str) -> float:
    """Give a limit where more is stricter."""
    return max(PUBLISHED_AT_LEAST[name], limits[name].value)


def why_no_plan(asked: Asked, limits: Limits) -> str:
    """Say which outcome an event without a plan has, before anything is foreseen; empty if there may be one."""
    if any(row["id"] in asked.red_flags and row["plan"] == "none" for row in ROWS):
        return "refused"
    hours = asked.duration_s / 3600.0
    if (
        set(UNTESTED) & asked.flags
        or asked.age_y < at_least(limits, "youngest_known")
        or hours > at_most(limits, "longest_known")
        or asked.hottest_air_C > at_most(limits, "hottest_known")
    ):
        return "unknown"
    if any(row.get("plan_by_flag", row["plan"]) == "none" and set(row["flags"]) & asked.flags for row in ROWS):
        return "refused"
    if asked.outdoors and asked.wbgt_C is not None and asked.wbgt_C > at_most(limits, "wbgt_stop"):
        return "refused"
    return ""


def must_be_led_by_thirst(asked: Asked, limits: Limits) -> bool:
    """Tell whether fixed volumes are out of the question: a long event, or nobody who was ever weighed."""
    return asked.sweat_tests == 0 or asked.duration_s / 3600.0 > at_most(limits, "long_event")


def rules_broken(plan: Plan, seen: Foreseen, asked: Asked, limits: Limits) -> list[str]:
    """Name every rule that a plan breaks, under what is foreseen for it."""
    drunk, hours = total(plan), plan.duration_s / 3600.0
    rate = _most_rate(plan)
    found = {
        "share_of_sweat": drunk > at_most(limits, "share_of_sweat") * np.median(seen.sweat_loss) + SLACK,
        "low_end_of_sweat": drunk > np.quantile(seen.sweat_loss, at_most(limits, "low_end_of_sweat")) + SLACK,
        "hourly_default": rate > at_most(limits, "hourly_default") + SLACK,
        "own ceiling": rate > asked.own_most_L_per_h + SLACK,
        "hourly_absolute": max(rate, _most_in_any_hour(plan)) > at_most(limits, "hourly_absolute") + SLACK,
        "daily_absolute": drunk > at_most(limits, "daily_absolute") + SLACK,
        "drink_sodium": plan.content.sodium_mmol_per_L > at_most(limits, "drink_sodium") * (1.0 + SLACK),
        "carbohydrate": plan.content.carbohydrate_g_per_L > at_most(limits, "carbohydrate") * (1.0 + SLACK),
        "single_drink": plan.lead == "numbers"
        and any(drink.volume_L > at_most(limits, "single_drink") + SLACK for drink in plan.servings),
        "numbers where thirst leads": plan.lead == "numbers" and must_be_led_by_thirst(asked, limits),
    }
    swallowed = drunk * plan.content.sodium_mmol_per_L + plan.salt_mmol_per_h * hours
    lost = float(np.median(seen.sweat_sodium))
    found["sodium_not_above_loss"] = swallowed > at_most(limits, "sodium_not_above_loss") * lost * (1 + SLACK) + SLACK
    if plan.salt_mmol_per_h > 0.0:
        sweat_rate = float(np.median(seen.sweat_loss)) / hours
        found["salt by sweat rate"] = sweat_rate < at_least(limits, "salt_supplement_sweat_rate") - SLACK
        found["salt by length"] = hours < at_least(limits, "salt_supplement_hours") - SLACK
    found["chance_of_mass_gain"] = (
        np.count_nonzero(seen.mass_change > at_most(limits, "no_mass_gain"))
        > at_most(limits, "chance_of_mass_gain") * seen.mass_change.size + SLACK
    )
    if drunk > 0.0:
        found["no_mass_gain"] = float(np.median(seen.mass_change)) > at_most(limits, "no_mass_gain") + SLACK
    # Who starts below a stricter line could not fall below it: the published one is asked as well.
    for line in (PUBLISHED_AT_LEAST["plasma_sodium_line"], at_least(limits, "plasma_sodium_line")):
        fell = np.count_nonzero((seen.sodium_lowest < line) & (seen.sodium_at_start >= line))
        bound = upper_bound(fell, seen.sodium_lowest.size)
        found[f"low sodium below {line:g}"] = bound > at_most(limits, "plasma_sodium") + SLACK
    return [name for name, broken in found.items() if broken]


def upper_bound(count: int, of: int) -> float:
    """Give the one-sided upper 95 % bound of a share by Clopper and Pearson."""
    return 1.0 if count == of else float(beta.ppf(0.95, count + 1, of - count))


def _most_rate(plan: Plan) -> float:
    """Give the fastest drinking (L/h): each drink over the time since the one before it, or since the start."""
    if plan.lead != "numbers":
        return plan.at_most_L_per_h if plan.lead == "thirst" else 0.0
    times = [0.0, *(drink.time_s for drink in plan.servings)]
    minutes = np.maximum(np.diff(times) / 60.0, 1.0)
    return max((60.0 * drink.volume_L / span for drink, span in zip(plan.servings, minutes, strict=True)), default=0.0)


def _most_in_any_hour(plan: Plan) -> float:
    """Give the most in any 60 min (L), by sliding an hour over the event from drink to drink."""
    if plan.lead != "numbers":
        return min(plan.at_most_L_per_h, plan.at_most_L) if plan.lead == "thirst" else 0.0
    when = np.array([drink.time_s for drink in plan.servings])
    volumes = np.array([drink.volume_L for drink in plan.servings])
    return max((float(volumes[(when >= begin) & (when < begin + 3600.0)].sum()) for begin in when), default=0.0)


# ------------------------------------------------------------------------------------------------ what the gate did


def ruled(case: GateCase) -> Ruling:
    """Let the gate rule on a case."""
    return pass_plan(case.proposal, case.asked, case.world.foresee, case.limits)


def faults_of(case: GateCase) -> list[str]:
    """Name all that is wrong with what the gate made of a proposal."""
    ruling = ruled(case)
    expected = why_no_plan(case.asked, case.limits)
    if expected and ruling.outcome != expected:
        return [f"{ruling.outcome}, not {expected}"]
    if ruling.outcome != "passed":
        found = [] if ruling.plan is None and ruling.foreseen is None else ["a plan was given all the same"]
        return found if ruling.refusals and all(each.remedy for each in ruling.refusals) else [*found, "no reason"]
    assert ruling.plan is not None
    assert ruling.foreseen is not None
    found = rules_broken(ruling.plan, case.world.foresee(ruling.plan), case.asked, case.limits)
    if must_be_led_by_thirst(case.asked, case.limits) and not ruling.reasons:
        found.append("thirst leads and nobody says why")
    if total(ruling.plan) > total(case.proposal) * (1.0 + 1e-6) and case.proposal.lead == ruling.plan.lead:
        found.append("more is drunk than was proposed")
    again = pass_plan(ruling.plan, case.asked, case.world.foresee, case.limits)
    if again.plan != ruling.plan or again.lowered:
        found.append("a plan that passed was changed")
    return found
