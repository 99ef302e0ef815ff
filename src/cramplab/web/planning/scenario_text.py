"""Writes a scenario as a TOML file that people can read, and finds the key that stands on a line of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from cramplab.core.toml_reading import Place, line_index


def scenario_text(values: Mapping[str, Any]) -> str:
    """Write a scenario.

    Parameters
    ----------
    values
        Keys and sections as in the file; None is left out, which means unknown.
    """
    return "\n".join(_lines(values, "")).strip() + "\n"


def place_of_line(text: str, line: int) -> Place:
    """Give the section and key that begin on a line, the whole way down; empty if none does."""
    found = [place for place, number in line_index(text).items() if number == line]
    return max(found, key=len, default=())


def _lines(values: Mapping[str, Any], section: str) -> Iterator[str]:
    tables: list[tuple[str, Any]] = []
    for key, value in values.items():
        if value is None:
            continue
        if isinstance(value, Mapping) or (isinstance(value, list) and value and isinstance(value[0], Mapping)):
            tables.append((key, value))
        else:
            yield f"{key} = {_written(value)}"
    for key, value in tables:
        name = f"{section}.{key}" if section else key
        for each in value if isinstance(value, list) else (value,):
            yield ""
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _lines(each, name)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_written, value)) + "]"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _escaped(sign: str) -> str:
    """Write one sign of a text: what could end it, hide or break its line is written as its number."""
    if sign in '"\\':
        return "\\" + sign
    if sign.isprintable():
        return sign
    number = ord(sign)
    if 0xD800 <= number <= 0xDFFF:  # half a sign, which no file may hold
        return "\ufffd"
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"
