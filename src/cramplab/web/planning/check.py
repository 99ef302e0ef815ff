"""Lets the importers judge what the form told, and leads each of their faults back to the field that it came from."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cramplab.core.errors import Fault, FaultsFoundError, UserError
from cramplab.core.toml_reading import Place
from cramplab.importers.event_effort import EventEffort, event_effort, event_weather
from cramplab.importers.scenario import read_scenario
from cramplab.importers.weather import open_meteo_address
from cramplab.report.prose import clock
from cramplab.web.planning import fields
from cramplab.web.planning.answers import FormFault, Told
from cramplab.web.planning.scenario_text import place_of_line, scenario_text
from cramplab.web.storage.drafts import DraftFile

# What the form calls a key; the longest first, so that none is replaced within another.
_SAID = {each.place[-1]: each.label.lower() for several in fields.NUMBERS.values() for each in several} | {
    "goal_time": "the time", "drink_stations_km": "stations", "course_mend": "what happened to the recording",
}  # fmt: skip
_ASIDE = re.compile(r"\s*\n\s*\([^\n]*\)\s*$")
_MEND = re.compile(r"(?:with |write )?course_mend = \[\"(\w+)\"\](?: in \[event\])?")
_TO_WRITE = re.compile(r"\s*(?:Write|Use|Change) [^.]*[=_][^.]*\.")


@dataclass(frozen=True)
class Checked:
    """What the importers made of it.

    Parameters
    ----------
    text
        The scenario as a file.
    found
        What the recording of the course tells, in sentences for show; empty without one.
    weather_address
        Where a weather file for this course and day can be had; empty if the course tells no place.
    """

    text: str
    faults: tuple[FormFault, ...]
    found: tuple[str, ...] = ()
    weather_address: str = ""


def check_all(told: Told, files: Iterable[DraftFile]) -> Checked:
    """Check the whole scenario; it must have age, weight and effort."""
    return _check({"schema": 1, **told.values}, told, files)


def check_step(step: str, told: Told, files: Iterable[DraftFile]) -> Checked:
    """Check one step, as far as it goes without the others: what they lack is filled in for the check alone."""
    if told.faults_of(step):
        return Checked("", tuple(told.faults_of(step)))
    values: dict[str, Any] = {"schema": 1, "title": told.values.get("title", "An event")}
    person = {"id": "me", "sex": "unspecified", "age_y": 30.0, "mass_kg": 70.0}
    values["person"] = person | told.values.get("person", {}) if step in ("you", "sweat") else person
    effort_known = step == "event" and not any(each.step == "event" for each in told.missing)
    values["event"] = {"sport": "run", "duration": "1:00", "speed_km_per_h": 8.0}
    if effort_known:
        values["event"] = told.values["event"]
    values["weather"] = told.values["weather"] if effort_known else {"air_C": 20.0, "humidity_pct": 60.0}
    if step == "drink":
        values |= {name: told.values[name] for name in ("drink", "preferences") if name in told.values}
    return _check(values, told, files, step)


def _check(values: Mapping[str, Any], told: Told, files: Iterable[DraftFile], step: str = "") -> Checked:
    text = scenario_text(values)
    with tempfile.TemporaryDirectory(prefix="cramplab-") as folder:
        # The names of files are ours, never what somebody called them.
        for file in files:
            (Path(folder) / file.name).write_bytes(file.content)
        place = Path(folder) / "scenario.toml"
        place.write_text(text, encoding="utf-8")
        try:
            scenario = read_scenario(place)
        except FaultsFoundError as problem:
            return Checked(text, tuple(_of_fault(each, text, told, step) for each in problem.faults))
        effort = None
        try:
            effort = event_effort(scenario)
            event_weather(scenario, effort)
        except UserError as problem:
            field = "weather_file" if effort is not None else _field_of_course(str(problem))
            words = tuple(_words(each, folder) for each in _parts(problem))
            return Checked(text, tuple(FormFault("event", field, each) for each in words))
    address = ""
    if effort.latitude_deg is not None and effort.longitude_deg is not None and scenario.event.start is not None:
        address = open_meteo_address(effort.latitude_deg, effort.longitude_deg, scenario.event.start, effort.duration_s)
    return Checked(text, (), _found(effort, us=told.us) if scenario.course_path else (), address)


def _found(effort: EventEffort, *, us: bool) -> tuple[str, ...]:
    """Say what a recording holds, so that a wrong file is noticed."""
    parts = []
    metres = float(effort.distance_m[-1])
    if np.isfinite(metres):
        parts.append(f"{fields.from_metric(metres / 1000.0, 'km', us=us):.1f} {'miles' if us else 'km'}")
    parts.append(f"{clock(effort.duration_s)} h")
    step = float(effort.time_s[1] - effort.time_s[0]) if effort.time_s.size > 1 else 0.0
    climb = float(np.nansum(np.maximum(effort.grade, 0.0) * effort.speed_m_per_s) * step)
    if np.isfinite(effort.altitude_m).any():
        parts.append(f"about {climb / 0.3048 if us else climb:.0f} {'ft' if us else 'm'} of climb")
    kind = effort.kind.replace("_", " ")
    return (", ".join(parts) + f"; the effort is taken from {kind}.", *effort.notices)


def _of_fault(fault: Fault, text: str, told: Told, step: str) -> FormFault:
    line = re.search(r", line (\d+)$", fault.place)
    place: Place = place_of_line(text, int(line.group(1))) if line else ()
    while place and place not in told.fields:
        place = place[:-1]
    found_step, field = told.fields.get(place, (step or "event", ""))
    return FormFault(found_step, field, _words(str(fault), ""))


def in_form_words(problem: UserError) -> str:
    """Say what an importer refused, without places in files that nobody of the form has seen."""
    return " ".join(_words(each, "") for each in _parts(problem))


def _parts(problem: UserError) -> tuple[str, ...]:
    return tuple(map(str, problem.faults)) if isinstance(problem, FaultsFoundError) else (str(problem),)


def _words(said: str, folder: str) -> str:
    """Say a fault of a file as a fault of a form: without the file's place, and with the names of the form."""
    said = _MEND.sub(lambda found: f"tick “{dict(fields.MENDS).get(found.group(1), '')}”", _ASIDE.sub("", said))
    said = _TO_WRITE.sub("", said)
    if folder:
        said = said.replace(f"{folder}/", "")
        for role, shown in (("course", "the recording"), ("weather", "the weather file")):
            said = re.sub(rf"\b{role}\.(?:fit|gpx|tcx|json|csv|txt)\b", shown, said)
    for key in sorted(_SAID, key=len, reverse=True):
        said = re.sub(rf"\b{key}\b", _SAID[key], said)
    return said[:1].upper() + said[1:]


def _field_of_course(said: str) -> str:
    if "goal_time" in said or "km/h" in said:
        return "course_goal"
    return "stations" if "station" in said else "course"
