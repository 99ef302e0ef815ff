"""The data file: foreign, newer, damaged, full; what is refused is not touched, what is kept is kept whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.web.app_client import AppClient

from cramplab.core.errors import CramplabError, UserError
from cramplab.core.team import Athlete, Weighing
from cramplab.web.application import create_app
from cramplab.web.settings import Settings
from cramplab.web.storage.athletes import add_athlete, all_athletes
from cramplab.web.storage.database import LAYOUT, Database, DiskFullError, TooNewError
from cramplab.web.storage.unread_rows import UnreadRow, all_unread, keep_unread
from cramplab.web.storage.weighings import add_weighing, all_weighings

ROOT_READS_ALL = os.geteuid() == 0
WHOLE = Weighing("A1", "2026-07-01", "AM", 70.0, 69.0, drank_L=0.5, duration_min=90.0)


def numbered(number: int) -> Weighing:
    return Weighing(f"A{number % 7}", f"2026-07-{number % 28 + 1:02d}", f"s{number}", 70.0 + number / 100, 69.0)


def all_of(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def refused(tmp_path):
    """Hold that a file is refused, by the storage and by the app, and that nothing in its folder changed."""

    def hold(file: Path, *words: str, kind: type[UserError] = UserError) -> None:
        before = all_of(tmp_path)
        for opening in (lambda: Database(file), lambda: create_app(Settings(data_file=file))):
            with pytest.raises(kind) as told:
                opening()
            for word in (str(file), *words):
                assert word in str(told.value)
            assert all_of(tmp_path) == before

    return hold


def test_a_file_of_a_later_version_is_refused_and_stays_as_it_was(data_file, refused):
    add_weighing(Database(data_file), WHOLE)
    with sqlite3.connect(data_file) as later:
        later.execute(f"pragma user_version = {LAYOUT + 1}")
    later.close()
    refused(data_file, f"layout {LAYOUT + 1}", "later version", "--data", kind=TooNewError)


def test_a_later_version_that_still_stands_in_the_log_is_refused(data_file):
    """The first page of the file itself may be older than what its write-ahead log says."""
    Database(data_file)
    later = sqlite3.connect(data_file, isolation_level=None)
    later.execute(f"pragma user_version = {LAYOUT + 1}")
    with pytest.raises(TooNewError):
        Database(data_file)
    assert later.execute("pragma user_version").fetchone()[0] == LAYOUT + 1
    later.close()


def test_a_database_of_another_program_is_refused(tmp_path, refused):
    file = tmp_path / "theirs.db"
    for pragma in ("application_id = 7", "user_version = 3"):
        file.unlink(missing_ok=True)
        with sqlite3.connect(file) as theirs:
            theirs.execute("create table mine (a)")
            theirs.execute(f"pragma {pragma}")
        theirs.close()
        refused(file, "another program", "--data")


def test_a_database_of_another_program_that_says_nothing_of_itself_is_refused(tmp_path, refused):
    file = tmp_path / "theirs.db"
    with sqlite3.connect(file) as theirs:
        theirs.execute("create table mine (a)")
    theirs.close()
    refused(file, "another program", "--data")


@pytest.mark.parametrize("content", [b"Athlete;before;after\n", b"x", b"SQLite format 3\x00", b"\x00" * 4096])
def test_what_is_no_database_is_refused(data_file, refused, content):
    data_file.write_bytes(content)
    refused(data_file, "not a data file", "--data")


def test_a_folder_is_refused(tmp_path, refused):
    folder = tmp_path / "folder"
    folder.mkdir()
    refused(folder, "cannot be read")


@pytest.mark.skipif(ROOT_READS_ALL, reason="whoever is root reads everything")
def test_a_file_that_may_not_be_read_is_refused(data_file, refused):
    Database(data_file)
    data_file.chmod(0)
    with pytest.raises(UserError, match="cannot be read"):
        Database(data_file)


def test_a_place_that_cannot_be_is_told(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UserError, match="cannot be"):
        Database(tmp_path / "file" / "below" / "kept.sqlite3")


def test_an_empty_file_and_a_missing_folder_are_made_use_of(tmp_path):
    empty = tmp_path / "empty.sqlite3"
    empty.touch()
    for file in (empty, tmp_path / "new" / "folder" / "kept.sqlite3"):
        add_weighing(Database(file), WHOLE)
        assert [each.weighing for each in all_weighings(Database(file))] == [WHOLE]


def test_the_file_is_for_its_owner_alone(data_file):
    add_weighing(Database(data_file), WHOLE)
    assert {file.stat().st_mode & 0o077 for file in data_file.parent.glob("kept.sqlite3*")} == {0}


def test_damage_is_told_with_what_to_do_and_never_as_a_traceback(data_file):
    database = Database(data_file)
    for number in range(300):
        add_weighing(database, numbered(number))
    content = bytearray(data_file.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    data_file.write_bytes(content)
    with pytest.raises(UserError, match=r"damaged.*Bring back a copy"):
        all_weighings(database)
    try:
        app = create_app(Settings(data_file=data_file))
    except UserError as told:
        assert "damaged" in str(told)  # noqa: PT017 - either way is right, as long as it is told
        return
    with AppClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/")
        assert answer.status_code == 422
        assert "damaged" in answer.text
        assert "Traceback" not in answer.text


def test_what_is_not_finished_is_not_kept(data_file):
    database = Database(data_file)
    add_weighing(database, WHOLE)

    def half() -> None:
        with database.writing() as connection:
            connection.execute("delete from weighing")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert [each.weighing for each in all_weighings(database)] == [WHOLE]


def limited(database: Database, monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
    """Let the file grow no further than a number of pages: what SQLite then says is what it says of a full disk."""
    connect = type(database)._connect

    def with_limit(self: Database) -> sqlite3.Connection:
        connection = connect(self)
        connection.execute(f"pragma max_page_count = {pages}")
        return connection

    monkeypatch.setattr(Database, "_connect", with_limit)


def test_with_a_full_disk_nothing_is_half_written_and_the_page_says_so(app_client, monkeypatch):
    database = app_client.database
    add_athlete(database, Athlete("A1"))
    add_weighing(database, WHOLE)
    pages = len(database.copy()) // 4096
    row = UnreadRow("roster", "team.csv", 3, {"before": "x" * 300_000}, ("No number.",))
    with monkeypatch.context() as full:
        limited(database, full, pages)
        with pytest.raises(DiskFullError, match="disk is full"):
            keep_unread(database, [row, row])
        page = _page_with_a_full_disk(app_client)
        assert page.status_code == 507
        assert "The disk is full" in page.text
        assert "Traceback" not in page.text
        assert [each.weighing for each in all_weighings(database)] == [WHOLE]
        assert all_unread(database) == ()
    keep_unread(database, [row])
    assert [each.cells for each in all_unread(database)] == [row.cells]


def _page_with_a_full_disk(client: AppClient):
    @client.app.get("/fills")
    def fills() -> None:
        add_weighing(client.database, Weighing("A1", session="y" * 500_000))

    return client.get("/fills")


FILL_A_DISK = """
import subprocess, sys
from pathlib import Path
folder = Path(sys.argv[1])
mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder], capture_output=True)
if mounted.returncode:
    print("no mount:", mounted.stderr.decode())
    sys.exit(77)
from cramplab.core.team import Weighing
from cramplab.web.storage.database import Database, DiskFullError
from cramplab.web.storage.weighings import add_weighing, all_weighings
ballast = folder / "ballast"
database = Database(folder / "kept.sqlite3")
kept = []
for number in range(20_000):
    try:
        add_weighing(database, Weighing("A1", session=f"{number} " + "y" * 2000))
    except DiskFullError as problem:
        assert "nothing of it was half-written" in str(problem)
        break
    kept.append(number)
else:
    raise AssertionError("the disk never filled")
def numbers():
    return [int(each.weighing.session.split()[0]) for each in all_weighings(database)]
assert kept and numbers() == kept, (len(kept), len(numbers()))
subprocess.run(["mount", "-o", "remount,size=4m", folder], check=True)
add_weighing(database, Weighing("A1", session="20000 after"))
assert numbers() == [*kept, 20000]
with database.reading() as connection:
    assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"
print("kept", len(kept))
"""


def test_on_a_disk_that_really_is_full(tmp_path):
    """A disk of 400 kB, in a namespace of its own."""
    if shutil.which("unshare") is None:
        pytest.skip("this system cannot give a process a disk of its own (no unshare)")
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", sys.executable, "-c", FILL_A_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77 or "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip(f"this system gives no process a disk of its own: {done.stdout}{done.stderr}")
    assert done.returncode == 0, done.stderr


def test_many_write_at_once_and_nothing_is_lost(data_file):
    database, failed = Database(data_file), []

    def write(who: int) -> None:
        try:
            for number in range(50):
                add_weighing(database, Weighing(f"T{who}", session=str(number)))
        except CramplabError as problem:
            failed.append(problem)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    kept = sorted((each.weighing.athlete, int(each.weighing.session)) for each in all_weighings(database))
    assert kept == [(f"T{who}", number) for who in range(8) for number in range(50)]


def test_who_waits_longer_than_it_can_is_told_that_nothing_was_changed(data_file, monkeypatch):
    monkeypatch.setattr("cramplab.web.storage.database._WAIT_S", 0.05)
    database = Database(data_file)
    with database.writing(), pytest.raises(Exception, match=r"busy.*try again"):
        add_weighing(database, WHOLE)
    assert all_weighings(database) == ()


def test_one_reads_while_another_writes(data_file):
    database = Database(data_file)
    with database.writing() as connection:
        connection.execute("insert into setting values ('a', 'b')")
        assert all_weighings(database) == ()


def test_a_copy_can_be_opened_by_itself(data_file, tmp_path):
    database = Database(data_file)
    for number in range(30):
        add_weighing(database, numbered(number))
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(database.copy())
    assert all_weighings(Database(copy)) == all_weighings(database)
    assert sum(1 for _ in tmp_path.glob("copy.sqlite3*")) >= 1


def test_what_is_wiped_leaves_no_trace_in_the_file(data_file):
    database = Database(data_file)
    marker = "A-MARKER-OF-AN-ATHLETE"
    add_athlete(database, Athlete(marker, position=marker * 300))
    for number in range(200):
        add_weighing(database, Weighing(marker, session=f"{marker}{number}"))
    keep_unread(database, [UnreadRow("roster", marker, 1, {marker: marker}, (marker,))])
    assert marker.encode() in b"".join(all_of(data_file.parent).values())
    database.wipe()
    assert all_athletes(database) == ()
    assert all_weighings(database) == ()
    for name, content in all_of(data_file.parent).items():
        assert marker.encode() not in content, name
    add_weighing(database, WHOLE)
    assert [each.weighing for each in all_weighings(Database(data_file))] == [WHOLE]
