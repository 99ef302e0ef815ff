"""Virtual studies: repeatable, the same people in both arms, nothing out of nothing, and intervals that cover."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.inference.conftest import ARMS, FINDING, PEOPLE, WORLDS

from cramplab.cohort.virtual_arm import VirtualArm
from cramplab.core.errors import UserError
from cramplab.inference import predictive
from cramplab.inference.possible_studies import (
    STUDIES_IN_A_WORLD,
    Shown,
    drawn_studies,
    large_groups,
    means_of_worlds,
    sizes_of,
)
from cramplab.inference.predictive import VirtualStudy
from cramplab.inference.scoring import score

DURATION = FINDING.replace("cramp_threshold_frequency", "cramp_duration").replace(" Hz", " s")
IDENTICAL = DURATION.replace('"stimulated"', '"again"')


def predicted(study, stance, number=0):
    return study.predict(study.experiment.findings[number], stance)


# ------------------------------------------------------------------------------------------------------ on the bench
def test_the_same_seed_gives_the_same_figures_and_another_seed_others(virtual, stance):
    one, same, other = (predicted(virtual(seed), stance()).figures for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_two_arms_alike_differ_by_exactly_nothing_in_a_paired_study(virtual, nothing):
    found = predicted(virtual(findings=IDENTICAL), nothing)
    assert np.all(found.figures == 0.0)
    assert found.raised == found.lowered == 0.0


def test_two_arms_alike_differ_in_a_threshold_by_the_retest_noise_alone(virtual, nothing):
    found = predicted(virtual(findings=FINDING.replace('"stimulated"', '"again"')), nothing)
    assert found.figures.mean() == pytest.approx(0.0, abs=0.2)
    # 2 Hz between two tests of one person, ten people.
    assert found.figures.std() == pytest.approx(2.0 / np.sqrt(10), rel=0.2)
    assert found.raised + found.lowered < 0.12


def test_two_groups_alike_differ_by_the_chance_of_who_is_in_them(virtual, nothing):
    found = predicted(virtual(findings=IDENTICAL, design="parallel"), nothing)
    assert found.figures.std() > 0.5
    assert abs(found.figures.mean()) < found.figures.std()


def test_the_effect_grows_with_the_strength_of_the_theory(virtual, stance):
    study = virtual()
    middles = [float(np.median(predicted(study, stance(strength)).figures)) for strength in (0.0, 0.5, 1.0, 2.0)]
    assert middles == sorted(middles, reverse=True)
    # Ten per cent of a gain that moves the threshold by 30 Hz; people differ in the gain itself.
    assert middles[2] == pytest.approx(-3.0, abs=0.4)


def test_a_theory_that_moves_nothing_in_an_arm_predicts_what_no_theory_predicts(virtual, stance, nothing):
    study = virtual(findings=FINDING.replace('"stimulated"', '"again"'))
    assert np.array_equal(predicted(study, stance(3.0)).figures, predicted(study, nothing).figures)


def test_every_world_has_its_own_strength(virtual, stance):
    strengths = np.linspace(0.0, 3.0, WORLDS)
    figures = predicted(virtual(findings=DURATION), stance(strengths)).figures.reshape(WORLDS, -1)
    assert np.corrcoef(strengths, figures.mean(axis=1))[0, 1] < -0.95
    # Between worlds there is more to know than within one.
    assert figures.mean(axis=1).std() > 2.0 * figures.std(axis=1).mean()


def test_intervals_of_nine_in_ten_hold_nine_in_ten_studies_that_the_theory_itself_brought_forth(
    virtual, stance, finding
):
    strengths = np.linspace(0.5, 2.5, WORLDS)
    told = virtual()
    prediction = predicted(told, stance(strengths))
    possible = np.concatenate([predicted(virtual(seed), stance(strengths, seed)).figures[::37] for seed in (2, 3, 4)])
    printed = told.experiment.findings[0]
    inside = []
    for figure in possible:
        band = (figure - 1.0, figure + 1.0)  # the study's own error is smaller than what worlds differ by
        found = score(replace(printed, value=float(figure), band=band), told.experiment, prediction)
        inside.append(found.low <= figure <= found.high)
    assert np.mean(inside) == pytest.approx(0.90, abs=0.05)


def test_a_study_twice_as_large_finds_a_narrower_figure_and_the_effect_more_often(virtual, stance):
    small, large = (predicted(virtual(n=n), stance(0.5)) for n in ("5", "40"))
    assert large.figures.std() < 0.6 * small.figures.std()
    assert large.lowered > small.lowered


def test_nobody_showing_anything_is_told_as_failed_and_not_as_a_figure(virtual, nothing):
    text = FINDING.replace("cramp_threshold_frequency", "cramp_emg").replace(" Hz", " %")
    found = predicted(virtual(findings=text), nothing)
    assert len(found.figures) == 0
    assert found.failed == 1.0


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("cramp_threshold_frequency", "cramp_severity", "no measure of the bench"),
        ('"cramp_threshold_frequency"', '"motor_unit_discharge_rate"', "no step of the arm measures"),
        ("cramp_threshold_frequency", "cramp_threshold_frequency_change", "only once"),
        (" Hz", " s", "not in s"),
        ("[[finding]]", '[[finding]]\nselect = "outcome"', "picked by their outcome"),
        ("[[finding]]", '[[finding]]\nnot_simulated = "it is a story"', "it is a story"),
    ],
)
def test_what_is_not_simulated_is_told_with_its_reason(virtual, right, wrong, told):
    text = FINDING.replace(right, wrong)
    study = virtual(findings=text.replace(" Hz", " imp/s") if "motor_unit" in wrong else text)
    assert told in study.why_not(study.experiment.findings[0])


def test_an_arm_that_cannot_be_run_is_a_reason_and_no_crash(virtual):
    study = virtual(arms=ARMS.replace('"caffeine"', '"cafeine"'))
    assert "Did you mean 'caffeine'" in study.why_not(study.experiment.findings[0])
    with pytest.raises(UserError, match="cafeine"):
        study.arm("stimulated")


# ------------------------------------------------------------------------------------------------ what comes by itself
COURSE = """
[[finding]]
id = "rate"
measure = "cramp_rate_relative"
contrast = ["first", "again"]
value = 2
direction = "increase"
status = "verified"
"""


@pytest.fixture
def race(virtual, monkeypatch):
    """Make a study whose arms are races of an hour, in which fatigue alone lowers the margin."""

    def make(fatigue=(0.1, 0.1), findings=COURSE, **parts):
        monkeypatch.setattr(predictive, "cramp_margin", lambda wide: 30.0 - 50.0 * wide["fatigue"] - 20.0 * (
            wide["persistent_gain"] - 1.0))  # fmt: skip
        study = virtual(findings=findings, design="cohort", judge="field", **parts)
        chance = np.random.default_rng(1)
        gains = np.exp(0.05 * chance.standard_normal(WORLDS * PEOPLE))
        for name, lost in zip(("first", "again"), fatigue, strict=True):
            shape = (3, WORLDS * PEOPLE)
            course = {"fatigue": np.full(shape, lost), "fibre_length": np.ones(shape), "stimulant": np.ones(shape)}
            course["body_mass_change"] = np.broadcast_to(chance.uniform(-0.06, 0.0, shape[1]), shape)
            pools = {"persistent_gain": gains, "volley_gain": np.ones(shape[1])}
            arm = study.experiment.arm(name)
            study._arms[name] = VirtualArm(arm, pools, (), None, course, np.full(shape, 1200.0), "", False)
        return study

    return make


def test_two_races_alike_have_a_ratio_of_exactly_one(race, nothing):
    assert np.all(predicted(race(), nothing).figures == 1.0)


def test_the_rate_rises_as_the_margin_falls_by_the_scale_of_the_hazard(race, nothing):
    figures = predicted(race((0.1, 0.2)), nothing).figures.reshape(WORLDS, -1)[:, 0]
    # Fatigue of a tenth is 5 Hz of margin for everybody.
    np.testing.assert_allclose(figures, np.exp(5.0 / nothing.scale_hz), rtol=1e-6)


def test_a_theory_that_lowers_the_margin_makes_cramps_likelier(race, stance, nothing):
    study = race()
    arm = study.arm("first")
    assert np.all(study.chance(arm, stance(1.0)) > study.chance(arm, nothing))


def test_the_margin_of_one_strength_is_never_taken_for_that_of_another(race, stance, monkeypatch):
    # A place in memory is given out again once a stance is gone: as if all had the same.
    monkeypatch.setattr(predictive, "id", lambda _thing: 7, raising=False)
    study = race()
    arm = study.arm("first")
    means = [float(study.margin(arm, stance(float(strength))).mean()) for strength in np.linspace(0.0, 3.0, 8)]
    assert len(set(means)) == len(means)
    assert means == sorted(means, reverse=True)


def test_the_share_that_cramps_in_a_small_race_spreads_as_counts_do(race, nothing):
    text = COURSE.replace("cramp_rate_relative", "cramp_incidence").replace(
        'contrast = ["first", "again"]', 'arm = "first"'
    )
    study = race(findings=text.replace("value = 2", 'value = "10 %"'), n="20")
    found = predicted(study, nothing)
    shares = study.chance(study.arm("first"), nothing).reshape(WORLDS, PEOPLE).mean(axis=1)
    assert found.figures.mean() == pytest.approx(shares.mean(), abs=0.02)
    counts = found.figures * 20
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)


def test_dehydration_that_moves_no_margin_has_an_odds_ratio_of_about_one(race, nothing):
    study = race(findings=COURSE.replace("cramp_rate_relative", "dehydration_odds_ratio"), n="[10, 10]")
    arms = {name: replace(study.arm("first"), outcome=word) for name, word in
            (("first", "no_cramp"), ("again", "cramp"))}  # fmt: skip
    study._arms |= arms
    assert np.median(predicted(study, nothing).figures) == pytest.approx(1.0, abs=0.25)


def test_where_the_dry_are_the_tired_those_who_cramp_are_more_often_dry(race, nothing):
    study = race(findings=COURSE.replace("cramp_rate_relative", "dehydration_odds_ratio"), n="[10, 10]")
    arm = study.arm("first")
    course = {**arm.course, "fatigue": np.where(arm.course["body_mass_change"] < -0.03, 0.3, 0.1)}
    for name, word in (("first", "no_cramp"), ("again", "cramp")):
        study._arms[name] = replace(arm, course=course, outcome=word)
    assert np.all(predicted(study, nothing).figures > 1.5)


# ----------------------------------------------------------------------------------------------------- possible studies
def test_people_picked_by_an_outcome_are_drawn_as_often_as_they_have_it(finding):
    values = np.tile([0.0, 1.0], 10 * WORLDS)
    weights = np.tile([1.0, 3.0], 10 * WORLDS)
    shown = [Shown(values, weights)]
    found = drawn_studies(finding(), shown, [30], "", np.random.default_rng(1), WORLDS, paired=False)
    assert found.figures.mean() == pytest.approx(0.75, abs=0.01)
    np.testing.assert_allclose(means_of_worlds(values, WORLDS, weights), 0.75)


def test_a_median_threshold_counts_who_never_cramped_as_above_the_strongest_train(finding):
    values = np.tile([10.0, 20.0, 30.0, np.nan, np.nan], 8 * WORLDS)
    median = finding("cramp_threshold_frequency", centre="median")
    found = drawn_studies(median, [Shown(values)], [201], "", np.random.default_rng(1), WORLDS, paired=False)
    assert np.median(found.figures) == 30.0


def test_a_large_group_is_as_uncertain_as_its_size_leaves_it(finding):
    values = np.random.default_rng(2).normal(5.0, 2.0, WORLDS * 500)
    worlds = means_of_worlds(values, WORLDS)
    found = large_groups([Shown(values)], [1000], "", np.random.default_rng(1), WORLDS, change=True)
    within = (found.figures.reshape(WORLDS, -1) - worlds[:, None]).std()
    assert within == pytest.approx(2.0 / np.sqrt(1000), rel=0.1)
    assert found.raised == 1.0


def test_groups_are_as_large_as_the_finding_says_else_as_the_study_says(virtual, finding):
    study = virtual(n="[7, 9]").experiment
    assert sizes_of(finding(n=(12,)), study, 2) == [12, 12]
    assert sizes_of(finding(n=()), study, 2) == [7, 9]
    assert sizes_of(finding(n=(48,), unit_of_n="motor_unit"), study, 1) == [7]


def test_a_study_of_other_sizes_needs_stances_of_as_many_worlds(bench, experiment, stance):
    study = VirtualStudy(experiment(), 1, worlds=3, people=5)
    found = study.predict(study.experiment.findings[0], stance(worlds=3))
    assert len(found.figures) == 3 * STUDIES_IN_A_WORLD
