"""The inside of each page fits another frame, and no page needs styles that a strict policy forbids."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.laboratory_fake import PROTOCOL, SOURCES, make_laboratory_run
from tests.report import plan_fake, team_fake
from tests.report.evidence_fake import make_claims, make_evidence

from cramplab.core.laboratory_folder import laboratory_record
from cramplab.core.plan_result import plan_tree
from cramplab.report.claims_page import claims_context, render_claims
from cramplab.report.document import render_report, style_sheets, template, templates_folder
from cramplab.report.evidence_page import evidence_context, render_evidence, study_context
from cramplab.report.laboratory_page import render_laboratory_page
from cramplab.report.plan_page import plan_context, render_plan, render_pocket_card
from cramplab.report.safety_tables import limits_context, red_flags_context
from cramplab.report.team_page import (
    athlete_context,
    render_cards,
    render_team,
    render_weigh_in_sheet,
    team_context,
)


def _laboratory() -> str:
    run = make_laboratory_run()
    return render_laboratory_page(run, laboratory_record(run, PROTOCOL, SOURCES))


PAGES: dict[str, Callable[[], str]] = {
    "plan": lambda: render_plan(plan_tree(plan_fake.numbers())),
    "plan led by thirst": lambda: render_plan(plan_tree(plan_fake.thirst("us"))),
    "no plan": lambda: render_plan(plan_tree(plan_fake.refused())),
    "pocket card": lambda: render_pocket_card(plan_tree(plan_fake.numbers())),
    "scoreboard": lambda: render_evidence(make_evidence()),
    "claims": lambda: render_claims(make_claims()),
    "laboratory": _laboratory,
    "team": lambda: render_team(team_fake.tree()),
    "cards of a team": lambda: render_cards(team_fake.tree()),
    "sheet for the scale": lambda: render_weigh_in_sheet(team_fake.tree()),
}
BODIES: dict[str, Callable[[], str]] = {
    "plan": lambda: template("plan_body.html.j2").render(plan_context(plan_tree(plan_fake.numbers()))),
    "no plan": lambda: template("plan_body.html.j2").render(plan_context(plan_tree(plan_fake.unknown()))),
    "claims": lambda: template("claims_body.html.j2").render(claims_context(make_claims())),
    "scoreboard": lambda: template("evidence_body.html.j2").render(evidence_context(make_evidence())),
    "overview": lambda: template("evidence_body.html.j2").render(evidence_context(make_evidence(), study_pages="/e/")),
    "study": lambda: _study(),
    "team": lambda: template("team_body.html.j2").render(team_context(team_fake.tree())),
    "team with pages": lambda: template("team_body.html.j2").render(
        team_context(team_fake.tree(), athlete_pages="/a/")
    ),
    "athlete": lambda: template("athlete_card.html.j2").render(athlete_context(team_fake.tree(), team_fake.GAINED)),
    "athlete, all": lambda: template("athlete_details.html.j2").render(
        athlete_context(team_fake.tree(), team_fake.YOUNG)
    ),
    "red flags": lambda: template("red_flags_list.html.j2").render(red_flags_context()),
    "limits": lambda: template("limits_table.html.j2").render(limits_context()),
}


def _study() -> str:
    data = make_evidence()
    return template("study_body.html.j2").render(
        study_context(data, data["studies"][0]["key"], totals_link="/e#totals-of")
    )


@pytest.fixture(scope="module")
def page() -> Callable[[str], str]:
    made: dict[str, str] = {}
    return lambda name: made.setdefault(name, PAGES[name]())


@pytest.fixture(scope="module")
def body() -> Callable[[str], str]:
    made: dict[str, str] = {}
    return lambda name: made.setdefault(name, BODIES[name]())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_style_element_and_no_style_attribute(page, name):
    assert not re.search(r"\sstyle\s*=", page(name))
    assert page(name).count("<style") == 1


def test_the_report_of_a_run_has_neither(asked):
    text = render_report(asked)
    assert not re.search(r"\sstyle\s*=", text)
    assert text.count("<style") == 1


@pytest.mark.parametrize("name", BODIES)
def test_an_inside_brings_no_frame_no_style_and_no_script(body, name):
    text = body(name)
    assert not re.search(r"<(?:!doctype|html|head|body|main|h1|style|script|link|meta)\b", text, re.IGNORECASE)
    assert not re.search(r"\s(?:style|on\w+)\s*=", text)


@pytest.mark.parametrize("name", BODIES)
def test_ids_of_an_inside_are_unique_and_its_own_links_resolve(body, name):
    text = body(name)
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert all(ids)
    for target in re.findall(r'<a href="#([^"]*)"', text):
        assert target in ids, target


@pytest.mark.parametrize(("whole", "inside"), [("plan", "plan"), ("claims", "claims"), ("scoreboard", "scoreboard"),
                                               ("team", "team")])  # fmt: skip
def test_a_page_on_its_own_shows_the_same_inside(page, body, whole, inside):
    assert body(inside).strip() in page(whole)


def test_the_red_flags_are_linked_where_there_is_a_page_of_them():
    tree = plan_tree(plan_fake.numbers(asked="not answered"))
    alone = template("plan_body.html.j2").render(plan_context(tree))
    linked = template("plan_body.html.j2").render(plan_context(tree, red_flags_link="/redflags"))
    assert "<code>cramplab redflags</code>" in alone
    assert "<code>cramplab redflags</code>" not in linked
    assert 'href="/redflags"' in linked


def test_the_overview_names_every_study_and_leaves_findings_to_their_pages(body):
    data = make_evidence()
    overview = body("overview")
    for study in data["studies"]:
        assert f'href="/e/{study["key"]}"' in overview
    assert 'class="finding"' not in overview
    assert len(overview) < len(body("scoreboard"))


def test_each_study_has_all_its_findings_on_its_page():
    data = make_evidence()
    for study in data["studies"]:
        text = template("study_body.html.j2").render(study_context(data, study["key"], totals_link="/e#totals-of"))
        assert text.count('class="finding"') == len(study["findings"])


def test_a_study_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        study_context(make_evidence(), "nobody_1900", totals_link="")


def test_styles_come_by_name_and_load_nothing():
    sheets = style_sheets()
    assert set(sheets) == {"report", "plan", "evidence", "team", "safety"}
    assert sheets["report"] == (Path(templates_folder()) / "report.css").read_text("utf-8")
    for text in sheets.values():
        assert "url(" not in text
        assert "@import" not in text
