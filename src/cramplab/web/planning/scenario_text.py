"""Writes a scenario as a TOML file that people can read, and finds the key that stands on a line of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit

from cramplab.core.toml_reading import Place, line_index


def scenario_text(values: Mapping[str, Any]) -> str:
    """Write a scenario.

    Parameters
    ----------
    values
        Keys and sections as in the file; None is left out, which means unknown.
    """
    return tomlkit.dumps(_writable(values))


def place_of_line(text: str, line: int) -> Place:
    """Give the section and key that begin on a line, the whole way down; empty if none does."""
    found = [place for place, number in line_index(text).items() if number == line]
    return max(found, key=len, default=())


def _writable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _writable(each) for key, each in value.items() if each is not None}
    if isinstance(value, (list, tuple)):
        return [_writable(each) for each in value]
    if isinstance(value, float):
        # A conversion of units leaves digits that nobody measured.
        return float(f"{value:.10g}")
    # Half a sign, which no file may hold, comes as a question mark.
    return value.encode(errors="replace").decode() if isinstance(value, str) else value
