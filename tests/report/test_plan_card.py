"""The card of a plan on the terminal: short, in the reader's units, and silent where there is no plan."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report import plan_fake

from cramplab.core.plan import Plan, Serving
from cramplab.core.plan_result import plan_tree
from cramplab.report.plan_card import WIDTH, plan_card
from cramplab.safety.wording import advice_found

FOLDER = Path("out") / "marathon"
ALL = [plan_fake.numbers, plan_fake.thirst, plan_fake.refused, plan_fake.unknown]


def card_of(result, folder=FOLDER) -> str:
    return plan_card(plan_tree(result), folder)


@pytest.mark.parametrize("units", ["metric", "us"])
@pytest.mark.parametrize("make", ALL)
def test_it_fits_a_screen_and_gives_no_advice_on_cramps(make, units):
    card = card_of(make(units))
    assert max(map(len, card.splitlines())) <= WIDTH
    assert 9 <= len(card.splitlines()) <= 19
    assert advice_found(card) == []
    for name in ("WATCH", "STOP", "PAGE", "CRAMP"):
        assert re.search(rf"^{name}\b", card, re.MULTILINE), name


def test_numbers_say_how_much_how_often_and_never_more():
    card = card_of(plan_fake.numbers())
    assert "0.72 L/h: 150 mL every 12 min, 18 times" in card
    assert "never more" in card
    assert "body mass -2.4 % (-5.0 to -0.3); chance of weight GAIN fewer than 1 of 100" in card
    assert "redflags" not in card


def test_us_card_is_in_ounces_pounds_and_fahrenheit():
    card = card_of(plan_fake.numbers("us"))
    for told in ("136.7 lb", "5 fl oz every 12 min", "75.2 °F"):
        assert told in card


def test_thirst_names_the_ceilings_and_the_reason_and_no_schedule():
    card = card_of(plan_fake.thirst())
    assert "when thirsty, in small sips; never more than 0.55 L/h, nor 2.90 L in all" in card
    assert "more than 4 h" in card
    assert " every " not in card
    assert "cramplab redflags" in card


@pytest.mark.parametrize("make", [plan_fake.refused, plan_fake.unknown])
def test_without_a_plan_the_card_holds_no_amount(make):
    full = plan_fake.numbers()
    result = replace(make(), plan=full.plan, figures=full.figures, chances=full.chances, theories=full.theories)
    card = card_of(result)
    assert not re.search(r"\d (?:mL|L/h|L|mg/h|% \()", card)
    assert "NO PLAN" in card
    assert "we do not know" in card
    assert result.refusals[0].words in " ".join(card.split())


def test_theories_that_say_the_same_share_their_count():
    card = " ".join(card_of(plan_fake.numbers()).split())
    assert "dehydration, electrolyte 18 (6-38)" in card
    assert "The theories do not differ enough to act on." in card


def test_servings_of_different_size_and_rhythm_are_told_as_such():
    base = plan_fake.numbers()
    uneven = Plan("numbers", 13_500.0, (Serving(1200.0, 0.1), Serving(3000.0, 0.2), Serving(7000.0, 0.2)))
    assert "100 to 200 mL at each of 3 stations" in card_of(replace(base, plan=uneven))
    once = Plan("numbers", 3600.0, (Serving(1800.0, 0.2),))
    assert "200 mL once, at 0:30" in card_of(replace(base, plan=once))
    nothing = Plan("nothing", 3600.0)
    assert "nothing has to be drunk on the way" in card_of(replace(base, plan=nothing))


def test_without_a_folder_no_file_is_named():
    assert "plan.html" not in card_of(plan_fake.numbers(), None)


def test_what_refuses_a_plan_is_never_cut_short():
    base = plan_fake.refused()
    long = f"{'One condition, and another one, ' * 9}and the last: ask your clinician how much to drink."
    card = card_of(replace(base, refusals=(replace(base.refusals[0], words=long),)))
    assert long in " ".join(card.split())
