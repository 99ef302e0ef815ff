"""Beyond what was ever tested there is no number: says for whom and for which events, and why."""

from __future__ import annotations

from collections.abc import Collection

from cramplab.core.reader_units import said
from cramplab.safety.limits import Limits, load_limits

# The base rate of cramps comes from grown runners in races of hours in mild weather; nobody followed these people.
_CONDITIONS = {"pregnant": "pregnancy", "kidney_disease": "kidney disease", "dialysis": "dialysis"}


def outside_tested_range(
    *,
    age_y: float,
    flags: Collection[str],
    duration_s: float,
    hottest_air_C: float,
    limits: Limits | None = None,
    us_units: bool = False,
) -> list[str]:
    """Name all that lies outside what was tested; empty if nothing does.

    Parameters
    ----------
    age_y : y
    flags
        Conditions and medicines by the names of the scenario file.
    duration_s : s
        Of the event.
    hottest_air_C : degC
        In the course of the event.
    limits
        Those of a user's file; the packaged ones if left out.
    us_units
        Words have the units of the United States.
    """
    limits = limits or load_limits()
    youngest, longest, hottest = (limits[name].value for name in ("youngest_known", "longest_known", "hottest_known"))
    found = [words for flag, words in _CONDITIONS.items() if flag in flags]
    # Written so that a value that is not a number counts as outside.
    if not age_y >= youngest:
        found.append(f"an age below {youngest:g}")
    if not duration_s <= longest * 3600.0:
        found.append(f"an event of more than {longest:g} h")
    if not hottest_air_C <= hottest:
        found.append(f"air above {said(hottest, 'degC', us_units)}")
    return found


def why_unknown(
    *,
    age_y: float,
    flags: Collection[str],
    duration_s: float,
    hottest_air_C: float,
    limits: Limits | None = None,
    us_units: bool = False,
) -> str:
    """Say why no number is to be told of a person or an event; empty if one is.

    Parameters are those of `outside_tested_range`.
    """
    reasons = outside_tested_range(
        age_y=age_y, flags=flags, duration_s=duration_s, hottest_air_C=hottest_air_C, limits=limits, us_units=us_units,
    )  # fmt: skip
    if not reasons:
        return ""
    listed = reasons[0] if len(reasons) == 1 else f"{', '.join(reasons[:-1])} and {reasons[-1]}"
    return f"Nobody measured what cramps would need here: {listed}. So no theory is asked for a number."
