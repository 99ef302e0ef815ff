"""Reads a scenario: who does what, in which weather, with which drink. All faults are told at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from cramplab.core.errors import Fault, FaultsFoundError, nearest, place_in
from cramplab.core.files import LARGEST_FILE_BYTES
from cramplab.core.toml_reading import Place, TomlFile, read_toml
from cramplab.importers.scenario_checks import (
    check_drink,
    check_event,
    check_event_times,
    check_people,
    check_weather,
    read_duration,
)  # fmt: skip
from cramplab.importers.scenario_faults import add_fault, unknown_key_remedy
from cramplab.importers.scenario_schema import Drink, Event, Person, Preferences, WeatherSection

__all__ = ["InputFile", "Scenario", "read_scenario"]

_SECTIONS: dict[str, type[BaseModel]] = {
    "event": Event, "weather": WeatherSection, "drink": Drink, "preferences": Preferences,
}  # fmt: skip
Section = TypeVar("Section", bound=BaseModel)


@dataclass(frozen=True)
class InputFile:
    """One file that a run rests on.

    Parameters
    ----------
    role
        "scenario", "course", "weather" or "limits".
    path
        Where it is.
    sha256
        Of its bytes.
    """

    role: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Scenario:
    """A scenario as read: ranges hold, names are known, files exist. What was left out is None: unknown.

    Parameters
    ----------
    title
        Of the report.
    people
        At least one, each with its own id; the engine runs each in turn.
    event, weather, drink, preferences
        The sections, fields named as the keys of the file.
    goal_time_s : s
        From ``goal_time`` or ``duration``; None if neither is given.
    path
        Of the scenario file.
    inputs
        The scenario file, and the course, weather and limits files that it names.
    """

    title: str
    people: tuple[Person, ...]
    event: Event
    weather: WeatherSection
    drink: Drink
    preferences: Preferences
    goal_time_s: float | None
    path: Path
    inputs: tuple[InputFile, ...]

    @property
    def course_path(self) -> Path | None:
        """The activity file that gives the effort over time."""
        return next((file.path for file in self.inputs if file.role == "course"), None)

    @property
    def weather_path(self) -> Path | None:
        """The file that gives the weather over time."""
        return next((file.path for file in self.inputs if file.role == "weather"), None)

    @property
    def limits_path(self) -> Path | None:
        """The file with safety limits that are stricter than the usual ones; only a plan reads it."""
        return next((file.path for file in self.inputs if file.role == "limits"), None)

    @property
    def recovery_s(self) -> float:
        """Rest to be simulated after the end of the event (s)."""
        return 60.0 * self.event.recovery_min

    @property
    def input_sha256(self) -> str:
        """One hash over the content of all input files; where they lie does not matter."""
        together = "".join(f"{file.role} {file.sha256}\n" for file in self.inputs)
        return hashlib.sha256(together.encode()).hexdigest()

    def as_plain(self) -> dict[str, Any]:
        """Give the scenario as plain JSON values, unknowns as None."""
        sections = {
            "event": self.event, "weather": self.weather, "drink": self.drink, "preferences": self.preferences,
        }  # fmt: skip
        plain: dict[str, Any] = {"schema": 1, "title": self.title}
        plain["person"] = [person.model_dump(mode="json", by_alias=True) for person in self.people]
        plain.update({name: section.model_dump(mode="json", by_alias=True) for name, section in sections.items()})
        return plain


def read_scenario(path: Path | str) -> Scenario:
    """Read a scenario file (TOML, schema 1).

    Parameters
    ----------
    path
        Of the file. The course, weather and limits files that it names are looked for beside it.

    Raises
    ------
    FaultsFoundError
        With every fault: the line, the value, the allowed range or nearest right name, and what to do.
    """
    path = Path(path)
    toml = _read_file(path)
    people = _read_people(toml)
    sections = {name: _read_section(toml, name, model) for name, model in _SECTIONS.items()}
    _check_top_level(toml)
    event, weather, drink = sections["event"], sections["weather"], sections["drink"]
    if people is not None:
        check_people(people, toml)
    if isinstance(event, Event):
        check_event(event, toml)
    if isinstance(weather, WeatherSection):
        check_weather(weather, event if isinstance(event, Event) else None, toml)
    if isinstance(drink, Drink) and isinstance(event, Event):
        check_drink(drink, event, toml)
    check_event_times(_written(toml, "event"), toml)
    inputs = _find_inputs(toml)
    toml.faults.sort(key=lambda fault: _line_of(fault))
    toml.raise_faults()
    assert people is not None and isinstance(event, Event) and isinstance(weather, WeatherSection)  # noqa: PT018
    preferences = sections["preferences"]
    assert isinstance(drink, Drink) and isinstance(preferences, Preferences)  # noqa: PT018
    written_time = event.goal_time or event.duration
    return Scenario(
        title=toml.values.get("title", path.stem), people=people, event=event, weather=weather, drink=drink,
        preferences=preferences, goal_time_s=read_duration(written_time) if written_time else None, path=path,
        inputs=inputs,
    )  # fmt: skip


def _line_of(fault: Fault) -> int:
    found = re.search(r", line (\d+)$", fault.place)
    return int(found.group(1)) if found else 0


def _read_file(path: Path) -> TomlFile:
    if not path.is_file():
        kind = "is a folder, not a scenario file" if path.is_dir() else "does not exist"
        beside = [other.name for other in path.parent.glob("*.toml")] if path.parent.is_dir() else []
        close = nearest(path.name, beside)
        remedy = f"Did you mean '{path.parent / close[0]}'?" if close else "Check the name and the folder"
        raise FaultsFoundError([Fault(f"The scenario '{path}' {kind}", remedy=remedy.rstrip("."))])
    if path.suffix.lower() in (".fit", ".gpx", ".tcx"):
        remedy = f'Write a scenario with course = "{path.name}" in [event], and run that'
        raise FaultsFoundError([Fault(f"{path.name} is an activity, not a scenario", str(path), remedy=remedy)])
    try:
        return read_toml(path)
    except ValueError as problem:  # a whole number too long for Python to read
        raise FaultsFoundError([Fault(f"A value cannot be read: {problem}", str(path))]) from problem


def _check_top_level(toml: TomlFile) -> None:
    known = {"schema", "title", "person", *_SECTIONS}
    for key, value in toml.values.items():
        if key not in known:
            toml.fault((key,), f"Unknown key '{key}'", remedy=unknown_key_remedy(key, value, ()))
    schema = toml.values.get("schema")
    if schema is None:
        toml.fault((), "The file does not say which schema it follows", remedy="Write schema = 1 as its first line")
    elif schema != 1 or isinstance(schema, bool):
        toml.fault(("schema",), f"schema is {schema}", expected="schema = 1, the only one that this version reads")
    title = toml.values.get("title")
    if title is not None and not (isinstance(title, str) and 0 < len(title) <= 200):
        toml.fault(("title",), "title is not a line of text", expected="at most 200 characters in quotes")


def _validate(toml: TomlFile, model: type[Section], value: object, place: Place) -> Section | None:
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        for found in problem.errors(include_url=False, include_context=False):
            add_fault({**found, "loc": (*place, *found["loc"])}, toml, toml.values)
        return None


def _read_section(toml: TomlFile, name: str, model: type[Section]) -> Section | None:
    if name not in toml.values:
        if name in ("event", "weather"):
            toml.fault((), f"There is no section [{name}]")
            return None
        return model()
    return _validate(toml, model, toml.values[name], (name,))


def _read_people(toml: TomlFile) -> tuple[Person, ...] | None:
    written = toml.values.get("person")
    if written is None or written == []:
        toml.fault((), "There is no section [person]", remedy="Write one [person], or several [[person]]")
        return None
    if isinstance(written, Mapping):
        person = _validate(toml, Person, written, ("person",))
        return None if person is None else (person,)
    if not isinstance(written, list):
        toml.fault(("person",), "person is no section", expected="[person], or several [[person]]")
        return None
    people = [_validate(toml, Person, value, ("person", index)) for index, value in enumerate(written)]
    ids: dict[str, int] = {}
    for index, value in enumerate(written):
        code = value.get("id") if isinstance(value, Mapping) else None
        if isinstance(code, str) and code in ids:
            first = toml.line(("person", ids[code], "id"))
            toml.fault(
                ("person", index, "id"), f"Two people have the id '{code}' (the first is in line {first})",
                remedy="Give each person an id of their own",
            )  # fmt: skip
        elif isinstance(code, str):
            ids[code] = index
    return tuple(person for person in people if person is not None) if all(people) else None


def _written(toml: TomlFile, section: str) -> Mapping[str, Any]:
    """Give a section as written, also where it has faults."""
    written = toml.values.get(section)
    return written if isinstance(written, Mapping) else {}


def _find_inputs(toml: TomlFile) -> tuple[InputFile, ...]:
    inputs = [InputFile("scenario", toml.path, hashlib.sha256(toml.path.read_bytes()).hexdigest())]
    for role, place in (
        ("course", ("event", "course")), ("weather", ("weather", "file")), ("limits", ("preferences", "limits")),
    ):  # fmt: skip
        name = _written(toml, place[0]).get(place[1])
        if not isinstance(name, str) or not name:
            continue
        try:
            file = toml.path.parent / name
            found = _hash_file(file, toml, place, role)
        except (OSError, ValueError) as problem:  # a name that no file can have
            reason = getattr(problem, "strerror", None) or problem
            toml.fault(place, f"The {role} file '{name[:60]}' cannot be read: {reason}")
            continue
        if found:
            inputs.append(InputFile(role, file, found))
    return tuple(inputs)


def _hash_file(file: Path, toml: TomlFile, place: Place, role: str) -> str | None:
    if not file.is_file():
        beside = [other.name for other in file.parent.iterdir()] if file.parent.is_dir() else []
        close = nearest(file.name, beside)
        remedy = f"Did you mean '{close[0]}'?" if close else "It is looked for beside the scenario file"
        toml.fault(place, f"There is no {role} file '{file}'", remedy=remedy.rstrip("."))
        return None
    if file.stat().st_size >= LARGEST_FILE_BYTES:
        toml.fault(
            place, f"The {role} file '{file.name}' has {file.stat().st_size / 1e6:.0f} MB",
            expected=f"a file below {LARGEST_FILE_BYTES / 1e6:.0f} MB", remedy="Export only this event",
        )  # fmt: skip
        return None
    return hashlib.sha256(file.read_bytes()).hexdigest()


def scenario_place(scenario: Scenario, section: str) -> str:
    """Name the scenario file and section in a message about something that only shows while it is used."""
    return f"{place_in(scenario.path)}, [{section}]"
