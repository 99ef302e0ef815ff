"""``lab``: from a protocol to a table of measures and a folder with the record and its page."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cramplab.cli.library_commands import LibraryOption, print_rows
from cramplab.cli.progress import progress_bar
from cramplab.core.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from cramplab.core.laboratory_folder import Waveform
    from cramplab.core.laboratory_protocol import LaboratoryProtocol
    from cramplab.core.laboratory_run import LaboratoryRun

CLASSIC_CRAMP = "stretch_ends_cramp"
_SAMPLES_PER_SECOND = 2048.0


class Export(StrEnum):
    """Programs that a record can be handed on to."""

    openhdemg = "openhdemg"


def lab(
    protocol: Annotated[
        str,
        typer.Argument(metavar="PROTOCOL", help="Key on the shelf (see --list), or a file.", show_default=False),
    ] = "",
    muscle: Annotated[
        str, typer.Option("--muscle", help="Key or short name, for example fhb.", show_default="the protocol's")
    ] = "",
    person: Annotated[
        str, typer.Option("--person", help="Key of a person.", show_default="nobody's: the declared values")
    ] = "",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed and same files: same numbers.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the results.", show_default="out/lab/ and the protocol's key"),
    ] = None,
    waveform: Annotated[bool, typer.Option("--waveform", help="Write the surface EMG itself too.")] = False,
    export: Annotated[Export | None, typer.Option("--export", help="Write a file for another program.")] = None,
    library: LibraryOption = None,
    list_them: Annotated[bool, typer.Option("--list", help="List the protocols of the shelf and leave.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON instead of the table.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table and no progress bar.")] = False,
) -> None:
    """Run a laboratory protocol on one muscle, from its motor neurons to its force.

    Prints what was measured, and writes a folder with report.html, run.json, result.nc and spikes.npz. An earlier
    folder of the same name is replaced only once the new one is whole.
    """
    if list_them:
        print_rows(_protocols_on_the_shelf(library or ()), as_json)
        return
    if not protocol:
        raise UserError("Which protocol? Name one of the shelf (cramplab lab --list), or a file.")
    found = find_protocol(protocol, library or ())
    folder = out if out is not None else Path("out") / "lab" / found.key
    _, record = _run_and_write(
        found, folder, seed, muscle=muscle, person=person, libraries=library or (), with_waveform=waveform,
        export=export, shows_progress=not (quiet or as_json), warns=not quiet,
    )  # fmt: skip
    _tell(record, folder, as_json=as_json, quiet=quiet)


def show_classic_cramp(folder: Path, seed: int, *, as_json: bool, quiet: bool) -> None:
    """Run the classic picture, draw it with characters, and write its folder."""
    found = find_protocol(CLASSIC_CRAMP, ())
    run, record = _run_and_write(found, folder, seed, shows_progress=not (quiet or as_json), warns=not quiet)
    if not (quiet or as_json):
        from cramplab.report.laboratory_card import ASCII, UNICODE, picture

        drawable = _can_print("".join((UNICODE.levels, *UNICODE.origins.values())))
        width = shutil.get_terminal_size((100, 24)).columns
        print(picture(run, min(width, 140), UNICODE if drawable else ASCII, (0.0, min(run.duration_s, 120.0))))
        print()
    _tell(record, folder, as_json=as_json, quiet=quiet)


def find_protocol(name: str, libraries: Iterable[Path]) -> LaboratoryProtocol:
    """Read a protocol by its key or from a file.

    Raises
    ------
    UserError
        If there is neither; the message has the nearest keys.
    """
    from cramplab.core.laboratory_protocol import read_protocol
    from cramplab.core.library import load_library

    if name.endswith(".toml") or Path(name).name != name:
        return read_protocol(Path(name))
    found: dict[str, LaboratoryProtocol] = dict(load_library(libraries, ("protocols",)).protocols)
    if name in found:
        return found[name]
    if Path(name).is_file():
        return read_protocol(Path(name))
    near = did_you_mean(name, found)
    hint = f"{near} " if near.startswith("Did") else ""
    raise UserError(f"There is no protocol '{name}', and no file of that name. {hint}See: cramplab lab --list")


def _protocols_on_the_shelf(libraries: Iterable[Path]) -> list[dict[str, str]]:
    from cramplab.core.library import load_library

    return [
        {
            "protocol": each.key,
            "muscle": each.muscle or "any",
            "at most": f"{each.longest_s / 60:.0f} min" if each.longest_s >= 120 else f"{each.longest_s:.0f} s",
            "what for": each.about,
        }
        for each in load_library(libraries, ("protocols",)).protocols.values()
    ]


def _run_and_write(
    protocol: LaboratoryProtocol,
    folder: Path,
    seed: int,
    *,
    muscle: str = "",
    person: str = "",
    libraries: Iterable[Path] = (),
    with_waveform: bool = False,
    export: Export | None = None,
    shows_progress: bool = False,
    warns: bool = True,
) -> tuple[LaboratoryRun, dict[str, Any]]:
    from cramplab.core.laboratory_folder import FOLDER, laboratory_record, write_laboratory_folder
    from cramplab.core.laboratory_protocol import protocol_record
    from cramplab.core.library import find_muscle, load_library
    from cramplab.report.laboratory_page import render_laboratory_page

    libraries = tuple(libraries)
    if not (muscle or protocol.muscle):
        raise UserError(f"The protocol '{protocol.key}' names no muscle. Name one with --muscle, for example fhb.")
    tested = find_muscle(muscle or protocol.muscle, libraries)
    library = load_library(libraries, ("people", "sources"))
    somebody = library.get("people", person) if person else None
    FOLDER.check_place(folder)  # before the work, not after it
    from cramplab.simulation.kernel_cache import kept_kernels
    from cramplab.simulation.laboratory import run_protocol

    with kept_kernels() as told, progress_bar("Simulating", shown=shows_progress) as advance:
        for sentence in told if warns else ():
            typer.echo(sentence, err=True)
        run = run_protocol(protocol, tested, somebody, seed=seed, report_progress=advance)
    citations = {key: source.citation for key, source in library.sources.items()}
    named = sorted({each.source for each in run.assumptions} & set(citations))
    record = laboratory_record(run, protocol_record(protocol, citations), {key: citations[key] for key in named})
    further = _further_files(run, whole=with_waveform, export=export)
    with progress_bar("Writing the page", shown=shows_progress):
        write_laboratory_folder(folder, run, record, lambda: render_laboratory_page(run, record), further)
    return run, record


def _further_files(run: LaboratoryRun, *, whole: bool, export: Export | None) -> dict[str, Callable[[], bytes]]:
    """Give what makes each file that was asked for beside the usual ones."""
    from cramplab.core.laboratory_folder import OPENHDEMG_FILE, WAVEFORM_FILE, waveform_bytes
    from cramplab.core.openhdemg_export import export_window, openhdemg_bytes

    made: dict[str, Callable[[], bytes]] = {}
    if whole:
        made[WAVEFORM_FILE] = lambda: waveform_bytes(_surface_emg(run, 0.0, run.duration_s))
    if export is Export.openhdemg:
        window = export_window(run, _SAMPLES_PER_SECOND)
        made[OPENHDEMG_FILE] = lambda: openhdemg_bytes(run, _surface_emg(run, *window))
    return made


def _surface_emg(run: LaboratoryRun, start_s: float, end_s: float) -> Waveform:
    from cramplab.core.laboratory_folder import Waveform
    from cramplab.simulation.laboratory import surface_waveform

    values = surface_waveform(run, start_s=start_s, end_s=end_s, rate_hz=_SAMPLES_PER_SECOND)
    return Waveform(_SAMPLES_PER_SECOND, values, start_s)


def _tell(record: dict[str, Any], folder: Path, *, as_json: bool, quiet: bool) -> None:
    from cramplab.core.laboratory_folder import RECORD_FILE

    if as_json:
        # What is printed is what is stored.
        json.dump(
            json.loads((folder / RECORD_FILE).read_text(encoding="utf-8")), sys.stdout, indent=2, ensure_ascii=False
        )
        print()
    elif not quiet:
        from cramplab.report.laboratory_card import measures_table

        print(measures_table(record, folder))


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
