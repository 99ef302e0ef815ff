"""``plan`` as a person meets it. Numbers are an invented planner's; refusals are the real one's, before any engine."""

from __future__ import annotations

import json
import re
import sys
import types
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report import plan_fake

from cramplab.cli import app as front_door
from cramplab.core.plan import Plan
from cramplab.safety.red_flags import load_red_flags
from cramplab.safety.wording import advice_found

FILES = {"plan.html", "card.html", "plan.json"}
PERSON = 'id = "{id}"\nsex = "female"\nage_y = {age}\nmass_kg = 62.0\nheight_cm = 168\n{more}\n'
EVENT = '[event]\nsport = "run"\nduration = "{duration}"\nspeed_km_per_h = 9\n'
WEATHER = "[weather]\nair_C = {air}\nhumidity_pct = 50\n"
OF_A_PLAN = ("figures", "chances", "courses", "bound_by", "theories", "comparisons", "efforts", "pace_rows",
             "candidates", "swings")  # fmt: skip
LOOSER = '[[limit]]\nid = "hourly_default"\nvalue = 0.9\n'


@pytest.fixture
def scenario(tmp_path, monkeypatch):
    """Write a scenario into an empty folder, and go there."""
    monkeypatch.chdir(tmp_path)

    def write(ids=("A01",), *, age=41, more="", duration="2:00", air=18, end="") -> Path:
        head = "[person]" if len(ids) == 1 else "[[person]]"
        people = "".join(f"{head}\n{PERSON.format(id=each, age=age, more=more)}" for each in ids)
        file = tmp_path / "race.toml"
        text = f'schema = 1\ntitle = "Race"\n{people}{EVENT.format(duration=duration)}{WEATHER.format(air=air)}{end}'
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def asked(monkeypatch):
    """Put a planner that knows its answer in the place of ours, and note what it was asked for."""
    notes: list[dict[str, object]] = []

    def plan_event(scenario, limits, shelf, *, runs, seed, red_flags, report_progress):
        notes.append({"runs": runs, "seed": seed, "red_flags": red_flags, "hourly": limits["hourly_default"].value})
        report_progress(1, 1)
        flags = {person.id: red_flags.get(person.id) for person in scenario.people}
        return [
            plan_fake.numbers(
                person_id=name, seed=seed, red_flags=answer or (),
                asked="not answered" if answer is None else "answered",
            )
            for name, answer in flags.items()
        ]  # fmt: skip

    planner = types.ModuleType("cramplab.planner.plan_event")
    planner.plan_event = plan_event
    monkeypatch.setitem(sys.modules, planner.__name__, planner)
    return notes


def cramplab(*words: object) -> int:
    with pytest.raises(SystemExit) as leaving:
        front_door.main([str(word) for word in words])
    return int(leaving.value.code or 0)


def read(folder: str = "out/race-plan") -> dict:
    return json.loads(Path(folder, "plan.json").read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------------ a plan is written


def test_a_plan_writes_its_folder_and_prints_its_card(asked, scenario, capsys):
    assert cramplab("plan", scenario(), "--answer", "none") == 0
    assert {path.name for path in Path("out/race-plan").iterdir()} == FILES
    told = capsys.readouterr().out
    assert "DRINK" in told
    assert "out/race-plan/plan.html" in told
    assert asked[0] | {"hourly": 0} == {"runs": 1024, "seed": 1, "red_flags": {"A01": ()}, "hourly": 0}


def test_draws_seed_and_folder_are_the_ones_asked_for(asked, scenario):
    assert cramplab("plan", scenario(), "--draws", 600, "--seed", 7, "-o", "there", "--answer", "none") == 0
    assert (asked[0]["runs"], asked[0]["seed"]) == (600, 7)
    assert {path.name for path in Path("there").iterdir()} == FILES


def test_too_few_draws_to_show_that_a_plan_is_safe_are_refused(asked, scenario):
    assert cramplab("plan", scenario(), "--draws", 100) == 2
    assert asked == []


def test_json_is_what_stands_in_the_folder_and_nothing_else(asked, scenario, capsys):
    assert cramplab("plan", scenario(), "--answer", "none", "--json") == 0
    assert json.loads(capsys.readouterr().out) == read()


def test_json_of_several_people_is_a_list_and_each_gets_a_folder(asked, scenario, capsys):
    assert cramplab("plan", scenario(("A01", "A02")), "--answer", "none", "--json") == 0
    assert [each["person_id"] for each in json.loads(capsys.readouterr().out)] == ["A01", "A02"]
    assert {path.name for path in Path("out/race-plan").iterdir()} == {"A01", "A02"}
    assert read("out/race-plan/A02")["person_id"] == "A02"


def test_quiet_prints_nothing(asked, scenario, capsys):
    assert cramplab("plan", scenario(), "--answer", "none", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_an_earlier_plan_stays_as_it_was_if_a_new_one_fails(asked, scenario, monkeypatch, capsys):
    file = scenario()
    assert cramplab("plan", file, "--answer", "none") == 0
    before = {path.name: path.read_bytes() for path in Path("out/race-plan").iterdir()}

    def fails(*args, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["cramplab.planner.plan_event"], "plan_event", fails)
    assert cramplab("plan", file, "--answer", "none", "--seed", 2) != 0
    assert {path.name: path.read_bytes() for path in Path("out/race-plan").iterdir()} == before


def test_a_folder_of_something_else_is_refused_before_the_work(asked, scenario, capsys):
    Path("notes").mkdir()
    Path("notes/mine.txt").write_text("keep me", encoding="utf-8")
    assert cramplab("plan", scenario(), "--answer", "none", "-o", "notes") == 2
    assert asked == []
    assert Path("notes/mine.txt").read_text(encoding="utf-8") == "keep me"


def test_report_writes_the_pages_of_a_plan_again(asked, scenario, capsys):
    assert cramplab("plan", scenario(), "--answer", "none") == 0
    page = Path("out/race-plan/plan.html")
    before = page.read_bytes()
    page.write_text("broken", encoding="utf-8")
    Path("out/race-plan/card.html").unlink()
    assert cramplab("report", "out/race-plan") == 0
    assert page.read_bytes() == before
    assert {path.name for path in Path("out/race-plan").iterdir()} == FILES


# ------------------------------------------------------------------------------------------------------- red flags


def test_nobody_at_a_terminal_is_told_as_not_answered(asked, scenario, capsys):
    assert cramplab("plan", scenario()) == 0
    assert asked[0]["red_flags"] == {}
    assert "nobody answered the red flags" in capsys.readouterr().out
    assert read()["asked"] == "not answered"
    assert "cramplab redflags" in Path("out/race-plan/plan.html").read_text(encoding="utf-8")


def test_the_scenario_may_answer_and_the_option_outweighs_it(asked, scenario):
    file = scenario(more='red_flags = ["most_nights"]')
    assert cramplab("plan", file) == 0
    assert cramplab("plan", file, "--answer", "none") == 0
    assert [each["red_flags"] for each in asked] == [{"A01": ("most_nights",)}, {"A01": ()}]


def test_an_answer_by_number_is_the_row_of_that_number(asked, scenario):
    rows = load_red_flags()
    assert cramplab("plan", scenario(), "--answer", "10,11") == 0
    assert asked[0]["red_flags"] == {"A01": (rows[9].id, rows[10].id)}


@pytest.mark.parametrize("answer", ["13", "none,2", "perhaps", " "])
def test_an_answer_that_cannot_be_read_makes_no_plan(asked, scenario, answer, capsys):
    assert cramplab("plan", scenario(), "--answer", answer) == 2
    assert asked == []
    assert "none" in capsys.readouterr().err


def test_an_unknown_id_in_the_scenario_makes_no_plan(asked, scenario):
    assert cramplab("plan", scenario(more='red_flags = ["hair_loss"]')) == 2
    assert asked == []


@pytest.mark.parametrize("row", [each.id for each in load_red_flags() if each.plan == "none"])
def test_a_red_flag_that_stops_a_plan_stops_it_with_3_and_says_what_to_do(scenario, row, capsys):
    assert cramplab("plan", scenario(), "--answer", row) == 3
    found = capsys.readouterr()
    say = next(each.say for each in load_red_flags() if each.id == row)
    assert say.split(".")[0] in " ".join(found.err.split())
    assert "NO PLAN" in found.out
    assert holds_no_plan(read())
    assert read()["red_flags"] == [row]


# --------------------------------------------------------------------------------------- refused and unknown events


def holds_no_plan(tree: dict) -> bool:
    """Say whether nothing that reads like a plan is left, in the tree and on the pages beside it."""
    empty = tree["plan"] is None and not any(tree[name] for name in OF_A_PLAN)
    untold = all(each["planned"] is None and each["allowed"] is None for each in tree["limits"])
    pages = [Path("out/race-plan", name).read_text(encoding="utf-8") for name in ("plan.html", "card.html")]
    text = re.sub(r"(?is)<(script|style)\b.*?</\1>", "", "".join(pages))
    amounts = [word for word in ("every ", "L in all", "in small sips") if word in re.sub(r"<[^>]+>", " ", text)]
    return empty and untold and not amounts and not any(advice_found(page) for page in pages)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"age": 17}, "an age below 18"),
        ({"duration": "6:30"}, "more than 6 h"),
        ({"air": 41}, "above 40"),
        ({"more": 'flags = ["pregnant"]\n'}, "pregnancy"),
        ({"more": 'flags = ["kidney_disease"]\n'}, "kidney disease"),
        ({"more": 'flags = ["dialysis"]\n'}, "dialysis"),
    ],
)
def test_beyond_what_was_ever_tested_there_is_no_number(scenario, change, why, capsys):
    assert cramplab("plan", scenario(**change), "--answer", "none") == 3
    tree = read()
    assert (tree["outcome"], tree["refusals"][0]["limit"]) == ("unknown", "tested_range")
    assert why in tree["refusals"][0]["words"]
    assert holds_no_plan(tree)
    assert "we do not know" in capsys.readouterr().out


@pytest.mark.parametrize("flag", ["heart_disease", "past_hyponatremia", "past_heat_stroke", "diabetes"])
def test_a_condition_is_left_to_the_clinician(scenario, flag):
    assert cramplab("plan", scenario(more=f'flags = ["{flag}"]\n'), "--answer", "none") == 3
    assert read()["outcome"] == "refused"
    assert holds_no_plan(read())


def test_too_much_heat_outdoors_is_refused_with_the_limit_and_what_would_have_to_change(scenario, capsys):
    file = scenario(air=33, end="wbgt_C = 33.6\n")
    assert cramplab("plan", file, "--answer", "none") == 3
    tree = read()
    assert [each["limit"] for each in tree["refusals"]] == ["wbgt_stop"]
    assert "another day" in tree["refusals"][0]["remedy"].lower()
    assert holds_no_plan(tree)
    assert "33.6" in capsys.readouterr().err


def test_one_of_two_without_a_plan_leaves_with_3_and_writes_both(asked, scenario, monkeypatch, capsys):
    def plan_event(scenario, *args, **named):
        return [plan_fake.numbers(person_id="A01"), replace(plan_fake.refused(), person_id="A02")]

    monkeypatch.setattr(sys.modules["cramplab.planner.plan_event"], "plan_event", plan_event)
    assert cramplab("plan", scenario(("A01", "A02")), "--answer", "none") == 3
    found = capsys.readouterr()
    assert "A02" in found.err
    assert "A01:" not in found.err
    assert read("out/race-plan/A01")["plan"] is not None
    assert read("out/race-plan/A02")["plan"] is None


def test_a_refused_plan_as_json_is_whole_and_leaves_with_3(scenario, capsys):
    assert cramplab("plan", scenario(age=17), "--answer", "none", "--json") == 3
    assert json.loads(capsys.readouterr().out) == read()


# ----------------------------------------------------------------------------------------------------- own limits


def own_limits(text: str) -> Path:
    file = Path("club.toml")
    file.write_text(text, encoding="utf-8")
    return file


def test_stricter_limits_reach_the_planner(asked, scenario):
    own = own_limits('[[limit]]\nid = "hourly_default"\nvalue = 0.5\n')
    assert cramplab("plan", scenario(), "--answer", "none", "--limits", own) == 0
    assert cramplab("plan", scenario(end='[preferences]\nlimits = "club.toml"\n'), "--answer", "none") == 0
    assert [each["hourly"] for each in asked] == [0.5, 0.5]


@pytest.mark.parametrize(
    "text", ['[[limit]]\nid = "hourly_default"\nvalue = 0.9\n', '[[limit]]\nid = "x"\nvalue = 1\n']
)
def test_looser_or_unknown_limits_are_refused_before_the_work(asked, scenario, text, capsys):
    assert cramplab("plan", scenario(), "--answer", "none", "--limits", own_limits(text)) == 2
    assert "club.toml" in capsys.readouterr().err
    assert asked == []


def test_limits_named_twice_are_refused(asked, scenario, capsys):
    other = own_limits('[[limit]]\nid = "hourly_default"\nvalue = 0.5\n').rename("other.toml")
    own_limits('[[limit]]\nid = "hourly_default"\nvalue = 0.6\n')
    file = scenario(end='[preferences]\nlimits = "club.toml"\n')
    assert cramplab("plan", file, "--answer", "none", "--limits", other) == 2
    assert "twice" in capsys.readouterr().err


def test_the_pages_of_every_outcome_have_no_advice_on_cramps(asked, scenario, monkeypatch):
    for make in (plan_fake.numbers, plan_fake.thirst, plan_fake.refused, plan_fake.unknown):
        monkeypatch.setattr(sys.modules["cramplab.planner.plan_event"], "plan_event",
                            lambda *a, make=make, **b: [replace(make(), person_id="A01")])  # fmt: skip
        cramplab("plan", scenario(), "--answer", "none", "--quiet")
        for name in ("plan.html", "card.html"):
            assert advice_found(Path("out/race-plan", name).read_text(encoding="utf-8")) == []
    assert isinstance(plan_fake.numbers().plan, Plan)
