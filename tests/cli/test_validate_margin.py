"""``cramplab validate margin``: the emulator's judgement as words and as JSON, and what it says of a changed pool."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cramplab.cli.app import app
from cramplab.cohort import margin_validation
from cramplab.simulation import margin_thresholds
from cramplab.simulation.cramp_margin import INPUTS, emulator

RUN = CliRunner()


def validate(*arguments):
    done = RUN.invoke(app, ["validate", "margin", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_judgement_as_json_is_what_the_emulators_file_says():
    found = json.loads(validate("--json"))
    assert found["held_out"]["points"] == emulator().record["held_out"]["points"]
    assert found["held_out"]["share_within_1_hz"] == pytest.approx(
        found["held_out"]["recorded"]["share_within_1_hz"], abs=2e-3
    )
    assert set(found["ranges"]) == set(INPUTS)
    assert found["rerun"] is None
    worst = [abs(each["threshold_hz"] - each["emulator_hz"]) for each in found["worst"]]
    assert worst == sorted(worst, reverse=True)
    assert worst[0] == pytest.approx(
        max(found["held_out"]["largest_error_hz"], found["held_out_usual"]["largest_error_hz"]), rel=0.01
    )


def test_the_words_name_share_error_and_the_farthest_points():
    words = validate()
    found = json.loads(validate("--json"))
    assert f"{100 * found['held_out']['share_within_1_hz']:.1f} % of {found['held_out']['points']} points" in words
    assert "Farthest off:" in words
    assert "Farthest off:" not in validate("--quiet")


def test_a_changed_pool_is_told(monkeypatch):
    monkeypatch.setattr(margin_validation, "pool_fingerprint", lambda: "another")
    assert "changed since" in validate("--quiet")
    monkeypatch.setattr(margin_validation, "pool_fingerprint", lambda: emulator().record["pool"])
    assert "still the one" in validate("--quiet")


@pytest.mark.parametrize(("shift", "same"), [(0.0, 4), (1.0, 0)])
def test_points_simulated_again_are_set_against_the_table(monkeypatch, shift, same):
    table = margin_validation.held_out()
    stored = {tuple(point): value for point, value in zip(table.points.tolist(), table.threshold_hz, strict=True)}

    def pool(points, report_progress=None):
        each = [[stored[tuple(point)] + shift] * 2 for point in points.tolist()]
        return margin_thresholds.Thresholds(margin_validation.np.array(each))

    monkeypatch.setattr(margin_thresholds, "thresholds", pool)
    found = json.loads(validate("--rerun", "4", "--json"))["rerun"]
    assert found["points"] == 4
    assert found["same"] == same
    assert found["largest_difference_hz"] == pytest.approx(shift, abs=0.01)
