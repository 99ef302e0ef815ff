"""Claims on page and terminal: a verdict and a drawing each, red flags where words are all there is."""

from __future__ import annotations

import copy
import re

import pytest
from tests.report.evidence_fake import NAMES, make_claims
from tests.report.test_evidence_page import Page

from cramplab.core.errors import UserError
from cramplab.report.claims_page import render_claims
from cramplab.report.evidence_card import WIDTH, claims_text
from cramplab.report.verdicts import CLAIM_VERDICTS, SAYS
from cramplab.safety.red_flags import load_red_flags


@pytest.fixture(scope="module")
def data():
    return make_claims()


@pytest.fixture(scope="module")
def page(data):
    return render_claims(data)


@pytest.fixture(scope="module")
def read(page):
    return Page(page)


def part(page: str, identity: str) -> str:
    return next(each for each in page.split('<details class="claim">')[1:] if f"<b>{identity}</b>" in each)


def test_the_page_loads_nothing_and_is_closed_in_order(read, page):
    assert "default-src 'none'" in page
    assert not read.faults
    assert not read.open
    assert not [tag for tag, _ in read.elements if tag in ("script", "link", "img", "iframe", "object")]
    assert all(attributes.get("href", "#").startswith("#") for _, attributes in read.elements)


def test_ids_are_used_once_and_every_reference_has_its_target(read):
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {each for _, attributes in read.elements for each in attributes.get("aria-labelledby", "").split()}
    named |= {attributes["href"][1:] for _, attributes in read.elements if "href" in attributes}
    assert named <= set(ids)


def test_every_claim_shows_its_verdict_by_sign_and_word(data, page):
    assert {each["verdict"] for each in data["claims"]} == set(CLAIM_VERDICTS)
    for claim in data["claims"]:
        summary = part(page, claim["id"]).partition("</summary>")[0]
        mark = CLAIM_VERDICTS[claim["verdict"]]
        assert f'<b class="m {mark.code}">{mark.sign}</b>' in summary
        assert mark.word in summary
        assert claim["claim"] in summary


def test_an_experiment_has_one_drawing_and_a_row_for_each_theory(data, page):
    for claim in data["claims"]:
        inside = part(page, claim["id"])
        expected = 1 if claim["kind"] == "experiment" else 0
        assert inside.count("<svg") == expected
        assert len(re.findall(r'<tr><th scope="row">', inside)) == expected * len(NAMES)


def test_a_drawing_has_the_colour_of_what_each_theory_says(data, page):
    svg = re.search(r"<svg.*?</svg>", part(page, "C02"), flags=re.DOTALL)[0]
    colours = re.findall(r'<circle [^>]*fill="(#\w+)"', svg)
    assert colours == [SAYS[each["says"]].colour for each in data["claims"][0]["answers"]]
    assert "cramp threshold frequency change, Hz" in svg
    assert "2 supports, 2 contradicts, 2 cannot tell, 3 nothing" in svg


def test_a_claim_in_words_alone_leads_to_the_red_flags(read, page):
    inside = part(page, "C29")
    assert '<a href="#stop">red flags</a>' in inside
    assert "No experiment" in inside
    for row in load_red_flags():
        assert row.say in read.text


def test_studies_stand_by_which_way_they_speak(page):
    inside = part(page, "C11")
    assert inside.index("speak for it") < inside.index("2.9 times as many") < inside.index("speak against it")
    assert inside.index("speak against it") < inside.index("no change at 3 % lost")
    assert "no difference &lt; 1 mmol/L" in inside


def test_answers_in_two_measures_have_two_drawings(data):
    two = copy.deepcopy(data)
    for answer in two["claims"][0]["answers"][:4]:
        answer |= {"measure": "cramp_duration", "unit": "s"}
    assert part(render_claims(two), "C02").count("<svg") == 2


def test_the_page_is_no_advice(read):
    assert "Research, not medical advice." in read.text
    assert "What this rests on" in read.text
    outside = read.text.partition("Red flags: stop and get help")[0]
    assert not re.search(r"you should|we recommend|drink more|drink less|quinine", outside, flags=re.IGNORECASE)


def test_an_unknown_verdict_is_refused(data):
    wrong = copy.deepcopy(data)
    wrong["claims"][0]["verdict"] = "suported"
    for make in (render_claims, lambda each: render_claims({**each, "schema": 7})):
        with pytest.raises(UserError):
            make(wrong)


def test_the_terminal_tells_verdict_numbers_and_studies(data):
    text = claims_text(data)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "C09  CONTRADICTED: Too little fluid" in text
    assert "x electrolyte            -1.0 Hz (-2.5 to +0.7)" in text
    assert "for      clinic_1999: 2.9 times as many" in text
    assert "C29  OUTSIDE THIS SYSTEM" in text
    assert "Red flags" in text
    assert "\x1b" not in text
