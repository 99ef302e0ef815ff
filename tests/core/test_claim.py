"""A claim's file: what it must say, and that every study it calls upon is there and was read."""

from __future__ import annotations

import re

import pytest

from cramplab.core.claim import faults_of_claims, read_claim
from cramplab.core.errors import FaultsFoundError
from cramplab.core.library import check_library, load_library

LIBRARY = load_library(shelves=("claims", "studies"))
CLAIMS = list(LIBRARY.claims.values())
OUTSIDE = {"C21", "C27", "C28", "C29"}
HEAD = 'schema = 1\nid = "X01"\nclaim = "Cold water makes the calf cramp."\nwords = "Nobody knows."\n'
ARMS = """
[[arm]]
id = "warm"
[[arm.step]]
kind = "rest"
duration = "1 h"
[[arm]]
id = "cold"
[[arm.step]]
kind = "rest"
duration = "2 h"
"""
FINDING = '[[finding]]\nid = "x"\nmeasure = "core_temperature"\ncontrast = ["warm", "cold"]\ndirection = "decrease"\n'
EXPERIMENT = HEAD + 'kind = "experiment"\nexperiment = "Warm, then cold."\n' + ARMS + FINDING
LINK = '[[evidence]]\nstudy = "{}"\nfinding = "{}"\nspeaks = "for"\n'
# Verbs that would make an answer a recipe, as the first word of a sentence or after "should".
ADVICE = re.compile(
    r"(?:^|[.;:] |should |must |try to |remember to )(?:drink|sip|take|eat|swallow|use|salt|add)\b", re.IGNORECASE
)


def read(folder, text, name="X01"):
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return read_claim(path)


def faults_in(folder, text):
    with pytest.raises(FaultsFoundError) as found:
        read(folder, text)
    return "\n".join(map(str, found.value.faults))


def test_all_29_claims_are_on_the_shelf():
    assert sorted(LIBRARY.claims) == [f"C{number:02d}" for number in range(1, 30)]


def test_every_finding_that_a_claim_calls_upon_exists_and_was_read():
    assert not faults_of_claims(CLAIMS, LIBRARY.studies)


def test_what_is_outside_the_system_is_told_in_words_and_leads_to_the_red_flags():
    assert {each.id for each in CLAIMS if each.outside} == OUTSIDE
    assert {each.id for each in CLAIMS if each.red_flags} == OUTSIDE
    assert all(each.kind == "words" for each in CLAIMS if each.outside)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda each: each.id)
def test_no_claim_is_answered_by_advice_or_by_quinine(claim):
    told = " ".join((claim.words, claim.told, *(link.why for link in claim.links)))
    assert not ADVICE.search(told)
    assert "quinine" not in told.lower()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda each: each.id)
def test_no_figure_of_a_study_is_typed_into_the_words_of_a_claim(claim):
    # Identifiers of other claims are the only digits that words may hold; figures come from the studies.
    assert not re.search(r"\d", re.sub(r"\bC\d\d\b", "", claim.words))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda each: each.id)
def test_words_and_links_are_not_the_same_thing_twice(claim):
    places = [(link.study, link.finding) for link in claim.links]
    assert len(places) == len(set(places))


def test_what_a_claim_expects_is_a_direction_and_not_a_figure(tmp_path):
    claim = read(tmp_path, EXPERIMENT)
    assert claim.experiment.key == "X01"
    assert claim.experiment.judge == "claim"
    assert claim.experiment.findings[0].direction == "decrease"
    assert "has a figure" in faults_in(tmp_path, EXPERIMENT + 'value = "-1 degC"\n')
    without = EXPERIMENT.replace('direction = "decrease"\n', 'band = ["0 degC", "1 degC"]\n')
    assert "does not say what the claim expects" in faults_in(tmp_path, without)


def test_all_faults_of_a_claim_are_told_at_once(tmp_path):
    text = EXPERIMENT.replace('id = "X01"', 'id = "X02"').replace('kind = "experiment"', 'kind = "experimnt"')
    told = faults_in(tmp_path, text + '[[evidence]]\nstudy = "a"\nfindng = "b"\nspeaks = "perhaps"\n')
    for each in ("id is 'X02'", "kind is 'experimnt'", "'finding' is missing", "Unknown key 'findng'", "for | against"):
        assert each in told


def test_two_expectations_are_of_two_measures(tmp_path):
    assert "two findings of" in faults_in(tmp_path, EXPERIMENT + FINDING.replace('"x"', '"y"'))


def test_a_claim_in_words_alone_has_no_experiment(tmp_path):
    assert read(tmp_path, HEAD + 'kind = "words"\n').experiment is None
    assert "words alone has 'arm'" in faults_in(tmp_path, HEAD + 'kind = "words"\n' + ARMS)
    assert "'experiment' is missing" in faults_in(tmp_path, HEAD + 'kind = "experiment"\n' + ARMS + FINDING)


@pytest.mark.parametrize(
    ("study", "finding", "said"),
    [
        ("stone_210", "st10_fatigue", "Did you mean 'stone_2010'"),
        ("stone_2010", "st10_fatige", "'st10_fatigue'"),
        ("mccance_1936", "mc36_cramps", "nobody has read"),
    ],
)
def test_a_link_to_nothing_or_to_what_nobody_read_is_a_fault(tmp_path, study, finding, said):
    claim = read(tmp_path, HEAD + 'kind = "words"\n' + LINK.format(study, finding))
    (fault,) = faults_of_claims([claim], LIBRARY.studies)
    assert said in str(fault)
    assert "X01.toml, line 6" in str(fault)


def test_checking_a_library_checks_the_links_of_its_claims(tmp_path):
    (tmp_path / "claims").mkdir()
    read(tmp_path / "claims", HEAD + 'kind = "words"\n' + LINK.format("no_such", "x") + LINK.format("nor_this", "y"))
    told = [str(each) for each in check_library([tmp_path])[1]]
    assert len([each for each in told if "claim 'X01'" in each]) == 2
