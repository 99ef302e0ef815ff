"""What one session may bring to each athlete of a team: all of them simulated together, each counted apart.

The theories are asked once for the whole team. None of them decides anything here: they stand beside what the body
model foresees of weight, salt and heat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cramplab.cohort.event_assumptions import citations
from cramplab.cohort.event_looks import Told
from cramplab.cohort.margin_course import margin_assumptions
from cramplab.core.results import Assumption
from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_result import Outlook, SessionAhead, SessionOutlook
from cramplab.core.theory import Theory
from cramplab.planner import team_evidence
from cramplab.planner.team import by_athlete
from cramplab.planner.team_people import versions_of
from cramplab.planner.team_runs import Measured, TeamSession
from cramplab.planner.team_session import ASSUMED, last_date, session_ahead
from cramplab.safety.limits import Limits

DRAWS = 200
TOGETHER = 64
"""Athletes that are simulated at a time, so that the memory needed does not grow with the roster."""


def team_outlook(
    athletes: Sequence[Athlete],
    weighings: Sequence[Weighing],
    shelf: Mapping[str, Theory],
    limits: Limits,
    *,
    minutes: float | None = None,
    air_C: float | None = None,
    humidity_pct: float | None = None,
    intensity: str | None = None,
    sport: str | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    report_progress: Callable[[int, int], None] | None = None,
) -> Outlook:
    """Work out what one session may bring to every athlete of a team.

    Parameters
    ----------
    weighings
        Of the whole team.
    shelf
        Theories to ask.
    minutes : min
    air_C, humidity_pct : degC, %
    intensity, sport
        Of the session, as in a weighing and as `cramplab.planner.sweat_posterior.SPORTS`; None where nobody tells.
    draws
        Runs for each athlete.
    seed
        All chance comes from it and from the athletes' codes.
    report_progress
        Told how many parts are done, and how many there are.

    Raises
    ------
    UserError
        If the session cannot be one.
    """
    session = session_ahead(weighings, minutes=minutes, air_C=air_C, humidity_pct=humidity_pct, intensity=intensity)
    found: dict[str, SessionOutlook] = {}
    team: list[Measured] = []
    people = by_athlete(athletes, weighings)
    # Who tells weather or effort means another session than the last one, so nothing of that one comes again.
    last = last_date(weighings) if (air_C, humidity_pct, intensity) == (None, None, None) else None
    for athlete, own in sorted(people, key=lambda each: each[0].id):
        readings = team_evidence.readings_of(athlete, own, last)
        drawn = versions_of(athlete, own, session, limits, measured=bool(readings), draws=draws, seed=seed)
        if isinstance(drawn, str):
            found[athlete.id] = SessionOutlook(unknown=drawn)
        else:
            team.append(Measured(drawn, tuple(readings)))
    total = len(team) * draws
    told: Told | None = None
    for begin in range(0, len(team), TOGETHER):
        some = team[begin : begin + TOGETHER]

        def tell(done: int, begin: int = begin) -> None:
            if report_progress:
                report_progress(begin * draws + done, total)

        work = TeamSession(some, session, sport, limits, shelf, draws, seed, tell)
        outlooks, asked = work.outlooks()
        tell(len(some) * draws)
        found |= outlooks
        told = asked or told
    assumptions = _assumptions(session, team, told) if told else ()
    return Outlook(
        session,
        {athlete.id: found[athlete.id] for athlete, _ in people},
        {each.theory: each.claim for each in told.chances.answers} if told else {},
        told.chances.reference if told else "",
        draws,
        seed,
        assumptions,
        citations({each.source for each in assumptions}),
    )


def _assumptions(session: SessionAhead, team: Sequence[Measured], told: Told) -> tuple[Assumption, ...]:
    constants = (
        Assumption(
            f"team.{name}", f"{each.meaning[0].upper()}{each.meaning[1:]}", each.value, each.unit, origin=each.origin,
            where=each.where,
        )
        for name, each in ASSUMED.items()
    )  # fmt: skip
    # Many athletes share what is assumed of people like them; each is told once.
    of_people = {each.name: each for one in team for each in one.versions.assumptions}
    outside = (
        (Assumption("team.margin_range", "Beyond what the emulator of the motor pool was fitted over", words),)
        if (words := " ".join(told.notices))
        else ()
    )
    return (
        Assumption("team.session", "Session that is simulated", session.words),
        *constants,
        *team_evidence.assumptions(),
        *of_people.values(),
        *margin_assumptions(),
        *told.assumptions,
        *outside,
    )
