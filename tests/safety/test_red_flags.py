"""Red flags as data: twelve rows in their order, what to do first, and every flag of a scenario accounted for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cramplab.core.errors import UserError
from cramplab.importers.scenario_schema import FLAGS
from cramplab.safety.red_flags import load_red_flags, read_answer, rows_for, stop_line

ROWS = load_red_flags()
ORDER = (
    "brain_or_collapse", "headache_or_heavier", "dark_urine", "sickle_cell_trait", "long_cramp", "wasting_or_numb",
    "pain_on_walking", "one_swollen_calf", "condition", "medicine", "most_nights", "ill_now",
)  # fmt: skip
# Flags of a scenario that need no red flag of their own, each with the reason. None so far.
NEEDS_NO_ROW: dict[str, str] = {}
ACTS = ("Call", "Cool", "Stop", "Go", "Get", "See", "Ask")


def test_the_rows_and_their_order():
    assert tuple(each.id for each in ROWS) == ORDER
    assert [each.number for each in ROWS] == list(range(1, 13))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_says_first_what_to_do_and_asks_a_plain_question(row):
    assert row.say.split()[0] in ACTS
    assert row.when.endswith("?")
    assert row.source
    assert row.status
    # Another country has another number.
    assert not re.search(r"\b(?:911|999|112|111|000)\b", f"{row.say} {row.when} {row.more}")
    # What somebody has is for a clinician to say.
    assert not re.search(
        r"(?i)\byou (?:have|suffer|are having)\b|\bthis is\b|\bit is (?:a|an)\b", f"{row.say} {row.more}"
    )


def test_every_flag_of_a_scenario_has_its_row_or_a_reason():
    covered = {flag for row in ROWS for flag in row.flags}
    assert covered | set(NEEDS_NO_ROW) == set(FLAGS)
    assert not covered & set(NEEDS_NO_ROW)


def test_a_flag_belongs_to_one_row():
    listed = [flag for row in ROWS for flag in row.flags]
    assert len(listed) == len(set(listed))


def test_what_cannot_wait_gets_no_plan():
    for row in ROWS:
        assert row.plan == "none" or not row.is_acute, row.id
    assert {row.id for row in ROWS if row.plan == "goes_on"} == {"medicine", "most_nights"}


@pytest.mark.parametrize(
    ("flags", "expected"),
    [((), {}), (("pregnant",), {"condition": "none"}), (("ssri", "statin"), {"medicine": "goes_on"}),
     (("sickle_cell_trait",), {"sickle_cell_trait": "goes_on"}), (("past_hyponatremia",), {"condition": "none"}),
     (("peripheral_artery_disease", "diuretic"), {"pain_on_walking": "none", "medicine": "goes_on"})],
)  # fmt: skip
def test_what_a_flag_alone_means_for_a_plan(flags, expected):
    assert {row.id: row.plan for row in rows_for(flags)} == expected


def test_sickle_cell_trait_lets_a_plan_go_on_but_its_signs_do_not():
    assert rows_for(["sickle_cell_trait"])[0].plan == "goes_on"
    assert read_answer("4")[0].plan == "none"


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [("none", []), (" None ", []), ("no", []), ("2,5", [2, 5]), ("5 2", [2, 5]), ("2, 2;dark_urine", [2, 3]),
     ("MEDICINE", [10]), ("12", [12])],
)  # fmt: skip
def test_answers_that_can_be_read(answer, numbers):
    assert [row.number for row in read_answer(answer)] == numbers


@pytest.mark.parametrize(
    ("answer", "words"),
    [("", "not answered"), (" , ", "not answered"), ("none,2", "none and some"), ("13", "'13'"), ("-1", "'-1'"),
     ("dark_urin", "Did you mean dark_urine?"), ("yes", "'yes'"), ("2.5", "'2.5'")],
)  # fmt: skip
def test_answers_that_cannot_be_read_are_the_users_fault(answer, words):
    with pytest.raises(UserError) as found:
        read_answer(answer)
    assert words in str(found.value)
    assert "1 to 12" in str(found.value)
    assert found.value.exit_code == 2


@given(st.text(max_size=40))
def test_any_answer_is_read_or_refused_and_never_taken_for_none(answer):
    try:
        rows = read_answer(answer)
    except UserError:
        return
    assert rows or set(re.split(r"[\s,;]+", answer.strip().lower())) - {""} <= {"none", "no", "0"}


def test_what_is_from_memory_says_so():
    assert {row.id for row in ROWS if not row.url} <= {row.id for row in ROWS if row.from_memory}
    assert not {row.id for row in ROWS if row.from_memory and row.status.startswith("verified: read on the page named")}


def test_the_line_of_a_card_has_the_signs_of_the_worst():
    for word in ("confusion", "collapse", "vomiting", "headache", "swollen hands", "weight up", "urine"):
        assert word in stop_line()


def test_nobody_is_told_to_stop_a_medicine():
    row = next(row for row in ROWS if row.id == "medicine")
    assert "Do not stop a medicine by yourself." in row.say
