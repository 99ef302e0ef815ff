"""What a session may bring to a team: the same whoever else is on the roster, and nothing where nothing is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_result import Outlook
from cramplab.planner import team_evidence
from cramplab.planner.team_outlook import team_outlook
from cramplab.planner.team_people import drinks_of, person_of
from cramplab.planner.team_session import assumed, session_ahead
from cramplab.safety.limits import load_limits
from cramplab.simulation.theory_shelf import load_theories

DRAWS = 128
TEAM = (
    Athlete("DRY", age_y=24, sex="male", mass_kg=90.0, height_cm=185, heat_acclimated="yes"),
    Athlete("WET", age_y=24, sex="male", mass_kg=90.0, height_cm=185, heat_acclimated="yes"),
    Athlete("GAIN", age_y=27, sex="male", mass_kg=104.0, height_cm=190),
    Athlete("BARE", mass_kg=71.0),
    Athlete("ROSTER", age_y=24, sex="male", mass_kg=90.0, height_cm=185, sweat_rate_L_per_h=2.4),
    Athlete("NOMASS", age_y=24),
    Athlete("YOUNG", age_y=15, mass_kg=60.0),
    Athlete("CHILD", age_y=26, sex="female", mass_kg=60.0, flags=("pregnant",)),
)
WEIGHED = (
    Weighing("DRY", "2026-08-04", "AM", 90.2, 89.9, 0.5, 0.0, 90),
    Weighing("WET", "2026-08-04", "AM", 90.2, 87.7, 0.9, 0.0, 90),
    Weighing("GAIN", "2026-08-04", "AM", 104.1, 104.9, 2.6, 0.0, 90),
    Weighing("GAIN", "2026-08-03", "AM", 104.1, 103.0, 0.2, 0.0, 60),
)


def outlook(athletes=TEAM, weighings=WEIGHED, **more) -> Outlook:
    return team_outlook(athletes, weighings, load_theories(), load_limits(), minutes=90, draws=DRAWS, **more)


@pytest.fixture(scope="module")
def whole() -> Outlook:
    """Work out the whole team once."""
    return outlook()


def _same(one, other) -> None:
    assert one.chances == other.chances
    assert one.runs == other.runs
    for figures in ("figures", "theories"):
        here, there = getattr(one, figures), getattr(other, figures)
        assert here.keys() == there.keys()
        for name in here:
            for end in ("median", "low", "high"):
                assert getattr(here[name], end) == pytest.approx(getattr(there[name], end), rel=1e-4, abs=1e-6), name


def test_order_of_the_roster_changes_nothing(whole):
    other = outlook(TEAM[::-1], WEIGHED[::-1])
    assert list(other.athletes) == [each.id for each in TEAM[::-1]]
    for code, expected in whole.athletes.items():
        assert other.athletes[code] == expected


def test_alone_as_in_the_team(whole):
    alone = outlook(TEAM[:1], WEIGHED[:1])
    _same(alone.athletes["DRY"], whole.athletes["DRY"])


def test_another_seed_another_answer(whole):
    assert outlook(TEAM[:1], WEIGHED[:1], seed=2).athletes["DRY"].figures != whole.athletes["DRY"].figures


def test_measurements_decide_who_sweats_more(whole):
    dry, wet, told, bare = (whole.athletes[code].figures["sweat_rate"] for code in ("DRY", "WET", "ROSTER", "BARE"))
    assert dry.high < wet.low
    assert told.median > dry.median
    # Nothing was measured of this one, so the whole spread of people is left.
    assert (bare.high - bare.low) / bare.median > (wet.high - wet.low) / wet.median
    assert whole.athletes["BARE"].runs > whole.athletes["WET"].runs


def test_who_drinks_faster_than_they_sweat_is_foreseen_to_gain(whole):
    gains, loses = (whole.athletes[code] for code in ("GAIN", "WET"))
    assert gains.figures["drank"].median == pytest.approx(2.6, rel=0.01)
    assert gains.chances["mass_gain"].share > 0.5 > loses.chances["mass_gain"].share
    assert gains.figures["body_mass_change"].median > 0.0 > loses.figures["body_mass_change"].median
    assert gains.chances["sodium_below_135"].share > loses.chances["sodium_below_135"].share


@pytest.mark.parametrize(("code", "word"), [("NOMASS", "body mass"), ("YOUNG", "below 18"), ("CHILD", "pregnancy")])
def test_no_number_where_nothing_is_known(whole, code, word):
    found = whole.athletes[code]
    assert found.unknown.endswith(".")
    assert word in found.unknown
    assert (found.chances, found.figures, found.theories, found.runs) == ({}, {}, {}, 0.0)


def test_no_number_in_air_that_nobody_measured(whole):
    hot = outlook(TEAM[:2], WEIGHED[:2], air_C=load_limits()["hottest_known"].value + 1.0)
    assert all("air above" in each.unknown for each in hot.athletes.values())
    assert not hot.assumptions
    too_long = team_outlook(TEAM[:1], (), load_theories(), load_limits(), minutes=1439, draws=DRAWS)
    assert "more than" in too_long.athletes["DRY"].unknown


def test_all_that_is_assumed_is_said(whole):
    bare = " ".join(whole.athletes["BARE"].notices)
    for word in ("Age", "Height", "thirst"):
        assert word in bare
    assert "come again" in whole.session.words
    assert not any("Age" in each for each in whole.athletes["DRY"].notices)
    names = {each.name for each in whole.assumptions}
    assert {"team.session", "team.adult_age", "team.session_stands_for_tests", "person.height"} <= names
    assert "base rate" in whole.rests_on
    known = whole.athletes["DRY"].theories
    assert set(known) <= set(whole.claims)
    assert {each.unit for each in known.values()} == {"of 100"}
    assert all(0.0 <= each.low <= each.median <= each.high <= 100.0 for each in known.values())


def test_bound_of_weighed_runs_is_wider_than_that_of_equal_ones(whole):
    from cramplab.safety.foreseen import chance_of

    chance = whole.athletes["WET"].chances["mass_gain"]
    plain = chance_of(np.arange(chance.of) < chance.count)
    assert chance.upper > plain.upper
    equal = whole.athletes["BARE"].chances["mass_gain"]
    assert equal.upper == pytest.approx(chance_of(np.arange(equal.of) < equal.count).upper)


def test_progress_reaches_its_end():
    told = []
    outlook(TEAM[:1], WEIGHED[:1], report_progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]


def test_session_is_told_taken_or_drawn():
    nobody = session_ahead(())
    assert nobody.duration_min == assumed("minutes")
    assert (nobody.air_C, nobody.intensity) == (None, None)
    assert "assumed" in nobody.words
    warm = [dataclasses.replace(each, air_C=30.0, intensity="hard") for each in WEIGHED]
    taken = session_ahead(warm)
    assert (taken.duration_min, taken.air_C, taken.intensity) == (90, 30.0, "hard")
    assert "Taken from the last weighings of 2026-08-04: 90 min, air of 30 °C" in taken.words
    told = session_ahead(warm, minutes=45, air_C=12)
    assert (told.duration_min, told.air_C, told.intensity) == (45, 12, "hard")
    assert "As told: 45 min, air of 12 °C" in told.words


def _own(air) -> team_evidence.Own:
    """Invent runs of one athlete in which 10 K warmer air makes 40 % more sweat."""
    chance = np.random.default_rng(1)
    temperature = np.full(4000, 25.0) if air == "told" else chance.uniform(12, 26, 4000)
    usual = np.exp(chance.normal(0.3, 0.5, 4000))
    conditions = {"air_temperature": temperature, "heart_rate_asked": np.full(4000, 0.65)}
    return team_evidence.own_part(usual * 1.4 ** ((temperature - 19.0) / 10.0), conditions)


def _mean_and_width(readings, own) -> tuple[float, float]:
    weights = np.exp(team_evidence.log_likelihood(readings, own))
    mean = (weights * own.logarithm).sum() / weights.sum()
    return mean, np.sqrt((weights * (own.logarithm - mean) ** 2).sum() / weights.sum())


def test_weather_of_a_run_says_nothing_about_the_athlete():
    own = _own("drawn")
    assert own.slopes["air_temperature"] == pytest.approx(np.log(1.4) / 10.0, rel=0.15)
    assert "heart_rate_asked" not in own.slopes
    assert own.logarithm.std() == pytest.approx(0.5, rel=0.05)


def test_a_test_in_warm_air_tells_of_less_sweat_in_mild_air():
    own = _own("drawn")
    test = dataclasses.replace(WEIGHED[1], intensity="moderate")
    mild, warm = (team_evidence.readings_of(TEAM[1], [dataclasses.replace(test, air_C=air)]) for air in (15.0, 25.0))
    assert _mean_and_width(warm, own)[0] < _mean_and_width(mild, own)[0] - 0.2


def test_unlike_weather_tells_less():
    test = dataclasses.replace(WEIGHED[1], intensity="moderate")
    alike, unlike, silent = (
        team_evidence.readings_of(TEAM[1], [dataclasses.replace(test, air_C=air)]) for air in (24.0, 12.0, None)
    )
    widths = [_mean_and_width(each, _own("told"))[1] for each in (alike, unlike, silent)]
    assert widths[1] > 1.3 * widths[0]
    assert widths[2] == pytest.approx(widths[1], rel=0.05)


def test_more_tests_narrow_but_never_below_how_days_differ():
    test = dataclasses.replace(WEIGHED[1], air_C=25.0, intensity="moderate")
    widths = [
        _mean_and_width(team_evidence.readings_of(TEAM[1], [test] * count), _own("told"))[1] for count in (1, 5, 50)
    ]
    assert widths[0] > widths[1] > widths[2] > 0.14


def test_drink_beyond_belief_is_not_simulated():
    rate, told = drinks_of([Weighing("A", "2026-08-04", "", 80, 79, 9.0, 0, 60)])
    assert rate is None
    assert "beyond belief" in told
    assert drinks_of(WEIGHED[2:])[0] == pytest.approx(2.6 / 1.5)


def test_mass_comes_from_weighings_where_the_roster_is_silent():
    found = person_of(Athlete("A"), [Weighing("A", mass_before_kg=80.0), Weighing("A", mass_before_kg=82.0)])
    assert found.mass_kg == 81.0
    assert "body mass index" in person_of(Athlete("A", mass_kg=220.0, height_cm=125.0), [])
    assert "sickle_cell_trait" in person_of(Athlete("A", mass_kg=80.0, sickle_cell_trait=True), []).flags
    assert "flags" in person_of(Athlete("A", mass_kg=80.0, flags=("no such flag",)), [])
