"""Reads a TOML file so that every fault can name its line, and collects faults instead of stopping at the first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cramplab.core.errors import Fault, FaultsFoundError, did_you_mean, place_in

# Library files are written by hand. One that is larger than this is not one of them.
_LARGEST_FILE = 2_000_000
_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_ASSIGNMENT = re.compile(rf"^\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=(?!=)")
_TOKEN = re.compile(r"""\"{3}|'{3}|"(?:\\.|[^"\\])*"|'[^']*'|[#\[\]{}]""")
_ONE_KEY = re.compile(_KEY)
Place = tuple[str | int, ...]


def _split_key(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _ONE_KEY.findall(dotted)]


def _open_brackets(text: str, depth: int, fence: str) -> tuple[int, str]:
    """Follow a value to the end of a line: how many brackets stay open, and which triple quote if any."""
    position = 0
    while position < len(text):
        if fence:
            end = text.find(fence, position)
            if end < 0:
                return depth, fence
            position, fence = end + 3, ""
            continue
        token = _TOKEN.search(text, position)
        if token is None or token.group() == "#":
            break
        position = token.end()
        if token.group() in ('"""', "'''"):
            fence = token.group()
        elif token.group() in "[{":
            depth += 1
        elif token.group() in "]}":
            depth -= 1
    return depth, fence


def line_index(text: str) -> dict[Place, int]:
    """Give the line of every table and key of a valid TOML text.

    Keys inside an inline table or array have no entry of their own; they stand on the line of the statement that holds
    them (see `TomlFile.line`).
    """
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    depth, fence = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        if depth or fence:
            depth, fence = _open_brackets(line, depth, fence)
            continue
        header = _HEADER.match(line)
        assignment = _ASSIGNMENT.match(line)
        if header and not assignment:
            table = _resolve(_split_key(header.group(2)), counts, is_new=header.group(1) == "[[")
            lines.setdefault(table, number)
        elif assignment:
            keys = _split_key(assignment.group(1))
            for length in range(1, len(keys) + 1):
                lines.setdefault((*table, *keys[:length]), number)
            depth, fence = _open_brackets(line[assignment.end() :], 0, "")
    return lines


def _resolve(keys: list[str], counts: dict[Place, int], *, is_new: bool) -> Place:
    """Turn the name in a table header into a place, counting the members of arrays of tables."""
    place: Place = ()
    for position, key in enumerate(keys):
        place = (*place, key)
        if is_new and position == len(keys) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


class TomlFile:
    """The content of one TOML file, where everything stands in it, and the faults found so far.

    Parameters
    ----------
    path
        Where the file is; messages name it.
    values
        What it holds.
    lines
        From the place of a key to its line.
    """

    def __init__(self, path: Path, values: dict[str, Any], lines: Mapping[Place, int]) -> None:
        self.path = path
        self.values = values
        self.lines = lines
        self.faults: list[Fault] = []

    def line(self, place: Place) -> int | None:
        """Give the line of a key, or of the nearest table or statement that holds it."""
        while place:
            if place in self.lines:
                return self.lines[place]
            place = place[:-1]
        return None

    def fault(self, place: Place, message: str, *, expected: str = "", remedy: str = "") -> None:
        """Note a fault and go on, so that a user sees all of them at once."""
        self.faults.append(Fault(message, place_in(self.path, self.line(place)), expected, remedy))

    def unknown_keys(self, place: Place, table: Mapping[str, Any], known: Iterable[str], where: str = "") -> None:
        """Note every key of a table that nobody reads, with the nearest right name."""
        known = list(known)
        for key in table:
            if key not in known:
                remedy = did_you_mean(key, known) or "Known: " + ", ".join(sorted(known)) + "."
                self.fault((*place, key), f"Unknown key '{key}'{where}", remedy=remedy)

    def raise_faults(self) -> None:
        """Stop with every fault of this file, if there is one.

        Raises
        ------
        FaultsFoundError
            With all faults, in the order in which they were found.
        """
        if self.faults:
            raise FaultsFoundError(self.faults)


def read_toml(path: Path) -> TomlFile:
    """Read a TOML file with the line of every key.

    Raises
    ------
    FaultsFoundError
        If there is no such file, or it is not UTF-8 text, too large, or not TOML; the fault names the line.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise FaultsFoundError(
                [Fault("The file is too large for a TOML file of a library", str(path), "under 2 MB")]
            )
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        remedy = "Save it as UTF-8 text"
        raise FaultsFoundError([Fault("The file is not UTF-8 text", str(path), remedy=remedy)]) from problem
    except OSError as problem:
        message = f"The file cannot be read: {problem.strerror or problem}"
        raise FaultsFoundError([Fault(message, str(path))]) from problem
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise FaultsFoundError([_not_toml(path, text, str(problem))]) from problem
    return TomlFile(path, values, line_index(text))


def _not_toml(path: Path, text: str, problem: str) -> Fault:
    found = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)", problem)
    line = int(found.group(1)) if found and found.group(1) else max(1, len(text.rstrip("\n").split("\n")))
    said = problem[: found.start()] if found else problem
    return Fault(
        f"Not valid TOML: {said[:1].lower()}{said[1:]}",
        place_in(path, line),
        remedy='Text needs quotes, and so does a quantity: air = "24 degC"',
    )
