"""Numbers as people type them into a form, in their own units, and the same numbers written back into it."""

from __future__ import annotations

import re
from dataclasses import dataclass

KG_PER_LB, L_PER_FL_OZ, CM_PER_IN = 0.45359237, 0.0295735296, 2.54
_NUMBER = re.compile(r"[+-]?(\d{1,6}([.,]\d{0,6})?|[.,]\d{1,6})")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
_US = {"kg": ("lb", KG_PER_LB, 0.0), "L": ("fl oz", L_PER_FL_OZ, 0.0), "L/h": ("fl oz/h", L_PER_FL_OZ, 0.0),
       "cm": ("in", CM_PER_IN, 0.0), "degC": ("°F", 1.0 / 1.8, -32.0)}  # fmt: skip
_DECIMALS = {"kg": 2, "lb": 1, "L": 2, "fl oz": 1, "L/h": 2, "fl oz/h": 1, "min": 0}


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field of a form; the field is empty where it is no single one."""

    field: str
    words: str


@dataclass(frozen=True)
class TypedUnits:
    """How a person types: kilograms and litres, or pounds and fluid ounces.

    Parameters
    ----------
    us
        True for pounds, fluid ounces, inches and degrees Fahrenheit.
    """

    us: bool = False

    def name(self, unit: str) -> str:
        """Give the unit in which a number is typed."""
        if self.us and unit in _US:
            return _US[unit][0]
        return "°C" if unit == "degC" else unit

    def read(self, text: str, unit: str) -> float | None:
        """Read what was typed; None if nothing was.

        Parameters
        ----------
        text
            A number with a decimal point or a decimal comma; for minutes also ``h:mm``.
        unit
            Ours, in which the number is given back.

        Raises
        ------
        ValueError
            If it is no number.
        """
        text = "".join(text.split())
        if not text:
            return None
        clock = _CLOCK.fullmatch(text)
        if clock and unit == "min":
            return 60.0 * int(clock[1]) + int(clock[2])
        if not _NUMBER.fullmatch(text):
            raise ValueError(text)
        value = float(text.replace(",", "."))
        if self.us and unit in _US:
            _, factor, offset = _US[unit]
            return (value + offset) * factor
        return value

    def write(self, value: float | None, unit: str) -> str:
        """Write a number into a field, so that reading it again gives as good as the same."""
        if value is None:
            return ""
        if self.us and unit in _US:
            _, factor, offset = _US[unit]
            value = value / factor - offset
        text = f"{value:.{_DECIMALS.get(self.name(unit), 2)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
