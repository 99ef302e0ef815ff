"""What a fast submodel is: parameters, and equations that hold for milliseconds to minutes.

The slow body is stepped with arrays of people; what happens within seconds is stepped one person at a time in a
compiled loop. So the equations of a fast submodel are methods over plain numbers that read nothing but parameters from
``self``: the loop hands them a record of one person's parameters in its place, and a test hands them the submodel.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cramplab.core.errors import UserError, did_you_mean


@dataclass(frozen=True)
class FastSubmodel:
    """A part of nerve or muscle: its fields are its parameters (internal units), its methods are its equations.

    Rules for a method that the compiled loop uses: numbers in, a number or a tuple of numbers out; ``math`` functions
    only; no call of another method of ``self``.
    """

    name: ClassVar[str]

    @classmethod
    def parameter_names(cls) -> tuple[str, ...]:
        """Give the names of the fields, in order."""
        return tuple(each.name for each in dataclasses.fields(cls))

    @classmethod
    def record_type(cls) -> np.dtype[Any]:
        """Give the NumPy type that holds one person's parameters."""
        return np.dtype((np.record, [(name, np.float64) for name in cls.parameter_names()]))

    @classmethod
    def records(cls, people: int, values: Mapping[str, Any] | None = None) -> NDArray[Any]:
        """Lay the parameters of some people out for the compiled loop.

        Parameters
        ----------
        people
            How many.
        values
            What differs from the declared value, by field name; internal units, one number or shape [people].

        Returns
        -------
        array of records, shape [people]

        Raises
        ------
        UserError
            If a name is no field; the message has the nearest one.
        """
        made = np.empty(people, dtype=cls.record_type())
        for each in dataclasses.fields(cls):
            made[each.name] = each.default
        for name, value in (values or {}).items():
            if name not in cls.parameter_names():
                raise UserError(f"'{cls.name}' has no parameter '{name}'. {did_you_mean(name, cls.parameter_names())}")
            made[name] = value
        return made
