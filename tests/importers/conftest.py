"""Makes small activity files with one chosen fault each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
START = datetime(2025, 6, 1, 8, 0, tzinfo=UTC)
DEGREES_PER_M = 1.0 / 111_195.0  # of latitude, on the sphere that the importer uses


@pytest.fixture(scope="session")
def examples() -> Path:
    return EXAMPLES


@pytest.fixture
def write_gpx(tmp_path: Path) -> Callable[..., Path]:
    """Write a track that runs north at 3 m/s, one point every 10 s, unless told otherwise."""

    def write(
        *, seconds: Iterable[float] | None = None, metres: Iterable[float] | None = None, zone: str = "Z",
        times: list[str] | None = None, points: int = 200, name: str = "run.gpx", before: str = "",
    ) -> Path:  # fmt: skip
        second = np.arange(points) * 10.0 if seconds is None else np.array(list(seconds), dtype=float)
        metre = 3.0 * second if metres is None else np.array(list(metres), dtype=float)
        if times is None:
            times = [(START + timedelta(seconds=float(each))).strftime("%Y-%m-%dT%H:%M:%S") + zone for each in second]
        body = "".join(
            f'<trkpt lat="{40.0 + each * DEGREES_PER_M:.8f}" lon="-30.0"><ele>10</ele><time>{time}</time></trkpt>\n'
            for each, time in zip(metre, times, strict=True)
        )
        file = tmp_path / name
        file.write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>{before}<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
            f"<trk><trkseg>{body}</trkseg></trk></gpx>",
            encoding="utf-8",
        )
        return file

    return write


@pytest.fixture
def write_tcx(tmp_path: Path) -> Callable[..., Path]:
    """Write track points with a distance and no position, in one lap per list of distances."""

    def write(laps: list[list[float]], *, step_s: float = 10.0, extra: str = "", name: str = "run.tcx") -> Path:
        index = 0
        body = ""
        for lap in laps:
            body += "<Lap><Track>"
            for metre in lap:
                time = (START + timedelta(seconds=index * step_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
                body += f"<Trackpoint><Time>{time}</Time><DistanceMeters>{metre}</DistanceMeters>{extra}</Trackpoint>"
                index += 1
            body += "</Track></Lap>"
        file = tmp_path / name
        file.write_text(
            '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">'
            f'<Activities><Activity Sport="Running">{body}</Activity></Activities></TrainingCenterDatabase>'
        )
        return file

    return write
