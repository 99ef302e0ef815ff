"""The possible versions of a team's athletes, each drawn by the athlete's own code, and the session they live through.

What is drawn of an athlete hangs on the code and the seed alone, so nobody's numbers change with the order of a roster
or with who else is on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from cramplab.cohort.event_people import sweating_freely
from cramplab.cohort.event_series import RECORDED
from cramplab.cohort.known_traits import what_is_told
from cramplab.cohort.population import draw_people
from cramplab.cohort.random_streams import stream
from cramplab.cohort.sweat_tests import Pool, stretch_of_test
from cramplab.core.results import Assumption
from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_result import SessionAhead
from cramplab.importers.scenario_checks import odd_build
from cramplab.importers.scenario_schema import Person, Preferences, SweatTest
from cramplab.physiology.weighing import constant
from cramplab.planner.planned_event import LEAST_RECOVERY_S
from cramplab.planner.team_session import assumed
from cramplab.safety.limits import Limits
from cramplab.safety.tested_range import why_unknown
from cramplab.simulation.assembly import Body, assemble, body_parameters
from cramplab.simulation.event_run import CHUNK_PEOPLE, Stretch, people_of, start_of
from cramplab.simulation.timeline import forcing_at_rest

FloatArray = NDArray[np.float64]
_INDOORS = ("basketball",)
_CONDITIONS_OF_AIR = ("air_temperature", "relative_humidity", "wind", "solar")


@dataclass(frozen=True, eq=False)
class Versions:
    """One athlete's possible versions.

    Parameters
    ----------
    athlete, person
        As told, and as the engine takes them.
    drinks : L/h
        Rate in the session; None for thirst.
    drawn
        Parameters by dotted name, internal units, shape [draws].
    notices, assumptions
        What has to be said of them.
    """

    athlete: Athlete
    person: Person
    drinks: float | None
    drawn: Mapping[str, FloatArray]
    notices: tuple[str, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def label(self) -> str:
        """Name of the athlete's streams of chance; the same as in a plan."""
        return f"person {self.person.id}"


def person_of(athlete: Athlete, weighings: Sequence[Weighing]) -> Person | str:
    """Give the athlete as the engine takes people, or say why that cannot be.

    Parameters
    ----------
    weighings
        The athlete's own.
    """
    before = [each.mass_before_kg for each in weighings if each.mass_before_kg is not None]
    mass = athlete.mass_kg if athlete.mass_kg is not None else fmean(before) if before else None
    if mass is None:
        return "Neither the roster nor a weighing tells a body mass."
    flags = dict.fromkeys((*athlete.flags, *(("sickle_cell_trait",) if athlete.sickle_cell_trait else ())))
    try:
        person = Person(
            id=athlete.id,
            sex=athlete.sex,
            age_y=assumed("adult_age") if athlete.age_y is None else athlete.age_y,
            mass_kg=mass,
            height_cm=athlete.height_cm,
            heat_acclimated=athlete.heat_acclimated,  # type: ignore[arg-type]
            cramp_history=athlete.cramp_history,  # type: ignore[arg-type]
            flags=tuple(flags),
        )
    except ValidationError as problem:
        named = ", ".join(sorted({str(each["loc"][0]) for each in problem.errors() if each["loc"]}))
        return f"The simulation cannot take what the roster tells ({named})."
    odd = odd_build(person)
    return f"{odd}." if odd else person


def drinks_of(weighings: Sequence[Weighing]) -> tuple[float | None, str]:
    """Give the rate of drinking of the last weighing that tells it (L/h), and a word if it is not to be believed."""
    known = [(each.date, place, each.drinking_rate) for place, each in enumerate(weighings)]
    rates = [each for each in known if each[2] is not None]
    if not rates:
        return None, "How much was drunk is not known: drinking by thirst was simulated."
    rate = max(rates)[2]
    assert rate is not None
    if rate > assumed("fastest_believed"):
        return None, f"{rate:.1f} L/h on the last weighing is beyond belief: drinking by thirst was simulated."
    return rate, ""


def versions_of(
    athlete: Athlete,
    weighings: Sequence[Weighing],
    session: SessionAhead,
    limits: Limits,
    *,
    measured: bool,
    draws: int,
    seed: int,
) -> Versions | str:
    """Draw an athlete's possible versions, or say why nothing is to be told.

    Parameters
    ----------
    measured
        Whether a reading of the sweat rate will weigh them.
    """
    person = person_of(athlete, weighings)
    if isinstance(person, str):
        return person
    hottest = constant("air_high") if session.air_C is None else session.air_C
    reason = why_unknown(
        age_y=person.age_y, flags=person.flags, duration_s=60.0 * session.duration_min, hottest_air_C=hottest,
        limits=limits,
    )  # fmt: skip
    if reason:
        return reason
    label = f"person {person.id}"
    told = what_is_told(person, Preferences(), draws, seed, label)
    drawn = draw_people(draws, seed, label, told.given, told.centres)
    if measured:
        drawn |= sweating_freely(drawn, stream(seed, label, "sweat for the same cooling").standard_normal(draws))
    drinks, odd = drinks_of(weighings)
    notices = [odd] if odd else []
    if athlete.age_y is None:
        notices.append(f"Age not told: an adult of {person.age_y:.0f} was assumed. Nothing here holds under age.")
    if athlete.height_cm is None:
        notices.append("Height not told: drawn for each run, to go with the body mass.")
    return Versions(athlete, person, drinks, drawn, (*notices, *told.notices), told.assumptions)


@dataclass(frozen=True, eq=False)
class TeamRuns:
    """All versions of all athletes, ready to be stepped together.

    Parameters
    ----------
    body
        With parameters of shape [runs], float32.
    stretches
        The session, and the rest after it.
    runs
        Draws times athletes, filled up to one chunk of the engine at least.
    """

    body: Body
    stretches: tuple[Stretch, Stretch]
    runs: int


def assemble_team(team: Sequence[Versions], session: SessionAhead, sport: str | None, *, seed: int) -> TeamRuns:
    """Put the versions of all athletes into one body, and their sessions into one.

    Parameters
    ----------
    team
        One after the other, all with the same number of draws.
    """
    each = next(iter(team[0].drawn.values())).size
    # The engine is compiled for one size of chunk; the last run stands in for those that are missing in one.
    rows = np.arange(max(each * len(team), CHUNK_PEOPLE)).clip(max=each * len(team) - 1)
    body = assemble({name: values[rows] for name, values in _parameters(team, each).items()})
    reserves = _reserves(body, rows.size)
    forcings = [
        dict(_session_of(one, session, sport, reserves[number * each : (number + 1) * each], seed).forcing)
        for number, one in enumerate(team)
    ]
    forcing: dict[str, Any] = {name: forcings[0][name] for name in ("clothing_insulation", "upright")}
    for name in forcings[0].keys() - forcing.keys():
        wide = [np.broadcast_to(np.asarray(one[name], dtype=float).reshape(1, -1), (1, each)) for one in forcings]
        forcing[name] = np.concatenate(wide, axis=1)[:, rows]
    during = Stretch(60.0 * session.duration_min, forcing)
    resting = {name: forcing[name] for name in (*_CONDITIONS_OF_AIR, "drink_by_thirst") if name in forcing}
    after = Stretch(LEAST_RECOVERY_S, {**resting, "clothing_insulation": forcing["clothing_insulation"]})
    return TeamRuns(body, (during, after), rows.size)


def _parameters(team: Sequence[Versions], each: int) -> dict[str, NDArray[np.float32]]:
    """Lay the parameters of all athletes one after the other; who was not told one has the declared value."""
    declared = body_parameters()
    names = [name for name in declared if any(name in one.drawn for one in team)]
    return {
        name: np.concatenate([one.drawn.get(name, np.full(each, declared[name].value)) for one in team]).astype(
            np.float32
        )
        for name in names
    }


def _reserves(body: Body, runs: int) -> FloatArray:
    """Give each run's oxygen reserve (L/s), by the function with which the engine begins, which is compiled anyhow."""
    at_rest = {name: np.float32(value) for name, value in forcing_at_rest().items()}
    found = np.empty(runs)
    for begin in range(0, runs, CHUNK_PEOPLE):
        rows = slice(min(begin, runs - CHUNK_PEOPLE), min(begin, runs - CHUNK_PEOPLE) + CHUNK_PEOPLE)
        _, known = start_of(people_of(body, rows), at_rest, CHUNK_PEOPLE, RECORDED)
        found[rows] = np.asarray(known["maximal_oxygen_uptake"]) - np.asarray(known["oxygen_uptake_at_rest"])
    return found


def _session_of(one: Versions, session: SessionAhead, sport: str | None, reserve: FloatArray, seed: int) -> Stretch:
    """Give the session of one athlete as a sweat test is simulated; what nobody tells is drawn for each version."""
    drawn = one.drawn
    mass = one.person.mass_kg
    test = SweatTest(
        # Only length, air and effort are read of it.
        mass_before_kg=mass, mass_after_kg=mass, drank_L=0.0, duration_min=session.duration_min,
        air_C=session.air_C, humidity_pct=session.humidity_pct, intensity=session.intensity,  # type: ignore[arg-type]
    )  # fmt: skip
    pool = Pool(
        one.drawn, reserve.size, seed, one.label, drawn["body_size.mass"], reserve, None, sport or "team_sport",  # type: ignore[arg-type]
        sport in _INDOORS, CHUNK_PEOPLE,
    )  # fmt: skip
    stretch = stretch_of_test(test, 0, pool)
    drinking = {
        "drink_rate_planned": np.asarray((one.drinks or 0.0) / 3600.0),
        "drink_by_thirst": np.asarray(float(one.drinks is None)),
    }
    return Stretch(stretch.duration_s, {**stretch.forcing, **drinking})
