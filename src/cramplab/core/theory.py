"""What a theory is: couplings from named states to named inputs, each with a law and a strength."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal


@dataclass(frozen=True)
class Coupling:
    """One arrow of a theory.

    Parameters
    ----------
    sources
        Names of the states whose values the law reads, in order (`cramplab.core.situation.STATES`).
    target
        Input that is moved, as ``"part.input"`` (`cramplab.core.situation.PORTS`).
    law
        Function of the sources' values. It must stay finite, and give exactly 1 (``multiply``) or 0 (``add``) when its
        states are at rest.
    how
        ``multiply`` scales the input, ``add`` adds to it, ``set`` replaces it (one theory only).
    basis
        Why this arrow exists: source key and the observation.
    strength
        From 0 (off) to 1 (the law as it is written); a calibration may find more.
    equation
        The law as a line of text, for people to read.
    """

    sources: tuple[str, ...]
    target: str
    law: Callable[..., Any]
    how: Literal["multiply", "add", "set"]
    basis: str
    strength: float = 1.0
    equation: str = ""


@dataclass(frozen=True)
class Theory:
    """A claim about what fails in a cramp, and the couplings that say it in equations.

    Parameters
    ----------
    name, claim
        Its name, and what it says in one sentence.
    couplings
        Its arrows.
    predicts
        What would be seen if it were so, one sentence each.
    sources
        Keys of the sources that it comes from.
    laws
        The object whose fields are the theory's numbers, each declared with unit, source and origin.
    founding
        The findings, as ``study/finding``, on which alone its strength is calibrated; empty if there is none.
    founding_words
        The founding observation in words.
    strongest
        Upper end of the strengths that a calibration tries.
    members
        For a theory that joins others: their names.
    """

    name: str
    claim: str
    couplings: tuple[Coupling, ...] = ()
    predicts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    laws: Any = None
    founding: tuple[str, ...] = ()
    founding_words: str = ""
    strongest: float = 3.0
    members: tuple[str, ...] = field(default=())

    def at_strength(self, strength: float) -> Theory:
        """Give the same theory with every arrow's strength multiplied."""
        return replace(
            self, couplings=tuple(replace(each, strength=each.strength * strength) for each in self.couplings)
        )


def with_members(theory: Theory, shelf: Mapping[str, Theory]) -> Theory:
    """Give a theory that joins others their arrows, each at an equal share of its strength.

    Parameters
    ----------
    theory
        One without members is given back as it is.
    shelf
        All theories by name; every member must be there.
    """
    share = 1.0 / max(len(theory.members), 1)
    borrowed = (each for name in theory.members for each in shelf[name].couplings)
    return replace(
        theory, couplings=theory.couplings + tuple(replace(each, strength=each.strength * share) for each in borrowed)
    )


def moved(
    theory: Theory, situation: Mapping[str, Any], neutral: Mapping[str, float], strength: Any = 1.0
) -> dict[str, Any]:
    r"""Give every input that a theory moves, in a situation.

    .. math:: x \leftarrow x (1 + s (L - 1)) \quad\text{or}\quad x \leftarrow x + s L

    Parameters
    ----------
    theory
        Whose couplings act. They are applied in the order of target and basis, so the answer does not depend on the
        order in which they are listed.
    situation
        Value of every state that the couplings read; numbers or arrays that broadcast.
    neutral
        Value of every input on which nothing acts.
    strength
        Of the whole theory: a number, or one for each person.

    Returns
    -------
    dict
        Only the inputs to which a coupling leads. At strength 0, and in a situation at rest, exactly the neutral ones.
    """
    found: dict[str, Any] = {}
    for coupling in sorted(theory.couplings, key=lambda each: (each.target, each.how, each.basis)):
        value = found.get(coupling.target, neutral[coupling.target])
        law = coupling.law(*(situation[name] for name in coupling.sources))
        share = coupling.strength * strength
        if coupling.how == "multiply":
            found[coupling.target] = value * (1.0 + share * (law - 1.0))
        elif coupling.how == "add":
            found[coupling.target] = value + share * law
        else:
            found[coupling.target] = value + share * (law - value)
    return found
