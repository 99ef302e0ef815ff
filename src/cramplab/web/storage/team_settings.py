"""What holds for the whole team: the units that its people read and write, and its sport."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cramplab.web.storage.database import Database

_UNITS, _SPORT = "team_units", "team_sport"


@dataclass(frozen=True)
class TeamSettings:
    """Settings of the team.

    Parameters
    ----------
    units
        ``metric``, or ``us`` for pounds and fluid ounces; what is kept is metric in any case.
    sport
        Whose published sweat rates an athlete's own begins from; None if not told.
    """

    units: Literal["metric", "us"] = "metric"
    sport: str | None = None

    @property
    def us(self) -> bool:
        """True for pounds and fluid ounces."""
        return self.units == "us"


def team_settings(database: Database) -> TeamSettings:
    """Give the settings of the team."""
    with database.reading() as connection:
        kept = dict(connection.execute("select name, value from setting where name in (?, ?)", (_UNITS, _SPORT)))
    return TeamSettings("us" if kept.get(_UNITS) == "us" else "metric", kept.get(_SPORT) or None)


def keep_team_settings(database: Database, settings: TeamSettings) -> None:
    """Keep the settings of the team."""
    with database.writing() as connection:
        connection.executemany(
            "insert or replace into setting (name, value) values (?, ?)",
            [(_UNITS, settings.units), (_SPORT, settings.sport or "")],
        )
