"""Checks a scenario where one key depends on another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from cramplab.core.toml_reading import Place, TomlFile
from cramplab.importers.scenario_schema import Drink, Event, Person, SweatTest, WeatherSection

LONGEST_EVENT_S = 24 * 3600.0
BUILDS = (11.0, 80.0)
"""Body mass index (kg/m2) of anybody; beyond it mass or height is a slip of the pen."""
_DURATION = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
_CONSTANT_EFFORTS = ("speed_km_per_h", "power_W", "heart_rate_bpm")


def read_duration(text: str) -> float | None:
    """Read "h:mm" or "h:mm:ss" as seconds; None if it is neither."""
    found = _DURATION.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return 3600.0 * hours + 60.0 * minutes + seconds


def odd_build(person: Person) -> str:
    """Say that mass and height do not go together; empty if they may, or if the height is not told."""
    if person.height_cm is None:
        return ""
    index_of_mass = person.mass_kg / (0.01 * person.height_cm) ** 2
    if BUILDS[0] <= index_of_mass <= BUILDS[1]:
        return ""
    return f"{person.mass_kg:g} kg at {person.height_cm:g} cm is a body mass index of {index_of_mass:.0f}"


def check_people(people: tuple[Person, ...], toml: TomlFile) -> None:
    """Note what cannot be true of one person."""
    single = isinstance(toml.values.get("person"), dict)
    for index, person in enumerate(people):
        place: Place = ("person",) if single else ("person", index)
        odd = odd_build(person)
        if odd:
            toml.fault(
                (*place, "mass_kg"), odd,
                expected="mass and height that give {:g} to {:g} kg/m2".format(*BUILDS),
                remedy="Check both numbers and their units",
            )  # fmt: skip
        resting, highest = person.resting_heart_rate_bpm, person.max_heart_rate_bpm
        if resting is not None and highest is not None and resting > highest - 30.0:
            toml.fault((*place, "max_heart_rate_bpm"), f"max_heart_rate_bpm is {highest:g}, resting is {resting:g}",
                       expected="a maximum at least 30 above rest")  # fmt: skip
        answers = person.red_flags or ()
        if len(set(answers)) < len(answers):
            toml.fault((*place, "red_flags"), "An id stands twice in red_flags", remedy="Keep each once")
        for number, test in enumerate(person.sweat_test):
            _check_sweat_test(test, (*place, "sweat_test", number), toml)


def _check_sweat_test(test: SweatTest, place: Place, toml: TomlFile) -> None:
    lost = test.mass_before_kg - test.mass_after_kg + test.drank_L - (test.urine_L or 0.0)
    rate = lost / (test.duration_min / 60.0)
    if lost <= 0.0:
        toml.fault(
            (*place, "mass_after_kg"),
            f"This test gives a sweat loss of {lost:.2f} L", expected="mass before - after + drink - urine above 0",
            remedy="Check that before and after are not swapped, and that drink and urine are in litres",
        )  # fmt: skip
    elif rate > 6.0:
        toml.fault((*place, "mass_after_kg"), f"This test gives a sweat rate of {rate:.1f} L/h",
                   expected="at most 6 L/h", remedy="Check masses, drink and duration_min")  # fmt: skip


def check_event(event: Event, toml: TomlFile) -> None:
    """Note what is missing, given twice or impossible about the event."""
    lasting = read_duration(event.goal_time or event.duration or "")
    given = [name for name in _CONSTANT_EFFORTS if getattr(event, name) is not None]
    if event.course is not None:
        _check_with_course(event, given, toml)
    else:
        _check_without_course(event, given, lasting, toml)
    stations = event.drink_stations_km
    if any(later <= earlier for earlier, later in pairwise(stations)):
        toml.fault(("event", "drink_stations_km"), "drink_stations_km do not rise", remedy="Sort them, each once")
    if stations and event.distance_km is not None and stations[-1] > event.distance_km:
        toml.fault(("event", "drink_stations_km"), f"The last station, {stations[-1]:g} km, is after the finish",
                   expected=f"at most {event.distance_km:g} km")  # fmt: skip


def check_event_times(written: Mapping[str, Any], toml: TomlFile) -> None:
    """Note times that cannot be; done on what is written, so that they are told beside other faults of the section."""
    start = written.get("start")
    if isinstance(start, datetime) and start.tzinfo is None:
        toml.fault(("event", "start"), f"The time zone of start = {start.isoformat()} is missing",
                   expected="an offset at its end, for example 2026-06-07T08:30:00+01:00 (or Z for UTC)")  # fmt: skip
    for key in ("goal_time", "duration"):
        text = written.get(key)
        if not isinstance(text, str):
            continue
        lasting = read_duration(text)
        if lasting is None:
            toml.fault(("event", key), f"{key} is '{text[:40]}'", expected='"h:mm" or "h:mm:ss", for example "3:45"')
        elif lasting == 0.0:
            toml.fault(
                ("event", key), f"{key} is '{text}': the event lasts 0 s", expected="an event of 1 minute to 24 h"
            )
        elif not 60.0 <= lasting <= LONGEST_EVENT_S:
            toml.fault(("event", key), f"{key} is '{text}'", expected="an event of 1 minute to 24 h",
                       remedy='"3:45" means 3 h 45 min')  # fmt: skip
    if "goal_time" in written and "duration" in written:
        toml.fault(("event", "duration"), "goal_time and duration are both given", remedy="Keep one of them")


def _check_with_course(event: Event, given: list[str], toml: TomlFile) -> None:
    for name in (*given, "distance_km", "duration"):
        if getattr(event, name) is not None:
            remedy = "Use goal_time to change the pace" if name == "duration" else "The course gives it: leave one out"
            toml.fault(("event", name), f"{name} and course are both given", remedy=remedy)


def _check_without_course(event: Event, given: list[str], lasting: float | None, toml: TomlFile) -> None:
    if event.course_mend:
        toml.fault(("event", "course_mend"), "course_mend is given without a course", remedy="Leave it out")
    if len(given) > 1:
        toml.fault(("event", given[1]), f"{' and '.join(given)} are given", remedy="Keep the one that sets the effort")
        return
    timed = event.goal_time is not None or event.duration is not None
    if not given and not (event.distance_km is not None and timed):
        toml.fault(
            ("event",), "Nothing says how hard the effort is",
            remedy='Write course = "activity.fit", or distance_km with goal_time, or speed_km_per_h, power_W or '
            "heart_rate_bpm",
        )  # fmt: skip
    elif given and not timed and not (given == ["speed_km_per_h"] and event.distance_km is not None):
        toml.fault(("event",), "Nothing says how long the event lasts", remedy='Write duration = "1:30" (h:mm)')
    elif given == ["speed_km_per_h"] and event.distance_km is not None:
        _check_speed(event, lasting, toml)
    elif event.distance_km is not None and lasting:
        speed = event.distance_km / (lasting / 3600.0)
        fastest = 29.0 if event.sport in ("run", "walk", "team_sport") else 80.0
        if speed > fastest and not given:
            toml.fault(("event", "distance_km"), f"{event.distance_km:g} km in this time is {speed:.0f} km/h",
                       expected=f"at most {fastest:g} km/h", remedy="Check distance_km and the time")  # fmt: skip
    fastest = 29.0 if event.sport in ("run", "walk", "team_sport") else 80.0
    if event.speed_km_per_h is not None and event.speed_km_per_h > fastest:
        toml.fault(("event", "speed_km_per_h"), f"speed_km_per_h is {event.speed_km_per_h:g} in a {event.sport}",
                   expected=f"at most {fastest:g}")  # fmt: skip


def _check_speed(event: Event, lasting: float | None, toml: TomlFile) -> None:
    assert event.distance_km is not None and event.speed_km_per_h is not None  # noqa: PT018
    needed = 3600.0 * event.distance_km / event.speed_km_per_h
    if lasting is not None and abs(needed - lasting) > 0.01 * lasting:
        toml.fault(
            ("event", "speed_km_per_h"), "speed_km_per_h, distance_km and the time contradict each other",
            remedy="Leave one of the three out",
        )  # fmt: skip
    elif not 60.0 <= needed <= LONGEST_EVENT_S:
        toml.fault(("event", "speed_km_per_h"), f"This distance takes {needed / 3600:.2f} h at this speed",
                   expected="an event of 1 minute to 24 h")  # fmt: skip


def check_weather(weather: WeatherSection, event: Event | None, toml: TomlFile) -> None:
    """Note weather that is missing or given twice."""
    beside_a_file = ("file", "wbgt_C", "air_sd_C")
    constants = [
        name for name in type(weather).model_fields if name not in beside_a_file and getattr(weather, name) is not None
    ]
    if weather.file is None:
        for name in ("air_C", "humidity_pct"):
            if getattr(weather, name) is None:
                toml.fault(("weather",), f"{name} is missing in [weather]", remedy='Write it, or file = "weather.json"')
        return
    if constants:
        toml.fault(("weather", constants[0]), f"{constants[0]} and file are both given in [weather]",
                   remedy="Keep the constants or the file")  # fmt: skip
    if event is not None and event.start is None:
        toml.fault(("event",), "start is missing in [event]; without it a weather file cannot be laid under the event",
                   remedy="Write start = 2026-06-07T08:30:00+01:00")  # fmt: skip


def check_drink(drink: Drink, event: Event, toml: TomlFile) -> None:
    """Note a drinking schedule that is incomplete, or amounts without a schedule."""
    amounts = [name for name in ("each_station_mL", "rate_L_per_h") if getattr(drink, name) is not None]
    if drink.behaviour != "schedule":
        if amounts:
            toml.fault(("drink", amounts[0]), f"{amounts[0]} has no effect with behaviour = \"{drink.behaviour}\"",
                       remedy='Write behaviour = "schedule", or leave it out')  # fmt: skip
        return
    if len(amounts) != 1:
        found = "both are given" if amounts else "neither is given"
        toml.fault(("drink", "behaviour"), f"A schedule needs each_station_mL or rate_L_per_h; {found}")
    elif amounts == ["each_station_mL"] and not event.drink_stations_km:
        toml.fault(("drink", "each_station_mL"), "each_station_mL is given, but no stations",
                   remedy="Write drink_stations_km = [5, 10, 15] in [event]")  # fmt: skip
    elif amounts == ["each_station_mL"] and not (event.course or event.distance_km or event.speed_km_per_h):
        toml.fault(("event", "drink_stations_km"), "Stations in km need a distance",
                   remedy="Use rate_L_per_h, or give course, distance_km or speed_km_per_h")  # fmt: skip
