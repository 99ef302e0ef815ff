"""One track while it is being cleaned, and the first step of that: putting its clock right."""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import numpy.typing as npt

from cramplab.importers.track import FloatArray, RawTrack, duration_text, moment_of, track_error

CLOCK_REFUSED_S = 60.0
# Fastest single step, and fastest average over the window (s), in m/s. On foot: the 800 m record is run at 7.9 m/s.
_FASTEST_ON_FOOT = (12.5, 8.0, 120.0)
_FASTEST_OTHERWISE = (36.0, 28.0, 600.0)
_ON_FOOT = frozenset({"run", "running", "walk", "walking", "hiking", "team_sport", "soccer", "american_football"})


class Cleaning:
    """One track while it is being cleaned: columns of equal length, the record numbers of the file, what was told."""

    def __init__(self, track: RawTrack, sport: str | None, mend: frozenset[str]) -> None:
        self.track = track
        self.mend = mend
        self.notices = list(track.notices)
        self.time_s: FloatArray = np.array(track.time_s, dtype=np.float64)
        self.columns = {name: track.column(name) for name in track.columns}
        self.number = np.arange(1, len(track) + 1)
        self.limits = _FASTEST_ON_FOOT if (sport or track.sport or "").lower() in _ON_FOOT else _FASTEST_OTHERWISE

    def keep(self, mask: npt.NDArray[np.bool_]) -> None:
        """Leave out the records where the mask is false."""
        self.time_s, self.number = self.time_s[mask], self.number[mask]
        self.columns = {name: column[mask] for name, column in self.columns.items()}

    def place(self, index: int) -> str:
        """Name a record: its number in the file and its time."""
        moment = moment_of(self.time_s[index]) if self.track.absolute_time else None
        clock = f"{moment:%Y-%m-%d %H:%M:%S}" if moment else duration_text(self.time_s[index] - self.time_s[0])
        if moment and self.track.first_without_zone is None:
            clock += " UTC"
        return f"{self.track.record_word} {self.number[index]}, {clock}"

    def tell(self, text: str) -> None:
        """Note what was mended."""
        self.notices.append(f"{self.track.file}: {text}.")

    def refuse(self, message: str, expected: str = "", remedy: str = "", *, at: int | None = None) -> NoReturn:
        """Stop, naming the file and the record."""
        where = f"{self.track.file}, {self.place(at)}" if at is not None else self.track.file
        raise track_error(where, message, expected, remedy)


def set_clock(work: Cleaning) -> None:
    """Make the times rise: leave out what has none or repeats one, and refuse a clock that was changed."""
    track = work.track
    known = np.isfinite(work.time_s)
    if not known.any():
        work.refuse(
            f"No {track.record_word} of {track.file} has a time", "a recorded activity, with a time in every record",
            "Export the activity, not a route or course",
        )  # fmt: skip
    if not known.all():
        work.tell(f"{np.sum(~known)} {track.record_word}s without a readable time were left out, the first is "
                  f"{track.record_word} {work.number[~known][0]}")  # fmt: skip
        work.keep(known)
    if track.first_without_zone is not None:
        if "time_zone" not in work.mend:
            at = int(np.argmin(np.abs(work.number - track.first_without_zone)))
            work.refuse(
                "The time zone is missing", "a time such as 2026-06-07T08:30:00Z or 2026-06-07T08:30:00+01:00",
                'Export the activity again; or take the times as they are with course_mend = ["time_zone"] in [event]',
                at=at,
            )  # fmt: skip
        work.tell("its times have no zone; they were taken to be in the zone of the event's start")
    _mend_backward_clock(work)
    repeated = np.concatenate(([False], np.diff(work.time_s) <= 0.0))
    if repeated.any():
        work.tell(f"{np.sum(repeated)} {track.record_word}s repeat the time of the one before and were left out, the "
                  f"first is {work.place(int(np.argmax(repeated)))}")  # fmt: skip
        work.keep(~repeated)


def _mend_backward_clock(work: Cleaning) -> None:
    step = np.diff(work.time_s)
    back = np.flatnonzero(step < 0.0)
    if not back.size:
        return
    usual = float(np.median(step[step > 0.0])) if (step > 0.0).any() else 1.0
    far = back[step[back] < -CLOCK_REFUSED_S]
    if far.size and "clock" not in work.mend:
        at = int(far[0]) + 1
        work.refuse(
            f"The clock goes back by {duration_text(step[far[0]])} from one {work.track.record_word} to the next",
            "times that rise",
            'Export it again with times in UTC; or let the later times follow on with course_mend = ["clock"] '
            "in [event]",
            at=at,
        )  # fmt: skip
    if far.size:
        for index in far:
            work.tell(f"the clock goes back by {duration_text(step[index])} at {work.place(int(index) + 1)}; the later "
                      "times were moved to follow on")  # fmt: skip
        shift = np.zeros_like(work.time_s)
        shift[far + 1] = usual - step[far]
        work.time_s = work.time_s + np.cumsum(shift)
    highest = np.maximum.accumulate(work.time_s)
    behind = np.concatenate(([False], work.time_s[1:] < highest[:-1]))
    if behind.any():
        work.tell(f"{np.sum(behind)} {work.track.record_word}s lie before the one ahead of them in time and were left "
                  f"out, the first is {work.place(int(np.argmax(behind)))}")  # fmt: skip
        work.keep(~behind)
