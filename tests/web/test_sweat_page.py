"""The sweat test page: the engine's own answer, every fault at its field, and a gain answered by what to do alone."""

from __future__ import annotations

import re

import pytest
from tests.web.app_client import AppClient

from cramplab.physiology.weighing import WeighIn
from cramplab.planner.sweat_answer import answer
from cramplab.report.prose import Wording

TEST = {"before1": "62.4", "after1": "61,3", "drank1": "0.40", "minutes1": "1:15", "urine1": "0"}


def test_the_answer_is_that_of_the_engine_with_its_interval(app_client: AppClient) -> None:
    text = app_client.get("/sweat", params=TEST).text
    found = answer([WeighIn(62.4, 61.3, 0.40, 1.25, urine=0.0)], None, 62.4)
    low, high = found.usual.interval
    entry = {"median": found.usual.median, "low": low, "high": high, "unit": "L/h"}
    assert Wording().estimate(entry) in text
    assert "−1.8 %" in text


def test_several_tests_are_narrower_than_one(app_client: AppClient) -> None:
    second = {key.replace("1", "2"): value for key, value in TEST.items()}
    both = app_client.get("/sweat", params=TEST | second)
    assert both.status_code == 200
    assert "2 tests" in both.text

    def width(text: str) -> float:
        low, high = re.findall(r"Usual sweat rate.*?\(([\d.]+) to ([\d.]+)\)", text, re.DOTALL)[0]
        return float(high) - float(low)

    assert width(both.text) < width(app_client.get("/sweat", params=TEST).text)


@pytest.mark.parametrize("more", [{}, {"drank1": "junk"}, {"minutes1": ""}, {"before1": "1000", "after1": "1001"}])
def test_a_gain_is_an_alarm_and_no_number_whatever_else_is_typed(app_client: AppClient, more: dict[str, str]) -> None:
    gain = {"before2": "104.1", "after2": "104.9", "drank2": "3.9", "minutes2": "135"}
    first = TEST | more
    text = app_client.get("/sweat", params=first | gain).text
    alarm = text.partition('role="alert"')[2].partition("</section>")[0]
    assert "+0.8 kg" in alarm
    assert "+0.8 %" in alarm
    assert "Stop drinking" in alarm
    assert text.index('role="alert"') < text.index("<h1")
    assert "Usual sweat rate" not in text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"before1": "sixty"}, "before1"),
        ({"before1": "6240"}, "before1"),
        ({"before1": "0"}, "before1"),
        ({"before1": "-3"}, "before1"),
        ({"minutes1": "5"}, "minutes1"),
        ({"drank1": ""}, "drank1"),
        ({"drank1": "-1"}, "drank1"),
        ({"humidity1": "140"}, "humidity1"),
        ({"sport": "chess"}, "sport"),
        ({"sodium": "900", "by": "chest"}, "sodium"),
        ({"sodium": "50"}, "by"),
    ],
)
def test_each_fault_stands_at_its_field_and_what_was_typed_stays(
    app_client: AppClient, wrong: dict[str, str], field: str
) -> None:
    answer_ = app_client.get("/sweat", params=TEST | wrong)
    assert answer_.status_code == 422
    assert f'<a href="#{field}">' in answer_.text
    assert f'id="{field}-error"' in answer_.text
    assert 'value="61,3"' in answer_.text
    assert "Usual sweat rate" not in answer_.text


def test_all_faults_are_told_at_once(app_client: AppClient) -> None:
    text = app_client.get("/sweat", params={"before1": "x", "after1": "y", "drank1": "99", "minutes1": "z"}).text
    assert all(f'id="{field}-error"' in text for field in ("before1", "after1", "drank1", "minutes1"))


def test_pounds_and_ounces_give_the_same_answer(app_client: AppClient) -> None:
    us = {"units": "us", "before1": "137.57", "after1": "135.14", "drank1": "13.53", "minutes1": "75", "urine1": "0"}
    text = app_client.get("/sweat", params=us).text
    assert "fl oz/h" in text
    assert "−1.8 %" in text


def test_the_empty_page_tells_how_to_do_it_and_keeps_nothing(app_client: AppClient) -> None:
    empty = app_client.get("/sweat")
    assert empty.status_code == 200
    assert "How to do it" in empty.text
    assert "Usual sweat rate" not in empty.text


def test_script_and_noise_in_the_address_are_inert(app_client: AppClient) -> None:
    text = app_client.get("/sweat", params={"before1": '"><script>alert(1)</script>', "nothing": "x", "by": "x"}).text
    assert "<script>alert" not in text
