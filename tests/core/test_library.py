"""The library: being in the folder is being registered, and every fault of every file is told at once."""

from __future__ import annotations

import pytest

from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.core.library import check_library, load_library, read_library
from cramplab.core.parameters import Declaration
from cramplab.core.person import read_person
from cramplab.core.sources import read_source

PERSON = """
invented = true
sex = "female"
age = "41 yr"
height = "168 cm"
mass = "62 kg"
[parameters.sweating.gain]
value = "300 mL/h/m^2/K"
source = "invented"
"""
SOURCE = 'citation = "Somebody A. Journal 2026."\nread = "abstract"\n'
SET = 'about = "A set."\n[sweating.gain]\nvalue = "250 mL/h/m^2/K"\nsource = "somebody2026"\nwhere = "table 2"\n'
STUDY = """
schema = 1
key = "walk"
citation = "Somebody A. Journal 2026."
judge = "body"
[[arm]]
id = "walk"
[[arm.step]]
kind = "rest"
duration = "1 h"
[[finding]]
id = "mass"
measure = "body_mass_change"
direction = "decrease"
status = "verified"
"""
GAIN = {
    "sweating.gain": Declaration(
        value=1e-4, unit="mL/h/m^2/K", meaning="gain", source="somebody2026", origin="read", low=0.0, high=1.0
    )
}


@pytest.fixture
def shelf(tmp_path):
    def put(place: str, text: str):
        path = tmp_path / "mine" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path / "mine"

    return put


def test_a_file_in_the_folder_is_registered(shelf):
    shelf("studies/walk.toml", STUDY)
    library = load_library([shelf("people/anna.toml", PERSON)])
    assert library.get("studies", "walk").judge == "body"
    assert library.get("people", "anna").mass.value == 62.0


def test_a_folder_of_studies_alone_is_read_as_studies(shelf):
    folder = shelf("walk.toml", STUDY)
    assert "walk" in load_library([folder], ("studies",)).studies


def test_the_same_key_in_two_libraries_names_both_files(tmp_path, shelf):
    first = shelf("studies/walk.toml", STUDY)
    second = tmp_path / "other" / "studies"
    second.mkdir(parents=True)
    (second / "walk.toml").write_text(STUDY)
    with pytest.raises(FaultsFoundError, match="is there twice") as found:
        load_library([first, tmp_path / "other"])
    assert str(first / "studies" / "walk.toml") in str(found.value)
    assert str(second / "walk.toml") in str(found.value)


def test_the_same_folder_named_twice_is_one_folder(shelf):
    folder = shelf("studies/walk.toml", STUDY)
    assert load_library([folder, folder]).studies["walk"]


def test_a_name_that_is_not_there_is_answered_with_the_nearest():
    with pytest.raises(UserError, match="Did you mean 'late_cramper'"):
        load_library(shelves=("people",)).get("people", "late_crampr")


def test_a_folder_that_is_no_library_is_refused(tmp_path):
    with pytest.raises(FaultsFoundError, match="There is no folder"):
        load_library([tmp_path / "nowhere"])
    with pytest.raises(FaultsFoundError, match="Nothing of a library"):
        load_library([tmp_path])


def test_one_broken_file_hides_neither_the_others_nor_their_faults(shelf):
    shelf("studies/walk.toml", STUDY)
    shelf("studies/broken.toml", "schema = ")
    library, faults = read_library([shelf("people/bob.toml", PERSON.replace("62 kg", "5 kg"))])
    assert "walk" in library.studies
    assert len(faults) == 2
    assert {"broken.toml, line 1" in str(fault) or "25 to 250 kg" in str(fault) for fault in faults} == {True}


def test_a_parameter_set_carries_value_source_and_place_to_the_layers(shelf):
    shelf("sources/somebody2026.toml", SOURCE)
    library, faults = check_library([shelf("parameters/mine.toml", SET)], GAIN)
    assert not [fault for fault in faults if "mine" in str(fault)]
    setting = library.parameter_sets["mine"].settings()["sweating.gain"]
    assert setting.source == "somebody2026"
    assert setting.where == "table 2"
    assert setting.place.endswith("mine.toml, line 2")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("somebody2026", "somebdy2026", "Did you mean 'somebody2026'"),
        ("[sweating.gain]", "[sweating.gian]", "Did you mean 'sweating.gain'"),
        ("250 mL/h/m^2/K", "250 mL/h", "a quantity in mL/h/m"),
        ("250 mL/h/m^2/K", "2.5e12 L/h/m^2/K", "sweating.gain is"),
        ('source = "somebody2026"\n', "", "'source' is missing"),
        ('value = "250 mL/h/m^2/K"', "valeu = 3", "Did you mean 'value'"),
        ('about = "A set."', "", "'about' is missing"),
    ],
)
def test_a_faulty_parameter_set_is_told_in_words(shelf, right, wrong, told):
    shelf("sources/somebody2026.toml", SOURCE)
    faults = check_library([shelf("parameters/mine.toml", SET.replace(right, wrong))], GAIN)[1]
    assert any(told in str(fault) for fault in faults), faults


def test_a_declared_number_whose_source_has_no_file_is_a_fault(shelf):
    faults = check_library([shelf("studies/walk.toml", STUDY)], GAIN)[1]
    assert any("its source 'somebody2026' has no file" in str(fault) for fault in faults)


def test_a_number_cannot_be_read_in_a_source_that_was_not_read(shelf):
    folder = shelf("sources/somebody2026.toml", SOURCE.replace("abstract", "memory"))
    assert any("was not read" in str(fault) for fault in check_library([folder], GAIN)[1])


def test_a_person_who_is_not_invented_is_refused(tmp_path):
    path = tmp_path / "anna.toml"
    path.write_text(PERSON.replace("invented = true", "invented = false"))
    with pytest.raises(FaultsFoundError, match="invented = true"):
        read_person(path)


def test_dotted_and_nested_parameter_names_are_the_same(tmp_path):
    path = tmp_path / "anna.toml"
    path.write_text(PERSON.replace("[parameters.sweating.gain]", '[parameters."sweating.gain"]'))
    assert list(read_person(path).parameters) == ["sweating.gain"]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('sex = "female"', 'sex = "f"', "female | male | unspecified"),
        ('mass = "62 kg"', 'mass = "62"', "Write the unit too"),
        ('mass = "62 kg"', 'maas = "62 kg"', "'mass' is missing"),
        ('value = "300 mL/h/m^2/K"', 'value = "300 foo"', "No unit named 'foo'"),
        ("[parameters.sweating.gain]", "[parameters]\ngain = 3\n[parameters.sweating.gain]", "a value with its source"),
    ],
)
def test_a_faulty_person_is_told_in_words(tmp_path, right, wrong, told):
    path = tmp_path / "anna.toml"
    path.write_text(PERSON.replace(right, wrong))
    with pytest.raises(FaultsFoundError, match="anna") as found:
        read_person(path)
    assert told in str(found.value)


def test_a_source_says_how_much_of_it_was_read(tmp_path):
    path = tmp_path / "somebody2026.toml"
    path.write_text(SOURCE)
    assert read_source(path).read == "abstract"
    path.write_text(SOURCE.replace("abstract", "skimmed"))
    with pytest.raises(FaultsFoundError, match=r"full text \| abstract \| secondary \| memory"):
        read_source(path)
