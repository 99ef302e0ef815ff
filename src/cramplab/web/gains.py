"""Who weighed more after a session than before it: told on top of every page until a later weighing shows otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cramplab.core.team import Weighing
from cramplab.web.storage.database import Database
from cramplab.web.storage.weighings import KeptWeighing, all_weighings

_RECENT = timedelta(hours=24)


def recent_gains(database: Database) -> tuple[Weighing, ...]:
    """Give, for everybody whose last weighing shows a gain and was written down within a day, that weighing."""
    by_athlete: dict[str, list[KeptWeighing]] = {}
    for each in all_weighings(database):
        if each.weighing.change_kg is not None:
            # The data file knows no small and capital letters in a code.
            by_athlete.setdefault(each.weighing.athlete.casefold(), []).append(each)
    found = sorted(_of(by_athlete), key=lambda weighing: -(weighing.change_pct or 0.0))
    return tuple(found)


def _of(by_athlete: dict[str, list[KeptWeighing]]) -> Iterator[Weighing]:
    since = (datetime.now(UTC) - _RECENT).isoformat(timespec="milliseconds")
    for kept in by_athlete.values():
        last = max(kept, key=lambda each: (_day(each), each.id))
        if last.weighing.gained and last.entered_at > since:
            yield last.weighing


def _day(kept: KeptWeighing) -> str:
    """Give the day of a weighing: one without a day, or of a day still to come, hides no gain written down since."""
    entered = kept.entered_at[:10]
    return min(kept.weighing.date or entered, entered)
