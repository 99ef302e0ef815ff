"""Writes a file so that nobody ever sees half of it, and nothing is lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cramplab.core.errors import UserError

LARGEST_FILE_BYTES = 50_000_000
"""Larger files of a user are not read: no activity or table of theirs is."""


def write_new_file(path: Path, text: str) -> None:
    """Write a text file that is not there yet, under a temporary name first.

    Parameters
    ----------
    path
        Where to; folders on the way are made.
    text
        What to write, as UTF-8.

    Raises
    ------
    UserError
        If there is something at that place already.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        try:
            os.link(temporary, path)  # unlike a rename, this fails if the name is taken in the meantime
        except OSError:  # taken, or a disk that knows no second names
            if path.exists():
                raise UserError(f"There is a file '{path}' already. Choose another name, or remove it first.") from None
            os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
