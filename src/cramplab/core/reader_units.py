"""Numbers in the units of the reader: our own, or those used in the United States. The one table of both."""

from __future__ import annotations

import math
from collections.abc import Mapping

LITRE_PER_FLUID_OUNCE, KILOGRAM_PER_POUND, KILOMETRE_PER_MILE = 0.0295735296, 0.45359237, 1.609344  # by definition
US: Mapping[str, tuple[str, float, float]] = {
    "L": ("fl oz", 1.0 / LITRE_PER_FLUID_OUNCE, 0.0), "L/h": ("fl oz/h", 1.0 / LITRE_PER_FLUID_OUNCE, 0.0),
    "mL": ("fl oz", 1e-3 / LITRE_PER_FLUID_OUNCE, 0.0), "kg": ("lb", 1.0 / KILOGRAM_PER_POUND, 0.0),
    "km": ("mi", 1.0 / KILOMETRE_PER_MILE, 0.0), "km/h": ("mph", 1.0 / KILOMETRE_PER_MILE, 0.0),
    "m/s": ("mph", 3.6 / KILOMETRE_PER_MILE, 0.0), "degC": ("°F", 1.8, 32.0), "hPa": ("inHg", 1.0 / 33.8639, 0.0),
}  # fmt: skip
"""By our unit: the unit there, the factor and the offset to it."""
OF_DRINKS: Mapping[str, tuple[str, float]] = {
    unit: (f"{unit.removesuffix('/L')} in 12 fl oz", 12.0 * LITRE_PER_FLUID_OUNCE) for unit in ("g/L", "mg/L")
}
"""What is in a drink, by the can as on a label there; blood and its proteins keep their litre."""
WRITTEN = {"degC": "°C", "1": "", "bpm": "beats/min"}
"""Units that a reader sees under another name."""


def converted(value: float, unit: str, us_units: bool) -> tuple[float, str]:
    """Give a number and its unit as the reader has them."""
    if us_units and unit in US:
        shown, factor, offset = US[unit]
        return value * factor + offset, shown
    return value, WRITTEN.get(unit, unit)


def in_drink(value: float, unit: str, us_units: bool) -> tuple[float, str]:
    """Give how much of something is in a drink (g/L or mg/L) as the reader's labels have it."""
    if us_units and unit in OF_DRINKS:
        shown, factor = OF_DRINKS[unit]
        return value * factor, shown
    return value, unit


def said(value: float, unit: str, us_units: bool, decimals: int | None = None) -> str:
    """Write a number with its unit for a sentence; a share becomes per cent.

    Parameters
    ----------
    unit
        Of the value; what follows it (``degC WBGT``) and a day (``L/d``) are kept.
    decimals
        Of what is shown; three digits if left out.
    """
    if unit == "1":
        value, unit = 100.0 * value, "%"
    first, _, rest = unit.partition(" ")
    base, _, per = first.partition("/")
    known, tail = (base, f"/{per}") if per in ("d", "day") else (first, "")
    size, shown = converted(value, known, us_units)
    return f"{_number(size, decimals)} {shown}{tail} {rest}".replace("  ", " ").strip()


def _number(size: float, decimals: int | None) -> str:
    if decimals is None:
        return f"{size:,.0f}" if math.fabs(size) >= 999.5 else f"{size:.3g}"
    return f"{size:,.{decimals}f}"
