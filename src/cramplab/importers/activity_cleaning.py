"""Mends the small faults of a recorded track, and refuses those that would change what is simulated.

The order matters: first the clock, then positions, then distance, then gaps; each step trusts the ones before it.
"""

from __future__ import annotations

from datetime import tzinfo

import numpy as np

from cramplab.core.errors import did_you_mean
from cramplab.importers.activity_clock import Cleaning, set_clock
from cramplab.importers.recorded_activity import MENDS, Activity
from cramplab.importers.terrain import bearing_along, grade_along, steps_between
from cramplab.importers.track import FloatArray, RawTrack, duration_text, moment_of, track_error

# Told and mended below the first limit, refused above the second.
GAP_TOLD_S = 60.0
GAP_REFUSED_S = 30 * 60.0
JUMP_REFUSED_M = 5000.0
LONGEST_S = 24 * 3600.0
SHORTEST_S = 30.0
_PLAUSIBLE = {
    "power_W": (0.0, 3000.0), "heart_rate_bpm": (25.0, 250.0), "altitude_m": (-460.0, 9000.0),
    "device_temperature_C": (-60.0, 80.0), "core_temperature_C": (30.0, 44.0), "speed_m_per_s": (0.0, 60.0),
}  # fmt: skip


def clean(track: RawTrack, *, sport: str | None, mend: frozenset[str], zone: tzinfo | None) -> Activity:
    """Turn the raw records of a file into an activity.

    Raises
    ------
    UserError
        For the first fault that is too large to mend unasked.
    """
    for name in sorted(mend - MENDS.keys()):
        raise track_error(
            track, f"There is nothing to mend called '{name}'", remedy=did_you_mean(name, MENDS).rstrip(".")
        )
    work = Cleaning(track, sport, mend)
    _check_damage(work)
    set_clock(work)
    _drop_impossible_values(work)
    _mend_positions(work)
    distance = _distance(work)
    distance = _mend_gaps(work, distance)
    distance = _mend_speed(work, distance)
    _check_length(work)
    return _finish(work, distance, zone)


def _check_damage(work: Cleaning) -> None:
    track = work.track
    if not track.damage:
        return
    if "damage" not in work.mend or len(track) < 2:
        work.refuse(
            f"{track.damage}: the file is damaged", "a complete activity file",
            'Copy it from the device again; or use the part that can be read with course_mend = ["damage"] in [event]',
        )  # fmt: skip
    work.notices.append(f"{track.damage}; only what comes before is used.")


def _drop_impossible_values(work: Cleaning) -> None:
    for name, (low, high) in _PLAUSIBLE.items():
        column = work.columns[name]
        wrong = np.isfinite(column) & ((column < low) | (column > high)) | np.isinf(column)
        if wrong.any():
            first = int(np.argmax(wrong))
            work.tell(f"{np.sum(wrong)} values of {name} outside {low:g} to {high:g} were taken as missing, the first "
                      f"is {column[first]:g} at {work.place(first)}")  # fmt: skip
            column[wrong] = np.nan
    distance = work.columns["distance_m"]
    distance[~np.isfinite(distance) | (distance < 0.0) | (distance > 1e7)] = np.nan
    latitude, longitude = work.columns["latitude_deg"], work.columns["longitude_deg"]
    # 0 N 0 E is what devices write before they know where they are.
    nowhere = (np.abs(latitude) < 1e-9) & (np.abs(longitude) < 1e-9)
    bad = ~((np.abs(latitude) <= 90.0) & (np.abs(longitude) <= 180.0)) | nowhere
    impossible = bad & np.isfinite(latitude) & np.isfinite(longitude)
    if impossible.any():
        first = int(np.argmax(impossible))
        work.tell(f"{np.sum(impossible)} impossible positions were taken as missing, the first is "
                  f"{latitude[first]:g}, {longitude[first]:g} at {work.place(first)}")  # fmt: skip
    latitude[bad] = np.nan
    longitude[bad] = np.nan


def _mend_positions(work: Cleaning) -> None:
    latitude, longitude = work.columns["latitude_deg"], work.columns["longitude_deg"]
    known = np.flatnonzero(np.isfinite(latitude))
    fastest = 3.0 * work.limits[0]  # positions scatter: only what is far beyond the limit is a jump
    dropped = 0
    first = ""
    kept: list[int] = []
    time = work.time_s
    step = steps_between(latitude[known], longitude[known]) if known.size > 1 else np.zeros(0)
    span = np.diff(time[known])
    too_far = step > np.maximum(fastest * span, 100.0)
    if not too_far.any():
        return
    far = np.flatnonzero(too_far & (step > JUMP_REFUSED_M))
    if far.size and "jump" not in work.mend:
        index = int(far[0])
        work.refuse(
            f"The position jumps {step[index] / 1000:.1f} km in {duration_text(span[index])}",
            f"steps that a person can make (at most {fastest:.0f} m/s)",
            "Remove the stray points in the service that you export from; or leave such jumps out with "
            'course_mend = ["jump"] in [event]',
            at=int(known[index + 1]),
        )  # fmt: skip
    # A stray position is one that cannot be reached from the last good one; after 60 s away the new place is believed.
    for index in known.tolist():
        if kept:
            last = kept[-1]
            pair = np.array([last, index])
            away = float(steps_between(latitude[pair], longitude[pair])[0])
            waited = float(time[index] - time[last])
            if away > max(fastest * waited, 100.0) and waited < 60.0:
                dropped += 1
                first = first or f"{away:.0f} m away at {work.place(index)}"
                continue
        kept.append(index)
    stray = np.setdiff1d(known, np.array(kept, dtype=int))
    latitude[stray] = np.nan
    longitude[stray] = np.nan
    work.tell(f"{dropped} stray positions were left out, the first is {first}")


def _distance(work: Cleaning) -> FloatArray:
    """Give the distance so far (m): the device's own, else along the positions, else from its speed."""
    device = work.columns["distance_m"]
    if np.isfinite(device).sum() >= max(2, 0.5 * device.size):
        return _device_distance(work, device)
    latitude, longitude = work.columns["latitude_deg"], work.columns["longitude_deg"]
    known = np.flatnonzero(np.isfinite(latitude))
    if known.size >= 2:
        step = steps_between(latitude[known], longitude[known])
        step = np.where(step > JUMP_REFUSED_M, 0.0, step) if "jump" in work.mend else step
        along = np.concatenate(([0.0], np.cumsum(step)))
        return np.asarray(np.interp(work.time_s, work.time_s[known], along))
    speed = work.columns["speed_m_per_s"]
    known = np.flatnonzero(np.isfinite(speed))
    if known.size >= 2:
        even = np.interp(work.time_s, work.time_s[known], speed[known])
        return np.concatenate(([0.0], np.cumsum(0.5 * (even[1:] + even[:-1]) * np.diff(work.time_s))))
    return np.full(work.time_s.shape, np.nan)


def _device_distance(work: Cleaning, device: FloatArray) -> FloatArray:
    known = np.flatnonzero(np.isfinite(device))
    step = np.diff(device[known])
    span = np.diff(work.time_s[known])
    if (step < -1.0).any():
        back = int(np.argmax(step < -1.0))
        restarts = np.flatnonzero((step < -1.0) & (device[known[1:]] < 100.0))
        how = "it restarts at each lap and was joined up" if restarts.size else "it was held until it rises again"
        work.tell(f"the distance falls at {work.place(int(known[back + 1]))}; {how}")
        if restarts.size:
            step[restarts] = device[known[restarts + 1]]
    far = np.flatnonzero(step > np.maximum(3.0 * work.limits[0] * span, JUMP_REFUSED_M))
    if far.size and "jump" not in work.mend:
        index = int(far[0])
        work.refuse(
            f"The distance jumps {step[index] / 1000:.1f} km in {duration_text(span[index])}",
            "steps that a person can make",
            'Correct the activity before exporting it; or leave such jumps out with course_mend = ["jump"] in [event]',
            at=int(known[index + 1]),
        )  # fmt: skip
    if far.size:
        work.tell(f"{far.size} jumps of the distance were left out, the first at {work.place(int(known[far[0] + 1]))}")
        step[far] = 0.0
    if not (step < 0.0).any():
        along = np.concatenate(([0.0], np.cumsum(step)))
    else:  # small backward steps are held, not summed
        along = np.maximum.accumulate(np.concatenate(([0.0], np.cumsum(step))))
    return np.asarray(np.interp(work.time_s, work.time_s[known], along))


def _mend_gaps(work: Cleaning, distance: FloatArray) -> FloatArray:
    span = np.diff(work.time_s)
    gaps = np.flatnonzero(span > GAP_TOLD_S)
    long = gaps[span[gaps] > GAP_REFUSED_S]
    for index in long:
        if work.mend & {"gap_as_rest", "gap_cut"}:
            continue
        moved = distance[index + 1] - distance[index]
        clock = abs(span[index] - 3600.0) < 120.0 and not moved > 500.0
        if clock and "clock" in work.mend:
            continue
        hint = 'or, if the clock was put forward, course_mend = ["clock"]; ' if clock else ""
        far = f" ({moved / 1000:.1f} km further on)" if moved > 100.0 else ""
        work.refuse(
            f"The recording has a gap of {duration_text(span[index])}{far}",
            f"gaps of at most {duration_text(GAP_REFUSED_S)}",
            f'If you rested, write course_mend = ["gap_as_rest"] in [event]; {hint}to take it out, course_mend = '
            '["gap_cut"]; or export only one side of the gap',
            at=int(index),
        )  # fmt: skip
    for index in gaps[span[gaps] <= GAP_REFUSED_S]:
        work.tell(f"the recording has a gap of {duration_text(span[index])} after {work.place(int(index))}; it was "
                  "bridged at an even pace")  # fmt: skip
    return _close_long_gaps(work, distance, long) if long.size else distance


def _close_long_gaps(work: Cleaning, distance: FloatArray, long: np.ndarray) -> FloatArray:
    rest = "gap_as_rest" in work.mend
    usual = float(np.median(np.diff(work.time_s)))
    for index in long:
        length = duration_text(work.time_s[index + 1] - work.time_s[index])
        how = "taken as rest, standing still" if rest else "taken out"
        work.tell(f"the gap of {length} after {work.place(int(index))} was {how}")
    still = np.diff(distance)
    still[long] = 0.0
    distance = np.concatenate((distance[:1], distance[0] + np.cumsum(still)))
    if not rest:
        step = np.diff(work.time_s)
        step[long] = usual
        work.time_s = np.concatenate((work.time_s[:1], work.time_s[0] + np.cumsum(step)))
        return distance
    # Two records at the borders of each gap, so that nothing is averaged into it from outside.
    at = np.repeat(long + 1, 2)
    borders = np.ravel(np.column_stack((work.time_s[long] + 1.0, work.time_s[long + 1] - 1.0)))
    for name, column in work.columns.items():
        held = 0.0 if name in ("power_W", "speed_m_per_s") else np.nan
        known = np.isfinite(column).any()
        work.columns[name] = np.insert(column, at, held if known else np.nan)
    work.number = np.insert(work.number, at, np.repeat(work.number[long], 2))
    distance = np.insert(distance, at, np.repeat(distance[long], 2))
    work.time_s = np.insert(work.time_s, at, borders)
    return distance


def _mend_speed(work: Cleaning, distance: FloatArray) -> FloatArray:
    if not np.isfinite(distance).all() or distance.size < 3:
        return distance
    fastest_step, fastest_average, window_s = work.limits
    span, step = np.diff(work.time_s), np.diff(distance)
    speed = step / span
    later = np.interp(work.time_s + window_s, work.time_s, distance)
    inside = work.time_s + window_s <= work.time_s[-1]
    average = np.where(inside, (later - distance) / window_s, 0.0)
    if average.max() > fastest_average and "speed" not in work.mend:
        at = int(np.argmax(average > fastest_average))
        work.refuse(
            f"From here on {window_s / 60:.0f} min are covered at {3.6 * average[at:].max():.0f} km/h",
            f"at most {3.6 * fastest_average:.0f} km/h for this sport",
            "Trim what was recorded in a vehicle, or set the sport; or bring such stretches down to the pace around "
            'them with course_mend = ["speed"] in [event]',
            at=at,
        )  # fmt: skip
    limit = fastest_average if average.max() > fastest_average else fastest_step
    fast = speed > limit
    if not fast.any():
        return distance
    usual = float(np.median(speed[~fast])) if (~fast).any() else 0.0
    work.tell(f"{np.sum(fast)} steps faster than {3.6 * limit:.0f} km/h were brought down to the usual pace, the first "
              f"at {work.place(int(np.argmax(fast)) + 1)}")  # fmt: skip
    step[fast] = usual * span[fast]
    return np.concatenate((distance[:1], distance[0] + np.cumsum(step)))


def _check_length(work: Cleaning) -> None:
    length = float(work.time_s[-1] - work.time_s[0])
    if work.time_s.size < 2 or length < SHORTEST_S:
        work.refuse(
            f"The activity lasts {length:.0f} s and has {work.time_s.size} usable {work.track.record_word}s",
            f"an activity of at least {SHORTEST_S:.0f} s", "Check that this is the right file",
        )  # fmt: skip
    if length > LONGEST_S:
        work.refuse(
            f"The activity lasts {duration_text(length)}", "an activity of at most 24 h",
            "Export one day at a time",
        )  # fmt: skip
    useful = ("distance_m", "latitude_deg", "speed_m_per_s", "power_W", "heart_rate_bpm")
    if not any(np.isfinite(work.columns[name]).sum() >= 2 for name in useful):
        work.refuse(
            f"{work.track.file} tells neither position, distance, speed, power nor heart rate", "at least one of them",
            "Export the activity with its sensor data",
        )  # fmt: skip


def _finish(work: Cleaning, distance: FloatArray, zone: tzinfo | None) -> Activity:
    time_s = work.time_s - work.time_s[0]
    start = moment_of(work.time_s[0]) if work.track.absolute_time else None
    if start is None:
        work.tell("the device did not know the date; only the time since its start is used")
    elif zone is not None:
        unzoned = work.track.first_without_zone is not None
        start = start.replace(tzinfo=zone) if unzoned else start.astimezone(zone)
    columns = work.columns
    return Activity(
        start=start,
        time_s=time_s,
        distance_m=distance - distance[0],
        altitude_m=columns["altitude_m"],
        speed_m_per_s=np.gradient(distance, time_s),
        grade=grade_along(distance, columns["altitude_m"]),
        power_W=columns["power_W"],
        heart_rate_bpm=columns["heart_rate_bpm"],
        bearing_deg=bearing_along(columns["latitude_deg"], columns["longitude_deg"]),
        latitude_deg=columns["latitude_deg"],
        longitude_deg=columns["longitude_deg"],
        device_temperature_C=columns["device_temperature_C"],
        core_temperature_C=columns["core_temperature_C"],
        sport=work.track.sport,
        notices=tuple(work.notices),
        source=work.track.file,
    )
