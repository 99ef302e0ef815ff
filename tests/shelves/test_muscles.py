"""The shelf of muscles: found by short names, every number sourced, large pools simulated by few units."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.core.library import check_library, find_muscle, load_library
from cramplab.core.muscle import read_muscle, simulated_units

MUSCLES = load_library(shelves=("muscles",)).muscles
EACH = pytest.mark.parametrize("muscle", MUSCLES.values(), ids=lambda muscle: muscle.key)


def test_the_muscles_that_cramp_are_there():
    assert set(MUSCLES) >= {
        "abductor_hallucis", "flexor_hallucis_brevis", "gastrocnemius_medialis", "gastrocnemius_lateralis", "soleus",
        "tibialis_anterior", "biceps_femoris_long_head", "semitendinosus", "semimembranosus", "rectus_femoris",
        "vastus_lateralis", "vastus_medialis", "vastus_intermedius",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("fhb", "flexor_hallucis_brevis"),
        ("AbH", "abductor_hallucis"),
        ("ah", "abductor_hallucis"),
        ("Medial Gastrocnemius", "gastrocnemius_medialis"),
        ("mg", "gastrocnemius_medialis"),
        ("lg", "gastrocnemius_lateralis"),
        ("sol", "soleus"),
        ("ta", "tibialis_anterior"),
        ("bf", "biceps_femoris_long_head"),
        ("st", "semitendinosus"),
        ("rf", "rectus_femoris"),
        ("vl", "vastus_lateralis"),
        ("vm", "vastus_medialis"),
        ("soleus", "soleus"),
    ],
)
def test_a_muscle_is_found_by_its_short_names(name, key):
    assert find_muscle(name).key == key


def test_a_misspelt_muscle_is_answered_with_the_nearest():
    with pytest.raises(UserError, match=r"No muscle named 'soleous'. Did you mean 'soleus'"):
        find_muscle("soleous")
    with pytest.raises(UserError, match=r"Known: abductor_hallucis"):
        find_muscle("zzzz")


def test_no_short_name_means_two_muscles():
    names = [name for muscle in MUSCLES.values() for name in muscle.names]
    assert sorted(names) == sorted(set(names))


@EACH
def test_every_number_of_a_muscle_has_a_source_and_an_origin(muscle):
    sources = load_library(shelves=("sources",)).sources
    for name, value in muscle.values.items():
        assert value.source == "chosen" or value.source in sources, name
        if value.source == "chosen":
            assert value.origin == "chosen", name
        elif value.origin == "read":
            assert sources[value.source].read != "memory", name


@EACH
def test_numbers_of_a_muscle_are_of_its_kind(muscle):
    assert 0.0 <= muscle.pennation < math.pi / 4
    assert muscle.optimal_fibre_length < 0.25
    assert 0.02 < muscle.longest_contraction_time / muscle.contraction_time_ratio < muscle.longest_contraction_time
    assert 0.0 < muscle.slow_fibre_share < 1.0


def test_abductor_hallucis_has_43_motor_units():
    assert find_muscle("ah").motor_units == 43


def test_the_pool_of_a_small_muscle_is_simulated_unit_by_unit():
    units = simulated_units(43)
    assert len(units) == 43
    assert np.all(units.stands_for == 1.0)
    np.testing.assert_allclose(units.position, np.arange(43) / 42)


@pytest.mark.parametrize("motor_units", [121, 400, 957])
def test_a_large_pool_is_stood_for_by_120_units_that_add_up(motor_units):
    units = simulated_units(motor_units)
    assert len(units) == 120
    assert units.stands_for.sum() == motor_units
    assert units.stands_for.min() >= 1.0
    assert units.stands_for.max() - units.stands_for.min() <= 1.0
    assert np.all(np.diff(units.position) > 0.0)
    # As many units below the middle as above it.
    np.testing.assert_allclose(np.average(units.position, weights=units.stands_for), 0.5, atol=1e-12)


def test_a_pool_of_one_is_refused():
    with pytest.raises(UserError, match="at least 2"):
        simulated_units(1)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('value  = "150 N"', 'value  = "150"', "Write the unit too"),
        ('value  = "150 N"', 'value  = "150 mN"', "1 to 20000 N"),
        ("value  = 43", "value  = 3", "5 to 3000"),
        ("[peak_force]", "[peak_froce]", "'peak_force' is missing"),
        ('origin = "read"', 'origin = "guessed"', r"read \| remembered"),
        ('title   = "Abductor hallucis"', "", "'title' is missing"),
    ],
)
def test_a_faulty_muscle_file_is_told_in_words(tmp_path, right, wrong, told):
    text = MUSCLES["abductor_hallucis"].file.read_text()
    assert right in text
    path = tmp_path / "abductor_hallucis.toml"
    path.write_text(text.replace(right, wrong, 1))
    with pytest.raises(FaultsFoundError, match=told):
        read_muscle(path)


def test_a_library_of_ones_own_may_add_a_muscle_and_its_faults_are_told(tmp_path):
    shelf = tmp_path / "muscles"
    shelf.mkdir()
    text = MUSCLES["soleus"].file.read_text()
    changed = text.replace('"soleus"', '"my_soleus"').replace('"cisi_kohn2008"', '"nobody1900"', 1)
    (shelf / "my_soleus.toml").write_text(changed)
    assert find_muscle("my_soleus", [tmp_path]).key == "my_soleus"
    faults = [str(fault) for fault in check_library([tmp_path])[1]]
    assert any("The name 'sol' means both 'soleus' and 'my_soleus'" in fault for fault in faults)
    assert any("its source 'nobody1900' has no file" in fault for fault in faults)


def test_the_example_of_a_muscle_is_sound(tmp_path):
    from cramplab.cli.library_commands import faults_of_file
    from cramplab.cli.library_examples import example_of

    path = tmp_path / "my_muscle.toml"
    path.write_text(example_of("muscle", "my_muscle"))
    assert read_muscle(path).motor_units == 100
    assert faults_of_file(path) == []


def test_a_muscle_is_shown_with_the_source_of_every_number(capsys):
    from cramplab.cli.library_commands import Kind, show

    show(Kind.muscle, "ah")
    told = capsys.readouterr().out
    assert "abductor_hallucis" in told
    assert "johns_fuglevand2011" in told
