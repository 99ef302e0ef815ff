"""Totals, weights and pairs: theories are weighed on the same findings, and what cannot be told apart is told so."""

from __future__ import annotations

import pytest

from cramplab.inference.comparison import by_study, compared, pairs, totals, weights

LABORATORY = {"one": "North", "two": "North", "three": "South", "four": "South"}


def row(theory, study, density, finding="it", **changed):
    return {
        "theory": theory, "study": study, "finding": finding, "log_density": density, "scored": True,
        "used_to_calibrate": False,
    } | changed  # fmt: skip


def table(**densities):
    """Rows of theories by name, each with a density for every study."""
    return [row(name, study, each) for name, values in densities.items()
            for study, each in zip(LABORATORY, values, strict=True)]  # fmt: skip


def total(rows, theory, without=""):
    return next(each for each in totals(rows, LABORATORY) if (each["theory"], each["without"]) == (theory, without))


def test_a_study_counts_once_however_many_figures_it_printed():
    rows = [row("a", "one", value, f"f{n}") for n, value in enumerate((-1.0, -2.0, -6.0))] + [row("a", "two", -5.0)]
    _, studies, densities = by_study(rows)
    assert dict(zip(studies, densities[0], strict=True)) == {"one": -3.0, "two": -5.0}


def test_a_finding_that_one_theory_was_not_scored_on_counts_for_none():
    rows = table(a=(-1, -1, -1, -1), b=(-2, -2, -2, -2))
    rows.append(row("a", "one", -50.0, "second"))
    rows.append(row("b", "one", None, "second"))
    rows.append(row("a", "two", -50.0, "founding"))
    rows.append(row("b", "two", -50.0, "founding", used_to_calibrate=True))
    assert {each["finding"] for each in compared(rows)} == {"it"}
    assert total(rows, "a")["log_density"] == -4.0
    assert total(rows, "a")["findings"] == total(rows, "b")["findings"] == 4


def test_a_theory_that_was_never_scored_takes_nothing_from_the_others():
    rows = [*table(a=(-1, -1, -1, -1)), *(row("silent", study, None) for study in LABORATORY)]
    assert total(rows, "a")["studies"] == 4


@pytest.mark.parametrize("left_out", [{"scored": False}, {"used_to_calibrate": True}, {"log_density": None}])
def test_a_figure_that_calibrates_or_is_not_scored_does_not_count(left_out):
    assert compared([row("a", "one", -1.0, **({} if "log_density" in left_out else left_out)) | left_out]) == []


def test_leaving_a_laboratory_out_changes_a_total_by_its_studies_alone():
    rows = table(a=(-1.0, -2.0, -4.0, -8.0), b=(-3.0, -3.0, -3.0, -3.0))
    assert total(rows, "a")["log_density"] == -15.0
    assert total(rows, "a", "North")["log_density"] == -12.0
    assert total(rows, "a", "South")["log_density"] == -3.0
    assert total(rows, "a", "South")["studies"] == 2
    assert total(rows, "b", "North")["log_density"] == -6.0


def test_weights_are_shares_and_the_better_foretelling_has_more():
    rows = table(a=(-1.0, -2.0, -1.5, -1.0), b=(-3.0, -3.5, -2.0, -3.0), c=(-2.0, -2.0, -2.5, -2.0))
    found = {each["theory"]: each for each in weights(rows, seed=1)}
    assert sum(each["weight"] for each in found.values()) == pytest.approx(1.0)
    assert found["a"]["weight"] > found["c"]["weight"] > found["b"]["weight"]
    for each in found.values():
        assert each["low"] <= each["weight"] <= each["high"]
        assert 0.0 <= each["lowest_without_a_study"] <= each["highest_without_a_study"] <= 1.0


def test_weights_repeat_with_the_seed_and_do_not_ask_for_the_unit_of_a_figure():
    rows = table(a=(-1.0, -2.0, -1.5, -1.0), b=(-3.0, -3.5, -2.0, -3.0))
    moved = [each | {"log_density": each["log_density"] + (7.0 if each["study"] == "one" else 0.0)} for each in rows]
    assert weights(rows, seed=1) == weights(rows, seed=1)
    for one, other in zip(weights(rows, seed=1), weights(moved, seed=1), strict=True):
        assert one["weight"] == pytest.approx(other["weight"], rel=1e-9)


def test_one_study_on_which_everything_hangs_shows_in_the_range_that_leaving_it_out_leaves():
    rows = table(a=(-1.0, -2.0, -2.0, -2.0), b=(-9.0, -2.0, -2.0, -2.0))
    found = {each["theory"]: each for each in weights(rows, seed=1)}
    assert found["a"]["weight"] > 0.9
    assert found["a"]["lowest_without_a_study"] == pytest.approx(0.5)


def test_no_study_at_all_leaves_no_weights():
    assert weights([row("a", "one", None)], seed=1) == []
    assert pairs([row("a", "one", None)]) == []


def test_two_theories_that_foretell_the_same_cannot_be_told_apart():
    (found,) = pairs(table(a=(-1.0, -2.0, -3.0, -4.0), b=(-1.0, -2.0, -3.0, -4.0)))
    assert not found["told_apart"]
    assert found["words"] == "These studies cannot tell a from b."
    assert found["difference"] == 0.0


def test_two_theories_are_told_apart_only_by_more_than_twice_the_error():
    steady = pairs(table(a=(-1.0, -1.0, -1.2, -1.0), b=(-3.0, -3.2, -3.0, -2.9)))[0]
    assert steady["told_apart"]
    assert steady["words"] == "These studies foretell better under a than under b."
    by_one = pairs(table(a=(-1.0, -1.0, -1.0, -1.0), b=(-9.0, -1.0, -1.0, -1.0)))[0]
    assert not by_one["told_apart"]
    assert by_one["standard_error"] == pytest.approx(8.0)


def test_one_study_alone_tells_nothing_apart():
    (found,) = pairs([row("a", "one", -1.0), row("b", "one", -99.0)])
    assert not found["told_apart"]
    assert found["standard_error"] is None
