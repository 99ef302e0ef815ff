"""The red flags: what to do first, when, and whether a plan may go on; as read from the file of clinicians' text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from cramplab.core.errors import UserError, nearest
from cramplab.core.toml_reading import read_toml

Urgency = Literal["now", "today", "soon", "ask"]
OnYes = Literal["none", "goes_on"]
URGENCIES: tuple[str, ...] = get_args(Urgency)
_PACKAGED = Path(__file__).parent / "red_flags.toml"
_NONE = ("none", "no", "0")


@dataclass(frozen=True)
class RedFlag:
    """One red flag.

    Parameters
    ----------
    number
        Place in the list, from 1; people answer with it.
    id
        Name that never changes.
    when
        The question; yes is the flag.
    say, more
        What to do, always shown first; and what helps besides, perhaps empty.
    short
        The signs in a few words, for the one line of a card; empty if they are not on it.
    urgency
        ``now``, ``today``, ``soon`` or ``ask``.
    plan
        ``none``: there is no plan. ``goes_on``: there is one, with this row shown beside it.
    flags
        Entries of a scenario's flags that bring the row up.
    source, url, status
        Where it is from, and what of it was checked.
    plan_by_flag
        What holds instead of ``plan`` where only a scenario's flag brought the row up; see `rows_for`.
    """

    number: int
    id: str
    when: str
    say: str
    urgency: Urgency
    plan: OnYes
    flags: tuple[str, ...]
    source: str
    url: str
    status: str
    more: str = ""
    short: str = ""
    plan_by_flag: OnYes | None = None

    @property
    def is_acute(self) -> bool:
        """True if it cannot wait: now or today."""
        return self.urgency in ("now", "today")

    @property
    def from_memory(self) -> bool:
        """True if nobody has yet checked a part of it against a source."""
        return "from memory" in self.status.lower()


@cache
def load_red_flags() -> tuple[RedFlag, ...]:
    """Read all red flags, in the order in which they are asked."""
    rows = read_toml(_PACKAGED).values["row"]
    found = tuple(RedFlag(**{**row, "flags": tuple(row["flags"])}, number=at) for at, row in enumerate(rows, start=1))
    for each in found:
        if each.urgency not in URGENCIES or not {each.plan, each.plan_by_flag or each.plan} <= set(get_args(OnYes)):
            raise ValueError(f"{_PACKAGED}: {each.id}")
    return found


def heavier() -> RedFlag:
    """Give the row of whoever weighs more after exercise than before it."""
    return next(each for each in load_red_flags() if each.id == "headache_or_heavier")


def signs_of(answered: Iterable[str], changes_kg: Iterable[float]) -> tuple[str, ...]:
    """Give the ids of rows that are true: those answered with yes, and what the scale itself shows.

    Parameters
    ----------
    changes_kg : kg
        Body mass after less before, of each weighing that is told; a gain is a sign whatever was answered.
    """
    gained = any(change > 0.0 for change in changes_kg)
    return tuple(dict.fromkeys((*answered, *((heavier().id,) if gained else ()))))


def stop_line() -> str:
    """Give the signs to stop for, in one line."""
    return ", ".join(each.short for each in load_red_flags() if each.short)


def rows_for(flags: Iterable[str]) -> tuple[RedFlag, ...]:
    """Give the rows that a scenario's flags bring up, with what such a flag alone means for a plan."""
    flags = set(flags)
    return tuple(
        replace(each, plan=each.plan_by_flag or each.plan) for each in load_red_flags() if flags & set(each.flags)
    )


def read_answer(answer: str) -> tuple[RedFlag, ...]:
    """Read which red flags somebody said yes to.

    Parameters
    ----------
    answer
        ``none``, or numbers or ids with commas or spaces between them: ``2,5`` or ``dark_urine``.

    Raises
    ------
    UserError
        If a part is neither, if nothing was answered, or if none and some were.
    """
    rows = load_red_flags()
    by_name = {str(each.number): each for each in rows} | {each.id: each for each in rows}
    parts = [part for part in re.split(r"[\s,;]+", answer.strip().lower()) if part]
    expected = f"Answer none, or the numbers (1 to {len(rows)}) of those that are true, such as 2,5."
    if not parts:
        raise UserError(f"The red flags were not answered. {expected}")
    unknown = [part for part in parts if part not in by_name and part not in _NONE]
    if unknown:
        close = [name for part in unknown for name in nearest(part, [each.id for each in rows], most=1)]
        meant = f" Did you mean {' or '.join(close)}?" if close else ""
        named = ", ".join(f"'{part}'" for part in unknown)
        raise UserError(f"No red flag is called {named}. {expected}{meant}")
    chosen = {by_name[part].number for part in parts if part in by_name}
    if chosen and any(part in _NONE for part in parts):
        raise UserError(f"'{answer.strip()}' says none and some at once. {expected}")
    return tuple(each for each in rows if each.number in chosen)
