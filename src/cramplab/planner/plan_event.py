"""Plans an event: asks the gate, searches the drinks, ranks the effort, asks the gate again, and tells all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np

from cramplab.cohort.event_assumptions import assumptions_of_scenario, citations, declared_assumptions
from cramplab.cohort.event_result import short_of_capacity
from cramplab.cohort.margin_course import draw_pools, margin_assumptions
from cramplab.core.parameters import declarations_of
from cramplab.core.plan import Pacing, Plan
from cramplab.core.plan_result import Candidate, Comparison, Heat, Outcome, PlanResult, Refusal
from cramplab.core.results import Assumption
from cramplab.core.theory import Theory
from cramplab.importers.event_effort import event_effort, event_weather
from cramplab.importers.scenario import Scenario
from cramplab.importers.scenario_schema import Person
from cramplab.importers.weather_error import assumptions_of_weather_error
from cramplab.planner import comparisons, efforts, outcomes
from cramplab.planner.bound import bound_by
from cramplab.planner.choices import most_by_moments, plan_of, rounded
from cramplab.planner.cost import PlanCost, worth_it
from cramplab.planner.heat_of_the_day import heat_of_the_day
from cramplab.planner.pacing import pace_rows
from cramplab.planner.planned_event import Lived, PlannedEvent
from cramplab.planner.search import NOISE, DrinkSearch, Tried
from cramplab.planner.swings import measure_next, swings
from cramplab.planner.theories_beside import ask, views
from cramplab.safety.comparing import unasked
from cramplab.safety.foreseen import Asked, Foreseen
from cramplab.safety.gate import Ruling, most_allowed, no_plan_at_all, pass_plan, thirst_reasons
from cramplab.safety.limits import Limits
from cramplab.safety.red_flags import rows_for, signs_of
from cramplab.simulation.event_course import is_indoors
from cramplab.simulation.solve import STEP_SECONDS

RUNS = 1024
"""Possible versions of the person: enough that five cases among them would already be too many for the limit on low
plasma sodium, and that four are not."""
MOST_IMPOSSIBLE = 0.05
"""Share of the runs that may fail before nothing is said at all; our choice."""
_STAGES = 6
_THIRST_DOES_BETTER = (
    "By the same measure drinking to thirst alone does better still: it is not held to the low end of the sweat loss, "
    "and gives each what they lack. How much people drink for a given thirst is an assumption."
)
_VERSIONS_TOLD = ("cramplab", "jax", "jaxlib", "equinox", "numpy", "scipy")


def plan_event(
    scenario: Scenario,
    limits: Limits,
    shelf: Mapping[str, Theory],
    *,
    runs: int = RUNS,
    seed: int = 1,
    red_flags: Mapping[str, tuple[str, ...]] | None = None,
    report_progress: Callable[[int, int], None] | None = None,
) -> Sequence[PlanResult]:
    """Plan an event for every person of a scenario.

    Parameters
    ----------
    scenario
        As read.
    limits
        That every plan must keep; a user's file may have tightened them.
    shelf
        Theories to ask what the plan does to the chance of a cramp.
    runs
        How many possible versions of each person and of the day.
    seed
        All chance comes from it.
    red_flags
        By person's code: ids of the red-flag rows answered with yes. A person who is missing was not asked.
    report_progress
        Told how many stages are done, and how many there are.

    Returns
    -------
    list of PlanResult
        One for each person. A refused plan is a result as well; it holds no number of a plan.

    Raises
    ------
    UserError
        If course, weather or drinks do not fit the event.
    """
    found = []
    total = _STAGES * len(scenario.people)
    for position, person in enumerate(scenario.people):
        begun = _STAGES * position

        def tell(stage: int, begun: int = begun) -> None:
            if report_progress:
                report_progress(begun + stage, total)

        answers = (red_flags or {}).get(person.id)
        found.append(_Planning(person, scenario, limits, shelf, runs, seed, answers, tell).result())
        tell(_STAGES)
    return found


@dataclass(frozen=True, eq=False)
class _Passed:
    """A plan that passed the gate, and how it was lived through."""

    ruling: Ruling
    plan: Plan
    seen: Foreseen
    lived: Lived


class _Planning:
    """The planning of one person's event, stage by stage."""

    def __init__(
        self,
        person: Person,
        scenario: Scenario,
        limits: Limits,
        shelf: Mapping[str, Theory],
        runs: int,
        seed: int,
        answers: tuple[str, ...] | None,
        tell: Callable[[int], None],
    ) -> None:
        self.person, self.scenario, self.limits, self.shelf = person, scenario, limits, shelf
        self.runs, self.seed, self.answers, self.tell = runs, seed, answers, tell
        self.signs = signs_of(answers or (), (test.mass_after_kg - test.mass_before_kg for test in person.sweat_test))
        self.effort = event_effort(scenario, STEP_SECONDS)
        self.weather = event_weather(scenario, self.effort)
        self.heat: Heat = heat_of_the_day(scenario, self.effort, self.weather, limits)
        self.hottest = self.heat.air_C[1]
        self.asked = Asked(
            age_y=person.age_y, duration_s=self.effort.duration_s, hottest_air_C=self.hottest,
            flags=frozenset(person.flags), red_flags=self.signs, sweat_tests=len(person.sweat_test),
            wbgt_C=self.heat.wbgt_C, outdoors=not is_indoors(self.effort, self.weather),
            own_most_L_per_h=scenario.preferences.max_drink_L_per_h or float("inf"),
            us_units=scenario.preferences.units == "us",
        )  # fmt: skip

    def result(self) -> PlanResult:
        """Plan, or say why not."""
        stop = no_plan_at_all(self.asked, self.limits)
        if stop is not None:
            return self._without_plan(stop)
        self.event = PlannedEvent(self.person, self.scenario, self.effort, self.weather, runs=self.runs, seed=self.seed)
        self.tell(1)
        pacing = next(iter(efforts.options_of(self.event).values()))[1]
        none = Plan("nothing", self.event.duration(pacing), pacing=pacing)
        nothing = self.event.live([none], self.event.half_of_the_rows)[0]
        too_hard = _too_hard_for_the_model(nothing)
        if too_hard is not None:
            return self._without_plan(replace(too_hard, checks=unasked(self.limits)))
        chosen, candidates = self._search(nothing, outcomes.foreseen(nothing, self.person.mass_kg))
        self.tell(2)
        passed = self._through_the_gate(chosen, pacing)
        if isinstance(passed, Ruling):
            return self._without_plan(passed)
        self.tell(3)
        ranked = efforts.ranked(
            self.event, passed.lived, lambda other: self._plan_at(chosen, other), self._is_known, self.limits,
            self.shelf, self.hottest,
        )  # fmt: skip
        if ranked.chosen != pacing:
            passed = self._through_the_gate(chosen, ranked.chosen)
            if isinstance(passed, Ruling):
                return self._without_plan(passed)
        self.tell(4)
        compared, beside = comparisons.compared(
            self.event, (passed.lived, nothing), self.asked, self.limits, self.shelf, self.hottest
        )
        self.tell(5)
        all_beside = ask(self.event, passed.lived.of(self.event.half_of_the_rows), self.hottest, self.shelf)
        keep = outcomes.finished(passed.lived)
        moved = swings(self.event, passed.seen, self.limits, passed.plan.hours, keep)
        effort = self.event.forcing_of(passed.plan.pacing)[0]
        names, words = bound_by(passed.plan, passed.seen, self.asked, self.limits, self.scenario, effort)
        assumptions = self._assumptions(all_beside.told.assumptions)
        return replace(
            self._blank(),
            outcome="numbers" if passed.plan.lead == "numbers" else "thirst",
            duration_s=passed.plan.duration_s,
            reasons=passed.ruling.reasons,
            plan=passed.plan,
            figures=outcomes.figures(passed.lived, passed.seen),
            chances=outcomes.chances(passed.seen, self.limits),
            courses=outcomes.courses(passed.lived),
            sweat_evidence=_sweat_evidence(self.person),
            limits=passed.ruling.checks,
            bound_by=names,
            bound_words=words,
            simplest_words=_simplest_words(candidates, compared),
            theories=views(all_beside, beside["plan"], beside["thirst"]),
            theories_differ=all_beside.told.chances.differ,
            theories_rest_on=all_beside.told.chances.reference,
            theories_unknown=all_beside.told.chances.unknown,
            comparisons=compared,
            efforts=ranked.options,
            effort_words=ranked.words,
            pace_rows=pace_rows(effort),
            candidates=candidates,
            swings=tuple(moved),
            measure_next=measure_next(moved, self.scenario),
            notices=(
                *self.event.notices,
                *_failures(passed.lived),
                *short_of_capacity(
                    passed.lived.recorded, passed.lived.time_s, passed.plan.duration_s, list(np.flatnonzero(~keep))
                ),
            ),
            assumptions=assumptions,
            sources=citations({each.source for each in assumptions}),
        )

    def _search(self, nothing: Lived, unaided: Foreseen) -> tuple[Tried, tuple[Candidate, ...]]:
        """Search how to drink; what is lost without drinking says how much at most."""
        most = next(iter(most_allowed(unaided, self.asked, self.limits).values()))
        lead = "thirst" if thirst_reasons(self.asked, self.limits) else "numbers"
        if lead == "numbers":
            effort = self.event.forcing_of(nothing.plan.pacing)[0]
            most = min(most, most_by_moments(self.scenario, effort, self.limits)[0])
        return DrinkSearch(self.event, self.asked, self.limits, lead=lead, most_L=most, nothing=nothing).run()

    def _is_known(self, pacing: Pacing) -> bool:
        """Tell whether an event at another pacing is still of a length that was ever tested."""
        return self.event.duration(pacing) <= 3600.0 * self.limits["longest_known"].value

    def _plan_at(self, chosen: Tried, pacing: Pacing) -> Plan:
        effort = self.event.forcing_of(pacing)[0]
        return plan_of(chosen.choice, self.scenario, effort, self.limits, pacing, chosen.plan.lead)

    def _foresee(self, plan: Plan) -> tuple[Lived, Foreseen]:
        lived = self.event.live([plan], self.event.all_rows)[0]
        return lived, outcomes.foreseen(lived, self.person.mass_kg)

    def _through_the_gate(self, chosen: Tried, pacing: Pacing) -> _Passed | Ruling:
        """Pass the plan; where low sodium would have it drink less, with the saltiest drink if that helps."""
        self.asked = replace(self.asked, duration_s=self.event.duration(pacing))
        plan = self._plan_at(chosen, pacing)
        found = self._pass(plan)
        low_sodium = isinstance(found, Ruling) or "plasma_sodium" in found.ruling.lowered
        most = self.limits["drink_sodium"].value
        if not low_sodium or plan.content.sodium_mmol_per_L >= most:
            return found
        name = f"{plan.content.name}, salted"
        salted = self._pass(replace(plan, content=replace(plan.content, name=name, sodium_mmol_per_L=most)))
        if isinstance(salted, Ruling):
            return found
        return salted if isinstance(found, Ruling) or salted.plan.most_intake > found.plan.most_intake else found

    def _pass(self, plan: Plan) -> _Passed | Ruling:
        """Pass a plan through the gate; what is lowered there is rounded down to cups and passes again."""
        lived: dict[Plan, Lived] = {}

        def foresee(proposed: Plan) -> Foreseen:
            lived[proposed], seen = self._foresee(proposed)
            return seen

        lowered: tuple[str, ...] = ()
        while True:
            ruling = pass_plan(plan, self.asked, foresee, self.limits)
            if ruling.plan is None or ruling.foreseen is None:
                return ruling
            lowered += ruling.lowered
            plan = rounded(ruling.plan, self.scenario)
            if plan == ruling.plan:
                return _Passed(replace(ruling, lowered=lowered), plan, ruling.foreseen, lived[plan])

    def _blank(self) -> PlanResult:
        """Give what is told of every event, planned or not."""
        scenario, effort = self.scenario, self.effort
        length = float(effort.distance_m[-1])
        plain = scenario.as_plain()
        plain["person"] = [each for each in plain["person"] if each["id"] == self.person.id]
        return PlanResult(
            title=scenario.title,
            person_id=self.person.id,
            mass_kg=self.person.mass_kg,
            age_y=self.person.age_y,
            sport=scenario.event.sport,
            start=scenario.event.start.isoformat() if scenario.event.start else None,
            duration_s=effort.duration_s,
            distance_km=length / 1000.0 if np.isfinite(length) else None,
            seed=self.seed,
            draws=self.runs,
            version=version("cramplab"),
            versions={name: version(name) for name in _VERSIONS_TOLD},
            input_sha256=scenario.input_sha256,
            input_files={each.path.name: each.sha256 for each in scenario.inputs},
            outcome="unknown",
            units=scenario.preferences.units,
            goal_s=scenario.goal_time_s,
            scenario=plain,
            red_flags=tuple(dict.fromkeys((*self.signs, *(row.id for row in rows_for(self.person.flags))))),
            asked="not answered" if self.answers is None else "answered",
            heat=self.heat,
            notices=(*effort.notices, *self.weather.notices),
        )

    def _without_plan(self, ruling: Ruling) -> PlanResult:
        outcome: Outcome = "unknown" if ruling.outcome == "unknown" else "refused"
        unknown = ruling.refusals[0].words.removeprefix("We do not know. ") if outcome == "unknown" else ""
        return replace(
            self._blank(), outcome=outcome, refusals=ruling.refusals, limits=ruling.checks, theories_unknown=unknown
        )

    def _assumptions(self, told: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
        label = f"person {self.person.id}"
        pools = draw_pools(self.runs, self.seed, label)
        people = self.event.people
        weights = declarations_of(PlanCost, PlanCost.name)
        return (
            *(
                Assumption(
                    name, f"{each.meaning[0].upper()}{each.meaning[1:]}", each.value_as_written, each.unit,
                    origin=each.origin, source="" if each.source == "chosen" else each.source, where=each.where,
                )
                for name, each in weights.items()
            ),
            *assumptions_of_weather_error(self.scenario.weather.air_sd_C),
            *people.assumptions,
            *assumptions_of_scenario(self.scenario, self.weather, people.around.indoors),
            *declared_assumptions(people, pools),
            *margin_assumptions(),
            *told,
        )  # fmt: skip


def _sweat_evidence(person: Person) -> str:
    count = len(person.sweat_test)
    if not count:
        return "no sweat test: drawn from what people like this one lose"
    return f"from {count} sweat test{'' if count == 1 else 's'} and the weather of the day"


def _simplest_words(candidates: Sequence[Candidate], compared: Sequence[Comparison]) -> str:
    """Say why this plan and no other, and whether thirst alone would have done as well."""
    chosen = next(each for each in candidates if each.chosen)
    told = f"Of {len(candidates)} ways that were tried this one did best." if len(candidates) > 1 else ""
    if chosen.behind > 0.0:
        told = (
            f"Of {len(candidates)} ways that were tried this is the simplest that is as good as the best: by what the "
            f"search makes small it is {chosen.behind:.2g} behind (± {chosen.noise:.2g}) of {chosen.cost:.3g}, and "
            f"less than {100.0 * worth_it():.0f} % is not worth a harder plan."
        )
    by_name = {each.name: each for each in compared}
    ahead = by_name["plan"].cost - by_name["thirst"].cost
    if ahead > NOISE * by_name["thirst"].cost_error:
        told = f"{told} {_THIRST_DOES_BETTER}".strip()
    return told


def _failures(lived: Lived) -> tuple[str, ...]:
    endless = int((~outcomes.finite(lived)).sum())
    impossible = int((outcomes.beyond_a_body(lived) & outcomes.finite(lived)).sum())
    told = []
    if endless:
        told.append(
            f"{endless} of {lived.rows.size} simulated runs gave no finite numbers; each is counted among the bad ones."
        )
    if impossible:
        told.append(
            f"{impossible} of {lived.rows.size} simulated runs left what a living body can be (potassium in plasma "
            f"above {outcomes.MOST_POTASSIUM:g} mmol/L) and are not counted: a fault of the model in very hard work."
        )
    return tuple(told)


def _too_hard_for_the_model(lived: Lived) -> Ruling | None:
    """Say that we do not know where the simulation fails in more than a few runs."""
    share = float(np.mean(~outcomes.finished(lived)))
    if share <= MOST_IMPOSSIBLE:
        return None
    words = (
        f"We do not know. In {100.0 * share:.0f} of 100 simulated runs this effort takes the body model beyond what a "
        "living body can be, so what it says of the others is not to be trusted either."
    )
    refusal = Refusal("simulation", words, "An easier pace or power; check them, body mass and vo2max_mL_per_kg_min")
    return Ruling("unknown", None, None, (), refusals=(refusal,))
