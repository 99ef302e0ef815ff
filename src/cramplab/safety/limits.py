"""Reads the limits that every plan must keep, and a user's own file that may make them stricter and never looser."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from cramplab.core.errors import did_you_mean
from cramplab.core.toml_reading import read_toml
from cramplab.core.toml_tables import Table, as_written

Action = Literal["refuse", "cap", "warn", "switch_to_thirst", "shape", "gate", "unknown"]
Origin = Literal["read", "noted", "second_hand", "remembered", "chosen"]
Tighter = Literal["lower", "higher"]
ACTIONS: Mapping[str, str] = {
    "refuse": "no plan is made",
    "cap": "the plan is brought down to it",
    "warn": "the plan says so",
    "switch_to_thirst": "no fixed volumes: thirst leads, under a ceiling",
    "shape": "plans are made to fit it",
    "gate": "salt beside the drink only beyond it",
    "unknown": "“we do not know”, and no number",
}
"""What happens at a limit, in words."""
ORIGINS: Mapping[str, str] = {
    "read": "read in the source",
    "noted": "from notes on the source, which was not read again",
    "second_hand": "read in another work that quotes it",
    "remembered": "FROM MEMORY, to be checked",
    "chosen": "chosen by us",
}
"""How a number was come by, in words."""
_PACKAGED = Path(__file__).parent / "limits.toml"


@dataclass(frozen=True)
class Limit:
    """One limit that a plan is held to.

    Parameters
    ----------
    id
        Name by which a user's file and a plan refer to it.
    rule
        What must hold, in one sentence without the number.
    value : in ``unit``
    unit
        As printed; ``1`` is a share or a chance.
    action
        What happens to a plan that does not keep it; see `ACTIONS`.
    source, url
        Where the number is from.
    status
        What was checked and what was not, in plain words.
    tighter
        In which direction the limit becomes stricter.
    origin
        How the number was come by; see `ORIGINS`.
    tightened
        True if a user's file made it stricter.
    furthest : in ``unit``
        How far a user's file may go; beyond it a value means nothing.
    within
        A limit that this one may never be looser than.
    shipped : in ``unit``
        Value without a user's file.
    reason
        Why a user's file made it stricter.
    """

    id: str
    rule: str
    value: float
    unit: str
    action: Action
    source: str
    url: str
    status: str
    tighter: Tighter
    origin: Origin
    tightened: bool = False
    furthest: float = 0.0
    within: str = ""
    shipped: float = math.nan
    reason: str = ""

    def is_looser(self, value: float) -> bool:
        """Say whether a value would allow more than this limit does."""
        return value > self.value if self.tighter == "lower" else value < self.value


@dataclass(frozen=True)
class HeatBand:
    """What a heat policy says from one wet-bulb globe temperature on; the next band begins where this one ends.

    Parameters
    ----------
    from_C : degC
    words
        What the policy asks for.
    """

    from_C: float
    words: str


class Limits(Mapping[str, Limit]):
    """All limits by id, in the order of the file, and the heat bands beside them."""

    def __init__(self, limits: Mapping[str, Limit], bands: tuple[HeatBand, ...]) -> None:
        self._limits = dict(limits)
        self.bands = bands

    def __getitem__(self, key: str) -> Limit:
        return self._limits[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._limits)

    def __len__(self) -> int:
        return len(self._limits)

    def band(self, wbgt_C: float) -> HeatBand:
        """Give the heat band of a wet-bulb globe temperature (degC)."""
        return [each for each in self.bands if each.from_C <= wbgt_C or each is self.bands[0]][-1]


def load_limits(own: Path | None = None) -> Limits:
    """Read the limits, and make those stricter that a user's file makes stricter.

    Parameters
    ----------
    own
        TOML file with ``[[limit]]`` tables of ``id``, ``value``, and perhaps ``unit`` and ``reason``.

    Raises
    ------
    FaultsFoundError
        With every fault of the user's file: an unknown id, a value that is looser or no number, another unit.
    """
    return _packaged() if own is None else _tightened(_packaged(), own)


@cache
def _packaged() -> Limits:
    file = read_toml(_PACKAGED)
    found: dict[str, Limit] = {}
    for row in file.values["limit"]:
        limit = Limit(**{**row, "value": float(row["value"]), "shipped": float(row["value"])})
        if limit.action not in get_args(Action) or limit.origin not in get_args(Origin) or limit.id in found:
            raise ValueError(f"{_PACKAGED}: {limit.id}")
        found[limit.id] = limit
    return Limits(found, tuple(HeatBand(float(row["from_C"]), row["words"]) for row in file.values["band"]))


def _tightened(limits: Limits, own: Path) -> Limits:
    file = read_toml(own)
    whole = Table(file, (), file.values, str(own.name))
    if whole.raw("schema") not in (None, 1):
        whole.fault("schema", f"schema is {as_written(file.values['schema'])}", expected="1")
    found = dict(limits)
    given: set[str] = set()
    for row in whole.tables("limit"):
        limit = _read_row(row, limits)
        if limit is None:
            continue
        if limit.id in given:
            row.fault("id", "this limit is there twice", remedy="Keep one of the two")
        given.add(limit.id)
        found[limit.id] = limit
    whole.finish()
    if not given and not file.faults:
        whole.fault("limit", "no limit is named", expected="[[limit]] with id and value")
    file.raise_faults()
    return Limits({name: _no_looser_than(limit, found) for name, limit in found.items()}, limits.bands)


def _read_row(row: Table, limits: Limits) -> Limit | None:
    """Read one limit of a user's file; None if it cannot be taken, with its faults noted."""
    name = row.text("id", required=True)
    row.owner = f"limit '{name}'" if name else row.owner
    value, unit, reason = row.raw("value", required=True), row.text("unit"), row.text("reason")
    row.finish()
    if not name:
        return None
    if name not in limits:
        row.fault("id", "there is no such limit", remedy=did_you_mean(name, limits) or "See: cramplab limits")
        return None
    limit = limits[name]
    if unit and unit.strip() != limit.unit:
        row.fault("unit", f"unit is {as_written(unit)}", expected=f"'{limit.unit}', the unit of this limit")
        return None
    ends = sorted((limit.value, limit.furthest))
    allowed = f"{ends[0]:g} to {ends[1]:g} {limit.unit}; a limit may be made stricter ({limit.tighter}), never looser"
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        row.fault("value", f"value is {as_written(value)}", expected=f"a number without quotes, {allowed}")
        return None
    if limit.is_looser(float(value)):
        row.fault("value", f"value is {value:g}, looser than the {limit.value:g} of this limit", expected=allowed)
        return None
    if not ends[0] <= value <= ends[1]:
        row.fault("value", f"value is {value:g}, beyond what makes sense", expected=allowed)
        return None
    return replace(limit, value=float(value), tightened=value != limit.value, reason=reason)


def _no_looser_than(limit: Limit, others: Mapping[str, Limit]) -> Limit:
    """Bring a limit along when the one that it has to stay within was made stricter."""
    outer = others.get(limit.within)
    if outer is None or not outer.is_looser(limit.value):
        return limit
    return replace(limit, value=outer.value, tightened=True, reason=f"follows {outer.id}")
