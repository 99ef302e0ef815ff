"""Who weighed more after a session than before it: told on top of every page for a day, whatever is weighed later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cramplab.report.prose import Wording
from cramplab.web.storage.database import Database
from cramplab.web.storage.team_settings import team_settings
from cramplab.web.storage.weighings import KeptWeighing, all_weighings

_RECENT = timedelta(hours=24)
"""Low blood sodium shows up to a day after exercise."""


@dataclass(frozen=True)
class Gain:
    """A gain of weight as the top of a page tells it.

    Parameters
    ----------
    athlete
        Code.
    change
        By how much, in the team's units and in percent.
    told
        Day and session, or that they are not told.
    """

    athlete: str
    change: str
    told: str


def recent_gains(database: Database) -> tuple[Gain, ...]:
    """Give the last gain of each athlete among those written down within a day, the largest first."""
    since = (datetime.now(UTC) - _RECENT).isoformat(timespec="milliseconds")
    last: dict[str, KeptWeighing] = {}
    for each in all_weighings(database):
        # The data file knows no small and capital letters in a code.
        code = each.weighing.athlete.casefold()
        if each.weighing.gained and each.entered_at > since:
            last[code] = max(last.get(code, each), each, key=_place)
    if not last:
        return ()
    say = Wording(us_units=team_settings(database).us)
    return tuple(
        Gain(each.athlete, f"{say.with_unit(each.change_kg, 'kg', signed=True)}, {each.change_pct or 0.0:+.1f} %",
             each.told or "day not told")
        for each in sorted((each.weighing for each in last.values()), key=lambda each: -(each.change_pct or 0.0))
    )  # fmt: skip


def _place(kept: KeptWeighing) -> tuple[str, float]:
    """Give the order of gains: by day, that of writing down where none is told, and then by size."""
    return kept.weighing.date or kept.entered_at[:10], kept.weighing.change_pct or 0.0
