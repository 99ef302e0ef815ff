"""Tells when a weighing is a sweat test: all of it told, long enough, and with a loss of sweat that a body can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from cramplab.core.errors import Fault
from cramplab.core.team import Weighing
from cramplab.importers.field_ranges import expected_instead
from cramplab.importers.scenario_faults import expectation
from cramplab.importers.scenario_schema import SweatTest
from cramplab.physiology.weighing import WeighIn, constant


def from_sweat_test(test: SweatTest) -> WeighIn:
    """Turn a test of a scenario into a weighing."""
    return WeighIn(
        mass_before=test.mass_before_kg, mass_after=test.mass_after_kg, drank=test.drank_L,
        hours=test.duration_min / 60.0, urine=test.urine_L, scale_error=test.scale_sd_kg, air=test.air_C,
        humidity=test.humidity_pct, intensity=test.intensity,
    )  # fmt: skip


def as_weigh_in(weighing: Weighing) -> WeighIn | None:
    """Turn a team's weighing into a sweat test; None if it is none, and `why_no_sweat_test` says why."""
    if why_no_sweat_test(weighing):
        return None
    return _as_told(weighing)


def why_no_sweat_test(weighing: Weighing) -> str:
    """Say why a weighing counts as a record and not as a sweat test; empty if it is one."""
    needed = {
        "mass before": weighing.mass_before_kg, "mass after": weighing.mass_after_kg, "drink": weighing.drank_L,
        "duration": weighing.duration_min,
    }  # fmt: skip
    missing = [name for name, value in needed.items() if value is None]
    if missing:
        return f"not told: {', '.join(missing)}"
    for key in ("duration_min", "mass_before_kg", "mass_after_kg", "drank_L"):
        expected = expected_instead(SweatTest, key, getattr(weighing, key))
        if expected:
            name, _, unit = key.rpartition("_")
            return f"{name.replace('_', ' ')} is {getattr(weighing, key):g} {unit}, where {expected} makes a sweat test"
    test = _as_told(weighing)
    if test.guideline_rate <= 0.0:
        return f"its sweat loss comes out at {test.guideline_rate * test.hours:+.2f} L"
    if test.guideline_rate > constant("sweat_beyond_belief"):
        return f"its sweat rate comes out at {test.guideline_rate:.1f} L/h: check masses, drink and duration"
    return ""


def _as_told(weighing: Weighing) -> WeighIn:
    before, after = weighing.mass_before_kg, weighing.mass_after_kg
    drank, minutes = weighing.drank_L, weighing.duration_min
    if before is None or after is None or drank is None or minutes is None:
        raise ValueError(weighing)
    return WeighIn(
        mass_before=before, mass_after=after, drank=drank, hours=minutes / 60.0, urine=weighing.urine_L,
        scale_error=weighing.scale_sd_kg, air=weighing.air_C, humidity=weighing.humidity_pct,
        intensity=weighing.intensity,
    )  # fmt: skip


def check_weigh_in(
    values: Mapping[str, Any], faults: list[Fault], place: str = "", named: Mapping[str, str] | None = None
) -> WeighIn | None:
    """Check one sweat test; notes every fault, and gives None if there is one.

    Parameters
    ----------
    values
        By the keys of a sweat test in a scenario; what is not told is left out or None.
    faults
        To which faults are added.
    place
        Where the values stand.
    named
        What the user calls a key, where that is something else.
    """
    called = {key: key for key in SweatTest.model_fields} | dict(named or {})
    try:
        test = SweatTest.model_validate({key: value for key, value in values.items() if value is not None})
    except ValidationError as problem:
        for found in problem.errors(include_url=False, include_context=False):
            key = str(found["loc"][0])
            expected = expectation(("person", "sweat_test", key))[0]
            if found["type"] == "missing":
                faults.append(Fault(f"{called[key]} is missing", place, expected))
            else:
                faults.append(Fault(f"{called[key]} is {found['input']}", place, expected or found["msg"]))
        return None
    weighing = from_sweat_test(test)
    if weighing.guideline_rate <= 0.0:
        said = f"This test gives a sweat loss of {weighing.guideline_rate * weighing.hours:.2f} L"
        remedy = "Check that before and after are not swapped, and the units of drink and urine"
        if weighing.mass_change > 0.0:
            said = f"Weight went up ({weighing.percent_change:+.1f} %). {said}"
            remedy += ". If the numbers are right, stop drinking and read cramplab redflags"
        faults.append(Fault(said, place, "mass before - after + drink - urine above 0", remedy))
        return None
    most = constant("sweat_beyond_belief")
    if weighing.guideline_rate > most:
        faults.append(
            Fault(f"This test gives a sweat rate of {weighing.guideline_rate:.1f} L/h", place, f"at most {most:g} L/h",
                  "Check masses, drink and duration")
        )  # fmt: skip
        return None
    return weighing
