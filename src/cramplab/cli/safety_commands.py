"""``redflags`` and ``limits``: when to stop and get help, and what every plan is held to; no model is run."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cramplab.core.errors import UserError

if TYPE_CHECKING:
    from cramplab.safety.limits import HeatBand, Limit, Limits
    from cramplab.safety.red_flags import RedFlag

AnswerOption = Annotated[
    str | None,
    typer.Option(
        "--answer", metavar="none|2,5", help="Which red flags are true: none, or their numbers; otherwise it asks."
    ),
]
LimitsOption = Annotated[
    Path | None, typer.Option("--limits", metavar="FILE", help="Your own limits (TOML): stricter ones only.")
]
_WIDEST = 110
_QUESTION = "Which of these are true? none, or numbers such as 2,5: "
_TEXT = "This is a text to read, not an examination. If in doubt, get help."
_IF_NONE = "None of the {} is true now. If one comes up later, before, during or after the event: cramplab redflags"
_URGENCY = {"now": "NOW", "today": "TODAY", "soon": "SOON", "ask": "ASK FIRST"}


def redflags(
    answer: AnswerOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """List the red flags: first what to do, then when. Nothing is computed.

    On a terminal it asks which of them are true, and tells what to do for these.
    """
    from cramplab.safety.red_flags import load_red_flags, read_answer

    if as_json:
        print_json([asdict(each) for each in (load_red_flags() if answer is None else read_answer(answer))])
        return
    if answer is None:
        print("\n".join(_listing(load_red_flags())))
        if not _somebody_is_there():
            return
        answer = _ask()
        if answer is None:
            return
        print()
    print("\n".join(_what_to_do(read_answer(answer))))


def limits(
    own: LimitsOption = None,
    units: Annotated[
        Literal["metric", "us"], typer.Option("--units", help="Units of the text; JSON keeps those of the file.")
    ] = "metric",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """List every limit that a plan is held to, with what happens at it and where it is from."""
    from cramplab.safety.limits import load_limits

    found = load_limits(own)
    if as_json:
        rows = [asdict(each) for each in found.values()]
        print_json({"limits": rows, "heat_bands": [asdict(each) for each in found.bands]})
        return
    print("\n".join(_limit_lines(found, us_units=units == "us")))


def ask_red_flags(answer: str | None) -> tuple[tuple[RedFlag, ...], Literal["answered", "not answered"]]:
    """Find out which red flags are true, before a plan.

    Parameters
    ----------
    answer
        What an option said; if None, somebody at a terminal is asked, and nobody else.

    Raises
    ------
    UserError
        If the option said what cannot be read as an answer.
    """
    from cramplab.safety.red_flags import load_red_flags, read_answer

    if answer is None and _somebody_is_there():
        print("Before a plan, these questions:\n")
        print("\n".join(line for each in load_red_flags() for line in _wrapped(each.when, f"{each.number:>2}  ")))
        answer = _ask()
    if answer is None:
        return (), "not answered"
    return read_answer(answer), "answered"


def _somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _ask() -> str | None:
    """Ask until the answer can be read; None if the input ends."""
    from cramplab.safety.red_flags import read_answer

    print()
    while True:
        try:
            answer = input(_QUESTION)
        except EOFError:
            print()
            return None
        try:
            read_answer(answer)
        except UserError as problem:
            print(problem)
            continue
        return answer


def _listing(rows: Iterable[RedFlag]) -> Iterator[str]:
    yield from _wrapped("Red flags. First what to do, then when.", "")
    for each in rows:
        yield ""
        yield from _wrapped(f"{_URGENCY[each.urgency]}: {each.say}", f"{each.number:>2}  ")
        yield from _wrapped(f"If yes to: {each.when}", "    ")
        if each.more:
            yield from _wrapped(each.more, "    ")
        yield from _origin(each)
    yield ""
    yield from _wrapped(_TEXT, "")


def _what_to_do(rows: tuple[RedFlag, ...]) -> Iterator[str]:
    from cramplab.safety.red_flags import URGENCIES, load_red_flags

    if not rows:
        yield from _wrapped(_IF_NONE.format(len(load_red_flags())), "")
        return
    for each in sorted(rows, key=lambda row: URGENCIES.index(row.urgency)):
        yield from _wrapped(f"{_URGENCY[each.urgency]}: {each.say}", "")
        if each.more:
            yield from _wrapped(each.more, "    ")
        yield from _wrapped(f"Because you said yes to: {each.when}", "    ")
        yield from _origin(each)
        yield ""
    if any(each.plan == "none" for each in rows):
        yield from _wrapped("cramplab makes no plan with this.", "")
    yield from _wrapped(_TEXT, "")


def _origin(row: RedFlag) -> Iterator[str]:
    place = f" {row.url}" if row.url else ""
    yield from _wrapped(f"Source: {row.source}.{place} ({row.status})", "    ")


def _limit_lines(found: Limits, *, us_units: bool) -> Iterator[str]:
    from cramplab.safety.limits import ORIGINS

    for each in found.values():
        yield from _wrapped(f"{each.id}: {_value(each, us_units)}", "")
        yield from _wrapped(each.rule, "    ")
        yield from _wrapped(_at_it(each), "    ")
        place = f" {each.url}" if each.url else ""
        yield from _wrapped(f"Source: {each.source}.{place}", "    ")
        yield from _wrapped(f"Status: {ORIGINS[each.origin]} ({each.status})", "    ")
        yield ""
    yield from _wrapped("Heat bands, by wet-bulb globe temperature; an estimate never replaces an instrument:", "")
    for lower, upper in zip(found.bands, (*found.bands[1:], None), strict=True):
        yield from _wrapped(f"{_band(lower, upper, us_units)}: {lower.words}", "    ")
    yield ""
    changed = sum(each.tightened for each in found.values())
    told = f"{len(found)} limits, {changed} of them tightened."
    yield from _wrapped(f"{told} A file of your own may make a limit stricter, never looser.", "")


def _value(limit: Limit, us_units: bool) -> str:
    value, shipped = (_with_unit(each, limit.unit, us_units) for each in (limit.value, limit.shipped))
    if not limit.tightened:
        return value
    because = f"; {limit.reason}" if limit.reason else ""
    return f"{value}   TIGHTENED from {shipped}{because}"


def _with_unit(value: float, unit: str, us_units: bool) -> str:
    from cramplab.report.plan_words import limit_value
    from cramplab.report.prose import Wording

    if unit == "1":
        return f"{value:g} ({100.0 * value:g} %)"
    # Written as in the file, so that it can be copied into one's own.
    return limit_value(Wording(us_units=True, minus="-"), value, unit) if us_units else f"{value:g} {unit}"


def _at_it(limit: Limit) -> str:
    from cramplab.safety.limits import ACTIONS

    return f"At the limit: {ACTIONS[limit.action]} ({limit.action}). Stricter is {limit.tighter}."


def _band(lower: HeatBand, upper: HeatBand | None, us_units: bool) -> str:
    from cramplab.report.prose import Wording

    begin, end = lower.from_C, "" if upper is None else f"{upper.from_C:g} °C"
    told = f"from {begin:g} °C" if not end else f"{begin:g} to {end}" if begin > -50.0 else f"below {end}"
    return Wording(us_units=us_units).in_text(told)


def _wrapped(text: str, first: str) -> list[str]:
    width = max(40, min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns))
    rest = " " * len(first)
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def print_json(record: Any) -> None:
    """Print plain values as JSON."""
    json.dump(record, sys.stdout, indent=2, ensure_ascii=False)
    print()
