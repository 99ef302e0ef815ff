"""``sweat``: what weighing before and after exercise tells, with how sure it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cramplab.core.errors import Fault, FaultsFoundError

if TYPE_CHECKING:
    from cramplab.cli.sweat_input import Asked
    from cramplab.planner.sweat_answer import Answer, WeighedTest
    from cramplab.report.prose import Wording

_STOP = (
    "Stop drinking and read `cramplab redflags` now.",
    "With headache, vomiting, swollen hands or confusion: call for emergency help.",
)


class Units(StrEnum):
    """Units that the user writes and reads."""

    metric = "metric"
    us = "us"


def sweat(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A scenario (TOML) or a table of weighings (CSV).")
    ] = None,
    before: Annotated[float | None, typer.Option(help="Weight before (kg; lb with --units us).")] = None,
    after: Annotated[float | None, typer.Option(help="Weight after, dried off (kg; lb).")] = None,
    drank: Annotated[float | None, typer.Option(help="Drunk in between (L; fl oz).")] = None,
    minutes: Annotated[str | None, typer.Option(help="Length of the exercise: 75, or 1:15.")] = None,
    hours: Annotated[float | None, typer.Option(help="Length in hours instead.")] = None,
    urine: Annotated[float | None, typer.Option(help="Urine passed in between (L; fl oz); 0 if none.")] = None,
    scale_sd: Annotated[float | None, typer.Option(help="How far the scale can be off, SD (kg; lb).")] = None,
    air: Annotated[float | None, typer.Option(help="Air temperature (degC; degF).")] = None,
    humidity: Annotated[float | None, typer.Option(help="Relative humidity (%).")] = None,
    intensity: Annotated[str | None, typer.Option(help="easy, moderate, race_pace or hard.")] = None,
    test: Annotated[
        list[str] | None,
        typer.Option("--test", metavar="BEFORE,AFTER,DRANK,MINUTES[,URINE]", help="One of several tests."),
    ] = None,
    sport: Annotated[str | None, typer.Option(help="Which published athletes to compare with: run, cycle ...")] = None,
    mass: Annotated[float | None, typer.Option(help="Body mass, if there is no test (kg; lb).")] = None,
    sodium: Annotated[float | None, typer.Option(help="Sweat sodium as read (mmol/L).")] = None,
    site: Annotated[str | None, typer.Option(help="Where the patch was: dorsal_forearm, chest, thigh ...")] = None,
    method: Annotated[str | None, typer.Option(help="patch, washdown or wearable.")] = None,
    units: Annotated[Units, typer.Option(help="Units in and out; files keep their own.")] = Units.metric,
    sources: Annotated[
        bool, typer.Option("--sources", help="Print every constant with its source, and leave.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, in metric units.")] = False,
) -> None:
    """Work out a sweat rate from two weights, with its error; several tests tell about the person.

    The guideline's plain formula stands beside a corrected rate: less breath, burnt fuel and urine. What you do not
    tell makes the answer wider. Says nothing about how much to drink.
    """
    if sources:
        _print_sources(as_json=as_json)
        return
    from cramplab.cli.sweat_input import Options, from_file, from_options
    from cramplab.planner.sweat_answer import answer

    options = Options(
        units is Units.us, before, after, drank, minutes, hours, urine, scale_sd, air, humidity, intensity, test or (),
        sport, mass, sodium, site, method,
    )  # fmt: skip
    if file is None:
        people = [from_options(options)]
    elif options.any_of_one_test or test or sodium is not None:
        raise FaultsFoundError([Fault("Tests are told both by a file and by options", remedy="Give one of them")])
    else:
        people = from_file(file, sport)
    answers = [(each, answer(each.tests, each.sport, each.body_mass, each.reading, each.by)) for each in people]
    # Whoever gained weight comes first, whatever else was asked.
    answers.sort(key=lambda pair: not pair[1].gains)
    if as_json:
        plain = [{"id": each.name} | found.as_plain() for each, found in answers]
        json.dump(plain if file is not None else plain[0], sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    from cramplab.report.prose import Wording

    wording = Wording(units is Units.us, minus="-")
    if file is not None and file.suffix.lower() == ".csv":
        print("\n".join(_table(answers, wording)))
        return
    cards = (_card(each, found, wording) for each, found in answers)
    print("\n\n".join("\n".join(card) for card in cards))


def _card(asked: Asked, found: Answer, wording: Wording) -> list[str]:
    lines = [f"{asked.name}:"] if asked.name else []
    lines += [f"!! {gain}" for gain in found.gains]
    lines += [f"!! {each}" for each in _STOP] if found.gains else []
    for number, tested in enumerate(found.tests, start=1):
        lines += _of_test(tested, f"Test {number}" if len(found.tests) > 1 else "Test", wording)
    lines += _of_person(found, wording)
    lines += _of_sodium(asked, found)
    lines += [f"Check          {wording.in_text(each)}" for each in found.checks]
    lines.append("Ranges hold 90 of 100 unless said otherwise. Every number with its source: cramplab sweat --sources")
    return lines


def _table(answers: Sequence[tuple[Asked, Answer]], wording: Wording) -> list[str]:
    """Write a team's table: who gained weight first, each with the last change and the usual rate."""
    rate = f"usual rate, {wording.unit('L/h')}"
    lines = [f"{'code':<12} {'tests':>5}  {'last change':<20} {rate:<26} check"]
    for asked, found in answers:
        last, (low, high) = found.tests[-1].test, found.usual.interval
        change = f"{last.percent_change:+.1f} % ({wording.with_unit(last.mass_change, 'kg', signed=True)})"
        usual = wording.estimate({"median": found.usual.median, "low": low, "high": high, "unit": "L/h"})
        usual = usual.replace(f" {wording.unit('L/h')}", "")
        said = f"{len(found.checks)} to check" if found.checks else ""
        lines.append(f"{asked.name:<12} {len(found.tests):>5}  {change:<20} {usual:<26} {said}".rstrip())
        lines += [f"  !! {gain}" for gain in found.gains]
        lines += [f"  {wording.in_text(each)}" for each in found.checks]
    lines += [f"!! {each}" for each in _STOP] if any(found.gains for _, found in answers) else []
    lines.append("Ranges hold 90 of 100. Every number with its source: cramplab sweat --sources")
    return lines


def _line(label: str, text: str, then: str = "") -> str:
    return f"{label:<15}{text:<33}{then}".rstrip()


def _of_test(tested: WeighedTest, label: str, wording: Wording) -> list[str]:
    from cramplab.physiology.weighing import breath_and_fuel, constant
    from cramplab.report.prose import clock

    test = tested.test
    change = wording.with_unit(test.mass_change, "kg", signed=True)
    weights = f"{wording.number(test.mass_before, 'kg')} to {wording.with_unit(test.mass_after, 'kg')}"
    took = f"drank {wording.with_unit(test.drank, 'L')}; {clock(3600.0 * test.hours)} h"
    told = f"{change}, {test.percent_change:+.1f} %; {took}"
    low, high = tested.interval
    entry = {"median": max(tested.rate.value, 0.0), "low": low, "high": high, "unit": "L/h"}
    burnt = breath_and_fuel(test).value
    shown = wording.with_unit(burnt, "kg") if wording.us_units else f"{burnt:.2f} kg"
    off = f"less {shown} of breath and fuel"
    if test.urine is None:
        off += f", and 0 to {wording.with_unit(constant('urine_not_told'), 'L')} of urine"
    return [
        _line(label, weights, told),
        _line("  guideline", wording.with_unit(test.guideline_rate, "L/h"), "(weight lost + drunk - urine) / hours"),
        _line("  corrected", wording.estimate(entry), off),
    ]


def _of_person(found: Answer, wording: Wording) -> list[str]:
    from cramplab.physiology.weighing import constant

    def of(density: Any) -> str:
        low, high = density.interval
        return wording.estimate({"median": density.median, "low": low, "high": high, "unit": "L/h"})

    before = found.known_before
    whom = wording.in_text(before.whom)
    athletes = f"{whom} ({wording.number(before.mean, 'L/h')} ± {wording.with_unit(before.deviation, 'L/h')})"
    if found.with_more_tests is None:
        return [_line("No test", of(found.usual), f"{athletes}")]
    tests = "the test" if len(found.tests) == 1 else f"{len(found.tests)} tests"
    low, high = (wording.number(each, "L/h") for each in found.with_more_tests)
    days = f"like weather and effort; a person's days differ by {100 * constant('session_to_session'):.0f} %"
    return [
        _line("Usual rate", of(found.usual), f"{tests}, and {athletes}"),
        _line("Another day", of(found.next_day), days),
        _line("More tests", f"2 more: about {low} to {high}", "for the usual rate"),
    ]


def _of_sodium(asked: Asked, found: Answer) -> list[str]:
    from cramplab.physiology.weighing import CROSS_VALIDATED_BIAS, PATCHES, constant

    low, high = found.sodium.range
    whole = f"{found.sodium.value:.0f} mmol/L (95 %: {low:.0f} to {high:.0f})"
    if asked.by is None:
        lines = [_line("Sodium", whole, "not measured: whole-body sweat of published athletes (Baker 2016)")]
    elif asked.by is PATCHES["dorsal_forearm"]:
        equation = f"whole body, from {asked.reading:g} on the forearm: {asked.by.slope:g} x + {asked.by.offset:g}"
        lines = [
            _line("Sodium", whole, f"{equation} (Baker 2016)"),
            _line("", "", "error: Baker 2020, perhaps not of this equation; its own"),
            _line("", "", f"came out {CROSS_VALIDATED_BIAS.value:g} mmol/L too high (not taken off)"),
        ]
    elif asked.by.source == "baker2020":
        shift = f"{asked.by.offset:+g}" if asked.by.offset else "as read"
        lines = [
            _line("Sodium", whole, f"whole body, from {asked.reading:g} on the {asked.site}: {shift} (Baker 2020)")
        ]
    else:
        lines = [_line("Sodium", whole, f"whole body, as read by {asked.site}; its error is our choice")]
    middle, least, most = found.loss
    per_mmol = constant("sodium_mass")
    amount = f"{middle:.0f} mmol/h ({least:.0f} to {most:.0f})"
    mg, from_mg, to_mg = (f"{round(per_mmol * each, -1):.0f}" for each in found.loss)
    return [*lines, _line("Sodium lost", amount, f"= {mg} mg/h ({from_mg} to {to_mg}), on another day")]


def _print_sources(*, as_json: bool) -> None:
    from cramplab.physiology.weighing import CROSS_VALIDATED_BIAS, OTHER_READINGS, PATCHES, SHARES_OF_RESERVE
    from cramplab.planner.sweat_posterior import constants

    rows = [
        {"name": name, "value": each.value, "unit": each.unit, "meaning": each.meaning, "source": each.source,
         "status": each.origin, "where": each.where}
        for name, each in (constants() | {"cross_validated_bias": CROSS_VALIDATED_BIAS}).items()
    ]  # fmt: skip
    readings = {f"patch.{site}": each for site, each in PATCHES.items()} | OTHER_READINGS
    rows += [
        {"name": name, "value": f"{by.slope:g} x {by.offset:+g}, SD {by.error:g}", "unit": "mmol/L",
         "meaning": "whole-body sodium from a reading x", "source": by.source, "status": by.origin, "where": by.where}
        for name, by in readings.items()
    ]  # fmt: skip
    rows += [
        {"name": f"effort.{word or 'not_told'}", "value": f"{low:g} to {high:g}", "unit": "1",
         "meaning": "oxygen uptake above rest over its reserve", "source": "chosen", "status": "chosen", "where": ""}
        for word, (low, high) in SHARES_OF_RESERVE.items()
    ]  # fmt: skip
    if as_json:
        json.dump(rows, sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    for row in rows:
        value = row["value"] if isinstance(row["value"], str) else f"{row['value']:g}"
        where = f"; {row['where']}" if row["where"] else ""
        unit = "" if row["unit"] == "1" else f" {row['unit']}"
        print(f"{row['name']}\n    {value}{unit}: {row['meaning']}\n    {row['status']}, {row['source']}{where}")
