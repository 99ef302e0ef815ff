"""The card on the terminal, and how numbers are worded."""

from __future__ import annotations

import re

import pytest

from cramplab.core.result_tree import result_tree
from cramplab.report.card import WIDTH, card
from cramplab.report.prose import Wording, clock


def test_the_card_is_about_a_dozen_lines_that_fit_the_terminal(marathon):
    lines = card(marathon, "out/marathon").splitlines()
    assert 12 <= len(lines) <= 17
    assert max(map(len, lines)) <= WIDTH


def test_the_card_names_person_event_version_and_seed(marathon):
    first = card(marathon, "out/marathon").splitlines()[0]
    for words in (
        "City marathon, warm forecast",
        "A01",
        "62.0 kg",
        "run 3:45 h",
        "cramplab 0.1.0",
        "seed 1",
        "200 draws",
    ):
        assert words in first


@pytest.mark.parametrize(
    ("line", "headline"),
    [("Sweat rate", "sweat_rate"), ("LOST", "water_loss"), ("LOST", "sodium_loss"), ("BODY MASS", "body_mass_change"),
     ("BLOOD SODIUM", "plasma_sodium"), ("CORE", "highest_core_temperature"), ("Salts", "plasma_osmolality_change"),
     ("Fatigue", "worked_fatigue"), ("Blood supply", "rested_oxygen_supply_to_demand"),
     ("Cramp margin", "lowest_worked_cramp_margin"), ("Cramp margin", "lowest_rested_cramp_margin"),
     ("Potassium", "highest_worked_interstitial_potassium"), ("Water", "plasma_volume_change")],
)  # fmt: skip
def test_the_card_shows_the_numbers_of_the_summary_with_their_interval(marathon, line, headline):
    (row,) = [each for each in card(marathon, "out").splitlines() if each.startswith(line)]
    assert Wording(minus="-").estimate(result_tree(marathon)["headline"][headline]) in row


def test_the_card_gives_no_advice_and_says_so(marathon):
    text = card(marathon, "out")
    assert "NOT COMPUTED  drink advice; chance of a cramp." in text
    for sentence in re.split(r"[.:;]\s|\n", text):
        assert not (re.search(r"(?i)\bdr[iau]nk", sentence) and re.search(r"(?i)\bcramp", sentence))


def test_the_card_has_one_count_for_each_theory_and_none_over_all(asked):
    text = " ".join(card(asked, "out").split())
    for answer in result_tree(asked)["cramp_by_theory"]:
        count = (
            "we do not know"
            if answer["chance"] is None
            else (f"{answer['chance']:.0f} ({answer['low']:.0f}-{answer['high']:.0f})")
        )
        assert f"{answer['theory'].replace('_', ' ')} {count}" in text
    assert "by theory (not blended)" in text
    assert result_tree(asked)["differ"] in text
    assert result_tree(asked)["measure_next"] in text
    assert "NOT COMPUTED drink advice. Which theory is right is not decided here." in text


def test_the_card_with_all_theories_still_fits_a_screen(asked):
    lines = card(asked, "out/marathon").splitlines()
    assert len(lines) <= 18
    assert max(map(len, lines)) <= WIDTH


def test_where_no_number_is_to_be_told_the_card_says_why_and_tells_none(not_known):
    text = " ".join(card(not_known, "out").split())
    assert "CRAMP we do not know. Nobody measured what cramps would need here: pregnancy." in text
    assert "of 100 people" not in text


def test_no_sentence_of_the_card_joins_intake_and_cramp(asked):
    for sentence in re.split(r"[.:;]\s|\n(?=\S)", card(asked, "out")):
        assert not (re.search(r"(?i)\bdr[iau]nk", sentence) and re.search(r"(?i)\bcramp", sentence)), sentence


def test_the_card_says_when_to_stop_and_where_the_report_is(marathon):
    lines = card(marathon, "out/marathon").splitlines()
    assert lines[-2].startswith("STOP, get help")
    assert "confusion" in lines[-2]
    assert re.search(r"Report +out.marathon.report.html +data +out.marathon.result.json", lines[-1])


def test_failed_draws_are_counted_on_the_card_only_if_there_are_any(marathon, make_result):
    assert "2 of 200 simulated runs gave no answer" in card(marathon, "out")
    assert "FAILED" not in card(make_result(draws=3, failed=()), "out")


def test_the_card_bears_a_run_without_any_series(make_result):
    assert "not available" in card(make_result(draws=3, failed=(), series={}), "out")


def test_the_card_is_plain_text_without_colour_codes(marathon):
    text = card(marathon, "out")
    assert "\x1b" not in text
    assert not set(text) - set(map(chr, range(32, 127))) - {"\n", "°"}


def test_a_long_title_is_cut_and_a_long_path_is_not(make_result):
    path = "out/" + "x" * 150
    lines = card(make_result(draws=2, failed=(), title="T" * 300), path).splitlines()
    assert len(lines[0]) <= WIDTH
    assert path in lines[-1]


@pytest.mark.parametrize(
    ("value", "unit", "signed", "text"),
    [(1.0926, "L/h", False, "1.09"), (-2.44, "%", True, "\u22122.4"), (0.4, "%", True, "+0.4"),
     (-0.04, "%", True, "0.0"), (3583.0, "mg", False, "3,580"), (139.26, "mmol/L", False, "139.3"),
     (None, "L", False, "not available"),
     (float("nan"), "L", False, "not available"), (0.012345, "unheard of", False, "0.0123")],
)  # fmt: skip
def test_numbers_are_written_with_the_decimals_of_their_unit(value, unit, signed, text):
    assert Wording().number(value, unit, signed=signed) == text


def test_us_units_are_converted():
    say = Wording(us_units=True)
    assert say.with_unit(40.0, "degC") == "104.0 °F"
    assert say.with_unit(1.0, "L") == "34 fl oz"
    assert say.with_unit(5.0, "mmol/L") == "5.0 mmol/L"


def test_an_interval_without_any_spread_is_not_written():
    assert Wording().estimate({"unit": "km/h", "median": 11.2, "low": 11.2, "high": 11.2}) == "11.2 km/h"


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (13_500, "3:45"), (59, "0:01"), (86_400, "24:00")])
def test_durations_are_written_as_hours_and_minutes(seconds, text):
    assert clock(seconds) == text
