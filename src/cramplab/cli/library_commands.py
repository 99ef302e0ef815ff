"""``check``, ``show``, ``parameters``, ``measures`` and ``new``: what is on the shelves, and whether it is sound."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cramplab.core.errors import Fault, FaultsFoundError, UserError, did_you_mean

if TYPE_CHECKING:
    from cramplab.core.parameters import Declaration, Resolved

LibraryOption = Annotated[
    list[Path] | None, typer.Option("--library", help="A further library folder; may be given more than once.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


class Kind(StrEnum):
    """What can be shown or made."""

    person = "person"
    parameter = "parameter"
    study = "study"
    source = "source"
    parameters = "parameters"
    muscle = "muscle"
    protocol = "protocol"


_SHELF = {
    Kind.person: "people",
    Kind.study: "studies",
    Kind.source: "sources",
    Kind.parameters: "parameters",
    Kind.muscle: "muscles",
    Kind.protocol: "protocols",
}


def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Scenarios or library files; none: the library.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every fault of the library, or of the files named, at once.

    Exit code 0 if there is none, 2 if there are some.
    """
    if files:
        faults = [fault for file in files for fault in faults_of_file(file)]
        told = f"{len(files)} file{'s' if len(files) > 1 else ''} checked"
        if library:
            faults += _faults_of_library(library)[1]
    else:
        told, faults = _faults_of_library(library or ())
    if as_json:
        json.dump([vars(fault) for fault in faults], sys.stdout, indent=2, ensure_ascii=False)
        print()
        if faults:
            raise typer.Exit(2)
        return
    if faults:
        print(f"{told}: {len(faults)} fault{'s' if len(faults) > 1 else ''}", file=sys.stderr)
        raise FaultsFoundError(faults)
    print(f"{told}: no fault")


def faults_of_file(file: Path) -> list[Fault]:
    """Read one file as what it seems to be, and give its faults."""
    from cramplab.core.experiment import read_experiment
    from cramplab.core.laboratory_protocol import read_protocol
    from cramplab.core.muscle import read_muscle
    from cramplab.core.parameter_sets import read_parameter_set
    from cramplab.core.person import read_person
    from cramplab.core.sources import read_source
    from cramplab.core.toml_reading import read_toml
    from cramplab.importers.scenario import read_scenario

    try:
        keys = set(read_toml(file).values)
        if keys & {"judge", "arm", "finding", "participants"}:
            read_experiment(file)
        elif "motor_units" in keys:
            read_muscle(file)
        elif "step" in keys:
            read_protocol(file)
        elif keys & {"person", "event", "weather", "drink", "title"}:
            read_scenario(file)
        elif keys & {"invented", "cramp_history", "heat_acclimated"}:
            read_person(file)
        elif "read" in keys or ("citation" in keys and "about" not in keys):
            read_source(file)
        elif "overlays" in keys or "about" in keys:
            read_parameter_set(file)
        else:
            read_scenario(file)
    except FaultsFoundError as problem:
        return list(problem.faults)
    except UserError as problem:
        return [Fault(str(problem), str(file))]
    return []


def _faults_of_library(extra: Iterable[Path]) -> tuple[str, list[Fault]]:
    from cramplab.core.library import check_library
    from cramplab.simulation.assembly import declared_parameters

    library, faults = check_library(extra, declared_parameters())
    counts = {
        "studies": library.studies,
        "people": library.people,
        "sources": library.sources,
        "parameter sets": library.parameter_sets,
        "muscles": library.muscles,
        "protocols": library.protocols,
    }
    return ", ".join(f"{len(found)} {name}" for name, found in counts.items()) + " read", faults


def show(
    kind: Annotated[Kind, typer.Argument(help="What to show.")],
    name: Annotated[str, typer.Argument(help="Its key, for example late_cramper.")],
    library: LibraryOption = None,
    sets: Annotated[
        list[str] | None, typer.Option("--with", metavar="SET", help="Lay a parameter set over the reference first.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help='For example --set "sweating.gain=300 mL/h/m^2/K".'),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show one thing of the library; of a person, every value and the chain that set it."""
    from cramplab.core.library import load_library

    if kind is Kind.parameter:
        resolved = _resolve(library or (), sets or (), changes or (), person=None) | _numbers_of_theories()
        if name not in resolved:
            raise UserError(f"No parameter named '{name}'. {did_you_mean(name, resolved)}".rstrip())
        _print_record(_parameter_record(resolved[name]), as_json)
    elif kind is Kind.person:
        _show_person(name, library or (), sets or (), changes or (), as_json)
    elif kind is Kind.study:
        show_study(load_library(library or (), ("studies",)).get("studies", name), as_json)
    elif kind is Kind.source:
        source = load_library(library or (), ("sources",)).get("sources", name)
        _print_record({key: str(value) for key, value in vars(source).items() if value}, as_json)
    elif kind is Kind.muscle:
        _show_muscle(name, library or (), as_json)
    elif kind is Kind.protocol:
        _show_protocol(name, library or (), as_json)
    else:
        found = load_library(library or (), ("parameters",)).get("parameters", name)
        rows = [
            {"parameter": each.name, "value": _with_unit(each.quantity), "source": each.source, "where": each.where}
            for each in found.values.values()
        ]
        print_rows(rows, as_json)


def _numbers_of_theories() -> dict[str, Resolved]:
    """Give the numbers of the theories, which no set and no person changes."""
    from cramplab.core.parameters import resolve
    from cramplab.simulation.theory_shelf import theory_parameters

    return resolve(theory_parameters(), ())[0]


def parameters(as_json: JsonOption = False) -> None:
    """List every number of the model with its unit, its source, and how it got here."""
    from cramplab.simulation.assembly import declared_parameters
    from cramplab.simulation.theory_shelf import theory_parameters

    rows = [
        {
            "parameter": name,
            "value": f"{declaration.value_as_written:.5g}" if as_json else _declared(declaration),
            **({"unit": declaration.unit} if as_json else {}),
            "source": declaration.source,
            "origin": declaration.origin,
            "between people": declaration.spread.written if declaration.spread else "",
            "meaning": declaration.meaning,
        }
        for name, declaration in sorted((declared_parameters() | theory_parameters()).items())
    ]
    print_rows(rows, as_json)


def measures(as_json: JsonOption = False) -> None:
    """List what can be measured in an experiment, with units."""
    from cramplab.simulation.bench_measures import LABORATORY_MEASURES, POOL_MEASURES
    from cramplab.simulation.measures import BEYOND_TRACE, MEASURES

    described = {name: (each.unit, each.meaning) for name, each in MEASURES.items()} | BEYOND_TRACE
    described |= LABORATORY_MEASURES | POOL_MEASURES
    rows = [{"measure": name, "unit": unit, "meaning": meaning} for name, (unit, meaning) in sorted(described.items())]
    print_rows(rows, as_json)
    if not as_json:
        print(
            "\nBefore a name: peak_ (highest over time). Behind it: _change (from the start of the arm), "
            "_relative (over the first arm),\n_relative_change (per cent of the first arm), _fold_change, "
            "_per_mass_loss (per 1 % of body mass lost)."
        )


def new(
    kind: Annotated[Kind, typer.Argument(help="What to make an example of.")],
    name: Annotated[str, typer.Argument(help="Its key, which becomes the name of the file.")],
    library: Annotated[Path, typer.Option("--library", help="The library folder to put it into.")] = Path(),
) -> None:
    """Write a filled example file to start from; nothing is ever overwritten."""
    from cramplab.cli.library_examples import example_of
    from cramplab.core.files import write_new_file

    if kind is Kind.parameter:
        raise UserError(
            "A parameter is declared in its submodel. Write a set of values with: cramplab new parameters NAME"
        )
    if not name.isascii() or not name.replace("_", "a").isalnum() or not name[0].isalpha() or name != name.lower():
        raise UserError(
            f"'{name}' cannot be a key. Write small letters, digits and underscores, for example heat_walk."
        )
    path = library / _SHELF[kind] / f"{name}.toml"
    write_new_file(path, example_of(kind.value, name))
    print(f"Wrote {path}. Change what is in it, then: cramplab check {path}")


def _resolve(
    libraries: Iterable[Path], sets: Sequence[str], changes: Sequence[str], person: Any
) -> dict[str, Resolved]:
    """Lay the reference, the sets, the person and the command line over each other, in this order."""
    from cramplab.core.library import load_library
    from cramplab.core.parameter_sets import unit_faults
    from cramplab.core.parameters import Setting, resolve
    from cramplab.core.quantities import read_quantity
    from cramplab.simulation.assembly import declared_parameters

    declarations = declared_parameters()
    layers: list[tuple[str, Mapping[str, Setting]]] = []
    faults: list[Fault] = []
    if sets:
        shelf = load_library(libraries, ("parameters",))
        for key in sets:
            found = shelf.get("parameters", key)
            faults += unit_faults(found.values, declarations, f"parameter set '{key}'")
            layers.append((f"set {key}", found.settings()))
    if person is not None:
        faults += unit_faults(person.parameters, declarations, f"person '{person.key}'")
        layers.append((f"person {person.key}", {**_told_traits(person, declarations), **person.settings()}))
    typed: dict[str, Setting] = {}
    for change in changes:
        name, equals, text = (part.strip() for part in change.partition("="))
        if not equals:
            raise UserError(f'--set {change} is not understood. Write --set "name=value unit".')
        expect = declarations[name].unit if name in declarations else None
        typed[name] = Setting("command line", read_quantity(text, expect=expect).value, place=f"--set {change}")
    layers.append(("command line", typed))
    if faults:
        raise FaultsFoundError(faults)
    resolved, faults = resolve(declarations, layers)
    if faults:
        raise FaultsFoundError(faults)
    return resolved


def _told_traits(person: Any, declarations: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a person's file says about the body as parameters; sweat tests set none by themselves."""
    from cramplab.core.parameters import Setting

    told = {f"body_size.{key}": quantity.value for key, quantity in person.known().items()}
    told["resting_state.heat_acclimation"] = {"no": 0.0, "partly": 0.5, "yes": 1.0}[person.heat_acclimated]
    if person.sex != "unspecified":
        told["body_size.female"] = float(person.sex == "female")
    place = str(person.file)
    return {
        name: Setting("", value, source="invented", place=place) for name, value in told.items() if name in declarations
    }


def _show_person(
    name: str, libraries: Iterable[Path], sets: Sequence[str], changes: Sequence[str], as_json: bool
) -> None:
    from cramplab.core.library import load_library

    person = load_library(libraries, ("people",)).get("people", name)
    resolved = _resolve(libraries, sets, changes, person)
    set_by = f"person {person.key}"
    words = {key: getattr(person, key) for key in ("sex", "heat_acclimated", "cramp_history")}
    rows = [{"value of": key, "is": word, "set by": set_by, "source": "invented"} for key, word in words.items()]
    rows += [
        {"value of": key, "is": _with_unit(quantity), "set by": set_by, "source": "invented"}
        for key, quantity in person.known().items()
    ]
    rows += [
        {"value of": key, "is": _resolved_text(each), "set by": _chain(each), "source": each.chain[-1].source}
        for key, each in sorted(resolved.items(), key=lambda pair: (len(pair[1].chain) == 1, pair[0]))
    ]
    if not as_json:
        print(f"{person.key}: {person.about}\n")
    print_rows(rows, as_json)


def _chain(resolved: Resolved) -> str:
    """Write who set a value, the one that stands first: 240 (person x) <- 290 (reference)."""
    parts = [
        f"{setting.layer} {setting.value / _factor(resolved.declaration):.5g}" for setting in reversed(resolved.chain)
    ]
    return resolved.chain[0].layer if len(parts) == 1 else " <- ".join(parts)


def _factor(declaration: Declaration) -> float:
    from cramplab.core.quantities import unit

    return unit(declaration.unit).factor


def _resolved_text(resolved: Resolved) -> str:
    return _number_and_unit(resolved.value / _factor(resolved.declaration), resolved.declaration.unit)


def _declared(declaration: Declaration) -> str:
    return _number_and_unit(declaration.value_as_written, declaration.unit)


def _with_unit(quantity: Any) -> str:
    return _number_and_unit(quantity.as_written, quantity.unit.name)


def _number_and_unit(number: float, unit_name: str) -> str:
    return f"{number:.5g} {unit_name}".strip() if unit_name not in ("", "1") else f"{number:.5g}"


def _parameter_record(resolved: Resolved) -> dict[str, str]:
    from cramplab.core.parameters import ORIGINS

    declaration = resolved.declaration
    factor = _factor(declaration)
    limits = ""
    if declaration.high < float("inf"):
        limits = f"{declaration.low / factor:.5g} to {declaration.high / factor:.5g} {declaration.unit}"
    record = {
        "parameter": declaration.name,
        "value": _resolved_text(resolved),
        "set by": _chain(resolved),
        "meaning": declaration.meaning,
        "source": declaration.source,
        "where": declaration.where,
        "origin": f"{declaration.origin}: {ORIGINS[declaration.origin]}",
        "population": declaration.population,
        "between people": declaration.spread.written if declaration.spread else "",
        "limits": limits,
    }
    return {key: value for key, value in record.items() if value}


def show_study(study: Any, as_json: bool) -> None:
    """Print a study: citation, note, arms, findings. A figure that nobody has read is not shown."""
    rows = []
    for finding in study.findings:
        factor = finding.unit.factor if finding.unit else 1.0
        band = "" if finding.band is None else " to ".join(f"{each / factor:.5g}" for each in finding.band)
        published = "" if finding.published is None else f"{finding.published / factor:.5g} {finding.unit_name}"
        use = "calibrating" if finding.calibrates else "judged" if finding.is_judged else "shown"
        direction = finding.direction
        if finding.status == "memory":
            published, band, direction, use = "", "", "", "from memory, never scored"
        rows.append(
            {
                "finding": finding.id,
                "measure": finding.measure,
                "arms": " -> ".join(finding.arms),
                "published": published or direction,
                "band": band,
                "use": use,
            }
        )
    if as_json:
        record = {
            "key": study.key,
            "citation": study.citation,
            "doi": study.doi,
            "judge": study.judge,
            "findings": rows,
        }
        json.dump(record, sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    print(f"{study.key}\n{study.citation}\n")
    if study.note:
        print(study.note.strip() + "\n")
    for arm in study.arms:
        print(f"arm {arm.id}: " + "; ".join(_step_text(step) for step in arm.steps))
    print()
    print_rows(rows, as_json=False)


def _show_protocol(name: str, libraries: Iterable[Path], as_json: bool) -> None:
    from cramplab.core.laboratory_protocol import protocol_record
    from cramplab.core.library import load_library

    library = load_library(libraries, ("protocols", "sources"))
    citations = {key: source.citation for key, source in library.sources.items()}
    record = protocol_record(library.get("protocols", name), citations)
    if as_json:
        json.dump(record, sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    print(f"{record['key']}: {record['muscle']}\n{record['about']}\n")
    print("\n".join(f"{number}. {step}" for number, step in enumerate(record["steps"], start=1)))
    print("\nSource: " + "; ".join(f"{key} {citation}".rstrip() for key, citation in record["sources"].items()))


def _show_muscle(name: str, libraries: Iterable[Path], as_json: bool) -> None:
    from cramplab.core.library import find_muscle

    muscle = find_muscle(name, libraries)
    rows = [
        {
            "value of": key.replace("_", " "),
            "is": _with_unit(value.quantity),
            "source": value.source,
            "origin": value.origin,
            "where": value.where,
        }
        for key, value in muscle.values.items()
    ]
    if not as_json:
        print(f"{muscle.key}: {muscle.title} ({', '.join(muscle.aliases)})\n{muscle.about}\n")
    print_rows(rows, as_json)


def _step_text(step: Any) -> str:
    shown = [str(step.values[key]) for key in ("mode", "intensity", "duration", "volume", "rate") if key in step.values]
    until = step.values.get("until")
    if until is not None:
        shown.append(f"until {until.what.replace('_', ' ')} {until.value or ''}".strip())
    return " ".join([step.kind, *shown])


def _print_record(record: Mapping[str, str], as_json: bool) -> None:
    if as_json:
        json.dump(dict(record), sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    width = max(len(key) for key in record)
    for key, value in record.items():
        print(f"{key:<{width}}  {value}")


def print_rows(rows: Sequence[Mapping[str, str]], as_json: bool) -> None:
    """Print rows with the same keys as a table, or as JSON."""
    if as_json:
        json.dump(list(rows), sys.stdout, indent=2, ensure_ascii=False)
        print()
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in rows[0] if rows else ():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(value)) for value in row.values()))
    console = Console()
    # A pipe has no width of its own; folding there would break lines that people grep.
    Console(width=console.width if console.is_terminal else 200).print(table)
