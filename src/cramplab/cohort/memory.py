"""Refuses a run that would not fit into the memory of the machine, with numbers, before any work is done."""

from __future__ import annotations

import os
from pathlib import Path

from cramplab.core.errors import UserError

_BYTES = 4  # float32
# Recorded quantities, the series made of them, and the copies that summaries and files take on the way.
_COPIES = 4.0
_SHARE_TO_USE = 0.8
_UNKNOWN = 4e9
_ENGINE = 0.6e9
"""What the engine, its compiler and the figures take in any case (bytes)."""


def free_memory() -> float:
    """Give the bytes of memory that a run may take: what is free where the system tells it, else 4 GB."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024.0 * float(line.split()[1])
    except OSError:
        pass  # not Linux
    try:
        return 0.5 * float(os.sysconf("SC_PHYS_PAGES")) * float(os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return _UNKNOWN


def check_memory(draws: int, *, records: int, quantities: int, people: int = 1) -> None:
    """Refuse more draws than the memory can hold.

    Parameters
    ----------
    draws
        Simulated runs of one person.
    records
        Moments that are kept of each.
    quantities
        Numbers that are kept of each moment.
    people
        How many people's results are held together.

    Raises
    ------
    UserError
        With what is needed, what there is, and how many draws would fit.
    """
    each = (_COPIES + people - 1) * _BYTES * records * quantities
    room = _SHARE_TO_USE * free_memory() - _ENGINE
    if draws * each <= room:
        return
    fitting = int(max(room, 0.0) // each)
    advice = f"Run at most --draws {fitting // 10 * 10}." if fitting >= 20 else "Close other programs."
    each_of = f" for each of {people} people" if people > 1 else ""
    raise UserError(
        f"{draws} draws of {records} minutes{each_of} need about {draws * each / 1e9:.1f} GB of memory, and about "
        f"{max(room, 0.0) / 1e9:.1f} GB are free for them. {advice}"
    )
