"""``sweat`` on the command line: what is printed, every fault at once, and no engine behind it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cramplab.cli.app import main
from cramplab.importers.scenario import read_scenario
from cramplab.physiology.weighing import CONSTANTS, PATCHES, constant
from cramplab.planner.sweat_posterior import SPORTS, constants

EXAMPLE = ["--before", "62.4", "--after", "61.3", "--drank", "0.40", "--minutes", "75"]
MARATHON = Path(__file__).resolve().parents[2] / "examples" / "marathon.toml"


@pytest.fixture
def sweat(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            main(["sweat", *map(str, arguments)])
        done = capsys.readouterr()
        return left.value.code, done.out, done.err

    return call


def plain(sweat, *arguments):
    code, out, err = sweat(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def test_the_card_is_short_and_shows_formula_and_correction(sweat):
    code, out, _ = sweat(*EXAMPLE, "--sodium", 48, "--site", "dorsal_forearm", "--sport", "run")
    assert code == 0
    lines = out.splitlines()
    assert 8 <= len(lines) <= 14
    assert max(map(len, lines)) <= 112
    assert re.search(r"guideline +1\.20 L/h", out)
    corrected = float(re.search(r"corrected +([\d.]+) L/h", out).group(1))
    assert corrected < 1.20
    assert "-1.1 kg, -1.8 %" in out
    assert re.search(r"= \d+ mg/h", out)
    assert "perhaps not of this equation" in out


def test_no_text_of_the_command_joins_drinking_and_cramp(sweat):
    for arguments in (
        EXAMPLE,
        ["--sources"],
        ["--help"],
        ["--before", 104.1, "--after", 104.9, "--drank", 3.9, "--minutes", 135],
    ):
        out = sweat(*arguments)[1].lower()
        assert "cramp " not in out.replace("cramplab", "")
        assert "quinine" not in out


def test_no_engine_and_no_numpy_behind_one_test():
    program = (
        "import sys\nfrom cramplab.cli.app import main\n"
        f"try: main({['sweat', *EXAMPLE]!r})\nexcept SystemExit: pass\n"
        "print(*({'jax', 'numpy', 'equinox', 'numba', 'pint', 'xarray'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == ""
    assert "Usual rate" in done.stdout


def test_time_may_be_written_in_three_ways(sweat):
    base = plain(sweat, *EXAMPLE)
    assert plain(sweat, *EXAMPLE[:-1], "1:15") == base
    assert plain(sweat, *EXAMPLE[:-2], "--hours", 1.25) == base
    assert plain(sweat, "--test", "62.4,61.3,0.40,1:15") == base


def test_several_tests_narrow_the_usual_rate(sweat):
    def width(found):
        return found["usual_L_per_h"]["high"] - found["usual_L_per_h"]["low"]

    one = plain(sweat, "--test", "62.4,61.3,0.40,75")
    two = plain(sweat, "--test", "62.4,61.3,0.40,75", "--test", "62.0,60.9,0.4,75,0.1")
    assert len(two["tests"]) == 2
    assert width(two) < width(one)
    both = plain(sweat, *EXAMPLE, "--test", "62.0,60.9,0.4,75,0.1")
    assert both["usual_L_per_h"] == two["usual_L_per_h"]


def test_us_units_in_and_out(sweat):
    pounds = ["--before", 137.57, "--after", 135.14, "--drank", 13.526, "--minutes", 75, "--air", 71.6]
    metric = plain(sweat, *EXAMPLE, "--air", 22)
    us = plain(sweat, *pounds, "--units", "us")
    assert us["tests"][0]["guideline_L_per_h"] == pytest.approx(metric["tests"][0]["guideline_L_per_h"], abs=0.01)
    assert us["tests"][0]["breath_and_fuel_kg"] == pytest.approx(metric["tests"][0]["breath_and_fuel_kg"], rel=0.001)
    out = sweat(*pounds, "--units", "us")[1]
    assert "137.6 to 135.1 lb" in out
    assert "fl oz/h" in out
    assert "athletes of 137 lb" in out
    assert not re.search(r"\d (?:kg|L|L/h|°C)\b", out)
    assert not re.search(r"\d (?:lb|fl oz|fl oz/h|°F)\b", sweat(*EXAMPLE, "--air", 22)[1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--before", 1000, "--after", 135, "--drank", 14, "--minutes", 75], "--before is 1000. Expected 56 to 551 lb."),
     (["--before", 137, "--after", 135, "--drank", 14, "--minutes", 75, "--air", 200], "--air is 200. Expected -22 to"),
     (["--before", 137, "--after", 135, "--drank", 900, "--minutes", 75], "--drank is 900. Expected 0 to 676 fl oz."),
     (["--before", 137, "--after", 127, "--drank", 140, "--minutes", 75], "Expected at most 203 fl oz/h."),
     (["--before", 137, "--after", 139, "--drank", 14, "--minutes", 75], "a sweat loss of -17 fl oz."),
     (["--before", 137, "--drank", 14, "--minutes", 75], "--after is missing. Expected 56 to 551 lb."),
     (["--test", "1000,900,14,75"], "mass_before is 1000. Expected 56 to 551 lb."),
     (["--mass", 1000], "--mass is 1000. Expected 56 to 551 lb.")],
)  # fmt: skip
def test_faults_in_us_units_name_what_was_typed(sweat, arguments, words):
    code, _, err = sweat(*arguments, "--units", "us")
    assert code == 2
    assert words in err
    assert not re.search(r"\d (?:kg|L|L/h|°C)\b", err)


def test_no_constant_has_a_one_for_its_unit(sweat):
    assert not re.search(r"(?m)^    [\d.]+ 1: ", sweat("--sources")[1])


def test_sodium_goes_into_a_loss_in_mmol_and_mg(sweat):
    found = plain(sweat, *EXAMPLE, "--sodium", 48, "--site", "dorsal_forearm")
    assert found["whole_body_sodium_mmol_per_L"]["mean"] == pytest.approx(38.41)
    ratio = found["sodium_loss_mg_per_h"]["median"] / found["sodium_loss_mmol_per_h"]["median"]
    assert ratio == pytest.approx(constant("sodium_mass"))
    none = plain(sweat, *EXAMPLE)
    assert none["whole_body_sodium_mmol_per_L"]["measured"] is False
    assert "not measured" in sweat(*EXAMPLE)[1]


@pytest.mark.parametrize("site", PATCHES)
def test_every_site_has_a_line_that_says_where_its_equation_is_from(sweat, site):
    assert re.search(r"Baker 20\d\d", sweat(*EXAMPLE, "--sodium", 50, "--site", site)[1])


@pytest.mark.parametrize("method", ["washdown", "wearable"])
def test_other_methods_say_that_their_error_is_chosen(sweat, method):
    assert "error is our choice" in sweat(*EXAMPLE, "--sodium", 50, "--method", method)[1]


def test_without_a_test_the_published_athletes_are_shown(sweat):
    code, out, _ = sweat("--sport", "run")
    assert code == 0
    assert "No test" in out
    assert "endurance athletes" in out
    for sport in SPORTS:
        assert sweat("--sport", sport)[0] == 0


# -------------------------------------------------------------------------------- weight that went up


def test_weight_that_went_up_is_the_first_thing_said(sweat):
    code, out, _ = sweat("--before", 104.1, "--after", 104.9, "--drank", 3.9, "--minutes", 135)
    assert code == 0
    first, second = out.splitlines()[:2]
    assert "WEIGHT WENT UP" in first
    assert "+0.8 %" in first
    assert "Stop drinking" in second
    assert "cramplab redflags" in second


def test_in_a_teams_table_who_gained_comes_first(sweat, tmp_path):
    table = tmp_path / "team.csv"
    table.write_text(
        "athlete_id,session,date,mass_before_kg,mass_after_kg,drank_L,urine_L,duration_min\n"
        "X07,AM,2026-08-04,136.4,132.9,1.8,0,135\nX22,AM,2026-08-04,84.9,83.6,1.1,,135\n"
        "X54,AM,2026-08-04,104.1,104.9,3.9,0,135\nX07,PM,2026-08-04,134.0,132.0,1.0,0,90\n",
        encoding="utf-8",
    )
    code, out, _ = sweat(table)
    assert code == 0
    rows = [line.split()[0] for line in out.splitlines() if line.startswith("X")]
    assert rows == ["X54", "X07", "X22"]
    assert "Stop drinking" in out
    found = plain(sweat, table)
    assert [len(each["tests"]) for each in found] == [1, 2, 1]


def test_a_table_of_another_country_reads_the_same(sweat, tmp_path):
    header = ["athlete_id", "mass_before_kg", "mass_after_kg", "drank_L", "duration_min"]
    row = ["X1", "62.4", "61.3", "0.40", "75"]
    commas, semicolons = tmp_path / "a.csv", tmp_path / "b.csv"
    commas.write_text(f"{','.join(header)}\n{','.join(row)}\n", encoding="utf-8")
    semicolons.write_text(
        f"{';'.join(header)}\r\n{';'.join(row).replace('.', ',')}\r\n", encoding="utf-8-sig", newline=""
    )
    assert plain(sweat, commas) == plain(sweat, semicolons)


# -------------------------------------------------------------------------------- bad input


def test_all_faults_of_all_options_at_once(sweat):
    code, out, err = sweat(
        "--before", 400, "--after", 61.3, "--drank", -0.4, "--minutes", "1:7x", "--sodium", 480, "--site", "foot",
        "--sport", "runn", "--test", "1,2,3", "--test", "62,61,a,60",
    )  # fmt: skip
    assert code == 2
    assert out == ""
    for word in ("--before", "25 to 250", "--drank", "--minutes", "h:mm", "--sodium", "Divide mg/L", "--site",
                 "'runn'", "Did you mean 'run'", "--test 1", "--test 2", "drank is 'a'"):  # fmt: skip
        assert word in err, word


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "no test"),
        (["--before", 62.4], "--after is missing"),
        ([*EXAMPLE, "--hours", 1.25], "Both --minutes and --hours"),
        ([*EXAMPLE, "--sodium", 48], "A patch needs --site"),
        ([*EXAMPLE, "--site", "chest"], "without a reading"),
        ([*EXAMPLE, "--sodium", 48, "--method", "wearable", "--site", "chest"], "goes with a patch"),
        ([*EXAMPLE, "--sodium", 48, "--method", "licking"], "one of patch"),
        ([*EXAMPLE, "--intensity", "furious"], "easy, moderate"),
        ([*EXAMPLE, "--humidity", "nan"], "--humidity is nan"),
        ([MARATHON, *EXAMPLE], "both by a file and by options"),
        (["nowhere.toml"], "does not exist"),
        (["nowhere.csv"], "cannot be read"),
        (["--mass", 3], "--mass is 3"),
    ],
)
def test_a_fault_says_what_to_do_and_shows_no_traceback(sweat, arguments, word):
    code, out, err = sweat(*arguments)
    assert code == 2
    assert word in err
    assert "Traceback" not in err
    assert out == ""


def test_negative_sweat_is_refused_and_weight_that_went_up_is_told_first(sweat):
    code, _, err = sweat("--before", 70, "--after", 71, "--drank", 0.5, "--minutes", 60)
    assert code == 2
    assert err.startswith("Weight went up (+1.4 %)")
    assert "-0.50 L" in err
    assert "swapped" in err
    assert "redflags" in err


def test_the_same_slip_is_refused_here_and_in_a_scenario(sweat, tmp_path):
    text = MARATHON.read_text(encoding="utf-8").replace('course = "marathon.fit"', "distance_km = 42.195")
    text = text.replace('effort_from = "auto"', "")
    for after in ("63.5", "50.0"):
        file = tmp_path / "slip.toml"
        file.write_text(text.replace("mass_after_kg = 61.3", f"mass_after_kg = {after}"), encoding="utf-8")
        code, _, from_file = sweat(file)
        assert code == 2
        _, _, from_options = sweat("--before", 62.4, "--after", after, "--drank", 0.4, "--minutes", 75)
        said = re.search(r"This test gives a sweat (loss|rate) of [-\d.]+ L(/h)?", from_file).group()
        assert said in from_options


def test_every_fault_of_a_table_is_told_with_its_row(sweat, tmp_path):
    table = tmp_path / "team.csv"
    table.write_text(
        "athlete_id,mass_before_kg,mass_after_kg,drank_L,duration_min\nA,62.4,61.3,much,75\nB,9,61.3,0.4,75\n,62,61,0,60\n"
        "C,62,61\n",
        encoding="utf-8",
    )
    code, _, err = sweat(table)
    assert code == 2
    for word in ("drank_L is 'much'", "line 2", "25 to 250", "line 3", "athlete_id is empty", "line 4", "line 5"):
        assert word in err, word
    table.write_text("atlete_id,mass_before_kg\nA,62\n", encoding="utf-8")
    code, _, err = sweat(table)
    assert code == 2
    assert "There is no column 'athlete_id'" in err
    assert "Did you mean 'athlete_id'" in err


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"athlete_id,mass_before_kg,mass_after_kg,drank_L,duration_min\n"]
)
def test_a_table_that_is_none_is_refused(sweat, tmp_path, content):
    table = tmp_path / "team.csv"
    table.write_bytes(content)
    assert sweat(table)[0] == 2


# -------------------------------------------------------------------------------- sources


def test_a_scenario_gives_its_peoples_tests_and_sodium(sweat):
    (found,) = plain(sweat, MARATHON)
    person = read_scenario(MARATHON).people[0]
    assert found["id"] == person.id
    assert found["tests"][0]["mass_change_kg"] == pytest.approx(-1.1)
    assert found["whole_body_sodium_mmol_per_L"]["measured"]
    assert found["known_before"]["whom"] == "endurance athletes"


def test_every_number_can_be_asked_for_with_its_source(sweat):
    rows = plain(sweat, "--sources")
    assert {row["name"] for row in rows} >= set(CONSTANTS) | set(constants())
    assert all(row["status"] and row["source"] for row in rows)
    out = sweat("--sources")[1]
    assert all(f"{row['name']}\n" in out for row in rows)
    assert "chosen" in out
    assert "remembered" in out
