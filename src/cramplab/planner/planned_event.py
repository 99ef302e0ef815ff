"""Lets possible versions of a person live through an event under many plans at once.

Every version meets every plan on the same day, so plans are compared person by person. A plan is one more thing in
which the people of a run may differ; all plans together are one population.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.event_people import EventPeople, people_for_event
from cramplab.cohort.event_series import RECORDED
from cramplab.cohort.random_streams import stream
from cramplab.core.plan import Pacing, Plan
from cramplab.importers.event_effort import EventEffort
from cramplab.importers.scenario import Scenario
from cramplab.importers.scenario_schema import Person
from cramplab.importers.weather import Weather
from cramplab.importers.weather_error import WeatherError, drawn_weather_error
from cramplab.planner.pacing import paced
from cramplab.simulation.event_course import GLUCOSE_G_PER_MMOL, event_stretches, swallowed
from cramplab.simulation.event_run import CHUNK_PEOPLE, Stretch, people_of, record_times, run_stretches

FloatArray = NDArray[np.float64]
Rows = NDArray[np.intp]
_WORK = ("running_speed", "walking_speed", "cycling_power", "grade", "ground_speed", "heart_rate_asked")
_DRINK = (
    "drink_rate_planned", "drink_by_thirst", "drink_ceiling", "drink_sodium", "drink_potassium", "drink_carbohydrate",
    "sodium_tablets",
)  # fmt: skip
COMPARED = CHUNK_PEOPLE // 5
"""Versions of the person with which plans are compared: five plans fill one chunk of the engine."""
LEAST_RECOVERY_S = 1800.0
"""Rest that is lived through after every event, whatever the scenario asks for."""
_UNBOUND = 1.0
"""A ceiling on drinking by thirst (L/s) that nobody reaches."""


@dataclass(frozen=True, eq=False)
class Lived:
    """What was recorded of people under one plan.

    Parameters
    ----------
    plan
        That they followed.
    rows
        Which versions of the person; shape [runs].
    time_s : s
        Of the records, from the start of the event; those of a warm-up are negative. Shape [records].
    recorded
        By quantity, internal units; shape [runs, records]. The first record is at rest.
    """

    plan: Plan
    rows: Rows
    time_s: FloatArray
    recorded: Mapping[str, NDArray[np.float32]]

    @property
    def first(self) -> int:
        """Position of the record at the start of the event."""
        return int(np.searchsorted(self.time_s, -1e-3))

    @property
    def last(self) -> int:
        """Position of the record at the end of the event.

        Beside a longer plan the next record may come later; until then everybody keeps still.
        """
        return int(np.searchsorted(self.time_s, self.plan.duration_s - 1e-3))

    def of(self, rows: Rows) -> Lived:
        """Give what some of the versions lived through; all of them must be among these."""
        here = np.searchsorted(self.rows, rows)
        return Lived(self.plan, rows, self.time_s, {name: values[here] for name, values in self.recorded.items()})


class PlannedEvent:
    """One person's event, ready to be lived through under plans.

    Parameters
    ----------
    runs
        How many possible versions of the person and of the day there are.
    """

    def __init__(
        self,
        person: Person,
        scenario: Scenario,
        effort: EventEffort,
        weather: Weather,
        *,
        runs: int,
        seed: int,
        report_progress: Callable[[int], None] | None = None,
    ) -> None:
        self.person, self.scenario, self.runs, self.seed = person, scenario, runs, seed
        self.effort, self.weather = effort, weather
        self.people: EventPeople = people_for_event(
            person, scenario, self.effort, self.weather, draws=runs, seed=seed, names=RECORDED,
            report_progress=report_progress,
        )  # fmt: skip
        self.error = self._weather_error()
        drawn = self.people.drawn
        self._heart_rates = (drawn["circulation.heart_rate_at_rest"], drawn["circulation.heart_rate_most"])
        self._by_pacing: dict[Pacing, tuple[EventEffort, Mapping[str, Any]]] = {}
        self.notices: tuple[str, ...] = ()
        self.forcing_of(Pacing())

    def _weather_error(self) -> WeatherError:
        """Draw how wrong the forecast is; a room is as warm as its thermometer says."""
        if self.people.around.indoors:
            return WeatherError(*np.zeros((2, self.runs)), *np.ones((2, self.runs)))
        own = self.scenario.weather.air_sd_C
        return drawn_weather_error(self.runs, lambda name: stream(self.seed, "weather error", name), air_sd_C=own)

    @property
    def all_rows(self) -> Rows:
        """Every version."""
        return np.arange(self.runs)

    @property
    def half_of_the_rows(self) -> Rows:
        """Every second version: enough to see how much may be drunk, before the gate asks all of them."""
        return np.arange(0, self.runs, 2)

    @property
    def some_rows(self) -> Rows:
        """The versions with which plans are compared, spread evenly over half of all; shape [`COMPARED`]."""
        half = self.half_of_the_rows
        return np.unique(half[np.linspace(0, half.size - 1, min(COMPARED, half.size)).astype(np.intp)])

    def duration(self, pacing: Pacing) -> float:
        """Give the length of the event at a pacing (s)."""
        return self.forcing_of(pacing)[0].duration_s

    def forcing_of(self, pacing: Pacing) -> tuple[EventEffort, Mapping[str, Any]]:
        """Give effort and forcing of the event at a pacing; drinks are not in it yet."""
        if pacing not in self._by_pacing:
            effort = paced(self.effort, self.scenario, pacing)
            # A slower pace may outlast a weather file; its last hour is then taken to go on.
            stretches, told = event_stretches(
                self.scenario, effort, self.weather, self.people.around, self.person.mass_kg, self._heart_rates
            )
            self.notices = self.notices or (*effort.notices, *self.weather.notices, *told, *self.people.notices)
            self._by_pacing[pacing] = (effort, stretches[0].forcing)
        return self._by_pacing[pacing]

    def live(self, plans: Sequence[Plan], rows: Rows) -> list[Lived]:
        """Live through the event under each plan with the same versions of the person.

        Parameters
        ----------
        plans
            All in one run of the engine.
        rows
            Which versions; shape [runs].
        """
        who = np.tile(rows, len(plans))
        which = np.repeat(np.arange(len(plans)), rows.size)
        # The engine is compiled for one size of chunk; the last person stands in for those who are missing in one.
        missing = max(CHUNK_PEOPLE - who.size, 0)
        who, which = (np.append(each, np.repeat(each[-1:], missing)) for each in (who, which))
        warm_up = max(60.0 * plan.pacing.warm_up_min for plan in plans)
        stretches = [self._event(plans, who, which), self._recovery(plans, who, which)]
        if warm_up > 0.0:
            stretches.insert(0, self._warm_up(plans, who, which, warm_up))
        recorded = run_stretches(people_of(self.people.body, who), stretches, who.size, RECORDED)
        times = record_times(stretches) - warm_up
        lived = []
        for number, plan in enumerate(plans):
            own = slice(number * rows.size, (number + 1) * rows.size)
            lived.append(Lived(plan, rows, times, {name: values[own] for name, values in recorded.items()}))
        return lived

    def _event(self, plans: Sequence[Plan], who: Rows, which: Rows) -> Stretch:
        found = [self.forcing_of(plan.pacing) for plan in plans]
        efforts = [effort for effort, _ in found]
        longest = int(np.argmax([effort.duration_s for effort in efforts]))
        steps = efforts[longest].time_s.size
        forcing = {name: self._shared(name, value, who) for name, value in found[longest][1].items()}
        kinds = {plan.pacing for plan in plans}
        if len(kinds) > 1:
            for name in _WORK:
                each = [_padded(made.get(name, 0.0), steps) for _, made in found]
                forcing[name] = _by_plan(each, who, which)
        by_plan = [_drinks_of(plan, effort, steps) for plan, effort in zip(plans, efforts, strict=True)]
        for name in _DRINK:
            table = np.stack([each[name] for each in by_plan], axis=1)
            forcing[name] = lambda rows, table=table: table[:, which[rows]]
        lasting = np.array([effort.duration_s for effort in efforts])
        return Stretch(efforts[longest].duration_s, forcing, lambda rows: lasting[which[rows]])

    def _shared(self, name: str, value: Any, who: Rows) -> Any:
        """Give forcing of the people as forcing of people under plans, and the day with the error of its forecast."""
        wrong = self.error

        def of(rows: slice) -> Any:
            own = who[rows]
            found = value(own) if callable(value) else np.asarray(value, dtype=float)
            wide = found if callable(value) or found.ndim == 2 else found.reshape(-1, 1)
            match name:
                case "air_temperature":
                    return wide + wrong.air_C[None, own]
                case "relative_humidity":
                    return np.clip(wide + wrong.humidity[None, own], 0.03, 1.0)
                case "wind":
                    return wide * wrong.wind_factor[None, own]
                case "solar":
                    return wide * wrong.solar_factor[None, own]
            return wide

        return value if name in ("upright", "clothing_insulation", "drug_time") else of

    def _warm_up(self, plans: Sequence[Plan], who: Rows, which: Rows, longest: float) -> Stretch:
        """Move at half the event's own effort, in the event's first air, without drinking."""
        _, base = self.forcing_of(Pacing())
        lasting = np.array([60.0 * plan.pacing.warm_up_min for plan in plans])
        forcing: dict[str, Any] = {
            name: self._shared(name, _first(base[name]), who)
            for name in ("air_temperature", "relative_humidity", "wind", "solar", "clothing_insulation", "upright")
        }
        for name in ("running_speed", "walking_speed", "cycling_power", "ground_speed", "heart_rate_asked"):
            if name in base:
                forcing[name] = self._shared(name, _half_of_mean(base[name]), who)
        return Stretch(longest, forcing, lambda rows: lasting[which[rows]])

    def _recovery(self, plans: Sequence[Plan], who: Rows, which: Rows) -> Stretch:
        """Rest after the event: what is still in the gut at its end reaches the blood only then."""
        seconds = max(self.scenario.recovery_s, LEAST_RECOVERY_S)
        _, base = self.forcing_of(Pacing())
        air = ("air_temperature", "relative_humidity", "wind", "solar")
        forcing: dict[str, Any] = {name: self._shared(name, _last(base[name]), who) for name in air}
        forcing["clothing_insulation"] = base["clothing_insulation"]
        by_thirst = np.array([float(plan.lead == "thirst") for plan in plans])[None, :]
        forcing["drink_by_thirst"] = lambda rows: by_thirst[:, which[rows]]
        ceiling = np.array([_ceiling(plan) for plan in plans])[None, :]
        forcing["drink_ceiling"] = lambda rows: ceiling[:, which[rows]]
        return Stretch(seconds, forcing)


def _drinks_of(plan: Plan, effort: EventEffort, steps: int) -> dict[str, FloatArray]:
    """Give what a plan has people swallow, step by step; shape [steps] each, internal units."""
    rate = np.zeros(effort.time_s.size)
    for serving in plan.servings if plan.lead == "numbers" else ():
        rate += swallowed(effort, serving.time_s, serving.volume_L)
    content = plan.content
    steady = {
        "drink_by_thirst": float(plan.lead == "thirst"),
        "drink_ceiling": _ceiling(plan),
        "drink_sodium": content.sodium_mmol_per_L,
        "drink_potassium": content.potassium_mmol_per_L,
        "drink_carbohydrate": content.carbohydrate_g_per_L / GLUCOSE_G_PER_MMOL,
        "sodium_tablets": plan.salt_mmol_per_h / 3600.0,
    }
    return {"drink_rate_planned": _padded(rate, steps)[:, 0]} | {
        name: np.full(steps, value) for name, value in steady.items()
    }


def _ceiling(plan: Plan) -> float:
    return plan.at_most_L_per_h / 3600.0 if plan.lead == "thirst" else _UNBOUND


def _padded(value: Any, steps: int) -> Any:
    """Give forcing with as many steps as the longest plan has; after its end a shorter one holds nothing."""
    if callable(value):
        return lambda rows: _padded(value(rows), steps)
    wide = np.asarray(value, dtype=float)
    wide = wide if wide.ndim == 2 else wide.reshape(-1, 1)
    if wide.shape[0] == 1:
        return np.broadcast_to(wide, (steps, wide.shape[1]))
    return np.vstack([wide, np.zeros((steps - wide.shape[0], wide.shape[1]))])


def _by_plan(each: Sequence[Any], who: Rows, which: Rows) -> Callable[[slice], FloatArray]:
    def of(rows: slice) -> FloatArray:
        own, plan = who[rows], which[rows]
        columns = np.empty((_steps_of(each[0]), own.size))
        for number in np.unique(plan):
            here = plan == number
            columns[:, here] = each[number](own[here]) if callable(each[number]) else each[number]
        return columns

    return of


def _steps_of(value: Any) -> int:
    found = value(np.zeros(1, dtype=np.intp)) if callable(value) else value
    return int(found.shape[0])


def _first(value: Any) -> Any:
    return (lambda rows: value(rows)[:1]) if callable(value) else np.atleast_1d(np.asarray(value))[:1]


def _last(value: Any) -> Any:
    return (lambda rows: value(rows)[-1:]) if callable(value) else np.atleast_1d(np.asarray(value))[-1:]


def _half_of_mean(value: Any) -> Any:
    if callable(value):
        return lambda rows: 0.5 * value(rows).mean(axis=0, keepdims=True)
    return np.asarray([[0.5 * float(np.mean(value))]])
