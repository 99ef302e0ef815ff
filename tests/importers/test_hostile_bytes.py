"""Whatever the bytes, a reader either gives a result or a message for the user; never another error."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cramplab.core.errors import UserError
from cramplab.importers.activity import MENDS, effort_on_grid, read_activity
from cramplab.importers.event_effort import event_effort
from cramplab.importers.scenario import read_scenario
from cramplab.importers.weather import read_weather

EXAMPLES = Path(__file__).parents[2] / "examples"
FUZZ = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# What has gone wrong in files before: extremes of every width, and the words that switch a reader's mode.
PIECES = st.one_of(
    st.binary(min_size=1, max_size=12),
    st.sampled_from([
        b"\xff" * 4, b"\x00" * 8, b"\x7f\xff\xff\xff", b"<", b">", b"</trkpt>", b"&#0;", b"NaN", b"inf", b"-1e308",
        b"1e400", b"<!DOCTYPE a>", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"\xef\xbb\xbf", b"'",
        b"Z", b"[", b"]", b"=", b"\n", b"{", b"99999999999999999999", b"1970-01-01", b'"""',
    ]),
)  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.floats(0.0, 1.0), PIECES, st.sampled_from(["put over", "put in", "cut out"])), max_size=8
)


def mutate(content: bytes, changes: list[tuple[float, bytes, str]]) -> bytes:
    for where, piece, how in changes:
        at = int(where * len(content))
        rest = at if how == "put in" else at + len(piece) * (20 if how == "cut out" else 1)
        content = content[:at] + (b"" if how == "cut out" else piece) + content[rest:]
    return content


def short(name: str) -> bytes:
    """Give an example cut down to a few dozen records, so that a change is likely to matter."""
    content = (EXAMPLES / name).read_bytes()
    if name.endswith(".fit"):
        return content[:1500]
    end = {"gpx": b"</trkpt>", "tcx": b"</Trackpoint>"}[name.rsplit(".", 1)[1]]
    closing = {
        "gpx": b"</trkseg></trk></gpx>",
        "tcx": b"</Track></Lap></Activity></Activities></TrainingCenterDatabase>",
    }[name.rsplit(".", 1)[1]]
    at = 0
    for _ in range(40):
        at = content.index(end, at) + len(end)
    return content[:at] + closing


def check_activity(file: Path) -> None:
    for mend in ((), tuple(MENDS)):
        with contextlib.suppress(UserError):
            activity = read_activity(file, mend=mend)
            assert activity.time_s[0] == 0.0
            assert np.all(np.diff(activity.time_s) > 0.0)
            assert not np.any(np.diff(activity.distance_m) < 0.0)
            grid = effort_on_grid(activity, 10.0)
            assert not np.any(np.isinf(np.concatenate(list(grid.values()))))


@pytest.mark.parametrize("suffix", ["fit", "gpx", "tcx"])
@FUZZ
@given(content=st.binary(max_size=300))
def test_random_bytes_are_refused(tmp_path, suffix, content):
    file = tmp_path / f"run.{suffix}"
    file.write_bytes(content)
    with pytest.raises(UserError):
        read_activity(file)


@FUZZ
@given(content=st.binary(max_size=300))
def test_random_bytes_behind_a_fit_header_are_refused_or_read(tmp_path, content):
    file = tmp_path / "run.fit"
    header = bytes([12, 16, 100, 0]) + len(content).to_bytes(4, "little") + b".FIT"
    file.write_bytes(header + content + b"\x00\x00")
    check_activity(file)


@pytest.mark.parametrize("name", ["marathon.fit", "marathon.gpx", "marathon.tcx", "treadmill_heart_rate.tcx"])
@FUZZ
@given(changes=CHANGES)
def test_a_changed_activity_gives_a_sound_result_or_a_message(tmp_path, name, changes):
    file = tmp_path / name
    file.write_bytes(mutate(short(name), changes))
    check_activity(file)


@FUZZ
@given(changes=CHANGES)
def test_a_changed_scenario_gives_an_effort_or_a_message(tmp_path, changes):
    course = tmp_path / "marathon.fit"
    if not course.exists():
        course.write_bytes((EXAMPLES / "marathon.fit").read_bytes())
    file = tmp_path / "race.toml"
    file.write_bytes(mutate((EXAMPLES / "marathon.toml").read_bytes(), changes))
    with contextlib.suppress(UserError):
        effort = event_effort(read_scenario(file), step_s=60.0)
        assert np.all(np.isfinite(effort.speed_m_per_s))


CSV = b"time,air_C,humidity_pct\n2026-06-07T08:00+01:00,20,60\n2026-06-07T12:20+01:00,24,40\n"
JSON = (
    b'{"utc_offset_seconds":0,"hourly_units":{"time":"iso8601","temperature_2m":"\xc2\xb0C","relative_humidity_2m":"%",'
    b'"shortwave_radiation":"W/m\xc2\xb2"},"hourly":{"time":["2026-06-07T07:00","2026-06-07T08:00","2026-06-07T12:00"],'
    b'"temperature_2m":[20,21,null],"relative_humidity_2m":[50,60,70],"shortwave_radiation":[0,100,200]}}'
)


@pytest.mark.parametrize(("name", "content"), [("w.csv", CSV), ("w.json", JSON)])
@FUZZ
@given(changes=CHANGES)
def test_a_changed_weather_file_gives_weather_or_a_message(tmp_path, name, content, changes):
    file = tmp_path / name
    file.write_bytes(mutate(content, changes))
    with contextlib.suppress(UserError):
        weather = read_weather(file, datetime(2026, 6, 7, 8, 30, tzinfo=UTC), 3600.0)
        assert np.all(np.isfinite(weather.air_C))
