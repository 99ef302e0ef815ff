"""Turns a plan's scenario into that of a "what if": a warmer day, a slower pace, a drinking rate of one's own."""

from __future__ import annotations

import csv
import io
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from cramplab.importers.event_effort import event_effort, event_weather
from cramplab.importers.scenario import Scenario, read_scenario
from cramplab.importers.scenario_checks import read_duration
from cramplab.web.planning.fields import Number, from_metric
from cramplab.web.planning.numbers import read_number
from cramplab.web.planning.scenario_text import scenario_text
from cramplab.web.storage.drafts import DraftFile

WARMER_C, SLOWER_PCT = (0, 3, 5, 10), (0, 5, 10, 20)
OWN_RATE = Number("own_rate", "Litres an hour", ("drink", "rate_L_per_h"), "L/h")


class WhatIfError(ValueError):
    """A change that cannot be made, with the field that asked for it.

    Parameters
    ----------
    field
        Of the form.
    """

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class WhatIf:
    """What is asked.

    Parameters
    ----------
    warmer_C : K
        Added to the air, at the same relative humidity.
    slower_pct : %
        More time for the same way; or a lower speed or power for the same time.
    own_L_per_h : L/h
        Drunk evenly, whatever the plan says; None for what a plan would say.
    """

    warmer_C: float = 0.0
    slower_pct: float = 0.0
    own_L_per_h: float | None = None

    def words(self, *, us: bool) -> str:
        """Say what is changed; empty if nothing is."""
        parts = []
        if self.warmer_C:
            parts.append(f"air {self.warmer_C * (1.8 if us else 1.0):+g} {'°F' if us else '°C'}")
        if self.slower_pct:
            parts.append(f"{self.slower_pct:g} % slower")
        if self.own_L_per_h is not None:
            rate = from_metric(self.own_L_per_h, "L/h", us=us)
            parts.append(f"own amount, {rate:.{0 if us else 2}f} {'fl oz/h' if us else 'L/h'}")
        return ", ".join(parts)


def read_what_if(warmer: str, slower: str, own: str, *, us: bool) -> WhatIf:
    """Read the form.

    Raises
    ------
    WhatIfError
        If a choice is not one of those offered, if the amount is no number in range, or if nothing is changed.
    """
    if warmer not in map(str, WARMER_C):
        raise WhatIfError("warmer", "Choose one of those offered.")
    if slower not in map(str, SLOWER_PCT):
        raise WhatIfError("slower", "Choose one of those offered.")
    rate: float | None = None
    if own.strip():
        read = read_number(own.strip(), OWN_RATE, 1.0 / from_metric(1.0, "L/h", us=us), 0.0, "fl oz/h" if us else "L/h")
        if isinstance(read, str):
            raise WhatIfError("own_rate", read)
        rate = read
    asked = WhatIf(float(warmer), float(slower), rate)
    if asked == WhatIf():
        raise WhatIfError("warmer", "Nothing is changed: choose at least one of the three.")
    return asked


def changed(text: str, files: Iterable[DraftFile], asked: WhatIf) -> tuple[str, tuple[DraftFile, ...], tuple[str, ...]]:
    """Change a scenario.

    Returns
    -------
    text, files, notes
        Of the changed one; notes say what had to be assumed.

    Raises
    ------
    UserError
        If the importers do not take the changed one.
    """
    values, files, notes = tomllib.loads(text), tuple(files), []
    if asked.warmer_C:
        files = _warmer(values, text, files, asked.warmer_C)
        notes.append("The warmer day has the same relative humidity, wind and sun.")
        if "wbgt_C" in values["weather"]:
            # At the same relative humidity the wet bulb rises by less than the air: this errs towards caution.
            values["weather"]["wbgt_C"] += asked.warmer_C
            notes.append("The measured WBGT was raised by as much as the air.")
    if asked.slower_pct:
        _slower(values, text, files, 1.0 + asked.slower_pct / 100.0)
    if asked.own_L_per_h is not None:
        values.setdefault("drink", {}).update(behaviour="schedule", rate_L_per_h=asked.own_L_per_h)
    other = scenario_text(values)
    with _laid_out(other, files) as scenario:
        event_weather(scenario, event_effort(scenario))
    return other, files, tuple(notes)


def _warmer(values: dict[str, Any], text: str, files: tuple[DraftFile, ...], by_C: float) -> tuple[DraftFile, ...]:
    weather = values["weather"]
    if "file" not in weather:
        weather["air_C"] += by_C
        return files
    with _laid_out(text, files) as scenario:
        found = event_weather(scenario, event_effort(scenario))
    begin = scenario.event.start.timestamp() if scenario.event.start else 0.0
    columns = {
        "air_C": found.air_C + by_C, "humidity_pct": 100.0 * found.humidity_fraction,
        "wind_m_per_s": found.wind_m_per_s, "wind_from_deg": found.wind_from_deg,
        "solar_W_per_m2": found.solar_W_per_m2,
    }  # fmt: skip
    known = {name: column for name, column in columns.items() if np.isfinite(column).all()}
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["time", *known])
    for at, seconds in enumerate(found.time_s):
        moment = datetime.fromtimestamp(begin + float(seconds), UTC).isoformat(timespec="seconds")
        rows.writerow([moment, *(f"{column[at]:.6g}" for column in known.values())])
    weather["file"] = "weather.csv"
    others = tuple(each for each in files if each.role != "weather")
    return (*others, DraftFile("weather", "weather.csv", table.getvalue().encode()))


def _slower(values: dict[str, Any], text: str, files: tuple[DraftFile, ...], factor: float) -> None:
    event = values["event"]
    if "course" in event or "distance_km" in event:
        seconds = read_duration(event.get("goal_time") or event.get("duration") or "")
        if seconds is None:
            with _laid_out(text, files) as scenario:
                seconds = event_effort(scenario).duration_s
        whole = round(seconds * factor)
        event.pop("duration", None)
        event["goal_time"] = f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
        if "course" in event:
            event["effort_from"] = "pace"
        return
    if "heart_rate_bpm" in event:
        raise WhatIfError("slower", "With a heart rate nobody knows how much slower: make a plan with a lower one.")
    for key in ("speed_km_per_h", "power_W"):
        if key in event:
            event[key] = round(event[key] / factor, 4)


@contextmanager
def _laid_out(text: str, files: Iterable[DraftFile]) -> Iterator[Scenario]:
    """Read a scenario with its files in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cramplab-") as folder:
        for each in files:
            (Path(folder) / each.name).write_bytes(each.content)
        place = Path(folder) / "scenario.toml"
        place.write_text(text, encoding="utf-8")
        yield read_scenario(place)
