"""All that is told of a team: one row for each athlete, who has to be looked at first, and what a session may bring.

``team.json`` is its plain form; card, page, sheet and web page read nothing else.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cramplab.core.plan_result import Chance, Range
from cramplab.core.results import Assumption
from cramplab.core.team import Athlete, Weighing

FORMAT, SCHEMA = "cramplab team", 1
Urgency = Literal["now", "today", "mind"]


@dataclass(frozen=True)
class TeamFlag:
    """One thing to look at in one athlete.

    Parameters
    ----------
    id
        Name that never changes: ``gain``, ``drank_too_fast``, ``loss_severe``, ``loss_above_3``, ``loss_above_2``,
        ``sickle_cell_trait``, ``past_heat_stroke`` and so on.
    rank
        Order over all flags, from 1. A gain of weight is 1 and nothing else is.
    urgency
        ``now``: before anything else is done. ``today``. ``mind``: to keep in mind.
    short
        A few words for a cell of a table.
    words
        What was seen, with its numbers, in one sentence.
    do
        What to do, first; empty where the words say all.
    source, status
        Where it is from, and what of it was checked.
    """

    id: str
    rank: int
    urgency: Urgency
    short: str
    words: str
    do: str = ""
    source: str = ""
    status: str = ""


@dataclass(frozen=True)
class Replace:
    """What is still to be replaced after the last session; never for somebody who gained weight.

    Parameters
    ----------
    low_L, high_L : L
        Together, over several hours; both None where nothing is to be told.
    words
        The same in a sentence, or why there is no amount.
    """

    low_L: float | None
    high_L: float | None
    words: str


@dataclass(frozen=True)
class SweatRate:
    """What is known of an athlete's sweat rate.

    Parameters
    ----------
    usual, another_day : L/h
        Over days like those weighed, and on one more such day; median and 90 %.
    tests
        How many weighings it rests on.
    told
        True if the roster's own figure is among the evidence.
    known_before
        Whose published rates it starts from.
    sodium_mmol_per_L : mmol/L
        Whole-body sweat sodium, mean and 95 %.
    """

    usual: Range
    another_day: Range
    tests: int
    told: bool
    known_before: str
    sodium_mmol_per_L: Range


@dataclass(frozen=True)
class SessionAhead:
    """The session for which chances are told; what is None was drawn from a wide range.

    Parameters
    ----------
    duration_min : min
    air_C, humidity_pct : degC, %
    intensity
        As in a weighing.
    drinking
        ``as last time`` or ``thirst``; for each athlete it is ``thirst`` where the last time is not known.
    words
        The same in a sentence, with what was assumed.
    """

    duration_min: float
    air_C: float | None
    humidity_pct: float | None
    intensity: str | None
    drinking: str
    words: str


@dataclass(frozen=True)
class SessionOutlook:
    """What a session may bring to one athlete.

    Parameters
    ----------
    chances
        ``mass_gain``, ``loss_above_2``, ``loss_above_3``, ``sodium_below_135``: in how many of the simulated runs.
    figures
        ``body_mass_change`` (%), ``sweat_rate`` (L/h), ``drank`` (L).
    theories
        Chance of a cramp in runs of 100 by theory, as if that theory were right; empty if nothing is told.
    unknown
        Why nothing is told; empty if something is.
    runs
        How many equal runs the weighed ones amount to.
    notices
        What has to be said of this athlete's runs.
    """

    chances: Mapping[str, Chance] = field(default_factory=dict)
    figures: Mapping[str, Range] = field(default_factory=dict)
    theories: Mapping[str, Range] = field(default_factory=dict)
    unknown: str = ""
    runs: float = 0.0
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What one session may bring to a team.

    Parameters
    ----------
    session
        Which session.
    athletes
        By code.
    claims
        What each theory holds to be the cause, in the order in which they are shown.
    rests_on
        What the counts of the theories rest on.
    draws, seed
        Runs for each athlete before weighing, and the source of all chance.
    """

    session: SessionAhead
    athletes: Mapping[str, SessionOutlook]
    claims: Mapping[str, str]
    rests_on: str
    draws: int
    seed: int
    assumptions: tuple[Assumption, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TeamRow:
    """One athlete.

    Parameters
    ----------
    last
        The last weighing with a change of mass; None if there is none.
    change_kg, change_pct : kg, %
        Of it; a loss is negative.
    flags
        In order of rank, the most pressing first.
    weighings
        All of the athlete's, in order of time.
    checks
        What looks odd in the weighings, or is worth a word.
    """

    athlete: Athlete
    last: Weighing | None
    change_kg: float | None
    change_pct: float | None
    replace: Replace
    sweat: SweatRate
    flags: tuple[TeamFlag, ...]
    weighings: tuple[Weighing, ...]
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class TeamResult:
    """A team, the most pressing athlete first.

    Parameters
    ----------
    rows
        Ordered by the rank of their first flag; within one flag the larger change first, then by code.
    unread
        What could not be read of the files, one sentence for each fault, with its row; the rest was read.
    outlook
        None until it was worked out.
    """

    title: str
    rows: tuple[TeamRow, ...]
    version: str
    units: Literal["metric", "us"] = "metric"
    outlook: Outlook | None = None
    unread: tuple[str, ...] = ()
    input_files: Mapping[str, str] = field(default_factory=dict)


def team_tree(result: TeamResult) -> dict[str, Any]:
    """Give a team as plain JSON values: the content of ``team.json``, and all that page and card read."""
    tree: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(result), ensure_ascii=False, allow_nan=False))
    return {"format": FORMAT, "schema": SCHEMA, **tree}
