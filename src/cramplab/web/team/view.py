"""The team as kept, put together for every view of it: pages, cards, sheet and the plain tree of the interface."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from markupsafe import Markup

from cramplab.core.result_tree import tree_text
from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_result import TeamResult, TeamRow, team_tree
from cramplab.planner.team import by_athlete, team_row
from cramplab.report.document import template
from cramplab.report.team_page import team_context
from cramplab.safety.limits import load_limits
from cramplab.safety.team_flags import order
from cramplab.web.storage.athletes import all_athletes
from cramplab.web.storage.database import Database
from cramplab.web.storage.outlooks import KeptOutlook, is_older_than_team, latest_outlook
from cramplab.web.storage.team_settings import TeamSettings, team_settings
from cramplab.web.storage.unread_rows import UnreadRow, all_unread
from cramplab.web.storage.weighings import all_weighings

TITLE = "Team"
NO_OUTLOOK = "What a session may bring was not worked out yet: it is asked for under “Session ahead”."


@dataclass(frozen=True)
class TeamView:
    """The team as it stands.

    Parameters
    ----------
    tree
        As in ``team.json``; what could not be read stands in ``unread`` alone.
    outlook
        As last worked out, or None.
    outlook_is_old
        True if somebody was weighed, or changed, after it.
    """

    tree: dict[str, Any]
    athletes: tuple[Athlete, ...]
    weighings: tuple[Weighing, ...]
    last_weighing: int
    settings: TeamSettings
    outlook: KeptOutlook | None
    outlook_is_old: bool
    unread: tuple[UnreadRow, ...]

    @property
    def is_empty(self) -> bool:
        """True if there is nobody yet."""
        return not self.tree["rows"]


def team_view(database: Database) -> TeamView:
    """Put the team together."""
    athletes = tuple(each.athlete for each in all_athletes(database))
    kept = all_weighings(database)
    weighings = tuple(each.weighing for each in kept)
    settings = team_settings(database)
    outlook = latest_outlook(database)
    on_roster = {each.id for each in athletes}
    rows = order(
        _row(athlete, own, settings, athlete.id in on_roster) for athlete, own in by_athlete(athletes, weighings)
    )
    result = TeamResult(TITLE, rows, version("cramplab"), settings.units)
    tree = team_tree(result)
    if outlook is not None:
        tree["outlook"] = dict(outlook.tree)
    return TeamView(
        tree, athletes, weighings, max((each.id for each in kept), default=0), settings, outlook,
        outlook is not None and is_older_than_team(database, outlook), all_unread(database),
    )  # fmt: skip


@lru_cache(maxsize=2000)
def _row(athlete: Athlete, weighings: tuple[Weighing, ...], settings: TeamSettings, on_roster: bool) -> TeamRow:
    """Work out one athlete; of a team of which one was weighed, that one alone is worked out again."""
    return team_row(
        athlete, weighings, load_limits(), sport=settings.sport, units=settings.units, on_roster=on_roster
    )  # fmt: skip


def team_body(tree: dict[str, Any]) -> Markup:
    """Give the inside of the team's page; drawn once for as long as nothing changes."""
    return _drawn(tree_text(tree))


@lru_cache(maxsize=4)
def _drawn(text: str) -> Markup:
    context = team_context(json.loads(text), athlete_pages="/athlete/", no_outlook=NO_OUTLOOK)
    # The template escapes what it prints.
    return Markup(template("team_body.html.j2").render(context))
