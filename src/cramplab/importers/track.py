"""A recorded activity as its file gives it, one row per record, before anything is mended."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from cramplab.core.errors import Fault, UserError

FloatArray = npt.NDArray[np.float64]

# Nothing that a watch writes comes near these; they keep a hostile file from filling the memory.
MOST_RECORDS = 1_000_000

UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = (
    "latitude_deg", "longitude_deg", "altitude_m", "distance_m", "speed_m_per_s", "power_W", "heart_rate_bpm",
    "device_temperature_C", "core_temperature_C",
)  # fmt: skip


@dataclass
class RawTrack:
    """The records of one activity file, in the order of the file.

    Columns are ``array('d')``, so that a long file costs 8 bytes a value. A missing value is NaN.

    Parameters
    ----------
    file : str
        Name shown in messages.
    record_word : str
        What one record is called in this format: "record" or "track point".
    """

    file: str
    record_word: str = "record"
    sport: str | None = None
    time_s: array[float] = field(default_factory=lambda: array("d"))
    columns: dict[str, array[float]] = field(default_factory=lambda: {name: array("d") for name in COLUMNS})
    lap_starts: list[int] = field(default_factory=list)
    absolute_time: bool = True
    first_without_zone: int | None = None
    damage: str = ""
    notices: list[str] = field(default_factory=list)

    def append(self, time_s: float, values: Mapping[str, float]) -> None:
        """Add one record: its time (s since 1970, UTC, or since the device was switched on) and what it measured."""
        if len(self.time_s) >= MOST_RECORDS:
            raise track_error(
                self, f"{self.file} holds more than {MOST_RECORDS} records", "an activity of at most 24 h"
            )
        self.time_s.append(time_s)
        for name, column in self.columns.items():
            column.append(values.get(name, float("nan")))

    def column(self, name: str) -> FloatArray:
        """Give one column as a float64 array, shape (records,)."""
        return np.array(self.columns[name], dtype=np.float64)

    def __len__(self) -> int:
        return len(self.time_s)


def track_error(track: RawTrack | str, message: str, expected: str = "", remedy: str = "") -> UserError:
    """Build the one error that says what is wrong with an activity file."""
    file = track if isinstance(track, str) else track.file
    return UserError(str(Fault(message, place=file, expected=expected, remedy=remedy)))


def read_time(text: str, track: RawTrack) -> float:
    """Read an ISO 8601 time of a GPX or TCX record as s since 1970, NaN where it is none.

    A time without zone is read as if it were UTC; the first record that has one is remembered in the track.
    """
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return float("nan")
    if moment.tzinfo is None:
        if track.first_without_zone is None:
            track.first_without_zone = len(track) + 1
        moment = moment.replace(tzinfo=UTC)
    try:
        return (moment - UNIX_EPOCH).total_seconds()
    except OverflowError:  # an offset can push year 1 or 9999 over the edge
        return float("nan")


def read_number(text: str | None) -> float:
    """Read a number of an XML file, NaN where there is none."""
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return float("nan")


def moment_of(time_s: float) -> datetime | None:
    """Give the moment of a time in s since 1970, or None if no calendar has it."""
    try:
        return UNIX_EPOCH + timedelta(seconds=float(time_s))
    except (OverflowError, ValueError):
        return None


def duration_text(seconds: float) -> str:
    """Write a duration as h:mm:ss."""
    whole = round(abs(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
