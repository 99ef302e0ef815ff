"""A team's page, cards and sheet: the gains first, true to the tree, and nothing lost of what could not be read."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest
from tests.report import team_fake
from tests.report.team_fake import ABOVE_2, ABOVE_3, FINE, GAINED, HEAVIER, SEVERE, TRAIT, UNREAD, UNWEIGHED, YOUNG

from cramplab.core.team_result import team_tree
from cramplab.report import team_words
from cramplab.report.document import template
from cramplab.report.prose import Wording
from cramplab.report.team_card import team_card
from cramplab.report.team_figures import changes, sweat_rates
from cramplab.report.team_page import (
    BLANK_ROWS,
    CARDS_ON_A_PAGE,
    athlete_context,
    render_cards,
    render_team,
    render_weigh_in_sheet,
    team_context,
)
from cramplab.safety.red_flags import load_red_flags, stop_line
from cramplab.safety.wording import advice_found, sentences

CODES = (GAINED, SEVERE, ABOVE_3, ABOVE_2, TRAIT, YOUNG, FINE, UNWEIGHED)


def words_of(page: str) -> str:
    text = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", page)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def body_of(tree) -> str:
    return template("team_body.html.j2").render(team_context(tree))


def table_row(page: str, code: str) -> str:
    table = page[page.index('class="team-table"') :]
    return next(row for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL) if f">{code}</a>" in row)


@pytest.fixture(scope="module")
def page() -> str:
    return render_team(team_fake.tree())


@pytest.mark.parametrize("units", ["metric", "us"])
@pytest.mark.parametrize("with_outlook", [True, False])
def test_a_gain_is_the_first_thing_on_every_view(units, with_outlook):
    tree = team_fake.tree(units, with_outlook=with_outlook)
    body = body_of(tree)
    gain = body.index("Weight went UP")
    assert gain < body.index('class="facts"') < body.index('class="team-table"')
    assert re.findall(r'<th scope="row"><a href="#a-([^"]*)"', body)[0] == GAINED
    assert re.findall(r'class="team-flag ([\w-]*)"', table_row(body, GAINED))[0] == "gain"
    assert html.escape(HEAVIER.say) in body[gain : body.index('class="facts"')]
    cards = render_cards(tree)
    first = cards[cards.index("<article") : cards.index("</article>")]
    assert f"Athlete {GAINED}" in first
    assert first.index("Weight went UP") < first.index("To replace")


def test_a_gain_comes_first_even_where_the_tree_lists_it_last_and_without_its_flag():
    tree = team_fake.tree()
    rows = [row for row in tree["rows"] if row["athlete"]["id"] != GAINED]
    gained = next(row for row in tree["rows"] if row["athlete"]["id"] == GAINED)
    body = body_of({**tree, "rows": [*rows, {**gained, "flags": []}]})
    assert "Weight went UP: 1 athlete" in body
    assert re.findall(r'<th scope="row"><a href="#a-([^"]*)"', body)[0] == GAINED
    assert html.escape(HEAVIER.say) in body


def test_a_gain_before_the_last_weighing_is_not_told_with_the_loss_of_the_last():
    tree = team_fake.tree()
    row = {**tree["rows"][0], "change_kg": -0.9, "change_pct": -0.9}
    told = {**tree, "rows": [row, *tree["rows"][1:]]}
    words = row["flags"][0]["words"]
    body = body_of(told)
    top = body[body.index("Weight went UP") : body.index('class="facts"')]
    assert html.escape(words) in top
    assert "\u22120.9" not in top
    cell = table_row(body, GAINED)
    assert "\u22120.9 %" in cell
    assert "team-up" not in cell
    alarm = render_cards(told).split("Weight went UP", 1)[1].split("</p>", 1)[0]
    assert html.escape(words) in alarm
    assert "\u22120.9" not in alarm
    first = " ".join(team_card(told, None).split("\n\n")[0].split())
    assert words in first
    assert "-0.9" not in first


def test_a_gain_stands_before_other_flags_whatever_their_order():
    tree = team_fake.tree()
    row = tree["rows"][0]
    shuffled = {**row, "flags": [{**flag, "rank": 3 - flag["rank"]} for flag in row["flags"]]}
    shown = team_words.athletes({**tree, "rows": [shuffled]}, Wording())[0]
    assert [flag.id for flag in shown.flags] == ["gain", "drank_too_fast"]


def test_a_gain_is_shown_where_nothing_else_of_the_weighing_could_be_read():
    bare = team_fake.row("X1", "", 80.0, 80.1, None, (team_fake.gain_flag("+0.1 kg"),))
    last = replace(bare.last, drank_L=None, urine_L=None, duration_min=None, date="", session="")
    body = body_of(team_tree(team_fake.team(rows=(replace(bare, last=last),), outlook=None)))
    assert "Weight went UP: 1 athlete" in body


def test_nobody_who_gained_is_told_an_amount():
    tree = team_fake.tree()
    wrong = {**tree["rows"][0], "replace": {"low_L": 1.0, "high_L": 1.2, "words": "Over several hours."}}
    shown = team_words.athletes({**tree, "rows": [wrong]}, Wording())[0]
    assert shown.replace == "none"
    assert "weight went up" in shown.replace_words


def test_without_a_gain_the_page_says_so_and_raises_no_alarm():
    rows = tuple(each for each in team_fake.team().rows if each.athlete.id != GAINED)
    body = body_of(team_tree(team_fake.team(rows=rows)))
    assert "team-gain" not in body
    assert "Nobody weighed more after than before" in body


def test_every_athlete_has_a_row_and_losses_bear_their_sign(page):
    for code in CODES:
        assert table_row(page, code)
    assert "−5.5 %" in table_row(page, SEVERE)
    assert "+0.8 %" in table_row(page, GAINED)
    assert "not weighed" in words_of(page)


def test_flags_have_a_shape_and_words(page):
    assert re.search(r'<span aria-hidden="true">■</span> weight gain', table_row(page, GAINED))
    assert re.search(r'<span aria-hidden="true">▲</span> lost more than 3 %', table_row(page, ABOVE_3))
    assert re.search(r'<span aria-hidden="true">○</span> sickle cell trait', table_row(page, TRAIT))


def test_who_is_told_no_number_reads_why(page):
    assert "we do not know" in table_row(page, YOUNG)
    assert "Nobody under 18" in table_row(page, YOUNG)
    assert "we do not know" in table_row(page, UNWEIGHED)


def test_without_an_outlook_the_page_says_how_to_get_one():
    tree = team_fake.tree(with_outlook=False)
    body = body_of(tree)
    assert team_words.NO_OUTLOOK in body
    assert "if that theory were right" not in body
    own = template("team_body.html.j2").render(team_context(tree, no_outlook="Press the button."))
    assert "Press the button." in own


def test_theories_stand_as_counts_of_100_and_whole_with_their_range(page):
    heads = re.findall(r'class="team-theory"><span>([^<]*)', page)
    assert heads == [name.replace("_", " ") for name in team_fake.CLAIMS]
    assert "10 (4 to 27)" in words_of(page)
    assert team_words.NOT_BLENDED in page
    assert "1 in " not in words_of(page)


def test_what_could_not_be_read_is_all_told(page):
    for sentence in UNREAD:
        assert html.escape(sentence, quote=False) in html.unescape(page).replace("&", "&amp;")
    many = tuple(f"weighins.csv, row {number}: no mass." for number in range(30))
    text = words_of(body_of(team_tree(team_fake.team(unread=many))))
    assert all(sentence in text for sentence in many)


def test_every_red_flag_stands_on_the_page(page):
    text = words_of(page)
    for row in load_red_flags():
        assert row.say in text
        assert re.sub(r"\s+", " ", row.when) in text


@pytest.mark.parametrize("render", [render_team, render_cards, render_weigh_in_sheet])
@pytest.mark.parametrize("tree", [team_fake.tree(), team_fake.tree("us"), team_fake.tree(with_outlook=False)])
def test_pages_load_nothing_give_no_advice_and_end_with_when_to_stop(render, tree):
    text = render(tree)
    assert advice_found(text) == []
    assert not [each for each in sentences(text) if re.search("cramp(?!lab)", each) and "drink" in each.lower()]
    assert stop_line() in words_of(text)
    assert re.findall(r'(?:src|srcset|action)="', text) == []
    assert "default-src 'none'" in text
    assert text == render(tree)


def test_the_json_inside_is_the_tree(page):
    inside = re.search(r'id="cramplab-team">\s*(.*?)</script>', page, re.DOTALL)
    assert json.loads(inside.group(1)) == team_fake.tree()


def test_what_a_file_says_cannot_become_markup():
    result = team_fake.team(title="<script>alert(1)</script>", unread=("<img src=x onerror=alert(2)>",))
    for render in (render_team, render_cards, render_weigh_in_sheet):
        text = render(team_tree(result))
        assert "<script>alert" not in text
        assert "<img" not in text


def test_us_pages_are_in_pounds_and_ounces():
    tree = team_fake.tree("us")
    # The sentences of the tree come with their units; here everything else is looked at.
    rows = [{**row, "flags": [], "replace": {**row["replace"], "words": ""}} for row in tree["rows"]]
    text = words_of(body_of({**tree, "rows": rows}))
    assert "fl oz/h" in text
    assert "+1.8 lb" in text
    assert not re.search(r"\d (?:kg|L|L/h|°C)\b", text)
    # What was written while the session was simulated is told in the units of whoever reads.
    assert "air of 88 °F" in text
    assert "athletes of 134 lb" in text
    told = {**tree, "rows": rows}
    cards = words_of(render_cards(told)) + words_of(render_weigh_in_sheet(told))
    assert not re.search(r"\d (?:kg|L|L/h|°C)\b", cards)


def test_amounts_are_told_to_a_tenth_of_a_litre():
    shown = team_words.athletes(team_fake.tree(), Wording())
    severe = next(each for each in shown if each.code == SEVERE)
    assert severe.replace == "9.4 to 11.2 L"


def test_cards_come_four_to_a_page_each_athlete_once():
    for count in (1, 4, 5, 60):
        text = render_cards(team_fake.large(count))
        assert text.count('<div class="team-card-page">') == -(-count // CARDS_ON_A_PAGE)
        assert len(set(re.findall(r'aria-label="Athlete ([^"]*)"', text))) == count


def test_one_athlete_can_be_had_alone():
    context = athlete_context(team_fake.tree(), ABOVE_2)
    assert context["each"].code == ABOVE_2
    with pytest.raises(KeyError):
        athlete_context(team_fake.tree(), "nobody")


def test_the_sheet_has_a_row_for_everybody_and_blank_ones():
    text = render_weigh_in_sheet(team_fake.tree())
    codes = re.findall(r'<th scope="row">([^<]*)</th>', text)
    assert codes == sorted(CODES)
    assert text[text.index("<tbody>") : text.index("</tbody>")].count("<tr>") == len(CODES) + BLANK_ROWS
    assert text.index(html.escape(HEAVIER.say)) < text.index("<tbody>")
    assert "usual, kg" in words_of(text).lower()
    assert "usual, lb" in words_of(render_weigh_in_sheet(team_fake.tree("us"))).lower()


def test_the_sheet_says_what_to_do_with_somebody_heavier_before_any_row():
    text = words_of(render_weigh_in_sheet(team_fake.tree()))
    assert text.index("Heavier AFTER than BEFORE") < text.index(min(CODES))


def test_figures_have_everybody_in_their_tables():
    tree = team_fake.tree()
    drawn = changes(tree, Wording())
    assert {row[0] for row in drawn.rows} == set(CODES) - {UNWEIGHED}
    assert drawn.rows[0][0] == GAINED
    assert GAINED in drawn.caption
    assert f">{GAINED}<" in drawn.svg
    assert {row[0] for row in sweat_rates(tree, Wording()).rows} == set(CODES)
    # A code is no theory's name: it keeps its underscore.
    assert f">{UNWEIGHED}<" in sweat_rates(tree, Wording()).svg


def test_a_team_never_weighed_has_no_figure_of_changes():
    rows = (team_fake.row("A1", "", None, None),)
    tree = team_tree(team_fake.team(rows=rows, outlook=None))
    assert changes(tree, Wording()) is None
    assert "Nobody was weighed" in body_of(tree)


def test_a_team_without_anybody_is_borne():
    tree = team_tree(team_fake.team(rows=(), outlook=None))
    assert "0, 0 of them weighed" in words_of(render_team(tree))
    assert "<article" not in render_cards(tree)
    assert render_weigh_in_sheet(tree).count("<tr>") == BLANK_ROWS + 2


def test_sixty_athletes_are_all_there():
    tree = team_fake.large()
    page = render_team(tree)
    assert page.count('<details class="team-athlete"') == 60
    linked = template("team_body.html.j2").render(team_context(tree, athlete_pages="/athlete/"))
    assert linked.count('href="/athlete/') == 60
    assert len(linked.encode()) < 150_000
