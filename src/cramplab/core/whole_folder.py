"""Writes a folder of results so that no half folder ever stands under the good name.

The folder is first written whole under a hidden temporary name beside its place, then moved there. What stood there
before is kept until the new one has its name, and put back if anything goes wrong.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cramplab.core.errors import UserError

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True)
class FolderKind:
    """What a folder of results holds.

    Parameters
    ----------
    what
        For messages: ``run``.
    files
        Names of all files that we may write into it.
    marker
        The one of them by which such a folder is known.
    """

    what: str
    files: tuple[str, ...]
    marker: str

    def write(self, folder: Path | str, contents: Mapping[str, Callable[[], bytes]]) -> Path:
        """Write all files, replacing an earlier folder of the same kind; files that a user added to it are kept.

        Parameters
        ----------
        folder
            Where it shall stand; made if needed, with the folders above it.
        contents
            Name of a file to what makes its content, in the order of writing; made before anything is moved.

        Returns
        -------
        Path
            The folder written.

        Raises
        ------
        UserError
            If the place is taken by something else, the disk is full, or it may not be written to. Earlier results are
            then as they were.
        """
        place = Path(folder).resolve()
        with told_in_words(place):
            self.check_place(place)
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent))
            try:
                for name, content in contents.items():
                    write_through(fresh / name, content())
                fresh.chmod(0o777 & ~umask())
                self._move_over(fresh, place)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
        return place

    def check_place(self, folder: Path | str) -> None:
        """Refuse a place where such a folder must not be written; call it before hours of computing.

        Raises
        ------
        UserError
            If the place is or lies in a file, is a folder that holds something else, or may not be written to.
        """
        place = Path(folder).resolve()
        with told_in_words(place):
            self.put_back_interrupted(place)
            standing = next(each for each in (place, *place.parents) if each.exists())
            if not standing.is_dir():
                raise UserError(
                    f"'{standing}' is a file, not a folder. Name another folder for the results with --out."
                )
            # The folder itself is replaced, so what must be writable is the one it stands in.
            if not os.access(place.parent if place.exists() else standing, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            if place.exists() and any(place.iterdir()) and not (place / self.marker).is_file():
                raise UserError(
                    f"'{folder}' is not empty and holds no earlier {self.what} (no {self.marker}), so nothing was "
                    "written there. Name another folder with --out, or a new one inside it."
                )

    def put_back_interrupted(self, place: Path) -> None:
        """Finish what a killed command left between its two moves, so that nothing stays under a hidden name."""
        earlier = _earlier_name(place)
        if not earlier.is_dir():
            return
        if place.exists():
            self._keep_what_the_user_added(earlier, place)
        else:
            os.rename(earlier, place)

    def _move_over(self, fresh: Path, place: Path) -> None:
        if not place.exists():
            os.rename(fresh, place)
            return
        earlier = _earlier_name(place)
        os.rename(place, earlier)
        try:
            os.rename(fresh, place)
        except BaseException:
            os.rename(earlier, place)
            raise
        self._keep_what_the_user_added(earlier, place)

    def _keep_what_the_user_added(self, earlier: Path, place: Path) -> None:
        for entry in sorted(earlier.iterdir()):
            if entry.name in self.files:
                entry.unlink()
            else:
                os.rename(entry, place / entry.name)
        earlier.rmdir()


def write_through(file: Path, content: bytes) -> None:
    """Write a file and have the disk take it before going on."""
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def umask() -> int:
    """Give the rights that this process takes away from what it makes."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _earlier_name(place: Path) -> Path:
    return place.with_name(f".{place.name}.earlier")


@contextmanager
def told_in_words(place: Path) -> Iterator[None]:
    """Turn what the disk refuses into a message with a remedy."""
    try:
        yield
    except OSError as problem:
        if problem.errno in _FULL:
            raise UserError(
                f"The disk is full: the results could not be written to '{place}'. Free some space, or name a folder "
                "on another disk with --out. Earlier results there are untouched."
            ) from problem
        if problem.errno is None:
            raise
        raise UserError(
            f"The results could not be written to '{place}': {problem.strerror}. Name a folder that you may write to "
            "with --out. Earlier results there are untouched."
        ) from problem
