"""The one function that every plan passes: nothing that passes breaks a rule, nothing is refused without need."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.safety.gate_cases import (
    PUBLISHED,
    PUBLISHED_AT_LEAST,
    GateCase,
    World,
    faults_of,
    gate_cases,
    ruled,
    rules_broken,
    total,
    why_no_plan,
)

import cramplab.safety
from cramplab.core.plan import DrinkContent, Plan, Serving
from cramplab.safety import comparing, gate
from cramplab.safety.comparing import Case
from cramplab.safety.foreseen import Asked
from cramplab.safety.gate import pass_plan
from cramplab.safety.limits import Limits, load_limits

EXAMPLES = 300
LIMITS = load_limits()
RUNNER = Asked(age_y=30.0, duration_s=7200.0, hottest_air_C=20.0, sweat_tests=1)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(gate_cases())
def test_nothing_that_breaks_a_rule_passes(case):
    assert faults_of(case) == []


@settings(max_examples=EXAMPLES // 2, deadline=None, derandomize=True)
@given(gate_cases(hours=st.floats(0.2, 3.0)))
def test_an_event_of_twice_the_length_keeps_the_low_end_of_the_sweat_loss(case):
    for times in (1.0, 2.0):
        asked = replace(case.asked, duration_s=times * case.asked.duration_s)
        servings = case.proposal.servings
        if times > 1.0:
            later = (replace(each, time_s=each.time_s + case.asked.duration_s) for each in servings)
            servings = (*servings, *later)
        proposal = replace(case.proposal, duration_s=asked.duration_s, servings=servings)
        plan = pass_plan(proposal, asked, case.world.foresee, case.limits).plan
        if plan is not None:
            assert total(plan) <= np.quantile(case.world.foresee(plan).sweat_loss, 0.05) + 1e-6


@settings(max_examples=EXAMPLES // 2, deadline=None, derandomize=True)
@given(gate_cases())
def test_who_is_refused_by_a_limit_could_hardly_have_drunk_anything(case):
    ruling = ruled(case)
    if ruling.outcome == "refused" and not why_no_plan(case.asked, case.limits):
        sip = 0.02 * total(case.proposal)
        hardly = Plan("thirst", case.proposal.duration_s, (), sip / case.asked.hours, sip)
        assert rules_broken(hardly, case.world.foresee(hardly), case.asked, case.limits)


# ----------------------------------------------------------------------------------- a rule left out is found out


@pytest.mark.parametrize(
    "left_out",
    ["share_of_sweat", "low_end_of_sweat", "hourly_default", "single_drink", "drink_sodium", "sodium_not_above_loss",
     "salt_supplement_sweat_rate", "salt_supplement_hours", "chance_of_mass_gain", "plasma_sodium", "carbohydrate"],
)  # fmt: skip
def test_the_properties_see_when_a_rule_is_left_out(left_out, monkeypatch):
    rules = {name: rule for name, rule in comparing.RULES.items() if name != left_out}
    monkeypatch.setattr(comparing, "RULES", rules)
    assert any(faults_of(case) for case in TELLING[left_out])


@pytest.mark.parametrize("name", ["low_end_of_sweat", "chance_of_mass_gain", "hourly_default", "plasma_sodium"])
def test_the_properties_see_when_a_limit_is_loosened(name):
    looser = Limits({**LIMITS, name: replace(LIMITS[name], value=3.0 * LIMITS[name].value)}, LIMITS.bands)
    assert any(faults_of(replace(case, limits=looser)) for case in TELLING[name])


def test_the_properties_see_when_the_order_to_thirst_or_a_red_flag_is_lost(monkeypatch):
    runner = GateCase(drinks(0.1), replace(RUNNER, sweat_tests=0), LIMITS, World())
    ill = GateCase(drinks(0.1), replace(RUNNER, red_flags=("dark_urine",)), LIMITS, World())
    assert faults_of(runner) == faults_of(ill) == []
    monkeypatch.setattr(gate, "thirst_reasons", lambda asked, limits: ())
    monkeypatch.setattr(gate, "no_plan_at_all", lambda asked, limits: None)
    assert faults_of(runner)
    assert faults_of(ill)


def test_the_shipped_numbers_are_those_that_the_properties_know():
    rows = tomllib.loads((Path(cramplab.safety.__file__).parent / "limits.toml").read_text(encoding="utf-8"))["limit"]
    shipped = {row["id"]: row["value"] for row in rows}
    known = PUBLISHED | PUBLISHED_AT_LEAST
    assert {name: shipped[name] for name in known} == known


# ------------------------------------------------------------------------------------------- some worked by hand


def drinks(volume: float, every_min: float = 15.0, hours: float = 2.0, **more) -> Plan:
    times = np.arange(60.0 * every_min, 3600.0 * hours, 60.0 * every_min)
    return Plan("numbers", 3600.0 * hours, tuple(Serving(float(each), volume) for each in times), **more)


def wet(**more) -> World:
    return World(**{"sweat": 3.0, "spread": 0.0} | more)


def test_what_is_inside_every_limit_passes_as_it_stands():
    plan = drinks(0.1)
    ruling = pass_plan(plan, RUNNER, wet().foresee, LIMITS)
    assert ruling.plan == plan
    assert ruling.lowered == ()


@pytest.mark.parametrize("lead", ["numbers", "thirst"])
def test_a_plan_comes_down_to_the_low_end_of_the_sweat_loss_and_no_further(lead):
    world = World(sweat=0.8, spread=0.5, breath=0.2)
    proposal = drinks(0.19) if lead == "numbers" else Plan("thirst", 7200.0, (), 0.75, 1.5)
    ruling = pass_plan(proposal, RUNNER, world.foresee, LIMITS)
    lowest = float(np.quantile(world.foresee(proposal).sweat_loss, 0.05))
    assert 0.98 * lowest <= total(ruling.plan) <= lowest
    assert "low_end_of_sweat" in ruling.lowered


def test_a_litre_every_quarter_of_an_hour_comes_down_to_the_hourly_ceiling():
    ruling = pass_plan(drinks(1.0), RUNNER, wet().foresee, LIMITS)
    assert total(ruling.plan) == pytest.approx(7 * 0.2, rel=1e-4)
    assert ruling.plan.most_in_an_hour == pytest.approx(0.8, rel=1e-4)


def test_what_a_person_says_that_the_stomach_holds_is_a_ceiling():
    asked = replace(RUNNER, own_most_L_per_h=0.4)
    assert pass_plan(drinks(0.2), asked, wet().foresee, LIMITS).plan.fastest_drinking <= 0.4


def test_salt_is_left_out_before_the_drink_is_thinned():
    proposal = drinks(0.1, content=DrinkContent("salty", 40.0), salt_mmol_per_h=300.0, hours=3.0)
    asked = replace(RUNNER, duration_s=proposal.duration_s)
    plan = pass_plan(proposal, asked, wet(sweat_sodium=20.0).foresee, LIMITS).plan
    assert plan.content.sodium_mmol_per_L == 40.0
    assert 0.0 < plan.salt_mmol_per_h < 60.0


def test_who_gains_without_drinking_is_refused_and_told_what_would_have_to_change():
    ruling = pass_plan(drinks(0.1), RUNNER, World(sweat=0.1, breath=-0.5).foresee, LIMITS)
    assert ruling.outcome == "refused"
    assert {each.limit for each in ruling.refusals} == {"chance_of_mass_gain"}
    assert "sweat test" in ruling.refusals[0].remedy


def test_a_longer_event_hands_the_lead_to_thirst_and_says_why():
    proposal = drinks(0.1, hours=5.0)
    ruling = pass_plan(proposal, replace(RUNNER, duration_s=18_000.0), wet().foresee, LIMITS)
    assert (ruling.plan.lead, ruling.plan.servings) == ("thirst", ())
    assert "4 h" in ruling.reasons[0]


def test_sickle_cell_trait_alone_is_no_reason_to_refuse_but_its_warning_signs_are():
    carrier = replace(RUNNER, flags=frozenset({"sickle_cell_trait"}))
    assert pass_plan(drinks(0.1), carrier, wet().foresee, LIMITS).outcome == "passed"
    signs = replace(carrier, red_flags=("sickle_cell_trait",))
    assert pass_plan(drinks(0.1), signs, wet().foresee, LIMITS).outcome == "refused"


def test_a_stricter_line_of_low_sodium_never_lets_more_through():
    """Who starts below the stricter line is not forgotten at the published one."""
    world = World(sweat=1.2, spread=0.05, breath=0.1, sweat_sodium=60.0, at_start=136.5, start_sd=0.0)
    line = replace(LIMITS["plasma_sodium_line"], value=138.0, tightened=True)
    strict = Limits({**LIMITS, "plasma_sodium_line": line}, LIMITS.bands)
    proposal = Plan("thirst", 7200.0, (), 0.7, 1.4)
    usual, stricter = (pass_plan(proposal, RUNNER, world.foresee, limits) for limits in (LIMITS, strict))
    assert total(stricter.plan) <= total(usual.plan) < total(proposal)


def test_what_cannot_be_foreseen_passes_nothing():
    world = World(sweat=float("nan"))
    assert pass_plan(drinks(0.1), RUNNER, world.foresee, LIMITS).plan is None


@pytest.mark.parametrize(("litres", "inside"), [(0.0, True), (1.0, True), (2.0, False)])
def test_what_a_plan_is_compared_with_is_told_in_the_unit_of_the_limit(litres, inside):
    plan = Plan("thirst", 7200.0, (), 0.5 * litres, litres)
    compared = comparing.compare(Case(plan, World(sweat=0.9, spread=0.0).foresee(plan), RUNNER, LIMITS))
    assert compared["share_of_sweat"].planned == pytest.approx(litres / 1.8)
    assert compared["share_of_sweat"].holds is inside


TELLING = {
    # One world for each rule in which no other rule stands in its way.
    "share_of_sweat": [GateCase(Plan("thirst", 7200.0, (), 0.79, 1.58), RUNNER, LIMITS, World(sweat=0.9, spread=0.0))],
    "low_end_of_sweat": [
        GateCase(Plan("thirst", 7200.0, (), 0.6, 1.2), RUNNER, LIMITS, World(sweat=1.0, spread=0.5, breath=1.0))
    ],
    "hourly_default": [GateCase(Plan("thirst", 7200.0, (), 1.4, 2.8), RUNNER, LIMITS, wet())],
    "single_drink": [GateCase(Plan("numbers", 7200.0, (Serving(3600.0, 0.7),)), RUNNER, LIMITS, wet())],
    "drink_sodium": [GateCase(drinks(0.02, content=DrinkContent("brine", 200.0)), RUNNER, LIMITS, wet())],
    "carbohydrate": [GateCase(drinks(0.02, content=DrinkContent("syrup", 0.0, 200.0)), RUNNER, LIMITS, wet())],
    "sodium_not_above_loss": [
        GateCase(
            drinks(0.1, content=DrinkContent("salty", 45.0)), RUNNER, LIMITS,
            World(sweat=1.0, spread=0.0, sweat_sodium=8.0),
        )
    ],
    "salt_supplement_sweat_rate": [
        GateCase(
            drinks(0.05, hours=3.0, salt_mmol_per_h=5.0), replace(RUNNER, duration_s=10_800.0), LIMITS,
            World(sweat=0.8, spread=0.0),
        )
    ],
    "salt_supplement_hours": [
        GateCase(drinks(0.05, hours=1.5, salt_mmol_per_h=5.0), replace(RUNNER, duration_s=5400.0), LIMITS, wet())
    ],
    "chance_of_mass_gain": [
        GateCase(Plan("thirst", 7200.0, (), 0.5, 1.0), RUNNER, LIMITS, World(sweat=1.0, spread=0.3, breath=-0.3))
    ],
    "plasma_sodium": [
        GateCase(
            Plan("thirst", 7200.0, (), 0.625, 1.25), RUNNER, LIMITS,
            World(sweat=1.2, spread=0.05, breath=0.1, sweat_sodium=60.0, at_start=137.0, start_sd=0.0),
        )
    ],
}  # fmt: skip
