"""Claims about how faults read."""

from __future__ import annotations

import pytest

from cramplab.core.errors import Fault, FaultsFoundError, did_you_mean


@pytest.mark.parametrize(
    ("remedy", "text"),
    [
        ("Did you mean 'sport'?", "Unknown key 'sprot'. Did you mean 'sport'?"),
        ("Write age_y", "Unknown key 'sprot'. Write age_y."),
    ],
)
def test_a_fault_ends_as_a_sentence_ends(remedy: str, text: str) -> None:
    assert str(Fault("Unknown key 'sprot'", remedy=remedy)) == text


def test_all_faults_are_told_at_once_and_the_place_stands_below_each() -> None:
    faults = FaultsFoundError([Fault("One", "a.toml, line 1"), Fault("Two", "a.toml, line 2")])
    assert str(faults) == "One.\n  (a.toml, line 1)\nTwo.\n  (a.toml, line 2)"
    assert faults.exit_code == 2


def test_the_nearest_right_name_is_given_for_a_misspelt_one() -> None:
    assert did_you_mean("sprot", ["sport", "start", "course"]).startswith("Did you mean 'sport'")
