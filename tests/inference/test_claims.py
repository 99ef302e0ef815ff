"""What is said to claims: the verdict comes from studies, and a theory's answer from its range."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cramplab.core.claim import Link
from cramplab.core.errors import UserError
from cramplab.core.library import load_library
from cramplab.inference import claims
from cramplab.inference.claims import EVERY_THEORY, answer_claims, gather, is_of_the_body, says, verdict_of
from cramplab.inference.score_cache import ScoreCache
from cramplab.report.claims_page import render_claims

LIBRARY = load_library(shelves=("claims", "studies"))
CLAIM = LIBRARY.claims["C19"]
THEORIES = ("electrolyte", "dehydration")


def linked(*speaks):
    return tuple(Link("stone_2010", "st10_fatigue", each, "", "") for each in speaks)


def row(low, middle, high):
    return {"predicted": middle, "predicted_low": low, "predicted_high": high}


def expects(direction, measure="cramp_threshold_frequency_change"):
    return SimpleNamespace(direction=direction, measure=measure)


@pytest.mark.parametrize(
    ("speaks", "verdict"),
    [
        (("for", "for", "neither"), "supported"),
        (("against", "neither"), "contradicted"),
        (("for", "against"), "mixed"),
        (("neither",), "untested"),
        ((), "untested"),
    ],
)
def test_the_verdict_comes_from_the_studies_that_speak(speaks, verdict):
    assert verdict_of(replace(CLAIM, links=linked(*speaks))) == verdict


def test_no_study_settles_what_is_outside_the_system():
    assert verdict_of(replace(CLAIM, outside=True, links=linked("for"))) == "outside this system"


NOTHING_CHANGED = row(-0.8, 0.0, 0.8)


@pytest.mark.parametrize(
    ("direction", "found", "answer"),
    [
        ("decrease", row(-8.0, -5.0, -3.0), "supports"),
        ("increase", row(-8.0, -5.0, -3.0), "contradicts"),
        ("increase", row(3.0, 5.0, 8.0), "supports"),
        ("decrease", row(-8.0, -4.0, 1.0), "cannot tell"),
        ("decrease", row(-1.9, -1.2, -0.5), "contradicts"),  # a fall that no laboratory could tell from nothing
        ("none", row(-1.5, -0.9, 0.2), "supports"),
        ("none", row(-8.0, -5.0, -3.0), "contradicts"),
        ("none", row(-8.0, -1.0, 1.0), "cannot tell"),
        ("decrease", row(-0.82, 0.01, 0.79), "nothing"),
    ],
)
def test_a_theory_answers_by_its_range(direction, found, answer):
    assert says(expects(direction), found, NOTHING_CHANGED) == answer


def test_a_ratio_is_held_against_one_and_not_against_zero():
    ratio = expects("increase", "cramp_rate_relative")
    assert says(ratio, row(1.3, 1.8, 3.2), row(1.0, 1.0, 1.0)) == "supports"
    assert says(ratio, row(0.4, 0.6, 0.9), row(1.0, 1.0, 1.0)) == "contradicts"
    assert says(ratio, row(1.0, 1.005, 1.01), row(1.0, 1.0, 1.0)) == "nothing"
    assert says(ratio, row(1.01, 1.03, 1.04), row(1.0, 1.0, 1.0)) == "contradicts"


def test_a_theory_that_adds_nothing_to_the_common_ground_says_nothing():
    strong = row(-43.0, -36.0, -30.0)
    shorter = expects("decrease", "cramp_duration")
    assert says(shorter, strong, strong) == "nothing"
    assert says(shorter, strong, strong, is_null=True) == "supports"
    assert says(expects("decrease"), NOTHING_CHANGED, NOTHING_CHANGED, is_null=True) == "nothing"


def test_without_a_number_nothing_can_be_told():
    assert says(expects("decrease"), row(None, None, None), NOTHING_CHANGED) == "cannot tell"


def test_only_claims_about_the_body_are_answered_alike_by_every_theory():
    asked = {
        key: [is_of_the_body(each.experiment, finding) for finding in each.experiment.findings]
        for key, each in LIBRARY.claims.items() if each.experiment
    }  # fmt: skip
    assert asked["C05"] == [True, True]
    assert asked["C01"] == [False]
    assert asked["C08"] == [False]  # sweat, but of those who cramped: who cramps is for theories to say
    assert asked["C16"] == [False, False]


class FakeStudy:
    """Lets one theory move everything by five, and the others nothing."""

    def __init__(self, experiment, seed, report_bench=None):
        self.seen = experiment.participants.n

    def predict(self, finding, stance):
        if finding.measure.startswith("plasma"):
            raise UserError("the laboratory is closed")
        assert self.seen == (claims.PEOPLE,)
        noise = np.random.default_rng(1).normal(0.0, 0.3, 400)
        return SimpleNamespace(figures=noise - (5.0 if stance.name == "dehydration" else 0.0))


@pytest.fixture
def answered(monkeypatch, tmp_path):
    monkeypatch.setattr(claims, "VirtualStudy", FakeStudy)
    asked = gather(only=("C04", "C09", "C29"))
    return answer_claims(asked, names=THEORIES, cache=ScoreCache(tmp_path))


def test_answers_are_of_the_theories_asked_for_and_of_the_body(answered):
    of = {each["id"]: each for each in answered["claims"]}
    threshold = {each["theory"]: each["says"] for each in of["C09"]["answers"] if "threshold" in each["measure"]}
    assert threshold == {"electrolyte": "nothing", "dehydration": "supports"}
    assert [each["theory"] for each in of["C09"]["answers"] if "volume" in each["measure"]] == [EVERY_THEORY]
    assert of["C29"]["answers"] == []


def test_what_could_not_be_simulated_is_told(answered):
    assert answered["notices"] == ["C04: the laboratory is closed"]


def test_the_page_takes_the_answers_as_they_come(answered):
    page = render_claims(answered)
    assert all(each["claim"] in page for each in answered["claims"] if "'" not in each["claim"])


def test_studies_are_told_with_the_figures_that_they_printed(answered):
    words = [each["words"] for claim in answered["claims"] for each in claim["studies"]]
    assert any("-2.4 Hz (no clear difference)" in each for each in words)
    assert not any("None" in each or "nan" in each for each in words)


def test_numbers_are_kept_between_runs(monkeypatch, tmp_path, answered):
    class Never(FakeStudy):
        def predict(self, finding, stance):
            raise AssertionError("worked out again")

    monkeypatch.setattr(claims, "VirtualStudy", Never)
    again = answer_claims(gather(only=("C04", "C09", "C29")), names=THEORIES, cache=ScoreCache(tmp_path))
    assert again["claims"] == answered["claims"]


def test_a_claim_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(UserError, match="no claim 'C1'"):
        gather(only=("C1",))
