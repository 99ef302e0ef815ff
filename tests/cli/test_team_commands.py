"""``team`` as a trainer meets it: gains first, nothing lost on a bad row, and an answer at once without the engine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cramplab.cli import app as front_door

ROSTER = """athlete_id,position,sex,age_y,mass_kg,height_cm,sickle_cell_trait
A01,OL,male,24,120,190,no
A02,WR,male,22,84,183,yes
A03,LB,male,25,104,188,no
"""
WEIGHED = """athlete_id,date,session,mass_before_kg,mass_after_kg,drank_L,urine_L,duration_min
A01,2026-08-04,AM,120.4,116.0,1.2,0,120
A02,2026-08-04,AM,84.2,83.0,0.9,0,120
A03,2026-08-04,AM,104.1,104.9,3.4,0,120
"""
FILES = {"team.json", "team.html", "cards.html", "weigh_in_sheet.html"}


@pytest.fixture
def tables(tmp_path, monkeypatch):
    """Write a roster and weighings into an empty folder, and go there."""
    monkeypatch.chdir(tmp_path)

    def write(roster=ROSTER, weighed=WEIGHED) -> list[str]:
        Path("squad.csv").write_text(roster, encoding="utf-8")
        Path("scale.csv").write_text(weighed, encoding="utf-8")
        return ["team", "squad.csv", "--weighins", "scale.csv"]

    return write


@pytest.fixture
def leave(capsys):
    """Run a command; give its exit code and what it printed and complained of."""

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            front_door.main(words)
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture
def no_outlook(tables, leave):
    """Run ``team --no-outlook`` on tables."""

    def run(*words: str, **files: str) -> tuple[int, str, str]:
        return leave(*tables(**files), "--no-outlook", *words)

    return run


def _tree(folder: str = "out/squad-team") -> dict:
    return json.loads((Path(folder) / "team.json").read_text(encoding="utf-8"))


def test_gain_is_the_first_line_and_the_first_row(no_outlook):
    code, out, _ = no_outlook()
    assert code == 0
    assert "A03" in out.splitlines()[0]
    assert "+0.8" in out.splitlines()[0]
    assert {each.name for each in Path("out/squad-team").iterdir()} == FILES
    tree = _tree()
    assert tree["rows"][0]["athlete"]["id"] == "A03"
    assert tree["rows"][0]["flags"][0]["id"] == "gain"
    assert tree["outlook"] is None
    assert set(tree["input_files"]) == {"squad.csv", "scale.csv"}


@pytest.mark.parametrize("silence", ["--quiet", "--json"])
def test_gain_is_told_also_where_no_card_is_printed(no_outlook, silence):
    code, out, err = no_outlook(silence)
    assert code == 0
    assert err.startswith("!! A03: Stop drinking and get medical help now. Weight went up")
    assert "blood sodium test" in err
    if silence == "--json":
        assert json.loads(out)["rows"][0]["athlete"]["id"] == "A03"
    else:
        assert not out


def test_bad_rows_are_told_and_all_else_is_done(no_outlook):
    roster = ROSTER + "Anna Smith,WR,female,22,60,170,no\nA05,QB,male,22,9000,180,no\n"
    weighed = WEIGHED + "A01,2026-08-05,AM,120.0,oops,1,0,60\nA02,2026-08-05,AM,83.9,85.0,many,0,60\n"
    code, out, err = no_outlook(roster=roster, weighed=weighed)
    assert code == 2
    for place in ("squad.csv, line 5", "squad.csv, line 6", "scale.csv, line 5", "scale.csv, line 6"):
        assert place in err
    assert "Traceback" not in err
    rows = {row["athlete"]["id"]: row for row in _tree()["rows"]}
    assert set(rows) == {"A01", "A02", "A03"}
    # The row with a slip in another cell still shows a gain, and the gain counts.
    assert rows["A02"]["flags"][0]["id"] == "gain"
    assert "A02" in out
    assert len(_tree()["unread"]) >= 4


def test_a_table_that_is_none_does_not_keep_the_other_from_being_read(no_outlook):
    code, out, err = no_outlook(roster="nothing,of,use\n1,2,3\n")
    assert code == 2
    assert "squad.csv" in err
    assert out.splitlines()[0].find("A03") > 0
    code, _, err = no_outlook(weighed="")
    assert code == 2
    assert {row["athlete"]["id"] for row in _tree()["rows"]} == {"A01", "A02", "A03"}


def test_weighings_that_cannot_be_read_are_told_before_all_else(no_outlook):
    code, out, err = no_outlook(weighed="%PDF-1.7")
    assert code == 2
    assert err.startswith("!! scale.csv could not be read: NOBODY IN IT WAS CHECKED FOR A GAIN OF WEIGHT.")
    assert "The file is a PDF" in err
    assert "A01" in out


def test_gains_of_nobody_knows_how_much_and_rows_nobody_checked_are_told_first(no_outlook):
    code, _, err = no_outlook(weighed="id,before,after\nA01,120,119\nA02,84,85\nA03,~104,104\n")
    assert code == 2
    first, second = err.splitlines()[:2]
    assert first.startswith("!! This row shows MORE WEIGHT AFTER than before (84, then 85)")
    assert second.startswith("!! Weights that cannot be read were not checked for a gain: line 4")
    # A gain that is known goes before what nobody knows.
    code, out, err = no_outlook(weighed=WEIGHED + "A01,2026-08-05,AM,~120,119,1,0,60\n")
    assert code == 2
    assert out.startswith("!! WEIGHT GAIN  A03")
    assert not err.startswith("!!")
    assert "not checked for a gain: line 5" in err
    code, _, err = no_outlook("--quiet", weighed=WEIGHED + "A01,2026-08-05,AM,~120,119,1,0,60\n")
    assert [line[:6] for line in err.splitlines()[:2]] == ["!! A03", "!! Wei"]


def test_codes_that_are_in_one_table_alone_are_told(no_outlook):
    weighed = WEIGHED.replace("A01", "A1").replace("A02", "a02").replace("A03", "B07")
    code, _, err = no_outlook(weighed=weighed)
    assert code == 0
    assert "not in the roster: A1 (is that A01?), B07." in err
    assert "not in the roster" not in no_outlook(weighed=WEIGHED)[2]


@pytest.mark.parametrize("silence", [(), ("--json",)], ids=["card", "json"])
def test_notices_never_stand_above_a_gain(no_outlook, silence):
    code, out, err = no_outlook(*silence, weighed="Team weigh-in\n" + WEIGHED + "Mean,,,102.9,101.3,1.8,0,120\n")
    assert code == 0
    assert "above the header" in err
    assert "line 6" in err
    assert (err if silence else out).startswith("!!")


def test_without_a_readable_row_nothing_is_written(no_outlook):
    code, out, err = no_outlook(roster="athlete_id,mass_kg\nTwo Words,80\n", weighed="x\n")
    assert code == 2
    assert "line 2" in err
    assert not out
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--sport", "footbal"), "Did you mean|Known|No sport"),
        (("--air", "80"), "-30 to 55 degC"),
        (("--air", "200", "--units", "us"), "-22 to 131 degF"),
        (("--minutes", "3"), "--minutes"),
        (("--limits", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_written(no_outlook, words, said):
    code, _, err = no_outlook(*words)
    assert code == 2
    assert re.search(said, err)
    assert not Path("out").exists()


def test_a_missing_file_is_named(leave, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = leave("team", "nowhere.csv", "--no-outlook")
    assert code == 2
    assert "nowhere.csv" in err


def test_place_of_something_else_is_not_taken(no_outlook):
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("keep", encoding="utf-8")
    code, _, _ = no_outlook("--out", "mine")
    assert code == 2
    assert {each.name for each in Path("mine").iterdir()} == {"notes.txt"}


def test_units_of_the_reader(no_outlook):
    code, _, _ = no_outlook("--units", "us")
    assert code == 0
    assert _tree()["units"] == "us"
    assert "lb" in (Path("out/squad-team") / "weigh_in_sheet.html").read_text(encoding="utf-8")


def test_without_outlook_the_engine_stays_out(tables):
    words = [*tables(), "--no-outlook", "--quiet"]
    script = (
        "import sys\nfrom cramplab.cli.app import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit as left:\n    assert not left.code, left.code\n"
        "print([name for name in ('jax', 'equinox', 'numba', 'diffrax') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_session_ahead_end_to_end(tables, leave):
    code, out, err = leave(*tables(), "--minutes", "60", "--air", "24", "--draws", "64", "--sport", "soccer")
    assert code == 0
    assert err.startswith("!! A03: Stop drinking and get medical help now. Weight went up")
    # What else is to be done stands on the card alone.
    assert "blood sodium test" not in err
    assert "blood sodium test" in " ".join(out.split())
    tree = _tree()
    ahead = tree["outlook"]
    assert ahead["session"]["duration_min"] == 60
    assert ahead["session"]["air_C"] == 24
    assert set(ahead["athletes"]) == {"A01", "A02", "A03"}
    assert ahead["athletes"]["A03"]["chances"]["mass_gain"]["of"] == 64
    assert all(each["theories"] for each in ahead["athletes"].values())
    assert "A03" in out.splitlines()[0]
    code, _, _ = leave("team", "squad.csv", "--weighins", "scale.csv", "--minutes", "60", "--air", "75.2", "--units",
                       "us", "--draws", "64", "--sport", "soccer", "--quiet")  # fmt: skip
    again = _tree()["outlook"]["athletes"]
    assert again["A01"]["figures"]["sweat_rate"]["median"] == pytest.approx(
        ahead["athletes"]["A01"]["figures"]["sweat_rate"]["median"], rel=1e-3
    )
