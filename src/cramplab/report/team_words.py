"""How a team is worded for page, cards and terminal: each athlete's last weighing, flags, sweat rate and outlook.

Everything is read from the plain tree of ``team.json``. Whoever gained weight comes first, whatever else the tree says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cramplab.report.plan_words import chance_words, count_of_100, of_100
from cramplab.report.prose import NOT_AVAILABLE, Wording
from cramplab.safety.red_flags import heavier

PAGE_FILE, CARDS_FILE, SHEET_FILE, DATA_FILE = "team.html", "cards.html", "weigh_in_sheet.html", "team.json"
GAIN = "gain"
URGENCIES = {"now": ("■", "now"), "today": ("▲", "today"), "mind": ("○", "keep in mind")}
"""Shape and word for how pressing a flag is."""
NOT_BLENDED = (
    "Each count is what would follow if that theory were right; they differ, nobody knows which is right, and none of "
    "them had a part in any amount shown here."
)
NO_OUTLOOK = "What a session may bring was not worked out: run cramplab team without --no-outlook."
_CHANCES = {
    "mass_gain": "Weight gain",
    "loss_above_2": "More than 2 % lost",
    "loss_above_3": "More than 3 % lost",
    "sodium_below_135": "Blood sodium below 135 mmol/L",
}
_FIGURES = {
    "body_mass_change": "Body mass",
    "sweat_rate": "Sweat rate",
    "drank": "Fluid taken in",
}


@dataclass(frozen=True)
class FlagShown:
    """One flag with its shape and word."""

    id: str
    sign: str
    urgency: str
    short: str
    words: str
    do: str
    source: str
    status: str


@dataclass(frozen=True)
class TheoryShown:
    """What one theory says for one athlete: the count alone, and with its range of 90 %."""

    name: str
    count: str
    whole: str


@dataclass(frozen=True)
class AthleteShown:
    """One athlete in words.

    Parameters
    ----------
    gain
        The flag of a weight gain; None if there was none.
    gain_is_last
        The last weighing shows it: an earlier one of the day may, and a loss stands in its place then.
    change, change_mass
        Of the last weighing, in percent and in the reader's unit.
    replace, replace_words
        How much is still to be replaced, and the sentence to it.
    untested
        The sweat rate rests on published rates alone.
    """

    code: str
    position: str
    mass: str
    last: str
    change: str
    change_mass: str
    gain: FlagShown | None
    gain_is_last: bool
    flags: Sequence[FlagShown]
    replace: str
    replace_words: str
    sweat: str
    sweat_numbers: str
    another_day: str
    sodium: str
    rests_on: str
    untested: bool
    theories: Sequence[TheoryShown]
    unknown: str
    chances: Sequence[tuple[str, str]]
    chances_short: Sequence[tuple[str, str]]
    figures: Sequence[tuple[str, str]]
    notices: Sequence[str]
    checks: Sequence[str]
    weighings: Sequence[tuple[str, ...]]


def wording(tree: Mapping[str, Any], minus: str = "\u2212") -> Wording:
    """Take the reader's units from the tree of a team."""
    return Wording(tree["units"] == "us", minus)


def for_reader(tree: Mapping[str, Any], say: Wording) -> Mapping[str, Any]:
    """Give the tree with what is told of the session in the reader's units."""
    if not tree["outlook"]:
        return tree
    session = tree["outlook"]["session"]
    told = {**session, "words": say.in_text(session["words"])}
    return {**tree, "outlook": {**tree["outlook"], "session": told}}


def gained(row: Mapping[str, Any]) -> bool:
    """Tell whether the last weighing showed a gain of weight, by its flag or by its numbers alone."""
    return any(flag["id"] == GAIN for flag in row["flags"]) or (row["change_kg"] or 0.0) > 0.0


def rows_in_order(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the rows in their order, those who gained weight first in any case."""
    return sorted(tree["rows"], key=lambda row: not gained(row))


def athletes(tree: Mapping[str, Any], say: Wording) -> list[AthleteShown]:
    """Put every athlete in words, those who gained weight first."""
    return [_athlete(tree, row, say) for row in rows_in_order(tree)]


def theory_names(tree: Mapping[str, Any]) -> list[str]:
    """Give the theories in the order in which they are shown; none without an outlook."""
    return list(tree["outlook"]["claims"]) if tree["outlook"] else []


def _athlete(tree: Mapping[str, Any], row: Mapping[str, Any], say: Wording) -> AthleteShown:
    person, last, sweat = row["athlete"], row["last"], row["sweat"]
    flags = _flags(row, say)
    outlook = tree["outlook"]["athletes"].get(person["id"]) if tree["outlook"] else None
    unknown = (outlook["unknown"] if outlook else "this athlete was left out of it") if tree["outlook"] else ""
    unknown = say.in_text(unknown)
    told = outlook if outlook and not unknown else {"chances": {}, "figures": {}, "theories": {}, "notices": ()}
    return AthleteShown(
        code=person["id"], position=person["position"],
        mass=say.with_unit(person["mass_kg"], "kg") if person["mass_kg"] else "",
        last=day(last) if last else "not weighed yet",
        change=say.with_unit(row["change_pct"], "%", signed=True) if row["change_pct"] is not None else "–",
        change_mass=say.with_unit(row["change_kg"], "kg", signed=True) if row["change_kg"] is not None else "–",
        gain=flags[0] if gained(row) else None, gain_is_last=(row["change_kg"] or 0.0) > 0.0, flags=flags,
        replace=_replace(row, say), replace_words=_replace_words(row),
        sweat=_range(sweat["usual"], say), sweat_numbers=_range(sweat["usual"], say, unit=False),
        another_day=_range(sweat["another_day"], say), sodium=_range(sweat["sodium_mmol_per_L"], say),
        rests_on=say.in_text(_rests_on(sweat)), untested=not sweat["tests"] and not sweat["told"],
        theories=[_theory(name, told["theories"].get(name), say) for name in theory_names(tree)] if not unknown else [],
        unknown=unknown,
        chances=_chances(told["chances"], chance_words), chances_short=_chances(told["chances"], _at_most),
        figures=[(label, _range(told["figures"][name], say, signed=name == "body_mass_change"))
                 for name, label in _FIGURES.items() if name in told["figures"]],
        notices=[say.in_text(each) for each in told["notices"]], checks=[say.in_text(each) for each in row["checks"]],
        weighings=[_weighing(each, say) for each in reversed(row["weighings"])],
    )  # fmt: skip


def _chances(told: Mapping[str, Any], worded: Callable[[Mapping[str, Any]], str]) -> list[tuple[str, str]]:
    return [(label, worded(told[name])) for name, label in _CHANCES.items() if name in told]


def _at_most(chance: Mapping[str, Any]) -> str:
    return f"{of_100(chance)} (at most {math.ceil(100.0 * chance['upper'])})"


def _flags(row: Mapping[str, Any], say: Wording) -> list[FlagShown]:
    found = [_flag(each) for each in sorted(row["flags"], key=lambda each: each["rank"])]
    if gained(row) and (not found or found[0].id != GAIN):
        # A gain is shown also where the tree holds its numbers and no flag for it.
        own = next((each for each in found if each.id == GAIN), None) or _gain_by_numbers(row, say)
        return [own, *(each for each in found if each.id != GAIN)]
    return found


def _flag(flag: Mapping[str, Any]) -> FlagShown:
    sign, urgency = URGENCIES[flag["urgency"]]
    return FlagShown(sign=sign, urgency=urgency,
                     **{key: flag[key] for key in ("id", "short", "words", "do", "source", "status")})  # fmt: skip


def _gain_by_numbers(row: Mapping[str, Any], say: Wording) -> FlagShown:
    told = heavier()
    change = (
        f"{say.with_unit(row['change_kg'], 'kg', signed=True)} ({say.with_unit(row['change_pct'], '%', signed=True)})"
    )
    words = f"Heavier after the session than before it: {change}."
    return FlagShown(GAIN, *URGENCIES["now"], "weight gain", words, told.say, told.source, told.status)


def day(weighing: Mapping[str, Any]) -> str:
    """Name a weighing by its day and session."""
    return " ".join(part for part in (weighing["date"], weighing["session"]) if part) or "no date"


def _range(entry: Mapping[str, Any], say: Wording, *, signed: bool = False, unit: bool = True) -> str:
    text = say.estimate({**entry, "signed": signed})
    return text if unit or text == NOT_AVAILABLE else text.replace(f" {say.unit(entry['unit'])}", "", 1)


def _replace(row: Mapping[str, Any], say: Wording) -> str:
    """Give the amount in the fewest words; nothing at all for somebody who gained weight."""
    told = row["replace"]
    if gained(row):
        return "none"
    if told["low_L"] is None or told["high_L"] is None:
        return "none" if told["words"].lower().startswith("none") else "–"
    low, high = (say.convert(told[key], "L") for key in ("low_L", "high_L"))
    # As the sentence beside it writes them: a weighing tells no finer.
    decimals = 0 if say.us_units else 1
    return f"{low:,.{decimals}f} to {high:,.{decimals}f} {say.unit('L')}"


def _replace_words(row: Mapping[str, Any]) -> str:
    """Give the sentence to the amount; a gain of weight leaves no amount, whatever the tree says."""
    if gained(row) and row["replace"]["high_L"] is not None:
        return "None: weight went up."
    return str(row["replace"]["words"])


def _rests_on(sweat: Mapping[str, Any]) -> str:
    tests = sweat["tests"]
    parts = [f"{tests} weighing{'s' if tests != 1 else ''}"] if tests else []
    parts += ["the roster's own figure"] if sweat["told"] else []
    parts += [sweat["known_before"]] if sweat["known_before"] else []
    return f"From {', '.join(parts)}" if parts else ""


def _theory(name: str, count: Mapping[str, Any] | None, say: Wording) -> TheoryShown:
    shown = name.replace("_", " ")
    return TheoryShown(shown, f"{count['median']:.0f}" if count else "–", count_of_100(count, say))


def _weighing(each: Mapping[str, Any], say: Wording) -> tuple[str, ...]:
    before, after = each["mass_before_kg"], each["mass_after_kg"]
    # To the gram, like the tree: what two decimal fractions leave is no gain.
    change = round(after - before, 4) if before and after else None
    percent = say.with_unit(100.0 * change / before, "%", signed=True) if change is not None else "–"
    up = "■ gain: " if change and change > 0.0 else ""
    numbers = (("mass_before_kg", "kg"), ("mass_after_kg", "kg"), ("drank_L", "L"), ("urine_L", "L"))
    written = ["–" if each[key] is None else say.with_unit(each[key], unit) for key, unit in numbers]
    minutes = "–" if each["duration_min"] is None else f"{each['duration_min']:.0f} min"
    return day(each), f"{up}{percent}", *written, minutes
