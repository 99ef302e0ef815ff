"""The red flags and the limits as they stand on a web page: what ``red_flags_list`` and ``limits_table`` print."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from cramplab.report.plan_words import limit_value
from cramplab.report.prose import Wording
from cramplab.safety.limits import ACTIONS, ORIGINS, HeatBand, Limit, load_limits
from cramplab.safety.red_flags import load_red_flags

URGENCIES = {"now": ("■", "Now"), "today": ("▲", "Today"), "soon": ("◆", "Soon"), "ask": ("○", "Ask first")}
"""Shape and word for how pressing a red flag is."""
_COLDEST_C = -50.0  # the first band begins where no weather is


def red_flags_context() -> dict[str, Any]:
    """Give what ``red_flags_list.html.j2`` prints: every row, in its order."""
    return {"red_flag_rows": load_red_flags(), "urgencies": URGENCIES}


def limits_context(own: Path | None = None, *, us_units: bool = False) -> dict[str, Any]:
    """Give what ``limits_table.html.j2`` prints: every limit, and the heat bands.

    Parameters
    ----------
    own
        A user's file that makes limits stricter.
    """
    found, say = load_limits(own), Wording(us_units)
    bands = [*found.bands, None]
    return {
        "limits": [_limit(each, say) for each in found.values()],
        "bands": [(_band(begin, end, say), begin.words) for begin, end in pairwise(bands) if begin],
        "tightened": sum(each.tightened for each in found.values()),
    }


def _limit(limit: Limit, say: Wording) -> dict[str, Any]:
    return {
        "id": limit.id, "name": limit.id.replace("_", " "), "rule": limit.rule,
        "value": _value(limit.value, limit, say), "action": ACTIONS[limit.action], "stricter": limit.tighter,
        "source": limit.source, "url": limit.url,
        "origin": ORIGINS[limit.origin], "status": limit.status,
        "from_memory": limit.origin == "remembered" or "from memory" in limit.status.lower(),
        "shipped": _value(limit.shipped, limit, say) if limit.tightened else "", "reason": limit.reason,
    }  # fmt: skip


def _value(value: float, limit: Limit, say: Wording) -> str:
    return f"{value:g} ({100.0 * value:g} %)" if limit.unit == "1" else limit_value(say, value, limit.unit)


def _band(begin: HeatBand, end: HeatBand | None, say: Wording) -> str:
    if end is None:
        return f"from {say.with_unit(begin.from_C, 'degC')}"
    if begin.from_C <= _COLDEST_C:
        return f"below {say.with_unit(end.from_C, 'degC')}"
    return f"{say.number(begin.from_C, 'degC')} to {say.with_unit(end.from_C, 'degC')}"
