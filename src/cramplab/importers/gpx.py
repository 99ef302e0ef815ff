"""Reads the recorded track of a GPX file (versions 1.0 and 1.1, with the usual sensor extensions)."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from cramplab.importers.track import RawTrack, read_number, read_time, track_error
from cramplab.importers.xml_records import local_name, xml_records

# Local names as written by the common devices and services; the namespace differs, the name does not.
_COLUMN_OF = {
    "ele": "altitude_m", "speed": "speed_m_per_s", "hr": "heart_rate_bpm", "heartrate": "heart_rate_bpm",
    "power": "power_W", "PowerInWatts": "power_W", "watts": "power_W", "atemp": "device_temperature_C",
    "core_temperature": "core_temperature_C",
}  # fmt: skip


def read_gpx(path: Path) -> RawTrack:
    """Read every track point of a GPX file.

    Raises
    ------
    UserError
        If the file is damaged, is no GPX, or holds only a planned route without recorded points.
    """
    track = RawTrack(path.name, record_word="track point")
    planned_points = 0
    for found in xml_records(path, "gpx", frozenset({"trkpt", "rtept"})):
        if isinstance(found, str):
            continue
        if local_name(found.tag) == "rtept":
            planned_points += 1
            continue
        time_s, values = _point(found, track)
        track.append(time_s, values)
    if not len(track):
        what = f"a planned route of {planned_points} points" if planned_points else "no track"
        raise track_error(
            track, f"{path.name} holds {what}, but no recorded track points", "a recorded track (<trk>) with times",
            "Export the activity, not the route",
        )  # fmt: skip
    return track


def _point(element: ElementTree.Element, track: RawTrack) -> tuple[float, dict[str, float]]:
    values = {"latitude_deg": read_number(element.get("lat")), "longitude_deg": read_number(element.get("lon"))}
    time_s = float("nan")
    for child in element.iter():
        name = local_name(child.tag)
        if name == "time":
            time_s = read_time(child.text or "", track)
        elif (column := _COLUMN_OF.get(name)) is not None:
            values[column] = read_number(child.text)
    return time_s, values
