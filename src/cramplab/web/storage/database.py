"""The SQLite file: opened, laid out, written so that what was answered for is on the disk.

Write-ahead logging lets people read while one writes. ``synchronous = FULL`` has every commit reach the disk before it
is answered, so a killed server or a power cut loses nothing that somebody was told is kept.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cramplab.core.errors import CramplabError, UserError

APPLICATION_ID = 0x43524D50  # "CRMP"
LAYOUT = 1
_SIGNATURE = b"SQLite format 3\x00"
_WAIT_S = 15.0
_TABLES = """
create table athlete (
  code text primary key collate nocase, position text not null default '', sex text not null default 'unspecified',
  age_y real, mass_kg real, height_cm real, sweat_rate_L_per_h real, sweat_sodium_mmol_per_L real, heat_acclimated text,
  sickle_cell_trait integer, cramp_history text, flags text not null default '', version integer not null default 1,
  made_at text not null, changed_at text not null
) strict;
create table weighing (
  id integer primary key autoincrement, code text not null collate nocase, date text not null default '',
  session text not null default '', mass_before_kg real, mass_after_kg real, drank_L real, urine_L real,
  duration_min real, air_C real, humidity_pct real, intensity text, scale_sd_kg real, entered_at text not null,
  replaces integer unique references weighing (id), withdrawn_at text, token text unique
) strict;
create index weighing_of on weighing (code, date);
create table unread_row (
  id integer primary key autoincrement, kind text not null, file text not null, line integer not null,
  cells text not null, faults text not null, made_at text not null
) strict;
create table outlook (
  id integer primary key autoincrement, tree text not null, weighings integer not null, made_at text not null
) strict;
create table draft (
  id text primary key, answers text not null, version integer not null default 1, made_at text not null,
  changed_at text not null
) strict;
create table draft_file (
  draft text not null references draft (id) on delete cascade, role text not null, name text not null,
  content blob not null, primary key (draft, role)
) strict;
create table plan (
  id text primary key, title text not null, person text not null, outcome text not null, tree blob not null,
  scenario text not null, notes text not null default '[]', parent text, change text not null default '',
  answers text not null default '{}', draft text, made_at text not null
) strict;
create table plan_file (
  plan text not null references plan (id) on delete cascade, role text not null, name text not null,
  content blob not null, primary key (plan, role)
) strict;
create table job (
  id text primary key, kind text not null, title text not null, payload text not null, state text not null,
  message text not null default '', result text not null default '', made_at text not null, changed_at text not null
) strict;
create table setting (name text primary key, value text not null) strict;
"""


class TooNewError(UserError):
    """The file is of a later version of the program; it was not touched."""


class DiskFullError(UserError):
    """There is no room to write; nothing was half-written."""


def now() -> str:
    """Give the time as it is kept: UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Database:
    """The file, and how to read and write it.

    Parameters
    ----------
    file
        Made if it is not there.

    Raises
    ------
    UserError
        If it is no file of ours, is of a later version, is damaged, or may not be written to. It is then as it was.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        _check_header(file)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                # For the owner's eyes only: it holds what people told of their health.
                os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            pass
        except OSError as problem:
            raise UserError(
                f"The data file '{file}' cannot be made: {problem.strerror}. Name another with --data."
            ) from problem
        with closing(self._connect()) as connection, _told(file):
            connection.execute("pragma journal_mode = wal")
            connection.execute("begin immediate")
            layout = connection.execute("pragma user_version").fetchone()[0]
            if layout > LAYOUT:
                raise _too_new(file, layout)
            if layout == 0:
                for statement in filter(str.strip, _TABLES.split(";")):
                    connection.execute(statement)
                connection.execute(f"pragma application_id = {APPLICATION_ID}")
                connection.execute(f"pragma user_version = {LAYOUT}")
            connection.execute("commit")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the file to read; all of it as it stood at one moment."""
        with closing(self._connect()) as connection, _told(self.file):
            connection.execute("begin")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open the file to write: all that is done inside is kept together, or nothing of it.

        Raises
        ------
        DiskFullError
            If there is no room.
        """
        with closing(self._connect()) as connection, _told(self.file):
            connection.execute("begin immediate")
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise

    def copy(self) -> bytes:
        """Give the whole file as it stands, as bytes that can be opened by themselves."""
        with self.reading() as connection:
            return bytes(connection.serialize())

    def wipe(self) -> None:
        """Delete all that is kept, and overwrite the room that it took."""
        with self.writing() as connection:
            connection.execute("pragma defer_foreign_keys = on")
            names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
            for name in names:
                connection.execute(f'delete from "{name}"')
        with closing(self._connect()) as connection, _told(self.file):
            connection.execute("vacuum")
            connection.execute("pragma wal_checkpoint(truncate)")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        for setting in ("synchronous = full", "foreign_keys = on", "secure_delete = on", "trusted_schema = off"):
            connection.execute(f"pragma {setting}")
        return connection


def _check_header(file: Path) -> None:
    """Look at the first bytes of a file, without opening it as a database: opening may already change it."""
    try:
        with file.open("rb") as stream:
            header = stream.read(100)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise UserError(f"The data file '{file}' cannot be read: {problem.strerror}.") from problem
    if not header:
        return
    if not header.startswith(_SIGNATURE) or len(header) < 100:
        raise UserError(f"'{file}' is not a data file of cramplab, so it was not touched. Name another with --data.")
    pages, layout, application = (int.from_bytes(header[at : at + 4], "big") for at in (28, 60, 68))
    # One that does not say whose it is may be ours, killed before its tables were laid out: then it has a single page.
    if application not in (0, APPLICATION_ID) or (application == 0 and (layout != 0 or pages > 1)):
        raise UserError(f"'{file}' is a database of another program, so it was not touched. Name another with --data.")
    if layout > LAYOUT:
        raise _too_new(file, layout)


def _too_new(file: Path, layout: int) -> TooNewError:
    return TooNewError(
        f"'{file}' was written by a later version of cramplab (layout {layout}; this version reads up to {LAYOUT}), so "
        "it was not touched. Use that version, or name another file with --data."
    )


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turn what SQLite or the disk refuses into a message with a remedy."""
    try:
        yield
    except sqlite3.Error as problem:
        code = getattr(problem, "sqlite_errorcode", None)
        primary = None if code is None else code & 0xFF
        if primary == sqlite3.SQLITE_FULL or (primary == sqlite3.SQLITE_IOERR and _is_full(file)):
            raise DiskFullError(
                "The disk is full, so this was not kept, and nothing of it was half-written. All that was kept before "
                "is untouched. Free some space, then send it again."
            ) from problem
        if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise CramplabError(
                "The data file is busy with something else. Nothing was changed; try again."
            ) from problem
        if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise UserError(f"The data file '{file}' is damaged: {problem}. Bring back a copy of it.") from problem
        if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
            raise UserError(
                f"The data file '{file}' cannot be written to: {problem}. Nothing was changed."
            ) from problem
        raise


def _is_full(file: Path) -> bool:
    found = os.statvfs(file.parent)
    return found.f_bavail * found.f_frsize < 1_000_000
