"""Fast submodels keep the rules that the compiled loop rests on, and declare nothing that is idle."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from functools import cache
from pathlib import Path

import numba
import numpy as np
import pytest

import cramplab.physiology as physiology
import cramplab.simulation as simulation
from cramplab.core.fast_submodel import FastSubmodel
from cramplab.core.library import load_library
from cramplab.core.parameters import declarations_of
from cramplab.simulation.assembly import fast_classes, fast_parameters

OWNERS = pytest.mark.parametrize("owner", fast_classes(), ids=lambda owner: owner.name)
BY_CLASS_NAME = {owner.__name__: owner for owner in fast_classes()}
TESTS = Path(__file__).resolve().parents[1]
# Those that make the names of what they read, and how to let them do it.
BY_MADE_UP_NAMES = {
    "motor_neuron": lambda part: part.of_pool(np.linspace(0.0, 1.0, 5), slow_share=0.5, resistant_share=0.3),
    "reference_motor_neuron": lambda part: part.of_pool(5),
}


def _sources(package):
    return [path.read_text(encoding="utf-8") for path in Path(package.__path__[0]).glob("*.py")]


def _attributes(text):
    return {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}


@cache
def _read_by_the_engine():
    return set().union(*(_attributes(text) for text in _sources(simulation)))


def _read_at_work(owner):
    """What a part reads by names that it makes up, seen while it does so."""
    read: set[str] = set()

    class Watched(owner):
        def __getattribute__(self, name):
            read.add(name)
            return super().__getattribute__(name)

    if owner.name in BY_MADE_UP_NAMES:
        BY_MADE_UP_NAMES[owner.name](Watched())
    return read


@OWNERS
def test_every_parameter_is_read_by_an_equation(owner):
    own = inspect.getsource(importlib.import_module(owner.__module__))
    read = _attributes(own) | _read_by_the_engine() | _read_at_work(owner)
    idle = set(owner.parameter_names()) - read
    assert not idle, f"{owner.name} declares {', '.join(sorted(idle))} and does not use it"


@OWNERS
def test_every_field_is_a_declared_parameter(owner):
    assert len(declarations_of(owner, owner.name)) == len(owner.parameter_names())


@OWNERS
def test_a_part_has_tests_of_its_own(owner):
    module = owner.__module__.rpartition(".")[2]
    text = (TESTS / "physiology" / f"test_{module}.py").read_text(encoding="utf-8")
    assert "def test_every_parameter" in text


def test_nothing_is_said_to_be_read_in_a_source_that_nobody_opened():
    sources = load_library().sources
    wrong = {
        name: each.source
        for name, each in fast_parameters().items()
        if each.origin == "read" and each.source in sources and sources[each.source].read == "memory"
    }
    assert not wrong


def test_what_is_read_or_fitted_without_a_source_says_where_it_comes_from():
    # A constant of physics needs no paper, but has to be called one.
    without = {name: each for name, each in fast_parameters().items() if each.source == "chosen"}
    assert not [name for name, each in without.items() if each.origin == "read" and not each.where]
    assert not [name for name, each in without.items() if each.origin == "fitted"]


@cache
def _compiled_methods():
    """Every method of a fast submodel that the engine hands to the compiler: ``numba.njit(Owner.method, ...)``."""
    found: set[tuple[type[FastSubmodel], str]] = set()
    for text in _sources(simulation):
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Attribute)):
                continue
            if not ast.unparse(node.func).endswith("njit"):
                continue
            owner = BY_CLASS_NAME.get(ast.unparse(node.args[0].value))
            # The reference takes its state as a record too, and has tests of its own.
            if owner is not None and owner.name != "reference_motor_neuron":
                found.add((owner, node.args[0].attr))
    return sorted(found, key=lambda each: (each[0].name, each[1]))


COMPILED = pytest.mark.parametrize(
    ("owner", "method"), _compiled_methods(), ids=lambda each: each if isinstance(each, str) else each.name
)


def test_the_compiled_loop_takes_its_equations_from_the_shelf():
    assert len(_compiled_methods()) > 20


@COMPILED
def test_an_equation_of_the_loop_reads_nothing_but_parameters_and_calls_only_plain_mathematics(owner, method):
    # `self` is a record there: it has the parameters, and no methods.
    function = getattr(owner, method)
    body = ast.parse(textwrap.dedent(inspect.getsource(function)))
    of_self = {
        node.attr
        for node in ast.walk(body)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }
    assert of_self <= set(owner.parameter_names())
    called = {ast.unparse(node.func) for node in ast.walk(body) if isinstance(node, ast.Call)}
    plain = {"abs", "bool", "float", "int", "max", "min", "range", "round"}
    assert not {name for name in called if name not in plain and not name.startswith("math.")}


@COMPILED
def test_an_equation_of_the_loop_compiles(owner, method):
    function = getattr(owner, method)
    arguments = len(inspect.signature(function).parameters) - 1
    of_record = numba.typeof(owner.records(1)[0])
    compiled = numba.njit((of_record, *[numba.float64] * arguments))(function)
    assert compiled.nopython_signatures


def test_no_equation_knows_the_compiler():
    for text in _sources(physiology):
        named = {
            name.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for name in node.names
        } | {node.module for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)}
        assert not {name for name in named if name and name.split(".")[0] == "numba"}


@OWNERS
def test_records_hold_the_declared_values_and_what_is_set(owner):
    first = owner.parameter_names()[0]
    records = owner.records(3, {first: np.array([1.0, 2.0, 3.0])})
    assert records[first].tolist() == [1.0, 2.0, 3.0]
    for name in owner.parameter_names()[1:]:
        assert np.all(records[name] == getattr(owner(), name))
