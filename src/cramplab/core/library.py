"""Finds what is on the shelves of one or more libraries, reads it, and reports every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cramplab.core.claim import Claim, faults_of_claims, read_claim
from cramplab.core.errors import Fault, FaultsFoundError, UserError, did_you_mean
from cramplab.core.experiment import Experiment, read_experiment
from cramplab.core.laboratory_protocol import LaboratoryProtocol, read_protocol
from cramplab.core.muscle import Muscle, read_muscle
from cramplab.core.parameter_sets import ParameterSet, read_parameter_set, unit_faults
from cramplab.core.parameters import Declaration, resolve
from cramplab.core.person import Person, read_person
from cramplab.core.sources import Source, read_source

PACKAGED = Path(__file__).parent.parent / "library"
# Sources that are no publication and so have no file.
NOT_PUBLISHED = ("chosen", "measured", "invented")
_READERS: dict[str, Callable[[Path], Any]] = {
    "studies": read_experiment,
    "designs": read_experiment,
    "claims": read_claim,
    "people": read_person,
    "sources": read_source,
    "parameters": read_parameter_set,
    "protocols": read_protocol,
    "muscles": read_muscle,
}
# Shelves whose files are read by whoever uses them.
_LISTED_ONLY = ("populations",)
SHELVES = (*_READERS, *_LISTED_ONLY)


@dataclass(frozen=True)
class Library:
    """Everything that was found, by key.

    Parameters
    ----------
    studies, people, sources, parameter_sets, protocols, muscles
        What was read.
    populations
        Where the files are; whoever uses one reads it.
    designs
        Experiments that a laboratory could do next.
    claims
        What people say about cramps, with the experiments that would show it.
    """

    studies: Mapping[str, Experiment] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    parameter_sets: Mapping[str, ParameterSet] = field(default_factory=dict)
    muscles: Mapping[str, Muscle] = field(default_factory=dict)
    protocols: Mapping[str, LaboratoryProtocol] = field(default_factory=dict)
    populations: Mapping[str, Path] = field(default_factory=dict)
    designs: Mapping[str, Experiment] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)

    def get(self, shelf: str, key: str) -> Any:
        """Give one thing by the name of its shelf and its key.

        Raises
        ------
        UserError
            If there is no such thing; the message has the nearest names.
        """
        found: Mapping[str, Any] = getattr(self, "parameter_sets" if shelf == "parameters" else shelf)
        if key not in found:
            raise UserError(f"Nothing named '{key}' on the shelf '{shelf}'. {did_you_mean(key, found)}".rstrip())
        return found[key]


def load_library(extra: Iterable[Path] = (), shelves: Sequence[str] = SHELVES) -> Library:
    """Read the packaged library and further ones.

    Parameters
    ----------
    extra
        Folders of the same shape (``studies/``, ``people/``, ...). A folder that holds TOML files itself is read as a
        shelf of studies.
    shelves
        Which shelves to read; the others stay empty.

    Raises
    ------
    FaultsFoundError
        With every fault of every file, also if one key is there twice.
    """
    library, faults = read_library(extra, shelves)
    if faults:
        raise FaultsFoundError(faults)
    return library


def read_library(extra: Iterable[Path] = (), shelves: Sequence[str] = SHELVES) -> tuple[Library, list[Fault]]:
    """Read the packaged library and further ones; what could be read, and the faults of the rest."""
    faults: list[Fault] = []
    folders = [PACKAGED, *_checked_folders(extra, faults)]
    found: dict[str, dict[str, Any]] = {shelf: {} for shelf in SHELVES}
    for shelf in shelves:
        at: dict[str, Path] = {}
        for path in _files(folders, shelf):
            key = path.stem
            if key in at:
                message = f"The key '{key}' is there twice on the shelf '{shelf}': {at[key]} and {path}"
                faults.append(Fault(message, str(path), remedy="Give one of the two another key and file name"))
                continue
            at[key] = path
            try:
                found[shelf][key] = _READERS[shelf](path) if shelf in _READERS else path
            except FaultsFoundError as problem:
                faults.extend(problem.faults)
    return Library(
        **{("parameter_sets" if shelf == "parameters" else shelf): found[shelf] for shelf in SHELVES}
    ), faults


def check_library(
    extra: Iterable[Path] = (), declarations: Mapping[str, Declaration] | None = None
) -> tuple[Library, list[Fault]]:
    """Read everything on all shelves and hold it against each other.

    Parameters
    ----------
    extra
        Folders beside the packaged library.
    declarations
        The model's parameters by dotted name; without them names, units and limits of overlays are not checked.

    Returns
    -------
    library
        What could be read.
    faults
        All faults of all files: of the files themselves, sources that have no file, overlays that fit no parameter.
    """
    library, faults = read_library(extra)
    overlays = [
        (f"parameter set '{each.key}'", each.values, each.settings()) for each in library.parameter_sets.values()
    ]
    overlays += [(f"person '{each.key}'", each.parameters, each.settings()) for each in library.people.values()]
    for owner, values, settings in overlays:
        for name, value in values.items():
            if value.source not in library.sources and value.source not in (*library.studies, *NOT_PUBLISHED):
                faults.append(_no_source(f"{owner}, {name}", value.source, value.place, library))
        if declarations is not None:
            wrong = unit_faults(values, declarations, owner)
            faults.extend(wrong)
            if not wrong:
                faults.extend(resolve(declarations, [(owner, settings)])[1])
    for protocol in library.protocols.values():
        for cited in protocol.sources:
            if cited not in (*library.sources, *library.studies, *NOT_PUBLISHED):
                faults.append(_no_source(f"protocol '{protocol.key}'", cited, str(protocol.file), library))
    faults.extend(_faults_of_muscles(library))
    faults.extend(faults_of_claims(library.claims.values(), library.studies))
    for name, declaration in (declarations or {}).items():
        if declaration.source not in (*library.sources, *library.studies, *NOT_PUBLISHED):
            faults.append(_no_source(f"parameter {name}", declaration.source, "", library))
            continue
        source = library.sources.get(declaration.source)
        if declaration.origin == "read" and source is not None and source.read == "memory":
            message = f"parameter {name} is marked as read, but its source '{source.key}' was not read"
            faults.append(Fault(message, str(source.file), 'origin = "remembered"'))
    return library, faults


def find_muscle(name: str, library_folders: Iterable[Path] = ()) -> Muscle:
    """Find a muscle by its key or one of its short names, such as ``fhb``.

    Raises
    ------
    UserError
        If no muscle has that name; the message has the nearest ones.
    """
    muscles = load_library(library_folders, ("muscles",)).muscles
    by_name = {each: muscle for muscle in muscles.values() for each in muscle.names}
    written = name.strip().lower().replace(" ", "_").replace("-", "_")
    if written not in by_name:
        known = did_you_mean(written, by_name) or "Known: " + ", ".join(sorted(muscles)) + "."
        raise UserError(f"No muscle named '{name}'. {known}")
    return by_name[written]


def _faults_of_muscles(library: Library) -> list[Fault]:
    """Note names that mean two muscles, and numbers whose source has no file or was not read."""
    faults: list[Fault] = []
    owner_of: dict[str, str] = {}
    for muscle in library.muscles.values():
        for each in muscle.names:
            other = owner_of.setdefault(each, muscle.key)
            if other != muscle.key:
                faults.append(Fault(f"The name '{each}' means both '{other}' and '{muscle.key}'", str(muscle.file)))
        for name, value in muscle.values.items():
            told = f"muscle '{muscle.key}', {name}"
            if value.source not in (*library.sources, *library.studies, *NOT_PUBLISHED):
                faults.append(_no_source(told, value.source, value.place, library))
            source = library.sources.get(value.source)
            if value.origin == "read" and source is not None and source.read == "memory":
                message = f"{told}: marked as read, but its source '{source.key}' was not read"
                faults.append(Fault(message, value.place, 'origin = "remembered"'))
    return faults


def _no_source(owner: str, source: str, place: str, library: Library) -> Fault:
    known = [*library.sources, *library.studies, *NOT_PUBLISHED]
    remedy = did_you_mean(source, known) or f"Add library/sources/{source}.toml"
    return Fault(f"{owner}: its source '{source}' has no file", place, "the key of a source or a study", remedy)


def _checked_folders(extra: Iterable[Path], faults: list[Fault]) -> list[Path]:
    folders = []
    for each in extra:
        folder = Path(each)
        if not folder.is_dir():
            faults.append(Fault(f"There is no folder '{folder}'", str(folder), "a folder of the shape of a library"))
        elif not any((folder / shelf).is_dir() for shelf in SHELVES) and not any(folder.glob("*.toml")):
            expected = "at least one of the folders " + ", ".join(SHELVES)
            faults.append(Fault(f"Nothing of a library is in '{folder}'", str(folder), expected))
        else:
            folders.append(folder)
    return folders


def _files(folders: Iterable[Path], shelf: str) -> list[Path]:
    """List a shelf's files in a fixed order; the same file named twice is one file."""
    files: dict[Path, Path] = {}
    for folder in folders:
        places = [folder / shelf]
        if shelf == "studies" and not any((folder / each).is_dir() for each in SHELVES):
            places.append(folder)
        for place in places:
            for path in sorted(place.glob("*.toml")):
                if not path.name.startswith("."):
                    files.setdefault(path.resolve(), path)
    return list(files.values())
