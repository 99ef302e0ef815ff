"""What an experiment found: a figure or a sign, with the band that counts as agreement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cramplab.core.errors import UserError, did_you_mean
from cramplab.core.quantities import Unit, read_quantity
from cramplab.core.toml_tables import Table, as_written

DIRECTIONS = ("increase", "decrease", "none")
STATUSES = ("verified", "memory")
_NUMBER_AND_NAME = re.compile(r"^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*(.*?)\s*$")


@dataclass(frozen=True)
class Finding:
    """One thing that an experiment found. Numbers are in internal units.

    Parameters
    ----------
    id, measure
        Its own name, and what was measured, for example ``plasma_volume_change``.
    arms
        One arm, or two: the finding is then the second minus the first.
    mean, spread
        One for each arm; empty if not given. ``spread_kind`` says what the spread is.
    value
        The figure itself: of the one arm, or the difference between the two.
    n
        How many people (or what ``unit_of_n`` says), for all or for each arm.
    band
        What counts as inside; ``band_kind`` says where it comes from.
    direction
        ``increase``, ``decrease``, ``none``, or empty.
    status
        ``verified``: read on a page. ``memory``: never scored.
    calibrates
        True if it may set parameters; it is then left out of the score.
    scored
        False if it is shown and not counted; ``why_not_scored`` tells why.
    begin, end
        Step ids between which it was measured (``from`` and ``to`` in the file); empty for the default.
    select
        Which people of a group, where they were chosen by outcome.
    bears_on
        Theories about which it says something; such a finding is for the scoreboard alone. None for one that judges the
        laboratory or the body itself.
    not_simulated
        Why no simulation answers it; empty for most.
    unit
        The unit it was written in; None for a sign alone, and for a unit that we cannot convert.
    unit_name
        The unit as written. Where ``unit`` is None the numbers are as written too.
    """

    id: str
    measure: str
    arms: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    spread_kind: str
    value: float | None
    n: tuple[int, ...]
    unit_of_n: str
    centre: str
    band: tuple[float, float] | None
    band_kind: str
    direction: str
    p: str
    status: str
    calibrates: bool
    scored: bool
    why_not_scored: str
    begin: str
    end: str
    select: Any
    where: str
    note: str
    unit: Unit | None
    unit_name: str
    line: int | None
    bears_on: tuple[str, ...] | None = None
    not_simulated: str = ""

    @property
    def published(self) -> float | None:
        """The figure to hold a model against: the value, or the mean, or the second mean less the first."""
        if self.value is not None:
            return self.value
        if len(self.mean) == 2:
            return self.mean[1] - self.mean[0]
        return self.mean[0] if self.mean else None

    @property
    def is_judged(self) -> bool:
        """Whether it counts in the score: scored, read on a page, and not used to set parameters."""
        return self.scored and self.status == "verified" and not self.calibrates


def read_findings(top: Table, arms: Mapping[str, tuple[str, ...]]) -> tuple[Finding, ...]:
    """Read all findings of a study; ``arms`` gives the ids and kinds of the steps of each arm."""
    findings: list[Finding] = []
    tables = top.tables("finding")
    if not tables:
        top.fault("finding", "it found nothing", expected="at least one [[finding]]")
    for table in tables:
        finding = _finding(table, arms)
        if finding.id and finding.id in {each.id for each in findings}:
            table.fault("id", f"there are two findings '{finding.id}'", expected="another id for each finding")
        findings.append(finding)
    return tuple(findings)


def _finding(table: Table, arms: Mapping[str, tuple[str, ...]]) -> Finding:
    identity = table.text("id", required=True)
    table.owner = f"{table.owner}, finding '{identity}'"
    measure = table.text("measure", required=True)
    figures = _Figures(table)
    mean, spread = figures.take("mean"), figures.take("spread")
    value, band = figures.take("value"), figures.take("band")
    finding = Finding(
        id=identity,
        measure=measure,
        arms=_arms(table, arms),
        mean=mean,
        spread=spread,
        spread_kind=table.text("spread_kind"),
        value=value[0] if value else None,
        n=table.counts("n"),
        unit_of_n=table.text("unit_of_n", default="person"),
        centre=table.one_of("centre", ("mean", "median"), default="mean"),
        band=_band(table, band),
        band_kind=table.text("band_kind"),
        direction=table.one_of("direction", DIRECTIONS),
        p=_probability(table),
        status=table.one_of("status", STATUSES, default="memory"),
        calibrates=table.boolean("calibrates"),
        scored=table.boolean("scored", default=True),
        why_not_scored=table.text("why_not_scored"),
        begin=table.text("from"),
        end=table.text("to"),
        select=table.raw("select"),
        where=table.text("where"),
        note=table.text("note"),
        unit=figures.unit,
        unit_name=figures.unit_name,
        line=table.file.line(table.place),
        bears_on=table.texts("bears_on") if "bears_on" in table.values else None,
        not_simulated=table.text("not_simulated"),
    )
    table.finish()
    figures.note_mixed_units()
    _check(table, finding, arms)
    return finding


class _Figures:
    """Takes the figures of one finding and holds them to one kind of unit."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.unit: Unit | None = None
        self.unit_name = ""
        self.names: dict[str, str] = {}
        self.dimensions: set[tuple[tuple[str, float], ...] | None] = set()

    def take(self, key: str) -> tuple[float, ...]:
        raw = self.table.raw(key)
        if raw is None:
            return ()
        listed = raw if isinstance(raw, list) else [raw]
        numbers = [self._one(key, each) for each in listed]
        return () if any(each is None for each in numbers) else tuple(each for each in numbers if each is not None)

    def _one(self, key: str, raw: object) -> float | None:
        if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
            self.table.fault(key, f"{key} is {as_written(raw)}", expected='a quantity such as "23.7 Hz"')
            return None
        try:
            found = read_quantity(raw)
        except UserError as problem:
            return self._as_written(key, str(raw), problem)
        self.names.setdefault(found.unit.name if found.unit.name != "1" else "", key)
        self.dimensions.add(found.unit.dimensions)
        if self.unit is None:
            self.unit, self.unit_name = found.unit, found.unit.name
        return found.value

    def _as_written(self, key: str, raw: str, problem: UserError) -> float | None:
        """Keep a figure in a unit that we cannot convert, such as cramps per night: the judge will not score it."""
        match = _NUMBER_AND_NAME.match(raw)
        if match is None or not match.group(1) or match.group(1).startswith(","):
            self.table.fault(key, f"{key}: {problem}")
            return None
        self.names.setdefault(match.group(1), key)
        self.dimensions.add(None)
        self.unit_name = match.group(1)
        return float(raw[: match.start(1)])

    def note_mixed_units(self) -> None:
        if len(self.dimensions) > 1:
            written = ", ".join(
                f"'{name}' in {key}" if name else f"no unit in {key}" for name, key in self.names.items()
            )
            expected = "one kind of unit in mean, value, spread and band"
            self.table.fault("measure", f"its figures have different units: {written}", expected=expected)
        if None in self.dimensions:
            self.unit = None
            if len(self.names) == 1:
                self.unit_name = next(iter(self.names))


def _arms(table: Table, arms: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    contrast, single = table.texts("contrast"), table.text("arm")
    if "contrast" in table.values and single:
        table.fault("arm", "it names both an arm and a contrast", expected="one of the two")
    if "contrast" in table.values and len(contrast) != 2:
        table.fault("contrast", f"contrast is {as_written(table.values['contrast'])}", expected="the names of two arms")
    named = contrast or ((single,) if single else tuple(arms) if len(arms) == 1 else ())
    if not named and "contrast" not in table.values:
        table.fault("id", "it names no arm", expected="arm = one of " + ", ".join(arms) + ", or contrast = two of them")
    for name in named:
        # Groups picked out of one arm by their outcome have names of their own.
        if name not in arms and "select" not in table.values:
            key = "contrast" if contrast else "arm"
            table.fault(key, f"there is no arm '{name}'", remedy=did_you_mean(name, arms))
    return named


def _band(table: Table, band: tuple[float, ...]) -> tuple[float, float] | None:
    if not band:
        return None
    if len(band) != 2 or band[0] > band[1]:
        table.fault(
            "band", f"band is {as_written(table.values['band'])}", expected="two quantities, the lower one first"
        )
        return None
    return band[0], band[1]


def _probability(table: Table) -> str:
    value = table.raw("p")
    if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
        table.fault("p", f"p is {as_written(value)}", expected='a text such as "0.12" or "<0.05"')
    return "" if value is None else str(value)


def _check(table: Table, finding: Finding, arms: Mapping[str, tuple[str, ...]]) -> None:
    """Note what does not fit together."""
    if "spread" in table.values and not finding.spread_kind:
        remedy = "Say what the paper prints: SD, SE, 95 % CI, range, or not stated"
        table.fault("spread", "it has a spread and no spread_kind", expected="spread_kind", remedy=remedy)
    if len(finding.arms) == 1 and len(finding.mean) > 1:
        table.fault("mean", "it has two means and one arm", expected="one mean, or contrast = two arms")
    if len(finding.arms) == 2 and len(finding.mean) == 1:
        remedy = "Give the difference alone as value"
        table.fault("mean", "it has one mean and two arms", expected="a mean for each arm", remedy=remedy)
    if isinstance(table.values.get("value"), list):
        table.fault("value", "value is a list", expected="one quantity; the figures of two arms go under mean")
    if finding.mean and finding.spread and len(finding.spread) not in (1, len(finding.mean)):
        table.fault("spread", "there are more or fewer spreads than means", expected="one for each mean")
    if finding.published is None and not finding.direction and finding.band is None:
        table.fault("id", "it says nothing", expected="mean or value, or a band, or at least a direction")
    if finding.published is None and finding.band is None and finding.direction == "none" and len(finding.arms) == 0:
        table.fault("direction", "no change of what?", expected="an arm or a contrast")
    if {"calcium", "magnesium"} & set(finding.measure.split("_")) and "Eq" in finding.unit_name:
        table.fault("measure", "milliequivalents of a divalent ion", expected="mmol (half as many)")
    known = sorted({step for name in finding.arms for step in arms.get(name, ()) if step})
    for key, step in (("from", finding.begin), ("to", finding.end)):
        if step and step not in known and finding.arms and all(name in arms for name in finding.arms):
            table.fault(key, f"no step has the id '{step}' in its arms", remedy=did_you_mean(step, known))
