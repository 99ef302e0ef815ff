"""The plan's page and pocket card: complete by themselves, true to the tree, silent where there is no plan."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.report import plan_fake

from cramplab.core.plan import Serving
from cramplab.core.plan_result import Chance, PlanResult, Refusal, plan_tree
from cramplab.report import plan_words
from cramplab.report.plan_card import plan_card
from cramplab.report.plan_page import MISSES, render_plan, render_pocket_card
from cramplab.report.plan_theories import theory_rows
from cramplab.report.prose import Wording
from cramplab.safety.red_flags import load_red_flags
from cramplab.safety.wording import advice_found

ROOT = Path(__file__).parents[2]
VOID = {"meta", "br", "path", "use", "rect", "circle"}
OUTCOMES = {
    "numbers": plan_fake.numbers,
    "thirst": plan_fake.thirst,
    "refused": plan_fake.refused,
    "unknown": plan_fake.unknown,
}
CASES = [(name, units) for name in OUTCOMES for units in ("metric", "us")]
ALL_SECTIONS = ("do", "stop", "mass", "sodium", "theories", "change", "heat", "pacing", "after", "limits", "inputs",
                "model")  # fmt: skip


class Page(HTMLParser):
    """Reads a page into elements and words, and notes what is closed in the wrong order."""

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
        words = " ".join(text for path, text in self.text if not {"script", "style"} & set(path))
        return re.sub(r"\s+", " ", words)


def page_of(result: PlanResult) -> Page:
    return Page(render_plan(plan_tree(result)))


@pytest.fixture(scope="module")
def html() -> dict[tuple[str, str], str]:
    return {(name, units): render_plan(plan_tree(OUTCOMES[name](units))) for name, units in CASES}


@pytest.fixture(scope="module")
def cards() -> dict[tuple[str, str], str]:
    return {(name, units): render_pocket_card(plan_tree(OUTCOMES[name](units))) for name, units in CASES}


@pytest.mark.parametrize("case", CASES)
def test_pages_are_whole_and_load_nothing(html, cards, case):
    for text in (html[case], cards[case]):
        page = Page(text)
        assert not page.faults
        assert not page.open
        for tag, attributes in page.elements:
            for name in {"src", "href", "srcset", "action", "data", "poster", "xlink:href"} & set(attributes):
                assert attributes[name].startswith("#"), (tag, attributes[name])
            assert tag != "script" or attributes["type"] == "application/json"
            assert not any(name.startswith("on") for name in attributes)
        assert "default-src 'none'" in text
        styles = text[text.index("<style>") : text.index("</style>")]
        assert "url(" not in styles
        assert "@import" not in styles
        assert len(text.encode()) < 500_000


@pytest.mark.parametrize("case", CASES)
def test_ids_are_unique_and_references_resolve(html, case):
    page = Page(html[case])
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in attributes.get("aria-labelledby", "").split():
            assert name in ids
    for tag, attributes in page.elements:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert len(attributes["aria-labelledby"].split()) == 2


@pytest.mark.parametrize("units", ["metric", "us"])
@pytest.mark.parametrize("name", ["numbers", "thirst"])
def test_sections_of_a_plan_stand_in_their_order(html, name, units):
    page = Page(html[name, units])
    found = [attributes["id"] for tag, attributes in page.elements if tag == "h2" and "id" in attributes]
    assert tuple(found) == ALL_SECTIONS


@pytest.mark.parametrize("case", CASES)
def test_all_red_flags_stand_on_the_page(html, case):
    words = Page(html[case]).words()
    for row in load_red_flags():
        assert row.say in words
        assert re.sub(r"\s+", " ", row.when) in words


@pytest.mark.parametrize("case", CASES)
def test_nothing_reads_like_advice_on_cramps(html, cards, case):
    assert advice_found(html[case]) == []
    assert advice_found(cards[case]) == []


def _amounts(text: str) -> list[str]:
    return re.findall(r"[\d,.]+ (?:mL|L/h|L|fl oz(?:/h)?|mg/h)\b", text)


@pytest.mark.parametrize("units", ["metric", "us"])
@pytest.mark.parametrize("name", ["refused", "unknown"])
def test_without_a_plan_no_amount_is_shown(html, cards, name, units):
    page = Page(html[name, units])
    limits = {plan_words.limit_value(Wording(units == "us"), each.value, each.unit) for each in plan_fake.limits()}
    assert [each for each in _amounts(page.words()) if each not in {limit.split("/d")[0] for limit in limits}] == []
    assert _amounts(Page(cards[name, units]).words()) == []
    assert not any(tag == "svg" for tag, _ in page.elements)
    result = OUTCOMES[name](units)
    assert result.refusals[0].words in page.words()
    assert result.refusals[0].remedy in page.words()
    assert "We do not know." in page.words()


@pytest.mark.parametrize("name", ["refused", "unknown"])
def test_numbers_that_slipped_into_a_refused_tree_are_neither_shown_nor_embedded(name):
    full, refused = plan_fake.numbers(), OUTCOMES[name]()
    slipped = replace(
        refused, plan=full.plan, figures=full.figures, chances=full.chances, courses=full.courses,
        comparisons=full.comparisons, efforts=full.efforts, pace_rows=full.pace_rows, candidates=full.candidates,
        swings=full.swings, theories=full.theories, limits=full.limits, bound_words=full.bound_words,
    )  # fmt: skip
    text = render_plan(plan_tree(slipped))
    page = Page(text)
    assert not any(tag == "svg" for tag, _ in page.elements)
    for told in ("150 mL", "2.85", '"servings"', '"against_thirst"', "20 (8 to 39)", full.bound_words):
        assert told not in text, told
    assert "150 mL" not in render_pocket_card(plan_tree(slipped))


def test_embedded_json_is_the_tree_even_with_an_end_of_script_in_it():
    result = plan_fake.numbers(title="</script><b>x")
    text = render_plan(plan_tree(result))
    start = text.index('id="cramplab-plan">') + len('id="cramplab-plan">')
    assert json.loads(text[start : text.index("</script>", start)]) == plan_tree(result)
    assert "<b>x" not in text


def test_stations_add_up_to_what_is_shown_and_never_to_more_than_planned():
    servings = tuple(Serving(900.0 * n, 0.1777) for n in range(1, 12))
    base = plan_fake.numbers()
    for units, step in (("metric", 10.0), ("us", 0.5)):
        tree = plan_tree(replace(base, units=units, plan=replace(base.plan, servings=servings)))
        say = plan_words.wording(tree)
        rows = plan_words.serving_rows(tree, say)
        size = float(rows[0].volume.split()[0])
        assert size % step == 0
        assert size <= say.convert(177.7, "mL")
        assert float(rows[-1].total.split()[0].replace(",", "")) == pytest.approx(size * 11)


@pytest.mark.parametrize(
    ("us_units", "value", "unit", "told"),
    [(False, 0.6 - 1e-9, "L/h", "0.60 L/h"), (False, 0.599, "L/h", "0.55 L/h"), (True, 0.55, "L/h", "18 fl oz/h"),
     (True, 2.9, "L", "98 fl oz"), (False, 2.9, "L", "2.90 L")],
)  # fmt: skip
def test_ceilings_are_rounded_down(us_units, value, unit, told):
    assert plan_words.ceiling(Wording(us_units), value, unit) == told


@pytest.mark.parametrize(
    ("count", "of", "told"),
    [(0, 4000, "0 of 100"), (1, 4000, "fewer than 1 of 100"), (20, 4000, "fewer than 1 of 100"),
     (40, 4000, "1 of 100"), (1080, 4000, "27 of 100")],
)  # fmt: skip
def test_chances_keep_one_denominator_and_never_hide_a_case(count, of, told):
    assert plan_words.of_100(asdict(Chance(count, of, 0.5))) == told


def test_none_of_the_runs_is_no_promise():
    assert plan_words.of_100(asdict(Chance(0, 1024, 0.003))) == "fewer than 1 of 100"
    assert plan_words.of_few(asdict(Chance(0, 102, 0.029))) == "none of 102 runs"
    assert plan_words.of_few(asdict(Chance(27, 100, 0.35))) == "27 of 100"


@pytest.mark.parametrize("case", [case for case in CASES if case[1] == "us"])
def test_us_pages_show_no_metric_amount_of_ours(html, cards, case):
    for text in (html[case], cards[case]):
        words = Page(text).words().replace(plan_words.AFTER_SOURCE, "")
        assert re.findall(r"[\d.,]+ (?:mL|L/h|L|kg|km|°C)\b", words) == []


@pytest.mark.parametrize(
    ("value", "unit", "metric", "us"),
    [(1.42, "L/h", "1.42 L/h", "48 fl oz/h"), (11.4, "L/d", "11.4 L/d", "385 fl oz/d"),
     (33.3, "degC WBGT", "33.3 °C WBGT", "91.9 °F WBGT"), (0.05, "1", "5 %", "5 %"),
     (80.0, "g/L", "80 g/L", "28.4 g in 12 fl oz"), (1200.0, "mL", "1,200 mL", "40.6 fl oz"),
     (2.0, "% body mass", "2 % body mass", "2 % body mass"), (-1.5, "kg", "\u22121.5 kg", "\u22123.31 lb"),
     (None, "kg", "–", "–")],
)  # fmt: skip
def test_values_of_limits_carry_the_readers_unit(value, unit, metric, us):
    assert plan_words.limit_value(Wording(), value, unit) == metric
    assert plan_words.limit_value(Wording(us_units=True), value, unit) == us


def test_limits_show_state_by_shape_and_word_and_say_what_is_tightened():
    words = page_of(plan_fake.numbers()).words()
    for told in ("○ inside", "● set the plan", "▼ lowered", "▲ beyond it: a warning", "– not asked",
                 "made stricter by your file"):  # fmt: skip
        assert told in words
    for each in plan_fake.limits():
        assert each.url in words
        assert each.rule in words


def test_a_warning_of_a_limit_stands_beside_what_to_do():
    words = page_of(plan_fake.numbers()).words()
    first = words[: words.index("Stop if")]
    assert "▲ Median loss of body mass at the end: 2.4 %, beyond 2 %: guidelines name it; others" in first
    assert "▲" not in page_of(plan_fake.unknown()).words().split("Limits applied")[0]


def test_what_a_plan_comes_up_to_is_not_said_to_have_set_it():
    words = page_of(plan_fake.numbers(bound_by=("single_drink",))).words()
    assert "● nearly reached" in words
    assert "set the plan Total" not in words


def test_a_red_flag_is_told_once_before_the_list_of_all():
    row = next(each for each in load_red_flags() if each.id == "condition")
    stop = Refusal("red_flag.condition", f"{row.say} What was told fits this.", "Settle this first", row.source)
    page = page_of(replace(plan_fake.refused(), refusals=(stop,))).words()
    before = page[: page.index("Stop if")]
    assert before.count(row.say) == 1
    assert "What stands at the top comes first. Settle this first." in before
    heat = Refusal("wbgt_stop", "It is too hot.", "Another day", "a by-law")
    both = page_of(replace(plan_fake.refused(), refusals=(stop, heat))).words()
    assert "It is too hot." in both


def test_without_a_plan_the_reason_is_told_once():
    result = plan_fake.unknown()
    told = replace(result, theories_unknown=result.refusals[0].words)
    assert page_of(told).words().count(told.theories_unknown) == 1
    card = plan_card(plan_tree(told), None)
    assert " ".join(card.split()).count(told.theories_unknown) == 1


def test_after_the_event_only_what_is_missing_is_replaced():
    tree = plan_tree(plan_fake.numbers())
    rows = {name: (mass, drink) for name, mass, drink in plan_words.missing_rows(tree, Wording())}
    # 5 % of 62 kg is 3.1 kg; 1.25 to 1.5 L for each.
    assert rows["much is lost"] == ("\u22123.1 kg", "3.88 L to 4.65 L")
    gained = dict(tree, figures={"body_mass_change": {"low": -1.0, "median": 0.4, "high": 2.0, "unit": "%"}})
    rows = {name: drink for name, _, drink in plan_words.missing_rows(gained, Wording())}
    assert rows["as foreseen"] == "no extra drink"
    assert rows["little is lost"] == "no extra drink"


def test_theories_have_a_hundred_signs_each_and_their_count_in_words():
    for row, view in zip(theory_rows(plan_tree(plan_fake.numbers())), plan_fake.numbers().theories, strict=True):
        # A disc, a ring and a dot each begin with one move.
        assert row.people.count("M") == 100
        assert row.count == f"{view.chance.median:.0f} ({view.chance.low:.0f} to {view.chance.high:.0f})"


def test_a_theory_without_a_number_says_why():
    base = plan_fake.numbers()
    without = replace(base.theories[0], chance=None, against_thirst=None, why_not="Not calibrated yet.")
    words = page_of(replace(base, theories=(without, *base.theories[1:]))).words()
    assert "Not calibrated yet." in words


def test_ways_that_break_a_limit_say_so_in_words():
    words = page_of(plan_fake.numbers()).words()
    assert "breaks a limit: no mass gain, plasma sodium" in words
    assert "is advised to nobody" in words


def test_red_flags_that_were_answered_or_not_come_first():
    text = page_of(plan_fake.numbers(red_flags=("medicine",))).words()
    assert text.index("You told of something that comes first") < text.index("Do this")
    assert "Nobody answered the red flags" in page_of(plan_fake.thirst()).words()
    assert "Nobody answered the red flags" not in page_of(plan_fake.numbers()).words()


def test_what_the_model_misses_is_what_the_last_record_says():
    record = json.loads((ROOT / "docs" / "results" / "body.json").read_text(encoding="utf-8"))
    outside = {row["id"] for row in record["rows"] if row["inside"] is False and not row["used_to_calibrate"]}
    assert set(MISSES) == {name for name in outside if name in MISSES}
    judged = {row["id"] for row in record["rows"] if row["inside"] is False and row["scored"]}
    assert judged <= set(MISSES)


def test_same_tree_same_bytes(html):
    assert render_plan(plan_tree(plan_fake.numbers())) == html["numbers", "metric"]
