"""What the answers of the form say: values of a scenario, faults, what is missing; and how one answer is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cramplab.core.team import Weighing
from cramplab.core.toml_reading import Place
from cramplab.web.planning import fields
from cramplab.web.planning.fields import Number, unit_words
from cramplab.web.planning.numbers import read_number

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class FormFault:
    """What is wrong with one field, in words for the person who filled it."""

    step: str
    field: str
    words: str


@dataclass(frozen=True)
class Missing:
    """Something without which there is no plan, and what to do about it."""

    step: str
    words: str
    remedy: str


@dataclass(frozen=True)
class Gain:
    """A sweat test after which somebody was heavier than before it."""

    number: int
    weighing: Weighing


@dataclass
class Told:
    """What the answers say.

    Parameters
    ----------
    values
        Sections of a scenario; whatever is unknown is left out.
    fields
        Step and field of the form for a key of the scenario.
    notes
        What had to be assumed, one sentence each.
    red_flags
        Ids that were answered with yes, by the person or by a weighing.
    """

    us: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    fields: dict[Place, tuple[str, str]] = field(default_factory=dict)
    faults: list[FormFault] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gains: list[Gain] = field(default_factory=list)
    red_flags: tuple[str, ...] = ()

    def faults_of(self, step: str) -> list[FormFault]:
        """Give the faults of one step."""
        return [each for each in self.faults if each.step == step]


class StepReader:
    """The answers of one step, and where to put what they say."""

    def __init__(self, name: str, answers: Mapping[str, Any], told: Told) -> None:
        self.name, self.answers, self.told = name, answers, told

    def text(self, name: str) -> str:
        """Give what was typed; empty if it is not known."""
        typed = str(self.answers.get(name, "")).strip()
        if typed and self.answers.get(f"{name}_unknown"):
            self.fault(name, "Something is typed, and “I don’t know” is ticked: keep one of them.")
            return ""
        return typed

    def choice(self, name: str, options: Sequence[tuple[str, str]]) -> str | None:
        """Give what was chosen, or None; what the form does not offer is a fault."""
        chosen = str(self.answers.get(name, ""))
        if chosen and chosen not in [value for value, _ in options]:
            self.fault(name, "Choose one of those offered.")
        return chosen or None

    def ticked(self, name: str, known: Sequence[str]) -> list[str]:
        """Give what was ticked of a list."""
        chosen = self.answers.get(name, [])
        return [each for each in known if each in chosen]

    def number(self, name: str, *, factor: float | None = None, unit: str = "") -> float | None:
        """Read a number in the unit of a scenario; None if it is not known or has a fault.

        Parameters
        ----------
        factor, unit
            From what is typed to the scenario, and how what is typed is called; by default as `fields` says.
        """
        asked = fields.NUMBER[name]
        typed = self.text(name)
        if not typed:
            return None
        offset = 0.0
        if factor is None:
            factor, unit = 1.0, unit_words(asked, us=self.told.us)
            if self.told.us and asked.unit in fields.UNITS:
                factor, offset = fields.UNITS[asked.unit][2:]
        found = read_number(typed, asked, factor, offset, unit)
        if isinstance(found, str):
            self.fault(name, found)
            return None
        return found

    def fault(self, name: str, words: str) -> None:
        """Note what is wrong with a field, once."""
        found = FormFault(self.name, name, words)
        if found not in self.told.faults:
            self.told.faults.append(found)

    def put(self, place: Place, value: Any, name: str) -> None:
        """Write a value into the scenario, if it is known, and remember the field that it came from."""
        self.told.fields[place] = (self.name, name)
        if value is None:
            return
        section: Any = self.told.values
        for part in place[:-1]:
            section = section[part] if isinstance(part, int) else section.setdefault(part, {})
        section[place[-1]] = value

    def put_number(self, asked: Number) -> float | None:
        """Read a number, and write it at its place."""
        value = self.number(asked.name)
        self.put(asked.place, value, asked.name)
        return value

    def lacks(self, words: str, remedy: str) -> None:
        """Note something without which there is no plan."""
        self.told.missing.append(Missing(self.name, words, remedy))
