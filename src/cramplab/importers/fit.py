"""Reads the records of a FIT file, as written by watches and bike computers."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import fitdecode

from cramplab.importers.track import MOST_RECORDS, RawTrack, duration_text, track_error

_FIT_EPOCH_S = 631_065_600.0  # 1989-12-31T00:00:00Z
_FIRST_ABSOLUTE_TIME = 0x1000_0000  # below this a time counts from when the device was switched on
_SEMICIRCLE_DEG = 180.0 / 2**31
# The first name that a record carries wins: the enhanced fields have the wider range.
_FIELDS_OF = {
    "distance_m": ("distance",),
    "altitude_m": ("enhanced_altitude", "altitude"),
    "speed_m_per_s": ("enhanced_speed", "speed"),
    "power_W": ("power",),
    "heart_rate_bpm": ("heart_rate",),
    "device_temperature_C": ("temperature",),
    "core_temperature_C": ("core_temperature", "core_body_temperature"),
    "latitude_deg": ("position_lat",),
    "longitude_deg": ("position_long",),
}
_COLUMN_OF = {name: (column, rank) for column, names in _FIELDS_OF.items() for rank, name in enumerate(names)}
# What the decoder can raise on a file whose bytes are not what they claim to be.
_DAMAGE = (
    fitdecode.FitError, struct.error, AssertionError, ValueError, TypeError, LookupError,
    AttributeError, ArithmeticError,
)  # fmt: skip


def read_fit(path: Path) -> RawTrack:
    """Read every record of a FIT file.

    Where the file breaks off or becomes unreadable, the track holds what came before and says so in ``damage``.

    Raises
    ------
    UserError
        If the file is no FIT file, or holds no records.
    """
    track = RawTrack(path.name)
    kind: str | None = None
    messages = 0
    # processor=None keeps plain numbers (no datetime per record); checks are read from the frames, so nothing warns.
    reader = fitdecode.FitReader(
        str(path), processor=None, check_crc=fitdecode.CrcCheck.READONLY, error_handling=fitdecode.ErrorHandling.IGNORE
    )
    with reader:
        frames = iter(reader)
        while True:
            try:
                frame = next(frames, None)
            except _DAMAGE as problem:
                track.damage = _damage_text(track, problem)
                break
            if frame is None:
                break
            messages += 1
            if messages > MOST_RECORDS:
                raise track_error(
                    track, f"{path.name} holds more than {MOST_RECORDS} messages", "an activity of at most 24 h"
                )
            if frame.frame_type == fitdecode.FIT_FRAME_CRC:
                if not frame.matched:
                    track.notices.append(
                        f"{path.name}: the check sum does not fit the content, so single values may be wrong."
                    )
            elif frame.frame_type == fitdecode.FIT_FRAME_DATA:
                if frame.name == "record":
                    _append_record(track, frame)
                elif frame.name == "file_id":
                    kind = _text_value(frame, "type") or kind
                elif frame.name in ("session", "sport"):
                    track.sport = track.sport or _text_value(frame, "sport")
    if not len(track):
        _refuse_empty(track, kind)
    return track


def _append_record(track: RawTrack, frame: Any) -> None:
    time_s = float("nan")
    values: dict[str, float] = {}
    ranks: dict[str, int] = {}
    for field in frame.fields:
        name = field.name
        if name == "timestamp":
            time_s = _number(field.value)
        elif (found := _COLUMN_OF.get(name)) is not None:
            column, rank = found
            number = _number(field.value)
            if number == number and rank <= ranks.get(column, 9):
                values[column], ranks[column] = number, rank
    for column in ("latitude_deg", "longitude_deg"):
        if column in values:
            values[column] *= _SEMICIRCLE_DEG
    if time_s < _FIRST_ABSOLUTE_TIME:
        track.absolute_time = False
    track.append(time_s + _FIT_EPOCH_S, values)


def _number(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, tuple) and value:
        return _number(value[0])
    return float("nan")


def _text_value(frame: Any, name: str) -> str | None:
    value = frame.get_value(name, fallback=None)
    return value if isinstance(value, str) else None


def _damage_text(track: RawTrack, problem: Exception) -> str:
    reached = ""
    if len(track):
        length = track.time_s[-1] - track.time_s[0]
        reached = f" after record {len(track)}" + (f" ({duration_text(length)} into it)" if length == length else "")
    what = "breaks off" if isinstance(problem, (fitdecode.FitEOFError, fitdecode.FitHeaderError)) else "cannot be read"
    return f"{track.file} {what}{reached}"


def _refuse_empty(track: RawTrack, kind: str | None) -> None:
    if track.damage:
        raise track_error(
            track, f"{track.damage} before its first record: the file is damaged", "a complete FIT activity",
            "Copy it from the device again, or export GPX or TCX",
        )  # fmt: skip
    what = f"is a FIT file of the kind '{kind}' and" if kind and kind != "activity" else "is a FIT file that"
    raise track_error(
        track,
        f"{track.file} {what} holds no records",
        "a recorded activity",
        "Export the activity itself from your watch",
    )
