"""Rosters: good rows are taken, bad ones are kept as written, and what is written is read again."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cramplab.core.errors import UserError
from cramplab.core.team import CODE_PATTERN, Athlete
from cramplab.importers.roster import read_roster, to_csv
from cramplab.importers.scenario_schema import FLAGS
from cramplab.importers.table_values import UNKNOWN

ROOT = Path(__file__).parents[2]


def read(text):
    return read_roster(text.encode(), "roster.csv")


def test_the_roster_of_the_examples():
    found = read_roster((ROOT / "examples" / "roster.csv").read_bytes(), "roster.csv")
    assert (found.bad_rows, found.faults) == ((), ())
    assert found.athletes[1] == Athlete(
        "HB08", "wing", "female", 19.0, 61.0, 168.0, 1.1, 48.0, "partly", sickle_cell_trait=False,
        cramp_history="sometimes",
    )  # fmt: skip
    assert found.athletes[5].flags == ("nsaid",)
    assert found.athletes[2].sickle_cell_trait is None


BAD = {
    "A1,300": "25 to 250 kg", "Ann Smith,70": "looks like a name", ",70": "is empty", "=A1,70": "a code, not a name",
    "A0,70": "stands in line 2", "a0,70": "stands in line 2", "A1,heavy": "a number", "A1,70,1": "3 cells",
    "Zoë,70": "a code",
}  # fmt: skip


@pytest.mark.parametrize("row", BAD)
def test_a_bad_row_is_kept_as_written_and_the_others_are_read(row):
    found = read(f"athlete_id,mass_kg\nA0,70\n{row}\nA9,71\n")
    assert [each.id for each in found.athletes] == ["A0", "A9"]
    (bad,) = found.bad_rows
    assert bad.line == 3
    assert ",".join(bad.cells.values()) == row
    assert BAD[row] in " ".join(map(str, found.faults))
    assert "line 3" in str(found.faults[0])


def test_every_fault_of_every_row_at_once():
    found = read("id,age,height cm,sweat rate L/h,sodium mmol/L,sex\nA1,5,99,9,400,alien\nA2,200,,,,\n")
    assert len(found.faults) == 6
    assert {each.line for each in found.bad_rows} == {2, 3}


def test_an_empty_roster_says_so():
    assert "no athlete" in str(read("id,age\n").faults[0])


text = st.text(max_size=20).map(lambda each: " ".join(each.replace("\x00", "").replace("\ufeff", "").split()))
number = {"allow_nan": False, "allow_infinity": False}
athletes = st.builds(
    Athlete,
    id=st.from_regex(CODE_PATTERN, fullmatch=True),
    position=text.filter(lambda each: each.casefold() not in UNKNOWN or not each),
    sex=st.sampled_from(["female", "male", "unspecified"]),
    age_y=st.none() | st.floats(10, 100, **number),
    mass_kg=st.none() | st.floats(25, 250, **number),
    height_cm=st.none() | st.floats(120, 230, **number),
    sweat_rate_L_per_h=st.none() | st.floats(0.01, 6, **number),
    sweat_sodium_mmol_per_L=st.none() | st.floats(5, 150, **number),
    heat_acclimated=st.sampled_from([None, "no", "partly", "yes"]),
    sickle_cell_trait=st.sampled_from([None, True, False]),
    cramp_history=st.sampled_from([None, "never", "sometimes", "most_events"]),
    flags=st.sets(st.sampled_from([each for each in FLAGS if each != "sickle_cell_trait"])).map(
        lambda chosen: tuple(each for each in FLAGS if each in chosen)
    ),
)  # fmt: skip


@settings(deadline=None, derandomize=True)
@given(st.lists(athletes, min_size=1, max_size=4, unique_by=lambda each: each.id.casefold()))
def test_what_is_written_is_read_again(team):
    written = to_csv(team)
    assert read_roster(written.encode("utf-8"), "roster.csv").athletes == tuple(team)
    for line in written.splitlines():
        assert not line.startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("position", ["=1+1", "+1", "-1", "@SUM(A1)", "'=x", "it's"])
def test_no_spreadsheet_takes_a_text_of_ours_for_a_formula(position):
    written = to_csv([Athlete("A1", position)])
    assert f",{position}" not in written or position == "it's"
    assert read(written).athletes[0].position == position


@settings(deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_our_words(data):
    with contextlib.suppress(UserError):
        read_roster(b"id,age,flags\n" + data, "roster.csv")
