"""Reads numbers as people type them, with a point or a comma, and says what is wrong in the unit that they typed."""

from __future__ import annotations

import re

from cramplab.web.planning.fields import Number

_NUMBER = re.compile(r"([+\-−]?)(\d{1,9}(?:[.,]\d{0,9})?)")
_GROUPED = re.compile(r"[1-9]\d{0,2},\d{3}")


def read_number(typed: str, asked: Number, factor: float, offset: float, unit: str) -> float | str:
    """Read a number.

    Parameters
    ----------
    asked
        What is asked; its range in the scenario's unit holds.
    factor, offset
        From what is typed to the scenario's unit.
    unit
        How what is typed is called.

    Returns
    -------
    float or str
        The number in the scenario's unit, or what is wrong with it.
    """
    low, high = asked.bounds
    expected = f"From {(low - offset) / factor:.4g} to {(high - offset) / factor:.4g} {unit}".rstrip() + "."
    found = _NUMBER.fullmatch(typed.strip())
    if found is None:
        return f"“{typed[:30]}” is no number. {expected}"
    sign = -1.0 if found.group(1) in ("-", "−") else 1.0
    readings = [sign * float(found.group(2).replace(",", "."))]
    if _GROUPED.fullmatch(found.group(2)):
        readings.append(sign * float(found.group(2).replace(",", "")))
    fitting = [each for each in (round(factor * value + offset, 5) for value in readings) if low <= each <= high]
    if len(fitting) > 1:
        return f"“{typed}” may be {readings[0]:g} or {readings[1]:g}. Write it without the comma."
    return fitting[0] if fitting else f"“{typed}” is out of range. {expected}"


def read_list(typed: str, factor: float) -> list[float] | str:
    """Read numbers with spaces, commas or semicolons between them, such as ``5, 10, 15``; or say what is wrong."""
    parts: list[str] = []
    for part in re.split(r"[;\s]+|,\s+", typed.strip(" ,;")):
        if re.fullmatch(r"\d+,\d+", part):
            return f"“{part}” may be one number or two. Write a space after each comma, and points in numbers."
        parts += part.split(",")
    parts = [part for part in parts if part]
    if len(parts) > 200:
        return "At most 200 stations."
    wrong = [part for part in parts if not re.fullmatch(r"\d{1,4}(\.\d{1,6})?", part)]
    if wrong:
        return f"“{wrong[0][:30]}” is no distance. Write them as 5, 10, 15."
    return [round(factor * float(part), 4) for part in parts]
