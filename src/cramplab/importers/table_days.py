"""Reads days as people and spreadsheets write them; what could be two days is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from cramplab.core.days import last_possible_day
from cramplab.importers.table_columns import plain

_CLOCK = re.compile(r"[T ,]\s*\d{1,2}:\d{2}.*")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_PARTS = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})")
_NAMED = re.compile(r"(\d{1,2})(?:\.|\s|-|/|de\s)*([^\W\d_]{3,})(?:\.|\s|-|/|de\s)*(\d{4}|\d{2})")
_NAME_FIRST = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2}),?\s+(\d{4})")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet, as far as days after February 1900 go."""
_EARLIEST = date(2015, 1, 1)
"""Days whose year is cut to two digits, or which are serial numbers, are looked for between this and tomorrow."""
_MONTHS = (
    "jan ene gen", "feb fev", "mar maa mrt", "apr avr abr", "may mai mag mei", "jun juin giu", "jul juil lug",
    "aug aou ago", "sep set", "oct okt ott out", "nov", "dec dez dic",
)  # fmt: skip
"""First letters of the months in seven languages."""
_ORDERS = {"/": ("day/month/year", "month/day/year"), ".": ("day.month.year",)}
_ORDERS["-"] = _ORDERS["/"]
# Two digits can be a year that stands first.
_SHORT = {sign: (*orders, sign.join(("year", "month", "day"))) for sign, orders in _ORDERS.items()}


class NoDayError(ValueError):
    """A cell that is no day, or could be two: what was expected, and what to do."""

    def __init__(self, expected: str, remedy: str) -> None:
        super().__init__(expected)
        self.expected, self.remedy = expected, remedy


@dataclass(frozen=True)
class DayOrder:
    """In which order the days of a column can stand.

    Parameters
    ----------
    orders
        By the sign between the parts and the number of digits of the last: the orders in which all cells are days.
    """

    orders: Mapping[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)


def order_of(cells: Iterable[str]) -> DayOrder:
    """Find out in which order days stand, from all the cells that hold them."""
    shapes: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
    for cell in cells:
        if found := _PARTS.fullmatch(_CLOCK.sub("", cell)):
            parts = (int(found.group(1)), int(found.group(3)), int(found.group(4)))
            shapes.setdefault((found.group(2), len(found.group(4))), []).append(parts)
    kept = {}
    for shape, all_parts in shapes.items():
        orders = _orders(shape)
        # A cell that is a day in no order decides nothing.
        days = [parts for parts in all_parts if any(_day_of(parts, order) for order in orders)]
        fits = tuple(order for order in orders if all(_day_of(parts, order) for parts in days))
        kept[shape] = fits or orders
    return DayOrder(kept)


def _orders(shape: tuple[str, int]) -> tuple[str, ...]:
    sign, digits = shape
    return (_ORDERS if digits == 4 else _SHORT)[sign]


def _day_of(parts: tuple[int, int, int], order: str) -> date | None:
    named = dict(zip(re.split(r"[./-]", order), parts, strict=True))
    if named["year"] >= 100:
        return _day(named["year"], named["month"], named["day"])
    return _recent(_day(2000 + named["year"], named["month"], named["day"]))


def _day(year: int, month: int, of_month: int) -> date | None:
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def _recent(found: date | None) -> date | None:
    return found if found is not None and _EARLIEST.isoformat() <= found.isoformat() <= last_possible_day() else None


def day(cell: str, order: DayOrder) -> str:
    """Read a day and give it as ISO writes it.

    Raises
    ------
    NoDayError
        If it is no day, or could be two.
    """
    text = _CLOCK.sub("", cell)
    days = {each for each in _readings(text, order) if each is not None}
    if len(days) > 1:
        raise NoDayError("a day that can be read in one way", "Write year-month-day, such as 2026-08-04")
    if not days:
        raise NoDayError("a day such as 2026-08-04", "Write year-month-day")
    return days.pop().isoformat()


def _readings(text: str, order: DayOrder) -> Iterator[date | None]:
    if found := _ISO.fullmatch(text):
        yield _day(*map(int, found.groups()))
    elif found := _PARTS.fullmatch(text):
        parts = (int(found.group(1)), int(found.group(3)), int(found.group(4)))
        shape = (found.group(2), len(found.group(4)))
        for each in order.orders.get(shape, _orders(shape)):
            yield _day_of(parts, each)
    elif found := _NAMED.fullmatch(plain(text)):
        yield _named(*found.groups())
    elif found := _NAME_FIRST.fullmatch(plain(text)):
        name, of_month, year = found.groups()
        yield _named(of_month, name, year)
    elif found := _SERIAL.fullmatch(text):
        yield _recent(_SERIAL_ZERO + timedelta(days=int(found.group(1))))


def _named(of_month: str, name: str, year: str) -> date | None:
    months = [at for at, starts in enumerate(_MONTHS, start=1) if name.startswith(tuple(starts.split()))]
    if len(months) != 1:
        return None
    found = _day(int(year) + (2000 if len(year) == 2 else 0), months[0], int(of_month))
    return found if len(year) == 4 else _recent(found)


def notices_of_days(cells: Iterable[str], order: DayOrder, place: str) -> list[str]:
    """Say what was taken for granted in reading days."""
    said = []
    for (sign, digits), orders in order.orders.items():
        if len(orders) == 1 and len(_orders((sign, digits))) > 1:
            why = "what those above 12 leave" if digits == 4 else "the only order in which all are days of the past"
            said.append(
                f"Days such as {sign.join(('..', '..', '.' * digits))} were read as {orders[0]}, {why}. ({place})"
            )
    for cell in cells:
        if _SERIAL.fullmatch(cell) and any(_readings(cell, order)):
            told = f"Days that are numbers were read as spreadsheets count days: {cell} is {day(cell, order)}."
            said.append(f"{told} Look whether that is right. ({place})")
            break
    return said
