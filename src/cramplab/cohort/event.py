"""Runs a scenario's event for each of its people, with what is not known of them drawn: the main job."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cramplab.cohort.event_looks import AskTheories
from cramplab.cohort.event_people import FIRST_POOL, people_for_event
from cramplab.cohort.event_result import event_result
from cramplab.cohort.event_series import RECORDED
from cramplab.cohort.memory import check_memory
from cramplab.cohort.sweat_tests import guessed
from cramplab.core.results import RunResult
from cramplab.importers.event_effort import EventEffort, event_effort, event_weather
from cramplab.importers.scenario import Scenario
from cramplab.importers.scenario_schema import Person
from cramplab.importers.weather import Weather
from cramplab.simulation.assembly import Body
from cramplab.simulation.event_course import event_stretches
from cramplab.simulation.event_run import record_times, records_in_all, run_stretches
from cramplab.simulation.solve import STEP_SECONDS, STEPS_PER_RECORD


def run_event(
    scenario: Scenario,
    *,
    draws: int = 200,
    seed: int = 1,
    report_progress: Callable[[int, int], None] | None = None,
    change_body: Callable[[Body], Body] | None = None,
    ask_theories: AskTheories | None = None,
) -> Sequence[RunResult]:
    """Simulate an event for every person of a scenario.

    Parameters
    ----------
    scenario
        As read.
    draws
        How many possible versions of each person live through it.
    seed
        All chance comes from it: the same scenario, version and seed give the same numbers.
    report_progress
        Told how many runs are done, and how many there are.
    change_body
        For experiments on the body itself: changes the assembled body before the event.
    ask_theories
        Makes of the worked muscle's course the chance of a cramp under each theory
        (`cramplab.inference.event_chances.ask_theories`); without it the result has none.

    Returns
    -------
    list of RunResult
        One for each person, in the order of the scenario.

    Raises
    ------
    UserError
        If course, weather or drinks do not fit the event, or so many draws need more memory than there is.
    CramplabError
        If no draw gave an answer.
    """
    effort = event_effort(scenario, STEP_SECONDS)
    weather = event_weather(scenario, effort)
    seconds = effort.duration_s + scenario.recovery_s
    records = int(seconds / (STEP_SECONDS * STEPS_PER_RECORD)) + 3
    check_memory(draws, records=records, quantities=len(RECORDED), people=len(scenario.people))
    results = []
    for position, person in enumerate(scenario.people):
        progress = _Progress(report_progress, draws, position, len(scenario.people), _work_of_tests(person, draws))
        results.append(_run_person(person, scenario, effort, weather, draws, seed, progress, change_body, ask_theories))
    return results


def _run_person(
    person: Person,
    scenario: Scenario,
    effort: EventEffort,
    weather: Weather,
    draws: int,
    seed: int,
    progress: _Progress,
    change_body: Callable[[Body], Body] | None,
    ask_theories: AskTheories | None,
) -> RunResult:
    people = people_for_event(
        person, scenario, effort, weather, draws=draws, seed=seed, names=RECORDED, report_progress=progress.of_tests
    )
    heart_rates = (people.drawn["circulation.heart_rate_at_rest"], people.drawn["circulation.heart_rate_most"])
    stretches, told = event_stretches(scenario, effort, weather, people.around, person.mass_kg, heart_rates)
    body = people.body if change_body is None else change_body(people.body)
    progress.event_work = draws * (records_in_all(stretches) - 1)
    recorded = run_stretches(body, stretches, draws, RECORDED, report_progress=progress.of_event)
    notices = (*effort.notices, *weather.notices, *told, *people.notices)
    return event_result(
        person, scenario, effort, weather, people, recorded, record_times(stretches), seed=seed, notices=notices,
        ask_theories=ask_theories,
    )  # fmt: skip


def _work_of_tests(person: Person, draws: int) -> float:
    """Estimate the records of people that the sweat tests take."""
    minutes = sum(test.duration_min for test in person.sweat_test)
    if not minutes and person.sweat_sodium is not None and not guessed(person):
        minutes = 60.0
    return FIRST_POOL * draws * minutes


class _Progress:
    """Turns records of people into runs done, over all people; never back, and full only at the end."""

    def __init__(
        self, tell: Callable[[int, int], None] | None, draws: int, position: int, people: int, test_work: float
    ) -> None:
        self._tell, self._draws, self._position, self._people = tell, draws, position, people
        self._test_work, self.event_work = test_work, 0
        self._best = 0

    def of_tests(self, done: int) -> None:
        # The tests' share of the bar is set before the event is known: a fifth of it.
        self._show(0.2 * min(done / self._test_work, 1.0) if self._test_work else 0.0)

    def of_event(self, done: int) -> None:
        begun = 0.2 if self._test_work else 0.0
        self._show(begun + (1.0 - begun) * done / max(self.event_work, 1))

    def _show(self, share: float) -> None:
        runs = int(np.floor(self._draws * (self._position + share) + 1e-6))
        self._best = max(self._best, runs)
        if self._tell:
            self._tell(self._best, self._draws * self._people)
