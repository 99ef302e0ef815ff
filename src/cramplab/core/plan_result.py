"""All that a planned event holds for its readers: the plan, what is foreseen under it, and why it is this one.

The planner fills it, ``plan.json`` is its plain form, and the report reads nothing else.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cramplab.core.plan import Plan
from cramplab.core.results import Assumption

FORMAT, SCHEMA = "cramplab plan", 1
Outcome = Literal["numbers", "thirst", "refused", "unknown"]
State = Literal["inside", "reached", "lowered", "warned", "broken", "not asked"]


@dataclass(frozen=True)
class Range:
    """Median and 90 % interval over possible versions of the person, of the weather and of the theories."""

    median: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class Chance:
    """In how many of the simulated runs something happens, with the one-sided upper 95 % bound of its share."""

    count: int
    of: int
    upper: float

    @property
    def share(self) -> float:
        """Count over runs (1)."""
        return self.count / self.of


@dataclass(frozen=True)
class Course:
    """A quantity in the course of the event: median and 90 % interval; all shapes [times].

    Parameters
    ----------
    time_s : s
        From the start of the event.
    """

    label: str
    unit: str
    time_s: tuple[float, ...]
    low: tuple[float, ...]
    median: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class LimitCheck:
    """One limit, and what the plan made of it.

    Parameters
    ----------
    id, rule, value, unit, action, source, url, status
        As in ``safety/limits.toml``, or as a user's file tightened them.
    planned
        What the plan has, in ``unit``; None if the limit was not asked.
    allowed
        What the limit allows this person in this event, in ``unit``; None if it is not a number of its own.
    state
        ``reached``: the plan is close to it. ``lowered``: what was first planned had to come down to it. ``warned``:
        the plan passes it, and says so. ``broken``: only of plans that are refused.
    words
        One sentence on what was compared with what.
    tightened
        True if a user's file made it stricter.
    """

    id: str
    rule: str
    value: float
    unit: str
    action: str
    source: str
    url: str
    status: str
    planned: float | None
    allowed: float | None
    state: State
    words: str
    tightened: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why there is no plan, and what would have to change."""

    limit: str
    words: str
    remedy: str
    source: str = ""


@dataclass(frozen=True)
class TheoryView:
    """What one theory says of the plan; ``chance`` and ``against_thirst`` in runs of 100, None if nothing is told.

    Parameters
    ----------
    blames
        What the theory holds to be the cause, in one sentence.
    against_thirst
        Chance under the plan less that of drinking to thirst alone, person by person.
    """

    theory: str
    blames: str
    chance: Range | None
    against_thirst: Range | None
    why_not: str = ""


@dataclass(frozen=True)
class Comparison:
    """Another way to drink in the same event, foreseen for the same possible versions of the person.

    Parameters
    ----------
    name
        ``plan``, ``thirst``, ``nothing``, ``most``, ``water`` or ``own``.
    label, words
        What is compared, and in one sentence what comes of it.
    figures
        As in `PlanResult.figures`.
    chances
        As in `PlanResult.chances`.
    cost
        What the search minimises: lower is better; and the standard error of its difference to the plan's.
    broken
        Ids of limits that it breaks; such a way is shown, never advised.
    theories
        Chance of a cramp in runs of 100 by theory; empty if nothing is told.
    """

    name: str
    label: str
    words: str
    figures: Mapping[str, Range]
    chances: Mapping[str, Chance]
    cost: float
    cost_error: float
    broken: tuple[str, ...] = ()
    theories: Mapping[str, Range] = field(default_factory=dict)


@dataclass(frozen=True)
class EffortOption:
    """One way of pacing or warming up, with the plan's drinks.

    Parameters
    ----------
    duration_s : s
        Of the event at this effort.
    figures
        ``core_temperature_highest``, ``body_mass_change``, ``sweat_rate`` at least.
    chances
        ``core_above_40`` at least.
    theories
        Chance of a cramp in runs of 100, by theory; empty if nothing is told.
    rank
        By the worst theory's chance, 1 the best; 0 if theories tell nothing.
    """

    name: str
    label: str
    duration_s: float
    figures: Mapping[str, Range]
    chances: Mapping[str, Chance]
    theories: Mapping[str, Range]
    rank: int
    chosen: bool
    words: str = ""


@dataclass(frozen=True)
class PaceRow:
    """A part of the event and how fast or hard to go in it; what is not known is None."""

    from_s: float
    to_s: float
    from_km: float | None
    to_km: float | None
    speed_km_per_h: float | None
    power_W: float | None
    heart_rate_bpm: float | None


@dataclass(frozen=True)
class Candidate:
    """One plan that the search tried.

    Parameters
    ----------
    cost
        What the search minimises: lower is better.
    behind, noise
        Cost less the best one's, and the standard error of that difference (the same people under both).
    simplicity
        1 is the simplest to carry out.
    """

    label: str
    cost: float
    behind: float
    noise: float
    simplicity: int
    chosen: bool


@dataclass(frozen=True)
class Swing:
    """What one unknown does to the highest drinking rate that the limits allow.

    Parameters
    ----------
    label
        The unknown.
    low_words, high_words
        Its values in the lowest and highest fifth of possible versions, with unit.
    at_low, at_high : L/h
        Allowed drinking rate in those fifths.
    measure
        What would tell it; empty if nothing that one can do does.
    """

    label: str
    low_words: str
    high_words: str
    at_low: float
    at_high: float
    measure: str = ""


@dataclass(frozen=True)
class Heat:
    """The heat of the event.

    Parameters
    ----------
    air_C, humidity_pct
        Range over the event.
    wbgt_C
        Wet-bulb globe temperature at its highest; None if it could not be estimated.
    measured
        True if the scenario gave a reading of an instrument.
    band
        Words of the heat band that it falls in.
    wbgt_range_C
        Low and high end of the estimate; None if it was measured or could not be estimated.
    assumed
        What the estimate assumes, in sentences.
    """

    air_C: tuple[float, float]
    humidity_pct: tuple[float, float]
    wbgt_C: float | None
    measured: bool
    band: str
    wbgt_range_C: tuple[float, float] | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanResult:
    """One person's planned event. With ``outcome`` refused or unknown it holds no number of a plan.

    Parameters
    ----------
    outcome
        ``numbers`` or ``thirst``: who leads. ``refused``: a limit or a red flag. ``unknown``: outside what was ever
        tested.
    reasons
        Why thirst leads, in sentences; empty otherwise.
    refusals
        Why there is no plan; empty if there is one.
    red_flags
        Row ids that were answered with yes or follow from the scenario's flags.
    asked
        How the red flags were asked: ``answered`` or ``not answered``.
    figures
        ``sweat_rate`` (L/h), ``sodium_loss_rate`` (mg/h), ``intake`` (L), ``intake_rate`` (L/h),
        ``sodium_intake_rate`` (mg/h), ``body_mass_change`` (%), ``plasma_sodium_end``, ``plasma_sodium_lowest``
        (mmol/L), ``core_temperature_highest`` (degC), ``stomach_highest`` (mL).
    chances
        ``mass_gain``, ``loss_above_2``, ``sodium_below_135``, ``sodium_below_135_added``, ``sodium_below_130``,
        ``core_above_40``.
    courses
        ``body_mass_change``, ``plasma_sodium``, ``core_temperature``.
    sweat_evidence
        What the sweat rate rests on, in a sentence.
    limits
        Every limit.
    bound_by
        Ids of the limits that set the plan, the strictest first.
    bound_words
        The same in a sentence.
    simplest_words
        Why this plan and not the best one by a hair.
    """

    title: str
    person_id: str
    mass_kg: float
    age_y: float
    sport: str
    start: str | None
    duration_s: float
    distance_km: float | None
    seed: int
    draws: int
    version: str
    input_sha256: str
    outcome: Outcome
    units: Literal["metric", "us"] = "metric"
    goal_s: float | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    input_files: Mapping[str, str] = field(default_factory=dict)
    scenario: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    red_flags: tuple[str, ...] = ()
    asked: Literal["answered", "not answered"] = "not answered"
    plan: Plan | None = None
    figures: Mapping[str, Range] = field(default_factory=dict)
    chances: Mapping[str, Chance] = field(default_factory=dict)
    courses: Mapping[str, Course] = field(default_factory=dict)
    sweat_evidence: str = ""
    limits: tuple[LimitCheck, ...] = ()
    bound_by: tuple[str, ...] = ()
    bound_words: str = ""
    simplest_words: str = ""
    theories: tuple[TheoryView, ...] = ()
    theories_differ: str = ""
    theories_rest_on: str = ""
    theories_unknown: str = ""
    comparisons: tuple[Comparison, ...] = ()
    efforts: tuple[EffortOption, ...] = ()
    effort_words: str = ""
    pace_rows: tuple[PaceRow, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    swings: tuple[Swing, ...] = ()
    measure_next: str = ""
    heat: Heat | None = None
    notices: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)


def plan_tree(result: PlanResult) -> dict[str, Any]:
    """Give a planned event as plain JSON values: the content of ``plan.json``, and all that the report reads."""
    tree: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(result), ensure_ascii=False, allow_nan=False))
    return {"format": FORMAT, "schema": SCHEMA, **tree}
