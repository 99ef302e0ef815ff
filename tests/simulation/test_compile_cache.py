"""Compiled code kept between runs: a damaged or unusable cache costs time, never an answer."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import pytest

from cramplab.simulation import compile_cache
from cramplab.simulation.compile_cache import cache_folder, kept_compilations


def answer(folder):
    """Compile and run something inside the cache; give what was told and the number."""
    jax.clear_caches()
    with kept_compilations(folder, worth_seconds=0.0) as told:
        number = jax.jit(lambda values: jnp.sin(values).sum())(jnp.arange(8.0))
    return told, float(number)


@pytest.fixture
def filled(tmp_path):
    told, number = answer(tmp_path)
    assert told == []
    assert list(tmp_path.glob("*-cache"))
    return tmp_path, number


def test_a_second_run_uses_what_the_first_compiled(filled):
    folder, number = filled
    before = {entry.name: entry.stat().st_mtime_ns for entry in folder.glob("*-cache")}
    assert answer(folder) == ([], number)
    assert {entry.name: entry.stat().st_mtime_ns for entry in folder.glob("*-cache")} == before


@pytest.mark.parametrize(
    "damage", [lambda code: code[: len(code) // 2], lambda code: code[:-9] + b"\0" * 9, lambda _: b""]
)
def test_a_damaged_entry_is_told_once_and_compiled_again(filled, damage):
    folder, number = filled
    for entry in folder.glob("*-cache"):
        entry.write_bytes(damage(entry.read_bytes()))
    told, again = answer(folder)
    assert again == number
    assert len(told) == 1
    assert "was damaged" in told[0]
    assert answer(folder) == ([], number)


def test_a_damaged_list_of_checksums_is_told_and_nothing_of_it_is_trusted(filled):
    folder, number = filled
    (folder / "checksums.json").write_text("{", encoding="utf-8")
    told, again = answer(folder)
    assert again == number
    assert "was damaged" in told[0]


def test_what_a_killed_run_left_goes_without_a_word(filled):
    folder, number = filled
    (folder / "half_written-cache").write_bytes(b"half")
    assert answer(folder) == ([], number)
    assert not (folder / "half_written-cache").exists()


def test_a_place_that_cannot_be_used_is_told_and_the_run_goes_on(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    told, number = answer(tmp_path / "file" / "cache")
    assert number == pytest.approx(float(jnp.sin(jnp.arange(8.0)).sum()))
    assert len(told) == 1
    assert "cannot be used" in told[0]


def test_settings_of_jax_are_as_before(filled):
    assert jax.config.jax_compilation_cache_dir is None


def test_the_oldest_entries_go_when_there_are_too_many(filled, monkeypatch):
    folder, _ = filled
    monkeypatch.setattr(compile_cache, "_MOST_ENTRIES", 1)
    answer(folder)
    assert len(list(folder.glob("*-cache"))) == 1


def test_the_folder_names_versions_and_processor_and_can_be_switched_off(monkeypatch, tmp_path):
    monkeypatch.setenv("CRAMPLAB_CACHE_DIR", str(tmp_path))
    folder = cache_folder()
    assert folder.parent == tmp_path
    assert f"jax-{jax.__version__}" in folder.name
    monkeypatch.setenv("CRAMPLAB_CACHE_DIR", "")
    assert cache_folder() is None
