"""The report: complete by itself, true to the numbers, and honest about what it does not say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from markupsafe import escape

from cramplab.core.result_tree import result_tree
from cramplab.core.results import FailedDraw, Series
from cramplab.report.document import render_report, render_tree
from cramplab.report.figures import figures
from cramplab.report.margin_figure import ALIKE_HZ, alike, margin_figure
from cramplab.report.panels import BODY, COURSE, MUSCLE
from cramplab.report.prose import Wording
from cramplab.safety.red_flags import load_red_flags
from cramplab.safety.wording import advice_found

VOID = {"meta", "br", "path", "use", "rect"}


class Page(HTMLParser):
    """Reads a page into elements with attributes and text, and notes what is closed in the wrong order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[tuple[tuple[str, ...], str]] = []
        self.faults: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        self.text.append((tuple(self.open), data))

    def words(self) -> str:
        return " ".join(text for path, text in self.text if not {"script", "style"} & set(path))


@pytest.fixture(scope="module")
def read(page) -> Page:
    return Page(page)


@pytest.fixture(scope="module")
def tree(marathon):
    return result_tree(marathon)


def test_every_element_is_closed_in_order(read):
    assert not read.faults
    assert not read.open


def test_no_address_is_loaded_or_linked(read, page):
    loading = {"src", "href", "srcset", "action", "data", "poster", "xlink:href"}
    for _, attributes in read.elements:
        for name in loading & set(attributes):
            assert attributes[name].startswith("#"), attributes[name]
    styles = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in styles
    assert "@import" not in styles
    assert "://" not in styles


def test_the_page_forbids_loading_anything(page):
    assert "default-src 'none'" in page


def test_no_script_runs(read):
    kinds = [attributes.get("type") for tag, attributes in read.elements if tag == "script"]
    assert kinds == ["application/json"]
    assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]


def test_the_page_says_its_language_and_fits_a_phone(read):
    assert ("html", {"lang": "en"}) in read.elements
    assert any(attributes.get("name") == "viewport" for _, attributes in read.elements)


def test_the_json_inside_is_the_summary_of_the_run(page, tree):
    inside = page.split('<script type="application/json" id="cramplab-result">')[1].split("</script>")[0]
    assert json.loads(inside) == tree


def test_every_headline_on_the_page_is_the_number_of_the_summary(read, tree):
    words, say = read.words(), Wording()
    assert len(tree["headline"]) > 30
    for entry in tree["headline"].values():
        place = words.index(entry["label"])
        row = " ".join(words[place : place + 200].split())
        assert row.startswith(f"{entry['label']} {say.median(entry)}"), row
        assert say.spread(entry, signed=entry["signed"]) in row


def test_a_number_on_the_page_is_the_rounded_number_of_the_summary(tree):
    entry = tree["headline"]["body_mass_change"]
    assert Wording().median(entry) == f"{entry['median']:+.1f} %".replace("-", "\u2212")


def test_sodium_stands_in_millimoles_and_milligrams(read, tree):
    entry = tree["headline"]["sodium_loss"]
    assert f"{round(entry['median'] * 23, -1):,.0f} mg" in read.words()


def test_ids_are_used_once_and_every_reference_has_its_target(read, page):
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {each for _, attributes in read.elements for each in attributes.get("aria-labelledby", "").split()}
    named |= {attributes["href"][1:] for _, attributes in read.elements if "href" in attributes}
    named |= set(re.findall(r"url\(#([^)]+)\)", page))
    assert named <= set(ids)


def test_each_figure_has_a_title_a_description_and_a_folded_table(page, tree):
    drawn = figures(tree, (*COURSE, *BODY, *MUSCLE))
    assert len(drawn) >= 14
    for each in drawn:
        body = page[page.index(f'aria-labelledby="{each.name}-title') :]
        body = body[: body.index("</figure>")]
        assert f'<title id="{each.name}-title">' in body
        assert f'<desc id="{each.name}-desc">' in body
        assert body.index("</svg>") < body.index("<details>") < body.index("<table>")
        assert body.count("<tr>") == 1 + len(each.rows)


def test_a_figure_says_at_the_end_what_the_table_of_numbers_says(tree):
    (fluids,) = figures(tree, BODY[:1])
    say = Wording()
    entry = tree["headline"]["sweat_loss"]
    assert f"sweat {say.estimate(entry)}" in fluids.caption
    (end,) = [row for row in fluids.rows if row[0] == "3:45"]
    assert end[1] == f"{say.number(entry['median'], 'L')} ({say.spread(entry)})"


def test_the_cramp_margin_is_shown_with_its_ground_and_its_error(tree):
    (figure,) = [each for each in figures(tree, MUSCLE) if each.name == "cramp_margin"]
    assert "worked 18.0 Hz" in figure.caption
    assert "common ground" in figure.caption
    assert "emulator of the motor pool. Error of the emulator: 0.6 Hz." in figure.caption
    others = [each.caption for each in figures(tree, MUSCLE) if each.name != "cramp_margin"]
    assert not any("emulator" in caption for caption in others)


def test_lines_of_one_figure_differ_by_more_than_their_colour(tree):
    (potassium,) = figures(tree, MUSCLE[:1])
    assert "stroke-dasharray" in potassium.svg
    assert potassium.svg.count("<use") > 10


def test_every_table_has_named_columns_and_rows(read):
    tables = sum(tag == "table" for tag, _ in read.elements)
    heads = [attributes.get("scope") for tag, attributes in read.elements if tag == "th"]
    assert tables > 15
    assert set(heads) == {"col", "row"}


def test_every_red_flag_stands_on_the_page_before_any_number(read):
    words = " ".join(read.words().split())
    first_number = words.index("What the simulated event did")
    assert len(load_red_flags()) == 12
    for row in load_red_flags():
        assert words.index(row.say) < first_number
        assert words.index(row.when) < first_number


def test_red_flags_that_cannot_wait_are_open_and_the_rest_folded_below_them(page):
    box = page[page.index('<section class="stop"') :]
    folded = box.index("<details>")
    for row in load_red_flags():
        at = box.index(str(escape(row.say)))
        assert (at < folded) is row.is_acute, row.id
        assert at < box.index("</section>")


def test_the_page_says_what_is_not_computed_and_what_is_not_decided(read):
    words = " ".join(read.words().split())
    assert "How much to drink or how much salt to take: that is for a plan, inside safety limits." in words
    assert "The chance of a cramp: the theories were not asked in this run." in words
    assert "Whether any of these changes causes a cramp is not decided here." in words
    assert "not medical advice" in words


def test_no_sentence_of_a_page_is_found_by_the_guard(page, page_of_theories):
    assert advice_found(page) == []
    assert advice_found(page_of_theories) == []


def test_no_sentence_joins_drinking_and_cramp(read):
    words = " ".join(read.words().split())
    for sentence in re.split(r"[.:;!?]\s", words):
        assert not (
            re.search(r"(?i)\b(drink\w*|drank|drunk|fluid)\b", sentence)
            and re.search(r"(?i)\bcramps?\b(?! margin)", sentence)
        ), sentence
    assert "quinine" not in words.lower()


def test_each_theory_has_its_driver_and_no_verdict(read):
    words = " ".join(read.words().split())
    for theory in ("dehydration", "electrolyte", "neuromuscular_control", "vascular"):
        assert theory in words
    assert not re.search(r"(?i)\b(proves|confirms|explains the cramp|is to blame)\b", words)


def test_numbers_from_memory_are_flagged_and_come_first(page):
    assert "1 of them comes from memory and must be checked" in page
    rows = page[page.index("those from memory first") :]
    assert rows.index("FROM MEMORY, not yet checked") < rows.index("read in the source")


def test_failed_draws_and_their_reasons_are_told(read):
    words = " ".join(read.words().split())
    assert "2 failed and are left out of every number" in words
    assert "2 runs: the stomach went below empty" in words


def test_what_was_unknown_is_told_with_its_draws_and_its_influence(read, tree):
    words = " ".join(read.words().split())
    assert "Drinking by thirst" in words[words.index("What limits the accuracy") :]
    assert tree["influences"]["sweat_rate"][0]["trait"] == "sweat_gain"
    assert "Sweat rate for a given heat load, against the mean person (very strongly, upwards)" in words


def test_the_same_run_gives_the_same_page(page, make_result):
    assert render_report(make_result()) == page


def test_another_seed_gives_another_page(page, make_result):
    assert render_report(make_result(seed=2)) != page


def test_what_a_user_writes_cannot_become_markup(make_result):
    evil = '<img src="x" onerror="alert(1)"></script><script>alert(2)</script>'
    page = render_report(make_result(draws=3, failed=(), title=evil, scenario={"title": evil}, notices=(evil,)))
    read = Page(page)
    assert not read.faults
    assert not [tag for tag, _ in read.elements if tag == "img"]
    assert sum(tag == "script" for tag, _ in read.elements) == 1


def test_a_run_without_a_finished_draw_gives_a_page_that_says_so(make_result):
    page = render_report(make_result(draws=2, failed=(0, 1)))
    assert "No simulated run finished, so there are no numbers" in page


def test_missing_and_further_series_are_borne(make_result, marathon):
    further = Series("moon_phase", "Moon", "1", "", marathon.series["grade"].values[:3])
    few = {
        "core_temperature": Series(
            "core_temperature", "Core", "degC", "", marathon.series["core_temperature"].values[:3]
        )
    }
    page = render_report(make_result(draws=3, failed=(), series={**few, "moon_phase": further}))
    assert 'aria-labelledby="core_temperature-title' in page
    assert not Page(render_report(make_result(draws=3, failed=(), series={}, traits={}, sources={}))).faults


def test_a_run_of_one_draw_of_one_minute_is_borne(make_result, marathon):
    short = {
        name: Series(name, each.label, each.unit, "", each.values[:1, :2]) for name, each in marathon.series.items()
    }
    page = render_report(make_result(draws=1, failed=(), series=short, time_s=[0.0, 60.0], event_end_s=60.0))
    assert not Page(page).faults


def test_us_units_reach_tables_and_figures(make_result):
    page = render_report(
        make_result(draws=3, failed=(FailedDraw(0, "x").draw,), scenario={"preferences": {"units": "us"}})
    )
    assert "fl oz/h" in page
    assert "104: heat-stroke range begins" in page
    assert "Core temperature, °F" in page


def test_a_page_is_made_without_jax_and_without_xarray(tree, tmp_path):
    (tmp_path / "tree.json").write_text(json.dumps(tree), encoding="utf-8")
    program = (
        "import json, sys; from cramplab.report.card import card_of_tree;"
        "from cramplab.report.document import render_tree;"
        "tree = json.load(open(sys.argv[1], encoding='utf-8')); render_tree(tree); card_of_tree(tree, 'out');"
        "print(sorted({'jax', 'equinox', 'diffrax', 'xarray', 'pint'} & set(sys.modules)))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, str(tmp_path / "tree.json")]
    done = subprocess.run(command, env={"PYTHONPATH": ":".join(sys.path)}, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_page_is_read_from_the_stored_summary_alone(page, tree):
    assert render_tree(json.loads(json.dumps(tree))) == page


# ---- what the theories make of the event


@pytest.fixture(scope="module")
def page_of_theories(asked) -> str:
    return render_report(asked)


def test_the_page_has_one_count_for_each_theory_and_none_over_all(page_of_theories, asked):
    read = Page(page_of_theories)
    assert not read.faults
    words = " ".join(read.words().split())
    tree = result_tree(asked)
    for answer in tree["cramp_by_theory"]:
        assert answer["claim"] in words
        if answer["chance"] is not None:
            count = f"{answer['chance']:.0f} ({answer['low']:.0f} to {answer['high']:.0f})"
            assert f"{answer['theory'].replace('_', ' ')} {count}" in words
    for name in ("differ", "measure_next", "reference"):
        assert tree[name] in words
    assert "not blended" in words
    assert "The chance of a cramp: the theories were not asked" not in words
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_counts_stand_before_the_margins_and_the_margins_have_a_table(page_of_theories):
    counts, margins = (page_of_theories.index(f'<h2 id="{name}"') for name in ("by-theory", "margin-under-theories"))
    assert counts < margins
    body = page_of_theories[margins:]
    assert body.index("</svg>") < body.index("<details>") < body.index("<table>")


def test_no_sentence_about_the_theories_joins_drinking_and_cramp(page_of_theories):
    test_no_sentence_joins_drinking_and_cramp(Page(page_of_theories))


def test_margins_of_theories_differ_by_more_than_their_colour_and_alike_ones_are_one_line(asked):
    drawn = margin_figure(result_tree(asked))
    assert drawn is not None
    assert len(drawn.columns) == 1 + 10
    assert "stroke-dasharray" in drawn.svg
    assert "neuromuscular control" in drawn.svg
    assert "null, own theory 12.0 Hz" in drawn.caption
    assert drawn.rows[-1][0] == "3:45"


def test_lines_that_part_at_any_time_are_drawn_apart():
    import numpy as np

    flat = np.full(5, 10.0)
    late = flat + np.array([0.0, 0.0, 0.0, 0.0, 2.0 * ALIKE_HZ])
    near = flat + 0.5 * ALIKE_HZ
    assert alike({"one": flat, "late": late, "near": near}) == [["one", "near"], ["late"]]


def test_who_is_told_no_number_reads_why(not_known):
    words = " ".join(Page(render_report(not_known)).words().split())
    assert "We do not know. Nobody measured what cramps would need here: pregnancy." in words
    assert "Out of 100 people" not in words


def test_a_run_whose_theories_were_not_asked_has_no_such_section(read):
    words = " ".join(read.words().split())
    assert "theory by theory" not in words
    assert "The cramp margin under each theory" not in words
