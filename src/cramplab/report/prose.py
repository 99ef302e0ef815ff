"""How numbers, intervals and times are worded on card and page: units, decimals, signs, words for uncertainty."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cramplab.core.reader_units import US, converted

_DECIMALS = {
    "%": 1, "L": 2, "L/h": 2, "mL": 0, "mmol": 0, "mg": 0, "mmol/L": 1, "mosmol/kg": 1, "degC": 1, "bpm": 0, "km/h": 1,
    "W": 0, "pmol/L": 1, "Hz": 1, "cm": 1, "1": 2, "kg": 1, "°F": 1, "fl oz": 0, "fl oz/h": 0, "lb": 1, "mph": 1,
}  # fmt: skip
_NUMBER = r"[+\-\u2212]?\d[\d,]*(?:\.\d+)?"
_METRIC = re.compile(
    rf"(?<![\w.])({_NUMBER})(?:( to | \u00b1 | and )({_NUMBER}))? ?(°C|degC|L/h|mL|L|kg|km/h|km|m/s|hPa)(?![\w/])"
)
NOT_AVAILABLE = "not available"
WIDTH = 110
"""Characters of a line on the terminal."""


@dataclass(frozen=True)
class Wording:
    """The reader's units and the signs that the medium can print.

    Parameters
    ----------
    us_units
        Show fluid ounces, pounds, miles and degrees Fahrenheit.
    minus
        The minus sign; plain ASCII for a terminal.
    """

    us_units: bool = False
    minus: str = "\u2212"

    @classmethod
    def of(cls, tree: Mapping[str, Any], minus: str = "\u2212") -> Wording:
        """Take the reader's units from the scenario's preferences."""
        preferences = tree.get("scenario", {}).get("preferences") or {}
        return cls(preferences.get("units") == "us", minus)

    def unit(self, unit: str) -> str:
        """Write a unit as the reader sees it; empty for a pure number."""
        return converted(0.0, unit, self.us_units)[1]

    def convert(self, value: float, unit: str) -> float:
        """Give the value in the reader's unit."""
        return converted(value, unit, self.us_units)[0]

    def in_text(self, text: str) -> str:
        """Put the numbers of a sentence that was written in our units in the reader's; others are left as they are.

        A simulation is told once, and read by people who may change their units afterwards.
        """
        return _METRIC.sub(self._again, text) if self.us_units else text

    def _again(self, found: re.Match[str]) -> str:
        low, between, high, unit = found.groups()
        unit = {"°C": "degC"}.get(unit, unit)
        shown = self.unit(unit)
        told = []
        for each in (low, high) if high else (low,):
            size = float(each.replace("\u2212", "-").replace(",", ""))
            # A difference has its sign.
            there = 1.8 * size if unit == "degC" and each[0] == "+" else self.convert(size, unit)
            finer = unit in ("degC", "kg", "km", "m/s") and "." in each
            decimals = 2 if unit == "hPa" else 1 if finer else 0
            minus = "\u2212" if each[0] == "\u2212" else "-"
            told.append(f"{there:{'+' if each[0] == '+' else ''},.{decimals}f}".replace("-", minus))
        return f"{(between or '').join(told)} {shown}"

    def number(self, value: float | None, unit: str, *, signed: bool = False) -> str:
        """Write one number without its unit, with the decimals that the unit deserves."""
        if value is None or not math.isfinite(value):
            return NOT_AVAILABLE
        shown_unit = US[unit][0] if self.us_units and unit in US else unit
        shown = self.convert(value, unit)
        if unit == "mg":
            shown = round(shown, -1)
        decimals = _DECIMALS.get(shown_unit)
        text = f"{abs(shown):,.{_decimals_for(3, shown) if decimals is None else decimals}f}"
        if float(text.replace(",", "")) == 0:
            return text
        return (self.minus if shown < 0 else "+" if signed else "") + text

    def with_unit(self, value: float | None, unit: str, *, signed: bool = False) -> str:
        """Write one number with its unit."""
        text = self.number(value, unit, signed=signed)
        return text if text == NOT_AVAILABLE else f"{text} {self.unit(unit)}".rstrip()

    def spread(self, entry: Mapping[str, Any], *, signed: bool = False) -> str:
        """Write the 90 % interval as ``low to high``, without unit."""
        low, high = (self.number(entry[key], entry["unit"], signed=signed) for key in ("low", "high"))
        return f"{low} to {high}"

    def estimate(self, entry: Mapping[str, Any] | None) -> str:
        """Write median, unit and interval: ``1.09 L/h (0.78 to 1.34)``; no interval where all runs agree."""
        if entry is None or entry["median"] is None:
            return NOT_AVAILABLE
        signed = bool(entry.get("signed"))
        middle = self.with_unit(entry["median"], entry["unit"], signed=signed)
        return middle if entry["low"] == entry["high"] else f"{middle} ({self.spread(entry, signed=signed)})"

    def trait(self, entry: Mapping[str, Any]) -> str:
        """Write a trait like an estimate, with decimals enough for its size: 0.05 mmol/L is not 0.1 mmol/L."""
        numbers = [entry[key] for key in ("median", "low", "high") if entry[key] is not None]
        if not numbers:
            return NOT_AVAILABLE
        shown = self.unit(entry["unit"])
        usual = _DECIMALS.get(US[entry["unit"]][0] if self.us_units and entry["unit"] in US else entry["unit"])
        size = max(abs(self.convert(each, entry["unit"])) for each in numbers)
        decimals = max(usual, _decimals_for(2, size)) if usual is not None else _decimals_for(3, size)
        median, low, high = (
            f"{self.convert(entry[key], entry['unit']):,.{decimals}f}".replace("-", self.minus)
            for key in ("median", "low", "high")
        )
        middle = f"{median} {shown}".rstrip()
        return middle if low == high else f"{middle} ({low} to {high})"

    def median(self, entry: Mapping[str, Any] | None) -> str:
        """Write the median and its unit."""
        if entry is None:
            return NOT_AVAILABLE
        return self.with_unit(entry["median"], entry["unit"], signed=bool(entry.get("signed")))


def _decimals_for(digits: int, value: float) -> int:
    """Give the decimals that show so many digits of a number; none for a large one, six at most."""
    if value == 0 or not math.isfinite(value):
        return 0
    return min(max(digits - 1 - math.floor(math.log10(abs(value))), 0), 6)


def clock(seconds: float) -> str:
    """Write a duration as h:mm."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def in_runs(count: Mapping[str, Any]) -> str:
    """Say in how many simulated runs something happened, with the one denominator of the report."""
    return f"in {count['runs']} of {count['of']} simulated runs"


def strength(rank_correlation: float) -> str:
    """Say in words how strongly, and which way, one drawn input moves an outcome."""
    size = abs(rank_correlation)
    how = "very strongly" if size >= 0.8 else "strongly" if size >= 0.5 else "somewhat"
    return f"{how}, {'upwards' if rank_correlation > 0 else 'downwards'}"
