"""Faults too large to be mended unasked: each is refused with its remedy, and can be let through by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cramplab.core.errors import UserError
from cramplab.core.files import LARGEST_FILE_BYTES
from cramplab.importers.activity import effort_on_grid, read_activity

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<gpx><trk><trkseg><trkpt lat='1' lon='2'><name>&b;</name></trkpt></trkseg></trk></gpx>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_gpx_with_a_doctype_is_refused_by_name(tmp_path: Path, encoding):
    file = tmp_path / "bomb.gpx"
    file.write_bytes(BOMB.encode(encoding))
    with pytest.raises(UserError, match="holds a '<!DOCTYPE' declaration"):
        read_activity(file)


def test_a_doctype_far_into_the_file_is_refused_too(tmp_path: Path):
    file = tmp_path / "late.tcx"
    file.write_text("<TrainingCenterDatabase>" + " " * ((1 << 20) - 30) + "<!DOCTYPE x>" + "</TrainingCenterDatabase>")
    with pytest.raises(UserError, match="holds a '<!DOCTYPE' declaration"):
        read_activity(file)


def test_a_file_of_50_mb_is_refused_before_it_is_read(tmp_path: Path):
    file = tmp_path / "huge.gpx"
    with file.open("wb") as stream:
        stream.write(b"<gpx>")
        stream.truncate(LARGEST_FILE_BYTES)  # sparse: nothing is written to the disk
    with pytest.raises(UserError, match=r"huge\.gpx has 50 MB\. Expected an activity file below 50 MB"):
        read_activity(file)


def test_a_cut_off_gpx_is_refused_with_its_line(examples, tmp_path: Path):
    file = tmp_path / "cut.gpx"
    file.write_bytes((examples / "marathon.gpx").read_bytes()[:200_000])
    with pytest.raises(UserError, match=r"cut\.gpx is damaged or cut off: .*\n  \(cut\.gpx, line \d+\)"):
        read_activity(file)


def test_a_deeply_nested_file_is_refused(tmp_path: Path):
    file = tmp_path / "deep.gpx"
    file.write_text("<gpx>" + "<a>" * 100_000)
    with pytest.raises(UserError, match="nests elements more than 60 deep"):
        read_activity(file)


def test_another_root_element_is_named(tmp_path: Path):
    file = tmp_path / "page.gpx"
    file.write_text("<kml><gpx></gpx></kml>")
    with pytest.raises(UserError, match="begins with the element <kml>"):
        read_activity(file)


def test_a_planned_route_is_no_recording(tmp_path: Path):
    file = tmp_path / "route.gpx"
    file.write_text('<gpx><rte><rtept lat="1" lon="2"/><rtept lat="1" lon="3"/></rte></gpx>')
    with pytest.raises(UserError, match=r"holds a planned route of 2 points, but no recorded track points"):
        read_activity(file)


def test_a_cut_off_fit_file_is_refused_and_its_readable_part_can_be_asked_for(examples, tmp_path: Path):
    file = tmp_path / "cut.fit"
    content = (examples / "marathon.fit").read_bytes()
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match=r"cut\.fit breaks off after record \d+ \(1:\d\d:\d\d into it\).*\"damage\""):
        read_activity(file)
    activity = read_activity(file, mend=["damage"])
    assert 6000.0 < activity.duration_s < 7000.0
    assert any("only what comes before is used" in notice for notice in activity.notices)


def test_a_fit_file_with_a_flipped_byte_tells_that_its_check_sum_is_wrong(examples, tmp_path: Path):
    content = bytearray((examples / "ride_with_power.fit").read_bytes())
    content[-1] ^= 0xFF
    file = tmp_path / "flipped.fit"
    file.write_bytes(bytes(content))
    assert any("check sum" in notice for notice in read_activity(file).notices)


def test_a_fit_file_without_records_is_named_by_its_kind(examples, tmp_path: Path):
    from fit_tool.fit_file_builder import FitFileBuilder
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.profile_type import FileType

    builder = FitFileBuilder()
    message = FileIdMessage()
    message.type = FileType.WORKOUT
    builder.add(message)
    file = tmp_path / "plan.fit"
    file.write_bytes(builder.build().to_bytes())
    with pytest.raises(UserError, match=r"a FIT file of the kind 'workout' and holds no records"):
        read_activity(file)


def test_a_fit_header_alone_is_damaged(examples, tmp_path: Path):
    file = tmp_path / "head.fit"
    file.write_bytes((examples / "marathon.fit").read_bytes()[:14])
    with pytest.raises(UserError, match="the file is damaged"):
        read_activity(file)


def test_a_gap_of_three_hours_is_refused_with_record_and_remedy(write_gpx):
    seconds = [*np.arange(100) * 10.0, *(np.arange(100) * 10.0 + 990.0 + 3 * 3600.0)]
    file = write_gpx(seconds=seconds, metres=np.arange(200) * 30.0)
    with pytest.raises(
        UserError, match=r"(?s)has a gap of 3:00:00.*\"gap_as_rest\".*track point 100, 2025-06-01 08:16:30"
    ):
        read_activity(file)


def test_a_long_gap_can_be_rest_or_be_cut(write_gpx):
    seconds = [*np.arange(100) * 10.0, *(np.arange(100) * 10.0 + 990.0 + 3 * 3600.0)]
    file = write_gpx(seconds=seconds, metres=np.arange(200) * 30.0)
    rest = read_activity(file, mend=["gap_as_rest"])
    assert rest.duration_s == pytest.approx(1980.0 + 3 * 3600.0)
    speed = effort_on_grid(rest, 60.0)["speed_m_per_s"]
    assert np.all(speed[18:190] == 0.0)
    assert speed[:16] == pytest.approx(3.0, rel=1e-3)
    assert any("taken as rest, standing still" in notice for notice in rest.notices)
    cut = read_activity(file, mend=["gap_cut"])
    assert cut.duration_s == pytest.approx(1990.0)
    assert cut.total_distance_m == pytest.approx(rest.total_distance_m)


def test_a_jump_of_200_km_is_refused_with_record_and_remedy(write_gpx):
    metres = np.arange(200) * 30.0
    metres[120:] += 200_000.0
    file = write_gpx(metres=metres)
    with pytest.raises(UserError, match=r"(?s)position jumps 200\.0 km in 0:00:10.*\"jump\".*track point 121"):
        read_activity(file)
    mended = read_activity(file, mend=["jump"])
    assert mended.total_distance_m < 6100.0


def test_a_single_stray_point_200_km_away_is_refused_too(write_gpx):
    metres = np.arange(200) * 30.0
    metres[120] += 200_000.0
    file = write_gpx(metres=metres)
    with pytest.raises(UserError, match=r"position jumps 200\.0 km"):
        read_activity(file)
    assert read_activity(file, mend=["jump"]).total_distance_m == pytest.approx(199 * 30.0, rel=1e-3)


def test_a_distance_that_jumps_200_km_is_refused(write_tcx):
    metres = [30.0 * index + (200_000.0 if index >= 60 else 0.0) for index in range(120)]
    with pytest.raises(UserError, match=r"(?s)distance jumps 200\.0 km.*track point 61"):
        read_activity(write_tcx([metres]))
    assert read_activity(write_tcx([metres]), mend=["jump"]).total_distance_m == pytest.approx(118 * 30.0)


def test_a_clock_put_back_is_refused_with_record_and_remedy(write_gpx):
    seconds = np.arange(200) * 10.0
    file = write_gpx(seconds=np.where(np.arange(200) < 120, seconds, seconds - 3600.0), metres=np.arange(200) * 30.0)
    with pytest.raises(UserError, match=r"(?s)clock goes back by 0:59:50.*\"clock\".*track point 121"):
        read_activity(file)
    mended = read_activity(file, mend=["clock"])
    assert mended.duration_s == pytest.approx(1990.0)
    assert len(mended.time_s) == 200


def test_a_clock_put_forward_looks_like_a_gap_and_says_so(write_gpx):
    seconds = np.arange(200) * 10.0
    file = write_gpx(seconds=np.where(np.arange(200) < 120, seconds, seconds + 3600.0), metres=np.arange(200) * 30.0)
    with pytest.raises(UserError, match=r'if the clock was put forward, course_mend = \["clock"\]'):
        read_activity(file)
    assert read_activity(file, mend=["clock"]).duration_s == pytest.approx(1990.0)


def test_times_without_zone_are_refused_unless_the_events_zone_may_be_taken(write_gpx):
    from datetime import timedelta, timezone

    file = write_gpx(zone="")
    with pytest.raises(UserError, match=r"(?s)The time zone is missing.*\"time_zone\".*track point 1"):
        read_activity(file)
    activity = read_activity(file, mend=["time_zone"], zone=timezone(timedelta(hours=2)))
    assert activity.start is not None
    assert activity.start.isoformat() == "2025-06-01T08:00:00+02:00"


def test_an_activity_of_no_length_is_refused(write_gpx):
    with pytest.raises(UserError, match=r"The activity lasts 0 s and has 1 usable track points"):
        read_activity(write_gpx(seconds=[0.0, 0.0, 0.0]))


def test_an_activity_of_more_than_a_day_is_refused(write_gpx):
    seconds = np.arange(0.0, 25 * 3600.0, 600.0)
    with pytest.raises(UserError, match=r"The activity lasts 24:50:00\. Expected an activity of at most 24 h"):
        read_activity(write_gpx(seconds=seconds))


def test_no_times_at_all_is_refused(write_gpx):
    with pytest.raises(UserError, match=r"No track point of run\.gpx has a time"):
        read_activity(write_gpx(points=3, times=["x", "y", "z"]))


def test_a_car_ride_in_a_run_is_refused(write_gpx):
    metres = np.arange(200) * 30.0
    metres[100:140] += np.arange(1, 41) * 170.0
    metres[140:] += 40 * 170.0
    with pytest.raises(UserError, match=r"(?s)2 min are covered at \d+ km/h.*\"speed\""):
        read_activity(write_gpx(metres=metres), sport="run")
    assert read_activity(write_gpx(metres=metres), sport="cycle").total_distance_m > 12_000.0
    assert read_activity(write_gpx(metres=metres), sport="run", mend=["speed"]).total_distance_m < 7000.0


def test_a_mend_that_does_not_exist_is_answered_with_the_nearest_name(write_gpx):
    with pytest.raises(UserError, match=r"nothing to mend called 'jmp'.*Did you mean 'jump'"):
        read_activity(write_gpx(), mend=["jmp"])
