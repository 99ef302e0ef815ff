"""Writes the shipped marathon course: one invented run as FIT, GPX and TCX.

The run, the runner and the place are invented: a loop of islands that do not exist, drawn on the open Atlantic. Run it
from anywhere; the files are written beside it, the same to the last byte each time:

    python examples/make_marathon_course.py
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

SEED = 42195
DISTANCE_M = 42_195.0
FINISH_S = 3 * 3600 + 44 * 60 + 20
STEP_S = 5
START = datetime(2025, 6, 1, 7, 30, tzinfo=UTC)
CENTRE_DEG = (30.0, -40.0)
EARTH_RADIUS_M = 6_371_009.0


@dataclass(frozen=True)
class Recording:
    """What a watch would have recorded; a column that is None was not recorded."""

    name: str
    sport: str
    start: datetime
    time_s: np.ndarray
    distance_m: np.ndarray | None = None
    latitude_deg: np.ndarray | None = None
    longitude_deg: np.ndarray | None = None
    altitude_m: np.ndarray | None = None
    heart_rate_bpm: np.ndarray | None = None
    power_W: np.ndarray | None = None


def loop_position(
    distance_m: np.ndarray, lap_m: float, centre_deg: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Lay a distance on a wavy closed loop of the given length."""
    angle = np.linspace(0.0, 2.0 * np.pi, 20_001)
    radius = 1.0 + 0.18 * np.cos(3.0 * angle) + 0.07 * np.sin(5.0 * angle)
    east, north = radius * np.cos(angle), 0.8 * radius * np.sin(angle)
    along = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(east), np.diff(north)))))
    scale = lap_m / along[-1]
    place = np.mod(distance_m, lap_m)
    east_m, north_m = (scale * np.interp(place, scale * along, part) for part in (east, north))
    latitude = centre_deg[0] + np.degrees(north_m / EARTH_RADIUS_M)
    longitude = centre_deg[1] + np.degrees(east_m / (EARTH_RADIUS_M * np.cos(np.radians(latitude))))
    return latitude, longitude


def hills(distance_m: np.ndarray, lap_m: float) -> np.ndarray:
    """Give the altitude along a lap: two long hills, one short and steep."""
    turn = 2.0 * np.pi * distance_m / lap_m
    steep = 28.0 * np.exp(-((np.mod(distance_m, lap_m) - 0.62 * lap_m) ** 2) / (2.0 * 420.0**2))
    return 40.0 + 22.0 * np.sin(2.0 * turn - 0.6) + 6.0 * np.sin(7.0 * turn) + steep


def marathon() -> Recording:
    """Invent the run: an even first half, slower uphill, a slower last hour, the heart rate drifting up."""
    generator = np.random.default_rng(SEED)
    lap_m = DISTANCE_M / 2.0
    time_s = np.arange(0, FINISH_S + STEP_S, STEP_S, dtype=float)
    time_s[-1] = FINISH_S
    breath = np.convolve(generator.normal(0.0, 1.0, time_s.size + 60), np.ones(61) / 61**0.5, mode="valid")
    progress = time_s / FINISH_S
    wish = (1.0 + 0.012 * breath) * (1.0 - 0.55 * np.clip(progress - 0.72, 0.0, None))
    distance = np.linspace(0.0, DISTANCE_M, time_s.size)
    for _ in range(6):  # the pace depends on the hill, and the hill on where the pace has led
        slope = np.gradient(hills(distance, lap_m), distance)
        speed = wish / (1.0 + 4.5 * np.clip(slope, -0.02, 0.2))
        covered = np.concatenate(([0.0], np.cumsum(0.5 * (speed[1:] + speed[:-1]) * np.diff(time_s))))
        distance = covered * DISTANCE_M / covered[-1]
    latitude, longitude = loop_position(distance, lap_m, CENTRE_DEG)
    warm_up = 1.0 - np.exp(-time_s / 90.0)
    heart_rate = 95.0 + warm_up * (55.0 + 14.0 * progress + 130.0 * np.clip(slope, -0.03, 0.06)) + 1.2 * breath
    return Recording(
        "Invented marathon", "running", START, time_s, distance, latitude, longitude, hills(distance, lap_m),
        np.round(heart_rate),
    )  # fmt: skip


def write_fit(recording: Recording, path: Path) -> None:
    """Write a FIT activity with fit-tool."""
    from fit_tool.fit_file_builder import FitFileBuilder
    from fit_tool.profile.messages.activity_message import ActivityMessage
    from fit_tool.profile.messages.event_message import EventMessage
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.messages.lap_message import LapMessage
    from fit_tool.profile.messages.record_message import RecordMessage
    from fit_tool.profile.messages.session_message import SessionMessage
    from fit_tool.profile.profile_type import Event, EventType, FileType, Manufacturer, Sport

    begin_ms = round(recording.start.timestamp() * 1000)
    end_ms = begin_ms + round(recording.time_s[-1] * 1000)
    builder = FitFileBuilder(auto_define=True)
    file_id = FileIdMessage()
    file_id.type = FileType.ACTIVITY
    file_id.manufacturer = Manufacturer.DEVELOPMENT.value
    file_id.product = 0
    file_id.serial_number = 1
    file_id.time_created = begin_ms
    builder.add(file_id)
    event = EventMessage()
    event.event, event.event_type, event.timestamp = Event.TIMER, EventType.START, begin_ms
    builder.add(event)
    for index, second in enumerate(recording.time_s):
        record = RecordMessage()
        record.timestamp = begin_ms + round(second * 1000)
        if recording.latitude_deg is not None and recording.longitude_deg is not None:
            record.position_lat = float(recording.latitude_deg[index])
            record.position_long = float(recording.longitude_deg[index])
        if recording.altitude_m is not None:
            record.enhanced_altitude = float(recording.altitude_m[index])
        if recording.distance_m is not None:
            record.distance = float(recording.distance_m[index])
        if recording.heart_rate_bpm is not None:
            record.heart_rate = int(recording.heart_rate_bpm[index])
        if recording.power_W is not None:
            record.power = int(recording.power_W[index])
        builder.add(record)
    event = EventMessage()
    event.event, event.event_type, event.timestamp = Event.TIMER, EventType.STOP_ALL, end_ms
    builder.add(event)
    sport = Sport.RUNNING if recording.sport == "running" else Sport.CYCLING
    for message in (LapMessage(), SessionMessage()):
        message.timestamp, message.start_time = end_ms, begin_ms
        message.total_elapsed_time = message.total_timer_time = float(recording.time_s[-1])
        if recording.distance_m is not None:
            message.total_distance = float(recording.distance_m[-1])
        message.sport = sport
        builder.add(message)
    activity = ActivityMessage()
    activity.timestamp, activity.num_sessions = end_ms, 1
    activity.total_timer_time = float(recording.time_s[-1])
    builder.add(activity)
    path.write_bytes(builder.build().to_bytes())


def _iso(recording: Recording, second: float) -> str:
    return (recording.start + timedelta(seconds=float(second))).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_gpx(recording: Recording, path: Path) -> None:
    """Write a GPX 1.1 track with the heart rate as Garmin's extension."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="cramplab example"',
        ' xmlns="http://www.topografix.com/GPX/1/1"',
        ' xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">',
        f"<trk><name>{recording.name}</name><type>{recording.sport}</type><trkseg>",
    ]
    assert recording.latitude_deg is not None
    assert recording.longitude_deg is not None
    for index, second in enumerate(recording.time_s):
        latitude, longitude = recording.latitude_deg[index], recording.longitude_deg[index]
        point = f'<trkpt lat="{latitude:.7f}" lon="{longitude:.7f}">'
        if recording.altitude_m is not None:
            point += f"<ele>{recording.altitude_m[index]:.1f}</ele>"
        point += f"<time>{_iso(recording, second)}</time>"
        if recording.heart_rate_bpm is not None:
            point += (
                "<extensions><gpxtpx:TrackPointExtension>"
                f"<gpxtpx:hr>{recording.heart_rate_bpm[index]:.0f}</gpxtpx:hr>"
                "</gpxtpx:TrackPointExtension></extensions>"
            )
        lines.append(point + "</trkpt>")
    lines.append("</trkseg></trk></gpx>\n")
    path.write_text("\n".join(lines), encoding="utf-8")


def write_tcx(recording: Recording, path: Path, lap_m: float | None = None) -> None:
    """Write a TCX activity, with one lap per ``lap_m``; distance and heart rate are kept if there is no position."""
    laps = [0]
    if lap_m is not None and recording.distance_m is not None:
        laps = [0, *(np.flatnonzero(np.diff(recording.distance_m // lap_m)) + 1).tolist()]
        laps = [start for start in laps if start < recording.time_s.size - 1]
    borders = [*laps, recording.time_s.size]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">',
        f"<Activities><Activity Sport={quoteattr(recording.sport.title())}><Id>{_iso(recording, 0.0)}</Id>",
    ]
    for begin, end in pairwise(borders):
        last = min(end, recording.time_s.size - 1)
        lines.append(f'<Lap StartTime="{_iso(recording, recording.time_s[begin])}"><TotalTimeSeconds>'
                     f"{recording.time_s[last] - recording.time_s[begin]:.0f}</TotalTimeSeconds>")  # fmt: skip
        lines.append("<Intensity>Active</Intensity><TriggerMethod>Manual</TriggerMethod><Track>")
        lines += [_tcx_point(recording, index) for index in range(begin, end)]
        lines.append("</Track></Lap>")
    lines.append("</Activity></Activities></TrainingCenterDatabase>\n")
    path.write_text("\n".join(lines), encoding="utf-8")


def _tcx_point(recording: Recording, index: int) -> str:
    point = f"<Trackpoint><Time>{_iso(recording, recording.time_s[index])}</Time>"
    if recording.latitude_deg is not None and recording.longitude_deg is not None:
        point += (
            f"<Position><LatitudeDegrees>{recording.latitude_deg[index]:.7f}</LatitudeDegrees>"
            f"<LongitudeDegrees>{recording.longitude_deg[index]:.7f}</LongitudeDegrees></Position>"
        )
    if recording.altitude_m is not None:
        point += f"<AltitudeMeters>{recording.altitude_m[index]:.1f}</AltitudeMeters>"
    if recording.distance_m is not None:
        point += f"<DistanceMeters>{recording.distance_m[index]:.2f}</DistanceMeters>"
    if recording.heart_rate_bpm is not None:
        point += f"<HeartRateBpm><Value>{recording.heart_rate_bpm[index]:.0f}</Value></HeartRateBpm>"
    return point + "</Trackpoint>"


def main(folder: Path) -> None:
    """Write the three files into a folder."""
    run = marathon()
    write_fit(run, folder / "marathon.fit")
    write_gpx(run, folder / "marathon.gpx")
    write_tcx(run, folder / "marathon.tcx", lap_m=5000.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
