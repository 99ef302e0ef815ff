"""Invented athletes of whom the truth is known: the intervals of a team's outlook must hold their next session."""

from __future__ import annotations

import numpy as np
import pytest

from cramplab.cohort.event_series import RECORDED
from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_result import Outlook
from cramplab.physiology.weighing import constant
from cramplab.planner.team_outlook import team_outlook
from cramplab.planner.team_people import assemble_team, versions_of
from cramplab.planner.team_session import session_ahead
from cramplab.safety.limits import load_limits
from cramplab.simulation.event_run import run_stretches
from cramplab.simulation.theory_shelf import load_theories

PEOPLE, MINUTES, SCALE_KG = 40, 90, 0.1
TRUTH, THAT_DAY, ANOTHER_DAY = 77, 11, 12
DAYS_DIFFER = constant("session_to_session") / np.sqrt(2.0)
"""Of each of two sessions, so that between them lies what is held of one person's sessions."""


@pytest.fixture(scope="module")
def team() -> list[Athlete]:
    masses = np.random.default_rng(5).normal(88, 15, PEOPLE).clip(60, 140)
    return [Athlete(f"S{n:02d}", age_y=25, sex="male", mass_kg=round(float(each), 1)) for n, each in enumerate(masses)]


def _lived(team: list[Athlete], weather_seed: int) -> dict[str, np.ndarray]:
    """Let each athlete's one true version live through a session; air, effort, wind and sun hang on the seed."""
    session = session_ahead((), minutes=MINUTES)
    drawn = [versions_of(each, (), session, load_limits(), measured=True, draws=1, seed=TRUTH) for each in team]
    runs = assemble_team(drawn, session, None, seed=weather_seed)
    recorded = run_stretches(runs.body, runs.stretches, runs.runs, RECORDED)
    names = ("sweat_loss", "body_mass_loss", "fluid_intake")
    return {name: recorded[name][:PEOPLE, MINUTES].astype(float) for name in names}


@pytest.fixture(scope="module")
def weighed(team) -> list[Weighing]:
    chance, that_day = np.random.default_rng(6), _lived(team, THAT_DAY)
    found = []
    for number, athlete in enumerate(team):
        more_sweat = DAYS_DIFFER * chance.standard_normal() * that_day["sweat_loss"][number]
        after = athlete.mass_kg - that_day["body_mass_loss"][number] - more_sweat
        before, after = (each + SCALE_KG * chance.standard_normal() for each in (athlete.mass_kg, after))
        drank = float(that_day["fluid_intake"][number])
        found.append(
            Weighing(
                athlete.id, "2026-08-04", "AM", round(before, 1), round(after, 1), round(drank, 2), 0.0, MINUTES,
                scale_sd_kg=SCALE_KG,
            )
        )  # fmt: skip
    return found


def _held(team: list[Athlete], outlook: Outlook, weather_seed: int) -> tuple[int, float]:
    """Count athletes whose interval holds their next session's sweat rate, and give the mean width of the intervals."""
    days = 1.0 + DAYS_DIFFER * np.random.default_rng(7).standard_normal(PEOPLE)
    truth = _lived(team, weather_seed)["sweat_loss"] * days / (MINUTES / 60.0)
    ranges = [outlook.athletes[each.id].figures["sweat_rate"] for each in team]
    inside = sum(each.low <= true <= each.high for each, true in zip(ranges, truth, strict=True))
    return inside, float(np.mean([each.high - each.low for each in ranges]))


def _outlook(team, weighings) -> Outlook:
    return team_outlook(team, weighings, load_theories(), load_limits(), minutes=MINUTES, draws=160)


def test_intervals_hold_the_next_session(team, weighed):
    # Ninety of a hundred are wanted; of 40, fewer than 32 would be a chance of one in seventy.
    like_the_last, again = _held(team, _outlook(team, weighed), THAT_DAY)
    assert like_the_last >= 32
    # Somebody else was weighed later, so that day does not come again; its weather was not told.
    later = Weighing("ZZ", "2026-09-01", "AM", 80.0, 79.0, 0.5, 0.0, MINUTES)
    on_another_day, other = _held(team, _outlook(team, [*weighed, later]), ANOTHER_DAY)
    assert on_another_day >= 32
    _, unweighed = _held(team, _outlook(team, []), ANOTHER_DAY)
    assert again < 0.8 * unweighed
    assert other < 1.4 * unweighed
