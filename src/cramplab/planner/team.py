"""Puts together what is known of a team without simulating anybody: changes, flags, sweat rates, what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Literal

import cramplab.planner.sweat_posterior as sweat
from cramplab.core.plan_result import Range
from cramplab.core.reader_units import LITRE_PER_FLUID_OUNCE
from cramplab.core.team import Athlete, Weighing, latest
from cramplab.core.team_result import Outlook, Replace, SweatRate, TeamResult, TeamRow
from cramplab.importers.weigh_ins import as_weigh_in, why_no_sweat_test
from cramplab.physiology.weighing import OTHER_READINGS, Constant, Measured, constant, sweat_rate
from cramplab.safety.after_exercise import AFTER_L_PER_KG, UNHURRIED_HOURS, UNHURRIED_LOSS_PCT
from cramplab.safety.limits import Limits
from cramplab.safety.team_flags import flags_of, gained_recently, no_numbers, order

Units = Literal["metric", "us"]
ROSTER_RATE_ERROR = Constant(
    0.20, "1", "error of a sweat rate that a roster tells, SD over value", "chosen", "chosen",
    "nobody tells how it was measured: above the spread between a person's sessions, as for one test with its weighing",
)  # fmt: skip
_NOTHING_MISSING_KG = 0.05


def team_result(
    athletes: Sequence[Athlete],
    weighings: Sequence[Weighing],
    *,
    title: str,
    limits: Limits,
    sport: str | None = None,
    outlook: Outlook | None = None,
    unread: Sequence[str] = (),
    units: Units = "metric",
    input_files: Mapping[str, str] | None = None,
) -> TeamResult:
    """Put a team together, the most pressing athlete first.

    Parameters
    ----------
    athletes
        Of the roster.
    weighings
        Of all athletes; who is not on the roster gets a row too.
    title
        Name of the team, or of its file.
    limits
        As shipped or made stricter.
    sport
        For the published athletes to compare with.
    outlook
        What a session may bring, if that was worked out.
    unread
        What could not be read of the files.
    units
        For the numbers in sentences.
    input_files
        Name to SHA-256.
    """
    grouped = by_athlete(athletes, weighings)
    on_roster = {each.id for each in athletes}
    rows = order(
        team_row(athlete, own, limits, sport=sport, units=units, on_roster=athlete.id in on_roster)
        for athlete, own in grouped
    )
    return TeamResult(title, rows, version("cramplab"), units, outlook, tuple(unread), dict(input_files or {}))


def by_athlete(
    athletes: Sequence[Athlete], weighings: Iterable[Weighing]
) -> tuple[tuple[Athlete, tuple[Weighing, ...]], ...]:
    """Give each athlete the weighings under that code, in order of time; codes that differ in capitals are the same.

    Somebody who was weighed and is not on the roster is an athlete of whom only the code is known.
    """
    people = {each.id.casefold(): each for each in athletes}
    own: dict[str, list[Weighing]] = {key: [] for key in people}
    for weighing in weighings:
        key = weighing.athlete.casefold()
        people.setdefault(key, Athlete(weighing.athlete))
        own.setdefault(key, []).append(weighing)
    return tuple((people[key], tuple(sorted(own[key], key=lambda each: each.date))) for key in people)


def team_row(
    athlete: Athlete,
    weighings: Sequence[Weighing],
    limits: Limits,
    *,
    sport: str | None = None,
    units: Units = "metric",
    on_roster: bool = True,
) -> TeamRow:
    """Put together what is known of one athlete; takes the same as `team_result`, with the athlete's own weighings."""
    last = latest(weighings)
    checks = [] if on_roster else ["Not on the roster: only the weighings are known."]
    return TeamRow(
        athlete=athlete,
        last=last,
        change_kg=None if last is None else last.change_kg,
        change_pct=None if last is None else last.change_pct,
        replace=replacement(athlete, weighings, limits, units),
        sweat=known_sweat(athlete, weighings, sport),
        flags=flags_of(athlete, weighings, limits, units=units),
        weighings=tuple(weighings),
        checks=(*checks, *_checks(athlete, weighings, sport)),
    )


def replacement(athlete: Athlete, weighings: Sequence[Weighing], limits: Limits, units: Units = "metric") -> Replace:
    """Say how much is still to be replaced after the last weighing; nothing ever after a gain of weight."""
    last = latest(weighings)
    if gained_recently(weighings):
        return Replace(None, None, "none: weight went up; no more drinking")
    if last is None or last.change_kg is None or last.change_pct is None:
        return Replace(None, None, "not known: no weighing before and after")
    missing = -last.change_kg
    if missing <= _NOTHING_MISSING_KG:
        return Replace(None, None, "none: nothing is missing")
    reason = no_numbers(athlete, limits)
    if reason:
        return Replace(None, None, reason)
    ceiling = limits["hourly_default"].value
    # A large loss would come out above what anybody may drink in a day.
    low, high = (min(each * missing, limits["daily_absolute"].value) for each in AFTER_L_PER_KG)
    if ceiling <= 0.0:
        return Replace(None, None, "no amount: the limits in use allow no drinking")
    words = (
        f"{_litres(low, high, units)} in all, with meals, over {math.ceil(high / ceiling)} h or more and never faster "
        f"than {_rate(ceiling, units)}"
    )
    if -last.change_pct < UNHURRIED_LOSS_PCT:
        words += f"; with no session in the next {UNHURRIED_HOURS} h, usual meals and drinks are enough"
    return Replace(low, high, words)


def known_sweat(athlete: Athlete, weighings: Sequence[Weighing], sport: str | None = None) -> SweatRate:
    """Weigh what published athletes, the weighings and the roster say about an athlete's sweat."""
    rates = _rates(weighings)
    tests = len(rates)
    told = roster_reading(athlete)
    if told is not None:
        rates.append(told)
    prior = sweat.published(sport, _mass(athlete, weighings))
    usual = sweat.posterior(rates, prior)
    # How sodium was measured is not told, so it counts with the widest of the errors.
    sodium = sweat.whole_body_sodium(athlete.sweat_sodium_mmol_per_L, OTHER_READINGS["wearable"])
    return SweatRate(
        usual=_range(usual),
        another_day=_range(sweat.another_day(usual)),
        tests=tests,
        told=told is not None,
        known_before=prior.whom,
        sodium_mmol_per_L=Range(sodium.value, *sodium.range, "mmol/L"),
    )


def roster_reading(athlete: Athlete) -> Measured | None:
    """Give the roster's own sweat rate (L/h) as one more reading, with an error of its own; None if it has none."""
    told = athlete.sweat_rate_L_per_h
    return None if told is None else Measured(told, ROSTER_RATE_ERROR.value * told)


def _rates(weighings: Iterable[Weighing]) -> list[Measured]:
    return [sweat_rate(test) for test in map(as_weigh_in, weighings) if test is not None]


def _mass(athlete: Athlete, weighings: Iterable[Weighing]) -> float | None:
    before = [each.mass_before_kg for each in weighings if each.mass_before_kg is not None]
    if athlete.mass_kg is not None or not before:
        return athlete.mass_kg
    return sum(before) / len(before)


def _range(density: sweat.Density) -> Range:
    return Range(density.median, *density.interval, "L/h")


def _checks(athlete: Athlete, weighings: Sequence[Weighing], sport: str | None) -> Iterable[str]:
    """Say what looks odd, or why a weighing is no sweat test."""
    for each in weighings:
        which = f"Weighing {each.told}".rstrip() if each.told else "A weighing"
        reason = why_no_sweat_test(each) if each.change_kg is not None else ""
        if reason:
            yield f"{which} is no sweat test: {reason}."
        elif each.duration_min is not None and each.duration_min < constant("short_test"):
            yield f"{which} is short ({each.duration_min:.0f} min): the scale's error counts for much."
    rates = _rates(weighings)
    if len(rates) > 1 and sweat.days_differ_too_much(
        rates, sweat.posterior(rates, sweat.published(sport, _mass(athlete, weighings)))
    ):
        yield "The sweat tests lie further apart than scale and days explain: compare weather and effort of each."
    told = roster_reading(athlete)
    if told is not None and rates:
        shown = sum(rate.value for rate in rates) / len(rates)
        if abs(shown - told.value) > 2.0 * math.hypot(told.error, max(rate.error for rate in rates)):
            yield "The roster's sweat rate is far from what the weighings show: check how it was measured."


def _litres(low: float, high: float, units: Units) -> str:
    if units == "us":
        return f"{low / LITRE_PER_FLUID_OUNCE:.0f} to {high / LITRE_PER_FLUID_OUNCE:.0f} fl oz"
    return f"{low:.1f} to {high:.1f} L"


def _rate(rate: float, units: Units) -> str:
    # What may not be passed is rounded down.
    if units == "us":
        return f"{math.floor(rate / LITRE_PER_FLUID_OUNCE + 1e-9):.0f} fl oz/h"
    return f"{math.floor(100.0 * rate + 1e-9) / 100.0:g} L/h"
