"""Finds theories on the package's shelf and in folders of the user's own, and tells every fault of them at once."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import math
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import cramplab.theories as theories_shelf
from cramplab.core.errors import CramplabError, Fault, FaultsFoundError, did_you_mean, place_in
from cramplab.core.library import PACKAGED
from cramplab.core.parameters import Declaration, declarations_of
from cramplab.core.situation import STATES, faults_of_theory
from cramplab.core.theory import Coupling, Theory, with_members

_FAULTS_OF_CODE = (
    ArithmeticError, AssertionError, AttributeError, CramplabError, ImportError, LookupError, NameError, OSError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What a file of the user's own may raise by a slip in it."""


@cache
def packaged_theories() -> dict[str, Theory]:
    """Find every theory on the shelf, by name: a file present is the registration.

    A theory that joins others has their arrows here, at equal strengths.
    """
    found: dict[str, Theory] = {}
    for module in pkgutil.iter_modules(theories_shelf.__path__):
        theory = importlib.import_module(f"{theories_shelf.__name__}.{module.name}").THEORY
        found[theory.name] = theory
    return {name: with_members(theory, found) for name, theory in found.items()}


def load_theories(extra: Iterable[Path | str] = ()) -> dict[str, Theory]:
    """Find the theories of the package and those in ``theories/`` of further folders.

    A theory is a program: its file is run. Name only folders that you trust.

    Parameters
    ----------
    extra
        Library folders; each may hold ``theories/NAME.py`` with a ``THEORY`` in it.

    Raises
    ------
    FaultsFoundError
        With every fault of every file.
    """
    found = dict(packaged_theories())
    known_sources = {path.stem for path in (PACKAGED / "sources").glob("*.toml")}
    faults: list[Fault] = []
    own: dict[str, tuple[Theory, Path]] = {}
    for folder in map(Path, extra):
        if not folder.is_dir():
            faults.append(Fault(f"There is no folder '{folder}'", str(folder), "a folder of the shape of a library"))
        known_sources |= {path.stem for path in (folder / "sources").glob("*.toml")}
        for file in sorted((folder / "theories").glob("*.py")):
            if file.name.startswith(("_", ".")):
                continue
            theory = _theory_in(file, {*found, *own}, faults)
            if theory is not None:
                own[theory.name] = (theory, file)
    names = {*found, *own}
    for theory, file in own.values():
        faults += _faults_of(theory, str(file), names, known_sources)
    if faults:
        raise FaultsFoundError(faults)
    found |= {name: theory for name, (theory, _) in own.items()}
    return found | {name: with_members(found[name], found) for name in own}


def _theory_in(file: Path, taken: set[str], faults: list[Fault]) -> Theory | None:
    """Run a file and take its ``THEORY``; what is wrong with it is added to the faults."""
    spec = importlib.util.spec_from_file_location(f"cramplab_theory_{file.stem}", file)
    assert spec is not None  # a name that ends in .py always has a loader
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as problem:
        faults.append(Fault(f"This is no Python: {problem.msg}", place_in(file, problem.lineno)))
        return None
    except _FAULTS_OF_CODE as problem:
        faults.append(Fault(f"Running it ended with {type(problem).__name__}: {problem}", str(file)))
        return None
    theory = getattr(module, "THEORY", None)
    if not isinstance(theory, Theory):
        faults.append(Fault("It holds no theory", str(file), "THEORY = Theory(name=..., claim=..., couplings=...)"))
        return None
    if theory.name != file.stem:
        faults.append(Fault(f"The theory is named '{theory.name}'", str(file), f"the file's own name, '{file.stem}'"))
    if theory.name in taken:
        faults.append(Fault(f"There is a theory named '{theory.name}' already", str(file), remedy="Rename the file"))
        return None
    return theory


def _faults_of(theory: Theory, place: str, names: set[str], sources: set[str]) -> list[Fault]:
    """Give every fault of one theory: names, laws, sources, members and its founding observation."""
    told = f"theory '{theory.name}'"
    faults = faults_of_theory(theory, place)
    if not theory.claim.strip():
        faults.append(Fault(f"{told}: it claims nothing", place, "a claim in one sentence"))
    for coupling in theory.couplings:
        if all(source in STATES for source in coupling.sources):
            faults += [
                Fault(f"{told}, coupling to '{coupling.target}': {each}", place) for each in law_faults(coupling)
            ]
    keys = {*theory.sources, *(each.source for each in parameters_of(theory).values() if each.source != "chosen")}
    for key in sorted(keys - sources):
        remedy = did_you_mean(key, sources) or f"Add sources/{key}.toml beside theories/"
        faults.append(Fault(f"{told}: its source '{key}' has no file", place, "the key of a source", remedy))
    for member in theory.members:
        if member not in names - {theory.name}:
            remedy = did_you_mean(member, names - {theory.name})
            faults.append(
                Fault(f"{told}: no theory named '{member}' to join", place, "names of other theories", remedy)
            )
    faults += [
        Fault(f"{told}: founding finding '{each}' is not understood", place, "study/finding")
        for each in theory.founding
        if each.count("/") != 1
    ]
    return faults


def law_faults(coupling: Coupling) -> list[str]:
    """Say what is wrong with a law: not neutral at rest, not finite, or not callable with its states."""
    rest = [STATES[name].at_rest for name in coupling.sources]
    grids = np.meshgrid(*(np.array([each.low, each.at_rest, each.high]) for each in _states(coupling)))
    try:
        at_rest = coupling.law(*rest)
        with np.errstate(all="ignore"):
            anywhere = coupling.law(*grids)
    except _FAULTS_OF_CODE as problem:
        return [f"its law ended with {type(problem).__name__}: {problem}"]
    neutral = {"multiply": 1.0, "add": 0.0}.get(coupling.how)
    faults = []
    if neutral is not None and not np.array_equal(at_rest, neutral):
        faults.append(f"at rest its law gives {at_rest}, and must give exactly {neutral:g}")
    if not np.all(np.isfinite(anywhere)):
        ranges = ", ".join(f"{name} {STATES[name].low:g} to {STATES[name].high:g}" for name in coupling.sources)
        faults.append(f"its law is not finite everywhere in {ranges}")
    if not math.isfinite(coupling.strength):
        faults.append(f"its strength is {coupling.strength}, and must be finite")
    return faults


def _states(coupling: Coupling) -> list[Any]:
    return [STATES[name] for name in coupling.sources]


def parameters_of(theory: Theory) -> dict[str, Declaration]:
    """Give the numbers of a theory's laws under their dotted names, as they stand in its object of laws."""
    if not dataclasses.is_dataclass(theory.laws) or isinstance(theory.laws, type):
        return {}
    declared = declarations_of(type(theory.laws), theory.name)
    return {
        name: dataclasses.replace(each, value=getattr(theory.laws, name.partition(".")[2]))
        for name, each in declared.items()
    }


def theory_parameters(theories: Mapping[str, Theory] | None = None) -> dict[str, Declaration]:
    """Collect every number of every theory under its dotted name; of the package's theories if none are given."""
    shelf = packaged_theories() if theories is None else theories
    return {name: each for theory in shelf.values() for name, each in parameters_of(theory).items()}
