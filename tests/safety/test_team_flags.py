"""What to look at in an athlete: a gain of weight before all else, wherever it stands and whatever else there is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_result import TeamFlag
from cramplab.importers.scenario_schema import FLAGS
from cramplab.safety.limits import Limits, load_limits
from cramplab.safety.red_flags import load_red_flags
from cramplab.safety.team_flags import ORDER, flags_of, no_numbers, order
from cramplab.safety.wording import advice_found

LIMITS = load_limits()
FAST = Weighing("A1", "2026-08-04", "AM", 104.1, 104.9, 3.9, 0.0, 135.0)


def weighing(change_pct=0.0, **values):
    told = {"date": "2026-08-04", "drank_L": 0.5, "duration_min": 60.0} | values
    return Weighing("A1", mass_before_kg=80.0, mass_after_kg=80.0 * (1 + change_pct / 100), **told)


def ids(athlete=None, weighings=(), limits=LIMITS):
    return [each.id for each in flags_of(athlete or Athlete("A1"), weighings, limits)]


def test_a_gain_with_fast_drinking_says_what_to_do_first():
    gain, fast = flags_of(Athlete("A1"), [FAST], LIMITS)
    row = next(each for each in load_red_flags() if each.id == "headache_or_heavier")
    assert (gain.id, gain.rank, gain.urgency) == ("gain", 1, "now")
    assert gain.do.startswith(row.say)
    assert gain.words.startswith(
        "Weight went up (2026-08-04 AM): +0.80 kg (+0.8 %), with 3.9 L drunk in 135 min (1.73 L/h)"
    )
    assert (fast.id, fast.rank, fast.do) == ("drank_too_fast", 2, "")
    assert "1.73 L/h" in fast.words
    assert f"{LIMITS['hourly_absolute'].value:.2f} L/h" in fast.words


def test_the_reader_chooses_the_units():
    words = " ".join(each.words for each in flags_of(Athlete("A1"), [FAST], LIMITS, units="us"))
    assert "+1.76 lb" in words
    assert "59 fl oz/h" in words
    assert " L" not in words
    assert "kg" not in words


@pytest.mark.parametrize("gain_kg", [0.0001, 0.01, 0.1, 5.0])
def test_any_gain_is_a_gain_and_is_never_written_as_nothing(gain_kg):
    first = flags_of(Athlete("A1"), [Weighing("A1", mass_before_kg=70.0, mass_after_kg=70.0 + gain_kg)], LIMITS)[0]
    assert first.id == "gain"
    assert "+0.00 kg" not in first.words
    assert "+0.0 %" not in first.words


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (-1.9, []),
        (-2.1, ["loss_above_2"]),
        (-3.1, ["loss_above_3"]),
        (-5.1, ["loss_severe"]),
        (0.0, []),
        (0.1, ["gain"]),
    ],
)
def test_a_change_of_mass_raises_the_highest_line_that_it_passes(change, expected):
    assert ids(weighings=[weighing(change)]) == expected


@pytest.mark.parametrize(("rate", "expected"), [(0.79, []), (0.85, ["drank_fast"]), (1.43, ["drank_too_fast"])])
def test_drinking_is_held_against_the_limits(rate, expected):
    assert ids(weighings=[weighing(drank_L=rate)]) == expected


def test_stricter_limits_are_kept():
    stricter = Limits(
        {**LIMITS, "mass_loss_target": replace(LIMITS["mass_loss_target"], value=1.0),
         "hourly_default": replace(LIMITS["hourly_default"], value=0.4)}, LIMITS.bands,
    )  # fmt: skip
    assert ids(weighings=[weighing(-1.2)], limits=stricter) == ["loss_above_2", "drank_fast"]
    assert "\u22121 %" in flags_of(Athlete("A1"), [weighing(-1.2)], stricter)[0].words


@pytest.mark.parametrize(
    ("athlete", "expected"),
    [
        (Athlete("A1", sickle_cell_trait=True), ["sickle_cell_trait"]),
        (Athlete("A1", sickle_cell_trait=False), []),
        (Athlete("A1", flags=("sickle_cell_trait",)), ["sickle_cell_trait"]),
        (Athlete("A1", age_y=17.9), ["under_age"]),
        (Athlete("A1", age_y=18.0), []),
        (Athlete("A1", flags=("past_hyponatremia", "past_heat_stroke", "pregnant", "nsaid")),
         ["past_hyponatremia", "past_heat_stroke", "condition", "medicine"]),
    ],
)  # fmt: skip
def test_what_the_roster_tells(athlete, expected):
    assert ids(athlete) == expected


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_of_a_scenario_raises_something(flag):
    (found,) = flags_of(Athlete("A1", flags=(flag,)), [], LIMITS)
    assert found.do
    assert found.source
    assert bool(no_numbers(Athlete("A1", flags=(flag,)), LIMITS)) == (found.id not in ("medicine", "sickle_cell_trait"))


def test_a_light_start_is_told_against_the_roster_or_three_earlier_mornings():
    low = replace(weighing(-1.0), mass_before_kg=78.0, mass_after_kg=77.5, date="2026-08-09")
    usual = [weighing(-1.0, date=f"2026-08-0{day}") for day in (1, 2, 3)]
    assert ids(Athlete("A1", mass_kg=80.0), [low]) == ["starts_light"]
    assert ids(weighings=[*usual, low]) == ["starts_light"]
    assert ids(weighings=[*usual[:2], low]) == []
    assert ids(Athlete("A1", mass_kg=78.5), [low]) == []


def test_an_earlier_gain_is_kept_behind_what_is_more_pressing():
    later = weighing(-5.5, date="2026-08-06", drank_L=1.5)
    assert ids(weighings=[FAST, later]) == ["drank_too_fast", "gain_earlier", "loss_severe"]


@pytest.mark.parametrize(
    "others",
    [
        [weighing(-1.0, session="PM")],  # which came last on one day is not told
        [weighing(-1.0, date="2026-08-03")],
        [Weighing("A1", "2026-08-05", "AM", 104.0)],  # weighed before the next session only
        [weighing(-6.0, date="")],
        [weighing(-1.0, date="2062-08-04")],  # a slip of the pen in the year
    ],
)
def test_nothing_hides_a_gain_of_the_last_day(others):
    for weighings in ([FAST, *others], [*others, FAST]):
        assert ids(weighings=weighings)[0] == "gain"


def test_a_gain_without_a_day_may_be_the_last():
    assert ids(weighings=[replace(FAST, date=""), weighing(-1.0, date="2026-09-01")])[0] == "gain"


athletes = st.builds(
    Athlete,
    id=st.just("A1"),
    age_y=st.none() | st.floats(10, 90),
    mass_kg=st.none() | st.floats(40, 150),
    sickle_cell_trait=st.sampled_from([None, True, False]),
    flags=st.sets(st.sampled_from(FLAGS)).map(tuple),
)
some = st.builds(
    weighing,
    st.floats(-9, 0),
    date=st.sampled_from(["", "2026-08-01", "2026-08-03", "2026-08-04"]),
    drank_L=st.none() | st.floats(0, 9),
    duration_min=st.none() | st.floats(5, 300),
)


@settings(deadline=None, derandomize=True)
@given(athletes, st.lists(some, max_size=6), st.integers(0, 6), st.sampled_from(["metric", "us"]))
def test_a_gain_ranks_first_wherever_it_stands_and_nothing_beside_it_says_drink(athlete, others, at, units):
    weighings = [*others[:at], FAST, *others[at:]]
    flags = flags_of(athlete, weighings, LIMITS, units=units)
    assert (flags[0].id, flags[0].rank) == ("gain", 1)
    assert [each.rank for each in flags] == sorted(each.rank for each in flags)
    assert all(each.rank > 1 for each in flags[1:])
    assert not any("drink when" in each.do.lower() or "make up" in each.do.lower() for each in flags)
    assert advice_found("\n".join(f"{each.words}\n{each.do}\n{each.short}" for each in flags)) == []


@settings(deadline=None, derandomize=True)
@given(athletes, st.lists(some, max_size=6))
def test_every_flag_is_one_of_the_order_and_offers_nothing_for_a_cramp(athlete, weighings):
    for flag in flags_of(athlete, weighings, LIMITS):
        assert ORDER[flag.rank - 1] == flag.id
        assert flag.id != "gain"
        assert flag.short
        assert flag.words
        assert flag.source
        assert flag.status
        assert advice_found(f"{flag.words}\n{flag.do}") == []


@dataclass(frozen=True)
class Line:
    athlete: Athlete
    flags: tuple[TeamFlag, ...]
    change_pct: float | None
    weighings: tuple[Weighing, ...] = ()


def line(code, weighings):
    athlete = Athlete(code)
    change = weighings[-1].change_pct if weighings else None
    return Line(athlete, flags_of(athlete, weighings, LIMITS), change, tuple(weighings))


def test_rows_stand_by_urgency_then_change_then_code():
    rows = [line("Z", []), line("A", []), line("D", [weighing(-2.2)]), line("C", [weighing(-2.8)]),
            line("E", [weighing(-6)]), line("G", [weighing(0.2)]),
            line("F", [weighing(0.9), weighing(-9.0)])]  # fmt: skip
    for given_order in (rows, rows[::-1]):
        assert [each.athlete.id for each in order(given_order)] == ["F", "G", "E", "C", "D", "A", "Z"]
