"""Which session a team's outlook is for: what was told of it, what the last weighings show, and what is left open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from cramplab.core.team import Weighing
from cramplab.core.team_result import SessionAhead
from cramplab.physiology.weighing import SHARES_OF_RESERVE, Constant, constant

ASSUMED = {
    "minutes": Constant(120.0, "min", "length of a session of which nobody tells it", "chosen", "chosen"),
    "adult_age": Constant(25.0, "yr", "age of an athlete of whom nobody tells it", "chosen", "chosen",
        "a grown player; who is under age must be told so on the roster"),
    "unlike_air": Constant(
        0.34, "1", "SD of the logarithm of one person's sweat between sessions in air that may differ", "chosen",
        "chosen", "near what the body model gives one person over the weather that is drawn where nobody tells"),
    "unlike_effort": Constant(
        0.25, "1", "SD of the logarithm of one person's sweat between sessions of efforts that may differ", "chosen",
        "chosen", "near what the body model gives one person over the efforts that are drawn where nobody tells"),
    "like_air": Constant(3.0, "K", "two sessions are alike in air if they differ by no more", "chosen", "chosen"),
    "fastest_believed": Constant(4.0, "L/h", "a faster rate on a weighing is a slip of the pen", "chosen", "chosen"),
}  # fmt: skip
"""What is assumed of sessions and athletes where nobody tells."""


_NO_BREAKS = (
    "The effort is held without a break, whatever the heat, in light clothing: in real sessions people rest. So "
    "nothing is told of body heat: go by an instrument on the spot."
)


def assumed(name: str) -> float:
    """Give the number of an assumption of `ASSUMED`, in its own unit."""
    return ASSUMED[name].value


def last_date(weighings: Sequence[Weighing]) -> str:
    """Give the latest date of the weighings; empty if none has one."""
    return max((each.date for each in weighings), default="")


def session_ahead(
    weighings: Sequence[Weighing],
    *,
    minutes: float | None = None,
    air_C: float | None = None,
    humidity_pct: float | None = None,
    intensity: str | None = None,
) -> SessionAhead:
    """Choose the session: as told, else like that of the latest weighings, else assumed or drawn.

    Parameters
    ----------
    weighings
        Of the whole team.
    minutes : min
    air_C, humidity_pct : degC, %
    intensity
        As in a weighing; None where it is not told.
    """
    latest = last_date(weighings)
    last = [each for each in weighings if each.date == latest]
    day = f" of {latest}" if latest else ""
    told: list[str] = []
    taken: list[str] = []
    drawn: list[str] = []

    def choose(
        own: float | None, of: Callable[[Weighing], float | None], write: Callable[[float], str]
    ) -> float | None:
        shown = [value for value in map(of, last) if value is not None]
        value = own if own is not None else median(shown) if shown else None
        if value is not None:
            (told if own is not None else taken).append(write(value))
        return value

    length = choose(minutes, lambda each: each.duration_min, "{:.0f} min".format)
    air = choose(air_C, lambda each: each.air_C, "air of {:.0f} °C".format)
    humidity = choose(humidity_pct, lambda each: each.humidity_pct, "humidity of {:.0f} %".format)
    words = {each.intensity for each in last if each.intensity is not None}
    effort = intensity if intensity is not None else next(iter(words)) if len(words) == 1 else None
    if effort is not None:
        (told if intensity is not None else taken).append(f"effort “{effort.replace('_', ' ')}”")
    if air is None:
        drawn.append(f"air from {constant('air_low'):.0f} to {constant('air_high'):.0f} °C")
    if humidity is None:
        drawn.append(f"humidity from {constant('humidity_low'):.0f} to {constant('humidity_high'):.0f} %")
    if effort in (None, "race_pace"):
        low, high = SHARES_OF_RESERVE[None]
        drawn.append(f"effort from {100.0 * low:.0f} to {100.0 * high:.0f} % of the aerobic reserve")
    again = (
        "What nobody tells of the last weighings is taken to come again: their sweat weighs the drawn runs."
        if last and (air_C, humidity_pct, intensity) == (None, None, None)
        else ""
    )
    parts = [
        f"As told: {', '.join(told)}." if told else "",
        f"Taken from the last weighings{day}: {', '.join(taken)}." if taken else "",
        f"Length assumed, since nobody tells it: {assumed('minutes'):.0f} min." if length is None else "",
        f"Drawn anew for each run: {', '.join((*drawn, 'wind and sun'))}.",
        again,
        _NO_BREAKS,
        "Each athlete drinks at the rate of their last weighing, as plain water; by thirst where that is not known.",
    ]
    return SessionAhead(
        assumed("minutes") if length is None else length, air, humidity, effort, "as last time",
        " ".join(part for part in parts if part),
    )  # fmt: skip
