"""Writes the folder of a run so that no half folder ever stands under the good name, and reads it back.

A run is first written whole under a hidden temporary name beside its place, then moved there. What stood there before
is kept until the new one has its name, and put back if anything goes wrong.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cramplab.core.errors import CramplabError, UserError
from cramplab.core.result_netcdf import read_draws, run_bytes
from cramplab.core.result_tree import result_tree, tree_fields, tree_text
from cramplab.core.results import SCHEMA, RunResult

DATA_FILE, SUMMARY_FILE, REPORT_FILE = "result.nc", "result.json", "report.html"
_OUR_FILES = (DATA_FILE, SUMMARY_FILE, REPORT_FILE)
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def write_run_folder(folder: Path | str, result: RunResult, make_report: Callable[[RunResult], str]) -> Path:
    """Write ``result.nc``, ``result.json`` and ``report.html``, replacing an earlier run of the same name.

    Files that a user put into the earlier folder are kept.

    Parameters
    ----------
    folder
        Where the run shall stand; made if needed, with the folders above it.
    make_report
        Gives the report's HTML; called before anything is moved.

    Returns
    -------
    Path
        The folder written.

    Raises
    ------
    UserError
        If the place is taken by something that is no run, the disk is full, or it may not be written to. Earlier
        results are then as they were.
    """
    place = Path(folder).resolve()
    with _told_in_words(place):
        check_run_place(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent))
        try:
            _write(fresh / SUMMARY_FILE, tree_text(result_tree(result)).encode())
            _write(fresh / REPORT_FILE, make_report(result).encode())
            _write(fresh / DATA_FILE, run_bytes(result))
            fresh.chmod(0o777 & ~_umask())
            _move_over(fresh, place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return place


def check_run_place(folder: Path | str) -> None:
    """Refuse a place where a run must not be written; call it before hours of computing.

    Raises
    ------
    UserError
        If the place is or lies in a file, is a folder that holds something else than a run, or may not be written to.
    """
    place = Path(folder).resolve()
    with _told_in_words(place):
        _put_back_interrupted(place)
        standing = next(each for each in (place, *place.parents) if each.exists())
        if not standing.is_dir():
            raise UserError(f"'{standing}' is a file, not a folder. Name another folder for the results with --out.")
        # The folder itself is replaced, so what must be writable is the one it stands in.
        if not os.access(place.parent if place.exists() else standing, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if place.exists() and any(place.iterdir()) and not (place / SUMMARY_FILE).is_file():
            raise UserError(
                f"'{folder}' is not empty and holds no earlier run (no {SUMMARY_FILE}), so nothing was written there. "
                "Name another folder with --out, or a new one inside it."
            )


def replace_report(folder: Path | str, html: str) -> Path:
    """Write a rebuilt ``report.html`` into the folder of a run, at once or not at all."""
    place = Path(folder)
    with _told_in_words(place):
        handle, name = tempfile.mkstemp(prefix=f".{REPORT_FILE}.", suffix=".partial", dir=place)
        os.close(handle)
        try:
            _write(Path(name), html.encode())
            Path(name).chmod(0o666 & ~_umask())
            os.replace(name, place / REPORT_FILE)
        finally:
            Path(name).unlink(missing_ok=True)
    return place / REPORT_FILE


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _earlier_name(place: Path) -> Path:
    return place.with_name(f".{place.name}.earlier")


def _move_over(fresh: Path, place: Path) -> None:
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
    _keep_what_the_user_added(earlier, place)


def _keep_what_the_user_added(earlier: Path, place: Path) -> None:
    for entry in sorted(earlier.iterdir()):
        if entry.name in _OUR_FILES:
            entry.unlink()
        else:
            os.rename(entry, place / entry.name)
    earlier.rmdir()


def _put_back_interrupted(place: Path) -> None:
    """Finish what a killed command left between its two moves, so that nothing stays under a hidden name."""
    earlier = _earlier_name(place)
    if not earlier.is_dir():
        return
    if place.exists():
        _keep_what_the_user_added(earlier, place)
    else:
        os.rename(earlier, place)


@contextmanager
def _told_in_words(place: Path) -> Iterator[None]:
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


def load_tree(folder: Path | str) -> dict[str, Any]:
    """Read the ``result.json`` of a run: all that the report needs.

    Raises
    ------
    UserError
        If there is no run there, the file is damaged, or another version of the layout is in it.
    """
    place = Path(folder)
    _put_back_interrupted(place)
    file = place / SUMMARY_FILE
    try:
        tree = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise UserError(
            f"No run in '{folder}': there is no {SUMMARY_FILE}. Name the folder that a run wrote."
        ) from None
    except OSError as problem:
        raise UserError(f"'{file}' cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise _damaged(file, f"it is not whole JSON ({problem})") from problem
    if not isinstance(tree, dict) or tree.get("kind") != "run":
        raise UserError(f"'{file}' is not the summary of a run. Name the folder that a run wrote.")
    if tree.get("schema") != SCHEMA:
        raise UserError(
            f"'{file}' has schema {tree.get('schema')}; this version reads schema {SCHEMA}. "
            "Use the version of cramplab that wrote it, or repeat the run."
        )
    try:
        tree_fields(tree)
        _ = [tree[key] for key in ("headline", "counts", "influences", "traits", "series", "time_s", "not_computed")]
    except (KeyError, TypeError, AttributeError, CramplabError) as problem:
        raise _damaged(file, f"a part is missing or altered ({problem})") from problem
    return tree


def load_run(folder: Path | str) -> RunResult:
    """Read the folder of a run back, without the engine.

    Raises
    ------
    UserError
        If a file is missing or damaged, or if the files are of two different runs.
    """
    tree = load_tree(folder)
    file = Path(folder) / DATA_FILE
    if not file.is_file():
        raise UserError(f"'{file}' is missing. Repeat the run to write it again.")
    try:
        found = read_draws(file)
        attributes = found.pop("attributes")
    except (OSError, KeyError, ValueError, RuntimeError) as problem:
        raise _damaged(file, f"it is not a whole NetCDF file of a run ({problem})") from problem
    run = tree["run"]
    if (attributes.get("input_sha256"), attributes.get("seed")) != (run["input_sha256"], str(run["seed"])):
        raise UserError(f"'{file}' and {SUMMARY_FILE} are of two different runs. Repeat the run to write both.")
    try:
        return RunResult(**tree_fields(tree), **found)
    except CramplabError as problem:
        raise _damaged(file, str(problem)) from problem


def _damaged(file: Path, why: str) -> UserError:
    return UserError(f"'{file}' is damaged: {why}. Repeat the run to write it again.")
