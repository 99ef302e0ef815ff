"""What is kept of athletes, weighings, drafts, plans and runs: nothing twice, nothing overwritten unawares."""

from __future__ import annotations

from pathlib import Path

import pytest

from cramplab.core.errors import UserError
from cramplab.core.team import Athlete, Weighing
from cramplab.web.gains import recent_gains
from cramplab.web.storage import jobs
from cramplab.web.storage.athletes import (
    ChangedMeanwhileError,
    add_athlete,
    all_athletes,
    change_athlete,
    delete_athlete,
    find_athlete,
    import_athletes,
)
from cramplab.web.storage.database import Database, now
from cramplab.web.storage.drafts import (
    DraftFile,
    all_drafts,
    change_step,
    delete_draft,
    files_of_draft,
    find_draft,
    new_draft,
    remove_file,
)
from cramplab.web.storage.outlooks import insert_outlook, latest_outlook
from cramplab.web.storage.plans import all_plans, delete_plan, find_plan, insert_plan
from cramplab.web.storage.team_settings import TeamSettings, keep_team_settings
from cramplab.web.storage.unread_rows import UnreadRow, all_unread, forget_unread, keep_unread
from cramplab.web.storage.weighings import (
    add_weighing,
    all_weighings,
    find_weighing,
    history_of,
    import_weighings,
    withdraw,
)

FULL = Athlete(
    "FB-07", "linebacker", "male", 21.0, 104.1, 188.0, 1.9, 52.0, "partly", True, "sometimes", ("past_heat_stroke",)
)
BEFORE = Weighing("FB-07", "2026-07-01", "AM", 104.1)
WHOLE = Weighing("FB-07", "2026-07-01", "AM", 104.1, 102.9, drank_L=1.5, duration_min=135.0)
GAIN = Weighing("FB54", "2026-07-01", "AM", 104.1, 104.9, drank_L=3.9, duration_min=135.0)


@pytest.fixture
def database(data_file: Path) -> Database:
    return Database(data_file)


def now_kept(database: Database) -> list[Weighing]:
    return [each.weighing for each in all_weighings(database)]


def test_an_athlete_comes_back_as_written(database):
    bare = Athlete("x", sickle_cell_trait=False)
    for athlete in (FULL, bare, Athlete("y")):
        add_athlete(database, athlete)
    assert [each.athlete for each in all_athletes(database)] == [FULL, bare, Athlete("y")]


def test_a_code_is_given_once_however_it_is_written(database):
    add_athlete(database, FULL)
    with pytest.raises(UserError, match="already"):
        add_athlete(database, Athlete("fb-07"))
    assert find_athlete(database, "fb-07").athlete == FULL


def test_the_second_of_two_who_change_an_athlete_is_told(database):
    add_athlete(database, FULL)
    seen = find_athlete(database, "FB-07").version
    first = Athlete("FB-07", "tackle")
    change_athlete(database, first, seen)
    with pytest.raises(ChangedMeanwhileError, match="another window") as told:
        change_athlete(database, Athlete("FB-07", "kicker"), seen)
    assert told.value.current.athlete == first
    assert find_athlete(database, "FB-07").athlete == first
    delete_athlete(database, "FB-07")
    with pytest.raises(ChangedMeanwhileError, match="deleted"):
        change_athlete(database, first, seen + 1)


def test_a_roster_leaves_what_it_does_not_tell_as_it_was(database):
    add_athlete(database, FULL)
    assert import_athletes(database, [Athlete("FB-07", mass_kg=103.0), Athlete("new")]) == (1, 1)
    assert find_athlete(database, "FB-07").athlete == Athlete(**{**vars(FULL), "mass_kg": 103.0})
    assert import_athletes(database, [Athlete("FB-07", mass_kg=103.0), Athlete("new")]) == (0, 0)


def test_an_athlete_is_deleted_with_all_that_is_told_of_them(database):
    add_athlete(database, FULL)
    first = add_weighing(database, BEFORE)
    add_weighing(database, WHOLE, replaces=first)
    add_weighing(database, GAIN)
    with database.writing() as connection:
        insert_outlook(connection, {"FB-07": 1}, 2)
    delete_athlete(database, "FB-07")
    assert history_of(database, "FB-07") == ()
    assert now_kept(database) == [GAIN]
    assert latest_outlook(database) is None


def test_the_same_form_sent_twice_is_kept_once(database):
    first = add_weighing(database, WHOLE, token="t")
    assert add_weighing(database, WHOLE, token="t") == first
    assert add_weighing(database, GAIN, token="t") == first
    assert now_kept(database) == [WHOLE]
    add_weighing(database, WHOLE)
    add_weighing(database, WHOLE, token="u")
    assert len(now_kept(database)) == 3


def test_a_correction_takes_the_place_of_what_it_corrects_and_both_stay_in_the_history(database):
    first = add_weighing(database, BEFORE)
    second = add_weighing(database, WHOLE, replaces=first)
    assert now_kept(database) == [WHOLE]
    assert [each.id for each in history_of(database, "FB-07")] == [first, second]
    for late in (lambda: add_weighing(database, GAIN, replaces=first), lambda: withdraw(database, first)):
        with pytest.raises(UserError, match="nothing was changed"):
            late()
    assert now_kept(database) == [WHOLE]
    withdraw(database, second)
    assert now_kept(database) == []
    with pytest.raises(UserError, match="nothing was changed"):
        withdraw(database, second)
    assert find_weighing(database, second).withdrawn_at is not None


def test_a_correction_can_be_sent_again_too(database):
    first = add_weighing(database, BEFORE)
    second = add_weighing(database, WHOLE, replaces=first, token="t")
    assert add_weighing(database, WHOLE, replaces=first, token="t") == second


def test_a_table_read_again_adds_nothing(database):
    assert import_weighings(database, [WHOLE, GAIN, WHOLE]) == (2, 1)
    assert import_weighings(database, [WHOLE, GAIN, BEFORE]) == (1, 2)


def athletes_told(database):
    return [each.athlete for each in recent_gains(database)]


def test_a_gain_is_told_for_a_day_whatever_is_weighed_later(database):
    number = add_weighing(database, GAIN)
    add_weighing(database, WHOLE)
    add_weighing(database, Weighing("FB54", "2026-07-02", "AM", 104.1))
    add_weighing(database, Weighing("fb54", "2026-07-02", "AM", 104.1, 103.0))
    assert athletes_told(database) == ["FB54"]
    with database.writing() as connection:
        connection.execute("update weighing set entered_at = '2026-07-01T00:00:00.000+00:00' where id = ?", (number,))
    assert athletes_told(database) == []


def test_a_gain_that_is_taken_back_or_corrected_is_told_no_more(database):
    withdraw(database, add_weighing(database, GAIN))
    assert athletes_told(database) == []
    number = add_weighing(database, GAIN)
    add_weighing(database, Weighing("FB54", "2026-07-01", "AM", 104.1, 103.0), replaces=number)
    assert athletes_told(database) == []


@pytest.mark.parametrize("earlier", ["2020-01-01", "2099-01-01"], ids=["past", "a day mistyped"])
@pytest.mark.parametrize("day", ["", now()[:10]], ids=["no day", "today"])
def test_a_gain_without_a_day_or_before_a_mistyped_one_is_told(database, earlier, day):
    add_weighing(database, Weighing("FB54", earlier, "AM", 104.1, 103.0))
    add_weighing(database, Weighing("FB54", day, "PM", 104.1, 104.9))
    (gain,) = recent_gains(database)
    assert gain.change == "+0.8 kg, +0.8 %"


def test_the_largest_gain_is_told_first_and_one_for_each_athlete(database):
    for mass_after in (70.1, 70.2):
        add_weighing(database, Weighing("A", "2026-07-01", "", 70.0, mass_after))
    add_weighing(database, GAIN)
    assert athletes_told(database) == ["FB54", "A"]


def test_a_gain_of_grams_is_a_gain_and_no_change_is_none(database):
    add_weighing(database, Weighing("A", "", "", 70.0, 70.0))
    add_weighing(database, Weighing("B", "", "", 70.0, 70.05))
    assert athletes_told(database) == ["B"]


def test_a_team_that_weighs_in_pounds_reads_pounds(database):
    add_weighing(database, GAIN)
    keep_team_settings(database, TeamSettings(units="us"))
    assert " lb, " in recent_gains(database)[0].change


def test_a_draft_is_kept_step_by_step_and_the_second_window_is_told(database):
    name = new_draft(database)
    version = find_draft(database, name).version
    file = DraftFile("course", "../../my run.fit", b"\x00fit")
    change_step(database, name, "you", {"age": "34"}, version, file)
    with pytest.raises(UserError, match="another window"):
        change_step(database, name, "you", {"age": "99"}, version)
    change_step(database, name, "sweat", {}, version + 1)
    assert find_draft(database, name).answers == {"you": {"age": "34"}, "sweat": {}}
    assert files_of_draft(database, name) == (file,)
    remove_file(database, name, "course")
    assert files_of_draft(database, name) == ()
    delete_draft(database, name)
    assert all_drafts(database) == ()
    with pytest.raises(UserError, match="gone"):
        change_step(database, name, "you", {}, version + 2)


def test_a_plan_comes_back_with_its_scenario_and_files(database):
    tree = {"title": "Ü <b>", "outcome": "plan", "person_id": "P1"}
    file = DraftFile("weather", "day.json", b"{}")
    with database.writing() as connection:
        name = insert_plan(connection, tree, "schema = 1\n", ["A note."], [file])
    found = find_plan(database, name)
    assert (found.tree, found.scenario, found.notes, found.files) == (tree, "schema = 1\n", ("A note.",), (file,))
    assert [each.id for each in all_plans(database)] == [name]
    delete_plan(database, name)
    assert find_plan(database, name) is None


def test_a_row_that_could_not_be_read_is_kept_until_it_is_mended(database):
    row = UnreadRow("weighings", "july.csv", 7, {"before": "7o.1"}, ("No number.",))
    keep_unread(database, [row])
    keep_unread(database, [row])
    (kept,) = all_unread(database)
    assert (kept.cells, kept.faults, kept.line) == (row.cells, row.faults, 7)
    forget_unread(database, kept.id)
    assert all_unread(database) == ()


def test_what_a_killed_server_had_begun_is_told_as_interrupted(database):
    names = [jobs.new_job(database, "plan", "A run", {"a": [1]}) for _ in range(3)]
    with database.writing() as connection:
        assert jobs.set_state(connection, names[0], "running", only="waiting")
        assert jobs.set_state(connection, names[1], "done", result="/plan/x")
    jobs.mark_interrupted(database)
    states = [jobs.find_job(database, name).state for name in names]
    assert states == ["interrupted", "done", "interrupted"]
    assert {each.id for each in jobs.unfinished_jobs(database)} == {names[0], names[2]}
    assert jobs.payload_of(database, names[0]) == {"a": [1]}
    with database.writing() as connection:
        assert not jobs.set_state(connection, names[0], "done")
