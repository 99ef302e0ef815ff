"""Who weighed more after a session than before it: told on top of every page for a day, whatever is weighed later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cramplab.core.team import Weighing
from cramplab.report.prose import Wording
from cramplab.web.storage.database import Database
from cramplab.web.storage.team_settings import team_settings
from cramplab.web.storage.weighings import all_weighings

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
    """Give the largest gain of each athlete that was written down within a day, the largest first."""
    since = (datetime.now(UTC) - _RECENT).isoformat(timespec="milliseconds")
    largest: dict[str, Weighing] = {}
    for each in all_weighings(database):
        # The data file knows no small and capital letters in a code.
        code, weighing = each.weighing.athlete.casefold(), each.weighing
        if weighing.gained and each.entered_at > since and _percent(weighing) > _percent(largest.get(code)):
            largest[code] = weighing
    if not largest:
        return ()
    say = Wording(us_units=team_settings(database).us)
    return tuple(
        Gain(each.athlete, f"{say.with_unit(each.change_kg, 'kg', signed=True)}, {_percent(each):+.1f} %",
             each.told or "day not told")
        for each in sorted(largest.values(), key=_percent, reverse=True)
    )  # fmt: skip


def _percent(weighing: Weighing | None) -> float:
    return 0.0 if weighing is None else weighing.change_pct or 0.0
