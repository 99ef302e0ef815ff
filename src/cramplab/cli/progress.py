"""A progress bar on standard error, shown only to a person at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def _say_nothing(_done: int, _total: int) -> None:
    """Take the place of the bar."""


@contextmanager
def progress_bar(title: str, *, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Show how far a command has come, and how long it will still take.

    Parameters
    ----------
    title
        A word or two for what is being done.
    shown
        False for silence. A pipe or a file always gets silence, so that logs hold no bars.

    Yields
    ------
    callable
        To be called with how many parts are done, and how many there are.
    """
    if not (shown and sys.stderr.isatty()):
        yield _say_nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
