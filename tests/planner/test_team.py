"""A team put together without the engine: order, sweat rates, what is to be replaced, and the folder it is kept in."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cramplab.core.errors import UserError
from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_folder import DATA_FILE, load_team, replace_team_pages, write_team_folder
from cramplab.core.team_result import team_tree
from cramplab.importers.roster import read_roster
from cramplab.importers.weigh_ins import read_team_weigh_ins
from cramplab.physiology.weighing import WeighIn
from cramplab.planner.sweat_answer import answer
from cramplab.planner.team import known_sweat, replacement, team_result
from cramplab.safety.limits import load_limits
from cramplab.safety.wording import advice_found

ROOT = Path(__file__).parents[2]
LIMITS = load_limits()


def example(**values):
    roster = read_roster((ROOT / "examples" / "roster.csv").read_bytes(), "roster.csv")
    weighed = read_team_weigh_ins((ROOT / "examples" / "weighins.csv").read_bytes(), "weighins.csv")
    told = {"title": "handball", "limits": LIMITS} | values
    return team_result(roster.athletes, weighed.weighings, **told)


def one(change_kg, athlete=None, **values):
    weighing = Weighing("A1", "2026-08-04", "", 80.0, 80.0 + change_kg, 0.5, 0.0, 90.0)
    return replacement(athlete or Athlete("A1"), [replace(weighing, **values)], LIMITS)


def test_the_team_of_the_examples_by_row():
    team = example()
    told = [(row.athlete.id, round(row.change_pct, 1), row.flags[0].id if row.flags else "") for row in team.rows]
    assert told == [
        ("HB08", 0.7, "gain"), ("HB21", -2.3, "loss_above_2"), ("HB14", -2.2, "loss_above_2"),
        ("HB19", -1.2, "under_age"), ("HB03", -1.8, ""), ("HB11", -0.9, ""),
    ]  # fmt: skip
    assert [each.id for each in team.rows[0].flags[:3]] == ["gain", "drank_too_fast", "gain_earlier"]


@pytest.mark.parametrize("units", ["metric", "us"])
def test_no_sentence_of_a_team_offers_anything_for_a_cramp_or_changes_units(units):
    rows = team_tree(example(units=units))["rows"]
    words = [text for row in rows for text in (row["replace"]["words"], *row["checks"])]
    words += [text for row in rows for flag in row["flags"] for text in (flag["words"], flag["do"], flag["short"])]
    assert advice_found("\n".join(words)) == []
    foreign = (" L/h", " kg", " L ") if units == "us" else (" fl oz", " lb")
    assert not [each for each in words for unit in foreign if unit in each]


def test_what_is_missing_is_replaced_slowly_and_with_a_range():
    found = one(-2.0)
    assert (found.low_L, found.high_L) == (2.5, 3.0)
    assert "2.5 to 3.0 L" in found.words
    assert f"never faster than {LIMITS['hourly_default'].value:g} L/h" in found.words
    assert "over 4 h or more" in found.words


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (one(0.8), "weight went up"), (one(0.0), "nothing is missing"), (one(-0.04), "nothing is missing"),
        (one(-2.0, Athlete("A1", age_y=17.0)), "adult in charge"), (one(0, mass_after_kg=None), "not known"),
        (one(-2.0, Athlete("A1", flags=("kidney_disease",))), "clinician"),
        (one(-2.0, Athlete("A1", flags=("past_hyponatremia",))), "clinician"),
        (one(0.5, Athlete("A1", age_y=17.0)), "weight went up"),
    ],
)  # fmt: skip
def test_no_amount_where_none_is_to_be_told(found, word):
    assert (found.low_L, found.high_L) == (None, None)
    assert word in found.words


@settings(deadline=None, derandomize=True)
@given(st.floats(-40, 5), st.floats(25, 250))
def test_no_amount_is_above_what_a_day_may_hold_and_none_follows_a_gain(change_kg, before):
    found = one(change_kg, mass_before_kg=before, mass_after_kg=before + change_kg)
    if change_kg > 0.0001:
        assert found.high_L is None
    if found.low_L is not None and found.high_L is not None:
        assert 0.0 < found.low_L <= found.high_L <= LIMITS["daily_absolute"].value


def test_sweat_rates_are_those_of_a_sweat_test():
    weighing = Weighing("A1", "", "", 62.4, 61.3, 0.4, None, 75.0)
    found, same = (
        known_sweat(Athlete("A1", mass_kg=62.4), [weighing]),
        answer([WeighIn(62.4, 61.3, 0.4, 1.25)], mass=62.4),
    )
    assert (found.usual.median, found.usual.low, found.usual.high) == (same.usual.median, *same.usual.interval)
    assert found.another_day.high == same.next_day.interval[1]
    assert (found.tests, found.told) == (1, False)


def test_the_rosters_own_rate_counts_as_one_rough_reading():
    nothing = known_sweat(Athlete("A1", mass_kg=70.0), [])
    told = known_sweat(Athlete("A1", mass_kg=70.0, sweat_rate_L_per_h=2.0), [])
    assert nothing.usual.median < told.usual.median < 2.0
    assert told.usual.high - told.usual.low < nothing.usual.high - nothing.usual.low
    assert (told.tests, told.told) == (0, True)


def test_a_weighing_that_is_no_sweat_test_stays_a_record():
    weighing = Weighing("A1", "2026-08-04", "AM", 62.4, 61.3)
    (row,) = team_result([Athlete("A1")], [weighing], title="", limits=LIMITS).rows
    assert row.change_kg == -1.1
    assert row.sweat.tests == 0
    assert "Weighing 2026-08-04 AM is no sweat test: not told: drink, duration." in row.checks


def test_who_is_not_on_the_roster_gets_a_row_and_capitals_do_not_matter():
    weighings = [
        Weighing("b2", mass_before_kg=70, mass_after_kg=69),
        Weighing("X9", mass_before_kg=70, mass_after_kg=71),
    ]
    team = team_result([Athlete("B2", "wing")], weighings, title="", limits=LIMITS)
    assert [row.athlete.id for row in team.rows] == ["X9", "B2"]
    assert "Not on the roster" in team.rows[0].checks[0]
    assert team.rows[1].athlete.position == "wing"
    assert len(team.rows[1].weighings) == 1


def test_a_far_reading_of_the_roster_is_said_to_be_far():
    weighing = Weighing("A1", "", "", 80.0, 79.0, 0.2, 0.0, 60.0)
    (row,) = team_result([Athlete("A1", sweat_rate_L_per_h=3.5)], [weighing], title="", limits=LIMITS).rows
    assert any("far from" in each for each in row.checks)


@settings(deadline=None, derandomize=True)
@given(st.permutations([f"A{at}" for at in range(6)]), st.integers(0, 5))
def test_the_order_of_the_files_changes_nothing_and_a_gain_stands_first(codes, who):
    changes = {code: -0.5 * (at + 1) for at, code in enumerate(sorted(codes))} | {f"A{who}": 0.2}
    weighings = [Weighing(code, "2026-08-04", "", 80.0, 80.0 + changes[code], 0.5, 0.0, 90.0) for code in codes]
    team = team_result([Athlete(code) for code in reversed(codes)], weighings, title="", limits=LIMITS)
    again = team_result([Athlete(code) for code in sorted(codes)], sorted(weighings, key=str), title="", limits=LIMITS)
    assert team.rows == again.rows
    assert team.rows[0].athlete.id == f"A{who}"


def test_no_engine_is_loaded_for_it():
    code = (
        "import sys, cramplab.planner.team, cramplab.importers.roster, cramplab.core.team_folder\n"
        "found = {'jax', 'equinox', 'numba'} & set(sys.modules)\nassert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ----------------------------------------------------------------------------------------------- the folder


def pages(tree):
    return f"<p>{tree['title']}</p>"


def test_a_team_is_written_and_read_again(tmp_path):
    team = example()
    written = write_team_folder(tmp_path / "team", team, pages, pages, pages)
    assert load_team(tmp_path / "team") == written == team_tree(team)
    assert {each.name for each in (tmp_path / "team").iterdir()} == {
        "team.json", "team.html", "cards.html", "weigh_in_sheet.html",
    }  # fmt: skip
    replace_team_pages(tmp_path / "team", lambda tree: "new", pages, pages)
    assert (tmp_path / "team" / "team.html").read_text(encoding="utf-8") == "new"
    assert load_team(tmp_path / "team") == written


def test_a_page_that_fails_leaves_the_earlier_team_as_it_was(tmp_path):
    folder = tmp_path / "team"
    write_team_folder(folder, example(), pages, pages, pages)
    before = {each.name: each.read_bytes() for each in folder.iterdir()}

    def fails(tree):
        raise RuntimeError("no page")

    with pytest.raises(RuntimeError):
        write_team_folder(folder, example(title="other"), pages, pages, fails)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    assert [each.name for each in tmp_path.iterdir()] == ["team"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "No team in"), (b"{", "damaged"), (b"\xff", "damaged"), (b"[]", "not a team"),
        (json.dumps({"format": "cramplab plan", "schema": 1}).encode(), "not a team"),
        (json.dumps({"format": "cramplab team", "schema": 99}).encode(), "schema 99"),
    ],
)  # fmt: skip
def test_what_is_no_team_is_said_to_be_none(tmp_path, content, word):
    if content is not None:
        (tmp_path / DATA_FILE).write_bytes(content)
    with pytest.raises(UserError, match=word):
        load_team(tmp_path)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError):
        write_team_folder(tmp_path, example(), pages, pages, pages)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]
