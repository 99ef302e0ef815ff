"""Which days a weighing can be of: none that is still to come."""

from __future__ import annotations

from datetime import date, datetime, timedelta

_WRITTEN = date(2026, 11, 1)
"""No clock that shows an earlier day is right: this program was not there yet."""


def last_possible_day() -> str:
    """Give tomorrow as ISO writes it: somewhere on earth it may have begun, and a later day is a slip of the pen."""
    return (max(datetime.now().astimezone().date(), _WRITTEN) + timedelta(days=1)).isoformat()
