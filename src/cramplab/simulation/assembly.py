"""Wires submodels by the names of their quantities and by the chosen theories; sorts them; names loops and rivals."""

from __future__ import annotations

import dataclasses
import graphlib
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

import cramplab.physiology as physiology
from cramplab.core.errors import UserError, did_you_mean
from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.parameters import Declaration, declarations_of
from cramplab.core.protocol import FORCING
from cramplab.core.submodel import AbstractSubmodel, People, Port, Values
from cramplab.core.theory import Coupling, Theory
from cramplab.simulation.theory_shelf import packaged_theories

MUSCLES = ("worked", "rested")


@cache
def submodel_classes() -> tuple[type[AbstractSubmodel], ...]:
    """Find every submodel on the shelf: a file present is the registration."""
    return tuple(_on_the_shelf(AbstractSubmodel))


def _on_the_shelf(kind: type[Any]) -> list[type[Any]]:
    found: dict[str, type[Any]] = {}
    for module in pkgutil.iter_modules(physiology.__path__):
        loaded = importlib.import_module(f"{physiology.__name__}.{module.name}")
        members: list[tuple[str, type[Any]]] = inspect.getmembers(loaded, inspect.isclass)
        for _, member in members:
            if issubclass(member, kind) and member.__module__ == loaded.__name__:
                found[member.name] = member
    return [found[name] for name in sorted(found)]


@cache
def fast_classes() -> tuple[type[FastSubmodel], ...]:
    """Find every fast submodel on the shelf (nerve and muscle within seconds)."""
    return tuple(_on_the_shelf(FastSubmodel))


@cache
def body_parameters() -> dict[str, Declaration]:
    """Collect every parameter of the slow body under its dotted name."""
    return {name: each for owner in submodel_classes() for name, each in declarations_of(owner, owner.name).items()}


@cache
def fast_parameters() -> dict[str, Declaration]:
    """Collect every parameter of the fast submodels under its dotted name."""
    return {name: each for owner in fast_classes() for name, each in declarations_of(owner, owner.name).items()}


@cache
def declared_parameters() -> dict[str, Declaration]:
    """Collect every parameter of every submodel, slow and fast, under its dotted name."""
    return body_parameters() | fast_parameters()


@cache
def shelved_theories() -> dict[str, Theory]:
    """Find every theory on the shelf, by name: a file present is the registration.

    A theory that joins others has their arrows here, at equal strengths.
    """
    return packaged_theories()


class _Recording(Values):
    """Values that remember which of them were read."""

    def __init__(self, values: Mapping[str, People]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> People:
        value = super().__getattr__(name)
        self.read.add(name)
        return value

    def __getitem__(self, name: str) -> People:
        self.read.add(name)
        return super().__getitem__(name)


def _typical(port: Port) -> Any:
    value = port.typical if port.typical is not None else (port.neutral if port.neutral else 1.0)
    return jnp.asarray(value, dtype=jnp.float32)


def _read_by(submodel: AbstractSubmodel, part: str) -> set[str]:
    """Find which inputs one part of a submodel reads, by tracing it once; nothing is computed or compiled."""
    inputs = _Recording({port.name: _typical(port) for port in (*submodel.inputs, *submodel.outputs)})
    state = Values({port.name: _typical(port) for port in submodel.states})
    if part == "initial":
        jax.eval_shape(lambda: submodel.initial(inputs))
    else:
        jax.eval_shape(lambda: getattr(submodel, part)(state, inputs))
    return inputs.read


@dataclasses.dataclass(frozen=True)
class Wire:
    """Where one input of one submodel comes from: names of quantities to add up, or a neutral value."""

    keys: tuple[str, ...]
    neutral: float


class Body(eqx.Module):
    """Submodels in an order in which each finds its inputs ready.

    States, outputs and forcing live in one flat name space; quantities of a muscle carry ``worked_`` or ``rested_``.
    """

    submodels: tuple[AbstractSubmodel, ...]
    wires: tuple[tuple[tuple[str, Wire], ...], ...] = eqx.field(static=True)
    couplings: tuple[Coupling, ...] = eqx.field(static=True)

    def _label(self, submodel: AbstractSubmodel, name: str) -> str:
        return f"{submodel.place}_{name}" if submodel.place else name

    def _gather(self, index: int, known: Mapping[str, People], needed: Iterable[str] | None = None) -> Values:
        submodel = self.submodels[index]
        gathered: dict[str, People] = {}
        for name, wire in self.wires[index]:
            if needed is not None and name not in needed:
                continue
            ready = [known[key] for key in wire.keys if key in known]
            if len(ready) < len(wire.keys):
                continue
            gathered[name] = sum(ready[1:], ready[0]) if ready else jnp.asarray(wire.neutral, dtype=_some_dtype(known))
        for coupling in self.couplings:
            owner, _, target = coupling.target.partition(".")
            if owner == submodel.name and target in gathered and all(key in known for key in coupling.sources):
                gathered[target] = _apply(coupling, gathered[target], known)
        return Values(gathered)

    def initial(self) -> dict[str, People]:
        """Give every state of the rested person."""
        known: dict[str, People] = {}
        for submodel in self.submodels:
            if not submodel.inputs and not submodel.states:
                known |= submodel.observe(Values({}), Values({}))
        state: dict[str, People] = {}
        for index, submodel in enumerate(self.submodels):
            values = submodel.initial(self._initial_inputs(index, known))
            state |= {self._label(submodel, name): value for name, value in values.items()}
        shape = jnp.broadcast_shapes(*(jnp.shape(value) for value in (*state.values(), *known.values())))
        return {name: jnp.broadcast_to(value, shape) for name, value in state.items()}

    def _initial_inputs(self, index: int, known: Mapping[str, People]) -> Values:
        return Values({**known, **self._gather(index, known)})

    def quantities(self, state: Mapping[str, People], forcing: Mapping[str, People]) -> dict[str, People]:
        """Give every state, forcing and algebraic quantity by name."""
        known: dict[str, People] = {**forcing, **state}
        for index, submodel in enumerate(self.submodels):
            outputs = submodel.observe(self._own_state(submodel, state), self._gather(index, known))
            known |= {self._label(submodel, name): value for name, value in outputs.items()}
        return known

    def _own_state(self, submodel: AbstractSubmodel, state: Mapping[str, People]) -> Values:
        return Values({port.name: state[self._label(submodel, port.name)] for port in submodel.states})

    def rates(self, state: Mapping[str, People], forcing: Mapping[str, People]) -> dict[str, People]:
        """Give the rate of change of every state, per second."""
        known = self.quantities(state, forcing)
        rates: dict[str, People] = {}
        for index, submodel in enumerate(self.submodels):
            if not submodel.states:
                continue
            own = {port.name: known[self._label(submodel, port.name)] for port in submodel.outputs}
            inputs = Values({**self._gather(index, known), **own})
            change = submodel.rates(self._own_state(submodel, state), inputs)
            rates |= {self._label(submodel, name): value for name, value in change.items()}
        return rates


def _some_dtype(known: Mapping[str, People]) -> Any:
    return next((jnp.asarray(value).dtype for value in known.values()), jnp.result_type(float))


def _apply(coupling: Coupling, value: People, known: Mapping[str, People]) -> People:
    law = coupling.law(*(known[key] for key in coupling.sources))
    if coupling.how == "multiply":
        return value * (1.0 + coupling.strength * (law - 1.0))
    if coupling.how == "add":
        return value + coupling.strength * law
    return value + coupling.strength * (law - value)


def assemble(parameters: Mapping[str, Any] | None = None, theories: Sequence[Theory] = ()) -> Body:
    """Join the submodels of the shelf into one body.

    Parameters
    ----------
    parameters
        By dotted name (``"sweating.gain"``), internal units; a number or one for each person. What is not named keeps
        its declared value.
    theories
        Whose couplings are to act.

    Raises
    ------
    UserError
        For an unknown parameter, a coupling to or from a name that does not exist, two theories that set one input, an
        input that nothing feeds, or a loop of equations without a state in it.
    """
    given = dict(parameters or {})
    unknown = [name for name in given if name not in declared_parameters()]
    if unknown:
        raise UserError(f"No parameter named '{unknown[0]}'. {did_you_mean(unknown[0], declared_parameters())}")
    submodels = [
        owner(
            place=place,
            **{name.partition(".")[2]: value for name, value in given.items() if name.partition(".")[0] == owner.name},
        )
        for owner in submodel_classes()
        for place in (MUSCLES if owner.placed else ("",))
    ]
    couplings = tuple(
        sorted((each for theory in theories for each in theory.couplings), key=lambda each: (each.target, each.basis))
    )
    _check_couplings(couplings, submodels)
    wiring = {_key(each): _wire(each, submodels) for each in submodels}
    order = _sorted(submodels, wiring, couplings)
    return Body(tuple(order), tuple(wiring[_key(each)] for each in order), couplings)


def _key(submodel: AbstractSubmodel) -> tuple[str, str]:
    return submodel.name, submodel.place


def _producers(submodels: Sequence[AbstractSubmodel]) -> dict[str, list[tuple[str, AbstractSubmodel]]]:
    """By bare name: full names of the quantities and who makes them."""
    makers: dict[str, list[tuple[str, AbstractSubmodel]]] = {}
    for submodel in submodels:
        for port in (*submodel.states, *submodel.outputs):
            full = f"{submodel.place}_{port.name}" if submodel.place else port.name
            makers.setdefault(port.name, []).append((full, submodel))
    return makers


def quantity_ports() -> dict[str, Port]:
    """Every quantity of the assembled body by its full name."""
    ports: dict[str, Port] = {}
    for owner in submodel_classes():
        for place in MUSCLES if owner.placed else ("",):
            for port in (*owner.states, *owner.outputs):
                ports[f"{place}_{port.name}" if place else port.name] = port
    return ports


def _wire(submodel: AbstractSubmodel, submodels: Sequence[AbstractSubmodel]) -> tuple[tuple[str, Wire], ...]:
    makers = _producers(submodels)
    full_names = {full for made in makers.values() for full, _ in made}
    wires: list[tuple[str, Wire]] = []
    for port in submodel.inputs:
        own = f"{submodel.place}_{port.name}"
        if port.gather == "sum":
            keys = tuple(sorted(full for full, _ in makers.get(port.name, [])))
        elif submodel.place and own in full_names:
            keys = (own,)
        elif port.name in full_names or port.name in FORCING:
            keys = (port.name,)
        else:
            keys = ()
        if not keys and port.neutral is None:
            near = did_you_mean(port.name, full_names | set(FORCING))
            raise UserError(f"Nothing gives '{port.name}', which {submodel.name} needs. {near}")
        wires.append((port.name, Wire(keys, port.neutral or 0.0)))
    return tuple(wires)


def _check_couplings(couplings: Sequence[Coupling], submodels: Sequence[AbstractSubmodel]) -> None:
    targets = {f"{each.name}.{port.name}" for each in submodels for port in each.inputs}
    quantities = {full for made in _producers(submodels).values() for full, _ in made} | set(FORCING)
    setters: dict[str, Coupling] = {}
    for coupling in couplings:
        if coupling.target not in targets:
            raise UserError(
                f"No input named '{coupling.target}' (target of a coupling). {did_you_mean(coupling.target, targets)}"
            )
        for source in coupling.sources:
            if source not in quantities:
                near = did_you_mean(source, quantities)
                raise UserError(f"No quantity named '{source}' (source of a coupling to {coupling.target}). {near}")
        if coupling.how == "set":
            if coupling.target in setters:
                both = f"{setters[coupling.target].basis}; {coupling.basis}"
                raise UserError(f"Two couplings set '{coupling.target}': {both}. Switch one off.")
            setters[coupling.target] = coupling


def _sorted(
    submodels: Sequence[AbstractSubmodel],
    wiring: Mapping[tuple[str, str], tuple[tuple[str, Wire], ...]],
    couplings: Sequence[Coupling],
) -> list[AbstractSubmodel]:
    """Order by what each ``observe`` reads; a state breaks a loop, an equation does not."""
    made_by = {
        (f"{each.place}_{port.name}" if each.place else port.name): _key(each)
        for each in submodels
        for port in each.outputs
    }
    graph: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for submodel in submodels:
        read = _observed(type(submodel), submodel.place)
        keys = {key for name, wire in wiring[_key(submodel)] if name in read for key in wire.keys}
        # A coupling to an input that only the rates read finds everything ready and needs no order.
        keys |= {
            key
            for each in couplings
            if each.target in {f"{submodel.name}.{name}" for name in read}
            for key in each.sources
        }
        graph[_key(submodel)] = {made_by[key] for key in keys if key in made_by}
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as loop:
        names = " -> ".join(" ".join(filter(None, reversed(key))) for key in loop.args[1])
        raise UserError(
            f"A loop of equations without a state: {names}. Give one of them a state or cut a coupling."
        ) from loop
    by_key = {_key(each): each for each in submodels}
    return [by_key[key] for key in order]


@cache
def _observed(owner: type[AbstractSubmodel], place: str) -> frozenset[str]:
    """Name the inputs that ``observe`` of a submodel reads; they hang on its equations alone, so one look is enough."""
    # With declared values a dry run costs one number, and not one for each person.
    return frozenset(_read_by(owner(place=place), "observe"))
