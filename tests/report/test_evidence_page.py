"""Scoreboard on page and terminal: complete by itself, true to the data, readable without colour."""

from __future__ import annotations

import copy
import re
from html.parser import HTMLParser

import pytest
from tests.report.evidence_fake import NAMES, make_evidence

from cramplab.core.errors import UserError
from cramplab.report.evidence_card import WIDTH, evidence_rows_text, evidence_text
from cramplab.report.evidence_figures import Interval, IntervalPlot, draw, finding_plot
from cramplab.report.evidence_page import render_evidence
from cramplab.report.scoreboard import Board
from cramplab.report.theory_panel import theory_lines, theory_section
from cramplab.report.verdicts import CLAIM_VERDICTS, SAYS, VERDICTS

THREE_MB = 3_000_000
VOID = {"meta", "br", "path", "circle"}


class Page(HTMLParser):
    """Reads a page into elements and words, and notes what is closed in the wrong order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


@pytest.fixture(scope="module")
def data():
    return make_evidence()


@pytest.fixture(scope="module")
def page(data):
    return render_evidence(data)


@pytest.fixture(scope="module")
def read(page):
    return Page(page)


def changed(data, **changes):
    return {**copy.deepcopy(data), **changes}


# --- the page


def test_the_page_loads_nothing_and_runs_nothing(read, page):
    assert "default-src 'none'" in page
    assert not [tag for tag, _ in read.elements if tag in ("script", "link", "img", "iframe", "object")]
    for _, attributes in read.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href"):
            assert attributes.get(name, "#").startswith("#")


def test_every_element_is_closed_in_order(read):
    assert not read.faults
    assert not read.open


def test_ids_are_used_once_and_every_reference_has_its_target(read):
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {each for _, attributes in read.elements for each in attributes.get("aria-labelledby", "").split()}
    named |= {attributes["href"][1:] for _, attributes in read.elements if "href" in attributes}
    assert named <= set(ids)


def test_the_same_data_give_the_same_page(page):
    assert render_evidence(make_evidence()) == page


def test_what_a_file_says_cannot_become_part_of_the_page(page):
    assert "North &lt;et al.&gt;" in page
    assert "<et al.>" not in page


def test_every_study_opens_below_its_row_without_script(data, page):
    for study in data["studies"]:
        inside = page[: page.index(f'id="s-{study["key"]}"')]
        assert inside.rindex("<details") > inside.rindex("</details>")
        assert inside.rindex("<summary") > inside.rindex("<details")


def test_a_row_has_a_cell_for_every_theory_that_says_its_verdict_in_words(data, page):
    rows = re.findall(r'<summary class="row">(.*?)</summary>', page, flags=re.DOTALL)
    assert len(rows) == len(data["studies"])
    for row in rows:
        told = re.findall(r'aria-label="([a-z_]+): ([^"]+)"', row)
        assert [theory for theory, _ in told] == list(NAMES)
        assert all(re.fullmatch(rf"(({'|'.join(VERDICTS)}) \d+(, )?)+", words) for _, words in told)


def test_the_signs_of_a_cell_are_the_verdicts_in_the_data(data, page):
    key = "north_2009_history"
    (study,) = (each for each in data["studies"] if each["key"] == key)
    assert len(study["findings"]) == 1
    row = page[: page.index(f'id="s-{key}"')].rpartition("<summary")[2]
    signs = re.findall(r'<b class="m (\w+)[^"]*">(.)</b>', row)
    verdicts = {each["theory"]: each["verdict"] for each in data["rows"] if each["study"] == key}
    assert signs == [(VERDICTS[verdicts[name]].code, VERDICTS[verdicts[name]].sign) for name in NAMES]


@pytest.mark.parametrize("marks", [VERDICTS, SAYS, CLAIM_VERDICTS], ids=["verdicts", "says", "claims"])
def test_verdicts_are_told_apart_without_colour(marks):
    for kind in ("sign", "plain", "code"):
        assert len({getattr(mark, kind) for mark in marks.values()}) == len(marks)
    assert all(mark.plain.isascii() for mark in marks.values())


def test_the_finding_that_set_a_strength_is_framed_for_that_theory_alone(page):
    row = page[: page.index('id="s-clinic_1999"')].rpartition("<summary")[2]
    assert row.count(" sets") == 1
    assert " sets" in row[row.index('title="vascular') : row.index('title="medication')]


def test_the_page_says_which_theories_cannot_be_told_apart(read):
    assert "These studies cannot tell apart 35 of the 36 pairs of theories." in read.text
    assert "These studies cannot tell electrolyte from dehydration." in read.text
    assert "motor_neuron_plateau tells more than null." in read.text
    assert "Most weight goes to null, 0.31 (0.02 to 0.62), but the range of every other theory reaches it" in read.text


def test_the_sentence_follows_the_pairs(data):
    none = [pair for pair in data["pairs"] if "cannot tell" in pair["words"]]
    assert "cannot tell the theories apart" in Board(changed(data, pairs=none)).verdict_on_theories()
    apart = [pair for pair in data["pairs"] if "cannot tell" not in pair["words"]]
    assert "tell all 1 pairs of theories apart" in Board(changed(data, pairs=apart)).verdict_on_theories()
    assert "nothing to compare" in Board(changed(data, pairs=[])).verdict_on_theories()


def test_what_nobody_reproduces_and_what_set_a_strength_lead_to_their_studies(read):
    links = {attributes["href"] for tag, attributes in read.elements if tag == "a"}
    assert {"#s-south_2011_block", "#s-north_2009_history"} <= links
    assert "strength of motor_neuron_plateau" in read.text


def test_totals_stand_there_with_and_without_each_laboratory(read):
    for words in ("all studies", "without North", "without South", "without Clinic"):
        assert words in read.text
    assert "−130.0 ± 8.1" in read.text  # the error stands below
    assert "−105.0" in read.text


def test_emulators_sampled_rows_and_notices_stand_there(read):
    assert "ladder of trains cramp threshold frequency 0.80 Hz 6.2 Hz 240" in read.text
    assert "dehydration −1.9 Hz −2.2 Hz 0.30 Hz" in read.text
    assert "One study has < 10 people." in read.text
    assert "What this rests on" in read.text


def test_what_was_not_simulated_says_why(read):
    assert "Not simulated: No simulation here gives what people feel." in read.text


def test_published_and_predicted_stand_with_unit_and_error(data, read):
    assert "Published: −2.4 ± 1.4 Hz (standard error) ; n = 10 and 10; p = 0.12." in read.text
    row = next(each for each in data["rows"] if each["finding"] == "threshold" and each["theory"] == "medication")
    numbers = [f"{row[key]:+.1f}".replace("-", "−") for key in ("predicted", "predicted_low", "predicted_high")]
    assert f"{numbers[0]} Hz ({numbers[1]} to {numbers[2]})" in read.text


def test_a_hundred_and_twenty_studies_stay_a_light_page():
    many = make_evidence(repeats=15)
    assert len(many["studies"]) == 120
    assert len(render_evidence(many).encode()) < THREE_MB


def test_the_page_is_no_advice(read):
    assert "Research, not medical advice." in read.text
    assert not re.search(r"you should|we recommend|drink more|drink less|quinine", read.text, flags=re.IGNORECASE)


def test_more_findings_than_a_cell_holds_are_counted(data):
    study = copy.deepcopy(data["studies"][0])
    study["findings"] = [{**study["findings"][0], "id": f"f{number}"} for number in range(9)]
    like = [each for each in data["rows"] if each["study"] == study["key"] and each["finding"] == "threshold"]
    rows = [{**each, "finding": f"f{number}", "verdict": "agrees"} for each in like for number in range(9)]
    many = changed(data, studies=[study], rows=rows, unreproduced=[], calibrating=[], sampled_rows=[])
    assert render_evidence(many).count('<span class="n">9</span><b class="m yes">+</b>') == len(NAMES)
    assert "9+" in evidence_text(many)


def test_a_finding_without_any_row_is_shown_as_not_simulated(data):
    kept = [row for row in data["rows"] if row["study"] != "east_1995_stretch"]
    text = Page(render_evidence(changed(data, rows=kept))).text
    assert "left out of this score" in text


def test_an_unknown_verdict_is_refused_with_the_nearest_name(data):
    rows = [{**data["rows"][0], "verdict": "agree"}]
    with pytest.raises(UserError, match="Did you mean 'agrees'"):
        render_evidence(changed(data, rows=rows))


def test_a_file_of_another_schema_is_refused(data):
    with pytest.raises(UserError, match="schema 2"):
        render_evidence(changed(data, schema=2))


# --- drawings


def drawn(data, study, finding) -> str:
    (found,) = (each for each in Board(data).findings[study] if each.found["id"] == finding)
    return finding_plot(found, "f")


def test_every_drawing_has_title_description_unit_and_a_line_where_nothing_differs(data):
    svg = drawn(data, "north_2010_loss", "threshold")
    assert "<title" in svg
    assert "Published: −2.4 ± 1.4 Hz" in svg
    assert "cramp threshold frequency, Hz" in svg
    assert "stroke-dasharray" in svg
    assert all(name.replace("_", " ") in svg for name in NAMES)


def test_a_ratio_of_chances_has_its_line_at_one(data):
    (found,) = Board(data).findings["clinic_1999"]
    assert found.neutral == 1.0
    assert Board(data).findings["north_2010_loss"][0].neutral == 0.0


def test_where_only_a_sign_was_published_its_side_is_shaded_and_its_share_told(data, read):
    svg = drawn(data, "south_2011_block", "rate")
    assert "fill-opacity" in svg
    assert ">published<" not in svg
    assert "as published in 93 %" in read.text


def test_nothing_is_drawn_where_no_theory_gives_a_number(data):
    assert drawn(data, "north_2012_taste", "soreness") == ""


def test_everything_drawn_stays_inside_and_a_long_interval_ends_in_an_arrow():
    rows = [Interval("one", 1.0, 0.5, 1.5), Interval("two", 1.2, 0.8, 1.6), Interval("three", 1.0, -900.0, 900.0)]
    svg = draw(IntervalPlot("p", "t", "d", "x", rows, observed=Interval("published", 1.1, 0.9, 1.3)))
    assert svg.count("l6 -4v8z") == 1
    assert svg.count("l-6 -4v8z") == 1
    places = [float(each) for each in re.findall(r'(?:cx="|M|H)(-?[\d.]+)', svg)]
    assert min(places) >= 0
    assert max(places) <= 400


@pytest.mark.parametrize("value", [0.0, 5.0, -3e-6, 1e9])
def test_one_number_alone_can_be_drawn(value):
    svg = draw(IntervalPlot("p", "t", "d", "x", [Interval("one", value)]))
    assert "nan" not in svg
    assert svg.count("<circle") == 1


# --- on the terminal


def test_the_matrix_fits_the_terminal_and_needs_no_colour(data):
    text = evidence_text(data)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "\x1b" not in text


def test_the_terminal_shows_the_same_signs_as_the_data(data):
    line = next(each for each in evidence_text(data).splitlines() if "Cramp-prone against never" in each)
    verdicts = {each["theory"]: each["verdict"] for each in data["rows"] if each["study"] == "north_2009_history"}
    assert line.split()[-len(NAMES) :] == [VERDICTS[verdicts[name]].plain for name in NAMES]


def test_totals_weights_pairs_and_misses_stand_on_the_terminal(data):
    text = evidence_text(data)
    assert "without North" in text
    assert "-130.0" in text
    assert "0.31" in text
    assert "These studies cannot tell apart 35 of the 36 pairs of theories." in text
    pairs = text[text.index("PAIRS") :]
    row = next(line for line in pairs.splitlines() if line.startswith("motor_neuron_plateau "))
    assert row.split()[1:] == [">"] + ["?"] * 7
    assert "No theory reproduces:\n  Cramp behind a blocked nerve: EMG of the cramp" in text


def test_a_number_too_long_for_its_cell_is_rounded_and_never_cut(data):
    totals = [{**each, "log_density": -123456.78} for each in data["totals"]]
    row = next(line for line in evidence_text(changed(data, totals=totals)).splitlines() if "all studies" in line)
    assert row.split()[2:] == ["-123457"] * len(NAMES)


def test_every_theory_and_finding_has_its_row_with_numbers(data):
    text = evidence_rows_text(data)
    lines = text.splitlines()
    for name in NAMES:
        assert sum(line.strip().startswith(f"{name} ") for line in lines) == 17
    assert "-2.4 ± 1.4 Hz (standard error)" in text
    assert "(set its strength)" in text


# --- what each theory makes of one event

EVENT = {
    "cramp_by_theory": [
        {"theory": "null", "chance": 12, "low": 5, "high": 24, "claim": "Nothing in a race <matters>."},
        {"theory": "motor_neuron_plateau", "chance": 18, "low": 6, "high": 38, "claim": "Inward currents."},
        {"theory": "medication", "chance": None, "low": None, "high": None, "claim": "A medicine."},
    ],
    "differ": "They differ most in hour four.",
    "measure_next": "Threshold frequency of this person.",
    "reference": "In an invented race 15 of 100 had a cramp.",
}


def test_an_event_has_one_count_for_each_theory_and_they_are_not_blended():
    read = Page(theory_section(EVENT))
    assert not read.faults
    assert "motor neuron plateau 18 (6 to 38)" in read.text
    assert "not blended" in read.text
    assert "we do not know" in read.text
    assert "Nothing in a race <matters>." in read.text
    for key in ("differ", "measure_next", "reference"):
        assert EVENT[key] in read.text
    assert "not medical advice" in read.text


def test_the_card_gives_the_same_counts():
    lines = theory_lines(EVENT)
    assert max(map(len, lines)) <= WIDTH
    text = " ".join(" ".join(lines).split())
    assert "null 12 (5-24); motor neuron plateau 18 (6-38); medication we do not know" in text
    assert "not blended" in text
    assert EVENT["measure_next"] in text


def test_a_run_without_theories_has_no_such_section():
    assert theory_section({}) == ""
    assert theory_lines({"cramp_by_theory": []}) == []
