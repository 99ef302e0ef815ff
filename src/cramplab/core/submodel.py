"""What a submodel is: states, inputs, outputs, and the equations between them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import equinox as eqx
from jaxtyping import Array, Float

People = Float[Array, "*people"]
"""One number for each simulated person (or one for all)."""


@dataclass(frozen=True)
class Port:
    """A quantity that enters, leaves or lives in a submodel.

    Parameters
    ----------
    name
        The field's word for it. Equal names are joined by the assembly.
    unit
        Of the number; the engine itself holds internal units.
    meaning
        One sentence.
    neutral
        Value of an input that nothing is joined to (gain 1, drive 0); ``None`` if it must be joined.
    gather
        ``"sum"`` adds up the like-named outputs of all places (worked and rested muscle).
    typical
        A usual magnitude in internal units, for tests that sample around it.
    """

    name: str
    unit: str
    meaning: str
    neutral: float | None = None
    gather: Literal["", "sum"] = ""
    typical: float | None = None


class Values(Mapping[str, People]):
    """Named arrays that equations read as attributes: ``inputs.core_temperature``."""

    def __init__(self, values: Mapping[str, People]) -> None:
        self._values = dict(values)

    def __getattr__(self, name: str) -> People:
        try:
            values: dict[str, People] = self.__dict__["_values"]
            return values[name]
        except KeyError:
            raise AttributeError(
                f"No quantity named '{name}' here; there are: {', '.join(sorted(self._values))}."
            ) from None

    def __getitem__(self, name: str) -> People:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class AbstractSubmodel(eqx.Module):
    """A part of the body: its fields are its parameters, its equations are ``observe`` and ``rates``.

    ``place`` is empty for the whole body, and ``worked`` or ``rested`` for a submodel of one muscle; quantities of a
    placed submodel carry the place in front of their name once assembled (``worked_interstitial_potassium``).
    """

    name: ClassVar[str]
    placed: ClassVar[bool] = False
    states: ClassVar[tuple[Port, ...]] = ()
    inputs: ClassVar[tuple[Port, ...]] = ()
    outputs: ClassVar[tuple[Port, ...]] = ()

    place: eqx.AbstractVar[str]

    @property
    def share_of_work(self) -> float:
        """1 for the worked muscle, 0 for the rested one."""
        return 1.0 if self.place == "worked" else 0.0

    @abstractmethod
    def initial(self, inputs: Values) -> dict[str, People]:
        """Give the states of a rested person; ``inputs`` hold what depends on parameters alone (body size)."""

    @abstractmethod
    def observe(self, state: Values, inputs: Values) -> dict[str, People]:
        """Give the algebraic outputs."""

    @abstractmethod
    def rates(self, state: Values, inputs: Values) -> dict[str, People]:
        """Give each state's rate of change per second; ``inputs`` also hold this submodel's own outputs."""
