"""How the app is to run: where its data are, on which address, and what it takes at most."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_dir

DATA_FILE = "cramplab.sqlite3"


def usual_data_file() -> Path:
    """Give the place of the data where the user names none: the folder of the system for a user's data."""
    told = os.environ.get("CRAMPLAB_DATA_DIR")
    return Path(told or user_data_dir("cramplab", appauthor=False)) / DATA_FILE


@dataclass(frozen=True)
class Settings:
    """How the app is to run.

    Parameters
    ----------
    data_file
        The SQLite file with all that is kept.
    host, port
        Address; the machine itself unless ``lan``.
    lan
        True if other devices of the network may come in, each with a one-time code.
    names
        Names and addresses by which the app may be called, beside those of the machine itself.
    workers
        Long runs at a time, each in a process of its own.
    largest_upload_bytes
        Of one request, all its files together.
    """

    data_file: Path = field(default_factory=usual_data_file)
    host: str = "127.0.0.1"
    port: int = 8642
    lan: bool = False
    names: tuple[str, ...] = ()
    workers: int = 2
    largest_upload_bytes: int = 50_000_000
