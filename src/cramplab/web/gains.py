"""Who weighed more after a session than before it: told on top of every page until a later weighing shows otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cramplab.core.team import Weighing, latest
from cramplab.web.storage.database import Database
from cramplab.web.storage.weighings import KeptWeighing, all_weighings

_RECENT = timedelta(hours=24)


def recent_gains(database: Database) -> tuple[Weighing, ...]:
    """Give, for everybody whose last weighing shows a gain and was written down within a day, that weighing."""
    by_athlete: dict[str, list[KeptWeighing]] = {}
    for each in all_weighings(database):
        by_athlete.setdefault(each.weighing.athlete, []).append(each)
    found = sorted(_of(by_athlete), key=lambda weighing: -(weighing.change_pct or 0.0))
    return tuple(found)


def _of(by_athlete: dict[str, list[KeptWeighing]]) -> Iterator[Weighing]:
    since = (datetime.now(UTC) - _RECENT).isoformat(timespec="milliseconds")
    for kept in by_athlete.values():
        last = latest(each.weighing for each in kept)
        if last is not None and last.gained and any(each.weighing is last and each.entered_at > since for each in kept):
            yield last
