"""A team's session as it is simulated: one run of the engine, one pass of the theories, and each athlete counted apart.

Runs in which the simulation left what a body can be are not counted; runs without finite numbers count as bad ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, logsumexp

from cramplab.cohort.event_looks import EventLooks, Told, event_looks
from cramplab.cohort.event_people import normalised, resampled
from cramplab.cohort.event_series import RECORDED
from cramplab.cohort.margin_course import draw_pools
from cramplab.core.plan import Plan
from cramplab.core.plan_result import Chance, Range
from cramplab.core.quantities import from_internal
from cramplab.core.team_result import SessionAhead, SessionOutlook
from cramplab.core.theory import Theory
from cramplab.inference.event_chances import chances_of_many
from cramplab.physiology.weighing import constant
from cramplab.planner import outcomes, team_evidence
from cramplab.planner.plan_event import MOST_IMPOSSIBLE
from cramplab.planner.planned_event import Lived
from cramplab.planner.team_people import Versions, assemble_team
from cramplab.safety.foreseen import UPPER_SHARE, chance_of
from cramplab.safety.limits import Limits
from cramplab.simulation.event_run import record_times, records_in_all, run_stretches

FloatArray = NDArray[np.float64]
_CHANCES = ("mass_gain", "loss_above_2", "sodium_below_135")
_FIGURES = {
    "body_mass_change": "body_mass_change", "sweat_rate": "sweat_rate", "drank": "intake",
}  # fmt: skip
"""Figures of an outlook, and what `cramplab.planner.outcomes` calls them. Core temperature is none of them: without
the breaks of a real session it comes out higher than anybody would go on with."""


@dataclass(frozen=True, eq=False)
class Measured:
    """An athlete's possible versions, and the readings that weigh them."""

    versions: Versions
    readings: tuple[team_evidence.Reading, ...]

    @property
    def weighed(self) -> bool:
        """Whether anything was measured."""
        return bool(self.readings or self.sodium)

    @property
    def sodium(self) -> list[team_evidence.Reading]:
        """The sweat sodium that the roster tells."""
        return team_evidence.sodium_of(self.versions.athlete)


@dataclass(frozen=True, eq=False)
class _Counted:
    """One athlete's runs after weighing, with how many equal ones they amount to."""

    lived: Lived
    rows: NDArray[np.intp]
    runs: float
    notices: tuple[str, ...]


class TeamSession:
    """One session of some athletes.

    Parameters
    ----------
    team
        All with the same number of draws.
    report_progress
        Told how many runs are done, out of athletes times draws.
    """

    def __init__(
        self,
        team: Sequence[Measured],
        session: SessionAhead,
        sport: str | None,
        limits: Limits,
        shelf: Mapping[str, Theory],
        draws: int,
        seed: int,
        report_progress: Callable[[int], None],
    ) -> None:
        self.team, self.session, self.sport, self.limits, self.shelf = team, session, sport, limits, shelf
        self.draws, self.seed, self.tell = draws, seed, report_progress
        self.plan = Plan("nothing", 60.0 * session.duration_min)
        self.runs = assemble_team([one.versions for one in team], session, sport, seed=seed)

    def outlooks(self) -> tuple[dict[str, SessionOutlook], Told | None]:
        """Simulate, weigh, count, and ask the theories."""
        counted = [self._count(place, lived) for place, lived in enumerate(self._live())]
        known = [place for place, each in enumerate(counted) if _share_failed(each.lived) <= MOST_IMPOSSIBLE]
        told = self._ask([self.team[place] for place in known], [counted[place] for place in known]) if known else None
        theories = self._by_athlete(told, len(known)) if told else []
        found = {one.versions.person.id: _too_hard(each.lived) for one, each in zip(self.team, counted, strict=True)}
        for place, chances in zip(known, theories, strict=True):
            one, each = self.team[place], counted[place]
            found[one.versions.person.id] = replace(self._body(one, each), theories=chances)
        return found, told

    def _live(self) -> list[Lived]:
        runs = self.runs
        # The theories follow in the end and take about a quarter of the time.
        whole = runs.runs * (records_in_all(runs.stretches) - 1)
        share = 0.75 * self.draws * len(self.team) / whole
        recorded = run_stretches(
            runs.body, runs.stretches, runs.runs, RECORDED,
            report_progress=lambda done: self.tell(int(share * done)),
        )  # fmt: skip
        times, rows = record_times(runs.stretches), np.arange(self.draws)
        return [
            Lived(
                self.plan, rows, times,
                {name: values[number * self.draws : (number + 1) * self.draws] for name, values in recorded.items()},
            )
            for number in range(len(self.team))
        ]  # fmt: skip

    def _count(self, place: int, lived: Lived) -> _Counted:
        """Weigh the runs by what was measured, and draw them again by weight."""
        one = self.team[place]
        notices = one.versions.notices
        if not one.weighed:
            return _Counted(lived, lived.rows, float(outcomes.finished(lived).sum()), notices)
        weights, fitting = normalised(self._log_weights(place, lived))
        told = team_evidence.told_fit(self.draws, fitting)
        rows = resampled(weights, self.draws, self.seed, one.versions.label) if fitting else lived.rows
        again = Lived(lived.plan, lived.rows, lived.time_s, {name: each[rows] for name, each in lived.recorded.items()})
        return _Counted(again, rows, fitting or float(self.draws), (*notices, told))

    def _log_weights(self, place: int, lived: Lived) -> FloatArray:
        one = self.team[place]
        ended = {
            name: np.asarray(from_internal(lived.recorded[name][:, lived.last].astype(float), unit))
            for name, unit in (("sweat_loss", "L"), ("sweat_sodium_total", "mmol"))
        }
        columns = slice(place * self.draws, (place + 1) * self.draws)
        forcing = self.runs.stretches[0].forcing
        conditions = {
            name: np.asarray(forcing[name])[0, columns] for name in team_evidence.CONDITIONS if name in forcing
        }
        own = team_evidence.own_part(ended["sweat_loss"] / self.plan.hours, conditions)
        found = team_evidence.log_likelihood(one.readings, own)
        content = ended["sweat_sodium_total"] / np.maximum(ended["sweat_loss"], 1e-6)
        if one.sodium:
            found += team_evidence.log_likelihood(one.sodium, team_evidence.own_part(content, conditions))
        # A run without numbers may be just the one in which things go wrong: it keeps the weight of an average one.
        known = outcomes.finite(lived) & np.isfinite(found)
        if known.any():
            found[~known] = logsumexp(found[known]) - np.log(known.sum())
        return found

    def _body(self, one: Measured, each: _Counted) -> SessionOutlook:
        """Count what happens to weight, salt and heat."""
        seen = outcomes.foreseen(each.lived, one.versions.person.mass_kg)
        all_chances = outcomes.chances(seen, self.limits)
        found = {name: all_chances[name] for name in _CHANCES}
        found["loss_above_3"] = chance_of(-seen.mass_change_percent > self.limits["mass_loss_warn"].value)
        figures = outcomes.figures(each.lived, seen)
        return SessionOutlook(
            {name: _bounded(chance, each.runs / self.draws) for name, chance in found.items()},
            {name: figures[other] for name, other in _FIGURES.items()},
            runs=round(each.runs, 1),
            notices=each.notices,
        )

    def _ask(self, team: Sequence[Measured], counted: Sequence[_Counted]) -> Told:
        """Ask every theory once about all athletes, who meet the same possible worlds."""
        hottest = constant("air_high") if self.session.air_C is None else self.session.air_C
        each = []
        for one, runs in zip(team, counted, strict=True):
            versions = one.versions
            agonist = np.broadcast_to(versions.drawn.get("drugs.beta_agonist", np.zeros(1)), (self.draws,))
            each.append(
                event_looks(
                    versions.person, runs.lived.recorded, runs.lived.time_s, duration_s=self.plan.duration_s,
                    hottest_air_C=hottest, pools=draw_pools(self.draws, self.seed, versions.label),
                    beta_agonist=agonist[runs.rows], finished=outcomes.finished(runs.lived), traits={}, seed=self.seed,
                )
            )  # fmt: skip
        return chances_of_many(_one_world_after_the_other(each), self.shelf, len(each))

    def _by_athlete(self, told: Told, athletes: int) -> list[dict[str, Range]]:
        known = {each.theory: 100.0 * each.chance for each in told.chances.answers if each.chance.size}
        wide = {name: values.reshape(self.draws, athletes) for name, values in known.items()}
        return [
            {name: outcomes.range_of(values[:, place], "of 100") for name, values in wide.items()}
            for place in range(athletes)
        ]


def _one_world_after_the_other(each: Sequence[EventLooks]) -> EventLooks:
    """Lay the runs of all athletes side by side: draw by draw, and in each draw athlete by athlete."""

    def joined(arrays: Sequence[NDArray[Any]]) -> FloatArray:
        stacked = np.stack(arrays, axis=-1)
        return np.asarray(stacked.reshape(*stacked.shape[:-2], -1))

    first = each[0]
    return replace(
        first,
        states={name: joined([one.states[name] for one in each]) for name in first.states},
        pools={name: joined([one.pools[name] for one in each]) for name in first.pools},
        finished=joined([one.finished for one in each]) > 0.5,
    )


def _share_failed(lived: Lived) -> float:
    return float(np.mean(~outcomes.finished(lived)))


def _too_hard(lived: Lived) -> SessionOutlook:
    words = (
        f"{100.0 * _share_failed(lived):.0f} of 100 simulated runs left what a living body can be, so "
        "the others are not to be trusted either: check mass, minutes and effort."
    )
    return SessionOutlook(unknown=words)


def _bounded(chance: Chance, share: float) -> Chance:
    """Give the chance with its upper bound as of so many equal runs: one that counts twice tells no more than once."""
    of, count = chance.of * min(share, 1.0), chance.count * min(share, 1.0)
    upper = 1.0 if chance.count >= chance.of else float(betaincinv(count + 1.0, of - count, UPPER_SHARE))
    return replace(chance, upper=upper)
