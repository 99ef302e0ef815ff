"""Writes the folder of a run, whole or not at all (`cramplab.core.whole_folder`), and reads it back."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cramplab.core.errors import CramplabError, UserError
from cramplab.core.result_netcdf import read_draws, run_bytes
from cramplab.core.result_tree import chances_of_tree, result_tree, tree_fields, tree_text
from cramplab.core.results import SCHEMA, RunResult
from cramplab.core.whole_folder import FolderKind, told_in_words, umask, write_through

DATA_FILE, SUMMARY_FILE, REPORT_FILE = "result.nc", "result.json", "report.html"
_RUN = FolderKind("run", (DATA_FILE, SUMMARY_FILE, REPORT_FILE), marker=SUMMARY_FILE)


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
    return _RUN.write(
        folder,
        {
            SUMMARY_FILE: lambda: tree_text(result_tree(result)).encode(),
            REPORT_FILE: lambda: make_report(result).encode(),
            DATA_FILE: lambda: run_bytes(result),
        },
    )


def check_run_place(folder: Path | str) -> None:
    """Refuse a place where a run must not be written; call it before hours of computing.

    Raises
    ------
    UserError
        If the place is or lies in a file, is a folder that holds something else than a run, or may not be written to.
    """
    _RUN.check_place(folder)


def replace_report(folder: Path | str, html: str) -> Path:
    """Write a rebuilt ``report.html`` into the folder of a run, at once or not at all."""
    place = Path(folder)
    with told_in_words(place):
        handle, name = tempfile.mkstemp(prefix=f".{REPORT_FILE}.", suffix=".partial", dir=place)
        os.close(handle)
        try:
            write_through(Path(name), html.encode())
            Path(name).chmod(0o666 & ~umask())
            os.replace(name, place / REPORT_FILE)
        finally:
            Path(name).unlink(missing_ok=True)
    return place / REPORT_FILE


def load_tree(folder: Path | str) -> dict[str, Any]:
    """Read the ``result.json`` of a run: all that the report needs.

    Raises
    ------
    UserError
        If there is no run there, the file is damaged, or another version of the layout is in it.
    """
    place = Path(folder)
    _RUN.put_back_interrupted(place)
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
        attributes, drawn = found.pop("attributes"), found.pop("chances")
    except (OSError, KeyError, ValueError, RuntimeError) as problem:
        raise _damaged(file, f"it is not a whole NetCDF file of a run ({problem})") from problem
    run = tree["run"]
    if (attributes.get("input_sha256"), attributes.get("seed")) != (run["input_sha256"], str(run["seed"])):
        raise UserError(f"'{file}' and {SUMMARY_FILE} are of two different runs. Repeat the run to write both.")
    try:
        return RunResult(**tree_fields(tree), **found, chances=chances_of_tree(tree, drawn))
    except (CramplabError, KeyError, TypeError) as problem:
        raise _damaged(file, str(problem)) from problem


def _damaged(file: Path, why: str) -> UserError:
    return UserError(f"'{file}' is damaged: {why}. Repeat the run to write it again.")
