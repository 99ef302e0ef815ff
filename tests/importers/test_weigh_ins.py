"""Weighings: nothing is lost on a bad row, and a gain of weight least of all."""

from __future__ import annotations

import contextlib
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cramplab.core.days import last_possible_day
from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.core.team import Weighing
from cramplab.importers.weigh_ins import as_weigh_in, read_team_weigh_ins, read_weigh_ins, to_csv, why_no_sweat_test
from cramplab.safety.wording import advice_found

ROOT = Path(__file__).parents[2]
HEADER = "athlete_id,date,session,mass_before_kg,mass_after_kg,drank_L,urine_L,duration_min,intensity\n"
GOOD = "A1,2026-08-04,AM,62.4,61.3,0.4,0,75,hard\n"


def read(text):
    return read_team_weigh_ins(text.encode(), "w.csv")


def test_the_weighings_of_the_examples():
    found = read_team_weigh_ins((ROOT / "examples" / "weighins.csv").read_bytes(), "w.csv")
    assert (found.bad_rows, found.faults) == ((), ())
    assert {each.athlete for each in found.weighings if each.gained} == {"HB08"}
    assert min(each.drinking_rate for each in found.weighings if each.gained) > 1.42


def test_a_weighing_may_be_half_there():
    found = read("id,pre kg,post kg\nA1,62,\nA2,,61\n")
    assert found.faults == ()
    assert [each.change_kg for each in found.weighings] == [None, None]
    assert "no weight" in str(read("id,pre kg,post kg,drank L\nA1,,,1\n").faults[0])


def test_whoever_was_not_there_is_told_and_is_no_fault():
    found = read(
        HEADER + GOOD + "A2,2026-08-04,AM,DNP,dnp,,,,\nA3,2026-08-04,AM,-,n/a,,,75,\nA4,,,,,,,,\nA5,,,80,DNP,,,,\n"
    )
    assert found.faults == ()
    assert [(each.athlete, each.change_kg) for each in found.weighings] == [("A1", pytest.approx(-1.1)), ("A5", None)]
    assert any("line 3 ('DNP'), 4, 5." in each for each in found.notices)
    assert "no weighing" in str(read(HEADER + "A2,2026-08-04,AM,DNP,DNP,,,,\n").faults[0])


HEADERS = [
    "Sportler;Datum;Einheit;Gewicht vorher (kg);Gewicht nachher (kg);getrunken (L);Urin (L);Dauer (min);Intensität",
    "Spieler;Datum;Einheit;Körpergewicht vor (kg);Koerpergewicht nach (kg);Flüssigkeit (Liter);Urin;Dauer;Belastung",
    "Joueur;Date;Séance;Poids avant (kg);Poids après (kg);Bu (L);Urine (L);Durée (min);Intensité",
    "Jugador;Fecha;Sesión;Peso antes (kg);Peso después (kg);Bebida (litros);Orina (L);Duración (min);Intensidad",
    "Giocatore;Data;Allenamento;Peso prima (kg);Peso dopo (kg);Bevuto (L);Urina (L);Durata (min);Intensità",
    "Jogador;Data;Treino;Peso antes (kg);Peso depois (kg);Água (L);Urina (L);Duração (min);Intensidade",
    "Speler;Datum;Sessie;Gewicht voor (kg);Gewicht na (kg);Gedronken (L);Urine (L);Duur (min);Intensiteit",
]
HARD = ["hart", "schwer", "dur", "duro", "intensa", "forte", "zwaar"]


@pytest.mark.parametrize(("header", "hard"), [*zip(HEADERS, HARD, strict=True)])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_weighings_of_other_languages(header, hard, encoding):
    text = f"{header}\nA1;4.8.2026;AM;62,4;61,3;0,4;0 L;75 min;{hard}\n"
    assert read_team_weigh_ins(text.encode(encoding), "w.csv").weighings == read(HEADER + GOOD).weighings


def test_one_weight_in_pounds_and_one_in_kilograms():
    found = read("id;pre (lb);post (kg)\nA1;180;81,2\nA2;180;82\n")
    assert found.faults == ()
    assert [each.gained for each in found.weighings] == [False, True]


@pytest.mark.parametrize("code", ["Mean", "Mittelwert", "", "Team average"])
def test_a_total_that_shows_a_gain_is_no_athlete_and_is_not_passed_over(code):
    text = f"{HEADER}{GOOD}{code},,{'' if code else 'Mean'},80,81,1,0,60,hard\n"
    found = read(text)
    assert [each.athlete for each in found.weighings if each.gained] == ["line-3"]
    assert "MORE WEIGHT AFTER" in str(found.faults[0])
    assert "total or a mean" in str(found.faults[1])
    assert read(text.replace(",80,81,", ",80,79,")).faults == ()


def test_a_gain_beneath_a_second_header_is_seen():
    found = read(HEADER + GOOD + "Player,Notes,After (lb),Before (lb)\nA5,x,181,180\nA6,x,180,181\n")
    assert [each.athlete for each in found.weighings if each.gained] == ["A5"]
    assert found.faults == ()
    # A row with a fault is shown under the names of the header that stands above it.
    found = read(HEADER + GOOD + "Player,Drank (oz),After (lb),Before (lb)\nA5,much,181,180\n")
    assert found.bad_rows[0].cells["After (lb)"] == "181"
    assert "Drank (oz) is 'much'" in str(found.faults[1])
    assert "(180, then 181)" in str(found.faults[0])


def test_rows_in_which_no_gain_could_be_looked_for_are_named():
    found = read(HEADER + GOOD + "A2,,,heavy,80,,,,\nA3,,,80,,much,,,\nA4,,,80,DNP,much,,,\nA5,,,104,1,104,9,3,4,x\n")
    assert found.unchecked is not None
    assert found.unchecked.message.endswith("line 3, 6")
    assert found.unchecked in found.faults
    # Where cells have slipped, what stands in the wrong column is no fault of its own.
    assert [len(each.faults) for each in found.bad_rows] == [1, 1, 1, 1]
    assert read(HEADER + GOOD).unchecked is None
    assert [str(each.place) for each in read("id,pre,post\nA1,80,81\n").untold_gains] == ["w.csv, line 2"]


def test_swapped_columns_are_asked_for_and_each_gain_stays():
    rows = "".join(f"A{at},2026-08-04,AM,80,81,1,0,60,hard\n" for at in range(4))
    found = read(HEADER + rows + "A9,2026-08-04,AM,81,80,1,0,60,hard\n")
    assert sum(each.gained for each in found.weighings) == 4
    assert any("Of 5 weighings 4 show more after" in each for each in found.notices)
    assert not read(HEADER + rows[: rows.index("A3")]).notices


BAD_CELLS = [
    "A5,4/8/2026,AM,80,81,1,0,60,hard", "A5,2026-08-04,AM,80,81,much,0,60,hard", "A5,2026-08-04,AM,80,81,1,0,x,hard",
    "A5,2026-08-04,AM,80,81,1,0,60,insane", "A5,2026-08-04,AM,80,81,99,0,60,hard", "A5,2026-08-04,AM,80,81,1,77,0,hard",
    "A5,2026-08-04,AM,80,81,1,0,60,hard,a note without a column",
    f"A5,2026-08-04,{'x' * 70},80,81,1,0,60,hard", "A5,2026-08-04,AM,300,301,1,0,60,hard",
]  # fmt: skip


@pytest.mark.parametrize("row", BAD_CELLS)
def test_a_gain_is_raised_also_from_a_row_that_cannot_be_used(row):
    found = read(HEADER + GOOD + row + "\n")
    gain = next(each for each in found.weighings if each.gained)
    assert gain.athlete == "A5"
    assert (gain.drank_L, gain.duration_min) == (None, None)
    assert "MORE WEIGHT AFTER" in str(found.faults[0])
    assert ",".join(found.bad_rows[0].cells.values()) == row
    assert found.weighings[0].athlete == "A1"
    assert advice_found("\n".join(map(str, found.faults))) == []


def test_a_day_still_to_come_is_a_fault_and_its_gain_counts_as_of_today():
    day = (date.fromisoformat(last_possible_day()) + timedelta(days=1)).isoformat()
    found = read(f"{HEADER}{GOOD}A5,{day},AM,80,79,1,0,60,hard\nA6,{day},AM,80,81,1,0,60,hard\n")
    assert [(each.athlete, each.date) for each in found.weighings if each.athlete != "A1"] == [("A6", "")]
    assert len(found.bad_rows) == 2
    assert "still to come" in str(found.bad_rows[0].faults[0])
    assert read(f"{HEADER}A5,{last_possible_day()},AM,80,79,1,0,60,hard\n").faults == ()


def test_a_header_that_cannot_be_read_says_that_no_gain_was_looked_for():
    with pytest.raises(FaultsFoundError, match="checked for a gain of weight") as problem:
        read("Athlet;Enne;Pärast\nA1;80,0;80,9\n")
    assert "Pärast" in str(problem.value)


@pytest.mark.parametrize("code", ["Ann Smith", "", "=A1"])
def test_a_gain_of_somebody_without_a_code_is_raised_by_its_line_and_without_the_name(code):
    found = read(f"{HEADER}{GOOD}{code},2026-08-04,AM,80,81,1,0,60,hard\n")
    assert [each.athlete for each in found.weighings if each.gained] == ["line-3"]
    assert len(found.faults) == 2


@pytest.mark.parametrize("header", ["pre,post", "pre (lb),post", "pre,post (lb)"])
def test_a_gain_without_units_is_told_first_though_nobody_knows_how_large_it_is(header):
    found = read(f"id,drank L,{header}\nA0,x,160,159\nA1,1,150,151\n")
    assert [each for each in found.weighings if each.gained] == []
    assert "MORE WEIGHT AFTER" in str(found.faults[0])
    assert "line 3" in str(found.faults[0])


@settings(deadline=None, derandomize=True)
@given(
    rows=st.lists(st.sampled_from([GOOD, "A2,,,,,,,,\n", "A3,x,x,x,x,x,x,x,x,x,x\n",
                  ",,,70,69,,,,\n", '"A4,,,70\n']), max_size=8),
    at=st.integers(0, 8),
    before=st.integers(400, 1500),
    gain=st.integers(1, 50),
    rest=st.sampled_from(["1,0,60,hard", ",,,", "x,x,x,x", "1;0;60,,,"]),
)  # fmt: skip
def test_no_row_around_it_hides_a_gain(rows, at, before, gain, rest):
    heavy = f"A9,2026-08-04,PM,{before / 10},{(before + gain) / 10},{rest}\n"
    found = read(HEADER + "".join([*rows[:at], heavy, *rows[at:]]))
    (raised,) = [each for each in found.weighings if each.gained]
    assert raised.athlete == "A9"
    assert raised.change_kg == pytest.approx(gain / 10)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"drank_L": None}, "not told: drink"), ({"duration_min": None}, "duration"),
        ({"mass_after_kg": None}, "mass after"),
        ({"duration_min": 5.0}, "5 min"), ({"mass_after_kg": 64.0}, "-1.20 L"), ({"mass_after_kg": 50.0}, "10.2 L/h"),
        ({"mass_after_kg": 300.0}, "300 kg"),
    ],
)  # fmt: skip
def test_a_weighing_that_is_no_sweat_test_says_why(values, word):
    told = {"mass_before_kg": 62.4, "mass_after_kg": 61.3, "drank_L": 0.4, "duration_min": 75.0} | values
    weighing = Weighing("A1", **told)
    assert as_weigh_in(weighing) is None
    assert word in why_no_sweat_test(weighing)


def test_a_weighing_that_is_a_sweat_test():
    (weighing,) = read(HEADER + GOOD).weighings
    test = as_weigh_in(weighing)
    assert why_no_sweat_test(weighing) == ""
    assert test is not None
    assert test.guideline_rate == pytest.approx((1.1 + 0.4) / 1.25)


def test_a_few_minutes_are_a_weighing_and_no_sweat_test():
    found = read(HEADER + GOOD.replace(",75,", ",5,"))
    assert found.faults == ()
    assert as_weigh_in(found.weighings[0]) is None


def test_a_row_that_stands_twice_counts_once_and_is_told():
    found = read(HEADER + GOOD + GOOD)
    assert len(found.weighings) == 1
    assert "count once: line 3" in found.notices[0]


def test_sweat_tests_of_a_file_take_pounds_and_other_names(tmp_path):
    table = tmp_path / "w.csv"
    table.write_text(
        "Athlete;Weight In (lb);Weight Out (lb);Fluids (oz);Hours\nA1;150,5;148;20;1,5\n", encoding="cp1252"
    )
    (found,) = read_weigh_ins(table)
    assert found.test.mass_before == pytest.approx(68.2656, abs=1e-3)
    assert found.test.hours == 1.5


def test_a_file_of_sweat_tests_needs_all_of_a_test(tmp_path):
    table = tmp_path / "w.csv"
    table.write_text("id,pre kg,post kg\nA1,62,61\n", encoding="utf-8")
    with pytest.raises(FaultsFoundError, match="There is no column 'drank_L'"):
        read_weigh_ins(table)


number = {"allow_nan": False, "allow_infinity": False}
weighings = st.builds(
    Weighing,
    athlete=st.sampled_from(["A1", "B2"]),
    date=st.just("") | st.dates(date(1000, 1, 1), date(2026, 10, 1)).map(lambda day: day.isoformat()),
    session=st.sampled_from(["", "AM", "=PM", "-1", "two a day, second", 'the "long" one', "día"]),
    mass_before_kg=st.floats(25, 250, **number),
    mass_after_kg=st.none() | st.floats(25, 250, **number),
    drank_L=st.none() | st.floats(0, 20, **number).filter(lambda each: each == 0 or each > 1e-4),
    urine_L=st.none() | st.sampled_from([0.0, 0.25]),
    duration_min=st.none() | st.floats(1, 1440, **number),
    air_C=st.none() | st.sampled_from([-5.5, 0.0, 31.0]),
    humidity_pct=st.none() | st.sampled_from([0.0, 55.5]),
    intensity=st.sampled_from([None, "easy", "moderate", "race_pace", "hard"]),
    scale_sd_kg=st.none() | st.sampled_from([0.05, 0.1]),
)


@settings(deadline=None, derandomize=True)
@given(st.lists(weighings, min_size=1, max_size=5, unique=True))
def test_what_is_written_is_read_again(team):
    found = read(to_csv(team))
    assert found.weighings == tuple(team)
    assert found.faults == ()


@settings(deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_our_words(data):
    with contextlib.suppress(UserError):
        read_team_weigh_ins(HEADER.encode() + data, "w.csv")


def test_the_tables_of_the_guide_are_read():
    guide = (ROOT / "docs" / "how-to" / "weigh_a_team.md").read_text(encoding="utf-8")
    tables = re.findall(r"```text\n(.*?)```", guide, re.DOTALL)
    weighed = [read(table) for table in tables if "mass_before" in table or "vorher" in table]
    assert [each.faults for each in weighed] == [(), ()]
    english, german = (each.weighings[0] for each in weighed)
    assert (german.change_kg, german.intensity) == (english.change_kg, english.intensity)
