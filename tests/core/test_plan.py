"""What a plan says of itself: how much at most, how fast, how much in an hour, how much sodium."""

from __future__ import annotations

import dataclasses
import json

import pytest

from cramplab.core.errors import UserError
from cramplab.core.plan import DrinkContent, Plan, Serving, fastest_serving, most_in_an_hour
from cramplab.core.plan_folder import load_plan, replace_pages, write_plan_folder
from cramplab.core.plan_result import Chance, PlanResult

HOUR = 3600.0


def drinks(*pairs: tuple[float, float]) -> tuple[Serving, ...]:
    return tuple(Serving(60.0 * minute, litres) for minute, litres in pairs)


@pytest.mark.parametrize(
    ("plan", "intake", "fastest", "in_an_hour"),
    [
        (Plan("nothing", HOUR), 0.0, 0.0, 0.0),
        (Plan("numbers", 2 * HOUR, drinks((15, 0.1), (30, 0.2), (90, 0.3))), 0.6, 0.8, 0.3),
        # 60 min after a drink, the hour of that drink is over; a second less and both are in it.
        (Plan("numbers", 2 * HOUR, drinks((15, 0.1), (74.99, 0.2))), 0.3, 0.4, 0.3),
        (Plan("numbers", 2 * HOUR, drinks((15, 0.1), (75, 0.2))), 0.3, 0.4, 0.2),
        (Plan("thirst", 3 * HOUR, (), 0.5, 9.0), 1.5, 0.5, 0.5),
        (Plan("thirst", 3 * HOUR, (), 0.5, 0.4), 0.4, 0.5, 0.4),
    ],
)
def test_how_much_a_plan_lets_somebody_drink(plan, intake, fastest, in_an_hour):
    assert plan.most_intake == pytest.approx(intake)
    assert plan.fastest_drinking == pytest.approx(fastest)
    assert plan.most_in_an_hour == pytest.approx(in_an_hour)


def test_a_drink_at_the_very_start_has_a_minute_to_be_swallowed():
    assert fastest_serving(drinks((0, 0.01), (0, 0.02))) == pytest.approx(1.2)


def test_an_hour_without_drinks_holds_nothing():
    assert most_in_an_hour(()) == 0.0


def test_sodium_is_that_of_the_drink_and_beside_it():
    plan = Plan("thirst", 2 * HOUR, (), 0.5, 1.0, DrinkContent("own", 20.0), salt_mmol_per_h=5.0)
    assert plan.most_sodium == pytest.approx(30.0)


def test_drinking_less_keeps_moments_drink_and_salt():
    plan = Plan("numbers", HOUR, drinks((15, 0.1), (30, 0.2)), content=DrinkContent("own", 20.0), salt_mmol_per_h=5.0)
    less = plan.drinking_less(0.5)
    assert [each.time_s for each in less.servings] == [900.0, 1800.0]
    assert less.most_intake == pytest.approx(0.15)
    assert (less.content, less.salt_mmol_per_h) == (plan.content, 5.0)
    thirst = Plan("thirst", HOUR, (), 0.8, 0.6).drinking_less(0.5)
    assert (thirst.at_most_L_per_h, thirst.at_most_L) == (0.4, 0.3)


def test_a_chance_is_its_share_of_the_runs():
    assert Chance(27, 100, 0.35).share == 0.27


# --------------------------------------------------------------------------------------------------- its folder


def result(**changes) -> PlanResult:
    known = {
        "title": "An hour", "person_id": "A01", "mass_kg": 62.0, "age_y": 41.0, "sport": "run", "start": None,
        "duration_s": HOUR, "distance_km": None, "seed": 1, "draws": 512, "version": "0", "input_sha256": "0" * 64,
        "outcome": "unknown",
    }  # fmt: skip
    return PlanResult(**(known | changes))


def page(tree):
    return f"<p>{tree['title']}</p>"


def test_a_plan_is_read_back_as_it_was_written(tmp_path):
    tree = write_plan_folder(tmp_path / "plan", result(), page, page)
    assert load_plan(tmp_path / "plan") == tree
    assert tree["title"] == "An hour"


def test_the_pages_are_written_again_from_the_data_alone(tmp_path):
    write_plan_folder(tmp_path / "plan", result(), page, page)
    data = (tmp_path / "plan" / "plan.json").read_bytes()
    replace_pages(tmp_path / "plan", lambda tree: "new", lambda tree: "card")
    assert (tmp_path / "plan" / "plan.html").read_text() == "new"
    assert (tmp_path / "plan" / "plan.json").read_bytes() == data


def test_an_earlier_plan_stays_if_the_new_one_fails(tmp_path):
    write_plan_folder(tmp_path / "plan", result(), page, page)

    def fails(tree):
        raise OSError(28, "No space left on device")

    with pytest.raises((UserError, OSError)):
        write_plan_folder(tmp_path / "plan", result(title="New"), page, fails)
    assert load_plan(tmp_path / "plan")["title"] == "An hour"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["plan"]


def test_a_number_that_json_has_not_is_never_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_plan_folder(tmp_path / "plan", dataclasses.replace(result(), mass_kg=float("nan")), page, page)
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No plan in"), ("{", "not whole JSON"), ("[]", "is not a plan"), ('{"format": "x"}', "is not a plan"),
        (json.dumps({"format": "cramplab plan", "schema": 99}), "schema 99"),
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused_in_words(tmp_path, content, told):
    if content is not None:
        (tmp_path / "plan.json").write_text(content)
    with pytest.raises(UserError, match=told):
        load_plan(tmp_path)
