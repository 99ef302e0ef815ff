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
from cramplab.importers.table_values import is_unknown

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


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Sportler;Geschlecht;Alter;Gewicht (kg);Größe (cm)", "A1;weiblich;24;61,5;170"),
        ("Code;Geschlecht;Alter (Jahre);Koerpergewicht in kg;GROESSE (cm)", "A1;Frau;24;61,5;170"),
        ("n°;Nom;Sexe;Âge;Poids (kg);Taille (cm)", "A1;Anne Dupont;féminin;24;61,5;170"),
        ("Código;Nombre;Sexo;Edad (años);Peso (kg);Estatura (cm)", "A1;Ana Ruiz;mujer;24;61,5;170"),
        ("Atleta;Sesso;Età;Peso (kg);Altezza (cm)", "A1;donna;24;61,5;170"),
        ("Jogador;Sexo;Idade;Peso (kg);Altura (m)", "A1;feminino;24;61,5;1,70"),
        ("Speler;Geslacht;Leeftijd;Lichaamsgewicht (kg);Lengte (cm)", "A1;vrouw;24;61,5;170"),
    ],
)
def test_rosters_of_other_languages(header, row):
    found = read(f"{header}\n{row}\n")
    assert found.faults == ()
    assert found.athletes == (Athlete("A1", "", "female", 24.0, 61.5, 170.0),)


@pytest.mark.parametrize(
    ("header", "cells", "sexes"),
    [
        ("sex", "m w", ["male", "female"]),
        ("Geschlecht", "m w", ["male", "female"]),
        ("sexe", "H F", ["male", "female"]),
        ("sexo", "M F", ["male", "female"]),
        ("sexo", "h mujer", ["male", "female"]),
        ("sex", "m m", ["male", "male"]),
        # "m" is a woman where "h" is a man, and may be one where nothing tells.
        ("sexo", "H M", ["male"]),
        ("sex", "H M", ["male"]),
        ("sexo", "M M", []),
        ("sexo", "V M", []),
        ("geslacht", "m v", []),
    ],
)
def test_a_letter_that_may_be_a_man_or_a_woman_is_not_taken(header, cells, sexes):
    rows = "".join(f"A{at};{cell}\n" for at, cell in enumerate(cells.split()))
    found = read(f"id;{header}\n{rows}")
    assert [each.sex for each in found.athletes] == sexes
    assert len(found.faults) == len(cells.split()) - len(sexes)


def test_a_number_beside_a_name_is_the_code_and_the_name_is_not_read():
    found = read("No,Name,Pos\n12,Ann Smith,GK\n14,Eve Jones,LW\n")
    assert found.athletes == (Athlete("12", "GK"), Athlete("14", "LW"))
    assert any("'Name'" in each for each in found.notices)


@pytest.mark.parametrize("header", ["Pos,Group", "Group,Position", "Position,Squad"])
def test_a_position_goes_before_a_group(header):
    (found,) = read(
        f"id,{header}\nA1,{','.join('OL' if each[0] == 'P' else 'Blue' for each in header.split(','))}\n"
    ).athletes
    assert found.position == "OL"
    assert read("id,Group\nA1,Blue\n").athletes[0].position == "Blue"


@pytest.mark.parametrize(("word", "taken"), [("ja", True), ("Sí", True), ("oui", True), ("não", False), ("nee", False)])
def test_yes_and_no_of_other_languages(word, taken):
    (found,) = read(f"id,NSAID,SCT\nA1,{word},{word}\n").athletes
    assert (found.flags, found.sickle_cell_trait) == (("nsaid",) if taken else (), taken)


@pytest.mark.parametrize(
    ("header", "cell"),
    [("ht (in)", "5'11\""), ("ht", "5' 11"), ("Height", "5 ft 11 in"), ("Height (ft)", "5-11"), ("Height (in)", "71")],
)
def test_heights_in_feet_and_inches(header, cell):
    assert read(f"id\t{header}\nA1\t{cell}\n").athletes[0].height_cm == pytest.approx(180.34)


@pytest.mark.parametrize("cell", ["5'13\"", "5-11", "9'2\""])
def test_what_is_no_height_in_feet_is_a_fault(cell):
    assert read(f"id\tHeight\nA1\t{cell}\n").faults


def test_a_total_beneath_a_roster_is_no_athlete_and_max_is():
    found = read("id,age,mass kg\nMax,24,80\nA2,25,82\nMean,24.5,81\nSD,0.7,1.4\nMax,25,82\n")
    assert [each.id for each in found.athletes] == ["Max", "A2"]
    assert found.faults == ()
    assert any("line 4, 5, 6" in each for each in found.notices)


def test_rosters_pasted_together_are_read_each_by_its_header():
    found = read("id,mass (kg),cramps\nA1,80,no\nA2,81,often\nid,position,mass (lb),cramps\nB1,OL,176,never\n")
    assert found.faults == ()
    assert [(each.id, round(each.mass_kg or 0, 1)) for each in found.athletes] == [("A1", 80), ("A2", 81), ("B1", 79.8)]


def test_names_of_a_team_above_the_header_are_no_header():
    found = read("Name;Tigers;Group;U19\nid;age;mass (kg)\nA1;24;80\n")
    assert found.athletes == (Athlete("A1", age_y=24.0, mass_kg=80.0),)


def test_an_empty_roster_says_so():
    assert "no athlete" in str(read("id,age\n").faults[0])


text = st.text(max_size=20).map(lambda each: " ".join(each.replace("\x00", "").replace("\ufeff", "").split()))
number = {"allow_nan": False, "allow_infinity": False}
athletes = st.builds(
    Athlete,
    id=st.from_regex(CODE_PATTERN, fullmatch=True),
    position=text.filter(lambda each: not is_unknown(each) or not each),
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
