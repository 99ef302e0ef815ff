"""What to look at in each athlete of a team, the most pressing first; a gain of weight comes before all else.

Every number is a limit of ``limits.toml`` and every text that says what to do is a row of ``red_flags.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from cramplab.core.days import last_possible_day
from cramplab.core.reader_units import KILOGRAM_PER_POUND, LITRE_PER_FLUID_OUNCE
from cramplab.core.team import Athlete, Weighing, latest
from cramplab.core.team_result import TeamFlag, Urgency
from cramplab.safety.after_exercise import START_WITHIN, USUAL_FROM
from cramplab.safety.limits import Limit, Limits
from cramplab.safety.red_flags import RedFlag, heavier, load_red_flags, rows_for

ORDER = (
    "gain", "drank_too_fast", "gain_earlier", "loss_severe", "loss_above_3", "loss_above_2", "past_hyponatremia",
    "past_heat_stroke", "sickle_cell_trait", "condition", "under_age", "drank_fast", "medicine", "starts_light",
)  # fmt: skip
"""Ids of all flags, the most pressing first; the place in it is the rank."""
NO_FLAG = len(ORDER) + 1
"""Rank of somebody without a flag."""
_OWN_WORDS = {
    "past_hyponatremia": "low blood sodium before",
    "past_heat_stroke": "heat stroke before",
}


def flags_of(
    athlete: Athlete, weighings: Sequence[Weighing], limits: Limits, *, units: str = "metric"
) -> tuple[TeamFlag, ...]:
    """Give all flags of an athlete, in order of rank.

    Parameters
    ----------
    weighings
        The athlete's own, in the order in which they were written down.
    limits
        As shipped or made stricter.
    units
        ``metric`` or ``us``, for the numbers in the words.
    """
    scale = _Scale(limits, units == "us")
    found = [*scale.gains(weighings), *scale.drinking(weighings), *scale.loss(latest(weighings))]
    found += [*_of_person(athlete, limits), *scale.start(athlete, weighings)]
    if gained_recently(weighings):
        # Nothing beside a gain may ask somebody to drink.
        found = [replace(flag, do="") if flag.id.startswith(("drank", "loss")) else flag for flag in found]
    return tuple(sorted(found, key=lambda flag: flag.rank))


def recent(weighings: Iterable[Weighing]) -> tuple[Weighing, ...]:
    """Give the weighings of the last day with a change of mass, or without a day.

    Which of two sessions of a day came last is not told, and what has no day may have been the last: neither may hide a
    gain behind another weighing. Low sodium shows up to a day after exercise besides.
    """
    weighings = tuple(weighings)
    # Nor may a slip of the pen in the year.
    possible = last_possible_day()
    last = latest(each for each in weighings if each.date <= possible)
    day = "" if last is None else last.date
    return tuple(each for each in weighings if not each.date or each.date >= day)


def gained_recently(weighings: Iterable[Weighing]) -> bool:
    """Tell whether any recent weighing shows a gain."""
    return any(each.gained for each in recent(weighings))


class _Row(Protocol):
    @property
    def athlete(self) -> Athlete: ...
    @property
    def flags(self) -> tuple[TeamFlag, ...]: ...
    @property
    def change_pct(self) -> float | None: ...
    @property
    def weighings(self) -> tuple[Weighing, ...]: ...


AnyRow = TypeVar("AnyRow", bound=_Row)


def order(rows: Iterable[AnyRow]) -> tuple[AnyRow, ...]:
    """Put the rows of a team in order: most pressing first, then the larger change, then by code."""

    def place(row: AnyRow) -> tuple[int, float, str]:
        rank = row.flags[0].rank if row.flags else NO_FLAG
        changes = [row.change_pct or 0.0]
        if rank == 1:
            changes = [each.change_pct or 0.0 for each in recent(row.weighings) if each.gained]
        return rank, -max((abs(each) for each in changes), default=0.0), row.athlete.id

    return tuple(sorted(rows, key=place))


def _flag(
    name: str, urgency: Urgency, short: str, words: str, do: str = "", origin: Limit | RedFlag | None = None
) -> TeamFlag:
    source, status = (origin.source, origin.status) if origin is not None else ("", "")
    return TeamFlag(name, ORDER.index(name) + 1, urgency, short, words, do, source, status)


def _red_flag(name: str) -> RedFlag:
    return next(each for each in load_red_flags() if each.id == name)


@dataclass(frozen=True)
class _Scale:
    """Finds what the scale and the bottle show."""

    limits: Limits
    us: bool

    def gains(self, weighings: Sequence[Weighing]) -> Iterator[TeamFlag]:
        """Find gains: the largest recent one, and the largest before that."""
        now = recent(weighings)
        row = heavier()
        for name, among in (("gain", now), ("gain_earlier", tuple(each for each in weighings if each not in now))):
            gained = [each for each in among if each.gained]
            if not gained:
                continue
            worst = max(gained, key=lambda each: each.change_pct or 0.0)
            words = f"Weight went up{_on(worst)}: {self._change(worst)}{self._drank(worst)}."
            if name == "gain":
                words += " If the weights are right, more was drunk than was lost."
                yield _flag("gain", "now", "WEIGHT UP", words, f"{row.say} {row.more}", row)
            else:
                keep = "Ask how it was then, and that less is drunk from now on; weigh before and after every session."
                yield _flag(name, "mind", "weight up earlier", words, keep, row)

    def drinking(self, weighings: Sequence[Weighing]) -> Iterator[TeamFlag]:
        """Find the fastest recent drinking."""
        fastest = max(recent(weighings), key=lambda each: each.drinking_rate or 0.0, default=None)
        rate = None if fastest is None else fastest.drinking_rate
        if rate is None or fastest is None:
            return
        absolute, default = self.limits["hourly_absolute"], self.limits["hourly_default"]
        told = f"Drank {self._rate(rate)}{_on(fastest)}"
        if rate > absolute.value:
            words = f"{told}; nobody should exceed {self._rate(absolute.value)}."
            yield _flag("drank_too_fast", "today", "drank too fast", words,
                        "Slow down: less at each break, and only when thirsty.", absolute)  # fmt: skip
        elif rate > default.value:
            words = f"{told}, above the usual ceiling of {self._rate(default.value)}."
            yield _flag("drank_fast", "mind", "drank fast", words, "Drink when thirsty, in small amounts.", default)

    def loss(self, last: Weighing | None) -> Iterator[TeamFlag]:
        """Find the loss of the last weighing, by the highest line that it passes."""
        if last is None or last.change_pct is None:
            return
        rows: tuple[tuple[str, str, Urgency, str, str], ...] = (
            ("loss_severe", "mass_loss_severe", "today", "severe loss",
             "Rest and cool down, and make up for it before any further session; get medical help if unwell."),
            ("loss_above_3", "mass_loss_warn", "today", "large loss",
             "Make up for it before the next session; illness from heat becomes more likely."),
            ("loss_above_2", "mass_loss_target", "mind", "loss",
             "Make up for it over the next hours, with meals."),
        )  # fmt: skip
        for name, limit_id, urgency, word, do in rows:
            limit = self.limits[limit_id]
            if -last.change_pct > limit.value:
                words = f"Lost weight{_on(last)}: {self._change(last)}; the line is \u2212{limit.value:g} %."
                yield _flag(name, urgency, f"{word}, over {limit.value:g} %", words, do, limit)
                return

    def start(self, athlete: Athlete, weighings: Sequence[Weighing]) -> Iterator[TeamFlag]:
        """Find a last weighing before a session that is still below the usual mass."""
        dated = sorted((each for each in weighings if each.mass_before_kg), key=lambda each: each.date)
        if not dated:
            return
        last, earlier = dated[-1], [each.mass_before_kg or 0.0 for each in dated[:-1]]
        usual = athlete.mass_kg
        if usual is None and len(earlier) >= USUAL_FROM.value:
            usual = sum(earlier) / len(earlier)
        if not usual or last.mass_before_kg is None:
            return
        below = 100.0 * (last.mass_before_kg - usual) / usual
        if below < -START_WITHIN.value:
            words = f"Started{_on(last)} at {_signed(below)} % of the usual mass of {self._mass(usual)}."
            yield TeamFlag(
                "starts_light", ORDER.index("starts_light") + 1, "mind", "starts light", words,
                f"Begin within {START_WITHIN.value:g} %: ask about illness, food, and the session before.",
                "National Athletic Trainers' Association 2017", f"from memory, to be checked: {START_WITHIN.where}",
            )  # fmt: skip

    def _change(self, weighing: Weighing) -> str:
        kg, pct = weighing.change_kg or 0.0, weighing.change_pct or 0.0
        size = kg / KILOGRAM_PER_POUND if self.us else kg
        return f"{_signed(size, 2)} {'lb' if self.us else 'kg'} ({_signed(pct)} %)"

    def _drank(self, weighing: Weighing) -> str:
        rate, drank = weighing.drinking_rate, weighing.drank_L
        if rate is None or drank is None:
            return ""
        size = f"{drank / LITRE_PER_FLUID_OUNCE:.0f} fl oz" if self.us else f"{drank:.2g} L"
        return f", with {size} drunk in {weighing.duration_min:.0f} min ({self._rate(rate)})"

    def _rate(self, rate: float) -> str:
        return f"{rate / LITRE_PER_FLUID_OUNCE:.0f} fl oz/h" if self.us else f"{rate:.2f} L/h"

    def _mass(self, kg: float) -> str:
        return f"{kg / KILOGRAM_PER_POUND:.1f} lb" if self.us else f"{kg:.1f} kg"


def _of_person(athlete: Athlete, limits: Limits) -> Iterator[TeamFlag]:
    """Find what the roster tells of somebody: conditions, trait, age, medicines."""
    flags = set(athlete.flags)
    if athlete.sickle_cell_trait or "sickle_cell_trait" in flags:
        row = _red_flag("sickle_cell_trait")
        # The row's answer is for its question, so the question goes with it.
        do = f"{row.more} {row.when} {row.say}"
        yield _flag(
            "sickle_cell_trait", "mind", "sickle cell trait", "Sickle cell trait, as the roster tells.", do, row
        )
    for row in rows_for(flags - {"sickle_cell_trait"}):
        own = [each for each in athlete.flags if each in row.flags]
        for name in [each for each in own if each in _OWN_WORDS]:
            yield _flag(name, "mind", _OWN_WORDS[name], f"{_spaced([name])}: no numbers are given.", row.say, row)
        rest = [each for each in own if each not in _OWN_WORDS]
        if rest and row.plan == "none":
            yield _flag("condition", "mind", "condition", f"{_spaced(rest)}: no numbers are given.", row.say, row)
        elif rest:
            yield _flag("medicine", "mind", "medicine", f"Takes: {_spaced(rest)}.", row.say, row)
    limit = limits["youngest_known"]
    if athlete.age_y is not None and athlete.age_y < limit.value:
        yield _flag("under_age", "mind", f"under {limit.value:g}",
                    f"{athlete.age_y:g} years, under {limit.value:g}: no numbers are given.",
                    "An adult in charge decides.", limit)  # fmt: skip


def no_numbers(athlete: Athlete, limits: Limits) -> str:
    """Say why somebody gets no amounts; empty if they may.

    Conditions and age for which no plan is made either: whoever is in charge decides.
    """
    if any(each.plan == "none" for each in rows_for(set(athlete.flags) - {"sickle_cell_trait"})):
        return "no amount with this condition: the clinician decides"
    if athlete.age_y is not None and athlete.age_y < limits["youngest_known"].value:
        return f"no amount under {limits['youngest_known'].value:g} years: an adult in charge decides"
    return ""


def _spaced(names: Sequence[str]) -> str:
    shown: Mapping[str, str] = {"nsaid": "NSAID", "ssri": "SSRI", "iv_iron": "iron by vein"} | _OWN_WORDS
    return ", ".join(shown.get(name, name.replace("_", " ")) for name in names)


def _on(weighing: Weighing) -> str:
    return f" ({weighing.told})" if weighing.told else ""


def _signed(value: float, decimals: int = 1) -> str:
    """Write a number with its sign, with as many decimals as a small one needs not to look like nothing."""
    while decimals < 4 and value and round(abs(value), decimals) == 0.0:
        decimals += 1
    return ("\u2212" if value < 0 else "+") + f"{abs(value):.{decimals}f}"
