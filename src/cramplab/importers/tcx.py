"""Reads the recorded track points of a TCX file (Training Center Database, version 2)."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from cramplab.importers.track import RawTrack, read_number, read_time, track_error
from cramplab.importers.xml_records import local_name, xml_records

_COLUMN_OF = {
    "LatitudeDegrees": "latitude_deg", "LongitudeDegrees": "longitude_deg", "AltitudeMeters": "altitude_m",
    "DistanceMeters": "distance_m", "Speed": "speed_m_per_s", "Watts": "power_W", "HeartRateBpm": "heart_rate_bpm",
}  # fmt: skip


def read_tcx(path: Path) -> RawTrack:
    """Read every track point of a TCX file, over all laps.

    Raises
    ------
    UserError
        If the file is damaged, is no TCX, or holds no track points.
    """
    track = RawTrack(path.name, record_word="track point")
    for found in xml_records(path, "TrainingCenterDatabase", frozenset({"Trackpoint"})):
        if isinstance(found, str):
            if found == "Lap":
                track.lap_starts.append(len(track))
            continue
        time_s, values = _point(found, track)
        track.append(time_s, values)
    if not len(track):
        raise track_error(
            track, f"{path.name} holds no track points", "an activity recorded second by second",
            "Export the whole activity, not only its summary",
        )  # fmt: skip
    return track


def _point(element: ElementTree.Element, track: RawTrack) -> tuple[float, dict[str, float]]:
    values: dict[str, float] = {}
    time_s = float("nan")
    for child in element.iter():
        name = local_name(child.tag)
        if name == "Time":
            time_s = read_time(child.text or "", track)
        elif name == "HeartRateBpm":
            values["heart_rate_bpm"] = next(
                (read_number(inner.text) for inner in child if local_name(inner.tag) == "Value"), float("nan")
            )
        elif (column := _COLUMN_OF.get(name)) is not None:
            values[column] = read_number(child.text)
    return time_s, values
