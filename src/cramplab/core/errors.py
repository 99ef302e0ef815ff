"""The few kinds of error that cramplab raises, and the nearest-name helper."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


class CramplabError(Exception):
    """Something that we did wrong; the command line leaves with exit code 1."""

    exit_code = 1


class UserError(CramplabError):
    """Something in a user's input; the command line leaves with exit code 2."""

    exit_code = 2


class RefusedBySafetyError(CramplabError):
    """A plan that a safety limit or a red flag does not allow; the command line leaves with exit code 3."""

    exit_code = 3


def _sentence(text: str) -> str:
    """End a text as a sentence ends."""
    text = text.rstrip(". ")
    return text if text.endswith(("?", "!")) else f"{text}."


@dataclass(frozen=True)
class Fault:
    """One fault of one input: what, where, what was expected, what to do.

    Parameters
    ----------
    message
        What is wrong, in one sentence, with the offending value.
    place
        File, and line or record where known, for example ``marathon.toml, line 12``.
    expected
        The allowed range or names.
    remedy
        What the user can do about it.
    """

    message: str
    place: str = ""
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        parts = [_sentence(self.message)]
        if self.expected:
            parts.append(f"Expected {self.expected.rstrip('.')}.")
        if self.remedy:
            parts.append(_sentence(self.remedy))
        text = " ".join(parts)
        return f"{text}\n  ({self.place})" if self.place else text


class FaultsFoundError(UserError):
    """All faults of the inputs at once, so that a user mends them in one go."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def place_in(file: Path | str, line: int | None = None) -> str:
    """Name a place in a file the way every message of cramplab does."""
    return f"{file}, line {line}" if line else str(file)


def nearest(name: str, choices: Iterable[str], most: int = 3) -> list[str]:
    """Give the names most like a misspelt one, nearest first."""
    by_lower = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(name.lower(), list(by_lower), n=most, cutoff=0.55)
    return [by_lower[key] for key in found]


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """Give a sentence with the nearest right name, or with all of a few."""
    choices = list(choices)
    close = nearest(name, choices)
    if close:
        return "Did you mean " + " or ".join(f"'{each}'" for each in close) + "?"
    if 0 < len(choices) <= 12:
        return "Known: " + ", ".join(sorted(choices)) + "."
    return ""
