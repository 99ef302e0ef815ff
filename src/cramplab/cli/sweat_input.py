"""What ``cramplab sweat`` was given: by options, by a scenario or by a table of weighings; every fault at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cramplab.core.errors import Fault, FaultsFoundError, nearest
from cramplab.core.reader_units import KILOGRAM_PER_POUND, LITRE_PER_FLUID_OUNCE
from cramplab.physiology.weighing import OTHER_READINGS, PATCHES, SODIUM_READINGS, SodiumReading, WeighIn
from cramplab.planner.sweat_posterior import SPORTS

_RANGE = re.compile(r"a number from (-?[\d.]+) to (-?[\d.]+)")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
_FIELDS = ("mass_before_kg", "mass_after_kg", "drank_L", "duration_min", "urine_L")
_METHODS = ("patch", *OTHER_READINGS)


@dataclass(frozen=True)
class Asked:
    """One person about whom something is asked.

    Parameters
    ----------
    name
        Code; empty where the tests stand on the command line.
    tests
        Weighings.
    sport
        For the published athletes to compare with.
    mass : kg
        Told mass, or None.
    reading : mmol/L
        Sweat sodium as read, or None.
    by, site
        How it was read, and where on the body.
    """

    name: str
    tests: tuple[WeighIn, ...]
    sport: str | None = None
    mass: float | None = None
    reading: float | None = None
    by: SodiumReading | None = None
    site: str = ""

    @property
    def body_mass(self) -> float | None:
        """Body mass (kg): as told, or the mean before the tests."""
        if self.mass is not None or not self.tests:
            return self.mass
        return sum(test.mass_before for test in self.tests) / len(self.tests)


@dataclass(frozen=True)
class Options:
    """The options as written, in the units of the user (pounds, fluid ounces and Fahrenheit if ``us``)."""

    us: bool
    before: float | None = None
    after: float | None = None
    drank: float | None = None
    minutes: str | None = None
    hours: float | None = None
    urine: float | None = None
    scale_sd: float | None = None
    air: float | None = None
    humidity: float | None = None
    intensity: str | None = None
    tests: Sequence[str] = ()
    sport: str | None = None
    mass: float | None = None
    sodium: float | None = None
    site: str | None = None
    method: str | None = None

    @property
    def any_of_one_test(self) -> bool:
        """Whether a test is told by options of its own."""
        told = (self.before, self.after, self.drank, self.minutes, self.hours, self.urine)
        return any(each is not None for each in told)


def from_options(options: Options) -> Asked:
    """Read a person from the command line.

    Raises
    ------
    FaultsFoundError
        With every fault of every option.
    """
    faults: list[Fault] = []
    tests = [_read_test(text, number, options, faults) for number, text in enumerate(options.tests, start=1)]
    if options.any_of_one_test:
        tests.insert(0, _one_test(options, faults))
    if options.sport is not None and options.sport not in SPORTS:
        faults.append(_not_one_of("--sport", options.sport, SPORTS))
    if options.mass is not None and not 25 <= options.mass * (KILOGRAM_PER_POUND if options.us else 1.0) <= 250:
        faults.append(Fault(f"--mass is {options.mass:g}", "", "56 to 551 lb" if options.us else "25 to 250 kg"))
    by, site = _reading(options, faults)
    if not (tests or options.sport or options.mass or options.sodium):
        example = "cramplab sweat --before 62.4 --after 61.3 --drank 0.40 --minutes 75"
        faults.append(Fault("There is no test to reckon with", remedy=f"For example: {example}"))
    if faults:
        raise FaultsFoundError(faults)
    mass = None if options.mass is None else options.mass * (KILOGRAM_PER_POUND if options.us else 1.0)
    read = tuple(test for test in tests if test is not None)
    return Asked("", read, options.sport, mass, options.sodium, by, site)


def _reading(options: Options, faults: list[Fault]) -> tuple[SodiumReading | None, str]:
    if options.sodium is None:
        for name, value in (("--site", options.site), ("--method", options.method)):
            if value is not None:
                faults.append(Fault(f"{name} is told without a reading", remedy="Add --sodium in mmol/L"))
        return None, ""
    if not 5 <= options.sodium <= 150:
        remedy = "Divide mg/L by 23" if options.sodium > 150 else ""
        faults.append(Fault(f"--sodium is {options.sodium:g}", "", "5 to 150 mmol/L", remedy))
    method = options.method or "patch"
    if method not in _METHODS:
        faults.append(_not_one_of("--method", method, _METHODS))
    elif method != "patch":
        if options.site is not None:
            faults.append(Fault(f"--site goes with a patch, and the method is {method}"))
        return OTHER_READINGS[method], method
    elif options.site is None:
        faults.append(Fault("A patch needs --site", "", "one of " + ", ".join(PATCHES)))
    elif options.site not in PATCHES:
        faults.append(_not_one_of("--site", options.site, tuple(PATCHES)))
    else:
        return PATCHES[options.site], options.site.replace("_", " ")
    return None, ""


def _not_one_of(option: str, written: str, known: tuple[str, ...]) -> Fault:
    close = nearest(written, known, most=1)
    remedy = f"Did you mean '{close[0]}'?" if close else ""
    return Fault(f"{option} is '{written}'", "", "one of " + ", ".join(known), remedy)


def _minutes(text: str) -> float | None:
    found = _CLOCK.fullmatch(text.strip())
    if found:
        return 60.0 * int(found.group(1)) + int(found.group(2))
    return _number(text)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _one_test(options: Options, faults: list[Fault]) -> WeighIn | None:
    minutes = None if options.hours is None else 60.0 * options.hours
    if options.minutes is not None and options.hours is not None:
        faults.append(Fault("Both --minutes and --hours are told", remedy="Give one of them"))
        return None
    if options.minutes is not None:
        minutes = _minutes(options.minutes)
        if minutes is None:
            faults.append(Fault(f"--minutes is '{options.minutes}'", "", "minutes, or h:mm such as 1:15"))
            minutes = 60.0  # so that the other faults are told too
    told = dict(zip(_FIELDS, (options.before, options.after, options.drank, minutes, options.urine), strict=True))
    named = {
        "mass_before_kg": "--before", "mass_after_kg": "--after", "drank_L": "--drank", "duration_min": "--minutes",
        "urine_L": "--urine", "air_C": "--air", "humidity_pct": "--humidity", "scale_sd_kg": "--scale-sd",
        "intensity": "--intensity",
    }  # fmt: skip
    return _checked(told, options, faults, "", named)


def _read_test(text: str, number: int, options: Options, faults: list[Fault]) -> WeighIn | None:
    place = f"--test {number}"
    parts = [part.strip() for part in text.split(",")]
    if not 4 <= len(parts) <= len(_FIELDS):
        expected = "before,after,drank,minutes or before,after,drank,minutes,urine"
        faults.append(Fault(f"'{text}' has {len(parts)} parts", place, expected, "Write decimal points, not commas"))
        return None
    values: dict[str, Any] = {}
    for name, part in zip(_FIELDS, parts, strict=False):
        values[name] = _minutes(part) if name == "duration_min" else _number(part)
        if values[name] is None:
            faults.append(Fault(f"{name.rpartition('_')[0]} is '{part}'", place, "a number"))
    return None if None in values.values() else _checked(values, options, faults, place, {})


def _checked(
    told: dict[str, Any], options: Options, faults: list[Fault], place: str, named: dict[str, str]
) -> WeighIn | None:
    from cramplab.importers.weigh_ins import check_weigh_in

    values = told | {
        "scale_sd_kg": options.scale_sd, "air_C": options.air, "humidity_pct": options.humidity,
        "intensity": options.intensity,
    }  # fmt: skip
    if not options.us:
        return check_weigh_in(values, faults, place, named)
    factors = {"kg": KILOGRAM_PER_POUND, "L": LITRE_PER_FLUID_OUNCE}
    metric = {
        key: value * factors.get(key.rpartition("_")[2], 1.0) if isinstance(value, float) else value
        for key, value in values.items()
    }
    if options.air is not None:
        metric["air_C"] = (options.air - 32.0) / 1.8
    found: list[Fault] = []
    checked = check_weigh_in(metric, found, place, named)
    faults += [_as_typed(each, values, named) for each in found]
    return checked


def _as_typed(fault: Fault, typed: Mapping[str, Any], named: Mapping[str, str]) -> Fault:
    """Say a fault of a converted number with what was typed, and with the range in the units it was typed in."""
    from cramplab.report.prose import Wording

    say = Wording(us_units=True)
    bounds = _RANGE.fullmatch(fault.expected)
    for key, unit in ((key, {"C": "degC"}.get(key.rpartition("_")[2], key.rpartition("_")[2])) for key in typed):
        called = named.get(key, key)
        if bounds and fault.message.startswith(f"{called} is ") and unit in ("kg", "L", "degC"):
            low, high = (say.convert(float(each), unit) for each in bounds.groups())
            # Inwards, so that the ends themselves are taken.
            expected = f"{math.ceil(low - 1e-6)} to {math.floor(high + 1e-6)} {say.unit(unit)}"
            shown = called if key in named else key.rpartition("_")[0]
            said = fault.message if typed[key] is None else f"{shown} is {typed[key]:g}"
            return replace(fault, message=said, expected=expected)
    return replace(fault, message=say.in_text(fault.message), expected=say.in_text(fault.expected))


def from_file(path: Path, sport: str | None = None) -> list[Asked]:
    """Read the people of a scenario (TOML) or of a table of weighings (CSV).

    Raises
    ------
    FaultsFoundError
        With every fault of the file.
    """
    if path.suffix.lower() == ".csv":
        from cramplab.importers.weigh_ins import read_weigh_ins

        by_athlete: dict[str, list[WeighIn]] = {}
        for weighed in read_weigh_ins(path):
            by_athlete.setdefault(weighed.athlete, []).append(weighed.test)
        return [Asked(name, tuple(tests), sport) for name, tests in by_athlete.items()]
    from cramplab.importers.scenario import read_scenario
    from cramplab.importers.weigh_ins import from_sweat_test

    scenario = read_scenario(path)
    found = []
    for person in scenario.people:
        sodium = person.sweat_sodium
        by = None if sodium is None else SODIUM_READINGS.get(sodium.method)
        site = "" if sodium is None else {"patch_forearm": "dorsal forearm"}.get(sodium.method, sodium.method)
        reading = sodium.value_mmol_per_L if sodium is not None and by is not None else None
        tests = tuple(from_sweat_test(test) for test in person.sweat_test)
        found.append(Asked(person.id, tests, sport or scenario.event.sport, person.mass_kg, reading, by, site))
    return found
